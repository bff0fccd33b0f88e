package casework_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
	"casefile/internal/task"
)

// open opens a task about the desk's child by hand.
func (d *desk) open(t *testing.T, a casework.Actor, kind string, due date.Date) task.ID {
	t.Helper()
	key, err := d.OpenTask(t.Context(), a, d.child.Reference, casework.NewTask{Kind: kind, Words: "Ring the school.", Due: due})
	d.must(t, err)
	return key
}

func (d *desk) task(t *testing.T, a casework.Actor, key task.ID) casework.TaskPage {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, d.look(a), casework.TaskPart(key, true))
	d.must(t, err)
	return f.Value
}

// step takes a step with a task as it stands.
func (d *desk) step(t *testing.T, a casework.Actor, key task.ID, s task.Step, reason string, to task.Holder) error {
	t.Helper()
	return d.StepTask(t.Context(), a, d.child.Reference, key, casework.TaskStep{Step: s, Rev: d.rev(t, key), Reason: reason, To: to})
}

func (d *desk) rev(t *testing.T, key task.ID) (rev int) {
	t.Helper()
	d.db.Read(t, func(ctx context.Context, r store.Reader) error {
		k, err := r.Task(ctx, key)
		rev = k.Rev
		return err
	})
	return rev
}

func (d *desk) tray(t *testing.T, a casework.Actor, ask casework.TrayAsk) casework.TrayPage {
	t.Helper()
	p, err := d.Tray(t.Context(), a, ask)
	d.must(t, err)
	return p
}

// waits are the trays of an actor with how many wait in each, those with none left out.
func (d *desk) waits(t *testing.T, a casework.Actor) string {
	t.Helper()
	list, err := d.TrayCounts(t.Context(), a)
	d.must(t, err)
	var words []string
	for _, tab := range list {
		if tab.Counts.All > 0 {
			words = append(words, fmt.Sprintf("%s %d", tab.Key, tab.Counts.All))
		}
	}
	return strings.Join(words, ", ")
}

func TestTasksGoWhereTheirKindSays(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		due := d.Today().AddDays(3)
		key := d.open(t, d.manager, "to-do", due)
		if w := d.waits(t, d.adviser); w != "mine 1" {
			t.Errorf("the allocated worker's trays: %q", w)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "record tasks shown")
		if got := d.notices(t, d.adviser.Worker); !slices.Equal(got, []string{casework.TaskGiven}) {
			t.Errorf("the worker is told %q", got)
		}
		p := d.task(t, d.adviser, key)
		if p.Due != due || p.Words != "Ring the school." || p.From != "Orla Testworth" || p.Holder.Worker != d.adviser.Worker || len(p.Events) != 1 || !p.May.Do || p.May.Take {
			t.Errorf("the task: %+v", p)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "look tasks shown")
		d.open(t, d.adviser, "team-to-do", date.Date{})
		d.open(t, d.adviser, "for-the-manager", date.Date{})
		if w := d.waits(t, d.manager); w != "team 1, manager 3" {
			t.Errorf("the manager's trays: %q", w)
		}
		if w := d.waits(t, d.adviser); w != "mine 1, team 1" {
			t.Errorf("the worker's trays: %q", w)
		}
		_, err := d.OpenTask(t.Context(), d.adviser, d.child.Reference, casework.NewTask{Kind: "follow-up", Due: d.Today().AddDays(-1)})
		wantBeside(t, "a kind that no hand opens", err, "kind", "Select")
		wantBeside(t, "no words", err, task.FieldWords, "Enter what")
		_, err = d.OpenTask(t.Context(), d.adviser, d.child.Reference, casework.NewTask{Kind: "to-do", Words: "x", Due: d.Today().AddDays(-1)})
		wantBeside(t, "due in the past", err, task.FieldDue, "today or later")
		_, err = d.OpenTask(t.Context(), d.outsider, d.child.Reference, casework.NewTask{Kind: "to-do", Words: "x"})
		wantKind(t, "an outsider", err, fault.NotFound)
		wantPrint(t, d.prints(t, string(d.child.ID)), "record tasks absent")
		_, err = casework.Open(t.Context(), d.Service, d.look(d.outsider), casework.TaskPart(key, false))
		_, missing := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.outsider, Reference: id.NewReference()}, casework.TaskPart(key, false))
		if err == nil || err.Error() != missing.Error() {
			t.Errorf("withheld %v, missing %v", err, missing)
		}
	})
}

func TestStepsOfATask(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		other := d.worker(t, "adviser", d.team)
		key := d.open(t, d.adviser, "team-to-do", date.Date{})
		wantKind(t, "taken by another team", d.step(t, d.colleague, key, task.Taken, "", ""), fault.NotFound)
		d.must(t, d.step(t, other, key, task.Taken, "", ""))
		wantKind(t, "taken twice", d.step(t, d.adviser, key, task.Taken, "", ""), fault.NotFound)
		wantKind(t, "done by a colleague whose it is not", d.step(t, d.adviser, key, task.Finished, "", ""), fault.NotFound)
		wantPrint(t, d.prints(t, string(d.child.ID)), "record tasks absent")

		err := d.step(t, other, key, task.Reassigned, "", "w:nobody")
		wantBeside(t, "to nobody", err, task.FieldTo, "Select who")
		wantBeside(t, "without why", err, task.FieldReason, "Enter why")
		d.must(t, d.step(t, other, key, task.Reassigned, "She knows the school.", task.OfWorker(d.adviser.Worker)))
		if got := d.notices(t, d.adviser.Worker); !slices.Equal(got, []string{casework.TaskGiven}) {
			t.Errorf("to whom it went hears %q", got)
		}
		d.must(t, d.step(t, d.manager, key, task.Reassigned, "He has the time.", task.OfWorker(other.Worker)))
		if got := d.notices(t, d.adviser.Worker); !slices.Equal(slices.Sorted(slices.Values(got)), []string{casework.TaskGiven, casework.TaskPassed}) {
			t.Errorf("from whom it went hears %q", got)
		}
		if got := d.notices(t, other.Worker); !slices.Equal(got, []string{casework.TaskGiven}) {
			t.Errorf("to whom it went hears %q", got)
		}
		wantBeside(t, "dropped without why", d.step(t, other, key, task.Drop, " ", ""), task.FieldReason, "Enter why")
		d.must(t, d.step(t, other, key, task.Drop, "They moved away.", ""))
		wantKind(t, "done when dropped", d.step(t, other, key, task.Finished, "", ""), fault.NotFound)
		d.must(t, d.step(t, other, key, task.Reopened, "They came back.", ""))
		d.must(t, d.step(t, d.manager, key, task.Finished, "", ""))
		p := d.task(t, d.adviser, key)
		var steps []string
		for _, e := range p.Events {
			steps = append(steps, string(e.Step))
		}
		if got := strings.Join(steps, " "); got != "done reopened dropped reassigned reassigned taken opened" {
			t.Errorf("what was done with it: %s", got)
		}
		if e := p.Events[3]; e.Reason != "He has the time." || e.FromWords != "Orla Testworth" || e.ToWords != "Orla Testworth" {
			t.Errorf("passed on: %+v", e)
		}
		if p.State != task.Done || p.ByName == "" || !p.May.Reopen == p.May.Do {
			t.Errorf("done: %+v", p)
		}
	})
}

// Of two who do something at once one does, and the other is told; nothing is lost.
func TestTwoAtOneTask(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		key := d.open(t, d.adviser, "team-to-do", date.Date{})
		other := d.worker(t, "adviser", d.team)
		rev := d.rev(t, key)
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, a := range []casework.Actor{d.adviser, other} {
			wg.Go(func() {
				errs[i] = d.StepTask(t.Context(), a, d.child.Reference, key, casework.TaskStep{Step: task.Taken, Rev: rev})
			})
		}
		wg.Wait()
		won := slices.Index(errs, nil)
		if won < 0 || !fault.Is(errs[1-won], fault.Conflict) {
			t.Fatalf("took: %v", errs)
		}
		winner := []casework.Actor{d.adviser, other}[won]
		if p := d.task(t, d.manager, key); p.Holder.Worker != winner.Worker || len(p.Events) != 2 {
			t.Errorf("after both: %+v", p)
		}
	})
}

// Lateness asks for the reason, of whoever does it and when a manager asks, and keeps it
// (CR-24).
func TestLateTasks(t *testing.T) {
	clause.Shows(t, "CR-24")
	each(t, func(t *testing.T, d *desk) {
		social := d.db.Team(t, "social-care")
		w, manager := d.worker(t, "social-worker", social), d.worker(t, "team-manager", social)
		d.db.Episode(t, d.child.ID, social, w.Worker)
		key := d.open(t, w, "placement-plan", date.Date{})
		if p := d.task(t, w, key); p.Due != date.Must(2026, 3, 12) || p.Rule != "5 working days" || !strings.HasPrefix(p.Source, "confirmed: ") {
			t.Errorf("due %s by %q, %q", p.Due, p.Rule, p.Source)
		}
		easy := d.open(t, w, "to-do", d.Today().AddDays(1))
		d.db.Now.Set(storetest.Start.AddDate(0, 0, 12))
		if p := d.tray(t, w, casework.TrayAsk{Tray: casework.TrayMine}); p.Open.Counts.Late != 2 || p.Lines[0].ID != easy || p.Lines[0].Late != 11 || p.Lines[1].Late != 5 {
			t.Errorf("my tasks: %+v", p)
		}
		wantBeside(t, "late without why", d.step(t, w, key, task.Finished, "", ""), task.LateReason, "due by 12 March 2026")
		d.must(t, d.step(t, w, key, task.Finished, "The carers were away.", ""))
		if p := d.task(t, manager, key); p.Task.Late != "The carers were away." || p.TaskLine.Late != 5 || p.Events[0].Reason != "The carers were away." {
			t.Errorf("done late: %+v", p)
		}
		// One of a kind that does not ask, until the manager does.
		wantKind(t, "the worker asks", d.step(t, w, easy, task.AskedWhy, "", ""), fault.NotFound)
		d.must(t, d.step(t, manager, easy, task.AskedWhy, "", ""))
		if got := d.notices(t, w.Worker); !slices.Contains(got, casework.TaskAsked) {
			t.Errorf("the worker hears %q", got)
		}
		wantBeside(t, "asked, and done without", d.step(t, w, easy, task.Finished, "", ""), task.LateReason, "Enter the reason")
		d.must(t, d.step(t, w, easy, task.SaidWhy, "I forgot.", ""))
		d.must(t, d.step(t, w, easy, task.Finished, "", ""))
	})
}

// Whoever covers finds the tasks of who is away, marked; those of who has left are
// nobody's, and their manager sees so.
func TestCoveredAndNobodysTasks(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		key := d.open(t, d.manager, "to-do", d.Today())
		cover := d.worker(t, "adviser", d.team)
		if w := d.waits(t, cover); w != "" {
			t.Errorf("before: %q", w)
		}
		wantKind(t, "before", d.step(t, cover, key, task.Finished, "", ""), fault.NotFound)
		d.must(t, d.DeclareAbsence(t.Context(), d.adviser, staff.Absence{Worker: d.adviser.Worker, Cover: cover.Worker, Clocks: date.Clocks{Period: date.Period{From: d.Today()}}}))
		p := d.tray(t, cover, casework.TrayAsk{Tray: casework.TrayMine})
		if len(p.Lines) != 1 || p.Lines[0].Covered != "Orla Testworth" || !p.Lines[0].Holder.Away.Is || p.Open.Counts.Today != 1 {
			t.Errorf("what they cover: %+v", p)
		}
		if may := d.task(t, cover, key).May; !may.Do || may.Covers != "Orla Testworth" {
			t.Errorf("what they may: %+v", may)
		}
		ask := casework.TrayAsk{Tray: casework.TrayManager, Nobodys: true}
		if p := d.tray(t, d.manager, ask); len(p.Lines) != 0 {
			t.Errorf("nobody's already: %+v", p)
		}
		d.must(t, d.EndWorker(t.Context(), "test", d.adviser.Worker))
		d.db.Now.Set(storetest.Start.AddDate(0, 0, 1))
		if p := d.tray(t, d.manager, ask); len(p.Lines) != 1 || !p.Lines[0].Holder.Gone || p.Open.Counts.Nobodys != 1 {
			t.Errorf("nobody's: %+v", p)
		}
		d.must(t, d.step(t, d.manager, key, task.Reassigned, "She left.", task.OfWorker(cover.Worker)))
		if p := d.tray(t, d.manager, ask); len(p.Lines) != 0 || p.Open.Counts.All != 1 {
			t.Errorf("after: %+v", p)
		}
	})
}

// A list of tasks is a search: a footprint for it and for each child on it, and nobody on
// it, or in its counts, whom the viewer may not find.
func TestTraysAreSearches(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.open(t, d.manager, "to-do", d.Today())
		d.tray(t, d.adviser, casework.TrayAsk{Tray: casework.TrayMine})
		if got := d.prints(t, string(d.child.ID)); got[0] != "find tasks shown" {
			t.Errorf("footprints of the child: %q", got)
		}
		if got := d.prints(t, ""); len(got) != 1 || got[0] != "find tasks shown" {
			t.Errorf("footprints of the list: %q", got)
		}
		if _, err := d.TrayCounts(t.Context(), d.adviser); err != nil || len(d.prints(t, "")) != 1 {
			t.Errorf("counting left a footprint, or failed: %v", err)
		}
		_, err := d.Tray(t.Context(), d.adviser, casework.TrayAsk{Tray: casework.TrayManager})
		wantKind(t, "a tray of the manager's", err, fault.NotFound)
		_, err = d.Tray(t.Context(), d.adviser, casework.TrayAsk{Tray: casework.TrayNamed + "new-contacts"})
		wantKind(t, "a tray of another service", err, fault.NotFound)
		_, err = d.Tray(t.Context(), d.systemPerson, casework.TrayAsk{Tray: casework.TrayMine})
		wantKind(t, "an administrator", err, fault.NotFound)
		named := d.worker(t, "adviser", d.team)
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			r := right.Restriction{ID: id.New(), Person: d.child.ID, Reason: "x", Clocks: storetest.Clocks(d.Today())}
			if err := tx.AddRestriction(ctx, r); err != nil {
				return err
			}
			return tx.AddNamed(ctx, right.Named{ID: id.New(), Restriction: r.ID, Worker: named.Worker, Clocks: storetest.Clocks(d.Today())})
		})
		for name, a := range map[string]casework.Actor{"the worker": d.adviser, "the manager": d.manager} {
			list, err := d.TrayCounts(t.Context(), a)
			d.must(t, err)
			for _, tab := range list {
				if tab.Counts != (task.Counts{}) {
					t.Errorf("%s counts a restricted child in %s: %+v", name, tab.Key, tab.Counts)
				}
			}
			if p := d.tray(t, a, casework.TrayAsk{Tray: casework.TrayMine}); len(p.Lines) != 0 {
				t.Errorf("%s sees %+v", name, p.Lines)
			}
		}
	})
}

// What other services have to do is seen as what they wrote is.
func TestTasksOfOtherServices(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		family := d.worker(t, "early-help-worker", d.otherTeam)
		d.db.Episode(t, d.child.ID, d.otherTeam, family.Worker)
		theirs := d.open(t, family, "to-do", date.Date{})
		work := func(a casework.Actor) casework.FileWork {
			f, err := casework.Open(t.Context(), d.Service, d.look(a), casework.FileWorkPart())
			d.must(t, err)
			return f.Value
		}
		if w := work(d.adviser); len(w.Open) != 1 { // who works with the child reads what others wrote
			t.Errorf("the allocated worker sees %+v", w.Open)
		}
		if w := work(d.colleague); len(w.Open) != 0 || !w.Hidden {
			t.Errorf("a colleague of the service sees %+v", w)
		}
		_, err := casework.Open(t.Context(), d.Service, d.look(d.colleague), casework.TaskPart(theirs, false))
		wantKind(t, "one of them", err, fault.NotFound)
		wantKind(t, "done by the manager of another service", d.step(t, d.manager, theirs, task.Finished, "", ""), fault.NotFound)
	})
}

// What is to be done next becomes a task of whoever works with the child; what a
// sensitive entry says stays in it.
func TestFollowUpsBecomeTasks(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for _, sensitive := range []string{"", "yes"} {
			draft, err := d.StartDraft(t.Context(), d.adviser, d.child.Reference, "contact-with-client")
			d.must(t, err)
			by := d.Today().AddDays(4)
			d.must(t, d.RecordEntry(t.Context(), d.adviser, d.child.Reference, draft, 1, map[string]string{
				entry.FieldCategory: "interview", entry.FieldDay: "5", entry.FieldMonth: "3", entry.FieldYear: "2026", entry.FieldText: "We spoke.",
				entry.FieldSensitive: sensitive, entry.FieldFollowUp: "Ring the college", entry.FieldByDay: fmt.Sprint(by.Day()), entry.FieldByMonth: "3", entry.FieldByYear: "2026",
			}))
			lines := d.tray(t, d.adviser, casework.TrayAsk{Tray: casework.TrayMine}).Lines
			i := slices.IndexFunc(lines, func(l casework.TaskLine) bool { return l.Link == "/timeline#entry-"+string(draft) })
			if i < 0 || lines[i].Due != by || (lines[i].Words == "Ring the college") != (sensitive == "") {
				t.Errorf("sensitive %q: %+v", sensitive, lines)
			}
		}
	})
}

// What is to be done next goes with its entry to the right child, and back: to somebody
// who can open that file.
func TestWhatIsDueMovesWithItsEntry(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		other := d.another(t, "Inez", d.colleague.Worker)
		e, err := d.StartDraft(t.Context(), d.adviser, d.child.Reference, "contact-with-client")
		d.must(t, err)
		d.must(t, d.RecordEntry(t.Context(), d.adviser, d.child.Reference, e, 1, map[string]string{
			entry.FieldCategory: "interview", entry.FieldDay: "5", entry.FieldMonth: "3", entry.FieldYear: "2026", entry.FieldText: "We spoke.",
			entry.FieldFollowUp: "Ring the college",
		}))
		due := func(ref id.Reference) (list []task.Holder) {
			f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.manager, Reference: ref}, casework.FileWorkPart())
			d.must(t, err)
			for _, l := range f.Value.Open {
				if l.Words == "Ring the college" {
					list = append(list, l.Task.Holder)
				}
			}
			return list
		}
		d.must(t, d.MoveEntry(t.Context(), d.adviser, d.child.Reference, e, other.Reference, told))
		if here, there := due(d.child.Reference), due(other.Reference); len(here) != 0 || len(there) != 1 {
			t.Errorf("moved: due on the wrong record of %q, on the right one of %q", here, there)
		}
		d.must(t, d.UndoCorrection(t.Context(), d.adviser, other.Reference, d.corrections(t, d.manager, d.child.Reference)[0].ID, told))
		if here, there := due(d.child.Reference), due(other.Reference); !slices.Equal(here, []task.Holder{task.OfWorker(d.adviser.Worker)}) || len(there) != 0 {
			t.Errorf("undone: due of %q, and on the other record of %q", here, there)
		}

		// Whose it was may not open the other file: it is for whoever works with that child.
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddConnection(ctx, right.Connection{ID: id.New(), Worker: d.adviser.Worker, Person: other.ID, Nature: "Cousins.", Clocks: storetest.Clocks(storetest.Today)})
		})
		d.must(t, d.MoveEntry(t.Context(), d.manager, d.child.Reference, e, other.Reference, told))
		if there := due(other.Reference); !slices.Equal(there, []task.Holder{task.OfWorker(d.colleague.Worker)}) {
			t.Errorf("due on a file that its worker may not open: of %q", there)
		}
		d.must(t, d.UndoCorrection(t.Context(), d.manager, other.Reference, d.corrections(t, d.manager, other.Reference)[0].ID, told))
		if here := due(d.child.Reference); !slices.Equal(here, []task.Holder{task.OfWorker(d.adviser.Worker)}) {
			t.Errorf("back again: due of %q", here)
		}
	})
}

// Siblings, and those who live together, stand beside one another, whoever changes the
// family; who may not see families has no such order.
func TestOrderOfFamilies(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		mother := d.db.Person(t, "Marta", "Aardvark", date.Must(1980, 1, 1))
		sister := d.db.Person(t, "Zoe", "Zebra", date.Must(2012, 3, 5))
		between := d.db.Person(t, "Nils", "Norman", date.Must(2012, 3, 5))
		for _, p := range []person.Person{sister, between} {
			d.db.Episode(t, p.ID, d.team, d.adviser.Worker)
		}
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			for _, child := range []person.ID{d.child.ID, sister.ID} {
				if err := tx.AddRelationship(ctx, person.Relationship{ID: id.New(), Kind: "parent", Person: mother.ID, Other: child, Clocks: storetest.Clocks(date.Date{})}); err != nil {
					return err
				}
			}
			return nil
		})
		for _, p := range []person.Person{d.child, between, sister} {
			_, err := d.OpenTask(t.Context(), d.adviser, p.Reference, casework.NewTask{Kind: "to-do", Words: "x", Due: d.Today()})
			d.must(t, err)
		}
		names := func(order task.Order) string {
			var list []string
			for _, l := range d.tray(t, d.adviser, casework.TrayAsk{Tray: casework.TrayMine, Order: order}).Lines {
				list = append(list, l.Child.Name.Family+map[bool]string{true: "+"}[l.Family])
			}
			return strings.Join(list, " ")
		}
		if got := names(task.ByPerson); got != "Marlowe Norman Zebra" {
			t.Errorf("by name: %s", got)
		}
		if got := names(task.ByFamily); got != "Marlowe Zebra+ Norman" {
			t.Errorf("by family: %s", got)
		}
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			list, err := tx.Relationships(ctx, sister.ID, 0)
			if err != nil {
				return err
			}
			return tx.Supersede(ctx, store.RelationshipFact, list[0].ID, tx.Stamp("test"))
		})
		d.must(t, d.PlaceEverybody(t.Context()))
		if got := names(task.ByFamily); strings.Contains(got, "+") {
			t.Errorf("with no parent in common: %s", got)
		}
		if p := d.tray(t, d.adviser, casework.TrayAsk{Tray: casework.TrayMine}); !p.Family {
			t.Error("an adviser has no order of families")
		}
		reviewing := d.ruled(t, access.Rule{Role: "adviser", Part: access.Relations, Action: access.Look, Ground: access.Service, Outcome: access.Masked})
		p, err := reviewing.Tray(t.Context(), d.adviser, casework.TrayAsk{Tray: casework.TrayMine, Order: task.ByFamily})
		if err != nil || p.Family || p.Lines[0].Child.Name.Family != "Marlowe" || p.Lines[1].Family {
			t.Errorf("where families are masked: %+v, %v", p, err)
		}
	})
}

// Case notes are due within five working days, one where a significant risk is identified;
// one that is late says why, and by how much (CR-23).
func TestCaseNotesAreDue(t *testing.T) {
	clause.Shows(t, "CR-23")
	each(t, func(t *testing.T, d *desk) {
		social := d.db.Team(t, "social-care")
		w := d.worker(t, "social-worker", social)
		d.db.Episode(t, d.child.ID, social, w.Worker)
		record := func(day int, risk, late string) (entry.ID, error) {
			draft, err := d.StartDraft(t.Context(), w, d.child.Reference, "case-note")
			d.must(t, err)
			return draft, d.RecordEntry(t.Context(), w, d.child.Reference, draft, 1, map[string]string{
				entry.FieldCategory: "phone-call", entry.FieldDay: fmt.Sprint(day), entry.FieldMonth: "3", entry.FieldYear: "2026", entry.FieldText: "We spoke.",
				entry.FieldWithWhom: "The school", entry.FieldReason: "She asked.", entry.FieldRisk: risk, entry.FieldLateReason: late,
			})
		}
		// Thursday the 12th is five working days after the 5th, Friday the 13th is late.
		for _, c := range []struct {
			on, day    int
			risk, late string
			due        int
			days       int
			refused    bool
		}{
			{on: 9, day: 6, risk: "yes", due: 9}, // from a Friday to the Monday
			{on: 10, day: 6, risk: "yes", due: 9, days: 1, refused: true},
			{on: 10, day: 6, risk: "yes", late: "The system was down.", due: 9, days: 1},
			{on: 10, day: 6, late: "Typed in vain.", due: 13},
			{on: 12, day: 5, due: 12},
			{on: 13, day: 5, due: 12, days: 1, refused: true},
			{on: 13, day: 5, late: "I was ill.", due: 12, days: 1},
		} {
			d.db.Now.Set(time.Date(2026, 3, c.on, 9, 0, 0, 0, time.UTC))
			key, err := record(c.day, c.risk, c.late)
			if c.refused {
				wantBeside(t, fmt.Sprintf("%+v", c), err, entry.FieldLateReason, fmt.Sprintf("due by %d March 2026", c.due))
				continue
			}
			d.must(t, err)
			f, err := casework.Open(t.Context(), d.Service, d.look(w), casework.TimelinePart(""))
			d.must(t, err)
			i := slices.IndexFunc(f.Value.Lines, func(l entry.Line) bool { return l.ID == key })
			l := f.Value.Lines[i]
			kept := c.late
			if c.days == 0 {
				kept = ""
			}
			if l.Due != date.Must(2026, 3, c.due) || l.Deadline().DaysLate(d.Today()) != c.days || l.Content.LateReason != kept || l.Content.AtRisk != (c.risk == "yes") {
				t.Errorf("%+v: due %s, %d days late, %q", c, l.Due, l.Deadline().DaysLate(d.Today()), l.Content.LateReason)
			}
		}
		// Pressing twice records once, a day later too.
		draft, err := d.StartDraft(t.Context(), w, d.child.Reference, "case-note")
		d.must(t, err)
		fields := map[string]string{
			entry.FieldCategory: "phone-call", entry.FieldDay: "10", entry.FieldMonth: "3", entry.FieldYear: "2026", entry.FieldText: "We spoke.",
			entry.FieldWithWhom: "The school", entry.FieldReason: "She asked.",
		}
		d.must(t, d.RecordEntry(t.Context(), w, d.child.Reference, draft, 1, fields))
		d.db.Now.Set(time.Date(2026, 3, 30, 9, 0, 0, 0, time.UTC))
		if err := d.RecordEntry(t.Context(), w, d.child.Reference, draft, 1, fields); !casework.Recorded(err) {
			t.Errorf("pressed again: %v", err)
		}
	})
}

func TestStages(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, ref := t.Context(), d.child.Reference
		social := d.db.Team(t, "social-care")
		w := d.worker(t, "social-worker", social)
		e := d.db.Episode(t, d.child.ID, social, w.Worker)
		stage := func(kind string) casework.Stage {
			f, err := casework.Open(ctx, d.Service, d.look(w), casework.StagePart(e.ID, kind))
			d.must(t, err)
			return f.Value.Stage
		}
		reach := func(a casework.Actor, kind string, n casework.NewStage) error {
			return d.ReachStage(ctx, a, ref, e.ID, kind, n)
		}
		if st := stage("referral-decided"); st.Late == 0 || st.Due.IsZero() {
			t.Errorf("half a year after the start of the case: %+v", st)
		}
		if st := stage("initial-conference"); st.Late != 0 || !st.Due.IsZero() {
			t.Errorf("after a discussion that there was none of: %+v", st)
		}
		d.must(t, reach(w, "strategy-discussion", casework.NewStage{Actual: d.Today().AddDays(-1)}))
		conference := stage("initial-conference")
		if conference.Due != date.Must(2026, 3, 25) { // 15 working days from 4 March
			t.Errorf("the conference is due by %s", conference.Due)
		}
		wantBeside(t, "planned too late", reach(w, "initial-conference", casework.NewStage{Planned: date.Must(2026, 3, 26)}), task.LateReason, "25 March 2026")
		d.must(t, reach(w, "initial-conference", casework.NewStage{Planned: date.Must(2026, 3, 20)}))
		now := stage("initial-conference").Now
		n := casework.NewStage{Planned: date.Must(2026, 3, 24), Seen: now.ID}
		wantBeside(t, "changed without why", reach(w, "initial-conference", n), task.FieldWhy, "Enter why")
		n.Why = "The chair is ill."
		wantKind(t, "on an old page", reach(w, "initial-conference", casework.NewStage{Planned: n.Planned, Why: "x"}), fault.Conflict)
		d.must(t, reach(w, "initial-conference", n))
		st := stage("initial-conference")
		if st.Now.Planned != n.Planned || len(st.Plans) != 1 || st.Plans[0].Planned != now.Planned || st.Plans[0].Why != "The chair is ill." || st.Plans[0].By != "Orla Testworth" {
			t.Errorf("what was planned before: %+v", st)
		}
		d.db.Now.Set(storetest.Start.AddDate(0, 0, 25))
		if st := stage("initial-conference"); st.Late != 5 {
			t.Errorf("%d days late on 30 March, want 5", st.Late)
		}
		done := casework.NewStage{Planned: n.Planned, Actual: date.Must(2026, 3, 27), Why: "It was held.", Seen: st.Now.ID}
		wantBeside(t, "held late without why", reach(w, "initial-conference", done), task.LateReason, "Enter the reason")
		done.Late = "The chair was ill."
		d.must(t, reach(w, "initial-conference", done))
		if st := stage("initial-conference"); st.Late != 2 || st.Now.Late != "The chair was ill." {
			t.Errorf("held: %+v", st)
		}
		if st := stage("first-core-group"); st.Due != date.Must(2026, 4, 14) { // Easter between
			t.Errorf("the core group is due by %s", st.Due)
		}
		wantKind(t, "of another service", reach(d.adviser, "first-core-group", casework.NewStage{Planned: d.Today()}), fault.NotFound)
		wantPrint(t, d.prints(t, string(d.child.ID)), "record tasks absent")
		_, err := casework.Open(ctx, d.Service, d.look(d.adviser), casework.StagePart(e.ID, "first-core-group"))
		wantKind(t, "the page of it", err, fault.NotFound)
		_, err = casework.Open(ctx, d.Service, d.look(w), casework.StagePart(e.ID, "no-such-stage"))
		wantKind(t, "no stage", err, fault.NotFound)
	})
}
