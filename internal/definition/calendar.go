package definition

import (
	"slices"
	"time"

	"github.com/goccy/go-yaml/ast"

	"casefile/internal/calendar"
	"casefile/internal/date"
)

// readCalendar reads calendars/NAME.yaml.
func (l *loader) readCalendar(d *document, root ast.Node) {
	before := len(l.p.list)
	m, ok := d.mapping(root, "a calendar", "calendar", "title", "source", "weekend", "covers", "holidays")
	if !ok {
		return
	}
	id, title, source := m.id("calendar"), m.text("title"), m.source("source")
	d.named(m, "calendar", id)
	weekend := m.weekend("weekend")
	covers, ok := m.period("covers")
	seen := map[date.Date]position{}
	years := map[int]bool{}
	var holidays []calendar.Holiday
	for _, n := range m.list("holidays") {
		h, isMap := d.mapping(n, "a holiday", "day", "name", "source")
		if !isMap {
			continue
		}
		made := calendar.Holiday{Day: h.day("day"), Name: h.text("name"), Source: source}
		if h.has("source") {
			made.Source = h.source("source")
		}
		if made.Day.IsZero() {
			continue
		}
		first, twice := seen[made.Day]
		switch {
		case twice:
			d.report(h.place("day"), "%s is a holiday twice; first on line %d", made.Day.Long(), first.line)
			continue
		case ok && !covers.Contains(made.Day):
			d.report(h.place("day"), "%s is outside the days covered, %s to %s", made.Day.Long(), covers.From.Long(), covers.To.Long())
		}
		seen[made.Day] = h.place("day")
		years[made.Day.Year()] = true
		holidays = append(holidays, made)
	}
	if ok && len(holidays) > 0 {
		for y := covers.From.Year(); y <= covers.To.Year(); y++ {
			if !years[y] {
				d.report(m.place("covers"), "the calendar covers %d but has no holiday in it", y)
			}
		}
	}
	if len(l.p.list) > before {
		return
	}
	c, err := calendar.New(id, title, covers, weekend, holidays)
	if err != nil {
		d.report(m.at, "%s: %v", m, err)
		return
	}
	l.set.calendars = append(l.set.calendars, c)
}

// weekend reads the days of the week on which nobody works.
func (m *mapping) weekend(key string) []time.Weekday {
	var known []string
	for w := time.Sunday; w <= time.Saturday; w++ {
		known = append(known, w.String())
	}
	var days []time.Weekday
	for _, n := range m.list(key) {
		s, ok := m.plain(n, "weekend")
		if !ok {
			continue
		}
		i := slices.Index(known, s)
		switch {
		case i < 0:
			m.report(where(n), "unknown day of the week %s%s", quote(s), meant(s, known))
		case slices.Contains(days, time.Weekday(i)):
			m.report(where(n), "%s is in the weekend twice", s)
		default:
			days = append(days, time.Weekday(i))
		}
	}
	return days
}

// maxCovered bounds a slip in a year: nobody enters holidays for longer.
const maxCovered = 100

// period reads a first and a last day.
func (m *mapping) period(key string) (date.Period, bool) {
	if !m.has(key) {
		m.report(m.at, "%s has no %s", m, key)
		return date.Period{}, false
	}
	v, ok := m.document.mapping(m.values[key], "a period", "from", "to")
	if !ok {
		return date.Period{}, false
	}
	p := date.Period{From: v.day("from"), To: v.day("to")}
	switch {
	case p.From.IsZero() || p.To.IsZero(): // reported when they were read
		return p, false
	case !p.Valid():
		m.report(v.place("to"), "the period ends on %s, before it begins on %s", p.To.Long(), p.From.Long())
		return p, false
	case p.To.Year()-p.From.Year() >= maxCovered:
		m.report(v.place("to"), "the period is longer than %d years", maxCovered)
		return p, false
	}
	return p, true
}
