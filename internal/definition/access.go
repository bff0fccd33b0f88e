package definition

import (
	"slices"

	"github.com/goccy/go-yaml/ast"

	"casefile/internal/access"
)

// A roleAt is a role with the places that later checks report at.
type roleAt struct {
	Role
	at       position
	noCase   bool       // the role says neither that it sees children's information nor that it does not
	services []position // of Role.Services, one for one
}

// A ruleAt is a rule with the place of its role.
type ruleAt struct {
	access.Rule
	at position
}

// readRoles reads access/roles.yaml.
func (l *loader) readRoles(d *document, root ast.Node) {
	l.parsed[rolesFile] = true
	m, ok := d.mapping(root, "the file of roles", "roles")
	if !ok {
		l.broken["access"] = true
		return
	}
	seen := map[string]position{}
	for _, n := range m.list("roles") {
		r, ok := d.mapping(n, "a role", "id", "title", "services", "case", "source")
		if !ok {
			continue
		}
		role := roleAt{Role: Role{ID: access.Role(r.id("id")), Title: r.text("title"), Source: r.source("source")}}
		sees, said := r.flag("case")
		role.Case, role.noCase = sees, !said
		role.at = r.place("id")
		r.once(seen, "id", string(role.ID))
		r.roleServices(&role)
		l.roles = append(l.roles, role)
		l.set.roles = append(l.set.roles, role.Role)
	}
}

// roleServices reads the services of a role: a list, or the word any.
func (m *mapping) roleServices(role *roleAt) {
	if s, ok := m.values["services"].(*ast.StringNode); ok {
		if s.Value != "any" {
			m.report(where(s), "the services of %s are a list of services or the word any, not %s", m, quote(s.Value))
			return
		}
		role.Any = true
		return
	}
	for _, n := range m.list("services") {
		if s, ok := m.plain(n, "service"); ok {
			if slices.Contains(role.Services, s) {
				m.report(where(n), "%s names service %s twice", m, quote(s))
			}
			role.Services = append(role.Services, s)
			role.services = append(role.services, where(n))
		}
	}
}

// readRules reads access/rules.yaml.
func (l *loader) readRules(d *document, root ast.Node) {
	l.parsed[rulesFile] = true
	m, ok := d.mapping(root, "the file of rules", "rules")
	if !ok {
		l.broken["access"] = true
		return
	}
	parts, actions := words(access.Parts), words(access.Actions)
	grounds := words(slices.Concat(access.Grounds, access.Bars))
	outcomes := []string{access.Absent.String(), access.Masked.String(), access.ReasonFirst.String(), access.Shown.String()}
	type row struct {
		role   access.Role
		part   access.Part
		action access.Action
		ground access.Ground
	}
	first := map[row]int{}
	for _, n := range m.list("rules") {
		r, ok := d.mapping(n, "a rule", "role", "part", "action", "ground", "outcome")
		if !ok {
			continue
		}
		role := r.text("role")
		part, ok1 := r.word("part", "part", parts)
		action, ok2 := r.word("action", "action", actions)
		ground, ok3 := r.word("ground", "ground", grounds)
		word, ok4 := r.word("outcome", "outcome", outcomes)
		outcome, _ := access.ParseOutcome(word) // word is one of its words, or ok4 is false
		at := r.place("role")
		rule := access.Rule{
			Role: access.Role(role), Part: access.Part(part), Action: access.Action(action), Ground: access.Ground(ground),
			Outcome: outcome, File: d.path, Line: at.line,
		}
		if role != "" && ok1 && ok2 && ok3 && ok4 {
			key := row{rule.Role, rule.Part, rule.Action, rule.Ground}
			if line, twice := first[key]; twice {
				d.report(r.at, "a rule for %s, %s, %s, %s is there twice; first on line %d", role, part, action, ground, line)
			} else {
				first[key] = at.line
			}
		}
		l.rules = append(l.rules, ruleAt{rule, at})
	}
}

func words[T ~string](in []T) []string {
	out := make([]string, len(in))
	for i, w := range in {
		out[i] = string(w)
	}
	return out
}

// checkAccess reports roles of unknown services, and rules of roles that are
// unknown or may have none. What depends on a file that could not be read is
// not checked: one mistake would be reported many times.
func (l *loader) checkAccess() {
	for _, name := range []string{rolesFile, rulesFile} {
		if !l.parsed[name] && !l.broken["access"] {
			l.p.report(name, 1, 1, "the file is missing")
		}
	}
	if !l.broken["services"] {
		var known []string
		for _, s := range l.set.services {
			known = append(known, s.ID)
		}
		for _, r := range l.roles {
			for i, s := range r.Services {
				if !slices.Contains(known, s) {
					l.p.report(rolesFile, r.services[i].line, r.services[i].column,
						"service %s of role '%s' is not in services%s", quote(s), r.ID, meant(s, known))
				}
			}
		}
	}
	if l.broken["access"] || !l.parsed[rolesFile] || !l.parsed[rulesFile] {
		return
	}
	var known []string
	ruled := map[access.Role]bool{}
	for _, r := range l.roles {
		known = append(known, string(r.ID))
	}
	for _, r := range l.rules {
		ruled[r.Role] = true
		role, ok := find(l.roles, func(x roleAt) bool { return x.ID == r.Role })
		switch {
		case r.Role == "": // reported when it was read
		case !ok:
			l.p.report(rulesFile, r.at.line, r.at.column,
				"role %s is not in roles.yaml%s", quote(string(r.Role)), meant(string(r.Role), known))
		case !role.Case && !role.noCase:
			l.p.report(rulesFile, r.at.line, r.at.column,
				"role '%s' has case: false in roles.yaml, so no rule may give it anything", r.Role)
		}
	}
	for _, r := range l.roles {
		if r.Case && r.ID != "" && !ruled[r.ID] {
			l.p.report(rolesFile, r.at.line, r.at.column,
				"role %s has case: true but no rule in rules.yaml gives it anything", quote(string(r.ID)))
		}
	}
}
