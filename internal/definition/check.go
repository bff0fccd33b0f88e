package definition

import (
	"fmt"
	"io"
	"io/fs"
	"strings"

	"casefile/internal/form"
)

// Held is what a database has to say about definitions: the kinds that its records name,
// those that contain others before these, and the files that were in force in it last.
type Held struct {
	Used  []Used
	Files []File
}

// Check loads the definitions with the folder dir over them and prints to w
// each mistake as file:line:column: message, then a summary: what there is, and
// how the folder differs from what the program was built with. An empty dir
// checks the built-in definitions. What records use and is gone is a mistake where
// held says what they use; where held is nil, what is gone is warned of. It is true
// where there is no mistake; the error is only about writing.
func Check(embedded fs.FS, dir string, held *Held, w io.Writer) (bool, error) {
	set, errs := load(embedded, dir, nil)
	var out strings.Builder
	if len(errs) == 0 {
		builtIn := readTree(embedded, &problems{})
		for _, line := range differences(builtIn, set) {
			fmt.Fprintln(&out, line)
		}
		if dir != "" && len(set.Changes) == 0 {
			fmt.Fprintln(&out, "The folder changes nothing.")
		}
		if held != nil {
			errs = usedAndGone(set, held.Used, builtIn, held.Files)
		} else if warnings := goneUnasked(builtIn, set); len(warnings) > 0 {
			for _, line := range warnings {
				fmt.Fprintln(&out, line)
			}
			fmt.Fprintln(&out, "Name the database with --db or --data: what its records use and is gone is then a mistake.")
		}
		for _, f := range set.forms {
			for _, line := range directoryNotes(f, FormFile(f.Service, f.ID, f.Version)) {
				fmt.Fprintln(&out, line)
			}
		}
	}
	if len(errs) > 0 {
		files := map[string]bool{}
		for _, e := range errs {
			files[e.File] = true
			fmt.Fprintln(&out, e)
		}
		fmt.Fprintf(&out, "%s in %s.\n", count(len(errs), "mistake"), count(len(files), "file"))
	} else {
		fmt.Fprintf(&out, "No mistakes: %s, %s, %s, %s, %s, %s, %s, %s.\n",
			count(len(set.services), "service"), count(len(set.roles), "role"), count(len(set.table.Rules()), "access rule"),
			count(len(set.codeSets), "code set"), count(len(set.calendars), "calendar"),
			count(len(set.files.Types), "type")+" of file", count(len(set.forms), "version")+" of forms", count(len(set.plans), "kind")+" of plan")
		fmt.Fprintf(&out, "Hash: %s\n", set.Hash)
	}
	_, err := io.WriteString(w, out.String())
	return len(errs) == 0, err
}

// directoryNotes say of each effect of a form that the program cannot bring about yet what
// becomes of it instead.
func directoryNotes(f *form.Form, file string) (lines []string) {
	for _, effects := range [][]form.Effect{f.OnComplete, f.OnSign} {
		for _, e := range effects {
			if e.Act == form.Directory {
				lines = append(lines, Error{file, e.At.Line, e.At.Column, fmt.Sprintf(
					"note: there is no directory yet. What it is to be told (%s) is kept with each document, in words and as not done, and told once the directory is there", e.Target.Text)}.Error())
			}
		}
	}
	return lines
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
