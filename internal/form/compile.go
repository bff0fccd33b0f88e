package form

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
)

// A Form is a Spec that was checked and can judge. It does not change and may be
// used by many goroutines at once.
type Form struct {
	Spec

	around    Around
	sections  []*sectionPlan
	bySection map[string]*sectionPlan
	rules     []rulePlan
	scores    map[string]*program
	complete  []effectPlan
	sign      []effectPlan
	order     []node // each after what it reads
	facts     []string
	sets      []string // kinds of fact that its effects may set
}

// Facts are the kinds of facts that the form reads.
func (f *Form) Facts() []string { return f.facts }

func (f *Form) readsFact(kind string) {
	if !slices.Contains(f.facts, kind) {
		f.facts = append(f.facts, kind)
	}
}

// For is the form as it is completed and authorised by others than it says itself, and
// sets other facts.
func (f *Form) For(complete, authorise []Word, none bool, sets []string) *Form {
	g := *f
	g.CompleteBy, g.AuthoriseBy, g.NoAuthorise, g.sets = complete, authorise, none, sets
	return &g
}

// Sets are the kinds of fact that its effects may set: those that they name or, where a
// second person approves them, those of these that were approved.
func (f *Form) Sets() []string { return f.sets }

// FactsSet are the kinds of fact that effects name, in order.
func (s *Spec) FactsSet() []string {
	var kinds []string
	for _, list := range [][]Effect{s.OnComplete, s.OnSign} {
		for _, e := range list {
			if e.Act == SetFact {
				kinds = append(kinds, e.Target.Text)
			}
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// A sectionPlan is a section with its programs.
type sectionPlan struct {
	*Section
	when  *program
	asks  []*askPlan
	byID  map[string]*askPlan
	index int
}

// An askPlan is a question with its programs.
type askPlan struct {
	*Question
	when     *program
	value    *program
	demanded []demandedBy // what makes it shown and required
	items    []*askPlan   // of a list or table, in the order of the form
	order    []*askPlan   // of a list or table, each after what it reads
	domain   []string     // its answers, where they can be counted out
}

// A demandedBy is an answer that demands a question.
type demandedBy struct {
	by     *askPlan
	answer string
}

type rulePlan struct {
	*Rule
	check  *program
	beside node
}

type effectPlan struct {
	*Effect
	when, value *program
}

// A compiler checks one form and gathers what is wrong with it.
type compiler struct {
	spec     *Spec
	around   Around
	world    *world
	form     *Form
	needsOf  map[node][]node
	tries    int // sets of answers tried out so far
	mistakes []Mistake
}

func (c *compiler) report(at Place, format string, args ...any) {
	c.mistakes = append(c.mistakes, Mistake{at, fmt.Sprintf(format, args...)})
}

// Compile checks a form whole: every name, every type, cycles, and answers that
// nobody can give. The form is nil where there is a mistake. The mistakes are in
// the order of their places.
func Compile(spec Spec, around Around) (*Form, []Mistake) {
	c := &compiler{spec: &spec, around: around}
	c.shape()
	if len(c.mistakes) == 0 {
		c.build()
	}
	if len(c.mistakes) == 0 {
		c.arrange()
	}
	if len(c.mistakes) == 0 {
		c.impossible()
	}
	if len(c.mistakes) > 0 {
		slices.SortStableFunc(c.mistakes, func(a, b Mistake) int {
			return cmp.Or(cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column), strings.Compare(a.Message, b.Message))
		})
		return nil, slices.Compact(c.mistakes)
	}
	return c.form, nil
}

// build compiles every expression in its place.
func (c *compiler) build() {
	w, err := newWorld(c.spec, c.around)
	if err != nil {
		c.report(c.spec.At, "%v", err)
		return
	}
	c.world = w
	f := &Form{Spec: *c.spec, around: c.around, bySection: map[string]*sectionPlan{}, scores: map[string]*program{}}
	f.sets = c.spec.FactsSet()
	c.form = f
	for i := range c.spec.Sections {
		s := &sectionPlan{Section: &c.spec.Sections[i], byID: map[string]*askPlan{}, index: i}
		if !s.When.IsZero() {
			s.when = c.compile(s.When, stand{}, cel.BoolType, "the when of section '"+s.ID+"'")
		}
		s.asks = c.asks(s.Ask, stand{section: s.ID})
		for _, q := range s.asks {
			s.byID[q.ID] = q
		}
		f.sections = append(f.sections, s)
		f.bySection[s.ID] = s
	}
	for i := range c.spec.Scores {
		s := &c.spec.Scores[i]
		want := cel.IntType
		if s.Places > 0 {
			want = cel.DoubleType
		}
		f.scores[s.ID] = c.compile(s.Value, stand{}, want, "the value of score '"+s.ID+"'")
	}
	for i := range c.spec.Rules {
		r := &c.spec.Rules[i]
		plan := rulePlan{Rule: r, check: c.compile(r.Check, stand{}, cel.BoolType, "the check of rule '"+r.ID+"'")}
		if section, question, ok := strings.Cut(r.Beside.Text, "."); ok {
			plan.beside = node{section: section, question: question} // known: shape has looked
		} else if plan.check != nil {
			for _, n := range plan.check.reads {
				if n.question != "" {
					plan.beside = n
					break
				}
			}
		}
		f.rules = append(f.rules, plan)
	}
	f.complete, f.sign = c.effects(c.spec.OnComplete), c.effects(c.spec.OnSign)
}

func (c *compiler) asks(ask []Question, at stand) []*askPlan {
	plans := make([]*askPlan, 0, len(ask))
	byID := map[string]*askPlan{}
	for i := range ask {
		q := &ask[i]
		p := &askPlan{Question: q, domain: q.options(c.around)}
		name := "question '" + q.ID + "'"
		if !q.When.IsZero() {
			p.when = c.compile(q.When, at, cel.BoolType, "the when of "+name)
		}
		if q.Kind == Computed {
			p.value = c.compile(q.Value, at, givesType(q.Gives), "the value of "+name)
		}
		if q.Kind == List || q.Kind == Table {
			p.items = c.asks(q.Item, stand{at.section, q})
		}
		plans = append(plans, p)
		byID[q.ID] = p
	}
	for _, p := range plans {
		for _, d := range p.Demands {
			for _, id := range d.Ask {
				if q, ok := byID[id.Text]; ok {
					q.demanded = append(q.demanded, demandedBy{p, d.Answer.Text})
				}
			}
		}
	}
	return plans
}

func (c *compiler) effects(list []Effect) []effectPlan {
	plans := make([]effectPlan, 0, len(list))
	for i := range list {
		e := &list[i]
		plan := effectPlan{Effect: e}
		if !e.When.IsZero() {
			plan.when = c.compile(e.When, stand{}, cel.BoolType, "the when of an effect")
		}
		if e.Act == SetFact {
			plan.value = c.compile(e.Value, stand{}, cel.StringType, "the value of fact '"+e.Target.Text+"'")
			c.factValue(e, plan.value)
		}
		plans = append(plans, plan)
	}
	return plans
}

// arrange puts questions, sections and scores in an order in which each comes
// after what it reads, and reports what goes round in a circle.
func (c *compiler) arrange() {
	needs := map[node][]node{}
	c.needsOf = needs
	var all []node
	for _, s := range c.form.sections {
		section := node{section: s.ID}
		all = append(all, section)
		if s.when != nil {
			needs[section] = s.when.reads
		}
		for _, q := range s.asks {
			n := node{section: s.ID, question: q.ID}
			all = append(all, n)
			needs[n] = append([]node{section}, c.needs(s.ID, q)...)
			q.order = c.itemOrder(q)
		}
	}
	for _, s := range c.spec.Scores {
		n := node{score: s.ID}
		all = append(all, n)
		needs[n] = c.form.scores[s.ID].reads
	}
	order, circle := sorted(all, needs)
	if len(circle) > 0 {
		words := make([]string, len(circle))
		for i, n := range circle {
			words[i] = n.String()
		}
		c.report(c.placeOf(circle[0]), "goes round in a circle: %s", strings.Join(words, " needs "))
		return
	}
	c.form.order = order
}

// needs are what a question reads, with its items.
func (c *compiler) needs(section string, q *askPlan) []node {
	var list []node
	for _, p := range []*program{q.when, q.value} {
		if p != nil {
			list = append(list, p.reads...)
		}
	}
	for _, d := range q.demanded {
		list = append(list, node{section: section, question: d.by.ID})
	}
	for _, item := range q.items {
		for _, p := range []*program{item.when, item.value} {
			if p != nil {
				list = append(list, p.reads...)
			}
		}
	}
	return list
}

// itemOrder is arrange within the items of a list.
func (c *compiler) itemOrder(list *askPlan) []*askPlan {
	if len(list.items) == 0 {
		return nil
	}
	byID := map[string]*askPlan{}
	needs := map[node][]node{}
	all := make([]node, 0, len(list.items))
	for _, q := range list.items {
		byID[q.ID] = q
		n := node{section: list.ID, question: q.ID}
		all = append(all, n)
		for _, p := range []*program{q.when, q.value} {
			if p == nil {
				continue
			}
			for _, id := range p.items {
				if id != nameRow {
					needs[n] = append(needs[n], node{section: list.ID, question: id})
				}
			}
		}
		for _, d := range q.demanded {
			needs[n] = append(needs[n], node{section: list.ID, question: d.by.ID})
		}
	}
	order, circle := sorted(all, needs)
	if len(circle) > 0 {
		words := make([]string, len(circle))
		for i, n := range circle {
			words[i] = n.question
		}
		c.report(byID[circle[0].question].At, "goes round in a circle in list '%s': %s", list.ID, strings.Join(words, " needs "))
		return nil
	}
	plans := make([]*askPlan, len(order))
	for i, n := range order {
		plans[i] = byID[n.question]
	}
	return plans
}

// sorted is the nodes, each after what it needs, or a circle, which begins and
// ends with the same node.
func sorted(all []node, needs map[node][]node) (order, circle []node) {
	const doing, done = 1, 2
	state := map[node]int{}
	var path []node
	var visit func(n node) bool
	visit = func(n node) bool {
		switch state[n] {
		case done:
			return true
		case doing:
			circle = append(slices.Clone(path[slices.Index(path, n):]), n)
			return false
		}
		state[n] = doing
		path = append(path, n)
		for _, m := range needs[n] {
			if !visit(m) {
				return false
			}
		}
		path = path[:len(path)-1]
		state[n] = done
		order = append(order, n)
		return true
	}
	for _, n := range all {
		if !visit(n) {
			return nil, circle
		}
	}
	return order, nil
}

// placeOf is where a node is written.
func (c *compiler) placeOf(n node) Place {
	if n.score != "" {
		for _, s := range c.spec.Scores {
			if s.ID == n.score {
				return s.At
			}
		}
	}
	if s, ok := c.form.bySection[n.section]; ok {
		if q, ok := s.byID[n.question]; ok {
			return q.At
		}
		return s.At
	}
	return c.spec.At
}
