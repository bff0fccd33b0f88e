package casework

import (
	"context"
	"slices"

	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
)

// Once are the facts that are held now, what two files both say as one.
func (p FactPage) Once() []KnownFact {
	var once []KnownFact
	for _, f := range p.Now {
		i := slices.IndexFunc(once, func(o KnownFact) bool { return !f.Masked && !o.Masked && person.Alike(o.Fact, f.Fact) })
		if i < 0 {
			once = append(once, f)
			continue
		}
		once[i].Alike = append(once[i].Alike, f)
	}
	return once
}

// twins are the other facts that say what one says, which is changed with it.
func (p FactPage) twins(f KnownFact) []KnownFact {
	var list []KnownFact
	for _, o := range p.Now {
		if o.ID != f.ID && !o.Masked && person.Alike(f.Fact, o.Fact) {
			list = append(list, o)
		}
	}
	return list
}

// Latest is the fact that a fact became by being corrected or ended, however often;
// ok is false where it was taken back, and where it is masked.
func (p FactPage) Latest(key string) (KnownFact, bool) {
	for range len(p.Before) + 1 {
		if f, ok := p.Find(key); ok {
			return f, true
		}
		i := slices.IndexFunc(p.Before, func(f KnownFact) bool { return f.ID == key && f.Gone != nil })
		if i < 0 {
			return KnownFact{}, false
		}
		key = p.Before[i].Gone.After
	}
	return KnownFact{}, false
}

// Since is what was stated and what was put aside after the facts stood as seen
// names them; nothing where they never stood so.
func (p FactPage) Since(seen string) (stated, aside []KnownFact) {
	all := slices.Concat(p.Now, p.Before)
	moments := []int64{0}
	for _, f := range all {
		moments = append(moments, int64(f.Recorded.Seq), int64(f.Superseded.Seq))
	}
	slices.Sort(moments)
	for _, at := range slices.Backward(slices.Compact(moments)) {
		var then []KnownFact
		stated, aside = nil, nil
		for _, f := range all {
			switch made, gone := int64(f.Recorded.Seq) > at, !f.Current() && int64(f.Superseded.Seq) <= at; {
			case made && f.Current():
				stated = append(stated, f)
			case !made && !gone:
				then = append(then, f)
				if !f.Current() {
					aside = append(aside, f)
				}
			}
		}
		if seenOf(then) == seen {
			return stated, aside
		}
	}
	return nil, nil
}

// whose says of each fact on a merged file which of the files brought it.
func (r reading) whose(ctx context.Context, table store.Fact, facts []KnownFact) error {
	members, err := r.FileMembers(ctx, r.person)
	if err != nil || len(members) < 2 {
		return err
	}
	refs := map[person.ID]id.Reference{}
	for i := range facts {
		owner, err := r.FactOwner(ctx, table, facts[i].ID)
		if err != nil {
			return err
		}
		if refs[owner] == "" {
			if refs[owner], err = r.Reference(ctx, owner); err != nil {
				return err
			}
		}
		facts[i].Of = refs[owner]
	}
	return nil
}
