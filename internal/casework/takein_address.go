package casework

import (
	"context"
	"strconv"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/intake"
	"casefile/internal/person"
	"casefile/internal/store"
)

// ImportAddresses records where people who are here live and lived, by the rules of
// the page: see takeRows, and person.TakeIn for what becomes of each. What is matched,
// held and refused goes as with ImportRelations.
func (s *Service) ImportAddresses(ctx context.Context, in *intake.AddressReader, o Import) (ImportReport, error) {
	var d dry[person.Address]
	k := &known{}
	return takeRows(ctx, s, o, taking[intake.AddressRow]{
		next: in.Next,
		line: func(row intake.AddressRow) int { return row.Line },
		take: func(ctx context.Context, r store.Reader, tx store.Tx, row intake.AddressRow) (bool, []intake.Problem, error) {
			at := func(f intake.Field) intake.Problem { return in.At(row.Line, f) }
			made, w, ps, err := s.takeAddress(ctx, r, tx, row, o, at, &d)
			if w.there && (!made || tx == nil) {
				k.is(w.id)
			}
			return made, ps, err
		},
		known: k,
		begin: d.begin, end: d.end,
	})
}

func (s *Service) takeAddress(ctx context.Context, r store.Reader, tx store.Tx, row intake.AddressRow, o Import, at func(intake.Field) intake.Problem, d *dry[person.Address]) (made bool, w party, ps []intake.Problem, err error) {
	fresh, wrong := s.addressOf(row)
	for _, p := range wrong {
		field := map[string]intake.Field{
			"postcode": intake.Postcode, "line1": intake.Address1, "line2": intake.Address2, "town": intake.Town, "kind": intake.Kind,
			"from-day": intake.From, "to-day": intake.To,
		}[p.Field]
		at := at(field)
		at.Message = lowerFirst(p.Message)
		ps = append(ps, at)
	}
	if len(ps) > 0 {
		return false, w, ps, nil
	}
	w, err = s.party(ctx, r, o.Source, row.Who)
	if err != nil {
		return false, w, nil, err
	}
	if !w.there {
		return false, w, []intake.Problem{nobody(at, row.Who)}, nil
	}
	current, ever, err := addressesKnown(ctx, r, w, d)
	if err != nil {
		return false, w, nil, err
	}
	t, problem := person.TakeIn(fresh, current, ever)
	switch {
	case problem != "":
		return false, w, []intake.Problem{{Line: row.Line, Message: problem}}, nil
	case t.Known:
		return false, w, nil, nil
	case tx == nil:
		fresh.ID = "dry-" + strconv.Itoa(row.Line)
		d.add(w.id, fresh)
	case w.restricted:
		err = s.hold(ctx, tx, w.id, sealedAdd{Source: o.Source, Address: &fresh})
	default:
		err = s.recordAddress(ctx, tx, w.id, fresh, current, t, o.Source)
	}
	return err == nil, w, nil, err
}

// addressOf reads an address as the page does.
func (s *Service) addressOf(row intake.AddressRow) (person.Address, []fault.Problem) {
	f := person.Form{"kind": row.Kind, "line1": row.Line1, "line2": row.Line2, "town": row.Town, "postcode": row.Postcode}
	if row.Confidential {
		f["confidential"] = person.Yes
	}
	f.SetDay("from", row.Period.From)
	f.SetDay("to", row.Period.To)
	return person.StateAddress(f, s.Today())
}

// addressesKnown are the addresses of a party that an import may know of: those that
// are held to be so, and all that ever were recorded.
func addressesKnown(ctx context.Context, r store.Reader, w party, d *dry[person.Address]) (current, ever []person.Address, err error) {
	rows, err := r.Addresses(ctx, w.id, store.Ever)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range rows {
		known, now := w.knows(a.Clocks)
		if known {
			ever = append(ever, a)
		}
		if now {
			current = append(current, a)
		}
	}
	take := func(a person.Address) {
		if t, problem := person.TakeIn(a, current, ever); problem == "" {
			current = t.After(current, a)
		}
		ever = append(ever, a)
	}
	if w.restricted {
		if !w.before { // the file that an import seemed to make
			for _, a := range rowAddresses(w.row) {
				take(a)
			}
		}
		for _, h := range w.held {
			if h.Address != nil {
				a := *h.Address
				a.ID = h.ID
				take(a)
			}
		}
	}
	for _, a := range d.of(w.id) {
		take(a)
	}
	return current, ever, nil
}

// recordAddress records an address in the name of the import.
func (s *Service) recordAddress(ctx context.Context, tx store.Tx, p person.ID, fresh person.Address, current []person.Address, t person.TakenIn, source string) error {
	c := &factChange{s: s, tx: tx, sat: &sitting{s: s, person: p}, by: tx.Stamp(importJob), FactPage: FactPage{Kind: AddressFacts}}
	if err := c.takeAddress(ctx, fresh, current, t, source); err != nil {
		return err
	}
	_, err := s.leave(ctx, tx, footprint.Footprint{
		Actor: importJob, Action: string(access.Record), Object: string(p), Part: string(access.Identity), Outcome: access.Shown.String(),
	}, &footprint.Detail{Done: string(AddressFacts)})
	return err
}

// takeAddress records what person.TakeIn decided.
func (c *factChange) takeAddress(ctx context.Context, fresh person.Address, current []person.Address, t person.TakenIn, source string) error {
	for _, e := range t.Ends {
		for _, o := range current {
			if o.ID != e.ID {
				continue
			}
			change := person.Change{Action: person.Ended, Before: o.ID, Basis: importedFrom(source)}
			if err := c.put(ctx, change, o, date.Period{From: o.Period.From, To: e.Last}); err != nil {
				return err
			}
		}
	}
	change := person.Change{Action: person.Added, Basis: importedFrom(source)}
	if t.Dates != "" {
		change.Action, change.Before, change.Why = person.Corrected, t.Dates, "Since when it is so was not recorded."
	}
	fresh.Confidential = fresh.Confidential || t.Hidden
	return c.put(ctx, change, fresh, fresh.Period)
}

// takeOverAddress adds an address that is held, by the rules of the page.
func (s *Service) takeOverAddress(ctx context.Context, tx store.Tx, sat *sitting, h HeldAdd, by date.Stamp) error {
	rows, err := tx.Addresses(ctx, sat.person, store.Ever)
	if err != nil {
		return err
	}
	var current []person.Address
	for _, a := range rows {
		if a.Current() {
			current = append(current, a)
		}
	}
	t, problem := person.TakeIn(*h.Address, current, rows)
	switch {
	case problem != "":
		return fault.New(fault.Invalid, "This does not go with the addresses on the file: "+problem+". Put those right first, or set this aside.")
	case t.Known:
		return nil
	}
	c := &factChange{s: s, tx: tx, sat: sat, by: by, FactPage: FactPage{Kind: AddressFacts}}
	return c.takeAddress(ctx, *h.Address, current, t, h.Source)
}
