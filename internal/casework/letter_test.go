package casework_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

func (d *desk) letters(t *testing.T, a casework.Actor) casework.Letters {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, d.look(a), casework.LettersPart())
	if err != nil {
		t.Fatal(err)
	}
	return f.Value
}

func (d *desk) take(t *testing.T, a casework.Actor, taking casework.Taking) (casework.Recipient, error) {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, d.look(a), casework.TakeAddressPart(taking))
	return f.Value, err
}

// lastDetail is the sealed detail of the last footprint on the child's file.
func (d *desk) lastDetail(t *testing.T) footprint.Detail {
	t.Helper()
	var detail footprint.Detail
	d.db.Read(t, func(ctx context.Context, r store.Reader) error {
		looks, err := r.Looks(ctx, d.child.ID, 0, 1)
		if err != nil {
			return err
		}
		sealed, err := r.FootprintDetail(ctx, looks[0].Number)
		if err != nil {
			return err
		}
		detail, err = d.OpenDetail(looks[0].Number, sealed)
		return err
	})
	return detail
}

// An address is confirmed as still so: who, when and how they knew is added, the fact
// stays, and a stale page is told.
func TestCheckFact(t *testing.T) {
	clause.Shows(t, "CR-10", "CR-39")
	each(t, func(t *testing.T, d *desk) {
		d.must(t, d.state(t, d.adviser, casework.AddressFacts, "", and(form("kind", "home", "line1", "1 Test Lane", "postcode", "ZX1 1AA"), on("from", storetest.Today.AddDays(-300)))))
		p := d.facts(t, d.adviser, casework.AddressFacts)
		st := casework.Stating{Kind: casework.AddressFacts, Fact: p.Now[0].ID, Seen: p.Seen}
		st.Form = form("basis", "")
		if got := problemFields(d.CheckFact(t.Context(), d.adviser, d.child.Reference, st)); !slices.Equal(got, []string{"basis"}) {
			t.Errorf("without how they know: got problems %v", got)
		}
		st.Form = form("basis", "Her mother, by telephone")
		wantKind(t, "the outsider", d.CheckFact(t.Context(), d.outsider, d.child.Reference, st), fault.NotFound)
		wantPrint(t, d.prints(t, string(d.child.ID)), "record identity absent")
		d.db.Now.Set(d.db.Now.Time().AddDate(0, 0, 3))
		d.must(t, d.CheckFact(t.Context(), d.adviser, d.child.Reference, st))
		wantPrint(t, d.prints(t, string(d.child.ID)), "record identity shown")
		p = d.facts(t, d.adviser, casework.AddressFacts)
		f := p.Now[0]
		if len(p.Now) != 1 || len(p.Before) != 0 || f.ID != st.Fact || f.Checked == nil || f.Checked.Basis != "Her mother, by telephone" ||
			f.Checked.Recorded.At.Date() != storetest.Today.AddDays(3) || p.Names[f.Checked.Recorded.By] == "" {
			t.Fatalf("got %+v, checked %+v", f, f.Checked)
		}
		if f.Made == nil || f.Made.Action != person.Added {
			t.Errorf("how it came to be: got %+v, want that it was added", f.Made)
		}
		if to := d.letters(t, d.adviser).To[0]; to.Checked != storetest.Today.AddDays(3) {
			t.Errorf("the letter: checked %s", to.Checked)
		}
		// What is past is not confirmed.
		d.must(t, d.EndFact(t.Context(), d.adviser, d.child.Reference, casework.Stating{Kind: st.Kind, Fact: st.Fact, Seen: p.Seen, Form: on("last", storetest.Today.AddDays(-1))}, false))
		p = d.facts(t, d.adviser, casework.AddressFacts)
		st.Fact, st.Seen = p.Now[0].ID, p.Seen
		if err := d.CheckFact(t.Context(), d.adviser, d.child.Reference, st); !casework.FactsChanged(err) {
			t.Errorf("confirm what has ended: got %v", err)
		}
	})
}

// An address is given for a letter; one that has ended only with why, which the
// footprint keeps; and none where it was changed meanwhile.
func TestAddressForALetter(t *testing.T) {
	clause.Shows(t, "CR-10")
	each(t, func(t *testing.T, d *desk) {
		if to := d.letters(t, d.adviser).To[0]; to.Known() || !to.Has(person.NoAddress) {
			t.Errorf("no address: got %+v", to)
		}
		d.must(t, d.state(t, d.adviser, casework.AddressFacts, "", and(form("kind", "home", "line1", "1 Test Lane", "postcode", "ZX1 1AA"), on("from", storetest.Today.AddDays(-300)))))
		to := d.letters(t, d.adviser).To[0]
		if !to.Ready() || to.Who.ID != d.child.ID {
			t.Fatalf("got %+v, want nothing against it", to)
		}
		got, err := d.take(t, d.adviser, casework.Taking{To: d.child.Reference, Seen: to.Seen})
		d.must(t, err)
		if got.Address.Line1 != "1 Test Lane" {
			t.Errorf("got %+v", got.Address)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "take-address identity shown")
		if detail := d.lastDetail(t); detail.Done == "" || detail.Purpose != "" {
			t.Errorf("the footprint says %+v", detail)
		}

		// A year is how long the definitions have an address hold.
		d.db.Now.Set(d.db.Now.Time().AddDate(0, 0, 370))
		if to := d.letters(t, d.adviser).To[0]; !slices.Equal(to.Doubts, []person.Doubt{person.NotChecked}) {
			t.Errorf("not confirmed for long: got %v", to.Doubts)
		}
		p := d.facts(t, d.adviser, casework.AddressFacts)
		d.must(t, d.CheckFact(t.Context(), d.adviser, d.child.Reference, casework.Stating{Kind: casework.AddressFacts, Fact: p.Now[0].ID, Seen: p.Seen, Form: form("basis", "Seen at the visit")}))
		if to := d.letters(t, d.adviser).To[0]; !to.Ready() {
			t.Errorf("once it is confirmed: got %v", to.Doubts)
		}
		d.must(t, d.EndFact(t.Context(), d.adviser, d.child.Reference, casework.Stating{Kind: casework.AddressFacts, Fact: p.Now[0].ID, Seen: p.Seen, Form: on("last", storetest.Today.AddDays(-1))}, false))
		if _, err := d.take(t, d.adviser, casework.Taking{To: d.child.Reference, Seen: to.Seen}); !casework.FactsChanged(err) {
			t.Errorf("changed since the page: got %v", err)
		}
		to = d.letters(t, d.adviser).To[0]
		if !slices.Equal(to.Doubts, []person.Doubt{person.AddressEnded}) {
			t.Errorf("ended: got %v", to.Doubts)
		}
		_, err = d.take(t, d.adviser, casework.Taking{To: d.child.Reference, Seen: to.Seen})
		if fields := problemFields(err); !slices.Equal(fields, []string{"why"}) {
			t.Errorf("without why: got %v", err)
		}
		_, err = d.take(t, d.adviser, casework.Taking{To: d.child.Reference, Seen: to.Seen, Why: strings.Repeat("x", 300)})
		if fields := problemFields(err); !slices.Equal(fields, []string{"why"}) {
			t.Errorf("too long: got %v", err)
		}
		_, err = d.take(t, d.adviser, casework.Taking{To: d.child.Reference, Seen: to.Seen, Why: "Post is sent on."})
		d.must(t, err)
		if detail := d.lastDetail(t); detail.Purpose != "Post is sent on." {
			t.Errorf("the footprint says %+v, want why", detail)
		}
		_, err = d.take(t, d.outsider, casework.Taking{To: d.child.Reference, Seen: to.Seen, Why: "I want to."})
		wantKind(t, "the outsider", err, fault.NotFound)
		wantPrint(t, d.prints(t, string(d.child.ID)), "look identity absent")
	})
}

// A mother's address is hers; one that is confidential is masked from whoever may not
// see it, and an older one is not given in its place.
func TestLetterToAMother(t *testing.T) {
	clause.Shows(t, "CR-10")
	each(t, func(t *testing.T, d *desk) {
		d.relate(t, d.adviser, "", mother)
		her := d.family(t, d.adviser, d.child.Reference).Relatives[0].Who
		live := func(line string, confidential bool, from date.Date, to date.Date) {
			c := storetest.Clocks(from)
			c.Period.To = to
			d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
				return tx.AddAddress(ctx, her.ID, person.Address{ID: id.New(), Line1: line, Postcode: "ZX1 1AB", Confidential: confidential, Clocks: c})
			})
		}
		live("3 Test Lane", false, storetest.Today.AddDays(-900), storetest.Today.AddDays(-400))
		to, ok := d.letters(t, d.adviser).Find(her.Reference)
		if !ok || to.Word != "Mother" || !to.Has(person.AddressEnded) {
			t.Fatalf("got %+v, want the mother at an address that has ended", to)
		}
		_, err := d.take(t, d.adviser, casework.Taking{To: her.Reference, Seen: to.Seen, Why: "Somebody forwards it."})
		d.must(t, err)
		if got := d.prints(t, string(her.ID)); !slices.ContainsFunc(got, func(p string) bool { return strings.HasPrefix(p, casework.TakesAddress+" identity") }) {
			t.Errorf("her address was taken; the footprints on her file: %q", got)
		}
		live("The refuge", true, storetest.Today.AddDays(-10), date.Date{})
		to, _ = d.letters(t, d.business).Find(her.Reference)
		if !to.Masked || to.Known() || to.Address.Line1 != "" || !slices.Equal(to.Doubts, []person.Doubt{person.KeptSecret}) {
			t.Errorf("confidential: got %+v, want that there is one, and nothing of it", to)
		}
		_, err = d.take(t, d.business, casework.Taking{To: her.Reference, Seen: to.Seen, Why: "I want to."})
		wantKind(t, "take what is masked", err, fault.NotFound)

		// Whose file is restricted is not there.
		d.keepTo(t, her.ID, d.manager)
		if _, ok := d.letters(t, d.adviser).Find(her.Reference); ok {
			t.Error("a mother whose file is restricted is among those to write to")
		}
		_, err = d.take(t, d.adviser, casework.Taking{To: her.Reference, Seen: to.Seen, Why: "I want to."})
		wantKind(t, "take that of whom there is nothing", err, fault.NotFound)
	})
}
