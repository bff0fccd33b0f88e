package casework_test

import (
	"context"
	"slices"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/correction"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/plan"
	"casefile/internal/store"
)

// tasksOn are the links of the open tasks on a file.
func (d *desk) tasksOn(t *testing.T, p person.ID) (links []string) {
	t.Helper()
	d.db.Read(t, func(ctx context.Context, r store.Reader) error {
		list, err := r.TasksOf(ctx, p, true, 50)
		for _, x := range list {
			if x.Person != p {
				t.Errorf("a task of the file is about %s", x.Person)
			}
			links = append(links, x.Link)
		}
		return err
	})
	slices.Sort(links)
	return links
}

// A plan on the wrong record is moved to the right child with its tasks and all that was
// done with it; the entries that served its actions part from it, and are beside it again
// once it is back.
func TestAPlanOnTheWrongRecord(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		key, _, mine, _, _ := d.inForce(t)
		other := d.another(t, "Theo", d.adviser.Worker)
		link, action := "/plans/"+string(key), "/plans/"+string(key)+"#action-"+mine
		if _, err := d.record(t, string(key)+"/"+mine); err != nil {
			t.Fatal(err)
		}
		d.draft(t, d.colleague) // who has done nothing yet
		wantTasks := func(p person.ID, want ...string) {
			t.Helper()
			if got := d.tasksOn(t, p); !slices.Equal(got, want) {
				t.Errorf("tasks on the file of %s: %q, want %q", p, got, want)
			}
		}
		wantTasks(d.child.ID, link, action)
		move := func(a casework.Actor) error {
			return d.MovePlan(t.Context(), a, d.child.Reference, key, other.Reference, "It is about Theo.")
		}
		at := func(ref id.Reference) (casework.PlanRead, error) {
			f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.adviser, Reference: ref}, casework.PlanPart(key, 0))
			return f.Value, err
		}
		wantKind(t, "moved by who may not", move(d.business), fault.NotFound)
		wantKind(t, "to a file that is not theirs", d.MovePlan(t.Context(), d.adviser, d.child.Reference, key, id.NewReference(), "It is about Theo."), fault.NotFound)
		wantKind(t, "one that there is not", d.MovePlan(t.Context(), d.adviser, d.child.Reference, plan.ID(id.New()), other.Reference, "It is about Theo."), fault.NotFound)
		wantProblem(t, d.MovePlan(t.Context(), d.adviser, d.child.Reference, key, other.Reference, ""), "reason", "Enter how you know this")
		d.must(t, move(d.adviser))

		p, err := at(other.Reference)
		if err != nil || p.State() != plan.InForce || len(p.Steps) != 2 || len(p.Served[mine]) != 0 {
			t.Errorf("on the right record: %+v, %v", p, err)
		}
		_, err = at(d.child.Reference)
		wantKind(t, "on the wrong record", err, fault.NotFound)
		wantKind(t, "moved again from there", move(d.adviser), fault.NotFound)
		wantTasks(d.child.ID)
		wantTasks(other.ID, link, action)
		if got := d.news(t, d.manager); !slices.Contains(got, casework.MovedAway) { //
			t.Errorf("the manager, who authorised it on the wrong record, is told %q", got)
		}
		// What is done with it now is done on the right record.
		d.child, other = other, d.child
		d.again(t, key, plan.Change)
		d.put(t, d.adviser, key, plan.TargetPart, id.New(), map[string]string{"words": "Learn to swim"})
		d.mustFinish(t, d.adviser, key)
		d.authorise(t, key)
		d.child, other = other, d.child
		wantTasks(other.ID, link, action)

		for _, a := range []casework.Actor{d.adviser, d.manager} {
			list := d.corrections(t, a, d.child.Reference)
			if len(list) != 1 || list[0].Kind != correction.MovePlan || list[0].What != "Support plan" || !list[0].Into || list[0].Other != other.Reference || !list[0].MayUndo {
				t.Fatalf("corrections: %+v", list)
			}
		}
		d.must(t, d.UndoCorrection(t.Context(), d.adviser, d.child.Reference, d.corrections(t, d.adviser, d.child.Reference)[0].ID, "It was hers after all."))
		if p, err = at(d.child.Reference); err != nil || len(p.Steps) != 4 || len(p.Served[mine]) != 1 {
			t.Errorf("back: %+v, %v", p, err)
		}
		_, err = at(other.Reference)
		wantKind(t, "where it was for a while", err, fault.NotFound)
		wantTasks(other.ID)
		wantTasks(d.child.ID, link, action)
		if got := d.news(t, d.manager); !slices.Contains(got, casework.MoveUndone) {
			t.Errorf("the manager, who authorised it on the other, is told %q", got)
		}
	})
}

// What another service has not finished is not there, so that nobody else moves it.
func TestADraftOfAnotherServiceIsNotMoved(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		key := d.begin(t, d.adviser)
		other := d.another(t, "Theo", d.adviser.Worker)
		front := d.actor(t, "front-door", d.db.Team(t, "front-door"))
		wantKind(t, "a draft of another service", d.MovePlan(t.Context(), front, d.child.Reference, key, other.Reference, told), fault.NotFound)
		_, err := casework.Open(t.Context(), d.Service, d.look(front), casework.MovingPart(correction.MovePlan, string(key)))
		wantKind(t, "to look at it", err, fault.NotFound)
		d.must(t, d.MovePlan(t.Context(), d.adviser, d.child.Reference, key, other.Reference, told))
		for _, l := range d.corrections(t, front, other.Reference) {
			if l.What != "" {
				t.Errorf("its title is told to another service: %+v", l)
			}
		}
	})
}
