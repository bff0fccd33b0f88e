// Package alerts is the pages about what must be seen first on a file.
package alerts

import (
	"strings"

	"casefile/internal/alert"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/web/details"
	"casefile/internal/web/file"
	"casefile/internal/web/frame"
)

// ShowPage is the alerts of a file.
type ShowPage struct {
	file.File
	Masked bool
	Alerts casework.Alerts
	Known  file.KnownOn
	Told   frame.Told
}

// ChoosePage asks what kind of alert is to be set.
type ChoosePage struct {
	file.File
	Kinds    []alert.Kind
	Problems []fault.Problem
}

// EditPage sets an alert of a kind or, with Alert, changes one.
type EditPage struct {
	file.File
	details.Form
	Alerts casework.Alerts
	Kind   alert.Kind
	Alert  string
}

// EndPage ends an alert.
type EndPage struct {
	file.File
	details.Form
	Alerts casework.Alerts
	Alert  casework.AlertLine
}

func href(f file.File, way string) string { return frame.File(f.Header) + file.Alerts + way }

// A fact is one line of an alert.
type fact struct{ what, value string }

var awareWords = map[string]string{person.Yes: "Yes", person.No: "No"}

// facts are what an alert says beside what it is about.
func facts(a alert.Alert) []fact {
	var list []fact
	add := func(what, value string) {
		if value != "" {
			list = append(list, fact{what, value})
		}
	}
	add("What it is about", a.Narrative)
	add("Since", a.Period.From.Long())
	if !a.Period.To.IsZero() {
		add("Until", a.Period.To.Long())
	}
	switch a.Aware {
	case person.Yes:
		add("Does the person know?", "Yes, told "+a.Informed.Long()+": "+a.How)
	case person.No:
		add("Does the person know?", "No: "+a.NotTold)
	}
	if a.Manager != "" {
		add("Discussed with", a.Manager+", "+a.Discussed.Long())
	}
	if a.Period.To.IsZero() {
		add("To be looked at again by", a.Review.Long())
	}
	return list
}

// by says who did something, and when.
func by(p casework.Alerts, s date.Stamp) string {
	who := p.Names[s.By]
	if who == "" {
		who = "Casefile itself"
	}
	return who + ", " + s.At.Long()
}

// didWords say how a line came to be.
func didWords(p casework.Alerts, l casework.AlertLine) string {
	did := "Set by "
	if l.Made != nil {
		switch l.Made.Action {
		case person.Corrected:
			did = "Changed by "
		case person.Ended:
			did = "Ended by "
		}
	}
	return did + by(p, l.Recorded)
}

func whyOf(l casework.AlertLine) string {
	if l.Made == nil {
		return ""
	}
	return l.Made.Why
}

// how says how somebody is linked.
func how(l casework.AlertLink) string { return strings.Join(l.How, ". ") }

// sides are the fields of the form beside what an alert says.
func sides(sent person.Form, l casework.AlertLine) []details.Side {
	theirs := l.FormOf()
	var list []details.Side
	add := func(label string, of func(person.Form) string) {
		if m, t := of(sent), of(theirs); m != "" || t != "" {
			list = append(list, details.Side{Label: label, Mine: m, Theirs: t})
		}
	}
	line := func(name, label string) { add(label, func(f person.Form) string { return f.Typed(name) }) }
	day := func(prefix, label string) {
		add(label, func(f person.Form) string { return strings.TrimSpace(details.DayWord(f, prefix)) })
	}
	line(alert.FieldNarrative, "What it is about")
	day("from", "Since")
	if l.Kind.Aware {
		add("Does the person know?", func(f person.Form) string { return awareWords[f[alert.FieldAware]] })
		day("told", "Told on")
		line(alert.FieldHow, "How they were told")
		line(alert.FieldNotTold, "Why they are not told")
	}
	if l.Kind.Manager {
		line(alert.FieldManager, "Discussed with")
		day("discussed", "Discussed on")
	}
	day("review", "To be looked at again by")
	return list
}

func (p EditPage) title() string {
	if p.Alert == "" {
		return "Set an alert"
	}
	return "Change or review an alert"
}

// action is where the form goes: to the row that holds now.
func (p EditPage) action() string {
	if p.Alert == "" {
		return href(p.File, "/add")
	}
	return href(p.File, "/"+p.Alert+"/change")
}
