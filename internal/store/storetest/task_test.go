package storetest_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/access"
	"casefile/internal/correction"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	. "casefile/internal/store/storetest"
	"casefile/internal/task"
)

// newTask is a task about somebody, due some days from today.
func newTask(o *office, p person.ID, h task.Holder, days int) task.Task {
	return task.Task{
		ID: task.ID(id.New()), Kind: "wash", Title: "Wash up", Words: "All of it.", Person: p, Service: "service", Team: o.team.ID, Link: "/timeline",
		From: task.FromWorker, FromID: string(o.here.ID), Holder: h, Since: 3, Opened: 2, Start: Today.AddDays(-9), Due: Today.AddDays(days),
		Rule: "2 days", Source: "recalled", Prior: task.Normal, State: task.Open, AskLate: true,
	}
}

func (o *office) add(t *testing.T, k task.Task, at task.Place) task.Task {
	t.Helper()
	o.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddTask(ctx, k, at) })
	return k
}

func (o *office) tray(t *testing.T, q task.Query) (list []task.Line) {
	t.Helper()
	o.Read(t, func(ctx context.Context, r store.Reader) (err error) {
		list, err = r.Tray(ctx, q)
		return err
	})
	return list
}

func (o *office) count(t *testing.T, q task.Query) (c task.Counts) {
	t.Helper()
	o.Read(t, func(ctx context.Context, r store.Reader) (err error) {
		c, err = r.CountTray(ctx, q)
		return err
	})
	return c
}

func (o *office) teamTasks(order task.Order) task.Query {
	return task.Query{Scope: o.query().Scope, Now: date.At(Start), Team: o.team.ID, Order: order, Limit: 50}
}

func TestTasksAreKept(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		k := o.add(t, newTask(o, o.well.ID, task.OfWorker(o.here.ID), 3), task.Place{Name: "marlowe", Group: "g"})
		k.Put, k.Rev, k.FromName = o.well.ID, 1, o.here.Name()
		read := func() (got task.Task) {
			db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				got, err = r.Task(ctx, k.ID)
				return err
			})
			return got
		}
		if diff := cmp.Diff(k, read(), cmp.AllowUnexported(date.Date{})); diff != "" {
			t.Fatalf("the task (-want +got):\n%s", diff)
		}
		done := k
		if err := done.Do(o.here.ID, date.At(Start), ""); err != nil {
			t.Fatal(err)
		}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.SaveTask(ctx, done); err != nil {
				return err
			}
			return tx.AddTaskEvent(ctx, task.Event{Task: k.ID, Step: task.Finished, From: k.Holder, To: k.Holder, Reason: "why", Stamp: tx.Stamp(string(o.here.ID))})
		})
		done.Rev, done.ByName = 2, o.here.Name()
		if diff := cmp.Diff(done, read(), cmp.AllowUnexported(date.Date{})); diff != "" {
			t.Errorf("the task done (-want +got):\n%s", diff)
		}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddTaskEvent(ctx, task.Event{Task: k.ID, Step: task.DueMoved, Was: Today, Reason: "moved", Stamp: tx.Stamp(string(o.here.ID))})
		})
		// The second of two who change it at once is told.
		clash := db.Update(context.Background(), func(tx store.Tx) error { return tx.SaveTask(context.Background(), k) })
		wantKind(t, "an old rev", clash, fault.Conflict)
		none := k
		none.ID = task.ID(id.New())
		missing := db.Update(context.Background(), func(tx store.Tx) error { return tx.SaveTask(context.Background(), none) })
		wantKind(t, "no task", missing, fault.NotFound)
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			events, err := r.TaskEvents(ctx, k.ID)
			if len(events) == 2 && (events[0].Step != task.DueMoved || events[0].Was != Today || !events[0].Due.IsZero() || events[0].From != "" || events[0].To != "" || events[0].Reason != "moved") {
				t.Errorf("the day moved: %+v", events[0])
			}
			if len(events) != 2 {
				t.Fatalf("events: %+v", events)
			}
			if events = events[1:]; events[0].Step != task.Finished || events[0].ByName != o.here.Name() || events[0].Reason != "why" {
				t.Errorf("events: %+v", events)
			}
			open, err2 := r.TasksOf(ctx, o.well.ID, true, 10)
			closed, err3 := r.TasksOf(ctx, o.well.ID, false, 10)
			if err != nil || err2 != nil || err3 != nil || len(open) != 0 || len(closed) != 1 || closed[0].ID != k.ID {
				t.Errorf("of the person: open %v, closed %v", open, closed)
			}
			return nil
		})
		for _, statement := range []string{"UPDATE task_event SET reason = ''", "DELETE FROM task_event", "DELETE FROM task"} {
			_, err := db.Raw.Exec(statement)
			if err == nil && (statement != "DELETE FROM task" || db.Engine == "postgres") {
				t.Errorf("the database let %q through", statement)
			}
		}
	})
}

// A tray in each order agrees, page by page, with the lines put in order one by one.
func TestTraysInOrder(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		rng := rand.New(rand.NewPCG(3, 4))
		people := []person.Person{o.well, o.none, o.left, o.out, o.sad}
		for i := range 60 {
			who := rng.IntN(len(people))
			k := newTask(o, people[who].ID, task.OfTeam(o.team.ID), rng.IntN(9)-4)
			k.Prior = task.Priority(1 + rng.IntN(3))
			if i%7 == 0 {
				k.Due = date.Date{}
			}
			o.add(t, k, task.Place{Name: fmt.Sprint("name ", 4-who), Group: fmt.Sprint("group ", who%2)})
		}
		for _, order := range task.Orders {
			q := o.teamTasks(order)
			all := append(o.tray(t, q), func() []task.Line {
				q := q
				q.After = o.tray(t, q)[49].ID
				return o.tray(t, q)
			}()...)
			want := slices.Clone(all)
			slices.SortFunc(want, func(x, y task.Line) int {
				switch {
				case x.Before(y, order):
					return -1
				case y.Before(x, order):
					return 1
				}
				return 0
			})
			q.Limit, q.After = 7, ""
			var paged []task.ID
			for {
				page := o.tray(t, q)
				if len(page) == 0 {
					break
				}
				for _, l := range page {
					paged = append(paged, l.ID)
				}
				q.After = page[len(page)-1].ID
			}
			var ids []task.ID
			for _, l := range want {
				ids = append(ids, l.ID)
			}
			if len(ids) != 60 || !slices.Equal(ids, paged) {
				t.Errorf("by %s: %d lines, by pages %d, in another order", order, len(ids), len(paged))
			}
		}
		q := o.teamTasks("no such order")
		if got := o.tray(t, q); got[0].ID != o.tray(t, o.teamTasks(task.ByDue))[0].ID {
			t.Error("an unknown order is not that of the days")
		}
	})
}

// Trays and their counts hold nobody whom the scope does not: here a file restricted to
// somebody else. They are whose they are, and nobody's where the worker has left.
func TestTraysAreOfTheScope(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		for i, p := range []person.Person{o.well, o.none, o.left, o.sad} {
			o.add(t, newTask(o, p.ID, []task.Holder{
				task.OfWorker(o.here.ID), task.OfTeam(o.team.ID), task.OfWorker(o.gone.ID), task.OfTray("counter"),
			}[i], []int{-2, 0, 1, -1}[i]), task.Place{})
		}
		want := task.Counts{All: 4, Late: 2, Today: 1, Nobodys: 1}
		if got := o.count(t, o.teamTasks(task.ByDue)); got != want {
			t.Errorf("counts: %+v, want %+v", got, want)
		}
		nobodys := o.teamTasks(task.ByDue)
		nobodys.Nobodys = true
		if got := o.tray(t, nobodys); len(got) != 1 || got[0].Person != o.left.ID || got[0].Found.Name.Family != "Marlowe 2" {
			t.Errorf("nobody's: %+v", got)
		}
		for holder, n := range map[task.Holder]int{
			task.OfWorker(o.here.ID): 1, task.OfTeam(o.team.ID): 1, task.OfTray("counter"): 1, task.OfManagers(o.team.ID): 0, "": 0,
		} {
			q := o.teamTasks(task.ByDue)
			q.Team, q.Holder = "", holder
			if got, c := o.tray(t, q), o.count(t, q); len(got) != n || c.All != n {
				t.Errorf("%s: %d tasks, counted %d, want %d", holder, len(got), c.All, n)
			}
		}
		// What a rule opened is there for whoever is in a further scope, too.
		looked := newTask(o, o.well.ID, task.OfTray("counter"), 1)
		looked.From, looked.FromID = task.FromRule, "look:salt:1"
		o.add(t, looked, task.Place{})
		for name, c := range map[string]struct {
			in   task.Within
			want int
		}{
			"outside": {task.Within{Rule: "look:salt:"}, 1}, "inside": {task.Within{Rule: "look:salt:", Scope: o.query().Scope}, 2}, "another rule": {task.Within{Rule: "look:pepper:"}, 2},
		} {
			q := o.teamTasks(task.ByDue)
			q.Team, q.Holder, q.Within = "", task.OfTray("counter"), []task.Within{c.in}
			if list, n := o.tray(t, q), o.count(t, q).All; len(list) != c.want || n != c.want {
				t.Errorf("%s: %d tasks, counted %d, want %d", name, len(list), n, c.want)
			}
		}
		for name, c := range map[string]struct {
			of   task.Named
			want int
		}{
			"named":         {task.Named{Rule: "look:", Service: "service", With: "salt", Without: "pepper"}, 2},
			"without":       {task.Named{Rule: "look:", Service: "service", With: "look", Without: "salt"}, 1},
			"not with":      {task.Named{Rule: "look:", Service: "service", With: "pepper", Without: "sugar"}, 1},
			"of another":    {task.Named{Rule: "look:", Service: "other", With: "salt", Without: "pepper"}, 1},
			"of other rule": {task.Named{Rule: "see:", With: "pepper", Without: "sugar"}, 2},
		} {
			q := o.teamTasks(task.ByDue)
			q.Team, q.Holder, q.Named = "", task.OfTray("counter"), []task.Named{c.of}
			if list, n := o.tray(t, q), o.count(t, q).All; len(list) != c.want || n != c.want {
				t.Errorf("%s: %d tasks, counted %d, want %d", name, len(list), n, c.want)
			}
		}
		done := looked
		done.Rev, done.State = 1, task.Done
		db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.SaveTask(ctx, done) })
		zero := o.teamTasks(task.ByDue)
		zero.Scope = access.Scope{}
		if got, c := o.tray(t, zero), o.count(t, zero); len(got) != 0 || c != (task.Counts{}) {
			t.Errorf("the zero scope: %+v, %+v", got, c)
		}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddRestriction(ctx, right.Restriction{ID: id.New(), Person: o.well.ID, Reason: "x", Clocks: Clocks(Today)})
		})
		want = task.Counts{All: 3, Late: 1, Today: 1, Nobodys: 1}
		if got, list := o.count(t, o.teamTasks(task.ByDue)), o.tray(t, o.teamTasks(task.ByDue)); got != want || len(list) != 3 {
			t.Errorf("with one restricted: %+v, %d listed", got, len(list))
		}
	})
}

// Tasks follow the file on which a person's rows stand, and their place the person's name.
func TestTasksFollowTheFile(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		k := o.add(t, newTask(o, o.none.ID, task.OfTeam(o.team.ID), 1), task.Place{Name: "b"})
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddCorrection(ctx, correction.Correction{ID: id.New(), Kind: correction.Merge, From: o.none.ID, To: o.well.ID, Reason: "one child", Recorded: tx.Stamp(By)})
		})
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.PlaceTasks(ctx, o.well.ID, task.Place{Name: "a", Group: "g"})
		})
		list := o.tray(t, o.teamTasks(task.ByPerson))
		if len(list) != 1 || list[0].Person != o.well.ID || list[0].Place != (task.Place{Name: "a", Group: "g"}) {
			t.Errorf("after a merge: %+v", list)
		}
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			people, err := r.PeopleOfTasks(ctx, "", 10)
			if !slices.Equal(people, []person.ID{o.well.ID}) {
				t.Errorf("whom tasks are about: %v", people)
			}
			of, err2 := r.TasksOf(ctx, o.well.ID, true, 10)
			if err2 != nil || len(of) != 1 || of[0].ID != k.ID {
				t.Errorf("of the file: %+v, %v", of, err2)
			}
			return err
		})
	})
}

// Tasks that something opened go where it goes, and no others; of a meeting about several
// children each goes with its own, whoever of them were moved or merged meanwhile.
func TestTasksMoveWithWhatOpenedThem(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		m, other := newMeeting(t, o, -1, o.well, o.none), newMeeting(t, o, -1, o.well)
		open := func(p person.Person, link string) task.ID {
			k := newTask(o, p.ID, task.OfTeam(o.team.ID), 1)
			k.Link = link
			return o.add(t, k, task.Place{Name: "b"}).ID
		}
		at := "/meetings/" + string(m.ID)
		wells, nones, stays := open(o.well, at+"#decision-a"), open(o.none, at+"#decision-b"), open(o.well, "/meetings/"+string(other.ID))
		want := func(when string, on map[task.ID]person.Person) {
			t.Helper()
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				for key, p := range on {
					k, err := r.Task(ctx, key)
					if err != nil {
						return err
					}
					leads, err := r.TasksLeading(ctx, p.ID, k.Link)
					if k.Person != p.ID || err != nil || !slices.ContainsFunc(leads, func(l task.Task) bool { return l.ID == key }) {
						t.Errorf("%s: the task with %s is on the file of %s, want %s; %v", when, k.Link, k.Person, p.ID, err)
					}
				}
				return nil
			})
		}
		move := func(from person.Person) correction.Correction {
			return mustCorrect(t, db, correction.Correction{Kind: correction.MoveMeeting, Object: string(m.ID), From: from.ID, To: o.sad.ID})
		}
		moved := move(o.well)
		want("one child moved", map[task.ID]person.Person{wells: o.sad, nones: o.none, stays: o.well})
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			into, err := r.TasksLeading(ctx, o.sad.ID, at)
			gone, err2 := r.TasksLeading(ctx, o.well.ID, at)
			if len(into) != 1 || into[0].ID != wells || into[0].Put != o.well.ID || len(gone) != 0 {
				t.Errorf("those that lead into it: %+v, and where it was: %+v", into, gone)
			}
			return errors.Join(err, err2)
		})
		later := newTask(o, o.sad.ID, task.OfTeam(o.team.ID), 1)
		later.Link, later.Put = at+"#decision-c", o.well.ID
		late := o.add(t, later, task.Place{}).ID
		merged := mustCorrect(t, db, correction.Correction{Kind: correction.Merge, From: o.none.ID, To: o.sad.ID})
		want("and the other merged", map[task.ID]person.Person{wells: o.sad, nones: o.sad, stays: o.well, late: o.sad})
		mustCorrect(t, db, undoing(moved))
		want("and the move undone", map[task.ID]person.Person{wells: o.well, nones: o.sad, stays: o.well, late: o.well})
		mustCorrect(t, db, undoing(merged))
		want("and the merge", map[task.ID]person.Person{wells: o.well, nones: o.none, stays: o.well, late: o.well})

		merged = mustCorrect(t, db, correction.Correction{Kind: correction.Merge, From: o.none.ID, To: o.well.ID})
		first, second := move(o.well), move(o.none)
		want("two of one file moved", map[task.ID]person.Person{wells: o.sad, nones: o.sad, stays: o.well, late: o.sad})
		mustCorrect(t, db, undoing(first))
		want("one of them undone", map[task.ID]person.Person{wells: o.well, nones: o.sad, stays: o.well, late: o.well})
		mustCorrect(t, db, undoing(merged))
		mustCorrect(t, db, undoing(second))
		want("all undone", map[task.ID]person.Person{wells: o.well, nones: o.none, stays: o.well, late: o.well})
	})
}

func TestMilestonesAreFacts(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		var e person.Episode
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			list, err := r.Episodes(ctx, o.well.ID, 0)
			e = list[0]
			return err
		})
		m := task.Milestone{ID: id.New(), Person: o.well.ID, Episode: e.ID, Kind: "stage", Planned: Today, Actual: Today.AddDays(-1), Late: "why", Clocks: Clocks(date.Date{})}
		db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddMilestone(ctx, m) })
		again := m
		again.ID = id.New()
		err := db.Update(context.Background(), func(tx store.Tx) error { return tx.AddMilestone(context.Background(), again) })
		wantKind(t, "a second of the kind", err, fault.Conflict)
		db.Now.Set(Start.AddDate(0, 0, 1))
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.Supersede(ctx, store.MilestoneFact, m.ID, tx.Stamp(By)); err != nil {
				return err
			}
			again.Planned = Today.AddDays(5)
			return tx.AddMilestone(ctx, again)
		})
		for known, want := range map[date.Instant]date.Date{0: again.Planned, date.At(Start.AddDate(0, 0, 0)) + 1_000_000: m.Planned} {
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				list, err := r.Milestones(ctx, o.well.ID, known)
				if len(list) != 1 || list[0].Planned != want || list[0].Actual != m.Actual || list[0].Late != "why" || list[0].Person != o.well.ID {
					t.Errorf("known at %d: %+v, want planned for %s", known, list, want)
				}
				return err
			})
		}
	})
}

func TestMails(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		read := func() (m store.Mail, news []staff.ID) {
			db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				if m, err = r.Mail(ctx, o.here.ID); err != nil {
					return err
				}
				news, err = r.NewsFor(ctx)
				return err
			})
			return m, news
		}
		if m, news := read(); m.Choice != "" || len(news) != 0 {
			t.Errorf("at first: %+v, %v", m, news)
		}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			if err := tx.AddNotice(ctx, store.Notice{ID: id.New(), Worker: o.here.ID, Person: o.well.ID, Kind: "k", At: 100}); err != nil {
				return err
			}
			return tx.AddStaffNotice(ctx, store.StaffNotice{ID: id.New(), Worker: o.away.ID, About: o.gone.ID, Subject: "s", Kind: "k", At: 100})
		})
		if _, news := read(); len(news) != 2 {
			t.Errorf("two have news: %v", news)
		}
		since := func(w staff.ID, about bool, at date.Instant) (news bool) {
			sc := o.query().Scope
			db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				news, err = r.NewsSince(ctx, w, sc, about, at, date.At(Start))
				return err
			})
			return news
		}
		if !since(o.here.ID, false, 99) || since(o.here.ID, false, 100) || since(o.here.ID, true, 99) || !since(o.away.ID, true, 99) || since(o.away.ID, false, 99) {
			t.Error("what is new is not what came after the moment, of its sort")
		}
		for _, m := range []store.Mail{
			{Worker: o.here.ID, Choice: "each", Sent: 50, Failed: 60, Reason: "refused"}, {Worker: o.here.ID, Choice: "daily", Sent: 100},
		} {
			db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.SaveMail(ctx, m) })
			got, news := read()
			if got != m || slices.Contains(news, o.here.ID) != (m.Sent < 100) {
				t.Errorf("saved %+v, got %+v; news for %v", m, got, news)
			}
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				n, at, reason, err := r.FailingMails(ctx)
				if m.Failed != 0 && (n != 1 || at != 60 || reason != "refused") || m.Failed == 0 && n != 0 {
					t.Errorf("failing: %d since %d, %q", n, at, reason)
				}
				return err
			})
		}
	})
}
