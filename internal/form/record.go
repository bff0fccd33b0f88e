package form

import (
	"fmt"
	"reflect"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// notKnown is what is unanswered or hidden.
var notKnown ref.Val = types.NewUnknown(1, nil)

// A record is a section, an item, or another thing with fields, in CEL. A field
// that it has not is not known. It may be read by many goroutines at once, if
// nobody sets a field.
type record struct {
	typ    *types.Type
	fields map[string]ref.Val
}

func newRecord(name string, size int) *record {
	return &record{types.NewObjectType(name), make(map[string]ref.Val, size)}
}

var (
	_ ref.Val        = (*record)(nil)
	_ traits.Indexer = (*record)(nil)
)

// Get finds a field.
func (r *record) Get(index ref.Val) ref.Val {
	name, ok := index.(types.String)
	if !ok {
		return types.NewErr("a field is named by a word")
	}
	if v, ok := r.fields[string(name)]; ok {
		return v
	}
	return notKnown
}

// Equal compares with another thing; two are equal when they are the same one.
func (r *record) Equal(other ref.Val) ref.Val {
	o, ok := other.(*record)
	return types.Bool(ok && o == r)
}

// Type is the type of the record.
func (r *record) Type() ref.Type { return r.typ }

// Value is the record itself.
func (r *record) Value() any { return r }

// ConvertToNative is refused: nothing outside CEL reads a record.
func (r *record) ConvertToNative(want reflect.Type) (any, error) {
	return nil, fmt.Errorf("%s cannot be made a %s", r.typ, want)
}

// ConvertToType gives the type, as type() asks, and nothing else.
func (r *record) ConvertToType(want ref.Type) ref.Val {
	if want == types.TypeType {
		return r.typ
	}
	return types.NewErr("%s cannot be made a %s", r.typ, want.TypeName())
}

// A scope is where an expression stands: what it can name. Names of the innermost
// come first.
type scope struct {
	item, section *record // may be nil
	globals       map[string]ref.Val
	failed        func(Expr, error) // told of an expression that cannot be worked out; may be nil
}

var _ cel.Activation = (*scope)(nil)

// ResolveName finds a name.
func (s *scope) ResolveName(name string) (any, bool) {
	if s.item != nil {
		if v, ok := s.item.fields[name]; ok {
			return v, true
		}
	}
	if s.section != nil {
		if v, ok := s.section.fields[name]; ok {
			return v, true
		}
	}
	v, ok := s.globals[name]
	return v, ok
}

// Parent is nil: a scope finds all of its names itself.
func (s *scope) Parent() cel.Activation { return nil }
