package casework

import (
	"context"

	"casefile/internal/access"
	"casefile/internal/correction"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/media"
	"casefile/internal/meeting"
	"casefile/internal/person"
	"casefile/internal/plan"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// ReceivePart is a file as the one that something is about to be moved to: its
// header.
func ReceivePart() Part[struct{}] {
	return Part[struct{}]{access.Corrections, access.Record, func(context.Context, reading) (struct{}, error) { return struct{}{}, nil }}
}

// Moving is something that is about to move to another record. Of what it is, by its kind.
type Moving struct {
	Entry    entry.Entry
	File     media.File
	Document document.Document
	Plan     plan.Plan
	Meeting  meeting.Version // what is arranged of it
	Title    string
	authors  []staff.ID  // who put it there, and who did something with it by way of another child's file
	since    int64       // its place in the order of what was known
	others   []person.ID // files of the other children of a meeting
}

// MovingPart is what is to move. NotFound where it is not on this record, or not the
// viewer's to read.
func MovingPart(kind correction.Kind, object string) Part[Moving] {
	return Part[Moving]{access.Corrections, access.Record, func(ctx context.Context, r reading) (Moving, error) {
		if on, err := r.StandsWith(ctx, kind, object, r.person); err != nil || len(on) == 0 {
			return Moving{}, noObject(err)
		}
		return r.moving(ctx, kind, object)
	}}
}

// moving is what moves, or has moved, wherever it stands; NotFound where it is not the
// viewer's to read.
func (r reading) moving(ctx context.Context, kind correction.Kind, object string) (m Moving, err error) {
	sight := r.sight()
	seen := access.Shown
	switch kind {
	case correction.MoveFile:
		m.File, err = r.File(ctx, media.ID(object))
		m.Title, m.authors, m.since = m.File.Title, []staff.ID{m.File.Author}, m.File.Recorded.Seq
		seen = sight.of(m.File.Service, false)
	case correction.MoveDocument:
		m.Document, err = r.Document(ctx, document.ID(object))
		d := m.Document
		m.Title, m.authors, m.since = d.Title, []staff.ID{staff.ID(d.Begun.By)}, d.Begun.Seq
		seen = min(sight.of(d.Service, false), r.ask(access.Documents, access.Look).Outcome)
		if d.State() == document.Gone || d.Service != sight.service && !d.WasFinal() {
			seen = access.Absent
		}
	case correction.MovePlan:
		m.Plan, err = r.Plan(ctx, plan.ID(object))
		p := m.Plan
		m.Title, m.authors, m.since = p.Title, []staff.ID{staff.ID(p.Begun.By)}, p.Begun.Seq
		seen = min(sight.of(p.Service, false), r.ask(access.Plans, access.Look).Outcome)
		if _, forced := p.Says(); p.State() == plan.Gone || p.Service != sight.service && !forced {
			seen = access.Absent
		}
	case correction.MoveMeeting:
		x, of := r.Meeting(ctx, meeting.ID(object))
		err = of
		m.Meeting, m.Title, m.since = x.Now(), x.Title, x.Set.Seq
		m.authors, m.others = []staff.ID{staff.ID(x.Set.By), x.Now().Chair, x.Now().MinuteTaker}, filesOfMeeting(x)
		seen = min(sight.of(x.Service, r.s.sensitiveMeeting(x)), r.ask(access.Meetings, access.Look).Outcome)
	default:
		m.Entry, err = r.Entry(ctx, entry.ID(object))
		m.Title, m.authors, m.since = m.Entry.TypeTitle, []staff.ID{m.Entry.Author}, m.Entry.Recorded.Seq
		seen = sight.of(m.Entry.Service, m.Entry.Content.Sensitive)
	}
	if fault.Is(err, fault.NotFound) || err == nil && seen != access.Shown {
		return Moving{}, errNoObject
	}
	return m, err
}

var errNoObject = fault.New(fault.NotFound, "This is not on this record.")

func noObject(err error) error {
	if err != nil {
		return err
	}
	return errNoObject
}

// MoveEntry moves an entry to the record of the child whom it is about. It stays
// as it was written, with its author and its moments.
//
// Errors: as MergeFiles; NotFound too where the entry is not on the record, or
// is not the actor's to read.
func (s *Service) MoveEntry(ctx context.Context, a Actor, from id.Reference, e entry.ID, to id.Reference, reason string) error {
	return s.move(ctx, a, correction.MoveEntry, string(e), from, to, reason)
}

// MoveFile moves a document or photograph likewise.
func (s *Service) MoveFile(ctx context.Context, a Actor, from id.Reference, f media.ID, to id.Reference, reason string) error {
	return s.move(ctx, a, correction.MoveFile, string(f), from, to, reason)
}

// MoveDocument moves a form that is filled in likewise, with all that was done with it.
func (s *Service) MoveDocument(ctx context.Context, a Actor, from id.Reference, d document.ID, to id.Reference, reason string) error {
	return s.move(ctx, a, correction.MoveDocument, string(d), from, to, reason)
}

// MovePlan moves a plan likewise, with all that was done with it. The entries that served
// its actions stay where they are, and serve them again once they stand beside it.
func (s *Service) MovePlan(ctx context.Context, a Actor, from id.Reference, p plan.ID, to id.Reference, reason string) error {
	return s.move(ctx, a, correction.MovePlan, string(p), from, to, reason)
}

// MoveMeeting takes a child off a meeting who is not one of those whom it is about, and has
// the right one on. What was written and decided about the one is about the other, and the
// other children stay.
func (s *Service) MoveMeeting(ctx context.Context, a Actor, from id.Reference, m meeting.ID, to id.Reference, reason string) error {
	return s.move(ctx, a, correction.MoveMeeting, string(m), from, to, reason)
}

func (s *Service) move(ctx context.Context, a Actor, kind correction.Kind, object string, from, to id.Reference, reason string) error {
	return s.correct(ctx, a, kind, from, to, reason, func(c *correcting) error {
		r := reading{Reader: c.Tx, sitting: c.from, worker: string(a.Worker), person: c.from.person}
		m, err := r.moving(ctx, kind, object)
		if err != nil {
			return err
		}
		on, err := c.StandsWith(ctx, kind, object, c.from.person)
		if err != nil || len(on) == 0 {
			return noObject(err)
		}
		there, err := c.StandsWith(ctx, kind, object, c.to.person)
		if err != nil {
			return err
		}
		if len(there) > 0 {
			return problems([]fault.Problem{{Field: "other", Message: "It stands on that record already"}})
		}
		told, err := c.workers(ctx, m.since)
		if err != nil {
			return err
		}
		for _, p := range on {
			if err := c.add(ctx, object, p, c.to.person); err != nil {
				return err
			}
		}
		if err := c.moveTasks(ctx, kind, object, c.from.person, c.to.person); err != nil {
			return err
		}
		if err := c.leaveOnOthers(ctx, m.others); err != nil {
			return err
		}
		told[c.from.person] = append(told[c.from.person], m.authors...)
		if err := c.tellEach(ctx, MovedAway, c.from.person, told[c.from.person]); err != nil {
			return err
		}
		return c.tellEach(ctx, MovedHere, c.to.person, append(told[c.to.person], m.authors...))
	})
}

// leaveOnOthers leaves the footprint of a move on the files of the other children of a
// meeting: whom it is about is theirs, too.
func (c *correcting) leaveOnOthers(ctx context.Context, files []person.ID) error {
	for _, file := range files {
		if file == c.from.person {
			continue
		}
		f, err := c.s.footprintOn(ctx, c.Tx, c.from, file)
		if err != nil {
			return err
		}
		f.Action = string(c.kind)
		if _, err := c.s.leave(ctx, c.Tx, f, &footprint.Detail{Purpose: c.reason}); err != nil {
			return err
		}
	}
	return nil
}

// moveTasks has what is due because of something that moves go with it: what the task says
// is of the right child, and nothing of it stays with the wrong one. Whose task it was may
// be kept from the file where it is due now; then it goes to whom its kind says, as far as
// there is somebody.
func (c *correcting) moveTasks(ctx context.Context, kind correction.Kind, object string, from, to person.ID) error {
	link, ok := linkOfMoving(kind, object)
	if !ok {
		return nil
	}
	if err := c.MoveTasks(ctx, link, from, to); err != nil {
		return err
	}
	file, err := c.FileOf(ctx, to)
	if err != nil {
		return err
	}
	due, err := c.TasksLeading(ctx, file, link)
	if err != nil {
		return err
	}
	for _, t := range due {
		if seen, err := c.s.isSeen(ctx, c.Tx, t.Holder, file); err != nil {
			return err
		} else if seen {
			continue
		}
		if err := c.giveAnew(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// linkOfMoving is where the tasks lead that something opened; into it, too.
func linkOfMoving(kind correction.Kind, object string) (string, bool) {
	switch kind {
	case correction.MoveEntry:
		return linkOfEntry(entry.ID(object)), true
	case correction.MoveDocument:
		return linkOfDocument(document.ID(object)), true
	case correction.MovePlan:
		return planLink(plan.ID(object), ""), true
	case correction.MoveMeeting:
		return linkOfMeeting(meeting.ID(object)), true
	}
	return "", false
}

// giveAnew gives a task to whom its kind says.
func (c *correcting) giveAnew(ctx context.Context, t task.Task) error {
	k, ok := c.s.set().Tasks().Kind(t.Kind)
	if !ok {
		return nil
	}
	to, team, err := c.s.recipient(ctx, c.Tx, opening{kind: k, person: t.Person, service: t.Service})
	if err == error(errNoTeam) || err == nil && to == t.Holder {
		return nil
	}
	if err != nil {
		return err
	}
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

// rowOf is which of those whose files are one something is of.
func rowOf(ctx context.Context, r store.Reader, kind correction.Kind, object string, file person.ID) (person.ID, error) {
	on, err := r.StandsWith(ctx, kind, object, file)
	if err != nil || len(on) == 0 {
		return "", err
	}
	return on[0], nil
}
