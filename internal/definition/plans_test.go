package definition_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/access"
	"casefile/internal/definition"
	"casefile/internal/plan"
	"casefile/internal/task"
)

const (
	inPlan   = "plans/feast.yaml"
	planText = `plan: feast
title: Feast
help: For everybody.
service: kitchen
words: {outcome: Taste, need: Hunger, action: Dish}
required: [need, end]
asks:
  - {id: fire, title: If it burns, required: true, source: recalled}
marks:
  - {id: sweet, title: Sweet, at_least: 1, source: recalled}
priorities: {source: recalled, values: [{id: now, title: Now}]}
progress:
  source: "confirmed: the menu"
  values:
    - {id: full, title: Full}
    - {id: hungry, title: Hungry}
write_by: [cook]
authorise_by: [cook]
due: {days: 2, source: recalled}
review:
  first: {weeks: 1, source: recalled}
  then: {months: 1, source: recalled}
source: "confirmed: the menu"
`
)

func withPlan() fstest.MapFS {
	files := tree()
	files[inPlan] = &fstest.MapFile{Data: []byte(planText)}
	return files
}

func TestPlans(t *testing.T) {
	set := mustLoad(t, withPlan(), "")
	want := []plan.Kind{{
		ID: "feast", Title: "Feast", Help: "For everybody.", Service: "kitchen", Words: plan.Words{Outcome: "Taste", Need: "Hunger", Action: "Dish"},
		Required: []string{"need", "end"}, Boxes: []plan.Box{{ID: "fire", Title: "If it burns", Required: true, Source: "recalled"}},
		Marks:      []plan.Mark{{ID: "sweet", Title: "Sweet", AtLeast: 1, Source: "recalled"}},
		Priorities: plan.Scale{Source: "recalled", Values: []plan.Value{{ID: "now", Title: "Now"}}},
		Progress:   plan.Scale{Source: "confirmed: the menu", Values: []plan.Value{{ID: "full", Title: "Full"}, {ID: "hungry", Title: "Hungry"}}},
		WriteBy:    []access.Role{"cook"}, AuthoriseBy: []access.Role{"cook"}, Due: task.Limit{N: 2, Unit: task.Days, Source: "recalled"},
		Review: plan.Cycle{First: task.Limit{N: 1, Unit: task.Weeks, Source: "recalled"}, Then: task.Limit{N: 1, Unit: task.Months, Source: "recalled"}},
		Source: "confirmed: the menu",
	}}
	if diff := cmp.Diff(want, set.Plans()); diff != "" {
		t.Errorf("plans (-want +got):\n%s", diff)
	}
	if _, ok := set.Plan("fast"); ok {
		t.Error("a kind that nobody defined")
	}
}

func TestMistakesInPlans(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		want           []string
	}{
		{"no keys", "", "- feast\n", []string{"1:1: a kind of plan is written as 'key: value' lines, not as a list"}},
		{"another name than the file's", "plan: feast", "plan: fast", []string{"1:7: kind of plan 'fast' stands in the file 'feast.yaml'; the two names must agree"}},
		{"an unknown key", "help:", "hlep:", []string{"3:1: unknown key 'hlep'; did you mean 'help'?"}},
		{"an unknown service", "service: kitchen", "service: kitchne", []string{"4:10: service 'kitchne' of kind of plan 'feast' is not in services; did you mean 'kitchen'?"}},
		{"no words", "words: {outcome: Taste, need: Hunger, action: Dish}\n", "", []string{"1:1: kind of plan 'feast' has no words"}},
		{"a word too few", ", need: Hunger", "", []string{"5:8: the words has no need"}},
		{"required that cannot be", "required: [need, end]", "required: [need, ends]", []string{"6:18: kind of plan 'feast' cannot require 'ends'; did you mean 'end'?"}},
		{"required twice", "required: [need, end]", "required: [need, need]", []string{"6:18: kind of plan 'feast' names 'need' twice"}},
		{"a box that is none", "  - {id: fire, title: If it burns, required: true, source: recalled}", "  - fire", []string{"8:5: a box is written as 'key: value' lines, not as text"}},
		{"required or not", "required: true", "required: maybe", []string{"8:46: the required of box 'fire' is true or false"}},
		{"marks without end", "at_least: 1", "at_least: 99", []string{"10:41: the at_least of mark 'sweet' is between 1 and 20"}},
		{"a mark that is none", "  - {id: sweet, title: Sweet, at_least: 1, source: recalled}", "  - sweet", []string{"10:5: a mark is written as 'key: value' lines, not as text"}},
		{"no priorities", "priorities: {source: recalled, values: [{id: now, title: Now}]}\n", "", []string{"1:1: kind of plan 'feast' has no priorities"}},
		{"a scale that is none", "{source: recalled, values: [{id: now, title: Now}]}", "now", []string{"11:13: a scale is written as 'key: value' lines, not as text"}},
		{"a scale without values", "values: [{id: now, title: Now}]", "values: []", []string{"11:40: the list of values is empty"}},
		{"a value that is none", "    - {id: full, title: Full}", "    - full", []string{"15:7: a value is written as 'key: value' lines, not as text"}},
		{"a value twice", "id: hungry", "id: full", []string{"16:12: value 'full' is defined twice; first on line 15"}},
		{"a scale without source", `  source: "confirmed: the menu"` + "\n  values", "  values", []string{"13:3: a scale has no source"}},
		{"no writers", "write_by: [cook]\n", "", []string{"1:1: kind of plan 'feast' has no write_by"}},
		{"an unknown role", "write_by: [cook]", "write_by: [cok]", []string{"17:12: role 'cok' of kind of plan 'feast' is not in access/roles.yaml; did you mean 'cook'?"}},
		{"a role of another service", "service: kitchen", "service: stables", []string{"17:12: role 'cook' of kind of plan 'feast' is held in no team of service 'stables'", "18:16: role 'cook' of kind of plan 'feast' is held in no team of service 'stables'"}},
		{"nobody authorises", "authorise_by: [cook]\n", "", []string{"1:1: kind of plan 'feast' has no authorise_by"}},
		{"nobody and somebody", "authorise_by: [cook]", "authorise: none\nauthorise_by: [cook]", []string{"19:15: kind of plan 'feast' is authorised by nobody, and names who authorises it; one of the two is wrong"}},
		{"neither", "authorise_by: [cook]", "authorise: maybe", []string{"1:1: kind of plan 'feast' has no authorise_by", "18:12: unknown authorise 'maybe'; it is one of none"}},
		{"no review", "review:\n  first: {weeks: 1, source: recalled}\n  then: {months: 1, source: recalled}\n", "", []string{"1:1: kind of plan 'feast' has no review; say within what time it is reviewed first, and then"}},
		{"no review after the first", "  then: {months: 1, source: recalled}\n", "", []string{"21:3: a review cycle has no then"}},
		{"a review that is none", "review:\n  first: {weeks: 1, source: recalled}\n  then: {months: 1, source: recalled}\n", "review: soon\n", []string{"20:9: a review cycle is written as 'key: value' lines, not as text"}},
		{"a limit that is none", "due: {days: 2, source: recalled}", "due: soon", []string{"19:6: a time limit is written as 'key: value' lines, not as text"}},
		{"an unknown calendar", "{weeks: 1, source: recalled}", "{working_days: 1, calendar: high, source: recalled}", []string{"21:38: calendar 'high' is not in calendars; it is one of high-season"}},
		{"an unmarked source", `source: "confirmed: the menu"` + "\n", "source: the menu\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := withPlan()
			files["services/stables.yaml"] = &fstest.MapFile{Data: []byte(replaced(t, string(files[inService].Data), "service: kitchen", "service: stables"))}
			text := planText
			if c.name == "an unmarked source" {
				text, c.want = strings.TrimSuffix(text, "source: \"confirmed: the menu\"\n")+"source: the menu\n", []string{"23:9: a source starts with how well it is known, not with 'the menu'; it is one of confirmed, inferred, recalled"}
			} else {
				text = replaced(t, text, c.old, c.new)
			}
			files[inPlan] = &fstest.MapFile{Data: []byte(text)}
			_, err := definition.Load(files, "")
			want := make([]string, len(c.want))
			for i, w := range c.want {
				want[i] = inPlan + ":" + w
			}
			wantErrors(t, err, want...)
		})
	}
}

// Who writes and who authorises a kind of plan is a right: it holds as a second person
// approved it, whatever the kind's own file says since.
func TestRightsOfPlansTakeApproval(t *testing.T) {
	set := mustLoad(t, withPlan(), "")
	approved := set.Rights()
	if !slices.ContainsFunc(approved, func(f definition.File) bool {
		return f.Path == "access/plans.yaml" && strings.Contains(f.Body, "plan: feast\n    write_by: [cook]\n    authorise_by: [cook]")
	}) {
		t.Fatalf("the rights of plans are not among the rights: %+v", approved)
	}
	files := withPlan()
	files[inPlan] = &fstest.MapFile{Data: []byte(replaced(t, planText, "authorise_by: [cook]", "authorise: none"))}
	files["plans/snack.yaml"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(strings.ReplaceAll(planText, "feast", "snack"), "Feast", "Snack"))}
	changed := mustLoad(t, files, "")
	if changed.RightsHash() == set.RightsHash() {
		t.Error("rights that differ have one hash")
	}
	held, err := changed.WithRights(approved)
	if err != nil {
		t.Fatal(err)
	}
	if k, _ := held.Plan("feast"); k.NoAuthorise || !k.Authorises("cook") || !k.Writes("cook") {
		t.Errorf("what was approved: %+v", k)
	}
	if k, _ := held.Plan("snack"); len(k.WriteBy) > 0 {
		t.Errorf("a kind that nobody approved: %+v", k)
	}
	lines := strings.Join(definition.CompareRights(held, changed), "\n")
	for _, want := range []string{"The plan “Feast” is authorised by nobody: it is in force once it is written.", "The plan “Snack” is written by “", "and not by nobody."} {
		if !strings.Contains(lines, want) {
			t.Errorf("%q is not said in\n%s", want, lines)
		}
	}
	back, err := mustLoad(t, withPlan(), "").WithRights(changed.Rights())
	if err != nil {
		t.Fatal(err)
	}
	if k, _ := back.Plan("feast"); !k.NoAuthorise {
		t.Errorf("approved: that nobody authorises it, got %+v", k)
	}
	none, err := mustLoad(t, tree(), "").WithRights(mustLoad(t, tree(), "").Rights())
	if err != nil || len(none.Plans()) > 0 {
		t.Errorf("without plans: %v, %v", none, err)
	}
}
