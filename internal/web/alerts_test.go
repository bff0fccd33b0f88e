package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html/atom"

	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/store/storetest"
)

var riskForm = url.Values{
	"kind": {"risk-to-children"}, "narrative": {"Convicted of an assault on a child."}, "aware": {"no"}, "not-told": {"It would endanger her."},
	"manager": {"Mina Manager"}, "discussed-day": {"2"}, "discussed-month": {"2"}, "discussed-year": {"2026"},
}

func with(form url.Values, pairs ...string) url.Values {
	f := url.Values{}
	for k, v := range form {
		f[k] = v
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

// firstOn is what stands first on a page, before the name.
func firstOn(a answer) []string {
	var words []string
	for _, list := range a.all(atom.Ul, "aria-label", "Alerts") {
		for _, tag := range a.within(list, atom.Strong) {
			words = append(words, text(tag))
		}
	}
	return words
}

// An alert is set step by step, stands first on every page of the file and in the search,
// is changed and ended; what each form got wrong stands beside its field.
func TestAlertsOnTheirPages(t *testing.T) {
	clause.Shows(t, "CR-20", "CX-21")
	w := newWorld(t)
	b, file := w.as(w.manager), "/children/"+w.ref.String()
	b.get(file + "/alerts").wantStatus(http.StatusOK).wantWords("No alert of this file’s own is set")
	b.get(file+"/alerts/add").wantStatus(http.StatusOK).wantWords("Known to pose a risk to children", "Special alert")
	b.get(file + "/alerts/add?chosen=yes").wantStatus(http.StatusUnprocessableEntity).wantWords("Select what must be seen first")
	seen := b.get(file + "/alerts/add?kind=risk-to-children").wantStatus(http.StatusOK).field("seen")
	wrong := b.post(file+"/alerts/add", with(riskForm, "seen", seen, "narrative", "", "not-told", "", "review-day", "1", "review-month", "1", "review-year", "2020"))
	wrong.wantStatus(http.StatusUnprocessableEntity).wantWords("Enter what the alert is about", "Enter why they are not told", "The day of the review must be in the future")
	if got := wrong.field("manager"); got != "Mina Manager" {
		t.Errorf("what was typed came back as %q", got)
	}
	wantWholePage(t, "an alert with mistakes", wrong)
	b.follow(b.post(file+"/alerts/add", with(riskForm, "seen", seen)).wantStatus(http.StatusSeeOther)).
		wantWords("The alerts are changed", "Convicted of an assault on a child.", "No: It would endanger her.", "Mina Manager, 2 February 2026")

	want := []string{"Known to pose a risk to children"}
	for _, page := range []string{"", "/alerts", "/timeline", "/record", "/alerts/add", "/details/names"} {
		if got := firstOn(b.get(file + page).wantStatus(http.StatusOK)); !slices.Equal(got, want) {
			t.Errorf("first on %s: got %q, want %q", page, got, want)
		}
	}
	found := b.post("/find", url.Values{"q": {"Ashdown"}}).wantStatus(http.StatusOK)
	if got := found.class("app-alerts"); len(got) != 1 || !strings.Contains(text(got[0]), want[0]) {
		t.Errorf("in the search: got %d lists", len(got))
	}
	w.as(w.adviser).get("/work").wantStatus(http.StatusOK).wantWords("set an alert on the file", want[0])

	// The sheet that the child is given has nothing of it on paper: the bar is not printed.
	sheet := b.get(file + "/looks/for-them").wantStatus(http.StatusOK)
	for _, article := range sheet.all(atom.Article) {
		if strings.Contains(text(article), want[0]) {
			t.Error("the sheet for the child says what they may not know")
		}
	}

	// The second of two who change it sees theirs beside what they typed.
	change := file + "/alerts/" + (&stage{world: w}).strings("SELECT id FROM alert")[0] + "/change"
	page := b.get(change).wantStatus(http.StatusOK)
	wantWholePage(t, "change an alert", page)
	seen = page.field("seen")
	mine := with(riskForm, "seen", seen, "narrative", "He has moved away.", "why", "Looked at again.")
	b.post(change, mine).wantStatus(http.StatusSeeOther)
	again := b.post(change, with(mine, "narrative", "He is back."))
	again.wantStatus(http.StatusConflict).wantWords("Somebody changed this while you were on this page", "Recorded by Mina Manager", "He has moved away.")
	if got := again.field("narrative"); got != "He is back." {
		t.Errorf("what was typed came back as %q", got)
	}
	wantWholePage(t, "an alert somebody else changed", again)
	action := attr(again.one(atom.Input, "name", "seen").Parent, "action")
	b.follow(b.post(action, with(mine, "narrative", "He is back.", "seen", again.field("seen"))).wantStatus(http.StatusSeeOther)).wantWords("He is back.", "What it said before", "He has moved away.")

	end := strings.Replace(action, "/change", "/end", 1)
	b.get(end).wantStatus(http.StatusNotFound)
	end = file + "/alerts/" + (&stage{world: w}).strings("SELECT id FROM alert WHERE superseded_seq = 0")[0] + "/end"
	page = b.get(end).wantStatus(http.StatusOK)
	wantWholePage(t, "end an alert", page)
	seen = page.field("seen")
	b.post(end, url.Values{"seen": {seen}, "how": {"ended"}}).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter the last day on which it held")
	b.follow(b.post(end, url.Values{"seen": {seen}, "how": {"never"}, "why": {"It was another man."}}).wantStatus(http.StatusSeeOther)).wantWords("Set by mistake", "It was another man.")
	if got := firstOn(b.get(file)); len(got) != 0 {
		t.Errorf("after its end: got %q first", got)
	}
}

// Relating somebody who poses a risk warns first; pressed again, it is done, and the alert
// stands first on the child's file.
func TestRelatingSomebodyWithAnAlertWarns(t *testing.T) {
	clause.Shows(t, "CR-20")
	w := newWorld(t)
	b, file := w.as(w.manager), "/children/"+w.ref.String()
	rex := w.db.Person(t, "Rex", "Quill", date.Must(1980, 1, 1))
	w.db.Episode(t, rex.ID, w.north, "")
	his := "/children/" + rex.Reference.String()
	seen := b.get(his + "/alerts/add?kind=risk-to-children").wantStatus(http.StatusOK).field("seen")
	b.post(his+"/alerts/add", with(riskForm, "seen", seen)).wantStatus(http.StatusSeeOther)

	form := url.Values{"kind": {w.set.Relations().List[0].ID + ":first"}, "given": {"Rex"}, "family": {"Quill"}, "who": {rex.Reference.String()}}
	form.Set("seen", b.get(file+"/relations/add").wantStatus(http.StatusOK).field("seen"))
	warned := b.post(file+"/relations/add", form).wantStatus(http.StatusOK)
	warned.wantWords("There is an alert", "Known to pose a risk to children, since "+storetest.Today.Long(), "Nothing is saved yet")
	wantWholePage(t, "the warning", warned)
	if got := firstOn(warned); len(got) != 0 {
		t.Errorf("before it is done stands first: %q", got)
	}
	form.Set("warned", warned.field("warned"))
	if warned.field("who") != rex.Reference.String() || warned.field("given") != "Rex" {
		t.Error("the page that warns has lost what was typed")
	}
	b.post(file+"/relations/add", form).wantStatus(http.StatusSeeOther)
	page := b.get(file + "/alerts").wantStatus(http.StatusOK)
	page.wantWords("Because of somebody they are linked to", "Rex Quill")
	if got := firstOn(page); !slices.Equal(got, []string{"Linked to somebody known to pose a risk to children"}) {
		t.Errorf("first on the child's file: %q", got)
	}
	b.get(his+"/alerts").wantStatus(http.StatusOK).wantWords("It stands on the files of these children, too", "Morgan Ashdown")
}
