package casework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/plan"
	"casefile/internal/store"
)

// The actions of footprints that something was done with a plan.
const (
	BeginsPlan     = "begin-plan"
	WritesPlan     = "write-plan"
	ReviewsPlan    = "review-plan"
	ClosesPlan     = "close-plan"
	AuthorisesPlan = "authorise-plan"
	ReturnsPlan    = "return-plan"
	DropsPlan      = "drop-plan"
)

var planDoes = map[plan.Did]string{plan.Written: WritesPlan, plan.Reviewed: ReviewsPlan, plan.Closed: ClosesPlan}

func (s *Service) leavePlan(ctx context.Context, tx store.Tx, sat *sitting, action string, p plan.ID) error {
	f := sat.footprint(sat.claims[0].decision)
	f.Action = action
	_, err := s.leave(ctx, tx, f, &footprint.Detail{Plan: string(p)})
	return err
}

var errNoPlanKind = fault.New(fault.Conflict, "Plans of this kind are not written any more. What is there can be read.")

// planKind is the kind of a plan, as the definitions in force have it.
func (s *Service) planKind(p plan.Plan) (plan.Kind, error) {
	k, ok := s.set().Plan(p.Kind)
	if !ok {
		return k, errNoPlanKind
	}
	return k, nil
}

// StartPlan begins a plan of one of the kinds of the actor's service: with what was
// carried of the last one of the kind, where there is one. key was drawn when the page was
// made, so that the same press of its button sent twice begins one plan.
//
// Errors: Invalid where none of the kind can be begun, with why.
func (s *Service) StartPlan(ctx context.Context, a Actor, ref id.Reference, key plan.ID, kindID string) error {
	err := s.db.Update(ctx, func(tx store.Tx) error {
		child, sat, err := s.mayAddTo(ctx, tx, a, ref, access.Plans)
		if err != nil {
			return err
		}
		if !id.Valid(string(key)) {
			return errNotOurs
		}
		if p, err := tx.Plan(ctx, key); !fault.Is(err, fault.NotFound) {
			if err == nil && (p.Person != child || p.Begun.By != string(a.Worker)) {
				err = errNoPlan
			}
			return err
		}
		kind, ok := sat.defs.Plan(kindID)
		if !ok || kind.Service != sat.viewer.Service || len(kind.WriteBy) == 0 {
			return problems([]fault.Problem{{Field: "kind", Message: "Select a kind of plan"}})
		}
		held, err := tx.Plans(ctx, child)
		if err != nil {
			return err
		}
		if openPlan(held, kind.ID) != "" {
			return problems([]fault.Problem{{Field: "kind", Message: "There is one already that is not closed. Go on with that one"}})
		}
		running, err := s.runningCase(ctx, tx, child, kind.Service)
		if err != nil {
			return err
		}
		p := plan.Plan{ID: key, Person: child, Service: kind.Service, Kind: kind.ID, Title: kind.Title, Episode: running.Key(), Begun: tx.Stamp(string(a.Worker))}
		var from plan.Content
		if before := lastClosed(held, kind.ID); before.ID != "" {
			last, err := planBase(ctx, tx, before)
			if err != nil {
				return err
			}
			p.Previous, from = before.ID, plan.Carry(before.ID, last, id.New)
		}
		if err := tx.AddPlan(ctx, p); err != nil {
			return err
		}
		if err := tx.AddPlanDraft(ctx, key, s.planDraft(a, plan.Write), plan.Parts(plan.Write, plan.Content{}, from)); err != nil {
			return err
		}
		return s.leavePlan(ctx, tx, sat, BeginsPlan, key)
	})
	return s.refusalOf(ctx, a, ref, access.Plans, err)
}

func (s *Service) planDraft(a Actor, purpose plan.Purpose) plan.Draft {
	return plan.Draft{Purpose: purpose, Saved: date.At(s.now()), SavedBy: a.Worker}
}

// WriteAgain begins to change, review or close a plan that is in force; step is the last
// that the page showed. Where one is being written for that already, it is gone on with.
//
// Errors: Conflict when something else was done with it since.
func (s *Service) WriteAgain(ctx context.Context, a Actor, ref id.Reference, key plan.ID, step int, purpose plan.Purpose) error {
	err := s.db.Update(ctx, func(tx store.Tx) error {
		_, sat, err := s.mayAddTo(ctx, tx, a, ref, access.Plans)
		if err != nil {
			return err
		}
		if !slices.Contains([]plan.Purpose{plan.Change, plan.Review, plan.Close}, purpose) {
			return errNotOurs
		}
		p, err := s.ownPlan(ctx, tx, sat, key)
		if err != nil {
			return err
		}
		if _, err := s.planKind(p); err != nil {
			return err
		}
		if p.Draft.Purpose == purpose {
			return nil
		}
		if p.Draft.Purpose != "" {
			return errBeingWritten
		}
		if p.State() != plan.InForce || p.Last().Number != step {
			return errPlanMoved
		}
		base, err := planBase(ctx, tx, p)
		if err != nil {
			return err
		}
		from := base
		from.Review = nil // what this review finds is yet to come
		if err := tx.AddPlanDraft(ctx, key, s.planDraft(a, purpose), plan.Parts(purpose, base, from)); err != nil {
			return err
		}
		return s.leavePlan(ctx, tx, sat, BeginsPlan, key)
	})
	return s.refusalOf(ctx, a, ref, access.Plans, err)
}

var errBeingWritten = fault.New(fault.Conflict, "This plan is being written already, for something else. Go on with that, or throw it away, first.")

// writtenPlan is a plan of the actor's service that is being written, its kind and what
// is in force.
func (s *Service) writtenPlan(ctx context.Context, r store.Reader, sat *sitting, key plan.ID) (plan.Plan, plan.Kind, plan.Content, error) {
	p, err := s.ownPlan(ctx, r, sat, key)
	if err != nil {
		return p, plan.Kind{}, plan.Content{}, err
	}
	if p.Draft.Purpose == "" {
		return p, plan.Kind{}, plan.Content{}, errPlanWritten
	}
	kind, err := s.planKind(p)
	if err != nil {
		return p, kind, plan.Content{}, err
	}
	base, err := planBase(ctx, r, p)
	return p, kind, base, err
}

// PlanNotReady are the problems that stand in the way of finishing a plan.
type PlanNotReady struct{ Problems []plan.Problem }

// Error is for the log, and holds nothing that was written.
func (n *PlanNotReady) Error() string {
	return fmt.Sprintf("%d things stand in the way of finishing the plan", len(n.Problems))
}

// IsPlanNotReady reports whether err is a *PlanNotReady.
func IsPlanNotReady(err error) bool {
	_, ok := errors.AsType[*PlanNotReady](err)
	return ok
}

var errPlanChanged = fault.New(fault.Conflict, "Somebody changed this plan while you were checking it. Look at it again, then finish it.")

// PlanDraftChanged reports whether err says that a draft was saved since it was read.
func PlanDraftChanged(err error) bool { return errors.Is(err, errPlanChanged) }

// FinishPlan ends a draft: the plan is written, reviewed or closed, and comes into force
// or waits to be authorised. Either all of it is saved (what it says, its tasks, the
// footprint), or nothing is. seen is the Rev of the draft on the page.
//
// Errors: *PlanNotReady with each thing that stands in the way; Conflict when the draft
// was saved since, and PlanNotWritten(err) when it was finished before; Refused where the
// kind names other roles.
func (s *Service) FinishPlan(ctx context.Context, a Actor, ref id.Reference, key plan.ID, seen int) error {
	var notReady *PlanNotReady
	err := s.db.Update(ctx, func(tx store.Tx) error {
		notReady = nil
		_, sat, err := s.mayAddTo(ctx, tx, a, ref, access.Plans)
		if err != nil {
			return err
		}
		p, kind, base, err := s.writtenPlan(ctx, tx, sat, key)
		if err != nil {
			return err
		}
		if !kind.Writes(sat.viewer.Role) {
			return s.errNotPlanRole("written", kind.WriteBy)
		}
		if p.Draft.Rev != seen {
			return errPlanChanged
		}
		parts, err := tx.PlanParts(ctx, p.ID)
		if err != nil {
			return err
		}
		content, wrong := plan.Read(kind, p.Draft.Purpose, base, parts, s.Today())
		strange, err := (reading{tx, sat, string(a.Worker), sat.person}).strangers(ctx, parts, content, base)
		if err != nil {
			return err
		}
		wrong = append(wrong, strange...)
		if len(wrong) > 0 {
			notReady = &PlanNotReady{wrong}
			return notReady
		}
		if err := s.planNext(kind, p.Draft.Purpose, &content); err != nil {
			return err
		}
		step, err := s.planStep(ctx, tx, sat, p, p.Draft.Purpose.Does())
		if err != nil {
			return err
		}
		step.Final = kind.NoAuthorise
		file, _ := sat.defs.File(definition.PlanFile(kind.ID)) // there, or there would be no kind
		step.Definition = file.Hash
		earlier, err := tx.EarlierPlanParts(ctx, p.ID)
		if err != nil {
			return err
		}
		step.Wrote = plan.Writers(parts, earlier)
		if err := tx.DropPlanDraft(ctx, p.ID, seen); err != nil {
			if fault.Is(err, fault.Conflict) {
				err = errPlanChanged
			}
			return err
		}
		if err := tx.AddPlanStep(ctx, p.ID, step, &content); err != nil {
			return err
		}
		if step.Final {
			if err := s.inForce(ctx, tx, sat, p, step.Did, content); err != nil {
				return err
			}
		} else {
			p.Steps = append(p.Steps, step)
			if err := s.tellWaits(ctx, tx, sat, planAwaits(p, kind), store.Notice{Kind: PlanWaits, Plan: p.ID}); err != nil {
				return err
			}
		}
		return s.leavePlan(ctx, tx, sat, planDoes[step.Did], p.ID)
	})
	if notReady != nil {
		return notReady
	}
	return s.refusalOf(ctx, a, ref, access.Plans, err)
}

// strangers reports owners of actions who cannot be chosen: a page is not believed.
func (r reading) strangers(ctx context.Context, parts []plan.Part, c, base plan.Content) ([]plan.Problem, error) {
	workers, err := r.planWorkers(ctx, base, parts)
	if err != nil {
		return nil, err
	}
	people, err := r.planPeople(ctx)
	if err != nil {
		return nil, err
	}
	var wrong []plan.Problem
	for _, a := range c.Actions() {
		was, _, old := base.Action(a.ID)
		if old && was.Owner == a.Owner || a.Stands != plan.GoesOn {
			continue
		}
		has := func(list []Pick) bool {
			return slices.ContainsFunc(list, func(p Pick) bool { return p.Key == a.Owner.Key })
		}
		switch {
		case a.Owner.Key == "": // reported
		case a.Owner.Kind == plan.WorkerOwns && !has(workers):
			wrong = append(wrong, plan.Problem{Part: a.ID, Sort: plan.ActionPart, Field: plan.FieldWorker, Message: "Select the worker who does it"})
		case a.Owner.Kind == plan.PersonOwns && !has(people):
			wrong = append(wrong, plan.Problem{Part: a.ID, Sort: plan.ActionPart, Field: plan.FieldPerson, Message: "Select the person who does it"})
		}
	}
	return wrong, nil
}

// planNext puts by when a plan is to be reviewed, in the cycle of its kind: from today the
// first time, and then from the day of the review. A change leaves it as it is.
func (s *Service) planNext(kind plan.Kind, purpose plan.Purpose, c *plan.Content) (err error) {
	switch purpose {
	case plan.Write:
		c.Next.Date, err = kind.Review.Next(s.set(), s.Today(), true)
	case plan.Review:
		c.Next.Date, err = kind.Review.Next(s.set(), c.Review.On.Date, false)
	case plan.Close:
		c.Next = plan.Day{}
	case plan.Change:
	}
	return err
}

func (s *Service) errNotPlanRole(what string, roles []access.Role) error {
	if len(roles) == 0 {
		return fault.New(fault.Refused, "Nobody has plans of this kind "+what+" until a second person has approved who does.")
	}
	return fault.New(fault.Refused, "Plans of this kind are "+what+" by: "+strings.Join(s.roleTitles(roles), ", ")+".")
}

// planStep is the next step of a plan, by the actor.
func (s *Service) planStep(ctx context.Context, tx store.Tx, sat *sitting, p plan.Plan, did plan.Did) (plan.Step, error) {
	who, err := tx.Worker(ctx, sat.actor.Worker)
	return plan.Step{
		Number: p.Last().Number + 1, Did: did, By: sat.actor.Worker, ByName: who.Name(), ByRole: s.RoleTitle(sat.viewer.Role),
		Recorded: tx.Stamp(string(sat.actor.Worker)),
	}, err
}

// AuthorisePlan has what waits come into force. step is the last that the page showed.
//
// Errors: Refused where the kind names other roles, or the actor wrote in it;
// Conflict when something was done with it since.
func (s *Service) AuthorisePlan(ctx context.Context, a Actor, ref id.Reference, key plan.ID, step int) error {
	return s.decidePlan(ctx, a, ref, key, step, AuthorisesPlan, func(tx store.Tx, sat *sitting, p plan.Plan, latest plan.Step) error {
		next, err := s.planStep(ctx, tx, sat, p, plan.Authorised)
		if err != nil {
			return err
		}
		next.Final = true
		content, err := tx.PlanContent(ctx, p.ID, latest.Number)
		if err != nil {
			return err
		}
		if err := tx.AddPlanStep(ctx, p.ID, next, nil); err != nil {
			return err
		}
		if err := s.inForce(ctx, tx, sat, p, latest.Did, content); err != nil {
			return err
		}
		return s.tellWith(ctx, tx, sat, store.Notice{Kind: PlanAuthorised, Plan: p.ID}, latest.By)
	})
}

// ReturnPlan gives back what waits, to be changed, with requests.
func (s *Service) ReturnPlan(ctx context.Context, a Actor, ref id.Reference, key plan.ID, step int, requests string) error {
	requests = entry.Text(requests)
	if wrong := plan.CheckReason(requests, "Enter what has to be changed"); len(wrong) > 0 {
		return problems(wrong)
	}
	return s.decidePlan(ctx, a, ref, key, step, ReturnsPlan, func(tx store.Tx, sat *sitting, p plan.Plan, latest plan.Step) error {
		next, err := s.planStep(ctx, tx, sat, p, plan.Returned)
		if err != nil {
			return err
		}
		next.Reason = requests
		content, err := tx.PlanContent(ctx, p.ID, latest.Number)
		if err != nil {
			return err
		}
		base, err := planBase(ctx, tx, p)
		if err != nil {
			return err
		}
		purpose := p.Again(latest)
		if err := tx.AddPlanDraft(ctx, p.ID, s.planDraft(Actor{Worker: latest.By}, purpose), plan.Parts(purpose, base, content)); err != nil {
			return err
		}
		if err := tx.AddPlanStep(ctx, p.ID, next, nil); err != nil {
			return err
		}
		return s.tellWith(ctx, tx, sat, store.Notice{Kind: PlanReturned, Plan: p.ID}, latest.By)
	})
}

func (s *Service) decidePlan(ctx context.Context, a Actor, ref id.Reference, key plan.ID, step int, action string, do func(store.Tx, *sitting, plan.Plan, plan.Step) error) error {
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.Plans, access.Change)
		if err != nil {
			return err
		}
		p, err := s.ownPlan(ctx, tx, sat, key)
		if err != nil {
			return err
		}
		if p.Last().Number != step || p.State() != plan.Waiting {
			return errPlanMoved
		}
		kind, err := s.planKind(p)
		if err != nil {
			return err
		}
		latest, _ := p.Latest() // it waits, so that there is one
		if err := s.mayAuthorise(sat, planAwaits(p, kind)); err != nil {
			return err
		}
		if err := do(tx, sat, p, latest); err != nil {
			return err
		}
		if err := s.endAuthorise(ctx, tx, sat, planLink(p.ID, ""), decidedWords[action]); err != nil {
			return err
		}
		return s.leavePlan(ctx, tx, sat, action, p.ID)
	})
	return s.refusedTo(ctx, a, ref, access.Plans, string(access.Change), err)
}

// DecidePlanPart is what waits to be authorised, for whoever authorises it.
func DecidePlanPart(key plan.ID) Part[PlanRead] {
	return Part[PlanRead]{access.Plans, access.Change, func(ctx context.Context, r reading) (PlanRead, error) {
		p, err := r.s.ownPlan(ctx, r.Reader, r.sitting, key)
		if err != nil {
			return PlanRead{}, err
		}
		if p.State() != plan.Waiting {
			return PlanRead{}, errPlanMoved
		}
		latest, _ := p.Latest() // it waits, so that there is one
		out, err := PlanPart(key, latest.Number).read(ctx, r)
		if err == nil && !out.MayAuthorise {
			err = fault.New(fault.Refused, "This is authorised by others: "+strings.Join(out.Authorise, ", ")+", and not by who wrote in it.")
		}
		return out, err
	}}
}

// DropPlanDraft throws away what is being written: a plan that never was in force, with
// why, or a change of one that is. seen is the Rev of the draft on the page.
func (s *Service) DropPlanDraft(ctx context.Context, a Actor, ref id.Reference, key plan.ID, seen int, reason string) error {
	reason = entry.Text(reason)
	err := s.db.Update(ctx, func(tx store.Tx) error {
		_, sat, err := s.mayAddTo(ctx, tx, a, ref, access.Plans)
		if err != nil {
			return err
		}
		p, err := s.ownPlan(ctx, tx, sat, key)
		if err != nil {
			return err
		}
		switch {
		case p.Draft.Purpose == "":
			return errPlanWritten
		case p.Draft.Rev != seen:
			return errPlanChanged
		}
		if wrong := plan.CheckReason(reason, "Enter why it is thrown away"); len(wrong) > 0 && p.Draft.Purpose == plan.Write {
			return problems(wrong)
		}
		if err := tx.DropPlanDraft(ctx, p.ID, seen); err != nil {
			if fault.Is(err, fault.Conflict) {
				err = errPlanChanged
			}
			return err
		}
		if p.Draft.Purpose == plan.Write {
			step, err := s.planStep(ctx, tx, sat, p, plan.Dropped)
			if err != nil {
				return err
			}
			step.Reason = reason
			if err := tx.AddPlanStep(ctx, p.ID, step, nil); err != nil {
				return err
			}
		}
		return s.leavePlan(ctx, tx, sat, DropsPlan, p.ID)
	})
	return s.refusalOf(ctx, a, ref, access.Plans, err)
}
