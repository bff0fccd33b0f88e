package main

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/id"
	"casefile/internal/population"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// A crowd finds who of the invented workers does what with whom, for the documents, plans,
// meetings and alerts of the demo.
type crowd struct {
	h       *house
	a       *population.Authority
	s       *settling
	holders []staff.Holder
	cases   map[string][]held // by role and service
}

// A held is a child and an invented worker who works with them.
type held struct {
	worker, manager casework.Actor // the manager of their team; the zero one where it has none
	managed         bool
	ref             id.Reference
}

// inventCasework has some children have plans, meetings and alerts, in each way that one can
// stand. All of it goes the way that workers go.
func (h *house) inventCasework(ctx context.Context, a *population.Authority, s *settling) error {
	c := &crowd{h: h, a: a, s: s, cases: map[string][]held{}}
	err := h.db.View(ctx, func(r store.Reader) (err error) {
		c.holders, err = r.Holders(ctx, h.casework.Today())
		return err
	})
	if err != nil {
		return err
	}
	for _, invent := range []func(context.Context) error{c.plans, c.meetings, c.alerts} {
		if err := invent(ctx); err != nil {
			return err
		}
	}
	// What is due of it stands in the trays from the first page on, and not from tomorrow.
	if err := h.casework.AlertsThrough(ctx); err != nil {
		return err
	}
	return h.casework.PlaceEverybody(ctx)
}

// work are children with whom workers of a service work who have one of some roles, those of
// the demo's first page first; at least most of them where there are as many.
func (c *crowd) work(ctx context.Context, service string, roles []access.Role, most int) ([]held, error) {
	key := service
	for _, r := range roles {
		key += " " + string(r)
	}
	if list, ok := c.cases[key]; ok && len(list) >= most {
		return list, nil
	}
	var list []held
	on := map[id.Reference]bool{}
	for _, w := range c.a.Workers {
		if len(list) >= most {
			break
		}
		if w.Service != service || !w.Left.IsZero() || !slices.Contains(roles, access.Role(w.Role)) {
			continue
		}
		worker, err := c.h.actor(ctx, c.s.workers[w.Key])
		if err != nil {
			return nil, err
		}
		mine, err := c.h.casework.MyWork(ctx, worker)
		if err != nil {
			return nil, err
		}
		of := held{worker: worker}
		if of.manager, of.managed, err = c.manager(ctx, w, roles); err != nil {
			return nil, err
		}
		// The last first, as documents are: some files have all of it, and some nothing.
		for _, child := range slices.Backward(mine.Caseload) {
			if !on[child.Reference] {
				on[child.Reference] = true
				of.ref = child.Reference
				list = append(list, of)
			}
		}
	}
	c.cases[key] = list
	return list, nil
}

// manager is somebody else of a worker's team who has none of the roles.
func (c *crowd) manager(ctx context.Context, w population.Worker, roles []access.Role) (casework.Actor, bool, error) {
	for _, m := range c.holders {
		if m.Team == c.s.teams[w.TeamKey].ID && m.Worker != c.s.workers[w.Key].ID && m.Role == "team-manager" && !slices.Contains(roles, m.Role) {
			actor, err := c.h.actorOf(ctx, m)
			return actor, err == nil, err
		}
	}
	return casework.Actor{}, false, nil
}

// shown is the worker of the demo's first page who has a role; false where nobody has.
func (c *crowd) shown(ctx context.Context, role string) (casework.Actor, bool, error) {
	w := (&cast{a: c.a, s: c.s}).by(role)
	if w.ID == "" {
		return casework.Actor{}, false, nil
	}
	actor, err := c.h.actor(ctx, w)
	return actor, err == nil, err
}

// turn gives one after the other of some texts.
func turn[T any](list []T, i int) T { return list[i%len(list)] }
