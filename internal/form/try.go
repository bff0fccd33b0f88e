package form

import (
	"slices"
	"strings"
)

// A Failure is an expression that could not be worked out with the answers of a document,
// and why; it then counts as not known.
type Failure struct {
	At  Place
	Why string // in words that hold no answer
}

// Try is Judge, and what went wrong in expressions meanwhile, in the order of the form's
// text: a form that is free of mistakes may still divide by an answer that is nought.
func (f *Form) Try(a Answers, c Context) (Judgement, []Failure) {
	var failures []Failure
	j := f.judge(a, c, func(x Expr, err error) {
		failure := Failure{x.At, whyFailed(err.Error())}
		if !slices.Contains(failures, failure) {
			failures = append(failures, failure)
		}
	})
	slices.SortStableFunc(failures, func(a, b Failure) int {
		if a.At.Line != b.At.Line {
			return a.At.Line - b.At.Line
		}
		return a.At.Column - b.At.Column
	})
	return j, failures
}

// whyFailed says in our words what CEL said, which may quote an answer.
func whyFailed(said string) string {
	for _, of := range []struct{ has, means string }{
		{"by zero", "it divides by nought"},
		{"overflow", "a number in it is too large"},
		{"cost limit", "it takes more steps than it may"},
	} {
		if strings.Contains(said, of.has) {
			return of.means
		}
	}
	return "it asks for something that these answers do not have"
}

// Asked is where the form asks a question of a section, or a question in an item or row of
// it.
func (f *Form) Asked(section, question, sub string) (Place, bool) {
	for _, s := range f.Sections {
		if s.ID != section {
			continue
		}
		for _, q := range s.Ask {
			if q.ID != question {
				continue
			}
			for _, in := range q.Item {
				if in.ID == sub {
					return in.At, true
				}
			}
			return q.At, true
		}
		return s.At, true
	}
	return Place{}, false
}

// RuleAt is where a rule stands.
func (f *Form) RuleAt(rule string) (Place, bool) {
	for _, r := range f.Rules {
		if r.ID == rule {
			return r.At, true
		}
	}
	return Place{}, false
}
