package casework

import (
	"cmp"
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/person"
)

// A Relative is somebody related to the person whose file it is, and what each is
// to the other.
type Relative struct {
	person.Relationship
	Kind     person.RelationKind
	First    bool // the relative is the first of the kind
	Who      person.Header
	Contacts []person.Contact // the relative's own, where they are the viewer's to see
	Opens    bool             // the relative has a file that the viewer may ask for
	Light    bool             // they are on the record as a relation only, and are kept up to date here
}

// Word is what the relative is to the person.
func (r Relative) Word() string { return r.Kind.Word(r.First, r.Who.Gender) }

// A Housemate lives, or lived, in a household with the person.
type Housemate struct {
	Member person.Member
	Who    person.Header
	With   date.Period // the time together
	Opens  bool
}

// A Family is who is related to a person, and who lives with them.
type Family struct {
	Relatives   []Relative // those of today before those of before
	Household   []Housemate
	Mine        []person.Member // the person's own places in households
	Whereabouts []person.Whereabouts
	Unknown     []person.Whose // parents of whom nothing is on the record
	Kinds       person.RelationKinds
	Seen        string // how it stood; a change made on the page names it
	MayRecord   bool
}

// Relative finds one by the key of the relationship.
func (f Family) Relative(key string) (Relative, bool) {
	i := slices.IndexFunc(f.Relatives, func(r Relative) bool { return r.ID == key })
	if i < 0 {
		return Relative{}, false
	}
	return f.Relatives[i], true
}

// RelationsPart is who is related to the person and who lives with them. Somebody whose own file is restricted,
// or who is otherwise not this viewer's to know of, is not on it (CR-31).
func RelationsPart() Part[Family] { return relationsPart(access.Look) }

// ChangeRelationsPart is the same for whoever adds to it.
func ChangeRelationsPart() Part[Family] { return relationsPart(access.Record) }

func relationsPart(action access.Action) Part[Family] {
	return Part[Family]{access.Relations, action, func(ctx context.Context, r reading) (Family, error) {
		return r.family(ctx, r.at)
	}}
}

// RelativePart is one relationship, as somebody is about to change it.
func RelativePart(key string) Part[Family] {
	return Part[Family]{access.Relations, access.Record, func(ctx context.Context, r reading) (Family, error) {
		f, err := r.family(ctx, 0)
		if err != nil {
			return f, err
		}
		if _, ok := f.Relative(key); !ok {
			return f, errNoFact
		}
		return f, nil
	}}
}

// StayPart is the page on which somebody leaves the household.
func StayPart(member string) Part[Family] {
	return Part[Family]{access.Relations, access.Record, func(ctx context.Context, r reading) (Family, error) {
		f, err := r.family(ctx, 0)
		if err == nil && !slices.ContainsFunc(f.Household, func(h Housemate) bool { return h.Member.ID == member && h.Member.Period.Open() }) {
			err = errNoFact
		}
		return f, err
	}}
}

// family reads it, and decides about each of those it names.
func (r reading) family(ctx context.Context, known date.Instant) (Family, error) {
	f := Family{Kinds: r.defs.Relations(), MayRecord: r.s.decide(r.standing, access.Relations, access.Record).Outcome == access.Shown}
	relationships, err := r.Relationships(ctx, r.person, known)
	if err != nil {
		return f, err
	}
	people := map[person.ID]*relative{}
	who := func(p person.ID) (*relative, error) {
		if w, ok := people[p]; ok {
			return w, nil
		}
		w, err := r.relative(ctx, p, known)
		people[p] = w
		return w, err
	}
	var seen []KnownFact
	for _, rel := range relationships {
		kind, ok := f.Kinds.Kind(rel.Kind)
		if !ok { // a kind that the definitions no longer have is still what was recorded
			kind = person.RelationKind{ID: rel.Kind, First: person.Words{Any: rel.Kind}, Second: person.Words{Any: rel.Kind}}
		}
		w, err := who(rel.With(r.person))
		if err != nil {
			return f, err
		}
		if w == nil {
			continue
		}
		f.Relatives = append(f.Relatives, Relative{
			Relationship: rel, Kind: kind, First: rel.Person != r.person,
			Who: w.header, Contacts: w.contacts, Opens: w.opens, Light: w.header.MadeAs == person.AsRelation,
		})
		seen = append(seen, KnownFact{ID: rel.ID})
	}
	members, err := r.Household(ctx, r.person, known)
	if err != nil {
		return f, err
	}
	for _, m := range members {
		if m.Person == r.person {
			f.Mine = append(f.Mine, m)
			seen = append(seen, KnownFact{ID: m.ID})
		}
	}
	for _, m := range members {
		for _, mine := range f.Mine {
			with, ok := person.Together(mine, m)
			if !ok || m.Person == r.person {
				continue
			}
			w, err := who(m.Person)
			if err != nil {
				return f, err
			}
			if w == nil {
				continue
			}
			f.Household = append(f.Household, Housemate{Member: m, Who: w.header, With: with, Opens: w.opens})
			seen = append(seen, KnownFact{ID: m.ID})
		}
	}
	if f.Whereabouts, err = r.Reader.Whereabouts(ctx, r.person, known); err != nil {
		return f, err
	}
	for _, w := range f.Whereabouts {
		seen = append(seen, KnownFact{ID: w.ID})
	}
	f.Seen = seenOf(seen)
	f.order(r.day())
	f.unknown(r.day())
	return f, nil
}

// A relative is what the viewer gets of somebody whom a family names.
type relative struct {
	header   person.Header
	contacts []person.Contact
	opens    bool
	light    bool // they are on the record as a relation only
	known    bool // their own family and household are this viewer's to see
	details  bool // what is known of them is this viewer's to see
	*other
}

// relative decides about somebody whom the family names; nil where this viewer may
// not know of them. Somebody who is on the record as a relation only is named by
// the right to the file that names them; no bar is lifted by that.
func (r reading) relative(ctx context.Context, p person.ID, known date.Instant) (*relative, error) {
	w, err := r.consider(ctx, p, known)
	if w != nil {
		r.others = append(r.others, w.other)
	}
	return w, err
}

// consider decides likewise about somebody who may yet be left out: whoever is
// named is to be put among r.others.
func (r reading) consider(ctx context.Context, p person.ID, known date.Instant) (*relative, error) {
	o, err := r.of(ctx, p)
	if err != nil {
		return nil, err
	}
	h, err := r.HeaderKnown(ctx, p, known)
	if err != nil {
		return nil, err
	}
	found := o.claims[0].decision.Outcome
	w := &relative{other: o, light: h.MadeAs == person.AsRelation}
	if o.barred || found < access.ReasonFirst && !w.light {
		return nil, nil //nolint:nilnil // there is nobody to show, and that is no error
	}
	w.header = person.Header{
		ID: h.ID, Reference: h.Reference, Name: h.Name, KnownAs: h.KnownAs, Born: h.Born, Estimated: h.Estimated, Exactness: h.Exactness,
		Gender: h.Gender, MadeAs: h.MadeAs, Dead: h.Dead, Died: h.Died,
	}
	look := o.ask(access.Identity, access.Look).Outcome
	w.opens = look >= access.ReasonFirst
	if w.details = w.light || look == access.Shown; w.details {
		w.known = w.light || o.ask(access.Relations, access.Look).Outcome == access.Shown
		if w.contacts, err = r.Contacts(ctx, p, known); err != nil {
			return nil, err
		}
		today := r.day()
		w.contacts = slices.DeleteFunc(w.contacts, func(c person.Contact) bool { return !c.Period.Contains(today) })
	}
	return w, nil
}

// order puts those of today first, and by the shape of the kind.
func (f *Family) order(today date.Date) {
	past := func(p date.Period) int {
		if !p.To.IsZero() && p.To.Before(today) {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(f.Relatives, func(a, b Relative) int {
		return cmp.Or(cmp.Compare(past(a.Period), past(b.Period)),
			cmp.Compare(slices.Index(person.Shapes, a.Kind.Shape), slices.Index(person.Shapes, b.Kind.Shape)),
			a.Who.Born.Compare(b.Who.Born))
	})
	slices.SortStableFunc(f.Household, func(a, b Housemate) int {
		return cmp.Or(cmp.Compare(past(a.With), past(b.With)), a.Who.Born.Compare(b.Who.Born))
	})
}

// unknown finds the parents of whom nothing is on the record (CR-34).
func (f *Family) unknown(today date.Date) {
	for _, w := range f.Kinds.Whose {
		there := slices.ContainsFunc(f.Relatives, func(r Relative) bool {
			return r.First && r.Kind.ID == w.Kind && (r.Who.Gender == w.Gender)
		}) || slices.ContainsFunc(f.Whereabouts, func(s person.Whereabouts) bool { return s.Of == w.ID && s.Period.Open() })
		if !there {
			f.Unknown = append(f.Unknown, w)
		}
	}
}
