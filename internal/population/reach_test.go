package population

import (
	"slices"
	"strings"
	"testing"

	"casefile/internal/date"
)

// The bounds are the claims of the package comment, in a thousand children.
func TestServices(t *testing.T) {
	const children = 20_000
	a := New(5, children, today)
	known, open, closed := map[string]int{}, map[string]int{}, map[string]int{}
	siblings, both := map[string]int{}, map[string]int{}
	doors, cases, youth, youthKnown := 0, 0, 0, 0
	refuges, profiles, atHome := 0, 0, map[string]int{}
	ages := map[string][3]int{}
	workers := map[string]Worker{}
	for _, w := range a.Workers {
		workers[w.Key] = w
	}
	for f := range a.Families() {
		for i, c := range f.Children {
			has := map[string]bool{}
			for _, e := range c.Episodes {
				has[e.Service] = true
				if e.Closed.IsZero() {
					open[e.Service]++
				} else {
					closed[e.Service]++
				}
				if e.Service == "social-care" {
					cases++
					if slices.ContainsFunc(c.Episodes, func(d Episode) bool {
						return d.Service == "front-door" && !d.Closed.IsZero() && !d.Closed.After(e.Opened) && e.Opened.Sub(d.Opened) <= 10
					}) {
						doors++
					}
				}
				if !c.Born.IsZero() && !c.BornEstimated {
					age := e.Opened.Sub(c.Born) / 365
					n := ages[e.Service]
					switch {
					case age < 5:
						n[0]++
					case age < 11:
						n[1]++
					default:
						n[2]++
					}
					ages[e.Service] = n
				}
			}
			for s := range has {
				known[s]++
				for j, other := range f.Children {
					if i != j && s != "participation" {
						siblings[s]++
						if other.knownTo(s) {
							both[s]++
						}
					}
				}
			}
			if has["youth-justice"] {
				youth++
				if has["social-care"] {
					youthKnown++
				}
			}
			last := c.Addresses[len(c.Addresses)-1]
			if last.Confidential != c.Truth.Refuge {
				t.Errorf("%s: an address is confidential %v, the truth is %v", c.Key, last.Confidential, c.Truth.Refuge)
			}
			if c.Truth.Refuge {
				refuges++
			}
			if c.Truth.HighProfile {
				profiles++
			}
			if c.Truth.WorkerKey != "" {
				w := workers[c.Truth.WorkerKey]
				if w.Family != c.Legal().Family || w.Family == "" || w.Demo {
					t.Errorf("%s is %s, child of %+v", c.Key, c.Legal().Family, w)
				}
				if last.Line1 == w.Home.Line1 && last.Postcode == w.Home.Postcode {
					atHome[w.Key]++
				}
			}
		}
	}
	for _, c := range []struct {
		what           string
		got, low, high int // of a thousand
	}{
		{"known to social care", known["social-care"] * 1000 / children, 95, 145},
		{"known to youth justice", known["youth-justice"] * 1000 / children, 20, 45},
		{"known to open access", known["open-access"] * 1000 / children, 170, 230},
		{"known to inclusion and attendance", known["inclusion-attendance"] * 1000 / children, 45, 80},
		{"social work that began at the front door", doors * 1000 / cases, 500, 900},
		{"youth justice known to social work", youthKnown * 1000 / youth, 250, 600},
		{"front door episodes that are open", open["front-door"] * 1000 / (open["front-door"] + closed["front-door"]), 5, 60},
		{"siblings both known to social care", both["social-care"] * 1000 / siblings["social-care"], 500, 900},
		{"siblings both known to open access", both["open-access"] * 1000 / siblings["open-access"], 500, 900},
		{"open access from 5 to 10", ages["open-access"][1] * 1000 / max(known["open-access"], 1), 20, 300},
		{"youth justice under 10", ages["youth-justice"][0], 0, 0},
		{"in a refuge", refuges * 1000 / children, 1, 10},
		{"high profile", profiles * 1000 / children, 1, 5},
	} {
		if c.got < c.low || c.got > c.high {
			t.Errorf("%s: %d in a thousand, want %d to %d", c.what, c.got, c.low, c.high)
		}
	}
	for _, s := range []string{"social-care", "youth-justice", "open-access", "inclusion-attendance"} {
		if open[s] == 0 || closed[s] == 0 {
			t.Errorf("%s: %d episodes open and %d closed, want both", s, open[s], closed[s])
		}
	}
	if len(atHome) < 20 {
		t.Errorf("%d workers have children who live with them, want 20 at least", len(atHome))
	}
}

// What a demo of the usual size needs to have something to show on every page.
func TestDemoHasSomeOfEach(t *testing.T) {
	a := New(1, 2000, today)
	workers := map[string]Worker{}
	for _, w := range a.Workers {
		workers[w.Key] = w
	}
	waiting, left, mine := map[string]int{}, 0, map[string]int{}
	refuges, profiles, parents := 0, 0, 0
	for c := range a.Children() {
		for _, e := range c.Episodes {
			switch w := workers[e.Allocated]; {
			case !e.Closed.IsZero():
			case e.Allocated == "":
				waiting[e.TeamKey]++
			case !w.At(a.today):
				left++
			default:
				mine[w.Key]++
			}
		}
		if c.Truth.Refuge {
			refuges++
		}
		if c.Truth.HighProfile {
			profiles++
		}
		if c.Truth.WorkerKey != "" {
			parents++
		}
	}
	t.Logf("waiting %v, held by leavers %d, in refuges %d, high profile %d, of workers %d", waiting, left, refuges, profiles, parents)
	for _, team := range a.Teams {
		if _, ok := a.crews[team.Key]; ok && waiting[team.Key] == 0 {
			t.Errorf("no case waits for a worker in %s", team.Name)
		}
	}
	for what, n := range map[string]int{"held by leavers": left, "in a refuge": refuges, "high profile": profiles, "of workers": parents} {
		if n < 2 || n > 60 {
			t.Errorf("%s: %d, want a handful", what, n)
		}
	}
	for i, r := range a.data.roles {
		if w := a.Workers[i]; r.kind == "practitioner" && mine[w.Key] == 0 && r.service != a.data.services[len(a.data.services)-1].name {
			t.Errorf("%s of the demo holds no open case", w.Role)
		}
	}
}

// Other agencies' people are the same for every child, and belong to days on
// which the child can have had them.
func TestProfessionals(t *testing.T) {
	a := New(19, 2000, today)
	of, phones := map[string]map[string]bool{}, map[string]string{}
	kinds, none := map[string]int{}, 0
	for c := range a.Children() {
		if len(c.Professionals) == 0 {
			none++
		}
		for _, p := range c.Professionals {
			kinds[p.Kind]++
			if p.Name == "" || p.Job == "" || !strings.Contains(p.Name, " ") || !p.Period.Valid() || p.Period.From.Before(c.Born) || p.Period.From.After(today) || p.Period.To.After(today) {
				t.Errorf("%s: %+v", c.Key, p)
			}
			if of[p.Agency] == nil {
				of[p.Agency] = map[string]bool{}
			}
			of[p.Agency][p.Name+p.Job] = true
			if phones[p.Agency] != "" && phones[p.Agency] != p.Phone {
				t.Errorf("%s has two telephones", p.Agency)
			}
			phones[p.Agency] = p.Phone
		}
	}
	for _, k := range agencyKinds {
		if kinds[k] == 0 {
			t.Errorf("nobody of kind %s", k)
		}
	}
	for name, people := range of {
		if len(people) > 9 {
			t.Errorf("%s has %d people, want nine at most", name, len(people))
		}
	}
	if none > 200 {
		t.Errorf("%d of 2,000 children have nobody", none)
	}
	for _, c := range []struct{ born, starts date.Date }{
		{date.Must(2020, 8, 31), date.Must(2024, 9, 1)},
		{date.Must(2020, 9, 1), date.Must(2025, 9, 1)},
		{date.Must(2020, 2, 29), date.Must(2024, 9, 1)},
	} {
		if got := schoolStart(c.born); got != c.starts {
			t.Errorf("born %s: begins school on %s, want %s", c.born, got, c.starts)
		}
	}
}

// No child has two episodes of one service on one day.
func TestEpisodesOfAServiceDoNotOverlap(t *testing.T) {
	for c := range New(23, 3000, today).Children() {
		for i, e := range c.Episodes {
			for _, o := range c.Episodes[:i] {
				if e.Service == o.Service && (date.Period{From: e.Opened, To: e.Closed}).Overlaps(date.Period{From: o.Opened, To: o.Closed}) {
					t.Errorf("%s: %s from %s and from %s", c.Key, e.Service, o.Opened, e.Opened)
				}
			}
		}
	}
}
