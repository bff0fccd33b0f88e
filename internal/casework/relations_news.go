package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/person"
	"casefile/internal/store"
)

// FamilyNews is a family with what somebody changed of it since it stood as a page showed
// it: as far as the viewer may know of whom it is about.
type FamilyNews struct {
	Family
	// Stated is what was recorded since, and Aside what was put aside. The fact of each
	// is a Relative, a Housemate, a person.Member for the person's own place in a
	// household, or a person.Whereabouts.
	Stated, Aside []KnownFact
	Names         map[string]string // of workers
	next          map[string]string // which row took the place of which
}

// Latest is what a relationship is now, whatever row of it is named; false where it is none
// any more.
func (n FamilyNews) Latest(key string) (Relative, bool) {
	return n.Relative(n.now(key))
}

// Stays finds somebody's place in the household, likewise.
func (n FamilyNews) Stays(key string) (Housemate, bool) {
	key = n.now(key)
	i := slices.IndexFunc(n.Household, func(h Housemate) bool { return h.Member.ID == key && h.Member.Period.Open() })
	if i < 0 {
		return Housemate{}, false
	}
	return n.Household[i], true
}

func (n FamilyNews) now(key string) string {
	for range len(n.next) + 1 {
		if n.next[key] == "" {
			return key
		}
		key = n.next[key]
	}
	return key
}

// FamilyNewsPart is the page for somebody who was not the first to change a family. seen is
// how it stood on their page.
func FamilyNewsPart(seen string) Part[FamilyNews] {
	return Part[FamilyNews]{access.Relations, access.Record, func(ctx context.Context, r reading) (n FamilyNews, err error) {
		n.Names, n.next = map[string]string{}, map[string]string{}
		if n.Family, err = r.family(ctx, 0); err != nil {
			return n, err
		}
		rows, err := r.familyRows(ctx, n.Kinds)
		if err != nil {
			return n, err
		}
		changes, err := r.Changes(ctx, r.person)
		if err != nil {
			return n, err
		}
		for _, c := range changes {
			if c.Before != "" && c.After != "" {
				n.next[c.Before] = c.After
			}
		}
		for i := range rows {
			f := &rows[i]
			for j := range changes {
				switch c := &changes[j]; f.ID {
				case c.After:
					f.Made = c
				case c.Before:
					f.Gone = c
				}
			}
		}
		moments := []int64{0}
		for _, f := range rows {
			moments = append(moments, f.Recorded.Seq, f.Superseded.Seq)
		}
		slices.Sort(moments)
		for _, at := range slices.Backward(slices.Compact(moments)) {
			if seenThen(rows, at) != seen {
				continue
			}
			for _, f := range rows {
				made, gone := f.Recorded.Seq > at, !f.Current() && f.Superseded.Seq <= at
				switch {
				case made && f.Current():
					n.Stated = append(n.Stated, f)
				case !made && !gone && !f.Current():
					n.Aside = append(n.Aside, f)
				}
				for _, by := range []string{f.Recorded.By, f.Superseded.By} {
					if err := r.signer(ctx, n.Names, by); err != nil {
						return n, err
					}
				}
			}
			break
		}
		return n, nil
	}}
}

// familyRows are all that was ever recorded of a family that the viewer may know of.
func (r reading) familyRows(ctx context.Context, kinds person.RelationKinds) ([]KnownFact, error) {
	var rows []KnownFact
	people := map[person.ID]*relative{}
	for _, o := range r.others {
		people[o.person] = nil // named before: decided about again, and accounted for once
	}
	who := func(p person.ID) (*relative, error) {
		if w, ok := people[p]; ok && w != nil {
			return w, nil
		}
		_, named := people[p]
		w, err := r.consider(ctx, p, 0)
		if err == nil && w != nil && !named {
			r.others = append(r.others, w.other)
		}
		if w != nil {
			people[p] = w
		}
		return w, err
	}
	relations, err := r.Relationships(ctx, r.person, store.Ever)
	if err != nil {
		return nil, err
	}
	for _, rel := range relations {
		kind, ok := kinds.Kind(rel.Kind)
		if !ok {
			kind = person.RelationKind{ID: rel.Kind, First: person.Words{Any: rel.Kind}, Second: person.Words{Any: rel.Kind}}
		}
		w, err := who(rel.With(r.person))
		if err != nil {
			return nil, err
		}
		if w != nil {
			f := Relative{Relationship: rel, Kind: kind, First: rel.Person != r.person, Who: w.header}
			rows = append(rows, KnownFact{ID: rel.ID, Fact: f, Clocks: rel.Clocks})
		}
	}
	members, err := r.Household(ctx, r.person, store.Ever)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		if m.Person == r.person {
			rows = append(rows, KnownFact{ID: m.ID, Fact: m, Clocks: m.Clocks})
			continue
		}
		w, err := who(m.Person)
		if err != nil {
			return nil, err
		}
		if w != nil {
			rows = append(rows, KnownFact{ID: m.ID, Fact: Housemate{Member: m, Who: w.header}, Clocks: m.Clocks})
		}
	}
	whereabouts, err := r.Reader.Whereabouts(ctx, r.person, store.Ever)
	for _, w := range whereabouts {
		rows = append(rows, KnownFact{ID: w.ID, Fact: w, Clocks: w.Clocks})
	}
	return rows, err
}

// seenThen names how a family stood at a place in the order of what was known, as its page
// does.
func seenThen(rows []KnownFact, at int64) string {
	stood := func(f KnownFact) bool {
		return f.Recorded.Seq <= at && (f.Current() || f.Superseded.Seq > at)
	}
	var then []KnownFact
	for _, f := range rows {
		if !stood(f) {
			continue
		}
		if h, ok := f.Fact.(Housemate); ok {
			for _, o := range rows {
				if mine, own := o.Fact.(person.Member); own && stood(o) {
					if _, ok := person.Together(mine, h.Member); ok {
						then = append(then, f)
					}
				}
			}
			continue
		}
		then = append(then, f)
	}
	return seenOf(then)
}
