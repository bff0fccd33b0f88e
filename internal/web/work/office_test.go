package work

import (
	"testing"

	"casefile/internal/casework"
	"casefile/internal/date"
)

// Two links of the same words would be one to who hears them without the rest.
func TestWaysToAnswerAreToldApart(t *testing.T) {
	day := date.Must(2026, 3, 5)
	o := casework.Office{Asking: []casework.Asking{{Concern: "a"}, {Hit: "b", Day: day}, {Concern: "c"}, {Hit: "d", Day: day.AddDays(1)}}}
	for i, want := range []string{"Answer what you are asked, 1 of 2", "Answer about 5 March 2026", "Answer what you are asked, 2 of 2", "Answer about 6 March 2026"} {
		if got := answerWords(o, i); got != want {
			t.Errorf("%d: %q, want %q", i, got, want)
		}
	}
}
