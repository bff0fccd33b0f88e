package kill

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"casefile/definitions"
	"casefile/internal/auth"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/keys"
	"casefile/internal/store/storetest"
	"casefile/internal/web"
)

// roomFor is how many pages the file of the tests below may have: enough for
// the tables, a worker, a child and some use, and not for a long entry.
const roomFor = 400

// A narrow is a server on a database that cannot grow.
type narrow struct {
	*worker
	db   *storetest.Database
	name string // of the child
}

func narrowServer(t *testing.T) *narrow {
	t.Helper()
	db := storetest.SQLite(t, fmt.Sprintf("max_page_count(%d)", roomFor))
	db.Now.Set(time.Now()) // sessions end by the machine's clock
	defs, err := definition.Load(definitions.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keys.Create(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	now := func() date.Instant { return date.At(time.Now()) }
	work := casework.New(casework.Options{DB: db, Definitions: defs, Keys: ring, Now: time.Now, Log: log})
	t.Cleanup(work.Close)
	signIn := auth.New(auth.Options{Store: db.SignIn(), Keys: ring, Hasher: auth.NewHasher(auth.DefaultCost, 2), Issuer: "Casefile", Now: now, Log: log})

	team := db.Team(t, "participation")
	adviser, _ := db.Worker(t, "adviser", team)
	person := db.Person(t, "Quintessa", "Testworthy", date.At(time.Now()).Date().AddMonths(-12*15))
	db.Episode(t, person.ID, team, adviser.ID)
	account, _, err := signIn.NewAccount(context.Background(), "orla", string(adviser.ID))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(web.New(web.Options{
		Casework: work, Auth: signIn, Authority: "Testshire", Log: log, Ready: db.Ping,
		Sessions: auth.NewSessions(auth.SessionOptions{
			Store: db.SignIn(), Now: now, Idle: time.Hour, Absolute: time.Hour, Failed: web.SessionFailed("Testshire", log),
		}),
		Demo: &web.Demo{SignIn: func(ctx context.Context, _ string) (auth.Account, error) {
			a, err := db.SignIn().Account(ctx, account.ID)
			if err != nil {
				return a, err
			}
			a.MustChange = false
			return a, db.SignIn().UpdateAccount(ctx, a)
		}},
	}).Handler())
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	n := &narrow{db: db, name: "Quintessa", worker: &worker{
		key: "orla", id: string(adviser.ID), base: server.URL, l: newLedger(),
		cases:  []child{{string(person.ID), person.Reference.String()}},
		client: &http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}}
	if err := n.signIn(); err != nil {
		t.Fatal(err)
	}
	return n
}

// fill takes all the room there is but for some pages. A connection of its own
// does, which no limit holds.
func (n *narrow) fill(t *testing.T, spare int) {
	t.Helper()
	n.raw(t, "CREATE TABLE ballast (b blob)")
	for n.pages(t) < roomFor-spare {
		n.raw(t, "INSERT INTO ballast VALUES (zeroblob(3500))")
	}
}

// makeRoom takes the ballast away: its pages can be written again.
func (n *narrow) makeRoom(t *testing.T) { n.raw(t, "DROP TABLE ballast") }

func (n *narrow) raw(t *testing.T, statement string) {
	t.Helper()
	if _, err := n.db.Raw.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func (n *narrow) pages(t *testing.T) (pages int) { return n.number(t, "PRAGMA page_count") }

func (n *narrow) number(t *testing.T, query string) (number int) {
	t.Helper()
	if err := n.db.Raw.QueryRow(query).Scan(&number); err != nil {
		t.Fatal(err)
	}
	return number
}

// holds checks the laws and the ledger.
func (n *narrow) holds(t *testing.T) {
	t.Helper()
	broken, err := check(n.db.Raw, "sqlite", n.l)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range broken {
		// The people of this test were made by the store and not by casework.
		if !strings.HasPrefix(b, "a person without the footprint of making their file") {
			t.Error(b)
		}
	}
}

// TestFullDiskRecording records a long entry where there is no room for it.
func TestFullDiskRecording(t *testing.T) {
	n := narrowServer(t)
	c := n.cases[0]
	n.l.starting(n.id)
	a, err := n.once("/children/"+c.ref+"/record", url.Values{"type": {n.kind}})
	if err != nil {
		t.Fatal(err)
	}
	m := draftPath.FindStringSubmatch(a.to)
	if m == nil {
		t.Fatal(a.want(303, "start a draft"))
	}
	d := n.l.started(n.id, c, m[2])
	short := map[string]string{"happened-day": "5", "happened-month": "3", "happened-year": "2026", "category": "interview", "text": "A short beginning."}
	n.l.saving(d, short)
	if a, err := n.do("POST", a.to+"/autosave", form(short, 1), true); err != nil || a.status != 200 {
		t.Fatalf("save a draft while there is room: %d, %v", a.status, err)
	}
	n.l.saved(d)
	n.fill(t, 2)

	long := map[string]string{}
	for k, v := range short {
		long[k] = v
	}
	long["text"] = strings.TrimSpace(strings.Repeat("She said that she would rather walk to college than take the bus. ", 300))
	draft := "/children/" + c.ref + "/drafts/" + d.id
	for path, what := range map[string]string{draft: "record", draft + "/save": "save the draft", draft + "/autosave": "save by script"} {
		script := strings.HasSuffix(path, "/autosave")
		a, err := n.do("POST", path, form(long, 2), script)
		if err != nil {
			t.Fatal(err)
		}
		if a.status != http.StatusServiceUnavailable {
			t.Fatalf("%s without room: status %d, want 503", what, a.status)
		}
		if err := honest(a, form(long, 2), script); err != nil {
			t.Errorf("%s without room: %v", what, err)
		}
		if !script && !strings.Contains(a.body, "There is no room left to save on.") {
			t.Errorf("%s without room: the page does not say why", what)
		}
		if !script {
			again := formOf(t, a.body, draft)
			if again["rev"] != "2" || again["category"] != "interview" || again["happened-year"] != "2026" {
				t.Errorf("%s without room: the form to send again has %d fields, not those that were sent", what, len(again))
			}
		}
		n.holds(t)
	}
	if got := n.number(t, "SELECT count(*) FROM entry"); got != 0 {
		t.Errorf("%d entries, want none", got)
	}

	n.makeRoom(t)
	n.l.recording(d, long)
	if a, err = n.do("POST", draft, form(long, 2), false); err != nil {
		t.Fatal(err)
	}
	if err := a.want(303, "record once there is room"); err != nil {
		t.Fatal(err)
	}
	n.l.recorded(d)
	n.holds(t)
	if err := n.review(); err != nil {
		t.Error(err)
	}
}

// formOf are the fields of the form of a page that is sent to a path.
func formOf(t *testing.T, body, path string) map[string]string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for e := range doc.Descendants() {
		if e.Type != html.ElementNode || e.Data != "form" {
			continue
		}
		for _, a := range e.Attr {
			if a.Key == "action" && (a.Val == path || a.Val == path+"/save") {
				return fields(e)
			}
		}
	}
	t.Errorf("the page has no form to send again")
	return nil
}

// TestFullDiskOpening opens a file until there is no room for another
// footprint. Each page that was shown has its own, and the first that is not
// shown shows nothing.
func TestFullDiskOpening(t *testing.T) {
	n := narrowServer(t)
	n.fill(t, 1)
	c := n.cases[0]
	paths := []struct {
		path, part string
		form       url.Values
	}{
		{"/children/" + c.ref, "identity", nil},
		{"/children/" + c.ref + "/timeline", "timeline", nil},
		{"/children/" + c.ref + "/looks", "footprints", nil},
		{"/find", "", url.Values{"q": {n.name}}},
		{"/work", "", nil},
	}
	refused := map[string]bool{}
	for i := 0; len(refused) < len(paths); i++ {
		if i > 5000 {
			t.Fatalf("opened %d times and refused only %v", i, refused)
		}
		p := paths[i%len(paths)]
		method := "GET"
		if p.form != nil {
			method = "POST"
		}
		a, err := n.do(method, p.path, p.form, false)
		if err != nil {
			t.Fatal(err)
		}
		switch a.status {
		case http.StatusOK:
			if !strings.Contains(a.body, n.name) {
				t.Fatalf("%s: shown without the child", pattern(p.part))
			}
			if p.part == "" {
				n.l.show(n.shown(a.body)...)
			} else {
				n.l.show(n.look("look", p.part, c))
			}
		case http.StatusServiceUnavailable:
			refused[p.path] = true
			// A form that was refused comes back with the name that was typed into it.
			if p.form == nil && strings.Contains(a.body, n.name) || strings.Contains(a.body, c.ref) {
				t.Errorf("%s: shows the child without a footprint", p.path)
			}
			if err := honest(a, nil, false); err != nil {
				t.Errorf("%s: %v", p.part, err)
			}
		default:
			t.Fatal(a.want(200, "open a file"))
		}
	}
	n.holds(t)
	served := 0
	for _, times := range n.l.served {
		served += times
	}
	// To the number: what was refused left none.
	if left := n.number(t, "SELECT count(*) FROM footprint"); left != served {
		t.Errorf("%d looks were served and %d footprints left", served, left)
	}
	n.makeRoom(t)
	if _, err := n.get("/children/"+c.ref, n.look("look", "identity", c)); err != nil {
		t.Errorf("once there is room: %v", err)
	}
	n.holds(t)
	t.Log(strconv.Itoa(served) + " looks served before the room ran out")
}
