package definition

import (
	"fmt"
	"slices"
	"strings"

	"casefile/internal/service"
)

// ofServicesFile stands among the rights and in no folder: it is made of what the
// services' own files say that bears on rights, so that a change of it waits for a
// second person like any other. The rights that a release before it kept have no
// such file; the services' own files then count as they are.
const ofServicesFile = "access/services.yaml"

// ofServices says what the services' own files say about rights, in the order of
// their ids: whether the service's work with a child is held back even from the
// child's family, and of which types of entry one may be marked as sensitive.
func ofServices(services []service.Service) File {
	var b strings.Builder
	b.WriteString("# What the services' own files say that bears on rights. The program makes this.\nservices:\n")
	for _, s := range services {
		fmt.Fprintf(&b, "  - service: %s\n    sensitive: %t\n", s.ID, s.Sensitive)
		for _, marked := range []bool{true, false} {
			var types []string
			for _, t := range s.EntryTypes {
				if (t.Asked(service.Sensitive) != service.Hidden) == marked {
					types = append(types, t.ID)
				}
			}
			if len(types) > 0 {
				fmt.Fprintf(&b, "    %s:\n", map[bool]string{true: "marked", false: "unmarked"}[marked])
				for _, id := range types {
					fmt.Fprintf(&b, "      - %s\n", id)
				}
			}
		}
	}
	return newFile(ofServicesFile, b.String())
}

// RightsOutside are those of Rights that say what stands outside the rights' folder:
// with the kinds of alert, in the forms, in the kinds of plan and in the services' own files.
func (s *Set) RightsOutside() []File {
	return []File{ofAlerts(s.alerts.Kinds), ofForms(s.forms), ofPlans(s.plans), ofServices(s.services)}
}

// asApproved has each service say about rights what was approved of it, whatever
// its own file says now. A service that nobody has approved yet is held back. A new
// type of entry asks what its own file says: nothing is kept under it yet.
func (s *Set) asApproved(f File, p *problems) {
	text, ok := checkText(f, p)
	if !ok {
		return
	}
	d := &document{path: f.Path, p: p}
	root, ok := d.parse(text)
	if !ok {
		return
	}
	m, ok := d.mapping(root, "the rights of services", "services")
	if !ok {
		return
	}
	for i := range s.services {
		s.services[i].Sensitive = true
	}
	for _, n := range m.list("services") {
		r, ok := d.mapping(n, "a service", "service", "sensitive", "marked", "unmarked")
		if !ok {
			continue
		}
		id := r.id("service")
		i := slices.IndexFunc(s.services, func(v service.Service) bool { return v.ID == id })
		if i < 0 {
			continue // it is no more; roles that name it have been reported
		}
		s.services[i].Sensitive, _ = r.flag("sensitive") // reported where it is neither
		for _, key := range []string{"marked", "unmarked"} {
			if !r.has(key) {
				continue
			}
			for _, typ := range r.several(key, "type of entry", nil) {
				if t, ok := s.services[i].EntryType(typ.word); ok {
					askSensitive(t, key == "marked")
				}
			}
		}
	}
	s.approved = append(s.approved, f)
}

// askSensitive has a type of entry ask whether the entry is sensitive, or not.
func askSensitive(t service.EntryType, ask bool) {
	switch {
	case !ask:
		delete(t.Asks, service.Sensitive)
	case t.Asked(service.Sensitive) == service.Hidden:
		t.Asks[service.Sensitive] = service.Optional
	}
}

// compareServices says in sentences what the services' own files change about
// rights.
func compareServices(before, after *Set) []string {
	var lines []string
	said := func(format string, words ...any) { lines = append(lines, fmt.Sprintf(format, words...)) }
	for _, is := range after.Services() {
		was, ok := before.Service(is.ID)
		if !ok {
			continue // reported with the roles that name it
		}
		switch {
		case is.Sensitive && !was.Sensitive:
			said("That %s works with somebody is held back from the person and their family, and so are its workers’ looks.", is.Title)
		case was.Sensitive && !is.Sensitive:
			said("The person is told of looks by workers of %s, which are held back now.", is.Title)
		}
		for _, t := range is.EntryTypes {
			old, ok := was.EntryType(t.ID)
			if !ok {
				continue
			}
			asks, asked := t.Asked(service.Sensitive) != service.Hidden, old.Asked(service.Sensitive) != service.Hidden
			switch {
			case asks && !asked:
				said("In %s, an entry of type “%s” can be marked as sensitive.", is.Title, t.Title)
			case asked && !asks:
				said("In %s, an entry of type “%s” can no longer be marked as sensitive.", is.Title, t.Title)
			}
		}
	}
	return lines
}
