package casework

import (
	"context"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/footprint"
	"casefile/internal/person"
)

// A Mover lives with a person and may be recorded to move with them. Whoever the
// viewer may not see, or not change, is none.
type Mover struct {
	Who  person.Header
	Home person.Address // where they live now, as it is recorded; zero where nothing is
	Seen string         // how their addresses stood

	relative *relative
}

// MovesWith begins the name of a field of a form by which somebody moves, too; their
// reference follows.
const MovesWith = "with-"

// Field is that of a mover.
func (m Mover) Field() string { return MovesWith + string(m.Who.Reference) }

// housemates are the keys of those who live with the person today.
func (r reading) housemates(ctx context.Context) ([]person.ID, error) {
	members, err := r.Household(ctx, r.person, 0)
	if err != nil {
		return nil, err
	}
	today := r.s.Today()
	mine := map[string]bool{}
	for _, m := range members {
		if m.Person == r.person && m.Period.Contains(today) {
			mine[m.Household] = true
		}
	}
	var list []person.ID
	for _, m := range members {
		if m.Person != r.person && mine[m.Household] && m.Period.Contains(today) && !slices.Contains(list, m.Person) {
			list = append(list, m.Person)
		}
	}
	return list, nil
}

// movers are those of the household whom the viewer may see and change. Somebody on
// the record as a relation only is kept up to date by the right to the family.
func (r reading) movers(ctx context.Context) ([]Mover, error) {
	if r.ask(access.Relations, access.Look).Outcome != access.Shown {
		return nil, nil
	}
	family := r.s.decide(r.standing, access.Relations, access.Record).Outcome == access.Shown
	people, err := r.housemates(ctx)
	if err != nil {
		return nil, err
	}
	var list []Mover
	for _, p := range people {
		w, err := r.relative(ctx, p, 0)
		if err != nil {
			return nil, err
		}
		if w == nil || !w.details || w.ask(access.Identity, access.Record).Outcome != access.Shown && (!family || w.header.MadeAs != person.AsRelation) {
			continue
		}
		known, err := readFacts(ctx, r.Reader, p, AddressFacts, 0)
		if err != nil {
			return nil, err
		}
		m := Mover{Who: w.header, Seen: seenOf(known), relative: w}
		hidden := false
		for _, a := range factsOf[person.Address](known) {
			hidden = hidden || a.Confidential && w.ask(access.ConfidentialAddresses, access.Look).Outcome != access.Shown
			if a.Kind == "" && a.Period.Contains(r.s.Today()) {
				m.Home = a
			}
		}
		if !hidden { // nor may it be ended by whoever may not see it
			list = append(list, m)
		}
	}
	return list, nil
}

// moved finds who of the household moved with the person: whose address was recorded
// with theirs.
func (r reading) moved(ctx context.Context, p *FactPage) error {
	at := map[int64]*KnownFact{}
	for _, list := range [][]KnownFact{p.Now, p.Before} {
		for i := range list {
			if f := &list[i]; f.Made != nil && f.Made.Action == person.Added {
				at[f.Recorded.Seq] = f
			}
		}
	}
	if len(at) == 0 || r.ask(access.Relations, access.Look).Outcome != access.Shown {
		return nil
	}
	people, err := r.housemates(ctx)
	if err != nil {
		return err
	}
	for _, other := range people {
		theirs, err := readFacts(ctx, r.Reader, other, AddressFacts, 0)
		if err != nil {
			return err
		}
		var w *relative
		for _, t := range theirs {
			f := at[t.Recorded.Seq]
			if f == nil || !sameHome(f.Fact, t.Fact) {
				continue
			}
			if w == nil {
				if w, err = r.relative(ctx, other, 0); err != nil {
					return err
				}
			}
			if w != nil && w.details {
				f.With = append(f.With, w.header)
			}
		}
	}
	return nil
}

func sameHome(a, b any) bool {
	one, ok := a.(person.Address)
	other, is := b.(person.Address)
	return ok && is && one.Line1 == other.Line1 && one.Postcode == other.Postcode && one.Period.From == other.Period.From && one.Confidential == other.Confidential
}

// moveOthers has those of the household move whom the form names, in the same
// transaction, each with a footprint of their own.
func (c *factChange) moveOthers(ctx context.Context, f person.Form, a person.Address, basis string) error {
	chosen := 0
	for name, value := range f {
		if strings.HasPrefix(name, MovesWith) && value != "" {
			chosen++
		}
	}
	if chosen == 0 {
		return nil
	}
	movers, err := (reading{c.tx, c.sat, c.sat.viewer.Worker, c.sat.person}).movers(ctx)
	if err != nil {
		return err
	}
	for _, m := range movers {
		seen := f.Typed(m.Field())
		if seen == "" {
			continue
		}
		if chosen--; seen != m.Seen {
			return errFactsChanged
		}
		if err := c.move(ctx, m, a, basis, f.Typed("keep") != ""); err != nil {
			return err
		}
	}
	if chosen > 0 { // somebody whom the page offered is no longer there to move
		return errFactsChanged
	}
	return nil
}

func (c *factChange) move(ctx context.Context, m Mover, a person.Address, basis string, keep bool) error {
	now, err := readFacts(ctx, c.tx, m.Who.ID, AddressFacts, 0)
	if err != nil {
		return err
	}
	other := &factChange{s: c.s, tx: c.tx, sat: m.relative.sitting, by: c.by, FactPage: FactPage{Kind: AddressFacts, Now: now, Practice: c.Practice}}
	if !keep {
		ps, err := other.endOthers(ctx, other.Practice.Slot(a), now, a.Period)
		if err != nil {
			return err
		}
		for i := range ps {
			ps[i].Field, ps[i].Message = m.Field(), m.Who.DisplayName()+": "+ps[i].Message
		}
		if err := problems(ps); err != nil {
			return err
		}
	}
	a.Clocks = date.Clocks{Period: a.Period}
	if err := other.put(ctx, person.Change{Action: person.Added, Basis: basis}, a, a.Period); err != nil {
		return err
	}
	decision := other.sat.s.decide(other.sat.standing, access.Identity, access.Record)
	if decision.Outcome != access.Shown { // a relation, by the right to this file's family
		decision = c.s.decide(c.sat.standing, access.Relations, access.Record)
	}
	left := footprint.Footprint{
		Actor: c.sat.viewer.Worker, Role: string(c.sat.viewer.Role), Action: string(access.Record), Object: string(m.Who.ID),
		Part: string(access.Identity), Ground: string(decision.Ground), Outcome: decision.Outcome.String(),
	}
	_, err = c.s.leave(ctx, c.tx, left, &footprint.Detail{Done: string(AddressFacts)})
	return err
}
