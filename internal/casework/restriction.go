package casework

import (
	"context"
	"slices"
	"strings"
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

// Longest texts of a restriction, in characters.
const (
	maxWhy   = 2000
	maxPaper = 300
)

// leastNamed is how many people a restriction names at least, so that the file
// is not lost with one of them. It is our own choice.
const leastNamed = 2

// A Restricted is the restriction of a file, and what imports brought about the
// child meanwhile. The zero Restriction says that there is none.
type Restricted struct {
	right.Restriction
	Held      []HeldAdd
	MayChange bool
	Unheard   bool // nobody named handles concerns about any file, so one about it may lie
}

// RestrictionPart is to whom the file is restricted, why, and what is held for
// those named.
func RestrictionPart() Part[Restricted] {
	return Part[Restricted]{access.Restriction, access.Look, func(ctx context.Context, r reading) (x Restricted, err error) {
		if x.Restriction, err = r.s.restriction(ctx, r, r.person); err != nil {
			return x, err
		}
		x.MayChange = r.s.decide(r.standing, access.Restriction, access.Change).Outcome == access.Shown
		if x.ID != "" {
			hearers, err := r.s.hearers(ctx, r, "")
			if err != nil {
				return x, err
			}
			heard, err := r.s.heard(ctx, r, hearers, r.person, x.Workers())
			if err != nil {
				return x, err
			}
			x.Unheard = !heard
		}
		if x.Held, err = r.s.heldAdds(ctx, r, r.person); err != nil {
			return x, err
		}
		x.Held = slices.DeleteFunc(x.Held, func(h HeldAdd) bool { return h.Done })
		for _, h := range x.Held {
			if h.Relation == nil {
				continue
			}
			other, err := r.FileOf(ctx, h.Relation.With(r.person))
			if err != nil {
				return x, err
			}
			w, err := r.relative(ctx, other, 0)
			if err != nil {
				return x, err
			}
			if h.Relation.NotFor = w == nil; w != nil {
				h.Relation.Who = w.header
			}
		}
		return x, nil
	}}
}

// RestrictPart is the page on which a restriction is laid down or changed.
func RestrictPart() Part[Restrictable] {
	return Part[Restrictable]{access.Restriction, access.Change, func(ctx context.Context, r reading) (x Restrictable, err error) {
		if x.Restriction, err = r.s.restriction(ctx, r, r.person); err != nil {
			return x, err
		}
		workers, err := r.AllocatedWorkers(ctx, r.person, r.s.Today())
		if err != nil {
			return x, err
		}
		for _, w := range workers {
			opens, _, err := r.s.whenNamed(ctx, r, r.person, w)
			if err != nil {
				return x, err
			}
			if opens {
				x.Works = append(x.Works, w)
			}
		}
		return x, nil
	}}
}

// A Restrictable is a file whose restriction is about to be laid down or changed,
// with those who work with the child, who are to be named.
type Restrictable struct {
	right.Restriction
	Works []staff.ID
}

// restriction is the one in force, with those named on it today; the zero
// Restriction where there is none.
func (s *Service) restriction(ctx context.Context, r store.Reader, p person.ID) (right.Restriction, error) {
	all, err := r.Restrictions(ctx, p)
	if err != nil {
		return right.Restriction{}, err
	}
	today := s.Today()
	for _, x := range all {
		if x.Period.Contains(today) {
			x.Named = slices.DeleteFunc(slices.Clone(x.Named), func(n right.Named) bool { return !n.Period.Contains(today) })
			return x, nil
		}
	}
	return right.Restriction{}, nil
}

// isRestricted reports whether a file is restricted now, in one statement
// whether it is, is not, or there is no such file: nobody is named nowhere.
func (s *Service) isRestricted(ctx context.Context, r store.Reader, p person.ID) (bool, error) {
	held, err := r.Held(ctx, access.Viewer{}, p, date.At(s.now()))
	return slices.ContainsFunc(held, func(h access.Held) bool { return h.Ground == access.Restricted }), err
}

// Restricting is what somebody lays down about the rights to a file.
type Restricting struct {
	Seen   string // the key of the restriction that the page showed; empty where there was none
	Reason string
	Paper  string // where a separate paper file is
	Named  []staff.ID
	Aware  bool // that the file closes to them, where they name others only
}

// Restrict keeps a file from all but those named, or changes who they are
// (CR-31). left says that the actor is not among them, so that the file is
// closed to them now.
//
// Errors: Invalid with each problem by its field; Conflict when the restriction
// was changed since the page was read; NotFound when it is not the actor's to
// change.
func (s *Service) Restrict(ctx context.Context, a Actor, ref id.Reference, t Restricting) (left bool, err error) {
	t.Reason, t.Paper = entry.Lines(t.Reason), entry.OneLine(t.Paper)
	slices.Sort(t.Named)
	t.Named = slices.Compact(t.Named)
	left = !slices.Contains(t.Named, a.Worker)
	err = s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.Restriction, access.Change)
		if err != nil {
			return err
		}
		was, err := s.restriction(ctx, tx, sat.person)
		if err != nil {
			return err
		}
		if was.ID != t.Seen {
			return errRestrictionChanged
		}
		wrong, err := s.checkRestricting(ctx, tx, a.Worker, sat.person, t)
		if err != nil {
			return err
		}
		if left && !t.Aware && len(wrong) == 0 {
			wrong = append(wrong, fault.Problem{Field: "aware", Message: "You are not among those named. Confirm that you know this file will close to you, or name yourself"})
		}
		if len(wrong) > 0 {
			return problems(wrong)
		}
		laid, err := s.lay(ctx, tx, sat, was, t)
		if err != nil {
			return err
		}
		if err := s.tellLeads(ctx, tx, a.Worker, laid); err != nil {
			return err
		}
		f := sat.footprint(sat.claims[0].decision)
		f.Action = "restrict"
		_, err = s.leave(ctx, tx, f, &footprint.Detail{Purpose: t.Reason})
		return err
	})
	return left, s.refusedTo(ctx, a, ref, access.Restriction, string(access.Change), err)
}

var errRestrictionChanged = fault.New(fault.Conflict, "The restriction of this file was changed since you opened the page.")

// checkRestricting says what is wrong with a restriction, by field, in the order
// of the page.
func (s *Service) checkRestricting(ctx context.Context, r store.Reader, by staff.ID, p person.ID, t Restricting) ([]fault.Problem, error) {
	var wrong []fault.Problem
	named, err := s.checkNamed(ctx, r, p, t.Named)
	if err != nil {
		return nil, err
	}
	if named == "" {
		if named, err = s.leftOut(ctx, r, p, t.Named); err != nil {
			return nil, err
		}
	}
	if named == "" {
		if named, err = s.unheard(ctx, r, by, p, t.Named); err != nil {
			return nil, err
		}
	}
	if named != "" {
		wrong = append(wrong, fault.Problem{Field: "named", Message: named})
	}
	switch n := utf8.RuneCountInString(t.Reason); {
	case n == 0:
		wrong = append(wrong, fault.Problem{Field: "reason", Message: "Enter why the file is restricted"})
	case n > maxWhy:
		wrong = append(wrong, fault.TooLong("reason", "The reason", maxWhy))
	}
	if utf8.RuneCountInString(t.Paper) > maxPaper {
		wrong = append(wrong, fault.TooLong("paper", "Where the paper file is", maxPaper))
	}
	return wrong, nil
}

// checkNamed says what is wrong with those named on a restriction; empty where
// nothing is.
func (s *Service) checkNamed(ctx context.Context, r store.Reader, p person.ID, named []staff.ID) (string, error) {
	if len(named) < leastNamed {
		return "Name at least two people, so that the file is not lost with one of them", nil
	}
	keeper := false // somebody who may change it later
	for _, w := range named {
		opens, changes, err := s.whenNamed(ctx, r, p, w)
		if err != nil {
			return "", err
		}
		if !opens {
			return "One of those named could not open the file today: for the role they hold, a connection they declared, or training that has lapsed. Choose others", nil
		}
		keeper = keeper || changes
	}
	if !keeper {
		return "None of those named could change the restriction later. Name a team manager as well", nil
	}
	return "", nil
}

// leftOut says who works with the child and is not named: a restriction takes
// nobody's case away, so that it cannot be used to hide a file from those who
// look after the child. Whoever could not open the file anyhow is not missed.
func (s *Service) leftOut(ctx context.Context, r store.Reader, p person.ID, named []staff.ID) (string, error) {
	workers, err := r.AllocatedWorkers(ctx, p, s.Today())
	if err != nil {
		return "", err
	}
	var names []string
	for _, w := range workers {
		if slices.Contains(named, w) {
			continue
		}
		opens, _, err := s.whenNamed(ctx, r, p, w)
		if err != nil {
			return "", err
		}
		if !opens {
			continue
		}
		worker, err := r.Worker(ctx, w)
		if err != nil {
			return "", err
		}
		names = append(names, worker.Name())
	}
	if len(names) == 0 {
		return "", nil
	}
	return "Name those who work with them too: " + strings.Join(names, ", ") + ". To leave somebody out, have their case passed on first", nil
}

// tellLeads leaves a notice with whoever looks after restrictions everywhere,
// that there is a new one. It does not say of which file.
func (s *Service) tellLeads(ctx context.Context, tx store.Tx, by staff.ID, restriction string) error {
	byGround, err := s.holdersWho(ctx, tx, func(v access.Viewer) access.Decision {
		everyone := []access.Held{{Ground: access.Everyone}}
		return s.set().Access().Decide(v, access.Restriction, access.Change, everyone, date.At(s.now()))
	})
	if err != nil {
		return err
	}
	leads := slices.DeleteFunc(byGround[access.Everyone], func(w staff.ID) bool { return w == by })
	return s.tellStaff(ctx, tx, store.StaffNotice{About: by, Subject: restriction, Kind: RestrictionLaid}, leads)
}

// RestrictionLaid is the kind of the notice that somebody restricted a file.
const RestrictionLaid = "restriction-laid"

// whenNamed says whether a worker who is named on a restriction could open the
// file in a role they hold today, and change the restriction. A bar of their own
// stays one.
func (s *Service) whenNamed(ctx context.Context, r store.Reader, p person.ID, w staff.ID) (opens, changes bool, err error) {
	roles, err := r.Assignments(ctx, w, s.Today())
	if err != nil {
		return false, false, err
	}
	for _, as := range roles {
		st, err := s.standing(ctx, r, Actor{Worker: w, As: as.ID}, p)
		if err != nil {
			return false, false, err
		}
		st.held = append(slices.DeleteFunc(st.held, func(h access.Held) bool { return h.Ground == access.Restricted }), access.Held{Ground: access.Named})
		opens = opens || s.decide(st, access.Identity, access.Look).Outcome == access.Shown
		changes = changes || s.decide(st, access.Restriction, access.Change).Outcome == access.Shown
	}
	return opens, changes, nil
}

// lay puts a restriction in the place of another, or of none, and gives its key.
// What was so until yesterday stays so.
func (s *Service) lay(ctx context.Context, tx store.Tx, sat *sitting, was right.Restriction, t Restricting) (string, error) {
	by, today := tx.Stamp(string(sat.actor.Worker)), s.Today()
	since := today
	if was.ID != "" {
		since = was.Period.From
		if err := tx.Supersede(ctx, store.RestrictionFact, was.ID, by); err != nil {
			return "", err
		}
	}
	now := right.Restriction{ID: id.New(), Person: sat.person, Reason: t.Reason, Paper: t.Paper, Clocks: date.Clocks{Period: date.Period{From: since}, Recorded: by}}
	if err := tx.AddRestriction(ctx, now); err != nil {
		return "", err
	}
	name := func(w staff.ID, p date.Period) error {
		if !p.Valid() {
			return nil
		}
		return tx.AddNamed(ctx, right.Named{ID: id.New(), Restriction: now.ID, Worker: w, Clocks: date.Clocks{Period: p, Recorded: by}})
	}
	from := map[staff.ID]date.Date{}
	for _, n := range was.Named {
		if err := tx.Supersede(ctx, store.NamedFact, n.ID, by); err != nil {
			return "", err
		}
		from[n.Worker] = n.Period.From
		if !slices.Contains(t.Named, n.Worker) {
			if err := name(n.Worker, date.Period{From: n.Period.From, To: today.AddDays(-1)}); err != nil {
				return "", err
			}
		}
	}
	for _, w := range t.Named {
		begin, before := from[w]
		if !before {
			begin = today
		}
		if err := name(w, date.Period{From: begin}); err != nil {
			return "", err
		}
	}
	return now.ID, nil
}

// LiftRestriction ends a restriction; seen is the key of the one that the page
// showed, and why is kept with the footprint.
//
// Errors are those of Restrict.
func (s *Service) LiftRestriction(ctx context.Context, a Actor, ref id.Reference, seen, why string) error {
	why = entry.Lines(why)
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.Restriction, access.Change)
		if err != nil {
			return err
		}
		was, err := s.restriction(ctx, tx, sat.person)
		if err != nil {
			return err
		}
		switch n := utf8.RuneCountInString(why); {
		case was.ID != seen || was.ID == "":
			return errRestrictionChanged
		case n == 0:
			return problems([]fault.Problem{{Field: "why", Message: "Enter why the restriction ends"}})
		case n > maxWhy:
			return problems([]fault.Problem{fault.TooLong("why", "The reason", maxWhy)})
		}
		by := tx.Stamp(string(a.Worker))
		if err := tx.Supersede(ctx, store.RestrictionFact, was.ID, by); err != nil {
			return err
		}
		// It was so until yesterday, where it began before today.
		was.ID, was.Clocks = id.New(), date.Clocks{Period: date.Period{From: was.Period.From, To: s.Today().AddDays(-1)}, Recorded: by}
		if was.Period.Valid() {
			if err := tx.AddRestriction(ctx, was); err != nil {
				return err
			}
			for _, n := range was.Named {
				n.ID, n.Restriction, n.Clocks = id.New(), was.ID, date.Clocks{Period: date.Period{From: n.Period.From, To: was.Period.To}, Recorded: by}
				if n.Period.Valid() {
					if err := tx.AddNamed(ctx, n); err != nil {
						return err
					}
				}
			}
		}
		f := sat.footprint(sat.claims[0].decision)
		f.Action = "lift"
		_, err = s.leave(ctx, tx, f, &footprint.Detail{Purpose: why})
		return err
	})
	return s.refusedTo(ctx, a, ref, access.Restriction, string(access.Change), err)
}

// WorkersNamed reads workers by their keys, with the roles they hold today, in
// the order of the keys; those that are nobody's are left out. Workers are not
// case information.
func (s *Service) WorkersNamed(ctx context.Context, ids []staff.ID) ([]Me, error) {
	var list []Me
	err := s.db.View(ctx, func(r store.Reader) error {
		list = nil
		for _, w := range ids {
			worker, err := r.Worker(ctx, w)
			if fault.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			roles, err := r.Assignments(ctx, w, s.Today())
			if err != nil {
				return err
			}
			list = append(list, Me{Worker: worker, Assignments: roles})
		}
		return nil
	})
	return list, err
}
