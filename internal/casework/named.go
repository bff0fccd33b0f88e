package casework

import (
	"context"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/concern"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/store"
	"casefile/internal/watch"
)

// errDecidedMeanwhile says that somebody else decided the same first.
var errDecidedMeanwhile = fault.New(fault.Conflict, "Somebody decided about this since you opened the page.")

// NameLooks decides that the person is told the names of those who looked, and
// not their roles alone, or takes that back. held is the decision that the page
// showed, empty where it showed none.
//
// Errors: Invalid with the problem by its field; Conflict when it was decided
// otherwise since; NotFound for whose decision it is not.
func (s *Service) NameLooks(ctx context.Context, a Actor, ref id.Reference, held string, names bool, reason string) error {
	reason = entry.Lines(reason)
	var ps []fault.Problem
	switch {
	case reason == "":
		ps = append(ps, fault.Problem{Field: "reason", Message: "Enter why"})
	case utf8.RuneCountInString(reason) > concern.MaxText:
		ps = append(ps, fault.TooLong("reason", "The reason", concern.MaxText))
	}
	if err := problems(ps); err != nil {
		return err
	}
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.LooksForPerson, access.Change)
		if err != nil {
			return err
		}
		list, err := tx.LooksNamed(ctx, sat.person)
		if err != nil {
			return err
		}
		now := ""
		if len(list) > 0 {
			now = list[0].ID
		}
		if now != held || names == (now != "") {
			return errDecidedMeanwhile
		}
		sign, err := s.signs(ctx, tx, a, sat.viewer)
		if err != nil {
			return err
		}
		n := footprint.Named{ID: id.New(), Person: string(sat.person), By: sign.name, Clocks: date.Clocks{Period: date.Period{From: s.Today()}, Recorded: sign.by}}
		if now != "" {
			if err := tx.Supersede(ctx, store.LooksNamedFact, now, sign.by); err != nil {
				return err
			}
		}
		if names {
			if n.Sealed, err = s.seal(concern.Words{Text: reason}, "looks_named", n.ID); err != nil {
				return err
			}
			if err := tx.AddLooksNamed(ctx, n); err != nil {
				return err
			}
		}
		// Why it was taken back stands with the footprint: the decision itself is
		// over, and a fact is never rewritten.
		_, err = s.leave(ctx, tx, sat.footprint(sat.claims[0].decision), &footprint.Detail{Purpose: reason})
		return err
	})
	return s.refusedTo(ctx, a, ref, access.LooksForPerson, string(access.Change), err)
}

// MarkPart is the page on which a file is marked as high-profile.
func MarkPart() Part[*watch.Mark] {
	return Part[*watch.Mark]{access.WatchList, access.Change, func(ctx context.Context, r reading) (*watch.Mark, error) {
		m, err := r.HighProfile(ctx, r.person)
		if fault.Is(err, fault.NotFound) {
			return nil, nil //nolint:nilnil // not marked is no error, and there is no mark
		}
		return &m, err
	}}
}

// MarkFile marks a file as high-profile, or takes the mark back. To want what is
// so already is no error.
func (s *Service) MarkFile(ctx context.Context, a Actor, ref id.Reference, marked bool) error {
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.WatchList, access.Change)
		if err != nil {
			return err
		}
		held, err := tx.HighProfile(ctx, sat.person)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		by := tx.Stamp(string(a.Worker))
		switch {
		case marked == (held.ID != ""):
			return nil
		case marked:
			m := watch.Mark{ID: id.New(), Person: sat.person, Clocks: date.Clocks{Period: date.Period{From: s.Today()}, Recorded: by}}
			err = tx.AddHighProfile(ctx, m)
		default:
			err = tx.Supersede(ctx, store.HighProfileFact, held.ID, by)
		}
		if err != nil {
			return err
		}
		_, err = s.leave(ctx, tx, sat.footprint(sat.claims[0].decision), nil)
		return err
	})
	return s.refusedTo(ctx, a, ref, access.WatchList, string(access.Change), err)
}
