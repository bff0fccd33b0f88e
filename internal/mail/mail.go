// Package mail sends short messages by SMTP. What they say is made here, and says
// nothing about anybody: a mailbox is no place for what stands in a child's file.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"strings"
	"time"
)

// A Server is whom messages are given to. It may be used by many goroutines at once.
type Server struct {
	Address  string // host and port
	Implicit bool   // TLS from the first byte; else STARTTLS where the server offers it
	User     string // empty to send without signing in
	Password string
	From     string
	Timeout  time.Duration
	TLS      *tls.Config // nil for the ordinary rules
}

// Why a message was not sent, in one word. None of them holds an address.
const (
	Unreachable = "unreachable" // nobody answers, or the line broke
	Insecure    = "insecure"    // the server would take the password over a line that others can read, or its certificate is wrong
	SignIn      = "sign-in"     // the server does not take the password
	Refused     = "refused"     // the server does not take the message, or the address
)

// An Error says why. It keeps the cause from every log: a mail server repeats addresses.
type Error struct{ Reason string }

func (e *Error) Error() string { return "send a message by e-mail: " + e.Reason }

// ReasonOf is why a message was not sent; Unreachable where nothing says.
func ReasonOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return Unreachable
}

// A Message is what is sent.
type Message struct{ Subject, Body string }

// News says that there is something new, and where to sign in: never what, of whom or
// from whom.
func News(authority, signIn string) Message {
	return Message{
		Subject: "Something new for you in Casefile",
		Body: "There is something new for you in Casefile, the record system of " + authority + ".\n\nSign in to see it:\n" + signIn + "\n\n" +
			"This message says nothing about anybody, and nobody reads what is sent back to it. " +
			"To get fewer of them, or none, sign in and choose under My work, Messages by e-mail.\n",
	}
}

// Send gives one message to the server. The error is an *Error.
func (s Server) Send(ctx context.Context, to string, m Message) error {
	if a, err := mail.ParseAddress(to); err != nil || a.Address != to || strings.ContainsAny(to, "\r\n") {
		return &Error{Refused}
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	host, _, err := net.SplitHostPort(s.Address)
	if err != nil {
		return &Error{Unreachable}
	}
	c, err := s.dial(ctx, host)
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck // what was to be sent is acknowledged by then, or has failed
	if err := s.secure(c, host); err != nil {
		return err
	}
	if err := c.Mail(s.From); err != nil {
		return refused(err)
	}
	if err := c.Rcpt(to); err != nil {
		return refused(err)
	}
	w, err := c.Data()
	if err != nil {
		return refused(err)
	}
	if _, err := w.Write(s.text(to, m)); err != nil {
		return &Error{Unreachable}
	}
	if err := w.Close(); err != nil {
		return refused(err)
	}
	_ = c.Quit() // the server has taken the message
	return nil
}

func (s Server) dial(ctx context.Context, host string) (*smtp.Client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.Address)
	if err != nil {
		return nil, &Error{Unreachable}
	}
	if end, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(end); err != nil {
			return nil, errors.Join(&Error{Unreachable}, conn.Close())
		}
	}
	if s.Implicit {
		conn = tls.Client(conn, s.config(host))
	}
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		reason := Unreachable
		if s.Implicit {
			reason = Insecure
		}
		_ = conn.Close() // nothing was sent
		return nil, &Error{reason}
	}
	return c, nil
}

// secure has the line encrypted where that can be, and signs in.
func (s Server) secure(c *smtp.Client, host string) error {
	if ok, _ := c.Extension("STARTTLS"); ok && !s.Implicit {
		if err := c.StartTLS(s.config(host)); err != nil {
			return &Error{Insecure}
		}
	}
	if s.User == "" {
		return nil
	}
	if _, encrypted := c.TLSConnectionState(); !encrypted && !loopback(host) {
		return &Error{Insecure}
	}
	if err := c.Auth(smtp.PlainAuth("", s.User, s.Password, host)); err != nil {
		return &Error{SignIn}
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (s Server) config(host string) *tls.Config {
	if s.TLS != nil {
		return s.TLS
	}
	return &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
}

// refused tells what the server would not have from a line that broke.
func refused(err error) error {
	if _, ok := errors.AsType[*textproto.Error](err); ok {
		return &Error{Refused}
	}
	return &Error{Unreachable}
}

func (s Server) text(to string, m Message) []byte {
	var b strings.Builder
	for _, h := range [][2]string{
		{"From", s.From},
		{"To", to},
		{"Subject", mime.QEncoding.Encode("utf-8", m.Subject)},
		{"Date", time.Now().Format(time.RFC1123Z)},
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "8bit"},
		{"Auto-Submitted", "auto-generated"},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n" + strings.ReplaceAll(m.Body, "\n", "\r\n"))
	return []byte(b.String())
}
