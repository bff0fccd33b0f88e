package definition

import (
	"slices"
	"strings"

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
		r, ok := d.mapping(n, "a role", "id", "title", "plain", "services", "case", "source")
		if !ok {
			continue
		}
		role := roleAt{Role: Role{ID: access.Role(r.id("id")), Title: r.text("title"), Source: r.source("source")}}
		sees, said := r.flag("case")
		role.Case, role.noCase = sees, !said
		role.at = r.place("id")
		if role.Case || r.has("plain") {
			role.Plain = r.text("plain")
			if role.Plain != "" && !strings.HasPrefix(role.Plain, "a ") && !strings.HasPrefix(role.Plain, "an ") {
				r.report(r.place("plain"), "the plain of %s begins with a or an, as in 'a social worker'", r)
			}
		}
		r.once(seen, "id", string(role.ID))
		r.roleServices(&role)
		l.roles = append(l.roles, role)
		l.set.roles = append(l.set.roles, role.Role)
	}
}

// roleServices reads the services of a role.
func (m *mapping) roleServices(role *roleAt) {
	var named []wordAt
	named, role.Any = m.servicesOf("services")
	for _, s := range named {
		role.Services = append(role.Services, s.word)
		role.services = append(role.services, s.at)
	}
}

// servicesOf reads a list of services, or the word any.
func (m *mapping) servicesOf(key string) (named []wordAt, all bool) {
	if s, ok := m.values[key].(*ast.StringNode); ok {
		if s.Value != "any" {
			m.report(where(s), "the %s of %s are a list of services or the word any, not %s", key, m, quote(s.Value))
			return nil, false
		}
		return nil, true
	}
	for _, n := range m.list(key) {
		if s, ok := m.plain(n, "service"); ok {
			if slices.ContainsFunc(named, func(w wordAt) bool { return w.word == s }) {
				m.report(where(n), "%s names service %s twice", m, quote(s))
			}
			named = append(named, wordAt{s, where(n)})
		}
	}
	return named, false
}

// readRules reads access/rules.yaml.
func (l *loader) readRules(d *document, root ast.Node) {
	l.parsed[rulesFile] = true
	m, ok := d.mapping(root, "the file of rules", "rules")
	if !ok {
		l.broken["access"] = true
		return
	}
	parts, actions, grounds := words(access.Parts), words(access.Actions), words(access.Grounds)
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
		word, known := r.word("outcome", "outcome", outcomes)
		outcome, _ := access.ParseOutcome(word) // word is one of its words, or known is false
		roles := r.several("role", "role", nil)
		partList, actionList, groundList := r.several("part", "part", parts), r.several("action", "action", actions), r.several("ground", "ground", grounds)
		if !known || len(partList) == 0 || len(actionList) == 0 || len(groundList) == 0 {
			for _, role := range roles { // reported, and yet a rule of theirs
				l.rules = append(l.rules, ruleAt{access.Rule{Role: access.Role(role.word)}, role.at})
			}
			continue
		}
		for _, role := range roles {
			for _, part := range partList {
				for _, action := range actionList {
					for _, ground := range groundList {
						key := row{access.Role(role.word), access.Part(part.word), access.Action(action.word), access.Ground(ground.word)}
						if line, twice := first[key]; twice {
							d.report(r.at, "a rule for %s, %s, %s, %s is there twice; first on line %d", role.word, part.word, action.word, ground.word, line)
							continue
						}
						if slices.Contains(access.OfficeParts, key.part) && !slices.Contains(access.OfficeGrounds, key.ground) {
							d.report(ground.at, "part '%s' is not about one child, so its ground is one of team, service, everyone, not %s", part.word, quote(ground.word))
							continue
						}
						first[key] = role.at.line
						l.rules = append(l.rules, ruleAt{access.Rule{
							Role: key.role, Part: key.part, Action: key.action, Ground: key.ground,
							Outcome: outcome, File: d.path, Line: role.at.line,
						}, role.at})
					}
				}
			}
		}
	}
}

// A wordAt is a word with its place.
type wordAt struct {
	word string
	at   position
}

// several reads one word or a list of them, each of those known; nil for words
// that a later check knows.
func (m *mapping) several(key, noun string, known []string) []wordAt {
	if !m.has(key) {
		m.report(m.at, "%s has no %s", m, key)
		return nil
	}
	nodes := []ast.Node{m.values[key]}
	if _, list := m.values[key].(*ast.SequenceNode); list {
		nodes = m.list(key)
	}
	var words []wordAt
	for _, n := range nodes {
		s, ok := m.plain(n, key)
		switch {
		case !ok:
		case s == "":
			m.report(where(n), "the %s of %s is empty", key, m)
		case known != nil && !slices.Contains(known, s):
			m.report(where(n), "unknown %s %s%s", noun, quote(s), meant(s, known))
		default:
			words = append(words, wordAt{s, where(n)})
		}
	}
	return words
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
	for _, name := range accessFiles {
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
		case !role.Case && !role.noCase && r.Part != "" && !slices.Contains(access.OfficeParts, r.Part):
			l.p.report(rulesFile, r.at.line, r.at.column,
				"role '%s' has case: false in roles.yaml, so no rule may give it anything of a child's file", r.Role)
		}
	}
	for _, r := range l.roles {
		if r.Case && r.ID != "" && !ruled[r.ID] {
			l.p.report(rolesFile, r.at.line, r.at.column,
				"role %s has case: true but no rule in rules.yaml gives it anything", quote(string(r.ID)))
		}
	}
}
