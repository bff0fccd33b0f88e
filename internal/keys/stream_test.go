package keys_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"casefile/internal/keys"
)

var place = keys.Row("file", "k1")

// The plaintext of a piece, and how much longer it is sealed; written out here
// so that a change of format is noticed.
const (
	piece     = 1 << 20
	sealedLen = piece + 33
	headLen   = 25 + 16
)

func noise(n int) []byte {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func sealStream(t *testing.T, r *keys.Ring, plain []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := r.SealStream(&b, iotest.HalfReader(bytes.NewReader(plain)), place)
	if err != nil || n != int64(len(plain)) {
		t.Fatalf("seal %d bytes: %d, %v", len(plain), n, err)
	}
	return b.Bytes()
}

func openStream(r *keys.Ring, sealed, place []byte) ([]byte, error) {
	return io.ReadAll(r.OpenStream(bytes.NewReader(sealed), place))
}

func TestStreamOpensAtEveryLength(t *testing.T) {
	r, path := newRing(t)
	for _, n := range []int{0, 1, 1000, piece - 1, piece, piece + 1, 2 * piece, 2*piece + 7} {
		plain := noise(n)
		sealed := sealStream(t, r, plain)
		pieces := max(1, (n+piece-1)/piece)
		if want := headLen + n + pieces*33; len(sealed) != want {
			t.Errorf("%d bytes are sealed in %d, want %d", n, len(sealed), want)
		}
		if n > 100 && bytes.Contains(sealed, plain[n-50:]) {
			t.Errorf("%d bytes: the sealed stream shows its content", n)
		}
		got, err := openStream(load(t, path), sealed, place)
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes: got %d back, %v", n, len(got), err)
		}
	}
}

// Whatever is done to a sealed stream, what comes out is a beginning of what
// went in, and then an error instead of an end.
func TestStreamTamperedWith(t *testing.T) {
	r, _ := newRing(t)
	plain := noise(2*piece + 500)
	sealed := sealStream(t, r, plain)
	other := sealStream(t, r, noise(2*piece+501))
	first, second := headLen, headLen+sealedLen
	flip := func(at int) []byte {
		b := bytes.Clone(sealed)
		b[at] ^= 1
		return b
	}
	swap := bytes.Clone(sealed)
	copy(swap[first:], sealed[second:second+sealedLen])
	copy(swap[second:], sealed[first:first+sealedLen])
	from := bytes.Clone(sealed)
	copy(from[second:second+sealedLen], other[second:second+sealedLen])
	for name, c := range map[string]struct {
		sealed []byte
		intact int // bytes that may be handed out
	}{
		"nothing":                        {nil, 0},
		"the head alone":                 {sealed[:headLen], 0},
		"half a head":                    {sealed[:5], 0},
		"a flipped bit in the head":      {flip(3), 0},
		"in the first piece":             {flip(first + 40), 0},
		"in the second piece":            {flip(second + 40), piece},
		"in the last byte":               {flip(len(sealed) - 1), 2 * piece},
		"cut after the first piece":      {sealed[:second], 0},
		"cut after the second piece":     {sealed[:second+sealedLen], piece},
		"cut within the last piece":      {sealed[:len(sealed)-1], 2 * piece},
		"something added":                {append(bytes.Clone(sealed), 'x'), 2 * piece},
		"two pieces exchanged":           {swap, 0},
		"a piece of another stream":      {from, piece},
		"a piece left out":               {append(bytes.Clone(sealed[:first]), sealed[second:]...), 0},
		"plain text in place of sealing": {plain, 0},
	} {
		got, err := openStream(r, c.sealed, place)
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		if len(got) != c.intact || !bytes.Equal(got, plain[:len(got)]) {
			t.Errorf("%s: %d bytes were handed out, want %d", name, len(got), c.intact)
		}
	}
	if got, err := openStream(r, sealed, keys.Row("file", "k2")); err == nil || len(got) != 0 {
		t.Errorf("in another place: %d bytes, %v", len(got), err)
	}
	stranger, _ := newRing(t)
	if got, err := openStream(stranger, sealed, place); err == nil || len(got) != 0 {
		t.Errorf("with other keys: %d bytes, %v", len(got), err)
	}
}

func TestStreamOutlivesRotation(t *testing.T) {
	r, path := newRing(t)
	plain := noise(piece + 10)
	before := sealStream(t, r, plain)
	if err := r.Rotate(); err != nil {
		t.Fatal(err)
	}
	// Rotated by another process while the stream was being sealed.
	var during bytes.Buffer
	turning := io.MultiReader(bytes.NewReader(plain[:piece]), onRead(func() error { return r.Rotate() }), bytes.NewReader(plain[piece:]))
	if _, err := r.SealStream(&during, turning, place); err != nil {
		t.Fatal(err)
	}
	for name, sealed := range map[string][]byte{"before": before, "during": during.Bytes()} {
		if got, err := openStream(load(t, path), sealed, place); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("sealed %s the rotation: %d bytes, %v", name, len(got), err)
		}
	}
}

// onRead does something once it is reached, and gives nothing.
type onRead func() error

func (f onRead) Read([]byte) (int, error) {
	if err := f(); err != nil {
		return 0, err
	}
	return 0, io.EOF
}

func TestStreamPassesErrorsOn(t *testing.T) {
	r, _ := newRing(t)
	cut := errors.New("the line went dead")
	var b bytes.Buffer
	if _, err := r.SealStream(&b, io.MultiReader(bytes.NewReader(noise(piece+5)), iotest.ErrReader(cut)), place); !errors.Is(err, cut) {
		t.Errorf("seal what cannot be read: %v", err)
	}
	if got, err := openStream(r, b.Bytes(), place); err == nil {
		t.Errorf("half a stream opened: %d bytes", len(got))
	}
	// A body that breaks off says so with this error; it is not the end of one.
	for _, n := range []int{0, 10, piece, piece + 5} {
		if _, err := r.SealStream(io.Discard, io.MultiReader(bytes.NewReader(noise(n)), iotest.ErrReader(io.ErrUnexpectedEOF)), place); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("seal what breaks off after %d bytes: %v", n, err)
		}
	}
	sealed := sealStream(t, r, noise(100))
	broken := io.MultiReader(bytes.NewReader(sealed[:60]), iotest.ErrReader(cut))
	if _, err := io.ReadAll(r.OpenStream(broken, place)); !errors.Is(err, cut) {
		t.Errorf("open what cannot be read: %v", err)
	}
}
