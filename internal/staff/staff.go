// Package staff holds workers, their teams, the roles they act in and how to
// reach them.
package staff

import (
	"net/mail"
	"strings"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
)

type (
	// ID is a worker's key.
	ID string
	// TeamID is a team's key.
	TeamID string
	// AssignmentID is the key of a role that a worker holds in a team.
	AssignmentID string
)

// A Team works in one service, named as definitions/services names it.
type Team struct {
	ID      TeamID
	Name    string
	Service string
}

// Contact is how other workers reach a worker (CX-23). All of it may be empty.
type Contact struct {
	Telephone string
	Mobile    string
	Email     string
	Base      string // where they work from: an office, a school, a hub
	Note      string // "Not on Fridays; try the team"
}

// A Worker is a version of what is held about one worker. Version counts from
// 1; a change adds a version.
type Worker struct {
	ID       ID
	Version  int
	Given    string
	Family   string
	JobTitle string
	Contact  Contact
	Recorded date.Stamp
}

// Name is the full name, as entries are signed (CR-40).
func (w Worker) Name() string { return strings.TrimSpace(w.Given + " " + w.Family) }

// An Assignment is a role held in a team for a time. A worker with two chooses
// which one to act in.
type Assignment struct {
	ID       AssignmentID
	Worker   ID
	Role     access.Role
	Team     TeamID
	TeamName string
	Service  string
	date.Clocks
}

// A Colleague is a worker in the list of workers, with one of their roles.
type Colleague struct {
	Worker
	Role     access.Role
	Team     TeamID
	TeamName string
}

// Longest texts, in characters.
const (
	maxShort = 100
	maxNote  = 300
)

// Check says what is wrong with contact details, field by field. Telephone
// numbers are held as typed, so that extensions and "via the front desk" stand.
func (c Contact) Check() []fault.Problem {
	var ps []fault.Problem
	for _, f := range [...]struct {
		field, label, value string
		most                int
	}{
		{"telephone", "Telephone", c.Telephone, maxShort},
		{"mobile", "Mobile", c.Mobile, maxShort},
		{"email", "Email", c.Email, maxShort},
		{"base", "Where you work from", c.Base, maxShort},
		{"note", "Note", c.Note, maxNote},
	} {
		if utf8.RuneCountInString(f.value) > f.most {
			ps = append(ps, fault.TooLong(f.field, f.label, f.most))
		}
	}
	for _, f := range [...]struct{ field, label, value string }{
		{"telephone", "Telephone", c.Telephone},
		{"mobile", "Mobile", c.Mobile},
	} {
		if f.value != "" && strings.IndexFunc(f.value, func(r rune) bool { return r >= '0' && r <= '9' }) < 0 {
			ps = append(ps, fault.Problem{Field: f.field, Message: f.label + " must contain a number"})
		}
	}
	if c.Email != "" {
		if a, err := mail.ParseAddress(c.Email); err != nil || a.Address != c.Email {
			ps = append(ps, fault.Problem{Field: "email", Message: "Enter an email address in the correct format, like name@example.org"})
		}
	}
	return ps
}

// A Training is training that a worker passed. Its period is the days from
// which and to which, both included, it is good.
type Training struct {
	ID     string
	Worker ID
	Course string // as definitions/access/training.yaml names it
	date.Clocks
}

// A Holder is a worker in a role that they hold today.
type Holder struct {
	Worker   ID
	Name     string
	Family   string // to sort by
	Role     access.Role
	Team     TeamID
	TeamName string
	Service  string
}

// An Absence is a time in which a worker is away, and who covers for them;
// nobody where Cover is empty.
type Absence struct {
	ID        string
	Worker    ID
	Name      string // of the worker; read, never written
	Cover     ID
	CoverName string // read, never written
	Note      string
	date.Clocks
}
