package form

import (
	"fmt"
	"slices"
	"strconv"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"casefile/internal/date"
)

// A Context is what a document is judged in. The zero Context has nothing known.
type Context struct {
	Today  date.Date // given by the caller; the package asks no clock
	Born   date.Date
	Opened date.Date           // of the episode
	Facts  map[string][]string // codes, or words, by kind of fact
	// Previous is the last final document of the same form and person.
	Previous *Final
	// Uses are the latest final documents of other forms, by form.
	Uses map[string]*Final
}

// A Final is what a completed document says: its shown answers, each in its one
// form, with what was computed. It is what other documents read.
type Final struct {
	Form     string                    `json:"form"`
	Version  int                       `json:"version"`
	Sections map[string]map[string]any `json:"sections"`
}

// A Judgement is what a form makes of answers. It is the same for the same
// answers in the same Context.
type Judgement struct {
	Sections []ShownSection
	Problems []Problem // in the order of the form; rules last
	// Scores are those that are known.
	Scores []ScoreValue
	// OnComplete and OnSign will happen when the document is completed and signed.
	OnComplete, OnSign []Doing

	final Final
}

// Ready reports whether the document can be completed.
func (j Judgement) Ready() bool { return len(j.Problems) == 0 }

// Final is what the document says, for other documents to read.
func (j Judgement) Final() *Final { return &j.final }

// A ShownSection is a section that is shown.
type ShownSection struct {
	ID, Title, Help string
	Questions       []Shown
}

// A Shown is a question that is shown. Value is its answer, in its one form where
// the question takes it and as it was typed where not; nil is unanswered.
type Shown struct {
	Question *Question
	Required bool
	Value    any
	Items    []ShownItem
}

// A ShownItem is an item of a list, or a row of a table.
type ShownItem struct {
	Row       string
	Questions []Shown
}

// A ScoreValue is a score that is known.
type ScoreValue struct {
	ID, Title string
	Value     float64
	Text      string // the number, with the decimals that it has
	Band      string // what it is called; may be empty
}

// A state is a document while it is being judged.
type state struct {
	f       *Form
	c       Context
	a       Answers
	globals map[string]ref.Val
	records map[string]*record
	score   *record
	shown   map[string]bool      // sections
	answers map[string][]*answer // of sections, one for each question
	given   map[node]ref.Val     // for trying answers out; nil in a document
	failed  func(Expr, error)    // as in scope
}

// An answer is one question of a document.
type answer struct {
	shown    bool
	required bool
	wrong    string
	kept     any // in its one form; nil where unanswered or wrong
	items    []item
}

type item struct {
	row     string
	typed   map[string]any // nil where it cannot be read
	record  *record
	answers []*answer // one for each question of the list
	wrong   string
}

// newState is a document of which nothing is worked out yet. The names beside the
// form's own are there only once surroundings has been called.
func (f *Form) newState(a Answers, c Context) *state {
	st := &state{
		f: f, c: c, a: a,
		globals: make(map[string]ref.Val, len(f.sections)+10),
		records: make(map[string]*record, len(f.sections)),
		shown:   make(map[string]bool, len(f.sections)),
		answers: make(map[string][]*answer, len(f.sections)),
		score:   newRecord(nameScore, len(f.Scores)),
	}
	for _, s := range f.sections {
		r := newRecord(ownType(s.ID), len(s.asks))
		for _, q := range s.asks {
			r.fields[celName(q.ID)] = q.nothing()
		}
		st.records[s.ID] = r
		st.globals[celName(s.ID)] = r
		st.answers[s.ID] = make([]*answer, len(s.asks))
	}
	st.globals[nameScore] = st.score
	return st
}

// nothing is what an unanswered question is in CEL.
func (q *Question) nothing() ref.Val {
	switch q.Kind {
	case Text:
		return types.String("")
	case List, Table:
		return types.NewRefValList(types.DefaultTypeAdapter, nil)
	case Choices, Codes, Attachment:
		return types.NewStringList(types.DefaultTypeAdapter, nil)
	}
	return notKnown
}

// scope is where an expression of a section stands, or of an item in it.
func (st *state) scope(section string, it *record) *scope {
	return &scope{item: it, section: st.records[section], globals: st.globals, failed: st.failed}
}

// run works everything out, each after what it reads.
func (st *state) run(order []node) {
	for _, n := range order {
		switch {
		case n.score != "":
			if v := st.f.scores[n.score].eval(st.scope("", nil)); !types.IsUnknown(v) {
				st.score.fields[celName(n.score)] = v
			}
		case n.question == "":
			st.shown[n.section] = st.f.bySection[n.section].when.holds(st.scope("", nil))
		default:
			st.ask(n)
		}
	}
}

// ask works one question out.
func (st *state) ask(n node) {
	s := st.f.bySection[n.section]
	i := slices.IndexFunc(s.asks, func(q *askPlan) bool { return q.ID == n.question })
	q, a := s.asks[i], &answer{}
	st.answers[n.section][i] = a
	if !st.shown[n.section] {
		return
	}
	r := st.records[n.section]
	sc := st.scope(n.section, nil)
	a.shown, a.required = q.shows(sc, r)
	if !a.shown {
		return
	}
	if st.given != nil {
		if v, ok := st.given[n]; ok {
			r.fields[celName(q.ID)] = v
		}
		if q.Kind != Computed {
			return
		}
	}
	if v := st.fill(q, a, st.a.Get(n.section, n.question), n.section, sc); v != nil {
		r.fields[celName(q.ID)] = v
	}
}

// shows reports whether a question is shown and required; r holds those beside it.
func (q *askPlan) shows(sc *scope, r *record) (shown, required bool) {
	if len(q.demanded) == 0 {
		shown = q.when.holds(sc)
		return shown, shown && q.Required
	}
	for _, d := range q.demanded {
		if asText(r.fields[celName(d.by.ID)]) == d.answer {
			return true, true
		}
	}
	return false, false
}

// asText is a single answer as a definition writes it.
func asText(v ref.Val) string {
	switch v := v.(type) {
	case types.String:
		return string(v)
	case types.Int:
		return strconv.FormatInt(int64(v), 10)
	}
	return ""
}

// fill takes up what was answered, and gives it as CEL has it; nil is nothing.
func (st *state) fill(q *askPlan, a *answer, v any, section string, sc *scope) ref.Val {
	switch q.Kind {
	case Computed:
		out := q.value.eval(sc)
		if types.IsUnknown(out) {
			return nil
		}
		a.kept = computedText(q.Question, out)
		return out
	case List, Table:
		return st.fillItems(q, a, v, section)
	}
	if empty(v) {
		return nil
	}
	t, wrong := st.f.take(q, v, st.c)
	if wrong != "" {
		a.wrong = wrong
		return nil
	}
	if q.Kind == Text && t.kept == "" || answered(t.cel) != types.True {
		return nil
	}
	a.kept = t.kept
	return t.cel
}

// computedText is a computed answer as it is kept: text of one form.
func computedText(q *Question, v ref.Val) any {
	switch v := v.(type) {
	case types.Bool:
		if v {
			return Yes
		}
		return No
	case types.Timestamp:
		return dateOf(v).String()
	case types.Double:
		return strconv.FormatFloat(float64(v), 'f', q.Places, 64)
	case types.Int:
		return strconv.FormatInt(int64(v), 10)
	case types.String:
		return string(v)
	}
	return nil
}

// fillItems takes up a list or a table.
func (st *state) fillItems(q *askPlan, a *answer, v any, section string) ref.Val {
	var given []any
	if empty(v) {
		v = nil
	}
	switch v := v.(type) {
	case nil:
	case []any:
		if q.Kind == List {
			given = v
		} else {
			a.wrong = "This table cannot be read"
		}
	case map[string]any:
		if q.Kind == Table {
			given = make([]any, len(q.Options))
			for i, o := range q.Options {
				given[i] = v[o.ID]
			}
		} else {
			a.wrong = "This list cannot be read"
		}
	default:
		a.wrong = "This list cannot be read"
	}
	if q.Kind == Table && given == nil {
		given = make([]any, len(q.Options))
	}
	if most := q.most(MostItems); q.Kind == List && len(given) > most {
		a.wrong = fmt.Sprintf("Give at most %d", most)
		given = given[:most]
	}
	var vals []ref.Val
	name := ownType(section) + "." + celName(q.ID)
	for i, g := range given {
		it := item{record: newRecord(name, len(q.items)+1), answers: make([]*answer, len(q.items))}
		if q.Kind == Table {
			it.row = q.Options[i].ID
			it.record.fields[nameRow] = types.String(it.row)
		}
		var ok bool
		if it.typed, ok = g.(map[string]any); !ok && !empty(g) {
			it.wrong = "This item cannot be read"
		}
		for _, sub := range q.items {
			it.record.fields[celName(sub.ID)] = sub.nothing()
		}
		sc := st.scope(section, it.record)
		for _, sub := range q.order {
			sa := &answer{}
			it.answers[slices.Index(q.items, sub)] = sa
			if sa.shown, sa.required = sub.shows(sc, it.record); sa.shown {
				if v := st.fill(sub, sa, it.typed[sub.ID], section, sc); v != nil {
					it.record.fields[celName(sub.ID)] = v
				}
			}
		}
		a.items = append(a.items, it)
		vals = append(vals, it.record)
	}
	if len(vals) == 0 {
		return nil
	}
	return types.NewRefValList(types.DefaultTypeAdapter, vals)
}

// Judge holds answers to the form: what is shown, what is wrong or missing, the
// scores, and what completing and signing would do. It never fails, whatever the
// answers hold.
func (f *Form) Judge(a Answers, c Context) Judgement { return f.judge(a, c, nil) }

func (f *Form) judge(a Answers, c Context, failed func(Expr, error)) Judgement {
	st := f.newState(a, c)
	st.failed = failed
	st.surroundings()
	st.run(f.order)
	j := Judgement{final: Final{Form: f.ID, Version: f.Version, Sections: map[string]map[string]any{}}}
	for _, s := range f.sections {
		if !st.shown[s.ID] {
			continue
		}
		section := ShownSection{ID: s.ID, Title: s.Title, Help: s.Help}
		kept := map[string]any{}
		for i, q := range s.asks {
			an := st.answers[s.ID][i]
			if !an.shown {
				continue
			}
			section.Questions = append(section.Questions, showOne(q, an, a.Get(s.ID, q.ID)))
			j.Problems = append(j.Problems, problemsOf(s.ID, q, an)...)
			if said, asked := f.ToLookAt(a, s.ID, q.ID); asked && said == "" {
				j.Problems = append(j.Problems, Problem{Kind: Unreviewed, Section: s.ID, Question: q.ID, Words: "Say whether this is still true"})
			}
			if v := final(q, an); v != nil {
				kept[q.ID] = v
			}
		}
		if len(kept) > 0 {
			j.final.Sections[s.ID] = kept
		}
		j.Sections = append(j.Sections, section)
	}
	sc := st.scope("", nil)
	for _, r := range f.rules {
		if !r.check.fails(sc) || r.Exception && !empty(a.Exceptions[r.ID]) {
			continue
		}
		j.Problems = append(j.Problems, Problem{Kind: Broken, Section: r.beside.section, Question: r.beside.question, Rule: r.ID, Exception: r.Exception, Words: r.Say})
	}
	for _, s := range f.Scores {
		if v, ok := st.score.fields[celName(s.ID)]; ok {
			j.Scores = append(j.Scores, scoreValue(s, v))
		}
	}
	j.OnComplete, j.OnSign = doings(f.complete, sc), doings(f.sign, sc)
	return j
}

func scoreValue(s Score, v ref.Val) ScoreValue {
	out := ScoreValue{ID: s.ID, Title: s.Title}
	switch v := v.(type) {
	case types.Int:
		out.Value = float64(v)
	case types.Double:
		out.Value = float64(v)
	}
	out.Text = strconv.FormatFloat(out.Value, 'f', s.Places, 64)
	for _, b := range s.Bands {
		if out.Value >= float64(b.From) {
			out.Band = b.Label
		}
	}
	return out
}

func doings(plans []effectPlan, sc *scope) []Doing {
	var list []Doing
	for _, p := range plans {
		if !p.when.holds(sc) {
			continue
		}
		d := Doing{Act: p.Act, Target: p.Target.Text, Title: p.Title, Days: p.Days, Hours: p.Hours}
		if p.value != nil {
			v, ok := p.value.eval(sc).(types.String)
			if !ok || v == "" {
				continue
			}
			d.Value = string(v)
		}
		list = append(list, d)
	}
	return list
}

// showOne is a question as a page shows it.
func showOne(q *askPlan, a *answer, typed any) Shown {
	s := Shown{Question: q.Question, Required: a.required, Value: a.kept}
	if a.wrong != "" {
		s.Value = typed
	}
	for _, it := range a.items {
		si := ShownItem{Row: it.row}
		for k, sub := range q.items {
			if it.answers[k].shown {
				si.Questions = append(si.Questions, showOne(sub, it.answers[k], it.typed[sub.ID]))
			}
		}
		s.Items = append(s.Items, si)
	}
	return s
}

// final is what a question keeps in the final document; nil is nothing.
func final(q *askPlan, a *answer) any {
	if len(q.items) == 0 {
		return a.kept
	}
	list, rows := []any{}, map[string]any{}
	for _, it := range a.items {
		m := map[string]any{}
		for k, sub := range q.items {
			if v := it.answers[k].kept; v != nil {
				m[sub.ID] = v
			}
		}
		if q.Kind == List {
			list = append(list, m)
		} else if len(m) > 0 {
			rows[it.row] = m
		}
	}
	switch {
	case q.Kind == List && len(list) > 0:
		return list
	case q.Kind == Table && len(rows) > 0:
		return rows
	}
	return nil
}

// reviews reports whether a section that began with answers of a form has to be
// looked at anew.
func (f *Form) reviews(section, from string) bool {
	return slices.ContainsFunc(f.CopyFrom, func(cp Copy) bool {
		return cp.To.Text == section && cp.Review && (cp.Form.Text == from || cp.Form.Text == "" && from == f.ID)
	})
}
