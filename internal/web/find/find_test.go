package find

import (
	"strings"
	"testing"

	"casefile/internal/match"
	"casefile/internal/person"
)

// Reasons stand apart in their line, as words do.
func TestReasonsStandApart(t *testing.T) {
	f := person.Found{Exact: true, Reasons: []match.Reason{{Why: match.WhyMiddle}, {Why: match.WhyOtherBorn}}}
	var b strings.Builder
	if err := why(reasons(f)).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	said := strings.NewReplacer("<strong>", "", "</strong>", "").Replace(b.String())
	if want := "Name as you typed it; middle name; another date of birth"; !strings.Contains(said, want) {
		t.Errorf("the line is %q, want %q in it", b.String(), want)
	}
}
