// Package footprint describes the trace that every look leaves (KF-02): a row
// without content that nobody deletes, and its detail, sealed apart.
package footprint

import (
	"crypto/rand"
	"crypto/sha256"

	"casefile/internal/date"
)

// A Footprint is one look, search or change. It holds no content: Object is
// the key of the file (or what stood in the address bar, where no such file
// is), and DetailHash ties it to a detail that can be erased by law without
// breaking the proof that it existed.
type Footprint struct {
	Number     int64 // counts from 1 in the order of commit, without gaps
	At         date.Instant
	Actor      string // worker's key, or the name of a job
	Role       string
	Action     string
	Object     string
	Part       string
	Ground     string
	Outcome    string
	Search     int64 // number of the search that showed this person; 0 otherwise
	DetailHash []byte
}

// A Detail is what a footprint was about, in words that may be personal: what
// was searched for, how many were shown, the reason given.
type Detail struct {
	Terms   string `json:"terms,omitempty"`
	Shown   int    `json:"shown,omitempty"`
	Purpose string `json:"purpose,omitempty"`
	Entry   string `json:"entry,omitempty"`
	File    string `json:"file,omitempty"`
	Done    string `json:"done,omitempty"` // what was changed, in a few words without names
	Salt    []byte `json:"salt"`
}

// NewSalt draws the salt that keeps a short detail from being guessed from its
// hash.
func NewSalt() []byte {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the program instead
	return salt
}

// Hash ties a footprint to the plain text of its detail, which holds the salt.
func Hash(detail []byte) []byte {
	sum := sha256.Sum256(detail)
	return sum[:]
}

// A Look is a footprint as the page "Who has looked" shows it.
type Look struct {
	Footprint
	Name     string // the worker's name now
	JobTitle string
	RoleName string
}
