package storetest_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/correction"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/plan"
	"casefile/internal/staff"
	"casefile/internal/store"
	. "casefile/internal/store/storetest"
)

// planned begins a plan with a draft of two parts.
func planned(t *testing.T, db *Database, p person.ID) plan.Plan {
	t.Helper()
	made := plan.Plan{ID: plan.ID(id.New()), Person: p, Service: "service", Kind: "kind", Title: "A plan", Begun: date.Stamp{By: By}}
	db.Must(t, func(ctx context.Context, tx store.Tx) error {
		if err := tx.AddPlan(ctx, made); err != nil {
			return err
		}
		made.Begun = tx.Stamp(By)
		made.Draft = plan.Draft{Purpose: plan.Write, Rev: 1, Saved: 5, SavedBy: "ada"}
		return tx.AddPlanDraft(ctx, made.ID, made.Draft, []plan.Part{
			{ID: "about", Sort: plan.AboutPart}, {ID: "o1", Sort: plan.OutcomePart, Fields: map[string]string{"words": "She sleeps"}},
		})
	})
	return made
}

func savePart(db *Database, p plan.ID, part string, rev int, words string, by staff.ID) (now int, err error) {
	err = db.Plain(context.Background(), func(tx store.PlainTx) (err error) {
		now, err = tx.SavePlanPart(context.Background(), plan.Part{
			Plan: p, ID: part, Sort: plan.OutcomePart, Rev: rev, Fields: map[string]string{"words": words}, Saved: date.Instant(10 + rev), By: by,
		})
		return err
	})
	return now, err
}

func removePart(db *Database, p plan.ID, part string, rev int) error {
	return db.Plain(context.Background(), func(tx store.PlainTx) error {
		return tx.RemovePlanPart(context.Background(), plan.Part{Plan: p, ID: part, Rev: rev, Saved: 50, By: "bo"})
	})
}

func partsOf(t *testing.T, db *Database, p plan.ID) (now, earlier []plan.Part) {
	t.Helper()
	db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
		if now, err = r.PlanParts(ctx, p); err != nil {
			return err
		}
		earlier, err = r.EarlierPlanParts(ctx, p)
		return err
	})
	return now, earlier
}

func wordsOf(parts []plan.Part) []string {
	var list []string
	for _, p := range parts {
		list = append(list, fmt.Sprintf("%s %d %s", p.ID, p.Rev, p.Fields["words"]))
	}
	return list
}

var planSays = plan.Content{
	Words: plan.Words{Outcome: "Outcome", Need: "Need", Action: "Action"},
	Outcomes: []plan.Outcome{{
		ID: "o1", Words: "She “sleeps” <b>", OwnWords: "I want to sleep", Need: "Noise",
		Actions: []plan.Action{{
			ID: "a1", Words: "Ring", Owner: plan.Owner{Kind: plan.AgencyOwns, Words: "The school"}, Start: plan.Day{Date: Today}, Priority: "high", Pressing: "High",
			Sequence: 1, Marks: []plan.Value{{ID: "m", Title: "M"}}, Task: true, Stands: plan.NotDone, Why: "Closed",
		}},
		Measured: &plan.Measured{Value: "good", Title: "Good", Evidence: "Seen", On: plan.Day{Date: Today}},
	}},
	Targets: []plan.Target{{ID: "t1", Words: "Swim", Outcome: "o1"}}, ChildViews: "Fine", Boxes: []plan.Answered{{ID: "b", Title: "B", Text: "Yes"}},
	Next: plan.Day{Date: Today}, Review: &plan.Finding{On: plan.Day{Date: Today}, Found: []plan.Found{{Outcome: "o1", Words: "She", Value: "good", Title: "Good", Evidence: "Seen"}}, Results: []plan.Result{{Action: "a1", Stands: plan.NotDone, Why: "Closed"}}},
}

func planStep(number int, did plan.Did, final bool) plan.Step {
	return plan.Step{Number: number, Did: did, Reason: "Because", Final: final, Definition: "hash", Wrote: []staff.ID{"ada", "bo"}, By: "ada", ByName: "Ada Adviser", ByRole: "Adviser", Recorded: date.Stamp{By: By}}
}

// A plan comes back as it was put: its draft part by part, its steps, and what it says at
// each.
func TestPlans(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		p, other := db.Person(t, "Ines", "Marlowe", born), db.Person(t, "Theo", "Marlowe", born)
		made := planned(t, db, p.ID)
		planned(t, db, other.ID)
		now, _ := partsOf(t, db, made.ID)
		if diff := cmp.Diff([]string{"about 1 ", "o1 1 She sleeps"}, wordsOf(now)); diff != "" {
			t.Errorf("the draft (-want +got):\n%s", diff)
		}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.DropPlanDraft(ctx, made.ID, 1); err != nil {
				return err
			}
			if err := tx.AddPlanStep(ctx, made.ID, planStep(1, plan.Written, false), &planSays); err != nil {
				return err
			}
			return tx.AddPlanStep(ctx, made.ID, planStep(2, plan.Authorised, true), nil)
		})
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			got, err := r.Plan(ctx, made.ID)
			if err != nil {
				return err
			}
			if s := got.Steps; len(s) != 2 || s[0].Did != plan.Written || s[0].Definition != "hash" || !s[1].Final || s[1].ByRole != "Adviser" || s[1].Recorded.Seq == 0 || got.State() != plan.InForce {
				t.Errorf("its steps: %+v, %s", s, got.State())
			}
			got.Steps, made.Draft = nil, plan.Draft{}
			if diff := cmp.Diff(made, got); diff != "" {
				t.Errorf("it came back changed (-want +got):\n%s", diff)
			}
			content, err := r.PlanContent(ctx, made.ID, 1)
			if diff := cmp.Diff(planSays, content, cmp.Comparer(days)); diff != "" || err != nil {
				t.Errorf("what it says came back changed (-want +got), %v:\n%s", err, diff)
			}
			_, err = r.PlanContent(ctx, made.ID, 2)
			wantKind(t, "the content of an authorisation", err, fault.NotFound)
			list, err := r.Plans(ctx, p.ID)
			if len(list) != 1 || list[0].ID != made.ID || len(list[0].Steps) != 2 {
				t.Errorf("the plans of one child: %+v", list)
			}
			if err != nil {
				return err
			}
			_, err = r.Plan(ctx, plan.ID(id.New()))
			wantKind(t, "no such plan", err, fault.NotFound)
			return nil
		})
		now, _ = partsOf(t, db, made.ID)
		if len(now) > 0 {
			t.Errorf("a draft stayed: %+v", now)
		}
		again := func(f func(tx store.Tx) error) error { return db.Update(context.Background(), f) }
		wantKind(t, "the same key", again(func(tx store.Tx) error { return tx.AddPlan(context.Background(), made) }), fault.Conflict)
		wantKind(t, "the same step", again(func(tx store.Tx) error {
			return tx.AddPlanStep(context.Background(), made.ID, planStep(2, plan.Returned, false), nil)
		}), fault.Conflict)
	})
}

// Of two who save a part that both read, one is told; what another had saved is kept
// behind what is written over it; what is taken out is kept; and a draft that was saved
// meanwhile is not ended.
func TestPlanDrafts(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		p := db.Person(t, "Ines", "Marlowe", born)
		made := planned(t, db, p.ID)
		save := func(part string, rev int, words string, by staff.ID) int {
			t.Helper()
			now, err := savePart(db, made.ID, part, rev, words, by)
			if err != nil {
				t.Fatal(err)
			}
			return now
		}
		stale := func(what string, err error) {
			t.Helper()
			wantKind(t, what, err, fault.Conflict)
		}
		if rev := save("o1", 1, "by bo", "bo"); rev != 2 {
			t.Errorf("saved once, it is at %d", rev)
		}
		_, err := savePart(db, made.ID, "o1", 1, "too late", "ada")
		stale("a part that was saved meanwhile", err)
		save("o1", 2, "by ada", "ada")
		save("o1", 3, "again", "ada")
		fresh := save("o2", 0, "new", "bo")
		_, err = savePart(db, made.ID, "o2", 0, "new, too", "ada")
		stale("a new part of the same key", err)
		stale("taken out as it was before", removePart(db, made.ID, "o2", fresh+1))
		if err := removePart(db, made.ID, "o2", fresh); err != nil {
			t.Fatal(err)
		}
		_, err = savePart(db, made.ID, "o2", fresh, "it is out", "ada")
		stale("a part that was taken out", err)
		if back := save("o2", 0, "back", "ada"); back != fresh+2 {
			t.Errorf("put back it is at %d", back)
		}
		now, earlier := partsOf(t, db, made.ID)
		if diff := cmp.Diff([]string{"about 1 ", "o1 4 again", "o2 4 back"}, wordsOf(now)); diff != "" {
			t.Errorf("the draft (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"o1 2 by bo", "o2 3 ", "o2 2 new"}, wordsOf(earlier)); diff != "" {
			t.Errorf("what is kept (-want +got):\n%s", diff)
		}
		var seen int
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			got, err := r.Plan(ctx, made.ID)
			seen = got.Draft.Rev
			return err
		})
		drop := func(rev int) error {
			return db.Update(context.Background(), func(tx store.Tx) error { return tx.DropPlanDraft(context.Background(), made.ID, rev) })
		}
		stale("a draft as it was before", drop(seen-1))
		if err := drop(seen); err != nil {
			t.Fatal(err)
		}
		_, err = savePart(db, made.ID, "o1", 4, "it is over", "ada")
		wantKind(t, "a plan that is not being written", err, fault.NotFound)
		wantKind(t, "taking out of it", removePart(db, made.ID, "o1", 4), fault.NotFound)
	})
}

// Of many who save one part at the same moment one succeeds; and whoever ends a draft and
// whoever saves in it do not both.
func TestPlanDraftsAtOnce(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		p := db.Person(t, "Ines", "Marlowe", born)
		made := planned(t, db, p.ID)
		const many = 6
		errs := make([]error, many+1)
		var all sync.WaitGroup
		for i := range many {
			all.Go(func() { _, errs[i] = savePart(db, made.ID, "o1", 1, fmt.Sprint(i), staff.ID(fmt.Sprint(i))) })
		}
		all.Go(func() {
			errs[many] = db.Update(context.Background(), func(tx store.Tx) error { return tx.DropPlanDraft(context.Background(), made.ID, 1) })
		})
		all.Wait()
		won := 0
		for i, err := range errs {
			switch {
			case err == nil:
				won++
			case !fault.Is(err, fault.Conflict) && !(i < many && fault.Is(err, fault.NotFound)):
				t.Errorf("%d: %v", i, err)
			}
		}
		if won != 1 {
			t.Errorf("%d succeeded", won)
		}
	})
}

// Which entries served an action survives that the plan's file is merged into another, and
// leaves with an entry that moves to another child; taken back, it is no more.
func TestServed(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		w, _ := db.Worker(t, "adviser", db.Team(t, "service"))
		p, twin, other := db.Person(t, "Ines", "Marlowe", born), db.Person(t, "Ines", "Marlow", born), db.Person(t, "Theo", "Marlowe", born)
		made := planned(t, db, p.ID)
		write := func() entry.ID {
			e := Entry(p.ID, w, Today, "Seen")
			db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddEntryVersion(ctx, e) })
			return e.ID
		}
		one, two := write(), write()
		serve := func(e entry.ID, serves bool) {
			db.Must(t, func(ctx context.Context, tx store.Tx) error {
				return tx.AddServed(ctx, plan.Served{Plan: made.ID, Action: "a1", Entry: e, Serves: serves, Recorded: date.Stamp{By: By}})
			})
		}
		served := func(file person.ID) (list []entry.ID) {
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				links, err := r.Served(ctx, file)
				for _, l := range links {
					list = append(list, l.Entry)
				}
				return err
			})
			return list
		}
		want := func(when string, file person.ID, entries ...entry.ID) {
			t.Helper()
			slices.Sort(entries)
			if got := served(file); !slices.Equal(got, entries) {
				t.Errorf("%s: got %v, want %v", when, got, entries)
			}
		}
		serve(one, true)
		serve(two, true)
		want("as it was said", p.ID, one, two)
		want("of another child", other.ID)
		serve(two, false)
		want("taken back", p.ID, one)
		serve(two, true)
		correct := func(c correction.Correction) correction.Correction { return mustCorrect(t, db, c) }
		merged := correct(correction.Correction{Kind: correction.Merge, From: p.ID, To: twin.ID})
		want("merged", twin.ID, one, two)
		want("merged, of the file that is no more", p.ID)
		correct(undoing(merged))
		want("two files again", p.ID, one, two)
		moved := correct(correction.Correction{Kind: correction.MoveEntry, Object: string(two), From: p.ID, To: other.ID})
		want("moved to another child", p.ID, one)
		want("moved there", other.ID)
		correct(undoing(moved))
		want("moved back", p.ID, one, two)
	})
}

// What was done with a plan stays as it was: the database itself refuses the rest.
func TestPlansAreNeverRewritten(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		made := planned(t, db, db.Person(t, "Ines", "Marlowe", born).ID)
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.AddPlanStep(ctx, made.ID, planStep(1, plan.Written, true), &planSays); err != nil {
				return err
			}
			return tx.AddServed(ctx, plan.Served{Plan: made.ID, Action: "a1", Entry: "e", Serves: true, Recorded: date.Stamp{By: By}})
		})
		for _, statement := range []string{
			"UPDATE plan SET kind = 'other'", "DELETE FROM plan", "UPDATE plan_step SET content = ''", "UPDATE plan_step SET final = false", "DELETE FROM plan_step",
			"UPDATE plan_served SET serves = false", "DELETE FROM plan_served",
		} {
			if _, err := db.Raw.Exec(statement); err == nil {
				t.Errorf("the database let %q through", statement)
			}
		}
	})
}

// A plan stands on the file that it was moved to, until that is undone.
func TestPlansMoveToTheRightChild(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		a, b := db.Person(t, "Ines", "Marlowe", born), db.Person(t, "Theo", "Marlowe", born)
		made := planned(t, db, a.ID)
		want := func(what string, on, off person.ID) {
			t.Helper()
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				here, err := r.Plans(ctx, on)
				if len(here) != 1 || here[0].Person != on || here[0].Draft.Rev != 1 || err != nil {
					t.Errorf("%s: %+v, %v", what, here, err)
				}
				there, err := r.Plans(ctx, off)
				if len(there) != 0 || err != nil {
					t.Errorf("%s: it stands on the other file, too: %+v, %v", what, there, err)
				}
				stands, err := r.StandsWith(ctx, correction.MovePlan, string(made.ID), on)
				if !slices.Equal(stands, []correction.Place{{Put: a.ID, Now: on}}) {
					t.Errorf("%s: it stands with %v", what, stands)
				}
				return err
			})
		}
		want("before", a.ID, b.ID)
		moved := mustCorrect(t, db, correction.Correction{Kind: correction.MovePlan, Object: string(made.ID), From: a.ID, To: b.ID})
		want("moved", b.ID, a.ID)
		mustCorrect(t, db, undoing(moved))
		want("undone", a.ID, b.ID)
	})
}
