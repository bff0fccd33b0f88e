package auth

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"casefile/internal/fault"
)

// The words of common.txt were written down for Casefile; the file says what
// they are matched against.
//
//go:embed common.txt
var commonText string

var common = commonWords(commonText)

// commonWords reads one word a line, longest first, so that a password is taken
// apart into few pieces.
func commonWords(text string) []string {
	var words []string
	for line := range strings.Lines(text) {
		if word := strings.TrimSpace(line); word != "" && !strings.HasPrefix(word, "#") {
			words = append(words, word)
		}
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}

// CheckPassword says what is wrong with a password that somebody chose, as an
// Invalid error about the field named. There are no rules about which kinds of
// character to use. Source: NIST SP 800-63B revision 3, section 5.1.1.2, for
// what is asked (recalled, not looked up again); the length of 12 is ours.
func CheckPassword(field, login, password string) error {
	say := func(message string) error {
		return fault.Problems([]fault.Problem{{Field: field, Message: message}})
	}
	password = plain(password)
	if !utf8.ValidString(password) {
		return say("Your password must be text")
	}
	switch n := utf8.RuneCountInString(password); {
	case n < ShortestPassword:
		return say("Your password must be 12 characters or more. Three words that do not belong together are a good one")
	case n > LongestPassword:
		return say("Your password must be 200 characters or fewer")
	}
	own, _, _ := strings.Cut(login, "@")
	own = letters(own)
	rest := letters(password)
	for _, name := range []string{letters(login), own} {
		if len(name) >= 3 {
			rest = strings.ReplaceAll(rest, name, "")
		}
	}
	if len(rest) < 6 && rest != letters(password) {
		return say("Your password must not be made from the name you sign in with")
	}
	lower := strings.ToLower(password)
	if guessable(lower) || guessable(strings.Map(unswap, lower)) {
		return say("Your password is too easy to guess: hardly anything in it is not a common word, a row of keys or a repeat")
	}
	return nil
}

// unswap undoes the common swaps of a letter for a digit or sign: pa55w0rd.
func unswap(r rune) rune {
	if i := strings.IndexRune("013457@$!|", r); i >= 0 {
		return rune("oieastasil"[i])
	}
	return r
}

// letters is s in lower case, swaps undone, without anything but letters.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r = unswap(r); !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// guessable reports whether little is left of a lower-case password once common
// words, repeats and runs like abc or 321 are taken out: less than 4 letters, a
// digit or sign counting half, because people add those at the end.
func guessable(s string) bool {
	for _, w := range common {
		s = strings.ReplaceAll(s, w, " ")
	}
	halves := 0
	var last rune
	for _, r := range s {
		switch {
		case r == ' ' || r == last || r == last+1 || r == last-1:
		case unicode.IsLetter(r):
			halves += 2
		default:
			halves++
		}
		last = r
	}
	return halves < 8
}
