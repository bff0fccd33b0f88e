package casework_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// While rights come and go, nothing is shown that the rights did not give at
// the very place of its footprint in the order of what was known, and nothing
// is withheld that they gave. Every value handed out has its footprint.
func TestNoLookOutlivesItsRights(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		rng := rand.New(rand.NewPCG(11, 12))
		stop := make(chan struct{})
		var shown, withheld int
		var mu sync.Mutex
		var viewers sync.WaitGroup
		for range 4 {
			viewers.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					_, err := casework.Open(ctx, d.Service, d.look(d.adviser), casework.TimelinePart(""))
					mu.Lock()
					switch {
					case err == nil:
						shown++
					case casework.ReasonNeeded(err):
						withheld++
					case !fault.Is(err, fault.Unavailable): // rights changed three times under one look
						t.Errorf("open: %v", err)
					}
					mu.Unlock()
				}
			})
		}
		tried := func() bool { // on a busy machine the viewers may not get their turn
			mu.Lock()
			defer mu.Unlock()
			return shown > 0 && withheld > 0
		}
		for i := 0; i < storetest.Count(40, 2000) || !tried() && i < 10_000; i++ {
			d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
				episodes, err := tx.Episodes(ctx, d.child.ID, 0)
				if err != nil {
					return err
				}
				if len(episodes) == 0 {
					return tx.AddEpisode(ctx, d.child.ID, person.Episode{
						ID: fmt.Sprint("episode-", rng.Uint64()), Service: d.team.Service, TeamID: string(d.team.ID), Clocks: storetest.Clocks(storetest.Today.AddMonths(-1)),
					})
				}
				return tx.Supersede(ctx, store.EpisodeFact, episodes[0].ID, tx.Stamp("test"))
			})
		}
		close(stop)
		viewers.Wait()
		count := func(query string) (n int) {
			t.Helper()
			if err := d.db.Raw.QueryRow(query).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		const held = `EXISTS (SELECT 1 FROM episode e WHERE e.person_id = f.object AND e.recorded_seq < f.seq
			AND (e.superseded_seq = 0 OR e.superseded_seq > f.seq))`
		const looks = "SELECT count(*) FROM footprint f WHERE f.part = 'timeline' AND f.action = 'look' AND "
		if n := count(looks + "f.outcome = 'shown' AND NOT " + held); n != 0 {
			t.Errorf("%d looks were shown without a right", n)
		}
		if n := count(looks + "f.outcome = 'reason first' AND " + held); n != 0 {
			t.Errorf("%d looks were withheld with a right", n)
		}
		if n := count(looks + "f.outcome = 'shown'"); n != shown || shown == 0 || withheld == 0 {
			t.Errorf("%d footprints for %d looks shown (%d withheld)", n, shown, withheld)
		}
	})
}
