//go:build e2e

package e2e

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"casefile/internal/clause"
	"casefile/internal/store/storetest"
)

// From "I have just spoken to her" to recorded, read by the manager, and known
// to have been looked at.
func TestRecordAContact(t *testing.T) {
	clause.Shows(t, "CX-15", "CX-32", "CR-40")
	bothWidths(t, func(t *testing.T, p *page) {
		number := forRecording
		if p.width == narrow {
			number = forRecordingNarrow
		}
		recordAContact(t, p, demo, number)
	})
}

// The same on the engine that a council runs.
func TestRecordAContactOnPostgres(t *testing.T) {
	clause.Shows(t, "CX-15", "CX-32", "CR-40")
	url := storetest.EmptyPostgres(t) // fails where there is no server
	prog := startFor(t, append([]string{"CASEFILE_DB=" + url}, demoCommand(filepath.Join(t.TempDir(), "demo"), 60)...)...)
	recordAContact(t, newPage(t, prog, wide), prog, forRecording)
}

func recordAContact(t *testing.T, p *page, prog *program, number int) {
	who := p.signIn(adviser)
	c := p.someone(number)
	p.openByName(c)

	// The same header on every tab (CX-32): name, date of birth with age, and
	// reference.
	if !strings.Contains(c.born, "(") && !strings.Contains(c.born, "age") {
		t.Errorf("born %q says no age", c.born)
	}
	tabs := []string{"Overview", "Timeline", "Who has looked"}
	for _, tab := range tabs {
		p.follow(tab)
		p.wantTitle(tab)
		p.wantHeader(c)
	}

	// A number in the words tells this entry from any other.
	conversation := fmt.Sprintf("She has an interview on Monday and asked for help with the bus fare (%s, %d wide).", t.Name(), p.width)
	p.follow("Timeline")
	p.begin(contactWith)
	p.wantHeader(c)
	p.choose("Phone call")
	p.on(today())
	p.fill("Time (optional)", "9:15am")
	p.fill(whoWasThere, c.name+" and her aunt")
	p.fill(reasonFor, "Her college place")
	p.fill(whatHappened, conversation)
	p.choose("Significant")
	p.fill(toDoNext, "Ring the bus company")
	p.press(record)

	p.wantTitle("Timeline")
	p.wantAlert("Your entry is recorded.")
	p.wantEntry(conversation,
		"Contact with Client: Phone call", today().Long()+" at 9:15am", c.name+" and her aunt", "Her college place",
		"Significant", "Ring the bus company",
		"Recorded "+today().Long(), "by "+who+", "+adviser)
	p.signOut()
	p.goTo(c.path("/timeline"))
	p.wantTitle("Sign in")

	// The manager, on another machine.
	m := newPage(t, prog, p.width)
	managers := m.signIn(manager)
	m.openByName(c)
	m.follow("Timeline")
	m.wantEntry(conversation, "by "+who+", "+adviser)
	m.follow("Access: who has looked, and who may")
	m.wantTitle("Who has looked")
	m.wantLook(who, "Timeline")
	m.wantLook(who, "Overview")
	m.wantLook(who, "Recorded an entry")
	m.wantLook(managers, "Timeline")
	m.signOut()
}

// wantHeader says whose file it is, as every page of it must.
func (p *page) wantHeader(c child) {
	p.t.Helper()
	bar := plain(eval[string](p, `document.querySelector(".moj-identity-bar").innerText`))
	for _, words := range []string{c.name, "Born " + c.born, "Reference " + c.reference} {
		if !strings.Contains(bar, words) {
			p.fatalf("the header of the file is %q, want %q in it", bar, words)
		}
	}
}

// wantEntry finds the one entry with these words and says what else it holds.
func (p *page) wantEntry(words string, and ...string) {
	p.t.Helper()
	p.see(words)
	entries := eval[[]string](p, fmt.Sprintf(`[...document.querySelectorAll(".moj-timeline__item")].map((e) => e.innerText.replace(/\s+/g, " ")).filter((s) => s.includes(%q))`, plain(words)))
	if len(entries) != 1 {
		p.fatalf("%d entries say %q, want 1", len(entries), words)
	}
	for _, w := range and {
		if !strings.Contains(entries[0], w) {
			p.fatalf("the entry is %q, want %q in it", entries[0], w)
		}
	}
}

// looks are the lines of who has looked, as they can be read.
func (p *page) looks() []string {
	p.t.Helper()
	return eval[[]string](p, `[...document.querySelectorAll("tbody tr")].map((tr) => tr.innerText.replace(/\s+/g, " "))`)
}

// wantLook finds a line that says that somebody looked today, and at what.
func (p *page) wantLook(who, what string) {
	p.t.Helper()
	for _, line := range p.looks() {
		if strings.Contains(line, today().Long()) && strings.Contains(line, who) && strings.Contains(line, what) {
			return
		}
	}
	p.fatalf("no line says that %s looked at %q today; they are:\n%s", who, what, strings.Join(p.looks(), "\n"))
}

// Nobody looks without leaving a line, also where nothing was shown, and nobody
// takes one away: not on the page, and not at the database behind it.
func TestNoLookWithoutAFootprint(t *testing.T) {
	clause.Shows(t, "KF-02")
	prog := startFor(t, demoCommand("demo", 200)...)
	p := newPage(t, prog, wide)
	p.mayLog("status of 404")
	who := p.signIn(adviser)
	c := p.someone(forLooks)

	other := newPage(t, prog, wide)
	other.mayLog("status of 404")
	outsider := other.signIn(earlyHelp)
	other.goTo(c.path("/timeline"))
	other.wantTitle("Say why you need this file")

	p.openByName(c)
	p.follow("Timeline")
	p.follow("Who has looked")
	p.wantLook(who, "Shown in a search or a list")
	p.wantLook(who, "Overview")
	p.wantLook(who, "Timeline")
	p.wantLook(outsider, "Was asked why first")
	p.goTo(c.path("/looks?each=yes"))
	before := len(p.looks())
	p.goTo(c.path("/looks?each=yes"))
	if got := len(p.looks()); got != before+1 {
		p.fatalf("%d lines after one look more, want %d", got, before+1)
	}
	for _, b := range p.names("button") {
		if b != "Find" && b != record && b != "Sign out" && b != "Show these" {
			p.fatalf("a button %q beside the footprints: nothing there may change them", b)
		}
	}

	file := filepath.Join(prog.cmd.Dir, "demo", "casefile.db")
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	var rows int
	if err := db.QueryRow("SELECT count(*) FROM footprint").Scan(&rows); err != nil || rows == 0 {
		t.Fatalf("count footprints: %d, %v", rows, err)
	}
	for _, statement := range []string{"DELETE FROM footprint", "UPDATE footprint SET actor = 'nobody'"} {
		if _, err := db.Exec(statement); err == nil {
			t.Errorf("%s: the database took it, want it refused", statement)
		}
	}
	p.goTo(c.path("/looks"))
	p.wantLook(who, "Timeline")
}
