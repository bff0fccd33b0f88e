package sqldb

import (
	"context"
	"fmt"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/person"
)

// Ties lists the facts behind the grounds and bars between a viewer and a
// person, those that are past, to come or lapsed too; what was put aside is not
// one. It explains: what holds is for Held to say.
func (t *tx) Ties(ctx context.Context, v access.Viewer, p person.ID) ([]access.Tie, error) {
	var a args
	who, child := a.add(v.Worker), a.add(p)
	team, service := a.add(v.Team), a.add(v.Service)
	arm := func(g access.Ground, from, to, until, what, tables string, where ...string) string {
		return fmt.Sprintf("SELECT '%s', %s, %s, %s, %s FROM %s WHERE %s", g, from, to, until, what, tables, strings.Join(where, " AND "))
	}
	const none, now = "CAST(0 AS bigint)", "superseded_seq = 0"
	arms := []string{
		arm(access.Named, "n.from_day", "n.to_day", none, "''", "restriction_named n JOIN "+filed("restriction")+" r ON r.id = n.restriction_id",
			"r.file_id = "+child, "n.worker_id = "+who, "n."+now, "r."+now),
		arm(access.Allocated, "l.from_day", "CASE WHEN l.to_day = '' THEN e.to_day ELSE l.to_day END", none, "''",
			filed("allocation")+" l JOIN episode e ON e.id = l.episode_id", "l.file_id = "+child, "l.worker_id = "+who, "l."+now, "e."+now),
		arm(access.Cover, "b.from_day", "b.to_day", none, workerName("b.worker_id"),
			filed("allocation")+" l JOIN episode e ON e.id = l.episode_id JOIN absence b ON b.worker_id = l.worker_id",
			"l.file_id = "+child, "e.service = "+service, "b.cover_id = "+who, "l."+now, "e."+now, "b."+now, "l.to_day = ''", "e.to_day = ''"),
		arm(access.Team, "e.from_day", "e.to_day", none, "''", filed("episode")+" e", "e.file_id = "+child, "e.team_id = "+team, "e."+now),
		arm(access.Service, "e.from_day", "e.to_day", none, "''", filed("episode")+" e", "e.file_id = "+child, "e.service = "+service, "e."+now),
		arm(access.Review, "g.from_day", "g.to_day", none, "g.parts", filed("file_grant")+" g", "g.file_id = "+child, "g.worker_id = "+who, "g.kind = 'review'", "g."+now),
		arm(access.Grant, "g.from_day", "g.to_day", none, "g.parts", filed("file_grant")+" g", "g.file_id = "+child, "g.worker_id = "+who, "g.kind = 'grant'", "g."+now),
		arm(access.Reason, "''", "''", "g.until_us", "g.purpose", filed("stated_reason")+" g", "g.file_id = "+child, "g.worker_id = "+who),
		arm(access.Restricted, "r.from_day", "r.to_day", none, "''", filed("restriction")+" r", "r.file_id = "+child, "r."+now),
		arm(access.Connected, "c.from_day", "c.to_day", none, "''", filed("connection")+" c", "c.file_id = "+child, "c.worker_id = "+who, "c."+now),
		arm(access.Untrained, "r.from_day", "r.to_day", none, "r.course", "training r", "r.worker_id = "+who, "r."+now, child+" = "+child),
	}
	return all(ctx, t, func(s scanner) (tie access.Tie, err error) {
		var from, to date.Date
		err = s.Scan(&tie.Ground, day{&from}, day{&to}, &tie.Until, &tie.Of)
		tie.Period = date.Period{From: from, To: to}
		return tie, err
	}, "SELECT * FROM ("+strings.Join(arms, " UNION ALL ")+") ties ORDER BY 1, 2 DESC, 3 DESC, 4 DESC", a...)
}
