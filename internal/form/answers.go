package form

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Answers are what is kept of a document, while it is written and when it is
// final. A draft may hold anything unfinished: an answer that its question does
// not take is kept as it was typed, and Judge says what is wrong with it.
//
// A value is nil, true, false, a string, a json.Number, a []any or a
// map[string]any.
type Answers struct {
	Sections map[string]map[string]any
	// Exceptions are the reasons for completing the document against a rule, by
	// the rule's id.
	Exceptions map[string]string
	// Copied are the sections that began with another document's answers, with
	// where these came from.
	Copied map[string]string
	// Anew has the answers that the document began with and that somebody has to look at,
	// by AnewKey, with what they said of each: StillTrue, Changed or nothing yet.
	Anew map[string]string
	// Reviewed are the copied sections that somebody has looked at as a whole: documents
	// of before each answer was looked at by itself have it.
	Reviewed map[string]bool
	// Fell are the signatures of a draft that do not stand any more, by AnewKey: see Fall.
	Fell map[string]string
}

const mostNesting = 8

// An Unreadable says what cannot be read of answers, and up to where they could be. It names
// no answer.
type Unreadable struct {
	Words  string
	Offset int64 // in bytes
}

func (u *Unreadable) Error() string { return u.Words }

// unreadable ends the reading behind what the decoder gave last. The offset in its own
// errors leaves out what it gave token by token.
func unreadable(d *json.Decoder, format string, args ...any) error {
	return &Unreadable{fmt.Sprintf(format, args...), d.InputOffset()}
}

// ParseAnswers reads answers as they are kept. The error is a sentence; it names no
// answer. Where the text is not JSON that can be read it is an Unreadable.
func ParseAnswers(text []byte) (Answers, error) {
	if len(text) > MostChars {
		return Answers{}, fmt.Errorf("the answers are longer than %d bytes", MostChars)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := decode(d, 0)
	if err != nil {
		return Answers{}, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Answers{}, unreadable(d, "something follows the answers")
	}
	top, ok := v.(map[string]any)
	if !ok {
		return Answers{}, errors.New("answers are an object")
	}
	var a Answers
	for key, v := range top {
		m, ok := v.(map[string]any)
		if !ok {
			return Answers{}, fmt.Errorf("%q is an object", key)
		}
		switch key {
		case "sections":
			for id, s := range m {
				section, ok := s.(map[string]any)
				if !ok {
					return Answers{}, errors.New("a section is an object")
				}
				a.section(id, section)
			}
		case "exceptions":
			if a.Exceptions, err = mapOf[string](m, key); err != nil {
				return Answers{}, err
			}
		case "copied":
			if a.Copied, err = mapOf[string](m, key); err != nil {
				return Answers{}, err
			}
		case "anew":
			if a.Anew, err = mapOf[string](m, key); err != nil {
				return Answers{}, err
			}
		case "fell":
			if a.Fell, err = mapOf[string](m, key); err != nil {
				return Answers{}, err
			}
		case "reviewed":
			if a.Reviewed, err = mapOf[bool](m, key); err != nil {
				return Answers{}, err
			}
		default:
			return Answers{}, fmt.Errorf(`answers have no %q: what was answered stands under "sections", by section and question`, key)
		}
	}
	return a, nil
}

func (a *Answers) section(id string, answers map[string]any) {
	if a.Sections == nil {
		a.Sections = map[string]map[string]any{}
	}
	a.Sections[id] = answers
}

// Set gives an answer; nil takes it away.
func (a *Answers) Set(section, question string, v any) {
	if a.Sections[section] == nil {
		a.section(section, map[string]any{})
	}
	if v == nil {
		delete(a.Sections[section], question)
		return
	}
	a.Sections[section][question] = v
}

// Get finds an answer; nil where there is none.
func (a Answers) Get(section, question string) any { return a.Sections[section][question] }

func mapOf[T any](m map[string]any, key string) (map[string]T, error) {
	out := make(map[string]T, len(m))
	for k, v := range m {
		t, ok := v.(T)
		if !ok {
			return nil, fmt.Errorf("%q holds something of another kind", key)
		}
		out[k] = t
	}
	return out, nil
}

// decode reads one value. Unlike the library it refuses a name that is there
// twice, so that two readers cannot read the same text as different answers.
func decode(d *json.Decoder, depth int) (any, error) {
	if depth > mostNesting {
		return nil, unreadable(d, "the answers are nested more than %d deep", mostNesting)
	}
	t, err := d.Token()
	if err != nil {
		return nil, unreadable(d, "the answers are not JSON that can be read")
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '[' {
			list := []any{}
			for d.More() {
				v, err := decode(d, depth+1)
				if err != nil {
					return nil, err
				}
				list = append(list, v)
			}
			return list, closed(d)
		}
		m := map[string]any{}
		for d.More() {
			k, err := d.Token()
			if err != nil {
				return nil, unreadable(d, "the answers are not JSON that can be read")
			}
			name := k.(string) // the decoder gives nothing else here
			if _, twice := m[name]; twice {
				return nil, unreadable(d, "an answer is there twice")
			}
			v, err := decode(d, depth+1)
			if err != nil {
				return nil, err
			}
			m[name] = v
		}
		return m, closed(d)
	default:
		return t, nil
	}
}

func closed(d *json.Decoder) error {
	if _, err := d.Token(); err != nil {
		return unreadable(d, "the answers are not JSON that can be read")
	}
	return nil
}

// JSON is the answers as they are kept: names in order, nothing empty, no space.
// The same answers have the same text.
func (a Answers) JSON() ([]byte, error) {
	top := map[string]any{}
	if s := tidySections(a.Sections); len(s) > 0 {
		top["sections"] = s
	}
	if len(a.Exceptions) > 0 {
		top["exceptions"] = a.Exceptions
	}
	if len(a.Copied) > 0 {
		top["copied"] = a.Copied
	}
	if len(a.Anew) > 0 {
		top["anew"] = a.Anew
	}
	if len(a.Fell) > 0 {
		top["fell"] = a.Fell
	}
	if len(a.Reviewed) > 0 {
		top["reviewed"] = a.Reviewed
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(top); err != nil {
		return nil, fmt.Errorf("write answers: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

func tidySections(sections map[string]map[string]any) map[string]map[string]any {
	out := map[string]map[string]any{}
	for id, s := range sections {
		kept := map[string]any{}
		for q, v := range s {
			if !empty(v) {
				kept[q] = v
			}
		}
		if len(kept) > 0 {
			out[id] = kept
		}
	}
	return out
}

// empty reports whether a value says nothing at all.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		for _, in := range v {
			if !empty(in) {
				return false
			}
		}
		return true
	}
	return false
}

// Canonical is the answers with each that its question takes in its one form.
// What a question does not take stays as it was typed.
func (f *Form) Canonical(a Answers, c Context) Answers {
	out := a
	out.Sections = make(map[string]map[string]any, len(a.Sections))
	for id, s := range a.Sections {
		kept := maps.Clone(s)
		if plan, ok := f.bySection[id]; ok {
			for _, q := range plan.asks {
				if v, ok := kept[q.ID]; ok {
					kept[q.ID] = f.tidy(q, v, c)
				}
			}
		}
		out.Sections[id] = kept
	}
	out.Sections = tidySections(out.Sections)
	return out
}

// tidy gives a value its one form, as far as the question takes it.
func (f *Form) tidy(q *askPlan, v any, c Context) any {
	if empty(v) {
		return nil
	}
	switch q.Kind {
	case Computed:
		return nil
	case List:
		items, ok := v.([]any)
		if !ok {
			return v
		}
		out := make([]any, len(items))
		for i, item := range items {
			out[i] = f.tidyItem(q, item, c)
		}
		return out
	case Table:
		rows, ok := v.(map[string]any)
		if !ok {
			return v
		}
		out := map[string]any{}
		for id, item := range rows {
			if !empty(item) {
				out[id] = f.tidyItem(q, item, c)
			}
		}
		return out
	}
	if parsed, wrong := f.take(q, v, c); wrong == "" {
		return parsed.kept
	}
	return v
}

func (f *Form) tidyItem(q *askPlan, item any, c Context) any {
	m, ok := item.(map[string]any)
	if !ok {
		return item
	}
	out := maps.Clone(m)
	for _, sub := range q.items {
		if v, ok := out[sub.ID]; ok {
			if v = f.tidy(sub, v, c); empty(v) {
				delete(out, sub.ID)
			} else {
				out[sub.ID] = v
			}
		}
	}
	return out
}

// Strange lists the answers that the form has no question for, as
// section.question, in order. They are kept and count for nothing.
func (f *Form) Strange(a Answers) []string {
	var list []string
	for id, s := range a.Sections {
		plan, ok := f.bySection[id]
		for q := range s {
			if ok && plan.byID[q] != nil {
				continue
			}
			list = append(list, id+"."+q)
		}
	}
	slices.Sort(list)
	return list
}
