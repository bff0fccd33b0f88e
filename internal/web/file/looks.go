package file

import (
	"net/url"
	"slices"
	"strconv"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/footprint"
	"casefile/internal/web/frame"
	"casefile/internal/web/govuk"
)

// Pages of a file beside its tabs.
const (
	Report      = "/concerns/report"
	Sheet       = "/looks/for-them"
	Names       = "/looks/for-them/names"
	HighProfile = "/high-profile"
)

// The words of the filter in an address.
const (
	onlyOutside  = "outside"
	onlyWithheld = "withheld"
)

// LooksPage is a page of who has looked.
type LooksPage struct {
	File
	Masked bool
	Asked  casework.LooksAsked
	casework.Looks
	Newer string // address; empty on the first page
	Older string
	Told  frame.Told
}

// LooksAddress is the address of a page of who has looked, without where in the
// list it is.
func LooksAddress(asked casework.LooksAsked) url.Values {
	q := url.Values{}
	if asked.Worker != "" {
		q.Set("worker", string(asked.Worker))
	}
	if asked.Outside {
		q.Add("only", onlyOutside)
	}
	if asked.Withheld {
		q.Add("only", onlyWithheld)
	}
	if !asked.Day.IsZero() {
		q.Set("day", asked.Day.String())
	}
	if asked.Each {
		q.Set("each", "yes")
	}
	return q
}

func (p LooksPage) at(asked casework.LooksAsked) string {
	return p.href(Looks) + "?" + LooksAddress(asked).Encode()
}

// each leads to the looks of a visit one by one.
func (p LooksPage) each(v footprint.Visit) string {
	asked := p.Asked
	asked.Worker, asked.Day, asked.Each = "", v.Last().At.Date(), true
	for _, w := range p.Lookers {
		if string(w.ID) == v.Last().Actor {
			asked.Worker = w.ID
		}
	}
	return p.at(asked)
}

// other is the same looks in the other form.
func (p LooksPage) other(each bool) string {
	asked := p.Asked
	asked.Each = each
	return p.at(asked)
}

func (p LooksPage) only() []string {
	var on []string
	if p.Asked.Outside {
		on = append(on, onlyOutside)
	}
	if p.Asked.Withheld {
		on = append(on, onlyWithheld)
	}
	return on
}

func (p LooksPage) workers() []govuk.SelectItem {
	items := []govuk.SelectItem{{Value: "", Text: "everybody"}}
	for _, w := range p.Lookers {
		items = append(items, govuk.SelectItem{Value: string(w.ID), Text: w.Name()})
	}
	return items
}

func (p LooksPage) none() string {
	if p.Newer == "" && len(LooksAddress(p.Asked)) > 0 {
		return "There are no such looks."
	}
	return "There are no earlier looks."
}

// moment says when a visit was.
func moment(v footprint.Visit) string {
	s := v.From().Long()
	if to := v.Last().At.Clock(); to != v.From().Clock() {
		s += " to " + to
	}
	return s
}

// whats are the different things done in a visit, in the order in which they
// were first done, each with how often.
func whats(v footprint.Visit) []string { return counted(v, What) }

// whys are the different grounds of a visit.
func whys(v footprint.Visit) []string {
	var words []string
	for _, l := range slices.Backward(v.Looks) {
		if w := Why(l); !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return words
}

func counted(v footprint.Visit, word func(footprint.Look) string) []string {
	var order []string
	times := map[string]int{}
	for _, l := range slices.Backward(v.Looks) {
		w := word(l)
		if times[w] == 0 {
			order = append(order, w)
		}
		times[w]++
	}
	for i, w := range order {
		if n := times[w]; n > 1 {
			order[i] = w + " (" + strconv.Itoa(n) + " times)"
		}
	}
	return order
}

// What says what a look was of.
func What(l footprint.Look) string {
	switch {
	case l.Part == string(access.Concerns) && l.Action == string(access.Record) && l.Ground == footprint.Asked:
		return "Answered a question about who has looked"
	case l.Part == string(access.Concerns) && l.Action == string(access.Record):
		return "Reported a concern about who has looked, or opened the page to"
	case l.Part == string(access.Concerns):
		return "Dealt with a concern about who has looked"
	case l.Part == string(access.WatchList) && l.Action == string(access.Change):
		return "Dealt with the watch list, or with whether the file is high-profile"
	case l.Part == string(access.WatchList):
		return "Dealt with the watch list"
	case l.Part == string(access.LooksForPerson) && l.Action == string(access.Change):
		return "Decided whether names are given to them"
	case l.Part == string(access.LooksForPerson):
		return "Who has looked, as it is given to them"
	}
	return what(l)
}

// Why says what the look rested on, and what came of it where it was not shown.
func Why(l footprint.Look) string {
	if l.Ground == footprint.Asked {
		return "Was asked"
	}
	return why(l)
}

// Who is the name of who looked.
func Who(l footprint.Look) string { return looker(l) }
