// Package oidc asks the authority's OpenID Connect provider who somebody is: the
// authorization code flow with PKCE. The library checks signature, issuer,
// audience and expiry; state, nonce, authorised party, acr and auth_time are for
// its caller to check, and are checked here.
//
// Source of the rules: OpenID Connect Core 1.0, section 3.1; RFC 7636 (PKCE);
// RFC 9207 (iss in the answer).
package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	lib "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"casefile/internal/fault"
)

// Our own choice of times and sizes.
const (
	// TripLife is how long after leaving for the provider its answer counts.
	TripLife = 10 * time.Minute
	// asking bounds one request to the provider.
	asking = 10 * time.Second
	// rest is how long after the provider could not be reached nobody else waits
	// for it.
	rest = 5 * time.Second
	// slack is how far the provider's clock may be from ours.
	slack = time.Minute
	// mostAnswer is how many bytes of an answer of the provider's are read.
	mostAnswer = 1 << 20
)

// Options are what a Provider needs. All must be set but Secret, ACR and MaxAge.
type Options struct {
	Issuer   string // as the provider writes it, letter for letter
	ClientID string
	Secret   string   // empty for a public client
	Redirect string   // our address for answers
	ACR      []string // any of these will do; none: whatever the provider asks of people
	// MaxAge is how long ago somebody may have proved to the provider who they
	// are; zero: as long as its own session lasts.
	MaxAge time.Duration
	Groups string // the claim that holds the groups
	Now    func() time.Time
	Log    *slog.Logger // reasons only, nothing about a person
}

// A Provider is one identity provider. Any number of goroutines may use it.
type Provider struct {
	o    Options
	http *http.Client

	mu     sync.Mutex
	found  *found
	failed time.Time // when it was last not to be reached
	busy   chan struct{}
}

// found is what discovery found out.
type found struct {
	auth     oauth2.Config
	provider *lib.Provider
	verifier *lib.IDTokenVerifier
	signOut  string // where its own session is ended; may be empty
	iss      bool   // says in every answer who answers
}

// New makes a provider. It asks nothing yet.
func New(o Options) *Provider {
	return &Provider{
		o: o, busy: make(chan struct{}, 1),
		http: &http.Client{
			Timeout:   asking,
			Transport: bounded{http.DefaultTransport},
			// A provider that moved is a change of settings, and no token goes to
			// an address that nobody named.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// bounded cuts answers that are too large.
type bounded struct{ next http.RoundTripper }

// RoundTrip bounds one answer.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.next.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, mostAnswer), res.Body}
	}
	return res, err
}

// The words of each way in which it goes wrong.
const (
	notReached = "The identity provider cannot be reached just now, so nobody can sign in by it. Wait a minute, then try again."
	cancelled  = "You stopped signing in at the identity provider. Nothing has happened; sign in again when you want to."
	lost       = "This sign-in was not the one that this browser began last, or it took longer than 10 minutes. Sign in again, in one tab."
	mistaken   = "The identity provider's answer could not be trusted, so you are not signed in. Sign in again. If it happens again, tell your support desk the time."
	refused    = "The identity provider did not let you in. Sign in again. If it happens again, ask those who look after it."
	tooWeak    = "You have to sign in more strongly than you did, for example with a second factor. Sign in again, and use it when you are asked."
	tooOld     = "It is too long since you proved to the identity provider who you are. Sign out there, then sign in again."
	noGroups   = "The identity provider did not say which groups you belong to, so it is not known what you may see. Tell your support desk."
)

func (p *Provider) refuse(ctx context.Context, kind fault.Kind, words, reason string, cause error) error {
	attrs := []slog.Attr{slog.String("step", "provider"), slog.String("reason", reason)}
	if cause != nil {
		attrs = append(attrs, slog.String("error", brief(cause)))
	}
	level := slog.LevelInfo
	if words == mistaken || words == notReached || words == noGroups {
		level = slog.LevelWarn // for the operator to look at
	}
	p.o.Log.LogAttrs(ctx, level, "sign-in refused", attrs...)
	return fault.New(kind, words)
}

// brief is an error in one line for the log. A provider may answer with a page,
// of which nothing is wanted; what it answers about a token is never quoted.
func brief(err error) string {
	if e, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		code := "no code"
		if knownCode(e.ErrorCode) {
			code = e.ErrorCode
		}
		return fmt.Sprintf("the token endpoint answered %d, %s", e.Response.StatusCode, code)
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	const most = 200
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

// knownCode reports whether an error code has the shape of one, so that nothing
// else comes into the log in its place.
func knownCode(code string) bool {
	return code != "" && len(code) < 60 && !strings.ContainsFunc(code, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') })
}

// context gives the library our client.
func (p *Provider) context(ctx context.Context) context.Context {
	return lib.ClientContext(ctx, p.http)
}

// Discover asks the provider about itself, where that has not been done. It may
// be tried again and again; Unavailable where it fails.
func (p *Provider) Discover(ctx context.Context) error {
	_, err := p.discover(ctx)
	return err
}

func (p *Provider) discover(ctx context.Context) (*found, error) {
	if f := p.known(); f != nil {
		return f, nil
	}
	// One asks, the others wait for it and no longer than for themselves.
	select {
	case p.busy <- struct{}{}:
		defer func() { <-p.busy }()
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Unavailable, notReached, ctx.Err())
	}
	if f := p.known(); f != nil {
		return f, nil
	}
	if p.o.Now().Sub(p.failedAt()) < rest {
		return nil, fault.New(fault.Unavailable, notReached)
	}
	f, err := p.ask(ctx)
	if err != nil {
		p.mu.Lock()
		p.failed = p.o.Now()
		p.mu.Unlock()
		return nil, fault.Wrap(fault.Unavailable, notReached, errors.New(brief(err)))
	}
	p.mu.Lock()
	p.found = f
	p.mu.Unlock()
	return f, nil
}

func (p *Provider) known() *found {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.found
}

func (p *Provider) failedAt() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failed
}

func (p *Provider) ask(ctx context.Context) (*found, error) {
	ctx = p.context(ctx)
	provider, err := lib.NewProvider(ctx, p.o.Issuer)
	if err != nil {
		return nil, err
	}
	var about struct {
		Authorization string   `json:"authorization_endpoint"`
		Token         string   `json:"token_endpoint"`
		Keys          string   `json:"jwks_uri"`
		UserInfo      string   `json:"userinfo_endpoint"`
		SignOut       string   `json:"end_session_endpoint"`
		Iss           bool     `json:"authorization_response_iss_parameter_supported"`
		Methods       []string `json:"code_challenge_methods_supported"`
		ClientAuth    []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := provider.Claims(&about); err != nil {
		return nil, err
	}
	for name, v := range map[string]string{"authorization_endpoint": about.Authorization, "token_endpoint": about.Token, "jwks_uri": about.Keys} {
		if v == "" {
			return nil, fmt.Errorf("the provider names no %s", name)
		}
	}
	for name, v := range map[string]string{
		"authorization_endpoint": about.Authorization, "token_endpoint": about.Token, "jwks_uri": about.Keys,
		"userinfo_endpoint": about.UserInfo, "end_session_endpoint": about.SignOut,
	} {
		if v != "" && !Trustworthy(v) {
			return nil, fmt.Errorf("the provider's %s is not an https address", name)
		}
	}
	if len(about.Methods) > 0 && !slices.Contains(about.Methods, "S256") {
		return nil, errors.New("the provider does not support PKCE with S256")
	}
	endpoint := provider.Endpoint()
	// Said and not tried out: a second try would use the code a second time. What
	// is not said is client_secret_basic (OpenID Connect Discovery 1.0, section 3).
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if p.o.Secret == "" || len(about.ClientAuth) > 0 && !slices.Contains(about.ClientAuth, "client_secret_basic") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return &found{
		provider: provider,
		verifier: provider.VerifierContext(ctx, &lib.Config{ClientID: p.o.ClientID, Now: p.o.Now}),
		signOut:  about.SignOut, iss: about.Iss,
		auth: oauth2.Config{
			ClientID: p.o.ClientID, ClientSecret: p.o.Secret, Endpoint: endpoint, RedirectURL: p.o.Redirect,
			Scopes: []string{lib.ScopeOpenID, "profile", "email"},
		},
	}, nil
}

// Trustworthy reports whether an address is https, or of this machine, to which
// nothing of the way is somebody else's.
func Trustworthy(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return false
	}
	if u.Scheme == "https" {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback())
}

// SignOutAddress is where somebody ends their session at the provider itself;
// empty where that is not known.
func (p *Provider) SignOutAddress() string {
	if f := p.known(); f != nil {
		return f.signOut
	}
	return ""
}

// A Trip is what the provider's answer is held against. It belongs in the
// session on the server and never in the browser.
type Trip struct {
	State, Nonce, Verifier string
	Left                   int64 // seconds since 1970-01-01 UTC
	Next                   string
}

// String is the trip as a session keeps it.
func (t Trip) String() string {
	b, err := json.Marshal(t)
	if err != nil {
		panic(err) // text and a number
	}
	return string(b)
}

// ParseTrip reads what String wrote; ok is false where there is none.
func ParseTrip(s string) (t Trip, ok bool) {
	return t, s != "" && json.Unmarshal([]byte(s), &t) == nil && t.State != "" && t.Nonce != "" && t.Verifier != ""
}

func random() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Leave gives the address at the provider to send somebody to, and the trip to
// keep for their return. next is kept with it. With fresh the provider is to ask
// who they are even where it knows: otherwise somebody who signed in too weakly
// there would come back as they are, again and again. Unavailable.
func (p *Provider) Leave(ctx context.Context, next string, fresh bool) (address string, t Trip, err error) {
	f, err := p.discover(ctx)
	if err != nil {
		return "", Trip{}, err
	}
	t = Trip{State: random(), Nonce: random(), Verifier: oauth2.GenerateVerifier(), Left: p.o.Now().Unix(), Next: next}
	asked := []oauth2.AuthCodeOption{lib.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier)}
	if len(p.o.ACR) > 0 {
		asked = append(asked, oauth2.SetAuthURLParam("acr_values", strings.Join(p.o.ACR, " ")))
	}
	if p.o.MaxAge > 0 {
		asked = append(asked, oauth2.SetAuthURLParam("max_age", strconv.Itoa(int(p.o.MaxAge/time.Second))))
	}
	if fresh {
		asked = append(asked, oauth2.SetAuthURLParam("prompt", "login"))
	}
	return f.auth.AuthCodeURL(t.State, asked...), t, nil
}

// A Person is who the provider says somebody is.
type Person struct {
	Issuer, Subject string
	Given, Family   string
	Email           string
	Login           string // a name they may like for a login
	Groups          []string
}

// LogValue keeps a person out of logs.
func (Person) LogValue() slog.Value { return slog.StringValue("withheld") }

// Return takes the provider's answer, the query of the address that the browser
// came back to. A trip takes one answer: the caller forgets it first. Errors:
// Unavailable where the provider cannot be reached, else Unauthenticated or
// Refused with words for the person at the screen; the log has the reason.
func (p *Provider) Return(ctx context.Context, t Trip, answer url.Values) (Person, error) {
	f, err := p.discover(ctx)
	if err != nil {
		return Person{}, err
	}
	gone := p.o.Now().Sub(time.Unix(t.Left, 0))
	if t.State == "" || subtle.ConstantTimeCompare([]byte(t.State), []byte(answer.Get("state"))) != 1 {
		return Person{}, p.refuse(ctx, fault.Unauthenticated, lost, "state", nil)
	}
	if gone < -slack || gone > TripLife {
		return Person{}, p.refuse(ctx, fault.Unauthenticated, lost, "too long", nil)
	}
	if iss := answer.Get("iss"); iss != p.o.Issuer && (iss != "" || f.iss) {
		return Person{}, p.refuse(ctx, fault.Unauthenticated, mistaken, "answer of another issuer", nil)
	}
	switch code := answer.Get("error"); {
	case code == "access_denied":
		return Person{}, p.refuse(ctx, fault.Unauthenticated, cancelled, "cancelled", nil)
	case code == "temporarily_unavailable" || code == "server_error":
		return Person{}, p.refuse(ctx, fault.Unavailable, notReached, code, nil)
	case code == "unmet_authentication_requirements":
		return Person{}, p.refuse(ctx, fault.Unauthenticated, tooWeak, code, nil)
	case code != "" && knownCode(code):
		return Person{}, p.refuse(ctx, fault.Unauthenticated, refused, code, nil)
	case code != "" || answer.Get("code") == "":
		return Person{}, p.refuse(ctx, fault.Unauthenticated, refused, "no code", nil)
	}
	ctx = p.context(ctx)
	token, err := f.auth.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(t.Verifier))
	if err != nil {
		if e, ok := errors.AsType[*oauth2.RetrieveError](err); ok && e.Response.StatusCode < http.StatusInternalServerError {
			return Person{}, p.refuse(ctx, fault.Unauthenticated, mistaken, "code", err)
		}
		return Person{}, p.refuse(ctx, fault.Unavailable, notReached, "code", err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return Person{}, p.refuse(ctx, fault.Unauthenticated, mistaken, "no ID token", nil)
	}
	id, err := f.verifier.Verify(ctx, raw)
	if err != nil {
		return Person{}, p.refuse(ctx, fault.Unauthenticated, mistaken, "ID token", err)
	}
	var c claims
	if err := id.Claims(&c); err != nil {
		return Person{}, p.refuse(ctx, fault.Unauthenticated, mistaken, "claims", nil) // the cause may quote them
	}
	if words, reason := p.wrong(t, id, token, c); reason != "" {
		return Person{}, p.refuse(ctx, fault.Unauthenticated, words, reason, nil)
	}
	return p.person(ctx, f, id, token)
}

// claims of an ID token that the library leaves to its caller.
type claims struct {
	Party    string `json:"azp"`
	ACR      string `json:"acr"`
	AuthTime *int64 `json:"auth_time"`
}

// wrong says what is wrong with an ID token that the provider signed for us.
func (p *Provider) wrong(t Trip, id *lib.IDToken, token *oauth2.Token, c claims) (words, reason string) {
	now := p.o.Now()
	switch {
	case subtle.ConstantTimeCompare([]byte(t.Nonce), []byte(id.Nonce)) != 1:
		return mistaken, "nonce"
	case id.Subject == "" || len(id.Subject) > 255:
		return mistaken, "subject"
	case c.Party != "" && c.Party != p.o.ClientID, len(id.Audience) > 1 && c.Party == "":
		return mistaken, "authorised party"
	case id.IssuedAt.After(now.Add(slack)):
		return mistaken, "issued in the future"
	case id.AccessTokenHash != "" && id.VerifyAccessToken(token.AccessToken) != nil:
		return mistaken, "access token"
	case len(p.o.ACR) > 0 && !slices.Contains(p.o.ACR, c.ACR):
		return tooWeak, "acr"
	}
	if p.o.MaxAge == 0 {
		return "", ""
	}
	if c.AuthTime == nil {
		return mistaken, "no auth_time"
	}
	if at := time.Unix(*c.AuthTime, 0); at.After(now.Add(slack)) || now.Sub(at) > p.o.MaxAge+slack {
		return tooOld, "auth_time"
	}
	return "", ""
}

// person reads who it is from the ID token and, where that does not say, from
// the provider's userinfo: providers put the groups into one or the other.
func (p *Provider) person(ctx context.Context, f *found, id *lib.IDToken, token *oauth2.Token) (Person, error) {
	var said map[string]json.RawMessage
	if err := id.Claims(&said); err != nil {
		return Person{}, p.refuse(ctx, fault.Unauthenticated, mistaken, "claims", nil)
	}
	_, groups := said[p.o.Groups]
	_, family := said["family_name"]
	if (!groups || !family) && f.provider.UserInfoEndpoint() != "" {
		info, err := f.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil {
			return Person{}, p.refuse(ctx, fault.Unavailable, notReached, "userinfo", errors.New("the userinfo endpoint did not answer as it should"))
		}
		if info.Subject != id.Subject { // Core, section 5.3.2: otherwise it is about somebody else
			return Person{}, p.refuse(ctx, fault.Unauthenticated, mistaken, "userinfo about another subject", nil)
		}
		var more map[string]json.RawMessage
		if err := info.Claims(&more); err != nil {
			return Person{}, p.refuse(ctx, fault.Unauthenticated, mistaken, "claims of userinfo", nil)
		}
		for name, v := range more {
			if _, there := said[name]; !there { // what is signed goes first
				said[name] = v
			}
		}
	}
	list, ok := p.groups(said)
	if !ok {
		return Person{}, p.refuse(ctx, fault.Refused, noGroups, "groups", nil)
	}
	text := func(name string) (s string) {
		if json.Unmarshal(said[name], &s) != nil {
			return "" // not there, or no text: then it is not known
		}
		return s
	}
	return Person{
		Issuer: id.Issuer, Subject: id.Subject, Given: text("given_name"), Family: text("family_name"),
		Email: text("email"), Login: text("preferred_username"), Groups: list,
	}, nil
}

// groups reads the groups. Not being there means none. It is not ok where they
// are somewhere else (a provider does so when there are too many: Core, section
// 5.6.2) or are no texts, because then it is not known which roles somebody has.
func (p *Provider) groups(said map[string]json.RawMessage) (list []string, ok bool) {
	var elsewhere map[string]string
	if raw, there := said["_claim_names"]; there {
		if json.Unmarshal(raw, &elsewhere) != nil || elsewhere[p.o.Groups] != "" {
			return nil, false
		}
	}
	raw, there := said[p.o.Groups]
	if !there || string(raw) == "null" {
		return nil, true
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}, true
	}
	return list, json.Unmarshal(raw, &list) == nil
}
