package casework

import (
	"context"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// ByProvider is the name under which what follows from a sign-in by the identity
// provider stands in the record.
const ByProvider = "job:oidc"

// Provided is what the identity provider says of a worker. An empty text means
// that it does not say.
type Provided struct {
	Given, Family, Email string
	Groups               []string
}

// GroupsClaim is the claim from which the groups of whoever signs in are read,
// by the rights in force: another claim can be one that people set themselves.
func (s *Service) GroupsClaim() string { return s.set().Groups().Claim }

// HoldsByGroups reports whether members of these groups hold any role.
func (s *Service) HoldsByGroups(groups []string) bool { return len(s.set().Groups().Of(groups)) > 0 }

// KeepWorker makes the worker of that key, or brings what is held about them up
// to date, and has them hold exactly the roles that their groups give: new ones
// begin today, others end. It says how many roles that is. A worker who would
// hold none is not made. Refused: the provider gives a new worker no name.
func (s *Service) KeepWorker(ctx context.Context, w staff.ID, p Provided) (roles int, err error) {
	grants := s.set().Groups().Of(p.Groups)
	var contradicted []definition.Grant
	err = s.db.Update(ctx, func(tx store.Tx) error {
		roles, contradicted = 0, nil
		by := tx.Stamp(ByProvider)
		wanted, wrong, err := wantedRoles(ctx, tx, w, grants, by)
		if err != nil {
			return err
		}
		roles, contradicted = len(wanted), wrong
		worker, err := tx.Worker(ctx, w)
		unknown := fault.Is(err, fault.NotFound)
		switch {
		case unknown && roles == 0:
			return nil
		case unknown:
			worker = staff.Worker{ID: w, JobTitle: s.RoleTitle(grants[0].Role)}
		case err != nil:
			return err
		}
		if now := p.over(worker); unknown || now != worker {
			if now.Name() == "" {
				return fault.New(fault.Refused, "The identity provider did not say your name, so there is no name to put beside what you do. Tell your support desk.")
			}
			now.Version, now.Recorded = worker.Version+1, by
			if err := tx.AddWorkerVersion(ctx, now); err != nil {
				return err
			}
		}
		return s.holdExactly(ctx, tx, w, wanted, by)
	})
	for _, g := range contradicted {
		s.log.WarnContext(ctx, "a group gives no role, because the team of that name is in another service",
			slog.String("file", "access/groups.yaml"), slog.Int("line", g.Line))
	}
	if err != nil {
		return 0, err
	}
	return roles, nil
}

// over puts what the provider says over what is held. It is not ours to correct,
// but nothing of it may break a page or a line.
func (p Provided) over(w staff.Worker) staff.Worker {
	given, family := nameFrom(p.Given), nameFrom(p.Family)
	if given != "" || family != "" {
		w.Given, w.Family = given, family
	}
	if email := strings.TrimSpace(p.Email); email != "" && len((staff.Contact{Email: email}).Check()) == 0 {
		w.Contact.Email = email
	}
	return w
}

// nameFrom is a name without what cannot be seen, in at most 100 characters.
func nameFrom(s string) string {
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.In(r, unicode.Cf) {
			return ' '
		}
		return r
	}, s)), " ")
	if r := []rune(s); len(r) > 100 {
		return strings.TrimSpace(string(r[:100]))
	}
	return s
}

// wantedRoles finds the teams of grants, and makes those that are not there. A
// grant whose team is in another service than it says gives nothing.
func wantedRoles(ctx context.Context, tx store.Tx, w staff.ID, grants []definition.Grant, by date.Stamp) (wanted []staff.Assignment, wrong []definition.Grant, err error) {
	teams, err := tx.Teams(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, g := range grants {
		var team staff.Team
		for _, t := range teams {
			if strings.EqualFold(t.Name, g.Team) {
				team = t
				break
			}
		}
		if team.ID == "" {
			team = staff.Team{ID: staff.TeamID(id.New()), Name: g.Team, Service: g.Service}
			if err := tx.AddTeam(ctx, team, by); err != nil {
				return nil, nil, err
			}
			teams = append(teams, team)
		}
		if team.Service != g.Service {
			wrong = append(wrong, g)
			continue
		}
		wanted = append(wanted, staff.Assignment{Worker: w, Role: g.Role, Team: team.ID})
	}
	return wanted, wrong, nil
}

// holdExactly ends what a worker holds today and is not wanted, and gives what is
// wanted and they do not hold.
func (s *Service) holdExactly(ctx context.Context, tx store.Tx, w staff.ID, wanted []staff.Assignment, by date.Stamp) error {
	today := s.Today()
	held, err := tx.Assignments(ctx, w, today)
	if err != nil {
		return err
	}
	for _, a := range held {
		if holds(wanted, a) {
			continue
		}
		if err := endAssignment(ctx, tx, a, today, by.By); err != nil {
			return err
		}
	}
	for _, a := range wanted {
		if holds(held, a) {
			continue
		}
		a.ID, a.Clocks = staff.AssignmentID(id.New()), date.Clocks{Period: date.Period{From: today}, Recorded: by}
		if err := tx.AddAssignment(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

func holds(list []staff.Assignment, a staff.Assignment) bool {
	for _, h := range list {
		if h.Role == a.Role && h.Team == a.Team {
			return true
		}
	}
	return false
}
