package clause_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"casefile/internal/clause"
)

func TestShowsKeepsEveryDeclaration(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("CASEFILE_TRACE", dir)
	t.Run("passes", func(t *testing.T) {
		clause.Shows(t, "CX-15")
		clause.Shows(t, "CR-22(b)", "KF-02")
	})
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.Split(strings.TrimSpace(string(text)), "\n")...)
	}
	slices.Sort(got)
	behind := "\tinternal/clause\tTestShowsKeepsEveryDeclaration/passes"
	if want := []string{"CR-22(b)" + behind, "CX-15" + behind, "KF-02" + behind}; !slices.Equal(got, want) {
		t.Errorf("declared %q, want %q", got, want)
	}
}
