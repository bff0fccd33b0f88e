// Package allocation is the pages about who works with a child: on the file, and
// to allocate, pass on and close a case.
package allocation

import (
	"strconv"

	"casefile/internal/caseload"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/web/file"
	"casefile/internal/web/frame"
	"casefile/internal/web/govuk"
)

// WorkersPage is who works with the child, and who did.
type WorkersPage struct {
	file.File
	Known   file.KnownOn
	Masked  bool
	Workers casework.Workers
	Told    frame.Told
}

// FormPage is what every form about a case has around it.
type FormPage struct {
	file.File
	Case     string // the key of the episode; empty where there is none yet
	Problems []fault.Problem
	// Stale is set where somebody changed who works with the child since the
	// page was read: what stands on it now is how it is.
	Stale bool
}

func (p FormPage) href(way string) string {
	if p.Case != "" {
		way = "/" + p.Case + way
	}
	return frame.File(p.Header) + file.Workers + way
}

// OpenPage opens a case.
type OpenPage struct {
	FormPage
	Opening casework.Opening
	Team    string
}

// AllocatePage allocates a case, or with Further adds a further worker.
type AllocatePage struct {
	FormPage
	Running casework.Running
	Further bool
	Worker  string
}

// TransferPage passes a case on.
type TransferPage struct {
	FormPage
	Transfer casework.Transfer
	Worker   string
	Note     string
	Still    map[string]string
}

// ClosePage closes a case.
type ClosePage struct {
	FormPage
	Running casework.Running
	Reason  string
	Note    string
}

// ProfessionalPage adds a professional of another agency.
type ProfessionalPage struct {
	FormPage
	Sent map[string]string
}

// EndProfessionalPage notes a professional's last day.
type EndProfessionalPage struct {
	FormPage
	Professional person.Professional
	Sent         map[string]string
}

func (p WorkersPage) split() (running, past []casework.Involvement) {
	for _, i := range p.Workers.Involvements {
		if i.Running(p.AsOf()) {
			running = append(running, i)
		} else {
			past = append(past, i)
		}
	}
	return running, past
}

func (p WorkersPage) professionals() (now, past []person.Professional) {
	for _, v := range p.Workers.Professionals {
		if v.Period.To.IsZero() || !v.Period.To.Before(p.AsOf()) {
			now = append(now, v)
		} else {
			past = append(past, v)
		}
	}
	return now, past
}

// allocations are those of an involvement that hold on a day, the allocated
// worker first, and those that no longer do.
func allocations(i casework.Involvement, today date.Date) (now, past []caseload.Allocation) {
	for _, kind := range []string{caseload.Allocated, caseload.Further} {
		for _, a := range i.Allocations {
			switch {
			case a.Kind != kind:
			case a.Period.Contains(today):
				now = append(now, a)
			default:
				past = append(past, a)
			}
		}
	}
	return now, past
}

// openOf counts those without an end.
func openOf(list []caseload.Allocation, kind string) int {
	n := 0
	for _, a := range list {
		if a.Kind == kind && a.Open() {
			n++
		}
	}
	return n
}

func kindWord(a caseload.Allocation) string {
	if a.Kind == caseload.Allocated {
		return "Allocated worker"
	}
	return "Further worker"
}

// opened is the first day of the whole involvement.
func opened(i casework.Involvement) date.Date { return i.Episodes[len(i.Episodes)-1].Period.From }

// size says how much a member of a team has to do.
func size(m caseload.Member) string {
	s := frame.Count(m.Allocated, "case", "cases")
	if m.Further > 0 {
		s += ", and " + strconv.Itoa(m.Further) + " as a further worker"
	}
	return s
}

// awayWords say that somebody is away, until when, and who covers.
func awayWords(a person.Away) string {
	s := "Away"
	if !a.Until.IsZero() {
		s += " until " + a.Until.Long()
	}
	if a.Cover == "" {
		return s + ". Nobody covers"
	}
	return s + ". " + a.Cover + " covers"
}

func (p AllocatePage) title() string {
	if p.Further {
		return "Add a further worker"
	}
	return "Allocate the case"
}

func members(list []caseload.Member, words frame.Words) []govuk.RadiosItem {
	items := make([]govuk.RadiosItem, 0, len(list))
	for _, m := range list {
		hint := size(m)
		if m.Away.Is {
			hint += ". " + awayWords(m.Away)
		}
		items = append(items, govuk.RadiosItem{Value: string(m.ID), Text: m.Name() + ", " + words.RoleTitle(m.Role), Hint: govuk.HintOptions{Text: hint}})
	}
	return items
}

func (p OpenPage) teams() []govuk.RadiosItem {
	var items []govuk.RadiosItem
	for _, t := range p.Opening.Teams {
		items = append(items, govuk.RadiosItem{Value: string(t.ID), Text: t.Name})
	}
	return items
}

func (p TransferPage) teams() []govuk.SelectItem {
	var items []govuk.SelectItem
	for _, t := range p.Transfer.Teams {
		items = append(items, govuk.SelectItem{Value: string(t.ID), Text: t.Name})
	}
	return items
}

// takers are those who can take the case; nobody yet, where nobody held it and
// another team takes it.
func (p TransferPage) takers() []govuk.RadiosItem {
	items := members(p.Transfer.Members, p.Words)
	if p.Transfer.Allocated.ID == "" && string(p.Transfer.Team.ID) != p.Transfer.Episode.TeamID {
		items = append(items, govuk.RadiosItem{Value: "", Text: "Nobody yet", Hint: govuk.HintOptions{Text: "It stays unallocated, and stands at the head of what their manager sees."}})
	}
	return items
}

func (p ClosePage) reasons() []govuk.RadiosItem {
	var items []govuk.RadiosItem
	if set, ok := p.Words.Codes(casework.EndReasons); ok {
		for _, c := range set.At(p.Words.Today()) {
			items = append(items, govuk.RadiosItem{Value: c.Code, Text: c.Label})
		}
	}
	return items
}

func (p FormPage) problem(fields ...string) govuk.ErrorMessageOptions {
	return govuk.ProblemWith(p.Problems, fields...)
}

func job(title string) string {
	if title == "" {
		return ""
	}
	return ", " + title
}

// named is a professional's name with what they do; either may be empty.
func named(v person.Professional) string {
	if v.Name == "" {
		return v.JobTitle
	}
	return v.Name + job(v.JobTitle)
}
