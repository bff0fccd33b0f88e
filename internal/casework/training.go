package casework

import (
	"context"
	"strings"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// A Trained is how a worker stands in a course that everybody needs (KF-08).
type Trained struct {
	Course access.Course
	Until  date.Date // the last day on which it is good; zero when it was never passed
	ID     string    // of the record that says so; empty when it was never passed
	Passed date.Date // the day
}

// Lapsed reports whether no file opens to the worker on that day for want of
// this course.
func (t Trained) Lapsed(today date.Date) bool { return t.Until.Before(today) }

// Soon reports whether the worker is warned on that day.
func (t Trained) Soon(today date.Date) bool {
	return !t.Lapsed(today) && !today.Before(t.Until.AddDays(-t.Course.WarnDays))
}

// trained sums up what a worker passed.
func (s *Service) trained(passed []staff.Training) []Trained {
	var list []Trained
	for _, c := range s.set().Courses() {
		t := Trained{Course: c}
		for _, p := range passed {
			if p.Course == c.ID && t.Until.Before(p.Period.To) {
				t.Until, t.ID, t.Passed = p.Period.To, p.ID, p.Period.From
			}
		}
		list = append(list, t)
	}
	return list
}

// NeedsTraining reports whether a role sees files at all, so that training
// matters to it.
func (s *Service) NeedsTraining(role access.Role) bool {
	r, ok := s.set().Role(role)
	return ok && r.Case
}

// A TeamTraining is how one worker stands.
type TeamTraining struct {
	staff.Holder
	Training  []Trained
	MayChange bool
}

// StaffTraining lists the training of the workers about whom the actor may
// know. NotFound where their role has nothing of it. It is no case information.
func (s *Service) StaffTraining(ctx context.Context, a Actor) ([]TeamTraining, error) {
	var list []TeamTraining
	err := s.db.View(ctx, func(r store.Reader) error {
		list = nil
		v, err := s.viewer(ctx, r, a)
		if err != nil {
			return err
		}
		if !s.MayOffice(v.Role, access.Staff) {
			return errNotHere
		}
		workers, err := s.workersOf(ctx, r, v, access.Look)
		if err != nil {
			return err
		}
		good, err := r.GoodUntil(ctx)
		if err != nil {
			return err
		}
		passed := map[staff.ID][]staff.Training{}
		for _, t := range good {
			passed[t.Worker] = append(passed[t.Worker], t)
		}
		for _, w := range workers {
			if !s.NeedsTraining(w.Role) {
				continue
			}
			list = append(list, TeamTraining{
				Holder: w, Training: s.trained(passed[w.Worker]),
				MayChange: w.Worker != a.Worker && s.office(v, access.Staff, access.Change, w.Team, w.Service).Outcome == access.Shown,
			})
		}
		return nil
	})
	return list, err
}

// RecordTraining notes that a worker whom the actor manages passed a course on
// a day.
//
// Errors: Invalid with each problem by its field; NotFound for a worker whom
// they do not manage, and for themselves.
func (s *Service) RecordTraining(ctx context.Context, a Actor, w staff.ID, course string, on date.Date) error {
	c, err := s.checkPassing(course, on)
	if err != nil {
		return err
	}
	return s.decideAbout(ctx, a, w, "train", func(ctx context.Context, tx store.Tx) error {
		return tx.AddTraining(ctx, passed(c, w, on, tx.Stamp(string(a.Worker))))
	})
}

// TakeBackTraining puts aside what was recorded by mistake, for a reason, which
// stands in the footprint: the worker stands as if it had not been. Files close
// where nothing else is good.
//
// Errors: Invalid with each problem by its field; NotFound for a worker whom the
// actor does not manage, and for themselves; Conflict when it was taken back
// before.
func (s *Service) TakeBackTraining(ctx context.Context, a Actor, w staff.ID, training, why string) error {
	why = strings.TrimSpace(why)
	switch n := utf8.RuneCountInString(why); {
	case n == 0:
		return problems([]fault.Problem{{Field: "reason", Message: "Enter why you take it back"}})
	case n > maxWhy:
		return problems([]fault.Problem{fault.TooLong("reason", "Why you take it back", maxWhy)})
	}
	return s.decideAboutFor(ctx, a, w, "untrain", &footprint.Detail{Purpose: why}, func(ctx context.Context, tx store.Tx) error {
		held, err := tx.Trainings(ctx, w)
		if err != nil {
			return err
		}
		if !has(held, func(t staff.Training) bool { return t.ID == training }) {
			return fault.New(fault.Conflict, "This was taken back before.")
		}
		return tx.Supersede(ctx, store.TrainingFact, training, tx.Stamp(string(a.Worker)))
	})
}

func (s *Service) checkPassing(course string, on date.Date) (access.Course, error) {
	wrong := func(field, message string) error { return problems([]fault.Problem{{Field: field, Message: message}}) }
	for _, c := range s.set().Courses() {
		if c.ID != course {
			continue
		}
		switch {
		case on.IsZero():
			return c, wrong("on-day", "Enter the day on which they passed it")
		case on.After(s.Today()):
			return c, wrong("on-day", "The day on which they passed it must be today or in the past")
		case on.AddMonths(c.Months).AddDays(-1).Before(s.Today()):
			return c, wrong("on-day", "Training passed on that day has lapsed already")
		}
		return c, nil
	}
	return access.Course{}, wrong("course", "Select a course")
}

// Train notes, in the name of a command, that a worker passed on a day what
// everybody needs.
func (s *Service) Train(ctx context.Context, by string, w staff.ID, on date.Date) error {
	for _, c := range s.set().Courses() {
		if _, err := s.checkPassing(c.ID, on); err != nil {
			return err
		}
	}
	return s.db.Update(ctx, func(tx store.Tx) error {
		for _, c := range s.set().Courses() {
			if err := tx.AddTraining(ctx, passed(c, w, on, tx.Stamp(by))); err != nil {
				return err
			}
		}
		return nil
	})
}
