package form

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"casefile/internal/date"
)

// A taken value is an answer that its question takes: in its one form, as it is
// kept, and as CEL has it.
type taken struct {
	kept any
	cel  ref.Val
}

// Years that a date in an answer can have: a slip of the keyboard is none.
const (
	firstYear = 1850
	lastYear  = 2150
)

// take reads an answer, or says what is wrong with it. It is for every kind but
// lists, tables and computed ones.
func (f *Form) take(q *askPlan, v any, c Context) (taken, string) {
	switch q.Kind {
	case YesNo, YesNoUnknown, Choice:
		s, ok := v.(string)
		if !ok || !slices.Contains(q.domain, s) {
			return taken{}, "Select one of the answers"
		}
		return taken{s, types.String(s)}, ""
	case Code:
		s, ok := v.(string)
		if !ok || !f.inUse(q, s, c.Today) {
			return taken{}, "Select one of the list"
		}
		return taken{s, types.String(s)}, ""
	case Choices:
		return takeSeveral(v, q.domain, func(string) bool { return true })
	case Codes:
		return takeSeveral(v, q.domain, func(s string) bool { return f.inUse(q, s, c.Today) })
	case Rating:
		return q.takeRating(v)
	case Number:
		return q.takeNumber(v)
	case Date:
		d, wrong := takeDate(v)
		return taken{d.String(), dateValue(d)}, wrong
	case Period:
		return takePeriod(v)
	case Person:
		return takeKey(v, "Choose a person")
	case Text:
		return q.takeText(v)
	case Signature:
		return takeSignature(v)
	case Attachment:
		return takeKeys(v)
	}
	return taken{}, "This question takes no answer"
}

func (f *Form) inUse(q *askPlan, code string, on date.Date) bool {
	set, ok := f.around.set(q.Set.Text)
	if !ok {
		return false
	}
	_, ok = set.Label(code, on)
	return ok
}

func takeSeveral(v any, order []string, may func(string) bool) (taken, string) {
	list, ok := v.([]any)
	if !ok {
		return taken{}, "Select from the list"
	}
	chosen := map[string]bool{}
	for _, e := range list {
		s, ok := e.(string)
		if !ok || !slices.Contains(order, s) || !may(s) {
			return taken{}, "Select from the list"
		}
		chosen[s] = true
	}
	kept, vals := []any{}, []string{}
	for _, s := range order {
		if chosen[s] && !slices.Contains(vals, s) {
			kept, vals = append(kept, s), append(vals, s)
		}
	}
	return taken{kept, types.NewStringList(types.DefaultTypeAdapter, vals)}, ""
}

func (q *askPlan) takeRating(v any) (taken, string) {
	least, most := q.least(0), q.most(4)
	wrong := fmt.Sprintf("Select a rating from %d to %d", least, most)
	m, ok := v.(map[string]any)
	if !ok {
		return taken{}, wrong
	}
	typed, ok := asTyped(m["value"])
	n, err := strconv.Atoi(typed)
	if !ok || err != nil || n < least || n > most {
		return taken{}, wrong
	}
	kept := map[string]any{"value": json.Number(strconv.Itoa(n))}
	why, ok := m["why"].(string)
	switch {
	case others(m, "value", "why"), !ok && m["why"] != nil, q.NoWhy && why != "":
		return taken{}, wrong
	case utf8.RuneCountInString(why) > MostText:
		return taken{}, tooLong(MostText)
	}
	if why = tidyText(why); why != "" {
		kept["why"] = why
	}
	return taken{kept, types.Int(n)}, ""
}

// asTyped is a number, or the text that a page sends of one.
func asTyped(v any) (string, bool) {
	switch v := v.(type) {
	case json.Number:
		return string(v), true
	case string:
		return strings.TrimSpace(v), true
	}
	return "", false
}

// takeNumber reads digits with at most the decimals that the question has.
func (q *askPlan) takeNumber(v any) (taken, string) {
	wrong := "Enter a whole number"
	if q.Places > 0 {
		wrong = fmt.Sprintf("Enter a number with at most %d decimals", q.Places)
	}
	typed, ok := asTyped(v)
	if !ok {
		return taken{}, wrong
	}
	s, minus := strings.CutPrefix(typed, "-")
	whole, rest, point := strings.Cut(s, ".")
	rest = strings.TrimRight(rest, "0")
	if !digits(whole) || point && !digits(rest) && rest != "" || len(whole) > 12 || len(rest) > q.Places {
		return taken{}, wrong
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if s = whole; rest != "" {
		s += "." + rest
	}
	if minus && s != "0" {
		s = "-" + s
	}
	x, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil:
		return taken{}, wrong
	case q.Min != nil && x < float64(q.Min.N):
		return taken{}, fmt.Sprintf("Enter a number of %d or more", q.Min.N)
	case q.Max != nil && x > float64(q.Max.N):
		return taken{}, fmt.Sprintf("Enter a number of %d or less", q.Max.N)
	case q.Places > 0:
		return taken{json.Number(s), types.Double(x)}, ""
	}
	return taken{json.Number(s), types.Int(int64(x))}, ""
}

func digits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

func takeDate(v any) (date.Date, string) {
	const wrong = "Enter a real date, such as 5 March 2026"
	s, ok := v.(string)
	if !ok {
		return date.Date{}, wrong
	}
	d, err := date.Parse(s)
	switch {
	case err != nil || d.IsZero():
		return date.Date{}, wrong
	case d.Year() < firstYear || d.Year() > lastYear:
		return date.Date{}, fmt.Sprintf("Enter a year from %d to %d", firstYear, lastYear)
	}
	return d, ""
}

func takePeriod(v any) (taken, string) {
	m, ok := v.(map[string]any)
	if !ok {
		return taken{}, "Enter from when"
	}
	if others(m, "from", "to") {
		return taken{}, "Enter from when"
	}
	kept, r := map[string]any{}, newRecord(periodType.TypeName(), 2)
	days := map[string]date.Date{}
	for _, key := range []string{"from", "to"} {
		if empty(m[key]) {
			continue
		}
		d, wrong := takeDate(m[key])
		if wrong != "" {
			return taken{}, wrong
		}
		kept[key], r.fields[key], days[key] = d.String(), dateValue(d), d
	}
	switch from, to := days["from"], days["to"]; {
	case from.IsZero():
		return taken{}, "Enter from when"
	case !to.IsZero() && to.Before(from):
		return taken{}, "The end must be the same as or after the beginning"
	}
	return taken{kept, r}, ""
}

// others reports whether an answer has more than it may. Parts are looked at in one
// order, never in that of a map: the same answer is wrong in the same words.
func others(m map[string]any, known ...string) bool {
	for key := range m {
		if !slices.Contains(known, key) {
			return true
		}
	}
	return false
}

const mostKey = 64

func isKey(s string) bool {
	return s != "" && len(s) <= mostKey && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

func takeKey(v any, wrong string) (taken, string) {
	s, ok := v.(string)
	if !ok || !isKey(s) {
		return taken{}, wrong
	}
	return taken{s, types.String(s)}, ""
}

func takeKeys(v any) (taken, string) {
	const wrong = "Choose files of this record"
	list, ok := v.([]any)
	if !ok || len(list) > MostItems {
		return taken{}, wrong
	}
	kept, keys := []any{}, []string{}
	for _, e := range list {
		s, ok := e.(string)
		if !ok || !isKey(s) {
			return taken{}, wrong
		}
		if !slices.Contains(keys, s) {
			kept, keys = append(kept, s), append(keys, s)
		}
	}
	return taken{kept, types.NewStringList(types.DefaultTypeAdapter, keys)}, ""
}

func takeSignature(v any) (taken, string) {
	const wrong = "Sign again"
	m, ok := v.(map[string]any)
	if !ok || len(m) != 3 {
		return taken{}, wrong
	}
	by, isBy := m["by"].(string)
	role, isRole := m["role"].(string)
	d, bad := takeDate(m["on"])
	if !isBy || !isRole || !isKey(by) || !isKey(role) || bad != "" {
		return taken{}, wrong
	}
	r := newRecord(signatureType.TypeName(), 3)
	r.fields["by"], r.fields["role"], r.fields["on"] = types.String(by), types.String(role), dateValue(d)
	return taken{map[string]any{"by": by, "role": role, "on": d.String()}, r}, ""
}

func (q *askPlan) takeText(v any) (taken, string) {
	s, ok := v.(string)
	if !ok {
		return taken{}, "Enter text"
	}
	if utf8.RuneCountInString(s) > 2*MostText {
		return taken{}, tooLong(q.most(MostText))
	}
	s = tidyText(s)
	if q.Marks {
		statements, wrong := ParseMarked(s)
		if wrong != "" {
			return taken{}, wrong
		}
		if q.Marked && slices.ContainsFunc(statements, func(p Statement) bool { return p.Mark == Unmarked }) {
			return taken{}, "Begin each paragraph with its mark, such as " + markHelp
		}
		s = WriteMarked(statements)
	}
	switch n := utf8.RuneCountInString(s); {
	case n > q.most(MostText):
		return taken{}, tooLong(q.most(MostText))
	case n < q.least(0):
		return taken{}, fmt.Sprintf("Must be %d characters or more", q.least(0))
	}
	return taken{s, types.String(s)}, ""
}

func tooLong(most int) string { return fmt.Sprintf("Must be %d characters or less", most) }

// tidyText has line ends of one kind, no space at the end of lines, and nothing
// that cannot be seen.
func tidyText(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	s = strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRightFunc(l, unicode.IsSpace)
	}
	return strings.TrimFunc(strings.Join(lines, "\n"), unicode.IsSpace)
}
