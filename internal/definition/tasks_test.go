package definition_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/definition"
	"casefile/internal/task"
)

const (
	inTasks = "work/tasks.yaml"
	tasks   = `trays:
  - {id: counter, title: The counter, service: kitchen, source: recalled}
tasks:
  - id: wash
    title: Wash up
    help: All of it.
    services: [kitchen]
    to: service tray
    tray: counter
    due: {working_days: 2, calendar: high-season, source: "confirmed: the menu"}
    priority: high
    late_reason: true
    by_hand: true
    source: recalled
  - {id: next, title: Next, services: any, to: allocated worker, priority: low, late_reason: false, by_hand: false, opened_by: entry-follow-up, source: recalled}
`
	inMilestones = "work/milestones.yaml"
	milestones   = `milestones:
  - {id: served, title: Served, services: [kitchen], due: {days: 1, source: recalled}, source: recalled}
  - {id: paid, title: Paid, services: any, due: {months: 3, after: served, source: recalled}, source: "confirmed: the menu"}
`
)

func withWork() fstest.MapFS {
	files := tree()
	files[inTasks] = &fstest.MapFile{Data: []byte(tasks)}
	files[inMilestones] = &fstest.MapFile{Data: []byte(milestones)}
	return files
}

func TestTasks(t *testing.T) {
	set := mustLoad(t, withWork(), "")
	want := task.Practice{
		Trays: []task.Tray{{ID: "counter", Title: "The counter", Service: "kitchen", Source: "recalled"}},
		Kinds: []task.Kind{
			{
				ID: "wash", Title: "Wash up", Help: "All of it.", Services: []string{"kitchen"}, To: task.ToTray, Tray: "counter",
				Limit:    task.Limit{N: 2, Unit: task.WorkingDays, Calendar: "high-season", Source: "confirmed: the menu"},
				Priority: task.High, LateReason: true, ByHand: true, Source: "recalled",
			},
			{ID: "next", Title: "Next", Any: true, To: task.ToWorker, Priority: task.Low, Cause: task.FollowUp, Source: "recalled"},
		},
	}
	if diff := cmp.Diff(want, set.Tasks()); diff != "" {
		t.Errorf("tasks (-want +got):\n%s", diff)
	}
	stages := task.Milestones{
		{ID: "served", Title: "Served", Services: []string{"kitchen"}, Limit: task.Limit{N: 1, Unit: task.Days, Source: "recalled"}, Source: "recalled"},
		{ID: "paid", Title: "Paid", Any: true, After: "served", Limit: task.Limit{N: 3, Unit: task.Months, Source: "recalled"}, Source: "confirmed: the menu"},
	}
	if diff := cmp.Diff(stages, set.Milestones()); diff != "" {
		t.Errorf("milestones (-want +got):\n%s", diff)
	}
	none := mustLoad(t, tree(), "")
	if len(none.Tasks().Kinds)+len(none.Milestones()) != 0 {
		t.Errorf("without the files: got %+v, %+v", none.Tasks(), none.Milestones())
	}
}

func TestMistakesInWork(t *testing.T) {
	for _, c := range []struct {
		name, file, old, new string
		want                 []string
	}{
		{"no keys", inTasks, "", "- wash\n", []string{"1:1: the file of tasks is written as 'key: value' lines, not as a list"}},
		{"a tray that is none", inTasks, "trays:\n", "trays:\n  - shelf\n", []string{"2:5: a tray is written as 'key: value' lines, not as text"}},
		{"a tray twice", inTasks, "trays:\n", "trays:\n  - {id: counter, title: C, service: kitchen, source: recalled}\n", []string{"3:10: tray 'counter' is defined twice; first on line 2"}},
		{"a tray of no service", inTasks, "title: The counter, service: kitchen", "title: The counter, service: kitchne", []string{"2:48: service 'kitchne' of tray 'counter' is not in services; did you mean 'kitchen'?"}},
		{"a task that is none", inTasks, "tasks:\n", "tasks:\n  - wash\n", []string{"4:5: a task is written as 'key: value' lines, not as text"}},
		{"a task twice", inTasks, "id: next", "id: wash", []string{"15:10: task 'wash' is defined twice; first on line 4"}},
		{"an unknown service", inTasks, "services: [kitchen]", "services: [kitchne]", []string{"7:16: service 'kitchne' of task 'wash' is not in services; did you mean 'kitchen'?"}},
		{"a word for services", inTasks, "services: [kitchen]", "services: every", []string{"7:15: the services of task 'wash' are a list of services or the word any, not 'every'"}},
		{"to nobody", inTasks, "to: allocated worker", "to: nobody", []string{"15:48: unknown recipient 'nobody'; it is one of allocated worker, team, manager of the team, service tray"}},
		{"an unknown tray", inTasks, "tray: counter", "tray: conter", []string{"9:11: tray 'conter' of task 'wash' is not among the trays; did you mean 'counter'?"}},
		{"no tray", inTasks, "    tray: counter\n", "", []string{"4:5: task 'wash' has no tray"}},
		{"a tray for a worker", inTasks, "to: service tray", "to: team", []string{"9:11: task 'wash' names a tray, and goes to none"}},
		{"a limit that is none", inTasks, `{working_days: 2, calendar: high-season, source: "confirmed: the menu"}`, "soon", []string{"10:10: a time limit is written as 'key: value' lines, not as text"}},
		{"a limit without number", inTasks, "working_days: 2, calendar: high-season, ", "", []string{"10:10: a time limit of task 'wash' has no number; say how many days, working_days, weeks or months"}},
		{"a limit of two", inTasks, "working_days: 2", "working_days: 2, weeks: 1", []string{"10:35: a time limit of task 'wash' counts both working_days and weeks; one is enough"}},
		{"a limit without end", inTasks, "working_days: 2", "working_days: 2000", []string{"10:25: the working_days of a time limit is between 1 and 1000"}},
		{"no calendar", inTasks, "calendar: high-season, ", "", []string{"10:10: a time limit has no calendar"}},
		{"an unknown calendar", inTasks, "high-season", "low-season", []string{"10:38: calendar 'low-season' is not in calendars; it is one of high-season"}},
		{"a calendar for days", inTasks, "working_days: 2", "days: 2", []string{"10:30: a time limit of task 'wash' names a calendar, and counts no working days"}},
		{"a limit without source", inTasks, `, source: "confirmed: the menu"}`, "}", []string{"10:10: a time limit has no source"}},
		{"an unknown priority", inTasks, "priority: high", "priority: hihg", []string{"11:15: unknown priority 'hihg'; did you mean 'high'?"}},
		{"late or not", inTasks, "late_reason: true", "late_reason: maybe", []string{"12:18: the late_reason of task 'wash' is true or false"}},
		{"by hand or not", inTasks, "by_hand: true", "by_hand: maybe", []string{"13:14: the by_hand of task 'wash' is true or false"}},
		{"an unknown cause", inTasks, "opened_by: entry-follow-up", "opened_by: the-moon", []string{"15:128: unknown cause 'the-moon'; it is one of entry-follow-up, form-effect, form-required, alert-review, plan-action, plan-review, meeting-decision, authorise"}},
		{"to authorise, by whoever may have written it", inTasks, "opened_by: entry-follow-up", "opened_by: authorise", []string{"15:48: task 'next' is to authorise, and the allocated worker may have written it: say to: team, manager of the team or service tray"}},
		{"to authorise, and why it is late", inTasks, "to: allocated worker, priority: low, late_reason: false, by_hand: false, opened_by: entry-follow-up", "to: team, priority: low, late_reason: true, by_hand: false, opened_by: authorise", []string{"15:82: task 'next' is done when what waits is authorised or returned, where nobody is asked why it is late: say late_reason: false"}},
		{"opened by nothing", inTasks, "by_hand: true", "by_hand: false", []string{"13:14: nothing opens task 'wash': say by_hand: true, or what opens it"}},
		{"milestones without keys", inMilestones, "", "served\n", []string{"1:1: the file of milestones is written as 'key: value' lines, not as text"}},
		{"a milestone that is none", inMilestones, "milestones:\n", "milestones:\n  - served\n", []string{"2:5: a milestone is written as 'key: value' lines, not as text"}},
		{"a milestone twice", inMilestones, "id: paid", "id: served", []string{"3:10: milestone 'served' is defined twice; first on line 2"}},
		{"a milestone after none", inMilestones, "after: served", "after: paid", []string{"3:68: milestone 'paid' is not one that stands above milestone 'paid'; it is one of served"}},
		{"an unknown file", "work/task.yaml", "", "x", []string{"1:1: unknown file 'task.yaml'; did you mean 'tasks.yaml'?"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := withWork()
			if _, there := files[c.file]; !there {
				files[c.file] = &fstest.MapFile{}
			}
			files[c.file] = &fstest.MapFile{Data: []byte(replaced(t, string(files[c.file].Data), c.old, c.new))}
			_, err := definition.Load(files, "")
			want := make([]string, len(c.want))
			for i, w := range c.want {
				want[i] = c.file + ":" + w
			}
			wantErrors(t, err, want...)
		})
	}
}

// Within what time an entry is to be recorded is of its type (CR-23).
func TestTimeLimitsOfEntries(t *testing.T) {
	const due = "    due: {weeks: 1, source: recalled, at_risk: {working_days: 1, calendar: high-season, source: recalled}}\n"
	with := func(text string) fstest.MapFS {
		files := tree()
		files[inService] = &fstest.MapFile{Data: []byte(replaced(t, string(files[inService].Data), "    text_label:", text+"    text_label:"))}
		return files
	}
	s, _ := mustLoad(t, with(due), "").Service("kitchen")
	meal, _ := s.EntryType("meal")
	if got := meal.Limit(false); got != (task.Limit{N: 1, Unit: task.Weeks, Source: "recalled"}) {
		t.Errorf("without risk: %+v", got)
	}
	if got := meal.Limit(true); got != (task.Limit{N: 1, Unit: task.WorkingDays, Calendar: "high-season", Source: "recalled"}) {
		t.Errorf("at risk: %+v", got)
	}
	_, err := definition.Load(with("    due: {weeks: 1, source: recalled, at_risk: {months: 1, source: recaled}}\n"), "")
	wantErrors(t, err, "services/kitchen.yaml:16:68: a source starts with how well it is known, not with 'recaled'; did you mean 'recalled'?")
}

func replaced(t *testing.T, was, old, text string) string {
	t.Helper()
	if old == "" {
		return text
	}
	if strings.Count(was, old) != 1 {
		t.Fatalf("%q is there %d times", old, strings.Count(was, old))
	}
	return strings.Replace(was, old, text, 1)
}
