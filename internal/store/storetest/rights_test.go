package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"casefile/internal/access"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// An authority is made at random, and everything laid down in it is also kept
// as plain values, so that the test can say by itself, slowly, who holds what.
type authority struct {
	rng     *rand.Rand
	teams   []staff.Team
	workers []staff.ID
	acting  []staff.AssignmentID
	teamOf  []staff.Team
	role    []access.Role
	people  []person.ID

	episodes     []laid[person.Episode]
	allocations  []laid[store.Allocation]
	absences     []laid[staff.Absence]
	restrictions []laid[right.Restriction]
	named        []laid[right.Named]
	connections  []laid[right.Connection]
	grants       []laid[right.Grant]
	trainings    []laid[staff.Training]
	reasons      []right.Reason
}

// laid is a fact with its person, its period, and whether it was put aside.
type laid[T any] struct {
	it     T
	person person.ID
	period date.Period
	aside  bool
}

// on reports whether the fact holds today: not put aside, and today is within
// its period, both ends included.
func (l laid[T]) on() bool {
	p := l.period
	return !l.aside && (p.From.IsZero() || !Today.Before(p.From)) && (p.To.IsZero() || !p.To.Before(Today))
}

var courses = []string{"governance", "safeguarding"}

// period is one whose ends are at, or next to, today's edge.
func (a *authority) period() date.Period {
	from := []date.Date{{}, Today.AddDays(-40), Today.AddDays(-1), Today, Today, Today.AddDays(1)}
	to := []date.Date{{}, {}, {}, Today.AddDays(-1), Today, Today.AddDays(1)}
	for {
		p := date.Period{From: from[a.rng.IntN(len(from))], To: to[a.rng.IntN(len(to))]}
		if p.Valid() {
			return p
		}
	}
}

func pick[T any](a *authority, in []T) T { return in[a.rng.IntN(len(in))] }

// lay adds a fact, and now and then puts it aside again.
func lay[T any](ctx context.Context, a *authority, tx store.Tx, list *[]laid[T], f store.Fact, key string, p person.ID, period date.Period, it T, add func(T) error) error {
	l := laid[T]{it: it, person: p, period: period}
	if err := add(it); err != nil {
		return err
	}
	if a.rng.IntN(6) == 0 {
		l.aside = true
		if err := tx.Supersede(ctx, f, key, tx.Stamp(By)); err != nil {
			return err
		}
	}
	*list = append(*list, l)
	return nil
}

func (a *authority) clocks(p date.Period) date.Clocks {
	return date.Clocks{Period: p, Recorded: date.Stamp{By: By}}
}

func newAuthority(t *testing.T, db *Database, seed uint64) *authority {
	a := &authority{rng: rand.New(rand.NewPCG(seed, 31))}
	for _, s := range []string{"one", "one", "two"} {
		a.teams = append(a.teams, db.Team(t, s))
	}
	db.Must(t, func(ctx context.Context, tx store.Tx) error {
		for i := range 7 {
			w := staff.Worker{ID: staff.ID(id.New()), Version: 1, Given: "Orla", Family: fmt.Sprint("Testworth", i), Recorded: date.Stamp{By: By}}
			team := pick(a, a.teams)
			as := staff.Assignment{ID: staff.AssignmentID(id.New()), Worker: w.ID, Role: access.Role(fmt.Sprint("role", i%2)), Team: team.ID, Clocks: Clocks(Today)}
			if err := tx.AddWorkerVersion(ctx, w); err != nil {
				return err
			}
			if err := tx.AddAssignment(ctx, as); err != nil {
				return err
			}
			a.workers, a.acting = append(a.workers, w.ID), append(a.acting, as.ID)
			a.teamOf, a.role = append(a.teamOf, team), append(a.role, as.Role)
		}
		for range 20 {
			p := person.Person{ID: person.ID(id.New()), Reference: id.NewReference(), Recorded: date.Stamp{By: By}}
			if err := tx.AddPerson(ctx, p); err != nil {
				return err
			}
			a.people = append(a.people, p.ID)
		}
		return a.lay(ctx, tx)
	})
	return a
}

// lay lays down everything that a right can rest on.
func (a *authority) lay(ctx context.Context, tx store.Tx) error {
	for _, w := range a.workers {
		for _, course := range courses {
			for n := range 2 {
				p := a.period()
				if n == 1 && a.rng.IntN(3) > 0 { // most are trained, or nobody would see anything
					p = date.Period{From: Today.AddDays(-9), To: Today}
				}
				r := staff.Training{ID: id.New(), Worker: w, Course: course, Clocks: a.clocks(p)}
				if err := lay(ctx, a, tx, &a.trainings, store.TrainingFact, r.ID, "", p, r, func(r staff.Training) error { return tx.AddTraining(ctx, r) }); err != nil {
					return err
				}
			}
		}
		for range a.rng.IntN(3) {
			p := a.period()
			cover := append(slices.Clone(a.workers), "")
			r := staff.Absence{ID: id.New(), Worker: w, Cover: pick(a, cover), Clocks: a.clocks(p)}
			if err := lay(ctx, a, tx, &a.absences, store.AbsenceFact, r.ID, "", p, r, func(r staff.Absence) error { return tx.AddAbsence(ctx, r) }); err != nil {
				return err
			}
		}
	}
	for _, p := range a.people {
		if err := a.layFor(ctx, tx, p); err != nil {
			return err
		}
	}
	return nil
}

func (a *authority) layFor(ctx context.Context, tx store.Tx, p person.ID) error {
	for range a.rng.IntN(3) {
		team, period := pick(a, a.teams), a.period()
		e := person.Episode{ID: id.New(), Service: team.Service, TeamID: string(team.ID), Clocks: a.clocks(period)}
		if err := lay(ctx, a, tx, &a.episodes, store.EpisodeFact, e.ID, p, period, e, func(e person.Episode) error { return tx.AddEpisode(ctx, p, e) }); err != nil {
			return err
		}
		for range a.rng.IntN(3) {
			period := a.period()
			l := store.Allocation{ID: id.New(), Episode: e.ID, Person: p, Worker: pick(a, a.workers), Kind: pick(a, []string{store.Allocated, store.Further}), Clocks: a.clocks(period)}
			if err := lay(ctx, a, tx, &a.allocations, store.AllocationFact, l.ID, p, period, l, func(l store.Allocation) error { return tx.AddAllocation(ctx, l) }); err != nil {
				return err
			}
		}
	}
	for range max(0, a.rng.IntN(5)-2) {
		period := a.period()
		r := right.Restriction{ID: id.New(), Person: p, Reason: "test", Clocks: a.clocks(period)}
		if err := lay(ctx, a, tx, &a.restrictions, store.RestrictionFact, r.ID, p, period, r, func(r right.Restriction) error { return tx.AddRestriction(ctx, r) }); err != nil {
			return err
		}
		for range a.rng.IntN(5) {
			period := a.period()
			n := right.Named{ID: id.New(), Restriction: r.ID, Worker: pick(a, a.workers), Clocks: a.clocks(period)}
			if err := lay(ctx, a, tx, &a.named, store.NamedFact, n.ID, p, period, n, func(n right.Named) error { return tx.AddNamed(ctx, n) }); err != nil {
				return err
			}
		}
	}
	for range max(0, a.rng.IntN(4)-2) {
		period := a.period()
		c := right.Connection{ID: id.New(), Worker: pick(a, a.workers), Person: p, Nature: "test", Clocks: a.clocks(period)}
		if err := lay(ctx, a, tx, &a.connections, store.ConnectionFact, c.ID, p, period, c, func(c right.Connection) error { return tx.AddConnection(ctx, c) }); err != nil {
			return err
		}
	}
	for range a.rng.IntN(4) {
		period := a.period()
		g := right.Grant{
			ID: id.New(), Person: p, Worker: pick(a, a.workers), Kind: pick(a, []access.Ground{access.Grant, access.Review}),
			Reason: "test", Clocks: a.clocks(period),
		}
		for range a.rng.IntN(4) { // none at all, now and then
			if part := pick(a, access.FileParts); !slices.Contains(g.Parts, part) {
				g.Parts = append(g.Parts, part)
			}
		}
		if err := lay(ctx, a, tx, &a.grants, store.GrantFact, g.ID, p, period, g, func(g right.Grant) error { return tx.AddGrant(ctx, g) }); err != nil {
			return err
		}
	}
	for range a.rng.IntN(3) {
		w := pick(a, a.workers)
		e := Entry(p, staff.Worker{ID: w}, Today, "why")
		if err := tx.AddEntryVersion(ctx, e); err != nil {
			return err
		}
		r := right.Reason{ID: id.New(), Worker: w, Person: p, Purpose: "test", Entry: e.ID, Until: date.At(Start) + date.Instant(a.rng.IntN(3)-1), Recorded: date.Stamp{By: By}}
		if err := tx.StateReason(ctx, r); err != nil {
			return err
		}
		a.reasons = append(a.reasons, r)
	}
	return nil
}

// holds says by itself what a worker holds for a person and a part of the file.
func (a *authority) holds(i int, p person.ID, part access.Part) map[access.Ground]bool {
	w, team := a.workers[i], a.teamOf[i]
	out := map[access.Ground]bool{access.Everyone: true}
	open := func(episode string) bool {
		return slices.ContainsFunc(a.episodes, func(e laid[person.Episode]) bool { return e.it.ID == episode && e.on() })
	}
	episode := func(key string) person.Episode {
		k := slices.IndexFunc(a.episodes, func(e laid[person.Episode]) bool { return e.it.ID == key })
		return a.episodes[k].it
	}
	for _, e := range a.episodes {
		if e.person == p && !e.aside {
			out[access.Team] = out[access.Team] || e.it.TeamID == string(team.ID)
			out[access.Service] = out[access.Service] || e.it.Service == team.Service
		}
	}
	for _, l := range a.allocations {
		if l.person != p || !l.on() || !open(l.it.Episode) {
			continue
		}
		own := episode(l.it.Episode).Service == team.Service
		out[access.Allocated] = out[access.Allocated] || own && l.it.Worker == w
		for _, b := range a.absences {
			if b.on() && b.it.Worker == l.it.Worker && b.it.Cover == w && own && a.serves(b.it.Worker, team.Service) {
				out[access.Cover] = true
			}
		}
	}
	for _, r := range a.restrictions {
		if r.person != p || !r.on() {
			continue
		}
		on := slices.ContainsFunc(a.named, func(n laid[right.Named]) bool { return n.it.Restriction == r.it.ID && n.it.Worker == w && n.on() })
		if on {
			out[access.Named] = true
		} else {
			out[access.Restricted] = true
		}
	}
	for _, c := range a.connections {
		out[access.Connected] = out[access.Connected] || c.person == p && c.on() && c.it.Worker == w
	}
	for _, g := range a.grants {
		if g.person == p && g.on() && g.it.Worker == w && slices.Contains(g.it.Parts, part) {
			out[g.it.Kind] = true
		}
	}
	for _, r := range a.reasons {
		out[access.Reason] = out[access.Reason] || r.Person == p && r.Worker == w && r.Until > date.At(Start)
	}
	for _, course := range courses {
		passed := slices.ContainsFunc(a.trainings, func(r laid[staff.Training]) bool {
			return r.it.Worker == w && r.it.Course == course && r.on()
		})
		if !passed {
			out[access.Untrained] = true
		}
	}
	return out
}

// serves reports whether a worker holds a role in a service.
func (a *authority) serves(w staff.ID, service string) bool {
	i := slices.Index(a.workers, w)
	return i >= 0 && a.teamOf[i].Service == service
}

// For authorities made at random: what the store says a worker holds is what
// was laid down, and the list of a part agrees with the single decision about
// it, child by child.
func TestListAndDecisionAgreeForRandomAuthorities(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		seen := map[access.Ground]int{}
		in := 0
		for seed := range Count(2, 40) {
			a := newAuthority(t, db, uint64(seed))
			for range Count(2, 10) {
				var rules []access.Rule
				for _, part := range access.FileParts {
					for range 1 + a.rng.IntN(6) {
						rules = append(rules, access.Rule{
							Role: access.Role(fmt.Sprint("role", a.rng.IntN(2))), Part: part, Action: access.Look,
							Ground: pick(a, access.Grounds), Outcome: access.Outcome(a.rng.IntN(4)),
						})
					}
				}
				in += a.compare(t, db, access.NewTable(rules), seen)
			}
		}
		for _, g := range slices.Concat(access.Grounds, access.Bars) {
			if seen[g] == 0 {
				t.Errorf("nobody ever held %s; it was not tried", g)
			}
		}
		if in == 0 {
			t.Error("nobody was ever in scope; the property was not tried")
		}
	})
	clause.Shows(t, "KF-04", "KF-08", "KF-13", "CR-31", "CR-47")
}

func (a *authority) compare(t *testing.T, db *Database, table *access.Table, seen map[access.Ground]int) (in int) {
	t.Helper()
	now := date.At(Start)
	db.Read(t, func(ctx context.Context, r store.Reader) error {
		for i, w := range a.workers {
			v, err := r.Viewer(ctx, w, a.acting[i], Today)
			if err != nil {
				return err
			}
			v.Courses = courses
			for _, p := range a.people {
				held, err := r.Held(ctx, v, p, now)
				if err != nil {
					return err
				}
				for _, part := range access.FileParts {
					a.sameGrounds(t, held, a.holds(i, p, part), part, seen)
				}
				for range 4 {
					part, atLeast := pick(a, access.FileParts), access.Outcome(1+a.rng.IntN(3))
					got, err := r.InScope(ctx, table.Scope(v, part, access.Look, atLeast), p, now)
					if err != nil {
						return err
					}
					d := table.Decide(v, part, access.Look, held, now)
					if got != (d.Outcome >= atLeast) {
						t.Fatalf("%s at least %s: in the list %v, decided %+v (held %+v)", part, atLeast, got, d, held)
					}
					if got {
						in++
					}
				}
			}
		}
		return nil
	})
	return in
}

// sameGrounds compares what the store answers with what was laid down.
func (a *authority) sameGrounds(t *testing.T, held []access.Held, want map[access.Ground]bool, part access.Part, seen map[access.Ground]int) {
	t.Helper()
	for _, g := range slices.Concat(access.Grounds, access.Bars) {
		got := slices.ContainsFunc(held, func(h access.Held) bool {
			return h.Ground == g && (len(h.Parts) == 0 || slices.Contains(h.Parts, part))
		})
		if got != want[g] {
			t.Fatalf("%s for %s: the store says %v, what was laid down says %v (held %+v)", g, part, got, want[g], held)
		}
		if got {
			seen[g]++
		}
	}
}
