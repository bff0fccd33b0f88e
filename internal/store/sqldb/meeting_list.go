package sqldb

import (
	"context"
	"fmt"
	"strings"

	"casefile/internal/meeting"
	"casefile/internal/person"
)

// placeMeeting derives where a meeting stands in lists from all that is known of it.
func (t *tx) placeMeeting(ctx context.Context, key meeting.ID) error {
	m, err := t.Meeting(ctx, key)
	if err != nil {
		return err
	}
	now := m.Now()
	if now.Number == 0 {
		return nil // it is being set up
	}
	_, err = t.exec(ctx, `
		INSERT INTO meeting_line (meeting_id, kind, state, phase, line_key, day, service, team_id, chair_id, minute_taker_id, set_by_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (meeting_id) DO UPDATE SET state = excluded.state, phase = excluded.phase, line_key = excluded.line_key, day = excluded.day,
			chair_id = excluded.chair_id, minute_taker_id = excluded.minute_taker_id`,
		m.ID, m.Kind, now.State, m.Phase(), fmt.Sprintf("%s %5s %s", now.Day, now.Time, m.ID), now.Day.String(), m.Service, m.Team, now.Chair, now.MinuteTaker, m.Set.By)
	return err
}

// ListMeetings is a page of meetings, each with those of its children who are in scope.
func (t *tx) ListMeetings(ctx context.Context, q meeting.Query) ([]meeting.Line, error) {
	var a args
	where := []string{"l.service = " + a.add(q.Service)}
	if !q.Done {
		where = append(where, "l.phase <> '"+string(meeting.Done)+"'")
	}
	if q.Team != "" {
		where = append(where, "l.team_id = "+a.add(q.Team))
	} else {
		w := a.add(q.Worker)
		where = append(where, "(l.chair_id = "+w+" OR l.minute_taker_id = "+w+" OR l.set_by_id = "+w+")")
	}
	if q.After.Key != "" {
		where = append(where, "l.line_key > "+a.add(q.After.Key))
	}
	within, err := t.meetingWithin(&a, q)
	if err != nil {
		return nil, err
	}
	where = append(where, "EXISTS (SELECT 1 FROM "+meetsOn+" f WHERE f.meeting_id = l.meeting_id AND "+within+")")
	list, err := all(ctx, t, func(s scanner) (l meeting.Line, err error) {
		return l, s.Scan(&l.ID, &l.Kind, &l.Service, &l.Title, day{&l.Day}, &l.Time, &l.Place, &l.Chair, &l.Phase, &l.Key.Key)
	}, `SELECT l.meeting_id, l.kind, l.service, m.title, l.day, v.at, v.place, v.chair_name, l.phase, l.line_key
		FROM meeting_line l JOIN meeting m ON m.id = l.meeting_id
		JOIN meeting_version v ON v.meeting_id = l.meeting_id AND v.number = (SELECT max(x.number) FROM meeting_version x WHERE x.meeting_id = l.meeting_id)
		WHERE `+strings.Join(where, " AND ")+" ORDER BY l.line_key LIMIT "+a.add(q.Limit), a...)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list, t.childrenOf(ctx, list, q)
}

// meetingWithin is the condition that a list may have a meeting l about a file f.
func (t *tx) meetingWithin(a *args, q meeting.Query) (string, error) {
	open, err := values(q.Open)
	return t.inScope(a, q.Scope, "f.file_id", q.Now) + " AND (" + t.d.In("l.kind", a.add(open)) + " OR " + t.inScope(a, q.Sensitive, "f.file_id", q.Now) + ")", err
}

// childrenOf fills in those of the children of meetings who are in scope.
func (t *tx) childrenOf(ctx context.Context, list []meeting.Line, q meeting.Query) error {
	keys := make([]meeting.ID, len(list))
	at := map[meeting.ID]int{}
	for i, l := range list {
		keys[i], at[l.ID] = l.ID, i
	}
	these, err := values(keys)
	if err != nil {
		return err
	}
	a := args{these}
	within, err := t.meetingWithin(&a, q)
	if err != nil {
		return err
	}
	rows, err := all(ctx, t, func(s scanner) (o of[person.ID], err error) { return o, s.Scan(&o.meeting, &o.row) }, `
		SELECT DISTINCT f.meeting_id, f.file_id FROM `+meetsOn+` f JOIN meeting_line l ON l.meeting_id = f.meeting_id
		WHERE `+t.d.In("f.meeting_id", "$1")+" AND "+within+" ORDER BY 1, 2", a...)
	if err != nil {
		return err
	}
	people := make([]person.ID, len(rows))
	for i, o := range rows {
		people[i] = o.row
	}
	lines, err := t.lines(ctx, people)
	if err != nil {
		return err
	}
	for _, o := range rows {
		if f := lines[o.row]; f != nil {
			l := &list[at[o.meeting]]
			l.Children = append(l.Children, *f)
		}
	}
	return nil
}
