package form_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/form"
)

func TestMarkedTextTellsStatementsApart(t *testing.T) {
	given := "[observed] Both were asleep.\n\nThe room was cold.\n\n[Reported by Mrs Bell,\n health visitor] He missed two\nappointments.\n\n" +
		"[opinion: of Dr Ahmed] It is older.\n\n[opinion] They are fond of one another.\n\n[allegation from a neighbour]\nThere is shouting.\n\n" +
		"[their words] I don’t like it when it’s dark.\n\n\\[sic] as it stands"
	want := []form.Statement{
		{Mark: form.Observed, Text: "Both were asleep."},
		{Text: "The room was cold."},
		{Mark: form.Reported, By: "Mrs Bell, health visitor", Text: "He missed two\nappointments."},
		{Mark: form.Opinion, By: "Dr Ahmed", Text: "It is older."},
		{Mark: form.Opinion, Text: "They are fond of one another."},
		{Mark: form.Allegation, By: "a neighbour", Text: "There is shouting."},
		{Mark: form.TheirWords, Text: "I don’t like it when it’s dark."},
		{Text: "[sic] as it stands"},
	}
	got, wrong := form.ParseMarked(given)
	if diff := cmp.Diff(want, got); diff != "" || wrong != "" {
		t.Errorf("%s (-want +got):\n%s", wrong, diff)
	}
}

func TestMarksThatAreWrong(t *testing.T) {
	const one = `Write one of [observed], [reported by …], [opinion of …], [allegation by …] or [their words]. Where no mark is meant, begin with \[`
	for given, want := range map[string]string{
		"[sic] x":             one,
		"[observedly] x":      one,
		"[] x":                one,
		"[reported] x":        "Say who it comes from, as in [reported by the school]",
		"[reported by ] x":    "Say who it comes from, as in [reported by the school]",
		"[allegation] x":      "Say who it comes from, as in [allegation by the school]",
		"[observed by me] x":  "What was observed was seen by who writes it. Where somebody else saw it, write [reported by …]",
		"[observed x":         `A mark ends with a bracket, as in [observed]. Where no mark is meant, begin with \[`,
		"[observed]":          "Write what was said or seen after its mark",
		"x\n\n[opinion]\n\ny": "Write what was said or seen after its mark",
	} {
		if got, wrong := form.ParseMarked(given); wrong != want || got != nil {
			t.Errorf("%q: %+v, %q, want %q", given, got, wrong, want)
		}
	}
}

// Where every paragraph has to be marked, one that is not is said to be.
func TestMarksCanBeRequired(t *testing.T) {
	spec := form.Spec{
		ID: "notes", Version: 1, Title: "Notes", Service: "kitchen", NoAuthorise: true, CompleteBy: []form.Word{{Text: "cook"}},
		Sections: []form.Section{{ID: "said", Title: "Said", Ask: []form.Question{{ID: "what", Kind: form.Text, Text: "All", Marks: true, Marked: true}}}},
	}
	f, mistakes := form.Compile(spec, form.Around{Services: []string{"kitchen"}, Roles: []form.Role{{ID: "cook", In: func(string) bool { return true }}}})
	if f == nil {
		t.Fatal(mistakes)
	}
	for given, wrong := range map[string]bool{"[observed] x": false, "x": true, `[observed] x\n\ny`: true} {
		if got := problem(judge(t, f, `{"said":{"what":"`+given+`"}}`), "said", "what", ""); (got != "") != wrong {
			t.Errorf("%s: %q", given, got)
		}
	}
}
