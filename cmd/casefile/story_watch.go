package main

import (
	"context"
	"fmt"
	"slices"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/concern"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/population"
	"casefile/internal/staff"
	"casefile/internal/watch"
)

// team are the colleagues of the first worker of all who hold the same role in
// the same team, without those of the demo's first page and those who left.
func (c *cast) team() []staff.Worker {
	var list []staff.Worker
	for _, w := range c.a.Workers {
		if mate(c.a, w) {
			list = append(list, c.s.workers[w.Key])
		}
	}
	return list
}

func mate(a *population.Authority, w population.Worker) bool {
	first := a.Workers[0]
	return !w.Demo && w.TeamKey == first.TeamKey && w.Role == first.Role && w.Left.IsZero()
}

// Days since two workers of other teams of the first one's service passed their
// training: one's lapses soon, the other's has lapsed.
const (
	lapsesSoon = 350
	hasLapsed  = 380
)

// trainedBefore is how many days ago each worker passed their training. It is good
// for all on the demo's first page and for their teams, who have a part to play.
func trainedBefore(a *population.Authority) map[string]int {
	days := map[string]int{}
	first := a.Workers[0]
	var others []string
	for i, w := range a.Workers {
		days[w.Key] = 40 + i*3%280
		if !w.Demo && w.Service == first.Service && w.TeamKey != first.TeamKey && w.Role == first.Role && w.Left.IsZero() {
			others = append(others, w.Key)
		}
	}
	for i, ago := range []int{hasLapsed, lapsesSoon} {
		if i < len(others) {
			days[others[i]] = ago
		}
	}
	return days
}

// watched lays down looks that somebody has to explain: at children whom the lead
// marked as high-profile, by workers of the first worker's team. One waits, one is
// asked about, one is explained, and of one a concern is made.
func (h *house) watched(ctx context.Context, c *cast, leading, managing casework.Actor) error {
	lookers := append([]staff.Worker{c.s.workers[c.a.Workers[0].Key]}, c.team()...)
	n := min(4, len(c.elsewhere), len(lookers))
	for i := range n {
		if err := h.casework.MarkFile(ctx, leading, c.elsewhere[i], true); err != nil {
			return fmt.Errorf("mark an invented file: %w", err)
		}
		looking, err := h.actor(ctx, lookers[i])
		if err != nil {
			return err
		}
		look := casework.Look{Actor: looking, Reference: c.elsewhere[i]}
		if _, err := casework.Open(ctx, h.casework, look, casework.TimelinePart("")); err != nil {
			return fmt.Errorf("look at an invented file: %w", err)
		}
	}
	if _, err := h.casework.WatchSoFar(ctx); err != nil {
		return fmt.Errorf("watch the invented looks: %w", err)
	}
	list, err := h.casework.WatchList(ctx, managing, false, 0)
	if err != nil {
		return err
	}
	steps := map[staff.ID][]casework.HitStep{}
	if n > 0 {
		steps[lookers[0].ID] = []casework.HitStep{{Kind: watch.Asked, Text: "This young person is with another team. What did you need?"}}
	}
	if n > 2 {
		steps[lookers[2].ID] = []casework.HitStep{{Kind: watch.Explained, Text: "They took a call at the reception desk and looked whom to tell."}}
	}
	if n > 3 {
		steps[lookers[3].ID] = []casework.HitStep{{Kind: watch.NotExplained, Concern: concern.ID(id.New()), Text: "They say they know nothing of it, and were signed in at that time."}}
	}
	for _, hit := range list.Hits {
		for i, step := range steps[hit.Worker] {
			step.ID = id.New()
			if err := h.casework.TakeHitStep(ctx, managing, hit.ID, i, step); err != nil {
				return fmt.Errorf("see to an invented look: %w", err)
			}
		}
		delete(steps, hit.Worker)
	}
	return nil
}

// concerned lays down a concern that is being looked into, with a question to the
// first worker, and one that has ended.
func (h *house) concerned(ctx context.Context, c *cast, leading casework.Actor) error {
	team := c.team()
	if len(c.mine) < 2 || len(team) < 2 {
		return nil // an authority too small for it
	}
	first := c.s.workers[c.a.Workers[0].Key]
	reporting, err := h.actor(ctx, first)
	if err != nil {
		return err
	}
	yesterday := h.casework.Today().AddDays(-1)
	i := slices.IndexFunc(h.casework.Outcomes(), func(o concern.Outcome) bool { return !o.Confirmed })
	if i < 0 {
		return nil // the definitions know breaches only
	}
	none := h.casework.Outcomes()[i].ID
	for _, told := range []struct {
		about  id.Reference
		report casework.Report
		steps  []concern.Step
	}{
		{
			c.mine[0],
			casework.Report{Text: "A colleague spoke at lunch of something that only the timeline says.", Happened: yesterday},
			[]concern.Step{
				{Kind: concern.TakeOn},
				{Kind: concern.Note, Text: "Three people of the team were at lunch. I am going through who opened the file this week."},
				{Kind: concern.Ask, Worker: first.ID, Text: "Who else was at the table, and what exactly was said?"},
			},
		},
		{
			c.mine[1],
			casework.Report{Text: "The file was open on a screen in the corridor, and nobody sat there.", About: team[1].ID, Happened: yesterday},
			[]concern.Step{
				{Kind: concern.TakeOn},
				{Kind: concern.Note, Text: "They had been called to the door. The screen locked after five minutes."},
				{Kind: concern.Decide, Outcome: none, Tell: "no", Text: "Nobody passed who could have read it.", Done: "The team was reminded to lock the screen."},
				{Kind: concern.Close, Text: "Decided, and the team was told."},
			},
		},
	} {
		told.report.ID = concern.ID(id.New())
		if err := h.casework.ReportConcern(ctx, reporting, told.about, told.report); err != nil {
			return fmt.Errorf("report an invented concern: %w", err)
		}
		for n, step := range told.steps {
			step.ID = id.New()
			if err := h.casework.TakeStep(ctx, leading, told.report.ID, n, step); err != nil {
				return fmt.Errorf("see to an invented concern: %w", err)
			}
		}
	}
	return nil
}

// known has a colleague of the first worker declare that they know somebody, so
// that their manager hears of it.
func (h *house) known(ctx context.Context, c *cast) error {
	team := c.team()
	if len(team) < 2 || len(c.elsewhere) == 0 {
		return nil // an authority too small for it
	}
	knowing, err := h.actor(ctx, team[1])
	if err != nil {
		return err
	}
	ref := c.elsewhere[len(c.elsewhere)-1]
	if err := h.casework.Declare(ctx, knowing, string(ref), "Our children share a class."); err != nil {
		return fmt.Errorf("declare an invented connection: %w", err)
	}
	return nil
}

// reviewed opens some files of their service to whoever checks plans, so that
// their first page says so.
func (h *house) reviewed(ctx context.Context, c *cast, leading casework.Actor) error {
	i := slices.IndexFunc(c.a.Workers, func(w population.Worker) bool { return w.Demo && w.Role == "reviewing-officer" })
	if i < 0 {
		return nil
	}
	officer, today := c.a.Workers[i], h.casework.Today()
	refs := c.of[officer.Service]
	for _, ref := range refs[:min(len(refs), 3)] {
		err := h.casework.Grant(ctx, leading, ref, casework.Granting{
			Kind: access.Review, Worker: c.s.workers[officer.Key].ID, Reason: "Review of the plan.",
			Period: date.Period{From: today, To: today.AddMonths(3)},
		})
		if err != nil {
			return fmt.Errorf("open an invented file for a review: %w", err)
		}
	}
	return nil
}
