package casework

import (
	"context"
	"encoding/base64"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/keys"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/store"
)

// MostFound is how many people a search shows. Where there are more, it says
// so, and asks for more to go by.
const MostFound = 25

// Found is what a search shows.
type Found struct {
	People []person.Found
	More   bool     // there are others
	Unread []string // what was typed and could not be understood
	Asked  bool     // there was something to look for
}

// Find searches the files in the viewer's scope: by name, reference and date of
// birth. A search is a look: it leaves a footprint for itself and one for each
// person shown.
func (s *Service) Find(ctx context.Context, a Actor, typed string) (Found, error) {
	q := match.ParseQuery(typed)
	if q.IsZero() {
		return Found{Unread: q.Unread}, nil
	}
	found := Found{Unread: q.Unread, Asked: true}
	list, err := s.list(ctx, a, typed, everybody(access.ReasonFirst), func(r store.Reader, v access.Viewer) ([]person.Found, error) {
		scope := s.set().Access().Scope(v, access.Identity, access.Find, access.ReasonFirst)
		people, err := r.FindPeople(ctx, q, scope, date.At(s.now()), MostFound+1)
		found.More = len(people) > MostFound
		return people[:min(len(people), MostFound)], err
	})
	found.People = list
	return found, err
}

// SealSearch makes what was typed into the search box into something that can
// stand in an address: sealed, and only for the worker who typed it. It leads
// back to the search, which is then made, and leaves its footprints, anew.
func (s *Service) SealSearch(a Actor, typed string) (string, error) {
	sealed, err := s.keys.Seal([]byte(typed), searchPlace(a))
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// OpenSearch is what SealSearch sealed for the same worker; NotFound otherwise.
func (s *Service) OpenSearch(a Actor, token string) (string, error) {
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil {
		sealed, err = s.keys.Open(sealed, searchPlace(a))
	}
	if err != nil {
		return "", fault.Wrap(fault.NotFound, "There is no such search.", err)
	}
	return string(sealed), nil
}

func searchPlace(a Actor) []byte { return keys.Row("search", string(a.Worker), "typed") }

// MayFind reports whether a role finds children at all, whatever ties the
// worker to them: whether to offer a search.
func (s *Service) MayFind(role access.Role) bool {
	return len(s.set().Access().Scope(access.Viewer{Role: role}, access.Identity, access.Find, access.ReasonFirst).Gives) > 0
}

// everybody says the same of everybody on a list.
func everybody(o access.Outcome) func(person.ID) access.Outcome {
	return func(person.ID) access.Outcome { return o }
}

// list shows a list of named people, which is a search: one footprint for the
// list, one for each person on it. Those of whom the viewer may find less than
// atLeast, at the moment of leaving the footprints, are not shown; of those who
// are found for a reason only, little is.
func (s *Service) list(ctx context.Context, a Actor, terms string, atLeast func(person.ID) access.Outcome, read func(store.Reader, access.Viewer) ([]person.Found, error)) ([]person.Found, error) {
	return s.listOf(ctx, a, access.Identity, terms, atLeast, read)
}

// listOf is list, with the part of a file that its footprints are of: who looks
// into something must not be given away by a list of it.
func (s *Service) listOf(ctx context.Context, a Actor, part access.Part, terms string, atLeast func(person.ID) access.Outcome, read func(store.Reader, access.Viewer) ([]person.Found, error)) ([]person.Found, error) {
	const tries = 3
	for try := 1; ; try++ {
		people, err := s.tryList(ctx, a, part, terms, atLeast, read)
		if !changed(err) {
			return people, err
		}
		if try == tries {
			return nil, fault.Wrap(fault.Unavailable, "The rights to these files are being changed. Try again.", err)
		}
	}
}

func (s *Service) tryList(ctx context.Context, a Actor, part access.Part, terms string, atLeast func(person.ID) access.Outcome, read func(store.Reader, access.Viewer) ([]person.Found, error)) ([]person.Found, error) {
	var people []person.Found
	var shown []*sitting
	var viewer access.Viewer
	err := s.db.View(ctx, func(r store.Reader) error {
		people, shown = nil, nil
		st, err := s.standing(ctx, r, a, "")
		if err != nil {
			return err
		}
		viewer = st.viewer
		listed, err := read(r, viewer)
		if err != nil {
			return err
		}
		for _, f := range listed {
			st, err := s.standing(ctx, r, a, f.ID)
			if err != nil {
				return err
			}
			sat := s.sit(st, a, f.ID)
			outcome := sat.ask(access.Identity, access.Find).Outcome
			if outcome < atLeast(f.ID) {
				continue
			}
			switch {
			case outcome < access.Shown:
				f = person.Found{Outside: true, Header: person.Header{
					ID: f.ID, Reference: f.Reference, Name: f.Name, KnownAs: f.KnownAs, Born: f.Born, Estimated: f.Estimated,
				}}
			case f.Address.Confidential:
				f.Address = person.Address{Confidential: true}
			}
			if !f.Outside && sat.ask(access.Workers, access.Look).Outcome != access.Shown {
				f.Header = f.WithoutWorkers()
			}
			people = append(people, f)
			shown = append(shown, sat)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = s.looks.commit(ctx, func(ctx context.Context, tx store.Tx) error {
		// All decisions first: what is written before one that comes out otherwise
		// is kept, and would say that people were shown who were not.
		decisions := make([]access.Decision, len(shown))
		for i, sat := range shown {
			var err error
			if decisions[i], err = sat.stillStands(ctx, tx); err != nil {
				return err
			}
		}
		number, err := s.leave(ctx, tx, footprint.Footprint{
			Actor: viewer.Worker, Role: string(viewer.Role), Action: string(access.Find),
			Part: string(part), Outcome: access.Shown.String(),
		}, &footprint.Detail{Terms: terms, Shown: len(shown)})
		if err != nil {
			return err
		}
		for i, sat := range shown {
			f := sat.footprint(decisions[i])
			f.Search, f.Part = number, string(part)
			if _, err := s.leave(ctx, tx, f, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return people, nil
}
