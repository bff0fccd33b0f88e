package definition

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"casefile/internal/codeset"
	"casefile/internal/date"
)

// The library's own strict decoding stops at the first unknown key. The reader
// here walks the parsed tree instead, so that a person with five slips in a
// file reads about five, each at its place. It takes the plain part of YAML
// only: maps, lists, text, true and false.

// A position is a line and a column, both from 1.
type position struct{ line, column int }

func positionOf(t *token.Token) position {
	if t == nil || t.Position == nil {
		return position{1, 1}
	}
	return position{t.Position.Line, t.Position.Column}
}

// where is the place at which a person sees a value begin.
func where(n ast.Node) position {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return positionOf(m.Values[0].Key.GetToken()) // a block map's own token is its first colon
	}
	return positionOf(n.GetToken())
}

// A document is one YAML file being read.
type document struct {
	path string
	p    *problems
}

func (d *document) report(at position, format string, args ...any) {
	d.p.report(d.path, at.line, at.column, format, args...)
}

// parse reads the file into a tree. It is false where the file has been
// reported.
func (d *document) parse(text string) (ast.Node, bool) {
	tokens := lexer.Tokenize(text)
	if at, wrong := tooMuch(tokens); wrong != "" {
		d.report(positionOf(at), "%s", wrong)
		return nil, false
	}
	file, err := parseTokens(tokens)
	if err != nil {
		at, message := position{1, 1}, err.Error()
		if e, ok := err.(yaml.Error); ok {
			at, message = positionOf(e.GetToken()), e.GetMessage()
		}
		message, _, _ = strings.Cut(message, "\n")
		d.report(at, "this is not YAML that can be read: %s", message)
		return nil, false
	}
	bodies := slices.DeleteFunc(slices.Clone(file.Docs), func(doc *ast.DocumentNode) bool { return doc.Body == nil })
	switch {
	case len(bodies) == 0:
		d.report(position{1, 1}, "the file is empty")
		return nil, false
	case len(bodies) > 1:
		d.report(where(bodies[1].Body), "a second document; a file holds one, so take out the line '---'")
		return nil, false
	}
	return bodies[0].Body, true
}

// tooMuch says what the parser should be spared, and at which token. It calls
// itself for each open bracket, and Go cannot recover from a full stack; lists
// and maps nested by indentation are bounded by the length of a line.
func tooMuch(tokens token.Tokens) (at *token.Token, wrong string) {
	depth := 0
	for i, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			if depth++; depth > maxDepth {
				return t, fmt.Sprintf("more than %d brackets are open at once", maxDepth)
			}
		case token.SequenceEndType, token.MappingEndType:
			depth--
		}
		if i == maxToken {
			return t, fmt.Sprintf("the file has more than %d words and signs; divide it", maxToken)
		}
	}
	return nil, ""
}

// parseTokens keeps a panic of the library from taking the program down: an
// operator's files are not ours.
func parseTokens(tokens token.Tokens) (file *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			file, err = nil, fmt.Errorf("the parser gave up (%v)", r)
		}
	}()
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// A mapping is a map of which only known keys may be there. kind is what it
// describes ("a category"), and name, once its id is read, which one.
type mapping struct {
	*document
	kind, name string
	at         position
	keys       map[string]position
	values     map[string]ast.Node
}

func (m *mapping) String() string {
	if m.name == "" {
		return m.kind
	}
	_, noun, _ := strings.Cut(m.kind, " ")
	return noun + " " + quote(m.name)
}

// mapping reads a map, reporting keys that are unknown or there twice.
func (d *document) mapping(n ast.Node, kind string, known ...string) (*mapping, bool) {
	node, ok := n.(*ast.MappingNode)
	if !ok {
		d.report(where(n), "%s is written as 'key: value' lines, not as %s", kind, shapeOf(n))
		return nil, false
	}
	m := &mapping{document: d, kind: kind, at: where(n), keys: map[string]position{}, values: map[string]ast.Node{}}
	for _, v := range node.Values {
		at := positionOf(v.Key.GetToken())
		key, ok := v.Key.(*ast.StringNode)
		if !ok {
			d.report(at, "a key is a plain word")
			continue
		}
		switch first, twice := m.keys[key.Value]; {
		case !slices.Contains(known, key.Value):
			d.report(at, "unknown key %s%s", quote(key.Value), meant(key.Value, known))
		case twice:
			d.report(at, "key '%s' is given twice; first on line %d", key.Value, first.line)
		default:
			m.keys[key.Value], m.values[key.Value] = at, v.Value
		}
	}
	return m, true
}

// shapeOf names what was written, for a sentence about what should have been.
func shapeOf(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode:
		return "'key: value' lines"
	case *ast.SequenceNode:
		return "a list"
	case *ast.StringNode, *ast.LiteralNode:
		return "text"
	case *ast.BoolNode:
		return "true or false"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	case *ast.NullNode:
		return "nothing"
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return "an anchor, an alias or a tag, which definitions do not use"
	}
	return "something else"
}

// place is where to report something about a key: at its value where there is
// one, else at its key, else at the map.
func (m *mapping) place(key string) position {
	if v, ok := m.values[key]; ok {
		if _, null := v.(*ast.NullNode); !null {
			return where(v)
		}
		return m.keys[key]
	}
	return m.at
}

func (m *mapping) has(key string) bool { _, ok := m.values[key]; return ok }

// text reads a text that must be there.
func (m *mapping) text(key string) string {
	if !m.has(key) {
		m.report(m.at, "%s has no %s", m, key)
		return ""
	}
	return m.optionalText(key)
}

// optionalText reads a text that, if its key is there, is not empty.
func (m *mapping) optionalText(key string) string {
	if !m.has(key) {
		return ""
	}
	s, ok := m.plain(m.values[key], key)
	if ok && s == "" {
		m.report(m.place(key), "the %s of %s is empty", key, m)
	}
	return s
}

// plain reads a value as text without the space around it.
func (m *mapping) plain(n ast.Node, key string) (string, bool) {
	switch v := n.(type) {
	case *ast.StringNode:
		return strings.TrimSpace(v.Value), true
	case *ast.LiteralNode:
		return strings.TrimSpace(v.Value.Value), true
	case *ast.NullNode:
		return "", true
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		m.report(where(n), "the %s of %s is text; put it in quotes", key, m)
	default:
		m.report(where(n), "the %s of %s is text, not %s", key, m, shapeOf(n))
	}
	return "", false
}

// id reads the key that names the map, and calls the map by it from then on.
func (m *mapping) id(key string) string {
	s := m.text(key)
	if s != "" && !idShape.MatchString(s) {
		m.report(m.place(key), "%s %s must be %s", key, quote(s), idRule)
	}
	m.name = s
	return s
}

// word reads one of a few words; noun says what they are.
func (m *mapping) word(key, noun string, known []string) (string, bool) {
	s := m.text(key)
	if s == "" {
		return "", false
	}
	if !slices.Contains(known, s) {
		m.report(m.place(key), "unknown %s %s%s", noun, quote(s), meant(s, known))
		return "", false
	}
	return s, true
}

// flag reads true or false. It is not ok where neither was said, which has then
// been reported.
func (m *mapping) flag(key string) (value, ok bool) {
	if !m.has(key) {
		m.report(m.at, "%s has no %s; say true or false", m, key)
		return false, false
	}
	b, ok := m.values[key].(*ast.BoolNode)
	if !ok {
		m.report(m.place(key), "the %s of %s is true or false", key, m)
		return false, false
	}
	return b.Value, true
}

// number reads a whole number that must be there, between least and most.
func (m *mapping) number(key string, least, most int) int {
	if !m.has(key) {
		m.report(m.at, "%s has no %s", m, key)
		return 0
	}
	n, ok := m.values[key].(*ast.IntegerNode)
	if !ok {
		m.report(m.place(key), "the %s of %s is a whole number, not %s", key, m, shapeOf(m.values[key]))
		return 0
	}
	v, ok := n.Value.(uint64)
	if !ok || v < uint64(least) || v > uint64(most) {
		m.report(m.place(key), "the %s of %s is between %d and %d", key, m, least, most)
		return 0
	}
	return int(v)
}

// day reads a date that must be there.
func (m *mapping) day(key string) date.Date {
	s := m.text(key)
	d, err := date.Parse(s)
	if err != nil {
		m.report(m.place(key), "%s is not a date: %v", quote(s), err)
	}
	return d
}

// list reads a list that must be there and hold something.
func (m *mapping) list(key string) []ast.Node {
	if !m.has(key) {
		m.report(m.at, "%s has no %s", m, key)
		return nil
	}
	seq, ok := m.values[key].(*ast.SequenceNode)
	switch {
	case !ok:
		m.report(m.place(key), "the %s of %s are a list, not %s", key, m, shapeOf(m.values[key]))
		return nil
	case len(seq.Values) == 0:
		m.report(m.place(key), "the list of %s is empty", key)
	}
	return seq.Values
}

// source reads where a value comes from: a mark, and unless it is recalled, a
// colon and the source.
func (m *mapping) source(key string) string {
	s := m.text(key)
	if s == "" {
		return ""
	}
	if _, _, wrong := parseSource(s); wrong != "" {
		m.report(m.place(key), "%s", wrong)
	}
	return s
}

// parseSource takes a source apart, or says what is wrong with it.
func parseSource(s string) (mark codeset.Mark, text, wrong string) {
	word, text, _ := strings.Cut(s, ":")
	text = strings.TrimSpace(text)
	mark = codeset.Mark(word)
	if !slices.Contains(codeset.Marks, mark) {
		known := make([]string, len(codeset.Marks))
		for i, k := range codeset.Marks {
			known[i] = string(k)
		}
		return "", "", "a source starts with how well it is known, not with " + quote(word) + meant(word, known)
	}
	if mark != codeset.Recalled && text == "" {
		return "", "", "source '" + word + "' does not say from what; write '" + word + ": …'"
	}
	return mark, text, ""
}

// once reports an id that has been seen, and remembers one that has not.
func (m *mapping) once(seen map[string]position, key, id string) bool {
	first, twice := seen[id]
	if twice {
		m.report(m.place(key), "%s is defined twice; first on line %d", m, first.line)
		return false
	}
	seen[id] = m.place(key)
	return true
}
