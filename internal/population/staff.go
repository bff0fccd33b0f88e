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
	for _, service := range a.data.services {
		var base []teamLine
		for _, l := range a.data.teams {
			if l.service == service.name {
				base = append(base, l)
			}
		}
		need := a.children / service.caseload
		teams := max(len(base), (need+perTeam-1)/perTeam)
		for n := range teams {
			l := base[n%len(base)]
			if n >= len(base) {
				l.name += " " + strconv.Itoa(n/len(base)+1)
			}
			t := a.team(d, fmt.Sprintf("%s-%d", service.name, n+1), l.name, service.name)
			a.byArea[service.name] = append(a.byArea[service.name], len(a.Teams)-1)
			a.crews[t.Key] = &crew{}
			lines[t.Key] = l
		}
	}

	// First one for each role. Those of a kind of their own sit in teams that
	// hold no cases.
	logins := map[string]int{}
	others := map[string]Team{}
	var manager roleLine
	for _, r := range a.data.roles {
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
		need := max(a.children/service.caseload, len(teams))
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
}

func (a *Authority) team(d dice, key, name, service string) Team {
	t := Team{Key: key, Name: name, Service: service, Phone: officeLine(d)}
	t.Email = strings.ReplaceAll(match.Fold(t.Name), " ", "-") + "@" + workHost
	a.Teams = append(a.Teams, t)
	return t
}

// join adds a worker to a team: always there, or come and perhaps gone.
func (a *Authority) join(d dice, logins map[string]int, team Team, r roleLine, title string, always bool) *Worker {
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
		Key: fmt.Sprintf("W%05d", len(a.Workers)+1), Role: r.role, JobTitle: title, TeamKey: team.Key, Service: team.Service,
		Given: a.forename(d, o, sex, d.between(1962, youngest)).word, Family: gendered(a.surname(d, o), sex),
		Phone: officeLine(d), Mobile: mobile(d), sex: sex,
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
			there = there && a.Workers[w].At(day)
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
		if !a.Workers[w].Left.IsZero() && a.Workers[w].At(day) {
			return w, true
		}
	}
	return 0, false
}
