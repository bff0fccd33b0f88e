package casework

import (
	"context"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/plan"
	"casefile/internal/store"
)

// ServesPlan is the action of a footprint: somebody said which entries served an action.
const ServesPlan = "serve-plan"

// A PlanAction is an action of a plan that runs, to be chosen as what an entry served.
type PlanAction struct {
	Key     string // of the plan and the action
	Plan    string // its title
	Outcome string // that the action serves, in words
	Words   string
}

func planActionKey(p plan.ID, action string) string { return string(p) + "/" + action }

// planActions are the actions that go on in plans of the viewer's service, for whoever may
// say that an entry served one.
func (r reading) planActions(ctx context.Context) ([]PlanAction, error) {
	if r.s.decide(r.standing, access.Plans, access.Record).Outcome != access.Shown || r.ask(access.Plans, access.Look).Outcome != access.Shown {
		return nil, nil
	}
	held, err := r.Plans(ctx, r.person)
	if err != nil {
		return nil, err
	}
	var list []PlanAction
	for _, p := range held {
		if p.Service != r.viewer.Service || !p.Runs() {
			continue
		}
		c, err := planBase(ctx, r.Reader, p)
		if err != nil {
			return nil, err
		}
		for _, o := range c.Outcomes {
			for _, a := range o.Actions {
				if a.Stands == plan.GoesOn {
					list = append(list, PlanAction{planActionKey(p.ID, a.ID), p.Title, plan.Short(o.Words), plan.Short(a.Words)})
				}
			}
		}
	}
	return list, nil
}

// entryServed says which action an entry served that is being recorded, as its draft names
// it, where the entry is fit to be. The problem is for whoever records it: the plan may have
// changed meanwhile.
func (s *Service) entryServed(ctx context.Context, tx store.Tx, sat *sitting, e entry.ID, named string, fit bool) (*fault.Problem, error) {
	if named == "" {
		return nil, nil
	}
	actions, err := (reading{tx, sat, string(sat.actor.Worker), sat.person}).planActions(ctx)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(actions, func(a PlanAction) bool { return a.Key == named }) {
		return &fault.Problem{Field: entry.FieldServes, Message: "This action does not go on any more. Select another, or none"}, nil
	}
	if !fit {
		return nil, nil
	}
	of, action, _ := strings.Cut(named, "/")
	return nil, tx.AddServed(ctx, plan.Served{Plan: plan.ID(of), Action: action, Entry: e, Serves: true, Recorded: tx.Stamp(string(sat.actor.Worker))})
}

// entryServes reports whether an entry serves the action that a draft names; of a draft
// that names none, whether there is nothing to add.
func (s *Service) entryServes(ctx context.Context, r store.Reader, sat *sitting, e entry.ID, named string) (bool, error) {
	if named == "" {
		return true, nil
	}
	links, err := r.Served(ctx, sat.person)
	return slices.ContainsFunc(links, func(l plan.Served) bool { return l.Entry == e && planActionKey(l.Plan, l.Action) == named }), err
}

// servedOn says of entries of the file which actions they served, in words, as far as the
// viewer may read the plans.
func (r reading) servedOn(ctx context.Context) (map[entry.ID][]string, error) {
	if r.ask(access.Plans, access.Look).Outcome != access.Shown {
		return nil, nil
	}
	links, err := r.Served(ctx, r.person)
	if err != nil || len(links) == 0 {
		return nil, err
	}
	out, says := map[entry.ID][]string{}, map[plan.ID]PlanRead{}
	for _, l := range links {
		if r.at != 0 && l.Recorded.At > r.at {
			continue
		}
		p, read := says[l.Plan]
		if !read {
			p.Plan, err = r.readablePlan(ctx, l.Plan)
			if err == nil {
				p.Plan, _ = p.Plan.Known(r.at)
				p.Content, err = planBase(ctx, r.Reader, p.Plan)
			}
			if err != nil && !fault.Is(err, fault.NotFound) {
				return nil, err
			}
			says[l.Plan] = p
		}
		if a, _, ok := p.Content.Action(l.Action); ok {
			out[l.Entry] = append(out[l.Entry], p.Title+": "+plan.Short(a.Words))
		}
	}
	return out, nil
}

// A PlanServing is an action of a plan, with the entries that may have served it.
type PlanServing struct {
	plan.Plan
	Action  plan.Action
	Outcome plan.Outcome
	Lines   []entry.Line // the last that the viewer may read
	Serves  map[entry.ID]bool
}

// PlanServingPart is the page on which somebody says which entries served an action.
func PlanServingPart(key plan.ID, action string) Part[PlanServing] {
	return Part[PlanServing]{access.Plans, access.Record, func(ctx context.Context, r reading) (v PlanServing, err error) {
		if v.Plan, v.Action, v.Outcome, err = r.s.servedAction(ctx, r.Reader, r.sitting, key, action); err != nil {
			return v, err
		}
		r.detail.Plan = string(key)
		v.Lines, v.Serves, err = r.servers(ctx, key, action)
		return v, err
	}}
}

// servedAction is an action of a plan that runs, of the actor's service.
func (s *Service) servedAction(ctx context.Context, r store.Reader, sat *sitting, key plan.ID, action string) (plan.Plan, plan.Action, plan.Outcome, error) {
	p, err := s.ownPlan(ctx, r, sat, key)
	if err != nil {
		return p, plan.Action{}, plan.Outcome{}, err
	}
	c, err := planBase(ctx, r, p)
	if err != nil {
		return p, plan.Action{}, plan.Outcome{}, err
	}
	a, o, ok := c.Action(action)
	if !ok || !p.Runs() {
		err = errNoPlan
	}
	return p, a, o, err
}

// servers are the last entries that the viewer may read, and which of them served an
// action.
func (r reading) servers(ctx context.Context, key plan.ID, action string) ([]entry.Line, map[entry.ID]bool, error) {
	if r.ask(access.Timeline, access.Look).Outcome != access.Shown {
		return nil, nil, errNoPlan
	}
	entries, err := r.Timeline(ctx, r.person, "", PageLines)
	if err != nil {
		return nil, nil, err
	}
	var lines []entry.Line
	sight := r.sight()
	for _, e := range entries {
		if sight.of(e.Service, e.Content.Sensitive) == access.Shown {
			lines = append(lines, entry.Line{Entry: e.Entry})
		}
	}
	links, err := r.Served(ctx, r.person)
	serves := map[entry.ID]bool{}
	for _, l := range links {
		if l.Plan == key && l.Action == action {
			serves[l.Entry] = true
		}
	}
	return lines, serves, err
}

// ServeAction says of entries whether they served an action; those that said is not about
// stay as they are.
//
// Errors: NotFound where the action does not run any more, or an entry is not the actor's
// to read; then nothing is changed.
func (s *Service) ServeAction(ctx context.Context, a Actor, ref id.Reference, key plan.ID, action string, said map[entry.ID]bool) error {
	err := s.db.Update(ctx, func(tx store.Tx) error {
		_, sat, err := s.mayAddTo(ctx, tx, a, ref, access.Plans)
		if err != nil {
			return err
		}
		if _, _, _, err := s.servedAction(ctx, tx, sat, key, action); err != nil {
			return err
		}
		lines, serves, err := (reading{tx, sat, string(a.Worker), sat.person}).servers(ctx, key, action)
		if err != nil {
			return err
		}
		changed := false
		for e, is := range said {
			if !slices.ContainsFunc(lines, func(l entry.Line) bool { return l.ID == e }) {
				return errNoPlan
			}
			if serves[e] == is {
				continue
			}
			changed = true
			if err := tx.AddServed(ctx, plan.Served{Plan: key, Action: action, Entry: e, Serves: is, Recorded: tx.Stamp(string(a.Worker))}); err != nil {
				return err
			}
		}
		if !changed {
			return nil
		}
		return s.leavePlan(ctx, tx, sat, ServesPlan, key)
	})
	return s.refusalOf(ctx, a, ref, access.Plans, err)
}
