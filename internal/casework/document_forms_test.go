package casework_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/document"
	forms "casefile/internal/form"
	"casefile/internal/id"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// answerTo is an answer that a question takes: the first there is.
func answerTo(q *forms.Question, codes func(set string) string) any {
	switch q.Kind {
	case forms.YesNo, forms.YesNoUnknown:
		return forms.Yes
	case forms.Rating:
		n := 0
		if q.Min != nil {
			n = q.Min.N
		}
		return map[string]any{"value": strconv.Itoa(n), "why": "As it was seen."}
	case forms.Choice:
		return q.Options[0].ID
	case forms.Choices:
		return []any{q.Options[0].ID}
	case forms.Code:
		return codes(q.Set.Text)
	case forms.Codes:
		return []any{codes(q.Set.Text)}
	case forms.Number:
		n := 10
		if q.Max != nil {
			n = min(n, q.Max.N)
		}
		if q.Min != nil {
			n = max(n, q.Min.N)
		}
		return strconv.Itoa(n)
	case forms.Date:
		return storetest.Today.String()
	case forms.Period:
		return map[string]any{"from": storetest.Today.AddDays(-90).String(), "to": storetest.Today.String()}
	case forms.Text:
		if q.Marks {
			return "[observed] Both were well.\n\n[their words] It is fine."
		}
		return "Both were well."
	case forms.Signature:
		return casework.SignNow
	case forms.List:
		item := map[string]any{}
		for i := range q.Item {
			if q.Item[i].Required {
				item[q.Item[i].ID] = answerTo(&q.Item[i], codes)
			}
		}
		return []any{item}
	}
	return nil
}

// answerAll answers whatever a form still wants, until nothing stands in the way.
func answerAll(t *testing.T, d *desk, a casework.Actor, look casework.Look, key document.ID) casework.Writing {
	t.Helper()
	codes := func(set string) string {
		s, _ := d.Codes(set)
		return s.At(storetest.Today)[0].Code
	}
	for range 12 {
		f, err := casework.Open(t.Context(), d.Service, look, casework.WritingPart(key))
		if err != nil {
			t.Fatal(err)
		}
		w := f.Value
		if w.Judgement.Ready() {
			return w
		}
		values := map[string]map[string]any{}
		for _, p := range w.Judgement.Problems {
			sec := values[p.Section]
			if sec == nil {
				sec = map[string]any{}
				values[p.Section] = sec
			}
			for _, s := range w.Judgement.Sections {
				for _, shown := range s.Questions {
					q := shown.Question
					if s.ID != p.Section || q.ID != p.Question {
						continue
					}
					if p.Sub == "" {
						sec[q.ID] = answerTo(q, codes)
						continue
					}
					if sec[q.ID] == nil {
						if sec[q.ID] = w.Answers.Get(p.Section, q.ID); sec[q.ID] == nil {
							sec[q.ID] = map[string]any{}
						}
					}
					item, _ := at(sec[q.ID], p)
					for i := range q.Item {
						if q.Item[i].ID == p.Sub {
							item[p.Sub] = answerTo(&q.Item[i], codes)
						}
					}
				}
			}
		}
		for section, v := range values {
			if _, err := d.SaveSection(t.Context(), a, look.Reference, casework.Typed{Document: key, Section: section, Rev: w.Sections[section].Rev, Values: v}); err != nil {
				t.Fatal(err)
			}
		}
	}
	f, err := casework.Open(t.Context(), d.Service, look, casework.WritingPart(key))
	t.Fatalf("it never is complete: %+v, %v", f.Value.Judgement.Problems, err)
	return casework.Writing{}
}

// at is the item, or the row, that a problem is about.
func at(v any, p forms.Problem) (map[string]any, bool) {
	if list, ok := v.([]any); ok {
		m, ok := list[p.Item].(map[string]any)
		return m, ok
	}
	rows := v.(map[string]any)
	if rows[p.Row] == nil {
		rows[p.Row] = map[string]any{}
	}
	m, ok := rows[p.Row].(map[string]any)
	return m, ok
}

// Every form that the program comes with is begun, filled in, completed and, where it has
// to be, authorised, by the roles that it names, and is then read; what its effects do is
// done or says what is to be done.
func TestEveryFormThatWeShip(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		d := newDesk(t, db)
		defs := mustLoad(t, "")
		services := map[string]bool{}
		for _, f := range defs.Forms() {
			services[f.Service] = true
			if !strings.HasPrefix(f.Source, "confirmed: ") && !strings.HasPrefix(f.Source, "recalled") {
				t.Errorf("%s: its source is %q", f.Name(), f.Source)
			}
			team := db.Team(t, f.Service)
			w, as := db.Worker(t, access.Role(f.CompleteBy[0].Text), team)
			m, mas := db.Worker(t, "team-manager", team)
			writer, manager := casework.Actor{Worker: w.ID, As: as.ID}, casework.Actor{Worker: m.ID, As: mas.ID}
			child := db.Person(t, "Ines", "Marlowe"+strings.ReplaceAll(f.ID, "-", ""), date.Must(2012, 1, 1))
			db.Episode(t, child.ID, team, w.ID)
			look := casework.Look{Actor: writer, Reference: child.Reference}
			list, err := casework.Open(t.Context(), d.Service, look, casework.DocumentsPart())
			if err != nil || len(list.Value.Choices) == 0 {
				t.Fatalf("%s: to begin it: %+v, %v", f.Name(), list.Value.Choices, err)
			}
			key := document.ID(id.New())
			if err := d.StartDocument(t.Context(), writer, child.Reference, key, f.ID, false); err != nil {
				t.Fatalf("%s: %v", f.Name(), err)
			}
			ready := answerAll(t, d, writer, look, key)
			if err := d.CompleteDocument(t.Context(), writer, child.Reference, key, ready.Seen); err != nil {
				t.Fatalf("%s: complete: %v", f.Name(), err)
			}
			if !f.NoAuthorise {
				if err := d.AuthoriseDocument(t.Context(), manager, child.Reference, key, 1); err != nil {
					t.Fatalf("%s: authorise: %v", f.Name(), err)
				}
			}
			read, err := casework.Open(t.Context(), d.Service, look, casework.DocumentPart(key, 0))
			if err != nil || read.Value.State() != document.Final || len(read.Value.Content.Printed.Sections) == 0 || len(read.Value.Content.Scores) < len(f.Scores) {
				t.Errorf("%s: read as %s with scores %+v, %v", f.Name(), read.Value.State(), read.Value.Content.Scores, err)
			}
			for _, s := range read.Value.Steps {
				for _, e := range s.Effects {
					if !e.Done {
						t.Errorf("%s: left to be done: %s", f.Name(), e.Words)
					}
				}
			}
			var stages int
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				reached, err := r.Milestones(ctx, child.ID, 0)
				stages = len(reached)
				return err
			})
			if want := strings.Count(fmt.Sprint(read.Value.Steps), "Stage reached"); stages != want {
				t.Errorf("%s: %d stages reached, and says so of %d", f.Name(), stages, want)
			}
		}
		if len(services) < 6 {
			t.Errorf("forms of %v alone", services)
		}
	})
	clause.Shows(t, "CR-26", "CR-58")
}
