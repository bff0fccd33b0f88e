//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"casefile/internal/clause"
)

// An early help worker finds a young person outside their work, is asked why,
// reads, and completes the note; the adviser whose case it is hears of it and
// reads the note where it stands.
func TestAFileOutsideOnesWork(t *testing.T) {
	clause.Shows(t, "KF-05")
	bothWidths(t, func(t *testing.T, p *page) {
		number := forReason
		if p.width == narrow {
			number = forReasonNarrow
		}
		p.mayLog("status of 422")
		a := newPage(t, demo, p.width)
		a.signIn(adviser)
		c := a.someone(number)

		who := p.signIn(earlyHelp)
		p.goTo("/find")
		p.fill(findByAny, c.reference)
		p.press("Find")
		p.see("Outside your work. You will be asked why before anything is shown.")
		p.follow(c.name)
		p.wantTitle("Say why you need this file")
		p.wantNot(c.name)
		p.press("Record this and open the file")
		p.wantAlert("Select why you need to see this file")
		p.choose("Management oversight on behalf of a colleague")
		p.fill("Which manager is unavailable?", "Petra Testowska")
		p.press("Record this and open the file")
		p.wantTitle("Overview")
		p.see(c.name, "You opened this file for: Management oversight on behalf of a colleague. It stays open to you until")
		p.follow("Complete your note")
		p.wantTitle("Complete your note")
		words := fmt.Sprintf("He is safe where he is (%d wide).", p.width)
		p.fill("Analysis", words)
		p.press("Add to the note")
		p.wantTitle("Timeline")
		p.wantAlert("Your note is completed.")
		p.wantEntry(words, "Why this file was opened: Management oversight on behalf of a colleague", "as Petra Testowska is unavailable", "by "+who)
		for _, l := range p.names("link") {
			if l == record {
				p.fatalf("who said why is offered to record")
			}
		}
		p.signOut()

		a.goTo("/work")
		a.wait("the notice", func() (bool, string) { // the outbox takes a moment
			a.goTo("/work")
			text, err := a.text()
			return err == nil && strings.Contains(text, "opened the file from outside this work, and left a note that says why"), text
		})
		a.see(c.name) // in the notice, and in the caseload
		a.goTo(c.path("/timeline"))
		a.wantTitle("Timeline")
		a.wantEntry(words, "as Petra Testowska is unavailable", "by "+who+", "+earlyHelp)
		a.signOut()
	})
}

// The pages on which rights to one file are laid down: no rule of accessibility
// broken, nothing to scroll sideways, no error in the console.
func TestEveryPageOfRights(t *testing.T) {
	a, m, e := newPage(t, demo, wide), newPage(t, demo, wide), newPage(t, demo, wide)
	for _, p := range []*page{a, m, e} {
		p.mayLog("status of 404")
		p.mayLog("status of 422")
	}
	who := a.signIn(adviser)
	c := a.someone(forRights)
	e.signIn(earlyHelp)
	e.goTo("/find")
	e.fill(findByAny, c.reference)
	e.press("Find")
	e.inspect("find-outside")
	e.goTo(c.path("/timeline"))
	e.wantTitle("Say why you need this file")
	e.inspect("reason")
	e.choose("Technical support")
	e.press("Record this and open the file")
	e.inspect("reason-wrong")
	e.choose("Management oversight on behalf of a colleague")
	e.fill("Which manager is unavailable?", "Petra Testowska")
	e.press("Record this and open the file")
	e.wantTitle("Timeline")
	e.inspect("timeline-reason")
	e.goTo("/work")
	e.inspect("my-work-notes")
	e.follow("Management oversight on behalf of a colleague, " + c.name)
	e.press("Add to the note")
	e.inspect("note")

	a.wait("the notice", func() (bool, string) {
		a.goTo("/work")
		text, err := a.text()
		return err == nil && strings.Contains(text, "opened the file"), text
	})
	a.inspect("my-work-opened")

	m.signIn(manager)
	m.goTo(c.path("/grants"))
	m.inspect("grants")
	m.press("Open this file to somebody")
	m.choose("They review it: for supervision, an audit, an inspection or a safeguarding practice review")
	m.fill("Who is it opened to? Find them by name, job or team", "manager")
	m.press("Find people")
	m.inspect("grant")
	m.press("Open the file to them")
	m.wantAlert("There is a problem")
	m.inspect("grant-wrong")
	m.goTo(c.path("/restriction"))
	m.inspect("restriction-none")
	if rows := eval[int](m, `new Set([...document.querySelectorAll(".app-tabs .moj-sub-navigation__item, .app-tabs__record")].map((i) => Math.round(i.getBoundingClientRect().bottom / 40))).size`); rows != 1 {
		t.Errorf("the ways through a file stand on %d lines at %d", rows, m.width)
	}
	if n := eval[int](m, `document.querySelectorAll(".app-tabs .moj-sub-navigation__item").length`); n < 7 {
		t.Errorf("only %d ways through the file: fewer than can be", n)
	}
	m.follow("Open to others")
	m.follow("Who has looked")
	m.wantTitle("Who has looked")
	m.follow("Restriction")
	m.follow("Restrict this file to named people")
	m.inspect("restrict")
	m.press("Restrict the file")
	m.wantAlert("There is a problem")
	m.inspect("restrict-wrong")
	m.goTo("/workers/training")
	m.inspect("training")
	m.press("Record the training")
	m.wantAlert("There is a problem")
	m.inspect("training-wrong")
	m.goTo("/workers/training")
	m.goTo(eval[string](m, `document.querySelector("a[href$=\"/take-back\"]").getAttribute("href")`))
	m.press("Take it back")
	m.wantAlert("There is a problem")
	m.inspect("training-take-back")

	a.goTo("/workers/me/connections?reference=" + c.reference)
	a.press("Continue")
	a.wantAlert("There is a problem")
	a.inspect("connections-wrong")
	a.fill("How do you know them?", "Our children share a class.")
	a.press("Continue")
	a.inspect("connections-check")
	a.press("Go back and change it")
	a.press("Continue")
	a.press("Close this file to me")
	a.wantAlert("The file is closed to you")
	a.inspect("connections")
	a.goTo(c.path(""))
	a.wantTitle("Page not found")
	m.goTo("/work")
	m.inspect("my-work-staff")
	m.goTo("/workers/connections")
	m.inspect("staff-connections")
	m.press("Take back: " + who + ", file " + c.reference)
	m.wantAlert("The connection is taken back.")
	a.goTo(c.path(""))
	a.wantTitle("Overview")

	l := newPage(t, demo, wide)
	l.mayLog("status of 422")
	l.signIn(lead)
	for _, path := range []string{"/rights", "/rights/explain", "/rights/changes", "/grants/add"} {
		l.goTo(path)
		l.inspect("office" + strings.ReplaceAll(path, "/", "-"))
	}
	l.press("Open the files to them")
	l.inspect("office-grants-wrong")
}
