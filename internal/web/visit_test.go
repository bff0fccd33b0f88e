package web

import (
	"net/url"
	"testing"
)

// FuzzLocalPath: wherever somebody is led, it is here.
func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/work", "//example.org", "/\\example.org", "/%2f/x", "https://example.org", "/a?b#c", "/\t/example.org"} {
		f.Add(s)
	}
	base, err := url.Parse("https://casefile.example.org/sign-in")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, next string) {
		got := localPath(next)
		if got == "" {
			return
		}
		to, err := base.Parse(got)
		if err != nil || to.Host != base.Host || to.Scheme != "https" || to.Path != got || to.RawQuery != "" || to.User != nil {
			t.Errorf("localPath(%q) = %q, which leads to %v (%v)", next, got, to, err)
		}
	})
}
