// Package frame is what stands around every page: whose system this is, the
// ways through it, who is signed in; and the words that pages share.
package frame

import (
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"casefile/internal/access"
	"casefile/internal/codeset"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/service"
	"casefile/internal/web/govuk"
)

// Site is the program's name in the title of every page.
const Site = "Casefile"

// The parts of the navigation.
const (
	MyWork    = "/work"
	Caseloads = "/caseloads"
	Meetings  = "/meetings"
	Find      = "/find"
	Workers   = "/workers"
	Rights    = "/rights"
)

// A Frame is what a page shows of its visitor. Worker is empty while nobody is
// signed in; InRole is set once they act in a role, and only then is there
// anywhere to go.
type Frame struct {
	Authority    string
	Worker       string
	Role         string
	Team         string
	InRole       bool
	MayFind      bool // the role finds children at all
	MaySeeRights bool // the role may see who may see what
	MayListCases bool // the role lists the cases of its team
	MayMeet      bool // the role arranges meetings
	SeveralRoles bool
	Demo         bool
	Lapsed       []string     // sentences: training of the visitor's that lapsed, and what to do
	Child        service.Word // what the acting role's service calls a child
}

// navigation offers what the role can use.
func (f Frame) navigation(current string) []govuk.ServiceNavigationItem {
	items := []govuk.ServiceNavigationItem{{Text: "My work", Href: MyWork, Active: current == MyWork}}
	if f.MayListCases {
		items = append(items, govuk.ServiceNavigationItem{Text: "Caseload", Href: Caseloads, Active: current == Caseloads})
	}
	if f.MayMeet {
		items = append(items, govuk.ServiceNavigationItem{Text: "Meetings", Href: Meetings, Active: current == Meetings})
	}
	if f.MayFind {
		items = append(items, govuk.ServiceNavigationItem{Text: "Find", Href: Find, Active: current == Find})
	}
	items = append(items, govuk.ServiceNavigationItem{Text: "Workers", Href: Workers, Active: current == Workers})
	if f.MaySeeRights {
		items = append(items, govuk.ServiceNavigationItem{Text: "Rights", Href: Rights, Active: current == Rights})
	}
	return items
}

// Options are what a page says about itself. Title names the kind of page and
// never a person, because it stays in a browser's history.
type Options struct {
	Title       string
	Current     string // the part of the navigation it stands in
	Problems    []fault.Problem
	BelowHeader templ.Component
	Before      templ.Component
	PrintHeader string
}

// Words are the definitions in force, as pages need them. A casework.Service is
// one.
type Words interface {
	Codes(id string) (codeset.Set, bool)
	Definition(id string) (service.Service, bool)
	RoleTitle(r access.Role) string
	KindTitle(kind string) string
	Today() date.Date
}

// A Want is a fact that a service wants known and that is not, in words, and where on
// the file it is recorded.
type Want struct{ What, Way string }

// Wants are those facts.
func Wants(w Words, missing []string) []Want {
	list := make([]Want, len(missing))
	for i, fact := range missing {
		switch fact {
		case person.NameWanted:
			list[i] = Want{"Name", "/names/add"}
		case person.BirthWanted:
			list[i] = Want{"Date of birth", "/birth/add"}
		case person.AddressWanted:
			list[i] = Want{"Address and postcode", "/addresses/add"}
		case person.PhoneWanted:
			list[i] = Want{"Telephone number", "/contacts/add"}
		default:
			list[i] = Want{Capital(w.KindTitle(fact)), "/characteristics/add?kind=" + fact}
		}
	}
	return list
}

// LackingID is where on the overview of a file what is missing stands.
const LackingID = "missing"

// lackingWords say what is missing, in one line: all of a few, and how many others.
func lackingWords(w Words, missing []string) string {
	const most = 3
	var words []string
	for i, want := range Wants(w, missing) {
		if i == most && len(missing) > most+1 {
			words = append(words, "and "+strconv.Itoa(len(missing)-most)+" more")
			break
		}
		words = append(words, inSentence(want.What))
	}
	return strings.Join(words, ", ")
}

// Joined are words in one line, with a word before the last: a, b or c.
func Joined(words []string, last string) string {
	n := len(words) - 1
	if n < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}

// inSentence begins a word in lower case, unless it is one of capitals.
func inSentence(s string) string {
	if len(s) > 1 && strings.ToUpper(s[:2]) == s[:2] {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// Born says when somebody was born, and how old that makes them today (CX-32).
func Born(h person.Header, today date.Date) string {
	if h.Born.IsZero() {
		return "not recorded"
	}
	s := h.Born.Long()
	switch h.Exactness {
	case person.Expected:
		return "not born yet, expected " + s
	case person.ByMonth:
		s = time.Month(h.Born.Month()).String() + " " + strconv.Itoa(h.Born.Year()) + ", day not known"
	case person.ByYear:
		s = strconv.Itoa(h.Born.Year()) + ", day not known"
	case person.ByAge:
		s = "about " + strconv.Itoa(h.Born.Year())
	}
	if age := Age(h, today); age != "" {
		s += " (" + age + ")"
	}
	if h.Estimated {
		s += ", estimated"
	}
	return s
}

// Died says when somebody died; empty of the living.
func Died(h person.Header) string {
	switch {
	case !h.Dead:
		return ""
	case h.Died.IsZero():
		return "Died, on a day not known"
	}
	return "Died " + h.Died.Long()
}

// Age is the age in whole years, in words; empty when it is not known.
func Age(h person.Header, today date.Date) string {
	if h.Exactness == person.Expected {
		return ""
	}
	if h.Dead { // they grow no older
		if h.Died.IsZero() || h.Born.IsZero() {
			return ""
		}
		return "aged " + strconv.Itoa(h.Born.Age(h.Died))
	}
	about := ""
	if h.Exactness == person.ByYear || h.Exactness == person.ByAge {
		about = "about "
	}
	switch age := h.Born.Age(today); {
	case age < 0:
		return ""
	case age == 0:
		return about + "under 1 year old"
	case age == 1:
		return about + "1 year old"
	default:
		return about + strconv.Itoa(age) + " years old"
	}
}

// Label is what a code was called on a day, or the code itself where its set
// does not have it.
func Label(w Words, set, code string, day date.Date) string {
	if s, ok := w.Codes(set); ok {
		if label, ok := s.Label(code, day); ok {
			return label
		}
	}
	return code
}

// Service is what a service is called.
func Service(w Words, id string) string {
	if svc, ok := w.Definition(id); ok {
		return svc.Title
	}
	return id
}

// Open are the episodes that run on a day.
func Open(es []person.Episode, today date.Date) []person.Episode {
	var open []person.Episode
	for _, e := range es {
		if e.Current() && e.Period.Contains(today) {
			open = append(open, e)
		}
	}
	return open
}

// Clock shows a time of day that is held as HH:MM: 2:30pm.
func Clock(hhmm string) string {
	t, err := time.Parse("15:04", hhmm)
	if err != nil {
		return hhmm
	}
	return t.Format("3:04pm")
}

// Period says from when until when something was so.
func Period(p date.Period) string {
	switch {
	case p.From.IsZero() && p.To.IsZero():
		return "dates not recorded"
	case p.To.IsZero():
		return "since " + p.From.Long()
	case p.From.IsZero():
		return "until " + p.To.Long()
	}
	return p.From.Long() + " to " + p.To.Long()
}

// Away says in brackets that a worker is away, until when, and who covers.
func Away(a person.Away) string {
	s := "(away"
	if !a.Until.IsZero() {
		s += " until " + a.Until.Long()
	}
	if a.Cover == "" {
		return s + "; nobody covers)"
	}
	return s + "; " + a.Cover + " covers)"
}

// Count is a number with what is counted: "1 day", "3 days".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// File is the address of a file.
func File(h person.Header) string { return "/children/" + h.Reference.String() }

// Tel is the address by which a telephone calls a number as it was typed; empty
// where no number can be made out.
func Tel(number string) templ.SafeURL {
	head := number
	// "01632 960123 ext 4", "via the desk 01632 960123": the first run of digits.
	start := strings.IndexAny(head, "+0123456789")
	if start < 0 {
		return ""
	}
	head = head[start:]
	if end := strings.IndexFunc(head, func(r rune) bool { return !strings.ContainsRune("+0123456789 ()-.", r) }); end >= 0 {
		head = head[:end]
	}
	if strings.HasPrefix(head, "+") {
		// People write both ways of dialling in one: +44 (0)1632 960123.
		head = strings.Replace(head, "(0)", "", 1)
	}
	var b strings.Builder
	for i, r := range head {
		if r >= '0' && r <= '9' || r == '+' && i == 0 {
			b.WriteRune(r)
		}
	}
	if b.Len() < 3 {
		return ""
	}
	return templ.SafeURL("tel:" + b.String())
}

// Capital begins a sentence.
func Capital(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
