// Package match holds how names are compared: the folded spelling in which
// keys are stored and searched, the reading of the search box, and which names
// are used for which. Everything is computed in Go, so that every engine gives
// the same answers in the same order.
//
// All functions may be called by many goroutines at once. What they return
// holds personal data whenever what they were given does: it stays out of logs.
package match

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters that decomposition leaves whole, and what people type for them who
// do not have them on the keyboard. Source: recalled, from common practice in
// passports and airline lists; lower case only, because folding lowers first.
var letters = map[rune]string{
	'ł': "l", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'æ': "ae", 'œ': "oe", 'ß': "ss",
	'ı': "i", 'ħ': "h", 'ŧ': "t", 'ŋ': "ng", 'ə': "a", 'ǝ': "a", 'ς': "σ",
	'ɓ': "b", 'ɗ': "d", 'ƙ': "k", 'ƴ': "y", 'ɛ': "e", 'ɔ': "o",
}

// Fold brings a name to the spelling in which names are compared and sorted:
// lower case, no accents, no apostrophes, one space between words. O'Neill,
// O’Neill and ONeill fold alike, and so do Anne-Marie and Anne Marie. Letters
// of other scripts are kept. Bytes that are not UTF-8 are dropped. Folding
// twice changes nothing.
func Fold(s string) string {
	s = norm.NFKD.String(strings.Map(dropApostrophes, strings.ToValidUTF8(s, "")))
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf), isApostrophe(r), r == unicode.ReplacementChar:
			continue
		case unicode.IsControl(r) && !unicode.IsSpace(r):
			continue
		case !unicode.In(r, unicode.L, unicode.Nd, unicode.Mc):
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		r = unicode.ToLower(r)
		if plain, ok := letters[r]; ok {
			b.WriteString(plain)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Apostrophes go before decomposition, because the spacing acute accent, which
// many keyboards give for one, would decompose into a space.
func dropApostrophes(r rune) rune {
	if isApostrophe(r) {
		return -1
	}
	return r
}

func isApostrophe(r rune) bool {
	switch r {
	case '\'', '`', '´', '‘', '’', '‛', '′', 'ʹ', 'ʻ', 'ʼ', 'ʽ', 'ʾ', 'ʿ', '＇', '՚':
		return true
	}
	return false
}

// particles are words that some people write apart from the name that follows
// and some write together with it. Source: recalled.
var particles = map[string]bool{
	"al": true, "el": true, "o": true, "mc": true, "mac": true, "de": true, "da": true, "di": true, "du": true,
	"del": true, "della": true, "la": true, "le": true, "van": true, "von": true, "der": true, "den": true,
	"ten": true, "ter": true, "st": true, "bin": true, "ibn": true, "abu": true, "abd": true, "ap": true, "ab": true, "fitz": true,
}

// longestRun is how many particles in a row are joined to a name (van der
// Berg); more than that is not a name, and would make keys without end.
const longestRun = 3

// Tokens gives the keys under which a name is found: every word of it, folded;
// for words joined by a hyphen also the joined form, and for particles written
// apart the form written together. Smith-Jones gives smith, jones and
// smithjones; Mc Donald gives mc, donald and mcdonald. Each key comes
// once.
func Tokens(name string) []string {
	var keys, words []string
	add := func(k string) {
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	for _, chunk := range strings.Fields(strings.ToValidUTF8(name, "")) {
		parts := strings.Fields(Fold(chunk))
		for _, p := range parts {
			add(p)
		}
		if len(parts) > 1 {
			add(strings.Join(parts, ""))
		}
		words = append(words, parts...)

		if len(parts) == 0 {
			continue
		}
		joined := strings.Join(parts, "")
		for back := 1; back <= longestRun; back++ {
			i := len(words) - len(parts) - back
			if i < 0 || !particles[words[i]] {
				break
			}
			joined = words[i] + joined
			add(joined)
		}
	}
	return keys
}
