package auth_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"casefile/internal/auth"
	"casefile/internal/fault"
)

func TestHash(t *testing.T) {
	h := auth.NewHasher(auth.DefaultCost, 2)
	hash, err := h.Hash(t.Context(), chosen)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash %s: want the PHC form with 19 MiB, 2 passes, 1 lane", hash)
	}
	for password, want := range map[string]bool{chosen: true, "": false, chosen + " ": false, strings.ToUpper(chosen): false} {
		ok, old, err := h.Verify(t.Context(), hash, password)
		if err != nil || ok != want || old {
			t.Errorf("verify %q: %v, old %v, %v; want %v", password, ok, old, err, want)
		}
	}
}

func TestHashKnownAnswer(t *testing.T) {
	// Made with the reference program: argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32 -e
	const hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	ok, old, err := auth.NewHasher(auth.DefaultCost, 1).Verify(t.Context(), hash, "password")
	if err != nil || !ok || !old {
		t.Errorf("a hash by another program: %v, old %v, %v; want right and old", ok, old, err)
	}
}

func TestSpellingOfAccents(t *testing.T) {
	h := auth.NewHasher(cheap, 1)
	hash, err := h.Hash(t.Context(), "caf\u00e9 umbrella stilts")
	if err != nil {
		t.Fatal(err)
	}
	if ok, _, err := h.Verify(t.Context(), hash, "cafe\u0301 umbrella stilts"); err != nil || !ok {
		t.Errorf("the same password from another keyboard: %v, %v", ok, err)
	}
}

func TestSpoiltHashes(t *testing.T) {
	h := auth.NewHasher(cheap, 1)
	good, err := h.Hash(t.Context(), chosen)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		"", "plain", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=64", "m=4194304", 1), strings.Replace(good, "t=1", "t=0", 1), strings.Replace(good, "t=1", "t=99", 1),
		strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "p=1", "p=1,x=2", 1), good + "$", good + "A", good[:len(good)-4], " " + good,
	} {
		if ok, _, err := h.Verify(t.Context(), bad, chosen); err == nil || ok || fault.KindOf(err) != fault.Internal {
			t.Errorf("hash %q: right %v, %v; want an internal error", bad, ok, err)
		}
	}
}

// Two hashes at once, whoever asks; the others wait, and leave when their
// request ends.
func TestHashesAtOnceAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := auth.NewHasher(cheap, 2)
		begun, goOn := make(chan struct{}, 10), make(chan struct{})
		h.Slow(begun, goOn)
		done := make(chan error, 10)
		for range 4 {
			go func() { _, err := h.Hash(t.Context(), chosen); done <- err }()
		}
		synctest.Wait()
		if got := len(begun); got != 2 {
			t.Errorf("%d hashes at once, want 2", got)
		}
		ctx, cancel := context.WithCancel(t.Context())
		gaveUp := make(chan error, 1)
		go func() { _, err := h.Hash(ctx, chosen); gaveUp <- err }()
		synctest.Wait()
		cancel()
		if err := <-gaveUp; !fault.Is(err, fault.Unavailable) {
			t.Errorf("a request that ended while waiting: got %v, want unavailable", err)
		}
		close(goOn)
		for range 4 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}

func BenchmarkHash(b *testing.B) {
	h := auth.NewHasher(auth.DefaultCost, 1)
	for b.Loop() {
		if _, err := h.Hash(b.Context(), chosen); err != nil {
			b.Fatal(err)
		}
	}
}
