// Package moj is the part of the Ministry of Justice's design system that
// Casefile uses, as templ components with the names and options of that
// system. It stands on package govuk, whose rules about words, components and
// attributes hold here too.
package moj

// words joins those that are not empty with spaces.
func words(first, more string) string {
	if more == "" {
		return first
	}
	return first + " " + more
}

// either gives the first that is not empty.
func either(first, otherwise string) string {
	if first != "" {
		return first
	}
	return otherwise
}
