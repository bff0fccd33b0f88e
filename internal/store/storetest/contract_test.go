package storetest_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/access"
	"casefile/internal/alert"
	"casefile/internal/auth"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/jobs"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	. "casefile/internal/store/storetest"
	"casefile/internal/task"
	"casefile/internal/watch"
)

var born = date.Must(2010, 3, 5)

func wantKind(t *testing.T, what string, err error, want fault.Kind) {
	t.Helper()
	if !fault.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

// Keys are compared as bytes: where two that are compared were collated otherwise,
// PostgreSQL could use the index of neither.
func TestKeysAreComparedAsBytes(t *testing.T) {
	rows, err := Postgres(t).Raw.Query(`
		SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = 'public' AND data_type = 'text' AND table_name NOT LIKE 'goose_%'
		AND (column_name = 'id' OR column_name LIKE '%\_id') AND collation_name IS DISTINCT FROM 'C' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var column string
		if err := rows.Scan(&column); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s is not COLLATE \"C\"", column)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

func TestEnginesHaveTheSameTables(t *testing.T) {
	columns := map[string][]string{}
	Each(t, func(t *testing.T, db *Database) {
		query := "SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'goose_%' ORDER BY 1"
		if db.Engine == "postgres" {
			query = `SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'goose_%'`
		}
		rows, err := db.Raw.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var c string
			if err := rows.Scan(&c); err != nil {
				t.Fatal(err)
			}
			columns[db.Engine] = append(columns[db.Engine], c)
		}
		if len(columns[db.Engine]) < 100 {
			t.Errorf("%s has %d columns; that is not the schema", db.Engine, len(columns[db.Engine]))
		}
		slices.Sort(columns[db.Engine])
	})
	if diff := cmp.Diff(columns["sqlite"], columns["postgres"]); diff != "" {
		t.Errorf("columns differ (-sqlite +postgres):\n%s", diff)
	}
}

// Every table of facts has the same kit: eight clock columns that only
// Supersede touches, once.
func TestFactTablesKeepTheKit(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team := db.Team(t, "service")
		w, a := db.Worker(t, "adviser", team)
		other := db.Person(t, "Marianne", "Marlowe", born.AddMonths(-12*30))
		p := db.Person(t, "Ines", "Marlowe", born)
		e := db.Episode(t, p.ID, team, w.ID)
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return errors.Join(
				tx.AddAddress(ctx, p.ID, person.Address{ID: id.New(), Town: "Fenwick", Clocks: Clocks(born)}),
				tx.AddContact(ctx, p.ID, person.Contact{ID: id.New(), Kind: person.Phone, Value: "07700 900001", Clocks: Clocks(born)}),
				tx.AddCharacteristic(ctx, p.ID, person.Characteristic{ID: id.New(), Kind: "gender", Code: "F", Clocks: Clocks(born)}),
				tx.AddIdentifier(ctx, p.ID, person.Identifier{ID: id.New(), System: "old", Value: "1", Clocks: Clocks(born)}),
				tx.AddRestriction(ctx, right.Restriction{ID: "restriction", Person: p.ID, Clocks: Clocks(born)}),
				tx.AddNamed(ctx, right.Named{ID: id.New(), Restriction: "restriction", Worker: w.ID, Clocks: Clocks(born)}),
				tx.AddConnection(ctx, right.Connection{ID: id.New(), Worker: w.ID, Person: p.ID, Clocks: Clocks(born)}),
				tx.AddGrant(ctx, right.Grant{ID: id.New(), Person: p.ID, Worker: w.ID, Kind: access.Grant, Clocks: Clocks(born)}),
				tx.AddAbsence(ctx, staff.Absence{ID: id.New(), Worker: w.ID, Clocks: Clocks(born)}),
				tx.AddProfessional(ctx, p.ID, person.Professional{ID: id.New(), Agency: "Otters School", Confidential: true, Clocks: Clocks(born)}),
				tx.AddLooksNamed(ctx, footprint.Named{ID: id.New(), Person: string(p.ID), Sealed: []byte("sealed"), Clocks: Clocks(born)}),
				tx.AddHighProfile(ctx, watch.Mark{ID: id.New(), Person: p.ID, Clocks: Clocks(born)}),
				tx.AddDeath(ctx, p.ID, person.Death{ID: id.New(), Clocks: Clocks(born)}),
				tx.AddRelationship(ctx, person.Relationship{ID: id.New(), Person: other.ID, Other: p.ID, Kind: "parent", Clocks: Clocks(born)}),
				tx.AddMember(ctx, person.Member{ID: id.New(), Household: id.New(), Person: p.ID, Clocks: Clocks(born)}),
				tx.AddWhereabouts(ctx, p.ID, person.Whereabouts{ID: id.New(), Of: "father", Statement: "Not known.", Clocks: Clocks(born)}),
				tx.AddMilestone(ctx, task.Milestone{ID: id.New(), Episode: e.ID, Kind: "stage", Planned: born, Clocks: Clocks(born)}),
				tx.AddAlert(ctx, p.ID, alert.Alert{ID: id.New(), Kind: "dog", Clocks: Clocks(born)}),
			)
		})
		_ = a
		for _, f := range store.FactTables {
			var row string
			if err := db.Raw.QueryRow(fmt.Sprintf("SELECT id FROM %s", f)).Scan(&row); err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			for _, statement := range []string{
				"UPDATE %s SET from_day = '2000-01-01'",
				"UPDATE %s SET to_day = '2000-01-01'",
				"UPDATE %s SET recorded_us = 1",
				"UPDATE %s SET id = 'other'",
				"DELETE FROM %s",
			} {
				if _, err := db.Raw.Exec(fmt.Sprintf(statement, f)); err == nil {
					t.Errorf("%s: the database let %q through", f, statement)
				}
			}
			supersede := func(id string) error {
				return db.Update(context.Background(), func(tx store.Tx) error {
					return tx.Supersede(context.Background(), f, id, tx.Stamp(By))
				})
			}
			if err := supersede(row); err != nil {
				t.Errorf("supersede %s: %v", f, err)
			}
			// Nor does anything bring it back.
			for _, statement := range []string{
				"UPDATE %s SET superseded_seq = 0, superseded_us = 0, superseded_by = ''",
				"INSERT OR REPLACE INTO %[1]s SELECT * FROM %[1]s",
			} {
				if strings.Contains(statement, "REPLACE") && db.Engine != "sqlite" {
					continue // words of SQLite's
				}
				_, _ = db.Raw.Exec(fmt.Sprintf(statement, f)) // PostgreSQL finds no row to change, which is no error
				var aside int
				if err := db.Raw.QueryRow(fmt.Sprintf("SELECT count(*) FROM %s WHERE superseded_seq <> 0", f)).Scan(&aside); err != nil || aside != 1 {
					t.Errorf("%s: %q brought back what was put aside (%d, %v)", f, statement, aside, err)
				}
			}
			wantKind(t, fmt.Sprintf("supersede %s twice", f), supersede(row), fault.Conflict)
			wantKind(t, fmt.Sprintf("supersede no %s", f), supersede(id.New()), fault.NotFound)
		}
	})
}

// What was known at a moment is what had been recorded by then and not put
// aside; the property is tried on random histories against a naive model.
func TestKnownAt(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		rng := rand.New(rand.NewPCG(1, 2))
		p := db.Person(t, "Ines", "Marlowe", born)
		type held struct {
			id       string
			from, to date.Instant
		}
		var model []held
		var moments []date.Instant
		for step := range Count(60, 1000) {
			// The wall clock jumps about, backwards too.
			db.Now.Set(Start.Add(time.Duration(rng.IntN(1000)-500) * time.Hour))
			db.Must(t, func(ctx context.Context, tx store.Tx) error {
				at := tx.Stamp(By).At
				moments = append(moments, at)
				open := slices.IndexFunc(model, func(h held) bool { return h.to == 0 })
				if open >= 0 && rng.IntN(3) == 0 {
					model[open].to = at
					return tx.Supersede(ctx, store.AddressFact, model[open].id, tx.Stamp(By))
				}
				a := person.Address{ID: id.New(), Line1: fmt.Sprint(step), Clocks: Clocks(born)}
				model = append(model, held{id: a.ID, from: at})
				return tx.AddAddress(ctx, p.ID, a)
			})
		}
		if !slices.IsSorted(moments) || len(slices.Compact(slices.Clone(moments))) != len(moments) {
			t.Fatal("the moments of transactions do not rise one after another")
		}
		for _, at := range append(moments, moments[0]-1, moments[len(moments)-1]+1) {
			var want, got []string
			for _, h := range model {
				if h.from <= at && (h.to == 0 || h.to > at) {
					want = append(want, h.id)
				}
			}
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				list, err := r.Addresses(ctx, p.ID, at)
				for _, a := range list {
					got = append(got, a.ID)
				}
				return err
			})
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("known at %d (-want +got):\n%s", at, diff)
			}
		}
	})
}

func TestReferencesAreNeverReused(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		p := db.Person(t, "Ines", "Marlowe", born)
		err := db.Update(context.Background(), func(tx store.Tx) error {
			return tx.AddPerson(context.Background(), person.Person{ID: person.ID(id.New()), Reference: p.Reference})
		})
		wantKind(t, "a second file of one reference", err, fault.Conflict)
		err = db.View(context.Background(), func(r store.Reader) error {
			_, err := r.PersonByReference(context.Background(), id.NewReference())
			return err
		})
		wantKind(t, "a reference nobody has", err, fault.NotFound)
	})
}

// Somebody gathered has their reference before they are in the database: of a thousand
// who are made together two could draw the same.
func TestReferencesOfABatchAreTaken(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		p := person.Person{ID: person.ID(id.New()), Reference: id.NewReference(), Recorded: date.Stamp{By: By}}
		err := db.Bulk(t.Context(), func(tx store.Tx) error {
			_, err := tx.PersonByReference(t.Context(), p.Reference)
			wantKind(t, "a reference that nobody has", err, fault.NotFound)
			if err := tx.AddPerson(t.Context(), p); err != nil {
				return err
			}
			got, err := tx.PersonByReference(t.Context(), p.Reference)
			if got.ID != p.ID {
				t.Errorf("whose reference it is: %q, want %q", got.ID, p.ID)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestHeader(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team := db.Team(t, "service")
		w, _ := db.Worker(t, "adviser", team)
		p := db.Person(t, "Ines", "Marlowe", born)
		db.Episode(t, p.ID, team, w.ID)
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return errors.Join(
				tx.AddName(ctx, p.ID, person.Name{ID: id.New(), Kind: person.KnownAs, Given: "Nessa", Family: "Marlowe", Clocks: Clocks(born)}),
				tx.AddCharacteristic(ctx, p.ID, person.Characteristic{ID: id.New(), Kind: "gender", Code: "F", Clocks: Clocks(born)}))
		})
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			h, err := r.Header(ctx, p.ID)
			if h.DisplayName() != "Ines Marlowe (known as Nessa Marlowe)" || h.Born != born || h.Reference != p.Reference || h.Gender != "F" {
				t.Errorf("header: got %+v", h)
			}
			if len(h.Episodes) != 1 || h.Episodes[0].Worker != "Orla Testworth" || h.Episodes[0].TeamName != team.Name {
				t.Errorf("episodes: got %+v", h.Episodes)
			}
			return err
		})
		err := db.View(context.Background(), func(r store.Reader) error {
			_, err := r.Header(context.Background(), person.ID(id.New()))
			return err
		})
		wantKind(t, "header of nobody", err, fault.NotFound)
	})
}

func everyone(v access.Viewer) access.Scope {
	return access.Scope{Viewer: v, Gives: []access.Ground{access.Everyone}}
}

func TestFindPeople(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		oneil := db.Person(t, "Aoife", "O’Neill", born)
		db.Person(t, "Ines", "Marlowe", born.AddDays(1))
		twin := db.Person(t, "Inès", "Marlowe-Fenwick", born)
		db.Person(t, "William", "Quill", born.AddDays(2))
		find := func(q string, sc access.Scope) (names []string) {
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				found, err := r.FindPeople(ctx, store.Search{Query: match.ParseQuery(q), Scope: sc, Whole: sc, Now: date.At(Start), Limit: 10})
				for _, f := range found {
					names = append(names, f.Name.Full())
				}
				return err
			})
			return names
		}
		all := everyone(access.Viewer{Worker: "w"})
		for q, want := range map[string][]string{
			"marl":                   {"Ines Marlowe", "Inès Marlowe-Fenwick"},
			"Marlowe Ines":           {"Ines Marlowe", "Inès Marlowe-Fenwick"},
			"fenwick":                {"Inès Marlowe-Fenwick"},
			"ONEILL":                 {"Aoife O’Neill"},
			"o'neill aoife":          {"Aoife O’Neill"},
			oneil.Reference.String(): {"Aoife O’Neill"},
			"marlowe 05/03/2010":     {"Inès Marlowe-Fenwick", "Ines Marlowe"}, // the day one digit different
			"5 March 2010":           {"Inès Marlowe-Fenwick", "Aoife O’Neill"},
			"nobody":                 nil,
			"bill quill":             {"William Quill"},
			"quil":                   {"William Quill"},
			"qu*l":                   {"William Quill"},
			"qu*x":                   nil,
			"*uill":                  {"William Quill"},
			"*lowe ines":             {"Ines Marlowe", "Inès Marlowe-Fenwick"},
			"ines malrowe":           {"Ines Marlowe", "Inès Marlowe-Fenwick"},
			"marlow":                 {"Ines Marlowe", "Inès Marlowe-Fenwick"},
			"quil bill 3/7/2010":     {"William Quill"}, // day and month exchanged
			"march 2010 quill":       {"William Quill"},
			"w quill":                {"William Quill"},
			"wi qu":                  {"William Quill"},
			"william james quill":    {"William Quill"},
			"q_ill":                  nil,
			"":                       nil,
			"x' OR '1'='1":           nil,
		} {
			if diff := cmp.Diff(want, find(q, all)); diff != "" {
				t.Errorf("find %q (-want +got):\n%s", q, diff)
			}
		}
		if got := find("marlowe", access.Scope{}); got != nil {
			t.Errorf("the zero scope found %v", got)
		}
		// A name put aside is no longer searched.
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			names, err := tx.Names(ctx, twin.ID, 0)
			if err != nil {
				return err
			}
			return tx.Supersede(ctx, store.NameFact, names[0].ID, tx.Stamp(By))
		})
		if got := find("fenwick", all); got != nil {
			t.Errorf("a name put aside is still found: %v", got)
		}
	})
}

// The list and the single decision agree, person by person, for random
// authorities, tables and viewers.
func TestScopeAgreesWithDecision(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		rng := rand.New(rand.NewPCG(3, 4))
		var teams []staff.Team
		for _, s := range []string{"one", "one", "two"} {
			teams = append(teams, db.Team(t, s))
		}
		type pair struct {
			w staff.Worker
			a staff.Assignment
		}
		var workers []pair
		for range 6 {
			w, a := db.Worker(t, access.Role(fmt.Sprint("role", rng.IntN(2))), teams[rng.IntN(3)])
			workers = append(workers, pair{w, a})
		}
		var people []person.ID
		for range 25 {
			p := db.Person(t, "Ines", "Marlowe", born)
			people = append(people, p.ID)
			for range rng.IntN(3) {
				w := staff.ID("")
				if rng.IntN(2) == 0 {
					w = workers[rng.IntN(len(workers))].w.ID
				}
				e := db.Episode(t, p.ID, teams[rng.IntN(3)], w)
				if rng.IntN(4) == 0 {
					db.Must(t, func(ctx context.Context, tx store.Tx) error {
						return tx.Supersede(ctx, store.EpisodeFact, e.ID, tx.Stamp(By))
					})
				}
			}
		}
		differs := 0
		for range Count(12, 400) {
			var rules []access.Rule
			for range 1 + rng.IntN(5) {
				rules = append(rules, access.Rule{
					Role: access.Role(fmt.Sprint("role", rng.IntN(2))), Part: access.Identity, Action: access.Find,
					Ground: access.Grounds[rng.IntN(len(access.Grounds))], Outcome: access.Outcome(1 + rng.IntN(3)),
				})
			}
			table := access.NewTable(rules)
			for _, w := range workers {
				db.Read(t, func(ctx context.Context, r store.Reader) error {
					v, err := r.Viewer(ctx, w.w.ID, w.a.ID, Today)
					if err != nil {
						return err
					}
					for _, atLeast := range []access.Outcome{access.Masked, access.ReasonFirst, access.Shown} {
						sc := table.Scope(v, access.Identity, access.Find, atLeast)
						for _, p := range people {
							held, err := r.Held(ctx, v, p, date.At(Start))
							if err != nil {
								return err
							}
							in, err := r.InScope(ctx, sc, p, date.At(Start))
							if err != nil {
								return err
							}
							want := table.Decide(v, access.Identity, access.Find, held, 1).Outcome >= atLeast
							if in != want {
								t.Fatalf("in the list: %v; by the decision: %v (rules %+v, held %+v)", in, want, rules, held)
							}
							if in {
								differs++
							}
						}
					}
					return nil
				})
			}
		}
		if differs == 0 {
			t.Error("nobody was ever in scope; the property was not tried")
		}
	})
}

func TestViewerHoldsTheRoleToday(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team := db.Team(t, "service")
		w, a := db.Worker(t, "adviser", team)
		other, _ := db.Worker(t, "adviser", team)
		viewer := func(w staff.ID, on date.Date) error {
			return db.View(context.Background(), func(r store.Reader) error {
				_, err := r.Viewer(context.Background(), w, a.ID, on)
				return err
			})
		}
		if err := viewer(w.ID, Today); err != nil {
			t.Errorf("a role held today: %v", err)
		}
		wantKind(t, "another worker's role", viewer(other.ID, Today), fault.NotFound)
		wantKind(t, "a role before it begins", viewer(w.ID, Today.AddMonths(-13)), fault.NotFound)
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.Supersede(ctx, store.AssignmentFact, string(a.ID), tx.Stamp(By))
		})
		wantKind(t, "a role put aside", viewer(w.ID, Today), fault.NotFound)
	})
}

func TestEntryVersions(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		w, _ := db.Worker(t, "adviser", db.Team(t, "service"))
		p, sibling := db.Person(t, "Ines", "Marlowe", born), db.Person(t, "Theo", "Marlowe", born)
		e := Entry(p.ID, w, Today, "We spoke.")
		e.Children = append(e.Children, sibling.ID)
		add := func(e entry.Entry) error {
			return db.Update(context.Background(), func(tx store.Tx) error {
				return tx.AddEntryVersion(context.Background(), e)
			})
		}
		if err := add(e); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "the same entry again", add(e), fault.Conflict)
		e.Version, e.Content.Text, e.Content.Happened = 2, "We spoke at length.", Today.AddDays(-3)
		if err := add(e); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "a stale version", add(e), fault.Conflict)
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			now, err := r.EntryKnown(ctx, e.ID, date.At(db.Now.Time())+1e6)
			first, errFirst := r.EntryKnown(ctx, e.ID, now.Recorded.At-1)
			_, errNone := r.EntryKnown(ctx, e.ID, first.Recorded.At-1)
			if now.Version != 2 || now.Content != e.Content || first.Version != 1 || first.Content.Text == e.Content.Text {
				t.Errorf("as known: %+v, before %+v", now, first)
			}
			wantKind(t, "before it was known", errNone, fault.NotFound)
			return errors.Join(err, errFirst)
		})
		for _, child := range []person.ID{p.ID, sibling.ID} {
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				lines, err := r.Timeline(ctx, child, "", 10)
				if len(lines) != 1 || lines[0].Content != e.Content || lines[0].Version != 2 || lines[0].AuthorName != w.Name() {
					t.Errorf("timeline: got %+v", lines)
				}
				return err
			})
		}
		if _, err := db.Raw.Exec("UPDATE entry_version SET body = 'other'"); err == nil {
			t.Error("the database let a version be changed")
		}
		if _, err := db.Raw.Exec("DELETE FROM entry_version"); err == nil {
			t.Error("the database let a version be removed")
		}
	})
}

// Brought over together, entries are what they would be one by one.
func TestAddEntriesIsAddingEach(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		w, _ := db.Worker(t, "adviser", db.Team(t, "service"))
		one, many := db.Person(t, "Ines", "Marlowe", born), db.Person(t, "Theo", "Marlowe", born)
		var entries []entry.Entry
		for i := range 90 {
			e := Entry(many.ID, w, Today.AddDays(-i), fmt.Sprint("entry ", i))
			e.Content.Sensitive, e.Content.FollowUpBy, e.Written = i%2 == 0, Today, Today.AddDays(-i)
			entries = append(entries, e)
		}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.AddEntries(ctx, entries); err != nil {
				return err
			}
			for _, e := range entries {
				e.ID, e.Children = entry.ID(id.New()), []person.ID{one.ID}
				if err := tx.AddEntryVersion(ctx, e); err != nil {
					return err
				}
			}
			return tx.AddEntries(ctx, nil)
		})
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			a, errA := r.Timeline(ctx, one.ID, "", 1000)
			b, errB := r.Timeline(ctx, many.ID, "", 1000)
			for i := range a {
				a[i].ID, a[i].Key = "", a[i].Key[:16]
			}
			for i := range b {
				b[i].ID, b[i].Key = "", b[i].Key[:16]
			}
			if diff := cmp.Diff(a, b, cmp.AllowUnexported(date.Date{})); diff != "" || len(a) != len(entries) {
				t.Errorf("%d entries (-one by one +together):\n%s", len(a), diff)
			}
			return errors.Join(errA, errB)
		})
		err := db.Update(context.Background(), func(tx store.Tx) error { return tx.AddEntries(context.Background(), entries[:1]) })
		wantKind(t, "an entry that is there", err, fault.Conflict)
	})
}

func TestTimelinePages(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		w, _ := db.Worker(t, "adviser", db.Team(t, "service"))
		p := db.Person(t, "Ines", "Marlowe", born)
		rng := rand.New(rand.NewPCG(5, 6))
		var want []string
		for i := range 45 {
			e := Entry(p.ID, w, Today.AddDays(-rng.IntN(20)), fmt.Sprint("entry ", i))
			if i%3 == 0 {
				e.Content.Time = fmt.Sprintf("%02d:30", rng.IntN(24))
			}
			want = append(want, fmt.Sprintf("%s %5s %s", e.Content.Happened, e.Content.Time, e.ID))
			db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddEntryVersion(ctx, e) })
		}
		slices.Sort(want)
		slices.Reverse(want)
		var got []string
		for before := ""; ; {
			var page []store.TimelineEntry
			db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				page, err = r.Timeline(ctx, p.ID, before, 7)
				return err
			})
			if len(page) == 0 {
				break
			}
			for _, l := range page {
				got = append(got, l.Key)
			}
			before = got[len(got)-1]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("pages (-want +got):\n%s", diff)
		}
	})
}

func TestDrafts(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		ctx := context.Background()
		team := db.Team(t, "service")
		w, _ := db.Worker(t, "adviser", team)
		other, _ := db.Worker(t, "adviser", team)
		p := db.Person(t, "Ines", "Marlowe", born)
		d := entry.Draft{
			ID: entry.ID(id.New()), Worker: w.ID, Child: p.ID, Service: "service", Type: "contact",
			Fields: map[string]string{"text": "half a <sen\x00tence"}, Rev: 1, Saved: 5,
		}
		d.Fields["text"] = "half a <sentence> ’"
		plain := func(f func(store.PlainTx) error) error { return db.Plain(ctx, f) }
		if err := plain(func(tx store.PlainTx) error { return tx.AddDraft(ctx, d) }); err != nil {
			t.Fatal(err)
		}
		read := func(w staff.ID) (got entry.Draft, err error) {
			err = db.View(ctx, func(r store.Reader) error { got, err = r.Draft(ctx, w, d.ID); return err })
			return got, err
		}
		got, err := read(w.ID)
		if diff := cmp.Diff(d, got); err != nil || diff != "" {
			t.Errorf("draft: %v (-want +got):\n%s", err, diff)
		}
		_, err = read(other.ID)
		wantKind(t, "another worker's draft", err, fault.NotFound)

		d.Fields["text"] = "a whole sentence"
		save := func(d entry.Draft) error {
			return plain(func(tx store.PlainTx) error { return tx.SaveDraft(ctx, d) })
		}
		if err := save(d); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "a save that read an older draft", save(d), fault.Conflict)
		stolen := d
		stolen.Worker, stolen.Rev = other.ID, 2
		wantKind(t, "a save into another worker's draft", save(stolen), fault.NotFound)
		if got, _ := read(w.ID); got.Rev != 2 || got.Fields["text"] != "a whole sentence" {
			t.Errorf("after a save: got %+v", got)
		}
		drop := func(d entry.Draft) error {
			return plain(func(tx store.PlainTx) error { return tx.DropDraft(ctx, d) })
		}
		wantKind(t, "another worker's draft dropped", drop(stolen), fault.NotFound)
		wantKind(t, "a draft dropped that was saved since", drop(d), fault.Conflict)
		if _, err := read(w.ID); err != nil {
			t.Errorf("the draft was dropped: %v", err)
		}
		d.Rev = 2
		if err := drop(d); err != nil {
			t.Fatal(err)
		}
		_, err = read(w.ID)
		wantKind(t, "a dropped draft", err, fault.NotFound)
	})
}

// Footprints are numbered without a gap in the order of commit, by many at
// once, and what rolls back takes its number back.
func TestFootprintNumbers(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		ctx := context.Background()
		p := db.Person(t, "Ines", "Marlowe", born)
		var wg sync.WaitGroup
		for g := range 8 {
			wg.Go(func() {
				for i := range 10 {
					err := db.Update(ctx, func(tx store.Tx) error {
						_, err := tx.LeaveFootprint(ctx, footprint.Footprint{Actor: fmt.Sprint(g), Object: string(p.ID), Part: "identity"},
							func(n int64) ([]byte, error) { return fmt.Appendf(nil, "sealed %d", n), nil })
						if err == nil && i%4 == 3 {
							err = errors.New("changed my mind")
						}
						return err
					})
					if (err != nil) != (i%4 == 3) {
						t.Errorf("leave a footprint: %v", err)
					}
				}
			})
		}
		wg.Wait()
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			looks, err := r.Looks(ctx, p.ID, 0, 1000)
			for i, l := range looks {
				if want := int64(len(looks) - i); l.Number != want {
					t.Fatalf("look %d has number %d, want %d", i, l.Number, want)
				}
				sealed, err := r.FootprintDetail(ctx, l.Number)
				if err != nil || string(sealed) != fmt.Sprintf("sealed %d", l.Number) {
					t.Errorf("detail %d: %q, %v", l.Number, sealed, err)
				}
			}
			if len(looks) != 64 {
				t.Errorf("%d footprints, want 64", len(looks))
			}
			return err
		})
		for _, statement := range []string{
			"UPDATE footprint SET actor = 'somebody else'", "DELETE FROM footprint",
			"UPDATE footprint_detail SET sealed = ''", "DELETE FROM footprint_detail",
			"INSERT OR REPLACE INTO footprint SELECT number, seq, at_us, 'somebody else', role, action, object, part, ground, outcome, search, detail_hash FROM footprint",
		} {
			if _, err := db.Raw.Exec(statement); err == nil {
				t.Errorf("the database let %q through", statement)
			}
		}
	})
}

func TestJobs(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		ctx := context.Background()
		now := date.At(Start)
		q := db.Queue()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		claim := func(at date.Instant, kinds ...string) (jobs.Job, bool) {
			j, ok, err := q.Claim(ctx, kinds, time.Minute, at)
			must(err)
			return j, ok
		}
		add := func(n jobs.New) bool {
			added, err := q.Enqueue(ctx, n)
			must(err)
			return added
		}
		if !add(jobs.New{Kind: "tidy", Unique: "tidy", RunAt: now}) || add(jobs.New{Kind: "tidy", Unique: "tidy", RunAt: now}) {
			t.Error("a unique job is added once")
		}
		add(jobs.New{Kind: "later", RunAt: now.Add(time.Hour)})
		if _, ok := claim(now, "unknown"); ok {
			t.Error("claimed a job of a kind not asked for")
		}
		j, ok := claim(now, "tidy", "later")
		if !ok || j.Kind != "tidy" || j.Attempts != 1 || string(j.Payload) != "{}" {
			t.Fatalf("claim: got %+v, %v", j, ok)
		}
		if again, ok := claim(now); ok {
			t.Errorf("claimed %+v, which is leased or not due", again)
		}
		must(q.Extend(ctx, j, now.Add(3*time.Minute)))
		if _, ok := claim(now.Add(2*time.Minute), "tidy"); ok {
			t.Error("claimed under an extended lease")
		}
		j2, ok := claim(now.Add(4*time.Minute), "tidy")
		if !ok || j2.ID != j.ID || j2.Attempts != 2 {
			t.Errorf("after the lease: got %+v, %v", j2, ok)
		}
		wantKind(t, "done by a runner that lost its claim", q.Done(ctx, j), fault.Conflict)
		must(q.Release(ctx, j2))
		if j2, ok = claim(now, "tidy"); !ok || j2.Attempts != 2 {
			t.Errorf("after release: got %+v, %v", j2, ok)
		}
		must(q.Retry(ctx, j2, now.Add(5*time.Minute), "unavailable"))
		if _, ok := claim(now.Add(4*time.Minute), "tidy"); ok {
			t.Error("claimed before its time")
		}
		j3, _ := claim(now.Add(6*time.Minute), "tidy")
		must(q.Done(ctx, j3))
		if add(jobs.New{Kind: "tidy", Unique: "tidy", RunAt: now}) {
			t.Error("a unique job was added again after it was done")
		}
		j4, _ := claim(now.Add(2*time.Hour), "later")
		must(q.Dead(ctx, j4, "internal"))
		if _, ok := claim(now.Add(9 * time.Hour)); ok {
			t.Error("claimed a job done or dead")
		}
		counts, err := q.Count(ctx)
		must(err)
		if diff := cmp.Diff(map[string]int{"ready": 0, "done": 1, "dead": 1}, counts); diff != "" {
			t.Errorf("counts (-want +got):\n%s", diff)
		}
		must(q.Tidy(ctx, now.Add(time.Hour)))
		if !add(jobs.New{Kind: "tidy", Unique: "tidy", RunAt: now}) {
			t.Error("a tidied job still keeps its text")
		}
	})
}

// A job that was to run at once is kept as long as any other after it is done:
// what it was about is not asked for twice.
func TestTidyKeepsWhatWasJustDone(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		ctx := context.Background()
		q, now := db.Queue(), date.At(Start)
		n := jobs.New{Kind: "tell", Unique: "tell:1"}
		if added, err := q.Enqueue(ctx, n); err != nil || !added {
			t.Fatal(added, err)
		}
		j, ok, err := q.Claim(ctx, nil, time.Minute, now)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if err := errors.Join(q.Done(ctx, j), q.Tidy(ctx, now.Add(-time.Hour))); err != nil {
			t.Fatal(err)
		}
		if added, err := q.Enqueue(ctx, n); err != nil || added {
			t.Errorf("asked for again just after it was done: added %v, %v", added, err)
		}
		if err := q.Tidy(ctx, now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if added, err := q.Enqueue(ctx, n); err != nil || !added {
			t.Errorf("asked for again once it was tidied away: added %v, %v", added, err)
		}
	})
}

// A job asked for in a change that is rolled back was never asked for.
func TestOutboxCommitsWithTheChange(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		ctx := context.Background()
		boom := errors.New("boom")
		for _, fail := range []error{boom, nil} {
			err := db.Update(ctx, func(tx store.Tx) error {
				return errors.Join(tx.Enqueue(ctx, store.Job{Kind: "tell", Payload: []byte(`{"entry":"1"}`)}), fail)
			})
			if !errors.Is(err, fail) {
				t.Fatal(err)
			}
			_, ok, err := db.Queue().Claim(ctx, nil, time.Minute, 1)
			if err != nil || ok != (fail == nil) {
				t.Errorf("with %v: claimed %v, %v", fail, ok, err)
			}
		}
	})
}

func TestManyRunnersClaimEachJobOnce(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		ctx := context.Background()
		for range 60 {
			if _, err := db.Queue().Enqueue(ctx, jobs.New{Kind: "k", RunAt: 1}); err != nil {
				t.Fatal(err)
			}
		}
		var mu sync.Mutex
		claimed := map[jobs.ID]int{}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for {
					j, ok, err := db.Queue().Claim(ctx, []string{"k"}, time.Hour, 2)
					if err != nil {
						t.Error(err)
					}
					if !ok {
						return
					}
					mu.Lock()
					claimed[j.ID]++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(claimed) != 60 {
			t.Errorf("%d jobs claimed, want 60", len(claimed))
		}
		for id, n := range claimed {
			if n != 1 {
				t.Errorf("job %s claimed %d times", id, n)
			}
		}
	})
}

func TestSignInStore(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		ctx := context.Background()
		s := db.SignIn()
		a := auth.Account{
			ID: auth.AccountID(id.New()), Login: "orla", Worker: "w", Password: "hash", Code: []byte{0, 1, 2},
			MustChange: true, Epoch: 1, Changed: 5,
		}
		if err := s.AddAccount(ctx, a); err != nil {
			t.Fatal(err)
		}
		second := a
		second.ID = auth.AccountID(id.New())
		wantKind(t, "a login in use", s.AddAccount(ctx, second), fault.Conflict)
		a.Version = 1
		for what, read := range map[string]func() (auth.Account, error){
			"by key":   func() (auth.Account, error) { return s.Account(ctx, a.ID) },
			"by login": func() (auth.Account, error) { return s.AccountByLogin(ctx, "orla") },
		} {
			got, err := read()
			if diff := cmp.Diff(a, got); err != nil || diff != "" {
				t.Errorf("account %s: %v (-want +got):\n%s", what, err, diff)
			}
		}
		_, err := s.AccountByLogin(ctx, "nobody")
		wantKind(t, "no account", err, fault.NotFound)
		if ok, err := s.AcceptStep(ctx, a.ID, 5); err != nil || !ok {
			t.Errorf("step 5: %v, %v", ok, err)
		}
		for _, step := range []int64{5, 4} {
			if ok, err := s.AcceptStep(ctx, a.ID, step); err != nil || ok {
				t.Errorf("step %d again: %v, %v", step, ok, err)
			}
		}
		a.Disabled = true
		if err := s.UpdateAccount(ctx, a); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "a stale account", s.UpdateAccount(ctx, a), fault.Conflict)
		if ok, err := s.AcceptStep(ctx, a.ID, 5); err != nil || ok {
			t.Errorf("a change to the account forgot the last step: %v, %v", ok, err)
		}

		l, err := s.Limit(ctx, "k")
		if err != nil || l != (auth.Limit{}) {
			t.Errorf("no limit: %+v, %v", l, err)
		}
		for version, want := range []bool{true, true, false} {
			l := auth.Limit{Version: int64(min(version, 1)), Failures: version + 1, Keep: 9}
			if ok, err := s.SwapLimit(ctx, "k", l); err != nil || ok != want {
				t.Errorf("swap %d: %v, %v", version, ok, err)
			}
		}
		if l, _ := s.Limit(ctx, "k"); l != (auth.Limit{Version: 2, Failures: 2, Keep: 9}) {
			t.Errorf("limit: %+v", l)
		}

		if err := s.UpdateSession(ctx, "gone", []byte("x"), 9); err != nil {
			t.Errorf("update of no session: %v", err)
		}
		if _, _, ok, err := s.FindSession(ctx, "gone"); ok || err != nil {
			t.Errorf("an update made a session: %v, %v", ok, err)
		}
		if err := errors.Join(s.AddSession(ctx, "t", []byte("a"), 9), s.UpdateSession(ctx, "t", []byte("b"), 10)); err != nil {
			t.Fatal(err)
		}
		if data, end, ok, err := s.FindSession(ctx, "t"); string(data) != "b" || end != 10 || !ok || err != nil {
			t.Errorf("session: %q %d %v %v", data, end, ok, err)
		}
		if err := s.UpdateSession(ctx, "t", nil, 11); err != nil {
			t.Fatal(err)
		}
		if data, end, _, err := s.FindSession(ctx, "t"); string(data) != "b" || end != 11 || err != nil {
			t.Errorf("a session of which the end alone changed: %q %d %v", data, end, err)
		}
		if err := s.Tidy(ctx, 10); err != nil {
			t.Fatal(err)
		}
		if _, _, ok, _ := s.FindSession(ctx, "t"); !ok {
			t.Error("a live session was tidied away")
		}
		if l, _ := s.Limit(ctx, "k"); l != (auth.Limit{}) {
			t.Error("a limit that means nothing was kept")
		}
		if err := s.DeleteSession(ctx, "t"); err != nil {
			t.Fatal(err)
		}
		if _, _, ok, _ := s.FindSession(ctx, "t"); ok {
			t.Error("a deleted session is still there")
		}
	})
}

// A way in and the note of it stand together, or neither does.
func TestIdentityStore(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		ctx := context.Background()
		s := db.SignIn()
		account := func(login string) auth.Account {
			return auth.Account{ID: auth.AccountID(id.New()), Login: login, Worker: "w-" + login, Password: "hash", Code: []byte{1}, Kind: auth.ByProvider, Changed: 5}
		}
		event := func(a auth.Account, kind auth.EventKind, at date.Instant) auth.Event {
			return auth.Event{ID: id.New(), At: at, Account: a.ID, Worker: a.Worker, Kind: kind, Reason: "typed 'so'"}
		}
		i := auth.Identity{Issuer: "https://id.example.org", Subject: "Nia"}
		_, err := s.AccountByIdentity(ctx, i)
		wantKind(t, "an identity nobody has", err, fault.NotFound)
		nia := account("nia")
		if err := s.AddIdentified(ctx, nia, i); err != nil {
			t.Fatal(err)
		}
		nia.Version = 1
		got, err := s.AccountByIdentity(ctx, i)
		if diff := cmp.Diff(nia, got); err != nil || diff != "" {
			t.Errorf("account by identity: %v (-want +got):\n%s", err, diff)
		}
		for _, other := range []auth.Identity{{Issuer: i.Issuer, Subject: "nia"}, {Issuer: "https://ID.example.org", Subject: "Nia"}} {
			_, err := s.AccountByIdentity(ctx, other)
			wantKind(t, "an identity that differs in a letter", err, fault.NotFound)
		}
		second := account("second")
		wantKind(t, "an identity that is taken", s.AddIdentified(ctx, second, i), fault.Conflict)
		_, err = s.AccountByLogin(ctx, "second")
		wantKind(t, "the account that should have had it", err, fault.NotFound)
		wantKind(t, "a login that is taken", s.AddIdentified(ctx, account("nia"), auth.Identity{Issuer: "x", Subject: "y"}), fault.Conflict)
		_, err = s.AccountByIdentity(ctx, auth.Identity{Issuer: "x", Subject: "y"})
		wantKind(t, "the identity of that account", err, fault.NotFound)

		if err := s.AddAccount(ctx, second); err != nil {
			t.Fatal(err)
		}
		second.Version, second.Disabled = 1, true
		wantKind(t, "link to an identity that is taken", s.Link(ctx, second, i, event(second, auth.Linked, 10)), fault.Conflict)
		if a, err := s.Account(ctx, second.ID); err != nil || a.Disabled || a.Version != 1 {
			t.Errorf("a link that failed changed the account: %+v, %v", a, err)
		}
		j := auth.Identity{Issuer: i.Issuer, Subject: "Second"}
		if err := s.Link(ctx, second, j, event(second, auth.Linked, 11)); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "a stale link", s.Link(ctx, second, auth.Identity{Issuer: "z", Subject: "z"}, event(second, auth.Linked, 12)), fault.Conflict)
		second.Version, second.Seal, second.Kind = 2, "sealed", auth.BreakGlass
		wantKind(t, "a stale unlink", s.Unlink(ctx, asRead(second), event(second, auth.Unlinked, 13)), fault.Conflict)
		if err := s.Unlink(ctx, second, event(second, auth.Unlinked, 14)); err != nil {
			t.Fatal(err)
		}
		_, err = s.AccountByIdentity(ctx, j)
		wantKind(t, "an identity taken away", err, fault.NotFound)
		if a, err := s.Account(ctx, second.ID); err != nil || a.Seal != "sealed" || a.Kind != auth.BreakGlass {
			t.Errorf("account after: %+v, %v", a, err)
		}
		second.Version = 3
		wantKind(t, "unlink without a link", s.Unlink(ctx, second, event(second, auth.Unlinked, 15)), fault.NotFound)
		if err := s.UpdateNoted(ctx, second, event(second, auth.Emergency, 16)); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "a stale change", s.UpdateNoted(ctx, second, event(second, auth.Emergency, 17)), fault.Conflict)
		events, err := s.SignInEvents(ctx, 9)
		var at []date.Instant
		for _, e := range events {
			at = append(at, e.At)
			if e.Account != second.ID || e.Worker != second.Worker || e.Reason != "typed 'so'" {
				t.Errorf("event %+v", e)
			}
		}
		if diff := cmp.Diff([]date.Instant{16, 14, 11}, at); err != nil || diff != "" {
			t.Errorf("events: %v (-want +got):\n%s", err, diff)
		}
		if some, err := s.SignInEvents(ctx, 1); err != nil || len(some) != 1 || some[0].Kind != auth.Emergency {
			t.Errorf("one event: %+v, %v", some, err)
		}
	})
}

// asRead is an account as somebody read it before it was changed.
func asRead(a auth.Account) auth.Account {
	a.Version--
	return a
}

// Nothing in the database lets what happened to a way in be changed.
func TestSignInEventsStay(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		ctx := context.Background()
		a := auth.Account{ID: auth.AccountID(id.New()), Login: "nia", Worker: "w", Password: "hash", Code: []byte{1}}
		if err := db.SignIn().AddIdentified(ctx, a, auth.Identity{Issuer: "i", Subject: "s"}); err != nil {
			t.Fatal(err)
		}
		a.Version = 1
		if err := db.SignIn().UpdateNoted(ctx, a, auth.Event{ID: "e", At: 1, Account: a.ID, Kind: auth.Sealed}); err != nil {
			t.Fatal(err)
		}
		for _, change := range []string{
			"UPDATE sign_in_event SET reason = 'none'", "DELETE FROM sign_in_event", "UPDATE account_identity SET subject = 'x'",
		} {
			if _, err := db.Raw.Exec(change); err == nil {
				t.Errorf("%s: done", change)
			}
		}
	})
}

func TestViewSeesOneSnapshot(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team := db.Team(t, "service")
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			before, err := r.Teams(ctx)
			if err != nil {
				return err
			}
			db.Team(t, "another")
			after, err := r.Teams(ctx)
			if len(before) != 1 || len(after) != 1 || before[0] != team {
				t.Errorf("teams changed under a reader: %v, then %v", before, after)
			}
			return err
		})
	})
}

func TestUpdateIsAllOrNothing(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		ctx := context.Background()
		boom := errors.New("boom")
		err := db.Update(ctx, func(tx store.Tx) error {
			if err := tx.AddTeam(ctx, staff.Team{ID: "t", Name: "Half"}, tx.Stamp(By)); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Errorf("got %v, want the function's own error", err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("a panic was swallowed")
				}
			}()
			_ = db.Update(ctx, func(tx store.Tx) error {
				if err := tx.AddTeam(ctx, staff.Team{ID: "t", Name: "Half"}, tx.Stamp(By)); err != nil {
					return err
				}
				panic("boom")
			})
		}()
		db.Team(t, "after") // the writer is free again
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			teams, err := r.Teams(ctx)
			if len(teams) != 1 || teams[0].Service != "after" {
				t.Errorf("half an update stayed: %+v", teams)
			}
			return err
		})
	})
}

func TestStampsFollowOneAnother(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		ctx := context.Background()
		var mu sync.Mutex
		var stamps []date.Stamp
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				for range 10 {
					err := db.Update(ctx, func(tx store.Tx) error {
						mu.Lock()
						defer mu.Unlock()
						stamps = append(stamps, tx.Stamp(By)) // in the order of taking the lock
						return nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for i := 1; i < len(stamps); i++ {
			if stamps[i].Seq != stamps[i-1].Seq+1 || stamps[i].At <= stamps[i-1].At {
				t.Fatalf("stamp %+v came after %+v", stamps[i], stamps[i-1])
			}
		}
	})
}

func TestDefinitionsAreKeptByHash(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			files, err := r.LatestDefinitions(ctx)
			if files != nil {
				t.Errorf("before the first start: %v", files)
			}
			return err
		})
		keep := func(set string, files ...store.DefinitionFile) {
			db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.KeepDefinitions(ctx, set, files, tx.Stamp(By)) })
		}
		a1 := store.DefinitionFile{Path: "a.yaml", Hash: "h1", Body: []byte("one: \x00 1")}
		keep("s1", a1)
		keep("s2", store.DefinitionFile{Path: "a.yaml", Hash: "h2", Body: []byte("two")}, store.DefinitionFile{Path: "b.yaml", Hash: "h1", Body: a1.Body})
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			files, err := r.LatestDefinitions(ctx)
			want := []store.DefinitionFile{{Path: "a.yaml", Hash: "h2"}, {Path: "b.yaml", Hash: "h1"}}
			if diff := cmp.Diff(want, files); diff != "" {
				t.Errorf("in force (-want +got):\n%s", diff)
			}
			if err != nil {
				return err
			}
			body, err := r.DefinitionBody(ctx, "h1")
			if string(body) != string(a1.Body) {
				t.Errorf("body: %q", body)
			}
			return err
		})
	})
}

func TestWorkersAndColleagues(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team := db.Team(t, "service")
		w, _ := db.Worker(t, "adviser", team)
		w2 := w
		w2.Version, w2.Contact.Mobile = 2, "07700 900123"
		db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddWorkerVersion(ctx, w2) })
		err := db.Update(context.Background(), func(tx store.Tx) error { return tx.AddWorkerVersion(context.Background(), w2) })
		wantKind(t, "a stale version of a worker", err, fault.Conflict)
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			list, err := r.Colleagues(ctx, []string{"ORLA", "serv"}, Today, 10)
			if len(list) != 1 || list[0].Contact.Mobile != "07700 900123" || list[0].TeamName != team.Name {
				t.Errorf("colleagues: %+v", list)
			}
			if err != nil {
				return err
			}
			list, err = r.Colleagues(ctx, []string{"%"}, Today, 10)
			if len(list) != 0 {
				t.Errorf("a per cent sign found %d workers", len(list))
			}
			return err
		})
	})
}

// Both engines find and sort workers alike, whatever letters their names are
// written in.
func TestColleaguesWithAccents(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team := db.Team(t, "service")
		for _, name := range [][2]string{{"Zoë", "Zeal"}, {"Étienne", "Łukasz"}, {"Orla", "O’Neill"}, {"Bea", "lang"}} {
			w, _ := db.Worker(t, "adviser", team)
			w.Version, w.Given, w.Family = 2, name[0], name[1]
			db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddWorkerVersion(ctx, w) })
		}
		find := func(words ...string) (families []string) {
			t.Helper()
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				list, err := r.Colleagues(ctx, words, Today, 10)
				for _, c := range list {
					families = append(families, c.Family)
				}
				return err
			})
			return families
		}
		if diff := cmp.Diff([]string{"lang", "Łukasz", "O’Neill", "Zeal"}, find()); diff != "" {
			t.Errorf("in order (-want +got):\n%s", diff)
		}
		for word, want := range map[string]string{"étienne": "Łukasz", "ÉTIENNE": "Łukasz", "lukasz": "Łukasz", "o'neill": "O’Neill", "zoe": "Zeal"} {
			if got := find(word); len(got) != 1 || got[0] != want {
				t.Errorf("%q: found %q, want %q", word, got, want)
			}
		}
	})
}

// Whoever watches the program does not wait for those who write, nor hold them
// up.
func TestJobsAreCountedWhileSomebodyWrites(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.Enqueue(ctx, store.Job{Kind: "wait"}); err != nil {
				return err
			}
			soon, cancel := context.WithTimeout(ctx, 5*time.Second)
			defer cancel()
			counts, err := db.Queue().Count(soon)
			if counts["ready"] != 0 {
				t.Errorf("a job that is not committed is counted: %v", counts)
			}
			return err
		})
		if counts, err := db.Queue().Count(t.Context()); err != nil || counts["ready"] != 1 {
			t.Errorf("counts: %v, %v", counts, err)
		}
	})
}

func TestLongAndHostileText(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		w, _ := db.Worker(t, "adviser", db.Team(t, "service"))
		p := db.Person(t, "Robert'); DROP TABLE person;--", "☃", born)
		text := strings.Repeat("<script>alert('“ü”')</script>\n", 1000)
		e := Entry(p.ID, w, Today, text)
		db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddEntryVersion(ctx, e) })
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			got, err := r.Entry(ctx, e.ID)
			if got.Content.Text != text {
				t.Error("the text came back changed")
			}
			return err
		})
	})
}

// Text that a browser never sends finds nothing and breaks nothing.
func TestStrangeText(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		for _, strange := range []string{"\x00", "a\x00b", "\xff\xfe", strings.Repeat("x", 1<<16)} {
			err := db.View(context.Background(), func(r store.Reader) error {
				_, err := r.PersonByReference(context.Background(), id.Reference(strange))
				return err
			})
			if k := fault.KindOf(err); k != fault.NotFound && k != fault.Invalid {
				t.Errorf("a reference of strange text: %v", err)
			}
		}
		db.Team(t, "after") // still in order
	})
}
