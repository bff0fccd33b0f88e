// Package auth signs workers in: a password, then a one-time code, then a
// session on the server. It holds the limits on guessing, which are kept in the
// store so that they hold across processes and restarts.
//
// Nobody learns from an answer, or from how long it took, whether a login
// exists, is locked or is disabled: all of these take the same work and give
// the same words as a wrong password.
package auth

import (
	"context"
	"log/slog"
	"time"

	"casefile/internal/date"
)

// An AccountID is the key of an account row. It is made by package id.
type AccountID string

// An Account is what one worker signs in with. It is a value: changing it
// changes nothing until it is saved.
type Account struct {
	ID       AccountID
	Login    string // as Login writes it; unique
	Worker   string // the staff.ID of the worker whose account it is
	Password string // PHC string of argon2id, made by a Hasher
	Code     []byte // the secret of the one-time codes, sealed for this row
	Kind     Kind   // how it signs in
	Seal     string // of a break-glass account: PHC string of the sealed secret; empty: not sealed

	// MustChange is set while the password is one that somebody else has seen.
	// The door shows such a worker the page to change it and nothing else.
	MustChange bool
	Disabled   bool

	// Epoch goes up by one to end every session of the account: a session
	// remembers the epoch it began in.
	Epoch int64
	// Version goes up by one with every change, so that a stale one is noticed.
	Version int64
	Changed date.Instant // when the row was last written

	// FailedBefore counts the failed attempts at this account before the sign-in
	// that returned it, so that the worker can be told. It is not stored.
	FailedBefore int
}

// LogValue keeps everything but the key out of logs. See slog.LogValuer.
func (a Account) LogValue() slog.Value { return slog.StringValue(string(a.ID)) }

// A Limit is the count of failures under one key, and what follows from it.
// What the numbers mean is for this package; the store keeps them. The zero
// Limit is what a key has that the store does not know.
type Limit struct {
	Version  int64        // goes up by one with every change; zero: no row
	Failures int          // of an account: in a row; of an address: in this window
	Earlier  int          // of an address: in the window before
	Since    date.Instant // of an account: the last failure; of an address: the start of this window
	Until    date.Instant // no attempt counts before; zero: not locked
	Keep     date.Instant // the row means nothing after this, and the store may delete it
}

// A Kind is how an account signs in; each has one way and no other.
type Kind string

// The kinds of account.
const (
	Local      Kind = "local"       // a password and a code, here
	ByProvider Kind = "provider"    // at the authority's identity provider
	BreakGlass Kind = "break-glass" // with a sealed secret, once
)

// A Store keeps accounts and limits. A store that is busy answers with an error
// of kind Unavailable.
type Store interface {
	IdentityStore
	// Account and AccountByLogin find an account, or NotFound.
	Account(ctx context.Context, id AccountID) (Account, error)
	AccountByLogin(ctx context.Context, login string) (Account, error)
	// AddAccount stores a new account with Version 1. A login in use, whatever
	// became of its account, is a Conflict.
	AddAccount(ctx context.Context, a Account) error
	// UpdateAccount stores a where the row still has a.Version, and adds one to
	// it; else Conflict. It leaves the last accepted step alone.
	UpdateAccount(ctx context.Context, a Account) error
	// AcceptStep notes that a code of this time step was used, in one statement
	// that succeeds only where every step noted before is smaller. ok is false
	// where it is not: the code, or a later one, was used already.
	AcceptStep(ctx context.Context, id AccountID, step int64) (ok bool, err error)
	// Limit finds the count under a key; the zero Limit where there is none.
	Limit(ctx context.Context, key string) (Limit, error)
	// SwapLimit stores l with l.Version+1 where the row still has l.Version (and
	// for version zero, where there is no row). ok is false where it has not.
	SwapLimit(ctx context.Context, key string, l Limit) (ok bool, err error)
}

// Keys seal and hash for this installation. A *keys.Ring is one.
type Keys interface {
	Seal(plaintext, associated []byte) ([]byte, error)
	Open(sealed, associated []byte) ([]byte, error)
	Hash(purpose string, data []byte) []byte
}

// The limits and times of sign-in. They are our own choice, within what NIST
// SP 800-63B asks (at most 100 failures in a row; 12 hours and 30 minutes for a
// session at level 2), and documented here and nowhere else.
const (
	// FreeFailures is how many failures in a row an account has before it locks.
	FreeFailures = 5
	// FirstLock is how long it is locked then; each further failure doubles it.
	FirstLock = time.Minute
	// LongestLock is where the doubling stops.
	LongestLock = time.Hour
	// ForgetFailures is how long after the last failure, and after the lock, they
	// are forgotten.
	ForgetFailures = 24 * time.Hour

	// AddressFailures is how many failures one network address has in
	// AddressWindow, whichever accounts they are about.
	AddressFailures = 30
	AddressWindow   = 15 * time.Minute

	// ChallengeLife is how long after the password the code may be given.
	ChallengeLife = 10 * time.Minute

	// EmergencyLife is how long a session lasts that began with a sealed secret.
	EmergencyLife = time.Hour
	// LongestReason counts the characters of the reason for one.
	LongestReason = 500

	// ShortestPassword and LongestPassword count characters, not bytes.
	ShortestPassword = 12
	LongestPassword  = 200
)
