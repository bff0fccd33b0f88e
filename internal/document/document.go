// Package document holds forms that are filled in for a person: drafted by several
// hands, completed, authorised or returned, and corrected. A draft is plain state;
// every step behind it is a version that stays.
package document

import (
	"encoding/json"
	"fmt"
	"slices"

	"casefile/internal/date"
	"casefile/internal/form"
	"casefile/internal/person"
	"casefile/internal/staff"
)

// ID is a document's key.
type ID string

// A Document is one form filled in for one person. What it says is in its steps and,
// while it is written, in its Sections.
type Document struct {
	ID         ID
	Person     person.ID
	Service    string
	Form       string
	Version    int    // of the form
	Title      string // of the form, at the time
	Definition string // the file of the form, by its hash
	Episode    string // the work that it belongs to; empty for none
	Previous   ID     // the final document of the form when this was begun; empty for none
	Begun      date.Stamp
	Steps      []Step
	Saved      date.Instant // when its draft was last saved; zero where there is none
	SavedBy    staff.ID
}

// A Did says what a step is.
type Did string

// The steps.
const (
	Completed  Did = "completed"  // all that the form asks is there
	Returned   Did = "returned"   // with requests
	Authorised Did = "authorised" // it is final
	Reopened   Did = "reopened"   // to correct it, with why (CR-29)
	Kept       Did = "kept"       // it was not corrected after all
	Dropped    Did = "dropped"    // thrown away before it was ever completed
)

// A Step is something done with a document. Completed ones have a Content.
type Step struct {
	Number int // from 1
	Did    Did
	// Reason is the requests of Returned, and why of Reopened, Kept and Dropped.
	Reason string
	// Final is set of the step that made it final: Authorised, or Completed where
	// nobody has to authorise it.
	Final    bool
	Grounds  Grounds    // of Reopened
	Rested   bool       // of Reopened: decisions rested on what it said
	Effects  []Effect   // what it brought about
	Wrote    []staff.ID // of Completed: who wrote in its draft
	By       staff.ID
	ByName   string // as the system knew it then
	ByRole   string
	Recorded date.Stamp
}

// Grounds are why a final document may be corrected, and no other.
type Grounds string

// The grounds. Source: CR-29.
const (
	Inaccurate    Grounds = "inaccurate"    // significantly
	Inappropriate Grounds = "inappropriate" // it should never have been written there
)

// A State is where a document stands.
type State string

// The states.
const (
	Draft      State = "draft"
	Waiting    State = "waiting" // for whoever authorises it
	Sent       State = "returned"
	Final      State = "final"
	Correcting State = "correcting" // what was final still counts meanwhile
	Gone       State = "dropped"
)

// State is where it stands after its last step.
func (d Document) State() State {
	if len(d.Steps) == 0 {
		return Draft
	}
	switch last := d.Steps[len(d.Steps)-1]; last.Did {
	case Completed:
		if last.Final {
			return Final
		}
		return Waiting
	case Returned:
		return Sent
	case Reopened:
		return Correcting
	case Dropped:
		return Gone
	}
	return Final
}

// Known is the document as it was known at a moment; the zero moment is now. A draft is
// plain state and was known to nobody: before it was completed there was no document.
func (d Document) Known(at date.Instant) (was Document, ok bool) {
	if at == 0 {
		return d, true
	}
	d.Steps = slices.DeleteFunc(slices.Clone(d.Steps), func(s Step) bool { return s.Recorded.At > at })
	d.Saved, d.SavedBy = 0, ""
	return d, len(d.Steps) > 0
}

// Written reports whether it has a draft to write in.
func (d Document) Written() bool {
	return slices.Contains([]State{Draft, Sent, Correcting}, d.State())
}

// WasFinal reports whether it ever was.
func (d Document) WasFinal() bool {
	return slices.ContainsFunc(d.Steps, func(s Step) bool { return s.Final })
}

// Says is the step whose content is what the document says: of the last time that it
// became final. Without one, ok is false.
func (d Document) Says() (Step, bool) {
	final := -1
	for i, s := range d.Steps {
		if s.Final {
			final = i
		}
	}
	for i := final; i >= 0; i-- {
		if d.Steps[i].Did == Completed {
			return d.Steps[i], true
		}
	}
	return Step{}, false
}

// Latest is the step last completed: what whoever authorises it reads.
func (d Document) Latest() (Step, bool) {
	for _, s := range slices.Backward(d.Steps) {
		if s.Did == Completed {
			return s, true
		}
	}
	return Step{}, false
}

// Wrote are those who wrote in what was completed since the document was final last, and
// who completed it: it is not theirs to authorise.
func (d Document) Wrote() []staff.ID {
	var list []staff.ID
	for _, s := range d.Steps {
		if s.Did == Completed {
			list = append(append(list, s.Wrote...), s.By)
		}
		if s.Final {
			list = nil
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// FinalOn is the day on which it became final, the last time; zero for never.
func (d Document) FinalOn() date.Date {
	for _, s := range slices.Backward(d.Steps) {
		if s.Final {
			return s.Recorded.At.Date()
		}
	}
	return date.Date{}
}

// Last is the step done last; the zero one where there is none.
func (d Document) Last() Step {
	if len(d.Steps) == 0 {
		return Step{}
	}
	return d.Steps[len(d.Steps)-1]
}

// Versions are the completed steps that were followed by a final one: what the
// document said, one time after the other.
func (d Document) Versions() []Step {
	var list []Step
	var completed Step
	for _, s := range d.Steps {
		if s.Did == Completed {
			completed = s
		}
		if s.Final && completed.Number > 0 {
			list = append(list, completed)
		}
	}
	return list
}

// A Section is what was last saved of one section of a draft, as plain state: each
// save replaces the answers. Rev counts the saves; a save names the Rev it read. The
// section without a name holds the reasons for exceptions to rules.
type Section struct {
	Document ID
	ID       string
	Rev      int
	Answers  form.Answers // of this section alone
	Saved    date.Instant
	By       staff.ID
}

// Writers are those who wrote in a draft, by its sections, what was written over in them,
// and the evidence that was weighed for it since it began. What nobody has saved since the draft began
// makes nobody its writer.
func Writers(sections, earlier []Section, evidence []Evidence, since date.Instant) []staff.ID {
	var list []staff.ID
	for _, s := range slices.Concat(sections, earlier) {
		// Weighing evidence counts the section without a name, and is nobody's save of it.
		if s.Rev > 1 && (s.ID != "" || len(s.Answers.Exceptions) > 0) {
			list = append(list, s.By)
		}
	}
	for _, e := range evidence {
		if e.At >= since {
			list = append(list, e.By)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Whole is the answers of all sections together.
func Whole(sections []Section) form.Answers {
	var all form.Answers
	for _, s := range sections {
		for id, answers := range s.Answers.Sections {
			for q, v := range answers {
				all.Set(id, q, v)
			}
		}
		all.Exceptions = joined(all.Exceptions, s.Answers.Exceptions)
		all.Copied = joined(all.Copied, s.Answers.Copied)
		all.Anew = joined(all.Anew, s.Answers.Anew)
		all.Fell = joined(all.Fell, s.Answers.Fell)
		all.Reviewed = joined(all.Reviewed, s.Answers.Reviewed)
	}
	return all
}

func joined[T any](a, b map[string]T) map[string]T {
	if a == nil && len(b) > 0 {
		a = map[string]T{}
	}
	for k, v := range b {
		a[k] = v
	}
	return a
}

// Part is the answers of one section alone; that without a name has the exceptions.
func Part(a form.Answers, section string) form.Answers {
	if section == "" {
		return form.Answers{Exceptions: a.Exceptions}
	}
	var part form.Answers
	if s, ok := a.Sections[section]; ok {
		part.Sections = map[string]map[string]any{section: s}
	}
	if from, ok := a.Copied[section]; ok {
		part.Copied = map[string]string{section: from}
	}
	if anew := form.AnewOf(a, section); len(anew) > 0 {
		part.Anew = anew
	}
	if fell := form.FellOf(a, section); len(fell) > 0 {
		part.Fell = fell
	}
	if a.Reviewed[section] {
		part.Reviewed = map[string]bool{section: true}
	}
	return part
}

// A Content is what a completed document says: the answers as they were given, what
// the form made of them, and in what surroundings, so that it can be made again.
type Content struct {
	Answers form.Answers
	Said    *form.Final
	Printed form.Printed
	Scores  []form.ScoreValue
	Judged  Judged
	// Evidence is what of the record was taken up for it, and set aside.
	Evidence []Evidence
}

// A Judged is what a document was judged in. Previous and Uses are the documents
// that it read, each with the step whose content that was.
type Judged struct {
	Today, Born, Opened date.Date
	Facts               map[string][]string
	Previous            Read
	Uses                map[string]Read
}

// judged is a Judged as it is kept.
type judged struct {
	Today    string              `json:"today"`
	Born     string              `json:"born,omitempty"`
	Opened   string              `json:"opened,omitempty"`
	Facts    map[string][]string `json:"facts,omitempty"`
	Previous Read                `json:"previous,omitzero"`
	Uses     map[string]Read     `json:"uses,omitempty"`
}

// MarshalJSON writes days as they are kept everywhere.
func (j Judged) MarshalJSON() ([]byte, error) {
	return json.Marshal(judged{j.Today.String(), j.Born.String(), j.Opened.String(), j.Facts, j.Previous, j.Uses})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (j *Judged) UnmarshalJSON(text []byte) error {
	var k judged
	if err := json.Unmarshal(text, &k); err != nil {
		return err
	}
	j.Facts, j.Previous, j.Uses = k.Facts, k.Previous, k.Uses
	for _, d := range []struct {
		into *date.Date
		day  string
	}{{&j.Today, k.Today}, {&j.Born, k.Born}, {&j.Opened, k.Opened}} {
		var err error
		if *d.into, err = date.Parse(d.day); err != nil {
			return fmt.Errorf("a day that a document was judged in: %w", err)
		}
	}
	return nil
}

// A Read is a document that another read.
type Read struct {
	Document ID  `json:"document"`
	Step     int `json:"step"`
}

// An Effect is something that completing or signing brings about, in words. Done is
// set where the program did it; otherwise somebody has to.
type Effect struct {
	Words string `json:"words"`
	Done  bool   `json:"done,omitempty"`
	// Requires is the form that has to be completed because of it, if any, and By the
	// day by when: YYYY-MM-DD, empty for none.
	Requires string `json:"requires,omitempty"`
	By       string `json:"by,omitempty"`
}

// Required is a form that has to be completed because of what a document says.
type Required struct {
	Form  string
	By    date.Date // zero for no day
	Since date.Stamp
	Title string // of the document
	ID    ID
}

// Requires are the forms that a document has to be followed by: those of what it says
// and, while that waits or is corrected, of what was completed last. Each is required
// since the first step that said so.
func (d Document) Requires() []Required {
	from := d.Last().Number + 1
	if says, ok := d.Says(); ok {
		from = says.Number
	} else if latest, ok := d.Latest(); ok {
		from = latest.Number
	}
	var list []Required
	for _, s := range d.Steps {
		for _, e := range s.Effects {
			if e.Requires == "" {
				continue
			}
			i := slices.IndexFunc(list, func(r Required) bool { return r.Form == e.Requires })
			if i < 0 {
				i = len(list)
				list = append(list, Required{Form: e.Requires, Since: s.Recorded, Title: d.Title, ID: d.ID})
			}
			if s.Number >= from {
				by, err := date.Parse(e.By)
				if err == nil && (list[i].By.IsZero() || by.Before(list[i].By)) {
					list[i].By = by
				}
			}
		}
	}
	return slices.DeleteFunc(list, func(r Required) bool {
		return !slices.ContainsFunc(d.Steps, func(s Step) bool {
			return s.Number >= from && slices.ContainsFunc(s.Effects, func(e Effect) bool { return e.Requires == r.Form })
		})
	})
}

// Meets reports whether a document is what was required: of the form, completed since, and
// not the correction of one that was final before.
func (d Document) Meets(r Required) bool {
	if d.Form != r.Form {
		return false
	}
	for _, s := range d.Steps {
		switch {
		case s.Final && s.Recorded.Seq <= r.Since.Seq:
			return false
		case s.Did == Completed && s.Recorded.Seq > r.Since.Seq:
			return true
		}
	}
	return false
}

// made is all of a Content but its answers, as it is kept.
type made struct {
	Said    json.RawMessage   `json:"said"`
	Printed form.Printed      `json:"printed"`
	Scores  []form.ScoreValue `json:"scores,omitempty"`
	Judged  Judged            `json:"judged"`

	Evidence []Evidence `json:"evidence,omitempty"`
}

// JSON is a content as it is kept: the answers, and what was made of them.
func (c Content) JSON() (answers, rest []byte, err error) {
	if answers, err = c.Answers.JSON(); err != nil {
		return nil, nil, err
	}
	said, err := json.Marshal(c.Said)
	if err != nil {
		return nil, nil, fmt.Errorf("write what a document says: %w", err)
	}
	rest, err = json.Marshal(made{said, c.Printed, c.Scores, c.Judged, c.Evidence})
	if err != nil {
		return nil, nil, fmt.Errorf("write what was made of a document: %w", err)
	}
	return answers, rest, nil
}

// ParseContent reads a content as it is kept.
func ParseContent(answers, rest []byte) (c Content, err error) {
	if c.Answers, err = form.ParseAnswers(answers); err != nil {
		return c, err
	}
	var m made
	if err := json.Unmarshal(rest, &m); err != nil {
		return c, fmt.Errorf("read what was made of a document: %w", err)
	}
	c.Printed, c.Scores, c.Judged, c.Evidence = m.Printed, m.Scores, m.Judged, m.Evidence
	c.Said, err = form.ParseFinal(m.Said)
	return c, err
}
