package casework_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// Whatever is typed for somebody whose file is restricted, the same is asked of
// the database as for a name that nobody bears.
func TestSearchForTheRestrictedAsksTheSame(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		// Both names are as far from every other, and the hidden one is borne.
		hidden := d.db.Person(t, "Zebulon", "Quizzlebury", date.Must(2010, 3, 5))
		d.db.Episode(t, hidden.ID, d.team, "")
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			r := right.Restriction{ID: id.New(), Person: hidden.ID, Reason: "test", Clocks: storetest.Clocks(date.Date{})}
			return tx.AddRestriction(ctx, r)
		})
		var seen []string
		show := ""
		d.db.Watch(func(query string) { seen = append(seen, query) })
		asked := func(typed string) []string {
			seen = nil
			found, err := d.FindBy(t.Context(), d.adviser, casework.Ask{Typed: typed, Show: show})
			if err != nil || len(found.People) != 0 || found.More || found.Tied {
				t.Errorf("%q: %+v, %v", typed, found, err)
			}
			return seen
		}
		for _, typed := range []string{
			"%s 5 March", "Zebulon %s 5 March",
			"%s", "Zebulon %s", "%s 5/3/2010", "Zebulon %s 5/3/2010", "Zebulon %s 3/5/2010", "*%s", "%s*", "Zebulon %s March 2010", "%s ZX1", "A B %s",
		} {
			here, nobody := asked(fmt.Sprintf(typed, "Quizzlebury")), asked(fmt.Sprintf(typed, "Wobblethorp"))
			if len(here) < 4 || !slices.Equal(here, nobody) {
				t.Errorf("%s: %d statements, and %d for a name that nobody bears", typed, len(here), len(nobody))
			}
			slip, other := asked(fmt.Sprintf(typed, "Quizzlebry")), asked(fmt.Sprintf(typed, "Wobblethrp"))
			if !slices.Equal(slip, other) {
				t.Errorf("%s, one letter left out: %d statements, and %d", typed, len(slip), len(other))
			}
		}
		for _, show = range []string{casework.ShowUnderAge, casework.ShowOfAge} {
			if here, nobody := asked("Zebulon Quizzlebury"), asked("Zebulon Wobblethorp"); len(here) < 4 || !slices.Equal(here, nobody) {
				t.Errorf("%s: %d statements, and %d for a name that nobody bears", show, len(here), len(nobody))
			}
		}
	})
}

// Those who may be the same person are found in the viewer's scope, with reasons
// and footprints.
func TestLikely(t *testing.T) {
	clause.Shows(t, "CR-11")
	each(t, func(t *testing.T, d *desk) {
		born := date.Must(2010, 3, 5)
		other := d.db.Person(t, "Ines", "Marlowe", born)
		d.db.Episode(t, other.ID, d.otherTeam, "")
		n := person.New{Names: []person.Name{{Kind: person.Legal, Given: "Inez", Family: "Marlowe"}}, Birth: person.Birth{Day: born}}
		likely, err := d.Likely(t.Context(), d.business, n)
		if err != nil || len(likely) != 1 || likely[0].ID != d.child.ID || len(likely[0].Reasons) == 0 {
			t.Fatalf("likely %+v, %v", likely, err)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "find identity shown")
		if got := d.prints(t, string(other.ID)); got != nil {
			t.Errorf("a footprint on somebody not shown: %q", got)
		}
		if none, err := d.Likely(t.Context(), d.business, person.New{Names: []person.Name{{Given: "Orla", Family: "Quill"}}}); err != nil || len(none) != 0 {
			t.Errorf("like nobody: %+v, %v", none, err)
		}
		if none, err := d.Likely(t.Context(), d.business, person.New{}); err != nil || len(none) != 0 {
			t.Errorf("of nothing: %+v, %v", none, err)
		}
	})
}

// Of a child outside the viewer's work neither where they live nor a former name
// is said, and where they live does not find them.
func TestSearchOutsideOnesWorkSaysLittle(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		far := d.db.Person(t, "Orla", "Quill", date.Must(2011, 1, 1))
		d.db.Episode(t, far.ID, d.otherTeam, "")
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			c := storetest.Clocks(date.Date{})
			if err := tx.AddAddress(ctx, far.ID, person.Address{ID: id.New(), Line1: "1 Row", Town: "Town", Postcode: "ZX1 1AA", Clocks: c}); err != nil {
				return err
			}
			return tx.AddName(ctx, far.ID, person.Name{ID: id.New(), Kind: person.Former, Given: "Orla", Family: "Fenwick", Clocks: c})
		})
		if found, err := d.Find(t.Context(), d.adviser, "zx1 1aa"); err != nil || len(found.People) != 0 {
			t.Errorf("found by where they live: %+v, %v", found.People, err)
		}
		for _, typed := range []string{"orla fenwick zx1", "fenwick"} {
			found, err := d.Find(t.Context(), d.adviser, typed)
			if err != nil || len(found.People) != 1 || !found.People[0].Outside {
				t.Fatalf("%s: %+v, %v", typed, found.People, err)
			}
			for _, r := range found.People[0].Reasons {
				if r.Why == match.WhyPostcode || r.Why == match.WhyOtherPlace || strings.Contains(strings.ToLower(r.Recorded), "fenwick") {
					t.Errorf("%s: the reason %+v says what is not shown", typed, r)
				}
			}
		}
	})
}

// The form's boxes stand in the sealed detail of the footprint, and the search can
// be had again by whoever made it.
func TestSearchByFields(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ask := casework.Ask{Fields: match.Fields{Given: "Ines", Family: "Marlowe", Month: "3", Year: "2010"}}
		found, err := d.FindBy(t.Context(), d.adviser, ask)
		if err != nil || len(found.People) != 1 || found.People[0].ID != d.child.ID || !found.Asked {
			t.Fatalf("found %+v, %v", found, err)
		}
		token, err := d.SealSearch(d.adviser, ask)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := d.OpenSearch(d.adviser, token); err != nil || back != ask {
			t.Errorf("opened %+v, %v", back, err)
		}
		for range 12 {
			p := d.db.Person(t, "Same", "Namesworth", date.Must(2011, 1, 1))
			d.db.Episode(t, p.ID, d.team, "")
		}
		found, err = d.Find(t.Context(), d.adviser, "same namesworth")
		if err != nil || !found.Tied || found.More || !slices.Equal(found.Add, []string{casework.AddBorn, casework.AddPostcode}) {
			t.Errorf("twelve of one name: %d, tied %v, more %v, add %q, %v", len(found.People), found.Tied, found.More, found.Add, err)
		}
	})
}
