package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"casefile/internal/clause"
	"casefile/internal/id"
	"casefile/internal/web"
)

// public are the routes that need no session, and the only ones.
var public = []string{
	"GET /healthz", "GET /readyz", "GET /static/", "GET /sign-in", "POST /sign-in", "GET /sign-in/code",
	"POST /sign-in/code", "GET /sign-in/provider", "GET /sign-in/provider/callback", "GET /sign-in/emergency",
	"POST /sign-in/emergency", "POST /sign-out", "GET /demo", "POST /demo",
}

// address fills a pattern in: method and path.
func address(pattern string, ref id.Reference, draft string) (method, path string) {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		method, path = "GET", "/no/such/page"
	}
	path = strings.NewReplacer("{$}", "", "{ref}", ref.String(), "{draft}", draft, "{kind}", "names", "{to}", ref.String()).Replace(path)
	for strings.Contains(path, "{") { // the key of something that is not there
		before, rest, _ := strings.Cut(path, "{")
		_, after, _ := strings.Cut(rest, "}")
		path = before + id.New() + after
	}
	return method, path
}

func TestRoutesNeedASession(t *testing.T) {
	clause.Shows(t, "CR-03")
	w := newWorld(t)
	b := w.browser()
	for _, pattern := range w.server.Patterns() {
		method, path := address(pattern, w.ref, id.New())
		a := b.do(request(t, method, path))
		switch {
		case slices.Contains(public, pattern):
			if strings.HasPrefix(a.location(), "/sign-in?next") {
				t.Errorf("%s: asks for a session", pattern)
			}
		case path == "/":
			if a.status != http.StatusSeeOther || a.location() != "/demo" {
				t.Errorf("%s: status %d to %q, want to the door of the demo", pattern, a.status, a.location())
			}
		case method == "POST" && strings.Contains(pattern, "{draft}"):
			// Not a redirect: what was typed would be lost on the way.
			if a.status != http.StatusUnauthorized {
				t.Errorf("%s: status %d, want 401", pattern, a.status)
			}
		default:
			want := "/sign-in"
			if method == "GET" && path != "/work" {
				want += "?next=" + url.QueryEscape(path)
			}
			if a.status != http.StatusSeeOther || a.location() != want {
				t.Errorf("%s: status %d to %q, want 303 to %q", pattern, a.status, a.location(), want)
			}
		}
	}
}

func request(t *testing.T, method, path string) *http.Request {
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	if method == "POST" {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return r
}

// elsewhere are the pages that an adviser has not, of a child of theirs; their
// own tests look at them with wantWholePage.
var elsewhere = []string{
	"GET /children/{ref}/reason", "GET /children/{ref}/notes/{note}",
	"GET /concerns/{concern}", "GET /concerns/{concern}/steps/{step}", "GET /concerns/{concern}/answer",
	"GET /watch-list", "GET /watch-list/{hit}", "GET /watch-list/{hit}/answer", "GET /children/{ref}/high-profile",
	"GET /children/{ref}/looks/for-them/names",
	"GET /rights", "GET /rights/explain", "GET /rights/changes",
	"GET /children/{ref}/restriction", "GET /children/{ref}/restriction/change",
	"GET /workers/connections", "GET /workers/training",
	"GET /children/{ref}/grants", "GET /children/{ref}/grants/add", "GET /grants/add",
	"GET /children/{ref}/corrections/{correction}/undo", "GET /children/{ref}/merge",
	"GET /children/{ref}/alerts/{alert}/change", "GET /children/{ref}/alerts/{alert}/end",
	"GET /children/{ref}/tasks/{task}", "GET /children/{ref}/tasks/{task}/{step}",
	"GET /children/{ref}/entries/{entry}/move", "GET /children/{ref}/files/{file}/move", "GET /children/{ref}/files/{file}/view", "GET /children/{ref}/files/{file}/picture",
}

// TestEveryPage renders every page with sample data and looks at what every
// page must have.
func TestEveryPage(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.adviser)
	draft := b.startDraft(w.ref)
	draftID := draft[strings.LastIndex(draft, "/")+1:]
	for _, pattern := range w.server.Patterns() {
		method, path := address(pattern, w.ref, draftID)
		if method != "GET" || path == "/" || path == "/healthz" || path == "/readyz" || path == "/static/" ||
			strings.HasSuffix(pattern, "/files/{file}") || // the content of a file is no page
			path == "/sign-in/provider" || // which leads away
			path == "/work/counts" || // numbers for a script
			slices.Contains(elsewhere, pattern) ||
			strings.Contains(pattern, "{case}") || strings.Contains(pattern, "{professional}") || strings.Contains(pattern, "{training}") || strings.Contains(pattern, "{worker}") ||
			strings.Contains(pattern, "{meeting}") || strings.Contains(pattern, "{document}") || strings.Contains(pattern, "{plan}") || strings.Contains(pattern, "{fact}") || strings.Contains(pattern, "{relation}") || strings.Contains(pattern, "{member}") {
			continue // the last are tried with what they are about in workers_test.go, people_test.go, document_test.go, plan_test.go and meeting_test.go
		}
		browser := b
		switch {
		case path == "/caseloads", strings.HasSuffix(path, "/workers/open"):
			browser = w.as(w.manager)
		case strings.HasPrefix(path, "/sign-in"):
			browser = w.browser()
		}
		a := browser.follow(browser.get(path))
		want := http.StatusOK
		switch path {
		case "/no/such/page":
			want = http.StatusNotFound
		case "/sign-in/provider/callback": // an answer that nobody asked for
			want = http.StatusUnauthorized
		}
		a.wantStatus(want)
		wantWholePage(t, path, a)
	}
}

// wantWholePage checks what holds for every page.
func wantWholePage(t *testing.T, name string, a answer) {
	t.Helper()
	if n := len(a.all(atom.H1)); n != 1 {
		t.Errorf("%s: %d headings of level 1, want 1", name, n)
	}
	title := text(a.one(atom.Title))
	if !strings.HasSuffix(title, " – Casefile") || strings.Contains(title, "Morgan") || strings.Contains(title, "Ashdown") {
		t.Errorf("%s: title %q: want the kind of page and nobody's name", name, title)
	}
	ids := map[string]bool{}
	for n := range a.root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if v := attr(n, "id"); v != "" {
			if ids[v] {
				t.Errorf("%s: two elements have the id %q", name, v)
			}
			ids[v] = true
		}
		if has(n, "style") || strings.HasPrefix(attr(n, "href"), "javascript:") || n.DataAtom == atom.Script && n.FirstChild != nil {
			t.Errorf("%s: <%s> holds a style or a script, which the policy forbids", name, n.Data)
		}
		for _, at := range []string{"action", "formaction", "data-autosave", "src"} {
			if v := attr(n, at); v != "" && (!strings.HasPrefix(v, "/") || strings.HasPrefix(v, "//")) {
				t.Errorf("%s: %s leads to %q", name, at, v)
			}
		}
	}
	for _, n := range a.all(0) {
		switch n.DataAtom {
		case atom.Input, atom.Textarea, atom.Select:
			if attr(n, "type") == "hidden" || has(n, "hidden") {
				continue
			}
			if len(a.all(atom.Label, "for", attr(n, "id"))) != 1 {
				t.Errorf("%s: field %q has no label", name, attr(n, "name"))
			}
		case atom.A:
			if v := attr(n, "href"); strings.HasPrefix(v, "#") && v != "#" && !ids[v[1:]] {
				t.Errorf("%s: a link leads to %q, which is not there", name, v)
			}
		}
	}
}

func TestWithheldIsAbsent(t *testing.T) {
	w := newWorld(t)
	adviser := w.as(w.adviser)
	draft := adviser.startDraft(w.ref)
	draftID := draft[strings.LastIndex(draft, "/")+1:]
	b := w.as(w.outsider)
	seen := 0
	for _, pattern := range w.server.Patterns() {
		if !strings.Contains(pattern, "{ref}") {
			continue
		}
		seen++
		form := url.Values{"rev": {"1"}, "type": {"contact"}, "keep": {"mine"}}
		ask := func(ref id.Reference, draftID string) answer {
			method, path := address(pattern, ref, draftID)
			if method == "POST" {
				return b.post(path, form)
			}
			return b.get(path)
		}
		withheld := ask(w.ref, draftID)
		absent := ask(id.NewReference(), id.New())
		if withheld.status != http.StatusNotFound || absent.status != http.StatusNotFound {
			t.Errorf("%s: withheld %d, absent %d, want 404 for both", pattern, withheld.status, absent.status)
		}
		if withheld.body != absent.body {
			t.Errorf("%s: the answers to a withheld and an absent file differ", pattern)
		}
		malformed := ask("NOTAREFERENCE", id.New())
		if malformed.body != absent.body {
			t.Errorf("%s: a reference that cannot be gives another page than one that is nobody's", pattern)
		}
	}
	if seen < 10 {
		t.Errorf("only %d routes of files were tried", seen)
	}
	adviser.get(draft).wantStatus(http.StatusOK) // and nothing happened to it
}

func TestOtherSitesAreRefused(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.adviser)
	draft := b.startDraft(w.ref)
	for _, pattern := range w.server.Patterns() {
		method, path := address(pattern, w.ref, draft[strings.LastIndex(draft, "/")+1:])
		if method != "POST" {
			continue
		}
		a := b.post(path, contact("1", "typed on another site"), "Sec-Fetch-Site", "cross-site")
		if a.status != http.StatusForbidden || strings.Contains(a.body, "typed on another site") {
			t.Errorf("%s from another site: status %d, want 403 without what was sent", pattern, a.status)
		}
	}
	b.get(draft).wantStatus(http.StatusOK)
}

func TestHeaders(t *testing.T) {
	w := newWorld(t, func(o *web.Options) {
		o.Secure = true
		o.Ready = func(context.Context) error { panic("a fault") }
	})
	b := w.as(w.adviser)
	big := strings.Repeat("x", 4<<20)
	answers := map[string]answer{
		"page":          b.get("/work"),
		"redirect":      w.browser().get("/work"),
		"not found":     b.get("/no/such/page"),
		"health":        b.get("/healthz"),
		"panic":         b.get("/readyz"),
		"other site":    b.post("/find", nil, "Sec-Fetch-Site", "cross-site"),
		"too large":     b.post("/find", url.Values{"q": {big}}),
		"static":        b.get("/static/none.css"),
		"wrong method":  b.do(request(t, "DELETE", "/work")),
		"unclean path":  b.get("//work"),
		"signed out":    w.browser().post("/sign-out", nil),
		"wrong sign-in": w.browser().post("/sign-in", url.Values{"login": {"x"}, "password": {"y"}}),
	}
	wanted := map[string]int{
		"page": 200, "redirect": 303, "not found": 404, "health": 200, "panic": 500, "other site": 403, "too large": 413,
		"static": 404, "signed out": 303, "wrong sign-in": 401,
	}
	for name, a := range answers {
		if want, ok := wanted[name]; ok && a.status != want {
			t.Errorf("%s: status %d, want %d", name, a.status, want)
		}
		for header, want := range map[string]string{
			"Content-Security-Policy":    "default-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
			"Referrer-Policy":            "no-referrer",
			"X-Content-Type-Options":     "nosniff",
			"Cross-Origin-Opener-Policy": "same-origin",
			"Strict-Transport-Security":  "max-age=31536000",
			"Cache-Control":              "no-store",
		} {
			if got := a.header.Values(header); len(got) != 1 || got[0] != want {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
		if a.header.Get("Permissions-Policy") == "" {
			t.Errorf("%s: no Permissions-Policy", name)
		}
	}
	plain := newWorld(t)
	if got := plain.browser().get("/sign-in").header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("without TLS, Strict-Transport-Security is %q", got)
	}
}

const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`

func TestHostileTextIsText(t *testing.T) {
	w := newWorld(t)
	ref := w.child(hostile, "Hostile"+hostile, w.entry(hostile+"\nsecond line", day(0)))
	b := w.as(w.adviser)
	b.post("/workers/me", url.Values{"version": {"1"}, "telephone": {"0" + hostile}, "base": {hostile}, "note": {hostile}}).wantStatus(http.StatusSeeOther)
	draft := b.startDraft(ref)
	form := contact("1", hostile)
	form.Set("with-whom", hostile)
	b.post(draft+"/save", form).wantStatus(http.StatusSeeOther)
	file := "/children/" + ref.String()
	stale := contact("1", hostile+" stale")
	stale.Set("reason", hostile)
	pages := map[string]answer{
		"work": b.get("/work"), "overview": b.get(file), "timeline": b.get(file + "/timeline"), "looks": b.get(file + "/looks"),
		"draft": b.get(draft), "drop": b.get(draft + "/drop"), "compare": b.post(draft+"/save", stale),
		"find": b.post("/find", url.Values{"q": {"hostile " + hostile}}), "found": b.post("/find", url.Values{"q": {"hostile"}}),
		"workers": b.get("/workers"), "workers found": b.post("/workers", url.Values{"words": {hostile}}), "me": b.get("/workers/me"),
		"sign-in":   w.browser().post("/sign-in", url.Values{"login": {hostile}, "password": {"x"}, "next": {hostile}}),
		"kept":      w.browser().post(draft, form),
		"bad type":  b.post(file+"/record", url.Values{"type": {hostile}}),
		"not saved": b.post(draft, url.Values{"rev": {"2"}, "text": {hostile}, "happened-day": {hostile}}),
	}
	for name, a := range pages {
		for n := range a.root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if n.DataAtom == atom.Img || has(n, "onerror") || n.DataAtom == atom.Script && n.FirstChild != nil {
				t.Errorf("%s: what was typed became an element: <%s>", name, n.Data)
			}
		}
		switch name {
		case "found", "bad type", "sign-in", "me", "looks":
		default:
			if !strings.Contains(a.body, "alert(1)") {
				t.Errorf("%s: what was typed is not on the page, so this shows nothing", name)
			}
		}
	}
	shown := pages["timeline"].class("app-as-typed")
	if len(shown) != 1 || rawText(shown[0]) != hostile+"\nsecond line" {
		t.Errorf("the entry reads %q, want it letter for letter", rawText(shown[0]))
	}
}

func TestNothingTypedReachesLogOrAddress(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.adviser)
	for _, q := range []string{"Ashdown", "Zebedee"} {
		a := b.post("/find", url.Values{"q": {q}}).wantStatus(http.StatusOK)
		for n := range a.root.Descendants() {
			for _, at := range []string{"href", "action", "formaction"} {
				if strings.Contains(strings.ToLower(attr(n, at)), strings.ToLower(q)) {
					t.Errorf("what was searched for is in the address %q", attr(n, at))
				}
			}
		}
	}
	draft := b.startDraft(w.ref)
	b.post(draft, contact("1", "Quixotic words")).wantStatus(http.StatusSeeOther)
	b.post(draft, url.Values{"rev": {"x"}, "text": {"Quixotic words"}})
	b.get("/find?q=Ashdown")
	b.get("/no/Ashdown")
	w.browser().post("/sign-in", url.Values{"login": {"Zebedee"}, "password": {"Quixotic"}})
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/find", strings.NewReader("q=Ashdown%zz"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if a := b.do(r); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a form that cannot be read: status %d, want 422", a.status)
	}
	log := w.log.String()
	for _, secret := range []string{"Ashdown", "Zebedee", "Quixotic", w.ref.String(), string(w.ref)} {
		if strings.Contains(strings.ToLower(log), strings.ToLower(secret)) {
			t.Errorf("the log holds %q", secret)
		}
	}
	for _, want := range []string{`route="POST /find"`, `route="POST /children/{ref}/drafts/{draft}"`, "status=303", "worker=" + string(w.adviser.ID)} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %s", want)
		}
	}
	if regexp.MustCompile(`level=(ERROR|WARN)`).MatchString(log) {
		t.Errorf("an ordinary day is logged as trouble:\n%s", log)
	}
}

func TestErrorsSayWhatHappened(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.adviser)
	draft := b.startDraft(w.ref)
	w.casework.Close() // as when the server is stopping: no footprint can be left
	a := b.get("/children/" + w.ref.String()).wantStatus(http.StatusServiceUnavailable)
	a.wantWords("Not available just now", "Nothing that was saved is lost")
	if a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	wantWholePage(t, "unavailable", a)
	if strings.Contains(a.body, "Ashdown") {
		t.Error("a page without its footprint names the child")
	}
	b.get(draft).wantStatus(http.StatusServiceUnavailable)
}

func TestPanicIsAPage(t *testing.T) {
	w := newWorld(t, func(o *web.Options) { o.Ready = func(context.Context) error { panic("Ashdown") } })
	w.browser().get("/readyz").wantStatus(http.StatusInternalServerError).wantWords("Something went wrong", "Nothing that was saved is lost")
	if log := w.log.String(); strings.Contains(log, "Ashdown") || !strings.Contains(log, "panic") {
		t.Errorf("the log should have the panic and not its value:\n%s", log)
	}
}

func TestTooLarge(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.adviser)
	b.post("/find", url.Values{"q": {strings.Repeat("a", 4<<20)}}).wantStatus(http.StatusRequestEntityTooLarge).wantWords("too large", "nothing that was saved is lost")
}

func TestHealth(t *testing.T) {
	down := false
	w := newWorld(t, func(o *web.Options) {
		o.Ready = func(context.Context) error {
			if down {
				return errors.New("no database")
			}
			return nil
		}
		o.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "requests 1") })
	})
	b := w.browser()
	b.get("/healthz").wantStatus(http.StatusOK)
	b.get("/readyz").wantStatus(http.StatusOK)
	down = true
	b.get("/readyz").wantStatus(http.StatusServiceUnavailable)
	b.get("/healthz").wantStatus(http.StatusOK)
	if a := b.get("/metrics"); a.status != http.StatusSeeOther || strings.Contains(a.body, "requests 1") {
		t.Errorf("metrics on the main listener: status %d", a.status)
	}
	rec := httptest.NewRecorder()
	w.server.Operations().ServeHTTP(rec, request(t, "GET", "/metrics"))
	if rec.Body.String() != "requests 1" {
		t.Errorf("metrics for operations: %q", rec.Body.String())
	}
}

func TestPagesAreCompressed(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.adviser)
	for range 3 {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/find", nil)
		r.Header.Set("Accept-Encoding", "gzip")
		a := b.do(r)
		if a.header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("the page is not compressed: %v", a.header)
		}
		zr, err := gzip.NewReader(bytes.NewReader([]byte(a.body)))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(zr)
		if err != nil || !bytes.Contains(plain, []byte("How to search")) {
			t.Fatalf("the page does not come out again: %v", err)
		}
	}
}

func TestFrame(t *testing.T) {
	w := newWorld(t)
	a := w.as(w.adviser).get("/work").wantStatus(http.StatusOK)
	a.wantWords("Anyshire", "Ada Adviser", "Personal adviser, participation team", "Sign out", "Find a young person")
	form := a.one(atom.Form, "role", "search")
	if attr(form, "method") != "post" || attr(form, "action") != "/find" {
		t.Errorf("the search of the header: %v", form.Attr)
	}
	for _, href := range []string{"/work", "/find", "/workers"} {
		if len(a.all(atom.A, "href", href)) == 0 {
			t.Errorf("no way to %s", href)
		}
	}
	if a := w.as(w.outsider).get("/work"); !strings.Contains(a.body, "Find a child") {
		t.Error("the frame does not use the words of the service")
	}
}

func TestReferenceIsPermanentAndOwn(t *testing.T) {
	clause.Shows(t, "CR-09")
	w := newWorld(t)
	b := w.as(w.adviser)
	one, two := w.child("Twin", "Same"), w.child("Twin", "Same")
	if one == two {
		t.Fatal("two files have one reference")
	}
	b.get("/children/" + one.String()).wantStatus(http.StatusOK).wantWords("Reference " + one.String())
	b.post("/find", url.Values{"q": {two.String()}}).wantStatus(http.StatusOK).wantWords("1 young person found", two.String())
}
