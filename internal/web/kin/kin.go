// Package kin is the pages about who is related to a person and who lives with
// them.
package kin

import (
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/person"
	"casefile/internal/web/details"
	"casefile/internal/web/file"
	"casefile/internal/web/frame"
)

// ShowPage is a person's family and household.
type ShowPage struct {
	file.File
	Masked bool
	Family casework.Family
	Known  file.KnownOn
	Told   frame.Told
}

// AddPage relates somebody to the person.
type AddPage struct {
	file.File
	details.Form
	Stale  Stale
	Family casework.Family
	Likely []person.Found // who may be the same person
	Alerts []string       // that will stand on a file by it
	Key    string
}

// ChangePage corrects a relationship, or ends it.
type ChangePage struct {
	file.File
	details.Form
	Stale    Stale
	Family   casework.Family
	Relative casework.Relative
}

// StayPage is about somebody's place in the household.
type StayPage struct {
	file.File
	details.Form
	Stale Stale
	Who   string // name; empty for the person themself
	Way   string // where the form goes, below the family
}

// WhereaboutsPage says what is known of a parent who is not on the record.
type WhereaboutsPage struct {
	file.File
	details.Form
	Stale  Stale
	Family casework.Family
}

func href(f file.File, way string) string { return frame.File(f.Header) + file.Relations + way }

func past(p date.Period, today date.Date) bool { return !p.To.IsZero() && p.To.Before(today) }

// A group is relatives of a few shapes, under one heading.
type group struct {
	id, title string
	relatives []casework.Relative
}

func (p ShowPage) groups() []group {
	shapes := []struct {
		id, title string
		of        []string
	}{
		{"parents", "Parents, children and grandparents", []string{person.Descent}},
		{"siblings", "Brothers and sisters", []string{person.Sibling}},
		{"others", "Other family, partners and carers", []string{person.Union, person.Kin, person.Care}},
		{"significant", "Others who matter", []string{person.Bond, ""}},
		{"ties", "How they get on", []string{person.Tie}},
	}
	var list []group
	for _, s := range shapes {
		g := group{id: s.id, title: s.title}
		for _, r := range p.Family.Relatives {
			for _, shape := range s.of {
				if r.Kind.Shape == shape {
					g.relatives = append(g.relatives, r)
				}
			}
		}
		if len(g.relatives) > 0 {
			list = append(list, g)
		}
	}
	return list
}

var basisWords = map[string]string{person.ByBirth: "By birth", person.ByLaw: "By law", person.ByCare: "By caring for them"}

// Says is what a relationship says beside its kind, each a short sentence.
func Says(r casework.Relative) []string {
	var list []string
	if w := basisWords[r.Basis]; w != "" {
		list = append(list, w)
	}
	switch {
	case r.Responsible == person.Yes && r.First:
		list = append(list, "Has parental responsibility")
	case r.Responsible == person.No && r.First:
		list = append(list, "Has no parental responsibility")
	case r.Responsible == person.Yes:
		list = append(list, "This person has parental responsibility for them")
	case r.Responsible == person.No:
		list = append(list, "This person has no parental responsibility for them")
	}
	switch {
	case r.Carer == person.MainCarer && r.First:
		list = append(list, "Main carer")
	case r.Carer == person.SharedCarer && r.First:
		list = append(list, "Shares the care")
	case r.Carer == person.MainCarer:
		list = append(list, "This person is their main carer")
	case r.Carer == person.SharedCarer:
		list = append(list, "This person shares their care")
	}
	return list
}

// kindOptions are the kinds of relationship, each side that has a word of its own.
func kindOptions(ks person.RelationKinds) []details.Option {
	var list []details.Option
	for _, k := range ks.List {
		list = append(list, details.Option{Value: k.ID + casework.AsFirst, Text: k.First.Any})
		if !k.Same() {
			list = append(list, details.Option{Value: k.ID + casework.AsSecond, Text: k.Second.Any})
		}
	}
	return list
}

// FormOf fills a form in with what a relationship says.
func FormOf(r casework.Relative) person.Form {
	side := casework.AsSecond
	if r.First || r.Kind.Same() {
		side = casework.AsFirst
	}
	f := person.Form{"kind": r.Kind.ID + side, "rests": r.Basis, "responsible": r.Responsible, "carer": r.Carer, "note": r.Note}
	f.SetDay("from", r.Period.From)
	for i, c := range phones(r) {
		f[[]string{"phone", "phone2"}[min(i, 1)]] = c.Value
	}
	return f
}

func phones(r casework.Relative) []person.Contact {
	var list []person.Contact
	for _, c := range r.Contacts {
		if c.Kind == person.Phone {
			list = append(list, c)
		}
	}
	return list
}

// words are what a housemate is to the person.
func (p ShowPage) words(h casework.Housemate) string {
	for _, r := range p.Family.Relatives {
		if r.Who.ID == h.Who.ID && r.Kind.Shape != person.Tie && !past(r.Period, p.AsOf()) {
			return r.Word()
		}
	}
	return "Not related, as far as is recorded"
}

func (p ShowPage) housed(now bool) []casework.Housemate {
	var list []casework.Housemate
	for _, h := range p.Family.Household {
		if past(h.With, p.AsOf()) != now {
			list = append(list, h)
		}
	}
	return list
}

// lives reports whether somebody lives with the person now.
func (p ShowPage) lives(who person.ID) bool {
	for _, h := range p.housed(true) {
		if h.Who.ID == who {
			return true
		}
	}
	return false
}
