package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"golang.org/x/net/html/atom"

	"casefile/internal/clause"
)

// beside are the cells of the tables that compare two editors, by their columns.
func (a answer) beside() map[string][]string {
	cells := map[string][]string{}
	for _, cell := range a.all(atom.Td) {
		label := attr(cell, "data-label")
		cells[label] = append(cells[label], text(cell))
	}
	return cells
}

func (a answer) wantBeside(mine, theirs string) {
	a.t.Helper()
	cells := a.beside()
	if !slices.Contains(cells["What you typed"], mine) || !slices.Contains(cells["What they recorded"], theirs) {
		a.t.Errorf("the two beside each other: %v, want %q and %q", cells, mine, theirs)
	}
}

// Of two who change a family, on any of its forms, the second sees field by field what the
// other recorded, beside what they typed; pressed again, it changes what is there now.
func TestTwoWhoChangeAFamily(t *testing.T) {
	clause.Shows(t, "CR-39")
	w := newWorld(t)
	b, other := w.as(w.adviser), w.as(w.manager)
	family := "/children/" + w.ref.String() + "/relations"
	seen := func(path string) string { return b.get(family + path).wantStatus(http.StatusOK).field("seen") }
	add := func(who *browser, seen string, pairs ...string) answer {
		return who.post(family+"/add", with(url.Values{"kind": {"parent:first"}, "family": {"Ashdown"}, "gender": {"F"}, "say": {"unknown"}, "seen": {seen}}, pairs...))
	}
	stands := seen("/add")
	add(other, stands, "given", "Marianne", "rests", "birth").wantStatus(http.StatusSeeOther)
	stale := add(b, stands, "given", "Mary", "note", "Rings on Fridays.")
	if stale.status == http.StatusOK { // who may be the same person comes first
		stale = add(b, stands, "given", "Mary", "note", "Rings on Fridays.", "who", "new", "checked", stale.field("checked"))
	}
	stale.wantStatus(http.StatusConflict).wantWords("Somebody changed this while you were on this page", "Recorded by Mina Manager", "By birth")
	stale.wantBeside("Mary Ashdown", "Marianne Ashdown")
	if got := stale.field("given"); got != "Mary" {
		t.Errorf("what was typed came back as %q", got)
	}
	wantWholePage(t, "a family somebody else changed", stale)

	row := func() string {
		return (&stage{world: w}).strings("SELECT id FROM relationship WHERE superseded_seq = 0")[0]
	}
	old := row()
	stands = seen("/" + old + "/change")
	change := url.Values{"kind": {"parent:first"}, "rests": {"law"}, "note": {"By an order of 2024."}, "why": {"She showed it."}, "seen": {stands}}
	other.post(family+"/"+old+"/change", with(change, "rests", "care", "note", "Cares for her.")).wantStatus(http.StatusSeeOther)
	stale = b.post(family+"/"+old+"/change", change)
	stale.wantStatus(http.StatusConflict).wantBeside("By law", "By caring for them")
	stale.wantBeside("By an order of 2024.", "Cares for her.")
	wantWholePage(t, "a relationship somebody else changed", stale)
	action := attr(stale.one(atom.Input, "name", "seen").Parent, "action")
	if action != family+"/"+row()+"/change" {
		t.Errorf("the form leads to %s, which is not what is recorded now", action)
	}
	b.post(action, with(change, "seen", stale.field("seen"))).wantStatus(http.StatusSeeOther)

	// Where the other ended it, or took it back.
	old = row()
	stands = seen("/" + old + "/end")
	end := url.Values{"how": {"ended"}, "last-day": {"1"}, "last-month": {"3"}, "last-year": {"2026"}, "seen": {stands}}
	other.post(family+"/"+old+"/end", with(end, "last-day", "2")).wantStatus(http.StatusSeeOther)
	b.post(family+"/"+old+"/end", end).wantStatus(http.StatusConflict).wantBeside("1 March 2026", "2 March 2026")
	old = row()
	stands = seen("/" + old + "/change")
	other.post(family+"/"+old+"/end", url.Values{"how": {"never"}, "why": {"Another family."}, "seen": {stands}}).wantStatus(http.StatusSeeOther)
	gone := b.post(family+"/"+old+"/change", with(change, "seen", stands)).wantStatus(http.StatusConflict)
	if !gone.kept("By an order of 2024.") {
		t.Error("what was typed about a relationship that was taken back is gone")
	}

	// Whereabouts.
	stands = seen("/whereabouts")
	where := url.Values{"of": {"father"}, "statement": {"In Leeds."}, "seen": {stands}}
	other.post(family+"/whereabouts", with(where, "statement", "Nothing is known.")).wantStatus(http.StatusSeeOther)
	b.post(family+"/whereabouts", where).wantStatus(http.StatusConflict).wantBeside("In Leeds.", "Nothing is known.")

	// The household.
	add(other, seen("/add"), "given", "Gran", "kind", "grandparent:first", "lives", "yes")
	if len((&stage{world: w}).strings("SELECT id FROM household_member WHERE superseded_seq = 0")) == 0 {
		page := add(other, seen("/add"), "given", "Gran", "kind", "grandparent:first", "lives", "yes")
		add(other, seen("/add"), "given", "Gran", "kind", "grandparent:first", "lives", "yes", "who", "new", "checked", page.field("checked")).wantStatus(http.StatusSeeOther)
	}
	page := b.get(family).wantStatus(http.StatusOK)
	var leaves string
	for _, a := range page.all(atom.A) {
		if h := attr(a, "href"); len(h) > len(family+"/household/") && h[:len(family+"/household/")] == family+"/household/" {
			leaves = h
		}
	}
	stands = b.get(leaves).wantStatus(http.StatusOK).field("seen")
	other.post(leaves, url.Values{"last-day": {"2"}, "last-month": {"3"}, "last-year": {"2026"}, "seen": {stands}}).wantStatus(http.StatusSeeOther)
	b.post(leaves, url.Values{"last-day": {"1"}, "last-month": {"3"}, "last-year": {"2026"}, "seen": {stands}}).wantStatus(http.StatusConflict)
}
