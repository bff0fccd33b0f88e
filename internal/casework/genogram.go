package casework

import (
	"context"
	"maps"
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

// Steps are the days through which a family can be slid: those on which something
// began or ended, and today.
func (k Kinship) Steps(today date.Date) []date.Date {
	if n := len(k.Days); n == 0 || k.Days[n-1] != today {
		return append(slices.Clone(k.Days), today)
	}
	return k.Days
}

// KinshipPart is the family on a day (CR-41), as it is known today, or was at the
// moment of the look.
func KinshipPart(on date.Date) Part[Kinship] { return kinshipPart(on, -1) }

// KinshipStep is the family on one of the days of Steps, by its place among them.
func KinshipStep(step int) Part[Kinship] { return kinshipPart(date.Date{}, max(step, 0)) }

func kinshipPart(on date.Date, step int) Part[Kinship] {
	return Part[Kinship]{access.Relations, access.Look, func(ctx context.Context, r reading) (Kinship, error) {
		b := &kinship{
			reading: r, at: map[person.ID]int{}, light: map[person.ID]bool{}, knows: map[person.ID]bool{}, links: map[string]bool{}, homes: map[string]*home{},
		}
		if err := b.read(ctx); err != nil {
			return Kinship{}, err
		}
		if step >= 0 {
			steps := b.Steps(r.s.Today())
			on = steps[min(step, len(steps)-1)]
		}
		return b.of(on), nil
	}}
}

type kinship struct {
	reading
	Kinship
	at    map[person.ID]int  // index into People; -1 of whom the viewer may not know
	light map[person.ID]bool // on the record as a relation only
	knows map[person.ID]bool // whose own family is the viewer's to see
	links map[string]bool    // relationships that are in the drawing
	homes map[string]*home
	order []*home
	days  []date.Date
}

// A home is one household, with everybody who ever lived there.
type home struct{ members []person.Member }

// of is the family as it was on a day.
func (b *kinship) of(on date.Date) Kinship {
	k := b.Kinship
	k.On = on
	k.Links = slices.DeleteFunc(slices.Clone(k.Links), func(l Link) bool { return !l.Period.Contains(on) })
	for _, h := range b.order {
		var together []person.ID
		for _, m := range h.members {
			if m.Period.Contains(on) {
				together = append(together, m.Person)
			}
		}
		if len(together) > 0 {
			k.Homes = append(k.Homes, together)
		}
	}
	return k
}

func (b *kinship) read(ctx context.Context) error {
	h, err := b.HeaderKnown(ctx, b.person, b.reading.at)
	if err != nil {
		return err
	}
	b.People = []Kin{{Who: h, Index: true}}
	b.at[b.person], b.knows[b.person] = 0, true
	step := []person.ID{b.person}
	const steps = 2
	for range steps {
		var next []person.ID
		for _, p := range step {
			found, err := b.around(ctx, p, true)
			if err != nil {
				return err
			}
			next = append(next, found...)
		}
		step = next
	}
	// What those farthest out are to each other is drawn too: that her half-brother's
	// father is his father is said by neither her own relationships nor her mother's.
	for _, p := range step {
		if _, err := b.around(ctx, p, false); err != nil {
			return err
		}
	}
	slices.SortFunc(b.days, date.Date.Compare)
	b.Days = slices.Compact(b.days)
	return nil
}

// around adds the relatives of somebody and who lived with them, and gives those
// whose own family may be looked at next. Where the drawing is not to grow, it adds
// what joins them to those who are in it.
func (b *kinship) around(ctx context.Context, p person.ID, grow bool) (next []person.ID, err error) {
	relationships, err := b.Relationships(ctx, p, b.reading.at)
	if err != nil {
		return nil, err
	}
	kinds := b.defs.Relations()
	for _, rel := range relationships {
		if b.links[rel.ID] {
			continue
		}
		kind, ok := kinds.Kind(rel.Kind)
		if !ok {
			kind = person.RelationKind{ID: rel.Kind, First: person.Words{Any: rel.Kind}, Second: person.Words{Any: rel.Kind}, Shape: person.Bond, Draw: person.Draw{Line: person.Lines[0]}}
		}
		there, again, err := b.add(ctx, p, rel.With(p), grow)
		if err != nil {
			return nil, err
		}
		next = append(next, again...)
		if !there {
			continue // another way may lead to them
		}
		b.links[rel.ID] = true
		b.day(rel.Period)
		b.Links = append(b.Links, Link{rel, kind})
	}
	if !grow {
		return nil, nil
	}
	members, err := b.Household(ctx, p, b.reading.at)
	if err != nil {
		return nil, err
	}
	fresh := map[string]*home{}
	for _, m := range members {
		if b.homes[m.Household] != nil {
			continue
		}
		there, again, err := b.add(ctx, p, m.Person, true)
		if err != nil {
			return nil, err
		}
		next = append(next, again...)
		if !there {
			continue
		}
		b.day(m.Period)
		if fresh[m.Household] == nil {
			fresh[m.Household] = &home{}
			b.order = append(b.order, fresh[m.Household])
		}
		fresh[m.Household].members = append(fresh[m.Household].members, m)
	}
	maps.Copy(b.homes, fresh)
	return next, nil
}

// add puts somebody into the drawing, where the viewer may know of them and there
// is room. again holds them where their own family is the viewer's to see. That a
// child is of somebody who is on the record as a relation only was said on that
// child's file, whose rights decide whether it is told here.
func (b *kinship) add(ctx context.Context, from, p person.ID, grow bool) (there bool, again []person.ID, err error) {
	if i, ok := b.at[p]; ok {
		return i >= 0 && (!b.light[from] || b.knows[p]), nil, nil
	}
	if !grow {
		return false, nil, nil
	}
	w, err := b.consider(ctx, p, b.reading.at)
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
	b.at[p], b.light[p], b.knows[p] = len(b.People), w.light, w.known
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
