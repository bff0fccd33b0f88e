package casework

import (
	"context"
	"fmt"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// MakeTeam makes a team of a service that the definitions know; a team without
// a service looks after the program itself.
func (s *Service) MakeTeam(ctx context.Context, by string, name, serviceID string) (staff.Team, error) {
	if _, ok := s.set().Service(serviceID); serviceID != "" && !ok {
		return staff.Team{}, fault.New(fault.Invalid, fmt.Sprintf("No service is called %q in the definitions.", serviceID))
	}
	t := staff.Team{ID: staff.TeamID(id.New()), Name: strings.TrimSpace(name), Service: serviceID}
	if t.Name == "" {
		return staff.Team{}, fault.New(fault.Invalid, "A team needs a name.")
	}
	err := s.db.Update(ctx, func(tx store.Tx) error { return tx.AddTeam(ctx, t, tx.Stamp(by)) })
	return t, err
}

// Team finds a team by its name; NotFound when there is none.
func (s *Service) Team(ctx context.Context, name string) (staff.Team, error) {
	var found staff.Team
	err := s.db.View(ctx, func(r store.Reader) error {
		teams, err := r.Teams(ctx)
		if err != nil {
			return err
		}
		for _, t := range teams {
			if strings.EqualFold(t.Name, strings.TrimSpace(name)) {
				found = t
				return nil
			}
		}
		return fault.New(fault.NotFound, fmt.Sprintf("There is no team called %q.", name))
	})
	return found, err
}

// MakeWorker makes a worker who holds a role in a team from a day on, and gives
// their key and that of the assignment. trained is the day on which they passed
// the training that everybody needs; no file opens to them where it is zero, or
// as soon as the training has lapsed (KF-08).
func (s *Service) MakeWorker(ctx context.Context, by string, w staff.Worker, role access.Role, team staff.Team, held date.Period, trained date.Date) (staff.ID, staff.AssignmentID, error) {
	r, ok := s.set().Role(role)
	switch {
	case !ok:
		return "", "", fault.New(fault.Invalid, fmt.Sprintf("No role is called %q in the definitions.", role))
	case team.Service != "" && !r.In(team.Service):
		return "", "", fault.New(fault.Invalid, fmt.Sprintf("The role %q is not one of the service %q.", role, team.Service))
	case w.Name() == "":
		return "", "", fault.New(fault.Invalid, "A worker needs a name.")
	}
	if err := problems(w.Contact.Check()); err != nil {
		return "", "", err
	}
	w.ID, w.Version = staff.ID(id.New()), 1
	a := staff.Assignment{
		ID: staff.AssignmentID(id.New()), Worker: w.ID, Role: role, Team: team.ID, Clocks: date.Clocks{Period: held},
	}
	err := s.db.Update(ctx, func(tx store.Tx) error {
		w.Recorded, a.Recorded = tx.Stamp(by), tx.Stamp(by)
		if err := tx.AddWorkerVersion(ctx, w); err != nil {
			return err
		}
		if err := tx.AddAssignment(ctx, a); err != nil || trained.IsZero() {
			return err
		}
		for _, course := range s.set().Courses() {
			if err := tx.AddTraining(ctx, passed(course, w.ID, trained, tx.Stamp(by))); err != nil {
				return err
			}
		}
		return nil
	})
	return w.ID, a.ID, err
}

// passed is training that a worker passed on a day.
func passed(c access.Course, w staff.ID, on date.Date, by date.Stamp) staff.Training {
	return staff.Training{
		ID: id.New(), Worker: w, Course: c.ID,
		Clocks: date.Clocks{Period: date.Period{From: on, To: on.AddMonths(c.Months).AddDays(-1)}, Recorded: by},
	}
}

// EndWorker takes every role from a worker at once, those too that they would
// hold from a later day.
func (s *Service) EndWorker(ctx context.Context, by string, w staff.ID) error {
	return s.db.Update(ctx, func(tx store.Tx) error {
		held, err := tx.AssignmentsFrom(ctx, w, s.Today())
		if err != nil {
			return err
		}
		for _, a := range held {
			if err := endAssignment(ctx, tx, a, s.Today(), by); err != nil {
				return err
			}
		}
		return nil
	})
}
