package definition

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"casefile/internal/form"
)

var serviceLine = regexp.MustCompile(`(?m)^service:[ ]*["']?([a-z][a-z0-9-]*)["']?[ ]*(?:#.*)?\r?$`)

// CheckForms loads the definitions with the folder dir over them and, over both, the
// files of forms that are named, wherever they stand: each as if it stood in the
// folder of its service. It prints to w each mistake, with the file as it was named,
// and a summary. It gives the forms in the order of the files; none where there is
// a mistake. The error is about reading and writing.
func CheckForms(embedded fs.FS, dir string, names []string, w io.Writer) ([]*form.Form, error) {
	var further []File
	named := map[string]string{}
	for _, name := range names {
		f, err := formFileAt(name)
		if err != nil {
			return nil, err
		}
		if first, twice := named[f.Path]; twice {
			return nil, fmt.Errorf("%s and %s are the same version of a form", first, name)
		}
		named[f.Path] = name
		further = append(further, f)
	}
	set, errs := load(embedded, dir, further)
	var out strings.Builder
	if len(errs) > 0 {
		for _, e := range errs {
			if name, ok := named[e.File]; ok {
				e.File = name
			}
			fmt.Fprintln(&out, e)
		}
		fmt.Fprintf(&out, "%s.\n", count(len(errs), "mistake"))
		_, err := io.WriteString(w, out.String())
		return nil, err
	}
	var forms []*form.Form
	for _, f := range further {
		parts := formName.FindStringSubmatch(filepath.Base(f.Path))
		i := slices.IndexFunc(set.forms, func(v *form.Form) bool { return parts != nil && v.ID == parts[1] && fmt.Sprint(v.Version) == parts[2] })
		if i < 0 {
			return nil, fmt.Errorf("%s was read and is not there", named[f.Path]) // a mistake of ours: loading has looked at it
		}
		v := set.forms[i]
		forms = append(forms, v)
		questions := 0
		for _, s := range v.Sections {
			questions += len(s.Ask)
		}
		fmt.Fprintf(&out, "No mistakes: %s, %s, %s, %s, %s.\n", v.Name(), count(len(v.Sections), "section"), count(questions, "question"), count(len(v.Rules), "rule"), count(len(v.Scores), "score"))
		for _, line := range directoryNotes(v, named[f.Path]) {
			fmt.Fprintln(&out, line)
		}
	}
	_, err := io.WriteString(w, out.String())
	return forms, err
}

// formFileAt reads a form from where it was named, and puts it in its folder.
func formFileAt(name string) (File, error) {
	info, err := os.Stat(name)
	if err != nil {
		return File{}, err
	}
	switch {
	case !info.Mode().IsRegular():
		return File{}, fmt.Errorf("%s is not a plain file", name)
	case info.Size() > maxFile:
		return File{}, fmt.Errorf("%s is larger than 1 MiB", name)
	case !formName.MatchString(filepath.Base(name)):
		return File{}, fmt.Errorf("%s: the name of a form's file is %s, then its version and .yaml, as in NAME.v1.yaml", name, idRule)
	}
	body, err := os.ReadFile(name)
	if err != nil {
		return File{}, err
	}
	service := filepath.Base(filepath.Dir(name))
	if m := serviceLine.FindSubmatch(body); m != nil {
		service = string(m[1])
	}
	return newFile(formsFolder+"/"+service+"/"+filepath.Base(name), string(body)), nil
}
