// Package keys holds the encryption keys of one installation and their
// rotation: it seals the fields that must not lie readable in the database, and
// makes the keyed hashes under which a value can be recognised but not read.
package keys

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"

	"casefile/internal/fault"
)

// HashSize is the length of what Hash returns, in bytes.
const HashSize = 32

// A Ring is the keys of one key file. It may be used by many goroutines at
// once, and by several processes over one file: Open finds keys that another
// process added since. Make one with Create or Load; the zero Ring has no keys.
type Ring struct {
	path string

	mu     sync.RWMutex
	set    set
	seen   os.FileInfo // the file as it was when set was read
	sealer tink.AEAD
	hasher *prf.Set
}

// set is the two kinds of key in a file. They differ in rotation: what is
// sealed can be opened with an old key, but a hash made with another key is
// another hash, and everything stored under it would be out of reach.
type set struct {
	seal *keyset.Handle // AES-256-GCM; new keys are added by Rotate
	hash *keyset.Handle // HMAC-SHA-256; one key for the life of the file
}

func newSet() (set, error) {
	seal, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return set{}, fmt.Errorf("make a sealing key: %w", err)
	}
	hash, err := keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate())
	if err != nil {
		return set{}, fmt.Errorf("make a hashing key: %w", err)
	}
	return set{seal, hash}, nil
}

// rotated is the set with one more sealing key, which seals from now on.
func (s set) rotated() (set, error) {
	m := keyset.NewManagerFromHandle(s.seal)
	added, err := m.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return set{}, fmt.Errorf("add a sealing key: %w", err)
	}
	if err := m.SetPrimary(added); err != nil {
		return set{}, fmt.Errorf("make the new key the sealing one: %w", err)
	}
	seal, err := m.Handle()
	if err != nil {
		return set{}, fmt.Errorf("rotate: %w", err)
	}
	return set{seal, s.hash}, nil
}

// use makes r work with s, read from a file that looked like seen. The caller
// holds the lock or has not shared r yet.
func (r *Ring) use(s set, seen os.FileInfo) error {
	sealer, err := aead.New(s.seal)
	if err != nil {
		return fmt.Errorf("sealing keys: %w", err)
	}
	hasher, err := prf.NewPRFSet(s.hash)
	if err != nil {
		return fmt.Errorf("hashing key: %w", err)
	}
	if _, err := hasher.ComputePrimaryPRF(nil, HashSize); err != nil {
		return fmt.Errorf("hashing key: %w", err)
	}
	r.set, r.seen, r.sealer, r.hasher = s, seen, sealer, hasher
	return nil
}

// Seal encrypts plaintext with the newest key. The same associated data must be
// given to Open; make it with Row, so that a value copied to another row, or to
// another column, does not open there.
func (r *Ring) Seal(plaintext, associated []byte) ([]byte, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	sealed, err := r.sealer.Encrypt(plaintext, associated)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return sealed, nil
}

// Open decrypts what Seal made, with whichever key made it. A value that was
// changed, that belongs to another row, or whose key is not in the file is an
// error; it does not say which.
func (r *Ring) Open(sealed, associated []byte) ([]byte, error) {
	r.mu.RLock()
	plain, err := r.sealer.Decrypt(sealed, associated)
	r.mu.RUnlock()
	if err == nil {
		return plain, nil
	}
	newer, reloadErr := r.reload()
	if reloadErr != nil {
		return nil, fmt.Errorf("open a sealed value: %w (and the key file could not be read again: %w)", err, reloadErr)
	}
	if !newer {
		return nil, fmt.Errorf("open a sealed value: %w", err)
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	if plain, err = r.sealer.Decrypt(sealed, associated); err != nil {
		return nil, fmt.Errorf("open a sealed value: %w", err)
	}
	return plain, nil
}

// reload reads the file again where it changed since, as it does when another
// process rotated the keys.
func (r *Ring) reload() (newer bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, err := os.Stat(r.path)
	if err != nil {
		return false, err
	}
	if os.SameFile(now, r.seen) && now.ModTime().Equal(r.seen.ModTime()) {
		return false, nil
	}
	s, seen, err := read(r.path)
	if err != nil {
		return false, err
	}
	return true, r.use(s, seen)
}

// Hash makes a value that stands for data and from which, without the key, data
// can be neither read nor guessed: HMAC-SHA-256, HashSize bytes. Equal data
// gives equal hashes for one purpose, and unrelated ones for two. It stays the
// same through Rotate.
func (r *Ring) Hash(purpose string, data []byte) []byte {
	r.mu.RLock()
	defer r.mu.RUnlock()
	h, err := r.hasher.ComputePrimaryPRF(append(Row(purpose), data...), HashSize)
	if err != nil {
		panic(fmt.Errorf("hash with a key that worked when it was loaded: %w", err)) // the length is a constant
	}
	return h
}

// Rotate adds a sealing key and writes the file; from then on Seal uses it, and
// Open still opens what the older keys sealed. Another rotation in progress is
// a Conflict.
func (r *Ring) Rotate() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	w, err := begin(r.path)
	if err != nil {
		return err
	}
	defer w.abandon()
	// What counts is the file, not what was read at start: another process may
	// have rotated since, and its key must not be lost.
	s, _, err := read(r.path)
	if err != nil {
		return err
	}
	if s, err = s.rotated(); err != nil {
		return err
	}
	seen, err := w.replace(s)
	if err != nil {
		return err
	}
	return r.use(s, seen)
}

// Keys counts the sealing keys, old ones included.
func (r *Ring) Keys() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.set.seal.Len()
}

// String keeps the keys out of logs.
func (r *Ring) String() string { return "key ring" }

// Row makes associated data out of the names of a place: table, row, column.
// Two different lists of names never give the same bytes.
func Row(names ...string) []byte {
	var b []byte
	for _, n := range names {
		b = binary.AppendUvarint(b, uint64(len(n)))
		b = append(b, n...)
	}
	return b
}

// Create makes a key file that only its owner may read, and returns its ring. A
// file that exists already is a Conflict, and is not touched.
func Create(path string) (*Ring, error) {
	s, err := newSet()
	if err != nil {
		return nil, err
	}
	seen, err := create(path, s)
	if errors.Is(err, os.ErrExist) {
		return nil, fault.Wrap(fault.Conflict, "The key file "+path+" exists already. Nothing was changed.", err)
	}
	if err != nil {
		return nil, fmt.Errorf("create key file: %w", err)
	}
	r := &Ring{path: path}
	return r, r.use(s, seen)
}

// Load reads a key file. No file is NotFound. A file that others than its owner
// may read or write is Refused, because keys that others may have read are no
// longer keys.
func Load(path string) (*Ring, error) {
	s, seen, err := read(path)
	if os.IsNotExist(err) {
		return nil, fault.Wrap(fault.NotFound, "There is no key file "+path+".", err)
	}
	if err != nil {
		return nil, err
	}
	r := &Ring{path: path}
	return r, r.use(s, seen)
}
