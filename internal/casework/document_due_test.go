package casework_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/id"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
	"casefile/internal/task"
)

func (d *planner) documents(t *testing.T, a casework.Actor) casework.Documents {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, d.look(a), casework.DocumentsPart())
	if err != nil {
		t.Fatal(err)
	}
	return f.Value
}

func (d *planner) openTasks(t *testing.T, words string) (due []task.Task) {
	t.Helper()
	d.must(t, d.db.View(t.Context(), func(r store.Reader) (err error) {
		due, err = r.TasksOf(t.Context(), d.child.ID, true, 10)
		return err
	}))
	return slices.DeleteFunc(due, func(k task.Task) bool { return !strings.Contains(k.Words, words) })
}

func (d *planner) stage(t *testing.T, kind string) task.Milestone {
	t.Helper()
	var of task.Milestone
	d.db.Read(t, func(ctx context.Context, r store.Reader) error {
		list, err := r.Milestones(ctx, d.child.ID, 0)
		for _, m := range list {
			if m.Kind == kind {
				of = m
			}
		}
		return err
	})
	return of
}

func (d *planner) authorise(t *testing.T, key document.ID) {
	t.Helper()
	if err := d.AuthoriseDocument(t.Context(), d.manager, d.child.Reference, key, d.state(t, key).Last().Number); err != nil {
		t.Fatal(err)
	}
}

// A form reaches a stage of its case on the day, and a correction does not move that day;
// what is late says that somebody has to say why.
func TestAFormReachesAStage(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		key := d.final(t)
		m := d.stage(t, "plan-agreed")
		if m.Actual != storetest.Today || m.Recorded.By != string(d.manager.Worker) {
			t.Errorf("the stage: %+v", m)
		}
		effects := fmt.Sprint(d.state(t, key).Last().Effects)
		if !strings.Contains(effects, "Stage reached: Plan agreed. It was due by ") || !strings.Contains(effects, "say under Work why it is late true") {
			t.Errorf("of a stage reached late it says: %s", effects)
		}
		d.db.Now.Set(storetest.Start.AddDate(0, 0, 2))
		err := d.ReopenDocument(t.Context(), d.adviser, d.child.Reference, key, casework.Reopening{
			Grounds: document.Inaccurate, Reason: "The college says 30 hours.", Step: d.state(t, key).Last().Number,
		})
		d.must(t, err)
		d.mustComplete(t, d.adviser, key)
		d.authorise(t, key)
		if after := d.stage(t, "plan-agreed"); after.Actual != storetest.Today || after.ID != m.ID {
			t.Errorf("a correction moved the stage to %v", after.Actual)
		}
		if effects := fmt.Sprint(d.state(t, key).Last().Effects); !strings.Contains(effects, "Stage reached before, on "+storetest.Today.Long()) {
			t.Errorf("of a stage reached before it says: %s", effects)
		}
	})
}

// A form that another requires stands on the file with its day, and is one task, until it
// is completed; begun, it is gone on with.
func TestAFormRequiresAnother(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		key := d.begin(t, d.adviser)
		d.fill(t, d.adviser, key)
		d.mustType(t, d.adviser, key, "start", map[string]any{"working": "no", "why-not": "He is ill."})
		d.mustType(t, d.adviser, key, "trouble", map[string]any{"plan": "Another form"})
		if got := d.documents(t, d.adviser).Required; len(got) != 0 {
			t.Errorf("required before it is completed: %+v", got)
		}
		d.mustComplete(t, d.adviser, key)
		by := storetest.Today.AddDays(14)
		wantRequired := func(when string) casework.RequiredForm {
			t.Helper()
			got := d.documents(t, d.adviser).Required
			if len(got) != 1 || got[0].Form.ID != "followup" || got[0].By != by || got[0].Source != key || got[0].Because != "Plan" || !got[0].May {
				t.Fatalf("%s: required %+v", when, got)
			}
			return got[0]
		}
		wantRequired("once completed")
		due := d.openTasks(t, "Follow-up")
		if len(due) != 1 || due[0].Due != by || !strings.HasPrefix(due[0].Link, "/documents/new?form=followup#") || due[0].Holder != task.OfWorker(d.adviser.Worker) {
			t.Fatalf("its tasks: %+v", due)
		}
		d.must(t, d.ReturnDocument(t.Context(), d.manager, d.child.Reference, key, 1, "Say more."))
		wantRequired("returned")
		d.mustComplete(t, d.adviser, key)
		wantRequired("completed again")
		if again := d.openTasks(t, "Follow-up"); len(again) != 1 || again[0].ID != due[0].ID {
			t.Errorf("completed again, it has %d tasks", len(again))
		}
		next := document.ID(id.New())
		d.must(t, d.StartDocument(t.Context(), d.adviser, d.child.Reference, next, "followup", false))
		if got := wantRequired("begun"); got.Open != next {
			t.Errorf("it is gone on with at %q", got.Open)
		}
		d.mustType(t, d.adviser, next, "since", map[string]any{"went": "Well."})
		d.mustComplete(t, d.adviser, next)
		if got := d.documents(t, d.adviser).Required; len(got) != 0 {
			t.Errorf("required still: %+v", got)
		}
		if left := d.openTasks(t, "Follow-up"); len(left) != 0 {
			t.Errorf("the task is open still: %+v", left)
		}
		d.must(t, d.ReturnDocument(t.Context(), d.manager, d.child.Reference, key, 3, "Say more again."))
		d.mustComplete(t, d.adviser, key)
		if got := d.documents(t, d.adviser).Required; len(got) != 0 || len(d.openTasks(t, "Follow-up")) != 0 {
			t.Errorf("required twice: %+v", got)
		}
		if effects := fmt.Sprint(d.state(t, key).Last().Effects); !strings.Contains(effects, "Completed already: Follow-up") {
			t.Errorf("what it says of it: %s", effects)
		}
	})
}

// A form is due counted from since when a fact is so, until it is completed; and a review
// that is to have the day of another is due with that one's.
func TestAFormIsDueFromAFact(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		choice := func() casework.Choice {
			for _, c := range d.documents(t, d.adviser).Choices {
				if c.Form.ID == "followup" {
					return c
				}
			}
			t.Fatal("it is not offered")
			return casework.Choice{}
		}
		if due := choice().Due; !due.IsZero() {
			t.Errorf("due on %v before the fact is so", due)
		}
		plan := d.final(t) // which sets the fact
		if due := choice().Due; due != storetest.Today.AddDays(30) {
			t.Errorf("due on %v", due)
		}
		d.db.Now.Set(storetest.Start.AddDate(0, 0, 2))
		key := document.ID(id.New())
		d.must(t, d.StartDocument(t.Context(), d.adviser, d.child.Reference, key, "followup", false))
		if w := d.writing(t, d.adviser, key); !w.Review.Apart || w.Review.With != "Plan" || w.Review.On != storetest.Today {
			t.Errorf("while it is written its day is compared as %+v", w.Review)
		}
		d.mustType(t, d.adviser, key, "since", map[string]any{"went": "Well."})
		d.mustComplete(t, d.adviser, key)
		if due := choice().Due; !due.IsZero() {
			t.Errorf("due on %v although it is completed", due)
		}
		want := casework.Review{By: storetest.Today.AddMonths(3), With: "Plan", On: storetest.Today, Apart: true}
		if got := d.read(t, d.adviser, key).Review; got != want {
			t.Errorf("its review: %+v, want %+v", got, want)
		}
		lines := d.documents(t, d.adviser).List
		for _, l := range lines {
			if l.ID == key && l.Review != want || l.ID == plan && l.Review.By != storetest.Today.AddMonths(3) {
				t.Errorf("in the list: %+v", l.Review)
			}
		}
	})
}

// What a form sets on the file takes a second person's approval: an edited form that says
// that it sets more completes and authorises as ever, and sets nothing.
func TestAFormSetsWhatWasApproved(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS("testdata/documents")); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "forms", "participation", "plan.v1.yaml")
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		const effect = "  - set_fact: {kind: sen-provision, value: start.provision}\n"
		put := func(text string) {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			d.Service = d.inFolder(t, dir)
			d.must(t, d.StartRights(t.Context()))
		}
		put(strings.Replace(string(body), effect, "", 1)) // whose rights are the first, and so approved
		put(string(body))
		p := &planner{d}
		key := p.final(t)
		if effects := fmt.Sprint(p.state(t, key).Last().Effects); !strings.Contains(effects, "Education, health and care plan. Nobody has approved that this form sets it false") {
			t.Errorf("what it says: %s", effects)
		}
		over, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.OverviewPart())
		if err != nil || len(over.Value.Characteristics) != 0 {
			t.Errorf("it set %+v, %v", over.Value.Characteristics, err)
		}
	})
}

// Whoever signs, and whoever is picked, in the rows of a table is kept by key and read by
// name; a signature says who signed as what and when, whatever the page sends; and a task
// for whoever completed a document is theirs, also when somebody else authorises it.
func TestSignaturesAndPeopleInRows(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, "forms", "participation"), 0o700); err != nil {
			t.Fatal(err)
		}
		const body = `form: rows
version: 1
title: Rows
service: participation
source: recalled
complete_by: [adviser]
authorise_by: [team-manager]
sections:
  - id: watch
    title: Watch
    ask:
      - id: who
        type: table
        text: Who is there?
        rows: [{id: day, label: By day}, {id: night, label: By night}]
        item:
          - {id: sitter, type: person, text: Who?, required: true}
          - {id: signed, type: signature, text: Signed}
on_sign:
  - task: {title: Ask again, to: author, days: 3}
`
		if err := os.WriteFile(filepath.Join(dir, "forms", "participation", "rows.v1.yaml"), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		d.Service = d.inFolder(t, dir)
		p := &planner{d}
		key := document.ID(id.New())
		d.must(t, d.StartDocument(t.Context(), d.adviser, d.child.Reference, key, "rows", false))
		row := func(signed any) map[string]any {
			return map[string]any{"sitter": string(d.child.ID), "signed": signed}
		}
		p.mustType(t, d.adviser, key, "watch", map[string]any{"who": map[string]any{"day": row(casework.SignNow), "night": row(nil)}})
		forged := map[string]any{"by": string(d.manager.Worker), "role": "team-manager", "on": "2020-01-01"}
		p.mustType(t, d.adviser, key, "watch", map[string]any{"who": map[string]any{"day": row(casework.SignKept + "0"), "night": row(forged)}})
		p.mustComplete(t, d.adviser, key)
		p.authorise(t, key)
		got := p.read(t, d.manager, key)
		rows := got.Content.Said.Sections["watch"]["who"].(map[string]any)
		signed, _ := rows["day"].(map[string]any)["signed"].(map[string]any)
		if signed["by"] != string(d.adviser.Worker) || signed["on"] != storetest.Today.String() || signed["role"] != "adviser" {
			t.Errorf("signed by day as %v", signed)
		}
		if forged := rows["night"].(map[string]any)["signed"]; forged != nil {
			t.Errorf("signed by night as %v, which a page sent", forged)
		}
		items := got.Content.Printed.Sections[0].Answers[0].Items
		if len(items) != 2 || items[0].Row != "By day" || got.Named.Of(items[0].Answers[0].Keys[0]) != "Ines Marlowe" || got.Named.Of(items[0].Answers[1].Keys[0]) == "Not shown to you" {
			t.Errorf("read as %+v, named %v", items, got.Named)
		}
		due := p.openTasks(t, "Ask again")
		if len(due) != 1 || due[0].Holder != task.OfWorker(d.adviser.Worker) || due[0].Due != storetest.Today.AddDays(3) {
			t.Errorf("the task of whoever completed it: %+v", due)
		}
	})
}

// A form that is due after a meeting is due from the day on which one was held.
func TestAFormIsDueFromAMeeting(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		d := &planner{&desk{db: m.db, child: m.child}}
		d.Service = d.inFolder(t, "testdata/met")
		m.Service = d.Service
		due := func() date.Date {
			for _, c := range d.documents(t, m.worker).Choices {
				if c.Form.ID == "after" {
					return c.Due
				}
			}
			t.Fatal("it is not offered")
			return date.Date{}
		}
		m.setUp(t, m.worker, m.coreGroup())
		if got := due(); !got.IsZero() {
			t.Errorf("due on %v before a meeting was held", got)
		}
		m.held(t, m.coreGroup())
		if got := due(); got != storetest.Today.AddDays(10) {
			t.Errorf("due on %v", got)
		}
	})
}

// The task of a required form goes, with why, when a correction no longer requires it; and
// one is opened once, however many other tasks there are.
func TestAFormIsRequiredNoMore(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		d.manyTasks(t)
		require := func(key document.ID) {
			t.Helper()
			d.mustType(t, d.adviser, key, "start", map[string]any{"working": "no", "why-not": "He is ill."})
			d.mustType(t, d.adviser, key, "trouble", map[string]any{"plan": "Another form"})
		}
		leading := func() (open []task.Task) {
			d.db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				open, err = r.TasksLeading(ctx, d.child.ID, "/documents/new?form=followup")
				return err
			})
			return open
		}
		key := d.begin(t, d.adviser)
		d.fill(t, d.adviser, key)
		require(key)
		d.mustComplete(t, d.adviser, key)
		d.must(t, d.ReturnDocument(t.Context(), d.manager, d.child.Reference, key, 1, "Say more."))
		d.mustComplete(t, d.adviser, key)
		open := leading()
		if len(open) != 1 {
			t.Fatalf("%d tasks of what is required", len(open))
		}
		d.must(t, d.AuthoriseDocument(t.Context(), d.manager, d.child.Reference, key, 3))

		d.must(t, d.ReopenDocument(t.Context(), d.adviser, d.child.Reference, key, casework.Reopening{Step: 4, Grounds: document.Inaccurate, Reason: "He was not ill."}))
		d.mustType(t, d.adviser, key, "start", map[string]any{"working": "yes"})
		d.mustComplete(t, d.adviser, key)
		if len(leading()) != 1 {
			t.Error("the task is gone before the correction is final")
		}
		d.must(t, d.AuthoriseDocument(t.Context(), d.manager, d.child.Reference, key, d.state(t, key).Last().Number))
		if left := leading(); len(left) != 0 {
			t.Errorf("the task is open still: %+v", left)
		}
		d.db.Read(t, func(ctx context.Context, r store.Reader) error {
			was, err := r.Task(ctx, open[0].ID)
			events, err2 := r.TaskEvents(ctx, open[0].ID)
			if was.State == task.Open || len(events) == 0 || events[0].Step != task.Drop || !strings.Contains(events[0].Reason, "does not require it any more") {
				t.Errorf("it stands at %s: %+v", was.State, events)
			}
			return errors.Join(err, err2)
		})
	})
}

// manyTasks has the child have more tasks, due first, than a page of a file shows.
func (d *desk) manyTasks(t *testing.T) {
	t.Helper()
	d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		for range 101 {
			err := tx.AddTask(ctx, task.Task{
				ID: task.ID(id.New()), Kind: "to-do", Title: "To do", Words: "Ring", Person: d.child.ID, Service: "participation", Team: d.team.ID,
				From: task.FromWorker, FromID: string(d.adviser.Worker), Holder: task.OfWorker(d.adviser.Worker), Since: 1, Opened: 1,
				Start: storetest.Today.AddDays(-9), Due: storetest.Today.AddDays(-1), Prior: task.Normal, State: task.Open,
			}, task.Place{})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
