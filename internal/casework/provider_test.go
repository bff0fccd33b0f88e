package casework_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"casefile/definitions"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/keys"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

const providerGroups = `groups:
  - {group: north, role: adviser, team: Guides North, service: participation, source: "inferred: invented for a test"}
  - {group: north, role: team-manager, team: Guides North, service: participation, source: "inferred: invented for a test"}
  - {group: south, role: adviser, team: Guides South, service: participation, source: "inferred: invented for a test"}
  - {group: keepers, role: system-administrator, team: Systems, source: "inferred: invented for a test"}
  - {group: families, role: early-help-worker, team: Families, service: early-help, source: "inferred: invented for a test"}
`

// A grouped is a service whose groups give roles.
type grouped struct {
	*casework.Service
	*testing.T
	db  *storetest.Database
	log bytes.Buffer
}

func eachGrouped(t *testing.T, f func(g *grouped)) {
	folder := t.TempDir()
	err := errors.Join(
		os.Mkdir(filepath.Join(folder, "access"), 0o700),
		os.WriteFile(filepath.Join(folder, "access", "groups.yaml"), []byte(providerGroups), 0o600),
	)
	if err != nil {
		t.Fatal(err)
	}
	defs, err := definition.Load(definitions.FS, folder)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		ring, err := keys.Create(filepath.Join(t.TempDir(), "keys.json"))
		if err != nil {
			t.Fatal(err)
		}
		g := &grouped{T: t, db: db}
		g.Service = casework.New(casework.Options{DB: db, Definitions: defs, Keys: ring, Now: db.Now.Time, Log: slog.New(slog.NewTextHandler(&g.log, nil))})
		t.Cleanup(g.Close)
		f(g)
	})
}

func (g *grouped) keep(w staff.ID, want int, groups ...string) {
	g.Helper()
	roles, err := g.KeepWorker(g.Context(), w, casework.Provided{Given: "Nia", Family: "Testworth", Email: "nia@example.org", Groups: groups})
	if err != nil || roles != want {
		g.Errorf("groups %q: %d roles, %v, want %d", groups, roles, err, want)
	}
}

// held lists the roles of a worker on a day: role, team, first and last day.
func (g *grouped) held(w staff.ID, day date.Date) (lines []string) {
	g.Helper()
	g.db.Read(g.T, func(ctx context.Context, r store.Reader) error {
		list, err := r.Assignments(ctx, w, day)
		for _, a := range list {
			lines = append(lines, strings.Join([]string{string(a.Role), a.TeamName, a.Period.From.String(), a.Period.To.String(), a.Recorded.By}, " "))
		}
		return err
	})
	slices.Sort(lines)
	return lines
}

func (g *grouped) wantHeld(w staff.ID, day date.Date, want ...string) {
	g.Helper()
	if got := g.held(w, day); !slices.Equal(got, want) {
		g.Errorf("held on %v: %q, want %q", day, got, want)
	}
}

func TestKeepWorkerHoldsExactlyTheirGroups(t *testing.T) {
	eachGrouped(t, func(g *grouped) {
		w := staff.ID(id.New())
		first := storetest.Today
		g.keep(w, 0, "strangers")
		g.db.Read(t, func(ctx context.Context, r store.Reader) error {
			_, err := r.Worker(ctx, w)
			wantKind(t, "a worker who holds nothing", err, fault.NotFound)
			return nil
		})
		g.keep(w, 2, "north", "strangers")
		g.wantHeld(w, first, "adviser Guides North 2026-03-05  job:oidc", "team-manager Guides North 2026-03-05  job:oidc")
		g.keep(w, 2, "north") // nothing changes, nothing is written
		g.wantHeld(w, first, "adviser Guides North 2026-03-05  job:oidc", "team-manager Guides North 2026-03-05  job:oidc")

		g.db.Now.Set(storetest.Start.AddDate(0, 0, 10))
		today := first.AddDays(10)
		g.keep(w, 2, "south", "keepers")
		g.wantHeld(w, today, "adviser Guides South 2026-03-15  job:oidc", "system-administrator Systems 2026-03-15  job:oidc")
		// What they held before, they held until yesterday.
		g.wantHeld(w, today.AddDays(-1), "adviser Guides North 2026-03-05 2026-03-14 job:oidc", "team-manager Guides North 2026-03-05 2026-03-14 job:oidc")

		// Given and taken on one day: never held.
		g.keep(w, 0)
		g.wantHeld(w, today)
		g.keep(w, 1, "south")
		g.wantHeld(w, today, "adviser Guides South 2026-03-15  job:oidc")
		var versions, teams int
		err := errors.Join(
			g.db.Raw.QueryRow("SELECT count(*) FROM worker").Scan(&versions),
			g.db.Raw.QueryRow("SELECT count(*) FROM team").Scan(&teams),
		)
		if err != nil || versions != 1 || teams != 3 {
			t.Errorf("%d versions of the worker and %d teams, %v, want 1 and 3", versions, teams, err)
		}
	})
}

// A role given here by hand goes too, once the worker signs in by the provider.
func TestKeepWorkerEndsWhatGroupsDoNotGive(t *testing.T) {
	eachGrouped(t, func(g *grouped) {
		other := g.db.Team(t, "participation")
		w, _ := g.db.Worker(t, "team-manager", other)
		g.keep(w.ID, 1, "south")
		g.wantHeld(w.ID, storetest.Today, "adviser Guides South 2026-03-05  job:oidc")
	})
}

// A team in another service than the definitions say is not one to be let into.
func TestKeepWorkerAndATeamElsewhere(t *testing.T) {
	eachGrouped(t, func(g *grouped) {
		team, err := g.MakeTeam(t.Context(), "test", "Families", "participation")
		if err != nil {
			t.Fatal(err)
		}
		w := staff.ID(id.New())
		g.keep(w, 1, "families", "south")
		g.wantHeld(w, storetest.Today, "adviser Guides South 2026-03-05  job:oidc")
		if log := g.log.String(); !strings.Contains(log, "line=6") || !strings.Contains(log, "access/groups.yaml") || strings.Contains(log, "Testworth") {
			t.Errorf("the log should name the line of the file and nobody:\n%s", log)
		}
		if team.Service != "participation" {
			t.Errorf("team: %+v", team)
		}
	})
}

func TestKeepWorkerNames(t *testing.T) {
	eachGrouped(t, func(g *grouped) {
		w := staff.ID(id.New())
		_, err := g.KeepWorker(t.Context(), w, casework.Provided{Given: " \u202e\x00", Groups: []string{"south"}})
		wantKind(t, "nobody's name", err, fault.Refused)
		g.wantHeld(w, storetest.Today)
		if _, err := g.KeepWorker(t.Context(), w, casework.Provided{
			Given: " Nia\u202e \n Mai ", Family: strings.Repeat("é", 200), Email: "Nia <nia@example.org>", Groups: []string{"south"},
		}); err != nil {
			t.Fatal(err)
		}
		me, err := g.Me(t.Context(), w)
		if err != nil || me.Worker.Given != "Nia Mai" || me.Worker.Family != strings.Repeat("é", 100) || me.Worker.Contact.Email != "" || me.Worker.JobTitle != "Personal adviser" {
			t.Errorf("worker: %+v, %v", me.Worker, err)
		}
		// What the provider stops saying stays as it is.
		if _, err := g.KeepWorker(t.Context(), w, casework.Provided{Groups: []string{"south"}}); err != nil {
			t.Fatal(err)
		}
		if again, err := g.Me(t.Context(), w); err != nil || again.Worker != me.Worker {
			t.Errorf("worker: %+v, %v", again.Worker, err)
		}
	})
}
