package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/intake"
	"casefile/internal/keys"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/store"
)

// A HeldAdd is what an import brought about a child whose file is restricted.
// To whoever imported it the row was made, or matched as before.
type HeldAdd struct {
	ID     string
	At     date.Instant
	Source string // the system it came from
	Row    intake.Row
	Done   bool   // somebody decided on it
	Team   string // by whose name it was brought; empty for none

	// One of these where the row is no person's own, and Row is empty.
	Relation *HeldRelation
	Address  *person.Address
}

// A HeldRelation is what somebody is to the child, as an import has it.
type HeldRelation struct {
	person.Relationship
	Kind  person.RelationKind
	First bool // the child is the first of the kind
	Lives bool // they live together
	// Who is the other; NotFor where the viewer may not know of them.
	Who    person.Header
	NotFor bool
}

// aboutPerson reports whether it is the row of a person with this number.
func (h HeldAdd) aboutPerson(source, number string) bool {
	return h.Relation == nil && h.Address == nil && h.Source == source && h.Row.SourceID == number
}

// sealedAdd is a HeldAdd as it is sealed.
type sealedAdd struct {
	Source string
	Row    intake.Row
	Born   string // days do not go through JSON by themselves
	Team   string

	From, To string               `json:",omitempty"`
	Relation *person.Relationship `json:",omitempty"`
	First    bool                 `json:",omitempty"` // the child is the first of the relationship
	Lives    bool                 `json:",omitempty"` // and they live together
	Address  *person.Address      `json:",omitempty"`
}

// period is that of what is held, which goes into From and To.
func (a *sealedAdd) period() *date.Period {
	switch {
	case a.Relation != nil:
		return &a.Relation.Period
	case a.Address != nil:
		return &a.Address.Period
	}
	return &date.Period{}
}

func heldPlace(id string) []byte { return keys.Row("held_add", id, "sealed") }

// A hiding is what an import does about a person whose file is restricted. By its
// answer there is no such file, unless an answer before said that there is one.
type hiding struct {
	restricted bool
	matched    bool // the answer: as it was before the file was restricted, or this row held
	held       bool // the row was held before
}

// hides says so, by the same steps for nobody.
func (s *Service) hides(ctx context.Context, r store.Reader, p person.ID, row intake.Row, o Import) (hiding, error) {
	restricted, err := s.isRestricted(ctx, r, p)
	if err != nil {
		return hiding{}, err
	}
	before, err := r.MatchedBefore(ctx, p, o.Source, row.SourceID)
	if err != nil {
		return hiding{}, err
	}
	list, err := s.heldAdds(ctx, r, p)
	if err != nil || !restricted {
		return hiding{}, err
	}
	held := has(list, func(h HeldAdd) bool { return h.aboutPerson(o.Source, row.SourceID) })
	return hiding{restricted: true, matched: before || held, held: held}, nil
}

// hold keeps a row about a restricted file for those named on it.
func (s *Service) hold(ctx context.Context, tx store.Tx, p person.ID, a sealedAdd) error {
	a.Born, a.Row.Born = a.Row.Born.String(), date.Date{}
	if a.Relation != nil {
		r := *a.Relation
		a.Relation = &r
	}
	if a.Address != nil {
		r := *a.Address
		a.Address = &r
	}
	days := a.period()
	a.From, a.To, *days = days.From.String(), days.To.String(), date.Period{}
	plain, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("hold a row: %w", err)
	}
	h := right.Held{ID: id.New(), Person: p, Recorded: tx.Stamp(importJob)}
	if h.Sealed, err = s.keys.Seal(plain, heldPlace(h.ID)); err != nil {
		return fmt.Errorf("hold a row: %w", err)
	}
	if err := tx.HoldAdd(ctx, h); err != nil {
		return err
	}
	_, err = s.leave(ctx, tx, footprint.Footprint{
		Actor: importJob, Action: "hold", Object: string(p), Part: string(access.Restriction), Outcome: access.Shown.String(),
	}, nil)
	return err
}

func (s *Service) openHeld(h right.Held) (HeldAdd, error) {
	plain, err := s.keys.Open(h.Sealed, heldPlace(h.ID))
	if err != nil {
		return HeldAdd{}, fmt.Errorf("open what is held: %w", err)
	}
	var a sealedAdd
	if err := json.Unmarshal(plain, &a); err != nil {
		return HeldAdd{}, errors.New("what is held cannot be read") // the cause may quote it
	}
	days := a.period()
	for text, day := range map[*string]*date.Date{&a.Born: &a.Row.Born, &a.From: &days.From, &a.To: &days.To} {
		if *day, err = date.Parse(*text); err != nil {
			return HeldAdd{}, errors.New("what is held cannot be read")
		}
	}
	held := HeldAdd{ID: h.ID, At: h.Recorded.At, Source: a.Source, Row: a.Row, Team: a.Team, Done: !h.Decided.IsZero(), Address: a.Address}
	if a.Relation != nil {
		kind, _ := s.set().Relations().Kind(a.Relation.Kind)
		held.Relation = &HeldRelation{Relationship: *a.Relation, Kind: kind, First: a.First, Lives: a.Lives}
		if a.First { // the file on which it stands may be another by now
			held.Relation.Person = h.Person
		} else {
			held.Relation.Other = h.Person
		}
	}
	return held, nil
}

// heldAdds are those of a person, decided on or not.
func (s *Service) heldAdds(ctx context.Context, r store.Reader, p person.ID) ([]HeldAdd, error) {
	held, err := r.HeldAdds(ctx, p)
	if err != nil {
		return nil, err
	}
	var list []HeldAdd
	for _, h := range held {
		a, err := s.openHeld(h)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

// DecideHeld takes what an import brought over into the file, or sets it aside.
// Taking over adds what the file does not have yet, and supersedes nothing, but for
// an address, which ends the home before it as on its page; the child does not become
// a case of the team that the import was for.
// Anybody who may see the restriction may decide; NotFound for others, and
// where somebody decided before. Invalid, with why, where it does not go with what is
// recorded.
func (s *Service) DecideHeld(ctx context.Context, a Actor, ref id.Reference, held string, take bool) error {
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.Restriction, access.Look)
		if err != nil {
			return err
		}
		list, err := s.heldAdds(ctx, tx, sat.person)
		if err != nil {
			return err
		}
		for _, h := range list {
			if h.ID != held || h.Done {
				continue
			}
			by := tx.Stamp(string(a.Worker))
			if take {
				if err := s.takeOver(ctx, tx, sat, h, by); err != nil {
					return err
				}
			}
			if err := tx.Supersede(ctx, store.HeldFact, h.ID, by); err != nil {
				return err
			}
			f := sat.footprint(sat.claims[0].decision)
			f.Action = map[bool]string{true: "take-over", false: "set-aside"}[take]
			_, err := s.leave(ctx, tx, f, nil)
			return err
		}
		return fault.New(fault.NotFound, "Somebody decided on this before.")
	})
	return s.refusedTo(ctx, a, ref, access.Restriction, string(access.Look), err)
}

// takeOver adds to a file what it does not have yet.
func (s *Service) takeOver(ctx context.Context, tx store.Tx, sat *sitting, h HeldAdd, by date.Stamp) error {
	p := sat.person
	switch {
	case h.Relation != nil:
		return s.takeOverRelation(ctx, tx, sat, h, by)
	case h.Address != nil:
		return s.takeOverAddress(ctx, tx, sat, h, by)
	}
	f := s.importedFile(h.Row, Import{Source: h.Source})
	names, err := tx.Names(ctx, p, 0)
	if err != nil {
		return err
	}
	addresses, err := tx.Addresses(ctx, p, 0)
	if err != nil {
		return err
	}
	contacts, err := tx.Contacts(ctx, p, 0)
	if err != nil {
		return err
	}
	identifiers, err := tx.Identifiers(ctx, p, 0)
	if err != nil {
		return err
	}
	w := factWriter{ctx, tx, p, by, nil}
	for _, n := range f.Names {
		if !has(names, func(o person.Name) bool { return o.Full() == n.Full() }) {
			n.ID, n.Recorded, n.Kind = id.New(), by, person.KnownAs // the legal name is not an import's to change
			w.add(tx.AddName(ctx, p, n))
		}
	}
	for _, n := range f.Addresses {
		if !has(addresses, func(o person.Address) bool { return o.Line1 == n.Line1 && o.Postcode == n.Postcode }) {
			n.ID, n.Recorded = id.New(), by
			w.add(tx.AddAddress(ctx, p, n))
		}
	}
	for _, n := range f.Contacts {
		if !has(contacts, func(o person.Contact) bool { return o.Kind == n.Kind && o.Value == n.Value }) {
			n.ID, n.Recorded = id.New(), by
			w.add(tx.AddContact(ctx, p, n))
		}
	}
	for _, n := range f.Identifiers {
		if !has(identifiers, func(o person.Identifier) bool { return o.System == n.System && o.Value == n.Value }) {
			n.ID, n.Recorded = id.New(), by
			w.add(tx.AddIdentifier(ctx, p, n))
		}
	}
	return w.err
}

func has[T any](list []T, is func(T) bool) bool {
	for _, v := range list {
		if is(v) {
			return true
		}
	}
	return false
}
