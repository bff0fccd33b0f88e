package task_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"casefile/definitions"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/fault"
	"casefile/internal/staff"
	"casefile/internal/task"
)

func load(t *testing.T) *definition.Set {
	t.Helper()
	set, err := definition.Load(definitions.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Limits agree with somebody who counts on a calendar on the wall, day by day: of
// every unit, from every day of some years, by every calendar that we ship.
func TestLimitsAgreeWithABruteForceCalendar(t *testing.T) {
	set := load(t)
	rng := rand.New(rand.NewPCG(5, 23))
	for _, c := range set.Calendars() {
		off := map[date.Date]bool{}
		for _, h := range c.Holidays() {
			off[h.Day] = true
		}
		for _, w := range c.Weekend() {
			for d := c.Covers().From; !d.After(c.Covers().To); d = d.AddDays(1) {
				off[d] = off[d] || d.Weekday() == w
			}
		}
		for from := date.Must(2022, 1, 1); from.Before(date.Must(2027, 1, 1)); from = from.AddDays(1) {
			n := 1 + rng.IntN(60)
			left, day := n, from
			for left > 0 {
				if day = day.AddDays(1); !off[day] {
					left--
				}
			}
			got, err := task.Limit{N: n, Unit: task.WorkingDays, Calendar: c.ID()}.Due(set, from)
			if err != nil || got != day {
				t.Fatalf("%s: %d working days from %s: got %s, %v, want %s", c.ID(), n, from, got, err, day)
			}
			for unit, days := range map[task.Unit]int{task.Days: n, task.Weeks: 7 * n} {
				want := from
				for range days {
					want = want.AddDays(1)
				}
				if got, err := (task.Limit{N: n, Unit: unit}).Due(set, from); err != nil || got != want {
					t.Fatalf("%d %s from %s: got %s, %v, want %s", n, unit, from, got, err, want)
				}
			}
			// Months by turning pages: n pages on, the same day or the page's last.
			year, month := from.Year(), from.Month()
			for range n {
				if month++; month == 13 {
					year, month = year+1, 1
				}
			}
			last := 0
			for d := 1; d <= from.Day(); d++ {
				if _, err := date.New(year, month, d); err == nil {
					last = d
				}
			}
			if got, err := (task.Limit{N: n, Unit: task.Months}).Due(set, from); err != nil || got != date.Must(year, month, last) {
				t.Fatalf("%d months from %s: got %s, %v", n, from, got, err)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	set := load(t)
	friday := date.Must(2026, 4, 2).AddDays(1) // Good Friday
	for _, c := range []struct {
		limit task.Limit
		want  string
		day   date.Date
	}{
		{task.Limit{}, "", date.Date{}},
		{task.Limit{N: 1, Unit: task.WorkingDays, Calendar: "england-and-wales"}, "1 working day", date.Must(2026, 4, 7)}, // after Easter Monday
		{task.Limit{N: 5, Unit: task.WorkingDays, Calendar: "england-and-wales"}, "5 working days", date.Must(2026, 4, 13)},
		{task.Limit{N: 2, Unit: task.Days}, "2 days", date.Must(2026, 4, 5)},
		{task.Limit{N: 1, Unit: task.Weeks}, "1 week", date.Must(2026, 4, 10)},
		{task.Limit{N: 3, Unit: task.Months}, "3 months", date.Must(2026, 7, 3)},
	} {
		if got, err := c.limit.Due(set, friday); err != nil || got != c.day || c.limit.String() != c.want {
			t.Errorf("%q from Good Friday: got %s, %v, want %s", c.limit, got, err, c.day)
		}
	}
	if got, err := (task.Limit{N: 1, Unit: task.Days}).Due(set, date.Date{}); err != nil || !got.IsZero() {
		t.Errorf("from a day that is not known: %s, %v", got, err)
	}
	if _, err := (task.Limit{N: 1, Unit: task.WorkingDays, Calendar: "england-and-wales"}).Due(set, date.Must(1999, 1, 1)); !task.Outside(err) {
		t.Errorf("outside the calendar: %v", err)
	}
	if _, err := (task.Limit{N: 1, Unit: task.WorkingDays, Calendar: "moon"}).Due(set, friday); err == nil {
		t.Error("by no calendar: no error")
	}
	if _, err := (task.Limit{N: 1, Unit: "moons"}).Due(set, friday); err == nil {
		t.Error("in moons: no error")
	}
}

var (
	noon = date.At(time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC))
	due  = date.Must(2026, 3, 3)
)

func open() task.Task {
	return task.Task{ID: "t1", State: task.Open, Holder: task.OfWorker("w1"), Due: due, AskLate: true}
}

// What is missed asks why, and the reason is kept (CR-24).
func TestATaskDoneLateAsksWhy(t *testing.T) {
	clause.Shows(t, "CR-24")
	late := open()
	err := late.Do("w1", noon, "")
	wantProblem(t, err, task.LateReason, "due by 3 March 2026")
	if late.State != task.Open {
		t.Errorf("it is %s all the same", late.State)
	}
	wantProblem(t, late.Do("w1", noon, strings.Repeat("x", task.MaxReason+1)), task.LateReason, "2,000 characters")
	if err := late.Do("w1", noon, "She was in hospital."); err != nil || late.Late != "She was in hospital." || late.State != task.Done {
		t.Errorf("with a reason: %v, %+v", err, late)
	}
	if n := late.Deadline().DaysLate(noon.Date().AddDays(30)); n != 2 {
		t.Errorf("%d days late, a month on; want the 2 of when it was done", n)
	}
	easy := open()
	easy.AskLate = false
	if err := easy.Do("w1", noon, ""); err != nil {
		t.Errorf("a kind that does not ask: %v", err)
	}
	asked := open()
	asked.AskLate = false
	if err := asked.AskWhy(noon); err != nil {
		t.Error(err)
	}
	wantKind(t, "asked twice", asked.AskWhy(noon), fault.Conflict)
	wantProblem(t, asked.Do("w1", noon, ""), task.LateReason, "Enter the reason")
	wantProblem(t, asked.SayWhy(noon, ""), task.LateReason, "Enter the reason")
	if err := asked.SayWhy(noon, "Nobody was in."); err != nil || !asked.Asked.IsZero() {
		t.Errorf("answered: %v, %+v", err, asked)
	}
	if err := asked.Do("w1", noon, ""); err != nil || asked.Late != "Nobody was in." {
		t.Errorf("done after the answer: %v, %q", err, asked.Late)
	}
	intime := open()
	intime.Due = noon.Date()
	wantKind(t, "in time", intime.AskWhy(noon), fault.Conflict)
	wantKind(t, "in time", intime.SayWhy(noon, "x"), fault.Conflict)
	if err := intime.Do("w1", noon, ""); err != nil {
		t.Errorf("done on its last day: %v", err)
	}
}

func TestStepsOfATask(t *testing.T) {
	x := open()
	x.Holder = task.OfTeam("north")
	if err := x.Take("w2", noon); err != nil || x.Holder != task.OfWorker("w2") || x.Since != noon {
		t.Errorf("taken: %v, %+v", err, x)
	}
	wantKind(t, "taken from somebody", x.Take("w3", noon), fault.Conflict)
	wantProblem(t, x.Reassign(task.OfWorker("w2"), noon), task.FieldTo, "theirs already")
	if err := x.Reassign(task.OfTray("new"), noon); err != nil {
		t.Error(err)
	}
	wantProblem(t, x.DropIt("w2", noon, ""), task.FieldReason, "Enter why")
	if err := x.DropIt("w2", noon, "She moved."); err != nil || x.State != task.Dropped {
		t.Errorf("dropped: %v, %+v", err, x)
	}
	for name, err := range map[string]error{
		"take": x.Take("w2", noon), "reassign": x.Reassign(task.OfWorker("w4"), noon), "do": x.Do("w2", noon, ""), "drop": x.DropIt("w2", noon, "y"), "ask": x.AskWhy(noon),
	} {
		wantKind(t, name+" what is dropped", err, fault.Conflict)
	}
	wantProblem(t, x.Reopen(noon, ""), task.FieldReason, "Enter why")
	if err := x.Reopen(noon, "She came back."); err != nil || x.State != task.Open || x.By != "" || !x.Closed.IsZero() {
		t.Errorf("reopened: %v, %+v", err, x)
	}
	wantKind(t, "reopen what is open", x.Reopen(noon, "y"), fault.Conflict)
}

func TestHolders(t *testing.T) {
	w, isWorker := task.OfWorker("w1").Worker()
	team, isTeam := task.OfTeam("north").Team()
	managers, isManagers := task.OfManagers("north").Managers()
	tray, isTray := task.OfTray("new").Tray()
	if w != "w1" || team != "north" || managers != "north" || tray != "new" || !isWorker || !isTeam || !isManagers || !isTray {
		t.Errorf("got %q %q %q %q", w, team, managers, tray)
	}
	if w, ok := task.OfTeam(staff.TeamID("north")).Worker(); ok || w != "" {
		t.Error("a team is a worker")
	}
}

func TestMilestones(t *testing.T) {
	today, limit := noon.Date(), date.Must(2026, 3, 10)
	planned := task.Milestone{Planned: date.Must(2026, 3, 9)}
	check := func(m, was task.Milestone, why string) string {
		var words []string
		for _, p := range m.Check(was, limit, today, why) {
			words = append(words, p.Field)
		}
		return strings.Join(words, " ")
	}
	late := planned
	late.Planned = date.Must(2026, 3, 11)
	reached := task.Milestone{Planned: planned.Planned, Actual: date.Must(2026, 3, 6)}
	excused := late
	excused.Late = "The parents are abroad."
	for _, c := range []struct {
		name   string
		m, was task.Milestone
		why    string
		want   string
	}{
		{"nothing", task.Milestone{}, task.Milestone{}, "", task.FieldPlanned},
		{"planned in time", planned, task.Milestone{}, "", ""},
		{"planned for too late", late, task.Milestone{}, "", task.LateReason},
		{"planned for too late, and why", excused, task.Milestone{}, "", ""},
		{"reached tomorrow", reached, task.Milestone{}, "", task.FieldActual},
		{"changed", excused, planned, "", task.FieldWhy},
		{"changed, and why", excused, planned, "They rang.", ""},
	} {
		if got := check(c.m, c.was, c.why); got != c.want {
			t.Errorf("%s: problems at %q, want %q", c.name, got, c.want)
		}
	}
	missed := task.Milestone{Actual: date.Must(2026, 3, 4)}
	if ps := missed.Check(task.Milestone{}, date.Must(2026, 3, 2), today, ""); len(ps) != 1 || ps[0].Field != task.LateReason {
		t.Errorf("reached late without why: %v", ps)
	}
}

func wantProblem(t *testing.T, err error, field, words string) {
	t.Helper()
	f, ok := err.(*fault.Error) //nolint:errorlint // the package gives it as it is
	if !ok || len(f.Problems) != 1 || f.Problems[0].Field != field || !strings.Contains(f.Problems[0].Message, words) {
		t.Errorf("got %v, want %q beside %s", err, words, field)
	}
}

func wantKind(t *testing.T, what string, err error, want fault.Kind) {
	t.Helper()
	if !fault.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}
