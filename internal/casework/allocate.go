package casework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/caseload"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// The kinds of notice about who works with a child.
const (
	CaseAllocated = "case-allocated"
	CaseOpened    = "case-opened"
	CasePassed    = "case-passed"
	CaseClosed    = "case-closed"
)

// A Running is an episode that runs, as somebody is about to change it, with
// who could be allocated.
type Running struct {
	Episode   person.Episode
	Allocated store.Allocation // zero while nobody is
	Further   []store.Allocation
	Teams     []staff.Team      // of the service
	Team      staff.Team        // whose members stand in Members
	Members   []caseload.Member // those who can hold a case
	Passing   caseload.Passing
	// Seen is how the case stood when it was read. A change made on it names it,
	// so that two who change at once do not overwrite each other.
	Seen string
}

// RunningPart is the page on which an episode of the viewer's service is
// changed, with the members of a team of the service; the episode's own where
// team is empty. NotFound where there is no such episode, or it has an end.
func RunningPart(key string, team staff.TeamID) Part[Running] {
	return Part[Running]{access.Workers, access.Change, func(ctx context.Context, r reading) (Running, error) {
		return r.s.running(ctx, r.Reader, r.sitting, key, team)
	}}
}

func (s *Service) running(ctx context.Context, r store.Reader, sat *sitting, key string, team staff.TeamID) (Running, error) {
	run, err := s.caseOf(ctx, r, sat, key)
	if err != nil {
		return run, err
	}
	teams, err := r.Teams(ctx)
	if err != nil {
		return run, err
	}
	if team == "" {
		team = staff.TeamID(run.Episode.TeamID)
	}
	for _, t := range teams {
		if t.Service == run.Episode.Service {
			run.Teams = append(run.Teams, t)
			if t.ID == team {
				run.Team = t
			}
		}
	}
	if run.Team.ID == "" {
		return run, fault.New(fault.NotFound, "There is no such team.")
	}
	members, err := r.Members(ctx, run.Team.ID, s.listScope(sat.viewer), date.At(s.now()))
	run.Members = s.caseHolders(members)
	return run, err
}

// listScope is whom a viewer finds in lists of their work.
func (s *Service) listScope(v access.Viewer) access.Scope {
	return s.set().Access().Scope(v, access.Identity, access.Find, access.Shown)
}

// caseOf reads an episode of the viewer's service that runs and has no end.
func (s *Service) caseOf(ctx context.Context, r store.Reader, sat *sitting, key string) (Running, error) {
	run := Running{Passing: s.set().Passing()}
	episodes, err := r.Episodes(ctx, sat.person, 0)
	if err != nil {
		return run, err
	}
	i := slices.IndexFunc(episodes, func(e person.Episode) bool {
		return e.Key() == key && e.Service == sat.viewer.Service && e.Period.To.IsZero()
	})
	if i < 0 {
		return run, errNoCase
	}
	run.Episode = episodes[i]
	allocations, err := r.Allocations(ctx, sat.person)
	run.Allocated, run.Further = caseload.Of(allocations, key)
	run.Seen = run.Episode.ID + " " + run.Allocated.ID
	return run, err
}

// errNoCase says that an episode is not there to be changed: it has an end, is
// another service's, or never was.
var errNoCase = fault.New(fault.NotFound, "There is no such case to change.")

// errStaffed says that who works with a child was changed since it was read.
var errStaffed = fault.New(fault.Conflict, "Somebody changed who works with this child while you were on this page. What you wrote is not lost: it is on this page.")

// ChangedMeanwhile reports whether err says that who works with a child was
// changed since it was read.
func ChangedMeanwhile(err error) bool { return errors.Is(err, errStaffed) }

// refusedWorkers leaves the footprint of a change that was withheld.
func (s *Service) refusedWorkers(ctx context.Context, a Actor, ref id.Reference, action access.Action, err error) error {
	if !errors.Is(err, errNotHere) {
		return err
	}
	return errors.Join(err, s.looks.commit(ctx, func(ctx context.Context, tx store.Tx) error {
		p, err := tx.PersonByReference(ctx, ref)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		object := string(p.ID)
		if object == "" {
			object = string(ref)
		}
		return s.leaveRefusal(ctx, tx, a, access.Workers, action, object)
	}))
}

func (s *Service) leaveRefusal(ctx context.Context, tx store.Tx, a Actor, part access.Part, action access.Action, object string) error {
	v, err := tx.Viewer(ctx, a.Worker, a.As, s.Today())
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	_, err = s.leave(ctx, tx, footprint.Footprint{
		Actor: string(a.Worker), Role: string(v.Role), Action: string(action), Object: object,
		Part: string(part), Outcome: access.Absent.String(),
	}, nil)
	return err
}

// A staffing is a change of who works with a child, under way.
type staffing struct {
	store.Tx
	s   *Service
	sat *sitting
	by  date.Stamp
	Running
}

// changeWork does a change of who works with a child: rights, change,
// footprint, all or nothing.
func (s *Service) changeWork(ctx context.Context, a Actor, ref id.Reference, do func(*staffing) (footprint.Detail, error)) error {
	return s.toWorkers(ctx, a, ref, access.Change, func(tx store.Tx, sat *sitting) (footprint.Detail, error) {
		return do(&staffing{Tx: tx, s: s, sat: sat, by: tx.Stamp(string(a.Worker))})
	})
}

// open reads the case and checks that it stands as it was seen.
func (c *staffing) open(ctx context.Context, key, seen string) (err error) {
	if c.Running, err = c.s.caseOf(ctx, c.Tx, c.sat, key); fault.Is(err, fault.NotFound) {
		return errStaffed // the page showed it, so it was changed since
	}
	if err == nil && c.Seen != seen {
		err = errStaffed
	}
	return err
}

// workerProblem is what is wrong with a worker who is to hold the case.
func workerProblem(format string, args ...any) error {
	return fault.Problems([]fault.Problem{{Field: "worker", Message: fmt.Sprintf(format, args...)}})
}

// member checks that a worker of a team can hold the case: in a role to which
// cases are allocated, today, and with nothing that bars them from the file.
func (c *staffing) member(ctx context.Context, team staff.Team, w staff.ID) (caseload.Member, error) {
	members, err := c.Tx.Members(ctx, team.ID, access.Scope{}, date.At(c.s.now()))
	if err != nil {
		return caseload.Member{}, err
	}
	members = c.s.caseHolders(members)
	i := slices.IndexFunc(members, func(m caseload.Member) bool { return m.ID == w })
	if i < 0 {
		return caseload.Member{}, workerProblem("Select a worker of the team")
	}
	m := members[i]
	v := access.Viewer{Worker: string(w), Role: m.Role, Team: string(team.ID), Service: team.Service, Courses: c.s.set().CourseIDs()}
	held, err := c.Held(ctx, v, c.sat.person, date.At(c.s.now()))
	for _, h := range held {
		if slices.Contains(access.Bars, h.Ground) {
			return m, workerProblem("%s cannot open this file, so the case cannot be theirs. Select somebody else, or ask them why", m.Name())
		}
	}
	return m, err
}

// end ends an allocation today.
func (c *staffing) end(ctx context.Context, a store.Allocation) error {
	if err := c.Supersede(ctx, store.AllocationFact, a.ID, c.by); err != nil {
		return err
	}
	a.ID, a.Clocks = id.New(), date.Clocks{Period: date.Period{From: a.Period.From, To: c.s.Today()}, Recorded: c.by}
	return c.AddAllocation(ctx, a)
}

func (c *staffing) allocate(ctx context.Context, w staff.ID, kind string) error {
	return c.AddAllocation(ctx, store.Allocation{
		ID: id.New(), Episode: c.Episode.Key(), Person: c.sat.person, Worker: w, Kind: kind,
		Clocks: date.Clocks{Period: date.Period{From: c.s.Today()}, Recorded: c.by},
	})
}

// notify tells workers, but for the one who did it.
func (c *staffing) notify(ctx context.Context, kind string, e entry.ID, workers ...staff.ID) error {
	slices.Sort(workers)
	for _, w := range slices.Compact(workers) {
		if w == "" || string(w) == c.sat.viewer.Worker {
			continue
		}
		n := store.Notice{
			ID: id.New(), Worker: w, Person: c.sat.person, Entry: e, By: staff.ID(c.sat.viewer.Worker), Kind: kind, At: date.At(c.s.now()),
		}
		if err := c.AddNotice(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// Opening is the page on which an episode of the viewer's service is opened.
type Opening struct {
	Service string
	Teams   []staff.Team
}

// OpeningPart is that page.
func OpeningPart() Part[Opening] {
	return Part[Opening]{access.Workers, access.Change, func(ctx context.Context, r reading) (Opening, error) {
		o := Opening{Service: r.viewer.Service}
		teams, err := r.Teams(ctx)
		for _, t := range teams {
			if t.Service == o.Service {
				o.Teams = append(o.Teams, t)
			}
		}
		return o, err
	}}
}

// OpenEpisode opens an episode of a team of the actor's service, from today, with
// nobody allocated yet, and gives its key. Invalid where the team is none of the
// service's, or works with the child already.
func (s *Service) OpenEpisode(ctx context.Context, a Actor, ref id.Reference, team staff.TeamID) (string, error) {
	key := id.New()
	err := s.changeWork(ctx, a, ref, func(c *staffing) (footprint.Detail, error) {
		wrong := func(message string) error { return fault.Problems([]fault.Problem{{Field: "team", Message: message}}) }
		teams, err := c.Tx.Teams(ctx)
		if err != nil {
			return footprint.Detail{}, err
		}
		i := slices.IndexFunc(teams, func(t staff.Team) bool {
			return t.ID == team && t.Service == c.sat.viewer.Service && t.Service != ""
		})
		if i < 0 {
			return footprint.Detail{}, wrong("Select the team that is to work with them")
		}
		episodes, err := c.Episodes(ctx, c.sat.person, 0)
		if err != nil {
			return footprint.Detail{}, err
		}
		for _, e := range episodes {
			if e.TeamID == string(team) && e.Period.To.IsZero() {
				return footprint.Detail{}, wrong("This team works with them already")
			}
		}
		// Whoever works with the child already hears that somebody else does.
		others, err := s.toTell(ctx, c.Tx, c.sat.person)
		if err != nil {
			return footprint.Detail{}, err
		}
		if err := c.notify(ctx, CaseOpened, "", others...); err != nil {
			return footprint.Detail{}, err
		}
		return footprint.Detail{Done: "opened an episode"}, c.AddEpisode(ctx, c.sat.person, person.Episode{
			ID: key, Service: teams[i].Service, TeamID: string(team),
			Clocks: date.Clocks{Period: date.Period{From: s.Today()}, Recorded: c.by},
		})
	})
	return key, err
}

// Allocate allocates a case to a worker of its team, from today, or adds a
// further worker. Conflict when it was changed since it was seen; Invalid, by
// the field worker, for somebody who cannot hold it, and for a further worker
// beyond the most there may be.
func (s *Service) Allocate(ctx context.Context, a Actor, ref id.Reference, key, seen string, w staff.ID, kind string) error {
	return s.changeWork(ctx, a, ref, func(c *staffing) (footprint.Detail, error) {
		if err := c.open(ctx, key, seen); err != nil {
			return footprint.Detail{}, err
		}
		team := staff.Team{ID: staff.TeamID(c.Episode.TeamID), Name: c.Episode.TeamName, Service: c.Episode.Service}
		m, err := c.member(ctx, team, w)
		if err != nil {
			return footprint.Detail{}, err
		}
		done := "allocated a worker"
		switch {
		case kind == caseload.Allocated && c.Allocated.ID != "":
			return footprint.Detail{}, errStaffed
		case kind == caseload.Further && len(c.Further) >= c.Passing.MostFurther:
			return footprint.Detail{}, workerProblem("There are %s further workers already. End one of them first", countWord(len(c.Further)))
		case kind == caseload.Further && c.Allocated.Worker == w:
			return footprint.Detail{}, workerProblem("%s is the allocated worker", m.Name())
		}
		for _, f := range c.Further {
			switch {
			case f.Worker != w:
			case kind == caseload.Further:
				return footprint.Detail{}, workerProblem("%s is a further worker already", m.Name())
			default: // who was beside the case takes it on
				if err := c.end(ctx, f); err != nil {
					return footprint.Detail{}, err
				}
			}
		}
		if kind != caseload.Allocated {
			kind, done = caseload.Further, "added a further worker"
		}
		if err := c.allocate(ctx, w, kind); err != nil {
			return footprint.Detail{}, err
		}
		return footprint.Detail{Done: done}, c.notify(ctx, CaseAllocated, "", w)
	})
}

func countWord(n int) string {
	words := [...]string{"no", "one", "two", "three", "four", "five"}
	if n < len(words) {
		return words[n]
	}
	return fmt.Sprint(n)
}

// EndFurther ends the allocation of a further worker, today. Conflict when it
// was ended or changed first.
func (s *Service) EndFurther(ctx context.Context, a Actor, ref id.Reference, key, allocation string) error {
	return s.changeWork(ctx, a, ref, func(c *staffing) (footprint.Detail, error) {
		run, err := s.caseOf(ctx, c.Tx, c.sat, key)
		if fault.Is(err, fault.NotFound) {
			return footprint.Detail{}, errStaffed
		}
		if err != nil {
			return footprint.Detail{}, err
		}
		i := slices.IndexFunc(run.Further, func(f store.Allocation) bool { return f.ID == allocation })
		if i < 0 {
			return footprint.Detail{}, errStaffed
		}
		return footprint.Detail{Done: "ended a further worker"}, c.end(ctx, run.Further[i])
	})
}

// EndReasons is the code set of why an episode ended.
const EndReasons = "episode-end"

const maxEndNote = 2000

// CloseEpisode ends an episode, and what is allocated in it, today. Invalid with
// each problem by its field; Conflict when it was changed since it was seen.
func (s *Service) CloseEpisode(ctx context.Context, a Actor, ref id.Reference, key, seen, reason, note string) error {
	note = entry.Text(note)
	var ps []fault.Problem
	set, _ := s.Codes(EndReasons)
	if _, ok := set.Label(reason, s.Today()); !ok {
		ps = append(ps, fault.Problem{Field: "reason", Message: "Select why the work ended"})
	}
	if note == "" {
		ps = append(ps, fault.Problem{Field: "note", Message: "Enter what was achieved, and what remains"})
	}
	if utf8.RuneCountInString(note) > maxEndNote {
		ps = append(ps, fault.TooLong("note", "What was achieved", maxEndNote))
	}
	return s.changeWork(ctx, a, ref, func(c *staffing) (footprint.Detail, error) {
		if err := c.open(ctx, key, seen); err != nil {
			return footprint.Detail{}, err
		}
		if err := problems(ps); err != nil {
			return footprint.Detail{}, err
		}
		told := []staff.ID{c.Allocated.Worker}
		for _, f := range append(c.Further, c.Allocated) {
			if f.ID == "" {
				continue
			}
			told = append(told, f.Worker)
			if err := c.end(ctx, f); err != nil {
				return footprint.Detail{}, err
			}
		}
		e := c.Episode
		if err := c.Supersede(ctx, store.EpisodeFact, e.ID, c.by); err != nil {
			return footprint.Detail{}, err
		}
		e.Continues, e.ID = e.Key(), id.New()
		e.EndReason, e.EndNote = reason, note
		e.Clocks = date.Clocks{Period: date.Period{From: e.Period.From, To: s.Today()}, Recorded: c.by}
		if err := c.AddEpisode(ctx, c.sat.person, e); err != nil {
			return footprint.Detail{}, err
		}
		return footprint.Detail{Done: "closed an episode"}, c.notify(ctx, CaseClosed, "", told...)
	})
}
