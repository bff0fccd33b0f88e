package storetest_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/access"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/postgres"
	"casefile/internal/store/sqlite"
	. "casefile/internal/store/storetest"
)

// derived is all that people are found by, in one order.
func derived(t *testing.T, d *Database) []string {
	t.Helper()
	var out []string
	for _, query := range []string{
		"SELECT 'card ' || person_id || ' ' || card || ' ' || line FROM person_card",
		"SELECT 'key ' || key || ' ' || born || ' ' || person_id FROM find_key",
		"SELECT 'word ' || token || ' ' || backward || ' ' || bearers FROM name_word",
		"SELECT 'spelling ' || key || ' ' || token FROM name_spelling",
	} {
		rows, err := d.Raw.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, scanAll(t, rows)...)
	}
	slices.Sort(out)
	return out
}

func scanAll(t *testing.T, rows *sql.Rows) (out []string) {
	t.Helper()
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// remake throws what people are found by away and has the migration make it.
func remake(t *testing.T, d *Database) {
	t.Helper()
	for _, table := range []string{"person_card", "find_key", "name_word", "name_spelling"} {
		if _, err := d.Raw.ExecContext(t.Context(), "DELETE FROM "+table); err != nil {
			t.Fatal(err)
		}
	}
	migrate := sqlite.Migrate
	if d.Engine == "postgres" {
		migrate = postgres.Migrate
	}
	if err := migrate(t.Context(), d.URL); err != nil {
		t.Fatal(err)
	}
}

// Whatever is stated and put aside, what people are found by is what the
// migration would make of their current facts, which is how old rows get theirs.
func TestWhatPeopleAreFoundByFollowsTheFacts(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		rng := rand.New(rand.NewPCG(5, 6))
		given, family := []string{"Ines", "Zoë", "Bill", "Mohammed Ali"}, []string{"Marlowe", "O’Neill", "Smith-Jones", "van der Berg", ""}
		everybody := access.Scope{Viewer: access.Viewer{Worker: "w"}, Gives: []access.Ground{access.Everyone}}
		var people []person.ID
		for range 6 {
			people = append(people, db.Person(t, given[rng.IntN(4)], family[rng.IntN(4)], born.AddDays(rng.IntN(3))).ID)
		}
		for range Count(40, 400) {
			p := people[rng.IntN(len(people))]
			db.Must(t, func(ctx context.Context, tx store.Tx) error {
				c := Clocks(date.Date{})
				switch rng.IntN(11) {
				case 0, 1:
					return tx.AddName(ctx, p, person.Name{ID: id.New(), Kind: []string{person.KnownAs, person.Former}[rng.IntN(2)], Given: given[rng.IntN(4)], Family: family[rng.IntN(5)], Clocks: c})
				case 2:
					return tx.AddBirth(ctx, p, person.Birth{ID: id.New(), Day: born.AddDays(rng.IntN(5)), Estimated: rng.IntN(2) == 0, Clocks: c})
				case 3:
					return tx.AddAddress(ctx, p, person.Address{ID: id.New(), Postcode: []string{"ZX1 1AA", "zx22bb", "none"}[rng.IntN(3)], Confidential: rng.IntN(3) == 0, Clocks: c})
				case 4:
					return tx.AddIdentifier(ctx, p, person.Identifier{ID: id.New(), System: "upn", Value: fmt.Sprint("A12345678", rng.IntN(1e9)), Clocks: c})
				case 5:
					names, err := tx.Names(ctx, p, 0)
					if err != nil || len(names) == 0 {
						return err
					}
					return tx.Supersede(ctx, store.NameFact, names[rng.IntN(len(names))].ID, tx.Stamp(By))
				case 6:
					return tx.AddCharacteristic(ctx, p, person.Characteristic{ID: id.New(), Kind: []string{"gender", "religion"}[rng.IntN(2)], Code: fmt.Sprint(rng.IntN(3)), Clocks: c})
				case 7:
					return tx.AddDeath(ctx, p, person.Death{ID: id.New(), Day: born.AddDays(4000 + rng.IntN(9)), Clocks: c})
				case 8:
					deaths, err := tx.Deaths(ctx, p, 0)
					if err != nil || len(deaths) == 0 {
						return err
					}
					return tx.Supersede(ctx, store.DeathFact, deaths[0].ID, tx.Stamp(By))
				case 9:
					said, err := tx.Characteristics(ctx, p, 0)
					if err != nil || len(said) == 0 {
						return err
					}
					return tx.Supersede(ctx, store.CharacteristicFact, said[0].ID, tx.Stamp(By))
				}
				births, err := tx.Births(ctx, p, 0)
				if err != nil || len(births) == 0 {
					return err
				}
				return tx.Supersede(ctx, store.BirthFact, births[0].ID, tx.Stamp(By))
			})
			var header person.Header
			db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				header, err = r.Header(ctx, p)
				return err
			})
			listed := search(t, db, store.Search{Query: match.Query{Reference: header.Reference}, Scope: everybody, Whole: everybody, Limit: 2})
			if len(listed) != 1 {
				t.Fatalf("%d found by the reference", len(listed))
			}
			if diff := cmp.Diff(fmt.Sprintf("%+v", header), fmt.Sprintf("%+v", listed[0].Header)); diff != "" {
				t.Fatalf("a file's header and its line in a list differ (-header +line):\n%s", diff)
			}
		}
		kept := derived(t, db)
		if len(kept) < 50 {
			t.Fatalf("%d rows: nothing to compare", len(kept))
		}
		remake(t, db)
		if diff := cmp.Diff(kept, derived(t, db)); diff != "" {
			t.Errorf("kept and made anew differ (-kept +anew):\n%s", diff)
		}
	})
}

func search(t *testing.T, d *Database, s store.Search) []person.Found {
	t.Helper()
	var found []person.Found
	d.Read(t, func(ctx context.Context, r store.Reader) (err error) {
		s.Now = date.At(Start)
		found, err = r.FindPeople(ctx, s)
		return err
	})
	return found
}

func whys(f person.Found) (out []match.Why) {
	for _, r := range f.Reasons {
		out = append(out, r.Why)
	}
	return out
}

// Identifiers, postcodes, former names and parts of a date find, with the reason.
func TestFindPeopleByWhatElseIsKnown(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		p := db.Person(t, "Catherine Rose", "Quill", born)
		db.Person(t, "Orla", "Fenwick", born.AddDays(400))
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			c := Clocks(date.Date{})
			hidden := person.Address{ID: id.New(), Line1: "1 Refuge", Town: "Hideham", Postcode: "ZX9 9ZZ", Confidential: true, Clocks: c}
			for _, err := range []error{
				tx.AddName(ctx, p.ID, person.Name{ID: id.New(), Kind: person.Former, Given: "Catherine", Family: "Marlowe", Clocks: c}),
				tx.AddIdentifier(ctx, p.ID, person.Identifier{ID: id.New(), System: "nhs", Value: "943 476 5919", Clocks: c}),
				tx.AddAddress(ctx, p.ID, person.Address{ID: id.New(), Line1: "1 Row", Town: "Town", Postcode: "ZX1 1AA", Clocks: c}),
				tx.AddAddress(ctx, p.ID, hidden),
			} {
				if err != nil {
					return err
				}
			}
			return nil
		})
		sc := everyone(access.Viewer{Worker: "w"})
		for typed, why := range map[string]match.Why{
			"943 476 5919": match.WhyNumber, "9434765919": match.WhyNumber, "zx1 1aa": match.WhyPostcode, "quill zx1": match.WhyPostcode,
			"marlowe": match.WhyFormer, "marlowe kate": match.WhyOther, "kathryn quill": match.WhyOther, "rose quill": match.WhyMiddle,
			"kwill": match.WhySounds, "quil cath": match.WhyBegins, "quilll": match.WhyMisspelt, "kathrine quilll": match.WhyMisspelt, "quill 2010": match.WhyBornIn,
			"quill about 16": match.WhyBornIn, "quill 5 March": match.WhyBornIn, "5 March": match.WhyBornIn, "catherine quill 5/3": match.WhyBornIn, "catherine quill 6 March": match.WhyOtherBorn, "march 2010": match.WhyBornIn, "catherine quill 3/5/2010": match.WhySwapped,
			"catherine quill 15/3/2010": match.WhyDigit, "catherine quill 1/1/1999": match.WhyOtherBorn, p.Reference.String(): match.WhyReference,
		} {
			found := search(t, db, store.Search{Query: match.ParseQuery(typed), Scope: sc, Whole: sc, Limit: 10})
			i := slices.IndexFunc(found, func(f person.Found) bool { return f.ID == p.ID })
			if i != 0 || !slices.Contains(whys(found[0]), why) {
				t.Errorf("%q: found at %d of %d, want first, because %v", typed, i, len(found), why)
			}
		}
		for _, typed := range []string{"ZX9 9ZZ", "zx9", "943 476 5918", "zx2"} {
			if found := search(t, db, store.Search{Query: match.ParseQuery(typed), Scope: sc, Whole: sc, Limit: 10}); len(found) != 0 {
				t.Errorf("%q finds %d", typed, len(found))
			}
		}
		// Where little may be known of somebody, where they live neither finds them
		// nor is it a reason.
		if found := search(t, db, store.Search{Query: match.ParseQuery("zx1"), Scope: sc, Limit: 10}); len(found) != 0 {
			t.Errorf("a postcode found %d of whom only the name may be known", len(found))
		}
		found := search(t, db, store.Search{Query: match.ParseQuery("quill catherine zx1"), Scope: sc, Limit: 10})
		if len(found) != 1 || slices.Contains(whys(found[0]), match.WhyPostcode) {
			t.Errorf("by name and postcode: %d found, reasons %v", len(found), found)
		}
		clause.Shows(t, "CR-11")
	})
}

// Children stand before adults who answer as well; each can be asked for alone, and
// of whom no day of birth is known is among both.
func TestFindPeopleOfAnAge(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		name := map[person.ID]string{}
		for who, day := range map[string]date.Date{
			"adult": Today.AddMonths(-12 * person.Majority), "child": Today.AddMonths(-12 * person.Majority).AddDays(1), "grown": date.Must(1970, 3, 5), "baby": Today,
			"unknown": {},
		} {
			name[db.Person(t, "Ines", "Marlowe", day).ID] = who
		}
		sc := everyone(access.Viewer{Worker: "w"})
		for _, typed := range []string{"marlowe", "ines marlowe", "marl", "ine marlow", "*lowe", "marlowe in*s"} {
			for ages, want := range map[store.Ages][]string{
				store.UnderAge: {"baby", "child", "unknown"}, store.OfAge: {"adult", "grown", "unknown"}, store.AllAges: {"adult", "baby", "child", "grown", "unknown"},
			} {
				var got []string
				for _, f := range search(t, db, store.Search{Query: match.ParseQuery(typed), Scope: sc, Whole: sc, Limit: 10, Ages: ages}) {
					got = append(got, name[f.ID])
				}
				if ages == store.AllAges && (len(got) != 5 || !slices.Contains(got[3:], "adult") || !slices.Contains(got[3:], "grown")) {
					t.Errorf("%q: %q, want the children first", typed, got)
				}
				slices.Sort(got)
				if !slices.Equal(got, want) {
					t.Errorf("%q, ages %v: %q, want %q", typed, ages, got, want)
				}
			}
		}
		for ages, want := range map[store.Ages]string{store.UnderAge: "baby", store.OfAge: "grown"} {
			day := Today
			if ages == store.OfAge {
				day = date.Must(1970, 3, 5)
			}
			for _, typed := range []string{day.String(), fmt.Sprint(day.Year())} {
				found := search(t, db, store.Search{Query: match.ParseQuery(typed), Scope: sc, Whole: sc, Limit: 10, Ages: ages})
				if len(found) != 1 || name[found[0].ID] != want {
					t.Errorf("%q, ages %v: %d found", typed, ages, len(found))
				}
			}
			other := store.UnderAge + store.OfAge - ages
			if found := search(t, db, store.Search{Query: match.ParseQuery(day.String()), Scope: sc, Whole: sc, Limit: 10, Ages: other}); len(found) != 0 {
				t.Errorf("%v, ages %v: %d found", day, other, len(found))
			}
		}
		clause.Shows(t, "CR-11")
	})
}

// Everybody who answers is found within the scope, however many others do.
func TestFindPeopleFillsTheListFromTheScope(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team := db.Team(t, "service")
		w, a := db.Worker(t, "adviser", team)
		var mine []person.ID
		for i := range 60 {
			p := db.Person(t, "Ines", "Marlowe", born.AddDays(i))
			if i%10 == 0 {
				db.Episode(t, p.ID, team, w.ID)
				mine = append(mine, p.ID)
			}
		}
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			v, err := r.Viewer(ctx, w.ID, a.ID, Today)
			if err != nil {
				return err
			}
			sc := access.Scope{Viewer: v, Part: access.Identity, Gives: []access.Ground{access.Allocated, access.Team, access.Service}}
			for _, typed := range []string{"marlowe", "marl", "ines marlowe", "ine marl", "marlow ines", "*lowe"} {
				found, err := r.FindPeople(ctx, store.Search{Query: match.ParseQuery(typed), Scope: sc, Whole: sc, Now: date.At(Start), Limit: 5})
				if err != nil {
					return err
				}
				if len(found) != 5 {
					t.Errorf("%q: %d found, want 5 of %d", typed, len(found), len(mine))
				}
				for _, f := range found {
					if !slices.Contains(mine, f.ID) {
						t.Errorf("%q found somebody outside the scope", typed)
					}
				}
			}
			return nil
		})
	})
}

// The batch says of each what Held says.
func TestHeldOfAgreesWithHeld(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team := db.Team(t, "service")
		w, a := db.Worker(t, "adviser", team)
		people := []person.ID{"nobody"}
		for i := range 4 {
			p := db.Person(t, "Ines", "Marlowe", born)
			people = append(people, p.ID)
			if i%2 == 0 {
				db.Episode(t, p.ID, team, w.ID)
			}
		}
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			v, err := r.Viewer(ctx, w.ID, a.ID, Today)
			if err != nil {
				return err
			}
			held, err := r.HeldOf(ctx, v, people, date.At(Start))
			if err != nil {
				return err
			}
			for _, p := range people {
				alone, err := r.Held(ctx, v, p, date.At(Start))
				if err != nil {
					return err
				}
				if diff := cmp.Diff(alone, held[p]); diff != "" {
					t.Errorf("alone and together differ (-alone +together):\n%s", diff)
				}
			}
			if len(held) < 4 {
				t.Errorf("grounds are held for %d people", len(held))
			}
			return nil
		})
	})
}
