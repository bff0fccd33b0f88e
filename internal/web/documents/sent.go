package documents

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/form"
)

// Sent is what a page sent of a section: the values that are kept of it, by question, of
// those that were on the page.
func Sent(section form.Section, sent url.Values) map[string]any {
	values := map[string]any{}
	on := sent[asked]
	for i := range section.Ask {
		q := &section.Ask[i]
		if !slices.Contains(on, q.ID) {
			continue
		}
		values[q.ID] = sentOne(q, []string{q.ID}, sent)
	}
	return values
}

func sentOne(q *form.Question, path []string, sent url.Values) any {
	get := func(parts ...string) string {
		return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(sent.Get(fieldName(append(slices.Clone(path), parts...)...)), "\ufffd"), "\x00", ""))
	}
	words := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	day := func(parts ...string) any {
		d, m, y := get(append(parts, "day")...), get(append(parts, "month")...), get(append(parts, "year")...)
		if d == "" && m == "" && y == "" {
			return nil
		}
		if at, err := date.FromParts(d, m, y); err == nil {
			return at.String()
		}
		return map[string]any{"day": d, "month": m, "year": y}
	}
	object := func(m map[string]any) any {
		for k, v := range m {
			if v == nil {
				delete(m, k)
			}
		}
		if len(m) == 0 {
			return nil
		}
		return m
	}
	switch q.Kind {
	case form.Rating:
		return object(map[string]any{"value": words(get()), "why": words(get("why"))})
	case form.Choices, form.Codes, form.Attachment:
		var list []any
		for _, v := range sent[fieldName(path...)] {
			if v != "" {
				list = append(list, v)
			}
		}
		if list == nil {
			return nil
		}
		return list
	case form.Date:
		return day()
	case form.Period:
		return object(map[string]any{"from": day("from"), "to": day("to")})
	case form.List:
		return sentList(q, path, sent)
	case form.Table:
		rows := map[string]any{}
		for _, o := range q.Options {
			if m := sentItem(q, append(slices.Clone(path), o.ID), sent); m != nil {
				rows[o.ID] = m
			}
		}
		return object(rows)
	}
	return words(get())
}

func sentItem(q *form.Question, path []string, sent url.Values) map[string]any {
	m := map[string]any{}
	for k := range q.Item {
		if v := sentOne(&q.Item[k], append(slices.Clone(path), q.Item[k].ID), sent); v != nil {
			m[q.Item[k].ID] = v
		}
	}
	if len(m) == 0 {
		return nil
	}
	return m
}

// sentList is the items of a list, without those that are empty or removed.
func sentList(q *form.Question, path []string, sent url.Values) any {
	n, err := strconv.Atoi(sent.Get(fieldName(append(slices.Clone(path), "n")...)))
	if err != nil || n > form.MostItems {
		n = 0
	}
	var list []any
	for i := range n {
		at := append(slices.Clone(path), strconv.Itoa(i))
		if sent.Get(Remove) == fieldName(at...) {
			continue
		}
		if m := sentItem(q, at, sent); m != nil {
			list = append(list, m)
		}
	}
	if list == nil {
		return nil
	}
	return list
}

// Exceptions are the reasons for exceptions that a page sent.
func Exceptions(f *form.Form, sent url.Values) map[string]string {
	reasons := map[string]string{}
	for _, r := range f.Rules {
		if v := sent.Get(exception + fieldSep + r.ID); r.Exception && v != "" {
			reasons[r.ID] = v
		}
	}
	return reasons
}

// Prose are the texts that a page sent of a section, by their fields.
func Prose(section form.Section, sent url.Values) map[string]string {
	out := map[string]string{}
	var walk func(ask []form.Question, path []string)
	walk = func(ask []form.Question, path []string) {
		for i := range ask {
			q := &ask[i]
			at := append(slices.Clone(path), q.ID)
			switch q.Kind {
			case form.Text:
				out[fieldName(at...)] = sent.Get(fieldName(at...))
			case form.Rating:
				why := fieldName(append(at, "why")...)
				out[why] = sent.Get(why)
			case form.Table:
				for _, o := range q.Options {
					walk(q.Item, append(slices.Clone(at), o.ID))
				}
			case form.List:
				n, err := strconv.Atoi(sent.Get(fieldName(append(slices.Clone(at), "n")...)))
				for k := range min(n, form.MostItems) {
					if err == nil {
						walk(q.Item, append(slices.Clone(at), strconv.Itoa(k)))
					}
				}
			}
		}
	}
	walk(section.Ask, nil)
	return out
}

// SaidAnew is what a page sent of whether answers are still true, by question.
func SaidAnew(section form.Section, sent url.Values) map[string]string {
	said := map[string]string{}
	for _, q := range section.Ask {
		if v := sent.Get(AnewField(q.ID)); v == form.StillTrue || v == form.Changed {
			said[q.ID] = v
		}
	}
	return said
}

// Otherwise are the questions of which somebody said that the answer is still true, and
// answered otherwise: their text, in the order of the form.
func Otherwise(section form.Section, said map[string]string, saved form.Answers) []string {
	var list []string
	for _, q := range section.Ask {
		if said[q.ID] == form.StillTrue && saved.Anew[form.AnewKey(section.ID, q.ID)] == form.Changed {
			list = append(list, q.Text)
		}
	}
	return list
}

// Asked are the questions that were on a page.
func Asked(sent url.Values) []string { return sent[asked] }

// ItemField and ListField are where on the page an item, and the list of an item, are.
func ItemField(question string, n int) string { return fieldName(question, strconv.Itoa(n), "item") }

func ListField(item string) string {
	list := item
	if i := strings.LastIndex(item, fieldSep); i > 0 {
		list = item[:i]
	}
	return list + fieldSep + "list"
}

// Unasked is a question of the section that is shown and was not on the page; empty where
// there is none.
func Unasked(f Fields, on []string) string {
	for _, s := range f.Shown {
		if !slices.Contains(on, s.Question.ID) && s.Question.Kind != form.Computed {
			return s.Question.ID
		}
	}
	return ""
}

// Over are answers with what was typed into a section over them.
func Over(a form.Answers, section string, values map[string]any) form.Answers {
	out := a
	out.Sections = maps.Clone(a.Sections)
	if out.Sections == nil {
		out.Sections = map[string]map[string]any{}
	}
	out.Sections[section] = maps.Clone(a.Sections[section])
	for q, v := range values {
		out.Set(section, q, v)
	}
	return out
}

// Differing is what somebody else saved, in words, for each question where it differs
// from what was typed.
func Differing(theirs, mine Fields) map[string]string {
	out := map[string]string{}
	for i := range theirs.Section.Ask {
		q := &theirs.Section.Ask[i]
		a, b := words(theirs, q), words(mine, q)
		if q.Kind != form.Computed && a != b {
			out[q.ID] = a
		}
	}
	return out
}

// words is an answer as it is saved or typed, in words.
func words(f Fields, q *form.Question) string {
	if at := shownAt(f.Shown, q.ID); at != nil && q.Kind != form.Signature {
		if w := Words(f.Form.InWords(*at, f.Today), f.Named); w != "" {
			return w
		}
	}
	return asTyped(f.Answers[q.ID])
}

// asTyped is a value that its question does not take, or that is not shown.
func asTyped(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return string(v)
	case []any:
		var parts []string
		for _, e := range v {
			parts = append(parts, asTyped(e))
		}
		return strings.Join(parts, "\n")
	case map[string]any:
		var parts []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if w := asTyped(v[key]); w != "" {
				parts = append(parts, w)
			}
		}
		return strings.Join(parts, " ")
	}
	return ""
}

// EarlierOf is what somebody had saved of a section, in words.
func EarlierOf(f *form.Form, section string, e casework.EarlierSection, today date.Date) Earlier {
	out := Earlier{Name: e.Name, Saved: e.Saved}
	for _, s := range f.Sections {
		if s.ID != section {
			continue
		}
		for i := range s.Ask {
			if w := asTyped(e.Answers.Get(section, s.Ask[i].ID)); w != "" {
				out.Answers = append(out.Answers, form.PrintedAnswer{Question: s.Ask[i].Text, Words: []string{w}})
			}
		}
	}
	for _, s := range f.Print(e.Answers, form.Context{Today: today}).Sections {
		if s.ID != section {
			continue
		}
		for i, a := range out.Answers { // in words, where it is shown by itself
			for _, p := range s.Answers {
				if p.Question == a.Question && Words(p, nil) != "" {
					out.Answers[i] = p
				}
			}
		}
	}
	return out
}

// Typed reports whether a field is an answer, or the reason for an exception, and what to
// call it where the form is not at hand.
func Typed(name string) (label string, ok bool) {
	parts := strings.Split(name, fieldSep)
	if len(parts) < 2 || parts[0] != fieldStart && parts[0] != exception || parts[len(parts)-1] == "n" {
		return "", false
	}
	return "Answer: " + strings.ReplaceAll(strings.Join(parts[1:], ", "), "-", " "), true
}

// Unsigned reports whether a signature of a section that the page kept does not stand any
// more, because what it stood for was changed.
func Unsigned(sec form.Section, sent map[string]any, saved document.Section) bool {
	for _, q := range sec.Ask {
		if said, _ := sent[q.ID].(string); q.Kind == form.Signature && strings.HasPrefix(said, casework.SignKept) && saved.Answers.Get(sec.ID, q.ID) == nil {
			return true
		}
	}
	return false
}
