package document

import (
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/staff"
)

// An Evidence is an entry of the record that somebody took up for a section of a
// document or, with no Section, set aside for all of it.
type Evidence struct {
	Section string       `json:"section,omitempty"`
	Entry   entry.ID     `json:"entry"`
	By      staff.ID     `json:"by"`
	At      date.Instant `json:"at"`
}

// Aside reports whether it was set aside.
func (e Evidence) Aside() bool { return e.Section == "" }
