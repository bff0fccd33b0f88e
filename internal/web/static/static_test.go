package static

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// sample is a folder as make assets would leave it, small enough to reason about.
func sample(t *testing.T, css string) assets {
	t.Helper()
	a, err := load(fstest.MapFS{
		"README.md":       {Data: []byte("a note")},
		"casefile.css":    {Data: []byte(css)},
		"casefile.js":     {Data: []byte(`import "./autosave.js";`)},
		"images/tick.svg": {Data: []byte("<svg/>")},
	})
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	return a
}

func get(h http.Handler, path string, header ...string) *http.Response {
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestKeptForLongOnlyUnderItsOwnVersion(t *testing.T) {
	a := sample(t, "p{}")
	for _, c := range []struct {
		path, cache, contentType string
		status                   int
	}{
		{"/static/" + a.version + "/casefile.css", "public, max-age=31536000, immutable", "text/css; charset=utf-8", 200},
		{"/static/" + a.version + "/casefile.js", "public, max-age=31536000, immutable", "text/javascript; charset=utf-8", 200},
		{"/static/" + a.version + "/images/tick.svg", "public, max-age=31536000, immutable", "image/svg+xml", 200},
		{"/static/images/tick.svg", "no-cache", "image/svg+xml", 200},
		{"/static/0123456789abcdef/casefile.css", "no-cache", "text/css; charset=utf-8", 200},
		{"/static/README.md", "no-store", "text/plain; charset=utf-8", 404},
		{"/static/" + a.version + "/README.md", "no-store", "text/plain; charset=utf-8", 404},
		{"/static/", "no-store", "text/plain; charset=utf-8", 404},
		{"/static/images/", "no-store", "text/plain; charset=utf-8", 404},
		{"/static/../static.go", "no-store", "text/plain; charset=utf-8", 404},
	} {
		got := get(a, c.path)
		if got.StatusCode != c.status || got.Header.Get("Cache-Control") != c.cache || got.Header.Get("Content-Type") != c.contentType {
			t.Errorf("%s: status %d, cache %q, type %q; want %d, %q, %q", c.path, got.StatusCode,
				got.Header.Get("Cache-Control"), got.Header.Get("Content-Type"), c.status, c.cache, c.contentType)
		}
	}
}

func TestVersionFollowsContents(t *testing.T) {
	a, same, other := sample(t, "p{}"), sample(t, "p{}"), sample(t, "p{color:red}")
	if a.version != same.version {
		t.Errorf("same contents: versions %s and %s, want one", a.version, same.version)
	}
	if a.version == other.version {
		t.Errorf("other contents: version %s twice", a.version)
	}
}

func TestCompressedForWhoTakesIt(t *testing.T) {
	css := strings.Repeat("p{margin:0}", 100)
	a := sample(t, css)
	for accept, want := range map[string]string{
		"":                    "",
		"gzip":                "gzip",
		"br, gzip;q=0.8":      "gzip",
		"GZIP":                "gzip",
		"gzip;q=0":            "",
		"gzip;q=0.0, br":      "",
		"x-gzip-like, gzi":    "",
		"deflate, gzip ; q=1": "gzip",
	} {
		got := get(a, "/static/casefile.css", "Accept-Encoding", accept)
		if enc := got.Header.Get("Content-Encoding"); enc != want {
			t.Errorf("accept %q: encoding %q, want %q", accept, enc, want)
			continue
		}
		body := got.Body
		if want == "gzip" {
			var err error
			if body, err = gzip.NewReader(got.Body); err != nil {
				t.Errorf("accept %q: %v", accept, err)
				continue
			}
		}
		text, err := io.ReadAll(body)
		if err != nil || string(text) != css {
			t.Errorf("accept %q: %d bytes (err: %v), want the %d of the stylesheet", accept, len(text), err, len(css))
		}
		if got.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("accept %q: Vary %q, want Accept-Encoding", accept, got.Header.Get("Vary"))
		}
	}
}

func TestAskedAgainIsNotModified(t *testing.T) {
	a := sample(t, "p{}")
	for _, accept := range []string{"", "gzip"} {
		first := get(a, "/static/casefile.css", "Accept-Encoding", accept)
		again := get(a, "/static/casefile.css", "Accept-Encoding", accept, "If-None-Match", first.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified {
			t.Errorf("accept %q, tag %s: status %d, want 304", accept, first.Header.Get("ETag"), again.StatusCode)
		}
	}
}

func TestOnlyReading(t *testing.T) {
	w := httptest.NewRecorder()
	sample(t, "p{}").ServeHTTP(w, httptest.NewRequest("POST", "/static/casefile.css", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d, want 405", w.Code)
	}
}

func TestRefusesKindsItDoesNotKnow(t *testing.T) {
	if _, err := load(fstest.MapFS{"page.html": {Data: []byte("<p>")}}); err == nil {
		t.Error("load a folder with page.html: no error, want one")
	}
}

// The stylesheet is compiled from other people's sources, so what must not be
// in it is looked for in the result.
func TestBuiltAssets(t *testing.T) {
	if Missing() {
		t.Fatal("The assets are not built: run make assets first.")
	}
	read := func(path string) string {
		t.Helper()
		got := get(Handler(), path)
		if got.StatusCode != 200 {
			t.Fatalf("%s: status %d, want 200", path, got.StatusCode)
		}
		text, err := io.ReadAll(got.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	css := read(URL("casefile.css"))
	for _, banned := range []string{"GDS Transport", "@font-face", "crest", "logotype"} {
		if strings.Contains(css, banned) {
			t.Errorf("casefile.css holds %q: only central government may use it", banned)
		}
	}
	for _, wanted := range []string{".govuk-summary-card", ".moj-timeline", ".moj-identity-bar", "@page", "@media print"} {
		if !strings.Contains(css, wanted) {
			t.Errorf("casefile.css lacks %q", wanted)
		}
	}
	for _, m := range regexp.MustCompile(`url\(["']?([^"')]*)`).FindAllStringSubmatch(css, -1) {
		read(m[1])
	}
	for _, m := range regexp.MustCompile(`from "\./([^"]*)"`).FindAllStringSubmatch(read(URL("casefile.js")), -1) {
		read(URL(m[1]))
	}
	for _, name := range []string{"govuk-frontend.min.js", "moj-frontend.min.js"} {
		if strings.Contains(read(URL(name)), "sourceMappingURL") {
			t.Errorf("%s names a source map, which is not served", name)
		}
	}
}

func TestURLOfWhatWasNotBuilt(t *testing.T) {
	if got := get(Handler(), URL("no-such.css")); got.StatusCode != http.StatusNotFound {
		t.Errorf("status %d, want 404", got.StatusCode)
	}
}
