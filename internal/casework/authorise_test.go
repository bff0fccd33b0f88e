package casework_test

import (
	"context"
	"slices"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/document"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/plan"
	"casefile/internal/store"
)

// Whoever wrote in what waits does not authorise it, whether or not they completed it, and
// whether what they wrote was written over or came in before it was returned. Those who may
// are told, and named to those who may not.
func TestWhoWroteInADocumentDoesNotAuthoriseIt(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		second := d.actor(t, "team-manager", d.team)
		key := d.begin(t, d.adviser)
		d.mustType(t, d.manager, key, "start", map[string]any{"hours": "10"})
		d.fill(t, d.adviser, key) // over what the manager wrote
		waits := func(what string) {
			t.Helper()
			d.mustComplete(t, d.adviser, key)
			number := d.state(t, key).Last().Number
			wantKind(t, what, d.AuthoriseDocument(t.Context(), d.manager, d.child.Reference, key, number), fault.Refused)
			_, err := casework.Open(t.Context(), d.Service, d.look(d.manager), casework.DecideDocumentPart(key))
			wantKind(t, what+", on the page where it is decided", err, fault.Refused)
			got := d.read(t, d.manager, key)
			if got.MayAuthorise || !got.Own || !slices.Equal(got.For, []string{d.name(t, second)}) {
				t.Errorf("%s, the page says %+v", what, got.Waits)
			}
		}
		waits("authorised by who wrote in it")
		if got := d.read(t, second, key); !slices.Equal(got.Writers, []string{d.name(t, d.manager)}) || !got.MayAuthorise {
			t.Errorf("it was also written by %q; %+v", got.Writers, got.Waits)
		}
		d.must(t, d.ReturnDocument(t.Context(), second, d.child.Reference, key, d.state(t, key).Last().Number, "Say who helps."))
		waits("authorised by who wrote in it before it was returned")
		d.must(t, d.AuthoriseDocument(t.Context(), second, d.child.Reference, key, d.state(t, key).Last().Number))

		// What was written for one version is nobody's reason in the next.
		d.must(t, d.ReopenDocument(t.Context(), d.adviser, d.child.Reference, key, casework.Reopening{Step: d.state(t, key).Last().Number, Grounds: document.Inaccurate, Reason: "The hours are wrong"}))
		d.mustType(t, d.adviser, key, "start", map[string]any{"hours": "30"})
		d.mustComplete(t, d.adviser, key)
		d.must(t, d.AuthoriseDocument(t.Context(), d.manager, d.child.Reference, key, d.state(t, key).Last().Number))
	})
}

// Nobody is told, and the page says so, where nobody else may authorise it.
func TestADocumentWaitsForNobody(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		key := d.begin(t, d.adviser)
		d.mustType(t, d.manager, key, "start", map[string]any{"hours": "10"})
		d.fill(t, d.adviser, key)
		d.mustComplete(t, d.adviser, key)
		if got := d.read(t, d.adviser, key); len(got.For) > 0 {
			t.Errorf("it waits for %q", got.For)
		}
		if slices.Contains(d.notices(t, d.manager), casework.DocumentWaits) {
			t.Error("the manager is told that it waits, who wrote in it")
		}
	})
}

func TestWhoWroteInAPlanDoesNotAuthoriseIt(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		second := d.actor(t, "team-manager", d.team)
		told := func(a casework.Actor) bool {
			w, err := d.MyWork(t.Context(), a)
			d.must(t, err)
			return slices.ContainsFunc(w.Notices, func(n casework.NoticeLine) bool { return n.Kind == casework.PlanWaits })
		}
		key := d.begin(t, d.adviser)
		outcome, _, _, _ := d.fill(t, d.adviser, key)
		extra := id.New()
		put := d.put(t, d.adviser, key, plan.ActionPart, extra, map[string]string{"outcome": outcome, "words": "Ask again", "who": "agency", "agency": "Club"})
		put.Plan, put.ID = key, extra
		d.must(t, d.RemovePlanPart(t.Context(), d.manager, d.child.Reference, put)) // taking something out is writing, too
		d.put(t, d.adviser, key, plan.AboutPart, "about", map[string]string{"child-views": "It is still my plan", "box-backup": "Ring the duty worker"})
		d.mustFinish(t, d.adviser, key)
		wantKind(t, "authorised by who wrote in it", d.AuthorisePlan(t.Context(), d.manager, d.child.Reference, key, 1), fault.Refused)
		if got := d.read(t, d.manager, key, 0); got.MayAuthorise || !got.Own || !slices.Equal(got.For, []string{d.name(t, second)}) {
			t.Errorf("the page says %+v", got.Waits)
		}
		if told(d.manager) || !told(second) {
			t.Errorf("who wrote in it is told %t, who may authorise it %t", told(d.manager), told(second))
		}
		d.must(t, d.AuthorisePlan(t.Context(), second, d.child.Reference, key, 1))
	})
}

func (d *desk) name(t *testing.T, a casework.Actor) (name string) {
	t.Helper()
	d.db.Read(t, func(ctx context.Context, r store.Reader) error {
		w, err := r.Worker(ctx, a.Worker)
		name = w.Name()
		return err
	})
	return name
}
