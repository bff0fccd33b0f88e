package web_test

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html/atom"

	"casefile/internal/auth"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/web"
)

var nia = map[string]any{
	"sub": "nia-7", "given_name": "Nia", "family_name": "Testworth", "email": "nia@example.org", "preferred_username": "nia.testworth", "groups": []string{"guides"},
}

// leave goes to the provider, and gives the query it would send the browser back
// with.
func (b *browser) leave(next string) url.Values {
	b.t.Helper()
	a := b.get("/sign-in/provider" + next).wantStatus(http.StatusSeeOther)
	return b.provider.Answer(b.t, a.location())
}

func (b *browser) back(q url.Values) answer {
	b.t.Helper()
	return b.get("/sign-in/provider/callback?" + q.Encode())
}

func TestSignInPageLeadsToTheProvider(t *testing.T) {
	w := newWorld(t)
	a := w.browser().get("/sign-in?next=/find").wantStatus(http.StatusOK)
	link := a.one(atom.A, "role", "button")
	if got := text(link); got != "Sign in with your Anyshire account" || attr(link, "href") != "/sign-in/provider?next=%2Ffind" {
		t.Errorf("button %q to %q", got, attr(link, "href"))
	}
	a.one(atom.Input, "name", "password")
	a.one(atom.A, "href", "/sign-in/emergency")

	alone := newWorld(t, func(o *web.Options) { o.Provider = nil })
	a = alone.browser().get("/sign-in").wantStatus(http.StatusOK)
	if len(a.all(atom.A, "role", "button"))+len(a.all(atom.A, "href", "/sign-in/emergency")) != 0 {
		t.Error("without a provider the page leads to one")
	}
	for _, path := range []string{"/sign-in/provider", "/sign-in/provider/callback", "/sign-in/emergency"} {
		if a := alone.browser().get(path); a.status != http.StatusSeeOther || !strings.HasPrefix(a.location(), "/sign-in?next") {
			t.Errorf("without a provider %s answers %d", path, a.status)
		}
	}
}

func TestProviderSignsIn(t *testing.T) {
	w := newWorld(t)
	w.provider.Says(nia)
	b := w.browser()
	q := b.leave("?next=/find")
	planted := b.cookies["casefile"]
	if a := b.back(q).wantStatus(http.StatusSeeOther); a.location() != "/find" {
		t.Errorf("led to %q", a.location())
	}
	if b.cookies["casefile"] == planted || planted == "" {
		t.Error("the session's token is the one of before")
	}
	b.get("/find").wantStatus(http.StatusOK).wantWords("Nia Testworth", "Personal adviser")
	if a := b.get("/sign-in/provider").wantStatus(http.StatusSeeOther); a.location() != "/work" {
		t.Errorf("signed in already, and led to %q", a.location())
	}
	// The token of before, as somebody has it who planted it, opens nothing.
	thief := w.browser()
	thief.cookies["casefile"] = planted
	if a := thief.get("/work"); a.status != http.StatusSeeOther || a.location() != "/sign-in" {
		t.Errorf("a planted token: %d to %q", a.status, a.location())
	}
	thief.back(q).wantStatus(http.StatusUnauthorized)
	log := w.log.String()
	for _, private := range []string{"Testworth", "nia@", "nia-7", q.Get("code"), q.Get("state"), "nia.testworth"} {
		if strings.Contains(log, private) {
			t.Errorf("the log holds %q", private)
		}
	}
}

// An answer has one try, in the browser that asked, whatever comes of it.
func TestAnswerHasOneTry(t *testing.T) {
	w := newWorld(t)
	w.provider.Says(nia)
	b := w.browser()
	q := b.leave("")
	wrong := url.Values{"state": {"guess"}, "code": q["code"], "iss": q["iss"]}
	b.back(wrong).wantStatus(http.StatusUnauthorized).wantWords("You are not signed in", "not the one that this browser began last")
	b.back(q).wantStatus(http.StatusUnauthorized)
	other := w.browser()
	other.leave("")
	other.back(q).wantStatus(http.StatusUnauthorized)
	for _, next := range []string{"?next=https://evil.example", "?next=//evil.example"} {
		away := w.browser()
		if a := away.back(away.leave(next)).wantStatus(http.StatusSeeOther); a.location() != "/work" {
			t.Errorf("%s leads to %q", next, a.location())
		}
	}
}

func TestProviderOutOfReachIsAPage(t *testing.T) {
	w := newWorld(t)
	w.provider.Down(true)
	a := w.browser().get("/sign-in/provider?next=/find").wantStatus(http.StatusServiceUnavailable).wantWords("You are not signed in", "cannot be reached just now")
	wantWholePage(t, "out of reach", a)
	if a.header.Get("Retry-After") == "" || attr(a.one(atom.A, "role", "button"), "href") != "/sign-in/provider?next=%2Ffind&fresh=yes" {
		t.Error("no way to try again")
	}
	w.browser().get("/sign-in").wantStatus(http.StatusOK)
}

// Whoever belongs to no group that means something here leaves no trace; whoever
// did, and does no longer, is out in every browser.
func TestGroupsDecide(t *testing.T) {
	w := newWorld(t)
	says := func(groups ...string) {
		c := map[string]any{"groups": groups}
		for k, v := range nia {
			if k != "groups" {
				c[k] = v
			}
		}
		w.provider.Says(c)
	}
	says("everybody")
	b := w.browser()
	b.back(b.leave("")).wantStatus(http.StatusForbidden).wantWords("Your account holds no role")
	var workers int
	if err := w.db.Raw.QueryRow("SELECT (SELECT count(*) FROM account_identity) + (SELECT count(*) FROM worker WHERE family = 'Testworth')").Scan(&workers); err != nil || workers != 0 {
		t.Errorf("%d rows about somebody who did not get in, %v", workers, err)
	}

	says("guides", "families")
	b = w.browser()
	if a := b.follow(b.back(b.leave(""))); a.status != http.StatusSeeOther || !strings.HasPrefix(a.location(), "/role") {
		t.Errorf("with two roles: %d to %q, want to be asked which", a.status, a.location())
	}
	b.get("/role").wantWords("Guides North", "Families")

	says("families")
	second := w.browser()
	second.follow(second.back(second.leave(""))).wantStatus(http.StatusOK).wantWords("Early help worker")
	// The first browser has no longer what the groups no longer give.
	b.get("/work").wantStatus(http.StatusOK).wantWords("Early help worker")

	says()
	third := w.browser()
	third.back(third.leave("")).wantStatus(http.StatusForbidden)
	for name, b := range map[string]*browser{"first": b, "second": second} {
		if a := b.get("/work"); a.status != http.StatusSeeOther || a.location() != "/sign-in" {
			t.Errorf("%s browser: %d to %q, want to sign in", name, a.status, a.location())
		}
	}
}

func TestSignedOutHereAndNotThere(t *testing.T) {
	w := newWorld(t)
	w.provider.Says(nia)
	b := w.browser()
	b.back(b.leave("")).wantStatus(http.StatusSeeOther)
	a := b.follow(b.post("/sign-out", nil)).wantStatus(http.StatusOK).wantWords("You are signed out", "You may still be signed in with your Anyshire account")
	a.one(atom.A, "href", w.provider.Issuer+"/end")
}

func sealed(t *testing.T, w *world) string {
	t.Helper()
	account, err := w.db.SignIn().AccountByLogin(t.Context(), "mina")
	if err != nil {
		t.Fatal(err)
	}
	secret, err := w.auth.Seal(t.Context(), account.ID)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func TestEmergencySignIn(t *testing.T) {
	w := newWorld(t)
	secret := sealed(t, w)
	b := w.browser()
	page := b.get("/sign-in/emergency").wantStatus(http.StatusOK).wantWords("works once", "Every use is recorded, with your reason")
	wantWholePage(t, "emergency", page)

	a := b.post("/sign-in/emergency", url.Values{"login": {"mina"}, "secret": {secret}}).wantStatus(http.StatusUnprocessableEntity).wantWords("Say why the emergency sign-in is needed")
	if a.field("login") != "mina" || a.field("secret") != "" {
		t.Errorf("came back with login %q and secret %q", a.field("login"), a.field("secret"))
	}
	a = b.post("/sign-in/emergency", url.Values{"login": {"mina"}, "secret": {"wrong"}, "reason": {"The provider is down"}}).wantStatus(http.StatusUnauthorized).wantWords("is not right")
	if a.field("reason") != "The provider is down" {
		t.Errorf("the reason came back as %q", a.field("reason"))
	}
	wantWholePage(t, "emergency refused", a)

	form := url.Values{"login": {"mina"}, "secret": {secret}, "reason": {"The provider is down"}}
	b.follow(b.post("/sign-in/emergency", form).wantStatus(http.StatusSeeOther)).wantStatus(http.StatusOK).
		wantWords("Mina Manager", "Team manager", "for an hour at most")
	b.get("/password").wantStatus(http.StatusForbidden)
	w.browser().post("/sign-in/emergency", form).wantStatus(http.StatusUnauthorized)

	// Its session ends within the hour, and what was said stands in the record.
	var end int64
	if err := w.db.Raw.QueryRow("SELECT max(end_us) FROM session").Scan(&end); err != nil {
		t.Fatal(err)
	}
	if left := time.Until(time.UnixMicro(end)); left > auth.EmergencyLife || left < auth.EmergencyLife-5*time.Minute {
		t.Errorf("the session lasts %v", left)
	}
	events, err := w.db.SignIn().SignInEvents(t.Context(), 1)
	if err != nil || len(events) != 1 || events[0].Kind != auth.Emergency || events[0].Reason != "The provider is down" || events[0].Worker != string(w.manager.ID) {
		t.Errorf("events: %+v, %v", events, err)
	}
	log := w.log.String()
	if !strings.Contains(log, "level=WARN") || strings.Contains(log, "provider is down") || strings.Contains(log, secret) {
		t.Errorf("log:\n%s", log)
	}
}

// The seal gives a way in, and no right that the worker's roles do not give.
func TestEmergencyGivesNoMoreRights(t *testing.T) {
	w := newWorld(t)
	account, err := w.db.SignIn().AccountByLogin(t.Context(), "eli")
	if err != nil {
		t.Fatal(err)
	}
	secret, err := w.auth.Seal(t.Context(), account.ID)
	if err != nil {
		t.Fatal(err)
	}
	b := w.browser()
	b.post("/sign-in/emergency", url.Values{"login": {"eli"}, "secret": {secret}, "reason": {"A try"}}).wantStatus(http.StatusSeeOther)
	b.get("/children/" + w.ref.String() + "/timeline").wantStatus(http.StatusNotFound)
}

func TestWithoutPasswords(t *testing.T) {
	w := newWorld(t, func(o *web.Options) { o.Auth, o.NoPasswords = o.Auth.WithoutLocal(), true })
	a := w.browser().get("/sign-in").wantStatus(http.StatusOK)
	if len(a.all(atom.Input, "name", "password")) != 0 {
		t.Error("the page asks for a password")
	}
	b := w.browser()
	if a := b.post("/sign-in", url.Values{"login": {"ada"}, "password": {password}}); a.status != http.StatusSeeOther || a.location() != "/sign-in" {
		t.Errorf("a password: %d to %q", a.status, a.location())
	}
	if _, err := w.options.Auth.Password(t.Context(), "ada", password, netip.MustParseAddr("192.0.2.1")); err == nil {
		t.Error("a local account signs in")
	}
	secret := sealed(t, w)
	b.post("/sign-in/emergency", url.Values{"login": {"mina"}, "secret": {secret}, "reason": {"The provider is down"}}).wantStatus(http.StatusSeeOther)
	b.get("/work").wantStatus(http.StatusOK).wantWords("Mina Manager")
}

// A worker's own words stay: the provider says name and address and no more.
func TestProviderKeepsWhatItDoesNotSay(t *testing.T) {
	w := newWorld(t)
	w.provider.Says(nia)
	b := w.browser()
	b.back(b.leave("")).wantStatus(http.StatusSeeOther)
	b.post("/workers/me", url.Values{"version": {"1"}, "mobile": {"07700 900456"}, "email": {"nia@example.org"}, "base": {"Hub"}}).wantStatus(http.StatusSeeOther)
	married := map[string]any{"sub": "nia-7", "given_name": "Nia", "family_name": "Testworth-Made", "email": "not an address", "groups": []string{"guides"}}
	w.provider.Says(married)
	again := w.browser()
	again.back(again.leave("")).wantStatus(http.StatusSeeOther)
	account, err := w.auth.ByIdentity(t.Context(), auth.Identity{Issuer: w.provider.Issuer, Subject: "nia-7"})
	if err != nil {
		t.Fatal(err)
	}
	var me staff.Worker
	w.db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
		me, err = r.Worker(ctx, staff.ID(account.Worker))
		return err
	})
	if me.Name() != "Nia Testworth-Made" || me.Contact.Mobile != "07700 900456" || me.Contact.Email != "nia@example.org" || me.Contact.Base != "Hub" || me.Version != 3 {
		t.Errorf("worker: %+v", me)
	}
}
