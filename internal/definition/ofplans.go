package definition

import (
	"fmt"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/plan"
)

// ofPlansFile stands among the rights and in no folder, as ofFormsFile does: it says
// which roles write and authorise each kind of plan.
const ofPlansFile = "access/plans.yaml"

func ofPlans(kinds []plan.Kind) File {
	var b strings.Builder
	b.WriteString("# Who writes and authorises each kind of plan, as the kinds say it. The program makes this.\n")
	if len(kinds) == 0 {
		b.WriteString("none: true\n")
		return newFile(ofPlansFile, b.String())
	}
	b.WriteString("plans:\n")
	for _, k := range kinds {
		fmt.Fprintf(&b, "  - plan: %s\n    write_by: [%s]\n", k.ID, strings.Join(roleIDs(k.WriteBy), ", "))
		if k.NoAuthorise {
			fmt.Fprintf(&b, "    authorise: %s\n", nobody)
		} else {
			fmt.Fprintf(&b, "    authorise_by: [%s]\n", strings.Join(roleIDs(k.AuthoriseBy), ", "))
		}
	}
	return newFile(ofPlansFile, b.String())
}

func roleIDs(list []access.Role) []string {
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = string(r)
	}
	return ids
}

// plansAsApproved has each kind of plan be written and authorised by those whom a second
// person approved, whatever it says itself. A kind that nobody has approved yet is
// written by nobody.
func (s *Set) plansAsApproved(f File, p *problems) {
	text, ok := checkText(f, p)
	if !ok {
		return
	}
	d := &document{path: f.Path, p: p}
	root, ok := d.parse(text)
	if !ok {
		return
	}
	m, ok := d.mapping(root, "the rights of plans", "plans", "none")
	if !ok {
		return
	}
	for i, k := range s.plans {
		s.plans[i] = k.For(nil, nil, false)
	}
	s.approved = append(s.approved, f)
	if !m.has("plans") {
		return
	}
	for _, n := range m.list("plans") {
		r, ok := d.mapping(n, "a plan", "plan", "write_by", "authorise_by", "authorise")
		if !ok {
			continue
		}
		id := r.id("plan")
		i := slices.IndexFunc(s.plans, func(k plan.Kind) bool { return k.ID == id })
		if i < 0 {
			continue // it is no more
		}
		none := false
		if r.has("authorise") {
			_, none = r.word("authorise", "authorise", []string{nobody})
		}
		s.plans[i] = s.plans[i].For(r.approvedRoles("write_by"), r.approvedRoles("authorise_by"), none)
	}
}

// approvedRoles are those of a list that may be left out or empty.
func (m *mapping) approvedRoles(key string) []access.Role {
	var roles []access.Role
	for _, w := range m.formWords(key) {
		roles = append(roles, access.Role(w.Text))
	}
	return roles
}

// comparePlans says in sentences what kinds of plan change about who writes and who
// authorises them.
func comparePlans(before, after *Set) []string {
	var lines []string
	whose := func(list []access.Role) string {
		if len(list) == 0 {
			return "nobody"
		}
		titles := make([]string, len(list))
		for i, r := range list {
			titles[i] = "“" + roleTitle(before, after, r) + "”"
		}
		return strings.Join(titles, ", ")
	}
	for _, is := range after.Plans() {
		was, _ := before.Plan(is.ID) // the zero one, which nobody writes, where it is new
		name := fmt.Sprintf("The plan “%s”", is.Title)
		if !slices.Equal(is.WriteBy, was.WriteBy) {
			lines = append(lines, fmt.Sprintf("%s is written by %s, and not by %s.", name, whose(is.WriteBy), whose(was.WriteBy)))
		}
		switch {
		case is.NoAuthorise && !was.NoAuthorise:
			lines = append(lines, fmt.Sprintf("%s is authorised by nobody: it is in force once it is written.", name))
		case !slices.Equal(is.AuthoriseBy, was.AuthoriseBy):
			lines = append(lines, fmt.Sprintf("%s is authorised by %s, and not by %s.", name, whose(is.AuthoriseBy), whose(was.AuthoriseBy)))
		}
	}
	return lines
}
