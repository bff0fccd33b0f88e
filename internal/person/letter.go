package person

import (
	"slices"

	"casefile/internal/date"
)

// A Doubt is why somebody is not simply to be written to at an address.
type Doubt string

// The doubts, in the order in which a page says them.
const (
	NoAddress     Doubt = "none"         // none is known
	HasDied       Doubt = "died"         // whose address it is
	AddressEnded  Doubt = "ended"        // they live there no longer, and no other is known
	NotChecked    Doubt = "unchecked"    // nobody has confirmed it for long
	KeptSecret    Doubt = "confidential" // a letter may give away where they are
	PartOfAddress Doubt = "part"         // a line or the postcode is missing
)

// A Letter is where somebody would be written to, and what speaks against it.
type Letter struct {
	Address Address   // zero where there is none
	Checked date.Date // the last day on which somebody recorded it or confirmed it
	Doubts  []Doubt
}

// LetterTo finds where somebody is to be written to among all that is recorded now:
// where their post goes, or else where they live; what has ended only where there is
// nothing else. checked has the days on which addresses were confirmed, by their key;
// months is for how long that holds, 0 for ever.
func LetterTo(known []Address, checked map[string]date.Date, dead bool, today date.Date, months int) Letter {
	l := Letter{}
	best := -1
	for i, a := range known {
		if a.Kind == OtherAddress || a.Period.From.After(today) {
			continue
		}
		if best < 0 || nearer(a, known[best], today) {
			best = i
		}
	}
	if best < 0 {
		l.Doubts = []Doubt{NoAddress}
	} else {
		l.Address = known[best]
		if l.Checked = l.Address.Recorded.At.Date(); checked[l.Address.ID].After(l.Checked) {
			l.Checked = checked[l.Address.ID]
		}
	}
	doubt := func(d Doubt, is bool) {
		if is {
			l.Doubts = append(l.Doubts, d)
		}
	}
	doubt(HasDied, dead)
	if best >= 0 {
		ended := !l.Address.Period.Contains(today)
		doubt(AddressEnded, ended)
		doubt(NotChecked, !ended && months > 0 && l.Checked.AddMonths(months).Before(today))
		doubt(KeptSecret, l.Address.Confidential)
		doubt(PartOfAddress, l.Address.Line1 == "" || l.Address.Postcode == "")
	}
	return l
}

// nearer reports whether one address is rather to be written to than another.
func nearer(a, than Address, today date.Date) bool {
	rank := func(a Address) int {
		switch {
		case !a.Period.Contains(today):
			return 0
		case a.Kind == Mailing:
			return 2
		}
		return 1
	}
	if ra, rt := rank(a), rank(than); ra != rt {
		return ra > rt
	}
	if !a.Period.To.IsZero() && !than.Period.To.IsZero() && a.Period.To != than.Period.To {
		return a.Period.To.After(than.Period.To)
	}
	return !a.Period.From.Before(than.Period.From)
}

// Has reports whether something speaks against the address.
func (l Letter) Has(d Doubt) bool { return slices.Contains(l.Doubts, d) }

// CanCheck reports whether a fact is of those that may change without anybody
// noticing, so that it is worth saying that it is still so.
func CanCheck(fact any, today date.Date) bool {
	open := func(p date.Period) bool { return p.To.IsZero() || !p.To.Before(today) }
	switch f := fact.(type) {
	case Name:
		return f.Kind != Former && open(f.Period)
	case Address:
		return open(f.Period)
	case Contact:
		return open(f.Period)
	case Characteristic:
		return open(f.Period)
	}
	return false
}
