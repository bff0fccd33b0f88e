package form

import "fmt"

// A ProblemKind says what is wrong with an answer.
type ProblemKind string

// The kinds of problem. Wrong and Broken are told while a document is drafted; all
// of them stand in the way of its completion.
const (
	Wrong      ProblemKind = "wrong"      // the question does not take the answer
	Broken     ProblemKind = "broken"     // a rule is false
	Missing    ProblemKind = "missing"    // the answer is required
	Unreviewed ProblemKind = "unreviewed" // nobody has said whether a copied answer is still true
)

// A Problem is one thing to put right, and the question that it stands beside.
// Item is the item of a list, counted from 0, with Row in a table, and Sub the
// question in it; they are empty otherwise. Words are for the person at the screen
// and hold nothing that was answered.
type Problem struct {
	Kind      ProblemKind
	Section   string
	Question  string
	Item      int
	Row, Sub  string
	Rule      string // of Broken
	Exception bool   // of Broken: a reason allows it
	Words     string
}

// ExplainRating is said of a rating without its reason.
const ExplainRating = "Explain the rating"

// Drafting reports whether it is told before the document is completed.
func (p Problem) Drafting() bool { return p.Kind == Wrong || p.Kind == Broken }

// problemsOf lists what is wrong or missing in one question.
func problemsOf(section string, q *askPlan, a *answer) []Problem {
	var list []Problem
	at := Problem{Section: section, Question: q.ID}
	list = append(list, problemsIn(at, q, a)...)
	for i, it := range a.items {
		at := at
		at.Item, at.Row = i, it.row
		if it.wrong != "" {
			p := at
			p.Kind, p.Words = Wrong, it.wrong
			list = append(list, p)
		}
		for k, sub := range q.items {
			if sa := it.answers[k]; sa.shown {
				at := at
				at.Sub = sub.ID
				list = append(list, problemsIn(at, sub, sa)...)
			}
		}
	}
	return list
}

func problemsIn(at Problem, q *askPlan, a *answer) []Problem {
	if a.wrong != "" {
		at.Kind, at.Words = Wrong, a.wrong
		return []Problem{at}
	}
	at.Kind = Missing
	items := len(a.items)
	switch {
	case q.Kind == Computed, q.Kind == Table:
		return nil
	case q.Kind == List && items < q.least(0):
		at.Words = fmt.Sprintf("Give at least %d", q.least(0))
	case a.required && q.Kind == List && items == 0:
		at.Words = "Give at least 1"
	case a.required && q.Kind != List && a.kept == nil:
		at.Words = missingWords(q.Kind)
	case q.Kind == Rating && a.kept != nil && !q.NoWhy && a.kept.(map[string]any)["why"] == nil:
		at.Words = ExplainRating
	default:
		return nil
	}
	return []Problem{at}
}

func missingWords(k Kind) string {
	switch k {
	case YesNo:
		return "Select yes or no"
	case YesNoUnknown:
		return "Select yes, no or don’t know"
	case Rating:
		return "Select a rating"
	case Choice, Code:
		return "Select an answer"
	case Choices, Codes:
		return "Select at least one"
	case Date:
		return "Enter a date"
	case Person:
		return "Choose a person"
	case Signature:
		return "Sign here"
	case Attachment:
		return "Add a file"
	}
	return "Enter an answer"
}
