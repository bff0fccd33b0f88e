// Package clause lets a test say which clause of docs/requirements.md it
// shows. `make trace` writes the tests that passed into that page.
package clause

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var shape = regexp.MustCompile(`^(CX|CR|YJ|CP|KF)-\d\d(\([a-z]\))?$`)

// Shows declares that the test shows the clauses, once it has passed. A clause
// with lettered parts is named with its letter: "CR-22(b)".
//
// The declaration goes to the folder in CASEFILE_TRACE, one file a test; with
// no such folder set it only checks the names.
func Shows(t *testing.T, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if !shape.MatchString(id) {
			t.Fatalf("clause %q: a clause is named like CX-15 or CR-22(b)", id)
		}
	}
	dir := os.Getenv("CASEFILE_TRACE")
	if dir == "" {
		return
	}
	t.Cleanup(func() {
		if t.Failed() || t.Skipped() {
			return
		}
		pkg, err := os.Getwd()
		if err != nil {
			t.Errorf("trace: %v", err)
			return
		}
		name := strings.NewReplacer("/", "_", " ", "_").Replace(t.Name())
		lines := make([]string, 0, len(ids))
		for _, id := range ids {
			lines = append(lines, id+"\t"+packagePath(pkg)+"\t"+t.Name()+"\n")
		}
		file := filepath.Join(dir, strings.ReplaceAll(packagePath(pkg), "/", "_")+"."+name)
		if err := appendTo(file, strings.Join(lines, "")); err != nil {
			t.Errorf("trace: %v", err)
		}
	})
}

// appendTo adds to a file, because a test may declare more than once.
func appendTo(file, text string) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// packagePath is the folder of the test below the root of the module.
func packagePath(dir string) string {
	for root := dir; root != filepath.Dir(root); root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			rel, err := filepath.Rel(root, dir)
			if err != nil {
				return dir
			}
			return filepath.ToSlash(rel)
		}
	}
	return dir
}
