package casework

import (
	"context"
	"slices"

	"casefile/internal/correction"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/entry"
	"casefile/internal/meeting"
	"casefile/internal/person"
	"casefile/internal/plan"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// An along is what goes along with something that moves: what is due because of it, and the
// stages that it reached.
type along struct {
	links    []string // where the tasks lead that it opened; into it, too
	document document.ID
	requires []string // the forms that it had be required
	title    string
	service  string
	stated   []int64  // the places in the order of what was known at which it stated stages
	reaches  []string // of a meeting that was held: of these stages, the first that was not reached
	day      date.Date
	late     string
}

func (c *correcting) along(ctx context.Context, kind correction.Kind, object string) (g along, err error) {
	switch kind {
	case correction.MoveEntry:
		g.links = []string{linkOfEntry(entry.ID(object))}
	case correction.MovePlan:
		g.links = []string{planLink(plan.ID(object), "")}
	case correction.MoveDocument:
		d, err := c.Document(ctx, document.ID(object))
		if err != nil {
			return g, err
		}
		g.document, g.title, g.service, g.links = d.ID, d.Title, d.Service, []string{linkOfDocument(d.ID)}
		for _, s := range d.Steps {
			g.stated = append(g.stated, s.Recorded.Seq)
			for _, e := range s.Effects {
				if e.Requires != "" && !slices.Contains(g.requires, e.Requires) {
					g.requires = append(g.requires, e.Requires)
					g.links = append(g.links, requiredLink(e.Requires)+becauseOf(d.ID))
				}
			}
		}
	case correction.MoveMeeting:
		m, err := c.Meeting(ctx, meeting.ID(object))
		if err != nil {
			return g, err
		}
		g.title, g.service, g.links = m.Title, m.Service, []string{linkOfMeeting(m.ID)}
		for _, v := range m.Versions {
			if v.State == meeting.Held {
				g.stated = append(g.stated, v.Recorded.Seq)
			}
		}
		if m.Is(meeting.Held) {
			k, _ := c.s.set().Meetings().Kind(m.Kind)
			g.reaches, g.day, g.late = k.Reaches, m.Now().Day, m.Now().Late
		}
	case correction.MoveFile, correction.Merge, correction.NeverSame, correction.Undo: // nothing is due because of these
	}
	return g, nil
}

// takeAlong has what goes along with what moved be of the right child, and nothing of it
// stay with the wrong one.
func (c *correcting) takeAlong(ctx context.Context, object string) error {
	g, err := c.along(ctx, c.kind, object)
	if err != nil {
		return err
	}
	due, err := c.dueOf(ctx, c.to.person, g)
	if err != nil {
		return err
	}
	for _, t := range due {
		if err := c.keepSeen(ctx, t, c.from.person); err != nil {
			return err
		}
	}
	if err := c.shareRequired(ctx, g, c.from, c.to); err != nil {
		return err
	}
	taken, err := c.takeStages(ctx, c.from.person, object, g, ": it was on the wrong record", 0)
	if err != nil {
		return err
	}
	const here = ": it was moved to this record"
	if g.document != "" {
		if err := c.takeFactsAlong(ctx, object, g); err != nil {
			return err
		}
	}
	if g.document == "" {
		return c.reach(ctx, c.to, g, task.Milestone{Actual: g.day, Late: g.late}, here, g.reaches...)
	}
	for _, m := range taken {
		if err := c.reach(ctx, c.to, g, m, here, m.Kind); err != nil {
			return err
		}
	}
	return nil
}

// takeBack has it be as it was before a move that is undone.
func (c *correcting) takeBack(ctx context.Context, x correction.Correction) error {
	if !x.Kind.Moves() {
		return nil
	}
	g, err := c.along(ctx, x.Kind, x.Object)
	if err != nil {
		return err
	}
	due, err := c.dueOf(ctx, c.from.person, g)
	if err != nil {
		return err
	}
	for _, t := range due {
		if err := c.giveBack(ctx, t, x); err != nil {
			return err
		}
	}
	if err := c.shareRequired(ctx, g, c.to, c.from); err != nil {
		return err
	}
	if err := c.endStandIns(ctx, g, x); err != nil {
		return err
	}
	if g.document != "" {
		if err := c.takeFactsBack(ctx, x, g); err != nil {
			return err
		}
	}
	return c.takeStagesBack(ctx, x, g)
}

// dueOf are the open tasks on a file that something opened.
func (c *correcting) dueOf(ctx context.Context, file person.ID, g along) (due []task.Task, err error) {
	for _, link := range g.links {
		list, err := c.TasksLeading(ctx, file, link)
		if err != nil {
			return nil, err
		}
		due = append(due, list...)
	}
	return due, nil
}

// keepSeen has a task that moved from a file be of somebody who sees it. Whose it was may be
// kept from the file where it is due now; then it goes to whom its kind says, as far as
// there is somebody. So does what waits to be authorised in the tray of a team: nobody has
// taken it yet.
func (c *correcting) keepSeen(ctx context.Context, t task.Task, left person.ID) error {
	w, awaits := awaitedOf(t)
	_, lies := t.Holder.Team()
	if seen, err := c.s.isSeenBy(ctx, c.Tx, t); err != nil {
		return err
	} else if seen && !(awaits && lies) {
		return c.keep(ctx, t, left)
	}
	k, ok := c.s.set().Tasks().Kind(t.Kind)
	if !ok {
		return nil
	}
	o := opening{kind: k, person: t.Person, service: t.Service}
	to, team, err := c.s.recipient(ctx, c.Tx, o)
	if awaits {
		to, team, err = c.s.toAuthorise(ctx, c.Tx, o, w)
	}
	if err == error(errNoTeam) || err == nil && to == t.Holder {
		return nil
	}
	if err != nil {
		return err
	}
	return c.hand(ctx, t, to, team)
}

// keep leaves a task with whose it is: where the team of the case that it left answered for
// it, that of the case where it is due now does.
func (c *correcting) keep(ctx context.Context, t task.Task, left person.ID) error {
	was, err := c.s.runningCase(ctx, c.Tx, left, t.Service)
	if err != nil || staff.TeamID(was.TeamID) != t.Team {
		return err
	}
	_, team, err := c.s.recipient(ctx, c.Tx, opening{person: t.Person, service: t.Service, to: t.Holder, team: t.Team})
	if err != nil || team == t.Team {
		return err
	}
	t.Team = team
	return c.SaveTask(ctx, t)
}

// giveBack has a task whose move is undone be of whoever had it before the move, unless
// somebody has passed it on since, or they do not see it any more.
func (c *correcting) giveBack(ctx context.Context, t task.Task, x correction.Correction) error {
	events, err := c.TaskEvents(ctx, t.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(events, func(e task.Event) bool {
		return e.Seq == x.Recorded.Seq && e.Step == task.Reassigned && e.To == t.Holder
	})
	if i < 0 {
		return c.keepSeen(ctx, t, c.to.person)
	}
	was := t
	was.Holder = events[i].From
	if seen, err := c.s.isSeenBy(ctx, c.Tx, was); err != nil {
		return err
	} else if !seen {
		return c.keepSeen(ctx, t, c.to.person)
	}
	to, team, err := c.s.recipient(ctx, c.Tx, opening{person: t.Person, service: t.Service, to: events[i].From, team: t.Team})
	if err != nil {
		return err
	}
	return c.hand(ctx, t, to, team)
}

// hand gives a task to somebody else, because of the correction.
func (c *correcting) hand(ctx context.Context, t task.Task, to task.Holder, team staff.TeamID) error {
	was := t.Holder
	if err := t.Reassign(to, date.At(c.s.now())); err != nil {
		return err
	}
	t.Team = team
	if err := c.SaveTask(ctx, t); err != nil {
		return err
	}
	by := c.Stamp(string(c.a.Worker))
	if err := c.AddTaskEvent(ctx, task.Event{Task: t.ID, Step: task.Reassigned, From: was, To: to, Reason: c.reason, Stamp: by}); err != nil {
		return err
	}
	return c.s.tellOfTask(ctx, c.Tx, t, TaskGiven, to, c.a.Worker)
}

// shareRequired has the forms that a document required be due on both files where one task
// stood for several documents: where it went along, or stayed, another is opened for what it
// is not with any more.
func (c *correcting) shareRequired(ctx context.Context, g along, left, now *sitting) error {
	for _, form := range g.requires {
		went, err := c.TasksLeading(ctx, now.person, requiredLink(form)+becauseOf(g.document))
		if err != nil {
			return err
		}
		stayed, err := c.s.openRequired(ctx, c.Tx, left.person, form)
		if err != nil {
			return err
		}
		switch {
		case len(went) > 0:
			err = c.requireAnew(ctx, left, form)
		case len(stayed) > 0:
			err = c.requireAnew(ctx, now, form)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// requireAnew opens the task to complete a form, where a document of a file requires it and
// none is open.
func (c *correcting) requireAnew(ctx context.Context, on *sitting, form string) error {
	f, ok := on.defs.Form(form, 0)
	if !ok {
		return nil // it has left the definitions
	}
	held, err := c.Documents(ctx, on.person)
	if err != nil {
		return err
	}
	for _, d := range held {
		for _, q := range d.Requires() {
			if q.Form != form || slices.ContainsFunc(held, func(o document.Document) bool { return o.Meets(q) }) {
				continue
			}
			if _, err := c.s.requiredTask(ctx, c.Tx, on, d, f, q.By); err != nil {
				return err
			}
		}
	}
	return nil
}

// endStandIns has the tasks go that shareRequired opened for a move that is undone, where
// the one that they stood in for is on the same file again.
func (c *correcting) endStandIns(ctx context.Context, g along, x correction.Correction) error {
	for _, form := range g.requires {
		open, err := c.s.openRequired(ctx, c.Tx, c.from.person, form)
		if err != nil {
			return err
		}
		var standIns []task.Task
		for _, t := range open {
			events, err := c.TaskEvents(ctx, t.ID)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(events, func(e task.Event) bool { return e.Seq == x.Recorded.Seq && e.Step == task.Opened }) {
				standIns = append(standIns, t)
			}
		}
		if len(standIns) == len(open) { // what they stood in for was done meanwhile
			continue
		}
		if err := c.s.endTasks(ctx, c.Tx, c.from, standIns, false, "“"+g.title+"” is back on this record, where one task stands for both."); err != nil {
			return err
		}
	}
	return nil
}

// takeStages has the stages that something stated on a file not be reached any more: those
// stated at one place in the order of what was known, or with 0 all of them. What somebody
// stated of a stage since stays, and so does the day for which it was planned.
func (c *correcting) takeStages(ctx context.Context, file person.ID, object string, g along, why string, only int64) (taken []task.Milestone, err error) {
	moved, err := movedAt(ctx, c.Tx, file, object)
	if err != nil {
		return nil, err
	}
	now, err := c.Milestones(ctx, file, 0)
	if err != nil {
		return nil, err
	}
	for _, was := range now {
		seq := was.Recorded.Seq
		if was.Actual.IsZero() || only != 0 && seq != only || !slices.Contains(g.stated, seq) && !slices.Contains(moved, seq) {
			continue
		}
		left := task.Milestone{Episode: was.Episode, Kind: was.Kind, Planned: was.Planned}
		if err := putStage(ctx, c.Tx, c.Stamp(string(c.a.Worker)), file, was, left, g.title+why); err != nil {
			return nil, err
		}
		taken = append(taken, was)
	}
	return taken, nil
}

// reach has the first of some stages that is not reached yet, of an open case of the
// service, be reached as was stated elsewhere. One that is late here, and was not there,
// says so until somebody says why.
func (c *correcting) reach(ctx context.Context, on *sitting, g along, as task.Milestone, why string, kinds ...string) error {
	r := reading{Reader: c.Tx, sitting: on, worker: string(c.a.Worker), person: on.person}
	episodes, err := r.Episodes(ctx, r.person, 0)
	if err != nil {
		return err
	}
	ever, err := r.Milestones(ctx, r.person, store.Ever)
	if err != nil {
		return err
	}
	for _, e := range episodes {
		if e.Service != g.service || !e.Period.To.IsZero() {
			continue
		}
		stages, err := r.stages(ctx, e, ever, nil)
		if err != nil {
			return err
		}
		for _, kind := range kinds {
			i := slices.IndexFunc(stages, func(st Stage) bool { return st.Kind.ID == kind && st.Now.Actual.IsZero() })
			if i < 0 {
				continue
			}
			st := stages[i]
			m := task.Milestone{Episode: e.Key(), Kind: kind, Planned: st.Now.Planned, Actual: as.Actual}
			if m.Lateness(st.Due).DaysLate(c.s.Today()) > 0 {
				m.Late = as.Late
			}
			return putStage(ctx, c.Tx, c.Stamp(string(c.a.Worker)), on.person, st.Now, m, g.title+why)
		}
	}
	return nil
}

// takeStagesBack has stages be reached again that a move took, and not those any more that
// it, or what moved, reached since: where there was none to take, what was reached since is
// reached here.
func (c *correcting) takeStagesBack(ctx context.Context, x correction.Correction, g along) error {
	const gone, back = ": its move here was undone", ": it is back on this record"
	var taken []task.Milestone
	there, err := c.StandsWith(ctx, x.Kind, x.Object, c.to.person)
	if err != nil {
		return err
	}
	switch {
	case c.from.person == c.to.person: // merged meanwhile, so that what the move stated tells the two apart
		taken, err = c.takeStages(ctx, c.to.person, x.Object, g, gone, x.Recorded.Seq)
	case len(there) == 0: // nobody else of that file has it
		taken, err = c.takeStages(ctx, c.to.person, x.Object, g, gone, 0)
	}
	if err != nil {
		return err
	}
	ever, err := c.Milestones(ctx, c.from.person, store.Ever)
	if err != nil {
		return err
	}
	again := false
	for _, was := range ever {
		if was.Superseded.Seq != x.Recorded.Seq || was.Actual.IsZero() || g.document == "" && g.day.IsZero() {
			continue
		}
		again = true
		m := task.Milestone{Episode: was.Episode, Kind: was.Kind, Actual: was.Actual, Late: was.Late}
		if g.document == "" {
			m.Actual = g.day // which may have been put right
		}
		var now task.Milestone
		if i := slices.IndexFunc(ever, func(o task.Milestone) bool { return o.Current() && o.Episode == m.Episode && o.Kind == m.Kind }); i >= 0 {
			now = ever[i]
		}
		if !now.Actual.IsZero() {
			continue
		}
		m.Planned = now.Planned
		if err := putStage(ctx, c.Tx, c.Stamp(string(c.a.Worker)), c.from.person, now, m, g.title+back); err != nil {
			return err
		}
	}
	for _, m := range taken {
		if m.Recorded.Seq <= x.Recorded.Seq || !slices.Contains(g.stated, m.Recorded.Seq) {
			continue
		}
		kinds := []string{m.Kind}
		if g.document == "" {
			if again {
				continue
			}
			kinds = g.reaches
		}
		if err := c.reach(ctx, c.from, g, m, back, kinds...); err != nil {
			return err
		}
	}
	return nil
}

// linkOfEntry, linkOfDocument and linkOfMeeting are what a task leads to on the file, and tell what
// opened it.
func linkOfEntry(e entry.ID) string { return "/timeline#entry-" + string(e) }

func linkOfDocument(d document.ID) string { return "/documents/" + string(d) }

func linkOfMeeting(m meeting.ID) string { return "/meetings/" + string(m) }
