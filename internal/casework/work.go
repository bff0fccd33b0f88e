package casework

import (
	"cmp"
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/caseload"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/meeting"
	"casefile/internal/person"
	"casefile/internal/plan"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// Work is what waits for a worker.
type Work struct {
	Staff    []store.StaffNotice // about workers and no child
	Drafts   []DraftLine
	Notes    []NoteLine // left by saying why, and to be completed
	Notices  []NoticeLine
	Opened   []OpenedFile          // to the worker by name, for a time
	Caseload []person.Found        // at most MostFound
	More     bool                  // there are others in the caseload
	Covering []Covering            // cases of those who are away
	Covers   []staff.Absence       // that are to come, for which the worker covers
	Team     *TeamWork             // of those who list the cases of their team
	Due      []TaskLine            // the worker's tasks that are late or due today, at most mostDue
	Trays    []TrayTab             // none where the role has no tasks
	Meetings map[meeting.Phase]int // how many of the worker's are to be held, minuted, agreed, sent
}

// WorkPlaces say which parts of a worker's first page can hold something for
// their role, whether or not they do today.
type WorkPlaces struct {
	Drafts bool // the role records
	Cases  bool // cases are allocated to it, so it also covers, and hears of its children
	Opened bool // files are opened to it by name, for a time

	Concerns bool // the role reports who has looked
}

// WorkPlaces says so by the table.
func (s *Service) WorkPlaces(role access.Role) WorkPlaces {
	gives := func(part access.Part, action access.Action) []access.Ground {
		return s.set().Access().Scope(access.Viewer{Role: role}, part, action, access.Shown).Gives
	}
	byName := func(part access.Part) bool {
		grounds := gives(part, access.Look)
		return slices.Contains(grounds, access.Review) || slices.Contains(grounds, access.Grant)
	}
	return WorkPlaces{
		Drafts: len(gives(access.Timeline, access.Record)) > 0, Cases: s.holdsCases(role),
		Opened:   slices.ContainsFunc(access.FileParts, byName),
		Concerns: len(gives(access.Concerns, access.Record)) > 0,
	}
}

// Covering is what a worker covers for a colleague who is away.
type Covering struct {
	Absence  staff.Absence
	Caseload []person.Found // at most MostFound
	More     bool
}

// TeamWork is what of a team's cases wants its manager's attention.
type TeamWork struct {
	Team   string
	Counts caseload.Counts
}

// A DraftLine is a draft left behind. Child is empty when the file is no longer
// the worker's to open; the draft is theirs all the same.
type DraftLine struct {
	ID    entry.ID
	Child person.Header
	Title string // of the entry's type
	Saved date.Instant
}

// A NoteLine is a note of the worker's that is to be completed. Its file is
// Outside when the reason has lapsed and must be said again first.
type NoteLine struct {
	ID      entry.ID
	Child   person.Header
	Outside bool
	Purpose string
	At      date.Instant
}

// An OpenedFile is a file that is open to the worker by name.
type OpenedFile struct {
	Child person.Header
	Kind  access.Ground // access.Grant or access.Review
	To    date.Date     // the last day
}

// A NoticeLine tells of something that happened to a child of the worker's: of
// what kind, who did it, and, where the worker may read it, what the entry is
// called. It holds nothing of what was written.
type NoticeLine struct {
	ID      string
	Kind    string
	Child   person.Header
	Entry   entry.ID // empty where it is of none, or of one that they may not read
	By      string   // name; empty where they may not know
	Title   string   // of the entry's type
	Service string   // that wrote it
	// Task is the task that it is of, and Do what is to be done; both empty where it is of
	// none, or of one that they may not read.
	Task task.ID
	Do   string
	// Document, Plan or Meeting is what it is of, and Of its title; likewise.
	Document document.ID
	Plan     plan.ID
	Meeting  meeting.ID
	Of       string
	// Also are the keys of earlier notices that say the same of the same child, for which
	// this one stands, too; At is that of the last.
	Also []string
	At   date.Instant
}

// Count is how many notices the line stands for.
func (l NoticeLine) Count() int { return 1 + len(l.Also) }

// same reports whether two lines say the same of the same child, and lead to the same place.
func (l NoticeLine) same(o NoticeLine) bool {
	return l.Child.ID == o.Child.ID && l.Kind == o.Kind && l.By == o.By && l.Service == o.Service && l.Title == o.Title && l.Entry == o.Entry &&
		l.Task == o.Task && l.Do == o.Do && l.Document == o.Document && l.Plan == o.Plan && l.Meeting == o.Meeting && l.Of == o.Of
}

// folded are lines, the latest first, with those that say the same in one.
func folded(lines []NoticeLine) []NoticeLine {
	var out []NoticeLine
	for _, l := range lines {
		if i := slices.IndexFunc(out, l.same); i >= 0 {
			out[i].Also = append(out[i].Also, l.ID)
		} else {
			out = append(out, l)
		}
	}
	return out
}

// MyWork shows a worker what waits. It names children, so it is a search: one
// footprint for the list, one for each child on it.
func (s *Service) MyWork(ctx context.Context, a Actor) (Work, error) {
	var w Work
	var drafts []entry.Draft
	var notices []store.Notice
	var reasons []right.Reason
	var grants []right.Grant
	var noted map[person.ID]bool
	var due []task.Line
	var own tray
	var held map[task.ID]Held
	var mine []caseload.Case
	var covered [][]caseload.Case // as w.Covering
	// Of those found for a reason only, the notes to complete are shown.
	atLeast := func(p person.ID) access.Outcome {
		if noted[p] {
			return access.ReasonFirst
		}
		return access.Shown
	}
	shows := func(p person.ID) access.Part {
		if slices.ContainsFunc(due, func(l task.Line) bool { return l.Person == p }) {
			return access.Tasks
		}
		return ""
	}
	people, err := s.list(ctx, a, listing{terms: "my work", forAction: true, atLeast: atLeast, shows: shows, besides: tasksAbout(&due), read: func(r store.Reader, v access.Viewer) (list []person.Found, err error) {
		w, covered, noted = Work{}, nil, map[person.ID]bool{}
		due, own, held = nil, tray{}, map[task.ID]Held{}
		if drafts, err = r.Drafts(ctx, a.Worker); err != nil {
			return nil, err
		}
		// What is absent takes no place from what is not.
		scope := s.set().Access().Scope(v, access.Identity, access.Find, access.Shown)
		if notices, err = r.UnseenNotices(ctx, a.Worker, scope, date.At(s.now()), MostFound); err != nil {
			return nil, err
		}
		notices = s.withoutAlertNews(v, notices)
		if drafts, err = s.withoutBarred(ctx, r, v, drafts); err != nil {
			return nil, err
		}
		q := caseload.Query{Scope: s.listScope(v), Now: date.At(s.now()), Worker: a.Worker, Order: caseload.ByName, Limit: MostFound + 1}
		if mine, err = r.Cases(ctx, q); err != nil {
			return nil, err
		}
		mine, w.More = atMost(mine)
		cases := mine
		covers, err := r.Covers(ctx, a.Worker, s.Today())
		if err != nil {
			return nil, err
		}
		for _, c := range covers {
			if !c.Period.Contains(s.Today()) {
				w.Covers = append(w.Covers, c)
				continue
			}
			q.Worker, q.Service = c.Worker, v.Service
			theirs, err := r.Cases(ctx, q)
			if err != nil {
				return nil, err
			}
			theirs, more := atMost(theirs)
			w.Covering = append(w.Covering, Covering{Absence: c, More: more})
			covered, cases = append(covered, theirs), append(cases[:len(cases):len(cases)], theirs...)
		}
		if w.Team, err = s.teamWork(ctx, r, v); err != nil {
			return nil, err
		}
		if w.Meetings, err = s.meetingPhases(ctx, r, v); err != nil {
			return nil, err
		}
		list = People(cases)
		on := map[person.ID]bool{}
		for _, f := range list {
			on[f.ID] = true
		}
		add := func(p person.ID) error {
			if on[p] {
				return nil
			}
			on[p] = true
			h, err := r.Header(ctx, p)
			list = append(list, person.Found{Header: h})
			return err
		}
		for _, d := range drafts {
			if err := add(d.Child); err != nil {
				return nil, err
			}
		}
		for _, n := range notices {
			if err := add(n.Person); err != nil {
				return nil, err
			}
		}
		trays, err := s.trays(ctx, r, v)
		if err != nil {
			return nil, err
		}
		if w.Trays = tabs(trays); len(trays) > 0 {
			own = trays[0]
			if due, err = own.dueOf(ctx, r, s.trayQuery(v)); err != nil {
				return nil, err
			}
			about, err := s.holdersOf(ctx, r, due, held)
			if err != nil {
				return nil, err
			}
			for _, f := range about {
				if err := add(f.ID); err != nil {
					return nil, err
				}
			}
		}
		if w.Staff, err = r.StaffNotices(ctx, a.Worker, MostFound); err != nil {
			return nil, err
		}
		if grants, err = r.GrantsTo(ctx, a.Worker); err != nil {
			return nil, err
		}
		grants = slices.DeleteFunc(grants, func(g right.Grant) bool { return !g.Period.Contains(s.Today()) })
		for _, g := range grants {
			if err := add(g.Person); err != nil {
				return nil, err
			}
		}
		if reasons, err = r.ReasonsBy(ctx, a.Worker, s.laterPurposes(), MostFound); err != nil {
			return nil, err
		}
		for _, w := range reasons {
			noted[w.Person] = true
			if err := add(w.Person); err != nil {
				return nil, err
			}
		}
		return list, nil
	}})
	if err != nil {
		return Work{}, err
	}
	headers, outside := map[person.ID]person.Header{}, map[person.ID]person.Header{}
	for _, f := range people {
		if f.Outside {
			outside[f.ID] = f.Header
			continue
		}
		headers[f.ID] = f.Header
	}
	w.Caseload = People(casesOf(mine, people))
	w.Due = s.trayLines(due, held, own, people, task.ByDue)
	for i := range w.Covering {
		w.Covering[i].Caseload = People(casesOf(covered[i], people))
	}
	for _, d := range drafts {
		line := DraftLine{ID: d.ID, Child: headers[d.Child], Saved: d.Saved, Title: d.Type}
		if _, t, err := s.entryType(d.Service, d.Type); err == nil {
			line.Title = t.Title
		}
		w.Drafts = append(w.Drafts, line)
	}
	for _, g := range grants {
		if h, ok := headers[g.Person]; ok {
			w.Opened = append(w.Opened, OpenedFile{h, g.Kind, g.Period.To})
		}
	}
	for _, r := range reasons {
		line := NoteLine{ID: r.Entry, At: r.Recorded.At}
		if p, ok := s.Purposes().Purpose(r.Purpose); ok {
			line.Purpose = p.Title
		}
		var in bool
		if line.Child, in = headers[r.Person]; !in {
			if line.Child, line.Outside = outside[r.Person]; !line.Outside {
				continue // nothing of the file is theirs to know any more
			}
		}
		w.Notes = append(w.Notes, line)
	}
	news, err := s.noticeLines(ctx, a, notices, headers)
	w.Notices = folded(news)
	return w, err
}

func atMost(cases []caseload.Case) ([]caseload.Case, bool) {
	return cases[:min(len(cases), MostFound)], len(cases) > MostFound
}

// teamWork counts the cases of the viewer's team, where they list them.
func (s *Service) teamWork(ctx context.Context, r store.Reader, v access.Viewer) (*TeamWork, error) {
	if v.Team == "" || !s.managesWork(v.Role) || !s.mayOffice(v, access.Caseloads, access.Look, v.Team, v.Service) {
		return nil, nil //nolint:nilnil // a worker who manages no team has none
	}
	teams, err := r.Teams(ctx)
	if err != nil {
		return nil, err
	}
	var t TeamWork
	for _, team := range teams {
		if string(team.ID) == v.Team {
			t.Team = team.Name
		}
	}
	t.Counts, err = r.CountCases(ctx, caseload.Query{Scope: s.listScope(v), Now: date.At(s.now()), Team: staff.TeamID(v.Team)})
	return &t, err
}

// noticeLines say who did what, as far as the viewer may read the entry that a
// notice is of. What an entry is called is of the timeline, and not of the
// child's name that the list showed: it is decided about, and leaves its
// footprint, by itself, in the transaction in which it is read.
func (s *Service) noticeLines(ctx context.Context, a Actor, notices []store.Notice, headers map[person.ID]person.Header) ([]NoticeLine, error) {
	notices = slices.DeleteFunc(notices, func(n store.Notice) bool { return headers[n.Person].ID == "" })
	if len(notices) == 0 {
		return nil, nil
	}
	return present(ctx, s, a, access.Timeline, "", func(ctx context.Context, tx store.Tx, v access.Viewer) ([]NoticeLine, []footprint.Footprint, error) {
		lines := make([]NoticeLine, 0, len(notices))
		list := access.Decision{Outcome: access.Shown}
		prints := []footprint.Footprint{s.officePrint(v, access.Timeline, access.Find, "", list)}
		for _, n := range notices {
			line := NoticeLine{ID: n.ID, Kind: n.Kind, Child: headers[n.Person], At: n.At}
			if n.Entry != "" {
				e, sat, err := s.readable(ctx, tx, a, n)
				if err != nil {
					return nil, nil, err
				}
				if sat != nil {
					line.Entry, line.Title, line.By, line.Service = e.ID, e.TypeTitle, e.AuthorName, e.Service
					f := sat.footprint(sat.claims[0].decision)
					f.Action = string(access.Find) // a title in a list is not the timeline opened
					prints = append(prints, f)
				}
			}
			if n.Task != "" {
				t, sat, err := s.readableTask(ctx, tx, a, n)
				if err != nil {
					return nil, nil, err
				}
				if sat != nil {
					line.Task, line.Do = t.ID, cmp.Or(t.Words, t.Title)
					f := sat.footprint(sat.claims[0].decision)
					f.Action = string(access.Find)
					prints = append(prints, f)
				}
			}
			if n.Document != "" || n.Plan != "" || n.Meeting != "" {
				sat, err := s.nameNews(ctx, tx, a, n, &line)
				if err != nil {
					return nil, nil, err
				}
				if sat != nil {
					f := sat.footprint(sat.claims[0].decision)
					f.Action = string(access.Find)
					prints = append(prints, f)
				}
			}
			if n.By != "" && line.By == "" {
				worker, err := tx.Worker(ctx, n.By)
				if err != nil {
					return nil, nil, err
				}
				line.By = worker.Name()
			}
			lines = append(lines, line)
		}
		return lines, prints, nil
	})
}

// readable is the entry that a notice is of, with what reading it rests on;
// without that where it is not the actor's to read.
func (s *Service) readable(ctx context.Context, r store.Reader, a Actor, n store.Notice) (entry.Entry, *sitting, error) {
	e, err := r.Entry(ctx, n.Entry)
	if err != nil {
		return e, nil, err
	}
	st, err := s.standing(ctx, r, a, n.Person)
	if err != nil {
		return e, nil, err
	}
	sat := s.sit(st, a, n.Person)
	read := reading{r, sat, string(a.Worker), n.Person}
	if read.ask(access.Timeline, access.Look).Outcome != access.Shown || read.sight().of(e.Service, e.Content.Sensitive) != access.Shown {
		return entry.Entry{}, nil, nil
	}
	return e, sat, nil
}

// readableTask is readable of a notice of a task. One that was moved to another child since
// is not of the notice's any more.
func (s *Service) readableTask(ctx context.Context, r store.Reader, a Actor, n store.Notice) (task.Task, *sitting, error) {
	t, err := r.Task(ctx, n.Task)
	if err != nil || t.Person != n.Person {
		return task.Task{}, nil, err
	}
	st, err := s.standing(ctx, r, a, n.Person)
	if err != nil {
		return t, nil, err
	}
	sat := s.sit(st, a, n.Person)
	read := reading{r, sat, string(a.Worker), n.Person}
	if read.ask(access.Tasks, access.Look).Outcome != access.Shown || read.seesTask(t) != access.Shown {
		return task.Task{}, nil, nil
	}
	return t, sat, nil
}

// nameNews has a line name the document, plan or meeting that its notice is of, and gives
// what reading its title rests on; nil, and no name, where it is not the actor's to read, or
// was moved to another child since.
func (s *Service) nameNews(ctx context.Context, r store.Reader, a Actor, n store.Notice, line *NoticeLine) (*sitting, error) {
	st, err := s.standing(ctx, r, a, n.Person)
	if err != nil {
		return nil, err
	}
	sat := s.sit(st, a, n.Person)
	read := reading{r, sat, string(a.Worker), n.Person}
	named := NoticeLine{Document: n.Document, Plan: n.Plan, Meeting: n.Meeting}
	part := access.Meetings
	switch {
	case n.Document != "":
		part = access.Documents
	case n.Plan != "":
		part = access.Plans
	}
	if read.ask(part, access.Look).Outcome != access.Shown {
		return nil, nil //nolint:nilnil // it is not theirs to read
	}
	switch part {
	case access.Documents:
		var d document.Document
		d, err = read.readable(ctx, n.Document)
		named.Of = d.Title
	case access.Plans:
		var p plan.Plan
		p, err = read.readablePlan(ctx, n.Plan)
		named.Of = p.Title
	default:
		var m meeting.Meeting
		m, err = read.seenMeeting(ctx, n.Meeting)
		named.Of = m.Title
	}
	if fault.Is(err, fault.NotFound) {
		return nil, nil //nolint:nilnil // likewise
	}
	if err != nil {
		return nil, err
	}
	line.Document, line.Plan, line.Meeting, line.Of = named.Document, named.Plan, named.Meeting, named.Of
	return sat, nil
}

// withoutBarred leaves out the drafts on files that are kept from the worker: of
// such a file there is nothing, not even that one wrote on it.
func (s *Service) withoutBarred(ctx context.Context, r store.Reader, v access.Viewer, drafts []entry.Draft) ([]entry.Draft, error) {
	var kept []entry.Draft
	for _, d := range drafts {
		held, err := r.Held(ctx, v, d.Child, date.At(s.now()))
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(held, func(h access.Held) bool { return h.Ground == access.Restricted || h.Ground == access.Connected }) {
			kept = append(kept, d)
		}
	}
	return kept, nil
}

// laterPurposes are those whose note is completed later.
func (s *Service) laterPurposes() []string {
	var ids []string
	for _, p := range s.Purposes().List {
		if len(Asked(p, access.LaterAsk)) > 0 {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// SeeNotice puts notices of the worker's aside.
func (s *Service) SeeNotice(ctx context.Context, a Actor, notices ...string) error {
	return s.db.Plain(ctx, func(tx store.PlainTx) error {
		for _, n := range notices {
			if err := tx.SeeNotice(ctx, a.Worker, n, date.At(s.now())); err != nil {
				return err
			}
		}
		return nil
	})
}

// Me is the worker as the pages greet them.
type Me struct {
	Worker      staff.Worker
	Assignments []staff.Assignment
	Training    []Trained // that everybody needs; not of others
}

// Me is who the worker is and which roles they hold today.
func (s *Service) Me(ctx context.Context, w staff.ID) (Me, error) {
	var me Me
	err := s.db.View(ctx, func(r store.Reader) (err error) {
		if me.Worker, err = r.Worker(ctx, w); err != nil {
			return err
		}
		if me.Assignments, err = r.Assignments(ctx, w, s.Today()); err != nil {
			return err
		}
		passed, err := r.Trainings(ctx, w)
		me.Training = s.trained(passed)
		return err
	})
	return me, err
}

// Colleagues lists workers by words of their name, job, team or base, so that
// others can reach them (CX-23). Workers are not case information.
func (s *Service) Colleagues(ctx context.Context, words []string) ([]staff.Colleague, error) {
	for i, w := range words {
		words[i] = entry.OneLine(w)
	}
	var list []staff.Colleague
	err := s.db.View(ctx, func(r store.Reader) (err error) {
		list, err = r.Colleagues(ctx, words, s.Today(), 100)
		return err
	})
	return list, err
}

// SaveContact keeps a worker's own contact details current (CX-23). version is
// that of the page; Conflict when they were changed since, Invalid with each
// problem by its field.
func (s *Service) SaveContact(ctx context.Context, w staff.ID, version int, c staff.Contact) error {
	c = staff.Contact{
		Telephone: entry.OneLine(c.Telephone), Mobile: entry.OneLine(c.Mobile), Email: entry.OneLine(c.Email),
		Base: entry.OneLine(c.Base), Note: entry.OneLine(c.Note),
	}
	if err := problems(c.Check()); err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx store.Tx) error {
		worker, err := tx.Worker(ctx, w)
		if err != nil {
			return err
		}
		if worker.Version != version {
			return fault.New(fault.Conflict, "Your details were changed from another page.")
		}
		worker.Version, worker.Contact, worker.Recorded = version+1, c, tx.Stamp(string(w))
		return tx.AddWorkerVersion(ctx, worker)
	})
}
