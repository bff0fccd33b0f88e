package keys

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// A sealed stream is its first line, a number drawn for it, and then pieces,
// each sealed by itself: a reader is given a piece only once all of it has been
// authenticated, and never more than a piece is held in memory. The place and
// the number of the stream, the count of the piece and whether it is the last
// are associated with each, so that pieces cannot be exchanged, left out, moved
// to another stream (of the same place neither) or cut off the end.
const (
	streamHead = "casefile sealed stream 1\n"
	streamOwn  = 16      // bytes of the stream's number
	pieceSize  = 1 << 20 // bytes of plaintext
	// pieceOver is by how much a sealed piece is longer: Tink's prefix, the
	// nonce and the tag of AES-256-GCM. Every key of a ring is of that kind.
	pieceOver = 5 + 12 + 16
)

func pieceAt(place, own []byte, count int, last bool) []byte {
	word := "more"
	if last {
		word = "last"
	}
	return Row("stream", string(place), string(own), strconv.Itoa(count), word)
}

// SealStream encrypts all of plain into w with the newest key, a piece of 1 MiB
// at a time, and says how many bytes there were. The same place must be given
// to OpenStream; make it with Row. An error of plain or of w is passed on, and
// what has been written by then opens nowhere.
func (r *Ring) SealStream(w io.Writer, plain io.Reader, place []byte) (int64, error) {
	own := make([]byte, streamOwn)
	_, _ = rand.Read(own) // never fails: crypto/rand ends the program instead
	if _, err := w.Write(append([]byte(streamHead), own...)); err != nil {
		return 0, err
	}
	in := bufio.NewReaderSize(plain, 64<<10)
	piece := make([]byte, pieceSize)
	var total int64
	for count := 0; ; count++ {
		n, last, err := readPiece(in, piece)
		if err != nil {
			return total, err
		}
		sealed, err := r.Seal(piece[:n], pieceAt(place, own, count, last))
		if err != nil {
			return total, err
		}
		if len(sealed) != n+pieceOver {
			return total, errors.New("a key of another kind than streams are sealed with")
		}
		if _, err := w.Write(sealed); err != nil {
			return total, err
		}
		total += int64(n)
		if last {
			return total, nil
		}
	}
}

// readPiece fills the piece as far as there is anything, and says whether that
// was the end.
func readPiece(in *bufio.Reader, piece []byte) (n int, last bool, err error) {
	// Not io.ReadFull: it gives the same error for an end that comes early and
	// for a reader that says of itself that it broke off, which is no end.
	for n < len(piece) {
		m, err := in.Read(piece[n:])
		n += m
		if err == io.EOF {
			return n, true, nil
		}
		if err != nil {
			return n, false, err
		}
	}
	_, err = in.Peek(1)
	if err == io.EOF {
		return n, true, nil
	}
	return n, false, err
}

// OpenStream decrypts what SealStream made, with whichever keys made it, as far
// as it is read. A stream that was changed, cut off, belongs to another place
// or whose key is not in the file gives an error where that shows, and never
// io.EOF; what it gave before is as it was sealed. One goroutine may read it.
func (r *Ring) OpenStream(sealed io.Reader, place []byte) io.Reader {
	return &opening{ring: r, in: bufio.NewReaderSize(sealed, 64<<10), place: place}
}

type opening struct {
	ring  *Ring
	in    *bufio.Reader
	place []byte
	own   []byte
	count int
	piece []byte // sealed
	plain []byte // not yet read
	err   error
}

func (o *opening) Read(p []byte) (int, error) {
	for len(o.plain) == 0 && o.err == nil {
		o.next()
	}
	if len(o.plain) == 0 {
		return 0, o.err
	}
	n := copy(p, o.plain)
	o.plain = o.plain[n:]
	return n, nil
}

// next opens one more piece. After the last, err is io.EOF.
func (o *opening) next() {
	if o.piece == nil {
		head := make([]byte, len(streamHead)+streamOwn)
		_, err := io.ReadFull(o.in, head)
		if err != nil || string(head[:len(streamHead)]) != streamHead {
			o.err = broken(err)
			return
		}
		o.own = head[len(streamHead):]
		o.piece = make([]byte, pieceSize+pieceOver)
	}
	n, last, err := readPiece(o.in, o.piece)
	if err != nil {
		o.err = fmt.Errorf("read a sealed stream: %w", err)
		return
	}
	plain, err := o.ring.Open(o.piece[:n], pieceAt(o.place, o.own, o.count, last))
	if err != nil {
		o.err = fmt.Errorf("piece %d of a sealed stream: %w", o.count, err)
		return
	}
	o.plain = plain
	o.count++
	if last {
		o.err = io.EOF
	}
}

func broken(err error) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("this is not a sealed stream, or not the whole of one")
	}
	return fmt.Errorf("read a sealed stream: %w", err)
}
