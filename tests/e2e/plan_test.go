//go:build e2e

package e2e

import (
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"casefile/internal/clause"
	"casefile/internal/date"
)

const plansFolder = "../../internal/casework/testdata/plans"

func (p *page) fillDay(group string, d date.Date) {
	p.t.Helper()
	p.fillIn(group, "Day", strconv.Itoa(d.Day()))
	p.fillIn(group, "Month", strconv.Itoa(d.Month()))
	p.fillIn(group, "Year", strconv.Itoa(d.Year()))
}

// pick takes the first option of a list that is one, as somebody does who chooses it.
func (p *page) pick(name string) {
	p.t.Helper()
	if !eval[bool](p, `(() => {
		const list = document.querySelector("select[name='`+name+`']");
		list.selectedIndex = 1;
		list.dispatchEvent(new Event("input", { bubbles: true }));
		list.dispatchEvent(new Event("change", { bubbles: true }));
		return list.value !== "";
	})()`) {
		p.fatalf("the list %s has nothing to choose", name)
	}
}

// A plan from its first words to its review and its closing, in a browser: no rule of
// accessibility broken, nothing to scroll sideways, no error in the console, and of two
// who write the second is told with nothing lost.
func TestAPlanFromFirstToLast(t *testing.T) {
	clause.Shows(t, "CR-38")
	folder, err := filepath.Abs(plansFolder)
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir() + "/demo"
	prog := startFor(t, demoCommand(data, 600, "--definitions", folder)...)
	a, m := newPage(t, prog, wide), newPage(t, prog, wide)
	for _, p := range []*page{a, m} {
		p.mayLog("status of 422")
		p.mayLog("status of 409")
	}
	today := date.Of(time.Now())
	name := a.signIn(adviser)
	c := a.untouched("/plans", "/alerts")
	var other child
	for _, o := range a.caseload() {
		if o.reference != c.reference {
			other = o
		}
	}
	a.goTo(c.path("/plans"))
	a.inspect("plans-none")
	a.press("Begin a plan")
	a.inspect("plan-choose")
	a.press("Begin")
	a.wantAlert("Select a kind of plan")
	a.choose("Support plan")
	a.press("Begin")
	a.wantTitle("Write the plan")
	a.inspect("plan-empty")
	a.press("Finish the plan")
	a.see("There is nothing yet that should become better. Add the first")
	a.inspect("plan-barriers")
	a.press("Add what should become better")
	a.wantTitle("Outcome")
	a.press("Save and continue")
	a.wantAlert("Enter what should become better")
	a.inspect("plan-outcome-wrong")
	a.fill("What should become better for them?", "They sleep through the night and are rested at college")
	a.fill("What do they say about it, in their own words?", "I just want to sleep, and nobody shouting at me for being late.")
	a.fill("Need (optional)", "Noise in the flat, and worry about money")
	a.see(draftSaved)
	a.press("Save and continue")
	a.wantTitle("Write the plan")
	a.follow("Add what is done for it: They sleep through the night and are rested at college")
	a.wantTitle("Action")
	a.inspect("plan-action")
	a.fill("What is done?", "Ask the landlord for the quiet room at the back")
	a.choose("A worker here")
	a.pick("worker")
	a.fill("Which service is that? (optional)", "Housing advice")
	a.fillDay("When does it start? (optional)", today)
	a.press("Save and continue")
	a.wantAlert("Enter by when it ends")
	a.fillDay("By when does it end?", today.AddDays(21))
	a.choose("First")
	a.fill("Its place in the order (optional)", "1")
	a.choose("Builds on a strength")
	a.choose("Give it to the worker as a task")
	a.press("Save and continue")
	a.follow("Note something for later")
	a.fill("What is to come later?", "Join the swimming club")
	a.inspect("plan-target")
	a.press("Save and continue")
	a.follow("What the young person and the parents say, and the plan as a whole")
	a.fill("What does the young person say about the plan?", "It is my plan, and I chose the first step.")
	a.fill("If it does not work", "Ring the duty worker")
	a.inspect("plan-about")
	a.press("Save and continue")
	a.inspect("plan-written")

	// A colleague writes in the same outcome meanwhile.
	a.follow("Outcome")
	m.signIn(manager)
	m.goTo(c.path("/plans"))
	m.follow("Support plan")
	m.follow("Outcome")
	m.fill("Need (optional)", "Noise in the flat")
	m.see(draftSaved)
	m.awaitSaved()
	a.fill("Need (optional)", "Worry about money")
	a.see("This draft was changed somewhere else.")
	a.press("Compare the two versions")
	a.see("saved this after you opened it", "Noise in the flat")
	a.wantField("Need (optional)", "Worry about money")
	a.inspect("plan-conflict")
	a.fill("Need (optional)", "Noise in the flat, and worry about money")
	a.press("Save and continue")
	a.follow("What colleagues had saved before it was written over, and what was taken out")
	a.inspect("plan-earlier")
	a.follow("Back to the plan")
	a.press("Finish the plan")
	a.see("Not in force: waits to be authorised")
	a.inspect("plan-waiting")

	m.goTo(c.path("/plans"))
	m.follow("Support plan")
	m.see("It is authorised by: Team manager. You wrote in it, so somebody else does.")
	m.inspect("plan-waiting-own")
	colleague := m
	m = anotherManager(t, prog, data, folder)
	m.goTo(c.path("/plans"))
	m.follow("Support plan")
	m.see("also wrote in it.")
	m.press("Authorise it or return it")
	m.inspect("plan-decide")
	m.press("Continue")
	m.wantAlert("Select whether it is fit to be in force")
	m.choose("Yes, authorise it")
	m.press("Continue")
	m.wantAlert("It is authorised, and in force.")
	m.inspect("plans")
	m.goTo(c.path("/plans/new"))
	m.see("There is one already that is not closed.")
	m.inspect("plan-choose-taken")
	m.goTo(c.path("/plans"))
	m.follow("Support plan")
	m.follow("Wrong record? Move it to the right one")
	m.press("Show whose that is")
	m.wantAlert("There is a problem")
	m.inspect("plan-move-wrong")
	m.fill("Reference of the young person whom it is about", other.reference)
	m.press("Show whose that is")
	m.see("To "+other.name, "The tasks that it opened go with it.")
	m.inspect("plan-move")

	// An entry says which action it served, and so does the plan.
	a.goTo(c.path("/plans"))
	a.follow("Support plan")
	a.inspect("plan-read")
	a.goTo(c.path("/timeline"))
	a.begin("Contact with Client")
	a.telephoned("Rang the landlord with them. The back room is free from Monday.")
	a.pick("serves")
	a.inspect("record-serves")
	a.press("Record")
	a.see("Served an action of a plan: Support plan: Ask the landlord for the quiet room at the back")
	a.goTo(c.path(""))
	a.see("Current plans", "To be reviewed by")
	a.inspect("overview-plans")

	a.goTo(c.path("/plans"))
	a.follow("Support plan")
	a.see("What served it:")
	a.follow("Say which entries served it: Ask the landlord for the quiet room at the back")
	a.inspect("plan-serve")
	a.press("Save")
	a.press("Review the plan")
	a.wantTitle("Review the plan")
	a.inspect("plan-review")
	a.follow("When, with whom, and what they say")
	a.fillDay("On which day was the review?", today)
	a.fill("What does the young person say about the progress?", "I sleep, mostly. Tuesday was loud.")
	a.inspect("plan-review-part")
	a.press("Save and continue")
	a.follow("How far it has come: They sleep through the night and are rested at college")
	a.press("Save and continue")
	a.wantAlert("Select how far it has come")
	a.inspect("plan-progress")
	a.choose("Better")
	a.fill("How do you know?", "The college says that they were on time on 18 days of 20.")
	a.chooseIn("How does this action stand?", "It goes on")
	a.chooseIn("And how does it stand as a whole?", "It goes on")
	a.press("Save and continue")
	a.press("Finish the review")
	a.follow("Read what waits to be authorised")
	a.see("Not in force: waits to be authorised", "18 days of 20")
	a.inspect("plan-reviewed")
	m.goTo(c.path("/plans"))
	m.follow("Support plan")
	m.press("Authorise it or return it")
	m.choose("No, return it")
	m.fill("What has to be changed?", "Say what the mother thinks.")
	m.press("Continue")
	m.wantAlert("It is returned. Whoever wrote it was told.")
	a.goTo(c.path("/plans"))
	a.follow("Support plan")
	a.follow("Go on with it")
	a.see("Say what the mother thinks.")
	a.inspect("plan-returned")
	a.press("Finish the review")
	m.goTo(c.path("/plans"))
	m.follow("Support plan")
	m.follow("Read what waits to be authorised")
	m.press("Authorise it or return it")
	m.choose("Yes, authorise it")
	m.press("Continue")
	a.goTo(c.path("/plans"))
	a.follow("Support plan")
	a.see("Progress over the reviews", "18 days of 20")
	a.inspect("plan-in-review")
	a.wantOnPaper(
		"Say which entries served it", "In force", c.name, c.reference, "printed "+today.Long()+" by "+name, "For "+c.name, "Reviewed "+today.Long()+" by "+name, "Authorised "+today.Long()+" by Moss Testworth",
		"They sleep through the night and are rested at college", "Ask the landlord for the quiet room at the back", "18 days of 20", "Ring the duty worker",
	)
	a.asOnScreen()
	a.follow("what changed from version 1 to 2")
	a.see("How far it has come")
	a.inspect("plan-compare")
	a.follow("Back to the plan")
	m = colleague
	m.goTo("/workers")
	m.follow(name)
	m.follow("Plans of those they work with, and how far these have come")
	m.see("They sleep through the night and are rested at college", "18 days of 20", "No plan of your service is in force.")
	m.inspect("plans-supervision")
	a.press("Close it")
	a.wantTitle("Close the plan")
	a.inspect("plan-close")
	a.follow("Throw away what is being written")
	a.inspect("plan-drop")
}
