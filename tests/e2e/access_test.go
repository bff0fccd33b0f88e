//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// axeFile is the accessibility checker that `make assets` brings. It is read as
// text and never served.
const axeFile = "node_modules/axe-core/axe.min.js"

var axeScript = sync.OnceValues(func() (string, error) {
	b, err := os.ReadFile(filepath.Join("..", "..", axeFile))
	if err != nil {
		return "", fmt.Errorf("%w: run 'make assets'", err)
	}
	return string(b), nil
})

// A violation is a rule that a page breaks, as axe puts it.
type violation struct {
	ID    string
	Help  string
	Nodes []struct {
		HTML           string
		FailureSummary string
	}
}

// known is a violation that is not ours to mend: GOV.UK's script puts
// aria-expanded on the radios and checkboxes that open further questions.
func (v violation) known() bool {
	if v.ID != "aria-allowed-attr" {
		return false
	}
	for _, n := range v.Nodes {
		if !strings.Contains(n.HTML, "aria-controls") || !strings.Contains(n.FailureSummary, "aria-expanded") {
			return false
		}
	}
	return true
}

// inspect says at both widths that the page breaks no rule of accessibility and
// is not wider than the window, and keeps a picture of it.
func (p *page) inspect(name string) {
	p.t.Helper()
	axe, err := axeScript()
	if err != nil {
		p.t.Fatal(err)
	}
	before := p.width
	for _, width := range []int{wide, narrow} {
		p.resize(width)
		if got := eval[int](p, "document.documentElement.scrollWidth"); got > width {
			p.fatalf("%s: the page is %d wide in a window of %d; what sticks out: %s", name, got, width, p.sticksOut())
		}
		eval[bool](p, axe+"; true")
		out := eval[string](p, `axe.run(document, {
			runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
			resultTypes: ["violations"], preload: false,
		}).then((r) => JSON.stringify({ violations: r.violations, passes: r.passes.length }))`)
		var result struct {
			Violations []violation
			Passes     int
		}
		if err := json.Unmarshal([]byte(out), &result); err != nil {
			p.t.Fatal(err)
		}
		if result.Passes < 10 {
			p.fatalf("%s: axe found only %d rules to try, so it did not see the page", name, result.Passes)
		}
		for _, v := range result.Violations {
			if v.known() {
				continue
			}
			for _, n := range v.Nodes {
				p.t.Errorf("%s, %d wide: %s (%s)\n%s\n%s", name, width, v.Help, v.ID, n.HTML, n.FailureSummary)
			}
		}
		p.keepShot(name)
	}
	p.resize(before)
}

// sticksOut names what is wider than the window.
func (p *page) sticksOut() string {
	return eval[string](p, `[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 120)).slice(0, 5).join("\n")`)
}

// Every kind of page, at a desk and on a telephone: no rule of accessibility
// broken, nothing to scroll sideways, no error in the console.
func TestEveryKindOfPage(t *testing.T) {
	p := newPage(t, demo, wide)
	for _, status := range []string{"404", "409", "422", "401"} {
		p.mayLog("status of " + status)
	}
	p.goTo("/demo")
	p.inspect("demo")
	p.goTo("/sign-in")
	p.inspect("sign-in")
	p.press("Continue")
	p.wantAlert("There is a problem")
	p.inspect("sign-in-wrong")
	p.goTo("/work")
	p.inspect("sign-in-first")

	// A manager has little of their own: pages with nothing on them.
	m := newPage(t, demo, wide)
	m.signIn(administrator)
	m.goTo("/work")
	m.inspect("my-work-empty")

	p.signIn(adviser)
	c := p.someone(forPages)
	p.inspect("my-work")
	p.goTo("/find")
	p.inspect("find")
	p.press("Find")
	p.inspect("find-nothing-typed")
	p.fill(findByAny, "a*")
	p.press("Find")
	p.see("There are others who are not shown.")
	p.inspect("find-many")
	p.fill(findByAny, "nobody-is-called-this")
	p.press("Find")
	p.see("Nobody found")
	p.inspect("find-nobody")
	p.goTo(c.path(""))
	p.inspect("overview")
	p.goTo(c.path("/timeline"))
	p.inspect("timeline")
	p.goTo(c.path("/files"))
	p.inspect("files")
	p.goTo(c.path("/files/add"))
	p.inspect("files-add")
	p.goTo(c.path("/looks"))
	p.inspect("looks")
	p.goTo("/children/" + freeReference(p, []child{c}).reference)
	p.wantTitle("Page not found")
	p.inspect("not-found")

	p.goTo(c.path("/record"))
	p.inspect("record-choose")
	p.press("Continue")
	p.inspect("record-choose-wrong")
	p.goTo(c.path(""))
	p.begin("Contact Without Client")
	p.inspect("draft-other")
	p.goTo(c.path(""))
	p.begin(contactWith)
	p.inspect("draft")
	draft := p.url()
	p.press(record)
	p.wantAlert("There is a problem")
	p.inspect("draft-wrong")
	p.telephoned("What is to be compared.")
	p.press("Save draft")
	p.inspect("draft-saved")

	other := p.newTab()
	other.goTo(draft)
	other.fill(whatHappened, "What was saved from the other tab.")
	other.press("Save draft")
	p.fill(whatHappened, "What is not saved yet.")
	p.press("Save draft")
	p.wantTitle("There are two versions of this draft")
	p.inspect("two-versions")
	other.press(record)
	other.wantAlert("Your entry is recorded.")
	other.inspect("recorded")
	p.press("Go on with the one on this page")
	p.see("What you typed is not lost: it is on this page.")
	p.wantField(whatHappened, "What is not saved yet.")
	p.inspect("kept")

	p.goTo(c.path(""))
	p.begin(contactWith)
	p.fill(whatHappened, "To be thrown away.")
	p.awaitSaved()
	p.follow("Throw away this draft")
	p.inspect("draft-drop")
	p.goTo("/work")
	p.inspect("my-work-drafts")

	p.goTo("/workers")
	p.inspect("workers")
	p.goTo("/workers/me")
	p.inspect("own-details")
	p.goTo("/password")
	p.inspect("password")
	p.signOut()
	p.inspect("signed-out")
}
