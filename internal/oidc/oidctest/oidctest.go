// Package oidctest is an OpenID provider of invented people, for tests that want
// it to misbehave. A real one is in tests/oidc.
package oidctest

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// What the client is registered with.
const (
	ClientID = "casefile-test"
	Secret   = "not much of a secret: it's for tests" // with signs that must be encoded
)

// A Provider answers on a port of this machine. Set what it should do wrong
// between requests.
type Provider struct {
	Issuer string

	mu       sync.Mutex
	key      *rsa.PrivateKey
	codes    map[string]given
	said     map[string]any // in the ID token
	userInfo map[string]any // nil: there is no such endpoint
	spoil    func(header, claims map[string]any)
	sign     func(signed string) []byte
	discover func(about map[string]any)
	token    func(http.ResponseWriter) bool
	down     bool
	asked    []url.Values
}

// given is what a code was given for.
type given struct{ nonce, challenge, redirect string }

var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// New starts a provider that ends with the test.
func New(t testing.TB) *Provider {
	p := &Provider{key: key(), codes: map[string]given{}, said: map[string]any{"sub": "nobody"}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.about)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("POST /token", p.exchange)
	mux.HandleFunc("GET /userinfo", p.info)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.down {
			http.Error(w, "<html>out of order\nfor today", http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	p.Issuer = server.URL
	return p
}

// Says sets who is signed in there: the claims of the ID token.
func (p *Provider) Says(claims map[string]any) { p.set(func() { p.said = maps.Clone(claims) }) }

// UserInfo sets what that endpoint says; nil for no such endpoint.
func (p *Provider) UserInfo(claims map[string]any) { p.set(func() { p.userInfo = claims }) }

// Spoil changes each token before it is signed.
func (p *Provider) Spoil(f func(header, claims map[string]any)) { p.set(func() { p.spoil = f }) }

// Sign makes the signatures in another way.
func (p *Provider) Sign(f func(signed string) []byte) { p.set(func() { p.sign = f }) }

// Discovery changes what the provider says about itself.
func (p *Provider) Discovery(f func(about map[string]any)) { p.set(func() { p.discover = f }) }

// Token answers at the token endpoint instead, where it returns true.
func (p *Provider) Token(f func(http.ResponseWriter) bool) { p.set(func() { p.token = f }) }

// Down has it answer nothing but an error.
func (p *Provider) Down(down bool) { p.set(func() { p.down = down }) }

func (p *Provider) set(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// Answer is what the browser comes back with that was sent to this address.
func (p *Provider) Answer(t testing.TB, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || u.Host != mustHost(p.Issuer) || u.Path != "/auth" {
		t.Fatalf("sent to %q (%v), not to the provider", address, err)
	}
	q := u.Query()
	for name, want := range map[string]string{"response_type": "code", "client_id": ClientID, "code_challenge_method": "S256"} {
		if q.Get(name) != want {
			t.Fatalf("%s is %q, want %q", name, q.Get(name), want)
		}
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(q.Get(name)) < 40 {
			t.Fatalf("%s is %q: too short to be a secret", name, q.Get(name))
		}
	}
	code := rand.Text()
	p.set(func() {
		p.codes[code] = given{q.Get("nonce"), q.Get("code_challenge"), q.Get("redirect_uri")}
		p.asked = append(p.asked, q)
	})
	return url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {p.Issuer}}
}

func mustHost(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic(err) // our own server's
	}
	return u.Host
}

func (p *Provider) about(w http.ResponseWriter, _ *http.Request) {
	about := map[string]any{
		"issuer": p.Issuer, "authorization_endpoint": p.Issuer + "/auth", "token_endpoint": p.Issuer + "/token",
		"jwks_uri": p.Issuer + "/keys", "end_session_endpoint": p.Issuer + "/end", "response_types_supported": []string{"code"},
		"subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256", "none", "HS256"},
		"authorization_response_iss_parameter_supported": true, "code_challenge_methods_supported": []string{"S256"},
	}
	if p.userInfo != nil {
		about["userinfo_endpoint"] = p.Issuer + "/userinfo"
	}
	if p.discover != nil {
		p.discover(about)
	}
	answer(w, about)
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // nobody listens any more
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "one", "n": b64(p.key.N.Bytes()), "e": b64(big.NewInt(int64(p.key.E)).Bytes()),
	}}})
}

func (p *Provider) exchange(w http.ResponseWriter, r *http.Request) {
	if p.token != nil && p.token(w) {
		return
	}
	refuse := func(code string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		answer(w, map[string]string{"error": code, "error_description": "Nia Testworth may not be in a log"})
	}
	user, password, _ := r.BasicAuth()
	user, err1 := url.QueryUnescape(user)
	password, err2 := url.QueryUnescape(password)
	if err1 != nil || err2 != nil || user != ClientID || password != Secret {
		refuse("invalid_client")
		return
	}
	code := r.PostFormValue("code")
	g, ok := p.codes[code]
	delete(p.codes, code)
	challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !ok || b64(challenge[:]) != g.challenge || r.PostFormValue("redirect_uri") != g.redirect {
		refuse("invalid_grant")
		return
	}
	now := time.Now()
	header := map[string]any{"alg": "RS256", "kid": "one"}
	claims := map[string]any{
		"iss": p.Issuer, "aud": ClientID, "nonce": g.nonce, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(),
	}
	maps.Copy(claims, p.said)
	if p.spoil != nil {
		p.spoil(header, claims)
	}
	answer(w, map[string]any{"access_token": "access", "token_type": "Bearer", "id_token": p.jwt(header, claims)})
}

func (p *Provider) jwt(header, claims map[string]any) string {
	h, err1 := json.Marshal(header)
	c, err2 := json.Marshal(claims)
	if err1 != nil || err2 != nil {
		panic("claims of a test are no JSON")
	}
	signed := b64(h) + "." + b64(c)
	if p.sign != nil {
		return signed + "." + b64(p.sign(signed))
	}
	sum := sha256.Sum256([]byte(signed))
	s, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err) // a sound key
	}
	return signed + "." + b64(s)
}

// WithPublicKey signs with HMAC under the public key, an old trick on verifiers
// that believe the token about its algorithm.
func (p *Provider) WithPublicKey(signed string) []byte {
	m := hmac.New(sha256.New, p.key.N.Bytes())
	m.Write([]byte(signed))
	return m.Sum(nil)
}

func (p *Provider) info(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer access" || p.userInfo == nil {
		http.Error(w, "no", http.StatusUnauthorized)
		return
	}
	answer(w, p.userInfo)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
