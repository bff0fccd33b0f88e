package sqldb

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// AddTeam makes a team.
func (t *tx) AddTeam(ctx context.Context, m staff.Team, by date.Stamp) error {
	_, err := t.exec(ctx, `
		INSERT INTO team (id, name, service, recorded_seq, recorded_us, recorded_by) VALUES ($1, $2, $3, $4, $5, $6)`,
		m.ID, m.Name, m.Service, t.seq, t.at, by.By)
	return err
}

// Teams lists the teams by name.
func (t *tx) Teams(ctx context.Context) ([]staff.Team, error) {
	return all(ctx, t, func(s scanner) (m staff.Team, err error) { return m, s.Scan(&m.ID, &m.Name, &m.Service) },
		"SELECT id, name, service FROM team ORDER BY name, id")
}

const workerColumns = `w.id, w.version, w.given, w.family, w.job_title, w.telephone, w.mobile, w.email, w.base, w.note,
	w.recorded_seq, w.recorded_us, w.recorded_by`

func workerTargets(w *staff.Worker) []any {
	c := &w.Contact
	return []any{
		&w.ID, &w.Version, &w.Given, &w.Family, &w.JobTitle, &c.Telephone, &c.Mobile, &c.Email, &c.Base, &c.Note,
		&w.Recorded.Seq, &w.Recorded.At, &w.Recorded.By,
	}
}

// AddWorkerVersion adds a version of a worker.
func (t *tx) AddWorkerVersion(ctx context.Context, w staff.Worker) error {
	c := w.Contact
	_, err := t.exec(ctx, `
		INSERT INTO worker (id, version, given, family, job_title, telephone, mobile, email, base, note,
			recorded_seq, recorded_us, recorded_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		w.ID, w.Version, w.Given, w.Family, w.JobTitle, c.Telephone, c.Mobile, c.Email, c.Base, c.Note,
		t.seq, t.at, w.Recorded.By)
	return err
}

// Worker is the current version of a worker.
func (t *tx) Worker(ctx context.Context, id staff.ID) (staff.Worker, error) {
	return one(ctx, t, "worker", func(s scanner) (w staff.Worker, err error) {
		return w, s.Scan(workerTargets(&w)...)
	}, "SELECT "+workerColumns+" FROM worker w WHERE w.id = $1 ORDER BY w.version DESC LIMIT 1", id)
}

// AddAssignment gives a worker a role in a team.
func (t *tx) AddAssignment(ctx context.Context, a staff.Assignment) error {
	return t.insertFact(ctx, store.AssignmentFact, "id, worker_id, role, team_id",
		[]any{a.ID, a.Worker, string(a.Role), a.Team}, a.Clocks)
}

// Assignments lists the roles a worker holds on a day.
func (t *tx) Assignments(ctx context.Context, w staff.ID, today date.Date) ([]staff.Assignment, error) {
	a := args{w}
	where := "s.worker_id = $1 AND " + openOn(&a, "s.", today)
	return t.assignments(ctx, where, a...)
}

func (t *tx) assignments(ctx context.Context, where string, args ...any) ([]staff.Assignment, error) {
	return all(ctx, t, func(s scanner) (m staff.Assignment, err error) {
		return m, s.Scan(append([]any{&m.ID, &m.Worker, &m.Role, &m.Team, &m.TeamName, &m.Service}, clockTargets(&m.Clocks)...)...)
	}, fmt.Sprintf(`
		SELECT s.id, s.worker_id, s.role, s.team_id, t.name, t.service, %s
		FROM assignment s JOIN team t ON t.id = s.team_id
		WHERE %s
		ORDER BY s.from_day, s.id`, prefixed("s.", clockColumns), where), args...)
}

// Colleagues lists workers who hold a role today and whose name, job, team or
// base has every one of the words. An authority has few enough to be compared
// in Go, since the engines agree neither on small letters nor on their order.
func (t *tx) Colleagues(ctx context.Context, words []string, today date.Date, limit int) ([]staff.Colleague, error) {
	var a args
	held, err := all(ctx, t, func(s scanner) (c staff.Colleague, err error) {
		var role string
		err = s.Scan(append(workerTargets(&c.Worker), &role, &c.Team, &c.TeamName)...)
		c.Role = access.Role(role)
		return c, err
	}, fmt.Sprintf(`
		SELECT %s, s.role, t.id, t.name
		FROM assignment s
		JOIN team t ON t.id = s.team_id
		JOIN worker w ON w.id = s.worker_id AND w.version = (SELECT max(version) FROM worker WHERE id = s.worker_id)
		WHERE %s`, workerColumns, openOn(&a, "s.", today)), a...)
	if err != nil {
		return nil, err
	}
	held = slices.DeleteFunc(held, func(c staff.Colleague) bool {
		text := match.Fold(strings.Join([]string{c.Given, c.Family, c.JobTitle, c.Contact.Base, c.TeamName}, " "))
		return slices.ContainsFunc(words, func(word string) bool {
			word = match.Fold(word)
			return word == "" || !strings.Contains(text, word)
		})
	})
	slices.SortFunc(held, func(a, b staff.Colleague) int {
		return cmp.Or(cmp.Compare(match.Fold(a.Family), match.Fold(b.Family)), cmp.Compare(match.Fold(a.Given), match.Fold(b.Given)),
			cmp.Compare(a.ID, b.ID), cmp.Compare(a.TeamName, b.TeamName))
	})
	return held[:min(len(held), limit)], nil
}

// AllocatedWorkers lists who is allocated to a person on a day.
func (t *tx) AllocatedWorkers(ctx context.Context, p person.ID, today date.Date) ([]staff.ID, error) {
	a := args{p}
	return all(ctx, t, func(s scanner) (w staff.ID, err error) { return w, s.Scan(&w) }, `
		SELECT DISTINCT a.worker_id FROM `+filed("allocation")+` a JOIN episode e ON `+ofEpisode("a.", "e.")+`
		WHERE a.file_id = $1 AND `+openOn(&a, "a.", today)+" AND "+openOn(&a, "e.", today)+` ORDER BY a.worker_id`, a...)
}
