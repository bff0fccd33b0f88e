//go:build e2e

package e2e

import (
	"testing"

	"casefile/internal/clause"
)

// The roles at the demonstration's door with whom a visitor goes through a case of social
// care.
const (
	socialWorker  = "Social worker"
	socialManager = "Social work team manager"
)

// One visitor of the demonstration sees a case through, as two people of one team and as
// others: an entry, an assessment written and completed by the one and authorised by the
// other, a meeting with its minutes, an alert, and who finds the child afterwards.
func TestAVisitorSeesACaseThrough(t *testing.T) {
	clause.Shows(t, "CR-26", "CR-58")
	p := newPage(t, demo, wide)
	p.mayLog("status of 422")
	who := p.signIn(socialWorker)
	c := p.waiting("tray-initial-response")
	p.goTo(c.path(""))
	p.wantTitle("Overview")

	p.begin("Case note")
	p.choose("Phone call")
	p.on(today())
	p.fill("Who was there, or on the line", "Her grandmother")
	p.fill("Reason", "How the week went")
	p.fill(whatHappened, "The grandmother rang: the mornings went well.")
	p.press(record)
	p.wantAlert("Your entry is recorded.")
	p.see("The grandmother rang: the mornings went well.")

	at := p.writeAnAssessment(c, who)
	p.see("Not final: waits to be authorised", "It is authorised by: Team manager. You wrote in it, so somebody else does.")
	p.holdAMeeting(c, who)

	p.goTo(c.path("/alerts"))
	p.press("Set an alert")
	p.choose("Hazard at home")
	p.press("Continue")
	p.fill("What is it about?", "A dog that is not shut away. Ring first.")
	p.choose("Yes, they were told")
	p.fillDay("When were they told?", today())
	p.fill("How were they told, and by whom?", "At the door, by the worker")
	p.fill("With which manager was it discussed?", "The duty manager")
	p.fillDay("When was it discussed with them?", today())
	p.press("Save")
	p.see("The alerts are changed", "Hazard at home")
	p.signOut()

	manager := p.signIn(socialManager)
	p.see(who + " completed or authorised an assessment or form: “Child and family assessment”,") // news, which leads a manager to it
	p.inspect("work-news")
	p.goTo(c.path("/work")) // and it is a task until somebody has authorised it
	p.see("Authorise: Child and family assessment", "Waits to be authorised")
	p.goTo(at)
	p.see("Completed "+today().Long()+" by "+who, "Hazard at home")
	p.press("Authorise it or return it")
	p.choose("Yes, authorise it")
	p.press("Continue")
	p.wantAlert("It is authorised, and final.")
	p.see(manager)
	p.signOut()

	// The front door finds the child, and business support those of its own service.
	find := func(role string, of child) {
		p.t.Helper()
		p.signIn(role)
		p.fill(findYoungOf(p), of.reference)
		p.press("Find")
		p.see(of.reference)
		p.signOut()
	}
	find("Front door worker", c)
	p.signIn(adviser)
	young := p.someone(forPages)
	p.signOut()
	find(businessSupport, young)
}

// waiting is somebody for whom something waits in a tray of the service: the last of them,
// because other journeys take the first, of whom nothing is planned yet.
func (p *page) waiting(tray string) child {
	p.t.Helper()
	p.goTo("/work?tray=" + tray)
	var found child
	for _, file := range eval[[]string](p, `[...new Set([...document.querySelectorAll("tbody a[href^='/children/']")].map((a) => a.getAttribute("href").split("/")[2]))]`) {
		if c := (child{reference: file}); p.nothingOn(c, "/documents", "/meetings", "/alerts") {
			found = c
		}
	}
	if found.reference == "" {
		p.fatalf("in the tray %s nobody waits of whom nothing was invented", tray)
	}
	return found
}

// writeAnAssessment writes and completes the assessment of social care, and gives its
// address.
func (p *page) writeAnAssessment(c child, who string) (at string) {
	p.t.Helper()
	p.goTo(c.path("/documents/new"))
	p.choose("Child and family assessment")
	p.press("Begin")
	p.wantTitle("Child and family assessment")
	section := func(title string, write func()) {
		p.t.Helper()
		p.follow(title)
		p.wantTitle(title)
		write()
		p.press("Save, back to all sections")
		p.wantTitle("Child and family assessment")
	}
	words := func(labels ...string) {
		p.t.Helper()
		for _, label := range labels {
			p.fill(label, "It has been better since the summer, and she says so herself.")
		}
	}
	section("The child's voice", func() {
		p.chooseIn("Was the child seen?", "Yes")
		p.fillDay("When first?", today())
		p.chooseIn("Alone?", "Yes")
		p.fill("What does the child say, want and feel?", "[their words] I like it when we eat together.")
		p.fill("What do the parents and carers say?", "[reported by the mother] The mornings are hard.")
		p.fill("Whom else did you ask, and what do they say?", "[reported by Robin Otterby, teacher, Fenwick School] On time since October.")
	})
	section("What the child needs", func() {
		words("Health", "Education", "Feelings and behaviour", "Family and friends", "What makes this child strong?")
	})
	section("What the parents can do", func() { words("Everyday care", "Keeping the child safe") })
	section("Family and surroundings", func() { words("Home, money and work") })
	section("What it means", func() {
		words("Where you found no risk: what leads you to say so?", "What does all of this mean for the child, now and if nothing changes?")
	})
	section("What follows", func() {
		p.choose("Services are provided")
		words("Why?", "What is to be better for the child?")
		p.chooseIn("Have the child and the parents read this or been told it?", "Yes")
		p.choose("Sign as " + who + ", " + socialWorker + ", today")
	})
	p.press("Check the answers")
	p.press("Complete it")
	p.wantTitle("Child and family assessment")
	return eval[string](p, "location.pathname")
}

// holdAMeeting sets up a core group, and has it held, with minutes that its chair agrees.
func (p *page) holdAMeeting(c child, who string) {
	p.t.Helper()
	p.goTo(c.path("/meetings"))
	p.press("Set up a meeting")
	p.choose("Core group")
	p.press("Continue")
	p.day("What day is it?", today())
	p.fill("Where is it?", "Room 4, Council offices")
	p.chairedBy(who)
	p.fill("Why is it held?", "The plan is six weeks old.")
	p.press("Set up the meeting")
	p.see("The meeting is set up.")
	p.press("It was held")
	p.fill("Why were they not invited?", "They are on holiday.")
	p.day("When is the next meeting?", today().AddDays(28))
	p.fill("If it was later than its time limit: why? (asked for where it was)", "The school was closed.")
	p.press("Save")
	p.see("It is recorded that the meeting was held.")
	p.press("Write the minutes")
	for _, label := range p.names("field") {
		p.fill(label, "What was said about it, in a sentence or two.")
	}
	p.press("Complete and agree them")
	p.see("The minutes are completed.", "Agreed by")
}
