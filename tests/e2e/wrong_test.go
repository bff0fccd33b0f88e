//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"casefile/internal/entry"
)

// What is wrong is said beside its question, nothing typed is lost, and words
// that would be a script are words.
func TestWrongInput(t *testing.T) {
	bothWidths(t, func(t *testing.T, p *page) {
		p.mayLog("status of 422")
		p.signIn(adviser)
		c := p.someone(forWrongInput)
		p.openByName(c)

		p.press(record)
		p.wantTitle("What happened?")
		p.press("Continue")
		p.wantAlert("Select what happened")
		p.choose(contactWith)
		p.press("Continue")
		p.wantTitle(contactWith)

		p.fillIn(happened, "Day", "")
		p.fillIn(happened, "Month", "")
		p.fillIn(happened, "Year", "")
		p.press(record)
		p.wantAlert("Select how the contact was made")
		p.wantAlert("Enter the date it happened")
		p.wantAlert("Enter what happened")

		p.choose("E-mail")
		p.fillIn(happened, "Day", "31")
		p.fillIn(happened, "Month", "2")
		p.fillIn(happened, "Year", "2026")
		p.fill("Time (optional)", "half past")
		p.fill(whatHappened, "An impossible day.")
		p.press(record)
		p.wantAlert("The date it happened must be a real date")
		p.wantAlert("Enter a time like 2:30pm or 14:30")
		p.wantField(whatHappened, "An impossible day.")
		p.wantChosen("E-mail")
		if at := p.find(wanted{Kind: "field", Words: "Day", Group: happened}); at.Value != "31" {
			p.fatalf("the day typed was 31, and is now %q", at.Value)
		}
		p.shot("wrong")

		long := strings.Repeat("Thirty characters of a story. ", entry.MaxText/30+1)
		p.on(today().AddDays(1))
		p.fill("Time (optional)", "")
		p.fill(whatHappened, strings.TrimSpace(long))
		p.press(record)
		p.wantAlert("The date it happened must be today or in the past")
		p.wantAlert("What happened must be 20,000 characters or less")
		p.wantField(whatHappened, strings.TrimSpace(long))

		hostile := `<script>alert(1)</script> <img src=x onerror="alert(2)"> ' OR 1=1 -- & &amp; {{.}} ` + strings.TrimPrefix(t.Name(), "TestWrongInput/")
		p.on(today())
		p.fill(whoWasThere, `"><b>bold</b>`)
		p.fill(whatHappened, hostile)
		p.press(record)
		p.wantAlert("Your entry is recorded.")
		p.wantEntry(hostile, `"><b>bold</b>`)
		if eval[bool](p, `document.querySelector("main img, main script, main b") !== null`) {
			p.fatalf("the words became elements of the page")
		}

		p.goTo("/find")
		p.press("Find")
		p.wantAlert("Enter a name, a date of birth, a postcode, a reference or an identifier")
		p.fill(findByAny, `<script>alert(3)</script> "`)
		p.press("Find")
		p.wantField(findByAny, `<script>alert(3)</script> "`)
	})
}

// A press too many is one entry: two quick presses, and the back button with
// another press.
func TestRecordedOnce(t *testing.T) {
	p := newPage(t, demo, wide)
	p.signIn(adviser)
	c := p.someone(forTwice)
	p.openByName(c)
	p.begin(contactWith)
	p.telephoned("Pressed twice, recorded once.")
	p.pressTwice(record)
	p.wantTitle("Timeline")
	p.wantEntries(c, "Pressed twice, recorded once.", 1)

	p.begin(contactWith)
	p.telephoned("Back, and pressed again.")
	p.press(record)
	p.wantAlert("Your entry is recorded.")
	p.back()
	p.see("Your entry is recorded.") // not the form, to be sent again
	p.wantEntries(c, "Back, and pressed again.", 1)

	// The same without the script that holds back a second press.
	q := newPage(t, demo, wide)
	q.withoutScript()
	q.signIn(adviser)
	q.openByName(c)
	q.begin(contactWith)
	q.telephoned("Pressed twice without a script.")
	q.pressTwice(record)
	q.wantTitle("Timeline")
	q.wantEntries(c, "Pressed twice without a script.", 1)
}
