//go:build e2e

package e2e

import (
	"context"
	"database/sql"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"casefile/internal/clause"
	"casefile/internal/id"
)

const lead = "Information governance lead"

// A worker reports from the file that it was seen who should not have; the lead
// finds it, takes it on, asks, picks evidence, decides and closes; the reporter
// sees only that it is closed. Every page of it at both widths, with no rule of
// accessibility broken.
func TestAConcernToItsEnd(t *testing.T) {
	clause.Shows(t, "KF-03")
	a, l, m := newPage(t, demo, wide), newPage(t, demo, wide), newPage(t, demo, wide)
	for _, p := range []*page{a, l, m} {
		p.mayLog("status of 422")
	}
	m.mayLog("status of 404")
	reporter := a.signIn(adviser)
	c := a.someone(forConcern)
	suspect := m.signIn(manager)
	m.goTo(c.path("/timeline"))

	a.goTo(c.path("/timeline"))
	a.follow("Report a concern about who has seen this")
	a.wantTitle("Report a concern about who has seen this")
	a.inspect("report")
	a.press("Report this")
	a.wantAlert("Enter what happened")
	a.inspect("report-wrong")
	a.fill("What happened?", "They told a neighbour what is written here.")
	a.on2("When did it happen? (optional)")
	a.fill("Whom is it about? (optional)", suspect)
	a.press("Find workers")
	a.inspect("report-found")
	a.choose(suspect)
	a.press("Report this")
	a.wantTitle("Concerns about who has looked")
	a.wantAlert("Your concern is reported")
	a.wantNot("neighbour")
	a.inspect("concerns-own")

	m.goTo("/concerns")                 // whom it is about
	m.wantNot(c.reference, "neighbour") // others are there, which the demo has
	m.inspect("concerns-manager")

	l.signIn(lead)
	l.see("2 concerns are reported, and nobody has taken them on.") // one is the demo's
	l.inspect("my-work-lead")
	l.follow("Concerns about who has looked")
	l.inspect("concerns")
	l.follow(c.name)
	l.see("They told a neighbour what is written here.", suspect, reporter)
	l.press("Take this on")
	l.wantAlert("That is recorded.")
	at := l.url()

	l.follow("Ask somebody")
	l.inspect("concern-ask")
	l.fill("Whom do you want to ask?", reporter)
	l.press("Find workers")
	l.choose(reporter)
	l.fill("What do you want to know?", "Who else heard it?")
	l.press("Ask")
	a.goTo("/work")
	a.goTo(strings.TrimPrefix(at, l.base[:len(l.base)-1]) + "/answer") // the demo asks something too
	a.see("Who else heard it?")
	a.wantNot("neighbour", c.name)
	a.inspect("concern-question")
	a.fill("Your answer", "Nobody that I know of.")
	a.press("Send the answer")
	a.wantAlert("Your answer is sent.")

	l.goTo(at)
	l.see("Nobody that I know of.")
	l.follow("Pick looks as evidence")
	l.inspect("concern-evidence")
	l.press("Keep as evidence")
	l.wantAlert("Tick at least one look")
	// By its place: whoever it is about may have looked several times in one minute.
	eval[bool](l, `(document.querySelector("input[name=look]").click(), true)`)
	l.fill("What do they show?", "The file was open to them the day before.")
	l.press("Keep as evidence")
	l.wantAlert("That is recorded.")
	l.follow("Decide what came of it")
	l.inspect("concern-decide")
	l.press("Decide")
	l.wantAlert("Select what came of it")
	l.choose("It was a breach")
	l.fill("Why?", "There was no reason.")
	l.fill("What was done?", "They were spoken to.")
	l.choose("Yes")
	l.press("Decide")
	l.follow("Close it")
	l.fill("Why can it be closed?", "All that was to be done is done.")
	l.press("Close it")
	l.wantAlert("That is recorded.")
	l.see("Decided: It was a breach", "They were spoken to.", "The file was open to them the day before.")
	l.inspect("concern-closed")

	a.goTo("/concerns")
	a.see("Closed")
	a.wantNot("breach")
	m.goTo(strings.TrimPrefix(at, m.base[:len(m.base)-1]))
	m.wantTitle("Page not found")
}

// on2 fills in a day under another question than that of an entry.
func (p *page) on2(question string) {
	p.t.Helper()
	d := today()
	p.fillIn(question, "Day", strconv.Itoa(d.Day()))
	p.fillIn(question, "Month", strconv.Itoa(int(d.Month())))
	p.fillIn(question, "Year", strconv.Itoa(d.Year()))
}

// A look is on the watch list; the manager asks, the worker answers, the manager
// says that it is explained.
func TestAHitIsAskedAnsweredAndResolved(t *testing.T) {
	clause.Shows(t, "KF-14")
	prog := startFor(t, demoCommand("demo", 200)...)
	a, l := newPage(t, prog, wide), newPage(t, prog, wide)
	for _, p := range []*page{a, l} {
		p.mayLog("status of 422")
	}
	looker := a.signIn(adviser)
	c := a.someone(0)
	a.goTo(c.path("/timeline"))
	putOnWatchList(t, prog, looker, c)

	l.signIn(lead)
	l.follow("Watch list")
	l.see(looker, "Same family name")
	l.inspect("watch-list")
	l.follow("Same family name, " + today().Long())
	l.see("Why it is listed", c.name, c.reference)
	l.inspect("hit")
	hit := l.url()
	l.press("Save")
	l.wantAlert("Select what you want to do")
	l.choose("Ask the worker to explain")
	l.fill("Your words", "Is she a relative of yours?")
	l.press("Save")
	l.wantAlert("That is recorded.")

	a.goTo("/work")
	a.see("You are asked to explain looks of yours.")
	a.inspect("my-work-asked")
	a.goTo(strings.TrimPrefix(hit, l.base[:len(l.base)-1]) + "/answer") // the demo asks about another of the same day
	a.see("Is she a relative of yours?", c.reference)
	a.inspect("hit-asked")
	a.fill("Why did you look?", "No. She is allocated to me.")
	a.press("Send the answer")
	a.wantAlert("Your answer is sent.")

	l.goTo(strings.TrimPrefix(hit, l.base[:len(l.base)-1]))
	l.see("No. She is allocated to me.")
	l.choose("It is explained")
	l.fill("Your words", "Her own case, and no relative.")
	l.press("Save")
	l.wantAlert("That is recorded.")
	l.inspect("hit-resolved")
	l.goTo("/watch-list")
	l.wantNot("Same family name")
	l.goTo("/watch-list?resolved=yes")
	l.see(looker, "Explained")
}

// putOnWatchList puts the looker's last look at a file on the watch list, as the
// night's work would tomorrow.
func putOnWatchList(t *testing.T, prog *program, looker string, c child) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(prog.cmd.Dir, "demo", "casefile.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	var worker, person string
	var number int64
	if err := db.QueryRow("SELECT id FROM worker WHERE given || ' ' || family = ?", looker).Scan(&worker); err != nil {
		t.Fatal(err)
	}
	if err := db.QueryRow("SELECT id FROM person WHERE reference = ?", strings.ReplaceAll(c.reference, "-", "")).Scan(&person); err != nil {
		t.Fatal(err)
	}
	if err := db.QueryRow("SELECT max(number) FROM footprint WHERE actor = ? AND object = ? AND search = 0", worker, person).Scan(&number); err != nil {
		t.Fatal(err)
	}
	hit := id.New()
	for _, s := range []struct {
		statement string
		args      []any
	}{
		{`INSERT INTO watch_hit (id, day, kind, worker_id, person_id, figures, recorded_seq, recorded_us, recorded_by)
			VALUES (?, ?, 'same-name', ?, ?, '{"bearers":2,"people":200}', 1, 1, 'job:watch')`, []any{hit, today().String(), worker, person}},
		{"INSERT INTO watch_hit_look (hit_id, number) VALUES (?, ?)", []any{hit, number}},
	} {
		if _, err := db.Exec(s.statement, s.args...); err != nil {
			t.Fatal(err)
		}
	}
}

// Who has looked, folded and one by one, and what is given to the person, on
// screen and on paper.
func TestWhoHasLookedAndTheSheet(t *testing.T) {
	clause.Shows(t, "KF-02")
	a, m, l := newPage(t, demo, wide), newPage(t, demo, wide), newPage(t, demo, wide)
	l.mayLog("status of 422")
	who := a.signIn(adviser)
	c := a.someone(forSheet)
	a.goTo(c.path(""))
	a.goTo(c.path("/timeline"))
	a.goTo(c.path("/timeline"))
	m.signIn(manager)
	m.goTo(c.path("/timeline"))
	m.follow("Access: who has looked, and who may")
	m.see("Timeline (2 times)", who)
	m.inspect("looks-folded")
	m.follow("Show every look by itself")
	m.inspect("looks-each")
	m.goTo(c.path("/high-profile"))
	m.inspect("high-profile")

	a.goTo(c.path("/looks/for-them"))
	a.see("Who has looked at your file", "Your adviser: ", "A manager who checks our work: 1 time")
	a.inspect("sheet")
	a.do("look as the printer does", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	}))
	paper, err := a.text()
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"Who has looked at your file", "This is for " + c.name} {
		if !strings.Contains(paper, words) {
			a.fatalf("paper does not say %q", words)
		}
	}
	for _, words := range []string{who, "Print this page", "Reference", "My work"} {
		if strings.Contains(paper, words) {
			a.fatalf("paper says %q", words)
		}
	}
	if size := eval[float64](a, `parseFloat(getComputedStyle(document.querySelector(".app-sheet__words p")).fontSize)`); size < 19 {
		a.fatalf("on paper the letters are %v pixels high, want at least 19", size)
	}
	a.keepShot("sheet-on-paper")

	l.signIn(lead)
	l.goTo(c.path("/looks/for-them/names"))
	l.press("Give names")
	l.wantAlert("Enter why")
	l.inspect("sheet-names")
	l.fill("Why are names to be given?", "Her solicitor asked.")
	l.press("Give names")
	l.wantAlert("That is recorded.")
	l.see("Your adviser, " + who)
}
