package definition

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"casefile/internal/form"

	"github.com/goccy/go-yaml/ast"
)

// formsFolder has a folder for each service, and in it a file for each version of
// a form: forms/SERVICE/NAME.vN.yaml.
const formsFolder = "forms"

// Bounds of what a form may say.
const (
	mostVersion = 999
	mostDueDays = 3660
	mostNumber  = 1_000_000_000
	mostPlaces  = 6
)

var formName = regexp.MustCompile(`^([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\.v([1-9][0-9]{0,2})\.yaml$`)

// formsOfService reports whether a folder can hold the forms of a service.
func formsOfService(folder string) bool {
	service, ok := strings.CutPrefix(folder, formsFolder+"/")
	return ok && idShape.MatchString(service)
}

// wrongForm says what is wrong with the path of a form, or nothing.
func wrongForm(name string) string {
	switch {
	case path.Dir(name) == formsFolder:
		return "a form stands in the folder of its service: forms/SERVICE/NAME.v1.yaml"
	case !formName.MatchString(path.Base(name)):
		return "the name of a form's file is " + idRule + ", then its version and .yaml, as in NAME.v1.yaml"
	}
	return ""
}

// A formAt is a form as it was read.
type formAt struct {
	spec *form.Spec
	path string
}

// readForm reads forms/SERVICE/NAME.vN.yaml.
func (l *loader) readForm(d *document, root ast.Node) {
	before := len(d.p.list)
	m, ok := d.mapping(root, "a form", "form", "version", "title", "help", "service", "source", "one_current_per",
		"complete_by", "authorise_by", "authorise", "due", "review", "uses", "copy_from", "sections", "rules", "scores", "on_complete", "on_sign")
	if !ok {
		l.broken[formsFolder] = true
		return
	}
	s := &form.Spec{
		ID: m.id("form"), At: place(m.place("form")), Title: m.text("title"), Help: m.optionalText("help"),
		Service: m.text("service"), Source: m.source("source"), Version: m.number("version", 1, mostVersion),
	}
	m.formFile(s)
	if m.has("one_current_per") {
		s.OneCurrentPer, _ = m.word("one_current_per", "one_current_per", []string{"person", "episode"})
	}
	s.CompleteBy, s.AuthoriseBy, s.Uses = m.formWords("complete_by"), m.formWords("authorise_by"), m.formWords("uses")
	if m.has("authorise") {
		_, s.NoAuthorise = m.word("authorise", "authorise", []string{"none"})
	}
	m.formDates(s)
	for _, n := range m.list("sections") {
		if sec, ok := d.formSection(n); ok {
			s.Sections = append(s.Sections, sec)
		}
	}
	m.formRules(s)
	m.formScores(s)
	s.OnComplete, s.OnSign = m.formEffects("on_complete"), m.formEffects("on_sign")
	m.formCopies(s)
	if len(d.p.list) > before {
		l.broken[formsFolder] = true // or what others say of it would look wrong
		return
	}
	l.forms = append(l.forms, formAt{s, d.path})
}

// formFile reports a form whose file has another name, or another folder.
func (m *mapping) formFile(s *form.Spec) {
	parts := formName.FindStringSubmatch(path.Base(m.path))
	if parts == nil || s.ID == "" || s.Version == 0 || s.Service == "" {
		return // reported
	}
	if want := s.ID + ".v" + strconv.Itoa(s.Version) + ".yaml"; want != path.Base(m.path) {
		m.report(m.place("form"), "%s of version %d stands in the file '%s'; its name is '%s'", m, s.Version, path.Base(m.path), want)
	}
	if folder := path.Base(path.Dir(m.path)); folder != s.Service {
		m.report(m.place("service"), "%s is of service %s and stands in the folder '%s'", m, quote(s.Service), folder)
	}
}

func place(at position) form.Place { return form.Place{Line: at.line, Column: at.column} }

// formWord reads a name, and where it is written. It is empty where it is not
// there.
func (m *mapping) formWord(key string) form.Word {
	if !m.has(key) {
		return form.Word{}
	}
	return form.Word{Text: m.text(key), At: place(m.place(key))}
}

// needWord reads a name that must be there.
func (m *mapping) needWord(key string) form.Word {
	return form.Word{Text: m.text(key), At: place(m.place(key))}
}

// formWords reads a list of names, or none where it is not there.
func (m *mapping) formWords(key string) []form.Word {
	if !m.has(key) {
		return nil
	}
	var list []form.Word
	for _, n := range m.list(key) {
		if s, ok := m.plain(n, key); ok {
			list = append(list, form.Word{Text: s, At: place(where(n))})
		}
	}
	return list
}

// formExpr reads an expression; the zero one where it is not there.
func (m *mapping) formExpr(key string) form.Expr {
	if !m.has(key) || m.optionalText(key) == "" {
		return form.Expr{} // what is wrong with it is reported
	}
	n := m.values[key]
	x := form.Expr{At: place(where(n))}
	switch v := n.(type) {
	case *ast.StringNode:
		x.Text = v.Value
		if origin := strings.TrimSpace(v.Token.Origin); origin != "" {
			x.Folded = strings.Contains(origin, "\n")
			if origin[0] == '\'' || origin[0] == '"' {
				x.Quote = origin[0]
				x.At.Column++
			}
		}
	case *ast.LiteralNode:
		x.Text, x.Folded = v.Value.Value, true
	}
	return x
}

func (m *mapping) needExpr(key string) form.Expr {
	if !m.has(key) {
		m.report(m.at, "%s has no %s", m, key)
	}
	return m.formExpr(key)
}

// bound reads a whole number that may be left out.
func (m *mapping) bound(key string) *form.Bound {
	if !m.has(key) {
		return nil
	}
	return &form.Bound{N: m.number(key, 0, mostNumber), At: place(m.place(key))}
}

func (m *mapping) optionalNumber(key string, most int) int {
	if !m.has(key) {
		return 0
	}
	return m.number(key, 1, most)
}

func (m *mapping) formDates(s *form.Spec) {
	if m.has("due") {
		if v, ok := m.document.mapping(m.values["due"], "a due date", "after", "days", "working_days", "weeks", "months", "calendar", "source"); ok {
			s.Due = &form.Due{
				At: place(v.at), After: v.needWord("after"), Days: v.optionalNumber("days", mostDueDays), WorkingDays: v.optionalNumber("working_days", mostDueDays),
				Weeks: v.optionalNumber("weeks", mostDueDays/7), Months: v.optionalNumber("months", mostDueDays/30), Calendar: v.formWord("calendar"), Source: v.source("source"),
			}
		}
	}
	if m.has("review") {
		if v, ok := m.document.mapping(m.values["review"], "a review cycle", "every_days", "every_months", "dates_match", "source"); ok {
			s.Review = &form.Review{
				At: place(v.at), EveryDays: v.optionalNumber("every_days", mostDueDays), EveryMonths: v.optionalNumber("every_months", mostDueDays/30),
				DatesMatch: v.formWord("dates_match"), Source: v.source("source"),
			}
		}
	}
}

func (m *mapping) formRules(s *form.Spec) {
	if !m.has("rules") {
		return
	}
	for _, n := range m.list("rules") {
		v, ok := m.document.mapping(n, "a rule", "id", "check", "say", "beside", "exception")
		if !ok {
			continue
		}
		r := form.Rule{ID: v.id("id"), At: place(v.at), Check: v.needExpr("check"), Say: v.text("say"), Beside: v.formWord("beside")}
		if v.has("exception") {
			_, r.Exception = v.word("exception", "exception", []string{"allowed"})
		}
		s.Rules = append(s.Rules, r)
	}
}

func (m *mapping) formScores(s *form.Spec) {
	if !m.has("scores") {
		return
	}
	for _, n := range m.list("scores") {
		v, ok := m.document.mapping(n, "a score", "id", "title", "value", "places", "bands", "source")
		if !ok {
			continue
		}
		sc := form.Score{
			ID: v.id("id"), At: place(v.at), Title: v.text("title"), Value: v.needExpr("value"), Places: v.optionalNumber("places", mostPlaces), Source: v.source("source"),
		}
		if v.has("bands") {
			for _, n := range v.list("bands") {
				if b, ok := m.document.mapping(n, "a band", "from", "label"); ok {
					sc.Bands = append(sc.Bands, form.Band{At: place(b.at), From: b.number("from", 0, mostNumber), Label: b.text("label")})
				}
			}
		}
		s.Scores = append(s.Scores, sc)
	}
}

func (m *mapping) formCopies(s *form.Spec) {
	if !m.has("copy_from") {
		return
	}
	for _, n := range m.list("copy_from") {
		v, ok := m.document.mapping(n, "a copy", "form", "from", "to", "questions", "review")
		if !ok {
			continue
		}
		c := form.Copy{At: place(v.at), Form: v.formWord("form"), From: v.needWord("from"), To: v.needWord("to"), Questions: v.formWords("questions")}
		c.Review, _ = v.flag("review") // reported where it is neither
		s.CopyFrom = append(s.CopyFrom, c)
	}
}

// checkForms compiles the forms and gives the set those that are free of mistakes.
// Where a file that forms name things of could not be read, they are left alone:
// every name would look wrong.
func (l *loader) checkForms() {
	if l.broken["services"] || l.broken["access"] || l.broken["codesets"] || l.broken["people"] || l.broken["calendars"] || l.broken["work"] || l.broken[formsFolder] {
		return
	}
	slices.SortFunc(l.forms, func(a, b formAt) int {
		return cmp.Or(strings.Compare(a.spec.ID, b.spec.ID), cmp.Compare(a.spec.Version, b.spec.Version))
	})
	around := l.aroundForms()
	for i, f := range l.forms {
		at := position{f.spec.At.Line, f.spec.At.Column}
		last := 0
		if i > 0 && l.forms[i-1].spec.ID == f.spec.ID {
			last = l.forms[i-1].spec.Version
			if other := l.forms[i-1]; other.spec.Service != f.spec.Service {
				l.p.report(f.path, at.line, at.column, "form '%s' is of service '%s' here, and of '%s' in %s", f.spec.ID, f.spec.Service, other.spec.Service, other.path)
			}
		}
		if f.spec.Version > last+1 {
			l.p.report(f.path, at.line, at.column, "form '%s' has a version %d and no version %d", f.spec.ID, f.spec.Version, last+1)
		}
		of := around
		if slices.Contains(l.set.otherStages, f.path) {
			of.Milestone = func(string, string) bool { return true }
		}
		made, mistakes := form.Compile(*f.spec, of)
		for _, m := range mistakes {
			l.p.report(f.path, m.At.Line, m.At.Column, "%s", m.Message)
		}
		if made != nil {
			l.set.forms = append(l.set.forms, made)
		}
	}
}

// aroundForms is what forms can name.
func (l *loader) aroundForms() form.Around {
	around := form.Around{CodeSet: l.set.CodeSet, Meant: meant}
	for _, s := range l.set.services {
		around.Services = append(around.Services, s.ID)
	}
	for _, r := range l.set.roles {
		around.Roles = append(around.Roles, form.Role{ID: string(r.ID), In: r.In})
	}
	for _, c := range l.set.calendars {
		around.Calendars = append(around.Calendars, c.ID())
	}
	for _, k := range l.set.people.Kinds {
		around.Facts = append(around.Facts, form.Fact{ID: k.ID, Set: k.Set, Many: k.Many})
	}
	for _, k := range l.set.meetings {
		around.Meetings = append(around.Meetings, k.ID)
	}
	for _, k := range l.set.milestones {
		around.Milestones = append(around.Milestones, k.ID)
	}
	around.Milestone = func(id, service string) bool {
		k, ok := l.set.milestones.Kind(id)
		return ok && k.In(service)
	}
	newest := map[string]*form.Spec{}
	for _, f := range l.forms {
		if newest[f.spec.ID] == nil {
			around.Forms = append(around.Forms, f.spec.ID)
		}
		newest[f.spec.ID] = f.spec // in the order of versions
	}
	around.Form = func(id string) (*form.Spec, bool) {
		s, ok := newest[id]
		return s, ok
	}
	return around
}

// Forms lists every version of every form, by id and version.
func (s *Set) Forms() []*form.Form { return slices.Clone(s.forms) }

// Form finds a version of a form; version 0 is the newest.
func (s *Set) Form(id string, version int) (*form.Form, bool) {
	for _, f := range slices.Backward(s.forms) {
		if f.ID == id && (version == 0 || f.Version == version) {
			return f, true
		}
	}
	return nil, false
}

// KeptForm is a form as it was published, of the file that a document was written
// under, whether or not the set still has it. It is false where what the form names
// is no longer there.
func (s *Set) KeptForm(path, body string) (*form.Form, bool) {
	l := &loader{p: &problems{}, set: s, broken: map[string]bool{}}
	for _, f := range s.forms {
		l.forms = append(l.forms, formAt{&f.Spec, ""})
	}
	around := l.aroundForms()
	around.Kept = true
	d := &document{path: path, p: l.p}
	root, ok := d.parse(body)
	if !ok {
		return nil, false
	}
	held := len(l.forms)
	if l.readForm(d, root); len(l.forms) == held {
		return nil, false
	}
	f, _ := form.Compile(*l.forms[held].spec, around)
	if f == nil {
		return nil, false
	}
	// Who has to do with it, and what it sets, is as it was approved. Of a version that has
	// left the definitions there is no such approval any more: it sets nothing.
	if is, ok := s.Form(f.ID, f.Version); ok {
		return f.For(is.CompleteBy, is.AuthoriseBy, is.NoAuthorise, intersection(f.Sets(), is.Sets())), true
	}
	return f.For(f.CompleteBy, f.AuthoriseBy, f.NoAuthorise, nil), true
}

func intersection(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return !slices.Contains(b, s) })
}

// FormFile is the path of a version of a form.
func FormFile(service, id string, version int) string {
	return formsFolder + "/" + service + "/" + id + ".v" + strconv.Itoa(version) + ".yaml"
}
