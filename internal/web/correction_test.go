package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/entry"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/store/storetest"
)

// A manager holds two files against each other, merges them, and undoes it; what
// was typed is never lost on the way.
func TestMergePages(t *testing.T) {
	w := newWorld(t)
	other := w.child("Morgana", "Ashdown", casework.NewEntry{
		Service: "participation", Author: w.manager, Role: "Team manager",
		Content: entry.Content{Type: "contact-with-client", Category: "interview", Happened: storetest.Today.AddDays(-3), Text: "Plays the cello."},
	})
	b := w.as(w.manager)
	at := "/children/" + w.ref.String()
	b.get(at+"/corrections").wantStatus(http.StatusOK).wantWords("Nothing has been corrected here", "There is a second file for the same young person")
	b.get(at + "/merge").wantStatus(http.StatusOK).wantWords("Reference of the other file")

	// A file that nobody has and one that is not theirs are answered alike.
	nobody := b.post(at+"/merge", url.Values{"other": {id.NewReference().String()}, "do": {"compare"}, "reason": {"She told us."}}).wantStatus(http.StatusUnprocessableEntity)
	nobody.wantWords("There is no file with this reference that you can correct")
	b.post(at+"/merge", url.Values{"other": {"rubbish"}, "do": {"compare"}}).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter the reference of the other file")
	b.post(at+"/merge", url.Values{"other": {w.ref.String()}, "do": {"compare"}}).wantStatus(http.StatusUnprocessableEntity).wantWords("That reference leads to this same file")

	compared := b.post(at+"/merge", url.Values{"other": {other.String()}, "do": {"compare"}}).wantStatus(http.StatusOK)
	wantWholePage(t, "two files compared", compared)
	compared.wantWords("Morgan Ashdown", "Morgana Ashdown", "1 Test Lane, Testham, ZX1 1AA", other.String(), "which reference stays?", "How do you know?",
		"Photograph", "Numbers", "Family and household", "Services, and who works with them", "Ada Adviser", "On the record since")
	w.as(w.adviser).get(at+"/corrections").wantStatus(http.StatusOK).wantWords("Is there a second file for the same young person? Your manager", "Tell them both references: this one is "+w.ref.String())
	b.post(at+"/merge", url.Values{"other": {other.String()}, "do": {"merge"}, "reason": {"She told us."}}).
		wantStatus(http.StatusUnprocessableEntity).wantWords("Select which reference stays", "She told us.")
	b.post(at+"/merge", url.Values{"other": {other.String()}, "do": {"merge"}, "keep": {"this"}}).
		wantStatus(http.StatusUnprocessableEntity).wantWords("Enter how you know this")
	b.post(at+"/merge", url.Values{"other": {other.String()}, "do": {"merge"}, "keep": {"this"}, "reason": {"She told us."}}).wantStatus(http.StatusSeeOther)
	b.get(at+"/corrections").wantWords("The two files are one", other.String()+" was merged into this one", "She told us.", "Undo")
	b.get(at + "/timeline").wantWords("Plays the cello.")
	b.get("/children/"+other.String()+"/timeline").wantStatus(http.StatusOK).wantWords("Morgan Ashdown", w.ref.String(), "Plays the cello.")
	w.as(w.adviser).get("/work").wantWords("merged two files of one person")

	key := strings.Join((&stage{world: w}).strings("SELECT id FROM correction"), "")
	undo := at + "/corrections/" + key + "/undo"
	wantWholePage(t, "undo", b.get(undo).wantStatus(http.StatusOK).wantWords("Both files are as they were before"))
	b.post(undo, url.Values{"reason": {""}}).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter how you know this")
	b.post(undo, url.Values{"reason": {"They are cousins."}}).wantStatus(http.StatusSeeOther)
	b.get(at+"/corrections").wantWords("The correction is undone", "Undone:", "They are cousins.")
	if a := b.get(at + "/timeline"); strings.Contains(a.body, "cello") {
		t.Error("the timeline still has what the other file brought")
	}
	b.get("/children/"+other.String()+"/timeline").wantWords("Morgana Ashdown", "Plays the cello.")
}

func TestMovePages(t *testing.T) {
	w := newWorld(t)
	other := w.child("Morgana", "Ashdown")
	s := &stage{world: w, values: map[string]string{}}
	entered(s)
	b := w.as(w.adviser)
	b.get("/children/" + w.ref.String() + "/timeline").wantWords("Wrong young person?")
	at := "/children/" + w.ref.String() + "/entries/" + s.values["{entry}"] + "/move"
	wantWholePage(t, "move", b.get(at).wantStatus(http.StatusOK).wantWords("Likes drawing.", "Show whose that is"))
	// Nothing moves before it was shown whose record it goes to.
	unseen := b.post(at, url.Values{"other": {other.String()}, "do": {"move"}, "reason": {"It is about her."}}).wantStatus(http.StatusOK)
	unseen.wantWords("To Morgana Ashdown", "Born 5 March 2010", "It is about her.")
	b.post(at, url.Values{"other": {other.String()}, "shown": {other.String()}, "do": {"move"}}).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter how you know this")
	b.post(at, url.Values{"other": {other.String()}, "shown": {other.String()}, "do": {"move"}, "reason": {"It is about her."}}).wantStatus(http.StatusSeeOther)
	b.get("/children/" + other.String() + "/timeline").wantWords("Likes drawing.")
	b.get("/children/"+w.ref.String()+"/corrections").wantWords("was moved from here to file "+other.String(), "It is about her.")
	b.get(at).wantStatus(http.StatusNotFound)
}

// Before a form moves, the page says which facts that it stated go along, and which stay
// because somebody said so themselves, with why.
func TestMovePageSaysWhichFactsGoAlong(t *testing.T) {
	s := newStage(t)
	finalPlan(s)
	b := s.as(s.adviser)
	at := "/children/" + s.ref.String() + "/documents/" + s.values["{document}"] + "/move"
	const fact = "Special educational needs provision: Education, health and care plan."
	page := b.get(at).wantStatus(http.StatusOK)
	wantWholePage(t, "move, with what goes along", page)
	page.wantWords("What it recorded among the details of this young person", fact+" It goes along: here it is put aside as never so, with your reason.", "What goes along is recorded on the right record")

	facts := b.get("/children/" + s.ref.String() + "/details/characteristics").wantStatus(http.StatusOK)
	check := slices.DeleteFunc(facts.linked("/children/"), func(href string) bool { return !strings.HasSuffix(href, "/check") })
	if len(check) == 0 {
		t.Fatal("the details lead nowhere to confirm them")
	}
	for _, href := range check {
		asked := b.get(href).wantStatus(http.StatusOK)
		b.post(href, url.Values{"seen": {asked.field("seen")}, "basis": {"School said so"}}).wantStatus(http.StatusSeeOther)
	}
	page = b.get(at).wantStatus(http.StatusOK).wantWords(fact+" Somebody confirmed it on", "It stays: look whether it is true of this young person.")
	if strings.Contains(page.words(), "It goes along") || strings.Contains(page.words(), "What goes along") {
		t.Error("it says that what stays goes along")
	}
}

// A plan, a form and a meeting, finished or not, are moved from their own page: whose record
// it is, and how one knows; they are on the right file and not on the wrong one, with what
// is due because of them; and undone they are back.
func TestMoveFromItsPage(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(*stage)
		at      string // below the file
		page    string // below that
		words   []string
		due     string // because of it
	}{
		"a plan in force":      {forcedPlan, "/plans/{plan}", "", []string{"Action plan", "Mo is rested at college"}, "Ring the landlord"},
		"a plan being written": {draftedPlan, "/plans/{plan}", "/write", []string{"Action plan", "Mo is rested at college"}, ""},
		"a meeting":            {decidedMeeting, "/meetings/{meeting}", "", []string{"School asked for it", "She stays at school"}, "Tell the school"},
		"a planned meeting":    {plannedMeeting, "/meetings/{meeting}", "", []string{"School asked for it"}, ""},
		"a completed form":     {finalPlan, "/documents/{document}", "", []string{"Ring the college"}, "Ring them"},
		"a form being written": {filledPlan, "/documents/{document}", "/write", []string{"Where things stand"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			c.prepare(s)
			other := s.child("Morgana", "Ashdown")
			for key, value := range s.values {
				c.at = strings.ReplaceAll(c.at, key, value)
			}
			list := c.at[:strings.LastIndex(c.at, "/")]
			b := s.as(s.adviser)
			wrong, right := "/children/"+s.ref.String(), "/children/"+other.String()
			is := func(when, here, gone string) {
				t.Helper()
				b.get(here + c.at + c.page).wantStatus(http.StatusOK).wantWords(c.words...)
				if a := b.get(here + list).wantStatus(http.StatusOK); !strings.Contains(a.body, here+c.at) {
					t.Errorf("%s: it is not in the list at %s", when, here)
				}
				b.get(gone + c.at + c.page).wantStatus(http.StatusNotFound)
				if a := b.get(gone + list).wantStatus(http.StatusOK); strings.Contains(a.body, c.at) {
					t.Errorf("%s: it is still in the list at %s", when, gone)
				}
				if c.due == "" {
					return
				}
				b.get(here + "/work").wantStatus(http.StatusOK).wantWords(c.due)
				if a := b.get(gone + "/work").wantStatus(http.StatusOK); strings.Contains(a.words(), c.due) {
					t.Errorf("%s: what is due is still on %s", when, gone)
				}
			}
			link := b.get(wrong + c.at + c.page).linked(wrong + c.at + "/move")
			if len(link) != 1 {
				t.Fatalf("the page leads to %q to move it", link)
			}
			wantWholePage(t, "move", b.get(link[0]).wantStatus(http.StatusOK).wantWords("Move to the right record", "Show whose that is"))
			shown := b.post(link[0], url.Values{"other": {other.String()}, "do": {"check"}}).wantStatus(http.StatusOK)
			wantWholePage(t, "move, with whose it is", shown)
			shown.wantWords("To Morgana Ashdown")
			form := url.Values{"other": {other.String()}, "shown": {shown.field("shown")}, "do": {"move"}}
			b.post(link[0], form).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter how you know this")
			form.Set("reason", "She told us.")
			b.follow(b.post(link[0], form).wantStatus(http.StatusSeeOther)).wantStatus(http.StatusOK).wantWords("was moved here from file "+s.ref.String(), "She told us.")
			is("moved", right, wrong)

			undo := b.get(wrong + "/corrections").wantWords("was moved from here to file " + other.String()).linked(wrong + "/corrections/")
			if len(undo) != 1 {
				t.Fatalf("it is undone at %q", undo)
			}
			b.follow(b.post(undo[0], url.Values{"reason": {"It was his after all."}}).wantStatus(http.StatusSeeOther)).wantWords("Undone:", "It was his after all.")
			is("undone", wrong, right)
		})
	}
}

// decidedMeeting is one that was held, and decided that the adviser does something.
func decidedMeeting(s *stage) {
	heldMeeting(s)
	s.must(s.casework.Decide(s.t.Context(), s.actor("adviser"), s.ref, meeting.ID(s.values["{meeting}"]), casework.NewDecision{ID: id.New(), Decided: meeting.Decided{
		What: "She stays at school", MadeBy: "All", For: "She likes it", Against: "None", Outcome: "She learns", Reasons: "It goes well",
		Do: "Tell the school", Doer: s.people["adviser"].ID, Due: storetest.Today.AddDays(3),
	}}))
}
