package casework

import (
	"cmp"
	"context"
	"fmt"
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

// The kinds of notice about tasks.
const (
	TaskGiven  = "task-given"  // a task came to the worker
	TaskPassed = "task-passed" // a task of theirs went to somebody else
	TaskAsked  = "task-asked"  // a manager asks why a task of theirs is late
)

// KindsOfTask are the kinds that a worker of a service may open.
func (s *Service) KindsOfTask(service string) []task.Kind {
	return slices.DeleteFunc(slices.Clone(s.set().Tasks().Kinds), func(k task.Kind) bool { return !k.ByHand || !k.In(service) })
}

// TaskKind is a kind of task as the definitions in force have it.
func (s *Service) TaskKind(kind string) (task.Kind, bool) { return s.set().Tasks().Kind(kind) }

// A Held says who has a task, in words. Worker is empty while nobody does.
type Held struct {
	Worker staff.ID
	Words  string      // a name: of the worker, of the team, of the tray
	Gone   bool        // the worker holds no role in the service any more: the task is nobody's
	Away   person.Away // the worker is away
}

// A TaskLine is a task as a list shows it.
type TaskLine struct {
	task.Task
	Child   person.Header // in a tray; of the tasks of one file, empty
	Holder  Held
	Covered string // the name of the absent worker for whom the viewer covers; empty for others
	Late    int    // days
	Family  bool   // of the same family as the line before
}

// holders say who has tasks, each asked for once.
type holders struct {
	s     *Service
	r     store.Reader
	teams []staff.Team
	known map[string]Held
}

func (s *Service) holders(r store.Reader) *holders {
	return &holders{s: s, r: r, known: map[string]Held{}}
}

func (h *holders) of(ctx context.Context, t task.Task) (Held, error) {
	key := t.Service + " " + string(t.Holder)
	if held, ok := h.known[key]; ok {
		return held, nil
	}
	held, err := h.read(ctx, t)
	h.known[key] = held
	return held, err
}

func (h *holders) read(ctx context.Context, t task.Task) (Held, error) {
	if tray, ok := t.Holder.Tray(); ok {
		v, _ := h.s.set().Tasks().Tray(tray)
		return Held{Words: cmp.Or(v.Title, tray)}, nil
	}
	w, ok := t.Holder.Worker()
	if !ok {
		return h.ofTeam(ctx, t.Holder)
	}
	worker, err := h.r.Worker(ctx, w)
	if err != nil {
		return Held{}, err
	}
	held := Held{Worker: w, Words: worker.Name()}
	roles, err := h.r.Assignments(ctx, w, h.s.Today())
	if err != nil {
		return held, err
	}
	held.Gone = !slices.ContainsFunc(roles, func(a staff.Assignment) bool { return a.Service == t.Service })
	absences, err := h.r.Absences(ctx, w)
	for _, b := range absences {
		if b.Period.Contains(h.s.Today()) {
			held.Away = person.Away{Is: true, Until: b.Period.To, Cover: b.CoverName}
		}
	}
	return held, err
}

func (h *holders) ofTeam(ctx context.Context, holder task.Holder) (Held, error) {
	if h.teams == nil {
		var err error
		if h.teams, err = h.r.Teams(ctx); err != nil {
			return Held{}, err
		}
	}
	team, managers := holder.Managers()
	if !managers {
		team, _ = holder.Team()
	}
	i := slices.IndexFunc(h.teams, func(t staff.Team) bool { return t.ID == team })
	switch {
	case i < 0:
		return Held{Words: "A team that is no more", Gone: true}, nil
	case managers:
		return Held{Words: "The manager of " + h.teams[i].Name}, nil
	}
	return Held{Words: h.teams[i].Name}, nil
}

// An opening is a task about to be opened.
type opening struct {
	kind    task.Kind
	words   string
	person  person.ID
	put     person.ID // on whose record what opens it was put, with whom it stays when merged files part; empty for the person's
	service string
	link    string
	from    string // task.FromWorker or task.FromRule
	fromID  string
	due     date.Date   // where the kind has no limit
	to      task.Holder // to whom it goes, where that is not for its kind to say
	team    staff.TeamID
}

// openTask opens a task for whoever its kind says, and tells them. It is how the other
// rooms open tasks too: an effect of a document, a rule of a service.
func (s *Service) openTask(ctx context.Context, tx store.Tx, by date.Stamp, o opening) (task.Task, error) {
	now := date.At(s.now())
	t := task.Task{
		ID: task.ID(id.New()), Kind: o.kind.ID, Title: o.kind.Title, Words: o.words, Person: o.person, Service: o.service, Link: o.link,
		From: o.from, FromID: o.fromID, Since: now, Opened: now, Start: now.Date(), Due: o.due, Prior: o.kind.Priority,
		State: task.Open, AskLate: o.kind.LateReason,
	}
	if !o.kind.Limit.IsZero() {
		due, err := o.kind.Limit.Due(s.set(), t.Start)
		if err != nil {
			return t, err
		}
		t.Due, t.Rule, t.Source = due, o.kind.Limit.String(), o.kind.Limit.Source
	}
	var err error
	if t.Holder, t.Team, err = s.recipient(ctx, tx, o); err != nil {
		return t, err
	}
	place, err := s.placeOf(ctx, tx, o.person)
	if err != nil {
		return t, err
	}
	t.Put = cmp.Or(o.put, t.Person)
	if err := tx.AddTask(ctx, t, place); err != nil {
		return t, err
	}
	if err := tx.AddTaskEvent(ctx, task.Event{Task: t.ID, Step: task.Opened, To: t.Holder, Stamp: by}); err != nil {
		return t, err
	}
	return t, s.tellOfTask(ctx, tx, t, TaskGiven, t.Holder, staff.ID(by.By))
}

// recipient is to whom a task goes, and the team whose managers answer for it: that of
// the case of the service or, of what goes to another team, that one. Where nobody is
// allocated who is there in the service, it goes to the managers, so that it is somebody's.
func (s *Service) recipient(ctx context.Context, r store.Reader, o opening) (task.Holder, staff.TeamID, error) {
	of, err := s.runningCase(ctx, r, o.person, o.service)
	if err != nil {
		return "", "", err
	}
	team := staff.TeamID(of.TeamID)
	if o.to != "" {
		if of, ok := o.to.Team(); ok {
			team = of // whose task it is when whoever of them takes it has left
		} else if of, ok := o.to.Managers(); ok {
			team = of
		} else if team == "" {
			team = o.team
		}
		return o.to, team, nil
	}
	switch o.kind.To {
	case task.ToTray:
		return task.OfTray(o.kind.Tray), team, nil
	case task.ToTeam:
		if team != "" {
			return task.OfTeam(team), team, nil
		}
	case task.ToWorker:
		if of.Allocated != "" && !of.Gone {
			return task.OfWorker(staff.ID(of.Allocated)), team, nil
		}
	case task.ToManager:
	}
	if team == "" {
		return "", "", errNoTeam
	}
	return task.OfManagers(team), team, nil
}

// errNoTeam says that a task would be nobody's.
var errNoTeam = fault.New(fault.Invalid, "No team of this service works with them now, so the task would be nobody’s. Open a case first.")

// tellOfTask tells who has a task, or had it, but for the one who did it. Tasks of a team
// or a tray are told of by their count.
func (s *Service) tellOfTask(ctx context.Context, tx store.Tx, t task.Task, kind string, whose task.Holder, by staff.ID) error {
	w, ok := whose.Worker()
	if !ok || w == by {
		return nil
	}
	n := store.Notice{ID: id.New(), Worker: w, Person: t.Person, Task: t.ID, Kind: kind, At: date.At(s.now())}
	if t.From == task.FromWorker || kind != TaskGiven {
		n.By = by
	}
	return tx.AddNotice(ctx, n)
}

// NewTaskPart is the page on which a task is opened: the kinds to choose from. Of the file
// it has the header alone.
func NewTaskPart() Part[[]task.Kind] {
	return Part[[]task.Kind]{access.Tasks, access.Record, func(_ context.Context, r reading) ([]task.Kind, error) {
		return r.s.KindsOfTask(r.viewer.Service), nil
	}}
}

// A NewTask is a task that a worker opens by hand.
type NewTask struct {
	Kind  string
	Words string
	Due   date.Date // where the kind has no limit; the zero day is none
}

// OpenTask opens a task about a child. Invalid with each problem by its field.
func (s *Service) OpenTask(ctx context.Context, a Actor, ref id.Reference, n NewTask) (task.ID, error) {
	n.Words = entry.OneLine(n.Words)
	var made task.ID
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.Tasks, access.Record)
		if err != nil {
			return err
		}
		kind, ok := s.set().Tasks().Kind(n.Kind)
		var ps []fault.Problem
		if !ok || !kind.ByHand || !kind.In(sat.viewer.Service) {
			ps = append(ps, fault.Problem{Field: "kind", Message: "Select what kind of task it is"})
		}
		ps = append(ps, task.CheckWords(n.Words)...)
		if kind.Limit.IsZero() && n.Due.Before(s.Today()) && !n.Due.IsZero() {
			ps = append(ps, fault.Problem{Field: task.FieldDue, Message: "The day by when it is due must be today or later"})
		}
		if err := problems(ps); err != nil {
			return err
		}
		by := tx.Stamp(string(a.Worker))
		t, err := s.openTask(ctx, tx, by, opening{
			kind: kind, words: n.Words, person: sat.person, service: sat.viewer.Service, from: task.FromWorker, fromID: string(a.Worker), due: n.Due,
		})
		if err != nil {
			if fault.Is(err, fault.Invalid) {
				err = problems([]fault.Problem{{Field: "kind", Message: errNoTeam.Message}})
			}
			return err
		}
		if err := s.someoneSees(ctx, tx, t); err != nil {
			return err
		}
		made = t.ID
		_, err = s.leave(ctx, tx, sat.footprint(sat.claims[0].decision), &footprint.Detail{Done: "task opened"})
		return err
	})
	return made, s.refusedTo(ctx, a, ref, access.Tasks, string(access.Record), err)
}

// someoneSees checks that a task does not go where nobody could see it: into the tray of
// a service that does not work with the child.
func (s *Service) someoneSees(ctx context.Context, r store.Reader, t task.Task) error {
	if _, one := t.Holder.Worker(); one {
		return nil
	}
	if seen, err := s.isSeen(ctx, r, t.Holder, t.Person); err != nil || seen {
		return err
	}
	return problems([]fault.Problem{{Field: "kind", Message: "Nobody whose tray it would lie in can open this file, so nobody would see it. Open a case of theirs first, or give it to somebody else"}})
}

// isSeen reports whether there is somebody who would see, and could do, what a holder has
// to do about a person.
func (s *Service) isSeen(ctx context.Context, r store.Reader, in task.Holder, p person.ID) (bool, error) {
	return s.isSeenBy(ctx, r, task.Task{Holder: in, Person: p})
}

// lies reports whether a task lies where somebody in a role finds it.
func (s *Service) lies(in task.Holder, h staff.Holder) bool {
	if team, ok := in.Team(); ok {
		return team == h.Team
	}
	if team, ok := in.Managers(); ok {
		return team == h.Team && s.managesTasks(h.Role)
	}
	tray, _ := in.Tray()
	v, ok := s.set().Tasks().Tray(tray)
	return ok && v.Service == h.Service
}

// managesTasks reports whether a role decides about what others of its team have to do.
func (s *Service) managesTasks(role access.Role) bool {
	held := []access.Held{{Ground: access.Team}}
	return s.set().Access().Decide(access.Viewer{Role: role}, access.Tasks, access.Change, held, date.At(s.now())).Outcome == access.Shown
}

// doesTasks reports whether a role takes and does tasks at all.
func (s *Service) doesTasks(role access.Role) bool {
	return len(s.set().Access().Scope(access.Viewer{Role: role}, access.Tasks, access.Record, access.Shown).Gives) > 0
}

// mayHold reports whether somebody in a role they hold could do a task about a person.
func (s *Service) mayHold(ctx context.Context, r store.Reader, h staff.Holder, p person.ID) (bool, error) {
	if !s.doesTasks(h.Role) {
		return false, nil
	}
	st, err := s.standingOf(ctx, r, h, p)
	if err != nil {
		return false, err
	}
	return s.decide(st, access.Tasks, access.Record).Outcome == access.Shown && s.decide(st, access.Identity, access.Find).Outcome == access.Shown, nil
}

// standingOf is how somebody in a role they hold stands to a person.
func (s *Service) standingOf(ctx context.Context, r store.Reader, h staff.Holder, p person.ID) (standing, error) {
	defs := s.set()
	v := access.Viewer{Worker: string(h.Worker), Role: h.Role, Team: string(h.Team), Service: h.Service, Courses: defs.CourseIDs()}
	held, err := r.Held(ctx, v, p, date.At(s.now()))
	return standing{v, held, defs}, err
}

// May says which steps of a task a viewer may take.
type May struct {
	Take, Do, Reassign, Drop, Reopen, Ask, Say bool
	Covers                                     string // the absent worker for whom they act; empty where they act for nobody
}

// Step reports whether one of them is there.
func (m May) Step(s task.Step) bool {
	return map[task.Step]bool{
		task.Taken: m.Take, task.Finished: m.Do, task.Reassigned: m.Reassign, task.Drop: m.Drop, task.Reopened: m.Reopen, task.AskedWhy: m.Ask, task.SaidWhy: m.Say,
	}[s]
}

// mayStep says so. The viewer may record tasks of the file, or has none of them.
func (s *Service) mayStep(ctx context.Context, r store.Reader, st standing, t task.Task) (May, error) {
	var m May
	if s.decide(st, access.Tasks, access.Record).Outcome != access.Shown {
		return m, nil
	}
	viewer := staff.Holder{Worker: staffID(st.viewer), Role: st.viewer.Role, Team: staff.TeamID(st.viewer.Team), Service: st.viewer.Service}
	w, single := t.Holder.Worker()
	own := single && w == viewer.Worker
	if single && !own {
		covers, err := r.Covers(ctx, viewer.Worker, s.Today())
		if err != nil {
			return m, err
		}
		for _, c := range covers {
			if c.Worker == w && c.Period.Contains(s.Today()) {
				own, m.Covers = true, c.Name
			}
		}
	}
	lies := !single && s.lies(t.Holder, viewer)
	manages := t.Service == viewer.Service && s.decide(st, access.Tasks, access.Change).Outcome == access.Shown
	late := t.Deadline().DaysLate(s.Today()) > 0
	open := t.State == task.Open
	_, awaits := t.Awaiting()
	may := s.mayAwait(st, t)
	m.Take = open && lies && may
	m.Reassign = open && (own || manages || lies && may)
	if !awaits { // which is done with what waits, and by nothing else
		m.Do = open && (own || lies || manages)
		m.Drop = m.Do
		m.Reopen = !open && (own || lies || manages)
	}
	m.Say = late && t.State != task.Dropped && (own || manages) && t.Late == ""
	m.Ask = !awaits && open && late && manages && !own && t.Late == "" && t.Asked.IsZero()
	return m, nil
}

// A NextHolder is somebody, or a team, to whom a task can be passed.
type NextHolder struct {
	Holder task.Holder
	Name   string
	Detail string // of a worker: their team
}

// TaskPage is one task with what was done with it.
type TaskPage struct {
	TaskLine
	Kind    task.Kind
	From    string // in words
	Events  []TaskEvent
	May     May
	Choices []NextHolder // of the page on which it is passed on
}

// A TaskEvent is one thing that was done, with who had the task, in words.
type TaskEvent struct {
	task.Event
	FromWords, ToWords string
}

// TaskPart is one task of a file. With choices it is the page on which it is passed on.
func TaskPart(t task.ID, choices bool) Part[TaskPage] {
	return Part[TaskPage]{access.Tasks, access.Look, func(ctx context.Context, r reading) (TaskPage, error) {
		return r.task(ctx, t, choices)
	}}
}

var errNoTask = fault.New(fault.NotFound, "There is no such task.")

func (r reading) task(ctx context.Context, key task.ID, choices bool) (p TaskPage, err error) {
	if p.Task, err = r.Task(ctx, key); err != nil {
		return p, err
	}
	if p.Person != r.person || r.seesTask(p.Task) != access.Shown {
		return p, errNoTask
	}
	names := r.s.holders(r)
	if p.TaskLine, err = r.s.taskLine(ctx, names, p.Task); err != nil {
		return p, err
	}
	p.Kind, _ = r.s.set().Tasks().Kind(p.Task.Kind)
	p.From = p.FromName
	if p.Task.From == task.FromRule {
		p.From = "Casefile, by a rule"
	}
	events, err := r.TaskEvents(ctx, key)
	if err != nil {
		return p, err
	}
	for _, e := range events {
		line := TaskEvent{Event: e}
		for holder, words := range map[task.Holder]*string{e.From: &line.FromWords, e.To: &line.ToWords} {
			if holder == "" {
				continue
			}
			of := p.Task
			of.Holder = holder
			held, err := names.of(ctx, of)
			if err != nil {
				return p, err
			}
			*words = held.Words
		}
		if e.From == e.To && e.From != "" {
			line.FromWords = line.ToWords
		}
		p.Events = append(p.Events, line)
	}
	if p.May, err = r.s.mayStep(ctx, r, r.standing, p.Task); err != nil || !choices {
		return p, err
	}
	p.Choices, err = r.s.choices(ctx, r, r.viewer, p.Task)
	return p, err
}

// seesTask decides about a task of the file: those of the viewer's own service they see,
// those of others as they see what others wrote.
func (r reading) seesTask(t task.Task) access.Outcome {
	if part, _, ok := reviewOf(t); ok && r.ask(part, access.Look).Outcome != access.Shown {
		return access.Absent // that there is something to look at would say that there is an alert
	}
	if w, ok := awaitedOf(t); ok && (t.Service != r.viewer.Service || r.ask(w.part, access.Look).Outcome != access.Shown) {
		return access.Absent // likewise; and what waits is read by those of its service alone
	}
	if t.Service == r.viewer.Service {
		return access.Shown
	}
	return r.ask(access.OtherServices, access.Look).Outcome
}

func (s *Service) taskLine(ctx context.Context, names *holders, t task.Task) (TaskLine, error) {
	held, err := names.of(ctx, t)
	line := TaskLine{Task: t, Holder: held}
	if t.State == task.Open || t.State == task.Done {
		line.Late = t.Deadline().DaysLate(s.Today())
	}
	return line, err
}

// choices are to whom a task can be passed: whoever of the service could do it, and the
// teams of the service.
func (s *Service) choices(ctx context.Context, r store.Reader, v access.Viewer, t task.Task) ([]NextHolder, error) {
	all, err := r.Holders(ctx, s.Today())
	if err != nil {
		return nil, err
	}
	teams, err := r.Teams(ctx)
	if err != nil {
		return nil, err
	}
	var list, people []NextHolder
	reach := map[staff.TeamID]bool{}
	seen := map[staff.ID]bool{}
	for _, h := range all {
		if h.Service != t.Service || seen[h.Worker] {
			continue
		}
		may, err := s.mayHold(ctx, r, h, t.Person)
		if part, _, ok := reviewOf(t); may && ok {
			may, err = s.knowsAlert(ctx, r, []staff.Holder{h}, h.Worker, t.Person, part, nil)
		}
		if may && err == nil {
			may, err = s.mayAwaitAs(ctx, r, h, t)
		}
		if err != nil {
			return nil, err
		}
		if may {
			seen[h.Worker], reach[h.Team] = true, true
			people = append(people, NextHolder{task.OfWorker(h.Worker), h.Name, h.TeamName})
		}
	}
	for _, m := range teams {
		if m.Service == t.Service && reach[m.ID] {
			list = append(list, NextHolder{task.OfTeam(m.ID), m.Name, "whoever of the team takes it"})
		}
	}
	for _, tray := range s.set().Tasks().Trays {
		if tray.Service == t.Service {
			list = append(list, NextHolder{task.OfTray(tray.ID), tray.Title, "whoever of the service takes it"})
		}
	}
	list = append(list, people...)
	return slices.DeleteFunc(list, func(c NextHolder) bool { return c.Holder == t.Holder }), nil
}

// A TaskStep is what somebody does with a task. Rev is that of the page.
type TaskStep struct {
	Step   task.Step
	Rev    int
	Reason string
	To     task.Holder // of a Reassigned
}

// StepTask takes a step with a task: all of it, with its event, its notices and its
// footprint, or nothing. Conflict where somebody else changed the task since the page
// was read; Invalid with each problem by its field; NotFound where the step is not the
// actor's to take.
func (s *Service) StepTask(ctx context.Context, a Actor, ref id.Reference, key task.ID, step TaskStep) error {
	step.Reason = entry.Text(step.Reason)
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.Tasks, access.Record)
		if err != nil {
			return err
		}
		t, err := tx.Task(ctx, key)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err != nil || t.Person != sat.person {
			return errNotHere
		}
		r := reading{tx, sat, string(a.Worker), sat.person}
		if r.seesTask(t) != access.Shown {
			return errNotHere
		}
		if t.Rev != step.Rev {
			return errTaskChanged
		}
		may, err := s.mayStep(ctx, tx, sat.standing, t)
		if err != nil {
			return err
		}
		if !may.Step(step.Step) {
			return errNotHere
		}
		was := t.Holder
		if err := s.take(ctx, tx, sat, &t, step); err != nil {
			return err
		}
		if err := tx.SaveTask(ctx, t); err != nil {
			return err
		}
		by := tx.Stamp(string(a.Worker))
		if err := tx.AddTaskEvent(ctx, task.Event{Task: t.ID, Step: step.Step, From: was, To: t.Holder, Reason: step.Reason, Stamp: by}); err != nil {
			return err
		}
		switch step.Step {
		case task.Reassigned:
			if err := s.tellOfTask(ctx, tx, t, TaskPassed, was, a.Worker); err != nil {
				return err
			}
			if err := s.tellOfTask(ctx, tx, t, TaskGiven, t.Holder, a.Worker); err != nil {
				return err
			}
		case task.Reopened:
			err = s.tellOfTask(ctx, tx, t, TaskGiven, t.Holder, a.Worker)
		case task.AskedWhy:
			err = s.tellOfTask(ctx, tx, t, TaskAsked, t.Holder, a.Worker)
		case task.Opened, task.Taken, task.Finished, task.Drop, task.SaidWhy, task.DueMoved:
		}
		if err != nil {
			return err
		}
		_, err = s.leave(ctx, tx, sat.footprint(sat.claims[0].decision), &footprint.Detail{Done: "task " + string(step.Step)})
		return err
	})
	return s.refusedTo(ctx, a, ref, access.Tasks, string(access.Record), err)
}

// errTaskChanged says that a task was changed since its page was read.
var errTaskChanged = fault.New(fault.Conflict, "Somebody else changed this task while you were on this page. What you typed is not lost: it is on this page.")

// take changes the task as the step says.
func (s *Service) take(ctx context.Context, r store.Reader, sat *sitting, t *task.Task, step TaskStep) error {
	now, by := date.At(s.now()), staffID(sat.viewer)
	switch step.Step {
	case task.Taken:
		return t.Take(by, now)
	case task.Finished:
		return t.Do(by, now, step.Reason)
	case task.Drop:
		return t.DropIt(by, now, step.Reason)
	case task.Reopened:
		return t.Reopen(now, step.Reason)
	case task.AskedWhy:
		return t.AskWhy(now)
	case task.SaidWhy:
		return t.SayWhy(now, step.Reason)
	case task.Reassigned:
		var ps []fault.Problem
		list, err := s.choices(ctx, r, sat.viewer, *t)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(list, func(c NextHolder) bool { return c.Holder == step.To }) {
			ps = append(ps, fault.Problem{Field: task.FieldTo, Message: "Select who is to do it"})
		}
		ps = append(ps, task.CheckWhy("it is passed on", step.Reason)...)
		if err := problems(ps); err != nil {
			return err
		}
		if team, ok := step.To.Team(); ok {
			t.Team = team
		}
		return t.Reassign(step.To, now)
	case task.Opened, task.DueMoved:
	}
	return fmt.Errorf("a task has no step %q", step.Step)
}

// followUp opens the task of an entry that says what is to be done next. What a sensitive
// entry says stays in it.
func (s *Service) followUp(ctx context.Context, tx store.Tx, e entry.Entry, child person.ID) error {
	kind, ok := s.set().Tasks().Caused(task.FollowUp, e.Service)
	if !ok || e.Content.FollowUp == "" {
		return nil
	}
	o := opening{
		kind: kind, words: e.Content.FollowUp, person: child, service: e.Service, link: linkOfEntry(e.ID),
		from: task.FromRule, fromID: string(task.FollowUp), due: e.Content.FollowUpBy,
	}
	if e.Content.Sensitive {
		o.words = ""
	}
	_, err := s.openTask(ctx, tx, tx.Stamp(string(e.Author)), o)
	if err == error(errNoTeam) {
		return nil // no case of the service runs, so there is nobody whose task it is
	}
	return err
}
