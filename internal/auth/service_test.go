package auth_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"casefile/internal/auth"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/keys"
)

// cheap is a cost for tests that are not about cost.
var cheap = auth.Cost{Memory: 64, Time: 1, Lanes: 1}

var desk = netip.MustParseAddr("192.0.2.7")

const chosen = "velvet tractor humming"

// house is one installation with one worker, who has chosen a password.
type house struct {
	*testing.T
	store *fakeStore
	ring  *keys.Ring
	now   date.Instant
	work  atomic.Int64 // hashing done
	log   sharedLog
	*auth.Service
	me     auth.Account
	secret string
}

// sharedLog takes lines from the handlers of several services at once.
type sharedLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *sharedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *sharedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newHouse(t *testing.T) *house {
	t.Helper()
	ring, err := keys.Create(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, store: newStore(), ring: ring, now: date.At(time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC))}
	h.Service = h.another(cheap)
	first, e, err := h.NewAccount(t.Context(), "Ann.Adviser@example.org", "worker-1")
	if err != nil {
		t.Fatal(err)
	}
	h.secret = e.Secret
	h.me, err = h.SetPassword(t.Context(), first.ID, e.Password, chosen, desk)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// another is a further process over the same store.
func (h *house) another(cost auth.Cost) *auth.Service {
	hasher := auth.NewHasher(cost, 2)
	hasher.Count(&h.work)
	return auth.New(auth.Options{
		Store: h.store, Keys: h.ring, Hasher: hasher, Issuer: "Casefile",
		Now: func() date.Instant { return h.now }, Log: slog.New(slog.NewTextHandler(&h.log, nil)),
	})
}

func (h *house) pass(d time.Duration) { h.now = h.now.Add(d) }

func (h *house) code() string { return auth.CodeAt(h.secret, h.now) }

// wrongCode is one that no step near now has.
func (h *house) wrongCode() string {
	for i := range 1000000 {
		c := fmt.Sprintf("%06d", i)
		if c != auth.CodeAt(h.secret, h.now.Add(-30*time.Second)) && c != h.code() && c != auth.CodeAt(h.secret, h.now.Add(30*time.Second)) {
			return c
		}
	}
	panic("no wrong code")
}

func (h *house) password(password string) (auth.Challenge, error) {
	return h.Password(h.Context(), h.me.Login, password, desk)
}

// challenge takes the first step, which must succeed.
func (h *house) challenge() auth.Challenge {
	h.Helper()
	c, err := h.password(chosen)
	if err != nil {
		h.Fatalf("password: %v", err)
	}
	return c
}

// signIn takes both steps, which must succeed.
func (h *house) signIn() auth.Account {
	h.Helper()
	a, err := h.Code(h.Context(), h.challenge(), h.code(), desk)
	if err != nil {
		h.Fatalf("code: %v", err)
	}
	return a
}

func wantKind(t *testing.T, what string, err error, want fault.Kind) {
	t.Helper()
	if !fault.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

func message(err error) string {
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return e.Message
	}
	return ""
}

func TestSignIn(t *testing.T) {
	h := newHouse(t)
	a := h.signIn()
	if a.ID != h.me.ID || a.Worker != "worker-1" || a.MustChange || a.FailedBefore != 0 {
		t.Errorf("signed in as %+v", a)
	}
	h.pass(time.Minute)
	c, err := h.Password(t.Context(), "  ANN.adviser@EXAMPLE.org ", chosen, desk)
	if err != nil || c.Account != h.me.ID {
		t.Errorf("login in another spelling: %+v, %v", c, err)
	}
	shown := h.code()[:3] + " " + h.code()[3:]
	if _, err := h.Code(t.Context(), c, shown, desk); err != nil {
		t.Errorf("code in two groups, as apps show it: %v", err)
	}
}

func TestEnrolment(t *testing.T) {
	h := newHouse(t)
	a, e, err := h.NewAccount(t.Context(), "bob", "worker-2")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(e.URL)
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Query().Get("secret") != e.Secret || u.Query().Get("issuer") != "Casefile" {
		t.Errorf("otpauth address %q (%v)", e.URL, err)
	}
	if stored := h.store.accounts[a.ID]; !stored.MustChange || bytes.Contains(stored.Code, []byte(e.Secret)) || strings.Contains(stored.Password, e.Password) {
		t.Errorf("stored: must change %v, or a secret lies open", stored.MustChange)
	}
	c, err := h.Password(t.Context(), "bob", e.Password, desk)
	if err != nil {
		t.Fatal(err)
	}
	in, err := h.Code(t.Context(), c, auth.CodeAt(e.Secret, h.now), desk)
	if err != nil || !in.MustChange {
		t.Errorf("first sign-in: must change %v, %v", in.MustChange, err)
	}
	_, _, err = h.NewAccount(t.Context(), "BOB", "worker-3")
	wantKind(t, "the same login again", err, fault.Conflict)
	for _, login := range []string{"", "b", "two words", "a:b", "-bob", strings.Repeat("b", 101)} {
		_, _, err = h.NewAccount(t.Context(), login, "worker-3")
		wantKind(t, "login "+login, err, fault.Invalid)
	}
}

// The sealed secret belongs to its account: swapped rows do not open.
func TestCodeSecretBelongsToItsAccount(t *testing.T) {
	h := newHouse(t)
	b, _, err := h.NewAccount(t.Context(), "bob", "worker-2")
	if err != nil {
		t.Fatal(err)
	}
	a := h.store.accounts[h.me.ID]
	a.Code = h.store.accounts[b.ID].Code
	h.store.accounts[a.ID] = a
	_, err = h.Code(t.Context(), h.challenge(), h.code(), desk)
	wantKind(t, "another's secret in the row", err, fault.Internal)
}

func TestCodeIsTakenOnce(t *testing.T) {
	h := newHouse(t)
	code := h.code()
	h.signIn()
	_, err := h.Code(t.Context(), h.challenge(), code, desk)
	wantKind(t, "the same code again", err, fault.Unauthenticated)
	_, err = h.Code(t.Context(), h.challenge(), auth.CodeAt(h.secret, h.now.Add(-30*time.Second)), desk)
	wantKind(t, "an earlier code after a later one", err, fault.Unauthenticated)
	h.pass(30 * time.Second)
	_, err = h.Code(t.Context(), h.challenge(), code, desk)
	wantKind(t, "the used code in the next step", err, fault.Unauthenticated)
	h.signIn()
}

func TestTwoProcessesTakeOneCodeOnce(t *testing.T) {
	h := newHouse(t)
	other := h.another(cheap)
	c := h.challenge()
	var in atomic.Int64
	var wg sync.WaitGroup
	for _, s := range []*auth.Service{h.Service, other, h.Service, other} {
		wg.Go(func() {
			if _, err := s.Code(t.Context(), c, h.code(), desk); err == nil {
				in.Add(1)
			}
		})
	}
	wg.Wait()
	if got := in.Load(); got != 1 {
		t.Errorf("one code let %d in, want 1", got)
	}
}

func TestCodeWindow(t *testing.T) {
	for _, tt := range []struct {
		off time.Duration
		ok  bool
	}{{-60 * time.Second, false}, {-30 * time.Second, true}, {0, true}, {30 * time.Second, true}, {60 * time.Second, false}} {
		h := newHouse(t)
		_, err := h.Code(t.Context(), h.challenge(), auth.CodeAt(h.secret, h.now.Add(tt.off)), desk)
		if (err == nil) != tt.ok {
			t.Errorf("code from %v: got %v, want let in %v", tt.off, err, tt.ok)
		}
	}
	h := newHouse(t)
	for _, code := range []string{"", "1", "1234567", "abcdef", strings.Repeat("0", 10000)} {
		_, err := h.Code(t.Context(), h.challenge(), code, desk)
		wantKind(t, "code "+code, err, fault.Unauthenticated)
	}
}

func TestChallengeEnds(t *testing.T) {
	h := newHouse(t)
	c := h.challenge()
	h.pass(auth.ChallengeLife + time.Second)
	_, err := h.Code(t.Context(), c, h.code(), desk)
	wantKind(t, "a late code", err, fault.Unauthenticated)

	c = h.challenge()
	if _, err := h.Reset(t.Context(), h.me.ID); err != nil {
		t.Fatal(err)
	}
	_, err = h.Code(t.Context(), c, h.code(), desk)
	wantKind(t, "a challenge from before a reset", err, fault.Unauthenticated)
	_, err = h.Code(t.Context(), auth.Challenge{}, h.code(), desk)
	wantKind(t, "no challenge", err, fault.Unauthenticated)
	_, err = h.Code(t.Context(), auth.Challenge{Account: "nobody", Given: h.now}, h.code(), desk)
	wantKind(t, "a challenge for nobody", err, fault.Unauthenticated)
}

// Whatever is wrong, the words, the hashing and what the store is asked are the
// same. Work is counted, because time cannot be tested.
func TestRefusalsLookAlike(t *testing.T) {
	type look struct {
		words string
		work  int64
		asked []string
	}
	at := func(h *house, login, password string) look {
		h.Helper()
		h.store.took()
		h.work.Store(0)
		_, err := h.Password(h.Context(), login, password, desk)
		wantKind(h.T, login, err, fault.Unauthenticated)
		return look{message(err), h.work.Load(), h.store.took()}
	}
	same := func(what string, got, want look) {
		t.Helper()
		if got.words != want.words || got.work != want.work || !slices.Equal(got.asked, want.asked) {
			t.Errorf("%s: got %+v, want %+v", what, got, want)
		}
	}
	h := newHouse(t)
	wrong := at(h, h.me.Login, "not the password")
	if wrong.work == 0 || wrong.words == "" {
		t.Fatalf("a wrong password: %+v", wrong)
	}
	same("an unknown login", at(h, "nobody", "not the password"), wrong)
	same("a huge password", at(h, h.me.Login, strings.Repeat("x", 1<<20)), wrong)
	same("an empty password", at(h, "nobody", ""), wrong)
	if err := h.Disable(t.Context(), h.me.ID); err != nil {
		t.Fatal(err)
	}
	same("a disabled account and the right password", at(h, h.me.Login, chosen), wrong)

	h = newHouse(t)
	h.Service = h.another(auth.Cost{Memory: 64, Time: 2, Lanes: 1}) // the account's hash is of an older cost
	for range auth.FreeFailures {
		at(h, h.me.Login, "not the password")
		at(h, "nobody", "not the password")
	}
	locked := at(h, h.me.Login, "not the password")
	same("a locked account and the right password", at(h, h.me.Login, chosen), locked)
	unknown := at(h, "nobody", "not the password")
	if unknown.words != locked.words || !slices.Equal(unknown.asked, locked.asked) {
		t.Errorf("a locked unknown login: got %+v, want %+v", unknown, locked)
	}
	if locked.words != wrong.words {
		t.Errorf("a locked account is told apart: %q", locked.words)
	}
}

func TestLockGrowsAndEnds(t *testing.T) {
	h := newHouse(t)
	for i := range auth.FreeFailures {
		if i == auth.FreeFailures-1 {
			if _, err := h.password(chosen); err != nil {
				t.Fatalf("the right password after %d wrong ones: %v", i, err)
			}
		}
		if _, err := h.password("wrong"); err == nil {
			t.Fatal("a wrong password is right")
		}
	}
	for i, lock := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		lock *= time.Minute
		h.pass(lock - time.Second)
		_, err := h.password(chosen)
		wantKind(t, fmt.Sprintf("lock %d, a second before it ends", i), err, fault.Unauthenticated)
		h.pass(time.Second)
		if i%2 == 0 { // the lock is over, and the right password does not make the next one shorter
			h.challenge()
		}
		_, err = h.password("wrong")
		wantKind(t, "wrong after the lock", err, fault.Unauthenticated)
	}
	h.pass(auth.LongestLock)
	a := h.signIn()
	if want := auth.FreeFailures + 8; a.FailedBefore != want {
		t.Errorf("told of %d failures, want %d", a.FailedBefore, want)
	}
	h.pass(time.Minute)
	if a := h.signIn(); a.FailedBefore != 0 {
		t.Errorf("told of %d failures again, want none after a sign-in", a.FailedBefore)
	}
}

func TestLockedAttemptsDoNotLengthenTheLock(t *testing.T) {
	h := newHouse(t)
	for range auth.FreeFailures + 10 {
		if _, err := h.password("wrong"); err == nil {
			t.Fatal("a wrong password is right")
		}
	}
	h.pass(auth.FirstLock)
	h.signIn()
}

func TestFailuresAreForgotten(t *testing.T) {
	h := newHouse(t)
	for range auth.FreeFailures - 1 {
		if _, err := h.password("wrong"); err == nil {
			t.Fatal("a wrong password is right")
		}
	}
	h.pass(auth.ForgetFailures + time.Second)
	if _, err := h.password("wrong"); err == nil {
		t.Fatal("a wrong password is right")
	}
	if a := h.signIn(); a.FailedBefore != 1 {
		t.Errorf("told of %d failures, want the 1 of today", a.FailedBefore)
	}
}

func TestWrongCodesLock(t *testing.T) {
	h := newHouse(t)
	for i := range auth.FreeFailures {
		// The right password in between does not forget wrong codes.
		_, err := h.Code(t.Context(), h.challenge(), h.wrongCode(), desk)
		wantKind(t, fmt.Sprintf("wrong code %d", i), err, fault.Unauthenticated)
		if i == auth.FreeFailures-2 {
			h.challenge()
		}
	}
	_, err := h.password(chosen)
	wantKind(t, "the password of a locked account", err, fault.Unauthenticated)
	h.pass(auth.FirstLock)
	h.signIn()
}

// A code given while the account is locked is refused, and stays good.
func TestRightCodeWhileLocked(t *testing.T) {
	h := newHouse(t)
	c := h.challenge()
	for range auth.FreeFailures {
		if _, err := h.password("wrong"); err == nil {
			t.Fatal("a wrong password is right")
		}
	}
	_, right := h.Code(t.Context(), c, h.code(), desk)
	_, wrong := h.Code(t.Context(), c, h.wrongCode(), desk)
	wantKind(t, "right code", right, fault.Unauthenticated)
	if message(right) != message(wrong) {
		t.Errorf("a locked account tells a right code from a wrong one: %q, %q", message(right), message(wrong))
	}
	h.pass(auth.FirstLock)
	if _, err := h.Code(t.Context(), c, h.code(), desk); err != nil {
		t.Errorf("after the lock: %v", err)
	}
}

// Limits are in the store: guesses spread over two processes, at once, count
// together.
func TestTwoProcessesShareLimits(t *testing.T) {
	h := newHouse(t)
	other := h.another(cheap)
	h.work.Store(0)
	var wg sync.WaitGroup
	for i := range 20 {
		s := h.Service
		if i%2 == 1 {
			s = other
		}
		wg.Go(func() {
			if _, err := s.Password(t.Context(), h.me.Login, "wrong", desk); err == nil {
				t.Error("a wrong password is right")
			}
		})
	}
	wg.Wait()
	var failures int
	for key, l := range h.store.limits {
		if strings.HasPrefix(key, "login:") {
			failures = max(failures, l.Failures)
		}
	}
	if failures != auth.FreeFailures {
		t.Errorf("%d guesses counted before the lock, want %d", failures, auth.FreeFailures)
	}
	for _, s := range []*auth.Service{h.Service, other} {
		_, err := s.Password(t.Context(), h.me.Login, chosen, desk)
		wantKind(t, "locked in both", err, fault.Unauthenticated)
	}
}

func TestAddressLimit(t *testing.T) {
	h := newHouse(t)
	other := h.another(cheap)
	try := func(s *auth.Service, login, password string, addr netip.Addr) error {
		_, err := s.Password(t.Context(), login, password, addr)
		return err
	}
	for i := range 100 { // an office behind one address, signing in
		if err := try(h.Service, h.me.Login, chosen, desk); err != nil {
			t.Fatalf("sign-in %d: %v", i, err)
		}
	}
	for i := range auth.AddressFailures {
		s := h.Service
		if i%2 == 1 {
			s = other
		}
		wantKind(t, "a guess", try(s, fmt.Sprintf("guess%d", i), "wrong", desk), fault.Unauthenticated)
	}
	h.work.Store(0)
	wantKind(t, "one guess too many", try(other, "guess", "wrong", desk), fault.TooMany)
	wantKind(t, "the right password from there", try(h.Service, h.me.Login, chosen, desk), fault.TooMany)
	wantKind(t, "the same address as IPv6", try(h.Service, "guess", "wrong", netip.AddrFrom16(desk.As16())), fault.TooMany)
	if got := h.work.Load(); got != 0 {
		t.Errorf("a refused address still costs hashing (%d)", got)
	}
	if err := try(h.Service, h.me.Login, chosen, netip.MustParseAddr("192.0.2.8")); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
	h.pass(auth.AddressWindow - time.Second)
	wantKind(t, "just before the window ends", try(h.Service, h.me.Login, chosen, desk), fault.TooMany)
	h.pass(auth.AddressWindow / 2)
	free := 0
	for try(h.Service, fmt.Sprintf("later%d", free), "wrong", desk) != nil && free < 100 {
		if fault.Is(try(h.Service, fmt.Sprintf("again%d", free), "wrong", desk), fault.TooMany) {
			break
		}
		free += 2
	}
	if free < auth.AddressFailures/2-3 || free > auth.AddressFailures/2+3 {
		t.Errorf("half a window later %d failures are free, want about %d", free, auth.AddressFailures/2)
	}
	h.pass(3 * auth.AddressWindow)
	if err := try(h.Service, h.me.Login, chosen, desk); err != nil {
		t.Errorf("three windows later: %v", err)
	}
}

func TestAddressLimitTakesASubscribersNetwork(t *testing.T) {
	h := newHouse(t)
	for i := range auth.AddressFailures {
		addr := netip.MustParseAddr(fmt.Sprintf("2001:db8:1:2::%x", i+1))
		_, err := h.Password(t.Context(), fmt.Sprintf("guess%d", i), "wrong", addr)
		wantKind(t, "a guess", err, fault.Unauthenticated)
	}
	_, err := h.Password(t.Context(), "guess", "wrong", netip.MustParseAddr("2001:db8:1:2:ffff::1"))
	wantKind(t, "another address of the same /64", err, fault.TooMany)
	_, err = h.Password(t.Context(), "guess", "wrong", netip.MustParseAddr("2001:db8:1:3::1"))
	wantKind(t, "the next network", err, fault.Unauthenticated)
}

// Neither logins nor addresses can be read in the table of limits or the log.
func TestNothingPersonalIsKept(t *testing.T) {
	h := newHouse(t)
	if _, err := h.password("wrong-secret-word"); err == nil {
		t.Fatal("a wrong password is right")
	}
	h.signIn()
	kept := h.log.String() + fmt.Sprint(h.store.limits)
	for _, word := range []string{"ann", "Ann", desk.String(), "wrong-secret", chosen, h.secret} {
		if strings.Contains(kept, word) {
			t.Errorf("%q is kept: %s", word, kept)
		}
	}
	if !strings.Contains(h.log.String(), string(h.me.ID)) || !strings.Contains(h.log.String(), "reason=wrong") {
		t.Errorf("the log does not say which account was refused and why: %s", h.log.String())
	}
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "account", h.me, "enrolment", auth.Enrolment{Password: "pw-word"})
	if s := b.String(); strings.Contains(s, "ann") || strings.Contains(s, "argon2id") || strings.Contains(s, "pw-word") {
		t.Errorf("logging an account shows more than its key: %s", s)
	}
}

func TestDisabledAndEnabled(t *testing.T) {
	h := newHouse(t)
	in := h.signIn()
	ticket := auth.Ticket{Account: in.ID, Epoch: in.Epoch}
	if _, err := h.Current(t.Context(), ticket); err != nil {
		t.Fatalf("signed in: %v", err)
	}
	h.pass(time.Minute)
	c := h.challenge()
	if err := h.Disable(t.Context(), in.ID); err != nil {
		t.Fatal(err)
	}
	_, err := h.Current(t.Context(), ticket)
	wantKind(t, "a session of a disabled account", err, fault.Unauthenticated)
	_, err = h.Code(t.Context(), c, h.code(), desk)
	wantKind(t, "disabled between password and code", err, fault.Unauthenticated)
	_, err = h.password(chosen)
	wantKind(t, "password of a disabled account", err, fault.Unauthenticated)

	if err := h.Enable(t.Context(), in.ID); err != nil {
		t.Fatal(err)
	}
	_, err = h.Current(t.Context(), ticket)
	wantKind(t, "an old session after enabling", err, fault.Unauthenticated)
	h.signIn()
	wantKind(t, "disable nobody", h.Disable(t.Context(), "nobody"), fault.NotFound)
	_, err = h.Current(t.Context(), auth.Ticket{})
	wantKind(t, "no ticket", err, fault.Unauthenticated)
}

func TestSignOutEverywhere(t *testing.T) {
	h := newHouse(t)
	in := h.signIn()
	if err := h.SignOutEverywhere(t.Context(), in.ID); err != nil {
		t.Fatal(err)
	}
	_, err := h.another(cheap).Current(t.Context(), auth.Ticket{Account: in.ID, Epoch: in.Epoch})
	wantKind(t, "an old session in another process", err, fault.Unauthenticated)
}

func TestReset(t *testing.T) {
	h := newHouse(t)
	in := h.signIn()
	for range auth.FreeFailures {
		if _, err := h.password("wrong"); err == nil {
			t.Fatal("a wrong password is right")
		}
	}
	e, err := h.Reset(t.Context(), in.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Current(t.Context(), auth.Ticket{Account: in.ID, Epoch: in.Epoch})
	wantKind(t, "a session from before", err, fault.Unauthenticated)
	_, err = h.password(chosen)
	wantKind(t, "the password from before", err, fault.Unauthenticated)
	c, err := h.password(e.Password)
	if err != nil {
		t.Fatalf("a reset does not lift the lock: %v", err)
	}
	h.pass(time.Minute)
	_, err = h.Code(t.Context(), c, h.code(), desk)
	wantKind(t, "a code of the app from before", err, fault.Unauthenticated)
	a, err := h.Code(t.Context(), c, auth.CodeAt(e.Secret, h.now), desk)
	if err != nil || !a.MustChange {
		t.Errorf("after a reset: must change %v, %v", a.MustChange, err)
	}
}

func TestSetPassword(t *testing.T) {
	h := newHouse(t)
	in := h.signIn()
	_, err := h.SetPassword(t.Context(), in.ID, chosen, "short", desk)
	wantKind(t, "a short one", err, fault.Invalid)
	_, err = h.SetPassword(t.Context(), in.ID, chosen, chosen, desk)
	wantKind(t, "the same again", err, fault.Invalid)
	_, err = h.SetPassword(t.Context(), in.ID, "wrong", "orange kettle sideways", desk)
	wantKind(t, "without the current one", err, fault.Unauthenticated)
	after, err := h.SetPassword(t.Context(), in.ID, chosen, "orange kettle sideways", desk)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Current(t.Context(), auth.Ticket{Account: in.ID, Epoch: in.Epoch})
	wantKind(t, "another session", err, fault.Unauthenticated)
	if _, err := h.Current(t.Context(), auth.Ticket{Account: in.ID, Epoch: after.Epoch}); err != nil {
		t.Errorf("this session: %v", err)
	}
	_, err = h.password(chosen)
	wantKind(t, "the old password", err, fault.Unauthenticated)
	if _, err := h.password("orange kettle sideways"); err != nil {
		t.Errorf("the new password: %v", err)
	}
	for range auth.FreeFailures {
		_, err = h.SetPassword(t.Context(), in.ID, "wrong", "yellow kettle sideways", desk)
		wantKind(t, "a guess at the current one", err, fault.Unauthenticated)
	}
	_, err = h.SetPassword(t.Context(), in.ID, "orange kettle sideways", "yellow kettle sideways", desk)
	wantKind(t, "the right one after too many guesses", err, fault.Unauthenticated)
}

func TestOldHashesAreMadeAnew(t *testing.T) {
	h := newHouse(t)
	newer := auth.Cost{Memory: 128, Time: 2, Lanes: 1}
	s := h.another(newer)
	h.work.Store(0)
	if _, err := s.Password(t.Context(), h.me.Login, "wrong", desk); err == nil {
		t.Fatal("a wrong password is right")
	}
	if got := h.store.accounts[h.me.ID].Password; !strings.Contains(got, "m=64,t=1,p=1") {
		t.Errorf("a wrong password changed the hash: %s", got)
	}
	for range 2 { // by the old hash, then by the new
		if _, err := s.Password(t.Context(), h.me.Login, chosen, desk); err != nil {
			t.Fatal(err)
		}
		if got := h.store.accounts[h.me.ID].Password; !strings.Contains(got, "m=128,t=2,p=1") {
			t.Errorf("the hash was not made anew: %s", got)
		}
	}
}

// A store that fails is not a wrong password, and lets nobody in.
func TestStoreFails(t *testing.T) {
	h := newHouse(t)
	c := h.challenge()
	h.store.fail = fault.New(fault.Unavailable, "The store is busy.")
	_, err := h.password(chosen)
	wantKind(t, "password", err, fault.Unavailable)
	_, err = h.Code(t.Context(), c, h.code(), desk)
	wantKind(t, "code", err, fault.Unavailable)
	_, err = h.Current(t.Context(), auth.Ticket{Account: h.me.ID, Epoch: h.me.Epoch})
	wantKind(t, "current", err, fault.Unavailable)
}

func TestContextEnds(t *testing.T) {
	h := newHouse(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range auth.AddressFailures + 1 {
		_, err := h.Password(ctx, h.me.Login, chosen, desk)
		wantKind(t, "a request that ended", err, fault.Unavailable)
	}
	if a := h.signIn(); a.FailedBefore != 0 {
		t.Errorf("requests that came to no answer count as %d failures", a.FailedBefore)
	}
}
