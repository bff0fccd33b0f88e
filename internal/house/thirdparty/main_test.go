package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"casefile/internal/house/licence"
)

const mitText = `Copyright (c) 2020 A. Person

Permission is hereby granted, free of charge, to any person obtaining a copy, to deal
without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense.
It shall be included in all copies or substantial portions of it.
THE SOFTWARE IS PROVIDED "AS IS".`

// folder makes a module's root of files: name, text, name, text.
func folder(t *testing.T, pairs ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(pairs); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, pairs[i]), []byte(pairs[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestReadModule(t *testing.T) {
	dir := folder(t, "LICENSE", mitText, "NOTICE", "Copyright 2021 Another\n", "LICENSE-3RD-PARTY.md", "# Others", "licenser.go", "package x")
	p, err := readModule("example.org/m", "v1.2.3", dir)
	if err != nil {
		t.Fatal(err)
	}
	page, err := render([]part{p}, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	row := "| example.org/m | v1.2.3 | MIT | Copyright (c) 2020 A. Person; Copyright 2021 Another; and others, listed in its LICENSE-3RD-PARTY.md |\n"
	if !strings.Contains(page, row) {
		t.Errorf("no row %q in:\n%s", row, page)
	}
}

func TestUnknownTermsAreRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		files []string
		want  string
	}{
		"no file":         {[]string{"README.md", mitText}, "m: it has no licence file"},
		"unknown":         {[]string{"LICENSE.txt", "Ask me."}, "m: the terms in LICENSE.txt are not ones we know; read them"},
		"GPL behind MIT":  {[]string{"COPYING", "GNU GENERAL PUBLIC LICENSE Version 2", "LICENSE", mitText}, "m: the terms in COPYING are not ones we know; read them"},
		"only third ones": {[]string{"LICENSE-3RD-PARTY.md", mitText}, "m: it has no licence file"},
	} {
		if _, err := readModule("m", "v1", folder(t, tt.files...)); err == nil || err.Error() != tt.want {
			t.Errorf("%s: got %v, want %s", name, err, tt.want)
		}
	}
}

func TestTestsOnlyLicencesStayOutOfTheProgram(t *testing.T) {
	p := part{name: "m", version: "v1", kinds: []licence.Kind{licence.MPL2}}
	if _, err := render([]part{p}, nil, nil, nil); err == nil {
		t.Error("a linked module under MPL-2.0 was accepted")
	}
	if _, err := render(nil, nil, []part{p}, nil); err == nil {
		t.Error("an embedded package under MPL-2.0 was accepted")
	}
	if _, err := render(nil, []part{p}, nil, []part{p}); err != nil {
		t.Errorf("in tests: %v", err)
	}
}

func TestNpm(t *testing.T) {
	lock := func(name, rest string) []byte {
		return []byte(`{"packages": {"": {"license": "Apache-2.0"}, "node_modules/` + name + `": {"version": "1.0.0"` + rest + `}}}`)
	}
	for name, tt := range map[string]struct {
		lock []byte
		want string // "" when it is accepted
	}{
		"embedded, named":    {lock("govuk-frontend", `, "license": "MIT"`), ""},
		"embedded, unnamed":  {lock("other", `, "license": "MIT"`), "name who holds its rights"},
		"embedded, MPL":      {lock("govuk-frontend", `, "license": "MPL-2.0"`), "not one we know for this use"},
		"for tests, MPL":     {lock("axe-core", `, "license": "MPL-2.0", "dev": true`), ""},
		"for tests, unknown": {lock("x", `, "license": "SEE LICENSE", "dev": true`), "not one we know for this use"},
		"says nothing":       {lock("x", `, "dev": true`), "not one we know for this use"},
		"more behind":        {append(lock("govuk-frontend", `, "license": "MIT"`), "{}"...), "more behind its end"},
	} {
		_, _, err := npm(tt.lock)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
	}
}

func TestAStalePageIsFound(t *testing.T) {
	t.Chdir("../../..")
	page := filepath.Join(t.TempDir(), "third-party.md")
	if err := run(page, false); err != nil {
		t.Fatal(err)
	}
	if err := run(page, true); err != nil {
		t.Errorf("a page just written: %v", err)
	}
	if err := os.WriteFile(page, []byte("# Other people's code\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(page, true); err == nil || !strings.Contains(err.Error(), "run make third-party") {
		t.Errorf("an old page: %v", err)
	}
}
