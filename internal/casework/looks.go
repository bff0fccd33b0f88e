package casework

import (
	"context"
	"errors"
	"sync"
	"time"

	"casefile/internal/fault"
	"casefile/internal/store"
)

// errRightsChanged says that between reading and leaving the footprint the
// rights changed that the look rested on.
var errRightsChanged = errors.New("the rights changed meanwhile")

// A trace is the footprint of one look on its way to the disk. leave checks,
// in the committing transaction, that the rights still stand, and writes. It
// may run more than once.
type trace struct {
	leave func(ctx context.Context, tx store.Tx) error
	done  chan error
}

// looks commits the footprints of looks, all that wait at once in one
// transaction, so that many viewers share one flush of the disk.
type looks struct {
	db    store.DB
	queue chan *trace

	mu     sync.RWMutex // held for reading while a trace is handed in
	closed bool
	idle   sync.WaitGroup
}

const (
	batchSize   = 64               // traces in one transaction
	batchPeriod = 10 * time.Second // after which a transaction is given up
)

func leaveLooks(db store.DB) *looks {
	l := &looks{db: db, queue: make(chan *trace, batchSize)}
	l.idle.Go(l.run)
	return l
}

// commit hands in a footprint and waits until it is on disk. A caller that
// stops waiting has seen nothing, though the footprint may still be left.
func (l *looks) commit(ctx context.Context, leave func(context.Context, store.Tx) error) error {
	t := &trace{leave: leave, done: make(chan error, 1)}
	if err := l.hand(ctx, t); err != nil {
		return err
	}
	select {
	case err := <-t.done:
		return err
	case <-ctx.Done():
		return fault.Wrap(fault.Unavailable, "This took too long and was stopped.", ctx.Err())
	}
}

func (l *looks) hand(ctx context.Context, t *trace) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return fault.New(fault.Unavailable, "Casefile is closing. Try again in a minute.")
	}
	select {
	case l.queue <- t:
		return nil
	case <-ctx.Done():
		return fault.Wrap(fault.Unavailable, "This took too long and was stopped.", ctx.Err())
	}
}

func (l *looks) close() {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.queue)
	}
	l.mu.Unlock()
	l.idle.Wait()
}

func (l *looks) run() {
	for first := range l.queue {
		batch := []*trace{first}
	more:
		for len(batch) < batchSize {
			select {
			case t, ok := <-l.queue:
				if !ok {
					break more
				}
				batch = append(batch, t)
			default:
				break more
			}
		}
		l.write(batch)
	}
}

// write commits a batch. One that cannot be written must not fail the others,
// so a batch that fails is tried again one by one; but not when it is the store
// that fails, which would hold up everybody for as long as all of them together.
func (l *looks) write(batch []*trace) {
	results, err := l.try(batch)
	switch {
	case err == nil:
		for i, t := range batch {
			t.done <- results[i]
		}
	case len(batch) == 1 || fault.Is(err, fault.Unavailable):
		for _, t := range batch {
			t.done <- err
		}
	default:
		for _, t := range batch {
			l.write([]*trace{t})
		}
	}
}

func (l *looks) try(batch []*trace) ([]error, error) {
	ctx, cancel := context.WithTimeout(context.Background(), batchPeriod)
	defer cancel()
	results := make([]error, len(batch))
	err := l.db.Update(ctx, func(tx store.Tx) error {
		for i, t := range batch {
			results[i] = t.leave(ctx, tx)
			if results[i] != nil && !errors.Is(results[i], errRightsChanged) {
				return results[i]
			}
		}
		return nil
	})
	return results, err
}
