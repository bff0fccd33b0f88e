// Package details is the pages on which a file is made for a child, and what is
// known of somebody is changed.
package details

import (
	"slices"
	"strings"
	"time"

	"casefile/internal/codeset"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/web/frame"
	"casefile/internal/web/govuk"
)

// A Form is what was typed into a form about people, and what is wrong with it.
type Form struct {
	Sent     person.Form
	Problems []fault.Problem
	// Stale is set where somebody changed the same since the page was read: what
	// stands on it now is how it is.
	Stale bool
	Seen  string // how it stood when the page was read
}

// Problem is what is wrong with any of a few fields.
func (f Form) Problem(fields ...string) govuk.ErrorMessageOptions {
	for _, field := range fields {
		if slices.ContainsFunc(f.Problems, func(p fault.Problem) bool { return p.Field == field }) {
			return govuk.ProblemWith(f.Problems, field)
		}
	}
	return govuk.ErrorMessageOptions{}
}

// An Option is one answer of several.
type Option struct{ Value, Text, Hint string }

// Options are the codes of a set that are in use on a day.
func Options(w frame.Words, set string, day date.Date) []Option {
	s, ok := w.Codes(set)
	if !ok {
		return nil
	}
	return optionsOf(s.At(day))
}

func optionsOf(codes []codeset.Code) []Option {
	list := make([]Option, len(codes))
	for i, c := range codes {
		list[i] = Option{Value: c.Code, Text: c.Label}
	}
	return list
}

// BirthWords says when somebody was born, with as much of it as is known.
func BirthWords(b person.Birth) string {
	day := b.Day.Long()
	switch b.Exactness {
	case person.Expected:
		return "Not born yet, expected " + day
	case person.ByMonth:
		return time.Month(b.Day.Month()).String() + " " + itoa(b.Day.Year()) + ", day not known"
	case person.ByYear:
		return itoa(b.Day.Year()) + ", day not known"
	case person.ByAge:
		return "About " + itoa(b.Day.Year()) + ", worked out from an age"
	}
	if b.Estimated {
		return day + ", estimated"
	}
	return day
}

// AddressWords is an address in one line.
func AddressWords(a person.Address) string {
	var parts []string
	for _, l := range []string{a.Line1, a.Line2, a.Town, a.Postcode} {
		if l != "" {
			parts = append(parts, l)
		}
	}
	return strings.Join(parts, ", ")
}
