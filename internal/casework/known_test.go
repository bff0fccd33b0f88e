package casework_test

import (
	"context"
	"slices"
	"testing"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// known opens a part of the child's file as it was known at a moment.
func known[T any](t *testing.T, d *desk, a casework.Actor, at date.Instant, part casework.Part[T]) casework.File[T] {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: a, Reference: d.child.Reference, Known: at}, part)
	d.must(t, err)
	return f
}

// The head of the file, the details, the family and the names of relatives are those
// that were known on the day; who may see them, and what of it, is decided today.
func TestFileAsKnownOn(t *testing.T) {
	clause.Shows(t, "CR-39")
	each(t, func(t *testing.T, d *desk) {
		d.relate(t, d.adviser, "", mother)
		d.must(t, d.state(t, d.adviser, casework.AddressFacts, "", and(form("kind", "home", "line1", "1 Test Lane", "postcode", "ZX1 1AA"), on("from", storetest.Today.AddDays(-300)))))
		then := casework.EndOf(storetest.Today)
		d.db.Now.Set(d.db.Now.Time().AddDate(0, 0, 30))

		// She is married, was born a year earlier, and goes into hiding.
		names, births, addresses := d.facts(t, d.adviser, casework.NameFacts), d.facts(t, d.adviser, casework.BirthFacts), d.facts(t, d.adviser, casework.AddressFacts)
		d.must(t, d.state(t, d.adviser, casework.NameFacts, names.Now[0].ID, form("kind", "legal", "given", "Inés", "family", "Wedlock", "why", "Her certificate.")))
		d.must(t, d.state(t, d.adviser, casework.BirthFacts, births.Now[0].ID, and(form("say", "day", "why", "Her certificate."), on("born", date.Must(2009, 3, 5)))))
		d.must(t, d.CheckFact(t.Context(), d.adviser, d.child.Reference, casework.Stating{Kind: casework.AddressFacts, Fact: addresses.Now[0].ID, Seen: addresses.Seen, Form: form("basis", "Seen there")}))
		d.must(t, d.state(t, d.adviser, casework.AddressFacts, addresses.Now[0].ID, and(form("kind", "home", "line1", "1 Test Lane", "postcode", "ZX1 1AA", "confidential", "yes", "why", "She is looked for."), on("from", storetest.Today.AddDays(-300)))))

		head := known(t, d, d.adviser, then, casework.OverviewPart()).Header
		if head.DisplayName() != "Ines Marlowe" || head.Born != date.Must(2010, 3, 5) || len(head.Episodes) != 1 {
			t.Errorf("the head as known before: got %+v", head)
		}
		if now := known(t, d, d.adviser, 0, casework.OverviewPart()).Header; now.DisplayName() != "Inés Wedlock" || now.Born != date.Must(2009, 3, 5) {
			t.Errorf("the head today: got %+v", now)
		}
		if early := known(t, d, d.adviser, casework.EndOf(storetest.Today.AddDays(-900)), casework.OverviewPart()); early.Header.DisplayName() != "" || early.Header.Reference != d.child.Reference || len(early.Value.Names) != 0 {
			t.Errorf("before anything was known: got %+v", early.Header)
		}
		// A page of a kind of fact has what was held and put aside by then.
		page := known(t, d, d.adviser, then, casework.FactsPart(casework.NameFacts, access.Look)).Value
		if len(page.Now) != 1 || len(page.Before) != 0 || page.Now[0].Fact.(person.Name).Family != "Marlowe" || page.Now[0].Gone != nil {
			t.Errorf("the names as known before: got %+v and %+v", page.Now, page.Before)
		}
		// What was not confidential then is so today: whoever may not see it does not
		// find it in history, on any page.
		for _, at := range []date.Instant{0, then} {
			p := known(t, d, d.business, at, casework.FactsPart(casework.AddressFacts, access.Look)).Value
			for _, f := range append(slices.Clone(p.Now), p.Before...) {
				if a := f.Fact.(person.Address); a.Line1 != "" || !f.Masked {
					t.Errorf("at %d, who may not see it is shown %+v", at, f)
				}
			}
			for _, a := range known(t, d, d.business, at, casework.OverviewPart()).Value.Addresses {
				if a.Line1 != "" {
					t.Errorf("at %d, the overview shows %+v", at, a)
				}
			}
		}
		seen := known(t, d, d.adviser, then, casework.FactsPart(casework.AddressFacts, access.Look)).Value
		if len(seen.Now) != 1 || seen.Now[0].Fact.(person.Address).Line1 != "1 Test Lane" || seen.Now[0].Checked != nil {
			t.Errorf("whoever works with her sees %+v, want the address, and no check that came later", seen.Now)
		}

		// The mother, by the name that was known.
		her := d.family(t, d.adviser, d.child.Reference).Relatives[0].Who
		d.rename(t, her.ID, "Marianne", "Newname")
		if got := words(known(t, d, d.adviser, then, casework.RelationsPart()).Value); !slices.Equal(got, []string{"Mother Marianne Marlowe"}) {
			t.Errorf("the family as known before: got %v", got)
		}
		// Today's restriction holds for all days.
		d.keepTo(t, her.ID, d.manager)
		if got := words(known(t, d, d.adviser, then, casework.RelationsPart()).Value); len(got) != 0 {
			t.Errorf("a mother whose file is restricted today: got %v", got)
		}
	})
}

// rename gives somebody another legal name in place of the one they have.
func (d *desk) rename(t *testing.T, p person.ID, given, family string) {
	t.Helper()
	d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		names, err := tx.Names(ctx, p, 0)
		if err != nil {
			return err
		}
		if err := tx.Supersede(ctx, store.NameFact, names[0].ID, tx.Stamp("test")); err != nil {
			return err
		}
		return tx.AddName(ctx, p, person.Name{ID: id.New(), Kind: person.Legal, Given: given, Family: family, Clocks: storetest.Clocks(date.Date{})})
	})
}
