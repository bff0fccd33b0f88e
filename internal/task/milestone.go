package task

import (
	"slices"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
)

// A MilestoneKind is a stage of a process, as definitions/work/milestones.yaml has
// it.
type MilestoneKind struct {
	ID       string
	Title    string
	Services []string
	Any      bool
	After    string // the milestone from whose day the limit counts; empty for the start of the case
	Limit    Limit
	Source   string
}

// In reports whether a service has the stage.
func (k MilestoneKind) In(service string) bool { return k.Any || slices.Contains(k.Services, service) }

// Milestones are the kinds, in the order of the process.
type Milestones []MilestoneKind

// Of are those of a service.
func (ms Milestones) Of(service string) Milestones {
	var of Milestones
	for _, k := range ms {
		if k.In(service) {
			of = append(of, k)
		}
	}
	return of
}

// Kind finds a kind.
func (ms Milestones) Kind(id string) (MilestoneKind, bool) {
	i := slices.IndexFunc(ms, func(k MilestoneKind) bool { return k.ID == id })
	if i < 0 {
		return MilestoneKind{}, false
	}
	return ms[i], true
}

// A Milestone is what is known of one stage of a case: the day on which it is to be
// reached and the day on which it was. It is a fact on two clocks, so that what was
// planned before stays.
type Milestone struct {
	ID      string
	Person  person.ID
	Episode string // the key of the case
	Kind    string
	Planned date.Date
	Actual  date.Date // zero while it is not reached
	Late    string    // why it was reached late, or is late
	date.Clocks
}

// The names of fields.
const (
	FieldPlanned = "planned-day"
	FieldActual  = "actual-day"
	FieldWhy     = "why"
)

// Lateness is how late the stage stands: by its limit where there is one, or else by
// the day planned.
func (m Milestone) Lateness(limit date.Date) Deadline {
	due := limit
	if due.IsZero() {
		due = m.Planned
	}
	return Deadline{Due: due, Done: m.Actual}
}

// Check says what is wrong with a milestone that takes the place of was, of which the
// zero Milestone is nothing. limit is the last day in time, zero for none; why is why
// the plan was changed.
func (m Milestone) Check(was Milestone, limit, today date.Date, why string) []fault.Problem {
	var ps []fault.Problem
	switch {
	case m.Planned.IsZero() && m.Actual.IsZero():
		ps = append(ps, fault.Problem{Field: FieldPlanned, Message: "Enter the day for which it is planned, or the day on which it was reached"})
	case m.Actual.After(today):
		ps = append(ps, fault.Problem{Field: FieldActual, Message: "The day on which it was reached must be today or in the past"})
	}
	d := m.Lateness(limit)
	if m.Actual.IsZero() {
		// What is planned for after the limit is late before it is.
		if !limit.IsZero() && m.Planned.After(limit) && m.Late == "" {
			ps = append(ps, fault.Problem{Field: LateReason, Message: "Enter why it is planned for after " + limit.Long() + ", by when it is due"})
		} else {
			ps = append(ps, tooLong(LateReason, "The reason", m.Late)...)
		}
	} else {
		ps = append(ps, d.CheckReason(today, m.Late)...)
	}
	changes := !was.Planned.IsZero() && was.Planned != m.Planned || !was.Actual.IsZero() && was.Actual != m.Actual
	switch {
	case changes && why == "":
		ps = append(ps, fault.Problem{Field: FieldWhy, Message: "Enter why the day is changed"})
	default:
		ps = append(ps, tooLong(FieldWhy, "Why the day is changed", why)...)
	}
	return ps
}
