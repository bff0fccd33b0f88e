package tasks

import (
	"testing"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/task"
)

// What was done with a task is said with who had it, or with the days.
func TestWhatWasDoneWithATask(t *testing.T) {
	day := date.Must(2026, 3, 5)
	for want, e := range map[string]casework.TaskEvent{
		"Due day changed from 5 March 2026 to 9 March 2026": {Event: task.Event{Step: task.DueMoved, Was: day, Due: day.AddDays(4)}},
		"Due day changed from 5 March 2026 to no last day":  {Event: task.Event{Step: task.DueMoved, Was: day}},
		"Passed on from Ada to Olu":                         {Event: task.Event{Step: task.Reassigned}, FromWords: "Ada", ToWords: "Olu"},
		"Done":                                              {Event: task.Event{Step: task.Finished}, FromWords: "Ada"},
	} {
		if got := eventWords(e); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
