// Package casework is the way through: each use case asks for its rights, keeps
// the rule, saves, and leaves a footprint. Pages, the API and the command line
// are thin doors in front of it.
//
// Case information leaves this package by Open, Find and MyWork alone, and
// each of them only once its footprint is on disk.
package casework

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"casefile/internal/access"
	"casefile/internal/codeset"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/service"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// Keys seal the details of footprints. A *keys.Ring is one.
type Keys interface {
	Seal(plaintext, associated []byte) ([]byte, error)
	Open(sealed, associated []byte) ([]byte, error)
}

// Options are what a Service needs. All must be set but Blobs, without which
// no file can be kept on a record, and Scanner.
type Options struct {
	DB          store.DB
	Definitions *definition.Set
	Keys        Keys
	Blobs       Blobs
	Scanner     Scanner // for viruses; nil for none
	Now         func() time.Time
	Log         *slog.Logger
}

// A Service does the use cases. Any number of goroutines may use it. Close it
// to have the last footprints on disk.
type Service struct {
	db      store.DB
	given   *definition.Set                // as the program was started with
	inUse   atomic.Pointer[definition.Set] // given, with the rights that were approved
	putIn   sync.Mutex                     // held while inUse is brought up to date, so that it never goes back
	keys    Keys
	blobs   Blobs
	scanner Scanner
	now     func() time.Time
	log     *slog.Logger
	looks   *looks
}

// New makes a service.
func New(o Options) *Service {
	s := &Service{db: o.DB, given: o.Definitions, keys: o.Keys, blobs: o.Blobs, scanner: o.Scanner, now: o.Now, log: o.Log}
	s.inUse.Store(o.Definitions)
	s.looks = leaveLooks(o.DB)
	return s
}

// Close waits for the footprints in flight. Nothing can be opened afterwards.
func (s *Service) Close() { s.looks.close() }

// set is the definitions in force. It is the only way to them: rights that are
// approved take the place of the old ones in one step. Whoever takes several
// decisions that belong together takes the set once.
func (s *Service) set() *definition.Set { return s.inUse.Load() }

// An Actor is who asks: a worker, acting in one of the roles they hold.
type Actor struct {
	Worker staff.ID
	As     staff.AssignmentID
}

// Today is the day in London by the service's clock.
func (s *Service) Today() date.Date { return date.At(s.now()).Date() }

// Definition is a service as the definitions in force describe it.
func (s *Service) Definition(id string) (service.Service, bool) { return s.set().Service(id) }

// RoleTitle is what a role is called; the role's own word where the
// definitions no longer have it.
func (s *Service) RoleTitle(r access.Role) string {
	if role, ok := s.set().Role(r); ok {
		return role.Title
	}
	return string(r)
}

// Codes is a code set.
func (s *Service) Codes(id string) (codeset.Set, bool) {
	return s.set().CodeSet(id)
}

// standing is a viewer and what ties them to a person, read in one snapshot.
type standing struct {
	viewer access.Viewer
	held   []access.Held
	defs   *definition.Set // in force when it was read; all decisions of a standing are by them
}

// standing reads the rights of an actor over a person. The person may be
// nobody's key: the same is read, and nothing is held.
func (s *Service) standing(ctx context.Context, r store.Reader, a Actor, p person.ID) (standing, error) {
	v, err := s.viewer(ctx, r, a)
	if err != nil {
		return standing{}, err
	}
	defs := s.set()
	v.Courses = defs.CourseIDs()
	held, err := r.Held(ctx, v, p, date.At(s.now()))
	return standing{v, held, defs}, err
}

func (s *Service) decide(st standing, part access.Part, action access.Action) access.Decision {
	return st.defs.Access().Decide(st.viewer, part, action, st.held, date.At(s.now()))
}

// errNotHere is the one answer for a file that is absent, to this viewer or to
// everybody.
var errNotHere = fault.New(fault.NotFound, "There is no such file.")

// NoteDefinitions copies the definitions in force into the database and says
// which files differ from those of the last start; none at the first.
func (s *Service) NoteDefinitions(ctx context.Context) ([]definition.Change, error) {
	var changes []definition.Change
	var first bool // nothing was in force before, so nothing differs from it
	defs := s.set()
	files := stored(defs.Files)
	err := s.db.View(ctx, func(r store.Reader) error {
		before, err := r.LatestDefinitions(ctx)
		if err != nil {
			return err
		}
		first = len(before) == 0
		last := make([]definition.File, 0, len(before))
		for _, f := range before {
			last = append(last, definition.File{Path: f.Path, Hash: f.Hash})
		}
		changes = definition.Diff(last, defs.Files)
		return nil
	})
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	if first {
		changes = nil
	}
	return changes, s.db.Update(ctx, func(tx store.Tx) error {
		return tx.KeepDefinitions(ctx, defs.Hash, files, tx.Stamp("serve"))
	})
}

// changed reports whether err says that the rights a look rested on no longer
// stand, so that it must be decided anew.
func changed(err error) bool { return errors.Is(err, errRightsChanged) }
