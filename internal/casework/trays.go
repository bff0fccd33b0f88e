package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/alert"
	"casefile/internal/date"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// TrayLines is how many tasks a page of a tray shows.
const TrayLines = 50

// The trays that every service has. A tray that a service has by name is TrayNamed and
// its id.
const (
	TrayMine    = "mine"
	TrayTeam    = "team"
	TrayManager = "manager"
	TrayNamed   = "tray-"
)

// A TrayTab is a tray with how many tasks wait in it.
type TrayTab struct {
	Key    string
	Title  string
	Counts task.Counts
}

// A tray is a tray as it is read: the tasks of some holders, or of a team.
type tray struct {
	TrayTab
	holders []task.Holder
	team    staff.TeamID
	covered map[task.Holder]string // the names of those for whom the viewer covers
}

// A TrayAsk asks for a page of a tray.
type TrayAsk struct {
	Tray    string
	Order   task.Order
	Nobodys bool // of the manager's tray: those that are nobody's
	After   task.ID
}

// A TrayPage is a page of a tray, with all trays of the viewer.
type TrayPage struct {
	Tabs   []TrayTab
	Open   TrayTab
	Lines  []TaskLine
	Next   task.ID // the last line, where there are more
	Family bool    // the viewer may have it in the order of families
}

// taskScope is about whom a viewer has tasks in trays: on one ground they must find the
// child and see the child's tasks.
func (s *Service) taskScope(v access.Viewer) access.Scope {
	table := s.set().Access()
	sc := table.Scope(v, access.Tasks, access.Look, access.Shown)
	find := table.Scope(v, access.Identity, access.Find, access.Shown).Gives
	sc.Gives = slices.DeleteFunc(sc.Gives, func(g access.Ground) bool { return !slices.Contains(find, g) })
	return sc
}

// mayOrderByFamily reports whether a list may stand in the order of families: whoever may
// not see who is related must not be able to read it from the order.
func (s *Service) mayOrderByFamily(v access.Viewer) bool {
	families := s.set().Access().Scope(v, access.Relations, access.Look, access.Shown).Gives
	sc := s.taskScope(v)
	return len(sc.Gives) > 0 && !slices.ContainsFunc(sc.Gives, func(g access.Ground) bool { return !slices.Contains(families, g) })
}

// trayQuery is what every query for tasks of a viewer has. A task to look at an alert is
// there only where the viewer sees the alert, as on the page of the file, and one to
// authorise only where they may.
func (s *Service) trayQuery(v access.Viewer) task.Query {
	q := task.Query{Scope: s.taskScope(v), Now: date.At(s.now())}
	for _, part := range alert.Parts {
		sc := s.set().Access().Scope(v, part, access.Look, access.Shown)
		if slices.ContainsFunc(q.Scope.Gives, func(g access.Ground) bool { return !slices.Contains(sc.Gives, g) }) {
			q.Within = append(q.Within, task.Within{Rule: reviewFrom(part, ""), Scope: sc})
		}
	}
	s.awaitQuery(v, &q)
	return q
}

// trays are those of a viewer, counted.
func (s *Service) trays(ctx context.Context, r store.Reader, v access.Viewer) ([]tray, error) {
	base := s.trayQuery(v)
	if len(base.Scope.Gives) == 0 {
		return nil, nil
	}
	me := staffID(v)
	mine := tray{TrayTab: TrayTab{Key: TrayMine, Title: "My tasks"}, holders: []task.Holder{task.OfWorker(me)}, covered: map[task.Holder]string{}}
	covers, err := r.Covers(ctx, me, s.Today())
	if err != nil {
		return nil, err
	}
	for _, c := range covers {
		if h := task.OfWorker(c.Worker); c.Period.Contains(s.Today()) && !slices.Contains(mine.holders, h) {
			mine.holders, mine.covered[h] = append(mine.holders, h), c.Name
		}
	}
	all := []tray{mine}
	if v.Team != "" && s.doesTasks(v.Role) {
		all = append(all, tray{TrayTab: TrayTab{Key: TrayTeam, Title: "To be taken"}, holders: []task.Holder{task.OfTeam(staff.TeamID(v.Team))}})
	}
	if v.Team != "" && s.managesTasks(v.Role) {
		all = append(all, tray{TrayTab: TrayTab{Key: TrayManager, Title: "All of the team"}, team: staff.TeamID(v.Team)})
	}
	for _, named := range s.set().Tasks().Trays {
		if named.Service == v.Service && s.doesTasks(v.Role) {
			all = append(all, tray{TrayTab: TrayTab{Key: TrayNamed + named.ID, Title: named.Title}, holders: []task.Holder{task.OfTray(named.ID)}})
		}
	}
	for i := range all {
		for _, q := range all[i].queries(base) {
			c, err := r.CountTray(ctx, q)
			if err != nil {
				return nil, err
			}
			all[i].Counts = all[i].Counts.Plus(c)
		}
	}
	return all, nil
}

// queries are what reads a tray.
func (t tray) queries(base task.Query) []task.Query {
	if base.Team = t.team; t.team != "" {
		return []task.Query{base}
	}
	qs := make([]task.Query, len(t.holders))
	for i, h := range t.holders {
		qs[i] = base
		qs[i].Holder = h
	}
	return qs
}

// lines reads the first lines of a tray after one, from each of whom it is of.
func (t tray) lines(ctx context.Context, r store.Reader, base task.Query, ask TrayAsk, limit int) ([]task.Line, error) {
	var all []task.Line
	for _, q := range t.queries(base) {
		q.Order, q.After, q.Limit, q.Nobodys = ask.Order, ask.After, limit, ask.Nobodys && t.team != ""
		some, err := r.Tray(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	if len(t.holders) > 1 {
		slices.SortFunc(all, func(x, y task.Line) int {
			switch {
			case x.Before(y, ask.Order):
				return -1
			case y.Before(x, ask.Order):
				return 1
			}
			return 0
		})
	}
	return all[:min(len(all), limit)], nil
}

// Tray is a page of a tray. It names children, so it is a search: one footprint for the
// list, one for each child on it. NotFound where the tray is not the viewer's.
func (s *Service) Tray(ctx context.Context, a Actor, ask TrayAsk) (TrayPage, error) {
	var p TrayPage
	var lines []task.Line
	var of tray
	var held map[task.ID]Held
	people, err := s.list(ctx, a, listing{terms: "tray", part: access.Tasks, shows: theirTasks, besides: tasksAbout(&lines), atLeast: everybody(access.Shown), read: func(r store.Reader, v access.Viewer) (list []person.Found, err error) {
		p, held = TrayPage{Family: s.mayOrderByFamily(v)}, map[task.ID]Held{}
		all, err := s.trays(ctx, r, v)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(all, func(t tray) bool { return t.Key == ask.Tray })
		if i < 0 {
			return nil, errNotHere
		}
		of = all[i]
		p.Tabs, p.Open = tabs(all), of.TrayTab
		if ask.Order == task.ByFamily && !p.Family {
			ask.Order = task.ByDue
		}
		if lines, err = of.lines(ctx, r, s.trayQuery(v), ask, TrayLines+1); err != nil {
			return nil, err
		}
		if len(lines) > TrayLines {
			lines = lines[:TrayLines]
			p.Next = lines[TrayLines-1].ID
		}
		list, err = s.holdersOf(ctx, r, lines, held)
		return list, err
	}})
	if err != nil {
		return TrayPage{}, s.refusedOffice(ctx, a, access.Tasks, access.Look, "", err)
	}
	p.Lines = s.trayLines(lines, held, of, people, ask.Order)
	return p, nil
}

func theirTasks(person.ID) access.Part { return access.Tasks }

// tasksAbout asks for the parts of a file that the tasks of a list are about: an alert to be
// looked at, what is to be authorised.
func tasksAbout(lines *[]task.Line) func(person.ID) []access.Part {
	return func(p person.ID) (of []access.Part) {
		for _, l := range *lines {
			part, _, ok := reviewOf(l.Task)
			if w, awaits := awaitedOf(l.Task); awaits {
				part, ok = w.part, true
			}
			if ok && l.Person == p && !slices.Contains(of, part) {
				of = append(of, part)
			}
		}
		return of
	}
}

// mostDue is how many of those due today and late stand on the first page.
const mostDue = 10

// dueOf are the lines of a tray that are late or due today, at most mostDue.
func (t tray) dueOf(ctx context.Context, r store.Reader, base task.Query) ([]task.Line, error) {
	if t.Counts.Late+t.Counts.Today == 0 {
		return nil, nil
	}
	lines, err := t.lines(ctx, r, base, TrayAsk{Order: task.ByDue}, mostDue)
	return slices.DeleteFunc(lines, func(l task.Line) bool { return l.Due.IsZero() || l.Due.After(base.Now.Date()) }), err
}

// holdersOf says who has the tasks of a list, and whom they are about, each once.
func (s *Service) holdersOf(ctx context.Context, r store.Reader, lines []task.Line, held map[task.ID]Held) ([]person.Found, error) {
	names := s.holders(r)
	on := map[person.ID]bool{}
	var list []person.Found
	for _, l := range lines {
		var err error
		if held[l.ID], err = names.of(ctx, l.Task); err != nil {
			return nil, err
		}
		if !on[l.Person] {
			on[l.Person] = true
			list = append(list, l.Found)
		}
	}
	return list, nil
}

// trayLines are the lines about those who were shown.
func (s *Service) trayLines(lines []task.Line, held map[task.ID]Held, of tray, people []person.Found, order task.Order) []TaskLine {
	shown := map[person.ID]person.Header{}
	for _, f := range people {
		if !f.Outside {
			shown[f.ID] = f.Header
		}
	}
	var out []TaskLine
	last := ""
	for _, l := range lines {
		h, ok := shown[l.Person]
		if !ok {
			continue
		}
		line := TaskLine{Task: l.Task, Child: h, Holder: held[l.ID], Covered: of.covered[l.Task.Holder], Late: l.Deadline().DaysLate(s.Today())}
		line.Family = order == task.ByFamily && l.Place.Group == last
		last = l.Place.Group
		out = append(out, line)
	}
	return out
}

func tabs(all []tray) []TrayTab {
	out := make([]TrayTab, len(all))
	for i, t := range all {
		out[i] = t.TrayTab
	}
	return out
}

// TrayCounts are the trays of a worker with how many wait in each. Counts name nobody, so
// they leave no footprint.
func (s *Service) TrayCounts(ctx context.Context, a Actor) ([]TrayTab, error) {
	var out []TrayTab
	err := s.db.View(ctx, func(r store.Reader) error {
		v, _, err := s.informed(ctx, r, a)
		if err != nil {
			return err
		}
		all, err := s.trays(ctx, r, v)
		out = tabs(all)
		return err
	})
	return out, err
}
