package auth

import (
	"fmt"
	"sync/atomic"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"casefile/internal/date"
)

// Count lets a test count the hashes made, with their cost: equal work is shown
// by counting it, not by timing it.
func (h *Hasher) Count(n *atomic.Int64) {
	h.derive = func(password, salt []byte, c Cost) []byte {
		n.Add(int64(c.Memory) * int64(c.Time))
		return derive(password, salt, c)
	}
}

// Slow makes each hash wait for the channel.
func (h *Hasher) Slow(begun chan<- struct{}, wait <-chan struct{}) {
	h.derive = func(password, salt []byte, c Cost) []byte {
		begun <- struct{}{}
		<-wait
		return derive(password, salt, c)
	}
}

// CodeAt is what an authenticator app shows at moment t.
func CodeAt(secret string, t date.Instant) string {
	code, err := hotp.GenerateCodeCustom(secret, uint64(stepAt(t)), hotp.ValidateOpts{Digits: otp.DigitsSix})
	if err != nil {
		panic(fmt.Errorf("code of a test: %w", err))
	}
	return code
}

// LockFor is the length of a lock.
var LockFor = lockFor
