package meeting

import (
	"slices"
	"strings"
	"unicode/utf8"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/staff"
)

// A Did says what was done with minutes.
type Did string

// The steps.
const (
	Completed Did = "completed" // all that has to be there is there
	Returned  Did = "returned"  // by the chair, with what has to be changed
	Agreed    Did = "agreed"    // by the chair
	Reopened  Did = "reopened"  // to correct what was agreed, with why
	Kept      Did = "kept"      // it was not corrected after all
)

// A Step is something done with minutes.
type Step struct {
	Number   int // from 1
	Did      Did
	Reason   string
	Late     string // why they were agreed after they were due
	By       staff.ID
	ByName   string
	ByRole   string
	Recorded date.Stamp
}

// A Written is what stands under one heading: of the whole meeting, or of one child.
type Written struct {
	Heading string    `json:"heading"`
	Title   string    `json:"title"` // of the heading, at the time
	Person  person.ID `json:"person,omitempty"`
	Text    string    `json:"text"`
	// Wrote are those who wrote here, in whichever version of the minutes, whatever of it
	// is left: it is not theirs to agree for the chair.
	Wrote []staff.ID `json:"wrote,omitempty"`
}

// Same reports whether a text says the same under the same heading as another.
func (w Written) Same(o Written) bool { return w.Key() == o.Key() && w.Text == o.Text }

// Key names it among the others of a meeting.
func (w Written) Key() string {
	if w.Person == "" {
		return w.Heading
	}
	return w.Heading + "." + string(w.Person)
}

// A Draft is minutes as they are being written. Each save replaces it and counts Rev
// on; a save names the Rev it read.
type Draft struct {
	Meeting ID
	Rev     int
	Texts   []Written
	Saved   date.Instant
	By      staff.ID
}

// With is the draft with what a worker typed in place of the texts of the same key. Who
// typed what stood there already wrote nothing.
func (d Draft) With(typed map[string]string, by staff.ID) Draft {
	d.Texts = slices.Clone(d.Texts)
	for i, w := range d.Texts {
		text, ok := typed[w.Key()]
		if !ok || text == w.Text {
			continue
		}
		d.Texts[i].Text = text
		if !slices.Contains(w.Wrote, by) {
			d.Texts[i].Wrote = append(slices.Clone(w.Wrote), by)
		}
	}
	return d
}

// Says reports whether a draft says the same as another.
func (d Draft) Says(o Draft) bool { return slices.EqualFunc(d.Texts, o.Texts, Written.Same) }

// Wrote are those who wrote in the minutes that say texts, and who completed them or an
// earlier version.
func (m Meeting) Wrote(texts []Written) []staff.ID {
	var list []staff.ID
	for _, w := range texts {
		list = append(list, w.Wrote...)
	}
	for _, s := range m.Steps {
		if s.Did == Completed {
			list = append(list, s.By)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Empty is what the minutes of a kind hold before anybody has written.
func (k Kind) Empty(children []Child) []Written {
	var list []Written
	for _, h := range k.Headings {
		if !h.Each {
			list = append(list, Written{Heading: h.ID, Title: h.Title})
			continue
		}
		for _, c := range children {
			list = append(list, Written{Heading: h.ID, Title: h.Title, Person: c.Put})
		}
	}
	return list
}

// CheckDraft says whether texts are not too much to keep.
func CheckDraft(texts []Written) error {
	total := 0
	for _, w := range texts {
		total += utf8.RuneCountInString(w.Text)
	}
	if total > MaxDraft {
		return fault.New(fault.Invalid, "These minutes are too long to be kept. Shorten what you typed, or put it on the record as a file.")
	}
	return nil
}

// Check says what stands in the way of completing minutes: beside the field of each
// text, which is its key.
func (k Kind) Check(texts []Written) []fault.Problem {
	var ps []fault.Problem
	written := false
	for _, w := range texts {
		written = written || w.Text != ""
		i := slices.IndexFunc(k.Headings, func(h Heading) bool { return h.ID == w.Heading })
		missing := ""
		if i >= 0 && k.Headings[i].Required {
			missing = "Write what was said under “" + w.Title + "”"
		}
		ps = append(ps, Text(FieldOf(w.Key()), "What stands under “"+w.Title+"”", w.Text, missing, MaxText)...)
	}
	if !written && len(ps) == 0 && len(texts) > 0 {
		ps = append(ps, fault.Problem{Field: FieldOf(texts[0].Key()), Message: "Write the minutes"})
	}
	return ps
}

// FieldOf is the field of a page in which the text of a key is written.
func FieldOf(key string) string { return "text-" + strings.ReplaceAll(key, ".", "--") }

// KeyOf is the key of the text that is written in a field.
func KeyOf(field string) (key string, ok bool) {
	key, ok = strings.CutPrefix(field, "text-")
	return strings.ReplaceAll(key, "--", "."), ok
}

// MinutesState is where minutes stand: the last step done with them, and Reopened where
// none was.
func (m Meeting) MinutesState() Did {
	if len(m.Steps) == 0 {
		return Reopened
	}
	if last := m.Steps[len(m.Steps)-1].Did; last != Kept {
		return last
	}
	return Agreed // what was agreed stays so
}

// Writing reports whether they are being written.
func (m Meeting) Writing() bool {
	s := m.MinutesState()
	return !m.Off() && (s == Reopened || s == Returned)
}

// Correcting reports whether what was agreed is being corrected.
func (m Meeting) Correcting() bool {
	_, agreed := m.Says()
	return agreed && m.Writing()
}

// Says is the step whose texts are what the minutes say: of the last time that they were
// agreed. Without one, ok is false.
func (m Meeting) Says() (Step, bool) {
	agreed := -1
	for i, s := range m.Steps {
		if s.Did == Agreed {
			agreed = i
		}
	}
	for i := agreed; i >= 0; i-- {
		if m.Steps[i].Did == Completed {
			return m.Steps[i], true
		}
	}
	return Step{}, false
}

// Before are the steps that completed what minutes said before, or would have said had it
// been agreed: not what they say, and not what is on its way to be agreed. The last first.
func (m Meeting) Before() []Step {
	says, ok := m.Says()
	if !ok {
		return nil
	}
	var list []Step
	for _, s := range slices.Backward(m.Steps) {
		if s.Did == Completed && s.Number != says.Number && (s.Number < says.Number || m.MinutesState() == Agreed) {
			list = append(list, s)
		}
	}
	return list
}

// Since is what became of what a step completed: the step that agreed it, zero where none
// did, and the last that had it be written anew, with why.
func (m Meeting) Since(step int) (agreed, again Step) {
	for _, s := range m.Steps {
		if s.Number > step && s.Did == Completed {
			break
		}
		switch {
		case s.Number <= step:
		case s.Did == Agreed:
			agreed = s
		case s.Did == Returned || s.Did == Reopened:
			again = s
		}
	}
	return agreed, again
}

// AgreedBy is the step by which minutes became what they say.
func (m Meeting) AgreedBy() (Step, bool) {
	for _, s := range slices.Backward(m.Steps) {
		if s.Did == Agreed {
			return s, true
		}
	}
	return Step{}, false
}

// Latest is the step last completed: what the chair reads.
func (m Meeting) Latest() (Step, bool) {
	for _, s := range slices.Backward(m.Steps) {
		if s.Did == Completed {
			return s, true
		}
	}
	return Step{}, false
}

// LastStep is the step done last; the zero one where there is none.
func (m Meeting) LastStep() Step {
	if len(m.Steps) == 0 {
		return Step{}
	}
	return m.Steps[len(m.Steps)-1]
}

// A Decision is what was decided, about all children of the meeting or one of them. It
// is kept version by version.
type Decision struct {
	ID       string
	Person   person.ID // the file it is about; empty for all children of the meeting
	Put      person.ID // whose row it was
	Versions []Decided // the first first: at least one
}

// For is the decision as it stands on some files: with the versions that reach one of
// them, of which there may be none.
func (d Decision) For(files ...person.ID) Decision {
	d.Versions = slices.DeleteFunc(slices.Clone(d.Versions), func(v Decided) bool {
		return !slices.ContainsFunc(files, func(file person.ID) bool { return d.reaches(v, file) })
	})
	return d
}

func (d Decision) reaches(v Decided, file person.ID) bool {
	if d.Put != "" {
		return d.Person == file
	}
	return len(v.Reach) == 0 || slices.ContainsFunc(v.Reach, func(c Child) bool { return c.File == file })
}

// Now is what it says.
func (d Decision) Now() Decided {
	if len(d.Versions) == 0 {
		return Decided{}
	}
	return d.Versions[len(d.Versions)-1]
}

// A Decided is one version of a decision. Source: CR-27.
type Decided struct {
	Number int // from 1
	What   string
	// Reach are those of the children of the meeting whom this version is about, of a
	// decision about all of them; none for all.
	Reach    []Child
	MadeBy   string // who made it
	For      string // the evidence for it
	Against  string // and against
	Outcome  string // what is meant to come of it
	Reasons  string
	Do       string    // what is to be done; empty for nothing
	Doer     staff.ID  // by whom: a worker
	DoerName string    // or somebody else
	Due      date.Date // by when
	Task     bool      // it opened a task
	Gone     bool      // it was entered by mistake
	Why      string    // it was corrected
	By       staff.ID
	ByName   string
	ByRole   string
	Recorded date.Stamp
}

// The names of fields.
const (
	FieldWhat     = "decided"
	FieldAbout    = "about"
	FieldMadeBy   = "made-by"
	FieldEvidence = "evidence-for"
	FieldAgainst  = "evidence-against"
	FieldOutcome  = "outcome"
	FieldReasons  = "reasons"
	FieldDo       = "to-do"
	FieldDoer     = "doer"
	FieldDoerName = "doer-name"
	FieldDue      = "due-day"
)

// Check says what is wrong with a decision. Evidence is asked for on both sides: where
// there is none, that is written (CR-27).
func (d Decided) Check(today date.Date) []fault.Problem {
	ps := Text(FieldWhat, "The decision", d.What, "Enter what was decided", MaxText)
	ps = append(ps, Text(FieldMadeBy, "Who made it", d.MadeBy, "Enter who made the decision", MaxLine)...)
	ps = append(ps, Text(FieldEvidence, "The evidence for it", d.For, "Enter the evidence for it", MaxText)...)
	ps = append(ps, Text(FieldAgainst, "The evidence against it", d.Against, "Enter the evidence against it, or that there was none", MaxText)...)
	ps = append(ps, Text(FieldOutcome, "The intended outcome", d.Outcome, "Enter what is meant to come of it", MaxText)...)
	ps = append(ps, Text(FieldReasons, "The reasons", d.Reasons, "Enter the reasons for it", MaxText)...)
	ps = append(ps, Text(FieldDo, "What is to be done", d.Do, "", MaxLine)...)
	ps = append(ps, Text(FieldDoerName, "By whom it is to be done", d.DoerName, "", MaxLine)...)
	switch {
	case d.Do == "" && (d.Doer != "" || d.DoerName != "" || !d.Due.IsZero()):
		ps = append(ps, fault.Problem{Field: FieldDo, Message: "Enter what is to be done"})
	case d.Do != "" && d.Doer == "" && d.DoerName == "":
		ps = append(ps, fault.Problem{Field: FieldDoer, Message: "Select by whom it is to be done, or enter their name"})
	}
	if d.Do != "" && d.Due.IsZero() {
		ps = append(ps, fault.Problem{Field: FieldDue, Message: "Enter by when it is to be done"})
	}
	if !d.Due.IsZero() && d.Number == 1 && d.Due.Before(today.AddMonths(-12)) {
		ps = append(ps, fault.Problem{Field: FieldDue, Message: "The day by when it is to be done must be within the last year, or later"})
	}
	return ps
}
