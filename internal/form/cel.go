package form

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Limits on an expression. A cost is counted in the steps of CEL, of which this
// machine does tens of millions in a second.
const (
	mostExpression = 2000 // characters
	mostDepth      = 40
	mostCost       = 250_000
)

// A node is what an expression reads of its own form: a question (section and
// question), a section's being shown (section alone), or a score.
type node struct{ section, question, score string }

// String is the node as a definition names it.
func (n node) String() string {
	switch {
	case n.score != "":
		return "score." + n.score
	case n.question == "":
		return "section " + n.section
	}
	return n.section + "." + n.question
}

// A program is a compiled expression.
type program struct {
	expr    Expr
	ast     *ast.AST
	run     cel.Program
	reads   []node   // each once, in the order in which they are named
	items   []string // the questions of its own item that it reads
	outside bool     // it reads something beside the form's own questions
}

// A stand is where an expression stands: the form as a whole, a section, or a
// list or table of a section.
type stand struct {
	section string
	list    *Question
}

// compile checks an expression, and reports what is wrong with it. The program is
// nil where something is; what is the noun of the sentence.
func (c *compiler) compile(x Expr, at stand, want *types.Type, what string) *program {
	env, err := c.world.env(at.section, at.list)
	if err != nil {
		c.report(x.At, "%v", err)
		return nil
	}
	parsed, issues := env.Compile(x.Text)
	if issues.Err() != nil {
		c.reportIssues(x, at, issues)
		return nil
	}
	native := parsed.NativeRep()
	if got := parsed.OutputType(); !got.IsExactType(want) {
		c.report(x.At, "%s is %s, and has to be %s", what, typeWords(got), typeWords(want))
		return nil
	}
	p := &program{expr: x, ast: native}
	estimate, err := env.EstimateCost(parsed, estimator{}, cost.PresenceTestHasCost(false))
	if err != nil {
		c.report(x.At, "what %s costs cannot be told: %v", what, err)
		return nil
	}
	if estimate.Max > mostCost {
		c.report(x.At, "%s may take %s steps, and may take %d: it goes through lists inside lists, or through long texts of each item", what, steps(estimate.Max), mostCost)
		return nil
	}
	options := []cel.ProgramOption{cel.EvalOptions(cel.OptOptimize)}
	if loops(native) {
		options = append(options, cel.CostLimit(4*mostCost))
	}
	if p.run, err = env.Program(parsed, options...); err != nil {
		c.report(x.At, "%s cannot be prepared: %v", what, err)
		return nil
	}
	p.reads, p.items, p.outside = c.reads(native, at)
	if !c.literals(p, at) {
		return nil
	}
	return p
}

func steps(n uint64) string {
	if n == math.MaxUint64 {
		return "any number of"
	}
	return fmt.Sprint(n)
}

func loops(a *ast.AST) bool {
	return len(ast.MatchDescendants(ast.NavigateAST(a), ast.KindMatcher(ast.ComprehensionKind))) > 0
}

// eval works the expression out. What went wrong in it, a division by zero or a
// number too large, is not known either.
func (p *program) eval(s *scope) ref.Val {
	v, _, err := p.run.Eval(s)
	if e, wrong := v.(*types.Err); wrong && err == nil {
		err = e
	}
	if err != nil || v == nil {
		if s.failed != nil && err != nil {
			s.failed(p.expr, err)
		}
		return notKnown
	}
	return v
}

// holds reports whether the expression is known and true.
func (p *program) holds(s *scope) bool { return p == nil || p.eval(s) == types.True }

// fails reports whether the expression is known and false.
func (p *program) fails(s *scope) bool { return p.eval(s) == types.False }

var (
	undeclared = regexp.MustCompile(`^undeclared reference to '([^']*)'`)
	undefined  = regexp.MustCompile(`^undefined field '([^']*)'`)
	noOverload = regexp.MustCompile(`^found no matching overload for '([^']*)' applied to '(.*)'$`)
)

// reportIssues says in our words what CEL found.
func (c *compiler) reportIssues(x Expr, at stand, issues *cel.Issues) {
	for _, e := range issues.Errors() {
		place := x.At
		if e.Location.Line() > 0 && e.Location.Column() >= 0 {
			place = x.inside(e.Location.Line(), e.Location.Column())
		}
		if m := undeclared.FindStringSubmatch(e.Message); m != nil {
			c.report(place, "unknown name '%s'%s", m[1], c.elsewhere(m[1], at))
		} else if m := undefined.FindStringSubmatch(e.Message); m != nil {
			c.report(place, "there is no '%s' there%s", m[1], c.around.meant(m[1], c.fields()))
		} else if m := noOverload.FindStringSubmatch(e.Message); m != nil {
			c.report(place, "%s does not go with %s", operatorWords(m[1]), signatureWords(m[2]))
		} else {
			text, _, _ := strings.Cut(strings.TrimPrefix(e.Message, "Syntax error: "), "\n")
			c.report(place, "this is not an expression that can be read: %s", text)
		}
	}
}

// elsewhere is the end of a sentence about an unknown name: that another section
// has a question of it, or which name was perhaps meant.
func (c *compiler) elsewhere(name string, at stand) string {
	for _, s := range c.spec.Sections {
		for _, q := range s.Ask {
			if celName(q.ID) == name && s.ID != at.section {
				return fmt.Sprintf("; a question of section '%s' is %s.%s here", s.ID, celName(s.ID), name)
			}
		}
	}
	return c.around.meant(name, c.names(at))
}

// names are those that an expression can use where it stands.
func (c *compiler) names(at stand) []string {
	names := slices.Collect(maps.Keys(c.world.globals))
	if at.section != "" {
		names = slices.AppendSeq(names, maps.Keys(c.world.structs[ownType(at.section)]))
		if at.list != nil {
			names = slices.AppendSeq(names, maps.Keys(c.world.structs[ownType(at.section)+"."+celName(at.list.ID)]))
		}
	}
	slices.Sort(names)
	return names
}

// fields are all the names of fields.
func (c *compiler) fields() []string {
	all := map[string]bool{}
	for _, s := range c.world.structs {
		for name := range s {
			all[name] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func typeWords(t *types.Type) string {
	switch t.Kind() {
	case types.BoolKind:
		return "true or false"
	case types.StringKind:
		return "text"
	case types.IntKind, types.UintKind:
		return "a whole number"
	case types.DoubleKind:
		return "a decimal number"
	case types.TimestampKind:
		return "a date"
	case types.DurationKind:
		return "a length of time"
	case types.ListKind:
		return "a list"
	case types.MapKind:
		return "a map"
	case types.StructKind:
		return "a group of answers"
	}
	return t.String()
}

func operatorWords(name string) string {
	if sign, ok := operators.FindReverse(name); ok && sign != "" {
		return "'" + sign + "'"
	}
	return "'" + name + "'"
}

// signatureWords makes "(string, int)" readable.
func signatureWords(s string) string {
	words := map[string]string{
		"string": "text", "int": "a whole number", "double": "a decimal number", "bool": "true or false",
		"google.protobuf.Timestamp": "a date", "timestamp": "a date", "google.protobuf.Duration": "a length of time",
	}
	s = strings.ReplaceAll(s, ".(", ", (")
	var parts []string
	for part := range strings.SplitSeq(strings.NewReplacer("(", "", ")", "").Replace(s), ", ") {
		switch w, ok := words[part]; {
		case ok:
			parts = append(parts, w)
		case strings.HasPrefix(part, "list"):
			parts = append(parts, "a list")
		default:
			parts = append(parts, "a group of answers")
		}
	}
	return strings.Join(parts, " and ")
}

// An estimator bounds what an expression reads: texts and lists have a most.
type estimator struct{}

// EstimateSize bounds a text or a list.
func (estimator) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	switch n.Type().Kind() {
	case types.StringKind:
		return &cost.SizeEstimate{Min: 0, Max: MostText}
	case types.ListKind:
		return &cost.SizeEstimate{Min: 0, Max: MostItems}
	}
	return nil
}

// EstimateCallCost bounds our own functions.
func (estimator) EstimateCallCost(function, _ string, _ *cost.AstNode, _ []cost.AstNode) *cost.CallEstimate {
	steps := uint64(1)
	switch function {
	case "sum":
		steps = MostItems
	case "answered", "date", "days", "years":
	default:
		return nil
	}
	return &cost.CallEstimate{CostEstimate: cost.Estimate{Min: 1, Max: steps}}
}

// reads lists what an expression reads of its own form.
func (c *compiler) reads(a *ast.AST, at stand) (nodes []node, items []string, outside bool) {
	add := func(n node) {
		if !slices.Contains(nodes, n) {
			nodes = append(nodes, n)
		}
	}
	sections := map[string]*Section{}
	for i := range c.spec.Sections {
		sections[ownType(c.spec.Sections[i].ID)] = &c.spec.Sections[i]
	}
	ast.PreOrderVisit(a.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.SelectKind:
			sel := e.AsSelect()
			of := a.GetType(sel.Operand().ID())
			if of == nil || of.Kind() != types.StructKind {
				return
			}
			if s, ok := sections[of.TypeName()]; ok {
				if f, ok := c.world.structs[of.TypeName()][sel.FieldName()]; ok && f.q != nil {
					add(node{section: s.ID, question: f.q.ID})
				}
				return
			}
			switch name := of.TypeName(); {
			case name == nameScore:
				for _, s := range c.spec.Scores {
					if celName(s.ID) == sel.FieldName() {
						add(node{score: s.ID})
					}
				}
			case name == nameFact:
				outside = true
				c.form.readsFact(c.world.structs[nameFact][sel.FieldName()].q.ID)
			case !strings.HasPrefix(name, ownPrefix) && name != "period" && name != "signature":
				outside = true
			}
		case ast.IdentKind:
			name := e.AsIdent()
			if name == nameToday {
				outside = true
				return
			}
			r, ok := a.ReferenceMap()[e.ID()]
			if !ok || r.Name != name {
				return
			}
			f, inItem, ok := c.world.bare(at.section, at.list, name)
			switch {
			case !ok || f.q == nil:
			case inItem:
				if !slices.Contains(items, f.q.ID) {
					items = append(items, f.q.ID)
				}
			default:
				add(node{section: at.section, question: f.q.ID})
			}
		}
	}))
	return nodes, items, outside
}
