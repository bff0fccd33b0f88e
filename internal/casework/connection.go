package casework

import (
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// ConnectionDeclared is the kind of the notice to a manager that a worker
// declared a personal connection.
const ConnectionDeclared = "connection-declared"

const maxNature = 500 // characters

var errUnknownFile = fault.Problem{Field: "reference", Message: "You find no file with this reference. Check it; a file that you cannot find is closed to you already"}

// Declare closes a file to the actor at once, because they know the child or
// the family (KF-04), and tells whoever manages them.
//
// Errors: Invalid with each problem by its field. A file that the actor cannot
// find is one that nobody has: in the same words, by the same steps.
func (s *Service) Declare(ctx context.Context, a Actor, reference, nature string) error {
	ref, nature, err := checkDeclared(reference, nature)
	if err != nil {
		return err
	}
	err = s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.sitToDeclare(ctx, tx, a, ref)
		if err != nil {
			return err
		}
		c := right.Connection{
			ID: id.New(), Worker: a.Worker, Person: sat.person, Nature: nature,
			Clocks: date.Clocks{Period: date.Period{From: s.Today()}, Recorded: tx.Stamp(string(a.Worker))},
		}
		if err := tx.AddConnection(ctx, c); err != nil {
			return err
		}
		if err := s.tellManagers(ctx, tx, sat.viewer, c); err != nil {
			return err
		}
		f := sat.footprint(sat.claims[0].decision)
		f.Action = "connect"
		_, err = s.leave(ctx, tx, f, &footprint.Detail{Purpose: nature})
		return err
	})
	return s.refusedDeclared(ctx, a, ref, err)
}

// A Declaration is what somebody is about to declare.
type Declaration struct {
	Reference id.Reference
	// Child has what a search shows; nobody where the worker's training lapsed,
	// who is shown nobody and may declare all the same.
	Child  person.Header
	Nature string
}

// AboutToDeclare is what Declare would do, for a page to ask about first. Whom it
// names the actor finds in a search too, and it is one, with its footprints. The
// errors are those of Declare.
func (s *Service) AboutToDeclare(ctx context.Context, a Actor, reference, nature string) (Declaration, error) {
	ref, nature, err := checkDeclared(reference, nature)
	if err != nil {
		return Declaration{}, err
	}
	d := Declaration{Reference: ref, Nature: nature}
	found, err := s.list(ctx, a, listing{terms: "about to declare a connection: " + ref.String(), atLeast: everybody(access.ReasonFirst), read: func(r store.Reader, _ access.Viewer) ([]person.Found, error) {
		p, err := r.PersonByReference(ctx, ref)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		// By the same steps for nobody's reference: only whom the actor finds is read.
		st, err := s.standing(ctx, r, a, p.ID)
		if err != nil || s.sit(st, a, p.ID).ask(access.Identity, access.Find).Outcome < access.ReasonFirst {
			return nil, err
		}
		h, err := r.Header(ctx, p.ID)
		return []person.Found{{Header: h}}, err
	}})
	switch {
	case err != nil:
		return Declaration{}, err
	case len(found) == 1:
		d.Child = found[0].Header
		return d, nil
	}
	err = s.db.View(ctx, func(r store.Reader) error {
		_, err := s.sitToDeclare(ctx, r, a, ref)
		return err
	})
	if err = s.refusedDeclared(ctx, a, ref, err); err != nil {
		return Declaration{}, err
	}
	return d, nil
}

func checkDeclared(reference, nature string) (id.Reference, string, error) {
	nature = entry.Lines(nature)
	ref, err := id.ParseReference(reference)
	var wrong []fault.Problem
	if err != nil {
		wrong = append(wrong, fault.Problem{Field: "reference", Message: "Enter the reference of the file, as a search result shows it"})
	}
	switch n := utf8.RuneCountInString(nature); {
	case n == 0:
		wrong = append(wrong, fault.Problem{Field: "nature", Message: "Enter how you know them"})
	case n > maxNature:
		wrong = append(wrong, fault.TooLong("nature", "How you know them", maxNature))
	}
	return ref, nature, problems(wrong)
}

// sitToDeclare is how the actor stands to a file that they find; errNotHere for
// one that they do not find, and for nobody's, by the same steps.
func (s *Service) sitToDeclare(ctx context.Context, r store.Reader, a Actor, ref id.Reference) (*sitting, error) {
	p, err := r.PersonByReference(ctx, ref)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	st, err := s.standing(ctx, r, a, p.ID)
	if err != nil {
		return nil, err
	}
	sat := s.sit(st, a, p.ID)
	// Whoever's training has lapsed declares all the same.
	sat.held = slices.DeleteFunc(slices.Clone(sat.held), func(h access.Held) bool { return h.Ground == access.Untrained })
	if sat.ask(access.Identity, access.Find).Outcome == access.Absent {
		return nil, errNotHere
	}
	return sat, nil
}

// refusedDeclared has a refusal leave its footprint, and stand beside the
// reference.
func (s *Service) refusedDeclared(ctx context.Context, a Actor, ref id.Reference, err error) error {
	if !errors.Is(err, errNotHere) {
		return err
	}
	left := s.refusedTo(ctx, a, ref, access.Identity, "connect", err)
	if both, ok := left.(interface{ Unwrap() []error }); ok && len(both.Unwrap()) > 1 {
		return left // the footprint could not be saved
	}
	return problems([]fault.Problem{errUnknownFile})
}

// tellManagers leaves a notice for those who manage the worker: of their team,
// or where nobody does that, of whoever may.
func (s *Service) tellManagers(ctx context.Context, tx store.Tx, of access.Viewer, c right.Connection) error {
	byGround, err := s.holdersWho(ctx, tx, func(v access.Viewer) access.Decision {
		return s.office(v, access.Staff, access.Look, staff.TeamID(of.Team), of.Service)
	})
	if err != nil {
		return err
	}
	for _, g := range access.OfficeGrounds {
		told := slices.DeleteFunc(byGround[g], func(w staff.ID) bool { return w == c.Worker })
		if len(told) > 0 {
			return s.tellStaff(ctx, tx, store.StaffNotice{About: c.Worker, Subject: c.ID, Kind: ConnectionDeclared}, told)
		}
	}
	return nil
}

// Connections lists what the actor declared. Of the file it has the reference
// that they typed.
func (s *Service) Connections(ctx context.Context, a Actor) ([]right.Connection, error) {
	var list []right.Connection
	err := s.db.View(ctx, func(r store.Reader) (err error) {
		if _, err = s.viewer(ctx, r, a); err != nil {
			return err
		}
		list, err = r.Connections(ctx, a.Worker)
		return err
	})
	return list, err
}

// A StaffConnection is a connection that a worker declared, as their manager
// sees it: of the file it has the reference alone.
type StaffConnection struct {
	right.Connection
	Name      string
	TeamName  string
	MayChange bool
}

// StaffConnections lists what the workers declared about whom the actor may
// know, of files that the actor finds: to say how somebody is related to a child
// is to say something of the child, so it is a search. NotFound where their role
// has nothing of it.
func (s *Service) StaffConnections(ctx context.Context, a Actor) ([]StaffConnection, error) {
	var list []StaffConnection
	found, err := s.list(ctx, a, listing{terms: "declared connections", atLeast: everybody(access.ReasonFirst), read: func(r store.Reader, v access.Viewer) (people []person.Found, err error) {
		list = nil
		if !s.MayOffice(v.Role, access.Staff) {
			return nil, errNotHere
		}
		workers, err := s.workersOf(ctx, r, v, access.Look)
		if err != nil {
			return nil, err
		}
		all, err := r.AllConnections(ctx)
		if err != nil {
			return nil, err
		}
		on := map[person.ID]bool{}
		for _, w := range workers {
			for _, c := range all {
				if c.Worker != w.Worker {
					continue
				}
				list = append(list, StaffConnection{
					c, w.Name, w.TeamName,
					w.Worker != a.Worker && c.Period.Open() && s.office(v, access.Staff, access.Change, w.Team, w.Service).Outcome == access.Shown,
				})
				if !on[c.Person] {
					on[c.Person] = true
					people = append(people, person.Found{Header: person.Header{ID: c.Person, Reference: c.Reference}})
				}
			}
		}
		return people, nil
	}})
	if err != nil {
		return nil, s.refusedOffice(ctx, a, access.Staff, access.Look, "", err)
	}
	return slices.DeleteFunc(list, func(c StaffConnection) bool {
		return !has(found, func(f person.Found) bool { return f.ID == c.Person })
	}), nil
}

// TakeBack ends a connection that a worker declared, on the word of whoever
// manages them: files that it closed open again by the worker's role. What was
// so until yesterday stays so.
//
// Errors: NotFound for a worker whom the actor does not manage, and for
// themselves; Conflict when it was taken back before.
func (s *Service) TakeBack(ctx context.Context, a Actor, w staff.ID, connection string) error {
	return s.decideAbout(ctx, a, w, "take-back", func(ctx context.Context, tx store.Tx) error {
		held, err := tx.Connections(ctx, w)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(held, func(c right.Connection) bool { return c.ID == connection && c.Period.Open() })
		if i < 0 {
			return fault.New(fault.Conflict, "This was taken back before.")
		}
		c, by := held[i], tx.Stamp(string(a.Worker))
		if err := tx.Supersede(ctx, store.ConnectionFact, c.ID, by); err != nil {
			return err
		}
		c.ID, c.Clocks = id.New(), date.Clocks{Period: date.Period{From: c.Period.From, To: s.Today().AddDays(-1)}, Recorded: by}
		if !c.Period.Valid() { // it was declared today: the row that is put aside says so
			return nil
		}
		return tx.AddConnection(ctx, c)
	})
}
