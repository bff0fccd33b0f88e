package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"casefile/internal/clause"
)

// Of two who correct the same name, the second is told, and what they typed is on
// the page.
func TestTwoWhoCorrectAName(t *testing.T) {
	clause.Shows(t, "CR-39")
	w := newWorld(t)
	b := w.as(w.adviser)
	fact := (&stage{world: w}).strings("SELECT f.id FROM person_name f JOIN person p ON p.id = f.person_id WHERE f.kind = 'legal' AND p.reference = '" + string(w.ref) + "'")[0]
	path := "/children/" + w.ref.String() + "/details/names/" + fact + "/correct"
	seen := b.get(path).wantStatus(http.StatusOK).field("seen")
	form := url.Values{"kind": {"legal"}, "given": {"Morgane"}, "family": {"Ashdown"}, "why": {"By her passport."}, "seen": {seen}}
	b.post(path, form).wantStatus(http.StatusSeeOther)
	form.Set("given", "Morganna")
	again := w.as(w.manager).post(path, form)
	again.wantStatus(http.StatusConflict)
	again.wantWords("Somebody changed this while you were on this page", "By her passport.")
	if got := again.field("given"); got != "Morganna" {
		t.Errorf("what was typed came back as %q", got)
	}
}

// A page shows what was known on a day that has passed, and says which; a day to
// come is told beside the day.
func TestAsKnownOn(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.adviser)
	path := "/children/" + w.ref.String()
	past := b.get(path + "?known-day=1&known-month=1&known-year=2020")
	past.wantStatus(http.StatusOK)
	past.wantWords("As known on 1 January 2020.")
	past.wantWords("No name was recorded on that day As known on 1 January 2020", w.ref.String())
	if strings.Contains(past.words(), "1 Test Lane") {
		t.Error("what was recorded later stands on the page of a day before")
	}
	for _, query := range []string{"?known-day=1&known-month=1&known-year=2999", "?known-day=40&known-month=1&known-year=2020"} {
		b.get(path + "/relations" + query).wantStatus(http.StatusUnprocessableEntity).wantWords("The day ")
	}
}

// Who has looked says that somebody changed what is known, and not that they
// recorded an entry.
func TestLooksSayWhatWasChanged(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.adviser)
	path := "/children/" + w.ref.String()
	seen := b.get(path + "/details/contacts/add").wantStatus(http.StatusOK).field("seen")
	b.post(path+"/details/contacts/add", url.Values{"kind": {"phone"}, "value": {"07700 900009"}, "seen": {seen}}).wantStatus(http.StatusSeeOther)
	b.get(path + "/relations/add").wantStatus(http.StatusOK)
	b.get(path+"/looks?each=on").wantWords("Changed what is known of them", "Opened a page to change what is known of them", "Opened a page to change their family and household")
}

// A search says of whom there is no file, because they are on record as a relative.
func TestSearchMarksRelatives(t *testing.T) {
	w := newWorld(t)
	relate(&stage{world: w, values: map[string]string{}})
	b := w.as(w.adviser)
	b.post("/find", url.Values{"q": {"Testmother"}}).wantStatus(http.StatusOK).wantWords("Marian Testmother", "On record as a relative")
	if got := b.post("/find", url.Values{"q": {"Ashdown"}}).words(); strings.Contains(got, "On record as a relative") {
		t.Error("a child with a file is said to be on record as a relative")
	}
}
