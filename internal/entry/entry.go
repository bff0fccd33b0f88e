// Package entry holds the lines of the running record: what happened, when,
// who with, and who says so.
package entry

import (
	"casefile/internal/date"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/task"
)

// ID is an entry's key. A draft has the id of the entry it becomes, so that
// recording twice is recording once.
type ID string

// Content is what the worker writes.
type Content struct {
	Type        string
	Category    string
	Happened    date.Date
	Time        string // HH:MM, or empty
	WithWhom    string
	Seen        string // yes, no or empty
	SeenAlone   string // yes, no or empty
	Reason      string
	Text        string
	Significant bool
	Sensitive   bool
	FollowUp    string    // what is to be done next
	FollowUpBy  date.Date // and by when
	AtRisk      bool      // a significant risk to the child is identified, so that it is due sooner (CR-23)
	LateReason  string    // why it is recorded after it was due
	Topics      string    // of a visit or a meeting: what was talked about
	Decisions   string    // and what was decided
	// Of a decision made outside a meeting, of which Text is what was decided.
	DecidedBy, For, Against, Outcome, Why string
}

// IsDecision reports whether the entry is a decision made outside a meeting (CR-27).
func (c Content) IsDecision() bool { return c.For != "" || c.Against != "" }

// An Entry is one version of a line of the record. Who wrote it, in which role
// and when stand in it as the system knew them then (CR-40).
type Entry struct {
	ID         ID
	Version    int
	Service    string
	Children   []person.ID
	Content    Content
	Author     staff.ID
	AuthorName string
	AuthorRole string
	// TypeTitle and CategoryTitle are the service's words at the time; the
	// definition it was written under is kept by its hash.
	TypeTitle     string
	CategoryTitle string
	Definition    string
	// Due is the last day on which it was to be recorded, by the definition of then;
	// zero where nothing said.
	Due date.Date
	// Written is when it was written down in a system before this one, which
	// it came from; zero when it was written here, at Recorded.
	Written  date.Date
	Recorded date.Stamp
}

// WrittenOn is the day on which the author wrote it down.
func (e Entry) WrittenOn() date.Date {
	if !e.Written.IsZero() {
		return e.Written
	}
	return e.Recorded.At.Date()
}

// Deadline is by when it was to be written, and when it was.
func (e Entry) Deadline() task.Deadline { return task.Deadline{Due: e.Due, Done: e.WrittenOn()} }

// A Line is an entry as a viewer gets it. A masked line has only its day and
// service: something is there, not what (CX-24).
type Line struct {
	Entry
	Masked bool
}

// Mask removes what a masked viewer may not see. Of another service's entry
// it does not say either whether it is sensitive.
func (e Entry) Mask(other bool) Line {
	return Line{Masked: true, Entry: Entry{ID: e.ID, Service: e.Service, Content: Content{Happened: e.Content.Happened, Sensitive: !other}}}
}

// A Draft is an entry being written. It belongs to one worker and one child and
// is plain state: each save replaces the fields. Rev counts the saves; a save
// names the Rev it read.
type Draft struct {
	ID      ID
	Worker  staff.ID
	Child   person.ID
	Service string
	Type    string
	Fields  map[string]string
	Rev     int
	Saved   date.Instant
}
