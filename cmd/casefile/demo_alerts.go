package main

import (
	"context"
	"fmt"
	"slices"

	"casefile/internal/access"
	"casefile/internal/alert"
	"casefile/internal/casework"
	"casefile/internal/id"
	"casefile/internal/person"
)

// A warning is an invented alert.
type warning struct {
	kind   string
	by     casework.Actor
	ref    id.Reference
	words  string
	since  int // days ago
	review int // days from today; 0 for as late as the kind has it
}

// alerts gives some people alerts, of each kind: on the files of children, and on those of
// adults around them, so that some stand on a file for somebody else. Two are to be looked
// at again within days.
func (c *crowd) alerts(ctx context.Context) error {
	list, err := c.warnings(ctx)
	if err != nil {
		return err
	}
	for _, w := range list {
		if err := c.warn(ctx, w); err != nil {
			return fmt.Errorf("an invented alert of the kind %s: %w", w.kind, err)
		}
	}
	return nil
}

func (c *crowd) warnings(ctx context.Context) ([]warning, error) {
	door, is, err := c.shown(ctx, "front-door")
	if err != nil || !is {
		return nil, err
	}
	var list []warning
	of := func(service, role string, n int) ([]held, error) {
		return c.work(ctx, service, []access.Role{access.Role(role)}, n)
	}
	young, err := of("participation", "adviser", 6)
	if err != nil {
		return nil, err
	}
	families, err := of("early-help", "early-help-worker", 6)
	if err != nil {
		return nil, err
	}
	for i, h := range young[min(len(young), 1):min(len(young), 3)] {
		list = append(list, warning{"hazard", h.worker, h.ref, turn([]string{"A dog that bites whoever comes in. Ring first, so that it is shut away.", "The stairs have no rail, and the bulb on the landing is missing."}, i), 40 + i, [...]int{6, 0}[i]})
	}
	adults := 0
	for _, h := range slices.Concat(young, families) {
		adult, found, err := c.adult(ctx, h)
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		w := warning{"risk-to-children", door, adult, "Is not to be with children alone, by a decision of the court of Marlowe.", 200, 9}
		if adults == 1 {
			w = warning{"allegation", door, adult, "[allegation by a neighbour] Shouted at the children in the yard and shook one of them.", 12, 0}
		}
		if list = append(list, w); adults == 1 {
			break
		}
		adults++
	}
	for _, more := range []struct {
		service, role, kind string
		nth                 int // of the children with whom they work
		words               string
	}{
		{"youth-justice", "youth-justice-case-manager", "offence", 0, "Set fire to a shed in the summer. Has to keep away from the allotments."},
		{"youth-justice", "youth-justice-case-manager", "mappp", 1, "Discussed at the panel in October. Ring the police before a visit without notice."},
		{"early-help", "early-help-worker", "special", 0, "Their mother does not read. Ring her, and do not write."},
		{"open-access", "open-access-worker", "special", 0, "Carries an adrenaline pen in the blue bag, and can use it."},
		{"inclusion-attendance", "education-welfare-officer", "special", 0, "Two pupils of the school have this name. Ask for the day of birth."},
		{"participation", "adviser", "special", 3, "Is hard of hearing on the left. Sit on the right."},
	} {
		cases, err := of(more.service, more.role, more.nth+1)
		if err != nil {
			return nil, err
		}
		if len(cases) > more.nth {
			of := cases[more.nth]
			list = append(list, warning{more.kind, of.worker, of.ref, more.words, 30, 0})
		}
	}
	return slices.DeleteFunc(list, func(w warning) bool {
		_, known := c.h.defs.Alerts().Kind(w.kind)
		return !known
	}), nil
}

// adult is a grown-up whom the record relates to a child.
func (c *crowd) adult(ctx context.Context, h held) (id.Reference, bool, error) {
	f, err := casework.Open(ctx, c.h.casework, casework.Look{Actor: h.worker, Reference: h.ref}, casework.RelationsPart())
	if err != nil {
		return "", false, err
	}
	for _, r := range f.Value.Relatives {
		if r.Who.MadeAs == person.AsRelation && r.Who.Gender == "M" {
			return r.Who.Reference, true, nil
		}
	}
	return "", false, nil
}

// warn sets an alert, as on its page.
func (c *crowd) warn(ctx context.Context, w warning) error {
	today := c.h.casework.Today()
	page, err := casework.Open(ctx, c.h.casework, casework.Look{Actor: w.by, Reference: w.ref}, casework.SetAlertPart(""))
	if err != nil {
		return err
	}
	f := person.Form{
		alert.FieldKind: w.kind, alert.FieldNarrative: w.words, alert.FieldAware: person.No, alert.FieldNotTold: "It would put somebody else in danger.",
		alert.FieldManager: "The duty manager of that day",
	}
	f.SetDay("from", today.AddDays(-w.since))
	f.SetDay("discussed", today.AddDays(-1))
	if w.kind == "hazard" {
		f[alert.FieldAware], f[alert.FieldHow] = person.Yes, "At the door, by the worker"
		f.SetDay("told", today.AddDays(-2))
	}
	if w.review > 0 {
		f.SetDay("review", today.AddDays(w.review))
	}
	return c.h.casework.SetAlert(ctx, w.by, w.ref, casework.Alerting{Seen: page.Value.Seen, Form: f})
}
