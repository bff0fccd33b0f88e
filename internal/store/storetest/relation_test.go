package storetest_test

import (
	"context"
	"testing"

	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
	. "casefile/internal/store/storetest"
)

// A relationship stands on both sides, and what was known of it at a moment can be
// read from both.
func TestRelationshipsStandOnBothSides(t *testing.T) {
	clause.Shows(t, "CR-15")
	Each(t, func(t *testing.T, db *Database) {
		child, mother := db.Person(t, "Ines", "Marlowe", born), db.Person(t, "Marianne", "Marlowe", born.AddMonths(-12*30))
		other := db.Person(t, "Otto", "Marlowe", born)
		is := person.Relationship{
			ID: id.New(), Kind: "parent", Person: mother.ID, Other: child.ID,
			Basis: person.ByBirth, Responsible: person.Yes, Carer: person.MainCarer, Note: "By her birth certificate.", Clocks: Clocks(born),
		}
		var before date.Instant
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			before = tx.Stamp(By).At
			return tx.AddRelationship(ctx, is)
		})
		db.Now.Set(db.Now.Time().AddDate(0, 1, 0))
		corrected := is
		corrected.ID, corrected.Kind, corrected.Clocks = id.New(), "step-parent", Clocks(born.AddDays(9))
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.Supersede(ctx, store.RelationshipFact, is.ID, tx.Stamp(By)); err != nil {
				return err
			}
			return tx.AddRelationship(ctx, corrected)
		})
		for _, p := range []person.ID{child.ID, mother.ID} {
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				now, err := r.Relationships(ctx, p, 0)
				if err != nil {
					return err
				}
				if len(now) != 1 || now[0].ID != corrected.ID || now[0].Kind != "step-parent" || now[0].Period != corrected.Period ||
					now[0].Basis != is.Basis || now[0].Responsible != is.Responsible || now[0].Carer != is.Carer || now[0].Note != is.Note {
					t.Errorf("now: got %+v, want %+v", now, corrected)
				}
				then, err := r.Relationships(ctx, p, before)
				if err == nil && (len(then) != 1 || then[0].ID != is.ID || then[0].With(child.ID) != mother.ID || then[0].With(mother.ID) != child.ID) {
					t.Errorf("as known before: got %+v, want the first", then)
				}
				return err
			})
		}
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			none, err := r.Relationships(ctx, other.ID, 0)
			if err == nil && len(none) != 0 {
				t.Errorf("somebody else has %d of their relationships", len(none))
			}
			return err
		})
	})
}

// A household is everybody who ever lived in it, those who left before the person
// came too; when each lived there is theirs.
func TestHousehold(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		child, aunt, lodger := db.Person(t, "Ines", "Marlowe", born), db.Person(t, "Ada", "Marlowe", born), db.Person(t, "Len", "Testlodger", born)
		home, elsewhere := id.New(), id.New()
		stay := func(p person.ID, household string, from, to date.Date) person.Member {
			c := Clocks(from)
			c.Period.To = to
			return person.Member{ID: id.New(), Household: household, Person: p, Note: "a note", Clocks: c}
		}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			for _, m := range []person.Member{
				stay(child.ID, home, Today.AddDays(-100), date.Date{}), stay(aunt.ID, home, Today.AddDays(-400), Today.AddDays(-50)),
				stay(lodger.ID, elsewhere, Today.AddDays(-100), date.Date{}),
			} {
				if err := tx.AddMember(ctx, m); err != nil {
					return err
				}
			}
			return nil
		})
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			members, err := r.Household(ctx, child.ID, 0)
			if err != nil {
				return err
			}
			if len(members) != 2 || members[0].Person != aunt.ID || members[1].Person != child.ID || members[0].Note != "a note" {
				t.Fatalf("household: got %+v, want the aunt and the child", members)
			}
			both, ok := person.Together(members[0], members[1])
			if want := (date.Period{From: Today.AddDays(-100), To: Today.AddDays(-50)}); !ok || both != want {
				t.Errorf("together: got %v, %v; want %v", both, ok, want)
			}
			return nil
		})
	})
}

// Somebody made as a relation says so wherever they are read.
func TestMadeAsRelation(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		p := person.Person{ID: person.ID(id.New()), Reference: id.NewReference(), MadeAs: person.AsRelation, Recorded: date.Stamp{By: By}}
		said := person.Whereabouts{ID: id.New(), Of: "father", Statement: "He was last known to live in Fenwick.", Clocks: Clocks(Today)}
		died := person.Death{ID: id.New(), Day: Today.AddDays(-3), Estimated: true, Note: "Told by her sister.", Clocks: Clocks(Today)}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.AddPerson(ctx, p); err != nil {
				return err
			}
			if err := tx.AddWhereabouts(ctx, p.ID, said); err != nil {
				return err
			}
			return tx.AddDeath(ctx, p.ID, died)
		})
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			is, err := r.PersonByReference(ctx, p.Reference)
			if err != nil {
				return err
			}
			h, err := r.Header(ctx, p.ID)
			if err != nil {
				return err
			}
			if is.MadeAs != person.AsRelation || h.MadeAs != person.AsRelation {
				t.Errorf("made as %q, in the header %q; want %q", is.MadeAs, h.MadeAs, person.AsRelation)
			}
			w, err := r.Whereabouts(ctx, p.ID, 0)
			if err != nil {
				return err
			}
			if len(w) != 1 || w[0].Of != said.Of || w[0].Statement != said.Statement {
				t.Errorf("whereabouts: got %+v, want %+v", w, said)
			}
			d, err := r.Deaths(ctx, p.ID, 0)
			if err == nil && (len(d) != 1 || d[0].Day != died.Day || !d[0].Estimated || d[0].Note != died.Note) {
				t.Errorf("deaths: got %+v, want %+v", d, died)
			}
			return err
		})
	})
}
