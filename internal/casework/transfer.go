package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/caseload"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/service"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// A Transfer is a case as it is about to pass on: what is open in it, and who
// could take it.
type Transfer struct {
	Running
	FollowUps []FollowUp
	Unread    int // entries that say what is to be done next, which the viewer may not read
	Drafts    []DraftTitle
}

// A FollowUp is something that an entry says is to be done next.
type FollowUp struct {
	Entry     entry.ID
	Happened  date.Date
	Text      string
	By        date.Date
	Sensitive bool
}

// Field is the name of the question whether it still stands.
func (f FollowUp) Field() string { return "still-" + string(f.Entry) }

// Answers to whether a follow-up still stands.
const (
	Stands     = "stands"
	StandsOver = "over"
)

// A DraftTitle is a draft that the old worker left on the file, by its title
// only: nobody but them reads it.
type DraftTitle struct {
	Title string
	Saved date.Instant
}

const (
	mostFollowUps = 50
	mostSince     = 200 // drafts looked through
)

// TransferPart is the page on which a case passes to another worker, and perhaps
// to another team of the service; the case's own where team is empty.
func TransferPart(key string, team staff.TeamID) Part[Transfer] {
	return Part[Transfer]{access.Workers, access.Change, func(ctx context.Context, r reading) (t Transfer, err error) {
		if t.Running, err = r.s.running(ctx, r.Reader, r.sitting, key, team); err != nil {
			return t, err
		}
		if t.FollowUps, t.Unread, err = r.followUps(ctx, t.Episode.Service); err != nil {
			return t, err
		}
		t.Drafts, err = r.draftTitles(ctx, t.Allocated.Worker)
		return t, err
	}}
}

// followUps are those of the service's entries, as far as the viewer may read
// them, and the number of the others.
func (r reading) followUps(ctx context.Context, serviceID string) (list []FollowUp, unread int, err error) {
	entries, err := r.FollowUps(ctx, r.person, serviceID, r.s.Today().AddDays(-r.s.set().Passing().FollowUpDays), mostFollowUps)
	if err != nil {
		return nil, 0, err
	}
	reads := r.ask(access.Timeline, access.Look).Outcome == access.Shown
	sight := r.sight()
	for _, e := range entries {
		if c := e.Content; reads && sight.of(e.Service, c.Sensitive) == access.Shown {
			list = append(list, FollowUp{e.ID, c.Happened, c.FollowUp, c.FollowUpBy, c.Sensitive})
		} else {
			unread++
		}
	}
	return list, unread, nil
}

func (r reading) draftTitles(ctx context.Context, w staff.ID) ([]DraftTitle, error) {
	if w == "" {
		return nil, nil
	}
	drafts, err := r.Drafts(ctx, w)
	var titles []DraftTitle
	for _, d := range drafts[:min(len(drafts), mostSince)] {
		if d.Child != r.person {
			continue
		}
		title := DraftTitle{Title: d.Type, Saved: d.Saved}
		if _, t, err := r.s.entryType(d.Service, d.Type); err == nil {
			title.Title = t.Title
		}
		titles = append(titles, title)
	}
	return titles, err
}

// A Handover is what the giver says when a case passes on.
type Handover struct {
	Case   string // the key of the episode
	Seen   string // how the case stood on the page, as Running.Seen
	Team   staff.TeamID
	Worker staff.ID // who takes it; empty only where nobody held it and another team takes it
	Note   string
	Still  map[string]string // FollowUp.Field to Stands or StandsOver
}

// PassCase passes a case from worker to worker, and where another team is named
// from team to team, today and in one go (CR-51): the handover note becomes an
// entry of the record with what still is to be done; the new allocation begins
// on the day on which the old one ends, so that there is no day without one; the
// new worker, the old one, the further ones and the managers of both teams are
// told. Either all of it is done or nothing.
//
// Errors: Invalid with each problem by its field; ChangedMeanwhile(err), a
// Conflict, when somebody changed who works with the child since Seen.
func (s *Service) PassCase(ctx context.Context, a Actor, ref id.Reference, h Handover) error {
	h.Note = entry.Text(h.Note)
	return s.changeWork(ctx, a, ref, func(c *staffing) (footprint.Detail, error) {
		if c.sat.ask(access.Timeline, access.Record).Outcome != access.Shown {
			return footprint.Detail{}, errNotHere // the note goes on the record
		}
		if err := c.open(ctx, h.Case, h.Seen); err != nil {
			return footprint.Detail{}, err
		}
		if c.Passing.EntryType == "" {
			return footprint.Detail{}, fault.New(fault.Invalid, "No definition says how a case is handed over. Ask who looks after the definitions.")
		}
		from := staff.TeamID(c.Episode.TeamID)
		team, taker, ps, err := c.taker(ctx, h)
		if err != nil {
			return footprint.Detail{}, err
		}
		switch n := utf8.RuneCountInString(h.Note); {
		case n == 0:
			ps = append(ps, fault.Problem{Field: "note", Message: "Enter a handover note"})
		case n > entry.MaxText/2: // what still stands goes behind it
			ps = append(ps, fault.TooLong("note", "Handover note", entry.MaxText/2))
		}
		standing, sensitive, open, err := c.stillToDo(ctx, h)
		if err != nil {
			return footprint.Detail{}, err
		}
		if err := problems(append(ps, open...)); err != nil {
			return footprint.Detail{}, err
		}
		noted, err := c.note(ctx, h, team, taker, standing, sensitive)
		if err != nil {
			return footprint.Detail{}, err
		}
		if err := c.pass(ctx, team, taker.ID); err != nil {
			return footprint.Detail{}, err
		}
		told := []staff.ID{c.Allocated.Worker, taker.ID}
		for _, f := range c.Further {
			told = append(told, f.Worker)
		}
		managers, err := s.managers(ctx, c.Tx, from, team.ID)
		if err != nil {
			return footprint.Detail{}, err
		}
		return footprint.Detail{Done: "passed the case on", Entry: string(noted)}, c.notify(ctx, CasePassed, noted, append(told, managers...)...)
	})
}

// taker is the team and the worker that take the case; the zero worker where
// nobody does yet.
func (c *staffing) taker(ctx context.Context, h Handover) (team staff.Team, m caseload.Member, ps []fault.Problem, err error) {
	teams, err := c.Tx.Teams(ctx)
	if err != nil {
		return team, m, nil, err
	}
	i := slices.IndexFunc(teams, func(t staff.Team) bool { return t.ID == h.Team && t.Service == c.Episode.Service })
	if i < 0 {
		return team, m, []fault.Problem{{Field: "team", Message: "Select the team that takes the case"}}, nil
	}
	team = teams[i]
	same := string(team.ID) == c.Episode.TeamID
	switch {
	case h.Worker == "" && c.Allocated.ID == "" && !same:
		return team, m, nil, nil
	case h.Worker == c.Allocated.Worker && h.Worker != "" && same:
		return team, m, []fault.Problem{{Field: "worker", Message: "The case is theirs already. Select who takes it"}}, nil
	}
	m, err = c.member(ctx, team, h.Worker)
	if f, ok := err.(*fault.Error); ok && f.Kind == fault.Invalid { //nolint:errorlint // made two lines above, by ourselves
		return team, m, f.Problems, nil
	}
	return team, m, nil, err
}

// stillToDo are the lines of what still stands, whether any is from a
// sensitive entry, and what of it the giver has not answered.
func (c *staffing) stillToDo(ctx context.Context, h Handover) (lines []string, sensitive bool, open []fault.Problem, err error) {
	r := reading{c.Tx, c.sat, c.sat.viewer.Worker, c.sat.person}
	list, _, err := r.followUps(ctx, c.Episode.Service)
	for _, f := range list {
		switch h.Still[f.Field()] {
		case Stands:
			lines = append(lines, fmt.Sprintf("%s, by %s", f.Text, f.By.Long()))
			sensitive = sensitive || f.Sensitive
		case StandsOver:
		default:
			open = append(open, fault.Problem{Field: f.Field(), Message: "Select whether this still is to be done: " + shortened(f.Text)})
		}
	}
	return lines, sensitive, open, err
}

func shortened(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// note puts the handover note on the record.
func (c *staffing) note(ctx context.Context, h Handover, team staff.Team, taker caseload.Member, standing []string, sensitive bool) (entry.ID, error) {
	svc, ok := c.s.set().Service(c.Episode.Service)
	if !ok {
		return "", fault.New(fault.Invalid, "Your team's service has no words for its record yet. Ask who looks after the definitions.")
	}
	who := func(name, team string) string {
		if name == "" {
			return "nobody allocated, " + team
		}
		return name + ", " + team
	}
	text := h.Note
	if len(standing) > 0 {
		text += "\n\nStill to be done:\n• " + strings.Join(standing, "\n• ")
	}
	e, err := c.s.sign(ctx, c.Tx, c.sat.viewer, svc, service.EntryType{ID: c.Passing.EntryType, Title: c.Passing.Title}, entry.Content{
		Type: c.Passing.EntryType, Happened: c.s.Today(), Sensitive: sensitive, Text: text,
		Reason: "The case passes from " + who(c.Allocated.Name, c.Episode.TeamName) + ", to " + who(taker.Name(), team.Name),
	})
	if err != nil {
		return "", err
	}
	definition, _ := c.s.set().File("work/handover.yaml")
	e.ID, e.Children, e.Definition = entry.ID(id.New()), []person.ID{c.sat.person}, definition.Hash
	return e.ID, c.AddEntryVersion(ctx, e)
}

// pass moves the case to the team, where it is another, and to the taker.
func (c *staffing) pass(ctx context.Context, team staff.Team, taker staff.ID) error {
	today := c.s.Today()
	if string(team.ID) != c.Episode.TeamID {
		e := c.Episode
		if err := c.Supersede(ctx, store.EpisodeFact, e.ID, c.by); err != nil {
			return err
		}
		before := e
		before.Continues, before.ID = e.Key(), id.New()
		before.Clocks = date.Clocks{Period: date.Period{From: e.Period.From, To: today.AddDays(-1)}, Recorded: c.by}
		if before.Period.Valid() { // not where the other team had it for less than a day
			if err := c.AddEpisode(ctx, c.sat.person, before); err != nil {
				return err
			}
		}
		e.Continues, e.ID, e.TeamID = e.Key(), id.New(), string(team.ID)
		e.Clocks = date.Clocks{Period: date.Period{From: today}, Recorded: c.by}
		if err := c.AddEpisode(ctx, c.sat.person, e); err != nil {
			return err
		}
	}
	if taker == "" || taker == c.Allocated.Worker {
		return nil
	}
	if c.Allocated.ID != "" {
		if err := c.end(ctx, c.Allocated); err != nil {
			return err
		}
	}
	for _, f := range c.Further {
		if f.Worker == taker {
			if err := c.end(ctx, f); err != nil {
				return err
			}
		}
	}
	return c.allocate(ctx, taker, caseload.Allocated)
}

// managers are those who decide about the work of teams.
func (s *Service) managers(ctx context.Context, r store.Reader, teams ...staff.TeamID) ([]staff.ID, error) {
	var list []staff.ID
	for _, t := range teams {
		members, err := r.Members(ctx, t, access.Scope{}, date.At(s.now()))
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			if s.managesWork(m.Role) {
				list = append(list, m.ID)
			}
		}
	}
	return list, nil
}
