package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html/atom"

	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// caseOf is the address of the open case on a file, from the links that its
// manager is given.
func caseOf(t *testing.T, page answer) string {
	t.Helper()
	for _, a := range page.all(atom.A) {
		if at, ok := strings.CutSuffix(attr(a, "href"), "/transfer"); ok {
			return at
		}
	}
	t.Fatalf("no link to pass the case on:\n%s", page.words())
	return ""
}

func TestWhoWorksWithThem(t *testing.T) {
	clause.Shows(t, "CX-06")
	w := newWorld(t)
	at := "/children/" + w.ref.String() + "/workers"
	page := w.as(w.adviser).get(at).wantStatus(http.StatusOK).wantWords(
		"Participation and guidance", "participation team", "Allocated worker: Ada Adviser", "07700 900123", "No professional of another agency")
	wantWholePage(t, "workers", page)
	if len(page.all(atom.A, "href", at+"/open")) != 0 || strings.Contains(page.words(), "Pass the case on") {
		t.Error("an adviser is offered what a manager decides")
	}
	w.as(w.manager).get(at).wantWords("Pass the case on", "Open a case for a team of your service", "Add a further worker", "Close the case")
	// Whoever did what stands in who has looked.
	w.as(w.manager).get("/children/" + w.ref.String() + "/looks").wantWords("Who works with them")
}

func TestProfessionalsOfOtherAgencies(t *testing.T) {
	clause.Shows(t, "CR-16")
	w := newWorld(t)
	b := w.as(w.adviser)
	wantWholePage(t, "add a professional", b.get("/children/"+w.ref.String()+"/professionals/add").wantStatus(http.StatusOK))
	form := url.Values{
		"agency": {"Otters School"}, "name": {"Tess Teacher"}, "job-title": {"Head of year"}, "telephone": {"none"},
		"from-day": {"31"}, "from-month": {"2"}, "from-year": {"2026"},
	}
	wrong := b.post("/children/"+w.ref.String()+"/professionals/add", form).wantStatus(http.StatusUnprocessableEntity).wantWords("must be a real date")
	if wrong.field("agency") != "Otters School" || wrong.field("from-day") != "31" {
		t.Errorf("what was typed is gone: %q, %q", wrong.field("agency"), wrong.field("from-day"))
	}
	form.Set("from-day", "3")
	b.post("/children/"+w.ref.String()+"/professionals/add", form).wantStatus(http.StatusUnprocessableEntity).wantWords("Telephone must contain a number")
	form.Set("telephone", "01632 960123")
	page := b.follow(b.post("/children/"+w.ref.String()+"/professionals/add", form)).wantStatus(http.StatusOK).wantWords(
		"The professional is added", "Otters School", "Tess Teacher", "Head of year", "01632 960123", "since 3 February 2026")
	end := ""
	for _, a := range page.all(atom.A) {
		if strings.HasSuffix(attr(a, "href"), "/end") {
			end = attr(a, "href")
		}
	}
	wantWholePage(t, "end a professional", b.get(end).wantStatus(http.StatusOK).wantWords("Otters School"))
	b.post(end, url.Values{"last-day": {"1"}, "last-month": {"1"}, "last-year": {"2026"}}).wantStatus(http.StatusUnprocessableEntity).
		wantWords("must not be before 3 February 2026")
	day := url.Values{"last-day": {"4"}, "last-month": {"3"}, "last-year": {"2026"}}
	b.follow(b.post(end, day)).wantWords("Their last day is recorded", "In the past", "3 February 2026 to 4 March 2026")
	b.post(end, day).wantStatus(http.StatusConflict)
}

func TestTheCasePassesOn(t *testing.T) {
	clause.Shows(t, "CR-51")
	w := newWorld(t)
	south := staff.Team{ID: staff.TeamID(id.New()), Name: "South", Service: "participation"}
	w.db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddTeam(ctx, south, tx.Stamp(storetest.By)) })
	bohdan := w.worker("Bohdan", "Both", "Adviser", staff.Contact{}, held{"adviser", south})
	north := w.worker("Nia", "North", "Adviser", staff.Contact{}, held{"adviser", w.north})
	ref := w.child("Wren", "Weston", func() casework.NewEntry {
		e := w.entry("We spoke.", day(-2))
		e.Content.FollowUp, e.Content.FollowUpBy = "Ring the college", day(5)
		return e
	}())
	file := "/children/" + ref.String()
	w.as(w.adviser).startDraft(ref)
	b := w.as(w.manager)
	at := caseOf(t, b.get(file+"/workers"))

	page := b.get(at+"/transfer").wantStatus(http.StatusOK).wantWords("Ada Adviser", "Ring the college", "By 10 March 2026", "Drafts that Ada Adviser has not recorded", "Nia North")
	wantWholePage(t, "transfer", page)
	still := ""
	for _, n := range page.all(atom.Input, "type", "radio") {
		if name := attr(n, "name"); strings.HasPrefix(name, "still-") {
			still = name
		}
	}
	form := url.Values{
		"seen": {page.field("seen")}, "shown": {page.field("shown")}, "team": {string(south.ID)}, "note": {"She likes to be rung after four."}, "show": {"team"},
	}
	// Another team's workers are shown, and nothing typed is lost.
	page = b.post(at+"/transfer", form).wantStatus(http.StatusOK).wantWords("Bohdan Both", "0 cases")
	if page.field("note") != "She likes to be rung after four." || page.field("shown") != string(south.ID) {
		t.Errorf("after choosing the team: note %q, team %q", page.field("note"), page.field("shown"))
	}
	form.Del("show")
	form.Set("shown", string(south.ID))
	wrong := b.post(at+"/transfer", form).wantStatus(http.StatusUnprocessableEntity).wantWords("Select a worker of the team", "Select whether this still is to be done: Ring the college")
	if wrong.field("note") != "She likes to be rung after four." {
		t.Errorf("the note is gone: %q", wrong.field("note"))
	}
	form.Set("worker", string(bohdan.ID))
	form.Set(still, casework.Stands)
	// Somebody is quicker.
	other := w.as(w.manager)
	quick := other.get(at + "/further")
	other.post(at+"/further", url.Values{"seen": {quick.field("seen")}, "worker": {string(north.ID)}}).wantStatus(http.StatusSeeOther)
	// A further worker does not make the page old: who is allocated is the same.
	signedOut := w.browser().post(at+"/transfer", form).wantStatus(http.StatusUnauthorized).wantWords("What you typed is not lost")
	if signedOut.field("note") != "She likes to be rung after four." || signedOut.field("worker") != string(bohdan.ID) {
		t.Error("a session that ended took the note")
	}
	done := b.follow(b.post(at+"/transfer", form)).wantStatus(http.StatusOK).wantWords("The case has passed on", "South", "Allocated worker: Bohdan Both", "Further worker: Nia North")
	if strings.Contains(done.words(), "has left") {
		t.Error("nobody has left")
	}
	stale := b.post(at+"/transfer", form).wantStatus(http.StatusConflict).wantWords("Somebody changed who works with this")
	if stale.field("note") != "She likes to be rung after four." || stale.field("seen") == form.Get("seen") {
		t.Error("after somebody was quicker, the note is gone or the page is as old as it was")
	}
	timeline := w.as(bohdan).get(file+"/timeline").wantWords("Handover", "She likes to be rung after four.", "Ring the college, by 10 March 2026", "Mina Manager", "The case passes from Ada Adviser")
	if strings.Count(timeline.words(), "She likes to be rung after four.") != 1 {
		t.Error("the note is not there once")
	}
	w.as(bohdan).get("/work").wantWords("Mina Manager passed the case on", "Wren Weston")
	w.as(w.adviser).get("/work").wantWords("Mina Manager passed the case on")
	w.as(w.adviser).get(at + "/transfer").wantStatus(http.StatusNotFound)
}

func TestOpenAllocateAndClose(t *testing.T) {
	w := newWorld(t)
	child := w.db.Person(t, "Una", "Allocated", date.Must(2011, 1, 1))
	old := w.db.Episode(t, child.ID, w.north, "")
	b := w.as(w.manager)
	file := "/children/" + child.Reference.String()
	b.get("/work").wantWords("Unallocated: 1", "The oldest for 181 days", "Worker has left: none")
	b.get(file + "/workers").wantWords("Unallocated")
	allocate := b.get(file+"/workers/"+old.ID+"/allocate").wantStatus(http.StatusOK).wantWords("Ada Adviser", "1 case")
	wantWholePage(t, "allocate", allocate)
	form := url.Values{"seen": {allocate.field("seen")}}
	b.post(file+"/workers/"+old.ID+"/allocate", form).wantStatus(http.StatusUnprocessableEntity).wantWords("Select a worker of the team")
	form.Set("worker", string(w.adviser.ID))
	b.follow(b.post(file+"/workers/"+old.ID+"/allocate", form)).wantWords("The case is allocated", "Allocated worker: Ada Adviser")
	w.as(w.adviser).get("/work").wantWords("Mina Manager allocated the case to you")
	b.get("/work").wantWords("Unallocated: none")

	open := b.get(file + "/workers/open").wantStatus(http.StatusOK)
	wantWholePage(t, "open", open)
	b.post(file+"/workers/open", url.Values{"team": {string(w.north.ID)}}).wantStatus(http.StatusUnprocessableEntity).wantWords("already")
	closing := b.get(file + "/workers/" + old.ID + "/close").wantStatus(http.StatusOK)
	wantWholePage(t, "close", closing)
	end := url.Values{"seen": {closing.field("seen")}, "note": {"She starts at college."}}
	wrong := b.post(file+"/workers/"+old.ID+"/close", end).wantStatus(http.StatusUnprocessableEntity).wantWords("Select why the work ended")
	if wrong.field("note") != "She starts at college." {
		t.Error("the note is gone")
	}
	end.Set("reason", "outcomes-met")
	b.follow(b.post(file+"/workers/"+old.ID+"/close", end)).wantWords("The case is closed", "What was agreed has been achieved", "She starts at college.")
	b.get(file + "/workers/" + old.ID + "/close").wantStatus(http.StatusNotFound)
}

func TestCaseloadPages(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.manager)
	page := b.get("/caseloads").wantStatus(http.StatusOK).wantWords("Caseload: participation team", "All (1)", "Unallocated (0)", "Morgan Ashdown", "Ada Adviser", "Open since")
	wantWholePage(t, "caseload", page)
	b.get("/caseloads?of=service&sort=name").wantStatus(http.StatusOK).wantWords("Caseload: Participation and guidance", "Morgan Ashdown")
	b.get("/caseloads?state=unallocated").wantStatus(http.StatusOK).wantWords("No case is in this state")
	for _, wrong := range []string{"?state=lost", "?of=nobody", "?page=0", "?page=x", "?of=" + id.New()} {
		b.get("/caseloads" + wrong).wantStatus(http.StatusNotFound)
	}
	if nav := w.as(w.adviser).get("/work"); len(nav.all(atom.A, "href", "/caseloads")) != 0 {
		t.Error("an adviser is offered the caseload of the team")
	}
	w.as(w.adviser).get("/caseloads").wantStatus(http.StatusNotFound)

	// A restricted file stands in no list, no count and no state.
	restricted := w.db.Person(t, "Rae", "Restricted", date.Must(2011, 1, 1))
	w.db.Episode(t, restricted.ID, w.north, "")
	b.get("/caseloads").wantWords("All (2)")
	w.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		return tx.AddRestriction(ctx, right.Restriction{ID: id.New(), Person: restricted.ID, Reason: "x", Clocks: storetest.Clocks(storetest.Today)})
	})
	if after := b.get("/caseloads").wantWords("All (1)", "Unallocated (0)"); after.words() != page.words() {
		t.Errorf("a restricted file shows:\n%s", after.words())
	}
	b.get("/children/" + restricted.Reference.String() + "/workers").wantStatus(http.StatusNotFound)
}

func TestCaseloadInPages(t *testing.T) {
	w := newWorld(t)
	var files []casework.NewFile
	for range casework.CaseloadLines {
		files = append(files, casework.NewFile{
			New:      person.New{Names: []person.Name{{Kind: person.Legal, Given: "Many", Family: "Others"}}},
			Episodes: []casework.NewEpisode{{Service: "participation", Team: w.north.ID, Period: date.Period{From: day(-1)}}},
		})
	}
	if _, err := w.casework.MakeFiles(t.Context(), "test", files); err != nil {
		t.Fatal(err)
	}
	b := w.as(w.manager)
	first := b.get("/caseloads").wantStatus(http.StatusOK).wantWords("All (51)", "Morgan Ashdown", "Next page")
	if len(first.all(atom.A, "href", "/caseloads?page=2")) != 1 {
		t.Error("no way to the second page")
	}
	second := b.get("/caseloads?page=2").wantStatus(http.StatusOK).wantWords("Page before")
	if n := len(second.within(second.one(atom.Tbody), atom.Tr)); n != 1 {
		t.Errorf("%d cases on the second page, want 1", n)
	}
}

func TestAbsencePages(t *testing.T) {
	w := newWorld(t)
	cora := w.worker("Cora", "Cover", "Adviser", staff.Contact{Mobile: "07700 900777"}, held{"adviser", w.north})
	b := w.as(w.adviser)
	b.get("/workers/me").wantStatus(http.StatusOK).wantWords("Absence and cover", "No absence is declared")
	page := b.get("/workers/me/absence").wantStatus(http.StatusOK).wantWords("Cora Cover")
	wantWholePage(t, "absence", page)
	form := url.Values{
		"from-day": {"5"}, "from-month": {"3"}, "from-year": {"2026"}, "to-day": {"4"}, "to-month": {"3"}, "to-year": {"2026"},
		"cover": {string(cora.ID)}, "note": {"Ring Cora"},
	}
	wrong := b.post("/workers/me/absence", form).wantStatus(http.StatusUnprocessableEntity).wantWords("must not be before the first")
	if wrong.field("note") != "Ring Cora" {
		t.Error("what was typed is gone")
	}
	form.Set("to-day", "9")
	b.follow(b.post("/workers/me/absence", form)).wantWords("The absence is recorded", "Away, 5 March 2026 to 9 March 2026", "Cora Cover covers.", "Back today")
	w.as(cora).get("/work").wantWords("Covering for Ada Adviser until 9 March 2026", "Morgan Ashdown")
	w.as(cora).get("/workers/me").wantWords("You cover for Ada Adviser")
	w.as(w.manager).get("/children/"+w.ref.String()).wantWords("away until 9 March 2026; Cora Cover covers", "07700 900777")
	w.as(w.manager).get("/children/" + w.ref.String() + "/workers").wantWords("Away until 9 March 2026. Cora Cover covers")
	w.as(w.manager).get("/caseloads?state=away").wantWords("Worker is away (1)", "Away without cover (0)", "Morgan Ashdown")

	manager := w.as(w.manager)
	at := "/workers/" + string(w.adviser.ID)
	desk := manager.get(at).wantStatus(http.StatusOK).wantWords("Ada Adviser", "Personal adviser", "End this role", "Away, 5 March 2026")
	wantWholePage(t, "worker", desk)
	end := ""
	for _, f := range desk.all(atom.Form) {
		if strings.Contains(attr(f, "action"), "/absences/") {
			end = attr(f, "action")
		}
	}
	w.as(cora).post(end, nil).wantStatus(http.StatusNotFound)
	manager.follow(manager.post(end, nil)).wantWords("The absence is ended", "No absence is declared")
	manager.post(end, nil).wantStatus(http.StatusConflict)
	w.as(cora).get(at).wantStatus(http.StatusNotFound)
	w.as(w.outsider).get(at).wantStatus(http.StatusNotFound)
}

func TestLeaverPages(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.manager)
	workers := b.get("/workers")
	if len(workers.all(atom.A, "href", "/workers/"+string(w.adviser.ID))) != 1 || len(workers.all(atom.A, "href", "/workers/"+string(w.outsider.ID))) != 0 {
		t.Error("a manager is led to others than the workers of their service")
	}
	leaver := w.as(w.adviser)
	leaver.get("/work").wantStatus(http.StatusOK)
	end := ""
	for _, a := range b.get("/workers/" + string(w.adviser.ID)).all(atom.A) {
		if strings.HasSuffix(attr(a, "href"), "/end") {
			end = attr(a, "href")
		}
	}
	page := b.get(end).wantStatus(http.StatusOK).wantWords("Ada Adviser", "What they leave behind: 1 case", "Morgan Ashdown", "turn red")
	wantWholePage(t, "end a role", page)
	b.follow(b.post(end, nil)).wantWords("The role is ended", "Worker has left: 1")
	leaver.get("/work").wantStatus(http.StatusForbidden).wantWords("holds no role today")
	b.get("/children/" + w.ref.String() + "/workers").wantWords("Ada Adviser has left; nobody is working with Morgan.")
	b.get("/caseloads?state=left").wantWords("Worker has left (1)", "Has left", "Morgan Ashdown")
	b.post(end, nil).wantStatus(http.StatusNotFound)
}
