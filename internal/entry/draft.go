package entry

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/service"
	"casefile/internal/task"
)

// The names of a draft's fields, which are those of the form on the page.
const (
	FieldCategory    = "category"
	FieldDay         = "happened-day"
	FieldMonth       = "happened-month"
	FieldYear        = "happened-year"
	FieldTime        = "happened-time"
	FieldWithWhom    = "with-whom"
	FieldSeen        = "seen"
	FieldSeenAlone   = "seen-alone"
	FieldReason      = "reason"
	FieldText        = "text"
	FieldSignificant = "significant"
	FieldSensitive   = "sensitive"
	FieldFollowUp    = "follow-up"
	FieldByDay       = "follow-up-by-day"
	FieldByMonth     = "follow-up-by-month"
	FieldByYear      = "follow-up-by-year"
	FieldRisk        = "significant-risk"
	FieldLateReason  = task.LateReason
	FieldServes      = "serves" // the action of a plan that it served: keys of the two
	FieldTopics      = "key-topics"
	FieldDecisions   = "decisions"
	FieldDecidedBy   = "decided-by"
	FieldFor         = "evidence-for"
	FieldAgainst     = "evidence-against"
	FieldOutcome     = "intended-outcome"
	FieldWhy         = "decision-reasons"
)

// Fields lists them. A draft holds no others.
var Fields = []string{
	FieldCategory, FieldDay, FieldMonth, FieldYear, FieldTime, FieldWithWhom, FieldSeen, FieldSeenAlone, FieldReason,
	FieldText, FieldSignificant, FieldSensitive, FieldFollowUp, FieldByDay, FieldByMonth, FieldByYear,
	FieldRisk, FieldLateReason, FieldTopics, FieldDecisions, FieldDecidedBy, FieldFor, FieldAgainst, FieldOutcome, FieldWhy, FieldServes,
}

// Longest texts, in characters.
const (
	MaxText = 20_000
	maxLine = 500
	maxPart = 5000 // of one of the parts that an entry has beside its text
	// MaxDraft bounds a draft as it is typed. It is above what can be
	// recorded, so that what is too long is kept while it is being shortened.
	MaxDraft = 200_000
)

// Read makes the content of an entry out of a draft's fields, by the service's
// definition of its type. What is wrong comes back field by field; all of it
// can be put right on the page.
func Read(t service.EntryType, fields map[string]string, today date.Date) (Content, []fault.Problem) {
	var ps []fault.Problem
	wrong := func(field, format string, a ...any) {
		ps = append(ps, fault.Problem{Field: field, Message: fmt.Sprintf(format, a...)})
	}
	get := func(field string) string { return strings.TrimSpace(clean(fields[field])) }
	asked := func(f service.Field, field, label string, most int) string {
		v := get(field)
		switch need := t.AskedIn(get(FieldCategory), f); {
		case need == service.Hidden:
			return ""
		case v == "" && need == service.Required:
			wrong(field, "Enter %s", label)
		case utf8.RuneCountInString(v) > most:
			ps = append(ps, fault.TooLong(field, upper(label), most))
		}
		return v
	}
	yesNo := func(f service.Field, field, label string) string {
		v := get(field)
		switch {
		case t.Asked(f) == service.Hidden:
			return ""
		case v == "" && t.Asked(f) == service.Required:
			wrong(field, "Select whether %s", label)
		case v != "" && v != "yes" && v != "no":
			wrong(field, "Select yes or no")
			return ""
		}
		return v
	}

	c := Content{Type: t.ID, Category: get(FieldCategory)}
	if _, ok := t.Category(c.Category); !ok && len(t.Categories) > 0 {
		wrong(FieldCategory, "%s", t.CategoryMissing)
	}
	happened, err := date.FromParts(fields[FieldDay], fields[FieldMonth], fields[FieldYear])
	switch {
	case err != nil:
		wrong(FieldDay, "The date it happened %s", err)
	case happened.IsZero():
		wrong(FieldDay, "Enter the date it happened")
	case happened.After(today):
		wrong(FieldDay, "The date it happened must be today or in the past")
	case happened.Before(today.AddMonths(-12 * 120)):
		wrong(FieldDay, "The date it happened must be within the last 120 years")
	}
	c.Happened = happened
	if v := get(FieldTime); t.Asked(service.HappenedTime) != service.Hidden {
		clock, ok := readClock(v)
		switch {
		case v == "" && t.Asked(service.HappenedTime) == service.Required:
			wrong(FieldTime, "Enter the time it happened")
		case !ok:
			wrong(FieldTime, "Enter a time like 2:30pm or 14:30")
		}
		c.Time = clock
	}
	c.WithWhom = asked(service.WithWhom, FieldWithWhom, "who was there", maxLine)
	c.Seen = yesNo(service.Seen, FieldSeen, "the child was seen")
	c.SeenAlone = yesNo(service.SeenAlone, FieldSeenAlone, "the child was seen alone")
	if c.SeenAlone == "yes" && c.Seen == "no" {
		wrong(FieldSeenAlone, "A child who was not seen cannot have been seen alone")
	}
	c.Reason = asked(service.Reason, FieldReason, "the reason", maxLine)
	c.Topics = asked(service.Topics, FieldTopics, "the key topics", maxPart)
	c.Decisions = asked(service.Decisions, FieldDecisions, "what was decided, or that nothing was", maxPart)
	c.DecidedBy = asked(service.DecidedBy, FieldDecidedBy, "who made the decision", maxLine)
	c.For = asked(service.EvidenceFor, FieldFor, "the evidence for it", maxPart)
	c.Against = asked(service.EvidenceAgainst, FieldAgainst, "the evidence against it, or that there was none", maxPart)
	c.Outcome = asked(service.Outcome, FieldOutcome, "what is meant to come of it", maxPart)
	c.Why = asked(service.DecisionReasons, FieldWhy, "the reasons for it", maxPart)
	c.Text = get(FieldText)
	switch n := utf8.RuneCountInString(c.Text); {
	case n == 0:
		wrong(FieldText, "Enter what happened")
	case n > MaxText:
		ps = append(ps, fault.TooLong(FieldText, "What happened", MaxText))
	}
	c.Significant = t.Asked(service.Significant) != service.Hidden && get(FieldSignificant) == "yes"
	c.Sensitive = t.Asked(service.Sensitive) != service.Hidden && get(FieldSensitive) == "yes"
	c.FollowUp = asked(service.FollowUp, FieldFollowUp, "what is to be done next", maxLine)
	if t.Asked(service.FollowUp) != service.Hidden {
		by, err := date.FromParts(fields[FieldByDay], fields[FieldByMonth], fields[FieldByYear])
		switch {
		case err != nil:
			wrong(FieldByDay, "The date to follow up by %s", err)
		case !by.IsZero() && c.FollowUp == "":
			wrong(FieldFollowUp, "Enter what is to be done by then")
		case !by.IsZero() && by.Before(happened):
			wrong(FieldByDay, "The date to follow up by must not be before it happened")
		}
		c.FollowUpBy = by
	}
	// Whether it is late, and so must say why, is judged by whoever knows the calendar.
	c.AtRisk = !t.DueAtRisk.IsZero() && get(FieldRisk) == "yes"
	if !t.Due.IsZero() {
		c.LateReason = get(FieldLateReason)
	}
	return c, ps
}

// CheckDraft says whether fields can be kept as a draft: known names, not over
// MaxDraft characters in all. Half-written, wrong and contradictory is fine.
func CheckDraft(fields map[string]string) error {
	total := 0
	for name, v := range fields {
		if !known(name) {
			return fault.New(fault.Invalid, "A draft has no field of that name.")
		}
		total += utf8.RuneCountInString(v)
	}
	if total > MaxDraft {
		return fault.Problems([]fault.Problem{fault.TooLong(FieldText, "What is typed on this page", MaxDraft)})
	}
	return nil
}

// Known leaves of what a page sent only the fields that a draft holds, in text
// that every store can keep.
func Known(sent map[string]string) map[string]string {
	fields := make(map[string]string, len(sent))
	for name, v := range sent {
		if known(name) {
			fields[name] = clean(v)
		}
	}
	return fields
}

func known(name string) bool {
	for _, f := range Fields {
		if f == name {
			return true
		}
	}
	return false
}

// clean makes text that both engines hold: valid UTF-8 without NUL, with one
// kind of line end.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.NewReplacer("\x00", "", "\r\n", "\n", "\r", "\n").Replace(s)
}

// Text is what was typed into a box of several lines, without the space around
// it, as every store can keep it.
func Text(s string) string { return strings.TrimSpace(clean(s)) }

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// readClock reads a time of day as people write it and gives HH:MM. Empty is
// fine.
func readClock(s string) (string, bool) {
	if s == "" {
		return "", true
	}
	s = strings.ToLower(strings.ReplaceAll(s, " ", ""))
	half := -1
	for i, suffix := range [...]string{"am", "pm"} {
		if rest, ok := strings.CutSuffix(s, suffix); ok {
			s, half = rest, i
		}
	}
	h, m, minutes := strings.Cut(strings.ReplaceAll(s, ".", ":"), ":")
	if !minutes {
		if half < 0 {
			return "", false // "14" alone says too little
		}
		m = "00"
	}
	hour, ok1 := number(h)
	minute, ok2 := number(m)
	if !ok1 || !ok2 || len(m) != 2 || minute > 59 || hour > 23 || half >= 0 && (hour < 1 || hour > 12) {
		return "", false
	}
	if half >= 0 {
		hour = hour%12 + 12*half
	}
	return fmt.Sprintf("%02d:%02d", hour, minute), true
}

// Clock reads a time of day as people write it and gives HH:MM. Empty is fine.
func Clock(s string) (string, bool) { return readClock(strings.TrimSpace(s)) }

func number(s string) (int, bool) {
	if s == "" || len(s) > 2 {
		return 0, false
	}
	n := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// Lines makes a text that every store can keep out of what was typed.
func Lines(s string) string { return strings.TrimSpace(clean(s)) }

// OneLine makes a line that every store can keep out of what was typed.
func OneLine(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(clean(s), "\n", " "))
}
