// Package caseload holds who works with whom: allocations, the cases of a
// worker, a team or a service, and what a case passes on by.
package caseload

import (
	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/person"
	"casefile/internal/staff"
)

// The kinds of allocation. An episode has one allocated worker, and further
// workers beside them.
const (
	Allocated = "allocated"
	Further   = "further"
)

// An Allocation says that a worker works with a person in an episode, which it
// names by its key. What follows Clocks is read, never written: how the worker
// is reached, and how they stand today.
type Allocation struct {
	ID      string
	Episode string
	Person  person.ID
	Worker  staff.ID
	Kind    string // Allocated or Further
	date.Clocks

	Name     string
	JobTitle string
	Contact  staff.Contact
	Gone     bool // the worker holds no role in the service of the episode any more
	Away     person.Away
}

// Open reports whether the allocation runs without an end. One that ends today
// still gives its worker the file, and is no longer to be ended or counted.
func (a Allocation) Open() bool { return a.Current() && a.Period.To.IsZero() }

// A State is what of a case wants somebody's attention.
type State string

// The states. Any is no state: every case.
const (
	Any         State = ""
	Unallocated State = "unallocated" // nobody is allocated
	Left        State = "left"        // the allocated worker holds no role in the service any more
	Away        State = "away"        // the allocated worker is away
	Uncovered   State = "uncovered"   // and nobody who is there covers
)

// States lists them, Any first.
var States = []State{Any, Unallocated, Left, Away, Uncovered}

// An Order is how a list of cases is sorted.
type Order string

// The orders.
const (
	ByAge  Order = "age" // those that have waited longest first
	ByName Order = "name"
)

// A Query asks for open cases in the scope: those of the worker, the team and the
// service, of which one at least is given.
type Query struct {
	Scope   access.Scope
	Now     date.Instant
	Worker  staff.ID // allocated or a further worker
	Team    staff.TeamID
	Service string
	State   State
	Order   Order
	Skip    int
	Limit   int
}

// A Case is an open episode in a list.
type Case struct {
	person.Found
	Episode person.Episode
	// Since is the first day of what is asked about: that the case is open or,
	// in a list of a state, that it is in it. Zero where it is not known.
	Since date.Date
}

// Counts are how many cases of a query there are in each state, whatever state
// it asks for.
type Counts struct {
	All, Unallocated, Left, Away, Uncovered int
	// Oldest is since when the case has waited that is unallocated longest; zero
	// where none is, or where it is not known.
	Oldest date.Date
}

// In is the count of a state.
func (c Counts) In(s State) int {
	switch s {
	case Unallocated:
		return c.Unallocated
	case Left:
		return c.Left
	case Away:
		return c.Away
	case Uncovered:
		return c.Uncovered
	}
	return c.All
}

// A Member holds a role in a team today. The numbers are of open cases of the
// team's service in the scope that was asked with.
type Member struct {
	staff.Worker
	Role      access.Role
	Allocated int
	Further   int
	Away      person.Away
}

// Of picks the open allocations of an episode: who is allocated, if anybody,
// and who works with them.
func Of(list []Allocation, episode string) (allocated Allocation, further []Allocation) {
	for _, a := range list {
		switch {
		case a.Episode != episode || !a.Open():
		case a.Kind == Allocated:
			allocated = a
		default:
			further = append(further, a)
		}
	}
	return allocated, further
}

// Passing is how a case passes on, as definitions/work/handover.yaml has it. In
// the zero Passing no case can.
type Passing struct {
	EntryType    string // of the entry that the note becomes
	Title        string
	FollowUpDays int // for how long after its day something to do is asked about
	MostFurther  int // workers beside the allocated one
	Source       string
}
