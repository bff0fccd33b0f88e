package casework

import (
	"context"
	"fmt"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
)

// A NewFamily is a family to be made around files that are there.
type NewFamily struct {
	Children []id.Reference
	Adults   []NewFile // made as relations
	Ties     []NewTie
	Homes    []NewHome
}

// A NewTie is a relationship between two of a family, who are counted from 0: the
// children first, then the adults.
type NewTie struct {
	First, Second int
	person.Relationship
}

// A NewHome says that one of a family, counted as in NewTie, lives with the others.
type NewHome struct {
	Who    int
	Period date.Period
}

// MakeFamilies makes families in one transaction, in the name of a job: all of them
// or none. Each adult gets a footprint.
func (s *Service) MakeFamilies(ctx context.Context, job string, families []NewFamily) error {
	return s.db.Update(ctx, func(tx store.Tx) error {
		for i := range families {
			if err := s.makeFamily(ctx, tx, job, &families[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) makeFamily(ctx context.Context, tx store.Tx, job string, f *NewFamily) error {
	by := tx.Stamp(job)
	var people []person.ID
	for _, ref := range f.Children {
		p, err := tx.PersonByReference(ctx, ref)
		if err != nil {
			return fmt.Errorf("make a family: %w", err)
		}
		people = append(people, p.ID)
	}
	for i := range f.Adults {
		anew := f.Adults[i]
		anew.MadeAs = person.AsRelation
		p, err := s.addFile(ctx, tx, by, &anew)
		if err != nil {
			return err
		}
		_, err = s.leave(ctx, tx, footprint.Footprint{
			Actor: job, Action: "make", Object: string(p.ID), Part: string(access.Identity), Outcome: access.Shown.String(),
		}, nil)
		if err != nil {
			return err
		}
		people = append(people, p.ID)
	}
	kinds := s.set().Relations()
	for _, t := range f.Ties {
		r := t.Relationship
		r.ID, r.Person, r.Other, r.Recorded = id.New(), people[t.First], people[t.Second], by
		if ps := kinds.Check(r, nil, date.Date{}, date.Date{}, s.Today()); len(ps) > 0 {
			return problems(ps)
		}
		if err := tx.AddRelationship(ctx, r); err != nil {
			return err
		}
	}
	home := id.New()
	for _, h := range f.Homes {
		m := person.Member{ID: id.New(), Household: home, Person: people[h.Who], Clocks: date.Clocks{Period: h.Period, Recorded: by}}
		if err := tx.AddMember(ctx, m); err != nil {
			return err
		}
	}
	return nil
}
