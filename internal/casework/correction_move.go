package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/correction"
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
	Facts    []MovingFact // that a form stated on this record
	authors  []staff.ID   // who put it there, and who did something with it by way of another child's file
	since    int64        // its place in the order of what was known
	others   []person.ID  // files of the other children of a meeting
}

// MovingPart is what is to move. NotFound where it is not on this record, or not the
// viewer's to read.
func MovingPart(kind correction.Kind, object string) Part[Moving] {
	return Part[Moving]{access.Corrections, access.Record, func(ctx context.Context, r reading) (Moving, error) {
		if on, err := r.StandsWith(ctx, kind, object, r.person); err != nil || len(on) == 0 {
			return Moving{}, noObject(err)
		}
		m, err := r.moving(ctx, kind, object)
		if err != nil || kind != correction.MoveDocument {
			return m, err
		}
		m.Facts, err = r.movingFacts(ctx, object, stepsOf(m.Document))
		return m, err
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
		due, err := c.countings(ctx, kind, object, c.from)
		if err != nil {
			return err
		}
		from := make([]person.ID, len(on))
		for i, p := range on {
			from[i] = p.Now
		}
		slices.Sort(from)
		for _, p := range slices.Compact(from) {
			if err := c.add(ctx, object, p, c.to.person); err != nil {
				return err
			}
		}
		if err := c.takeAlong(ctx, object); err != nil {
			return err
		}
		if err := c.countAnew(ctx, due, object, correction.Correction{}); err != nil {
			return err
		}
		if err := c.leaveOnOthers(ctx, m.others); err != nil {
			return err
		}
		told[c.from.person] = append(told[c.from.person], m.authors...)
		if err := s.tellWorkers(ctx, c.Tx, c.from, MovedAway, told[c.from.person]...); err != nil {
			return err
		}
		return s.tellWorkers(ctx, c.Tx, c.to, MovedHere, append(told[c.to.person], m.authors...)...)
	})
}

// leaveOnOthers leaves the footprint of a move on other files that it changes: of a meeting
// whom it is about is its other children's, too.
func (c *correcting) leaveOnOthers(ctx context.Context, files []person.ID) error {
	for _, file := range files {
		if file == c.from.person || file == c.to.person { // which have their own
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

// putOn is on whose record something was put that stands on a file.
func putOn(ctx context.Context, r store.Reader, kind correction.Kind, object string, file person.ID) (person.ID, error) {
	on, err := r.StandsWith(ctx, kind, object, file)
	if err != nil || len(on) == 0 {
		return "", err
	}
	return on[0].Put, nil
}

// movedAt are the places in the order of what was known at which something moved to a file
// or from it, or its move was undone.
func movedAt(ctx context.Context, r store.Reader, file person.ID, object string) ([]int64, error) {
	all, err := r.Corrections(ctx, file)
	var list []int64
	for _, x := range all {
		if x.Object == object {
			list = append(list, x.Recorded.Seq)
			if !x.Stands() {
				list = append(list, x.Undone.Seq)
			}
		}
	}
	return list, err
}
