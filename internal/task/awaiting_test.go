package task_test

import (
	"reflect"
	"testing"

	"casefile/internal/access"
	"casefile/internal/staff"
	"casefile/internal/task"
)

// What waits is named by its rule, and read from it again; other rules name nothing that
// waits, nor does what a worker opened.
func TestAwaiting(t *testing.T) {
	for _, a := range []task.Awaiting{
		{Part: access.Documents},
		{Part: access.Plans, Roles: []access.Role{"cook", "head-cook"}, Wrote: []staff.ID{"w1", "w2"}},
	} {
		if got, ok := (task.Task{From: task.FromRule, FromID: a.Rule()}).Awaiting(); !ok || !reflect.DeepEqual(got, a) {
			t.Errorf("of %+v: %+v, %t", a, got, ok)
		}
	}
	for _, k := range []task.Task{{From: task.FromRule, FromID: string(task.FollowUp)}, {From: task.FromWorker, FromID: task.Awaiting{}.Rule()}} {
		if got, ok := k.Awaiting(); ok {
			t.Errorf("of %+v: %+v", k, got)
		}
	}
}
