package definition

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/form"
)

// ofFormsFile stands among the rights and in no folder, as ofServicesFile does: it
// says which roles complete and authorise each version of each form (CR-58), and which
// facts its effects set: whoever completes it has no other right to these.
const ofFormsFile = "access/forms.yaml"

// nobody is what stands there for a form that nobody has to authorise.
const nobody = "none"

func ofForms(forms []*form.Form) File {
	var b strings.Builder
	b.WriteString("# Who completes and authorises each form, as the forms say it. The program makes this.\n")
	if len(forms) == 0 {
		b.WriteString("none: true\n")
		return newFile(ofFormsFile, b.String())
	}
	b.WriteString("forms:\n")
	for _, f := range forms {
		fmt.Fprintf(&b, "  - form: %s\n    version: %d\n    complete_by: [%s]\n", f.ID, f.Version, strings.Join(rolesIn(f.CompleteBy), ", "))
		if f.NoAuthorise {
			fmt.Fprintf(&b, "    authorise: %s\n", nobody)
		} else {
			fmt.Fprintf(&b, "    authorise_by: [%s]\n", strings.Join(rolesIn(f.AuthoriseBy), ", "))
		}
		if len(f.Sets()) > 0 {
			fmt.Fprintf(&b, "    sets: [%s]\n", strings.Join(f.Sets(), ", "))
		}
	}
	return newFile(ofFormsFile, b.String())
}

func rolesIn(list []form.Word) []string {
	ids := make([]string, len(list))
	for i, w := range list {
		ids[i] = w.Text
	}
	return ids
}

// formsAsApproved has each form be completed and authorised by those whom a second
// person approved, whatever it says itself. A version that nobody has approved yet
// is completed by nobody.
func (s *Set) formsAsApproved(f File, p *problems) {
	text, ok := checkText(f, p)
	if !ok {
		return
	}
	d := &document{path: f.Path, p: p}
	root, ok := d.parse(text)
	if !ok {
		return
	}
	m, ok := d.mapping(root, "the rights of forms", "forms", "none")
	if !ok {
		return
	}
	for i, held := range s.forms {
		s.forms[i] = held.For(nil, nil, false, nil)
	}
	s.approved = append(s.approved, f)
	if !m.has("forms") {
		return
	}
	for _, n := range m.list("forms") {
		r, ok := d.mapping(n, "a form", "form", "version", "complete_by", "authorise_by", "authorise", "sets")
		if !ok {
			continue
		}
		id, version := r.id("form"), r.number("version", 1, mostVersion)
		i := slices.IndexFunc(s.forms, func(v *form.Form) bool { return v.ID == id && v.Version == version })
		if i < 0 {
			continue // it is no more
		}
		none := false
		if r.has("authorise") {
			_, none = r.word("authorise", "authorise", []string{nobody})
		}
		var sets []string
		for _, kind := range s.forms[i].Spec.FactsSet() {
			if slices.ContainsFunc(r.formWords("sets"), func(w form.Word) bool { return w.Text == kind }) {
				sets = append(sets, kind)
			}
		}
		s.forms[i] = s.forms[i].For(r.formWords("complete_by"), r.formWords("authorise_by"), none, sets)
	}
}

// compareForms says in sentences what forms change about who completes and who
// authorises them.
func compareForms(before, after *Set) []string {
	var lines []string
	for _, is := range after.Forms() {
		was, there := before.Form(is.ID, is.Version)
		var old form.Spec
		var set []string
		if there {
			old, set = was.Spec, was.Sets()
		}
		name := fmt.Sprintf("The form “%s”, version %d,", is.Title, is.Version)
		if !slices.Equal(rolesIn(is.CompleteBy), rolesIn(old.CompleteBy)) {
			lines = append(lines, fmt.Sprintf("%s is completed by %s, and not by %s.", name, whom(before, after, is.CompleteBy), whom(before, after, old.CompleteBy)))
		}
		for _, kind := range is.Sets() {
			if !slices.Contains(set, kind) {
				lines = append(lines, fmt.Sprintf("%s sets “%s” on the file, when it is completed or authorised.", name, factTitle(after, kind)))
			}
		}
		for _, kind := range set {
			if !slices.Contains(is.Sets(), kind) {
				lines = append(lines, fmt.Sprintf("%s does not set “%s” on the file any more.", name, factTitle(before, kind)))
			}
		}
		switch {
		case is.NoAuthorise && !old.NoAuthorise:
			lines = append(lines, fmt.Sprintf("%s is authorised by nobody: it is final once it is completed.", name))
		case !slices.Equal(rolesIn(is.AuthoriseBy), rolesIn(old.AuthoriseBy)):
			lines = append(lines, fmt.Sprintf("%s is authorised by %s, and not by %s.", name, whom(before, after, is.AuthoriseBy), whom(before, after, old.AuthoriseBy)))
		}
	}
	return lines
}

func whom(before, after *Set, list []form.Word) string {
	if len(list) == 0 {
		return "nobody"
	}
	titles := make([]string, len(list))
	for i, w := range list {
		titles[i] = "“" + roleTitle(before, after, access.Role(w.Text)) + "”"
	}
	return strings.Join(titles, ", ")
}

func factTitle(s *Set, kind string) string {
	k, _ := s.people.Kind(kind)
	set, _ := s.CodeSet(k.Set)
	return cmp.Or(k.Title, set.Title, kind)
}
