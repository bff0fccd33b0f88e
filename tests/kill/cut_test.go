package kill

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestCut takes the program's connections to PostgreSQL away, again and again,
// under its workers. Every answer is then kept, or an error page that says it
// was not done and has what was typed; the program recovers by itself.
func TestCut(t *testing.T) {
	server(t)
	var total tally
	cut, refused := 0, 0
	for _, n := range points(t, 10, 200) {
		t.Run(fmt.Sprintf("point %d", n), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed+1, uint64(n)))
			defer func() {
				if t.Failed() {
					t.Logf("seed %d; see it again with CASEFILE_KILL_POINT=%d", seed+1, n)
				}
			}()
			s := postgresSite(t)
			l := newLedger()
			crew := hands(t, s, l, "adviser", "team-manager")
			p, base := serving(t, s)
			for _, w := range crew {
				w.base = base
				if err := w.signIn(); err != nil {
					t.Fatal(err)
				}
				w.patience = 10 * time.Second
			}
			cuts := make(chan error, 1)
			go func() {
				n, err := cutting(s, r, 4)
				cut += n
				// Work on what it recovered to, long enough to record an entry; its end ends the work.
				cuts <- errors.Join(err, l.within(time.Minute, 60), p.kill())
			}()
			for _, err := range work(crew, rand.New(rand.NewPCG(seed+2, uint64(n)))) {
				if !errors.Is(err, errGone) {
					t.Errorf("before the end: %v", err)
				}
			}
			if err := <-cuts; err != nil {
				t.Fatal(err)
			}
			for _, w := range crew {
				refused += int(w.refused.Load())
			}
			again(t, s, l, crew)
			if t.Failed() {
				t.Log(l.tally(), p.stderr.String())
			}
			total.add(l.tally())
		})
	}
	t.Logf("%d connections cut, %d answers that something was not done; %v", cut, refused, total)
	if cut == 0 || refused == 0 || total.entries == 0 || total.saves == 0 || total.contacts == 0 || total.looks == 0 {
		t.Error("the points prove too little")
	}
}

// cutting ends the connections of a site's program some times, at moments drawn
// from r, and says how many there were.
func cutting(s site, r *rand.Rand, times int) (cut int, err error) {
	u, err := url.Parse(s.db)
	if err != nil {
		return 0, err
	}
	owner, err := sql.Open("pgx", on("postgres"))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, owner.Close()) }()
	for range times {
		time.Sleep(time.Duration(20+r.IntN(130)) * time.Millisecond)
		var n int
		err := owner.QueryRowContext(context.Background(), `
			SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE datname = $1 AND application_name = 'casefile'`, strings.TrimPrefix(u.Path, "/")).Scan(&n)
		if err != nil {
			return cut, err
		}
		cut += n
	}
	return cut, nil
}
