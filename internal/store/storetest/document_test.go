package storetest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/correction"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/form"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	. "casefile/internal/store/storetest"
)

// saying is the answers of a section with one question.
func saying(section, what string) form.Answers {
	if section == "" {
		return form.Answers{}
	}
	return form.Answers{Sections: map[string]map[string]any{section: {"what": what}}}
}

// begin begins a document of two sections.
func begin(t *testing.T, db *Database, p person.ID) document.Document {
	t.Helper()
	d := document.Document{
		ID: document.ID(id.New()), Person: p, Service: "service", Form: "look", Version: 2, Title: "A look", Definition: "hash",
		Begun: date.Stamp{By: By},
	}
	db.Must(t, func(ctx context.Context, tx store.Tx) error {
		if err := tx.AddDocument(ctx, d); err != nil {
			return err
		}
		d.Begun = tx.Stamp(By)
		var draft []document.Section
		for _, s := range []string{"", "one", "two"} {
			draft = append(draft, document.Section{Document: d.ID, ID: s, Rev: 1, Saved: 5, By: "ada"})
		}
		d.Saved, d.SavedBy = 5, "ada"
		return tx.AddDocumentDraft(ctx, draft)
	})
	return d
}

func saveSection(db *Database, d document.ID, section string, rev int, what string, by staff.ID) error {
	return db.Plain(context.Background(), func(tx store.PlainTx) error {
		return tx.SaveSection(context.Background(), document.Section{Document: d, ID: section, Rev: rev, Answers: saying(section, what), Saved: date.Instant(10 + rev), By: by})
	})
}

func draftOf(t *testing.T, db *Database, d document.ID) (list []document.Section) {
	t.Helper()
	db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
		list, err = r.DocumentSections(ctx, d)
		return err
	})
	return list
}

var said = document.Content{
	Answers: form.Answers{Sections: map[string]map[string]any{"one": {"what": "“Zoë” <b>", "n": json.Number("2.50")}}, Exceptions: map[string]string{"r": "why"}},
	Said:    &form.Final{Form: "look", Version: 2, Sections: map[string]map[string]any{"one": {"n": json.Number("2.50")}}},
	Printed: form.Printed{Title: "A look", Sections: []form.PrintedSection{{ID: "one", Title: "One", Answers: []form.PrintedAnswer{{Question: "What?", Kind: form.Text, Words: []string{"“Zoë” <b>"}}}}}},
	Scores:  []form.ScoreValue{{ID: "s", Title: "Score", Value: 2.5, Text: "2.5", Band: "some"}},
	Judged: document.Judged{
		Today: Today, Born: born, Facts: map[string][]string{"risk": {"low"}},
		Previous: document.Read{Document: "d", Step: 1}, Uses: map[string]document.Read{"other": {Document: "e", Step: 2}},
	},
}

func step(number int, did document.Did, w staff.Worker) document.Step {
	return document.Step{Number: number, Did: did, Reason: "Because", Effects: []document.Effect{{Words: "Tell the manager", Done: true}}, Wrote: []staff.ID{"bo", w.ID}, By: w.ID, ByName: w.Name(), ByRole: "Adviser", Recorded: date.Stamp{By: By}}
}

// What was taken up for a draft is said anew of one entry at a time, goes with the draft,
// and comes back with what was completed.
func TestEvidence(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		w, _ := db.Worker(t, "adviser", db.Team(t, "service"))
		p := db.Person(t, "Ines", "Marlowe", born)
		one, two := Entry(p.ID, w, Today, "One."), Entry(p.ID, w, Today, "Two.")
		db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddEntries(ctx, []entry.Entry{one, two}) })
		d := begin(t, db, p.ID)
		weigh := func(of entry.ID, list ...document.Evidence) error {
			return db.Plain(t.Context(), func(tx store.PlainTx) error { return tx.Weigh(t.Context(), d.ID, of, list) })
		}
		evidence := func() (list []document.Evidence) {
			db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				list, err = r.Evidence(ctx, d.ID)
				return err
			})
			return list
		}
		taken := document.Evidence{Section: "one", Entry: one.ID, By: w.ID, At: 7}
		aside := document.Evidence{Entry: two.ID, By: w.ID, At: 8}
		for _, err := range []error{weigh(one.ID, document.Evidence{Entry: one.ID, By: w.ID, At: 6}), weigh(one.ID, taken), weigh(two.ID, aside)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := evidence(); !slices.Equal(got, []document.Evidence{taken, aside}) {
			t.Errorf("evidence: %+v", got)
		}
		before := draftOf(t, db, d.ID)
		if before[0].ID != "" || before[0].Rev != 4 {
			t.Errorf("weighing three times left the draft at %+v", before[0])
		}
		if err := weigh(two.ID); err != nil {
			t.Fatal(err)
		}
		err := db.Update(t.Context(), func(tx store.Tx) error { return tx.DropDocumentDraft(t.Context(), d.ID, before) })
		wantKind(t, "complete what was weighed since", err, fault.Conflict)
		content := said
		content.Evidence = evidence()
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.DropDocumentDraft(ctx, d.ID, draftOf(t, db, d.ID)); err != nil {
				return err
			}
			return tx.AddDocumentStep(ctx, d.ID, step(1, document.Completed, w), &content)
		})
		if got := evidence(); len(got) != 0 {
			t.Errorf("beside no draft: %+v", got)
		}
		wantKind(t, "weigh for what is completed", weigh(two.ID, aside), fault.NotFound)
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			c, err := r.DocumentContent(ctx, d.ID, 1)
			if !slices.Equal(c.Evidence, []document.Evidence{taken}) {
				t.Errorf("completed with %+v", c.Evidence)
			}
			return err
		})
	})
}

func days(a, b date.Date) bool { return a == b }

// A document comes back as it was put: its draft section by section, its steps, and
// the content of each that completed it.
func TestDocuments(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		w, _ := db.Worker(t, "adviser", db.Team(t, "service"))
		p, other := db.Person(t, "Ines", "Marlowe", born), db.Person(t, "Theo", "Marlowe", born)
		d := begin(t, db, p.ID)
		begin(t, db, other.ID)
		if err := saveSection(db, d.ID, "one", 1, "seen", w.ID); err != nil {
			t.Fatal(err)
		}
		draft := draftOf(t, db, d.ID)
		if len(draft) != 3 || draft[1].Rev != 2 || draft[1].Answers.Get("one", "what") != "seen" || draft[1].By != w.ID || draft[2].Rev != 1 {
			t.Errorf("the draft: %+v", draft)
		}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.DropDocumentDraft(ctx, d.ID, draft); err != nil {
				return err
			}
			if err := tx.AddDocumentStep(ctx, d.ID, step(1, document.Completed, w), &said); err != nil {
				return err
			}
			return tx.AddDocumentStep(ctx, d.ID, step(2, document.Returned, w), nil)
		})
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			got, err := r.Document(ctx, d.ID)
			if err != nil {
				return err
			}
			steps := got.Steps
			if len(steps) != 2 || steps[0].Did != document.Completed || steps[1].Reason != "Because" || len(steps[1].Effects) != 1 || !steps[1].Effects[0].Done || steps[1].ByName != w.Name() || steps[1].Recorded.Seq == 0 {
				t.Errorf("its steps: %+v", steps)
			}
			got.Steps, d.Saved, d.SavedBy = nil, 0, ""
			if diff := cmp.Diff(d, got, cmp.Comparer(days)); diff != "" {
				t.Errorf("it came back changed (-want +got):\n%s", diff)
			}
			content, err := r.DocumentContent(ctx, d.ID, 1)
			if diff := cmp.Diff(said, content, cmp.Comparer(days)); diff != "" || err != nil {
				t.Errorf("what it says came back changed (-want +got), %v:\n%s", err, diff)
			}
			_, err = r.DocumentContent(ctx, d.ID, 2)
			wantKind(t, "the content of a return", err, fault.NotFound)
			list, err := r.Documents(ctx, p.ID)
			if len(list) != 1 || list[0].ID != d.ID || len(list[0].Steps) != 2 || list[0].State() != document.Sent {
				t.Errorf("the documents of one child: %+v", list)
			}
			if err != nil {
				return err
			}
			_, err = r.Document(ctx, document.ID(id.New()))
			wantKind(t, "no such document", err, fault.NotFound)
			return nil
		})
		again := func(f func(tx store.Tx) error) error { return db.Update(context.Background(), f) }
		wantKind(t, "the same key", again(func(tx store.Tx) error { return tx.AddDocument(context.Background(), d) }), fault.Conflict)
		wantKind(t, "the same step", again(func(tx store.Tx) error {
			return tx.AddDocumentStep(context.Background(), d.ID, step(2, document.Authorised, w), nil)
		}), fault.Conflict)
	})
}

// Of two who save a section that both read, one is told; what another had saved is
// kept behind what is written over it; and a draft that was saved meanwhile is not
// completed unread.
func TestTwoWriteOneDocument(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		p := db.Person(t, "Ines", "Marlowe", born)
		d := begin(t, db, p.ID)
		save := func(section string, rev int, what string, by staff.ID) error {
			return saveSection(db, d.ID, section, rev, what, by)
		}
		for i, s := range []struct {
			section string
			rev     int
			what    string
			by      staff.ID
			kind    fault.Kind
		}{
			{"one", 1, "a", "ada", 0},
			{"one", 1, "b", "ben", fault.Conflict},
			{"two", 1, "elsewhere", "ben", 0},
			{"one", 2, "a2", "ada", 0},
			{"one", 3, "b", "ben", 0},
			{"one", 3, "a3", "ada", fault.Conflict},
			{"nowhere", 1, "x", "ada", fault.NotFound},
		} {
			err := save(s.section, s.rev, s.what, s.by)
			if s.kind != 0 {
				wantKind(t, fmt.Sprint("save ", i), err, s.kind)
			} else if err != nil {
				t.Fatal(i, err)
			}
		}
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			earlier, err := r.EarlierSections(ctx, d.ID)
			if len(earlier) != 1 || earlier[0].By != "ada" || earlier[0].Answers.Get("one", "what") != "a2" || earlier[0].Rev != 3 {
				t.Errorf("what was written over: %+v", earlier)
			}
			return err
		})
		read := draftOf(t, db, d.ID)
		if err := save("one", 4, "b2", "ben"); err != nil {
			t.Fatal(err)
		}
		drop := func(read []document.Section) error {
			return db.Update(context.Background(), func(tx store.Tx) error { return tx.DropDocumentDraft(context.Background(), d.ID, read) })
		}
		wantKind(t, "completing what somebody saved meanwhile", drop(read), fault.Conflict)
		if got := draftOf(t, db, d.ID); len(got) != 3 || got[1].Answers.Get("one", "what") != "b2" {
			t.Errorf("after that the draft is %+v", got)
		}
		if err := drop(draftOf(t, db, d.ID)); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "saving what is completed", save("one", 5, "late", "ada"), fault.NotFound)
	})
}

// Many at once: each save that was accepted counts the section on by one, and the last
// one stands.
func TestManySaveOneSectionAtOnce(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		p := db.Person(t, "Ines", "Marlowe", born)
		d := begin(t, db, p.ID)
		var mu sync.Mutex
		accepted := map[int]string{}
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				for i := range 10 {
					rev, what := 1+i, fmt.Sprint(w, " ", i)
					err := saveSection(db, d.ID, "one", rev, what, staff.ID(fmt.Sprint("w", w)))
					switch {
					case err == nil:
						mu.Lock()
						if before, twice := accepted[rev]; twice {
							t.Errorf("save %d was accepted of %q and of %q", rev, before, what)
						}
						accepted[rev] = what
						mu.Unlock()
					case fault.Is(err, fault.Conflict):
					default:
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		got := draftOf(t, db, d.ID)[1]
		if got.Rev != len(accepted)+1 || got.Answers.Get("one", "what") != accepted[got.Rev-1] {
			t.Errorf("%d saves were accepted, the last %q; the draft is at %d with %v", len(accepted), accepted[got.Rev-1], got.Rev, got.Answers)
		}
	})
}

// What was begun and what was done stays as it was: the database itself refuses the
// rest.
func TestDocumentsAreNeverRewritten(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		w, _ := db.Worker(t, "adviser", db.Team(t, "service"))
		d := begin(t, db, db.Person(t, "Ines", "Marlowe", born).ID)
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddDocumentStep(ctx, d.ID, step(1, document.Completed, w), &said)
		})
		for _, statement := range []string{
			"UPDATE document SET form = 'other'", "UPDATE document SET person_id = 'x'", "DELETE FROM document",
			"UPDATE document_step SET answers = '{}'", "UPDATE document_step SET made = ''", "UPDATE document_step SET by_name = 'Other'", "DELETE FROM document_step",
		} {
			if _, err := db.Raw.Exec(statement); err == nil {
				t.Errorf("the database let %q through", statement)
			}
		}
	})
}

// A document stands on the file it was moved to or its file was merged into, until that
// is undone.
func TestDocumentsGoWithTheirFile(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		a, b, c := db.Person(t, "Ines", "Marlowe", born), db.Person(t, "Inez", "Marlowe", born), db.Person(t, "Theo", "Marlowe", born)
		d := begin(t, db, a.ID)
		on := func(p person.ID, want bool) {
			t.Helper()
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				list, err := r.Documents(ctx, p)
				if is := slices.ContainsFunc(list, func(x document.Document) bool { return x.ID == d.ID && x.Person == p }); is != want {
					t.Errorf("on the file of %s it is %v, want %v", p, is, want)
				}
				return err
			})
		}
		merged := mustCorrect(t, db, correction.Correction{Kind: correction.Merge, From: a.ID, To: b.ID})
		on(b.ID, true)
		mustCorrect(t, db, undoing(merged))
		on(a.ID, true)
		on(b.ID, false)
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			stands, err := r.StandsWith(ctx, correction.MoveDocument, string(d.ID), a.ID)
			if !slices.Equal(stands, []correction.Place{{Put: a.ID, Now: a.ID}}) {
				t.Errorf("it stands with %v", stands)
			}
			return err
		})
		moved := mustCorrect(t, db, correction.Correction{Kind: correction.MoveDocument, Object: string(d.ID), From: a.ID, To: c.ID})
		on(c.ID, true)
		on(a.ID, false)
		mustCorrect(t, db, undoing(moved))
		on(a.ID, true)
		on(c.ID, false)
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			who, err := r.RecordedSince(ctx, a.ID, 0)
			if !slices.Contains(who, By) {
				t.Errorf("who recorded on the file: %v, without who began the document", who)
			}
			return err
		})
	})
}
