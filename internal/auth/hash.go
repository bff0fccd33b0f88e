package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"casefile/internal/fault"
)

// A Cost is the work of one password hash: argon2id with Memory in KiB, Time
// passes and Lanes.
type Cost struct {
	Memory uint32
	Time   uint32
	Lanes  uint8
}

// DefaultCost is the OWASP password storage cheat sheet's: 19 MiB, two passes,
// one lane.
var DefaultCost = Cost{Memory: 19 * 1024, Time: 2, Lanes: 1}

// The largest cost that Verify accepts from a stored hash, so that a spoilt row
// cannot take the machine's memory.
var largestCost = Cost{Memory: 256 * 1024, Time: 10, Lanes: 8}

const (
	saltSize = 16
	keySize  = 32
)

// A Hasher hashes passwords, a few at a time: each takes its Cost in memory, and
// a flood of sign-ins must not take the machine's. It may be used by many
// goroutines at once; a process needs one.
type Hasher struct {
	cost  Cost
	turns chan struct{}
	dummy string
	// derive is argon2id; tests count the calls.
	derive func(password, salt []byte, c Cost) []byte
}

// NewHasher makes a hasher of that cost, for so many hashes at once.
func NewHasher(cost Cost, atOnce int) *Hasher {
	h := &Hasher{cost: cost, turns: make(chan struct{}, max(atOnce, 1)), derive: derive}
	// No password is known to give this key, so it costs a real comparison.
	h.dummy = phc(cost, random(saltSize), random(keySize))
	return h
}

func derive(password, salt []byte, c Cost) []byte {
	return argon2.IDKey(password, salt, c.Time, c.Memory, c.Lanes, keySize)
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return b
}

// Hash makes the PHC string of a password. It waits for a turn; a context that
// ends first is Unavailable.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := random(saltSize)
	key, err := h.work(ctx, password, salt, h.cost)
	if err != nil {
		return "", err
	}
	return phc(h.cost, salt, key), nil
}

// Verify reports whether password gives the hash, and whether the hash is of
// another cost than this hasher's and should be made anew. Errors: Unavailable
// as for Hash; a hash that cannot be read is Internal.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (ok, old bool, err error) {
	cost, salt, want, err := parsePHC(hash)
	if err != nil {
		return false, false, err
	}
	got, err := h.work(ctx, password, salt, cost)
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, cost != h.cost, nil
}

// Waste does the work of Verify for an account that does not exist.
func (h *Hasher) Waste(ctx context.Context, password string) error {
	_, _, err := h.Verify(ctx, h.dummy, password)
	return err
}

func (h *Hasher) work(ctx context.Context, password string, salt []byte, c Cost) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fault.Wrap(fault.Unavailable, "Casefile is busy. Try again.", err)
	}
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
		return h.derive([]byte(plain(password)), salt, c), nil
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Unavailable, "Casefile is busy. Try again.", ctx.Err())
	}
}

// plain gives a password one spelling: keyboards differ in how they compose an
// accented letter.
func plain(password string) string { return norm.NFC.String(password) }

// b64 is the base64 of the PHC string format: without padding.
var b64 = base64.RawStdEncoding.Strict()

// phc writes the PHC string format, $argon2id$v=19$m=…,t=…,p=…$salt$key.
func phc(c Cost, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, c.Memory, c.Time, c.Lanes, b64.EncodeToString(salt), b64.EncodeToString(key))
}

var errHash = errors.New("the stored password hash cannot be read")

func parsePHC(s string) (c Cost, salt, key []byte, err error) {
	part := strings.Split(s, "$")
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" || part[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return Cost{}, nil, nil, errHash
	}
	if _, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Lanes); err != nil {
		return Cost{}, nil, nil, errHash
	}
	salt, saltErr := b64.DecodeString(part[4])
	key, keyErr := b64.DecodeString(part[5])
	switch {
	case saltErr != nil || keyErr != nil || len(salt) < 8 || len(key) != keySize,
		c.Time < 1 || c.Lanes < 1 || c.Memory < 8*uint32(c.Lanes),
		c.Time > largestCost.Time || c.Lanes > largestCost.Lanes || c.Memory > largestCost.Memory,
		phc(c, salt, key) != s: // one spelling, so that nothing after it is overlooked
		return Cost{}, nil, nil, errHash
	}
	return c, salt, key, nil
}
