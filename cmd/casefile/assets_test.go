package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestServeWithoutAssets builds the program as if its style sheets and scripts
// had not been made: serve says so and does not show bare pages.
func TestServeWithoutAssets(t *testing.T) {
	dist, err := filepath.Abs("../../internal/web/static/dist")
	if err != nil {
		t.Fatal(err)
	}
	// For go build, a file with nothing in its place is not there.
	var overlay struct{ Replace map[string]string }
	overlay.Replace = map[string]string{}
	err = filepath.WalkDir(dist, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() != "README.md" {
			overlay.Replace[path] = ""
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file, program := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "casefile")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command("go", "build", "-overlay", file, "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v: %s", err, said)
	}
	data := filepath.Join(dir, "data")
	if said, err := exec.Command(program, "migrate", "--data", data).CombinedOutput(); err != nil {
		t.Fatalf("migrate needs no pages: %v: %s", err, said)
	}
	for _, args := range [][]string{{"serve"}, {"demo", "--children", "1", "--data", filepath.Join(dir, "demo")}} {
		cmd := exec.Command(program, append(args, "--listen", "127.0.0.1:0")...)
		cmd.Env = append(os.Environ(), "CASEFILE_DATA="+data)
		said, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(said), "run `make assets`, then build it again") {
			t.Errorf("%s without assets: %v, and said %q", args[0], err, said)
		}
	}
}
