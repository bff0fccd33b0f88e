package form

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// A Fell is a signature that does not stand any more, because an answer that it stood for
// was changed by somebody else.
type Fell struct {
	By string `json:"by"` // whose it was
	On string `json:"on"`
	// Of is what each answer was that it stood for, in short, by AnewKey.
	Of map[string]string `json:"of"`
}

// SignedOf is what a signature of a section stands for, as its question says: the answers
// of the document, or those of its section alone, each in short. No signature stands for
// another.
func (f *Form) SignedOf(a Answers, section string, q *Question) map[string]string {
	out := map[string]string{}
	for _, sec := range f.Sections {
		if q.SignsSection && sec.ID != section {
			continue
		}
		for _, of := range sec.Ask {
			v := a.Get(sec.ID, of.ID)
			if of.Kind != Signature && !empty(v) {
				out[AnewKey(sec.ID, of.ID)] = inShort(unsigned(&of, v))
			}
		}
	}
	return out
}

// Unsigned are the answers of an item without its signatures and what is not answered; nil
// for none.
func Unsigned(ask []Question, answers map[string]any) map[string]any {
	var kept map[string]any
	for id, v := range answers {
		if empty(v) || slices.ContainsFunc(ask, func(q Question) bool { return q.ID == id && q.Kind == Signature }) {
			continue
		}
		if kept == nil {
			kept = map[string]any{}
		}
		kept[id] = v
	}
	return kept
}

// unsigned is a list or a table without the signatures in it.
func unsigned(q *Question, v any) any {
	without := func(item any) any {
		if m, ok := item.(map[string]any); ok {
			return Unsigned(q.Item, m)
		}
		return item
	}
	switch v := v.(type) {
	case []any:
		if q.Kind == List {
			out := make([]any, len(v))
			for i, item := range v {
				out[i] = without(item)
			}
			return out
		}
	case map[string]any:
		if q.Kind == Table {
			out := map[string]any{}
			for id, row := range v {
				out[id] = without(row)
			}
			return out
		}
	}
	return v
}

func inShort(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "" // answers were read as JSON, so that there is no such error
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

// Fall notes that a signature does not stand any more, and takes it away.
func (a *Answers) Fall(section, question string, of map[string]string) {
	m, _ := a.Get(section, question).(map[string]any)
	fell := Fell{Of: of}
	fell.By, _ = m["by"].(string)
	fell.On, _ = m["on"].(string)
	text, err := json.Marshal(fell)
	if err != nil {
		return // as in inShort
	}
	a.Set(section, question, nil)
	if a.Fell == nil {
		a.Fell = map[string]string{}
	}
	a.Fell[AnewKey(section, question)] = string(text)
}

// HasFallen finds the signature of a question that does not stand any more.
func (a Answers) HasFallen(section, question string) (Fell, bool) {
	text, ok := a.Fell[AnewKey(section, question)]
	if !ok || a.Get(section, question) != nil {
		return Fell{}, false
	}
	var fell Fell
	return fell, json.Unmarshal([]byte(text), &fell) == nil
}

// ChangedSince are the questions that are answered otherwise than when a signature was
// given, in the order of the form.
func (f *Form) ChangedSince(a Answers, section string, q *Question, fell Fell) []string {
	now := f.SignedOf(a, section, q)
	var list []string
	for _, sec := range f.Sections {
		for _, of := range sec.Ask {
			if key := AnewKey(sec.ID, of.ID); now[key] != fell.Of[key] {
				list = append(list, of.Text)
			}
		}
	}
	return list
}
