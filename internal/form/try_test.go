package form_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/form"
)

// What cannot be worked out with some answers is told once each, with its place, and in
// words that quote nothing; Judge goes on as before, with it not known.
func TestTryTellsWhatCannotBeWorkedOut(t *testing.T) {
	f, mistakes := form.Compile(form.Spec{
		ID: "share", Version: 1, Title: "Share", Service: "kitchen", Source: "recalled", NoAuthorise: true, CompleteBy: []form.Word{{Text: "cook"}},
		Sections: []form.Section{{ID: "share", Title: "Share", Ask: []form.Question{
			{ID: "sweets", Kind: form.Number, Text: "Sweets?"},
			{ID: "people", Kind: form.Number, Text: "People?"},
			{ID: "each", Kind: form.Computed, Text: "Each", Gives: form.GivesWhole, Value: form.Expr{Text: "sweets / people", At: form.Place{Line: 9, Column: 3}}},
		}}},
		Rules: []form.Rule{{ID: "fair", Say: "Is it fair?", Check: form.Expr{Text: "share.sweets % share.people == 0", At: form.Place{Line: 12, Column: 5}}}},
	}, form.Around{Services: []string{"kitchen"}, Roles: []form.Role{{ID: "cook", In: func(string) bool { return true }}}})
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	answers := form.Answers{Sections: map[string]map[string]any{"share": {"sweets": json.Number("7"), "people": json.Number("0")}}}
	j, failures := f.Try(answers, form.Context{})
	want := []form.Failure{{At: form.Place{Line: 9, Column: 3}, Why: "it divides by nought"}, {At: form.Place{Line: 12, Column: 5}, Why: "it divides by nought"}}
	if diff := cmp.Diff(want, failures); diff != "" || !j.Ready() {
		t.Errorf("ready %v, failures (-want +got):\n%s", j.Ready(), diff)
	}
	answers.Set("share", "people", nil)
	if _, failures := f.Try(answers, form.Context{}); len(failures) > 0 {
		t.Errorf("what is not answered is not known, and fails nothing: %v", failures)
	}
}

// What cannot be read is told with where.
func TestUnreadableAnswersSayWhere(t *testing.T) {
	for text, want := range map[string]string{ // what stands there
		`{"sections":{"a":{"b":"1","b":"2"}}}`:          `"b":"2"`,
		`{"sections":{"a":{"b": yes, "c": "1"}}}`:       "yes",
		"{\"sections\":{\n\"a\": {\"b\": \"1\"}}} more": "more",
	} {
		_, err := form.ParseAnswers([]byte(text))
		u, ok := errors.AsType[*form.Unreadable](err)
		if at := int64(strings.Index(text, want)); !ok || u.Offset < at-2 || u.Offset > at+int64(len(want)) {
			t.Errorf("%s: %v, %+v; want it unreadable at %d", text, err, u, at)
		}
	}
}
