package casework

import (
	"context"
	"slices"

	"casefile/internal/correction"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/plan"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// The kinds of notice that tell of a plan.
const (
	PlanWaits      = "plan-waits"      // to be authorised, to those who may
	PlanReturned   = "plan-returned"   // with requests, to whoever wrote it
	PlanAuthorised = "plan-authorised" // likewise
)

// planLink is where the tasks of a plan lead; of an action with its key.
func planLink(p plan.ID, action string) string {
	link := "/plans/" + string(p)
	if action != "" {
		link += "#action-" + action
	}
	return link
}

// inForce brings about what follows of a plan that came into force: a task for each action
// whose owner is to have it as one, a task for the review, and the tasks of what is done
// are done.
func (s *Service) inForce(ctx context.Context, tx store.Tx, sat *sitting, p plan.Plan, did plan.Did, c plan.Content) error {
	ofPlan := func(link string) ([]task.Task, error) {
		open, err := tx.TasksLeading(ctx, sat.person, link)
		return slices.DeleteFunc(open, func(t task.Task) bool {
			_, awaits := t.Awaiting()
			return awaits || t.Link != link || t.From != task.FromRule
		}), err
	}
	before, err := planBase(ctx, tx, p)
	if err != nil {
		return err
	}
	for _, a := range c.Actions() {
		link := planLink(p.ID, a.ID)
		have, err := ofPlan(link)
		if err != nil {
			return err
		}
		if was, _, old := before.Action(a.ID); old && a.Stands == plan.GoesOn && (was.Task != a.Task || was.Owner != a.Owner || was.End.Date != a.End.Date || was.Words != a.Words) {
			// Whoever had it as a task is not left with what the plan says no more.
			if err := s.endTasks(ctx, tx, sat, have, false, "The plan was changed."); err != nil {
				return err
			}
			for _, t := range have {
				if err := s.tellOfTask(ctx, tx, t, TaskPassed, t.Holder, sat.actor.Worker); err != nil {
					return err
				}
			}
			have = nil
		}
		if a.Stands != plan.GoesOn {
			if err := s.endTasks(ctx, tx, sat, have, a.Stands == plan.Done, "The plan says so."); err != nil {
				return err
			}
		} else if a.Task && len(have) == 0 {
			o := opening{words: entry.OneLine(plan.Short(a.Words)), link: link, due: a.End.Date, to: task.OfWorker(staff.ID(a.Owner.Key))}
			if err := s.openPlanTask(ctx, tx, sat, p, task.PlanAction, o); err != nil {
				return err
			}
		}
	}
	reviews, err := ofPlan(planLink(p.ID, ""))
	if err != nil {
		return err
	}
	if did == plan.Written && slices.ContainsFunc(reviews, func(t task.Task) bool { return t.Due == c.Next.Date }) {
		return nil // a change: the review is due when it was
	}
	if err := s.endTasks(ctx, tx, sat, reviews, true, "The plan was reviewed."); err != nil {
		return err
	}
	if did == plan.Closed || c.Next.IsZero() {
		return nil
	}
	return s.openPlanTask(ctx, tx, sat, p, task.PlanReview, opening{words: p.Title, link: planLink(p.ID, ""), due: c.Next.Date})
}

// openPlanTask opens a task of a plan, where somebody would see it and its kind is
// defined; the plan itself says what is due.
func (s *Service) openPlanTask(ctx context.Context, tx store.Tx, sat *sitting, p plan.Plan, cause task.Cause, o opening) error {
	kind, ok := s.set().Tasks().Caused(cause, p.Service)
	if !ok {
		return nil
	}
	o.kind, o.person, o.service, o.from, o.fromID, o.team = kind, sat.person, p.Service, task.FromRule, string(cause), staff.TeamID(sat.viewer.Team)
	to, team, err := s.recipient(ctx, tx, o)
	if err == error(errNoTeam) {
		return nil // no case of the service runs, so there is nobody whose task it is
	}
	if err != nil {
		return err
	}
	seen, err := s.isSeen(ctx, tx, to, o.person)
	if err != nil || !seen {
		return err
	}
	o.to, o.team = to, team
	if o.put, err = putOn(ctx, tx, correction.MovePlan, string(p.ID), sat.person); err != nil {
		return err
	}
	_, err = s.openTask(ctx, tx, tx.Stamp(string(sat.actor.Worker)), o)
	return err
}

// endTasks has tasks be done, or need not be done any more.
func (s *Service) endTasks(ctx context.Context, tx store.Tx, sat *sitting, list []task.Task, done bool, why string) error {
	for _, t := range list {
		was, step := t.Holder, task.Finished
		var err error
		if done {
			err = t.Do(sat.actor.Worker, date.At(s.now()), why)
		} else {
			step, err = task.Drop, t.DropIt(sat.actor.Worker, date.At(s.now()), why)
		}
		if err != nil {
			return err
		}
		if err := tx.SaveTask(ctx, t); err != nil {
			return err
		}
		if err := tx.AddTaskEvent(ctx, task.Event{Task: t.ID, Step: step, From: was, To: t.Holder, Reason: why, Stamp: tx.Stamp(string(sat.actor.Worker))}); err != nil {
			return err
		}
	}
	return nil
}
