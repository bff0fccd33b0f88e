package casework_test

import (
	"context"
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
