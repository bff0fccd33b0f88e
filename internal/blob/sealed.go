package blob

import (
	"context"
	"errors"
	"io"
	"iter"

	"casefile/internal/keys"
)

// Keys encrypt and decrypt streams. A *keys.Ring is one.
type Keys interface {
	SealStream(w io.Writer, plain io.Reader, place []byte) (int64, error)
	OpenStream(sealed io.Reader, place []byte) io.Reader
}

// Sealed keeps blobs encrypted in another store. A blob opens under its own key
// and no other, so that two cannot be exchanged. Make one with Seal.
type Sealed struct {
	in   Store
	keys Keys
}

// Seal makes a store that encrypts what it puts into another.
func Seal(in Store, k Keys) *Sealed { return &Sealed{in, k} }

func place(key Key) []byte { return keys.Row("blob", string(key)) }

// PutIfAbsent encrypts all of plain and stores it, or nothing. Errors are those
// of Store, and that of plain.
func (s *Sealed) PutIfAbsent(ctx context.Context, key Key, plain io.Reader) error {
	r, w := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, err := s.keys.SealStream(w, plain, place(key))
		_ = w.CloseWithError(err) // never fails; nil is the end
	}()
	err := s.in.PutIfAbsent(ctx, key, r)
	// The caller's reader is not read any more once this has returned.
	_ = r.CloseWithError(errors.New("the blob could not be put")) // never fails
	<-ended
	return err
}

// Get gives the plaintext from its beginning. Each part of it has been
// authenticated before it is handed out; a blob that was changed or cut off
// gives an error where that shows, and no end. Close it.
func (s *Sealed) Get(ctx context.Context, key Key) (io.ReadCloser, error) {
	r, err := s.in.Get(ctx, key, 0, -1)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{s.keys.OpenStream(r, place(key)), r}, nil
}

// Stat is that of the store: the size is that of the encrypted bytes.
func (s *Sealed) Stat(ctx context.Context, key Key) (Info, error) { return s.in.Stat(ctx, key) }

// Delete removes a blob.
func (s *Sealed) Delete(ctx context.Context, key Key) error { return s.in.Delete(ctx, key) }

// List goes through all blobs.
func (s *Sealed) List(ctx context.Context) iter.Seq2[Info, error] { return s.in.List(ctx) }
