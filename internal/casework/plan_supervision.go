package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/caseload"
	"casefile/internal/date"
	"casefile/internal/person"
	"casefile/internal/plan"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// A SupervisedOutcome is an outcome that goes on, with how far it was at the last review
// and at the one before; nil where it was not measured.
type SupervisedOutcome struct {
	Words      string
	Last, Then *plan.Measured
	Actions    int // that go on
	Late       int // of them, past their end
}

// A SupervisedPlan is a plan that runs, as supervision reads it.
type SupervisedPlan struct {
	plan.Plan
	Next     date.Date // by when it is to be reviewed
	Late     int       // days
	Outcomes []SupervisedOutcome
}

// CasePlans are the plans of one child of a worker.
type CasePlans struct {
	caseload.Case
	Plans []SupervisedPlan
}

// WorkersPlans are the plans of those whom a worker works with, a page at a time.
type WorkersPlans struct {
	Worker staff.Worker
	Cases  []CasePlans
	Count  int
	Pages  int
}

// PlansOfWorker lists the children of a worker of the actor's service with their plans and
// how far each outcome has come, for the worker and for whoever lists the cases of a team of
// theirs (CR-38). It names children, so it is a search: one footprint for the list, one for
// each child on it. NotFound where the list is not the actor's.
func (s *Service) PlansOfWorker(ctx context.Context, a Actor, w staff.ID, page int) (WorkersPlans, error) {
	var out WorkersPlans
	var cases []caseload.Case
	plans := map[person.ID][]SupervisedPlan{}
	people, err := s.list(ctx, a, listing{
		terms: "plans", part: access.Plans, shows: func(person.ID) access.Part { return access.Plans }, atLeast: everybody(access.Shown),
		read: func(r store.Reader, v access.Viewer) ([]person.Found, error) {
			out, cases = WorkersPlans{}, nil
			clear(plans)
			if err := s.supervises(ctx, r, v, w); err != nil {
				return nil, err
			}
			var err error
			if out.Worker, err = r.Worker(ctx, w); err != nil {
				return nil, err
			}
			q := caseload.Query{
				Scope: s.planScope(v), Now: date.At(s.now()), Worker: w, Service: v.Service, Order: caseload.ByName,
				Skip: (max(page, 1) - 1) * CaseloadLines, Limit: CaseloadLines,
			}
			counts, err := r.CountCases(ctx, q)
			if err != nil {
				return nil, err
			}
			out.Count, out.Pages = counts.All, (counts.All+CaseloadLines-1)/CaseloadLines
			if cases, err = r.Cases(ctx, q); err != nil {
				return nil, err
			}
			list := People(cases)
			for _, p := range list {
				if plans[p.ID], err = s.supervised(ctx, r, v, p.ID); err != nil {
					return nil, err
				}
			}
			return list, nil
		},
	})
	if err != nil {
		return WorkersPlans{}, s.refusedOffice(ctx, a, access.Caseloads, access.Look, string(w), err)
	}
	for _, c := range casesOf(cases, people) {
		out.Cases = append(out.Cases, CasePlans{c, plans[c.ID]})
	}
	return out, nil
}

// supervises checks that the plans of those whom a worker works with are the viewer's to
// list: their own, or those of somebody who holds a role in a team whose cases they list.
func (s *Service) supervises(ctx context.Context, r store.Reader, v access.Viewer, w staff.ID) error {
	if v.Service == "" || len(s.planScope(v).Gives) == 0 {
		return errNotHere
	}
	if string(w) == v.Worker {
		return nil
	}
	roles, err := r.Assignments(ctx, w, s.Today())
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(roles, func(as staff.Assignment) bool {
		return as.Service == v.Service && s.mayOffice(v, access.Caseloads, access.Look, string(as.Team), as.Service)
	}) {
		return errNotHere
	}
	return nil
}

// planScope is whom a viewer has in lists of plans: on one ground they must find the child
// and read the child's plans.
func (s *Service) planScope(v access.Viewer) access.Scope {
	table := s.set().Access()
	sc := table.Scope(v, access.Plans, access.Look, access.Shown)
	find := table.Scope(v, access.Identity, access.Find, access.Shown).Gives
	sc.Gives = slices.DeleteFunc(sc.Gives, func(g access.Ground) bool { return !slices.Contains(find, g) })
	return sc
}

// supervised are the plans of the viewer's service that run for a child.
func (s *Service) supervised(ctx context.Context, r store.Reader, v access.Viewer, p person.ID) ([]SupervisedPlan, error) {
	held, err := r.Plans(ctx, p)
	if err != nil {
		return nil, err
	}
	var list []SupervisedPlan
	for _, x := range held {
		says, ok := x.Says()
		if x.Service != v.Service || !ok || !x.Runs() {
			continue
		}
		c, err := r.PlanContent(ctx, x.ID, says.Number)
		if err != nil {
			return nil, err
		}
		reviews, err := (reading{Reader: r}).planReviews(ctx, x, says.Number)
		if err != nil {
			return nil, err
		}
		sp := SupervisedPlan{Plan: x, Next: c.Next.Date, Late: task.Deadline{Due: c.Next.Date}.DaysLate(s.Today())}
		for _, o := range c.Outcomes {
			if o.Stands == plan.GoesOn {
				sp.Outcomes = append(sp.Outcomes, s.supervisedOutcome(o, reviews))
			}
		}
		list = append(list, sp)
	}
	return list, nil
}

func (s *Service) supervisedOutcome(o plan.Outcome, reviews []PlanReview) SupervisedOutcome {
	out := SupervisedOutcome{Words: o.Words}
	for _, rv := range reviews { // the first first
		if f, ok := rv.Finding.Of(o.ID); ok {
			out.Then, out.Last = out.Last, &plan.Measured{Value: f.Value, Title: f.Title, Evidence: f.Evidence, On: rv.Finding.On}
		}
	}
	for _, a := range o.Actions {
		if a.Stands == plan.GoesOn {
			out.Actions++
			if a.Late(s.Today()) {
				out.Late++
			}
		}
	}
	return out
}
