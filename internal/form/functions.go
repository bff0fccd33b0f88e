package form

import (
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"casefile/internal/date"
)

// functions are what expressions can call beside CEL's own:
//
//	answered(x)   whether x is known, and not an empty text or list
//	date('2026-03-05')
//	days(a, b)    days from a to b; negative where b is before a
//	years(a, b)   whole years from a to b, as an age is counted
//	sum(list)     of numbers; 0 for none
func functions() []cel.EnvOption {
	anything := cel.TypeParamType("T")
	return []cel.EnvOption{
		cel.Function("answered", cel.Overload("answered_any", []*cel.Type{anything}, cel.BoolType,
			cel.UnaryBinding(answered), cel.OverloadIsNonStrict())),
		cel.Function("date", cel.Overload("date_string", []*cel.Type{cel.StringType}, cel.TimestampType,
			cel.UnaryBinding(func(v ref.Val) ref.Val {
				d, err := date.Parse(string(v.(types.String)))
				if err != nil || d.IsZero() {
					return types.NewErr("not a date")
				}
				return dateValue(d)
			}))),
		cel.Function("days", cel.Overload("days_between", []*cel.Type{cel.TimestampType, cel.TimestampType}, cel.IntType,
			cel.BinaryBinding(func(a, b ref.Val) ref.Val { return types.Int(dateOf(b).Sub(dateOf(a))) }))),
		cel.Function("years", cel.Overload("years_between", []*cel.Type{cel.TimestampType, cel.TimestampType}, cel.IntType,
			cel.BinaryBinding(func(a, b ref.Val) ref.Val { return types.Int(yearsBetween(dateOf(a), dateOf(b))) }))),
		cel.Function("sum",
			cel.Overload("sum_ints", []*cel.Type{cel.ListType(cel.IntType)}, cel.IntType, cel.UnaryBinding(sum(types.Int(0)))),
			cel.Overload("sum_doubles", []*cel.Type{cel.ListType(cel.DoubleType)}, cel.DoubleType, cel.UnaryBinding(sum(types.Double(0))))),
	}
}

func answered(v ref.Val) ref.Val {
	switch v := v.(type) {
	case *types.Unknown:
		return types.False
	case *types.Err:
		return v
	case types.String:
		return types.Bool(v != "")
	case traits.Lister:
		return types.Bool(v.Size() != types.Int(0))
	}
	return types.True
}

// sum adds the numbers of a list to a nought of their kind.
func sum(nought ref.Val) func(ref.Val) ref.Val {
	return func(v ref.Val) ref.Val {
		total := nought
		for it := v.(traits.Lister).Iterator(); it.HasNext() == types.True; {
			next := it.Next()
			if types.IsUnknownOrError(next) {
				return next
			}
			total = total.(traits.Adder).Add(next)
			if types.IsError(total) {
				return total
			}
		}
		return total
	}
}

func dateValue(d date.Date) ref.Val { return types.Timestamp{Time: d.Time()} }

func dateOf(v ref.Val) date.Date {
	t := v.(types.Timestamp).UTC()
	if y := t.Year(); y < 1 || y > 9999 {
		t = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return date.Of(t)
}

// yearsBetween counts whole years; before the first it is negative.
func yearsBetween(a, b date.Date) int {
	if b.Before(a) {
		return -yearsBetween(b, a)
	}
	return a.Age(b)
}
