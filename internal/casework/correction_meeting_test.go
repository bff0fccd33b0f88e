package casework_test

import (
	"slices"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/correction"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/person"
	"casefile/internal/store/storetest"
)

// A child who was put on a meeting by mistake is taken off it, and the right one is put on:
// what was written and decided about the one is about the other, with the task that it
// opened. The other child stays, and undone it is as it was.
func TestAMeetingOfTheWrongChild(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		right := m.db.Person(t, "Enid", "Marlowe", date.Must(2015, 5, 3))
		m.db.Episode(t, right.ID, m.team, m.worker.Worker)
		n := m.coreGroup(m.sibling.Reference)
		n.Day = storetest.Today
		key := m.setUp(t, m.worker, n)
		desk := &desk{db: m.db, Service: m.Service}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(m.HoldMeeting(t.Context(), m.worker, m.child.Reference, key, 1, casework.HeldMeeting{Day: storetest.Today, NoNext: "None", NotInvited: "They were away"}))
		d := casework.NewDecision{ID: id.New(), About: m.child.Reference.String(), Decided: meeting.Decided{
			What: "She sees a doctor", MadeBy: "All", For: "She coughs", Against: "None", Outcome: "She is well", Reasons: "It goes on", Do: "Ring the doctor", Doer: m.worker.Worker, Due: storetest.Today.AddDays(3),
		}}
		must(m.Decide(t.Context(), m.worker, m.child.Reference, key, d))
		link := "/meetings/" + string(key) + "#decision-" + d.ID
		wantTasks := func(p person.ID, is bool) {
			t.Helper()
			if got := slices.Contains(desk.tasksOn(t, p), link); got != is {
				t.Errorf("what was decided is due on the file of %s: %v", p, got)
			}
		}
		wantTasks(m.child.ID, true)
		move := func(a casework.Actor, to id.Reference) error {
			return m.MoveMeeting(t.Context(), a, m.child.Reference, key, to, told)
		}
		wantKind(t, "by whose right it is not", move(m.support, right.Reference), fault.NotFound)
		wantKind(t, "by another service", move(m.elsewhere, right.Reference), fault.NotFound)
		wantProblem(t, move(m.worker, m.sibling.Reference), "other", "It stands on that record already")
		must(move(m.worker, right.Reference))

		on := func(p person.Person, ref id.Reference, others ...id.Reference) {
			t.Helper()
			f := m.read(t, m.worker, ref, key)
			var with []id.Reference
			for _, h := range f.Others {
				with = append(with, h.Reference)
			}
			if !slices.Equal(with, others) || !f.On(p.ID) || len(f.Decisions) != 1 || f.Decisions[0].Person != p.ID {
				t.Errorf("at %s: with %v, %v, decided %+v", ref, with, f.Children, f.Decisions)
			}
		}
		gone := func(ref id.Reference) {
			t.Helper()
			_, err := casework.Open(t.Context(), m.Service, casework.Look{Actor: m.worker, Reference: ref}, casework.MeetingPart(key))
			wantKind(t, "the meeting of others", err, fault.NotFound)
			f, err := casework.Open(t.Context(), m.Service, casework.Look{Actor: m.worker, Reference: ref}, casework.MeetingsPart())
			if err != nil || len(f.Value.Past) != 0 {
				t.Errorf("in the list: %+v, %v", f.Value.Past, err)
			}
		}
		on(right, right.Reference, m.sibling.Reference)
		on(right, m.sibling.Reference, right.Reference)
		gone(m.child.Reference)
		wantTasks(m.child.ID, false)
		wantTasks(right.ID, true)
		if got := m.prints(t, m.sibling); !slices.Contains(got, "move-meeting corrections shown") {
			t.Errorf("the footprints on the file of the other child: %q", got)
		}
		if got := desk.news(t, m.taker); !slices.Equal(got, []string{casework.MovedAway, casework.MovedHere}) {
			t.Errorf("who takes the minutes is told %q", got)
		}
		// A decision that is recorded meanwhile is of the right child, and so is its task.
		later := d
		later.ID, later.About = id.New(), right.Reference.String()
		must(m.Decide(t.Context(), m.worker, right.Reference, key, later))
		if got := desk.tasksOn(t, right.ID); !slices.Contains(got, "/meetings/"+string(key)+"#decision-"+later.ID) {
			t.Errorf("due of the right child: %q", got)
		}
		list := desk.corrections(t, m.worker, m.child.Reference)
		if len(list) != 1 || list[0].Kind != correction.MoveMeeting || list[0].What == "" || !list[0].MayUndo {
			t.Fatalf("corrections: %+v", list)
		}
		must(m.UndoCorrection(t.Context(), m.worker, m.child.Reference, list[0].ID, "It was hers after all."))
		gone(right.Reference)
		undone := func(when string, p person.Person, want int) {
			t.Helper()
			n := 0
			for _, print := range m.prints(t, p) {
				if print == "undo corrections shown" {
					n++
				}
			}
			if n != want {
				t.Errorf("%s: the file of %s has %d footprints of what was undone, want %d", when, p.Reference, n, want)
			}
		}
		for _, p := range []person.Person{m.child, m.sibling, right} {
			undone("undone", p, 1)
		}
		wantTasks(m.child.ID, true)
		wantTasks(right.ID, false)
		f := m.read(t, m.worker, m.child.Reference, key)
		if len(f.Decisions) != 2 || f.Decisions[0].Person != m.child.ID || f.Decisions[1].Person != m.child.ID || len(f.Others) != 1 {
			t.Errorf("undone: %+v, with %+v", f.Decisions, f.Others)
		}
		_, err := casework.Open(t.Context(), m.Service, m.look(m.support), casework.MovingPart(correction.MoveMeeting, string(key)))
		if err == nil {
			t.Error("business support is asked where to it moves")
		}
		// Where the other child turns out to be the one to whom it had moved, there is one of both,
		// beside what each had before.
		must(move(m.worker, right.Reference))
		list = desk.corrections(t, m.worker, m.child.Reference)
		must(m.MergeFiles(t.Context(), m.manager, m.sibling.Reference, right.Reference, told))
		must(m.UndoCorrection(t.Context(), m.worker, m.child.Reference, list[0].ID, "It was hers after all."))
		undone("one with the other child", m.child, 2)
		undone("one with the other child", right, 3)
	})
}
