package casework

import (
	"context"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// An Explanation is why a worker, in one of their roles, gets what they get of
// a part of a file.
type Explanation struct {
	Role     access.Role
	TeamName string
	Action   access.Action
	Grounds  []access.Ground // those the worker has for the file
	Decision access.Decision
}

// Explain takes the decisions about a part of a file for a worker, in each role
// they hold today, without showing any of it. Asking is about a file, so it
// leaves a footprint, in the name of who asks. A file that is not there gives
// the grounds that nobody has.
func (s *Service) Explain(ctx context.Context, by string, w staff.ID, ref id.Reference, part access.Part) ([]Explanation, error) {
	var list []Explanation
	object := string(ref)
	err := s.db.View(ctx, func(r store.Reader) error {
		list = nil
		p, err := r.PersonByReference(ctx, ref)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if p.ID != "" {
			object = string(p.ID)
		}
		// A restricted file is not there for whoever asks from outside: by the
		// same steps, it gives the grounds that nobody has.
		restricted, err := s.isRestricted(ctx, r, p.ID)
		if err != nil {
			return err
		}
		if restricted {
			p.ID = ""
		}
		held, err := r.Assignments(ctx, w, s.Today())
		if err != nil {
			return err
		}
		for _, a := range held {
			st, err := s.standing(ctx, r, Actor{Worker: w, As: a.ID}, p.ID)
			if err != nil {
				return err
			}
			grounds := make([]access.Ground, 0, len(st.held))
			for _, h := range st.held {
				if h.Until.IsZero() || h.Until > date.At(s.now()) {
					grounds = append(grounds, h.Ground)
				}
			}
			for _, action := range access.Actions {
				list = append(list, Explanation{a.Role, a.TeamName, action, grounds, s.decide(st, part, action)})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, s.looks.commit(ctx, func(ctx context.Context, tx store.Tx) error {
		_, err := s.leave(ctx, tx, footprint.Footprint{
			Actor: by, Action: "explain", Object: object, Part: string(part), Outcome: access.Shown.String(),
		}, &footprint.Detail{Purpose: "explain the rights of " + string(w)})
		return err
	})
}
