// Package fault gives every error one of a few kinds, so that each door (page,
// API, command line) can answer without knowing where the error came from.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// A Kind says what a caller can do about an error. The zero Kind is Internal,
// so that an error nobody classified is never shown to a user in detail.
type Kind int

const (
	Internal        Kind = iota // our mistake, or the machine's: the user reads "Something went wrong"
	Invalid                     // what was sent breaks a rule; Problems say which field and why
	NotFound                    // absent, or to be treated by this viewer as if it were
	Conflict                    // someone else changed it first, or it is already done
	Refused                     // known to exist, and not allowed
	Unauthenticated             // sign in first
	TooMany                     // slow down; try again later
	Unavailable                 // the store is busy, full or out of reach; trying again may work
)

var kindNames = [...]string{"internal", "invalid", "not-found", "conflict", "refused", "unauthenticated", "too-many", "unavailable"}

// String names the kind for logs and metrics.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("kind(%d)", int(k))
	}
	return kindNames[k]
}

// A Problem is one mistake in what somebody typed. Field is the name of the
// form field it stands beside; empty means the form as a whole.
type Problem struct {
	Field   string
	Message string
}

// Error carries a kind, words for the person at the screen, and the cause for
// the operator. Neither may hold personal data.
type Error struct {
	Kind     Kind
	Message  string
	Problems []Problem
	Err      error
}

// New makes an error of one kind with words for the person at the screen.
func New(k Kind, message string) *Error { return &Error{Kind: k, Message: message} }

// Wrap gives err a kind and, for the person at the screen, words.
func Wrap(k Kind, message string, err error) *Error {
	return &Error{Kind: k, Message: message, Err: err}
}

// Problems makes an Invalid error out of what is wrong with a form. It returns
// nil when nothing is.
func Problems(ps []Problem) error {
	if len(ps) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Message: "There is a problem", Problems: ps}
}

// Error joins the words and the cause, for logs.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.String())
	if e.Message != "" {
		b.WriteString(": ")
		b.WriteString(e.Message)
	}
	for _, p := range e.Problems {
		fmt.Fprintf(&b, "; %s: %s", p.Field, p.Message)
	}
	if e.Err != nil {
		b.WriteString(": ")
		b.WriteString(e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf finds the kind of err: that of the outermost *Error in its chain, or
// Internal where there is none. The kind of nil is Internal too; ask only about
// errors.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is an error of kind k.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }

// thousands writes a number as people read it: 20,000.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

// TooLong is the problem of a text over its limit, in the words GOV.UK uses.
func TooLong(field, label string, most int) Problem {
	return Problem{Field: field, Message: fmt.Sprintf("%s must be %s characters or less", label, thousands(most))}
}
