package casework_test

import (
	"context"
	"slices"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/person"
	"casefile/internal/plan"
	"casefile/internal/store"
	"casefile/internal/task"
)

// What a plan opens while its file is merged with another goes back with the plan.
func TestTasksOfAPlanPartWithIt(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		key := d.begin(t, d.adviser)
		d.fill(t, d.adviser, key)
		d.mustFinish(t, d.adviser, key)
		other := d.another(t, "Inez", d.colleague.Worker)
		d.must(t, d.MergeFiles(t.Context(), d.manager, d.child.Reference, other.Reference, told))
		d.authorise(t, key)
		merged := d.corrections(t, d.manager, other.Reference)[0]
		d.must(t, d.UndoCorrection(t.Context(), d.manager, other.Reference, merged.ID, "They are cousins."))
		if got := d.tasksOf(t, true); len(got) == 0 {
			t.Error("no task is on the file of the plan")
		}
		wantNoTasks(t, d.desk, other.ID)
	})
}

func wantNoTasks(t *testing.T, d *desk, p person.ID) {
	t.Helper()
	d.db.Read(t, func(ctx context.Context, r store.Reader) error {
		list, err := r.TasksOf(ctx, p, true, 50)
		if len(list) > 0 {
			t.Errorf("on a file with which it was merged: %+v", list)
		}
		return err
	})
}

// So does the task to look at an alert again.
func TestTheReviewOfAnAlertPartsWithIt(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		twin := d.another(t, "Inez", d.adviser.Worker)
		of := about(riskKind)
		due := d.Today().AddDays(1)
		of.SetDay("review", due)
		d.must(t, d.SetAlert(t.Context(), d.manager, twin.Reference, casework.Alerting{Seen: d.alerts(t, d.manager, twin.Reference).Seen, Form: of}))
		d.must(t, d.MergeFiles(t.Context(), d.manager, twin.Reference, d.child.Reference, told))
		d.must(t, d.AlertsThrough(t.Context()))
		merged := d.corrections(t, d.manager, d.child.Reference)[0]
		d.must(t, d.UndoCorrection(t.Context(), d.manager, d.child.Reference, merged.ID, "They are cousins."))
		wantNoTasks(t, d, d.child.ID)
		d.db.Read(t, func(ctx context.Context, r store.Reader) error {
			list, err := r.TasksOf(ctx, twin.ID, true, 50)
			if len(list) != 1 {
				t.Errorf("on the file of the alert: %+v", list)
			}
			return err
		})
	})
}

// An action that a change gives to somebody else is their task, and no longer that of whoever
// had it.
func TestAnActionGivenToSomebodyElseIsTheirTask(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		key, _, mine, _, _ := d.inForce(t)
		link := "/plans/" + string(key) + "#action-" + mine
		if got := d.tasksOf(t, true)[link]; got.Holder != task.OfWorker(d.adviser.Worker) {
			t.Fatalf("before the change it is a task of %q", got.Holder)
		}
		d.again(t, key, plan.Change)
		d.put(t, d.manager, key, plan.ActionPart, mine, map[string]string{"worker": string(d.manager.Worker)})
		d.mustFinish(t, d.adviser, key)
		second := d.actor(t, "team-manager", d.team) // who wrote in it does not authorise it
		d.must(t, d.AuthorisePlan(t.Context(), second, d.child.Reference, key, d.state(t, key).Last().Number))
		now, was := d.tasksOf(t, true)[link], d.tasksOf(t, false)[link]
		if now.Holder != task.OfWorker(d.manager.Worker) || was.Holder != task.OfWorker(d.adviser.Worker) || was.State != task.Dropped {
			t.Errorf("after it: open %+v, closed %+v", now, was)
		}
		if got := d.notices(t, d.adviser.Worker); !slices.Contains(got, casework.TaskPassed) {
			t.Errorf("whoever had it is told %q", got)
		}
	})
}
