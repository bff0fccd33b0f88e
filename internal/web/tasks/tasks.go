// Package tasks is the pages of what is due: trays, a task, and what is due about one
// child with the stages of their cases.
package tasks

import (
	"net/url"
	"strconv"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/task"
	"casefile/internal/web/file"
	"casefile/internal/web/frame"
	"casefile/internal/web/govuk"
	"casefile/internal/web/moj"
)

// Overview is the first tab of My work, which is no tray.
const Overview = ""

// TrayPage is a page of a tray.
type TrayPage struct {
	frame.Frame
	Words frame.Words
	Tray  casework.TrayPage
	Ask   casework.TrayAsk
	First bool // no page comes before
	Told  frame.Told
}

// Address is where a tray stands.
func Address(ask casework.TrayAsk) string {
	q := url.Values{}
	if ask.Tray != Overview {
		q.Set("tray", ask.Tray)
	}
	if ask.Order != "" && ask.Order != task.ByDue {
		q.Set("sort", string(ask.Order))
	}
	if ask.Nobodys {
		q.Set("only", "nobodys")
	}
	if ask.After != "" {
		q.Set("after", string(ask.After))
	}
	if len(q) == 0 {
		return frame.MyWork
	}
	return frame.MyWork + "?" + q.Encode()
}

// number is a count: so many or more, where no more were counted.
func number(n int) string {
	if n >= task.MostCounted {
		return "1,000 or more"
	}
	return strconv.Itoa(n)
}

// CountWords are the counts of a tray in brackets.
func CountWords(c task.Counts) string {
	s := "(" + number(c.All)
	if c.Late > 0 {
		s += ", " + number(c.Late) + " late"
	}
	return s + ")"
}

// TabItems are the tabs of My work, with how much waits behind each.
func TabItems(trays []casework.TrayTab, current string) []moj.SubNavigationItem {
	items := []moj.SubNavigationItem{{Text: "Today", Href: frame.MyWork, Active: current == Overview}}
	for _, t := range trays {
		items = append(items, moj.SubNavigationItem{
			HTML: tab(t), Href: Address(casework.TrayAsk{Tray: t.Key}), Active: current == t.Key,
		})
	}
	return items
}

var orderWords = map[task.Order]string{task.ByDue: "When it is due", task.ByPerson: "Name", task.ByFamily: "Family", task.ByPriority: "Priority"}

func (p TrayPage) orders() []govuk.SelectItem {
	var items []govuk.SelectItem
	for _, o := range task.Orders {
		if o != task.ByFamily || p.Tray.Family {
			items = append(items, govuk.SelectItem{Value: string(o), Text: orderWords[o]})
		}
	}
	return items
}

func (p TrayPage) order() string {
	if p.Ask.Order == "" {
		return string(task.ByDue)
	}
	return string(p.Ask.Order)
}

func (p TrayPage) shared() bool { return p.Ask.Tray == casework.TrayManager }

func (p TrayPage) head() []govuk.TableCell {
	head := []govuk.TableCell{{Text: "What is to be done"}, {Text: frame.Capital(p.Child.One)}, {Text: "Due"}, {Text: "Waiting since"}}
	if p.shared() {
		head = append(head, govuk.TableCell{Text: "Who has it"})
	}
	return head
}

func (p TrayPage) none() string {
	switch {
	case p.Ask.Nobodys:
		return "Every task of the team is somebody’s who is here."
	case p.Ask.Tray == casework.TrayMine:
		return "Nothing waits for you here. A task comes when somebody gives you one, or when you record what is to be done next. To open one, go to Work on a file."
	}
	return "Nothing waits here."
}

func (p TrayPage) after(key task.ID) string {
	if key == "" {
		return ""
	}
	ask := p.Ask
	ask.After = key
	return Address(ask)
}

func (p TrayPage) start() string {
	if p.First {
		return ""
	}
	ask := p.Ask
	ask.After = ""
	return Address(ask)
}

// TaskAddress is where one task of a file stands.
func TaskAddress(ref id.Reference, t task.ID) string {
	return "/children/" + ref.String() + file.Tasks + "/" + string(t)
}

// Place is the exact place where a task is done: where it leads, or its own page.
func Place(ref id.Reference, t task.Task) string {
	if t.Link != "" {
		return "/children/" + ref.String() + t.Link
	}
	return TaskAddress(ref, t.ID)
}

// due says by when, and by how much it is late.
func due(l casework.TaskLine, today date.Date) string {
	switch {
	case l.Due.IsZero():
		return "No last day"
	case l.State == task.Open && l.Due == today:
		return "Today, " + l.Due.Long()
	}
	return l.Due.Long()
}

func lateWords(days int) string { return frame.Count(days, "day", "days") + " late" }

// since says a day, with a time for today.
func since(i date.Instant, today date.Date) string {
	if i.Date() == today {
		return "Today at " + i.Clock()
	}
	return i.Date().Long()
}

// WorkPage is what is due about one child.
type WorkPage struct {
	file.File
	Masked bool
	Work   casework.FileWork
	Told   frame.Told
}

// AddPage is the form of a new task.
type AddPage struct {
	file.File
	Kinds            []task.Kind
	Kind, Words      string
	Day, Month, Year string
	Problems         []fault.Problem
}

func (p AddPage) kinds() []govuk.RadiosItem {
	items := make([]govuk.RadiosItem, 0, len(p.Kinds))
	for _, k := range p.Kinds {
		hint := k.Help
		if !k.Limit.IsZero() {
			if hint != "" {
				hint += " "
			}
			hint += "Due within " + k.Limit.String() + "."
		}
		items = append(items, govuk.RadiosItem{Value: k.ID, Text: k.Title, Hint: govuk.HintOptions{Text: hint}})
	}
	return items
}

// TaskPage is one task.
type TaskPage struct {
	file.File
	Task casework.TaskPage
	Told frame.Told
}

// StepPage is the form of a step that asks something.
type StepPage struct {
	file.File
	Task     casework.TaskPage
	Step     task.Step
	Reason   string
	To       string
	Problems []fault.Problem
	Changed  bool // somebody else changed the task since
}

// A stepWord is how a step is called: on its button, as a title, in the history.
type stepWord struct{ button, title, done string }

var stepWords = map[task.Step]stepWord{
	task.Opened:     {done: "Opened"},
	task.Taken:      {button: "Take it", title: "Take this task", done: "Taken"},
	task.Finished:   {button: "Mark as done", title: "This task is done", done: "Done"},
	task.Reassigned: {button: "Pass it on", title: "Pass this task on", done: "Passed on"},
	task.Drop:       {button: "Drop it", title: "Drop this task", done: "Dropped"},
	task.Reopened:   {button: "Open it again", title: "Open this task again", done: "Opened again"},
	task.AskedWhy:   {button: "Ask why it is late", title: "Ask why it is late", done: "Asked why it is late"},
	task.SaidWhy:    {button: "Say why it is late", title: "Say why this task is late", done: "Said why it is late"},
	task.DueMoved:   {done: "Due day changed"},
}

func (p StepPage) field() string {
	if p.Step == task.SaidWhy || p.Step == task.Finished {
		return task.LateReason
	}
	return task.FieldReason
}

func (p StepPage) label() string {
	switch p.Step {
	case task.Reassigned:
		return "Why is it passed on?"
	case task.Drop:
		return "Why need it not be done any more?"
	case task.Reopened:
		return "Why is it to be done after all?"
	case task.Opened, task.Taken, task.Finished, task.AskedWhy, task.SaidWhy, task.DueMoved:
	}
	if p.Task.NeedsReason(p.File.Words.Today()) || p.Step == task.SaidWhy {
		return "Why is it late?"
	}
	return "Why is it late? (optional)"
}

func (p StepPage) asks() bool {
	return p.Step != task.Finished || p.Task.TaskLine.Late > 0
}

func (p StepPage) choices() []govuk.SelectItem {
	items := []govuk.SelectItem{{Value: "", Text: "Select who is to do it"}}
	for _, c := range p.Task.Choices {
		items = append(items, govuk.SelectItem{Value: string(c.Holder), Text: c.Name + ", " + c.Detail})
	}
	return items
}

// stateWords say how a task stands.
func stateWords(t casework.TaskPage) string {
	switch t.State {
	case task.Done:
		return "Done by " + or(t.ByName, "somebody") + " on " + t.Closed.Long()
	case task.Dropped:
		return "Dropped by " + or(t.ByName, "somebody") + " on " + t.Closed.Long()
	case task.Open:
	}
	return "Open"
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func eventWords(e casework.TaskEvent) string {
	s := stepWords[e.Step].done
	switch e.Step {
	case task.Opened:
		s += " for " + e.ToWords
	case task.Reassigned:
		s += " from " + e.FromWords + " to " + e.ToWords
	case task.Taken:
		s += " from " + e.FromWords
	case task.DueMoved:
		s += " from " + dueDay(e.Was) + " to " + dueDay(e.Due)
	case task.Finished, task.Drop, task.Reopened, task.AskedWhy, task.SaidWhy:
	}
	return s
}

func dueDay(d date.Date) string {
	if d.IsZero() {
		return "no last day"
	}
	return d.Long()
}

// StagePage is the form of one stage.
type StagePage struct {
	file.File
	Stage    casework.StagePage
	Typed    map[string]string
	Problems []fault.Problem
}

// StageFields are the fields of its form.
var StageFields = []string{
	"planned-day", "planned-month", "planned-year", "actual-day", "actual-month", "actual-year", task.LateReason, task.FieldWhy,
}

func stageAddress(h person.Header, e person.Episode, kind string) string {
	return frame.File(h) + file.Work + "/" + e.Key() + "/" + kind
}

// planWords say when a stage is planned for or was reached.
func planWords(m task.Milestone) string {
	switch {
	case !m.Actual.IsZero():
		return "Reached on " + m.Actual.Long()
	case !m.Planned.IsZero():
		return "Planned for " + m.Planned.Long()
	}
	return "Not planned yet"
}

// stageLate says by how much a stage is late. Of one about which nothing was ever
// recorded, the days would say more than anybody knows.
func stageLate(st casework.Stage) string {
	if st.Now.ID == "" {
		return "Late, or not recorded"
	}
	return lateWords(st.Late)
}

func dueWords(st casework.Stage) string {
	switch {
	case !st.Due.IsZero():
		return st.Due.Long()
	case st.Kind.Limit.IsZero():
		return "No time limit"
	}
	return "Not known yet"
}
