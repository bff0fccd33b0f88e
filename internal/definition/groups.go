package definition

import (
	"slices"

	"github.com/goccy/go-yaml/ast"

	"casefile/internal/access"
)

// Groups are what the groups of an identity provider give, as
// definitions/access/groups.yaml has it. Without that file, nothing.
type Groups struct {
	Claim  string // which claim holds the groups
	Grants []Grant
}

// A Grant is a role in a team that the members of a group hold.
type Grant struct {
	Group   string // letter for letter as the provider sends it
	Role    access.Role
	Team    string // by its name
	Service string // of the team; empty for a team that looks after the program
	Source  string // starts with a mark of codeset
	Line    int    // of the file
}

// Of lists what a member of these groups holds, each role in a team once.
func (g Groups) Of(groups []string) []Grant {
	var held []Grant
	for _, grant := range g.Grants {
		if slices.Contains(groups, grant.Group) &&
			!slices.ContainsFunc(held, func(h Grant) bool { return h.Role == grant.Role && h.Team == grant.Team }) {
			held = append(held, grant)
		}
	}
	return held
}

// Groups are what the groups of an identity provider give.
func (s *Set) Groups() Groups { return s.groups }

// A grantAt is a grant with the places that later checks report at.
type grantAt struct {
	Grant
	role, service position
}

// groupsClaim is the usual name of the claim.
const groupsClaim = "groups"

// readGroups reads access/groups.yaml.
func (l *loader) readGroups(d *document, root ast.Node) {
	m, ok := d.mapping(root, "the file of groups", "claim", "groups")
	if !ok {
		return
	}
	if m.has("claim") {
		l.set.groups.Claim = m.text("claim")
	}
	if seq, ok := m.values["groups"].(*ast.SequenceNode); ok && len(seq.Values) == 0 {
		return // none, as the program comes
	}
	type row struct{ group, role, team string }
	first, teams := map[row]int{}, map[string]Grant{}
	for _, n := range m.list("groups") {
		g, ok := d.mapping(n, "a group", "group", "role", "team", "service", "source")
		if !ok {
			continue
		}
		made := grantAt{Grant: Grant{
			Group: g.text("group"), Role: access.Role(g.text("role")), Team: g.text("team"),
			Service: g.optionalText("service"), Source: g.source("source"), Line: g.at.line,
		}}
		g.name = made.Group
		made.role, made.service = g.place("role"), g.place("service")
		key := row{made.Group, string(made.Role), made.Team}
		if line, twice := first[key]; twice && key.group != "" && key.role != "" && key.team != "" {
			d.report(g.at, "%s gives role %s in team %s twice; first on line %d", g, quote(key.role), quote(key.team), line)
			continue
		}
		first[key] = g.at.line
		if other, there := teams[made.Team]; there && other.Service != made.Service && made.Team != "" {
			d.report(g.place("team"), "team %s is in service %s here and in service %s on line %d",
				quote(made.Team), quote(made.Service), quote(other.Service), other.Line)
		} else {
			teams[made.Team] = made.Grant
		}
		l.grants = append(l.grants, made)
		l.set.groups.Grants = append(l.set.groups.Grants, made.Grant)
	}
}

// checkGroups reports roles and services that are unknown, and roles that the
// team's service does not have. As in checkAccess, what depends on a file that
// could not be read is not checked.
func (l *loader) checkGroups() {
	var roles, services []string
	for _, r := range l.roles {
		roles = append(roles, string(r.ID))
	}
	for _, s := range l.set.services {
		services = append(services, s.ID)
	}
	for _, g := range l.grants {
		known := g.Service == "" || slices.Contains(services, g.Service)
		if !known && !l.broken["services"] {
			l.p.report(groupsFile, g.service.line, g.service.column,
				"service %s of group %s is not in services%s", quote(g.Service), quote(g.Group), meant(g.Service, services))
		}
		if g.Role == "" || l.broken["access"] || !l.parsed[rolesFile] {
			continue
		}
		role, ok := find(l.roles, func(r roleAt) bool { return r.ID == g.Role })
		switch {
		case !ok:
			l.p.report(groupsFile, g.role.line, g.role.column, "role %s is not in roles.yaml%s", quote(string(g.Role)), meant(string(g.Role), roles))
		case known && g.Service != "" && !role.In(g.Service):
			l.p.report(groupsFile, g.role.line, g.role.column, "role %s is not one of service %s, which team %s is in",
				quote(string(g.Role)), quote(g.Service), quote(g.Team))
		}
	}
}
