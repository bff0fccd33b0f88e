package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"casefile/internal/clause"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
	"casefile/internal/watch"
)

// lead is an information governance lead.
func (w *world) lead() staff.Worker {
	return w.worker("Lena", "Lead", "Information governance lead", staff.Contact{}, held{"information-governance-lead", w.family})
}

// linked are the addresses on a page that begin so.
func (a answer) linked(prefix string) []string {
	var found []string
	for _, n := range a.all(atom.A) {
		if href := attr(n, "href"); strings.HasPrefix(href, prefix) {
			found = append(found, href)
		}
	}
	return found
}

// A concern is reported from the file, handled step by step and closed, over
// HTTP.
func TestAConcernFromReportToEnd(t *testing.T) {
	clause.Shows(t, "KF-03")
	w := newWorld(t)
	lead := w.lead()
	file := "/children/" + w.ref.String()
	b := w.as(w.adviser)
	to := b.get(file + "/timeline").linked(file + "/concerns/report")
	if len(to) != 1 {
		t.Fatalf("%d ways to report a concern from a page of the file, want 1", len(to))
	}
	form := b.get(to[0]).wantStatus(http.StatusOK)
	key := form.field("id")

	// Nothing typed is lost on the way.
	sent := url.Values{"id": {key}, "text": {"Seen at the printer."}, "who": {"mina"}, "happened-day": {"5"}, "happened-month": {"3"}, "happened-year": {"2026"}, "do": {"find"}}
	found := b.post(to[0], sent).wantStatus(http.StatusOK).wantWords("Mina Manager")
	wantWholePage(t, "report, found", found)
	if found.field("text") != "Seen at the printer." || found.field("happened-month") != "3" || found.field("id") != key {
		t.Errorf("after finding workers: text %q, month %q", found.field("text"), found.field("happened-month"))
	}
	sent.Del("do")
	wrong := b.post(to[0], sent).wantStatus(http.StatusUnprocessableEntity).wantWords("Select one of the workers found")
	wantWholePage(t, "report, nobody chosen", wrong)
	wrong.one(atom.Div, "role", "alert")
	sent.Set("worker", string(w.manager.ID))
	sent.Set("happened-day", "35")
	b.post(to[0], sent).wantStatus(http.StatusUnprocessableEntity).wantWords("must be a real date")
	sent.Set("happened-day", "5")
	mine := b.follow(b.post(to[0], sent).wantStatus(http.StatusSeeOther)).wantWords("Your concern is reported", "Open")
	wantWholePage(t, "own concerns", mine)
	if strings.Contains(mine.words(), "printer") || strings.Contains(mine.words(), "Mina") || strings.Contains(mine.words(), "Morgan") {
		t.Errorf("the reporter sees more than that it is open:\n%s", mine.words())
	}

	signedOut := w.browser().post(to[0], sent).wantStatus(http.StatusUnauthorized).wantWords("Seen at the printer.") // not lost with the session
	wantWholePage(t, "report, signed out", signedOut)

	// The manager whom it is about learns of nothing.
	about := w.as(w.manager)
	if got := about.get("/work"); strings.Contains(got.words(), "nobody has taken") || !strings.Contains(got.words(), "(none open)") {
		t.Errorf("the manager whom it is about is told of it:\n%s", got.words())
	}
	about.get("/concerns").wantStatus(http.StatusOK).wantWords("No concern is open.")

	l := w.as(lead)
	l.get("/work").wantWords("1 concern is reported, and nobody has taken it on.")
	list := l.get("/concerns").wantStatus(http.StatusOK).wantWords("Morgan Ashdown", "Not taken on")
	wantWholePage(t, "concerns", list)
	at := list.linked("/concerns/")
	if len(at) != 1 {
		t.Fatalf("concerns listed: %q", at)
	}
	one := l.get(at[0]).wantStatus(http.StatusOK).wantWords("Seen at the printer.", "Mina Manager", "Ada Adviser", "Nobody has taken it on")
	wantWholePage(t, "concern", one)
	for _, withheld := range []*browser{about, b} {
		if a, none := withheld.get(at[0]), withheld.get("/concerns/"+id.New()); a.status != http.StatusNotFound || a.body != none.body {
			t.Errorf("withheld: status %d, and not as one that is not there", a.status)
		}
	}

	step := func(name string, form url.Values) answer {
		t.Helper()
		if form.Get("id") == "" {
			form.Set("id", id.New())
		}
		return l.post(at[0]+"/steps/"+name, form)
	}
	take := url.Values{"seen": {"0"}}
	l.follow(step("take-on", take).wantStatus(http.StatusSeeOther)).wantWords("Took it on", "Lena Lead")
	for _, name := range []string{"names", "evidence", "ask", "note", "decide"} {
		wantWholePage(t, "step "+name, l.get(at[0]+"/steps/"+name).wantStatus(http.StatusOK))
	}
	l.get(at[0] + "/steps/close").wantStatus(http.StatusSeeOther) // not yet
	l.get(at[0] + "/steps/forget").wantStatus(http.StatusNotFound)
	stale := step("note", url.Values{"seen": {"0"}, "text": {"Typed on an old page."}}).wantStatus(http.StatusConflict).wantWords("Somebody took a step")
	wantWholePage(t, "stale step", stale)
	if stale.field("text") != "Typed on an old page." || stale.field("seen") != "1" {
		t.Errorf("a clash lost what was typed: %q, seen %q", stale.field("text"), stale.field("seen"))
	}

	step("ask", url.Values{"seen": {"1"}, "text": {"Who was there?"}}).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter a name, press Find workers")
	step("ask", url.Values{"seen": {"1"}, "text": {"Who was there?"}, "who": {"ada"}, "worker": {string(w.adviser.ID)}}).wantStatus(http.StatusSeeOther)
	answer := b.get("/work").wantWords("You are asked something.").linked("/concerns/")
	page := b.get(answer[0]).wantStatus(http.StatusOK).wantWords("Who was there?", "Lena Lead")
	wantWholePage(t, "question", page)
	if strings.Contains(page.words(), "printer") || strings.Contains(page.words(), "Morgan") {
		t.Errorf("who is asked sees more than the question:\n%s", page.words())
	}
	b.post(answer[0], url.Values{"id": {id.New()}, "seen": {"2"}, "text": {""}}).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter your answer")
	b.follow(b.post(answer[0], url.Values{"id": {id.New()}, "seen": {"2"}, "text": {"Only me."}}).wantStatus(http.StatusSeeOther)).wantWords("Your answer is sent.")

	about.get(file) // a look that can be evidence
	evidence := l.get(at[0] + "/steps/evidence")
	boxes := evidence.all(atom.Input, "name", "look")
	if len(boxes) == 0 {
		t.Fatalf("no look to pick:\n%s", evidence.words())
	}
	step("evidence", url.Values{"seen": {"3"}, "text": {"x"}}).wantStatus(http.StatusUnprocessableEntity).wantWords("Tick at least one look")
	kept := step("evidence", url.Values{"seen": {"3"}, "look": {attr(boxes[0], "value")}, "text": {""}}).wantStatus(http.StatusUnprocessableEntity)
	if kept.field("look") != attr(boxes[0], "value") {
		t.Error("a tick was lost")
	}
	step("evidence", url.Values{"seen": {"3"}, "look": {attr(boxes[0], "value")}, "text": {"That day."}}).wantStatus(http.StatusSeeOther)
	step("decide", url.Values{"seen": {"4"}, "outcome": {"breach"}, "text": {"No reason."}, "done": {"A talk."}}).wantStatus(http.StatusUnprocessableEntity).wantWords("Select whether the person has to be told")
	step("decide", url.Values{"seen": {"4"}, "outcome": {"breach"}, "text": {"No reason."}, "done": {"A talk."}, "tell": {"yes"}}).wantStatus(http.StatusSeeOther)
	closed := l.follow(step("close", url.Values{"seen": {"5"}, "text": {"All is done."}}).wantStatus(http.StatusSeeOther)).
		wantWords("Decided: It was a breach", "A talk.", "That day.", "Only me.", "Who was there?", "Closed")
	wantWholePage(t, "closed concern", closed)
	b.get("/concerns").wantWords("Closed")
	l.get("/concerns?closed=yes").wantStatus(http.StatusOK).wantWords("Morgan Ashdown")
	if log := w.log.String(); strings.Contains(log, "printer") || strings.Contains(log, "Mina") {
		t.Errorf("the log holds what was reported:\n%s", log)
	}
}

// To name somebody who handles concerns waits for a second person, on the pages.
func TestWhoHandlesConcernsIsNamedByTwo(t *testing.T) {
	clause.Shows(t, "KF-03")
	w := newWorld(t)
	second := w.worker("Sami", "Second", "Information governance lead", staff.Contact{}, held{"information-governance-lead", w.family})
	l, m, other := w.as(w.lead()), w.as(w.manager), w.as(second)
	report := "/children/" + w.ref.String() + "/concerns/report"
	b := w.as(w.adviser)
	b.post(report, url.Values{"id": {b.get(report).field("id")}, "text": {"Seen at the printer."}}).wantStatus(http.StatusSeeOther)
	at := l.get("/concerns").linked("/concerns/")[0]
	l.post(at+"/steps/take-on", url.Values{"id": {id.New()}, "seen": {"0"}}).wantStatus(http.StatusSeeOther)
	l.get(at+"/steps/names").wantStatus(http.StatusOK).wantWords("once another who handles it has confirmed it", "report a new concern about them instead")
	l.post(at+"/steps/names", url.Values{"id": {id.New()}, "seen": {"1"}, "text": {"It fits."}, "who": {"mina"}, "worker": {string(w.manager.ID)}}).wantStatus(http.StatusSeeOther)
	for _, who := range []*browser{l, m} {
		waits := who.get(at).wantStatus(http.StatusOK).wantWords("Waits for a second person: Mina Manager handles concerns", "About Mina Manager: to be confirmed", "Mina Manager, not confirmed yet")
		wantWholePage(t, "a concern that waits", waits)
		if len(waits.all(atom.A, "href", at+"/steps/confirm")) != 0 {
			t.Error("who named, or is named, is offered to confirm it")
		}
		who.get(at + "/steps/confirm").wantStatus(http.StatusSeeOther)
	}
	l.post(at+"/steps/propose", url.Values{"id": {id.New()}, "seen": {"2"}, "text": {"x"}}).wantStatus(http.StatusNotFound)
	form := other.get(other.get(at).linked(at + "/steps/confirm")[0]).wantStatus(http.StatusOK).wantWords("Mina Manager", "Named by Lena Lead", "They will not see this concern any more")
	wantWholePage(t, "confirm", form)
	sent := url.Values{"id": {form.field("id")}, "seen": {form.field("seen")}, "text": {"I saw it too."}}
	wrong := other.post(at+"/steps/confirm", sent).wantStatus(http.StatusUnprocessableEntity).wantWords("Select whom it is about")
	wantWholePage(t, "confirm, nobody chosen", wrong)
	if wrong.field("text") != "I saw it too." {
		t.Error("what was typed is lost")
	}
	sent.Set("worker", string(w.manager.ID))
	other.follow(other.post(at+"/steps/confirm", sent).wantStatus(http.StatusSeeOther)).wantWords("Confirmed: about Mina Manager")
	if a, none := m.get(at), m.get("/concerns/"+id.New()); a.status != http.StatusNotFound || a.body != none.body {
		t.Errorf("the manager, once confirmed: status %d, and not as one that is not there", a.status)
	}
}

// hit puts a look of the adviser's on the watch list.
func (w *world) hit(kind watch.Kind, figures watch.Figures) string {
	w.t.Helper()
	h := watch.Hit{ID: id.New(), Day: storetest.Today, Kind: kind, Worker: w.adviser.ID, Figures: figures}
	w.db.Must(w.t, func(ctx context.Context, tx store.Tx) error {
		p, err := tx.PersonByReference(ctx, w.ref)
		if err != nil {
			return err
		}
		if kind != watch.Burst {
			h.Person = p.ID
		}
		n, err := tx.LeaveFootprint(ctx, footprint.Footprint{
			Actor: string(w.adviser.ID), Role: "adviser", Action: "look", Object: string(p.ID), Part: "timeline", Ground: "allocated", Outcome: "shown",
		}, nil)
		if err != nil {
			return err
		}
		h.Looks = []int64{n}
		_, err = tx.AddHit(ctx, h)
		return err
	})
	return h.ID
}

// Listed, asked, answered, resolved, over HTTP.
func TestTheWatchList(t *testing.T) {
	clause.Shows(t, "KF-14")
	w := newWorld(t)
	hit := "/watch-list/" + w.hit(watch.SameName, watch.Figures{Bearers: 2, People: 900})
	m := w.as(w.manager)
	m.get("/work").wantWords("Watch list", "(1 open)")
	list := m.get("/watch-list").wantStatus(http.StatusOK).wantWords("Ada Adviser", "Same family name", "few people in the record bear")
	wantWholePage(t, "watch list", list)
	if strings.Contains(list.words(), "Morgan") || strings.Contains(list.words(), w.ref.String()) {
		t.Errorf("the list names the child:\n%s", list.words())
	}
	one := m.get(hit).wantStatus(http.StatusOK).wantWords("Why it is listed", "Morgan Ashdown", w.ref.String())
	wantWholePage(t, "hit", one)
	b := w.as(w.adviser)
	for name, who := range map[string]*browser{"the looker": b, "an outsider": w.as(w.outsider)} {
		if a, none := who.get(hit), who.get("/watch-list/"+id.New()); a.status != http.StatusNotFound || a.body != none.body {
			t.Errorf("%s: status %d, and not as one that is not there", name, a.status)
		}
		who.get("/watch-list").wantStatus(http.StatusNotFound)
	}

	send := func(seen, kind, text string) answer {
		t.Helper()
		return m.post(hit, url.Values{"id": {id.New()}, "concern": {id.New()}, "seen": {seen}, "kind": {kind}, "text": {text}})
	}
	wrong := send("0", "", "Is she a relative?").wantStatus(http.StatusUnprocessableEntity).wantWords("Select what you want to do")
	wantWholePage(t, "hit, wrong", wrong)
	if wrong.field("text") != "Is she a relative?" {
		t.Errorf("what was typed is lost: %q", wrong.field("text"))
	}
	send("0", "asked", "").wantStatus(http.StatusUnprocessableEntity).wantWords("Enter what you want to know")
	m.follow(send("0", "asked", "Is she a relative?").wantStatus(http.StatusSeeOther)).wantWords("Asked the worker to explain")
	send("0", "explained", "Typed on an old page.").wantStatus(http.StatusConflict).wantWords("Typed on an old page.")

	to := b.get("/work").wantWords("You are asked to explain looks of yours.").linked("/watch-list/")
	asked := b.get(to[0]).wantStatus(http.StatusOK).wantWords("Is she a relative?", w.ref.String())
	wantWholePage(t, "asked", asked)
	if strings.Contains(asked.words(), "family name") {
		t.Errorf("the looker reads why it is listed:\n%s", asked.words())
	}
	b.post(to[0], url.Values{"id": {id.New()}, "seen": {"1"}, "text": {" "}}).wantStatus(http.StatusUnprocessableEntity)
	b.follow(b.post(to[0], url.Values{"id": {id.New()}, "seen": {"1"}, "text": {"A namesake."}}).wantStatus(http.StatusSeeOther)).wantWords("Your answer is sent.")
	b.get(to[0]).wantStatus(http.StatusNotFound)
	m.follow(send("2", "explained", "A namesake, and her case.").wantStatus(http.StatusSeeOther)).wantWords("A namesake.", "Explained")
	m.get("/watch-list").wantWords("None waits.")
	m.get("/watch-list?resolved=yes").wantWords("Ada Adviser", "Explained")

	burst := "/watch-list/" + w.hit(watch.Burst, watch.Figures{Files: 30, Minutes: 60, Usual: 4, UsualDays: 30})
	wantWholePage(t, "hit of several files", m.get(burst).wantStatus(http.StatusOK))
	form := url.Values{"id": {id.New()}, "concern": {id.New()}, "seen": {"0"}, "kind": {"not-explained"}, "text": {"No reason was given."}}
	m.post(burst, form).wantStatus(http.StatusUnprocessableEntity).wantWords("Select the file that the concern is about")
	var child person.ID
	w.db.Read(t, func(ctx context.Context, r store.Reader) error {
		p, err := r.PersonByReference(ctx, w.ref)
		child = p.ID
		return err
	})
	form.Set("person", string(child))
	resolved := m.follow(m.post(burst, form).wantStatus(http.StatusSeeOther)).wantWords("Not explained: a concern is reported")
	m.get(resolved.linked("/concerns/")[0]).wantStatus(http.StatusOK).wantWords("No reason was given.", "Ada Adviser", "A look on the watch list")
}

// The mark of a high-profile child is on no page of others.
func TestHighProfileIsNotSeen(t *testing.T) {
	clause.Shows(t, "KF-14")
	w := newWorld(t)
	file := "/children/" + w.ref.String()
	m := w.as(w.manager)
	page := m.get(file + "/high-profile").wantStatus(http.StatusOK).wantWords("It is not marked.")
	wantWholePage(t, "high-profile", page)
	marked := m.follow(m.post(file+"/high-profile", url.Values{"mark": {"yes"}}).wantStatus(http.StatusSeeOther)).wantWords("Marked as high-profile by Mina Manager")
	wantWholePage(t, "marked", marked)
	b := w.as(w.adviser)
	b.get(file + "/high-profile").wantStatus(http.StatusNotFound)
	for _, path := range []string{file, file + "/timeline", file + "/looks", file + "/looks?each=yes", file + "/looks/for-them", "/work"} {
		if a := b.get(path).wantStatus(http.StatusOK); strings.Contains(strings.ToLower(a.body), "profile") || strings.Contains(a.words(), "watch list") {
			t.Errorf("%s gives the mark away:\n%s", path, a.words())
		}
	}
	m.follow(m.post(file+"/high-profile", url.Values{"mark": {"no"}}).wantStatus(http.StatusSeeOther)).wantWords("It is not marked.")
}

// What is given to the person: roles in plain words, no times of day, no names
// but by decision, and words that somebody of 12 reads.
func TestTheSheetForThePerson(t *testing.T) {
	clause.Shows(t, "KF-02")
	w := newWorld(t)
	lead := w.lead()
	file := "/children/" + w.ref.String()
	b := w.as(w.adviser)
	w.as(w.manager).get(file + "/timeline")
	b.get(file)
	a := b.get(file+"/looks/for-them").wantStatus(http.StatusOK).
		wantWords("Who has looked at your file", "Anyshire", "March 2026", "Your adviser: 1 time", "A manager who checks our work: 1 time")
	wantWholePage(t, "sheet", a)
	sheet := text(a.one(atom.Article))
	for _, none := range []string{"Ada", "Mina", "10:00", "am ", "Adviser"} {
		if strings.Contains(sheet, none) {
			t.Errorf("the sheet says %q:\n%s", none, sheet)
		}
	}
	if grade, words := grade(sentences(a.one(atom.Article))); grade > 6 || words < 60 {
		t.Errorf("the sheet reads at grade %.1f of %d words, want at most 6", grade, words)
	}

	l := w.as(lead)
	b.get(file + "/looks/for-them/names").wantStatus(http.StatusNotFound)
	page := l.get(file + "/looks/for-them/names").wantStatus(http.StatusOK)
	wantWholePage(t, "names", page)
	wrong := l.post(file+"/looks/for-them/names", url.Values{"held": {""}, "names": {"yes"}, "reason": {""}}).wantStatus(http.StatusUnprocessableEntity).wantWords("Enter why")
	wantWholePage(t, "names, no reason", wrong)
	l.follow(l.post(file+"/looks/for-them/names", url.Values{"held": {""}, "names": {"yes"}, "reason": {"Her solicitor asked."}}).wantStatus(http.StatusSeeOther)).
		wantWords("Your adviser, Ada Adviser", "decided by Lena Lead")
	clash := l.post(file+"/looks/for-them/names", url.Values{"held": {""}, "names": {"yes"}, "reason": {"Typed on an old page."}}).wantStatus(http.StatusConflict)
	wantWholePage(t, "names, clash", clash)
	if clash.field("reason") != "Typed on an old page." {
		t.Errorf("what was typed is lost: %q", clash.field("reason"))
	}
	l.follow(l.post(file+"/looks/for-them/names", url.Values{"held": {clash.field("held")}, "names": {"no"}, "reason": {"She asked for it."}}).wantStatus(http.StatusSeeOther)).
		wantWords("It has roles and no names.")
	if text(b.get(file+"/looks/for-them").one(atom.Article)) == "" || strings.Contains(text(b.get(file+"/looks/for-them").one(atom.Article)), "Ada") {
		t.Error("the names stand there still")
	}
}

// sentences are those of the paragraphs of an element. Lists and headings are
// none.
func sentences(n *html.Node) []string {
	var all []string
	for d := range n.Descendants() {
		if d.DataAtom != atom.P || attr(d, "class") != "" {
			continue
		}
		for _, s := range strings.FieldsFunc(text(d), func(r rune) bool { return r == '.' || r == '?' || r == '!' }) {
			if strings.TrimSpace(s) != "" {
				all = append(all, strings.TrimSpace(s))
			}
		}
	}
	return all
}

// grade is the years of school that a text takes to read. Source: Kincaid and
// others, 1975, as recalled: 0.39 words for a sentence and 11.8 syllables for a
// word, less 15.59.
func grade(sentences []string) (grade float64, words int) {
	syllables := 0
	for _, s := range sentences {
		for _, w := range strings.Fields(s) {
			words++
			syllables += syllablesOf(w)
		}
	}
	if words == 0 || len(sentences) == 0 {
		return 0, 0
	}
	return 0.39*float64(words)/float64(len(sentences)) + 11.8*float64(syllables)/float64(words) - 15.59, words
}

// syllablesOf counts the runs of vowels, less an e at the end that is not
// spoken.
func syllablesOf(word string) int {
	word = strings.ToLower(strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }))
	n, before := 0, false
	for _, r := range word {
		vowel := strings.ContainsRune("aeiouy", r)
		if vowel && !before {
			n++
		}
		before = vowel
	}
	spoken := len(word) > 2 && strings.HasSuffix(word, "le") && !strings.ContainsRune("aeiouy", rune(word[len(word)-3])) // as in table
	if strings.HasSuffix(word, "e") && !spoken && n > 1 {
		n--
	}
	return max(n, 1)
}

func TestGrade(t *testing.T) {
	for word, want := range map[string]int{"file": 1, "people": 2, "note": 1, "information": 4, "we": 1, "table": 2, "worker,": 2, "15": 1} {
		if got := syllablesOf(word); got != want {
			t.Errorf("%s: %d syllables, want %d", word, got, want)
		}
	}
	easy, _ := grade([]string{"We keep a file about you", "It says how we help you"})
	hard, _ := grade([]string{"Authorisation of disproportionate informational disclosures necessitates organisational accountability"})
	if easy > 3 || hard < 12 {
		t.Errorf("easy %.1f, hard %.1f", easy, hard)
	}
}
