// Package meetings is the pages of meetings: what is arranged, who is invited and came,
// what was said and decided, and who was sent what.
package meetings

import (
	"strconv"
	"strings"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/meeting"
	"casefile/internal/person"
	"casefile/internal/web/file"
	"casefile/internal/web/frame"
	"casefile/internal/web/govuk"
)

// Path leads to the meetings of a file, or to one of them.
func Path(f file.File, parts ...string) string {
	return strings.Join(append([]string{frame.File(f.Header) + file.Meetings}, parts...), "/")
}

// A ListPage is the meetings of a file.
type ListPage struct {
	file.File
	Masked bool
	List   casework.Meetings
	Told   frame.Told
}

var stateWords = map[meeting.State][2]string{
	meeting.Planned: {"Planned", "govuk-tag--blue"}, meeting.Held: {"Held", "govuk-tag--green"}, meeting.Cancelled: {"Cancelled", "govuk-tag--grey"},
}

var phaseWords = map[meeting.Phase][2]string{
	meeting.ToHold: {"Planned", "govuk-tag--blue"}, meeting.ToWrite: {"Minutes to be written", "govuk-tag--yellow"},
	meeting.ToAgree: {"Waits for the chair", "govuk-tag--yellow"}, meeting.ToSend: {"Minutes to be sent", "govuk-tag--yellow"}, meeting.Done: {"Done", "govuk-tag--green"},
}

// status says how a meeting stands: for those who have something to do about it, what.
func status(m meeting.Meeting, today date.Date) (words, colour string) {
	now := m.Now()
	w := stateWords[now.State]
	switch {
	case now.State == meeting.Held:
		w = phaseWords[m.Phase()]
	case now.State == meeting.Planned && now.Day.Before(today):
		return "Not said yet whether it was held", "govuk-tag--red"
	}
	return w[0], w[1]
}

// when is the day and the time of a meeting.
func when(day date.Date, clock string) string {
	if clock == "" {
		return day.Long()
	}
	return day.Long() + " at " + frame.Clock(clock)
}

func names(list []person.Header) string {
	var out []string
	for _, h := range list {
		out = append(out, h.DisplayName())
	}
	return strings.Join(out, ", ")
}

// A ChoosePage is where the kind of a meeting is chosen.
type ChoosePage struct {
	file.File
	Kinds    meeting.Kinds
	Problems []fault.Problem
}

func (p ChoosePage) items() []govuk.RadiosItem {
	var items []govuk.RadiosItem
	for _, k := range p.Kinds {
		items = append(items, govuk.RadiosItem{Value: k.ID, Text: k.Title, Hint: govuk.HintOptions{Text: k.Help}})
	}
	return items
}

// An ArrangePage is the form of what is arranged: of a new meeting or of one that is
// changed.
type ArrangePage struct {
	file.File
	Title        string
	Kind         meeting.Kind
	Chairs       []casework.Pick
	MinuteTakers []casework.Pick
	Children     []casework.Pick // of a new meeting
	ID           string          // of a new meeting
	M            casework.MeetingFile
	Typed        map[string]string
	About        []string // the other children that are ticked
	Problems     []fault.Problem
	Changed      bool
}

// ArrangeFields are the fields of that form.
var ArrangeFields = []string{
	"meeting-day", "meeting-month", "meeting-year", meeting.FieldTime, meeting.FieldPlace, meeting.FieldChair, meeting.FieldChairName, meeting.FieldMinuteTaker,
	meeting.FieldReason, meeting.FieldAgenda, meeting.FieldWhy, "next-day", "next-month", "next-year", meeting.FieldNoNext, "seen",
}

// TypedOf are the fields of what is arranged.
func TypedOf(v meeting.Version) map[string]string {
	typed := map[string]string{
		meeting.FieldTime: clockTyped(v.Time), meeting.FieldPlace: v.Place, meeting.FieldChair: string(v.Chair), meeting.FieldMinuteTaker: string(v.MinuteTaker),
		meeting.FieldReason: v.Reason, meeting.FieldAgenda: v.Agenda, meeting.FieldNoNext: v.NoNext, "seen": strconv.Itoa(v.Number),
	}
	if v.Chair == "" {
		typed[meeting.FieldChairName] = v.ChairName
	}
	DayTyped(typed, "meeting", v.Day)
	DayTyped(typed, "next", v.Next)
	return typed
}

func clockTyped(hhmm string) string {
	if hhmm == "" {
		return ""
	}
	return frame.Clock(hhmm)
}

// DayTyped puts a day into the fields of a date.
func DayTyped(typed map[string]string, name string, d date.Date) {
	if !d.IsZero() {
		typed[name+"-day"], typed[name+"-month"], typed[name+"-year"] = strconv.Itoa(d.Day()), strconv.Itoa(d.Month()), strconv.Itoa(d.Year())
	}
}

func picks(list []casework.Pick, none string) []govuk.SelectItem {
	items := []govuk.SelectItem{{Value: "", Text: none}}
	for _, p := range list {
		items = append(items, govuk.SelectItem{Value: p.Key, Text: p.Words})
	}
	return items
}

// kept is a list of picks with somebody who stays on it, whatever has become of them.
func kept(list []casework.Pick, key, words string) []casework.Pick {
	for _, p := range list {
		if p.Key == key {
			return list
		}
	}
	if key == "" {
		return list
	}
	return append([]casework.Pick{{Key: key, Words: words}}, list...)
}

func (p ArrangePage) children() []govuk.CheckboxesItem {
	var items []govuk.CheckboxesItem
	for _, c := range p.Children {
		items = append(items, govuk.CheckboxesItem{Value: c.Key, Text: c.Words})
	}
	return items
}

// A ReadPage is one meeting.
type ReadPage struct {
	file.File
	M    casework.MeetingFile
	Told frame.Told
}

func (p ReadPage) href(parts ...string) string {
	return Path(p.File, append([]string{string(p.M.ID)}, parts...)...)
}

// done says with whom, of an invitee, what has been done.
func invitedWords(i casework.InviteeLine) string {
	if i.Invited.IsZero() {
		return "Not invited yet"
	}
	words := "Invited " + i.Invited.Long()
	if i.How != "" {
		words += ", " + i.How
	}
	return words
}

var answerWords = map[meeting.Answer]string{meeting.NoAnswer: "No answer yet", meeting.Coming: "Coming", meeting.Apologies: "Sent apologies"}

var attendedWords = map[meeting.Attended]string{
	meeting.NotKnown: "Not recorded", meeting.Came: "Came", meeting.Joined: "Joined by telephone or video", meeting.InPart: "Came for part of it", meeting.Stayed: "Did not come",
}

func what(i casework.InviteeLine) string {
	var parts []string
	for _, s := range []string{i.Role, i.Agency} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}

// A WhyPage asks why, before a meeting is cancelled.
type WhyPage struct {
	file.File
	M        casework.MeetingFile
	Why      string
	Problems []fault.Problem
	Changed  bool
}

// A HoldPage is the form on which somebody says that a meeting was held.
type HoldPage struct {
	file.File
	M        casework.MeetingFile
	Typed    map[string]string
	Problems []fault.Problem
	Changed  bool
}

// CameField and ReportField are the fields of one invitee.
func CameField(invitee string) string { return "came-" + invitee }

// ReportField is the field that says that an invitee sent a report.
func ReportField(invitee string) string { return "report-" + invitee }

func attendances() []govuk.SelectItem {
	var items []govuk.SelectItem
	for _, a := range meeting.Attendances {
		items = append(items, govuk.SelectItem{Value: string(a), Text: attendedWords[a]})
	}
	return items
}

// An InvitePage is the form of somebody who is invited, or of how they stand.
type InvitePage struct {
	file.File
	M        casework.MeetingFile
	Who      []casework.Pick       // of a new one
	Invitee  *casework.InviteeLine // of one who is there; nil of a new one
	Typed    map[string]string
	Problems []fault.Problem
	Changed  bool
}

// InviteFields are the fields of that form.
var InviteFields = []string{
	meeting.FieldWho, meeting.FieldName, meeting.FieldRole, meeting.FieldAgency, meeting.FieldFor, "invited-day", "invited-month", "invited-year", meeting.FieldHow,
	meeting.FieldAnswer, meeting.FieldCame, meeting.FieldReport, meeting.FieldGets, meeting.FieldNote, meeting.FieldOff, "number", "key",
}

func (p InvitePage) called() []govuk.SelectItem {
	items := []govuk.SelectItem{{Value: "", Text: "Nobody of those who must be invited"}}
	for _, c := range p.M.KindNow.Invite {
		items = append(items, govuk.SelectItem{Value: c.ID, Text: c.Title})
	}
	return items
}

func answers() []govuk.RadiosItem {
	var items []govuk.RadiosItem
	for _, a := range meeting.Answers {
		items = append(items, govuk.RadiosItem{Value: string(a), Text: answerWords[a]})
	}
	return items
}

func ticked(value string) []string {
	if value == "yes" {
		return []string{"yes"}
	}
	return nil
}
