package sqldb

import (
	"context"
	"fmt"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/staff"
)

// ground is the one place where each ground is put in SQL: the condition that
// viewer v holds it for the person that the expression p names. A single
// decision and a list both use it, so they cannot disagree. An unknown ground
// holds for nobody.
func ground(a *args, g access.Ground, v access.Viewer, p string, today date.Date) string {
	switch g {
	case access.Allocated:
		return fmt.Sprintf(`EXISTS (
			SELECT 1 FROM allocation g JOIN episode ge ON ge.id = g.episode_id
			WHERE g.person_id = %s AND g.worker_id = %s AND %s AND %s)`,
			p, a.add(v.Worker), openOn(a, "g.", today), openOn(a, "ge.", today))
	case access.Team:
		return fmt.Sprintf("EXISTS (SELECT 1 FROM episode g WHERE g.person_id = %s AND g.team_id = %s AND g.superseded_seq = 0)", p, a.add(v.Team))
	case access.Service:
		return fmt.Sprintf("EXISTS (SELECT 1 FROM episode g WHERE g.person_id = %s AND g.service = %s AND g.superseded_seq = 0)", p, a.add(v.Service))
	case access.Everyone:
		return fmt.Sprintf("EXISTS (SELECT 1 FROM person g WHERE g.id = %s)", p)
	}
	return "1 = 0"
}

// inScope is the condition that a list holds the person: one of the grounds
// that give, none of those that bar.
func (t *tx) inScope(a *args, sc access.Scope, p string, today date.Date) string {
	gives := make([]string, 0, len(sc.Gives))
	for _, g := range sc.Gives {
		gives = append(gives, ground(a, g, sc.Viewer, p, today))
	}
	if len(gives) == 0 {
		return "1 = 0"
	}
	where := "(" + strings.Join(gives, " OR ") + ")"
	for _, g := range sc.Bars {
		where += " AND NOT " + ground(a, g, sc.Viewer, p, today)
	}
	return where
}

// Viewer is the worker acting in a role they hold today.
func (t *tx) Viewer(ctx context.Context, w staff.ID, as staff.AssignmentID, today date.Date) (access.Viewer, error) {
	a := args{as, w}
	return one(ctx, t, "assignment", func(s scanner) (v access.Viewer, err error) {
		return v, s.Scan(&v.Worker, &v.Role, &v.Team, &v.Service)
	}, `
		SELECT s.worker_id, s.role, s.team_id, t.service
		FROM assignment s JOIN team t ON t.id = s.team_id
		WHERE s.id = $1 AND s.worker_id = $2 AND `+openOn(&a, "s.", today), a...)
}

// Held lists the grounds that a viewer has for a person, in one statement.
func (t *tx) Held(ctx context.Context, v access.Viewer, p person.ID, today date.Date) ([]access.Held, error) {
	known := append(append([]access.Ground{}, access.Grounds...), access.Bars...)
	var a args
	at := a.add(p)
	arms := make([]string, 0, len(known))
	for i, g := range known {
		arms = append(arms, fmt.Sprintf("SELECT %d WHERE %s", i, ground(&a, g, v, at, today)))
	}
	return all(ctx, t, func(s scanner) (access.Held, error) {
		var i int
		err := s.Scan(&i)
		return access.Held{Ground: known[i]}, err
	}, strings.Join(arms, " UNION ALL "), a...)
}

// InScope reports whether a list would hold the person.
func (t *tx) InScope(ctx context.Context, sc access.Scope, p person.ID, today date.Date) (bool, error) {
	var a args
	_, err := one(ctx, t, "person in scope", func(s scanner) (n int, err error) { return n, s.Scan(&n) },
		fmt.Sprintf("SELECT 1 FROM person p WHERE %s AND p.id = %s", t.inScope(&a, sc, "p.id", today), a.add(p)), a...)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}
