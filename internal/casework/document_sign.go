package casework

import (
	"context"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"casefile/internal/document"
	"casefile/internal/form"
	"casefile/internal/staff"
	"casefile/internal/store"
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

// fall takes away the signatures of others that stood for what the actor changed in a
// section, wherever in the document they are. It gives the ids of the sections from which
// it took one.
func fall(f *form.Form, was form.Answers, is *form.Answers, actor staff.ID) []string {
	var from []string
	for _, sec := range f.Sections {
		for k := range sec.Ask {
			q := &sec.Ask[k]
			v := is.Get(sec.ID, q.ID)
			if q.Kind != form.Signature || !ofOthers(v, actor) || !reflect.DeepEqual(v, was.Get(sec.ID, q.ID)) {
				continue
			}
			of := f.SignedOf(was, sec.ID, q)
			if reflect.DeepEqual(of, f.SignedOf(*is, sec.ID, q)) {
				continue
			}
			is.Fall(sec.ID, q.ID, of)
			from = append(from, sec.ID)
		}
	}
	return from
}

// unsign takes away the signatures of others in items and rows that they did not sign as
// they are now: such a signature stands for the answers of the item, and who changes them
// signs anew or has it signed anew.
func unsign(f *form.Form, section string, was form.Answers, is *form.Answers, actor staff.ID) {
	i := slices.IndexFunc(f.Sections, func(s form.Section) bool { return s.ID == section })
	if i < 0 {
		return
	}
	ask := f.Sections[i].Ask
	before, after := was.Sections[section], is.Sections[section]
	for k := range ask {
		q := &ask[k]
		switch q.Kind {
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
			return reflect.DeepEqual(was[sub.ID], m[sub.ID]) && reflect.DeepEqual(form.Unsigned(q.Item, was), form.Unsigned(q.Item, m))
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

// saveFallen takes away what no longer stands of the signatures in other sections of a
// draft, of which one was changed from was to is, and saves those sections. It gives the
// changed one.
func (s *Service) saveFallen(ctx context.Context, tx store.PlainTx, f *form.Form, sections []document.Section, was form.Answers, is document.Section) (document.Section, error) {
	all := document.Whole(sections) // with the changed one
	for _, id := range fall(f, was, &all, is.By) {
		i := slices.IndexFunc(sections, func(sec document.Section) bool { return sec.ID == id })
		if i < 0 {
			continue
		}
		now := sections[i]
		now.Answers, now.Saved, now.By = document.Part(all, id), is.Saved, is.By
		if id == is.ID {
			is = now
			continue
		}
		if err := tx.SaveSection(ctx, now); err != nil {
			return is, err
		}
		sections[i] = now
	}
	return is, nil
}

// A FellSignature is a signature of a draft that does not stand any more, because what it
// stood for was changed.
type FellSignature struct {
	Section, Question string
	Text              string // of the question
	Name              string // whose it was
	On                string
	Changed           []string // the questions that are answered otherwise since
}

// fell are those of a draft.
func (r reading) fell(ctx context.Context, f *form.Form, a form.Answers) ([]FellSignature, error) {
	var list []FellSignature
	for _, sec := range f.Sections {
		for k := range sec.Ask {
			q := &sec.Ask[k]
			fell, ok := a.HasFallen(sec.ID, q.ID)
			if !ok {
				continue
			}
			name, err := r.workerName(ctx, staff.ID(fell.By))
			if err != nil {
				return nil, err
			}
			list = append(list, FellSignature{sec.ID, q.ID, q.Text, name, fell.On, f.ChangedSince(a, sec.ID, q, fell)})
		}
	}
	return list, nil
}
