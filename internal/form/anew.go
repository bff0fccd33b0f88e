package form

import "strings"

// What somebody says of an answer that a document began with. Empty is nothing yet.
const (
	StillTrue = "still"   // it is as it was, today too
	Changed   = "changed" // it is answered anew
)

// AnewKey names a question among Answers.Anew.
func AnewKey(section, question string) string { return section + "." + question }

// ToLookAt reports whether a document began with the answer to a question, of which
// somebody has to say whether it is still true; and what was said.
func (f *Form) ToLookAt(a Answers, section, question string) (said string, asked bool) {
	if said, asked = a.Anew[AnewKey(section, question)]; asked {
		return said, true
	}
	from, copied := a.Copied[section]
	if !copied || a.Reviewed[section] || !f.reviews(section, from) || len(AnewOf(a, section)) > 0 {
		return "", false
	}
	// It was begun when a whole section was looked at, and this is the section of it.
	return "", !empty(a.Get(section, question))
}

// AnewOf is what was said of the answers of one section.
func AnewOf(a Answers, section string) map[string]string {
	return ofSection(a.Anew, section)
}

// FellOf are the signatures of one section that do not stand any more.
func FellOf(a Answers, section string) map[string]string { return ofSection(a.Fell, section) }

func ofSection(all map[string]string, section string) map[string]string {
	out := map[string]string{}
	for key, said := range all {
		if strings.HasPrefix(key, section+".") {
			out[key] = said
		}
	}
	return out
}
