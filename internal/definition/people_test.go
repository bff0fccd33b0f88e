package definition_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/definition"
	"casefile/internal/person"
)

const (
	inRelations = "people/relationships.yaml"
	relations   = `kinds:
  - {id: cook, first: {any: Cook, F: Woman cook}, second: {any: Guest}, shape: care, parental: true, ended: false, draw: {above: 1, line: solid, strokes: 2}, source: recalled}
  - {id: eater, first: {any: Eater}, second: {any: Eater}, shape: bond, parental: false, ended: true, source: "inferred: the menu"}
whereabouts:
  - {id: chef, title: Chef, kind: cook, gender: F, source: recalled}
`
)

func withFile(path, text string) fstest.MapFS {
	files := tree()
	files[path] = &fstest.MapFile{Data: []byte(text)}
	return files
}

func TestRelations(t *testing.T) {
	want := person.RelationKinds{
		List: []person.RelationKind{
			{
				ID: "cook", First: person.Words{Any: "Cook", By: map[string]string{"F": "Woman cook"}}, Second: person.Words{Any: "Guest", By: map[string]string{}},
				Shape: person.Care, Parental: true, Draw: person.Draw{Above: 1, Line: "solid", Strokes: 2}, Source: "recalled",
			},
			{
				ID: "eater", First: person.Words{Any: "Eater", By: map[string]string{}}, Second: person.Words{Any: "Eater", By: map[string]string{}},
				Shape: person.Bond, Ended: true, Draw: person.Draw{Line: "dotted"}, Source: "inferred: the menu",
			},
		},
		Whose: []person.Whose{{ID: "chef", Title: "Chef", Kind: "cook", Gender: "F"}},
	}
	if diff := cmp.Diff(want, mustLoad(t, withFile(inRelations, relations), "").Relations()); diff != "" {
		t.Errorf("relations (-want +got):\n%s", diff)
	}
}

func TestMistakesInRelations(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"no words", "second: {any: Guest}, ", "", "2:5: kind of relationship 'cook' has no second"},
		{"a shape of one's own", "shape: bond", "shape: round", "3:67: unknown shape 'round'"},
		{"twice", "id: eater", "id: cook", "3:10: kind of relationship 'cook' is defined twice; first on line 2"},
		{"of no kind", "kind: cook", "kind: cok", "5:35: there is no kind of relationship 'cok'"},
		{"no source", ", source: recalled}\n  - {id: eater", "}\n  - {id: eater", "2:5: kind of relationship 'cook' has no source"},
		{"a line of one's own", "line: solid", "line: curly", "unknown line 'curly'"},
		{"nine generations", "above: 1", "above: 9", "above"},
		{"a gender of one's own", "F: Woman", "X: Woman", "2:35: unknown key 'X'"},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			_, err := definition.Load(withFile(inRelations, strings.Replace(relations, c.old, c.new, 1)), "")
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// For how long an address is taken to be so is data, and within bounds.
func TestAddressesHold(t *testing.T) {
	const file = "people/addresses.yaml"
	if got := mustLoad(t, withFile(file, "check_after_months: 9\nsource: recalled\n"), "").People().CheckAfter; got != 9 {
		t.Errorf("got %d months, want 9", got)
	}
	for _, text := range []string{"check_after_months: 0\nsource: recalled\n", "check_after_months: 121\nsource: recalled\n", "check_after_months: 9\n", "source: recalled\n"} {
		if _, err := definition.Load(withFile(file, text), ""); err == nil {
			t.Errorf("%q is read without a mistake", text)
		}
	}
}
