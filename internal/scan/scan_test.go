package scan_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"casefile/internal/scan"
	"casefile/internal/scan/scantest"
)

func clamd(t *testing.T) (scan.Clamd, *scantest.Daemon) {
	d := scantest.Start(t)
	return scan.Clamd{Network: "tcp", Address: d.Address, Timeout: 2 * time.Second}, d
}

func TestVerdicts(t *testing.T) {
	c, _ := clamd(t)
	big := bytes.Repeat([]byte("nothing to see here. "), 100_000)
	for name, content := range map[string]struct {
		body []byte
		want scan.Verdict
	}{
		"nothing": {nil, scan.Clean}, "a little": {[]byte("a"), scan.Clean}, "two megabytes": {big, scan.Clean},
		"harmful": {[]byte("x" + scantest.Harmful), scan.Found}, "harmful at the end": {append(bytes.Clone(big), scantest.Harmful...), scan.Found},
	} {
		if got, err := c.Scan(t.Context(), bytes.NewReader(content.body)); got != content.want || err != nil {
			t.Errorf("%s: %q, %v; want %q", name, got, err, content.want)
		}
	}
	if err := c.Ping(t.Context()); err != nil {
		t.Errorf("ping: %v", err)
	}
}

// Whatever goes wrong, the answer is that it is not known.
func TestNotScannedIsNotClean(t *testing.T) {
	c, d := clamd(t)
	unknown := func(what string, v scan.Verdict, err error) {
		t.Helper()
		if v != scan.Unknown || err == nil {
			t.Errorf("%s: %q, %v; want unknown, and why", what, v, err)
		}
	}
	v, err := c.Scan(t.Context(), iotest.ErrReader(errors.New("the content broke off")))
	unknown("content that breaks off", v, err)
	if err == nil || !strings.Contains(err.Error(), "the content broke off") {
		t.Errorf("content that breaks off: %v", err)
	}
	d.Most = 1000
	v, err = c.Scan(t.Context(), bytes.NewReader(make([]byte, 5<<20)))
	unknown("content larger than the daemon takes", v, err)
	for _, reply := range []string{"", "stream: OK but", "stream: FOUNDLING", "OK\x00", "UNKNOWN COMMAND"} {
		d.Reply = &reply
		v, err = c.Scan(t.Context(), strings.NewReader("a"))
		unknown("the answer "+reply, v, err)
	}
	nobody := scan.Clamd{Network: "unix", Address: filepath.Join(t.TempDir(), "nobody"), Timeout: time.Second}
	v, err = nobody.Scan(t.Context(), strings.NewReader("a"))
	unknown("nobody there", v, err)

	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	hung := scan.Clamd{Network: "tcp", Address: silent.Addr().String(), Timeout: 50 * time.Millisecond}
	v, err = hung.Scan(t.Context(), strings.NewReader("a"))
	unknown("a daemon that says nothing", v, err)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	v, err = c.Scan(gone, strings.NewReader("a"))
	unknown("somebody who went away", v, err)
}

// The wire is clamd's: a command, pieces each with its length, an empty piece.
func TestWire(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	got := make(chan []byte, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		b := make([]byte, len("zINSTREAM\x00")+4+3+4)
		if _, err := io.ReadFull(conn, b); err == nil {
			_, _ = conn.Write([]byte("stream: OK\x00"))
		}
		got <- b
	}()
	c := scan.Clamd{Network: "tcp", Address: l.Addr().String(), Timeout: time.Second}
	if v, err := c.Scan(t.Context(), strings.NewReader("abc")); v != scan.Clean || err != nil {
		t.Fatalf("%q, %v", v, err)
	}
	want := append([]byte("zINSTREAM\x00"), binary.BigEndian.AppendUint32(nil, 3)...)
	want = append(append(want, "abc"...), 0, 0, 0, 0)
	if b := <-got; !bytes.Equal(b, want) {
		t.Errorf("sent %q, want %q", b, want)
	}
}
