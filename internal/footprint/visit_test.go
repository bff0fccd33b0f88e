package footprint_test

import (
	"testing"
	"time"

	"casefile/internal/date"
	"casefile/internal/footprint"
)

// Looks within an hour are one visit, lists of a day too; what was not shown,
// another worker, another role and another day are not.
func TestFold(t *testing.T) {
	noon := date.At(time.Date(2026, 6, 5, 11, 0, 0, 0, time.UTC)) // 12 in London
	look := func(n int64, minutes int, actor, outcome string, search int64) footprint.Look {
		return footprint.Look{Footprint: footprint.Footprint{
			Number: n, At: noon.Add(time.Duration(minutes) * time.Minute), Actor: actor, Role: "r", Outcome: outcome, Search: search,
		}}
	}
	other := look(4, -5, "a", "shown", 0)
	other.Role = "another"
	looks := []footprint.Look{ // the latest first
		look(9, 0, "a", "shown", 0),
		look(8, -1, "b", "shown", 0),
		look(7, -2, "a", "absent", 0),
		look(6, -3, "a", "masked", 0),
		look(5, -4, "a", "shown", 3),
		other,
		look(3, -60, "a", "shown", 0),
		look(2, -61, "a", "shown", 0),
		look(1, -11*60, "a", "shown", 1), // 1 in the night of the same day
		look(0, -13*60, "a", "shown", 1), // the day before, in London
	}
	want := [][]int64{{9, 6, 3}, {8}, {7}, {5, 1}, {4}, {2}, {0}}
	visits := footprint.Fold(looks)
	if len(visits) != len(want) {
		t.Fatalf("%d visits, want %d", len(visits), len(want))
	}
	for i, v := range visits {
		if len(v.Looks) != len(want[i]) {
			t.Fatalf("visit %d has %d looks, want %v", i, len(v.Looks), want[i])
		}
		for j, l := range v.Looks {
			if l.Number != want[i][j] {
				t.Errorf("visit %d: look %d is number %d, want %d", i, j, l.Number, want[i][j])
			}
		}
	}
	if v := visits[0]; v.Last().Number != 9 || v.From() != looks[6].At || v.Listed() || !visits[3].Listed() {
		t.Errorf("the first visit: last %d, from %v", v.Last().Number, v.From())
	}
	if got := footprint.Fold(nil); got != nil {
		t.Errorf("visits of nothing: %v", got)
	}
}
