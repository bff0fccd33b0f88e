package match

import (
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"casefile/internal/date"
	"casefile/internal/id"
)

// The box takes what one person can be found by; more is a paste by mistake,
// and each word costs the store a search.
const (
	maxRunes = 200
	maxWords = 8
)

// A Query is what the search box was understood to say. The zero Query asks
// for nothing.
type Query struct {
	// Reference is set where the box holds one. A reference without a digit in
	// it could be a name, so its letters stay among Words too: try the
	// reference first.
	Reference id.Reference
	// Born is set where the box holds a date, BornIn where it holds a month or
	// a year alone, About where it holds an age, and BornOn where it holds a day
	// and a month.
	Born   date.Date
	BornIn date.Period
	BornOn DayOfYear
	About  int
	// Postcode is a whole one or its beginning, as Postcode writes it.
	Postcode string
	// Numbers are what may be identifiers, as Number writes them.
	Numbers []string
	// Words are the parts of the name, all of which must be found.
	Words []Word
	// Spelt are those parts as they were typed, those with wildcards left out.
	Spelt []string
	// Unread is what was typed and not understood: a date that does not exist,
	// a mistyped reference, a wildcard without letters.
	Unread []string
	// Cut says that more was typed than is read (200 characters, 8 words).
	Cut bool
}

// IsZero reports whether there is nothing to search for.
func (q Query) IsZero() bool {
	return q.Reference == "" && !q.Dated() && len(q.Words) == 0 && q.Postcode == "" && len(q.Numbers) == 0
}

// Dated reports whether it says anything about the date of birth.
func (q Query) Dated() bool {
	return !q.Born.IsZero() || q.BornIn != (date.Period{}) || q.About > 0 || q.BornOn != DayOfYear{}
}

// A DayOfYear is a birthday of which the year is not known. The zero one is none.
type DayOfYear struct{ Day, Month int }

// Oldest is the age up to which somebody is found by a birthday alone. It is our
// own choice.
const Oldest = 110

// Days are the birthdays of everybody up to Oldest, the youngest's first.
func (d DayOfYear) Days(today date.Date) []date.Date {
	var days []date.Date
	for year := today.Year(); year >= today.Year()-Oldest; year-- {
		if day, err := date.New(year, d.Month, d.Day); err == nil && !day.After(today) {
			days = append(days, day)
		}
	}
	return days
}

// LogValue keeps what was typed out of the log.
func (q Query) LogValue() slog.Value {
	return slog.GroupValue(slog.Bool("reference", q.Reference != ""), slog.Bool("born", q.Dated()), slog.Int("words", len(q.Words)))
}

// A Role is the part of a name that a word was given as.
type Role int

// The roles.
const (
	AnyName Role = iota
	GivenName
	FamilyName
)

// A Word is one part of a name as typed, folded as Tokens folds.
type Word struct {
	// Text is what a key must be or, with Prefix, begin with. It is empty where
	// Pattern begins with a wildcard.
	Text   string
	Prefix bool
	// Pattern is set where a wildcard stands in front of or inside the word:
	// *son, sm*th. Text is then the part before the wildcard; Match decides.
	Pattern string
	// Whole says that the word stood in quotation marks: nothing that is merely
	// like it answers.
	Whole bool
	// Others are the names that somebody called so may be recorded under.
	Others []string
	As     Role
}

// Match reports whether a key made by Tokens answers the word.
func (w Word) Match(key string) bool {
	switch {
	case w.Pattern != "":
		return glob(w.Pattern, key)
	case w.Prefix:
		return strings.HasPrefix(key, w.Text)
	}
	return key == w.Text
}

// ParseQuery reads the one search box with the nicknames that come with the
// program.
func ParseQuery(s string) Query { return common().ParseQuery(s) }

// ParseQuery reads the one search box: a reference, an identifier, a date of
// birth or part of one, a postcode or its beginning, and words of a name, in any
// order. It never fails: what it cannot read is in Unread.
//
// Dates are in the order of this country, day before month: 5/3/2010, 05.03.10,
// 5 March 2010; or 2010-03-05. A year of two digits is 1950 to 2049. March 2010,
// 3/2010, 2010 and 5 March are parts of one; about 12 is an age. A word is taken to be
// unfinished, so that two letters or more find every name that begins with
// them, unless it stands in quotation marks. The wildcards * and % stand for any
// letters, in front of a word too (CR-11).
func (n *Nicknames) ParseQuery(s string) Query {
	var q Query
	items, cut := split(s)
	q.Cut = cut
	for i := 0; i < len(items); {
		took := 0
		for _, take := range [...]func([]item) int{q.takeDate, q.takeDay, q.takePart, q.takeAge, q.takeReference, q.takePostcode, q.takeNumber, q.takeWords} {
			if took = take(items[i:]); took > 0 {
				break
			}
		}
		i += took
	}
	n.know(q.Words)
	return q
}

// know fills in which other names the words may stand for.
func (n *Nicknames) know(words []Word) {
	for i, w := range words {
		if w.Pattern == "" && !w.Whole {
			words[i].Others = n.Variants(w.Text)
		}
	}
}

// item is a run of what was typed, up to a space or comma.
type item struct {
	text   string
	quoted bool
}

func split(s string) (items []item, cut bool) {
	// A name pasted as pages show it: Jessica Lin (known as Jess Lin).
	s = strings.NewReplacer("(known as ", " ", ")", " ").Replace(strings.ToValidUTF8(s, ""))
	if utf8.RuneCountInString(s) > maxRunes {
		s, cut = string([]rune(s)[:maxRunes]), true
	}
	var cur strings.Builder
	quoted := false
	flush := func() {
		if cur.Len() > 0 {
			items = append(items, item{cur.String(), quoted})
			cur.Reset()
		}
	}
	for _, r := range s {
		switch {
		case r == '"' || r == '“' || r == '”':
			flush()
			quoted = !quoted
		case unicode.IsSpace(r) || r == ',' || r == ';':
			flush()
		default:
			cur.WriteRune(r)
		}
	}
	flush()
	return items, cut
}

// takeDate reads a date in one item (5/3/2010) or three (5 March 2010) and
// says how many it took.
func (q *Query) takeDate(items []item) int {
	parts := strings.FieldsFunc(items[0].text, func(r rune) bool { return strings.ContainsRune("/.-", r) })
	n := 1
	if len(parts) != 3 && len(items) >= 3 {
		parts, n = []string{items[0].text, items[1].text, items[2].text}, 3
	}
	if len(parts) != 3 {
		return 0
	}
	day, month, year := parts[0], parts[1], parts[2]
	if len(day) == 4 {
		day, year = year, day
	}
	if monthName(day) && !monthName(month) { // March 5 2010
		day, month = month, day
	}
	day = withoutEnding(day)
	if !digits(day, 1, 2) || !digits(month, 1, 2) && !monthName(month) {
		return 0
	}
	switch {
	case digits(year, 4, 4):
	case digits(year, 2, 2) && year < "50":
		year = "20" + year
	case digits(year, 2, 2):
		year = "19" + year
	default:
		return 0
	}
	d, err := date.FromParts(day, month, year)
	if err != nil || !q.Born.IsZero() {
		q.leave(items[:n])
		return n
	}
	q.Born = d
	return n
}

// withoutEnding makes 5 of 5th.
func withoutEnding(day string) string {
	for _, ending := range [...]string{"st", "nd", "rd", "th"} {
		if d, ok := strings.CutSuffix(strings.ToLower(day), ending); ok {
			return d
		}
	}
	return day
}

// takeDay reads a birthday without its year: 5 March, 5th March, March 5th, 5/3.
func (q *Query) takeDay(items []item) int {
	if items[0].quoted {
		return 0
	}
	parts := strings.FieldsFunc(items[0].text, func(r rune) bool { return strings.ContainsRune("/.-", r) })
	n := 1
	if len(parts) == 1 && len(items) > 1 && !items[1].quoted {
		parts, n = []string{items[0].text, items[1].text}, 2
	}
	if len(parts) != 2 {
		return 0
	}
	day, month := parts[0], parts[1]
	if monthName(day) && withoutEnding(month) != month {
		day, month = month, day
	}
	if day = withoutEnding(day); !digits(day, 1, 2) || !monthName(month) && (n == 2 || !digits(month, 1, 2)) {
		return 0
	}
	d, err := date.FromParts(day, month, "2000") // a leap year
	if err != nil || q.Dated() {
		q.leave(items[:n])
		return n
	}
	q.BornOn = DayOfYear{d.Day(), d.Month()}
	return n
}

func digits(s string, least, most int) bool {
	if len(s) < least || len(s) > most {
		return false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func monthName(s string) bool {
	if digits(s, 1, len(s)) {
		return false
	}
	_, err := date.FromParts("1", s, "2000")
	return err == nil
}

// takeReference reads a reference in one item or, with the gap that references
// are shown with, in two.
func (q *Query) takeReference(items []item) int {
	n := 1
	r, err := id.ParseReference(items[0].text)
	if err != nil && len(items) > 1 && len(items[0].text) == 4 && len(items[1].text) == 4 {
		n = 2
		r, err = id.ParseReference(items[0].text + items[1].text)
	}
	if err != nil || q.Reference != "" {
		return 0 // a second reference is read as words, and left unread for its digits
	}
	q.Reference = r
	if !strings.ContainsFunc(items[0].text+items[n-1].text, unicode.IsDigit) {
		return q.takeWords(items[:n])
	}
	return n
}

// takeWords reads one item as words of a name, two items where the first is
// an O or Mc typed apart from its name. Nobody is called O or Mc alone, so
// unlike other particles they can be joined without asking.
func (q *Query) takeWords(items []item) int {
	text, n := items[0].text, 1
	if f := Fold(text); len(items) > 1 && (f == "o" || f == "mc") && Fold(items[1].text) != "" {
		text, n = text+items[1].text, 2
	}
	if strings.ContainsFunc(text, unicode.IsDigit) {
		q.leave(items[:n])
		return n
	}
	before := len(q.Words)
	for _, pattern := range patterns(text) {
		w, ok := word(pattern, items[n-1].quoted)
		switch {
		case !ok:
			q.leave(items[:n])
		case len(q.Words) == maxWords:
			q.Cut = true
		default:
			q.Words = append(q.Words, w)
		}
	}
	if len(q.Words) > before && !strings.ContainsAny(text, "*%") {
		q.Spelt = append(q.Spelt, text)
	}
	return n
}

// patterns folds what was typed, keeping its wildcards: Smith-J% gives smith
// and j*.
func patterns(text string) []string {
	var out []string
	cur := ""
	for i, piece := range strings.Split(strings.ReplaceAll(text, "%", "*"), "*") {
		if i > 0 && !strings.HasSuffix(cur, "*") {
			cur += "*"
		}
		for j, part := range strings.Fields(Fold(piece)) {
			if j > 0 {
				out = append(out, cur)
				cur = ""
			}
			cur += part
		}
	}
	if cur != "" {
		out = append(out, cur)
	}
	return out
}

func word(pattern string, finished bool) (Word, bool) {
	text, rest, wild := strings.Cut(pattern, "*")
	switch {
	case !wild:
		return Word{Text: text, Prefix: !finished && utf8.RuneCountInString(text) >= 2, Whole: finished}, true
	case text == "" && utf8.RuneCountInString(strings.ReplaceAll(rest, "*", "")) < 2:
		return Word{}, false
	case rest == "":
		return Word{Text: text, Prefix: true}, true
	}
	return Word{Text: text, Prefix: text != "", Pattern: pattern}, true
}

func (q *Query) leave(items []item) {
	for _, it := range items {
		if len(q.Unread) == maxWords {
			q.Cut = true
			return
		}
		q.Unread = append(q.Unread, it.text)
	}
}

// glob matches a pattern whose only wildcard is *. It goes back to the last
// wildcard only, so it takes at most the product of the lengths.
func glob(pattern, s string) bool {
	p, i, star, mark := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && pattern[p] == s[i]:
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
