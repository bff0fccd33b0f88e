package casework

import (
	"context"
	"errors"

	"casefile/internal/access"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
)

// mayRecord finds the file and checks that the actor may add to its record
// now. Otherwise the file is not there.
func (s *Service) mayRecord(ctx context.Context, r store.Reader, a Actor, ref id.Reference) (person.ID, *sitting, error) {
	return s.mayAddTo(ctx, r, a, ref, access.Timeline)
}

// mayAddTo is mayRecord for any part of the file.
func (s *Service) mayAddTo(ctx context.Context, r store.Reader, a Actor, ref id.Reference, part access.Part) (person.ID, *sitting, error) {
	sat, err := s.mayDo(ctx, r, a, ref, part, access.Record)
	if err != nil {
		return "", nil, err
	}
	return sat.person, sat, nil
}

// mayDo finds the file and checks that the actor may do something with a part
// of it now. Otherwise the file is not there.
func (s *Service) mayDo(ctx context.Context, r store.Reader, a Actor, ref id.Reference, part access.Part, action access.Action) (*sitting, error) {
	p, err := r.PersonByReference(ctx, ref)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	// As in Open, nothing is done to the file of a child who is not shown.
	return s.mayOn(ctx, r, a, p.ID, part, action, access.Shown)
}

// mayOn is mayDo for a file that is named by its key. known is what the actor
// must at least get of who the child is. The file may be nobody's: the same
// steps are taken.
func (s *Service) mayOn(ctx context.Context, r store.Reader, a Actor, p person.ID, part access.Part, action access.Action, known access.Outcome) (*sitting, error) {
	st, err := s.standing(ctx, r, a, p)
	if err != nil {
		return nil, err
	}
	sat := s.sit(st, a, p)
	asked, identity := sat.ask(part, action), sat.ask(access.Identity, access.Look)
	if asked.Outcome != access.Shown || identity.Outcome < known {
		return nil, errNotHere
	}
	return sat, nil
}

// refusal leaves the footprint of a change that was withheld. It has a
// transaction of its own, because that of the change was rolled back.
func (s *Service) refusal(ctx context.Context, a Actor, ref id.Reference, err error) error {
	return s.refusalOf(ctx, a, ref, access.Timeline, err)
}

func (s *Service) refusalOf(ctx context.Context, a Actor, ref id.Reference, part access.Part, err error) error {
	return s.refusedTo(ctx, a, ref, part, string(access.Record), err)
}

// refusedTo leaves the footprint of something that was withheld, in a
// transaction of its own because that of the change was rolled back.
func (s *Service) refusedTo(ctx context.Context, a Actor, ref id.Reference, part access.Part, action string, err error) error {
	if !errors.Is(err, errNotHere) {
		return err
	}
	return errors.Join(err, s.looks.commit(ctx, func(ctx context.Context, tx store.Tx) error {
		p, err := tx.PersonByReference(ctx, ref)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		object := string(p.ID)
		if object == "" {
			object = string(ref)
		}
		v, err := tx.Viewer(ctx, a.Worker, a.As, s.Today())
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		_, err = s.leave(ctx, tx, footprint.Footprint{
			Actor: string(a.Worker), Role: string(v.Role), Action: action, Object: object,
			Part: string(part), Outcome: access.Absent.String(),
		}, nil)
		return err
	}))
}
