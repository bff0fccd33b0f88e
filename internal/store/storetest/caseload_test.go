package storetest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/access"
	"casefile/internal/caseload"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	. "casefile/internal/store/storetest"
)

// An office is a team of five cases: one that is well, and one of each state.
type office struct {
	*Database
	team                       staff.Team
	manager                    access.Viewer
	here, gone, away, lonely   staff.Worker // lonely is away and covered by nobody who is there
	well, none, left, out, sad person.Person
}

func newOffice(t *testing.T, db *Database) *office {
	t.Helper()
	o := &office{Database: db, team: db.Team(t, "service")}
	manager, _ := db.Worker(t, "team-manager", o.team)
	o.manager = access.Viewer{Worker: string(manager.ID), Role: "team-manager", Team: string(o.team.ID), Service: "service"}
	worker := func() staff.Worker { w, _ := db.Worker(t, "adviser", o.team); return w }
	o.here, o.away, o.lonely = worker(), worker(), worker()
	elsewhere, _ := db.Worker(t, "adviser", db.Team(t, "another service"))
	o.gone = elsewhere
	people := []*person.Person{&o.well, &o.none, &o.left, &o.out, &o.sad}
	for i, w := range []staff.ID{o.here.ID, "", o.gone.ID, o.away.ID, o.lonely.ID} {
		*people[i] = db.Person(t, "Ines", fmt.Sprintf("Marlowe %d", i), born)
		db.Episode(t, people[i].ID, o.team, w)
	}
	db.Must(t, func(ctx context.Context, tx store.Tx) error {
		for _, a := range []staff.Absence{
			{ID: id.New(), Worker: o.away.ID, Cover: o.here.ID, Clocks: Clocks(Today.AddDays(-2))},
			{ID: id.New(), Worker: o.lonely.ID, Cover: o.gone.ID, Clocks: Clocks(Today.AddDays(-9))}, // who holds no role here
			{ID: id.New(), Worker: o.here.ID, Clocks: date.Clocks{Period: date.Period{From: Today.AddDays(-9), To: Today.AddDays(-1)}}},
		} {
			if err := tx.AddAbsence(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
	return o
}

func (o *office) query() caseload.Query {
	return caseload.Query{
		Scope: access.Scope{Viewer: o.manager, Part: access.Identity, Gives: []access.Ground{access.Team}},
		Now:   date.At(Start), Team: o.team.ID, Order: caseload.ByName, Limit: 50,
	}
}

func (o *office) cases(t *testing.T, q caseload.Query) []string {
	t.Helper()
	list := []string{}
	o.Read(t, func(ctx context.Context, r store.Reader) error {
		cases, err := r.Cases(ctx, q)
		for _, c := range cases {
			list = append(list, c.Name.Family+" "+c.Since.String())
		}
		return err
	})
	return list
}

func (o *office) counts(t *testing.T, q caseload.Query) (n caseload.Counts) {
	t.Helper()
	o.Read(t, func(ctx context.Context, r store.Reader) (err error) {
		n, err = r.CountCases(ctx, q)
		return err
	})
	return n
}

func TestCasesByState(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		opened := Today.AddMonths(-6)
		for state, want := range map[caseload.State][]string{
			caseload.Any: {
				"Marlowe 0 " + opened.String(), "Marlowe 1 " + opened.String(), "Marlowe 2 " + opened.String(),
				"Marlowe 3 " + opened.String(), "Marlowe 4 " + opened.String(),
			},
			caseload.Unallocated: {"Marlowe 1 " + opened.String()},
			caseload.Left:        {"Marlowe 2 "},
			caseload.Away:        {"Marlowe 3 " + Today.AddDays(-2).String(), "Marlowe 4 " + Today.AddDays(-9).String()},
			caseload.Uncovered:   {"Marlowe 4 " + Today.AddDays(-9).String()},
			"no such state":      {},
		} {
			q := o.query()
			q.State = state
			if diff := cmp.Diff(want, o.cases(t, q)); diff != "" {
				t.Errorf("state %q (-want +got):\n%s", state, diff)
			}
		}
		want := caseload.Counts{All: 5, Unallocated: 1, Left: 1, Away: 2, Uncovered: 1, Oldest: opened}
		if got := o.counts(t, o.query()); got != want {
			t.Errorf("counts: got %+v, want %+v", got, want)
		}
		q := o.query()
		q.State, q.Order, q.Limit, q.Skip = caseload.Away, caseload.ByAge, 1, 0
		if got := o.cases(t, q); len(got) != 1 || got[0] != "Marlowe 4 "+Today.AddDays(-9).String() {
			t.Errorf("the one away longest: got %q", got)
		}
		q.Skip = 1
		if got := o.cases(t, q); len(got) != 1 || got[0] != "Marlowe 3 "+Today.AddDays(-2).String() {
			t.Errorf("the next: got %q", got)
		}
	})
}

// A list and its counts hold nobody whom the scope does not: here a file
// restricted to somebody else.
func TestCasesAreOfTheScope(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		q := o.query()
		q.Scope = access.Scope{}
		if got := o.cases(t, q); len(got) != 0 {
			t.Errorf("the zero scope lists %q", got)
		}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddRestriction(ctx, right.Restriction{ID: id.New(), Person: o.none.ID, Reason: "x", Clocks: Clocks(Today)})
		})
		if got := o.cases(t, o.query()); len(got) != 4 {
			t.Errorf("with one restricted: got %q", got)
		}
		if got := o.counts(t, o.query()); got.All != 4 || got.Unallocated != 0 || !got.Oldest.IsZero() {
			t.Errorf("with one restricted: got %+v", got)
		}
		o.Read(t, func(ctx context.Context, r store.Reader) error {
			members, err := r.Members(ctx, o.team.ID, o.query().Scope, date.At(Start))
			for _, m := range members {
				if m.ID == o.here.ID && m.Allocated != 1 {
					t.Errorf("a worker of one case has %d", m.Allocated)
				}
			}
			if len(members) != 4 {
				t.Errorf("%d members, want 4", len(members))
			}
			return err
		})
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddRestriction(ctx, right.Restriction{ID: id.New(), Person: o.well.ID, Reason: "x", Clocks: Clocks(Today)})
		})
		o.Read(t, func(ctx context.Context, r store.Reader) error {
			members, err := r.Members(ctx, o.team.ID, o.query().Scope, date.At(Start))
			for _, m := range members {
				if m.ID == o.here.ID && m.Allocated != 0 {
					t.Errorf("the number of cases tells of a file that is restricted: %d", m.Allocated)
				}
			}
			return err
		})
	})
}

func TestCasesOfAWorkerAndTheirCover(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		q := o.query()
		q.Team, q.Worker = "", o.away.ID
		if got := o.cases(t, q); len(got) != 1 || got[0] != "Marlowe 3 "+Today.AddMonths(-6).String() {
			t.Errorf("the cases of a worker: %q", got)
		}
		q = o.query()
		q.Team = ""
		if got := o.cases(t, q); len(got) != 0 {
			t.Errorf("of nobody: %q", got)
		}
		o.Read(t, func(ctx context.Context, r store.Reader) error {
			h, err := r.Header(ctx, o.out.ID)
			if err != nil {
				return err
			}
			e := h.Episodes[0]
			if !e.Away.Is || e.Away.Cover != "Orla Testworth" || e.Gone || !e.Away.Until.IsZero() {
				t.Errorf("away with cover: got %+v", e)
			}
			if h, err = r.Header(ctx, o.sad.ID); err != nil {
				return err
			}
			if e := h.Episodes[0]; !e.Away.Is || e.Away.Cover != "" {
				t.Errorf("away, and the cover has no role here: got %+v", e)
			}
			if h, err = r.Header(ctx, o.left.ID); err != nil {
				return err
			}
			if e := h.Episodes[0]; !e.Gone || e.Allocated != string(o.gone.ID) {
				t.Errorf("gone: got %+v", e)
			}
			covers, err := r.Covers(ctx, o.here.ID, Today)
			if len(covers) != 1 || covers[0].Worker != o.away.ID || covers[0].Name != "Orla Testworth" {
				t.Errorf("covers: got %+v", covers)
			}
			return err
		})
	})
}

// An episode that passes to another team keeps its allocations, and the rights
// that rest on them.
func TestEpisodeStatedAnew(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		other := db.Team(t, "service")
		h := person.Header{}
		o.Read(t, func(ctx context.Context, r store.Reader) (err error) {
			h, err = r.Header(ctx, o.well.ID)
			return err
		})
		e := h.Episodes[0]
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.Supersede(ctx, store.EpisodeFact, e.ID, tx.Stamp(By)); err != nil {
				return err
			}
			before, after := e, e
			before.ID, before.Continues, before.Clocks = id.New(), e.Key(), Clocks(e.Period.From)
			before.Period.To = Today.AddDays(-1)
			after.ID, after.Continues, after.TeamID, after.Clocks = id.New(), e.Key(), string(other.ID), Clocks(Today)
			if err := tx.AddEpisode(ctx, o.well.ID, before); err != nil {
				return err
			}
			return tx.AddEpisode(ctx, o.well.ID, after)
		})
		o.Read(t, func(ctx context.Context, r store.Reader) error {
			h, err := r.Header(ctx, o.well.ID)
			if err != nil {
				return err
			}
			if len(h.Episodes) != 2 || h.Episodes[0].TeamID != string(other.ID) || h.Episodes[0].Allocated != string(o.here.ID) || h.Episodes[0].Key() != e.ID {
				t.Errorf("passed to another team: %+v", h.Episodes)
			}
			v := access.Viewer{Worker: string(o.here.ID), Role: "adviser", Team: "none", Service: e.Service}
			held, err := r.Held(ctx, v, o.well.ID, date.At(Start))
			if len(held) != 3 || held[0].Ground != access.Allocated {
				t.Errorf("the allocated worker holds %+v", held)
			}
			workers, err2 := r.AllocatedWorkers(ctx, o.well.ID, Today)
			if len(workers) != 1 || err2 != nil {
				t.Errorf("allocated workers: %v, %v", workers, err2)
			}
			list, err2 := r.Allocations(ctx, o.well.ID)
			if len(list) != 1 || list[0].Episode != e.ID || list[0].Name != "Orla Testworth" || !list[0].Open() || err2 != nil {
				t.Errorf("allocations: %+v, %v", list, err2)
			}
			return err
		})
		q := o.query()
		q.Team, q.Scope.Gives = other.ID, []access.Ground{access.Service}
		if got := o.cases(t, q); len(got) != 1 || got[0] != "Marlowe 0 "+Today.AddMonths(-6).String() {
			t.Errorf("in the other team, since it was opened: %q", got)
		}
		q.Team = o.team.ID
		if got := o.cases(t, q); len(got) != 4 {
			t.Errorf("in the first team: %q", got)
		}
	})
}

func TestFollowUps(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		add := func(text string, by date.Date, sv string) {
			e := Entry(o.well.ID, o.here, Today.AddDays(-40), "x")
			e.Service, e.Content.FollowUp, e.Content.FollowUpBy = sv, text, by
			db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddEntryVersion(ctx, e) })
		}
		add("late", Today.AddDays(-28), "service")
		add("soon", Today.AddDays(3), "service")
		add("long past", Today.AddDays(-29), "service")
		add("no day", date.Date{}, "service")
		add("", Today, "service")
		add("another service's", Today, "another service")
		var got []entry.Entry
		o.Read(t, func(ctx context.Context, r store.Reader) (err error) {
			got, err = r.FollowUps(ctx, o.well.ID, "service", Today.AddDays(-28), 10)
			return err
		})
		if len(got) != 2 || got[0].Content.FollowUp != "late" || got[1].Content.FollowUp != "soon" {
			t.Errorf("got %+v", got)
		}
	})
}

func TestAssignmentsFrom(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team := db.Team(t, "service")
		w, now := db.Worker(t, "adviser", team)
		next := now
		next.ID, next.Clocks = staff.AssignmentID(id.New()), Clocks(Today.AddDays(30))
		past := now
		past.ID, past.Clocks = staff.AssignmentID(id.New()), Clocks(Today.AddDays(-900))
		past.Period.To = Today.AddDays(-400)
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.AddAssignment(ctx, past); err != nil {
				return err
			}
			return tx.AddAssignment(ctx, next)
		})
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			list, err := r.AssignmentsFrom(ctx, w.ID, Today)
			if len(list) != 2 || list[0].ID != now.ID || list[1].ID != next.ID {
				t.Errorf("got %+v", list)
			}
			return err
		})
	})
}

// A notice need not be of an entry, says by whom, and of which task it is.
func TestNotices(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		e := Entry(o.well.ID, o.here, Today, "x")
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.AddEntryVersion(ctx, e); err != nil {
				return err
			}
			for range 2 { // a job that runs twice tells once
				if err := tx.AddNotice(ctx, store.Notice{ID: id.New(), Worker: o.away.ID, Person: o.well.ID, Entry: e.ID, By: o.here.ID, Kind: "of-an-entry", At: 1}); err != nil {
					return err
				}
			}
			return tx.AddNotice(ctx, store.Notice{ID: id.New(), Worker: o.away.ID, Person: o.well.ID, By: o.gone.ID, Kind: "of-none", Task: "a-task", At: 2})
		})
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			list, err := r.UnseenNotices(ctx, o.away.ID, everyone(access.Viewer{Worker: string(o.away.ID)}), date.At(Start), 10)
			if len(list) != 2 || list[0].Entry != "" || list[0].By != o.gone.ID || list[0].Kind != "of-none" || list[0].Task != "a-task" || list[1].Task != "" || list[1].Kind != "of-an-entry" || list[1].Entry != e.ID || list[1].By != o.here.ID {
				t.Errorf("got %+v", list)
			}
			return err
		})
		of := []store.Notice{{Document: "d1"}, {Plan: "p1"}, {Meeting: "m1"}, {Task: "t1"}, {}}
		for i := range of {
			of[i].ID, of[i].Worker, of[i].Person, of[i].Kind, of[i].At = id.New(), o.here.ID, o.well.ID, "of-what", date.Instant(10-i)
		}
		db.Must(t, func(ctx context.Context, tx store.Tx) (err error) {
			for _, n := range of {
				err = errors.Join(err, tx.AddNotice(ctx, n))
			}
			return err
		})
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			list, err := r.UnseenNotices(ctx, o.here.ID, everyone(access.Viewer{Worker: string(o.here.ID)}), date.At(Start), 10)
			if !slices.Equal(list, of) {
				t.Errorf("of what they are: got %+v, want %+v", list, of)
			}
			return err
		})
		err := db.Update(context.Background(), func(tx store.Tx) error {
			return tx.AddNotice(context.Background(), store.Notice{ID: id.New(), Worker: o.away.ID, Person: o.well.ID, Entry: entry.ID(id.New()), Kind: "of-no-entry", At: 1})
		})
		if err == nil {
			t.Errorf("a notice of an entry that is not there is kept")
		}
	})
}
