// Package house holds the code to the shape that docs/design.md gives it: which
// package may know which, how large an interface or a file may grow, that
// practice stays data, that links lead somewhere. Each check reads a tree of
// files and lists what is wrong; the tests run them over this repository.
package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// A Finding is one thing wrong, at a place. Line counts from 1; 0 is the file
// as a whole.
type Finding struct {
	File string
	Line int
	Say  string
}

// String is the finding as compilers print theirs.
func (f Finding) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.Say
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Say)
}

// A source is one Go file, parsed.
type source struct {
	name string // path from the root of the tree
	text string
	set  *token.FileSet
	*ast.File
}

func (s source) isTest() bool      { return strings.HasSuffix(s.name, "_test.go") }
func (s source) isGenerated() bool { return ast.IsGenerated(s.File) }
func (s source) room() string      { return path.Dir(s.name) }
func (s source) line(p token.Pos) int {
	return s.set.Position(p).Line
}

// sources parses the Go files under the folders named, in the order of their
// paths. A folder that is not there is no mistake: trees in tests are small.
func sources(root fs.FS, folders ...string) ([]source, error) {
	var all []source
	err := files(root, folders, ".go", func(name, text string) error {
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, source{name: name, text: text, set: set, File: f})
		return nil
	})
	return all, err
}

// skipped are folders of what is not ours, not committed, or wrong on purpose.
var skipped = []string{"node_modules", "build", "testdata", ".git"}

// files reads every file with the ending given under the folders.
func files(root fs.FS, folders []string, ending string, f func(name, text string) error) error {
	for _, folder := range folders {
		if _, err := fs.Stat(root, folder); err != nil {
			continue
		}
		err := fs.WalkDir(root, folder, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && slices.Contains(skipped, d.Name()):
				return fs.SkipDir
			case d.IsDir() || !strings.HasSuffix(name, ending):
				return nil
			}
			text, err := fs.ReadFile(root, name)
			if err != nil {
				return err
			}
			return f(name, string(text))
		})
		if err != nil {
			return err
		}
	}
	return nil
}
