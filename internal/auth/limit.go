package auth

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"casefile/internal/date"
	"casefile/internal/fault"
)

// An attempt is counted as a failure before anything is compared, and given
// back when it succeeds. So a hundred guesses sent at once count as a hundred,
// whichever process they reach.

// failed counts one failure of an account at moment now. allowed is false while
// the account is locked: the attempt then neither counts nor may succeed.
func (l Limit) failed(now date.Instant) (next Limit, allowed bool) {
	if now < l.Until {
		return l, false
	}
	if !l.Since.IsZero() && now > l.Keep {
		l.Failures = 0
	}
	l.Failures++
	l.Since, l.Until = now, 0
	if l.Failures >= FreeFailures {
		l.Until = now.Add(lockFor(l.Failures))
	}
	l.Keep = max(now, l.Until).Add(ForgetFailures)
	return l, true
}

// lockFor is how long so many failures in a row lock an account.
func lockFor(failures int) time.Duration {
	d := FirstLock
	for range failures - FreeFailures {
		if d *= 2; d >= LongestLock {
			return LongestLock
		}
	}
	return d
}

// addressFailed counts one failure of a network address. The window slides: the
// one before counts for the part of it that is less than a window ago. That is
// an estimate, which two numbers suffice for; it is exact for failures that
// were spread evenly.
func (l Limit) addressFailed(now date.Instant) (next Limit, allowed bool) {
	switch gone := now.Sub(l.Since); {
	case l.Since.IsZero() || gone >= 2*AddressWindow || gone < 0:
		l.Since, l.Failures, l.Earlier = now, 0, 0
	case gone >= AddressWindow:
		l.Since, l.Failures, l.Earlier = l.Since.Add(AddressWindow), 0, l.Failures
	}
	left := AddressWindow - now.Sub(l.Since)
	if l.Failures+int(int64(l.Earlier)*int64(left)/int64(AddressWindow)) >= AddressFailures {
		return l, false
	}
	l.Failures++
	l.Keep = l.Since.Add(2 * AddressWindow)
	return l, true
}

// swaps bounds how often a change of a limit is tried again after others got in
// between. Each loss means that somebody else's attempt was counted.
const swaps = 50

// change replaces the limit under key by what f makes of it. Where f refuses,
// nothing is stored.
func (s *Service) change(ctx context.Context, key string, f func(Limit) (Limit, bool)) (before, after Limit, allowed bool, err error) {
	for range swaps {
		before, err = s.store.Limit(ctx, key)
		if err != nil {
			return Limit{}, Limit{}, false, fmt.Errorf("read a limit: %w", err)
		}
		after, allowed = f(before)
		if !allowed {
			return before, before, false, nil
		}
		ok, err := s.store.SwapLimit(ctx, key, after)
		if err != nil {
			return Limit{}, Limit{}, false, fmt.Errorf("count an attempt: %w", err)
		}
		if ok {
			after.Version++
			return before, after, true, nil
		}
	}
	return Limit{}, Limit{}, false, fault.New(fault.TooMany, tooMany)
}

const tooMany = "There have been too many attempts to sign in. Wait 15 minutes, then try again."

// An attempt is one that was counted and may yet be given back.
type attempt struct {
	s             *Service
	login, addr   string // keys of limits
	before, after Limit  // of the account
	locked        bool
}

// begin counts an attempt at a login from an address. TooMany where the address
// has used up its failures; a locked account is not an error here, because the
// caller must do the same work for it.
func (s *Service) begin(ctx context.Context, login string, addr netip.Addr) (*attempt, error) {
	a := &attempt{s: s, login: s.loginKey(login), addr: s.addressKey(addr)}
	now := s.now()
	_, _, allowed, err := s.change(ctx, a.addr, func(l Limit) (Limit, bool) { return l.addressFailed(now) })
	if err != nil {
		return nil, err
	}
	if !allowed {
		return nil, fault.New(fault.TooMany, tooMany)
	}
	a.before, a.after, allowed, err = s.change(ctx, a.login, func(l Limit) (Limit, bool) { return l.failed(now) })
	if err != nil {
		return nil, err
	}
	a.locked = !allowed
	return a, nil
}

// giveBack uncounts the attempt: it was no failure. The failures before it stay.
func (a *attempt) giveBack(ctx context.Context) error {
	if err := a.giveBackAddress(ctx); err != nil {
		return err
	}
	_, _, _, err := a.s.change(ctx, a.login, func(l Limit) (Limit, bool) {
		if l.Version == a.after.Version {
			l.Failures, l.Since, l.Until, l.Keep = a.before.Failures, a.before.Since, a.before.Until, a.before.Keep
			return l, true
		}
		// Others failed, or got in, meanwhile: a lock that they caused stands.
		l.Failures = max(l.Failures-1, 0)
		return l, true
	})
	return err
}

// undone gives back an attempt that came to no answer, because the request or the
// store gave up: nobody learnt anything, and a busy morning must not lock people
// out. It returns err, with what else went wrong.
func (a *attempt) undone(ctx context.Context, err error) error {
	if a.locked {
		return errors.Join(err, a.giveBackAddress(context.WithoutCancel(ctx)))
	}
	return errors.Join(err, a.giveBack(context.WithoutCancel(ctx)))
}

func (a *attempt) giveBackAddress(ctx context.Context) error {
	_, _, _, err := a.s.change(ctx, a.addr, func(l Limit) (Limit, bool) {
		l.Failures = max(l.Failures-1, 0)
		return l, true
	})
	return err
}

// clear forgets the failures of the account: its owner is in.
func (a *attempt) clear(ctx context.Context) error {
	if err := a.giveBackAddress(ctx); err != nil {
		return err
	}
	return a.s.unlock(ctx, a.login)
}

func (s *Service) unlock(ctx context.Context, loginKey string) error {
	now := s.now()
	_, _, _, err := s.change(ctx, loginKey, func(l Limit) (Limit, bool) {
		return Limit{Version: l.Version, Keep: now}, true
	})
	return err
}

// loginKey and addressKey are keyed hashes: the table of limits tells nobody
// who tried, or from where. Logins that do not exist have a count too, so that
// they cost the store the same.
func (s *Service) loginKey(login string) string {
	return "login:" + hex.EncodeToString(s.keys.Hash("sign-in login", []byte(login)))
}

func (s *Service) addressKey(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		// One subscriber has a /64 and could take a new address for every guess.
		p, err := addr.Prefix(64)
		if err == nil {
			addr = p.Addr()
		}
	}
	return "address:" + hex.EncodeToString(s.keys.Hash("sign-in address", []byte(addr.String())))
}
