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
)

// documentPages is a stage with a plan, whose pages are tried.
type documentPages struct {
	*stage
	at string // the address of the document
}

func (p *documentPages) get(who, more string) answer {
	p.t.Helper()
	a := p.browserOf(who).get(p.at + more)
	a.wantStatus(http.StatusOK)
	wantWholePage(p.t, more, a)
	return a
}

func newDocumentPages(t *testing.T, prepare func(*stage)) *documentPages {
	s := newStage(t)
	prepare(s)
	return &documentPages{s, "/children/" + s.ref.String() + "/documents/" + s.values["{document}"]}
}

// wantWords wants words on a page, and says which are not.
func wantWords(t *testing.T, a answer, words ...string) {
	t.Helper()
	page := strings.Join(strings.Fields(text(a.one(atom.Main))), " ")
	for _, w := range words {
		if !strings.Contains(page, w) {
			t.Errorf("the page does not say %q:\n%s", w, page)
		}
	}
}

// wantRedirect wants to be led somewhere.
func (a answer) wantRedirect(to string) {
	a.t.Helper()
	if a.wantStatus(http.StatusSeeOther); a.location() != to {
		a.t.Errorf("led to %q, want %q", a.location(), to)
	}
}

// A form from its first answer to its correction, without script: what is missing is a
// list of links, a manager authorises it and nobody who completed it does, and what was
// corrected stays to be seen with who, when and why.
func TestADocumentOnItsPages(t *testing.T) {
	p := newDocumentPages(t, begunPlan)
	list := p.browserOf("adviser").get("/children/" + p.ref.String() + "/documents")
	wantWords(t, list, "Plan", "Being written")
	wantWholePage(t, "list", list)
	choose := p.browserOf("adviser").get("/children/" + p.ref.String() + "/documents/new")
	wantWords(t, choose, "Which form do you want to begin?", "There is one that is not final yet")
	wantWholePage(t, "new", choose)

	tasks := p.get("adviser", "/write")
	wantWords(t, tasks, "Where things stand", "Not started", "Trouble", "Not needed as things are", "0 of 2 sections complete")
	section := p.get("adviser", "/sections/start")
	wantWords(t, section, "Is it working?", "Why not?", "0, Not at all", "[observed] what you saw", "Education, health and care plan")

	all := strings.Fields("working why-not contact find-out effort told mood aims provision hours since lasting")
	wrong := p.browserOf("adviser").post(p.at+"/sections/start", url.Values{
		"rev": {"1"}, "asked": all, "a--working": {"yes"}, "a--hours": {"lots"}, "a--since--day": {"31"}, "a--since--month": {"2"}, "a--since--year": {"2026"},
		"a--told": {"[shouted] So."}, "a--effort": {"3"}, "a--effort--why": {"Early mornings"},
	})
	wrong.wantStatus(http.StatusUnprocessableEntity)
	wantWholePage(t, "wrong", wrong)
	wantWords(t, wrong, "There is a problem", "Enter a whole number: How many hours a week?", "Enter a real date")
	if v := attr(wrong.one(atom.Input, "name", "a--hours"), "value"); v != "lots" {
		t.Errorf("what was typed came back as %q", v)
	}
	if v := attr(wrong.one(atom.Input, "name", "a--since--day"), "value"); v != "31" {
		t.Errorf("the day that was typed came back as %q", v)
	}
	rev := attr(wrong.one(atom.Input, "name", "rev"), "value")
	p.browserOf("adviser").post(p.at+"/sections/start", url.Values{
		"rev": {rev}, "asked": all, "a--working": {"yes"}, "a--hours": {"20"}, "a--effort": {"3"}, "a--effort--why": {"Early mornings"},
		"a--told": {"[observed] She smiled.\r\n\r\n[allegation by a neighbour] There is shouting."}, "a--aims": {"work", "home"},
		"a--since--day": {"1"}, "a--since--month": {"2"}, "a--since--year": {"2026"}, "a--lasting--from--day": {"1"}, "a--lasting--from--month": {"3"}, "a--lasting--from--year": {"2026"},
	}).wantRedirect(p.at + "/sections/people")

	check := p.get("adviser", "/check")
	wantWords(t, check, "1 thing still stands in the way", "It is hard and no step is named.", "If it is right as it is, say why", "Observed", "Allegation by a neighbour")
	links := check.all(atom.A, "href", p.at+"/sections/people?check=1#a--steps--list")
	if len(links) != 1 {
		t.Errorf("what stands in the way leads to no question: %d links", len(links))
	}
	p.get("adviser", "/sections/people?check=1")

	people := strings.Fields("who steps areas papers signed")
	p.browserOf("adviser").post(p.at+"/sections/people", url.Values{"rev": {"1"}, "asked": people, "a--steps--n": {"0"}, "add": {"steps"}}).wantRedirect(p.at + "/sections/people?add=steps#a--steps--0--item")
	added := p.get("adviser", "/sections/people?add=steps")
	wantWords(t, added, "The steps, 1", "What is to be done?", "Remove")
	p.browserOf("adviser").post(p.at+"/sections/people", url.Values{
		"rev": {"1"}, "asked": people, "a--steps--n": {"2"}, "a--steps--0--what": {"Ring the college"}, "a--steps--1--what": {"Buy a bag"}, "a--signed": {"sign"},
		"a--areas--money--fine": {"no"}, "a--areas--money--say": {"Debts"},
	}).wantRedirect(p.at + "/check")
	p.browserOf("adviser").post(p.at+"/sections/people", url.Values{
		"rev": {"2"}, "asked": people, "a--steps--n": {"2"}, "a--steps--0--what": {"Ring the college"}, "a--steps--1--what": {"Buy a bag"}, "a--signed": {"keep 0"},
		"a--areas--money--fine": {"no"}, "a--areas--money--say": {"Debts"}, "remove": {"a--steps--1"},
	}).wantRedirect(p.at + "/sections/people#a--steps--list")
	done := p.get("adviser", "/check")
	wantWords(t, done, "Ring the college", "Ada Adviser, on 5 March 2026", "Debts", "Load4 Heavy", "It is final once it has been authorised.")
	if strings.Contains(text(done.one(atom.Main)), "Buy a bag") {
		t.Error("what was removed is still there")
	}
	seen := attr(done.one(atom.Input, "name", "seen"), "value")
	p.browserOf("adviser").post(p.at+"/complete", url.Values{"seen": {seen}}).wantRedirect(p.at)

	waiting := p.get("adviser", "")
	wantWords(t, waiting, "Not final: waits to be authorised", "It is authorised by: Team manager.", "You wrote in it, so somebody else does.", "Told: the line manager, who should answer within 48 hours", "Task opened. For the allocated worker: Ring them")
	if len(waiting.all(atom.A, "href", p.at+"/decide")) != 0 {
		t.Error("who completed it is offered to authorise it")
	}
	p.browserOf("adviser").post(p.at+"/decide", url.Values{"step": {"1"}, "decide": {"authorise"}}).wantStatus(http.StatusNotFound)
	tray := p.browserOf("manager").get("/work?tray=team").wantStatus(http.StatusOK)
	wantWholePage(t, "a tray with what waits", tray)
	wantWords(t, tray, "Authorise: Plan", "Waits to be authorised", "Pass it on")
	if strings.Contains(text(tray.one(atom.Main)), "Done, or pass it on") {
		t.Error("what waits can be said to be done")
	}
	news := p.browserOf("manager").get("/work")
	wantWords(t, news, "Ada Adviser completed or authorised an assessment or form: “Plan”, today at")
	for _, page := range []answer{tray, news} {
		if to := page.linked(p.at); !slices.Contains(to, p.at) {
			t.Errorf("what waits is led to by %q", to)
		}
	}
	if strings.Contains(p.browserOf("adviser").get("/work?tray=team").body, "Authorise: Plan") {
		t.Error("what waits is in the tray of who completed it")
	}
	wantWords(t, p.get("manager", ""), "Authorise it or return it")
	p.get("manager", "/decide")
	none := p.browserOf("manager").post(p.at+"/decide", url.Values{"step": {"1"}, "decide": {"return"}, "reason": {" "}})
	none.wantStatus(http.StatusUnprocessableEntity)
	wantWords(t, none, "Enter what has to be changed")
	p.browserOf("manager").post(p.at+"/decide", url.Values{"step": {"1"}, "decide": {"return"}, "reason": {"Say who helps."}}).wantRedirect("/children/" + p.ref.String() + "/documents")
	wantWords(t, p.get("adviser", "/write"), "Mina Manager returned it", "Say who helps.")
	again := p.get("adviser", "/check")
	p.browserOf("adviser").post(p.at+"/complete", url.Values{"seen": {attr(again.one(atom.Input, "name", "seen"), "value")}}).wantRedirect(p.at)
	p.browserOf("manager").post(p.at+"/decide", url.Values{"step": {"3"}, "decide": {"authorise"}}).wantRedirect("/children/" + p.ref.String() + "/documents")
	final := p.get("adviser", "")
	wantWords(t, p.browserOf("adviser").get("/work"), "Mina Manager authorised an assessment or form of yours: “Plan”, today at", "Mina Manager returned an assessment or form of yours, with requests: “Plan”, today at")
	if strings.Contains(p.browserOf("manager").get("/work?tray=team").body, "Authorise: Plan") {
		t.Error("what was authorised is in a tray still")
	}
	wantWords(t, final, "Final", "Authorised, and so final", "by Mina Manager, Team manager", "Returned with requests", "Stage reached: Plan agreed")
	clause.Shows(t, "CR-26", "CR-35", "CR-58")

	p.get("adviser", "/correct")
	p.browserOf("adviser").post(p.at+"/correct", url.Values{"step": {"4"}, "grounds": {"inaccurate"}, "reason": {""}}).wantStatus(http.StatusUnprocessableEntity)
	p.browserOf("adviser").post(p.at+"/correct", url.Values{"step": {"4"}, "grounds": {"inaccurate"}, "reason": {"The college says 30 hours."}, "rested": {"yes"}}).wantRedirect(p.at + "/write")
	wantWords(t, p.browserOf("manager").get("/work"), "is correcting an assessment or form, “Plan”, on which decisions rested")
	wantWords(t, p.get("adviser", ""), "Final; it is being corrected", "20")
	p.get("adviser", "/drop")
	p.browserOf("adviser").post(p.at+"/sections/start", url.Values{"rev": {"1"}, "asked": {"hours"}, "a--hours": {"30"}, "then": {"tasks"}})
	ready := p.get("adviser", "/check")
	p.browserOf("adviser").post(p.at+"/complete", url.Values{"seen": {attr(ready.one(atom.Input, "name", "seen"), "value")}}).wantRedirect(p.at)
	p.browserOf("manager").post(p.at+"/decide", url.Values{"step": {"6"}, "decide": {"authorise"}}).wantRedirect("/children/" + p.ref.String() + "/documents")
	corrected := p.get("manager", "")
	wantWords(t, corrected, "30", "Correction begun: significantly inaccurate", "The college says 30 hours.", "Decisions rested on what it said", "What it said when it was completed on")
	wantWords(t, p.get("manager", "?step=3"), "As it was, and no longer what it says", "20")
	wantWords(t, p.get("manager", "/compare?was=3&is=6"), "How many hours a week?", "20", "30")
	p.browserOf("adviser").get(p.at + "?step=3").wantStatus(http.StatusNotFound)
	p.browserOf("adviser").get(p.at + "/compare?was=3&is=6").wantStatus(http.StatusNotFound)
	clause.Shows(t, "CR-29")

	wantWords(t, p.browserOf("adviser").get("/children/"+p.ref.String()+"/timeline"), "Plan: authorised", "Plan: being corrected")
	wantWords(t, p.browserOf("manager").get("/children/"+p.ref.String()+"/looks"), "Authorised an assessment or form", "Began to correct an assessment or form")
}

// Of two who write in one section the second is told; what they typed and what the first
// saved stand beside each other, and nothing is saved before they say so.
func TestTwoWriteInASectionOnItsPages(t *testing.T) {
	p := newDocumentPages(t, begunPlan)
	at := p.at + "/sections/start"
	p.browserOf("adviser").post(at, url.Values{"rev": {"1"}, "asked": {"working", "hours"}, "a--working": {"yes"}, "a--hours": {"10"}})
	late := p.browserOf("manager").post(at, url.Values{"rev": {"1"}, "asked": {"working", "hours", "mood"}, "a--working": {"yes"}, "a--hours": {"25"}, "a--mood": {"good"}})
	late.wantStatus(http.StatusConflict)
	wantWholePage(t, "conflict", late)
	wantWords(t, late, "Ada Adviser saved this section after you opened it.", "Ada Adviser saved here meanwhile:")
	if v := attr(late.one(atom.Input, "name", "a--hours"), "value"); v != "25" {
		t.Errorf("what the second typed came back as %q", v)
	}
	theirs := late.all(atom.Div, "class", "app-as-typed")
	if len(theirs) != 2 || text(theirs[0]) != "Nothing" && text(theirs[1]) != "10" {
		t.Errorf("what the first saved stands there as %d answers", len(theirs))
	}
	if len(late.all(atom.Form, "data-autosave", at+"/autosave")) != 0 {
		t.Error("the page of a conflict is saved by itself")
	}
	rev := attr(late.one(atom.Input, "name", "rev"), "value")
	p.browserOf("manager").post(at, url.Values{"rev": {rev}, "asked": {"working", "hours", "mood"}, "a--working": {"yes"}, "a--hours": {"25"}, "a--mood": {"good"}})
	section := p.get("adviser", "/sections/start")
	if v := attr(section.one(atom.Input, "name", "a--hours"), "value"); v != "25" {
		t.Errorf("saved as %q", v)
	}
	wantWords(t, p.get("adviser", "/sections/start/earlier"), "Ada Adviser", "How many hours a week?10")

	auto := p.browserOf("adviser").post(at+"/autosave", url.Values{"rev": {"1"}, "asked": {"hours"}, "a--hours": {"11"}})
	auto.wantStatus(http.StatusConflict)
	if !strings.Contains(auto.body, `"url":"`+at+`"`) {
		t.Errorf("the script is told %s", auto.body)
	}
	ok := p.browserOf("adviser").post(at+"/autosave", url.Values{"rev": {"3"}, "asked": {"hours"}, "a--hours": {"11"}})
	if ok.wantStatus(http.StatusOK); !strings.Contains(ok.body, `"rev":4`) {
		t.Errorf("the script is told %s", ok.body)
	}
}

// A new one begins with the answers of last time, each with what it was beside it; and an
// answer that was not looked at anew stands in the way.
func TestLastTimeBesideThisTime(t *testing.T) {
	p := newDocumentPages(t, finalPlan)
	p.browserOf("adviser").post("/children/"+p.ref.String()+"/documents", url.Values{"form": {"plan"}, "document": {id.New()}})
	list := p.browserOf("adviser").get("/children/" + p.ref.String() + "/documents")
	var at string
	for _, a := range list.all(atom.A) {
		if href := attr(a, "href"); strings.Contains(href, "/documents/") && !strings.HasSuffix(href, "/new") && href != p.at {
			at = href
		}
	}
	if at == "" {
		t.Fatalf("no second one in the list:\n%s", text(list.one(atom.Main)))
	}
	p.at = at
	wantWords(t, p.get("adviser", "/write"), "Still true?", "answers to say it of")
	section := p.get("adviser", "/sections/start")
	wantWords(t, section, "Say of each whether it is still true today.", "On 5 March 2026 the answer was:", "Is this still true today?")
	p.browserOf("adviser").post(at+"/sections/start", url.Values{"rev": {"1"}, "asked": {"hours"}, "a--hours": {"30"}, "then": {"tasks"}})
	changed := p.get("adviser", "/sections/start").all(atom.Input, "name", "anew--hours")
	if len(changed) != 2 || attr(changed[1], "value") != "changed" || !has(changed[1], "checked") {
		t.Error("what was answered otherwise is not marked as changed")
	}
	wantWords(t, p.get("adviser", "/check"), "Say whether this is still true: Is it working?")
	missing := p.get("adviser", "/sections/start?check=1")
	if got := missing.all(atom.A, "href", "#anew--working"); len(got) != 1 {
		t.Error("the summary leads to no answer to look at")
	}
	told := p.browserOf("adviser").post(at+"/sections/start", url.Values{"rev": {"2"}, "asked": {"working"}, "a--working": {"no"}, "anew--working": {"still"}})
	told.wantStatus(http.StatusOK)
	wantWords(t, told, "You said that this is still true, and answered otherwise than last time, so it is marked as changed: Is it working?")
	if slices.Contains([]string{"Complete it"}, text(p.get("adviser", "/check").one(atom.Main))) {
		t.Error("it can be completed")
	}
}

// A form that another requires stands at the head of the list with its day, and leads to
// where it is begun, with the form chosen.
func TestARequiredFormOnItsPages(t *testing.T) {
	p := newDocumentPages(t, begunPlan)
	b := p.browserOf("adviser")
	b.post(p.at+"/sections/start", url.Values{"rev": {"1"}, "asked": {"working", "why-not", "effort"}, "a--working": {"no"}, "a--why-not": {"He is ill."}, "a--effort": {"1"}, "a--effort--why": {"So it is."}})
	b.post(p.at+"/sections/trouble", url.Values{"rev": {"1"}, "asked": {"plan"}, "a--plan": {"Another form"}})
	ready := p.get("adviser", "/check")
	b.post(p.at+"/complete", url.Values{"seen": {attr(ready.one(atom.Input, "name", "seen"), "value")}}).wantRedirect(p.at)
	of := "/children/" + p.ref.String() + "/documents"
	list := b.get(of)
	wantWholePage(t, "required", list)
	wantWords(t, list, "To be completed", "Follow-up", "19 March 2026", "Begin it")
	if len(list.all(atom.A, "href", of+"/new?form=followup")) != 1 {
		t.Error("it leads nowhere")
	}
	choose := b.get(of + "/new?form=followup")
	if !has(choose.one(atom.Input, "value", "followup"), "checked") {
		t.Error("the form is not chosen")
	}
	wantWords(t, choose, "Due by 19 March 2026.")
}
