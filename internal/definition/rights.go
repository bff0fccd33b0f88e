package definition

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/concern"
)

// rightsFolder holds everything that says who may see or do what.
const rightsFolder = "access/"

// Rights are the files that say who may see or do what, in the order of their
// paths, and among them those that say what the services' own files, the forms and the kinds of plan say
// about it. A change of them takes a second person's approval.
func (s *Set) Rights() []File {
	var files []File
	for _, f := range s.Files {
		if strings.HasPrefix(f.Path, rightsFolder) {
			files = append(files, f)
		}
	}
	files = append(files, s.approved...) // not all, in rights that an older release kept
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files
}

// RightsHash names Rights, as Hash names the whole set.
func (s *Set) RightsHash() string { return hashOf(s.Rights()) }

// WithRights is the set with other rights; the rest stays. The error is an Errors
// with every mistake, as where the rest no longer has a service that a role
// names. Changes are those of the set. Rights that an older release kept stay as
// they were: what they do not hold is as that release had it.
func (s *Set) WithRights(files []File) (*Set, error) {
	all := slices.DeleteFunc(slices.Clone(s.Files), func(f File) bool { return strings.HasPrefix(f.Path, rightsFolder) })
	var made []File
	for _, f := range files {
		f = newFile(f.Path, f.Body)
		if slices.Contains([]string{ofServicesFile, ofFormsFile, ofAlertsFile, ofPlansFile}, f.Path) {
			made = append(made, f)
			continue
		}
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	set, errs := assemble(all, &problems{}, s.otherStages...)
	if len(errs) > 0 {
		return nil, errs
	}
	for _, f := range made {
		as := map[string]func(File, *problems){
			ofServicesFile: set.asApproved, ofFormsFile: set.formsAsApproved, ofAlertsFile: set.alertsAsApproved, ofPlansFile: set.plansAsApproved,
		}[f.Path]
		p := &problems{}
		if as(f, p); len(p.list) > 0 {
			return nil, p.sorted()
		}
	}
	set.Changes = s.Changes
	return set, nil
}

// CompareRights says in sentences what differs between two sets beside the table
// itself: roles, purposes, training, grants, concerns, the watch list, and what
// the groups of a provider give.
func CompareRights(before, after *Set) []string {
	var lines []string
	said := func(format string, words ...any) { lines = append(lines, fmt.Sprintf(format, words...)) }
	for _, was := range before.Roles() {
		is, ok := after.Role(was.ID)
		switch {
		case !ok:
			said("The role “%s” goes.", was.Title)
			continue
		case is.Title != was.Title:
			said("The role “%s” is called “%s”.", was.Title, is.Title)
		}
		if is.Plain != was.Plain {
			said("The person is told that “%s” is “%s”.", is.Title, is.Plain)
		}
		if is.Any != was.Any || !slices.Equal(is.Services, was.Services) {
			said("The role “%s” may be held in teams of %s, and not of %s.", is.Title, services(after, is), services(before, was))
		}
		if is.Case != was.Case {
			said("The role “%s” %s children’s information.", is.Title, map[bool]string{true: "may be given", false: "can no longer be given"}[is.Case])
		}
	}
	for _, is := range after.Roles() {
		if _, ok := before.Role(is.ID); !ok {
			said("The role “%s” is new, for teams of %s.", is.Title, services(after, is))
		}
	}
	lines = append(lines, differing("The purpose", before.purposes.List, after.purposes.List,
		func(p access.Purpose) (string, string) { return p.ID, p.Title })...)
	if before.purposes.Hours != after.purposes.Hours {
		said("A reason lapses after %d hours, and not %d.", after.purposes.Hours, before.purposes.Hours)
	}
	lines = append(lines, differing("The training", before.courses, after.courses,
		func(c access.Course) (string, string) { return c.ID, c.Title })...)
	if before.GrantMonths() != after.GrantMonths() {
		said("A file is opened to somebody for at most %d months, and not %d.", after.GrantMonths(), before.GrantMonths())
	}
	lines = append(lines, differing("The outcome of a concern", before.Outcomes(), after.Outcomes(),
		func(o concern.Outcome) (string, string) { return o.ID, o.Title })...)
	was, is := reflect.ValueOf(before.Watch()), reflect.ValueOf(after.Watch())
	for i := range was.NumField() {
		if a, b := was.Field(i).Interface(), is.Field(i).Interface(); !reflect.DeepEqual(a, b) {
			said("The watch list’s rule %s has %+v, and not %+v.", was.Type().Field(i).Name, b, a)
		}
	}
	grant := func(g Grant) string {
		if g.Service != "" {
			return fmt.Sprintf("members of the provider’s group “%s” hold the role “%s” in the team “%s” of %s", g.Group, roleTitle(before, after, g.Role), g.Team, serviceTitle(before, after, g.Service))
		}
		return fmt.Sprintf("members of the provider’s group “%s” hold the role “%s” in the team “%s”", g.Group, roleTitle(before, after, g.Role), g.Team)
	}
	same := func(a Grant) func(Grant) bool {
		return func(b Grant) bool {
			return a.Group == b.Group && a.Role == b.Role && a.Team == b.Team && a.Service == b.Service
		}
	}
	for _, g := range before.groups.Grants {
		if !slices.ContainsFunc(after.groups.Grants, same(g)) {
			said("No longer do %s.", grant(g))
		}
	}
	for _, g := range after.groups.Grants {
		if !slices.ContainsFunc(before.groups.Grants, same(g)) {
			said("From then on %s.", grant(g))
		}
	}
	lines = append(lines, compareServices(before, after)...)
	lines = append(lines, compareForms(before, after)...)
	lines = append(lines, compareAlerts(before, after)...)
	lines = append(lines, comparePlans(before, after)...)
	if before.groups.Claim != after.groups.Claim {
		said("The groups of the provider are read from the claim “%s”, and not “%s”.", after.groups.Claim, before.groups.Claim)
	}
	return lines
}

// differing compares lists of things with an id and a title.
func differing[T any](noun string, before, after []T, named func(T) (id, title string)) []string {
	var lines []string
	at := func(list []T, id string) (T, bool) {
		return find(list, func(x T) bool { other, _ := named(x); return other == id })
	}
	for _, was := range before {
		id, title := named(was)
		switch is, ok := at(after, id); {
		case !ok:
			lines = append(lines, fmt.Sprintf("%s “%s” goes.", noun, title))
		case !reflect.DeepEqual(was, is):
			lines = append(lines, fmt.Sprintf("%s “%s” is asked for in other words, or on other terms.", noun, title))
		}
	}
	for _, is := range after {
		id, title := named(is)
		if _, ok := at(before, id); !ok {
			lines = append(lines, fmt.Sprintf("%s “%s” is new.", noun, title))
		}
	}
	return lines
}

func services(s *Set, r Role) string {
	if r.Any {
		return "any service"
	}
	titles := make([]string, 0, len(r.Services))
	for _, id := range r.Services {
		title := id
		if svc, ok := s.Service(id); ok {
			title = svc.Title
		}
		titles = append(titles, title)
	}
	return strings.Join(titles, ", ")
}

func serviceTitle(before, after *Set, id string) string {
	for _, s := range []*Set{after, before} {
		if svc, ok := s.Service(id); ok {
			return svc.Title
		}
	}
	return id
}

func roleTitle(before, after *Set, id access.Role) string {
	for _, s := range []*Set{after, before} {
		if r, ok := s.Role(id); ok {
			return r.Title
		}
	}
	return string(id)
}
