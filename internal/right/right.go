// Package right describes what is laid down about the rights to one file, or of
// one worker, beyond the table: restrictions, grants, declared connections and
// stated reasons. Package access decides by them.
package right

import (
	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
)

// A Restriction keeps a file from all but those named on it (CR-31): from
// staff, when the file is about one of them or of their family.
type Restriction struct {
	ID     string
	Person person.ID
	Reason string
	Paper  string // where a separate paper file is; empty when there is none
	Named  []Named
	date.Clocks
}

// Workers are those named.
func (r Restriction) Workers() []staff.ID {
	ids := make([]staff.ID, 0, len(r.Named))
	for _, n := range r.Named {
		ids = append(ids, n.Worker)
	}
	return ids
}

// A Named is a worker named on a restriction.
type Named struct {
	ID          string
	Restriction string
	Worker      staff.ID
	Name        string // read, never written
	date.Clocks
}

// A Connection is a personal connection to a child that a worker declared
// (KF-04).
type Connection struct {
	ID        string
	Worker    staff.ID
	Person    person.ID
	Reference id.Reference // of the file; read, never written
	Nature    string       // in the worker's words
	date.Clocks
}

// A Grant opens one file to one worker for a time: to a partner professional
// (CR-47) or a named reviewer (KF-13).
type Grant struct {
	ID     string
	Person person.ID
	Worker staff.ID
	Name   string        // of the worker; read, never written
	Kind   access.Ground // access.Grant or access.Review
	Parts  []access.Part // those the grant is for; the table says what of them it gives
	Reason string
	date.Clocks
}

// A Reason is why a worker opened a file outside their work (KF-05). Entry is
// the note it left on the file.
type Reason struct {
	ID       string
	Worker   staff.ID
	Person   person.ID
	Purpose  string // as definitions/access/purposes.yaml names it
	Entry    entry.ID
	Version  int // of the note, now; read, never written
	Until    date.Instant
	Recorded date.Stamp
}
