package main

import (
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/config"
	"casefile/internal/meeting"
	"casefile/internal/plan"
	"casefile/internal/population"
	"casefile/internal/store"
)

// Whoever opens the demo finds in each role something of what the demo's first page
// promises: nothing is asked for that the role cannot do.
func TestTheDemoHasSomethingForEachRole(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	address := config.Address{Engine: config.SQLite, Where: config.NewSecret(filepath.Join(dir, "demo.db"))}
	if err := migrate(ctx, address); err != nil {
		t.Fatal(err)
	}
	keyFile := filepath.Join(dir, "keys.json")
	if _, err := bindKeys(ctx, address, keyFile); err != nil {
		t.Fatal(err)
	}
	h, err := openHouse(ctx, address, keyFile, filesFolder(dir), nil, "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.close(); err != nil {
			t.Error(err)
		}
	})
	a := population.New(1, 600, h.casework.Today())
	s, err := h.invent(ctx, a, true, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	work := func(role string) (casework.Actor, casework.Work, casework.Office) {
		t.Helper()
		i := slices.IndexFunc(a.Workers, func(w population.Worker) bool { return w.Demo && w.Role == role })
		if i < 0 {
			t.Fatalf("nobody on the first page is a %s", role)
		}
		actor, err := h.actor(ctx, s.workers[a.Workers[i].Key])
		if err != nil {
			t.Fatal(err)
		}
		w, err := h.casework.MyWork(ctx, actor)
		if err != nil {
			t.Fatal(err)
		}
		o, err := h.casework.Office(ctx, actor)
		if err != nil {
			t.Fatal(err)
		}
		return actor, w, o
	}

	_, w, o := work("adviser")
	if len(w.Caseload) == 0 || len(w.Covering) == 0 || len(o.Asking) != 2 {
		t.Errorf("the adviser: %d cases, covers %d, is asked %+v; want some, some, and about a look and in a concern", len(w.Caseload), len(w.Covering), o.Asking)
	}
	managing, w, o := work("team-manager")
	if w.Team == nil || w.Team.Counts.All == 0 || o.Hits == 0 || len(w.Staff) == 0 {
		t.Errorf("the manager: team %+v, %d looks to explain, news of workers %+v", w.Team, o.Hits, w.Staff)
	}
	lapsed, soon := 0, 0
	training, err := h.casework.StaffTraining(ctx, managing)
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range training {
		for _, tr := range of.Training {
			if tr.Lapsed(h.casework.Today()) {
				lapsed++
			} else if tr.Soon(h.casework.Today()) {
				soon++
			}
		}
	}
	if lapsed == 0 || soon == 0 {
		t.Errorf("of the manager's workers %d lapsed and %d lapse soon, want some of each", lapsed, soon)
	}
	states := map[string]int{}
	for _, resolved := range []bool{false, true} {
		list, err := h.casework.WatchList(ctx, managing, resolved, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, hit := range list.Hits {
			page, err := h.casework.OpenHit(ctx, managing, hit.ID)
			if err != nil {
				t.Fatal(err)
			}
			last := "waits"
			if n := len(page.Hit.Steps); n > 0 {
				last = string(page.Hit.Steps[n-1].Kind)
			}
			states[last]++
		}
	}
	if len(states) < 4 {
		t.Errorf("looks on the watch list: %v, want four states", states)
	}

	leading, _, o := work("information-governance-lead")
	if o.Concerns < 2 || o.Untaken == 0 {
		t.Errorf("the lead: %d concerns, %d that nobody has taken on", o.Concerns, o.Untaken)
	}
	ended, err := h.casework.Concerns(ctx, leading, true, 0)
	if err != nil || len(ended.Lines) == 0 {
		t.Errorf("concerns that ended: %+v, %v", ended.Lines, err)
	}
	for role, kind := range map[string]access.Ground{"reviewer": access.Review, "reviewing-officer": access.Review, "partner-professional": access.Grant} {
		if _, w, _ := work(role); len(w.Opened) == 0 || w.Opened[0].Kind != kind {
			t.Errorf("to the %s no file is open: %+v", role, w.Opened)
		}
	}
	// The minute taker has a child to find, and may add to the file.
	minutes, _, _ := work("minute-taker")
	of := a.Workers[slices.IndexFunc(a.Workers, func(w population.Worker) bool { return w.Demo && w.Role == "minute-taker" })].Service
	name := ""
	for child := range a.Children() {
		if child.Truth.WorkerKey == "" && slices.ContainsFunc(child.Episodes, func(e population.Episode) bool { return e.Service == of }) {
			name = child.Legal().Given + " " + child.Legal().Family
			break
		}
	}
	found, err := h.casework.Find(ctx, minutes, name)
	if err != nil || len(found.People) == 0 {
		t.Fatalf("the minute taker finds %d, %v", len(found.People), err)
	}
	look := casework.Look{Actor: minutes, Reference: found.People[0].Reference}
	if f, err := casework.Open(ctx, h.casework, look, casework.OverviewPart()); err != nil || f.Header.Name.Family == "" {
		t.Errorf("the minute taker opens what they find: %v", err)
	}
	// One file is restricted, and one closed to who declared that they know the child.
	restricted, declared := 0, 0
	for _, worker := range s.workers {
		actor, err := h.actor(ctx, worker)
		if err != nil {
			continue // who has left
		}
		list, err := h.casework.Connections(ctx, actor)
		if err != nil {
			t.Fatal(err)
		}
		declared += len(list)
	}
	if declared == 0 {
		t.Error("nobody declared a connection")
	}
	err = h.db.View(ctx, func(r store.Reader) error {
		for child := range a.Children() {
			if child.Truth.WorkerKey == "" {
				continue
			}
			p, err := r.PersonByIdentifier(ctx, "demo", child.Key)
			if err != nil {
				return err
			}
			list, err := r.Restrictions(ctx, p)
			if err != nil {
				return err
			}
			restricted += len(list)
		}
		return nil
	})
	if err != nil || restricted == 0 {
		t.Errorf("%d files are restricted, %v", restricted, err)
	}
	clause.Shows(t, "KF-14")

	if err := h.inventCasework(ctx, a, s); err != nil {
		t.Fatal(err)
	}
	plansMeetingsAndAlerts(t, h, a)
	// Nobody who opens files comes to an empty first page, but for who is to have cases and
	// of so small an authority has none.
	for _, worker := range a.Workers {
		if !worker.Demo || strings.HasSuffix(worker.Role, "-administrator") {
			continue
		}
		_, w, o := work(worker.Role)
		if len(w.Caseload) == 0 && h.casework.WorkPlaces(access.Role(worker.Role)).Cases && worker.Role != "team-manager" {
			continue
		}
		waiting := 0
		for _, tray := range w.Trays {
			waiting += tray.Counts.All
		}
		for _, n := range w.Meetings {
			waiting += n
		}
		if waiting+len(w.Staff)+len(w.Notices)+len(w.Opened)+len(w.Caseload) == 0 && !o.Waits() {
			t.Errorf("the first page of the %s is empty", worker.Role)
		}
	}
	if _, w, _ := work("minute-taker"); w.Meetings[meeting.ToWrite] == 0 {
		t.Errorf("the minute taker has minutes to write of %v", w.Meetings)
	}
}

// plansMeetingsAndAlerts holds what was invented to how plans, meetings and alerts can stand.
func plansMeetingsAndAlerts(t *testing.T, h *house, a *population.Authority) {
	t.Helper()
	seen := map[string]int{}
	ctx := t.Context()
	err := h.db.View(ctx, func(r store.Reader) error {
		for child := range a.Children() {
			p, err := r.PersonByIdentifier(ctx, "demo", child.Key)
			if err != nil {
				return err
			}
			plans, err := r.Plans(ctx, p)
			if err != nil {
				return err
			}
			for _, p := range plans {
				seen["plan "+string(p.State())]++
				if p.Previous != "" {
					seen["plan carried"]++
				}
			}
			meetings, err := r.MeetingsOf(ctx, p)
			if err != nil {
				return err
			}
			for _, m := range meetings {
				seen["meeting "+string(m.Phase())]++
				seen["decisions"] += len(m.Decisions)
			}
			tasks, err := r.TasksOf(ctx, p, true, 50)
			if err != nil {
				return err
			}
			for _, task := range tasks {
				rule, _, _ := strings.Cut(task.FromID, ":")
				seen["task "+rule]++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"plan carried", "decisions", "task alert-review", "task plan-action", "task plan-review", "task meeting-decision"}
	for _, state := range []plan.State{plan.Drafted, plan.Waiting, plan.InForce, plan.Ended} {
		want = append(want, "plan "+string(state))
	}
	for _, phase := range meeting.Phases {
		want = append(want, "meeting "+string(phase))
	}
	for _, what := range want {
		if seen[what] == 0 {
			t.Errorf("no %s is invented: %v", what, seen)
		}
	}
}
