package casework_test

import (
	"context"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/id"
	"casefile/internal/store"
)

// A reference that somebody has is not given again, and keeps nobody from being
// added.
func TestAReferenceDrawnTwice(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		fresh := id.NewReference()
		draws := []id.Reference{d.child.Reference, d.child.Reference, fresh}
		d.db.Read(t, func(ctx context.Context, r store.Reader) error {
			got, err := casework.UnusedReference(ctx, r, func() id.Reference {
				next := draws[0]
				draws = draws[1:]
				return next
			})
			if got != fresh || len(draws) != 0 {
				t.Errorf("got %s with %d draws left, want %s", got, len(draws), fresh)
			}
			return err
		})
	})
}
