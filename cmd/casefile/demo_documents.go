package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/document"
	"casefile/internal/form"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// inventDocuments has some children have documents, of each form that somebody has to
// authorise: one that is being written, one that waits, one that is final and one that was
// corrected. All of it goes the way that workers go.
func (h *house) inventDocuments(ctx context.Context) error {
	var holders []staff.Holder
	err := h.db.View(ctx, func(r store.Reader) (err error) {
		holders, err = r.Holders(ctx, h.casework.Today())
		return err
	})
	if err != nil {
		return err
	}
	for _, f := range h.defs.Forms() {
		if f.NoAuthorise || len(f.CompleteBy) == 0 {
			continue
		}
		pair, found, err := h.pairFor(ctx, holders, f)
		if err != nil {
			return err
		}
		if !found {
			continue // of so small an authority nobody has such work
		}
		for i, child := range pair.children {
			if err := pair.document(ctx, h.casework, f, child.Reference, i); err != nil {
				return fmt.Errorf("an invented %s: %w", f.Name(), err)
			}
		}
	}
	return nil
}

// A pair writes a form and authorises it.
type pair struct {
	writer, manager casework.Actor
	children        []person.Found
}

// pairFor finds a worker who completes a form and works with children, and somebody of the
// same team who authorises it.
func (h *house) pairFor(ctx context.Context, holders []staff.Holder, f *form.Form) (pair, bool, error) {
	is := func(list []form.Word, role access.Role) bool {
		return slices.ContainsFunc(list, func(w form.Word) bool { return w.Text == string(role) })
	}
	for _, w := range holders {
		if w.Service != f.Service || !is(f.CompleteBy, w.Role) {
			continue
		}
		i := slices.IndexFunc(holders, func(m staff.Holder) bool {
			return m.Team == w.Team && m.Worker != w.Worker && is(f.AuthoriseBy, m.Role)
		})
		if i < 0 {
			continue
		}
		var p pair
		var err error
		if p.writer, err = h.actorOf(ctx, w); err != nil {
			return p, false, err
		}
		if p.manager, err = h.actorOf(ctx, holders[i]); err != nil {
			return p, false, err
		}
		mine, err := h.casework.MyWork(ctx, p.writer)
		if err != nil {
			return p, false, err
		}
		if n := len(mine.Caseload); n > 0 {
			p.children = mine.Caseload[max(0, n-4):]
			return p, true, nil
		}
	}
	return pair{}, false, nil
}

// actorOf is a worker in the role that they hold.
func (h *house) actorOf(ctx context.Context, w staff.Holder) (casework.Actor, error) {
	a := casework.Actor{Worker: w.Worker}
	err := h.db.View(ctx, func(r store.Reader) error {
		roles, err := r.Assignments(ctx, w.Worker, h.casework.Today())
		for _, as := range roles {
			if as.Role == w.Role && as.Team == w.Team {
				a.As = as.ID
			}
		}
		return err
	})
	return a, err
}

// document makes one: the first is left as it is being written, the second waits, the
// third is final, and the fourth was corrected.
func (p pair) document(ctx context.Context, s *casework.Service, f *form.Form, ref id.Reference, how int) error {
	key := document.ID(id.New())
	if err := s.StartDocument(ctx, p.writer, ref, key, f.ID, true); err != nil {
		return err
	}
	rounds := 12 // of answering what is still missing
	if how == 0 {
		rounds = 1
	}
	for range rounds {
		w, err := p.writing(ctx, s, ref, key)
		if err != nil {
			return err
		}
		if w.Judgement.Ready() {
			break
		}
		for section, values := range inventedAnswers(w) {
			if _, err := s.SaveSection(ctx, p.writer, ref, casework.Typed{Document: key, Section: section, Rev: w.Sections[section].Rev, Values: values}); err != nil {
				return err
			}
		}
	}
	if how == 0 {
		return nil
	}
	step := 1
	complete := func() error {
		w, err := p.writing(ctx, s, ref, key)
		if err != nil {
			return err
		}
		return s.CompleteDocument(ctx, p.writer, ref, key, w.Seen)
	}
	if err := complete(); err != nil || how == 1 {
		return err
	}
	if err := s.AuthoriseDocument(ctx, p.manager, ref, key, step); err != nil || how == 2 {
		return err
	}
	err := s.ReopenDocument(ctx, p.writer, ref, key, casework.Reopening{Step: 2, Grounds: document.Inaccurate, Reason: "The school says that the dates were others."})
	if err != nil {
		return err
	}
	if err := p.correct(ctx, s, ref, key); err != nil {
		return err
	}
	if err := complete(); err != nil {
		return err
	}
	return s.AuthoriseDocument(ctx, p.manager, ref, key, 4)
}

// correct answers one question otherwise: the first that was answered in words.
func (p pair) correct(ctx context.Context, s *casework.Service, ref id.Reference, key document.ID) error {
	w, err := p.writing(ctx, s, ref, key)
	if err != nil {
		return err
	}
	for _, sec := range w.Judgement.Sections {
		for _, q := range sec.Questions {
			if said, ok := q.Value.(string); ok && q.Question.Kind == form.Text && !strings.Contains(q.Question.Text, "name") {
				_, err := s.SaveSection(ctx, p.writer, ref, casework.Typed{
					Document: key, Section: sec.ID, Rev: w.Sections[sec.ID].Rev, Values: map[string]any{q.Question.ID: said + " The school’s dates are put right here."},
				})
				return err
			}
		}
	}
	return nil
}

func (p pair) writing(ctx context.Context, s *casework.Service, ref id.Reference, key document.ID) (casework.Writing, error) {
	f, err := casework.Open(ctx, s, casework.Look{Actor: p.writer, Reference: ref}, casework.WritingPart(key))
	return f.Value, err
}

// inventedAnswers are answers to what a document still wants, by section and question.
func inventedAnswers(w casework.Writing) map[string]map[string]any {
	out := map[string]map[string]any{}
	n := 0
	for _, p := range w.Judgement.Problems {
		q := wanted(w, p)
		if q == nil {
			continue
		}
		if out[p.Section] == nil {
			out[p.Section] = map[string]any{}
		}
		n++
		if p.Sub == "" {
			out[p.Section][p.Question] = inventedAnswer(q, w, n)
			continue
		}
		held := out[p.Section][p.Question]
		if held == nil {
			held = w.Answers.Get(p.Section, p.Question)
		}
		if held == nil {
			held = map[string]any{} // a table that nobody has written in
		}
		out[p.Section][p.Question] = held
		item := itemOf(held, p)
		for i := range q.Item {
			if q.Item[i].ID == p.Sub && item != nil {
				item[p.Sub] = inventedAnswer(&q.Item[i], w, n)
			}
		}
	}
	return out
}

// wanted is the question that a problem is about.
func wanted(w casework.Writing, p form.Problem) *form.Question {
	for _, s := range w.Judgement.Sections {
		for _, shown := range s.Questions {
			if s.ID == p.Section && shown.Question.ID == p.Question {
				return shown.Question
			}
		}
	}
	return nil
}

// itemOf is the item, or the row, that a problem is about.
func itemOf(held any, p form.Problem) map[string]any {
	switch held := held.(type) {
	case []any:
		item, _ := held[p.Item].(map[string]any)
		return item
	case map[string]any:
		if held[p.Row] == nil {
			held[p.Row] = map[string]any{}
		}
		row, _ := held[p.Row].(map[string]any)
		return row
	}
	return nil
}

// Sentences of invented answers: plain, and fit for most questions.
var (
	inventedWords = []string{
		"It has been better since the summer, and worse again in the last two weeks.",
		"Their grandmother, who lives near, helps most days.",
		"The school and the family agree about this.",
		"It was talked about at home, and everybody had their say.",
		"Nothing else is known so far. To be asked at the next visit.",
	}
	inventedMarked = []string{
		"[observed] They sat together and laughed at the table.\n\n[reported by the school] Mornings are hard, and the afternoons go well.",
		"[their words] I like it when we all eat together.\n\n[opinion] The mornings have to change first.",
		"[reported by the grandmother] It is calmer now.\n\n[allegation by a neighbour] There was shouting on Sunday night.",
	}
)

func inventedAnswer(q *form.Question, w casework.Writing, n int) any {
	least, most := 0, 10
	if q.Min != nil {
		least = q.Min.N
	}
	if q.Max != nil {
		most = q.Max.N
	}
	switch q.Kind {
	case form.YesNo, form.YesNoUnknown:
		return form.Yes
	case form.Rating:
		return map[string]any{"value": strconv.Itoa(min(least+n%3, most)), "why": inventedWords[n%len(inventedWords)]}
	case form.Choice:
		return q.Options[0].ID
	case form.Choices:
		return []any{q.Options[0].ID}
	case form.Number:
		return strconv.Itoa(max(least, min(10, most)))
	case form.Date:
		return w.Context.Today.AddDays(-n).String()
	case form.Period:
		return map[string]any{"from": w.Context.Today.AddDays(-90).String(), "to": w.Context.Today.String()}
	case form.Text:
		if q.Marks {
			return inventedMarked[n%len(inventedMarked)]
		}
		if strings.Contains(strings.ToLower(q.Text+q.Hint), "full name") {
			return []string{"Robin Otterby", "Kit Marlowe", "Sasha Fenwick"}[n%3]
		}
		return inventedWords[n%len(inventedWords)]
	case form.Signature:
		return casework.SignNow
	case form.List:
		item := map[string]any{}
		for i := range q.Item {
			if q.Item[i].Required {
				item[q.Item[i].ID] = inventedAnswer(&q.Item[i], w, n+i)
			}
		}
		return []any{item}
	}
	return nil // nothing can be picked that is not there
}
