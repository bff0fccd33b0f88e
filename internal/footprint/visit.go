package footprint

import (
	"time"

	"casefile/internal/date"
)

// A Visit is looks of one worker in one role that belong together: those within
// an hour, or the lists of one day in which the name stood. What was shown and
// what was not are two visits.
type Visit struct {
	Looks []Look // the latest first; at least one
}

// Last is the latest look of the visit.
func (v Visit) Last() Look { return v.Looks[0] }

// From is the moment of its first look.
func (v Visit) From() date.Instant { return v.Looks[len(v.Looks)-1].At }

// Listed reports whether the name only stood in lists.
func (v Visit) Listed() bool { return v.Last().Search > 0 }

// visitLength is how long a visit lasts at most. It is our own choice: about as
// long as somebody works on a file at a sitting.
const visitLength = time.Hour

// kept says whether a look was shown anything, in the words of package access.
func kept(l Look) bool { return l.Outcome == "shown" || l.Outcome == "masked" }

// Fold gathers looks, which come the latest first, into visits in the same
// order. No visit goes over midnight in London.
func Fold(looks []Look) []Visit {
	type key struct {
		actor, role    string
		listed, wasNot bool
		day            date.Date
	}
	var visits []Visit
	open := map[key]int{}
	for _, l := range looks {
		k := key{l.Actor, l.Role, l.Search > 0, !kept(l), l.At.Date()}
		i, ok := open[k]
		if !ok || !k.listed && visits[i].Last().At.Sub(l.At) > visitLength {
			i = len(visits)
			open[k] = i
			visits = append(visits, Visit{})
		}
		visits[i].Looks = append(visits[i].Looks, l)
	}
	return visits
}
