package kill

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// seed is what every point's choices come from, with its number.
const seed = 20261121

// points are the numbers of the kill points of a run.
func points(t *testing.T, sample, soak int) []int {
	t.Helper()
	if one := os.Getenv("CASEFILE_KILL_POINT"); one != "" {
		n, err := strconv.Atoi(one)
		if err != nil {
			t.Fatalf("CASEFILE_KILL_POINT is the number of a point: %v", err)
		}
		return []int{n}
	}
	if os.Getenv("CASEFILE_SOAK") != "" {
		sample = soak
	}
	list := make([]int, sample)
	for i := range list {
		list[i] = i
	}
	return list
}

// TestKill kills the program at moments drawn from the seed and starts it again.
// A kill leaves what the kernel was given, so this shows what transactions are
// worth and nothing of the flushes below them.
func TestKill(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { killAll(t, points(t, 50, 1000), sqliteSite) })
	t.Run("postgres", func(t *testing.T) { killAll(t, points(t, 10, 200), postgresSite) })
}

func killAll(t *testing.T, numbers []int, make func(testing.TB) site) {
	var total tally
	for _, n := range numbers {
		t.Run(fmt.Sprintf("point %d", n), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, uint64(n)))
			defer func() {
				if t.Failed() {
					t.Logf("seed %d; see it again with CASEFILE_KILL_POINT=%d", seed, n)
				}
			}()
			var l *ledger
			switch n % 10 {
			case 3:
				l = killStarting(t, r, make(t))
			case 7:
				l = killMaking(t, r, make)
			default:
				l = killWorking(t, r, make(t))
			}
			total.add(l.tally())
		})
	}
	t.Log(total)
	if len(numbers) > 1 && (total.drafts == 0 || total.saves == 0 || total.entries == 0 || total.contacts == 0 || total.looks == 0) {
		t.Errorf("the points prove too little: %v", total)
	}
}

// killWorking kills the program under one or two workers, a moment after it has
// acknowledged a number of things: the moments fall within the work however slow
// the machine is.
func killWorking(t *testing.T, r *rand.Rand, s site) *ledger {
	l := newLedger()
	roles := []string{"adviser", "team-manager", "early-help-worker"}
	r.Shuffle(len(roles), func(i, j int) { roles[i], roles[j] = roles[j], roles[i] })
	crew := hands(t, s, l, roles[:1+r.IntN(2)]...)
	p, base := serving(t, s)
	for _, w := range crew {
		w.base = base
		if err := w.signIn(); err != nil {
			t.Fatal(err)
		}
	}
	answers, moment := r.IntN(80), time.Duration(r.Int64N(int64(30*time.Millisecond)))
	killed := make(chan error, 1)
	go func() {
		err := l.within(time.Minute, answers)
		time.Sleep(moment)
		killed <- errors.Join(err, p.kill())
	}()
	for _, err := range work(crew, r) {
		if !errors.Is(err, errGone) {
			t.Errorf("killed after %d answers; before: %v", answers, err)
		}
	}
	if err := <-killed; err != nil {
		t.Fatal(err)
	}
	again(t, s, l, crew)
	if t.Failed() {
		t.Logf("killed %v after %d answers; %v", moment, answers, l.tally())
	}
	return l
}

// work has each worker write in one or two windows, save their details in
// another and look around in a third, until each ends with an error.
func work(crew []*worker, r *rand.Rand) []error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	begin := func(w *worker, do func(*worker, *rand.Rand) error) {
		w, own := w.another(), rand.New(rand.NewPCG(r.Uint64(), 0))
		wg.Go(func() {
			err := do(w, own)
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, err)
		})
	}
	for _, w := range crew {
		for range 1 + r.IntN(2) {
			begin(w, (*worker).write)
		}
		begin(w, (*worker).tell)
		begin(w, (*worker).browse)
	}
	wg.Wait()
	return errs
}

// killStarting kills the program while it starts on a demo that is there.
func killStarting(t *testing.T, r *rand.Rand, s site) *ledger {
	l := newLedger()
	crew := hands(t, s, l, "adviser")
	for range 3 {
		p, err := s.demo()
		if err != nil {
			t.Fatal(err)
		}
		after := time.Duration(r.Int64N(int64(300 * time.Millisecond)))
		time.Sleep(after)
		if err := p.kill(); err != nil {
			t.Fatal(err)
		}
	}
	again(t, s, l, crew)
	return l
}

// killMaking kills the program while it makes the demo. The next start makes it
// anew; on PostgreSQL, where the program clears away nothing, it says what to do.
func killMaking(t *testing.T, r *rand.Rand, make func(testing.TB) site) *ledger {
	s := site{dir: filepath.Join(t.TempDir(), "data")}
	refusal := ""
	if make(t).db != "" {
		s.db = database(t, "")
		refusal = "holds a demo that was cut short while it was being made: give the demo an empty database"
	}
	p, err := s.demo()
	if err != nil {
		t.Fatal(err)
	}
	after := time.Duration(r.Int64N(int64(3 * time.Second))) // about as long as it takes
	time.Sleep(after)
	if err := p.kill(); err != nil {
		t.Fatal(err)
	}
	t.Logf("killed %v into the making", after)
	p, err = s.demo()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.wait(); err != nil {
		if refusal == "" || !strings.Contains(err.Error(), refusal) {
			t.Fatal(err)
		}
		return newLedger()
	}
	if err := p.kill(); err != nil {
		t.Fatal(err)
	}
	l := newLedger()
	crew := hands(t, s, l, "adviser")
	again(t, s, l, crew)
	return l
}

// TestKillMigrating kills the command that makes the database and the keys. The
// same command again finishes, and what it made can be used.
func TestKillMigrating(t *testing.T) {
	for _, n := range points(t, 12, 200) {
		t.Run(fmt.Sprintf("point %d", n), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed+3, uint64(n)))
			dir := filepath.Join(t.TempDir(), "data")
			p, err := start(environment(), "migrate", "--data", dir)
			if err != nil {
				t.Fatal(err)
			}
			after := time.Duration(r.Int64N(int64(150 * time.Millisecond)))
			time.Sleep(after)
			if err := p.kill(); err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{
				{"migrate"},
				{"user", "add", "nia.testworth", "--given", "Nia", "--family", "Testworth", "--role", "adviser", "--team", "Testshire", "--service", "participation"},
			} {
				if said, err := run(t, environment(), append(args, "--data", dir)...); err != nil {
					t.Fatalf("killed %v into migrate; %s afterwards (seed %d, CASEFILE_KILL_POINT=%d): %v: %s", after, args[0], seed+3, n, err, said)
				}
			}
		})
	}
}

// hands are the workers of a site's demo.
func hands(t *testing.T, s site, l *ledger, roles ...string) []*worker {
	t.Helper()
	db, err := s.raw()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	list, err := crew(db, l, roles...)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// serving starts the site's program and waits until it serves.
func serving(t *testing.T, s site) (*program, string) {
	t.Helper()
	p, err := s.demo()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.kill(); err != nil {
			t.Error(err)
		}
	})
	base, err := p.wait()
	if err != nil {
		t.Fatal(err)
	}
	return p, base
}

// again starts the program once more and checks, through its pages and around
// it, what the ledger says.
func again(t *testing.T, s site, l *ledger, crew []*worker) {
	t.Helper()
	_, base := serving(t, s)
	for _, w := range crew {
		w.base, w.patience = base, 0
		if len(w.client.Jar.Cookies(mustParse(base))) == 0 { // killed before it signed in
			if err := w.signIn(); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.review(); err != nil {
			t.Error(err)
		}
	}
	db, err := s.raw()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	broken, err := check(db, s.engine(), l)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range broken {
		t.Error(b)
	}
	var people int
	if err := db.QueryRow("SELECT count(*) FROM person WHERE made_as = ''").Scan(&people); err != nil {
		t.Fatal(err)
	}
	if people != children {
		t.Errorf("the demo has %d children, want %d", people, children)
	}
}

func mustParse(base string) *url.URL {
	u, err := url.Parse(base)
	if err != nil {
		panic(err) // the program said it
	}
	return u
}
