//go:build e2e

package e2e

import (
	"testing"

	"casefile/internal/clause"
)

// A child nobody knows is searched for, added, given an address, a mother who lives
// with them, and a number; a slip is told beside its field. At a desk and on a
// telephone, no rule of accessibility broken.
func TestAddAChild(t *testing.T) {
	clause.Shows(t, "CX-02", "CR-39", "CR-15")
	p := newPage(t, demo, wide)
	p.mayLog("status of 422")
	p.signIn(adviser)
	p.goTo("/find")
	p.fill(findByAny, "Quillianne Zebedee")
	p.press("Find")
	p.follow("None of these: add a young person")
	p.inspect("add-child")
	p.press("Add this young person")
	p.wantAlert("Enter a name: given names, a family name or both")
	p.fill("Given names", "Quillianne")
	p.fill("Family name", "Zebedee")
	p.fillIn("Date of birth", "Day", "5")
	p.fillIn("Date of birth", "Month", "3")
	p.fillIn("Date of birth", "Year", "2011")
	p.choose("Female")
	p.fill("Unique pupil number (UPN) (optional)", "A801200001001")
	p.press("Add this young person")
	p.wantAlert("its first letter does not agree with the rest")
	p.inspect("add-child-wrong")
	p.wantField("Given names", "Quillianne")
	p.fill("Unique pupil number (UPN) (optional)", "")
	p.choose("I do, for Marlowe")
	p.press("Add this young person")
	p.see("The file is made.", "Still to be recorded:", "Address and postcode", "Quillianne Zebedee")
	p.inspect("added")
	file := p.url()

	// The same again: she is shown first.
	p.goTo("/find/add")
	p.fill("Given names", "Quillianne")
	p.fill("Family name", "Zebedee")
	p.choose("I do, for Marlowe")
	p.press("Add this young person")
	p.see("Somebody on the record may be the same child", "Is it one of these?")
	p.inspect("add-child-likely")

	p.goTo(file)
	p.follow("Address and postcode")
	p.fill("Postcode", "zx1 1aa")
	p.fill("Address line 1", "1 Test Lane")
	p.inspect("add-address")
	p.press("Save")
	p.see("It is recorded.", "Lives at: 1 Test Lane, ZX1 1AA")
	p.inspect("addresses")
	p.follow("Correct: Lives at, 1 Test Lane, ZX1 1AA")
	p.fill("Address line 1", "2 Test Lane")
	p.press("Save")
	p.wantAlert("Enter what was wrong, and how you know")
	p.inspect("correct-wrong")
	p.wantField("Address line 1", "2 Test Lane")
	p.fill("What was wrong, and how do you know?", "She was misheard.")
	p.press("Save")
	p.see("Lives at: 2 Test Lane, ZX1 1AA", "What was recorded before")
	p.follow("It is no longer so: Lives at, 2 Test Lane, ZX1 1AA")
	p.inspect("end-fact")

	p.goTo(file + "/relations")
	p.see("Nobody is recorded as living with them now.", "Mother: nothing is recorded")
	p.follow("Add a relative or somebody else")
	p.inspect("add-relative")
	p.fill("They are", "Parent")
	p.choose("They live together")
	p.fill("Given names", "Orsolina")
	p.fill("Family name", "Zebedee")
	p.choose("Nothing")
	p.choose("Female")
	p.fill("Telephone (optional)", "07700 900123")
	p.press("Add them")
	p.see("Mother: Orsolina Zebedee", "07700 900123", "Father: nothing is recorded")
	p.inspect("relations")
	p.follow("Change, or their numbers: Orsolina Zebedee")
	p.inspect("change-relative")
	p.goTo(file + "/relations")
	p.follow("Say what is known of where a parent is")
	p.inspect("whereabouts")
	p.goTo(file + "/details/characteristics")
	p.inspect("characteristics")
	p.goTo(file + "/details/birth")
	p.inspect("birth")
	p.goTo(file + "/details/death/add")
	p.inspect("death")
	p.goTo(file + "/details/numbers/add")
	p.inspect("number")
	p.goTo(file + "/details/characteristics/add?kind=ethnicity")
	p.inspect("ethnicity")
}

// The invented families stand on the record, each relative in words.
func TestInventedFamilies(t *testing.T) {
	p := newPage(t, demo, wide)
	p.signIn(adviser)
	c := p.someone(0)
	p.goTo(c.path("/relations"))
	p.see("Family and household", "Mother: ")
	p.inspect("invented-family")
}
