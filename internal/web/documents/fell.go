package documents

import (
	"strings"

	"casefile/internal/casework"
)

// FellOf is what to say of the signatures of a section that do not stand any more, by
// question.
func FellOf(list []casework.FellSignature, section string) map[string]string {
	words := map[string]string{}
	for _, f := range list {
		if f.Section == section {
			words[f.Question] = fellWords(f)
		}
	}
	return words
}

// fellWords say whose signature it was, and what changed since.
func fellWords(f casework.FellSignature) string {
	said := f.Name + " signed this on " + longDay(f.On) + ". The signature does not stand any more: an answer was changed, and changed back."
	if len(f.Changed) > 0 {
		said = f.Name + " signed this on " + longDay(f.On) + ". The signature does not stand any more, because these answers were changed: “" + strings.Join(f.Changed, "”, “") + "”."
	}
	return said
}
