package casework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// mostListed is how many files one list opens to a reviewer at once. It is our
// own choice: a sample of an inspection is smaller.
const mostListed = 50

// Granted are the grants of a file, past ones too.
type Granted struct {
	Grants    []right.Grant
	MayChange bool
}

// GrantsPart is to whom the file is, or was, open for a time.
func GrantsPart() Part[Granted] {
	return Part[Granted]{access.Grants, access.Look, func(ctx context.Context, r reading) (g Granted, err error) {
		g.MayChange = r.s.decide(r.standing, access.Grants, access.Change).Outcome == access.Shown
		g.Grants, err = r.Grants(ctx, r.person)
		return g, err
	}}
}

// GrantPart is the page on which the file is opened to somebody for a time. Of
// the file it has the header alone.
func GrantPart() Part[struct{}] {
	return Part[struct{}]{access.Grants, access.Change, func(context.Context, reading) (struct{}, error) {
		return struct{}{}, nil
	}}
}

// A Granting is what somebody lays down to open a file for a time.
type Granting struct {
	Kind   access.Ground // access.Grant or access.Review
	Worker staff.ID
	Parts  []access.Part // of a grant: beside who the child is, which it always gives
	Reason string
	date.Period
}

// Grantable are the parts that a grant can give a partner professional, as far
// as the table goes, beside who the child is.
func (s *Service) Grantable() []access.Part {
	var parts []access.Part
	for _, part := range access.FileParts {
		if part != access.Identity && s.gives(access.Grant, "", part) {
			parts = append(parts, part)
		}
	}
	return parts
}

// gives reports whether the table shows a part on a ground, to a role or, where
// it is empty, to any.
func (s *Service) gives(g access.Ground, role access.Role, part access.Part) bool {
	return slices.ContainsFunc(s.set().Access().Rules(), func(r access.Rule) bool {
		return r.Ground == g && r.Part == part && r.Action == access.Look && r.Outcome == access.Shown && (role == "" || r.Role == role)
	})
}

// GrantMonths is for how many months, at most, a file is opened to somebody.
func (s *Service) GrantMonths() int { return s.set().GrantMonths() }

// MayReceive reports whether one of the roles lets a worker open a file that is
// opened to them on this ground.
func (s *Service) MayReceive(g access.Ground, roles []staff.Assignment) bool {
	return slices.ContainsFunc(roles, func(a staff.Assignment) bool { return s.gives(g, a.Role, access.Identity) })
}

// MayGrantAll reports whether a role opens any file by its reference, so that
// there is a page for a list of them.
func (s *Service) MayGrantAll(role access.Role) bool {
	v := access.Viewer{Role: role}
	return s.set().Access().Decide(v, access.Grants, access.Change, []access.Held{{Ground: access.Everyone}}, date.At(s.now())).Outcome == access.Shown
}

// checkGranting says what is wrong with a grant, by field, and gives the parts
// that it is for.
func (s *Service) checkGranting(ctx context.Context, r store.Reader, a Actor, g Granting) ([]access.Part, []fault.Problem, error) {
	var wrong []fault.Problem
	say := func(field, format string, args ...any) {
		wrong = append(wrong, fault.Problem{Field: field, Message: fmt.Sprintf(format, args...)})
	}
	parts := []access.Part{access.Identity}
	switch g.Kind {
	case access.Grant:
		for _, p := range g.Parts {
			if slices.Contains(s.Grantable(), p) && !slices.Contains(parts, p) {
				parts = append(parts, p)
			}
		}
		if len(parts) == 1 {
			say("parts", "Select what of the file they need")
		}
	case access.Review:
		parts = slices.Clone(access.FileParts) // the table says what of them
	default:
		say("kind", "Select what they need the file for")
	}
	switch {
	case g.Worker == "":
		say("worker", "Find and select who it is opened to")
	case g.Worker == a.Worker:
		say("worker", "You cannot open a file to yourself")
	case g.Kind == access.Grant || g.Kind == access.Review:
		roles, err := r.Assignments(ctx, g.Worker, s.Today())
		if err != nil {
			return nil, nil, err
		}
		if !s.MayReceive(g.Kind, roles) {
			say("worker", "They hold no role today in which a file can be opened to them for this")
		}
	}
	switch {
	case g.From.IsZero():
		say("from-day", "Enter the first day")
	case g.From.Before(s.Today()):
		say("from-day", "The first day must be today or later")
	}
	switch {
	case g.To.IsZero():
		say("to-day", "Enter the last day")
	case !g.From.IsZero() && g.To.Before(g.From):
		say("to-day", "The last day must not be before the first")
	case !g.From.IsZero() && g.To.After(g.From.AddMonths(s.GrantMonths()).AddDays(-1)):
		say("to-day", "The last day must be within %d months of the first", s.GrantMonths())
	}
	switch n := utf8.RuneCountInString(g.Reason); {
	case n == 0:
		say("reason", "Enter why they need it")
	case n > maxWhy:
		wrong = append(wrong, fault.TooLong("reason", "The reason", maxWhy))
	}
	return parts, wrong, nil
}

// Grant opens a file for a time: to a partner professional, as far as the
// service they provide needs it (CR-47), or to a named reviewer, to read
// (KF-13).
//
// Errors: Invalid with each problem by its field; NotFound when it is not the
// actor's to open.
func (s *Service) Grant(ctx context.Context, a Actor, ref id.Reference, g Granting) error {
	_, err := s.grant(ctx, a, []id.Reference{ref}, g)
	return s.refusedTo(ctx, a, ref, access.Grants, string(access.Change), err)
}

// grant opens all of the files or none. Those that are not the actor's to open
// come back with errNotHere.
func (s *Service) grant(ctx context.Context, a Actor, refs []id.Reference, g Granting) (absent []id.Reference, err error) {
	g.Reason = entry.Lines(g.Reason)
	err = s.db.Update(ctx, func(tx store.Tx) error {
		absent = nil
		var sats []*sitting
		for _, ref := range refs {
			sat, err := s.mayDo(ctx, tx, a, ref, access.Grants, access.Change)
			switch {
			case errors.Is(err, errNotHere):
				absent = append(absent, ref)
				continue
			case err != nil:
				return err
			}
			sats = append(sats, sat)
		}
		if len(absent) > 0 {
			return errNotHere
		}
		parts, wrong, err := s.checkGranting(ctx, tx, a, g)
		if err != nil || len(wrong) > 0 {
			return errors.Join(err, problems(wrong))
		}
		for _, sat := range sats {
			err := tx.AddGrant(ctx, right.Grant{
				ID: id.New(), Person: sat.person, Worker: g.Worker, Kind: g.Kind, Parts: parts, Reason: g.Reason,
				Clocks: date.Clocks{Period: g.Period, Recorded: tx.Stamp(string(a.Worker))},
			})
			if err != nil {
				return err
			}
			f := sat.footprint(sat.claims[0].decision)
			f.Action = "grant"
			if _, err := s.leave(ctx, tx, f, &footprint.Detail{Purpose: g.Reason}); err != nil {
				return err
			}
		}
		return nil
	})
	return absent, err
}

// GrantList opens each file of a list of references, for a review; all of them
// or none, and says how many they are. References stand apart by spaces, commas
// or lines.
//
// Errors: Invalid with each problem by its field; NotFound for whose role
// opens no file by its reference.
func (s *Service) GrantList(ctx context.Context, a Actor, list string, g Granting) (int, error) {
	var refs []id.Reference
	var bad []string
	err := s.db.View(ctx, func(r store.Reader) error {
		refs, bad = nil, nil
		v, err := s.viewer(ctx, r, a)
		if err != nil {
			return err
		}
		if !s.MayGrantAll(v.Role) {
			return errNotHere
		}
		for _, word := range strings.FieldsFunc(list, func(c rune) bool { return strings.ContainsRune(" ,;\t\r\n", c) }) {
			ref, err := id.ParseReference(word)
			switch {
			case err != nil:
				bad = append(bad, word)
			case !slices.Contains(refs, ref):
				refs = append(refs, ref)
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	g.Kind = access.Review
	say := func(format string, args ...any) error {
		return problems([]fault.Problem{{Field: "references", Message: fmt.Sprintf(format, args...)}})
	}
	switch {
	case len(bad) > 0:
		return 0, say("These are not references: %s", strings.Join(bad[:min(len(bad), 5)], ", "))
	case len(refs) == 0:
		return 0, say("Enter the references of the files")
	case len(refs) > mostListed:
		return 0, say("Enter at most %d references", mostListed)
	}
	absent, err := s.grant(ctx, a, refs, g)
	if !errors.Is(err, errNotHere) {
		return len(refs), err
	}
	words := make([]string, 0, len(absent))
	for _, ref := range absent {
		left := s.refusedTo(ctx, a, ref, access.Grants, string(access.Change), errNotHere)
		if both, ok := left.(interface{ Unwrap() []error }); ok && len(both.Unwrap()) > 1 {
			return 0, left // the footprint could not be saved
		}
		words = append(words, ref.String())
	}
	return 0, say("You find no file with these references: %s", strings.Join(words, ", "))
}

// EndGrant closes a file again before its day. What was so until yesterday
// stays so.
//
// Errors: Conflict when it has ended; NotFound when it is not the actor's to
// end.
func (s *Service) EndGrant(ctx context.Context, a Actor, ref id.Reference, grant string) error {
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.Grants, access.Change)
		if err != nil {
			return err
		}
		all, err := tx.Grants(ctx, sat.person)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(g right.Grant) bool { return g.ID == grant && !g.Period.To.Before(s.Today()) })
		if i < 0 {
			return fault.New(fault.Conflict, "This has ended already.")
		}
		g, by := all[i], tx.Stamp(string(a.Worker))
		if err := tx.Supersede(ctx, store.GrantFact, g.ID, by); err != nil {
			return err
		}
		g.ID, g.Clocks = id.New(), date.Clocks{Period: date.Period{From: g.Period.From, To: s.Today().AddDays(-1)}, Recorded: by}
		if g.Period.Valid() {
			if err := tx.AddGrant(ctx, g); err != nil {
				return err
			}
		}
		f := sat.footprint(sat.claims[0].decision)
		f.Action = "end-grant"
		_, err = s.leave(ctx, tx, f, nil)
		return err
	})
	return s.refusedTo(ctx, a, ref, access.Grants, string(access.Change), err)
}
