package match

import (
	"strings"
	"unicode/utf8"
)

// spelt is how runs of letters are taken before a name is reduced to its sound,
// the longest first. Source: recalled, from English, Irish and Welsh names and
// common ways of writing Arabic, South Asian and Polish ones in English letters.
var spelt = []struct{ from, to string }{
	{"tsch", "x"},
	{"augh", "af"},
	{"ough", "o"},
	{"aoi", "i"},
	{"eigh", "a"},
	{"sch", "s"},
	{"tch", "x"},
	{"cht", "t"},
	{"dge", "j"},
	{"tio", "xo"},
	{"chr", "kr"},
	{"chl", "kl"},
	{"cia", "xa"},
	{"kh", "k"},
	{"ph", "f"},
	{"bh", "f"},
	{"mh", "f"},
	{"gh", ""},
	{"dh", "d"},
	{"th", "t"},
	{"ck", "k"},
	{"ch", "x"},
	{"sh", "x"},
	{"sz", "x"},
	{"cz", "x"},
	{"zh", "x"},
	{"wh", "w"},
	{"mps", "ms"},
	{"mpt", "mt"},
	{"qu", "kw"},
	{"kw", "kw"},
	{"x", "ks"},
	{"q", "k"},
	{"z", "s"},
	{"v", "f"},
}

// opening is how a name begins before its sound is taken.
var opening = []struct{ from, to string }{
	{"kn", "n"}, {"gn", "n"}, {"wr", "r"}, {"ps", "s"}, {"mac", "mk"}, {"mc", "mk"}, {"sio", "sho"}, {"sea", "sha"}, {"x", "s"}, {"rh", "r"},
}

// Sound is what a key of Tokens sounds like in England, roughly: keys that
// sound alike mostly share it, and some that do not share it too. Letters of
// other scripts stand as they are. It is empty for an empty key.
func Sound(key string) string {
	for _, o := range opening {
		if rest, ok := strings.CutPrefix(key, o.from); ok {
			key = o.to + rest
			break
		}
	}
	var b strings.Builder
	for i := 0; i < len(key); {
		n := 0
		for _, s := range spelt {
			if strings.HasPrefix(key[i:], s.from) {
				b.WriteString(s.to)
				n = len(s.from)
				break
			}
		}
		if n == 0 {
			_, n = utf8.DecodeRuneInString(key[i:])
			b.WriteString(key[i : i+n])
		}
		i += n
	}
	plain := []rune(b.String())
	var out strings.Builder
	last := rune(0)
	for i, r := range plain {
		next := rune(0)
		if i+1 < len(plain) {
			next = plain[i+1]
		}
		switch r {
		case 'a', 'e', 'i', 'o', 'u', 'y':
			if i > 0 || r == 'y' && isVowel(next) {
				last = 0 // two letters with a vowel between them are heard twice
				if i == 0 {
					out.WriteByte('y')
				}
				continue
			}
			r = 'a'
		case 'h', 'w':
			if i > 0 {
				continue
			}
		case 'c':
			r = 'k'
			if next == 'e' || next == 'i' || next == 'y' {
				r = 's'
			}
		case 'g':
			if next == 'e' || next == 'i' || next == 'y' {
				r = 'j'
			}
		}
		if r != last {
			out.WriteRune(r)
		}
		last = r
	}
	return out.String()
}

func isVowel(r rune) bool { return strings.ContainsRune("aeiouy", r) }
