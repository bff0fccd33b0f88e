package definition_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"casefile/definitions"
	"casefile/internal/access"
	"casefile/internal/clause"
	"casefile/internal/definition"
	"casefile/internal/service"
)

var update = flag.Bool("update", false, "write what the released sets decide anew; only for a release that is being added")

// A database keeps the rights that were approved under an older release, and the
// program serves under them until a second person approves others. So this
// release must read the rights and services of each release before it, and decide
// by them what that release decided: a file or field that came since may be
// missing. testdata/released has each release's; they are added to and never
// changed.
func TestReleasedRightsAreReadAndDecideTheSame(t *testing.T) {
	releases, err := filepath.Glob("testdata/released/*")
	if err != nil || len(releases) == 0 {
		t.Fatalf("no releases in testdata: %v", err)
	}
	for _, dir := range releases {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			released := filesUnder(t, dir, "access")
			if len(released) < 8 {
				t.Fatalf("only %d files of rights", len(released))
			}
			today := mustLoad(t, definitions.FS, "")
			// As the database has it: that release's rights and our services.
			kept, err := today.WithRights(released)
			if err != nil {
				t.Fatalf("the rights of an older release cannot be read: %v", err)
			}
			if got, want := len(kept.Rights()), len(released); got != want {
				t.Errorf("%d files of rights became %d, so that their hash is not the one approved", want, got)
			}
			// As a folder of that release has it: its rights and its services.
			folder := t.TempDir()
			for _, f := range append(filesUnder(t, dir, "services"), released...) {
				if err := os.MkdirAll(filepath.Join(folder, filepath.Dir(f.Path)), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(folder, f.Path), []byte(f.Body), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			inFolder, err := definition.Load(definitions.FS, folder)
			if err != nil {
				t.Fatalf("a folder made for an older release cannot be read: %v", err)
			}
			golden := filepath.Join(dir, "decides.txt")
			if *update {
				if err := os.WriteFile(golden, []byte(decides(kept)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			for what, set := range map[string]*definition.Set{"kept in the database": kept, "in a folder": inFolder} {
				if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(decides(set), "\n")); diff != "" {
					t.Errorf("%s, the release's rights decide (-as released +now):\n%s", what, diff)
				}
			}
		})
	}
}

func filesUnder(t *testing.T, dir, folder string) []definition.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, folder, "*.yaml"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files in %s/%s: %v", dir, folder, err)
	}
	slices.Sort(names)
	files := make([]definition.File, 0, len(names))
	for _, name := range names {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, definition.File{Path: folder + "/" + filepath.Base(name), Body: string(body)})
	}
	return files
}

// decides is what a set gives each role, one line for each part and action that
// it gives anything of, with the outcome on each ground; and the rest of the
// rights in a line each.
func decides(set *definition.Set) string {
	var b strings.Builder
	for _, role := range set.Roles() {
		fmt.Fprintf(&b, "%s: %s, %s, case %t\n", role.ID, role.Title, role.Plain, role.Case)
		for _, part := range access.Parts {
			for _, action := range access.Actions {
				var grounds []string
				for _, g := range access.Grounds {
					d := set.Access().Decide(access.Viewer{Role: role.ID}, part, action, []access.Held{{Ground: g}}, 0)
					if d.Outcome != access.Absent {
						grounds = append(grounds, string(g)+" "+d.Outcome.String())
					}
				}
				if len(grounds) > 0 {
					fmt.Fprintf(&b, "  %s %s: %s\n", part, action, strings.Join(grounds, ", "))
				}
			}
		}
	}
	for _, p := range set.Purposes().List {
		fmt.Fprintf(&b, "purpose %s: %s\n", p.ID, p.Note)
	}
	fmt.Fprintf(&b, "a reason lapses after %d hours; a grant after at most %d months\n", set.Purposes().Hours, set.GrantMonths())
	for _, c := range set.Courses() {
		fmt.Fprintf(&b, "course %s: %d months, warned %d days before\n", c.ID, c.Months, c.WarnDays)
	}
	for _, o := range set.Outcomes() {
		fmt.Fprintf(&b, "outcome %s: confirmed %t\n", o.ID, o.Confirmed)
	}
	fmt.Fprintf(&b, "watch no_work %+v, closed_files %+v, burst %+v\n", set.Watch().NoWork, set.Watch().ClosedFiles, set.Watch().Burst)
	fmt.Fprintf(&b, "sensitive services: %s\n", strings.Join(set.Sensitive(), ", "))
	return b.String()
}

// A service that is sensitive by its own file is so only once a second person has
// approved it, and the other way round; one that nobody has approved is held back.
func TestWhatServicesSayOfRightsIsApproved(t *testing.T) {
	files := tree()
	set := mustLoad(t, files, "")
	approved := set.Rights()
	if got := set.Sensitive(); !slices.Equal(got, []string{"kitchen"}) {
		t.Fatalf("sensitive: %v", got)
	}
	files["services/kitchen.yaml"].Data = []byte(strings.ReplaceAll(kitchen, "sensitive: true", "sensitive: false"))
	files["services/cellar.yaml"] = &fstest.MapFile{Data: []byte(strings.NewReplacer("service: kitchen", "service: cellar", "sensitive: true", "sensitive: false").Replace(kitchen))}
	changed := mustLoad(t, files, "")
	if changed.RightsHash() == set.RightsHash() {
		t.Error("a service that is sensitive no more changes no rights")
	}
	held, err := changed.WithRights(approved)
	if err != nil {
		t.Fatal(err)
	}
	if got := held.Sensitive(); !slices.Equal(got, []string{"cellar", "kitchen"}) {
		t.Errorf("under the rights approved before: sensitive are %v, want kitchen as approved and cellar until it is", got)
	}
	if held.RightsHash() != set.RightsHash() {
		t.Error("the approved rights have another hash over other services")
	}
	want := []string{"The person is told of looks by workers of Kitchen, which are held back now.", "The person is told of looks by workers of Kitchen, which are held back now."}
	if got := definition.CompareRights(held, changed); !slices.Equal(got, want) { // both kitchens are called so
		t.Errorf("in words: %q", got)
	}
	older, err := changed.WithRights(slices.DeleteFunc(slices.Clone(approved), func(f definition.File) bool { return f.Path == "access/services.yaml" }))
	if err != nil || len(older.Sensitive()) != 0 {
		t.Errorf("rights of a release that did not count it: sensitive %v, %v; want as the services' own files say", older.Sensitive(), err)
	}
	clause.Shows(t, "KF-04")
}

// Whether an entry can be marked as sensitive is decided the same way.
func TestMarkingAsSensitiveIsApproved(t *testing.T) {
	files := tree()
	files["services/kitchen.yaml"].Data = []byte(strings.Replace(kitchen, "seen: optional}", "seen: optional, sensitive: optional}", 1))
	with, without := mustLoad(t, files, ""), mustLoad(t, tree(), "")
	for what, c := range map[string]struct {
		given, approved *definition.Set
		want            service.Need
		says            string
	}{
		"taken away": {without, with, service.Optional, "In Kitchen, an entry of type “Meal” can no longer be marked as sensitive."},
		"added":      {with, without, service.Hidden, "In Kitchen, an entry of type “Meal” can be marked as sensitive."},
	} {
		held, err := c.given.WithRights(c.approved.Rights())
		if err != nil {
			t.Fatal(err)
		}
		k, _ := held.Service("kitchen")
		meal, _ := k.EntryType("meal")
		if got := meal.Asked(service.Sensitive); got != c.want {
			t.Errorf("%s: under the approved rights it is %v, want %v", what, got, c.want)
		}
		if got := definition.CompareRights(held, c.given); !slices.Equal(got, []string{c.says}) {
			t.Errorf("%s: in words %q", what, got)
		}
	}
	// Nobody writes the file that the program makes.
	files["access/services.yaml"] = &fstest.MapFile{Data: []byte("services: []\n")}
	_, err := definition.Load(files, "")
	wantErrors(t, err, "access/services.yaml:1:1: unknown file 'services.yaml'; it is one of groups.yaml, roles.yaml, rules.yaml, purposes.yaml, training.yaml, grants.yaml, concerns.yaml, watch.yaml")
}
