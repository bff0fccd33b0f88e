package definition_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/definition"
)

// checked is what a check prints of a folder over files, without the line of what there is
// and the hash.
func checked(t *testing.T, over fstest.MapFS, folder map[string]string, held *definition.Held) (bool, string) {
	t.Helper()
	var out strings.Builder
	ok, err := definition.Check(over, write(t, folder), held, &out)
	if err != nil {
		t.Fatal(err)
	}
	said, _, _ := strings.Cut(out.String(), "No mistakes: ")
	return ok, said
}

// A folder's file takes the place of the built-in one as a whole. The check says which kinds
// are gone with it, which are new and which are others now, each by name, and what stands in
// a kind only where the kind itself stays.
func TestCheckNamesWhatAFolderChanges(t *testing.T) {
	own := strings.NewReplacer(
		"id: supper\n    title: Supper", "id: tea\n    title: High tea",
		"title: Lunch, services: any", "services: any, title: Lunch", // the same, laid out otherwise
	).Replace(meetings)
	service := strings.NewReplacer(
		`      - {id: pie, title: Pie, source: recalled}`, `      - {id: cake, title: Cake, source: recalled}`,
		"Something hot.", "Something cold.",
	).Replace(kitchen)
	ok, got := checked(t, withMeetings(), map[string]string{
		inMeetings: own, "services/kitchen.yaml": service,
		"calendars/low-season.yaml": strings.ReplaceAll(high, "high-season", "low-season"),
	}, nil)
	want := `added calendars/low-season.yaml
  added: calendar 'low-season' (High season)
changed services/kitchen.yaml
  gone: category 'pie' (Pie) of 'meal'
  added: category 'cake' (Cake) of 'meal'
  changed: service 'kitchen' (Kitchen)
  changed: type of entry 'meal' (Meal) of 'kitchen'
changed work/meetings.yaml
  gone: kind of meeting 'supper' (Supper)
  added: kind of meeting 'tea' (High tea)
services/kitchen.yaml:18:5: warning: category 'pie' (Pie) of 'meal' is gone; records may use it
work/meetings.yaml:1:1: warning: kind of meeting 'supper' (Supper) is gone; records may use it
Name the database with --db or --data: what its records use and is gone is then a mistake.
`
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("%v (-want +got):\n%s", ok, diff)
	}
	// In what has no names, such as a rule, the list is told as a whole.
	if _, got := checked(t, tree(), map[string]string{"access/rules.yaml": strings.Replace(rules, "outcome: shown", "outcome: masked", 1)}, nil); got != "changed access/rules.yaml\n  changed: its rules\n" {
		t.Errorf("a changed rule: %q", got)
	}
	if _, got := checked(t, tree(), map[string]string{"codesets/size.csv": strings.ReplaceAll(sizes, "Very large", "Huge")}, nil); !strings.Contains(got, "  changed: code 'L' (Large) of 'size'\n") {
		t.Errorf("a changed code: %q", got)
	}
}

// What records use does not go: it is a mistake with the file and the line where it would
// have to stand. What nobody uses may go, and what was never defined is no mistake.
func TestCheckKeepsWhatRecordsUse(t *testing.T) {
	own := strings.NewReplacer("id: supper\n    title: Supper", "id: tea\n    title: High tea", "{id: lunch, title: Lunch", "{id: snack, title: Snack").Replace(meetings)
	service := strings.Replace(kitchen, `      - {id: pie, title: Pie, source: recalled}
`, "", 1)
	before := mustLoad(t, withMeetings(), write(t, map[string]string{"calendars/low-season.yaml": strings.ReplaceAll(high, "high-season", "low-season")})).Files
	folder := map[string]string{inMeetings: own, "services/kitchen.yaml": service}
	ok, got := checked(t, withMeetings(), folder, &definition.Held{Files: before, Used: []definition.Used{
		{Sort: definition.UsedService, ID: "kitchen", Records: 9},
		{Sort: definition.UsedEntryType, In: "kitchen", ID: "meal", Records: 4},
		{Sort: definition.UsedCategory, In: "kitchen/meal", ID: "pie", Records: 1},
		{Sort: definition.UsedCategory, In: "kitchen/meal", ID: "soup", Records: 3},
		{Sort: definition.UsedMeeting, ID: "supper", Records: 2},
		{Sort: definition.UsedMeeting, ID: "feast", Records: 7}, // of somebody else's, from an import
		{Sort: definition.UsedNumber, ID: "old-system", Records: 5},
	}})
	want := `services/kitchen.yaml:18:5: category 'pie' (Pie) of 'meal' is gone, and 1 record uses it; keep it, with its id
work/meetings.yaml:1:1: kind of meeting 'supper' (Supper) is gone, and 2 records use it; keep it, with its id
2 mistakes in 2 files.
`
	_, said, _ := strings.Cut(got, "added: kind of meeting 'snack' (Snack)\n")
	if diff := cmp.Diff(want, said); ok || diff != "" {
		t.Errorf("%v (-want +got):\n%s", ok, diff)
	}
	if ok, got := checked(t, withMeetings(), folder, &definition.Held{Used: []definition.Used{{Sort: definition.UsedMeeting, ID: "snack", Records: 2}}}); !ok || strings.Contains(got, "warning") {
		t.Errorf("nothing of what is gone is used: %v\n%s", ok, got)
	}
}

// What an earlier folder had, and a database knows, is gone with its file as well; of a
// service that is gone nothing more is said than that.
func TestCheckKnowsWhatWasInForce(t *testing.T) {
	stables := strings.ReplaceAll(strings.ReplaceAll(kitchen, "service: kitchen", "service: stables"), "Kitchen", "Stables")
	before := mustLoad(t, tree(), write(t, map[string]string{"services/stables.yaml": stables})).Files
	ok, got := checked(t, tree(), nil, &definition.Held{Files: before, Used: []definition.Used{
		{Sort: definition.UsedService, ID: "stables", Records: 3},
		{Sort: definition.UsedEntryType, In: "stables", ID: "meal", Records: 2},
		{Sort: definition.UsedCategory, In: "stables/meal", ID: "pie", Records: 2},
	}})
	want := "services/stables.yaml:1:1: service 'stables' (Stables) is gone, and 3 records use it; keep it, with its id\n"
	if ok || !strings.Contains(got, want) || strings.Contains(got, "meal") {
		t.Errorf("%v\n%s", ok, got)
	}
}

// What the directory is to be told is not told: a check says so, with the line.
func TestCheckSaysThatThereIsNoDirectory(t *testing.T) {
	files := formTree(t)
	want := "forms/kitchen/tasting.v1.yaml:93:16: note: there is no directory yet. What it is to be told (update) is kept with each document, in words and as not done, and told once the directory is there\n"
	if ok, got := checked(t, files, nil, nil); !ok || !strings.Contains(got, want) {
		t.Errorf("%v\n%s", ok, got)
	}
}
