package main

import (
	"context"
	"fmt"
	"slices"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/population"
	"casefile/internal/staff"
)

// A cast is the invented workers and children of the demo's story: what has
// been decided about rights, so that each role finds something of it.
type cast struct {
	a       *population.Authority
	s       *settling
	mine    []id.Reference // of children whom the first worker of all works with
	theirs  []id.Reference // of children of workers
	parents []string       // those workers' keys, one for one
	helpers [][]string     // and the keys of who works with each child

	elsewhere []id.Reference            // of children with other teams of the first worker's service
	of        map[string][]id.Reference // of children with each service; a few
}

// note keeps a child for the story.
func (c *cast) note(child population.Child, ref id.Reference) {
	first := c.a.Workers[0].Key
	open := func(e population.Episode) bool { return e.Closed.IsZero() && e.Allocated == first }
	switch {
	case child.Truth.WorkerKey != "":
		var helpers []string
		for _, e := range child.Episodes {
			if e.Closed.IsZero() && e.Allocated != "" {
				helpers = append(append(helpers, e.Allocated), e.Further...)
			}
		}
		c.theirs, c.parents, c.helpers = append(c.theirs, ref), append(c.parents, child.Truth.WorkerKey), append(c.helpers, helpers)
	case slices.ContainsFunc(child.Episodes, open):
		c.mine = append(c.mine, ref)
	default:
		c.noteOthers(child, ref)
	}
}

// noteOthers keeps a few children whom the first worker does not work with.
func (c *cast) noteOthers(child population.Child, ref id.Reference) {
	const few = 8
	first := c.a.Workers[0]
	of := func(is func(population.Episode) bool) bool { return slices.ContainsFunc(child.Episodes, is) }
	if len(c.elsewhere) < few && !child.Truth.Refuge && of(func(e population.Episode) bool { return e.Service == first.Service }) &&
		!of(func(e population.Episode) bool { return e.TeamKey == first.TeamKey }) {
		c.elsewhere = append(c.elsewhere, ref)
	}
	if c.of == nil {
		c.of = map[string][]id.Reference{}
	}
	for _, e := range child.Episodes {
		if e.Closed.IsZero() && len(c.of[e.Service]) < few && !slices.Contains(c.of[e.Service], ref) {
			c.of[e.Service] = append(c.of[e.Service], ref)
		}
	}
}

// actor is an invented worker in the role they hold.
func (h *house) actor(ctx context.Context, w staff.Worker) (casework.Actor, error) {
	me, err := h.casework.Me(ctx, w.ID)
	if err != nil {
		return casework.Actor{}, err
	}
	if len(me.Assignments) == 0 {
		return casework.Actor{}, fmt.Errorf("the invented worker %s holds no role", w.Name())
	}
	return casework.Actor{Worker: w.ID, As: me.Assignments[0].ID}, nil
}

// by is the worker of the demo's first page who acts in a role.
func (c *cast) by(role string) staff.Worker {
	for _, w := range c.a.Workers {
		if w.Demo && w.Role == role {
			return c.s.workers[w.Key]
		}
	}
	return staff.Worker{}
}

// tell lays down what the story says, in the names of those who may.
func (h *house) tell(ctx context.Context, c *cast) error {
	today := h.casework.Today()
	lead, manager := c.by("information-governance-lead"), c.by("team-manager")
	leading, err := h.actor(ctx, lead)
	if err != nil {
		return err
	}
	managing, err := h.actor(ctx, manager)
	if err != nil {
		return err
	}
	for i, ref := range c.mine[:min(len(c.mine), 4)] {
		g := casework.Granting{
			Kind: access.Review, Worker: c.by("reviewer").ID, Reason: "Sample for the practice review of this quarter.",
			Period: date.Period{From: today, To: today.AddMonths(2)},
		}
		if i < 2 {
			g.Kind, g.Worker, g.Parts = access.Grant, c.by("partner-professional").ID, []access.Part{access.Workers, access.Timeline}
			g.Reason = "School nursing sees this young person each fortnight."
		}
		if err := h.casework.Grant(ctx, leading, ref, g); err != nil {
			return fmt.Errorf("open an invented file: %w", err)
		}
	}
	for i, ref := range c.theirs {
		parent := c.s.workers[c.parents[i]]
		if i == 0 {
			named := []staff.ID{lead.ID, manager.ID}
			for _, key := range c.helpers[i] {
				if c.a.Workers[slices.IndexFunc(c.a.Workers, func(w population.Worker) bool { return w.Key == key })].Left.IsZero() {
					named = append(named, c.s.workers[key].ID)
				}
			}
			_, err = h.casework.Restrict(ctx, managing, ref, casework.Restricting{
				Reason: "The child of somebody who works here.", Paper: "Cabinet 3, room 2.14", Named: named,
			})
		} else if i == 1 {
			var declaring casework.Actor
			if declaring, err = h.actor(ctx, parent); err == nil {
				err = h.casework.Declare(ctx, declaring, string(ref), "I am their parent.")
			}
		}
		if err != nil {
			return fmt.Errorf("close an invented file: %w", err)
		}
	}
	if err := h.watched(ctx, c, leading, managing); err != nil {
		return err
	}
	if err := h.concerned(ctx, c, leading); err != nil {
		return err
	}
	if err := h.known(ctx, c); err != nil {
		return err
	}
	if err := h.reviewed(ctx, c, leading); err != nil {
		return err
	}
	if err := h.busy(ctx, c); err != nil {
		return err
	}
	first := c.a.Workers[0]
	for _, w := range c.a.Workers {
		if mate(c.a, w) {
			err := h.casework.DeclareAbsence(ctx, managing, staff.Absence{
				Worker: c.s.workers[w.Key].ID, Cover: c.s.workers[first.Key].ID,
				Clocks: date.Clocks{Period: date.Period{From: today, To: today.AddDays(7)}},
			})
			if err != nil {
				return fmt.Errorf("send an invented worker away: %w", err)
			}
			break
		}
	}
	return nil
}
