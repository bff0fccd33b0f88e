// Package date holds calendar days, periods, instants and the two clocks that
// every fact about a person carries.
package date

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Date is a calendar day with no time zone. The zero Date means not known.
// Years run from 1 to 9999. Source: ISO 8601.
type Date struct {
	year  int16
	month int8
	day   int8
}

// New makes a date, or says in words why there is no such day.
func New(year, month, day int) (Date, error) {
	switch {
	case year < 1 || year > 9999:
		return Date{}, fmt.Errorf("the year must be between 1 and 9999, got %d", year)
	case month < 1 || month > 12:
		return Date{}, fmt.Errorf("the month must be between 1 and 12, got %d", month)
	case day < 1 || day > DaysIn(year, month):
		return Date{}, fmt.Errorf("%s %d has no day %d", time.Month(month), year, day)
	}
	return Date{int16(year), int8(month), int8(day)}, nil
}

// Must is New for days known to exist. It panics on others, so it is for
// constants and tests.
func Must(year, month, day int) Date {
	d, err := New(year, month, day)
	if err != nil {
		panic(err)
	}
	return d
}

// DaysIn counts the days of a month.
func DaysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// Parse reads YYYY-MM-DD and nothing else. The empty string is the zero Date.
func Parse(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return Date{}, fmt.Errorf("a date is written YYYY-MM-DD")
	}
	var n [3]int
	for i, part := range [3]string{s[:4], s[5:7], s[8:]} {
		for _, c := range []byte(part) {
			if c < '0' || c > '9' {
				return Date{}, fmt.Errorf("a date is written YYYY-MM-DD, in digits")
			}
			n[i] = n[i]*10 + int(c-'0')
		}
	}
	return New(n[0], n[1], n[2])
}

// FromParts reads the three boxes of a date question. The month may be a
// number, a name or the first three letters of one. All three empty is the
// zero Date. The error is a sentence to show beside the question.
func FromParts(day, month, year string) (Date, error) {
	day, month, year = strings.TrimSpace(day), strings.TrimSpace(month), strings.TrimSpace(year)
	if day == "" && month == "" && year == "" {
		return Date{}, nil
	}
	var missing []string
	for _, p := range [...]struct{ name, value string }{{"a day", day}, {"a month", month}, {"a year", year}} {
		if p.value == "" {
			missing = append(missing, p.name)
		}
	}
	if len(missing) > 0 {
		return Date{}, fmt.Errorf("must include %s", strings.Join(missing, " and "))
	}
	if len(year) != 4 {
		return Date{}, fmt.Errorf("must include a year of 4 numbers")
	}
	m, ok := monthNumber(month)
	d, derr := strconv.Atoi(day)
	y, yerr := strconv.Atoi(year)
	if !ok || derr != nil || yerr != nil {
		return Date{}, fmt.Errorf("must be a real date")
	}
	made, err := New(y, m, d)
	if err != nil {
		return Date{}, fmt.Errorf("must be a real date")
	}
	return made, nil
}

func monthNumber(s string) (int, bool) {
	if n, err := strconv.Atoi(s); err == nil {
		return n, true
	}
	s = strings.TrimSuffix(strings.ToLower(s), ".")
	if s == "sept" { // the one month that is also cut to four letters
		return int(time.September), true
	}
	for m := time.January; m <= time.December; m++ {
		name := strings.ToLower(m.String())
		if s == name || s == name[:3] {
			return int(m), true
		}
	}
	return 0, false
}

// Of is the day that t falls on in its own location.
func Of(t time.Time) Date {
	y, m, d := t.Date()
	return Date{int16(y), int8(m), int8(d)}
}

// IsZero reports whether the day is not known.
func (d Date) IsZero() bool { return d == Date{} }

// Year, Month and Day are 0 for the zero Date.
func (d Date) Year() int  { return int(d.year) }
func (d Date) Month() int { return int(d.month) }
func (d Date) Day() int   { return int(d.day) }

// String is YYYY-MM-DD, or empty for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

// Long is how a page shows a day: 5 March 2026. The zero Date is empty.
func (d Date) Long() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d %s %d", d.day, time.Month(d.month), d.year)
}

// Time is midnight of that day in UTC, for arithmetic.
func (d Date) Time() time.Time {
	return time.Date(int(d.year), time.Month(d.month), int(d.day), 0, 0, 0, 0, time.UTC)
}

// AddDays moves by n days, which may be negative.
func (d Date) AddDays(n int) Date { return Of(d.Time().AddDate(0, 0, n)) }

// AddMonths moves by n months. A day the month does not have becomes its last:
// 31 January and one month is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	first := time.Date(int(d.year), time.Month(int(d.month)+n), 1, 0, 0, 0, 0, time.UTC)
	y, m, _ := first.Date()
	return Date{int16(y), int8(m), int8(min(int(d.day), DaysIn(y, int(m))))}
}

// Sub counts the days from o to d.
func (d Date) Sub(o Date) int { return int(d.Time().Sub(o.Time()) / (24 * time.Hour)) }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.Time().Weekday() }

// Compare orders days; the zero Date comes first.
func (d Date) Compare(o Date) int {
	return cmp.Or(cmp.Compare(d.year, o.year), cmp.Compare(d.month, o.month), cmp.Compare(d.day, o.day))
}

// Before reports whether d comes earlier than o.
func (d Date) Before(o Date) bool { return d.Compare(o) < 0 }

// After reports whether d comes later than o.
func (d Date) After(o Date) bool { return d.Compare(o) > 0 }

// Age is the age in whole years on day on, of someone born on d. Someone born
// on 29 February is a year older on 1 March in other years. It is -1 when
// either day is not known or on is before the birth.
func (d Date) Age(on Date) int {
	if d.IsZero() || on.IsZero() || on.Before(d) {
		return -1
	}
	age := on.Year() - d.Year()
	if on.month < d.month || on.month == d.month && on.day < d.day {
		age--
	}
	return age
}

// A Period is a run of days, both ends included. A zero From means since
// always or not known, a zero To means still so.
type Period struct{ From, To Date }

// Contains reports whether day d falls in the period.
func (p Period) Contains(d Date) bool {
	return !d.Before(p.From) && (p.To.IsZero() || !d.After(p.To))
}

// Open reports whether the period has no end.
func (p Period) Open() bool { return p.To.IsZero() }

// Overlaps reports whether some day is in both periods.
func (p Period) Overlaps(o Period) bool {
	return (p.To.IsZero() || !p.To.Before(o.From)) && (o.To.IsZero() || !o.To.Before(p.From))
}

// Valid reports whether the period does not end before it begins.
func (p Period) Valid() bool { return p.To.IsZero() || !p.To.Before(p.From) }
