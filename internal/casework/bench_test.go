package casework_test

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/keys"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// BenchmarkOpen opens the newest page of a file of 2,000 entries, footprint
// and all, on both engines.
func BenchmarkOpen(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *storetest.Database{
		"sqlite":   func(t testing.TB) *storetest.Database { return storetest.SQLite(t) },
		"postgres": storetest.Postgres,
	} {
		b.Run(name, func(b *testing.B) {
			db := open(b)
			defs, err := set()
			if err != nil {
				b.Fatal(err)
			}
			ring, err := keys.Create(filepath.Join(b.TempDir(), "keys.json"))
			if err != nil {
				b.Fatal(err)
			}
			s := casework.New(casework.Options{DB: db, Definitions: defs, Keys: ring, Now: db.Now.Time, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
			defer s.Close()
			team := db.Team(b, "participation")
			w, a := db.Worker(b, "adviser", team)
			child := db.Person(b, "Ines", "Marlowe", date.Must(2010, 3, 5))
			db.Episode(b, child.ID, team, w.ID)
			db.Must(b, func(ctx context.Context, tx store.Tx) error {
				for i := range 2000 {
					e := storetest.Entry(child.ID, w, storetest.Today.AddDays(-i), "We spoke about college.")
					if err := tx.AddEntryVersion(ctx, e); err != nil {
						return err
					}
				}
				return nil
			})
			look := casework.Look{Actor: casework.Actor{Worker: w.ID, As: a.ID}, Reference: child.Reference}
			for b.Loop() {
				if _, err := casework.Open(b.Context(), s, look, casework.TimelinePart("")); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
