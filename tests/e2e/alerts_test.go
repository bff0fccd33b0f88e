//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"casefile/internal/clause"
)

// What must be seen first, from being set to its end: at a desk and on a telephone, no rule
// of accessibility broken.
func TestPagesOfAlerts(t *testing.T) {
	clause.Shows(t, "CR-20", "CX-21")
	const hazard, special = "Hazard at home", "Special alert"
	const risk, linked = "Known to pose a risk to children", "Linked to somebody known to pose a risk to children"
	p := newPage(t, demo, wide)
	p.mayLog("status of 422")
	p.signIn(manager)
	p.goTo("/caseloads")
	p.goTo(eval[string](p, `document.querySelector("tbody tr:not(:has(.app-alerts)) a[href$='/workers']").getAttribute("href").replace("/workers", "")`))
	file := eval[string](p, `location.pathname`)
	p.follow("Alerts: set one, or see those that are set and those that ended")
	p.see("No alert of this file’s own is set")
	p.inspect("alerts-none")
	p.press("Set an alert")
	p.press("Continue")
	p.wantAlert("There is a problem")
	p.see("Select what must be seen first")
	p.inspect("alert-kinds")
	p.choose(risk)
	p.press("Continue")
	p.press("Save")
	p.wantAlert("There is a problem")
	p.see("Enter what the alert is about", "Select whether the person knows of this")
	p.inspect("alert-wrong")
	p.fill("What is it about?", "Convicted in 2019 of an assault on his nephew. Two workers visit together.")
	p.choose("No")
	p.fill("Why are they not told?", "He would find out where the family lives.")
	p.fill("With which manager was it discussed?", "Petra Testowska")
	day := today()
	p.fillIn("When was it discussed with them?", "Day", day.Time().Format("2"))
	p.fillIn("When was it discussed with them?", "Month", day.Time().Format("1"))
	p.fillIn("When was it discussed with them?", "Year", day.Time().Format("2006"))
	p.press("Save")
	p.see("The alerts are changed", risk, "No: He would find out where the family lives.")
	p.inspect("alerts-one")
	for _, tab := range []string{"", "/timeline", "/relations", "/record"} {
		p.goTo(file + tab)
		p.see(risk)
	}
	p.goTo(file)
	p.inspect("overview-with-alert")
	name := eval[string](p, `document.querySelector(".app-identity__name").innerText`)
	p.goTo("/find")
	p.fill(findByAny, name)
	p.press("Find")
	p.see(risk)
	p.inspect("find-with-alert")
	p.goTo("/caseloads")
	p.see(risk)
	p.inspect("caseload-with-alert")

	// Of several the gravest stands in words in a list, and each that whoever visits must
	// know; the others are counted, with the way to the file.
	set := func(kind string) {
		t.Helper()
		p.goTo(file + "/alerts")
		p.press("Set an alert")
		p.choose(kind)
		p.press("Continue")
		p.fill("What is it about?", "The neighbour’s dog has no chain.")
		if kind != special {
			p.choose("No")
			p.fill("Why are they not told?", "They know the dog.")
			p.fill("With which manager was it discussed?", "Petra Testowska")
			p.fillDay("When was it discussed with them?", day)
		}
		p.press("Save")
		p.see("The alerts are changed", kind)
	}
	set(special)
	set(hazard)
	p.goTo("/caseloads")
	p.see(risk, hazard, "1 more alert")
	p.inspect("caseload-with-alerts")
	p.follow("1 more alert about " + name)
	p.see(risk, hazard, special)
	p.inspect("overview-with-alerts")

	// It is reviewed, and ended.
	p.goTo(file + "/alerts")
	p.follow("Change or review: " + risk)
	p.fill("What is it about?", "He lives in Leeds now.")
	p.fill("Why do you change it, or what did you look at?", "His worker rang.")
	p.inspect("alert-change")
	p.press("Save")
	p.see("He lives in Leeds now.", "What it said before")
	p.follow("End: " + risk)
	p.press("End the alert")
	p.wantAlert("There is a problem")
	p.inspect("alert-end-wrong")
	p.choose("It never held: it was set by mistake")
	p.fill("Why, and how do you know?", "It was another man of that name.")
	p.press("End the alert")
	p.see("Set by mistake", "It was another man of that name.")
	p.inspect("alerts-ended")
	p.goTo(file)
	p.wantNot(risk, linked)
	if strings.Contains(name, "known to") {
		t.Errorf("the name holds the alert: %q", name)
	}
}
