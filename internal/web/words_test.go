package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html/atom"

	"casefile/internal/clause"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
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

// No form of the program loses what was typed: not where the session has ended,
// and not where a role has to be chosen first.
func TestNoFormLosesWhatWasTyped(t *testing.T) {
	w := newWorld(t)
	both := w.worker("Tam", "Tworoles", "", staff.Contact{}, held{"adviser", w.north}, held{"team-manager", w.north})
	two := w.as(both)
	values := strings.NewReplacer("{ref}", w.ref.String(), "{kind}", "address")
	const typed = "12 Otter Lane, behind the mill"
	tried := 0
	for _, pattern := range w.server.Patterns() {
		method, path, _ := strings.Cut(pattern, " ")
		if method != "POST" || slices.Contains(public, pattern) || slices.Contains([]string{"POST /password", "POST /role"}, pattern) {
			continue
		}
		path = values.Replace(path)
		for strings.Contains(path, "{") {
			before, after, _ := strings.Cut(path, "{")
			_, after, _ = strings.Cut(after, "}")
			path = before + id.New() + after
		}
		tried++
		form := url.Values{"line1": {typed}, "text": {typed}, "seen": {"abc"}}
		for who, b := range map[string]*browser{"nobody": w.browser(), "without a role": two} {
			page := b.post(path, form)
			if page.status != http.StatusUnauthorized || !page.kept(typed) {
				t.Errorf("%s, %s: status %d, and what was typed is gone:\n%s", pattern, who, page.status, page.words())
				continue
			}
			if len(page.all(atom.Form, "action", path)) != 1 {
				t.Errorf("%s, %s: it is not sent again to %s", pattern, who, path)
			}
		}
	}
	if tried < 50 {
		t.Errorf("%d forms were tried", tried)
	}

	// What was typed beside a file comes back too; the file itself a browser sends once.
	page := w.browser().do(upload(t, "/children/"+w.ref.String()+"/files/add")).wantStatus(http.StatusUnauthorized)
	if !page.kept("A letter") {
		t.Errorf("the title of the file is gone:\n%s", page.words())
	}
	page.wantWords("choose the file again")

	// Signed in again in another tab, the button does what it was pressed for.
	b := w.as(w.adviser)
	add := "/children/" + w.ref.String() + "/details/addresses/add"
	form := url.Values{"seen": {b.get(add).field("seen")}, "line1": {typed}, "town": {"Oldham"}, "kind": {person.Home}, "from-day": {"1"}, "from-month": {"3"}, "from-year": {"2025"}}
	lost := w.browser().post(add, form).wantStatus(http.StatusUnauthorized)
	sent := url.Values{}
	for _, input := range lost.all(atom.Input, "type", "hidden") {
		sent.Add(attr(input, "name"), attr(input, "value"))
	}
	b.post(add, sent).wantStatus(http.StatusSeeOther)
	b.get("/children/" + w.ref.String() + "/details/addresses").wantWords(typed)
	if strings.Contains(w.log.String(), "Otter") {
		t.Error("what was typed is in the log")
	}
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

// What somebody typed before their session ended is kept for them: whoever else signs in
// at that browser neither reads nor sends it, and they themselves do both.
func TestWhatWasTypedIsKeptForWhoTypedIt(t *testing.T) {
	clause.Shows(t, "CR-03")
	w := newWorld(t)
	b := w.as(w.adviser)
	const typed = "12 Otter Lane, behind the mill"
	add := "/children/" + w.ref.String() + "/details/addresses/add"
	form := url.Values{"seen": {b.get(add).field("seen")}, "line1": {typed}, "kind": {person.Home}, "from-day": {"1"}, "from-month": {"3"}, "from-year": {"2025"}}
	ended := w.browser()
	ended.cookies = map[string]string{}
	for name, value := range b.cookies {
		if name != "casefile" { // the session's own
			ended.cookies[name] = value
		}
	}
	page := ended.post(add, form).wantStatus(http.StatusUnauthorized).wantWords("What you typed is not lost", "It is sealed for you")
	wantWholePage(t, "what was typed, sealed", page)
	if strings.Contains(page.body, "Otter") || page.kept(typed) {
		t.Error("what was typed stands on the page for whoever comes next")
	}
	// Pressed before anybody has signed in, it is kept as it was.
	kept := url.Values{"kept": {page.field("kept")}}
	if again := ended.post(add, kept).wantStatus(http.StatusUnauthorized); again.field("kept") != kept.Get("kept") {
		t.Error("pressed too early, what was typed is gone")
	}
	// The manager, who may change the same file, signs in there.
	other := w.as(w.manager)
	for _, path := range []string{add, "/kept"} {
		answer := other.post(path, kept).wantStatus(http.StatusForbidden).wantWords("Somebody else typed this")
		if strings.Contains(answer.body, "Otter") {
			t.Errorf("%s: somebody else reads it", path)
		}
	}
	addresses := "/children/" + w.ref.String() + "/details/addresses"
	if strings.Contains(other.get(addresses).body, "Otter") {
		t.Error("somebody else sent it")
	}
	read := b.post("/kept", kept).wantStatus(http.StatusOK)
	if wantWholePage(t, "what was kept", read); !read.kept(typed) {
		t.Errorf("whoever typed it cannot read it:\n%s", read.words())
	}
	b.post(add, kept).wantStatus(http.StatusSeeOther)
	b.get(addresses).wantWords(typed)

	// Where a role has to be chosen first the words are on the page of whoever typed them,
	// and are sent by them alone.
	two := w.as(w.worker("Tam", "Tworoles", "", staff.Contact{}, held{"adviser", w.north}, held{"team-manager", w.north}))
	roleFirst := two.post(add, form).wantStatus(http.StatusUnauthorized)
	if !roleFirst.kept(typed) {
		t.Error("the words are gone where a role is to be chosen")
	}
	other.post(add, url.Values{"kept": {roleFirst.field("kept")}}).wantStatus(http.StatusForbidden)
	if strings.Contains(w.log.String(), "Otter") {
		t.Error("what was typed is in the log")
	}
}
