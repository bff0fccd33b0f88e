package casework_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/plan"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// record records a contact that names the action it served.
func (d *plansDesk) record(t *testing.T, serves string) (entry.ID, error) {
	t.Helper()
	draft := d.draft(t, d.adviser)
	f := fields(draft.Fields, map[string]string{
		entry.FieldCategory: "phone-call", entry.FieldWithWhom: "The landlord", entry.FieldText: "The back room is free from Monday.", entry.FieldServes: serves,
	})
	err := d.RecordEntry(t.Context(), d.adviser, d.child.Reference, draft.ID, draft.Rev, f)
	if again := d.RecordEntry(t.Context(), d.adviser, d.child.Reference, draft.ID, draft.Rev, f); err == nil && !casework.Recorded(again) {
		t.Errorf("the same press sent twice: %v", again)
	}
	return draft.ID, err
}

// An entry says while it is recorded which action it served; it stands with the action, and
// with the entry on the timeline. From the plan it is said, and taken back, too.
func TestAnEntrySaysWhichActionItServed(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		key, _, mine, theirs, _ := d.inForce(t)
		draft := d.draft(t, d.adviser)
		f, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.DraftPart(draft.ID))
		if err != nil || len(f.Value.Actions) != 2 {
			t.Fatalf("to choose from: %+v, %v", f.Value.Actions, err)
		}
		serves := string(key) + "/" + mine
		if !slices.ContainsFunc(f.Value.Actions, func(a casework.PlanAction) bool {
			return a.Key == serves && a.Plan == "Support plan" && a.Words == "Ask the landlord for the quiet room"
		}) {
			t.Errorf("to choose from: %+v", f.Value.Actions)
		}
		e, err := d.record(t, serves)
		if err != nil {
			t.Fatal(err)
		}
		served := func() []casework.ServedEntry { return d.read(t, d.colleague, key, 0).Served[mine] }
		if list := served(); len(list) != 1 || list[0].Entry != string(e) || list[0].Title != "Contact with Client" || list[0].By == "" {
			t.Errorf("with the action: %+v", list)
		}
		line, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.TimelinePart(""))
		if err != nil || !slices.Equal(line.Value.Served[e], []string{"Support plan: Ask the landlord for the quiet room"}) {
			t.Errorf("with the entry: %v, %v", line.Value.Served, err)
		}
		_, err = d.record(t, string(key)+"/"+id.New())
		wantKind(t, "an action that is none", err, fault.Invalid)

		say := func(action string, said map[entry.ID]bool) error {
			return d.ServeAction(t.Context(), d.adviser, d.child.Reference, key, action, said)
		}
		if err := say(theirs, map[entry.ID]bool{e: true}); err != nil {
			t.Fatal(err)
		}
		page, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.PlanServingPart(key, theirs))
		if err != nil || !page.Value.Serves[e] || len(page.Value.Lines) != 1 {
			t.Errorf("said from the plan: %+v, %v", page.Value.Serves, err)
		}
		if err := say(mine, map[entry.ID]bool{e: false}); err != nil {
			t.Fatal(err)
		}
		if list := served(); len(list) != 0 {
			t.Errorf("taken back: %+v", list)
		}
		if err := say(mine, map[entry.ID]bool{e: false}); err != nil {
			t.Errorf("said again: %v", err)
		}
		other := d.another(t, "Theo", d.adviser.Worker)
		strange := d.written(t, other.ID, d.adviser.Worker, "Of somebody else")
		wantKind(t, "an entry of another child", say(mine, map[entry.ID]bool{strange: true}), fault.NotFound)
		wantKind(t, "an action that is none", say(id.New(), nil), fault.NotFound)
		wantKind(t, "somebody who writes no plans", d.ServeAction(t.Context(), d.business, d.child.Reference, key, mine, map[entry.ID]bool{e: true}), fault.NotFound)
		if n := len(slices.DeleteFunc(d.prints(t, string(d.child.ID)), func(l string) bool { return !strings.Contains(l, "serve-plan") })); n != 2 {
			t.Errorf("%d footprints say that somebody said which entries served", n)
		}
	})
}

// What served an action and is sensitive is not told to whoever may not read it.
func TestWhatServedAnActionIsMasked(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		key, _, mine, _, _ := d.inForce(t)
		e := storetest.Entry(d.child.ID, staff.Worker{ID: d.adviser.Worker, Given: "Ada", Family: "Adviser", JobTitle: "Adviser"}, storetest.Today, "A secret")
		e.Service, e.TypeTitle, e.Content.Sensitive = "participation", "Contact with Client", true
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddEntries(ctx, []entry.Entry{e}) })
		if err := d.ServeAction(t.Context(), d.adviser, d.child.Reference, key, mine, map[entry.ID]bool{e.ID: true}); err != nil {
			t.Fatal(err)
		}
		if list := d.read(t, d.adviser, key, 0).Served[mine]; len(list) != 1 || list[0].Masked {
			t.Errorf("to whoever works with the child: %+v", list)
		}
		elsewhere := d.actor(t, "adviser", d.db.Team(t, "participation")) // of the service, and not of the team
		list := d.read(t, elsewhere, key, 0).Served[mine]
		if len(list) != 1 || !list[0].Masked || list[0].Entry != "" || list[0].Title != "" || list[0].By != "" {
			t.Errorf("to the rest of the service: %+v", list)
		}
	})
}

// In supervision a manager reads how far the outcomes of a worker's children have come, as
// they list cases: each child leaves a footprint, and nobody else's list is theirs.
func TestPlansInSupervision(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		key, outcome, mine, theirs, _ := d.inForce(t)
		d.again(t, key, plan.Review)
		d.put(t, d.adviser, key, plan.ReviewPart, "review", fields(map[string]string{"child-views": "Good"}, day("on", d.Today())))
		d.put(t, d.adviser, key, plan.ProgressPart, plan.ProgressID(outcome), map[string]string{
			"progress": "better", "evidence": "On time 18 days of 20", "stands": "goes-on", "stands-" + mine: "goes-on", "stands-" + theirs: "done",
		})
		d.mustFinish(t, d.adviser, key)
		d.authorise(t, key)
		quiet := d.another(t, "Theo", d.adviser.Worker)
		hidden := d.another(t, "Vera", d.adviser.Worker)
		d.keepTo(t, hidden.ID, d.adviser)
		list, err := d.PlansOfWorker(t.Context(), d.manager, d.adviser.Worker, 1)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, c := range list.Cases {
			names = append(names, c.DisplayName())
			if c.ID == quiet.ID && len(c.Plans) > 0 {
				t.Errorf("a child without a plan: %+v", c.Plans)
			}
			if c.ID != d.child.ID {
				continue
			}
			if len(c.Plans) != 1 || len(c.Plans[0].Outcomes) != 1 {
				t.Fatalf("the plans: %+v", c.Plans)
			}
			if o := c.Plans[0].Outcomes[0]; o.Last == nil || o.Last.Title != "Better" || o.Then != nil || o.Actions != 1 || c.Plans[0].Late != 0 {
				t.Errorf("the outcome: %+v", o)
			}
		}
		slices.Sort(names)
		if !slices.Equal(names, []string{"Ines Marlowe", "Theo Marlowe"}) {
			t.Errorf("the manager reads of %v", names)
		}
		if !slices.ContainsFunc(d.prints(t, string(quiet.ID)), func(l string) bool { return strings.Contains(l, "find") && strings.Contains(l, "plans") }) {
			t.Errorf("no footprint of the list: %v", d.prints(t, string(quiet.ID)))
		}
		if n := d.prints(t, string(hidden.ID)); slices.ContainsFunc(n, func(l string) bool { return strings.Contains(l, "plans") }) {
			t.Errorf("a child who was not shown: %v", n)
		}
		if own, err := d.PlansOfWorker(t.Context(), d.adviser, d.adviser.Worker, 1); err != nil || len(own.Cases) != 3 {
			t.Errorf("the worker's own: %d, %v", len(own.Cases), err)
		}
		for name, a := range map[string]casework.Actor{"a colleague": d.colleague, "another service": d.outsider, "an administrator": d.systemPerson} {
			_, err := d.PlansOfWorker(t.Context(), a, d.adviser.Worker, 1)
			wantKind(t, name, err, fault.NotFound)
		}
		_, err = d.PlansOfWorker(t.Context(), d.manager, staff.ID(id.New()), 1)
		wantKind(t, "nobody", err, fault.NotFound)
	})
}
