// Package correction is the pages on which it is put right whom a record is of:
// two files merged, something moved to the right child, and that undone.
package correction

import (
	"slices"
	"strings"

	"casefile/internal/casework"
	"casefile/internal/correction"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/web/file"
	"casefile/internal/web/frame"
)

// ListPage is what was corrected about a file.
type ListPage struct {
	file.File
	casework.Corrections
	Told frame.Told
}

// UndoPage asks why a correction is undone.
type UndoPage struct {
	file.File
	Line     casework.Corrected
	Reason   string
	Problems []fault.Problem
}

// MergePage asks for the other file, and holds the two against each other once
// it is known.
type MergePage struct {
	file.File
	This     casework.Compared
	Other    *file.File // nil until it is found
	That     casework.Compared
	Typed    Typed
	Problems []fault.Problem
}

// MovePage asks to which record something belongs, and shows whose that is
// once it is known.
type MovePage struct {
	file.File
	Kind     correction.Kind
	Object   string
	Moving   casework.Moving
	To       *person.Header // nil until it is found
	Typed    Typed
	Problems []fault.Problem
}

// goAlong reports whether something goes along that a form recorded among the details.
func (p MovePage) goAlong() bool {
	return slices.ContainsFunc(p.Moving.Facts, func(f casework.MovingFact) bool { return f.Stays == "" })
}

// Typed is what was typed into either form.
type Typed struct {
	Other  string // reference
	Reason string
	Keep   string // whose reference stays: this or that
}

// Whose reference the merged file keeps.
const (
	KeepThis = "this"
	KeepThat = "that"
)

// words say in one line what a correction did.
func words(l casework.Corrected, child string) string {
	other := "another file"
	if l.Other != "" {
		other = "file " + l.Other.String()
	}
	what := "Something that you may not read"
	switch {
	case l.What != "" && l.Kind == correction.MoveEntry:
		what = "An entry (" + l.What + ")"
	case l.What != "":
		what = "“" + l.What + "”"
	}
	switch l.Kind {
	case correction.Merge:
		if l.Into {
			return "This file was merged into " + other
		}
		return strings.ToUpper(other[:1]) + other[1:] + " was merged into this one"
	case correction.NeverSame:
		return "Never the same " + child + " as " + other
	}
	if l.Into {
		return what + " was moved from here to " + other
	}
	return what + " was moved here from " + other
}

// undoes say what an undo does.
func undoes(k correction.Kind) string {
	switch k {
	case correction.Merge:
		return "Both files are as they were before. What was recorded since on the one file stays with the one whose reference it kept; whoever recorded it is told, and can move it."
	case correction.NeverSame:
		return "The two can be merged again."
	}
	return "It stands where it was put at first, with what was due because of it and what it recorded among the details. Whoever may have acted on it is told."
}

// A fact of two files side by side.
type compared struct{ what, this, that string }

func (p MergePage) compared() []compared {
	rows := []compared{
		{"Reference", p.Header.Reference.String(), p.Other.Header.Reference.String()},
		{"Names", names(p.This.Names), names(p.That.Names)},
		{"Date of birth", births(p.This.Births), births(p.That.Births)},
		{"Gender", p.gender(p.Header), p.gender(p.Other.Header)},
		{"Addresses", addresses(p.This.Addresses), addresses(p.That.Addresses)},
		{"How to reach them", contacts(p.This.Contacts), contacts(p.That.Contacts)},
		{"Numbers", numbers(p.This.Overview), numbers(p.That.Overview)},
		{"Family and household", p.family(p.This), p.family(p.That)},
		{"Services, and who works with them", p.services(p.Header), p.services(p.Other.Header)},
		{"On the record since", p.This.Since.Long(), p.That.Since.Long()},
	}
	for i, r := range rows {
		if r.this == "" {
			rows[i].this = "Not recorded"
		}
		if r.that == "" {
			rows[i].that = "Not recorded"
		}
	}
	return rows
}

func (r compared) same() bool { return r.this == r.that && r.this != "Not recorded" }

func (p MergePage) gender(h person.Header) string {
	if h.Gender == "" {
		return ""
	}
	return frame.Label(p.Words, "gender", h.Gender, p.Words.Today())
}

func (p MergePage) services(h person.Header) string {
	if h.Unsaid {
		return "Not shown to you"
	}
	var list []string
	for _, e := range h.Episodes {
		line := frame.Service(p.Words, e.Service) + ", " + frame.Period(e.Period)
		if e.Worker != "" {
			line += ": " + e.Worker
		}
		list = append(list, line)
	}
	return strings.Join(list, "\n")
}

func names(list []person.Name) string {
	var out []string
	for _, n := range list {
		out = append(out, n.Full())
	}
	return strings.Join(out, "\n")
}

func births(list []person.Birth) string {
	var out []string
	for _, b := range list {
		words := b.Day.Long()
		if b.Estimated {
			words += " (estimated)"
		}
		out = append(out, words)
	}
	return strings.Join(out, "\n")
}

func addresses(list []person.Address) string {
	var out []string
	for _, a := range list {
		line := strings.Join(strings.FieldsFunc(strings.Join([]string{a.Line1, a.Town, a.Postcode}, "\x00"), func(r rune) bool { return r == 0 }), ", ")
		if a.Confidential && line == "" {
			line = "A confidential address"
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func numbers(o casework.Overview) string {
	var out []string
	for _, i := range o.Identifiers {
		title := i.System
		if k, ok := o.Practice.Number(i.System); ok {
			title = k.Title
		}
		out = append(out, title+": "+i.Value)
	}
	return strings.Join(out, "\n")
}

func contacts(list []person.Contact) string {
	var out []string
	for _, c := range list {
		out = append(out, c.Value)
	}
	return strings.Join(out, "\n")
}

// family names relatives, and those who live with them besides.
func (p MergePage) family(c casework.Compared) string {
	if !c.FamilyTold {
		return "Not shown to you"
	}
	var out []string
	named := map[person.ID]bool{}
	for _, r := range c.Family.Relatives {
		out = append(out, r.Word()+": "+r.Who.DisplayName()+born(r.Who))
		named[r.Who.ID] = true
	}
	for _, h := range c.Family.Household {
		if !named[h.Who.ID] {
			out = append(out, "In the household: "+h.Who.DisplayName()+born(h.Who))
			named[h.Who.ID] = true
		}
	}
	return strings.Join(out, "\n")
}

func born(h person.Header) string {
	if h.Born.IsZero() {
		return ""
	}
	return ", born " + h.Born.Long()
}

// by is who did it and when.
func by(name, role string, at date.Instant) string { return name + ", " + role + ", " + at.Long() }
