package config

import (
	"strings"
	"testing"
)

func TestMailServer(t *testing.T) {
	with := func(password string) Lookup {
		return func(name string) (string, bool) { return password, name == smtpPassword && password != "" }
	}
	for _, c := range []struct {
		m        Mail
		password string
		want     MailServer
		wrong    string
	}{
		{m: Mail{}},
		{m: Mail{"smtp://mail.example.org", "c@example.org"}, want: MailServer{Address: "mail.example.org:587", From: "c@example.org"}},
		{m: Mail{"smtps://mail.example.org/", "c@example.org"}, want: MailServer{Address: "mail.example.org:465", Implicit: true, From: "c@example.org"}},
		{
			m: Mail{"smtp://u@[::1]:25", "c@example.org"}, password: "secret-word",
			want: MailServer{Address: "[::1]:25", User: "u", Password: NewSecret("secret-word"), From: "c@example.org"},
		},
		{m: Mail{"smtp://u:secret-word@mail.example.org", "c@example.org"}, wrong: "holds a password"},
		{m: Mail{"http://mail.example.org", "c@example.org"}, wrong: "such as smtp://"},
		{m: Mail{"mail.example.org:25", "c@example.org"}, wrong: "such as smtp://"},
		{m: Mail{"smtp://mail.example.org", ""}, wrong: "--mail-from is needed"},
		{m: Mail{"smtp://mail.example.org", "Casefile <c@example.org>"}, wrong: "--mail-from is needed"},
		{m: Mail{"", "c@example.org"}, wrong: "names no server"},
		{m: Mail{}, password: "secret-word", wrong: "names no server"},
		{m: Mail{"smtp://u@mail.example.org", "c@example.org"}, wrong: "gives no password"},
		{m: Mail{"smtp://mail.example.org", "c@example.org"}, password: "secret-word", wrong: "the other way round"},
	} {
		got, err := c.m.server(with(c.password))
		switch {
		case c.wrong != "":
			if err == nil || !strings.Contains(err.Error(), c.wrong) || strings.Contains(err.Error(), "secret-word") {
				t.Errorf("%+v: %v, want %q and no password", c.m, err, c.wrong)
			}
		case err != nil:
			t.Errorf("%+v: %v", c.m, err)
		case c.want == MailServer{}:
			if got != nil {
				t.Errorf("no server: %+v", got)
			}
		case *got != c.want:
			t.Errorf("%+v: got %+v, want %+v", c.m, *got, c.want)
		}
	}
}
