package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

const page = `# Requirements

## CX: participation

- CX-15 Contacts are records.
- CX-23 Contact details are kept.

## CR: case recording

- CR-22 Out of hours: (a) a note; (b) a new situation.
`

var shown = []declaration{
	{"CX-15", "internal/web", "TestRecord"},
	{"CX-15", "internal/store/storetest", "TestTimeline/sqlite"},
	{"CX-15", "internal/store/storetest", "TestTimeline/postgres"},
	{"CX-15", "internal/casework", "TestRecord/postgres/late"},
	{"CX-15", "internal/casework", "TestRecord/postgres/late"},
	{"CR-22(b)", "tests/e2e", "TestOutOfHours/a_new|child"},
}

const want = page + `
<!-- Written by make trace. Everything from here to the end mark is replaced. -->
## Clauses and the passing tests that show them

| | clauses | shown | shown in part |
|---|---:|---:|---:|
| CX: participation | 2 | 1 | 0 |
| CR: case recording | 1 | 0 | 1 |
| all | 3 | 1 | 1 |

| clause | tests |
|---|---|
| CX-15 | ` + "`internal/casework` TestRecord/late (postgres)<br>`internal/store/storetest` TestTimeline (both engines)<br>`internal/web` TestRecord" + ` |
| CR-22(b) | ` + "`tests/e2e` TestOutOfHours/a\\_new\\|child" + ` |

<!-- The end of what make trace writes. -->
`

func TestRewrite(t *testing.T) {
	once, err := rewrite(page, shown)
	if err != nil {
		t.Fatal(err)
	}
	if once != want {
		t.Errorf("got:\n%s\nwant:\n%s", once, want)
	}
	twice, err := rewrite(once, shown)
	if err != nil {
		t.Fatal(err)
	}
	if twice != once {
		t.Errorf("a second time it changes:\n%s", difference(once, twice))
	}
	text := "\nWords behind it stay.\n"
	if got, err := rewrite(once+text, shown); err != nil || got != once+text {
		t.Errorf("with words behind: %v\n%s", err, got)
	}
}

func TestAClauseIsWholeWithAllItsParts(t *testing.T) {
	got, err := rewrite(page, append(shown, declaration{"CR-22(a)", "tests/e2e", "TestNote"}))
	if err != nil {
		t.Fatal(err)
	}
	if line := "| CR: case recording | 1 | 1 | 0 |"; !strings.Contains(got, line) {
		t.Errorf("no line %q in:\n%s", line, got)
	}
}

func TestUnknownClausesAreRefused(t *testing.T) {
	for _, tt := range []struct{ clause, want string }{
		{"CX-99", "internal/web TestX declares CX-99: the page has no such clause"},
		{"CX-15(a)", "internal/web TestX declares CX-15(a): CX-15 has no parts"},
		{"CR-22", "internal/web TestX declares CR-22: it has parts; name one of CR-22(a) to CR-22(b)"},
		{"CR-22(c)", "internal/web TestX declares CR-22(c): the page has no such clause"},
	} {
		_, err := rewrite(page, []declaration{{tt.clause, "internal/web", "TestX"}})
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: got %v, want %s", tt.clause, err, tt.want)
		}
	}
}

func TestAPageThatMakesNoSenseIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"no clauses":     "# Requirements\n",
		"a clause twice": page + "- CX-15 Again.\n",
		"no end mark":    page + begin + "\n",
		"no begin mark":  page + end + "\n",
		"two traces":     want + want[len(page):],
	} {
		if _, err := rewrite(text, nil); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestReadRefusesHalfALine(t *testing.T) {
	if _, err := read(fstest.MapFS{"a": {Data: []byte("CX-15\tinternal/web\n")}}); err == nil {
		t.Error("a line without its test was accepted")
	}
}

func TestRunChecksAndWrites(t *testing.T) {
	dir := t.TempDir()
	from, file := filepath.Join(dir, "trace"), filepath.Join(dir, "requirements.md")
	if err := run(from, file, true); err == nil || !strings.Contains(err.Error(), "there is no trace") {
		t.Errorf("without a trace: %v", err)
	}
	if err := os.Mkdir(from, 0o755); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		filepath.Join(from, "internal_web.TestRecord"): "CX-15\tinternal/web\tTestRecord\nCX-23\tinternal/web\tTestRecord\n",
		file: page,
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	err := run(from, file, true)
	if err == nil || !strings.Contains(err.Error(), "+ | CX-23 | `internal/web` TestRecord |") {
		t.Errorf("check of an old page: %v", err)
	}
	if err := run(from, file, false); err != nil {
		t.Fatal(err)
	}
	if err := run(from, file, true); err != nil {
		t.Errorf("check of a page just written: %v", err)
	}
}

// The page itself must be readable, whatever the tests show today.
func TestTheClausesOfThisProject(t *testing.T) {
	text, err := os.ReadFile("../../../docs/requirements.md")
	if err != nil {
		t.Fatal(err)
	}
	all, err := clauses(string(text))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]int{}
	for _, c := range all {
		if c.family == "" {
			t.Errorf("%s stands under no heading", c.id)
		}
		parts[c.id] = len(c.parts)
	}
	for id, n := range map[string]int{"CX-15": 0, "CR-12": 13, "CR-22": 4, "YJ-25": 11, "CP-24": 8} {
		if got, ok := parts[id]; !ok || got != n {
			t.Errorf("%s: %d parts (there: %v), want %d", id, got, ok, n)
		}
	}
}
