package casework

import (
	"context"
	"slices"

	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// tellWorkers leaves each a notice of something about the person whom the actor sits before,
// but for the actor.
func (s *Service) tellWorkers(ctx context.Context, tx store.Tx, sat *sitting, kind string, to ...staff.ID) error {
	return s.tellWith(ctx, tx, sat, store.Notice{Kind: kind}, to...)
}

// tellWith is that with what the notice is of.
func (s *Service) tellWith(ctx context.Context, tx store.Tx, sat *sitting, of store.Notice, to ...staff.ID) error {
	return s.tellAll(ctx, tx, sat.actor, sat.person, of, to...)
}

// tellOn is that of something on a file.
func (s *Service) tellOn(ctx context.Context, tx store.Tx, by Actor, file person.ID, kind string, to ...staff.ID) error {
	return s.tellAll(ctx, tx, by, file, store.Notice{Kind: kind}, to...)
}

func (s *Service) tellAll(ctx context.Context, tx store.Tx, by Actor, file person.ID, n store.Notice, to ...staff.ID) error {
	to = slices.Clone(to)
	slices.Sort(to)
	for _, w := range slices.Compact(to) {
		if w == "" || w == by.Worker {
			continue
		}
		n.ID, n.Worker, n.Person, n.By, n.At = id.New(), w, file, by.Worker, date.At(s.now())
		if err := tx.AddNotice(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// managersOfWork are those who manage the work that something belongs to, and those of the
// actor.
func (s *Service) managersOfWork(ctx context.Context, tx store.Tx, sat *sitting, episode string) ([]staff.ID, error) {
	teams := []staff.TeamID{staff.TeamID(sat.viewer.Team)}
	episodes, err := tx.Episodes(ctx, sat.person, 0)
	if err != nil {
		return nil, err
	}
	for _, e := range episodes {
		if inCase(episode, e) {
			teams = append(teams, staff.TeamID(e.TeamID))
		}
	}
	return s.managers(ctx, tx, teams...)
}

// inCase reports whether the case that something names is an episode, whatever has been
// stated anew of it since. What was begun before names one statement of it.
func inCase(named string, e person.Episode) bool { return named == e.Key() || named == e.ID }
