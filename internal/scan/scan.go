// Package scan asks a virus scanner about content. What was not scanned is never
// said to be clean.
package scan

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// A Verdict is what a scanner says of content. The zero Verdict says nothing.
type Verdict string

// The verdicts.
const (
	Unknown Verdict = ""      // not scanned
	Clean   Verdict = "clean" // scanned, and nothing found
	Found   Verdict = "found" // scanned, and something found
)

// Clamd is a ClamAV daemon, asked with its INSTREAM command. Source: the manual
// of clamd. It may be used from many goroutines at once.
type Clamd struct {
	Network string // tcp or unix
	Address string
	Timeout time.Duration // for one piece of content to move, and for the answer
}

const (
	piece     = 64 << 10
	mostReply = 1 << 10
)

// Scan reads content to its end and says what the daemon says of it. Any error,
// of the network, of the content, or because the daemon takes no content of that
// size, means that it is Unknown.
func (c Clamd) Scan(ctx context.Context, content io.Reader) (Verdict, error) {
	conn, err := (&net.Dialer{Timeout: c.Timeout}).DialContext(ctx, c.Network, c.Address)
	if err != nil {
		return Unknown, fmt.Errorf("reach the virus scanner: %w", err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) }) // ends what waits
	defer stop()
	sent := c.send(conn, content)
	if e := (*readError)(nil); errors.As(sent, &e) {
		return Unknown, e.err
	}
	// The daemon answers before it breaks off, so what it says comes before why
	// the sending failed.
	if err := conn.SetReadDeadline(time.Now().Add(c.Timeout)); err != nil {
		return Unknown, err
	}
	reply, err := io.ReadAll(io.LimitReader(conn, mostReply))
	words := strings.TrimRight(string(reply), "\x00\n")
	switch {
	case strings.HasSuffix(words, " FOUND"):
		return Found, nil
	case sent == nil && err == nil && words == "stream: OK":
		return Clean, nil
	case sent != nil:
		return Unknown, fmt.Errorf("the virus scanner broke off: %w", sent)
	case err != nil:
		return Unknown, fmt.Errorf("read what the virus scanner says: %w", err)
	}
	return Unknown, errors.New("the virus scanner did not say that the content is in order")
}

// A readError says that the content could not be read, and not that the scanner
// failed.
type readError struct{ err error }

func (e *readError) Error() string { return e.err.Error() }

func (c Clamd) send(conn net.Conn, content io.Reader) error {
	write := func(b []byte) error {
		if err := conn.SetWriteDeadline(time.Now().Add(c.Timeout)); err != nil {
			return err
		}
		_, err := conn.Write(b)
		return err
	}
	if err := write([]byte("zINSTREAM\x00")); err != nil {
		return err
	}
	buf := make([]byte, 4+piece)
	for {
		n, err := io.ReadFull(content, buf[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(buf, uint32(n))
			if err := write(buf[:4+n]); err != nil {
				return err
			}
		}
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			return write(make([]byte, 4))
		case err != nil:
			return &readError{err}
		}
	}
}

// Ping asks the daemon whether it is there.
func (c Clamd) Ping(ctx context.Context) error {
	v, err := c.Scan(ctx, bytes.NewReader(nil))
	if err == nil && v != Clean {
		err = errors.New("the virus scanner does not answer as one does")
	}
	return err
}
