package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"casefile/internal/date"
	"casefile/internal/fault"
)

// Options are how a Runner works. Queue, Now, Random and Log must be set; a
// zero number takes the default in its comment.
type Options struct {
	Queue  Queue
	Now    func() date.Instant
	Random func() float64 // from 0 up to 1; called from many goroutines at once
	Log    *slog.Logger

	Kinds       []string      // claim these only; none: all
	Workers     int           // jobs at once: 2
	Poll        time.Duration // between looks for work when nobody wakes us: 5 s
	Lease       time.Duration // how long a claim stands without a word: 1 min
	Timeout     time.Duration // how long one run may take: 5 min
	Grace       time.Duration // how long running jobs get to finish at a stop: 20 s
	MaxAttempts int           // failures before a job is put aside: 12, about 2 hours
	FirstWait   time.Duration // before the second attempt; doubles each time: 5 s
	LongestWait time.Duration // where the doubling stops: 1 h
}

func (o *Options) defaults() {
	set(&o.Workers, 2)
	set(&o.Poll, 5*time.Second)
	set(&o.Lease, time.Minute)
	set(&o.Timeout, 5*time.Minute)
	set(&o.Grace, 20*time.Second)
	set(&o.MaxAttempts, 12)
	set(&o.FirstWait, 5*time.Second)
	set(&o.LongestWait, time.Hour)
}

func set[T int | time.Duration](v *T, def T) {
	if *v <= 0 {
		*v = def
	}
}

// A Runner runs jobs and timers. Handlers and timers are registered first; then
// Run is called once. Wake may be called at any time, from any goroutine.
type Runner struct {
	o        Options
	handlers map[string]Handler
	timers   []timer
	wake     chan struct{}
}

// NewRunner makes a runner that knows no kinds yet.
func NewRunner(o Options) *Runner {
	o.defaults()
	return &Runner{o: o, handlers: map[string]Handler{}, wake: make(chan struct{}, 1)}
}

// Handle registers the handler of a kind. It panics on a name that cannot be
// one, and on a second handler: both are mistakes in the program.
func (r *Runner) Handle(kind string, h Handler) {
	if err := (New{Kind: kind}).Check(); err != nil {
		panic(err)
	}
	if _, twice := r.handlers[kind]; twice {
		panic(fmt.Sprintf("two handlers for jobs of kind %q", kind))
	}
	r.handlers[kind] = h
}

// Wake says that there is work: call it after a commit that stored a job. It
// never waits, and a lost wake costs no more than one poll interval.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default: // somebody has said so already
	}
}

// Run works until ctx ends. Then it takes no more jobs, gives those running the
// grace time to finish, and gives back the others. It returns when all its
// goroutines have ended, which a handler that ignores its context puts off.
func (r *Runner) Run(ctx context.Context) {
	// What runs when ctx ends goes on for the grace time.
	running, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(nil)
	finished := make(chan struct{})
	var grace sync.WaitGroup
	grace.Go(func() {
		select {
		case <-ctx.Done():
		case <-finished:
			return
		}
		t := time.NewTimer(r.o.Grace)
		defer t.Stop()
		select {
		case <-t.C:
			stop(errStop)
		case <-finished:
		}
	})
	var wg sync.WaitGroup
	for range r.o.Workers {
		wg.Go(func() { r.work(ctx, running) })
	}
	for _, t := range r.timers {
		wg.Go(func() { r.keep(ctx, t) })
	}
	wg.Wait()
	close(finished)
	grace.Wait()
}

// work claims and does one job after another until ctx ends.
func (r *Runner) work(ctx, running context.Context) {
	for ctx.Err() == nil {
		j, ok, err := r.o.Queue.Claim(ctx, r.o.Kinds, r.o.Lease, r.o.Now())
		if err != nil && ctx.Err() == nil {
			r.o.Log.ErrorContext(ctx, "claim a job", "reason", reasonOf(err), "type", typeOf(err))
		}
		if err == nil && ok {
			r.Wake() // where there is one there may be more: let the next worker look
			r.do(running, j)
			continue
		}
		r.rest(ctx)
	}
}

// rest waits for a wake, the poll interval or the end.
func (r *Runner) rest(ctx context.Context) {
	t := time.NewTimer(r.o.Poll)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.wake:
	case <-ctx.Done():
	}
}

var (
	errPanic   = errors.New("the handler panicked")
	errUnknown = errors.New("no handler for this kind")
	errDied    = errors.New("the program ended while it ran, again and again")
	errLost    = errors.New("the lease was lost")
	errStop    = errors.New("the program stops")
)

// do runs one job under its lease and notes how it went.
func (r *Runner) do(running context.Context, j Job) {
	timed, over := context.WithTimeout(running, r.o.Timeout)
	defer over()
	ctx, cancel := context.WithCancelCause(timed)
	defer cancel(nil)

	var lease sync.WaitGroup
	done := make(chan struct{})
	lease.Go(func() { r.hold(ctx, cancel, done, j) })
	begun := r.o.Now()
	err := r.call(ctx, j)
	close(done)
	lease.Wait()

	cause := context.Cause(ctx)
	if err == nil {
		cause = nil // finished in spite of whatever happened
	}
	// The note must be written although the program stops.
	note, end := context.WithTimeout(context.WithoutCancel(running), r.o.Lease)
	defer end()
	r.note(note, j, err, cause, r.o.Now().Sub(begun))
}

// hold extends the lease of j until done, and ends the run when it cannot.
func (r *Runner) hold(ctx context.Context, cancel context.CancelCauseFunc, done <-chan struct{}, j Job) {
	t := time.NewTicker(r.o.Lease / 3)
	defer t.Stop()
	until := r.o.Now().Add(r.o.Lease)
	for {
		select {
		case <-done:
			return
		case <-ctx.Done():
			// The run is told to end. If it does not, the lease runs out, and
			// another process may try.
			return
		case <-t.C:
		}
		now := r.o.Now()
		err := r.o.Queue.Extend(ctx, j, now.Add(r.o.Lease))
		switch {
		case err == nil:
			until = now.Add(r.o.Lease)
		case fault.Is(err, fault.Conflict) || r.o.Now() >= until:
			cancel(errLost) // somebody else has the job, or may have by now
			return
		default:
			r.o.Log.WarnContext(ctx, "extend the lease of a job", "job", string(j.ID), "kind", j.Kind, "reason", reasonOf(err))
		}
	}
}

// call runs the handler; a panic becomes an error, and the worker lives on.
func (r *Runner) call(ctx context.Context, j Job) (err error) {
	h, ok := r.handlers[j.Kind]
	if !ok {
		return errUnknown
	}
	if j.Attempts > r.o.MaxAttempts {
		return errDied
	}
	defer func() {
		if p := recover(); p != nil {
			// Not the value: it may hold what somebody wrote. The stack has none.
			r.o.Log.ErrorContext(ctx, "a job panicked", "job", string(j.ID), "kind", j.Kind,
				"type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	return h(ctx, j)
}

// note stores how a run went. Where that fails the lease runs out and the job
// runs again, which handlers must bear anyway.
func (r *Runner) note(ctx context.Context, j Job, err, cause error, took time.Duration) {
	log := r.o.Log.With("job", string(j.ID), "kind", j.Kind, "attempt", j.Attempts, "took", took)
	var noted error
	switch reason := reasonOf(err); {
	case err == nil:
		log.DebugContext(ctx, "job done")
		noted = r.o.Queue.Done(ctx, j)
	case errors.Is(cause, errLost):
		log.WarnContext(ctx, "job taken over by another process")
	case errors.Is(cause, errStop) && reason != ReasonPanic:
		log.InfoContext(ctx, "job given back because the program stops")
		noted = r.o.Queue.Release(ctx, j)
	case fault.Is(err, fault.Invalid) || j.Attempts >= r.o.MaxAttempts:
		log.ErrorContext(ctx, "job put aside", "reason", reason, "type", typeOf(err))
		noted = r.o.Queue.Dead(ctx, j, reason)
	default:
		at := r.o.Now().Add(r.wait(j.Attempts))
		log.WarnContext(ctx, "job failed", "reason", reason, "type", typeOf(err), "again", at.Time())
		noted = r.o.Queue.Retry(ctx, j, at, reason)
	}
	if noted != nil {
		log.ErrorContext(ctx, "note how a job went", "reason", reasonOf(noted), "type", typeOf(noted))
	}
}

// wait is how long after the attempt of that number the next one comes: it
// doubles, and between half and all of it is taken by chance, so that jobs that
// failed together do not come back together.
func (r *Runner) wait(attempts int) time.Duration {
	d := r.o.FirstWait
	for i := 1; i < attempts && d < r.o.LongestWait; i++ {
		d *= 2
	}
	d = min(d, r.o.LongestWait)
	return d/2 + time.Duration(r.o.Random()*float64(d/2))
}

// reasonOf is the kind of a failure, which is all of it that is stored.
func reasonOf(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, errPanic):
		return ReasonPanic
	case errors.Is(err, errUnknown):
		// Not put aside at once: while a new version is rolled out, the old one
		// meets jobs that only the new one knows.
		return ReasonUnknown
	case errors.Is(err, errDied):
		return ReasonDied
	case errors.Is(err, context.DeadlineExceeded):
		return ReasonTimeout
	}
	return fault.KindOf(err).String()
}

// typeOf names the Go type of the innermost cause, for the operator. The words
// of an error may come from a mail server or a partner, with names in them.
func typeOf(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return fmt.Sprintf("%T", err)
		}
		err = inner
	}
}
