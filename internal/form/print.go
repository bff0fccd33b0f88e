package form

import (
	"encoding/json"
	"strings"

	"casefile/internal/date"
)

// A Printed is a document as it is printed, or shown to be read: the questions that
// are shown and their answers in words, in the order of the form.
type Printed struct {
	Title    string
	Sections []PrintedSection
	Scores   []ScoreValue
	// Exceptions are the rules that the document does not keep, with the reasons.
	Exceptions []PrintedException
}

// A PrintedSection is a section that is shown.
type PrintedSection struct {
	ID, Title string
	Answers   []PrintedAnswer
}

// A PrintedAnswer is one answer in words. A question that was left empty has
// none of them.
type PrintedAnswer struct {
	ID       string
	Question string // as people read it
	Kind     Kind
	Words    []string    // one for each thing chosen; the text of a text
	Why      string      // of a rating
	Marked   []Statement // of a text with marks, instead of Words
	Keys     []string    // of persons and files, which the caller names
	Items    []PrintedItem
}

// A PrintedItem is an item of a list, or a row of a table with its label.
type PrintedItem struct {
	Row     string
	Answers []PrintedAnswer
}

// A PrintedException is a rule that is not kept, and why.
type PrintedException struct{ Rule, Reason string }

// All lists every answer, those of items too.
func (p Printed) All() []PrintedAnswer {
	var list []PrintedAnswer
	for _, s := range p.Sections {
		for _, a := range s.Answers {
			list = append(list, a)
			for _, it := range a.Items {
				list = append(list, it.Answers...)
			}
		}
	}
	return list
}

// Print is the document in words. An answer that its question does not take is not
// in it, as it would not be in the final document.
func (f *Form) Print(a Answers, c Context) Printed { return f.PrintJudged(f.Judge(a, c), a, c) }

// PrintJudged is Print of answers that were judged before, in the same Context.
func (f *Form) PrintJudged(j Judgement, a Answers, c Context) Printed {
	out := Printed{Title: f.Title, Scores: j.Scores}
	for _, s := range j.Sections {
		section := PrintedSection{ID: s.ID, Title: s.Title}
		kept := j.final.Sections[s.ID]
		for _, q := range s.Questions {
			section.Answers = append(section.Answers, f.printOne(q, kept[q.Question.ID], c))
		}
		out.Sections = append(out.Sections, section)
	}
	if len(a.Exceptions) == 0 {
		return out
	}
	sc := f.settled(a, c)
	for _, r := range f.rules {
		if reason := a.Exceptions[r.ID]; !empty(reason) && r.Exception && r.check.fails(sc) {
			out.Exceptions = append(out.Exceptions, PrintedException{r.Say, reason})
		}
	}
	return out
}

// InWords is one answer of a judged section in words.
func (f *Form) InWords(s Shown, today date.Date) PrintedAnswer {
	var kept any
	switch {
	case len(s.Items) == 0:
		kept = s.Value
	case s.Question.Kind == Table:
		rows := map[string]any{}
		for _, it := range s.Items {
			rows[it.Row] = valuesOf(it)
		}
		kept = rows
	default:
		list := make([]any, len(s.Items))
		for i, it := range s.Items {
			list[i] = valuesOf(it)
		}
		kept = list
	}
	return f.printOne(s, kept, Context{Today: today})
}

func valuesOf(it ShownItem) map[string]any {
	m := map[string]any{}
	for _, q := range it.Questions {
		if q.Value != nil {
			m[q.Question.ID] = q.Value
		}
	}
	return m
}

// settled is a document worked out, for a rule to be asked of it again.
func (f *Form) settled(a Answers, c Context) *scope {
	st := f.newState(a, c)
	st.surroundings()
	st.run(f.order)
	return st.scope("", nil)
}

func (f *Form) printOne(s Shown, kept any, c Context) PrintedAnswer {
	p := PrintedAnswer{ID: s.Question.ID, Question: s.Question.Text, Kind: s.Question.Kind}
	if len(s.Items) > 0 {
		for i, it := range s.Items {
			var m map[string]any
			switch v := kept.(type) {
			case []any:
				m, _ = v[i].(map[string]any) // final keeps one for each item
			case map[string]any:
				m, _ = v[it.Row].(map[string]any) // nil where the row is empty
			}
			item := PrintedItem{Row: s.Question.label(it.Row)}
			for _, sub := range it.Questions {
				item.Answers = append(item.Answers, f.printOne(sub, m[sub.Question.ID], c))
			}
			p.Items = append(p.Items, item)
		}
		return p
	}
	f.words(&p, s.Question, kept, c)
	return p
}

// words puts an answer, in its one form, into words.
func (f *Form) words(p *PrintedAnswer, q *Question, v any, c Context) {
	switch v := v.(type) {
	case string:
		switch q.Kind {
		case Person:
			p.Keys = []string{v}
		case Text:
			if q.Marks {
				p.Marked, _ = ParseMarked(v) // it was taken, so it can be read
				return
			}
			p.Words = []string{v}
		default:
			p.Words = []string{f.word(q, v, c.Today)}
		}
	case json.Number:
		p.Words = []string{string(v)}
	case []any:
		for _, e := range v {
			s, _ := e.(string) // lists of one form hold nothing else
			if q.Kind == Attachment {
				p.Keys = append(p.Keys, s)
			} else {
				p.Words = append(p.Words, f.word(q, s, c.Today))
			}
		}
	case map[string]any:
		f.wordsOfParts(p, q, v)
	}
}

func (f *Form) wordsOfParts(p *PrintedAnswer, q *Question, m map[string]any) {
	text := func(key string) string { s, _ := m[key].(string); return s }
	switch q.Kind {
	case Rating:
		n, _ := m["value"].(json.Number)
		p.Words = []string{string(n)}
		if l := q.ratingLabel(string(n)); l != "" {
			p.Words[0] += ", " + l
		}
		p.Why = text("why")
	case Period:
		p.Words = []string{"from " + long(text("from"))}
		if to := text("to"); to != "" {
			p.Words[0] += " to " + long(to)
		}
	case Signature:
		p.Keys = []string{text("by")}
		p.Words = []string{long(text("on"))}
	}
}

// word is what one answer is called.
func (f *Form) word(q *Question, answer string, on date.Date) string {
	switch q.Kind {
	case YesNo, YesNoUnknown:
		return yesNoWord(answer)
	case Computed:
		switch q.Gives {
		case GivesYesNo:
			return yesNoWord(answer)
		case GivesDate:
			return long(answer)
		}
	case Date:
		return long(answer)
	case Code, Codes:
		if set, ok := f.around.set(q.Set.Text); ok {
			if label, ok := set.Label(answer, on); ok {
				return label
			}
		}
	case Choice, Choices:
		return q.label(answer)
	}
	return answer
}

func yesNoWord(answer string) string {
	switch answer {
	case Yes:
		return "Yes"
	case No:
		return "No"
	}
	return "Don’t know"
}

// label is what an option or a row is called; the id where there is none.
func (q *Question) label(id string) string {
	for _, o := range q.Options {
		if o.ID == id {
			return o.Label
		}
	}
	return id
}

// ratingLabel is what a value of a rating is called; empty where it has no name.
func (q *Question) ratingLabel(value string) string {
	for i, n := range q.options(Around{}) {
		if n == value && i < len(q.Options) {
			return q.Options[i].Label
		}
	}
	return ""
}

// long is a day as people read it.
func long(day string) string {
	d, err := date.Parse(day)
	if err != nil {
		return day
	}
	return d.Long()
}

// text is an answer in one line, to be set beside another.
func (p PrintedAnswer) text() string {
	var parts []string
	parts = append(parts, p.Words...)
	parts = append(parts, p.Keys...)
	if p.Why != "" {
		parts = append(parts, p.Why)
	}
	if len(p.Marked) > 0 {
		parts = append(parts, WriteMarked(p.Marked))
	}
	return strings.Join(parts, "; ")
}
