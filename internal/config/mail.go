package config

import (
	"errors"
	"net"
	"net/mail"
	"net/url"
	"strings"
)

// Mail is where messages by e-mail are given to, as it is typed.
type Mail struct {
	SMTP     string `name:"smtp" env:"CASEFILE_SMTP" placeholder:"URL" help:"A mail server that takes our messages, such as smtp://user@mail.example.org:587 or smtps://mail.example.org. Its password is in CASEFILE_SMTP_PASSWORD, or in the file that CASEFILE_SMTP_PASSWORD_FILE names. Without a server nobody is told by e-mail."`
	MailFrom string `name:"mail-from" env:"CASEFILE_MAIL_FROM" placeholder:"ADDRESS" help:"The address that messages are from, such as casefile@example.org. Needed with --smtp."`
}

// smtpPassword is the variable of the environment with the password.
const smtpPassword = "CASEFILE_SMTP_PASSWORD"

// A MailServer takes our messages: a host and a port, TLS from the first byte or when
// the server offers it, and whom to sign in as, if anybody.
type MailServer struct {
	Address  string
	Implicit bool
	User     string
	Password Secret
	From     string
}

// server reads the settings; nil where no server is named.
func (m Mail) server(lookup Lookup) (*MailServer, error) {
	password, err := ReadSecret(lookup, smtpPassword)
	if err != nil {
		return nil, err
	}
	if m.SMTP == "" {
		if m.MailFrom != "" || !password.IsZero() {
			return nil, errors.New("--mail-from and " + smtpPassword + " are for --smtp, which names no server")
		}
		return nil, nil // nil is the answer, as Settings says
	}
	// A password in the address would be shown in the list of processes.
	u, err := url.Parse(m.SMTP)
	if err != nil || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("--smtp takes an address such as smtp://user@mail.example.org:587 or smtps://mail.example.org")
	}
	if _, there := u.User.Password(); there {
		return nil, errors.New("--smtp holds a password: put it in " + smtpPassword + " instead")
	}
	s := &MailServer{Implicit: u.Scheme == "smtps", User: u.User.Username(), Password: password, From: m.MailFrom}
	port := u.Port()
	switch {
	case port != "":
	case s.Implicit:
		port = "465"
	default:
		port = "587"
	}
	s.Address = net.JoinHostPort(u.Hostname(), port)
	if a, err := mail.ParseAddress(m.MailFrom); err != nil || a.Address != m.MailFrom {
		return nil, errors.New("--mail-from is needed with --smtp: the address that messages are from, such as casefile@example.org")
	}
	if (s.User == "") != s.Password.IsZero() {
		return nil, errors.New("--smtp names a user and " + smtpPassword + " gives no password, or the other way round")
	}
	return s, nil
}
