package form

import (
	"encoding/json"
	"errors"
	"slices"
)

// copied are the questions that a copy fills.
func (s *Spec) copied(cp *Copy, from *Spec) []string {
	if len(cp.Questions) > 0 {
		ids := make([]string, len(cp.Questions))
		for i, w := range cp.Questions {
			ids[i] = w.Text
		}
		return ids
	}
	there, here := from.section(cp.From.Text), s.section(cp.To.Text)
	if there == nil || here == nil {
		return nil
	}
	var ids []string
	for _, q := range here.Ask {
		i := slices.IndexFunc(there.Ask, func(o Question) bool { return o.ID == q.ID })
		if i >= 0 && fits(&there.Ask[i], &q) {
			ids = append(ids, q.ID)
		}
	}
	return ids
}

// Begin is what a new document begins with: answers of other final documents, by
// form, for the sections that the form copies. Of what an older version had as
// another kind of answer nothing is taken. Where the copy wants it, somebody has to say of
// each answer whether it is still true.
func (f *Form) Begin(from map[string]*Final, c Context) Answers {
	var a Answers
	for i := range f.CopyFrom {
		cp := &f.CopyFrom[i]
		spec, id := &f.Spec, f.ID
		if cp.Form.Text != "" && cp.Form.Text != f.ID {
			other, ok := f.around.form(cp.Form.Text)
			if !ok {
				continue // Compile has refused such a form
			}
			spec, id = other, cp.Form.Text
		}
		document := from[id]
		if document == nil {
			continue
		}
		took := false
		for _, question := range f.copied(cp, spec) {
			v := document.Sections[cp.From.Text][question]
			q := f.bySection[cp.To.Text].byID[question]
			if v = f.tidy(q, clone(v), c); empty(v) || !f.takes(q, v, c) {
				continue
			}
			a.Set(cp.To.Text, question, v)
			took = true
			if cp.Review {
				if a.Anew == nil {
					a.Anew = map[string]string{}
				}
				a.Anew[AnewKey(cp.To.Text, question)] = ""
			}
		}
		if took {
			if a.Copied == nil {
				a.Copied = map[string]string{}
			}
			a.Copied[cp.To.Text] = id
		}
	}
	return a
}

// takes reports whether a question takes an answer, items and all.
func (f *Form) takes(q *askPlan, v any, c Context) bool {
	of := func(v any) bool {
		m, ok := v.(map[string]any)
		if !ok {
			return false
		}
		for id, v := range m {
			i := slices.IndexFunc(q.items, func(sub *askPlan) bool { return sub.ID == id })
			if i < 0 || !f.takes(q.items[i], v, c) {
				return false
			}
		}
		return true
	}
	switch q.Kind {
	case Computed, Signature:
		return false // it is worked out, or signed, anew
	case List:
		list, ok := v.([]any)
		return ok && !slices.ContainsFunc(list, func(v any) bool { return !of(v) })
	case Table:
		rows, ok := v.(map[string]any)
		for id, v := range rows {
			if !slices.ContainsFunc(q.Options, func(o Option) bool { return o.ID == id }) || !of(v) {
				return false
			}
		}
		return ok
	}
	_, wrong := f.take(q, v, c)
	return wrong == ""
}

// clone copies a value, so that a new document shares nothing with an old one.
func clone(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = clone(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, in := range v {
			out[k] = clone(in)
		}
		return out
	}
	return v
}

// ParseFinal reads a final document as it is kept.
func ParseFinal(text []byte) (*Final, error) {
	var envelope struct {
		Form     string          `json:"form"`
		Version  int             `json:"version"`
		Sections json.RawMessage `json:"sections"`
	}
	if err := json.Unmarshal(text, &envelope); err != nil {
		return nil, errNoFinal
	}
	a, err := ParseAnswers(append(append([]byte(`{"sections":`), envelope.Sections...), '}'))
	if err != nil || envelope.Form == "" || envelope.Version < 1 {
		return nil, errNoFinal
	}
	return &Final{Form: envelope.Form, Version: envelope.Version, Sections: a.Sections}, nil
}

var errNoFinal = errors.New("this is no final document")
