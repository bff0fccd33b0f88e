package documents

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"casefile/internal/casework"
	"casefile/internal/codeset"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/form"
	"casefile/internal/web/govuk"
	"casefile/internal/wording"
)

// Names of fields: a--QUESTION, and behind it what the answer has parts of:
// a--steps--0--what is the question what of the first item of the list steps. No id
// has two hyphens together.
const (
	fieldStart = "a"
	fieldSep   = "--"
	asked      = "asked"  // the questions that are on the page
	Add        = "add"    // the button that adds an item to a list
	Remove     = "remove" // and the one that removes it
	anew       = "anew"   // what is said of an answer that was copied
	exception  = "exception"
)

func fieldName(parts ...string) string {
	return strings.Join(append([]string{fieldStart}, parts...), fieldSep)
}

// FieldOf is the field beside which a problem stands.
func FieldOf(f *form.Form, p form.Problem) string {
	q := questionOf(f, p.Section, p.Question)
	if q == nil {
		return ""
	}
	parts := []string{p.Question}
	if p.Sub != "" {
		at := strconv.Itoa(p.Item)
		if p.Row != "" {
			at = p.Row
		}
		parts = append(parts, at, p.Sub)
		i := slices.IndexFunc(q.Item, func(s form.Question) bool { return s.ID == p.Sub })
		if i < 0 {
			return ""
		}
		q = &q.Item[i]
	}
	if p.Kind == form.Unreviewed {
		return AnewField(p.Question)
	}
	switch q.Kind {
	case form.Date:
		parts = append(parts, "day")
	case form.Period:
		parts = append(parts, "from", "day")
	case form.Rating:
		if p.Words == form.ExplainRating {
			parts = append(parts, "why")
		}
	case form.Table, form.List:
		return fieldName(parts...) + fieldSep + "list"
	}
	return fieldName(parts...)
}

func questionOf(f *form.Form, section, question string) *form.Question {
	for i := range f.Sections {
		if f.Sections[i].ID != section {
			continue
		}
		for k := range f.Sections[i].Ask {
			if f.Sections[i].Ask[k].ID == question {
				return &f.Sections[i].Ask[k]
			}
		}
	}
	return nil
}

// Problems are those of a section, for beside the fields, and in the words of a
// summary, which say which question each is about.
func Problems(f *form.Form, section string, list []form.Problem, is func(form.Problem) bool) (beside, summary []fault.Problem) {
	for _, p := range list {
		if p.Section != section || !is(p) {
			continue
		}
		beside = append(beside, fault.Problem{Field: FieldOf(f, p), Message: p.Words})
		summary = append(summary, fault.Problem{Field: FieldOf(f, p), Message: Full(f, p)})
	}
	return beside, summary
}

// Full is a problem with the question that it is about.
func Full(f *form.Form, p form.Problem) string {
	q := questionOf(f, p.Section, p.Question)
	if q == nil || p.Kind == form.Broken {
		return p.Words
	}
	about := q.Text
	if p.Sub != "" {
		where := strconv.Itoa(p.Item + 1)
		for _, o := range q.Options {
			if o.ID == p.Row {
				where = o.Label
			}
		}
		for _, sub := range q.Item {
			if sub.ID == p.Sub {
				about += ", " + where + ": " + sub.Text
			}
		}
	}
	return p.Words + ": " + about
}

// Fields are the questions of one section, as a page asks them.
type Fields struct {
	Form    *form.Form
	Section form.Section
	Shown   []form.Shown // of the section, as judged
	Answers map[string]any
	Last    map[string]form.PrintedAnswer // of last time, by question; nil for none
	LastOn  date.Date
	Anew    map[string]string             // what was said of answers that were copied, by question
	Began   map[string]form.PrintedAnswer // what those were
	Theirs  map[string]string             // what somebody else saved meanwhile, by question, where it differs
	Who     string                        // who did
	Fell    map[string]string             // what to say of signatures that do not stand any more, by question
	People  []casework.Pick
	Files   []casework.Pick
	Named   casework.Named
	Me      string // who would sign
	Today   date.Date
	Codes   func(set string) (codeset.Set, bool)
	Beside  []fault.Problem
	Wording func(text string) []wording.Remark // nil points out nothing
	Extra   string                             // the list that has an empty item more
}

// An ask is one question on a page.
type ask struct {
	Fields
	q        *form.Question
	path     []string
	value    any
	required bool
	top      bool
	beside   []form.Question // among which it stands
	values   map[string]any  // of those
	shown    []form.Shown
	item     int // that it stands in
}

func (f Fields) asks() []ask {
	return f.asksOf(f.Section.Ask, f.Shown, f.Answers, nil, true, 0)
}

func (f Fields) asksOf(questions []form.Question, shown []form.Shown, values map[string]any, path []string, top bool, item int) []ask {
	var list []ask
	for i := range questions {
		q := &questions[i]
		if demandedOnce(questions, q.ID) != nil {
			continue // stands within the answer that demands it
		}
		at := shownAt(shown, q.ID)
		if at == nil && !(q.When.IsZero() && !demanded(questions, q.ID)) {
			continue
		}
		list = append(list, f.askOf(q, questions, shown, values, path, top, item))
	}
	return list
}

func (f Fields) askOf(q *form.Question, questions []form.Question, shown []form.Shown, values map[string]any, path []string, top bool, item int) ask {
	a := ask{
		Fields: f, q: q, path: append(slices.Clone(path), q.ID), value: values[q.ID], required: q.Required, top: top,
		beside: questions, values: values, shown: shown, item: item,
	}
	if at := shownAt(shown, q.ID); at != nil {
		a.required = at.Required
		if q.Kind == form.Computed {
			a.value = at.Value
		}
	}
	return a
}

func shownAt(shown []form.Shown, id string) *form.Shown {
	for i := range shown {
		if shown[i].Question.ID == id {
			return &shown[i]
		}
	}
	return nil
}

// demand is an answer of a question that demands another.
type demand struct {
	by     *form.Question
	answer string
}

// demandedOnce is the one answer that demands a question, where there is one and it is
// among radio buttons; the question then stands within it.
func demandedOnce(questions []form.Question, id string) *demand {
	var found *demand
	for i := range questions {
		for _, d := range questions[i].Demands {
			for _, w := range d.Ask {
				if w.Text != id {
					continue
				}
				if found != nil || questions[i].Kind == form.Code {
					return nil
				}
				found = &demand{&questions[i], d.Answer.Text}
			}
		}
	}
	if found == nil || demandedOnce(questions, found.by.ID) != nil && deep(questions, found.by.ID) {
		return nil
	}
	return found
}

// deep reports whether a question stands within an answer that stands within another:
// radio buttons do not nest further.
func deep(questions []form.Question, id string) bool {
	for i := range questions {
		for _, d := range questions[i].Demands {
			for _, w := range d.Ask {
				if w.Text == id {
					return true
				}
			}
		}
	}
	return false
}

func demanded(questions []form.Question, id string) bool { return deep(questions, id) }

// within are the questions that stand within one answer.
func (a ask) within(answer string) []ask {
	var list []ask
	for i := range a.beside {
		d := demandedOnce(a.beside, a.beside[i].ID)
		if d != nil && d.by.ID == a.q.ID && d.answer == answer {
			in := a.askOf(&a.beside[i], a.beside, a.shown, a.values, a.path[:len(a.path)-1], a.top, a.item)
			in.required = true
			list = append(list, in)
		}
	}
	return list
}

func (a ask) name(parts ...string) string {
	return fieldName(append(slices.Clone(a.path), parts...)...)
}

// label is the question, which says where it may be left empty.
func (a ask) label() string {
	if a.required || a.q.Kind == form.Table || a.q.Kind == form.Computed {
		return a.q.Text
	}
	return a.q.Text + " (optional)"
}

func (a ask) hint() govuk.HintOptions {
	words := a.q.Hint
	if a.q.Kind == form.Signature && a.top && a.Fell[a.q.ID] != "" {
		words = a.Fell[a.q.ID]
	}
	if a.q.Kind == form.Date && words == "" {
		words = "For example, 27 3 2026"
	}
	return govuk.HintOptions{Text: words}
}

func (a ask) err(parts ...string) govuk.ErrorMessageOptions {
	return govuk.ProblemWith(a.Beside, a.name(parts...))
}

// remarks is what is pointed out in a text.
func (a ask) remarks(text string) []wording.Remark {
	if a.Wording == nil {
		return nil
	}
	return a.Wording(text)
}

func (a ask) text() string {
	switch v := a.value.(type) {
	case string:
		return v
	case json.Number:
		return string(v)
	}
	return ""
}

func (a ask) part(key string) string {
	m, _ := a.value.(map[string]any)
	switch v := m[key].(type) {
	case string:
		return v
	case json.Number:
		return string(v)
	}
	return ""
}

func (a ask) several() []string {
	list, _ := a.value.([]any)
	var out []string
	for _, v := range list {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// typedDate is a date as it is typed: day, month and year.
func typedDate(v any) [3]string {
	switch v := v.(type) {
	case string:
		if d, err := date.Parse(v); err == nil && !d.IsZero() {
			return [3]string{strconv.Itoa(d.Day()), strconv.Itoa(d.Month()), strconv.Itoa(d.Year())}
		}
		return [3]string{v}
	case map[string]any:
		var out [3]string
		for i, key := range []string{"day", "month", "year"} {
			out[i], _ = v[key].(string)
		}
		return out
	}
	return [3]string{}
}

func (a ask) dateOf(v any, name, text, id string) govuk.DateInputOptions {
	typed := typedDate(v)
	item := func(key, value string) govuk.DateInputItem {
		return govuk.DateInputItem{Name: name + fieldSep + key, ID: name + fieldSep + key, Label: strings.ToUpper(key[:1]) + key[1:], Value: value, Classes: map[bool]string{true: "govuk-input--width-4", false: "govuk-input--width-2"}[key == "year"]}
	}
	return govuk.DateInputOptions{
		ID: id, Fieldset: govuk.Question(text), Hint: a.hint(), Items: []govuk.DateInputItem{item("day", typed[0]), item("month", typed[1]), item("year", typed[2])},
		ErrorMessage: govuk.ProblemWith(a.Beside, name, name+fieldSep+"day"),
	}
}

func (a ask) dates() govuk.DateInputOptions {
	return a.dateOf(a.value, a.name(), a.label(), a.name()+fieldSep+"date")
}

func (a ask) ends() (from, to govuk.DateInputOptions) {
	m, _ := a.value.(map[string]any)
	from = a.dateOf(m["from"], a.name("from"), "From", a.name("from")+fieldSep+"date")
	to = a.dateOf(m["to"], a.name("to"), "To (leave empty if it goes on)", a.name("to")+fieldSep+"date")
	to.Hint = govuk.HintOptions{}
	return from, to
}

func yesNoItems(unknown bool) []govuk.RadiosItem {
	items := []govuk.RadiosItem{{Value: form.Yes, Text: "Yes"}, {Value: form.No, Text: "No"}}
	if unknown {
		items = append(items, govuk.RadiosItem{Value: form.Unknown, Text: "Don’t know"})
	}
	return items
}

// radios are the answers to choose from, each with what it demands.
func (a ask) radios() []govuk.RadiosItem {
	var items []govuk.RadiosItem
	switch a.q.Kind {
	case form.YesNo:
		items = yesNoItems(false)
	case form.YesNoUnknown:
		items = yesNoItems(true)
	case form.Rating:
		least, most := 0, 4
		if a.q.Min != nil {
			least = a.q.Min.N
		}
		if a.q.Max != nil {
			most = a.q.Max.N
		}
		for n := least; n <= most; n++ {
			text := strconv.Itoa(n)
			if i := n - least; i < len(a.q.Options) {
				text += ", " + a.q.Options[i].Label
			}
			items = append(items, govuk.RadiosItem{Value: strconv.Itoa(n), Text: text})
		}
	default:
		for _, o := range a.q.Options {
			items = append(items, govuk.RadiosItem{Value: o.ID, Text: o.Label})
		}
	}
	for i := range items {
		if in := a.within(items[i].Value); len(in) > 0 {
			items[i].Conditional = questions(in)
		}
	}
	return items
}

// inline reports whether radios stand in one line.
func (a ask) inline() bool {
	for _, i := range a.radios() {
		if i.Conditional != nil || len(i.Text) > 12 {
			return false
		}
	}
	return len(a.radios()) <= 3
}

func (a ask) boxes() []govuk.CheckboxesItem {
	var items []govuk.CheckboxesItem
	switch a.q.Kind {
	case form.Choices:
		for _, o := range a.q.Options {
			items = append(items, govuk.CheckboxesItem{Value: o.ID, Text: o.Label})
		}
	case form.Codes:
		for _, c := range a.codes() {
			items = append(items, govuk.CheckboxesItem{Value: c.Code, Text: c.Label})
		}
	case form.Attachment:
		for _, p := range a.picks(a.Files) {
			items = append(items, govuk.CheckboxesItem{Value: p.Key, Text: p.Words})
		}
	}
	return items
}

// picks are what can be chosen, and what was and can be no more.
func (a ask) picks(all []casework.Pick) []casework.Pick {
	list := slices.Clone(all)
	for _, key := range append(a.several(), a.text()) {
		if key != "" && !slices.ContainsFunc(list, func(p casework.Pick) bool { return p.Key == key }) {
			list = append(list, casework.Pick{Key: key, Words: a.Named.Of(key)})
		}
	}
	return list
}

func (a ask) codes() []codeset.Code {
	set, ok := a.Codes(a.q.Set.Text)
	if !ok {
		return nil
	}
	return set.At(a.Today)
}

func (a ask) options() []govuk.SelectItem {
	items := []govuk.SelectItem{{Text: "Select one"}}
	if a.q.Kind == form.Person {
		for _, p := range a.picks(a.People) {
			items = append(items, govuk.SelectItem{Value: p.Key, Text: p.Words})
		}
		return items
	}
	for _, c := range a.codes() {
		items = append(items, govuk.SelectItem{Value: c.Code, Text: c.Label})
	}
	return items
}

func (a ask) most() int {
	if a.q.Max != nil && a.q.Kind == form.Text {
		return a.q.Max.N
	}
	return form.MostText
}

func (a ask) rows() int {
	return max(3, min(14, 2+len(a.text())/70))
}

// An item of a list, or a row of a table, on a page.
type itemAsk struct {
	key   string
	title string
	asks  []ask
}

func (a ask) items() []itemAsk {
	at := shownAt(a.shown, a.q.ID)
	of := func(key, title string, values map[string]any, i int) itemAsk {
		var shown []form.Shown
		if at != nil && i < len(at.Items) {
			shown = at.Items[i].Questions
		}
		return itemAsk{key: key, title: title, asks: a.asksOf(a.q.Item, shown, values, append(slices.Clone(a.path), key), false, i)}
	}
	var list []itemAsk
	if a.q.Kind == form.Table {
		rows, _ := a.value.(map[string]any)
		for i, o := range a.q.Options {
			values, _ := rows[o.ID].(map[string]any)
			list = append(list, of(o.ID, o.Label, values, i))
		}
		return list
	}
	given, _ := a.value.([]any)
	for i, v := range given {
		values, _ := v.(map[string]any)
		list = append(list, of(strconv.Itoa(i), a.q.Text+", "+strconv.Itoa(i+1), values, i))
	}
	if a.Extra == a.q.ID || len(given) == 0 && a.required {
		list = append(list, of(strconv.Itoa(len(given)), a.q.Text+", "+strconv.Itoa(len(given)+1), nil, len(given)))
	}
	return list
}

func (a ask) mayAdd() bool {
	given, _ := a.value.([]any)
	most := form.MostItems
	if a.q.Max != nil {
		most = a.q.Max.N
	}
	return len(given) < most
}

// last is what was answered last time, in words; empty where there was no last time.
func (a ask) last() string {
	if !a.top || a.Last == nil {
		return ""
	}
	p, ok := a.Last[a.q.ID]
	if !ok {
		return ""
	}
	return Words(p, a.Named)
}

// AnewField is the field in which somebody says whether an answer is still true.
func AnewField(question string) string { return anew + fieldSep + question }

// anew reports whether somebody has to say whether the answer is still true, and what
// they said.
func (a ask) anew() (said string, asked bool) {
	if !a.top {
		return "", false
	}
	said, asked = a.Anew[a.q.ID]
	return said, asked
}

// began is what the answer was when the document began, and of when that is.
func (a ask) began() (was form.PrintedAnswer, when string) {
	if p, ok := a.Last[a.q.ID]; ok && Words(p, a.Named) != "" && !a.LastOn.IsZero() {
		return p, "On " + a.LastOn.Long() + " the answer was:"
	}
	if p, ok := a.Began[a.q.ID]; ok {
		return p, "It began with this answer of another document:"
	}
	return form.PrintedAnswer{Words: []string{words(a.Fields, a.q)}}, "It began with this answer:"
}

// Words is an answer in words, with what its keys are called.
func Words(p form.PrintedAnswer, named casework.Named) string {
	if p.Kind == form.Signature && len(p.Keys) == 1 && len(p.Words) == 1 {
		return named.Of(p.Keys[0]) + ", on " + p.Words[0]
	}
	parts := slices.Clone(p.Words)
	for _, key := range p.Keys {
		parts = append(parts, named.Of(key))
	}
	if p.Why != "" {
		parts = append(parts, p.Why)
	}
	if len(p.Marked) > 0 {
		parts = append(parts, form.WriteMarked(p.Marked))
	}
	for i, it := range p.Items {
		title := it.Row
		if title == "" {
			title = strconv.Itoa(i + 1)
		}
		var inside []string
		for _, sub := range it.Answers {
			if w := Words(sub, named); w != "" {
				inside = append(inside, sub.Question+" "+w)
			}
		}
		if len(inside) > 0 {
			parts = append(parts, title+". "+strings.Join(inside, " "))
		}
	}
	return strings.Join(parts, "\n")
}

func (a ask) radioClasses() string {
	if a.inline() {
		return "govuk-radios--inline govuk-radios--small"
	}
	return "govuk-radios--small"
}

// hadLast reports whether what was answered last time stands beside the answer: not where
// there is none, then or now.
func (a ask) hadLast() bool {
	if !a.top || a.Last == nil || a.q.Kind == form.Computed || a.q.Kind == form.Signature {
		return false
	}
	return a.last() != "" || asTyped(a.value) != ""
}

// same reports whether the answer is that of last time.
func (a ask) same() bool {
	at := shownAt(a.Shown, a.q.ID)
	return at != nil && Words(a.Form.InWords(*at, a.Today), a.Named) == a.last()
}

func (a ask) pickHint() govuk.HintOptions {
	if a.q.Kind == form.Person && a.q.Hint == "" {
		return govuk.HintOptions{Text: "Somebody of this record, or of the family as it is recorded. Others are added under Family."}
	}
	return a.hint()
}

func (a ask) textHint() govuk.HintOptions {
	h := a.hint()
	if a.q.Marked {
		h.Text = strings.TrimSpace(h.Text + " Begin each paragraph with its mark, such as [observed].")
	}
	return h
}

// kept is what a page sends of a signature that stays.
func (a ask) kept() string { return casework.SignKept + strconv.Itoa(a.item) }

func longDay(day string) string {
	d, err := date.Parse(day)
	if err != nil {
		return day
	}
	return d.Long()
}
