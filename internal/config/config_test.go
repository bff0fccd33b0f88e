package config_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"casefile/internal/clause"
	"casefile/internal/config"
)

// env is an environment of these variables and no others. Kong reads the real
// one, so they are set there as well.
func env(t *testing.T, vars map[string]string) config.Lookup {
	t.Helper()
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "CASEFILE_") {
			t.Setenv(name, "") // so that it is put back afterwards
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for k, v := range vars {
		t.Setenv(k, v)
	}
	return func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
}

// check parses a command line, as the program does, and checks the settings.
func check(t *testing.T, vars map[string]string, args ...string) (config.Settings, error) {
	t.Helper()
	lookup := env(t, vars)
	var cli struct {
		Serve config.Serve `cmd:""`
	}
	p, err := kong.New(&cli)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Parse(append([]string{"serve"}, args...)); err != nil {
		return config.Settings{}, err
	}
	return cli.Serve.Check(lookup)
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// pair makes a certificate and its key.
func pair(t *testing.T) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	kder, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return write(t, "cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))),
		write(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: kder})))
}

func TestDefaultsAreSafe(t *testing.T) {
	s, err := check(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Listen != "127.0.0.1:8080" || s.Public.String() != "http://127.0.0.1:8080" || s.Secure || s.Certificate != nil {
		t.Errorf("listens on %s, public %s, secure %v", s.Listen, s.Public, s.Secure)
	}
	if s.SessionIdle != 30*time.Minute || s.SessionMax != 12*time.Hour || s.LogLevel != slog.LevelInfo || s.LogJSON {
		t.Errorf("sessions %v and %v, log level %v, json %v", s.SessionIdle, s.SessionMax, s.LogLevel, s.LogJSON)
	}
	if got := s.Database.Name(); got != "sqlite:casefile-data/casefile.db" || s.Keys != "casefile-data/keys.json" {
		t.Errorf("database %s, keys %s", got, s.Keys)
	}
}

func TestFromTheEnvironment(t *testing.T) {
	dir := t.TempDir()
	s, err := check(t, map[string]string{
		"CASEFILE_LISTEN": "0.0.0.0:80", "CASEFILE_PUBLIC_URL": "https://casefile.example.org/",
		"CASEFILE_BEHIND_PROXY": "true", "CASEFILE_TRUSTED_PROXY": "10.0.0.0/8,192.0.2.1",
		"CASEFILE_DATA": dir, "CASEFILE_DEFINITIONS": dir, "CASEFILE_KEYS": "/run/keys.json",
		"CASEFILE_SESSION_IDLE": "15m", "CASEFILE_SESSION_MAX": "8h", "CASEFILE_LOG_LEVEL": "debug", "CASEFILE_LOG_FORMAT": "json",
		"CASEFILE_DB": "postgres://app:in-the-environment@db.example.org/casefile",
	}, "--session-max", "9h")
	if err != nil {
		t.Fatal(err)
	}
	if !s.Secure || s.Public.String() != "https://casefile.example.org" || s.Definitions != dir || s.Keys != "/run/keys.json" ||
		s.SessionIdle != 15*time.Minute || s.SessionMax != 9*time.Hour || s.LogLevel != slog.LevelDebug || !s.LogJSON {
		t.Errorf("settings %+v", s)
	}
	if got := s.Database.Where.Reveal(); got != "postgres://app:in-the-environment@db.example.org/casefile" {
		t.Errorf("database %s", got)
	}
}

func TestScanner(t *testing.T) {
	for given, want := range map[string]config.Scanner{
		"127.0.0.1:3310": {Network: "tcp", Address: "127.0.0.1:3310"}, "[::1]:3310": {Network: "tcp", Address: "[::1]:3310"},
		"unix:/run/clamav/clamd.ctl": {Network: "unix", Address: "/run/clamav/clamd.ctl"},
	} {
		s, err := check(t, nil, "--scanner="+given)
		if err != nil || s.Scanner == nil || *s.Scanner != want {
			t.Errorf("%s: %+v, %v; want %+v", given, s.Scanner, err, want)
		}
	}
	if s, err := check(t, nil); err != nil || s.Scanner != nil {
		t.Errorf("no scanner: %+v, %v", s.Scanner, err)
	}
	for _, given := range []string{"clamd", ":3310", "localhost:", "unix:clamd.ctl"} {
		if _, err := check(t, nil, "--scanner="+given); err == nil || !strings.Contains(err.Error(), "--scanner") {
			t.Errorf("%s: %v", given, err)
		}
	}
}

func TestAllThatIsWrongAtOnce(t *testing.T) {
	_, err := check(t, nil, "--listen=:8080", "--db=mysql://x", "--tls-cert=/nowhere", "--trusted-proxy=10.0.0.0/8",
		"--definitions=/nowhere", "--session-idle=soon", "--session-max=900h", "--log-level=loud", "--data=")
	if err == nil {
		t.Fatal("accepted")
	}
	for _, flag := range []string{"--db", "--tls-cert", "--trusted-proxy", "--definitions", "--session-idle", "--session-max", "--log-level", "--data", "--public-url"} {
		if !strings.Contains(err.Error(), flag) {
			t.Errorf("%s is not complained about in:\n%v", flag, err)
		}
	}
}

func TestListening(t *testing.T) {
	clause.Shows(t, "CR-03") // nothing leaves in plain text over a network
	cert, key := pair(t)
	_, other := pair(t)
	for _, tt := range []struct {
		args string
		want string // part of the error; empty: accepted
	}{
		{"--listen=localhost:1", ""},
		{"--listen=[::1]:8080", ""},
		{"--listen=127.8.9.1:8080", ""},
		{"--listen=:8080 --public-url=http://x.example.org", "plain HTTP"},
		{"--listen=0.0.0.0:8080 --public-url=http://x.example.org", "plain HTTP"},
		{"--listen=[::]:8080 --public-url=http://x.example.org", "plain HTTP"},
		{"--listen=192.0.2.1:8080 --public-url=http://x.example.org", "plain HTTP"},
		{"--listen=localhost.example.org:8080", "IP address"},
		{"--listen=8080", "address and port"},
		{"--listen=127.0.0.1:", "address and port"},
		{"--listen=:443 --public-url=https://x.example.org --tls-cert=" + cert + " --tls-key=" + key, ""},
		{"--listen=:443 --public-url=https://x.example.org --tls-cert=" + cert, "without --tls-key"},
		{"--listen=:443 --public-url=https://x.example.org --tls-key=" + key, "without --tls-cert"},
		{"--listen=:443 --public-url=https://x.example.org --tls-cert=" + cert + " --tls-key=" + other, "--tls-cert and --tls-key"},
		{"--listen=:443 --tls-cert=" + cert + " --tls-key=" + key, "--public-url is needed"},
		{"--public-url=https://x.example.org", "by http"},
		{"--listen=:80 --public-url=http://x.example.org --behind-proxy --trusted-proxy=10.0.0.0/8", "by https"},
		{"--listen=:80 --public-url=https://x.example.org/app --behind-proxy --trusted-proxy=10.0.0.0/8", "scheme and a host"},
		{"--listen=:80 --public-url=https://x.example.org --behind-proxy --trusted-proxy=10.0.0.0/8", ""},
		{"--listen=:80 --public-url=https://x.example.org --behind-proxy", "needs --trusted-proxy"},
		{"--listen=:80 --public-url=https://x.example.org --behind-proxy --trusted-proxy=0.0.0.0/0", "everybody"},
		{"--listen=:80 --public-url=https://x.example.org --behind-proxy --trusted-proxy=proxy.example.org", "not a network"},
		{"--session-idle=2h --session-max=1h", "longer than"},
		{"--session-idle=1s", "between"},
	} {
		s, err := check(t, nil, strings.Fields(tt.args)...)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", tt.args, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: got %v, want %q", tt.args, err, tt.want)
		case tt.want == "" && s.Secure != (s.Public.Scheme == "https"):
			t.Errorf("%s: secure %v but public %s", tt.args, s.Secure, s.Public)
		}
	}
}

func TestDatabase(t *testing.T) {
	const secret = "hunter2/@:"
	file := write(t, "pw", secret+"\n")
	empty := write(t, "empty", "\n")
	for _, tt := range []struct {
		name string
		vars map[string]string
		flag string
		want string // the address, or part of the error
		ok   bool
	}{
		{"password in the flag", nil, "postgres://app:hunter2@h/d", "list of processes", false},
		{"in its settings", nil, "postgres://app@h/d?password=hunter2", "list of processes", false},
		{"in other settings", nil, "postgres://app@h/d?sslpassword=hunter2", "list of processes", false},
		{"flag over variable", map[string]string{"CASEFILE_DB": "postgres://a@b/c"}, "postgres://app:hunter2@h/d", "list of processes", false},
		{"in the variable", map[string]string{"CASEFILE_DB": "postgresql://app:hunter2@h/d"}, "", "postgresql://app:hunter2@h/d", true},
		{"password file", map[string]string{"CASEFILE_DB_PASSWORD_FILE": file}, "postgres://app@h:5432/d?sslmode=verify-full", "postgres://app:hunter2%2F%40%3A@h:5432/d?sslmode=verify-full", true},
		{"password variable", map[string]string{"CASEFILE_DB_PASSWORD": "hunter2"}, "postgres://app@h/d", "postgres://app:hunter2@h/d", true},
		{"both", map[string]string{"CASEFILE_DB_PASSWORD": "hunter2", "CASEFILE_DB_PASSWORD_FILE": file}, "postgres://app@h/d", "keep one", false},
		{"twice", map[string]string{"CASEFILE_DB_PASSWORD": "hunter2", "CASEFILE_DB": "postgres://app:hunter2@h/d"}, "", "given twice", false},
		{"no file", map[string]string{"CASEFILE_DB_PASSWORD_FILE": "/nowhere/pw"}, "postgres://app@h/d", "/nowhere/pw", false},
		{"empty file", map[string]string{"CASEFILE_DB_PASSWORD_FILE": empty}, "postgres://app@h/d", "is empty", false},
		{"empty variable", map[string]string{"CASEFILE_DB_PASSWORD": ""}, "postgres://app@h/d", "set but empty", false},
		{"no user", map[string]string{"CASEFILE_DB_PASSWORD": "hunter2"}, "postgres://h/d", "names no user", false},
		{"not a URL", map[string]string{"CASEFILE_DB": "postgres://app:hunter2%zz@h/d"}, "", "not a URL", false},
		{"not a port", map[string]string{"CASEFILE_DB": "postgres://app:hunter2@h:port/d"}, "", "not a URL", false},
		{"words", map[string]string{"CASEFILE_DB": "host=h password=hunter2"}, "", "neither", false},
		{"no host", nil, "postgres:///d", "no host", false},
		{"no database", nil, "postgres://app@h", "no database", false},
		{"socket", nil, "postgres://app@/d?host=/run/postgresql", "postgres://app@/d?host=/run/postgresql", true},
		{"sqlite", nil, "sqlite:/srv/casefile.db", "/srv/casefile.db", true},
		{"sqlite settings", nil, "sqlite:/srv/casefile.db?mode=ro", "no settings", false},
		{"sqlite nothing", nil, "sqlite:", "neither", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var args []string
			if tt.flag != "" {
				args = append(args, "--db", tt.flag)
			}
			s, err := check(t, tt.vars, args...)
			if tt.ok && (err != nil || s.Database.Where.Reveal() != tt.want) {
				t.Errorf("got %q, %v; want %q", s.Database.Where.Reveal(), err, tt.want)
			}
			if !tt.ok && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the message shows the password: %v", err)
			}
			if err == nil && strings.Contains(s.Database.Name(), "hunter2") {
				t.Errorf("the name shows the password: %s", s.Database.Name())
			}
		})
	}
}

// No flag takes a secret, and every flag is a variable too.
func TestFlags(t *testing.T) {
	var cli config.Serve
	p, err := kong.New(&cli)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Model.Flags {
		if f.Name == "help" {
			continue
		}
		if want := "CASEFILE_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_")); len(f.Envs) != 1 || f.Envs[0] != want {
			t.Errorf("--%s is read from %v, want %s", f.Name, f.Envs, want)
		}
		if strings.Contains(f.Name, "password") || strings.Contains(f.Name, "secret") || strings.Contains(f.Name, "token") {
			t.Errorf("--%s takes a secret", f.Name)
		}
		if f.Help == "" {
			t.Errorf("--%s says nothing in the help", f.Name)
		}
	}
}
