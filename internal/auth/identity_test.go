package auth_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"casefile/internal/auth"
	"casefile/internal/fault"
)

var nia = auth.Identity{Issuer: "https://id.example.org", Subject: "nia-7"}

func TestIdentityHasItsOwnAccount(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	if _, err := h.ByIdentity(ctx, nia); !fault.Is(err, fault.NotFound) {
		t.Fatalf("an identity nobody knows: %v, want NotFound", err)
	}
	a, err := h.NewIdentified(ctx, nia, " Nia.Testworth ")
	if err != nil || a.Login != "nia.testworth" || a.Kind != auth.ByProvider || a.MustChange || a.Worker == "" {
		t.Fatalf("new account: %+v, %v", a, err)
	}
	if again, err := h.ByIdentity(ctx, nia); err != nil || again.ID != a.ID {
		t.Errorf("found again: %v, %v", again.ID, err)
	}
	if again, err := h.NewIdentified(ctx, nia, "nia.testworth"); err != nil || again.ID != a.ID {
		t.Errorf("made by two requests at once: %v, %v, want the first", again.ID, err)
	}
	// The same subject of another issuer, and a login that is somebody's already.
	other, err := h.NewIdentified(ctx, auth.Identity{Issuer: "https://other.example.org", Subject: nia.Subject}, h.me.Login)
	if err != nil || other.ID == a.ID || other.ID == h.me.ID || other.Worker == h.me.Worker || !strings.HasPrefix(other.Login, "worker-") {
		t.Errorf("a login that is taken: %+v, %v, want an account of its own", other, err)
	}
	odd, err := h.NewIdentified(ctx, auth.Identity{Issuer: nia.Issuer, Subject: "odd"}, "<script>")
	if err != nil || auth.CheckLogin(odd.Login) != nil {
		t.Errorf("a login that cannot be one: %q, %v", odd.Login, err)
	}
	if err := h.Disable(ctx, a.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ByIdentity(ctx, nia); !fault.Is(err, fault.Refused) {
		t.Errorf("a disabled account: %v, want Refused", err)
	}
}

// An account of the provider has no password, not even an empty one, and nobody
// can give it one.
func TestProviderAccountHasNoPassword(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	a, err := h.NewIdentified(ctx, nia, "nia")
	if err != nil {
		t.Fatal(err)
	}
	for _, guess := range []string{"", chosen, "x"} {
		h.work.Store(0)
		_, err := h.Password(ctx, "nia", guess, desk)
		own := h.work.Load()
		h.work.Store(0)
		_, nobody := h.Password(ctx, "nobody", guess, desk)
		if !fault.Is(err, fault.Unauthenticated) || nobody == nil || err.Error() != nobody.Error() || own != h.work.Load() {
			t.Errorf("password %q: %v, want the words and the work of an unknown login", guess, err)
		}
	}
	if _, err := h.SetPassword(ctx, a.ID, "", "seven green kettles", desk); !fault.Is(err, fault.Refused) {
		t.Errorf("set a password: %v, want Refused", err)
	}
	if _, err := h.Reset(ctx, a.ID); !fault.Is(err, fault.Refused) {
		t.Errorf("reset: %v, want Refused", err)
	}
	if _, err := h.Seal(ctx, a.ID); !fault.Is(err, fault.Refused) {
		t.Errorf("seal: %v, want Refused", err)
	}
}

func TestLinkEndsThePassword(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	if _, err := h.Password(ctx, h.me.Login, chosen, desk); err != nil {
		t.Fatalf("before: %v", err)
	}
	if err := h.Link(ctx, h.me.ID, auth.Identity{Issuer: nia.Issuer}); !fault.Is(err, fault.Invalid) {
		t.Errorf("an identity without a subject: %v, want Invalid", err)
	}
	if err := h.Link(ctx, h.me.ID, nia); err != nil {
		t.Fatal(err)
	}
	if a, err := h.ByIdentity(ctx, nia); err != nil || a.ID != h.me.ID || a.Worker != h.me.Worker {
		t.Errorf("the identity leads to %+v, %v", a, err)
	}
	if _, err := h.Password(ctx, h.me.Login, chosen, desk); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("the password still signs in: %v", err)
	}
	if _, err := h.Current(ctx, auth.Ticket{Account: h.me.ID, Epoch: h.me.Epoch}); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("a session from before goes on: %v", err)
	}
	second, _, err := h.NewAccount(ctx, "ben", "worker-ben")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Link(ctx, second.ID, nia); !fault.Is(err, fault.Conflict) {
		t.Errorf("an identity that has an account: %v, want Conflict", err)
	}
	enrolment, err := h.Unlink(ctx, h.me.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.ByIdentity(ctx, nia); !fault.Is(err, fault.NotFound) {
		t.Errorf("unlinked, the identity still has an account: %v", err)
	}
	if _, err := h.Password(ctx, h.me.Login, enrolment.Password, desk); err != nil {
		t.Errorf("unlinked, the new password: %v", err)
	}
	if _, err := h.Unlink(ctx, h.me.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("unlinked twice: %v, want NotFound", err)
	}
	var kinds []auth.EventKind
	for _, e := range h.store.events {
		kinds = append(kinds, e.Kind)
		if e.Account != h.me.ID || e.Worker != h.me.Worker || e.At.IsZero() || e.ID == "" {
			t.Errorf("event %+v", e)
		}
	}
	if len(kinds) != 2 || kinds[0] != auth.Linked || kinds[1] != auth.Unlinked {
		t.Errorf("events: %v", kinds)
	}
}

func TestSealedSecretWorksOnce(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	const why = "The provider is down & Nia must reach the duty desk"
	secret, err := h.Seal(ctx, h.me.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Password(ctx, h.me.Login, chosen, desk); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("a sealed account signs in by its password: %v", err)
	}
	if _, err := h.Password(ctx, h.me.Login, secret, desk); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("the sealed secret is a password: %v", err)
	}
	if a := h.store.accounts[h.me.ID]; strings.Contains(a.Seal, secret) || a.Seal == "" {
		t.Errorf("stored: %q", a.Seal)
	}
	for what, reason := range map[string]string{"none": " ", "too long": strings.Repeat("x", auth.LongestReason+1)} {
		if _, err := h.BreakSeal(ctx, h.me.Login, secret, reason, desk); !fault.Is(err, fault.Invalid) {
			t.Errorf("reason %s: %v, want Invalid", what, err)
		}
	}
	if _, err := h.BreakSeal(ctx, h.me.Login, "wrong", why, desk); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("a wrong secret: %v", err)
	}
	// As typed from paper, on a day when others tried their luck.
	for range auth.FreeFailures + 1 {
		h.Password(ctx, h.me.Login, "guess", desk) //nolint:errcheck // to lock it
	}
	a, err := h.BreakSeal(ctx, strings.ToUpper(h.me.Login), strings.ToUpper(strings.ReplaceAll(secret, "-", " ")), why, desk)
	if err != nil || a.ID != h.me.ID {
		t.Fatalf("the sealed secret: %v", err)
	}
	if _, err := h.Current(ctx, auth.Ticket{Account: a.ID, Epoch: a.Epoch}); err != nil {
		t.Errorf("its session: %v", err)
	}
	_, used := h.BreakSeal(ctx, h.me.Login, secret, why, desk)
	_, nobody := h.BreakSeal(ctx, "nobody", secret, why, desk)
	if !fault.Is(used, fault.Unauthenticated) || nobody == nil || used.Error() != nobody.Error() {
		t.Errorf("used again: %v; nobody's: %v", used, nobody)
	}
	last := h.store.events[len(h.store.events)-1]
	if last.Kind != auth.Emergency || last.Reason != why || last.Account != h.me.ID {
		t.Errorf("event %+v", last)
	}
	log := h.log.String()
	if !strings.Contains(log, "level=WARN") || !strings.Contains(log, "the seal of a break-glass account is broken") {
		t.Errorf("the log does not warn:\n%s", log)
	}
	for _, private := range []string{"Nia", secret, h.me.Login} {
		if strings.Contains(log, private) {
			t.Errorf("the log holds %q", private)
		}
	}
	if err := h.Link(ctx, h.me.ID, nia); !fault.Is(err, fault.Refused) {
		t.Errorf("link a break-glass account: %v, want Refused", err)
	}
	fresh, err := h.Seal(ctx, h.me.ID)
	if err != nil || fresh == secret {
		t.Fatalf("sealed anew: %v", err)
	}
	if _, err := h.Current(ctx, auth.Ticket{Account: a.ID, Epoch: a.Epoch}); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("sealed anew, the session of before goes on: %v", err)
	}
	if _, err := h.BreakSeal(ctx, h.me.Login, fresh, why, desk); err != nil {
		t.Errorf("the new secret: %v", err)
	}
}

func TestSealBreaksOnceAtOnce(t *testing.T) {
	h := newHouse(t)
	secret, err := h.Seal(t.Context(), h.me.ID)
	if err != nil {
		t.Fatal(err)
	}
	var in sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		in.Go(func() { _, errs[i] = h.BreakSeal(context.Background(), h.me.Login, secret, "a flood", desk) })
	}
	in.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("a loser: %v", err)
		}
	}
	if won != 1 {
		t.Errorf("%d got in, want 1", won)
	}
}

func TestSealOfNobody(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	if _, err := h.Seal(ctx, "none"); !fault.Is(err, fault.NotFound) {
		t.Errorf("seal an account that is not there: %v", err)
	}
	// Never sealed: neither its password nor nothing opens it this way.
	for _, secret := range []string{"", chosen} {
		if _, err := h.BreakSeal(ctx, h.me.Login, secret, "why not", desk); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("secret %q of an account that is not sealed: %v", secret, err)
		}
	}
	if err := h.Disable(ctx, h.me.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Seal(ctx, h.me.ID); !fault.Is(err, fault.Refused) {
		t.Errorf("seal a disabled account: %v", err)
	}
}

func TestSealOfDisabledAccount(t *testing.T) {
	h := newHouse(t)
	secret, err := h.Seal(t.Context(), h.me.ID)
	if err := errors.Join(err, h.Disable(t.Context(), h.me.ID)); err != nil {
		t.Fatal(err)
	}
	if _, err := h.BreakSeal(t.Context(), h.me.Login, secret, "why not", desk); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("a disabled account, with its sealed secret: %v", err)
	}
}

func TestWithoutLocalAccounts(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	off := h.WithoutLocal()
	if _, err := off.Password(ctx, h.me.Login, chosen, desk); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("a local account signs in: %v", err)
	}
	ticket := auth.Ticket{Account: h.me.ID, Epoch: h.me.Epoch}
	if _, err := off.Current(ctx, ticket); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("a local account stays in: %v", err)
	}
	if _, err := off.Code(ctx, auth.Challenge{Account: h.me.ID, Epoch: h.me.Epoch, Given: h.now}, "000000", desk); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("a local account half in: %v", err)
	}
	if _, err := h.Current(ctx, ticket); err != nil {
		t.Errorf("with local accounts: %v", err)
	}
	a, err := off.NewIdentified(ctx, nia, "nia")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := off.Current(ctx, auth.Ticket{Account: a.ID, Epoch: a.Epoch}); err != nil {
		t.Errorf("an account of the provider: %v", err)
	}
	secret, err := off.Seal(ctx, h.me.ID)
	if err != nil {
		t.Fatal(err)
	}
	if a, err = off.BreakSeal(ctx, h.me.Login, secret, "no provider", desk); err != nil {
		t.Fatal(err)
	}
	if _, err := off.Current(ctx, auth.Ticket{Account: a.ID, Epoch: a.Epoch}); err != nil {
		t.Errorf("the break-glass account: %v", err)
	}
}
