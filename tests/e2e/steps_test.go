//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"casefile/internal/date"
	"casefile/internal/id"
)

// The roles at the demonstration's door.
const (
	adviser         = "Personal adviser"
	manager         = "Team manager"
	earlyHelp       = "Early help worker"
	businessSupport = "Business support officer"
	administrator   = "System administrator"
	partner         = "School nurse"
)

// The words of the form of an entry.
const (
	record        = "Record"
	contactWith   = "Contact with Client"
	happened      = "When did it happen?"
	whoWasThere   = "Who was there, or on the line (optional)"
	whatHappened  = "What happened"
	reasonFor     = "Reason (optional)"
	toDoNext      = "What is to be done next (optional)"
	draftSaved    = "Draft saved at"
	findYoung     = "Find a young person"
	findByAny     = "Name, date of birth, postcode, reference or identifier"
	draftsHeading = "Drafts I left"
)

// signIn goes through the demonstration's door in a role and gives the name of
// the worker.
func (p *page) signIn(role string) (name string) {
	p.t.Helper()
	p.goTo("/demo")
	for _, b := range p.names("button") {
		if who, ok := strings.CutSuffix(b, ", "+role); ok {
			p.press(b)
			p.wantTitle("My work")
			return strings.TrimPrefix(who, "Sign in as ")
		}
	}
	p.fatalf("nobody at the door is a %s", role)
	return ""
}

func (p *page) signOut() {
	p.t.Helper()
	p.press("Sign out")
	p.see("You are signed out.")
}

// A child is one of the young people whom the journeys are about.
type child struct {
	name      string
	reference string
	born      string // as pages show it, with the age
}

func (c child) path(tab string) string { return "/children/" + c.reference + tab }

// caseload reads the cards under My caseload.
func (p *page) caseload() []child {
	p.t.Helper()
	p.goTo("/work")
	cards := eval[[]string](p, `[...document.querySelectorAll("section[aria-labelledby=caseload] li.app-card")].map((li) =>
		[li.querySelector("h3").innerText, ...[...li.querySelectorAll("dd")].map((dd) => dd.innerText)].join("\t"))`)
	var children []child
	for _, card := range cards {
		f := strings.Split(card, "\t")
		if len(f) < 3 {
			p.fatalf("a card of the caseload has too little on it: %q", card)
		}
		children = append(children, child{name: plain(f[0]), born: plain(f[1]), reference: plain(f[2])})
	}
	return children
}

// someone gives a young person of the adviser's whom no other journey uses:
// each journey names a number of its own.
func (p *page) someone(number int) child {
	p.t.Helper()
	all := p.caseload()
	if number >= len(all) {
		p.fatalf("the caseload has %d people; number %d is wanted", len(all), number)
	}
	return all[number]
}

// What stands on a page of a file of which the demonstration has invented nothing.
var nothing = map[string]string{
	"/documents": "No assessment and no form is here yet.", "/plans": "No plan is here yet.", "/meetings": "No meeting is planned.", "/alerts": "No alert of this file’s own is set",
}

// untouched is the first young person of the worker's of whom nothing was invented on some
// pages of the file. The demonstration begins with the last ones.
func (p *page) untouched(tabs ...string) child {
	p.t.Helper()
	for _, c := range p.caseload() {
		if p.nothingOn(c, tabs...) {
			return c
		}
	}
	p.fatalf("everybody of the caseload has something on one of %q", tabs)
	return child{}
}

// nothingOn reports whether there is nothing on each of some pages of a file.
func (p *page) nothingOn(c child, tabs ...string) bool {
	p.t.Helper()
	for _, tab := range tabs {
		if p.goTo(c.path(tab)); !eval[bool](p, fmt.Sprintf(`document.querySelector("main").innerText.includes(%q)`, nothing[tab])) {
			return false
		}
	}
	return true
}

// Numbers of the young people that journeys use.
const (
	forRecording = iota
	forRecordingNarrow
	forLooks
	forAutosave
	forTwoTabs
	forNoScript
	forKeyboard
	forWrongInput
	forTwice
	forOther
	forPages
	forReason
	forReasonNarrow
	forRights
	forConcern
	forSheet
)

// Those of the journey that puts mistakes right: it leaves them as they were, but
// for an entry that stands on the second's record.
const forMerge, forMergedWith = forPages, forOther

// openByName finds a young person with the box at the head of every page and
// opens the file.
func (p *page) openByName(c child) {
	p.t.Helper()
	legal, _, _ := strings.Cut(c.name, " (known as ")
	p.fill(findYoung, legal)
	p.press("Find")
	p.follow(c.name)
	p.wantTitle("Overview")
	p.see("Reference " + c.reference)
}

// begin opens the form of an entry in the file that is open.
func (p *page) begin(kind string) {
	p.t.Helper()
	p.press(record)
	p.wantTitle("What happened?")
	p.choose(kind)
	p.press("Continue")
	p.wantTitle(kind)
}

// on fills in the day on which it happened.
func (p *page) on(d date.Date) {
	p.t.Helper()
	p.fillIn(happened, "Day", fmt.Sprint(d.Day()))
	p.fillIn(happened, "Month", fmt.Sprint(int(d.Month())))
	p.fillIn(happened, "Year", fmt.Sprint(d.Year()))
}

// telephoned fills in a whole entry.
func (p *page) telephoned(words string) {
	p.t.Helper()
	p.choose("Phone call")
	p.on(today())
	p.fill(whoWasThere, "The young person")
	p.fill(whatHappened, words)
}

// today is the day in London, as the program has it.
func today() date.Date { return date.At(time.Now()).Date() }

// recordsNow is how many entries of the open timeline have these words.
func (p *page) recordsNow(words string) int {
	p.t.Helper()
	return eval[int](p, fmt.Sprintf(`[...document.querySelectorAll(".moj-timeline__item")].filter((e) => e.innerText.includes(%q)).length`, words))
}

// wantEntries says how many entries of a file have these words.
func (p *page) wantEntries(c child, words string, want int) {
	p.t.Helper()
	p.goTo(c.path("/timeline"))
	p.wantTitle("Timeline")
	if got := p.recordsNow(words); got != want {
		p.fatalf("%d entries say %q, want %d", got, words, want)
	}
}

// bothWidths runs a journey at a desk and on a telephone.
func bothWidths(t *testing.T, journey func(t *testing.T, p *page)) {
	for _, w := range []struct {
		name  string
		width int
	}{{"wide", wide}, {"narrow", narrow}} {
		t.Run(w.name, func(t *testing.T) { journey(t, newPage(t, demo, w.width)) })
	}
}

// freeReference gives a reference of the right shape that no file has.
func freeReference(p *page, taken []child) child {
	p.t.Helper()
	ref := id.NewReference()
	for _, c := range taken {
		if c.reference == ref.String() {
			p.fatalf("%s is taken: one in a hundred million", ref)
		}
	}
	return child{name: "Nobody", reference: ref.String()}
}

// findYoungOf is the label of the search box, which is in the service's words.
func findYoungOf(p *page) string {
	p.t.Helper()
	for _, label := range p.names("field") {
		if strings.HasPrefix(label, "Find a ") {
			return label
		}
	}
	p.fatalf("there is no search box at the head of the page")
	return ""
}

// anotherManager is a second manager of the demonstration's team, signed in on a machine
// of their own.
func anotherManager(t *testing.T, prog *program, data, folder string) *page {
	t.Helper()
	p := newPage(t, prog, wide)
	p.mayLog("status of 422")
	p.goTo("/demo")
	team := eval[string](p, `[...document.querySelectorAll(".app-card")].find((c) => c.querySelector("h3").textContent === "`+manager+`").querySelector("p").textContent.split(", ").slice(1).join(", ")`)
	out := command(
		t, "user", "add", "second.manager", "--data", data, "--definitions", folder, "--given", "Moss", "--family", "Testworth",
		"--role", "team-manager", "--team", team, "--trained", time.Now().AddDate(0, 0, -7).Format(time.DateOnly),
	)
	p.goTo("/sign-in")
	p.fill("Login", "second.manager")
	password := passwordLine.FindStringSubmatch(out)[1]
	p.fill("Password", password)
	p.press("Continue")
	p.fill("Code", nextCode(t, secretLine.FindStringSubmatch(out)[1], ""))
	p.press("Sign in")
	p.wantTitle("Change your password")
	const chosen = "harbour lantern thursday"
	p.fill("Password you have now", password)
	p.fill("New password", chosen)
	p.fill("New password again", chosen)
	p.press("Change password")
	p.goTo("/work")
	p.wantTitle("My work")
	return p
}
