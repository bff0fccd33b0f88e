package oidc_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/fault"
	"casefile/internal/oidc"
	"casefile/internal/oidc/oidctest"
)

// A desk is a provider, and us in front of it.
type desk struct {
	*testing.T
	fake *oidctest.Provider
	us   *oidc.Provider
	now  time.Time
	log  bytes.Buffer
}

var nia = map[string]any{
	"sub": "nia-7", "given_name": "Nia", "family_name": "Testworth", "email": "nia@example.org", "preferred_username": "nia.testworth",
	"groups": []string{"guides", "staff"}, "acr": "urn:example:two-factors",
}

func newDesk(t *testing.T, change ...func(*oidc.Options)) *desk {
	d := &desk{T: t, fake: oidctest.New(t), now: time.Now()}
	d.fake.Says(nia)
	o := oidc.Options{
		Issuer: d.fake.Issuer, ClientID: oidctest.ClientID, Secret: oidctest.Secret, Redirect: "http://127.0.0.1:1/sign-in/provider/callback",
		Groups: "groups", Now: func() time.Time { return d.now }, Log: slog.New(slog.NewTextHandler(&d.log, nil)),
	}
	for _, c := range change {
		c(&o)
	}
	d.us = oidc.New(o)
	return d
}

// leave goes to the provider, and gives what somebody comes back with.
func (d *desk) leave() (oidc.Trip, url.Values) {
	d.Helper()
	address, trip, err := d.us.Leave(d.Context(), "/find", false)
	if err != nil {
		d.Fatal(err)
	}
	for _, secret := range []string{trip.Verifier, oidctest.Secret} {
		if strings.Contains(address, secret) {
			d.Fatal("the address holds a secret")
		}
	}
	kept, ok := oidc.ParseTrip(trip.String())
	if !ok || kept != trip {
		d.Fatalf("kept as %+v", kept)
	}
	return kept, d.fake.Answer(d, address)
}

func (d *desk) wantRefused(kind fault.Kind, err error, words, reason string) {
	d.Helper()
	if !fault.Is(err, kind) || !strings.Contains(err.Error(), words) {
		d.Errorf("got %v, want %v with %q", err, kind, words)
	}
	if !strings.Contains(d.log.String(), reason) {
		d.Errorf("the log does not say %q:\n%s", reason, d.log.String())
	}
	for _, private := range []string{"Nia", "Testworth", "nia@", "nia-7", oidctest.Secret} {
		if strings.Contains(d.log.String(), private) || err != nil && strings.Contains(err.Error(), private) {
			d.Errorf("%q is in the log or the error:\n%s\n%v", private, d.log.String(), err)
		}
	}
}

func TestWhoItIs(t *testing.T) {
	want := oidc.Person{
		Subject: "nia-7", Given: "Nia", Family: "Testworth", Email: "nia@example.org", Login: "nia.testworth", Groups: []string{"guides", "staff"},
	}
	t.Run("in the ID token", func(t *testing.T) {
		d := newDesk(t)
		trip, answer := d.leave()
		got, err := d.us.Return(t.Context(), trip, answer)
		want.Issuer = d.fake.Issuer
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("person: %v (-want +got):\n%s", err, diff)
		}
		if trip.Next != "/find" {
			t.Errorf("going on to %q", trip.Next)
		}
		if got := d.us.SignOutAddress(); got != d.fake.Issuer+"/end" {
			t.Errorf("sign out at %q", got)
		}
	})
	t.Run("in userinfo", func(t *testing.T) {
		d := newDesk(t)
		d.fake.Says(map[string]any{"sub": "nia-7"})
		d.fake.UserInfo(nia)
		trip, answer := d.leave()
		got, err := d.us.Return(t.Context(), trip, answer)
		want.Issuer = d.fake.Issuer
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("person: %v (-want +got):\n%s", err, diff)
		}
	})
	for name, c := range map[string]struct {
		groups any
		want   []string
	}{"one text": {"guides", []string{"guides"}}, "none": {[]string{}, []string{}}, "null": {nil, nil}} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.fake.Says(map[string]any{"sub": "nia-7", "family_name": "Testworth", "groups": c.groups})
			trip, answer := d.leave()
			got, err := d.us.Return(t.Context(), trip, answer)
			if err != nil || !cmp.Equal(c.want, got.Groups) {
				t.Errorf("groups %q, %v, want %q", got.Groups, err, c.want)
			}
		})
	}
}

// Each way in which a token is not to be believed.
func TestSpoiltTokens(t *testing.T) {
	type m = map[string]any
	const untrusted = "could not be trusted"
	now := time.Now()
	for name, c := range map[string]struct {
		spoil         func(header, claims m)
		sign          func(*oidctest.Provider) func(string) []byte
		words, reason string
	}{
		"another nonce":         {func(_, c m) { c["nonce"] = "another" }, nil, untrusted, "reason=nonce"},
		"no nonce":              {func(_, c m) { delete(c, "nonce") }, nil, untrusted, "reason=nonce"},
		"another audience":      {func(_, c m) { c["aud"] = "somebody else" }, nil, untrusted, "expected audience"},
		"another issuer":        {func(_, c m) { c["iss"] = "https://evil.example" }, nil, untrusted, "issued by a different provider"},
		"expired":               {func(_, c m) { c["exp"] = now.Add(-time.Second).Unix() }, nil, untrusted, "token is expired"},
		"no end":                {func(_, c m) { delete(c, "exp") }, nil, untrusted, "token is expired"},
		"not yet":               {func(_, c m) { c["nbf"] = now.Add(time.Hour).Unix() }, nil, untrusted, "not before"},
		"of tomorrow":           {func(_, c m) { c["iat"] = now.Add(24 * time.Hour).Unix() }, nil, untrusted, "issued in the future"},
		"no subject":            {func(_, c m) { delete(c, "sub") }, nil, untrusted, "reason=subject"},
		"endless subject":       {func(_, c m) { c["sub"] = strings.Repeat("x", 256) }, nil, untrusted, "reason=subject"},
		"another party":         {func(_, c m) { c["azp"] = "somebody else" }, nil, untrusted, "authorised party"},
		"two, no party":         {func(_, c m) { c["aud"] = []string{oidctest.ClientID, "b"} }, nil, untrusted, "authorised party"},
		"another access token":  {func(_, c m) { c["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA" }, nil, untrusted, "access token"},
		"alg none":              {func(h, _ m) { h["alg"] = "none" }, func(*oidctest.Provider) func(string) []byte { return func(string) []byte { return nil } }, untrusted, "malformed jwt"},
		"alg of the public key": {func(h, _ m) { h["alg"] = "HS256" }, func(p *oidctest.Provider) func(string) []byte { return p.WithPublicKey }, untrusted, "malformed jwt"},
		"no signature":          {nil, func(*oidctest.Provider) func(string) []byte { return func(string) []byte { return nil } }, untrusted, "ID token"},
		"another's signature": {nil, func(*oidctest.Provider) func(string) []byte {
			return func(s string) []byte { return make([]byte, 256) }
		}, untrusted, "failed to verify signature"},
		"groups that are numbers": {func(_, c m) { c["groups"] = []int{1} }, nil, "which groups", "reason=groups"},
		"groups kept elsewhere": {func(_, c m) {
			delete(c, "groups")
			c["_claim_names"], c["_claim_sources"] = m{"groups": "src1"}, m{"src1": m{"endpoint": "https://graph.example"}}
		}, nil, "which groups", "reason=groups"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.fake.Spoil(c.spoil)
			if c.sign != nil {
				d.fake.Sign(c.sign(d.fake))
			}
			trip, answer := d.leave()
			p, err := d.us.Return(t.Context(), trip, answer)
			kind := fault.Unauthenticated
			if c.words == "which groups" {
				kind = fault.Refused
			}
			d.wantRefused(kind, err, c.words, c.reason)
			if !cmp.Equal(p, oidc.Person{}) {
				t.Errorf("a refusal says who: %+v", p)
			}
		})
	}
}

func TestAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		change        func(url.Values)
		kind          fault.Kind
		words, reason string
	}{
		"another state":                {func(v url.Values) { v.Set("state", "x") }, fault.Unauthenticated, "not the one that this browser began last", "reason=state"},
		"no state":                     {func(v url.Values) { v.Del("state") }, fault.Unauthenticated, "not the one", "reason=state"},
		"nothing":                      {func(v url.Values) { clear(v) }, fault.Unauthenticated, "not the one", "reason=state"},
		"another issuer's":             {func(v url.Values) { v.Set("iss", "https://evil.example") }, fault.Unauthenticated, "could not be trusted", "answer of another issuer"},
		"no issuer":                    {func(v url.Values) { v.Del("iss") }, fault.Unauthenticated, "could not be trusted", "answer of another issuer"},
		"no code":                      {func(v url.Values) { v.Del("code") }, fault.Unauthenticated, "did not let you in", "no code"},
		"another code":                 {func(v url.Values) { v.Set("code", "x") }, fault.Unauthenticated, "could not be trusted", "answered 400, invalid_grant"},
		"cancelled":                    {func(v url.Values) { v.Set("error", "access_denied") }, fault.Unauthenticated, "You stopped signing in", "cancelled"},
		"cancelled, other state":       {func(v url.Values) { v.Set("error", "access_denied"); v.Set("state", "x") }, fault.Unauthenticated, "not the one", "reason=state"},
		"busy":                         {func(v url.Values) { v.Set("error", "temporarily_unavailable") }, fault.Unavailable, "cannot be reached", "temporarily_unavailable"},
		"refused":                      {func(v url.Values) { v.Set("error", "invalid_scope") }, fault.Unauthenticated, "did not let you in", "invalid_scope"},
		"refused in hostile words":     {func(v url.Values) { v.Set("error", "Nia Testworth\nlevel=ERROR") }, fault.Unauthenticated, "did not let you in", "no code"},
		"too weak, by its own account": {func(v url.Values) { v.Set("error", "unmet_authentication_requirements") }, fault.Unauthenticated, "more strongly", "unmet"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			trip, answer := d.leave()
			c.change(answer)
			_, err := d.us.Return(t.Context(), trip, answer)
			d.wantRefused(c.kind, err, c.words, c.reason)
		})
	}
}

func TestAnswerOfAnotherTrip(t *testing.T) {
	d := newDesk(t)
	first, one := d.leave()
	second, two := d.leave()
	if first.State == second.State || first.Nonce == second.Nonce || first.Verifier == second.Verifier {
		t.Error("two trips share a secret")
	}
	_, err := d.us.Return(t.Context(), second, one)
	d.wantRefused(fault.Unauthenticated, err, "not the one", "reason=state")
	// With the state of the other trip, its code still does not fit.
	two.Set("code", one.Get("code"))
	_, err = d.us.Return(t.Context(), second, two)
	d.wantRefused(fault.Unauthenticated, err, "could not be trusted", "invalid_grant")
	if _, err := d.us.Return(t.Context(), oidc.Trip{}, url.Values{"code": {"x"}, "iss": {d.fake.Issuer}}); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("no trip and no state: %v", err)
	}
}

func TestReplayedAnswer(t *testing.T) {
	d := newDesk(t)
	trip, answer := d.leave()
	if _, err := d.us.Return(t.Context(), trip, answer); err != nil {
		t.Fatal(err)
	}
	_, err := d.us.Return(t.Context(), trip, answer)
	d.wantRefused(fault.Unauthenticated, err, "could not be trusted", "invalid_grant")
}

func TestTripEnds(t *testing.T) {
	for after, want := range map[time.Duration]bool{oidc.TripLife - 5*time.Second: true, oidc.TripLife + time.Second: false, -2 * time.Minute: false} {
		d := newDesk(t)
		trip, answer := d.leave()
		trip.Left -= int64(after / time.Second) // the clock of the token goes on being now
		_, err := d.us.Return(t.Context(), trip, answer)
		if (err == nil) != want {
			t.Errorf("after %v: %v", after, err)
		}
	}
	for _, s := range []string{"", "x", "{}", `{"State":"a","Nonce":"b"}`} {
		if _, ok := oidc.ParseTrip(s); ok {
			t.Errorf("%q is taken for a trip", s)
		}
	}
}

func TestStrength(t *testing.T) {
	strong := func(o *oidc.Options) { o.ACR = []string{"urn:example:card", "urn:example:two-factors"} }
	for name, acr := range map[string]any{"any of them": "urn:example:two-factors", "weak": "urn:example:password", "none": nil, "in capitals": "URN:EXAMPLE:CARD"} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, strong)
			d.fake.Spoil(func(_, c map[string]any) { c["acr"] = acr })
			address, trip, err := d.us.Leave(t.Context(), "", false)
			if err != nil || !strings.Contains(address, "acr_values=urn%3Aexample%3Acard+urn%3Aexample%3Atwo-factors") {
				t.Fatalf("asked at %q, %v", address, err)
			}
			_, err = d.us.Return(t.Context(), trip, d.fake.Answer(t, address))
			if name == "any of them" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			d.wantRefused(fault.Unauthenticated, err, "more strongly", "reason=acr")
		})
	}
	address, _, err := newDesk(t).us.Leave(t.Context(), "", false)
	if err != nil || strings.Contains(address, "acr_values") || strings.Contains(address, "max_age") || strings.Contains(address, "prompt") {
		t.Errorf("asks for what nobody set: %q, %v", address, err)
	}
	address, _, err = newDesk(t).us.Leave(t.Context(), "", true)
	if err != nil || !strings.Contains(address, "prompt=login") {
		t.Errorf("afresh: %q, %v", address, err)
	}
}

func TestHowLongAgo(t *testing.T) {
	now := time.Now()
	for name, c := range map[string]struct {
		at     any
		reason string
	}{
		"just now": {now.Unix(), ""}, "an hour ago": {now.Add(-time.Hour).Unix(), ""},
		"two hours ago": {now.Add(-2 * time.Hour).Unix(), "auth_time"}, "tomorrow": {now.Add(24 * time.Hour).Unix(), "auth_time"},
		"not said": {nil, "no auth_time"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, func(o *oidc.Options) { o.MaxAge = time.Hour })
			d.fake.Spoil(func(_, claims map[string]any) { claims["auth_time"] = c.at })
			address, trip, err := d.us.Leave(t.Context(), "", false)
			if err != nil || !strings.Contains(address, "max_age=3600") {
				t.Fatalf("asked at %q, %v", address, err)
			}
			_, err = d.us.Return(t.Context(), trip, d.fake.Answer(t, address))
			if c.reason == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			d.wantRefused(fault.Unauthenticated, err, "", c.reason)
		})
	}
}

func TestUserInfoAboutAnother(t *testing.T) {
	d := newDesk(t)
	d.fake.Says(map[string]any{"sub": "nia-7"})
	d.fake.UserInfo(map[string]any{"sub": "ben-8", "groups": []string{"guides"}})
	trip, answer := d.leave()
	_, err := d.us.Return(t.Context(), trip, answer)
	d.wantRefused(fault.Unauthenticated, err, "could not be trusted", "another subject")
}

// What is signed goes before what is not.
func TestUserInfoDoesNotOverrule(t *testing.T) {
	d := newDesk(t)
	d.fake.Says(map[string]any{"sub": "nia-7", "groups": []string{"guides"}})
	d.fake.UserInfo(map[string]any{"sub": "nia-7", "family_name": "Testworth", "groups": []string{"managers"}})
	trip, answer := d.leave()
	p, err := d.us.Return(t.Context(), trip, answer)
	if err != nil || !cmp.Equal(p.Groups, []string{"guides"}) || p.Family != "Testworth" {
		t.Errorf("got %+v, %v", p, err)
	}
}

func TestProviderOutOfReach(t *testing.T) {
	d := newDesk(t)
	d.fake.Down(true)
	if err := d.us.Discover(t.Context()); !fault.Is(err, fault.Unavailable) || strings.Contains(err.Error(), "\n") {
		t.Errorf("discovery: %v, want Unavailable in one line", err)
	}
	d.fake.Down(false)
	if _, _, err := d.us.Leave(t.Context(), "", false); !fault.Is(err, fault.Unavailable) {
		t.Errorf("asked again at once: %v, want a moment's rest", err)
	}
	d.now = d.now.Add(6 * time.Second)
	trip, answer := d.leave() // it is tried again
	d.fake.Token(func(w http.ResponseWriter) bool {
		http.Error(w, "Nia Testworth", http.StatusServiceUnavailable)
		return true
	})
	_, err := d.us.Return(t.Context(), trip, answer)
	d.wantRefused(fault.Unavailable, err, "cannot be reached", "answered 503, no code")
	d.fake.Token(func(w http.ResponseWriter) bool {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"access_token":"` + strings.Repeat("x", 2<<20) + `","token_type":"Bearer"}`))
		return true
	})
	trip, answer = d.leave()
	if _, err := d.us.Return(t.Context(), trip, answer); err == nil {
		t.Error("an endless answer was taken")
	}
}

// What the provider says about itself is checked too.
func TestDiscovery(t *testing.T) {
	for name, c := range map[string]struct {
		change func(about map[string]any)
		want   string
	}{
		"another issuer":     {func(a map[string]any) { a["issuer"] = "https://evil.example" }, "issuer"},
		"token in the clear": {func(a map[string]any) { a["token_endpoint"] = "http://id.example.org/token" }, "token_endpoint is not an https address"},
		"script":             {func(a map[string]any) { a["end_session_endpoint"] = "javascript:alert(1)" }, "end_session_endpoint is not an https address"},
		"no keys":            {func(a map[string]any) { delete(a, "jwks_uri") }, "names no jwks_uri"},
		"no PKCE":            {func(a map[string]any) { a["code_challenge_methods_supported"] = []string{"plain"} }, "PKCE"},
	} {
		d := newDesk(t)
		d.fake.Discovery(c.change)
		if err := d.us.Discover(t.Context()); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestTrustworthy(t *testing.T) {
	for address, want := range map[string]bool{
		"https://id.example.org": true, "https://id.example.org:8443/tenant": true, "http://127.0.0.1:9": true, "http://localhost:9": true, "http://[::1]:9": true,
		"http://id.example.org": false, "http://127.0.0.1.example.org": false, "http://localhost.example.org": false, "id.example.org": false, "": false,
		"ftp://127.0.0.1": false, "https://": false, "https://me:secret@id.example.org": false,
	} {
		if got := oidc.Trustworthy(address); got != want {
			t.Errorf("%q: %v, want %v", address, got, want)
		}
	}
}
