package details

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/person"
	"casefile/internal/web/file"
	"casefile/internal/web/frame"
)

func itoa(n int) string { return strconv.Itoa(n) }

// AddChildPage makes a file for a child who has none.
type AddChildPage struct {
	frame.Frame
	Form
	Words  frame.Words
	New    casework.NewChild
	Likely []person.Found
	Key    string // names those who may be the same child
}

// ShowPage is all that is and was recorded of one kind.
type ShowPage struct {
	file.File
	On     file.KnownOn
	Masked bool
	Facts  casework.FactPage
	Told   frame.Told
}

// EditPage adds a fact, or with Fact corrects one.
type EditPage struct {
	file.File
	Form
	Facts  casework.FactPage
	Fact   string
	Looked bool           // addresses were looked for
	Places []person.Place // those of the postcode
}

// EndPage says that something is so no longer, or never was.
type EndPage struct {
	file.File
	Form
	Facts casework.FactPage
	Fact  casework.KnownFact
}

var titles = map[casework.FactKind]struct{ page, add, none string }{
	casework.NameFacts:    {"Names", "Add a name", "No name is recorded."},
	casework.BirthFacts:   {"Date of birth", "Record the date of birth", "No date of birth is recorded."},
	casework.DeathFacts:   {"Death", "Record that they died", "Nothing is recorded."},
	casework.AddressFacts: {"Addresses", "Add an address", "No address is recorded."},
	casework.ContactFacts: {"How to reach them", "Add a number or an email address", "No telephone number and no email address is recorded."},
	casework.CodedFacts:   {"About them", "Add", "Nothing is recorded."},
	casework.NumberFacts:  {"Numbers", "Add a number", "No number is recorded."},
}

// Title is what the page of a kind of fact is called.
func Title(k casework.FactKind) string { return titles[k].page }

func href(f file.File, k casework.FactKind, way string) string {
	return frame.File(f.Header) + file.Details + "/" + string(k) + way
}

var nameKinds = map[string]string{person.Legal: "Legal name", person.KnownAs: "Known as", person.Former: "Former name"}

// what says what a fact is, and value what it says.
func (p ShowPage) what(f casework.KnownFact) string { return whatOf(p.Words, p.Facts.Practice, f) }

func whatOf(w frame.Words, people person.Practice, f casework.KnownFact) string {
	switch v := f.Fact.(type) {
	case person.Name:
		return nameKinds[v.Kind]
	case person.Birth:
		return "Born"
	case person.Death:
		return "Died"
	case person.Address:
		return AddressKind(v.Kind)
	case person.Contact:
		if v.Kind == person.Email {
			return "Email"
		}
		return "Telephone"
	case person.Characteristic:
		return KindTitle(w, v.Kind)
	case person.Identifier:
		if k, ok := people.Number(v.System); ok {
			return k.Title
		}
		return "Number in " + v.System
	}
	return ""
}

// AddressKind is what a kind of address is called.
func AddressKind(kind string) string {
	switch kind {
	case person.Mailing:
		return "Post goes to"
	case person.OtherAddress:
		return "Other address"
	}
	return "Lives at"
}

// KindTitle is what a kind of coded fact is called.
func KindTitle(w frame.Words, kind string) string { return frame.Capital(w.KindTitle(kind)) }

func value(w frame.Words, people person.Practice, f casework.KnownFact) string {
	if f.Masked {
		return "Confidential: not shown to you"
	}
	switch v := f.Fact.(type) {
	case person.Name:
		return v.Full()
	case person.Birth:
		words := BirthWords(v)
		if v.Proof != "" {
			words += ". " + frame.Label(w, "birth-proof", v.Proof, w.Today())
		}
		return words
	case person.Death:
		day := "On a day not known"
		if !v.Day.IsZero() {
			day = v.Day.Long()
		}
		if v.Estimated {
			day += ", estimated"
		}
		return noted(day, v.Note)
	case person.Address:
		words := AddressWords(v)
		if v.Confidential {
			words += " (confidential)"
		}
		return words
	case person.Contact:
		return noted(v.Value, v.Note)
	case person.Characteristic:
		set := v.Kind
		if k, ok := people.Kind(v.Kind); ok {
			set = k.Set
		}
		if set == "" || v.Code == "" {
			return v.Note
		}
		day := v.Period.From
		if day.IsZero() {
			day = w.Today()
		}
		return noted(frame.Label(w, set, v.Code, day), v.Note)
	case person.Identifier:
		if v.Status == person.FormerNumber {
			return v.Value + ", a former one"
		}
		return v.Value
	}
	return ""
}

func noted(s, note string) string {
	if note == "" {
		return s
	}
	return s + ". " + note
}

// told says who recorded a fact and when, and how they knew.
func (p ShowPage) told(f casework.KnownFact) string {
	s := "Recorded " + f.Recorded.At.Date().Long() + p.by(f.Recorded.By) + "."
	if f.Of != "" {
		s = "On file " + f.Of.String() + ": recorded " + f.Recorded.At.Date().Long() + p.by(f.Recorded.By) + "."
	}
	if f.Made != nil && f.Made.Basis != "" {
		s += " How they knew: " + f.Made.Basis + "."
	}
	if f.Made != nil && f.Made.Action == person.Corrected && f.Made.Why != "" {
		s += " Corrected: " + f.Made.Why
	}
	return s
}

// together names those who moved together.
func together(people []person.Header) string {
	names := make([]string, len(people))
	for i, h := range people {
		names[i] = h.DisplayName()
	}
	return strings.Join(names, ", ")
}

// checkedWords say when a fact was last confirmed, by whom and how they knew.
func (p ShowPage) checkedWords(f casework.KnownFact) string {
	if f.Checked == nil {
		return ""
	}
	return "Checked on " + f.Checked.Recorded.At.Date().Long() + p.by(f.Checked.Recorded.By) + ". How they knew: " + f.Checked.Basis + "."
}

func (p ShowPage) by(worker string) string {
	if name := p.Facts.Names[worker]; name != "" {
		return " by " + name
	}
	return " by Casefile itself"
}

// aside says who put a fact aside, when and why.
func (p ShowPage) aside(f casework.KnownFact) string {
	how := "Put aside "
	if f.Gone != nil {
		how = map[string]string{person.Ended: "Ended ", person.Corrected: "Corrected ", person.Withdrawn: "Taken back "}[f.Gone.Action]
	}
	s := how + f.Superseded.At.Date().Long() + p.by(f.Superseded.By)
	if f.Gone != nil && f.Gone.Why != "" {
		return s + ": " + f.Gone.Why
	}
	return s + "."
}

// ends reports whether a fact can be ended: what has an end already, and a day of
// birth, cannot.
func ends(f casework.KnownFact) bool {
	switch f.Fact.(type) {
	case person.Birth:
		return false
	}
	return !f.Masked && f.Period.To.IsZero()
}

func (p EditPage) title() string {
	switch {
	case p.Fact != "" && p.unborn():
		return "The child was born"
	case p.Fact != "":
		return "Correct what is recorded"
	case p.Facts.Kind == casework.CodedFacts:
		return KindTitle(p.Words, p.Sent["kind"])
	}
	return titles[p.Facts.Kind].add
}

func (p EditPage) unborn() bool {
	f, _ := p.Facts.Find(p.Fact)
	b, ok := f.Fact.(person.Birth)
	return ok && b.Exactness == person.Expected
}

// kinds are the kinds of coded fact of a group.
func (p ShowPage) kinds(group string) []person.CharacteristicKind {
	var list []person.CharacteristicKind
	for _, k := range p.Facts.Practice.Kinds {
		if k.Group == group {
			list = append(list, k)
		}
	}
	return list
}

// of are the facts of one kind of coded fact.
func (p ShowPage) of(kind string) []casework.KnownFact {
	var list []casework.KnownFact
	for _, f := range p.Facts.Once() {
		if c, ok := f.Fact.(person.Characteristic); ok && c.Kind == kind {
			list = append(list, f)
		}
	}
	return list
}

// pastLast are the facts that are held, those that are so no longer after the others.
func (p ShowPage) pastLast() []casework.KnownFact {
	list := p.Facts.Once()
	slices.SortStableFunc(list, func(a, b casework.KnownFact) int {
		switch pa, pb := past(a.Period, p.AsOf()), past(b.Period, p.AsOf()); {
		case pa == pb:
			return 0
		case pa:
			return 1
		}
		return -1
	})
	return list
}

func past(p date.Period, today date.Date) bool { return !p.To.IsZero() && p.To.Before(today) }

// FormOf fills a form in with what a fact says.
func FormOf(fact any) person.Form {
	f := person.Form{}
	mark := func(name string, is bool) {
		if is {
			f[name] = "yes"
		}
	}
	var period date.Period
	switch v := fact.(type) {
	case person.Name:
		f["kind"], f["given"], f["family"], period = v.Kind, v.Given, v.Family, v.Period
		mark("family-first", v.FamilyFirst)
	case person.Birth:
		f["proof"] = v.Proof
		mark("estimated", v.Estimated)
		switch v.Exactness {
		case person.ByMonth:
			f["say"], f["by-month"], f["by-month-year"] = person.SayMonth, itoa(v.Day.Month()), itoa(v.Day.Year())
		case person.ByYear:
			f["say"], f["by-year"] = person.SayYear, itoa(v.Day.Year())
		case person.ByAge, person.Expected: // to be said anew
			f["say"] = person.SayDay
			delete(f, "estimated")
		default:
			f["say"] = person.SayDay
			f.SetDay("born", v.Day)
		}
	case person.Death:
		f["note"] = v.Note
		f.SetDay("died", v.Day)
		mark("estimated", v.Estimated)
	case person.Address:
		f["line1"], f["line2"], f["town"], f["postcode"], f["kind"], f["place"], period = v.Line1, v.Line2, v.Town, v.Postcode, cmp.Or(v.Kind, person.Home), v.Place, v.Period
		mark("confidential", v.Confidential)
	case person.Contact:
		f["kind"], f["value"], f["note"], period = v.Kind, v.Value, v.Note, v.Period
	case person.Characteristic:
		f["kind"], f["code"], f["note"], period = v.Kind, v.Code, v.Note, v.Period
	case person.Identifier:
		f["system"], f["value"], f["status"], period = v.System, v.Value, v.Status, v.Period
	}
	f.SetDay("from", period.From)
	f.SetDay("to", period.To)
	return f
}
