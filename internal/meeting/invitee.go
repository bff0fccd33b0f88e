package meeting

import (
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/staff"
)

// An Invitee is somebody who is asked to come: a worker, a person on the record, or
// somebody else by name. Who it is never changes; how they stand is kept version by
// version, of which this is the last.
type Invitee struct {
	ID     string
	Worker staff.ID  // of a worker
	Person person.ID // of a person on the record
	Name   string    // of others, and of a worker as it was then
	Role   string    // what they are there: mother, health visitor
	Agency string
	For    string // the id of whom they come as, of those who must be invited; empty for others
	Number int    // the version, from 1
	Standing
	By       staff.ID
	ByName   string
	Recorded date.Stamp
}

// A Standing is how an invitee stands.
type Standing struct {
	Invited  date.Date // when they were invited; zero for not yet
	How      string    // by post, by telephone
	Answer   Answer
	Attended Attended
	Report   bool   // they sent a report
	Gets     bool   // they are to be sent the minutes
	Note     string // what they said, or why they left
	Off      string // why they are not invited any more
}

// An Answer is what somebody said who was invited.
type Answer string

// The answers; the zero Answer is none yet.
const (
	NoAnswer  Answer = ""
	Coming    Answer = "coming"
	Apologies Answer = "apologies"
)

// Answers lists them.
var Answers = []Answer{NoAnswer, Coming, Apologies}

// Attended says whether somebody came.
type Attended string

// The ways of it; the zero Attended is not known.
const (
	NotKnown Attended = ""
	Came     Attended = "yes"
	InPart   Attended = "part" // they came late or left early
	Joined   Attended = "joined"
	Stayed   Attended = "no"
)

// Attendances lists them.
var Attendances = []Attended{NotKnown, Came, Joined, InPart, Stayed}

// Present reports whether they were there.
func (a Attended) Present() bool { return a == Came || a == InPart || a == Joined }

// The names of fields.
const (
	FieldWho     = "who"
	FieldName    = "name"
	FieldRole    = "role"
	FieldAgency  = "agency"
	FieldFor     = "for"
	FieldInvited = "invited-day"
	FieldHow     = "how"
	FieldAnswer  = "answer"
	FieldCame    = "attended"
	FieldReport  = "report"
	FieldGets    = "gets"
	FieldNote    = "note"
	FieldOff     = "off"
)

// CheckWho says what is wrong with who is invited.
func (i Invitee) CheckWho() []fault.Problem {
	var ps []fault.Problem
	if i.Worker == "" && i.Person == "" {
		ps = append(ps, Text(FieldName, "The name", i.Name, "Enter the name, or select somebody", MaxLine)...)
		ps = append(ps, Text(FieldRole, "What they are", i.Role, "Enter what they are, such as health visitor", MaxLine)...)
	} else {
		ps = append(ps, Text(FieldRole, "What they are", i.Role, "", MaxLine)...)
	}
	return append(ps, Text(FieldAgency, "The agency", i.Agency, "", MaxLine)...)
}

// Check says what is wrong with how an invitee stands, of a meeting that was held or not.
func (s Standing) Check(today date.Date, held bool) []fault.Problem {
	var ps []fault.Problem
	if s.Invited.After(today) {
		ps = append(ps, fault.Problem{Field: FieldInvited, Message: "The day on which they were invited must be today or in the past"})
	}
	if s.How != "" && s.Invited.IsZero() {
		ps = append(ps, fault.Problem{Field: FieldInvited, Message: "Enter the day on which they were invited"})
	}
	if s.Attended != NotKnown && !held {
		ps = append(ps, fault.Problem{Field: FieldCame, Message: "Who came is recorded once the meeting was held"})
	}
	ps = append(ps, Text(FieldHow, "How they were invited", s.How, "", MaxLine)...)
	return append(ps, Text(FieldNote, "The note", s.Note, "", MaxText)...)
}

// A Sent is that somebody was sent the minutes. It is noted, not done: what is sent
// goes by post, by hand or by secure mail. A mistake is taken back, and both stay.
type Sent struct {
	ID       string
	Invitee  string
	Step     int // the step that completed what was sent
	Day      date.Date
	How      string
	Late     string // why it was sent after it was due
	By       staff.ID
	ByName   string
	Recorded date.Stamp
	// Taken back: who, when and why.
	Back       string
	BackByName string
	BackAt     date.Stamp
}

// Stands reports whether it was not taken back.
func (s Sent) Stands() bool { return s.BackAt.IsZero() }

// Unsent are those who are to be sent what the minutes say now, and were not.
func (m Meeting) Unsent() []Invitee {
	says, ok := m.Says()
	if !ok {
		return nil
	}
	var list []Invitee
	for _, i := range m.Invitees {
		if i.Gets && i.Off == "" && !m.wasSent(i.ID, says.Number) {
			list = append(list, i)
		}
	}
	return list
}

func (m Meeting) wasSent(invitee string, step int) bool {
	for _, s := range m.Sent {
		if s.Invitee == invitee && s.Step == step && s.Stands() {
			return true
		}
	}
	return false
}
