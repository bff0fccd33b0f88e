package casework

import (
	"context"
	"slices"

	"casefile/internal/correction"
	"casefile/internal/date"
	"casefile/internal/form"
	"casefile/internal/meeting"
	"casefile/internal/task"
)

// A counting is by when a form is due on a file that is counted from the day of a meeting.
type counting struct {
	on   *sitting
	form *form.Form
	was  date.Date // before the meeting moved
}

// countings are those of both files, before a meeting leaves one for the other.
func (c *correcting) countings(ctx context.Context, kind correction.Kind, object string, leaves *sitting) (list []counting, err error) {
	if kind != correction.MoveMeeting {
		return nil, nil
	}
	m, err := c.Meeting(ctx, meeting.ID(object))
	if err != nil || !m.Is(meeting.Held) {
		return nil, err
	}
	for _, on := range []*sitting{c.from, c.to} {
		held, err := c.Documents(ctx, on.person)
		if err != nil {
			return nil, err
		}
		for _, f := range newestForms(on.defs.Forms()) {
			if f.Due == nil || f.Due.After.Text != afterHeld+m.Kind {
				continue
			}
			was, err := c.s.due(ctx, c.Tx, on.person, f, held, surroundings{})
			if on == leaves { // which may not be the last that they had
				was, err = c.s.dueFrom(f, m.Now().Day)
			}
			if err != nil {
				return nil, err
			}
			list = append(list, counting{on, f, was})
		}
	}
	return list, nil
}

// countAnew has the open tasks on both files to complete those forms be due by which meetings
// each file has now. Of a move that is undone, those are counted back that the move counted,
// and those that were opened since.
func (c *correcting) countAnew(ctx context.Context, list []counting, object string, undone correction.Correction) error {
	if len(list) == 0 {
		return nil
	}
	m, err := c.Meeting(ctx, meeting.ID(object))
	if err != nil {
		return err
	}
	for _, n := range list {
		held, err := c.Documents(ctx, n.on.person)
		if err != nil {
			return err
		}
		is, err := c.s.due(ctx, c.Tx, n.on.person, n.form, held, surroundings{})
		if err != nil {
			return err
		}
		what := "it was on the wrong record"
		switch left := n.on == c.from; {
		case undone.ID == "" && !left:
			what = "it was moved to this record"
		case undone.ID != "" && left:
			what = "it is back on this record"
		case undone.ID != "":
			what = "its move here was undone"
		}
		open, err := c.s.openRequired(ctx, c.Tx, n.on.person, n.form.ID)
		if err != nil {
			return err
		}
		for _, t := range open {
			to, counts := is, t.Due == n.was
			if undone.ID != "" {
				if to, counts, err = c.countedBack(ctx, t, n.was, is, undone); err != nil {
					return err
				}
			}
			if !counts || t.Due == to { // it is due for another reason, or nothing changed
				continue
			}
			if err := c.s.moveDue(ctx, c.Tx, c.a.Worker, t, to, c.s.countedFrom(m, what)); err != nil {
				return err
			}
		}
	}
	return nil
}

// countedBack is by when a task is due once a move is undone, and whether its day is to
// change. Of files that are one meanwhile, each task has the day again from which it moved.
func (c *correcting) countedBack(ctx context.Context, t task.Task, was, is date.Date, undone correction.Correction) (to date.Date, counts bool, err error) {
	events, err := c.TaskEvents(ctx, t.ID)
	if err != nil {
		return to, false, err
	}
	i := slices.IndexFunc(events, func(e task.Event) bool { return e.Seq == undone.Recorded.Seq && e.Step == task.DueMoved })
	if c.from.person == c.to.person {
		if i < 0 {
			return to, false, nil
		}
		return events[i].Was, t.Due == events[i].Due, nil
	}
	if i >= 0 && is == was && t.Due == events[i].Due { // of a meeting that was not the last one
		return events[i].Was, true, nil
	}
	since := slices.ContainsFunc(events, func(e task.Event) bool { return e.Seq > undone.Recorded.Seq && e.Step == task.Opened })
	return is, t.Due == was && (i >= 0 || since), nil
}
