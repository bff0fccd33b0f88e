package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"casefile/internal/clause"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// Every page of a meeting is a whole page, at the stage of the meeting in which it is
// there; at others, what is not to be done is not there.
func TestPagesOfAMeeting(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(*stage)
		there   []string
		gone    []string
	}{
		"planned":    {plannedMeeting, []string{"", "/change", "/cancel", "/hold", "/invite", "/invitees/{invitee}", "/minutes", "/minutes/earlier"}, []string{"/withdraw", "/print", "/send", "/decisions/add", "/minutes/agree", "/minutes/correct"}},
		"held":       {heldMeeting, []string{"", "/change", "/withdraw", "/minutes", "/decisions/add"}, []string{"/cancel", "/hold", "/print", "/send", "/minutes/agree"}},
		"waiting":    {waitingMinutes, []string{"", "/minutes/agree"}, []string{"/print", "/send", "/minutes/correct"}},
		"agreed":     {agreedMinutes, []string{"", "/print", "/send", "/minutes/correct"}, []string{"/minutes/agree", "/minutes/keep"}},
		"withdrawn":  {withdrawnMeeting, []string{""}, []string{"/change", "/cancel", "/withdraw", "/hold", "/invite", "/print", "/send", "/minutes/agree", "/minutes/keep", "/decisions/add"}},
		"correcting": {correctingMinutes, []string{"", "/print", "/minutes", "/minutes/keep"}, []string{"/minutes/agree", "/minutes/correct"}},
		"sent":       {sentMinutes, []string{"", "/print", "/sent/{sent}/back"}, []string{"/send"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			c.prepare(s)
			b := s.as(s.adviser)
			at := func(way string) string {
				path := "/children/{ref}/meetings/{meeting}" + way
				for name, value := range s.values {
					path = strings.ReplaceAll(path, name, value)
				}
				return path
			}
			for _, way := range c.there {
				a := b.get(at(way))
				a.wantStatus(http.StatusOK)
				wantWholePage(t, way, a)
			}
			for _, way := range c.gone {
				if a := b.get(at(way)); a.status != http.StatusNotFound {
					t.Errorf("%s: status %d, want 404", way, a.status)
				}
			}
		})
	}
}

// What was typed into a form that is wrong is still there, with what is wrong beside it;
// minutes that somebody else saved meanwhile are shown beside what was typed.
func TestNothingTypedIntoAMeetingIsLost(t *testing.T) {
	s := newStage(t)
	heldMeeting(s)
	b := s.as(s.adviser)
	path := "/children/" + s.ref.String() + "/meetings"
	form := setUp()
	form.Del("meeting-day")
	form.Set("agenda", "Soup, then fish")
	a := b.post(path, form)
	a.wantStatus(http.StatusUnprocessableEntity)
	if !strings.Contains(a.body, "Soup, then fish") || !strings.Contains(a.body, "The day of the meeting must include a day") {
		t.Errorf("the form of a new meeting does not show what was typed, or what is wrong: %s", a.body)
	}
	at := path + "/" + s.values["{meeting}"] + "/minutes"
	first, second := setUp(), setUp()
	first.Set("rev", "1")
	first.Set("text-topics", "Hers")
	b.post(at, first).wantStatus(http.StatusSeeOther)
	second.Set("rev", "1")
	second.Set("text-topics", "His")
	a = s.as(s.manager).post(at, second)
	a.wantStatus(http.StatusConflict)
	if !strings.Contains(a.body, "His</textarea>") || !strings.Contains(a.body, "Hers") {
		t.Errorf("the second of two does not see both: %s", a.body)
	}
	second.Set("rev", "2")
	second.Set("then", "complete")
	second.Set("text-topics", "")
	a = s.as(s.manager).post(at, second)
	a.wantStatus(http.StatusUnprocessableEntity)
	if !strings.Contains(a.body, "Write what was said under") {
		t.Error("minutes without what they must hold do not say so")
	}
}

// What minutes said before a correction is on a page for those alone who may read it, with
// who corrected them and why.
func TestWhatMinutesSaidBeforeIsShown(t *testing.T) {
	clause.Shows(t, "CR-29")
	s := newStage(t)
	correctedMinutes(s)
	at := "/children/" + s.ref.String() + "/meetings/" + s.values["{meeting}"]
	manager := s.as(s.manager)
	a := manager.get(at)
	wantWords(t, a, "The college", "Reopened to be corrected", "It was the other school", "What they said then")
	b := manager.get(at + "/minutes/before/1")
	b.wantStatus(http.StatusOK)
	wantWholePage(t, "before", b)
	wantWords(t, b, "This is not what the minutes say any more", "School", "It says now:", "The college", "It was the other school", "Changed")
	adviser := s.as(s.adviser)
	a = adviser.get(at)
	wantWords(t, a, "The college", "It was the other school")
	if strings.Contains(a.body, "What they said then") {
		t.Error("it is offered to who may not read it")
	}
	for _, way := range []string{"/minutes/before/1", "/minutes/before/2", "/minutes/before/x"} {
		adviser.get(at + way).wantStatus(http.StatusNotFound)
	}
	manager.get(at + "/minutes/before/x").wantStatus(http.StatusNotFound)
}

// What was written at a meeting that never took place is on its page, marked; who put right
// its chair, and why, stands there too.
func TestAWithdrawnMeetingOnItsPage(t *testing.T) {
	s := newStage(t)
	withdrawnMeeting(s)
	at := "/children/" + s.ref.String() + "/meetings"
	a := s.as(s.adviser).get(at + "/" + s.values["{meeting}"])
	wantWords(t, a, "Never took place", "It was the other family", "This was written and never agreed. The meeting did not take place.", "School", "Withdrawn: it never took place")
	wantWords(t, s.as(s.adviser).get(at), "Held, cancelled or withdrawn", "Never took place")
}

// A page of a meeting says of each stage what is so by then: nobody came and nothing was
// decided before it was held, and what is being corrected is not to be written.
func TestAMeetingSaysWhatIsSoByThen(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(*stage)
		there   []string
		gone    []string
	}{
		"planned":    {plannedMeeting, []string{"Planned", "Write the minutes"}, []string{"Came", "No decision is recorded", "Not recorded"}},
		"held":       {heldMeeting, []string{"Write the minutes", "Came", "Not recorded", "No decision is recorded"}, nil},
		"correcting": {correctingMinutes, []string{"Minutes being corrected", "Write the correction"}, []string{"Write the minutes"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			c.prepare(s)
			list := "/children/" + s.ref.String() + "/meetings"
			a := s.as(s.adviser).get(list + "/" + s.values["{meeting}"]).wantStatus(http.StatusOK)
			wantWords(t, a, c.there...)
			for _, words := range c.gone {
				if strings.Contains(a.words(), words) {
					t.Errorf("it says %q", words)
				}
			}
			wantWords(t, s.as(s.adviser).get(list), "Other meeting", "School asked for it", c.there[0])
		})
	}
}

// Whoever would stand in for the chair and wrote in the minutes reads why it is not theirs
// to agree them.
func TestWhoWroteInMinutesReadsWhyTheyDoNotAgreeThem(t *testing.T) {
	s := newStage(t)
	waitingMinutes(s)
	s.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		return tx.AddAbsence(ctx, staff.Absence{ID: id.New(), Worker: s.adviser.ID, Cover: s.manager.ID, Clocks: storetest.Clocks(storetest.Today.AddDays(-1))})
	})
	at := "/children/" + s.ref.String() + "/meetings/" + s.values["{meeting}"]
	a := s.as(s.manager).get(at).wantStatus(http.StatusOK)
	wantWords(t, a, "wait for the chair", "You wrote in them, so somebody else agrees them for the chair.")
	if strings.Contains(a.body, "/minutes/agree") {
		t.Error("it is offered")
	}
	s.as(s.manager).get(at + "/minutes/agree").wantStatus(http.StatusForbidden).wantWords("You wrote in these minutes")
}
