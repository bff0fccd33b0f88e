package casework

import (
	"context"
	"encoding/json"
	"fmt"

	"casefile/internal/access"
	"casefile/internal/concern"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/keys"
	"casefile/internal/person"
	"casefile/internal/store"
)

// seal seals words that name workers, for one row of one table.
func (s *Service) seal(w concern.Words, table, id string) ([]byte, error) {
	plain, err := json.Marshal(w)
	if err != nil {
		return nil, fmt.Errorf("write words to be sealed: %w", err)
	}
	return s.keys.Seal(plain, keys.Row(table, id, "sealed"))
}

func (s *Service) open(sealed []byte, table, id string) (w concern.Words, err error) {
	plain, err := s.keys.Open(sealed, keys.Row(table, id, "sealed"))
	if err != nil {
		return w, fmt.Errorf("open a row of %s: %w", table, err)
	}
	return w, json.Unmarshal(plain, &w)
}

// Nothing of what somebody asked for is handed out before the footprint of it
// is on disk. Here what is read is no part of one file, so it is read in the
// very transaction that leaves the footprints: rights cannot change between.
//
// read gives what to show and the footprints of it. Where it is NotFound, the
// footprint of that is left, and the error given.
func present[T any](ctx context.Context, s *Service, a Actor, part access.Part, object string, read func(context.Context, store.Tx, access.Viewer) (T, []footprint.Footprint, error)) (T, error) {
	var value, none T
	var notShown error
	err := s.looks.commit(ctx, func(ctx context.Context, tx store.Tx) error {
		value, notShown = none, nil
		st, err := s.standing(ctx, tx, a, "")
		if fault.Is(err, fault.Refused) {
			notShown = err
			return nil
		}
		if err != nil {
			return err
		}
		v, prints, err := read(ctx, tx, st.viewer)
		if fault.Is(err, fault.NotFound) {
			notShown = errNotHere
			prints = []footprint.Footprint{s.officePrint(st.viewer, part, access.Look, object, access.Decision{})}
		} else if err != nil {
			return err
		}
		if _, err := s.leaveAll(ctx, tx, prints); err != nil {
			return err
		}
		value = v
		return nil
	})
	if err != nil {
		return none, err
	}
	if notShown != nil {
		return none, notShown
	}
	return value, nil
}

// leaveAll leaves footprints of one thing. Where the first is of a part of the
// office, those of children who are named in it go with it, as those of a search
// do. It gives the number of the first.
func (s *Service) leaveAll(ctx context.Context, tx store.Tx, prints []footprint.Footprint) (first int64, err error) {
	for i, f := range prints {
		if i > 0 && prints[0].Object == "" {
			f.Search = first
		}
		number, err := s.leave(ctx, tx, f, nil)
		if err != nil {
			return 0, err
		}
		if i == 0 {
			first = number
		}
	}
	return first, nil
}

// officePrint is the footprint of a part of the office.
func (s *Service) officePrint(v access.Viewer, part access.Part, action access.Action, object string, d access.Decision) footprint.Footprint {
	return footprint.Footprint{
		Actor: v.Worker, Role: string(v.Role), Action: string(action), Object: object,
		Part: string(part), Ground: string(d.Ground), Outcome: d.Outcome.String(),
	}
}

// refusedAway leaves the footprint of a change to the office that was
// withheld.
func (s *Service) refusedAway(ctx context.Context, a Actor, part access.Part, action access.Action, object string, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	_, trace := present(ctx, s, a, part, object, func(ctx context.Context, tx store.Tx, v access.Viewer) (struct{}, []footprint.Footprint, error) {
		return struct{}{}, []footprint.Footprint{s.officePrint(v, part, action, object, access.Decision{})}, nil
	})
	if trace != nil {
		return trace
	}
	return errNotHere
}

// shownAs is what a list may say of a child: the name to whom may find them in
// their own work, the reference to whom must say why first, and nothing to
// others.
func (s *Service) shownAs(ctx context.Context, r store.Reader, a Actor, p person.ID) (person.Header, access.Decision, error) {
	st, err := s.standing(ctx, r, a, p)
	if err != nil {
		return person.Header{}, access.Decision{}, err
	}
	d := s.decide(st, access.Identity, access.Find)
	if d.Outcome < access.ReasonFirst {
		return person.Header{}, access.Decision{}, nil
	}
	h, err := r.Header(ctx, p)
	if err != nil {
		return person.Header{}, access.Decision{}, err
	}
	if d.Outcome < access.Shown {
		return person.Header{ID: h.ID, Reference: h.Reference}, d, nil
	}
	return h, d, nil
}

// signature is how the actor signs a step.
type signature struct {
	name, role string
	by         date.Stamp
}

func (s *Service) signs(ctx context.Context, tx store.Tx, a Actor, v access.Viewer) (signature, error) {
	w, err := tx.Worker(ctx, a.Worker)
	return signature{w.Name(), s.RoleTitle(v.Role), tx.Stamp(string(a.Worker))}, err
}
