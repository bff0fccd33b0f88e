package form

import (
	"math"
	"slices"
	"strconv"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"casefile/internal/date"
)

// questionOf is the question that a part of an expression is the answer of.
func (c *compiler) questionOf(a *ast.AST, e ast.Expr, at stand) *Question {
	switch e.Kind() {
	case ast.SelectKind:
		of := a.GetType(e.AsSelect().Operand().ID())
		if of != nil && of.Kind() == types.StructKind {
			return c.world.structs[of.TypeName()][e.AsSelect().FieldName()].q
		}
	case ast.IdentKind:
		if f, _, ok := c.world.bare(at.section, at.list, e.AsIdent()); ok {
			return f.q
		}
	}
	return nil
}

// literals reports answers in an expression that nobody can give, dates that are
// none, and a name for items that is taken. It is false where there is one.
func (c *compiler) literals(p *program, at stand) bool {
	before := len(c.mistakes)
	place := func(e ast.Expr) Place {
		l := p.ast.SourceInfo().GetStartLocation(e.ID())
		if l == nil || l.Line() < 1 {
			return p.expr.At
		}
		return p.expr.inside(l.Line(), max(l.Column(), 0))
	}
	ast.PreOrderVisit(p.ast.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.ComprehensionKind:
			if name := e.AsComprehension().IterVar(); slices.Contains(c.names(at), name) {
				c.report(p.expr.At, "'%s' is the name of something already; call each item of the list otherwise", name)
			}
		case ast.CallKind:
			call := e.AsCall()
			args := call.Args()
			switch call.FunctionName() {
			case operators.Equals, operators.NotEquals:
				c.oneLiteral(p.ast, args[0], args[1], at, place)
				c.oneLiteral(p.ast, args[1], args[0], at, place)
			case operators.In:
				if args[1].Kind() == ast.ListKind {
					for _, lit := range args[1].AsList().Elements() {
						c.oneLiteral(p.ast, args[0], lit, at, place)
					}
				} else {
					c.oneLiteral(p.ast, args[1], args[0], at, place)
				}
			case operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals:
				c.bounds(p.ast, call.FunctionName(), args[0], args[1], at, place)
			case "date":
				if s, ok := literalText(args[0]); ok {
					if d, err := date.Parse(s); err != nil || d.IsZero() {
						c.report(place(args[0]), "'%s' is not a date, such as 2026-03-05", s)
					}
				}
			}
		}
	}))
	return len(c.mistakes) == before
}

func literalText(e ast.Expr) (string, bool) {
	if e.Kind() != ast.LiteralKind {
		return "", false
	}
	switch v := e.AsLiteral().(type) {
	case types.String:
		return string(v), true
	case types.Int:
		return strconv.FormatInt(int64(v), 10), true
	}
	return "", false
}

func (c *compiler) oneLiteral(a *ast.AST, question, literal ast.Expr, at stand, place func(ast.Expr) Place) {
	text, ok := literalText(literal)
	if !ok {
		return
	}
	q := c.questionOf(a, question, at)
	if q == nil {
		return
	}
	if q.Kind == Number {
		if n, err := strconv.Atoi(text); err == nil && (n < q.least(math.MinInt) || n > q.most(math.MaxInt)) {
			c.report(place(literal), "question '%s' can never be %d; it is from %d to %d", q.ID, n, q.least(math.MinInt), q.most(math.MaxInt))
		}
		return
	}
	answers := q.options(c.around)
	if len(answers) == 0 || slices.Contains(answers, text) {
		return
	}
	c.report(place(literal), "question '%s' can never be '%s'%s", q.ID, text, c.oneOf(text, answers))
}

// bounds reports a comparison that the range of a question decides by itself.
func (c *compiler) bounds(a *ast.AST, op string, left, right ast.Expr, at stand, place func(ast.Expr) Place) {
	turned := map[string]string{operators.Less: operators.Greater, operators.LessEquals: operators.GreaterEquals, operators.Greater: operators.Less, operators.GreaterEquals: operators.LessEquals}
	q, lit := c.questionOf(a, left, at), right
	if q == nil {
		q, lit, op = c.questionOf(a, right, at), left, turned[op]
	}
	if q == nil || q.Kind != Rating && (q.Kind != Number || q.Min == nil || q.Max == nil) {
		return
	}
	text, ok := literalText(lit)
	n, err := strconv.Atoi(text)
	if !ok || err != nil {
		return
	}
	least, most := q.least(0), q.most(4)
	var always, never bool
	switch op {
	case operators.Less:
		always, never = most < n, least >= n
	case operators.LessEquals:
		always, never = most <= n, least > n
	case operators.Greater:
		always, never = least > n, most <= n
	case operators.GreaterEquals:
		always, never = least >= n, most < n
	}
	if always || never {
		word := map[bool]string{true: "always", false: "never"}[always]
		sign, _ := operators.FindReverse(op)
		c.report(place(lit), "question '%s' is %s %s %d; it is from %d to %d", q.ID, word, sign, n, least, most)
	}
}

// factValue reports a fact that could be set to what is no code of its set.
func (c *compiler) factValue(e *Effect, p *program) {
	f, ok := c.around.fact(e.Target.Text)
	if p == nil || !ok {
		return
	}
	set, ok := c.around.set(f.Set)
	if !ok {
		return
	}
	var check func(x ast.Expr)
	check = func(x ast.Expr) {
		if text, ok := literalText(x); ok {
			if !set.Known(text) {
				c.report(e.Value.At, "fact '%s' would be set to '%s', which is no code of set '%s'", f.ID, text, set.ID)
			}
			return
		}
		if x.Kind() == ast.CallKind && x.AsCall().FunctionName() == operators.Conditional {
			check(x.AsCall().Args()[1])
			check(x.AsCall().Args()[2])
			return
		}
		if q := c.questionOf(p.ast, x, stand{}); q != nil {
			for _, answer := range q.options(c.around) {
				if !set.Known(answer) {
					c.report(e.Value.At, "fact '%s' would be set to '%s', an answer to '%s', which is no code of set '%s'", f.ID, answer, q.ID, set.ID)
					return
				}
			}
			if q.options(c.around) != nil {
				return
			}
		}
		c.report(e.Value.At, "which code fact '%s' would be set to cannot be told; name a question, a code, or choose between them with ? and :", f.ID)
	}
	check(p.ast.Expr())
}

// How many sets of answers are tried out to find what is impossible: for one
// question or rule, and for a form in all, so that a form of many rules is still
// loaded in time. What is beyond is not told.
const (
	mostTries       = 2000
	mostTriesOfForm = 20_000
)

// impossible reports, where it can be told by trying every answer, a section or
// question that can never be shown, and a rule that is always or never false.
func (c *compiler) impossible() {
	for _, s := range c.form.sections {
		if s.when != nil {
			if _, seen, told := c.try([]node{{section: s.ID}}, func(st *state) ref.Val { return types.Bool(st.shown[s.ID]) }); told && !seen {
				c.report(s.When.At, "section '%s' can never be shown", s.ID)
				for _, q := range s.asks {
					if q.Required {
						c.report(q.At, "question '%s' is required, and its section '%s' can never be shown", q.ID, s.ID)
					}
				}
				continue
			}
		}
		for i, q := range s.asks {
			if q.when == nil && len(q.demanded) == 0 {
				continue
			}
			n := node{section: s.ID, question: q.ID}
			if _, seen, told := c.try([]node{n}, func(st *state) ref.Val { return types.Bool(st.answers[s.ID][i].shown) }, n); told && !seen {
				c.report(q.At, "question '%s' can never be shown", q.ID)
			}
		}
	}
	for _, r := range c.form.rules {
		if r.check.outside {
			continue
		}
		fails, holds, told := c.try(r.check.reads, func(st *state) ref.Val { return r.check.eval(st.scope("", nil)) })
		switch {
		case !told:
		case !fails:
			c.report(r.Check.At, "rule '%s' holds for every answer, so it says nothing", r.ID)
		case !holds:
			c.report(r.Check.At, "rule '%s' fails for every answer, so nothing could be completed", r.ID)
		}
	}
}

// try gives every set of answers to what the nodes rest on, and says whether what
// is asked was ever false and ever true. It is not told where there are too many
// sets, or an answer that cannot be counted out; unasked are nodes whose own
// answers do not matter. That a rule is not known counts as its holding, since it
// does not stand in the way.
func (c *compiler) try(of []node, ask func(*state) ref.Val, unasked ...node) (wasFalse, wasTrue, told bool) {
	order, ok := c.closure(of)
	if !ok {
		return false, false, false
	}
	type variable struct {
		n    node
		vals []ref.Val
	}
	var vars []variable
	tries := 1
	for _, n := range order {
		if n.question == "" || slices.Contains(unasked, n) {
			continue
		}
		q := c.form.bySection[n.section].byID[n.question]
		if q.Kind == Computed {
			continue
		}
		if !q.single() || len(q.domain) == 0 {
			return false, false, false
		}
		v := variable{n, []ref.Val{notKnown}}
		for _, answer := range q.domain {
			if q.Kind == Rating {
				number, _ := strconv.Atoi(answer) // options made it of a number
				v.vals = append(v.vals, types.Int(number))
			} else {
				v.vals = append(v.vals, types.String(answer))
			}
		}
		vars = append(vars, v)
		if tries *= len(v.vals); tries > mostTries {
			return false, false, false
		}
	}
	if c.tries += tries; c.tries > mostTriesOfForm {
		return false, false, false
	}
	at := make([]int, len(vars))
	st := c.form.newState(Answers{}, Context{})
	st.given = make(map[node]ref.Val, len(vars))
	for range tries {
		st.forget(order)
		for i, v := range vars {
			st.given[v.n] = v.vals[at[i]]
		}
		st.run(order)
		switch v := ask(st); {
		case v == types.False:
			wasFalse = true
		case v == types.True, !slices.Contains(at, 0):
			wasTrue = true
		}
		if wasFalse && wasTrue {
			break
		}
		for i := range at {
			if at[i]++; at[i] < len(vars[i].vals) {
				break
			}
			at[i] = 0
		}
	}
	return wasFalse, wasTrue, true
}

// closure is what the nodes rest on, in order. It is false where something rests
// on more than the form's own answers.
func (c *compiler) closure(of []node) ([]node, bool) {
	need := map[node]bool{}
	ok := true
	own := func(p *program) {
		if p != nil && p.outside {
			ok = false
		}
	}
	var visit func(n node)
	visit = func(n node) {
		if need[n] {
			return
		}
		need[n] = true
		switch {
		case n.score != "":
			own(c.form.scores[n.score])
		case n.question == "":
			own(c.form.bySection[n.section].when)
		default:
			q := c.form.bySection[n.section].byID[n.question]
			own(q.when)
			own(q.value)
		}
		for _, m := range c.needsOf[n] {
			visit(m)
		}
	}
	for _, n := range of {
		visit(n)
	}
	var order []node
	for _, n := range c.form.order {
		if need[n] {
			order = append(order, n)
		}
	}
	return order, ok
}

// forget takes back what was worked out of the nodes.
func (st *state) forget(order []node) {
	for _, n := range order {
		switch {
		case n.score != "":
			delete(st.score.fields, celName(n.score))
		case n.question != "":
			q := st.f.bySection[n.section].byID[n.question]
			st.records[n.section].fields[celName(q.ID)] = q.nothing()
		}
	}
}
