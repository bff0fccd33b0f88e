package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
)

// A Recipient is somebody to whom a letter about a child may go: the child, or a
// parent or carer.
type Recipient struct {
	Who  person.Header
	Word string // what they are to the child; empty for the child
	person.Letter
	Masked bool   // there is an address, and it is not for this viewer
	Seen   string // how the addresses stood; whoever takes one names it
}

// Ready reports whether nothing speaks against writing there.
func (r Recipient) Ready() bool { return len(r.Doubts) == 0 }

// Known reports whether there is an address to be had.
func (r Recipient) Known() bool { return !r.Masked && !r.Has(person.NoAddress) }

// Letters are those to whom a letter may go. After is for how many months an address
// is taken to be so.
type Letters struct {
	To    []Recipient
	After int
}

// Find finds one by their reference.
func (l Letters) Find(ref id.Reference) (Recipient, bool) {
	i := slices.IndexFunc(l.To, func(r Recipient) bool { return r.Who.Reference == ref })
	if i < 0 {
		return Recipient{}, false
	}
	return l.To[i], true
}

// LettersPart is to whom a letter may go, and what speaks against it (CR-10).
func LettersPart() Part[Letters] {
	return Part[Letters]{access.Identity, access.Look, func(ctx context.Context, r reading) (Letters, error) { return r.letters(ctx) }}
}

// LetterPart is the same for whoever is to take the address of one of them.
func LetterPart(to id.Reference) Part[Letters] {
	return Part[Letters]{access.Identity, access.Look, func(ctx context.Context, r reading) (Letters, error) {
		l, err := r.letters(ctx)
		if err != nil {
			return l, err
		}
		if to, ok := l.Find(to); !ok || !to.Known() {
			return l, errNoFact
		}
		return l, nil
	}}
}

// AddressesHold is for how many months an address is taken to be so.
func (s *Service) AddressesHold() int { return s.set().People().CheckAfter }

// A Taking asks for the address of somebody for a letter. Seen is how their addresses
// stood on the page, and Why is why one is written to that something speaks against.
type Taking struct {
	To   id.Reference
	Seen string
	Why  string
}

// TakeAddressPart is the address of somebody, to be put on a letter. That it was
// taken, and why where something spoke against it, stands in the footprint. Invalid,
// by the field why; FactsChanged where the addresses are not those of the page.
func TakeAddressPart(t Taking) Part[Recipient] {
	return Part[Recipient]{access.Identity, access.Look, func(ctx context.Context, r reading) (Recipient, error) {
		l, err := r.letters(ctx)
		if err != nil {
			return Recipient{}, err
		}
		to, ok := l.Find(t.To)
		switch {
		case !ok:
			return Recipient{}, errNoFact
		case to.Seen != t.Seen:
			return Recipient{}, errFactsChanged
		case !to.Known():
			return Recipient{}, errNoFact
		}
		if !to.Ready() {
			if err := problems(checkLetterWhy(t.Why)); err != nil {
				return Recipient{}, err
			}
		}
		r.did, r.detail = TakesAddress, footprint.Detail{Done: "address for a letter"}
		for _, o := range r.others { // it stands on the file of whom the address is, too
			if o.person == to.Who.ID {
				o.did = TakesAddress
			}
		}
		if !to.Ready() {
			r.detail.Purpose = t.Why
		}
		return to, nil
	}}
}

// TakesAddress is the action of a footprint of whoever took an address for a letter.
const TakesAddress = "take-address"

func checkLetterWhy(why string) []fault.Problem {
	if why == "" {
		return []fault.Problem{{Field: "why", Message: "Enter why you write there all the same"}}
	}
	return renamed(person.CheckBasis(why), "basis", "why")
}

func (r reading) letters(ctx context.Context) (Letters, error) {
	l := Letters{After: r.defs.People().CheckAfter}
	h, err := r.Header(ctx, r.person)
	if err != nil {
		return l, err
	}
	own, err := r.recipient(ctx, r.sitting, h, "")
	if err != nil {
		return l, err
	}
	l.To = []Recipient{own}
	if r.ask(access.Relations, access.Look).Outcome != access.Shown {
		return l, nil
	}
	relationships, err := r.Relationships(ctx, r.person, 0)
	if err != nil {
		return l, err
	}
	today := r.s.Today()
	for _, rel := range relationships {
		kind, ok := r.defs.Relations().Kind(rel.Kind)
		if !ok || rel.Other != r.person || !rel.Period.Contains(today) || !kind.Parental && rel.Carer == "" && rel.Responsible != person.Yes {
			continue
		}
		w, err := r.relative(ctx, rel.Person, 0)
		if err != nil {
			return l, err
		}
		if w == nil || !w.details {
			continue
		}
		to, err := r.recipient(ctx, w.sitting, w.header, kind.Word(true, w.header.Gender))
		if err != nil {
			return l, err
		}
		if _, twice := l.Find(to.Who.Reference); !twice {
			l.To = append(l.To, to)
		}
	}
	return l, nil
}

// recipient reads where somebody is to be written to, by the rights to their own
// confidential addresses.
func (r reading) recipient(ctx context.Context, sat *sitting, h person.Header, word string) (Recipient, error) {
	to := Recipient{Who: h, Word: word}
	known, err := r.Addresses(ctx, h.ID, 0)
	if err != nil {
		return to, err
	}
	changes, err := r.Changes(ctx, h.ID)
	if err != nil {
		return to, err
	}
	checked := map[string]date.Date{}
	for _, c := range changes {
		if day := c.Recorded.At.Date(); c.Action == person.Verified && c.Fact == string(store.AddressFact) && day.After(checked[c.After]) {
			checked[c.After] = day
		}
	}
	var list []person.Address
	var seen []KnownFact
	masked := map[string]bool{}
	if h.Dead {
		seen = append(seen, KnownFact{ID: string(person.HasDied)})
	}
	secret := secretsAmong(known)
	for _, a := range known {
		if a.Confidential = secret.is(a); a.Confidential {
			outcome := sat.ask(access.ConfidentialAddresses, access.Look).Outcome
			if outcome == access.Absent && h.MadeAs == person.AsRelation { // named by the right to this file, and never more than that there is one
				outcome = min(r.ask(access.ConfidentialAddresses, access.Look).Outcome, access.Masked)
			}
			switch outcome {
			case access.Shown:
			case access.Absent:
				continue
			default:
				masked[a.ID] = true
			}
		}
		list, seen = append(list, a), append(seen, KnownFact{ID: a.ID})
	}
	to.Letter = person.LetterTo(list, checked, h.Dead, r.s.Today(), r.defs.People().CheckAfter)
	to.Seen = seenOf(seen)
	if masked[to.Address.ID] {
		to.Masked, to.Address, to.Checked = true, person.Address{Confidential: true}, date.Date{}
		to.Doubts = slices.DeleteFunc(to.Doubts, func(d person.Doubt) bool { return d != person.HasDied && d != person.KeptSecret })
	}
	return to, nil
}
