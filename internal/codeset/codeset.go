// Package codeset holds coded values in time: which codes a set had on a day,
// what each was called then, and how well that is known. The sets themselves
// are data, in definitions/codesets.
package codeset

import (
	"slices"

	"casefile/internal/date"
)

// A Mark says how well a value of practice is sourced.
type Mark string

// The marks.
const (
	Confirmed Mark = "confirmed" // read in a source that is named
	Inferred  Mark = "inferred"  // follows from what was read; no source states it outright
	Recalled  Mark = "recalled"  // general knowledge, to be checked before it is relied upon
)

// Marks known to the program, best first.
var Marks = []Mark{Confirmed, Inferred, Recalled}

// A Code is one value of a set in one period. From and To are both included; a
// zero From means since always, a zero To means still in use. A code whose
// label changed has one Code for each label, and their periods share no day.
type Code struct {
	Code   string
	Label  string
	From   date.Date
	To     date.Date
	Mark   Mark
	Source string // where it was read or what it follows from; may be empty for Recalled
}

// Period is the days on which the code is in use.
func (c Code) Period() date.Period { return date.Period{From: c.From, To: c.To} }

// A Set is a list of codes. A code means something only with its set: the same
// letters stand in several. The zero Set has no codes. A Set that was loaded is
// not to be changed, and may then be read by many goroutines at once.
type Set struct {
	ID     string
	Title  string
	Mark   Mark
	Source string // of the set as a whole
	Codes  []Code // in the order of the file, which is the order to show them in
}

// At lists the codes in use on a day, in the order to show them. A zero day is
// before every dated code.
func (s Set) At(day date.Date) []Code {
	var in []Code
	for _, c := range s.Codes {
		if c.Period().Contains(day) {
			in = append(in, c)
		}
	}
	return in
}

// Label is what the code was called on a day. It is false where the code was
// not in use on that day: ask with the day of the record, not with today.
func (s Set) Label(code string, day date.Date) (string, bool) {
	for _, c := range s.Codes {
		if c.Code == code && c.Period().Contains(day) {
			return c.Label, true
		}
	}
	return "", false
}

// Known reports whether the set has, or ever had, the code.
func (s Set) Known(code string) bool {
	return slices.ContainsFunc(s.Codes, func(c Code) bool { return c.Code == code })
}
