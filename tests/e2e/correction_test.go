//go:build e2e

package e2e

import (
	"fmt"
	"testing"
)

// A manager finds that two files are of one young person: holds them against each
// other, merges them, sees both records in one, and undoes it. Then an entry that
// was written on the wrong file goes to the right one, and back.
func TestMistakesArePutRight(t *testing.T) {
	bothWidths(t, func(t *testing.T, p *page) {
		p.mayLog("status of 422")
		p.signIn(adviser)
		first, second := p.someone(forMerge), p.someone(forMergedWith)
		p.signOut()
		p.signIn(manager)
		p.goTo(first.path(""))
		p.follow("Two files for one young person, or something on the wrong file? Put it right")
		p.wantTitle("Corrections")
		p.see("Nothing is lost by a correction, and each can be undone.")
		inspected := func(name string) {
			if p.width == wide { // inspect looks at both widths
				p.inspect(name)
			}
		}
		inspected("corrections")
		p.follow("There is a second file for the same young person, or one that is often taken for it")
		p.wantTitle("Two files for one young person?")
		p.press("Compare the two")
		p.wantAlert("Enter the reference of the other file, as a search result shows it")
		p.fill("Reference of the other file", second.reference)
		p.press("Compare the two")
		p.see("Hold them against each other", first.reference, second.reference)
		p.fill("How do you know?", "Their mother brought both letters.")
		p.press("They are the same: merge the two files")
		p.wantAlert("Select which reference stays")
		p.wantField("How do you know?", "Their mother brought both letters.")
		inspected("merge")
		p.choose(first.reference + ", this file’s")
		p.press("They are the same: merge the two files")
		p.wantAlert("The two files are one.")
		p.see("File "+second.reference+" was merged into this one", "Their mother brought both letters.")
		inspected("corrections-merged")
		p.goTo(second.path(""))
		p.see(first.name, "Reference "+first.reference)
		p.goTo(first.path("/corrections"))
		p.follow("Undo: File " + second.reference + " was merged into this one")
		p.wantTitle("Undo this correction")
		inspected("correction-undo")
		p.fill("Why is it undone?", "They are cousins.")
		p.press("Undo it")
		p.wantAlert("The correction is undone.")
		p.goTo(second.path(""))
		p.see(second.name, "Reference "+second.reference)

		words, at := fmt.Sprintf("Likes to draw birds (%d wide).", p.width), fmt.Sprintf("9:%dam", 20+p.width%30)
		p.goTo(first.path("/timeline"))
		p.begin(contactWith)
		p.choose("Phone call")
		p.on(today())
		p.fill("Time (optional)", at)
		p.fill(whoWasThere, first.name)
		p.fill(reasonFor, "To hear how they are")
		p.fill(whatHappened, words)
		p.press(record)
		p.wantTitle("Timeline")
		p.wantEntry(words)
		p.follow("Wrong young person? Move this entry: Contact with Client: Phone call, " + today().Long() + " at " + at)
		p.wantTitle("Move to the right record")
		p.fill("Reference of the young person whom it is about", second.reference)
		p.press("Show whose that is")
		p.see("To "+second.name, words)
		p.fill("How do you know?", "I had both files open.")
		inspected("move")
		p.press("Move it to their record")
		p.wantAlert("It stands on this record now.")
		p.goTo(second.path("/timeline"))
		p.wantEntry(words)
		p.goTo(first.path("/timeline"))
		p.wantNot(words)
		p.signOut()
	})
}
