// Package concern describes a suspected breach: that somebody saw a file who
// should not have, reported by anybody and handled to an end (KF-03). What is
// written in one names workers, so it is kept sealed.
package concern

import (
	"slices"
	"unicode/utf8"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/staff"
)

// An ID is the key of a concern.
type ID string

// A Concern is one report and everything that was done about it. Nothing of it
// is changed: a step is added. Text is sealed in the store.
type Concern struct {
	ID           ID
	Person       person.ID
	Reporter     staff.ID
	ReporterName string // as it was then
	ReporterRole string // the title of the role they acted in
	About        staff.ID
	AboutName    string    // read, never written
	Happened     date.Date // zero where nobody knows
	Hit          string    // the watch-list hit it came of; empty for a report
	Sealed       []byte
	Recorded     date.Stamp
	Steps        []Step // in the order in which they were taken
	Text         string
}

// A Kind is what a step does.
type Kind string

// The kinds of step.
const (
	TakeOn   Kind = "take-on"  // the signer handles it from here on
	Ask      Kind = "ask"      // Worker is asked the question in Text
	Answer   Kind = "answer"   // by the worker asked
	Note     Kind = "note"     // something found out, or thought
	Evidence Kind = "evidence" // Looks are the footprints picked
	Names    Kind = "names"    // Worker is whom it is about
	Propose  Kind = "propose"  // the same of somebody who handles concerns: it waits for Confirm
	Confirm  Kind = "confirm"  // by another than who proposed it: Worker is whom it is about
	Decide   Kind = "decide"   // Outcome, why, what was done, and whether the person has to be told
	Close    Kind = "close"
	Reopen   Kind = "reopen"
)

// A Step is one thing done about a concern, signed and dated. Text and Done are
// sealed in the store.
type Step struct {
	ID         string
	Number     int // counts from 1; two steps that are both the next one clash
	Kind       Kind
	By         staff.ID
	ByName     string // as it was then
	ByRole     string // the title of the role they acted in
	Worker     staff.ID
	WorkerName string // read, never written
	Outcome    string // of Decide, as definitions/access/concerns.yaml names it
	Tell       string // of Decide: "yes" or "no", whether the person has to be told
	Looks      []int64
	Sealed     []byte
	Recorded   date.Stamp
	Text       string
	Done       string
}

// Words are what of a concern or a step is sealed.
type Words struct {
	Text string `json:"text"`
	Done string `json:"done,omitempty"`
}

// An Outcome is what a concern may be decided as.
type Outcome struct {
	ID        string
	Title     string
	Help      string
	Confirmed bool // it was a breach
	Source    string
}

// A State is how a concern stands.
type State struct {
	Handler     staff.ID // who took it on last; empty while nobody has
	HandlerName string
	About       []staff.ID // everybody it is or was said to be about
	Decision    *Step      // the last, since it was opened or opened again
	Closed      bool
	Asked       []Step // questions that nobody has answered yet
	Waiting     []Step // proposals of whom it is about that nobody has confirmed yet
}

// State reads how a concern stands from its steps.
func (c Concern) State() State {
	var s State
	if c.About != "" {
		s.About = append(s.About, c.About)
	}
	for i, step := range c.Steps {
		switch step.Kind {
		case TakeOn:
			s.Handler, s.HandlerName = step.By, step.ByName
		case Ask:
			s.Asked = append(s.Asked, step)
		case Answer:
			s.Asked = slices.DeleteFunc(s.Asked, func(q Step) bool { return q.Worker == step.By })
		case Propose:
			if !slices.ContainsFunc(s.Waiting, func(p Step) bool { return p.Worker == step.Worker }) {
				s.Waiting = append(s.Waiting, step)
			}
		case Names, Confirm:
			s.About = append(s.About, step.Worker)
			s.Waiting = slices.DeleteFunc(s.Waiting, func(p Step) bool { return p.Worker == step.Worker })
		case Decide:
			s.Decision = &c.Steps[i]
		case Close:
			s.Closed = true
		case Reopen:
			s.Closed, s.Decision = false, nil
		}
	}
	return s
}

// IsAbout reports whether the concern is, or was said to be, about a worker.
// Such a worker neither handles it nor knows of it. Of whom it is only proposed
// it does not hold yet.
func (c Concern) IsAbout(w staff.ID) bool { return slices.Contains(c.State().About, w) }

// Confirmable are the proposals that a worker may confirm: not their own, and
// none of themselves.
func (c Concern) Confirmable(by staff.ID) []Step {
	return slices.DeleteFunc(c.State().Waiting, func(p Step) bool { return p.By == by || p.Worker == by })
}

// Suspect is whom the concern is about now: the last who was named, whether or
// not that waits.
func (c Concern) Suspect() (staff.ID, string) {
	w, name := c.About, c.AboutName
	for _, s := range c.Steps {
		if s.Kind == Names || s.Kind == Propose {
			w, name = s.Worker, s.WorkerName
		}
	}
	return w, name
}

// MaxText is how long the words of a concern or a step may be, in characters.
const MaxText = 10_000

// May says whether a worker may take a step of a kind now, and if not, why.
// Errors are Conflict: the page on which it was offered is out of date.
func (c Concern) May(k Kind, by staff.ID) error {
	s := c.State()
	switch {
	case s.Closed && k != Reopen:
		return fault.New(fault.Conflict, "This concern is closed. To go on with it, open it again.")
	case k == Reopen:
		if !s.Closed {
			return fault.New(fault.Conflict, "This concern is open.")
		}
		return nil
	case k == TakeOn:
		if s.Handler == by {
			return fault.New(fault.Conflict, "You have taken this on already.")
		}
		return nil
	case k == Confirm:
		if len(c.Confirmable(by)) == 0 {
			return fault.New(fault.Conflict, "There is nothing here that you may confirm: another than who named a worker does, and not that worker.")
		}
		return nil
	case k == Answer:
		if !slices.ContainsFunc(s.Asked, func(q Step) bool { return q.Worker == by }) {
			return fault.New(fault.Conflict, "You have answered this already.")
		}
		return nil
	case s.Handler == "":
		return fault.New(fault.Conflict, "Nobody has taken this on yet. Take it on first.")
	case s.Handler != by:
		return fault.New(fault.Conflict, "Somebody else has taken this on. To go on with it yourself, take it over.")
	case (k == Decide || k == Close) && slices.ContainsFunc(s.Waiting, func(p Step) bool { return p.Worker == by }):
		return fault.New(fault.Conflict, "You are named in this concern, so somebody else has to decide and close it.")
	case k == Close && s.Decision == nil:
		return fault.New(fault.Conflict, "Decide what came of it before you close it.")
	}
	return nil
}

// Check says what is wrong with what a step says, field by field. The fields
// are those of the form of its kind.
func (s Step) Check(outcomes []Outcome) []fault.Problem {
	var ps []fault.Problem
	text := func(field, missing, label, value string) {
		switch {
		case value == "":
			ps = append(ps, fault.Problem{Field: field, Message: missing})
		case utf8.RuneCountInString(value) > MaxText:
			ps = append(ps, fault.TooLong(field, label, MaxText))
		}
	}
	switch s.Kind {
	case Ask:
		if s.Worker == "" {
			ps = append(ps, fault.Problem{Field: "worker", Message: "Select whom to ask"})
		}
		text("text", "Enter what you want to know", "The question", s.Text)
	case Names, Confirm:
		if s.Worker == "" {
			ps = append(ps, fault.Problem{Field: "worker", Message: "Select whom it is about"})
		}
		text("text", "Enter how you know", "How you know", s.Text)
	case Answer:
		text("text", "Enter your answer", "Your answer", s.Text)
	case Note:
		text("text", "Enter what you want to note", "The note", s.Text)
	case Evidence:
		if len(s.Looks) == 0 {
			ps = append(ps, fault.Problem{Field: "look", Message: "Tick at least one look"})
		}
		text("text", "Enter what they show", "What they show", s.Text)
	case Decide:
		if !slices.ContainsFunc(outcomes, func(o Outcome) bool { return o.ID == s.Outcome }) {
			ps = append(ps, fault.Problem{Field: "outcome", Message: "Select what came of it"})
		}
		text("text", "Enter why", "Why", s.Text)
		text("done", "Enter what was done", "What was done", s.Done)
		if s.Tell != "yes" && s.Tell != "no" {
			ps = append(ps, fault.Problem{Field: "tell", Message: "Select whether the person has to be told"})
		}
	case Close:
		text("text", "Enter why it can be closed", "Why it can be closed", s.Text)
	case Reopen:
		text("text", "Enter why it has to be opened again", "Why", s.Text)
	}
	return ps
}

// A Listed is a concern in a list: how it stands, and nothing of what it says.
type Listed struct {
	ID       ID
	Person   person.ID
	At       date.Instant
	Place    int64  // in the list
	Handler  string // name; empty while nobody has taken it on
	Mine     bool   // the viewer has taken it on
	Closed   bool
	FromHit  bool
	Decision string // outcome; empty while it is not decided
}
