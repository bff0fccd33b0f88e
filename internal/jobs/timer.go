package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"casefile/internal/date"
)

// timer asks for one job of a kind in each slot of time.
type timer struct {
	every time.Duration
	kind  string
}

// Every asks for a job of this kind once in each interval, however many
// processes run. Intervals are counted from 1970-01-01 UTC, so all processes
// mean the same ones; the key of the interval makes the second request for it
// nothing. After a stop, only the interval that is under way is made up for.
//
// The payload names the beginning of the interval: {"at": microseconds}. Every
// panics on an interval shorter than a second and on a kind without a handler.
func (r *Runner) Every(interval time.Duration, kind string) {
	if _, ok := r.handlers[kind]; !ok || interval < time.Second {
		panic(fmt.Sprintf("a timer every %v for jobs of kind %q: register the handler first, and not so often", interval, kind))
	}
	r.timers = append(r.timers, timer{interval, kind})
}

// slot is the beginning of the interval that now is in.
func (t timer) slot(now date.Instant) date.Instant {
	width := date.Instant(t.every / time.Microsecond)
	return now - now%width
}

func (t timer) job(slot date.Instant) New {
	at := fmt.Sprintf("%d", int64(slot))
	return New{
		Kind:    t.kind,
		Payload: json.RawMessage(`{"at":` + at + `}`),
		RunAt:   slot,
		Unique:  "timer:" + t.kind + "@" + at,
	}
}

// keep asks for the jobs of one timer until ctx ends. Where the store fails it
// asks again until it succeeds.
func (r *Runner) keep(ctx context.Context, t timer) {
	for ctx.Err() == nil {
		slot := t.slot(r.o.Now())
		wait := r.o.Poll
		added, err := r.o.Queue.Enqueue(ctx, t.job(slot))
		switch {
		case err != nil && ctx.Err() == nil:
			r.o.Log.ErrorContext(ctx, "enqueue a timed job", "kind", t.kind, "reason", reasonOf(err), "type", typeOf(err))
		case err == nil:
			wait = slot.Add(t.every).Sub(r.o.Now())
		}
		if added {
			r.Wake()
		}
		pause := time.NewTimer(max(wait, 0))
		select {
		case <-pause.C:
		case <-ctx.Done():
		}
		pause.Stop()
	}
}
