package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html/atom"

	"casefile/internal/clause"
	"casefile/internal/id"
	"casefile/internal/staff"
)

func TestOpenAFileToAPartner(t *testing.T) {
	clause.Shows(t, "CR-47")
	w := newWorld(t)
	partner := w.worker("Pat", "Partner", "Therapist", staff.Contact{}, held{"partner-professional", w.family})
	b, p := w.as(w.manager), w.as(partner)
	file := "/children/" + w.ref.String()
	p.get(file).wantStatus(http.StatusNotFound)
	wantWholePage(t, "grants, none", b.get(file+"/grants").wantStatus(http.StatusOK).wantWords("It is open to nobody in this way"))
	add := file + "/grants/add"
	page := b.get(add).wantStatus(http.StatusOK)
	wantWholePage(t, "grant", page)
	form := url.Values{
		"do": {"find"}, "words": {"worker adviser partner"}, "kind": {"grant"}, "parts": {"timeline"}, "reason": {"She provides the therapy."},
		"from-day": {"5"}, "from-month": {"3"}, "from-year": {"2026"}, "to-day": {"4"}, "to-month": {"6"}, "to-year": {"2026"},
	}
	form.Set("words", "e") // the adviser fits the words, and holds no such role
	found := b.post(add, form).wantStatus(http.StatusOK).wantWords("Pat Partner", "Partner professional, early-help team")
	wantWholePage(t, "grant, with people found", found)
	if strings.Contains(found.words(), "Ada Adviser") {
		t.Error("it offers somebody to whom no file can be opened")
	}
	for name, want := range map[string]string{"kind": "grant", "parts": "timeline", "reason": "She provides the therapy.", "to-month": "6"} {
		if got := found.field(name); got != want {
			t.Errorf("field %s came back as %q", name, got)
		}
	}
	form.Set("do", "grant")
	wrong := b.post(add, form).wantStatus(http.StatusUnprocessableEntity).wantWords("Find and select who it is opened to")
	wantWholePage(t, "grant with a problem", wrong)
	form.Set("worker", string(partner.ID))
	form.Set("to-day", "40")
	wantWholePage(t, "grant with a day that is none", b.post(add, form).wantStatus(http.StatusUnprocessableEntity).wantWords("The last day must be a real date"))
	form.Set("to-day", "4")
	b.post(add, form).wantStatus(http.StatusSeeOther)
	list := b.get(file+"/grants").wantWords("The file is open to them", "Pat Partner", "5 March 2026 to 4 June 2026", "Overview, Timeline", "She provides the therapy.")
	wantWholePage(t, "grants", list)

	p.get("/work").wantWords("Files open to me for a time (1)", "Morgan Ashdown", "until the end of 4 June 2026")
	p.get(file+"/timeline").wantStatus(http.StatusOK).wantWords("This file is open to you by a grant", "4 June 2026")
	p.get(file + "/files").wantStatus(http.StatusNotFound)
	p.get(file + "/grants").wantStatus(http.StatusNotFound)

	end := ""
	for _, f := range list.all(atom.Form) {
		if strings.HasSuffix(attr(f, "action"), "/end") {
			end = attr(f, "action")
		}
	}
	p.post(end, nil).wantStatus(http.StatusNotFound)
	b.post(end, nil).wantStatus(http.StatusSeeOther)
	b.post(end, nil).wantStatus(http.StatusConflict)
	p.get(file).wantStatus(http.StatusNotFound)
	p.get("/work").wantStatus(http.StatusOK)
}

func TestOpenFilesToAReviewer(t *testing.T) {
	clause.Shows(t, "KF-13")
	w := newWorld(t)
	lead := w.worker("Leo", "Lead", "Information governance lead", staff.Contact{}, held{"information-governance-lead", w.family})
	reviewer := w.worker("Rae", "Reviewer", "Auditor", staff.Contact{}, held{"reviewer", w.family})
	b, r := w.as(lead), w.as(reviewer)
	if len(b.get("/workers").all(atom.A, "href", "/grants/add")) != 1 {
		t.Error("nothing leads to the page")
	}
	wantWholePage(t, "list", b.get("/grants/add").wantStatus(http.StatusOK))
	form := url.Values{
		"do": {"grant"}, "references": {w.ref.String() + "\n" + id.NewReference().String()}, "worker": {string(reviewer.ID)}, "reason": {"Audit of March."},
		"from-day": {"5"}, "from-month": {"3"}, "from-year": {"2026"}, "to-day": {"4"}, "to-month": {"4"}, "to-year": {"2026"},
	}
	wrong := b.post("/grants/add", form).wantStatus(http.StatusUnprocessableEntity).wantWords("You find no file with these references")
	wantWholePage(t, "list with a problem", wrong)
	if wrong.field("worker") != string(reviewer.ID) || !strings.Contains(wrong.field("references"), w.ref.String()) {
		t.Error("what was typed is lost")
	}
	form.Set("references", w.ref.String())
	b.post("/grants/add", form).wantStatus(http.StatusSeeOther)
	b.get("/grants/add").wantWords("1 file is open to them.")
	file := "/children/" + w.ref.String()
	page := r.get(file + "/timeline").wantStatus(http.StatusOK).wantWords("This file is open to you to review, to read only, until the end of 4 April 2026.")
	wantWholePage(t, "timeline of a reviewer", page)
	if len(page.all(atom.A, "href", file+"/record")) != 0 {
		t.Error("a reviewer is offered to record")
	}
	for _, b := range []*browser{w.as(w.manager), r, w.as(w.adviser)} {
		b.get("/grants/add").wantStatus(http.StatusNotFound)
		b.post("/grants/add", form).wantStatus(http.StatusNotFound)
	}
}
