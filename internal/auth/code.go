package auth

import (
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"strings"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"casefile/internal/date"
	"casefile/internal/keys"
)

// One-time codes are those that every authenticator app makes: six digits, 30
// seconds, SHA-1. Source: RFC 6238, whose defaults these are.
const (
	stepSeconds = 30
	secretSize  = 20
)

var secretText = base32.StdEncoding.WithPadding(base32.NoPadding)

// stepAt is the time step of a moment: RFC 6238's T.
func stepAt(now date.Instant) int64 { return int64(now) / 1_000_000 / stepSeconds }

// matchStep finds the step, at most one away from now, whose code was given.
// Source: RFC 6238, section 5.2, which allows one step for slow hands and
// clocks that differ. Every step is compared, and in constant time.
func matchStep(secret []byte, code string, now date.Instant) (step int64, ok bool, err error) {
	code = strings.ReplaceAll(code, " ", "") // apps show 123 456
	text := secretText.EncodeToString(secret)
	for s := stepAt(now) - 1; s <= stepAt(now)+1; s++ {
		want, err := hotp.GenerateCodeCustom(text, uint64(s), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, false, fmt.Errorf("make a one-time code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok, nil
}

// codeURL is what an authenticator app reads from a QR picture.
func codeURL(issuer, login string, secret []byte) (string, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: login, Secret: secret})
	if err != nil {
		return "", fmt.Errorf("make an otpauth address: %w", err)
	}
	return key.URL(), nil
}

// codeRow ties a sealed secret to its account.
func codeRow(id AccountID) []byte { return keys.Row("account", string(id), "code") }
