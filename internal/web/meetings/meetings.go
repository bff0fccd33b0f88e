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
	Known  file.KnownOn
	Masked bool
	List   casework.Meetings
	Told   frame.Told
}

var stateWords = map[meeting.State][2]string{
	meeting.Planned: {"Planned", "govuk-tag--blue"}, meeting.Held: {"Held", "govuk-tag--green"}, meeting.Cancelled: {"Cancelled", "govuk-tag--grey"},
	meeting.Withdrawn: {"Never took place", "govuk-tag--grey"},
}

var phaseWords = map[meeting.Phase][2]string{
	meeting.ToHold: {"Planned", "govuk-tag--blue"}, meeting.ToWrite: {"Write the minutes", "govuk-tag--yellow"},
	meeting.ToAgree: {"For the chair", "govuk-tag--yellow"}, meeting.ToSend: {"Send the minutes", "govuk-tag--yellow"}, meeting.Done: {"Done", "govuk-tag--green"},
}

// status says how a meeting stands: for those who have something to do about it, what.
func status(m meeting.Meeting, today date.Date) (words, colour string) {
	now := m.Now()
	w := stateWords[now.State]
	switch {
	case now.State == meeting.Held && m.Correcting():
		return "Minutes being corrected", "govuk-tag--yellow"
	case now.State == meeting.Held && m.MinutesState() == meeting.Returned:
		return "Minutes returned", "govuk-tag--yellow"
	case now.State == meeting.Held:
		w = phaseWords[m.Phase()]
	case now.State == meeting.Planned && now.Day.Before(today):
		return "Not said yet whether it was held", "govuk-tag--red"
	}
	return w[0], w[1]
}

// tag is how something stands, in one piece.
func tag(words, colour string) govuk.TagOptions {
	return govuk.TagOptions{Text: words, Classes: colour + " app-tag"}
}

// when is the day and the time of a meeting.
func when(day date.Date, clock string) string {
	if clock == "" {
		return day.Long()
	}
	return day.Long() + " at " + frame.Clock(clock)
}

// brief is the beginning of a text, on one line: enough to tell it from others in a list.
func brief(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	r := []rune(text)
	if len(r) <= briefly {
		return text
	}
	short := string(r[:briefly])
	if i := strings.LastIndex(short, " "); i > 0 {
		short = short[:i]
	}
	return strings.TrimRight(short, ",;:. ") + "…"
}

const briefly = 120 // characters

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
	meeting.FieldReason, meeting.FieldAgenda, meeting.FieldWhy, "next-day", "next-month", "next-year", meeting.FieldNoNext, FieldLate, "seen",
}

// TypedOf are the fields of what is arranged.
func TypedOf(v meeting.Version) map[string]string {
	typed := map[string]string{
		meeting.FieldTime: clockTyped(v.Time), meeting.FieldPlace: v.Place, meeting.FieldChair: string(v.Chair), meeting.FieldMinuteTaker: string(v.MinuteTaker),
		meeting.FieldReason: v.Reason, meeting.FieldAgenda: v.Agenda, meeting.FieldNoNext: v.NoNext, FieldLate: v.Late, "seen": strconv.Itoa(v.Number),
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

// A MinutesPage is the page on which minutes are written.
type MinutesPage struct {
	file.File
	W        casework.MinutesPage
	Typed    map[string]string // by key, where the page shows what was typed
	Conflict bool
	Late     string
	Problems []fault.Problem
	Told     frame.Told
}

// FieldLate is why minutes are agreed late.
const FieldLate = "late-reason"

func (p MinutesPage) href(parts ...string) string {
	return Path(p.File, append([]string{string(p.W.M.ID)}, parts...)...)
}

func (p MinutesPage) value(w casework.WrittenLine) string {
	if text, ok := p.Typed[w.Key()]; ok {
		return text
	}
	return w.Text
}

// theirs reports whether what was typed differs from what somebody else saved.
func (p MinutesPage) theirs(w casework.WrittenLine) bool {
	text, ok := p.Typed[w.Key()]
	return p.Conflict && ok && text != w.Text
}

func (p MinutesPage) who() string {
	if p.W.Mine {
		return "You, on another page,"
	}
	return p.W.SavedBy
}

func (p MinutesPage) status() string {
	if p.W.Rev < 2 {
		return ""
	}
	return "Saved " + p.W.Saved.Long()
}

func label(w casework.WrittenLine) string {
	if w.Child == "" {
		return w.Title
	}
	return w.Title + ": " + w.Child
}

func (p MinutesPage) hint(w casework.WrittenLine) string {
	for _, h := range p.W.M.KindNow.Headings {
		if h.ID == w.Heading {
			hint := h.Help
			if !h.Required {
				hint = strings.TrimSpace(hint + " Optional.")
			}
			return hint
		}
	}
	return ""
}

// A DecidePage is where the chair agrees minutes or returns them.
type DecidePage struct {
	file.File
	W        casework.MinutesPage
	Decide   string
	Reason   string
	Late     string
	NeedLate bool
	Problems []fault.Problem
	Changed  bool
}

// A DecisionForm is the form of a decision.
type DecisionForm struct {
	file.File
	P        casework.DecisionPage
	ID       string
	Typed    map[string]string
	Problems []fault.Problem
	Changed  bool
}

// DecisionFields are the fields of that form.
var DecisionFields = []string{
	meeting.FieldWhat, meeting.FieldAbout, meeting.FieldMadeBy, meeting.FieldEvidence, meeting.FieldAgainst, meeting.FieldOutcome, meeting.FieldReasons, meeting.FieldDo,
	meeting.FieldDoer, meeting.FieldDoerName, "due-day", "due-month", "due-year", meeting.FieldWhy, "number", "gone",
}

// TypedDecision are the fields of a decision.
func TypedDecision(v meeting.Decided) map[string]string {
	typed := map[string]string{
		meeting.FieldWhat: v.What, meeting.FieldMadeBy: v.MadeBy, meeting.FieldEvidence: v.For, meeting.FieldAgainst: v.Against, meeting.FieldOutcome: v.Outcome,
		meeting.FieldReasons: v.Reasons, meeting.FieldDo: v.Do, meeting.FieldDoer: string(v.Doer), "number": strconv.Itoa(v.Number),
	}
	if v.Doer == "" {
		typed[meeting.FieldDoerName] = v.DoerName
	}
	DayTyped(typed, "due", v.Due)
	return typed
}

func (p DecisionForm) about() []govuk.RadiosItem {
	items := []govuk.RadiosItem{{Value: "", Text: "All children of the meeting"}}
	for _, c := range p.P.Children {
		items = append(items, govuk.RadiosItem{Value: c.Key, Text: c.Words})
	}
	return items
}

// A SendPage is the form on which it is noted who was sent the minutes.
type SendPage struct {
	file.File
	M        casework.MeetingFile
	Typed    map[string]string
	To       []string
	Problems []fault.Problem
	Changed  bool
}

// SendFields are the fields of that form.
var SendFields = []string{"sent-day", "sent-month", "sent-year", casework.FieldSentHow, FieldLate, "step"}

func (p SendPage) items() []govuk.CheckboxesItem {
	var items []govuk.CheckboxesItem
	for _, i := range p.M.Unsent {
		items = append(items, govuk.CheckboxesItem{Value: i.ID, Text: i.Name, Hint: govuk.HintOptions{Text: what(i)}})
	}
	return items
}

// A BackPage asks why something was not sent after all.
type BackPage struct {
	file.File
	M        casework.MeetingFile
	Sent     meeting.Sent
	Why      string
	Problems []fault.Problem
}

// A SentLine is something that was sent, with the name of to whom.
type sentLine struct {
	meeting.Sent
	to string
}

func (p ReadPage) sent() []sentLine {
	var list []sentLine
	for _, s := range p.M.Sent {
		for _, i := range p.M.Invitees {
			if i.ID == s.Invitee {
				list = append(list, sentLine{s, i.Name})
			}
		}
	}
	return list
}

// A DecisionsPage is all that was decided about a child.
type DecisionsPage struct {
	file.File
	Masked bool
	List   []casework.DecisionOfFile
}

// A MinePage is the meetings of a worker, or of their team.
type MinePage struct {
	frame.Frame
	Words frame.Words
	List  casework.MyMeetings
	Team  bool
	First bool
}

func dueBy(d meeting.Decided) string {
	switch {
	case d.Due.IsZero():
		return d.DoerName
	case d.DoerName == "":
		return "By " + d.Due.Long()
	}
	return d.DoerName + ", by " + d.Due.Long()
}

// CameOf is whom a field of CameField is of.
func CameOf(field string) (invitee string, ok bool) { return strings.CutPrefix(field, "came-") }

// TypedStanding are the fields of how an invitee stands.
func TypedStanding(i casework.InviteeLine) map[string]string {
	typed := map[string]string{
		meeting.FieldHow: i.How, meeting.FieldAnswer: string(i.Answer), meeting.FieldCame: string(i.Attended), meeting.FieldNote: i.Note, meeting.FieldOff: i.Off,
		"number": strconv.Itoa(i.Number),
	}
	for name, yes := range map[string]bool{meeting.FieldReport: i.Report, meeting.FieldGets: i.Gets} {
		if yes {
			typed[name] = "yes"
		}
	}
	DayTyped(typed, "invited", i.Invited)
	return typed
}
