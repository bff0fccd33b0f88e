// Package config holds the settings, checks them at start-up, and sets up what
// they govern: where a request came from, and what may be logged.
//
// Every setting is a flag and a variable of the environment, CASEFILE_ and the
// flag in capitals. Secrets are no flags: they come from the environment or
// from files that it names.
package config

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Serve is the settings of the server as they are typed. They are text, so that
// Check can tell all that is wrong with them at once.
type Serve struct {
	Database

	Listen    string `env:"CASEFILE_LISTEN" default:"127.0.0.1:8080" help:"Address and port to listen on."`
	PublicURL string `name:"public-url" env:"CASEFILE_PUBLIC_URL" placeholder:"URL" help:"The address that people type, such as https://casefile.example.org. Needed unless only this machine is served."`
	TLSCert   string `name:"tls-cert" env:"CASEFILE_TLS_CERT" placeholder:"FILE" help:"Certificate with its chain (PEM)."`
	TLSKey    string `name:"tls-key" env:"CASEFILE_TLS_KEY" placeholder:"FILE" help:"Private key of the certificate (PEM)."`

	BehindProxy    bool     `name:"behind-proxy" env:"CASEFILE_BEHIND_PROXY" help:"A proxy in front does TLS. Needs --trusted-proxy."`
	TrustedProxies []string `name:"trusted-proxy" env:"CASEFILE_TRUSTED_PROXY" placeholder:"NETWORK" help:"Networks of the proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8."`

	Data        string `env:"CASEFILE_DATA" default:"casefile-data" placeholder:"FOLDER" help:"Folder for what is kept outside the database."`
	Definitions string `env:"CASEFILE_DEFINITIONS" placeholder:"FOLDER" help:"Folder of definitions that override the built-in ones."`
	Keys        string `env:"CASEFILE_KEYS" placeholder:"FILE" help:"File of the encryption keys. Without it, keys.json in the data folder."`

	SessionIdle string `name:"session-idle" env:"CASEFILE_SESSION_IDLE" default:"30m" help:"How long somebody stays signed in without doing anything."`
	SessionMax  string `name:"session-max" env:"CASEFILE_SESSION_MAX" default:"12h" help:"How long somebody stays signed in at most."`

	OIDC
	LocalAccounts bool `name:"local-accounts" env:"CASEFILE_LOCAL_ACCOUNTS" default:"true" negatable:"" help:"Whether people sign in with a password and a code too. With false, only by the identity provider, and the sealed account in an emergency."`

	Scanner string `env:"CASEFILE_SCANNER" placeholder:"ADDRESS" help:"A ClamAV daemon that scans files for viruses, such as 127.0.0.1:3310 or unix:/run/clamav/clamd.ctl. Without one, files are marked as not scanned."`

	Mail

	LogLevel  string `name:"log-level" env:"CASEFILE_LOG_LEVEL" default:"info" help:"debug, info, warn or error."`
	LogFormat string `name:"log-format" env:"CASEFILE_LOG_FORMAT" default:"text" help:"text or json."`
}

// Settings are the checked settings of the server.
type Settings struct {
	Listen      string
	Certificate *tls.Certificate // nil: plain HTTP
	Public      *url.URL         // scheme and host, no path
	Proxies     Proxies
	// Secure is whether browsers reach us over TLS, ours or the proxy's. It is
	// false only where this machine alone is served; cookies depend on it.
	Secure      bool
	Database    Address
	Data        string
	Definitions string // empty: the built-in ones alone
	Keys        string
	SessionIdle time.Duration
	SessionMax  time.Duration
	// Provider is the identity provider that people sign in by; nil for none.
	Provider      *Provider
	LocalAccounts bool
	// Scanner is where files are scanned for viruses; nil for nowhere.
	Scanner *Scanner
	// Mail is the server that takes messages by e-mail; nil for none.
	Mail     *MailServer
	LogLevel slog.Level
	LogJSON  bool
}

// The bounds of session times. They are ours: below, nobody can work; above, a
// session outlasts a working day.
const (
	shortestIdle   = time.Minute
	longestSession = 24 * time.Hour
)

// Check reads the settings, and secrets through lookup. Its error joins one
// sentence for each thing that is wrong, and holds no secret.
func (s Serve) Check(lookup Lookup) (Settings, error) {
	var wrong []error
	note := func(err error) {
		if err != nil {
			wrong = append(wrong, err)
		}
	}
	set := Settings{Listen: s.Listen, Data: s.Data, Definitions: s.Definitions, Keys: s.Keys}
	if s.Data == "" {
		note(errors.New("--data names no folder"))
	}
	if s.Keys == "" {
		set.Keys = filepath.Join(s.Data, "keys.json")
	}
	if s.Definitions != "" {
		note(wantFolder("--definitions", s.Definitions))
	}
	var err error
	set.Database, err = s.Address(lookup, s.Data)
	note(err)
	set.Certificate, err = s.certificate()
	note(err)
	set.Proxies, err = s.proxies()
	note(err)
	set.Secure = s.TLSCert != "" || s.TLSKey != "" || s.BehindProxy
	local, err := loopback(s.Listen)
	note(err)
	if err == nil && !local && !set.Secure {
		note(fmt.Errorf("--listen %s would send children's files over the network in plain HTTP: give --tls-cert and --tls-key, or --behind-proxy where a proxy does TLS, or listen on 127.0.0.1", s.Listen))
	}
	set.Public, err = s.public(set.Secure, local)
	note(err)
	set.SessionIdle, err = duration("--session-idle", s.SessionIdle, shortestIdle, longestSession)
	note(err)
	set.SessionMax, err = duration("--session-max", s.SessionMax, shortestIdle, longestSession)
	note(err)
	if set.SessionMax != 0 && set.SessionIdle > set.SessionMax {
		note(errors.New("--session-idle is longer than --session-max"))
	}
	set.Provider, err = s.provider(lookup)
	note(err)
	if set.LocalAccounts = s.LocalAccounts; !set.LocalAccounts && s.OIDC.Issuer == "" {
		note(errors.New("--local-accounts=false leaves nobody a way in: give --oidc-issuer"))
	}
	set.Scanner, err = s.scanner()
	note(err)
	set.Mail, err = s.Mail.server(lookup)
	note(err)
	note(s.logging(&set))
	if len(wrong) > 0 {
		return Settings{}, errors.Join(wrong...)
	}
	return set, nil
}

// A Scanner is where a ClamAV daemon listens: a network (tcp or unix) and an
// address on it.
type Scanner struct{ Network, Address string }

func (s Serve) scanner() (*Scanner, error) {
	if s.Scanner == "" {
		return nil, nil // nil is the answer, as Settings says
	}
	if path, ok := strings.CutPrefix(s.Scanner, "unix:"); ok {
		if !filepath.IsAbs(path) {
			return nil, errors.New("--scanner unix: takes the whole path of a socket, such as unix:/run/clamav/clamd.ctl")
		}
		return &Scanner{"unix", path}, nil
	}
	host, port, err := net.SplitHostPort(s.Scanner)
	if err != nil || host == "" || port == "" {
		return nil, errors.New("--scanner takes a host and a port, such as 127.0.0.1:3310, or unix: and a path")
	}
	return &Scanner{"tcp", s.Scanner}, nil
}

func (s Serve) certificate() (*tls.Certificate, error) {
	switch {
	case s.TLSCert == "" && s.TLSKey == "":
		return nil, nil // plain HTTP: nil is the answer, as Settings says
	case s.TLSCert == "":
		return nil, errors.New("--tls-key is given without --tls-cert")
	case s.TLSKey == "":
		return nil, errors.New("--tls-cert is given without --tls-key")
	}
	c, err := tls.LoadX509KeyPair(s.TLSCert, s.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert and --tls-key: %w", withoutOp(err))
	}
	return &c, nil
}

func (s Serve) proxies() (Proxies, error) {
	switch {
	case s.BehindProxy && len(s.TrustedProxies) == 0:
		// Without it every request seems to come from the proxy, and ten people
		// mistyping their password would lock the whole authority out.
		return Proxies{}, errors.New("--behind-proxy needs --trusted-proxy, the network that the proxy is in")
	case !s.BehindProxy && len(s.TrustedProxies) > 0:
		return Proxies{}, errors.New("--trusted-proxy is given without --behind-proxy")
	}
	return ParseProxies(s.TrustedProxies)
}

// loopback reports whether an address to listen on is reached from this machine
// only. A port alone means every address there is.
func loopback(listen string) (bool, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil || port == "" {
		return false, fmt.Errorf("--listen %q is not an address and port such as 127.0.0.1:8080", listen)
	}
	if host == "localhost" {
		return true, nil
	}
	addr, err := netip.ParseAddr(host)
	if host != "" && err != nil {
		return false, fmt.Errorf("--listen %q does not begin with an IP address or localhost", listen)
	}
	return host != "" && addr.IsLoopback(), nil
}

func (s Serve) public(secure, local bool) (*url.URL, error) {
	scheme := "http"
	if secure {
		scheme = "https"
	}
	if s.PublicURL == "" {
		if !local || secure {
			return nil, errors.New("--public-url is needed: the address that people type")
		}
		return &url.URL{Scheme: scheme, Host: s.Listen}, nil
	}
	u, err := url.Parse(s.PublicURL)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		return nil, errors.New("--public-url is a scheme and a host, such as https://casefile.example.org")
	case u.Scheme != scheme:
		return nil, fmt.Errorf("--public-url begins with %s://, but people reach this server by %s", u.Scheme, scheme)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

func (s Serve) logging(set *Settings) error {
	var err error
	if set.LogLevel, err = parseLevel(s.LogLevel); err != nil {
		return err
	}
	switch s.LogFormat {
	case "text":
	case "json":
		set.LogJSON = true
	default:
		return fmt.Errorf("--log-format is text or json, not %q", s.LogFormat)
	}
	return nil
}

func parseLevel(s string) (slog.Level, error) {
	for _, l := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		if strings.EqualFold(s, l.String()) {
			return l, nil
		}
	}
	return 0, fmt.Errorf("--log-level is debug, info, warn or error, not %q", s)
}

func wantFolder(flag, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("%s: %w", flag, withoutOp(err))
	}
	if !info.IsDir() {
		return fmt.Errorf("%s: %s is not a folder", flag, path)
	}
	return nil
}

func duration(flag, s string, least, most time.Duration) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, fmt.Errorf("%s is a time such as 30m or 12h, not %q", flag, s)
	}
	if d < least || d > most {
		return 0, fmt.Errorf("%s is between %v and %v, not %v", flag, least, most, d)
	}
	return d, nil
}
