package casework

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/match"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// office decides about a part of the office, for a team of a service.
func (s *Service) office(v access.Viewer, part access.Part, action access.Action, team staff.TeamID, service string) access.Decision {
	return s.set().Access().Decide(v, part, action, access.OfficeHeld(v, string(team), service), date.At(s.now()))
}

// MayOffice reports whether a role has anything of a part of the office,
// whichever team it is about: whether to offer its page.
func (s *Service) MayOffice(role access.Role, part access.Part) bool {
	return len(s.set().Access().Scope(access.Viewer{Role: role}, part, access.Look, access.Shown).Gives) > 0
}

// viewer is the actor as the database knows them.
func (s *Service) viewer(ctx context.Context, r store.Reader, a Actor) (access.Viewer, error) {
	v, err := r.Viewer(ctx, a.Worker, a.As, s.Today())
	if fault.Is(err, fault.NotFound) {
		return v, fault.Wrap(fault.Refused, "You no longer hold the role you were acting in. Choose another, or ask your manager.", err)
	}
	return v, err
}

// workersOf lists the workers about whom the actor may do something, by name,
// each with the first of their roles that gives it.
func (s *Service) workersOf(ctx context.Context, r store.Reader, v access.Viewer, action access.Action) ([]staff.Holder, error) {
	all, err := r.Holders(ctx, s.Today())
	if err != nil {
		return nil, err
	}
	seen := map[staff.ID]bool{}
	var list []staff.Holder
	for _, h := range all {
		if !seen[h.Worker] && s.office(v, access.Staff, action, h.Team, h.Service).Outcome == access.Shown {
			seen[h.Worker] = true
			list = append(list, h)
		}
	}
	slices.SortStableFunc(list, func(x, y staff.Holder) int {
		return cmp.Or(cmp.Compare(match.Fold(x.TeamName), match.Fold(y.TeamName)), cmp.Compare(match.Fold(x.Family), match.Fold(y.Family)), cmp.Compare(match.Fold(x.Name), match.Fold(y.Name)))
	})
	return list, nil
}

// holdersWho lists, by the ground that gives it, the workers whom a decision
// gives something in a role they hold today.
func (s *Service) holdersWho(ctx context.Context, r store.Reader, decide func(access.Viewer) access.Decision) (map[access.Ground][]staff.ID, error) {
	all, err := r.Holders(ctx, s.Today())
	if err != nil {
		return nil, err
	}
	by := map[access.Ground][]staff.ID{}
	for _, h := range all {
		d := decide(access.Viewer{Worker: string(h.Worker), Role: h.Role, Team: string(h.Team), Service: h.Service})
		if d.Outcome == access.Shown && !slices.Contains(by[d.Ground], h.Worker) {
			by[d.Ground] = append(by[d.Ground], h.Worker)
		}
	}
	return by, nil
}

// tellStaff leaves a notice about a worker with others.
func (s *Service) tellStaff(ctx context.Context, tx store.Tx, n store.StaffNotice, told []staff.ID) error {
	n.At = date.At(s.now())
	for _, w := range told {
		n.ID, n.Worker = id.New(), w
		if err := tx.AddStaffNotice(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// errNoWorker is the one answer for a worker about whom the actor may decide
// nothing, and for nobody.
var errNoWorker = fault.New(fault.NotFound, "There is no such worker whom you manage.")

// decideAbout does something about a worker whom the actor manages, in one
// transaction with its footprint. Nobody decides about themselves.
func (s *Service) decideAbout(ctx context.Context, a Actor, w staff.ID, what string, do func(ctx context.Context, tx store.Tx) error) error {
	return s.decideAboutFor(ctx, a, w, what, nil, do)
}

// decideAboutFor is decideAbout with the detail of its footprint: why.
func (s *Service) decideAboutFor(ctx context.Context, a Actor, w staff.ID, what string, why *footprint.Detail, do func(ctx context.Context, tx store.Tx) error) error {
	var v access.Viewer
	err := s.db.Update(ctx, func(tx store.Tx) (err error) {
		if v, err = s.viewer(ctx, tx, a); err != nil {
			return err
		}
		list, err := s.workersOf(ctx, tx, v, access.Change)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(h staff.Holder) bool { return h.Worker == w })
		if i < 0 || w == a.Worker {
			return errNoWorker
		}
		if err := do(ctx, tx); err != nil {
			return err
		}
		d := s.office(v, access.Staff, access.Change, list[i].Team, list[i].Service)
		_, err = s.leave(ctx, tx, footprint.Footprint{
			Actor: v.Worker, Role: string(v.Role), Action: what, Object: string(w), Part: string(access.Staff), Ground: string(d.Ground), Outcome: d.Outcome.String(),
		}, why)
		return err
	})
	if !errors.Is(err, errNoWorker) {
		return err
	}
	return errors.Join(err, s.looks.commit(ctx, func(ctx context.Context, tx store.Tx) error {
		_, err := s.leave(ctx, tx, footprint.Footprint{
			Actor: v.Worker, Role: string(v.Role), Action: what, Object: string(w), Part: string(access.Staff), Outcome: access.Absent.String(),
		}, nil)
		return err
	}))
}
