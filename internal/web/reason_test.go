package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html/atom"

	"casefile/internal/clause"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/store/storetest"
)

// elsewhere is a worker of another service, whom a reason gives the file.
func (w *world) elsewhere() staff.Worker {
	return w.worker("Erin", "Elsewhere", "Early help worker", staff.Contact{}, held{"early-help-worker", w.family})
}

func TestAFileOutsideOnesWorkAsksWhyFirst(t *testing.T) {
	clause.Shows(t, "KF-05")
	w := newWorld(t)
	b := w.as(w.elsewhere())
	file := "/children/" + w.ref.String()
	for _, page := range []string{file, file + "/timeline", file + "/files"} {
		want := file + "/reason?next=" + url.QueryEscape(page)
		if got := b.get(page).wantStatus(http.StatusSeeOther).location(); got != want {
			t.Errorf("%s leads to %q, want %q", page, got, want)
		}
	}
	ask := b.get(file + "/reason?next=" + url.QueryEscape(file+"/timeline")).wantStatus(http.StatusOK)
	wantWholePage(t, "reason", ask)
	ask.wantWords(w.ref.String(), "Management oversight on behalf of a colleague", "Which manager is unavailable?")
	for _, secret := range []string{"Morgan", "Ashdown", "Testham", "Ada"} {
		if strings.Contains(ask.body, secret) {
			t.Errorf("the page that asks why says %q", secret)
		}
	}
	form := url.Values{"note": {ask.field("note")}, "next": {ask.field("next")}, "purpose": {"support"}}
	wrong := b.post(file+"/reason", form).wantStatus(http.StatusUnprocessableEntity)
	wantWholePage(t, "reason with a problem", wrong)
	if wrong.field("purpose") != "support" || wrong.field("next") != file+"/timeline" || len(wrong.all(atom.A, "href", "#support-issue")) != 1 {
		t.Errorf("the page forgot what was typed, or points elsewhere:\n%s", wrong.words())
	}
	if strings.Contains(wrong.body, "Morgan") {
		t.Error("a problem gave the name away")
	}
	form.Set("support-issue", "a document that does not open")
	form.Set("note", wrong.field("note"))
	if got := b.post(file+"/reason", form).wantStatus(http.StatusSeeOther).location(); got != file+"/timeline" {
		t.Errorf("led on to %q", got)
	}
	timeline := b.get(file + "/timeline").wantStatus(http.StatusOK)
	timeline.wantWords("Your reason is recorded", "You opened this file for: Technical support. It stays open to you until 5 March 2026 at 10:00pm.",
		"Mo Ashdown, I have accessed your file to provide support in relation to a document that does not open to help resolve this.", "Erin Elsewhere, Early help worker")
	wantWholePage(t, "timeline with a reason", timeline)
	b.get(file).wantStatus(http.StatusOK).wantWords("You opened this file for: Technical support")
	b.get(file + "/record").wantStatus(http.StatusNotFound) // a reason is one to read
}

func TestCompleteANoteOnItsPage(t *testing.T) {
	clause.Shows(t, "KF-05")
	w := newWorld(t)
	b := w.as(w.elsewhere())
	file := "/children/" + w.ref.String()
	ask := b.get(file + "/reason").wantStatus(http.StatusOK)
	note := ask.field("note")
	b.post(file+"/reason", url.Values{"note": {note}, "purpose": {"oversight"}, "oversight-manager": {"Petra Testowska"}}).wantStatus(http.StatusSeeOther)
	page := file + "/notes/" + note
	if len(b.get(file).all(atom.A, "href", page)) != 1 {
		t.Error("the file does not lead to the note")
	}
	b.get("/work").wantWords("Notes to finish (1)", "Management oversight on behalf of a colleague, Morgan Ashdown")
	a := b.get(page).wantStatus(http.StatusOK)
	wantWholePage(t, "note", a)
	a.wantWords("as Petra Testowska is unavailable", "Case direction")
	empty := b.post(page, url.Values{"version": {"1"}}).wantStatus(http.StatusUnprocessableEntity)
	wantWholePage(t, "note with a problem", empty)
	form := url.Values{"version": {"1"}, "oversight-analysis": {"She is safe."}, "oversight-actions": {"None."}}
	if got := b.post(page, form).wantStatus(http.StatusSeeOther).location(); got != file+"/timeline#entry-"+note {
		t.Errorf("led on to %q", got)
	}
	b.get(file+"/timeline").wantWords("Your note is completed", "Analysis She is safe.", "Actions None.", "Last added to 5 March 2026")
	stale := b.post(page, url.Values{"version": {"1"}, "oversight-analysis": {"Typed meanwhile."}}).wantStatus(http.StatusConflict)
	wantWholePage(t, "note that was changed", stale)
	stale.wantWords("added to from another page meanwhile", "She is safe.")
	if stale.field("oversight-analysis") != "Typed meanwhile." || stale.field("version") != "2" {
		t.Errorf("what was typed is lost: %q", stale.field("oversight-analysis"))
	}
	w.as(w.adviser).get(page).wantStatus(http.StatusNotFound)
	b.get(file + "/notes/" + id.New()).wantStatus(http.StatusNotFound)
}

// Whatever stands in the address, the way on leads into that file and nowhere
// else.
func TestTheReasonLeadsNowhereElse(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.elsewhere())
	file := "/children/" + w.ref.String()
	for _, next := range []string{"//example.org", "https://example.org/", "/work", "/children/" + id.NewReference().String() + "/timeline", file + "/reason", file + "x", "\x00"} {
		if got := b.get(file + "/reason?next=" + url.QueryEscape(next)).wantStatus(http.StatusOK).field("next"); got != file {
			t.Errorf("next %q leads to %q", next, got)
		}
	}
}

// What was typed stays on the page when the session has ended, or the reason has
// lapsed while the note was written.
func TestNothingTypedAboutRightsIsLost(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.elsewhere())
	file := "/children/" + w.ref.String()
	note := b.get(file + "/reason").field("note")
	b.post(file+"/reason", url.Values{"note": {note}, "purpose": {"oversight"}, "oversight-manager": {"Petra Testowska"}}).wantStatus(http.StatusSeeOther)
	form := url.Values{"version": {"1"}, "oversight-analysis": {"Long thought about."}}
	out := w.browser().post(file+"/notes/"+note, form).wantStatus(http.StatusUnauthorized).wantWords("not lost: it is on this page", "Long thought about.")
	wantWholePage(t, "a note typed without a session", out)
	if out.field("oversight-analysis") != "Long thought about." || out.field("version") != "1" {
		t.Error("the button would send less than was typed")
	}
	w.db.Now.Set(storetest.Start.Add(13 * time.Hour))
	lapsed := b.post(file+"/notes/"+note, form).wantStatus(http.StatusNotFound).wantWords("not lost: it is on this page", "Long thought about.", "that may have lapsed")
	wantWholePage(t, "a note typed too long", lapsed)
	again := b.get(file + "/reason").field("note")
	b.post(file+"/reason", url.Values{"note": {again}, "purpose": {"audit"}}).wantStatus(http.StatusSeeOther)
	sent := url.Values{"version": {lapsed.field("version")}, "oversight-analysis": {lapsed.field("oversight-analysis")}}
	b.post(file+"/notes/"+note, sent).wantStatus(http.StatusSeeOther)
	b.get(file + "/timeline").wantWords("Long thought about.")
}
