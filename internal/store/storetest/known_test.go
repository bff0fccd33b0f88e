package storetest_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
	. "casefile/internal/store/storetest"
)

// What is missing of each of a list, read in one statement, is what is missing of
// each by themself.
func TestKnownOfAList(t *testing.T) {
	clause.Shows(t, "CX-02")
	wanted := []person.Wanted{
		{Fact: person.NameWanted},
		{Fact: person.BirthWanted},
		{Fact: person.AddressWanted},
		{Fact: person.PhoneWanted},
		{Fact: "ethnicity"},
		{Fact: "sen-need", Given: "sen-provision", Unless: []string{"NONE"}},
	}
	Each(t, func(t *testing.T, db *Database) {
		c, ended := Clocks(Today.AddDays(-9)), Clocks(Today.AddDays(-9))
		ended.Period.To = Today.AddDays(-2)
		var people []person.ID
		add := func(more ...func(tx store.Tx, p person.ID) error) {
			p := db.Person(t, "Ines", "Marlowe", date.Must(2010, 3, 5)).ID
			people = append(people, p)
			db.Must(t, func(_ context.Context, tx store.Tx) error {
				for _, f := range more {
					if err := f(tx, p); err != nil {
						return err
					}
				}
				return nil
			})
		}
		ctx := t.Context()
		address := func(a person.Address) func(tx store.Tx, p person.ID) error {
			return func(tx store.Tx, p person.ID) error { a.ID = id.New(); return tx.AddAddress(ctx, p, a) }
		}
		contact := func(kind string, c date.Clocks) func(tx store.Tx, p person.ID) error {
			return func(tx store.Tx, p person.ID) error {
				return tx.AddContact(ctx, p, person.Contact{ID: id.New(), Kind: kind, Value: "07700 900001", Clocks: c})
			}
		}
		code := func(kind, code string, c date.Clocks) func(tx store.Tx, p person.ID) error {
			return func(tx store.Tx, p person.ID) error {
				return tx.AddCharacteristic(ctx, p, person.Characteristic{ID: id.New(), Kind: kind, Code: code, Clocks: c})
			}
		}
		add()
		add(address(person.Address{Line1: "1 Test Lane", Postcode: "ZX1 1AA", Clocks: c}), contact(person.Phone, c), code("ethnicity", "WBRI", c), code("sen-provision", "NONE", c))
		add(address(person.Address{Confidential: true, Clocks: c}), contact(person.Email, c), code("sen-provision", "E", c))
		add(address(person.Address{Line1: "1 Test Lane", Postcode: "ZX1 1AA", Clocks: ended}), contact(person.Phone, ended), code("ethnicity", "WBRI", ended))
		add(address(person.Address{Line1: "1 Test Lane", Postcode: "ZX1 1AA", Kind: person.Mailing, Clocks: c}), code("sen-need", "ASD", c), code("sen-provision", "E", c))
		statements := 0
		db.Watch(func(string) { statements++ })
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			before := statements
			of, err := r.KnownOf(ctx, people)
			if err != nil {
				return err
			}
			if statements-before != 1 {
				t.Errorf("a list of %d took %d statements, want 1", len(people), statements-before)
			}
			seen := map[string]bool{}
			for i, p := range people {
				var k person.Known
				if k.Names, err = r.Names(ctx, p, 0); err != nil {
					return err
				}
				if k.Births, err = r.Births(ctx, p, 0); err != nil {
					return err
				}
				if k.Addresses, err = r.Addresses(ctx, p, 0); err != nil {
					return err
				}
				if k.Contacts, err = r.Contacts(ctx, p, 0); err != nil {
					return err
				}
				if k.Characteristics, err = r.Characteristics(ctx, p, 0); err != nil {
					return err
				}
				got, want := person.Missing(wanted, of[p]), person.Missing(wanted, k)
				if !slices.Equal(got, want) {
					t.Errorf("%d: missing %v in the list, and %v by themself", i, got, want)
				}
				seen[strings.Join(want, " ")] = true
			}
			if len(seen) < 3 {
				t.Errorf("the people are too alike to tell: %v", seen)
			}
			none, err := r.KnownOf(ctx, nil)
			if len(none) != 0 {
				t.Errorf("nobody: got %v", none)
			}
			return err
		})
	})
}

// The head of a file as it was known at a moment has what was held then, of the rows
// that stand on the file today.
func TestHeaderKnown(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		var before date.Instant
		p := db.Person(t, "Ines", "Marlowe", date.Must(2010, 3, 5)).ID
		db.Must(t, func(_ context.Context, tx store.Tx) error { before = tx.Stamp(By).At; return nil })
		db.Now.Set(db.Now.Time().AddDate(0, 1, 0))
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			names, err := tx.Names(ctx, p, 0)
			if err != nil {
				return err
			}
			if err := tx.Supersede(ctx, store.NameFact, names[0].ID, tx.Stamp(By)); err != nil {
				return err
			}
			if err := tx.AddName(ctx, p, person.Name{ID: id.New(), Kind: person.Legal, Given: "Ines", Family: "Wedlock", Clocks: Clocks(date.Date{})}); err != nil {
				return err
			}
			return tx.AddDeath(ctx, p, person.Death{ID: id.New(), Day: Today, Clocks: Clocks(date.Date{})})
		})
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			then, err := r.HeaderKnown(ctx, p, before)
			if err != nil {
				return err
			}
			if then.DisplayName() != "Ines Marlowe" || then.Dead || then.Born != date.Must(2010, 3, 5) {
				t.Errorf("as known before: got %+v", then)
			}
			if early, err := r.HeaderKnown(ctx, p, 1); err != nil || early.DisplayName() != "" || early.Reference == "" {
				t.Errorf("before anything was known: got %+v, %v", early, err)
			}
			now, err := r.Header(ctx, p)
			if now.DisplayName() != "Ines Wedlock" || !now.Dead {
				t.Errorf("now: got %+v", now)
			}
			return err
		})
	})
}
