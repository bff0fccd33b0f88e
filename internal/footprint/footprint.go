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
	// Document is a form that is filled in.
	Document string `json:"document,omitempty"`
	Plan     string `json:"plan,omitempty"`
	Meeting  string `json:"meeting,omitempty"`
	Concern  string `json:"concern,omitempty"`
	Done     string `json:"done,omitempty"` // what was changed, in a few words without names
	Salt     []byte `json:"salt"`
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

// A Query is which looks at one file are wanted, the latest first.
type Query struct {
	Object   string
	Before   int64    // numbers below this; 0 for the latest
	Actor    string   // of this worker; empty for everybody
	Outside  bool     // on a ground that is not the looker's work: a reason, or everybody
	Withheld bool     // those to whom it was not shown
	Plain    bool     // without those that look into who has looked
	Back     []Acting // without what these inquired since
	From     date.Instant
	Until    date.Instant // before this moment; 0 for now
	Limit    int
}

// Asked is the ground of footprints of who was asked about looks of theirs, or
// of others', and answers: it gives nothing but the question.
const Asked = "asked"

// Shared is the ground of a change to something that is about this person and others, made
// by the right to another's file where this one's gives none.
const Shared = "shared"

// Explains is the action of asking why somebody sees a file.
const Explains = "explain"

// An Acting is a worker in a role, and the moment since which something holds
// of them.
type Acting struct {
	Actor string
	Role  string
	Since date.Instant
}

// A Named is a decision that a person is told the names of those who looked.
type Named struct {
	ID     string
	Person string
	By     string // the name of who decided, as it was then
	Reason string // sealed in the store
	Sealed []byte
	date.Clocks
}
