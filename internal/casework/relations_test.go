package casework_test

import (
	"context"
	"slices"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

func (d *desk) family(t *testing.T, a casework.Actor, ref id.Reference) casework.Family {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: a, Reference: ref}, casework.RelationsPart())
	if err != nil {
		t.Fatal(err)
	}
	return f.Value
}

// relate relates somebody to the child; none of those who may be the same is them.
func (d *desk) relate(t *testing.T, a casework.Actor, who id.Reference, f person.Form) {
	t.Helper()
	n := casework.NewRelative{Form: f, Who: who, Seen: d.family(t, a, d.child.Reference).Seen}
	likely, err := d.AddRelative(t.Context(), a, d.child.Reference, n)
	d.must(t, err)
	if len(likely.Likely) > 0 {
		n.Checked = likely.Key
		_, err = d.AddRelative(t.Context(), a, d.child.Reference, n)
		d.must(t, err)
	}
}

func words(f casework.Family) []string {
	var list []string
	for _, r := range f.Relatives {
		list = append(list, r.Word()+" "+r.Who.DisplayName())
	}
	slices.Sort(list)
	return list
}

var mother = person.Form{
	"kind": "parent:first", "given": "Marianne", "family": "Marlowe", "gender": "F", "say": "unknown", "rests": "birth", "responsible": "yes", "carer": "main",
	"lives": "yes", "phone": "07700 900009",
}

// A mother is made as a relation, lives with the child, has the further telephone
// number, and stands on both records, in words of each side.
func TestRelatives(t *testing.T) {
	clause.Shows(t, "CR-15", "CX-03")
	each(t, func(t *testing.T, d *desk) {
		d.relate(t, d.adviser, "", mother)
		f := d.family(t, d.adviser, d.child.Reference)
		if len(f.Relatives) != 1 || len(f.Household) != 1 {
			t.Fatalf("got %+v, want a mother who lives there", f)
		}
		m := f.Relatives[0]
		if m.Word() != "Mother" || m.Who.MadeAs != person.AsRelation || m.Responsible != person.Yes || m.Carer != person.MainCarer ||
			len(m.Contacts) != 1 || m.Contacts[0].Value != "07700 900009" || f.Household[0].Who.ID != m.Who.ID {
			t.Errorf("the mother: got %+v", m)
		}
		if got := d.prints(t, string(m.Who.ID)); !slices.Contains(got, "make identity shown") || !slices.Contains(got, "find identity reason first") {
			t.Errorf("footprints on the mother's: got %v, want that she was made, and shown", got)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "look relations shown")

		// On hers, the child is a daughter. Whoever says why opens it.
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddCharacteristic(ctx, d.child.ID, person.Characteristic{ID: id.New(), Kind: "gender", Code: "F", Clocks: storetest.Clocks(date.Date{})})
		})
		lead := d.actor(t, "front-door", d.db.Team(t, "front-door"))
		if got := words(d.family(t, lead, m.Who.Reference)); !slices.Equal(got, []string{"Daughter Ines Marlowe"}) {
			t.Errorf("from her side: got %v", got)
		}
		_, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.adviser, Reference: m.Who.Reference}, casework.OverviewPart())
		if !casework.ReasonNeeded(err) {
			t.Errorf("her own record, to the adviser: got %v, want to be asked why", err)
		}
	})
}

// Somebody on the record already is related as who they are.
func TestRelativeIsFoundOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.relate(t, d.adviser, "", mother)
		her := d.family(t, d.adviser, d.child.Reference).Relatives[0].Who
		brother := d.db.Person(t, "Otto", "Marlowe", date.Must(2012, 1, 1))
		d.db.Episode(t, brother.ID, d.team, d.adviser.Worker)
		seen := d.family(t, d.adviser, brother.Reference).Seen
		likely, err := d.AddRelative(t.Context(), d.adviser, brother.Reference, casework.NewRelative{Form: mother, Seen: seen})
		d.must(t, err)
		if !slices.ContainsFunc(likely.Likely, func(f person.Found) bool { return f.ID == her.ID }) {
			t.Fatalf("got %+v, want to be shown his mother", likely)
		}
		for _, f := range likely.Likely { // the child has a file; she is there as a relation only
			if f.Relative != (f.ID == her.ID) {
				t.Errorf("%s: said to be on record as a relative: %v", f.DisplayName(), f.Relative)
			}
		}
		_, err = d.AddRelative(t.Context(), d.adviser, brother.Reference, casework.NewRelative{Form: mother, Who: her.Reference, Seen: seen})
		d.must(t, err)
		if f := d.family(t, d.adviser, brother.Reference); len(f.Relatives) != 1 || f.Relatives[0].Who.ID != her.ID {
			t.Errorf("got %+v, want her", f.Relatives)
		}
	})
}

// Of somebody whose file is restricted, the family and the household of whoever may
// not know them have nothing; nor can they be picked.
func TestRestrictedRelativeIsAbsent(t *testing.T) {
	clause.Shows(t, "CR-31")
	each(t, func(t *testing.T, d *desk) {
		brother := d.db.Person(t, "Otto", "Marlowe", date.Must(2012, 1, 1))
		d.db.Episode(t, brother.ID, d.team, d.adviser.Worker)
		before := d.family(t, d.adviser, d.child.Reference)
		d.relate(t, d.adviser, brother.Reference, form("kind", "sibling:first", "lives", "yes"))
		d.relate(t, d.adviser, "", mother)
		light := d.family(t, d.adviser, d.child.Reference).Relatives[0].Who
		if len(before.Relatives) != 0 || light.MadeAs != person.AsRelation {
			t.Fatalf("got %+v before, and %+v first", before, light)
		}
		d.keepTo(t, brother.ID, d.manager)
		f := d.family(t, d.adviser, d.child.Reference)
		if got := words(f); !slices.Equal(got, []string{"Mother Marianne Marlowe"}) || len(f.Household) != 1 {
			t.Errorf("to whom may not know him: got %v and a household of %d", got, len(f.Household))
		}
		if got := words(d.family(t, d.manager, d.child.Reference)); len(got) != 2 {
			t.Errorf("to whom is named: got %v, want both", got)
		}
		_, err := d.AddRelative(t.Context(), d.adviser, d.child.Reference, casework.NewRelative{Form: form("kind", "cousin:first"), Who: brother.Reference, Seen: f.Seen})
		if got := problemFields(err); !slices.Equal(got, []string{"who"}) {
			t.Errorf("picked by reference: got %v, want the answer for nobody", err)
		}
		_, nobody := d.AddRelative(t.Context(), d.adviser, d.child.Reference, casework.NewRelative{Form: form("kind", "cousin:first"), Who: id.NewReference(), Seen: f.Seen})
		if err.Error() != nobody.Error() {
			t.Errorf("restricted: %v; nobody: %v", err, nobody)
		}
		// An adult who is there as a relation only can be restricted too.
		d.keepTo(t, light.ID, d.manager)
		if f := d.family(t, d.adviser, d.child.Reference); len(f.Relatives)+len(f.Household) != 0 {
			t.Errorf("with both restricted: got %+v", f)
		}
	})
}

func TestRelationsWithheld(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, err := casework.Open(t.Context(), d.Service, d.look(d.outsider), casework.RelationsPart())
		wantKind(t, "the outsider looks", err, fault.NotFound)
		_, err = d.AddRelative(t.Context(), d.outsider, d.child.Reference, casework.NewRelative{Form: mother})
		wantKind(t, "the outsider adds", err, fault.NotFound)
		wantPrint(t, d.prints(t, string(d.child.ID)), "record relations absent")
	})
}

// A father who is not on the record is missed until somebody says what is known of
// where he is; once he is on it, nothing is missed.
func TestWhereabouts(t *testing.T) {
	clause.Shows(t, "CR-34")
	each(t, func(t *testing.T, d *desk) {
		d.relate(t, d.adviser, "", mother)
		f := d.family(t, d.adviser, d.child.Reference)
		if len(f.Unknown) != 1 || f.Unknown[0].ID != "father" {
			t.Fatalf("missed: got %+v, want the father", f.Unknown)
		}
		err := d.StateWhereabouts(t.Context(), d.adviser, d.child.Reference, casework.NewRelative{Form: form("of", "father"), Seen: f.Seen})
		if got := problemFields(err); !slices.Equal(got, []string{"statement"}) {
			t.Errorf("nothing said: got %v", err)
		}
		d.must(t, d.StateWhereabouts(t.Context(), d.adviser, d.child.Reference, casework.NewRelative{Form: form("of", "father", "statement", "Last heard of in Fenwick."), Seen: f.Seen}))
		if f = d.family(t, d.adviser, d.child.Reference); len(f.Unknown) != 0 || len(f.Whereabouts) != 1 {
			t.Errorf("after the statement: got %+v and %+v", f.Unknown, f.Whereabouts)
		}
		d.relate(t, d.adviser, "", form("kind", "lives-with:first", "given", "Len", "family", "Testlodger", "say", "unknown", "lives", "yes"))
		if f = d.family(t, d.adviser, d.child.Reference); len(f.Household) != 2 {
			t.Errorf("with the lodger the household is of %d others, want 2", len(f.Household))
		}
	})
}

// A relationship is corrected with why, ends on a day, and is as it was known on any
// day before; the second of two who change it is told.
func TestRelationshipsInTime(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.relate(t, d.adviser, "", mother)
		first := d.family(t, d.adviser, d.child.Reference)
		was := first.Relatives[0]
		d.db.Now.Set(d.db.Now.Time().AddDate(0, 0, 3))
		change := casework.NewRelative{Form: form("kind", "step-parent:first", "phone", "07700 900010"), Seen: first.Seen}
		err := d.ChangeRelative(t.Context(), d.adviser, d.child.Reference, was.ID, change)
		if got := problemFields(err); !slices.Equal(got, []string{"why"}) {
			t.Errorf("without why: got %v", err)
		}
		change.Form["why"] = "She married his father."
		d.must(t, d.ChangeRelative(t.Context(), d.adviser, d.child.Reference, was.ID, change))
		if err := d.ChangeRelative(t.Context(), d.manager, d.child.Reference, was.ID, change); !casework.FactsChanged(err) {
			t.Errorf("the second change: got %v, want to be told", err)
		}
		f := d.family(t, d.adviser, d.child.Reference)
		if got := words(f); !slices.Equal(got, []string{"Stepmother Marianne Marlowe"}) || len(f.Relatives[0].Contacts) != 1 || f.Relatives[0].Contacts[0].Value != "07700 900010" {
			t.Errorf("corrected: got %v, contacts %+v", got, f.Relatives[0].Contacts)
		}
		d.must(t, d.EndRelative(t.Context(), d.adviser, d.child.Reference, f.Relatives[0].ID, casework.NewRelative{Form: on("last", d.Today()), Seen: f.Seen}, false))
		f = d.family(t, d.adviser, d.child.Reference)
		if f.Relatives[0].Period.To != d.Today() {
			t.Errorf("ended: got %v", f.Relatives[0].Period)
		}
		then, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.adviser, Reference: d.child.Reference, Known: casework.EndOf(storetest.Today)}, casework.RelationsPart())
		d.must(t, err)
		if got := words(then.Value); !slices.Equal(got, []string{"Mother Marianne Marlowe"}) {
			t.Errorf("as known on the first day: got %v", got)
		}
		mate := f.Household[0]
		d.must(t, d.EndHousemate(t.Context(), d.adviser, d.child.Reference, mate.Member.ID, casework.NewRelative{Form: on("last", d.Today().AddDays(-1)), Seen: f.Seen}))
		if f = d.family(t, d.adviser, d.child.Reference); f.Household[0].With.To != d.Today().AddDays(-1) {
			t.Errorf("moved out: got %+v", f.Household)
		}
	})
}
