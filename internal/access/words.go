package access

import (
	"slices"
	"strings"
)

// The words in which people read the table: on the pages about rights, in the
// list of looks, and at the terminal. Ids stay in definitions.

var partTitles = map[Part]string{
	Identity: "Overview", ConfidentialAddresses: "Confidential addresses", Relations: "Family and household", Workers: "Who works with them", Timeline: "Timeline",
	SensitiveEntries: "Sensitive entries", OtherServices: "What other services wrote", OtherSensitive: "Sensitive entries of other services",
	Documents: "Assessments and forms", Plans: "Plans", DocumentsBefore: "What corrected assessments and forms said before",
	Files: "Files and photographs", Footprints: "Who has looked", LooksForPerson: "Who has looked, as the child is given it",
	Restriction: "Whom the file is restricted to", Grants: "Grants to partners and reviewers", Concerns: "Concerns about who has looked",
	Meetings: "Meetings", Minutes: "Minutes and decisions", MinutesBefore: "What corrected minutes said before",
	Tasks:  "Tasks and stages",
	Alerts: "Alerts", Risks: "Alerts about risks",
	Corrections: "Corrections of whom the record is",
	Caseloads:   "Caseloads", Staff: "Training, absence and roles of workers", WatchList: "Watch list", Rights: "The table of rights", NewFiles: "New files",
}

// Title is the part's name, as the tab or page of it has it; the word itself
// where the program does not know it, so that nothing is hidden.
func (p Part) Title() string { return title(partTitles, p) }

var groundTitles = map[Ground]string{
	Named: "Named on the restriction", Allocated: "Works with them", Cover: "Covers for an absent worker", Team: "A case of their team",
	Review: "A named reviewer of this file", Grant: "A grant of this file", Reason: "Said why", Service: "A case of their service",
	Everyone: "Their role, whoever the child is", Restricted: "The file is restricted", Connected: "A declared connection", Untrained: "Training not in date",
}

// Title is the ground or bar in a few words.
func (g Ground) Title() string { return title(groundTitles, g) }

var groundClauses = map[Ground]string{
	Named: "they are named on the file’s restriction", Allocated: "they work with the child",
	Cover: "they cover for an absent worker who works with the child", Team: "the child is, or was, a case of their team",
	Review: "they are a named reviewer of the file, for a time", Grant: "the file is open to them by a grant, for a time",
	Reason: "they said why they need it, and that has not lapsed", Service: "the child is, or was, a case of their service",
	Everyone: "whoever the child is",
}

var officeClauses = map[Ground]string{
	Team: "it is about their team", Service: "it is about their service", Everyone: "whoever it is about",
}

// When is the ground as the condition of a sentence about a part.
func (g Ground) When(p Part) string {
	if words, ok := officeClauses[g]; ok && slices.Contains(OfficeParts, p) {
		return words
	}
	return title(groundClauses, g)
}

var groundWords = map[Ground]string{
	Named: "named", Allocated: "works with them", Cover: "covers", Team: "team’s case", Review: "reviews it", Grant: "grant",
	Reason: "said why", Service: "service’s case", Everyone: "any child",
}

var officeWords = map[Ground]string{Team: "own team", Service: "own service", Everyone: "anybody"}

// Word is the ground in a cell of the grid; Key says what it stands for.
func (g Ground) Word(p Part) string {
	if words, ok := officeWords[g]; ok && slices.Contains(OfficeParts, p) {
		return words
	}
	return title(groundWords, g)
}

// A Key is a word of the grid with what it stands for.
type Key struct{ Word, Means string }

// GroundKey explains the words of grounds, the narrowest first; those of the
// office after those of files.
func GroundKey() []Key {
	var keys []Key
	for _, g := range Grounds {
		keys = append(keys, Key{g.Word(Identity), g.When(Identity)})
	}
	for _, g := range OfficeGrounds {
		keys = append(keys, Key{g.Word(Rights), g.When(Rights)})
	}
	return keys
}

// OutcomeKey explains the outcomes, the most generous first.
func OutcomeKey() []Key {
	return []Key{
		{Shown.Title(), "they find, see, add to or decide about it"},
		{ReasonFirst.Title(), "once they have said why"},
		{Masked.Title(), "they learn that something is there, not what"},
		{"–", "nothing, exactly as if it did not exist"},
	}
}

// Title is the outcome at the head of a cell.
func (o Outcome) Title() string {
	return [...]string{Absent: "Nothing", Masked: "Masked", ReasonFirst: "Reason first", Shown: "Shown"}[min(max(o, Absent), Shown)]
}

// Title is the action at the head of a column.
func (a Action) Title() string {
	return title(map[Action]string{Find: "Find", Look: "See", Record: "Add to", Change: "Decide about"}, a)
}

// Without is what somebody is not who does not hold the ground, after "not".
func (g Ground) Without() string {
	return title(map[Ground]string{
		Named: "named on a restriction", Allocated: "allocated to the child", Cover: "covering for anybody who works with the child",
		Team: "a case of their team", Review: "a reviewer of this file", Grant: "given a grant of this file", Reason: "given as a reason",
		Service: "a case of their service", Everyone: "a child of the authority that the program knows",
	}, g)
}

// Needs says what somebody who does not hold the ground would need; empty where
// nothing can be done for it.
func (g Ground) Needs() string {
	return map[Ground]string{
		Named: "be named on the file’s restriction", Allocated: "be allocated to the child", Cover: "cover for an absent worker who is",
		Team: "have the child allocated to their team", Review: "be made a named reviewer of the file", Grant: "be given a grant of the file",
		Reason: "say why they need it", Service: "have the child worked with by their service",
	}[g]
}

var barClauses = map[Ground]string{
	Restricted: "The file is restricted and they are not named on it",
	Connected:  "They declared a personal connection to the child",
	Untrained:  "Training that everybody needs has lapsed, or was never passed",
}

// Bars says, of a bar, why nothing is shown to whoever holds it.
func (g Ground) Bars() string { return barClauses[g] }

// Gives says what an outcome gives of a part: "see the Timeline".
func Gives(p Part, a Action, o Outcome) string {
	what := "“" + p.Title() + "”"
	switch {
	case a == Find && o == Shown:
		return "find the child in searches and lists"
	case a == Find && o == ReasonFirst:
		return "find the child by name, date of birth or reference, and say why before they open the file"
	case a == Find && o == Masked:
		return "learn in a search that there is somebody, not who"
	case a == Find:
		return "find nobody"
	case a == Record && o == Shown:
		return "add to " + what
	case a == Change && o == Shown:
		return "decide about " + what
	case a == Look && o == Shown:
		return "see " + what
	case a == Look && o == ReasonFirst:
		return "see " + what + " once they have said why"
	case a == Look && o == Masked:
		return "learn that there is something in " + what + ", not what"
	case a == Look:
		return "see nothing of " + what
	}
	return "do nothing with " + what
}

func title[T ~string](titles map[T]string, word T) string {
	if t, ok := titles[word]; ok {
		return t
	}
	return string(word)
}

// A Line is what a role may do with a part, on any of several grounds.
type Line struct {
	Role    Role
	Part    Part
	Action  Action
	Outcome Outcome
	Grounds []Ground // the narrowest first
	File    string   // where the first of them stands
	At      int
}

// Lines is the table of a role with grounds of the same outcome together, in the
// order of parts and actions, the most generous first.
func (t *Table) Lines(role Role) []Line {
	var lines []Line
	for _, part := range Parts {
		for _, action := range Actions {
			for _, outcome := range []Outcome{Shown, ReasonFirst, Masked} {
				line := Line{Role: role, Part: part, Action: action, Outcome: outcome}
				for _, g := range Grounds {
					r, ok := t.Rule(role, part, action, g)
					if ok && r.Outcome == outcome {
						if len(line.Grounds) == 0 {
							line.File, line.At = r.File, r.Line
						}
						line.Grounds = append(line.Grounds, g)
					}
				}
				if len(line.Grounds) > 0 {
					lines = append(lines, line)
				}
			}
		}
	}
	return lines
}

// A GridRow is what a role may do with a part, one cell for each of Actions; an
// empty cell gives nothing. A cell holds a line for each outcome, the most generous
// first.
type GridRow struct {
	Part  Part
	Cells [][]Line
}

// Grid is the table of a role: parts down, actions across. Every part is on it.
func (t *Table) Grid(role Role) []GridRow {
	lines := t.Lines(role)
	rows := make([]GridRow, 0, len(Parts))
	for _, part := range Parts {
		row := GridRow{Part: part, Cells: make([][]Line, len(Actions))}
		for i, action := range Actions {
			for _, l := range lines {
				if l.Part == part && l.Action == action {
					row.Cells[i] = append(row.Cells[i], l)
				}
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// On is the line's grounds in the words of the grid.
func (l Line) On() string {
	words := make([]string, 0, len(l.Grounds))
	for _, g := range l.Grounds {
		words = append(words, g.Word(l.Part))
	}
	return strings.Join(words, ", ")
}

// Rule finds a row of the table: of several with one key, the most generous.
func (t *Table) Rule(role Role, part Part, action Action, g Ground) (Rule, bool) {
	if t == nil {
		return Rule{}, false
	}
	best, ok := Rule{}, false
	for _, r := range t.rules[question{role, part, action}] {
		if r.Ground == g && (!ok || r.Outcome > best.Outcome) {
			best, ok = r, true
		}
	}
	return best, ok
}

// A Difference is what a role gets otherwise in another table, on any of several
// grounds.
type Difference struct {
	Role          Role
	Part          Part
	Action        Action
	Grounds       []Ground
	Before, After Outcome
}

// Gains reports whether the role gets more.
func (d Difference) Gains() bool { return d.After > d.Before }

// Compare says who gains and who loses what from one table to another: by the
// decisions that each gives and not by the text. What somebody gets on several
// grounds is the most that one of them gives, so comparing ground by ground
// misses nothing.
func Compare(before, after *Table, roles []Role) []Difference {
	var all []Difference
	outcome := func(t *Table, role Role, p Part, a Action, g Ground) Outcome {
		return t.Decide(Viewer{Role: role}, p, a, []Held{{Ground: g}}, 0).Outcome
	}
	for _, role := range roles {
		for _, p := range Parts {
			for _, a := range Actions {
				var here []Difference
				for _, g := range Grounds {
					was, is := outcome(before, role, p, a, g), outcome(after, role, p, a, g)
					if was == is {
						continue
					}
					i := slices.IndexFunc(here, func(d Difference) bool { return d.Before == was && d.After == is })
					if i < 0 {
						here = append(here, Difference{role, p, a, nil, was, is})
						i = len(here) - 1
					}
					here[i].Grounds = append(here[i].Grounds, g)
				}
				all = append(all, here...)
			}
		}
	}
	return all
}
