package house_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"casefile/definitions"
	"casefile/internal/definition"
	"casefile/internal/house"
)

// here is this repository, from its root.
func here(t *testing.T) fs.FS {
	t.Helper()
	root := os.DirFS("../..")
	for _, known := range []string{"go.mod", "internal/store/store.go", "docs/design.md"} {
		if _, err := fs.Stat(root, known); err != nil {
			t.Fatalf("these checks would look at the wrong tree: %v", err)
		}
	}
	return root
}

// tree is a small tree of files: path, text, path, text.
func tree(pairs ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return m
}

type check = func(fs.FS) ([]house.Finding, error)

// practice asks for the ids in the definitions that we ship.
func practice(t *testing.T) check {
	t.Helper()
	set, err := definition.Load(definitions.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, s := range set.Services() {
		ids = append(ids, s.ID)
		for _, e := range s.EntryTypes {
			ids = append(ids, e.ID)
		}
	}
	for _, r := range set.Roles() {
		ids = append(ids, string(r.ID))
	}
	if len(ids) < 6 {
		t.Fatalf("only %d ids in the definitions: %v", len(ids), ids)
	}
	return func(root fs.FS) ([]house.Finding, error) { return house.Practice(root, ids) }
}

func TestThisHouse(t *testing.T) {
	for name, run := range map[string]check{
		"imports":    house.Imports,
		"interfaces": house.Interfaces,
		"lengths":    house.Lengths,
		"to-dos":     house.ToDos,
		"links":      house.Links,
		"practice":   practice(t),
	} {
		t.Run(name, func(t *testing.T) {
			found, err := run(here(t))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range found {
				t.Error(f)
			}
		})
	}
}

// wants runs a check and compares what it found, one line each.
func wants(t *testing.T, run check, root fs.FS, want ...string) {
	t.Helper()
	found, err := run(root)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range found {
		got = append(got, f.String())
	}
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("found:\n%s\nwant:\n%s", g, w)
	}
}

func TestImportsPointOneWay(t *testing.T) {
	for _, tt := range []struct{ file, imports, want string }{
		{"internal/date/d.go", "casefile/internal/fault", "date → fault: a leaf imports no other package of ours"},
		{"internal/person/p.go", "database/sql", "person → database/sql: the rules of the domain know no database and no web"},
		{"internal/match/p.go", "net/http/httptest", "match → net/http/httptest: the rules of the domain know no database and no web"},
		{"internal/person/p.go", "casefile/internal/store", "person → store: the rules of the domain rest on other rules and on leaves alone"},
		{"internal/access/a.go", "casefile/internal/casework/record", "access → casework/record: the rules of the domain rest on other rules and on leaves alone"},
		{"internal/entry/e.go", "casefile/internal/keys", "entry → keys: the rules of the domain rest on other rules and on leaves alone"},
		{"internal/store/s.go", "casefile/internal/auth", "store → auth: the contract rests on the domain and on leaves alone"},
		{"internal/store/s.go", "casefile/internal/store/sqldb", "store → store/sqldb: the contract rests on the domain and on leaves alone"},
		{"internal/store/sqldb/s.go", "casefile/internal/store/postgres", "store/sqldb → store/postgres: only commands and tests choose an engine"},
		{"internal/casework/c.go", "casefile/internal/store/sqlite", "casework → store/sqlite: only commands and tests choose an engine"},
		{"internal/web/w.go", "casefile/internal/store/sqldb", "web → store/sqldb: only commands and tests choose an engine"},
		{"internal/casework/c.go", "casefile/internal/directory", "casework → directory: a case system and the directory meet at the directory's own interface, like anybody else's"},
		{"internal/directory/rule/r.go", "casefile/internal/casework/people", "directory/rule → casework/people: a case system and the directory meet at the directory's own interface, like anybody else's"},
		{"internal/web/people/w.go", "casefile/internal/store", "web/people → store: records are reached through casework alone"},
		{"internal/api/a.go", "casefile/internal/store", "api → store: records are reached through casework alone"},
		{"internal/jobs/j.go", "casefile/internal/store", "jobs → store: records are reached through casework alone"},
		{"internal/auth/a.go", "casefile/internal/store", "auth → store: records are reached through casework alone"},
		{"internal/directory/d.go", "casefile/internal/store", "directory → store: records are reached through casework alone"},
		{"internal/casework/c.go", "casefile/internal/web/govuk", "casework → web/govuk: imports go down the house, never up"},
		{"internal/jobs/j.go", "casefile/internal/casework", "jobs → casework: imports go down the house, never up"},
		{"internal/report/r.go", "casefile/internal/store", "report → store: records are reached through casework alone"},
		{"internal/web/w.go", "casefile/cmd/casefile", "web → cmd/casefile: only commands and tests use it"},
		{"internal/web/w.go", "casefile/internal/store/storetest", "web → store/storetest: only commands and tests use it"},
		{"internal/web/w.go", "casefile/internal/util", "web → util: it has no floor; give it one in internal/house/imports.go"},

		{"internal/person/p.go", "casefile/internal/date", ""},
		{"internal/person/p.go", "casefile/internal/match", ""},
		{"internal/person/p_test.go", "database/sql", ""},
		{"internal/casework/record/c.go", "casefile/internal/store", ""},
		{"internal/casework/record/c.go", "casefile/internal/casework", ""},
		{"internal/store/sqldb/s.go", "casefile/internal/auth", ""},
		{"internal/store/sqldb/s.go", "casefile/internal/jobs", ""},
		{"internal/store/sqlite/s.go", "casefile/internal/store/sqldb", ""},
		{"internal/store/storetest/s.go", "casefile/internal/store/postgres", ""},
		{"internal/web/w_test.go", "casefile/internal/store/storetest", ""},
		{"internal/web/w.go", "casefile/internal/casework", ""},
		{"cmd/casefile/main.go", "casefile/internal/store/sqlite", ""},
		{"tests/e2e/page.go", "casefile/internal/store", ""},
	} {
		t.Run(tt.file+" "+tt.imports, func(t *testing.T) {
			root := tree(tt.file, "package p\n\nimport _ \""+tt.imports+"\"\n")
			if tt.want == "" {
				wants(t, house.Imports, root)
				return
			}
			wants(t, house.Imports, root, tt.file+":3: "+tt.want)
		})
	}
}

func TestImportsWantAFloorForEveryPackage(t *testing.T) {
	wants(t, house.Imports, tree("internal/util/u.go", "package util\n"),
		"internal/util/u.go:1: casefile/internal/util has no floor; give it one in internal/house/imports.go")
}

func TestImportsBehindABuildTagAreRead(t *testing.T) {
	wants(t, house.Imports, tree("internal/web/w.go", "//go:build windows\n\npackage web\n\nimport _ \"casefile/internal/store\"\n"),
		"internal/web/w.go:5: web → store: records are reached through casework alone")
}

func TestInterfacesAreSmall(t *testing.T) {
	methods := strings.Repeat("\tA%()\n", house.MostMethods)
	for i := range house.MostMethods {
		methods = strings.Replace(methods, "%", string(rune('a'+i)), 1)
	}
	small := "package p\n\ntype I interface {\n\tJ\n" + methods + "}\n"
	large := "package p\n\ntype I interface {\n\tOneMore()\n" + methods + "}\n"
	wants(t, house.Interfaces, tree("internal/p/small.go", small))
	wants(t, house.Interfaces, tree("internal/p/large.go", large),
		"internal/p/large.go:3: an interface of 13 methods; at most 12, so split it by noun or by caller")
}

func TestFilesAreShort(t *testing.T) {
	body := strings.Repeat("// A line.\n", house.MostLines)
	wants(t, house.Lengths, tree(
		"internal/p/a.go", "package p\n"+body,
		"internal/p/a_test.go", "package p\n"+body,
		"internal/p/a_templ.go", "// Code generated by templ - DO NOT EDIT.\n\npackage p\n"+body,
		"internal/p/b.go", "package p\n"+body[len("// A line.\n"):],
	), "internal/p/a.go: 701 lines; at most 700, so split it by noun")
}

func TestWorkLeftNamesItsIssue(t *testing.T) {
	say := "work left names its issue: TODO(#12): what is to be done"
	wants(t, house.ToDos, tree(
		"internal/p/a.go", "package p\n\n// TODO(#214): ask for the second name.\n\t// TODO: later\n",
		"internal/p/a.sql", "-- FIXME this is slow\n",
		"scripts/a", "# TODO(soon): quote it\n",
		"docs/a.md", "# TODO\n",
	), "internal/p/a.go:4: "+say, "internal/p/a.sql:1: "+say, "scripts/a:1: "+say)
}

func TestPracticeIsData(t *testing.T) {
	code := func(literal string) string { return "package p\n\nvar s = " + literal + "\n" }
	say := func(id string) string {
		return ":3: \"" + id + "\" is practice, and practice is data: ask the definitions"
	}
	ids := func(root fs.FS) ([]house.Finding, error) {
		return house.Practice(root, []string{"participation", "visit", "team-manager", "contact"})
	}
	wants(t, ids, tree(
		"internal/p/a.go", code(`"participation"`),
		"internal/p/b.go", code("`SELECT 1 WHERE role = 'team-manager'`"),
		"internal/p/c.go", code(`"A visit and his participation in it"`),
		"internal/p/d.go", code(`"/static/team-manager-badge.svg"`),
		"internal/p/e_test.go", code(`"visit"`),
		"internal/p/f.go", code(`"visit"`)+"\n// visit\n",
		"internal/population/g.go", code(`"participation"`),
		"internal/web/i.go", code(`"contact"`),
		"internal/web/j.go", code(`"visit"`),
		"internal/casework/k.go", code(`"contact"`),
		"cmd/casefile/h.go", code(`"participation"`),
	), "internal/casework/k.go"+say("contact"), "internal/p/a.go"+say("participation"), "internal/p/b.go"+say("team-manager"), "internal/p/f.go"+say("visit"), "internal/web/j.go"+say("visit"))
}

func TestLinksLeadSomewhere(t *testing.T) {
	page := strings.Join([]string{
		"# A page",
		"[file](b.md), [folder](../internal/), [heading](b.md#two-words-here), [own](#a-page), [web](https://example.org/x)",
		"[gone](c.md)",
		"[out](../../other.md)",
		"[heading](b.md#three)",
		"![picture](no.png)",
		"[named]: none.md",
		"A span `[code](nowhere.md)` and",
		"```",
		"[code](nowhere.md)",
		"```",
		"[second](b.md#again-1) and [third](b.md#again-2)",
	}, "\n")
	wants(t, house.Links, tree(
		"docs/a.md", page,
		"docs/b.md", "## Two words, `here`\n## Again\n## Again\n",
		"internal/p/p.go", "package p\n",
		"node_modules/x/README.md", "[gone](c.md)\n",
	),
		"docs/a.md:3: the link c.md leads to nothing",
		"docs/a.md:4: the link ../../other.md leads out of the repository",
		"docs/a.md:5: the link b.md#three names a heading that is not there",
		"docs/a.md:6: the link no.png leads to nothing",
		"docs/a.md:7: the link none.md leads to nothing",
		"docs/a.md:12: the link b.md#again-2 names a heading that is not there")
}

func TestACheckSaysWhatItCannotRead(t *testing.T) {
	if _, err := house.Imports(tree("internal/p/p.go", "package")); err == nil {
		t.Error("a file that does not parse was passed over")
	}
}
