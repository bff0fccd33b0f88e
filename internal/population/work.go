package population

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"casefile/internal/date"
)

// The ages from which the first service of services.csv takes a young person on,
// and up to which the second does.
const (
	firstFrom = 11
	secondTo  = 18
	// history is how many years the record goes back.
	history = 8
	// settled is how many days ago the last episode was opened, so that there is
	// time for something to have happened in it.
	settled = 3
	// waits is how many days a case may have been open with nobody holding it.
	waits = 40
	// left is how many open episodes in a thousand are held by somebody who has
	// left, where the team had such a one.
	left = 60
)

// work gives the child episodes and what was written in them. Everything
// happened before today. What the first two services do is drawn from d, the
// rest from x; known says which rows of the table of reach the family is in.
func (a *Authority) work(d, x dice, known []bool, c *Child, adults []Adult, born date.Date) {
	first, second := &a.data.services[0], &a.data.services[1]
	from, to := born.AddMonths(12*firstFrom), born.AddMonths(12*(secondTo+1)).AddDays(-1)
	old := !from.After(a.today.AddDays(-settled))
	if old {
		a.episodes(d, c, first, from, a.today)
	}
	if !old || d.chance(180) {
		a.episodes(d, c, second, born, to)
	}
	a.reach(x, known, c, born)
	a.fresh(x, c, first, from, a.today)
	a.fresh(x, c, second, born, to)
	for _, r := range a.data.reach {
		s := &a.data.services[r.service]
		a.fresh(x, c, s, born.AddMonths(12*r.from), born.AddMonths(12*(r.to+1)).AddDays(-1))
	}
	a.doors(x, c, born)
	slices.SortStableFunc(c.Episodes, func(x, y Episode) int { return x.Opened.Compare(y.Opened) })

	days := 0
	for _, e := range c.Episodes {
		days += a.until(e).Sub(e.Opened) + 1
	}
	who := a.subject(d, c, adults)
	// As many as there are days, so that no week is fuller than a worker's.
	c.Entries = a.entries(d, c, &who, born, min(howMany(d), days/2+1))
	c.Professionals = a.professionals(x, c, &who, born)
}

// howMany is how many entries a file has.
func howMany(d dice) int {
	bounds := [...][2]int{{0, 2}, {3, 10}, {11, 20}, {21, 60}, {61, 150}, {200, 400}}
	b := bounds[entryBands.draw(d)]
	return d.between(b[0], b[1])
}

var entryBands = weigh(270, 420, 190, 80, 30, 10)

// until is the last day on which something can have happened in an episode.
func (a *Authority) until(e Episode) date.Date {
	if e.Closed.IsZero() {
		return a.today.AddDays(-1)
	}
	return e.Closed
}

// episodes adds one to three, one after the other, in the days on which the
// service is for this child.
func (a *Authority) episodes(d dice, c *Child, service *serviceLine, from, to date.Date) {
	grown := to.Before(a.today)
	end, latest := a.today.AddDays(-1), a.today.AddDays(-settled)
	if grown {
		end, latest = to, to
	}
	if earliest := a.today.AddMonths(-12 * history); from.Before(earliest) {
		from = earliest
	}
	if latest.Before(from) {
		latest = from
	}
	team := a.teamFor(service.name, c.Addresses[len(c.Addresses)-1])
	n := 1 + weigh(80, 17, 3).draw(d)
	for i := range n {
		opened := workday(from.AddDays(d.below(latest.Sub(from)/n+1)), from, latest)
		var closed date.Date
		stillOpen := service.open
		if opened.AddDays(service.longest * 3 / 2).Before(a.today) {
			stillOpen /= 8
		}
		if grown || i < n-1 || !d.chance(stillOpen) {
			span := max(end.Sub(opened), 0)
			closed = opened.AddDays(d.between(min(service.shortest, span), min(service.longest, span)))
		}
		c.Episodes = append(c.Episodes, a.staffed(d, team, opened, closed))
		if closed.IsZero() || !closed.Before(latest) {
			return
		}
		from = closed.AddDays(1)
	}
}

// teamFor is the team of the service that covers an address.
func (a *Authority) teamFor(service string, ad Address) Team {
	// Two letters more of the postcode make 400 areas of one.
	area, teams := ad.Town+ad.Postcode[:len(ad.Postcode)-2], a.teams[service]
	if teams > manyTeams {
		area = ad.Town + ad.Postcode
	}
	sum := 0
	for _, b := range []byte(area) {
		sum = sum*31 + int(b)
		sum %= 1 << 20
	}
	n, held := sum%teams, a.byArea[service]
	if n >= len(held) {
		return a.far(service, n).Team
	}
	return a.Teams[held[n]]
}

// manyTeams is with how many teams a service divides its area more finely: there are
// 150 areas of a town's postcodes.
const manyTeams = 300

func (a *Authority) staffed(d dice, team Team, opened, closed date.Date) Episode {
	c := a.crew(team.Key)
	end := closed
	if end.IsZero() {
		end = a.today
	}
	e := Episode{Service: team.Service, TeamKey: team.Key, Opened: opened, Closed: closed}
	w := a.someone(d, c, opened, end)
	e.Allocated = c.worker(w).Key
	if closed.IsZero() && d.chance(left) {
		if gone, ok := a.leaver(d, c, opened); ok {
			e.Allocated = c.worker(gone).Key
		}
	}
	if d.chance(150) {
		if other := a.someone(d, c, opened, end); other != w {
			e.Further = []string{c.worker(other).Key}
		}
	}
	return e
}

// workday moves a day at the weekend to the nearest working one that lies
// between two days, where there is one.
func workday(day, from, to date.Date) date.Date {
	shift := 0
	switch day.Weekday() {
	case time.Saturday:
		shift = -1
	case time.Sunday:
		shift = 1
	}
	if moved := day.AddDays(shift); !moved.Before(from) && !moved.After(to) {
		return moved
	}
	return day
}

// entries writes n entries over the child's episodes, in order of day and time.
func (a *Authority) entries(d dice, c *Child, who *subject, born date.Date, n int) []Entry {
	spans, weights := make([]int, len(c.Episodes)), make([]int, len(c.Episodes))
	var in []int // which episode each entry is in
	for i, e := range c.Episodes {
		s := a.line(e.Service)
		spans[i] = a.until(e).Sub(e.Opened) + 1
		weights[i] = spans[i] * s.busy
		if s.least > 0 {
			for range d.between(s.least, s.least+2) {
				in = append(in, i)
			}
		}
	}
	share := weigh(weights...)
	for range n {
		in = append(in, share.draw(d))
	}
	out := make([]Entry, 0, len(in))
	for _, i := range in {
		ep := c.Episodes[i]
		e := Entry{Episode: i, Service: ep.Service, Minute: -1}
		e.Happened = workday(ep.Opened.AddDays(d.below(spans[i])), ep.Opened, a.until(ep))
		o := a.opening(d, e.Service, max(born.Age(e.Happened), 0))
		if o.timed || d.chance(700) {
			e.Minute = d.between(8*60+30, 18*60) / 5 * 5
		}
		author := a.author(d, ep, e.Happened)
		if o.by == "manager" {
			c := a.crew(ep.TeamKey)
			author = *c.worker(c.manager)
		}
		e.AuthorKey = author.Key
		e.Recorded = e.Happened
		if d.chance(250) {
			late := e.Happened.AddDays(d.between(1, 6))
			if late.Before(a.today) && author.At(late) {
				e.Recorded = late
			}
		}
		a.write(d, o, &e, who, max(born.Age(e.Happened), 0))
		out = append(out, e)
	}
	slices.SortStableFunc(out, func(x, y Entry) int {
		return cmp.Or(ordinal(x.Happened)-ordinal(y.Happened), x.Minute-y.Minute)
	})
	return out
}

// ordinal is a number in the order of days. Sorting a long file compares days
// often enough for the text form, by which days compare themselves, to be felt.
func ordinal(d date.Date) int { return (d.Year()*12+d.Month())*31 + d.Day() }

// author is mostly the allocated worker, else a colleague or the manager, and
// always somebody of the team who works there on the day.
func (a *Authority) author(d dice, ep Episode, day date.Date) Worker {
	c := a.crew(ep.TeamKey)
	switch draw := d.below(100); {
	case draw < 80:
		for _, w := range c.practitioners {
			if holds := c.worker(w); holds.Key == ep.Allocated && holds.At(day) {
				return *holds
			}
		}
	case draw >= 97:
		return *c.worker(c.manager)
	}
	return *c.worker(a.someone(d, c, day))
}

// A subject is what stays the same in all that is written about one child.
type subject struct {
	name                     string
	carers                   []string
	primary, school, college string
}

func (a *Authority) subject(d dice, c *Child, adults []Adult) subject {
	p := a.data.places
	s := subject{name: c.Called(), primary: one(d, p["primary"]), school: one(d, p["school"]), college: one(d, p["college"])}
	for _, ad := range adults {
		if ad.Lives {
			s.carers = append(s.carers, ad.Relation)
		}
	}
	return s
}

// write puts an entry of a chosen kind into words.
func (a *Authority) write(d dice, o *opening, e *Entry, who *subject, age int) {
	s := a.scene(d, who, age)
	e.Type, e.Category = o.kind, o.category
	e.WithWhom, e.Reason = capital(o.with.render(s)), o.reason.render(s)
	switch o.seen {
	case "seen":
		e.Seen, e.SeenAlone = Yes, No
	case "alone":
		e.Seen, e.SeenAlone = Yes, Yes
	case "no":
		e.Seen, e.SeenAlone = No, No
	}
	var b strings.Builder
	b.Grow(400)
	b.WriteString(o.text.render(s))
	for _, pool := range o.pools {
		n := 1
		if pool != "plan" && pool != "attempt" && pool != "from-family" && d.chance(300) {
			n = 2
		}
		last := -1
		for range n {
			last = a.add(&b, d, pool, s, age, last)
		}
	}
	if d.chance(45) {
		e.Significant = a.add(&b, d, "significant", s, age, -1) >= 0
	}
	if d.chance(20) {
		e.Sensitive = a.add(&b, d, "sensitive", s, age, -1) >= 0
	}
	e.Text = b.String()
}

func (a *Authority) opening(d dice, service string, age int) *opening {
	all := a.data.openings[service]
	sum := 0
	for i := range all {
		if all[i].from <= age && age <= all[i].to {
			sum += all[i].weight
		}
	}
	x := d.below(sum)
	for i := range all {
		if all[i].from <= age && age <= all[i].to {
			if x -= all[i].weight; x < 0 {
				return &all[i]
			}
		}
	}
	panic("no opening for " + service) // a mistake in data/, found by any test
}

// add appends a sentence of the pool that fits the age and is not the last
// one, and says which; -1 where none fits.
func (a *Authority) add(b *strings.Builder, d dice, pool string, s *scene, age, last int) int {
	all := a.data.sentences[pool]
	for tries := range 60 + len(all) {
		n := tries % len(all) // in the end each in turn: the pool may have few for the age
		if tries < 60 {
			n = d.below(len(all))
		}
		if n != last && all[n].from <= age && age <= all[n].to {
			b.WriteByte(' ')
			all[n].text.renderTo(b, s)
			return n
		}
	}
	return -1
}
