package casework_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"casefile/definitions"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/document"
	"casefile/internal/fault"
	forms "casefile/internal/form"
	"casefile/internal/id"
	"casefile/internal/keys"
	"casefile/internal/right"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
	"casefile/internal/task"
)

// inFolder is the desk with definitions of a folder over the built-in ones.
func (d *desk) inFolder(t *testing.T, dir string) *casework.Service {
	t.Helper()
	defs, err := definition.Load(definitions.FS, dir)
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keys.Create(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	s := casework.New(casework.Options{DB: d.db, Definitions: defs, Keys: ring, Now: d.db.Now.Time, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	t.Cleanup(s.Close)
	if _, err := s.NoteDefinitions(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// A planner is a desk whose service has the form "plan" of testdata.
type planner struct{ *desk }

func eachPlanner(t *testing.T, f func(t *testing.T, d *planner)) {
	each(t, func(t *testing.T, d *desk) {
		d.Service = d.inFolder(t, "testdata/documents")
		f(t, &planner{d})
	})
}

func (d *planner) begin(t *testing.T, a casework.Actor) document.ID {
	t.Helper()
	key := document.ID(id.New())
	if err := d.StartDocument(t.Context(), a, d.child.Reference, key, "plan", false); err != nil {
		t.Fatal(err)
	}
	return key
}

func (d *planner) writing(t *testing.T, a casework.Actor, key document.ID) casework.Writing {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, d.look(a), casework.WritingPart(key))
	if err != nil {
		t.Fatal(err)
	}
	return f.Value
}

func (d *planner) read(t *testing.T, a casework.Actor, key document.ID) casework.DocumentRead {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, d.look(a), casework.DocumentPart(key, 0))
	if err != nil {
		t.Fatal(err)
	}
	return f.Value
}

func (d *planner) typed(t *testing.T, a casework.Actor, key document.ID, section string, values map[string]any) error {
	t.Helper()
	w := d.writing(t, a, key)
	still := map[string]string{} // whatever else it began with
	for _, sec := range w.Form.Sections {
		for _, q := range sec.Ask {
			if _, typed := values[q.ID]; !typed && sec.ID == section {
				still[q.ID] = forms.StillTrue
			}
		}
	}
	_, err := d.SaveSection(t.Context(), a, d.child.Reference, casework.Typed{
		Document: key, Section: section, Rev: w.Sections[section].Rev, Values: values, Anew: still,
	})
	return err
}

func (d *planner) mustType(t *testing.T, a casework.Actor, key document.ID, section string, values map[string]any) {
	t.Helper()
	if err := d.typed(t, a, key, section, values); err != nil {
		t.Fatal(err)
	}
}

// whole is what a plan needs to be complete.
func (d *planner) fill(t *testing.T, a casework.Actor, key document.ID) {
	t.Helper()
	d.mustType(t, a, key, "start", map[string]any{
		"working": "yes", "effort": map[string]any{"value": "3", "why": "Early mornings"}, "provision": "E",
		"told": "[observed] She smiled.\n\n[their words] I like it.", "hours": "020",
	})
	d.mustType(t, a, key, "people", map[string]any{
		"who": string(d.child.ID), "steps": []any{map[string]any{"what": "Ring the college", "by": "2026-12-01"}}, "signed": casework.SignNow,
	})
}

func (d *planner) complete(t *testing.T, a casework.Actor, key document.ID) error {
	t.Helper()
	return d.CompleteDocument(t.Context(), a, d.child.Reference, key, d.writing(t, a, key).Seen)
}

func (d *planner) mustComplete(t *testing.T, a casework.Actor, key document.ID) {
	t.Helper()
	if err := d.complete(t, a, key); err != nil {
		t.Fatal(err)
	}
}

func (d *planner) state(t *testing.T, key document.ID) document.Document {
	t.Helper()
	var doc document.Document
	d.db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
		doc, err = r.Document(ctx, key)
		return err
	})
	return doc
}

// final brings a plan all the way.
func (d *planner) final(t *testing.T) document.ID {
	t.Helper()
	key := d.begin(t, d.adviser)
	d.fill(t, d.adviser, key)
	d.mustComplete(t, d.adviser, key)
	if err := d.AuthoriseDocument(t.Context(), d.manager, d.child.Reference, key, d.state(t, key).Last().Number); err != nil {
		t.Fatal(err)
	}
	return key
}

func (d *planner) notices(t *testing.T, a casework.Actor) (kinds []string) {
	t.Helper()
	w, err := d.MyWork(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range w.Notices {
		kinds = append(kinds, n.Kind)
	}
	return kinds
}

// From the first answer to a final document: what is missing stands in the way, the
// roles that the form names do it, who completed it does not authorise it, and its
// effects are brought about or stand there to be done.
func TestADocumentAllTheWay(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		key := d.begin(t, d.adviser)
		wantPrint(t, d.prints(t, string(d.child.ID)), "begin-document documents shown")
		if err := d.StartDocument(t.Context(), d.adviser, d.child.Reference, key, "plan", false); err != nil {
			t.Errorf("the button pressed twice: %v", err)
		}
		wantKind(t, "a second one", d.StartDocument(t.Context(), d.adviser, d.child.Reference, document.ID(id.New()), "plan", false), fault.Invalid)
		wantKind(t, "a form that there is not", d.StartDocument(t.Context(), d.adviser, d.child.Reference, document.ID(id.New()), "rosh", false), fault.Invalid)

		d.mustType(t, d.adviser, key, "start", map[string]any{"working": "no", "hours": "lots", "effort": map[string]any{"value": "3"}})
		err := d.complete(t, d.adviser, key)
		notReady, ok := errors.AsType[*casework.NotReady](err)
		if !ok {
			t.Fatalf("completed with answers missing: %v", err)
		}
		var at []string
		for _, p := range notReady.Problems {
			at = append(at, fmt.Sprint(p.Kind, " ", p.Section, ".", p.Question))
		}
		want := []string{"missing start.why-not", "missing start.effort", "wrong start.hours", "missing trouble.plan", "broken people.steps"}
		if !slices.Equal(at, want) {
			t.Errorf("what stands in the way: %q, want %q", at, want)
		}
		if w := d.writing(t, d.adviser, key); w.Answers.Get("start", "hours") != "lots" {
			t.Errorf("what was typed and is wrong is lost: %v", w.Answers)
		}

		d.fill(t, d.adviser, key)
		wantKind(t, "completed by a role that the form does not name", d.complete(t, d.manager, key), fault.Refused)
		d.mustComplete(t, d.adviser, key)
		wantPrint(t, d.prints(t, string(d.child.ID)), "complete-document documents shown")
		if got := d.notices(t, d.manager); !slices.Contains(got, casework.DocumentMessage) {
			t.Errorf("the manager is told %q", got)
		}
		_, err = casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.WritingPart(key))
		if !casework.NotWritten(err) {
			t.Errorf("writing in what is completed: %v", err)
		}
		got := d.read(t, d.manager, key)
		if got.State() != document.Waiting || !got.MayAuthorise || got.Own || len(got.Content.Scores) != 1 || got.Content.Scores[0].Band != "Heavy" {
			t.Errorf("before the manager it is %+v", got)
		}
		if effects := fmt.Sprint(got.Last().Effects); !strings.Contains(effects, "{Told: the line manager, who should answer within 48 hours true ") || !strings.Contains(effects, "{Task opened. For the allocated worker: Ring them, by ") {
			t.Errorf("effects of completing it: %s", effects)
		}
		if by := got.Content.Said.Sections["people"]["signed"].(map[string]any)["by"]; by != string(d.adviser.Worker) {
			t.Errorf("signed by %v", by)
		}
		tasks := func() (due []task.Task) {
			d.must(t, d.db.View(t.Context(), func(r store.Reader) (err error) {
				due, err = r.TasksOf(t.Context(), d.child.ID, true, 10)
				return err
			}))
			return slices.DeleteFunc(due, func(k task.Task) bool { _, awaits := k.Awaiting(); return awaits })
		}
		due := tasks()
		if len(due) != 1 || due[0].Words != "Ring them" || due[0].Holder != task.OfWorker(d.adviser.Worker) || due[0].Due != storetest.Today.AddDays(7) || due[0].Link != "/documents/"+string(key) {
			t.Errorf("the tasks it opened: %+v", due)
		}
		number := got.Last().Number
		wantKind(t, "authorised by who has no such right", d.AuthoriseDocument(t.Context(), d.adviser, d.child.Reference, key, number), fault.NotFound)
		wantKind(t, "authorised as an old page has it", d.AuthoriseDocument(t.Context(), d.manager, d.child.Reference, key, number-1), fault.Conflict)
		wantKind(t, "returned without requests", d.ReturnDocument(t.Context(), d.manager, d.child.Reference, key, number, " "), fault.Invalid)
		if err := d.ReturnDocument(t.Context(), d.manager, d.child.Reference, key, number, "Say who helps."); err != nil {
			t.Fatal(err)
		}
		if got := d.notices(t, d.adviser); !slices.Contains(got, casework.DocumentReturned) {
			t.Errorf("who completed it is told %q", got)
		}
		if w := d.writing(t, d.adviser, key); w.Requests.Reason != "Say who helps." || w.Answers.Get("start", "hours") == nil {
			t.Errorf("returned with %+v", w.Requests)
		}
		d.mustComplete(t, d.adviser, key)
		if again := tasks(); len(again) != 1 {
			t.Errorf("completed again, it opened %d tasks", len(again)-1)
		}
		if err := d.AuthoriseDocument(t.Context(), d.manager, d.child.Reference, key, d.state(t, key).Last().Number); err != nil {
			t.Fatal(err)
		}
		doc := d.state(t, key)
		if doc.State() != document.Final || len(doc.Versions()) != 1 || doc.Last().ByRole != "Team manager" {
			t.Errorf("final as %+v", doc.Steps)
		}
		if effects := fmt.Sprint(doc.Last().Effects); !strings.Contains(effects, "Special educational needs provision: Education, health and care plan true") || !strings.Contains(effects, "Stage reached: Plan agreed") {
			t.Errorf("effects of authorising it: %s", effects)
		}
		over, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.OverviewPart())
		if err != nil || len(over.Value.Characteristics) != 1 || over.Value.Characteristics[0].Code != "E" {
			t.Errorf("the fact that it sets: %+v, %v", over.Value.Characteristics, err)
		}
		line, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.TimelinePart(""))
		if err != nil || len(line.Value.Done) != 4 {
			t.Errorf("the timeline has %d steps of it, %v", len(line.Value.Done), err)
		}
		list, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.DocumentsPart())
		if err != nil || len(list.Value.List) != 1 || list.Value.List[0].Review.By != doc.FinalOn().AddMonths(3) || len(list.Value.Choices) < 2 {
			t.Errorf("the list: %+v, %v", list.Value, err)
		}
	})
}

// Whoever completed a document does not authorise it, whatever their role.
func TestWhoCompletesDoesNotAuthorise(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS("testdata/documents")); err != nil {
			t.Fatal(err)
		}
		body, err := os.ReadFile("testdata/documents/forms/participation/plan.v1.yaml")
		if err != nil {
			t.Fatal(err)
		}
		changed := strings.Replace(string(body), "complete_by: [adviser]", "complete_by: [adviser, team-manager]", 1)
		if err := os.WriteFile(filepath.Join(dir, "forms", "participation", "plan.v1.yaml"), []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
		d.Service = d.inFolder(t, dir)
		p := &planner{d}
		key := p.begin(t, d.manager)
		p.fill(t, d.manager, key)
		p.mustComplete(t, d.manager, key)
		wantKind(t, "authorised by who completed it", d.AuthoriseDocument(t.Context(), d.manager, d.child.Reference, key, p.state(t, key).Last().Number), fault.Refused)
	})
}

// Two write in one document: in different sections neither is in the way of the other;
// in one section the second is told, nothing is overwritten, and what was written over
// knowingly can still be read.
func TestTwoWriteInADocument(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		key := d.begin(t, d.adviser)
		save := func(a casework.Actor, section string, rev int, values map[string]any) (document.Section, error) {
			return d.SaveSection(t.Context(), a, d.child.Reference, casework.Typed{Document: key, Section: section, Rev: rev, Values: values})
		}
		if _, err := save(d.adviser, "start", 1, map[string]any{"hours": "10"}); err != nil {
			t.Fatal(err)
		}
		if _, err := save(d.manager, "people", 1, map[string]any{"who": string(d.child.ID)}); err != nil {
			t.Errorf("the other section: %v", err)
		}
		if s, err := save(d.adviser, "start", 1, map[string]any{"hours": "10"}); err != nil || s.Rev != 2 {
			t.Errorf("the same sent twice: %v, %v", s.Rev, err)
		}
		_, err := save(d.manager, "start", 1, map[string]any{"hours": "20"})
		if !casework.SectionChanged(err) {
			t.Errorf("the same section: %v", err)
		}
		if w := d.writing(t, d.adviser, key); w.Answers.Get("start", "hours") != json.Number("10") {
			t.Errorf("overwritten with %v", w.Answers)
		}
		if _, err := save(d.manager, "start", 2, map[string]any{"hours": "20"}); err != nil {
			t.Fatal(err)
		}
		f, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.EarlierPart(key, "start"))
		if err != nil || len(f.Value) != 1 || f.Value[0].Answers.Get("start", "hours") != json.Number("10") || f.Value[0].Name == "" {
			t.Errorf("what was written over: %+v, %v", f.Value, err)
		}
		// What is not on a page stays as it was.
		if _, err := save(d.manager, "start", 3, map[string]any{"working": "yes"}); err != nil {
			t.Fatal(err)
		}
		if w := d.writing(t, d.adviser, key); w.Answers.Get("start", "hours") != json.Number("20") {
			t.Errorf("after a page without it: %v", w.Answers)
		}
		// And nothing is completed that whoever completes it has not seen.
		seen := d.writing(t, d.adviser, key).Seen
		d.fill(t, d.adviser, key)
		if err := d.CompleteDocument(t.Context(), d.adviser, d.child.Reference, key, seen); !casework.DraftChanged(err) {
			t.Errorf("completed unseen: %v", err)
		}
	})
}

// A new document begins with the last one's answers, and is not completed before
// somebody has looked at them anew; or it begins anew.
func TestADocumentBeginsWithTheLastOne(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		first := d.final(t)
		key := d.begin(t, d.adviser)
		w := d.writing(t, d.adviser, key)
		if w.Answers.Copied["start"] != "plan" || w.Answers.Get("start", "hours") != json.Number("20") || w.Answers.Get("people", "signed") != nil {
			t.Errorf("it begins with %+v", w.Answers)
		}
		if w.Last == nil || w.Last.ID != first || strings.Join(w.Last.Answers["start"]["hours"].Words, "") != "20" || w.Last.By == "" {
			t.Errorf("beside it stands %+v", w.Last)
		}
		err := d.complete(t, d.adviser, key)
		notReady, ok := errors.AsType[*casework.NotReady](err)
		if !ok || len(notReady.Problems) != 7 || notReady.Problems[0].Kind != forms.Unreviewed || notReady.Problems[0].Question != "working" {
			t.Errorf("completed without looking: %v", err)
		}
		d.mustType(t, d.adviser, key, "start", map[string]any{"hours": "25"})
		if err := d.complete(t, d.adviser, key); !casework.IsNotReady(err) {
			t.Errorf("completed with one section looked at: %v", err)
		}
		d.mustType(t, d.adviser, key, "people", map[string]any{})
		anew := d.writing(t, d.adviser, key).Answers.Anew
		if anew["start.hours"] != forms.Changed || anew["start.working"] != forms.StillTrue || anew["people.steps"] != forms.StillTrue {
			t.Errorf("what was said of them: %v", anew)
		}
		d.mustComplete(t, d.adviser, key)

		if err := d.DropDocument(t.Context(), d.adviser, d.child.Reference, key, "", "no"); err == nil {
			t.Error("what was completed is thrown away")
		}
	})
}

// Of each answer that a document began with somebody says whether it is still true: what is
// answered otherwise is changed, whatever they say; what is still true after all is as it
// was; and a request that is sent twice says nothing twice.
func TestStillTrueOrChanged(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		d.final(t)
		key := d.begin(t, d.adviser)
		rev := 1
		say := func(at int, values map[string]any, said, wantSaid, want string) {
			t.Helper()
			s, err := d.SaveSection(t.Context(), d.adviser, d.child.Reference, casework.Typed{
				Document: key, Section: "start", Rev: at, Values: values, Anew: map[string]string{"hours": said},
			})
			if err != nil {
				t.Fatal(err)
			}
			rev = s.Rev
			if got := s.Answers.Anew["start.hours"]; got != wantSaid || fmt.Sprint(s.Answers.Get("start", "hours")) != want {
				t.Errorf("%v, said %q: %q with %v, want %q with %s", values, said, got, s.Answers.Get("start", "hours"), wantSaid, want)
			}
			if got := s.Answers.Anew["start.working"]; got != "" {
				t.Errorf("of another answer it says %q", got)
			}
		}
		hours := func(n string) map[string]any { return map[string]any{"hours": n} }
		say(rev, hours("20"), "", "", "20")
		say(rev, hours("20"), forms.StillTrue, forms.StillTrue, "20")
		say(rev, hours("25"), forms.StillTrue, forms.Changed, "25")
		say(rev-1, hours("25"), forms.StillTrue, forms.Changed, "25") // its answer was lost, and it is sent again
		say(rev, hours("25"), forms.StillTrue, forms.StillTrue, "20")
		say(rev, hours("20"), forms.Changed, forms.Changed, "20")
		say(rev, hours("30"), "", forms.Changed, "30")
		say(rev, hours("040"), forms.StillTrue, forms.Changed, "40")
		say(rev, map[string]any{}, "nonsense", forms.Changed, "40")
	})
}

// A final document is corrected only on the grounds that there are, with why; until the
// correction is final the old one counts; afterwards what it said is behind a right of
// its own; and where decisions rested on it, the manager hears of it.
func TestADocumentIsCorrected(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		key := d.final(t)
		reopen := func(a casework.Actor, w casework.Reopening) error {
			w.Step = d.state(t, key).Last().Number
			return d.ReopenDocument(t.Context(), a, d.child.Reference, key, w)
		}
		wantKind(t, "without grounds", reopen(d.adviser, casework.Reopening{Reason: "He says 30 hours."}), fault.Invalid)
		wantKind(t, "without why", reopen(d.adviser, casework.Reopening{Grounds: document.Inaccurate}), fault.Invalid)
		wantKind(t, "who may not write", reopen(d.business, casework.Reopening{Grounds: document.Inaccurate, Reason: "x"}), fault.NotFound)
		if err := reopen(d.adviser, casework.Reopening{Grounds: document.Inaccurate, Reason: "The college says 30 hours.", Rested: true}); err != nil {
			t.Fatal(err)
		}
		if got := d.notices(t, d.manager); !slices.Contains(got, casework.DecisionsRested) {
			t.Errorf("the manager is told %q", got)
		}
		d.mustType(t, d.adviser, key, "start", map[string]any{"hours": "30"})
		hours := func(step int) string {
			f, err := casework.Open(t.Context(), d.Service, d.look(d.manager), casework.DocumentPart(key, step))
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(f.Value.Content.Said.Sections["start"]["hours"])
		}
		if got := hours(0); got != "20" {
			t.Errorf("while it is corrected it says %s", got)
		}
		d.mustComplete(t, d.adviser, key)
		if got := hours(0); got != "20" {
			t.Errorf("while the correction waits it says %s", got)
		}
		if err := d.AuthoriseDocument(t.Context(), d.manager, d.child.Reference, key, d.state(t, key).Last().Number); err != nil {
			t.Fatal(err)
		}
		if got := hours(0); got != "30" {
			t.Errorf("corrected it says %s", got)
		}
		if got := hours(1); got != "20" {
			t.Errorf("before it said %s", got)
		}
		_, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.DocumentPart(key, 1))
		wantKind(t, "what it said before, without the right to that", err, fault.NotFound)
		_, err = casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.CompareDocumentPart(key, 1, d.state(t, key).Versions()[1].Number))
		wantKind(t, "comparing with that", err, fault.NotFound)
		c, err := casework.Open(t.Context(), d.Service, d.look(d.manager), casework.CompareDocumentPart(key, 1, d.state(t, key).Versions()[1].Number))
		if err != nil || len(c.Value.Changes) != 1 || c.Value.Changes[0].Was != "20" || c.Value.Changes[0].Is != "30" {
			t.Errorf("the two compared: %+v, %v", c.Value.Changes, err)
		}
		// A correction that is given up leaves it as it was.
		if err := reopen(d.adviser, casework.Reopening{Grounds: document.Inappropriate, Reason: "A name that does not belong there."}); err != nil {
			t.Fatal(err)
		}
		if err := d.KeepDocument(t.Context(), d.adviser, d.child.Reference, key, d.writing(t, d.adviser, key).Seen, "It is somebody else's."); err != nil {
			t.Fatal(err)
		}
		if d.state(t, key).State() != document.Final || hours(0) != "30" {
			t.Error("a correction that was given up changed it")
		}
	})
}

// Whoever has no right to it finds no document; that of another service is there once it
// is final, to whom what other services wrote is shown.
func TestDocumentsAreWithheld(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		social, worker := d.db.Team(t, "social-care"), casework.Actor{}
		w, a := d.db.Worker(t, "social-worker", social)
		worker = casework.Actor{Worker: w.ID, As: a.ID}
		d.db.Episode(t, d.child.ID, social, w.ID)
		key := d.begin(t, d.adviser)
		open := func(a casework.Actor, part casework.Part[casework.DocumentRead]) error {
			_, err := casework.Open(t.Context(), d.Service, d.look(a), part)
			return err
		}
		d.fill(t, d.adviser, key)
		d.mustComplete(t, d.adviser, key)
		wantKind(t, "another service, before it is final", open(worker, casework.DocumentPart(key, 0)), fault.NotFound)
		if err := d.AuthoriseDocument(t.Context(), d.manager, d.child.Reference, key, d.state(t, key).Last().Number); err != nil {
			t.Fatal(err)
		}
		if err := open(worker, casework.DocumentPart(key, 0)); err != nil {
			t.Errorf("another service that works with her, once it is final: %v", err)
		}
		for name, a := range map[string]casework.Actor{"outsider": d.outsider, "system": d.systemPerson, "business support": d.business} {
			wantKind(t, name, open(a, casework.DocumentPart(key, 0)), fault.NotFound)
			_, err := casework.Open(t.Context(), d.Service, d.look(a), casework.DocumentsPart())
			wantKind(t, name+" at the list", err, fault.NotFound)
			wantKind(t, name+" begins one", d.StartDocument(t.Context(), a, d.child.Reference, document.ID(id.New()), "plan", true), fault.NotFound)
			_, err = d.SaveSection(t.Context(), a, d.child.Reference, casework.Typed{Document: key, Section: "start", Rev: 1})
			wantKind(t, name+" writes in it", err, fault.NotFound)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "record documents absent")
		other := d.db.Person(t, "Theo", "Marlowe", date.Must(2012, 1, 1))
		d.db.Episode(t, other.ID, d.team, d.adviser.Worker)
		_, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.adviser, Reference: other.Reference}, casework.DocumentPart(key, 0))
		wantKind(t, "under another file", err, fault.NotFound)
	})
}

// Scores and what a document says are those that its form makes again, of the answers
// and surroundings that are kept with it; and it is read under its form also when that
// has left the definitions.
func TestADocumentOutlivesItsForm(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		final := d.final(t)
		f, ok := mustLoad(t, "testdata/documents").Form("plan", 1)
		if !ok {
			t.Fatal("no form")
		}
		content := d.read(t, d.manager, final).Content
		j := f.Judge(content.Answers, forms.Context{Today: content.Judged.Today, Born: content.Judged.Born, Opened: content.Judged.Opened})
		if !slices.Equal(j.Scores, content.Scores) || !j.Ready() {
			t.Errorf("made again: %+v, kept: %+v", j.Scores, content.Scores)
		}
		draft := d.begin(t, d.adviser)
		d.Service = d.inFolder(t, "") // the folder is gone
		if got := d.read(t, d.manager, final); len(got.Content.Printed.Sections) != 2 || got.Content.Scores[0].Text != "4" {
			t.Errorf("without its form it reads %+v", got.Content.Printed)
		}
		if w := d.writing(t, d.adviser, draft); w.Form == nil || w.Form.Title != "Plan" || w.Answers.Get("start", "hours") == nil {
			t.Error("a draft whose form has left cannot be read")
		}
		err := d.StartDocument(t.Context(), d.adviser, d.child.Reference, document.ID(id.New()), "plan", false)
		wantKind(t, "a form that has left is begun", err, fault.Invalid)
	})
}

func mustLoad(t *testing.T, dir string) *definition.Set {
	t.Helper()
	defs, err := definition.Load(definitions.FS, dir)
	if err != nil {
		t.Fatal(err)
	}
	return defs
}

// A file that is restricted has its documents restricted, too.
func TestDocumentsOfARestrictedFile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		d := newDesk(t, db)
		d.Service = d.inFolder(t, "testdata/documents")
		p := &planner{d}
		key := p.final(t)
		p.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddRestriction(ctx, right.Restriction{ID: id.New(), Person: d.child.ID, Reason: "x", Clocks: storetest.Clocks(d.Today())})
		})
		_, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.DocumentPart(key, 0))
		wantKind(t, "on a restricted file", err, fault.NotFound)
	})
}

// A document is moved to the right child with all that was done with it, and that is undone;
// what another child's document said is no last time.
func TestADocumentOnTheWrongRecord(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		key := d.final(t)
		other := d.db.Person(t, "Theo", "Marlowe", date.Must(2012, 1, 1))
		d.db.Episode(t, other.ID, d.team, d.adviser.Worker)
		second := d.begin(t, d.adviser)
		if d.writing(t, d.adviser, second).Last == nil {
			t.Fatal("no last time before it is moved")
		}
		wantKind(t, "moved by who may not read it", d.MoveDocument(t.Context(), d.business, d.child.Reference, key, other.Reference, "It is about Theo."), fault.NotFound)
		if err := d.MoveDocument(t.Context(), d.adviser, d.child.Reference, key, other.Reference, "It is about Theo."); err != nil {
			t.Fatal(err)
		}
		f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.adviser, Reference: other.Reference}, casework.DocumentPart(key, 0))
		if err != nil || f.Value.State() != document.Final || len(f.Value.Steps) != 2 {
			t.Errorf("on the right record it is %+v, %v", f.Value.Document, err)
		}
		_, err = casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.DocumentPart(key, 0))
		wantKind(t, "on the wrong record", err, fault.NotFound)
		if w := d.writing(t, d.adviser, second); w.Last != nil {
			t.Errorf("another child's answers stand beside this one's: %+v", w.Last)
		}
		list, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.CorrectionsPart())
		if err != nil || len(list.Value.List) != 1 || list.Value.List[0].What != "Plan" || !list.Value.List[0].MayUndo {
			t.Fatalf("corrections: %+v, %v", list.Value.List, err)
		}
		if err := d.UndoCorrection(t.Context(), d.adviser, d.child.Reference, list.Value.List[0].ID, "It was hers after all."); err != nil {
			t.Fatal(err)
		}
		if got := d.read(t, d.adviser, key); got.State() != document.Final {
			t.Error("it is not back")
		}
	})
}
