package casework

import "casefile/internal/access"

// Offers say which other pages of a file to offer the viewer. An offer is not a
// right: the page behind it decides again.
type Offers struct {
	Record bool // an entry
	Looks  bool // who has looked
}

// offers are what the standing of a sitting gives.
func (sat *sitting) offers() Offers {
	may := func(part access.Part, action access.Action) bool {
		return sat.s.decide(sat.standing, part, action).Outcome == access.Shown
	}
	return Offers{
		Record: may(access.Timeline, access.Record),
		Looks:  may(access.Footprints, access.Look),
	}
}
