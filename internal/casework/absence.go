package casework

import (
	"context"
	"slices"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/caseload"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// A Desk is a worker as they, or whoever manages them, see to their roles and
// absences.
type Desk struct {
	Worker      staff.Worker
	Assignments []staff.Assignment // of today and later
	MayEnd      map[staff.AssignmentID]bool
	Absences    []staff.Absence // running and coming, the first first
	Covers      []staff.Absence // for which they cover
	MayChange   bool
	Choices     []staff.Colleague // who could cover for them
}

// Desk is the worker's own, or another's whose staff the viewer sees. NotFound
// otherwise, and where there is no such worker.
func (s *Service) Desk(ctx context.Context, a Actor, w staff.ID) (Desk, error) {
	var d Desk
	err := s.db.View(ctx, func(r store.Reader) (err error) {
		d, err = s.desk(ctx, r, a, w, access.Look)
		return err
	})
	return d, s.refusedOffice(ctx, a, access.Staff, access.Look, string(w), err)
}

// desk reads it and checks that the actor may do something with it: whatever
// they will with their own, and with another's what the table gives them on
// the ground of a team in which that worker holds a role.
func (s *Service) desk(ctx context.Context, r store.Reader, a Actor, w staff.ID, action access.Action) (Desk, error) {
	d := Desk{MayEnd: map[staff.AssignmentID]bool{}}
	st, err := s.standing(ctx, r, a, "")
	if err != nil {
		return d, err
	}
	if d.Assignments, err = r.AssignmentsFrom(ctx, w, s.Today()); err != nil {
		return d, err
	}
	own := w == a.Worker
	may := own
	d.MayChange = own
	for _, as := range d.Assignments {
		may = may || s.mayOffice(st.viewer, access.Staff, action, string(as.Team), as.Service)
		if s.mayOffice(st.viewer, access.Staff, access.Change, string(as.Team), as.Service) {
			d.MayChange = true
			d.MayEnd[as.ID] = !own // nobody takes their own role away by mistake
		}
	}
	if !may {
		return d, errNotHere
	}
	if d.Worker, err = r.Worker(ctx, w); err != nil {
		return d, err
	}
	if d.Covers, err = r.Covers(ctx, w, s.Today()); err != nil {
		return d, err
	}
	all, err := r.Absences(ctx, w)
	if err != nil {
		return d, err
	}
	slices.Reverse(all)
	for _, b := range all {
		if b.Period.To.IsZero() || !b.Period.To.Before(s.Today()) {
			d.Absences = append(d.Absences, b)
		}
	}
	colleagues, err := r.Colleagues(ctx, nil, s.Today(), mostColleagues)
	if err != nil {
		return d, err
	}
	teams, err := r.Teams(ctx)
	if err != nil {
		return d, err
	}
	services := map[string]bool{}
	for _, as := range d.Assignments {
		services[as.Service] = as.Service != ""
	}
	for _, c := range colleagues {
		i := slices.IndexFunc(teams, func(t staff.Team) bool { return t.ID == c.Team })
		if c.ID != w && i >= 0 && services[teams[i].Service] && s.holdsCases(c.Role) {
			d.Choices = append(d.Choices, c)
		}
	}
	return d, nil
}

// MaySeeTo says of which colleagues the actor sees to roles and absences:
// whom to offer. The page behind it decides again.
func (s *Service) MaySeeTo(ctx context.Context, a Actor, list []staff.Colleague) (map[staff.ID]bool, error) {
	may := map[staff.ID]bool{}
	err := s.db.View(ctx, func(r store.Reader) error {
		v, err := r.Viewer(ctx, a.Worker, a.As, s.Today())
		if err != nil {
			return err
		}
		teams, err := r.Teams(ctx)
		if err != nil {
			return err
		}
		services := map[staff.TeamID]string{}
		for _, t := range teams {
			services[t.ID] = t.Service
		}
		for _, c := range list {
			if s.mayOffice(v, access.Staff, access.Look, string(c.Team), services[c.Team]) {
				may[c.ID] = true
			}
		}
		return nil
	})
	return may, err
}

// mostColleagues bounds the list to choose a cover from.
const mostColleagues = 5000

const maxAbsenceNote = 200

// DeclareAbsence says that a worker is away, from a day to another or until it
// is ended, and who covers: a colleague with a role in a service of theirs to
// which cases are allocated, and who is not away then too. A worker says so for
// themself, a manager for workers of their team. Invalid with each problem by
// its field.
func (s *Service) DeclareAbsence(ctx context.Context, a Actor, b staff.Absence) error {
	b.Note = entry.OneLine(b.Note)
	return s.changeStaff(ctx, a, b.Worker, "declared an absence", func(tx store.Tx, d Desk) error {
		var ps []fault.Problem
		wrong := func(field, message string) { ps = append(ps, fault.Problem{Field: field, Message: message}) }
		switch p := b.Period; {
		case p.From.IsZero():
			wrong("from-day", "Enter the first day away")
		case p.From.Before(s.Today().AddDays(-28)):
			wrong("from-day", "The first day away must be within the last 28 days, or later")
		case !p.Valid():
			wrong("to-day", "The last day away must not be before the first")
		case !p.To.IsZero() && p.To.Before(s.Today()):
			wrong("to-day", "The last day away must be today or later")
		default:
			for _, other := range d.Absences {
				if overlap(other.Period, p) {
					wrong("from-day", "An absence in that time is declared already: "+days(other.Period)+". End it first")
					break
				}
			}
		}
		if utf8.RuneCountInString(b.Note) > maxAbsenceNote {
			ps = append(ps, fault.TooLong("note", "Note", maxAbsenceNote))
		}
		if b.Cover != "" {
			if !slices.ContainsFunc(d.Choices, func(c staff.Colleague) bool { return c.ID == b.Cover }) {
				wrong("cover", "Select a colleague of the same service who can hold cases")
			} else if own, err := s.ownTeam(ctx, tx, a, b.Worker); err != nil {
				return err
			} else if b.Cover == a.Worker && !own {
				// Cover opens files, so nobody takes it from another team's worker.
				wrong("cover", "You cannot name yourself for a worker of another team. Their own manager can")
			} else {
				theirs, err := tx.Absences(ctx, b.Cover)
				if err != nil {
					return err
				}
				for _, other := range theirs {
					if overlap(other.Period, b.Period) {
						wrong("cover", "They are away in that time themselves: "+days(other.Period)+". Select somebody else")
						break
					}
				}
			}
		}
		if err := problems(ps); err != nil {
			return err
		}
		b.ID, b.Clocks = id.New(), date.Clocks{Period: b.Period, Recorded: tx.Stamp(string(a.Worker))}
		return tx.AddAbsence(ctx, b)
	})
}

// ownTeam reports whether a worker is the actor, or holds a role today in the
// team that the actor acts in.
func (s *Service) ownTeam(ctx context.Context, r store.Reader, a Actor, w staff.ID) (bool, error) {
	v, err := r.Viewer(ctx, a.Worker, a.As, s.Today())
	if err != nil {
		return false, err
	}
	roles, err := r.Assignments(ctx, w, s.Today())
	return w == a.Worker || slices.ContainsFunc(roles, func(as staff.Assignment) bool { return string(as.Team) == v.Team }), err
}

func overlap(a, b date.Period) bool {
	ends := func(p date.Period, before date.Date) bool { return !p.To.IsZero() && p.To.Before(before) }
	return !ends(a, b.From) && !ends(b, a.From)
}

func days(p date.Period) string {
	if p.To.IsZero() {
		return "from " + p.From.Long()
	}
	return p.From.Long() + " to " + p.To.Long()
}

// EndAbsence ends an absence: yesterday was its last day, or it does not come at
// all. Conflict where it was ended first.
func (s *Service) EndAbsence(ctx context.Context, a Actor, w staff.ID, absence string) error {
	return s.changeStaff(ctx, a, w, "ended an absence", func(tx store.Tx, d Desk) error {
		i := slices.IndexFunc(d.Absences, func(b staff.Absence) bool { return b.ID == absence })
		if i < 0 {
			return fault.New(fault.Conflict, "This absence was ended already.")
		}
		b := d.Absences[i]
		if err := tx.Supersede(ctx, store.AbsenceFact, b.ID, tx.Stamp(string(a.Worker))); err != nil {
			return err
		}
		b.ID, b.Clocks = id.New(), date.Clocks{Period: date.Period{From: b.Period.From, To: s.Today().AddDays(-1)}, Recorded: tx.Stamp(string(a.Worker))}
		if !b.Period.Valid() {
			return nil
		}
		return tx.AddAbsence(ctx, b)
	})
}

// changeStaff does a change to what is held about a worker: rights, change,
// footprint. Cover gives rights to files, so a worker's own absence leaves one
// too.
func (s *Service) changeStaff(ctx context.Context, a Actor, w staff.ID, done string, do func(store.Tx, Desk) error) error {
	err := s.db.Update(ctx, func(tx store.Tx) error {
		d, err := s.desk(ctx, tx, a, w, access.Change)
		if err != nil {
			return err
		}
		if err := do(tx, d); err != nil {
			return err
		}
		v, err := tx.Viewer(ctx, a.Worker, a.As, s.Today())
		if err != nil {
			return err
		}
		_, err = s.leave(ctx, tx, footprint.Footprint{
			Actor: string(a.Worker), Role: string(v.Role), Action: string(access.Change), Object: string(w),
			Part: string(access.Staff), Outcome: access.Shown.String(),
		}, &footprint.Detail{Done: done})
		return err
	})
	return s.refusedOffice(ctx, a, access.Staff, access.Change, string(w), err)
}

// Leaving is a role that is about to be taken from a worker, and the cases of
// its service that they leave behind.
type Leaving struct {
	Worker     staff.Worker
	Assignment staff.Assignment
	Last       bool // it is the last they hold in the service, so that their cases turn red
	Cases      []caseload.Case
	Count      int
}

// Leaving shows it. It names children, so it is a search. NotFound where the
// role is not there or not the viewer's to end.
func (s *Service) Leaving(ctx context.Context, a Actor, w staff.ID, as staff.AssignmentID) (Leaving, error) {
	var l Leaving
	cases, err := s.listCases(ctx, a, "cases of a leaver", func(r store.Reader, v access.Viewer) ([]caseload.Case, error) {
		d, err := s.desk(ctx, r, a, w, access.Change)
		if err != nil {
			return nil, err
		}
		if l, err = leaving(d, as); err != nil {
			return nil, err
		}
		q := caseload.Query{
			Scope: s.listScope(v), Now: date.At(s.now()), Worker: w, Service: l.Assignment.Service, Order: caseload.ByName, Limit: CaseloadLines,
		}
		counts, err := r.CountCases(ctx, q)
		if err != nil {
			return nil, err
		}
		l.Count = counts.All
		return r.Cases(ctx, q)
	})
	l.Cases = cases
	return l, s.refusedOffice(ctx, a, access.Staff, access.Change, string(w), err)
}

func leaving(d Desk, as staff.AssignmentID) (Leaving, error) {
	l := Leaving{Worker: d.Worker, Last: true}
	for _, held := range d.Assignments {
		if held.ID == as && d.MayEnd[as] {
			l.Assignment = held
		}
	}
	if l.Assignment.ID == "" {
		return l, errNotHere
	}
	for _, held := range d.Assignments {
		if held.ID != as && held.Service == l.Assignment.Service {
			l.Last = false
		}
	}
	return l, nil
}

// EndRole takes a role from a worker at once: from this moment on it opens
// nothing. What was allocated to them stays so and shows that they have left,
// until it passes to somebody else.
func (s *Service) EndRole(ctx context.Context, a Actor, w staff.ID, as staff.AssignmentID) error {
	return s.changeStaff(ctx, a, w, "ended a role", func(tx store.Tx, d Desk) error {
		l, err := leaving(d, as)
		if err != nil {
			return err
		}
		return endAssignment(ctx, tx, l.Assignment, s.Today(), string(a.Worker))
	})
}

// endAssignment ends a role that is held or will be: what was done in it until
// yesterday stays so.
func endAssignment(ctx context.Context, tx store.Tx, a staff.Assignment, today date.Date, by string) error {
	if err := tx.Supersede(ctx, store.AssignmentFact, string(a.ID), tx.Stamp(by)); err != nil {
		return err
	}
	a.ID, a.Clocks = staff.AssignmentID(id.New()), date.Clocks{Period: date.Period{From: a.Period.From, To: today.AddDays(-1)}, Recorded: tx.Stamp(by)}
	if !a.Period.Valid() {
		return nil
	}
	return tx.AddAssignment(ctx, a)
}
