package web_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"casefile/definitions"
	"casefile/internal/access"
	"casefile/internal/auth"
	"casefile/internal/blob"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/keys"
	"casefile/internal/oidc"
	"casefile/internal/oidc/oidctest"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
	"casefile/internal/web"
)

// A world is a small authority on a real database, and its pages.
type world struct {
	t        *testing.T
	db       *storetest.Database
	casework *casework.Service
	auth     *auth.Service
	options  web.Options
	server   *web.Server
	log      *logBuffer
	blobs    *blob.Sealed
	set      *definition.Set
	provider *oidctest.Provider // whom people sign in by too

	adviser, manager, outsider staff.Worker // the outsider finds no child of the adviser's service
	north, family              staff.Team
	ref                        id.Reference // of Morgan, whom the adviser works with
}

// logBuffer is a log that a test reads.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

const password = "correct horse battery" // of every worker of the world

// A first is a world as each begins: its database, its keys, and who is in it.
type first struct {
	db, keys                   []byte
	adviser, manager, outsider staff.Worker
	north, family              staff.Team
	ref                        id.Reference
}

var begun struct {
	sync.Mutex
	first *first
}

// newWorld is a world of the test's own. The first is made as everything is; the
// others begin as copies of its database.
func newWorld(t *testing.T, change ...func(*web.Options)) *world {
	t.Helper()
	begun.Lock()
	if begun.first == nil {
		begun.first = firstWorld(t)
	}
	f := begun.first
	begun.Unlock()
	w := worldOn(t, f.db, f.keys, change...)
	w.adviser, w.manager, w.outsider, w.north, w.family, w.ref = f.adviser, f.manager, f.outsider, f.north, f.family, f.ref
	return w
}

func firstWorld(t *testing.T) *first {
	t.Helper()
	file := filepath.Join(t.TempDir(), "keys.json")
	if _, err := keys.Create(file); err != nil {
		t.Fatal(err)
	}
	ring, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w := worldOn(t, storetest.SQLite(t).Copy(t), ring)
	w.north, w.family = w.db.Team(t, "participation"), w.db.Team(t, "early-help")
	w.adviser = w.worker("Ada", "Adviser", "Lead adviser", staff.Contact{Mobile: "07700 900123"}, held{"adviser", w.north})
	w.manager = w.worker("Mina", "Manager", "Team manager", staff.Contact{}, held{"team-manager", w.north})
	w.outsider = w.worker("Eli", "Outside", "Support officer", staff.Contact{}, held{"business-support", w.family})
	w.ref = w.child("Morgan", "Ashdown")
	return &first{w.db.Copy(t), ring, w.adviser, w.manager, w.outsider, w.north, w.family, w.ref}
}

// worldOn is a world on a copy of a database.
func worldOn(t *testing.T, template, keyRing []byte, change ...func(*web.Options)) *world {
	t.Helper()
	// Pages do not turn on flushes; the killed processes of tests/kill do.
	w := &world{t: t, db: storetest.SQLiteFrom(t, template, "synchronous(OFF)"), log: &logBuffer{}}
	set, err := withGroups()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "keys.json")
	if err := os.WriteFile(file, keyRing, 0o600); err != nil {
		t.Fatal(err)
	}
	ring, err := keys.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	folder, err := blob.OpenFolder(filepath.Join(t.TempDir(), "files"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := folder.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	w.blobs, w.set = blob.Seal(folder, ring), set
	log := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.casework = casework.New(casework.Options{DB: w.db, Definitions: set, Keys: ring, Blobs: w.blobs, Now: w.db.Now.Time, Log: log})
	t.Cleanup(w.casework.Close)
	now := func() date.Instant { return date.At(time.Now()) } // sessions ask the machine's clock
	w.auth = auth.New(auth.Options{
		Store: w.db.SignIn(), Keys: ring, Issuer: "test", Now: now, Log: log,
		Hasher: auth.NewHasher(auth.Cost{Memory: 64, Time: 1, Lanes: 1}, 2),
	})
	w.options = web.Options{
		Casework: w.casework, Auth: w.auth, Authority: "Anyshire", Log: log,
		Sessions: auth.NewSessions(auth.SessionOptions{
			Store: w.db.SignIn(), Now: now, Idle: time.Hour, Absolute: 12 * time.Hour, Failed: web.SessionFailed("Anyshire", log),
		}),
		Ready: func(context.Context) error { return nil },
		Demo:  &web.Demo{},
	}
	w.options.Demo.SignIn = w.demoSignIn
	w.provider = oidctest.New(t)
	w.options.Provider = &web.Provider{Label: "your Anyshire account", OIDC: oidc.New(oidc.Options{
		Issuer: w.provider.Issuer, ClientID: oidctest.ClientID, Secret: oidctest.Secret, Redirect: "http://example.com/sign-in/provider/callback",
		Groups: "groups", Now: time.Now, Log: log,
	})}
	for _, c := range change {
		c(&w.options)
	}
	w.server = web.New(w.options)
	return w
}

// withGroups is the built-in definitions, what two groups of the provider give, and an
// invented form with every kind of question; and an invented kind of plan.
var withGroups = sync.OnceValues(func() (*definition.Set, error) {
	folder, err := os.MkdirTemp("", "casefile-definitions")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	const groups = `groups:
  - {group: guides, role: adviser, team: Guides North, service: participation, source: "inferred: invented for a test"}
  - {group: families, role: early-help-worker, team: Families, service: early-help, source: "inferred: invented for a test"}
`
	if err := errors.Join(os.Mkdir(filepath.Join(folder, "access"), 0o700), os.WriteFile(filepath.Join(folder, "access", "groups.yaml"), []byte(groups), 0o600)); err != nil {
		return nil, err
	}
	if err := os.CopyFS(folder, os.DirFS(filepath.Join("..", "casework", "testdata", "documents"))); err != nil {
		return nil, err
	}
	stages, err := definitions.FS.ReadFile("work/milestones.yaml") // beside the invented one
	if err != nil {
		return nil, err
	}
	const invented = "  - {id: plan-agreed, title: Plan agreed, services: [participation], source: recalled}\n"
	if err := os.WriteFile(filepath.Join(folder, "work", "milestones.yaml"), append(stages, invented...), 0o600); err != nil {
		return nil, err
	}
	support, err := os.ReadFile(filepath.Join("..", "casework", "testdata", "plans", "plans", "support-plan.yaml"))
	if err != nil {
		return nil, err
	}
	kinds := filepath.Join(folder, "plans")
	if err := errors.Join(os.Mkdir(kinds, 0o700), os.WriteFile(filepath.Join(kinds, "support-plan.yaml"), support, 0o600)); err != nil {
		return nil, err
	}
	return definition.Load(definitions.FS, folder)
})

type held struct {
	role access.Role
	team staff.Team
}

// worker makes a worker with roles and an account; the login is the given name.
func (w *world) worker(given, family, job string, c staff.Contact, roles ...held) staff.Worker {
	w.t.Helper()
	m := staff.Worker{ID: staff.ID(id.New()), Version: 1, Given: given, Family: family, JobTitle: job, Contact: c, Recorded: date.Stamp{By: storetest.By}}
	w.db.Must(w.t, func(ctx context.Context, tx store.Tx) error {
		if err := tx.AddWorkerVersion(ctx, m); err != nil {
			return err
		}
		for _, h := range roles {
			a := staff.Assignment{
				ID: staff.AssignmentID(id.New()), Worker: m.ID, Role: h.role, Team: h.team.ID,
				Clocks: storetest.Clocks(storetest.Today.AddMonths(-12)),
			}
			if err := tx.AddAssignment(ctx, a); err != nil {
				return err
			}
		}
		return storetest.Train(ctx, tx, m.ID)
	})
	a, enrolment, err := w.auth.NewAccount(w.t.Context(), strings.ToLower(given), string(m.ID))
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.auth.SetPassword(w.t.Context(), a.ID, enrolment.Password, password, netip.MustParseAddr("192.0.2.1")); err != nil {
		w.t.Fatal(err)
	}
	return m
}

// child makes a file that the north team works with, and Ada with them.
func (w *world) child(given, family string, entries ...casework.NewEntry) id.Reference {
	w.t.Helper()
	long := storetest.Today.AddMonths(-12 * 3)
	refs, err := w.casework.MakeFiles(w.t.Context(), "test", []casework.NewFile{{
		New: person.New{
			Names: []person.Name{
				{Kind: person.Legal, Given: given, Family: family},
				{Kind: person.KnownAs, Given: "Mo", Family: family},
			},
			Birth:     person.Birth{Day: date.Must(2010, 3, 5), Estimated: true},
			Addresses: []person.Address{{Line1: "1 Test Lane", Town: "Testham", Postcode: "ZX1 1AA", Clocks: date.Clocks{Period: date.Period{From: long}}}},
			Contacts:  []person.Contact{{Kind: person.Phone, Value: "07700 900001"}, {Kind: person.Email, Value: "mo@example.org"}},
			Characteristics: []person.Characteristic{
				{Kind: "gender", Code: "F"}, {Kind: "ethnicity", Code: "WBRI"},
			},
		},
		Episodes: []casework.NewEpisode{{
			Service: "participation", Team: w.north.ID, Period: date.Period{From: long}, Workers: []staff.ID{w.adviser.ID},
		}},
		Entries: entries,
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	return refs[0]
}

func (w *world) entry(text string, happened date.Date) casework.NewEntry {
	return casework.NewEntry{Service: "participation", Author: w.adviser, Role: "Personal adviser", Content: entry.Content{
		Type: "contact-with-client", Category: "interview", Happened: happened, Text: text,
	}}
}

func (w *world) demoSignIn(ctx context.Context, key string) (auth.Account, error) {
	a, err := w.db.SignIn().AccountByLogin(ctx, key)
	if fault.Is(err, fault.NotFound) {
		return auth.Account{}, fault.New(fault.NotFound, "There is no such worker.")
	}
	return a, err
}

// A browser keeps cookies and sends what browsers send.
type browser struct {
	*world
	cookies map[string]string
}

func (w *world) browser() *browser { return &browser{world: w, cookies: map[string]string{}} }

// as is a browser in which the worker of that login is signed in.
func (w *world) as(m staff.Worker) *browser {
	w.t.Helper()
	b := w.browser()
	p := b.post("/demo", url.Values{"worker": {strings.ToLower(m.Given)}})
	if p.status != http.StatusSeeOther {
		w.t.Fatalf("sign in as %s: status %d", m.Given, p.status)
	}
	return b
}

// A page is an answer.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   string
	root   *html.Node
}

func (b *browser) do(r *http.Request) answer {
	b.t.Helper()
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	b.server.Handler().ServeHTTP(rec, r)
	for _, c := range rec.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	a := answer{t: b.t, status: rec.Code, header: rec.Result().Header, body: rec.Body.String()}
	root, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		b.t.Fatal(err)
	}
	a.root = root
	return a
}

func (b *browser) get(path string) answer {
	b.t.Helper()
	return b.do(httptest.NewRequestWithContext(b.t.Context(), "GET", path, nil))
}

func (b *browser) post(path string, form url.Values, header ...string) answer {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), "POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return b.do(r)
}

// follow goes where an answer leads, if it does.
func (b *browser) follow(a answer) answer {
	b.t.Helper()
	if a.status != http.StatusSeeOther {
		return a
	}
	to, _, _ := strings.Cut(a.header.Get("Location"), "#")
	return b.get(to)
}

// all are the elements of a kind; with attributes given as name, value pairs.
func (a answer) all(kind atom.Atom, attributes ...string) []*html.Node {
	var found []*html.Node
	for n := range a.root.Descendants() {
		if n.Type != html.ElementNode || kind != 0 && n.DataAtom != kind {
			continue
		}
		fits := true
		for i := 0; i+1 < len(attributes); i += 2 {
			fits = fits && attr(n, attributes[i]) == attributes[i+1]
		}
		if fits {
			found = append(found, n)
		}
	}
	return found
}

// one is the only element of its kind.
func (a answer) one(kind atom.Atom, attributes ...string) *html.Node {
	a.t.Helper()
	found := a.all(kind, attributes...)
	if len(found) != 1 {
		a.t.Fatalf("status %d: %d elements %s %q, want 1\n%s", a.status, len(found), kind, attributes, a.words())
	}
	return found[0]
}

// within are the elements of a kind inside another.
func (a answer) within(n *html.Node, kind atom.Atom) []*html.Node {
	var found []*html.Node
	for d := range n.Descendants() {
		if d.DataAtom == kind {
			found = append(found, d)
		}
	}
	return found
}

// class are the elements with a class.
func (a answer) class(name string) []*html.Node {
	var found []*html.Node
	for n := range a.root.Descendants() {
		if n.Type == html.ElementNode && strings.Contains(" "+attr(n, "class")+" ", " "+name+" ") {
			found = append(found, n)
		}
	}
	return found
}

// words are what the main part of the page says.
func (a answer) words() string {
	for n := range a.root.Descendants() {
		if n.DataAtom == atom.Main {
			return text(n)
		}
	}
	return text(a.root)
}

func (a answer) wantStatus(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d (location %q)\n%s", a.status, status, a.header.Get("Location"), a.words())
	}
	return a
}

func (a answer) wantWords(all ...string) answer {
	a.t.Helper()
	got := text(a.root)
	for _, words := range all {
		if !strings.Contains(got, words) {
			a.t.Errorf("the page does not say %q:\n%s", words, a.words())
		}
	}
	return a
}

func (a answer) location() string { return a.header.Get("Location") }

// field is what a form field holds.
func (a answer) field(name string) string {
	for n := range a.root.Descendants() {
		if n.Type != html.ElementNode || attr(n, "name") != name {
			continue
		}
		switch {
		case n.DataAtom == atom.Textarea:
			return strings.TrimPrefix(rawText(n), "\n")
		case attr(n, "type") == "radio" || attr(n, "type") == "checkbox":
			if has(n, "checked") {
				return attr(n, "value")
			}
		default:
			return attr(n, "value")
		}
	}
	return ""
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func rawText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// text is what an element says, with one space between words.
func text(n *html.Node) string { return strings.Join(strings.Fields(rawText(n)), " ") }

// startDraft begins a contact with Morgan and gives the draft's address.
func (b *browser) startDraft(ref id.Reference) string {
	b.t.Helper()
	a := b.post("/children/"+ref.String()+"/record", url.Values{"type": {"contact-with-client"}}).wantStatus(http.StatusSeeOther)
	return a.location()
}

// contact is a filled-in form of a contact.
func contact(rev, text string) url.Values {
	return url.Values{
		"rev": {rev}, "category": {"phone-call"}, "happened-day": {"4"}, "happened-month": {"3"}, "happened-year": {"2026"},
		"happened-time": {"2.30pm"}, "with-whom": {"Mo and her mother"}, "text": {text}, "significant": {"yes"},
	}
}

// day is the world's day, moved.
func day(days int) date.Date { return storetest.Today.AddDays(days) }
