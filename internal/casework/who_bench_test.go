package casework_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/footprint"
	"casefile/internal/keys"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// BenchmarkWhoHasLooked opens who has looked at a file with 5,000 footprints of
// thirty workers over a year: the newest page, and what the person is given, on
// both engines.
func BenchmarkWhoHasLooked(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *storetest.Database{
		"sqlite":   func(t testing.TB) *storetest.Database { return storetest.SQLite(t) },
		"postgres": storetest.Postgres,
	} {
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
		b.Cleanup(s.Close)
		team := db.Team(b, "participation")
		w, a := db.Worker(b, "adviser", team)
		child := db.Person(b, "Ines", "Marlowe", date.Must(2010, 3, 5))
		db.Episode(b, child.ID, team, w.ID)
		var others []string
		for range 30 {
			o, _ := db.Worker(b, "adviser", team)
			others = append(others, string(o.ID))
		}
		const looks, days = 5000, 365
		for day := range days {
			db.Now.Set(storetest.Start.AddDate(0, 0, day-days))
			db.Must(b, func(ctx context.Context, tx store.Tx) error {
				for i := range looks / days {
					f := footprint.Footprint{
						Actor: others[(i*7+day)%30], Role: "adviser", Action: "look", Object: string(child.ID), Part: "timeline",
						Ground: "service", Outcome: "shown", Search: int64(i % 3 / 2),
					}
					if _, err := tx.LeaveFootprint(ctx, f, nil); err != nil {
						return err
					}
				}
				return nil
			})
		}
		db.Now.Set(storetest.Start.Add(time.Hour))
		look := casework.Look{Actor: casework.Actor{Worker: w.ID, As: a.ID}, Reference: child.Reference}
		b.Run(fmt.Sprint("page/", name), func(b *testing.B) {
			for b.Loop() {
				if _, err := casework.Open(b.Context(), s, look, casework.LooksPart(casework.LooksAsked{})); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprint("sheet/", name), func(b *testing.B) {
			for b.Loop() {
				if _, err := casework.Open(b.Context(), s, look, casework.SheetPart()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
