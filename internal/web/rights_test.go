package web_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html/atom"

	"casefile/definitions"
	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/definition"
	"casefile/internal/id"
	"casefile/internal/keys"
	"casefile/internal/staff"
)

// noIDs fails where a page says a word of the definitions that is not one of
// people's.
func noIDs(t *testing.T, w *world, a answer) {
	t.Helper()
	said := a.words()
	for _, r := range w.set.Roles() {
		if strings.Contains(string(r.ID), "-") && strings.Contains(said, string(r.ID)) {
			t.Errorf("the page says the id %q", r.ID)
		}
	}
	for _, p := range access.Parts {
		if strings.Contains(string(p), "-") && strings.Contains(said, string(p)) {
			t.Errorf("the page says the id %q", p)
		}
	}
}

func TestTheTableOfRightsForPeople(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.manager)
	a := b.get("/rights").wantStatus(http.StatusOK)
	wantWholePage(t, "rights", a)
	a.wantWords("Who may see what", "Team manager", "Shown named, works with them, covers, team’s case, reviews it, said why, service’s case",
		"that of access/rules.yaml", "the child is, or was, a case of their team", "it is about their team", "The file is restricted and they are not named on it: the whole file is as if it did not exist.")
	if len(a.all(atom.Option)) != len(w.set.Roles())+len(access.Parts)+1 {
		t.Errorf("%d choices", len(a.all(atom.Option)))
	}
	for _, r := range w.set.Roles() {
		page := b.get("/rights?role=" + string(r.ID)).wantStatus(http.StatusOK)
		page.wantWords(r.Title)
		wantWholePage(t, string(r.ID), page)
		noIDs(t, w, page)
	}
	one := b.get("/rights?role=adviser&part=sensitive-entries").wantStatus(http.StatusOK)
	one.wantWords("Shown named, works with them, covers, team’s case", "Masked said why, service’s case")
	if rows := one.all(atom.Tr); len(rows) != 2 || !strings.Contains(text(rows[1]), "Sensitive entries") {
		t.Errorf("the page of one part has %d rows", len(rows))
	}
	b.get("/rights?role=nobody").wantStatus(http.StatusNotFound)
	b.get("/rights?role=adviser&part=nothing").wantStatus(http.StatusNotFound)
	if len(w.as(w.adviser).get("/work").all(atom.A, "href", "/rights")) != 0 || len(b.get("/work").all(atom.A, "href", "/rights")) != 1 {
		t.Error("the way to the rights is offered to whoever may not see them, or not to whoever may")
	}
}

// The grid says of every role, part and action, on which ground, what the table
// decides, and no more.
func TestTheGridSaysWhatTheTableDecides(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.manager)
	for _, r := range w.set.Roles() {
		page := b.get("/rights?role=" + string(r.ID)).wantStatus(http.StatusOK)
		rows := page.within(page.all(atom.Tbody)[0], atom.Tr)
		if len(rows) != len(access.Parts) {
			t.Fatalf("%s: %d rows for %d parts", r.ID, len(rows), len(access.Parts))
		}
		for i, part := range access.Parts {
			cells := page.within(rows[i], atom.Td)
			if got := text(page.within(rows[i], atom.Th)[0]); got != part.Title() || len(cells) != len(access.Actions) {
				t.Fatalf("%s: row %d is of %q with %d cells", r.ID, i, got, len(cells))
			}
			for j, action := range access.Actions {
				want := ""
				for _, outcome := range []access.Outcome{access.Shown, access.ReasonFirst, access.Masked} {
					var on []string
					for _, g := range access.Grounds {
						if w.set.Access().Decide(access.Viewer{Role: r.ID}, part, action, []access.Held{{Ground: g}}, 0).Outcome == outcome {
							on = append(on, g.Word(part))
						}
					}
					if len(on) > 0 {
						want += outcome.Title() + " " + strings.Join(on, ", ") + " "
					}
				}
				if want == "" {
					want = "– Nothing"
				}
				got := strings.TrimSpace(lineNumber.ReplaceAllString(text(cells[j]), ""))
				if got != strings.TrimSpace(want) {
					t.Errorf("%s, %s, %s: the cell says %q, the table %q", r.ID, part, action, got, want)
				}
			}
		}
	}
}

var lineNumber = regexp.MustCompile(`line \d+`)

func TestExplainOnAPage(t *testing.T) {
	w := newWorld(t)
	adam := w.worker("Adam", "Adviser", "Adviser", staff.Contact{}, held{"adviser", w.family})
	b := w.as(w.manager)
	wantWholePage(t, "explain", b.get("/rights/explain").wantStatus(http.StatusOK))
	form := url.Values{"words": {"Adviser"}, "reference": {w.ref.String()}, "part": {"timeline"}}
	which := b.post("/rights/explain", form).wantStatus(http.StatusUnprocessableEntity)
	wantWholePage(t, "which worker", which)
	which.wantWords("Which worker?", "Ada Adviser, Lead adviser", "Adam Adviser")
	if which.field("reference") != w.ref.String() || which.field("words") != "Adviser" {
		t.Error("what was typed is lost")
	}
	form.Set("worker", string(w.adviser.ID))
	a := b.post("/rights/explain", form).wantStatus(http.StatusOK)
	wantWholePage(t, "explained", a)
	noIDs(t, w, a)
	a.wantWords("Ada Adviser, file "+w.ref.String()+", Timeline", "Personal adviser, participation team: may see “Timeline”", "Works with them since 5 March 2023", "By the line of the table at access/rules.yaml, line")
	if strings.Contains(a.body, "Morgan") || strings.Contains(a.body, "Ashdown") {
		t.Error("the explanation names the child")
	}
	w.as(w.adviser).get("/children/"+w.ref.String()+"/looks").wantWords("Mina Manager", "Had it explained who may see it: Timeline")
	for _, wrong := range []url.Values{
		{"words": {""}, "reference": {w.ref.String()}, "part": {"timeline"}},
		{"words": {"Nobody Likethis"}, "reference": {w.ref.String()}, "part": {"timeline"}},
		{"words": {"Ada"}, "reference": {"7"}, "part": {"timeline"}},
		{"words": {"Adviser"}, "worker": {string(w.outsider.ID)}, "reference": {w.ref.String()}, "part": {"timeline"}},
	} {
		p := b.post("/rights/explain", wrong).wantStatus(http.StatusUnprocessableEntity)
		wantWholePage(t, "explain with a problem", p)
		if strings.Contains(p.words(), "may see “Timeline”") {
			t.Errorf("%v: answered", wrong)
		}
	}
	// Of a worker whom they do not manage there is the role alone.
	form.Set("worker", string(adam.ID))
	other := b.post("/rights/explain", form).wantStatus(http.StatusOK).wantWords("Adam Adviser", "You do not manage this team")
	wantWholePage(t, "explained of another team", other)
	if words := other.words(); strings.Contains(words, "onnection that") || strings.Contains(words, "in date") || strings.Contains(words, "Works with them") || strings.Contains(words, "may see “Timeline”") {
		t.Errorf("what ties a worker of another team is told:\n%s", words)
	}
	// Of a file that is absent to who asks it says what it says of none.
	admin := w.as(w.worker("Axel", "Admin", "Administrator", staff.Contact{}, held{"system-administrator", w.north}))
	form.Set("words", "Ada Lead")
	of := func(ref id.Reference) string {
		form.Set("reference", ref.String())
		return strings.ReplaceAll(admin.post("/rights/explain", form).wantStatus(http.StatusOK).words(), ref.String(), "")
	}
	if withheld, missing := of(w.ref), of(id.NewReference()); withheld != missing {
		t.Errorf("of a withheld file:\n%s\nof none:\n%s", withheld, missing)
	}
}

func TestApproveAChangeOfTheRights(t *testing.T) {
	w := newWorld(t)
	if err := w.casework.StartRights(t.Context()); err != nil {
		t.Fatal(err)
	}
	lead := w.as(w.worker("Lena", "Lead", "Lead", staff.Contact{}, held{"information-governance-lead", w.north}))
	none := lead.get("/rights/changes").wantStatus(http.StatusOK)
	wantWholePage(t, "no change", none)
	none.wantWords("No change waits", "The first rights")

	// Another process is started with a folder that lets business support read.
	built, _ := w.set.File("access/rules.yaml")
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "access"), 0o700); err != nil {
		t.Fatal(err)
	}
	more := built.Body + "\n  - {role: business-support, part: timeline, action: look, ground: service, outcome: shown}\n"
	if err := os.WriteFile(filepath.Join(dir, "access", "rules.yaml"), []byte(more), 0o600); err != nil {
		t.Fatal(err)
	}
	set, err := definition.Load(definitions.FS, dir)
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keys.Create(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	other := casework.New(casework.Options{DB: w.db, Definitions: set, Keys: ring, Now: w.db.Now.Time, Log: slog.New(slog.NewTextHandler(w.log, nil))})
	t.Cleanup(other.Close)
	if err := other.StartRights(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(w.log.String(), "changed access/rules.yaml") || !strings.Contains(w.log.String(), "level=WARN") {
		t.Error("the start does not say which file differs")
	}

	support := w.as(w.worker("Bess", "Support", "Officer", staff.Contact{}, held{"business-support", w.north}))
	timeline := "/children/" + w.ref.String() + "/timeline"
	support.get(timeline).wantStatus(http.StatusNotFound)
	page := lead.get("/rights/changes").wantStatus(http.StatusOK)
	wantWholePage(t, "a change", page)
	noIDs(t, w, page)
	page.wantWords("a second person has to approve them",
		"Business support officer gains: they could see nothing of “Timeline”, and would see “Timeline” when the child is, or was, a case of their service.")
	manager := w.as(w.manager).get("/rights/changes").wantStatus(http.StatusOK).wantWords("Your role may not decide about it.")
	if len(manager.all(atom.Textarea)) != 0 {
		t.Error("a role that may not decide is offered to")
	}
	form := url.Values{"hash": {page.field("hash")}, "decide": {"approve"}, "reason": {""}}
	wrong := lead.post("/rights/changes", form).wantStatus(http.StatusUnprocessableEntity)
	wantWholePage(t, "a change with a problem", wrong)
	form.Set("reason", "Agreed by the board.")
	form.Set("decide", "")
	if got := lead.post("/rights/changes", form).wantStatus(http.StatusUnprocessableEntity).field("reason"); got != "Agreed by the board." {
		t.Errorf("what was typed is lost: %q", got)
	}
	support.get(timeline).wantStatus(http.StatusNotFound)
	form.Set("decide", "approve")
	lead.follow(lead.post("/rights/changes", form).wantStatus(http.StatusSeeOther)).
		wantWords("The change is approved, and holds.", "Approved by Lena Lead", "Agreed by the board.", "No change waits")
	support.get(timeline).wantStatus(http.StatusOK)
	lead.post("/rights/changes", form).wantStatus(http.StatusConflict)
	clause.Shows(t, "KF-04")
}
