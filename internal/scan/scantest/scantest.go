// Package scantest is a scanner for tests: it speaks as a ClamAV daemon does, and
// finds one thing.
package scantest

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"testing"
)

// Harmful is what it finds. It harms nothing, and no scanner knows it.
const Harmful = "casefile-test-content-that-a-scanner-finds"

// A Daemon listens on loopback until the test ends. Set Reply and Most before it
// is asked.
type Daemon struct {
	Address string
	Reply   *string // said whatever was sent
	Most    int     // bytes; 0 for any number
}

// Start starts one.
func Start(t testing.TB) *Daemon {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // may be closed: that is how a test takes it away
	d := &Daemon{Address: l.Addr().String()}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go d.answer(conn)
		}
	}()
	return d
}

func (d *Daemon) answer(conn net.Conn) {
	defer conn.Close()
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(conn, command); err != nil || string(command) != "zINSTREAM\x00" {
		return
	}
	var content bytes.Buffer
	for {
		var n uint32
		if binary.Read(conn, binary.BigEndian, &n) != nil {
			return
		}
		if n == 0 {
			break
		}
		if d.Most > 0 && content.Len()+int(n) > d.Most {
			_, _ = conn.Write([]byte("INSTREAM size limit exceeded. ERROR\x00"))
			return
		}
		if _, err := io.CopyN(&content, conn, int64(n)); err != nil {
			return
		}
	}
	reply := "stream: OK\x00"
	switch {
	case d.Reply != nil:
		reply = *d.Reply
	case bytes.Contains(content.Bytes(), []byte(Harmful)):
		reply = "stream: Casefile.Test FOUND\x00"
	}
	_, _ = conn.Write([]byte(reply))
}
