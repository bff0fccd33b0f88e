package person

import (
	"cmp"

	"casefile/internal/date"
)

// bare is what a fact says, without its key and its clocks; nil for what says
// nothing, such as an address that is masked. when is when it was so.
func bare(fact any) (said any, when date.Period) {
	switch f := fact.(type) {
	case Name:
		when = f.Period
		f.ID, f.Clocks = "", date.Clocks{}
		return f, when
	case Birth:
		when = f.Period
		f.ID, f.Clocks = "", date.Clocks{}
		return f, when
	case Death:
		when = f.Period
		f.ID, f.Clocks = "", date.Clocks{}
		return f, when
	case Address:
		when = f.Period
		f.ID, f.Clocks, f.Place, f.Kind = "", date.Clocks{}, "", cmp.Or(f.Kind, Home)
		if f.Line1+f.Postcode == "" {
			return nil, when
		}
		return f, when
	case Contact:
		when = f.Period
		f.ID, f.Clocks = "", date.Clocks{}
		return f, when
	case Characteristic:
		when = f.Period
		f.ID, f.Clocks = "", date.Clocks{}
		return f, when
	case Identifier:
		when = f.Period
		f.ID, f.Clocks = "", date.Clocks{}
		return f, when
	}
	return nil, when
}

// Alike reports whether two facts say the same of times that overlap and end alike: of
// two files that are one, what both had recorded. That it ended, and that it is still
// so, are not alike.
func Alike(a, b any) bool {
	first, when := bare(a)
	second, then := bare(b)
	return first != nil && first == second && when.To == then.To && when.Overlaps(then)
}

// Once leaves out what is alike to a fact before it.
func Once[T any](list []T) []T {
	var once []T
next:
	for _, f := range list {
		for _, before := range once {
			if Alike(before, f) {
				continue next
			}
		}
		once = append(once, f)
	}
	return once
}
