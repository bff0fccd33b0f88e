package date_test

import (
	"testing"
	"time"

	"casefile/internal/date"
)

func TestFromParts(t *testing.T) {
	for _, c := range []struct{ day, month, year, want, problem string }{
		{"5", "3", "2026", "2026-03-05", ""},
		{" 5 ", "March", "2026", "2026-03-05", ""},
		{"05", "mar", "2026", "2026-03-05", ""},
		{"", "", "", "", ""},
		{"29", "2", "2024", "2024-02-29", ""},
		{"29", "2", "2026", "", "must be a real date"},
		{"31", "4", "2026", "", "must be a real date"},
		{"5", "", "2026", "", "must include a month"},
		{"", "", "2026", "", "must include a day and a month"},
		{"5", "3", "26", "", "must include a year of 4 numbers"},
		{"five", "3", "2026", "", "must be a real date"},
		{"5", "13", "2026", "", "must be a real date"},
		{"5", "3", "20x6", "", "must be a real date"},
	} {
		got, err := date.FromParts(c.day, c.month, c.year)
		problem := ""
		if err != nil {
			problem = err.Error()
		}
		if got.String() != c.want || problem != c.problem {
			t.Errorf("FromParts(%q, %q, %q) = %q, %q; want %q, %q", c.day, c.month, c.year, got, problem, c.want, c.problem)
		}
	}
}

func TestAge(t *testing.T) {
	for _, c := range []struct {
		born, on string
		want     int
	}{
		{"2010-03-05", "2026-03-04", 15},
		{"2010-03-05", "2026-03-05", 16},
		{"2008-02-29", "2026-02-28", 17},
		{"2008-02-29", "2026-03-01", 18},
		{"2026-03-05", "2026-03-04", -1},
		{"", "2026-03-04", -1},
	} {
		born, _ := date.Parse(c.born)
		on, _ := date.Parse(c.on)
		if got := born.Age(on); got != c.want {
			t.Errorf("born %s, age on %s: got %d, want %d", c.born, c.on, got, c.want)
		}
	}
}

func TestAddMonthsKeepsToTheMonth(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2026-11-30", 3, "2027-02-28"},
		{"2026-03-05", -3, "2025-12-05"},
		{"2026-12-31", 12, "2027-12-31"},
	} {
		from, _ := date.Parse(c.from)
		if got := from.AddMonths(c.n).String(); got != c.want {
			t.Errorf("%s and %d months: got %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestPeriod(t *testing.T) {
	march := date.Period{From: date.Must(2026, 3, 1), To: date.Must(2026, 3, 31)}
	since := date.Period{From: date.Must(2026, 3, 31)}
	if !march.Contains(march.To) || march.Contains(march.To.AddDays(1)) {
		t.Error("a period holds its last day and not the next")
	}
	if !march.Overlaps(since) || march.Overlaps(date.Period{From: date.Must(2026, 4, 1)}) {
		t.Error("periods overlap when they share a day and only then")
	}
	if (date.Period{From: march.To, To: march.From}).Valid() {
		t.Error("a period that ends before it begins is not valid")
	}
}

func TestShownInLondonTime(t *testing.T) {
	i := date.At(time.Date(2026, 7, 5, 23, 30, 0, 0, time.UTC))
	if got, want := i.Long(), "6 July 2026 at 12:30am"; got != want {
		t.Errorf("half past eleven UTC in summer: got %q, want %q", got, want)
	}
}

func TestKnownAt(t *testing.T) {
	c := date.Clocks{Recorded: date.Stamp{Seq: 1, At: 10}, Superseded: date.Stamp{Seq: 2, At: 20}}
	for at, want := range map[date.Instant]bool{9: false, 10: true, 19: true, 20: false} {
		if got := c.KnownAt(at); got != want {
			t.Errorf("known at %d: got %v, want %v", at, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "2026-03-05", "2026-02-29", "0000-01-01", "2026-3-5", "２０２６-03-05"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := date.Parse(s); err == nil && d.String() != s {
			t.Errorf("Parse(%q).String() = %q", s, d)
		}
	})
}

func FuzzFromParts(f *testing.F) {
	f.Add("5", "March", "2026")
	f.Fuzz(func(t *testing.T, day, month, year string) {
		d, err := date.FromParts(day, month, year)
		if err != nil || d.IsZero() {
			return
		}
		if again, err := date.Parse(d.String()); err != nil || again != d {
			t.Errorf("FromParts(%q, %q, %q) = %v, which does not read back", day, month, year, d)
		}
	})
}
