// Package id makes identifiers: keys for rows, and the references that people
// read out over the telephone.
package id

import (
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// New makes a key for a row: a UUID of version 7, whose text order is roughly
// the order of making. Keys are not secrets and not permissions.
func New() string { return uuid.Must(uuid.NewV7()).String() }

// Valid reports whether s has the shape of a key in its one spelling, so that
// text from an address bar can be refused before it reaches the store.
func Valid(s string) bool {
	u, err := uuid.Parse(s)
	return err == nil && u.String() == s
}

// A Reference is the permanent number of a file (CR-09): eight characters,
// drawn at random and never used again, the last of them a check character.
// It tells nothing about the child or the order of arrival, and it cannot be
// guessed from another. The zero Reference is empty.
type Reference string

// The alphabet has 29 characters: a prime number, so that the check character
// catches every single wrong character and every exchange of any two. It has
// no vowels, so references spell no words, and neither 1, I, L nor O.
const (
	alphabet  = "023456789BCDFGHJKMNPQRSTVWXYZ"
	refLength = 8
)

// NewReference draws a reference. The store refuses one already used, however
// unlikely: there are 29 to the power of 7, about 17 thousand million.
func NewReference() Reference {
	var b [refLength]byte
	sum := 0
	for i := range refLength - 1 {
		v := randomBelow(len(alphabet))
		b[i] = alphabet[v]
		sum += (i + 2) * v
	}
	b[refLength-1] = alphabet[(len(alphabet)-sum%len(alphabet))%len(alphabet)]
	return Reference(b[:])
}

func randomBelow(n int) int {
	var b [1]byte
	for {
		_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
		if v := int(b[0]); v < 256-256%n {
			return v % n
		}
	}
}

// ParseReference reads a reference as people type it: any case, with spaces or
// hyphens, O for 0. It refuses one whose check character does not agree.
func ParseReference(s string) (Reference, error) {
	var b []byte
	sum := 0
	for _, r := range strings.ToUpper(s) {
		switch r {
		case ' ', '-':
			continue
		case 'O':
			r = '0'
		}
		v := strings.IndexRune(alphabet, r)
		if v < 0 || len(b) == refLength {
			return "", fmt.Errorf("not a reference")
		}
		weight := len(b) + 2
		if len(b) == refLength-1 {
			weight = 1
		}
		sum += weight * v
		b = append(b, byte(r))
	}
	if len(b) != refLength || sum%len(alphabet) != 0 {
		return "", fmt.Errorf("not a reference")
	}
	return Reference(b), nil
}

// String shows a reference in two groups of four, as it is read out.
func (r Reference) String() string {
	if len(r) != refLength {
		return string(r)
	}
	return string(r[:4]) + "-" + string(r[4:])
}
