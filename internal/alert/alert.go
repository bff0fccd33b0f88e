// Package alert holds what must be seen before anything else on a file: that
// somebody is known to pose a risk to children, an allegation, a hazard. Kinds are
// data, in definitions/people/alerts.yaml; nothing here names one.
//
// An alert is a fact on two clocks: since when it is so in the world, and when it was
// known. A change takes the place of what was said before, which stays.
package alert

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
)

// A Severity says how grave an alert of a kind is. Alerts stand in this order.
type Severity string

// The severities.
const (
	Danger  Severity = "danger"
	Caution Severity = "caution"
	Note    Severity = "note"
)

// Severities lists them, the gravest first.
var Severities = []Severity{Danger, Caution, Note}

// Parts are the parts of a file that alerts of a kind can be: who sees them is decided
// about that part, as about any other.
var Parts = []access.Part{access.Alerts, access.Risks}

// A Kind is a kind of alert.
type Kind struct {
	ID       string
	Words    string // as it stands first on the file
	Linked   string // as it stands first on the file of a child to whom the person is linked; empty where it does not
	Help     string // a sentence for whoever chooses
	Severity Severity
	Part     access.Part // who sees it; empty for a kind that nobody approved yet
	SetBy    []access.Role
	EndBy    []access.Role
	Aware    bool // it asks whether the person was told
	Manager  bool // it asks which manager it was discussed with
	AtDoor   bool // whoever visits must know it: it stands in words wherever the person is in a list
	Months   int  // after which it is due for review
	Source   string
}

// Sets reports whether a role sets and changes alerts of the kind.
func (k Kind) Sets(r access.Role) bool { return slices.Contains(k.SetBy, r) }

// Ends reports whether a role ends alerts of the kind.
func (k Kind) Ends(r access.Role) bool { return slices.Contains(k.EndBy, r) }

// Practice is the kinds, and how many days before an alert is due for review somebody is
// told. The zero Practice has none.
type Practice struct {
	Kinds    []Kind
	TellDays int
}

// Kind finds a kind. One that the definitions no longer have is called by its id, and
// nobody sees it.
func (p Practice) Kind(id string) (Kind, bool) {
	i := slices.IndexFunc(p.Kinds, func(k Kind) bool { return k.ID == id })
	if i < 0 {
		return Kind{ID: id, Words: id}, false
	}
	return p.Kinds[i], true
}

// LinkedKinds are those that stand on the files of children to whom the person is linked
// (CR-20).
func (p Practice) LinkedKinds() []string {
	var ids []string
	for _, k := range p.Kinds {
		if k.Linked != "" {
			ids = append(ids, k.ID)
		}
	}
	return ids
}

// An Alert is one alert on the file of a person.
type Alert struct {
	ID string
	// Continues is the key under which the alert was first set; empty in that itself.
	Continues string
	Kind      string
	Narrative string // what it is about
	Aware     string // person.Yes or person.No: the person knows of it; empty where nobody asked
	Informed  date.Date
	How       string // how they were told
	NotTold   string // why they were not
	Manager   string // with whom it was discussed
	Discussed date.Date
	Review    date.Date // by when somebody looks whether it still holds
	Service   string    // whose workers do
	date.Clocks
}

// Key names the alert, whatever has been stated anew of it.
func (a Alert) Key() string { return cmp.Or(a.Continues, a.ID) }

// Due reports whether it has to be looked at whether it still holds.
func (a Alert) Due(today date.Date) bool {
	return a.Period.Contains(today) && !a.Review.IsZero() && !today.Before(a.Review)
}

// A Link is how somebody is linked to a child.
type Link string

// The links.
const (
	Own       Link = "" // it is on the person's own file
	Related   Link = "relationship"
	Household Link = "household"
	Address   Link = "address"
)

// An On is an alert and on whose file it stands. Of is whose alert it is.
type On struct {
	Alert
	On, Of person.ID
	Via    Link
	Light  bool // Of is on the record as a relation only
}

// Concerns reports whether an alert about somebody else stands on the file of a person:
// it does on that of a child, of one who is not born yet, and of one whose age nobody
// knows but who has a file of their own.
func Concerns(h person.Header, today date.Date) bool {
	switch {
	case h.Dead:
		return false
	case h.Born.IsZero():
		return h.MadeAs != person.AsRelation
	}
	return h.Exactness == person.Expected || h.Born.Age(today) < person.Majority
}

// The fields of the form.
const (
	FieldKind      = "kind"
	FieldNarrative = "narrative"
	FieldAware     = "aware"
	FieldHow       = "how-told"
	FieldNotTold   = "not-told"
	FieldManager   = "manager"
	FieldWhy       = "why"
)

// Longest texts, in characters.
const (
	maxNarrative = 4000
	maxLine      = 300
)

// State reads an alert of a kind as somebody typed it. since is when it began, where it
// was set before; the zero day for a new one.
func State(f person.Form, k Kind, today date.Date) (Alert, []fault.Problem) {
	a := Alert{Kind: k.ID, Narrative: f.Typed(FieldNarrative)}
	var ps []fault.Problem
	wrong := func(field, message string) { ps = append(ps, fault.Problem{Field: field, Message: message}) }
	day := func(prefix, label string) date.Date {
		d, more := f.Day(prefix, label)
		ps = append(ps, more...)
		return d
	}
	read := func(prefix string) bool {
		return !slices.ContainsFunc(ps, func(p fault.Problem) bool { return p.Field == prefix+"-day" })
	}
	long := func(field, label, text string, most int) {
		if utf8.RuneCountInString(text) > most {
			ps = append(ps, fault.TooLong(field, label, most))
		}
	}
	if a.Narrative == "" {
		wrong(FieldNarrative, "Enter what the alert is about")
	}
	long(FieldNarrative, "What it is about", a.Narrative, maxNarrative)
	a.Period.From = day("from", "The day since when it is so")
	switch {
	case !read("from"):
	case a.Period.From.IsZero():
		a.Period.From = today
	case a.Period.From.After(today):
		wrong("from-day", "The day since when it is so must be today or in the past")
	}
	if k.Aware {
		a.Aware = f.Typed(FieldAware)
		switch a.Aware {
		case person.Yes:
			a.How = f.Typed(FieldHow)
			if a.Informed = day("told", "The day on which they were told"); read("told") {
				switch {
				case a.Informed.IsZero():
					wrong("told-day", "Enter the day on which they were told")
				case a.Informed.After(today):
					wrong("told-day", "The day on which they were told must be today or in the past")
				}
			}
			if a.How == "" {
				wrong(FieldHow, "Enter how they were told, and by whom")
			}
			long(FieldHow, "How they were told", a.How, maxLine)
		case person.No:
			if a.NotTold = f.Typed(FieldNotTold); a.NotTold == "" {
				wrong(FieldNotTold, "Enter why they are not told")
			}
			long(FieldNotTold, "Why they are not told", a.NotTold, maxLine)
		default:
			a.Aware = ""
			wrong(FieldAware, "Select whether the person knows of this")
		}
	}
	if k.Manager {
		if a.Manager = f.Typed(FieldManager); a.Manager == "" {
			wrong(FieldManager, "Enter the manager with whom it was discussed")
		}
		long(FieldManager, "The manager", a.Manager, maxLine)
		if a.Discussed = day("discussed", "The day on which it was discussed"); read("discussed") {
			switch {
			case a.Discussed.IsZero():
				wrong("discussed-day", "Enter the day on which it was discussed")
			case a.Discussed.After(today):
				wrong("discussed-day", "The day on which it was discussed must be today or in the past")
			}
		}
	}
	last := today.AddMonths(k.Months)
	if a.Review = day("review", "The day of the review"); read("review") {
		switch {
		case a.Review.IsZero():
			a.Review = last
		case !a.Review.After(today):
			wrong("review-day", "The day of the review must be in the future")
		case a.Review.After(last):
			wrong("review-day", "The day of the review must be no later than "+last.Long())
		}
	}
	return a, ps
}

// FormOf fills a form in with what an alert says.
func (a Alert) FormOf() person.Form {
	f := person.Form{
		FieldKind: a.Kind, FieldNarrative: a.Narrative, FieldAware: a.Aware, FieldHow: a.How, FieldNotTold: a.NotTold, FieldManager: a.Manager,
	}
	f.SetDay("from", a.Period.From)
	f.SetDay("told", a.Informed)
	f.SetDay("discussed", a.Discussed)
	f.SetDay("review", a.Review)
	return f
}

// First puts the gravest first, and of those alike a person's own before those of others.
func (p Practice) First(a, b On) int {
	grave := func(o On) int {
		k, _ := p.Kind(o.Kind)
		return slices.Index(Severities, k.Severity)
	}
	return cmp.Or(cmp.Compare(grave(a), grave(b)), cmp.Compare(a.Via, b.Via), b.Period.From.Compare(a.Period.From), cmp.Compare(a.ID, b.ID))
}
