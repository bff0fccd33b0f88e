package storetest

import (
	"context"
	"os"
	"slices"
	"testing"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// By is who tests record as.
const By = "test"

// Today is the day of Start.
var Today = date.Of(Start)

// Update runs an update that must succeed.
func (d *Database) Must(t testing.TB, f func(ctx context.Context, tx store.Tx) error) {
	t.Helper()
	ctx := context.Background()
	if err := d.Update(ctx, func(tx store.Tx) error { return f(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}

// Read runs a view that must succeed.
func (d *Database) Read(t testing.TB, f func(ctx context.Context, r store.Reader) error) {
	t.Helper()
	ctx := context.Background()
	if err := d.View(ctx, func(r store.Reader) error { return f(ctx, r) }); err != nil {
		t.Fatal(err)
	}
}

// Clocks are those of a fact so since a day, recorded by the test.
func Clocks(from date.Date) date.Clocks {
	return date.Clocks{Period: date.Period{From: from}, Recorded: date.Stamp{By: By}}
}

// Team makes a team of a service.
func (d *Database) Team(t testing.TB, service string) staff.Team {
	m := staff.Team{ID: staff.TeamID(id.New()), Name: service + " team", Service: service}
	d.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddTeam(ctx, m, tx.Stamp(By)) })
	return m
}

// Worker makes a worker who holds a role in a team since a year ago.
func (d *Database) Worker(t testing.TB, role access.Role, team staff.Team) (staff.Worker, staff.Assignment) {
	w := staff.Worker{
		ID: staff.ID(id.New()), Version: 1, Given: "Orla", Family: "Testworth", JobTitle: "Worker",
		Recorded: date.Stamp{By: By},
	}
	a := staff.Assignment{
		ID: staff.AssignmentID(id.New()), Worker: w.ID, Role: role, Team: team.ID, TeamName: team.Name,
		Service: team.Service, Clocks: Clocks(Today.AddMonths(-12)),
	}
	d.Must(t, func(ctx context.Context, tx store.Tx) error {
		if err := tx.AddWorkerVersion(ctx, w); err != nil {
			return err
		}
		if err := tx.AddAssignment(ctx, a); err != nil {
			return err
		}
		return Train(ctx, tx, w.ID)
	})
	return w, a
}

// Course is the training that the built-in definitions ask of everybody.
const Course = "information-governance"

// Train has a worker pass it half a year ago.
func Train(ctx context.Context, tx store.Tx, w staff.ID) error {
	c := Clocks(Today.AddMonths(-6))
	c.Period.To = Today.AddMonths(12 * 50) // some tests go by the machine's clock
	return tx.AddTraining(ctx, staff.Training{ID: id.New(), Worker: w, Course: Course, Clocks: c})
}

// Person makes a file with a legal name and a day of birth.
func (d *Database) Person(t testing.TB, given, family string, born date.Date) person.Person {
	p := person.Person{ID: person.ID(id.New()), Reference: id.NewReference(), Recorded: date.Stamp{By: By}}
	d.Must(t, func(ctx context.Context, tx store.Tx) error {
		if err := tx.AddPerson(ctx, p); err != nil {
			return err
		}
		n := person.Name{ID: id.New(), Kind: person.Legal, Given: given, Family: family, Clocks: Clocks(date.Date{})}
		if err := tx.AddName(ctx, p.ID, n); err != nil {
			return err
		}
		return tx.AddBirth(ctx, p.ID, person.Birth{ID: id.New(), Day: born, Clocks: Clocks(date.Date{})})
	})
	return p
}

// Episode has a team work with a person since half a year ago; with a worker,
// the case is theirs.
func (d *Database) Episode(t testing.TB, p person.ID, team staff.Team, w staff.ID) person.Episode {
	e := person.Episode{ID: id.New(), Service: team.Service, TeamID: string(team.ID), Clocks: Clocks(Today.AddMonths(-6))}
	d.Must(t, func(ctx context.Context, tx store.Tx) error {
		if err := tx.AddEpisode(ctx, p, e); err != nil || w == "" {
			return err
		}
		return tx.AddAllocation(ctx, store.Allocation{
			ID: id.New(), Episode: e.ID, Person: p, Worker: w, Kind: store.Allocated, Clocks: e.Clocks,
		})
	})
	return e
}

// TakeCases takes the cases of a person from all who work with them but those
// named, as has to be done before the file is restricted to those.
func (d *Database) TakeCases(t testing.TB, p person.ID, but ...staff.ID) {
	t.Helper()
	d.Must(t, func(ctx context.Context, tx store.Tx) error {
		held, err := tx.Allocations(ctx, p)
		if err != nil {
			return err
		}
		for _, a := range held {
			if slices.Contains(but, a.Worker) {
				continue
			}
			if err := tx.Supersede(ctx, store.AllocationFact, a.ID, tx.Stamp(By)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Entry is an entry ready to add.
func Entry(p person.ID, author staff.Worker, happened date.Date, text string) entry.Entry {
	return entry.Entry{
		ID: entry.ID(id.New()), Version: 1, Service: "service", Children: []person.ID{p},
		Content: entry.Content{Type: "contact", Category: "visit", Happened: happened, Text: text},
		Author:  author.ID, AuthorName: author.Name(), AuthorRole: author.JobTitle, Recorded: date.Stamp{By: By},
	}
}

// Count is how often a property is tried: a sample in make test, the full count
// in make soak.
func Count(sample, full int) int {
	if os.Getenv("CASEFILE_SOAK") != "" {
		return full
	}
	return sample
}
