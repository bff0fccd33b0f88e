package form

import (
	"slices"

	"casefile/internal/codeset"
)

// Around is what a form can name beside itself. The zero Around has nothing, so
// that a form compiled in it may name nothing.
type Around struct {
	Services  []string
	Roles     []Role
	Calendars []string
	Facts     []Fact
	Meetings  []string // kinds of meeting
	CodeSet   func(id string) (codeset.Set, bool)
	// Form is the newest version of another form.
	Form  func(id string) (*Spec, bool)
	Forms []string
	// Milestone reports whether there is such a stage of a service's process.
	Milestone  func(id, service string) bool
	Milestones []string
	// Kept is set of a form that was published before: other forms and milestones that
	// it leads to may be no more, and it can be filled in all the same.
	Kept bool
	// Meant is the end of a sentence about an unknown word: the one that was
	// perhaps meant. It may be nil.
	Meant func(word string, known []string) string
}

// A Role is a role that a worker acts in, as far as forms are concerned.
type Role struct {
	ID string
	In func(service string) bool // whether teams of the service have it
}

// A Fact is a kind of coded fact of a person.
type Fact struct {
	ID   string
	Set  string // empty: told in words
	Many bool
}

func (a Around) meant(word string, known []string) string {
	if a.Meant == nil {
		return ""
	}
	return a.Meant(word, known)
}

func (a Around) role(id string) (Role, bool) {
	i := slices.IndexFunc(a.Roles, func(r Role) bool { return r.ID == id })
	if i < 0 {
		return Role{}, false
	}
	return a.Roles[i], true
}

func (a Around) roleIDs() []string {
	ids := make([]string, len(a.Roles))
	for i, r := range a.Roles {
		ids[i] = r.ID
	}
	return ids
}

func (a Around) fact(id string) (Fact, bool) {
	i := slices.IndexFunc(a.Facts, func(f Fact) bool { return f.ID == id })
	if i < 0 {
		return Fact{}, false
	}
	return a.Facts[i], true
}

func (a Around) factIDs() []string {
	ids := make([]string, len(a.Facts))
	for i, f := range a.Facts {
		ids[i] = f.ID
	}
	return ids
}

func (a Around) set(id string) (codeset.Set, bool) {
	if a.CodeSet == nil {
		return codeset.Set{}, false
	}
	return a.CodeSet(id)
}

func (a Around) milestone(id, service string) bool {
	return a.Milestone != nil && a.Milestone(id, service)
}

func (a Around) form(id string) (*Spec, bool) {
	if a.Form == nil {
		return nil, false
	}
	return a.Form(id)
}
