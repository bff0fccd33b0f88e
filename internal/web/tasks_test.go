package web_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
	"casefile/internal/task"
)

// opens opens a task of the adviser's in the manager's name, due on a day.
func (w *world) opens(kind string, due date.Date) task.ID {
	w.t.Helper()
	key, err := w.casework.OpenTask(w.t.Context(), w.actorOf(w.manager), w.ref, casework.NewTask{Kind: kind, Words: "Ring the school.", Due: due})
	if err != nil {
		w.t.Fatal(err)
	}
	return key
}

func TestATaskFromTheTrayToDone(t *testing.T) {
	clause.Shows(t, "CR-24")
	w := newWorld(t)
	key := w.opens("to-do", storetest.Today)
	b := w.as(w.adviser)
	at := "/children/" + w.ref.String() + "/tasks/" + string(key)
	mine := b.get("/work?tray=mine").wantStatus(http.StatusOK)
	wantWholePage(t, "a tray", mine)
	mine.wantWords("My tasks", "(1)", "Ring the school.", "Morgan Ashdown", "Today, 5 March 2026")
	b.get("/work").wantWords("Due today and late (1)", "Ring the school, Morgan Ashdown")
	w.db.Now.Set(storetest.Start.AddDate(0, 0, 3))
	b.get("/work?tray=mine").wantWords("3 days late", "(1, 1 late)")
	if body := b.get("/work/counts").wantStatus(http.StatusOK).body; !strings.Contains(body, `"mine":"(1, 1 late)"`) {
		t.Errorf("counts: %s", body)
	}
	page := b.get(at).wantStatus(http.StatusOK)
	wantWholePage(t, "a task", page)
	page.wantWords("Ring the school.", "3 days late", "Mina Manager", "Opened for Ada Adviser")
	for _, step := range []string{"done", "reassigned", "dropped", "late-reason"} {
		wantWholePage(t, step, b.get(at+"/"+step).wantStatus(http.StatusOK))
	}
	b.get(at + "/taken").wantStatus(http.StatusNotFound)
	b.get(at + "/asked").wantStatus(http.StatusNotFound)

	m := w.as(w.manager)
	m.post(at+"/asked", url.Values{"rev": {"1"}}).wantStatus(http.StatusSeeOther)
	b.get("/work").wantWords("Mina Manager asks why a task of yours is late: “Ring the school.”, ")
	late := b.post(at+"/done", url.Values{"rev": {"2"}}).wantStatus(http.StatusUnprocessableEntity)
	late.wantWords("Enter the reason why this is late. It was due by 5 March 2026")
	wantWholePage(t, "late without a reason", late)
	b.post(at+"/done", url.Values{"rev": {"1"}, "late-reason": {"Nobody was in."}}).wantStatus(http.StatusConflict).
		wantWords("Somebody else changed this task", "Nobody was in.")
	b.follow(b.post(at+"/done", url.Values{"rev": {"2"}, "late-reason": {"Nobody was in."}})).wantWords("The task is done.", "Nobody was in.", "3 days late")
	b.get("/children/"+w.ref.String()+"/work").wantWords("Done, or dropped", "Done by Ada Adviser", "Why it is late: Nobody was in.")
	b.post(at+"/done", url.Values{"rev": {"3"}}).wantStatus(http.StatusNotFound)
}

func TestATaskIsPassedOn(t *testing.T) {
	w := newWorld(t)
	key := w.opens("to-do", date.Date{})
	other := w.worker("Olu", "Other", "Adviser", staff.Contact{}, held{"adviser", w.north})
	w.worker("Una", "Unable", "Officer", staff.Contact{}, held{"minute-taker", w.north})
	b := w.as(w.adviser)
	at := "/children/" + w.ref.String() + "/tasks/" + string(key) + "/reassigned"
	form := b.get(at).wantStatus(http.StatusOK)
	form.wantWords("Olu Other", "participation team")
	if strings.Contains(form.body, "Una Unable") {
		t.Error("somebody who does no tasks is offered")
	}
	wrong := b.post(at, url.Values{"rev": {"1"}, "to": {"w:" + id.New()}, "reason": {"I am away."}}).wantStatus(http.StatusUnprocessableEntity)
	wrong.wantWords("Select who is to do it", "I am away.")
	b.follow(b.post(at, url.Values{"rev": {"1"}, "to": {"w:" + string(other.ID)}, "reason": {"I am away."}})).
		wantWords("The task is passed on.", "Passed on from Ada Adviser to Olu Other", "I am away.")
	told := w.as(other).get("/work").wantWords("Ada Adviser gave you a task: “Ring the school.”, today")
	if to := told.linked("/children/" + w.ref.String() + "/tasks/"); !slices.Contains(to, "/children/"+w.ref.String()+"/tasks/"+string(key)) {
		t.Errorf("the notice leads to %q, and not to its task", to)
	}
	b.get("/work").wantWords("Nothing of yours is due today or late.")
}

// A tray has pages of fifty, each with the way to the next.
func TestPagesOfATray(t *testing.T) {
	w := newWorld(t)
	for i := range 60 {
		w.opens("to-do", storetest.Today.AddDays(i))
	}
	b := w.as(w.adviser)
	first := b.get("/work?tray=mine&sort=person").wantStatus(http.StatusOK)
	if n := strings.Count(first.body, "/tasks/"); n != 50 {
		t.Errorf("the first page has %d tasks", n)
	}
	next := ""
	for _, a := range first.linked("/work?") {
		if strings.Contains(a, "after=") {
			next = a
		}
	}
	if strings.Contains(strings.ToLower(next), "ashdown") || next == "" {
		t.Errorf("the way to the next page is %q: want one, and nobody's name in it", next)
	}
	second := b.get(next).wantStatus(http.StatusOK)
	if n := strings.Count(second.body, "/tasks/"); n != 10 || !strings.Contains(second.body, "First page") {
		t.Errorf("the second page has %d tasks", n)
	}
	b.get("/work?tray=manager").wantStatus(http.StatusNotFound)
	b.get("/work?tray=tray-new-contacts").wantStatus(http.StatusNotFound)
	w.as(w.manager).get("/work?tray=manager&only=nobodys").wantStatus(http.StatusOK).wantWords("Every task of the team is somebody’s who is here.")
}

func TestAnOpenedTask(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.adviser)
	at := "/children/" + w.ref.String() + "/tasks/add"
	wantWholePage(t, "a new task", b.get(at).wantStatus(http.StatusOK))
	wrong := b.post(at, url.Values{"kind": {"to-do"}, "words": {"Ring her mother."}, "due-day": {"31"}, "due-month": {"2"}, "due-year": {"2026"}}).wantStatus(http.StatusUnprocessableEntity)
	wrong.wantWords("The day by when it is due must be a real date", "Ring her mother.")
	if strings.Contains(wrong.words(), "Enter what is to be done") {
		t.Error("what was typed counts as missing")
	}
	b.follow(b.post(at, url.Values{"kind": {"to-do"}, "words": {"Ring her mother."}, "due-day": {"9"}, "due-month": {"3"}, "due-year": {"2026"}})).
		wantWords("The task is opened.", "Ring her mother.", "Due 9 March 2026.", "Ada Adviser")
}

// A case note that is late says so on its page, asks why beside the field, and shows it on
// the timeline (CR-23).
func TestALateCaseNote(t *testing.T) {
	clause.Shows(t, "CR-23")
	w := newWorld(t)
	social := w.db.Team(t, "social-care")
	worker := w.worker("Sol", "Social", "Social worker", staff.Contact{}, held{"social-worker", social})
	w.lay(w.person(morgan), episodeOf(social, worker.ID))
	w.db.Now.Set(time.Date(2026, 3, 20, 10, 0, 0, 0, time.UTC))
	b := w.as(worker)
	started := b.post("/children/"+w.ref.String()+"/record", url.Values{"type": {"case-note"}}).wantStatus(http.StatusSeeOther).location()
	fresh := b.get(started).wantStatus(http.StatusOK)
	fresh.wantWords("A significant risk to the child is identified", "It is to be recorded within 1 working day; else within 5 working days.")
	if strings.Contains(fresh.words(), "Why is it recorded late?") {
		t.Error("asks why it is late of what happened today")
	}
	form := url.Values{
		"rev": {"1"}, "category": {"phone-call"}, "happened-day": {"9"}, "happened-month": {"3"}, "happened-year": {"2026"}, "with-whom": {"The school"},
		"reason": {"She asked."}, "text": {"We spoke of Monday."},
	}
	late := b.post(started, form).wantStatus(http.StatusUnprocessableEntity)
	late.wantWords("Why is it recorded late?", "It was to be recorded by 16 March 2026, 4 days ago.", "Enter the reason why this is late", "We spoke of Monday.")
	wantWholePage(t, "a late case note", late)
	b.get(started).wantWords("Why is it recorded late?") // the draft is kept, and asks at once
	form.Set("rev", "2")
	form.Set("late-reason", "I was ill all week.")
	b.post(started, form).wantStatus(http.StatusSeeOther)
	b.get("/children/"+w.ref.String()+"/timeline").wantWords("Late by 4 days", "To be recorded by", "16 March 2026", "I was ill all week.")
	risk := b.post("/children/"+w.ref.String()+"/record", url.Values{"type": {"case-note"}}).location()
	form.Set("rev", "1")
	form.Set("happened-day", "19")
	form.Set("significant-risk", "yes")
	form.Del("late-reason")
	b.post(risk, form).wantStatus(http.StatusSeeOther)
	b.get("/children/"+w.ref.String()+"/timeline").wantWords("Significant risk", "20 March 2026")
}

func TestStagesOfACase(t *testing.T) {
	w := newWorld(t)
	social := w.db.Team(t, "social-care")
	worker := w.worker("Sol", "Social", "Social worker", staff.Contact{}, held{"social-worker", social})
	w.lay(w.person(morgan), episodeOf(social, worker.ID))
	var key string
	w.db.Read(t, func(ctx context.Context, r store.Reader) error {
		list, err := r.Episodes(ctx, w.person(morgan), 0)
		for _, e := range list {
			if e.Service == social.Service {
				key = e.Key()
			}
		}
		return err
	})
	b := w.as(worker)
	work := "/children/" + w.ref.String() + "/work"
	page := b.get(work).wantStatus(http.StatusOK)
	wantWholePage(t, "work", page)
	page.wantWords("Strategy discussion", "Initial child protection conference", "Not known yet", "Late, or not recorded")
	at := work + "/" + key + "/strategy-discussion"
	wantWholePage(t, "a stage", b.get(at).wantStatus(http.StatusOK))
	b.post(at, url.Values{"planned-day": {"40"}, "planned-month": {"3"}, "planned-year": {"2026"}}).wantStatus(http.StatusUnprocessableEntity).
		wantWords("The day for which it is planned must be a real date")
	b.post(at, url.Values{}).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter the day for which it is planned")
	b.follow(b.post(at, url.Values{"actual-day": {"4"}, "actual-month": {"3"}, "actual-year": {"2026"}})).wantWords("The stage is saved.", "Reached on 4 March 2026", "25 March 2026")
	b.post(at, url.Values{"actual-day": {"3"}, "actual-month": {"3"}, "actual-year": {"2026"}, "why": {"It was the day before."}}).wantStatus(http.StatusConflict).
		wantWords("It was the day before.")
	b.get("/work/" + key).wantStatus(http.StatusNotFound)
}
