package definition

import (
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"casefile/internal/form"
)

// formSection reads one section of a form.
func (d *document) formSection(n ast.Node) (form.Section, bool) {
	m, ok := d.mapping(n, "a section", "id", "title", "help", "source", "when", "evidence", "ask")
	if !ok {
		return form.Section{}, false
	}
	s := form.Section{ID: m.id("id"), At: place(m.place("id")), Title: m.text("title"), Help: m.optionalText("help"), When: m.formExpr("when")}
	if m.has("source") {
		s.Source = m.source("source")
	}
	if m.has("evidence") {
		_, s.Evidence = m.word("evidence", "evidence", []string{"record"})
	}
	s.Ask = m.formAsk("ask")
	return s, true
}

func (m *mapping) formAsk(key string) []form.Question {
	var list []form.Question
	for _, n := range m.list(key) {
		if q, ok := m.document.formQuestion(n); ok {
			list = append(list, q)
		}
	}
	return list
}

// ofKinds are the keys that only some kinds of question have.
var ofKinds = map[string][]form.Kind{
	"options":  {form.Choice, form.Choices},
	"rows":     {form.Table},
	"item":     {form.List, form.Table},
	"set":      {form.Code, form.Codes},
	"min":      {form.Rating, form.Number, form.Text, form.List},
	"max":      {form.Rating, form.Number, form.Text, form.List},
	"places":   {form.Number, form.Computed},
	"labels":   {form.Rating},
	"why":      {form.Rating},
	"marks":    {form.Text},
	"signs":    {form.Signature},
	"value":    {form.Computed},
	"gives":    {form.Computed},
	"demands":  {form.YesNo, form.YesNoUnknown, form.Rating, form.Choice, form.Code},
	"required": slices.DeleteFunc(slices.Clone(form.Kinds), func(k form.Kind) bool { return k == form.Computed || k == form.Table }),
}

// formQuestion reads one question.
func (d *document) formQuestion(n ast.Node) (form.Question, bool) {
	m, ok := d.mapping(n, "a question", "id", "type", "text", "hint", "source", "when", "required", "options", "rows", "item",
		"set", "min", "max", "places", "labels", "why", "marks", "signs", "value", "gives", "demands")
	if !ok {
		return form.Question{}, false
	}
	q := form.Question{ID: m.id("id"), At: place(m.place("id")), Text: m.text("text"), Hint: m.optionalText("hint"), When: m.formExpr("when")}
	kind, ok := m.word("type", "type of question", words(form.Kinds))
	if !ok {
		return q, false
	}
	q.Kind = form.Kind(kind)
	if m.has("source") {
		q.Source = m.source("source")
	}
	for key, kinds := range ofKinds {
		if m.has(key) && !slices.Contains(kinds, q.Kind) {
			m.report(m.keys[key], "%s of type %s has no %s; that is for %s", m, kind, key, strings.Join(words(kinds), ", "))
			return q, false
		}
	}
	if m.has("required") {
		q.Required, _ = m.flag("required")
	}
	q.Min, q.Max, q.Places = m.bound("min"), m.bound("max"), m.optionalNumber("places", mostPlaces)
	q.Demands = m.demands("demands")
	switch q.Kind {
	case form.Choice, form.Choices:
		q.Options = m.formOptions("options")
	case form.Table:
		q.Options = m.formOptions("rows")
		q.Item = m.formAsk("item")
	case form.List:
		q.Item = m.formAsk("item")
	case form.Code, form.Codes:
		q.Set = m.needWord("set")
	case form.Rating:
		m.formRating(&q)
	case form.Text:
		if m.has("marks") {
			word, _ := m.word("marks", "marks", []string{"allowed", "required"})
			q.Marks, q.Marked = word != "", word == "required"
		}
	case form.Signature:
		if m.has("signs") {
			word, _ := m.word("signs", "signs", []string{"document", "section"})
			q.SignsSection = word == "section"
		}
	case form.Computed:
		q.Value = m.needExpr("value")
		q.Gives, _ = m.word("gives", "gives", form.Gives)
		if q.Gives == form.GivesDecimal && q.Places == 0 {
			q.Places = 1
		}
	}
	return q, true
}

// formRating reads what is a rating's own: both ends, which must be there, what its
// values are called, and whether it is explained.
func (m *mapping) formRating(q *form.Question) {
	for _, key := range []string{"min", "max"} {
		if !m.has(key) {
			m.report(m.at, "%s has no %s", m, key)
		}
	}
	if q.Max != nil && q.Max.N > 100 {
		m.report(m.place("max"), "the max of %s is between 0 and 100", m)
	}
	if m.has("labels") {
		for i, n := range m.list("labels") {
			label, _ := m.plain(n, "label")
			q.Options = append(q.Options, form.Option{ID: strconv.Itoa(i), At: place(where(n)), Label: label})
		}
	}
	if m.has("why") {
		_, q.NoWhy = m.word("why", "why", []string{"none"})
	}
}

func (m *mapping) formOptions(key string) []form.Option {
	var list []form.Option
	for _, n := range m.list(key) {
		if o, ok := m.document.mapping(n, "an option", "id", "label"); ok {
			list = append(list, form.Option{ID: o.id("id"), At: place(o.place("id")), Label: o.text("label")})
		}
	}
	return list
}

// demands reads what each answer makes shown and required: answer: [question].
func (m *mapping) demands(key string) []form.Demand {
	if !m.has(key) {
		return nil
	}
	node, ok := m.values[key].(*ast.MappingNode)
	if !ok {
		m.report(m.place(key), "the %s of %s are written as 'answer: [question]', not as %s", key, m, shapeOf(m.values[key]))
		return nil
	}
	var list []form.Demand
	for _, v := range node.Values {
		at := place(positionOf(v.Key.GetToken()))
		d := form.Demand{Answer: form.Word{Text: v.Key.GetToken().Value, At: at}}
		seq, ok := v.Value.(*ast.SequenceNode)
		if !ok || len(seq.Values) == 0 {
			m.report(where(v.Value), "what answer %s of %s demands is a list of questions", quote(d.Answer.Text), m)
			continue
		}
		for _, n := range seq.Values {
			if s, ok := m.plain(n, key); ok {
				d.Ask = append(d.Ask, form.Word{Text: s, At: place(where(n))})
			}
		}
		list = append(list, d)
	}
	return list
}

// effectKeys are what each effect says beside its when.
var effectKeys = map[form.Act][]string{
	form.SetFact:   {"kind", "value"},
	form.Require:   {"form", "days"},
	form.Task:      {"title", "to", "days"},
	form.Milestone: {"id"},
	form.Message:   {"to", "aim_hours"},
	form.Directory: {"tell"},
}

// formEffects reads a list of effects: each is one key, which says what it does.
func (m *mapping) formEffects(key string) []form.Effect {
	if !m.has(key) {
		return nil
	}
	var list []form.Effect
	for _, n := range m.list(key) {
		m, ok := m.document.mapping(n, "an effect", words(form.Acts)...)
		if !ok {
			continue
		}
		if len(m.values) != 1 {
			m.report(m.at, "an effect has one key, which says what it does")
			continue
		}
		for _, act := range form.Acts {
			if v, there := m.values[string(act)]; there {
				if e, ok := m.document.formEffect(act, v); ok {
					list = append(list, e)
				}
			}
		}
	}
	return list
}

func (d *document) formEffect(act form.Act, n ast.Node) (form.Effect, bool) {
	v, ok := d.mapping(n, "an effect", append([]string{"when"}, effectKeys[act]...)...)
	if !ok {
		return form.Effect{}, false
	}
	v.name = string(act)
	e := form.Effect{Act: act, At: place(v.at), When: v.formExpr("when")}
	switch act {
	case form.SetFact:
		e.Target, e.Value = v.needWord("kind"), v.needExpr("value")
	case form.Require:
		e.Target, e.Days = v.needWord("form"), v.optionalNumber("days", mostDueDays)
	case form.Task:
		e.Title, e.Target, e.Days = v.text("title"), v.needWord("to"), v.optionalNumber("days", mostDueDays)
	case form.Milestone:
		e.Target = form.Word{Text: v.id("id"), At: place(v.place("id"))}
	case form.Message:
		e.Target, e.Hours = v.needWord("to"), v.optionalNumber("aim_hours", mostDueDays)
	case form.Directory:
		e.Target = v.needWord("tell")
	}
	return e, true
}
