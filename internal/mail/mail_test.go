package mail_test

import (
	"crypto/tls"
	"net"
	"strings"
	"testing"
	"time"

	"casefile/internal/mail"
	"casefile/internal/mail/mailtest"
)

const to = "orla@example.org"

func server(s *mailtest.Server) mail.Server {
	m := mail.Server{Address: s.Address, From: "casefile@example.org", Timeout: 5 * time.Second}
	if s.Pool != nil {
		m.TLS = &tls.Config{RootCAs: s.Pool, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
	}
	return m
}

func TestSend(t *testing.T) {
	for _, encrypted := range []bool{false, true} {
		s := mailtest.New(t, encrypted)
		m := server(s)
		m.User, m.Password = "casefile", "a password"
		if err := m.Send(t.Context(), to, mail.News("Anyshire", "https://casefile.example.org/sign-in")); err != nil {
			t.Fatal(err)
		}
		got := s.Received()
		if len(got) != 1 || !strings.Contains(got[0].To, to) || !strings.Contains(got[0].From, "casefile@example.org") {
			t.Fatalf("received %+v", got)
		}
		head, body, _ := strings.Cut(got[0].Text, "\r\n\r\n")
		for _, want := range []string{"Subject: Something new for you in Casefile", "To: " + to, "Auto-Submitted: auto-generated"} {
			if !strings.Contains(head, want) {
				t.Errorf("the head lacks %q:\n%s", want, head)
			}
		}
		if !strings.Contains(body, "https://casefile.example.org/sign-in") || !strings.Contains(body, "Anyshire") {
			t.Errorf("the body:\n%s", body)
		}
	}
}

// Why it failed is one word; what a server says, addresses among it, is in no error.
func TestWhyItFails(t *testing.T) {
	refusing := mailtest.New(t, false)
	refusing.Refuse(true)
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := gone.Addr().String()
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}
	wrong := server(mailtest.New(t, false))
	wrong.User, wrong.Password = "wrong", "wrong"
	untrusted := server(mailtest.New(t, true))
	untrusted.TLS = nil
	implicit := server(mailtest.New(t, false))
	implicit.Implicit = true
	for name, c := range map[string]struct {
		m    mail.Server
		to   string
		want string
	}{
		"nobody there":      {mail.Server{Address: nobody, Timeout: time.Second}, to, mail.Unreachable},
		"no address at all": {mail.Server{Address: "nowhere", Timeout: time.Second}, to, mail.Unreachable},
		"refused":           {server(refusing), to, mail.Refused},
		"no such address":   {server(refusing), "not an address", mail.Refused},
		"two lines":         {server(refusing), "a@example.org\r\nBcc: b@example.org", mail.Refused},
		"wrong password":    {wrong, to, mail.SignIn},
		"wrong certificate": {untrusted, to, mail.Insecure},
		"no encryption":     {implicit, to, mail.Insecure},
	} {
		err := c.m.Send(t.Context(), c.to, mail.News("Anyshire", "x"))
		if got := mail.ReasonOf(err); err == nil || got != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "example.org") {
			t.Errorf("%s: the error names an address: %v", name, err)
		}
	}
}
