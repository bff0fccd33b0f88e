package casework

import (
	"context"
	"fmt"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/fault"
	"casefile/internal/form"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// The kinds of notice that tell of a document.
const (
	DocumentMessage    = "document-message"    // its form has somebody told of it
	DocumentReturned   = "document-returned"   // with requests, to whoever completed it
	DocumentAuthorised = "document-authorised" // likewise
	DecisionsRested    = "decisions-rested"    // on what a document said that is being corrected
)

// effects brings about what a form declares, as far as the program does it, and says of
// the rest what somebody has to do.
func (s *Service) effects(ctx context.Context, tx store.Tx, sat *sitting, d document.Document, doings []form.Doing) ([]document.Effect, error) {
	var list []document.Effect
	for _, do := range doings {
		e := document.Effect{Words: s.inWords(do)}
		var err error
		switch do.Act {
		case form.SetFact:
			e.Done, err = s.setFact(ctx, tx, sat, do.Target, do.Value, d.Title)
		case form.Task:
			if e.Done, err = s.formTask(ctx, tx, sat, d, do); e.Done {
				e.Words = "Task opened. " + e.Words
			}
		case form.Message:
			var to []staff.ID
			if to, err = s.recipients(ctx, tx, sat, d, do.Target); err == nil && len(to) > 0 {
				e.Done, err = true, s.tellDocument(ctx, tx, sat, d, DocumentMessage, to...)
			}
		}
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// formTask opens the task that a form declares. It is false where no task can be opened,
// because no case of the service runs, nobody would see it or its kind is not defined: then
// what is due stands in the document alone.
func (s *Service) formTask(ctx context.Context, tx store.Tx, sat *sitting, d document.Document, do form.Doing) (bool, error) {
	kind, ok := s.set().Tasks().Caused(task.FormEffect, d.Service)
	if !ok {
		return false, nil
	}
	team := staff.TeamID(sat.viewer.Team)
	o := opening{
		kind: kind, words: do.Title, person: sat.person, service: d.Service, link: linkOfDocument(d.ID),
		from: task.FromRule, fromID: string(task.FormEffect), due: s.Today().AddDays(do.Days), team: team,
	}
	switch do.Target {
	case form.ToAllocated: // as the kind has it
	case form.ToAuthor:
		o.to = task.OfWorker(completedBy(sat, d))
	case form.ToManager:
		if o.to = task.OfManagers(team); team == "" {
			return false, nil
		}
	default: // a role of the team: whoever of it takes the task
		if o.to = task.OfTeam(team); team == "" {
			return false, nil
		}
	}
	var err error
	if o.to, o.team, err = s.recipient(ctx, tx, o); err != nil {
		if err == error(errNoTeam) {
			return false, nil
		}
		return false, err
	}
	if seen, err := s.isSeen(ctx, tx, o.to, o.person); err != nil || !seen {
		return false, err
	}
	due, err := tx.TasksOf(ctx, o.person, true, mostTasks)
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(due, func(t task.Task) bool { return t.Link == o.link && t.Words == o.words && t.FromID == o.fromID }) {
		return true, nil // it was returned, and completed again
	}
	_, err = s.openTask(ctx, tx, tx.Stamp(string(sat.actor.Worker)), o)
	return err == nil, err
}

// inWords says what an effect does, for people to read.
func (s *Service) inWords(do form.Doing) string {
	switch do.Act {
	case form.SetFact:
		what, value := do.Target, do.Value
		if k, ok := s.set().People().Kind(do.Target); ok {
			what = k.Title
			if set, ok := s.Codes(k.Set); ok {
				if label, ok := set.Label(do.Value, s.Today()); ok {
					value = label
				}
			}
		}
		return what + ": " + value
	case form.Require:
		title := do.Target
		if f, ok := s.set().Form(do.Target, 0); ok {
			title = f.Title
		}
		return "To be completed next: " + title
	case form.Task:
		words := fmt.Sprintf("For %s: %s", s.recipientWords(do.Target), do.Title)
		if do.Days > 0 {
			words += fmt.Sprintf(", by %s", s.Today().AddDays(do.Days).Long())
		}
		return words
	case form.Milestone:
		return "Stage reached: " + do.Target
	case form.Message:
		words := "Told: " + s.recipientWords(do.Target)
		if do.Hours > 0 {
			words += fmt.Sprintf(", who should answer within %d hours", do.Hours)
		}
		return words
	case form.Directory:
		return map[string]string{
			"start": "To tell the directory: work with them begins", "update": "To tell the directory: there is something new", "end": "To tell the directory: work with them ends",
		}[do.Target]
	}
	return string(do.Act)
}

func (s *Service) recipientWords(to string) string {
	switch to {
	case form.ToAuthor:
		return "whoever completed it"
	case form.ToAllocated:
		return "the allocated worker"
	case form.ToManager:
		return "the line manager"
	}
	return s.RoleTitle(access.Role(to))
}

// completedBy is who completed a document: the actor, while it is being completed.
func completedBy(sat *sitting, d document.Document) staff.ID {
	if latest, ok := d.Latest(); ok && !d.Written() {
		return latest.By
	}
	return sat.actor.Worker
}

// recipients are whom an effect reaches.
func (s *Service) recipients(ctx context.Context, tx store.Tx, sat *sitting, d document.Document, to string) ([]staff.ID, error) {
	switch to {
	case form.ToAuthor:
		return []staff.ID{completedBy(sat, d)}, nil
	case form.ToAllocated:
		return tx.AllocatedWorkers(ctx, sat.person, s.Today())
	case form.ToManager:
		return s.managers(ctx, tx, staff.TeamID(sat.viewer.Team))
	}
	holders, err := tx.Holders(ctx, s.Today())
	var list []staff.ID
	for _, h := range holders {
		if string(h.Role) == to && string(h.Team) == sat.viewer.Team {
			list = append(list, h.Worker)
		}
	}
	return list, err
}

// documentManagers are those who manage the work that a document belongs to, and else
// the actor's own.
func (s *Service) documentManagers(ctx context.Context, tx store.Tx, sat *sitting, d document.Document) ([]staff.ID, error) {
	teams := []staff.TeamID{staff.TeamID(sat.viewer.Team)}
	episodes, err := tx.Episodes(ctx, sat.person, 0)
	if err != nil {
		return nil, err
	}
	for _, e := range episodes {
		if e.ID == d.Episode {
			teams = append(teams, staff.TeamID(e.TeamID))
		}
	}
	return s.managers(ctx, tx, teams...)
}

// tellDocument leaves a notice for each, but for whoever does it.
func (s *Service) tellDocument(ctx context.Context, tx store.Tx, sat *sitting, d document.Document, kind string, to ...staff.ID) error {
	to = slices.Clone(to)
	slices.Sort(to)
	for _, w := range slices.Compact(to) {
		if w == "" || w == sat.actor.Worker {
			continue
		}
		n := store.Notice{ID: id.New(), Worker: w, Person: sat.person, By: sat.actor.Worker, Kind: kind, At: date.At(s.now())}
		if err := tx.AddNotice(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// setFact records a coded fact from today, in place of the one before it. It is false
// where that cannot be: somebody has to look at what is recorded.
func (s *Service) setFact(ctx context.Context, tx store.Tx, sat *sitting, kind, code, title string) (bool, error) {
	c := &factChange{s: s, tx: tx, sat: sat, by: tx.Stamp(string(sat.actor.Worker))}
	var err error
	if c.FactPage, err = (reading{tx, sat, string(sat.actor.Worker), sat.person}).factPage(ctx, CodedFacts); err != nil {
		return false, err
	}
	today := s.Today()
	for _, now := range c.Now {
		if held, ok := now.Fact.(person.Characteristic); ok && held.Kind == kind && held.Code == code && held.Period.Contains(today) && held.Period.Open() {
			return true, nil // it is so already
		}
	}
	fact, period := person.Characteristic{Kind: kind, Code: code}, date.Period{From: today}
	fact.Period = period
	if slot := c.Practice.Slot(fact); slot != "" {
		for _, o := range c.Now {
			if c.Practice.Slot(o.Fact) == slot && o.Period.Overlaps(period) && !o.Period.From.Before(today) {
				return false, nil // what began today, or is to begin, is for somebody to sort out
			}
		}
		wrong, err := c.endOthers(ctx, slot, c.Now, period)
		if len(wrong) > 0 || err != nil {
			return false, err
		}
	}
	err = c.put(ctx, person.Change{Action: person.Added, Basis: "The form “" + title + "”"}, fact, period)
	if fault.Is(err, fault.Invalid) {
		return false, nil
	}
	return err == nil, err
}
