package find

import (
	"strings"

	"casefile/internal/casework"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/web/frame"
)

// narrowing is what to add to a search, in words.
func narrowing(add []string) string {
	words := map[string]string{
		casework.AddName: "another name", casework.AddBorn: "the date of birth", casework.AddPostcode: "the start of the postcode",
	}
	var list []string
	for _, a := range add {
		list = append(list, words[a])
	}
	return frame.Joined(append(list, "the reference"), "or")
}

// A because is one reason in words. Those that speak against the person are
// marked, so that the wrong file is not opened by mistake.
type because struct {
	text    string
	against bool
}

// line is reasons as they stand in one line.
func line(list []because) []because {
	for i := range list {
		if i == 0 {
			list[i].text = capital(list[i].text)
		}
		if i < len(list)-1 {
			list[i].text += "; " // a template takes the space between two of them away
		}
	}
	return list
}

// reasons are why somebody was found, in words.
func reasons(f person.Found) []because {
	var list []because
	if f.Exact {
		list = append(list, because{text: "name as you typed it"})
	}
	for _, r := range f.Reasons {
		if b := reason(r); b.text != "" {
			list = append(list, b)
		}
	}
	return list
}

func reason(r match.Reason) because {
	typed, recorded := capital(r.Typed), capital(r.Recorded)
	beside := func(words string) because { // one word set against another
		if recorded == "" {
			return because{text: "another form of " + typed}
		}
		return because{text: typed + " " + words + " " + recorded}
	}
	switch r.Why {
	case match.WhyOther:
		return beside("for")
	case match.WhyBegins:
		return because{text: "name begins with " + typed}
	case match.WhyMisspelt:
		return beside("is one letter from")
	case match.WhySounds:
		return beside("sounds like")
	case match.WhyInitial:
		return because{text: "initial " + typed}
	case match.WhyFits:
		return because{text: "fits " + r.Typed}
	case match.WhyFormer:
		if r.Recorded == "" {
			return because{text: "a former name"}
		}
		return because{text: "former name " + r.Recorded}
	case match.WhyKnownAs:
		return because{text: "known as " + r.Recorded}
	case match.WhyMiddle:
		return because{text: "middle name"}
	case match.WhyReversed:
		return because{text: "given and family name the other way round"}
	case match.WhyPart:
		if r.Recorded == "" {
			return because{text: "part of a longer name"}
		}
		return because{text: "part of " + r.Recorded}
	case match.WhyMissing:
		return because{text: typed + " is not a name of theirs", against: true}
	case match.WhyBorn:
		return because{text: "same date of birth"}
	case match.WhyBornIn:
		return because{text: "date of birth fits"}
	case match.WhyEstimated:
		return because{text: "date of birth is an estimate", against: true}
	case match.WhySwapped:
		return because{text: "day and month of birth the other way round", against: true}
	case match.WhyDigit:
		return because{text: "date of birth one digit different", against: true}
	case match.WhyExchanged:
		return because{text: "two digits of the date of birth exchanged", against: true}
	case match.WhyNotBorn:
		return because{text: "no date of birth recorded", against: true}
	case match.WhyOtherBorn:
		return because{text: "another date of birth", against: true}
	case match.WhyPostcode:
		return because{text: "postcode " + r.Typed}
	case match.WhyOtherPlace:
		return because{text: "another postcode", against: true}
	case match.WhyNumber:
		return because{text: "same identifier"}
	case match.WhyReference:
		return because{text: "same reference"}
	}
	return because{}
}

// capital begins a folded name as names are written.
func capital(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}
