package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// FileWork is what is due about a person, what was done, and how far their cases have
// come.
type FileWork struct {
	Open   []TaskLine
	Closed []TaskLine // the last closed first
	Hidden bool       // other services have tasks that the viewer is not shown
	Cases  []Process
	May    bool // open a task
}

// A Process is a case with its stages, in their order.
type Process struct {
	Episode person.Episode
	Stages  []Stage
	May     bool // plan and reach them
}

// A Stage is one stage of a case.
type Stage struct {
	Kind  task.MilestoneKind
	Due   date.Date // by its limit; zero where it has none, or what it counts from is not known
	Now   task.Milestone
	Late  int // days
	Plans []Planned
}

// A Planned is what was known of a stage before, and why it was changed.
type Planned struct {
	task.Milestone
	Why string
	By  string
}

// mostTasks is how many tasks of each sort the page of a file shows.
const mostTasks = 100

// FileWorkPart is what is due about a person.
func FileWorkPart() Part[FileWork] {
	return Part[FileWork]{access.Tasks, access.Look, func(ctx context.Context, r reading) (w FileWork, err error) {
		names := r.s.holders(r)
		for _, of := range []struct {
			open bool
			list *[]TaskLine
		}{{true, &w.Open}, {false, &w.Closed}} {
			tasks, err := r.TasksOf(ctx, r.person, of.open, mostTasks)
			if err != nil {
				return w, err
			}
			for _, t := range tasks {
				switch r.seesTask(t) {
				case access.Shown:
				case access.Masked:
					w.Hidden = true
					continue
				default:
					continue
				}
				line, err := r.s.taskLine(ctx, names, t)
				if err != nil {
					return w, err
				}
				*of.list = append(*of.list, line)
			}
		}
		w.Cases, err = r.processes(ctx)
		w.May = r.s.decide(r.standing, access.Tasks, access.Record).Outcome == access.Shown
		return w, err
	}}
}

// processes are the cases of the viewer's service that have stages, and those of others
// as far as what others wrote is theirs to see.
func (r reading) processes(ctx context.Context) ([]Process, error) {
	episodes, err := r.Episodes(ctx, r.person, 0)
	if err != nil {
		return nil, err
	}
	ever, err := r.Milestones(ctx, r.person, store.Ever)
	if err != nil {
		return nil, err
	}
	changes, err := r.Changes(ctx, r.person)
	if err != nil {
		return nil, err
	}
	var list []Process
	for _, e := range episodes {
		own := e.Service == r.viewer.Service
		if len(r.defs.Milestones().Of(e.Service)) == 0 || !own && r.ask(access.OtherServices, access.Look).Outcome != access.Shown {
			continue
		}
		p := Process{Episode: e, May: own && e.Period.To.IsZero() && r.s.decide(r.standing, access.Tasks, access.Record).Outcome == access.Shown}
		if p.Stages, err = r.stages(ctx, e, ever, changes); err != nil {
			return nil, err
		}
		if !e.Period.To.IsZero() { // of a case that is closed, what was recorded
			p.Stages = slices.DeleteFunc(p.Stages, func(st Stage) bool { return st.Now.ID == "" })
		}
		if len(p.Stages) > 0 {
			list = append(list, p)
		}
	}
	return list, nil
}

// stages are those of a case, with what was planned before.
func (r reading) stages(ctx context.Context, e person.Episode, ever []task.Milestone, changes []person.Change) ([]Stage, error) {
	reached := map[string]date.Date{}
	var stages []Stage
	for _, k := range r.defs.Milestones().Of(e.Service) {
		st := Stage{Kind: k}
		var before []task.Milestone
		for _, m := range ever {
			switch {
			case m.Episode != e.Key() || m.Kind != k.ID:
			case m.Current():
				st.Now = m
			default:
				before = append(before, m)
			}
		}
		slices.SortFunc(before, func(x, y task.Milestone) int { return int(y.Recorded.Seq - x.Recorded.Seq) })
		for _, m := range before {
			plan := Planned{Milestone: m}
			if i := slices.IndexFunc(changes, func(c person.Change) bool { return c.Fact == string(store.MilestoneFact) && c.Before == m.ID }); i >= 0 {
				w, err := r.Worker(ctx, staff.ID(changes[i].Recorded.By))
				if err != nil && !fault.Is(err, fault.NotFound) {
					return nil, err
				}
				plan.Why, plan.By = changes[i].Why, w.Name()
			}
			st.Plans = append(st.Plans, plan)
		}
		from := e.Period.From
		if k.After != "" {
			from = reached[k.After]
		}
		due, err := k.Limit.Due(r.defs, from)
		if err != nil && !task.Outside(err) {
			return nil, err
		}
		st.Due = due
		st.Late = st.Now.Lateness(due).DaysLate(r.s.Today())
		if k.After != "" && from.IsZero() {
			st.Late = 0
		}
		day := st.Now.Actual
		if day.IsZero() {
			day = st.Now.Planned
		}
		reached[k.ID] = day
		stages = append(stages, st)
	}
	return stages, nil
}

// A StagePage is the page on which one stage is planned, or is said to be reached.
type StagePage struct {
	Episode person.Episode
	Stage
}

var errNoStage = fault.New(fault.NotFound, "There is no such stage.")

// StagePart is that page. NotFound for a case that is not of the viewer's service.
func StagePart(episode, kind string) Part[StagePage] {
	return Part[StagePage]{access.Tasks, access.Record, func(ctx context.Context, r reading) (StagePage, error) { return r.stage(ctx, episode, kind) }}
}

func (r reading) stage(ctx context.Context, episode, kind string) (StagePage, error) {
	list, err := r.processes(ctx)
	for _, p := range list {
		for _, st := range p.Stages {
			if p.May && p.Episode.Key() == episode && st.Kind.ID == kind {
				return StagePage{p.Episode, st}, err
			}
		}
	}
	if err == nil {
		err = errNoStage
	}
	return StagePage{}, err
}

// A NewStage is what somebody says of a stage. Seen is the key of what the page showed.
type NewStage struct {
	Planned, Actual date.Date
	Late            string
	Why             string // why what was known is changed
	Seen            string
}

// ReachStage plans a stage, or says that it was reached: what was known before stays, with
// why it was changed. Conflict where somebody else changed it since; Invalid with each
// problem by its field.
func (s *Service) ReachStage(ctx context.Context, a Actor, ref id.Reference, episode, kind string, n NewStage) error {
	n.Late, n.Why = entry.Text(n.Late), entry.Text(n.Why)
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.Tasks, access.Record)
		if err != nil {
			return err
		}
		p, err := (reading{tx, sat, string(a.Worker), sat.person}).stage(ctx, episode, kind)
		if fault.Is(err, fault.NotFound) {
			return errNotHere
		}
		if err != nil {
			return err
		}
		was := p.Now
		if was.ID != n.Seen {
			return errFactsChanged
		}
		m := task.Milestone{Episode: episode, Kind: kind, Planned: n.Planned, Actual: n.Actual, Late: n.Late}
		if err := problems(m.Check(was, p.Due, s.Today(), n.Why)); err != nil {
			return err
		}
		if err := putStage(ctx, tx, tx.Stamp(string(a.Worker)), sat.person, was, m, n.Why); err != nil {
			return err
		}
		_, err = s.leave(ctx, tx, sat.footprint(sat.claims[0].decision), &footprint.Detail{Done: "stage " + kind})
		return err
	})
	return s.refusedTo(ctx, a, ref, access.Tasks, string(access.Record), err)
}

// putStage states a stage on a file in place of what was known of it, of which the zero
// Milestone is nothing, and says why. One without a day is not stated any more.
func putStage(ctx context.Context, tx store.Tx, by date.Stamp, file person.ID, was, m task.Milestone, why string) error {
	m.ID, m.Person, m.Clocks = id.New(), file, date.Clocks{Recorded: by}
	change := person.Change{ID: id.New(), Fact: string(store.MilestoneFact), Action: person.Added, After: m.ID, Why: why, Recorded: by}
	if was.ID != "" {
		change.Action, change.Before = person.Corrected, was.ID
		if err := tx.Supersede(ctx, store.MilestoneFact, was.ID, by); err != nil {
			return err
		}
	}
	if m.Actual.IsZero() && m.Planned.IsZero() {
		change.Action, change.After = person.Withdrawn, ""
	} else if err := tx.AddMilestone(ctx, m); err != nil {
		return err
	}
	return tx.AddChange(ctx, file, change)
}
