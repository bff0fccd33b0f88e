package casework

import (
	"context"
	"encoding/json"
	"slices"

	"casefile/internal/fault"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/task"
)

// PlaceTasks is the kind of the job that has the tasks about some people stand where
// their names and families have them, and PlaceAllTasks that of the nightly one about
// everybody with open tasks.
const (
	PlaceTasks    = "place-tasks"
	PlaceAllTasks = "place-all-tasks"
)

type placed struct {
	People []person.ID `json:"people"`
}

// mostOfFamily bounds a family.
const mostOfFamily = 60

// kin are those beside whom a person's tasks stand in the order of families, the person
// among them, in the order of their keys: whoever lives with them now, or has a parent
// in common with them, and so on from each. Parents and other forebears lead no
// further, so that two families of one father are one only by their children.
func (s *Service) kin(ctx context.Context, r store.Reader, p person.ID) ([]person.ID, error) {
	kinds := s.set().Relations()
	today := s.Today()
	seen := map[person.ID]bool{p: true}
	family := []person.ID{p}
	for next := 0; next < len(family) && len(family) < mostOfFamily; next++ {
		x := family[next]
		relations, err := r.Relationships(ctx, x, 0)
		if err != nil {
			return nil, err
		}
		var forebears, near []person.ID
		for _, rel := range relations {
			k, _ := kinds.Kind(rel.Kind)
			switch {
			case !rel.Period.Contains(today):
			case k.Shape == person.Descent && rel.Other == x:
				forebears = append(forebears, rel.Person)
				if k.Draw.Above != 1 {
					continue
				}
				children, err := s.childrenOf(ctx, r, rel.Person)
				if err != nil {
					return nil, err
				}
				near = append(near, children...)
			case k.Shape == person.Descent:
				forebears = append(forebears, rel.Other) // a child of theirs: another generation
			case k.Shape == person.Sibling:
				near = append(near, rel.With(x))
			}
		}
		members, err := r.Household(ctx, x, 0)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			lives := m.Period.Contains(today) && slices.ContainsFunc(members, func(o person.Member) bool {
				return o.Person == x && o.Household == m.Household && o.Period.Contains(today)
			})
			if lives && !slices.Contains(forebears, m.Person) {
				near = append(near, m.Person)
			}
		}
		for _, n := range near {
			if !seen[n] {
				seen[n] = true
				family = append(family, n)
			}
		}
	}
	slices.Sort(family)
	return family, nil
}

func (s *Service) childrenOf(ctx context.Context, r store.Reader, parent person.ID) ([]person.ID, error) {
	kinds := s.set().Relations()
	relations, err := r.Relationships(ctx, parent, 0)
	var children []person.ID
	for _, rel := range relations {
		k, _ := kinds.Kind(rel.Kind)
		if rel.Person == parent && k.Shape == person.Descent && k.Draw.Above == 1 && rel.Period.Contains(s.Today()) {
			children = append(children, rel.Other)
		}
	}
	return children, err
}

// placeOf is where the tasks about a person stand in an order.
func (s *Service) placeOf(ctx context.Context, r store.Reader, p person.ID) (task.Place, error) {
	h, err := r.Header(ctx, p)
	if err != nil {
		return task.Place{}, err
	}
	family, err := s.kin(ctx, r, p)
	if err != nil {
		return task.Place{}, err
	}
	return task.Place{Name: match.Fold(h.Name.Family) + " " + match.Fold(h.Name.Given) + " " + string(h.Reference), Group: string(family[0])}, nil
}

// replace puts in the outbox that the tasks about some people may stand elsewhere now.
func (s *Service) replace(ctx context.Context, tx store.Tx, people ...person.ID) error {
	payload, err := json.Marshal(placed{people})
	if err != nil {
		return err
	}
	return tx.Enqueue(ctx, store.Job{Kind: PlaceTasks, Payload: payload})
}

// Place is the job. It may run twice.
func (s *Service) Place(ctx context.Context, payload []byte) error {
	var job placed
	if err := json.Unmarshal(payload, &job); err != nil {
		return fault.Wrap(fault.Invalid, "the payload is not that of people", err)
	}
	return s.placeAll(ctx, job.People)
}

func (s *Service) placeAll(ctx context.Context, people []person.ID) error {
	return s.db.Update(ctx, func(tx store.Tx) error {
		for _, p := range people {
			file, err := tx.FileOf(ctx, p)
			if err != nil {
				return err
			}
			at, err := s.placeOf(ctx, tx, file)
			if err != nil {
				return err
			}
			if err := tx.PlaceTasks(ctx, file, at); err != nil {
				return err
			}
		}
		return nil
	})
}

// PlaceEverybody is the nightly job: relationships and stays end by the day.
func (s *Service) PlaceEverybody(ctx context.Context) error {
	const together = 50
	last := person.ID("")
	for {
		var people []person.ID
		err := s.db.View(ctx, func(r store.Reader) (err error) {
			people, err = r.PeopleOfTasks(ctx, last, together)
			return err
		})
		if err != nil || len(people) == 0 {
			return err
		}
		if err := s.placeAll(ctx, people); err != nil {
			return err
		}
		last = people[len(people)-1]
	}
}
