package house_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var namedTest = regexp.MustCompile(`\[(Test\w+)\]\(([^)]+)\)`)

// A threat whose test was renamed or taken away is a threat without one.
func TestThreatsHaveTheirTests(t *testing.T) {
	const page = "../../docs/threat-model.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	named := namedTest.FindAllStringSubmatch(string(text), -1)
	if len(named) < 30 {
		t.Fatalf("the page names %d tests", len(named))
	}
	for _, n := range named {
		source, err := os.ReadFile(filepath.Join(filepath.Dir(page), n[2]))
		if err != nil {
			t.Errorf("%s: %v", n[1], err)
		} else if !strings.Contains(string(source), "func "+n[1]+"(") {
			t.Errorf("%s is not in %s", n[1], n[2])
		}
	}
}
