// Package concerns is the pages on which somebody reports that a file was seen
// who should not have, and on which that is handled to its end.
package concerns

import (
	"slices"

	"casefile/internal/casework"
	"casefile/internal/concern"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/staff"
	"casefile/internal/web/file"
	"casefile/internal/web/frame"
	"casefile/internal/web/govuk"
	"casefile/internal/web/moj"
)

// Home is the address of the list.
const Home = "/concerns"

// Nobody is the choice that the worker is none of those found, or not known.
const Nobody = "none"

// Finding is a choice of one worker, by words of their name.
type Finding struct {
	Words  string
	Found  []staff.Colleague
	More   bool
	Chosen staff.ID // or Nobody
}

// ReportPage is the form of a report.
type ReportPage struct {
	file.File
	ID               concern.ID
	Text             string
	Day, Month, Year string
	Worker           Finding
	Problems         []fault.Problem
}

// ListPage is the concerns that the viewer handles, and those they reported.
type ListPage struct {
	frame.Frame
	Words  frame.Words
	List   casework.ConcernList
	Closed bool
	Newer  string
	Older  string
	Told   frame.Told
}

// OnePage is one concern.
type OnePage struct {
	file.File
	Concern casework.Handled
	Take    string // the key of the step of taking it on
	Told    frame.Told
}

// StepPage is the form of one step. Clash says that somebody took another step
// since the page was made on which this was typed.
type StepPage struct {
	file.File
	Concern  casework.Handled
	Step     concern.Step // as typed; its ID is drawn with the page
	Worker   Finding
	Evidence casework.EvidencePage // of a step of evidence
	Newer    string
	Older    string
	Clash    string
	Problems []fault.Problem
}

// AnswerPage is the questions to a worker, and their answer.
type AnswerPage struct {
	frame.Frame
	Questions []casework.Question
	ID        string
	Text      string
	Clash     bool
	Problems  []fault.Problem
}

// Address is where a concern stands.
func Address(c concern.ID) string { return Home + "/" + string(c) }

func (p OnePage) href(way string) string { return Address(p.Concern.ID) + way }

func (p StepPage) href(way string) string { return Address(p.Concern.ID) + way }

// A way is a step that may be taken next.
type way struct {
	kind concern.Kind
	link string
}

// ways are the steps to offer, in the order in which they come.
func (p OnePage) ways() []way {
	var ws []way
	for _, w := range []way{
		{concern.Confirm, "Confirm whom it is about"},
		{concern.Names, "Say whom it is about"},
		{concern.Evidence, "Pick looks as evidence"},
		{concern.Ask, "Ask somebody"},
		{concern.Note, "Add a note"},
		{concern.Decide, "Decide what came of it"},
		{concern.Close, "Close it"},
		{concern.Reopen, "Open it again"},
	} {
		if p.Concern.MayStep[w.kind] {
			ws = append(ws, w)
		}
	}
	return ws
}

var titles = map[concern.Kind]string{
	concern.Names: "Say whom it is about", concern.Confirm: "Confirm whom it is about", concern.Evidence: "Pick looks as evidence", concern.Ask: "Ask somebody", concern.Note: "Add a note",
	concern.Decide: "Decide what came of it", concern.Close: "Close this concern", concern.Reopen: "Open this concern again",
}

var buttons = map[concern.Kind]string{
	concern.Names: "Save", concern.Confirm: "Confirm", concern.Evidence: "Keep as evidence", concern.Ask: "Ask", concern.Note: "Add the note",
	concern.Decide: "Decide", concern.Close: "Close it", concern.Reopen: "Open it again",
}

// label is the question above the text of a step.
var label = map[concern.Kind]string{
	concern.Names: "How do you know?", concern.Confirm: "Why do you confirm it?", concern.Evidence: "What do they show?", concern.Ask: "What do you want to know?",
	concern.Note: "Note", concern.Decide: "Why?", concern.Close: "Why can it be closed?", concern.Reopen: "Why does it have to be opened again?",
}

// hint is what the asker should know before writing.
var hint = map[concern.Kind]string{
	concern.Names: "A worker who handles concerns themselves is only taken off this one once another who handles it has confirmed it, so that nobody can shut everybody else out. Until then they see that they are named. If they must not know, report a new concern about them instead.",
	concern.Ask:   "They read this question and nothing else of the concern. If you ask the worker it is about, they learn of it.",
}

// did says what a step was.
func did(s concern.Step, outcomes []casework.Outcome) string {
	switch s.Kind {
	case concern.TakeOn:
		return "Took it on"
	case concern.Ask:
		return "Asked " + s.WorkerName
	case concern.Answer:
		return "Answered"
	case concern.Note:
		return "Note"
	case concern.Evidence:
		return "Evidence"
	case concern.Names:
		return "About " + s.WorkerName
	case concern.Propose:
		return "About " + s.WorkerName + ": to be confirmed"
	case concern.Confirm:
		return "Confirmed: about " + s.WorkerName
	case concern.Decide:
		return "Decided: " + outcome(s.Outcome, outcomes)
	case concern.Close:
		return "Closed it"
	case concern.Reopen:
		return "Opened it again"
	}
	return string(s.Kind)
}

// outcome is what a decision is called; its own word where the definitions no
// longer have it.
func outcome(id string, outcomes []casework.Outcome) string {
	for _, o := range outcomes {
		if o.ID == id {
			return o.Title
		}
	}
	return id
}

// state says how a concern stands.
func (p OnePage) state() string {
	now := p.Concern.Now
	switch {
	case now.Closed:
		return "Closed"
	case now.Handler == "":
		return "Open. Nobody has taken it on"
	case now.Decision != nil:
		return "Decided, not closed. " + now.HandlerName + " has taken it on"
	}
	return "Open. " + now.HandlerName + " has taken it on"
}

func (p OnePage) about() string {
	who, name := p.Concern.Suspect()
	for _, w := range p.Concern.Now.Waiting {
		if w.Worker == who {
			name += ", not confirmed yet"
		}
	}
	return or(name, "Not known")
}

// waiting are those of whom it is not confirmed yet that the concern is about
// them, each once.
func (p OnePage) waiting() []string {
	var names []string
	for _, w := range p.Concern.Now.Waiting {
		if !slices.Contains(names, w.WorkerName) {
			names = append(names, w.WorkerName)
		}
	}
	return names
}

// confirmable are the workers of whom the viewer may confirm it.
func (p StepPage) confirmable() []govuk.RadiosItem {
	var items []govuk.RadiosItem
	for _, w := range p.Concern.ToConfirm {
		items = append(items, govuk.RadiosItem{Value: string(w.Worker), Text: w.WorkerName, Hint: govuk.HintOptions{Text: "Named by " + w.ByName + ", " + w.ByRole}})
	}
	return items
}

func happened(d date.Date) string { return or(d.Long(), "Not known") }

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (p OnePage) steps() []moj.TimelineItem {
	items := make([]moj.TimelineItem, 0, len(p.Concern.Steps))
	for _, s := range p.Concern.Steps {
		items = append(items, moj.TimelineItem{
			Label: govuk.Content{Text: did(s, p.Concern.Outcomes)}, Byline: govuk.Content{Text: s.ByName + ", " + s.ByRole},
			Datetime: s.Recorded.At.Time().Format("2006-01-02T15:04"), Date: s.Recorded.At.Long(), HTML: p.step(s),
		})
	}
	return items
}

// looksOf are the footprints of a step of evidence, in their order.
func (p OnePage) looksOf(s concern.Step) []footprint.Look {
	looks := make([]footprint.Look, 0, len(s.Looks))
	for _, n := range s.Looks {
		if l, ok := p.Concern.Looks[n]; ok {
			looks = append(looks, l)
		}
	}
	return looks
}

// radios are the workers found, and the choice that it is none of them.
func (f Finding) radios(none string) []govuk.RadiosItem {
	items := make([]govuk.RadiosItem, 0, len(f.Found)+2)
	seen := map[staff.ID]bool{}
	for _, c := range f.Found {
		if seen[c.ID] {
			continue // a worker of two roles stands there twice
		}
		seen[c.ID] = true
		items = append(items, govuk.RadiosItem{Value: string(c.ID), Text: c.Name(), Hint: govuk.HintOptions{Text: or(c.JobTitle, string(c.Role)) + ", " + c.TeamName}})
	}
	if none != "" {
		items = append(items, govuk.RadiosItem{Divider: "or"}, govuk.RadiosItem{Value: Nobody, Text: none})
	}
	return items
}

// tag shows how a concern in a list stands.
func tag(l casework.ConcernLine) govuk.TagOptions {
	switch {
	case l.Closed:
		return govuk.TagOptions{Text: "Closed", Classes: "govuk-tag--grey"}
	case l.Handler == "":
		return govuk.TagOptions{Text: "Not taken on", Classes: "govuk-tag--red"}
	case l.Decision != "":
		return govuk.TagOptions{Text: "Decided", Classes: "govuk-tag--blue"}
	}
	return govuk.TagOptions{Text: "Open", Classes: "govuk-tag--yellow"}
}
