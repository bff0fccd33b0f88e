package auth

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"unicode/utf8"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
)

// An Identity is who an identity provider says somebody is. A subject means
// something within its issuer alone. Source: OpenID Connect Core 1.0, section 2.
type Identity struct {
	Issuer  string
	Subject string
}

// LogValue keeps identities out of logs: some providers' subjects are addresses.
func (Identity) LogValue() slog.Value { return slog.StringValue("withheld") }

// An Event is what happened to a way in. Nothing changes or removes one.
type Event struct {
	ID      string
	At      date.Instant
	Account AccountID
	Worker  string
	Kind    EventKind
	Reason  string // as it was typed, for Emergency; never for a log
}

// An EventKind is the kind of an event.
type EventKind string

// The kinds of event.
const (
	Sealed    EventKind = "sealed"    // a break-glass account was sealed
	Emergency EventKind = "emergency" // its seal was broken, and somebody signed in
	Linked    EventKind = "linked"    // an account was given to an identity
	Unlinked  EventKind = "unlinked"  // and taken from its identities
)

// An IdentityStore keeps identities and events. Each change is all or nothing.
type IdentityStore interface {
	// AccountByIdentity finds the account of an identity, or NotFound.
	AccountByIdentity(ctx context.Context, i Identity) (Account, error)
	// AddIdentified stores a new account with its identity. Conflict: the login
	// or the identity is taken.
	AddIdentified(ctx context.Context, a Account, i Identity) error
	// Link is UpdateAccount, a new identity of the account, and the event.
	// Conflict also where the identity is taken.
	Link(ctx context.Context, a Account, i Identity, e Event) error
	// Unlink is UpdateAccount without any identity, and the event. NotFound where
	// the account has none.
	Unlink(ctx context.Context, a Account, e Event) error
	// UpdateNoted is UpdateAccount and the event.
	UpdateNoted(ctx context.Context, a Account, e Event) error
	// SignInEvents lists events, the latest first.
	SignInEvents(ctx context.Context, limit int) ([]Event, error)
}

func (s *Service) event(a Account, kind EventKind, reason string) Event {
	return Event{ID: id.New(), At: s.now(), Account: a.ID, Worker: a.Worker, Kind: kind, Reason: reason}
}

// ByIdentity finds the account of an identity. NotFound; Refused where it is
// disabled: whoever asks has proved to the provider who they are, so that may be
// said.
func (s *Service) ByIdentity(ctx context.Context, i Identity) (Account, error) {
	a, err := s.store.AccountByIdentity(ctx, i)
	if err != nil {
		return Account{}, err
	}
	if a.Disabled {
		s.log.InfoContext(ctx, "sign-in refused", "step", "provider", "account", string(a.ID), "reason", "disabled")
		return Account{}, fault.New(fault.Refused, "Your account here was ended. If you should still have one, ask who looks after accounts.")
	}
	return a, nil
}

// NewIdentified makes the account of an identity that has none, for a worker who
// need not exist yet: only the account's Worker says their key. wanted is the
// login under which commands find the account; where it cannot be one, or is
// somebody's, another is made: nobody is taken for another by a name. Another
// request may have made the account meanwhile; that one is then the answer.
func (s *Service) NewIdentified(ctx context.Context, i Identity, wanted string) (Account, error) {
	a := Account{ID: AccountID(id.New()), Worker: id.New(), Kind: ByProvider, Version: 1, Changed: s.now()}
	if err := s.noPassword(ctx, &a); err != nil {
		return Account{}, err
	}
	ending := string(a.ID[len(a.ID)-12:])
	a.Login = Login(wanted)
	if CheckLogin(a.Login) != nil {
		a.Login = "worker-" + ending
	}
	err := s.store.AddIdentified(ctx, a, i)
	if !fault.Is(err, fault.Conflict) {
		return a, err
	}
	if made, err := s.ByIdentity(ctx, i); !fault.Is(err, fault.NotFound) {
		return made, err
	}
	a.Login = "worker-" + ending
	return a, s.store.AddIdentified(ctx, a, i)
}

// noPassword gives an account a password and codes that nobody knows: the row
// always has some, so that an attempt at it costs what any attempt costs.
func (s *Service) noPassword(ctx context.Context, a *Account) (err error) {
	if a.Code, err = s.keys.Seal(random(secretSize), codeRow(a.ID)); err != nil {
		return err
	}
	a.Password, err = s.hasher.Hash(ctx, secretText.EncodeToString(random(secretSize)))
	a.MustChange = false
	return err
}

// SignedInByProvider notes in the log that an account of an identity came in.
func (s *Service) SignedInByProvider(ctx context.Context, a Account) {
	s.log.InfoContext(ctx, "signed in", "account", string(a.ID), "by", "provider")
}

// Link gives a local account to an identity. From then on it signs in by the
// provider and no longer with its password; its sessions end. Invalid: the
// identity is none. NotFound. Conflict: the identity has an account. Refused: the
// account is a break-glass one, or disabled.
func (s *Service) Link(ctx context.Context, account AccountID, i Identity) error {
	if i.Issuer == "" || i.Subject == "" || len(i.Issuer) > LongestIdentity || len(i.Subject) > LongestIdentity {
		return fault.New(fault.Invalid, "An identity has an issuer and a subject.")
	}
	a, err := s.store.Account(ctx, account)
	if err != nil {
		return err
	}
	switch {
	case a.Kind == BreakGlass:
		return fault.New(fault.Refused, "A break-glass account is for when the identity provider fails, so it cannot be linked to it.")
	case a.Disabled:
		return fault.New(fault.Refused, "This account is disabled.")
	}
	if _, err := s.store.AccountByIdentity(ctx, i); !fault.Is(err, fault.NotFound) {
		if err == nil {
			err = fault.New(fault.Conflict, "This identity belongs to an account already.")
		}
		return err
	}
	if err := s.noPassword(ctx, &a); err != nil {
		return err
	}
	a.Kind, a.Changed = ByProvider, s.now()
	a.Epoch++
	return s.store.Link(ctx, a, i, s.event(a, Linked, ""))
}

// LongestIdentity is how many bytes an issuer or a subject may have. The
// standard allows a subject 255 characters of ASCII; an issuer is an address.
const LongestIdentity = 255

// Unlink takes every identity from an account, ends its sessions and makes it a
// local one with a new password and a new secret for codes. NotFound, Conflict.
func (s *Service) Unlink(ctx context.Context, account AccountID) (Enrolment, error) {
	a, err := s.store.Account(ctx, account)
	if err != nil {
		return Enrolment{}, err
	}
	if a.Kind != ByProvider {
		return Enrolment{}, fault.New(fault.NotFound, "This account is not linked to the identity provider.")
	}
	a, e, err := s.enrol(ctx, a)
	if err != nil {
		return Enrolment{}, err
	}
	a.Kind, a.Changed = Local, s.now()
	a.Epoch++
	return e, s.store.Unlink(ctx, a, s.event(a, Unlinked, ""))
}

// Seal makes a local account the break-glass one, or seals it anew after use. It
// ends the account's password and sessions and gives the secret that signs in
// with it once; only its hash is kept. Refused: the account is the provider's, or
// disabled. NotFound, Conflict.
func (s *Service) Seal(ctx context.Context, account AccountID) (secret string, err error) {
	a, err := s.store.Account(ctx, account)
	if err != nil {
		return "", err
	}
	switch {
	case a.Kind == ByProvider:
		return "", fault.New(fault.Refused, "This account signs in by the identity provider, so it is of no use when that fails. Add another, and seal it.")
	case a.Disabled:
		return "", fault.New(fault.Refused, "This account is disabled.")
	}
	if err := s.noPassword(ctx, &a); err != nil {
		return "", err
	}
	secret = sealedSecret()
	if a.Seal, err = s.hasher.Hash(ctx, bare(secret)); err != nil {
		return "", err
	}
	a.Kind, a.Changed = BreakGlass, s.now()
	a.Epoch++
	if err := s.store.UpdateNoted(ctx, a, s.event(a, Sealed, "")); err != nil {
		return "", err
	}
	return secret, s.unlock(ctx, s.loginKey(a.Login))
}

// sealedSecret has 160 random bits, in groups that can be typed from paper.
func sealedSecret() string {
	t := strings.ToLower(secretText.EncodeToString(random(20)))
	var groups []string
	for len(t) > 4 {
		groups, t = append(groups, t[:4]), t[4:]
	}
	return strings.Join(append(groups, t), "-")
}

// bare is a secret however it was typed from paper.
func bare(secret string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(secret))
}

// The words for everybody whom a sealed secret does not let in.
const notThisSeal = "The login or the sealed secret is not right, or the secret was used already."

// BreakSeal signs in with the sealed secret of a break-glass account, which ends
// with it: one use. The reason is kept with the account and the moment. Errors:
// Invalid where the reason is missing or longer than LongestReason, before the
// secret is tried; Unauthenticated, with the same words and after the same work,
// for an unknown login, a wrong secret and an account that is not sealed; TooMany
// and Unavailable as for Password. A lock does not count here: nobody guesses a
// sealed secret, and whoever knows the login could keep it locked on the day that
// it is needed.
func (s *Service) BreakSeal(ctx context.Context, login, secret, reason string, addr netip.Addr) (Account, error) {
	login, reason = Login(login), strings.TrimSpace(reason)
	if reason == "" {
		return Account{}, fault.Problems([]fault.Problem{{Field: "reason", Message: "Say why the emergency sign-in is needed"}})
	}
	if utf8.RuneCountInString(reason) > LongestReason {
		return Account{}, fault.Problems([]fault.Problem{fault.TooLong("reason", "Why it is needed", LongestReason)})
	}
	try, err := s.begin(ctx, login, addr)
	if err != nil {
		return Account{}, err
	}
	a, right, err := s.sealRight(ctx, login, secret)
	if err != nil {
		return Account{}, try.undone(ctx, err)
	}
	if why := wrong(a, right, false); why != "" {
		s.log.WarnContext(ctx, "emergency sign-in refused", "account", string(a.ID), "reason", why)
		return Account{}, fault.New(fault.Unauthenticated, notThisSeal)
	}
	a.Seal, a.Changed = "", s.now()
	a.Epoch++
	err = s.store.UpdateNoted(ctx, a, s.event(a, Emergency, reason))
	if fault.Is(err, fault.Conflict) { // another request used it between
		s.log.WarnContext(ctx, "emergency sign-in refused", "account", string(a.ID), "reason", "changed meanwhile")
		return Account{}, fault.Wrap(fault.Unauthenticated, notThisSeal, err)
	}
	if err != nil {
		return Account{}, try.undone(ctx, err)
	}
	a.Version++
	if err := try.clear(ctx); err != nil {
		return Account{}, err
	}
	a.FailedBefore = try.before.Failures
	s.log.WarnContext(ctx, "emergency sign-in: the seal of a break-glass account is broken", "account", string(a.ID))
	return a, nil
}

// sealRight finds the account and compares its sealed secret, with the same work
// where there is none.
func (s *Service) sealRight(ctx context.Context, login, secret string) (a Account, right bool, err error) {
	if len(secret) > 4*LongestPassword {
		secret = "" // nobody's secret is so long, and nobody's is empty
	}
	secret = bare(secret)
	a, err = s.store.AccountByLogin(ctx, login)
	if fault.Is(err, fault.NotFound) {
		return Account{}, false, s.hasher.Waste(ctx, secret)
	}
	if err != nil {
		return Account{}, false, fmt.Errorf("find an account: %w", err)
	}
	if a.Kind != BreakGlass || a.Seal == "" {
		return a, false, s.hasher.Waste(ctx, secret)
	}
	right, _, err = s.hasher.Verify(ctx, a.Seal, secret)
	if err != nil {
		return Account{}, false, fmt.Errorf("account %s: %w", a.ID, err)
	}
	return a, right, nil
}
