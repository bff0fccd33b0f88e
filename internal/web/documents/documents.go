// Package documents is the pages on which forms are filled in, completed, authorised,
// corrected and read.
package documents

import (
	"strconv"
	"strings"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/fault"
	"casefile/internal/form"
	"casefile/internal/web/file"
	"casefile/internal/web/frame"
	"casefile/internal/web/govuk"
	"casefile/internal/wording"
)

// Path leads to the documents of a file, or to one of them.
func Path(f file.File, parts ...string) string {
	return strings.Join(append([]string{frame.File(f.Header) + file.Documents}, parts...), "/")
}

// A ListPage is the documents of a file.
type ListPage struct {
	file.File
	Known  file.KnownOn
	Masked bool
	List   []casework.DocumentLine
	// Required are those that have to be completed; Choices the forms that the viewer
	// can begin.
	Required []casework.RequiredForm
	Choices  []casework.Choice
	Told     frame.Told
}

func status(d document.Document) (words, colour string) {
	switch d.State() {
	case document.Draft:
		return "Being written", "govuk-tag--light-blue"
	case document.Waiting:
		return "Waits to be authorised", "govuk-tag--yellow"
	case document.Sent:
		return "Returned with requests", "govuk-tag--orange"
	case document.Correcting:
		return "Being corrected", "govuk-tag--orange"
	}
	if len(d.Versions()) > 1 {
		return "Final, corrected", "govuk-tag--green"
	}
	return "Final", "govuk-tag--green"
}

// lastDone says what was done with it last.
func lastDone(l casework.DocumentLine) string {
	if l.Written() && l.Saved != 0 {
		return "Saved " + l.Saved.Long() + by(l.SavedBy)
	}
	last := l.Last()
	return map[document.Did]string{
		document.Completed: "Completed", document.Authorised: "Authorised", document.Kept: "Left as it was",
		document.Returned: "Returned", document.Reopened: "Opened to be corrected",
	}[last.Did] + " " + last.Recorded.At.Date().Long() + by(last.ByName)
}

func by(name string) string {
	if name == "" {
		return ""
	}
	return " by " + name
}

// A ChoosePage is where a form is chosen.
type ChoosePage struct {
	file.File
	ID       string // of the document to be begun
	Choices  []casework.Choice
	Form     string // chosen
	Anew     bool
	Problems []fault.Problem
}

func (p ChoosePage) items() []govuk.RadiosItem {
	var items []govuk.RadiosItem
	for _, c := range p.Choices {
		hint := c.Form.Help
		if !c.Due.IsZero() {
			hint = strings.TrimSpace(hint + " Due by " + c.Due.Long() + ".")
		} else if words := afterMeeting(c.Form.Due); words != "" {
			hint = strings.TrimSpace(hint + " " + words)
		}
		if c.Last.ID != "" {
			hint = strings.TrimSpace(hint + " Last final on " + c.Last.FinalOn().Long() + ".")
		}
		item := govuk.RadiosItem{Value: c.Form.ID, Text: c.Form.Title, Hint: govuk.HintOptions{Text: hint}}
		if c.Open != "" {
			item.Conditional = openAlready(Path(p.File, string(c.Open)))
		} else if c.Last.ID != "" && len(c.Form.CopyFrom) > 0 {
			item.Conditional = beginWith(c, p.Anew)
		}
		items = append(items, item)
	}
	return items
}

// afterMeeting says when a form is due that is counted from a meeting which was not held
// yet.
func afterMeeting(d *form.Due) string {
	if d == nil {
		return ""
	}
	kind, ok := strings.CutPrefix(d.After.Text, "meeting.")
	if !ok {
		return ""
	}
	for _, c := range []struct {
		n         int
		one, many string
	}{{d.Days, "day", "days"}, {d.WorkingDays, "working day", "working days"}, {d.Weeks, "week", "weeks"}, {d.Months, "month", "months"}} {
		if c.n > 0 {
			return "Due within " + frame.Count(c.n, c.one, c.many) + " of the meeting: " + strings.ReplaceAll(kind, "-", " ") + "."
		}
	}
	return ""
}

// Anew is the field that says to begin without the answers of last time.
func Anew(formID string) string { return "anew" + fieldSep + formID }

// A TasksPage is the sections of a document that is being written.
type TasksPage struct {
	file.File
	W    casework.Writing
	Told frame.Told
}

// What a section is in the list.
const (
	notStarted = "Not started"
	inProgress = "In progress"
	complete   = "Complete"
	wrong      = "Something is wrong"
)

// stateOf is how far a section is.
func stateOf(w casework.Writing, section string) string {
	missing, bad := false, false
	for _, p := range w.Judgement.Problems {
		if p.Section == section {
			missing, bad = true, bad || p.Drafting()
		}
	}
	s := w.Sections[section]
	switch {
	case bad:
		return wrong
	case len(s.Answers.Sections[section]) == 0 && s.Rev <= 1:
		return notStarted
	case missing:
		return inProgress
	}
	return complete
}

func (p TasksPage) shown(section string) bool {
	for _, s := range p.W.Judgement.Sections {
		if s.ID == section {
			return true
		}
	}
	return false
}

func (p TasksPage) items() []govuk.TaskListItem {
	var items []govuk.TaskListItem
	for _, s := range p.W.Form.Sections {
		item := govuk.TaskListItem{Title: govuk.TaskListTitle{Text: s.Title}}
		if !p.shown(s.ID) {
			item.Status = govuk.TaskListStatus{Text: "Not needed as things are", Classes: "govuk-task-list__status--cannot-start-yet"}
			items = append(items, item)
			continue
		}
		item.Href = Path(p.File, string(p.W.ID), "sections", s.ID)
		switch state := stateOf(p.W, s.ID); state {
		case complete:
			item.Status = govuk.TaskListStatus{Text: state}
		case wrong:
			item.Status = govuk.TaskListStatus{Tag: govuk.TagOptions{Text: state, Classes: "govuk-tag--red"}}
		case inProgress:
			item.Status = govuk.TaskListStatus{Tag: govuk.TagOptions{Text: state, Classes: "govuk-tag--light-blue"}}
		default:
			item.Status = govuk.TaskListStatus{Tag: govuk.TagOptions{Text: state, Classes: "govuk-tag--blue"}}
		}
		if held := p.W.Sections[s.ID]; held.Rev > 1 {
			item.Hint = govuk.Content{Text: "Saved " + held.Saved.Long() + by(p.W.Names[held.By])}
		}
		if n := p.unseen(s.ID); n > 0 {
			item.Hint = govuk.Content{Text: strings.TrimPrefix(item.Hint.Text+". Still true? "+frame.Count(n, "answer to say it of", "answers to say it of"), ". ")}
		}
		items = append(items, item)
	}
	return items
}

// unseen counts the answers of a section of which nobody has said whether they are still
// true.
func (p TasksPage) unseen(section string) int {
	n := 0
	for _, x := range p.W.Judgement.Problems {
		if x.Section == section && x.Kind == form.Unreviewed {
			n++
		}
	}
	return n
}

func (p TasksPage) done() (done, of int) {
	for _, s := range p.W.Judgement.Sections {
		of++
		if stateOf(p.W, s.ID) == complete {
			done++
		}
	}
	return done, of
}

// A SectionPage is one section of a document that is being written.
type SectionPage struct {
	file.File
	Document document.Document
	Fields   Fields
	Rev      int
	Problems []fault.Problem // for the summary
	Saved    date.Instant
	SavedBy  string
	Told     frame.Told
	// Conflict is set where somebody saved the section meanwhile; nothing is then
	// saved by itself.
	Conflict bool
	Earlier  bool // others had saved something that was written over
	// Evidence is what of the record can be evidence for it; nil where the section asks
	// for none, or the record is not the viewer's to read.
	Evidence *casework.Evidence
}

func (p SectionPage) href(more string) string {
	return Path(p.File, string(p.Document.ID), "sections", p.Fields.Section.ID) + more
}

func (p SectionPage) status() string {
	if p.Saved == 0 {
		return "Saved as you type."
	}
	return "Saved " + p.Saved.Long() + by(p.SavedBy)
}

// A CheckPage is all answers, and what still stands in the way.
type CheckPage struct {
	file.File
	W       casework.Writing
	Printed form.Printed
	Changed bool // somebody changed it while it was looked at
	Rev     int  // of the section without a name
	Wording func(text string) []wording.Remark
}

// worded is what is pointed out in the texts of one section.
type worded struct {
	title, href string
	list        []wording.Remark
}

// worded lists what is pointed out, by section.
func (p CheckPage) worded() []worded {
	if p.Wording == nil {
		return nil
	}
	var list []worded
	for _, s := range p.W.Judgement.Sections {
		var texts []string
		var walk func([]form.Shown)
		walk = func(shown []form.Shown) {
			for _, q := range shown {
				switch v := q.Value.(type) {
				case string:
					if q.Question.Kind == form.Text {
						texts = append(texts, v)
					}
				case map[string]any:
					if why, ok := v["why"].(string); ok && q.Question.Kind == form.Rating {
						texts = append(texts, why)
					}
				}
				for _, it := range q.Items {
					walk(it.Questions)
				}
			}
		}
		walk(s.Questions)
		// Together, because what is explained in one answer is explained in the next.
		if remarks := p.Wording(strings.Join(texts, "\n\n")); len(remarks) > 0 {
			list = append(list, worded{s.Title, Path(p.File, string(p.W.ID), "sections", s.ID), remarks})
		}
	}
	return list
}

// barrier is one thing that stands in the way of completing a document.
type barrier struct {
	words, href string
	rule        string // of one that a reason allows
}

func (p CheckPage) barriers() []barrier {
	var list []barrier
	for _, x := range p.W.Judgement.Problems {
		b := barrier{words: Full(p.W.Form, x)}
		if x.Section != "" {
			b.href = Path(p.File, string(p.W.ID), "sections", x.Section) + "?check=1"
			if field := FieldOf(p.W.Form, x); field != "" {
				b.href += "#" + field
			}
		}
		if x.Exception {
			b.rule = x.Rule
		}
		list = append(list, b)
	}
	return list
}

// allowed are the rules that a reason allows to be broken and that are, or for which a
// reason stands there.
func (p CheckPage) allowed() []form.Rule {
	var list []form.Rule
	for _, r := range p.W.Form.Rules {
		if !r.Exception {
			continue
		}
		broken := p.W.Answers.Exceptions[r.ID] != ""
		for _, x := range p.W.Judgement.Problems {
			broken = broken || x.Rule == r.ID
		}
		if broken {
			list = append(list, r)
		}
	}
	return list
}

// ExceptionField is the field of a reason for an exception.
func ExceptionField(rule string) string { return exception + fieldSep + rule }

// A ReadPage is a document to read.
type ReadPage struct {
	file.File
	D    casework.DocumentRead
	Told frame.Told
}

// steps are what was done with it, the latest first, in words.
func stepWords(s document.Step) string {
	switch s.Did {
	case document.Completed:
		if s.Final {
			return "Completed, and so final"
		}
		return "Completed"
	case document.Returned:
		return "Returned with requests"
	case document.Authorised:
		return "Authorised, and so final"
	case document.Reopened:
		return "Correction begun: " + map[document.Grounds]string{
			document.Inaccurate: "significantly inaccurate", document.Inappropriate: "holds what does not belong there",
		}[s.Grounds]
	case document.Kept:
		return "Correction given up"
	}
	return "Thrown away"
}

// before are the versions of it that are no longer what it says.
func (p ReadPage) before() []document.Step {
	var list []document.Step
	for _, v := range p.D.Versions() {
		if v.Number != p.D.Step.Number {
			list = append(list, v)
		}
	}
	return list
}

// compares are the two last times that it was completed, to be compared; zero where
// there is nothing to compare, or it is not for this viewer.
func (p ReadPage) compares() (was, is int) {
	for _, s := range p.D.Steps {
		if s.Did == document.Completed {
			was, is = is, s.Number
		}
	}
	if says, final := p.D.Says(); was == 0 || final && was < says.Number && !p.D.MayBefore {
		return 0, 0
	}
	return was, is
}

func (p ReadPage) marking() string {
	says, final := p.D.Says()
	switch {
	case final && p.D.Step.Number > says.Number:
		return "Corrected, and not final yet"
	case !p.D.Current:
		return "As it was, and no longer what it says"
	case final && p.D.State() == document.Waiting:
		return "Final; a correction waits to be authorised"
	case final && p.D.State() == document.Sent:
		return "Final; a correction was returned with requests"
	case final && p.D.State() == document.Correcting:
		return "Final; it is being corrected"
	case p.D.State() == document.Waiting:
		return "Not final: waits to be authorised"
	case p.D.State() == document.Sent:
		return "Not final: returned with requests"
	}
	return "Final"
}

// about says of whom it is, and who completed it when.
func (p ReadPage) about() string {
	s := p.D.Step
	return "About " + p.Header.DisplayName() + ", " + p.Header.Reference.String() + ". Completed " + s.Recorded.At.Date().Long() + " by " + s.ByName + ", " + s.ByRole + "." + file.AlsoWrote(p.D.Writers)
}

// correction is the step of a correction that waits; 0 for none, or where it is on the
// page.
func (p ReadPage) correction() int {
	says, final := p.D.Says()
	latest, _ := p.D.Latest()
	if !final || p.D.State() != document.Waiting || latest.Number == says.Number || latest.Number == p.D.Step.Number {
		return 0
	}
	return latest.Number
}

// A DecidePage is where a completed document is authorised or returned.
type DecidePage struct {
	file.File
	D        casework.DocumentRead
	Decision string
	Reason   string
	Problems []fault.Problem
}

// A ReopenPage is where the correction of a final document begins.
type ReopenPage struct {
	file.File
	D        casework.DocumentRead
	Grounds  string
	Reason   string
	Rested   bool
	Problems []fault.Problem
}

// A DropPage is where a draft is thrown away, or a correction given up.
type DropPage struct {
	file.File
	W        casework.Writing
	Reason   string
	Changed  bool
	Problems []fault.Problem
}

func (p DropPage) correcting() bool { return p.W.State() == document.Correcting }

// A ComparePage is two versions of a document side by side.
type ComparePage struct {
	file.File
	C casework.Comparison
}

// place is where in the document a change is.
func place(c form.Change) string {
	words := c.Title + ": " + c.Asked
	switch {
	case c.Row != "":
		words += " (" + c.Row + ")"
	case c.Item > 0:
		words += " (" + strconv.Itoa(c.Item) + ")"
	}
	return words
}

// An EarlierPage is what others had saved of a section before it was written over.
type EarlierPage struct {
	file.File
	Document document.ID
	Section  form.Section
	List     []Earlier
}

// An Earlier is one of these, in words.
type Earlier struct {
	Name    string
	Saved   date.Instant
	Answers []form.PrintedAnswer
}

// A GonePage is a draft whose form can no longer be filled in.
type GonePage struct {
	file.File
	W casework.Writing
}

// raw is a draft's answers as they are kept, where no form says what they mean.
func (p GonePage) raw() string {
	text, err := p.W.Answers.JSON()
	if err != nil { // they were read from such text
		return ""
	}
	return string(text)
}
