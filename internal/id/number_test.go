package id_test

import (
	"strings"
	"testing"

	"casefile/internal/id"
)

func anywhere(string) bool { return true }

func upn(s string) (string, string, error) { return id.ParseUPN(s, anywhere) }

// The vectors are those of the sources, and others worked out from their rules.
func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		what  string
		parse func(string) (string, string, error)
		good  []string
		doubt []string
		bad   []string
	}{
		{
			"UPN", upn,
			[]string{"H801200001001", "H886200024001", "T330412319007", "C881345622123", "h801 2000 01001"},
			[]string{"X00180001701A", "R93642061701A", "A20112342401B"},
			[]string{"", "A801200001001", "I801200001001", "H80120000100", "H8012000010011", "H80120000I001", "X00180001701I", "X00180001701S", "8801200001001"},
		},
		{
			"ULN", id.ParseULN,
			[]string{"1234567899", "3000000002", "7418529634", "2000000001", "1000000043", "1000000000", "123 456 7899"},
			nil,
			[]string{"", "1234567890", "9999999999", "0234567899", "123456789", "12345678990", "123456789A", "1000000060", "1000000061", "1000000069"},
		},
		{
			"NHS number", id.ParseNHS,
			[]string{"4505577104", "450 557 7104", "4010232137"},
			[]string{"9434765919", "9990000018", "9990000026", "9876543210"},
			[]string{"", "9991234560", "9434765918", "943476591", "9990000000", "94347659190"},
		},
		{
			"National Insurance number", id.ParseNationalInsurance,
			[]string{"AB123456C", "ab 12 34 56 c"},
			nil,
			[]string{"", "QQ123456C", "BG123456A", "AO123456A", "AB123456E", "AB12345C", "1B123456C"},
		},
	} {
		for _, s := range c.good {
			if n, doubt, err := c.parse(s); err != nil || doubt != "" || n != strings.ToUpper(strings.ReplaceAll(s, " ", "")) {
				t.Errorf("%s %q: got %q, doubt %q, %v; want it taken", c.what, s, n, doubt, err)
			}
		}
		for _, s := range c.doubt {
			if n, doubt, err := c.parse(s); err != nil || doubt == "" || n != s {
				t.Errorf("%s %q: got %q, doubt %q, %v; want it taken with a doubt", c.what, s, n, doubt, err)
			}
		}
		for _, s := range c.bad {
			if n, _, err := c.parse(s); err == nil || n != "" {
				t.Errorf("%s %q: got %q, want it refused", c.what, s, n)
			}
		}
	}
	if _, _, err := id.ParseUPN("H801200001001", func(a string) bool { return a != "801" }); err == nil {
		t.Error("a UPN of an authority that there is none of: got nothing, want it refused")
	}
}

// One wrong character, and one exchange of neighbours that differ, is always found
// in a UPN, a ULN and an NHS number.
func TestNumbersFindASlip(t *testing.T) {
	for _, c := range []struct {
		good  string
		parse func(string) (string, string, error)
	}{{"H801200001001", upn}, {"1234567899", id.ParseULN}, {"4505577104", id.ParseNHS}} {
		for i := range len(c.good) {
			for d := byte('0'); d <= '9'; d++ {
				slip := []byte(c.good)
				if slip[i] == d || i == 0 && c.good[0] > '9' {
					continue
				}
				slip[i] = d
				if _, _, err := c.parse(string(slip)); err == nil {
					t.Errorf("%s for %s: got nothing, want it refused", slip, c.good)
				}
			}
		}
	}
}

func TestPostcode(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"zx1 1aa", "ZX1 1AA"},
		{"ZX11AA", "ZX1 1AA"},
		{" m1  1ae ", "M1 1AE"},
		{"B33 8TH", "B33 8TH"},
		{"CR2 6XH", "CR2 6XH"},
		{"DN55 1PT", "DN55 1PT"},
		{"W1A 1HQ", "W1A 1HQ"},
		{"EC1A 1BB", "EC1A 1BB"},
		{"GIR 0AA", "GIR 0AA"},
		{"BFPO 123", "BFPO 123"},
		{"IM1 1AA", "IM1 1AA"},
		{"ZZ99 3VZ", "ZZ99 3VZ"},
		{"", ""},
		{"ZX1", ""},
		{"ZX1 1AI", ""},
		{"QX1 1AA", ""},
		{"ZJ1 1AA", ""},
		{"1ZX 1AA", ""},
		{"ÄX1 1AA", ""},
		{"ZX111 1AA", ""},
	} {
		got, err := id.ParsePostcode(c.typed)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q: got %q, %v; want %q", c.typed, got, err, c.want)
		}
	}
}

func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"H801200001001", "1234567899", "4505577104", "AB123456C", "ZX1 1AA", "€€€"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, parse := range []func(string) (string, string, error){upn, id.ParseULN, id.ParseNHS, id.ParseNationalInsurance} {
			if n, _, err := parse(s); err == nil {
				if again, _, err := parse(n); err != nil || again != n {
					t.Errorf("%q read as %q, and that as %q, %v", s, n, again, err)
				}
			}
		}
		if p, err := id.ParsePostcode(s); err == nil {
			if again, err := id.ParsePostcode(p); err != nil || again != p {
				t.Errorf("%q read as %q, and that as %q, %v", s, p, again, err)
			}
		}
	})
}
