package casework_test

import (
	"context"
	"slices"
	"testing"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// home has people live together at an address of their own each.
func (d *desk) home(t *testing.T, people ...person.ID) {
	t.Helper()
	household, c := id.New(), storetest.Clocks(storetest.Today.AddDays(-300))
	d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		for _, p := range people {
			if err := tx.AddMember(ctx, person.Member{ID: id.New(), Household: household, Person: p, Clocks: c}); err != nil {
				return err
			}
			if err := tx.AddAddress(ctx, p, person.Address{ID: id.New(), Line1: "1 Test Lane", Postcode: "ZX1 1AA", Clocks: c}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (d *desk) homeOf(t *testing.T, p person.ID) []string {
	t.Helper()
	var lines []string
	d.db.Read(t, func(ctx context.Context, r store.Reader) error {
		as, err := r.Addresses(ctx, p, 0)
		for _, a := range as {
			if a.Period.Contains(storetest.Today) {
				lines = append(lines, a.Line1)
			}
		}
		return err
	})
	return lines
}

func (d *desk) moversPage(t *testing.T, a casework.Actor) casework.FactPage {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, d.look(a), casework.FactsPart(casework.AddressFacts, access.Record))
	d.must(t, err)
	return f.Value
}

// A household moves together: those whom the worker may see and change, on the same
// day, in one transaction, each with a footprint; who moved is said. One who cannot
// keeps all from moving.
func TestHouseholdMoves(t *testing.T) {
	clause.Shows(t, "CR-10")
	each(t, func(t *testing.T, d *desk) {
		d.relate(t, d.adviser, "", mother)
		her := d.family(t, d.adviser, d.child.Reference).Relatives[0].Who.ID
		brother := d.db.Person(t, "Otto", "Marlowe", date.Must(2012, 1, 1))
		d.db.Episode(t, brother.ID, d.team, d.adviser.Worker)
		hidden := d.db.Person(t, "Zoe", "Marlowe", date.Must(2013, 1, 1))
		d.db.Episode(t, hidden.ID, d.team, d.adviser.Worker)
		elsewhere := d.db.Person(t, "Eli", "Marlowe", date.Must(2014, 1, 1))
		d.db.Episode(t, elsewhere.ID, d.otherTeam, "")
		d.home(t, d.child.ID, her, brother.ID, hidden.ID, elsewhere.ID)
		d.keepTo(t, hidden.ID, d.manager)

		page := d.moversPage(t, d.adviser)
		var offered []person.ID
		said := and(form("kind", "home", "line1", "2 Test Lane", "postcode", "ZX1 1AB", "basis", "Told by her mother"), on("from", storetest.Today.AddDays(-5)))
		for _, m := range page.Movers {
			offered = append(offered, m.Who.ID)
			said[m.Field()] = m.Seen
		}
		if len(offered) != 2 || !slices.Contains(offered, her) || !slices.Contains(offered, brother.ID) {
			t.Fatalf("offered %v, want the mother and the brother alone", page.Movers)
		}

		// The brother moved yesterday, on another page: nobody moves.
		st := casework.Stating{Kind: casework.AddressFacts, Seen: page.Seen, Form: said}
		wrong := and(said)
		wrong[casework.MovesWith+string(hidden.Reference)] = "anything"
		st.Form = wrong
		if err := d.StateFact(t.Context(), d.adviser, d.child.Reference, st); !casework.FactsChanged(err) {
			t.Errorf("move somebody who was not offered: got %v", err)
		}
		st.Form = and(said)
		st.Form[casework.MovesWith+string(brother.Reference)] = "stale"
		if err := d.StateFact(t.Context(), d.adviser, d.child.Reference, st); !casework.FactsChanged(err) {
			t.Errorf("move somebody whose address was changed meanwhile: got %v", err)
		}
		early := and(said, on("from", storetest.Today.AddDays(-300)))
		early["keep"] = ""
		st.Form = early
		wantKind(t, "a day on which they live elsewhere", d.StateFact(t.Context(), d.adviser, d.child.Reference, st), fault.Invalid)
		for _, p := range []person.ID{d.child.ID, her, brother.ID} {
			if got := d.homeOf(t, p); !slices.Equal(got, []string{"1 Test Lane"}) {
				t.Errorf("after none moved: got %v", got)
			}
		}

		st.Form = said
		d.must(t, d.StateFact(t.Context(), d.adviser, d.child.Reference, st))
		for _, p := range []person.ID{d.child.ID, her, brother.ID} {
			if got := d.homeOf(t, p); !slices.Equal(got, []string{"2 Test Lane"}) {
				t.Errorf("got %v, want that they moved", got)
			}
			wantPrint(t, d.prints(t, string(p)), "record identity shown")
		}
		for _, p := range []person.ID{hidden.ID, elsewhere.ID} {
			if got := d.homeOf(t, p); !slices.Equal(got, []string{"1 Test Lane"}) {
				t.Errorf("who was not offered lives at %v", got)
			}
		}
		// Who moved is said, to whoever may know of them.
		now := d.facts(t, d.adviser, casework.AddressFacts).Now
		with := func(list []casework.KnownFact) (n int) {
			for _, f := range list {
				n += len(f.With)
			}
			return n
		}
		if with(now) != 2 {
			t.Errorf("moved with: got %+v, want two", now)
		}
		d.keepTo(t, brother.ID, d.manager)
		if now := d.facts(t, d.adviser, casework.AddressFacts).Now; with(now) != 1 {
			t.Errorf("with a brother whose file is restricted: got %+v, want one", now)
		}
	})
}

// One of the household who cannot move that day keeps all from moving, and the page
// says who.
func TestNobodyMovesWhereOneCannot(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		brother := d.db.Person(t, "Otto", "Marlowe", date.Must(2012, 1, 1))
		d.db.Episode(t, brother.ID, d.team, d.adviser.Worker)
		d.home(t, d.child.ID, brother.ID)
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddAddress(ctx, brother.ID, person.Address{ID: id.New(), Line1: "3 Test Lane", Postcode: "ZX1 1AC", Clocks: storetest.Clocks(storetest.Today.AddDays(-2))})
		})
		page := d.moversPage(t, d.adviser)
		said := and(form("kind", "home", "line1", "2 Test Lane", "postcode", "ZX1 1AB", page.Movers[0].Field(), page.Movers[0].Seen), on("from", storetest.Today.AddDays(-5)))
		err := d.StateFact(t.Context(), d.adviser, d.child.Reference, casework.Stating{Kind: casework.AddressFacts, Seen: page.Seen, Form: said})
		if got := problemFields(err); !slices.Equal(got, []string{page.Movers[0].Field()}) {
			t.Fatalf("got %v, want a problem beside the brother", err)
		}
		if got := d.homeOf(t, d.child.ID); !slices.Equal(got, []string{"1 Test Lane"}) {
			t.Errorf("the child lives at %v", got)
		}
	})
}
