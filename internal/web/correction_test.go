package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/entry"
	"casefile/internal/id"
	"casefile/internal/store/storetest"
)

// A manager holds two files against each other, merges them, and undoes it; what
// was typed is never lost on the way.
func TestMergePages(t *testing.T) {
	w := newWorld(t)
	other := w.child("Morgana", "Ashdown", casework.NewEntry{
		Service: "participation", Author: w.manager, Role: "Team manager",
		Content: entry.Content{Type: "contact-with-client", Category: "interview", Happened: storetest.Today.AddDays(-3), Text: "Plays the cello."},
	})
	b := w.as(w.manager)
	at := "/children/" + w.ref.String()
	b.get(at+"/corrections").wantStatus(http.StatusOK).wantWords("Nothing has been corrected here", "There is a second file for the same young person")
	b.get(at + "/merge").wantStatus(http.StatusOK).wantWords("Reference of the other file")

	// A file that nobody has and one that is not theirs are answered alike.
	nobody := b.post(at+"/merge", url.Values{"other": {id.NewReference().String()}, "do": {"compare"}, "reason": {"She told us."}}).wantStatus(http.StatusUnprocessableEntity)
	nobody.wantWords("There is no file with this reference that you can correct")
	b.post(at+"/merge", url.Values{"other": {"rubbish"}, "do": {"compare"}}).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter the reference of the other file")
	b.post(at+"/merge", url.Values{"other": {w.ref.String()}, "do": {"compare"}}).wantStatus(http.StatusUnprocessableEntity).wantWords("That reference leads to this same file")

	compared := b.post(at+"/merge", url.Values{"other": {other.String()}, "do": {"compare"}}).wantStatus(http.StatusOK)
	wantWholePage(t, "two files compared", compared)
	compared.wantWords("Morgan Ashdown", "Morgana Ashdown", "1 Test Lane, Testham, ZX1 1AA", other.String(), "which reference stays?", "How do you know?",
		"Photograph", "Numbers", "Family and household", "Services, and who works with them", "Ada Adviser", "On the record since")
	w.as(w.adviser).get(at+"/corrections").wantStatus(http.StatusOK).wantWords("Is there a second file for the same young person? Your manager", "Tell them both references: this one is "+w.ref.String())
	b.post(at+"/merge", url.Values{"other": {other.String()}, "do": {"merge"}, "reason": {"She told us."}}).
		wantStatus(http.StatusUnprocessableEntity).wantWords("Select which reference stays", "She told us.")
	b.post(at+"/merge", url.Values{"other": {other.String()}, "do": {"merge"}, "keep": {"this"}}).
		wantStatus(http.StatusUnprocessableEntity).wantWords("Enter how you know this")
	b.post(at+"/merge", url.Values{"other": {other.String()}, "do": {"merge"}, "keep": {"this"}, "reason": {"She told us."}}).wantStatus(http.StatusSeeOther)
	b.get(at+"/corrections").wantWords("The two files are one", other.String()+" was merged into this one", "She told us.", "Undo")
	b.get(at + "/timeline").wantWords("Plays the cello.")
	b.get("/children/"+other.String()+"/timeline").wantStatus(http.StatusOK).wantWords("Morgan Ashdown", w.ref.String(), "Plays the cello.")
	w.as(w.adviser).get("/work").wantWords("merged two files of one person")

	key := strings.Join((&stage{world: w}).strings("SELECT id FROM correction"), "")
	undo := at + "/corrections/" + key + "/undo"
	wantWholePage(t, "undo", b.get(undo).wantStatus(http.StatusOK).wantWords("Both files are as they were before"))
	b.post(undo, url.Values{"reason": {""}}).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter how you know this")
	b.post(undo, url.Values{"reason": {"They are cousins."}}).wantStatus(http.StatusSeeOther)
	b.get(at+"/corrections").wantWords("The correction is undone", "Undone:", "They are cousins.")
	if a := b.get(at + "/timeline"); strings.Contains(a.body, "cello") {
		t.Error("the timeline still has what the other file brought")
	}
	b.get("/children/"+other.String()+"/timeline").wantWords("Morgana Ashdown", "Plays the cello.")
}

func TestMovePages(t *testing.T) {
	w := newWorld(t)
	other := w.child("Morgana", "Ashdown")
	s := &stage{world: w, values: map[string]string{}}
	entered(s)
	b := w.as(w.adviser)
	b.get("/children/" + w.ref.String() + "/timeline").wantWords("Wrong young person?")
	at := "/children/" + w.ref.String() + "/entries/" + s.values["{entry}"] + "/move"
	wantWholePage(t, "move", b.get(at).wantStatus(http.StatusOK).wantWords("Likes drawing.", "Show whose that is"))
	// Nothing moves before it was shown whose record it goes to.
	unseen := b.post(at, url.Values{"other": {other.String()}, "do": {"move"}, "reason": {"It is about her."}}).wantStatus(http.StatusOK)
	unseen.wantWords("To Morgana Ashdown", "Born 5 March 2010", "It is about her.")
	b.post(at, url.Values{"other": {other.String()}, "shown": {other.String()}, "do": {"move"}}).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter how you know this")
	b.post(at, url.Values{"other": {other.String()}, "shown": {other.String()}, "do": {"move"}, "reason": {"It is about her."}}).wantStatus(http.StatusSeeOther)
	b.get("/children/" + other.String() + "/timeline").wantWords("Likes drawing.")
	b.get("/children/"+w.ref.String()+"/corrections").wantWords("was moved from here to file "+other.String(), "It is about her.")
	b.get(at).wantStatus(http.StatusNotFound)
}
