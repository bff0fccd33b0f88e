//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"casefile/internal/clause"
)

// The right child is found whatever was typed, the page says why, and what to add
// where too many are like it.
func TestSearchForWhateverWasTyped(t *testing.T) {
	clause.Shows(t, "CR-11")
	bothWidths(t, func(t *testing.T, p *page) {
		p.signIn(adviser)
		c := p.someone(forPages)
		legal, _, _ := strings.Cut(c.name, " (known as ")
		names := strings.Fields(legal)
		given, family := names[0], names[len(names)-1]

		p.goTo("/find")
		p.fill(findByAny, family+" "+given) // the other way round
		p.press("Find")
		p.see(c.reference, "Name as you typed it")

		slip := family[:3] + family[4:] // a letter left out
		p.fill(findByAny, given+" "+slip)
		p.press("Find")
		p.see(c.reference, "is one letter from")
		p.inspect("find-slip")

		p.fill(findByAny, "*"+family[1:]+" "+given)
		p.press("Find")
		p.see(c.reference, "its *"+strings.ToLower(family[1:]))

		// Box by box; what was typed stays, and the boxes stay open.
		p.fill(findByAny, "")
		eval[bool](p, `document.querySelector("main details summary").click() || true`)
		p.fill("Given names", given)
		p.fill("Family name", family)
		p.inspect("find-more-fields")
		p.press("Find")
		p.see(c.reference)
		p.wantField("Family name", family)

		p.fill("Given names", "")
		p.fill("Family name", "a*")
		p.press("Find")
		p.see("There are others who are not shown. To narrow it, add another name, the date of birth")
		p.inspect("find-narrow")
	})
}
