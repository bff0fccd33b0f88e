package storetest_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/access"
	"casefile/internal/correction"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	. "casefile/internal/store/storetest"
)

// newMeeting sets up a meeting about some children, on a day so many days from today.
func newMeeting(t *testing.T, o *office, days int, children ...person.Person) meeting.Meeting {
	t.Helper()
	m := meeting.Meeting{
		ID: meeting.ID(id.New()), Kind: "supper", Title: "Supper", Service: "service", Team: o.team.ID, Definition: "hash",
		Set: date.Stamp{By: string(o.here.ID)},
	}
	for _, c := range children {
		m.Children = append(m.Children, meeting.Child{Put: c.ID, File: c.ID})
	}
	o.Must(t, func(ctx context.Context, tx store.Tx) error {
		if err := tx.AddMeeting(ctx, m); err != nil {
			return err
		}
		return tx.AddMeetingVersion(ctx, m.ID, version(1, meeting.Planned, days, o.lonely))
	})
	return m
}

func version(n int, s meeting.State, days int, chair staff.Worker) meeting.Version {
	return meeting.Version{Number: n, Arrangement: meeting.Arrangement{
		State: s, Day: Today.AddDays(days), Time: "14:30", Place: "The hall", Chair: chair.ID, ChairName: chair.Name(), Reason: "To eat", Agenda: "Soup, then fish",
	}, Why: "Because", By: chair.ID, ByName: chair.Name(), ByRole: "Cook", Recorded: date.Stamp{By: By}}
}

func (o *office) meeting(t *testing.T, key meeting.ID) (m meeting.Meeting) {
	t.Helper()
	o.Read(t, func(ctx context.Context, r store.Reader) (err error) {
		m, err = r.Meeting(ctx, key)
		return err
	})
	return m
}

// A meeting comes back as it was put, with each version of each thing that is kept by
// versions; the second of two who change one thing at once is told.
func TestMeetingsAreKept(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		m := newMeeting(t, o, 3, o.well, o.none)
		mother := meeting.Invitee{ID: id.New(), Person: o.left.ID, Role: "Mother", For: "parents", Number: 1, Standing: meeting.Standing{Gets: true}, By: o.here.ID, ByName: "Orla", Recorded: date.Stamp{By: By}}
		nurse := meeting.Invitee{ID: id.New(), Name: "Nora Nurse", Role: "Health visitor", Agency: "Health", Number: 1, By: o.here.ID, Recorded: date.Stamp{By: By}}
		decision := meeting.Decision{ID: id.New(), Put: o.well.ID, Person: o.well.ID, Versions: []meeting.Decided{{
			Number: 1, What: "Fish on Fridays", MadeBy: "All", For: "It is liked", Against: "Bones", Outcome: "Less hunger", Reasons: "It is cheap", Do: "Buy it", Doer: o.here.ID, DoerName: "Orla",
			Due: Today.AddDays(9), Task: true, By: o.here.ID, ByName: "Orla", ByRole: "Cook", Recorded: date.Stamp{By: By},
		}}}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return errors.Join(
				tx.AddInvitee(ctx, m.ID, mother), tx.AddInvitee(ctx, m.ID, nurse),
				tx.AddMeetingVersion(ctx, m.ID, version(2, meeting.Held, -1, o.here)), tx.AddDecision(ctx, m.ID, decision),
			)
		})
		came := mother
		came.Number, came.Standing = 2, meeting.Standing{Invited: Today.AddDays(-3), How: "by post", Answer: meeting.Coming, Attended: meeting.InPart, Report: true, Gets: true, Note: "Left early"}
		other := decision.Versions[0]
		other.Number, other.What, other.Gone, other.Why = 2, "Fish on Thursdays", true, "Wrong day"
		other.Reach = []meeting.Child{{Put: o.none.ID, File: o.none.ID}}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return errors.Join(tx.AddStanding(ctx, m.ID, came), tx.AddDecided(ctx, m.ID, decision.ID, other))
		})
		got := o.meeting(t, m.ID)
		clean := func(s *date.Stamp) { s.Seq, s.At = 0, 0 }
		for i := range got.Versions {
			clean(&got.Versions[i].Recorded)
		}
		for i := range got.Invitees {
			clean(&got.Invitees[i].Recorded)
		}
		for i := range got.Decisions[0].Versions {
			clean(&got.Decisions[0].Versions[i].Recorded)
		}
		clean(&got.Set)
		want := m
		want.Versions = []meeting.Version{version(1, meeting.Planned, 3, o.lonely), version(2, meeting.Held, -1, o.here)}
		want.Invitees = []meeting.Invitee{came, nurse}
		slices.SortFunc(want.Invitees, func(x, y meeting.Invitee) int {
			if x.ID < y.ID {
				return -1
			}
			return 1
		})
		decision.Versions = append(decision.Versions, other)
		want.Decisions = []meeting.Decision{decision}
		byKey := func(x, y meeting.Child) int {
			if x.Put < y.Put {
				return -1
			}
			return 1
		}
		for i := range want.Children { // nobody was taken off it
			want.Children[i].Now = want.Children[i].Put
		}
		slices.SortFunc(want.Children, byKey)
		slices.SortFunc(got.Children, byKey)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(date.Date{})); diff != "" {
			t.Errorf("the meeting (-want +got):\n%s", diff)
		}
		for what, again := range map[string]func(context.Context, store.Tx) error{
			"a version": func(ctx context.Context, tx store.Tx) error {
				return tx.AddMeetingVersion(ctx, m.ID, version(2, meeting.Cancelled, 1, o.here))
			},
			"a standing": func(ctx context.Context, tx store.Tx) error { return tx.AddStanding(ctx, m.ID, came) },
			"a decision": func(ctx context.Context, tx store.Tx) error { return tx.AddDecided(ctx, m.ID, decision.ID, other) },
			"a meeting":  func(ctx context.Context, tx store.Tx) error { return tx.AddMeeting(ctx, m) },
		} {
			wantKind(t, "the same number again of "+what, db.Update(t.Context(), func(tx store.Tx) error { return again(t.Context(), tx) }), fault.Conflict)
		}
		missing := db.View(t.Context(), func(r store.Reader) error { _, err := r.Meeting(t.Context(), "none"); return err })
		wantKind(t, "no meeting", missing, fault.NotFound)
		for _, statement := range []string{
			"UPDATE meeting SET title = ''", "DELETE FROM meeting", "UPDATE meeting_child SET person_id = ''", "DELETE FROM meeting_child",
			"UPDATE meeting_version SET why = ''", "DELETE FROM meeting_version", "UPDATE meeting_invitee SET name = ''", "DELETE FROM meeting_invitee",
			"UPDATE meeting_standing SET note = ''", "DELETE FROM meeting_standing", "UPDATE meeting_decision SET person_id = ''", "DELETE FROM meeting_decision",
			"UPDATE meeting_decision_version SET decided = ''", "DELETE FROM meeting_decision_version",
			"UPDATE meeting_decision_reach SET number = 9", "DELETE FROM meeting_decision_reach",
		} {
			if _, err := db.Raw.Exec(statement); err == nil {
				t.Errorf("the database let %q through", statement)
			}
		}
	})
}

// Minutes are written as plain state, completed, returned, agreed and corrected; what
// they said stays, and what others had saved is kept until they are completed.
func TestMinutesAreKept(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		m := newMeeting(t, o, -1, o.well)
		texts := func(said string) []meeting.Written {
			return []meeting.Written{{Heading: "soup", Title: "Soup", Text: said, Wrote: []staff.ID{o.here.ID, o.away.ID}}, {Heading: "child", Title: "The child", Person: o.well.ID, Text: "It was “fine”\nand hot"}}
		}
		draft := meeting.Draft{Meeting: m.ID, Rev: 1, Texts: texts(""), Saved: 5, By: o.here.ID}
		db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddMinutesDraft(ctx, draft) })
		save := func(rev int, said string, by staff.ID) error {
			return db.Plain(t.Context(), func(tx store.PlainTx) error {
				return tx.SaveMinutes(t.Context(), meeting.Draft{Meeting: m.ID, Rev: rev, Texts: texts(said), Saved: date.Instant(10 + rev), By: by})
			})
		}
		if err := errors.Join(save(1, "one", o.here.ID), save(2, "two", o.here.ID), save(3, "three", o.away.ID)); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "a save of what was saved since", save(3, "four", o.here.ID), fault.Conflict)
		read := func() (d meeting.Draft, earlier []meeting.Draft) {
			db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				if d, err = r.MinutesDraft(ctx, m.ID); err != nil {
					return err
				}
				earlier, err = r.EarlierMinutes(ctx, m.ID)
				return err
			})
			return d, earlier
		}
		held, earlier := read()
		if diff := cmp.Diff(meeting.Draft{Meeting: m.ID, Rev: 4, Texts: texts("three"), Saved: 13, By: o.away.ID}, held); diff != "" {
			t.Errorf("the draft (-want +got):\n%s", diff)
		}
		if len(earlier) != 1 || earlier[0].By != o.here.ID || earlier[0].Texts[0].Text != "two" {
			t.Errorf("what the other had saved: %+v", earlier)
		}
		step := func(n int, did meeting.Did) meeting.Step {
			return meeting.Step{Number: n, Did: did, Reason: "Because", Late: "The cook was ill", By: o.here.ID, ByName: "Orla", ByRole: "Cook", Recorded: date.Stamp{By: By}}
		}
		stale := held
		stale.Rev = 3
		wantKind(t, "dropping what was saved since", db.Update(t.Context(), func(tx store.Tx) error { return tx.DropMinutesDraft(t.Context(), stale) }), fault.Conflict)
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return errors.Join(tx.DropMinutesDraft(ctx, held), tx.AddMinutesStep(ctx, m.ID, step(1, meeting.Completed), texts("three")), tx.AddMinutesStep(ctx, m.ID, step(2, meeting.Agreed), nil))
		})
		wantKind(t, "writing what is completed", save(4, "five", o.here.ID), fault.NotFound)
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			got, err := r.Minutes(ctx, m.ID, 1)
			if diff := cmp.Diff(texts("three"), got); err != nil || diff != "" {
				t.Errorf("what they say: %v (-want +got):\n%s", err, diff)
			}
			_, err = r.Minutes(ctx, m.ID, 2)
			wantKind(t, "what agreeing says", err, fault.NotFound)
			return nil
		})
		got := o.meeting(t, m.ID)
		if says, ok := got.Says(); !ok || says.Number != 1 || says.ByName != "Orla" || says.Late != "The cook was ill" || got.Drafted != 0 {
			t.Errorf("the steps: %+v", got.Steps)
		}
		wantKind(t, "the same step again", db.Update(t.Context(), func(tx store.Tx) error { return tx.AddMinutesStep(t.Context(), m.ID, step(2, meeting.Returned), nil) }), fault.Conflict)
		for _, statement := range []string{"UPDATE minutes_step SET texts = ''", "DELETE FROM minutes_step"} {
			if _, err := db.Raw.Exec(statement); err == nil {
				t.Errorf("the database let %q through", statement)
			}
		}
	})
}

// Whom the minutes were sent to is noted, and a mistake taken back once: both stay.
func TestWhatWasSentIsKept(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		m := newMeeting(t, o, -1, o.well)
		s := meeting.Sent{ID: id.New(), Invitee: "i", Step: 1, Day: Today, How: "by post", Late: "Holidays", By: o.here.ID, ByName: "Orla", Recorded: date.Stamp{By: By}}
		back := meeting.Sent{ID: id.New(), Back: "It came back", By: o.away.ID, ByName: "Other", Recorded: date.Stamp{By: By}}
		db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddSent(ctx, m.ID, s) })
		if got := o.meeting(t, m.ID).Sent; len(got) != 1 || !got[0].Stands() || got[0].How != "by post" || got[0].Late != "Holidays" {
			t.Errorf("sent: %+v", got)
		}
		db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.TakeSentBack(ctx, m.ID, s.ID, back) })
		if got := o.meeting(t, m.ID).Sent; len(got) != 1 || got[0].Stands() || got[0].Back != "It came back" || got[0].BackByName != "Other" {
			t.Errorf("taken back: %+v", got)
		}
		back.ID = id.New()
		wantKind(t, "taken back twice", db.Update(t.Context(), func(tx store.Tx) error { return tx.TakeSentBack(t.Context(), m.ID, s.ID, back) }), fault.Conflict)
	})
}

// A merge brings the meetings of one file to the other, and undoing it takes them back.
func TestMeetingsFollowAMerge(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		m := newMeeting(t, o, -1, o.well, o.none)
		of := func(p person.Person) (list []meeting.ID) {
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				all, err := r.MeetingsOf(ctx, p.ID)
				for _, m := range all {
					list = append(list, m.ID)
				}
				return err
			})
			return list
		}
		if got := of(o.well); len(got) != 1 || len(of(o.sad)) != 0 {
			t.Fatalf("before: %v", got)
		}
		merge := mustCorrect(t, db, correction.Correction{Kind: correction.Merge, From: o.well.ID, To: o.sad.ID})
		if got := of(o.sad); len(got) != 1 || got[0] != m.ID || !o.meeting(t, m.ID).On(o.sad.ID) || o.meeting(t, m.ID).On(o.well.ID) {
			t.Errorf("merged: %v, %+v", got, o.meeting(t, m.ID).Children)
		}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddMeetingVersion(ctx, m.ID, version(2, meeting.Held, -1, o.away))
		})
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			since, err := r.RecordedSince(ctx, o.sad.ID, merge.Recorded.Seq)
			if !slices.Contains(since, o.away.ID) {
				t.Errorf("who recorded since: %v", since)
			}
			return err
		})
		mustCorrect(t, db, undoing(merge))
		if got := of(o.well); len(got) != 1 || len(of(o.sad)) != 0 {
			t.Errorf("undone: %v", got)
		}
	})
}

// A meeting stands on the file of whom it was moved to, and on those of its other children,
// until that is undone; what was decided about the one is about the other.
func TestMeetingsMoveToTheRightChild(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		m := newMeeting(t, o, -1, o.well, o.none)
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddDecision(ctx, m.ID, meeting.Decision{ID: id.New(), Put: o.well.ID, Versions: []meeting.Decided{{Number: 1, What: "x", Recorded: date.Stamp{By: By}}}})
		})
		want := func(what string, on, off person.ID) {
			t.Helper()
			db.Read(t, func(ctx context.Context, r store.Reader) error {
				for p, n := range map[person.ID]int{on: 1, off: 0, o.none.ID: 1} {
					list, err := r.MeetingsOf(ctx, p)
					if len(list) != n || err != nil {
						t.Errorf("%s: %d meetings of %s, want %d; %v", what, len(list), p, n, err)
					}
					stands, err := r.StandsWith(ctx, correction.MoveMeeting, string(m.ID), p)
					if len(stands) != n || err != nil {
						t.Errorf("%s: stands with %v, want %d; %v", what, stands, n, err)
					}
					since, err := r.RecordedSince(ctx, p, 0)
					if (len(since) > 0) != (n == 1) || err != nil {
						t.Errorf("%s: recorded on the file of %s by %v; %v", what, p, since, err)
					}
				}
				held, err := r.Meeting(ctx, m.ID)
				if !held.On(on) || held.On(off) || len(held.Children) != 2 || held.Decisions[0].Person != on || held.Decisions[0].Put != o.well.ID {
					t.Errorf("%s: %+v, decided about %v", what, held.Children, held.Decisions[0].Person)
				}
				return err
			})
		}
		want("before", o.well.ID, o.sad.ID)
		moved := mustCorrect(t, db, correction.Correction{Kind: correction.MoveMeeting, Object: string(m.ID), From: o.well.ID, To: o.sad.ID})
		want("moved", o.sad.ID, o.well.ID)
		mustCorrect(t, db, undoing(moved))
		want("undone", o.well.ID, o.sad.ID)
	})
}

// The last meeting of a kind that was held is what time limits count from.
func TestTheLastMeetingOfAKind(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		last := func(kind string, known date.Instant) (d date.Date) {
			db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				d, err = r.LastMeeting(ctx, o.well.ID, kind, known)
				return err
			})
			return d
		}
		first, second := newMeeting(t, o, -30, o.well), newMeeting(t, o, -3, o.well)
		newMeeting(t, o, -2, o.none)
		if got := last("supper", 0); !got.IsZero() {
			t.Errorf("planned is not held: %v", got)
		}
		var before date.Instant
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddMeetingVersion(ctx, first.ID, version(2, meeting.Held, -30, o.here))
		})
		before = o.meeting(t, first.ID).Now().Recorded.At
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return errors.Join(tx.AddMeetingVersion(ctx, second.ID, version(2, meeting.Held, -3, o.here)))
		})
		if got := last("supper", 0); got != Today.AddDays(-3) {
			t.Errorf("the last: %v", got)
		}
		if got := last("supper", before); got != Today.AddDays(-30) {
			t.Errorf("the last as known before: %v", got)
		}
		if got := last("lunch", 0); !got.IsZero() {
			t.Errorf("of another kind: %v", got)
		}
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddMeetingVersion(ctx, second.ID, version(3, meeting.Cancelled, -3, o.here))
		})
		if got := last("supper", 0); got != Today.AddDays(-30) {
			t.Errorf("after it was cancelled: %v", got)
		}
	})
}

// A list of meetings holds what the viewer has to do, and of each only the children in
// scope: a meeting of none of them is not on it.
func TestListsOfMeetingsKeepToTheScope(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		far := db.Person(t, "Far", "Away", born)
		db.Episode(t, far.ID, db.Team(t, "elsewhere"), "")
		both, later := newMeeting(t, o, 3, o.well, far), newMeeting(t, o, 9, o.none)
		hidden := newMeeting(t, o, 1, far)
		gone := newMeeting(t, o, 2, o.well)
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddMeetingVersion(ctx, gone.ID, version(2, meeting.Cancelled, 2, o.lonely))
		})
		list := func(q meeting.Query) (lines []meeting.Line) {
			q.Scope, q.Now = access.Scope{Viewer: o.manager, Part: access.Meetings, Gives: []access.Ground{access.Team}}, date.At(Start)
			q.Limit = 50
			if q.Service == "" {
				q.Service, q.Open = both.Service, []string{both.Kind}
			}
			db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				lines, err = r.ListMeetings(ctx, q)
				return err
			})
			return lines
		}
		for name, q := range map[string]meeting.Query{"chair": {Worker: o.lonely.ID}, "who set them up": {Worker: o.here.ID}, "team": {Team: o.team.ID}} {
			got := list(q)
			if len(got) != 2 || got[0].ID != both.ID || got[1].ID != later.ID || len(got[0].Children) != 1 || got[0].Children[0].ID != o.well.ID || got[0].Phase != meeting.ToHold {
				t.Errorf("%s: %+v", name, got)
			}
			for _, l := range got {
				if l.ID == hidden.ID {
					t.Errorf("%s: a meeting about nobody in scope is on the list", name)
				}
			}
			q.After = got[0].Key
			if got := list(q); len(got) != 1 || got[0].ID != later.ID {
				t.Errorf("%s, the next page: %+v", name, got)
			}
		}
		if got := list(meeting.Query{Worker: o.away.ID}); len(got) != 0 {
			t.Errorf("of somebody who has none: %+v", got)
		}
		if got := list(meeting.Query{Team: o.team.ID, Done: true}); len(got) != 3 {
			t.Errorf("with those that are done: %+v", got)
		}
		if got := list(meeting.Query{Team: o.team.ID, Service: "elsewhere", Open: []string{both.Kind}}); len(got) != 0 {
			t.Errorf("of another service: %+v", got)
		}
		// Of a kind that is not open to all, those about whom the sensitive is in scope.
		if got := list(meeting.Query{Team: o.team.ID, Service: both.Service}); len(got) != 0 {
			t.Errorf("sensitive, with no right to that: %+v", got)
		}
		sensitive := access.Scope{Viewer: o.manager, Part: access.SensitiveEntries, Gives: []access.Ground{access.Team}}
		if got := list(meeting.Query{Team: o.team.ID, Service: both.Service, Sensitive: sensitive}); len(got) != 2 || len(got[0].Children) != 1 {
			t.Errorf("sensitive, with a right to that: %+v", got)
		}
	})
}

// Entries keep what a visit was about and what makes them a decision, and those that are
// decisions are listed by themselves, as each stands now.
func TestDecisionsAmongEntries(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		o := newOffice(t, db)
		visit, made := Entry(o.well.ID, o.here, Today.AddDays(-1), "A visit"), Entry(o.well.ID, o.here, Today, "She stays")
		visit.Content.Topics, visit.Content.Decisions = "School", "A later bus"
		made.Content.DecidedBy, made.Content.For, made.Content.Against, made.Content.Outcome, made.Content.Why = "Mina", "She said so", "None", "Sleep", "It is safe"
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return errors.Join(tx.AddEntryVersion(ctx, visit), tx.AddEntryVersion(ctx, made))
		})
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			for _, want := range []entry.Entry{visit, made} {
				got, err := r.Entry(ctx, want.ID)
				if err != nil || got.Content != want.Content {
					t.Errorf("got %+v, %v, want %+v", got.Content, err, want.Content)
				}
			}
			list, err := r.DecisionEntries(ctx, o.well.ID)
			if len(list) != 1 || list[0].Content != made.Content {
				t.Errorf("decisions: %+v", list)
			}
			none, err2 := r.DecisionEntries(ctx, o.none.ID)
			if len(none) != 0 {
				t.Errorf("of another child: %+v", none)
			}
			return errors.Join(err, err2)
		})
		better := made
		better.Version, better.Content.For, better.Content.Against = 2, "", ""
		db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddEntryVersion(ctx, better) })
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			list, err := r.DecisionEntries(ctx, o.well.ID)
			if len(list) != 0 {
				t.Errorf("as it stands now it is no decision: %+v", list)
			}
			return err
		})
	})
}
