//go:build e2e

package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"casefile/internal/clause"
)

const wordsToLookAt = "Wording to look at. It can stay as it is."

// What a reader may stumble over is pointed out beside what is written, as it is typed and,
// without script, when it is saved; it stands in nobody's way; and the browser checks the
// spelling of every text.
func TestWordingIsPointedOut(t *testing.T) {
	clause.Shows(t, "CR-56")
	p := newPage(t, demo, wide)
	p.signIn(adviser)
	c := p.someone(forNoScript)
	p.openByName(c)
	p.begin(contactWith)
	p.choose("Interview")
	p.on(today())
	p.fill(whatHappened, "The kids were seen by the health visitor and by CAMHS. He stormed out.")
	p.see(wordsToLookAt, "kids: Say child, children or their names.", "CAMHS: Write it in full the first time: child and adolescent mental health services (CAMHS).",
		"health visitor: Give the full name with the role the first time", "stormed out: Say what was seen")
	p.inspect("wording")
	p.fill(whatHappened, "The children were seen by Ann Bell, health visitor, and by child and adolescent mental health services (CAMHS).")
	p.wait("nothing is pointed out any more", func() (bool, string) {
		text, err := p.text()
		return err == nil && !strings.Contains(text, wordsToLookAt), "it is still there"
	})
	if unchecked := eval[string](p, `[...document.querySelectorAll("main textarea, main input[type=text]:not([inputmode=numeric])")].filter((f) => f.getAttribute("spellcheck") !== "true").map((f) => f.name).join(" ")`); unchecked != "happened-time" && unchecked != "" {
		p.fatalf("the spelling of these is not checked: %s", unchecked)
	}
	if lang := eval[string](p, `document.documentElement.lang`); lang != "en-GB" {
		p.fatalf("the page is in %q, so that its spelling is checked as that", lang)
	}

	q := newPage(t, demo, narrow)
	q.withoutScript()
	q.signIn(adviser)
	q.openByName(c)
	q.begin(contactWith)
	q.choose("Interview")
	q.fill(whatHappened, "Dr Ahmed says that she was non-compliant, "+t.Name()+".")
	q.press("Save draft")
	q.see(wordsToLookAt, "Dr Ahmed: Give the full name", "non-compliant: Say what was offered")
	q.press(record)
	q.wantTitle("Timeline")
	q.see("Your entry is recorded.")
}

// The five marks are buttons where there is a script. Last time's answer stands beside
// each question of the next document, which is true still or changed, with and without
// script; and a final document on paper is tagged, and says of whom it is, by whom, how it
// stands and of how many pages.
func TestWritingADocumentAnew(t *testing.T) {
	clause.Shows(t, "CR-56", "CR-35")
	folder, err := filepath.Abs(planFolder)
	if err != nil {
		t.Fatal(err)
	}
	prog := startFor(t, demoCommand(t.TempDir()+"/demo", 200, "--definitions", folder)...)
	a, m := newPage(t, prog, wide), newPage(t, prog, wide)
	who := a.signIn(adviser)
	c := a.untouched("/documents", "/alerts")
	a.goTo(c.path("/documents/new?form=plan"))
	a.press("Begin")
	a.follow("Where things stand")
	a.chooseIn("Is it working?", "Yes")
	a.chooseIn("How hard is it?", "1, A little")
	a.fill("Why this rating?", "The bus comes late")
	const told = "What was said and seen (optional)"
	a.fill(told, "She smiled.")
	a.press("Their words")
	a.wantField(told, "[their words] She smiled.")
	a.press("Observed")
	a.wantField(told, "[observed] She smiled.")
	a.press("Allegation")
	a.wantField(told, "[allegation by ] She smiled.")
	a.keys("a neighbour")
	a.wantField(told, "[allegation by a neighbour] She smiled.")
	a.inspect("marks")
	a.fill("How many hours a week? (optional)", "20")
	a.press("Save, back to all sections")
	a.press("Check the answers")
	a.press("Complete it")
	at := strings.TrimPrefix(a.url(), prog.url)
	m.signIn(manager)
	m.goTo("/" + strings.TrimPrefix(at, "/"))
	m.press("Authorise it or return it")
	m.choose("Yes, authorise it")
	m.press("Continue")

	a.goTo(c.path("/documents/new?form=plan"))
	a.press("Begin")
	a.see("Still true? 4 answers to say it of")
	a.follow("Where things stand")
	a.see("Say of each whether it is still true today.", "Is this still true today?", "Allegation by a neighbour")
	a.inspect("anew")
	if _, err := a.look(wanted{Kind: "field", Words: "How many hours a week? (optional)"}); err == nil {
		a.fatalf("the question is there before anybody says that the answer has changed")
	}
	a.chooseIn("Is this still true today? How many hours a week?", "Changed")
	a.fill("How many hours a week? (optional)", "30")
	a.chooseIn("Is this still true today? Is it working?", "Still true")
	a.inspect("anew-changed")
	a.press("Save, back to all sections")
	a.see("Still true? 2 answers to say it of")
	a.press("Check the answers")
	a.see("Say whether this is still true: How hard is it?")
	section := c.path("/documents/") + strings.TrimSuffix(a.url()[strings.LastIndex(a.url(), "/documents/")+len("/documents/"):], "/check") + "/sections/start"

	q := newPage(t, prog, narrow)
	q.withoutScript()
	q.signIn(adviser)
	q.goTo(section)
	q.wantField("How many hours a week? (optional)", "30")
	q.chooseIn("Is this still true today? How hard is it?", "Still true")
	q.fill(told, "[observed] She smiled again.")
	q.chooseIn("Is this still true today? What was said and seen", "Still true")
	q.press("Save and continue")
	q.see("You said that this is still true, and answered otherwise than last time, so it is marked as changed: What was said and seen")
	q.wantField(told, "[observed] She smiled again.")

	a.goTo("/" + strings.TrimPrefix(at, "/"))
	a.wantOnPaper("Something in it is wrong", "Final", c.name, c.reference, "printed "+today().Long()+" by "+who, "About "+c.name, "Completed "+today().Long()+" by "+who, "Authorised, and so final", "Allegation by a neighbour")
}
