package main

import (
	"context"
	"fmt"

	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// A due is a task of the demo's story.
type due struct {
	kind    string
	words   string
	ref     id.Reference
	holder  task.Holder
	team    staff.TeamID
	service string
	opened  int // days ago
	due     int // days from today
}

// busy gives the demo's workers something to do: late, due today and to come, in trays of
// their own, of their team and of their service.
func (h *house) busy(ctx context.Context, c *cast) error {
	first := c.a.Workers[0]
	worker, team := c.s.workers[first.Key].ID, c.s.teams[first.TeamKey].ID
	var list []due
	for i, ref := range c.mine {
		words := [...]string{"Ring the college about the start date.", "Ask her mother for the letter from school.", "Look for a placement near home.", "Send the forms for the bursary."}
		d := due{kind: "to-do", words: words[i%len(words)], ref: ref, holder: task.OfWorker(worker), team: team, service: first.Service, opened: 2 + i, due: i - 2}
		switch i % 5 {
		case 3:
			d.kind, d.holder, d.words = "team-to-do", task.OfTeam(team), "Drop off the leaflets she asked for."
		case 4:
			d.kind, d.holder, d.words = "for-the-manager", task.OfManagers(team), "Decide whether the case can close."
		}
		if list = append(list, d); len(list) == 12 {
			break
		}
	}
	for tray, service := range map[string]string{"new-contacts": "front-door", "initial-response": "social-care"} {
		for i, ref := range c.of[service] {
			kind := map[string]string{"new-contacts": "contact-received", "initial-response": "start-assessment"}[tray]
			list = append(list, due{kind: kind, words: "Read it, and decide what is to happen.", ref: ref, holder: task.OfTray(tray), service: service, opened: i, due: 1 - i})
		}
	}
	for _, d := range list {
		if err := h.owes(ctx, d); err != nil {
			return fmt.Errorf("give an invented worker something to do: %w", err)
		}
	}
	return h.casework.PlaceEverybody(ctx)
}

// owes opens one of them, on a day in the past.
func (h *house) owes(ctx context.Context, d due) error {
	kind, ok := h.casework.TaskKind(d.kind)
	if !ok {
		return fmt.Errorf("there is no kind of task %q", d.kind)
	}
	today := h.casework.Today()
	opened := now() - date.Instant(d.opened)*24*3600*1_000_000
	return h.db.Update(ctx, func(tx store.Tx) error {
		p, err := tx.PersonByReference(ctx, d.ref)
		if err != nil {
			return err
		}
		t := task.Task{
			ID: task.ID(id.New()), Kind: kind.ID, Title: kind.Title, Words: d.words, Person: p.ID, Service: d.service, Team: d.team, From: task.FromRule, FromID: byDemo,
			Holder: d.holder, Since: opened, Opened: opened, Start: today.AddDays(-d.opened), Due: today.AddDays(d.due), Prior: kind.Priority, State: task.Open, AskLate: kind.LateReason,
		}
		if !kind.Limit.IsZero() {
			t.Rule, t.Source = kind.Limit.String(), kind.Limit.Source
		}
		if err := tx.AddTask(ctx, t, task.Place{}); err != nil {
			return err
		}
		return tx.AddTaskEvent(ctx, task.Event{Task: t.ID, Step: task.Opened, To: t.Holder, Stamp: tx.Stamp(byDemo)})
	})
}
