package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/jobs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func now() date.Instant { return date.At(time.Now()) }

// fakeQueue keeps jobs in memory, as the contract says and no better.
type fakeQueue struct {
	mu     sync.Mutex
	rows   []*row
	unique map[string]bool
	fail   error // what every call answers while it is set
	claims int
}

type row struct {
	jobs.Job
	state  string // waiting, running, done, dead
	lease  date.Instant
	reason string
}

func newQueue() *fakeQueue { return &fakeQueue{unique: map[string]bool{}} }

// change finds the row of a claim and changes it.
func (q *fakeQueue) change(j jobs.Job, f func(*row)) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.fail != nil {
		return q.fail
	}
	for _, r := range q.rows {
		if r.ID == j.ID && r.Attempts == j.Attempts && r.state == "running" {
			f(r)
			return nil
		}
	}
	return fault.New(fault.Conflict, "The job was claimed anew.")
}

func (q *fakeQueue) Claim(_ context.Context, kinds []string, lease time.Duration, now date.Instant) (jobs.Job, bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.claims++
	if q.fail != nil {
		return jobs.Job{}, false, q.fail
	}
	var best *row
	for _, r := range q.rows {
		due := r.state == "waiting" && r.RunAt <= now || r.state == "running" && r.lease <= now
		if due && (len(kinds) == 0 || slices.Contains(kinds, r.Kind)) && (best == nil || r.RunAt < best.RunAt) {
			best = r
		}
	}
	if best == nil {
		return jobs.Job{}, false, nil
	}
	best.Attempts++
	best.state, best.lease = "running", now.Add(lease)
	return best.Job, true, nil
}

func (q *fakeQueue) Extend(_ context.Context, j jobs.Job, until date.Instant) error {
	return q.change(j, func(r *row) { r.lease = until })
}

func (q *fakeQueue) Done(_ context.Context, j jobs.Job) error {
	return q.change(j, func(r *row) { r.state = "done" })
}

func (q *fakeQueue) Retry(_ context.Context, j jobs.Job, at date.Instant, reason string) error {
	return q.change(j, func(r *row) { r.state, r.RunAt, r.reason = "waiting", at, reason })
}

func (q *fakeQueue) Dead(_ context.Context, j jobs.Job, reason string) error {
	return q.change(j, func(r *row) { r.state, r.reason = "dead", reason })
}

func (q *fakeQueue) Release(_ context.Context, j jobs.Job) error {
	return q.change(j, func(r *row) { r.state = "waiting"; r.Attempts-- })
}

func (q *fakeQueue) Enqueue(_ context.Context, n jobs.New) (bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.fail != nil {
		return false, q.fail
	}
	if err := n.Check(); err != nil {
		return false, err
	}
	if n.Unique != "" && q.unique[n.Unique] {
		return false, nil
	}
	q.unique[n.Unique] = true
	q.rows = append(q.rows, &row{
		Job:   jobs.Job{ID: jobs.ID(fmt.Sprintf("job%d", len(q.rows))), Kind: n.Kind, Payload: n.Payload, RunAt: n.RunAt},
		state: "waiting",
	})
	return true, nil
}

func (q *fakeQueue) add(kind string) {
	if _, err := q.Enqueue(context.Background(), jobs.New{Kind: kind}); err != nil {
		panic(err)
	}
}

func (q *fakeQueue) set(fail error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.fail = fail
}

func (q *fakeQueue) states() string {
	q.mu.Lock()
	defer q.mu.Unlock()
	var s []string
	for _, r := range q.rows {
		word := r.state
		if r.reason != "" {
			word += "(" + r.reason + ")"
		}
		s = append(s, word)
	}
	return strings.Join(s, " ")
}

func (q *fakeQueue) want(t *testing.T, states string) {
	t.Helper()
	if got := q.states(); got != states {
		t.Errorf("jobs are %q, want %q", got, states)
	}
}

// A house is runners over one queue. stop ends one, and waits.
type house struct {
	*fakeQueue
	log bytes.Buffer
	to  *slog.Logger // one for all: a handler locks its writer only for itself
}

func newHouse() *house {
	h := &house{fakeQueue: newQueue()}
	h.to = slog.New(slog.NewTextHandler(&h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return h
}

func (h *house) runner(change func(*jobs.Options)) *jobs.Runner {
	o := jobs.Options{
		Queue: h.fakeQueue, Now: now, Random: func() float64 { return 1 },
		Log: h.to, Workers: 1,
	}
	if change != nil {
		change(&o)
	}
	return jobs.NewRunner(o)
}

func start(t *testing.T, r *jobs.Runner) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { r.Run(ctx); close(done) }()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(stop)
	return stop
}

func test(t *testing.T, f func(t *testing.T, h *house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, newHouse()) })
}

func TestJobIsDone(t *testing.T) {
	test(t, func(t *testing.T, h *house) {
		if _, err := h.Enqueue(t.Context(), jobs.New{Kind: "letter", Payload: []byte(`{"entry":"e1"}`)}); err != nil {
			t.Fatal(err)
		}
		r := h.runner(nil)
		var got []string
		r.Handle("letter", func(_ context.Context, j jobs.Job) error {
			got = append(got, string(j.Payload))
			return nil
		})
		stop := start(t, r)
		synctest.Wait()
		stop()
		h.want(t, "done")
		if !slices.Equal(got, []string{`{"entry":"e1"}`}) {
			t.Errorf("the handler got %q", got)
		}
	})
}

func TestWaitDoublesThenDead(t *testing.T) {
	test(t, func(t *testing.T, h *house) {
		h.add("letter")
		r := h.runner(func(o *jobs.Options) {
			o.MaxAttempts, o.FirstWait, o.LongestWait, o.Poll = 6, 8*time.Second, 60*time.Second, time.Second
		})
		var at []time.Duration
		begun := time.Now()
		r.Handle("letter", func(context.Context, jobs.Job) error {
			at = append(at, time.Since(begun))
			return fault.New(fault.Unavailable, "The printer is off.")
		})
		start(t, r)
		time.Sleep(10 * time.Minute)
		h.want(t, "dead(unavailable)")
		want := []time.Duration{0, 8, 24, 56, 116, 176}
		for i := range want {
			want[i] *= time.Second
		}
		if !slices.Equal(at, want) {
			t.Errorf("attempts at %v, want %v", at, want)
		}
	})
}

func TestChanceSpreadsRetries(t *testing.T) {
	for random, want := range map[float64]time.Duration{0: 10 * time.Second, 0.5: 15 * time.Second} {
		test(t, func(t *testing.T, h *house) {
			h.add("letter")
			r := h.runner(func(o *jobs.Options) { o.FirstWait = 20 * time.Second; o.Random = func() float64 { return random } })
			r.Handle("letter", func(context.Context, jobs.Job) error { return errors.New("no") })
			begun := now()
			stop := start(t, r)
			synctest.Wait()
			stop()
			if got := h.rows[0].RunAt.Sub(begun); got != want {
				t.Errorf("chance %v: again after %v, want %v", random, got, want)
			}
		})
	}
}

func TestHowJobsFail(t *testing.T) {
	for name, tt := range map[string]struct {
		handler jobs.Handler
		want    string
	}{
		"plain error":    {func(context.Context, jobs.Job) error { return errors.New("Maisie Invented") }, "waiting(internal)"},
		"kind of fault":  {func(context.Context, jobs.Job) error { return fault.New(fault.Unavailable, "Maisie Invented") }, "waiting(unavailable)"},
		"cannot succeed": {func(context.Context, jobs.Job) error { return fault.New(fault.Invalid, "Maisie Invented") }, "dead(invalid)"},
		"panic":          {func(context.Context, jobs.Job) error { panic("Maisie Invented") }, "waiting(panic)"},
		"out of range":   {func(_ context.Context, j jobs.Job) error { return []error{nil}[len(j.Kind)] }, "waiting(panic)"},
		"timeout":        {func(ctx context.Context, _ jobs.Job) error { <-ctx.Done(); return ctx.Err() }, "waiting(timeout)"},
	} {
		t.Run(name, func(t *testing.T) {
			test(t, func(t *testing.T, h *house) {
				h.add("letter")
				h.add("other")
				r := h.runner(func(o *jobs.Options) { o.Timeout, o.FirstWait = time.Minute, time.Hour })
				r.Handle("letter", tt.handler)
				r.Handle("other", func(context.Context, jobs.Job) error { return nil })
				stop := start(t, r)
				time.Sleep(2 * time.Minute)
				stop()
				h.want(t, tt.want+" done")
				if log := h.log.String(); strings.Contains(log, "Maisie") || !strings.Contains(log, "job0") {
					t.Errorf("the log holds what the error said, or not which job: %s", log)
				}
			})
		})
	}
}

func TestUnknownKindIsTriedThenDead(t *testing.T) {
	test(t, func(t *testing.T, h *house) {
		h.add("from-the-next-version")
		start(t, h.runner(nil))
		time.Sleep(time.Minute)
		h.want(t, "waiting(unknown-kind)")
		time.Sleep(4 * time.Hour)
		h.want(t, "dead(unknown-kind)")
	})
}

// A job that ends the program each time is put aside too.
func TestJobThatKillsTheProgram(t *testing.T) {
	test(t, func(t *testing.T, h *house) {
		h.add("letter")
		for range 12 {
			if _, ok, err := h.Claim(t.Context(), nil, time.Minute, now()); !ok || err != nil {
				t.Fatalf("claim: %v, %v", ok, err)
			}
			time.Sleep(time.Minute)
		}
		r := h.runner(nil)
		r.Handle("letter", func(context.Context, jobs.Job) error { t.Error("run for the thirteenth time"); return nil })
		stop := start(t, r)
		synctest.Wait()
		stop()
		h.want(t, "dead(died)")
	})
}

func TestOnlyItsKinds(t *testing.T) {
	test(t, func(t *testing.T, h *house) {
		h.add("seal")
		h.add("letter")
		r := h.runner(func(o *jobs.Options) { o.Kinds = []string{"letter"} })
		r.Handle("letter", func(context.Context, jobs.Job) error { return nil })
		stop := start(t, r)
		synctest.Wait()
		stop()
		h.want(t, "waiting done")
	})
}

func TestWakeAndPoll(t *testing.T) {
	test(t, func(t *testing.T, h *house) {
		r := h.runner(func(o *jobs.Options) { o.Poll = 5 * time.Second })
		r.Handle("letter", func(context.Context, jobs.Job) error { return nil })
		start(t, r)
		time.Sleep(time.Second)
		h.add("letter")
		for range 3 {
			r.Wake() // never waits
		}
		synctest.Wait()
		h.want(t, "done")
		h.add("letter") // by another process, which wakes only itself
		synctest.Wait()
		h.want(t, "done waiting")
		time.Sleep(5 * time.Second)
		synctest.Wait()
		h.want(t, "done done")
	})
}

func TestWorkersAreBounded(t *testing.T) {
	test(t, func(t *testing.T, h *house) {
		for range 10 {
			h.add("letter")
		}
		r := h.runner(func(o *jobs.Options) { o.Workers = 3 })
		var mu sync.Mutex
		atOnce, most := 0, 0
		r.Handle("letter", func(context.Context, jobs.Job) error {
			mu.Lock()
			atOnce++
			most = max(most, atOnce)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			atOnce--
			mu.Unlock()
			return nil
		})
		begun := time.Now()
		stop := start(t, r)
		time.Sleep(4 * time.Second)
		synctest.Wait()
		stop()
		if strings.Count(h.states(), "done") != 10 || most != 3 {
			t.Errorf("after %v: %s, at most %d at once; want 10 done, 3 at once", time.Since(begun), h.states(), most)
		}
	})
}

// One wake gets all idle workers going where there is work for all.
func TestOneWakeForManyJobs(t *testing.T) {
	test(t, func(t *testing.T, h *house) {
		r := h.runner(func(o *jobs.Options) { o.Workers, o.Poll = 3, time.Hour })
		r.Handle("letter", func(context.Context, jobs.Job) error { time.Sleep(time.Minute); return nil })
		start(t, r)
		synctest.Wait()
		for range 3 {
			h.add("letter")
		}
		r.Wake()
		synctest.Wait()
		h.want(t, "running running running")
	})
}

// Two processes: a job that takes longer than its lease is not run twice.
func TestLeaseIsExtended(t *testing.T) {
	test(t, func(t *testing.T, h *house) {
		h.add("slow")
		runs := 0
		for range 2 {
			r := h.runner(func(o *jobs.Options) { o.Lease = 30 * time.Second })
			r.Handle("slow", func(context.Context, jobs.Job) error {
				runs++
				time.Sleep(4 * time.Minute)
				return nil
			})
			start(t, r)
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		h.want(t, "done")
		if runs != 1 {
			t.Errorf("run %d times, want 1", runs)
		}
	})
}

// A process that died leaves its job to the others, once the lease is over.
func TestDeadProcess(t *testing.T) {
	test(t, func(t *testing.T, h *house) {
		h.add("letter")
		if _, ok, err := h.Claim(t.Context(), nil, time.Minute, now()); !ok || err != nil {
			t.Fatal("claim", ok, err)
		}
		r := h.runner(nil)
		attempt := 0
		r.Handle("letter", func(_ context.Context, j jobs.Job) error { attempt = j.Attempts; return nil })
		start(t, r)
		time.Sleep(50 * time.Second)
		h.want(t, "running")
		time.Sleep(20 * time.Second)
		synctest.Wait()
		h.want(t, "done")
		if attempt != 2 {
			t.Errorf("attempt %d, want 2", attempt)
		}
	})
}

// A process that could not reach the store for longer than its lease stops
// working on the job, and does not spoil what another made of it.
func TestLostLease(t *testing.T) {
	test(t, func(t *testing.T, h *house) {
		h.add("slow")
		r := h.runner(func(o *jobs.Options) { o.Lease = 30 * time.Second })
		ended := make(chan error, 2)
		r.Handle("slow", func(ctx context.Context, _ jobs.Job) error {
			<-ctx.Done()
			ended <- ctx.Err()
			return ctx.Err()
		})
		start(t, r)
		synctest.Wait()
		h.set(fault.New(fault.Unavailable, "The store is busy."))
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if len(ended) != 0 {
			t.Error("ended after one failed extension")
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if len(ended) != 1 || !errors.Is(<-ended, context.Canceled) {
			t.Error("the handler goes on after the lease is over")
		}
		h.want(t, "running") // until somebody claims it
		h.set(nil)
	})
}

func TestStopLetsJobsFinish(t *testing.T) {
	test(t, func(t *testing.T, h *house) {
		h.add("letter")
		h.add("letter")
		r := h.runner(nil)
		r.Handle("letter", func(ctx context.Context, _ jobs.Job) error {
			select {
			case <-time.After(15 * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		stop := start(t, r)
		time.Sleep(time.Second)
		begun := time.Now()
		stop()
		if took := time.Since(begun); took != 14*time.Second {
			t.Errorf("stopping took %v, want the 14 s that were left of the job", took)
		}
		h.want(t, "done waiting")
	})
}

func TestStopGivesBackWhatDoesNotFinish(t *testing.T) {
	test(t, func(t *testing.T, h *house) {
		h.add("letter")
		r := h.runner(nil)
		r.Handle("letter", func(ctx context.Context, _ jobs.Job) error { <-ctx.Done(); return ctx.Err() })
		stop := start(t, r)
		synctest.Wait()
		begun := time.Now()
		stop()
		if took := time.Since(begun); took != 20*time.Second {
			t.Errorf("stopping took %v, want the grace of 20 s", took)
		}
		h.want(t, "waiting")
		if got := h.rows[0].Attempts; got != 0 {
			t.Errorf("the stop counts as %d attempts", got)
		}
	})
}

func TestStoreFails(t *testing.T) {
	test(t, func(t *testing.T, h *house) {
		h.add("letter")
		h.set(errors.New("disk"))
		r := h.runner(nil)
		r.Handle("letter", func(context.Context, jobs.Job) error { return nil })
		r.Handle("tick", func(context.Context, jobs.Job) error { return nil })
		r.Every(time.Hour, "tick")
		start(t, r)
		time.Sleep(time.Minute)
		synctest.Wait()
		if h.claims > 14 {
			t.Errorf("%d claims in a minute from a store that fails, want one every 5 s", h.claims)
		}
		h.set(nil)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		h.want(t, "done done")
	})
}

func TestTwoProcessesOneTimer(t *testing.T) {
	test(t, func(t *testing.T, h *house) {
		var at []date.Instant
		handler := func(_ context.Context, j jobs.Job) error { at = append(at, j.RunAt); return nil }
		time.Sleep(7 * time.Minute) // not at the beginning of an interval
		var stops []func()
		for range 2 {
			r := h.runner(nil)
			r.Handle("tick", handler)
			r.Every(time.Hour, "tick")
			stops = append(stops, start(t, r))
		}
		time.Sleep(3*time.Hour - time.Minute)
		synctest.Wait()
		if len(at) != 4 {
			t.Fatalf("from 00:07 to 03:06: jobs for %v, want those of 0, 1, 2 and 3 o'clock", at)
		}
		for _, stop := range stops {
			stop()
		}
		time.Sleep(10 * time.Hour)
		r := h.runner(nil) // a restart makes up for the hour that is under way only
		r.Handle("tick", handler)
		r.Every(time.Hour, "tick")
		start(t, r)
		synctest.Wait()
		if len(at) != 5 || at[4] != now()-now()%date.Instant(time.Hour/time.Microsecond) {
			t.Errorf("after ten hours of rest: jobs for %v, want one more, for the hour under way", at)
		}
		if got := string(h.rows[4].Payload); got != fmt.Sprintf(`{"at":%d}`, at[4]) {
			t.Errorf("payload %s", got)
		}
	})
}

func TestNewJobsAreChecked(t *testing.T) {
	for _, n := range []jobs.New{
		{},
		{Kind: "Two Words"},
		{Kind: "letter", Payload: []byte(`"text"`)},
		{Kind: "letter", Payload: []byte(`null`)},
		{Kind: "letter", Payload: []byte(`{"a":1`)},
	} {
		if err := n.Check(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q %s: got %v, want invalid", n.Kind, n.Payload, err)
		}
	}
	if err := (jobs.New{Kind: "letter-2", Payload: []byte(`{"a":"b"}`)}).Check(); err != nil {
		t.Error(err)
	}
}

func TestMistakesInTheProgram(t *testing.T) {
	r := newHouse().runner(nil)
	handler := func(context.Context, jobs.Job) error { return nil }
	r.Handle("letter", handler)
	for name, f := range map[string]func(){
		"two handlers":            func() { r.Handle("letter", handler) },
		"a name that is none":     func() { r.Handle("Letter!", handler) },
		"timer without a handler": func() { r.Every(time.Hour, "tick") },
		"timer without a pause":   func() { r.Every(0, "letter") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
