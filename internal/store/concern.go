package store

import (
	"context"

	"casefile/internal/access"
	"casefile/internal/concern"
	"casefile/internal/date"
	"casefile/internal/footprint"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/watch"
)

// Concerns reads suspected breaches. Their words are sealed.
type Concerns interface {
	// Concern is one with its steps; NotFound when there is none.
	Concern(ctx context.Context, c concern.ID) (concern.Concern, error)
	// Concerns lists those in scope that are not, and never were said to be,
	// about the viewer: the latest first.
	Concerns(ctx context.Context, q ConcernQuery) ([]concern.Listed, error)
	// CountConcerns counts the open ones of them, and how many of those nobody
	// has taken on.
	CountConcerns(ctx context.Context, sc access.Scope, now date.Instant) (open, untaken int, err error)
	// OpenConcerns lists all that are open, but for those that are about a
	// worker: their keys, to count.
	OpenConcerns(ctx context.Context, but staff.ID) ([]concern.ID, error)
	// ConcernsBy lists what a worker reported, the latest first: when, and
	// whether it is closed.
	ConcernsBy(ctx context.Context, w staff.ID, limit int) ([]concern.Listed, error)
	// ConcernsAsking lists the open concerns in which a worker is asked
	// something and has not answered.
	ConcernsAsking(ctx context.Context, w staff.ID) ([]concern.ID, error)
	// Suspects lists who is, or was said to be, the one whom a concern or a hit
	// on a file is about.
	Suspects(ctx context.Context, p person.ID) ([]staff.ID, error)
	// LooksNamed are the decisions to tell a person the names of those who
	// looked that are not taken back, the latest first.
	LooksNamed(ctx context.Context, p person.ID) ([]footprint.Named, error)
}

// A ConcernQuery is a page of a list of concerns.
type ConcernQuery struct {
	Scope  access.Scope
	Now    date.Instant
	Closed bool  // those that are closed, instead of those that are not
	Before int64 // the place of the last of the page before; 0 for the first page
	Limit  int
}

// ConcernWriter adds to concerns. Nothing changes or removes what is there.
type ConcernWriter interface {
	AddConcern(ctx context.Context, c concern.Concern) error
	// AddConcernStep adds a step: Conflict when its number is taken.
	AddConcernStep(ctx context.Context, c concern.ID, s concern.Step) error
	// AddLooksNamed decides that a person is told names. Supersede takes it back.
	AddLooksNamed(ctx context.Context, n footprint.Named) error
}

// Traces reads footprints otherwise than one file's, page by page.
type Traces interface {
	// LooksAt lists looks at a file, the latest first.
	LooksAt(ctx context.Context, q footprint.Query) ([]footprint.Look, error)
	// LooksNumbered lists the looks of these numbers in their order.
	LooksNumbered(ctx context.Context, numbers []int64) ([]footprint.Look, error)
	// Lookers lists the workers who looked at a file, by name, of the looks that
	// a query gives with this Plain and Back.
	Lookers(ctx context.Context, p person.ID, plain bool, back []footprint.Acting) ([]staff.Worker, error)
	// LookersIn lists those of them who looked in a role that they hold, or
	// held, in one of these services.
	LookersIn(ctx context.Context, p person.ID, services []string) ([]footprint.Acting, error)
	// Investigators lists who looked into a concern or a hit on a file that is
	// not at its end, and since when that is. To have it in a list counts, to
	// report it and to be asked do not.
	Investigators(ctx context.Context, p person.ID) ([]footprint.Acting, error)
	// Restricters lists who looked into whom a file is restricted to, and since
	// when.
	Restricters(ctx context.Context, p person.ID) ([]footprint.Acting, error)
	// WatchedWorkers lists the workers who opened a file between two moments.
	WatchedWorkers(ctx context.Context, from, until date.Instant) ([]watch.Looker, error)
	// Opened lists which files a worker opened between two moments, the
	// earliest first. To work on concerns and on the watch list is none.
	Opened(ctx context.Context, w staff.ID, from, until date.Instant) ([]watch.Look, error)
	// WorkedFor reports whether a worker did something for a person after one
	// moment and not after another: an entry, but for the first version of one
	// of this type; a file; an allocation; a step of a concern or a hit.
	WorkedFor(ctx context.Context, w staff.ID, p person.ID, from, until date.Instant, note string) (bool, error)
}

// Watches reads the watch list.
type Watches interface {
	// FamilyBearers counts the people with a current family name of a key of
	// watch.FamilyKeys, and all people.
	FamilyBearers(ctx context.Context, key string) (bearers, people int, err error)
	// HighProfile is the mark of a person: NotFound when there is none.
	HighProfile(ctx context.Context, p person.ID) (watch.Mark, error)
	// LastWatched is the last day whose looks have been gone through; the zero
	// Date where none has.
	LastWatched(ctx context.Context) (date.Date, error)
	// ExplainedSince reports whether a hit of this kind, worker and person was
	// explained after a moment.
	ExplainedSince(ctx context.Context, k watch.Kind, w staff.ID, p person.ID, since date.Instant) (bool, error)
	// Hits lists hits in scope that are not about the viewer: by worker, the
	// latest first.
	Hits(ctx context.Context, q HitQuery) ([]watch.Hit, error)
	// CountHits counts the open ones of them.
	CountHits(ctx context.Context, sc access.Scope, now date.Instant) (int, error)
	// Hit is one of those, with its looks and steps; NotFound when it is not in
	// scope.
	Hit(ctx context.Context, sc access.Scope, hit string, now date.Instant) (watch.Hit, error)
	// HitAsking is one in which a worker is asked to explain; NotFound when
	// they are not.
	HitAsking(ctx context.Context, w staff.ID, hit string) (watch.Hit, error)
	// HitsAsking lists them.
	HitsAsking(ctx context.Context, w staff.ID) ([]watch.Hit, error)
	// PurposesOf lists the purposes that a worker had stated for a person at a
	// moment, by id.
	PurposesOf(ctx context.Context, w staff.ID, p person.ID, at date.Instant) ([]string, error)
}

// A HitQuery is a page of the watch list.
type HitQuery struct {
	Scope    access.Scope
	Now      date.Instant
	Resolved bool // those that have ended, instead of those that have not
	Skip     int
	Limit    int
}

// WatchWriter adds to the watch list. Nothing changes or removes what is there.
type WatchWriter interface {
	// AddHit adds a hit, unless there is one of its day, kind, worker and
	// person; it reports whether it did.
	AddHit(ctx context.Context, h watch.Hit) (bool, error)
	// AddWatchStep adds a step: Conflict when its number is taken.
	AddWatchStep(ctx context.Context, hit string, s watch.Step) error
	// AddWatchDay notes that the looks of a day have been gone through, once.
	AddWatchDay(ctx context.Context, d date.Date, hits int, by date.Stamp) error
	// AddHighProfile marks a person. Supersede takes the mark back.
	AddHighProfile(ctx context.Context, m watch.Mark) error
}
