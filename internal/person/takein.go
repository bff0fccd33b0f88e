package person

import (
	"strings"

	"casefile/internal/date"
)

// A TakenIn is what becomes of an address that somebody else's file brings: nothing
// (Known), or it is added, and others end or give way to it.
type TakenIn struct {
	Known  bool         // it was recorded before, whatever became of it since
	Ends   []AddressEnd // homes that it takes the place of, as on the page of a new address
	Dates  string       // the key of the same address without a first day, which it corrects; empty for none
	Hidden bool         // the same place is confidential, and so is it
}

// An AddressEnd is the last day of a home that another takes the place of.
type AddressEnd struct {
	ID   string
	Last date.Date
}

// TakeIn decides. current are the addresses held to be so, and ever all that were
// recorded. problem says, in words that name no day and no place, why it is not
// taken in; empty where it is.
//
// A home that ended before, or on the day on which another began, stands beside it.
// One that is confidential is neither ended nor changed.
func TakeIn(fresh Address, current, ever []Address) (t TakenIn, problem string) {
	for _, o := range ever {
		if o.sameAs(fresh) && o.Period == fresh.Period {
			return TakenIn{Known: true}, ""
		}
	}
	for _, o := range current {
		t.Hidden = t.Hidden || o.Confidential && o.PlaceKey() != "" && o.PlaceKey() == fresh.PlaceKey()
		if !o.sameAs(fresh) || !o.Period.Overlaps(fresh.Period) {
			continue
		}
		if !o.Period.From.IsZero() || !o.Period.Open() || !fresh.Period.Open() || o.Confidential {
			return TakenIn{}, "this address is recorded already for some of this time, with other days"
		}
		t.Dates = o.ID
	}
	if fresh.Kind != "" {
		return t, ""
	}
	for _, o := range current {
		switch p := o.Period; {
		case o.Kind != "" || o.ID == t.Dates || !p.Overlaps(fresh.Period):
		case !p.To.IsZero() && p.To == fresh.Period.From, !fresh.Period.To.IsZero() && fresh.Period.To == p.From:
			// They moved out and in on one day.
		case p.From.IsZero() && p.Open() && !fresh.Period.Open():
			// Since when they live there nobody said.
		case fresh.Period.From.IsZero():
			return TakenIn{}, "another home is recorded for this time, and the row has no first day"
		case p.Open() && fresh.Period.Open() && fresh.Period.From.After(p.From) && !o.Confidential:
			t.Ends = append(t.Ends, AddressEnd{o.ID, fresh.Period.From.AddDays(-1)})
		default:
			return TakenIn{}, "another home is recorded for some of this time"
		}
	}
	return t, ""
}

// After is what is held to be so once an address was taken in.
func (t TakenIn) After(current []Address, fresh Address) []Address {
	if t.Known {
		return current
	}
	var after []Address
	for _, o := range current {
		for _, e := range t.Ends {
			if e.ID == o.ID {
				o.Period.To = e.Last
			}
		}
		if o.ID != t.Dates {
			after = append(after, o)
		}
	}
	fresh.Confidential = fresh.Confidential || t.Hidden
	return append(after, fresh)
}

func (a Address) sameAs(o Address) bool { return a.Kind == o.Kind && a.samePlace(o) }

func (a Address) samePlace(o Address) bool {
	key := func(a Address) string {
		return strings.ToLower(oneLine(a.Line1) + "\n" + oneLine(a.Line2) + "\n" + oneLine(a.Town) + "\n" + strings.ReplaceAll(a.Postcode, " ", ""))
	}
	return key(a) == key(o)
}
