package casework_test

import (
	"context"
	"errors"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/store"
	"casefile/internal/task"
)

// That a risk is to be looked at again says that there is one: whoever may not see it finds
// no such task in a tray, as on the page of the file, and it is not counted for them.
func TestAReviewOfARiskIsInNoTrayOfOthers(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			k := task.Task{
				ID: task.ID(id.New()), Kind: "alert-review", Title: "Look whether an alert still holds", Person: d.child.ID, Service: "participation", Team: d.team.ID,
				Link: "/alerts", From: task.FromRule, FromID: "alert-review:risks:" + id.New(), Holder: task.OfTeam(d.team.ID), Due: d.Today(), State: task.Open,
			}
			return tx.AddTask(ctx, k, task.Place{})
		})
		d.open(t, d.adviser, "team-to-do", date.Date{})
		for name, c := range map[string]struct {
			a    casework.Actor
			want int
		}{"who sees risks": {d.adviser, 2}, "business support": {d.business, 1}} {
			p := d.tray(t, c.a, casework.TrayAsk{Tray: casework.TrayTeam, Order: task.ByDue})
			if len(p.Lines) != c.want || p.Open.Counts.All != c.want {
				t.Errorf("%s: %d tasks, counted %d, want %d", name, len(p.Lines), p.Open.Counts.All, c.want)
			}
		}
	})
}

// A notice of a task names it and leads to it, to whoever may read the task: nobody else
// hears what is to be done, nor what is to be done about another child.
func TestANoticeNamesItsTask(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		notices := func(a casework.Actor) []casework.NoticeLine {
			t.Helper()
			w, err := d.MyWork(t.Context(), a)
			d.must(t, err)
			return w.Notices
		}
		key := d.open(t, d.manager, "to-do", date.Date{})
		got := notices(d.adviser)
		if len(got) != 1 || got[0].Kind != casework.TaskGiven || got[0].Task != key || got[0].Do != "Ring the school." || got[0].By == "" {
			t.Fatalf("the notice: %+v", got)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "find tasks shown")
		d.must(t, d.SeeNotice(t.Context(), d.adviser, got[0].ID))

		other := d.db.Person(t, "Rosa", "Marlowe", date.Must(2012, 3, 5))
		tell := func(to casework.Actor, k task.Task) {
			t.Helper()
			d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
				return errors.Join(tx.AddTask(ctx, k, task.Place{}), tx.AddNotice(ctx, store.Notice{
					ID: id.New(), Worker: to.Worker, Person: d.child.ID, Task: k.ID, Kind: casework.TaskGiven, At: date.At(d.db.Now.Time()),
				}))
			})
		}
		rule := task.Task{
			ID: task.ID(id.New()), Kind: "follow-up", Title: "What was to be done next", Person: d.child.ID, Service: "participation", Team: d.team.ID,
			From: task.FromRule, FromID: string(task.FollowUp), Holder: task.OfTeam(d.team.ID), State: task.Open,
		}
		tell(d.adviser, rule)
		if got := notices(d.adviser); len(got) != 1 || got[0].Task != rule.ID || got[0].Do != rule.Title || got[0].By != "" {
			t.Errorf("by a rule, without words: %+v", got)
		}
		about, theirs := rule, rule
		about.ID, about.Kind, about.Link, about.FromID = task.ID(id.New()), "alert-review", "/alerts", "alert-review:risks:"+id.New()
		theirs.ID, theirs.Person = task.ID(id.New()), other.ID
		for what, k := range map[string]task.Task{"a review of what they may not see": about, "a task about another child": theirs} {
			tell(d.business, k)
			if got := notices(d.business); len(got) != 1 || got[0].Task != "" || got[0].Do != "" {
				t.Errorf("%s: %+v", what, got)
			} else {
				d.must(t, d.SeeNotice(t.Context(), d.business, got[0].ID))
			}
		}
	})
}
