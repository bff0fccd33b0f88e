package definition

import (
	"slices"

	"github.com/goccy/go-yaml/ast"

	"casefile/internal/access"
	"casefile/internal/concern"
	"casefile/internal/watch"
)

// Bounds of what the watch list may say.
const (
	mostFiles     = 10_000
	mostDays      = 3660
	mostNoWork    = 60
	mostUsualDays = 180
	mostMinutes   = 24 * 60
	mostTimes     = 100
)

// readConcerns reads access/concerns.yaml.
func (l *loader) readConcerns(d *document, root ast.Node) {
	l.parsed[concernsFile] = true
	m, ok := d.mapping(root, "the file of concerns", "outcomes")
	if !ok {
		return
	}
	seen := map[string]position{}
	for _, n := range m.list("outcomes") {
		r, ok := d.mapping(n, "an outcome", "id", "title", "help", "confirmed", "source")
		if !ok {
			continue
		}
		o := concern.Outcome{ID: r.id("id"), Title: r.text("title"), Help: r.optionalText("help"), Source: r.source("source")}
		o.Confirmed, _ = r.flag("confirmed") // reported where it is neither
		r.once(seen, "id", o.ID)
		l.set.outcomes = append(l.set.outcomes, o)
	}
}

// readWatch reads access/watch.yaml.
func (l *loader) readWatch(d *document, root ast.Node) {
	l.parsed[watchFile] = true
	m, ok := d.mapping(root, "the watch list", "same_name", "same_address", "no_work", "closed_files", "burst", "high_profile")
	if !ok {
		return
	}
	w := &l.set.watch
	if r, ok := m.rule("same_name", "per_10000", "few", "quiet_days"); ok {
		w.SameName.Per10000, w.SameName.Few = r.number("per_10000", 0, 10_000), r.number("few", 0, mostFiles)
		w.SameName.QuietDays = r.number("quiet_days", 0, mostDays)
	}
	if r, ok := m.rule("same_address", "quiet_days"); ok {
		w.SameAddress.QuietDays = r.number("quiet_days", 0, mostDays)
	}
	if r, ok := m.rule("no_work", "grounds", "days", "quiet_days"); ok {
		w.NoWork.Grounds = r.grounds()
		w.NoWork.Days, w.NoWork.QuietDays = r.number("days", 1, mostNoWork), r.number("quiet_days", 0, mostDays)
	}
	if r, ok := m.rule("closed_files", "files", "closed_days"); ok {
		w.ClosedFiles.Files, w.ClosedFiles.ClosedDays = r.number("files", 1, mostFiles), r.number("closed_days", 1, mostDays)
	}
	if r, ok := m.rule("burst", "files", "minutes", "times_usual", "usual_days"); ok {
		w.Burst.Files, w.Burst.Minutes = r.number("files", 2, mostFiles), r.number("minutes", 1, mostMinutes)
		w.Burst.TimesUsual, w.Burst.UsualDays = r.number("times_usual", 1, mostTimes), r.number("usual_days", 1, mostUsualDays)
	}
	if r, ok := m.rule("high_profile", "grounds", "quiet_days"); ok {
		w.HighProfile.Grounds = r.grounds()
		w.HighProfile.QuietDays = r.number("quiet_days", 0, mostDays)
	}
}

// rule reads one rule of the watch list, which must be there with its source.
func (m *mapping) rule(key string, known ...string) (*mapping, bool) {
	if !m.has(key) {
		m.report(m.at, "%s has no %s", m, key)
		return nil, false
	}
	r, ok := m.document.mapping(m.values[key], "a rule", append(known, "source")...)
	if ok {
		r.name = key
		r.source("source")
	}
	return r, ok
}

// grounds reads on which grounds a look counts.
func (m *mapping) grounds() []access.Ground {
	var list []access.Ground
	for _, g := range m.several("grounds", "ground", words(access.Grounds)) {
		if slices.Contains(list, access.Ground(g.word)) {
			m.report(g.at, "%s names ground %s twice", m, quote(g.word))
		}
		list = append(list, access.Ground(g.word))
	}
	return list
}

// Outcomes are what a reported concern may be decided as, in the order of the
// file.
func (s *Set) Outcomes() []concern.Outcome { return slices.Clone(s.outcomes) }

// Watch is what the watch list goes by.
func (s *Set) Watch() watch.Rules { return s.watch }

// Sensitive are the services whose work with a child is not to be given away.
func (s *Set) Sensitive() []string {
	var ids []string
	for _, v := range s.services {
		if v.Sensitive {
			ids = append(ids, v.ID)
		}
	}
	return ids
}
