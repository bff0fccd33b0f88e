package definition_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"casefile/definitions"
	"casefile/internal/access"
	"casefile/internal/concern"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/service"
	"casefile/internal/watch"
)

// The definitions of an invented kitchen: small, whole and free of mistakes.
const (
	kitchen = `service: kitchen
title: Kitchen
source: recalled
words:
  child: {one: guest, many: guests}
  worker: {one: cook, many: cooks}
  file: {one: tab, many: tabs}
  entry: {one: order, many: orders}
  episode: {one: stay, many: stays}
entry_types:
  - id: meal
    title: Meal
    help: Something hot.
    source: "confirmed: the menu"
    with_child: true
    text_label: What was eaten
    asks: {with-whom: required, seen: optional}
    categories:
      - {id: soup, title: Soup, source: "confirmed: the menu"}
      - {id: pie, title: Pie, source: recalled}
sensitive: true
`
	roles = `roles:
  - id: cook
    title: Cook
    services: [kitchen]
    case: true
    plain: a cook
    source: recalled
  - id: landlord
    title: Landlord
    services: any
    case: false
    source: recalled
`
	concerns = `outcomes:
  - {id: burnt, title: It was burnt, help: Nobody could eat it., confirmed: true, source: recalled}
  - {id: fine, title: It was fine, confirmed: false, source: "confirmed: the menu"}
`
	watching = `same_name: {per_10000: 20, few: 10, quiet_days: 180, source: recalled}
same_address: {quiet_days: 90, source: recalled}
no_work: {grounds: [reason, everyone], days: 3, quiet_days: 0, source: recalled}
closed_files: {files: 5, closed_days: 180, source: recalled}
burst: {files: 20, minutes: 60, times_usual: 3, usual_days: 30, source: recalled}
high_profile: {grounds: [service], quiet_days: 7, source: recalled}
`
	rules = `rules:
  - {role: cook, part: identity, action: look, ground: service, outcome: shown}
  - {role: cook, part: timeline, action: look, ground: team, outcome: reason first}
`
	purposes = `lapses_after_hours: 12
note_type: tasted
note_title: Why it was tasted
source: recalled
purposes:
  - id: taste
    title: Tasting
    note: "{child}, I tasted your {dish}."
    asks:
      - {id: dish, title: "Which dish?", hint: Its name., when: first}
      - {id: salt, title: Was there salt?, long: true, when: later}
    source: "confirmed: the menu"
`
	training = `courses:
  - {id: knives, title: Knives, months: 12, warn_days: 30, source: recalled}
`
	grants = `most_months: 9
source: recalled
`
	sizes = `set,code,label,from,to,source
size,,Size,,,"confirmed: the menu"
size,S,Small,,,recalled
size,L,Large,,2014-08-31,recalled
size,L,Very large,2014-09-01,,"inferred: the menu"
`
	high = `calendar: high-season
title: High season
source: recalled
weekend: [Monday]
covers: {from: 2026-01-01, to: 2026-12-31}
holidays:
  - {day: 2026-03-05, name: Day of the Pie, source: "confirmed: the menu"}
  - {day: 2026-03-06, name: Day after the Pie}
`
)

func tree() fstest.MapFS {
	return fstest.MapFS{
		"services/kitchen.yaml":      {Data: []byte(kitchen)},
		"access/roles.yaml":          {Data: []byte(roles)},
		"access/rules.yaml":          {Data: []byte(rules)},
		"access/purposes.yaml":       {Data: []byte(purposes)},
		"access/training.yaml":       {Data: []byte(training)},
		"access/concerns.yaml":       {Data: []byte(concerns)},
		"access/watch.yaml":          {Data: []byte(watching)},
		"access/grants.yaml":         {Data: []byte(grants)},
		"codesets/size.csv":          {Data: []byte(sizes)},
		"calendars/high-season.yaml": {Data: []byte(high)},
	}
}

func mustLoad(t *testing.T, tree fs.FS, dir string) *definition.Set {
	t.Helper()
	set, err := definition.Load(tree, dir)
	if err != nil {
		t.Fatalf("load:\n%v", err)
	}
	return set
}

func TestLoadReadsReasonsAndTraining(t *testing.T) {
	set := mustLoad(t, tree(), "")
	want := access.Purposes{
		Hours: 12, NoteType: "tasted", NoteTitle: "Why it was tasted",
		List: []access.Purpose{{
			ID: "taste", Title: "Tasting", Note: "{child}, I tasted your {dish}.", Source: "confirmed: the menu",
			Asks: []access.Ask{
				{ID: "dish", Title: "Which dish?", Hint: "Its name.", When: access.FirstAsk},
				{ID: "salt", Title: "Was there salt?", Long: true, When: access.LaterAsk},
			},
		}},
	}
	if diff := cmp.Diff(want, set.Purposes()); diff != "" {
		t.Errorf("purposes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]access.Course{{ID: "knives", Title: "Knives", Months: 12, WarnDays: 30, Source: "recalled"}}, set.Courses()); diff != "" {
		t.Errorf("courses (-want +got):\n%s", diff)
	}
	if got := set.GrantMonths(); got != 9 {
		t.Errorf("grants for %d months, want 9", got)
	}
}

func TestLoadReadsConcernsAndTheWatchList(t *testing.T) {
	set := mustLoad(t, tree(), "")
	want := []concern.Outcome{
		{ID: "burnt", Title: "It was burnt", Help: "Nobody could eat it.", Confirmed: true, Source: "recalled"},
		{ID: "fine", Title: "It was fine", Source: "confirmed: the menu"},
	}
	if diff := cmp.Diff(want, set.Outcomes()); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	var w watch.Rules
	w.SameName.Per10000, w.SameName.Few, w.SameName.QuietDays = 20, 10, 180
	w.SameAddress.QuietDays = 90
	w.NoWork.Grounds, w.NoWork.Days = []access.Ground{access.Reason, access.Everyone}, 3
	w.ClosedFiles.Files, w.ClosedFiles.ClosedDays = 5, 180
	w.Burst.Files, w.Burst.Minutes, w.Burst.TimesUsual, w.Burst.UsualDays = 20, 60, 3, 30
	w.HighProfile.Grounds, w.HighProfile.QuietDays = []access.Ground{access.Service}, 7
	if diff := cmp.Diff(w, set.Watch()); diff != "" {
		t.Errorf("watch list (-want +got):\n%s", diff)
	}
	if got := set.Sensitive(); !slices.Equal(got, []string{"kitchen"}) {
		t.Errorf("sensitive services: %q", got)
	}
}

// A line of the rules may name several words, and stands for every combination.
func TestNicknamesAreReadAndReplaced(t *testing.T) {
	const header = "name,others,kind,source\n"
	built := tree()
	if got := mustLoad(t, built, "").Nicknames().Variants("basil"); len(got) != 0 {
		t.Errorf("without the file: %q", got)
	}
	built["names/nicknames.csv"] = &fstest.MapFile{Data: []byte(header + "basil,baz,short,recalled\n")}
	if got := mustLoad(t, built, "").Nicknames().Variants("basil"); !slices.Equal(got, []string{"baz"}) {
		t.Errorf("built in: %q", got)
	}
	dir := write(t, map[string]string{"names/nicknames.csv": header + "basil,bas,short,recalled\n"})
	if got := mustLoad(t, built, dir).Nicknames().Variants("basil"); !slices.Equal(got, []string{"bas"}) {
		t.Errorf("replaced: %q", got)
	}
	built["names/nicknames.csv"] = &fstest.MapFile{Data: []byte(header + "basil,baz,short,recalled\nBasil,baz,short,recalled\n")}
	_, err := definition.Load(built, "")
	wantErrors(t, err, "names/nicknames.csv:3:1: names are single words in lower case without accents")
}

func TestARuleOfSeveralWords(t *testing.T) {
	files := tree()
	files["access/rules.yaml"] = &fstest.MapFile{Data: []byte("rules:\n  - role: cook\n    part: [identity, timeline]\n    action: [find, look]\n    ground: [team, service]\n    outcome: shown\n")}
	if got := len(mustLoad(t, files, "").Access().Rules()); got != 8 {
		t.Errorf("%d rules, want 8", got)
	}
}

func TestLoadReadsWhatIsThere(t *testing.T) {
	set := mustLoad(t, tree(), "")

	s, ok := set.Service("kitchen")
	if !ok || s.Title != "Kitchen" || s.Words.Child != (service.Word{One: "guest", Many: "guests"}) || s.Words.Episode.Many != "stays" {
		t.Errorf("service: got %v, %+v", ok, s)
	}
	wantType := service.EntryType{
		ID: "meal", Title: "Meal", Help: "Something hot.", Source: "confirmed: the menu", WithChild: true, CategoryLabel: "Which of these was it?",
		CategoryMissing: "Select which of these it was", TextLabel: "What was eaten",
		Asks: map[service.Field]service.Need{service.WithWhom: service.Required, service.Seen: service.Optional},
		Categories: []service.Category{
			{ID: "soup", Title: "Soup", Source: "confirmed: the menu"},
			{ID: "pie", Title: "Pie", Source: "recalled"},
		},
	}
	if diff := cmp.Diff([]service.EntryType{wantType}, s.EntryTypes); diff != "" {
		t.Errorf("entry types (-want +got):\n%s", diff)
	}

	wantRoles := []definition.Role{
		{ID: "cook", Title: "Cook", Services: []string{"kitchen"}, Case: true, Plain: "a cook", Source: "recalled"},
		{ID: "landlord", Title: "Landlord", Any: true, Source: "recalled"},
	}
	if diff := cmp.Diff(wantRoles, set.Roles()); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
	if cook, ok := set.Role("cook"); !ok || !cook.In("kitchen") || cook.In("stables") {
		t.Errorf("the cook: got %+v, %v", cook, ok)
	}
	if landlord, _ := set.Role("landlord"); !landlord.In("stables") {
		t.Error("a role of any service is not in every service")
	}

	wantRules := []access.Rule{
		{Role: "cook", Part: access.Identity, Action: access.Look, Ground: access.Service, Outcome: access.Shown, File: "access/rules.yaml", Line: 2},
		{Role: "cook", Part: access.Timeline, Action: access.Look, Ground: access.Team, Outcome: access.ReasonFirst, File: "access/rules.yaml", Line: 3},
	}
	if diff := cmp.Diff(wantRules, set.Access().Rules()); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}

	size, ok := set.CodeSet("size")
	if !ok || size.Title != "Size" || size.Mark != "confirmed" || size.Source != "the menu" || len(size.Codes) != 3 {
		t.Errorf("code set: got %v, %+v", ok, size)
	}
	if got, _ := size.Label("L", date.Must(2014, 9, 1)); got != "Very large" {
		t.Errorf("label of L on 1 September 2014: got %q, want Very large", got)
	}

	c, ok := set.Calendar("high-season")
	if !ok {
		t.Fatal("the calendar is not there")
	}
	pie, _ := c.Holiday(date.Must(2026, 3, 5))
	after, _ := c.Holiday(date.Must(2026, 3, 6))
	if pie.Source != "confirmed: the menu" || after.Source != "recalled" {
		t.Errorf("sources: got %q and %q, want the holiday's own and the calendar's", pie.Source, after.Source)
	}

	if len(set.Services()) != 1 || len(set.CodeSets()) != 1 || len(set.Calendars()) != 1 {
		t.Error("the lists do not hold what there is")
	}
	for _, found := range []bool{
		second(set.Service("")), second(set.Role("")), second(set.CodeSet("")), second(set.Calendar("")),
	} {
		if found {
			t.Error("the empty id finds something")
		}
	}
}

func second[T any](_ T, ok bool) bool { return ok }

func TestFoldedTextIsOneLine(t *testing.T) {
	files := tree()
	files["services/kitchen.yaml"].Data = []byte(strings.Replace(kitchen, "help: Something hot.", "help: >\n      Something\n      hot.", 1))
	s, _ := mustLoad(t, files, "").Service("kitchen")
	if meal, _ := s.EntryType("meal"); meal.Help != "Something hot." {
		t.Errorf("help: got %q", meal.Help)
	}
}

// The hash can be worked out with sha256sum by somebody who trusts no program
// of ours.
func TestHashIsThatOfTheListing(t *testing.T) {
	set := mustLoad(t, tree(), "")
	var listing strings.Builder
	for _, path := range []string{
		"access/concerns.yaml", "access/grants.yaml", "access/purposes.yaml", "access/roles.yaml", "access/rules.yaml", "access/training.yaml", "access/watch.yaml",
		"calendars/high-season.yaml", "codesets/size.csv", "services/kitchen.yaml",
	} {
		listing.WriteString(hexSum(tree()[path].Data) + "  " + path + "\n")
	}
	if want := hexSum([]byte(listing.String())); set.Hash != want {
		t.Errorf("hash: got %s, want %s", set.Hash, want)
	}
	if f, ok := set.File("services/kitchen.yaml"); !ok || f.Hash != hexSum([]byte(kitchen)) || second(set.File("services")) {
		t.Errorf("the file of a service: got %v, %v", f.Hash, ok)
	}
	for _, f := range set.Files {
		if f.Body != string(tree()[f.Path].Data) || f.Hash != hexSum(tree()[f.Path].Data) {
			t.Errorf("%s is not kept as it was read", f.Path)
		}
	}
}

func hexSum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// write makes a folder of files, and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, body := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFolderReplacesAndAdds(t *testing.T) {
	stables := strings.ReplaceAll(strings.ReplaceAll(kitchen, "service: kitchen", "service: stables"), "Kitchen", "Stables")
	dir := write(t, map[string]string{
		"services/kitchen.yaml": strings.ReplaceAll(kitchen, "title: Kitchen", "title: Large kitchen"),
		"services/stables.yaml": stables,
		"access/roles.yaml":     roles, // the same as built in
		"README.md":             "For people.",
	})
	built := mustLoad(t, tree(), "")
	set := mustLoad(t, tree(), dir)
	if s, _ := set.Service("kitchen"); s.Title != "Large kitchen" {
		t.Errorf("a replaced file: got title %q", s.Title)
	}
	if _, ok := set.Service("stables"); !ok {
		t.Error("an added file is not read")
	}
	want := []definition.Change{
		{Path: "services/kitchen.yaml", How: definition.Changed},
		{Path: "services/stables.yaml", How: definition.Added},
	}
	if !slices.Equal(set.Changes, want) {
		t.Errorf("changes: got %v, want %v", set.Changes, want)
	}
	back := definition.Diff(set.Files, built.Files)
	want = []definition.Change{
		{Path: "services/kitchen.yaml", How: definition.Changed},
		{Path: "services/stables.yaml", How: definition.Removed},
	}
	if !slices.Equal(back, want) {
		t.Errorf("the other way round: got %v, want %v", back, want)
	}
	if got := want[1].String(); got != "removed services/stables.yaml" {
		t.Errorf("as text: got %q", got)
	}
	if set.Hash == built.Hash || !slices.IsSortedFunc(set.Files, func(a, b definition.File) int { return strings.Compare(a.Path, b.Path) }) {
		t.Error("another set has another hash, and its files stay in order")
	}
	if empty := mustLoad(t, tree(), t.TempDir()); len(empty.Changes) != 0 || empty.Hash != built.Hash {
		t.Error("an empty folder changes something")
	}
}

func TestLinks(t *testing.T) {
	dir := write(t, map[string]string{"services/kitchen.yaml": kitchen})
	outside := write(t, map[string]string{"high-season.yaml": high})
	for from, to := range map[string]string{
		"services/kitchen.yaml":       "services/stables.yaml", // within: read like any file
		filepath.Join(outside, "x"):   "services/nowhere.yaml",
		"../" + filepath.Base(dir):    "services/folder.yaml",
		outside + "/high-season.yaml": "services/away.yaml",
	} {
		if !filepath.IsAbs(from) && !strings.HasPrefix(from, "..") {
			from = filepath.Base(from)
		}
		if err := os.Symlink(from, filepath.Join(dir, filepath.FromSlash(to))); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(".", filepath.Join(dir, "services", "loop.yaml")); err != nil {
		t.Fatal(err)
	}
	_, err := definition.Load(tree(), dir)
	wantErrors(t, err,
		"services/away.yaml:1:1: the link leads out of the folder or to nothing",
		"services/folder.yaml:1:1: the link leads out of the folder or to nothing",
		"services/loop.yaml:1:1: is not a plain file",
		"services/nowhere.yaml:1:1: the link leads out of the folder or to nothing",
		"services/stables.yaml:1:10: service 'kitchen' stands in the file 'stables.yaml'; the two names must agree",
	)
}

func wantErrors(t *testing.T, err error, want ...string) {
	t.Helper()
	errs, ok := errors.AsType[definition.Errors](err)
	if !ok {
		t.Fatalf("got %v, want mistakes", err)
	}
	if diff := cmp.Diff(want, strings.Split(errs.Error(), "\n")); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

func TestFolderThatIsNotThere(t *testing.T) {
	_, err := definition.Load(tree(), filepath.Join(t.TempDir(), "none"))
	errs, ok := errors.AsType[definition.Errors](err)
	if !ok || len(errs) != 1 || errs[0].File != "." || errs[0].Line != 1 ||
		!strings.HasPrefix(errs[0].Message, "the folder '") || !strings.HasSuffix(errs[0].Message, "cannot be opened: no such file or directory") {
		t.Errorf("got %v", err)
	}
}

// A mistake that a folder makes in a file it does not hold must say so.
func TestMistakeInBuiltInFileSaysSo(t *testing.T) {
	dir := write(t, map[string]string{"access/roles.yaml": strings.ReplaceAll(roles, "id: cook", "id: chef")})
	_, err := definition.Load(tree(), dir)
	wantErrors(t, err,
		"access/roles.yaml:2:9: role 'chef' has case: true but no rule in rules.yaml gives it anything",
		"access/rules.yaml:2:12: role 'cook' is not in roles.yaml; it is one of chef, landlord (in the built-in file, which the folder does not replace)",
		"access/rules.yaml:3:12: role 'cook' is not in roles.yaml; it is one of chef, landlord (in the built-in file, which the folder does not replace)",
	)
}

func TestCheckPrints(t *testing.T) {
	check := func(dir string) (bool, string) {
		var out strings.Builder
		ok, err := definition.Check(tree(), dir, nil, &out)
		if err != nil {
			t.Fatal(err)
		}
		return ok, out.String()
	}
	hash := mustLoad(t, tree(), "").Hash
	good := "No mistakes: 1 service, 2 roles, 2 access rules, 1 code set, 1 calendar, 0 types of file, 0 versions of forms, 0 kinds of plan.\nHash: " + hash + "\n"
	if ok, got := check(""); !ok || got != good {
		t.Errorf("built in: got %v\n%s", ok, got)
	}
	if ok, got := check(t.TempDir()); !ok || got != "The folder changes nothing.\n"+good {
		t.Errorf("empty folder: got %v\n%s", ok, got)
	}
	dir := write(t, map[string]string{"access/rules.yaml": rules + "# another line\n"})
	if ok, got := check(dir); !ok || !strings.HasPrefix(got, "changed access/rules.yaml\n  nothing but its order, its layout or its comments\nNo mistakes: ") {
		t.Errorf("changed folder: got %v\n%s", ok, got)
	}
	dir = write(t, map[string]string{"access/rules.yaml": strings.Replace(rules, "identity", "identtiy", 1)})
	want := "access/rules.yaml:2:24: unknown part 'identtiy'; did you mean 'identity'?\n1 mistake in 1 file.\n"
	if ok, got := check(dir); ok || got != want {
		t.Errorf("mistake: got %v\n%s", ok, got)
	}
	if _, err := definition.Check(tree(), "", nil, fullDisk{}); !errors.Is(err, errFull) {
		t.Errorf("nowhere to print: got %v", err)
	}
}

var errFull = errors.New("disk full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

// Staff wait for the start of the program; this is to stay far under 300 ms.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := definition.Load(definitions.FS, ""); err != nil {
			b.Fatal(err)
		}
	}
}
