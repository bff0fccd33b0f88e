package calendar_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"casefile/internal/calendar"
	"casefile/internal/date"
)

var year2026 = date.Period{From: date.Must(2026, 1, 1), To: date.Must(2026, 12, 31)}

var saturdayAndSunday = []time.Weekday{time.Saturday, time.Sunday}

func mustNew(t *testing.T, covers date.Period, weekend []time.Weekday, holidays ...calendar.Holiday) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New("test", "Test", covers, weekend, holidays)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// 6 March 2026 is a Friday; the Monday after it is made a holiday here.
func march(t *testing.T) *calendar.Calendar {
	return mustNew(t, year2026, saturdayAndSunday, calendar.Holiday{Day: date.Must(2026, 3, 9), Name: "Day of the Pie"})
}

func TestAddWorking(t *testing.T) {
	c := march(t)
	for _, x := range []struct {
		from date.Date
		n    int
		want date.Date
	}{
		{date.Must(2026, 3, 5), 1, date.Must(2026, 3, 6)},
		{date.Must(2026, 3, 6), 1, date.Must(2026, 3, 10)},  // over the weekend and the holiday
		{date.Must(2026, 3, 7), 1, date.Must(2026, 3, 10)},  // from a Saturday
		{date.Must(2026, 3, 9), 1, date.Must(2026, 3, 10)},  // from the holiday
		{date.Must(2026, 3, 6), 5, date.Must(2026, 3, 16)},  // a working week and the holiday
		{date.Must(2026, 3, 10), -1, date.Must(2026, 3, 6)}, // and back
		{date.Must(2026, 3, 8), -1, date.Must(2026, 3, 6)},
		{date.Must(2026, 3, 8), 0, date.Must(2026, 3, 8)}, // no days is the day itself, working or not
	} {
		got, err := c.AddWorking(x.from, x.n)
		if err != nil || got != x.want {
			t.Errorf("%d working days from %s: got %s, %v; want %s", x.n, x.from.Long(), got.Long(), err, x.want.Long())
		}
	}
}

func TestWorkingBetween(t *testing.T) {
	c := march(t)
	for _, x := range []struct {
		a, b date.Date
		want int
	}{
		{date.Must(2026, 3, 6), date.Must(2026, 3, 6), 0},
		{date.Must(2026, 3, 6), date.Must(2026, 3, 9), 0},
		{date.Must(2026, 3, 6), date.Must(2026, 3, 10), 1},
		{date.Must(2026, 3, 10), date.Must(2026, 3, 6), -1},
		{date.Must(2026, 3, 8), date.Must(2026, 3, 6), -1},
		{date.Must(2026, 3, 2), date.Must(2026, 3, 13), 8},
		{date.Must(2026, 1, 1), date.Must(2026, 12, 31), 259},
	} {
		got, err := c.WorkingBetween(x.a, x.b)
		if err != nil || got != x.want {
			t.Errorf("working days from %s to %s: got %d, %v; want %d", x.a.Long(), x.b.Long(), got, err, x.want)
		}
	}
}

func TestOutsideTheYearsCoveredIsAnError(t *testing.T) {
	c := march(t)
	last, first := year2026.To, year2026.From
	for what, err := range map[string]error{
		"the day after":        second(c.IsWorking(last.AddDays(1))),
		"the day before":       second(c.IsWorking(first.AddDays(-1))),
		"a day not known":      second(c.IsWorking(date.Date{})),
		"counting over":        second(c.AddWorking(last, 1)),
		"counting back over":   second(c.AddWorking(first, -1)),
		"counting far":         second(c.AddWorking(first, int(^uint(0)>>1))),
		"counting far back":    second(c.AddWorking(first, -int(^uint(0)>>1)-1)),
		"counting from beyond": second(c.AddWorking(last.AddDays(1), 0)),
		"between, the first":   second(c.WorkingBetween(first.AddDays(-1), last)),
		"between, the second":  second(c.WorkingBetween(first, last.AddDays(1))),
	} {
		if !errors.Is(err, calendar.ErrOutside) {
			t.Errorf("%s: got %v, want ErrOutside", what, err)
		}
	}
	if _, ok := c.Holiday(last.AddDays(1)); ok {
		t.Error("a day outside is a holiday")
	}
}

func second[T any](_ T, err error) error { return err }

func TestNewRefuses(t *testing.T) {
	pie := calendar.Holiday{Day: date.Must(2026, 3, 9), Name: "Day of the Pie"}
	soup := calendar.Holiday{Day: date.Must(2026, 3, 9), Name: "Day of the Soup"}
	old := calendar.Holiday{Day: date.Must(2025, 3, 9), Name: "Day of the Pie"}
	week := []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	for _, x := range []struct {
		covers   date.Period
		weekend  []time.Weekday
		holidays []calendar.Holiday
		want     string
	}{
		{date.Period{From: year2026.From}, nil, nil, "a calendar covers a first and a last day"},
		{date.Period{To: year2026.To}, nil, nil, "a calendar covers a first and a last day"},
		{date.Period{From: year2026.To, To: year2026.From}, nil, nil, "the first day covered, 31 December 2026, is after the last, 1 January 2026"},
		{date.Period{From: date.Must(1826, 1, 1), To: year2026.To}, nil, nil, "a calendar covers fewer than 200 years"},
		{year2026, week, nil, "a calendar has at least one working day"},
		{year2026, nil, []calendar.Holiday{old}, "Day of the Pie, 9 March 2025, is outside the years covered"},
		{year2026, nil, []calendar.Holiday{pie, soup}, "9 March 2026 is both Day of the Pie and Day of the Soup"},
	} {
		_, err := calendar.New("test", "Test", x.covers, x.weekend, x.holidays)
		if err == nil || err.Error() != x.want {
			t.Errorf("got %v, want %q", err, x.want)
		}
	}
}

func TestSaysWhatItIs(t *testing.T) {
	c := march(t)
	if c.ID() != "test" || c.Title() != "Test" || c.Covers() != year2026 || !slices.Equal(c.Weekend(), []time.Weekday{time.Sunday, time.Saturday}) {
		t.Errorf("got %q, %q, %v, %v", c.ID(), c.Title(), c.Covers(), c.Weekend())
	}
	if h, ok := c.Holiday(date.Must(2026, 3, 9)); !ok || h.Name != "Day of the Pie" || len(c.Holidays()) != 1 {
		t.Errorf("holiday: got %+v, %v", h, ok)
	}
}

// The tables behind the arithmetic are held to counting day by day, on
// calendars drawn at random: other weekends, runs of holidays, short covers.
func TestArithmeticAgreesWithCountingDayByDay(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 3))
	for range 300 {
		from := date.Must(2019, 1, 1).AddDays(r.IntN(2000))
		covers := date.Period{From: from, To: from.AddDays(r.IntN(500))}
		var weekend []time.Weekday
		for w := time.Sunday; w <= time.Saturday; w++ {
			if r.IntN(4) == 0 {
				weekend = append(weekend, w)
			}
		}
		off := map[date.Date]bool{}
		var holidays []calendar.Holiday
		for range r.IntN(40) {
			day := covers.From.AddDays(r.IntN(covers.To.Sub(covers.From) + 1))
			if !off[day] {
				off[day] = true
				holidays = append(holidays, calendar.Holiday{Day: day})
			}
		}
		works := func(d date.Date) bool { return !off[d] && !slices.Contains(weekend, d.Weekday()) }
		c, err := calendar.New("random", "Random", covers, weekend, holidays)
		if err != nil {
			continue // drawn without a working day; TestNewRefuses has those
		}
		for range 50 {
			a := covers.From.AddDays(r.IntN(covers.To.Sub(covers.From) + 1))
			b := covers.From.AddDays(r.IntN(covers.To.Sub(covers.From) + 1))
			n := r.IntN(60) - 30
			if got, err := c.IsWorking(a); err != nil || got != works(a) {
				t.Fatalf("%s is working: got %v, %v", a, got, err)
			}
			if got, err := c.WorkingBetween(a, b); err != nil || got != between(works, a, b) {
				t.Fatalf("from %s to %s: got %d, %v; counted %d", a, b, got, err, between(works, a, b))
			}
			want, inside := add(works, covers, a, n)
			got, err := c.AddWorking(a, n)
			if (err == nil) != inside || got != want {
				t.Fatalf("%d from %s: got %s, %v; counted %s, %v", n, a, got, err, want, inside)
			}
			if inside && n != 0 {
				if back, err := c.WorkingBetween(a, got); err != nil || back != n {
					t.Fatalf("%d from %s is %s, but between them are %d, %v", n, a, got, back, err)
				}
			}
		}
	}
}

func between(works func(date.Date) bool, a, b date.Date) int {
	n := 0
	for d := a; d.Before(b); {
		if d = d.AddDays(1); works(d) {
			n++
		}
	}
	for d := a; d.After(b); {
		if d = d.AddDays(-1); works(d) {
			n--
		}
	}
	return n
}

func add(works func(date.Date) bool, covers date.Period, d date.Date, n int) (date.Date, bool) {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		if d = d.AddDays(step); !covers.Contains(d) {
			return date.Date{}, false
		}
		if works(d) {
			n--
		}
	}
	return d, true
}
