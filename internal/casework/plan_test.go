package casework_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/plan"
	"casefile/internal/right"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
	"casefile/internal/task"
)

// A plansDesk is a desk whose service has the kind of plan "support-plan" of testdata.
type plansDesk struct{ *desk }

func eachPlans(t *testing.T, f func(t *testing.T, d *plansDesk)) {
	each(t, func(t *testing.T, d *desk) {
		d.Service = d.inFolder(t, "testdata/plans")
		f(t, &plansDesk{d})
	})
}

func (d *plansDesk) begin(t *testing.T, a casework.Actor) plan.ID {
	t.Helper()
	key := plan.ID(id.New())
	if err := d.StartPlan(t.Context(), a, d.child.Reference, key, "support-plan"); err != nil {
		t.Fatal(err)
	}
	return key
}

func (d *plansDesk) writing(t *testing.T, a casework.Actor, key plan.ID) casework.PlanWriting {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, d.look(a), casework.PlanWritingPart(key))
	if err != nil {
		t.Fatal(err)
	}
	return f.Value
}

func (d *plansDesk) read(t *testing.T, a casework.Actor, key plan.ID, step int) casework.PlanRead {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, d.look(a), casework.PlanPart(key, step))
	if err != nil {
		t.Fatal(err)
	}
	return f.Value
}

// put saves fields of a part; one that is not there is new.
func (d *plansDesk) put(t *testing.T, a casework.Actor, key plan.ID, sort plan.Sort, part string, fields map[string]string) plan.Part {
	t.Helper()
	x, ok := d.writing(t, a, key).Part(part)
	if !ok {
		x = plan.Part{ID: part, Sort: sort}
	}
	x.Plan, x.Fields = key, fields
	saved, err := d.SavePlanPart(t.Context(), a, d.child.Reference, x)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

func day(name string, d date.Date) map[string]string {
	p := strings.Split(d.String(), "-")
	return map[string]string{name + "-year": p[0], name + "-month": p[1], name + "-day": p[2]}
}

func fields(all ...map[string]string) map[string]string {
	out := map[string]string{}
	for _, m := range all {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

// fill writes a plan with one outcome and two actions, of which the adviser's is to be a
// task, and a target. It gives the keys of the outcome, the actions and the target.
func (d *plansDesk) fill(t *testing.T, a casework.Actor, key plan.ID) (outcome, mine, theirs, target string) {
	t.Helper()
	outcome, mine, theirs, target = id.New(), id.New(), id.New(), id.New()
	d.put(t, a, key, plan.OutcomePart, outcome, map[string]string{
		"words": "She sleeps through the night and is rested at college", "own-words": "I just want to sleep", "need": "Noise and worry",
	})
	d.put(t, a, key, plan.ActionPart, mine, fields(map[string]string{
		"outcome": outcome, "words": "Ask the landlord for the quiet room", "who": "worker", "worker": string(a.Worker), "service": "Housing advice", "sequence": "2", "priority": "first", "task": "yes", "marks": "positive",
	}, day("start", storetest.Today), day("end", storetest.Today.AddDays(14))))
	d.put(t, a, key, plan.ActionPart, theirs, fields(map[string]string{
		"outcome": outcome, "words": "Switch the phone off at ten", "who": "person", "person": string(d.child.ID), "sequence": "1",
	}, day("end", storetest.Today.AddDays(30))))
	d.put(t, a, key, plan.TargetPart, target, map[string]string{"words": "Join the swimming club", "outcome": outcome})
	d.put(t, a, key, plan.AboutPart, "about", map[string]string{"child-views": "It is my plan", "box-backup": "Ring the duty worker"})
	return outcome, mine, theirs, target
}

func (d *plansDesk) finish(t *testing.T, a casework.Actor, key plan.ID) error {
	t.Helper()
	return d.FinishPlan(t.Context(), a, d.child.Reference, key, d.writing(t, a, key).Draft.Rev)
}

func (d *plansDesk) mustFinish(t *testing.T, a casework.Actor, key plan.ID) {
	t.Helper()
	err := d.finish(t, a, key)
	if n, ok := errors.AsType[*casework.PlanNotReady](err); ok {
		t.Fatalf("not ready: %+v", n.Problems)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (d *plansDesk) state(t *testing.T, key plan.ID) plan.Plan {
	t.Helper()
	var p plan.Plan
	d.db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
		p, err = r.Plan(ctx, key)
		return err
	})
	return p
}

func (d *plansDesk) authorise(t *testing.T, key plan.ID) {
	t.Helper()
	if err := d.AuthorisePlan(t.Context(), d.manager, d.child.Reference, key, d.state(t, key).Last().Number); err != nil {
		t.Fatal(err)
	}
}

// inForce brings a plan all the way.
func (d *plansDesk) inForce(t *testing.T) (key plan.ID, outcome, mine, theirs, target string) {
	t.Helper()
	key = d.begin(t, d.adviser)
	outcome, mine, theirs, target = d.fill(t, d.adviser, key)
	d.mustFinish(t, d.adviser, key)
	d.authorise(t, key)
	return key, outcome, mine, theirs, target
}

func (d *plansDesk) again(t *testing.T, key plan.ID, purpose plan.Purpose) {
	t.Helper()
	if err := d.WriteAgain(t.Context(), d.adviser, d.child.Reference, key, d.state(t, key).Last().Number, purpose); err != nil {
		t.Fatal(err)
	}
}

// tasksOf are the tasks that a plan opened, by what they lead to.
func (d *plansDesk) tasksOf(t *testing.T, open bool) map[string]task.Task {
	t.Helper()
	found := map[string]task.Task{}
	d.db.Read(t, func(ctx context.Context, r store.Reader) error {
		list, err := r.TasksOf(ctx, d.child.ID, open, 50)
		for _, x := range list {
			found[x.Link] = x
		}
		return err
	})
	return found
}

// A plan goes from its draft to being in force: outcomes, actions and services each by
// themselves, authorised by somebody else, with a task for whoever does an action and one
// for the review.
func TestAPlanIsWrittenAndComesIntoForce(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		key := d.begin(t, d.adviser)
		if err := d.StartPlan(t.Context(), d.adviser, d.child.Reference, key, "support-plan"); err != nil {
			t.Errorf("the same press sent twice: %v", err)
		}
		wantKind(t, "a second plan of the kind", d.StartPlan(t.Context(), d.adviser, d.child.Reference, plan.ID(id.New()), "support-plan"), fault.Invalid)
		if err := d.finish(t, d.adviser, key); !casework.IsPlanNotReady(err) {
			t.Errorf("an empty plan: %v", err)
		}
		outcome, mine, theirs, _ := d.fill(t, d.adviser, key)
		d.mustFinish(t, d.adviser, key)
		if p := d.state(t, key); p.State() != plan.Waiting || p.Runs() {
			t.Fatalf("it stands at %s", p.State())
		}
		wantKind(t, "whoever wrote it", d.AuthorisePlan(t.Context(), d.adviser, d.child.Reference, key, 1), fault.NotFound)
		for _, k := range d.tasksOf(t, true) {
			if _, awaits := k.Awaiting(); !awaits {
				t.Errorf("it has a task before it is in force: %+v", k)
			}
		}
		d.authorise(t, key)
		r := d.read(t, d.colleague, key, 0)
		o := r.Content.Outcomes[0]
		if o.Words != "She sleeps through the night and is rested at college" || o.OwnWords != "I just want to sleep" || len(o.Actions) != 2 {
			t.Fatalf("the outcome: %+v", o)
		}
		if o.Actions[0].ID != theirs || o.Actions[1].ID != mine || o.Actions[1].Service != "Housing advice" || o.Actions[1].Pressing != "First" || o.Actions[1].Marks[0].Title != "Builds on a strength" {
			t.Errorf("what is done, in its order: %+v", o.Actions)
		}
		if owner, child := r.Owner(o.Actions[1].Owner), r.Owner(o.Actions[0].Owner); owner == "Not shown to you" || child != "Ines Marlowe" {
			t.Errorf("the worker who does it is %q, and the child %q", owner, child)
		}
		if want := storetest.Today.AddMonths(3); r.Content.Next.Date != want || r.Late != 0 {
			t.Errorf("its review: %v, %d days late; want %v", r.Content.Next.Date, r.Late, want)
		}
		tasks := d.tasksOf(t, true)
		if a, ok := tasks["/plans/"+string(key)+"#action-"+mine]; !ok || a.Holder != task.OfWorker(d.adviser.Worker) || a.Due != storetest.Today.AddDays(14) {
			t.Errorf("the task of the action: %+v", tasks)
		}
		if a, ok := tasks["/plans/"+string(key)]; !ok || a.Due != r.Content.Next.Date {
			t.Errorf("the task of the review: %+v", tasks)
		}
		if _, ok := r.Content.Outcome(outcome); !ok || !slices.Contains(d.news(t, d.adviser), casework.PlanAuthorised) {
			t.Errorf("whoever wrote it was told of %v", d.news(t, d.adviser))
		}
		for _, want := range []string{"begin-plan", "write-plan", "authorise-plan"} {
			if !slices.ContainsFunc(d.prints(t, string(d.child.ID)), func(l string) bool { return strings.Contains(l, want) }) {
				t.Errorf("no footprint %s among %v", want, d.prints(t, string(d.child.ID)))
			}
		}
	})
}

// Progress is measured against the outcomes at a review: how far, how they knew, what the
// child says; and the action's state with why. What the plan said before stays.
func TestAReviewMeasuresOutcomes(t *testing.T) {
	clause.Shows(t, "CR-38")
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		key, outcome, mine, theirs, target := d.inForce(t)
		d.db.Now.Set(storetest.Today.AddMonths(4).Time().Add(10 * time.Hour))
		if r := d.read(t, d.adviser, key, 0); r.Late == 0 {
			t.Error("a review that is past its day is not late")
		}
		d.again(t, key, plan.Review)
		err := d.finish(t, d.adviser, key)
		n, _ := errors.AsType[*casework.PlanNotReady](err)
		if n == nil || !slices.ContainsFunc(n.Problems, func(p plan.Problem) bool { return p.Part == plan.ProgressID(outcome) && p.Field == plan.FieldProgress }) {
			t.Fatalf("a review without progress: %v", err)
		}
		today := d.Today()
		d.put(t, d.adviser, key, plan.ReviewPart, "review", fields(map[string]string{"child-views": "Better, mostly", "took": "Ines and her mother"}, day("on", today)))
		d.put(t, d.adviser, key, plan.ProgressPart, plan.ProgressID(outcome), map[string]string{
			"progress": "better", "evidence": "The college says that she was on time 18 days of 20", "stands": "goes-on",
			"stands-" + mine: "done", "stands-" + theirs: "not-done",
		})
		fresh := id.New()
		if _, err := d.TakeUpTarget(t.Context(), d.adviser, d.child.Reference, key, target, fresh); err != nil {
			t.Fatal(err)
		}
		d.put(t, d.adviser, key, plan.ActionPart, fresh, fields(map[string]string{"who": "agency", "agency": "Swimming club", "marks": "positive"}, day("end", today.AddDays(60))))
		n, _ = errors.AsType[*casework.PlanNotReady](d.finish(t, d.adviser, key))
		if n == nil || len(n.Problems) != 2 { // why it was not done, and why the review is late
			t.Fatalf("what is missing: %+v", n)
		}
		d.put(t, d.adviser, key, plan.ProgressPart, plan.ProgressID(outcome), map[string]string{"why-" + theirs: "She needs it as an alarm"})
		d.put(t, d.adviser, key, plan.ReviewPart, "review", map[string]string{"late-reason": "She was on holiday"})
		d.mustFinish(t, d.adviser, key)
		d.authorise(t, key)
		r := d.read(t, d.manager, key, 0)
		o, _ := r.Content.Outcome(outcome)
		if o.Measured == nil || o.Measured.Title != "Better" || !strings.Contains(o.Measured.Evidence, "18 days") || len(r.Reviews) != 1 || r.Reviews[0].Finding.ChildViews != "Better, mostly" || r.Reviews[0].Finding.Late != "She was on holiday" {
			t.Errorf("what was found: %+v; %+v", o.Measured, r.Reviews)
		}
		done, _, _ := r.Content.Action(mine)
		not, _, _ := r.Content.Action(theirs)
		taken, serves, ok := r.Content.Action(fresh)
		if done.Stands != plan.Done || not.Stands != plan.NotDone || not.Why != "She needs it as an alarm" || !ok || serves.ID != outcome || taken.Words != "Join the swimming club" || len(r.Content.Targets) != 0 {
			t.Errorf("the actions: %+v, %+v, %+v, targets %+v", done, not, taken, r.Content.Targets)
		}
		if want := today.AddMonths(6); r.Content.Next.Date != want {
			t.Errorf("the next review: %v, want %v", r.Content.Next.Date, want)
		}
		if was := d.read(t, d.adviser, key, 1); was.Current || was.Content.Review != nil || len(was.Content.Targets) != 1 {
			t.Errorf("what it said before: %+v", was.Content)
		}
		open := d.tasksOf(t, true)
		if _, still := open["/plans/"+string(key)+"#action-"+mine]; still || open["/plans/"+string(key)].Due != r.Content.Next.Date {
			t.Errorf("the open tasks: %+v", open)
		}
	})
}

// A plan that is closed says why, and nothing in it goes on: what is carried, and what was
// to come later, stands in the next of its kind.
func TestAPlanIsClosedAndCarriedOn(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		key, outcome, mine, theirs, _ := d.inForce(t)
		d.again(t, key, plan.Close)
		d.put(t, d.adviser, key, plan.ReviewPart, "review", fields(map[string]string{"child-views": "On to the next"}, day("on", d.Today())))
		part := plan.ProgressID(outcome)
		d.put(t, d.adviser, key, plan.ProgressPart, part, map[string]string{
			"progress": "same", "evidence": "As before", "stands": "carried", "stands-" + mine: "goes-on", "stands-" + theirs: "done",
		})
		n, _ := errors.AsType[*casework.PlanNotReady](d.finish(t, d.adviser, key))
		if n == nil || !slices.ContainsFunc(n.Problems, func(p plan.Problem) bool { return p.Field == plan.FieldReason }) ||
			!slices.ContainsFunc(n.Problems, func(p plan.Problem) bool { return p.Field == "stands-"+mine }) {
			t.Fatalf("what stands in the way: %+v", n)
		}
		d.put(t, d.adviser, key, plan.ProgressPart, part, map[string]string{"stands-" + mine: "carried"})
		d.put(t, d.adviser, key, plan.ReviewPart, "review", map[string]string{"reason": "She moves to another college"})
		d.mustFinish(t, d.adviser, key)
		d.authorise(t, key)
		p := d.state(t, key)
		if p.State() != plan.Ended || p.Runs() {
			t.Fatalf("it stands at %s", p.State())
		}
		if open := d.tasksOf(t, true); len(open) > 0 {
			t.Errorf("tasks of a closed plan: %+v", open)
		}
		next := d.begin(t, d.adviser)
		w := d.writing(t, d.adviser, next)
		if len(w.Said.Outcomes) != 1 || len(w.Said.Outcomes[0].Actions) != 1 || len(w.Said.Targets) != 1 {
			t.Fatalf("the next plan begins with %+v", w.Said)
		}
		o := w.Said.Outcomes[0]
		if o.ID == outcome || o.From != key || o.OwnWords != "I just want to sleep" || o.Actions[0].Words != "Ask the landlord for the quiet room" || o.Actions[0].From != key || w.Said.Targets[0].Outcome != o.ID {
			t.Errorf("it carries on: %+v, %+v", o, w.Said.Targets)
		}
	})
}

// Of two who write in one piece, the second is told, and nothing is lost; in different
// pieces they do not meet; and a plan that somebody wrote in meanwhile is not finished.
func TestTwoWriteInOnePlan(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		key := d.begin(t, d.adviser)
		outcome, mine, _, _ := d.fill(t, d.adviser, key)
		seen := d.writing(t, d.adviser, key).Draft.Rev
		x, _ := d.writing(t, d.adviser, key).Part(outcome)
		x.Plan = key
		save := func(a casework.Actor, words string) (plan.Part, error) {
			y := x
			y.Fields = map[string]string{"words": words}
			return d.SavePlanPart(t.Context(), a, d.child.Reference, y)
		}
		if _, err := save(d.colleague, "She sleeps"); err != nil {
			t.Fatal(err)
		}
		_, err := save(d.adviser, "She rests")
		if !casework.PlanPartChanged(err) {
			t.Errorf("the second: %v", err)
		}
		if got, err := save(d.colleague, "She sleeps"); err != nil || got.Fields["own-words"] != "I just want to sleep" {
			t.Errorf("the same sent twice: %+v, %v", got, err)
		}
		d.put(t, d.adviser, key, plan.ActionPart, mine, map[string]string{"words": "Ask again"})
		if err := d.FinishPlan(t.Context(), d.adviser, d.child.Reference, key, seen); !casework.PlanDraftChanged(err) {
			t.Errorf("finished as it was before: %v", err)
		}
		f, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.EarlierPlanPartsPart(key))
		if err != nil || len(f.Value) != 1 || !strings.HasPrefix(f.Value[0].Fields["words"], "She sleeps through") {
			t.Errorf("what was written over: %+v, %v", f.Value, err)
		}
		a, _ := d.writing(t, d.adviser, key).Part(mine)
		a.Plan = key
		if err := d.RemovePlanPart(t.Context(), d.colleague, d.child.Reference, a); err != nil {
			t.Fatal(err)
		}
		a.Fields = map[string]string{"words": "Ask once more"}
		if _, err := d.SavePlanPart(t.Context(), d.adviser, d.child.Reference, a); !casework.PlanPartGone(err) {
			t.Errorf("what was taken out: %v", err)
		}
		wantKind(t, "an outcome that something is done for", d.RemovePlanPart(t.Context(), d.adviser, d.child.Reference, plan.Part{Plan: key, ID: outcome, Rev: x.Rev + 1}), fault.Conflict)
	})
}

// What is in force is changed by a new version, is not taken out, and stays in force until
// the change is authorised; one that is returned goes on with what it said.
func TestAPlanIsChanged(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		key, outcome, mine, theirs, _ := d.inForce(t)
		d.again(t, key, plan.Change)
		x, _ := d.writing(t, d.adviser, key).Part(mine)
		x.Plan = key
		wantKind(t, "taking out what is in force", d.RemovePlanPart(t.Context(), d.adviser, d.child.Reference, x), fault.NotFound)
		d.put(t, d.adviser, key, plan.ActionPart, mine, map[string]string{"words": "Ask the landlord in writing"})
		d.put(t, d.adviser, key, plan.ActionPart, theirs, map[string]string{"stands": "not-done", "why": "It is no use"})
		d.mustFinish(t, d.adviser, key)
		if r := d.read(t, d.adviser, key, 0); !strings.HasSuffix(r.Content.Outcomes[0].Actions[1].Words, "quiet room") || r.State() != plan.Waiting || !r.Runs() {
			t.Errorf("while the change waits it says %+v", r.Content.Outcomes)
		}
		last := d.state(t, key).Last().Number
		wantKind(t, "returned without why", d.ReturnPlan(t.Context(), d.manager, d.child.Reference, key, last, " "), fault.Invalid)
		if err := d.ReturnPlan(t.Context(), d.manager, d.child.Reference, key, last, "Say by when."); err != nil {
			t.Fatal(err)
		}
		w := d.writing(t, d.adviser, key)
		x, _ = w.Part(mine)
		if w.Draft.Purpose != plan.Change || w.Requests.Reason != "Say by when." || x.Fields["words"] != "Ask the landlord in writing" {
			t.Errorf("returned, it goes on with %+v for %s", x.Fields, w.Draft.Purpose)
		}
		d.mustFinish(t, d.adviser, key)
		d.authorise(t, key)
		r := d.read(t, d.adviser, key, 0)
		o, _ := r.Content.Outcome(outcome)
		if len(o.Actions) != 2 || r.Content.Next.Date != storetest.Today.AddMonths(3) || len(r.Versions()) != 2 {
			t.Errorf("changed: %+v, review %v, %d versions", o.Actions, r.Content.Next, len(r.Versions()))
		}
		if a, _, _ := r.Content.Action(theirs); a.Stands != plan.NotDone || a.Why != "It is no use" {
			t.Errorf("what was closed by it: %+v", a)
		}
		d.again(t, key, plan.Change)
		if w := d.writing(t, d.adviser, key); slices.ContainsFunc(w.Parts, func(p plan.Part) bool { return p.ID == theirs }) {
			t.Error("what is closed is written in again")
		}
		if err := d.DropPlanDraft(t.Context(), d.adviser, d.child.Reference, key, d.writing(t, d.adviser, key).Draft.Rev, ""); err != nil {
			t.Fatal(err)
		}
		if p := d.state(t, key); p.State() != plan.InForce || p.Draft.Purpose != "" {
			t.Errorf("the change thrown away, it stands at %s", p.State())
		}
	})
}

// A plan is there for whoever may read the file's plans, as other services' things are
// masked or absent, and for nobody behind a bar.
func TestPlansAreWithheld(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		key, _, _, _, _ := d.inForce(t)
		for name, a := range map[string]casework.Actor{"another service's": d.outsider, "support": d.business, "administrator": d.systemPerson} {
			if _, err := casework.Open(t.Context(), d.Service, d.look(a), casework.PlanPart(key, 0)); err == nil {
				t.Errorf("%s worker read it", name)
			}
			if err := d.WriteAgain(t.Context(), a, d.child.Reference, key, 2, plan.Change); !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Refused) {
				t.Errorf("%s worker writes: %v", name, err)
			}
		}
		if n := len(d.prints(t, string(d.child.ID))); n == 0 {
			t.Error("no footprint of what was withheld")
		}
		other := d.db.Person(t, "Theo", "Marlowe", storetest.Today.AddMonths(-150))
		d.db.Episode(t, other.ID, d.team, d.adviser.Worker)
		_, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.adviser, Reference: other.Reference}, casework.PlanPart(key, 0))
		wantKind(t, "by the address of another child", err, fault.NotFound)
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddRestriction(ctx, right.Restriction{ID: id.New(), Person: d.child.ID, Clocks: storetest.Clocks(storetest.Today)})
		})
		_, err = casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.PlansPart())
		wantKind(t, "a restricted file", err, fault.NotFound)
	})
}

// Whoever does an action is named by their key, and put to it for each viewer by what they
// may see: of a relative whose file is restricted a plan gives no name.
func TestAPlanGivesNobodyAway(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		aunt := d.another(t, "Vera", d.adviser.Worker)
		d.kin(t, "parent", aunt.ID, d.child.ID, storetest.Clocks(storetest.Today))
		key := d.begin(t, d.adviser)
		_, _, theirs, _ := d.fill(t, d.adviser, key)
		d.put(t, d.adviser, key, plan.ActionPart, theirs, map[string]string{"person": string(aunt.ID)})
		d.mustFinish(t, d.adviser, key)
		d.authorise(t, key)
		who := func(a casework.Actor) string {
			r := d.read(t, a, key, 0)
			action, _, _ := r.Content.Action(theirs)
			return r.Owner(action.Owner)
		}
		if got := who(d.manager); got != "Vera Marlowe" {
			t.Errorf("before: %q", got)
		}
		d.keepTo(t, aunt.ID, d.adviser)
		if got := who(d.manager); got != "Not shown to you" {
			t.Errorf("to whom the file is not there: %q", got)
		}
		if got := who(d.adviser); got != "Vera Marlowe" {
			t.Errorf("to whom it is: %q", got)
		}
		d.again(t, key, plan.Change)
		stranger := d.db.Person(t, "Una", "Stranger", storetest.Today.AddMonths(-300))
		d.put(t, d.adviser, key, plan.ActionPart, theirs, map[string]string{"person": string(stranger.ID)})
		n, _ := errors.AsType[*casework.PlanNotReady](d.finish(t, d.adviser, key))
		if n == nil || !slices.ContainsFunc(n.Problems, func(p plan.Problem) bool { return p.Field == plan.FieldPerson }) {
			t.Errorf("somebody who cannot be chosen: %+v", n)
		}
	})
}
