package definition_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/definition"
)

const (
	inGroups = "access/groups.yaml"
	groups   = `claim: memberships
groups:
  - {group: CF Cooks, role: cook, team: Stove, service: kitchen, source: recalled}
  - group: CF Cooks
    role: landlord
    team: Office
    source: "confirmed: the lease"
`
)

func withGroups(text string) fstest.MapFS {
	files := tree()
	files[inGroups] = &fstest.MapFile{Data: []byte(text)}
	return files
}

func TestGroups(t *testing.T) {
	got := mustLoad(t, withGroups(groups), "").Groups()
	cook := definition.Grant{Group: "CF Cooks", Role: "cook", Team: "Stove", Service: "kitchen", Source: "recalled", Line: 3}
	landlord := definition.Grant{Group: "CF Cooks", Role: "landlord", Team: "Office", Source: "confirmed: the lease", Line: 4}
	if diff := cmp.Diff(definition.Groups{Claim: "memberships", Grants: []definition.Grant{cook, landlord}}, got); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	for _, none := range []fstest.MapFS{tree(), withGroups("claim: groups\ngroups: []\n"), withGroups("groups: []\n")} {
		if got := mustLoad(t, none, "").Groups(); got.Claim != "groups" || len(got.Grants) != 0 {
			t.Errorf("no groups: got %+v", got)
		}
	}
	twice := definition.Groups{Grants: []definition.Grant{
		{Group: "a", Role: "cook", Team: "Stove"},
		{Group: "b", Role: "cook", Team: "Stove"},
		{Group: "b", Role: "cook", Team: "Grill"},
		{Group: "B", Role: "landlord", Team: "Office"},
	}}
	if diff := cmp.Diff([]definition.Grant{twice.Grants[0], twice.Grants[2]}, twice.Of([]string{"b", "a", "other"})); diff != "" {
		t.Errorf("of groups (-want +got):\n%s", diff)
	}
	if held := twice.Of(nil); len(held) != 0 {
		t.Errorf("of no group: got %+v", held)
	}
}

func TestMistakesInGroups(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		want           []string
	}{
		{"no keys", "", "- cooks\n", []string{"1:1: the file of groups is written as 'key: value' lines, not as a list"}},
		{"no groups", "", "claim: groups\n", []string{"1:1: the file of groups has no groups"}},
		{"empty claim", "claim: memberships", "claim:", []string{"1:1: the claim of the file of groups is empty"}},
		{"claim that is no text", "claim: memberships", "claim: 7", []string{"1:8: the claim of the file of groups is text; put it in quotes"}},
		{"unknown key", "claim:", "clam:", []string{"1:1: unknown key 'clam'; did you mean 'claim'?"}},
		{"group that is none", "groups:\n", "groups:\n  - cooks\n", []string{"3:5: a group is written as 'key: value' lines, not as text"}},
		{"no group", "group: CF Cooks, ", "", []string{"3:5: a group has no group"}},
		{"group that is no text", "group: CF Cooks, ", "group: 7, ", []string{"3:13: the group of a group is text; put it in quotes"}},
		{"no role", "role: cook, ", "", []string{"3:5: a group has no role"}},
		{"no team", "team: Stove, ", "", []string{"3:5: a group has no team"}},
		{"no source", ", source: recalled", "", []string{"3:5: a group has no source"}},
		{"source without mark", "source: recalled", "source: the lease", []string{
			"3:74: a source starts with how well it is known, not with 'the lease'; it is one of confirmed, inferred, recalled",
		}},
		{"unknown role", "role: cook", "role: cok", []string{"3:29: role 'cok' is not in roles.yaml; did you mean 'cook'?"}},
		{"unknown service", "service: kitchen", "service: kitchne", []string{"3:57: service 'kitchne' of group 'CF Cooks' is not in services; did you mean 'kitchen'?"}},
		{"role of another service", "service: kitchen", "service: bar", []string{"3:29: role 'cook' is not one of service 'bar', which team 'Stove' is in"}},
		{"twice", "role: landlord\n    team: Office\n", "role: cook\n    team: Stove\n    service: kitchen\n", []string{
			"4:5: group 'CF Cooks' gives role 'cook' in team 'Stove' twice; first on line 3",
		}},
		{"team in two services", "team: Office", "team: Stove", []string{"6:11: team 'Stove' is in service '' here and in service 'kitchen' on line 3"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := c.new
			if c.old != "" {
				if strings.Count(groups, c.old) != 1 {
					t.Fatalf("%q is there %d times", c.old, strings.Count(groups, c.old))
				}
				text = strings.Replace(groups, c.old, c.new, 1)
			}
			files := withGroups(text)
			files["services/bar.yaml"] = &fstest.MapFile{Data: []byte(strings.NewReplacer("service: kitchen", "service: bar").Replace(kitchen))}
			_, err := definition.Load(files, "")
			var want []string
			for _, w := range c.want {
				want = append(want, inGroups+":"+w)
			}
			wantErrors(t, err, want...)
		})
	}
}

// A file of roles that cannot be read does not make the groups look wrong.
func TestGroupsWithoutRoles(t *testing.T) {
	files := withGroups(groups)
	files[inRoles] = &fstest.MapFile{Data: []byte("{")}
	_, err := definition.Load(files, "")
	if err == nil || strings.Contains(err.Error(), inGroups) {
		t.Errorf("got %v, want no mistake in the groups", err)
	}
}
