package casework_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/correction"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/media"
	"casefile/internal/meeting"
	"casefile/internal/person"
	"casefile/internal/plan"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
	"casefile/internal/task"
)

const told = "The mother said so on the telephone."

// another makes a file like the desk's child's, with a case of the same team.
func (d *desk) another(t *testing.T, given string, w staff.ID) person.Person {
	p := d.db.Person(t, given, "Marlowe", date.Must(2010, 5, 3))
	d.db.Episode(t, p.ID, d.team, w)
	return p
}

func (d *desk) written(t *testing.T, p person.ID, by staff.ID, text string) entry.ID {
	e := storetest.Entry(p, staff.Worker{ID: by, Given: "Orla", Family: "Testworth", JobTitle: "Worker"}, storetest.Today, text)
	e.Service, e.TypeTitle = "participation", "Contact with client"
	d.db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddEntries(ctx, []entry.Entry{e}) })
	return e.ID
}

func (d *desk) texts(t *testing.T, a casework.Actor, ref id.Reference) (texts []string) {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: a, Reference: ref}, casework.TimelinePart(""))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range f.Value.Lines {
		texts = append(texts, l.Content.Text)
	}
	slices.Sort(texts)
	return texts
}

// news is what a worker is told, by kind.
func (d *desk) news(t *testing.T, a casework.Actor) (kinds []string) {
	t.Helper()
	w, err := d.MyWork(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range w.Notices {
		kinds = append(kinds, n.Kind)
	}
	slices.Sort(kinds)
	return kinds
}

func (d *desk) corrections(t *testing.T, a casework.Actor, ref id.Reference) []casework.Corrected {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: a, Reference: ref}, casework.CorrectionsPart())
	if err != nil {
		t.Fatal(err)
	}
	return f.Value.List
}

func TestMergeAndUnmerge(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		other := d.another(t, "Inez", d.colleague.Worker)
		d.written(t, d.child.ID, d.adviser.Worker, "On the first.")
		d.written(t, other.ID, d.colleague.Worker, "On the second.")
		err := d.MergeFiles(t.Context(), d.adviser, other.Reference, d.child.Reference, told)
		wantKind(t, "an adviser merges", err, fault.NotFound)
		wantPrint(t, d.prints(t, string(other.ID)), "change corrections absent")
		wantProblem(t, d.MergeFiles(t.Context(), d.manager, other.Reference, d.child.Reference, " "), "reason", "Enter how you know this")
		wantProblem(t, d.MergeFiles(t.Context(), d.manager, d.child.Reference, d.child.Reference, told), "other", "That is the same file")

		if err := d.MergeFiles(t.Context(), d.manager, other.Reference, d.child.Reference, told); err != nil {
			t.Fatal(err)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "merge corrections shown")
		for _, ref := range []id.Reference{d.child.Reference, other.Reference} {
			if got := d.texts(t, d.manager, ref); !slices.Equal(got, []string{"On the first.", "On the second."}) {
				t.Errorf("the timeline at %s: %q", ref, got)
			}
		}
		for name, a := range map[string]casework.Actor{"the worker of the first": d.adviser, "of the second": d.colleague} {
			if got := d.news(t, a); !slices.Equal(got, []string{casework.FilesMerged}) {
				t.Errorf("%s is told %q", name, got)
			}
		}
		// Somebody acts on the merged file, and is told when it parts again.
		d.written(t, d.child.ID, d.second.Worker, "Acted on both.")
		list := d.corrections(t, d.manager, d.child.Reference)
		if len(list) != 1 || list[0].Into || list[0].Other != other.Reference || !list[0].MayUndo || list[0].ByName == "" {
			t.Fatalf("corrections: %+v", list)
		}
		wantKind(t, "an adviser undoes", d.UndoCorrection(t.Context(), d.adviser, d.child.Reference, list[0].ID, told), fault.NotFound)
		wantKind(t, "undo on another file", d.UndoCorrection(t.Context(), d.manager, d.another(t, "Anna", "").Reference, list[0].ID, told), fault.NotFound)
		if err := d.UndoCorrection(t.Context(), d.manager, other.Reference, list[0].ID, "They are cousins."); err != nil {
			t.Fatal(err)
		}
		if got := d.texts(t, d.manager, other.Reference); !slices.Equal(got, []string{"On the second."}) {
			t.Errorf("the second after the merge is undone: %q", got)
		}
		if got := d.texts(t, d.manager, d.child.Reference); !slices.Equal(got, []string{"Acted on both.", "On the first."}) {
			t.Errorf("the first after the merge is undone: %q", got)
		}
		if got := d.news(t, d.adviser); !slices.Contains(got, casework.FilesUnmerged) {
			t.Errorf("the worker of the first is told %q", got)
		}
		wantKind(t, "undo again", d.UndoCorrection(t.Context(), d.manager, other.Reference, list[0].ID, told), fault.Conflict)
	})
}

// A merge opens neither file to anybody from whom one of them is kept.
func TestMergedWithARestrictedFile(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		other := d.another(t, "Inez", "")
		d.written(t, other.ID, d.colleague.Worker, "Of a colleague's family.")
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			r := right.Restriction{ID: id.New(), Person: other.ID, Reason: "Family of staff.", Clocks: storetest.Clocks(storetest.Today)}
			if err := tx.AddRestriction(ctx, r); err != nil {
				return err
			}
			return tx.AddNamed(ctx, right.Named{ID: id.New(), Restriction: r.ID, Worker: d.manager.Worker, Clocks: storetest.Clocks(storetest.Today)})
		})
		unnamed := d.actor(t, "front-door", d.db.Team(t, "front-door"))
		nobody := d.MergeFiles(t.Context(), unnamed, id.NewReference(), d.child.Reference, told)
		restricted := d.MergeFiles(t.Context(), unnamed, other.Reference, d.child.Reference, told)
		wantKind(t, "merge a restricted file", restricted, fault.NotFound)
		if nobody.Error() != restricted.Error() {
			t.Errorf("a restricted file answers %q, one that nobody has %q", restricted, nobody)
		}
		if err := d.MergeFiles(t.Context(), d.manager, other.Reference, d.child.Reference, told); err != nil {
			t.Fatal(err)
		}
		for _, ref := range []id.Reference{d.child.Reference, other.Reference} {
			_, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.adviser, Reference: ref}, casework.TimelinePart(""))
			wantKind(t, "the merged file to who is not named", err, fault.NotFound)
		}
		found, err := d.Find(t.Context(), d.adviser, "marlowe")
		if err != nil || len(found.People) != 0 {
			t.Errorf("the merged file is found by who is not named: %d, %v", len(found.People), err)
		}
		// Undone, the first is open again, and says nothing of the second.
		list := d.corrections(t, d.manager, d.child.Reference)
		if err := d.UndoCorrection(t.Context(), d.manager, d.child.Reference, list[0].ID, told); err != nil {
			t.Fatal(err)
		}
		for _, l := range d.corrections(t, d.adviser, d.child.Reference) {
			if l.Other != "" {
				t.Errorf("who is not named is told of file %s", l.Other)
			}
		}
	})
}

// What was restricted while two files were one stays so on both.
func TestRestrictedWhileMergedStaysSo(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		other := d.another(t, "Inez", d.adviser.Worker)
		if err := d.MergeFiles(t.Context(), d.manager, other.Reference, d.child.Reference, told); err != nil {
			t.Fatal(err)
		}
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			r := right.Restriction{ID: id.New(), Person: d.child.ID, Reason: "Family of staff.", Clocks: storetest.Clocks(storetest.Today)}
			if err := tx.AddRestriction(ctx, r); err != nil {
				return err
			}
			return tx.AddNamed(ctx, right.Named{ID: id.New(), Restriction: r.ID, Worker: d.manager.Worker, Clocks: storetest.Clocks(storetest.Today)})
		})
		list := d.corrections(t, d.manager, d.child.Reference)
		if err := d.UndoCorrection(t.Context(), d.manager, d.child.Reference, list[0].ID, told); err != nil {
			t.Fatal(err)
		}
		for _, ref := range []id.Reference{d.child.Reference, other.Reference} {
			_, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.adviser, Reference: ref}, casework.TimelinePart(""))
			wantKind(t, "who is not named opens a file", err, fault.NotFound)
			if got := d.texts(t, d.manager, ref); len(got) != 0 {
				t.Errorf("who is named reads %q", got)
			}
		}
	})
}

// What a worker declared of two files while they were one bars them from both; and
// whoever looked at them then looked at both.
func TestWhatHoldsOfBothWhileMergedStays(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		other := d.another(t, "Inez", d.adviser.Worker)
		if err := d.MergeFiles(t.Context(), d.manager, other.Reference, d.child.Reference, told); err != nil {
			t.Fatal(err)
		}
		front := d.actor(t, "front-door", d.db.Team(t, "front-door"))
		d.texts(t, front, d.child.Reference) // looks at both
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddConnection(ctx, right.Connection{
				ID: id.New(), Worker: d.colleague.Worker, Person: d.child.ID, Nature: "A neighbour.", Clocks: storetest.Clocks(storetest.Today),
			})
		})
		d.db.Now.Set(d.db.Now.Time().Add(time.Minute))
		list := d.corrections(t, d.manager, d.child.Reference)
		if err := d.UndoCorrection(t.Context(), d.manager, d.child.Reference, list[0].ID, told); err != nil {
			t.Fatal(err)
		}
		for _, ref := range []id.Reference{d.child.Reference, other.Reference} {
			_, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.colleague, Reference: ref}, casework.TimelinePart(""))
			wantKind(t, "who declared a connection opens a file", err, fault.NotFound)
			f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.manager, Reference: ref}, casework.LooksPart(casework.LooksAsked{Each: true}))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(f.Value.Lookers, func(w staff.Worker) bool { return w.ID == front.Worker }) {
				t.Errorf("who looked while the two were one is not among who has looked at %s", ref)
			}
		}
	})
}

// What is corrected while two files are one belongs to whom it was so of, and is
// found there once they are two again.
func TestCorrectedWhileMergedStaysWithWhomItIsOf(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		other := d.another(t, "Inez", d.adviser.Worker)
		if err := d.MergeFiles(t.Context(), d.manager, other.Reference, d.child.Reference, told); err != nil {
			t.Fatal(err)
		}
		names := d.facts(t, d.manager, casework.NameFacts).Now
		i := slices.IndexFunc(names, func(f casework.KnownFact) bool { n, ok := f.Fact.(person.Name); return ok && n.Given == "Inez" })
		if i < 0 {
			t.Fatalf("the merged file has the names %+v", names)
		}
		err := d.state(t, d.manager, casework.NameFacts, names[i].ID, form("kind", "legal", "given", "Inesita", "family", "Marlowe", "why", "A slip.", "basis", "Her passport", "keep", "yes"))
		if err != nil {
			t.Fatal(err)
		}
		finds := func(typed string) (refs []id.Reference) {
			found, err := d.Find(t.Context(), d.manager, typed)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range found.People {
				refs = append(refs, f.Reference)
			}
			return refs
		}
		if got := finds("inesita marlowe"); !slices.Equal(got, []id.Reference{d.child.Reference}) {
			t.Errorf("the corrected name finds %v, want the one file", got)
		}
		list := d.corrections(t, d.manager, d.child.Reference)
		if err := d.UndoCorrection(t.Context(), d.manager, d.child.Reference, list[0].ID, told); err != nil {
			t.Fatal(err)
		}
		f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.manager, Reference: other.Reference}, casework.OverviewPart())
		if err != nil || f.Header.Name.Given != "Inesita" {
			t.Errorf("the other is called %q, %v; want the name as it was corrected", f.Header.Name.Given, err)
		}
		if got := finds("inesita marlowe"); len(got) == 0 || got[0] != other.Reference {
			t.Errorf("the corrected name finds %v, want the other first", got)
		}
	})
}

func TestNeverTheSameIsNotMerged(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		other := d.another(t, "Ines", "")
		if err := d.SayNeverSame(t.Context(), d.manager, d.child.Reference, other.Reference, "Twins."); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "said twice", d.SayNeverSame(t.Context(), d.manager, other.Reference, d.child.Reference, "Twins."), fault.Conflict)
		err := d.MergeFiles(t.Context(), d.manager, other.Reference, d.child.Reference, told)
		wantProblem(t, err, "other", "Somebody recorded that these two are never the same. Undo that first, if it is wrong")
		if got := d.news(t, d.adviser); !slices.Equal(got, []string{casework.NeverTheSame}) {
			t.Errorf("the worker is told %q", got)
		}
		list := d.corrections(t, d.manager, other.Reference)
		wantKind(t, "undone by somebody without a right to both", func() error {
			d.keepTo(t, d.child.ID, d.adviser)
			err := d.UndoCorrection(t.Context(), d.manager, other.Reference, list[0].ID, "A mistake of mine.")
			d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
				laid, err := tx.Restrictions(ctx, d.child.ID)
				if err != nil {
					return err
				}
				return tx.Supersede(ctx, store.RestrictionFact, laid[0].ID, tx.Stamp(storetest.By))
			})
			return err
		}(), fault.NotFound)
		if err := d.UndoCorrection(t.Context(), d.manager, other.Reference, list[0].ID, "A mistake of mine."); err != nil {
			t.Fatal(err)
		}
		for _, p := range []person.ID{d.child.ID, other.ID} {
			wantPrint(t, d.prints(t, string(p)), "undo corrections shown")
		}
		if err := d.MergeFiles(t.Context(), d.manager, other.Reference, d.child.Reference, told); err != nil {
			t.Errorf("merge once it is undone: %v", err)
		}
	})
}

func TestMoveToTheRightChild(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		other := d.another(t, "Inez", d.colleague.Worker)
		foreign := d.db.Person(t, "Far", "Away", date.Must(2011, 1, 1))
		e := d.written(t, d.child.ID, d.second.Worker, "Likes drawing.")
		d.written(t, d.child.ID, d.colleague.Worker, "Bought crayons.") // acts on it
		err := d.MoveEntry(t.Context(), d.adviser, d.child.Reference, e, foreign.Reference, told)
		wantKind(t, "move to a file that is not theirs", err, fault.NotFound)
		wantKind(t, "move from a file on which it is not", d.MoveEntry(t.Context(), d.manager, other.Reference, e, d.child.Reference, told), fault.NotFound)
		if err := d.MoveEntry(t.Context(), d.adviser, d.child.Reference, e, other.Reference, told); err != nil {
			t.Fatal(err)
		}
		wantPrint(t, d.prints(t, string(other.ID)), "move-entry corrections shown")
		if got := d.texts(t, d.manager, other.Reference); !slices.Equal(got, []string{"Likes drawing."}) {
			t.Errorf("the right record: %q", got)
		}
		if got := d.texts(t, d.manager, d.child.Reference); !slices.Equal(got, []string{"Bought crayons."}) {
			t.Errorf("the wrong record: %q", got)
		}
		got := d.news(t, d.colleague)
		if !slices.Contains(got, casework.MovedAway) || !slices.Contains(got, casework.MovedHere) {
			t.Errorf("who acted on it, and works with the right child, is told %q", got)
		}
		list := d.corrections(t, d.manager, d.child.Reference)
		if len(list) != 1 || !list[0].Into || list[0].Other != other.Reference || list[0].What == "" {
			t.Fatalf("corrections: %+v", list)
		}
		// Nobody fetches it back from a file that is kept from them.
		var bar right.Connection
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			bar = right.Connection{ID: id.New(), Worker: d.adviser.Worker, Person: other.ID, Nature: "Cousins.", Clocks: storetest.Clocks(storetest.Today)}
			return tx.AddConnection(ctx, bar)
		})
		wantKind(t, "fetch it from a file that is kept from them", d.UndoCorrection(t.Context(), d.adviser, d.child.Reference, list[0].ID, told), fault.NotFound)
		if l := d.corrections(t, d.adviser, d.child.Reference); l[0].MayUndo {
			t.Error("to fetch it from there is offered")
		}
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.Supersede(ctx, store.ConnectionFact, bar.ID, date.Stamp{By: storetest.By})
		})
		if err := d.UndoCorrection(t.Context(), d.adviser, other.Reference, list[0].ID, "It was about her after all."); err != nil {
			t.Fatal(err)
		}
		if got := d.texts(t, d.manager, other.Reference); len(got) != 0 {
			t.Errorf("the other record after the move is undone: %q", got)
		}
	})
}

// An entry that is not the actor's to read is not theirs to move.
func TestMoveOnlyWhatOneReads(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		other := d.another(t, "Inez", d.adviser.Worker)
		e := storetest.Entry(d.child.ID, staff.Worker{ID: d.second.Worker, Given: "A", Family: "B", JobTitle: "C"}, storetest.Today, "Of another service.")
		e.Service = "youth-justice"
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddEntries(ctx, []entry.Entry{e}) })
		wantKind(t, "move a masked entry", d.MoveEntry(t.Context(), d.colleague, d.child.Reference, e.ID, other.Reference, told), fault.NotFound)
		_, err := casework.Open(t.Context(), d.Service, d.look(d.colleague), casework.MovingPart(correction.MoveEntry, string(e.ID)))
		wantKind(t, "look at it in order to", err, fault.NotFound)
	})
}

// unsteady is a database in which one change in five fails at its end, and
// leaves nothing.
type unsteady struct {
	store.DB
	dice *rand.Rand
	on   bool
}

func (u *unsteady) Update(ctx context.Context, f func(store.Tx) error) error {
	fails := u.on && u.dice.IntN(5) == 0
	return u.DB.Update(ctx, func(tx store.Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		if fails {
			return fault.New(fault.Unavailable, "The database is busy.")
		}
		return nil
	})
}

// Any sequence of merges, moves and never-sames, undone, gives back the same
// pages; and on the way nothing is out of sight.
func TestAnySequenceUndoneGivesBackTheSamePages(t *testing.T) {
	const together = 5
	undo := func(t *testing.T, db *storetest.Database, rounds int) {
		d := newDesk(t, db)
		shaky := &unsteady{DB: db, dice: rand.New(rand.NewPCG(7, 7))}
		s := over(t, shaky)
		front := d.actor(t, "front-door", db.Team(t, "front-door"))
		for round := range rounds {
			dice := rand.New(rand.NewPCG(42, uint64(round)))
			g := d.someFiles(t, dice, together, front.Worker)
			before := g.pages(t, s, front)
			shaky.on = true
			for range 4 + dice.IntN(8) {
				g.correctSomething(t, s, front, dice)
				if round%10 == 0 {
					g.wantAllInSight(t, s, front)
				}
			}
			shaky.on = false
			g.wantTasksBeside(t, db)
			g.undoAll(t, s, front, dice)
			for page, is := range g.pages(t, s, front) {
				if was := before[page]; is != was {
					t.Fatalf("round %d: %s after all is undone:\n%s\nwant\n%s", round, page, is, was)
				}
			}
		}
	}
	// 1,000 files on both engines together, and 10,000 in the soak. What it turns on
	// is no flush.
	t.Run("sqlite", func(t *testing.T) { undo(t, storetest.SQLite(t, "synchronous(OFF)"), storetest.Count(180, 1800)) })
	t.Run("postgres", func(t *testing.T) { undo(t, storetest.Postgres(t), storetest.Count(20, 200)) })
}

// Some files of people who are easily taken for each other.
type someFiles struct {
	people []person.Person
	things map[string]correction.Kind // what can be moved
	texts  []string
	family string
	sees   staff.ID // who sees all of them
}

func (d *desk) someFiles(t *testing.T, dice *rand.Rand, n int, sees staff.ID) *someFiles {
	g := &someFiles{sees: sees, things: map[string]correction.Kind{}, family: "Q" + strings.ReplaceAll(id.New(), "-", "")}
	for i := range n {
		p := d.db.Person(t, []string{"Ada", "Ida", "Adah"}[dice.IntN(3)], g.family, date.Must(2010, 1+dice.IntN(3), 1+dice.IntN(5)))
		g.people = append(g.people, p)
		if dice.IntN(2) == 0 {
			d.db.Episode(t, p.ID, []staff.Team{d.team, d.otherTeam}[dice.IntN(2)], []staff.ID{"", d.adviser.Worker, d.colleague.Worker}[dice.IntN(3)])
		}
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if dice.IntN(2) == 0 {
				a := person.Address{ID: id.New(), Line1: fmt.Sprint(i, " Quay Street"), Town: "Marlowe", Postcode: "ZX1 1AA", Clocks: storetest.Clocks(storetest.Today)}
				if err := tx.AddAddress(ctx, p.ID, a); err != nil {
					return err
				}
			}
			for range dice.IntN(3) {
				e := storetest.Entry(p.ID, staff.Worker{ID: d.adviser.Worker, Given: "Orla", Family: "Testworth", JobTitle: "Worker"}, storetest.Today.AddDays(-dice.IntN(9)), "Text "+id.New())
				if i > 0 && dice.IntN(3) == 0 {
					e.Children = append(e.Children, g.people[dice.IntN(i)].ID)
				}
				if err := tx.AddEntries(ctx, []entry.Entry{e}); err != nil {
					return err
				}
				g.things[string(e.ID)], g.texts = correction.MoveEntry, append(g.texts, e.Content.Text)
			}
			if dice.IntN(2) == 0 {
				f := media.File{
					ID: media.ID(id.New()), Person: p.ID, Service: "participation", Title: "File " + id.New(), Kind: media.Photograph, Type: "photograph", TypeTitle: "Photograph",
					MediaType: "image/png", Extension: "png", Size: 1, SHA256: make([]byte, 32), Blob: id.New(), Author: d.adviser.Worker, AuthorName: "Orla", AuthorRole: "Worker",
				}
				f.Recorded.By = storetest.By
				g.things[string(f.ID)], g.texts = correction.MoveFile, append(g.texts, f.Title)
				if err := tx.AddFile(ctx, f); err != nil {
					return err
				}
			}
			if dice.IntN(2) == 0 {
				if err := g.plan(ctx, tx, p); err != nil {
					return err
				}
			}
			if dice.IntN(2) == 0 {
				return g.meeting(ctx, tx, dice, p, g.people[dice.IntN(len(g.people))])
			}
			return nil
		})
		for n := range dice.IntN(3) { // each by itself, as they are completed
			d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
				return g.document(ctx, tx, p, storetest.Today.AddDays(10*(n-3)), []string{"E", "K", "N"}[dice.IntN(3)])
			})
		}
	}
	return g
}

// plan puts a plan in force on a file.
func (g *someFiles) plan(ctx context.Context, tx store.Tx, p person.Person) error {
	by := date.Stamp{By: storetest.By}
	made := plan.Plan{ID: plan.ID(id.New()), Person: p.ID, Kind: "kind", Title: "Plan " + id.New(), Begun: by}
	g.things[string(made.ID)], g.texts = correction.MovePlan, append(g.texts, made.Title)
	if err := tx.AddPlan(ctx, made); err != nil {
		return err
	}
	return tx.AddPlanStep(ctx, made.ID, plan.Step{Number: 1, Did: plan.Written, Final: true, By: "ada", ByName: "Ada", ByRole: "Adviser", Recorded: by}, &plan.Content{})
}

// document completes a form on a file that has another be required, with the tasks of both,
// and that stated something since a day.
func (g *someFiles) document(ctx context.Context, tx store.Tx, p person.Person, since date.Date, code string) error {
	by := date.Stamp{By: storetest.By}
	d := document.Document{ID: document.ID(id.New()), Person: p.ID, Form: "form", Version: 1, Title: "Document " + id.New(), Begun: by}
	g.things[string(d.ID)], g.texts = correction.MoveDocument, append(g.texts, d.Title)
	if err := tx.AddDocument(ctx, d); err != nil {
		return err
	}
	step := document.Step{
		Number: 1, Did: document.Completed, Final: true, By: "ada", ByName: "Ada", ByRole: "Adviser", Recorded: by,
		Effects: []document.Effect{{Words: "To be completed next", Done: true, Requires: "other"}},
	}
	if err := tx.AddDocumentStep(ctx, d.ID, step, &document.Content{}); err != nil {
		return err
	}
	if err := g.fact(ctx, tx, p.ID, since, code); err != nil {
		return err
	}
	return errors.Join(g.task(ctx, tx, p.ID, "/documents/"+string(d.ID)), g.task(ctx, tx, p.ID, "/documents/new?form=other#document-"+string(d.ID)))
}

// fact states something on a file since a day, in place of what was so before.
func (g *someFiles) fact(ctx context.Context, tx store.Tx, p person.ID, since date.Date, code string) error {
	by := date.Stamp{By: storetest.By}
	now, err := tx.Characteristics(ctx, p, 0)
	if err != nil {
		return err
	}
	state := func(f person.Characteristic, c person.Change) error {
		f.ID, f.Recorded = id.New(), by
		c.ID, c.Fact, c.After, c.Recorded = id.New(), string(store.CharacteristicFact), f.ID, by
		return errors.Join(tx.AddCharacteristic(ctx, p, f), tx.AddChange(ctx, p, c))
	}
	for _, f := range now {
		if !f.Period.Open() {
			continue
		}
		f.Period.To = since.AddDays(-1)
		if err := errors.Join(tx.Supersede(ctx, store.CharacteristicFact, f.ID, by), state(f, person.Change{Action: person.Ended, Before: f.ID})); err != nil {
			return err
		}
	}
	return state(person.Characteristic{Kind: "sen-provision", Code: code, Clocks: date.Clocks{Period: date.Period{From: since}}}, person.Change{Action: person.Added})
}

// task opens a task that leads somewhere, of a worker who sees it wherever it is due.
func (g *someFiles) task(ctx context.Context, tx store.Tx, p person.ID, link string) error {
	t := task.Task{
		ID: task.ID(id.New()), Kind: "from-a-form", Title: "Due by a form", Words: "Task " + id.New(), Person: p, Link: link,
		From: task.FromRule, FromID: string(task.FormEffect), Holder: task.OfWorker(g.sees), Prior: task.Normal, State: task.Open,
	}
	g.texts = append(g.texts, t.Words)
	return tx.AddTask(ctx, t, task.Place{})
}

// meeting sets up a meeting about one child, or two, with a task about each.
func (g *someFiles) meeting(ctx context.Context, tx store.Tx, dice *rand.Rand, p, other person.Person) error {
	by := date.Stamp{By: storetest.By}
	m := meeting.Meeting{ID: meeting.ID(id.New()), Kind: "other-meeting", Title: "Meeting " + id.New(), Set: by, Children: []meeting.Child{{Put: p.ID}}}
	if other.ID != p.ID {
		m.Children = append(m.Children, meeting.Child{Put: other.ID})
	}
	g.things[string(m.ID)], g.texts = correction.MoveMeeting, append(g.texts, m.Title)
	if err := tx.AddMeeting(ctx, m); err != nil {
		return err
	}
	at := meeting.Arrangement{State: meeting.Planned, Day: storetest.Today.AddDays(dice.IntN(9)), Place: "The hall", ChairName: "Ms Chair", Reason: "To eat"}
	if err := tx.AddMeetingVersion(ctx, m.ID, meeting.Version{Number: 1, Arrangement: at, By: "ada", ByName: "Ada", ByRole: "Adviser", Recorded: by}); err != nil {
		return err
	}
	for _, c := range m.Children {
		if err := g.task(ctx, tx, c.Put, "/meetings/"+string(m.ID)+"#decision-"+id.New()); err != nil {
			return err
		}
	}
	return nil
}

// pages are what the files show, by name, and what a search for them finds.
func (g *someFiles) pages(t *testing.T, s *casework.Service, a casework.Actor) map[string]string {
	t.Helper()
	all := map[string]string{}
	for i, p := range g.people {
		look := casework.Look{Actor: a, Reference: p.Reference}
		readOverview(t, s, look, all, fmt.Sprint("overview ", i))
		read(t, s, look, casework.TimelinePart(""), all, fmt.Sprint("timeline ", i))
		read(t, s, look, casework.FilesPart(""), all, fmt.Sprint("files ", i))
		read(t, s, look, casework.WorkersPart(), all, fmt.Sprint("workers ", i))
		read(t, s, look, casework.PlansPart(), all, fmt.Sprint("plans ", i))
		read(t, s, look, casework.MeetingsPart(), all, fmt.Sprint("meetings ", i))
		read(t, s, look, casework.DocumentsPart(), all, fmt.Sprint("documents ", i))
		read(t, s, look, casework.FileWorkPart(), all, fmt.Sprint("work ", i))
	}
	found, err := s.Find(t.Context(), a, g.family)
	if err != nil {
		t.Fatal(err)
	}
	all["search"] = inJSON(t, found)
	return all
}

func read[T any](t *testing.T, s *casework.Service, look casework.Look, part casework.Part[T], into map[string]string, page string) {
	t.Helper()
	f, err := casework.Open(t.Context(), s, look, part)
	if err != nil {
		t.Fatalf("%s: %v", page, err)
	}
	into[page] = inJSON(t, f)
}

// readOverview is as read. What was stated again says the same, under another key.
func readOverview(t *testing.T, s *casework.Service, look casework.Look, into map[string]string, page string) {
	t.Helper()
	f, err := casework.Open(t.Context(), s, look, casework.OverviewPart())
	if err != nil {
		t.Fatalf("%s: %v", page, err)
	}
	list := slices.Clone(f.Value.Characteristics)
	for i := range list {
		list[i].ID, list[i].Recorded = "", date.Stamp{}
	}
	slices.SortFunc(list, func(a, b person.Characteristic) int {
		return strings.Compare(fmt.Sprint(a.Period, a.Code), fmt.Sprint(b.Period, b.Code))
	})
	f.Value.Characteristics = list
	into[page] = inJSON(t, f)
}

func inJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// correctSomething does one thing at random. It may be refused, or fail.
func (g *someFiles) correctSomething(t *testing.T, s *casework.Service, a casework.Actor, dice *rand.Rand) {
	t.Helper()
	from, to := g.people[dice.IntN(len(g.people))].Reference, g.people[dice.IntN(len(g.people))].Reference
	var err error
	things := slices.Sorted(maps.Keys(g.things))
	switch n := dice.IntN(10); {
	case n < 3:
		err = s.MergeFiles(t.Context(), a, from, to, told)
	case n < 4:
		err = s.SayNeverSame(t.Context(), a, from, to, told)
	case n < 6: // undo what stands, not always the last
		if list := g.standing(t, s, a); len(list) > 0 {
			x := list[dice.IntN(len(list))]
			err = s.UndoCorrection(t.Context(), a, x.at, x.ID, told)
		}
	case len(things) > 0:
		thing := things[dice.IntN(len(things))]
		switch g.things[thing] {
		case correction.MoveEntry:
			err = s.MoveEntry(t.Context(), a, from, entry.ID(thing), to, told)
		case correction.MoveDocument:
			err = s.MoveDocument(t.Context(), a, from, document.ID(thing), to, told)
		case correction.MovePlan:
			err = s.MovePlan(t.Context(), a, from, plan.ID(thing), to, told)
		case correction.MoveMeeting:
			err = s.MoveMeeting(t.Context(), a, from, meeting.ID(thing), to, told)
		default:
			err = s.MoveFile(t.Context(), a, from, media.ID(thing), to, told)
		}
	}
	if err != nil && !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Unavailable) {
		t.Fatal(err)
	}
}

type standingAt struct {
	casework.Corrected
	at id.Reference
}

// standing are the corrections that stand, the last first.
func (g *someFiles) standing(t *testing.T, s *casework.Service, a casework.Actor) (list []standingAt) {
	t.Helper()
	seen := map[string]bool{}
	for _, p := range g.people {
		for try := 0; ; try++ {
			f, err := casework.Open(t.Context(), s, casework.Look{Actor: a, Reference: p.Reference}, casework.CorrectionsPart())
			if fault.Is(err, fault.Unavailable) && try < 100 {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range f.Value.List {
				if l.Stands() && !seen[l.ID] {
					seen[l.ID] = true
					list = append(list, standingAt{l, p.Reference})
				}
			}
			break
		}
	}
	slices.SortFunc(list, func(a, b standingAt) int { return int(b.Recorded.Seq - a.Recorded.Seq) })
	return list
}

// undoAll takes all of it back, in any order that is allowed.
func (g *someFiles) undoAll(t *testing.T, s *casework.Service, a casework.Actor, dice *rand.Rand) {
	t.Helper()
	for range 10_000 {
		list := g.standing(t, s, a)
		if len(list) == 0 {
			return
		}
		x := list[dice.IntN(len(list))]
		if err := s.UndoCorrection(t.Context(), a, x.at, x.ID, told); err != nil && !fault.Is(err, fault.Conflict) {
			t.Fatal(err)
		}
	}
	t.Fatal("what stands cannot be undone")
}

// wantAllInSight checks that everything that can be moved stands on some record.
func (g *someFiles) wantAllInSight(t *testing.T, s *casework.Service, a casework.Actor) {
	t.Helper()
	var all strings.Builder
	for _, p := range g.people {
		look := casework.Look{Actor: a, Reference: p.Reference}
		for page, words := range func() map[string]string {
			m := map[string]string{}
			readSteadily(t, s, look, casework.TimelinePart(""), m, "timeline")
			readSteadily(t, s, look, casework.FilesPart(""), m, "files")
			readSteadily(t, s, look, casework.PlansPart(), m, "plans")
			readSteadily(t, s, look, casework.MeetingsPart(), m, "meetings")
			readSteadily(t, s, look, casework.DocumentsPart(), m, "documents")
			readSteadily(t, s, look, casework.FileWorkPart(), m, "work")
			return m
		}() {
			all.WriteString(page + words)
		}
	}
	for _, text := range g.texts {
		if !strings.Contains(all.String(), text) {
			t.Fatalf("%q stands on no record", text)
		}
	}
}

// wantTasksBeside checks that on each file stand the tasks of what stands there: two of each
// document, and of a meeting one for each of its children whose file it is.
func (g *someFiles) wantTasksBeside(t *testing.T, db *storetest.Database) {
	t.Helper()
	db.Read(t, func(ctx context.Context, r store.Reader) error {
		for _, p := range g.people {
			want, is := map[string]int{}, map[string]int{}
			docs, err := r.Documents(ctx, p.ID)
			if err != nil {
				return err
			}
			for _, d := range docs {
				want[string(d.ID)] = 2
			}
			meetings, err := r.MeetingsOf(ctx, p.ID)
			if err != nil {
				return err
			}
			for _, m := range meetings {
				for _, c := range m.Children {
					if c.File == p.ID {
						want[string(m.ID)]++
					}
				}
			}
			tasks, err := r.TasksOf(ctx, p.ID, true, 500)
			if err != nil {
				return err
			}
			for _, k := range tasks {
				for thing := range g.things {
					if strings.Contains(k.Link, thing) {
						is[thing]++
					}
				}
			}
			if !maps.Equal(is, want) {
				t.Fatalf("on the file of %s stand the tasks of %v, want %v", p.Reference, is, want)
			}
		}
		return nil
	})
}

// readSteadily reads until the database lets it.
func readSteadily[T any](t *testing.T, s *casework.Service, look casework.Look, part casework.Part[T], into map[string]string, page string) {
	t.Helper()
	for range 100 {
		f, err := casework.Open(t.Context(), s, look, part)
		if fault.Is(err, fault.Unavailable) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		into[page] = inJSON(t, f)
		return
	}
	t.Fatalf("%s was never to be read", page)
}

// What two files had alike stands once on the file that they are, with both as its
// sources; a correction holds for both, also once they are two again.
func TestWhatIsAlikeStandsOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		other := d.another(t, "Ines", "")
		if err := d.MergeFiles(t.Context(), d.manager, other.Reference, d.child.Reference, told); err != nil {
			t.Fatal(err)
		}
		page := func(ref id.Reference) casework.FactPage {
			f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.manager, Reference: ref}, casework.FactsPart(casework.NameFacts, access.Look))
			if err != nil {
				t.Fatal(err)
			}
			return f.Value
		}
		legal := func(p casework.FactPage) (list []casework.KnownFact) {
			for _, f := range p.Once() {
				if f.Fact.(person.Name).Kind == person.Legal {
					list = append(list, f)
				}
			}
			return list
		}
		p := page(d.child.Reference)
		got := legal(p)
		if len(got) != 1 || len(got[0].Alike) != 1 || got[0].Of == got[0].Alike[0].Of || got[0].Of == "" {
			t.Fatalf("the name: %+v", got)
		}
		f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.manager, Reference: d.child.Reference}, casework.OverviewPart())
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]int{}
		for _, n := range f.Value.Names {
			seen[n.Kind+n.Full()]++
			if seen[n.Kind+n.Full()] > 1 {
				t.Errorf("%s stands twice on the overview", n.Full())
			}
		}
		st := casework.Stating{Kind: casework.NameFacts, Fact: got[0].ID, Seen: p.Seen, Form: person.Form{
			"kind": person.Legal, "given": "Inès", "family": "Marlowe", "why": "By her passport.",
		}}
		if err := d.StateFact(t.Context(), d.manager, d.child.Reference, st); err != nil {
			t.Fatal(err)
		}
		list := d.corrections(t, d.manager, d.child.Reference)
		if err := d.UndoCorrection(t.Context(), d.manager, other.Reference, list[0].ID, "They are cousins."); err != nil {
			t.Fatal(err)
		}
		for _, ref := range []id.Reference{d.child.Reference, other.Reference} {
			if got := legal(page(ref)); len(got) != 1 || got[0].Fact.(person.Name).Given != "Inès" || len(got[0].Alike) != 0 || got[0].Of != "" {
				t.Errorf("after it was undone, at %s: %+v", ref, got)
			}
		}
	})
}

// Since when a file is on the record is said by the first of its names, corrected or not.
func TestComparedSinceItWasMade(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		since := func() date.Date {
			f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.manager, Reference: d.child.Reference}, casework.ComparePart())
			d.must(t, err)
			return f.Value.Since
		}
		made := since()
		if made.IsZero() {
			t.Fatal("it was never made")
		}
		d.db.Now.Set(d.db.Now.Time().AddDate(0, 0, 40))
		p := d.facts(t, d.adviser, casework.NameFacts)
		for _, n := range p.Now {
			d.must(t, d.state(t, d.adviser, casework.NameFacts, n.ID, form("kind", person.Legal, "given", "Inés", "family", "Marlowe", "why", "By her passport.")))
		}
		if got := since(); got != made {
			t.Errorf("after her name was corrected: since %v, want %v", got, made)
		}
	})
}

// What ends of both files keeps the first day that each had.
func TestWhatIsAlikeEndsWithItsOwnFirstDay(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		other := d.another(t, "Ines", "")
		for p, year := range map[person.ID]int{d.child.ID: 2012, other.ID: 2015} {
			d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
				return tx.AddAddress(ctx, p, person.Address{ID: id.New(), Line1: "1 Test Lane", Postcode: "ZX1 1AA", Clocks: storetest.Clocks(date.Must(year, 1, 1))})
			})
		}
		d.must(t, d.MergeFiles(t.Context(), d.manager, other.Reference, d.child.Reference, told))
		p := d.facts(t, d.manager, casework.AddressFacts)
		if once := p.Once(); len(once) != 1 || len(once[0].Alike) != 1 {
			t.Fatalf("one address of two files: %+v", once)
		}
		st := casework.Stating{Kind: casework.AddressFacts, Fact: p.Once()[0].ID, Seen: p.Seen, Form: and(form("basis", "Her mother rang."), on("last", date.Must(2020, 1, 1)))}
		d.must(t, d.EndFact(t.Context(), d.manager, d.child.Reference, st, false))
		want := []string{"1 Test Lane 2012-01-01 2020-01-01", "1 Test Lane 2015-01-01 2020-01-01"}
		if got := d.lives(t, d.child.ID); !slices.Equal(got, want) {
			t.Errorf("after they moved: %q, want %q", got, want)
		}
	})
}
