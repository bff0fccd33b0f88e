package definition

import (
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// Check loads the definitions with the folder dir over them and prints to w
// each mistake as file:line:column: message, then a summary: what there is, and
// how the folder differs from what the program was built with. An empty dir
// checks the built-in definitions. It is true where there is no mistake; the
// error is only about writing.
func Check(embedded fs.FS, dir string, w io.Writer) (bool, error) {
	set, errs := load(embedded, dir, nil)
	var out strings.Builder
	if len(errs) > 0 {
		files := map[string]bool{}
		for _, e := range errs {
			files[e.File] = true
			fmt.Fprintln(&out, e)
		}
		fmt.Fprintf(&out, "%s in %s.\n", count(len(errs), "mistake"), count(len(files), "file"))
	} else {
		for _, c := range set.Changes {
			fmt.Fprintln(&out, c)
		}
		if dir != "" && len(set.Changes) == 0 {
			fmt.Fprintln(&out, "The folder changes nothing.")
		}
		fmt.Fprintf(&out, "No mistakes: %s, %s, %s, %s, %s, %s, %s, %s.\n",
			count(len(set.services), "service"), count(len(set.roles), "role"), count(len(set.table.Rules()), "access rule"),
			count(len(set.codeSets), "code set"), count(len(set.calendars), "calendar"),
			count(len(set.files.Types), "type")+" of file", count(len(set.forms), "version")+" of forms", count(len(set.plans), "kind")+" of plan")
		fmt.Fprintf(&out, "Hash: %s\n", set.Hash)
	}
	_, err := io.WriteString(w, out.String())
	return len(errs) == 0, err
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
