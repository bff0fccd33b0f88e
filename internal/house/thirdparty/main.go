// Command thirdparty writes docs/third-party.md: the code of other people that
// the program is made of, and on what terms. It fails on a licence that package
// licence does not know.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"casefile/internal/house/licence"
)

func main() {
	check := flag.Bool("check", false, "write nothing; fail when the page is out of date")
	page := flag.String("page", "docs/third-party.md", "page to write")
	flag.Parse()
	if err := run(*page, *check); err != nil {
		fmt.Fprintln(os.Stderr, "thirdparty:", err)
		os.Exit(1)
	}
}

func run(page string, check bool) error {
	text, err := write()
	if err != nil {
		return err
	}
	if !check {
		return os.WriteFile(page, []byte(text), 0o644)
	}
	old, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	if string(old) != text {
		return fmt.Errorf("%s is out of date; run make third-party", page)
	}
	return nil
}

// A part is something by other people, and its terms.
type part struct {
	name, version string
	kinds         []licence.Kind
	holders       []string
	further       []string // files in which it lists the code it is made of in turn
}

func write() (string, error) {
	// What is below cmd and internal covers every command, and the helpers of
	// the tests that are packages.
	linked, err := modules(false)
	if err != nil {
		return "", err
	}
	withTests, err := modules(true)
	if err != nil {
		return "", err
	}
	tests := slices.DeleteFunc(withTests, func(p part) bool {
		return slices.ContainsFunc(linked, func(l part) bool { return l.name == p.name })
	})
	std, err := standardLibrary()
	if err != nil {
		return "", err
	}
	lock, err := os.ReadFile("package-lock.json")
	if err != nil {
		return "", err
	}
	shipped, tools, err := npm(lock)
	if err != nil {
		return "", err
	}
	return render(append([]part{std}, linked...), tests, shipped, tools)
}

// modules lists the modules that the packages, or with tests also their tests,
// are made of.
func modules(tests bool) ([]part, error) {
	args := []string{"list", "-deps", "-tags", "e2e", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}"}
	if tests {
		args = append(args, "-test", "./...")
	} else {
		args = append(args, "./internal/...")
		if _, err := os.Stat("cmd"); err == nil {
			args = append(args, "./cmd/...")
		}
	}
	cmd := exec.Command("go", args...)
	// The list is of the program as it is released, wherever it is made.
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, &problems)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(lines)
	var all []part
	var wrong []error
	for _, line := range slices.Compact(lines) {
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			return nil, fmt.Errorf("go list said %q", line)
		}
		p, err := readModule(f[0], f[1], f[2])
		wrong = append(wrong, err)
		all = append(all, p)
	}
	return all, errors.Join(wrong...)
}

var (
	licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)([-._].*)?$`)
	noticeFile  = regexp.MustCompile(`(?i)^notice([-._].*)?$`)
	furtherFile = regexp.MustCompile(`(?i)3rd-?party|third-?party`)
	pictureFile = regexp.MustCompile(`(?i)-logo$`) // of a picture on its front page
)

// readModule reads the licences that stand in the root of a module. Each must
// be one we know.
func readModule(name, version, dir string) (part, error) {
	p := part{name: name, version: version}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return p, fmt.Errorf("%s: %w", name, err)
	}
	for _, e := range entries {
		file := filepath.Join(dir, e.Name())
		switch {
		case e.IsDir() || pictureFile.MatchString(e.Name()):
		case furtherFile.MatchString(e.Name()):
			p.further = append(p.further, e.Name())
		case licenceFile.MatchString(e.Name()):
			if err := p.add(file); err != nil {
				return p, fmt.Errorf("%s: %w", name, err)
			}
		case noticeFile.MatchString(e.Name()):
			text, err := os.ReadFile(file)
			if err != nil {
				return p, fmt.Errorf("%s: %w", name, err)
			}
			p.heldBy(string(text))
		}
	}
	if len(p.kinds) == 0 {
		return p, fmt.Errorf("%s: it has no licence file", name)
	}
	return p, nil
}

func (p *part) add(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	kinds := licence.Recognise(string(text))
	if len(kinds) == 0 {
		return fmt.Errorf("the terms in %s are not ones we know; read them", filepath.Base(file))
	}
	p.kinds = append(p.kinds, kinds...)
	slices.Sort(p.kinds)
	p.kinds = slices.Compact(p.kinds)
	p.heldBy(string(text))
	return nil
}

func (p *part) heldBy(text string) {
	for _, h := range licence.Copyright(text) {
		if !slices.Contains(p.holders, h) {
			p.holders = append(p.holders, h)
		}
	}
}

// standardLibrary is Go's own part of every program. Its version is that of
// whoever builds.
func standardLibrary() (part, error) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return part{}, fmt.Errorf("go env: %w", err)
	}
	p := part{name: "Go's standard library"}
	for _, dir := range []string{strings.TrimSpace(string(out)), "/usr/share/doc/golang"} {
		err := p.add(filepath.Join(dir, "LICENSE"))
		if err == nil {
			return p, nil
		}
		if !errors.Is(err, os.ErrNotExist) {
			return p, err
		}
	}
	// Some distributions leave the file out; the terms are the same.
	p.kinds, p.holders = []licence.Kind{licence.BSD3}, []string{"Copyright 2009 The Go Authors"}
	return p, nil
}

// Shipped are the npm packages whose styles and scripts the program embeds.
// Their archives carry no licence file, so the holders are named here, from
// their repositories' own.
var shippedNames = map[string]string{
	"govuk-frontend":              "Crown Copyright (Government Digital Service)",
	"@ministryofjustice/frontend": "Crown Copyright (Ministry of Justice)",
}

// npm reads from the lock file what is embedded and what only builds and tests
// it. A package is not known by its text here but by what its author declared.
func npm(lock []byte) (shipped, tools []part, err error) {
	var l struct {
		Packages map[string]struct {
			Version string `json:"version"`
			Licence string `json:"license"`
			Dev     bool   `json:"dev"`
			Peer    bool   `json:"peer"` // wanted by another package; assets.mk takes nothing from it
		} `json:"packages"`
	}
	d := json.NewDecoder(bytes.NewReader(lock))
	if err := d.Decode(&l); err != nil {
		return nil, nil, fmt.Errorf("package-lock.json: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, nil, errors.New("package-lock.json: there is more behind its end")
	}
	known := []licence.Kind{licence.Apache2, licence.MIT, licence.ISC, licence.BSD2, licence.BSD3, licence.ZeroBSD, licence.MPL2}
	var wrong []error
	for path, p := range l.Packages {
		if path == "" {
			continue // our own
		}
		_, name, _ := strings.Cut(path, "node_modules/")
		kind := licence.Kind(p.Licence)
		holder, embedded := shippedNames[name]
		if !slices.Contains(known, kind) || !p.Dev && !p.Peer && !kind.Linked() {
			wrong = append(wrong, fmt.Errorf("npm package %s: its licence %q is not one we know for this use", name, p.Licence))
		}
		if !p.Dev && !p.Peer && !embedded {
			wrong = append(wrong, fmt.Errorf("npm package %s would be embedded; name who holds its rights in internal/house/thirdparty", name))
		}
		q := part{name: name, version: p.Version, kinds: []licence.Kind{kind}}
		if embedded {
			q.holders = []string{holder}
			shipped = append(shipped, q)
		} else {
			tools = append(tools, q)
		}
	}
	for _, list := range [][]part{shipped, tools} {
		slices.SortFunc(list, func(a, b part) int { return strings.Compare(a.name, b.name) })
	}
	return shipped, tools, errors.Join(wrong...)
}
