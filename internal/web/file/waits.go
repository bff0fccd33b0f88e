package file

import "strings"

// either is names in one line, of which one is enough.
func either(names []string) string {
	const most = 4
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " or one of the others"
	}
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// AlsoWrote says who wrote in something beside whoever completed it; empty for nobody.
func AlsoWrote(names []string) string {
	if len(names) == 0 {
		return ""
	}
	last := len(names) - 1
	if last == 0 {
		return " " + names[0] + " also wrote in it."
	}
	return " " + strings.Join(names[:last], ", ") + " and " + names[last] + " also wrote in it."
}
