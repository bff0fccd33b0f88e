package form

import (
	"slices"
	"strings"
	"unicode"
)

// A Mark says what kind of statement a paragraph is, so that fact, opinion and
// allegation are told apart, with the source of each. Source: CR-35.
type Mark string

// The marks, as they are typed at the beginning of a paragraph:
//
//	[observed] Both children were asleep.
//	[reported by Mrs Bell, health visitor] He has missed two appointments.
//	[opinion of Dr Ahmed] The injury is older than was said.
//	[opinion] They are fond of one another.
//	[allegation by a neighbour] There is shouting at night.
//	[their words] I don't like it when it's dark.
//
// A paragraph ends at an empty line, and so does its mark. It is plain text, so
// that it can be typed and mended in a plain box, without script. A paragraph that
// begins with a bracket and is meant so begins with \[.
const (
	Unmarked   Mark = ""
	Observed   Mark = "observed"
	Reported   Mark = "reported"
	Opinion    Mark = "opinion"
	Allegation Mark = "allegation"
	TheirWords Mark = "their words"
)

// Marks are the marks that can be typed.
var Marks = []Mark{Observed, Reported, Opinion, Allegation, TheirWords}

const markHelp = "[observed], [reported by …], [opinion of …], [allegation by …] or [their words]"

// A Statement is a paragraph. By is who reported or alleges it, whose opinion it
// is, or whose words they are; empty means the author of an opinion and the child
// of the words.
type Statement struct {
	Mark Mark
	By   string
	Text string
}

// ParseMarked reads text with marks, or says in a sentence what is wrong with it.
func ParseMarked(text string) ([]Statement, string) {
	var list []Statement
	for _, p := range paragraphs(text) {
		if rest, ok := strings.CutPrefix(p, `\[`); ok {
			list = append(list, Statement{Text: "[" + rest})
			continue
		}
		inside, ok := strings.CutPrefix(p, "[")
		if !ok {
			list = append(list, Statement{Text: p})
			continue
		}
		inside, said, ok := strings.Cut(inside, "]")
		s, wrong := mark(strings.Join(strings.Fields(inside), " "))
		if !ok || wrong != "" {
			if wrong == "" || !ok {
				wrong = `A mark ends with a bracket, as in [observed]. Where no mark is meant, begin with \[`
			}
			return nil, wrong
		}
		if s.Text = strings.TrimFunc(said, unicode.IsSpace); s.Text == "" {
			return nil, "Write what was said or seen after its mark"
		}
		list = append(list, s)
	}
	return list, ""
}

// mark reads what stands in the brackets.
func mark(s string) (Statement, string) {
	for _, m := range Marks {
		if len(s) < len(m) || !strings.EqualFold(s[:len(m)], string(m)) {
			continue
		}
		rest := s[len(m):]
		if rest != "" && rest[0] != ' ' && rest[0] != ':' {
			continue
		}
		by := strings.TrimLeft(rest, ": ")
		for _, word := range []string{"by", "of", "from"} {
			if len(by) >= len(word) && strings.EqualFold(by[:len(word)], word) && (len(by) == len(word) || by[len(word)] == ' ' || by[len(word)] == ':') {
				by = strings.TrimLeft(by[len(word):], ": ")
				break
			}
		}
		switch {
		case m == Observed && by != "":
			return Statement{}, "What was observed was seen by who writes it. Where somebody else saw it, write [reported by …]"
		case (m == Reported || m == Allegation) && by == "":
			return Statement{}, "Say who it comes from, as in [" + string(m) + " by the school]"
		}
		return Statement{Mark: m, By: by}, ""
	}
	return Statement{}, "Write one of " + markHelp + `. Where no mark is meant, begin with \[`
}

// paragraphs divides text at empty lines.
func paragraphs(text string) []string {
	var list []string
	var lines []string
	end := func() {
		if len(lines) > 0 {
			list = append(list, strings.TrimFunc(strings.Join(lines, "\n"), unicode.IsSpace))
		}
		lines = nil
	}
	for l := range strings.SplitSeq(tidyText(text), "\n") {
		if l == "" {
			end()
			continue
		}
		lines = append(lines, l)
	}
	end()
	return slices.DeleteFunc(list, func(p string) bool { return p == "" })
}

// WriteMarked is the text of statements; ParseMarked reads them from it again.
func WriteMarked(list []Statement) string {
	parts := make([]string, len(list))
	for i, s := range list {
		switch {
		case s.Mark == Unmarked && strings.HasPrefix(s.Text, "["):
			parts[i] = `\` + s.Text
		case s.Mark == Unmarked:
			parts[i] = s.Text
		default:
			parts[i] = "[" + s.label() + "] " + s.Text
		}
	}
	return strings.Join(parts, "\n\n")
}

// Says is the mark with its source, as people read it.
func (s Statement) Says() string {
	l := s.label()
	if l == "" {
		return l
	}
	return strings.ToUpper(l[:1]) + l[1:]
}

func (s Statement) label() string {
	word := " by "
	if s.Mark == Opinion || s.Mark == TheirWords {
		word = " of "
	}
	if s.By == "" {
		return string(s.Mark)
	}
	return string(s.Mark) + word + s.By
}
