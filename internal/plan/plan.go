package plan

import (
	"encoding/json"
	"fmt"
	"slices"

	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/person"
	"casefile/internal/staff"
)

// ID is a plan's key.
type ID string

// A Plan is one plan of a person. What it says is in its steps and, while it is
// written, in the parts of its draft.
type Plan struct {
	ID       ID
	Person   person.ID
	Service  string
	Kind     string
	Title    string // of the kind, at the time
	Episode  string // the work that it belongs to; empty for none
	Previous ID     // the plan that it carries on; empty for none
	Begun    date.Stamp
	Steps    []Step
	Draft    Draft
}

// A Draft is that a plan is being written. The zero Draft is that it is not. Rev counts
// what was saved of all its parts.
type Draft struct {
	Purpose Purpose
	Rev     int
	Saved   date.Instant
	SavedBy staff.ID
}

// A Purpose is for what a draft is written.
type Purpose string

// The purposes.
const (
	Write  Purpose = "write"  // a plan that was never in force
	Change Purpose = "change" // of one that is
	Review Purpose = "review"
	Close  Purpose = "close" // the last review, with why
)

// Reviews reports whether it measures progress.
func (p Purpose) Reviews() bool { return p == Review || p == Close }

// A Did says what a step is.
type Did string

// The steps. The first three have a Content.
const (
	Written    Did = "written"
	Reviewed   Did = "reviewed"
	Closed     Did = "closed"
	Returned   Did = "returned"   // with requests
	Authorised Did = "authorised" // it is in force, as it was written last
	Dropped    Did = "dropped"    // thrown away before it ever was in force
)

// does is what finishing a draft does.
var does = map[Purpose]Did{Write: Written, Change: Written, Review: Reviewed, Close: Closed}

// Does is the step by which a draft of the purpose ends.
func (p Purpose) Does() Did { return does[p] }

// purposes is for what a draft was written that ended in a step, after it was in force.
var purposes = map[Did]Purpose{Written: Change, Reviewed: Review, Closed: Close}

// A Step is something done with a plan.
type Step struct {
	Number     int // from 1
	Did        Did
	Reason     string     // requests of Returned, and why of Dropped
	Final      bool       // by this step what was written came into force
	Definition string     // of steps with a content: the file of the kind, by its hash
	Wrote      []staff.ID // likewise: who wrote in its draft
	By         staff.ID
	ByName     string // as the system knew it then
	ByRole     string
	Recorded   date.Stamp
}

// HasContent reports whether the step says what the plan is.
func (s Step) HasContent() bool { return slices.Contains([]Did{Written, Reviewed, Closed}, s.Did) }

// A State is where a plan stands.
type State string

// The states.
const (
	Drafted State = "draft"
	Waiting State = "waiting"  // for whoever authorises it
	Sent    State = "returned" // to be changed
	InForce State = "in force"
	Ended   State = "closed"
	Gone    State = "dropped"
)

// Last is the step done last; the zero one where there is none.
func (p Plan) Last() Step {
	if len(p.Steps) == 0 {
		return Step{}
	}
	return p.Steps[len(p.Steps)-1]
}

// State is where what was written last stands: one that waits, or was returned, may be
// of a plan whose version before is in force.
func (p Plan) State() State {
	switch last := p.Last(); {
	case last.Number == 0:
		return Drafted
	case last.Did == Dropped:
		return Gone
	case last.Did == Returned && p.Draft.Purpose != "":
		return Sent
	case last.HasContent() && !last.Final:
		return Waiting
	}
	says, ok := p.Says()
	switch {
	case !ok:
		return Sent
	case says.Did == Closed:
		return Ended
	}
	return InForce
}

// Known is the plan as it was known at a moment; the zero moment is now. A draft is plain
// state and was known to nobody: before it was finished there was no plan.
func (p Plan) Known(at date.Instant) (was Plan, ok bool) {
	if at == 0 {
		return p, true
	}
	p.Steps = slices.DeleteFunc(slices.Clone(p.Steps), func(s Step) bool { return s.Recorded.At > at })
	p.Draft = Draft{}
	return p, len(p.Steps) > 0
}

// Says is the step whose content is in force. Without one, ok is false.
func (p Plan) Says() (Step, bool) {
	final := -1
	for i, s := range p.Steps {
		if s.Final {
			final = i
		}
	}
	for i := final; i >= 0; i-- {
		if p.Steps[i].HasContent() {
			return p.Steps[i], true
		}
	}
	return Step{}, false
}

// Latest is the step that wrote last: what whoever authorises it reads.
func (p Plan) Latest() (Step, bool) {
	for _, s := range slices.Backward(p.Steps) {
		if s.HasContent() {
			return s, true
		}
	}
	return Step{}, false
}

// Wrote are those who wrote in what was finished since the plan came into force last, and
// who finished it: it is not theirs to authorise.
func (p Plan) Wrote() []staff.ID {
	var list []staff.ID
	for _, s := range p.Steps {
		if s.HasContent() {
			list = append(append(list, s.Wrote...), s.By)
		}
		if s.Final {
			list = nil
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Runs reports whether it is in force and not closed, whatever waits.
func (p Plan) Runs() bool {
	says, ok := p.Says()
	return ok && says.Did != Closed && p.State() != Gone
}

// Since is the day on which it first came into force; zero for never.
func (p Plan) Since() date.Date {
	for _, s := range p.Steps {
		if s.Final {
			return s.Recorded.At.Date()
		}
	}
	return date.Date{}
}

// Versions are the steps with a content that came into force, the first first.
func (p Plan) Versions() []Step {
	var list []Step
	var wrote Step
	for _, s := range p.Steps {
		if s.HasContent() {
			wrote = s
		}
		if s.Final && wrote.Number > 0 {
			list = append(list, wrote)
		}
	}
	return list
}

// Again is for what the draft is written that begins anew with what a step says, which
// was returned.
func (p Plan) Again(s Step) Purpose {
	if _, ok := p.Says(); !ok {
		return Write
	}
	return purposes[s.Did]
}

// A Day is a day as a content keeps it. The zero Day is not known.
type Day struct{ date.Date }

// MarshalText writes it as days are kept everywhere.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.Date.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Day) UnmarshalText(text []byte) (err error) {
	d.Date, err = date.Parse(string(text))
	return err
}

// A Stands says how an outcome or an action stands. Empty is that it goes on.
type Stands string

// How they stand.
const (
	GoesOn  Stands = ""
	Done    Stands = "done"     // of an action
	NotDone Stands = "not-done" // of an action, with why
	Reached Stands = "reached"  // of an outcome
	Given   Stands = "given-up" // of an outcome, with why
	Carried Stands = "carried"  // to the next plan
)

// A Content is what a plan says at a step. It holds its words, so that it can be read
// when its kind has left the definitions.
type Content struct {
	Words       Words      `json:"words"`
	Outcomes    []Outcome  `json:"outcomes,omitempty"`
	Targets     []Target   `json:"targets,omitempty"`
	ChildViews  string     `json:"child_views,omitempty"` // in the child's own words
	ParentViews string     `json:"parent_views,omitempty"`
	Boxes       []Answered `json:"boxes,omitempty"`
	Next        Day        `json:"next,omitzero"` // by when it is to be reviewed
	Review      *Finding   `json:"review,omitempty"`
}

// An Answered is a box of the kind with what was written in it.
type Answered struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// An Outcome is what should become better for the child.
type Outcome struct {
	ID       string    `json:"id"`
	Words    string    `json:"words"`
	OwnWords string    `json:"own_words,omitempty"` // what the child said about it
	Need     string    `json:"need,omitempty"`
	Actions  []Action  `json:"actions,omitempty"`
	Stands   Stands    `json:"stands,omitempty"`
	Why      string    `json:"why,omitempty"`
	From     ID        `json:"from,omitempty"`     // the plan that it was carried from
	Target   string    `json:"target,omitempty"`   // the target that became it
	Measured *Measured `json:"measured,omitempty"` // at the last review
}

// A Measured is how far an outcome was at a review.
type Measured struct {
	Value    string `json:"value"`
	Title    string `json:"title"`
	Evidence string `json:"evidence"`
	On       Day    `json:"on"`
}

// An Action is what is done for an outcome.
type Action struct {
	ID       string  `json:"id"`
	Words    string  `json:"words"`
	Owner    Owner   `json:"owner"`
	Service  string  `json:"service,omitempty"`
	Start    Day     `json:"start,omitzero"`
	End      Day     `json:"end,omitzero"`
	Priority string  `json:"priority,omitempty"`
	Pressing string  `json:"pressing,omitempty"` // the priority in words
	Sequence int     `json:"sequence,omitempty"`
	Marks    []Value `json:"marks,omitempty"`
	Task     bool    `json:"task,omitempty"` // its owner has it as a task
	Stands   Stands  `json:"stands,omitempty"`
	Why      string  `json:"why,omitempty"`
	From     ID      `json:"from,omitempty"`
	Target   string  `json:"target,omitempty"` // the target that became it
}

// Late reports whether an action that goes on is past its end.
func (a Action) Late(today date.Date) bool {
	return a.Stands == GoesOn && !a.End.IsZero() && a.End.Before(today)
}

// An OwnerKind is who does an action.
type OwnerKind string

// The kinds of owner.
const (
	WorkerOwns OwnerKind = "worker" // a worker here, by their key
	PersonOwns OwnerKind = "person" // somebody on the record, by their key
	AgencyOwns OwnerKind = "agency" // somebody else, in words
)

// An Owner is who does an action. Key is that of a worker or a person; Words are those
// of an agency.
type Owner struct {
	Kind  OwnerKind `json:"kind"`
	Key   string    `json:"key,omitempty"`
	Words string    `json:"words,omitempty"`
}

// A Target is what is to become part of the plan later. Outcome is what it would serve;
// empty for an outcome of its own.
type Target struct {
	ID      string `json:"id"`
	Words   string `json:"words"`
	Outcome string `json:"outcome,omitempty"`
	From    ID     `json:"from,omitempty"`
}

// A Finding is what a review found.
type Finding struct {
	On          Day      `json:"on"`
	Due         Day      `json:"due,omitzero"` // by when it had to be
	Late        string   `json:"late,omitempty"`
	Who         string   `json:"who,omitempty"` // who took part
	ChildViews  string   `json:"child_views,omitempty"`
	ParentViews string   `json:"parent_views,omitempty"`
	Reason      string   `json:"reason,omitempty"` // why the plan was closed
	Found       []Found  `json:"found,omitempty"`  // outcome by outcome
	Results     []Result `json:"results,omitempty"`
}

// A Found is how far one outcome was, and how it stands since.
type Found struct {
	Outcome  string `json:"outcome"`
	Words    string `json:"words"`
	Value    string `json:"value"`
	Title    string `json:"title"`
	Evidence string `json:"evidence"`
	Stands   Stands `json:"stands,omitempty"`
	Why      string `json:"why,omitempty"`
}

// A Result is how one action stands since.
type Result struct {
	Action string `json:"action"`
	Stands Stands `json:"stands,omitempty"`
	Why    string `json:"why,omitempty"`
}

// Of is what a review found of an outcome.
func (f *Finding) Of(outcome string) (Found, bool) {
	if f == nil {
		return Found{}, false
	}
	i := slices.IndexFunc(f.Found, func(x Found) bool { return x.Outcome == outcome })
	if i < 0 {
		return Found{}, false
	}
	return f.Found[i], true
}

// Outcome finds an outcome.
func (c Content) Outcome(id string) (Outcome, bool) {
	i := slices.IndexFunc(c.Outcomes, func(o Outcome) bool { return o.ID == id })
	if i < 0 {
		return Outcome{}, false
	}
	return c.Outcomes[i], true
}

// Action finds an action, and the outcome that it serves.
func (c Content) Action(id string) (Action, Outcome, bool) {
	for _, o := range c.Outcomes {
		for _, a := range o.Actions {
			if a.ID == id {
				return a, o, true
			}
		}
	}
	return Action{}, Outcome{}, false
}

// Target finds a target.
func (c Content) Target(id string) (Target, bool) {
	i := slices.IndexFunc(c.Targets, func(t Target) bool { return t.ID == id })
	if i < 0 {
		return Target{}, false
	}
	return c.Targets[i], true
}

// Actions are all actions, in the order in which they are done: by their place in the
// sequence, then by their start.
func (c Content) Actions() []Action {
	var list []Action
	for _, o := range c.Outcomes {
		list = append(list, o.Actions...)
	}
	slices.SortStableFunc(list, inOrder)
	return list
}

func inOrder(a, b Action) int {
	place := func(x Action) int {
		if x.Sequence == 0 {
			return MostSequence + 1
		}
		return x.Sequence
	}
	if d := place(a) - place(b); d != 0 {
		return d
	}
	return a.Start.Compare(b.Start.Date)
}

// JSON is a content as it is kept.
func (c Content) JSON() ([]byte, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("write what a plan says: %w", err)
	}
	return text, nil
}

// ParseContent reads a content as it is kept.
func ParseContent(text []byte) (c Content, err error) {
	if err := json.Unmarshal(text, &c); err != nil {
		return c, fmt.Errorf("read what a plan says: %w", err)
	}
	return c, nil
}

// A Served is that an entry says which action of a plan it served, or that it did not
// after all. The last said of one counts.
type Served struct {
	Plan     ID
	Action   string
	Entry    entry.ID
	Serves   bool
	By       staff.ID
	Recorded date.Stamp
}
