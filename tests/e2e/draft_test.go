//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// No keystroke lost: what is typed is saved while it is typed, and is there on
// another machine.
func TestDraftIsKept(t *testing.T) {
	p := newPage(t, demo, wide)
	p.signIn(adviser)
	c := p.someone(forAutosave)
	p.openByName(c)
	p.begin(contactWith)
	p.choose("Interview")
	p.fillIn(happened, "Day", "3")
	p.fill(whoWasThere, "Her and her key worker")
	p.fill(whatHappened, "Half a sentence, and then the telephone")
	p.choose("Significant")
	p.see(draftSaved)
	p.awaitSaved()
	p.leave()

	wantDraft := func(q *page) {
		q.see(draftsHeading)
		q.follow(contactWith + ", " + c.name)
		q.wantTitle(contactWith)
		q.wantChosen("Interview")
		q.wantField(whoWasThere, "Her and her key worker")
		q.wantField(whatHappened, "Half a sentence, and then the telephone")
		q.wantChosen("Significant")
		if day := q.find(wanted{Kind: "field", Words: "Day", Group: happened}).Value; day != "3" {
			q.fatalf("the day is %q, want 3", day)
		}
	}
	q := newPage(t, demo, narrow)
	q.signIn(adviser)
	wantDraft(q)

	// Signing out throws nothing away, and does not lose the last words either.
	q.fill(reasonFor, "Typed just before the end of the day")
	q.signOut()
	r := newPage(t, demo, wide)
	r.signIn(adviser)
	wantDraft(r)
	r.wantField(reasonFor, "Typed just before the end of the day")

	// Thrown away only when somebody says so.
	r.follow("Throw away this draft")
	r.wantTitle("Throw away this draft?")
	r.see("Half a sentence, and then the telephone")
	r.press("Throw it away")
	r.goTo("/work")
	r.wantNot(contactWith + ", " + c.name)
}

// awaitSaved waits until nothing typed is unsaved: the line that says so
// speaks of the save after the last key.
func (p *page) awaitSaved() {
	p.t.Helper()
	p.wait("have everything saved", func() (bool, string) {
		leaving, err := tryEval[bool](p, `!dispatchEvent(new Event("beforeunload", { cancelable: true }))`)
		if err != nil {
			return false, err.Error()
		}
		return !leaving, "the page would still ask before it is left"
	})
}

// A power cut, while somebody types: the message says so, nothing typed is
// lost, what comes after the cut is saved when the program is back, and what
// was saved before it is there.
func TestDraftOutlivesTheProgram(t *testing.T) {
	dir := t.TempDir()
	prog := startFor(t, demoCommand(dir+"/demo", 100)...)
	p := newPage(t, prog, wide)
	p.mayLog("ERR_CONNECTION_REFUSED")
	p.signIn(adviser)
	c := p.someone(0)
	p.openByName(c)
	p.begin(contactWith)
	p.choose("Home visit")
	p.fill(whatHappened, "Before the cut.")
	p.awaitSaved()

	if err := prog.kill(); err != nil {
		t.Fatal(err)
	}
	p.fill(whoWasThere, "Typed in the dark")
	p.see("Not saved yet: no connection. Keep this page open; trying again.")
	p.wantField(whatHappened, "Before the cut.")
	p.wantField(whoWasThere, "Typed in the dark")

	args := demoCommand(dir+"/demo", 100)
	args[2] = "127.0.0.1:" + prog.port()
	again := startFor(t, args...)
	answers(t, again.url+"readyz")

	// Another machine has what was saved before.
	q := newPage(t, again, wide)
	q.signIn(adviser)
	q.follow(contactWith + ", " + c.name)
	q.wantField(whatHappened, "Before the cut.")
	q.wantChosen("Home visit")

	// And the open page saves the rest by itself.
	p.see(draftSaved)
	p.awaitSaved()
	q.goTo("/work")
	q.follow(contactWith + ", " + c.name)
	q.wantField(whoWasThere, "Typed in the dark")
}

// The same draft in two tabs: the second to save gets both versions side by
// side, and nothing is lost.
func TestDraftInTwoTabs(t *testing.T) {
	one := newPage(t, demo, wide)
	one.signIn(adviser)
	c := one.someone(forTwoTabs)
	one.openByName(c)
	one.begin(contactWith)
	one.telephoned("She said that the placement is going well.")
	one.press("Save draft")
	one.see("Your draft is saved.")

	two := one.newTab()
	two.mayLog("status of 409")
	two.goTo("/work")
	two.follow(contactWith + ", " + c.name)
	two.wantField(whatHappened, "She said that the placement is going well.")

	one.fill(whatHappened, "She said that the placement is going well, and starts at eight.")
	one.press("Save draft")
	one.see("Your draft is saved.")

	two.fill(whatHappened, "She said that the placement is going badly.")
	two.fill(toDoNext, "Ring the placement")
	two.press("Save draft")
	two.wantTitle("There are two versions of this draft")
	two.see("going well, and starts at eight.", "going badly.", "Ring the placement", "Nothing is lost: both are here.")
	two.shot("two-versions")
	two.press("Put both together and edit")
	two.wantTitle(contactWith)
	text := two.holds(whatHappened)
	for _, words := range []string{"going well, and starts at eight.", "going badly."} {
		if !strings.Contains(text, words) {
			two.fatalf("put together: %q, want %q in it", text, words)
		}
	}
	two.wantField(toDoNext, "Ring the placement")
	two.awaitSaved() // what was put together, without a key pressed
	two.fill(whatHappened, "She said that the placement starts at eight, and is going badly.")
	two.press(record)
	two.wantAlert("Your entry is recorded.")
	two.wantEntry("She said that the placement starts at eight, and is going badly.", "Ring the placement")

	// The other tab still has the draft open. Its words are not lost either.
	one.mayLog("status of 409")
	one.fill(whatHappened, "Words of the first tab, typed after all was recorded.")
	one.press("Save draft")
	one.see("Somebody changed this first", "What you typed is not lost: it is on this page.")
	one.wantField(whatHappened, "Words of the first tab, typed after all was recorded.")
	one.wantEntries(c, "Words of the first tab", 0)
	one.wantEntries(c, "She said that the placement starts at eight, and is going badly.", 1)
}

// Without waiting for a button: the second tab is told as it types, and the way
// to both versions takes along what was typed.
func TestDraftInTwoTabsByItself(t *testing.T) {
	one := newPage(t, demo, wide)
	one.signIn(adviser)
	c := one.someone(forOther)
	one.openByName(c)
	one.begin(contactWith)
	one.fill(whatHappened, "The first version.")
	one.awaitSaved()

	two := one.newTab()
	two.mayLog("status of 409")
	two.goTo("/work")
	two.follow(contactWith + ", " + c.name)
	one.fill(reasonFor, "Changed in the first tab")
	one.awaitSaved()
	two.fill(whatHappened, "The second version, never saved by a button.")
	two.see("This draft was changed somewhere else.")
	two.press("Compare the two versions")
	two.wantTitle("There are two versions of this draft")
	two.see("The second version, never saved by a button.", "Changed in the first tab")
}
