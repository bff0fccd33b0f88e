package person

import (
	"slices"
	"strconv"
	"strings"

	"casefile/internal/codeset"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
)

// A Form is what somebody typed, by the name of the field.
type Form map[string]string

// Typed is the text of a field without the space around it.
func (f Form) Typed(name string) string { return strings.TrimSpace(f[name]) }

// Day reads the three boxes of a day; what is wrong stands beside the first.
func (f Form) Day(prefix, label string) (date.Date, []fault.Problem) {
	d, err := date.FromParts(f.Typed(prefix+"-day"), f.Typed(prefix+"-month"), f.Typed(prefix+"-year"))
	if err != nil {
		return d, []fault.Problem{{Field: prefix + "-day", Message: label + " " + err.Error()}}
	}
	return d, nil
}

// Period reads since when something is so. The last day is not asked with it: what
// has ended is ended by itself.
func (f Form) Period(today date.Date) (date.Period, []fault.Problem) {
	from, ps := f.Day("from", "The day since when it is so")
	to, more := f.Day("to", "The last day")
	if ps = append(ps, more...); len(ps) > 0 {
		return date.Period{}, ps
	}
	p := date.Period{From: from, To: to}
	return p, periodProblems(p, today)
}

// SetDay fills in the three boxes of a day.
func (f Form) SetDay(prefix string, d date.Date) {
	if d.IsZero() {
		return
	}
	f[prefix+"-day"], f[prefix+"-month"], f[prefix+"-year"] = strconv.Itoa(d.Day()), strconv.Itoa(d.Month()), strconv.Itoa(d.Year())
}

func missing(field, message string) []fault.Problem {
	return []fault.Problem{{Field: field, Message: message}}
}

// StateName reads a name.
func StateName(f Form, today date.Date) (Name, []fault.Problem) {
	n := Name{Kind: f.Typed("kind"), Given: oneLine(f["given"]), Family: oneLine(f["family"]), FamilyFirst: f.Typed("family-first") != ""}
	var ps []fault.Problem
	n.Period, ps = f.Period(today)
	if !slices.Contains([]string{Legal, KnownAs, Former}, n.Kind) {
		ps = append(ps, missing("kind", "Select what kind of name this is")...)
	}
	if n.Full() == "" {
		ps = append(ps, missing("given", "Enter a name: given names, a family name or both")...)
	}
	ps = append(ps, tooLong("given", "Given names", n.Given, maxName)...)
	return n, append(ps, tooLong("family", "Family name", n.Family, maxName)...)
}

// The ways of saying when somebody was born, as the form has them.
const (
	SayDay      = "day"
	SayMonth    = "month"
	SayYear     = "year"
	SayAge      = "age"
	SayExpected = "expected"
	SayUnknown  = "unknown"
)

const oldest = 120

// StateBirth reads a day of birth, or as much of it as is known.
func StateBirth(f Form, today date.Date) (Birth, []fault.Problem) {
	b := Birth{Proof: f.Typed("proof"), Estimated: f.Typed("estimated") != ""}
	year := func(field string) (int, []fault.Problem) {
		y, err := strconv.Atoi(f.Typed(field))
		if err != nil || len(f.Typed(field)) != 4 {
			return 0, missing(field, "Year of birth must be a year, such as 2010")
		}
		return y, nil
	}
	var ps []fault.Problem
	switch f.Typed("say") {
	case SayDay, "":
		b.Day, ps = f.Day("born", "Date of birth")
		if len(ps) == 0 && b.Day.IsZero() && f.Typed("say") == SayDay {
			ps = missing("born-day", "Enter the date of birth, or select how much of it is known")
		}
	case SayMonth:
		b.Exactness, b.Estimated = ByMonth, false
		b.Day, ps = Form{"of-day": "1", "of-month": f["by-month"], "of-year": f["by-month-year"]}.Day("of", "Month of birth")
		if len(ps) > 0 || b.Day.IsZero() {
			ps = missing("by-month", "Enter the month and the year of birth, such as 3 2010")
		}
	case SayYear:
		b.Exactness, b.Estimated = ByYear, false
		var y int
		if y, ps = year("by-year"); len(ps) == 0 {
			b.Day, ps = ofYear(y, "by-year")
		}
	case SayAge:
		b.Exactness, b.Estimated = ByAge, true
		age, err := strconv.Atoi(f.Typed("age"))
		if err != nil || age < 0 || age > oldest {
			return b, missing("age", "Age must be a number of years, such as 7")
		}
		b.Day = today.AddMonths(-12 * age)
	case SayExpected:
		b.Exactness, b.Estimated = Expected, false
		if b.Day, ps = f.Day("expected", "Expected date of birth"); len(ps) == 0 {
			switch {
			case b.Day.IsZero():
				ps = missing("expected-day", "Enter the expected date of birth")
			case b.Day.Before(today.AddDays(-42)):
				ps = missing("expected-day", "Expected date of birth must not be more than six weeks ago. If the child was born, enter the date of birth")
			case b.Day.After(today.AddDays(310)):
				ps = missing("expected-day", "Expected date of birth must be within the next ten months")
			}
		}
		return b, ps
	case SayUnknown:
		return Birth{}, nil
	default:
		return b, missing("say", "Select how much of the date of birth is known")
	}
	if len(ps) > 0 || b.Day.IsZero() {
		return b, ps
	}
	field := map[string]string{ByMonth: "by-month", ByYear: "by-year", ByAge: "age"}[b.Exactness]
	if field == "" {
		field = "born-day"
	}
	switch {
	case b.Day.After(today):
		ps = missing(field, "Date of birth must be in the past. For a child who is not born yet, select the expected date")
	case b.Day.Age(today) > oldest:
		ps = missing(field, "Date of birth must be within the last 120 years")
	}
	return b, ps
}

func ofYear(y int, field string) (date.Date, []fault.Problem) {
	d, err := date.New(y, 1, 1)
	if err != nil {
		return d, missing(field, "Year of birth must be a year, such as 2010")
	}
	return d, nil
}

// Sure reports whether the day is the day, and not a guess or a part of it.
func (b Birth) Sure() bool { return !b.Day.IsZero() && !b.Estimated && b.Exactness == "" }

// StateAddress reads an address.
func StateAddress(f Form, today date.Date) (Address, []fault.Problem) {
	a := Address{
		Line1: oneLine(f["line1"]), Line2: oneLine(f["line2"]), Town: oneLine(f["town"]), Place: f.Typed("place"),
		Kind: f.Typed("kind"), Confidential: f.Typed("confidential") != "",
	}
	var ps []fault.Problem
	a.Period, ps = f.Period(today)
	switch a.Kind {
	case Home: // said, and not merely left out: it ends the home before it
		a.Kind = ""
	case Mailing, OtherAddress:
	default:
		ps = append(ps, missing("kind", "Select what kind of address this is")...)
	}
	if typed := oneLine(f["postcode"]); typed != "" {
		code, err := id.ParsePostcode(typed)
		if err != nil {
			ps = append(ps, missing("postcode", "Postcode "+err.Error())...)
		}
		a.Postcode = code
	}
	if a.Line1+a.Line2+a.Town+f.Typed("postcode") == "" {
		ps = append(ps, missing("line1", "Enter the address, or as much of it as is known")...)
	}
	ps = append(ps, tooLong("line1", "Address line 1", a.Line1, maxLine)...)
	ps = append(ps, tooLong("line2", "Address line 2", a.Line2, maxLine)...)
	return a, append(ps, tooLong("town", "Town or city", a.Town, maxLine)...)
}

// MostPhones is how many telephone numbers are a person's own; every further one
// belongs to somebody related to them (CX-03).
const MostPhones = 2

// Wrong says why nobody can be reached so, whoever says it, a page or a file that is
// imported; empty where it can be.
func (c Contact) Wrong() string {
	switch c.Kind {
	case Phone:
		digits := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, c.Value)
		if strings.Trim(c.Value, "0123456789 +()-") != "" || len(digits) < 6 || len(digits) > 15 {
			return "Telephone number must be a number, such as 07700 900123 or +44 1632 960001"
		}
	case Email:
		if name, host, ok := strings.Cut(c.Value, "@"); !ok || name == "" || !strings.Contains(host, ".") || strings.ContainsAny(c.Value, " ,;") {
			return "Email address must be one, such as name@example.org"
		}
	}
	return ""
}

// StateContact reads a way to reach somebody. others are the current ones, without
// the one that this takes the place of.
func StateContact(f Form, others []Contact, today date.Date) (Contact, []fault.Problem) {
	c := Contact{Kind: f.Typed("kind"), Value: oneLine(f["value"]), Note: oneLine(f["note"])}
	var ps []fault.Problem
	c.Period, ps = f.Period(today)
	if wrong := c.Wrong(); wrong != "" {
		ps = append(ps, missing("value", wrong)...)
	}
	switch c.Kind {
	case Phone:
		own := 0
		for _, o := range others {
			if o.Kind == Phone && o.Period.Contains(today) && c.Period.Open() {
				own++
			}
		}
		if own >= MostPhones {
			ps = append(ps, missing("value", "They have two telephone numbers already. A further number belongs to somebody related to them: record it with that person on Relations, or end one of the two")...)
		}
	case Email:
	default:
		ps = append(ps, missing("kind", "Select whether this is a telephone number or an email address")...)
	}
	for _, o := range others {
		if o.Kind == c.Kind && o.Value == c.Value && o.Period.Overlaps(c.Period) {
			ps = append(ps, missing("value", "This is recorded already")...)
			break
		}
	}
	ps = append(ps, tooLong("value", "This", c.Value, maxValue)...)
	return c, append(ps, tooLong("note", "Note", c.Note, maxLine)...)
}

// StateCharacteristic reads a coded fact. others are the current ones, without the
// one that this takes the place of.
func (p Practice) StateCharacteristic(f Form, set codeset.Set, others []Characteristic, today date.Date) (Characteristic, []fault.Problem) {
	c := Characteristic{Kind: f.Typed("kind"), Code: f.Typed("code"), Note: strings.TrimSpace(f["note"])}
	k, ok := p.Kind(c.Kind)
	if !ok {
		return c, missing("kind", "Select what this is about")
	}
	var ps []fault.Problem
	c.Period, ps = f.Period(today)
	ps = append(ps, tooLong("note", "Note", c.Note, maxNote)...)
	if k.Set == "" {
		c.Code = ""
		if c.Note == "" {
			ps = append(ps, missing("note", "Enter what is known")...)
		}
		return c, ps
	}
	day := c.Period.From
	if day.IsZero() {
		day = today
	}
	if _, in := set.Label(c.Code, day); !in {
		message := "Select one of the list"
		if set.Known(c.Code) && c.Code != "" {
			message = "Select another: this was not in use on " + day.Long()
		}
		ps = append(ps, missing("code", message)...)
	}
	for _, o := range others {
		if o.Kind != c.Kind || !o.Period.Overlaps(c.Period) {
			continue
		}
		switch {
		case o.Code == c.Code:
			ps = append(ps, missing("code", "This is recorded already")...)
		case k.Many && (slices.Contains(k.Alone, o.Code) || slices.Contains(k.Alone, c.Code)):
			ps = append(ps, missing("code", "This cannot be so beside what is recorded. End or correct that first")...)
		default:
			continue
		}
		break
	}
	return c, ps
}

// StateIdentifier reads a number; doubt says what is unlikely about it.
func (p Practice) StateIdentifier(f Form, others []Identifier, today date.Date) (i Identifier, doubt string, ps []fault.Problem) {
	i = Identifier{System: f.Typed("system"), Value: oneLine(f["value"])}
	k, ok := p.Number(i.System)
	if !ok {
		return i, "", missing("system", "Select which number this is")
	}
	i.Period, ps = f.Period(today)
	if f.Typed("status") == FormerNumber {
		i.Status = FormerNumber
	}
	value, doubt, err := k.Parse(i.Value)
	switch {
	case i.Value == "":
		ps = append(ps, missing("value", "Enter the number")...)
	case err != nil:
		ps = append(ps, missing("value", k.Title+" "+err.Error())...)
	default:
		i.Value = value
	}
	for _, o := range others {
		switch {
		case o.System != i.System:
		case o.Value == i.Value:
			ps = append(ps, missing("value", "This number is recorded already")...)
		case o.Status == "" && i.Status == "" && o.Period.Overlaps(i.Period):
			ps = append(ps, missing("value", "They have another "+k.Title+". Correct or end that one first, or say that this is a former one")...)
		}
	}
	return i, doubt, append(ps, tooLong("value", k.Title, i.Value, maxLine)...)
}

// StateDeath reads that somebody died; born is zero where it is not known for
// certain.
func StateDeath(f Form, born, today date.Date) (Death, []fault.Problem) {
	d := Death{Estimated: f.Typed("estimated") != "", Note: strings.TrimSpace(f["note"])}
	var ps []fault.Problem
	if d.Day, ps = f.Day("died", "Date of death"); len(ps) > 0 {
		return d, ps
	}
	return d, d.Check(born, today)
}

// CheckWhy says what is wrong with why something is corrected.
func CheckWhy(why string) []fault.Problem {
	if why == "" {
		return missing("why", "Enter what was wrong, and how you know")
	}
	return tooLong("why", "Why", why, maxNote)
}

// CheckBasis says what is wrong with how somebody knows.
func CheckBasis(basis string) []fault.Problem {
	return tooLong("basis", "How you know", basis, maxLine)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
