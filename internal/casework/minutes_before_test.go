package casework_test

import (
	"context"
	"slices"
	"testing"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/store"
)

// corrected is a core group whose minutes were agreed at step 2, and corrected at step 5.
func (m *room) corrected(t *testing.T, n casework.NewMeeting) meeting.ID {
	t.Helper()
	key := m.agreed(t, n)
	ctx, ref := t.Context(), m.child.Reference
	if err := m.CorrectMinutes(ctx, m.worker, ref, key, 2, "The aunt said otherwise"); err != nil {
		t.Fatal(err)
	}
	saved, err := m.SaveMinutes(ctx, m.taker, ref, key, 1, map[string]string{"progress": "Otherwise"})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.CompleteMinutes(ctx, m.taker, ref, key, saved.Rev, nil, ""); err != nil {
		t.Fatal(err)
	}
	if err := m.AgreeMinutes(ctx, m.worker, ref, key, 4, ""); err != nil {
		t.Fatal(err)
	}
	return key
}

func (m *room) before(t *testing.T, a casework.Actor, ref id.Reference, key meeting.ID, step int) (casework.MinutesBefore, error) {
	t.Helper()
	f, err := casework.Open(t.Context(), m.Service, casework.Look{Actor: a, Reference: ref}, casework.MinutesBeforePart(key, step))
	return f.Value, err
}

// What minutes said before they were corrected is read by whoever has the right to that
// besides the minutes, with who corrected them, when and why, and leaves its footprint; to
// others it is not there.
func TestWhatMinutesSaidBeforeTheyWereCorrected(t *testing.T) {
	clause.Shows(t, "CR-29")
	eachRoom(t, func(t *testing.T, m *room) {
		ref := m.child.Reference
		key := m.corrected(t, m.coreGroup(m.sibling.Reference))
		for name, a := range map[string]casework.Actor{"manager": m.manager, "reviewing officer": m.chair} {
			if got := m.read(t, a, ref, key); len(got.Before) != 1 || got.Before[0].Number != 1 {
				t.Errorf("offered to the %s: %+v", name, got.Before)
			}
			b, err := m.before(t, a, ref, key, 1)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			wantPrint(t, m.prints(t, m.child), "look minutes-before shown")
			wantPrint(t, m.prints(t, m.sibling), "look minutes-before shown")
			if b.Again.Reason != "The aunt said otherwise" || b.Again.By != m.worker.Worker || b.Again.Recorded.At == 0 || b.Agreed.Number != 2 || b.Step.By != m.taker.Worker || len(b.Texts) != 4 {
				t.Errorf("%s: %+v", name, b)
			}
			for _, w := range b.Texts {
				if w.Key() == "progress" && (w.Text != "About progress" || w.Now != "Otherwise") || w.Key() != "progress" && w.Text != w.Now {
					t.Errorf("%s: %+v", name, w)
				}
			}
		}
		for name, a := range map[string]casework.Actor{"the social worker who chairs it": m.worker, "business support": m.support, "a minute taker": m.taker} {
			if got := m.read(t, a, ref, key); len(got.Before) != 0 {
				t.Errorf("offered to %s: %+v", name, got.Before)
			}
			_, err := m.before(t, a, ref, key, 1)
			wantKind(t, name, err, fault.NotFound)
			wantPrint(t, m.prints(t, m.child), "look minutes-before absent")
		}
		for step, what := range map[int]string{0: "no step", 2: "a step that completed nothing", 4: "what they say now"} {
			_, err := m.before(t, m.manager, ref, key, step)
			wantKind(t, what, err, fault.NotFound)
		}
		// What is of a child who is hidden from the reader is left out of what was said before, too.
		m.restrict(t, m.sibling, m.worker)
		b, err := m.before(t, m.manager, ref, key, 1)
		if err != nil || len(b.Texts) != 3 {
			t.Errorf("without the hidden child: %+v, %v", b.Texts, err)
		}
	})
}

// What was completed and returned before minutes were agreed is there, too, and says that
// it was never agreed.
func TestMinutesThatWereNeverAgreedAreMarked(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		key := m.held(t, m.coreGroup())
		if err := m.CompleteMinutes(ctx, m.taker, ref, key, m.write(t, m.taker, ref, key), nil, ""); err != nil {
			t.Fatal(err)
		}
		if err := m.ReturnMinutes(ctx, m.worker, ref, key, 1, "The aunt was there"); err != nil {
			t.Fatal(err)
		}
		if err := m.CompleteMinutes(ctx, m.taker, ref, key, m.write(t, m.taker, ref, key), nil, ""); err != nil {
			t.Fatal(err)
		}
		_, err := m.before(t, m.manager, ref, key, 1)
		wantKind(t, "while nothing is agreed", err, fault.NotFound)
		if err := m.AgreeMinutes(ctx, m.worker, ref, key, 3, ""); err != nil {
			t.Fatal(err)
		}
		b, err := m.before(t, m.manager, ref, key, 1)
		if err != nil || b.Agreed.Number != 0 || b.Again.Reason != "The aunt was there" {
			t.Errorf("got %+v, %v", b, err)
		}
	})
}

// A correction that is under way is given up by whoever agrees the minutes, with why: what
// was agreed counts as before and can be corrected again, the draft and what colleagues had
// saved of it are gone, and they are told.
func TestACorrectionOfMinutesIsGivenUp(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		key := m.agreed(t, m.coreGroup())
		wantConflict := func(what string, err error) {
			t.Helper()
			if !casework.MeetingChanged(err) {
				t.Errorf("%s: %v", what, err)
			}
		}
		wantConflict("nothing is corrected", m.KeepMinutes(ctx, m.worker, ref, key, 2, 1, "It was right"))
		if err := m.CorrectMinutes(ctx, m.worker, ref, key, 2, "The aunt said otherwise"); err != nil {
			t.Fatal(err)
		}
		for i, a := range []casework.Actor{m.taker, m.support} {
			if _, err := m.SaveMinutes(ctx, a, ref, key, i+1, map[string]string{"progress": "Otherwise " + string(rune('a'+i))}); err != nil {
				t.Fatal(err)
			}
		}
		if got := m.read(t, m.worker, ref, key); !got.May.Keep || got.May.Correct {
			t.Errorf("offered: %+v", got.May)
		}
		wantWrong(t, "without why", m.KeepMinutes(ctx, m.worker, ref, key, 3, 3, " "), meeting.FieldReason)
		wantConflict("as it was before somebody saved it", m.KeepMinutes(ctx, m.worker, ref, key, 3, 2, "It was right"))
		wantKind(t, "by who does not agree them", m.KeepMinutes(ctx, m.manager, ref, key, 3, 3, "x"), fault.Refused)
		wantKind(t, "by a minute taker", m.KeepMinutes(ctx, m.taker, ref, key, 3, 3, "x"), fault.NotFound)
		wantPrint(t, m.prints(t, m.child), "change minutes absent")
		if err := m.KeepMinutes(ctx, m.worker, ref, key, 3, 3, "It was right"); err != nil {
			t.Fatal(err)
		}
		wantPrint(t, m.prints(t, m.child), "change minutes shown")
		got := m.read(t, m.worker, ref, key)
		if got.MinutesState() != meeting.Agreed || got.Says[0].Text != "About progress" || got.Agreed.Number != 2 || got.LastStep().Reason != "It was right" || !got.May.Correct || got.May.Keep || got.Phase() != meeting.ToSend {
			t.Errorf("given up: %+v", got)
		}
		m.db.Read(t, func(ctx context.Context, r store.Reader) error {
			if _, err := r.MinutesDraft(ctx, key); !fault.Is(err, fault.NotFound) {
				t.Errorf("the draft: %v", err)
			}
			earlier, err := r.EarlierMinutes(ctx, key)
			if len(earlier) != 0 {
				t.Errorf("what colleagues had saved: %+v", earlier)
			}
			return err
		})
		for _, a := range []casework.Actor{m.taker, m.support} {
			if got := m.told(t, a); !slices.Contains(got, casework.MinutesKept) {
				t.Errorf("told: %v", got)
			}
		}
		wantConflict("twice", m.KeepMinutes(ctx, m.worker, ref, key, 3, 3, "x"))
		if err := m.CorrectMinutes(ctx, m.worker, ref, key, 4, "She did say it"); err != nil {
			t.Errorf("corrected again: %v", err)
		}
	})
}

// told are the kinds of the notices of a worker.
func (m *room) told(t *testing.T, a casework.Actor) (kinds []string) {
	t.Helper()
	all := access.Scope{Gives: []access.Ground{access.Everyone}}
	m.db.Read(t, func(ctx context.Context, r store.Reader) error {
		list, err := r.UnseenNotices(ctx, a.Worker, all, date.At(m.db.Now.Time()), 100)
		for _, n := range list {
			kinds = append(kinds, n.Kind)
		}
		return err
	})
	return kinds
}
