package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html/atom"

	"casefile/internal/clause"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

func TestDeclareAConnectionOnItsPage(t *testing.T) {
	clause.Shows(t, "KF-04")
	w := newWorld(t)
	b := w.as(w.adviser)
	page := "/workers/me/connections"
	found := b.post("/find", url.Values{"q": {"morgan"}})
	if len(found.all(atom.A, "href", page+"?reference="+w.ref.String())) != 1 {
		t.Fatal("the search result does not lead to declaring")
	}
	form := b.get(page + "?reference=" + w.ref.String()).wantStatus(http.StatusOK)
	if form.field("reference") != w.ref.String() {
		t.Errorf("the page asks about %q", form.field("reference"))
	}
	wantWholePage(t, "connections", form)
	wrong := b.post(page, url.Values{"reference": {id.NewReference().String()}, "nature": {"A cousin of mine."}}).wantStatus(http.StatusUnprocessableEntity)
	wantWholePage(t, "connections with a problem", wrong)
	if wrong.field("nature") != "A cousin of mine." {
		t.Error("what was typed is lost")
	}
	// First it is asked whether it is this file, by a name that a search gives too.
	ask := b.post(page, url.Values{"reference": {strings.ToLower(w.ref.String())}, "nature": {"A cousin\r\nof mine."}}).wantStatus(http.StatusOK).wantWords(
		"You are about to declare a connection with Morgan Ashdown (known as Mo Ashdown)", w.ref.String(), "5 March 2010", "A cousin of mine.")
	wantWholePage(t, "about to declare", ask)
	b.get("/children/" + w.ref.String()).wantStatus(http.StatusOK)
	typed := url.Values{"reference": {ask.field("reference")}, "nature": {ask.field("nature")}, "do": {"back"}}
	if back := b.post(page, typed).wantStatus(http.StatusOK); back.field("reference") != w.ref.String() || strings.ReplaceAll(back.field("nature"), "\r", "") != "A cousin\nof mine." {
		t.Errorf("back on the form: %q, %q", back.field("reference"), back.field("nature"))
	}
	typed.Set("do", "declare")
	typed.Set("nature", "A cousin of mine.")
	b.post(page, typed).wantStatus(http.StatusSeeOther)
	after := b.get(page).wantStatus(http.StatusOK).wantWords("The file is closed to you", "File "+w.ref.String(), "A cousin of mine.")
	wantWholePage(t, "connections declared", after)
	again := b.post(page, url.Values{"reference": {w.ref.String()}, "nature": {"A cousin of mine."}}).wantStatus(http.StatusUnprocessableEntity)
	if !strings.Contains(again.body, "You find no file with this reference") || strings.Contains(again.body, "Morgan") {
		t.Errorf("once it is closed: %s", again.words())
	}
	b.get("/children/" + w.ref.String()).wantStatus(http.StatusNotFound)
	b.get("/children/" + w.ref.String() + "/reason").wantStatus(http.StatusNotFound)
	if strings.Contains(b.get("/work").body, "Morgan") {
		t.Error("my work still names them")
	}

	m := w.as(w.manager)
	m.get("/work").wantWords("News about your workers (1)", "Ada Adviser")
	list := m.get("/workers/connections").wantStatus(http.StatusOK).wantWords("Ada Adviser", "File "+w.ref.String(), "A cousin of mine.")
	wantWholePage(t, "connections of workers", list)
	if strings.Contains(list.body, "Morgan") {
		t.Error("the manager's list says whose file it is")
	}
	end := attr(list.class("app-card--row")[0].LastChild, "action")
	if end == "" {
		for _, f := range list.all(atom.Form) {
			if strings.HasSuffix(attr(f, "action"), "/end") {
				end = attr(f, "action")
			}
		}
	}
	b.post(end, url.Values{"worker": {string(w.adviser.ID)}}).wantStatus(http.StatusNotFound) // nobody takes back their own
	m.post(end, url.Values{"worker": {string(w.adviser.ID)}}).wantStatus(http.StatusSeeOther)
	b.get("/children/" + w.ref.String()).wantStatus(http.StatusOK)
	b.get("/workers/connections").wantStatus(http.StatusNotFound)
}

// untrain has the training of a worker run out on a day.
func (w *world) untrain(m staff.Worker, days int) {
	w.t.Helper()
	w.db.Must(w.t, func(ctx context.Context, tx store.Tx) error {
		held, err := tx.Trainings(ctx, m.ID)
		if err != nil {
			return err
		}
		for _, h := range held {
			if err := tx.Supersede(ctx, store.TrainingFact, h.ID, tx.Stamp(storetest.By)); err != nil {
				return err
			}
			h.ID, h.Period.To = id.New(), storetest.Today.AddDays(days)
			if err := tx.AddTraining(ctx, h); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestLapsedTrainingIsSaidPlainly(t *testing.T) {
	clause.Shows(t, "KF-08")
	w := newWorld(t)
	b, m := w.as(w.adviser), w.as(w.manager)
	w.untrain(w.adviser, 7)
	b.get("/work").wantStatus(http.StatusOK).wantWords("is good until 12 March 2026. Take the refresher before then")
	b.get("/children/" + w.ref.String()).wantStatus(http.StatusOK)
	w.untrain(w.adviser, -1)
	words := "Your training in information governance, data protection and GDPR lapsed on 5 March 2026. Files open again once your manager has recorded the refresher."
	for _, page := range []string{"/work", "/find", "/workers"} {
		b.get(page).wantStatus(http.StatusOK).wantWords(words)
	}
	closed := b.get("/children/" + w.ref.String()).wantStatus(http.StatusNotFound).wantWords(words)
	wantWholePage(t, "a file closed for want of training", closed)
	if b.get("/children/"+id.NewReference().String()).body != closed.body {
		t.Error("a file that is there and one that is not give different pages")
	}

	list := m.get("/workers/training").wantStatus(http.StatusOK).wantWords("Ada Adviser", "Lapsed", "4 March 2026")
	wantWholePage(t, "training", list)
	form := url.Values{"worker": {string(w.adviser.ID)}, "course": {storetest.Course}, "on-day": {"31"}, "on-month": {"2"}, "on-year": {"2026"}}
	wrong := m.post("/workers/training", form).wantStatus(http.StatusUnprocessableEntity).wantWords("must be a real date")
	wantWholePage(t, "training with a problem", wrong)
	if wrong.field("on-day") != "31" || wrong.field("course") != storetest.Course {
		t.Error("what was typed is lost")
	}
	form.Set("on-day", "1")
	form.Set("on-month", "3")
	m.post("/workers/training", form).wantStatus(http.StatusSeeOther)
	m.get("/workers/training").wantWords("The training is recorded.", "28 February 2027")
	b.get("/children/" + w.ref.String()).wantStatus(http.StatusOK)
	b.get("/workers/training").wantStatus(http.StatusNotFound)
	b.post("/workers/training", form).wantStatus(http.StatusNotFound)

	// It was another worker: taken back, and what was so before is so again.
	back := ""
	for _, a := range m.get("/workers/training").all(atom.A) {
		if strings.HasSuffix(attr(a, "href"), "/take-back") && strings.Contains(text(a), "Ada Adviser") {
			back = attr(a, "href")
		}
	}
	wantWholePage(t, "take training back", m.get(back).wantStatus(http.StatusOK).wantWords("It is recorded that Ada Adviser", "on 1 March 2026", "good until 28 February 2027"))
	m.post(back, url.Values{"reason": {" "}}).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter why you take it back")
	b.get(back).wantStatus(http.StatusNotFound)
	m.post(back, url.Values{"reason": {"It was another worker of the same name."}}).wantStatus(http.StatusSeeOther)
	m.get("/workers/training").wantWords("The training is taken back", "4 March 2026", "Lapsed")
	b.get("/children/" + w.ref.String()).wantStatus(http.StatusNotFound)
	m.post(back, url.Values{"reason": {"Again."}}).wantStatus(http.StatusNotFound)
}

// Whoever's training lapsed is shown nobody, and declares all the same.
func TestDeclareWithLapsedTraining(t *testing.T) {
	w := newWorld(t)
	w.untrain(w.adviser, -1)
	b := w.as(w.adviser)
	form := url.Values{"reference": {w.ref.String()}, "nature": {"A cousin of mine."}}
	ask := b.post("/workers/me/connections", form).wantStatus(http.StatusOK).wantWords("a connection with the file "+w.ref.String(), "Check the reference")
	if strings.Contains(ask.body, "Ashdown") {
		t.Error("the page names the child")
	}
	form.Set("do", "declare")
	b.post("/workers/me/connections", form).wantStatus(http.StatusSeeOther)
}
