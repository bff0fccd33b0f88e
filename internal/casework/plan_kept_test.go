package casework_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/document"
	"casefile/internal/plan"
	"casefile/internal/store"
)

// changedKind is the kind of plan of testdata as somebody edited it since.
func changedKind(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/plans")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "plans", "support-plan.yaml")
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(body)
	for _, edit := range [][2]string{
		{"title: Support plan", "title: Plan of help"},
		{"{outcome: Outcome, need: Need, action: Action}", "{outcome: Goal, need: Worry, action: Step}"},
		{"{id: backup, title: If it does not work,", "{id: instead, title: What else,"},
		{"{id: positive, title: Builds on a strength, at_least: 1,", "{id: quick, title: Quick, at_least: 1,"},
		{"[{id: first, title: First}, {id: next, title: Next}]", "[{id: first, title: Now}, {id: next, title: Soon}]"},
		{"[{id: better, title: Better}, {id: same, title: No different}]", "[{id: up, title: Up}, {id: down, title: Down}]"},
	} {
		if !strings.Contains(text, edit[0]) {
			t.Fatalf("the kind has no %q", edit[0])
		}
		text = strings.Replace(text, edit[0], edit[1], 1)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A plan is for ever shown in the words of the kind under which it was written: whoever
// edits the kind changes what is written from then on. The kind as it was is kept, too.
func TestAPlanKeepsTheWordsOfItsKind(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		key, outcome, mine, _, _ := d.inForce(t)
		d.again(t, key, plan.Review)
		d.put(t, d.adviser, key, plan.ReviewPart, "review", fields(map[string]string{"child-views": "It helps"}, day("on", d.Today())))
		d.put(t, d.adviser, key, plan.ProgressPart, plan.ProgressID(outcome), map[string]string{
			"progress": "better", "evidence": "She said so", "stands": "goes-on", "stands-" + mine: "goes-on",
		})
		for _, a := range d.read(t, d.adviser, key, 0).Content.Actions() {
			d.put(t, d.adviser, key, plan.ProgressPart, plan.ProgressID(outcome), map[string]string{"stands-" + a.ID: "goes-on"})
		}
		d.mustFinish(t, d.adviser, key)
		d.authorise(t, key)
		reviewed := d.state(t, key).Last().Number - 1

		d.Service = d.inFolder(t, changedKind(t))
		old := func(step int) {
			t.Helper()
			r := d.read(t, d.adviser, key, step)
			c := r.Content
			a, _, _ := c.Action(mine)
			if r.Title != "Support plan" || c.Words != (plan.Words{Outcome: "Outcome", Need: "Need", Action: "Action"}) ||
				len(c.Boxes) != 1 || c.Boxes[0].Title != "If it does not work" || a.Pressing != "First" ||
				len(a.Marks) != 1 || a.Marks[0].Title != "Builds on a strength" {
				t.Errorf("step %d reads %q, %+v, %+v, %+v", step, r.Title, c.Words, c.Boxes, a)
			}
			if step == reviewed && (c.Outcomes[0].Measured.Title != "Better" || r.Reviews[0].Finding.Found[0].Title != "Better") {
				t.Errorf("what was measured reads %+v", c.Outcomes[0].Measured)
			}
			d.db.Read(t, func(ctx context.Context, rd store.Reader) error {
				body, err := rd.DefinitionBody(ctx, r.Step.Definition)
				if !strings.Contains(string(body), "title: Support plan") {
					t.Errorf("the kind of step %d is kept as %q", step, body)
				}
				return err
			})
		}
		old(1)
		old(reviewed)

		// What is changed from then on has the new words, and loses nothing that it had.
		d.again(t, key, plan.Change)
		d.put(t, d.adviser, key, plan.AboutPart, "about", map[string]string{"child-views": "Go on", "box-instead": "Ask her aunt"})
		d.put(t, d.adviser, key, plan.ActionPart, mine, map[string]string{"marks": "quick"}) // the page has no other
		d.mustFinish(t, d.adviser, key)
		d.authorise(t, key)
		r := d.read(t, d.adviser, key, 0)
		a, _, _ := r.Content.Action(mine)
		if r.Content.Words.Outcome != "Goal" || a.Pressing != "Now" || len(a.Marks) != 2 || a.Marks[0].Title != "Quick" || a.Marks[1].Title != "Builds on a strength" {
			t.Errorf("changed, it reads %+v, %+v", r.Content.Words, a)
		}
		if !slices.ContainsFunc(r.Content.Boxes, func(b plan.Answered) bool { return b.Title == "If it does not work" }) {
			t.Errorf("what was asked before is lost: %+v", r.Content.Boxes)
		}
		old(1)
		old(reviewed)
	})
}

// However many tasks a file has, those of a plan are opened once.
func TestAPlanOpensEachTaskOnce(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		d.manyTasks(t)
		key, _, mine, _, _ := d.inForce(t)
		d.again(t, key, plan.Change)
		d.mustFinish(t, d.adviser, key)
		d.authorise(t, key)
		d.db.Read(t, func(ctx context.Context, r store.Reader) error {
			into := "/plans/" + string(key)
			open, err := r.TasksLeading(ctx, d.child.ID, into)
			var links []string
			for _, k := range open {
				links = append(links, k.Link)
			}
			slices.Sort(links)
			if want := []string{into, into + "#action-" + mine}; !slices.Equal(links, want) {
				t.Errorf("tasks lead to %q, want %q", links, want)
			}
			return err
		})
	})
}

// A document and a plan of somebody whose file was merged into another go on there: the one
// is corrected, the other changed, closed and carried on; and what was begun anew of them
// stays with whom it was of when the files part.
func TestDocumentsAndPlansOfAMergedFile(t *testing.T) {
	eachPlans(t, func(t *testing.T, p *plansDesk) {
		d := &planner{p.desk}
		d.Service = d.inFolder(t, "testdata/documents")
		doc := d.final(t)
		d.Service = d.inFolder(t, "testdata/plans")
		key, outcome, mine, theirs, _ := p.inForce(t)
		first := d.child
		into := d.another(t, "Inez", d.adviser.Worker)
		d.must(t, d.MergeFiles(t.Context(), d.manager, first.Reference, into.Reference, told))
		d.child = into // whose file it is now

		d.Service = d.inFolder(t, "testdata/documents")
		step := d.state(t, doc).Last().Number
		d.must(t, d.ReopenDocument(t.Context(), d.adviser, d.child.Reference, doc, casework.Reopening{Step: step, Grounds: document.Inaccurate, Reason: "It was 30 hours."}))
		d.mustType(t, d.adviser, doc, "start", map[string]any{"hours": "30"})
		d.mustComplete(t, d.adviser, doc)
		d.must(t, d.AuthoriseDocument(t.Context(), d.manager, d.child.Reference, doc, d.state(t, doc).Last().Number))
		if got := d.read(t, d.adviser, doc); got.State() != document.Final || len(got.Versions()) != 2 {
			t.Errorf("corrected on the merged file it is %s with %d versions", got.State(), len(got.Versions()))
		}

		d.Service = d.inFolder(t, "testdata/plans")
		p.again(t, key, plan.Close)
		p.put(t, d.adviser, key, plan.ReviewPart, "review", fields(map[string]string{"child-views": "On to the next", "reason": "She moves"}, day("on", d.Today())))
		p.put(t, d.adviser, key, plan.ProgressPart, plan.ProgressID(outcome), map[string]string{
			"progress": "same", "evidence": "As before", "stands": "carried", "stands-" + mine: "carried", "stands-" + theirs: "done",
		})
		p.mustFinish(t, d.adviser, key)
		p.authorise(t, key)
		next := p.begin(t, d.adviser)
		if w := p.writing(t, d.adviser, next); w.Previous != key || len(w.Said.Outcomes) != 1 || w.Said.Outcomes[0].From != key {
			t.Errorf("the next plan carries on %q: %+v", w.Previous, w.Said.Outcomes)
		}

		merge := d.corrections(t, d.manager, into.Reference)[0].ID
		d.must(t, d.UndoCorrection(t.Context(), d.manager, into.Reference, merge, "They are cousins."))
		d.child = first
		if got := d.read(t, d.adviser, doc); got.State() != document.Final || len(got.Versions()) != 2 {
			t.Error("the corrected document is not back with whom it is of")
		}
		if got := p.read(t, d.adviser, key, 0); got.State() != plan.Ended {
			t.Errorf("the closed plan stands at %s with whom it is of", got.State())
		}
	})
}
