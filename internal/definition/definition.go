// Package definition loads everything in definitions/, checks it, and hashes
// it. Practice is data: a new service, role, code or holiday needs a line in a
// definition and no Go, so a mistake in a definition is reported as a compiler
// would, with its file, line and column and a sentence that helps, and every
// mistake at once.
package definition

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/alert"
	"casefile/internal/calendar"
	"casefile/internal/caseload"
	"casefile/internal/codeset"
	"casefile/internal/concern"
	"casefile/internal/form"
	"casefile/internal/match"
	"casefile/internal/media"
	"casefile/internal/meeting"
	"casefile/internal/person"
	"casefile/internal/plan"
	"casefile/internal/service"
	"casefile/internal/task"
	"casefile/internal/watch"
	"casefile/internal/wording"
)

// A File is one definition as it was read. Hash is the SHA-256 of Body in
// lower-case hexadecimal, so that a document can be kept with the definition it
// was given on.
type File struct {
	Path string // below definitions, with slashes
	Hash string
	Body string
}

// A Role is what a worker acts as, as definitions/access/roles.yaml has it.
type Role struct {
	ID       access.Role
	Title    string
	Services []string // the services whose teams may hold it; empty with Any
	Any      bool     // a team of any service may hold it
	Case     bool     // may see children's information, as far as the rules give it
	Plain    string   // who they are, in words for a child: "a social worker"; empty without Case
	Source   string   // starts with a mark of codeset
}

// In reports whether a team of the service may hold the role.
func (r Role) In(service string) bool { return r.Any || slices.Contains(r.Services, service) }

// A Set is all definitions together, free of mistakes. It is not to be changed
// and may be used by many goroutines at once; what its methods return is shared
// and not to be changed either.
type Set struct {
	// Hash names the whole set: the SHA-256, in lower-case hexadecimal, of one
	// line for each file in the order of their paths: the file's hash, two
	// spaces, its path. It is what sha256sum makes of its own listing.
	Hash string
	// Files are the definitions in the order of their paths.
	Files []File
	// Changes say how the override folder differs from what the program was
	// built with. It is empty without a folder, and for a folder that changes
	// nothing.
	Changes []Change

	services []service.Service
	approved []File // what services, forms and plans say about rights; not all in rights that an older release kept
	roles    []Role
	groups   Groups
	table    *access.Table
	purposes access.Purposes
	courses  []access.Course

	grantMonths int
	outcomes    []concern.Outcome
	watch       watch.Rules

	codeSets  []codeset.Set
	calendars []*calendar.Calendar
	files     media.Rules
	passing   caseload.Passing
	relations person.RelationKinds
	people    person.Practice
	nicknames *match.Nicknames
	forms     []*form.Form
	plans     []plan.Kind

	alerts     alert.Practice
	tasks      task.Practice
	milestones task.Milestones
	meetings   meeting.Kinds
	wording    wording.Practice

	otherStages []string // paths of what may reach stages that there are not
}

// File finds a definition by its path. A service stands in services/ID.yaml and
// a calendar in calendars/ID.yaml, so that a record can name the version it was
// made under.
func (s *Set) File(path string) (File, bool) {
	return find(s.Files, func(f File) bool { return f.Path == path })
}

// Services lists the services by id.
func (s *Set) Services() []service.Service { return slices.Clone(s.services) }

// Service finds a service.
func (s *Set) Service(id string) (service.Service, bool) {
	return find(s.services, func(v service.Service) bool { return v.ID == id })
}

// Roles lists the roles in the order of the file.
func (s *Set) Roles() []Role { return slices.Clone(s.roles) }

// Role finds a role.
func (s *Set) Role(id access.Role) (Role, bool) {
	return find(s.roles, func(r Role) bool { return r.ID == id })
}

// Access is the table of rights.
func (s *Set) Access() *access.Table { return s.table }

// CodeSets lists the code sets by id.
func (s *Set) CodeSets() []codeset.Set { return slices.Clone(s.codeSets) }

// CodeSet finds a code set.
func (s *Set) CodeSet(id string) (codeset.Set, bool) {
	return find(s.codeSets, func(v codeset.Set) bool { return v.ID == id })
}

// FileRules are what may be kept on a record as a file.
func (s *Set) FileRules() media.Rules { return s.files }

// Nicknames say which first names are used for which; none without their file.
func (s *Set) Nicknames() *match.Nicknames { return s.nicknames }

// Calendars lists the calendars by id.
func (s *Set) Calendars() []*calendar.Calendar { return slices.Clone(s.calendars) }

// Calendar finds a calendar.
func (s *Set) Calendar(id string) (*calendar.Calendar, bool) {
	return find(s.calendars, func(c *calendar.Calendar) bool { return c.ID() == id })
}

func find[T any](in []T, is func(T) bool) (T, bool) {
	i := slices.IndexFunc(in, is)
	if i < 0 {
		var none T
		return none, false
	}
	return in[i], true
}

// Load reads the definitions that the program was built with, each replaced by
// the file of the same path in overrideDir, and the further files there. An
// empty overrideDir means none. The error is an Errors with every mistake, in
// the order of file, line and column; the set is then nil.
func Load(embedded fs.FS, overrideDir string) (*Set, error) {
	set, errs := load(embedded, overrideDir, nil)
	if len(errs) > 0 {
		return nil, errs
	}
	return set, nil
}

// load also takes further files, which go over those of the folder.
func load(embedded fs.FS, overrideDir string, further []File) (*Set, Errors) {
	p := &problems{}
	builtIn := readTree(embedded, p)
	files := slices.Clone(builtIn)
	overridden := make(map[string]bool)
	over := slices.Clone(further)
	if overrideDir != "" {
		over = append(readOverride(overrideDir, p), over...)
	}
	if len(over) > 0 {
		for _, f := range over {
			overridden[f.Path] = true
			i, found := slices.BinarySearchFunc(files, f.Path, func(f File, path string) int { return cmp.Compare(f.Path, path) })
			if found {
				if strings.HasPrefix(f.Path, formsFolder+"/") && f.Hash != files[i].Hash {
					p.report(f.Path, 1, 1, "a version of a form that is published is not edited: documents were written under it; add a further version")
				}
				files[i] = f
			} else {
				files = slices.Insert(files, i, f)
			}
		}
	}
	set, errs := assemble(files, p, ownStages(builtIn, overridden)...)
	if len(errs) > 0 {
		if overrideDir != "" {
			for i, e := range errs {
				// Without this, the operator looks for the line in a folder that
				// has no such file.
				if slices.ContainsFunc(builtIn, func(f File) bool { return f.Path == e.File }) && !overridden[e.File] {
					errs[i].Message += " (in the built-in file, which the folder does not replace)"
				}
			}
		}
		return nil, errs
	}
	set.approved = set.RightsOutside()
	if overrideDir != "" {
		set.Changes = Diff(builtIn, files)
	}
	return set, nil
}

// ownStages are the built-in forms and kinds of meeting, where a folder has stages of its
// own: those that they reach may not be among them. Nobody can edit the forms, and whoever
// has stages of their own need not have meetings of their own.
func ownStages(builtIn []File, overridden map[string]bool) []string {
	if !overridden[milestonesFile] {
		return nil
	}
	var paths []string
	for _, f := range builtIn {
		if (strings.HasPrefix(f.Path, formsFolder+"/") || f.Path == meetingsFile) && !overridden[f.Path] {
			paths = append(paths, f.Path)
		}
	}
	return paths
}

// assemble makes a set of files, in the order of their paths. What stands in otherStages may
// reach stages that there are not.
func assemble(files []File, p *problems, otherStages ...string) (*Set, Errors) {
	l := newLoader(p)
	l.set.otherStages = otherStages
	for _, f := range files {
		l.read(f)
	}
	l.check()
	if errs := p.sorted(); len(errs) > 0 {
		return nil, errs
	}
	l.set.Files, l.set.Hash = files, hashOf(files)
	return l.set, nil
}

func readOverride(dir string, p *problems) []File {
	// A Root refuses links that lead out of the folder, whatever is done to the
	// folder while it is read.
	root, err := os.OpenRoot(dir)
	if err != nil {
		p.report(".", 1, 1, "the folder %s cannot be opened: %v", quote(dir), cause(err))
		return nil
	}
	defer func() { _ = root.Close() }() // only read from: nothing can be lost in closing
	return readTree(root.FS(), p)
}

func newFile(path, body string) File {
	sum := sha256.Sum256([]byte(body))
	return File{Path: path, Hash: hex.EncodeToString(sum[:]), Body: body}
}

func hashOf(files []File) string {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%s  %s\n", f.Hash, f.Path)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// How a file differs between two sets.
const (
	Added   = "added"
	Removed = "removed"
	Changed = "changed"
)

// A Change is one file that differs between two sets.
type Change struct {
	Path string
	How  string // Added, Removed or Changed
}

// String is the change as a start-up message has it.
func (c Change) String() string { return c.How + " " + c.Path }

// Diff says which files differ from a to b, in the order of their paths.
func Diff(a, b []File) []Change {
	before := make(map[string]string, len(a))
	for _, f := range a {
		before[f.Path] = f.Hash
	}
	var changes []Change
	for _, f := range b {
		hash, there := before[f.Path]
		switch {
		case !there:
			changes = append(changes, Change{f.Path, Added})
		case hash != f.Hash:
			changes = append(changes, Change{f.Path, Changed})
		}
		delete(before, f.Path)
	}
	for path := range before {
		changes = append(changes, Change{path, Removed})
	}
	slices.SortFunc(changes, func(x, y Change) int { return strings.Compare(x.Path, y.Path) })
	return changes
}
