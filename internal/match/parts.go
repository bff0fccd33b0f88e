package match

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"casefile/internal/date"
)

var (
	outward = regexp.MustCompile(`^[A-Z]{1,2}[0-9][A-Z0-9]?$`)
	inward  = regexp.MustCompile(`^[0-9][A-Z]{0,2}$`)
	whole   = regexp.MustCompile(`^([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})$`)
)

// Postcode writes a postcode in its one spelling, ZX1 1AA; empty where it is
// none. A first half, or one with the beginning of the second, is taken too.
// Source of the shape: recalled, from the postcodes in use.
func Postcode(s string) string {
	parts := strings.Fields(strings.ToUpper(s))
	joined := strings.Join(parts, "")
	switch m := whole.FindStringSubmatch(joined); {
	case m != nil:
		return m[1] + " " + m[2]
	case len(parts) == 1 && outward.MatchString(joined):
		return joined
	case len(parts) == 2 && outward.MatchString(parts[0]) && inward.MatchString(parts[1]):
		return parts[0] + " " + parts[1]
	}
	return ""
}

// Whole reports whether a postcode, as Postcode writes it, is a whole one.
func Whole(postcode string) bool {
	return whole.MatchString(strings.ReplaceAll(postcode, " ", ""))
}

// Number writes an identifier in the spelling in which they are compared:
// letters and digits alone, in capitals.
func Number(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || unicode.IsLetter(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, s)
}

// takePart reads part of a date of birth: March 2010, 3/2010, 2010.
func (q *Query) takePart(items []item) int {
	if items[0].quoted {
		return 0
	}
	text, n := items[0].text, 1
	var month, year string
	switch parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("/.-", r) }); {
	case len(parts) == 2 && (digits(parts[0], 1, 2) || monthName(parts[0])) && digits(parts[1], 4, 4):
		month, year = parts[0], parts[1]
	case len(parts) == 1 && digits(text, 4, 4):
		year = text
	case len(items) > 1 && monthName(text) && digits(items[1].text, 4, 4):
		month, year, n = text, items[1].text, 2
	default:
		return 0
	}
	first := month
	if first == "" {
		first = "1"
	}
	from, err := date.FromParts("1", first, year)
	if err != nil || from.Year() < 1900 || from.Year() > 2099 {
		if month == "" {
			return 0
		}
		q.leave(items[:n])
		return n
	}
	if q.Dated() {
		q.leave(items[:n])
		return n
	}
	months := 1
	if month == "" {
		months = 12
	}
	q.BornIn = date.Period{From: from, To: from.AddMonths(months).AddDays(-1)}
	return n
}

// takeAge reads an age: about 12, aged 12, age 12, 12 years old.
func (q *Query) takeAge(items []item) int {
	word := func(i int) string {
		if i < len(items) && !items[i].quoted {
			return strings.ToLower(items[i].text)
		}
		return ""
	}
	at, n := 0, 0
	switch word(0) {
	case "about", "aged", "age", "circa", "c.", "around":
		at, n = 1, 2
	default:
		if y := word(1); y != "years" && y != "year" && y != "yrs" {
			return 0
		}
		n = 1
	}
	age, err := strconv.Atoi(word(at))
	if err != nil || age < 0 || age > 120 || q.Dated() {
		return 0
	}
	for i := n; i < len(items) && i < n+2; i++ {
		if w := word(i); w == "years" || w == "year" || w == "yrs" || w == "old" {
			n = i + 1
		}
	}
	q.About = max(age, 1)
	return n
}

// takePostcode reads a postcode, or its beginning, in one item or two.
func (q *Query) takePostcode(items []item) int {
	one := Postcode(items[0].text)
	if one == "" || q.Postcode != "" || items[0].quoted {
		return 0
	}
	q.Postcode = one
	if len(items) > 1 && !strings.Contains(one, " ") && (len(items[1].text) > 1 || len(items) == 2) {
		if two := Postcode(items[0].text + " " + items[1].text); two != "" {
			q.Postcode = two
			return 2
		}
	}
	return 1
}

// shortestNumber is how many letters and digits make an identifier: fewer are a
// slip.
const shortestNumber = 5

// takeNumber reads an identifier: five letters and digits or more, three digits
// among them, or an NHS number in its three groups.
func (q *Query) takeNumber(items []item) int {
	n := 1
	text := items[0].text
	if len(items) > 2 && digits(text, 3, 3) && digits(items[1].text, 3, 3) && digits(items[2].text, 4, 4) {
		text, n = text+items[1].text+items[2].text, 3
	}
	number := Number(text)
	has := 0
	for _, r := range number {
		if unicode.IsDigit(r) {
			has++
		}
	}
	if len(number) < shortestNumber || has < 3 || len(q.Numbers) == 2 || strings.ContainsAny(text, "*%/") {
		return 0
	}
	q.Numbers = append(q.Numbers, number)
	return n
}

// Fields are the search form with a box for each part.
type Fields struct {
	Given, Family    string
	Day, Month, Year string
	Age              string
	Postcode, Number string
}

// Filled reports whether any of them is.
func (f Fields) Filled() bool { return f != Fields{} }

// With adds what another query asks for; where both ask for the same thing, the
// other's counts.
func (q Query) With(o Query) Query {
	q.Words = append(q.Words, o.Words...)
	if len(q.Words) > maxWords {
		q.Words, q.Cut = q.Words[:maxWords], true
	}
	if o.Dated() {
		q.Born, q.BornIn, q.BornOn, q.About = o.Born, o.BornIn, o.BornOn, o.About
	}
	if o.Postcode != "" {
		q.Postcode = o.Postcode
	}
	q.Numbers = append(q.Numbers, o.Numbers...)
	q.Unread = append(q.Unread, o.Unread...)
	q.Cut = q.Cut || o.Cut
	return q
}

// Query reads the form. What cannot be read is in Unread.
func (n *Nicknames) Query(f Fields) Query {
	var q Query
	for _, part := range []struct {
		text string
		as   Role
	}{{f.Given, GivenName}, {f.Family, FamilyName}} {
		items, cut := split(part.text)
		q.Cut = q.Cut || cut
		for len(items) > 0 {
			before := len(q.Words)
			items = items[q.takeWords(items):]
			for i := before; i < len(q.Words); i++ {
				q.Words[i].As = part.as
			}
		}
	}
	born := strings.Join(strings.Fields(f.Day+" "+f.Month+" "+f.Year), " ")
	if items, _ := split(born); len(items) > 0 {
		before := slices.Clone(q.Unread)
		switch {
		case f.Day != "" && len(items) == 3:
			q.takeDate(items)
		case f.Day != "" && f.Year == "" && len(items) == 2:
			q.takeDay([]item{{text: items[0].text + "/" + items[1].text}})
		case f.Day == "" && len(items) == 2:
			q.takePart([]item{{text: items[0].text + "/" + items[1].text}})
		case len(items) == 1 && f.Year != "":
			q.takePart(items)
		}
		if !q.Dated() { // as one, and not in its parts
			q.Unread = append(before, born)
		}
	}
	if f.Age != "" && q.takeAge([]item{{text: "about"}, {text: strings.TrimSpace(f.Age)}}) == 0 {
		q.Unread = append(q.Unread, f.Age)
	}
	if q.Postcode = Postcode(f.Postcode); q.Postcode == "" && strings.TrimSpace(f.Postcode) != "" {
		q.Unread = append(q.Unread, f.Postcode)
	}
	if number := Number(f.Number); number != "" {
		q.Numbers = []string{number}
	}
	n.know(q.Words)
	return q
}
