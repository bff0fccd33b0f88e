package main

import (
	"context"

	"casefile/internal/alert"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
)

// alertEvery is how many children there are for one who has an alert, in a bench. No source
// says how many have one; the number is ours.
const alertEvery = 20

// shareOfAlerts says so in what a bench prints.
var shareOfAlerts = figure{"alerts_per_cent", "Children with an alert, in a hundred", 100 / alertEvery, ""}

// alertSome gives one in so many of some people an alert, of one kind after the other.
func (h *house) alertSome(ctx context.Context, people []person.ID, every int) error {
	kinds := h.defs.Alerts().Kinds
	return h.db.Update(ctx, func(tx store.Tx) error {
		for i := 0; len(kinds) > 0 && i < len(people); i += every {
			if err := h.addAlert(ctx, tx, people[i], turn(kinds, i/every)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (h *house) addAlert(ctx context.Context, tx store.Tx, p person.ID, k alert.Kind) error {
	today := h.casework.Today()
	return tx.AddAlert(ctx, p, alert.Alert{
		ID: id.New(), Kind: k.ID, Narrative: "Something that has to be seen first.", Review: today.AddMonths(max(k.Months, 1)),
		Clocks: date.Clocks{Period: date.Period{From: today.AddDays(-30)}, Recorded: tx.Stamp(byDemo)},
	})
}

// alertBoth gives a child an alert of their own, and an adult around them one that stands on
// the child's file too.
func (h *house) alertBoth(ctx context.Context, ref id.Reference) error {
	parent := casework.NewFile{New: person.New{
		Names: []person.Name{{Kind: person.Legal, Given: "Robin", Family: "Invented"}}, Birth: person.Birth{Day: h.casework.Today().AddMonths(-12 * 40)},
	}}
	family := casework.NewFamily{
		Children: []id.Reference{ref}, Adults: []casework.NewFile{parent},
		Ties: []casework.NewTie{{First: 1, Second: 0, Relationship: person.Relationship{Kind: "parent", Basis: person.ByBirth}}},
	}
	if err := h.casework.MakeFamilies(ctx, byDemo, []casework.NewFamily{family}); err != nil {
		return err
	}
	return h.db.Update(ctx, func(tx store.Tx) error {
		child, err := tx.PersonByReference(ctx, ref)
		if err != nil {
			return err
		}
		ties, err := tx.Relationships(ctx, child.ID, 0)
		if err != nil {
			return err
		}
		for _, k := range h.defs.Alerts().Kinds {
			of := child.ID
			if k.Linked != "" && len(ties) > 0 {
				of = ties[0].Person
			}
			if err := h.addAlert(ctx, tx, of, k); err != nil {
				return err
			}
		}
		return nil
	})
}
