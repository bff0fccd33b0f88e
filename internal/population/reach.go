package population

import (
	"casefile/internal/date"
)

func (a *Authority) line(service string) *serviceLine {
	for i := range a.data.services {
		if a.data.services[i].name == service {
			return &a.data.services[i]
		}
	}
	panic("services.csv: no service " + service) // a mistake in data/, found by any test
}

// reach gives the child episodes of the services that come to some: by what is
// known of the family, or to each child alone.
func (a *Authority) reach(x dice, known []bool, c *Child, born date.Date) {
	earliest := a.today.AddMonths(-12 * history)
	for i, r := range a.data.reach {
		s := &a.data.services[r.service]
		share := r.share
		switch {
		case s.siblings > 0 && known[i]:
			share = s.siblings
		case s.siblings > 0:
			share = 0
		case r.after >= 0 && c.knownTo(a.data.services[r.after].name):
			share = r.then
		}
		in := x.chance(share)
		from, to := born.AddMonths(12*r.from), born.AddMonths(12*(r.to+1)).AddDays(-1)
		if from.Before(earliest) {
			from = earliest
		}
		// There must be room for something to have happened.
		if in && to.Sub(from) >= 30 && !from.AddDays(30).After(a.today) {
			a.episodes(x, c, s, from, to)
		}
	}
}

func (c *Child) knownTo(service string) bool {
	for _, e := range c.Episodes {
		if e.Service == service {
			return true
		}
	}
	return false
}

// free reports whether the child has no episode of the service on any day of p.
func (c *Child) free(service string, p date.Period) bool {
	for _, e := range c.Episodes {
		if e.Service == service && p.Overlaps(date.Period{From: e.Opened, To: e.Closed}) {
			return false
		}
	}
	return true
}

// fresh gives a few children of these days an episode of the last weeks, most
// of them with nobody to hold it yet (CR-51).
func (a *Authority) fresh(x dice, c *Child, s *serviceLine, from, to date.Date) {
	opened := workday(a.today.AddDays(-x.between(settled, min(waits, s.longest)-1)), from, a.today.AddDays(-settled))
	if !x.chance(s.fresh) || opened.Before(from) || to.Before(a.today) || !c.free(s.name, date.Period{From: opened}) {
		return
	}
	e := a.staffed(x, a.teamFor(s.name, c.Addresses[len(c.Addresses)-1]), opened, date.Date{})
	if x.chance(700) {
		e.Allocated, e.Further = "", nil
	}
	c.Episodes = append(c.Episodes, e)
}

// doors gives episodes the days at the front door with which they began.
func (a *Authority) doors(x dice, c *Child, born date.Date) {
	s := &a.data.services[len(a.data.services)-1]
	for _, e := range c.Episodes { // those there were; what is added is the door's own
		if !x.chance(a.line(e.Service).door) {
			continue
		}
		opened := e.Opened.AddDays(-x.between(s.shortest, s.longest))
		opened = workday(opened, opened.AddDays(-1), e.Opened)
		closed := opened.AddDays(x.below(e.Opened.Sub(opened) + 1))
		if opened.Before(born) || !c.free(s.name, date.Period{From: opened, To: closed}) {
			continue
		}
		c.Episodes = append(c.Episodes, a.staffed(x, a.teamFor(s.name, c.Addresses[0]), opened, closed))
	}
}

// Every so-manieth family is that of a worker, from one on, while there are
// workers; a country has no more of them than a city, since they are kept.
const (
	parentFrom  = 20
	parentEvery = 90
	parentMost  = 50
)

// Addresses numbered after all the families'.
const (
	parentHomes = 1 << 51
	refuges     = 1 << 52
)

// settleParents chooses the workers who are mothers of children among the
// children, and gives them their homes.
func (a *Authority) settleParents() {
	a.parents = map[uint64]int{}
	family := uint64(parentFrom)
	for i := range a.Workers {
		w := &a.Workers[i]
		if family*3 > uint64(a.children) || len(a.parents) == parentMost {
			return
		}
		if w.Demo || w.sex != "F" || !w.Left.IsZero() || i%3 != 0 {
			continue
		}
		w.Home = a.address(parentHomes | uint64(i))
		a.parents[family] = i
		family += parentEvery
	}
}

// circumstances makes a few families what the program must be careful with, and
// says which rows of the table of reach the family is in.
func (a *Authority) circumstances(x dice, i uint64, h *household) []bool {
	known := make([]bool, len(a.data.reach))
	refuge := false
	for n, r := range a.data.reach {
		if of := a.data.services[r.service].siblings; of > 0 {
			known[n] = x.chance(r.share * 1000 / of)
		}
		if x.chance(r.refuge) && known[n] {
			refuge = true
		}
	}
	for j := range h.Children {
		h.Children[j].Truth.HighProfile = x.chance(3)
	}
	moved := a.today.AddDays(-x.between(20, 200))
	shelter := a.address(refuges | uint64(x.below(1<<30)))
	w, parent := a.parents[i]
	switch {
	case parent:
		a.makeParent(h, &a.Workers[w])
	case refuge:
		shelter.Confidential = true
		h.flee(shelter, moved, a.today)
	}
	return known
}

// makeParent makes the worker the mother of the household.
func (a *Authority) makeParent(h *household, w *Worker) {
	mother := &h.Adults[0]
	mother.Name = Name{Kind: Legal, Given: w.Given, Family: w.Family}
	mother.Phone, mother.Lives = w.Mobile, true
	was := h.Addresses[len(h.Addresses)-1]
	home := w.Home
	home.Period = was.Period
	h.Addresses[len(h.Addresses)-1] = home
	for j := range h.Children {
		c := &h.Children[j]
		c.Truth.WorkerKey = w.Key
		c.Email = "" // it was made of the name
		for n := range c.Names {
			if c.Names[n].Kind != Former {
				c.Names[n].Family = w.Family
			}
		}
		for n := range c.Addresses {
			if ad := &c.Addresses[n]; ad.Line1 == was.Line1 && ad.Postcode == was.Postcode && ad.Period.To.IsZero() {
				home.Period = ad.Period
				*ad = home
			}
		}
	}
}

// flee moves the mother and the children who are not grown into a refuge.
func (h *household) flee(shelter Address, day, today date.Date) {
	last := &h.Addresses[len(h.Addresses)-1]
	if !last.Period.From.Before(day) {
		return
	}
	moved := false
	for j := range h.Children {
		c := &h.Children[j]
		if h.born[j].Age(today) >= 18 || !h.born[j].Before(day) || c.Addresses[len(c.Addresses)-1].Period.From.After(day.AddDays(-1)) {
			continue
		}
		c.moveTo(shelter, day)
		c.HomePhone = "" // the house's, which they have left
		c.Truth.Refuge, moved = true, true
	}
	if !moved {
		return
	}
	last.Period.To = day.AddDays(-1)
	shelter.Period = date.Period{From: day}
	h.Addresses = append(h.Addresses, shelter)
	h.Adults[0].Lives = true
	for n := range h.Adults[1:] {
		h.Adults[n+1].Lives = false
	}
}
