package kill

import (
	"fmt"
	"maps"
	"sync"
	"time"
)

// A ledger is the model: what was sent, and what the program acknowledged. The
// rule of each thing is in the type of the thing. It is used by all the
// goroutines of a workload.
type ledger struct {
	mu       sync.Mutex
	drafts   map[string]*draft
	contacts map[string]*contact
	// begun counts, by worker, drafts that were asked for and whose answer was
	// lost: so many drafts that nobody knows may be there.
	begun  map[string]int
	served map[look]int
	// answers counts what was acknowledged; full is closed at wanted of them.
	answers, wanted int
	full            chan struct{}
}

// A look is what a footprint says of it.
type look struct{ actor, action, part, object string }

func newLedger() *ledger {
	return &ledger{drafts: map[string]*draft{}, contacts: map[string]*contact{}, begun: map[string]int{}, served: map[look]int{}}
}

// within waits until n more things were acknowledged, and no longer than a limit. A
// program that stopped answering is no program that was killed.
func (l *ledger) within(limit time.Duration, n int) error {
	l.mu.Lock()
	full := make(chan struct{})
	l.wanted, l.full = l.answers+n, full
	l.answer(0)
	l.mu.Unlock()
	select {
	case <-full:
		return nil
	case <-time.After(limit):
		return fmt.Errorf("%d more things were not acknowledged within %v", n, limit)
	}
}

// answer counts n answers. The ledger is locked.
func (l *ledger) answer(n int) {
	l.answers += n
	if l.full != nil && l.answers >= l.wanted {
		close(l.full)
		l.full = nil
	}
}

// A draft holds what was last acknowledged, or something sent later. Sent to be
// recorded, it is either still a draft or an entry, and never both; acknowledged
// as recorded, it is an entry.
type draft struct {
	id, worker string
	child      child
	sent       []map[string]string // in order; the first is nil, for what the program begins with
	acked      int                 // index in sent
	recording  map[string]string   // sent to be recorded
	recorded   bool                // acknowledged
}

// A contact is a worker's own details. Each save adds a version; the first is
// the demo's.
type contact struct {
	sent  []string // notes, from version 2 on
	acked int      // how many of them
}

func (l *ledger) starting(worker string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begun[worker]++
}

func (l *ledger) started(worker string, c child, id string) *draft {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begun[worker]--
	d := &draft{id: id, worker: worker, child: c, sent: []map[string]string{nil}}
	l.drafts[id] = d
	l.answer(1)
	return d
}

func (l *ledger) saving(d *draft, fields map[string]string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d.sent = append(d.sent, maps.Clone(fields))
}

func (l *ledger) saved(d *draft) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d.acked = len(d.sent) - 1
	l.answer(1)
}

func (l *ledger) recording(d *draft, fields map[string]string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d.recording = maps.Clone(fields)
}

func (l *ledger) recorded(d *draft) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d.recorded = true
	l.answer(1)
}

func (l *ledger) telling(worker, note string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.contacts[worker]
	if c == nil {
		c = &contact{}
		l.contacts[worker] = c
	}
	c.sent = append(c.sent, note)
}

func (l *ledger) told(worker string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.contacts[worker]
	c.acked = len(c.sent)
	l.answer(1)
}

func (l *ledger) show(looks ...look) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range looks {
		l.served[k]++
	}
	l.answer(1)
}

// mayHold reports whether a draft may hold these fields now.
func (d *draft) mayHold(fields map[string]string) bool {
	for i := d.acked; i < len(d.sent); i++ {
		if i > 0 && maps.Equal(d.sent[i], fields) {
			return true
		}
		// What the program begins with is today's date and nothing else.
		if i == 0 && len(fields) == 3 && fields["happened-day"] != "" && fields["happened-month"] != "" && fields["happened-year"] != "" {
			return true
		}
	}
	return false
}

// tally says what the workload came to, so that a run in which nothing was
// acknowledged is seen not to prove anything.
type tally struct{ drafts, saves, entries, contacts, looks int }

func (l *ledger) tally() (t tally) {
	for _, d := range l.drafts {
		t.drafts++
		t.saves += d.acked
		if d.recorded {
			t.entries++
		}
	}
	for _, c := range l.contacts {
		t.contacts += c.acked
	}
	for _, n := range l.served {
		t.looks += n
	}
	return t
}

func (t *tally) add(o tally) {
	t.drafts += o.drafts
	t.saves += o.saves
	t.entries += o.entries
	t.contacts += o.contacts
	t.looks += o.looks
}

func (t tally) String() string {
	return fmt.Sprintf("acknowledged: %d drafts, %d saves of them, %d entries, %d contact details, %d looks", t.drafts, t.saves, t.entries, t.contacts, t.looks)
}
