package web_test

import (
	"net/http"
	"strings"
	"testing"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store/storetest"
)

// Each service works on the file in its own view: it reads what it wrote itself,
// in its own words, and of what another wrote that something is there. The front
// door reads all of them to decide.
func TestEachServiceHasItsView(t *testing.T) {
	clause.Shows(t, "KF-01")
	w := newWorld(t)
	justice := w.db.Team(t, "youth-justice")
	door := w.db.Team(t, "front-door")
	at := func(given, role string, team staff.Team) staff.Worker {
		return w.worker(given, "Testworth", "Worker", staff.Contact{}, held{access.Role(role), team})
	}
	// They work in the services, and not with this child.
	adviser, manager := at("Avery", "adviser", w.db.Team(t, "participation")), at("Jonah", "youth-justice-case-manager", w.db.Team(t, "youth-justice"))
	front := at("Frances", "front-door", door)
	wrote := func(service, kind, category, text string) casework.NewEntry {
		return casework.NewEntry{Service: service, Author: w.manager, Role: "Worker", Content: entry.Content{
			Type: kind, Category: category, Happened: storetest.Today.AddDays(-3), Text: text,
		}}
	}
	refs, err := w.casework.MakeFiles(t.Context(), "test", []casework.NewFile{{
		New: person.New{Names: []person.Name{{Kind: person.Legal, Given: "Wren", Family: "Quillfeather"}}},
		Episodes: []casework.NewEpisode{
			{Service: "participation", Team: w.north.ID, Period: date.Period{From: storetest.Today.AddMonths(-3)}},
			{Service: "youth-justice", Team: justice.ID, Period: date.Period{From: storetest.Today.AddMonths(-2)}},
		},
		Entries: []casework.NewEntry{
			wrote("participation", "contact-with-client", "interview", "Asked about a plumbing course."),
			wrote("youth-justice", "contact-with-young-person", "office-appointment", "Kept the appointment at the office."),
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	timeline := "/children/" + refs[0].String() + "/timeline"
	for _, c := range []struct {
		who          staff.Worker
		reads, hides []string
		childIs      string
	}{
		{adviser, []string{"plumbing course"}, []string{"Kept the appointment"}, "Find a young person"},
		{manager, []string{"Kept the appointment"}, []string{"plumbing course"}, "Find a young person"},
		{front, []string{"plumbing course", "Kept the appointment"}, nil, "Find a child"},
	} {
		a := w.as(c.who).get(timeline).wantStatus(http.StatusOK)
		a.wantWords(append(c.reads, c.childIs)...)
		for _, words := range c.hides {
			if strings.Contains(a.body, words) {
				t.Errorf("%s reads %q, which another service wrote", c.who.Given, words)
			}
		}
		if got := strings.Count(a.body, "An entry that you may not read"); got != len(c.hides) {
			t.Errorf("%s is told of %d entries that are not theirs to read, want %d", c.who.Given, got, len(c.hides))
		}
	}
}
