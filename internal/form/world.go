package form

import (
	"fmt"
	"maps"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// The names that an expression can use beside sections and questions.
const (
	nameToday    = "today"
	namePerson   = "person"
	nameEpisode  = "episode"
	nameFact     = "fact"
	namePrevious = "previous"
	nameScore    = "score"
	nameRow      = "row" // of a table's items
)

// reserved are names that CEL or the language of forms keeps for itself.
var reserved = []string{
	nameToday, namePerson, nameEpisode, nameFact, namePrevious, nameScore,
	"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop", "null",
	"namespace", "package", "return", "true", "var", "void", "while",
	"bool", "bytes", "double", "duration", "dyn", "int", "list", "map", "string", "timestamp", "type", "uint",
	"all", "exists", "filter", "size", "answered", "days", "sum", "years", "period", "signature",
}

// A field is a name within a thing: its type, and the question that it is the
// answer of, if it is one.
type field struct {
	typ *types.Type
	q   *Question
}

// A world is all that the expressions of one form can name, with types.
type world struct {
	spec     *Spec
	around   Around
	structs  map[string]map[string]field
	globals  map[string]*types.Type
	base     *cel.Env
	sections map[string]*cel.Env
}

// The names of our types begin with a stroke, so that no path of names in an
// expression can be taken for one of them.
const (
	ownPrefix    = "/this."
	usedPrefix   = "/of."
	previousType = "/previous"
)

// ownType is the type of a section of the form itself.
func ownType(section string) string { return ownPrefix + celName(section) }

func newWorld(spec *Spec, around Around) (*world, error) {
	w := &world{spec: spec, around: around, structs: map[string]map[string]field{}, globals: map[string]*types.Type{}, sections: map[string]*cel.Env{}}
	w.structs["period"] = map[string]field{"from": {typ: cel.TimestampType}, "to": {typ: cel.TimestampType}}
	w.structs["signature"] = map[string]field{"by": {typ: cel.StringType}, "role": {typ: cel.StringType}, "on": {typ: cel.TimestampType}}
	w.structs[namePerson] = map[string]field{"age": {typ: cel.IntType}, "born": {typ: cel.TimestampType}}
	w.structs[nameEpisode] = map[string]field{"opened": {typ: cel.TimestampType}}
	facts := map[string]field{}
	for _, f := range around.Facts {
		typ := cel.StringType
		if f.Many {
			typ = cel.ListType(typ)
		}
		kind := Code
		if f.Set == "" {
			kind = Text
		}
		facts[celName(f.ID)] = field{typ, &Question{ID: f.ID, Kind: kind, Set: Word{Text: f.Set}}}
	}
	w.structs[nameFact] = facts
	scores := map[string]field{}
	for _, s := range spec.Scores {
		typ := cel.IntType
		if s.Places > 0 {
			typ = cel.DoubleType
		}
		scores[celName(s.ID)] = field{typ: typ}
	}
	w.structs[nameScore] = scores
	for _, name := range []string{namePerson, nameEpisode, nameFact, nameScore} {
		w.globals[name] = types.NewObjectType(name)
	}
	w.globals[nameToday] = cel.TimestampType

	for i := range spec.Sections {
		s := &spec.Sections[i]
		w.addSection(ownType(s.ID), s)
		w.globals[celName(s.ID)] = types.NewObjectType(ownType(s.ID))
	}
	w.addForm(previousType, spec)
	for _, u := range spec.Uses {
		if other, ok := around.form(u.Text); ok {
			w.addForm(usedPrefix+celName(u.Text), other)
			w.globals[celName(u.Text)] = types.NewObjectType(usedPrefix + celName(u.Text))
		}
	}
	w.globals[namePrevious] = types.NewObjectType(previousType)

	registry, err := types.NewRegistry()
	if err != nil {
		return nil, fmt.Errorf("types of CEL: %w", err)
	}
	options := append([]cel.EnvOption{
		cel.CustomTypeAdapter(registry), cel.CustomTypeProvider(&provider{registry, w.structs}),
		cel.ClearMacros(), cel.Macros(cel.ExistsMacro, cel.ExistsOneMacro, cel.AllMacro, cel.MapMacro, cel.MapFilterMacro, cel.FilterMacro),
		cel.ParserExpressionSizeLimit(mostExpression), cel.ExpressionNestingDepthLimit(mostDepth), cel.DefaultUTCTimeZone(true),
	}, functions()...)
	w.base, err = cel.NewEnv(append(options, variables(w.globals)...)...)
	if err != nil {
		return nil, fmt.Errorf("names of %s: %w", spec.Name(), err)
	}
	return w, nil
}

// addForm adds a form whose documents can be read whole.
func (w *world) addForm(name string, spec *Spec) {
	fields := map[string]field{}
	for i := range spec.Sections {
		s := &spec.Sections[i]
		w.addSection(name+"."+celName(s.ID), s)
		fields[celName(s.ID)] = field{typ: types.NewObjectType(name + "." + celName(s.ID))}
	}
	w.structs[name] = fields
}

func (w *world) addSection(name string, s *Section) {
	w.structs[name] = w.fieldsOf(name, s.Ask)
}

func (w *world) fieldsOf(name string, ask []Question) map[string]field {
	fields := map[string]field{}
	for i := range ask {
		q := &ask[i]
		fields[celName(q.ID)] = field{q.celType(name), q}
		if q.Kind == List || q.Kind == Table {
			item := name + "." + celName(q.ID)
			w.structs[item] = w.fieldsOf(item, q.Item)
			if q.Kind == Table {
				w.structs[item][nameRow] = field{cel.StringType, &Question{ID: nameRow, Kind: Choice, Options: q.Options}}
			}
		}
	}
	return fields
}

func variables(of map[string]*types.Type) []cel.EnvOption {
	var options []cel.EnvOption
	for _, name := range slices.Sorted(maps.Keys(of)) {
		options = append(options, cel.Variable(name, of[name]))
	}
	return options
}

// env is where an expression of a section stands, or of a list or table in it. An
// empty section is the form as a whole.
func (w *world) env(section string, list *Question) (*cel.Env, error) {
	if section == "" {
		return w.base, nil
	}
	key := section
	from, struc := w.base, ownType(section)
	if list != nil {
		outer, err := w.env(section, nil)
		if err != nil {
			return nil, err
		}
		key, from, struc = section+"/"+list.ID, outer, struc+"."+celName(list.ID)
	}
	if e, ok := w.sections[key]; ok {
		return e, nil
	}
	names := map[string]*types.Type{}
	for name, f := range w.structs[struc] {
		names[name] = f.typ
	}
	e, err := from.Extend(variables(names)...)
	if err != nil {
		return nil, fmt.Errorf("names of %s: %w", key, err)
	}
	w.sections[key] = e
	return e, nil
}

// bare finds a question by its bare name.
func (w *world) bare(section string, list *Question, name string) (f field, inItem, ok bool) {
	if section == "" {
		return field{}, false, false
	}
	if list != nil {
		if f, ok := w.structs[ownType(section)+"."+celName(list.ID)][name]; ok {
			return f, true, true
		}
	}
	f, ok = w.structs[ownType(section)][name]
	return f, false, ok
}

// A provider tells CEL the fields of our things, and asks the library for the rest.
type provider struct {
	*types.Registry
	structs map[string]map[string]field
}

// FindStructType finds a type by its name.
func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if _, ok := p.structs[name]; ok {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return p.Registry.FindStructType(name)
}

// FindStructFieldNames lists the fields of a type.
func (p *provider) FindStructFieldNames(name string) ([]string, bool) {
	if fields, ok := p.structs[name]; ok {
		return slices.Sorted(maps.Keys(fields)), true
	}
	return p.Registry.FindStructFieldNames(name)
}

// FindStructFieldType finds the type of a field.
func (p *provider) FindStructFieldType(name, of string) (*types.FieldType, bool) {
	if fields, ok := p.structs[name]; ok {
		f, ok := fields[of]
		if !ok {
			return nil, false
		}
		return &types.FieldType{Type: f.typ}, true
	}
	return p.Registry.FindStructFieldType(name, of)
}

// NewValue refuses: an expression reads answers and makes none.
func (p *provider) NewValue(name string, fields map[string]ref.Val) ref.Val {
	if _, ok := p.structs[name]; ok {
		return types.NewErr("an expression makes no %s", name)
	}
	return p.Registry.NewValue(name, fields)
}
