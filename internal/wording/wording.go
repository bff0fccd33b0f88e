// Package wording points out, in what somebody writes, what a reader may stumble over:
// acronyms that are not explained, colloquial and non-neutral words, and professionals
// without their full name and role. It stands in nobody's way: whoever writes decides.
// What there is to point out is data, in definitions/words. Spelling is checked by the
// browser. Source: CR-56.
package wording

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Kind says what sort of thing is pointed out.
type Kind string

// The kinds.
const (
	Acronym      Kind = "acronym"
	Colloquial   Kind = "colloquial"
	Loaded       Kind = "loaded" // not neutral
	Professional Kind = "professional"
)

// An Abbreviation is an acronym with what it stands for.
type Abbreviation struct {
	Short, Long string
	Source      string // starts with a mark of codeset
}

// A Phrase is words, in their forms, with why they are pointed out.
type Phrase struct {
	Words  []string
	Kind   Kind // Colloquial or Loaded
	Say    string
	Source string
}

// A Post is what a professional is: the words for it, such as health visitor.
type Post struct {
	Words  []string
	Source string
}

// Practice is everything that is pointed out. The zero Practice points out acronyms
// alone.
type Practice struct {
	Plain    []string // capitals that everybody knows
	Acronyms []Abbreviation
	Phrases  []Phrase
	Posts    []Post
	Titles   []string // before the name of a professional, such as Dr
}

// A Remark is one thing pointed out.
type Remark struct {
	Kind  Kind
	Words string // as they are written
	Say   string
}

// MostRemarks is how many things are pointed out in one text.
const MostRemarks = 12

// A word of a text, with where it stands.
type word struct {
	text, fold string
	from, to   int
	sentence   int
}

// wordsOf takes a text apart. A mark in brackets, such as [reported by Mrs Bell], counts as
// text of its paragraph.
func wordsOf(text string) []word {
	var list []word
	sentence, start := 0, -1
	end := func(at int) {
		if start >= 0 {
			t := strings.Trim(text[start:at], "'’-")
			if t != "" {
				list = append(list, word{t, strings.ToLower(strings.ReplaceAll(t, "’", "'")), start, at, sentence})
			}
		}
		start = -1
	}
	for i, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' || r == '’' || r == '-' || r == '&' {
			if start < 0 {
				start = i
			}
			continue
		}
		end(i)
		switch r {
		case '\n':
			if strings.HasPrefix(text[i+1:], "\n") { // a line that ends is no sentence
				sentence++
			}
		case '.', '!', '?':
			if n := len(list); r != '.' || n == 0 || utf8.RuneCountInString(list[n-1].text) > 2 {
				sentence++ // and not behind an initial, or Dr.
			}
		}
	}
	end(len(text))
	return list
}

// Look points out what there is in a text, in its order.
func (p Practice) Look(text string) []Remark {
	if len(text) > 1<<20 {
		return nil
	}
	ws := wordsOf(text)
	type at struct {
		Remark
		from int
	}
	var found []at
	add := func(k Kind, from, to int, say string) {
		r := Remark{k, text[from:to], say}
		if !slices.ContainsFunc(found, func(o at) bool { return o.Kind == k && strings.EqualFold(o.Words, r.Words) }) {
			found = append(found, at{r, from})
		}
	}
	p.acronyms(text, ws, add)
	for _, ph := range p.Phrases {
		for _, form := range ph.Words {
			for _, span := range runs(ws, form) {
				add(ph.Kind, ws[span[0]].from, ws[span[1]-1].to, ph.Say)
			}
		}
	}
	p.professionals(ws, add)
	slices.SortStableFunc(found, func(a, b at) int { return a.from - b.from })
	var list []Remark
	for _, f := range found[:min(len(found), MostRemarks)] {
		list = append(list, f.Remark)
	}
	return list
}

// runs are where words stand one after the other in a sentence, from the first to behind
// the last.
func runs(ws []word, form string) [][2]int {
	want := strings.Fields(strings.ToLower(strings.ReplaceAll(form, "’", "'")))
	var list [][2]int
	for i := 0; len(want) > 0 && i+len(want) <= len(ws); i++ {
		ok := true
		for k, w := range want {
			ok = ok && ws[i+k].fold == w && ws[i+k].sentence == ws[i].sentence
		}
		if ok {
			list = append(list, [2]int{i, i + len(want)})
		}
	}
	return list
}

// acronym reports whether a word is capitals that stand for something.
func acronym(t string) bool {
	letters := 0
	for _, r := range t {
		switch {
		case unicode.IsUpper(r):
			letters++
		case r == '&':
		default:
			return false
		}
	}
	return letters >= 2 && letters <= 8
}

func roman(t string) bool { return strings.Trim(t, "IVX") == "" }

func (p Practice) acronyms(text string, ws []word, add func(Kind, int, int, string)) {
	shouting, longer := 0, 0
	for _, w := range ws {
		if len(w.text) > 3 {
			longer++
			if acronym(w.text) {
				shouting++
			}
		}
	}
	if longer > 5 && shouting*2 > longer {
		return // it is written in capitals throughout
	}
	folded := strings.ToLower(text)
	for _, w := range ws {
		short := w.text
		if !acronym(short) || roman(short) || slices.Contains(p.Plain, short) || slices.Contains(p.Titles, short) {
			continue
		}
		if explained(text, short) {
			continue
		}
		i := slices.IndexFunc(p.Acronyms, func(a Abbreviation) bool { return a.Short == short })
		switch {
		case i < 0:
			add(Acronym, w.from, w.to, "Say in full what it stands for, the first time. The family may read this.")
		case strings.Contains(folded, strings.ToLower(p.Acronyms[i].Long)):
		default:
			add(Acronym, w.from, w.to, "Write it in full the first time: "+p.Acronyms[i].Long+" ("+short+").")
		}
	}
}

// explained reports whether an acronym stands in brackets behind what it stands for, or
// with that in brackets behind it.
func explained(text, short string) bool {
	if i := strings.Index(text, "("+short+")"); i > 0 {
		return true
	}
	_, after, ok := strings.Cut(text, short+" (")
	inside, _, closed := strings.Cut(after, ")")
	return ok && closed && strings.Contains(strings.TrimSpace(inside), " ")
}

// name reports whether a word can be part of a name: a capital and small letters.
func name(w word) bool {
	r, size := utf8.DecodeRuneInString(w.text)
	return unicode.IsUpper(r) && size < len(w.text) && !acronym(w.text)
}

// near is how many words apart a name and what its bearer is may stand.
const near = 4

func (p Practice) professionals(ws []word, add func(Kind, int, int, string)) {
	var posts [][2]int
	for _, post := range p.Posts {
		for _, form := range post.Words {
			posts = append(posts, runs(ws, form)...)
		}
	}
	inPost := func(i int) bool {
		return slices.ContainsFunc(posts, func(s [2]int) bool { return i >= s[0] && i < s[1] })
	}
	title := func(i int) bool { return slices.Contains(p.Titles, ws[i].text) }
	// A full name is two words in capitals beside one another that are no post and no
	// title; the first of a sentence counts only with two more.
	full := func(i int) bool {
		if i+1 >= len(ws) || !name(ws[i]) || !name(ws[i+1]) || inPost(i) || inPost(i+1) || title(i) || title(i+1) || ws[i].sentence != ws[i+1].sentence {
			return false
		}
		return ws[i+1].from-ws[i].to <= 2
	}
	named := func(span [2]int) bool {
		for i := max(0, span[0]-near-1); i < min(len(ws), span[1]+near); i++ {
			if ws[i].sentence == ws[span[0]].sentence && (i < span[0] || i >= span[1]) && full(i) {
				return true
			}
		}
		return false
	}
	known := map[string]bool{} // posts whose bearer is named somewhere
	for _, s := range posts {
		if named(s) {
			known[ws[s[0]].fold] = true
		}
	}
	for _, s := range posts {
		if !known[ws[s[0]].fold] && !plural(ws[s[1]-1].fold) {
			add(Professional, ws[s[0]].from, ws[s[1]-1].to, "Give the full name with the role the first time, as in “Ann Example, health visitor”.")
		}
	}
	for i := range ws {
		if !title(i) || i+1 >= len(ws) || !name(ws[i+1]) {
			continue
		}
		last := i + 1
		if i+2 < len(ws) && name(ws[i+2]) && !inPost(i+2) && ws[i+2].from-ws[i+1].to <= 1 {
			last = i + 2
		}
		post := slices.ContainsFunc(posts, func(s [2]int) bool {
			return ws[s[0]].sentence == ws[i].sentence && (s[0] > last && s[0]-last <= near || s[1] <= i && i-s[1] < near)
		})
		if last == i+1 || !post {
			if !fullElsewhere(ws, ws[last].fold, i, full) {
				add(Professional, ws[i].from, ws[last].to, "Give the full name, and say who they are: their role and where they work.")
			}
		}
	}
}

// fullElsewhere reports whether somebody of a family name has their full name before.
func fullElsewhere(ws []word, family string, before int, full func(int) bool) bool {
	for i := 0; i+1 < before; i++ {
		if full(i) && ws[i+1].fold == family {
			return true
		}
	}
	return false
}

func plural(w string) bool { return strings.HasSuffix(w, "s") }
