package sqldb

import (
	"context"
	"fmt"
	"strings"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/task"
)

const taskColumns = `k.id, k.kind, k.title, k.words, fm.file_id, k.service, k.team_id, k.link, k.opened_from, k.from_id, k.holder, k.since_us, k.opened_us,
	k.start_day, k.due_day, k.due_rule, k.due_source, k.priority, k.state, k.ask_late, k.late_reason, k.asked_us, k.closed_by, k.closed_us, k.rev`

// taskNames are the columns for the names of workers, which a list of many leaves out.
var taskNames = workerName("k.from_id") + ", " + workerName("k.closed_by")

func taskTargets(k *task.Task) []any {
	return []any{
		&k.ID, &k.Kind, &k.Title, &k.Words, &k.Person, &k.Service, &k.Team, &k.Link, &k.From, &k.FromID, &k.Holder, &k.Since, &k.Opened,
		day{&k.Start},
		day{&k.Due},
		&k.Rule, &k.Source, &k.Prior, &k.State, &k.AskLate, &k.Late, &k.Asked, &k.By, &k.Closed, &k.Rev,
	}
}

// A task is about whoever's file its row stands on now. The CROSS JOIN has SQLite begin
// with the tasks.
const taskTables = "task k CROSS JOIN file_member fm WHERE fm.person_id = k.person_id"

// Task is one task.
func (t *tx) Task(ctx context.Context, key task.ID) (task.Task, error) {
	return one(ctx, t, "task", scanTask, "SELECT "+taskColumns+", "+taskNames+" FROM "+taskTables+" AND k.id = $1", key)
}

func scanTask(s scanner) (k task.Task, err error) {
	return k, s.Scan(append(taskTargets(&k), &k.FromName, &k.ByName)...)
}

// TaskEvents lists what was done with a task.
func (t *tx) TaskEvents(ctx context.Context, key task.ID) ([]task.Event, error) {
	return all(ctx, t, func(s scanner) (e task.Event, err error) {
		return e, s.Scan(&e.ID, &e.Task, &e.Step, &e.From, &e.To, &e.Reason, &e.Seq, &e.At, &e.By, &e.ByName)
	}, `SELECT e.id, e.task_id, e.step, e.from_holder, e.to_holder, e.reason, e.recorded_seq, e.recorded_us, e.recorded_by, `+workerName("e.recorded_by")+`
		FROM task_event e WHERE e.task_id = $1 ORDER BY e.recorded_seq DESC, e.id DESC`, key)
}

// TasksOf lists the tasks about a person.
func (t *tx) TasksOf(ctx context.Context, p person.ID, open bool, limit int) ([]task.Task, error) {
	where, order := "k.state = 'open'", "k.due_key, k.priority, k.id"
	if !open {
		where, order = "k.state <> 'open'", "k.closed_us DESC, k.id"
	}
	return all(ctx, t, scanTask, fmt.Sprintf(`SELECT %s, %s FROM file_member fm CROSS JOIN task k
		WHERE fm.file_id = $1 AND k.person_id = fm.person_id AND %s ORDER BY %s LIMIT $2`, taskColumns, taskNames, where, order), p, limit)
}

// trayOrders are the columns of each order, with an index for each.
var trayOrders = map[task.Order][]string{
	task.ByDue:      {"due_key", "priority", "id"},
	task.ByPriority: {"priority", "due_key", "id"},
	task.ByPerson:   {"name_key", "due_key", "id"},
	task.ByFamily:   {"group_key", "name_key", "due_key", "id"},
}

// trayWhere is the condition of a query over tasks k.
func (t *tx) trayWhere(a *args, q task.Query) string {
	where := []string{"fm.person_id = k.person_id", "k.state = 'open'"}
	switch {
	case q.Team != "":
		where = append(where, "k.team_id = "+a.add(q.Team))
	default: // nobody's where neither is said
		where = append(where, "k.holder = "+a.add(q.Holder))
	}
	if q.Nobodys {
		where = append(where, "k.worker_id <> ''", "NOT "+inService(a, "k.worker_id", "k.service", q.Now.Date()))
	}
	return strings.Join(append(where, t.inScope(a, q.Scope, "fm.file_id", q.Now)), " AND ")
}

// Tray is a page of open tasks.
func (t *tx) Tray(ctx context.Context, q task.Query) ([]task.Line, error) {
	columns, ok := trayOrders[q.Order]
	if !ok {
		columns = trayOrders[task.ByDue]
	}
	order := "k." + strings.Join(columns, ", k.")
	var a args
	where := t.trayWhere(&a, q)
	if q.After != "" {
		where += fmt.Sprintf(" AND (%s) > (SELECT %s FROM task WHERE id = %s)", order, strings.Join(columns, ", "), a.add(q.After))
	}
	list, err := all(ctx, t, func(s scanner) (l task.Line, err error) {
		return l, s.Scan(append(taskTargets(&l.Task), &l.Place.Name, &l.Place.Group)...)
	}, fmt.Sprintf("SELECT %s, k.name_key, k.group_key FROM task k CROSS JOIN file_member fm WHERE %s ORDER BY %s LIMIT %s", taskColumns, where, order, a.add(q.Limit)), a...)
	if err != nil {
		return nil, err
	}
	people := make([]person.ID, len(list))
	for i, l := range list {
		people[i] = l.Person
	}
	lines, err := t.lines(ctx, people, 0)
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
	some := "SELECT k.due_key FROM task k CROSS JOIN file_member fm WHERE " + t.trayWhere(&a, q) + " ORDER BY k.due_key, k.priority, k.id LIMIT " + a.add(task.MostCounted)
	err = t.sql.QueryRowContext(ctx, fmt.Sprintf(`
		SELECT count(*), COALESCE(sum(CASE WHEN due_key < %[1]s THEN 1 ELSE 0 END), 0), COALESCE(sum(CASE WHEN due_key = %[1]s THEN 1 ELSE 0 END), 0)
		FROM (%[2]s) c`, today, some), a...).Scan(&c.All, &c.Late, &c.Today)
	if err != nil || q.Team == "" {
		return c, err
	}
	q.Nobodys = true
	var b args
	err = t.sql.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT k.id FROM task k CROSS JOIN file_member fm WHERE "+t.trayWhere(&b, q)+
		" ORDER BY k.due_key, k.priority, k.id LIMIT "+b.add(task.MostCounted)+") c", b...).Scan(&c.Nobodys)
	return c, err
}

// PeopleOfTasks lists whom open tasks are about.
func (t *tx) PeopleOfTasks(ctx context.Context, after person.ID, limit int) ([]person.ID, error) {
	return all(ctx, t, func(s scanner) (p person.ID, err error) { return p, s.Scan(&p) },
		"SELECT DISTINCT fm.file_id FROM "+taskTables+" AND k.state = 'open' AND fm.file_id > $1 ORDER BY fm.file_id LIMIT $2", after, limit)
}

// AddTask adds a task.
func (t *tx) AddTask(ctx context.Context, k task.Task, at task.Place) error {
	k.Rev = 1
	worker, _ := k.Holder.Worker()
	return t.put(ctx, "task", `id, kind, title, words, person_id, service, team_id, link, opened_from, from_id, holder, worker_id, since_us, opened_us, start_day,
		due_day, due_key, due_rule, due_source, priority, state, ask_late, late_reason, asked_us, closed_by, closed_us, rev, name_key, group_key`, [][]any{{
		k.ID, k.Kind, k.Title, k.Words, k.Person, k.Service, k.Team, k.Link, k.From, k.FromID, k.Holder, worker, k.Since, k.Opened, k.Start.String(),
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

// AddTaskEvent notes what was done with a task.
func (t *tx) AddTaskEvent(ctx context.Context, e task.Event) error {
	if e.ID == "" {
		e.ID = id.New()
	}
	return t.put(ctx, "task_event", "id, task_id, step, from_holder, to_holder, reason, recorded_seq, recorded_us, recorded_by",
		[][]any{{e.ID, e.Task, e.Step, e.From, e.To, e.Reason, t.seq, t.at, e.By}})
}

// PlaceTasks has the open tasks about a person stand elsewhere.
func (t *tx) PlaceTasks(ctx context.Context, p person.ID, at task.Place) error {
	_, err := t.exec(ctx, "UPDATE task SET name_key = $2, group_key = $3 WHERE state = 'open' AND person_id IN "+members+" AND (name_key <> $2 OR group_key <> $3)", p, at.Name, at.Group)
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
