package casework_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
	"casefile/internal/task"
)

// reached is the current statement of a stage on a file; the zero one where there is none.
func reached(t *testing.T, db *storetest.Database, p person.ID, kind string) (of task.Milestone) {
	t.Helper()
	db.Read(t, func(ctx context.Context, r store.Reader) error {
		list, err := r.Milestones(ctx, p, 0)
		if i := slices.IndexFunc(list, func(m task.Milestone) bool { return m.Kind == kind }); i >= 0 {
			of = list[i]
		}
		return err
	})
	return of
}

// undoLast takes back the latest correction of a file.
func (d *desk) undoLast(t *testing.T, a casework.Actor, ref id.Reference) {
	t.Helper()
	d.must(t, d.UndoCorrection(t.Context(), a, ref, d.corrections(t, a, ref)[0].ID, "It was right before."))
}

// The stage that a meeting reached goes with it to the case of the right child, and is the
// meeting's there; undone, it is as it was. Another child of the meeting keeps theirs.
func TestTheStageOfAMeetingMovesWithIt(t *testing.T) {
	const kind = "first-core-group"
	eachRoom(t, func(t *testing.T, m *room) {
		right := m.db.Person(t, "Enid", "Marlowe", date.Must(2015, 5, 3))
		m.db.Episode(t, right.ID, m.team, m.worker.Worker)
		planned := storetest.Today.AddDays(4)
		m.addStage(t, kind, planned, date.Date{})
		key := m.held(t, m.coreGroup(m.sibling.Reference))
		d := &desk{db: m.db, Service: m.Service}
		want := func(when string, p person.Person, plan, actual date.Date) {
			t.Helper()
			if got := reached(t, m.db, p.ID, kind); got.Planned != plan || got.Actual != actual {
				t.Errorf("%s: the stage on the file of %s: %+v, want %v and %v", when, p.Reference, got, plan, actual)
			}
		}
		want("held", m.child, planned, storetest.Today)
		move := func() {
			t.Helper()
			d.must(t, m.MoveMeeting(t.Context(), m.worker, m.child.Reference, key, right.Reference, told))
		}
		move()
		want("moved", m.child, planned, date.Date{})
		want("moved", right, date.Date{}, storetest.Today)
		want("moved", m.sibling, date.Date{}, storetest.Today)

		d.undoLast(t, m.worker, right.Reference)
		want("undone", m.child, planned, storetest.Today)
		want("undone", right, date.Date{}, date.Date{})
		want("undone", m.sibling, date.Date{}, storetest.Today)

		// It follows the meeting's day there, and back.
		move()
		yesterday := storetest.Today.AddDays(-1)
		now := m.read(t, m.worker, right.Reference, key).Now()
		again := now.Arrangement
		again.Day = yesterday
		d.must(t, m.ArrangeMeeting(t.Context(), m.worker, right.Reference, key, now.Number, again, "It was the day before", nil))
		want("put right", right, date.Date{}, yesterday)
		want("put right", m.child, planned, date.Date{})
		d.undoLast(t, m.worker, right.Reference)
		want("undone with another day", m.child, planned, yesterday)
		want("undone with another day", right, date.Date{}, date.Date{})
		now = m.read(t, m.worker, m.child.Reference, key).Now()
		d.must(t, m.WithdrawMeeting(t.Context(), m.worker, m.child.Reference, key, now.Number, "It never was"))
		want("withdrawn", m.child, planned, date.Date{})
	})
}

// What somebody else stated of a stage stays where it was stated; and what a meeting
// reaches only once it has moved is reached on the other file when the move is undone.
func TestTheStageOfAMeetingThatWasHeldMeanwhile(t *testing.T) {
	const kind = "first-core-group"
	eachRoom(t, func(t *testing.T, m *room) {
		right := m.db.Person(t, "Enid", "Marlowe", date.Must(2015, 5, 3))
		e := m.db.Episode(t, right.ID, m.team, m.worker.Worker)
		d := &desk{db: m.db, Service: m.Service}
		n := m.coreGroup()
		n.Day = storetest.Today
		key := m.setUp(t, m.worker, n)
		h := m.heldToday(t, key)
		d.must(t, m.MoveMeeting(t.Context(), m.worker, m.child.Reference, key, right.Reference, told))
		if got := reached(t, m.db, right.ID, kind); !got.Actual.IsZero() {
			t.Errorf("it was not held, and reached %+v", got)
		}
		d.must(t, m.HoldMeeting(t.Context(), m.worker, right.Reference, key, 1, h))
		d.undoLast(t, m.worker, right.Reference)
		if here, there := reached(t, m.db, m.child.ID, kind), reached(t, m.db, right.ID, kind); here.Actual != storetest.Today || there.ID != "" {
			t.Errorf("undone: here %+v, there %+v", here, there)
		}

		d.must(t, m.MoveMeeting(t.Context(), m.worker, m.child.Reference, key, right.Reference, told))
		stated := casework.NewStage{Actual: storetest.Today.AddDays(-2), Why: "I was there", Seen: reached(t, m.db, right.ID, kind).ID}
		d.must(t, m.ReachStage(t.Context(), m.worker, right.Reference, e.Key(), kind, stated))
		d.undoLast(t, m.worker, right.Reference)
		if here, there := reached(t, m.db, m.child.ID, kind), reached(t, m.db, right.ID, kind); here.Actual != storetest.Today || there.Actual != stated.Actual {
			t.Errorf("stated by somebody: here %+v, there %+v", here, there)
		}
	})
}

// A move that is undone while the two files are one has each have its own again, once they
// are two.
func TestTheStageOfAMeetingMovesBackWhileTwoFilesAreOne(t *testing.T) {
	const kind = "first-core-group"
	eachRoom(t, func(t *testing.T, m *room) {
		right := m.db.Person(t, "Enid", "Marlowe", date.Must(2015, 5, 3))
		m.db.Episode(t, right.ID, m.team, m.worker.Worker)
		d := &desk{db: m.db, Service: m.Service}
		key := m.held(t, m.coreGroup())
		d.must(t, m.MoveMeeting(t.Context(), m.worker, m.child.Reference, key, right.Reference, told))
		d.must(t, m.MergeFiles(t.Context(), m.manager, right.Reference, m.child.Reference, told))
		list := d.corrections(t, m.manager, m.child.Reference)
		if len(list) != 2 {
			t.Fatalf("corrections: %+v", list)
		}
		d.must(t, m.UndoCorrection(t.Context(), m.worker, m.child.Reference, list[1].ID, "It was hers after all."))
		d.must(t, m.UndoCorrection(t.Context(), m.manager, m.child.Reference, list[0].ID, "They are cousins."))
		if here, there := reached(t, m.db, m.child.ID, kind), reached(t, m.db, right.ID, kind); here.Actual != storetest.Today || there.ID != "" {
			t.Errorf("both undone: here %+v, there %+v", here, there)
		}
	})
}

// What a form brought about goes with the document to the right child, and comes back: the
// stage that it reached, its task, and the task to complete the form that it required.
func TestWhatADocumentBroughtAboutMovesWithIt(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		other := d.another(t, "Theo", d.adviser.Worker)
		key := d.requiring(t)
		d.authorise(t, key)
		want := func(when string, here, gone person.Person) {
			t.Helper()
			ring, next := "/documents/"+string(key), "/documents/new?form=followup#document-"+string(key)
			if got := d.tasksOn(t, here.ID); !slices.Equal(got, []string{ring, next}) {
				t.Errorf("%s: tasks %q", when, got)
			}
			if got := d.tasksOn(t, gone.ID); len(got) != 0 {
				t.Errorf("%s: tasks on the other file: %q", when, got)
			}
			is, not := reached(t, d.db, here.ID, "plan-agreed"), reached(t, d.db, gone.ID, "plan-agreed")
			if is.Actual != storetest.Today || not.ID != "" {
				t.Errorf("%s: the stage is %+v, and on the other file %+v", when, is, not)
			}
		}
		want("final", d.child, other)
		d.must(t, d.MoveDocument(t.Context(), d.adviser, d.child.Reference, key, other.Reference, told))
		want("moved", other, d.child)
		d.undoLast(t, d.adviser, other.Reference)
		want("undone", d.child, other)

		// The day for which a stage was planned there stays.
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			is := reached(t, d.db, d.child.ID, "plan-agreed")
			return tx.AddMilestone(ctx, task.Milestone{ID: id.New(), Person: other.ID, Episode: d.episodeOf(t, other.ID), Kind: is.Kind, Planned: storetest.Today.AddDays(3), Clocks: storetest.Clocks(date.Date{})})
		})
		d.must(t, d.MoveDocument(t.Context(), d.adviser, d.child.Reference, key, other.Reference, told))
		if got := reached(t, d.db, other.ID, "plan-agreed"); got.Actual != storetest.Today || got.Planned != storetest.Today.AddDays(3) {
			t.Errorf("a stage that was planned there: %+v", got)
		}
		d.undoLast(t, d.adviser, other.Reference)
		if got := reached(t, d.db, other.ID, "plan-agreed"); !got.Actual.IsZero() || got.Planned != storetest.Today.AddDays(3) {
			t.Errorf("undone, it is planned still: %+v", got)
		}
	})
}

// episodeOf is the key of the case of a file.
func (d *desk) episodeOf(t *testing.T, p person.ID) (key string) {
	t.Helper()
	d.db.Read(t, func(ctx context.Context, r store.Reader) error {
		list, err := r.Episodes(ctx, p, 0)
		key = list[0].Key()
		return err
	})
	return key
}

// requiring is a plan that has another form be required, completed.
func (d *planner) requiring(t *testing.T) document.ID {
	t.Helper()
	key := document.ID(id.New())
	d.must(t, d.StartDocument(t.Context(), d.adviser, d.child.Reference, key, "plan", true))
	d.fill(t, d.adviser, key)
	d.mustType(t, d.adviser, key, "start", map[string]any{"working": "no", "why-not": "He is ill."})
	d.mustType(t, d.adviser, key, "trouble", map[string]any{"plan": "Another form"})
	d.mustComplete(t, d.adviser, key)
	return key
}

// Where two documents require the same form, one task stands for both: it goes with the one
// that opened it, and another is opened for the one that stays, until the first is back.
func TestAFormThatTwoDocumentsRequireMoves(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		other := d.another(t, "Theo", d.adviser.Worker)
		first := d.requiring(t)
		d.authorise(t, first)
		second := d.requiring(t)
		due := func(p person.ID, want ...document.ID) {
			t.Helper()
			var keys []document.ID
			for _, link := range d.tasksOn(t, p) {
				if key, ok := strings.CutPrefix(link, "/documents/new?form=followup#document-"); ok {
					keys = append(keys, document.ID(key))
				}
			}
			if !slices.Equal(keys, want) {
				t.Errorf("on the file of %s the form is due because of %v, want %v", p, keys, want)
			}
		}
		due(d.child.ID, first)
		d.must(t, d.MoveDocument(t.Context(), d.adviser, d.child.Reference, first, other.Reference, told))
		due(d.child.ID, second)
		due(other.ID, first)
		d.undoLast(t, d.adviser, other.Reference)
		due(d.child.ID, first)
		due(other.ID)
		// The other, for which none was opened, has one of its own where it goes.
		d.must(t, d.MoveDocument(t.Context(), d.adviser, d.child.Reference, second, other.Reference, told))
		due(d.child.ID, first)
		due(other.ID, second)
		d.undoLast(t, d.adviser, other.Reference)
		due(d.child.ID, first)
		due(other.ID)
	})
}

// What is due so long after a meeting is counted anew on both files when it moves, and back
// when that is undone; what is due for another reason stays as it is.
func TestWhatIsCountedFromAMeetingThatMoves(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		right := m.db.Person(t, "Enid", "Marlowe", date.Must(2015, 5, 3))
		m.db.Episode(t, right.ID, m.team, m.worker.Worker)
		d := &desk{db: m.db, child: m.child}
		d.Service = d.inFolder(t, "testdata/met")
		m.Service = d.Service
		// Each has had one before, and of the child there was one on the day before, too.
		earlier := func(p person.Person, days int) {
			m.db.Must(t, func(ctx context.Context, tx store.Tx) error {
				by := date.Stamp{By: storetest.By}
				met := meeting.Meeting{ID: meeting.ID(id.New()), Kind: "core-group", Title: "Core group", Service: "social-care", Set: by, Children: []meeting.Child{{Put: p.ID}}}
				at := meeting.Arrangement{State: meeting.Held, Day: storetest.Today.AddDays(days), ChairName: "Ms Chair", Reason: "To meet"}
				return errors.Join(tx.AddMeeting(ctx, met), tx.AddMeetingVersion(ctx, met.ID, meeting.Version{Number: 1, Arrangement: at, By: "ada", ByName: "Ada", ByRole: "Adviser", Recorded: by}))
			})
		}
		earlier(m.child, -20)
		earlier(right, -30)
		key := m.held(t, m.coreGroup())
		open := func(p person.Person, words string, due date.Date) {
			m.db.Must(t, func(ctx context.Context, tx store.Tx) error {
				return tx.AddTask(ctx, task.Task{
					ID: task.ID(id.New()), Kind: "form-to-complete", Title: "Form", Words: words, Person: p.ID, Service: "social-care", Link: "/documents/new?form=after", From: task.FromRule, FromID: string(task.FormNext),
					Holder: task.OfWorker(m.worker.Worker), Team: m.team.ID, State: task.Open, Due: due,
				}, task.Place{})
			})
		}
		open(m.child, "by the meeting", storetest.Today.AddDays(10))
		open(m.child, "by its own days", storetest.Today.AddDays(3))
		open(m.child, "by the one before", storetest.Today.AddDays(-10))
		open(right, "by theirs", storetest.Today.AddDays(-20))
		open(right, "by its own days", storetest.Today.AddDays(10))
		want := func(when string, p person.Person, days map[string]int) {
			t.Helper()
			m.db.Read(t, func(ctx context.Context, r store.Reader) error {
				list, err := r.TasksOf(ctx, p.ID, true, 10)
				for _, k := range list {
					day, ok := days[k.Words]
					if want := storetest.Today.AddDays(day); !ok || k.Due != want {
						t.Errorf("%s: on the file of %s %q is due on %v, want %v", when, p.Reference, k.Words, k.Due, want)
					}
				}
				if len(list) != len(days) {
					t.Errorf("%s: %d tasks, want %d", when, len(list), len(days))
				}
				return err
			})
		}
		before := func(when string, days int) {
			t.Helper()
			want(when, m.child, map[string]int{"by the meeting": days, "by its own days": 3, "by the one before": -10})
			want(when, right, map[string]int{"by theirs": -20, "by its own days": 10})
		}
		before("held", 10)
		d.must(t, m.MoveMeeting(t.Context(), m.worker, m.child.Reference, key, right.Reference, told))
		want("moved", m.child, map[string]int{"by the meeting": -10, "by its own days": 3, "by the one before": -10})
		want("moved", right, map[string]int{"by theirs": 10, "by its own days": 10})
		d.undoLast(t, m.worker, right.Reference)
		before("undone", 10)

		// With another day meanwhile.
		d.must(t, m.MoveMeeting(t.Context(), m.worker, m.child.Reference, key, right.Reference, told))
		now := m.read(t, m.worker, right.Reference, key).Now()
		again := now.Arrangement
		again.Day = storetest.Today.AddDays(-1)
		d.must(t, m.ArrangeMeeting(t.Context(), m.worker, right.Reference, key, now.Number, again, "It was the day before", nil))
		d.undoLast(t, m.worker, right.Reference)
		want("undone with another day", m.child, map[string]int{"by the meeting": 9, "by its own days": 3, "by the one before": -10})

		// While the two files are one.
		d.must(t, m.MoveMeeting(t.Context(), m.worker, m.child.Reference, key, right.Reference, told))
		d.must(t, m.MergeFiles(t.Context(), m.manager, right.Reference, m.child.Reference, told))
		list := d.corrections(t, m.manager, m.child.Reference)
		d.must(t, m.UndoCorrection(t.Context(), m.worker, m.child.Reference, list[1].ID, "It was hers after all."))
		d.must(t, m.UndoCorrection(t.Context(), m.manager, m.child.Reference, list[0].ID, "They are cousins."))
		want("undone while they were one", m.child, map[string]int{"by the meeting": 9, "by its own days": 3, "by the one before": -10})
	})
}
