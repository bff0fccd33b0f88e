package task

import (
	"errors"
	"fmt"
	"strconv"

	"casefile/internal/calendar"
	"casefile/internal/date"
	"casefile/internal/fault"
)

// A Unit is what a limit counts.
type Unit string

// The units, as definitions write them.
const (
	Days        Unit = "days"
	WorkingDays Unit = "working_days"
	Weeks       Unit = "weeks"
	Months      Unit = "months"
)

// Units lists them.
var Units = []Unit{Days, WorkingDays, Weeks, Months}

// A Limit is how long something may take. The zero Limit is none. Calendar is that
// of working days, and empty for other units.
type Limit struct {
	N        int
	Unit     Unit
	Calendar string
	Source   string // starts with a mark of codeset
}

// IsZero reports whether there is no limit.
func (l Limit) IsZero() bool { return l.N == 0 }

// String is the limit in words: "5 working days".
func (l Limit) String() string {
	one, many := "day", "days"
	switch l.Unit {
	case Days:
	case WorkingDays:
		one, many = "working day", "working days"
	case Weeks:
		one, many = "week", "weeks"
	case Months:
		one, many = "month", "months"
	}
	if l.IsZero() {
		return ""
	}
	if l.N == 1 {
		return "1 " + one
	}
	return strconv.Itoa(l.N) + " " + many
}

// Calendars find a calendar by its id.
type Calendars interface {
	Calendar(id string) (*calendar.Calendar, bool)
}

// Due is the last day in time, of what begins on a day: that day is not counted. A
// limit of months ends on the day of the same number, or on the last of a month that
// has none. The zero Limit, and the zero day, give the zero day. The error is that of
// calendar.AddWorking; its kind is Internal.
func (l Limit) Due(in Calendars, from date.Date) (date.Date, error) {
	if l.IsZero() || from.IsZero() {
		return date.Date{}, nil
	}
	switch l.Unit {
	case Days:
		return from.AddDays(l.N), nil
	case Weeks:
		return from.AddDays(7 * l.N), nil
	case Months:
		return from.AddMonths(l.N), nil
	case WorkingDays:
		c, ok := in.Calendar(l.Calendar)
		if !ok {
			return date.Date{}, fmt.Errorf("a limit of working days: there is no calendar %q", l.Calendar)
		}
		return c.AddWorking(from, l.N)
	}
	return date.Date{}, fmt.Errorf("a limit in an unknown unit %q", l.Unit)
}

// A Deadline is when something was to be done and when it was. It is for whatever has
// a timescale: a task, an entry, a milestone, a document (CR-24). A zero Due is no
// deadline, and a zero Done is not done yet.
type Deadline struct {
	Due  date.Date
	Done date.Date
}

// DaysLate counts the days after the last day in time: those until it was done, or
// until today while it is not. It is 0 in time, and without a deadline.
func (d Deadline) DaysLate(today date.Date) int {
	end := d.Done
	if end.IsZero() {
		end = today
	}
	if d.Due.IsZero() || !end.After(d.Due) {
		return 0
	}
	return end.Sub(d.Due)
}

// LateReason is the field of a form in which somebody says why something is late.
const LateReason = "late-reason"

// MaxReason is how long a reason may be, in characters.
const MaxReason = 2000

// CheckReason says what is wrong with the reason for lateness of what is late today:
// that there is none, or that it is too long. Whatever is in time needs none.
func (d Deadline) CheckReason(today date.Date, reason string) []fault.Problem {
	if d.DaysLate(today) > 0 && reason == "" {
		return []fault.Problem{{Field: LateReason, Message: "Enter the reason why this is late. It was due by " + d.Due.Long()}}
	}
	return tooLong(LateReason, "The reason", reason)
}

// Outside reports whether err says that a day is outside the years that a calendar
// covers, so that nobody can say when something is due.
func Outside(err error) bool { return errors.Is(err, calendar.ErrOutside) }
