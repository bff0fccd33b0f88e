package person

import (
	"casefile/internal/date"
	"casefile/internal/fault"
)

// Slot names what only one fact can be so in at a time: the legal name, the home,
// a kind of coded fact. It is empty for a fact that others can be so beside.
func (p Practice) Slot(fact any) string {
	switch f := fact.(type) {
	case Name:
		if f.Kind == Legal {
			return "legal"
		}
	case Birth, Death:
		return "only"
	case Address:
		if f.Kind == "" {
			return "home"
		}
	case Characteristic:
		if k, ok := p.Kind(f.Kind); ok && !k.Many {
			return f.Kind
		}
	}
	return ""
}

// EndFor is the last day of what a new fact takes the place of: the day before it
// begins.
func EndFor(old, fresh date.Period) (date.Date, []fault.Problem) {
	switch {
	case fresh.From.IsZero():
		return date.Date{}, missing("from-day", "Enter since when: it takes the place of what is recorded now")
	case !fresh.From.After(old.From):
		return date.Date{}, missing("from-day", "The day since when must be after "+old.From.Long()+", since when what is recorded now is so. To put that right, correct it instead")
	}
	return fresh.From.AddDays(-1), nil
}
