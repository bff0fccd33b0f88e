package frame

import (
	"slices"
	"strings"
	"testing"

	"casefile/internal/alert"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/person"
)

// In a list the gravest alert stands in words, and each that whoever visits must know; the
// others are counted, with the way to the file.
func TestAlertsInAListAreNoWall(t *testing.T) {
	of := func(words string, severity alert.Severity, door bool) person.HeadAlert {
		return person.HeadAlert{Words: words, Severity: string(severity), AtDoor: door}
	}
	risk, panel, dog := of("A risk to children", alert.Danger, false), of("A panel", alert.Danger, true), of("A dangerous dog", alert.Caution, true)
	claim, special := of("An allegation", alert.Caution, false), of("Special alert", alert.Note, false)
	for _, c := range []struct {
		has  []person.HeadAlert
		said []string
		more string
	}{
		{nil, nil, ""},
		{[]person.HeadAlert{special}, []string{special.Words}, ""},
		{[]person.HeadAlert{claim, special}, []string{claim.Words}, "1 more alert"},
		{[]person.HeadAlert{risk, panel, claim, dog, special}, []string{risk.Words, panel.Words, dog.Words}, "2 more alerts"},
		{[]person.HeadAlert{panel, dog}, []string{panel.Words, dog.Words}, ""},
	} {
		h := person.Header{Reference: id.NewReference(), Alerts: c.has}
		var b strings.Builder
		if err := Alerts(h).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		for _, a := range c.has {
			if got, want := strings.Contains(b.String(), a.Words), slices.Contains(c.said, a.Words); got != want {
				t.Errorf("of %d, %q stands in words: %t, want %t", len(c.has), a.Words, got, want)
			}
		}
		leads := strings.Contains(b.String(), `href="`+File(h)+`"`)
		if leads != (c.more != "") || !strings.Contains(b.String(), c.more) || c.more == "" && strings.Contains(b.String(), "more alert") {
			t.Errorf("of %d, want %q: %s", len(c.has), c.more, b.String())
		}
	}
}

func TestTel(t *testing.T) {
	for typed, want := range map[string]string{
		"07700 900123":                 "tel:07700900123",
		"+44 (0)7700 900123":           "tel:+447700900123",
		"01632 960123 ext 4":           "tel:01632960123",
		"via the desk, 01632 960123":   "tel:01632960123",
		"ask at the desk":              "",
		"1":                            "",
		"":                             "",
		`0"><script>alert(1)</script>`: "",
	} {
		if got := string(Tel(typed)); got != want {
			t.Errorf("Tel(%q) = %q, want %q", typed, got, want)
		}
	}
}

// FuzzTel: an address that a browser gets holds digits and nothing else.
func FuzzTel(f *testing.F) {
	f.Add("01632 960123 ext 4")
	f.Add("+++1\x00 javascript:")
	f.Fuzz(func(t *testing.T, typed string) {
		got := string(Tel(typed))
		if got == "" {
			return
		}
		digits, ok := strings.CutPrefix(got, "tel:")
		if !ok || strings.Trim(strings.TrimPrefix(digits, "+"), "0123456789") != "" {
			t.Errorf("Tel(%q) = %q", typed, got)
		}
	})
}

func TestBorn(t *testing.T) {
	today := date.Must(2026, 3, 5)
	for _, c := range []struct {
		h    person.Header
		want string
	}{
		{person.Header{}, "not recorded"},
		{person.Header{Born: date.Must(2010, 3, 5)}, "5 March 2010 (16 years old)"},
		{person.Header{Born: date.Must(2010, 3, 6), Estimated: true}, "6 March 2010 (15 years old), estimated"},
		{person.Header{Born: date.Must(2025, 3, 1)}, "1 March 2025 (1 year old)"},
		{person.Header{Born: date.Must(2026, 3, 1)}, "1 March 2026 (under 1 year old)"},
		{person.Header{Born: date.Must(2026, 4, 1)}, "1 April 2026"},
	} {
		if got := Born(c.h, today); got != c.want {
			t.Errorf("Born(%s) = %q, want %q", c.h.Born, got, c.want)
		}
	}
}

func TestClockAndPeriod(t *testing.T) {
	for in, want := range map[string]string{"14:30": "2:30pm", "00:05": "12:05am", "about noon": "about noon"} {
		if got := Clock(in); got != want {
			t.Errorf("Clock(%q) = %q, want %q", in, got, want)
		}
	}
	from, to := date.Must(2026, 1, 2), date.Must(2026, 3, 5)
	for want, p := range map[string]date.Period{
		"dates not recorded": {}, "since 2 January 2026": {From: from}, "until 5 March 2026": {To: to},
		"2 January 2026 to 5 March 2026": {From: from, To: to},
	} {
		if got := Period(p); got != want {
			t.Errorf("Period(%v) = %q, want %q", p, got, want)
		}
	}
}
