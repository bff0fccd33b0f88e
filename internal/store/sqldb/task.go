package sqldb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

const taskColumns = `k.id, k.kind, k.title, k.words, k.person_id, k.file_id, k.service, k.team_id, k.link, k.opened_from, k.from_id, k.holder, k.since_us, k.opened_us,
	k.start_day, k.due_day, k.due_rule, k.due_source, k.priority, k.state, k.ask_late, k.late_reason, k.asked_us, k.closed_by, k.closed_us, k.rev`

// taskNames are the columns for the names of workers, which a list of many leaves out.
var taskNames = workerName("k.from_id") + ", " + workerName("k.closed_by")

func taskTargets(k *task.Task) []any {
	return []any{
		&k.ID, &k.Kind, &k.Title, &k.Words, &k.Put, &k.Person, &k.Service, &k.Team, &k.Link, &k.From, &k.FromID, &k.Holder, &k.Since, &k.Opened,
		day{&k.Start},
		day{&k.Due},
		&k.Rule, &k.Source, &k.Prior, &k.State, &k.AskLate, &k.Late, &k.Asked, &k.By, &k.Closed, &k.Rev,
	}
}

// Task is one task.
func (t *tx) Task(ctx context.Context, key task.ID) (task.Task, error) {
	return one(ctx, t, "task", scanTask, "SELECT "+taskColumns+", "+taskNames+" FROM task k WHERE k.id = $1", key)
}

func scanTask(s scanner) (k task.Task, err error) {
	return k, s.Scan(append(taskTargets(&k), &k.FromName, &k.ByName)...)
}

// TaskEvents lists what was done with a task.
func (t *tx) TaskEvents(ctx context.Context, key task.ID) ([]task.Event, error) {
	return all(ctx, t, func(s scanner) (e task.Event, err error) {
		if err := s.Scan(&e.ID, &e.Task, &e.Step, &e.From, &e.To, &e.Reason, &e.Seq, &e.At, &e.By, &e.ByName); err != nil || e.Step != task.DueMoved {
			return e, err
		}
		err = errors.Join(day{&e.Was}.Scan(string(e.From)), day{&e.Due}.Scan(string(e.To)))
		e.From, e.To = "", ""
		return e, err
	}, `SELECT e.id, e.task_id, e.step, e.from_holder, e.to_holder, e.reason, e.recorded_seq, e.recorded_us, e.recorded_by, `+workerName("e.recorded_by")+`
		FROM task_event e WHERE e.task_id = $1 ORDER BY e.recorded_seq DESC, e.id DESC`, key)
}

// TasksOf lists the tasks about a person.
func (t *tx) TasksOf(ctx context.Context, p person.ID, open bool, limit int) ([]task.Task, error) {
	where, order := "k.state = 'open'", "k.due_key, k.priority, k.id"
	if !open {
		where, order = "k.state <> 'open'", "k.closed_us DESC, k.id"
	}
	return all(ctx, t, scanTask, fmt.Sprintf(`SELECT %s, %s FROM task k
		WHERE k.file_id = $1 AND %s ORDER BY %s LIMIT $2`, taskColumns, taskNames, where, order), p, limit)
}

// leading is the condition that a task leads to a place, or into it.
func leading(a *args, link string) string {
	into := link + "#"
	return fmt.Sprintf("(link = %s OR substr(link, 1, %s) = %s)", a.add(link), a.add(len(into)), a.add(into))
}

// TasksLeading lists the open tasks about a person that lead to a place, or into it.
func (t *tx) TasksLeading(ctx context.Context, p person.ID, link string) ([]task.Task, error) {
	a := args{p}
	where := leading(&a, link)
	return all(ctx, t, scanTask, fmt.Sprintf(`SELECT %s, %s FROM task k
		WHERE k.file_id = $1 AND k.state = 'open' AND %s ORDER BY k.id`, taskColumns, taskNames, where), a...)
}

// trayOrders are the columns of each order, with an index for each.
var trayOrders = map[task.Order][]string{
	task.ByDue:      {"due_key", "priority", "id"},
	task.ByPriority: {"priority", "due_key", "id"},
	task.ByPerson:   {"name_key", "due_key", "id"},
	task.ByFamily:   {"group_key", "name_key", "due_key", "id"},
}

// trayWhere is the condition of a query over tasks k. none says that nothing answers it.
func (t *tx) trayWhere(ctx context.Context, a *args, q task.Query) (where string, none bool, err error) {
	conditions := []string{"k.state = 'open'"}
	if q.Team == "" { // nobody's where neither is said
		conditions = append(conditions, "k.holder = "+a.add(q.Holder))
	} else {
		conditions = append(conditions, "k.team_id = "+a.add(q.Team))
	}
	for _, w := range q.Within {
		conditions = append(conditions, fmt.Sprintf("(substr(k.from_id, 1, %d) <> %s OR k.opened_from <> '%s' OR %s)",
			len(w.Rule), a.add(w.Rule), task.FromRule, t.inScope(a, w.Scope, "k.file_id", q.Now)))
	}
	for _, n := range q.Named {
		conditions = append(conditions, fmt.Sprintf("(substr(k.from_id, 1, %d) <> %s OR k.opened_from <> '%s' OR k.service = %s AND replace(k.from_id, %s, '') <> k.from_id AND replace(k.from_id, %s, '') = k.from_id)",
			len(n.Rule), a.add(n.Rule), task.FromRule, a.add(n.Service), a.add(n.With), a.add(n.Without)))
	}
	if q.Nobodys {
		gone, err := t.goneOf(ctx, q)
		if err != nil || len(gone) == 0 {
			return "", true, err
		}
		var arms []string
		for _, service := range slices.Sorted(maps.Keys(gone)) {
			workers, err := values(gone[service])
			if err != nil {
				return "", true, err
			}
			arms = append(arms, "k.service = "+a.add(service)+" AND "+t.d.In("k.worker_id", a.add(workers)))
		}
		conditions = append(conditions, "("+strings.Join(arms, " OR ")+")")
	}
	return strings.Join(append(conditions, t.inScope(a, q.Scope, "k.file_id", q.Now)), " AND "), false, nil
}

// goneOf are the workers with tasks of a team who hold no role any more in the service of
// the task, by service. They are few, and asked about once for all their tasks.
func (t *tx) goneOf(ctx context.Context, q task.Query) (map[string][]staff.ID, error) {
	a := args{q.Team}
	type has struct {
		worker  staff.ID
		service string
	}
	list, err := all(ctx, t, func(s scanner) (h has, err error) { return h, s.Scan(&h.worker, &h.service) }, `
		SELECT g.worker_id, g.service FROM (SELECT DISTINCT worker_id, service FROM task WHERE team_id = $1 AND state = 'open' AND worker_id <> '') g
		WHERE NOT `+inService("g.worker_id", "g.service", a.add(q.Now.Date().String()))+" ORDER BY g.worker_id", a...)
	gone := map[string][]staff.ID{}
	for _, h := range list {
		gone[h.service] = append(gone[h.service], h.worker)
	}
	return gone, err
}

// Tray is a page of open tasks.
func (t *tx) Tray(ctx context.Context, q task.Query) ([]task.Line, error) {
	columns, ok := trayOrders[q.Order]
	if !ok {
		columns = trayOrders[task.ByDue]
	}
	order := "k." + strings.Join(columns, ", k.")
	var a args
	where, none, err := t.trayWhere(ctx, &a, q)
	if err != nil || none {
		return nil, err
	}
	if q.After != "" {
		where += fmt.Sprintf(" AND (%s) > (SELECT %s FROM task WHERE id = %s)", order, strings.Join(columns, ", "), a.add(q.After))
	}
	list, err := all(ctx, t, func(s scanner) (l task.Line, err error) {
		return l, s.Scan(append(taskTargets(&l.Task), &l.Place.Name, &l.Place.Group)...)
	}, fmt.Sprintf("SELECT %s, k.name_key, k.group_key FROM task k WHERE %s ORDER BY %s LIMIT %s", taskColumns, where, order, a.add(q.Limit)), a...)
	if err != nil {
		return nil, err
	}
	people := make([]person.ID, len(list))
	for i, l := range list {
		people[i] = l.Person
	}
	lines, err := t.lines(ctx, people)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if f := lines[list[i].Person]; f != nil {
			list[i].Found = *f
		}
	}
	return list, nil
}

// CountTray counts the tasks of a query. What is late comes first, so that it is counted
// first.
func (t *tx) CountTray(ctx context.Context, q task.Query) (c task.Counts, err error) {
	q.Nobodys = false
	var a args
	today := a.add(q.Now.Date().String())
	where, _, err := t.trayWhere(ctx, &a, q)
	if err != nil {
		return c, err
	}
	err = t.sql.QueryRowContext(ctx, fmt.Sprintf(`
		SELECT count(*), COALESCE(sum(CASE WHEN due_key < %[1]s THEN 1 ELSE 0 END), 0), COALESCE(sum(CASE WHEN due_key = %[1]s THEN 1 ELSE 0 END), 0)
		FROM (SELECT k.due_key FROM task k WHERE %[2]s ORDER BY k.due_key, k.priority, k.id LIMIT %[3]s) c`, today, where, a.add(task.MostCounted)), a...).
		Scan(&c.All, &c.Late, &c.Today)
	if err != nil || q.Team == "" {
		return c, err
	}
	q.Nobodys = true
	var b args
	where, none, err := t.trayWhere(ctx, &b, q)
	if err != nil || none {
		return c, err
	}
	err = t.sql.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT k.id FROM task k WHERE "+where+" LIMIT "+b.add(task.MostCounted)+") c", b...).Scan(&c.Nobodys)
	return c, err
}

// PeopleOfTasks lists whom open tasks are about.
func (t *tx) PeopleOfTasks(ctx context.Context, after person.ID, limit int) ([]person.ID, error) {
	return all(ctx, t, func(s scanner) (p person.ID, err error) { return p, s.Scan(&p) },
		"SELECT DISTINCT file_id FROM task WHERE state = 'open' AND file_id > $1 ORDER BY file_id LIMIT $2", after, limit)
}

// AddTask adds a task.
func (t *tx) AddTask(ctx context.Context, k task.Task, at task.Place) error {
	k.Rev = 1
	worker, _ := k.Holder.Worker()
	file := k.Person
	if t.batch == nil { // what is gathered is of people who are on no other's file
		var err error
		if file, err = t.FileOf(ctx, k.Person); err != nil {
			return err
		}
	}
	return t.put(ctx, "task", `id, kind, title, words, person_id, file_id, service, team_id, link, opened_from, from_id, holder, worker_id, since_us, opened_us, start_day,
		due_day, due_key, due_rule, due_source, priority, state, ask_late, late_reason, asked_us, closed_by, closed_us, rev, name_key, group_key`, [][]any{{
		k.ID, k.Kind, k.Title, k.Words, cmp.Or(k.Put, k.Person), file, k.Service, k.Team, k.Link, k.From, k.FromID, k.Holder, worker, k.Since, k.Opened, k.Start.String(),
		k.Due.String(), dueKey(k.Due), k.Rule, k.Source, k.Prior, k.State, k.AskLate, k.Late, k.Asked, k.By, k.Closed, k.Rev, at.Name, at.Group,
	}})
}

func dueKey(d date.Date) string {
	if d.IsZero() {
		return task.NoDueKey
	}
	return d.String()
}

// SaveTask replaces a task that was not changed since it was read. Of whom it is, and
// what opened it, stays.
func (t *tx) SaveTask(ctx context.Context, k task.Task) error {
	worker, _ := k.Holder.Worker()
	n, err := t.exec(ctx, `
		UPDATE task SET holder = $1, worker_id = $2, team_id = $3, since_us = $4, due_day = $5, due_key = $6, state = $7, late_reason = $8,
			asked_us = $9, closed_by = $10, closed_us = $11, rev = rev + 1
		WHERE id = $12 AND rev = $13`,
		k.Holder, worker, k.Team, k.Since, k.Due.String(), dueKey(k.Due), k.State, k.Late, k.Asked, k.By, k.Closed, k.ID, k.Rev)
	if err != nil || n == 1 {
		return err
	}
	if _, err := t.Task(ctx, k.ID); err != nil {
		return err
	}
	return fault.New(fault.Conflict, "Somebody else changed this task since you opened the page.")
}

// AddTaskEvent notes what was done with a task. A step that moves the day has no holders:
// the days stand in their place.
func (t *tx) AddTaskEvent(ctx context.Context, e task.Event) error {
	if e.ID == "" {
		e.ID = id.New()
	}
	if e.Step == task.DueMoved {
		e.From, e.To = task.Holder(e.Was.String()), task.Holder(e.Due.String())
	}
	return t.put(ctx, "task_event", "id, task_id, step, from_holder, to_holder, reason, recorded_seq, recorded_us, recorded_by",
		[][]any{{e.ID, e.Task, e.Step, e.From, e.To, e.Reason, t.seq, t.at, e.By}})
}

// PlaceTasks has the open tasks about a person stand elsewhere.
func (t *tx) PlaceTasks(ctx context.Context, p person.ID, at task.Place) error {
	_, err := t.exec(ctx, "UPDATE task SET name_key = $2, group_key = $3 WHERE state = 'open' AND file_id = $1 AND (name_key <> $2 OR group_key <> $3)", p, at.Name, at.Group)
	return err
}

// Milestones lists the stages of the cases of a person.
func (t *tx) Milestones(ctx context.Context, p person.ID, known date.Instant) ([]task.Milestone, error) {
	return facts(ctx, t, store.MilestoneFact, "id, file_id, episode_id, kind, planned_day, actual_day, late_reason", p, known, func(s scanner) (m task.Milestone, err error) {
		return m, s.Scan(append([]any{&m.ID, &m.Person, &m.Episode, &m.Kind, day{&m.Planned}, day{&m.Actual}, &m.Late}, clockTargets(&m.Clocks)...)...)
	})
}

// AddMilestone states a stage of whom the case is of.
func (t *tx) AddMilestone(ctx context.Context, m task.Milestone) error {
	p, err := t.whose(ctx, m.Episode)
	if err != nil {
		return err
	}
	return t.insertFact(ctx, store.MilestoneFact, "id, person_id, episode_id, kind, planned_day, actual_day, late_reason",
		[]any{m.ID, p, m.Episode, m.Kind, m.Planned.String(), m.Actual.String(), m.Late}, m.Clocks)
}
