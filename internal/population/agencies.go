package population

import (
	"slices"

	"casefile/internal/date"
)

// perJob is how many people do one job in one agency.
const perJob = 3

// An agency is somebody else's house with the people in it.
type agency struct {
	kind, name string
	people     []Professional // perJob for each job, without their days
}

// agencies are the surgeries, schools and others of the authority, in a fixed
// order. They are the same for every child.
func (a *Authority) agencies() []agency {
	var out []agency
	d := a.dice(saltAgency, 0)
	for _, kind := range agencyKinds {
		for _, name := range a.data.places[kind] {
			ag := agency{kind: kind, name: name}
			phone := landline(d)
			for _, job := range a.data.jobs[kind] {
				for range perJob {
					o := &a.data.origins[a.data.originShares.draw(d)]
					sex := one(d, []string{"F", "F", "M"})
					who := a.forename(d, o, sex, d.between(1962, 1998)).word + " " + gendered(a.surname(d, o), sex)
					ag.people = append(ag.people, Professional{Agency: name, Kind: kind, Name: who, Job: job, Phone: phone})
				}
			}
			out = append(out, ag)
		}
	}
	return out
}

// The kinds of agency are sets of places.csv.
const (
	surgery       = "gp"
	healthVisitor = "health-visiting"
	primarySchool = "primary"
	highSchool    = "school"
	college       = "college"
)

var agencyKinds = []string{surgery, healthVisitor, primarySchool, highSchool, college}

// professionals are those of other agencies who work with the child: somebody
// of the surgery, the health visitor of a small child, and of each school one or
// two.
func (a *Authority) professionals(x dice, c *Child, who *subject, born date.Date) []Professional {
	var out []Professional
	add := func(kind, name string, jobs int, p date.Period) {
		if p.From.After(a.today) {
			return
		}
		if !p.To.IsZero() && p.To.After(a.today) {
			p.To = date.Date{}
		}
		i := slices.IndexFunc(a.people, func(ag agency) bool { return ag.kind == kind && (name == "" || ag.name == name) })
		if name == "" {
			i += x.below(len(a.data.places[kind])) // they stand together
		}
		all := a.people[i].people
		for n := range min(jobs, len(all)/perJob) {
			pro := all[n*perJob+x.below(perJob)]
			pro.Period = p
			out = append(out, pro)
		}
	}
	if x.chance(950) {
		add(surgery, "", 1, date.Period{From: born})
	}
	starts := schoolStart(born)
	add(healthVisitor, "", 1, date.Period{From: born.AddDays(10), To: starts.AddDays(-1)})
	high, leaves := starts.AddMonths(12*7), starts.AddMonths(12*12)
	add(primarySchool, who.primary, 1+x.below(2), date.Period{From: starts, To: high.AddDays(-1)})
	add(highSchool, who.school, 1+x.below(2), date.Period{From: high, To: leaves.AddDays(-1)})
	if x.chance(700) {
		add(college, who.college, 1, date.Period{From: leaves, To: leaves.AddMonths(36).AddDays(-1)})
	}
	return out
}

// schoolStart is the first of September after the fourth birthday: children
// begin school in the school year in which they become five.
func schoolStart(born date.Date) date.Date {
	y := born.Year() + 4
	if born.Month() >= 9 {
		y++
	}
	return date.Must(y, 9, 1)
}
