package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// The kinds of notice about meetings.
const (
	MeetingWithdrawn = "meeting-withdrawn" // it never took place, to those who acted on it
	MeetingChair     = "meeting-chair"     // who chaired it was put right, to both
)

var errAgreedWithdraw = fault.New(fault.Refused, "The minutes of this meeting are agreed, so that only whoever agrees them says that it never took place.")

// WithdrawMeeting says that a meeting never took place that was said to be held, with why.
// What was written and decided stays and is marked; the stage that the meeting reached is
// taken back, and so is what became due from it: the open tasks of its decisions, and when
// forms are due. Those who acted on it are told.
//
// Errors: Invalid with the problem by its field; Refused once the minutes are agreed, for
// whoever does not agree them; MeetingChanged(err) where somebody else changed it since.
func (s *Service) WithdrawMeeting(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, seen int, why string) error {
	why = entry.Text(why)
	if err := problems(meeting.Text(meeting.FieldWhy, "Why it is withdrawn", why, "Enter how it came to be recorded as held", meeting.MaxText)); err != nil {
		return err
	}
	return s.changeMeeting(ctx, a, arranging(ref, key, "meeting withdrawn"), func(tx store.Tx, r reading, m meeting.Meeting) error {
		if m.Now().Number != seen || !m.Is(meeting.Held) {
			return errMeetingChanged
		}
		may, err := s.mayWithdraw(ctx, r, m)
		if err != nil {
			return err
		}
		if !may {
			return errAgreedWithdraw
		}
		v, err := s.meetingVersion(ctx, tx, r.sitting, m)
		if err != nil {
			return err
		}
		v.State, v.Why = meeting.Withdrawn, why
		if err := tx.AddMeetingVersion(ctx, m.ID, v); err != nil {
			return err
		}
		if _, err := s.restage(ctx, tx, r, m, date.Date{}, ""); err != nil {
			return err
		}
		if err := s.endDecisionTasks(ctx, tx, r, m); err != nil {
			return err
		}
		if err := s.dueAgain(ctx, tx, r, m, "it never took place"); err != nil {
			return err
		}
		return s.tellWith(ctx, tx, r.sitting, store.Notice{Kind: MeetingWithdrawn, Meeting: m.ID}, actedOn(m)...)
	})
}

// mayWithdraw reports whether whoever arranges a meeting that was held may say that it never
// took place: once its minutes are agreed, whoever agrees them alone.
func (s *Service) mayWithdraw(ctx context.Context, r reading, m meeting.Meeting) (bool, error) {
	if _, agreed := m.Says(); !agreed {
		return true, nil
	}
	if s.decide(r.standing, access.Minutes, access.Change).Outcome != access.Shown {
		return false, nil
	}
	k, _ := r.defs.Meetings().Kind(m.Kind)
	may, _, err := s.mayAgree(ctx, r.Reader, r.sitting, m, k)
	return may, err
}

// actedOn are those who did something on the strength of a meeting: its chair and minute
// taker, those who arranged it, wrote, agreed, decided or sent, and who has to do what was
// decided.
func actedOn(m meeting.Meeting) []staff.ID {
	list := []staff.ID{m.Now().Chair, m.Now().MinuteTaker, staff.ID(m.Set.By)}
	for _, v := range m.Versions {
		list = append(list, v.By)
	}
	for _, s := range m.Steps {
		list = append(list, s.By)
	}
	for _, d := range m.Decisions {
		for _, v := range d.Versions {
			list = append(list, v.By, v.Doer)
		}
	}
	for _, s := range m.Sent {
		list = append(list, s.By)
	}
	return list
}

// restage has the stages that a meeting reached be reached on another day, or with the zero
// day not be reached, on the file of each of its children: what the meeting stated goes with
// it. What somebody stated of the stage since stays. It gives what stands in the way: a
// stage that is late asks why.
func (s *Service) restage(ctx context.Context, tx store.Tx, r reading, m meeting.Meeting, day date.Date, late string) ([]fault.Problem, error) {
	by := tx.Stamp(string(r.actor.Worker))
	for _, file := range filesOfMeeting(m) {
		st, err := (reading{tx, r.sitting, r.worker, file}).stageOfMeeting(ctx, m)
		if err != nil {
			return nil, err
		}
		was := st.Now
		if was.ID == "" {
			continue
		}
		next := task.Milestone{Episode: was.Episode, Kind: was.Kind, Planned: was.Planned, Actual: day}
		why := m.Title + ": the day was put right"
		if day.IsZero() {
			why = m.Title + ": it never took place"
		} else {
			if next.Lateness(st.Due).DaysLate(s.Today()) > 0 {
				next.Late = late
			}
			if ps := next.Check(was, st.Due, s.Today(), why); len(ps) > 0 {
				return ps, nil
			}
		}
		if err := putStage(ctx, tx, by, file, was, next, why); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// stageOfMeeting is the stage of the file that a meeting reached, and that nobody stated
// anew since; the zero Stage where there is none.
func (r reading) stageOfMeeting(ctx context.Context, m meeting.Meeting) (Stage, error) {
	moved, err := movedAt(ctx, r, r.person, string(m.ID))
	if err != nil {
		return Stage{}, err
	}
	episodes, err := r.Episodes(ctx, r.person, 0)
	if err != nil {
		return Stage{}, err
	}
	ever, err := r.Milestones(ctx, r.person, store.Ever)
	if err != nil {
		return Stage{}, err
	}
	for _, e := range episodes {
		stages, err := r.stages(ctx, e, ever, nil)
		if err != nil {
			return Stage{}, err
		}
		if i := slices.IndexFunc(stages, func(st Stage) bool {
			return !st.Now.Actual.IsZero() && (m.Stated(st.Now.Recorded) || slices.Contains(moved, st.Now.Recorded.Seq))
		}); i >= 0 {
			return stages[i], nil
		}
	}
	return Stage{}, nil
}

// endDecisionTasks has what was decided at a meeting not be done any more.
func (s *Service) endDecisionTasks(ctx context.Context, tx store.Tx, r reading, m meeting.Meeting) error {
	for _, file := range filesOfMeeting(m) {
		of, err := tx.TasksLeading(ctx, file, linkOfMeeting(m.ID))
		if err != nil {
			return err
		}
		of = slices.DeleteFunc(of, func(t task.Task) bool { return t.Link == linkOfMeeting(m.ID) })
		if err := s.endTasks(ctx, tx, r.sitting, of, false, "The meeting that decided it never took place."); err != nil {
			return err
		}
	}
	return nil
}

// dueAgain has the open tasks to complete a form that was due so long after a meeting be
// due by what is known of meetings now. m is the meeting as it was, and what says in a few
// words what became of it: why somebody typed is of the meeting, which not everybody reads
// who reads the task.
func (s *Service) dueAgain(ctx context.Context, tx store.Tx, r reading, m meeting.Meeting, what string) error {
	why := s.countedFrom(m, what)
	for _, file := range filesOfMeeting(m) {
		held, err := tx.Documents(ctx, file)
		if err != nil {
			return err
		}
		for _, f := range newestForms(r.defs.Forms()) {
			if f.Due == nil || f.Due.After.Text != afterHeld+m.Kind {
				continue
			}
			was, err := s.dueFrom(f, m.Now().Day)
			if err != nil {
				return err
			}
			is, err := s.due(ctx, tx, file, f, held, surroundings{})
			if err != nil {
				return err
			}
			open, err := s.openRequired(ctx, tx, file, f.ID)
			if err != nil {
				return err
			}
			for _, t := range open {
				if t.Due != was || is == was { // it was due for another reason, or nothing changed
					continue
				}
				if err := s.moveDue(ctx, tx, r.actor.Worker, t, is, why); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// countedFrom says why a day is another that is counted from the day of a meeting.
func (s *Service) countedFrom(m meeting.Meeting, what string) string {
	if s.sensitiveMeeting(m) {
		return "A meeting from whose day it is counted: " + what + "."
	}
	return m.Title + ", from whose day it is counted: " + what + "."
}

// moveDue has a task be due on another day, by a worker.
func (s *Service) moveDue(ctx context.Context, tx store.Tx, by staff.ID, t task.Task, to date.Date, why string) error {
	was := t.Due
	if err := t.MoveDue(to); err != nil {
		return err
	}
	if err := tx.SaveTask(ctx, t); err != nil {
		return err
	}
	return tx.AddTaskEvent(ctx, task.Event{Task: t.ID, Step: task.DueMoved, Was: was, Due: to, Reason: why, Stamp: tx.Stamp(string(by))})
}
