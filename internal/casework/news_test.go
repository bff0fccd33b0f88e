package casework_test

import (
	"context"
	"slices"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
)

// News of a document, a plan or a meeting names it and leads to it, for whoever may read
// it, with a footprint of its own; others are not told what it is, nor is anybody of what
// was moved to another child since. Lines that say the same are one, and put aside at once.
func TestNewsNamesWhatItIsOf(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		news := func(a casework.Actor) []casework.NoticeLine {
			t.Helper()
			w, err := d.MyWork(t.Context(), a)
			d.must(t, err)
			return w.Notices
		}
		key := d.final(t)
		doc := d.state(t, key)
		got := news(d.adviser)
		if len(got) != 1 || got[0].Kind != casework.DocumentAuthorised || got[0].Document != key || got[0].Of != doc.Title || got[0].By == "" {
			t.Fatalf("the news: %+v", got)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "find documents shown")

		tell := func(a casework.Actor, of store.Notice) {
			t.Helper()
			of.ID, of.Worker, of.Person, of.At = id.New(), a.Worker, d.child.ID, date.At(d.db.Now.Time())
			d.db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddNotice(ctx, of) })
		}
		tell(d.business, store.Notice{Kind: casework.DocumentMessage, Document: key})
		if got := news(d.business); len(got) != 1 || got[0].Document != "" || got[0].Of != "" {
			t.Errorf("to who may not read it: %+v", got)
		}

		other := d.another(t, "Theo", d.adviser.Worker)
		d.must(t, d.MoveDocument(t.Context(), d.adviser, d.child.Reference, key, other.Reference, told))
		if got := news(d.adviser); len(got) != 1 || got[0].Document != "" || got[0].Of != "" {
			t.Errorf("moved to another child: %+v", got)
		}
		d.undoLast(t, d.adviser, other.Reference)
	})
}

// Lines that say the same of the same child, and lead to the same place, are one with how
// many and when the last was; it is put aside with all of them.
func TestNewsThatSaysTheSameIsOneLine(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		other := d.another(t, "Theo", d.adviser.Worker)
		add := func(kind string, p person.ID, at date.Instant) string {
			n := store.Notice{ID: id.New(), Worker: d.adviser.Worker, Person: p, By: d.manager.Worker, Kind: kind, At: at}
			d.db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddNotice(ctx, n) })
			return n.ID
		}
		now := date.At(d.db.Now.Time())
		first, second, last := add(casework.CaseOpened, d.child.ID, now-3), add(casework.CaseOpened, d.child.ID, now-2), add(casework.CaseOpened, d.child.ID, now)
		add(casework.CaseOpened, other.ID, now-1)
		add(casework.CaseClosed, d.child.ID, now-4)
		read := func() []casework.NoticeLine {
			t.Helper()
			w, err := d.MyWork(t.Context(), d.adviser)
			d.must(t, err)
			return w.Notices
		}
		got := read()
		if len(got) != 3 || got[0].ID != last || got[0].At != now || got[0].Count() != 3 || !slices.Equal(got[0].Also, []string{second, first}) {
			t.Fatalf("the news: %+v", got)
		}
		if got[1].Child.ID != other.ID || got[1].Count() != 1 || got[2].Kind != casework.CaseClosed {
			t.Errorf("what says something else: %+v", got[1:])
		}
		d.must(t, d.SeeNotice(t.Context(), d.adviser, append([]string{last}, got[0].Also...)...))
		if got := read(); len(got) != 2 || slices.ContainsFunc(got, func(n casework.NoticeLine) bool { return n.Count() > 1 }) {
			t.Errorf("put aside: %+v", got)
		}
	})
}
