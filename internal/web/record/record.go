// Package record is the pages on which an entry is written.
package record

import (
	"slices"
	"strings"
	"unicode"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/service"
	"casefile/internal/task"
	"casefile/internal/web/file"
	"casefile/internal/web/frame"
	"casefile/internal/web/govuk"
	"casefile/internal/wording"
)

// ChoosePage asks what happened.
type ChoosePage struct {
	file.File
	Types    []service.EntryType
	Problems []fault.Problem
}

// DraftPage is the form of an entry, shaped by its type.
type DraftPage struct {
	file.File
	Draft    entry.ID
	Type     service.EntryType
	Fields   map[string]string
	Rev      int
	Saved    date.Instant // zero where what is on the page is not saved
	Told     frame.Told
	Problems []fault.Problem
	Wording  func(text string) []wording.Remark
	Serves   []casework.PlanAction // the actions of plans that it can have served
	Deadline task.Deadline         // as far as what was typed says by when it is to be recorded
}

// asksWhyLate reports whether the page asks why the entry is recorded late: where it is,
// where the server found so, and where something was typed.
func (d DraftPage) asksWhyLate() bool {
	asked := slices.ContainsFunc(d.Problems, func(p fault.Problem) bool { return p.Field == entry.FieldLateReason })
	return asked || d.Deadline.DaysLate(d.Words.Today()) > 0 || strings.TrimSpace(d.Fields[entry.FieldLateReason]) != ""
}

// lateHint says by how much it is late.
func (d DraftPage) lateHint() string {
	days := d.Deadline.DaysLate(d.Words.Today())
	if days == 0 {
		return "It is asked where an entry is recorded after its last day."
	}
	return "It was to be recorded by " + d.Deadline.Due.Long() + ", " + frame.Count(days, "day", "days") + " ago. The reason stays with it."
}

func (d DraftPage) href(way string) string {
	return frame.File(d.Header) + "/drafts/" + string(d.Draft) + way
}

// optional marks the label of a question that may be left empty.
func (d DraftPage) optional(f service.Field, label string) string {
	if d.Type.Asked(f) == service.Optional {
		return label + " (optional)"
	}
	return label
}

// ofMeetings is a hint that says too which categories ask for what it is about.
func (d DraftPage) ofMeetings(hint string) string {
	var titles []string
	for _, c := range d.Type.Categories {
		if c.Meets {
			titles = append(titles, "“"+c.Title+"”")
		}
	}
	if len(titles) == 0 {
		return hint
	}
	return hint + ". It has to be there for " + strings.Join(titles, ", ") + "."
}

func (d DraftPage) asks(f service.Field) bool { return d.Type.Asked(f) != service.Hidden }

// remarks is what is pointed out in a text.
func (d DraftPage) remarks(field string) []wording.Remark {
	if d.Wording == nil {
		return nil
	}
	return d.Wording(d.Fields[field])
}

// status is what stands where the script says that it saves.
func (d DraftPage) status() string {
	if d.Saved.IsZero() {
		return "Not saved yet."
	}
	if d.Saved.Date() == d.Words.Today() {
		return "Draft saved at " + d.Saved.Clock()
	}
	return "Draft saved on " + d.Saved.Long()
}

// ComparePage shows two versions of a draft: the one on the page that was sent,
// and the one that was saved from elsewhere since.
type ComparePage struct {
	DraftPage
	Other map[string]string
	// OtherRev is what the other version is called; a choice names it, so that
	// a third version is noticed too.
	OtherRev   int
	OtherSaved date.Instant
}

// A difference is one question with both answers.
type difference struct {
	Label   string
	Mine    string
	Theirs  string
	Differs bool
}

// questions are the questions of a type with the fields that answer them.
func questions(t service.EntryType) []struct {
	label  string
	fields []string
} {
	type q = struct {
		label  string
		fields []string
	}
	qs := []q{
		{t.CategoryLabel, []string{entry.FieldCategory}},
		{"Date", []string{entry.FieldDay, entry.FieldMonth, entry.FieldYear}},
	}
	for _, one := range []struct {
		field service.Field
		q     q
	}{
		{service.HappenedTime, q{"Time", []string{entry.FieldTime}}},
		{service.WithWhom, q{"Who was there", []string{entry.FieldWithWhom}}},
		{service.Seen, q{"Seen", []string{entry.FieldSeen}}},
		{service.SeenAlone, q{"Seen alone", []string{entry.FieldSeenAlone}}},
		{service.Reason, q{"Reason", []string{entry.FieldReason}}},
		{service.Topics, q{"Key topics", []string{entry.FieldTopics}}},
		{service.Decisions, q{"What was decided", []string{entry.FieldDecisions}}},
		{service.DecidedBy, q{"Who made the decision", []string{entry.FieldDecidedBy}}},
	} {
		if t.Asked(one.field) != service.Hidden {
			qs = append(qs, one.q)
		}
	}
	qs = append(qs, q{t.TextLabel, []string{entry.FieldText}})
	for _, one := range []struct {
		field service.Field
		q     q
	}{
		{service.EvidenceFor, q{"The evidence for it", []string{entry.FieldFor}}},
		{service.EvidenceAgainst, q{"The evidence against it", []string{entry.FieldAgainst}}},
		{service.Outcome, q{"What is meant to come of it", []string{entry.FieldOutcome}}},
		{service.DecisionReasons, q{"The reasons for it", []string{entry.FieldWhy}}},
		{service.Significant, q{"Significant", []string{entry.FieldSignificant}}},
		{service.Sensitive, q{"Sensitive", []string{entry.FieldSensitive}}},
		{service.FollowUp, q{"To do next", []string{entry.FieldFollowUp}}},
		{service.FollowUp, q{"By", []string{entry.FieldByDay, entry.FieldByMonth, entry.FieldByYear}}},
	} {
		if t.Asked(one.field) != service.Hidden {
			qs = append(qs, one.q)
		}
	}
	if !t.DueAtRisk.IsZero() {
		qs = append(qs, q{"Significant risk", []string{entry.FieldRisk}})
	}
	qs = append(qs, q{"The action of a plan that it served", []string{entry.FieldServes}})
	if !t.Due.IsZero() {
		qs = append(qs, q{"Why it is late", []string{entry.FieldLateReason}})
	}
	return qs
}

// answer is what a draft answers to a question, in words.
func answer(t service.EntryType, fields map[string]string, names []string) string {
	if names[0] == entry.FieldCategory {
		c, _ := t.Category(fields[entry.FieldCategory])
		return c.Title
	}
	if len(names) == 3 { // a date: as it was typed, unless it is one
		if d, err := date.FromParts(fields[names[0]], fields[names[1]], fields[names[2]]); err == nil {
			return d.Long()
		}
	}
	var parts []string
	for _, n := range names {
		if v := fields[n]; v != "" {
			parts = append(parts, v)
		}
	}
	s := strings.Join(parts, " ")
	switch s {
	case "yes":
		return "Yes"
	case "no":
		return "No"
	}
	return s
}

func (p ComparePage) differences() []difference {
	var ds []difference
	for _, q := range questions(p.Type) {
		d := difference{Label: q.label, Mine: answer(p.Type, p.Fields, q.fields), Theirs: answer(p.Type, p.Other, q.fields)}
		if q.fields[0] == entry.FieldServes {
			d.Mine, d.Theirs = p.action(d.Mine), p.action(d.Theirs)
		}
		d.Differs = d.Mine != d.Theirs
		if d.Mine != "" || d.Theirs != "" {
			ds = append(ds, d)
		}
	}
	return ds
}

// action is an action of a plan in words, by its key.
func (d DraftPage) action(key string) string {
	i := slices.IndexFunc(d.Serves, func(a casework.PlanAction) bool { return a.Key == key })
	if i < 0 {
		return map[bool]string{true: "One that does not go on any more"}[key != ""]
	}
	return d.Serves[i].Plan + ": " + d.Serves[i].Words
}

// actions are those to choose from, by the plan and what they serve. One that was chosen
// and does not go on any more is among them until another is.
func (d DraftPage) actions() []govuk.SelectItem {
	items := []govuk.SelectItem{{Text: "None"}}
	for _, a := range d.Serves {
		items = append(items, govuk.SelectItem{Value: a.Key, Text: a.Plan + ": " + a.Words})
	}
	if key := d.Fields[entry.FieldServes]; key != "" && !slices.ContainsFunc(d.Serves, func(a casework.PlanAction) bool { return a.Key == key }) {
		items = append(items, govuk.SelectItem{Value: key, Text: d.action(key)})
	}
	return items
}

// Merged puts two versions together, for the person to edit: an answer that one
// of them lacks is taken from the other, texts that differ stand one after the
// other, and of two different short answers mine counts.
func Merged(mine, theirs map[string]string) map[string]string {
	all := map[string]string{}
	for _, f := range entry.Fields {
		all[f] = mine[f]
		if all[f] == "" {
			all[f] = theirs[f]
		}
	}
	a, b := strings.TrimSpace(theirs[entry.FieldText]), strings.TrimSpace(mine[entry.FieldText])
	switch {
	case a == "" || strings.Contains(b, a):
		all[entry.FieldText] = mine[entry.FieldText]
	case b == "" || strings.Contains(a, b):
		all[entry.FieldText] = theirs[entry.FieldText]
	default:
		all[entry.FieldText] = a + "\n\n" + b
	}
	return all
}

// A piece of a text is shared by both versions, or it differs.
type piece struct {
	text    string
	differs bool
}

// pieces splits mine into what it has in common with theirs at its beginning
// and end, and what differs between. It splits between words only.
func pieces(mine, theirs string) []piece {
	a, b := tokens(mine), tokens(theirs)
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	var ps []piece
	for _, p := range []piece{
		{strings.Join(a[:start], ""), false},
		{strings.Join(a[start:len(a)-end], ""), true},
		{strings.Join(a[len(a)-end:], ""), false},
	} {
		if p.text != "" {
			ps = append(ps, p)
		}
	}
	return ps
}

// tokens are the words of a text, each with the space before it, and the space
// at the end.
func tokens(s string) []string {
	var ts []string
	from, word := 0, false
	for i, r := range s {
		if unicode.IsSpace(r) && word {
			ts = append(ts, s[from:i])
			from = i
		}
		word = !unicode.IsSpace(r)
	}
	if from < len(s) {
		ts = append(ts, s[from:])
	}
	return ts
}

// DropPage asks whether a draft is to be thrown away.
type DropPage struct {
	file.File
	Draft entry.ID
	Title string
	Text  string
	Rev   int
	Saved bool // it was saved from another page since this was asked
}

// GonePage is a draft of a kind of entry that is no longer in use, with what was
// typed.
type GonePage struct {
	file.File
	Draft  entry.ID
	Fields map[string]string
}

// KeptPage says why what was typed could not be saved, and holds it. Again is
// the address to send it to once more; empty where that cannot help.
type KeptPage struct {
	frame.Frame
	Trouble frame.TroublePage
	Fields  map[string]string
	Rev     string
	Again   string
}

// typed is the text first, then whatever else is long enough to be worth
// copying.
func (p KeptPage) typed() []difference { return typed(p.Fields) }

func typed(fields map[string]string) []difference {
	var ds []difference
	for _, f := range []struct{ name, label string }{
		{entry.FieldText, "What happened"},
		{entry.FieldWithWhom, "Who was there"},
		{entry.FieldReason, "Reason"},
		{entry.FieldFollowUp, "To do next"},
		{entry.FieldLateReason, "Why it is late"},
	} {
		if v := fields[f.name]; strings.TrimSpace(v) != "" {
			ds = append(ds, difference{Label: f.label, Mine: v})
		}
	}
	return ds
}
