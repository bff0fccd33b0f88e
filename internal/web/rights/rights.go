// Package rights is the pages on which people read who may see or do what, why,
// and what a change of it would mean.
package rights

import (
	"slices"
	"strconv"
	"strings"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/definition"
	"casefile/internal/fault"
	"casefile/internal/staff"
	"casefile/internal/web/frame"
	"casefile/internal/web/govuk"
	"casefile/internal/web/moj"
)

// The addresses.
const (
	Table   = "/rights"
	Explain = "/rights/explain"
	Changes = "/rights/changes"
)

func tabs(current string) []moj.SubNavigationItem {
	return []moj.SubNavigationItem{
		{Text: "The table", Href: Table, Active: current == Table},
		{Text: "Why somebody sees a file", Href: Explain, Active: current == Explain},
		{Text: "Changes", Href: Changes, Active: current == Changes},
	}
}

// TablePage is what one role may do, in sentences. Part, where it is set, is the
// only part shown.
type TablePage struct {
	frame.Frame
	Set     *definition.Set
	Role    definition.Role
	Part    access.Part
	Unheard casework.Unheard
	Hearing []string // the roles that handle concerns about any file
}

// A group is what a role may do with one part.
type group struct {
	part  access.Part
	lines []access.Line
}

func (p TablePage) groups() []group {
	var gs []group
	for _, l := range p.Set.Access().Lines(p.Role.ID) {
		if p.Part != "" && l.Part != p.Part {
			continue
		}
		if len(gs) == 0 || gs[len(gs)-1].part != l.Part {
			gs = append(gs, group{part: l.Part})
		}
		gs[len(gs)-1].lines = append(gs[len(gs)-1].lines, l)
	}
	return gs
}

func (p TablePage) roles() []govuk.SelectItem {
	var items []govuk.SelectItem
	for _, r := range p.Set.Roles() {
		items = append(items, govuk.SelectItem{Value: string(r.ID), Text: r.Title, Selected: r.ID == p.Role.ID})
	}
	return items
}

func parts(none string, chosen access.Part, offered []access.Part) []govuk.SelectItem {
	var items []govuk.SelectItem
	if none != "" {
		items = append(items, govuk.SelectItem{Text: none})
	}
	for _, part := range offered {
		items = append(items, govuk.SelectItem{Value: string(part), Text: part.Title(), Selected: part == chosen})
	}
	return items
}

// sentence is a line of the table: "They may see “Timeline” when they work with
// the child, or …".
func sentence(l access.Line) string {
	return "They may " + access.Gives(l.Part, l.Action, l.Outcome) + condition(l.Part, l.Grounds) + "."
}

func condition(part access.Part, grounds []access.Ground) string {
	if slices.Contains(grounds, access.Everyone) && len(grounds) == 1 {
		return ", " + access.Everyone.When(part)
	}
	when := make([]string, 0, len(grounds))
	for _, g := range grounds {
		when = append(when, g.When(part))
	}
	return " when " + strings.Join(when, ", or ")
}

func place(file string, line int) string {
	if file == "" {
		return ""
	}
	return file + ", line " + strconv.Itoa(line)
}

// ExplainPage asks about whom, which file and which part, and answers. Choice are
// the workers that fit what was typed, where several do.
type ExplainPage struct {
	frame.Frame
	Words     string
	Worker    staff.ID
	Reference string
	Part      access.Part
	Choice    []staff.Colleague
	Answer    *casework.Explained
	Problems  []fault.Problem
}

func (p ExplainPage) choices() []govuk.RadiosItem {
	var items []govuk.RadiosItem
	seen := map[staff.ID]bool{}
	for _, c := range p.Choice {
		if !seen[c.ID] {
			seen[c.ID] = true
			items = append(items, govuk.RadiosItem{Value: string(c.ID), Text: c.Name() + ", " + c.JobTitle + ", " + c.TeamName})
		}
	}
	return items
}

var outcomeClasses = map[access.Outcome]string{
	access.Shown: "govuk-tag--green", access.ReasonFirst: "govuk-tag--yellow", access.Masked: "govuk-tag--blue", access.Absent: "govuk-tag--grey",
}

var outcomeWords = map[access.Outcome]string{
	access.Shown: "Shown", access.ReasonFirst: "Reason first", access.Masked: "Masked", access.Absent: "Absent",
}

// ChangesPage is the change that waits, and those before it.
type ChangesPage struct {
	frame.Frame
	Change   casework.RightsChange
	Reason   string
	Problems []fault.Problem
	Told     frame.Told
}

// difference is one line of what would change: "Personal adviser gains: …".
func (p ChangesPage) difference(d access.Difference) string {
	verb := " loses: they could "
	if d.Gains() {
		verb = " gains: they could "
	}
	return p.Change.Names.Name(d.Role) + verb + access.Gives(d.Part, d.Action, d.Before) + ", and would " +
		access.Gives(d.Part, d.Action, d.After) + condition(d.Part, d.Grounds) + "."
}

var stepWords = map[string]string{
	casework.RightsFirst: "The first rights", casework.RightsProposed: "A change came with a start of the program",
	casework.RightsApproved: "Approved", casework.RightsTurnedDown: "Turned down", casework.RightsWithdrawn: "Withdrawn by a start of the program",
}

func step(s casework.RightsStep) string {
	words := stepWords[s.Step]
	if s.Name != "" {
		words += " by " + s.Name
	}
	return words
}
