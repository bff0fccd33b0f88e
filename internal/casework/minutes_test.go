package casework_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
	"casefile/internal/task"
)

// held is a meeting that was held today, about the child and perhaps others.
func (m *room) held(t *testing.T, n casework.NewMeeting) meeting.ID {
	t.Helper()
	n.Day = storetest.Today
	key := m.setUp(t, m.worker, n)
	h := m.heldToday(t, key)
	if err := m.HoldMeeting(t.Context(), m.support, m.child.Reference, key, 1, h); err != nil {
		t.Fatal(err)
	}
	return key
}

func (m *room) heldToday(t *testing.T, key meeting.ID) casework.HeldMeeting {
	t.Helper()
	h := casework.HeldMeeting{Day: storetest.Today, Next: storetest.Today.AddDays(35), NotInvited: "They moved away", Came: map[string]meeting.Attended{}, Reports: map[string]bool{}}
	for _, i := range m.read(t, m.worker, m.child.Reference, key).Invitees {
		h.Came[i.ID] = meeting.Came
		h.Reports[i.ID] = i.Worker != ""
	}
	return h
}

// write writes minutes of a core group: what each text says is its key.
func (m *room) write(t *testing.T, a casework.Actor, ref id.Reference, key meeting.ID) int {
	t.Helper()
	f, err := casework.Open(t.Context(), m.Service, casework.Look{Actor: a, Reference: ref}, casework.MinutesPart(key))
	if err != nil {
		t.Fatal(err)
	}
	typed := map[string]string{}
	for _, w := range f.Value.Texts {
		typed[w.Key()] = "About " + w.Key()
	}
	saved, err := m.SaveMinutes(t.Context(), a, ref, key, f.Value.Rev, typed)
	if err != nil {
		t.Fatal(err)
	}
	return saved.Rev
}

// agreed is a core group that was held, with minutes that its chair agreed.
func (m *room) agreed(t *testing.T, n casework.NewMeeting) meeting.ID {
	t.Helper()
	key := m.held(t, n)
	rev := m.write(t, m.taker, m.child.Reference, key)
	if err := m.CompleteMinutes(t.Context(), m.taker, m.child.Reference, key, rev, nil, ""); err != nil {
		t.Fatal(err)
	}
	if err := m.AgreeMinutes(t.Context(), m.worker, m.child.Reference, key, 1, ""); err != nil {
		t.Fatal(err)
	}
	return key
}

var decided = meeting.Decided{
	What: "Ines stays with her aunt", MadeBy: "The core group", For: "She sleeps there", Against: "Her mother wants her home", Outcome: "Ines sleeps well", Reasons: "It is safe",
	Do: "Visit the aunt", Due: storetest.Today.AddDays(7),
}

func (m *room) decide(t *testing.T, key meeting.ID, about id.Reference) string {
	t.Helper()
	n := casework.NewDecision{ID: id.New(), Decided: decided}
	n.Doer = m.worker.Worker
	if about != "" {
		n.About = about.String()
	}
	if err := m.Decide(t.Context(), m.taker, m.child.Reference, key, n); err != nil {
		t.Fatal(err)
	}
	return n.ID
}

// A meeting has those who are invited and who came, minutes, decisions, the day of the
// next one, and whom the minutes were sent to (CR-48): done from end to end, by support
// staff as far as it is theirs and by the chair where it is not (CR-25).
func TestAMeetingFromEndToEnd(t *testing.T) {
	clause.Shows(t, "CR-48")
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		n := m.coreGroup()
		n.Day = storetest.Today
		key := m.setUp(t, m.support, n)
		nurse := casework.NewInvitee{Key: id.New(), Name: "Nora Nurse", Role: "Health visitor", Agency: "Health", For: "parents", Standing: meeting.Standing{Invited: storetest.Today, How: "by letter", Gets: true}}
		if err := errors.Join(m.Invite(ctx, m.support, ref, key, nurse), m.Invite(ctx, m.support, ref, key, nurse)); err != nil {
			t.Fatal(err)
		}
		if err := m.HoldMeeting(ctx, m.support, ref, key, 1, m.heldToday(t, key)); err != nil {
			t.Fatal(err)
		}
		got := m.read(t, m.worker, ref, key)
		if len(got.Invitees) != 3 || got.Now().Next != storetest.Today.AddDays(35) || !got.Is(meeting.Held) || got.Phase() != meeting.ToWrite {
			t.Errorf("held: %+v", got)
		}
		for _, i := range got.Invitees {
			if !i.Attended.Present() || i.Report != (i.Worker != "") {
				t.Errorf("who came: %+v", i)
			}
		}
		rev := m.write(t, m.taker, ref, key)
		decision := m.decide(t, key, "")
		if err := m.CompleteMinutes(ctx, m.taker, ref, key, rev, nil, ""); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "agreed by who is not the chair", m.AgreeMinutes(ctx, m.manager, ref, key, 1, ""), fault.Refused)
		wantKind(t, "agreed by support", m.AgreeMinutes(ctx, m.support, ref, key, 1, ""), fault.NotFound)
		if err := m.AgreeMinutes(ctx, m.worker, ref, key, 1, ""); err != nil {
			t.Fatal(err)
		}
		wantPrint(t, m.prints(t, m.child), "change minutes shown")
		got = m.read(t, m.worker, ref, key)
		if len(got.Says) != 3 || got.Says[0].Text != "About progress" || len(got.Decisions) != 1 || got.Decisions[0].ID != decision || got.Agreed.By != m.worker.Worker || got.Phase() != meeting.ToSend || len(got.Unsent) != 3 {
			t.Errorf("agreed: %+v", got)
		}
		var all []string
		for _, i := range got.Unsent {
			all = append(all, i.ID)
		}
		sent := casework.NewSent{Step: 1, Invitees: all, Day: storetest.Today, How: "by post"}
		if err := m.NoteSent(ctx, m.support, ref, key, sent); err != nil {
			t.Fatal(err)
		}
		got = m.read(t, m.worker, ref, key)
		if len(got.Sent) != 3 || len(got.Unsent) != 0 || got.Phase() != meeting.Done {
			t.Errorf("sent: %+v", got.Sent)
		}
		wantKind(t, "sent twice", m.NoteSent(ctx, m.support, ref, key, sent), fault.Invalid)
		if err := m.TakeSentBack(ctx, m.support, ref, key, got.Sent[0].ID, "It came back"); err != nil {
			t.Fatal(err)
		}
		if got = m.read(t, m.worker, ref, key); len(got.Unsent) != 1 || got.Phase() != meeting.ToSend {
			t.Errorf("taken back: %+v", got.Unsent)
		}
	})
}

// Support staff set up meetings, enter minutes and maintain essential information. They do
// not read the record, and minutes only for as long as these are to be written or sent.
func TestSupportStaffAtMeetings(t *testing.T) {
	clause.Shows(t, "CR-25")
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		for name, a := range map[string]casework.Actor{"business support": m.support, "minute taker": m.taker} {
			n := m.coreGroup()
			n.Day = storetest.Today
			key := m.setUp(t, a, n)
			if err := m.HoldMeeting(ctx, a, ref, key, 1, m.heldToday(t, key)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			rev := m.write(t, a, ref, key)
			wantPrint(t, m.prints(t, m.child), "record minutes shown")
			if err := m.CompleteMinutes(ctx, a, ref, key, rev, nil, ""); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			wantKind(t, name+" agrees", m.AgreeMinutes(ctx, a, ref, key, 1, ""), fault.NotFound)
			if err := m.AgreeMinutes(ctx, m.worker, ref, key, 1, ""); err != nil {
				t.Fatal(err)
			}
			got := m.read(t, a, ref, key)
			if !got.Reads || len(got.Says) != 3 || got.May.Agree || got.May.Correct || !got.May.Arrange {
				t.Errorf("%s, while it is to be sent: %+v", name, got)
			}
			var all []string
			for _, i := range got.Unsent {
				all = append(all, i.ID)
			}
			if err := m.NoteSent(ctx, a, ref, key, casework.NewSent{Step: 1, Invitees: all, Day: storetest.Today, How: "by post"}); err != nil {
				t.Fatal(err)
			}
			if got = m.read(t, a, ref, key); got.Reads || len(got.Says) != 0 || len(got.Decisions) != 0 {
				t.Errorf("%s still reads minutes that were sent: %+v", name, got)
			}
			if got := m.read(t, m.worker, ref, key); !got.Reads || len(got.Says) != 3 {
				t.Errorf("the social worker no longer reads them: %+v", got)
			}
			for what, open := range map[string]error{
				"the timeline":  opens(ctx, m, a, casework.TimelinePart("")),
				"documents":     opens(ctx, m, a, casework.DocumentsPart()),
				"all decisions": opens(ctx, m, a, casework.DecisionsPart()),
				"to correct":    opens(ctx, m, a, casework.WaitingMinutesPart(key)),
			} {
				wantKind(t, name+" opens "+what, open, fault.NotFound)
			}
		}
		// Business support maintains essential information; nobody of another service does
		// any of this.
		if _, err := casework.Open(ctx, m.Service, m.look(m.support), casework.FactsPart(casework.ContactFacts, access.Record)); err != nil {
			t.Errorf("business support at contact details: %v", err)
		}
		w, as := m.db.Worker(t, "business-support", m.db.Team(t, "early-help"))
		other := casework.Actor{Worker: w.ID, As: as.ID}
		wantKind(t, "support of another service", m.SetUpMeeting(ctx, other, ref, m.coreGroup()), fault.NotFound)
		wantPrint(t, m.prints(t, m.child), "record meetings absent")
	})
}

func opens[T any](ctx context.Context, m *room, a casework.Actor, part casework.Part[T]) error {
	_, err := casework.Open(ctx, m.Service, m.look(a), part)
	return err
}

// Two who write the same minutes: the second is told, nothing is overwritten, and what the
// first had saved can be read again.
func TestTwoWriteMinutes(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		key := m.held(t, m.coreGroup())
		one, err := m.SaveMinutes(ctx, m.taker, ref, key, 1, map[string]string{"progress": "Hers", "unknown": "x"})
		if err != nil || one.Rev != 2 {
			t.Fatalf("got %+v, %v", one, err)
		}
		if again, err := m.SaveMinutes(ctx, m.taker, ref, key, 1, map[string]string{"progress": "Hers"}); err != nil || again.Rev != 2 {
			t.Errorf("the same sent twice: %+v, %v", again, err)
		}
		if _, err := m.SaveMinutes(ctx, m.worker, ref, key, 1, map[string]string{"progress": "His"}); !casework.MinutesChanged(err) {
			t.Errorf("the second of two: %v", err)
		}
		if _, err := m.SaveMinutes(ctx, m.worker, ref, key, 2, map[string]string{"progress": "His"}); err != nil {
			t.Fatal(err)
		}
		f, err := casework.Open(ctx, m.Service, m.look(m.taker), casework.EarlierMinutesPart(key))
		if err != nil || len(f.Value) != 1 || f.Value[0].Texts[0].Text != "Hers" {
			t.Errorf("what was written over: %+v, %v", f.Value, err)
		}
		_, err = m.SaveMinutes(ctx, m.elsewhere, ref, key, 3, map[string]string{"progress": "x"})
		wantKind(t, "another service", err, fault.NotFound)
		wantPrint(t, m.prints(t, m.child), "record minutes absent")
		wantWrong(t, "completed with what is missing", m.CompleteMinutes(ctx, m.taker, ref, key, 3, nil, ""), meeting.FieldOf("changes"))
		_, err = m.SaveMinutes(ctx, m.taker, ref, key, 3, map[string]string{"progress": strings.Repeat("x", meeting.MaxDraft+1)})
		wantKind(t, "too much", err, fault.Invalid)
	})
}

// Minutes go back with what has to be changed; agreed ones are corrected with why, and
// what they said counts and stays meanwhile; those who got it are to get the new ones.
func TestMinutesReturnedAndCorrected(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		key := m.held(t, m.coreGroup())
		complete := func(step int) {
			t.Helper()
			rev := m.write(t, m.taker, ref, key)
			if err := m.CompleteMinutes(ctx, m.taker, ref, key, rev, nil, ""); err != nil {
				t.Fatal(err)
			}
			if got := m.read(t, m.worker, ref, key); got.LastStep().Number != step || !got.May.Agree {
				t.Fatalf("completed: %+v", got.Steps)
			}
		}
		complete(1)
		wantWrong(t, "returned without why", m.ReturnMinutes(ctx, m.worker, ref, key, 1, ""), meeting.FieldReason)
		if err := m.ReturnMinutes(ctx, m.worker, ref, key, 1, "The aunt was there"); err != nil {
			t.Fatal(err)
		}
		f, err := casework.Open(ctx, m.Service, m.look(m.taker), casework.MinutesPart(key))
		if err != nil || f.Value.Request.Reason != "The aunt was there" || f.Value.Texts[0].Text != "About progress" {
			t.Fatalf("returned: %+v, %v", f.Value, err)
		}
		complete(3)
		if err := m.AgreeMinutes(ctx, m.worker, ref, key, 1, ""); !casework.MeetingChanged(err) {
			t.Errorf("agreed what was returned: %v", err)
		}
		if err := m.AgreeMinutes(ctx, m.worker, ref, key, 3, ""); err != nil {
			t.Fatal(err)
		}
		got := m.read(t, m.worker, ref, key)
		if err := m.NoteSent(ctx, m.support, ref, key, casework.NewSent{Step: 3, Invitees: []string{got.Unsent[0].ID}, Day: storetest.Today, How: "by hand"}); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "corrected by the minute taker", m.CorrectMinutes(ctx, m.taker, ref, key, 4, "x"), fault.NotFound)
		if err := m.CorrectMinutes(ctx, m.worker, ref, key, 4, "The aunt said otherwise"); err != nil {
			t.Fatal(err)
		}
		rev := func() int {
			f, err := casework.Open(ctx, m.Service, m.look(m.taker), casework.MinutesPart(key))
			if err != nil {
				t.Fatal(err)
			}
			return f.Value.Rev
		}()
		if _, err := m.SaveMinutes(ctx, m.taker, ref, key, rev, map[string]string{"progress": "Otherwise"}); err != nil {
			t.Fatal(err)
		}
		if got = m.read(t, m.worker, ref, key); got.Says[0].Text != "About progress" {
			t.Errorf("while it is corrected: %+v", got.Says)
		}
		if err := m.CompleteMinutes(ctx, m.taker, ref, key, rev+1, nil, ""); err != nil {
			t.Fatal(err)
		}
		if err := m.AgreeMinutes(ctx, m.worker, ref, key, 6, ""); err != nil {
			t.Fatal(err)
		}
		if got = m.read(t, m.worker, ref, key); got.Says[0].Text != "Otherwise" || len(got.Unsent) != 2 || len(got.Steps) != 7 {
			t.Errorf("corrected: %+v", got)
		}
		m.db.Read(t, func(ctx context.Context, r store.Reader) error {
			before, err := r.Minutes(ctx, key, 3)
			if before[0].Text != "About progress" {
				t.Errorf("what they said before: %+v", before)
			}
			return err
		})
	})
}

// Where the chair is away somebody of a role that stands in agrees, and only then; a chair
// who completes minutes agrees them at once; late ones ask why.
func TestWhoAgreesMinutes(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		key := m.held(t, m.coreGroup())
		rev := m.write(t, m.taker, ref, key)
		if err := m.CompleteMinutes(ctx, m.taker, ref, key, rev, nil, ""); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "a manager while the chair is there", m.AgreeMinutes(ctx, m.manager, ref, key, 1, ""), fault.Refused)
		m.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddAbsence(ctx, staff.Absence{ID: id.New(), Worker: m.worker.Worker, Cover: m.manager.Worker, Clocks: storetest.Clocks(storetest.Today.AddDays(-1))})
		})
		if err := m.AgreeMinutes(ctx, m.manager, ref, key, 1, ""); err != nil {
			t.Errorf("a manager while the chair is away: %v", err)
		}
		own := m.coreGroup()
		own.Chair = m.manager.Worker
		key = m.held(t, own)
		rev = m.write(t, m.manager, ref, key)
		if err := m.CompleteMinutes(ctx, m.manager, ref, key, rev, nil, ""); err != nil {
			t.Fatal(err)
		}
		if got := m.read(t, m.manager, ref, key); got.MinutesState() != meeting.Agreed || len(got.Steps) != 2 {
			t.Errorf("completed by the chair: %+v", got.Steps)
		}
		review := m.coreGroup()
		review.Kind, review.Chair = "looked-after-review", m.chair.Worker
		key = m.held(t, review)
		rev = m.write(t, m.taker, ref, key)
		if err := m.CompleteMinutes(ctx, m.taker, ref, key, rev, nil, ""); err != nil {
			t.Fatal(err)
		}
		m.db.Now.Set(storetest.Start.AddDate(0, 0, 40))
		late := serviceNow(t, m.db)
		wantWrong(t, "late without why", late.AgreeMinutes(ctx, m.chair, ref, key, 1, ""), task.LateReason)
		if err := late.AgreeMinutes(ctx, m.chair, ref, key, 1, "I was ill"); err != nil {
			t.Error(err)
		}
	})
}

// Who may not know of one child of a meeting reads what was written and decided of the
// others and of the meeting, and nothing of that one; what is of that one stays as it is
// when the rest is saved.
func TestMinutesOfSiblings(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		key := m.held(t, m.coreGroup(m.sibling.Reference))
		rev := m.write(t, m.taker, ref, key)
		m.decide(t, key, "")
		m.decide(t, key, m.sibling.Reference)
		mine := m.decide(t, key, m.child.Reference)
		if err := m.CompleteMinutes(ctx, m.taker, ref, key, rev, nil, ""); err != nil {
			t.Fatal(err)
		}
		if err := m.AgreeMinutes(ctx, m.worker, ref, key, 1, ""); err != nil {
			t.Fatal(err)
		}
		all := m.read(t, m.worker, ref, key)
		if len(all.Says) != 4 || len(all.Decisions) != 3 {
			t.Errorf("to who knows both: %d texts, %d decisions", len(all.Says), len(all.Decisions))
		}
		theirs, err := casework.Open(ctx, m.Service, casework.Look{Actor: m.worker, Reference: m.sibling.Reference}, casework.DecisionsPart())
		if err != nil || len(theirs.Value) != 2 {
			t.Errorf("the decisions of the sibling: %+v, %v", theirs.Value, err)
		}
		m.restrict(t, m.sibling, m.manager)
		got := m.read(t, m.worker, ref, key)
		if len(got.Says) != 3 || len(got.Decisions) != 2 || got.Decisions[1].ID != mine {
			t.Errorf("to who may not know of the sibling: %d texts, %d decisions", len(got.Says), len(got.Decisions))
		}
		for _, w := range got.Says {
			if strings.Contains(w.Text, string(m.sibling.ID)) {
				t.Errorf("a text of the sibling is shown: %+v", w)
			}
		}
		if err := m.CorrectMinutes(ctx, m.worker, ref, key, 2, "Wrong day"); err != nil {
			t.Fatal(err)
		}
		rev = m.write(t, m.worker, ref, key)
		if err := m.CompleteMinutes(ctx, m.worker, ref, key, rev, map[string]string{"child." + string(m.sibling.ID): "Overwritten"}, ""); err != nil {
			t.Fatal(err)
		}
		m.db.Read(t, func(ctx context.Context, r store.Reader) error {
			texts, err := r.Minutes(ctx, key, 4)
			if !slices.ContainsFunc(texts, func(w meeting.Written) bool {
				return w.Person == m.sibling.ID && w.Text == "About child."+string(m.sibling.ID)
			}) {
				t.Errorf("what is of the sibling changed: %+v", texts)
			}
			return err
		})
	})
}

// A decision has who made it, the evidence for and against, the intended outcome and the
// reasons; what a worker has to do becomes their task, and a correction keeps what it said.
func TestDecisionsOfAMeeting(t *testing.T) {
	clause.Shows(t, "CR-27")
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		key := m.held(t, m.coreGroup())
		for field, change := range map[string]func(*meeting.Decided){
			meeting.FieldWhat: func(d *meeting.Decided) { d.What = "" }, meeting.FieldMadeBy: func(d *meeting.Decided) { d.MadeBy = " " },
			meeting.FieldEvidence: func(d *meeting.Decided) { d.For = "" }, meeting.FieldAgainst: func(d *meeting.Decided) { d.Against = "\n" },
			meeting.FieldOutcome: func(d *meeting.Decided) { d.Outcome = "" }, meeting.FieldReasons: func(d *meeting.Decided) { d.Reasons = "" },
			meeting.FieldDoer: func(d *meeting.Decided) { d.Doer = m.elsewhere.Worker }, meeting.FieldDue: func(d *meeting.Decided) { d.Due = date.Date{} },
			meeting.FieldDo: func(d *meeting.Decided) { d.Do = "" },
		} {
			n := casework.NewDecision{ID: id.New(), Decided: decided}
			n.Doer = m.worker.Worker
			change(&n.Decided)
			wantWrong(t, "without "+field, m.Decide(ctx, m.worker, ref, key, n), field)
		}
		first := m.decide(t, key, "")
		wantPrint(t, m.prints(t, m.child), "record minutes shown")
		m.db.Read(t, func(ctx context.Context, r store.Reader) error {
			tasks, err := r.TasksOf(ctx, m.child.ID, true, 10)
			if len(tasks) != 1 || tasks[0].Words != "Visit the aunt" || tasks[0].Holder != task.OfWorker(m.worker.Worker) || tasks[0].Due != decided.Due || !strings.HasPrefix(tasks[0].Link, "/meetings/"+string(key)) {
				t.Errorf("tasks: %+v", tasks)
			}
			return err
		})
		better := casework.NewDecision{ID: first, Decided: decided, Seen: 1}
		better.What, better.Doer = "Ines stays with her grandmother", m.worker.Worker
		wantWrong(t, "corrected without why", m.CorrectDecision(ctx, m.worker, ref, key, better), meeting.FieldWhy)
		better.Why = "It was the grandmother"
		if err := m.CorrectDecision(ctx, m.worker, ref, key, better); err != nil {
			t.Fatal(err)
		}
		if err := m.CorrectDecision(ctx, m.manager, ref, key, better); !casework.MeetingChanged(err) {
			t.Errorf("the second of two: %v", err)
		}
		list, err := casework.Open(ctx, m.Service, m.look(m.worker), casework.DecisionsPart())
		if err != nil || len(list.Value) != 1 || list.Value[0].What() != better.What || len(list.Value[0].Versions) != 2 || list.Value[0].Title != "Core group" {
			t.Fatalf("all decisions: %+v, %v", list.Value, err)
		}
		wantPrint(t, m.prints(t, m.child), "look minutes shown")
		wantKind(t, "another service", m.Decide(ctx, m.elsewhere, ref, key, casework.NewDecision{ID: id.New(), Decided: decided}), fault.NotFound)
		gone := casework.NewDecision{ID: first, Seen: 2, Decided: meeting.Decided{Gone: true, Why: "Entered twice"}}
		if err := m.CorrectDecision(ctx, m.worker, ref, key, gone); err != nil {
			t.Fatal(err)
		}
		if list, err = casework.Open(ctx, m.Service, m.look(m.worker), casework.DecisionsPart()); err != nil || len(list.Value) != 0 {
			t.Errorf("after it was taken out: %+v, %v", list.Value, err)
		}
		planned := m.setUp(t, m.worker, m.coreGroup())
		wantKind(t, "decided before it was held", m.Decide(ctx, m.worker, ref, planned, casework.NewDecision{ID: id.New(), Decided: decided}), fault.Conflict)
	})
}

// A meeting that was held reaches the stage that its kind names; one that is late asks
// why, and so does a next meeting that is too late, and who was not invited.
func TestWhatAHeldMeetingReaches(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		key := m.setUp(t, m.worker, m.coreGroup())
		h := m.heldToday(t, key)
		for field, change := range map[string]func(*casework.HeldMeeting){
			meeting.FieldDay:        func(h *casework.HeldMeeting) { h.Day = storetest.Today.AddDays(1) },
			meeting.FieldNotInvited: func(h *casework.HeldMeeting) { h.NotInvited = "" },
			meeting.FieldNext:       func(h *casework.HeldMeeting) { h.Next = date.Date{} },
			meeting.FieldNoNext:     func(h *casework.HeldMeeting) { h.Next = storetest.Today.AddDays(60) },
			meeting.FieldTime:       func(h *casework.HeldMeeting) { h.Time = "noonish" },
		} {
			wrong := h
			change(&wrong)
			wantWrong(t, "held without "+field, m.HoldMeeting(ctx, m.worker, ref, key, 1, wrong), field)
		}
		m.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddMilestone(ctx, task.Milestone{ID: id.New(), Person: m.child.ID, Episode: m.episode.Key(), Kind: "initial-conference", Actual: storetest.Today.AddDays(-90), Clocks: storetest.Clocks(date.Date{})})
		})
		wantWrong(t, "late without why", m.HoldMeeting(ctx, m.worker, ref, key, 1, h), task.LateReason)
		h.Late = "The school holidays"
		if err := m.HoldMeeting(ctx, m.worker, ref, key, 1, h); err != nil {
			t.Fatal(err)
		}
		m.db.Read(t, func(ctx context.Context, r store.Reader) error {
			stages, err := r.Milestones(ctx, m.child.ID, 0)
			i := slices.IndexFunc(stages, func(s task.Milestone) bool { return s.Kind == "first-core-group" })
			if i < 0 || stages[i].Actual != storetest.Today || stages[i].Late != "The school holidays" {
				t.Errorf("stages: %+v", stages)
			}
			last, err2 := r.LastMeeting(ctx, m.child.ID, "core-group", 0)
			if last != storetest.Today {
				t.Errorf("the last core group: %v", last)
			}
			return errors.Join(err, err2)
		})
		wantKind(t, "held twice", m.HoldMeeting(ctx, m.worker, ref, key, 2, h), fault.Conflict)
	})
}

// A list of meetings is a search: a footprint for it and for each child on it. It holds
// what the worker has to do, and nobody whom they may not find.
func TestMyMeetings(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		both := m.setUp(t, m.support, m.coreGroup(m.sibling.Reference))
		secret := m.coreGroup()
		secret.Kind, secret.Chair, secret.MinuteTaker = "strategy-discussion", m.manager.Worker, m.taker.Worker
		hidden := m.setUp(t, m.worker, secret)
		for name, a := range map[string]casework.Actor{"chair": m.worker, "minute taker": m.taker, "who set it up": m.support} {
			got, err := m.MeetingsToDo(t.Context(), a, false, "")
			if err != nil || !slices.ContainsFunc(got.List, func(l casework.MyMeeting) bool { return l.ID == both && len(l.Children) == 2 }) {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
			sees := slices.ContainsFunc(got.List, func(l casework.MyMeeting) bool { return l.ID == hidden })
			if sees != (name == "chair") { // who set up the sensitive one
				t.Errorf("%s: sees the sensitive meeting: %v", name, sees)
			}
			wantPrint(t, m.prints(t, m.sibling), "find meetings shown")
		}
		m.restrict(t, m.sibling, m.manager)
		got, err := m.MeetingsToDo(t.Context(), m.support, true, "")
		if err != nil || len(got.List) != 1 || len(got.List[0].Children) != 1 || got.List[0].Children[0].ID != m.child.ID {
			t.Errorf("of the team, without the restricted child: %+v, %v", got, err)
		}
		for _, a := range []casework.Actor{m.elsewhere} {
			if got, err := m.MeetingsToDo(t.Context(), a, true, ""); err != nil || len(got.List) != 0 {
				t.Errorf("another service: %+v, %v", got, err)
			}
		}
		none := casework.Actor{}
		w, as := m.db.Worker(t, "system-administrator", m.team)
		none.Worker, none.As = w.ID, as.ID
		_, err = m.MeetingsToDo(t.Context(), none, false, "")
		wantKind(t, "who administers", err, fault.NotFound)
	})
}

// People on the record are invited by who they are, as far as the viewer knows of them.
func TestInvitingPeopleOfTheRecord(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		key := m.setUp(t, m.worker, m.coreGroup())
		f, err := casework.Open(ctx, m.Service, m.look(m.worker), casework.InvitePart(key))
		if err != nil {
			t.Fatal(err)
		}
		has := func(words string) bool {
			return slices.ContainsFunc(f.Value.Who, func(p casework.Pick) bool { return strings.HasPrefix(p.Words, words) })
		}
		if !has("Theo Marlowe, ") || has("Ines Marlowe") {
			t.Errorf("offered: %+v", f.Value.Who)
		}
		brother := casework.NewInvitee{Key: id.New(), Who: "person:" + m.sibling.Reference.String(), Standing: meeting.Standing{Gets: true}}
		if err := m.Invite(ctx, m.worker, ref, key, brother); err != nil {
			t.Fatal(err)
		}
		if got := m.read(t, m.worker, ref, key); !slices.ContainsFunc(got.Invitees, func(i casework.InviteeLine) bool { return i.Name == "Theo Marlowe" && i.Person == m.sibling.ID }) {
			t.Errorf("invited: %+v", got.Invitees)
		}
		m.restrict(t, m.sibling, m.manager)
		got := m.read(t, m.worker, ref, key)
		if slices.ContainsFunc(got.Invitees, func(i casework.InviteeLine) bool { return i.Person == m.sibling.ID }) {
			t.Errorf("a restricted person is on the list: %+v", got.Invitees)
		}
		st := meeting.Standing{Invited: storetest.Today, How: "by letter"}
		wantKind(t, "changing who is not shown", m.ChangeInvitee(ctx, m.worker, ref, key, brother.Key, 1, st, nil), fault.NotFound)
		wantWrong(t, "inviting who is not shown", m.Invite(ctx, m.worker, ref, key, casework.NewInvitee{Key: id.New(), Who: brother.Who}), meeting.FieldWho)
		wantWrong(t, "nobody", m.Invite(ctx, m.worker, ref, key, casework.NewInvitee{Key: id.New()}), meeting.FieldName)
		mine := got.Invitees[0]
		if err := m.ChangeInvitee(ctx, m.support, ref, key, mine.ID, 1, st, nil); err != nil {
			t.Fatal(err)
		}
		if err := m.ChangeInvitee(ctx, m.support, ref, key, mine.ID, 1, st, nil); !casework.MeetingChanged(err) {
			t.Errorf("an old version: %v", err)
		}
		early := st
		early.Attended = meeting.Came
		wantWrong(t, "came before it was held", m.ChangeInvitee(ctx, m.support, ref, key, mine.ID, 2, early, nil), meeting.FieldCame)
		wantKind(t, "another service", m.Invite(ctx, m.elsewhere, ref, key, brother), fault.NotFound)
	})
}

// serviceNow is a service by the clock of the database.
func serviceNow(t *testing.T, db *storetest.Database) *casework.Service {
	t.Helper()
	return newDesk(t, db).Service
}
