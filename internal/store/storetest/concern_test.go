package storetest_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/access"
	"casefile/internal/concern"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	. "casefile/internal/store/storetest"
	"casefile/internal/watch"
)

// leaveLook leaves the footprint of a look and gives its number.
func leaveLook(t testing.TB, d *Database, f footprint.Footprint) (number int64) {
	t.Helper()
	d.Must(t, func(ctx context.Context, tx store.Tx) (err error) {
		number, err = tx.LeaveFootprint(ctx, f, nil)
		return err
	})
	return number
}

func shownTo(w staff.ID, p person.ID, ground access.Ground) footprint.Footprint {
	return footprint.Footprint{
		Actor: string(w), Role: "adviser", Action: "look", Object: string(p), Part: "timeline", Ground: string(ground), Outcome: "shown",
	}
}

// A concern is read as it was written, with its steps in their order; nothing of
// it can be changed or removed, and of two next steps one clashes.
func TestConcern(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team := db.Team(t, "service")
		w, _ := db.Worker(t, "adviser", team)
		p := db.Person(t, "Ines", "Marlowe", born)
		number := leaveLook(t, db, shownTo(w.ID, p.ID, access.Team))
		c := concern.Concern{
			ID: concern.ID(id.New()), Person: p.ID, Reporter: "reporter", ReporterName: "Rita Testova", ReporterRole: "Adviser",
			About: w.ID, Happened: born, Sealed: []byte("sealed"), Recorded: date.Stamp{By: By},
		}
		steps := []concern.Step{
			{ID: id.New(), Number: 1, Kind: concern.TakeOn, By: "lead", ByName: "Lena Testova", ByRole: "Lead", Sealed: []byte{}},
			{ID: id.New(), Number: 2, Kind: concern.Ask, By: "lead", Worker: w.ID, Sealed: []byte("ask")},
			{ID: id.New(), Number: 3, Kind: concern.Evidence, By: "lead", Sealed: []byte("evidence"), Looks: []int64{number}},
			{ID: id.New(), Number: 4, Kind: concern.Decide, By: "lead", Outcome: "breach", Tell: "no", Sealed: []byte("why")},
		}
		asking := func(want ...concern.ID) {
			t.Helper()
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				got, err := r.ConcernsAsking(ctx, w.ID)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("asking (-want +got):\n%s", diff)
				}
				return err
			})
		}
		db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddConcern(ctx, c) })
		asking()
		for _, s := range steps {
			db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddConcernStep(ctx, c.ID, s) })
		}
		asking(c.ID)
		err := db.Update(t.Context(), func(tx store.Tx) error {
			return tx.AddConcernStep(t.Context(), c.ID, concern.Step{ID: id.New(), Number: 4, Kind: concern.Close, Sealed: []byte{}})
		})
		wantKind(t, "a second step 4", err, fault.Conflict)
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddConcernStep(ctx, c.ID, concern.Step{ID: id.New(), Number: 5, Kind: concern.Answer, By: w.ID, Sealed: []byte("answer")})
		})
		asking()
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			got, err := r.Concern(ctx, c.ID)
			if err != nil {
				return err
			}
			if got.AboutName != w.Name() || got.Happened != born || got.ReporterName != "Rita Testova" || string(got.Sealed) != "sealed" || got.Recorded.IsZero() {
				t.Errorf("the concern: %+v", got)
			}
			if len(got.Steps) != 5 || !slices.Equal(got.Steps[2].Looks, []int64{number}) || got.Steps[1].WorkerName != w.Name() || got.Steps[3].Outcome != "breach" || got.Steps[3].Tell != "no" {
				t.Errorf("the steps: %+v", got.Steps)
			}
			if s := got.State(); s.Handler != "lead" || s.Decision == nil || len(s.Asked) != 0 {
				t.Errorf("the state: %+v", s)
			}
			suspects, err := r.Suspects(ctx, p.ID)
			if !slices.Equal(suspects, []staff.ID{w.ID}) {
				t.Errorf("suspects: %q", suspects)
			}
			return err
		})
		for _, table := range []string{"concern", "concern_step", "concern_look"} {
			for _, statement := range []string{"DELETE FROM %s", "UPDATE %s SET %s"} {
				column := map[string]string{"concern": "about_id = ''", "concern_step": "outcome = 'no-breach'", "concern_look": "number = 0"}[table]
				if statement == "DELETE FROM %s" {
					statement = fmt.Sprintf(statement, table)
				} else {
					statement = fmt.Sprintf(statement, table, column)
				}
				if _, err := db.Raw.Exec(statement); err == nil {
					t.Errorf("the database let %q through", statement)
				}
			}
		}
		err = db.View(t.Context(), func(r store.Reader) error {
			_, err := r.Concern(t.Context(), concern.ID(id.New()))
			return err
		})
		wantKind(t, "no such concern", err, fault.NotFound)
	})
}

// Lists and counts hold what is in scope, less what is about the viewer; a bar
// takes a concern out of both.
func TestConcernsInScope(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team, other := db.Team(t, "service"), db.Team(t, "other")
		viewer, _ := db.Worker(t, "lead", team)
		mine, theirs := db.Person(t, "Ines", "Marlowe", born), db.Person(t, "Theo", "Quill", born)
		db.Episode(t, mine.ID, team, "")
		db.Episode(t, theirs.ID, other, "")
		add := func(p person.ID, about staff.ID, steps ...concern.Step) concern.ID {
			c := concern.Concern{ID: concern.ID(id.New()), Person: p, About: about, Sealed: []byte{}}
			db.Must(t, func(ctx context.Context, tx store.Tx) error {
				if err := tx.AddConcern(ctx, c); err != nil {
					return err
				}
				for i, s := range steps {
					s.ID, s.Number, s.Sealed = id.New(), i+1, []byte{}
					if err := tx.AddConcernStep(ctx, c.ID, s); err != nil {
						return err
					}
				}
				return nil
			})
			return c.ID
		}
		open := add(mine.ID, "somebody")
		taken := add(mine.ID, "", concern.Step{Kind: concern.TakeOn, By: viewer.ID, ByName: "Viewer"},
			concern.Step{Kind: concern.Propose, Worker: viewer.ID}) // which waits, and takes nothing from the viewer yet
		add(mine.ID, viewer.ID) // about the viewer
		add(mine.ID, "", concern.Step{Kind: concern.Propose, Worker: viewer.ID}, concern.Step{Kind: concern.Confirm, Worker: viewer.ID})
		add(mine.ID, "", concern.Step{Kind: concern.Names, Worker: viewer.ID}, concern.Step{Kind: concern.Names, Worker: "somebody"})
		beyond := add(theirs.ID, "somebody")
		again := add(mine.ID, "", concern.Step{Kind: concern.Decide, Outcome: "breach"}, concern.Step{Kind: concern.Close}, concern.Step{Kind: concern.Reopen})
		closed := add(mine.ID, "", concern.Step{Kind: concern.Decide, Outcome: "breach"}, concern.Step{Kind: concern.Close})
		now := date.At(Start)
		list := func(gives access.Ground, closed bool) (ids []concern.ID, all []concern.Listed) {
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				v := access.Viewer{Worker: string(viewer.ID), Team: string(team.ID), Service: team.Service}
				sc := access.Scope{Viewer: v, Part: access.Concerns}
				if gives != "" {
					sc.Gives = []access.Ground{gives}
				}
				l, err := r.Concerns(ctx, store.ConcernQuery{Scope: sc, Now: now, Closed: closed, Limit: 10})
				if err != nil {
					return err
				}
				for _, c := range l {
					ids = append(ids, c.ID)
				}
				count, _, err := r.CountConcerns(ctx, sc, now)
				if !closed && count != len(l) {
					t.Errorf("%d counted, %d listed", count, len(l))
				}
				all = l
				return err
			})
			return ids, all
		}
		ids, all := list(access.Team, false)
		if diff := cmp.Diff([]concern.ID{again, taken, open}, ids); diff != "" {
			t.Fatalf("the team's (-want +got):\n%s", diff)
		}
		if all[0].Decision != "" || !all[1].Mine || all[1].Handler != "Viewer" || all[2].Handler != "" || all[2].Mine {
			t.Errorf("listed %+v", all)
		}
		if ids, all := list(access.Team, true); !slices.Equal(ids, []concern.ID{closed}) || all[0].Decision != "breach" {
			t.Errorf("closed: %+v", all)
		}
		if ids, _ := list(access.Everyone, false); !slices.Equal(ids, []concern.ID{again, beyond, taken, open}) {
			t.Errorf("everybody's: %q", ids)
		}
		if ids, _ := list("", false); ids != nil {
			t.Errorf("with no ground: %q", ids)
		}
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			ids, err := r.OpenConcerns(ctx, viewer.ID)
			if err != nil || !slices.Equal(ids, []concern.ID{open, taken, beyond, again}) {
				t.Errorf("open, and not about the viewer: %q, %v", ids, err)
			}
			if ids, err = r.OpenConcerns(ctx, "somebody else"); len(ids) != 7 || err != nil {
				t.Errorf("%d open in all, want 7 (%v)", len(ids), err)
			}
			return err
		})
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddRestriction(ctx, right.Restriction{ID: id.New(), Person: mine.ID, Clocks: Clocks(born)})
		})
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			files, err := r.RestrictedFiles(ctx, Today)
			if !slices.Equal(files, []person.ID{mine.ID}) {
				t.Errorf("restricted files: %q", files)
			}
			if before, err := r.RestrictedFiles(ctx, born.AddDays(-1)); err != nil || before != nil {
				t.Errorf("restricted before: %q, %v", before, err)
			}
			return err
		})
		if ids, _ := list(access.Everyone, false); !slices.Equal(ids, []concern.ID{beyond}) {
			t.Errorf("with a restricted file: %q", ids)
		}
	})
}

// Looks are filtered in SQL, and those that look into who has looked are left
// out where that is asked.
func TestLooksAt(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team := db.Team(t, "service")
		w, _ := db.Worker(t, "adviser", team)
		v, _ := db.Worker(t, "lead", team)
		p := db.Person(t, "Ines", "Marlowe", born)
		c := concern.Concern{ID: concern.ID(id.New()), Person: p.ID, Sealed: []byte{}}
		db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddConcern(ctx, c) })
		plain := leaveLook(t, db, shownTo(w.ID, p.ID, access.Team))
		outside := leaveLook(t, db, shownTo(w.ID, p.ID, access.Reason))
		absent := shownTo(v.ID, p.ID, "")
		absent.Outcome = "absent"
		withheld := leaveLook(t, db, absent)
		handling := shownTo(v.ID, p.ID, access.Everyone)
		handling.Part = string(access.Concerns)
		db.Now.Set(Start.Add(time.Hour))
		handled := leaveLook(t, db, handling)
		asked := shownTo(w.ID, p.ID, footprint.Asked)
		asked.Part = string(access.Concerns)
		answered := leaveLook(t, db, asked)
		q := db.Person(t, "Theo", "Quill", born)
		leaveLook(t, db, shownTo(w.ID, q.ID, access.Team))
		handling.Object = string(q.ID)
		leaveLook(t, db, handling)
		get := func(q footprint.Query) (numbers []int64) {
			q.Object, q.Limit = string(p.ID), 10
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				looks, err := r.LooksAt(ctx, q)
				for _, l := range looks {
					numbers = append(numbers, l.Number)
				}
				return err
			})
			return numbers
		}
		for name, c := range map[string]struct {
			q    footprint.Query
			want []int64
		}{
			"all":      {footprint.Query{}, []int64{answered, handled, withheld, outside, plain}},
			"plain":    {footprint.Query{Plain: true}, []int64{withheld, outside, plain}},
			"worker":   {footprint.Query{Actor: string(w.ID)}, []int64{answered, outside, plain}},
			"outside":  {footprint.Query{Outside: true}, []int64{handled, outside}},
			"withheld": {footprint.Query{Withheld: true}, []int64{withheld}},
			"before":   {footprint.Query{Before: withheld}, []int64{outside, plain}},
			"from":     {footprint.Query{From: date.At(Start.Add(time.Hour))}, []int64{answered, handled}},
			"until":    {footprint.Query{Until: date.At(Start.Add(time.Hour))}, []int64{withheld, outside, plain}},
		} {
			if got := get(c.q); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			looks, err := r.LooksNumbered(ctx, []int64{handled, plain})
			if err != nil || len(looks) != 2 || looks[0].Number != plain || looks[1].Name != v.Name() {
				t.Errorf("by number: %+v, %v", looks, err)
			}
			in, err := r.LookersIn(ctx, p.ID, []string{"service"})
			if err != nil || len(in) != 1 || in[0].Actor != string(w.ID) {
				t.Errorf("in the service, in the role they hold: %+v, %v", in, err)
			}
			who, err := r.Investigators(ctx, p.ID)
			if err != nil || len(who) != 1 || who[0].Actor != string(v.ID) || who[0].Since >= date.At(Start.Add(time.Hour)) {
				t.Errorf("investigators, since the concern was reported: %+v, %v", who, err)
			}
			if who, err = r.Restricters(ctx, p.ID); err != nil || who != nil {
				t.Errorf("restricters: %+v, %v", who, err)
			}
			lookers, err := r.Lookers(ctx, p.ID, false, nil)
			if err != nil || len(lookers) != 2 {
				t.Errorf("lookers: %+v, %v", lookers, err)
			}
			lookers, err = r.Lookers(ctx, q.ID, true, nil)
			if len(lookers) != 1 || lookers[0].ID != w.ID {
				t.Errorf("lookers, without those who look into it: %+v", lookers)
			}
			return err
		})

		// What an investigator inquires is held back, and what they do for the
		// child is not; at the end nobody investigates.
		inquired := shownTo(v.ID, p.ID, access.Team)
		inquired.Part = string(access.Footprints)
		inquiry := leaveLook(t, db, inquired)
		worked := leaveLook(t, db, shownTo(v.ID, p.ID, access.Team))
		explained := shownTo(v.ID, p.ID, access.Team)
		explained.Action = footprint.Explains
		leaveLook(t, db, explained)
		back := []footprint.Acting{{Actor: string(v.ID), Since: date.At(Start.Add(time.Hour))}}
		if got, want := get(footprint.Query{Plain: true, Back: back}), []int64{worked, withheld, outside, plain}; !slices.Equal(got, want) {
			t.Errorf("held back: %v, want %v", got, want)
		}
		back[0].Since = date.At(Start.Add(2 * time.Hour))
		if got := get(footprint.Query{Plain: true, Back: back}); !slices.Contains(got, inquiry) {
			t.Errorf("held back only since then: %v", got)
		}
		leaveLook(t, db, shownTo(v.ID, q.ID, access.Everyone))
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			lookers, err := r.Lookers(ctx, q.ID, true, []footprint.Acting{{Actor: string(v.ID)}})
			if len(lookers) != 1 || lookers[0].ID != w.ID {
				t.Errorf("lookers, without whose looks are held back: %+v", lookers)
			}
			return err
		})
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddConcernStep(ctx, c.ID, concern.Step{ID: id.New(), Number: 1, Kind: concern.Close, Sealed: []byte{}})
		})
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			who, err := r.Investigators(ctx, p.ID)
			if who != nil {
				t.Errorf("investigators, at the end: %+v", who)
			}
			return err
		})
	})
}

// What the watch list asks of the store.
func TestWatchFacts(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team := db.Team(t, "service")
		w, _ := db.Worker(t, "adviser", team)
		p, q := db.Person(t, "Ines", "Marlowe-Quill", born), db.Person(t, "Theo", "Quill", born)
		first := leaveLook(t, db, shownTo(w.ID, p.ID, access.Reason))
		at := date.At(Start)
		listed := shownTo(w.ID, q.ID, access.Everyone)
		listed.Search = first
		leaveLook(t, db, listed)
		working := shownTo(w.ID, q.ID, access.Everyone)
		working.Part = string(access.WatchList)
		leaveLook(t, db, working)
		leaveLook(t, db, shownTo(w.ID, person.ID(id.New()), "")) // of nobody
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			looks, err := r.Opened(ctx, w.ID, at, at.Add(time.Hour))
			if err != nil || len(looks) != 1 || looks[0].Number != first || looks[0].Person != p.ID || looks[0].Ground != access.Reason {
				t.Errorf("opened: %+v, %v", looks, err)
			}
			workers, err := r.WatchedWorkers(ctx, at, at.Add(time.Hour))
			if err != nil || len(workers) != 1 || workers[0].ID != w.ID || workers[0].Family != w.Family {
				t.Errorf("workers: %+v, %v", workers, err)
			}
			if workers, err = r.WatchedWorkers(ctx, at.Add(time.Hour), at.Add(2*time.Hour)); err != nil || workers != nil {
				t.Errorf("workers of an hour without looks: %+v, %v", workers, err)
			}
			for key, want := range map[string]int{"quill": 2, "marlowe quill": 1, "marlowe": 1, "ines": 0, "theo": 0} {
				if n, people, err := r.FamilyBearers(ctx, key); n != want || people != 2 || err != nil {
					t.Errorf("bearers of %s: %d of %d, %v, want %d of 2", key, n, people, err, want)
				}
			}
			return nil
		})
		worked := func(w staff.ID) (ok bool) {
			db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				ok, err = r.WorkedFor(ctx, w, p.ID, at, at.Add(24*time.Hour), "note")
				return err
			})
			return ok
		}
		db.Now.Set(Start.Add(time.Hour))
		note := Entry(p.ID, w, Today, "Why.")
		note.Content.Type = "note"
		db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddEntryVersion(ctx, note) })
		if worked(w.ID) {
			t.Error("the note of why is work")
		}
		note.Version = 2
		db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddEntryVersion(ctx, note) })
		if !worked(w.ID) {
			t.Error("the note completed is no work")
		}
		if worked("another") {
			t.Error("what one did is another's work")
		}
		db.Now.Set(Start.Add(48 * time.Hour))
		v, _ := db.Worker(t, "adviser", team)
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddEntryVersion(ctx, Entry(p.ID, v, Today, "Late."))
		})
		if worked(v.ID) {
			t.Error("what was done after the days is work within them")
		}
	})
}

// A hit is listed once, to those of the looker's team and service on that day,
// never to the looker, and not where a bar keeps the viewer from the file.
func TestHits(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team, second, other := db.Team(t, "service"), db.Team(t, "service"), db.Team(t, "other")
		looker, _ := db.Worker(t, "adviser", team)
		p := db.Person(t, "Ines", "Marlowe", born)
		number := leaveLook(t, db, shownTo(looker.ID, p.ID, access.Reason))
		hit := watch.Hit{ID: id.New(), Day: Today, Kind: watch.NoWork, Worker: looker.ID, Person: p.ID, Looks: []int64{number}, Figures: watch.Figures{Days: 3}}
		add := func(h watch.Hit) (added bool) {
			db.Must(t, func(ctx context.Context, tx store.Tx) (err error) {
				added, err = tx.AddHit(ctx, h)
				return err
			})
			return added
		}
		if !add(hit) {
			t.Fatal("not added")
		}
		twice := hit
		twice.ID = id.New()
		if add(twice) {
			t.Error("the same was added twice")
		}
		several := watch.Hit{ID: id.New(), Day: Today, Kind: watch.Burst, Worker: looker.ID, Looks: []int64{number}, Figures: watch.Figures{Files: 20}}
		if !add(several) {
			t.Fatal("one of several files was not added")
		}
		now := date.At(Start)
		scope := func(w staff.ID, m staff.Team, gives ...access.Ground) access.Scope {
			return access.Scope{Viewer: access.Viewer{Worker: string(w), Team: string(m.ID), Service: m.Service}, Part: access.WatchList, Gives: gives}
		}
		seen := func(sc access.Scope) (n int) {
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				hits, err := r.Hits(ctx, store.HitQuery{Scope: sc, Now: now, Limit: 10})
				if err != nil {
					return err
				}
				count, err := r.CountHits(ctx, sc, now)
				if count != len(hits) {
					t.Errorf("%d counted, %d listed", count, len(hits))
				}
				for _, h := range []string{hit.ID, several.ID} {
					in := slices.ContainsFunc(hits, func(l watch.Hit) bool { return l.ID == h })
					if _, err := r.Hit(ctx, sc, h, now); (err == nil) != in || err != nil && !fault.Is(err, fault.NotFound) {
						t.Errorf("hit %s: listed %v, opened %v", h, in, err)
					}
				}
				n = len(hits)
				return err
			})
			return n
		}
		for name, c := range map[string]struct {
			sc   access.Scope
			want int
		}{
			"the team":                {scope("m", team, access.Team), 2},
			"another team":            {scope("m", second, access.Team), 0},
			"the service":             {scope("m", second, access.Service), 2},
			"another service":         {scope("m", other, access.Team, access.Service), 0},
			"everybody":               {scope("m", other, access.Everyone), 2},
			"nobody":                  {scope("m", team), 0},
			"the looker":              {scope(looker.ID, team, access.Everyone), 0},
			"no team":                 {scope("m", staff.Team{}, access.Team, access.Service), 0},
			"a ground of files alone": {scope("m", team, access.Allocated, access.Named), 0},
		} {
			if got := seen(c.sc); got != c.want {
				t.Errorf("%s: %d hits, want %d", name, got, c.want)
			}
		}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddConnection(ctx, right.Connection{ID: id.New(), Worker: "connected", Person: p.ID, Clocks: Clocks(born)})
		})
		if got := seen(scope("connected", team, access.Team)); got != 1 {
			t.Errorf("with a declared connection: %d hits, want that of several files", got)
		}

		step := func(n int, k watch.StepKind) error {
			return db.Update(t.Context(), func(tx store.Tx) error {
				return tx.AddWatchStep(t.Context(), hit.ID, watch.Step{ID: id.New(), Number: n, Kind: k, By: "m", Sealed: []byte("words")})
			})
		}
		asking := func() (hits []watch.Hit) {
			db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				hits, err = r.HitsAsking(ctx, looker.ID)
				_, one := r.HitAsking(ctx, looker.ID, hit.ID)
				if (one == nil) != (len(hits) == 1) {
					t.Errorf("listed as asking: %d, opened: %v", len(hits), one)
				}
				return err
			})
			return hits
		}
		if len(asking()) != 0 {
			t.Error("asks before it was asked")
		}
		for i, k := range []watch.StepKind{watch.Asked, watch.Answered} {
			if err := step(i+1, k); err != nil {
				t.Fatal(err)
			}
			if got := len(asking()); got != 1-i {
				t.Errorf("after %s: %d asking", k, got)
			}
		}
		wantKind(t, "a second step 2", step(2, watch.Explained), fault.Conflict)
		explained := func(since date.Instant) (ok bool) {
			db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				ok, err = r.ExplainedSince(ctx, watch.NoWork, looker.ID, p.ID, since)
				return err
			})
			return ok
		}
		if explained(0) {
			t.Error("explained before it was")
		}
		if err := step(3, watch.Explained); err != nil {
			t.Fatal(err)
		}
		if !explained(0) || explained(date.At(Start.Add(time.Hour))) {
			t.Error("explained since never, or since too late")
		}
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			sc := scope("m", other, access.Everyone)
			open, err := r.Hits(ctx, store.HitQuery{Scope: sc, Now: now, Limit: 10})
			if err != nil || len(open) != 1 || open[0].ID != several.ID {
				t.Errorf("open once one is explained: %+v, %v", open, err)
			}
			ended, err := r.Hits(ctx, store.HitQuery{Scope: sc, Now: now, Resolved: true, Limit: 10})
			if len(ended) != 1 || ended[0].ID != hit.ID || len(ended[0].Steps) != 3 {
				t.Errorf("ended: %+v", ended)
			}
			return err
		})
		for _, statement := range []string{
			"DELETE FROM watch_hit", "UPDATE watch_hit SET worker_id = ''", "DELETE FROM watch_hit_look", "UPDATE watch_hit_look SET number = 0",
			"DELETE FROM watch_step", "UPDATE watch_step SET kind = 'explained'", "DELETE FROM watch_day", "UPDATE watch_day SET hits = 0",
		} {
			if statement == "DELETE FROM watch_day" {
				for range 2 { // a day is noted once
					db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddWatchDay(ctx, Today, 2, tx.Stamp(By)) })
				}
			}
			if _, err := db.Raw.Exec(statement); err == nil {
				t.Errorf("the database let %q through", statement)
			}
		}
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			last, err := r.LastWatched(ctx)
			if last != Today {
				t.Errorf("last watched %s, want %s", last, Today)
			}
			return err
		})
	})
}
