package date

import "time"

// London is the civil time of England and Wales and, with the same rules, of
// the Isle of Man. Days, deadlines and ages are reckoned in it.
var London = mustLoad("Europe/London")

func mustLoad(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // the binary embeds the zone database (time/tzdata), so this is a build mistake
	}
	return loc
}

// An Instant is a moment in UTC, counted in microseconds since 1970-01-01. The
// zero Instant means never.
type Instant int64

// At makes an Instant, cutting what is finer than a microsecond.
func At(t time.Time) Instant { return Instant(t.UnixMicro()) }

// IsZero reports whether the moment never was.
func (i Instant) IsZero() bool { return i == 0 }

// Time is the moment in London.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).In(London) }

// Date is the day of the moment in London.
func (i Instant) Date() Date { return Of(i.Time()) }

// Add moves the moment.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d/time.Microsecond) }

// Sub is the time from o to i.
func (i Instant) Sub(o Instant) time.Duration { return time.Duration(i-o) * time.Microsecond }

// Long is how a page shows a moment: 5 March 2026 at 4:07pm. Never is empty.
func (i Instant) Long() string {
	if i.IsZero() {
		return ""
	}
	return i.Date().Long() + " at " + i.Clock()
}

// Clock is the time of day as a page shows it: 4:07pm.
func (i Instant) Clock() string { return i.Time().Format("3:04pm") }

// A Stamp says when the system learnt something and from whom. Seq is the
// store's own order, one number for each transaction that wrote; At never runs
// backwards in that order, whatever the wall clock did. By is the worker, or
// the name of the job.
type Stamp struct {
	Seq int64
	At  Instant
	By  string
}

// IsZero reports whether it never happened.
func (s Stamp) IsZero() bool { return s.Seq == 0 }

// Clocks are the two clocks of a fact: the days on which it was so in the
// world, and the moments at which the system took it up and put it aside.
type Clocks struct {
	Period     Period
	Recorded   Stamp
	Superseded Stamp // zero while the fact is current
}

// Current reports whether the system holds the fact to be true now.
func (c Clocks) Current() bool { return c.Superseded.IsZero() }

// KnownAt reports whether the system held the fact at moment t.
func (c Clocks) KnownAt(t Instant) bool {
	return c.Recorded.At <= t && (c.Superseded.IsZero() || c.Superseded.At > t)
}
