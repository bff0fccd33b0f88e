package meeting

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/task"
)

// ID is a meeting's key.
type ID string

// A Meeting is about one or several children. What is arranged of it, who is invited,
// the steps of its minutes, what it decided and what was sent stand in it as they are
// now, and as they were.
type Meeting struct {
	ID         ID
	Kind       string
	Title      string // of the kind, at the time
	Service    string
	Team       staff.TeamID // of whoever set it up
	Definition string       // the file of kinds, by its hash
	Children   []Child
	Set        date.Stamp // when it was set up, and by whom
	Versions   []Version  // of what is arranged, the first first: at least one
	Invitees   []Invitee
	Steps      []Step // of the minutes
	Decisions  []Decision
	Sent       []Sent
	Drafted    date.Instant // when the draft of the minutes was last saved; zero where there is none
}

// A Child is one of those whom a meeting is about: whose row it was when it was set up,
// which never changes, whose it is now, where it was moved to the right child, and the file
// on which that stands.
type Child struct{ Put, Now, File person.ID }

// A State is how a meeting stands.
type State string

// The states.
const (
	Planned   State = "planned"
	Held      State = "held"
	Cancelled State = "cancelled"
	Withdrawn State = "withdrawn" // it was said to be held, by mistake: it never took place
)

// An Arrangement is what is arranged of a meeting.
type Arrangement struct {
	State       State
	Day         date.Date
	Time        string // HH:MM; empty where it is not known
	Place       string
	Chair       staff.ID // empty where the chair has no account here
	ChairName   string   // as it was then
	MinuteTaker staff.ID // empty for none
	MinuteName  string
	Reason      string
	Agenda      string
	// Next is the day of the next one, and NoNext why there is none, or why it is after
	// the day by which it has to be.
	Next       date.Date
	NoNext     string
	NotInvited string // why somebody who must be invited was not
	Late       string // why a stage that the meeting reaches was reached late
}

// OtherChair reports whether somebody else chairs it than in another arrangement.
func (a Arrangement) OtherChair(b Arrangement) bool {
	return a.Chair != b.Chair || a.Chair == "" && a.ChairName != b.ChairName
}

// A Version is what was arranged at one time.
type Version struct {
	Number int // from 1
	Arrangement
	Why      string // it was changed, or cancelled
	By       staff.ID
	ByName   string
	ByRole   string
	Recorded date.Stamp
}

// Now is what is arranged.
func (m Meeting) Now() Version {
	if len(m.Versions) == 0 {
		return Version{}
	}
	return m.Versions[len(m.Versions)-1]
}

// Known is the meeting as it was known at a moment, but for who was invited and what they
// were sent; the zero moment is now.
func (m Meeting) Known(at date.Instant) (was Meeting, ok bool) {
	if at == 0 {
		return m, true
	}
	m.Versions = slices.DeleteFunc(slices.Clone(m.Versions), func(v Version) bool { return v.Recorded.At > at })
	m.Steps = slices.DeleteFunc(slices.Clone(m.Steps), func(s Step) bool { return s.Recorded.At > at })
	decisions := m.Decisions
	m.Decisions, m.Invitees, m.Sent, m.Drafted = nil, nil, nil, 0
	for _, d := range decisions {
		d.Versions = slices.DeleteFunc(slices.Clone(d.Versions), func(v Decided) bool { return v.Recorded.At > at })
		if len(d.Versions) > 0 {
			m.Decisions = append(m.Decisions, d)
		}
	}
	return m, len(m.Versions) > 0
}

// Is reports whether it stands so.
func (m Meeting) Is(s State) bool { return m.Now().State == s }

// Off reports whether it did not take place, so that nothing is to be done about it any more.
func (m Meeting) Off() bool { return m.Is(Cancelled) || m.Is(Withdrawn) }

// Stated reports whether what was recorded at a moment was recorded with it, when somebody
// said that it was held.
func (m Meeting) Stated(at date.Stamp) bool {
	return slices.ContainsFunc(m.Versions, func(v Version) bool { return v.State == Held && v.Recorded.Seq == at.Seq })
}

// On reports whether it is about whoever a file is of.
func (m Meeting) On(file person.ID) bool {
	return slices.ContainsFunc(m.Children, func(c Child) bool { return c.File == file })
}

// A Phase is what is to be done about a meeting next.
type Phase string

// The phases, in their order. Done is for those that did not take place, too.
const (
	ToHold  Phase = "planned"
	ToWrite Phase = "writing"
	ToAgree Phase = "waiting"
	ToSend  Phase = "sending"
	Done    Phase = "done"
)

// Phases lists them.
var Phases = []Phase{ToHold, ToWrite, ToAgree, ToSend, Done}

// Phase is what is to be done next.
func (m Meeting) Phase() Phase {
	switch m.Now().State {
	case Planned:
		return ToHold
	case Cancelled, Withdrawn:
		return Done
	case Held:
	}
	switch m.MinutesState() {
	case Agreed:
		if len(m.Unsent()) > 0 {
			return ToSend
		}
		return Done
	case Completed:
		return ToAgree
	case Returned, Reopened, Kept:
	}
	return ToWrite
}

// InHand reports whether its minutes are still to be written, agreed or sent: for so
// long those who write and send them, and have no right to read minutes, read these.
func (m Meeting) InHand() bool { return !m.Off() && m.Phase() != Done }

// Longest texts, in characters.
const (
	MaxLine = 500
	MaxText = 20_000
	// MaxDraft bounds the minutes of one meeting as they are typed.
	MaxDraft = 400_000
)

// The names of fields.
const (
	FieldKind        = "kind"
	FieldChildren    = "also-about"
	FieldDay         = "meeting-day"
	FieldTime        = "meeting-time"
	FieldPlace       = "place"
	FieldChair       = "chair"
	FieldChairName   = "chair-name"
	FieldMinuteTaker = "takes-minutes"
	FieldReason      = "reason"
	FieldAgenda      = "agenda"
	FieldWhy         = "why"
	FieldNext        = "next-day"
	FieldNoNext      = "no-next"
	FieldNotInvited  = "not-invited"
)

// Text bounds a text, and asks for it where missing says what to enter.
func Text(field, label, text, missing string, most int) []fault.Problem {
	switch n := utf8.RuneCountInString(text); {
	case n == 0 && missing != "":
		return []fault.Problem{{Field: field, Message: missing}}
	case n > most:
		return []fault.Problem{fault.TooLong(field, label, most)}
	}
	return nil
}

// Check says what is wrong with what is arranged of a meeting that is to be.
func (a Arrangement) Check(today date.Date) []fault.Problem {
	var ps []fault.Problem
	if a.Day.IsZero() {
		ps = append(ps, fault.Problem{Field: FieldDay, Message: "Enter the day of the meeting"})
	} else if a.Day.After(today.AddMonths(12 * 5)) {
		ps = append(ps, fault.Problem{Field: FieldDay, Message: "The day of the meeting must be within the next 5 years"})
	}
	ps = append(ps, Text(FieldPlace, "The place", a.Place, "Enter where it is, or how people join it", MaxLine)...)
	if a.Chair == "" {
		ps = append(ps, Text(FieldChairName, "The name of the chair", a.ChairName, "", MaxLine)...)
	}
	if a.Chair == "" && a.ChairName == "" {
		ps = append(ps, fault.Problem{Field: FieldChair, Message: "Select who chairs it, or enter their name"})
	}
	ps = append(ps, Text(FieldReason, "The reason", a.Reason, "Enter the reason for the meeting", MaxText)...)
	return append(ps, Text(FieldAgenda, "The agenda", a.Agenda, "", MaxText)...)
}

// CheckHeld says what is wrong with a meeting that is said to have been held. missing
// are those who must be invited and were not; by is the last day of the next one, zero
// where nothing says.
func (a Arrangement) CheckHeld(today date.Date, missing []Called, by date.Date) []fault.Problem {
	var ps []fault.Problem
	switch {
	case a.Day.IsZero():
		ps = append(ps, fault.Problem{Field: FieldDay, Message: "Enter the day on which it was held"})
	case a.Day.After(today):
		ps = append(ps, fault.Problem{Field: FieldDay, Message: "The day on which it was held must be today or in the past"})
	}
	if len(missing) > 0 {
		ps = append(ps, Text(FieldNotInvited, "Why they were not invited", a.NotInvited, "Enter why not everybody was invited who has to be", MaxText)...)
	}
	ps = append(ps, Text(task.LateReason, "Why it was late", a.Late, "", MaxText)...)
	return append(ps, a.checkNext(by)...)
}

func (a Arrangement) checkNext(by date.Date) []fault.Problem {
	switch {
	case !a.Next.IsZero() && !a.Next.After(a.Day):
		return []fault.Problem{{Field: FieldNext, Message: "The day of the next meeting must be after this one"}}
	case a.Next.IsZero() && a.NoNext == "":
		return []fault.Problem{{Field: FieldNext, Message: "Enter the day of the next meeting, or why there is none"}}
	case !by.IsZero() && a.Next.After(by) && a.NoNext == "":
		return []fault.Problem{{Field: FieldNoNext, Message: fmt.Sprintf("Enter why the next meeting is after %s, by when it has to be", by.Long())}}
	}
	return Text(FieldNoNext, "Why there is none, or it is later", a.NoNext, "", MaxText)
}

// A Query is which meetings of a worker, or of a team, a list is to have.
type Query struct {
	Scope access.Scope
	// Service is whose meetings they are. Those of a kind that is not among Open are about
	// those of Sensitive alone.
	Service   string
	Open      []string
	Sensitive access.Scope
	Now       date.Instant
	Worker    staff.ID     // who chairs them, takes the minutes or set them up
	Team      staff.TeamID // with it, those of the team, whoever has them
	Done      bool         // those about which nothing is to be done any more, too
	After     Place
	Limit     int
}

// A Place is where a meeting stands in a list: those of the earliest day first.
type Place struct{ Key string }

// A Line is a meeting of a list, about one of the children of whom it is.
type Line struct {
	ID       ID
	Kind     string
	Service  string
	Title    string
	Day      date.Date
	Time     string
	Place    string
	Chair    string
	Phase    Phase
	Children []person.Found // those in scope
	Key      Place
}
