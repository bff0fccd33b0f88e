package definition

import (
	"regexp"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"casefile/internal/access"
)

// Bounds of what purposes and training may say.
const (
	mostReasonHours = 24 * 14
	mostMonths      = 120
	mostWarnDays    = 180
)

// A placeholder in a note: {child}, or the id of a question.
var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// readPurposes reads access/purposes.yaml.
func (l *loader) readPurposes(d *document, root ast.Node) {
	l.parsed[purposesFile] = true
	m, ok := d.mapping(root, "the file of purposes", "lapses_after_hours", "note_type", "note_title", "source", "purposes")
	if !ok {
		return
	}
	ps := access.Purposes{
		Hours: m.number("lapses_after_hours", 1, mostReasonHours), NoteType: m.text("note_type"), NoteTitle: m.text("note_title"),
	}
	m.source("source")
	if ps.NoteType != "" && !idShape.MatchString(ps.NoteType) {
		m.report(m.place("note_type"), "note_type %s must be %s", quote(ps.NoteType), idRule)
	}
	seen := map[string]position{}
	for _, n := range m.list("purposes") {
		r, ok := d.mapping(n, "a purpose", "id", "title", "note", "asks", "source")
		if !ok {
			continue
		}
		p := access.Purpose{ID: r.id("id"), Title: r.text("title"), Note: r.text("note"), Source: r.source("source")}
		r.once(seen, "id", p.ID)
		asked := map[string]position{}
		var asks []ast.Node
		if r.has("asks") {
			asks = r.list("asks")
		}
		first := []string{"child"}
		for _, n := range asks {
			q, ok := d.mapping(n, "a question", "id", "title", "hint", "long", "when")
			if !ok {
				continue
			}
			ask := access.Ask{ID: q.id("id"), Title: q.text("title"), Hint: q.optionalText("hint")}
			if q.has("long") {
				ask.Long, _ = q.flag("long")
			}
			ask.When, _ = q.word("when", "time to ask", []string{access.FirstAsk, access.LaterAsk})
			q.once(asked, "id", ask.ID)
			if ask.When == access.FirstAsk {
				first = append(first, ask.ID)
			}
			p.Asks = append(p.Asks, ask)
		}
		for _, found := range placeholder.FindAllStringSubmatch(p.Note, -1) {
			if !slices.Contains(first, found[1]) {
				r.report(r.place("note"), "the note of %s has {%s}, which nothing asked first is called%s", r, found[1], meant(found[1], first))
			}
		}
		ps.List = append(ps.List, p)
	}
	l.set.purposes = ps
}

// readTraining reads access/training.yaml.
func (l *loader) readTraining(d *document, root ast.Node) {
	l.parsed[trainingFile] = true
	m, ok := d.mapping(root, "the file of training", "courses")
	if !ok {
		return
	}
	seen := map[string]position{}
	for _, n := range m.list("courses") {
		r, ok := d.mapping(n, "a course", "id", "title", "months", "warn_days", "source")
		if !ok {
			continue
		}
		c := access.Course{
			ID: r.id("id"), Title: r.text("title"), Months: r.number("months", 1, mostMonths),
			WarnDays: r.number("warn_days", 1, mostWarnDays), Source: r.source("source"),
		}
		r.once(seen, "id", c.ID)
		l.set.courses = append(l.set.courses, c)
	}
}

// readGrants reads access/grants.yaml.
func (l *loader) readGrants(d *document, root ast.Node) {
	l.parsed[grantsFile] = true
	m, ok := d.mapping(root, "the file of grants", "most_months", "source")
	if !ok {
		return
	}
	l.set.grantMonths = m.number("most_months", 1, mostMonths)
	m.source("source")
}

// GrantMonths is for how many months, at most, a file may be opened to somebody
// by name.
func (s *Set) GrantMonths() int { return s.grantMonths }

// Purposes are the reasons for which a file outside one's work may be opened.
func (s *Set) Purposes() access.Purposes { return s.purposes }

// Courses is the training that everybody who opens files must have passed.
func (s *Set) Courses() []access.Course { return slices.Clone(s.courses) }

// CourseIDs are the ids of Courses.
func (s *Set) CourseIDs() []string {
	ids := make([]string, len(s.courses))
	for i, c := range s.courses {
		ids[i] = c.ID
	}
	return ids
}
