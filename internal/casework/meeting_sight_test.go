package casework_test

import (
	"context"
	"slices"
	"testing"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/person"
	"casefile/internal/store"
)

// colleague is a social worker of another team, who has the case of the child alone.
func (m *room) colleague(t *testing.T) casework.Actor {
	t.Helper()
	team := m.db.Team(t, "social-care")
	w, as := m.db.Worker(t, "social-worker", team)
	m.db.Episode(t, m.child.ID, team, w.ID)
	return casework.Actor{Worker: w.ID, As: as.ID}
}

// strategy is a sensitive meeting that was held, chaired by the manager.
func (m *room) strategy(t *testing.T, children ...id.Reference) meeting.ID {
	t.Helper()
	n := m.coreGroup(children...)
	n.Kind, n.Chair, n.MinuteTaker, n.Day = "strategy-discussion", m.manager.Worker, "", m.Today()
	key := m.setUp(t, m.worker, n)
	if err := m.HoldMeeting(t.Context(), m.worker, m.child.Reference, key, 1, m.heldToday(t, key)); err != nil {
		t.Fatal(err)
	}
	return key
}

// What is masked on the file of one child of a meeting is not to be had by way of another's:
// not that the meeting is about them, who they were invited as, what was said or decided.
func TestAMeetingIsNoWayRoundTheOtherFile(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		key := m.strategy(t, m.sibling.Reference)
		about := decided
		about.Doer = m.worker.Worker
		for _, of := range []id.Reference{m.child.Reference, m.sibling.Reference} {
			if err := m.Decide(ctx, m.worker, ref, key, casework.NewDecision{ID: id.New(), About: of.String(), Decided: about}); err != nil {
				t.Fatal(err)
			}
		}
		rev := m.write(t, m.manager, ref, key)
		if err := m.CompleteMinutes(ctx, m.manager, ref, key, rev, nil, ""); err != nil {
			t.Fatal(err)
		}
		all := m.read(t, m.manager, ref, key)
		colleague := m.colleague(t)
		theirs, err := casework.Open(ctx, m.Service, casework.Look{Actor: colleague, Reference: m.sibling.Reference}, casework.MeetingsPart())
		if err != nil || len(theirs.Value.Past) != 1 || !theirs.Value.Past[0].Masked {
			t.Fatalf("on the sibling's file it is not masked: %+v, %v", theirs.Value, err)
		}
		got := m.read(t, colleague, ref, key)
		if len(got.Others) != 0 || len(got.Children) != 1 || len(got.Decisions) != 1 || len(got.Says) == 0 || len(got.Says) >= len(all.Says) {
			t.Errorf("by way of the child's file: others %d, children %d, decisions %d, texts %d of %d", len(got.Others), len(got.Children), len(got.Decisions), len(got.Says), len(all.Says))
		}
		for _, w := range got.Says {
			if w.Written.Person == m.sibling.ID {
				t.Errorf("what was said of the sibling: %+v", w)
			}
		}
		list, err := casework.Open(ctx, m.Service, m.look(colleague), casework.MeetingsPart())
		if err != nil || len(list.Value.Past) != 1 || len(list.Value.Past[0].Others) != 0 {
			t.Errorf("the list: %+v, %v", list.Value, err)
		}
		f, err := casework.Open(ctx, m.Service, m.look(colleague), casework.DecisionPart(key, ""))
		if err != nil || len(f.Value.Children) != 0 {
			t.Errorf("about whom to decide: %+v, %v", f.Value.Children, err)
		}
	})
}

// Whoever is invited as a child of a meeting is not shown as one by the family tie.
func TestAHiddenChildIsNotInvitedAsARelative(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		key := m.setUp(t, m.worker, m.coreGroup(m.sibling.Reference))
		w, as := m.db.Worker(t, "adviser", m.db.Team(t, "participation"))
		adviser := casework.Actor{Worker: w.ID, As: as.ID}
		team := m.db.Team(t, "participation")
		m.db.Episode(t, m.child.ID, team, w.ID)
		m.db.Episode(t, m.sibling.ID, team, "")
		// The adviser reads what others wrote of the child; of the sibling that is masked.
		got := m.read(t, adviser, m.child.Reference, key)
		if len(got.Others) != 0 || slices.ContainsFunc(got.Invitees, func(i casework.InviteeLine) bool { return i.Person == m.sibling.ID }) {
			t.Errorf("others %+v, invitees %+v", got.Others, got.Invitees)
		}
	})
}

// The minutes of a child are read by whoever may read that child's minutes, from whichever
// file, and then the footprint there is that of minutes.
func TestMinutesOfAnotherChildLeaveTheirFootprint(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		key := m.agreed(t, m.coreGroup(m.sibling.Reference))
		m.read(t, m.worker, m.child.Reference, key)
		wantPrint(t, m.prints(t, m.sibling), "look minutes shown")
		m.read(t, m.support, m.child.Reference, key) // in hand still: nobody was sent them
		wantPrint(t, m.prints(t, m.sibling), "record minutes shown")

		// A right to the meetings of a child is none to the minutes.
		desk := &desk{db: m.db}
		var off []access.Rule
		for _, action := range []access.Action{access.Look, access.Record} {
			off = append(off, access.Rule{Role: "social-worker", Part: access.Minutes, Action: action, Ground: access.Service, Outcome: access.Absent})
		}
		m.Service = desk.ruled(t, off...)
		colleague := m.colleague(t)
		got := m.read(t, colleague, m.child.Reference, key)
		if len(got.Others) != 1 || slices.ContainsFunc(got.Says, func(w casework.WrittenLine) bool { return w.Written.Person == m.sibling.ID }) {
			t.Errorf("others %+v, texts %+v", got.Others, got.Says)
		}
	})
}

// What is to be done after a sensitive meeting stays in what was decided: the task says
// only that there is something.
func TestASensitiveDecisionIsNotInItsTask(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		key := m.strategy(t)
		d := decided
		d.Doer = m.worker.Worker
		if err := m.Decide(t.Context(), m.worker, m.child.Reference, key, casework.NewDecision{ID: id.New(), Decided: d}); err != nil {
			t.Fatal(err)
		}
		f, err := casework.Open(t.Context(), m.Service, m.look(m.support), casework.FileWorkPart())
		if err != nil || len(f.Value.Open) != 1 || f.Value.Open[0].Words != "" {
			t.Errorf("to business support: %+v, %v", f.Value, err)
		}
	})
}

// Whoever knows of one child of a meeting decides about that one: what they write of it
// does not come to stand on a file of which they do not know.
func TestADecisionDoesNotReachAHiddenChild(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		key := m.held(t, m.coreGroup(m.sibling.Reference))
		m.restrict(t, m.sibling, m.manager)
		d := decided
		d.Doer = m.worker.Worker
		if err := m.Decide(t.Context(), m.worker, m.child.Reference, key, casework.NewDecision{ID: id.New(), Decided: d}); err != nil {
			t.Fatal(err)
		}
		of := func(a casework.Actor, p person.Person) int {
			f, err := casework.Open(t.Context(), m.Service, casework.Look{Actor: a, Reference: p.Reference}, casework.DecisionsPart())
			if err != nil {
				t.Fatal(err)
			}
			return len(f.Value)
		}
		if on, there := of(m.worker, m.child), of(m.manager, m.sibling); on != 1 || there != 0 {
			t.Errorf("decisions: %d on the child's file, %d on the hidden one", on, there)
		}
		if got := m.read(t, m.worker, m.child.Reference, key); len(got.Decisions) != 1 || got.Decisions[0].Child != "" {
			t.Errorf("it says of whom it is, and so that there are others: %+v", got.Decisions)
		}
		m.db.Read(t, func(ctx context.Context, r store.Reader) error {
			held, err := r.Meeting(ctx, key)
			if len(held.Decisions) != 1 || len(held.Decisions[0].For(m.sibling.ID).Versions) != 0 || len(held.Decisions[0].For(m.child.ID).Versions) != 1 {
				t.Errorf("it is about %+v", held.Decisions)
			}
			return err
		})
	})
}

// A page of a list is full of what the viewer may see: nothing hidden takes a place on it,
// or is named by where the next page begins.
func TestHiddenMeetingsTakeNoPlaceInAList(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		secret := m.coreGroup()
		secret.Kind, secret.Chair, secret.Day = "strategy-discussion", m.manager.Worker, m.Today()
		for range casework.MeetingLines + 1 {
			secret.ID = meeting.ID(id.New())
			m.setUp(t, m.worker, secret)
		}
		open := m.setUp(t, m.worker, m.coreGroup())
		got, err := m.MeetingsToDo(t.Context(), m.support, true, "")
		if err != nil || len(got.List) != 1 || got.List[0].ID != open || got.Next != "" {
			t.Errorf("got %d meetings, and the next page after %q: %v", len(got.List), got.Next, err)
		}
	})
}

// What saving gives back is no way to the texts of others.
func TestSavedMinutesGiveBackNoTexts(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		key := m.held(t, m.coreGroup(m.sibling.Reference))
		m.write(t, m.taker, m.child.Reference, key)
		m.restrict(t, m.sibling, m.manager)
		saved, err := m.SaveMinutes(t.Context(), m.worker, m.child.Reference, key, 2, map[string]string{"progress": "More"})
		if err != nil || saved.Rev != 3 || len(saved.Texts) != 0 {
			t.Errorf("saved %+v, %v", saved, err)
		}
	})
}

// Whoever stands in for a chair does not agree minutes in which they wrote: not what they
// completed themselves, nor what somebody else completed or wrote over, before or after it
// was returned, nor a correction of it. Whoever only pressed save wrote nothing.
func TestStandingInIsNoWayToAgreeOnesOwn(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		n := m.coreGroup()
		n.Chair, n.ChairName = "", "Chris Chair of the school"
		w, as := m.db.Worker(t, "team-manager", m.team)
		second := casework.Actor{Worker: w.ID, As: as.ID}
		key := m.held(t, n)
		rev := func(a casework.Actor) int {
			t.Helper()
			f, err := casework.Open(ctx, m.Service, m.look(a), casework.MinutesPart(key))
			if err != nil {
				t.Fatal(err)
			}
			return f.Value.Rev
		}
		save := func(a casework.Actor, typed map[string]string) {
			t.Helper()
			if _, err := m.SaveMinutes(ctx, a, ref, key, rev(a), typed); err != nil {
				t.Fatal(err)
			}
		}
		complete := func(a casework.Actor, typed map[string]string) {
			t.Helper()
			if err := m.CompleteMinutes(ctx, a, ref, key, rev(a), typed, ""); err != nil {
				t.Fatal(err)
			}
		}
		own := func(what string, a casework.Actor) {
			t.Helper()
			got := m.read(t, a, ref, key)
			if got.May.Agree || !got.Wrote {
				t.Errorf("%s: it may be agreed %t, is said to be written by them %t", what, got.May.Agree, got.Wrote)
			}
			step := got.LastStep().Number
			wantKind(t, what, m.AgreeMinutes(ctx, a, ref, key, step, ""), fault.Refused)
			wantKind(t, what+", returned", m.ReturnMinutes(ctx, a, ref, key, step, "x"), fault.Refused)
			wantKind(t, what+", on the page where it is decided", opens(ctx, m, a, casework.WaitingMinutesPart(key)), fault.Refused)
		}
		step := func() int { return m.read(t, second, ref, key).LastStep().Number }

		save(m.manager, map[string]string{"progress": "Slow"})
		m.write(t, m.taker, ref, key) // over what the manager wrote
		complete(m.taker, nil)
		own("written over", m.manager)
		if got := m.read(t, second, ref, key); got.Wrote || !got.May.Agree {
			t.Errorf("to who wrote nothing: %+v", got.May)
		}
		if err := m.ReturnMinutes(ctx, second, ref, key, step(), "The aunt was there"); err != nil {
			t.Fatal(err)
		}
		m.write(t, second, ref, key) // what stood there
		complete(m.taker, map[string]string{"changes": "More visits"})
		own("written before it was returned", m.manager)
		if err := m.AgreeMinutes(ctx, second, ref, key, step(), ""); err != nil {
			t.Errorf("by another manager, who saved what stood there: %v", err)
		}

		if err := m.CorrectMinutes(ctx, m.manager, ref, key, step(), "The aunt said otherwise"); err != nil {
			t.Fatal(err)
		}
		complete(second, nil)
		own("completed", second)
		own("a correction of what they wrote", m.manager)
	})
}

// The chair agrees minutes whoever wrote in them.
func TestTheChairAgreesWhatTheyWrote(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		key := m.held(t, m.coreGroup())
		m.write(t, m.worker, ref, key)
		if err := m.CompleteMinutes(ctx, m.taker, ref, key, 2, map[string]string{"changes": "None"}, ""); err != nil {
			t.Fatal(err)
		}
		if got := m.read(t, m.worker, ref, key); got.Wrote || !got.May.Agree {
			t.Errorf("to the chair: %+v", got.May)
		}
		if err := m.AgreeMinutes(ctx, m.worker, ref, key, 1, ""); err != nil {
			t.Error(err)
		}
	})
}

// third is another sibling, whose case is the team's, too.
func (m *room) third(t *testing.T) person.Person {
	t.Helper()
	p := m.db.Person(t, "Rosa", "Marlowe", date.Must(2019, 3, 5))
	m.db.Episode(t, p.ID, m.team, m.worker.Worker)
	return p
}

// decisionsOf are what all decisions of a file say.
func (m *room) decisionsOf(t *testing.T, a casework.Actor, p person.Person) (list []string) {
	t.Helper()
	f, err := casework.Open(t.Context(), m.Service, casework.Look{Actor: a, Reference: p.Reference}, casework.DecisionsPart())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Value {
		list = append(list, d.What())
	}
	return list
}

// Whoever knows of two children of three decides about those two with “all children”: the
// third is not reached, and nothing on the page says that there is one.
func TestADecisionReachesThoseAloneWhomOneKnows(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		third := m.third(t)
		key := m.held(t, m.coreGroup(m.sibling.Reference, third.Reference))
		m.restrict(t, third, m.manager)
		first := casework.NewDecision{ID: id.New(), Decided: decided}
		first.Doer = m.worker.Worker
		if err := m.Decide(ctx, m.worker, ref, key, first); err != nil {
			t.Fatal(err)
		}
		if a, b, c := m.decisionsOf(t, m.worker, m.child), m.decisionsOf(t, m.worker, m.sibling), m.decisionsOf(t, m.manager, third); len(a) != 1 || len(b) != 1 || len(c) != 0 {
			t.Errorf("it stands on the three files: %q, %q, %q", a, b, c)
		}
		for _, of := range []id.Reference{ref, m.sibling.Reference} {
			if got := m.read(t, m.worker, of, key).Decisions; len(got) != 1 || got[0].Child != "" || !got[0].Here {
				t.Errorf("to who knows of two: %+v", got)
			}
		}
		if got := m.read(t, m.manager, ref, key).Decisions; len(got) != 1 || got[0].Child != "Ines Marlowe, Theo Marlowe" && got[0].Child != "Theo Marlowe, Ines Marlowe" {
			t.Errorf("to who knows of all: %+v", got)
		}
		if got := m.read(t, m.manager, third.Reference, key).Decisions; len(got) != 1 || got[0].Here {
			t.Errorf("on the third file it is corrected, and is not of it: %+v", got)
		}
	})
}

// A correction of what was decided about all reaches those about whom whoever made it may
// write: on other files it stands as it was, and is corrected from there.
func TestACorrectedDecisionDoesNotReachAHiddenChild(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		third := m.third(t)
		key := m.held(t, m.coreGroup(m.sibling.Reference, third.Reference))
		n := casework.NewDecision{ID: id.New(), Decided: decided}
		n.Doer = m.worker.Worker
		if err := m.Decide(ctx, m.manager, ref, key, n); err != nil {
			t.Fatal(err)
		}
		m.restrict(t, third, m.manager)
		n.Seen, n.What, n.Why = 1, "They stay with their grandmother", "It was the grandmother"
		if err := m.CorrectDecision(ctx, m.worker, ref, key, n); err != nil {
			t.Fatal(err)
		}
		a, b, c := m.decisionsOf(t, m.worker, m.child), m.decisionsOf(t, m.worker, m.sibling), m.decisionsOf(t, m.manager, third)
		if len(a) != 1 || a[0] != n.What || len(b) != 1 || b[0] != n.What || len(c) != 1 || c[0] != decided.What {
			t.Errorf("it stands on the three files: %q, %q, %q", a, b, c)
		}
		if got := m.read(t, m.worker, ref, key).Decisions; len(got) != 1 || got[0].Child != "" || len(got[0].Versions) != 2 {
			t.Errorf("to who knows of two: %+v", got)
		}
		got := m.read(t, m.manager, ref, key).Decisions
		if len(got) != 2 || got[0].Now().Number == got[1].Now().Number || got[0].Child == "" || got[1].Child == "" || got[0].Here == got[1].Here {
			t.Errorf("to who knows of all: %+v", got)
		}
		// From the third file what stands there is corrected, and reaches no other.
		n.Seen, n.What, n.Why = 1, "Rosa stays with her uncle", "It was the uncle"
		if err := m.CorrectDecision(ctx, m.manager, third.Reference, key, n); err != nil {
			t.Fatal(err)
		}
		if a, c := m.decisionsOf(t, m.worker, m.child), m.decisionsOf(t, m.manager, third); a[0] != "They stay with their grandmother" || c[0] != n.What {
			t.Errorf("it stands on the two files: %q, %q", a, c)
		}
	})
}

// A change leaves its footprint on the file of each child of the meeting, with what ties
// whoever made it to that child.
func TestFootprintsOfAMeetingHaveTheGroundOfTheirOwnChild(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		key := m.setUp(t, m.support, m.coreGroup(m.sibling.Reference))
		colleague := m.colleague(t)
		ground := func(p person.Person) (ground string) {
			m.db.Read(t, func(ctx context.Context, r store.Reader) error {
				looks, err := r.Looks(ctx, p.ID, 0, 1)
				if err == nil {
					ground = looks[0].Action + " " + looks[0].Part + " " + looks[0].Outcome + ": " + looks[0].Ground
				}
				return err
			})
			return ground
		}
		invite := func() {
			t.Helper()
			i := casework.NewInvitee{Key: id.New(), Name: "Nora Nurse", Role: "Health visitor"}
			if err := m.Invite(t.Context(), colleague, m.child.Reference, key, i); err != nil {
				t.Fatal(err)
			}
		}
		invite()
		if a, b := ground(m.child), ground(m.sibling); a != "record meetings shown: allocated" || b != "record meetings shown: service" {
			t.Errorf("on the child's file %q, on the sibling's %q", a, b)
		}
		m.restrict(t, m.sibling, m.manager)
		invite()
		if a, b := ground(m.child), ground(m.sibling); a != "record meetings shown: allocated" || b != "record meetings shown: shared" {
			t.Errorf("on the child's file %q, on the hidden one %q", a, b)
		}
		right := m.db.Person(t, "Enid", "Marlowe", date.Must(2015, 5, 3))
		m.db.Episode(t, right.ID, m.team, m.worker.Worker)
		if err := m.MoveMeeting(t.Context(), m.worker, m.child.Reference, key, right.Reference, told); err != nil {
			t.Fatal(err)
		}
		if a, b := ground(m.child), ground(m.sibling); a != "move-meeting corrections shown: allocated" || b != "move-meeting corrections shown: shared" {
			t.Errorf("of the move, on the child's file %q, on the hidden one %q", a, b)
		}
	})
}
