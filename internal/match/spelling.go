package match

import (
	"slices"
	"strings"
	"unicode/utf8"

	"casefile/internal/date"
)

// A spelling key stands under this mark where it is of a sound, so that no
// sound is taken for a word.
const soundMark = "~"

// SpellingKeys are the keys under which a key of Tokens is found when it is not
// typed as it is written: itself, itself without any one letter, and its sound.
// Two words that differ by one letter more, less, other or exchanged share one
// of them. Source: the idea is that of SymSpell.
func SpellingKeys(key string) []string {
	runes := []rune(key)
	keys := []string{key}
	if len(runes) >= shortest {
		for i := range runes {
			keys = append(keys, string(runes[:i])+string(runes[i+1:]))
		}
	}
	if s := Sound(key); s != "" {
		keys = append(keys, soundMark+s)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// shortest is how many letters a word has at least for one of them to be taken
// for a slip: one of two letters is another name.
const shortest = 3

// Apart is how many letters it takes to make one word of the other: one left
// out, put in, put for another, or exchanged with the next. It counts no
// further than limit+1.
func Apart(a, b string, limit int) int {
	var xs, ys [64]rune // longer ones are taken as not alike
	x, y := xs[:0], ys[:0]
	for _, r := range a {
		x = append(x, r)
	}
	for _, r := range b {
		y = append(y, r)
	}
	if d := len(x) - len(y); d > limit || -d > limit || len(x) > 64 || len(y) > 64 {
		return limit + 1
	}
	var rows [3][65]int
	before, last, row := rows[0][:len(y)+1], rows[1][:len(y)+1], rows[2][:len(y)+1]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(y)], limit+1)
}

// An Alike says how a word that was typed answers a key.
type Alike int

// The ways, from none to the closest.
const (
	Unlike Alike = iota
	Initial
	Sounds   // the same sound, or nearly the same
	Misspelt // one letter more, less, other or exchanged
	Begins
	Fits  // a pattern
	Other // a nickname, or another spelling of the same name
	Exact
)

// weight is what a likeness counts for, in thousandths of an exact one.
func (a Alike) weight() int {
	return [...]int{Unlike: 0, Initial: 550, Sounds: 700, Misspelt: 760, Begins: 800, Fits: 900, Other: 880, Exact: 1000}[a]
}

// Alike compares a word that was typed with a key.
func (w Word) Alike(key string) Alike {
	switch {
	case w.Pattern != "":
		if glob(w.Pattern, key) {
			return Fits
		}
		return Unlike
	case w.Text == key:
		return Exact
	case slices.Contains(w.Others, key):
		return Other
	case w.Prefix && strings.HasPrefix(key, w.Text):
		return Begins
	case w.Whole:
		return Unlike
	}
	n := utf8.RuneCountInString(w.Text)
	if n == 1 {
		if strings.HasPrefix(key, w.Text) {
			return Initial
		}
		return Unlike
	}
	k := utf8.RuneCountInString(key)
	if min(n, k) < shortest {
		return Unlike
	}
	d := Apart(w.Text, key, 4)
	switch {
	case d == 1:
		return Misspelt
	case d <= 2+min(n, k)/5 && Sound(w.Text) == Sound(key):
		return Sounds
	}
	return Unlike
}

// NearDays are the days that a date of birth may have been typed for by one
// slip: day and month exchanged, one digit another, or two digits that follow
// each other exchanged. The day itself is not among them.
func NearDays(d date.Date) []date.Date {
	var days []date.Date
	add := func(year, month, day int) {
		near, err := date.New(year, month, day)
		if err == nil && near != d && !slices.Contains(days, near) {
			days = append(days, near)
		}
	}
	add(d.Year(), d.Day(), d.Month())
	digits := []byte(strings.ReplaceAll(d.String(), "-", ""))
	try := func(b []byte) {
		n := func(b []byte) (v int) {
			for _, c := range b {
				v = v*10 + int(c-'0')
			}
			return v
		}
		add(n(b[:4]), n(b[4:6]), n(b[6:]))
	}
	for i := range digits {
		for c := byte('0'); c <= '9'; c++ {
			b := slices.Clone(digits)
			b[i] = c
			try(b)
		}
		// Digits of the year, of the month and of the day each among themselves.
		if i != 3 && i != 5 && i+1 < len(digits) {
			b := slices.Clone(digits)
			b[i], b[i+1] = b[i+1], b[i]
			try(b)
		}
	}
	return slices.DeleteFunc(days, func(n date.Date) bool { return n.Year() < 1900 || n.Year() > 2099 })
}
