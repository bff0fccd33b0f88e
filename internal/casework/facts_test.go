package casework_test

import (
	"context"
	"errors"
	"slices"
	"strings"
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

func (d *desk) facts(t *testing.T, a casework.Actor, kind casework.FactKind) casework.FactPage {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, d.look(a), casework.FactsPart(kind, access.Look))
	if err != nil {
		t.Fatal(err)
	}
	return f.Value
}

// state says something about the child, on the facts as they are.
func (d *desk) state(t *testing.T, a casework.Actor, kind casework.FactKind, fact string, f person.Form) error {
	t.Helper()
	return d.StateFact(t.Context(), a, d.child.Reference, casework.Stating{Kind: kind, Fact: fact, Seen: d.facts(t, a, kind).Seen, Form: f})
}

func form(pairs ...string) person.Form {
	f := person.Form{}
	for i := 0; i+1 < len(pairs); i += 2 {
		f[pairs[i]] = pairs[i+1]
	}
	return f
}

func on(prefix string, d date.Date) person.Form {
	f := person.Form{}
	f.SetDay(prefix, d)
	return f
}

func and(forms ...person.Form) person.Form {
	all := person.Form{}
	for _, f := range forms {
		for k, v := range f {
			all[k] = v
		}
	}
	return all
}

// problemFields are the fields beside which an error says something.
func problemFields(err error) []string {
	var fields []string
	if e, ok := asFault(err); ok {
		for _, p := range e.Problems {
			fields = append(fields, p.Field)
		}
	}
	return fields
}

// A move is dated, ends the address before it the day before, and leaves both on
// the record with who recorded what; a correction puts the mistake aside with why.
func TestFactsAreDatedAndSuperseded(t *testing.T) {
	clause.Shows(t, "CR-39", "CR-10")
	each(t, func(t *testing.T, d *desk) {
		moved, again := storetest.Today.AddDays(-300), storetest.Today.AddDays(-20)
		d.must(t, d.state(t, d.adviser, casework.AddressFacts, "", and(form("kind", "home", "line1", "1 Test Lane", "postcode", "zx11aa"), on("from", moved))))
		d.must(t, d.state(t, d.adviser, casework.AddressFacts, "", and(form("kind", "home", "line1", "2 Test Lane", "postcode", "ZX1 1AB", "basis", "Told by her mother"), on("from", again))))
		p := d.facts(t, d.adviser, casework.AddressFacts)
		if len(p.Now) != 2 || len(p.Before) != 1 {
			t.Fatalf("got %d now and %d put aside, want 2 and 1", len(p.Now), len(p.Before))
		}
		first, second := p.Now[0].Fact.(person.Address), p.Now[1].Fact.(person.Address)
		if first.Line1 != "1 Test Lane" || first.Postcode != "ZX1 1AA" || first.Period != (date.Period{From: moved, To: again.AddDays(-1)}) {
			t.Errorf("the old address: got %+v", first)
		}
		if second.Period != (date.Period{From: again}) || p.Now[1].Made == nil || p.Now[1].Made.Basis != "Told by her mother" {
			t.Errorf("the new address: got %+v, made %+v", second, p.Now[1].Made)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "look identity shown")

		// It was number 3 all along.
		wantKind(t, "a correction without why", d.state(t, d.adviser, casework.AddressFacts, second.ID, form("kind", "home", "line1", "3 Test Lane")), fault.Invalid)
		d.must(t, d.state(t, d.adviser, casework.AddressFacts, second.ID, and(form("kind", "home", "line1", "3 Test Lane", "postcode", "ZX1 1AB", "why", "She was misheard."), on("from", again))))
		if got := d.prints(t, string(d.child.ID))[0]; got != "record identity shown" {
			t.Errorf("the change left the footprint %q", got)
		}
		p = d.facts(t, d.adviser, casework.AddressFacts)
		i := slices.IndexFunc(p.Before, func(f casework.KnownFact) bool { return f.ID == second.ID })
		if i < 0 || p.Before[i].Gone == nil || p.Before[i].Gone.Why != "She was misheard." || p.Before[i].Gone.Action != person.Corrected {
			t.Fatalf("the mistake is not put aside with why: %+v", p.Before)
		}
		// As known before that, it was number 2.
		var then []person.Address
		d.db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
			then, err = r.Addresses(ctx, d.child.ID, p.Before[i].Superseded.At-1)
			return err
		})
		if !slices.ContainsFunc(then, func(a person.Address) bool { return a.Line1 == "2 Test Lane" && a.Period.Open() }) {
			t.Errorf("as known before the correction: got %+v, want number 2", then)
		}
	})
}

// Of two who change the same, the second is told; nothing is overwritten.
func TestTwoWhoChangeAFact(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		seen := d.facts(t, d.adviser, casework.NameFacts)
		st := casework.Stating{Kind: casework.NameFacts, Fact: seen.Now[0].ID, Seen: seen.Seen, Form: form("kind", "legal", "given", "Inés", "family", "Marlowe", "why", "Her birth certificate.")}
		d.must(t, d.StateFact(t.Context(), d.adviser, d.child.Reference, st))
		err := d.StateFact(t.Context(), d.manager, d.child.Reference, st)
		if !casework.FactsChanged(err) {
			t.Errorf("the second correction: got %v, want to be told", err)
		}
		st.Fact = ""
		if err := d.StateFact(t.Context(), d.manager, d.child.Reference, st); !casework.FactsChanged(err) {
			t.Errorf("a name added on an old page: got %v, want to be told", err)
		}
		if err := d.EndFact(t.Context(), d.manager, d.child.Reference, st, true); !casework.FactsChanged(err) {
			t.Errorf("a name ended on an old page: got %v, want to be told", err)
		}
	})
}

func TestFactsWithheld(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		seen := d.facts(t, d.adviser, casework.ContactFacts).Seen
		st := casework.Stating{Kind: casework.ContactFacts, Seen: seen, Form: form("kind", "phone", "value", "07700 900123")}
		wantKind(t, "the outsider", d.StateFact(t.Context(), d.outsider, d.child.Reference, st), fault.NotFound)
		wantPrint(t, d.prints(t, string(d.child.ID)), "record identity absent")
		d.must(t, d.StateFact(t.Context(), d.business, d.child.Reference, st)) // support staff keep essential information (CR-25)
	})
}

// A confidential address is not there to be changed, or ended by a new one, for
// whoever may not see it.
func TestConfidentialAddressIsNotChanged(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.must(t, d.state(t, d.adviser, casework.AddressFacts, "", and(form("kind", "home", "line1", "The refuge", "confidential", "yes"), on("from", storetest.Today.AddDays(-30)))))
		mine, theirs := d.facts(t, d.adviser, casework.AddressFacts), d.facts(t, d.business, casework.AddressFacts)
		if len(theirs.Now) != 1 || !theirs.Now[0].Masked || theirs.Now[0].Fact.(person.Address).Line1 != "" {
			t.Fatalf("support staff see %+v, want that there is one", theirs.Now)
		}
		st := casework.Stating{Kind: casework.AddressFacts, Fact: mine.Now[0].ID, Seen: theirs.Seen, Form: form("kind", "home", "line1", "Elsewhere", "why", "No reason.")}
		if err := d.StateFact(t.Context(), d.business, d.child.Reference, st); !casework.FactsChanged(err) {
			t.Errorf("correct what one may not see: got %v", err)
		}
		st.Fact, st.Form = "", and(form("kind", "home", "line1", "Elsewhere"), on("from", storetest.Today))
		wantKind(t, "end what one may not see", d.StateFact(t.Context(), d.business, d.child.Reference, st), fault.Invalid)
	})
}

// Whoever lives in secret where they lived openly before is not found by their history.
func TestConfidentialAddressIsNotInHistory(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		open := and(form("kind", "home", "line1", "1 Test Lane", "postcode", "ZX1 1AA"), on("from", storetest.Today.AddDays(-300)))
		d.must(t, d.state(t, d.adviser, casework.AddressFacts, "", and(open, on("to", storetest.Today.AddDays(-200)))))
		lived := func(a casework.Actor) (list []string) {
			for _, a := range known(t, d, a, 0, casework.OverviewPart()).Value.Addresses {
				list = append(list, a.Line1)
			}
			for _, f := range d.facts(t, a, casework.AddressFacts).Now {
				list = append(list, f.Fact.(person.Address).Line1)
			}
			return list
		}
		if got := lived(d.business); !slices.Contains(got, "1 Test Lane") {
			t.Fatalf("where she lived openly: support staff see %q", got)
		}
		d.must(t, d.state(t, d.adviser, casework.AddressFacts, "", and(form("kind", "home", "line1", "1 test lane", "postcode", "ZX1 1AA", "confidential", "yes"), on("from", storetest.Today.AddDays(-30)))))
		if got := lived(d.business); slices.Contains(got, "1 Test Lane") || len(got) == 0 {
			t.Errorf("where she lives in secret: support staff see %q in her history", got)
		}
		if got := lived(d.adviser); !slices.Contains(got, "1 Test Lane") {
			t.Errorf("where she lives: whoever works with her sees %q", got)
		}
	})
}

// What another file, or a letter box, has openly of a place where somebody lives in
// secret finds nobody, and stands on no list.
func TestSecretPlaceIsOnNoList(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		same := d.another(t, "Inesita", d.adviser.Worker)
		lives := func(p person.ID, line, town, postcode string, secret bool, kind string) {
			d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
				return tx.AddAddress(ctx, p, person.Address{
					ID: id.New(), Line1: line, Town: town, Postcode: postcode, Confidential: secret, Kind: kind,
					Clocks: date.Clocks{Period: date.Period{From: date.Must(2025, 1, 1)}, Recorded: tx.Stamp(storetest.By)},
				})
			})
		}
		find := func(typed string) (where []string) {
			f, err := d.Find(t.Context(), d.business, typed)
			d.must(t, err)
			for _, p := range f.People {
				where = append(where, p.Address.Part())
			}
			return where
		}
		lives(same.ID, "1 Test Lane", "", "ZX1 1AA", true, "")
		lives(d.child.ID, "1 TEST  Lane", "Testton", "ZX1 1AA", false, "")
		if got := find("ZX1 1AA"); !slices.Equal(got, []string{"Testton, ZX1"}) {
			t.Fatalf("of two files, where the one lives openly: %q", got)
		}
		d.must(t, d.MergeFiles(t.Context(), d.manager, same.Reference, d.child.Reference, told))
		lives(d.child.ID, "1 Test Lane", "Testton", "ZX1 1AA", false, person.Mailing)
		if got := find("ZX1 1AA"); len(got) != 0 {
			t.Errorf("found by the place: %q", got)
		}
		if got := find("Ines Marlowe"); !slices.Equal(got, []string{"Confidential"}) {
			t.Errorf("on a list: %q", got)
		}
		lives(d.child.ID, "9 Test Lane", "Testton", "ZX9 9AA", false, person.OtherAddress)
		if got := find("ZX9 9AA"); !slices.Equal(got, []string{"Confidential"}) {
			t.Errorf("by another place: %q", got)
		}
	})
}

// A child has two telephone numbers of their own, and no third (CX-03).
func TestTwoPhones(t *testing.T) {
	clause.Shows(t, "CX-03")
	each(t, func(t *testing.T, d *desk) {
		for _, n := range []string{"07700 900001", "07700 900002"} {
			d.must(t, d.state(t, d.adviser, casework.ContactFacts, "", form("kind", "phone", "value", n)))
		}
		third := d.state(t, d.adviser, casework.ContactFacts, "", form("kind", "phone", "value", "07700 900003"))
		if got := problemFields(third); !slices.Equal(got, []string{"value"}) {
			t.Errorf("a third number: got %v, want it refused beside the number", third)
		}
		d.must(t, d.state(t, d.adviser, casework.ContactFacts, "", form("kind", "email", "value", "ines@example.org")))
		p := d.facts(t, d.adviser, casework.ContactFacts)
		d.must(t, d.EndFact(t.Context(), d.adviser, d.child.Reference, casework.Stating{
			Kind: casework.ContactFacts, Fact: p.Now[0].ID, Seen: p.Seen, Form: on("last", storetest.Today.AddDays(-1)),
		}, false))
		d.must(t, d.state(t, d.adviser, casework.ContactFacts, "", form("kind", "phone", "value", "07700 900003")))
	})
}

// A number that cannot be is refused beside the field, with what is wrong.
func TestNumbersAreChecked(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for _, c := range []struct{ system, bad, good string }{
			{"upn", "A801200001001", "H801200001001"}, {"uln", "1234567890", "1234567899"}, {"nhs-number", "9991234560", "999 000 0018"},
		} {
			err := d.state(t, d.adviser, casework.NumberFacts, "", form("system", c.system, "value", c.bad))
			if got := problemFields(err); !slices.Equal(got, []string{"value"}) || !strings.Contains(err.Error(), "does not agree") {
				t.Errorf("%s %s: got %v", c.system, c.bad, err)
			}
			d.must(t, d.state(t, d.adviser, casework.NumberFacts, "", form("system", c.system, "value", c.good)))
		}
	})
}

// A number that another file has: named where the worker may find that file, and
// kept beside it, saying nothing, where they may not.
func TestNumberOfAnotherFile(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		other := d.db.Person(t, "Otto", "Testwell", date.Must(2011, 1, 1))
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddIdentifier(ctx, other.ID, person.Identifier{ID: id.New(), System: "upn", Value: "H801200001001", Clocks: storetest.Clocks(date.Date{})})
		})
		said := form("system", "upn", "value", "H801200001001")
		err := d.state(t, d.adviser, casework.NumberFacts, "", said)
		if got := problemFields(err); !slices.Equal(got, []string{"value"}) || !strings.Contains(err.Error(), other.Reference.String()) {
			t.Errorf("a number of a file that may be found: got %v", err)
		}
		wantPrint(t, d.prints(t, string(other.ID)), "find identity reason first")
		asked := and(form("given", "No", "family", "Body", "say", "day", "work", casework.WorkNone, "number-upn", "H801200001001"), on("born", date.Must(2011, 1, 2)))
		for n := range 2 {
			_, err = d.AddChild(t.Context(), d.adviser, asked, "")
			if got := problemFields(err); !slices.Equal(got, []string{"number-upn"}) {
				t.Errorf("for a new file: %v", err)
			}
			if got := d.prints(t, string(other.ID)); len(got) != n+2 {
				t.Errorf("asked %d times, %d footprints", n+2, len(got))
			}
		}
		d.keepTo(t, other.ID, d.manager)
		d.must(t, d.state(t, d.adviser, casework.NumberFacts, "", said))
		if now := d.facts(t, d.adviser, casework.NumberFacts).Now; len(now) != 1 || now[0].Fact.(person.Identifier).Value != "H801200001001" {
			t.Errorf("a number of a restricted file: got %+v, want it kept", now)
		}
		d.db.Read(t, func(ctx context.Context, r store.Reader) error {
			holder, err := r.PersonByIdentifier(ctx, "upn", "H801200001001")
			if holder != other.ID {
				t.Errorf("whose it is: got %s, want the first", holder)
			}
			return err
		})
	})
}

// An unborn child's file becomes that of a child who was born.
func TestUnbornIsBorn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made, err := d.AddChild(t.Context(), d.adviser, and(form("family", "Testborough", "say", "expected", "work", "team"), on("expected", storetest.Today.AddDays(50))), "")
		d.must(t, err)
		d.child.Reference = made.Reference
		p := d.facts(t, d.adviser, casework.BirthFacts)
		if b := p.Now[0].Fact.(person.Birth); b.Exactness != person.Expected || b.Day != storetest.Today.AddDays(50) {
			t.Fatalf("unborn: got %+v", b)
		}
		d.must(t, d.state(t, d.adviser, casework.BirthFacts, p.Now[0].ID, and(form("say", "day", "proof", "2"), on("born", storetest.Today.AddDays(-1)))))
		p = d.facts(t, d.adviser, casework.BirthFacts)
		if b := p.Now[0].Fact.(person.Birth); len(p.Now) != 1 || !b.Sure() || b.Proof != "2" {
			t.Errorf("born: got %+v", p.Now)
		}
	})
}

func TestAddChild(t *testing.T) {
	clause.Shows(t, "CX-02")
	each(t, func(t *testing.T, d *desk) {
		said := and(form("given", "Inez", "family", "Marlowe", "say", "day", "work", "mine", "fact-gender", "F", "number-upn", "H801200001001",
			"phone", "07700 900001", "postcode", "zx1 1aa", "line1", "1 Test Lane"), on("born", date.Must(2010, 3, 5)))
		// Ines Marlowe of that day may be the same child.
		asked, err := d.AddChild(t.Context(), d.adviser, said, "")
		d.must(t, err)
		if asked.Reference != "" || len(asked.Likely) != 1 || asked.Likely[0].Reference != d.child.Reference {
			t.Fatalf("got %+v, want to be shown Ines first", asked)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "find identity shown")
		made, err := d.AddChild(t.Context(), d.adviser, said, asked.Key)
		d.must(t, err)
		file, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.adviser, Reference: made.Reference}, casework.OverviewPart())
		d.must(t, err)
		if file.Header.DisplayName() != "Inez Marlowe" || file.Header.Gender != "F" || len(file.Header.Episodes) != 1 || file.Header.Episodes[0].Allocated != string(d.adviser.Worker) {
			t.Errorf("the file made: got %+v", file.Header)
		}
		want := []string{"ethnicity", "religion", "sen-provision"}
		if !slices.Equal(file.Value.Missing, want) {
			t.Errorf("missing: got %v, want %v", file.Value.Missing, want)
		}
		if got := d.prints(t, string(file.Header.ID)); !slices.Contains(got, "make identity shown") {
			t.Errorf("footprints of the new file: got %v", got)
		}
	})
}

func TestAddChildRefuses(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		_, err := d.AddChild(t.Context(), d.adviser, form("given", "", "say", "age", "age", "old", "number-uln", "1", "work", "nobody", "postcode", "somewhere", "fact-ethnicity", "GREEN"), "")
		got := problemFields(err)
		slices.Sort(got)
		want := []string{"age", "fact-ethnicity", "given", "number-uln", "postcode", "work"}
		if !slices.Equal(got, want) {
			t.Errorf("problems: got %v, want %v", got, want)
		}
		for name, a := range map[string]casework.Actor{"the administrator": d.systemPerson, "a reviewer": d.actor(t, "reviewer", d.team)} {
			_, err := d.AddChild(t.Context(), a, form("family", "Testborough", "work", "none"), "")
			wantKind(t, name, err, fault.NotFound)
			_, err = d.NewChild(t.Context(), a)
			wantKind(t, name, err, fault.NotFound)
		}
		wantPrint(t, d.prints(t, ""), "record new-files absent")
	})
}

// A restricted child is not among those who may be the same.
func TestLikelyWithoutTheRestricted(t *testing.T) {
	clause.Shows(t, "CR-31")
	each(t, func(t *testing.T, d *desk) {
		d.keepTo(t, d.child.ID, d.manager)
		made, err := d.AddChild(t.Context(), d.adviser, and(form("given", "Ines", "family", "Marlowe", "work", "team"), on("born", date.Must(2010, 3, 5))), "")
		d.must(t, err)
		if made.Reference == "" || len(made.Likely) > 0 {
			t.Errorf("got %+v, want the file made", made)
		}
	})
}

func asFault(err error) (*fault.Error, bool) { return errors.AsType[*fault.Error](err) }
