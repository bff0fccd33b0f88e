package definition

import (
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits on a file, against slips and against a parser's worst cases.
const (
	maxFile  = 1 << 20 // bytes
	maxLine  = 2000    // characters
	maxSaid  = 20      // unfit characters: then it is a file of another kind
	maxDepth = 50      // brackets open at once, in YAML
	maxToken = 50_000  // words and signs, in YAML: the parser's time grows with the square of a map
)

// The files that must be there, and the folders that may hold others, with the
// ending of the files in them.
const (
	rolesFile    = "access/roles.yaml"
	rulesFile    = "access/rules.yaml"
	purposesFile = "access/purposes.yaml"
	trainingFile = "access/training.yaml"
	concernsFile = "access/concerns.yaml"
	watchFile    = "access/watch.yaml"
	grantsFile   = "access/grants.yaml"

	groupsFile = "access/groups.yaml" // without it, no group of an identity provider gives anything

	typesFile   = "files/types.yaml"   // without it, no file can be added to a record
	passingFile = "work/handover.yaml" // without it, no case can be passed on

	tasksFile      = "work/tasks.yaml"      // without it, nobody has a task
	milestonesFile = "work/milestones.yaml" // without it, no process has stages
	meetingsFile   = "work/meetings.yaml"   // without it, no meeting can be set up

	relationsFile = "people/relationships.yaml" // without it, nobody can be related to anybody
	kindsFile     = "people/characteristics.yaml"
	numbersFile   = "people/identifiers.yaml"
	addressesFile = "people/addresses.yaml" // without it, no address is ever too old
	alertsFile    = "people/alerts.yaml"    // without it, nobody can set an alert
	nicknamesFile = "names/nicknames.csv"   // without it, a search knows no nickname
)

var (
	accessFiles = []string{rolesFile, rulesFile, purposesFile, trainingFile, grantsFile, concernsFile, watchFile} // those that must be there
	workFiles   = []string{passingFile, tasksFile, milestonesFile, meetingsFile}
	workNames   = []string{"handover.yaml", "tasks.yaml", "milestones.yaml", "meetings.yaml"}
	accessNames = []string{"groups.yaml", "roles.yaml", "rules.yaml", "purposes.yaml", "training.yaml", "grants.yaml", "concerns.yaml", "watch.yaml"}
)

var folders = map[string]string{"access": ".yaml", "calendars": ".yaml", "codesets": ".csv", "files": ".yaml", "forms": ".yaml", "names": ".csv", "people": ".yaml", "plans": ".yaml", "services": ".yaml", "words": ".yaml", "work": ".yaml"}

var folderNames = []string{"access", "calendars", "codesets", "files", "forms", "names", "people", "plans", "services", "words", "work"}

// idShape is the shape of every id and of every file's name.
var idShape = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

const idRule = "lower-case words with hyphens between them"

// readTree reads every definition of a tree, in the order of their paths.
func readTree(tree fs.FS, p *problems) []File {
	var files []File
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			p.report(name, 1, 1, "cannot be read: %v", cause(err))
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if name == "." {
			return nil
		}
		if d.IsDir() {
			if _, known := folders[name]; !known && !formsOfService(name) {
				p.report(name, 1, 1, "unknown folder %s%s", quote(path.Base(name)), meant(name, folderNames))
				return fs.SkipDir
			}
			return nil
		}
		if passedOver(name) {
			return nil
		}
		if wrong := wrongPlace(name); wrong != "" {
			p.report(name, 1, 1, "%s", wrong)
			return nil
		}
		if f, ok := readFile(tree, name, d, p); ok {
			files = append(files, f)
		}
		return nil
	})
	if err != nil {
		p.report(".", 1, 1, "cannot be read: %v", cause(err))
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files
}

// passedOver are files for people, and the Go that embeds the folder in our own
// source.
func passedOver(name string) bool {
	return path.Base(name) == "README.md" || !strings.Contains(name, "/") && strings.HasSuffix(name, ".go")
}

// wrongPlace says what is wrong with a path, or nothing.
func wrongPlace(name string) string {
	folder, base := path.Split(name)
	folder = strings.TrimSuffix(folder, "/")
	if folder == "" {
		return "unknown file " + quote(base) + "; definitions stand in a folder: " + strings.Join(folderNames, ", ")
	}
	if folder == formsFolder || formsOfService(folder) {
		return wrongForm(name)
	}
	ending := folders[folder]
	stem, fits := strings.CutSuffix(base, ending)
	switch {
	case folder == "access" && name != groupsFile && !slices.Contains(accessFiles, name):
		return "unknown file " + quote(base) + meant(base, accessNames)
	case folder == "files" && name != typesFile:
		return "unknown file " + quote(base) + meant(base, []string{"types.yaml"})
	case folder == "work" && !slices.Contains(workFiles, name):
		return "unknown file " + quote(base) + meant(base, workNames)
	case folder == "names" && name != nicknamesFile:
		return "unknown file " + quote(base) + meant(base, []string{"nicknames.csv"})
	case !fits:
		return "unknown file " + quote(base) + "; in " + folder + " a file's name ends in " + ending
	case !idShape.MatchString(stem):
		return "the name of the file must be " + idRule + ", then " + ending
	}
	return ""
}

func readFile(tree fs.FS, name string, d fs.DirEntry, p *problems) (File, bool) {
	info, err := fs.Stat(tree, name) // follows a link
	switch {
	case err != nil && d.Type()&fs.ModeSymlink != 0:
		p.report(name, 1, 1, "the link leads out of the folder or to nothing")
		return File{}, false
	case err != nil:
		p.report(name, 1, 1, "cannot be read: %v", cause(err))
		return File{}, false
	case !info.Mode().IsRegular(): // opening a pipe would wait for its writer
		p.report(name, 1, 1, "is not a plain file")
		return File{}, false
	}
	f, err := tree.Open(name)
	if err != nil {
		p.report(name, 1, 1, "cannot be opened: %v", cause(err))
		return File{}, false
	}
	defer func() { _ = f.Close() }() // only read from: nothing can be lost in closing
	body, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		p.report(name, 1, 1, "cannot be read: %v", cause(err))
		return File{}, false
	}
	if len(body) > maxFile {
		p.report(name, 1, 1, "the file is larger than 1 MiB")
		return File{}, false
	}
	return newFile(name, string(body)), true
}

// checkText reports what no definition may hold, whatever its form, and gives
// the text without the mark that some programs put first. It is false where the
// text is not fit to be parsed.
func checkText(f File, p *problems) (string, bool) {
	text := strings.TrimPrefix(f.Body, "\ufeff")
	yaml := strings.HasSuffix(f.Path, ".yaml")
	before := len(p.list)
	line, column := 1, 0
	here := func(format string, args ...any) { p.report(f.Path, line, column, format, args...) }
	for i, r := range text {
		if len(p.list)-before >= maxSaid {
			break
		}
		column++
		switch {
		case r == '\n':
			line, column = line+1, 0
		case r == utf8.RuneError && invalidAt(text, i):
			here("the text is not UTF-8; save the file as UTF-8")
			return "", false // from here on every line may be wrong
		case r == '\t' && yaml:
			here("a tab; use spaces")
		case r == '\t':
			here("a tab in a value; a comma divides columns")
		case r == '\r' && strings.HasPrefix(text[i+1:], "\n"): // the line ends of another system
		case unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
			// Those that turn the direction of writing could make a rule read as
			// another than it is.
			here("a character that cannot be seen, %U", r)
		case column == maxLine+1:
			here("the line is longer than %d characters", maxLine)
		}
	}
	return text, len(p.list) == before
}

func invalidAt(s string, i int) bool {
	_, size := utf8.DecodeRuneInString(s[i:])
	return size == 1
}
