//go:build e2e

package e2e

import (
	"net"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

var (
	passwordLine = regexp.MustCompile(`Password[^:]*: (\S+)`)
	secretLine   = regexp.MustCompile(`Secret[^:]*: (\S+)`)
)

// The way in where it counts: a program with a database of its own, an account
// made by a command, a password and a one-time code.
func TestSignInForReal(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	command(t, "migrate", "--data", data)
	out := command(
		t, "user", "add", "orla", "--data", data, "--given", "Orla", "--family", "Testworth",
		"--role", "adviser", "--team", "Harbour Team", "--service", "participation", "--trained", time.Now().AddDate(0, 0, -7).Format(time.DateOnly),
	)
	password, secret := passwordLine.FindStringSubmatch(out), secretLine.FindStringSubmatch(out)
	if password == nil || secret == nil {
		t.Fatalf("user add prints no password or no secret:\n%s", out)
	}
	prog := serveFor(t, data)
	p := newPage(t, prog, wide)
	for _, status := range []string{"404", "401", "422"} {
		p.mayLog("status of " + status)
	}

	// There is no door without a password.
	p.goTo("/demo")
	p.wantTitle("Sign in")
	p.wantNot("invented")
	p.goTo("/")
	p.wantTitle("Sign in")
	p.wantNot("invented")

	signIn := func(password string) {
		p.fill("Login", "orla")
		p.fill("Password", password)
		p.press("Continue")
	}
	signIn("not the password at all")
	p.wantAlert("There is a problem")
	p.wantTitle("Sign in")
	signIn(password[1])
	p.wantTitle("Enter your code")
	p.fill("Code", "000000")
	p.press("Sign in")
	p.wantAlert("There is a problem")
	p.wantTitle("Enter your code")

	code := nextCode(t, secret[1], "")
	p.fill("Code", code)
	p.press("Sign in")
	p.wantTitle("Change your password")
	p.goTo("/find") // nothing else comes first
	p.wantTitle("Change your password")
	const chosen = "harbour lantern thursday"
	p.fill("Password you have now", password[1])
	p.fill("New password", "short")
	p.fill("New password again", "short")
	p.press("Change password")
	p.wantAlert("There is a problem")
	p.fill("Password you have now", password[1])
	p.fill("New password", chosen)
	p.fill("New password again", chosen)
	p.press("Change password")
	p.see("Orla Testworth", "Harbour Team")
	p.goTo("/work")
	p.wantTitle("My work")
	p.signOut()

	// The old password is of no use, and a code works once.
	signIn(password[1])
	p.wantAlert("There is a problem")
	signIn(chosen)
	p.wantTitle("Enter your code")
	p.fill("Code", code)
	p.press("Sign in")
	p.wantAlert("There is a problem")
	p.wantTitle("Enter your code")
	p.fill("Code", nextCode(t, secret[1], code))
	p.press("Sign in")
	p.wantTitle("My work")
	p.wantNot("Lives in")
}

// nextCode is a one-time code that is not the last one. Codes of the step to
// come are taken too, so nobody waits half a minute for it.
func nextCode(t *testing.T, secret, last string) string {
	t.Helper()
	for _, ahead := range []time.Duration{0, 30 * time.Second} {
		code, err := totp.GenerateCode(secret, time.Now().Add(ahead))
		if err != nil {
			t.Fatal(err)
		}
		if code != last {
			return code
		}
	}
	t.Fatal("two steps in a row have the same code: one in a million; run it again")
	return ""
}

// serveFor starts `casefile serve`, which says its address to nobody.
func serveFor(t *testing.T, data string) *program {
	t.Helper()
	return serveAt(t, data, freeAddress(t))
}

// freeAddress is one that nobody listens on just now.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listen := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return listen
}

// serveAt starts `casefile serve` there, with further settings.
func serveAt(t *testing.T, data, listen string, more ...string) *program {
	t.Helper()
	prog := prepare(t.TempDir(), append([]string{"serve", "--listen", listen, "--data", data, "--log-level", "warn"}, more...)...)
	if err := prog.start(); err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(listen)
	if err != nil {
		t.Fatal(err)
	}
	prog.url = "http://localhost:" + port + "/"
	stopAfter(t, prog)
	answers(t, prog.url+"readyz")
	return prog
}
