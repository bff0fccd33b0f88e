//go:build e2e

package e2e

import (
	"bufio"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var sealedLine = regexp.MustCompile(`Sealed secret: (\S+)`)

// startProvider starts the OpenID provider of tests/oidc, which knows Nia, and
// gives its issuer.
func startProvider(t *testing.T, callback string) string {
	t.Helper()
	cmd := exec.Command("node", filepath.Join("..", "oidc", "provider.mjs"), callback)
	said := &tail{}
	cmd.Stderr = said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended by itself
		_ = cmd.Wait()         // it was killed
	})
	issuer := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if v, ok := strings.CutPrefix(lines.Text(), "issuer "); ok {
				issuer <- v
			}
		}
		close(issuer)
	}()
	select {
	case v := <-issuer:
		if v == "" {
			t.Fatalf("the provider ended (has `make assets` installed it?):\n%s", said)
		}
		return v
	case <-time.After(time.Minute):
		t.Fatalf("the provider is not ready after a minute:\n%s", said)
	}
	return ""
}

// The way in by the authority's provider, and the one for when it fails: the
// program as it is shipped, a real provider, and a real browser, which holds every
// step against the policies of both.
func TestSignInByProviderForReal(t *testing.T) {
	data, folder := filepath.Join(t.TempDir(), "data"), t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "access"), 0o700); err != nil {
		t.Fatal(err)
	}
	const groups = `groups:
  - {group: Guides North, role: adviser, team: Harbour Team, service: participation, source: "inferred: invented for a test"}
`
	if err := os.WriteFile(filepath.Join(folder, "access", "groups.yaml"), []byte(groups), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, "migrate", "--data", data)
	command(
		t, "user", "add", "emergency", "--data", data, "--given", "Emergency", "--family", "Account",
		"--role", "team-manager", "--team", "Harbour Team", "--service", "participation",
	)
	sealed := sealedLine.FindStringSubmatch(command(t, "user", "break-glass", "seal", "emergency", "--data", data))
	if sealed == nil {
		t.Fatal("seal prints no secret")
	}
	listen := freeAddress(t)
	_, port, err := net.SplitHostPort(listen)
	if err != nil {
		t.Fatal(err)
	}
	public := "http://localhost:" + port
	issuer := startProvider(t, public+"/sign-in/provider/callback")
	t.Setenv("CASEFILE_OIDC_CLIENT_SECRET", "a secret of a test, not used elsewhere")
	prog := serveAt(
		t, data, listen, "--public-url", public, "--definitions", folder, "--oidc-issuer", issuer, "--oidc-client-id", "casefile",
		"--oidc-acr", "urn:example:two-factors", "--oidc-label", "your Anyshire account", "--local-accounts=false",
	)
	p := newPage(t, prog, wide)
	for _, status := range []string{"401", "422"} {
		p.mayLog("status of " + status)
	}
	p.goTo("/find")
	p.wantTitle("Sign in")
	p.wantNot("Password")
	p.inspect("sign-in-provider")
	there := func(how string) {
		p.press("Sign in with your Anyshire account")
		p.see("Sign in there")
		p.fill("Account", "nia")
		p.fill("How", how)
		p.press("Go")
	}
	there("urn:example:password")
	p.wantTitle("You are not signed in")
	p.see("You have to sign in more strongly")
	p.inspect("sign-in-provider-weak")
	there("urn:example:two-factors")
	p.wantTitle("Find a young person")
	p.see("Nia Testworth", "Harbour Team")
	p.signOut()
	p.see("You may still be signed in with your Anyshire account")

	p.follow("Emergency sign-in")
	p.wantTitle("Emergency sign-in")
	p.inspect("sign-in-emergency")
	p.fill("Login of the emergency account", "emergency")
	p.fill("Sealed secret", sealed[1])
	p.press("Break the seal and sign in")
	p.wantAlert("There is a problem")
	p.see("Say why the emergency sign-in is needed")
	p.inspect("sign-in-emergency-problem")
	p.fill("Sealed secret", sealed[1])
	p.fill("Why it is needed", "A test: the provider is down")
	p.press("Break the seal and sign in")
	p.wantTitle("My work")
	p.see("Emergency Account", "for an hour at most")
}
