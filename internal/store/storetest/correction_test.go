package storetest_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"casefile/internal/access"
	"casefile/internal/correction"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/match"
	"casefile/internal/media"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// corrected notes a correction and gives what came of it.
func corrected(d *storetest.Database, c correction.Correction) (correction.Correction, error) {
	ctx := context.Background()
	c.ID, c.Reason, c.By, c.ByName, c.ByRole = id.New(), "Told so by the mother.", "w1", "Orla Testworth", "Manager"
	c.Recorded = date.Stamp{By: storetest.By}
	err := d.Update(ctx, func(tx store.Tx) error { return tx.AddCorrection(ctx, c) })
	return c, err
}

func mustCorrect(t *testing.T, d *storetest.Database, c correction.Correction) correction.Correction {
	t.Helper()
	c, err := corrected(d, c)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func undoing(c correction.Correction) correction.Correction {
	return correction.Correction{Kind: correction.Undo, Object: c.Object, From: c.From, To: c.To, Undoes: c.ID}
}

// What a file shows, for comparing.
func shown(t *testing.T, d *storetest.Database, p person.Person, v access.Viewer) string {
	t.Helper()
	var b strings.Builder
	d.Read(t, func(ctx context.Context, r store.Reader) error {
		at, err := r.PersonByReference(ctx, p.Reference)
		if err != nil {
			return err
		}
		h, err := r.Header(ctx, at.ID)
		if err != nil {
			return err
		}
		b.WriteString(h.Reference.String() + " " + h.DisplayName() + " " + h.Born.String())
		for _, e := range h.Episodes {
			b.WriteString(" | episode " + e.Service + " " + e.Worker)
		}
		lines, err := r.Timeline(ctx, at.ID, "", 100)
		if err != nil {
			return err
		}
		for _, l := range lines {
			b.WriteString(" | " + l.Content.Text)
		}
		files, err := r.Files(ctx, at.ID, "", 100)
		if err != nil {
			return err
		}
		for _, f := range files {
			b.WriteString(" | file " + f.Title)
		}
		names, err := r.Names(ctx, at.ID, 0)
		if err != nil {
			return err
		}
		for _, n := range names {
			b.WriteString(" | name " + n.Full())
		}
		held, err := r.Held(ctx, v, at.ID, date.At(storetest.Start))
		if err != nil {
			return err
		}
		for _, g := range held {
			b.WriteString(" | held " + string(g.Ground))
		}
		return nil
	})
	return b.String()
}

func TestMergedFilesAreOneUntilUndone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, d *storetest.Database) {
		team, other := d.Team(t, "participation"), d.Team(t, "youth-justice")
		w, as := d.Worker(t, "adviser", team)
		w2, _ := d.Worker(t, "adviser", other)
		v := access.Viewer{Worker: string(w.ID), Role: as.Role, Team: string(team.ID), Service: team.Service}
		a := d.Person(t, "Wren", "Quillfeather", date.Must(2012, 4, 1))
		b := d.Person(t, "Ren", "Quilfeather", date.Must(2012, 1, 4))
		c := d.Person(t, "Wrenna", "Quillfether", date.Must(2012, 4, 1))
		d.Episode(t, a.ID, team, w.ID)
		of := d.Episode(t, b.ID, other, w2.ID)
		both := storetest.Entry(a.ID, w, storetest.Today.AddDays(-3), "About both.")
		both.Children = []person.ID{a.ID, b.ID}
		d.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddEntries(ctx, []entry.Entry{
				both, storetest.Entry(a.ID, w, storetest.Today.AddDays(-2), "On the first."),
				storetest.Entry(b.ID, w2, storetest.Today.AddDays(-1), "On the second."),
			})
		})
		before := [3]string{shown(t, d, a, v), shown(t, d, b, v), shown(t, d, c, v)}

		merged := mustCorrect(t, d, correction.Correction{Kind: correction.Merge, From: b.ID, To: a.ID})
		one := shown(t, d, a, v)
		for _, want := range []string{a.Reference.String() + " Wren Quillfeather", "On the first.", "On the second.", "youth-justice", "name Ren Quilfeather", "held allocated"} {
			if !strings.Contains(one, want) {
				t.Errorf("the merged file lacks %q: %s", want, one)
			}
		}
		if strings.Count(one, "About both.") != 1 {
			t.Errorf("what stood on both records does not stand once on the merged file: %s", one)
		}
		if got := shown(t, d, b, v); got != one {
			t.Errorf("the reference of the file that was merged leads to\n%s\nwant\n%s", got, one)
		}
		// The allocation of the second file's case is still of that case.
		d.Read(t, func(ctx context.Context, r store.Reader) error {
			list, err := r.Allocations(ctx, a.ID)
			if len(list) != 2 || list[0].Person != a.ID || list[1].Person != a.ID {
				t.Errorf("allocations of the merged file: %+v", list)
			}
			return err
		})
		// What is done meanwhile to a case of the second file belongs to that case.
		d.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddAllocation(ctx, store.Allocation{ID: id.New(), Episode: of.ID, Person: a.ID, Worker: w.ID, Kind: store.Further, Clocks: of.Clocks})
		})
		for _, word := range []string{"quilfeather", "quillfeather"} {
			d.Read(t, func(ctx context.Context, r store.Reader) error {
				sc := access.Scope{Viewer: v, Gives: []access.Ground{access.Everyone}, Part: access.Identity}
				sc.Viewer.Courses = nil
				found, err := r.FindPeople(ctx, store.Search{Query: match.ParseQuery(word), Scope: sc, Whole: sc, Now: date.At(storetest.Start), Limit: 10})
				if len(found) != 1 || found[0].Reference != a.Reference {
					t.Errorf("searching %s finds %d, want the merged file once", word, len(found))
				} else if len(found[0].Episodes) != 2 {
					t.Errorf("the list shows %d cases of the merged file, want those of both", len(found[0].Episodes))
				}
				return err
			})
		}
		if _, err := corrected(d, correction.Correction{Kind: correction.Merge, From: b.ID, To: c.ID}); !fault.Is(err, fault.Conflict) {
			t.Errorf("merge a file that was merged: got %v, want Conflict", err)
		}
		chained := mustCorrect(t, d, correction.Correction{Kind: correction.Merge, From: a.ID, To: c.ID})
		if got := shown(t, d, b, v); !strings.HasPrefix(got, c.Reference.String()) {
			t.Errorf("after a merge of the merged file the second leads to %.40s, want the third", got)
		}
		// The first merge undone under the second: the second person stands alone.
		mustCorrect(t, d, undoing(merged))
		if _, err := corrected(d, undoing(merged)); !fault.Is(err, fault.Conflict) {
			t.Errorf("undo twice: got %v, want Conflict", err)
		}
		mustCorrect(t, d, undoing(chained))
		after := [3]string{shown(t, d, a, v), shown(t, d, b, v), shown(t, d, c, v)}
		for i := range before {
			if after[i] != before[i] {
				t.Errorf("file %d after all is undone:\n%s\nwant\n%s", i, after[i], before[i])
			}
		}
		d.Read(t, func(ctx context.Context, r store.Reader) error {
			list, err := r.Corrections(ctx, a.ID)
			if len(list) != 2 || list[0].Stands() || list[1].Stands() || list[1].Undone.ByName != "Orla Testworth" || list[1].Undone.At == 0 {
				t.Errorf("corrections of the first file: %+v", list)
			}
			return err
		})
	})
}

func TestMovesFollowOneAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, d *storetest.Database) {
		team := d.Team(t, "participation")
		w, _ := d.Worker(t, "adviser", team)
		v := access.Viewer{Worker: string(w.ID)}
		var people []person.Person
		for _, name := range []string{"Ada", "Bea", "Cleo"} {
			people = append(people, d.Person(t, name, "Testworth", date.Must(2012, 4, 1)))
		}
		e := storetest.Entry(people[0].ID, w, storetest.Today, "Said she likes drawing.")
		f := media.File{
			ID: media.ID(id.New()), Person: people[0].ID, Service: "participation", Title: "A drawing", Kind: media.Photograph, Type: "photograph", TypeTitle: "Photograph",
			MediaType: "image/png", Extension: "png", Size: 1, SHA256: make([]byte, 32), Blob: id.New(), Author: w.ID, AuthorName: w.Name(), AuthorRole: "Worker",
		}
		f.Recorded.By = storetest.By
		d.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.AddEntries(ctx, []entry.Entry{e}); err != nil {
				return err
			}
			return tx.AddFile(ctx, f)
		})
		state := func() (s [3]string) {
			for i, p := range people {
				s[i] = shown(t, d, p, v)
			}
			return s
		}
		start := state()
		for _, c := range []struct {
			kind   correction.Kind
			object string
			words  string
		}{{correction.MoveEntry, string(e.ID), "drawing."}, {correction.MoveFile, string(f.ID), "file A drawing"}} {
			first := mustCorrect(t, d, correction.Correction{Kind: c.kind, Object: c.object, From: people[0].ID, To: people[1].ID})
			second := mustCorrect(t, d, correction.Correction{Kind: c.kind, Object: c.object, From: people[1].ID, To: people[2].ID})
			if s := state(); strings.Contains(s[0], c.words) || strings.Contains(s[1], c.words) || !strings.Contains(s[2], c.words) {
				t.Errorf("%s moved twice stands on: %q", c.kind, s)
			}
			d.Read(t, func(ctx context.Context, r store.Reader) error {
				on, err := r.StandsWith(ctx, c.kind, c.object, people[2].ID)
				if !slices.Equal(on, []correction.Place{{Put: people[0].ID, Now: people[2].ID}}) {
					t.Errorf("%s stands with %v", c.kind, on)
				}
				return err
			})
			if _, err := corrected(d, undoing(first)); !fault.Is(err, fault.Conflict) {
				t.Errorf("undo a %s that was moved on: got %v, want Conflict", c.kind, err)
			}
			mustCorrect(t, d, undoing(second))
			mustCorrect(t, d, undoing(first))
			if got := state(); got != start {
				t.Errorf("%s undone: %q, want %q", c.kind, got, start)
			}
		}
		d.Read(t, func(ctx context.Context, r store.Reader) error {
			got, err := r.Entry(ctx, e.ID)
			if !slices.Equal(got.Children, []person.ID{people[0].ID}) {
				t.Errorf("the entry is about %v", got.Children)
			}
			return err
		})
	})
}

func TestNeverTheSame(t *testing.T) {
	storetest.Each(t, func(t *testing.T, d *storetest.Database) {
		a := d.Person(t, "Ada", "Testworth", date.Must(2012, 4, 1))
		b := d.Person(t, "Ida", "Testworth", date.Must(2012, 4, 1))
		never := func() (is bool) {
			d.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				one, err := r.NeverSame(ctx, a.ID, b.ID)
				if err != nil {
					return err
				}
				other, err := r.NeverSame(ctx, b.ID, a.ID)
				if one != other {
					t.Errorf("never the same: %v one way, %v the other", one, other)
				}
				is = one
				return err
			})
			return is
		}
		if never() {
			t.Error("two files are never the same before anybody says so")
		}
		c := mustCorrect(t, d, correction.Correction{Kind: correction.NeverSame, From: a.ID, To: b.ID})
		if !never() {
			t.Error("what was said is not held")
		}
		mustCorrect(t, d, undoing(c))
		if never() {
			t.Error("what was taken back is held")
		}
	})
}

// The database itself keeps corrections: nothing rewrites or removes one.
func TestCorrectionsStay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, d *storetest.Database) {
		a := d.Person(t, "Ada", "Testworth", date.Must(2012, 4, 1))
		b := d.Person(t, "Ida", "Testworth", date.Must(2012, 4, 1))
		mustCorrect(t, d, correction.Correction{Kind: correction.Merge, From: a.ID, To: b.ID})
		for _, statement := range []string{"UPDATE correction SET reason = 'other'", "DELETE FROM correction"} {
			if _, err := d.Raw.Exec(statement); err == nil {
				t.Errorf("%s was allowed", statement)
			}
		}
	})
}
