package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/alert"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// An Alerting is what somebody says must be seen first. Alert is the row of what it takes
// the place of, empty for a new one; Seen is how the alerts stood on the page.
type Alerting struct {
	Alert string
	Seen  string
	Form  person.Form
}

// An alerted is a change of alerts under way.
type alerted struct {
	s   *Service
	tx  store.Tx
	sat *sitting
	by  date.Stamp
	Alerts
}

// changeAlerts does a change of alerts: rights, change, footprint, all or nothing. After
// the commit those who work with children whom it reaches are told.
func (s *Service) changeAlerts(ctx context.Context, a Actor, ref id.Reference, seen, done string, do func(*alerted) error) error {
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.Alerts, access.Record)
		if err != nil {
			return err
		}
		c := &alerted{s: s, tx: tx, sat: sat, by: tx.Stamp(string(a.Worker))}
		// What the page names besides is not named here, and leaves no footprint.
		if c.Alerts, err = (reading{tx, s.sit(sat.standing, a, sat.person), string(a.Worker), sat.person}).alerts(ctx); err != nil {
			return err
		}
		if c.Seen != seen {
			return errFactsChanged
		}
		if err := do(c); err != nil {
			return err
		}
		if err := s.linkAlerts(ctx, tx, sat.person); err != nil {
			return err
		}
		_, err = s.leave(ctx, tx, sat.footprint(sat.claims[0].decision), &footprint.Detail{Done: done})
		return err
	})
	return s.refusedTo(ctx, a, ref, access.Alerts, string(access.Record), err)
}

// SetAlert sets an alert or, with Alert, says anew what it is about and by when somebody
// looks at it again: that is a review. Errors: NotFound for a file or an alert that is not
// there to this actor; Invalid with each problem by its field; FactsChanged when somebody
// else was quicker.
func (s *Service) SetAlert(ctx context.Context, a Actor, ref id.Reference, n Alerting) error {
	return s.changeAlerts(ctx, a, ref, n.Seen, "alert set", func(c *alerted) error {
		change := person.Change{Action: person.Added}
		var was AlertLine
		var kind alert.Kind
		if n.Alert == "" {
			i := slices.IndexFunc(c.Kinds, func(k alert.Kind) bool { return k.ID == n.Form.Typed(alert.FieldKind) })
			if i < 0 {
				return problems([]fault.Problem{{Field: alert.FieldKind, Message: "Select what kind of alert it is"}})
			}
			kind = c.Kinds[i]
		} else {
			var ok bool
			if was, ok = c.Find(n.Alert); !ok {
				return errFactsChanged
			}
			if !was.MayChange {
				return errNotHere
			}
			kind, change.Action, change.Before, change.Why = was.Kind, person.Corrected, was.ID, n.Form.Typed(alert.FieldWhy)
		}
		fresh, ps := alert.State(n.Form, kind, s.Today())
		if n.Alert != "" {
			ps = append(ps, person.CheckWhy(change.Why)...)
		}
		if len(ps) > 0 {
			return problems(ps)
		}
		fresh.ID, fresh.Recorded, fresh.Service = id.New(), c.by, c.sat.viewer.Service
		if n.Alert != "" {
			fresh.Continues, fresh.Service = was.Key(), was.Service
			if err := c.aside(ctx, was.ID); err != nil {
				return err
			}
			if err := s.alertReviewed(ctx, c.tx, was.Alert, c.sat.person, c.by); err != nil {
				return err
			}
		}
		if err := c.tx.AddAlert(ctx, c.sat.person, fresh); err != nil {
			return err
		}
		change.ID, change.Fact, change.After, change.Recorded = id.New(), string(store.AlertFact), fresh.ID, c.by
		if err := c.tx.AddChange(ctx, c.sat.person, change); err != nil || n.Alert != "" {
			return err
		}
		return s.tellOfOwnAlert(ctx, c.tx, c.sat.person, kind.Part, staff.ID(c.by.By))
	})
}

// aside puts a row aside.
func (c *alerted) aside(ctx context.Context, row string) error {
	err := c.tx.Supersede(ctx, store.AlertFact, row, c.by)
	if fault.Is(err, fault.Conflict) {
		return errFactsChanged
	}
	return err
}

// EndAlert says that an alert no longer holds, since when and why; or, with never, that it
// never did.
func (s *Service) EndAlert(ctx context.Context, a Actor, ref id.Reference, n Alerting, never bool) error {
	return s.changeAlerts(ctx, a, ref, n.Seen, "alert ended", func(c *alerted) error {
		was, ok := c.Find(n.Alert)
		if !ok {
			return errFactsChanged
		}
		if !was.MayEnd {
			return errNotHere
		}
		change := person.Change{Action: person.Withdrawn, Before: was.ID, Why: n.Form.Typed(alert.FieldWhy)}
		ps := person.CheckWhy(change.Why)
		over := was.Alert
		if !never {
			last, wrong := n.Form.Day("last", "The last day")
			switch {
			case len(wrong) > 0:
			case last.IsZero():
				wrong = []fault.Problem{{Field: "last-day", Message: "Enter the last day on which it held"}}
			case last.After(s.Today()):
				wrong = []fault.Problem{{Field: "last-day", Message: "The last day must be today or in the past"}}
			case last.Before(was.Period.From):
				wrong = []fault.Problem{{Field: "last-day", Message: "The last day must not be before " + was.Period.From.Long() + ", since when it holds"}}
			}
			ps = append(wrong, ps...)
			change.Action, change.After = person.Ended, id.New()
			over.ID, over.Continues, over.Clocks = change.After, was.Key(), date.Clocks{Period: date.Period{From: was.Period.From, To: last}, Recorded: c.by}
		}
		if len(ps) > 0 {
			return problems(ps)
		}
		if err := c.aside(ctx, was.ID); err != nil {
			return err
		}
		if err := s.alertReviewed(ctx, c.tx, was.Alert, c.sat.person, c.by); err != nil {
			return err
		}
		if !never {
			if err := c.tx.AddAlert(ctx, c.sat.person, over); err != nil {
				return err
			}
		}
		change.ID, change.Fact, change.Recorded = id.New(), string(store.AlertFact), c.by
		return c.tx.AddChange(ctx, c.sat.person, change)
	})
}

// alertReviewed does the task to look at an alert again, where there is one: whoever
// changed or ended the alert has.
func (s *Service) alertReviewed(ctx context.Context, tx store.Tx, a alert.Alert, p person.ID, by date.Stamp) error {
	tasks, err := tx.TasksLeading(ctx, p, reviewLink)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		if _, key, ok := reviewOf(t); !ok || key != a.Key() {
			continue
		}
		was := t.Holder
		if t.NeedsReason(s.Today()) {
			continue // somebody was asked why it is late, and says so with the task
		}
		if err := t.Do(staff.ID(by.By), date.At(s.now()), ""); err != nil {
			return err
		}
		if err := tx.SaveTask(ctx, t); err != nil {
			return err
		}
		if err := tx.AddTaskEvent(ctx, task.Event{Task: t.ID, Step: task.Finished, From: was, To: was, Stamp: by}); err != nil {
			return err
		}
	}
	return nil
}
