package casework

import (
	"context"
	"errors"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

func problems(ps []fault.Problem) error { return fault.Problems(ps) }

func staffID(v access.Viewer) staff.ID { return staff.ID(v.Worker) }

// A NewFile is a file to be made, with what came before it.
type NewFile struct {
	person.New
	Episodes      []NewEpisode
	Professionals []person.Professional // of other agencies
	Entries       []NewEntry
}

// A NewEpisode is a period of work, with who does it.
type NewEpisode struct {
	Service string
	Team    staff.TeamID
	Period  date.Period
	Workers []staff.ID // the first is allocated, the others further; none while unallocated
}

// A NewEntry is an entry from before the file was made.
type NewEntry struct {
	Service string
	Content entry.Content
	Author  staff.Worker
	Role    string    // the author's role then, in words
	Written date.Date // when it was written down, in the system it comes from
}

// MakeFiles makes files in one transaction, in the name of a job, with a
// footprint each: all of them or none. Conflict when an identifier is already
// somebody's.
func (s *Service) MakeFiles(ctx context.Context, job string, files []NewFile) ([]id.Reference, error) {
	refs := make([]id.Reference, len(files))
	err := s.db.Update(ctx, func(tx store.Tx) error {
		for i := range files {
			ref, err := s.makeFile(ctx, tx, job, &files[i])
			if err != nil {
				return err
			}
			refs[i] = ref
		}
		return nil
	})
	return refs, err
}

func (s *Service) makeFile(ctx context.Context, tx store.Tx, job string, f *NewFile) (id.Reference, error) {
	p, err := s.addFile(ctx, tx, tx.Stamp(job), f)
	if err != nil {
		return "", err
	}
	_, err = s.leave(ctx, tx, footprint.Footprint{
		Actor: job, Action: "make", Object: string(p.ID), Part: string(access.Identity), Outcome: access.Shown.String(),
	}, nil)
	return p.Reference, err
}

// addFile adds a person with all that is known of them. Whoever asks leaves the
// footprint.
func (s *Service) addFile(ctx context.Context, tx store.Tx, by date.Stamp, f *NewFile) (person.Person, error) {
	if err := problems(f.Check(s.Today())); err != nil {
		return person.Person{}, err
	}
	ref, err := unusedReference(ctx, tx, id.NewReference)
	if err != nil {
		return person.Person{}, err
	}
	p := person.Person{ID: person.ID(id.New()), Reference: ref, MadeAs: f.MadeAs, Recorded: by}
	if err := tx.AddPerson(ctx, p); err != nil {
		return person.Person{}, err
	}
	w := factWriter{ctx, tx, p.ID, by, nil}
	for _, n := range f.Names {
		n.ID, n.Recorded = id.New(), by
		w.add(tx.AddName(ctx, p.ID, n))
	}
	if !f.Birth.Day.IsZero() {
		f.Birth.ID, f.Birth.Recorded = id.New(), by
		w.add(tx.AddBirth(ctx, p.ID, f.Birth))
	}
	for _, a := range f.Addresses {
		a.ID, a.Recorded = id.New(), by
		w.add(tx.AddAddress(ctx, p.ID, a))
	}
	for _, c := range f.Contacts {
		c.ID, c.Recorded = id.New(), by
		w.add(tx.AddContact(ctx, p.ID, c))
	}
	for _, c := range f.Characteristics {
		c.ID, c.Recorded = id.New(), by
		w.add(tx.AddCharacteristic(ctx, p.ID, c))
	}
	for _, i := range f.Identifiers {
		i.ID, i.Recorded = id.New(), by
		w.add(tx.AddIdentifier(ctx, p.ID, i))
	}
	for _, e := range f.Episodes {
		w.episode(e)
	}
	for _, f := range f.Professionals {
		f.ID, f.Recorded = id.New(), by
		w.add(tx.AddProfessional(ctx, p.ID, f))
	}
	if w.err == nil {
		w.add(s.addOldEntries(ctx, tx, p.ID, by, f.Entries))
	}
	return p, w.err
}

// unusedReference draws until nobody has it: among a hundred thousand people two
// draws are the same one time in four. The store takes writers one after the
// other, so nobody else has it by the time it is added.
func unusedReference(ctx context.Context, r store.People, draw func() id.Reference) (id.Reference, error) {
	for {
		ref := draw()
		_, err := r.PersonByReference(ctx, ref)
		if fault.Is(err, fault.NotFound) {
			return ref, nil
		}
		if err != nil {
			return "", err
		}
	}
}

// A factWriter states facts until the first that fails.
type factWriter struct {
	ctx    context.Context
	tx     store.Tx
	person person.ID
	by     date.Stamp
	err    error
}

func (w *factWriter) add(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *factWriter) episode(n NewEpisode) {
	clocks := date.Clocks{Period: n.Period, Recorded: w.by}
	e := person.Episode{ID: id.New(), Service: n.Service, TeamID: string(n.Team), Clocks: clocks}
	w.add(w.tx.AddEpisode(w.ctx, w.person, e))
	kind := store.Allocated
	for _, worker := range n.Workers {
		w.add(w.tx.AddAllocation(w.ctx, store.Allocation{
			ID: id.New(), Episode: e.ID, Person: w.person, Worker: worker, Kind: kind, Clocks: clocks,
		}))
		kind = store.Further
	}
}

func (s *Service) addOldEntries(ctx context.Context, tx store.Tx, p person.ID, by date.Stamp, old []NewEntry) error {
	entries := make([]entry.Entry, 0, len(old))
	for _, n := range old {
		svc, t, err := s.entryType(n.Service, n.Content.Type)
		if err != nil {
			return err
		}
		category, ok := t.Category(n.Content.Category)
		if !ok {
			return errors.New("an entry of a category that its service does not have")
		}
		definition, _ := s.set().File("services/" + svc.ID + ".yaml")
		entries = append(entries, entry.Entry{
			ID: entry.ID(id.New()), Version: 1, Service: svc.ID, Children: []person.ID{p}, Content: n.Content,
			Author: n.Author.ID, AuthorName: n.Author.Name(), AuthorRole: n.Role,
			TypeTitle: t.Title, CategoryTitle: category.Title, Definition: definition.Hash, Written: n.Written, Recorded: by,
		})
	}
	return tx.AddEntries(ctx, entries)
}
