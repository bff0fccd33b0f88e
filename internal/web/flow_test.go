package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/web"
)

func TestSignIn(t *testing.T) {
	w := newWorld(t)
	_, enrolment, err := w.auth.NewAccount(t.Context(), "newcomer", string(w.adviser.ID))
	if err != nil {
		t.Fatal(err)
	}
	b := w.browser()
	file := "/children/" + w.ref.String()
	to := b.get(file).wantStatus(http.StatusSeeOther).location()
	page := b.get(to).wantStatus(http.StatusOK).wantWords("You will come back to the page you asked for")
	if page.field("next") != file {
		t.Fatalf("the way back is %q, want %q", page.field("next"), file)
	}

	wrong := b.post("/sign-in", url.Values{"login": {"newcomer"}, "password": {"wrong"}, "next": {file}}).wantStatus(http.StatusUnauthorized)
	if wrong.field("login") != "newcomer" || wrong.field("password") != "" || wrong.field("next") != file {
		t.Errorf("after a wrong password: login %q, password %q, next %q", wrong.field("login"), wrong.field("password"), wrong.field("next"))
	}
	wrong.one(atom.Div, "role", "alert")
	wantWholePage(t, "wrong password", wrong)

	b.get("/sign-in/code").wantStatus(http.StatusSeeOther) // the password comes first
	before := b.cookies["casefile"]
	asked := b.post("/sign-in", url.Values{"login": {" Newcomer "}, "password": {enrolment.Password}, "next": {file}}).wantStatus(http.StatusSeeOther)
	if b.cookies["casefile"] == before {
		t.Error("the session kept its token over the password")
	}
	code := b.get(asked.location()).wantStatus(http.StatusOK)
	wantWholePage(t, "code", code)
	if code.field("next") != file {
		t.Errorf("the way back is %q on the code page", code.field("next"))
	}
	b.get("/work").wantStatus(http.StatusSeeOther) // half signed in is not signed in
	b.post("/sign-in/code", url.Values{"code": {"000000"}, "next": {file}}).wantStatus(http.StatusUnauthorized)
	right, err := totp.GenerateCode(enrolment.Secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if got := b.post("/sign-in/code", url.Values{"code": {right}, "next": {file}}).wantStatus(http.StatusSeeOther).location(); got != file {
		t.Errorf("signed in, led to %q, want %q", got, file)
	}

	// A password that somebody else has seen opens one page.
	if got := b.get(file).wantStatus(http.StatusSeeOther).location(); got != "/password?next="+url.QueryEscape(file) {
		t.Errorf("with a password to change, led to %q", got)
	}
	forced := b.get("/password?next=" + url.QueryEscape(file)).wantStatus(http.StatusOK)
	wantWholePage(t, "password", forced)
	forced.wantWords("there were 2 failed attempts to sign in with your login")
	change := url.Values{"current": {enrolment.Password}, "chosen": {"short"}, "again": {"other"}, "next": {file}}
	b.post("/password", change).wantStatus(http.StatusUnprocessableEntity).wantWords("not the same")
	change.Set("again", "short")
	b.post("/password", change).wantStatus(http.StatusUnprocessableEntity).wantWords("12 characters")
	change.Set("chosen", "purple lighthouse kettle")
	change.Set("again", "purple lighthouse kettle")
	change.Set("current", "wrong")
	b.post("/password", change).wantStatus(http.StatusUnauthorized)
	change.Set("current", enrolment.Password)
	if got := b.post("/password", change).wantStatus(http.StatusSeeOther).location(); got != file {
		t.Errorf("password changed, led to %q, want %q", got, file)
	}
	b.get(file).wantStatus(http.StatusOK).wantWords("Your password is changed")
	b.get("/sign-in").wantStatus(http.StatusSeeOther)

	old := b.cookies["casefile"]
	b.follow(b.post("/sign-out", nil).wantStatus(http.StatusSeeOther)).wantWords("You are signed out")
	b.cookies["casefile"] = old
	b.get("/work").wantStatus(http.StatusSeeOther) // the old token opens nothing

	again := w.browser()
	again.post("/sign-in", url.Values{"login": {"newcomer"}, "password": {"purple lighthouse kettle"}}).wantStatus(http.StatusSeeOther)
	again.post("/sign-in/code", url.Values{"code": {right}}).wantStatus(http.StatusUnauthorized) // a code works once
}

// Whoever never signed in has nothing to sign out of, and leaves nothing in the
// store however often they say so.
func TestSignOutOfNobody(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.follow(b.post("/sign-out", nil)).wantStatus(http.StatusOK).wantWords("Sign in")
	if len(b.cookies) != 0 {
		t.Errorf("cookies: %v", b.cookies)
	}
	var sessions int
	if err := w.db.Raw.QueryRow("SELECT count(*) FROM session").Scan(&sessions); err != nil || sessions != 0 {
		t.Errorf("%d sessions of nobody (%v)", sessions, err)
	}
}

func TestNextStaysHere(t *testing.T) {
	w := newWorld(t)
	for _, next := range []string{
		"https://example.org/", "//example.org/x", "/\\example.org", "/%2f/example.org", "\\/example.org", "javascript:alert(1)",
		"/work\r\nSet-Cookie: a=b", "/a b", "/x?y=z", "/x#y", "/user@example.org", "/" + strings.Repeat("x", 300), "work", "/é",
	} {
		b := w.browser()
		if got := b.get("/sign-in?next=" + url.QueryEscape(next)).wantStatus(http.StatusOK).field("next"); got != "" {
			t.Errorf("sign-in with next %q keeps %q", next, got)
		}
		signedIn := w.as(w.adviser)
		if got := signedIn.get("/sign-in?next=" + url.QueryEscape(next)).wantStatus(http.StatusSeeOther).location(); got != "/work" {
			t.Errorf("signed in with next %q: led to %q", next, got)
		}
	}
	if got := w.as(w.adviser).get("/sign-in?next=/workers/me").location(); got != "/workers/me" {
		t.Errorf("a page of ours: led to %q", got)
	}
}

func TestRoles(t *testing.T) {
	w := newWorld(t)
	both := w.worker("Boris", "Both", "Adviser and manager", staff.Contact{}, held{"adviser", w.north}, held{"business-support", w.family})
	b := w.as(both)
	file := "/children/" + w.ref.String()
	if got := b.get(file).wantStatus(http.StatusSeeOther).location(); got != "/role?next="+url.QueryEscape(file) {
		t.Fatalf("with two roles, led to %q", got)
	}
	page := b.get("/role?next="+url.QueryEscape(file)).wantStatus(http.StatusOK).wantWords("Personal adviser", "Business support officer")
	wantWholePage(t, "role", page)
	choices := page.all(atom.Input, "type", "radio")
	if len(choices) != 2 {
		t.Fatalf("%d roles to choose from, want 2", len(choices))
	}
	b.post("/role", url.Values{"role": {"somebody else's"}}).wantStatus(http.StatusUnprocessableEntity)
	opened := map[int]bool{}
	for _, c := range choices {
		if got := b.post("/role", url.Values{"role": {attr(c, "value")}, "next": {file}}).wantStatus(http.StatusSeeOther).location(); got != file {
			t.Errorf("role chosen, led to %q", got)
		}
		opened[b.get(file).status] = true
	}
	if !opened[http.StatusOK] || !opened[http.StatusNotFound] {
		t.Errorf("the file opened with %v: the role does not decide", opened)
	}
	none := w.worker("Noah", "Norole", "", staff.Contact{})
	w.as(none).get("/work").wantStatus(http.StatusForbidden).wantWords("holds no role today")
}

func TestSignInIsLimited(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	for range 30 {
		b.post("/sign-in", nil)
	}
	b.post("/sign-in", nil).wantStatus(http.StatusTooManyRequests).wantWords("Too many attempts", "Wait a minute")
	b.get("/sign-in").wantStatus(http.StatusOK)
}

func TestDemoDoorIsNotThere(t *testing.T) {
	w := newWorld(t, func(o *web.Options) { o.Demo = nil })
	b := w.browser()
	for _, p := range w.server.Patterns() {
		if strings.Contains(p, "demo") {
			t.Errorf("without a demo there is the route %s", p)
		}
	}
	b.post("/demo", url.Values{"worker": {"ada"}}).wantStatus(http.StatusSeeOther)
	b.get("/work").wantStatus(http.StatusSeeOther)
	if got := b.get("/").location(); got != "/sign-in" {
		t.Errorf("the first page leads to %q", got)
	}
	if a := b.get("/sign-in"); len(a.all(atom.A, "href", "/demo")) > 0 {
		t.Error("the sign-in page leads to the door")
	}
}

func TestDemoDoor(t *testing.T) {
	w := newWorld(t, func(o *web.Options) {
		o.Demo.Workers = []web.DemoWorker{
			{Key: "ada", Name: "Ada Adviser", Role: "Personal adviser", Team: "North", Service: "Participation", About: "Find Morgan."},
			{Key: "sol", Name: "Sol System", Role: "System administrator", Team: "Systems"},
			{Key: "wil", Name: "Wil Worker", Role: "Social worker", Team: "South", Service: "Social care"},
			{Key: "mo", Name: "Mo Manager", Role: "Team manager", Team: "North", Service: "Participation"},
		}
	})
	b := w.browser()
	if got := b.get("/").location(); got != "/demo" {
		t.Fatalf("the first page leads to %q", got)
	}
	// By service, those of none last: whoever wrote stands beside whoever authorises.
	a := b.get("/demo").wantStatus(http.StatusOK).wantWords("Ada Adviser, North", "invented", "Whoever wrote something does not authorise it.")
	var order []string
	for n := range a.one(atom.Main).Descendants() {
		if n.DataAtom == atom.H2 || n.DataAtom == atom.H3 {
			order = append(order, text(n))
		}
	}
	want := []string{"Participation", "Personal adviser", "Team manager", "Social care", "Social worker", "Across the services, and of other agencies", "System administrator"}
	if !slices.Equal(order, want) {
		t.Errorf("the door has %q, want %q", order, want)
	}
	if a.field("worker") != "ada" {
		t.Errorf("the button is for %q", a.field("worker"))
	}
	b.post("/demo", url.Values{"worker": {"nobody"}}).wantStatus(http.StatusNotFound)
	b.post("/demo", url.Values{"worker": {"ada"}}).wantStatus(http.StatusSeeOther)
	b.get("/work").wantStatus(http.StatusOK)
}

func TestFind(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.adviser)
	a := b.post("/find", url.Values{"q": {"ashd 5/3/2010"}}).wantStatus(http.StatusOK)
	a.wantWords("1 young person found", "Morgan Ashdown (known as Mo Ashdown)", "5 March 2010 (16 years old), estimated", w.ref.String(),
		"Testham, ZX1", "Participation and guidance", "Ada Adviser", "07700 900123")
	if len(a.all(atom.A, "href", "/children/"+w.ref.String())) != 1 || len(a.all(atom.A, "href", "tel:07700900123")) != 1 {
		t.Error("no link to the file, or to the telephone")
	}
	// The search can be had again by an address that does not say what it was.
	again := ""
	for n := range a.root.Descendants() {
		if n.Type == html.ElementNode && attr(n, "data-history") != "" {
			again = attr(n, "data-history")
		}
	}
	if !strings.HasPrefix(again, "/find?again=") || strings.Contains(strings.ToLower(again), "ashd") {
		t.Errorf("the address of the search: %q", again)
	}
	if back := b.get(again).wantStatus(http.StatusOK).wantWords("1 young person found", w.ref.String()); back.field("q") != "ashd 5/3/2010" {
		t.Errorf("again: %q", back.field("q"))
	}
	w.as(w.outsider).get(again).wantStatus(http.StatusNotFound)
	if a.field("q") != "ashd 5/3/2010" {
		t.Errorf("what was typed is gone: %q", a.field("q"))
	}
	none := b.post("/find", url.Values{"q": {"Nobodyatall"}}).wantStatus(http.StatusOK).wantWords("Nobody found", "How to search", "stands for any letters")
	wantWholePage(t, "nobody found", none)
	wantWholePage(t, "empty search", b.post("/find", url.Values{"q": {" "}}).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter a name"))
	b.post("/find", url.Values{"q": {"ashdown 31/2/2010"}}).wantStatus(http.StatusOK).wantWords("Not understood", "31/2/2010")
	w.as(w.outsider).post("/find", url.Values{"q": {"ashdown"}}).wantStatus(http.StatusOK).wantWords("Nobody found")
	for range casework.MostFound {
		w.child("Many", "Ashdown")
	}
	b.post("/find", url.Values{"q": {"ashdown"}}).wantWords("The first 25 of more", "narrow it", "another name, the date of birth")
}

// A search says why each person was found, marks what differs, and can be made
// box by box.
func TestFindSaysWhy(t *testing.T) {
	clause.Shows(t, "CR-11")
	w := newWorld(t)
	b := w.as(w.adviser)
	find := func(q string) answer { return b.post("/find", url.Values{"q": {q}}).wantStatus(http.StatusOK) }
	find("morgan ashdown").wantWords("1 young person found", "Name as you typed it")
	find("mogran ashdown").wantWords("Mogran is one letter from Morgan")
	find("ashdoun morgan").wantWords("Ashdoun is one letter from Ashdown")
	find("*down").wantWords("Fits *down")
	find("ashdown zx1").wantWords("postcode ZX1")
	wrong := find("morgan ashdown 6/3/2010").wantWords("date of birth one digit different")
	if n := wrong.class("app-card__line"); len(n) == 0 || len(wrong.all(atom.Strong, "", "")) == 0 {
		t.Error("what differs is not marked")
	}
	wantWholePage(t, "found with reasons", wrong)
	boxes := url.Values{"given": {"Morgan"}, "family": {"Ashdown"}, "born-month": {"3"}, "born-year": {"2010"}, "postcode": {"ZX1"}}
	a := b.post("/find", boxes).wantStatus(http.StatusOK).wantWords("1 young person found", "date of birth fits", "postcode ZX1")
	for name, want := range map[string]string{"given": "Morgan", "family": "Ashdown", "born-month": "3", "born-year": "2010", "postcode": "ZX1"} {
		if got := a.field(name); got != want {
			t.Errorf("what was typed as %s is %q", name, got)
		}
	}
	b.post("/find", url.Values{"given": {"Ashdown"}, "family": {"Morgan"}}).wantWords("Given and family name the other way round")
	b.post("/find", url.Values{"family": {"Ashdown"}, "born-day": {"31"}, "born-month": {"2"}, "born-year": {"2010"}}).wantWords("Not understood", "31 2 2010")
	b.post("/find", url.Values{"q": {"ashdown"}, "given": {"Morgan"}}).wantWords("1 young person found")
	for range 12 {
		w.child("Same", "Namesworth")
	}
	find("same namesworth").wantWords("12 young people found", "Many fit equally well. To narrow it, add the date of birth")
}

// TestHeaderOfEveryTab: every part of a file says whose it is.
func TestHeaderOfEveryTab(t *testing.T) {
	clause.Shows(t, "CX-32", "KF-10")
	w := newWorld(t)
	b := w.as(w.adviser)
	draft := b.startDraft(w.ref)
	file := "/children/" + w.ref.String()
	for _, path := range []string{file, file + "/timeline", file + "/looks", file + "/record", draft, draft + "/drop"} {
		a := b.get(path).wantStatus(http.StatusOK)
		bar := a.class("moj-identity-bar")
		if len(bar) != 1 {
			t.Errorf("%s: %d identity bars", path, len(bar))
			continue
		}
		for _, want := range []string{
			"Morgan Ashdown (known as Mo Ashdown)", "Born 5 March 2010 (16 years old), estimated", "Reference " + w.ref.String(), "Female",
			"Participation and guidance: Ada Adviser 07700 900123",
		} {
			if got := text(bar[0]); !strings.Contains(got, want) {
				t.Errorf("%s: the bar says %q, not %q", path, got, want)
			}
		}
	}
	a := b.get(file)
	a.wantWords("1 Test Lane", "Since 5 March 2023", "07700 900001", "mo@example.org", "Ethnicity", "White British", "Known as", "That you looked at this is recorded")
	if len(a.all(atom.A, "href", file+"/looks", "aria-current", "")) == 0 {
		t.Error("no tab for who has looked")
	}
	print := b.get(file + "/timeline").class("app-print-header")
	if len(print) != 1 || !strings.Contains(text(print[0]), "Morgan Ashdown") || !strings.Contains(text(print[0]), w.ref.String()) {
		t.Error("the printed pages do not say whose file it is")
	}
}

func TestRecord(t *testing.T) {
	clause.Shows(t, "CX-15", "CR-40", "CR-01")
	w := newWorld(t)
	b := w.as(w.adviser)
	file := "/children/" + w.ref.String()
	b.get(file + "/timeline").wantStatus(http.StatusOK).wantWords("Nothing is recorded here yet")
	choose := b.get(file+"/record").wantStatus(http.StatusOK).wantWords("What happened?", "Contact with Client", "Contact Without Client")
	wantWholePage(t, "choose", choose)
	wantWholePage(t, "nothing chosen", b.post(file+"/record", nil).wantStatus(http.StatusUnprocessableEntity).wantWords("Select what happened"))
	draft := b.startDraft(w.ref)
	form := b.get(draft).wantStatus(http.StatusOK).wantWords("Contact with Client", "Interview", "Phone call", "What happened", "Draft saved at 10:00am")
	if form.field("happened-day") != "5" || form.field("rev") != "1" {
		t.Errorf("a new draft has day %q, rev %q", form.field("happened-day"), form.field("rev"))
	}
	if len(form.all(atom.Input, "name", "seen")) > 0 {
		t.Error("the form asks what its definition does not")
	}
	if got := attr(form.one(atom.Form, "method", "post", "action", draft), "data-autosave"); got != draft+"/autosave" {
		t.Errorf("it is saved at %q", got)
	}

	bad := contact("1", "  ")
	bad.Set("happened-month", "13")
	bad.Set("with-whom", "Her aunt")
	a := b.post(draft, bad).wantStatus(http.StatusUnprocessableEntity).wantWords("There is a problem", "Enter what happened", "must be a real date")
	wantWholePage(t, "problems", a)
	for name, want := range map[string]string{
		"with-whom": "Her aunt", "happened-month": "13", "category": "phone-call", "significant": "yes", "rev": "2", "text": "  ",
	} {
		if got := a.field(name); got != want {
			t.Errorf("after a mistake %s is %q, want %q", name, got, want)
		}
	}

	words := "She said she wants to start.\n\nI agreed to write."
	a = b.post(draft, contact("2", words)).wantStatus(http.StatusSeeOther)
	id := draft[strings.LastIndex(draft, "/")+1:]
	if want := file + "/timeline#entry-" + id; a.location() != want {
		t.Fatalf("recorded, led to %q, want %q", a.location(), want)
	}
	timeline := b.follow(a).wantStatus(http.StatusOK)
	timeline.wantWords("Your entry is recorded", "March 2026", "Contact with Client: Phone call", "by Ada Adviser, Personal adviser",
		"4 March 2026 at 2:30pm", "Mo and her mother", "Significant", "Written 1 day later", "Recorded 5 March 2026 at 10:00am")
	wantWholePage(t, "timeline", timeline)
	if shown := timeline.class("app-as-typed"); len(shown) != 1 || rawText(shown[0]) != words {
		t.Errorf("the text is not as it was typed")
	}
	if got := attr(timeline.one(0, "id", "entry-"+id), "tabindex"); got != "-1" {
		t.Errorf("the new entry cannot take the focus: tabindex %q", got)
	}
	if a := b.get(file + "/timeline"); strings.Contains(a.body, "Your entry is recorded") {
		t.Error("the banner comes back")
	}
	// The button pressed twice, or the answer lost on the way.
	again := b.post(draft, contact("2", words)).wantStatus(http.StatusSeeOther)
	if n := len(b.follow(again).class("moj-timeline__item")); n != 1 {
		t.Errorf("pressed twice, %d entries", n)
	}
	// Back to the page before, which is no form any more.
	b.follow(b.get(draft).wantStatus(http.StatusSeeOther)).wantWords("Your entry is recorded")
}

func TestSaveAndDrop(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.adviser)
	draft := b.startDraft(w.ref)
	saved := b.post(draft+"/save", url.Values{"rev": {"1"}, "text": {"half a sent"}, "happened-day": {"99"}}).wantStatus(http.StatusSeeOther)
	if saved.location() != draft {
		t.Errorf("saved, led to %q", saved.location())
	}
	a := b.follow(saved).wantWords("Your draft is saved")
	if a.field("text") != "half a sent" || a.field("happened-day") != "99" {
		t.Errorf("the draft came back as %q, day %q", a.field("text"), a.field("happened-day"))
	}
	if work := b.get("/work").wantWords("Drafts I left (1)", "Morgan Ashdown", "today at 10:00am"); len(work.all(atom.A, "href", draft)) != 1 {
		t.Error("my work does not lead to the draft")
	}
	other := w.as(w.manager)
	other.get(draft).wantStatus(http.StatusNotFound) // drafts are one's own
	drop := b.get(draft+"/drop").wantStatus(http.StatusOK).wantWords("Throw away this draft?", "half a sent")
	// Nothing is thrown away that nobody saw.
	stale := b.post(draft+"/drop", url.Values{"rev": {"1"}}).wantStatus(http.StatusConflict).wantWords("saved from another page meanwhile", "half a sent")
	wantWholePage(t, "drop, saved meanwhile", stale)
	if stale.field("rev") != drop.field("rev") {
		t.Errorf("the page asks about version %s, want %s", stale.field("rev"), drop.field("rev"))
	}
	b.follow(b.post(draft+"/drop", url.Values{"rev": {drop.field("rev")}})).wantStatus(http.StatusOK).wantWords("The draft is thrown away")
	lost := b.post(draft+"/save", url.Values{"rev": {"2"}, "text": {"typed after that"}}).wantStatus(http.StatusNotFound)
	lost.wantWords("could not be saved", "not lost: it is on this page")
	if got := lost.field("typed"); got != "typed after that" {
		t.Errorf("the page holds %q", got)
	}
	wantWholePage(t, "lost", lost)
}

func TestSignedOutWhileWriting(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.adviser)
	draft := b.startDraft(w.ref)
	signedOut := w.browser()
	for _, way := range []string{"", "/save"} {
		a := signedOut.post(draft+way, contact("1", "a long talk")).wantStatus(http.StatusUnauthorized).wantWords("it is on this page")
		wantWholePage(t, "signed out", a)
		form := a.one(atom.Form, "action", draft+way)
		if attr(form, "method") != "post" || a.field("text") != "a long talk" || a.field("rev") != "1" || a.field("with-whom") != "Mo and her mother" {
			t.Errorf("the form to send again: text %q, rev %q", a.field("text"), a.field("rev"))
		}
		if strings.Contains(a.body, "Ashdown") {
			t.Error("a page for nobody names the child")
		}
	}
	w.casework.Close()
	a := b.post(draft, contact("9", "words")).wantStatus(http.StatusServiceUnavailable).wantWords("it is on this page", "Try again")
	if a.field("text") != "words" {
		t.Errorf("the page of a busy server holds %q", a.field("text"))
	}
}

func TestAutosave(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.adviser)
	draft := b.startDraft(w.ref)
	save := func(b *browser, rev, words string) (answer, map[string]any) {
		a := b.post(draft+"/autosave", contact(rev, words), "Accept", "application/json")
		var v map[string]any
		if err := json.Unmarshal([]byte(a.body), &v); err != nil || a.header.Get("Content-Type") != "application/json" {
			t.Fatalf("status %d, not JSON: %q", a.status, a.body)
		}
		return a, v
	}
	a, v := save(b, "1", "first")
	if a.status != http.StatusOK || v["rev"] != 2.0 || v["saved"] != "10:00am" {
		t.Errorf("saved: status %d, %v", a.status, v)
	}
	if a, v := save(b, "1", "first"); a.status != http.StatusOK || v["rev"] != 2.0 {
		t.Errorf("sent twice: status %d, %v", a.status, v)
	}
	a, v = save(b, "1", "second")
	if a.status != http.StatusConflict || v["conflict"] != true || v["url"] != draft+"/save" {
		t.Errorf("stale: status %d, %v", a.status, v)
	}
	if a, _ := save(w.browser(), "2", "third"); a.status != http.StatusUnauthorized {
		t.Errorf("signed out: status %d, want 401", a.status)
	}
	if a, _ := save(w.as(w.outsider), "2", "third"); a.status != http.StatusNotFound {
		t.Errorf("another service: status %d, want 404", a.status)
	}
	if a, _ := save(b, "2", strings.Repeat("x", entry.MaxDraft+1)); a.status != http.StatusUnprocessableEntity {
		t.Errorf("too long: status %d, want 422", a.status)
	}
	if got := b.get(draft).field("text"); got != "first" {
		t.Errorf("the draft holds %q", got)
	}
	// The longest draft is taken in any script: a form sends such a letter as
	// twelve bytes.
	longest := strings.Repeat("𐍈", entry.MaxDraft-200)
	if a, v := save(b, "2", longest); a.status != http.StatusOK || v["rev"] != 3.0 {
		t.Errorf("the longest draft: status %d, %v", a.status, v)
	}
	if b.get(draft).field("text") != longest {
		t.Error("the longest draft came back changed")
	}
}

func TestTwoVersions(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.adviser)
	draft := b.startDraft(w.ref)
	theirs := contact("1", "We met. She was calm. We agreed a plan.")
	theirs.Del("with-whom")
	b.post(draft+"/save", theirs).wantStatus(http.StatusSeeOther)
	mine := contact("1", "We met. She was angry. We agreed a plan.")
	for _, way := range []string{"", "/save"} {
		a := b.post(draft+way, mine).wantStatus(http.StatusConflict)
		a.wantWords("There are two versions", "She was calm.", "She was angry.", "Differs", "Nothing is lost")
		wantWholePage(t, "two versions", a)
		var marked []string
		for _, m := range a.all(atom.Mark) {
			marked = append(marked, text(m))
		}
		if got := strings.Join(marked, "|"); got != "Mo and her mother|angry.|calm." {
			t.Errorf("marked as differing: %q", got)
		}
		if a.field("rev") != "2" || a.field("text") != mine.Get("text") {
			t.Errorf("the choice carries rev %q, text %q", a.field("rev"), a.field("text"))
		}
	}
	merge := func(keep string) answer {
		form := contact("2", mine.Get("text"))
		form.Set("keep", keep)
		return b.post(draft+"/merge", form).wantStatus(http.StatusOK)
	}
	for keep, want := range map[string]string{
		"mine":  "We met. She was angry. We agreed a plan.",
		"other": "We met. She was calm. We agreed a plan.",
		"both":  "We met. She was calm. We agreed a plan.\n\nWe met. She was angry. We agreed a plan.",
	} {
		a := merge(keep)
		if got := a.field("text"); got != want || a.field("rev") != "2" {
			t.Errorf("keep %s: %q with rev %q", keep, got, a.field("rev"))
		}
		wantWholePage(t, "keep "+keep, a)
	}
	if got := merge("both").field("with-whom"); got != "Mo and her mother" {
		t.Errorf("both: who was there is %q", got)
	}
	// A third version is noticed too.
	b.post(draft+"/save", contact("2", "third")).wantStatus(http.StatusSeeOther)
	form := contact("2", "mine")
	form.Set("keep", "mine")
	b.post(draft+"/merge", form).wantStatus(http.StatusConflict).wantWords("third", "mine")
}

func TestMaskedEntry(t *testing.T) {
	w := newWorld(t)
	secret := w.entry("what nobody else may read", day(-3))
	secret.Content.Sensitive = true
	ref := w.child("Sam", "Secret", secret)
	south := w.db.Team(t, "participation")
	elsewhere := w.worker("Elsa", "Elsewhere", "", staff.Contact{}, held{"adviser", south})
	file := "/children/" + ref.String()
	a := w.as(elsewhere).get(file+"/timeline").wantStatus(http.StatusOK).wantWords("An entry that you may not read", "2 March 2026", "marked it sensitive")
	for _, hidden := range []string{"nobody else", "Ada Adviser, Personal", "Interview"} {
		if strings.Contains(a.words(), hidden) {
			t.Errorf("a masked entry shows %q", hidden)
		}
	}
	w.as(w.adviser).get(file+"/timeline").wantWords("what nobody else may read", "Sensitive")
}

func TestTimelinePages(t *testing.T) {
	w := newWorld(t)
	var entries []casework.NewEntry
	for i := range 2*casework.PageLines + 5 {
		entries = append(entries, w.entry("entry", day(-i)))
	}
	ref := w.child("Long", "File", entries...)
	b := w.as(w.adviser)
	path := "/children/" + ref.String() + "/timeline"
	step := func(rel string) (href string) {
		a := b.get(path).wantStatus(http.StatusOK)
		for _, l := range a.all(atom.A, "rel", rel) {
			return attr(l, "href")
		}
		return ""
	}
	base := path
	seen := 0
	for range 3 {
		seen += len(b.get(path).class("moj-timeline__item"))
		if older := step("next"); older != "" {
			path = base + older
		}
	}
	if seen != len(entries) {
		t.Errorf("%d entries on three pages, want %d", seen, len(entries))
	}
	if step("next") != "" {
		t.Error("the last page leads further")
	}
	for range 2 {
		path = base + step("prev")
	}
	if path != base+"?" || step("prev") != "" {
		t.Errorf("back from the last page leads to %q", path)
	}
	b.get(base + "?before=%00").wantStatus(http.StatusOK)
}

func TestWhoHasLooked(t *testing.T) {
	clause.Shows(t, "KF-02")
	w := newWorld(t)
	b := w.as(w.adviser)
	file := "/children/" + w.ref.String()
	b.post("/find", url.Values{"q": {"ashdown"}})
	b.get(file + "/timeline")
	b.post(b.startDraft(w.ref), contact("1", "said")).wantStatus(http.StatusSeeOther)
	w.as(w.outsider).get(file).wantStatus(http.StatusNotFound)
	folded := w.as(w.manager).get(file + "/looks").wantStatus(http.StatusOK).wantWords("See each of the 2 looks of Ada Adviser")
	wantWholePage(t, "looks", folded)
	if n := len(folded.all(atom.Tr)); n != 5 {
		t.Errorf("%d rows, want a head and one for each visit", n)
	}
	a := w.as(w.manager).get(file + "/looks?each=yes").wantStatus(http.StatusOK)
	wantWholePage(t, "each look", a)
	var rows []string
	for _, tr := range a.all(atom.Tr) {
		var cells []string
		for _, td := range append(a.within(tr, atom.Td), a.within(tr, atom.Th)...) {
			cells = append(cells, text(td))
		}
		rows = append(rows, strings.Join(cells, " | "))
	}
	got := strings.Join(rows, "\n")
	for _, want := range []string{
		"Eli Outside Support officer, acting as Business support officer | Overview | Not shown: their role gave them no right to it",
		"Ada Adviser Lead adviser, acting as Personal adviser | Recorded an entry",
		"Ada Adviser Lead adviser, acting as Personal adviser | Timeline",
		"Shown in a search or a list",
		"5 March 2026 at 10:00am | ",
		"Casefile itself (test) | Made the file | The system’s own work",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("who has looked does not say %q:\n%s", want, got)
		}
	}
	b.get(file + "/looks?before=x").wantStatus(http.StatusNotFound)
	for range casework.PageLines {
		b.get(file)
	}
	b.get(file + "/looks?worker=x").wantStatus(http.StatusNotFound)
	b.get(file + "/looks?day=today").wantStatus(http.StatusNotFound)
	if a := b.get(file + "/looks?only=withheld"); len(a.all(atom.Tr)) != 2 {
		t.Errorf("%d rows of what was not shown, want a head and one", len(a.all(atom.Tr)))
	}
	if a := b.get(file + "/looks?each=yes&worker=" + string(w.adviser.ID)); len(a.all(atom.Tr)) != casework.PageLines+1 || len(a.all(atom.A, "rel", "next")) != 1 {
		t.Errorf("%d rows on a page of looks", len(a.all(atom.Tr)))
	}
	elsewhere := w.worker("Elsa", "Elsewhere", "", staff.Contact{}, held{"adviser", w.db.Team(t, "participation")})
	c := w.as(elsewhere)
	c.get(file + "/looks").wantStatus(http.StatusNotFound) // who looked is for fewer
	if a := c.get(file); len(a.all(atom.A, "href", file+"/looks")) > 0 {
		t.Error("a tab is offered that does not open")
	}
}

func TestMyWork(t *testing.T) {
	w := newWorld(t)
	mine := w.as(w.adviser)
	empty := w.as(w.manager).get("/work").wantStatus(http.StatusOK)
	empty.wantWords("waits here", "it says so here", "No young person is allocated to you")
	wantWholePage(t, "nothing to do", empty)
	mine.get("/work").wantWords("My caseload (1)", "Morgan Ashdown")
	manager := w.as(w.manager)
	draft := manager.startDraft(w.ref)
	manager.post(draft, contact("1", "supervision")).wantStatus(http.StatusSeeOther)
	payload, err := json.Marshal(map[string]string{"entry": draft[strings.LastIndex(draft, "/")+1:]})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.casework.TellOfEntry(t.Context(), payload); err != nil {
		t.Fatal(err)
	}
	a := mine.get("/work").wantWords("News about your young people (1)", "Mina Manager recorded: Contact with Client, today at 10:00am")
	wantWholePage(t, "news", a)
	var seen string
	for _, f := range a.all(atom.Form, "method", "post") {
		if strings.HasSuffix(attr(f, "action"), "/seen") {
			seen = attr(f, "action")
		}
	}
	w.as(w.manager).post(seen, nil) // not hers to put aside
	mine.get("/work").wantWords("(1)", "Mina Manager recorded")
	mine.follow(mine.post(seen, nil).wantStatus(http.StatusSeeOther)).wantWords("The notice is put aside")
	if strings.Contains(mine.get("/work").body, "Mina Manager recorded") {
		t.Error("a notice that was seen comes back")
	}
	mine.post("/work/notices/1/seen", nil).wantStatus(http.StatusNotFound)

	// What says the same is one line, put aside with all that it stands for.
	child := w.person(w.ref)
	for range 3 {
		w.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddNotice(ctx, store.Notice{ID: id.New(), Worker: w.adviser.ID, Person: child, By: w.manager.ID, Kind: casework.AlertSet, At: date.At(w.db.Now.Time())})
		})
	}
	thrice := mine.get("/work").wantWords("News about your young people (1)", "Mina Manager set an alert on the file, 3 times, the last time today at 10:00am")
	wantWholePage(t, "news that says the same", thrice)
	also := url.Values{}
	for _, in := range thrice.all(atom.Input, "name", "also") {
		also.Add("also", attr(in, "value"))
	}
	for _, f := range thrice.all(atom.Form, "method", "post") {
		if strings.HasSuffix(attr(f, "action"), "/seen") {
			seen = attr(f, "action")
		}
	}
	mine.post(seen, url.Values{"also": {"1"}}).wantStatus(http.StatusNotFound)
	mine.follow(mine.post(seen, also).wantStatus(http.StatusSeeOther)).wantWords("The notice is put aside")
	if strings.Contains(mine.get("/work").body, "set an alert") {
		t.Error("one of several that were seen at once comes back")
	}
}

func TestWorkers(t *testing.T) {
	clause.Shows(t, "CX-23")
	w := newWorld(t)
	b := w.as(w.adviser)
	b.get("/workers").wantStatus(http.StatusOK).wantWords("Everybody (3)", "Mina Manager", "No contact details yet")
	page := b.get("/workers/me").wantStatus(http.StatusOK)
	if page.field("mobile") != "07700 900123" || page.field("version") != "1" {
		t.Errorf("my details: mobile %q, version %q", page.field("mobile"), page.field("version"))
	}
	sent := url.Values{"version": {"1"}, "telephone": {"01632 960100 ext 4"}, "mobile": {"07700 900999"}, "email": {"not an address"}, "base": {"North hub"}}
	bad := b.post("/workers/me", sent).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter an email address in the correct format")
	wantWholePage(t, "bad details", bad)
	if bad.field("email") != "not an address" || bad.field("base") != "North hub" {
		t.Error("what was typed is gone")
	}
	sent.Set("email", "ada@example.org")
	b.follow(b.post("/workers/me", sent).wantStatus(http.StatusSeeOther)).wantWords("Your contact details are saved")
	found := w.as(w.manager).post("/workers", url.Values{"words": {"ada hub"}}).wantStatus(http.StatusOK).wantWords("1 worker found", "Ada Adviser", "North hub")
	for _, href := range []string{"tel:01632960100", "tel:07700900999", "mailto:ada@example.org"} {
		if len(found.all(atom.A, "href", href)) != 1 {
			t.Errorf("no link %s", href)
		}
	}
	w.as(w.manager).get("/children/" + w.ref.String()).wantWords("Ada Adviser 07700 900999")
	// From a page opened before that change.
	sent.Set("base", "South hub")
	stale := b.post("/workers/me", sent).wantStatus(http.StatusConflict).wantWords("changed from another page", "Saved meanwhile: North hub")
	if stale.field("base") != "South hub" || stale.field("version") != "2" {
		t.Errorf("the conflict keeps base %q, version %q", stale.field("base"), stale.field("version"))
	}
	wantWholePage(t, "stale details", stale)
	sent.Set("version", "2")
	b.post("/workers/me", sent).wantStatus(http.StatusSeeOther)
	b.post("/workers", url.Values{"words": {"nobody at all"}}).wantWords("0 workers found", "Nobody fits")
}

// A tab stands only where it opens; a role that opens no file is not told of
// caseloads and of Find, which it does not have.
func TestOfferedIsWhatOpens(t *testing.T) {
	w := newWorld(t)
	file := "/children/" + w.ref.String()
	support := w.as(w.worker("Bess", "Support", "Officer", staff.Contact{}, held{"business-support", w.north}))
	page := support.get(file).wantStatus(http.StatusOK)
	for _, tab := range []string{"/timeline", "/files"} {
		if n := len(page.all(atom.A, "href", file+tab)); n != 0 {
			t.Errorf("business support: %d links to %s, which does not open to them", n, tab)
		}
		support.get(file + tab).wantStatus(http.StatusNotFound)
		if n := len(w.as(w.adviser).get(file).all(atom.A, "href", file+tab)); n != 1 {
			t.Errorf("adviser: %d links to %s, want 1", n, tab)
		}
	}
	admin := w.as(w.worker("Axel", "Admin", "Administrator", staff.Contact{}, held{"system-administrator", w.north}))
	page = admin.get("/work").wantStatus(http.StatusOK).wantWords("Your role opens no files")
	if n := len(page.all(atom.H2, "id", "caseload")); n != 0 {
		t.Error("who opens no file is shown a caseload")
	}
}

// Each role's first page has the parts that can hold something for it, and says of
// an empty one what would be there.
func TestMyWorkHasWhatTheRoleCanHave(t *testing.T) {
	w := newWorld(t)
	all := map[string]string{"drafts": "waits here", "notices": "it says so here", "opened": "No file is open to you by name now", "caseload": "is allocated to you"}
	for _, c := range []struct {
		role access.Role
		has  string // ids of its parts, in their order
		says string
	}{
		{"early-help-worker", "office drafts notices caseload", "To open a file, use Find"},
		{"team-manager", "team office drafts notices opened caseload", "to review it"},
		{"reviewer", "office opened", "stands here until its last day"},
		{"partner-professional", "office drafts opened", "When a manager opens one to you for a time"},
		{"reviewing-officer", "office drafts notices opened caseload", "waits here"},
		{"minute-taker", "office", "No child is allocated to your role. To open a file, use Find."},
		{"business-support", "office", "is allocated to your role. To open a file, use Find."},
		{"front-door", "office drafts", "is allocated to your role. To open a file, use Find."},
		{"information-governance-lead", "office opened", "No file is open to you by name now"},
		{"system-administrator", "", "Your role opens no files"},
	} {
		m := w.worker("Zz"+strings.ReplaceAll(string(c.role), "-", ""), "Empty", "Worker", staff.Contact{}, held{c.role, w.family})
		page := w.as(m).get("/work").wantStatus(http.StatusOK)
		wantWholePage(t, "my work of "+string(c.role), page)
		var got []string
		for _, n := range page.all(atom.H2) {
			if key := attr(n, "id"); all[key] != "" || key == "office" || key == "team" {
				got = append(got, key)
				if all[key] != "" && !strings.Contains(page.words(), all[key]) {
					t.Errorf("%s: the empty part %s does not say what would be here", c.role, key)
				}
			}
		}
		slices.Sort(got)
		want := strings.Fields(c.has)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s has the parts %q, want %q", c.role, got, want)
		}
		if !strings.Contains(page.words(), c.says) {
			t.Errorf("%s: the page does not say %q:\n%s", c.role, c.says, page.words())
		}
	}
}
