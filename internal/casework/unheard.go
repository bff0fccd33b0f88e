package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/concern"
	"casefile/internal/date"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// Nothing that is wrong may sit where nobody sees it. A restriction therefore
// names somebody who handles concerns about any file and is not who restricts,
// and those who look after the rights read how many concerns, and how many
// restricted files, have nobody: counts, and nothing of what they are about.

// hearers are those who handle concerns about any file, but for one worker: the
// roles are found by what the table gives them.
func (s *Service) hearers(ctx context.Context, r store.Reader, but staff.ID) ([]staff.ID, error) {
	byGround, err := s.holdersWho(ctx, r, func(v access.Viewer) access.Decision { return s.hears(v, date.At(s.now())) })
	return slices.DeleteFunc(byGround[access.Everyone], func(w staff.ID) bool { return w == but }), err
}

func (s *Service) hears(v access.Viewer, now date.Instant) access.Decision {
	return s.set().Access().Decide(v, access.Concerns, access.Change, []access.Held{{Ground: access.Everyone}}, now)
}

// heard reports whether one of those named is among the hearers, and could open
// the file.
func (s *Service) heard(ctx context.Context, r store.Reader, hearers []staff.ID, p person.ID, named []staff.ID) (bool, error) {
	for _, w := range hearers {
		if !slices.Contains(named, w) {
			continue
		}
		if opens, _, err := s.whenNamed(ctx, r, p, w); opens || err != nil {
			return opens, err
		}
	}
	return false, nil
}

// unheard says what is wrong with those named on a restriction where none of
// them, but for the worker who restricts, would hear of a concern about the
// file; empty where somebody would. Otherwise whoever a concern is about could
// put it out of everybody's sight.
func (s *Service) unheard(ctx context.Context, r store.Reader, by staff.ID, p person.ID, named []staff.ID) (string, error) {
	all, err := s.hearers(ctx, r, by)
	if err != nil {
		return "", err
	}
	if heard, err := s.heard(ctx, r, all, p, named); heard || err != nil {
		return "", err
	}
	var names []string
	for _, w := range all {
		opens, _, err := s.whenNamed(ctx, r, p, w)
		if err != nil {
			return "", err
		}
		if !opens {
			continue
		}
		worker, err := r.Worker(ctx, w)
		if err != nil {
			return "", err
		}
		names = append(names, worker.Name())
	}
	const most = 5 // to choose from
	switch {
	case len(names) > most:
		names = append(names[:most], "others")
		fallthrough
	case len(names) > 0:
		return "Name somebody, other than yourself, who handles concerns about any file: " + strings.Join(names, " or ") +
			". Otherwise a concern about who has looked at this file could reach nobody but those you name", nil
	}
	return fmt.Sprintf("Nobody but yourself can be named here who handles concerns about any file, so one about this file could reach nobody but those you name. "+
		"Have somebody given such a role (%s), or have another manager restrict the file and name you", strings.Join(s.HearingRoles(), " or ")), nil
}

// HearingRoles are the roles that handle concerns about any file, in words.
func (s *Service) HearingRoles() []string {
	var titles []string
	for _, role := range s.set().Roles() {
		if s.hears(access.Viewer{Role: role.ID}, 0).Outcome == access.Shown {
			titles = append(titles, strings.ToLower(role.Title[:1])+role.Title[1:])
		}
	}
	return titles
}

// Hearers are workers who may be named on a restriction because they handle
// concerns about any file, but for the actor; at most most of them. Workers are
// not case information.
func (s *Service) Hearers(ctx context.Context, a Actor, most int) ([]staff.ID, error) {
	var list []staff.ID
	err := s.db.View(ctx, func(r store.Reader) (err error) {
		list, err = s.hearers(ctx, r, a.Worker)
		return err
	})
	return list[:min(len(list), most)], err
}

// Unheard is what sits where nobody deals with it. Neither count includes what
// is about the viewer.
type Unheard struct {
	Concerns     int // open concerns that nobody may handle
	Restrictions int // restricted files with nobody named who handles concerns about any file
}

// Any reports whether there is anything.
func (u Unheard) Any() bool { return u.Concerns+u.Restrictions > 0 }

// Unheard counts it for whoever may see the table of rights; for others there is
// nothing. It names nobody and no file, so it is no search.
func (s *Service) Unheard(ctx context.Context, a Actor) (Unheard, error) {
	var u Unheard
	err := s.db.View(ctx, func(r store.Reader) error {
		u = Unheard{}
		_, d, err := s.overAll(ctx, r, a, access.Rights, access.Look)
		if err != nil || d.Outcome != access.Shown {
			return err
		}
		u, err = s.countUnheard(ctx, r, a.Worker)
		return err
	})
	return u, err
}

// keepsRights reports whether a role sees the rights and all staff: whom to tell
// what is unheard without their asking.
func (s *Service) keepsRights(v access.Viewer) bool {
	for _, part := range []access.Part{access.Rights, access.Staff} {
		if s.office(v, part, access.Look, "", "").Outcome != access.Shown {
			return false
		}
	}
	return true
}

func (s *Service) countUnheard(ctx context.Context, r store.Reader, viewer staff.ID) (Unheard, error) {
	var u Unheard
	waiting, err := r.OpenConcerns(ctx, viewer)
	if err != nil {
		return u, err
	}
	if len(waiting) > 0 {
		if waiting, err = s.unhandled(ctx, r, waiting); err != nil {
			return u, err
		}
	}
	u.Concerns = len(waiting)
	files, err := r.RestrictedFiles(ctx, s.Today())
	if err != nil || len(files) == 0 {
		return u, err
	}
	hearers, err := s.hearers(ctx, r, "")
	if err != nil {
		return u, err
	}
	for _, p := range files {
		x, err := s.restriction(ctx, r, p)
		if err != nil {
			return u, err
		}
		heard, err := s.heard(ctx, r, hearers, p, x.Workers())
		if err != nil {
			return u, err
		}
		if !heard {
			u.Restrictions++
		}
	}
	return u, nil
}

// unhandled leaves those of the concerns that nobody may handle. Whoever handles
// those about any file is asked first: after them little is left to ask about.
func (s *Service) unhandled(ctx context.Context, r store.Reader, open []concern.ID) ([]concern.ID, error) {
	holders, err := r.Holders(ctx, s.Today())
	if err != nil {
		return nil, err
	}
	table, now := s.set().Access(), date.At(s.now())
	for _, everywhere := range []bool{true, false} {
		for _, h := range holders {
			sc := table.Scope(access.Viewer{Worker: string(h.Worker), Role: h.Role, Team: string(h.Team), Service: h.Service}, access.Concerns, access.Change, access.Shown)
			if len(open) == 0 || len(sc.Gives) == 0 || slices.Contains(sc.Gives, access.Everyone) != everywhere {
				continue
			}
			list, err := r.Concerns(ctx, store.ConcernQuery{Scope: sc, Now: now, Limit: mostConcerns})
			if err != nil {
				return nil, err
			}
			open = slices.DeleteFunc(open, func(c concern.ID) bool {
				return slices.ContainsFunc(list, func(l concern.Listed) bool { return l.ID == c })
			})
		}
	}
	return open, nil
}

// mostConcerns is how many open concerns are gone through; more would be counted
// as unhandled, which is what so many are.
const mostConcerns = 100_000
