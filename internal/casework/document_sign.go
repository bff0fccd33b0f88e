package casework

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"casefile/internal/form"
	"casefile/internal/staff"
)

// What a page sends of a signature.
const (
	SignNow  = "sign"
	SignKept = "keep "
)

// signed puts signatures where the page says so, by whom it is, today. held is what stood
// there.
func (s *Service) signed(q *form.Question, v, held any, sat *sitting) any {
	switch q.Kind {
	case form.Signature:
		switch said, _ := v.(string); {
		case said == SignNow:
			return map[string]any{"by": string(sat.actor.Worker), "role": string(sat.viewer.Role), "on": s.Today().String()}
		case strings.HasPrefix(said, SignKept):
			return held
		}
		return nil
	case form.List:
		list, _ := v.([]any)
		before, _ := held.([]any)
		for _, item := range list {
			s.signItem(q, item, sat, func(said string) any {
				n, err := strconv.Atoi(strings.TrimPrefix(said, SignKept))
				if err != nil || n < 0 || n >= len(before) {
					return nil
				}
				return before[n]
			})
		}
	case form.Table:
		rows, _ := v.(map[string]any)
		before, _ := held.(map[string]any)
		for id, row := range rows {
			s.signItem(q, row, sat, func(string) any { return before[id] })
		}
	}
	return v
}

// signItem signs an item of a list, or a row of a table; was finds what it was.
func (s *Service) signItem(q *form.Question, item any, sat *sitting, was func(said string) any) {
	m, ok := item.(map[string]any)
	if !ok {
		return
	}
	for i := range q.Item {
		if sub := &q.Item[i]; sub.Kind == form.Signature {
			said, _ := m[sub.ID].(string)
			before, _ := was(said).(map[string]any)
			if m[sub.ID] = s.signed(sub, m[sub.ID], before[sub.ID], sat); m[sub.ID] == nil {
				delete(m, sub.ID)
			}
		}
	}
}

// unsign takes away the signatures of others under what they did not sign: a signature of a
// section stands for its other answers, one in an item or a row for those of the item, and
// who changes them signs anew or has it signed anew.
func unsign(f *form.Form, section string, was form.Answers, is *form.Answers, actor staff.ID) {
	i := slices.IndexFunc(f.Sections, func(s form.Section) bool { return s.ID == section })
	if i < 0 {
		return
	}
	ask := f.Sections[i].Ask
	before, after := was.Sections[section], is.Sections[section]
	same := reflect.DeepEqual(unsigned(ask, before), unsigned(ask, after))
	for k := range ask {
		q := &ask[k]
		switch q.Kind {
		case form.Signature:
			if !same && ofOthers(after[q.ID], actor) && reflect.DeepEqual(after[q.ID], before[q.ID]) {
				is.Set(section, q.ID, nil)
			}
		case form.List:
			items, _ := after[q.ID].([]any)
			held, _ := before[q.ID].([]any)
			for _, item := range items {
				unsignItem(q, item, held, actor)
			}
		case form.Table:
			rows, _ := after[q.ID].(map[string]any)
			held, _ := before[q.ID].(map[string]any)
			for id, row := range rows {
				unsignItem(q, row, []any{held[id]}, actor)
			}
		}
	}
}

// unsignItem takes away the signatures of others in an item that is not one of those held.
func unsignItem(q *form.Question, item any, held []any, actor staff.ID) {
	m, ok := item.(map[string]any)
	if !ok {
		return
	}
	for _, sub := range q.Item {
		if sub.Kind != form.Signature || !ofOthers(m[sub.ID], actor) {
			continue
		}
		stands := slices.ContainsFunc(held, func(h any) bool {
			was, _ := h.(map[string]any)
			return reflect.DeepEqual(was[sub.ID], m[sub.ID]) && reflect.DeepEqual(unsigned(q.Item, was), unsigned(q.Item, m))
		})
		if !stands {
			delete(m, sub.ID)
		}
	}
}

// ofOthers reports whether a signature is of somebody else.
func ofOthers(v any, actor staff.ID) bool {
	m, ok := v.(map[string]any)
	return ok && m["by"] != string(actor)
}

// unsigned are answers without their signatures.
func unsigned(ask []form.Question, answers map[string]any) map[string]any {
	out := maps.Clone(answers)
	for _, q := range ask {
		if q.Kind == form.Signature {
			delete(out, q.ID)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
