//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"casefile/internal/clause"
)

// A page is whole without scripts: an old browser, a policy that turns them off,
// a proxy that ate them.
func TestWithoutScript(t *testing.T) {
	bothWidths(t, func(t *testing.T, p *page) {
		p.withoutScript()
		who := p.signIn(adviser)
		c := p.someone(forNoScript)
		p.openByName(c)
		p.begin(contactWith)
		if p.hasScript() {
			p.fatalf("scripts run, so this journey shows nothing")
		}
		words := "Written without a script, on a page " + strings.TrimPrefix(t.Name(), "TestWithoutScript/") + "."
		p.choose("Interview")
		p.fill(whatHappened, words)
		p.press("Save draft")
		p.see("Your draft is saved.")
		p.wantField(whatHappened, words)

		p.mayLog("status of 422")
		p.fillIn(happened, "Day", "")
		p.press(record)
		p.see("There is a problem")
		p.on(today())
		p.press(record)
		p.wantTitle("Timeline")
		p.see("Your entry is recorded.")
		p.wantEntry(words, "by "+who+", "+adviser)
	})
}

// Going back from the wrong file to the list it was on is the commonest thing
// that people who search do.
func TestBackToTheSearch(t *testing.T) {
	p := newPage(t, demo, wide)
	p.signIn(adviser)
	c := p.someone(forPages)
	legal, _, _ := strings.Cut(c.name, " (known as ")
	p.fill(findYoung, legal)
	p.press("Find")
	p.see(c.reference)
	if strings.Contains(strings.ToLower(p.url()), strings.ToLower(strings.Fields(legal)[0])) {
		p.fatalf("the address says who was looked for: %s", p.url())
	}
	p.follow(c.name)
	p.wantTitle("Overview")
	p.back()
	p.see(c.reference)
	p.wantField(findByAny, legal)
}

// hasScript says whether the scripts of the page ran: the first of them marks
// the body.
func (p *page) hasScript() bool {
	p.t.Helper()
	return eval[bool](p, `document.body.classList.contains("js-enabled")`)
}

// tabTo presses Tab until the keyboard is on the thing of that name. At every
// stop it must be seen where the keyboard is.
func (p *page) tabTo(name string) focus {
	p.t.Helper()
	var stops []string
	const most = 60
	for range most {
		p.keys(kb.Tab)
		f := p.focused()
		stops = append(stops, f.Name)
		if f.Tag != "body" && (!f.Outline || !f.InView || f.Covered != "") {
			p.fatalf("the keyboard is on the %s %q (%s), and nobody can see that (ring %v, in view %v, under %s)", f.Tag, f.Name, f.ID, f.Outline, f.InView, f.Covered)
		}
		if f.Name == name {
			return f
		}
	}
	p.fatalf("no %q within %d stops: %s", name, most, strings.Join(stops, " | "))
	return focus{}
}

// enter presses Enter, which leads to another page.
func (p *page) enter() {
	p.t.Helper()
	before := p.loadsNow()
	p.keys(kb.Enter)
	p.awaitLoad(before, "after Enter")
}

func TestByKeyboardAlone(t *testing.T) { bothWidths(t, byKeyboardAlone) }

func byKeyboardAlone(t *testing.T, p *page) {
	p.goTo("/demo")
	i := slices.IndexFunc(p.names("button"), func(s string) bool { return strings.HasSuffix(s, ", "+adviser) })
	if i < 0 {
		p.fatalf("nobody at the door is a %s", adviser)
	}
	p.tabTo(p.names("button")[i])
	p.enter()
	p.wantTitle("My work")
	c := p.someone(forKeyboard)

	p.goTo("/work")
	if f := p.tabTo("Skip to main content"); !f.InView {
		p.fatalf("the skip link cannot be seen when the keyboard is on it")
	}
	p.keys(kb.Enter)
	if f := p.focused(); f.Tag != "main" {
		p.fatalf("after the skip link the keyboard is on %s, want main", f.Tag)
	}

	p.goTo("/work")
	p.tabTo(findYoung)
	legal, _, _ := strings.Cut(c.name, " (known as ")
	p.keys(legal)
	p.enter()
	p.tabTo(c.name)
	p.enter()
	p.wantTitle("Overview")
	p.tabTo(record)
	p.enter()
	p.wantTitle("What happened?")
	p.tabTo(contactWith)
	p.keys(" ")
	p.wantChosen(contactWith)
	p.tabTo("Continue")
	p.enter()
	p.wantTitle(contactWith)

	day := p.find(wanted{Kind: "field", Words: "Day", Group: happened})
	if day.Value == "" {
		p.fatalf("the day is not filled in: most is written on the day it happened")
	}

	// Sent too early: the list of what is wrong takes the keyboard, and each
	// line of it leads to its question.
	p.mayLog("status of 422")
	p.tabTo(record)
	p.enter()
	p.wantAlert("There is a problem")
	if f := p.focused(); !strings.Contains(f.Name, "There is a problem") {
		p.fatalf("after a wrong form the keyboard is on %s %q, want the list of what is wrong", f.Tag, f.Name)
	}
	p.shot("error-summary")
	for _, wrong := range []struct{ line, field string }{
		{"Select how the contact was made", "Interview"},
		{"Enter what happened", whatHappened},
	} {
		p.goTo(p.url()) // the form as it was kept, with nothing wrong yet
		p.tabTo(record)
		p.enter()
		p.wantAlert(wrong.line)
		p.tabTo(wrong.line)
		p.keys(kb.Enter)
		if f := p.focused(); f.Name != wrong.field || !f.InView {
			p.fatalf("%q leads to %s %q (in view: %v), want %q", wrong.line, f.Tag, f.Name, f.InView, wrong.field)
		}
	}

	p.goTo(p.url())
	p.tabTo("Interview")
	p.keys(kb.ArrowDown)
	p.wantChosen("Phone call")
	// Tab into a field selects what stands in it.
	p.tabTo("Day")
	p.keys("1")
	p.tabTo("Month")
	p.keys("9")
	p.tabTo("Year")
	p.keys("2026")
	p.tabTo(whatHappened)
	words := fmt.Sprintf("Typed by keyboard alone, %d wide.", p.width)
	p.keys(words)
	p.tabTo(record)
	p.enter()
	p.wantAlert("Your entry is recorded.")
	p.wantEntry(words, "1 September 2026")
	if f := p.focused(); !strings.Contains(f.Name, words) {
		p.fatalf("after recording the keyboard is on %s %q, want the new entry", f.Tag, f.Name)
	}
}

func TestOwnContactDetails(t *testing.T) {
	clause.Shows(t, "CX-23")
	p := newPage(t, demo, wide)
	name := p.signIn(adviser)
	p.menu("Workers")
	p.follow("Keep your own contact details current")
	p.wantTitle("My contact details")
	p.fill("Telephone", "07700 900111")
	p.fill("E-mail", "adviser@council.example")
	p.fill("Where you work from", "Marlowe Old Library, second floor")
	p.fill("Note for colleagues, such as when you work", "Not on Fridays")
	p.press("Save")
	p.wantAlert("saved")
	p.wantField("Telephone", "07700 900111")

	q := newPage(t, demo, narrow)
	q.signIn(earlyHelp)
	q.menu("Workers")
	q.fill("Name, job, team or place", name)
	q.press("Find workers")
	q.see("07700 900111", "adviser@council.example", "Marlowe Old Library, second floor", "Not on Fridays")

	// Changed, not added to.
	p.fill("Telephone", "07700 900222")
	p.press("Save")
	p.wantAlert("saved")
	q.fill("Name, job, team or place", name)
	q.press("Find workers")
	q.see("07700 900222")
	q.wantNot("07700 900111")
}

// Who may not know of a file gets the very page that a made-up reference gets.
func TestWithheld(t *testing.T) {
	p := newPage(t, demo, wide)
	p.signIn(adviser)
	children := p.caseload()

	q := newPage(t, demo, wide)
	q.mayLog("status of 404")
	q.signIn(partner)
	// A few of the adviser's files are open to the partner; the others are not there.
	children = slices.DeleteFunc(children, func(c child) bool {
		q.goTo(c.path(""))
		text, err := q.text()
		return err != nil || !strings.Contains(text, "Page not found")
	})
	if len(children) == 0 {
		q.fatalf("every file of the adviser's is open to the partner")
	}
	page := func(path string) string {
		q.goTo(path)
		q.wantTitle("Page not found")
		return eval[string](q, `document.documentElement.outerHTML`)
	}
	madeUp := freeReference(q, children)
	for _, tab := range []string{"", "/timeline", "/files", "/files/add", "/looks", "/record"} {
		real, none := page(children[0].path(tab)), page(madeUp.path(tab))
		if real != none {
			q.fatalf("the pages of a file kept back and of none differ at %s:\n%s\n---\n%s", tab, real, none)
		}
	}
	legal, _, _ := strings.Cut(children[0].name, " (known as ")
	q.fill(findYoungOf(q), legal)
	q.press("Find")
	q.wantNot(children[0].reference)

	a := newPage(t, demo, wide)
	a.mayLog("status of 404")
	a.signIn(administrator)
	a.wantNot("Lives in")
	a.goTo(children[0].path(""))
	a.wantTitle("Page not found")
	a.goTo("/find")
	a.fill(findByAny, "a*")
	a.press("Find")
	a.see("Nobody found")
}
