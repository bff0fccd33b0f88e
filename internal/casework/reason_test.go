package casework_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/store/storetest"
)

// actor makes a worker who acts in a role.
func (d *desk) actor(t *testing.T, role access.Role, team staff.Team) casework.Actor {
	t.Helper()
	w, a := d.db.Worker(t, role, team)
	return casework.Actor{Worker: w.ID, As: a.ID}
}

// reason is one that can be given, for the note of that key.
func reason(note string) casework.Stated {
	return casework.Stated{
		Note: entry.ID(note), Purpose: "oversight", Answers: map[string]string{"oversight-manager": "Petra Testowska."},
	}
}

func TestReasonFirst(t *testing.T) {
	clause.Shows(t, "KF-05")
	each(t, func(t *testing.T, d *desk) {
		outside := d.actor(t, "early-help-worker", d.otherTeam)
		open := func() (casework.File[casework.Timeline], error) {
			return casework.Open(t.Context(), d.Service, d.look(outside), casework.TimelinePart(""))
		}
		if file, err := open(); !casework.ReasonNeeded(err) || file.Header.Reference != "" {
			t.Fatalf("before saying why: %+v, %v", file, err)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "look timeline reason first")
		if err := d.AskReason(t.Context(), d.look(outside)); err != nil {
			t.Fatal(err)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "reason identity reason first")

		note := id.New()
		for name, st := range map[string]casework.Stated{
			"purpose":           {Note: entry.ID(note), Purpose: "curiosity"},
			"oversight-manager": {Note: entry.ID(note), Purpose: "oversight"},
		} {
			err := d.StateReason(t.Context(), outside, d.child.Reference, st)
			wantKind(t, "without "+name, err, fault.Invalid)
			if !strings.Contains(err.Error(), name+":") {
				t.Errorf("the problem does not stand by %s: %v", name, err)
			}
		}
		if _, err := open(); !casework.ReasonNeeded(err) {
			t.Fatalf("a reason that was not taken opened the file: %v", err)
		}
		for range 2 { // the same press of a button sent twice
			if err := d.StateReason(t.Context(), outside, d.child.Reference, reason(note)); err != nil {
				t.Fatal(err)
			}
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "reason identity shown")
		file, err := open()
		if err != nil || len(file.Value.Lines) != 1 {
			t.Fatalf("after saying why: %+v, %v", file.Value.Lines, err)
		}
		line := file.Value.Lines[0]
		if got, want := line.Content.Text, "Ines Marlowe, I have accessed your file for the purpose of ad hoc management oversight as Petra Testowska is unavailable."; got != want {
			t.Errorf("the note says %q, want %q", got, want)
		}
		if line.AuthorName != "Orla Testworth" || line.AuthorRole != "Early help worker" || line.CategoryTitle != "Management oversight on behalf of a colleague" || line.Definition == "" {
			t.Errorf("the note is signed %+v", line.Entry)
		}
		until := date.At(storetest.Start.Add(12 * time.Hour))
		if o := file.Offers.Opened; o.Until != until || o.Purpose != "Management oversight on behalf of a colleague" || o.Note != entry.ID(note) {
			t.Errorf("why it is open: %+v", o)
		}
		if file.Offers.Record || file.Offers.State {
			t.Errorf("offers of who said why: %+v", file.Offers)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "look timeline shown")

		// It tells the allocated worker, once, however often the job runs.
		job, ok, err := d.db.Queue().Claim(t.Context(), []string{casework.FileOpened}, time.Minute, date.At(d.db.Now.Time()))
		if err != nil || !ok {
			t.Fatalf("the outbox is empty: %v", err)
		}
		for range 2 {
			if err := d.TellOfOpening(t.Context(), job.Payload); err != nil {
				t.Fatal(err)
			}
		}
		work, err := d.MyWork(t.Context(), d.adviser)
		if err != nil || len(work.Notices) != 1 || work.Notices[0].Kind != casework.FileOpened || work.Notices[0].Entry != entry.ID(note) {
			t.Errorf("the allocated worker is told %+v, %v", work.Notices, err)
		}

		d.db.Now.Set(storetest.Start.Add(12 * time.Hour))
		if _, err := open(); !casework.ReasonNeeded(err) {
			t.Errorf("after it lapsed: %v", err)
		}
	})
}

// Only whom a reason helps is asked for one; to the others the file is absent,
// by the same words, on the page and in what it sends.
func TestReasonsOfThoseWhomTheyDoNotHelp(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		missing := casework.Look{Actor: d.outsider, Reference: id.NewReference()}
		want := d.AskReason(t.Context(), missing)
		wantKind(t, "nobody's file", want, fault.NotFound)
		for name, a := range map[string]casework.Actor{
			"business support":  d.outsider,
			"who works with it": d.adviser,
			"administrator":     d.systemPerson,
			"a partner":         d.actor(t, "partner-professional", d.otherTeam),
			"a reviewer":        d.actor(t, "reviewer", d.otherTeam),
		} {
			if err := d.AskReason(t.Context(), d.look(a)); err == nil || err.Error() != want.Error() {
				t.Errorf("%s, asking: %v, want %v", name, err, want)
			}
			err := d.StateReason(t.Context(), a, d.child.Reference, reason(id.New()))
			if err == nil || err.Error() != want.Error() {
				t.Errorf("%s, saying: %v, want %v", name, err, want)
			}
			wantPrint(t, d.prints(t, string(d.child.ID)), "reason identity absent")
		}
		file, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.TimelinePart(""))
		if err != nil || len(file.Value.Lines) != 0 {
			t.Errorf("they left a note: %+v, %v", file.Value.Lines, err)
		}
	})
}

// The front door sees the file, and says why to read what is sensitive in it.
func TestTheFrontDoorSaysWhyForWhatIsSensitive(t *testing.T) {
	clause.Shows(t, "CX-24")
	each(t, func(t *testing.T, d *desk) {
		door := d.actor(t, "front-door", d.otherTeam)
		d.recordSensitive(t)
		read := func() casework.File[casework.Timeline] {
			t.Helper()
			file, err := casework.Open(t.Context(), d.Service, d.look(door), casework.TimelinePart(""))
			if err != nil {
				t.Fatal(err)
			}
			return file
		}
		before := read()
		if l := before.Value.Lines; len(l) != 1 || !l[0].Masked || l[0].Content.Text != "" || !before.Offers.State {
			t.Fatalf("before: %+v, offers %+v", l, before.Offers)
		}
		if err := d.StateReason(t.Context(), door, d.child.Reference, casework.Stated{Note: entry.ID(id.New()), Purpose: "audit"}); err != nil {
			t.Fatal(err)
		}
		after := read()
		if !slices.ContainsFunc(after.Value.Lines, func(l entry.Line) bool { return l.Content.Sensitive && !l.Masked && l.Content.Text != "" }) {
			t.Errorf("after: %+v", after.Value.Lines)
		}
		if after.Offers.State || after.Offers.Opened.Note != "" {
			t.Errorf("offers after: %+v", after.Offers)
		}
	})
}

// recordSensitive has the adviser record an entry that is marked sensitive.
func (d *desk) recordSensitive(t *testing.T) {
	t.Helper()
	draft := d.draft(t, d.adviser)
	fields := filled()
	fields[entry.FieldSensitive] = "yes"
	if err := d.RecordEntry(t.Context(), d.adviser, d.child.Reference, draft.ID, draft.Rev, fields); err != nil {
		t.Fatal(err)
	}
}

func TestCompleteANote(t *testing.T) {
	clause.Shows(t, "KF-05")
	each(t, func(t *testing.T, d *desk) {
		outside := d.actor(t, "early-help-worker", d.otherTeam)
		note := entry.ID(id.New())
		if err := d.StateReason(t.Context(), outside, d.child.Reference, reason(string(note))); err != nil {
			t.Fatal(err)
		}
		work, err := d.MyWork(t.Context(), outside)
		if err != nil || len(work.Notes) != 1 || work.Notes[0].ID != note || work.Notes[0].Outside {
			t.Fatalf("notes to finish: %+v, %v", work.Notes, err)
		}
		add := func(a casework.Actor, version int, words string) error {
			return d.AddToNote(t.Context(), a, d.child.Reference, note, version, map[string]string{"oversight-analysis": words})
		}
		wantKind(t, "nothing", add(outside, 1, " \n "), fault.Invalid)
		wantKind(t, "too much", add(outside, 1, strings.Repeat("x", entry.MaxText)), fault.Invalid)
		wantKind(t, "another's note", add(d.adviser, 1, "words"), fault.NotFound)
		for range 2 {
			if err := add(outside, 1, "She is safe.\nThe plan stands."); err != nil {
				t.Fatal(err)
			}
		}
		d.db.Now.Set(d.db.Now.Time().Add(time.Minute))
		noted := date.At(d.db.Now.Time())
		d.db.Now.Set(d.db.Now.Time().Add(time.Minute))
		wantKind(t, "a page that is behind", add(outside, 1, "Other words."), fault.Conflict)
		if err := add(outside, 2, "Other words."); err != nil {
			t.Fatal(err)
		}
		then := timelineAt(t, d.Service, d.look(outside), noted).Lines
		if len(then) != 1 || then[0].ID != note || strings.Contains(then[0].Content.Text, "Other words.") || !strings.Contains(then[0].Content.Text, "She is safe.") {
			t.Errorf("the note as it was known before it was added to: %+v", then)
		}
		file, err := casework.Open(t.Context(), d.Service, d.look(outside), casework.NotePart(note))
		if err != nil {
			t.Fatal(err)
		}
		e := file.Value.Entry
		want := "is unavailable.\n\nAnalysis\nShe is safe.\nThe plan stands.\n\nAnalysis\nOther words."
		if e.Version != 3 || !strings.HasSuffix(e.Content.Text, want) {
			t.Errorf("version %d: %q, want it to end in %q", e.Version, e.Content.Text, want)
		}
		if work, err := d.MyWork(t.Context(), outside); err != nil || len(work.Notes) != 0 {
			t.Errorf("a note that is finished still waits: %+v, %v", work.Notes, err)
		}
	})
}

// A note whose reason has lapsed waits for its author, who says why anew.
func TestANoteOutlivesItsReason(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		outside := d.actor(t, "early-help-worker", d.otherTeam)
		note := entry.ID(id.New())
		if err := d.StateReason(t.Context(), outside, d.child.Reference, reason(string(note))); err != nil {
			t.Fatal(err)
		}
		d.db.Now.Set(storetest.Start.Add(48 * time.Hour))
		work, err := d.MyWork(t.Context(), outside)
		if err != nil || len(work.Notes) != 1 || !work.Notes[0].Outside || work.Notes[0].Child.Reference != d.child.Reference {
			t.Fatalf("notes to finish: %+v, %v", work.Notes, err)
		}
		if work.Notes[0].Child.Episodes != nil {
			t.Errorf("of a file outside their work it says who works with them: %+v", work.Notes[0].Child)
		}
		_, err = casework.Open(t.Context(), d.Service, d.look(outside), casework.NotePart(note))
		if !casework.ReasonNeeded(err) {
			t.Errorf("the note after it lapsed: %v", err)
		}
	})
}
