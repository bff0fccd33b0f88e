package file

import (
	"strings"

	"casefile/internal/web/frame"
)

// either is names in one line, of which one is enough.
func either(names []string) string {
	const most = 4
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " or one of the others"
	}
	return frame.Joined(names, "or")
}

// AlsoWrote says who wrote in something beside whoever completed it; empty for nobody.
func AlsoWrote(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return " " + frame.Joined(names, "and") + " also wrote in it."
}
