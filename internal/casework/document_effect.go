package casework

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"casefile/internal/access"
	"casefile/internal/correction"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/fault"
	"casefile/internal/form"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// The kinds of notice that tell of a document.
const (
	DocumentMessage    = "document-message"    // its form has somebody told of it
	DocumentReturned   = "document-returned"   // with requests, to whoever completed it
	DocumentAuthorised = "document-authorised" // likewise
	DecisionsRested    = "decisions-rested"    // on what a document said that is being corrected
)

// effects brings about what a form declares, as far as the program does it, and says of
// the rest what somebody has to do.
func (s *Service) effects(ctx context.Context, tx store.Tx, sat *sitting, d document.Document, f *form.Form, doings []form.Doing) ([]document.Effect, error) {
	var list []document.Effect
	for _, do := range doings {
		e := document.Effect{Words: s.inWords(do)}
		var err error
		switch do.Act {
		case form.SetFact:
			if !slices.Contains(f.Sets(), do.Target) {
				e.Words += ". Nobody has approved that this form sets it"
				break
			}
			e.Done, err = s.setFact(ctx, tx, sat, do.Target, do.Value, basisOf(d))
		case form.Require:
			err = s.requireForm(ctx, tx, sat, d, do, &e)
		case form.Milestone:
			err = s.reachByForm(ctx, tx, sat, d, do.Target, &e)
		case form.Task:
			if e.Done, err = s.formTask(ctx, tx, sat, d, do); e.Done {
				e.Words = "Task opened. " + e.Words
			}
		case form.Message:
			var to []staff.ID
			if to, err = s.recipients(ctx, tx, sat, d, do.Target); err == nil && len(to) > 0 {
				e.Done, err = true, s.tellWith(ctx, tx, sat, store.Notice{Kind: DocumentMessage, Document: d.ID}, to...)
			}
		}
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

func (s *Service) stageTitle(kind string) string {
	k, _ := s.set().Milestones().Kind(kind)
	return cmp.Or(k.Title, kind)
}

// reachByForm has a stage of the case be reached today. Where it was reached before, it
// stays as it is. It is late where its limit says so, and the reason is then to be given
// by somebody: a form has none.
func (s *Service) reachByForm(ctx context.Context, tx store.Tx, sat *sitting, d document.Document, kind string, e *document.Effect) error {
	r := reading{tx, sat, string(sat.actor.Worker), sat.person}
	p, err := r.stageOf(ctx, d, kind)
	if err != nil || p == nil {
		return err
	}
	e.Done = true
	if was := p.Now.Actual; !was.IsZero() {
		e.Words = "Stage reached before, on " + was.Long() + ": " + p.Kind.Title
		return nil
	}
	m := task.Milestone{Episode: p.Episode.Key(), Kind: kind, Planned: p.Now.Planned, Actual: s.Today(), Late: p.Now.Late}
	if m.Lateness(p.Due).DaysLate(s.Today()) > 0 && m.Late == "" {
		e.Words += ". It was due by " + m.Lateness(p.Due).Due.Long() + ": say under Work why it is late"
	}
	return putStage(ctx, tx, tx.Stamp(string(sat.actor.Worker)), sat.person, p.Now, m, basisOf(d))
}

// stageOf is a stage of the case that a document belongs to or, where it belongs to none,
// of the case that runs; nil where there is none.
func (r reading) stageOf(ctx context.Context, d document.Document, kind string) (*StagePage, error) {
	episodes, err := r.Episodes(ctx, r.person, 0)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(episodes, func(e person.Episode) bool {
		return e.Service == d.Service && e.Period.To.IsZero() && (d.Episode == "" || inCase(d.Episode, e))
	})
	if i < 0 {
		return nil, nil //nolint:nilnil // no such case runs
	}
	ever, err := r.Milestones(ctx, r.person, store.Ever)
	if err != nil {
		return nil, err
	}
	stages, err := r.stages(ctx, episodes[i], ever, nil)
	for _, st := range stages {
		if st.Kind.ID == kind {
			return &StagePage{episodes[i], st}, err
		}
	}
	return nil, err
}

// basisOf says of what a document brought about that it did.
func basisOf(d document.Document) string { return "The form “" + d.Title + "”" }

// requireForm has another form be required: it stands among the forms of the file until it
// is completed, and is a task of whoever of its service is allocated.
func (s *Service) requireForm(ctx context.Context, tx store.Tx, sat *sitting, d document.Document, do form.Doing, e *document.Effect) error {
	f, ok := sat.defs.Form(do.Target, 0)
	if !ok {
		return nil // it has left the definitions
	}
	held, err := tx.Documents(ctx, sat.person)
	if err != nil {
		return err
	}
	due, err := s.requiredBy(ctx, tx, sat, d, f, do.Days, held)
	if err != nil {
		return err
	}
	e.Requires = f.ID
	if !due.IsZero() {
		e.By = due.String()
		e.Words += ", by " + due.Long()
	}
	for _, was := range d.Requires() {
		if was.Form == f.ID && slices.ContainsFunc(held, func(o document.Document) bool { return o.Meets(was) }) {
			e.Done, e.Words = true, "Completed already: "+f.Title
			return nil
		}
	}
	if e.Done, err = s.requiredTask(ctx, tx, sat, d, f, due); e.Done {
		e.Words = "Task opened. " + e.Words
	}
	return err
}

// requiredBy is by when a form that is required is due: so many days from today or, where
// they are not said, as the form itself has it.
func (s *Service) requiredBy(ctx context.Context, tx store.Tx, sat *sitting, d document.Document, f *form.Form, days int, held []document.Document) (date.Date, error) {
	switch {
	case days > 0:
		return s.Today().AddDays(days), nil
	case f.Due == nil:
		return date.Date{}, nil
	case f.Due.After.Text == afterFinal+d.Form: // which it becomes now, or will
		return s.dueFrom(f, s.Today())
	}
	in, err := s.around(ctx, tx, sat.person, f, nil)
	if err != nil {
		return date.Date{}, err
	}
	return s.due(ctx, tx, sat.person, f, held, in)
}

// requiredTask opens the task to complete a form, unless one is open. It is false where no
// task can be opened, as in formTask.
func (s *Service) requiredTask(ctx context.Context, tx store.Tx, sat *sitting, d document.Document, f *form.Form, due date.Date) (bool, error) {
	kind, ok := s.set().Tasks().Caused(task.FormNext, f.Service)
	if !ok {
		return false, nil
	}
	open, err := s.openRequired(ctx, tx, sat.person, f.ID)
	if err != nil || len(open) > 0 {
		return len(open) > 0, err
	}
	o := opening{
		kind: kind, words: f.Title + ", because of “" + d.Title + "”", person: sat.person, service: f.Service, link: requiredLink(f.ID) + becauseOf(d.ID),
		from: task.FromRule, fromID: string(task.FormNext), due: due,
	}
	if o.to, o.team, err = s.recipient(ctx, tx, o); err != nil {
		if err == error(errNoTeam) {
			return false, nil
		}
		return false, err
	}
	if seen, err := s.isSeen(ctx, tx, o.to, o.person); err != nil || !seen {
		return false, err
	}
	if o.put, err = putOn(ctx, tx, correction.MoveDocument, string(d.ID), sat.person); err != nil {
		return false, err
	}
	_, err = s.openTask(ctx, tx, tx.Stamp(string(sat.actor.Worker)), o)
	return err == nil, err
}

// requiredLink leads to where a form that is required is begun.
func requiredLink(form string) string { return "/documents/new?form=" + form }

// becauseOf is the end of the link of a task that leads elsewhere than to the document that
// opened it: it goes with that.
func becauseOf(d document.ID) string { return "#document-" + string(d) }

// openRequired are the open tasks to complete a form.
func (s *Service) openRequired(ctx context.Context, r store.Reader, p person.ID, form string) ([]task.Task, error) {
	open, err := r.TasksLeading(ctx, p, requiredLink(form))
	return slices.DeleteFunc(open, func(t task.Task) bool { return t.FromID != string(task.FormNext) }), err
}

// endNotRequired has the tasks go to complete forms that a document required as it was
// before, and nothing on the file requires now.
func (s *Service) endNotRequired(ctx context.Context, tx store.Tx, sat *sitting, before document.Document) error {
	if len(before.Requires()) == 0 {
		return nil
	}
	held, err := tx.Documents(ctx, sat.person)
	if err != nil {
		return err
	}
	still := map[string]bool{}
	for _, d := range held {
		for _, q := range d.Requires() {
			still[q.Form] = true
		}
	}
	for _, q := range before.Requires() {
		if still[q.Form] {
			continue
		}
		open, err := s.openRequired(ctx, tx, sat.person, q.Form)
		if err != nil {
			return err
		}
		if err := s.endTasks(ctx, tx, sat, open, false, "“"+before.Title+"” was changed, and does not require it any more."); err != nil {
			return err
		}
	}
	return nil
}

// endRequired has the tasks to complete a form be done, by whoever completed it. One that
// asks first why it is late stays, until somebody says so.
func (s *Service) endRequired(ctx context.Context, tx store.Tx, sat *sitting, form string) error {
	open, err := s.openRequired(ctx, tx, sat.person, form)
	if err != nil {
		return err
	}
	for _, t := range open {
		if t.NeedsReason(s.Today()) {
			continue
		}
		if err := t.Do(sat.actor.Worker, date.At(s.now()), ""); err != nil {
			return err
		}
		if err := tx.SaveTask(ctx, t); err != nil {
			return err
		}
		if err := tx.AddTaskEvent(ctx, task.Event{Task: t.ID, Step: task.Finished, From: t.Holder, To: t.Holder, Stamp: tx.Stamp(string(sat.actor.Worker))}); err != nil {
			return err
		}
	}
	return nil
}

// formTask opens the task that a form declares. It is false where no task can be opened,
// because no case of the service runs, nobody would see it or its kind is not defined: then
// what is due stands in the document alone.
func (s *Service) formTask(ctx context.Context, tx store.Tx, sat *sitting, d document.Document, do form.Doing) (bool, error) {
	kind, ok := s.set().Tasks().Caused(task.FormEffect, d.Service)
	if !ok {
		return false, nil
	}
	team := staff.TeamID(sat.viewer.Team)
	o := opening{
		kind: kind, words: do.Title, person: sat.person, service: d.Service, link: linkOfDocument(d.ID),
		from: task.FromRule, fromID: string(task.FormEffect), due: s.Today().AddDays(do.Days), team: team,
	}
	switch do.Target {
	case form.ToAllocated: // as the kind has it
	case form.ToAuthor:
		o.to = task.OfWorker(completedBy(sat, d))
	case form.ToManager:
		if o.to = task.OfManagers(team); team == "" {
			return false, nil
		}
	default: // a role of the team: whoever of it takes the task
		if o.to = task.OfTeam(team); team == "" {
			return false, nil
		}
	}
	var err error
	if o.to, o.team, err = s.recipient(ctx, tx, o); err != nil {
		if err == error(errNoTeam) {
			return false, nil
		}
		return false, err
	}
	if seen, err := s.isSeen(ctx, tx, o.to, o.person); err != nil || !seen {
		return false, err
	}
	due, err := tx.TasksLeading(ctx, o.person, o.link)
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(due, func(t task.Task) bool { return t.Words == o.words && t.FromID == o.fromID }) {
		return true, nil // it was returned, and completed again
	}
	if o.put, err = putOn(ctx, tx, correction.MoveDocument, string(d.ID), sat.person); err != nil {
		return false, err
	}
	_, err = s.openTask(ctx, tx, tx.Stamp(string(sat.actor.Worker)), o)
	return err == nil, err
}

// inWords says what an effect does, for people to read.
func (s *Service) inWords(do form.Doing) string {
	switch do.Act {
	case form.SetFact:
		return s.factWords(do.Target, do.Value)
	case form.Require:
		title := do.Target
		if f, ok := s.set().Form(do.Target, 0); ok {
			title = f.Title
		}
		return "To be completed next: " + title
	case form.Task:
		words := fmt.Sprintf("For %s: %s", s.recipientWords(do.Target), do.Title)
		if do.Days > 0 {
			words += fmt.Sprintf(", by %s", s.Today().AddDays(do.Days).Long())
		}
		return words
	case form.Milestone:
		return "Stage reached: " + s.stageTitle(do.Target)
	case form.Message:
		words := "Told: " + s.recipientWords(do.Target)
		if do.Hours > 0 {
			words += fmt.Sprintf(", who should answer within %d hours", do.Hours)
		}
		return words
	case form.Directory:
		return map[string]string{
			"start": "To tell the directory: work with them begins", "update": "To tell the directory: there is something new", "end": "To tell the directory: work with them ends",
		}[do.Target]
	}
	return string(do.Act)
}

func (s *Service) recipientWords(to string) string {
	switch to {
	case form.ToAuthor:
		return "whoever completed it"
	case form.ToAllocated:
		return "the allocated worker"
	case form.ToManager:
		return "the line manager"
	}
	return s.RoleTitle(access.Role(to))
}

// completedBy is who completed a document: the actor, while it is being completed.
func completedBy(sat *sitting, d document.Document) staff.ID {
	if latest, ok := d.Latest(); ok && !d.Written() {
		return latest.By
	}
	return sat.actor.Worker
}

// recipients are whom an effect reaches.
func (s *Service) recipients(ctx context.Context, tx store.Tx, sat *sitting, d document.Document, to string) ([]staff.ID, error) {
	switch to {
	case form.ToAuthor:
		return []staff.ID{completedBy(sat, d)}, nil
	case form.ToAllocated:
		return tx.AllocatedWorkers(ctx, sat.person, s.Today())
	case form.ToManager:
		return s.managers(ctx, tx, staff.TeamID(sat.viewer.Team))
	}
	holders, err := tx.Holders(ctx, s.Today())
	var list []staff.ID
	for _, h := range holders {
		if string(h.Role) == to && string(h.Team) == sat.viewer.Team {
			list = append(list, h.Worker)
		}
	}
	return list, err
}

// setFact records a coded fact from today, in place of the one before it. It is false
// where that cannot be: somebody has to look at what is recorded.
func (s *Service) setFact(ctx context.Context, tx store.Tx, sat *sitting, kind, code, basis string) (bool, error) {
	c := &factChange{s: s, tx: tx, sat: sat, by: tx.Stamp(string(sat.actor.Worker))}
	var err error
	if c.FactPage, err = (reading{tx, sat, string(sat.actor.Worker), sat.person}).factPage(ctx, CodedFacts); err != nil {
		return false, err
	}
	today := s.Today()
	for _, now := range c.Now {
		if held, ok := now.Fact.(person.Characteristic); ok && held.Kind == kind && held.Code == code && held.Period.Contains(today) && held.Period.Open() {
			return true, nil // it is so already
		}
	}
	fact, period := person.Characteristic{Kind: kind, Code: code}, date.Period{From: today}
	fact.Period = period
	if slot := c.Practice.Slot(fact); slot != "" {
		for _, o := range c.Now {
			if c.Practice.Slot(o.Fact) == slot && o.Period.Overlaps(period) && !o.Period.From.Before(today) {
				return false, nil // what began today, or is to begin, is for somebody to sort out
			}
		}
		wrong, err := c.endOthers(ctx, slot, c.Now, period)
		if len(wrong) > 0 || err != nil {
			return false, err
		}
	}
	err = c.put(ctx, person.Change{Action: person.Added, Basis: basis}, fact, period)
	if fault.Is(err, fault.Invalid) {
		return false, nil
	}
	return err == nil, err
}
