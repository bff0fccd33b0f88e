package casework

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/plan"
	"casefile/internal/store"
)

// SavePlanPart saves what was typed into a part of a draft, whether or not it is what the
// plan takes: nothing typed is lost. A part with Rev 0 is new. It gives the part as it
// stands then.
//
// Errors: Conflict when it was saved, or taken out, since it was read (PlanPartGone tells
// the two apart), and PlanNotWritten(err) when the draft has ended; then nothing was
// changed. Invalid when it is too much to keep.
func (s *Service) SavePlanPart(ctx context.Context, a Actor, ref id.Reference, sent plan.Part) (plan.Part, error) {
	var saved plan.Part
	err := s.db.Plain(ctx, func(tx store.PlainTx) error {
		_, sat, err := s.mayAddTo(ctx, tx, a, ref, access.Plans)
		if err != nil {
			return err
		}
		p, _, _, err := s.writtenPlan(ctx, tx, sat, sent.Plan)
		if err != nil {
			return err
		}
		parts, err := tx.PlanParts(ctx, p.ID)
		if err != nil {
			return err
		}
		held, err := heldPart(parts, sent)
		if err != nil {
			return err
		}
		next := held
		next.Fields, next.Saved, next.By = held.Known(sent.Fields), date.At(s.now()), a.Worker
		if maps.Equal(held.Fields, next.Fields) && held.Rev > 0 && (held.Rev == sent.Rev || held.By == a.Worker) {
			saved = held // nothing is new, or the same was sent twice
			return nil
		}
		if held.Rev != sent.Rev {
			return errPartChanged
		}
		if err := plan.CheckSize(next.Fields); err != nil {
			return err
		}
		if next.Rev, err = tx.SavePlanPart(ctx, next); err != nil {
			return err
		}
		saved = next
		return nil
	})
	return saved, s.refusalOf(ctx, a, ref, access.Plans, err)
}

var (
	errPartChanged = fault.New(fault.Conflict, "Somebody saved this since you opened it. What you typed is not lost: it is on this page.")
	errPartGone    = fault.New(fault.Conflict, "Somebody took this out of the plan since you opened it. What you typed is not lost: it is on this page.")
)

// PlanPartChanged reports whether err says that a part was saved since it was read.
func PlanPartChanged(err error) bool { return errors.Is(err, errPartChanged) }

// PlanPartGone reports whether err says that a part was taken out since it was read.
func PlanPartGone(err error) bool { return errors.Is(err, errPartGone) }

// heldPart is the part that a page sent, as it is kept; one that is new has Rev 0.
func heldPart(parts []plan.Part, sent plan.Part) (plan.Part, error) {
	i := slices.IndexFunc(parts, func(p plan.Part) bool { return p.ID == sent.ID })
	switch added := slices.Contains([]plan.Sort{plan.OutcomePart, plan.ActionPart, plan.TargetPart}, sent.Sort) && id.Valid(sent.ID); {
	case i >= 0:
		return parts[i], nil
	case sent.Rev > 0 && added:
		return plan.Part{}, errPartGone
	case !added:
		return plan.Part{}, errNoPlan
	case len(parts) >= plan.MostParts:
		return plan.Part{}, fault.New(fault.Invalid, fmt.Sprintf("A plan has at most %d parts. Fewer outcomes and actions are easier to keep to.", plan.MostParts))
	}
	return plan.Part{Plan: sent.Plan, ID: sent.ID, Sort: sent.Sort}, nil
}

// RemovePlanPart takes an outcome, an action or a target out of a draft. What is in force
// is closed instead, and what is done for an outcome is taken out first.
//
// Errors: Conflict when it was saved since it was read.
func (s *Service) RemovePlanPart(ctx context.Context, a Actor, ref id.Reference, of plan.Part) error {
	err := s.db.Plain(ctx, func(tx store.PlainTx) error {
		_, sat, err := s.mayAddTo(ctx, tx, a, ref, access.Plans)
		if err != nil {
			return err
		}
		p, _, base, err := s.writtenPlan(ctx, tx, sat, of.Plan)
		if err != nil {
			return err
		}
		parts, err := tx.PlanParts(ctx, p.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(parts, func(x plan.Part) bool { return x.ID == of.ID })
		if i < 0 {
			return nil // it is out already
		}
		if !plan.MayRemove(parts[i], base) {
			return errNoPlan
		}
		if parts[i].Rev != of.Rev {
			return errPartChanged
		}
		if slices.ContainsFunc(parts, func(x plan.Part) bool { return x.Sort == plan.ActionPart && x.Fields[plan.FieldOutcome] == of.ID }) {
			return fault.New(fault.Conflict, "Something is done for this. Take those out first, or have them serve something else.")
		}
		parts[i].Saved, parts[i].By = date.At(s.now()), a.Worker
		return tx.RemovePlanPart(ctx, parts[i])
	})
	return s.refusalOf(ctx, a, ref, access.Plans, err)
}

// TakeUpTarget makes a target part of the plan: an action for what it serves, or an
// outcome of its own, under the key that the page drew. It gives the new part.
func (s *Service) TakeUpTarget(ctx context.Context, a Actor, ref id.Reference, key plan.ID, target, fresh string) (plan.Part, error) {
	var made plan.Part
	err := s.db.Plain(ctx, func(tx store.PlainTx) error {
		_, sat, err := s.mayAddTo(ctx, tx, a, ref, access.Plans)
		if err != nil {
			return err
		}
		if !id.Valid(fresh) {
			return errNotOurs
		}
		p, _, _, err := s.writtenPlan(ctx, tx, sat, key)
		if err != nil {
			return err
		}
		parts, err := tx.PlanParts(ctx, p.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(parts, func(x plan.Part) bool { return x.ID == target && x.Sort == plan.TargetPart })
		if i < 0 {
			return errNoPlan
		}
		if j := slices.IndexFunc(parts, func(x plan.Part) bool { return x.ID == fresh }); j >= 0 {
			made = parts[j] // the same press, sent twice
			return nil
		}
		if plan.TakenUp(parts)[target] {
			return fault.New(fault.Conflict, "Somebody has taken this up already.")
		}
		made = plan.TakeUp(parts[i], fresh, parts)
		made.Saved, made.By = date.At(s.now()), a.Worker
		made.Rev, err = tx.SavePlanPart(ctx, made)
		return err
	})
	return made, s.refusalOf(ctx, a, ref, access.Plans, err)
}
