// Package rights is the pages on which people read who may see or do what, why,
// and what a change of it would mean.
package rights

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

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

// TablePage is what one role may do, as a grid. Part, where it is set, is the
// only part shown.
type TablePage struct {
	frame.Frame
	Set     *definition.Set
	Role    definition.Role
	Part    access.Part
	Unheard casework.Unheard
	Hearing []string // the roles that handle concerns about any file
}

// grid is the role's table, as rows of a page.
func (p TablePage) grid() [][]govuk.TableCell {
	var rows [][]govuk.TableCell
	for _, r := range p.Set.Access().Grid(p.Role.ID) {
		if p.Part != "" && r.Part != p.Part {
			continue
		}
		nothing := !slices.ContainsFunc(r.Cells, func(lines []access.Line) bool { return len(lines) > 0 })
		row := []govuk.TableCell{{Text: r.Part.Title()}}
		for i, lines := range r.Cells {
			classes := ""
			if len(lines) == 0 && (!nothing || i > 0) { // stacked, a row of nothing says so once
				classes = "app-grid__none"
			}
			row = append(row, govuk.TableCell{HTML: cell(lines), Classes: classes, Attributes: templ.Attributes{"data-label": access.Actions[i].Title()}})
		}
		rows = append(rows, row)
	}
	return rows
}

func head() []govuk.TableCell {
	cells := []govuk.TableCell{{Text: "Part"}}
	for _, a := range access.Actions {
		cells = append(cells, govuk.TableCell{Text: a.Title()})
	}
	return cells
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
