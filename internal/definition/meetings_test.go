package definition_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"casefile/definitions"
	"casefile/internal/access"
	"casefile/internal/definition"
	"casefile/internal/meeting"
	"casefile/internal/service"
	"casefile/internal/task"
)

const (
	inMeetings = "work/meetings.yaml"
	meetings   = `meetings:
  - id: supper
    title: Supper
    help: All of them.
    services: [kitchen]
    sensitive: true
    chaired_by: [cook]
    stands_in: [cook]
    invite:
      - {id: guest, title: The guest, is: child, source: recalled}
    minutes:
      - {id: soup, title: Soup, help: How it was., each_child: false, required: true, source: recalled}
      - {id: said, title: What they said, each_child: true, required: false, source: "confirmed: the menu"}
    agree_within: {days: 2, source: recalled}
    send_within: {working_days: 5, calendar: high-season, source: recalled}
    next_within: {months: 1, source: recalled}
    reaches: [served]
    source: recalled
  - {id: lunch, title: Lunch, services: any, sensitive: false, chaired_by: cook, minutes: [{id: all, title: All, each_child: false, required: true, source: recalled}], source: recalled}
`
)

func withMeetings() fstest.MapFS {
	files := withWork()
	files[inMeetings] = &fstest.MapFile{Data: []byte(meetings)}
	return files
}

func TestMeetings(t *testing.T) {
	want := meeting.Kinds{
		{
			ID: "supper", Title: "Supper", Help: "All of them.", Services: []string{"kitchen"}, Sensitive: true,
			ChairedBy: []access.Role{"cook"}, StandsIn: []access.Role{"cook"},
			Invite: []meeting.Called{{ID: "guest", Title: "The guest", Is: meeting.TheChild, Source: "recalled"}},
			Headings: []meeting.Heading{
				{ID: "soup", Title: "Soup", Help: "How it was.", Required: true, Source: "recalled"},
				{ID: "said", Title: "What they said", Each: true, Source: "confirmed: the menu"},
			},
			AgreeIn: task.Limit{N: 2, Unit: task.Days, Source: "recalled"},
			SendIn:  task.Limit{N: 5, Unit: task.WorkingDays, Calendar: "high-season", Source: "recalled"},
			NextIn:  task.Limit{N: 1, Unit: task.Months, Source: "recalled"},
			Reaches: []string{"served"}, Source: "recalled",
		},
		{
			ID: "lunch", Title: "Lunch", Any: true, ChairedBy: []access.Role{"cook"},
			Headings: []meeting.Heading{{ID: "all", Title: "All", Required: true, Source: "recalled"}}, Source: "recalled",
		},
	}
	if diff := cmp.Diff(want, mustLoad(t, withMeetings(), "").Meetings()); diff != "" {
		t.Errorf("meetings (-want +got):\n%s", diff)
	}
	if none := mustLoad(t, tree(), "").Meetings(); len(none) != 0 {
		t.Errorf("without the file: %+v", none)
	}
}

func TestMistakesInMeetings(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		want           string
	}{
		{"no keys", "", "- supper\n", "1:1: the file of meetings is written as 'key: value' lines, not as a list"},
		{"a meeting that is none", "meetings:\n", "meetings:\n  - supper\n", "2:5: a meeting is written as 'key: value' lines, not as text"},
		{"a meeting twice", "{id: lunch,", "{id: supper,", "19:10: meeting 'supper' is defined twice; first on line 2"},
		{"an unknown field", "    help: All of them.\n", "    helps: All of them.\n", "4:5: unknown key 'helps'; did you mean 'help'?"},
		{"an unknown service", "services: [kitchen]", "services: [kitchne]", "5:16: service 'kitchne' of meeting 'supper' is not in services; did you mean 'kitchen'?"},
		{"sensitive or not", "sensitive: true", "sensitive: perhaps", "6:16: the sensitive of meeting 'supper' is true or false"},
		{"nobody chairs", "    chaired_by: [cook]\n", "", "2:5: meeting 'supper' has no chaired_by"},
		{"an unknown role", "chaired_by: [cook]", "chaired_by: [coko]", "7:18: role 'coko' of meeting 'supper' is not in access/roles.yaml; did you mean 'cook'?"},
		{"an unknown role that stands in", "stands_in: [cook]", "stands_in: [coko]", "8:17: role 'coko' of meeting 'supper' is not in access/roles.yaml; did you mean 'cook'?"},
		{"an invitation that is none", "      - {id: guest, title: The guest, is: child, source: recalled}\n", "      - guest\n", "10:9: an invitation is written as 'key: value' lines, not as text"},
		{"an invitation twice", "    minutes:\n", "      - {id: guest, title: G, source: recalled}\n    minutes:\n", "11:14: invitation 'guest' is defined twice; first on line 10"},
		{"an invitee that is none", "is: child", "is: chidl", "10:43: unknown invitee 'chidl'; did you mean 'child'?"},
		{"no headings", "minutes: [{id: all, title: All, each_child: false, required: true, source: recalled}], ", "", "19:5: meeting 'lunch' has no minutes"},
		{"a heading that is none", "    minutes:\n", "    minutes:\n      - soup\n", "12:9: a heading is written as 'key: value' lines, not as text"},
		{"a heading twice", "{id: said,", "{id: soup,", "13:14: heading 'soup' is defined twice; first on line 12"},
		{"for each child or not", "help: How it was., each_child: false", "help: How it was.", "12:9: heading 'soup' has no each_child; say true or false"},
		{"required or not", "each_child: true, required: false", "each_child: true, required: no-one", "13:71: the required of heading 'said' is true or false"},
		{"a heading without source", `, source: "confirmed: the menu"}`, "}", "13:9: heading 'said' has no source"},
		{"a limit without number", "agree_within: {days: 2, ", "agree_within: {", "14:19: a time limit of meeting 'supper' has no number; say how many days, working_days, weeks or months"},
		{"an unknown calendar", "high-season", "low-season", "15:46: calendar 'low-season' is not in calendars; it is one of high-season"},
		{"an unknown stage", "reaches: [served]", "reaches: [serve]", "17:15: stage 'serve' of meeting 'supper' is not in work/milestones.yaml; did you mean 'served'?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := withMeetings()
			files[inMeetings] = &fstest.MapFile{Data: []byte(replaced(t, meetings, c.old, c.new))}
			_, err := definition.Load(files, "")
			wantErrors(t, err, inMeetings+":"+c.want)
		})
	}
}

// A category that is a visit or a meeting asks for what these have (CR-36).
func TestCategoriesThatAreMeetings(t *testing.T) {
	with := func(meets, asks string) fstest.MapFS {
		files := tree()
		text := "service: s1\ntitle: S\nsource: recalled\nsensitive: false\nwords:\n" +
			"  child: {one: c, many: cs}\n  worker: {one: w, many: ws}\n  file: {one: f, many: fs}\n  entry: {one: e, many: es}\n  episode: {one: p, many: ps}\n" +
			"entry_types:\n  - id: note\n    title: N\n    source: recalled\n    with_child: false\n    text_label: T\n    asks: " + asks +
			"\n    categories:\n      - {id: talk, title: T, meets: " + meets + ", source: recalled}\n"
		files["services/s1.yaml"] = &fstest.MapFile{Data: []byte(text)}
		return files
	}
	s, _ := mustLoad(t, with("true", "{reason: optional, key-topics: optional, decisions: optional, with-whom: optional}"), "").Service("s1")
	note, _ := s.EntryType("note")
	for f, want := range map[service.Field]service.Need{service.Reason: service.Required, service.Topics: service.Required, service.Decisions: service.Required, service.WithWhom: service.Optional} {
		if got := note.AskedIn("talk", f); got != want {
			t.Errorf("%s in a meeting: %v, want %v", f, got, want)
		}
		if got := note.AskedIn("", f); got != service.Optional {
			t.Errorf("%s in no category: %v", f, got)
		}
	}
	_, err := definition.Load(with("true", "{reason: optional, decisions: optional}"), "")
	wantErrors(t, err, "services/s1.yaml:19:37: category 'talk' is a visit or a meeting, and entry type 'note' does not ask for key-topics")
	_, err = definition.Load(with("perhaps", "{reason: optional, key-topics: optional, decisions: optional}"), "")
	wantErrors(t, err, "services/s1.yaml:19:37: the meets of category 'talk' is true or false")
}

// A folder that has stages of its own need not have meetings of its own: the built-in ones
// then reach those of their stages that there are.
func TestMeetingsBesideOtherStages(t *testing.T) {
	dir := write(t, map[string]string{"work/milestones.yaml": "milestones:\n  - {id: first-core-group, title: First, services: [social-care], source: recalled}\n"})
	set, err := definition.Load(definitions.FS, dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range set.Meetings() {
		if want := k.ID == "core-group"; want != (len(k.Reaches) > 0) {
			t.Errorf("%s reaches %q", k.ID, k.Reaches)
		}
	}
}
