package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
)

// A Service signs workers in and looks after their accounts. It holds no state
// of its own: any number of services over one store, in any number of
// processes, keep the same limits. It may be used by many goroutines at once.
type Service struct {
	store  Store
	keys   Keys
	hasher *Hasher
	issuer string
	now    func() date.Instant
	log    *slog.Logger
	// noLocal keeps local accounts out, whatever password they have.
	noLocal bool
}

// Options are what a Service needs. All must be set.
type Options struct {
	Store  Store
	Keys   Keys
	Hasher *Hasher
	Issuer string // names this installation in authenticator apps; no colon
	Now    func() date.Instant
	Log    *slog.Logger // account keys and reasons only
}

// New makes a service.
func New(o Options) *Service {
	return &Service{store: o.Store, keys: o.Keys, hasher: o.Hasher, issuer: o.Issuer, now: o.Now, log: o.Log}
}

// WithoutLocal is the service of an installation where everybody signs in by the
// identity provider: local accounts neither sign in nor stay signed in.
func (s *Service) WithoutLocal() *Service {
	c := *s
	c.noLocal = true
	return &c
}

// What somebody reads who did not get in. One sentence for all reasons; that
// the account may be locked is said to everybody, so that it tells nothing.
const (
	notIn = "The name or the password is not right. After several wrong attempts an account is locked for a while, even for the right password."
	// A wrong code is only ever read by someone who knew the password.
	notThisCode = "The code is not right, or it was used already. Wait for the next code in your app. After several wrong attempts an account is locked for a while."
	startAgain  = "Sign in again. It has been too long, or your account has changed."
)

// A Challenge is the half-signed-in state between password and code. It belongs
// in the session on the server and never in the browser. The zero Challenge
// stands for nothing.
type Challenge struct {
	Account AccountID
	Epoch   int64
	Given   date.Instant // when the password was right
}

// Login gives what somebody typed the one spelling under which logins are kept.
func Login(typed string) string {
	return strings.ToLower(norm.NFC.String(strings.TrimSpace(typed)))
}

// Password takes the first step. Errors: Unauthenticated, with the same words
// and after the same work, for an unknown login, a wrong password, a locked and
// a disabled account; TooMany for an address with too many failures; Unavailable.
func (s *Service) Password(ctx context.Context, login, password string, addr netip.Addr) (Challenge, error) {
	login = Login(login)
	try, err := s.begin(ctx, login, addr)
	if err != nil {
		return Challenge{}, err
	}
	a, right, old, err := s.verify(ctx, login, password)
	if err != nil {
		return Challenge{}, try.undone(ctx, err)
	}
	if reason := s.refusal(a, right, try.locked); reason != "" {
		s.log.InfoContext(ctx, "sign-in refused", "step", "password", "account", string(a.ID), "reason", reason)
		return Challenge{}, fault.New(fault.Unauthenticated, notIn)
	}
	if err := try.giveBack(ctx); err != nil {
		return Challenge{}, err
	}
	if old { // only now: done for a locked account, the extra work would tell that the password was right
		if err := s.rehash(ctx, a, password); err != nil {
			return Challenge{}, err
		}
	}
	return Challenge{Account: a.ID, Epoch: a.Epoch, Given: s.now()}, nil
}

// refusal says, for the log, why an attempt fails; empty when it does not.
func (s *Service) refusal(a Account, right, locked bool) string {
	if a.ID != "" && (a.Kind != Local || s.noLocal) {
		return "not by password"
	}
	return wrong(a, right, locked)
}

func wrong(a Account, right, locked bool) string {
	switch {
	case a.ID == "":
		return "unknown"
	case locked:
		return "locked"
	case a.Disabled:
		return "disabled"
	case !right:
		return "wrong"
	}
	return ""
}

// verify finds the account and compares its password; old says that its hash is
// of an old cost. Where there is no account it does the same work and returns
// the zero Account.
func (s *Service) verify(ctx context.Context, login, password string) (a Account, right, old bool, err error) {
	if len(password) > 4*LongestPassword {
		password = "" // nobody's password is so long, and nobody's is empty
	}
	a, err = s.store.AccountByLogin(ctx, login)
	if fault.Is(err, fault.NotFound) {
		return Account{}, false, false, s.hasher.Waste(ctx, password)
	}
	if err != nil {
		return Account{}, false, false, fmt.Errorf("find an account: %w", err)
	}
	right, old, err = s.hasher.Verify(ctx, a.Password, password)
	if err != nil {
		return Account{}, false, false, fmt.Errorf("account %s: %w", a.ID, err)
	}
	return a, right, old, nil
}

// rehash stores the password under today's cost. Somebody changing the account
// meanwhile is no trouble: it is done at the next sign-in.
func (s *Service) rehash(ctx context.Context, a Account, password string) error {
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	a.Password = hash
	if _, err := s.save(ctx, a); err != nil && !fault.Is(err, fault.Conflict) {
		return err
	}
	return nil
}

// Code takes the second step, and returns the account signed in, with how many
// failures went before. Errors: Unauthenticated for a wrong code, for one that
// was used already, and while the account is locked; Unauthenticated too, with
// other words, for a challenge that is over or from before a change of
// password; TooMany and Unavailable as for Password. Wrong codes count towards
// the lock like wrong passwords.
func (s *Service) Code(ctx context.Context, c Challenge, code string, addr netip.Addr) (Account, error) {
	a, err := s.Current(ctx, Ticket{Account: c.Account, Epoch: c.Epoch})
	if err != nil {
		return Account{}, err
	}
	if gone := s.now().Sub(c.Given); gone < 0 || gone > ChallengeLife {
		return Account{}, fault.New(fault.Unauthenticated, startAgain)
	}
	try, err := s.begin(ctx, a.Login, addr)
	if err != nil {
		return Account{}, err
	}
	right, err := s.codeRight(ctx, a, code, try.locked)
	if err != nil {
		return Account{}, try.undone(ctx, err)
	}
	if reason := s.refusal(a, right, try.locked); reason != "" {
		s.log.InfoContext(ctx, "sign-in refused", "step", "code", "account", string(a.ID), "reason", reason)
		return Account{}, fault.New(fault.Unauthenticated, notThisCode)
	}
	if err := try.clear(ctx); err != nil {
		return Account{}, err
	}
	a.FailedBefore = try.before.Failures
	s.log.InfoContext(ctx, "signed in", "account", string(a.ID))
	return a, nil
}

// codeRight reports whether the code is right and was never used. A code given
// while the account is locked is compared but not used up.
func (s *Service) codeRight(ctx context.Context, a Account, code string, locked bool) (bool, error) {
	secret, err := s.keys.Open(a.Code, codeRow(a.ID))
	if err != nil {
		return false, fmt.Errorf("account %s: %w", a.ID, err)
	}
	step, right, err := matchStep(secret, code, s.now())
	if err != nil || !right || locked {
		return false, err
	}
	fresh, err := s.store.AcceptStep(ctx, a.ID, step)
	if err != nil {
		return false, fmt.Errorf("note a used code: %w", err)
	}
	return fresh, nil
}

// A Ticket is what a session remembers of who signed in.
type Ticket struct {
	Account AccountID
	Epoch   int64
}

// Current finds the account of a session as it stands now, for every request.
// Unauthenticated where the account is gone or disabled, or its sessions were
// ended. The caller leads a worker with MustChange to the one page they may use.
func (s *Service) Current(ctx context.Context, t Ticket) (Account, error) {
	if t.Account == "" {
		return Account{}, fault.New(fault.Unauthenticated, "Sign in first.")
	}
	a, err := s.store.Account(ctx, t.Account)
	if fault.Is(err, fault.NotFound) {
		return Account{}, fault.Wrap(fault.Unauthenticated, startAgain, err)
	}
	if err != nil {
		return Account{}, fmt.Errorf("account %s: %w", t.Account, err)
	}
	if a.Disabled || a.Epoch != t.Epoch || s.noLocal && a.Kind == Local {
		return Account{}, fault.New(fault.Unauthenticated, startAgain)
	}
	return a, nil
}

// SetPassword changes a worker's own password and ends their other sessions;
// the session it is done in goes on with the Account returned. Invalid: the new
// one breaks a rule, or is the current one again. Unauthenticated: the current
// one is wrong, which counts towards the lock, so that a session left open is
// not a way to guess at leisure. Refused: the account has no password. TooMany
// and Unavailable as for Password.
func (s *Service) SetPassword(ctx context.Context, account AccountID, current, chosen string, addr netip.Addr) (Account, error) {
	a, err := s.store.Account(ctx, account)
	if err != nil {
		return Account{}, err
	}
	if a.Kind != Local {
		return Account{}, fault.New(fault.Refused, "Your account has no password here.")
	}
	if err := CheckPassword("new-password", a.Login, chosen); err != nil {
		return Account{}, err
	}
	if plain(current) == plain(chosen) {
		return Account{}, fault.Problems([]fault.Problem{{Field: "new-password", Message: "Your new password must be different from your current one"}})
	}
	try, err := s.begin(ctx, a.Login, addr)
	if err != nil {
		return Account{}, err
	}
	a, right, _, err := s.verify(ctx, a.Login, current)
	if err != nil {
		return Account{}, try.undone(ctx, err)
	}
	if reason := s.refusal(a, right, try.locked); reason != "" {
		s.log.InfoContext(ctx, "change of password refused", "account", string(a.ID), "reason", reason)
		return Account{}, fault.New(fault.Unauthenticated, notIn)
	}
	if err := try.giveBack(ctx); err != nil {
		return Account{}, err
	}
	if a.Password, err = s.hasher.Hash(ctx, chosen); err != nil {
		return Account{}, err
	}
	a.MustChange = false
	a.Epoch++
	return s.save(ctx, a)
}

// An Enrolment is what a worker needs to sign in for the first time. It is shown
// once, to whoever makes the account, and never stored or logged.
type Enrolment struct {
	Password string // to be changed at the first sign-in
	Secret   string // for typing into an authenticator app
	URL      string // for its camera: otpauth://…
}

// LogValue keeps an enrolment out of logs.
func (Enrolment) LogValue() slog.Value { return slog.StringValue("withheld") }

var loginShape = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{N}][\p{Ll}\p{Lo}\p{N}._@+-]{1,98}[\p{Ll}\p{Lo}\p{N}]$`)

// CheckLogin says, as an Invalid error, what is wrong with a login that is to be
// somebody's.
func CheckLogin(typed string) error {
	if loginShape.MatchString(Login(typed)) {
		return nil
	}
	return fault.Problems([]fault.Problem{{
		Field:   "login",
		Message: "A sign-in name has 3 to 100 letters, numbers and . _ @ + -, and begins and ends with a letter or number",
	}})
}

// NewAccount makes an account for a worker. Invalid: the login cannot be one.
// Conflict: it is in use.
func (s *Service) NewAccount(ctx context.Context, login, worker string) (Account, Enrolment, error) {
	login = Login(login)
	if err := CheckLogin(login); err != nil {
		return Account{}, Enrolment{}, err
	}
	a := Account{ID: AccountID(id.New()), Login: login, Worker: worker, Kind: Local, Version: 1, Changed: s.now()}
	a, e, err := s.enrol(ctx, a)
	if err != nil {
		return Account{}, Enrolment{}, err
	}
	if err := s.store.AddAccount(ctx, a); err != nil {
		return Account{}, Enrolment{}, err
	}
	return a, e, nil
}

// Reset gives an account a temporary password and a new secret for its codes,
// ends its sessions and lifts its lock. A disabled account stays disabled.
// NotFound, Conflict; Refused for an account that is not local.
func (s *Service) Reset(ctx context.Context, account AccountID) (Enrolment, error) {
	a, err := s.store.Account(ctx, account)
	if err != nil {
		return Enrolment{}, err
	}
	if a.Kind != Local {
		return Enrolment{}, fault.New(fault.Refused, "This account has no password here: it signs in by the identity provider, or with a sealed secret.")
	}
	a, e, err := s.enrol(ctx, a)
	if err != nil {
		return Enrolment{}, err
	}
	a.Epoch++
	if a, err = s.save(ctx, a); err != nil {
		return Enrolment{}, err
	}
	if err := s.unlock(ctx, s.loginKey(a.Login)); err != nil {
		return Enrolment{}, err
	}
	return e, nil
}

func (s *Service) enrol(ctx context.Context, a Account) (Account, Enrolment, error) {
	secret := random(secretSize)
	url, err := codeURL(s.issuer, a.Login, secret)
	if err != nil {
		return Account{}, Enrolment{}, err
	}
	e := Enrolment{Password: temporaryPassword(), Secret: secretText.EncodeToString(secret), URL: url}
	if a.Code, err = s.keys.Seal(secret, codeRow(a.ID)); err != nil {
		return Account{}, Enrolment{}, err
	}
	if a.Password, err = s.hasher.Hash(ctx, e.Password); err != nil {
		return Account{}, Enrolment{}, err
	}
	a.MustChange = true
	return a, e, nil
}

// temporaryPassword has 80 random bits, in groups that can be read out.
func temporaryPassword() string {
	t := strings.ToLower(secretText.EncodeToString(random(10)))
	return strings.Join([]string{t[:4], t[4:8], t[8:12], t[12:]}, "-")
}

// Disable keeps an account from signing in and ends its sessions. Enable lets it
// again, with the password and the app it had. NotFound, Conflict.
func (s *Service) Disable(ctx context.Context, account AccountID) error {
	return s.edit(ctx, account, func(a *Account) { a.Disabled = true; a.Epoch++ })
}

// Enable undoes Disable.
func (s *Service) Enable(ctx context.Context, account AccountID) error {
	return s.edit(ctx, account, func(a *Account) { a.Disabled = false })
}

// SignOutEverywhere ends every session of an account, at the next request of
// each, in every process. NotFound, Conflict.
func (s *Service) SignOutEverywhere(ctx context.Context, account AccountID) error {
	return s.edit(ctx, account, func(a *Account) { a.Epoch++ })
}

// edit changes an account, again and again while others change it too: what it
// is used for must not fail because the worker happens to sign in.
func (s *Service) edit(ctx context.Context, account AccountID, f func(*Account)) error {
	var err error
	for range 5 {
		var a Account
		if a, err = s.store.Account(ctx, account); err != nil {
			return err
		}
		f(&a)
		if _, err = s.save(ctx, a); !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return errors.Join(fmt.Errorf("account %s keeps changing", account), err)
}

func (s *Service) save(ctx context.Context, a Account) (Account, error) {
	a.Changed = s.now()
	if err := s.store.UpdateAccount(ctx, a); err != nil {
		return Account{}, err
	}
	a.Version++
	return a, nil
}
