package population

import (
	"cmp"
	"slices"
)

// fullEnough is how many open cases somebody at the demo's door holds, so that their pages
// have something to show.
const fullEnough = 5

// doorCounts is of how many children, the first, the open cases are counted to choose
// whoever stands at the door: those of a demo, whatever the authority has besides.
const doorCounts = 2000

// seat chooses who of each role that holds cases stands on the demo's first page: the first
// of the role or, where they hold few cases, somebody with a middling full caseload, of their
// team where there is one. Whoever is chosen is the first then. The manager of the service is
// of whichever team that is.
func (a *Authority) seat() {
	held := a.openCases(min(a.children, doorCounts))
	for _, r := range a.data.roles {
		if r.kind != "practitioner" {
			continue
		}
		first := slices.IndexFunc(a.Workers, func(w Worker) bool { return w.Demo && w.Role == r.role && w.Service == r.service })
		a.change(first, a.middling(first, held))
		manager := slices.IndexFunc(a.Workers, func(w Worker) bool { return w.Demo && w.Role == a.manager.role && w.Service == r.service })
		a.change(manager, a.crews[a.Workers[first].TeamKey].manager)
	}
}

// change has two workers change places, the one at the demo's door with another: whom a crew
// has in which place stays as it is, and with it who holds which case.
func (a *Authority) change(door, with int) {
	x, y := &a.Workers[door], &a.Workers[with]
	x.Demo, y.Demo, x.About, y.About = y.Demo, x.Demo, y.About, x.About
	*x, *y = *y, *x
	moved := map[int]int{door: with, with: door}
	for _, c := range a.crews {
		for i, w := range c.practitioners {
			if to, ok := moved[w]; ok {
				c.practitioners[i] = to
			}
		}
		if to, ok := moved[c.manager]; ok {
			c.manager = to
		}
	}
}

// middling is the worker of the role and service of the first who stands at the door.
func (a *Authority) middling(first int, held map[string]int) int {
	at := a.Workers[first]
	if held[at.Key] >= fullEnough {
		return first
	}
	var of []int
	most := held[at.Key]
	for i, w := range a.Workers {
		// Whoever has a child among the children is kept from that child's file, and whoever
		// came lately wrote little.
		if w.Home != (Address{}) || w.Started.After(a.today.AddMonths(-12)) {
			continue
		}
		if w.Role == at.Role && w.Service == at.Service && w.Left.IsZero() && held[w.Key] > 0 {
			of, most = append(of, i), max(most, held[w.Key])
		}
	}
	of = slices.DeleteFunc(of, func(i int) bool { return held[a.Workers[i].Key] < min(most, fullEnough) })
	if near := slices.DeleteFunc(slices.Clone(of), func(i int) bool { return a.Workers[i].TeamKey != at.TeamKey }); len(near) > 0 {
		of = near
	}
	if len(of) == 0 {
		return first
	}
	slices.SortStableFunc(of, func(i, j int) int { return cmp.Compare(held[a.Workers[i].Key], held[a.Workers[j].Key]) })
	return of[len(of)/2]
}

// openCases are of how many of the first children each worker holds an open case.
func (a *Authority) openCases(children int) map[string]int {
	held := map[string]int{}
	for c := range a.Children() {
		if children--; children < 0 {
			break
		}
		var by []string
		for _, e := range c.Episodes {
			if e.Closed.IsZero() && e.Allocated != "" && !slices.Contains(by, e.Allocated) {
				by = append(by, e.Allocated)
			}
		}
		for _, key := range by {
			held[key]++
		}
	}
	return held
}
