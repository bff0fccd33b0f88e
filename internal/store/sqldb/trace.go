package sqldb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/footprint"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/watch"
)

const lookColumns = `f.number, f.at_us, f.actor, f.role, f.action, f.object, f.part, f.ground, f.outcome, f.search, f.detail_hash,
	COALESCE(w.given || ' ' || w.family, ''), COALESCE(w.job_title, '')`

const lookTables = `footprint f
	LEFT JOIN worker w ON w.id = f.actor AND w.version = (SELECT max(version) FROM worker WHERE id = f.actor)`

func scanLook(s scanner) (l footprint.Look, err error) {
	return l, s.Scan(&l.Number, &l.At, &l.Actor, &l.Role, &l.Action, &l.Object, &l.Part, &l.Ground, &l.Outcome, &l.Search,
		&l.DetailHash, &l.Name, &l.JobTitle)
}

// Words of package access as they stand in footprints, for conditions.
var (
	outcomesSeen  = quoted(access.Shown.String(), access.Masked.String())
	outcomesNot   = quoted(access.Absent.String(), access.ReasonFirst.String())
	groundsBeyond = quoted(string(access.Reason), string(access.Everyone))
	partsOfWatch  = quoted(string(access.Concerns), string(access.WatchList))
)

// quoted is a list of words of the program, never of what somebody typed.
func quoted(words ...string) string { return "('" + strings.Join(words, "', '") + "')" }

// LooksAt lists looks at a file.
func (t *tx) LooksAt(ctx context.Context, q footprint.Query) ([]footprint.Look, error) {
	var a args
	where, err := t.isOf(ctx, &a, q.Object)
	if err != nil {
		return nil, err
	}
	if q.Before > 0 {
		where += " AND f.number < " + a.add(q.Before)
	}
	if q.Actor != "" {
		where += " AND f.actor = " + a.add(q.Actor)
	}
	if q.Outside {
		where += " AND f.ground IN " + groundsBeyond
	}
	if q.Withheld {
		where += " AND f.outcome IN " + outcomesNot
	}
	if q.Plain {
		where += " AND f.part NOT IN " + partsOfWatch
	}
	where += heldBack(&a, q.Back)
	if q.From > 0 {
		where += " AND f.at_us >= " + a.add(q.From)
	}
	if q.Until > 0 {
		where += " AND f.at_us < " + a.add(q.Until)
	}
	return all(ctx, t, scanLook, fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY f.number DESC LIMIT %s",
		lookColumns, lookTables, where, a.add(q.Limit)), a...)
}

// LooksNumbered lists the looks of these numbers.
func (t *tx) LooksNumbered(ctx context.Context, numbers []int64) ([]footprint.Look, error) {
	var list []footprint.Look
	const together = 500 // well under what both engines take
	for some := range slices.Chunk(numbers, together) {
		var a args
		places := make([]string, 0, len(some))
		for _, n := range some {
			places = append(places, a.add(n))
		}
		looks, err := all(ctx, t, scanLook, fmt.Sprintf("SELECT %s FROM %s WHERE f.number IN (%s) ORDER BY f.number",
			lookColumns, lookTables, strings.Join(places, ", ")), a...)
		if err != nil {
			return nil, err
		}
		list = append(list, looks...)
	}
	return list, nil
}

// inquiring is the condition that a look belongs to looking into who has looked,
// or into who may: at those pages, or on no ground of work with the child.
var inquiring = fmt.Sprintf("(f.part IN %s OR f.action = '%s' OR f.ground = '%s')",
	quoted(string(access.Footprints), string(access.LooksForPerson), string(access.Restriction)), footprint.Explains, access.Everyone)

// heldBack leaves out what somebody inquired since a moment.
func heldBack(a *args, back []footprint.Acting) string {
	var without strings.Builder
	for _, b := range back {
		fmt.Fprintf(&without, " AND NOT (f.actor = %s AND f.at_us >= %s AND %s)", a.add(b.Actor), a.add(b.Since), inquiring)
	}
	return without.String()
}

// Lookers lists the workers who looked at a file, by name.
func (t *tx) Lookers(ctx context.Context, p person.ID, plain bool, back []footprint.Acting) ([]staff.Worker, error) {
	var a args
	where, err := t.isOf(ctx, &a, string(p))
	if err != nil {
		return nil, err
	}
	if plain {
		where += " AND f.part NOT IN " + partsOfWatch
	}
	where += heldBack(&a, back)
	list, err := all(ctx, t, func(s scanner) (w staff.Worker, err error) { return w, s.Scan(workerTargets(&w)...) },
		"SELECT "+workerColumns+` FROM worker w
		WHERE w.version = (SELECT max(version) FROM worker WHERE id = w.id)
		AND w.id IN (SELECT f.actor FROM footprint f WHERE `+where+")", a...)
	slices.SortFunc(list, func(a, b staff.Worker) int {
		return strings.Compare(match.Fold(a.Family+" "+a.Given)+string(a.ID), match.Fold(b.Family+" "+b.Given)+string(b.ID))
	})
	return list, err
}

// LookersIn lists who looked in a role of one of these services.
func (t *tx) LookersIn(ctx context.Context, p person.ID, services []string) ([]footprint.Acting, error) {
	if len(services) == 0 {
		return nil, nil
	}
	a := args{string(p)}
	places := make([]string, 0, len(services))
	for _, s := range services {
		places = append(places, a.add(s))
	}
	return all(ctx, t, func(s scanner) (w footprint.Acting, err error) { return w, s.Scan(&w.Actor, &w.Role) }, fmt.Sprintf(`
		SELECT DISTINCT f.actor, f.role FROM footprint f
		WHERE f.object IN `+members+` AND EXISTS (
			SELECT 1 FROM assignment s JOIN team m ON m.id = s.team_id
			WHERE s.worker_id = f.actor AND s.role = f.role AND m.service IN (%s))`, strings.Join(places, ", ")), a...)
}

// Investigators lists who looked into what runs about a file. A concern that
// came of a hit runs since the hit was listed.
func (t *tx) Investigators(ctx context.Context, p person.ID) ([]footprint.Acting, error) {
	return all(ctx, t, func(s scanner) (w footprint.Acting, err error) { return w, s.Scan(&w.Actor, &w.Since) }, fmt.Sprintf(`
		SELECT f.actor, min(i.began) FROM footprint f JOIN (
			SELECT COALESCE((SELECT h.recorded_us FROM watch_hit h WHERE h.id = c.hit_id), c.recorded_us) AS began
			FROM %s c WHERE c.file_id = $1 AND NOT %s
			UNION ALL SELECT h.recorded_us FROM %s h WHERE NOT %s AND (h.file_id = $1 OR h.person_id = '' AND EXISTS (
				SELECT 1 FROM watch_hit_look l JOIN footprint x ON x.number = l.number WHERE l.hit_id = h.id AND x.object IN %s))
		) i ON f.at_us >= i.began
		WHERE f.object IN %s AND f.outcome = $2 AND f.ground <> $3 AND f.part IN %s AND f.action <> $4
		GROUP BY f.actor ORDER BY f.actor`, filed("concern"), concernClosed, filed("watch_hit"), hitEnded, members, members, partsOfWatch),
		p, access.Shown.String(), footprint.Asked, string(access.Record))
}

// Restricters lists who looked into whom a file is restricted to.
func (t *tx) Restricters(ctx context.Context, p person.ID) ([]footprint.Acting, error) {
	return all(ctx, t, func(s scanner) (w footprint.Acting, err error) { return w, s.Scan(&w.Actor, &w.Since) }, `
		SELECT f.actor, min(f.at_us) FROM footprint f
		WHERE f.object IN `+members+` AND f.outcome = $2 AND f.part = $3 AND f.action = $4
		GROUP BY f.actor`, string(p), access.Shown.String(), string(access.Restriction), string(access.Change))
}

// opened is the condition that a footprint is the opening of a page of a file.
var opened = fmt.Sprintf("f.search = 0 AND f.outcome IN %s AND f.part NOT IN %s", outcomesSeen, partsOfWatch)

// WatchedWorkers lists who opened a file.
func (t *tx) WatchedWorkers(ctx context.Context, from, until date.Instant) ([]watch.Looker, error) {
	return all(ctx, t, func(s scanner) (w watch.Looker, err error) { return w, s.Scan(&w.ID, &w.Family, &w.Base) }, `
		SELECT w.id, w.family, w.base FROM worker w
		WHERE w.version = (SELECT max(version) FROM worker WHERE id = w.id)
		AND EXISTS (SELECT 1 FROM footprint f WHERE f.actor = w.id AND f.at_us >= $1 AND f.at_us < $2 AND `+opened+`)
		ORDER BY w.id`, from, until)
}

// Opened lists which files a worker opened.
func (t *tx) Opened(ctx context.Context, w staff.ID, from, until date.Instant) ([]watch.Look, error) {
	return all(ctx, t, func(s scanner) (l watch.Look, err error) { return l, s.Scan(&l.Number, &l.At, &l.Person, &l.Ground) }, `
		SELECT f.number, f.at_us, p.file_id, f.ground FROM footprint f JOIN file_member p ON p.person_id = f.object
		WHERE f.actor = $1 AND f.at_us >= $2 AND f.at_us < $3 AND `+opened+`
		ORDER BY f.number`, string(w), from, until)
}

// WorkedFor reports whether a worker did something for a person.
func (t *tx) WorkedFor(ctx context.Context, w staff.ID, p person.ID, from, until date.Instant, note string) (bool, error) {
	const between = "recorded_us > $3 AND %[1]s.recorded_us <= $4"
	within := func(table string) string { return fmt.Sprintf("%[1]s."+between, table) }
	n, err := one(ctx, t, "work", func(s scanner) (n int, err error) { return n, s.Scan(&n) }, fmt.Sprintf(`
		SELECT CASE WHEN
			EXISTS (SELECT 1 FROM timeline_line c JOIN entry_version v ON v.entry_id = c.entry_id
				WHERE c.person_id = $2 AND v.author_id = $1 AND (v.type <> $5 OR v.version > 1) AND %s)
			OR EXISTS (SELECT 1 FROM `+filed("file")+` x WHERE x.file_id = $2 AND x.author_id = $1 AND %s)
			OR EXISTS (SELECT 1 FROM `+filed(documentTable)+` d JOIN document_step x ON x.document_id = d.id WHERE d.file_id = $2 AND x.by_id = $1 AND %s)
			OR EXISTS (SELECT 1 FROM `+filed(documentTable)+` d JOIN document_section x ON x.document_id = d.id
				WHERE d.file_id = $2 AND x.saved_by = $1 AND x.rev > 1 AND x.saved_us > $3 AND x.saved_us <= $4)
			OR EXISTS (SELECT 1 FROM `+filed(planTable)+` d JOIN plan_step x ON x.plan_id = d.id WHERE d.file_id = $2 AND x.by_id = $1 AND %s)
			OR EXISTS (SELECT 1 FROM `+filed(planTable)+` d JOIN plan_part x ON x.plan_id = d.id
				WHERE d.file_id = $2 AND x.saved_by = $1 AND x.rev > 1 AND x.saved_us > $3 AND x.saved_us <= $4)
			OR EXISTS (SELECT 1 FROM `+meetsOn+` mc WHERE mc.file_id = $2 AND (
				EXISTS (SELECT 1 FROM meeting_version x WHERE x.meeting_id = mc.meeting_id AND x.by_id = $1 AND %s)
				OR EXISTS (SELECT 1 FROM meeting_invitee i JOIN meeting_standing x ON x.invitee_id = i.id WHERE i.meeting_id = mc.meeting_id AND x.by_id = $1 AND %s)
				OR EXISTS (SELECT 1 FROM minutes_draft x WHERE x.meeting_id = mc.meeting_id AND x.saved_by = $1 AND x.rev > 1 AND x.saved_us > $3 AND x.saved_us <= $4)
				OR EXISTS (SELECT 1 FROM minutes_step x WHERE x.meeting_id = mc.meeting_id AND x.by_id = $1 AND %s)
				OR EXISTS (SELECT 1 FROM meeting_decision d JOIN meeting_decision_version x ON x.decision_id = d.id WHERE d.meeting_id = mc.meeting_id AND x.by_id = $1 AND %s)
				OR EXISTS (SELECT 1 FROM minutes_sent x WHERE x.meeting_id = mc.meeting_id AND x.by_id = $1 AND %s)))
			OR EXISTS (SELECT 1 FROM `+filed("allocation")+` x WHERE x.file_id = $2 AND (x.worker_id = $1 OR x.recorded_by = $1) AND %s)
			OR EXISTS (SELECT 1 FROM `+filed("concern")+` c JOIN concern_step x ON x.concern_id = c.id
				WHERE c.file_id = $2 AND x.by_id = $1 AND x.kind <> 'answer' AND %s)
			OR EXISTS (SELECT 1 FROM `+filed("watch_hit")+` c JOIN watch_step x ON x.hit_id = c.id
				WHERE c.file_id = $2 AND x.by_id = $1 AND x.kind <> 'answered' AND %s)
		THEN 1 ELSE 0 END`, append([]any{within("v")}, slices.Repeat([]any{within("x")}, 11)...)...),
		w, p, from, until, note)
	return n == 1, err
}
