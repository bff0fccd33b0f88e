//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// What is due, from the tray to done: at a desk and on a telephone, no rule of
// accessibility broken.
func TestPagesOfTasks(t *testing.T) {
	p := newPage(t, demo, wide)
	p.mayLog("status of 422")
	p.signIn(adviser)
	p.goTo("/work")
	p.see("Due today and late", "My tasks")
	p.inspect("work-due")
	p.goTo("/work?tray=mine")
	p.see("days late", "Ring the college about the start date.")
	p.inspect("tray-mine")
	p.goTo("/work?tray=mine&sort=family")
	p.inspect("tray-family")
	p.goTo("/work?tray=team")
	p.inspect("tray-team")
	p.goTo(eval[string](p, `document.querySelector("tbody a").getAttribute("href")`))
	p.inspect("task")
	p.press("Take it")
	p.see("The task is yours.")
	p.follow("Pass it on")
	p.press("Pass it on")
	p.wantAlert("There is a problem")
	p.see("Select who is to do it", "Enter why it is passed on")
	p.inspect("task-pass-on")
	p.follow("Back to the task")
	p.follow("Drop it")
	p.fill("Why need it not be done any more?", "She found them herself.")
	p.press("Drop it")
	p.see("The task is dropped.", "She found them herself.")
	p.follow("Back to work")
	p.see("To be done", "Done, or dropped")
	p.inspect("file-work")
	p.press("Open a task")
	p.press("Open the task")
	p.wantAlert("There is a problem")
	p.inspect("task-add-wrong")
	p.choose("To do")
	p.fill("What is to be done?", "Ring the school about Monday.")
	p.press("Open the task")
	p.see("The task is opened.", "Ring the school about Monday.")
	p.signOut()

	p.signIn(manager)
	p.goTo("/work?tray=manager")
	p.see("All of the team", "Who has it")
	p.inspect("tray-manager")
	p.goTo(eval[string](p, `[...document.querySelectorAll("tbody tr")].find((r) => r.innerText.includes("late")).querySelector("a").getAttribute("href")`))
	p.press("Ask why it is late")
	p.see("is asked why it is late", "not answered yet")
	p.inspect("task-asked")
	p.signOut()

	p.signIn("Social worker")
	p.goTo("/work?tray=tray-initial-response")
	p.see("Initial response", "Start the assessment")
	p.inspect("tray-service")
	p.goTo(eval[string](p, `document.querySelector("tbody a").getAttribute("href").replace(/\/tasks\/.*/, "/work")`))
	p.see("Stages: Children's social work", "Strategy discussion")
	p.inspect("stages")
	p.goTo(eval[string](p, `[...document.querySelectorAll("tbody a")].find((a) => a.innerText === "Strategy discussion").getAttribute("href")`))
	p.press("Save")
	p.wantAlert("There is a problem")
	p.inspect("stage-wrong")

	// A case note that comes late says why.
	p.goTo(eval[string](p, `location.pathname.replace(/\/work\/.*/, "/timeline")`))
	p.begin("Case note")
	p.choose("Phone call")
	p.on(today().AddDays(-30))
	p.fill("Who was there, or on the line", "The school")
	p.fill("Reason", "She asked about Monday.")
	p.fill("What happened", "We spoke.")
	p.press("Record")
	p.wantAlert("There is a problem")
	p.see("Why is it recorded late?")
	p.inspect("case-note-late")
	p.fill("Why is it recorded late?", "I was away.")
	p.press("Record")
	p.see("Your entry is recorded.")
	p.see("Late by", "I was away.")
	p.inspect("timeline-late")
}

// The numbers of the trays come fresh to a page that stays open, without the page being
// asked for again.
func TestTraysStayFresh(t *testing.T) {
	p := newPage(t, demo, wide)
	p.signIn(adviser)
	p.goTo("/work?tray=mine")
	q := newPage(t, demo, wide)
	q.signIn(adviser)
	before := eval[string](p, `document.querySelector('[data-tray="mine"]').textContent`)
	q.goTo("/work?tray=mine")
	q.goTo(eval[string](q, `document.querySelector("tbody a").getAttribute("href")`) + "/dropped")
	q.fill("Why need it not be done any more?", "It is done.")
	q.press("Drop it")
	q.see("The task is dropped.")
	loads := p.loadsNow()
	eval[bool](p, `document.dispatchEvent(new Event("visibilitychange")) || true`)
	p.wait("the number to change", func() (bool, string) {
		now := eval[string](p, `document.querySelector('[data-tray="mine"]').textContent`)
		return now != before && strings.HasPrefix(now, "("), "it is " + now
	})
	if p.loadsNow() != loads {
		t.Error("the page was loaded again")
	}
}
