package storetest_test

import (
	"context"
	"testing"

	"casefile/internal/clause"
	"casefile/internal/person"
	"casefile/internal/store"
	. "casefile/internal/store/storetest"
)

// The addresses of a postcode come in the order of their lines; one that is there is
// brought up to date.
func TestPlaces(t *testing.T) {
	clause.Shows(t, "CR-10")
	Each(t, func(t *testing.T, db *Database) {
		places := []person.Place{
			{ID: "3", Postcode: "ZX1 1AA", Line1: "10 Test Lane", Town: "Fenwick"},
			{ID: "1", Postcode: "ZX1 1AA", Line1: "2 Test Lane", Line2: "Upstairs", Town: "Fenwick"},
			{ID: "2", Postcode: "ZX1 1AB", Line1: "1 Test Lane"},
		}
		db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.SavePlaces(ctx, places) })
		places[0].Town = "Marlowe"
		db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.SavePlaces(ctx, places[:1]) })
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			at, err := r.PlacesAt(ctx, "ZX1 1AA", 10)
			if err != nil {
				return err
			}
			if len(at) != 2 || at[0] != places[1] || at[1] != places[0] {
				t.Errorf("got %+v, want number 2 and then number 10 in Marlowe", at)
			}
			if one, err := r.PlacesAt(ctx, "ZX1 1AA", 1); err != nil || len(one) != 1 {
				t.Errorf("at most one: got %d, %v", len(one), err)
			}
			n, err := r.KnownPlaces(ctx, append(places, person.Place{ID: "4"}))
			if n != 3 {
				t.Errorf("known: got %d, want 3", n)
			}
			return err
		})
	})
}
