package population

import (
	"strings"
	"unicode"

	"casefile/internal/date"
)

// A Slip is one kind of difference between what is recorded of somebody and
// what is typed to find them.
type Slip string

// The slips.
const (
	AsRecorded  Slip = "as recorded"
	Typo        Slip = "typo"
	SoundAlike  Slip = "sounds alike"
	Nickname    Slip = "nickname"
	Swapped     Slip = "names swapped"
	NoMiddle    Slip = "middle name left out"
	Half        Slip = "half of a double-barrelled name"
	Accent      Slip = "accent or apostrophe left out"
	BirthDigit  Slip = "digit of the date of birth wrong"
	BirthTurned Slip = "day and month exchanged"
	NoBirth     Slip = "date of birth not known"
)

// SlipShares is how searches go wrong, in a thousand. Those of the name and those
// of the date of birth are drawn apart, so that a search may hold one of each.
// The middle name, where there is one, is typed by one in three of the others.
// Where a slip cannot be made of a child (no middle name to leave out), what is
// typed is as recorded.
//
// Source: recalled and rounded, from published accounts of record linkage and of
// misspelling: most typed names are right; of slips of the keyboard by far the most
// are of one letter, substitutions the commonest, then omissions, insertions and
// exchanges; dates of birth disagree in a few in a hundred of true pairs, mostly in
// one digit, then with day and month exchanged.
//
//	of the name                          of the date of birth
//	as recorded                 560      as recorded                  780
//	typo                        130      not known                    150
//	  substitution       45              one digit wrong               45
//	  deletion           35              day and month exchanged       25
//	  insertion          28
//	  exchange           22
//	sounds alike                 70
//	nickname                     70
//	names swapped                50
//	middle name left out         60
//	half of a double name        30
//	accent, apostrophe left out  30
var SlipShares = struct{ Name, Birth []SlipShare }{
	Name: []SlipShare{
		{AsRecorded, 560}, {Typo, 130}, {SoundAlike, 70}, {Nickname, 70}, {Swapped, 50}, {NoMiddle, 60}, {Half, 30}, {Accent, 30},
	},
	Birth: []SlipShare{{AsRecorded, 780}, {NoBirth, 150}, {BirthDigit, 45}, {BirthTurned, 25}},
}

// A SlipShare is how often a slip is made, in a thousand searches.
type SlipShare struct {
	Slip     Slip
	PerMille int
}

// typoShares are the kinds of typo: substitution, deletion, insertion, exchange.
var typoShares = weigh(45, 35, 28, 22)

// beside are the keys beside each on a British keyboard, in their rows.
var beside = map[rune]string{
	'q': "wa", 'w': "qes", 'e': "wrd", 'r': "etf", 't': "ryg", 'y': "tuh", 'u': "yij", 'i': "uok", 'o': "ipl", 'p': "o",
	'a': "qsz", 's': "awdx", 'd': "sefc", 'f': "drgv", 'g': "fthb", 'h': "gyjn", 'j': "hukm", 'k': "jil", 'l': "kop",
	'z': "asx", 'x': "zsdc", 'c': "xdfv", 'v': "cfgb", 'b': "vghn", 'n': "bhjm", 'm': "njk",
}

// heard are letters that are written for each other where a name is only heard.
// Source: recalled. They are the error model's own: the search has another table.
var heard = []struct{ from, to string }{
	{"ph", "f"},
	{"ck", "k"},
	{"ie", "y"},
	{"ey", "y"},
	{"ee", "ea"},
	{"ea", "ee"},
	{"ai", "ay"},
	{"th", "t"},
	{"ll", "l"},
	{"tt", "t"},
	{"nn", "n"},
	{"ss", "s"},
	{"rr", "r"},
	{"mm", "m"},
	{"oo", "u"},
	{"sh", "ch"},
	{"c", "k"},
	{"k", "c"},
	{"y", "i"},
	{"i", "y"},
	{"z", "s"},
	{"s", "z"},
	{"v", "f"},
	{"w", "wh"},
	{"e", "a"},
	{"o", "u"},
	{"l", "ll"},
	{"n", "nn"},
	{"t", "tt"},
}

// A Typed is what somebody types to find a child, and which slips it holds.
type Typed struct {
	Given, Middle, Family string
	Swapped               bool
	Born                  date.Date // zero where it is not known
	Name, Birth           Slip
	Letters               string // for a typo: which of the four kinds
}

// Words are the names in the order in which they are typed.
func (t Typed) Words() string {
	names := []string{t.Given, t.Middle, t.Family}
	if t.Swapped {
		names = []string{t.Family, t.Given}
	}
	return strings.Join(strings.Fields(strings.Join(names, " ")), " ")
}

// Type draws what is typed to find a child, as SlipShares has it. The same n
// draws the same.
func (a *Authority) Type(c Child, n uint64) Typed {
	d := a.dice(saltSlips, n)
	return a.typed(d, c, drawSlip(d, SlipShares.Name), drawSlip(d, SlipShares.Birth))
}

// TypeSlip draws it with slips that are given; those that cannot be made of the
// child are AsRecorded in the answer.
func (a *Authority) TypeSlip(c Child, n uint64, name, birth Slip) Typed {
	return a.typed(a.dice(saltSlips, n), c, name, birth)
}

func drawSlip(d dice, shares []SlipShare) Slip {
	ws := make([]int, len(shares))
	for i, s := range shares {
		ws[i] = s.PerMille
	}
	return shares[weigh(ws...).draw(d)].Slip
}

func (a *Authority) typed(d dice, c Child, name, birth Slip) Typed {
	legal := c.Legal()
	t := Typed{Given: legal.Given, Family: legal.Family, Born: c.Born, Name: name, Birth: birth}
	if legal.Middle != "" && d.chance(333) && name != NoMiddle {
		t.Middle = legal.Middle
	}
	ok := true
	switch name {
	case Typo:
		word := &t.Family
		if d.chance(500) {
			word = &t.Given
		}
		*word, t.Letters, ok = typo(d, *word)
	case SoundAlike:
		first, second := &t.Family, &t.Given
		if d.chance(500) {
			first, second = second, first
		}
		if *first, ok = misheard(d, *first); !ok {
			*second, ok = misheard(d, *second)
		}
	case Nickname:
		if short := a.short(c); short != "" {
			t.Given, t.Middle = short, ""
		} else {
			ok = false
		}
	case Swapped:
		t.Swapped, t.Middle = true, ""
	case NoMiddle:
		ok = legal.Middle != ""
	case Half:
		halves := strings.Split(legal.Family, "-")
		if ok = len(halves) == 2; ok {
			t.Family = one(d, halves)
		}
	case Accent:
		given, family := bare(t.Given), bare(t.Family)
		ok = given != t.Given || family != t.Family
		t.Given, t.Family = given, family
	}
	if !ok {
		t.Name = AsRecorded
	}
	switch {
	case c.Born.IsZero():
		t.Birth = NoBirth
	case birth == NoBirth:
		t.Born = date.Date{}
	case birth == BirthDigit:
		t.Born = wrongDigit(d, c.Born)
	case birth == BirthTurned:
		turned, err := date.New(c.Born.Year(), c.Born.Day(), c.Born.Month())
		if err != nil || turned == c.Born {
			t.Birth = AsRecorded
		} else {
			t.Born = turned
		}
	}
	return t
}

// short is what the child is called instead of the legal given name, or what
// others of that name are.
func (a *Authority) short(c Child) string {
	for _, n := range c.Names {
		if n.Kind == KnownAs && n.Given != c.Legal().Middle && n.Given != c.Legal().Given {
			return n.Given
		}
	}
	return a.data.shorts[c.Legal().Given]
}

// typo makes one of the four slips of the keyboard anywhere in a word, and says
// which.
func typo(d dice, word string) (string, string, bool) {
	r := []rune(word)
	if len(r) < 3 {
		return word, "", false
	}
	i := d.below(len(r))
	switch typoShares.draw(d) {
	case 0:
		keys := beside[unicode.ToLower(r[i])]
		if keys == "" {
			return word, "", false
		}
		r[i] = rune(keys[d.below(len(keys))])
		return string(r), "substitution", true
	case 1:
		return string(r[:i]) + string(r[i+1:]), "deletion", true
	case 2:
		keys := beside[unicode.ToLower(r[i])]
		if keys == "" {
			return word, "", false
		}
		return string(r[:i+1]) + string(keys[d.below(len(keys))]) + string(r[i+1:]), "insertion", true
	}
	i = d.below(len(r) - 1)
	if unicode.ToLower(r[i]) == unicode.ToLower(r[i+1]) {
		return word, "", false
	}
	r[i], r[i+1] = r[i+1], r[i]
	return string(r), "exchange", true
}

// misheard writes one sound of a word in another way.
func misheard(d dice, word string) (string, bool) {
	lower := strings.ToLower(word)
	if len(lower) < 2 || len(lower) != len(word) {
		return word, false
	}
	start := d.below(len(heard))
	for i := range heard {
		h := heard[(start+i)%len(heard)]
		if at := strings.Index(lower[1:], h.from); at >= 0 { // the first letter is mostly heard right
			at++
			return word[:at] + h.to + word[at+len(h.from):], true
		}
	}
	return word, false
}

// bare is a word without accents and apostrophes.
func bare(s string) string {
	return strings.NewReplacer("'", "", "’", "", "é", "e", "è", "e", "ë", "e", "ï", "i", "í", "i", "á", "a", "â", "a", "ó", "o", "ö", "o", "ú", "u", "ü", "u",
		"ç", "c", "ñ", "n", "ł", "l", "ś", "s", "ż", "z", "ź", "z", "ą", "a", "ę", "e", "ć", "c", "ń", "n", "ș", "s", "ț", "t", "ă", "a", "î", "i",
		"É", "E", "Á", "A", "Ó", "O", "Ł", "L", "Ś", "S", "Ż", "Z").Replace(s)
}

// wrongDigit changes one digit of the month, the day or the last two of the year
// to another that makes a day.
func wrongDigit(d dice, born date.Date) date.Date {
	for {
		b := []byte(born.String())
		i := one(d, []int{2, 3, 5, 6, 8, 9})
		b[i] = byte('0' + d.below(10))
		if wrong, err := date.Parse(string(b)); err == nil && wrong != born {
			return wrong
		}
	}
}
