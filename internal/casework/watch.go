package casework

import (
	"context"
	"fmt"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/watch"
)

// WatchDay is the kind of the job that goes through the looks of the days
// before.
const WatchDay = "watch"

// watchJob is who the job acts as.
const watchJob = "job:watch"

// mostWatchDays is how many days a late job makes up for.
const mostWatchDays = 31

// WatchThrough goes through the days since the last one, up to yesterday. On a
// database that was never watched it begins with yesterday.
func (s *Service) WatchThrough(ctx context.Context) error {
	yesterday := s.Today().AddDays(-1)
	day := yesterday
	err := s.db.View(ctx, func(r store.Reader) error {
		last, err := r.LastWatched(ctx)
		if err == nil && !last.IsZero() {
			day = last.AddDays(1)
		}
		return err
	})
	if err != nil {
		return err
	}
	if earliest := yesterday.AddDays(1 - mostWatchDays); day.Before(earliest) {
		day = earliest
	}
	for ; !day.After(yesterday); day = day.AddDays(1) {
		if _, err := s.watchDay(ctx, day, true); err != nil {
			return err
		}
	}
	return nil
}

// Watch lists the looks of a day that somebody has to explain (KF-14), and
// those of some days before that nothing followed; it gives how many hits are
// new. To run it again adds nothing. A day beyond the one that comes next does
// not count as gone through: WatchThrough would skip those between.
//
// Errors: Invalid for a day that is not over.
func (s *Service) Watch(ctx context.Context, day date.Date) (int, error) {
	if !day.Before(s.Today()) {
		return 0, fault.New(fault.Invalid, "The looks of a day are gone through once the day is over.")
	}
	var last date.Date
	err := s.db.View(ctx, func(r store.Reader) (err error) {
		last, err = r.LastWatched(ctx)
		return err
	})
	if err != nil {
		return 0, err
	}
	return s.watchDay(ctx, day, last.IsZero() || !day.After(last.AddDays(1)))
}

// WatchSoFar is Watch of today so far. Today does not count as gone through: it is
// gone through again once it is over, and what is listed now is not listed twice.
func (s *Service) WatchSoFar(ctx context.Context) (int, error) {
	return s.watchDay(ctx, s.Today(), false)
}

// watchDay goes through a day, and notes it where it counts as gone through.
func (s *Service) watchDay(ctx context.Context, day date.Date, note bool) (int, error) {
	rules := s.set().Watch()
	quiet := day.AddDays(-rules.NoWork.Days) // the day whose looks have had their days
	bearers := map[string][2]int{}
	added := 0
	for _, of := range []date.Date{quiet, day} {
		var lookers []watch.Looker
		err := s.db.View(ctx, func(r store.Reader) (err error) {
			lookers, err = r.WatchedWorkers(ctx, watch.Midnight(of), watch.Midnight(of.AddDays(1)))
			return err
		})
		if err != nil {
			return 0, err
		}
		for _, w := range lookers {
			// A snapshot for each worker: none is open for long.
			n, err := s.watchWorker(ctx, rules, of, of == day, watch.Midnight(day.AddDays(1))-1, w, bearers)
			if err != nil {
				return 0, fmt.Errorf("watch worker %s: %w", w.ID, err)
			}
			added += n
		}
	}
	return added, s.db.Update(ctx, func(tx store.Tx) error {
		f := footprint.Footprint{Actor: watchJob, Action: string(access.Look), Part: string(access.WatchList), Outcome: access.Shown.String()}
		if _, err := s.leave(ctx, tx, f, nil); err != nil || !note {
			return err
		}
		return tx.AddWatchDay(ctx, day, added, tx.Stamp(watchJob))
	})
}

// watchWorker lists the hits of one worker on one day: the day itself, or the
// one whose looks have had the days to be followed by work.
func (s *Service) watchWorker(ctx context.Context, rules watch.Rules, day date.Date, itself bool, until date.Instant, w watch.Looker, bearers map[string][2]int) (int, error) {
	var hits []watch.Hit
	err := s.db.View(ctx, func(r store.Reader) error {
		hits = nil
		facts := watchFacts{ctx: ctx, r: r, s: s, worker: w.ID, bearers: bearers}
		looks, err := r.Opened(ctx, w.ID, watch.Midnight(day), watch.Midnight(day.AddDays(1)))
		if err != nil {
			return err
		}
		var found []watch.Hit
		if itself {
			found, err = rules.Find(day, w, looks, facts)
		} else {
			found, err = rules.FindNoWork(day, w, looks, until, facts)
		}
		if err != nil {
			return err
		}
		for _, h := range found {
			if days := rules.Quiet(h.Kind); days > 0 {
				explained, err := r.ExplainedSince(ctx, h.Kind, h.Worker, h.Person, watch.Midnight(day.AddDays(-days)))
				if err != nil {
					return err
				}
				if explained {
					continue
				}
			}
			hits = append(hits, h)
		}
		return nil
	})
	if err != nil || len(hits) == 0 {
		return 0, err
	}
	added := 0
	err = s.db.Update(ctx, func(tx store.Tx) error {
		added = 0
		for _, h := range hits {
			h.ID, h.Recorded = id.New(), tx.Stamp(watchJob)
			ok, err := tx.AddHit(ctx, h)
			if err != nil {
				return err
			}
			if ok {
				added++
			}
		}
		return nil
	})
	return added, err
}

// watchFacts answers package watch from a snapshot.
type watchFacts struct {
	ctx     context.Context // of one call of watchWorker
	r       store.Reader
	s       *Service
	worker  staff.ID
	bearers map[string][2]int // counted already in this run
}

func (f watchFacts) Subject(p person.ID) (s watch.Subject, err error) {
	names, err := f.r.Names(f.ctx, p, 0)
	if err != nil {
		return s, err
	}
	for _, n := range names {
		s.Families = append(s.Families, n.Family)
	}
	if s.Addresses, err = f.r.Addresses(f.ctx, p, 0); err != nil {
		return s, err
	}
	if s.Episodes, err = f.r.Episodes(f.ctx, p, 0); err != nil {
		return s, err
	}
	_, err = f.r.HighProfile(f.ctx, p)
	if fault.Is(err, fault.NotFound) {
		return s, nil
	}
	s.HighProfile = err == nil
	return s, err
}

func (f watchFacts) Bearers(key string) (int, int, error) {
	if n, ok := f.bearers[key]; ok {
		return n[0], n[1], nil
	}
	bearers, people, err := f.r.FamilyBearers(f.ctx, key)
	if err == nil {
		f.bearers[key] = [2]int{bearers, people}
	}
	return bearers, people, err
}

func (f watchFacts) Worked(p person.ID, from, until date.Instant) (bool, error) {
	return f.r.WorkedFor(f.ctx, f.worker, p, from, until, f.s.Purposes().NoteType)
}

func (f watchFacts) Opened(from, until date.Instant) ([]watch.Look, error) {
	return f.r.Opened(f.ctx, f.worker, from, until)
}

// Office is what of the watch list and of concerns waits for the actor: numbers
// alone, and what they themselves are asked.
type Office struct {
	Handles  bool // concerns
	Concerns int  // open, about the children the actor handles them for
	Untaken  int  // of those of the actor's own team, or of everybody's for whom they answer: nobody has taken them on
	Watches  bool // works the watch list
	Hits     int  // open
	Asking   []Asking
	Unheard  Unheard // for whoever looks after the rights and all staff
}

// Waits reports whether any of it waits for the actor to do something.
func (o Office) Waits() bool { return o.Untaken+o.Hits+len(o.Asking) > 0 || o.Unheard.Any() }

// An Asking is something that the actor is asked to answer.
type Asking struct {
	Concern string // its key; empty for a hit
	Hit     string
	Day     date.Date // of the looks of a hit
}

// watches is the scope of the watch list.
func (s *Service) watches(v access.Viewer, action access.Action) access.Scope {
	return s.set().Access().Scope(v, access.WatchList, action, access.Shown)
}

// Office counts what waits. It names nobody, so it is no search.
func (s *Service) Office(ctx context.Context, a Actor) (Office, error) {
	var o Office
	err := s.db.View(ctx, func(r store.Reader) error {
		o = Office{}
		st, err := s.standing(ctx, r, a, "")
		if err != nil {
			return err
		}
		now := date.At(s.now())
		if scope := s.handles(st.viewer); len(scope.Gives) > 0 {
			o.Handles = true
			if o.Concerns, _, err = r.CountConcerns(ctx, scope, now); err != nil {
				return err
			}
			// Who only shares the service may look, but is not the one to be told.
			scope.Gives = slices.DeleteFunc(slices.Clone(scope.Gives), func(g access.Ground) bool { return g == access.Service })
			if _, o.Untaken, err = r.CountConcerns(ctx, scope, now); err != nil {
				return err
			}
		}
		if scope := s.watches(st.viewer, access.Look); len(scope.Gives) > 0 {
			o.Watches = true
			if o.Hits, err = r.CountHits(ctx, scope, now); err != nil {
				return err
			}
		}
		if s.keepsRights(st.viewer) {
			if o.Unheard, err = s.countUnheard(ctx, r, a.Worker); err != nil {
				return err
			}
		}
		asked, err := r.ConcernsAsking(ctx, a.Worker)
		if err != nil {
			return err
		}
		for _, c := range asked {
			o.Asking = append(o.Asking, Asking{Concern: string(c)})
		}
		hits, err := r.HitsAsking(ctx, a.Worker)
		for _, h := range hits {
			o.Asking = append(o.Asking, Asking{Hit: h.ID, Day: h.Day})
		}
		return err
	})
	return o, err
}
