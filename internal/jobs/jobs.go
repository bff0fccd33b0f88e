// Package jobs runs what is to be done after a commit: the outbox and timers.
//
// A job is a row that was committed together with the change that asks for it.
// It runs at least once: a process may die between doing the work and noting
// it, so handlers must not mind a repeat. Logs name jobs by key and kind only.
package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"casefile/internal/date"
	"casefile/internal/fault"
)

// An ID is the key of a job row. It is made by package id.
type ID string

// A Job is one thing to do.
type Job struct {
	ID   ID
	Kind string
	// Payload is a JSON object that holds ids and moments only: never a name,
	// never text that somebody wrote. Job rows are kept, copied and looked at
	// outside the rules that protect case information; the handler reads what it
	// needs by id, as the job's own named identity.
	Payload json.RawMessage
	// Attempts counts the claims, this one included. It is also what tells this
	// claim from a later one of the same job.
	Attempts int
	RunAt    date.Instant // not before
}

// A New job is one to be stored.
type New struct {
	Kind    string
	Payload json.RawMessage // as in Job; empty stands for {}
	RunAt   date.Instant    // zero: at once
	// Unique, where it is not empty, makes the store keep one job of this text
	// and no more, for as long as it keeps jobs, done ones included.
	Unique string
}

// A Queue keeps jobs. Done, Retry, Dead, Release and Extend are about one claim:
// they change the row only while its Attempts are still those of j, and are a
// Conflict when the job was claimed anew, or finished, since. A busy store
// answers Unavailable.
type Queue interface {
	// Claim takes the job that is due longest, of these kinds or, with none
	// named, of any: one that waits and whose RunAt has come, or one whose lease
	// is over. In one statement it adds one to Attempts and sets the lease to end
	// at now + lease. ok is false when nothing is due.
	Claim(ctx context.Context, kinds []string, lease time.Duration, now date.Instant) (j Job, ok bool, err error)
	// Extend moves the end of the lease.
	Extend(ctx context.Context, j Job, until date.Instant) error
	// Done notes that the job is finished.
	Done(ctx context.Context, j Job) error
	// Retry gives the job back, to be run again at that moment; reason is the kind
	// of its failure, never its words.
	Retry(ctx context.Context, j Job, at date.Instant, reason string) error
	// Dead puts the job aside until a person looks at it.
	Dead(ctx context.Context, j Job, reason string) error
	// Release gives the job back as if it had not been claimed: due at once, with
	// one attempt less.
	Release(ctx context.Context, j Job) error
	// Enqueue stores a job outside a business transaction, as timers need. added
	// is false where there is one of the same Unique text.
	Enqueue(ctx context.Context, n New) (added bool, err error)
}

// A Handler does one job. It must come to an end soon after its context does.
// An error of kind Invalid puts the job aside at once, because trying again
// cannot help; any other error, and a panic, is tried again later.
type Handler func(ctx context.Context, j Job) error

// Why a job failed, beside the names of the kinds of package fault.
const (
	ReasonPanic   = "panic"
	ReasonTimeout = "timeout"
	ReasonUnknown = "unknown-kind"
	ReasonDied    = "died" // claimed more often than it may fail, and nobody ever noted how it went
)

var kindShape = regexp.MustCompile(`^[a-z][a-z0-9-]{0,63}$`)

// Check says whether a job can be stored: its kind is a word in lower case and
// its payload a JSON object. Invalid if not. Stores call it before they write.
func (n New) Check() error {
	if !kindShape.MatchString(n.Kind) {
		return fault.New(fault.Invalid, fmt.Sprintf("%q is not the name of a kind of job", n.Kind))
	}
	var object map[string]json.RawMessage
	if len(n.Payload) > 0 && (json.Unmarshal(n.Payload, &object) != nil || object == nil) {
		return fault.New(fault.Invalid, "the payload of a "+n.Kind+" job is not a JSON object")
	}
	return nil
}
