// Package static serves the stylesheet, the scripts and the few pictures of
// the pages, built by `make assets` and embedded in the program.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

//go:embed dist
var built embed.FS

// prefix is where the files are served. The compiled stylesheet names it too.
const prefix = "/static/"

// note is the only committed file of the folder; it is not served.
const note = "README.md"

// types are the kinds of file that may be served, so that nothing depends on
// what the machine's own table of types says.
var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// A file is held in memory, both as it is and compressed.
type file struct {
	contentType string
	plain, zip  []byte
	etag        string // without its quotation marks
}

// assets is the whole folder. The version is taken from all of its contents:
// scripts import each other by relative address, so one version in the path
// reaches them all.
type assets struct {
	version string
	files   map[string]file
}

// own loads the embedded folder once. It is ours and was checked when it was
// embedded, so that failing to read it is a fault of the program.
var own = sync.OnceValue(func() assets {
	dist, err := fs.Sub(built, "dist")
	if err != nil {
		panic(err)
	}
	a, err := load(dist)
	if err != nil {
		panic(err)
	}
	return a
})

func load(dist fs.FS) (assets, error) {
	a := assets{files: map[string]file{}}
	all := sha256.New()
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == note {
			return err
		}
		contentType, ok := types[path.Ext(name)]
		if !ok {
			return fmt.Errorf("load assets: %s is of no kind that is served", name)
		}
		plain, err := fs.ReadFile(dist, name)
		if err != nil {
			return fmt.Errorf("load assets: %w", err)
		}
		zip, err := compress(plain)
		if err != nil {
			return fmt.Errorf("compress %s: %w", name, err)
		}
		sum := sha256.Sum256(plain)
		fmt.Fprintf(all, "%s %x\n", name, sum)
		a.files[name] = file{contentType, plain, zip, hex.EncodeToString(sum[:8])}
		return nil
	})
	a.version = hex.EncodeToString(all.Sum(nil)[:8])
	return a, err
}

func compress(plain []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Missing reports that the program was built without its assets, so that serve
// can say "run make assets" in place of showing bare pages.
func Missing() bool {
	_, ok := own().files["casefile.css"]
	return !ok
}

// URL gives the address of a built file, such as "casefile.css". It changes
// whenever any of the files does, so that browsers may keep them for good. A
// name that was not built has an address too, which answers 404.
func URL(name string) string { return prefix + own().version + "/" + name }

// Handler serves the files below /static/ to anybody: nothing in them is about
// a person. It may be called at once from many goroutines.
func Handler() http.Handler { return own() }

// ServeHTTP answers both /static/VERSION/NAME, which may be kept for a year,
// and /static/NAME (pictures named in the stylesheet) or the address of
// another version (a page opened before an upgrade), which are asked for again
// each time and usually answered "not modified".
func (a assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Only reading is possible here.", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, prefix)
	f, ok := a.files[name]
	keep := "no-cache"
	if version, rest, cut := strings.Cut(name, "/"); !ok && cut {
		f, ok = a.files[rest]
		if version == a.version {
			keep = "public, max-age=31536000, immutable"
		}
	}
	h := w.Header()
	if !ok {
		h.Set("Cache-Control", "no-store")
		http.NotFound(w, r)
		return
	}
	h.Set("Cache-Control", keep)
	h.Set("Content-Type", f.contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	body, tag := f.plain, f.etag
	// A range of a compressed file is of no use to anybody who asks for one.
	if r.Header.Get("Range") == "" && takesGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body, tag = f.zip, f.etag+"-gzip"
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// takesGzip reads Accept-Encoding: gzip named, and not with weight nought.
func takesGzip(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		weight = strings.TrimSpace(weight)
		return strings.Trim(strings.TrimPrefix(weight, "q="), "0.") != "" || weight == ""
	}
	return false
}
