package definition

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"casefile/internal/access"
	"casefile/internal/alert"
)

// Bounds against a slip.
const (
	mostReviewMonths = 60
	mostTellDays     = 90
)

// What an alert may ask beside its words.
const (
	asksAware   = "aware"
	asksManager = "manager"
)

// A rolesAt is roles that a kind of alert names, to be checked once all files are read.
type rolesAt struct {
	m     *mapping
	key   string
	part  access.Part
	roles []wordAt
}

// readAlerts reads people/alerts.yaml.
func (l *loader) readAlerts(d *document, root ast.Node) {
	m, ok := d.mapping(root, "the file of alerts", "tell_days", "source", "kinds")
	if !ok {
		return
	}
	l.set.alerts.TellDays = m.number("tell_days", 1, mostTellDays)
	m.source("source")
	severities, parts := words(alert.Severities), words(alert.Parts)
	seen := map[string]position{}
	for _, n := range m.list("kinds") {
		v, ok := d.mapping(n, "a kind of alert", "id", "words", "linked", "help", "severity", "part", "set_by", "end_by", "asks", "at_the_door", "review_months", "source")
		if !ok {
			continue
		}
		k := alert.Kind{ID: v.id("id"), Words: v.text("words"), Linked: v.optionalText("linked"), Help: v.optionalText("help")}
		v.once(seen, "id", k.ID)
		severity, _ := v.word("severity", "severity", severities) // reported where it is none
		part, _ := v.word("part", "part", parts)
		k.Severity, k.Part = alert.Severity(severity), access.Part(part)
		k.SetBy, k.EndBy = l.alertRoles(v, "set_by", k.Part), l.alertRoles(v, "end_by", k.Part)
		if v.has("asks") {
			for _, w := range v.several("asks", "question", []string{asksAware, asksManager}) {
				k.Aware, k.Manager = k.Aware || w.word == asksAware, k.Manager || w.word == asksManager
			}
		}
		if v.has("at_the_door") {
			k.AtDoor, _ = v.flag("at_the_door") // reported where it is none
		}
		k.Months = v.number("review_months", 1, mostReviewMonths)
		k.Source = v.source("source")
		l.set.alerts.Kinds = append(l.set.alerts.Kinds, k)
	}
}

func (l *loader) alertRoles(m *mapping, key string, part access.Part) []access.Role {
	named := m.several(key, "role", nil)
	l.alertsBy = append(l.alertsBy, rolesAt{m, key, part, named})
	return rolesOf(named)
}

func rolesOf(named []wordAt) []access.Role {
	roles := make([]access.Role, len(named))
	for i, w := range named {
		roles[i] = access.Role(w.word)
	}
	return roles
}

// checkAlerts reports roles that there are none of, and those that no rule lets record
// the part: they could set an alert on nobody's file. Rules from before there were alerts
// say nothing of the part; then nobody sets any.
func (l *loader) checkAlerts() {
	if l.broken["access"] {
		return
	}
	known := make([]string, len(l.roles))
	for i, r := range l.roles {
		known[i] = string(r.ID)
	}
	for _, by := range l.alertsBy {
		for _, w := range by.roles {
			records := slices.ContainsFunc(l.rules, func(r ruleAt) bool {
				return string(r.Role) == w.word && r.Part == by.part && r.Action == access.Record && r.Outcome == access.Shown
			}) || !slices.ContainsFunc(l.rules, func(r ruleAt) bool { return r.Part == by.part })
			switch {
			case !slices.Contains(known, w.word):
				by.m.report(w.at, "role %s of %s is not in access/roles.yaml%s", quote(w.word), by.m, meant(w.word, known))
			case by.part != "" && !records:
				by.m.report(w.at, "no rule in access/rules.yaml lets role '%s' record part '%s', so it could not do what %s of %s says", w.word, by.part, by.key, by.m)
			}
		}
	}
}

// Alerts are the kinds of alert; none without their file.
func (s *Set) Alerts() alert.Practice { return s.alerts }

// ofAlertsFile stands among the rights and in no folder, as ofServicesFile does: it says
// of which part of a file alerts of each kind are, and so who sees them, and which roles
// set and end them (CR-20).
const ofAlertsFile = "access/alerts.yaml"

func ofAlerts(kinds []alert.Kind) File {
	var b strings.Builder
	b.WriteString("# Who sees, sets and ends alerts of each kind, as people/alerts.yaml says it. The program makes this.\n")
	if len(kinds) == 0 {
		b.WriteString("none: true\n")
		return newFile(ofAlertsFile, b.String())
	}
	b.WriteString("alerts:\n")
	for _, k := range kinds {
		fmt.Fprintf(&b, "  - alert: %s\n    part: %s\n    set_by: [%s]\n    end_by: [%s]\n", k.ID, k.Part, strings.Join(words(k.SetBy), ", "), strings.Join(words(k.EndBy), ", "))
	}
	return newFile(ofAlertsFile, b.String())
}

// alertsAsApproved has alerts of each kind be seen, set and ended by those whom a second
// person approved, whatever the kind says itself. One that nobody has approved yet is
// seen and set by nobody.
func (s *Set) alertsAsApproved(f File, p *problems) {
	text, ok := checkText(f, p)
	if !ok {
		return
	}
	d := &document{path: f.Path, p: p}
	root, ok := d.parse(text)
	if !ok {
		return
	}
	m, ok := d.mapping(root, "the rights of alerts", "alerts", "none")
	if !ok {
		return
	}
	for i := range s.alerts.Kinds {
		k := &s.alerts.Kinds[i]
		k.Part, k.SetBy, k.EndBy = "", nil, nil
	}
	s.approved = append(s.approved, f)
	if !m.has("alerts") {
		return
	}
	for _, n := range m.list("alerts") {
		r, ok := d.mapping(n, "an alert", "alert", "part", "set_by", "end_by")
		if !ok {
			continue
		}
		id := r.id("alert")
		i := slices.IndexFunc(s.alerts.Kinds, func(k alert.Kind) bool { return k.ID == id })
		if i < 0 {
			continue // it is no more
		}
		part, _ := r.word("part", "part", words(alert.Parts))
		k := &s.alerts.Kinds[i]
		k.Part, k.SetBy, k.EndBy = access.Part(part), rolesOf(r.several("set_by", "role", nil)), rolesOf(r.several("end_by", "role", nil))
	}
}

// compareAlerts says in sentences what kinds of alert change about who sees, sets and
// ends them.
func compareAlerts(before, after *Set) []string {
	var lines []string
	whom := func(roles []access.Role) string {
		if len(roles) == 0 {
			return "nobody"
		}
		titles := make([]string, len(roles))
		for i, r := range roles {
			titles[i] = "“" + roleTitle(before, after, r) + "”"
		}
		return strings.Join(titles, ", ")
	}
	for _, is := range after.alerts.Kinds {
		was, _ := before.alerts.Kind(is.ID)
		name := fmt.Sprintf("The alert “%s”", is.Words)
		if is.Part != was.Part {
			seen := "as nobody does now"
			if was.Part != "" {
				seen = fmt.Sprintf("and not “%s”", was.Part.Title())
			}
			lines = append(lines, fmt.Sprintf("%s is seen by whoever sees “%s” of a file, %s.", name, is.Part.Title(), seen))
		}
		if !slices.Equal(is.SetBy, was.SetBy) {
			lines = append(lines, fmt.Sprintf("%s is set by %s, and not by %s.", name, whom(is.SetBy), whom(was.SetBy)))
		}
		if !slices.Equal(is.EndBy, was.EndBy) {
			lines = append(lines, fmt.Sprintf("%s is ended by %s, and not by %s.", name, whom(is.EndBy), whom(was.EndBy)))
		}
	}
	return lines
}
