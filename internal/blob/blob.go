// Package blob keeps the content of files: bytes under a key, put once and
// never changed. A Folder keeps them below a folder of this machine; Sealed
// encrypts what is put into any Store. What the content is, whose, and who may
// see it is not known here.
package blob

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"io"
	"iter"
	"time"
)

// A Key names a blob: 32 hexadecimal digits, drawn at random, so that it says
// nothing about the content and leads out of no folder.
type Key string

// NewKey draws a key.
func NewKey() Key {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return Key(hex.EncodeToString(b[:]))
}

// Valid reports whether k has the shape of a key.
func (k Key) Valid() bool {
	if len(k) != 32 {
		return false
	}
	for _, c := range []byte(k) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// An Info is what a store knows of a blob.
type Info struct {
	Key  Key
	Size int64 // bytes as they are stored
	Put  time.Time
	// Partial is what a crash left of a blob that was never put: it can be
	// deleted, and not got. Only List gives such.
	Partial bool
}

// A Store keeps blobs. Any number of goroutines may use it, and several
// processes over one place.
//
// Errors are of the kinds of fault: NotFound for a key that is not there or is
// no key, Conflict for one that is taken, Unavailable when the place is full or
// out of reach.
type Store interface {
	// PutIfAbsent stores all of r, or nothing: when it returns nil the blob is
	// on disk, and otherwise there is none. An error of r is passed on.
	PutIfAbsent(ctx context.Context, key Key, r io.Reader) error
	// Get gives the bytes from offset on, at most length of them; a negative
	// length means all the rest. Close it.
	Get(ctx context.Context, key Key, offset, length int64) (io.ReadCloser, error)
	Stat(ctx context.Context, key Key) (Info, error)
	// Delete removes a blob, or what is left of one that was never put.
	Delete(ctx context.Context, key Key) error
	// List goes through all of them, in no order that is promised.
	List(ctx context.Context) iter.Seq2[Info, error]
}
