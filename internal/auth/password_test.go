package auth_test

import (
	"strings"
	"testing"

	"casefile/internal/auth"
	"casefile/internal/fault"
)

func TestCheckPassword(t *testing.T) {
	for _, tt := range []struct {
		password string
		ok       bool
	}{
		{"velvet tractor humming", true},
		{"correct horse battery staple", true},
		{"xK9#mQ2$vL7p", true},
		{"8291 0472 6619 3", true}, // no rule asks for letters
		{"кошка пьёт молоко утром", true},
		{"kettle-and-window", true},
		{"sunshine over seventeen bicycles", true},
		{strings.Repeat("qk7 ", 50), true},
		{strings.Repeat("qk7 ", 50) + "x", false}, // 201
		{"", false},
		{"xK9#mQ2$vL7", false}, // 11
		{"éééééééééééà", false},
		{"Password123!", false},
		{"pa55w0rd_pa55w0rd", false},
		{"PASSWORD-PASSWORD", false},
		{"Welcome2026!!", false},
		{"letmeinletmein", false},
		{"qwertyuiop123", false},
		{"123456789012", false},
		{"aaaaaaaaaaaaaaaa", false},
		{"abcdefghijklmno", false},
		{"Liverpool1892!", false},
		{"Casefile2026!", false},
		{"Summer2026Summer", false},
		{"iloveyou1234", false},
		{"correcthorsebatterystaple", false},
		{"ann.adviser@example.org", false},
		{"AnnAdviser1234", false},
		{"4nn4dviser2026", false},
		{"valid length \xff\xfe", false},
	} {
		err := auth.CheckPassword("new-password", "ann.adviser@example.org", tt.password)
		if tt.ok && err != nil {
			t.Errorf("%q: got %v, want accepted", tt.password, err)
		}
		if !tt.ok && !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: got %v, want refused", tt.password, err)
		}
		if err != nil && len(tt.password) > 5 && strings.Contains(err.Error(), tt.password) {
			t.Errorf("%q is quoted in its refusal", tt.password)
		}
	}
}

func FuzzCheckPassword(f *testing.F) {
	f.Add("ann", "velvet tractor humming")
	f.Add("", "|!$@|!$@|!$@")
	f.Fuzz(func(t *testing.T, login, password string) {
		err := auth.CheckPassword("f", login, password)
		if err == nil && len([]rune(password)) < 4 { // composing makes at most three characters of one
			t.Errorf("%q accepted", password)
		}
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", password, err)
		}
	})
}
