package casework_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// A room is a social care team: a social worker with a child and a sibling, a chair, a
// minute taker, business support and a manager; and a worker of another service.
type room struct {
	*casework.Service
	db                                     *storetest.Database
	team                                   staff.Team
	worker, chair, taker, support, manager casework.Actor
	elsewhere                              casework.Actor
	child, sibling                         person.Person
	mother                                 person.Person
	episode                                person.Episode
}

func newRoom(t *testing.T, db *storetest.Database) *room {
	t.Helper()
	defs, err := set()
	if err != nil {
		t.Fatal(err)
	}
	m := &room{Service: serviceOf(t, db, defs), db: db, team: db.Team(t, "social-care")}
	actor := func(role access.Role, team staff.Team) casework.Actor {
		w, a := db.Worker(t, role, team)
		return casework.Actor{Worker: w.ID, As: a.ID}
	}
	m.worker, m.chair, m.taker = actor("social-worker", m.team), actor("reviewing-officer", m.team), actor("minute-taker", m.team)
	m.support, m.manager = actor("business-support", m.team), actor("team-manager", m.team)
	m.elsewhere = actor("adviser", db.Team(t, "participation"))
	m.child, m.sibling = db.Person(t, "Ines", "Marlowe", date.Must(2015, 3, 5)), db.Person(t, "Theo", "Marlowe", date.Must(2017, 3, 5))
	m.mother = db.Person(t, "Maud", "Marlowe", date.Must(1985, 3, 5))
	m.episode = db.Episode(t, m.child.ID, m.team, m.worker.Worker)
	db.Episode(t, m.sibling.ID, m.team, m.worker.Worker)
	db.Must(t, func(ctx context.Context, tx store.Tx) error {
		c := storetest.Clocks(date.Date{})
		return errors.Join(
			tx.AddRelationship(ctx, person.Relationship{ID: id.New(), Person: m.child.ID, Other: m.sibling.ID, Kind: "sibling", Clocks: c}),
		)
	})
	return m
}

func eachRoom(t *testing.T, f func(t *testing.T, m *room)) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) { f(t, newRoom(t, db)) })
}

func (m *room) look(a casework.Actor) casework.Look {
	return casework.Look{Actor: a, Reference: m.child.Reference}
}

// coreGroup is a core group a week from today.
func (m *room) coreGroup(children ...id.Reference) casework.NewMeeting {
	return casework.NewMeeting{ID: meeting.ID(id.New()), Kind: "core-group", Children: children, Arrangement: meeting.Arrangement{
		Day: storetest.Today.AddDays(7), Time: "2:30pm", Place: "Room 4", Chair: m.worker.Worker, MinuteTaker: m.taker.Worker, Reason: "The plan is a month old", Agenda: "Progress",
	}}
}

func (m *room) setUp(t *testing.T, a casework.Actor, n casework.NewMeeting) meeting.ID {
	t.Helper()
	if err := m.SetUpMeeting(t.Context(), a, m.child.Reference, n); err != nil {
		t.Fatal(err)
	}
	return n.ID
}

func (m *room) read(t *testing.T, a casework.Actor, ref id.Reference, key meeting.ID) casework.MeetingFile {
	t.Helper()
	f, err := casework.Open(t.Context(), m.Service, casework.Look{Actor: a, Reference: ref}, casework.MeetingPart(key))
	if err != nil {
		t.Fatal(err)
	}
	return f.Value
}

func (m *room) prints(t *testing.T, p person.Person) []string {
	t.Helper()
	return (&desk{db: m.db}).prints(t, string(p.ID))
}

// wantWrong wants a problem beside a field.
func wantWrong(t *testing.T, what string, err error, field string) {
	t.Helper()
	e, ok := errors.AsType[*fault.Error](err)
	if !ok || !slices.ContainsFunc(e.Problems, func(p fault.Problem) bool { return p.Field == field }) {
		t.Errorf("%s: got %v, want a problem with %s", what, err, field)
	}
}

func (m *room) restrict(t *testing.T, p person.Person, named ...casework.Actor) {
	t.Helper()
	var ids []staff.ID
	for _, a := range named {
		ids = append(ids, a.Worker)
	}
	m.db.TakeCases(t, p.ID, ids...)
	m.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		r := right.Restriction{ID: id.New(), Person: p.ID, Reason: "Their mother works here", Clocks: storetest.Clocks(storetest.Today)}
		if err := tx.AddRestriction(ctx, r); err != nil {
			return err
		}
		for _, w := range ids {
			if err := tx.AddNamed(ctx, right.Named{ID: id.New(), Restriction: r.ID, Worker: w, Clocks: storetest.Clocks(storetest.Today)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Whoever works with a child sets up a meeting about them, and so does business support
// (CR-25); others do not learn that there is a file.
func TestSettingUpAMeeting(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		for name, a := range map[string]casework.Actor{"social worker": m.worker, "business support": m.support, "minute taker": m.taker} {
			key := m.setUp(t, a, m.coreGroup())
			wantPrint(t, m.prints(t, m.child), "record meetings shown")
			got := m.read(t, m.worker, m.child.Reference, key)
			now := got.Now()
			if got.Title != "Core group" || now.State != meeting.Planned || now.Time != "14:30" || now.ChairName != "Orla Testworth" || now.MinuteName != "Orla Testworth" {
				t.Errorf("%s: got %+v", name, got.Meeting)
			}
			// The child and their worker are on the list at once; the parents are missing.
			var who []string
			for _, i := range got.Invitees {
				who = append(who, i.Name+", "+i.Called)
			}
			slices.Sort(who)
			if want := "Ines Marlowe, The child; Orla Testworth, The allocated social worker"; strings.Join(who, "; ") != want || len(got.Missing) != 1 || got.Missing[0].ID != "parents" {
				t.Errorf("%s: invited %q, missing %+v", name, who, got.Missing)
			}
			wantPrint(t, m.prints(t, m.child), "look meetings shown")
		}
		// Pressing twice sets up one.
		n := m.coreGroup()
		m.setUp(t, m.worker, n)
		m.setUp(t, m.worker, n)
		f, err := casework.Open(t.Context(), m.Service, m.look(m.worker), casework.MeetingsPart())
		if err != nil || len(f.Value.Coming) != 4 || len(f.Value.Past) != 0 || !f.Value.May || !f.Value.Reads {
			t.Errorf("the list: %+v, %v", f.Value, err)
		}
		wantKind(t, "another service", m.SetUpMeeting(t.Context(), m.elsewhere, m.child.Reference, m.coreGroup()), fault.NotFound)
		wantPrint(t, m.prints(t, m.child), "record meetings absent")
		_, err = casework.Open(t.Context(), m.Service, m.look(m.elsewhere), casework.MeetingsPart())
		if !casework.ReasonNeeded(err) {
			t.Errorf("another service reads without a reason: %v", err)
		}
	})
}

func TestWhatIsWrongWithANewMeeting(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		for name, c := range map[string]struct {
			change func(*casework.NewMeeting)
			field  string
		}{
			"no kind":              {func(n *casework.NewMeeting) { n.Kind = "soup" }, meeting.FieldKind},
			"another's kind":       {func(n *casework.NewMeeting) { n.Kind = "team-around-the-family" }, meeting.FieldKind},
			"no day":               {func(n *casework.NewMeeting) { n.Day = date.Date{} }, meeting.FieldDay},
			"a day far off":        {func(n *casework.NewMeeting) { n.Day = storetest.Today.AddMonths(99) }, meeting.FieldDay},
			"a time":               {func(n *casework.NewMeeting) { n.Time = "soon" }, meeting.FieldTime},
			"no place":             {func(n *casework.NewMeeting) { n.Place = " " }, meeting.FieldPlace},
			"no chair":             {func(n *casework.NewMeeting) { n.Chair = "" }, meeting.FieldChair},
			"a chair of no role":   {func(n *casework.NewMeeting) { n.Chair = m.support.Worker }, meeting.FieldChair},
			"a chair elsewhere":    {func(n *casework.NewMeeting) { n.Chair = m.elsewhere.Worker }, meeting.FieldChair},
			"who takes no minutes": {func(n *casework.NewMeeting) { n.MinuteTaker = m.elsewhere.Worker }, meeting.FieldMinuteTaker},
			"no reason":            {func(n *casework.NewMeeting) { n.Reason = "" }, meeting.FieldReason},
			"too long":             {func(n *casework.NewMeeting) { n.Agenda = strings.Repeat("x", meeting.MaxText+1) }, meeting.FieldAgenda},
			"a child of nobody":    {func(n *casework.NewMeeting) { n.Children = []id.Reference{id.NewReference()} }, meeting.FieldChildren},
			"what was not read":    {func(n *casework.NewMeeting) { n.Wrong = []fault.Problem{{Field: "x"}} }, "x"},
		} {
			n := m.coreGroup()
			c.change(&n)
			wantWrong(t, name, m.SetUpMeeting(t.Context(), m.worker, m.child.Reference, n), c.field)
		}
		f, err := casework.Open(t.Context(), m.Service, m.look(m.worker), casework.MeetingsPart())
		if err != nil || len(f.Value.Coming) != 0 {
			t.Errorf("something was set up all the same: %+v, %v", f.Value, err)
		}
	})
}

// A meeting about two children stands on both files, and a change leaves its footprint on
// both. Who may not know of one of them sees nothing of that one: not their name, not what
// is written of them alone, not what is decided about them.
func TestAMeetingAboutSiblings(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		f, err := casework.Open(t.Context(), m.Service, m.look(m.support), casework.SetUpPart("core-group"))
		if err != nil || len(f.Value.Children) != 1 || f.Value.Children[0].Key != m.sibling.Reference.String() {
			t.Fatalf("the children offered: %+v, %v", f.Value.Children, err)
		}
		wantPrint(t, m.prints(t, m.sibling), "find identity shown") // who is offered is named
		key := m.setUp(t, m.support, m.coreGroup(m.sibling.Reference))
		wantPrint(t, m.prints(t, m.sibling), "record meetings shown")
		both := m.read(t, m.worker, m.sibling.Reference, key)
		if len(both.Others) != 1 || both.Others[0].ID != m.child.ID || len(both.Invitees) != 3 {
			t.Errorf("to who works with both: %+v", both)
		}
		wantPrint(t, m.prints(t, m.child), "find identity shown")

		m.restrict(t, m.sibling, m.manager)
		one := m.read(t, m.worker, m.child.Reference, key)
		if len(one.Others) != 0 || len(one.Children) != 1 || len(one.Invitees) != 2 {
			t.Errorf("to who may not know of the sibling: %+v", one)
		}
		for _, i := range one.Meeting.Invitees {
			if i.Person == m.sibling.ID {
				t.Error("the sibling is among the invitees")
			}
		}
		_, err = casework.Open(t.Context(), m.Service, casework.Look{Actor: m.worker, Reference: m.sibling.Reference}, casework.MeetingPart(key))
		wantKind(t, "on the restricted file", err, fault.NotFound)
		offered, err := casework.Open(t.Context(), m.Service, m.look(m.worker), casework.SetUpPart("core-group"))
		if err != nil || len(offered.Value.Children) != 0 {
			t.Errorf("offered: %+v, %v", offered.Value.Children, err)
		}
		wantWrong(t, "set up about the restricted sibling", m.SetUpMeeting(t.Context(), m.worker, m.child.Reference, m.coreGroup(m.sibling.Reference)), meeting.FieldChildren)
	})
}

// A sensitive meeting is for those who may read sensitive entries; others of the service
// learn that something is there, and business support does not set one up.
func TestASensitiveMeeting(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		n := m.coreGroup()
		n.Kind, n.Chair = "strategy-discussion", m.manager.Worker
		key := m.setUp(t, m.worker, n)
		if got := m.read(t, m.manager, m.child.Reference, key); got.Title != "Strategy discussion" {
			t.Errorf("to the manager: %+v", got.Meeting)
		}
		w, as := m.db.Worker(t, "social-worker", m.db.Team(t, "social-care"))
		colleague := casework.Actor{Worker: w.ID, As: as.ID}
		f, err := casework.Open(t.Context(), m.Service, m.look(colleague), casework.MeetingsPart())
		if err != nil || len(f.Value.Coming) != 1 || !f.Value.Coming[0].Masked || f.Value.Coming[0].Title != "" || f.Value.Coming[0].Now().Reason != "" || f.Value.Coming[0].ID != "" {
			t.Errorf("to a colleague of another team: %+v, %v", f.Value, err)
		}
		_, err = casework.Open(t.Context(), m.Service, m.look(colleague), casework.MeetingPart(key))
		wantKind(t, "to a colleague of another team", err, fault.NotFound)
		again := n
		again.ID = meeting.ID(id.New())
		wantWrong(t, "set up by business support", m.SetUpMeeting(t.Context(), m.support, m.child.Reference, again), meeting.FieldKind)
		f, err = casework.Open(t.Context(), m.Service, m.look(m.support), casework.MeetingsPart())
		if err != nil || len(f.Value.Coming) != 0 {
			t.Errorf("to business support: %+v, %v", f.Value, err)
		}
	})
}

// What is arranged is changed with what it was before kept; the second of two is told;
// what is cancelled stays as it is.
func TestChangingAMeeting(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		key := m.setUp(t, m.worker, m.coreGroup())
		ctx, ref := t.Context(), m.child.Reference
		later := m.coreGroup().Arrangement
		later.Day = later.Day.AddDays(2)
		wantWrong(t, "another day without why", m.ArrangeMeeting(ctx, m.support, ref, key, 1, later, "", nil), meeting.FieldWhy)
		if err := m.ArrangeMeeting(ctx, m.support, ref, key, 1, later, "The school is closed", nil); err != nil {
			t.Fatal(err)
		}
		wantPrint(t, m.prints(t, m.child), "record meetings shown")
		if err := m.ArrangeMeeting(ctx, m.worker, ref, key, 1, later, "Mine", nil); !casework.MeetingChanged(err) {
			t.Errorf("an old version: %v", err)
		}
		got := m.read(t, m.worker, ref, key)
		if len(got.Versions) != 2 || got.Now().Day != later.Day || got.Versions[0].Day == later.Day || got.Now().Why != "The school is closed" {
			t.Errorf("versions: %+v", got.Versions)
		}
		wantKind(t, "changed by another service", m.ArrangeMeeting(ctx, m.elsewhere, ref, key, 2, later, "x", nil), fault.NotFound)
		wantPrint(t, m.prints(t, m.child), "record meetings absent")
		wantWrong(t, "cancelled without why", m.CancelMeeting(ctx, m.worker, ref, key, 2, " "), meeting.FieldWhy)
		if err := m.CancelMeeting(ctx, m.worker, ref, key, 2, "Nobody can come"); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "changed once cancelled", m.ArrangeMeeting(ctx, m.worker, ref, key, 3, later, "x", nil), fault.Conflict)
		wantKind(t, "cancelled twice", m.CancelMeeting(ctx, m.worker, ref, key, 3, "x"), fault.Conflict)
		wantKind(t, "none of this file", m.CancelMeeting(ctx, m.worker, m.sibling.Reference, key, 3, "x"), fault.NotFound)
	})
}
