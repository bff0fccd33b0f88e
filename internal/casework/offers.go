package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/store"
)

// Offers say which other pages of a file to offer the viewer. An offer is not a
// right: the page behind it decides again.
type Offers struct {
	Record  bool // an entry
	Details bool // what is known of the person, to change it
	// Relations is a tab, and Relate to add to it.
	Relations, Relate bool
	// Timeline and Files are tabs. They are there also where they say only that
	// something is masked, or ask why first.
	Timeline, Files, Documents, Plans, Meetings bool
	Tasks                                       bool // what is due about them
	// Alerts are what must be seen first, and SetAlert to set one.
	Alerts, SetAlert bool
	Looks            bool // who has looked
	Workers          bool // who works with them
	State            bool // why they need to see more
	Report           bool // a concern about who has seen the file
	Sheet            bool // who has looked, as the person is told it
	Names            bool // to decide whether the person is told names
	Mark             bool // the file as high-profile
	// Restriction is to whom the file is restricted, and Restrict to change it.
	Restriction, Restrict bool
	Grants                bool // to whom the file is open for a time
	Corrections           bool // what was corrected about whom the record is
	Move                  bool // an entry or a document to the right child
	Opened                Opened
}

// Opened is why a file is open to the viewer for a time. The zero Opened says
// that it is not for a time.
type Opened struct {
	Purpose string       // what they said, in the purpose's title
	Until   date.Instant // when that lapses
	Note    entry.ID     // the note to be completed; empty where nothing is asked later
	Grant   access.Ground
	To      date.Date // the last day of the grant
}

// offers are what the standing of a sitting gives.
func (sat *sitting) offers() Offers {
	may := func(part access.Part, action access.Action) bool {
		return sat.s.decide(sat.standing, part, action).Outcome == access.Shown
	}
	leads := func(part access.Part) bool {
		return sat.s.decide(sat.standing, part, access.Look).Outcome != access.Absent
	}
	return Offers{
		Timeline: leads(access.Timeline), Files: leads(access.Files), Documents: leads(access.Documents), Plans: leads(access.Plans), Meetings: leads(access.Meetings),
		Record:    may(access.Timeline, access.Record),
		Details:   may(access.Identity, access.Record),
		Relations: leads(access.Relations),
		Relate:    may(access.Relations, access.Record),
		Looks:     may(access.Footprints, access.Look),
		Workers:   may(access.Workers, access.Look),
		Tasks:     may(access.Tasks, access.Look),
		Alerts:    may(access.Alerts, access.Look), SetAlert: may(access.Alerts, access.Record),
		Restriction: may(access.Restriction, access.Look), Restrict: may(access.Restriction, access.Change),
		Grants: may(access.Grants, access.Look), Corrections: may(access.Corrections, access.Look), Move: may(access.Corrections, access.Record),
		State:  !sat.saidWhy() && sat.mayState(),
		Report: may(access.Concerns, access.Record),
		Sheet:  may(access.LooksForPerson, access.Look),
		Names:  may(access.LooksForPerson, access.Change),
		Mark:   may(access.WatchList, access.Change),
		Opened: sat.open,
	}
}

// readOpen reads why the file is open to the viewer for a time, where it is.
func (sat *sitting) readOpen(ctx context.Context, r store.Reader) (o Opened, err error) {
	now := date.At(sat.s.now())
	if sat.saidWhy() {
		reasons, err := r.Reasons(ctx, sat.person, sat.actor.Worker, now)
		if err != nil {
			return o, err
		}
		if len(reasons) > 0 {
			last := reasons[0]
			o.Purpose, o.Until = last.Purpose, last.Until
			if p, ok := sat.s.Purposes().Purpose(last.Purpose); ok {
				o.Purpose = p.Title
				if len(Asked(p, access.LaterAsk)) > 0 {
					o.Note = last.Entry
				}
			}
		}
	}
	if !slices.ContainsFunc(sat.held, func(h access.Held) bool { return h.Ground == access.Grant || h.Ground == access.Review }) {
		return o, nil
	}
	grants, err := r.GrantsTo(ctx, sat.actor.Worker)
	for _, g := range grants {
		if g.Person == sat.person && g.Period.Contains(now.Date()) && (o.Grant == "" || o.To.Before(g.Period.To)) {
			o.Grant, o.To = g.Kind, g.Period.To
		}
	}
	return o, err
}
