// Package meeting holds meetings about children: who is asked to come and who came,
// what was said and decided, when the next one is and who was sent what. Kinds are data,
// in definitions/work; nothing here names one.
//
// What is arranged, who is invited, what the minutes say and what was decided are kept
// version by version (CR-48). A draft of the minutes is plain state.
package meeting

import (
	"slices"

	"casefile/internal/access"
	"casefile/internal/task"
)

// A Kind is a kind of meeting, as definitions/work/meetings.yaml has it.
type Kind struct {
	ID       string
	Title    string
	Help     string   // a sentence for whoever chooses; may be empty
	Services []string // whose meeting it is; empty with Any
	Any      bool     // that of any service
	// Sensitive meetings are read by those who may read the sensitive entries of the
	// service.
	Sensitive bool
	ChairedBy []access.Role // whose role may chair it
	StandsIn  []access.Role // who agrees the minutes where the chair cannot; may be none
	Invite    []Called      // who must be invited
	Headings  []Heading     // what the minutes hold
	AgreeIn   task.Limit    // within what time of the day the minutes are agreed; the zero one is none
	SendIn    task.Limit    // within what time of the day they are sent
	NextIn    task.Limit    // within what time of the day the next one is
	Reaches   []string      // the stages that it reaches, each the first time that it is not reached yet
	Source    string        // starts with a mark of codeset
}

// A Called is somebody who must be invited to meetings of a kind.
type Called struct {
	ID     string
	Title  string
	Is     Is // whom setting a meeting up puts on the list by itself; empty for nobody
	Source string
}

// An Is says whom the program knows by itself among those who must be invited.
type Is string

// The ways of it, as definitions write them.
const (
	TheChild  Is = "child" // each child of the meeting
	Allocated Is = "allocated worker"
)

// Ises lists them.
var Ises = []Is{TheChild, Allocated}

// A Heading is what minutes hold.
type Heading struct {
	ID       string
	Title    string
	Help     string
	Each     bool // one for each child of the meeting
	Required bool // minutes without it are not complete
	Source   string
}

// In reports whether a service has meetings of the kind.
func (k Kind) In(service string) bool { return k.Any || slices.Contains(k.Services, service) }

// Called finds one of those who must be invited.
func (k Kind) Called(id string) (Called, bool) {
	i := slices.IndexFunc(k.Invite, func(c Called) bool { return c.ID == id })
	if i < 0 {
		return Called{}, false
	}
	return k.Invite[i], true
}

// Missing are those who must be invited and are not.
func (k Kind) Missing(invited []Invitee) []Called {
	var missing []Called
	for _, c := range k.Invite {
		if !slices.ContainsFunc(invited, func(i Invitee) bool { return i.For == c.ID && i.Off == "" }) {
			missing = append(missing, c)
		}
	}
	return missing
}

// Kinds are the kinds of meeting, in the order in which they are offered.
type Kinds []Kind

// Of are those of a service.
func (ks Kinds) Of(service string) Kinds {
	var of Kinds
	for _, k := range ks {
		if k.In(service) {
			of = append(of, k)
		}
	}
	return of
}

// Kind finds a kind.
func (ks Kinds) Kind(id string) (Kind, bool) {
	i := slices.IndexFunc(ks, func(k Kind) bool { return k.ID == id })
	if i < 0 {
		return Kind{}, false
	}
	return ks[i], true
}
