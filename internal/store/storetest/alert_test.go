package storetest_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/alert"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
	. "casefile/internal/store/storetest"
)

func newAlert(kind string) alert.Alert {
	return alert.Alert{
		ID: id.New(), Kind: kind, Narrative: "The dog is loose in the yard.", Aware: person.Yes, Informed: Today.AddDays(-3), How: "At a visit.",
		Manager: "Ada Testworth", Discussed: Today.AddDays(-2), Review: Today.AddMonths(3), Service: "service", Clocks: Clocks(Today.AddDays(-9)),
	}
}

func setAlert(t *testing.T, db *Database, p person.ID, a alert.Alert) alert.Alert {
	t.Helper()
	db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddAlert(ctx, p, a) })
	return a
}

// told are where alerts stand, each as whose, on whose file, and by what link.
func told(t *testing.T, db *Database, names map[person.ID]string, q store.AlertQuery, back bool) []string {
	t.Helper()
	var list []alert.On
	db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
		if back {
			list, err = r.LinkedAlerts(ctx, q)
			return err
		}
		list, err = r.AlertsOn(ctx, q)
		return err
	})
	lines := []string{}
	for _, o := range list {
		lines = append(lines, fmt.Sprintf("%s: %s of %s %s", names[o.On], o.Kind, names[o.Of], o.Via))
	}
	slices.Sort(lines)
	return lines
}

func TestAlertsAreKept(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		p := db.Person(t, "Ines", "Marlowe", born)
		first := setAlert(t, db, p.ID, newAlert("dog"))
		next := first
		next.ID, next.Continues, next.Narrative = id.New(), first.ID, "The dog is on a chain."
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.Supersede(ctx, store.AlertFact, first.ID, tx.Stamp(By)); err != nil {
				return err
			}
			return tx.AddAlert(ctx, p.ID, next)
		})
		var now, ever []alert.Alert
		db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
			if now, err = r.Alerts(ctx, p.ID, 0); err != nil {
				return err
			}
			ever, err = r.Alerts(ctx, p.ID, store.Ever)
			return err
		})
		if len(now) != 1 || len(ever) != 2 {
			t.Fatalf("%d alerts now and %d ever, want 1 and 2", len(now), len(ever))
		}
		got := now[0]
		if got.Recorded.Seq == 0 || got.Key() != first.ID {
			t.Errorf("recorded at %d, key %q, want a place in the order and %q", got.Recorded.Seq, got.Key(), first.ID)
		}
		got.Recorded = next.Recorded
		if diff := cmp.Diff(next, got, cmp.AllowUnexported(date.Date{})); diff != "" {
			t.Errorf("the alert (-want +got):\n%s", diff)
		}
		var old []alert.Alert
		db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
			old, err = r.Alerts(ctx, p.ID, ever[0].Recorded.At)
			return err
		})
		if len(old) != 1 || old[0].Narrative != first.Narrative {
			t.Errorf("as known when it was set: %+v, want the first words", old)
		}
	})
}

// An alert of a linked kind stands on the file of whoever its person is linked to, by
// each link, while the link and the alert last; and by what was known on a day.
func TestAlertsOfThoseLinked(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		names := map[person.ID]string{}
		made := func(name string) person.ID {
			p := db.Person(t, name, "Marlowe", born)
			names[p.ID] = name
			return p.ID
		}
		risk, related, housed, near, past, nobody := made("Risk"), made("Related"), made("Housed"), made("Near"), made("Past"), made("Nobody")
		a := setAlert(t, db, risk, newAlert("linked"))
		setAlert(t, db, risk, newAlert("own"))
		ended := Clocks(Today.AddMonths(-5))
		ended.Period.To = Today.AddDays(-1)
		var begun date.Instant
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			begun = tx.Stamp(By).At
			return nil
		})
		lives := func(p person.ID, line, postcode string, confidential bool) string {
			home := person.Address{ID: id.New(), Line1: line, Postcode: postcode, Confidential: confidential, Clocks: Clocks(Today.AddDays(-20))}
			db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddAddress(ctx, p, home) })
			return home.ID
		}
		home := id.New()
		relation := person.Relationship{ID: id.New(), Person: risk, Other: related, Kind: "parent", Clocks: Clocks(born)}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			for _, r := range []person.Relationship{
				relation, {ID: id.New(), Person: past, Other: risk, Kind: "partner", Clocks: ended},
			} {
				if err := tx.AddRelationship(ctx, r); err != nil {
					return err
				}
			}
			for _, m := range []person.Member{
				{ID: id.New(), Household: home, Person: risk, Clocks: Clocks(born)},
				{ID: id.New(), Household: home, Person: housed, Clocks: Clocks(born)},
				{ID: id.New(), Household: home, Person: past, Clocks: ended},
			} {
				if err := tx.AddMember(ctx, m); err != nil {
					return err
				}
			}
			return nil
		})
		theirs := lives(risk, "3 Weaver Row", "ZZ1 1ZZ", false)
		lives(near, "3 weaver  row", "ZZ1 1ZZ", false)
		lives(nobody, "5 Weaver Row", "ZZ1 1ZZ", false)
		all := []person.ID{risk, related, housed, near, past, nobody}
		ask := store.AlertQuery{People: all, Linked: []string{"linked"}, Day: Today}
		want := []string{
			"Housed: linked of Risk household", "Near: linked of Risk address", "Related: linked of Risk relationship",
		}
		own := []string{"Risk: linked of Risk ", "Risk: own of Risk "}
		wantLines(t, "everybody", told(t, db, names, ask, false), append(slices.Clone(want), own...))
		of := ask
		of.People = []person.ID{risk}
		wantLines(t, "by whose it is", told(t, db, names, of, true), want)
		one := ask
		one.People = []person.ID{near}
		wantLines(t, "one file", told(t, db, names, one, false), want[1:2])
		before := ask
		before.Known = begun
		wantLines(t, "before the links were known", told(t, db, names, before, false), own)
		early := ask
		early.Day = Today.AddDays(-30)
		wantLines(t, "before the alert", told(t, db, names, early, false), nil)
		none := ask
		none.Linked = nil
		wantLines(t, "of no linked kind", told(t, db, names, none, false), own)

		// A place that is secret on either file links nobody, whatever says it openly.
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.Supersede(ctx, store.AddressFact, theirs, tx.Stamp(By))
		})
		lives(risk, "3 Weaver Row", "ZZ1 1ZZ", true)
		open := lives(risk, "3 Weaver Row", "ZZ1 1ZZ", false)
		wantLines(t, "a secret place", told(t, db, names, one, false), nil)
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.Supersede(ctx, store.AddressFact, open, tx.Stamp(By))
		})

		// What ends, ends.
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.Supersede(ctx, store.RelationshipFact, relation.ID, tx.Stamp(By))
		})
		wantLines(t, "without the relationship", told(t, db, names, of, true), want[:1])
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.Supersede(ctx, store.AlertFact, a.ID, tx.Stamp(By))
		})
		wantLines(t, "without the alert", told(t, db, names, of, true), nil)
	})
}

func wantLines(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestAlertsForReview(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		p := db.Person(t, "Ines", "Marlowe", born)
		late, soon, ended := newAlert("dog"), newAlert("dog"), newAlert("dog")
		late.Review, soon.Review, ended.Review = Today, Today.AddDays(1), Today
		ended.Period.To = Today.AddDays(-1)
		for _, a := range []alert.Alert{late, soon, ended} {
			setAlert(t, db, p.ID, a)
		}
		page := func(by date.Date, after string, limit int) (ids []string) {
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				list, err := r.AlertsForReview(ctx, by, after, limit)
				for _, o := range list {
					if o.Of != p.ID || o.On != p.ID {
						t.Errorf("of %s on %s, want %s", o.Of, o.On, p.ID)
					}
					ids = append(ids, o.ID)
				}
				return err
			})
			return ids
		}
		wantLines(t, "due today", page(Today, "", 9), []string{late.ID})
		both := []string{late.ID, soon.ID}
		slices.Sort(both)
		wantLines(t, "due tomorrow", page(Today.AddDays(1), "", 9), both)
		wantLines(t, "the first", page(Today.AddDays(1), "", 1), both[:1])
		wantLines(t, "after the first", page(Today.AddDays(1), both[0], 9), both[1:])
		var whose []person.ID
		db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
			whose, err = r.AlertsOfKinds(ctx, []string{"dog"}, "", 9)
			return err
		})
		if !slices.Equal(whose, []person.ID{p.ID}) {
			t.Errorf("whose alerts: %v, want %v once", whose, p.ID)
		}
	})
}

func TestToldOfAlerts(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		risk, child := db.Person(t, "Rex", "Marlowe", born), db.Person(t, "Ines", "Marlowe", born)
		a := setAlert(t, db, risk.ID, newAlert("dog"))
		tell := func() (fresh bool) {
			db.Must(t, func(ctx context.Context, tx store.Tx) (err error) {
				fresh, err = tx.TellOfAlert(ctx, child.ID, a.Key())
				return err
			})
			return fresh
		}
		if !tell() || tell() {
			t.Error("told first and again: want new once")
		}
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			keys, err := r.AlertsTold(ctx, child.ID)
			wantLines(t, "told of", keys, []string{a.Key()})
			if err != nil {
				return err
			}
			of, err := r.ToldOfAlerts(ctx, risk.ID)
			if !slices.Equal(of, []person.ID{child.ID}) {
				t.Errorf("told because of them: %v, want %v", of, child.ID)
			}
			return err
		})
		db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.ForgetAlert(ctx, child.ID, a.Key()) })
		if !tell() {
			t.Error("after the link had ended: want told anew")
		}
	})
}
