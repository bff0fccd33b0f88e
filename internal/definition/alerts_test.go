package definition_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/access"
	"casefile/internal/alert"
	"casefile/internal/definition"
)

const (
	inAlerts = "people/alerts.yaml"
	alerts   = `tell_days: 7
source: recalled
kinds:
  - id: fire
    words: Sets fires
    linked: Lives with somebody who sets fires
    help: In the kitchen.
    severity: danger
    part: risks
    set_by: [cook]
    end_by: [cook, waiter]
    asks: [aware, manager]
    at_the_door: true
    review_months: 6
    source: "confirmed: the menu"
  - {id: bell, words: Ring first, severity: note, part: alerts, set_by: cook, end_by: cook, review_months: 12, source: recalled}
`
)

// withAlerts has roles that may record what the kinds are of.
func withAlerts(t *testing.T) fstest.MapFS {
	t.Helper()
	files := formTree(t)
	rules := string(files["access/rules.yaml"].Data)
	roles := strings.Replace(string(files["access/roles.yaml"].Data), "roles:\n", "roles:\n  - {id: waiter, title: Waiter, plain: a waiter, services: any, case: true, source: recalled}\n", 1)
	files["access/roles.yaml"] = &fstest.MapFile{Data: []byte(roles)}
	rules += "  - {role: [cook, waiter], part: [alerts, risks], action: [look, record], ground: everyone, outcome: shown}\n"
	files["access/rules.yaml"] = &fstest.MapFile{Data: []byte(rules)}
	files[inAlerts] = &fstest.MapFile{Data: []byte(alerts)}
	return files
}

func TestAlerts(t *testing.T) {
	set := mustLoad(t, withAlerts(t), "")
	want := alert.Practice{TellDays: 7, Kinds: []alert.Kind{
		{
			ID: "fire", Words: "Sets fires", Linked: "Lives with somebody who sets fires", Help: "In the kitchen.", Severity: alert.Danger, Part: access.Risks,
			SetBy: []access.Role{"cook"}, EndBy: []access.Role{"cook", "waiter"}, Aware: true, Manager: true, AtDoor: true, Months: 6, Source: "confirmed: the menu",
		},
		{
			ID: "bell", Words: "Ring first", Severity: alert.Note, Part: access.Alerts, SetBy: []access.Role{"cook"}, EndBy: []access.Role{"cook"},
			Months: 12, Source: "recalled",
		},
	}}
	if diff := cmp.Diff(want, set.Alerts()); diff != "" {
		t.Errorf("alerts (-want +got):\n%s", diff)
	}
	files := withAlerts(t)
	delete(files, inAlerts)
	if none := mustLoad(t, files, ""); len(none.Alerts().Kinds) != 0 {
		t.Errorf("without the file: got %+v", none.Alerts())
	}
}

func TestMistakesInAlerts(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		want           []string
	}{
		{"no keys", "", "- fire\n", []string{"1:1: the file of alerts is written as 'key: value' lines, not as a list"}},
		{"no days", "tell_days: 7\n", "", []string{"1:1: the file of alerts has no tell_days"}},
		{"many days", "tell_days: 7", "tell_days: 700", []string{"1:12: the tell_days of the file of alerts is between 1 and 90"}},
		{"no source", "source: recalled\n", "", []string{"1:1: the file of alerts has no source"}},
		{"a kind that is none", "kinds:\n", "kinds:\n  - fire\n", []string{"4:5: a kind of alert is written as 'key: value' lines, not as text"}},
		{"a kind twice", "id: bell", "id: fire", []string{"16:10: kind of alert 'fire' is defined twice; first on line 4"}},
		{"no words", "    words: Sets fires\n", "", []string{"4:5: kind of alert 'fire' has no words"}},
		{"an unknown key", "help: In", "halp: In", []string{"7:5: unknown key 'halp'; did you mean 'help'?"}},
		{"an unknown severity", "severity: danger", "severity: danegr", []string{"8:15: unknown severity 'danegr'; did you mean 'danger'?"}},
		{"an unknown part", "part: risks", "part: timeline", []string{"9:11: unknown part 'timeline'; it is one of alerts, risks"}},
		{"set by nobody", "    set_by: [cook]\n", "", []string{"4:5: kind of alert 'fire' has no set_by"}},
		{"set by an empty list", "set_by: [cook]", "set_by: []", []string{"10:13: the list of set_by is empty"}},
		{"set by a role that is none", "set_by: [cook]", "set_by: [coko]", []string{"10:14: role 'coko' of kind of alert 'fire' is not in access/roles.yaml; did you mean 'cook'?"}},
		{"an unknown question", "asks: [aware", "asks: [awrae", []string{"12:12: unknown question 'awrae'; did you mean 'aware'?"}},
		{"at a door that is none", "at_the_door: true", "at_the_door: often", []string{"13:18: the at_the_door of kind of alert 'fire' is true or false"}},
		{"no months", "review_months: 6", "review_months: 0", []string{"14:20: the review_months of kind of alert 'fire' is between 1 and 60"}},
		{"no source of a kind", "    source: \"confirmed: the menu\"\n", "", []string{"4:5: kind of alert 'fire' has no source"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := withAlerts(t)
			files[inAlerts] = &fstest.MapFile{Data: []byte(replaced(t, alerts, c.old, c.new))}
			_, err := definition.Load(files, "")
			want := make([]string, len(c.want))
			for i, w := range c.want {
				want[i] = inAlerts + ":" + w
			}
			wantErrors(t, err, want...)
		})
	}
	// A role that sets a kind and may record its part on nobody's file.
	files := withAlerts(t)
	rules := string(files["access/rules.yaml"].Data)
	files["access/rules.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(rules, "- {role: [cook, waiter], part: [alerts, risks],", "- {role: waiter, part: [alerts], action: look, ground: everyone, outcome: shown}\n  - {role: cook, part: [alerts, risks],", 1))}
	_, err := definition.Load(files, "")
	wantErrors(t, err, inAlerts+":11:20: no rule in access/rules.yaml lets role 'waiter' record part 'risks', so it could not do what end_by of kind of alert 'fire' says")
}

// Who sees, sets and ends alerts of a kind holds once a second person has approved it; a
// kind that nobody approved is seen and set by nobody.
func TestWhoSetsAlertsIsApproved(t *testing.T) {
	files := withAlerts(t)
	set := mustLoad(t, files, "")
	approved := set.Rights()
	changedText := strings.Replace(alerts, "part: risks", "part: alerts", 1)
	changedText = strings.Replace(changedText, "set_by: [cook]", "set_by: [waiter]", 1)
	changedText += "  - {id: cat, words: A cat, severity: note, part: alerts, set_by: cook, end_by: cook, review_months: 1, source: recalled}\n"
	files[inAlerts] = &fstest.MapFile{Data: []byte(changedText)}
	changed := mustLoad(t, files, "")
	if changed.RightsHash() == set.RightsHash() {
		t.Error("others see and set alerts, and no rights change")
	}
	held, err := changed.WithRights(approved)
	if err != nil {
		t.Fatal(err)
	}
	if held.RightsHash() != set.RightsHash() {
		t.Error("the approved rights have another hash over other kinds")
	}
	fire, _ := held.Alerts().Kind("fire")
	if fire.Part != access.Risks || !fire.Sets("cook") || fire.Sets("waiter") {
		t.Errorf("held: got %+v, want as approved", fire)
	}
	if cat, _ := held.Alerts().Kind("cat"); cat.Part != "" || cat.Sets("cook") {
		t.Errorf("a kind that nobody approved: got %+v, want seen and set by nobody", cat)
	}
	said := strings.Join(definition.CompareRights(held, changed), " ")
	for _, want := range []string{
		"The alert “Sets fires” is seen by whoever sees “Alerts” of a file, and not “Alerts about risks”.",
		"The alert “Sets fires” is set by “Waiter”, and not by “Cook”.", "The alert “A cat” is seen by whoever sees “Alerts” of a file, as nobody does now.",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("in words: %s; want %s", said, want)
		}
	}
	older, err := changed.WithRights(slices.DeleteFunc(slices.Clone(approved), func(f definition.File) bool { return f.Path == "access/alerts.yaml" }))
	if err != nil {
		t.Fatal(err)
	}
	if fire, _ := older.Alerts().Kind("fire"); !fire.Sets("waiter") {
		t.Error("under rights of a release that did not count alerts, a kind is not as it says itself")
	}
}
