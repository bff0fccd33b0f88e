package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
)

// MostMethods is how many methods one interface may declare itself, those of
// the interfaces inside it not counted.
const MostMethods = 12

// Interfaces finds interfaces that declare more methods than that.
func Interfaces(root fs.FS) ([]Finding, error) {
	all, err := sources(root, "cmd", "internal", "tests")
	if err != nil {
		return nil, err
	}
	var found []Finding
	for _, s := range all {
		ast.Inspect(s.File, func(n ast.Node) bool {
			i, ok := n.(*ast.InterfaceType)
			if !ok {
				return true
			}
			methods := 0
			for _, f := range i.Methods.List {
				methods += len(f.Names) // an embedded interface has no name here
			}
			if methods > MostMethods {
				found = append(found, Finding{s.name, s.line(i.Pos()), fmt.Sprintf("an interface of %d methods; at most %d, so split it by noun or by caller", methods, MostMethods)})
			}
			return true
		})
	}
	return found, nil
}

// MostLines is how long a file of Go may be, unless it is generated or a test.
const MostLines = 700

// Lengths finds files that are longer.
func Lengths(root fs.FS) ([]Finding, error) {
	all, err := sources(root, "cmd", "definitions", "internal", "tests")
	if err != nil {
		return nil, err
	}
	var found []Finding
	for _, s := range all {
		if lines := strings.Count(s.text, "\n"); lines > MostLines && !s.isTest() && !s.isGenerated() {
			found = append(found, Finding{s.name, 0, fmt.Sprintf("%d lines; at most %d, so split it by noun", lines, MostLines)})
		}
	}
	return found, nil
}

var (
	toDo      = regexp.MustCompile(`^\s*(?://|/\*|--|#)\s*(?:TODO|FIXME|XXX)\b`)
	toDoIssue = regexp.MustCompile(`(?://|/\*|--|#)\s*TODO\(#\d+\): \S`)
)

// ToDos finds notes of work left that name no issue, in all that we write.
func ToDos(root fs.FS) ([]Finding, error) {
	var found []Finding
	err := files(root, []string{"."}, "", func(name, text string) error {
		if strings.HasSuffix(name, ".md") || strings.ContainsRune(text, 0) {
			return nil // words for readers, where # is a heading; or no text at all
		}
		n := 0
		for line := range strings.Lines(text) {
			n++
			if toDo.MatchString(line) && !toDoIssue.MatchString(line) {
				found = append(found, Finding{name, n, "work left names its issue: TODO(#12): what is to be done"})
			}
		}
		return nil
	})
	return found, err
}

// An exception lets one folder name ids of practice: one id, or with none given
// all.
type exception struct{ folder, id, why string }

var practiceExceptions = []exception{
	{"internal/house", "", "this list names what it lets pass"},
	{"internal/population", "", "the invented authority has invented services, and makes records in the words of the definitions we ship"},
	{"internal/store/storetest", "", "its helpers fill databases for tests; the store checks no word of practice"},
	{"internal/web", "contact", "pages speak of contact details, which are a noun of the house (person.Contact)"},
}

// Practice finds ids of practice (services, roles, types of entry) written into
// the program: no line of internal/ names one, because they are data and
// somebody else's are different. A text counts when it is an id, or, for an id
// of several words, when it holds one. Source: docs/design.md, law 4.
func Practice(root fs.FS, ids []string) ([]Finding, error) {
	all, err := sources(root, "internal")
	if err != nil {
		return nil, err
	}
	var held []*regexp.Regexp
	exactly := map[string]bool{}
	for _, id := range ids {
		exactly[id] = true
		if strings.Contains(id, "-") {
			held = append(held, regexp.MustCompile(`(?:^|[^a-z0-9-])(`+regexp.QuoteMeta(id)+`)(?:[^a-z0-9-]|$)`))
		}
	}
	var found []Finding
	for _, s := range all {
		if s.isTest() {
			continue
		}
		var walkErr error
		ast.Inspect(s.File, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				walkErr = err
				return false
			}
			id := ""
			if exactly[text] {
				id = text
			}
			for _, h := range held {
				if m := h.FindStringSubmatch(text); m != nil {
					id = m[1]
				}
			}
			if id != "" && !excepted(s.name, id) {
				found = append(found, Finding{s.name, s.line(lit.Pos()), fmt.Sprintf("%q is practice, and practice is data: ask the definitions", id)})
			}
			return true
		})
		if walkErr != nil {
			return nil, walkErr
		}
	}
	return found, nil
}

func excepted(name, id string) bool {
	for _, e := range practiceExceptions {
		if strings.HasPrefix(name, e.folder+"/") && (e.id == "" || e.id == id) {
			return true
		}
	}
	return false
}
