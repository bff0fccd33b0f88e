package casework_test

import (
	"slices"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/document"
	"casefile/internal/id"
)

// A signature says who signed, and stands for what they signed: somebody else who changes
// that has it signed anew; nobody signs for another or moves a signature elsewhere.
func TestASignatureStandsForWhatWasSigned(t *testing.T) {
	each(t, func(t *testing.T, desk *desk) {
		desk.Service = desk.inFolder(t, "testdata/signing")
		d := &planner{desk}
		key := document.ID(id.New())
		d.must(t, d.StartDocument(t.Context(), d.adviser, d.child.Reference, key, "agreed", false))
		by := func(section string, at ...any) string {
			t.Helper()
			v := d.writing(t, d.adviser, key).Answers.Get(section, at[0].(string))
			for _, step := range at[1:] {
				switch in := v.(type) {
				case map[string]any:
					v = in[step.(string)]
				case []any:
					v = in[step.(int)]
				}
			}
			m, _ := v.(map[string]any)
			who, _ := m["by"].(string)
			return who
		}
		want := func(what, got string, who casework.Actor) {
			t.Helper()
			if got != string(who.Worker) {
				t.Errorf("%s: signed by %q, want %q", what, got, who.Worker)
			}
		}
		nobody := casework.Actor{}

		d.mustType(t, d.adviser, key, "whole", map[string]any{"what": "To meet.", "signed": casework.SignNow})
		want("signed", by("whole", "signed"), d.adviser)
		d.mustType(t, d.colleague, key, "whole", map[string]any{"what": "To meet.", "signed": casework.SignKept + "0"})
		want("saved as it was", by("whole", "signed"), d.adviser)
		d.mustType(t, d.adviser, key, "whole", map[string]any{"what": "To meet on Monday.", "signed": casework.SignKept + "0"})
		want("changed by who signed", by("whole", "signed"), d.adviser)
		d.mustType(t, d.colleague, key, "whole", map[string]any{"what": "To meet never.", "signed": casework.SignKept + "0"})
		want("changed by somebody else", by("whole", "signed"), nobody)
		d.mustType(t, d.colleague, key, "whole", map[string]any{"what": "To meet never.", "signed": `{"by": "` + string(d.adviser.Worker) + `"}`})
		want("signed for another", by("whole", "signed"), nobody)

		steps := func(list ...any) map[string]any { return map[string]any{"steps": list} }
		step := func(what, signed string) any { return map[string]any{"step": what, "by": signed} }
		d.mustType(t, d.adviser, key, "each", steps(step("Ring.", casework.SignNow), step("Write.", "")))
		want("a step", by("each", "steps", 0, "by"), d.adviser)
		d.mustType(t, d.colleague, key, "each", steps(step("Write.", ""), step("Ring.", casework.SignKept+"0")))
		want("a step that moved down", by("each", "steps", 1, "by"), d.adviser)
		d.mustType(t, d.colleague, key, "each", steps(step("Pay.", casework.SignKept+"1"), step("Ring.", casework.SignKept+"1")))
		want("a signature moved to another step", by("each", "steps", 0, "by"), nobody)
		want("the step that it is of", by("each", "steps", 1, "by"), d.adviser)

		area := func(say, signed string) map[string]any {
			return map[string]any{"areas": map[string]any{"home": map[string]any{"say": say, "by": signed}}}
		}
		d.mustType(t, d.adviser, key, "each", area("Fine.", casework.SignNow))
		want("a row", by("each", "areas", "home", "by"), d.adviser)
		d.mustType(t, d.colleague, key, "each", area("Fine.", casework.SignKept+"0"))
		want("a row saved as it was", by("each", "areas", "home", "by"), d.adviser)
		d.mustType(t, d.colleague, key, "each", area("Not fine.", casework.SignKept+"0"))
		want("a row changed by somebody else", by("each", "areas", "home", "by"), nobody)
	})
}

// A signature stands for all answers of the document, or for those of its section where
// its question says so. One that falls says whose it was and what changed, until somebody
// signs anew; what it was under is kept beside the draft.
func TestASignatureOfTheWholeDocumentFalls(t *testing.T) {
	each(t, func(t *testing.T, desk *desk) {
		desk.Service = desk.inFolder(t, "testdata/signing")
		d := &planner{desk}
		key := document.ID(id.New())
		d.must(t, d.StartDocument(t.Context(), d.adviser, d.child.Reference, key, "agreed", false))
		signed := func(section, question string) bool {
			return d.writing(t, d.adviser, key).Answers.Get(section, question) != nil
		}
		step := func(what string) map[string]any {
			return map[string]any{"steps": []any{map[string]any{"step": what}}}
		}
		d.mustType(t, d.adviser, key, "each", step("Ring."))
		d.mustType(t, d.adviser, key, "whole", map[string]any{"what": "To meet.", "signed": casework.SignNow})
		d.mustType(t, d.colleague, key, "each", map[string]any{"seen": casework.SignNow})
		if !signed("whole", "signed") {
			t.Error("a signature beside it takes it away")
		}
		d.mustType(t, d.colleague, key, "each", step("Write."))
		if signed("whole", "signed") || !signed("each", "seen") {
			t.Errorf("another section changed: the document is signed %t, the section by who changed it %t", signed("whole", "signed"), signed("each", "seen"))
		}
		w := d.writing(t, d.adviser, key)
		if len(w.Fell) != 1 || w.Fell[0].Question != "signed" || w.Fell[0].Name != d.name(t, d.adviser) || !slices.Equal(w.Fell[0].Changed, []string{"Steps"}) {
			t.Errorf("what is said of it: %+v", w.Fell)
		}
		if !w.Earlier["whole"] {
			t.Error("what was signed is not kept")
		}
		d.mustType(t, d.adviser, key, "whole", map[string]any{"what": "To meet at ten."})
		if w = d.writing(t, d.adviser, key); len(w.Fell) != 1 || !slices.Equal(w.Fell[0].Changed, []string{"What was agreed?", "Steps"}) {
			t.Errorf("more is changed, and it says: %+v", w.Fell)
		}
		if !signed("each", "seen") {
			t.Error("the signature of a section falls with another section")
		}
		d.mustType(t, d.adviser, key, "whole", map[string]any{"signed": casework.SignNow})
		if w = d.writing(t, d.adviser, key); !signed("whole", "signed") || len(w.Fell) != 0 {
			t.Errorf("signed anew: %+v", w.Fell)
		}
		d.mustType(t, d.adviser, key, "each", step("Write."))
		if !signed("whole", "signed") {
			t.Error("saved as it was, it is unsigned")
		}
		d.mustComplete(t, d.adviser, key)
		if a := d.read(t, d.adviser, key).Content.Answers; len(a.Fell) > 0 || a.Get("whole", "signed") == nil {
			t.Errorf("completed with %+v", a)
		}
	})
}
