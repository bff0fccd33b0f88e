// Package oidc_test signs in by a real OpenID provider, npm's oidc-provider run by
// node on this machine, as a browser does. What a provider would have to do wrong
// is in internal/oidc.
package oidc_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"casefile/definitions"
	"casefile/internal/auth"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/fault"
	"casefile/internal/keys"
	"casefile/internal/oidc"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
	"casefile/internal/web"
)

const groups = `claim: groups
groups:
  - {group: Guides North, role: adviser, team: Guides North, service: participation, source: "inferred: invented for a test"}
  - {group: Guides South, role: adviser, team: Guides South, service: participation, source: "inferred: invented for a test"}
`

const (
	strong = "urn:example:two-factors"
	weak   = "urn:example:password"
)

// A town is Casefile on a database, and the provider that its people sign in by.
type town struct {
	*testing.T
	db       *storetest.Database
	auth     *auth.Service
	casework *casework.Service
	site     string
	issuer   string
	log      *lines
}

type lines struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newTown(t *testing.T, db *storetest.Database) *town {
	t.Helper()
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "access"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "access", "groups.yaml"), []byte(groups), 0o600); err != nil {
		t.Fatal(err)
	}
	set, err := definition.Load(definitions.FS, folder)
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keys.Create(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &town{T: t, db: db, log: &lines{}}
	log := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.casework = casework.New(casework.Options{DB: db, Definitions: set, Keys: ring, Now: db.Now.Time, Log: log})
	t.Cleanup(w.casework.Close)
	now := func() date.Instant { return date.At(time.Now()) }
	w.auth = auth.New(auth.Options{
		Store: db.SignIn(), Keys: ring, Issuer: "test", Now: now, Log: log, Hasher: auth.NewHasher(auth.Cost{Memory: 64, Time: 1, Lanes: 1}, 2),
	})
	server := httptest.NewUnstartedServer(nil)
	w.site = "http://" + server.Listener.Addr().String()
	callback := w.site + "/sign-in/provider/callback"
	w.issuer = provider(t, callback)
	server.Config.Handler = web.New(web.Options{
		Casework: w.casework, Auth: w.auth, Authority: "Anyshire", Log: log, Ready: db.Ping,
		Sessions: auth.NewSessions(auth.SessionOptions{
			Store: db.SignIn(), Now: now, Idle: time.Hour, Absolute: 12 * time.Hour, Failed: web.SessionFailed("Anyshire", log),
		}),
		Provider: &web.Provider{Label: "your Anyshire account", OIDC: oidc.New(oidc.Options{
			Issuer: w.issuer, ClientID: "casefile", Secret: "a secret of a test, not used elsewhere", Redirect: callback,
			ACR: []string{strong}, MaxAge: time.Hour, Groups: set.Groups().Claim, Now: time.Now, Log: log,
		})},
	}).Handler()
	server.Start()
	t.Cleanup(server.Close)
	return w
}

// provider starts the real one and gives its issuer.
func provider(t *testing.T, callback string) string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatalf("the provider of this test is a program for node: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, node, "provider.mjs", callback)
	said := &lines{}
	cmd.Stderr = said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it was killed
	})
	issuer := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if v, ok := strings.CutPrefix(lines.Text(), "issuer "); ok {
				issuer <- v
			}
		}
		close(issuer)
	}()
	select {
	case v := <-issuer:
		if v == "" {
			t.Fatalf("the provider ended (has `make assets` installed it?):\n%s", said)
		}
		return v
	case <-time.After(time.Minute):
		t.Fatalf("the provider is not ready after a minute:\n%s", said)
	}
	return ""
}

// A browser follows where it is led, and remembers the way.
type browser struct {
	*town
	client *http.Client
	way    []string
}

func (w *town) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.Fatal(err)
	}
	b := &browser{town: w, client: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
	b.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		b.way = append(b.way, r.URL.String())
		return nil
	}
	return b
}

// A page is where a browser ended up.
type page struct {
	status int
	at     *url.URL
	body   string
}

func (b *browser) ask(method, address string, form url.Values) page {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		b.Fatal(err)
	}
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	return page{res.StatusCode, res.Request.URL, string(body)}
}

// signIn goes to the provider from the sign-in page, fills in its form, and gives
// the page it ends on.
func (b *browser) signIn(form url.Values) page {
	b.Helper()
	b.way = nil
	there := b.ask("GET", b.site+"/sign-in/provider?next=/workers/me", nil)
	if there.status != http.StatusOK || !strings.HasPrefix(there.at.String(), b.issuer+"/interaction/") {
		b.Fatalf("led to %s (%d), not to the provider's page\n%s\n%s", there.at, there.status, there.body, b.log)
	}
	return b.ask("POST", there.at.String(), form)
}

func as(account, acr string) url.Values { return url.Values{"account": {account}, "acr": {acr}} }

func (b *browser) want(p page, status int, path string, words ...string) {
	b.Helper()
	if p.status != status || p.at.Path != path {
		b.Fatalf("at %s with %d, want %s with %d\n%s\n%s", p.at.Path, p.status, path, status, p.body, b.log)
	}
	for _, w := range words {
		if !strings.Contains(p.body, w) {
			b.Errorf("%s does not say %q:\n%s", path, w, p.body)
		}
	}
}

// callback is the address at which the provider's answer came.
func (b *browser) callback() string {
	b.Helper()
	i := slices.IndexFunc(b.way, func(a string) bool { return strings.HasPrefix(a, b.site+"/sign-in/provider/callback?") })
	if i < 0 {
		b.Fatalf("no answer on the way: %q", b.way)
	}
	return b.way[i]
}

func (b *browser) session() string {
	u, err := url.Parse(b.site)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(u) {
		if c.Name == "casefile" {
			return c.Value
		}
	}
	return ""
}

// belong sets the groups of an account at the provider.
func (w *town) belong(account string, groups ...string) {
	w.Helper()
	if p := w.browser().ask("POST", w.issuer+"/groups", url.Values{"account": {account}, "group": groups}); p.status != http.StatusOK {
		w.Fatalf("set groups: %d %s", p.status, p.body)
	}
}

// held are the teams in which the worker of an identity holds a role today.
func (w *town) held(subject string) []string {
	w.Helper()
	account, err := w.auth.ByIdentity(w.Context(), auth.Identity{Issuer: w.issuer, Subject: subject})
	if err != nil {
		w.Fatal(err)
	}
	var teams []string
	w.db.Read(w.T, func(ctx context.Context, r store.Reader) error {
		list, err := r.Assignments(ctx, staff.ID(account.Worker), w.casework.Today())
		for _, a := range list {
			if a.Recorded.By != casework.ByProvider {
				w.Errorf("an assignment recorded by %q", a.Recorded.By)
			}
			teams = append(teams, string(a.Role)+" in "+a.TeamName)
		}
		return err
	})
	return teams
}

func TestSignInByProvider(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w := newTown(t, db)
		b := w.browser()
		b.want(b.ask("GET", w.site+"/workers/me", nil), http.StatusOK, "/sign-in", "Sign in with your Anyshire account", `href="/sign-in/provider?next=%2Fworkers%2Fme"`)
		there := b.ask("GET", w.site+"/sign-in/provider?next=/workers/me", nil)
		before := b.session()
		p := b.ask("POST", there.at.String(), as("nia", strong))
		b.want(p, http.StatusOK, "/workers/me", "Nia Testworth", "Personal adviser", "nia@example.org")
		if after := b.session(); before == "" || after == "" || before == after {
			t.Errorf("the session is the one of before: %q, %q", before, after)
		}
		if strings.Contains(p.body, `href="/password"`) {
			t.Error("somebody without a password here is told to change it")
		}
		b.want(b.ask("GET", w.site+"/password", nil), http.StatusForbidden, "/password", "has no password here")
		if held := w.held("nia"); !slices.Equal(held, []string{"adviser in Guides North"}) {
			t.Errorf("holds %q", held)
		}

		// The answer has had its try, in this browser and in any other.
		answer := b.callback()
		b.want(b.ask("GET", answer, nil), http.StatusOK, "/work")
		other := w.browser()
		other.want(other.ask("GET", answer, nil), http.StatusUnauthorized, "/sign-in/provider/callback", "You are not signed in", "not the one that this browser began last")

		// Moved from one team to another at the authority: at the next sign-in the
		// one role ends and the other begins, with today's day.
		w.belong("nia", "Guides South", "Everybody")
		if held := w.held("nia"); !slices.Equal(held, []string{"adviser in Guides North"}) {
			t.Errorf("before the next sign-in: %q", held)
		}
		second := w.browser()
		second.want(second.signIn(as("nia", strong)), http.StatusOK, "/workers/me", "Nia Testworth")
		if held := w.held("nia"); !slices.Equal(held, []string{"adviser in Guides South"}) {
			t.Errorf("after: %q", held)
		}

		// Out of every group: out, in every browser, at once.
		w.belong("nia")
		third := w.browser()
		third.want(third.signIn(as("nia", strong)), http.StatusForbidden, "/sign-in/provider/callback", "Your account holds no role")
		if held := w.held("nia"); len(held) != 0 {
			t.Errorf("out of every group: %q", held)
		}
		for _, b := range []*browser{b, second} {
			b.want(b.ask("GET", w.site+"/work", nil), http.StatusOK, "/sign-in")
		}
		w.belong("nia", "Guides North")
		// They are still signed in at the provider, so it asks nothing.
		third.want(third.ask("GET", w.site+"/sign-in/provider?next=/workers/me", nil), http.StatusOK, "/workers/me", "Nia Testworth")

		// Ended here, whatever the provider says.
		account, err := w.auth.ByIdentity(t.Context(), auth.Identity{Issuer: w.issuer, Subject: "nia"})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.auth.Disable(t.Context(), account.ID); err != nil {
			t.Fatal(err)
		}
		third.want(third.ask("GET", w.site+"/work", nil), http.StatusOK, "/sign-in")
		fourth := w.browser()
		fourth.want(fourth.signIn(as("nia", strong)), http.StatusForbidden, "/sign-in/provider/callback", "Your account here was ended")

		for _, private := range []string{"Testworth", "nia@", "code=", "state=", "Guides"} {
			if strings.Contains(w.log.String(), private) {
				t.Errorf("the log holds %q:\n%s", private, w.log)
			}
		}
	})
}

func TestWhoDoesNotGetIn(t *testing.T) {
	w := newTown(t, storetest.SQLite(t))
	const at = "/sign-in/provider/callback"
	for name, c := range map[string]struct {
		form   url.Values
		status int
		words  string
	}{
		"weak":      {as("nia", weak), http.StatusUnauthorized, "You have to sign in more strongly"},
		"cancelled": {url.Values{"cancel": {"yes"}}, http.StatusUnauthorized, "You stopped signing in"},
		"no group":  {as("ben", strong), http.StatusForbidden, "Your account holds no role"},
	} {
		t.Run(name, func(t *testing.T) {
			b := w.browser()
			b.town = &town{T: t, db: w.db, auth: w.auth, casework: w.casework, site: w.site, issuer: w.issuer, log: w.log}
			b.want(b.signIn(c.form), c.status, at, "You are not signed in", c.words, "Nothing that was saved is lost")
			b.want(b.ask("GET", w.site+"/work", nil), http.StatusOK, "/sign-in")
		})
	}
	for _, subject := range []string{"nia", "ben"} {
		if _, err := w.auth.ByIdentity(t.Context(), auth.Identity{Issuer: w.issuer, Subject: subject}); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s did not get in, and is kept all the same: %v", subject, err)
		}
	}

	// Two tabs: the answer to the first is not that of the trip begun last.
	b := w.browser()
	first := b.ask("GET", w.site+"/sign-in/provider", nil)
	b.ask("GET", w.site+"/sign-in/provider", nil)
	b.want(b.ask("POST", first.at.String(), as("nia", strong)), http.StatusUnauthorized, at, "not the one that this browser began last")
}

// A worker made here is another one than the provider's of the same name and
// address, until somebody links the two.
func TestNobodyIsLinkedByAName(t *testing.T) {
	w := newTown(t, storetest.SQLite(t))
	team, err := w.casework.MakeTeam(t.Context(), "test", "Guides East", "participation")
	if err != nil {
		t.Fatal(err)
	}
	worker, _, err := w.casework.MakeWorker(t.Context(), "test", staff.Worker{
		Given: "Nia", Family: "Testworth", JobTitle: "Adviser", Contact: staff.Contact{Email: "nia@example.org"},
	}, "adviser", team, date.Period{From: w.casework.Today()}, date.Date{})
	if err != nil {
		t.Fatal(err)
	}
	local, _, err := w.auth.NewAccount(t.Context(), "nia.testworth", string(worker))
	if err != nil {
		t.Fatal(err)
	}
	b := w.browser()
	b.want(b.signIn(as("nia", strong)), http.StatusOK, "/workers/me", "Nia Testworth")
	made, err := w.auth.ByIdentity(t.Context(), auth.Identity{Issuer: w.issuer, Subject: "nia"})
	if err != nil || made.ID == local.ID || made.Worker == string(worker) {
		t.Errorf("signed in as account %s of worker %s, %v: want one of their own", made.ID, made.Worker, err)
	}

	if _, err := w.auth.Unlink(t.Context(), made.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.auth.Link(t.Context(), local.ID, auth.Identity{Issuer: w.issuer, Subject: "nia"}); err != nil {
		t.Fatal(err)
	}
	linked := w.browser()
	linked.want(linked.signIn(as("nia", strong)), http.StatusOK, "/workers/me", "Nia Testworth")
	me, err := w.casework.Me(t.Context(), worker)
	if err != nil || len(me.Assignments) != 1 || me.Assignments[0].TeamName != "Guides North" {
		t.Errorf("linked, the worker holds %+v, %v: want what their groups give", me.Assignments, err)
	}
}
