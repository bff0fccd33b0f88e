// Package correction holds how mistakes about whom a record is of are put
// right: two files of one person merged, something moved to the right
// child, two people who are never the same; and each of these undone. A
// correction is an event over rows that stay as they were.
package correction

import (
	"unicode/utf8"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/staff"
)

// A Kind says what was corrected.
type Kind string

// The kinds.
const (
	Merge     Kind = "merge"      // From's file is To's file
	MoveEntry Kind = "move-entry" // an entry is about To and not about From
	MoveFile  Kind = "move-file"  // likewise a document or photograph
	// MoveDocument is likewise of a form that is filled in.
	MoveDocument Kind = "move-document"
	MovePlan     Kind = "move-plan"
	// MoveMeeting is likewise of a meeting; its other children stay.
	MoveMeeting Kind = "move-meeting"
	NeverSame   Kind = "never-same" // From and To are two people, however alike
	Undo        Kind = "undo"       // another correction is taken back
)

// Moves reports whether something moved to the right child.
func (k Kind) Moves() bool {
	switch k {
	case MoveEntry, MoveFile, MoveDocument, MovePlan, MoveMeeting:
		return true
	case Merge, NeverSame, Undo:
	}
	return false
}

// A Correction is one event. Of an Undo, From and To are those of what it
// undoes.
type Correction struct {
	ID       string
	Kind     Kind
	Object   string // what moved
	From, To person.ID
	Undoes   string // key of the correction that an Undo takes back
	Reason   string
	By       staff.ID
	ByName   string // as it was then
	ByRole   string
	Recorded date.Stamp
	Undone   Undone // zero while it stands
}

// An Undone says who took a correction back, when and why.
type Undone struct {
	Reason string
	ByName string
	ByRole string
	Seq    int64 // its place in the order of what was known
	At     date.Instant
}

// Stands reports whether it has not been undone.
func (c Correction) Stands() bool { return c.Undone == Undone{} }

// MaxReason is the longest reason, in characters.
const MaxReason = 2000

// CheckReason says what is wrong with why something is corrected.
func CheckReason(reason string) []fault.Problem {
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return []fault.Problem{{Field: "reason", Message: "Enter how you know this"}}
	case n > MaxReason:
		return []fault.Problem{fault.TooLong("reason", "How you know this", MaxReason)}
	}
	return nil
}

// A Place is where an object was put, and where it stands now.
type Place struct{ Put, Now person.ID }

// Places replays the moves of one object that stand, in the order in which they
// were recorded, over the people whose record it was put on.
func Places(put []person.ID, moves []Correction) []Place {
	places := make([]Place, len(put))
	for i, p := range put {
		places[i] = Place{p, p}
	}
	for _, m := range moves {
		for i := range places {
			if places[i].Now == m.From {
				places[i].Now = m.To
			}
		}
	}
	return places
}
