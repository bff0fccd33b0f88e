// Package mailtest is an SMTP server on this machine, for tests.
package mailtest

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Received is a message that the server took.
type Received struct{ From, To, Text string }

// A Server takes messages, or refuses them.
type Server struct {
	Address string
	// Pool are the authorities by which its certificate is good; nil without StartTLS.
	Pool *x509.CertPool

	mu       sync.Mutex
	received []Received
	refuse   bool
	signedIn []string // what was given to sign in
	listener net.Listener
	config   *tls.Config
}

// New starts a server that offers STARTTLS, or not, and takes any password but "wrong".
func New(t testing.TB, startTLS bool) *Server {
	t.Helper()
	s := &Server{}
	if startTLS {
		s.certify(t)
	}
	var err error
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	s.Address = s.listener.Addr().String()
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := s.listener.Accept()
			if err != nil {
				return // closed
			}
			wg.Go(func() { s.talk(c) })
		}
	})
	t.Cleanup(func() {
		if err := s.listener.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		wg.Wait()
	})
	return s
}

func (s *Server) certify(t testing.TB) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail of a test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, made, made, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s.Pool = x509.NewCertPool()
	s.Pool.AddCert(parsed)
	s.config = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
}

// Refuse has it refuse messages from now on, or take them again.
func (s *Server) Refuse(refuse bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = refuse
}

// Received are the messages that it took.
func (s *Server) Received() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Received{}, s.received...)
}

// talk is one conversation.
func (s *Server) talk(c net.Conn) {
	defer c.Close() //nolint:errcheck // the client has gone, or is done
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	r := bufio.NewReader(c)
	say := func(format string, args ...any) { fmt.Fprintf(c, format+"\r\n", args...) }
	say("220 a test")
	var got Received
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch strings.ToUpper(verb) {
		case "EHLO", "HELO":
			if _, encrypted := c.(*tls.Conn); s.config != nil && !encrypted {
				say("250-a test\r\n250-STARTTLS\r\n250 8BITMIME")
			} else {
				say("250-a test\r\n250-AUTH PLAIN\r\n250 8BITMIME")
			}
		case "STARTTLS":
			say("220 go on")
			c = tls.Server(c, s.config)
			r = bufio.NewReader(c)
		case "AUTH":
			s.mu.Lock()
			s.signedIn = append(s.signedIn, rest)
			s.mu.Unlock()
			if strings.Contains(rest, "AHdyb25nAHdyb25n") { // wrong, wrong
				say("535 no")
			} else {
				say("235 welcome")
			}
		case "MAIL":
			got = Received{From: rest}
			say("250 yes")
		case "RCPT":
			got.To = rest
			s.mu.Lock()
			refuse := s.refuse
			s.mu.Unlock()
			if refuse {
				say("550 no such person: %s", rest)
			} else {
				say("250 yes")
			}
		case "DATA":
			say("354 go on")
			var b strings.Builder
			for {
				line, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if strings.TrimRight(line, "\r\n") == "." {
					break
				}
				b.WriteString(line)
			}
			got.Text = b.String()
			s.mu.Lock()
			s.received = append(s.received, got)
			s.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("500 what?")
		}
	}
}
