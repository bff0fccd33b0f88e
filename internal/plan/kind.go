// Package plan holds plans: what should become better for a child (outcomes), what is
// done for it by whom and by when (actions, each with the service that does it), what
// comes later (targets), and what each review found. A plan carries versions, and a
// change supersedes. Kinds of plan are data, in definitions/plans; nothing here names
// one.
package plan

import (
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/task"
)

// A Kind is a kind of plan, as definitions/plans/ID.yaml has it.
type Kind struct {
	ID          string
	Title       string
	Help        string // a sentence for whoever writes it; may be empty
	Service     string // whose plan it is
	Words       Words
	Required    []string // the further fields that must be answered, of Requirable
	Boxes       []Box    // what else it asks about the plan as a whole
	Marks       []Mark   // what an action may be marked as
	Priorities  Scale    // of actions, the most pressing first
	Progress    Scale    // of outcomes at a review, the best first
	WriteBy     []access.Role
	AuthoriseBy []access.Role // empty with NoAuthorise
	NoAuthorise bool          // it is in force once it is written
	Due         task.Limit    // from the day the case was opened; zero for none
	Review      Cycle
	Source      string
}

// Words are what a service calls the pieces of its plans, as a heading has them.
type Words struct {
	Outcome string `json:"outcome"`
	Need    string `json:"need"`
	Action  string `json:"action"`
}

// A Box is something that a kind of plan asks about the plan as a whole.
type Box struct {
	ID       string
	Title    string
	Help     string
	Required bool
	Source   string
}

// A Mark is what an action may be marked as, and how many of them a plan needs.
type Mark struct {
	ID      string
	Title   string
	AtLeast int
	Source  string
}

// A Scale is a list of values, in order.
type Scale struct {
	Values []Value
	Source string
}

// A Value is one of a scale.
type Value struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Title is what a value is called, and the word itself where it is none of the scale.
func (s Scale) Title(id string) string {
	if i := slices.IndexFunc(s.Values, func(v Value) bool { return v.ID == id }); i >= 0 {
		return s.Values[i].Title
	}
	return id
}

// Has reports whether a value is one of the scale.
func (s Scale) Has(id string) bool {
	return slices.ContainsFunc(s.Values, func(v Value) bool { return v.ID == id })
}

// A Cycle is within what time a plan is reviewed: the first time from when it came into
// force, and then from the review before.
type Cycle struct{ First, Then task.Limit }

// Next is by when a plan is to be reviewed, from the day it came into force or was
// reviewed. The error is that of task.Limit.
func (c Cycle) Next(in task.Calendars, from date.Date, first bool) (date.Date, error) {
	if first {
		return c.First.Due(in, from)
	}
	return c.Then.Due(in, from)
}

// Requirable are the fields that a kind may require beside those that every plan needs.
var Requirable = []string{FieldOwnWords, FieldNeed, FieldService, FieldStart, FieldEnd, FieldPriority, FieldSequence, FieldChildViews, FieldParentViews}

// Requires reports whether a field must be answered.
func (k Kind) Requires(field string) bool { return slices.Contains(k.Required, field) }

// Writes and Authorises report whether a role may.
func (k Kind) Writes(r access.Role) bool { return slices.Contains(k.WriteBy, r) }

// Authorises reports whether a role authorises plans of the kind.
func (k Kind) Authorises(r access.Role) bool { return slices.Contains(k.AuthoriseBy, r) }

// For is the kind with other roles.
func (k Kind) For(write, authorise []access.Role, none bool) Kind {
	k.WriteBy, k.AuthoriseBy, k.NoAuthorise = write, authorise, none
	return k
}
