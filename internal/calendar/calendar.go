// Package calendar counts working days and finds due dates. Holidays and
// working weeks are data, in definitions/calendars, each day with its year and
// its source: no rule guesses at a holiday that nobody has proclaimed, so a day
// outside the years covered is an error and never silently a working day.
package calendar

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"casefile/internal/date"
)

// ErrOutside is in the chain of every error about a day that the calendar does
// not cover. The kind of those errors is Internal: the operator adds years to
// the definition, the person at the screen can do nothing about it.
var ErrOutside = errors.New("outside the years that the calendar covers")

// A Holiday is one day, by name, on which nobody works.
type Holiday struct {
	Day    date.Date
	Name   string
	Source string // starts with a mark of codeset: "confirmed: where", "inferred: from what", "recalled"
}

// A Calendar is a working week and its holidays over some years. It does not
// change once made and may be used by many goroutines at once. Days are those
// of Europe/London, as everywhere in the program.
type Calendar struct {
	id, title string
	covers    date.Period
	weekend   [7]bool // by time.Weekday
	holidays  []Holiday
	byDay     map[date.Date]int // into holidays

	// working has the working days in order, each as its distance in days from
	// the first day covered; before[i] counts those that come before day i.
	working []int32
	before  []int32
}

// maxYears bounds the memory of a calendar, against a slip in a year.
const maxYears = 200

// New makes a calendar. Both ends of covers are included and must be given. The
// error is a sentence about the one thing wrong.
func New(id, title string, covers date.Period, weekend []time.Weekday, holidays []Holiday) (*Calendar, error) {
	switch {
	case covers.From.IsZero() || covers.To.IsZero():
		return nil, errors.New("a calendar covers a first and a last day")
	case !covers.Valid():
		return nil, fmt.Errorf("the first day covered, %s, is after the last, %s", covers.From.Long(), covers.To.Long())
	case covers.To.Year()-covers.From.Year() >= maxYears:
		return nil, fmt.Errorf("a calendar covers fewer than %d years", maxYears)
	}
	c := &Calendar{
		id: id, title: title, covers: covers,
		holidays: slices.Clone(holidays),
		byDay:    make(map[date.Date]int, len(holidays)),
	}
	for _, w := range weekend {
		c.weekend[w] = true
	}
	slices.SortFunc(c.holidays, func(a, b Holiday) int { return a.Day.Compare(b.Day) })
	for i, h := range c.holidays {
		if !covers.Contains(h.Day) {
			return nil, fmt.Errorf("%s, %s, is outside the years covered", h.Name, h.Day.Long())
		}
		if first, twice := c.byDay[h.Day]; twice {
			return nil, fmt.Errorf("%s is both %s and %s", h.Day.Long(), c.holidays[first].Name, h.Name)
		}
		c.byDay[h.Day] = i
	}
	days := covers.To.Sub(covers.From) + 1
	c.before = make([]int32, days+1)
	for i := range days {
		d := covers.From.AddDays(i)
		c.before[i] = int32(len(c.working))
		if _, off := c.byDay[d]; !off && !c.weekend[d.Weekday()] {
			c.working = append(c.working, int32(i))
		}
	}
	c.before[days] = int32(len(c.working))
	if len(c.working) == 0 {
		return nil, errors.New("a calendar has at least one working day")
	}
	return c, nil
}

// ID is the name of the calendar in definitions.
func (c *Calendar) ID() string { return c.id }

// Title is the name of the calendar for people.
func (c *Calendar) Title() string { return c.title }

// Covers is the days that the calendar knows, both ends included.
func (c *Calendar) Covers() date.Period { return c.covers }

// Weekend lists the days of the week on which nobody works, from Sunday.
func (c *Calendar) Weekend() []time.Weekday {
	var days []time.Weekday
	for w := time.Sunday; w <= time.Saturday; w++ {
		if c.weekend[w] {
			days = append(days, w)
		}
	}
	return days
}

// Holidays lists the holidays by day.
func (c *Calendar) Holidays() []Holiday { return slices.Clone(c.holidays) }

// Holiday finds the holiday on a day. It is false on other days, those outside
// the years covered among them.
func (c *Calendar) Holiday(d date.Date) (Holiday, bool) {
	i, ok := c.byDay[d]
	if !ok {
		return Holiday{}, false
	}
	return c.holidays[i], true
}

// IsWorking reports whether people work on day d. The error is ErrOutside.
func (c *Calendar) IsWorking(d date.Date) (bool, error) {
	i, err := c.index(d)
	if err != nil {
		return false, err
	}
	return c.before[i+1] > c.before[i], nil
}

// AddWorking is the nth working day after d, or for a negative n the one that
// many working days before it. Day d itself is not counted, working day or not,
// so that a limit of one working day from a Friday falls on the Monday, and so
// does one from the Saturday. With n of 0 it is d. The error is ErrOutside: for
// d, or for the day that would be the answer.
func (c *Calendar) AddWorking(d date.Date, n int) (date.Date, error) {
	i, err := c.index(d)
	if err != nil {
		return date.Date{}, err
	}
	if n == 0 {
		return d, nil
	}
	at := int(c.before[i+1]) + n - 1
	if n < 0 {
		at = int(c.before[i]) + n
	}
	if n > len(c.working) || at < 0 || at >= len(c.working) {
		return date.Date{}, fmt.Errorf("%d working days from %s: %w", n, d, c.outside())
	}
	return c.covers.From.AddDays(int(c.working[at])), nil
}

// WorkingBetween counts the working days after a, up to b and with it: the n
// for which AddWorking(a, n) is b, where b is a working day. For b before a it
// is the negative count of working days from b, and with it, up to but without
// a. The error is ErrOutside.
func (c *Calendar) WorkingBetween(a, b date.Date) (int, error) {
	i, err := c.index(a)
	if err != nil {
		return 0, err
	}
	j, err := c.index(b)
	if err != nil {
		return 0, err
	}
	if j < i {
		return int(c.before[j]) - int(c.before[i]), nil
	}
	return int(c.before[j+1]) - int(c.before[i+1]), nil
}

// index is the distance of d from the first day covered.
func (c *Calendar) index(d date.Date) (int, error) {
	if d.IsZero() || !c.covers.Contains(d) {
		return 0, fmt.Errorf("day %q: %w", d, c.outside())
	}
	return d.Sub(c.covers.From), nil
}

func (c *Calendar) outside() error {
	return fmt.Errorf("calendar %s covers %s to %s: %w", c.id, c.covers.From, c.covers.To, ErrOutside)
}
