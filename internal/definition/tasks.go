package definition

import (
	"slices"

	"github.com/goccy/go-yaml/ast"

	"casefile/internal/task"
)

// maxLimit bounds a slip in a time limit.
const maxLimit = 1000

// A calendarAt is a limit that names a calendar, and a serviceAt something that names
// a service, to be checked once all files are read.
type (
	calendarAt struct {
		m  *mapping
		id string
	}
	serviceAt struct {
		m        *mapping
		key      string
		services []wordAt
	}
)

// limit reads how long something may take: a number of one unit, and for working days
// the calendar that they are counted by.
func (l *loader) limit(m *mapping, key string, further ...string) (task.Limit, *mapping) {
	units := make([]string, len(task.Units))
	for i, u := range task.Units {
		units[i] = string(u)
	}
	if !m.has(key) {
		return task.Limit{}, nil
	}
	v, ok := m.document.mapping(m.values[key], "a time limit", slices.Concat(units, []string{"calendar", "source"}, further)...)
	if !ok {
		return task.Limit{}, nil
	}
	limit := task.Limit{Source: v.source("source")}
	for _, u := range task.Units {
		switch {
		case !v.has(string(u)):
		case limit.Unit != "":
			v.report(v.place(string(u)), "%s of %s counts both %s and %s; one is enough", v, m, limit.Unit, u)
		default:
			limit.Unit, limit.N = u, v.number(string(u), 1, maxLimit)
		}
	}
	switch {
	case limit.Unit == "":
		v.report(v.at, "%s of %s has no number; say how many days, working_days, weeks or months", v, m)
	case limit.Unit == task.WorkingDays:
		if limit.Calendar = v.text("calendar"); limit.Calendar != "" {
			l.calendarsNamed = append(l.calendarsNamed, calendarAt{v, limit.Calendar})
		}
	case v.has("calendar"):
		v.report(v.place("calendar"), "%s of %s names a calendar, and counts no working days", v, m)
	}
	return limit, v
}

// whose reads the services that something is of, or the word any.
func (l *loader) whose(m *mapping) (services []string, all bool) {
	named, all := m.servicesOf("services")
	for _, w := range named {
		services = append(services, w.word)
	}
	l.servicesNamed = append(l.servicesNamed, serviceAt{m, "services", named})
	return services, all
}

// readTasks reads work/tasks.yaml.
func (l *loader) readTasks(d *document, root ast.Node) {
	m, ok := d.mapping(root, "the file of tasks", "trays", "tasks")
	if !ok {
		return
	}
	trays := map[string]position{}
	if m.has("trays") {
		for _, n := range m.list("trays") {
			t, ok := d.mapping(n, "a tray", "id", "title", "service", "source")
			if !ok {
				continue
			}
			made := task.Tray{ID: t.id("id"), Title: t.text("title"), Service: t.text("service"), Source: t.source("source")}
			t.once(trays, "id", made.ID)
			if made.Service != "" {
				l.servicesNamed = append(l.servicesNamed, serviceAt{t, "service", []wordAt{{made.Service, t.place("service")}}})
			}
			l.set.tasks.Trays = append(l.set.tasks.Trays, made)
		}
	}
	recipients := words(task.Recipients)
	causes := words(task.Causes)
	seen := map[string]position{}
	for _, n := range m.list("tasks") {
		t, ok := d.mapping(n, "a task", "id", "title", "help", "services", "to", "tray", "due", "priority", "late_reason", "by_hand", "opened_by", "source")
		if !ok {
			continue
		}
		k := task.Kind{ID: t.id("id"), Title: t.text("title"), Help: t.optionalText("help"), Source: t.source("source")}
		t.once(seen, "id", k.ID)
		k.Services, k.Any = l.whose(t)
		to, _ := t.word("to", "recipient", recipients) // reported where it is none
		k.To = task.Recipient(to)
		switch {
		case k.To == task.ToTray:
			if k.Tray = t.text("tray"); k.Tray != "" {
				if _, ok := trays[k.Tray]; !ok {
					t.report(t.place("tray"), "tray %s of %s is not among the trays%s", quote(k.Tray), t, meant(k.Tray, keysOf(trays)))
				}
			}
		case t.has("tray"):
			t.report(t.place("tray"), "%s names a tray, and goes to none", t)
		}
		k.Limit, _ = l.limit(t, "due")
		if word, ok := t.word("priority", "priority", task.PriorityWords); ok {
			k.Priority, _ = task.ParsePriority(word) // it is one of its words
		}
		k.LateReason, _ = t.flag("late_reason") // reported where it is neither
		var said bool
		k.ByHand, said = t.flag("by_hand")
		if t.has("opened_by") {
			cause, _ := t.word("opened_by", "cause", causes)
			k.Cause = task.Cause(cause)
		}
		if k.Cause == task.Authorise && k.To == task.ToWorker {
			t.report(t.place("to"), "%s is to authorise, and the allocated worker may have written it: say to: team, manager of the team or service tray", t)
		}
		if k.Cause == task.Authorise && k.LateReason {
			t.report(t.place("late_reason"), "%s is done when what waits is authorised or returned, where nobody is asked why it is late: say late_reason: false", t)
		}
		if said && !k.ByHand && !t.has("opened_by") {
			t.report(t.place("by_hand"), "nothing opens %s: say by_hand: true, or what opens it", t)
		}
		l.set.tasks.Kinds = append(l.set.tasks.Kinds, k)
	}
}

// readMilestones reads work/milestones.yaml.
func (l *loader) readMilestones(d *document, root ast.Node) {
	m, ok := d.mapping(root, "the file of milestones", "milestones")
	if !ok {
		return
	}
	seen := map[string]position{}
	for _, n := range m.list("milestones") {
		v, ok := d.mapping(n, "a milestone", "id", "title", "services", "due", "source")
		if !ok {
			continue
		}
		k := task.MilestoneKind{ID: v.id("id"), Title: v.text("title"), Source: v.source("source")}
		k.Services, k.Any = l.whose(v)
		var due *mapping
		if k.Limit, due = l.limit(v, "due", "after"); due != nil && due.has("after") {
			// Of those above it alone, so that no two wait for each other.
			if k.After = due.text("after"); k.After != "" {
				if _, ok := seen[k.After]; !ok {
					due.report(due.place("after"), "milestone %s is not one that stands above %s%s", quote(k.After), v, meant(k.After, keysOf(seen)))
				}
			}
		}
		v.once(seen, "id", k.ID)
		l.set.milestones = append(l.set.milestones, k)
	}
}

func keysOf(seen map[string]position) []string {
	keys := make([]string, 0, len(seen))
	for k := range seen {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// checkWork reports limits that count by a calendar that is not there, and what is of
// a service that is not.
func (l *loader) checkWork() {
	if !l.broken["calendars"] {
		known := make([]string, len(l.set.calendars))
		for i, c := range l.set.calendars {
			known[i] = c.ID()
		}
		for _, c := range l.calendarsNamed {
			if !slices.Contains(known, c.id) {
				c.m.report(c.m.place("calendar"), "calendar %s is not in calendars%s", quote(c.id), meant(c.id, known))
			}
		}
	}
	if l.broken["services"] {
		return
	}
	known := make([]string, len(l.set.services))
	for i, s := range l.set.services {
		known[i] = s.ID
	}
	for _, s := range l.servicesNamed {
		for _, w := range s.services {
			if !slices.Contains(known, w.word) {
				s.m.report(w.at, "service %s of %s is not in services%s", quote(w.word), s.m, meant(w.word, known))
			}
		}
	}
}

// Tasks are the kinds of task, and the trays; none without their file.
func (s *Set) Tasks() task.Practice { return s.tasks }

// Milestones are the stages of processes; none without their file.
func (s *Set) Milestones() task.Milestones { return slices.Clone(s.milestones) }
