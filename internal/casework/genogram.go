package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/person"
)

// mostKin is how many people a drawing of a family has at most; more cannot be
// read.
const mostKin = 60

// A Kin is somebody in the drawing of a family.
type Kin struct {
	Who   person.Header
	Index bool // whose file it is
	Opens bool // the viewer may ask for their file
}

// A Link is what two of them are to each other.
type Link struct {
	person.Relationship
	Kind person.RelationKind
}

// A Kinship is a family as it was on a day, two steps from the person: their
// relatives, and the relatives of those. Nobody is in it whom the viewer may not
// know of.
type Kinship struct {
	On     date.Date
	People []Kin
	Links  []Link
	Homes  [][]person.ID // who lived together
	Days   []date.Date   // on which something began or ended, the first first
	More   bool          // there are others
}

// KinshipPart is the family on a day (CR-41), as it is known today.
func KinshipPart(on date.Date) Part[Kinship] {
	return Part[Kinship]{access.Relations, access.Look, func(ctx context.Context, r reading) (Kinship, error) {
		b := &kinship{reading: r, on: on, at: map[person.ID]int{}, light: map[person.ID]bool{}, links: map[string]bool{}, homes: map[string]bool{}}
		return b.read(ctx)
	}}
}

type kinship struct {
	reading
	Kinship
	on    date.Date
	at    map[person.ID]int  // index into People; -1 of whom the viewer may not know
	light map[person.ID]bool // on the record as a relation only
	links map[string]bool    // relationships that were looked at
	homes map[string]bool
	days  []date.Date
}

func (b *kinship) read(ctx context.Context) (Kinship, error) {
	b.On = b.on
	h, err := b.Header(ctx, b.person)
	if err != nil {
		return Kinship{}, err
	}
	b.People = []Kin{{Who: h, Index: true}}
	b.at[b.person] = 0
	step := []person.ID{b.person}
	const steps = 2
	for range steps {
		var next []person.ID
		for _, p := range step {
			found, err := b.around(ctx, p)
			if err != nil {
				return Kinship{}, err
			}
			next = append(next, found...)
		}
		step = next
	}
	slices.SortFunc(b.days, date.Date.Compare)
	b.Days = slices.Compact(b.days)
	return b.Kinship, nil
}

// around adds the relatives of somebody and who lived with them, and gives those
// whose own family may be looked at next.
func (b *kinship) around(ctx context.Context, p person.ID) (next []person.ID, err error) {
	relationships, err := b.Relationships(ctx, p, 0)
	if err != nil {
		return nil, err
	}
	kinds := b.defs.Relations()
	for _, rel := range relationships {
		if b.links[rel.ID] {
			continue
		}
		b.links[rel.ID] = true
		kind, ok := kinds.Kind(rel.Kind)
		if !ok {
			kind = person.RelationKind{ID: rel.Kind, First: person.Words{Any: rel.Kind}, Second: person.Words{Any: rel.Kind}, Shape: person.Bond, Draw: person.Draw{Line: person.Lines[0]}}
		}
		there, again, err := b.add(ctx, p, rel.With(p))
		if err != nil {
			return nil, err
		}
		next = append(next, again...)
		if !there {
			continue
		}
		b.day(rel.Period)
		if rel.Period.Contains(b.on) {
			b.Links = append(b.Links, Link{rel, kind})
		}
	}
	members, err := b.Household(ctx, p, 0)
	if err != nil {
		return nil, err
	}
	byHome := map[string][]person.ID{}
	var order []string
	for _, m := range members {
		if b.homes[m.Household] {
			continue
		}
		there, again, err := b.add(ctx, p, m.Person)
		if err != nil {
			return nil, err
		}
		next = append(next, again...)
		if !there {
			continue
		}
		b.day(m.Period)
		if byHome[m.Household] == nil {
			order = append(order, m.Household)
		}
		if m.Period.Contains(b.on) {
			byHome[m.Household] = append(byHome[m.Household], m.Person)
		}
	}
	for _, home := range order {
		b.homes[home] = true
		if len(byHome[home]) > 0 {
			b.Homes = append(b.Homes, byHome[home])
		}
	}
	return next, nil
}

// add puts somebody into the drawing, where the viewer may know of them and there
// is room. again holds them where their own family is the viewer's to see. That a
// child is of somebody who is on the record as a relation only was said on that
// child's file, whose rights decide whether it is told here.
func (b *kinship) add(ctx context.Context, from, p person.ID) (there bool, again []person.ID, err error) {
	if i, ok := b.at[p]; ok {
		return i >= 0, nil, nil
	}
	w, err := b.consider(ctx, p, 0)
	if err != nil {
		return false, nil, err
	}
	if w == nil {
		b.at[p] = -1
		return false, nil, nil
	}
	if b.light[from] && !w.known {
		return false, nil, nil // another way may lead to them
	}
	if len(b.People) == mostKin {
		b.More = true
		return false, nil, nil
	}
	b.others = append(b.others, w.other)
	b.at[p], b.light[p] = len(b.People), w.light
	b.People = append(b.People, Kin{Who: w.header, Opens: w.opens})
	if w.known {
		again = []person.ID{p}
	}
	return true, again, nil
}

// day notes the days on which a drawing changes: the first of a period, and the
// one after its last.
func (b *kinship) day(p date.Period) {
	today := b.s.Today()
	if !p.From.IsZero() && !p.From.After(today) {
		b.days = append(b.days, p.From)
	}
	if !p.To.IsZero() && p.To.Before(today) {
		b.days = append(b.days, p.To.AddDays(1))
	}
}
