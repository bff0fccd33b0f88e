package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html/atom"

	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
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
	// Theirs beside mine, and whose it is.
	again.wantWords("Recorded by Ada Adviser")
	beside := map[string][]string{}
	for _, cell := range again.all(atom.Td) {
		beside[attr(cell, "data-label")] = append(beside[attr(cell, "data-label")], text(cell))
	}
	if !slices.Contains(beside["What you typed"], "Morganna") || !slices.Contains(beside["What they recorded"], "Morgane") {
		t.Errorf("the two beside each other: %v", beside)
	}
	// Pressed again, it corrects what they recorded.
	form.Set("seen", again.field("seen"))
	now := attr(again.one(atom.Input, "name", "seen").Parent, "action")
	if now == path {
		t.Error("the form corrects a name that was put aside")
	}
	w.as(w.manager).post(now, form).wantStatus(http.StatusSeeOther)
}

// Who adds or ends something that somebody took back or changed meanwhile is told
// what became of it.
func TestTwoWhoChangeANumber(t *testing.T) {
	clause.Shows(t, "CR-39")
	w := newWorld(t)
	b, other := w.as(w.adviser), w.as(w.manager)
	path := "/children/" + w.ref.String() + "/details/contacts"
	seen := b.get(path + "/add").field("seen")
	phone := url.Values{"kind": {"phone"}, "value": {"07700 900009"}, "seen": {seen}}
	other.post(path+"/add", url.Values{"kind": {"phone"}, "value": {"07700 900010"}, "note": {"Text only"}, "seen": {seen}}).wantStatus(http.StatusSeeOther)
	b.post(path+"/add", phone).wantStatus(http.StatusConflict).wantWords("Recorded by Mina Manager", "07700 900009", "07700 900010", "Text only")

	fact := (&stage{world: w}).strings("SELECT id FROM person_contact WHERE value LIKE '%900010' OR value LIKE '%900 010'")[0]
	end, check := path+"/"+fact+"/end", path+"/"+fact+"/check"
	seen = b.get(end).field("seen")
	other.post(path+"/"+fact+"/correct", url.Values{"kind": {"phone"}, "value": {"07700 900011"}, "why": {"Misheard."}, "seen": {seen}}).wantStatus(http.StatusSeeOther)
	for _, at := range []string{end, check} {
		page := b.post(at, url.Values{"how": {"never"}, "why": {"Of a neighbour."}, "basis": {"Her father"}, "seen": {seen}}).wantStatus(http.StatusConflict)
		page.wantWords("Mina Manager", "07700 900011")
		if got := page.field("basis"); got != "Her father" {
			t.Errorf("what was typed came back as %q", got)
		}
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
	workers := b.get(path + "/workers?known-day=1&known-month=1&known-year=2020").wantStatus(http.StatusOK)
	workers.wantWords("As known on 1 January 2020.", "No service is working with them now")
	if strings.Contains(workers.words(), "Allocated worker: Ada") {
		t.Error("who works with them today stands on the page of a day before")
	}
	for tab, nothing := range map[string]string{
		"/timeline": "Nothing was recorded here by that day.", "/documents": "No assessment and no form had been completed by then.",
		"/plans": "No plan had been written by then.", "/meetings": "No meeting had been held by then.",
	} {
		page := b.get(path + tab + "?known-day=1&known-month=1&known-year=2020").wantStatus(http.StatusOK)
		page.wantWords("As known on 1 January 2020.", nothing)
		for _, does := range []string{"Begin a", "Set up a meeting", "Press Record"} {
			if strings.Contains(page.words(), does) {
				t.Errorf("%s of a day before offers %q", tab, does)
			}
		}
	}
	for _, tab := range []string{"/relations", "/timeline", "/documents", "/plans", "/meetings"} {
		for _, query := range []string{"?known-day=1&known-month=1&known-year=2999", "?known-day=40&known-month=1&known-year=2020"} {
			b.get(path + tab + query).wantStatus(http.StatusUnprocessableEntity).wantWords("The day ")
		}
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

// The family can be slid through the days on which something changed, without
// script by a button; and stands as it was known on a day.
func TestTheFamilySlides(t *testing.T) {
	clause.Shows(t, "CR-41")
	w := newWorld(t)
	w.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		p, err := tx.PersonByReference(ctx, w.ref)
		if err != nil {
			return err
		}
		other := person.Person{ID: person.ID(id.New()), Reference: id.NewReference(), MadeAs: person.AsRelation, Recorded: date.Stamp{By: storetest.By}}
		if err := tx.AddPerson(ctx, other); err != nil {
			return err
		}
		if err := tx.AddName(ctx, other.ID, person.Name{ID: id.New(), Kind: person.Legal, Given: "Mara", Family: "Marlowe", Clocks: storetest.Clocks(date.Date{})}); err != nil {
			return err
		}
		c := storetest.Clocks(date.Must(2019, 5, 3))
		c.Period.To = date.Must(2021, 2, 1)
		return tx.AddRelationship(ctx, person.Relationship{ID: id.New(), Kind: "parent", Person: other.ID, Other: p.ID, Clocks: c})
	})
	b := w.as(w.adviser)
	path := "/children/" + w.ref.String() + "/genogram"
	page := b.get(path).wantStatus(http.StatusOK)
	slider := page.one(atom.Input, "type", "range")
	if attr(slider, "max") != "2" || attr(slider, "value") != "2" || attr(slider, "aria-valuetext") != storetest.Today.Long() {
		t.Errorf("the slider: %v", slider.Attr)
	}
	for step, want := range []string{"The family on 3 May 2019", "The family on 2 February 2021", "The family on " + storetest.Today.Long()} {
		b.get(fmt.Sprintf("%s?step=%d", path, step)).wantStatus(http.StatusOK).wantWords(want)
	}
	then := b.get(path + "?step=0")
	then.wantWords("Mara Marlowe", "Parent")
	then.one(atom.Span, "data-history", path+"?on=2019-05-03")
	for _, odd := range []string{"-3", "x", "99999999999999999999"} {
		b.get(path + "?step=" + odd).wantStatus(http.StatusOK)
	}
	known := b.get(path + "?known-day=1&known-month=1&known-year=2020").wantStatus(http.StatusOK)
	known.wantWords("As known on 1 January 2020.", "as it was known on 1 January 2020")
	if strings.Contains(known.words(), "Mara") {
		t.Error("what was recorded later is drawn")
	}
}

// A search goes on among children or adults by a link, and into the form of a new
// file; nothing that was typed is in an address.
func TestASearchIsCarriedOn(t *testing.T) {
	clause.Shows(t, "CR-11")
	w := newWorld(t)
	b := w.as(w.adviser)
	page := b.post("/find", url.Values{"q": {"morgan ashdown 5/3/2010 zx1 1aa"}}).wantStatus(http.StatusOK)
	link := func(words string) string {
		for _, a := range page.all(atom.A) {
			if strings.HasPrefix(text(a), words) {
				return attr(a, "href")
			}
		}
		t.Fatalf("no link %q", words)
		return ""
	}
	born := (&stage{world: w}).strings("SELECT day FROM person_birth b JOIN person p ON p.id = b.person_id WHERE p.reference = '" + string(w.ref) + "'")
	under, over, add := link("Under 18"), link("18 and over"), link("None of these")
	for _, href := range []string{under, over, add} {
		if strings.Contains(strings.ToLower(href), "morgan") || strings.Contains(href, "2010") {
			t.Errorf("the address says what was typed: %s", href)
		}
	}
	if got := b.get(under).wantStatus(http.StatusOK); !strings.Contains(got.words(), w.ref.String()) {
		t.Errorf("born %v, and not found under 18: %s", born, got.words())
	}
	page = b.get(over).wantStatus(http.StatusOK)
	if strings.Contains(page.words(), w.ref.String()) {
		t.Errorf("born %v, and found among adults", born)
	}
	if page.field("show") == "" || !strings.Contains(b.get(link("Everybody")).words(), w.ref.String()) {
		t.Error("the choice is not kept, or cannot be taken back")
	}
	form := b.get(add).wantStatus(http.StatusOK)
	for name, want := range map[string]string{"given": "Morgan", "family": "Ashdown", "born-day": "5", "born-month": "3", "born-year": "2010", "postcode": "ZX1 1AA"} {
		if got := form.field(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	w.as(w.manager).get(add).wantStatus(http.StatusNotFound)
}

// All that is wrong with a form is told at once, and in the order of the page.
func TestProblemsInTheOrderOfThePage(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.adviser)
	page := b.post("/find/add", url.Values{
		"given": {""}, "say": {"day"}, "born-day": {"40"}, "born-month": {"3"}, "born-year": {"2010"},
		"postcode": {"nowhere"}, "phone": {"ask her mother"}, "email": {"ada"}, "number-upn": {"X"},
	}).wantStatus(http.StatusUnprocessableEntity)
	var linked []string
	for _, a := range page.all(atom.A) {
		if field, ok := strings.CutPrefix(attr(a, "href"), "#"); ok && field != "main-content" {
			linked = append(linked, field)
		}
	}
	if want := []string{"given", "born-day", "work", "postcode", "phone", "email", "number-upn"}; !slices.Equal(linked, want) {
		t.Errorf("problems are told in the order %q, want %q", linked, want)
	}
}

// Enter in a line of an address saves it, as in every form.
func TestEnterSavesAnAddress(t *testing.T) {
	w := newWorld(t)
	page := w.as(w.adviser).get("/children/" + w.ref.String() + "/details/addresses/add").wantStatus(http.StatusOK)
	form := page.one(atom.Input, "name", "seen").Parent
	if first := page.within(form, atom.Button)[0]; attr(first, "name") != "" {
		t.Errorf("the first button of the form is %q", text(first))
	}
}

// A photograph is shown on a page of the record, by the door that gives it to be
// saved; what is no photograph is not.
func TestAPhotographIsShown(t *testing.T) {
	clause.Shows(t, "CR-01")
	s := newStage(t)
	photograph(s)
	b := s.as(s.adviser)
	at := "/children/" + s.ref.String() + "/files/" + s.values["{file}"]
	list := b.get("/children/" + s.ref.String() + "/files").wantStatus(http.StatusOK)
	list.one(atom.A, "href", at+"/view")
	page := b.get(at + "/view").wantStatus(http.StatusOK).wantWords("By the river")
	wantWholePage(t, "a photograph", page)
	picture := b.get(attr(page.one(atom.Img, "class", "app-photograph"), "src")).wantStatus(http.StatusOK)
	for name, want := range map[string]string{
		"Content-Type": "image/png", "Content-Disposition": "inline", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
	} {
		if got := picture.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if !strings.HasPrefix(picture.body, "\x89PNG") {
		t.Error("the picture is not what was kept")
	}
	b.get("/children/" + s.ref.String() + "/looks?each=on").wantWords("Opened a file")
	attach(s)
	b.get("/children/" + s.ref.String() + "/files/" + s.values["{file}"] + "/view").wantStatus(http.StatusNotFound)
}
