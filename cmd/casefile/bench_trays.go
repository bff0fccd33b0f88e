package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"casefile/internal/access"
	"casefile/internal/caseload"
	"casefile/internal/casework"
	"casefile/internal/config"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

type benchTraysCmd struct {
	config.Database
	Children int  `default:"20000" help:"How many children."`
	Tasks    int  `default:"10000" help:"How many tasks wait in the tray."`
	Times    int  `default:"200" help:"How often each is opened."`
	JSON     bool `name:"json" help:"Print one JSON object."`
}

// trayBound is the bound of issue 5.
const trayBound = 50 * time.Millisecond

// Run measures a tray of many tasks, as its worker and as the manager of the team opens it:
// a page of it in each order, through casework with its counts and with its footprints on
// disk, and the counts alone. One child in alertEvery has an alert.
func (c *benchTraysCmd) Run(ctx context.Context) (err error) {
	if c.Children < 1000 || c.Tasks < 100 || c.Times < 10 {
		return errors.New("--children must be at least 1,000, --tasks at least 100, and --times at least 10")
	}
	dir, err := os.MkdirTemp("", "casefile-bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &trayBench{c: c, accessBench: &accessBench{c: &benchAccessCmd{Database: c.Database, Children: c.Children}, dir: dir, rng: rand.New(rand.NewPCG(1, 2))}}
	if err := b.make(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.house.close()) }()
	if err := b.fill(ctx); err != nil {
		return err
	}
	figures := []figure{
		{"engine", "Engine", b.address.Engine, ""},
		{"machine", "Machine", machine(), ""},
		{"date", "Date", b.house.casework.Today().String(), ""},
		{"children", "Children", c.Children, ""},
		{"tasks", "Tasks in the tray", c.Tasks, ""},
		shareOfAlerts,
	}
	within := true
	for _, m := range []struct {
		name, words string
		by          casework.Actor
		tray        string
	}{{"mine", "My tasks", b.worker, casework.TrayMine}, {"manager", "All of the team", b.manager, casework.TrayManager}} {
		for _, order := range task.Orders {
			s, err := b.times(func() error { return b.open(ctx, m.by, casework.TrayAsk{Tray: m.tray, Order: order}) })
			if err != nil {
				return err
			}
			within = within && s.percentile(99) <= trayBound
			figures = append(figures, b.figures(m.name+"_by_"+string(order), m.words+", by "+string(order), s)...)
		}
		s, err := b.times(func() error {
			_, err := b.house.casework.TrayCounts(ctx, m.by)
			return err
		})
		if err != nil {
			return err
		}
		within = within && s.percentile(99) <= trayBound
		figures = append(figures, b.figures(m.name+"_counts", m.words+", the counts alone", s)...)
	}
	return report(os.Stdout, c.JSON, append(figures,
		figure{"bound_ms", "Bound of p99", ms(trayBound), "ms"}, figure{"within_bound", "Within the bound", within, ""}))
}

type trayBench struct {
	*accessBench
	c               *benchTraysCmd
	worker, manager casework.Actor
}

func (b *trayBench) figures(name, words string, s series) []figure {
	return []figure{{name + "_p50_ms", words + ", p50", ms(s.percentile(50)), "ms"}, {name + "_p99_ms", "p99", ms(s.percentile(99)), "ms"}}
}

// times measures something over and over; the first few are not counted, while caches fill.
func (b *trayBench) times(do func() error) (s series, err error) {
	for n := range b.c.Times + 10 {
		began := time.Now()
		if err := do(); err != nil {
			return nil, err
		}
		if n >= 10 {
			s = append(s, time.Since(began))
		}
	}
	return s, nil
}

// open opens a page of a tray, and checks that there is something on it.
func (b *trayBench) open(ctx context.Context, a casework.Actor, ask casework.TrayAsk) error {
	p, err := b.house.casework.Tray(ctx, a, ask)
	if err == nil && (len(p.Lines) != casework.TrayLines || p.Open.Counts.All < min(b.c.Tasks, task.MostCounted)) {
		err = fmt.Errorf("the tray shows %d tasks of %d counted: there is something else to measure", len(p.Lines), p.Open.Counts.All)
	}
	return err
}

// fill gives one worker of a team with a manager all of the tasks, about the children of
// their service.
func (b *trayBench) fill(ctx context.Context) error {
	worker, manager, err := b.team()
	if err != nil {
		return err
	}
	for viewer, actor := range map[*access.Viewer]*casework.Actor{&worker: &b.worker, &manager: &b.manager} {
		me, err := b.house.casework.Me(ctx, staff.ID(viewer.Worker))
		if err != nil {
			return err
		}
		i := slices.IndexFunc(me.Assignments, func(a staff.Assignment) bool { return a.Role == viewer.Role && string(a.Team) == viewer.Team })
		*actor = casework.Actor{Worker: staff.ID(viewer.Worker), As: me.Assignments[i].ID}
	}
	var cases []caseload.Case
	err = b.house.db.View(ctx, func(r store.Reader) (err error) {
		cases, err = r.Cases(ctx, caseload.Query{Scope: b.scope(worker), Now: now(), Service: worker.Service, Order: caseload.ByName, Limit: b.c.Tasks})
		return err
	})
	if err != nil {
		return err
	}
	if len(cases) == 0 {
		return errors.New("nobody works with anybody: there is nothing to measure")
	}
	people := make([]person.ID, len(cases))
	for i, of := range cases {
		people[i] = of.ID
	}
	if err := b.house.alertSome(ctx, people, alertEvery); err != nil {
		return err
	}
	today := b.house.casework.Today()
	for from := 0; from < b.c.Tasks; from += 1000 {
		err := b.house.db.Bulk(ctx, func(tx store.Tx) error {
			for i := from; i < min(from+1000, b.c.Tasks); i++ {
				of := cases[i%len(cases)]
				t := task.Task{
					ID: task.ID(id.New()), Kind: "bench", Title: "To do", Words: "Something to be done.", Person: of.ID, Service: worker.Service, Team: staff.TeamID(worker.Team),
					From: task.FromRule, FromID: byDemo, Holder: task.OfWorker(staff.ID(worker.Worker)), Since: now(), Opened: now(), Start: today,
					Due: today.AddDays(b.rng.IntN(60) - 5), Prior: task.Priority(1 + b.rng.IntN(3)), State: task.Open,
				}
				place := task.Place{Name: match.Fold(of.Name.Family) + " " + match.Fold(of.Name.Given), Group: fmt.Sprint(b.rng.IntN(len(cases)))}
				if err := tx.AddTask(ctx, t, place); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if b.address.Engine == config.Postgres {
		return analyse(ctx, b.address.Where.Reveal())
	}
	return nil
}

// team is a practitioner and the manager of one team, each in a role that sees tasks.
func (b *trayBench) team() (worker, manager access.Viewer, err error) {
	table := b.house.defs.Access()
	manages := func(v access.Viewer) bool {
		return table.Decide(v, access.Tasks, access.Change, []access.Held{{Ground: access.Team}}, date.Instant(0)).Outcome == access.Shown
	}
	does := func(v access.Viewer) bool {
		held := []access.Held{{Ground: access.Allocated}}
		return table.Decide(v, access.Timeline, access.Record, held, 0).Outcome == access.Shown && !manages(v)
	}
	for _, m := range b.viewers {
		i := slices.IndexFunc(b.viewers, func(w access.Viewer) bool { return w.Team == m.Team && does(w) })
		if manages(m) && i >= 0 {
			return b.viewers[i], m, nil
		}
	}
	return worker, manager, errors.New("no team has a worker and a manager: make more children")
}
