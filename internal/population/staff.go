package population

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"casefile/internal/date"
	"casefile/internal/match"
)

// perTeam is how many practitioners a team has before it is split.
const perTeam = 12

// mostHeld is of how many children all the staff are held. Of a larger authority
// those of the further teams are drawn anew whenever one is needed.
const mostHeld = 1_000_000

// A crew is who works in a team.
type crew struct {
	practitioners []int // indexes into staff; the first has always been there
	manager       int
	staff         *[]Worker // all that are held, or the crew's own
}

func (c *crew) worker(i int) *Worker { return &(*c.staff)[i] }

// hire makes the teams that are held and who works in them. There is somebody in every team
// on every day, so that each thing that happened has an author.
func (a *Authority) hire() {
	d := a.dice(saltStaff, 0)
	a.crews, a.byArea, a.teams = map[string]*crew{}, map[string][]int{}, map[string]int{}
	lines := map[string]teamLine{} // by team key
	for _, service := range a.data.services {
		var base []teamLine
		for _, l := range a.data.teams {
			if l.service == service.name {
				base = append(base, l)
			}
		}
		teams := func(children int) int {
			return max(len(base), (children/service.caseload+perTeam-1)/perTeam)
		}
		a.teams[service.name] = teams(a.children)
		for n := range teams(min(a.children, mostHeld)) {
			l := nth(base, n)
			t := a.team(d, teamKey(service.name, n), l.name, service.name)
			a.byArea[service.name] = append(a.byArea[service.name], len(a.Teams)-1)
			a.crews[t.Key] = &crew{staff: &a.Workers}
			lines[t.Key] = l
		}
	}

	// First one for each role. Those of a kind of their own sit in teams that
	// hold no cases. The managers of further services come with their teams, below.
	logins := map[string]int{}
	others := map[string]Team{}
	var manager roleLine
	var managers []roleLine
	for _, r := range a.data.roles {
		if r.kind == "manager" && manager.kind != "" {
			managers = append(managers, r)
			continue
		}
		var team Team
		title := r.title
		if r.kind == "other" {
			t, ok := others[r.team]
			if !ok {
				t = a.team(d, fmt.Sprintf("other-%d", len(others)+1), r.team, r.service)
				others[r.team] = t
			}
			team = t
		} else {
			team = a.Teams[a.byArea[r.service][0]]
		}
		switch r.kind {
		case "practitioner":
			title = lines[team.Key].title
		case "manager":
			title, manager = lines[team.Key].managerTitle, r
		case "support", "other":
		default:
			panic("roles.csv: kind " + r.kind)
		}
		w := a.join(d, logins, team, r, title, true)
		w.Demo, w.About = true, r.about
	}

	for _, service := range a.data.services {
		teams := a.byArea[service.name]
		need := max(min(a.children, mostHeld)/service.caseload, len(teams))
		for n := range need {
			team := a.Teams[teams[n%len(teams)]]
			l := lines[team.Key]
			a.join(d, logins, team, roleLine{kind: "practitioner", role: l.role}, l.title, n < len(teams))
		}
		for _, t := range teams {
			team := a.Teams[t]
			if c := a.crews[team.Key]; c.manager == 0 { // worker 0 is a practitioner
				a.join(d, logins, team, manager, lines[team.Key].managerTitle, true)
			}
		}
	}
	for _, r := range managers { // seat has them be of the team of whoever stands beside them
		w := &a.Workers[a.crews[a.Teams[a.byArea[r.service][0]].Key].manager]
		w.Demo, w.About = true, r.about
	}
	a.manager = manager
}

// nth is the line of a service's team by its number.
func nth(base []teamLine, n int) teamLine {
	l := base[n%len(base)]
	if n >= len(base) {
		l.name += " " + strconv.Itoa(n/len(base)+1)
	}
	return l
}

func teamKey(service string, n int) string { return fmt.Sprintf("%s-%d", service, n+1) }

func (a *Authority) team(d dice, key, name, service string) Team {
	t := teamOf(d, key, name, service)
	a.Teams = append(a.Teams, t)
	return t
}

func teamOf(d dice, key, name, service string) Team {
	t := Team{Key: key, Name: name, Service: service, Phone: officeLine(d)}
	t.Email = strings.ReplaceAll(match.Fold(t.Name), " ", "-") + "@" + workHost
	return t
}

// A farTeam is one that is not held, with who works in it.
type farTeam struct {
	Team
	crew
}

// farCached is how many far teams are kept, those that were needed last.
const farCached = 512

// far draws a team that is not held, by its number in the service. The same number
// draws the same.
func (a *Authority) far(service string, n int) *farTeam {
	i := slices.IndexFunc(a.data.services, func(s serviceLine) bool { return s.name == service })
	place := &a.farTeams[(n*len(a.data.services)+i)%farCached]
	key := teamKey(service, n)
	if t := place.Load(); t != nil && t.Key == key {
		return t
	}
	var base []teamLine
	for _, l := range a.data.teams {
		if l.service == service {
			base = append(base, l)
		}
	}
	d := a.dice(saltFarStaff, uint64(i)<<32|uint64(n))
	l := nth(base, n)
	t := &farTeam{Team: teamOf(d, key, l.name, service)}
	var crew []Worker
	add := func(r roleLine, title string, always bool) {
		w := a.someoneNew(d, fmt.Sprintf("W-%s-%02d", key, len(crew)+1), t.Team, r, title, always)
		w.Login += "." + key + "." + strconv.Itoa(len(crew)+1) // nobody else's
		w.Email = w.Login + "@" + workHost
		crew = append(crew, w)
	}
	for i := range perTeam {
		t.practitioners = append(t.practitioners, i)
		add(roleLine{kind: "practitioner", role: l.role}, l.title, i == 0)
	}
	t.manager = perTeam
	add(a.manager, l.managerTitle, true)
	t.staff = &crew
	place.Store(t)
	return t
}

// crew is who works in a team.
func (a *Authority) crew(key string) *crew {
	if c := a.crews[key]; c != nil {
		return c
	}
	last := strings.LastIndex(key, "-")
	service := key[:max(last, 0)]
	n, err := strconv.Atoi(key[last+1:])
	if err != nil {
		panic("no team " + key) // a mistake in this package, found by any test
	}
	return &a.far(service, n-1).crew
}

// EveryTeam yields all teams with all who work in them: those that are held, in
// Teams, before the others.
func (a *Authority) EveryTeam() iter.Seq2[Team, []Worker] {
	return func(yield func(Team, []Worker) bool) {
		in := map[string][]Worker{}
		for _, w := range a.Workers {
			in[w.TeamKey] = append(in[w.TeamKey], w)
		}
		for _, t := range a.Teams {
			if !yield(t, in[t.Key]) {
				return
			}
		}
		for _, s := range a.data.services {
			for n := len(a.byArea[s.name]); n < a.teams[s.name]; n++ {
				if t := a.far(s.name, n); !yield(t.Team, *t.staff) {
					return
				}
			}
		}
	}
}

// someoneNew draws a worker: always there, or come and perhaps gone. The login is
// not yet theirs alone.
func (a *Authority) someoneNew(d dice, key string, team Team, r roleLine, title string, always bool) Worker {
	o := &a.data.origins[a.data.originShares.draw(d)]
	sex := "F"
	if d.chance(280) {
		sex = "M"
	}
	youngest := 1999
	if always {
		youngest = 1988
	}
	w := Worker{
		Key: key, Role: r.role, JobTitle: title, TeamKey: team.Key, Service: team.Service,
		Given: a.forename(d, o, sex, d.between(1962, youngest)).word, Family: gendered(a.surname(d, o), sex),
		Phone: officeLine(d), Mobile: mobile(d), sex: sex,
	}
	w.Login = strings.ReplaceAll(match.Fold(w.Given), " ", "") + "." + strings.ReplaceAll(match.Fold(w.Family), " ", "")
	w.Started = a.today.AddMonths(-12 * history).AddDays(-d.between(30, 365*4))
	if !always {
		w.Started = a.today.AddDays(-d.between(60, 365*9))
		if d.chance(180) {
			w.Left = w.Started.AddDays(d.between(30, a.today.Sub(w.Started)-1))
		}
	}
	return w
}

// join adds a worker to a team.
func (a *Authority) join(d dice, logins map[string]int, team Team, r roleLine, title string, always bool) *Worker {
	w := a.someoneNew(d, fmt.Sprintf("W%05d", len(a.Workers)+1), team, r, title, always)
	logins[w.Login]++
	if n := logins[w.Login]; n > 1 {
		w.Login += strconv.Itoa(n)
	}
	w.Email = w.Login + "@" + workHost
	if c := a.crews[team.Key]; c != nil {
		switch r.kind {
		case "manager":
			c.manager = len(a.Workers)
		case "practitioner":
			c.practitioners = append(c.practitioners, len(a.Workers))
		}
	}
	a.Workers = append(a.Workers, w)
	return &a.Workers[len(a.Workers)-1]
}

// someone draws a practitioner of the team who works there on all the days.
func (a *Authority) someone(d dice, c *crew, days ...date.Date) int {
	n := len(c.practitioners)
	start := d.below(n)
	for i := range n {
		w := c.practitioners[(start+i)%n]
		there := true
		for _, day := range days {
			there = there && c.worker(w).At(day)
		}
		if there {
			return w
		}
	}
	return c.practitioners[0] // has always been there
}

// leaver draws a practitioner of the team who worked there on a day and does no
// longer.
func (a *Authority) leaver(d dice, c *crew, day date.Date) (int, bool) {
	n := len(c.practitioners)
	start := d.below(n)
	for i := range n {
		w := c.practitioners[(start+i)%n]
		if gone := c.worker(w); !gone.Left.IsZero() && gone.At(day) {
			return w, true
		}
	}
	return 0, false
}
