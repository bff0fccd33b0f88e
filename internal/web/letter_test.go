package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"casefile/internal/clause"
)

// Whoever writes to an outdated address is warned first, and says why; whoever writes
// to one that is not, is not held up.
func TestLetterWarnsOfAnOutdatedAddress(t *testing.T) {
	clause.Shows(t, "CR-10")
	w := newWorld(t)
	b := w.as(w.adviser)
	path := "/children/" + w.ref.String()
	to := path + "/letter/" + w.ref.String()
	list := b.get(path + "/letter").wantStatus(http.StatusOK)
	list.wantWords("Address for a letter", "1 Test Lane, Testham, ZX1 1AA", "Recorded or confirmed")
	seen := list.field("seen")
	b.post(to, url.Values{"seen": {seen}}).wantStatus(http.StatusOK).wantWords("Morgan Ashdown 1 Test Lane Testham ZX1 1AA", "That you took it is recorded.")

	// They moved out, and nobody knows where to.
	facts := b.get(path + "/details/addresses")
	end := facts.linked(path + "/details/addresses/")
	for _, href := range end {
		if strings.HasSuffix(href, "/end") {
			b.post(href, url.Values{"seen": {b.get(href).field("seen")}, "how": {"ended"}, "last-day": {"1"}, "last-month": {"3"}, "last-year": {"2026"}}).wantStatus(http.StatusSeeOther)
		}
	}
	stale := b.post(to, url.Values{"seen": {seen}})
	stale.wantStatus(http.StatusConflict)
	stale.wantWords("The addresses were changed while you were on the page before", "Out of date", "They have not lived there since 1 March 2026")
	ask := b.get(to).wantStatus(http.StatusOK)
	ask.wantWords("They have not lived there since 1 March 2026, and no other address is recorded.", "Why do you write there all the same?")
	form := url.Values{"seen": {ask.field("seen")}, "why": {" "}}
	b.post(to, form).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter why you write there all the same")
	form.Set("seen", seen)
	form.Set("why", "Post is sent on.")
	again := b.post(to, form)
	again.wantStatus(http.StatusConflict).wantWords("The addresses were changed while you were on this page", "Post is sent on.")
	form.Set("seen", again.field("seen"))
	given := b.post(to, form).wantStatus(http.StatusOK)
	given.wantWords("Morgan Ashdown 1 Test Lane Testham ZX1 1AA", "Post is sent on.", "They have not lived there since 1 March 2026")
	b.get(path + "/looks?each=on").wantWords("Took an address for a letter")
	b.get(path + "/letter/" + "not-a-reference").wantStatus(http.StatusNotFound)
}

// One button confirms that an address is still so, with who and how they know.
func TestConfirmAFact(t *testing.T) {
	clause.Shows(t, "CR-10")
	w := newWorld(t)
	b := w.as(w.adviser)
	path := "/children/" + w.ref.String() + "/details/addresses"
	var check string
	for _, href := range b.get(path).linked(path + "/") {
		if strings.HasSuffix(href, "/check") {
			check = href
		}
	}
	page := b.get(check).wantStatus(http.StatusOK)
	page.wantWords("It is still so", "Lives at: 1 Test Lane, Testham, ZX1 1AA")
	form := url.Values{"seen": {page.field("seen")}}
	b.post(check, form).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter who said so, or what you saw")
	form.Set("basis", "Seen at the visit")
	b.post(check, form).wantStatus(http.StatusSeeOther)
	b.get(path).wantWords("Checked on 5 March 2026 by Ada Adviser. How they knew: Seen at the visit.")
}
