package match

import (
	"slices"
	"strings"

	"casefile/internal/date"
)

// A Card is what a person is found and compared by.
type Card struct {
	Names     []Name // the legal name first
	Born      date.Date
	Estimated bool     // the day is a guess
	Postcodes []string // of where they live now, as Postcode writes them; none that is confidential
	Numbers   []string // identifiers, as Number writes them
}

// The kinds of name that a card tells apart.
const (
	Legal   = "legal"
	KnownAs = "known-as"
	Former  = "former"
)

// A Name is one name of a person.
type Name struct{ Kind, Given, Family string }

// Full is the name as it is read out.
func (n Name) Full() string { return strings.TrimSpace(n.Given + " " + n.Family) }

// Said is the card in a line, for the footprint of a search for it.
func (c Card) Said() string {
	var parts []string
	for _, n := range c.Names {
		parts = append(parts, n.Full())
	}
	if !c.Born.IsZero() {
		parts = append(parts, c.Born.String())
	}
	return strings.Join(slices.Concat(parts, c.Postcodes, c.Numbers), "; ")
}

const (
	lines  = "\x1e"
	fields = "\x1f"
)

// String writes a card as it is stored. It holds personal data.
func (c Card) String() string {
	var out []string
	add := func(parts ...string) {
		for i, p := range parts {
			parts[i] = strings.NewReplacer(lines, "", fields, "").Replace(p)
		}
		out = append(out, strings.Join(parts, fields))
	}
	for _, n := range c.Names {
		add("n", n.Kind, n.Given, n.Family)
	}
	if !c.Born.IsZero() {
		how := ""
		if c.Estimated {
			how = "estimated"
		}
		add("b", c.Born.String(), how)
	}
	for _, p := range c.Postcodes {
		add("p", p)
	}
	for _, n := range c.Numbers {
		add("i", n)
	}
	return strings.Join(out, lines)
}

// ReadCard reads what String wrote; lines that it does not know are left out.
func ReadCard(s string) (Card, error) {
	var c Card
	for _, line := range strings.Split(s, lines) {
		parts := strings.Split(line, fields)
		switch {
		case parts[0] == "n" && len(parts) == 4:
			c.Names = append(c.Names, Name{parts[1], parts[2], parts[3]})
		case parts[0] == "b" && len(parts) == 3:
			born, err := date.Parse(parts[1])
			if err != nil {
				return Card{}, err
			}
			c.Born, c.Estimated = born, parts[2] != ""
		case parts[0] == "p" && len(parts) == 2:
			c.Postcodes = append(c.Postcodes, parts[1])
		case parts[0] == "i" && len(parts) == 2:
			c.Numbers = append(c.Numbers, parts[1])
		}
	}
	return c, nil
}

// The marks of the keys that are no word: none is a letter or digit, of which
// words are made.
const (
	pairMark     = "+"
	trioMark     = "*"
	postcodeMark = "@"
	numberMark   = "#"
	dayMark      = "="
)

// How many words of one name are put together with each other, by twos and by
// threes.
const (
	longestPairs = 8
	longestTrios = 6
)

// Keys are the keys under which a person is found, in the order of the
// alphabet: every word of every name, every two and every three words of one name
// together, postcodes, identifiers and the day of birth.
func (c Card) Keys() []string {
	var keys []string
	for _, n := range c.Names {
		tokens := Tokens(n.Full())
		keys = append(keys, tokens...)
		for i, a := range tokens[:min(len(tokens), longestPairs)] {
			for j, b := range tokens[:i] {
				keys = append(keys, PairKey(a, b))
				if i >= longestTrios {
					continue
				}
				for _, third := range tokens[:j] {
					keys = append(keys, TrioKey(a, b, third))
				}
			}
		}
	}
	for _, p := range c.Postcodes {
		keys = append(keys, postcodeMark+p)
	}
	for _, n := range c.Numbers {
		keys = append(keys, NumberKey(n))
	}
	if !c.Born.IsZero() {
		keys = append(keys, DayKey(c.Born))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// Vocabulary are the words of a person's names that may be found when they are
// not typed as they are written, in the order of the alphabet. Words that a
// hyphen joins are among them each by itself.
func (c Card) Vocabulary() []string {
	var words []string
	for _, n := range c.Names {
		words = append(words, Tokens(Fold(n.Full()))...)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// PairKey is the key of two words of one name, in either order.
func PairKey(a, b string) string {
	if b < a {
		a, b = b, a
	}
	return pairMark + a + " " + b
}

// TrioKey is the key of three words of one name, in whatever order.
func TrioKey(a, b, c string) string {
	words := []string{a, b, c}
	slices.Sort(words)
	return trioMark + strings.Join(words, " ")
}

// PostcodeKeys are the first and the last key of a postcode or its beginning.
func PostcodeKeys(p string) (from, to string) {
	if _, second, ok := strings.Cut(p, " "); !ok || second == "" {
		return postcodeMark + p + " ", postcodeMark + p + "!"
	}
	return postcodeMark + p, postcodeMark + p + Beyond
}

// NumberKey is the key of an identifier.
func NumberKey(n string) string { return numberMark + n }

// DayKey is the key of a day of birth: keys are in the order of the days.
func DayKey(d date.Date) string { return dayMark + d.String() }

// Beyond ends a range of keys that all begin alike.
const Beyond = "\U0010FFFF"
