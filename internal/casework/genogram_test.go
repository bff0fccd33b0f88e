package casework_test

import (
	"context"
	"slices"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

func (d *desk) kinship(t *testing.T, a casework.Actor, ref id.Reference, on date.Date) (names []string, k casework.Kinship) {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: a, Reference: ref}, casework.KinshipPart(on))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range f.Value.People {
		names = append(names, p.Who.Name.Given)
	}
	slices.Sort(names)
	return names, f.Value
}

func (d *desk) kin(t *testing.T, kind string, first, second person.ID, c date.Clocks) {
	t.Helper()
	d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		return tx.AddRelationship(ctx, person.Relationship{ID: id.New(), Kind: kind, Person: first, Other: second, Clocks: c})
	})
}

// A family as it was on a day: who was what to whom, and who lived together, two
// steps from the child; nobody is drawn whom the viewer may not know (CR-31).
func TestKinshipOnADay(t *testing.T) {
	clause.Shows(t, "CR-41")
	each(t, func(t *testing.T, d *desk) {
		long := storetest.Today.AddMonths(-120)
		parted := storetest.Today.AddMonths(-24)
		together, apart := storetest.Clocks(long), storetest.Clocks(parted)
		together.Period.To = parted.AddDays(-1)
		relation := func(given string) person.Person {
			p := person.Person{ID: person.ID(id.New()), Reference: id.NewReference(), MadeAs: person.AsRelation, Recorded: date.Stamp{By: storetest.By}}
			d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
				if err := tx.AddPerson(ctx, p); err != nil {
					return err
				}
				return tx.AddName(ctx, p.ID, person.Name{ID: id.New(), Kind: person.Legal, Given: given, Family: "Marlowe", Clocks: storetest.Clocks(date.Date{})})
			})
			return p
		}
		mother, father, grandmother := relation("Mara"), relation("Finn"), relation("Gwen")
		brother := d.another(t, "Otto", d.adviser.Worker)
		d.kin(t, "parent", mother.ID, d.child.ID, storetest.Clocks(long))
		d.kin(t, "parent", father.ID, d.child.ID, storetest.Clocks(long))
		d.kin(t, "parent", mother.ID, brother.ID, storetest.Clocks(long))
		d.kin(t, "parent", grandmother.ID, mother.ID, storetest.Clocks(date.Date{}))
		d.kin(t, "spouse", mother.ID, father.ID, together)
		d.kin(t, "former-spouse", mother.ID, father.ID, apart)
		home := id.New()
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			for _, m := range []person.Member{
				{ID: id.New(), Household: home, Person: d.child.ID, Clocks: storetest.Clocks(long)},
				{ID: id.New(), Household: home, Person: mother.ID, Clocks: storetest.Clocks(long)},
				{ID: id.New(), Household: home, Person: father.ID, Clocks: together},
			} {
				if err := tx.AddMember(ctx, m); err != nil {
					return err
				}
			}
			return nil
		})

		names, k := d.kinship(t, d.adviser, d.child.Reference, storetest.Today)
		if !slices.Equal(names, []string{"Finn", "Gwen", "Ines", "Mara", "Otto"}) {
			t.Errorf("drawn: %q", names)
		}
		kinds := func(k casework.Kinship) (list []string) {
			for _, l := range k.Links {
				list = append(list, l.Kind.ID)
			}
			slices.Sort(list)
			return list
		}
		if got := kinds(k); !slices.Equal(got, []string{"former-spouse", "parent", "parent", "parent", "parent"}) {
			t.Errorf("today: %q", got)
		}
		if len(k.Homes) != 1 || len(k.Homes[0]) != 2 {
			t.Errorf("households today: %v", k.Homes)
		}
		if !slices.Equal(k.Days, []date.Date{long, parted}) {
			t.Errorf("days on which something changed: %v", k.Days)
		}
		_, k = d.kinship(t, d.adviser, d.child.Reference, parted.AddDays(-1))
		if got := kinds(k); !slices.Contains(got, "spouse") || slices.Contains(got, "former-spouse") || len(k.Homes) != 1 || len(k.Homes[0]) != 3 {
			t.Errorf("the day before they parted: %q, %v", got, k.Homes)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "look relations shown")
		if got := d.prints(t, string(brother.ID)); len(got) == 0 || got[0] != "find identity shown" {
			t.Errorf("footprints on the brother, who was drawn: %q", got)
		}

		d.keepTo(t, brother.ID, d.manager)
		if names, _ = d.kinship(t, d.adviser, d.child.Reference, storetest.Today); slices.Contains(names, "Otto") {
			t.Errorf("a brother whose file is restricted is drawn: %q", names)
		}
		if names, _ = d.kinship(t, d.manager, d.child.Reference, storetest.Today); !slices.Contains(names, "Otto") {
			t.Errorf("to whom is named he is not drawn: %q", names)
		}
	})
}

// Whose child somebody is was said on that child's file: who is on the record as
// a relation only leads nobody to a child whose family is not theirs to see. Who
// is left out leaves no footprint.
func TestWhoIsLeftOutOfADrawing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		mother := person.Person{ID: person.ID(id.New()), Reference: id.NewReference(), MadeAs: person.AsRelation, Recorded: date.Stamp{By: storetest.By}}
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.AddPerson(ctx, mother); err != nil {
				return err
			}
			return tx.AddName(ctx, mother.ID, person.Name{ID: id.New(), Kind: person.Legal, Given: "Mara", Family: "Marlowe", Clocks: storetest.Clocks(date.Date{})})
		})
		elsewhere := d.db.Person(t, "Otto", "Marlowe", date.Must(2012, 5, 3)) // nobody's case: found, and no more
		d.kin(t, "parent", mother.ID, d.child.ID, storetest.Clocks(storetest.Today))
		d.kin(t, "parent", mother.ID, elsewhere.ID, storetest.Clocks(storetest.Today))
		if names, _ := d.kinship(t, d.adviser, d.child.Reference, storetest.Today); !slices.Equal(names, []string{"Ines", "Mara"}) {
			t.Errorf("drawn: %q", names)
		}
		if got := d.prints(t, string(elsewhere.ID)); len(got) > 0 {
			t.Errorf("footprints on somebody who is not drawn: %q", got)
		}
		d.kin(t, "sibling", d.child.ID, elsewhere.ID, storetest.Clocks(storetest.Today)) // now this file says so itself
		if names, _ := d.kinship(t, d.adviser, d.child.Reference, storetest.Today); !slices.Equal(names, []string{"Ines", "Mara", "Otto"}) {
			t.Errorf("drawn as her own brother: %q", names)
		}

		many := make([]person.Person, 61)
		for i := range many {
			many[i] = d.db.Person(t, "Cousin", "Marlowe", date.Must(2011, 5, 3))
			d.kin(t, "sibling", d.child.ID, many[i].ID, storetest.Clocks(storetest.Today))
		}
		_, k := d.kinship(t, d.adviser, d.child.Reference, storetest.Today)
		if !k.More || len(k.People) != 60 {
			t.Fatalf("%d are drawn, more: %v", len(k.People), k.More)
		}
		drawn := map[person.ID]bool{}
		for _, p := range k.People {
			drawn[p.Who.ID] = true
		}
		for _, p := range many {
			if got := d.prints(t, string(p.ID)); len(got) > 0 != drawn[p.ID] {
				t.Errorf("drawn: %v, footprints: %q", drawn[p.ID], got)
			}
		}
	})
}

// The father of a half-brother is drawn as his father, though it is said on neither
// the child's file nor her mother's; and through whom nothing may be told, nothing is.
func TestTheFatherOfAHalfBrother(t *testing.T) {
	clause.Shows(t, "CR-41")
	each(t, func(t *testing.T, d *desk) {
		long := storetest.Today.AddMonths(-120)
		light := func(given string) person.ID {
			p := person.Person{ID: person.ID(id.New()), Reference: id.NewReference(), MadeAs: person.AsRelation, Recorded: date.Stamp{By: storetest.By}}
			d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
				if err := tx.AddPerson(ctx, p); err != nil {
					return err
				}
				return tx.AddName(ctx, p.ID, person.Name{ID: id.New(), Kind: person.Legal, Given: given, Family: "Marlowe", Clocks: storetest.Clocks(date.Date{})})
			})
			return p.ID
		}
		mother, partner := light("Mara"), light("Piers")
		brother := d.another(t, "Otto", d.adviser.Worker)
		d.kin(t, "parent", mother, d.child.ID, storetest.Clocks(long))
		d.kin(t, "parent", mother, brother.ID, storetest.Clocks(long))
		d.kin(t, "parent", partner, brother.ID, storetest.Clocks(long))
		d.kin(t, "partner", mother, partner, storetest.Clocks(long))
		fathers := func(k casework.Kinship) bool {
			return slices.ContainsFunc(k.Links, func(l casework.Link) bool { return l.Person == partner && l.Other == brother.ID })
		}
		if _, k := d.kinship(t, d.adviser, d.child.Reference, storetest.Today); !fathers(k) {
			t.Errorf("his fatherhood is left out: %+v", k.Links)
		}
		// A sister of whom this viewer may know, and not of her family: that he is her
		// father too was said on her file.
		sister := d.db.Person(t, "Sue", "Marlowe", date.Must(2012, 5, 3))
		d.kin(t, "sibling", d.child.ID, sister.ID, storetest.Clocks(long))
		d.kin(t, "parent", partner, sister.ID, storetest.Clocks(long))
		names, k := d.kinship(t, d.adviser, d.child.Reference, storetest.Today)
		if !slices.Contains(names, "Sue") || slices.ContainsFunc(k.Links, func(l casework.Link) bool { return l.Person == partner && l.Other == sister.ID }) {
			t.Errorf("drawn %q, and who her father is: %+v", names, k.Links)
		}
	})
}

// The family as it was known on a day in the past, and step by step through the
// days on which something changed.
func TestKinshipAsKnownAndByStep(t *testing.T) {
	clause.Shows(t, "CR-41", "CR-39")
	each(t, func(t *testing.T, d *desk) {
		long, parted := storetest.Today.AddMonths(-120), storetest.Today.AddMonths(-24)
		sister := d.another(t, "Olga", d.adviser.Worker)
		together := storetest.Clocks(long)
		together.Period.To = parted.AddDays(-1)
		d.kin(t, "sibling", d.child.ID, sister.ID, together)
		step := func(n int, known date.Instant) casework.Kinship {
			f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.adviser, Reference: d.child.Reference, Known: known}, casework.KinshipStep(n))
			if err != nil {
				t.Fatal(err)
			}
			return f.Value
		}
		for n, want := range []struct {
			on    date.Date
			links int
		}{{long, 1}, {parted, 0}, {storetest.Today, 0}} {
			if k := step(n, 0); k.On != want.on || len(k.Links) != want.links {
				t.Errorf("step %d: on %v %d relationships, want %v and %d", n, k.On, len(k.Links), want.on, want.links)
			}
		}
		if k := step(99, 0); k.On != storetest.Today {
			t.Errorf("a step too far: %v", k.On)
		}
		if k := step(0, casework.EndOf(storetest.Today.AddDays(-400))); len(k.Links) != 0 || len(k.People) != 1 {
			t.Errorf("before anything was recorded there were %d people", len(k.People))
		}
	})
}
