package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html/atom"

	"casefile/internal/id"
)

// kept reports whether the page has the words in a box, to send again or to copy.
func (a answer) kept(words string) bool {
	for _, box := range a.all(atom.Textarea) {
		if box.FirstChild != nil && strings.Contains(box.FirstChild.Data, words) {
			return true
		}
	}
	return false
}

// Whatever somebody wrote comes back to them when their session has ended, from
// every form about a file or a worker.
func TestASessionThatEndedTakesNoWords(t *testing.T) {
	w := newWorld(t)
	file := "/children/" + w.ref.String()
	const typed = "She told me that\nher uncle works here."
	for path, form := range map[string]url.Values{
		file + "/reason":                               {"note": {id.New()}, "purpose": {"contact"}, "contact-who": {typed}},
		file + "/notes/" + id.New():                    {"version": {"1"}, "oversight-analysis": {typed}},
		file + "/restriction/change":                   {"reason": {typed}, "named": {id.New(), id.New()}},
		file + "/restriction/lift":                     {"why": {typed}},
		file + "/professionals/add":                    {"agency": {"Otters School"}, "note": {typed}},
		"/workers/me/connections":                      {"reference": {w.ref.String()}, "nature": {typed}},
		"/workers/training/" + id.New() + "/take-back": {"reason": {typed}},
		"/workers/me/absence":                          {"note": {typed}},
	} {
		page := w.browser().post(path, form).wantStatus(http.StatusUnauthorized).wantWords("What you typed is not lost")
		if !page.kept(typed) {
			t.Errorf("%s: the words are gone:\n%s", path, page.words())
		}
		wantWholePage(t, path, page)
		again := page.one(atom.Form, "method", "post")
		if at := attr(again, "action"); at != path {
			t.Errorf("%s is sent again to %s", path, at)
		}
		for name, values := range form {
			if n := len(page.all(atom.Input, "name", name)); n != len(values) {
				t.Errorf("%s: %d fields %s, want %d", path, n, name, len(values))
			}
		}
	}
	// Passwords come back to nobody.
	w.browser().post("/password", url.Values{"current": {"a very long one"}, "chosen": {"another long one"}}).wantStatus(http.StatusSeeOther)
}

// A case that somebody closed is no longer there to pass on; what was written is.
func TestANoteOnACaseThatWasClosedMeanwhile(t *testing.T) {
	w := newWorld(t)
	b, other := w.as(w.manager), w.as(w.manager)
	at := caseOf(t, b.get("/children/"+w.ref.String()+"/workers"))
	form := url.Values{"seen": {b.get(at + "/transfer").field("seen")}, "note": {"She likes to be rung after four."}}
	end := url.Values{"seen": {other.get(at + "/close").field("seen")}, "reason": {"outcomes-met"}, "note": {"She starts at college."}}
	other.post(at+"/close", end).wantStatus(http.StatusSeeOther)
	page := b.post(at+"/transfer", form).wantWords("What you typed is not lost")
	if page.status < 400 || !page.kept("She likes to be rung after four.") {
		t.Errorf("status %d, and the note is gone:\n%s", page.status, page.words())
	}
}
