//go:build e2e

package e2e

import (
	"testing"

	"casefile/internal/clause"
)

// The family as a picture and in words, and as it was before.
func TestGenogram(t *testing.T) {
	clause.Shows(t, "CR-41")
	p := newPage(t, demo, wide)
	p.mayLog("status of 422")
	p.signIn(adviser)
	c := p.someone(forPages)
	p.goTo(c.path("/relations"))
	p.follow("The family as a picture: genogram")
	p.wantTitle("Genogram")
	p.see("The same in words", "What they are to each other", "Mother")
	title := eval[string](p, `document.querySelector("svg title").textContent`)
	if says := eval[string](p, `document.querySelector("svg desc").textContent`); title != "Genogram of "+c.name || says == "" {
		t.Errorf("the picture is called %q and says %q", title, says)
	}
	if n := eval[int](p, `document.querySelectorAll("svg .app-genogram__symbol").length`); n < 3 {
		t.Errorf("the picture has %d signs, want the family's", n)
	}
	p.inspect("genogram")
	// The slider shows the day at which it is let go.
	first := eval[string](p, `document.querySelector("[data-slide]").dataset.slide.split("|")[0]`)
	eval[bool](p, `(range => { range.value = 0; range.dispatchEvent(new Event("input")); range.dispatchEvent(new Event("change")); return true })(document.querySelector("input[type=range]"))`)
	p.see("The family on " + first)
	if said := eval[string](p, `document.querySelector("output").textContent`); said != first {
		t.Errorf("the slider says %q, want %q", said, first)
	}
	p.fillIn("Show another day", "Day", "31")
	p.fillIn("Show another day", "Month", "2")
	p.fillIn("Show another day", "Year", "2024")
	p.press("Show that day")
	p.see("The day")
	p.inspect("genogram-wrong")
	p.fillIn("Show another day", "Day", "1")
	p.press("Show that day")
	p.see("The family on 1 February 2024")
	p.signOut()
}
