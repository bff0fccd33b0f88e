package casework_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/document"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/plan"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
	"casefile/internal/task"
)

// toAuthorise are the tasks on a file to authorise something, open ones or those that are
// not.
func (d *desk) toAuthorise(t *testing.T, p person.ID, open bool) (list []task.Task) {
	t.Helper()
	d.db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
		list, err = r.TasksOf(ctx, p, open, 100)
		list = slices.DeleteFunc(list, func(k task.Task) bool { _, ok := k.Awaiting(); return !ok })
		return err
	})
	return list
}

// A desk at which one thing on either of two files is written, authorised, moved.
type movingDesk struct {
	*desk
	other person.Person
	moved bool
}

// check holds the tasks to what is so: one, on the file where it waits, while it waits.
func (m *movingDesk) check(t *testing.T, after, link string, waits bool) {
	t.Helper()
	here, there := m.desk.toAuthorise(t, m.child.ID, true), m.desk.toAuthorise(t, m.other.ID, true)
	if len(there) > 0 {
		t.Fatalf("after %s, on the file where it does not stand: %+v", after, there)
	}
	if waits != (len(here) == 1) || len(here) > 1 || waits && here[0].Link != link {
		t.Fatalf("after %s, waiting %t: %d open tasks to authorise: %+v", after, waits, len(here), here)
	}
}

// move moves it to the other file, or takes the move back.
func (m *movingDesk) move(t *testing.T, do func(to person.Person) error) string {
	t.Helper()
	if m.moved {
		m.undoLast(t, m.adviser, m.child.Reference)
	} else {
		m.must(t, do(m.other))
	}
	m.moved = !m.moved
	m.child, m.other = m.other, m.child
	if m.moved {
		return "a move"
	}
	return "a move that was undone"
}

// Whatever is done with a document, there is exactly one open task to authorise it while it
// waits, on the file where it stands, and none otherwise.
func TestOneTaskWhileADocumentWaits(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		waited := 0
		for seed := range uint64(storetest.Count(4, 100)) {
			rng := rand.New(rand.NewPCG(seed, 11))
			d.fresh(t)
			m := &movingDesk{desk: d.desk, other: d.another(t, "Theo", d.adviser.Worker)}
			key := d.begin(t, d.adviser)
			for range 14 {
				doc := d.state(t, key)
				last, after := doc.Last().Number, ""
				switch state := doc.State(); {
				case rng.IntN(4) == 0 && last > 0:
					after = m.move(t, func(to person.Person) error {
						return d.MoveDocument(t.Context(), d.adviser, d.child.Reference, key, to.Reference, told)
					})
				case state == document.Correcting && rng.IntN(3) == 0:
					after = "a correction that was given up"
					d.must(t, d.KeepDocument(t.Context(), d.adviser, d.child.Reference, key, d.writing(t, d.adviser, key).Seen, "It was right."))
				case doc.Written():
					after = "it was completed"
					d.fill(t, d.adviser, key)
					d.mustComplete(t, d.adviser, key)
				case state == document.Waiting && rng.IntN(2) == 0:
					after = "it was returned"
					d.must(t, d.ReturnDocument(t.Context(), d.manager, d.child.Reference, key, last, "Say who helps."))
				case state == document.Waiting:
					after = "it was authorised"
					d.must(t, d.AuthoriseDocument(t.Context(), d.manager, d.child.Reference, key, last))
				default:
					after = "it was reopened"
					d.must(t, d.ReopenDocument(t.Context(), d.adviser, d.child.Reference, key, casework.Reopening{Step: last, Grounds: document.Inaccurate, Reason: "The hours are wrong"}))
				}
				waits := d.state(t, key).State() == document.Waiting
				if m.check(t, after, "/documents/"+string(key), waits); waits {
					waited++
				}
			}
		}
		if waited < 10 {
			t.Errorf("it waited only %d times, so that little was tried", waited)
		}
	})
}

// The same of a plan.
func TestOneTaskWhileAPlanWaits(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		waited := 0
		for seed := range uint64(storetest.Count(3, 60)) {
			rng := rand.New(rand.NewPCG(seed, 13))
			d.fresh(t)
			m := &movingDesk{desk: d.desk, other: d.another(t, "Theo", d.adviser.Worker)}
			key := d.begin(t, d.adviser)
			d.fill(t, d.adviser, key)
			for range 12 {
				p := d.state(t, key)
				last, after := p.Last().Number, ""
				switch state := p.State(); {
				case rng.IntN(4) == 0 && last > 0:
					after = m.move(t, func(to person.Person) error {
						return d.MovePlan(t.Context(), d.adviser, d.child.Reference, key, to.Reference, told)
					})
				case p.Draft.Purpose != "":
					after = "it was finished"
					d.mustFinish(t, d.adviser, key)
				case state == plan.Waiting && rng.IntN(2) == 0:
					after = "it was returned"
					d.must(t, d.ReturnPlan(t.Context(), d.manager, d.child.Reference, key, last, "Say who helps."))
				case state == plan.Waiting:
					after = "it was authorised"
					d.must(t, d.AuthorisePlan(t.Context(), d.manager, d.child.Reference, key, last))
				default:
					after = "it is being changed"
					d.again(t, key, plan.Change)
				}
				waits := d.state(t, key).State() == plan.Waiting
				if m.check(t, after, "/plans/"+string(key), waits); waits {
					waited++
				}
			}
		}
		if waited < 6 {
			t.Errorf("it waited only %d times, so that little was tried", waited)
		}
	})
}

// fresh has the desk be about a child on whose file nothing stands.
func (d *desk) fresh(t *testing.T) {
	t.Helper()
	d.child = d.another(t, "Ines", d.adviser.Worker)
}

// What waits is in the tray of the team for those who may authorise it, says what it is of
// and leads there; whoever wrote in it does not get it, and nobody is done with it by
// saying so.
func TestWhatWaitsIsInATray(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		second, third := d.actor(t, "team-manager", d.team), d.actor(t, "team-manager", d.team)
		key := d.begin(t, d.adviser)
		d.mustType(t, second, key, "start", map[string]any{"hours": "10"})
		d.fill(t, d.adviser, key)
		d.mustComplete(t, d.adviser, key)
		// The form has something else be due, too: of the adviser, and so of the team.
		for who, c := range map[string]struct {
			as   casework.Actor
			want string
		}{
			"who may": {d.manager, "team 1, manager 2"}, "another": {third, "team 1, manager 2"},
			"who wrote in it": {second, "manager 1"}, "who completed it, and may not anyway": {d.adviser, "mine 1"},
		} {
			if got := d.waits(t, c.as); got != c.want {
				t.Errorf("%s has %q, want %q", who, got, c.want)
			}
		}
		line := d.tray(t, d.manager, casework.TrayAsk{Tray: casework.TrayTeam}).Lines[0]
		if line.Words != "Authorise: "+d.state(t, key).Title || line.Link != "/documents/"+string(key) || !line.Due.IsZero() || line.From != task.FromRule {
			t.Errorf("the task: %+v", line.Task)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "find tasks shown")

		page := d.task(t, d.manager, line.ID)
		if page.May != (casework.May{Take: true, Reassign: true}) {
			t.Errorf("who may authorise it may %+v", page.May)
		}
		for _, c := range page.Choices {
			if c.Holder == task.OfWorker(second.Worker) || c.Holder == task.OfWorker(d.adviser.Worker) {
				t.Errorf("it can be passed on to %s, who wrote in it", c.Name)
			}
		}
		if !slices.ContainsFunc(page.Choices, func(c casework.NextHolder) bool { return c.Holder == task.OfWorker(third.Worker) }) {
			t.Errorf("it cannot be passed on to who may authorise it: %+v", page.Choices)
		}
		if may := d.task(t, d.adviser, line.ID).May; may != (casework.May{}) {
			t.Errorf("who completed it may %+v", may)
		}
		for _, step := range []task.Step{task.Finished, task.Drop} {
			wantKind(t, string(step)+" by hand", d.step(t, d.manager, line.ID, step, "So.", ""), fault.NotFound)
		}
		wantKind(t, "taken by who wrote in it", d.step(t, second, line.ID, task.Taken, "", ""), fault.NotFound)

		// Whoever took it has it, and somebody else may authorise what waits all the same.
		d.must(t, d.step(t, d.manager, line.ID, task.Taken, "", ""))
		if got := d.waits(t, d.manager); got != "mine 1, manager 2" {
			t.Errorf("who took it has %q", got)
		}
		d.must(t, d.AuthoriseDocument(t.Context(), third, d.child.Reference, key, d.state(t, key).Last().Number))
		if got := d.waits(t, d.manager); got != "manager 1" {
			t.Errorf("authorised, it is still there: %q", got)
		}
		done := d.toAuthorise(t, d.child.ID, false)
		if len(done) != 1 || done[0].State != task.Done || done[0].By != third.Worker {
			t.Errorf("authorised, the task is %+v", done)
		}
		wantKind(t, "opened again", d.step(t, third, line.ID, task.Reopened, "So.", ""), fault.NotFound)
	})
}

// It waits where it would be found by whoever is to come, where nobody may authorise it yet.
func TestWhatWaitsForNobodyWaitsForWhoIsToCome(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		key := d.begin(t, d.adviser)
		d.mustType(t, d.manager, key, "start", map[string]any{"hours": "10"})
		d.fill(t, d.adviser, key)
		d.mustComplete(t, d.adviser, key)
		if got := d.waits(t, d.manager); got != "manager 1" { // what else the form has be due
			t.Errorf("who wrote in it has %q", got)
		}
		if got := d.waits(t, d.actor(t, "team-manager", d.team)); got != "team 1, manager 2" {
			t.Errorf("who came has %q", got)
		}
	})
}

// Who may not see a document sees no task to authorise it: not on the file, and not by its
// address, whose ever it is.
func TestWhoSeesNoDocumentSeesNoTask(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		key := d.begin(t, d.adviser)
		d.fill(t, d.adviser, key)
		d.mustComplete(t, d.adviser, key)
		waits := d.toAuthorise(t, d.child.ID, true)[0]
		given := waits
		given.ID, given.Holder = task.ID(id.New()), task.OfWorker(d.business.Worker)
		given.Team = staff.TeamID("")
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddTask(ctx, given, task.Place{}) })
		if got := d.waits(t, d.business); got != "" {
			t.Errorf("in the tray of who sees no document: %q", got)
		}
		for _, k := range []task.Task{waits, given} {
			_, err := casework.Open(t.Context(), d.Service, d.look(d.business), casework.TaskPart(k.ID, false))
			wantKind(t, "the task by its address", err, fault.NotFound)
		}
	})
}

// Where nobody of the team of the case may authorise it, it is in the tray of a team where
// somebody may.
func TestWhatWaitsForAnotherTeam(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		elsewhere := d.actor(t, "team-manager", d.db.Team(t, "participation"))
		key := d.begin(t, d.adviser)
		d.mustType(t, d.manager, key, "start", map[string]any{"hours": "10"}) // the only one of the team who may
		d.fill(t, d.adviser, key)
		d.mustComplete(t, d.adviser, key)
		if got := d.read(t, d.adviser, key); !slices.Equal(got.For, []string{d.name(t, elsewhere)}) {
			t.Fatalf("it waits for %q", got.For)
		}
		if got := d.waits(t, elsewhere); got != "team 1, manager 1" {
			t.Errorf("who may has %q", got)
		}
		d.must(t, d.step(t, elsewhere, d.toAuthorise(t, d.child.ID, true)[0].ID, task.Taken, "", ""))
		d.must(t, d.AuthoriseDocument(t.Context(), elsewhere, d.child.Reference, key, d.state(t, key).Last().Number))
		if got := d.waits(t, elsewhere); got != "" {
			t.Errorf("authorised, it is still there: %q", got)
		}
	})
}

// What waits in one service is in no tray of somebody who is signed in for another, whose it
// is or for whom they cover: of what others wrote it is not theirs to know the title.
func TestWhatWaitsInAnotherServiceIsInNoTray(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		d.db.Episode(t, d.child.ID, d.otherTeam, "")
		elsewhere := d.further(t, d.manager, "team-manager", d.otherTeam)
		cover := d.actor(t, "team-manager", d.otherTeam)
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddAbsence(ctx, staff.Absence{ID: id.New(), Worker: d.manager.Worker, Cover: cover.Worker, Clocks: storetest.Clocks(storetest.Today.AddDays(-1))})
		})
		key := d.begin(t, d.adviser)
		d.fill(t, d.adviser, key)
		d.mustComplete(t, d.adviser, key)
		waiting := d.toAuthorise(t, d.child.ID, true)[0].ID
		d.must(t, d.step(t, d.manager, waiting, task.Taken, "", ""))
		if got := d.waits(t, d.manager); got != "mine 1, manager 2" {
			t.Errorf("who took it has %q", got)
		}
		for who, a := range map[string]casework.Actor{"who took it, in another service": elsewhere, "who covers for them there": cover} {
			if got := d.waits(t, a); got != "" {
				t.Errorf("%s has %q", who, got)
			}
			if lines := d.tray(t, a, casework.TrayAsk{Tray: casework.TrayMine}).Lines; len(lines) != 0 {
				t.Errorf("%s is shown %+v", who, lines)
			}
			_, err := casework.Open(t.Context(), d.Service, d.look(a), casework.TaskPart(waiting, false))
			wantKind(t, "the task by its address, "+who, err, fault.NotFound)
		}
	})
}

// What waits in the tray of another team is one of its tasks: where who took it has left, its
// manager has it among those that are nobody's.
func TestWhatWaitsForAnotherTeamIsNotLost(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		team := d.db.Team(t, "participation")
		elsewhere, next := d.actor(t, "team-manager", team), d.actor(t, "team-manager", team)
		key := d.begin(t, d.adviser)
		d.mustType(t, d.manager, key, "start", map[string]any{"hours": "10"}) // the only one of the team who may
		d.fill(t, d.adviser, key)
		d.mustComplete(t, d.adviser, key)
		waiting := d.toAuthorise(t, d.child.ID, true)[0].ID
		d.must(t, d.step(t, elsewhere, waiting, task.Taken, "", ""))
		d.must(t, d.EndRole(t.Context(), next, elsewhere.Worker, elsewhere.As))
		lines := d.tray(t, next, casework.TrayAsk{Tray: casework.TrayManager, Nobodys: true}).Lines
		if len(lines) != 1 || lines[0].ID != waiting {
			t.Errorf("nobody's of the team: %+v", lines)
		}
	})
}

// What waits and moves to the file of a child of another team stays with whoever took it and
// may authorise it there, too. In the tray of a team, it moves to that of the other team.
func TestWhatWaitsMovesWithWhoTookIt(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		near := d.db.Team(t, "participation")
		theirs := d.actor(t, "team-manager", near)
		other := d.db.Person(t, "Theo", "Marlowe", storetest.Today.AddMonths(-120))
		d.db.Episode(t, other.ID, near, d.adviser.Worker)
		key := d.begin(t, d.adviser)
		d.fill(t, d.adviser, key)
		d.mustComplete(t, d.adviser, key)
		want := func(when, here, there string) {
			t.Helper()
			if got := d.waits(t, d.manager); got != here {
				t.Errorf("%s, the manager of the one has %q, want %q", when, got, here)
			}
			if got := d.waits(t, theirs); got != there {
				t.Errorf("%s, that of the other has %q, want %q", when, got, there)
			}
		}
		want("completed", "team 1, manager 2", "")
		for _, taken := range []bool{false, true} {
			if taken {
				d.must(t, d.step(t, d.manager, d.toAuthorise(t, d.child.ID, true)[0].ID, task.Taken, "", ""))
			}
			d.must(t, d.MoveDocument(t.Context(), d.adviser, d.child.Reference, key, other.Reference, told))
			if taken {
				want("moved", "mine 1", "manager 2")
			} else {
				want("moved in the tray", "", "team 1, manager 2")
			}
			d.undoLast(t, d.adviser, other.Reference)
			if taken {
				want("undone", "mine 1, manager 2", "")
			} else {
				want("undone in the tray", "team 1, manager 2", "")
			}
		}
	})
}
