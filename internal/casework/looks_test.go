package casework

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"casefile/internal/fault"
	"casefile/internal/store"
)

// memory is a database that only counts what is committed. These tests run
// under the race detector too, which would slow a real engine past bearing.
type memory struct {
	store.DB
	mu        sync.Mutex
	committed int // traces in transactions that were kept
	fail      func(transaction int) error
	begun     int
	hold      chan struct{} // when set, a transaction waits for it
}

type memoryTx struct {
	store.Tx
	written *int
}

func (m *memory) Update(_ context.Context, f func(store.Tx) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.begun++
	if m.hold != nil {
		<-m.hold
	}
	written := 0
	if err := f(memoryTx{written: &written}); err != nil {
		return err
	}
	if m.fail != nil {
		if err := m.fail(m.begun); err != nil {
			return err
		}
	}
	m.committed += written
	return nil
}

func write(_ context.Context, tx store.Tx) error {
	*tx.(memoryTx).written++
	return nil
}

func TestEveryAnswerHasItsTrace(t *testing.T) {
	defer goleak.VerifyNone(t)
	m := &memory{}
	l := leaveLooks(m)
	var answered atomic.Int64
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for range 20 {
				if err := l.commit(context.Background(), write); err != nil {
					t.Error(err)
				}
				answered.Add(1)
			}
		})
	}
	wg.Wait()
	l.close()
	if m.committed != 1000 || answered.Load() != 1000 {
		t.Errorf("%d answers, %d traces", answered.Load(), m.committed)
	}
}

// Those that come while one is being written share the next transaction.
func TestTracesThatWaitAreWrittenTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{hold: make(chan struct{})}
		l := leaveLooks(m)
		var wg sync.WaitGroup
		for range 21 {
			wg.Go(func() {
				if err := l.commit(t.Context(), write); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		close(m.hold)
		wg.Wait()
		l.close()
		if m.begun != 2 || m.committed != 21 {
			t.Errorf("%d transactions for %d traces, want 2 for 21", m.begun, m.committed)
		}
	})
}

// One that cannot be written fails alone, and one whose rights changed is not
// written.
func TestOneBadTraceFailsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{hold: make(chan struct{})}
		l := leaveLooks(m)
		bad := errors.New("bad")
		leaves := []func(context.Context, store.Tx) error{
			write,
			func(context.Context, store.Tx) error { return bad },
			write,
			func(context.Context, store.Tx) error { return errRightsChanged },
		}
		got := make([]error, len(leaves))
		var wg sync.WaitGroup
		for i, leave := range leaves {
			wg.Go(func() { got[i] = l.commit(t.Context(), leave) })
			synctest.Wait() // the first is in its transaction, the others queue behind it
		}
		close(m.hold)
		wg.Wait()
		l.close()
		for i, want := range []error{nil, bad, nil, errRightsChanged} {
			if !errors.Is(got[i], want) {
				t.Errorf("trace %d: got %v, want %v", i, got[i], want)
			}
		}
		if m.committed != 2 {
			t.Errorf("%d traces were kept, want 2", m.committed)
		}
	})
}

func TestAFullDiskFailsAll(t *testing.T) {
	full := fault.New(fault.Unavailable, "full")
	m := &memory{fail: func(int) error { return full }}
	l := leaveLooks(m)
	defer l.close()
	if err := l.commit(t.Context(), write); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	if m.committed != 0 {
		t.Error("something was kept")
	}
}

func TestAViewerWhoGivesUpIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{hold: make(chan struct{})}
		l := leaveLooks(m)
		ctx, cancel := context.WithCancel(t.Context())
		result := make(chan error)
		go func() { result <- l.commit(ctx, write) }()
		synctest.Wait()
		cancel()
		if err := <-result; !fault.Is(err, fault.Unavailable) {
			t.Errorf("got %v, want unavailable", err)
		}
		close(m.hold)
		l.close()
		if err := l.commit(t.Context(), write); !fault.Is(err, fault.Unavailable) {
			t.Errorf("after closing: got %v, want unavailable", err)
		}
	})
}

// hung is a database that takes no transaction and says so only when the time
// for it is over.
type hung struct{ store.DB }

func (hung) Update(ctx context.Context, _ func(store.Tx) error) error {
	<-ctx.Done()
	return fault.Wrap(fault.Unavailable, "out of reach", ctx.Err())
}

// A database out of reach holds up those who wait together for one period, not
// each of them for one.
func TestADatabaseThatHangsHoldsABatchUpOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := leaveLooks(hung{})
		began := time.Now()
		var wg sync.WaitGroup
		for range batchSize + 1 {
			wg.Go(func() {
				if err := l.commit(t.Context(), write); !fault.Is(err, fault.Unavailable) {
					t.Errorf("got %v, want unavailable", err)
				}
			})
			synctest.Wait() // the first is in its transaction, the others queue behind it
		}
		wg.Wait()
		l.close()
		if took := time.Since(began); took > 2*batchPeriod {
			t.Errorf("two batches took %v, want at most %v", took, 2*batchPeriod)
		}
	})
}
