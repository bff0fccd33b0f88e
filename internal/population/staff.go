package population

import (
	"fmt"
	"strconv"
	"strings"

	"casefile/internal/date"
	"casefile/internal/match"
)

// perTeam is how many practitioners a team has before it is split.
const perTeam = 12

// caseload is how many children of the authority there are for each
// practitioner of a service, in the order of services.
var caseload = []int{50, 100}

// A crew is who works in a team.
type crew struct {
	practitioners []int // indexes into Workers; the first has always been there
	manager       int
}

// hire makes the teams and who works in them. There is somebody in every team
// on every day, so that each thing that happened has an author.
func (a *Authority) hire() {
	d := a.dice(saltStaff, 0)
	a.crews, a.byArea = map[string]*crew{}, map[string][]int{}
	lines := map[string]teamLine{} // by team key
	for i, service := range a.data.services {
		var base []teamLine
		for _, l := range a.data.teams {
			if l.service == service {
				base = append(base, l)
			}
		}
		need := a.children / caseload[min(i, len(caseload)-1)]
		teams := max(len(base), (need+perTeam-1)/perTeam)
		for n := range teams {
			l := base[n%len(base)]
			if n >= len(base) {
				l.name += " " + strconv.Itoa(n/len(base)+1)
			}
			t := Team{Key: fmt.Sprintf("%s-%d", service, n+1), Name: l.name, Service: service, Phone: officeLine(d)}
			t.Email = strings.ReplaceAll(match.Fold(t.Name), " ", "-") + "@" + workHost
			a.byArea[service] = append(a.byArea[service], len(a.Teams))
			a.Teams = append(a.Teams, t)
			a.crews[t.Key] = &crew{}
			lines[t.Key] = l
		}
	}
	manager, support, system := a.data.roles["manager"], a.data.roles["support"], a.data.roles["system"]
	systems := Team{Key: "systems-1", Name: "Systems Team", Phone: officeLine(d), Email: "systems@" + workHost}
	a.Teams = append(a.Teams, systems)

	// First one for each role; the first team of each service gets its
	// practitioner and the very first team its manager.
	logins := map[string]int{}
	for i, service := range a.data.services {
		team := a.Teams[a.byArea[service][0]]
		l := lines[team.Key]
		a.join(d, logins, team, l.role, l.title, true, true)
		if i == 0 {
			a.join(d, logins, team, manager.role, l.managerTitle, true, true)
		}
	}
	a.join(d, logins, a.Teams[0], support.role, support.title, true, true)
	a.join(d, logins, systems, system.role, system.title, true, true)

	for i, service := range a.data.services {
		teams := a.byArea[service]
		need := max(a.children/caseload[min(i, len(caseload)-1)], len(teams))
		for n := range need {
			team := a.Teams[teams[n%len(teams)]]
			l := lines[team.Key]
			a.join(d, logins, team, l.role, l.title, false, n < len(teams))
		}
		for _, t := range teams {
			team := a.Teams[t]
			if c := a.crews[team.Key]; c.manager == 0 { // worker 0 is a practitioner
				a.join(d, logins, team, manager.role, lines[team.Key].managerTitle, false, true)
			}
		}
	}
}

// join adds a worker to a team: always there, or come and perhaps gone.
func (a *Authority) join(d dice, logins map[string]int, team Team, role, title string, demo, always bool) {
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
		Key: fmt.Sprintf("W%05d", len(a.Workers)+1), Role: role, JobTitle: title, TeamKey: team.Key, Service: team.Service,
		Given: a.forename(d, o, sex, d.between(1962, youngest)).word, Family: gendered(a.surname(d, o), sex),
		Phone: officeLine(d), Mobile: mobile(d), Demo: demo,
	}
	w.Login = strings.ReplaceAll(match.Fold(w.Given), " ", "") + "." + strings.ReplaceAll(match.Fold(w.Family), " ", "")
	logins[w.Login]++
	if n := logins[w.Login]; n > 1 {
		w.Login += strconv.Itoa(n)
	}
	w.Email = w.Login + "@" + workHost
	w.Started = a.today.AddMonths(-12 * history).AddDays(-d.between(30, 365*4))
	if !always {
		w.Started = a.today.AddDays(-d.between(60, 365*9))
		if d.chance(180) {
			w.Left = w.Started.AddDays(d.between(30, a.today.Sub(w.Started)-1))
		}
	}
	if c := a.crews[team.Key]; c != nil {
		switch role {
		case a.data.roles["manager"].role:
			c.manager = len(a.Workers)
		case a.data.roles["support"].role:
		default:
			c.practitioners = append(c.practitioners, len(a.Workers))
		}
	}
	a.Workers = append(a.Workers, w)
}

// someone draws a practitioner of the team who works there on all the days.
func (a *Authority) someone(d dice, c *crew, days ...date.Date) int {
	n := len(c.practitioners)
	start := d.below(n)
	for i := range n {
		w := c.practitioners[(start+i)%n]
		there := true
		for _, day := range days {
			there = there && a.Workers[w].At(day)
		}
		if there {
			return w
		}
	}
	return c.practitioners[0] // has always been there
}
