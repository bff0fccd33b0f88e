package form

import (
	"casefile/internal/calendar"
	"casefile/internal/date"
)

// Day is by when the document has to be completed, counted from a day. The calendar
// is the one that Due names, and nil where it names none. The error is
// calendar.ErrOutside.
func (d Due) Day(from date.Date, c *calendar.Calendar) (date.Date, error) {
	switch {
	case d.WorkingDays > 0:
		return c.AddWorking(from, d.WorkingDays)
	case d.Months > 0:
		return from.AddMonths(d.Months), nil
	}
	return from.AddDays(d.Days + 7*d.Weeks), nil
}
