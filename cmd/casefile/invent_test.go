package main

import (
	"testing"

	"casefile/internal/date"
	"casefile/internal/population"
	"casefile/internal/staff"
)

// A refuge that the demo forgot to mark would be shown to everybody; and a case
// that nobody holds is made with nobody, not with a worker without a key.
func TestInventedFilesKeepWhatMatters(t *testing.T) {
	a := population.New(1, 2000, date.Must(2026, 3, 5))
	s := &settling{map[string]staff.Team{}, map[string]staff.Worker{}, map[string]string{}}
	for _, w := range a.Workers {
		s.workers[w.Key] = staff.Worker{ID: staff.ID("key of " + w.Key)}
	}
	refuges, waiting := 0, 0
	for c := range a.Children() {
		f := s.file(c)
		last := f.Addresses[len(f.Addresses)-1]
		if last.Confidential != c.Truth.Refuge {
			t.Errorf("%s: the last address is confidential %v, want %v", c.Key, last.Confidential, c.Truth.Refuge)
		}
		if c.Truth.Refuge {
			refuges++
		}
		for i, e := range c.Episodes {
			want := len(e.Further)
			if e.Allocated != "" {
				want++
			} else {
				waiting++
			}
			if got := f.Episodes[i].Workers; len(got) != want {
				t.Errorf("%s: episode %d has the workers %v, want %d", c.Key, i, got, want)
			}
		}
	}
	if refuges == 0 || waiting == 0 {
		t.Errorf("%d in refuges and %d waiting, want some of each", refuges, waiting)
	}
}
