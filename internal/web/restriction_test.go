package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html/atom"

	"casefile/internal/clause"
	"casefile/internal/id"
	"casefile/internal/staff"
)

// restrict keeps Morgan's file to the manager and another; the adviser's case is
// taken from them first.
func (w *world) restrict() (other staff.Worker) {
	w.t.Helper()
	other = w.worker("Otto", "Other", "Team manager", staff.Contact{}, held{"team-manager", w.family})
	w.db.TakeCases(w.t, w.person(morgan), w.manager.ID, other.ID)
	b := w.as(w.manager)
	page := "/children/" + w.ref.String() + "/restriction/change"
	b.post(page, url.Values{
		"do": {"restrict"}, "seen": {""}, "reason": {"Her aunt works here."}, "named": {string(w.manager.ID), string(other.ID), string(w.lead().ID)},
	}).wantStatus(http.StatusSeeOther)
	return other
}

var drawn = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// Every route of a file answers the allocated worker, who is not named, as it
// does about nobody's file: the same bytes, for the same statements.
func TestARestrictedFileIsNowhere(t *testing.T) {
	clause.Shows(t, "CR-31")
	w := newWorld(t)
	draft := w.as(w.adviser).startDraft(w.ref)
	draftID := draft[strings.LastIndex(draft, "/")+1:]
	w.restrict()
	b := w.as(w.adviser)
	b.get("/work") // the first page of a session has words of its own
	var mu sync.Mutex
	var seen []string
	w.db.Watch(func(query string) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, query)
	})
	form := url.Values{
		"rev": {"1"}, "type": {"contact-with-client"}, "keep": {"mine"}, "text": {"Typed on a page."}, "note": {id.New()}, "purpose": {"audit"},
		"version": {"1"}, "reason": {"Why."}, "named": {string(w.adviser.ID), string(w.manager.ID)}, "why": {"Why."}, "decision": {"take"}, "q": {"x"},
		"worker": {string(w.manager.ID)}, "parts": {"timeline"},
	}
	tried := 0
	for _, pattern := range w.server.Patterns() {
		if !strings.Contains(pattern, "{ref}") {
			continue
		}
		tried++
		ask := func(ref id.Reference) (answer, []string) {
			mu.Lock()
			seen = nil
			mu.Unlock()
			method, path := address(pattern, ref, draftID)
			var a answer
			if method == "POST" {
				a = b.post(path, form)
			} else {
				a = b.get(path)
			}
			mu.Lock()
			defer mu.Unlock()
			return a, slices.Clone(seen)
		}
		hidden, cost := ask(w.ref)
		none := id.NewReference()
		nobodys, costToo := ask(none)
		// What was sent comes back: the reference, and the keys that address drew.
		same := func(s string, ref id.Reference) string {
			return drawn.ReplaceAllString(strings.ReplaceAll(s, ref.String(), "REFERENCE"), "KEY")
		}
		if hidden.status != http.StatusNotFound || nobodys.status != hidden.status || same(hidden.body, w.ref) != same(nobodys.body, none) ||
			hidden.location() != nobodys.location() {
			t.Errorf("%s: status %d, of nobody's file %d; or the answers differ", pattern, hidden.status, nobodys.status)
		}
		if len(cost) == 0 || !slices.Equal(cost, costToo) {
			t.Errorf("%s: %d statements, of nobody's file %d", pattern, len(cost), len(costToo))
		}
	}
	if tried < 20 {
		t.Errorf("only %d routes of files were tried", tried)
	}
	if body := b.get("/work").wantStatus(http.StatusOK).body; strings.Contains(body, "Morgan") || strings.Contains(body, "Contact with Client") {
		t.Error("my work still speaks of it")
	}
	for _, q := range []string{"morgan", "ashdown", "5/3/2010", w.ref.String()} {
		found := b.post("/find", url.Values{"q": {q}}).wantStatus(http.StatusOK)
		found.wantWords("No file that your role can open fits what you typed.")
		if strings.Contains(found.body, "Ashdown") {
			t.Errorf("%q finds it", q)
		}
	}
}

func TestRestrictAFileOnItsPages(t *testing.T) {
	clause.Shows(t, "CR-31")
	w := newWorld(t)
	b := w.as(w.manager)
	lead := w.lead()
	file := "/children/" + w.ref.String()
	if len(b.get(file).all(atom.A, "href", file+"/looks")) == 0 || len(b.get(file+"/looks").all(atom.A, "href", file+"/restriction")) != 1 {
		t.Error("the file does not lead to its restriction")
	}
	wantWholePage(t, "no restriction", b.get(file+"/restriction").wantStatus(http.StatusOK).wantWords("This file is not restricted"))
	change := file + "/restriction/change"
	page := b.get(change).wantStatus(http.StatusOK)
	wantWholePage(t, "restrict", page)
	page.wantWords("somebody other than you who handles concerns about any file")
	if got := len(page.all(atom.Input, "name", "named")); got != 3 {
		t.Errorf("%d people to choose from, want who works with them, the manager themself and the lead", got)
	}
	// Nothing typed is lost on the way through finding colleagues.
	form := url.Values{"do": {"find"}, "words": {"adviser"}, "reason": {"Her aunt works here."}, "paper": {"Box 4"}}
	found := b.post(change, form).wantStatus(http.StatusOK)
	wantWholePage(t, "restrict, with colleagues found", found)
	found.wantWords("Ada Adviser", "Personal adviser, participation team")
	if found.field("reason") != "Her aunt works here." || found.field("paper") != "Box 4" {
		t.Errorf("typed words are lost:\n%s", found.words())
	}
	form.Set("do", "restrict")
	form["named"] = []string{string(w.adviser.ID)}
	one := b.post(change, form).wantStatus(http.StatusUnprocessableEntity)
	wantWholePage(t, "restrict to one", one)
	one.wantWords("Name at least two people")
	other := w.worker("Otto", "Other", "Team manager", staff.Contact{}, held{"team-manager", w.family})
	form["named"] = []string{string(w.adviser.ID), string(other.ID)}
	friends := b.post(change, form).wantStatus(http.StatusUnprocessableEntity).wantWords("Name somebody, other than yourself, who handles concerns about any file: Lena Lead")
	wantWholePage(t, "restrict to friends", friends)
	form["named"] = append(form["named"], string(lead.ID))
	warned := b.post(change, form).wantStatus(http.StatusUnprocessableEntity)
	wantWholePage(t, "restrict without oneself", warned)
	warned.wantWords("You are not among those named.", "This file will close to you at once")
	form.Set("aware", "yes")
	if got := b.post(change, form).wantStatus(http.StatusSeeOther).location(); got != "/work" {
		t.Errorf("led to %q", got)
	}
	b.get("/work").wantWords("The file is restricted. You are not named, so it is closed to you now.")
	b.get(file).wantStatus(http.StatusNotFound)

	keeper := w.as(other)
	shown := keeper.get(file + "/restriction").wantStatus(http.StatusOK)
	wantWholePage(t, "restriction", shown)
	shown.wantWords("Ada Adviser", "Otto Other", "Her aunt works here.", "Box 4", "Change or lift the restriction")
	w.as(w.adviser).get(file + "/restriction").wantStatus(http.StatusOK)
	again := keeper.get(change).wantStatus(http.StatusOK)
	wantWholePage(t, "change a restriction", again)
	stale := url.Values{"do": {"restrict"}, "seen": {""}, "reason": {"Other words."}, "named": {string(other.ID), string(w.adviser.ID)}}
	conflict := keeper.post(change, stale).wantStatus(http.StatusConflict)
	wantWholePage(t, "a restriction changed meanwhile", conflict)
	if conflict.field("reason") != "Other words." {
		t.Error("what was typed is lost")
	}
	keeper.post(file+"/restriction/lift", url.Values{"seen": {again.field("seen")}}).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter why the restriction ends")
	keeper.post(file+"/restriction/lift", url.Values{"seen": {again.field("seen")}, "why": {"Her aunt has left."}}).wantStatus(http.StatusSeeOther)
	b.get(file).wantStatus(http.StatusOK)
}

// Whoever restricts a file sees who works with the child, to name them: before
// anything is looked for, and after.
func TestWhoWorksWithThemIsOfferedToBeNamed(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.manager)
	path := "/children/" + w.ref.String() + "/restriction/change"
	for name, page := range map[string]answer{
		"to begin with":  b.get(path).wantStatus(http.StatusOK),
		"after a search": b.post(path, url.Values{"do": {"find"}, "words": {"Nobodyatall"}, "seen": {""}}).wantStatus(http.StatusOK),
	} {
		page.wantWords("Ada Adviser", "Works with them now.")
		if n := len(page.all(atom.Input, "name", "named", "value", string(w.adviser.ID))); n != 1 {
			t.Errorf("%s: she can be chosen %d times", name, n)
		}
	}
}
