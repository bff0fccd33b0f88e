package casework_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
	"casefile/internal/task"
)

// stage is the current statement of a stage of the child's case; the zero one where there is
// none.
func (m *room) stage(t *testing.T, kind string) (found task.Milestone) {
	t.Helper()
	m.db.Read(t, func(ctx context.Context, r store.Reader) error {
		stages, err := r.Milestones(ctx, m.child.ID, 0)
		for _, s := range stages {
			if s.Kind == kind {
				found = s
			}
		}
		return err
	})
	return found
}

func (m *room) addStage(t *testing.T, kind string, planned, actual date.Date) {
	t.Helper()
	m.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		return tx.AddMilestone(ctx, task.Milestone{
			ID: id.New(), Person: m.child.ID, Episode: m.episode.Key(), Kind: kind, Planned: planned, Actual: actual, Clocks: storetest.Clocks(date.Date{}),
		})
	})
}

func (m *room) lastCoreGroup(t *testing.T) (last date.Date) {
	t.Helper()
	m.db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
		last, err = r.LastMeeting(ctx, m.child.ID, "core-group", 0)
		return err
	})
	return last
}

func (m *room) openTasks(t *testing.T) (open []task.Task) {
	t.Helper()
	m.db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
		open, err = r.TasksOf(ctx, m.child.ID, true, 10)
		return err
	})
	return open
}

func (m *room) task(t *testing.T, key task.ID) casework.TaskPage {
	t.Helper()
	f, err := casework.Open(t.Context(), m.Service, m.look(m.worker), casework.TaskPart(key, false))
	if err != nil {
		t.Fatal(err)
	}
	return f.Value
}

// A meeting that was said to be held by mistake is withdrawn, with why: what was written and
// decided stays, the stage that it reached and what became due from it are taken back, and
// those who acted on it are told.
func TestAMeetingThatNeverTookPlace(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		m.addStage(t, "first-core-group", storetest.Today.AddDays(4), date.Date{})
		key := m.held(t, m.coreGroup(m.sibling.Reference))
		m.write(t, m.taker, ref, key)
		m.decide(t, key, "")
		if st := m.stage(t, "first-core-group"); st.Actual != storetest.Today || len(m.openTasks(t)) != 1 || m.lastCoreGroup(t) != storetest.Today {
			t.Fatalf("held: stage %+v, tasks %+v", st, m.openTasks(t))
		}
		if !m.read(t, m.support, ref, key).May.Withdraw {
			t.Error("it is not offered to who arranges")
		}
		wantWrong(t, "without why", m.WithdrawMeeting(ctx, m.support, ref, key, 2, " "), meeting.FieldWhy)
		wantKind(t, "another service", m.WithdrawMeeting(ctx, m.elsewhere, ref, key, 2, "x"), fault.NotFound)
		wantPrint(t, m.prints(t, m.child), "record meetings absent")
		if err := m.WithdrawMeeting(ctx, m.support, ref, key, 1, "x"); !casework.MeetingChanged(err) {
			t.Errorf("an old version: %v", err)
		}
		if err := m.WithdrawMeeting(ctx, m.support, ref, key, 2, "It was the other family"); err != nil {
			t.Fatal(err)
		}
		wantPrint(t, m.prints(t, m.child), "record meetings shown")
		wantPrint(t, m.prints(t, m.sibling), "record meetings shown")
		if st := m.stage(t, "first-core-group"); !st.Actual.IsZero() || st.Planned != storetest.Today.AddDays(4) {
			t.Errorf("the stage, which was planned before: %+v", st)
		}
		if open := m.openTasks(t); len(open) != 0 || !m.lastCoreGroup(t).IsZero() {
			t.Errorf("tasks %+v, the last core group %v", open, m.lastCoreGroup(t))
		}
		for name, a := range map[string]casework.Actor{"who decided and wrote": m.taker, "the chair, whose task it was": m.worker} {
			if got := m.told(t, a); !slices.Contains(got, casework.MeetingWithdrawn) {
				t.Errorf("%s is told %v", name, got)
			}
		}
		if got := m.told(t, m.manager); slices.Contains(got, casework.MeetingWithdrawn) {
			t.Error("somebody is told who did nothing")
		}
		got := m.read(t, m.worker, ref, key)
		if !got.Is(meeting.Withdrawn) || got.Now().Why != "It was the other family" || got.Phase() != meeting.Done || len(got.Unagreed) != 4 || len(got.Says) != 0 || len(got.Decisions) != 1 || got.May.Withdraw {
			t.Errorf("withdrawn: %+v", got)
		}
		wantPrint(t, m.prints(t, m.sibling), "look minutes shown") // what was written of the sibling is read
		if got := m.read(t, m.support, ref, key); got.Reads || len(got.Unagreed) != 0 || len(got.Decisions) != 0 {
			t.Errorf("to support, whose work on it has ended: %+v", got)
		}
		if all := m.decisionsOf(t, m.worker, m.child); len(all) != 0 {
			t.Errorf("among all decisions: %q", all)
		}
		_, err := m.SaveMinutes(ctx, m.taker, ref, key, 2, map[string]string{"progress": "More"})
		wantKind(t, "written on", err, fault.Conflict)
		wantKind(t, "decided", m.Decide(ctx, m.worker, ref, key, casework.NewDecision{ID: id.New(), Decided: decided}), fault.Conflict)
		wantKind(t, "arranged", m.ArrangeMeeting(ctx, m.worker, ref, key, 3, got.Now().Arrangement, "x", nil), fault.Conflict)
		wantKind(t, "withdrawn twice", m.WithdrawMeeting(ctx, m.worker, ref, key, 3, "x"), fault.Conflict)
	})
}

// Once minutes are agreed, whoever agrees them says that the meeting never took place; what
// was agreed is there to be read, and sent to nobody more. What somebody stated of a stage
// since stays.
func TestWithdrawingAMeetingWithAgreedMinutes(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		key := m.agreed(t, m.coreGroup())
		stated := m.stage(t, "first-core-group")
		other := casework.NewStage{Actual: storetest.Today.AddDays(-1), Why: "It was yesterday", Seen: stated.ID}
		if err := m.ReachStage(ctx, m.worker, ref, m.episode.Key(), "first-core-group", other); err != nil {
			t.Fatal(err)
		}
		if m.read(t, m.support, ref, key).May.Withdraw {
			t.Error("it is offered to support")
		}
		wantKind(t, "by support", m.WithdrawMeeting(ctx, m.support, ref, key, 2, "x"), fault.Refused)
		wantKind(t, "by a manager, whose to agree it is not", m.WithdrawMeeting(ctx, m.manager, ref, key, 2, "x"), fault.Refused)
		unsent := m.read(t, m.worker, ref, key).Unsent[0].ID
		if err := m.WithdrawMeeting(ctx, m.worker, ref, key, 2, "It was the other family"); err != nil {
			t.Fatal(err)
		}
		if got := m.read(t, m.worker, ref, key); len(got.Says) != 3 || got.May.Correct || len(got.Unagreed) != 0 {
			t.Errorf("what was agreed: %+v", got)
		}
		wantKind(t, "sent", m.NoteSent(ctx, m.worker, ref, key, casework.NewSent{Step: 1, Invitees: []string{unsent}, Day: storetest.Today, How: "by post"}), fault.Conflict)
		wantKind(t, "corrected", m.CorrectMinutes(ctx, m.worker, ref, key, 2, "x"), fault.Conflict)
		if st := m.stage(t, "first-core-group"); st.Actual != other.Actual {
			t.Errorf("what was stated since: %+v", st)
		}
	})
}

// What was written in advance of a meeting that was cancelled is read by whoever may read
// minutes.
func TestDraftedMinutesOfACancelledMeeting(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		key := m.setUp(t, m.worker, m.coreGroup())
		if _, err := m.SaveMinutes(ctx, m.taker, ref, key, 1, map[string]string{"progress": "What school wrote"}); err != nil {
			t.Fatal(err)
		}
		if got := m.read(t, m.worker, ref, key); len(got.Unagreed) != 0 {
			t.Errorf("while it is planned: %+v", got.Unagreed)
		}
		if err := m.CancelMeeting(ctx, m.worker, ref, key, 1, "Nobody can come"); err != nil {
			t.Fatal(err)
		}
		if got := m.read(t, m.worker, ref, key); len(got.Unagreed) != 1 || got.Unagreed[0].Text != "What school wrote" || len(got.Says) != 0 {
			t.Errorf("to the social worker: %+v", got)
		}
		for name, a := range map[string]casework.Actor{"minute taker": m.taker, "business support": m.support} {
			if got := m.read(t, a, ref, key); len(got.Unagreed) != 0 {
				t.Errorf("to the %s: %+v", name, got.Unagreed)
			}
		}
	})
}

// The day of a held meeting put right puts right the stage that it reached and what is due
// from it, and asks why where the stage is late by that.
func TestTheDayOfAHeldMeetingIsPutRight(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		d := &planner{&desk{db: m.db, child: m.child}}
		d.Service = d.inFolder(t, "testdata/met")
		m.Service = d.Service
		ctx, ref := t.Context(), m.child.Reference
		key := m.held(t, m.coreGroup())
		m.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			link := "/documents/new?form=after"
			of := func(words string, due date.Date) error {
				k := task.Task{
					ID: task.ID(id.New()), Kind: "form-to-complete", Title: "Form", Words: words, Person: m.child.ID, Service: "social-care", Link: link, From: task.FromRule, FromID: string(task.FormNext),
					Holder: task.OfWorker(m.worker.Worker), Team: m.team.ID, State: task.Open, Due: due,
				}
				return tx.AddTask(ctx, k, task.Place{})
			}
			return errors.Join(of("by the meeting", storetest.Today.AddDays(10)), of("by its own days", storetest.Today.AddDays(3)))
		})
		due := func(words string) date.Date {
			for _, k := range m.openTasks(t) {
				if k.Words == words {
					return k.Due
				}
			}
			return date.Date{}
		}
		now := m.read(t, m.worker, ref, key).Now()
		right := now.Arrangement
		right.Day = storetest.Today.AddDays(-2)
		wantWrong(t, "without why", m.ArrangeMeeting(ctx, m.support, ref, key, 2, right, "", nil), meeting.FieldWhy)
		if st := m.stage(t, "first-core-group"); st.Actual != storetest.Today {
			t.Errorf("the stage, when nothing was changed: %+v", st)
		}
		if err := m.ArrangeMeeting(ctx, m.support, ref, key, 2, right, "It was on Monday", nil); err != nil {
			t.Fatal(err)
		}
		if st := m.stage(t, "first-core-group"); st.Actual != right.Day || m.lastCoreGroup(t) != right.Day {
			t.Errorf("the stage %+v, the last core group %v", st, m.lastCoreGroup(t))
		}
		if a, b := due("by the meeting"), due("by its own days"); a != storetest.Today.AddDays(8) || b != storetest.Today.AddDays(3) {
			t.Errorf("due by the meeting %v, by its own days %v", a, b)
		}
		m.db.Read(t, func(ctx context.Context, r store.Reader) error {
			changes, err := r.Changes(ctx, m.child.ID)
			if !slices.ContainsFunc(changes, func(c person.Change) bool {
				return c.Why == "Core group: the day was put right" && c.Action == person.Corrected
			}) {
				t.Errorf("why the stage was changed is not there: %+v", changes)
			}
			return err
		})
		// The conference was long ago, so that the stage is late now.
		m.addStage(t, "initial-conference", date.Date{}, storetest.Today.AddDays(-90))
		right.Day = storetest.Today.AddDays(-3)
		wantWrong(t, "late without why", m.ArrangeMeeting(ctx, m.worker, ref, key, 3, right, "It was on Sunday", nil), task.LateReason)
		right.Late = "The school holidays"
		if err := m.ArrangeMeeting(ctx, m.worker, ref, key, 3, right, "It was on Sunday", nil); err != nil {
			t.Fatal(err)
		}
		if st := m.stage(t, "first-core-group"); st.Actual != right.Day || st.Late != "The school holidays" || m.read(t, m.worker, ref, key).Now().Late != st.Late {
			t.Errorf("late: %+v", st)
		}
		if err := m.WithdrawMeeting(ctx, m.worker, ref, key, 4, "It was the other family"); err != nil {
			t.Fatal(err)
		}
		if st := m.stage(t, "first-core-group"); st.ID != "" || !due("by the meeting").IsZero() {
			t.Errorf("withdrawn: stage %+v, due %v", st, due("by the meeting"))
		}
		// Each of the three stands with the task: who, when, from which day to which, why.
		for _, k := range m.openTasks(t) {
			got := m.task(t, k.ID).Events
			if k.Words != "by the meeting" {
				if len(got) != 0 {
					t.Errorf("of a task whose day nobody changed: %+v", got)
				}
				continue
			}
			days := []date.Date{storetest.Today.AddDays(10), storetest.Today.AddDays(8), storetest.Today.AddDays(7), {}}
			if len(got) != len(days)-1 {
				t.Fatalf("events: %+v", got)
			}
			for i, e := range got { // the last first
				n := len(got) - i
				by, why := m.worker.Worker, "Core group, from whose day it is counted: its day was put right."
				if n == 1 {
					by = m.support.Worker
				}
				if n == 3 {
					why = "Core group, from whose day it is counted: it never took place."
				}
				if e.Step != task.DueMoved || e.Was != days[n-1] || e.Due != days[n] || e.By != string(by) || e.Reason != why || e.ByName == "" || e.FromWords != "" {
					t.Errorf("change %d: %+v", n, e)
				}
			}
		}
	})
}

// Who chaired a held meeting is put right with why until the minutes are agreed, stands with
// who did so, and both are told.
func TestWhoChairedAHeldMeetingIsPutRight(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		key := m.held(t, m.coreGroup())
		right := m.read(t, m.worker, ref, key).Now().Arrangement
		right.Chair = m.manager.Worker
		wantWrong(t, "without why", m.ArrangeMeeting(ctx, m.support, ref, key, 2, right, "", nil), meeting.FieldWhy)
		if err := m.ArrangeMeeting(ctx, m.support, ref, key, 2, right, "The manager stood in", nil); err != nil {
			t.Fatal(err)
		}
		now := m.read(t, m.worker, ref, key).Now()
		if now.Chair != m.manager.Worker || now.By != m.support.Worker || now.Why != "The manager stood in" || now.Recorded.At == 0 {
			t.Errorf("got %+v", now)
		}
		for _, a := range []casework.Actor{m.worker, m.manager} {
			if got := m.told(t, a); !slices.Contains(got, casework.MeetingChair) {
				t.Errorf("told: %v", got)
			}
		}
		if err := m.CompleteMinutes(ctx, m.taker, ref, key, m.write(t, m.taker, ref, key), nil, ""); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "agreed by who did not chair it", m.AgreeMinutes(ctx, m.worker, ref, key, 1, ""), fault.Refused)
		if err := m.AgreeMinutes(ctx, m.manager, ref, key, 1, ""); err != nil {
			t.Fatal(err)
		}
		right = m.read(t, m.worker, ref, key).Now().Arrangement
		other := right
		other.Chair = m.worker.Worker
		wantWrong(t, "once the minutes are agreed", m.ArrangeMeeting(ctx, m.worker, ref, key, 3, other, "It was me", nil), meeting.FieldChair)
		other.Chair, other.ChairName = "", "Chris Chair"
		wantWrong(t, "somebody by name", m.ArrangeMeeting(ctx, m.worker, ref, key, 3, other, "It was Chris", nil), meeting.FieldChair)
		right.Place = "Room 9"
		if err := m.ArrangeMeeting(ctx, m.worker, ref, key, 3, right, "It was room 9", nil); err != nil {
			t.Errorf("the place, once the minutes are agreed: %v", err)
		}
	})
}
