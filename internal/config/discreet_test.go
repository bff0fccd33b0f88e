package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"casefile/internal/config"
)

type (
	entryID  string
	ID       string
	fullName string
	kind     int
	child    struct{ Name string }
	speaks   struct{ inner any }
)

func (s speaks) LogValue() slog.Value { return slog.AnyValue(s.inner) }

func (c child) String() string { return c.Name }

const maisie = "Maisie Invented"

func TestLogWithholds(t *testing.T) {
	for name, v := range map[string]any{
		"struct":                child{maisie},
		"pointer":               &child{maisie},
		"named string":          fullName(maisie),
		"slice":                 []string{maisie},
		"map":                   map[string]string{maisie: maisie},
		"bytes":                 []byte(maisie),
		"raw JSON":              json.RawMessage(`"` + maisie + `"`),
		"stringer":              fmt.Stringer(child{maisie}),
		"in a group":            slog.GroupValue(slog.Any("x", child{maisie})),
		"named in a group":      slog.GroupValue(slog.String("Last_Name", maisie)),
		"speaks of a struct":    speaks{child{maisie}},
		"speaks of one, nested": speaks{speaks{slog.GroupValue(slog.Any("x", []string{maisie}))}},
		"secret":                config.NewSecret(maisie),
		"secret in a struct":    struct{ S config.Secret }{config.NewSecret(maisie)},
	} {
		for _, asJSON := range []bool{false, true} {
			var b bytes.Buffer
			l := config.Logger(&b, slog.LevelInfo, asJSON)
			l.Info("one", "value", v)
			l.With("value", v).Info("two")
			l.WithGroup("g").With("value", v).Info("three", "value", v)
			if strings.Contains(b.String(), "Maisie") || strings.Contains(b.String(), "TWFpc2ll") {
				t.Errorf("%s: the log shows it: %s", name, b.String())
			}
			if !strings.Contains(b.String(), "withheld") {
				t.Errorf("%s: the log does not say that something was withheld: %s", name, b.String())
			}
		}
	}
	for _, key := range []string{"name", "Surname", "first_name", "query", "address", "text", "password", "payload"} {
		var b bytes.Buffer
		config.Logger(&b, slog.LevelInfo, false).Info("x", key, maisie)
		if strings.Contains(b.String(), "Maisie") {
			t.Errorf("key %s: the log shows it: %s", key, b.String())
		}
	}
}

func TestLogShowsWhatOperatorsNeed(t *testing.T) {
	var b bytes.Buffer
	l := config.Logger(&b, slog.LevelInfo, true)
	l.Debug("too small")
	l.With("service", "casefile").WithGroup("g").Info("request",
		"entry", entryID("e1"), "id", ID("i1"), "kind", kind(3), "took", 2*time.Millisecond, "ok", true, "route", "GET /entries/{id}",
		"err", fmt.Errorf("update entry e1: %w", errors.New("busy")), "nothing", nil, "speaks", speaks{7}, "ratio", float32(0.5), "count", uint8(9))
	var got map[string]any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, b.String())
	}
	in, _ := got["g"].(map[string]any)
	for key, want := range map[string]any{
		"entry": "e1", "id": "i1", "kind": 3.0, "took": 2e6, "ok": true, "route": "GET /entries/{id}",
		"err": "update entry e1: busy", "nothing": nil, "speaks": 7.0, "ratio": 0.5, "count": 9.0,
	} {
		if in[key] != want {
			t.Errorf("%s: got %v, want %v", key, in[key], want)
		}
	}
	if got["service"] != "casefile" || got["msg"] != "request" {
		t.Errorf("line %s", b.String())
	}
}

func TestSecretHides(t *testing.T) {
	s := config.NewSecret("hunter2")
	in := struct{ S config.Secret }{s}
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{
		s.String(), string(b), fmt.Sprint(s, &s, in), fmt.Sprintf("%v %+v %#v %s %q %x %d", s, s, s, s, s, s, s),
		fmt.Sprintf("%v %+v %#v", in, in, in), fmt.Sprintf("%+v", &in), fmt.Errorf("x: %v", s).Error(),
	} {
		if strings.Contains(shown, "hunter2") || strings.Contains(shown, "68756e74657232") || !strings.Contains(shown, "withheld") {
			t.Errorf("a secret shows as %s", shown)
		}
	}
	if s.Reveal() != "hunter2" || s.IsZero() || !(config.Secret{}).IsZero() {
		t.Error("a secret does not reveal itself to whom it must")
	}
}

func TestClientAddress(t *testing.T) {
	proxies, err := config.ParseProxies([]string{"10.0.0.0/8", "192.0.2.1", "2001:db8::/32"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, remote string
		forwarded    []string
		want         string
	}{
		{"no proxy", "203.0.113.5:999", nil, "203.0.113.5"},
		{"a visitor who pretends", "203.0.113.5:999", []string{"198.51.100.1"}, "203.0.113.5"},
		{"one proxy", "10.1.2.3:999", []string{"203.0.113.5"}, "203.0.113.5"},
		{"proxy named alone", "192.0.2.1:999", []string{"203.0.113.5"}, "203.0.113.5"},
		{"its neighbour", "192.0.2.2:999", []string{"203.0.113.5"}, "192.0.2.2"},
		{"two proxies", "10.1.2.3:999", []string{"203.0.113.5, 10.9.9.9"}, "203.0.113.5"},
		{"two lines", "10.1.2.3:999", []string{"203.0.113.5", "10.9.9.9"}, "203.0.113.5"},
		{"pretending through a proxy", "10.1.2.3:999", []string{"127.0.0.1, 198.51.100.1, 203.0.113.5"}, "203.0.113.5"},
		{"pretending to be a proxy", "10.1.2.3:999", []string{"198.51.100.1, 10.0.0.1, 203.0.113.5, 10.0.0.2"}, "203.0.113.5"},
		{"nothing but proxies", "10.1.2.3:999", []string{"10.0.0.1, 10.0.0.2"}, "10.0.0.1"},
		{"nothing forwarded", "10.1.2.3:999", nil, "10.1.2.3"},
		{"rubbish", "10.1.2.3:999", []string{"203.0.113.5, unknown"}, "10.1.2.3"},
		{"empty", "10.1.2.3:999", []string{""}, "10.1.2.3"},
		{"with a port", "10.1.2.3:999", []string{"203.0.113.5:1234"}, "203.0.113.5"},
		{"IPv6", "[2001:db8::1]:999", []string{"[2001:470::5]:1234"}, "2001:470::5"},
		{"IPv6 in brackets", "[2001:db8::1]:999", []string{"[2001:470::5]"}, "2001:470::5"},
		{"IPv4 in IPv6", "[::ffff:10.1.2.3]:999", []string{"::ffff:203.0.113.5"}, "203.0.113.5"},
		{"with a zone", "[fe80::1%eth0]:999", []string{"203.0.113.5"}, "fe80::1"},
		{"not a network", "@", []string{"203.0.113.5"}, ""},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tt.remote
		for _, f := range tt.forwarded {
			r.Header.Add("X-Forwarded-For", f)
		}
		want := netip.Addr{}
		if tt.want != "" {
			want = netip.MustParseAddr(tt.want)
		}
		if got := proxies.Client(r); got != want {
			t.Errorf("%s: got %v, want %v", tt.name, got, want)
		}
		nobody := config.Proxies{}.Client(r)
		direct := httptest.NewRequest("GET", "/", nil)
		direct.RemoteAddr = tt.remote
		if want := proxies.Client(direct); nobody != want {
			t.Errorf("%s, trusting nobody: got %v, want %v", tt.name, nobody, want)
		}
	}
}

func FuzzClientAddress(f *testing.F) {
	proxies, err := config.ParseProxies([]string{"10.0.0.0/8"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("203.0.113.5, 10.0.0.1")
	f.Add("[::1]:,")
	f.Fuzz(func(t *testing.T, forwarded string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("X-Forwarded-For", forwarded)
		r.RemoteAddr = "203.0.113.5:1"
		if got := proxies.Client(r).String(); got != "203.0.113.5" {
			t.Errorf("a visitor passed for %s by writing %q", got, forwarded)
		}
		r.RemoteAddr = "10.0.0.1:1"
		r.Header.Set("X-Forwarded-For", forwarded+", 198.51.100.7")
		if got := proxies.Client(r).String(); got != "198.51.100.7" {
			t.Errorf("through a proxy, a visitor passed for %s by writing %q", got, forwarded)
		}
	})
}
