// Package task holds what is due from somebody: tasks and the trays in which they
// wait, the time limits by which they are due, and the milestones of a process. Kinds
// of both are data, in definitions/work; nothing here names one.
//
// A task is plain state (it is opened, passed on, done), and everything that was done
// with it is kept beside it, event by event.
package task

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/staff"
)

// ID is a task's key.
type ID string

// A Recipient is to whom the tasks of a kind go.
type Recipient string

// The recipients, as definitions write them.
const (
	ToWorker  Recipient = "allocated worker"
	ToTeam    Recipient = "team" // whoever of it takes it
	ToManager Recipient = "manager of the team"
	ToTray    Recipient = "service tray"
)

// Recipients lists them.
var Recipients = []Recipient{ToWorker, ToTeam, ToManager, ToTray}

// A Priority orders what is equally due. A lower one comes first.
type Priority int

// The priorities.
const (
	High   Priority = 1
	Normal Priority = 2
	Low    Priority = 3
)

var priorityWords = map[Priority]string{High: "high", Normal: "normal", Low: "low"}

// PriorityWords are the words that definitions use, the most pressing first.
var PriorityWords = []string{"high", "normal", "low"}

// String is the word that definitions use.
func (p Priority) String() string { return priorityWords[p] }

// ParsePriority reads the word that definitions use.
func ParsePriority(s string) (Priority, bool) {
	i := slices.Index(PriorityWords, s)
	return Priority(i + 1), i >= 0
}

// A Cause is what in the program opens a task by itself.
type Cause string

// The causes.
const (
	FollowUp   Cause = "entry-follow-up" // somebody recorded an entry that says what is to be done next
	FormEffect Cause = "form-effect"     // a form says that something is due from somebody
	FormNext   Cause = "form-required"   // a form says that another form has to be completed
	// AlertReview is that an alert is to be looked at whether it still holds.
	AlertReview Cause = "alert-review"
	// PlanAction is that a plan in force has an action that its owner is to have as a task,
	// and PlanReview that it is to be reviewed.
	PlanAction Cause = "plan-action"
	PlanReview Cause = "plan-review"
	// AtMeeting is that a meeting decided that somebody does something.
	AtMeeting Cause = "meeting-decision"
	// Authorise is that a document or plan is completed and waits to be authorised.
	Authorise Cause = "authorise"
)

// Causes lists them.
var Causes = []Cause{FollowUp, FormEffect, FormNext, AlertReview, PlanAction, PlanReview, AtMeeting, Authorise}

// A Kind is a kind of task, as definitions/work/tasks.yaml has it.
type Kind struct {
	ID         string
	Title      string
	Help       string   // a sentence for whoever chooses; may be empty
	Services   []string // whose work it is; empty with Any
	Any        bool     // that of any service
	To         Recipient
	Tray       string // with ToTray
	Limit      Limit
	Priority   Priority
	LateReason bool  // one done late asks why
	ByHand     bool  // a worker may open one
	Cause      Cause // what opens one by itself; empty for nothing
	Source     string
}

// In reports whether a service has tasks of the kind.
func (k Kind) In(service string) bool { return k.Any || slices.Contains(k.Services, service) }

// A Tray is a tray that a service has by name, in which whoever acts in that service
// finds tasks to take.
type Tray struct {
	ID      string
	Title   string
	Service string
	Source  string
}

// Practice is the kinds and trays together. The zero Practice has none.
type Practice struct {
	Kinds []Kind
	Trays []Tray
}

// Kind finds a kind.
func (p Practice) Kind(id string) (Kind, bool) {
	i := slices.IndexFunc(p.Kinds, func(k Kind) bool { return k.ID == id })
	if i < 0 {
		return Kind{}, false
	}
	return p.Kinds[i], true
}

// Caused is the kind of task that something in the program opens in a service.
func (p Practice) Caused(c Cause, service string) (Kind, bool) {
	i := slices.IndexFunc(p.Kinds, func(k Kind) bool { return k.Cause == c && k.In(service) })
	if i < 0 {
		return Kind{}, false
	}
	return p.Kinds[i], true
}

// Tray finds a tray.
func (p Practice) Tray(id string) (Tray, bool) {
	i := slices.IndexFunc(p.Trays, func(t Tray) bool { return t.ID == id })
	if i < 0 {
		return Tray{}, false
	}
	return p.Trays[i], true
}

// A Holder is whose a task is, in one word that an index can be kept by: a worker's,
// a team's, its managers', or of a service's tray.
type Holder string

// The sorts of holder.
const (
	workerHolds  = "w:"
	teamHolds    = "t:"
	managerHolds = "m:"
	trayHolds    = "s:"
)

// OfWorker is a worker as a holder.
func OfWorker(w staff.ID) Holder { return Holder(workerHolds + string(w)) }

// OfTeam is a team as a holder: whoever of it takes the task.
func OfTeam(t staff.TeamID) Holder { return Holder(teamHolds + string(t)) }

// OfManagers are the managers of a team as a holder.
func OfManagers(t staff.TeamID) Holder { return Holder(managerHolds + string(t)) }

// OfTray is a service's tray as a holder.
func OfTray(tray string) Holder { return Holder(trayHolds + tray) }

func (h Holder) of(sort string) (string, bool) {
	key, ok := strings.CutPrefix(string(h), sort)
	if !ok {
		return "", false
	}
	return key, true
}

// Worker is whose it is; empty and false where it is no single worker's.
func (h Holder) Worker() (staff.ID, bool) {
	w, ok := h.of(workerHolds)
	return staff.ID(w), ok
}

// Team is whose it is while nobody of a team has taken it.
func (h Holder) Team() (staff.TeamID, bool) {
	t, ok := h.of(teamHolds)
	return staff.TeamID(t), ok
}

// Managers is the team whose managers it waits for.
func (h Holder) Managers() (staff.TeamID, bool) {
	t, ok := h.of(managerHolds)
	return staff.TeamID(t), ok
}

// Tray is the service's tray it lies in.
func (h Holder) Tray() (string, bool) { return h.of(trayHolds) }

// A State is how a task stands.
type State string

// The states.
const (
	Open    State = "open"
	Done    State = "done"
	Dropped State = "dropped"
)

// What may open a task.
const (
	FromWorker = "worker"
	FromRule   = "rule"
)

// A Task is something due from somebody. Rev counts the changes; a change names the
// Rev it read. What follows Rev is read, never written.
type Task struct {
	ID      ID
	Kind    string
	Title   string // of the kind, as it was then
	Words   string // what is to be done; may be empty
	Person  person.ID
	Put     person.ID    // on whose record what opened it was put, wherever it stands now; empty, in a new one, for Person
	Service string       // whose work it is
	Team    staff.TeamID // whose managers answer for it
	Link    string       // where it leads: a path below the child's file; empty for nowhere but itself
	From    string       // FromWorker or FromRule
	FromID  string       // the worker's key, or the name of the rule
	Holder  Holder
	Since   date.Instant // since when it is the holder's
	Opened  date.Instant
	Start   date.Date
	Due     date.Date // zero where it has no last day
	Rule    string    // of the due date, in words: "5 working days"; empty where somebody chose the day
	Source  string    // of that rule
	Prior   Priority
	State   State
	AskLate bool         // done late, it asks why
	Late    string       // why it is late, as it was said
	Asked   date.Instant // when a manager asked why it is late; zero where none did since it was said
	By      staff.ID     // who did or dropped it
	Closed  date.Instant
	Rev     int

	FromName string // of the worker it came from
	ByName   string
}

// Deadline is when it is due and when it was done.
func (t Task) Deadline() Deadline {
	d := Deadline{Due: t.Due}
	if !t.Closed.IsZero() {
		d.Done = t.Closed.Date()
	}
	return d
}

// NeedsReason reports whether it may not be done today without why it is late: its
// kind asks, or a manager did, and nobody has said.
func (t Task) NeedsReason(today date.Date) bool {
	return t.State == Open && t.Deadline().DaysLate(today) > 0 && t.Late == "" && (t.AskLate || !t.Asked.IsZero())
}

// A Step is what was done with a task.
type Step string

// The steps.
const (
	Opened     Step = "opened"
	Taken      Step = "taken" // by somebody, from a team or a tray
	Reassigned Step = "reassigned"
	Finished   Step = "done"
	Drop       Step = "dropped"
	Reopened   Step = "reopened"
	AskedWhy   Step = "asked"       // why it is late
	SaidWhy    Step = "late-reason" // so
	DueMoved   Step = "due"         // it is due on another day
)

// An Event is one thing that was done with a task. Names are read, never written.
type Event struct {
	ID   string
	Task ID
	Step Step
	From Holder // before a Taken, a Reassigned or a Reopened
	To   Holder // after it
	// Was and Due are the days of a DueMoved, which has no holders: before and after it.
	// The zero Date is no last day.
	Was, Due date.Date
	Reason   string
	ByName   string
	date.Stamp
}

// Longest texts, in characters.
const maxWords = 500

// The names of fields.
const (
	FieldWords  = "words"
	FieldReason = "reason"
	FieldDue    = "due-day"
	FieldTo     = "to"
)

func tooLong(field, label, text string) []fault.Problem {
	if utf8.RuneCountInString(text) > MaxReason {
		return []fault.Problem{fault.TooLong(field, label, MaxReason)}
	}
	return nil
}

// CheckWords says what is wrong with what is to be done, as somebody typed it.
func CheckWords(words string) []fault.Problem {
	switch {
	case words == "":
		return []fault.Problem{{Field: FieldWords, Message: "Enter what is to be done"}}
	case utf8.RuneCountInString(words) > maxWords:
		return []fault.Problem{fault.TooLong(FieldWords, "What is to be done", maxWords)}
	}
	return nil
}

// CheckWhy says what is wrong with why something is done with a task that asks why:
// what is passed on, dropped, opened again.
func CheckWhy(what, reason string) []fault.Problem {
	if reason == "" {
		return []fault.Problem{{Field: FieldReason, Message: "Enter why " + what}}
	}
	return tooLong(FieldReason, "The reason", reason)
}

// errClosed says that a task is done or dropped.
var errClosed = fault.New(fault.Conflict, "This task was closed by somebody else since you opened the page.")

// Take gives a task that lies in a tray to a worker.
func (t *Task) Take(w staff.ID, now date.Instant) error {
	if _, held := t.Holder.Worker(); held || t.State != Open {
		return fault.New(fault.Conflict, "Somebody else took this task first.")
	}
	t.Holder, t.Since = OfWorker(w), now
	return nil
}

// Reassign gives an open task to somebody else.
func (t *Task) Reassign(to Holder, now date.Instant) error {
	if t.State != Open {
		return errClosed
	}
	if to == t.Holder {
		return fault.Problems([]fault.Problem{{Field: FieldTo, Message: "It is theirs already. Select somebody else"}})
	}
	t.Holder, t.Since = to, now
	return nil
}

// Do says that a task is done. One that is late, and asks why, is not done without.
func (t *Task) Do(by staff.ID, now date.Instant, reason string) error {
	if t.State != Open {
		return errClosed
	}
	if t.NeedsReason(now.Date()) {
		if ps := t.Deadline().CheckReason(now.Date(), reason); len(ps) > 0 {
			return fault.Problems(ps)
		}
	}
	if ps := tooLong(LateReason, "The reason", reason); len(ps) > 0 {
		return fault.Problems(ps)
	}
	if t.Deadline().DaysLate(now.Date()) > 0 && reason != "" {
		t.Late, t.Asked = reason, 0
	}
	t.State, t.By, t.Closed = Done, by, now
	return nil
}

// DropIt says that a task need not be done any more.
func (t *Task) DropIt(by staff.ID, now date.Instant, reason string) error {
	if t.State != Open {
		return errClosed
	}
	if ps := CheckWhy("it need not be done any more", reason); len(ps) > 0 {
		return fault.Problems(ps)
	}
	t.State, t.By, t.Closed = Dropped, by, now
	return nil
}

// Reopen has a closed task to be done again, by whoever held it.
func (t *Task) Reopen(now date.Instant, reason string) error {
	if t.State == Open {
		return fault.New(fault.Conflict, "This task is open already.")
	}
	if ps := CheckWhy("it is to be done after all", reason); len(ps) > 0 {
		return fault.Problems(ps)
	}
	t.State, t.By, t.Closed, t.Since = Open, "", 0, now
	return nil
}

// MoveDue has an open task be due on another day, zero for no last day. What was said of
// why it is late was said of the day before, and stays.
func (t *Task) MoveDue(to date.Date) error {
	if t.State != Open {
		return errClosed
	}
	t.Due = to
	return nil
}

// AskWhy asks the holder of a late task why it is late.
func (t *Task) AskWhy(now date.Instant) error {
	switch {
	case t.State != Open:
		return errClosed
	case t.Deadline().DaysLate(now.Date()) == 0:
		return fault.New(fault.Conflict, "This task is not late.")
	case !t.Asked.IsZero():
		return fault.New(fault.Conflict, "Why it is late was asked before, and nobody has answered yet.")
	}
	t.Asked = now
	return nil
}

// SayWhy keeps why a task is late.
func (t *Task) SayWhy(now date.Instant, reason string) error {
	d := t.Deadline()
	if d.DaysLate(now.Date()) == 0 {
		return fault.New(fault.Conflict, "This task is not late.")
	}
	if ps := d.CheckReason(now.Date(), reason); len(ps) > 0 {
		return fault.Problems(ps)
	}
	t.Late, t.Asked = reason, 0
	return nil
}

// An Order is how a tray is sorted.
type Order string

// The orders. In each, what is due first comes first among equals.
const (
	ByDue      Order = "due"
	ByPerson   Order = "person"
	ByFamily   Order = "family" // siblings, and those who live together, beside one another
	ByPriority Order = "priority"
)

// Orders lists them, in the order to offer them.
var Orders = []Order{ByDue, ByPerson, ByFamily, ByPriority}

// A Place is where the tasks about a person stand in an order: by name, and among those
// of the same family.
type Place struct{ Name, Group string }

// A Query asks for a page of open tasks about people in scope: those of a holder or,
// with a team, all for which its managers answer; with Nobodys those of them whose worker
// holds no role in the service any more.
type Query struct {
	Scope   access.Scope
	Within  []Within
	Named   []Named
	Now     date.Instant
	Holder  Holder
	Team    staff.TeamID
	Nobodys bool
	Order   Order
	After   ID // the last line of the page before; empty for the first page
	Limit   int
}

// A Within keeps the tasks of a rule, by the beginning of its name, to those about people
// of a further scope: to others they would say something by being there.
type Within struct {
	Rule  string
	Scope access.Scope
}

// A Named keeps the tasks of a rule, by the beginning of its name, to those of a service in
// whose name one text stands and another does not.
type Named struct {
	Rule          string
	Service       string
	With, Without string
}

// A Line is a task in a tray, with whom it is about and where it stands in an order.
type Line struct {
	Task
	Found person.Found
	Place Place
}

// Before reports whether a line stands before another in an order, as a store has it.
func (l Line) Before(o Line, by Order) bool {
	due := func(l Line) string {
		if l.Due.IsZero() {
			return NoDueKey
		}
		return l.Due.String()
	}
	byDue := cmp.Or(cmp.Compare(due(l), due(o)), cmp.Compare(l.Prior, o.Prior))
	byID := cmp.Compare(l.ID, o.ID)
	switch by {
	case ByPerson:
		return cmp.Or(cmp.Compare(l.Place.Name, o.Place.Name), cmp.Compare(due(l), due(o)), byID) < 0
	case ByFamily:
		return cmp.Or(cmp.Compare(l.Place.Group, o.Place.Group), cmp.Compare(l.Place.Name, o.Place.Name), cmp.Compare(due(l), due(o)), byID) < 0
	case ByPriority:
		return cmp.Or(cmp.Compare(l.Prior, o.Prior), cmp.Compare(due(l), due(o)), byID) < 0
	case ByDue:
	}
	return cmp.Or(byDue, byID) < 0
}

// NoDueKey stands for the last day of what has none: after every day.
const NoDueKey = "9999-12-31"

// MostCounted is up to how many are counted; a count of that many means so many or
// more, because nobody reads a tray by the difference.
const MostCounted = 1000

// Counts are how many open tasks of a query there are, each up to MostCounted.
type Counts struct {
	All     int
	Late    int
	Today   int // due today
	Nobodys int // of a Team
}

// Plus adds the counts of another tray.
func (c Counts) Plus(o Counts) Counts {
	return Counts{c.All + o.All, c.Late + o.Late, c.Today + o.Today, c.Nobodys + o.Nobodys}
}
