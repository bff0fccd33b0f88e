package casework_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/document"
	"casefile/internal/fault"
	forms "casefile/internal/form"
	"casefile/internal/keys"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// A faulty database fails at random: before anything was done, in the middle, so that
// nothing is kept, or with everything kept and nobody told.
type faulty struct {
	store.DB
	rng *rand.Rand
	on  bool
}

var errCut = fault.New(fault.Unavailable, "cut off")

func (f *faulty) cut(run func(inside func() error) error) error {
	if !f.on {
		return run(func() error { return nil })
	}
	switch f.rng.IntN(12) {
	case 0:
		return errCut
	case 1:
		return run(func() error { return errCut })
	case 2:
		return errors.Join(run(func() error { return nil }), errCut)
	}
	return run(func() error { return nil })
}

func (f *faulty) Plain(ctx context.Context, do func(store.PlainTx) error) error {
	return f.cut(func(inside func() error) error {
		return f.DB.Plain(ctx, func(tx store.PlainTx) error { return errors.Join(do(tx), inside()) })
	})
}

func (f *faulty) Update(ctx context.Context, do func(store.Tx) error) error {
	return f.cut(func(inside func() error) error {
		return f.DB.Update(ctx, func(tx store.Tx) error {
			if err := do(tx); err != nil {
				return err
			}
			return inside()
		})
	})
}

// No sequence of edits by two, of conflicts, failures and copies loses an answer that was
// accepted, or keeps half of one; a document that was completed satisfies its form, by the
// answers and surroundings kept with it; and its scores are those that the form makes of
// them again.
func TestNoAcceptedAnswerIsLost(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		set := mustLoad(t, "testdata/documents")
		f, _ := set.Form("plan", 1)
		ring, err := keys.Create(filepath.Join(t.TempDir(), "keys.json"))
		if err != nil {
			t.Fatal(err)
		}
		completed := 0
		for seed := range uint64(storetest.Count(12, 400)) {
			rng := rand.New(rand.NewPCG(seed, 7))
			db := &faulty{DB: d.db, rng: rng}
			d.Service = casework.New(casework.Options{DB: db, Definitions: set, Keys: ring, Now: d.db.Now.Time, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
			d.child = d.db.Person(t, "Ines", "Marlowe", storetest.Today.AddMonths(-180))
			d.db.Episode(t, d.child.ID, d.team, d.adviser.Worker)
			m := &model{planner: &planner{d}, f: f, rng: rng, db: db, revs: map[string]map[string]int{"adviser": {}, "manager": {}}, seed: seed, reader: d.actor(t, "team-manager", d.team)}
			m.run(t)
			completed += m.completed
			d.Close()
		}
		if completed < 5 {
			t.Errorf("only %d documents were completed, so that little was tried", completed)
		}
	})
}

// A model is what should be so of a document.
type model struct {
	reader casework.Actor // who authorises it, and writes nothing in it
	*planner
	f         *forms.Form
	rng       *rand.Rand
	db        *faulty
	key       document.ID
	answers   forms.Answers             // accepted, of the draft
	revs      map[string]map[string]int // that each writer's page read, by section
	completed int
	seed      uint64
}

func (m *model) actor(who string) casework.Actor {
	if who == "adviser" {
		return m.adviser
	}
	return m.manager
}

func pickOne[T any](rng *rand.Rand, of ...T) T { return of[rng.IntN(len(of))] }

// values are answers to one or two questions of a section: right, wrong and empty.
func (m *model) values(section string) map[string]any {
	all := map[string]any{}
	for range 1 + m.rng.IntN(3) {
		if section == "people" {
			var steps any
			for range m.rng.IntN(3) {
				list, _ := steps.([]any)
				steps = append(list, map[string]any{"what": fmt.Sprint("step ", m.rng.IntN(100)), "by": pickOne(m.rng, "2026-05-01", "soon")})
			}
			all["steps"] = steps
			continue
		}
		switch m.rng.IntN(5) {
		case 0:
			all["working"] = pickOne[any](m.rng, "yes", "yes", "no", nil)
		case 1:
			all["hours"] = pickOne[any](m.rng, fmt.Sprint(m.rng.IntN(70)), "lots", nil)
		case 2:
			all["effort"] = map[string]any{"value": fmt.Sprint(m.rng.IntN(5)), "why": "because"}
		case 3:
			all["told"] = pickOne[any](m.rng, "[observed] It rained.", "[shouted] So.", " x\r\n", nil)
		case 4:
			all["why-not"] = pickOne[any](m.rng, "The bus", nil)
		}
	}
	return all
}

func (m *model) run(t *testing.T) {
	m.begin(t)
	for range 60 {
		m.db.on = true
		who := pickOne(m.rng, "adviser", "manager")
		switch section := pickOne(m.rng, "start", "start", "people", "trouble"); m.rng.IntN(10) {
		case 0, 1: // a page is opened
			m.db.on = false
			w := m.writing(t, m.actor(who), m.key)
			for s, held := range w.Sections {
				m.revs[who][s] = held.Rev
			}
		case 2:
			m.complete(t, who)
		default:
			m.save(t, who, section)
		}
		m.db.on = false
		m.check(t)
	}
}

func (m *model) begin(t *testing.T) {
	m.db.on = false
	m.key = m.planner.begin(t, m.adviser)
	m.answers = m.drafted(t)
	for _, revs := range m.revs {
		clear(revs)
	}
}

// drafted is the draft as the database has it.
func (m *model) drafted(t *testing.T) (a forms.Answers) {
	t.Helper()
	m.DBRead(t, func(ctx context.Context, r store.Reader) error {
		sections, err := r.DocumentSections(ctx, m.key)
		a = document.Whole(sections)
		return err
	})
	return a
}

func (m *model) DBRead(t *testing.T, do func(ctx context.Context, r store.Reader) error) {
	t.Helper()
	m.planner.db.Read(t, do)
}

func text(t *testing.T, a forms.Answers) string {
	t.Helper()
	b, err := forms.Answers{Sections: a.Sections}.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// finish puts right what could stand in the way.
func (m *model) finish(t *testing.T) {
	m.db.on = false
	w := m.writing(t, m.adviser, m.key)
	for section, values := range map[string]map[string]any{
		"start":  {"working": "yes", "effort": map[string]any{"value": "1", "why": "It goes well"}, "hours": fmt.Sprint(m.rng.IntN(30)), "told": "[observed] It rained."},
		"people": {"steps": []any{map[string]any{"what": "Ring them"}}},
	} {
		m.revs["adviser"][section] = w.Sections[section].Rev
		m.put(t, "adviser", section, values)
	}
	m.db.on = true
}

func (m *model) save(t *testing.T, who, section string) {
	values := map[string]any{}
	if section != "trouble" {
		values = m.values(section)
	} else {
		values["plan"] = pickOne[any](m.rng, "Ring me", nil)
	}
	m.put(t, who, section, values)
}

// saysAnew says of everything that it was changed: what a writer types is then what is
// kept, whatever the document began with.
func (m *model) saysAnew(section string) map[string]string {
	said := map[string]string{}
	for _, sec := range m.f.Sections {
		for _, q := range sec.Ask {
			if sec.ID == section {
				said[q.ID] = forms.Changed
			}
		}
	}
	return said
}

func (m *model) put(t *testing.T, who, section string, values map[string]any) {
	t.Helper()
	rev := m.revs[who][section]
	if rev == 0 {
		rev = 1
	}
	saved, err := m.SaveSection(t.Context(), m.actor(who), m.child.Reference, casework.Typed{Document: m.key, Section: section, Rev: rev, Values: values, Anew: m.saysAnew(section)})
	next := document.Whole([]document.Section{{Answers: m.answers}})
	for q, v := range values {
		next.Set(section, q, v)
	}
	next = m.f.Canonical(next, forms.Context{Today: m.Today()})
	switch {
	case err == nil:
		m.answers, m.revs[who][section] = next, saved.Rev
	case casework.SectionChanged(err):
	case fault.Is(err, fault.Unavailable): // nobody can know, so look: it is either of the two
		got := text(t, m.drafted(t))
		switch got {
		case text(t, m.answers):
		case text(t, next):
			m.answers = next
		default:
			t.Fatalf("seed %d: after a failed save the draft is %s; it was %s, and would be %s", m.seed, got, text(t, m.answers), text(t, next))
		}
	default:
		t.Fatalf("seed %d: save: %v", m.seed, err)
	}
}

func (m *model) complete(t *testing.T, who string) {
	if m.rng.IntN(2) == 0 {
		m.finish(t)
	}
	m.db.on = false
	seen := m.writing(t, m.actor(who), m.key).Seen
	m.db.on = true
	err := m.CompleteDocument(t.Context(), m.actor(who), m.child.Reference, m.key, seen)
	m.db.on = false
	doc := m.state(t, m.key)
	ready := m.f.Judge(m.answers, forms.Context{Today: m.Today(), Born: storetest.Today.AddMonths(-180), Opened: storetest.Today.AddMonths(-6)}).Ready()
	switch {
	case doc.State() != document.Waiting:
		if err == nil {
			t.Fatalf("seed %d: completed, and it is %s", m.seed, doc.State())
		}
		if who == "manager" && !fault.Is(err, fault.Refused) && !fault.Is(err, fault.Unavailable) {
			t.Fatalf("seed %d: completed by a role that the form does not name: %v", m.seed, err)
		}
		return
	case who == "manager":
		t.Fatalf("seed %d: the manager completed it", m.seed)
	case !ready && !m.copied(t):
		t.Fatalf("seed %d: completed with %s", m.seed, text(t, m.answers))
	}
	m.completed++
	var content document.Content
	m.DBRead(t, func(ctx context.Context, r store.Reader) (err error) {
		content, err = r.DocumentContent(ctx, m.key, doc.Last().Number)
		return err
	})
	if got, want := text(t, content.Answers), text(t, m.answers); got != want {
		t.Fatalf("seed %d: completed with %s, and accepted were %s", m.seed, got, want)
	}
	again := m.f.Judge(content.Answers, forms.Context{Today: content.Judged.Today, Born: content.Judged.Born, Opened: content.Judged.Opened, Facts: content.Judged.Facts})
	if !again.Ready() || !slices.Equal(again.Scores, content.Scores) {
		t.Fatalf("seed %d: made again, its problems are %v and its scores %v; kept are %v", m.seed, again.Problems, again.Scores, content.Scores)
	}
	if m.rng.IntN(2) == 0 {
		if err := m.ReturnDocument(t.Context(), m.reader, m.child.Reference, m.key, doc.Last().Number, "Once more."); err != nil {
			t.Fatal(err)
		}
		for _, revs := range m.revs {
			clear(revs)
		}
		return
	}
	if err := m.AuthoriseDocument(t.Context(), m.reader, m.child.Reference, m.key, doc.Last().Number); err != nil {
		t.Fatal(err)
	}
	m.begin(t) // with the answers of this one
	for _, section := range []string{"start", "people"} {
		for q, v := range content.Said.Sections[section] {
			if question := m.f.Sections[map[string]int{"start": 0, "people": 1}[section]]; slices.ContainsFunc(question.Ask, func(a forms.Question) bool {
				return a.ID == q && a.Kind != forms.Computed && a.Kind != forms.Signature
			}) && fmt.Sprint(m.answers.Get(section, q)) != fmt.Sprint(v) {
				t.Fatalf("seed %d: %s.%s was copied as %v, and was %v", m.seed, section, q, m.answers.Get(section, q), v)
			}
		}
	}
}

// copied reports whether the document began with another's answers, so that looking at
// them counts too.
func (m *model) copied(t *testing.T) bool { return m.state(t, m.key).Previous != "" }

// check holds the draft to what was accepted.
func (m *model) check(t *testing.T) {
	t.Helper()
	if got, want := text(t, m.drafted(t)), text(t, m.answers); got != want {
		t.Fatalf("seed %d: the draft is %s, and accepted were %s", m.seed, got, want)
	}
}
