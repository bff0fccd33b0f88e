package casework_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/correction"
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

// stated are the coded facts of a file that stand now, each with its days, in the order of
// those.
func stated(t *testing.T, db *storetest.Database, p person.ID) (facts []string) {
	t.Helper()
	db.Read(t, func(ctx context.Context, r store.Reader) error {
		list, err := r.Characteristics(ctx, p, 0)
		for _, f := range list {
			facts = append(facts, fmt.Sprintf("%s %s to %s: %s", f.Kind, f.Period.From, f.Period.To, f.Code))
		}
		slices.Sort(facts)
		return err
	})
	return facts
}

// recordFact records a coded fact from a day on a file, as somebody did before.
func (d *desk) recordFact(t *testing.T, p person.ID, code string, from date.Date) {
	t.Helper()
	d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		return tx.AddCharacteristic(ctx, p, person.Characteristic{ID: id.New(), Kind: "sen-provision", Code: code, Clocks: storetest.Clocks(from)})
	})
}

// changed are how a coded fact of a file was changed with the latest correction: what was done,
// why, and how that is known.
func (d *desk) changed(t *testing.T, p person.ID, action string) (list []string) {
	t.Helper()
	d.db.Read(t, func(ctx context.Context, r store.Reader) error {
		changes, err := r.Changes(ctx, p)
		for _, c := range changes {
			if c.Fact == string(store.CharacteristicFact) && c.Action == action && c.Recorded.Seq == changes[0].Recorded.Seq {
				list = append(list, c.Why+"|"+c.Basis)
			}
		}
		return err
	})
	return list
}

func (d *planner) movingFacts(t *testing.T, ref id.Reference, key document.ID) []casework.MovingFact {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.adviser, Reference: ref}, casework.MovingPart(correction.MoveDocument, string(key)))
	if err != nil {
		t.Fatal(err)
	}
	return f.Value.Facts
}

// What a form stated goes with it to the right child: on the wrong record it is put aside as
// never so, with the reason, and what it had taken the place of lasts on; undone, both are as
// they were.
func TestTheFactsOfAFormMoveWithIt(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		today, before := storetest.Today.String(), storetest.Today.AddDays(-1).String()
		other := d.another(t, "Theo", d.adviser.Worker)
		d.recordFact(t, d.child.ID, "N", date.Must(2020, 1, 1))
		d.recordFact(t, other.ID, "K", date.Must(2021, 1, 1))
		key := d.final(t)
		want := func(when string, p person.Person, facts ...string) {
			t.Helper()
			if got := stated(t, d.db, p.ID); !slices.Equal(got, facts) {
				t.Errorf("%s: on the file of %s stands %q, want %q", when, p.Reference, got, facts)
			}
		}
		asBefore := func(when string) {
			t.Helper()
			want(when, d.child, "sen-provision 2020-01-01 to "+before+": N", "sen-provision "+today+" to : E")
			want(when, other, "sen-provision 2021-01-01 to : K")
		}
		asBefore("final")
		if got := d.movingFacts(t, d.child.Reference, key); len(got) != 1 || got[0] != (casework.MovingFact{Words: "Special educational needs provision: Education, health and care plan"}) {
			t.Errorf("what goes along is said to be %+v", got)
		}
		for range 2 {
			d.must(t, d.MoveDocument(t.Context(), d.adviser, d.child.Reference, key, other.Reference, told))
			want("moved", d.child, "sen-provision 2020-01-01 to : N")
			want("moved", other, "sen-provision 2021-01-01 to "+before+": K", "sen-provision "+today+" to : E")
			if got := d.changed(t, d.child.ID, person.Withdrawn); !slices.Equal(got, []string{told + "|The form “Plan”: it was on the wrong record"}) {
				t.Errorf("why it was never so: %q", got)
			}
			if got := d.changed(t, other.ID, person.Added); !slices.Equal(got, []string{"|The form “Plan”: it was moved to this record"}) {
				t.Errorf("how it is known: %q", got)
			}
			d.undoLast(t, d.adviser, other.Reference)
			asBefore("undone")
		}

		// What was moved on comes back in two steps, and what began there on the same day is
		// for somebody to sort out.
		third := d.another(t, "Tess", d.adviser.Worker)
		d.recordFact(t, third.ID, "K", storetest.Today)
		d.must(t, d.MoveDocument(t.Context(), d.adviser, d.child.Reference, key, other.Reference, told))
		d.must(t, d.MoveDocument(t.Context(), d.adviser, other.Reference, key, third.Reference, told))
		want("moved on", third, "sen-provision "+today+" to : K")
		want("moved on", other, "sen-provision 2021-01-01 to : K")
		d.undoLast(t, d.adviser, third.Reference)
		want("back once", other, "sen-provision 2021-01-01 to "+before+": K", "sen-provision "+today+" to : E")
		d.undoLast(t, d.adviser, d.child.Reference)
		asBefore("back twice")
		want("back twice", third, "sen-provision "+today+" to : K")
	})
}

// What somebody said themselves of a fact that a form stated keeps it where it is, and the
// page says so before anything moves.
func TestTheFactsOfAFormThatStay(t *testing.T) {
	for name, say := range map[string]struct {
		do    func(s *casework.Service, a casework.Actor, ref id.Reference, st casework.Stating) error
		stays []string
	}{
		"confirmed": {
			func(s *casework.Service, a casework.Actor, ref id.Reference, st casework.Stating) error {
				st.Form = person.Form{"basis": "School said so"}
				return s.CheckFact(context.Background(), a, ref, st)
			}, []string{"Education, health and care plan|Somebody confirmed it"},
		},
		"ended": {
			func(s *casework.Service, a casework.Actor, ref id.Reference, st casework.Stating) error {
				d := storetest.Today
				st.Form = person.Form{"basis": "School said so", "last-day": fmt.Sprint(d.Day()), "last-month": fmt.Sprint(d.Month()), "last-year": fmt.Sprint(d.Year())}
				return s.EndFact(context.Background(), a, ref, st, false)
			}, []string{"Education, health and care plan|Somebody changed it"},
		},
		"never so": {
			func(s *casework.Service, a casework.Actor, ref id.Reference, st casework.Stating) error {
				st.Form = person.Form{"basis": "School said so", "why": "It was another child"}
				return s.EndFact(context.Background(), a, ref, st, true)
			}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			eachPlanner(t, func(t *testing.T, d *planner) {
				other := d.another(t, "Theo", d.adviser.Worker)
				key := d.final(t)
				f, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.FactsPart(casework.CodedFacts, access.Look))
				if err != nil || len(f.Value.Now) != 1 {
					t.Fatalf("%+v, %v", f.Value.Now, err)
				}
				d.must(t, say.do(d.Service, d.adviser, d.child.Reference, casework.Stating{Kind: casework.CodedFacts, Fact: f.Value.Now[0].ID, Seen: f.Value.Seen}))
				was := stated(t, d.db, d.child.ID)
				var stays []string
				for _, m := range d.movingFacts(t, d.child.Reference, key) {
					_, what, _ := strings.Cut(m.Words, ": ")
					why, _, _ := strings.Cut(m.Stays, " on ")
					stays = append(stays, what+"|"+why)
				}
				if !slices.Equal(stays, say.stays) {
					t.Errorf("what stays is said to be %q, want %q", stays, say.stays)
				}
				d.must(t, d.MoveDocument(t.Context(), d.adviser, d.child.Reference, key, other.Reference, told))
				if here, there := stated(t, d.db, d.child.ID), stated(t, d.db, other.ID); !slices.Equal(here, was) || len(there) != 0 {
					t.Errorf("moved: %q and %q, want %q and none", here, there, was)
				}
				d.undoLast(t, d.adviser, other.Reference)
				if here := stated(t, d.db, d.child.ID); !slices.Equal(here, was) {
					t.Errorf("undone: %q, want %q", here, was)
				}
			})
		})
	}
}

// What a form ended of another file, that was one with the first, lasts on where the form
// moves away, and is ended again when that is undone; it is the other's once they part.
func TestTheFactsOfAFormMoveFromAMergedFile(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		today, before := storetest.Today.String(), storetest.Today.AddDays(-1).String()
		twin, right := d.another(t, "Theo", d.adviser.Worker), d.another(t, "Tess", d.adviser.Worker)
		d.recordFact(t, twin.ID, "K", date.Must(2021, 1, 1))
		d.must(t, d.MergeFiles(t.Context(), d.manager, twin.Reference, d.child.Reference, told))
		key := d.final(t)
		want := func(when string, p person.Person, facts ...string) {
			t.Helper()
			if got := stated(t, d.db, p.ID); !slices.Equal(got, facts) {
				t.Errorf("%s: on the file of %s stands %q, want %q", when, p.Reference, got, facts)
			}
		}
		ended, lasts, is := "sen-provision 2021-01-01 to "+before+": K", "sen-provision 2021-01-01 to : K", "sen-provision "+today+" to : E"
		want("final", d.child, ended, is)
		for range 2 {
			d.must(t, d.MoveDocument(t.Context(), d.adviser, d.child.Reference, key, right.Reference, told))
			want("moved", d.child, lasts)
			want("moved", right, is)
			d.undoLast(t, d.adviser, right.Reference)
			want("undone", d.child, ended, is)
			want("undone", right)
		}
		d.must(t, d.MoveDocument(t.Context(), d.adviser, d.child.Reference, key, right.Reference, told))
		list := d.corrections(t, d.manager, d.child.Reference)
		d.must(t, d.UndoCorrection(t.Context(), d.manager, d.child.Reference, list[len(list)-1].ID, "They are cousins."))
		want("parted", d.child)
		want("parted", twin, lasts)
	})
}

// On a file that is several, a form that moves there takes the place of what is so of any of
// them; undone, before they part or after, each has its own again.
func TestTheFactsOfAFormMoveToAMergedFile(t *testing.T) {
	for _, partFirst := range []bool{false, true} {
		t.Run(fmt.Sprint("parted first ", partFirst), func(t *testing.T) {
			eachPlanner(t, func(t *testing.T, d *planner) {
				today, before := storetest.Today.String(), storetest.Today.AddDays(-1).String()
				twin, right := d.another(t, "Theo", d.adviser.Worker), d.another(t, "Tess", d.adviser.Worker)
				d.recordFact(t, twin.ID, "K", date.Must(2021, 1, 1))
				d.must(t, d.MergeFiles(t.Context(), d.manager, twin.Reference, right.Reference, told))
				key := d.final(t)
				want := func(when string, p person.Person, facts ...string) {
					t.Helper()
					if got := stated(t, d.db, p.ID); !slices.Equal(got, facts) {
						t.Errorf("%s: on the file of %s stands %q, want %q", when, p.Reference, got, facts)
					}
				}
				ended, lasts, is := "sen-provision 2021-01-01 to "+before+": K", "sen-provision 2021-01-01 to : K", "sen-provision "+today+" to : E"
				d.must(t, d.MoveDocument(t.Context(), d.adviser, d.child.Reference, key, right.Reference, told))
				want("moved", d.child)
				want("moved", right, ended, is)
				list := d.corrections(t, d.manager, right.Reference)
				part := func() {
					t.Helper()
					d.must(t, d.UndoCorrection(t.Context(), d.manager, right.Reference, list[1].ID, "They are cousins."))
				}
				if partFirst {
					part()
				}
				d.must(t, d.UndoCorrection(t.Context(), d.adviser, right.Reference, list[0].ID, "It was right before."))
				if !partFirst {
					want("undone", right, lasts)
					part()
				}
				want("undone", d.child, is)
				want("parted", right)
				want("parted", twin, lasts)
				prints := slices.DeleteFunc(d.prints(t, string(twin.ID)), func(p string) bool { return p != "undo corrections shown" })
				if len(prints) != 2 { // of the move and of the merge
					t.Errorf("the file that parted has %d footprints of what was undone, want 2", len(prints))
				}

				// What is so already of one of them is not stated again.
				d.must(t, d.MergeFiles(t.Context(), d.manager, twin.Reference, right.Reference, told))
				d.recordFact(t, right.ID, "E", date.Must(2022, 1, 1))
				was := stated(t, d.db, right.ID)
				d.must(t, d.MoveDocument(t.Context(), d.adviser, d.child.Reference, key, right.Reference, told))
				want("so already", right, was...)
			})
		})
	}
}
