package files_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"casefile/definitions"
	"casefile/internal/access"
	"casefile/internal/auth"
	"casefile/internal/blob"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/id"
	"casefile/internal/keys"
	"casefile/internal/media/mediatest"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
	"casefile/internal/web"
	"casefile/internal/web/files"
)

// A town is a small authority with two services on a real database, and its
// server.
type town struct {
	t      *testing.T
	db     *storetest.Database
	server *httptest.Server
	dir    string // of the content of files
	log    *logBuffer
	ref    id.Reference // of a child with whom both services work
	child  person.ID

	adviser, earlyHelp, business staff.ID
}

// logBuffer is a log that a test reads while the server writes it.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newTown(t *testing.T) *town {
	t.Helper()
	w := &town{t: t, db: storetest.SQLite(t), dir: filepath.Join(t.TempDir(), "files"), log: &logBuffer{}}
	defs, err := definition.Load(definitions.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keys.Create(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	folder, err := blob.OpenFolder(w.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := folder.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	log := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	cw := casework.New(casework.Options{DB: w.db, Definitions: defs, Keys: ring, Blobs: blob.Seal(folder, ring), Now: w.db.Now.Time, Log: log})
	t.Cleanup(cw.Close)
	now := func() date.Instant { return date.At(time.Now()) } // sessions ask the machine's clock
	sign := auth.New(auth.Options{
		Store: w.db.SignIn(), Keys: ring, Issuer: "test", Now: now, Log: log, Hasher: auth.NewHasher(auth.Cost{Memory: 64, Time: 1, Lanes: 1}, 2),
	})
	pages := web.New(web.Options{
		Casework: cw, Auth: sign, Authority: "Anyshire", Log: log,
		Sessions: auth.NewSessions(auth.SessionOptions{
			Store: w.db.SignIn(), Now: now, Idle: time.Hour, Absolute: 12 * time.Hour, Failed: web.SessionFailed("Anyshire", log),
		}),
		Ready: func(context.Context) error { return nil },
		Demo: &web.Demo{SignIn: func(ctx context.Context, key string) (auth.Account, error) {
			return w.db.SignIn().AccountByLogin(ctx, key)
		}},
	})
	w.server = httptest.NewServer(pages.Handler())
	t.Cleanup(w.server.Close)

	north, family := w.db.Team(t, "participation"), w.db.Team(t, "early-help")
	worker := func(role access.Role, team staff.Team) staff.ID {
		m, _ := w.db.Worker(t, role, team)
		a, _, err := sign.NewAccount(t.Context(), string(m.ID), string(m.ID))
		if err != nil {
			t.Fatal(err)
		}
		if a, err = w.db.SignIn().Account(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
		a.MustChange = false
		if err := w.db.SignIn().UpdateAccount(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		return m.ID
	}
	w.adviser, w.earlyHelp, w.business = worker("adviser", north), worker("early-help-worker", family), worker("business-support", north)
	p := w.db.Person(t, "Ines", "Marlowe", date.Must(2010, 3, 5))
	w.db.Episode(t, p.ID, north, w.adviser)
	w.db.Episode(t, p.ID, family, w.earlyHelp)
	w.ref, w.child = p.Reference, p.ID
	return w
}

// A browser keeps cookies and sends what browsers send.
type browser struct {
	*town
	client *http.Client
}

func (w *town) as(worker staff.ID) *browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	b := &browser{w, &http.Client{
		Jar: jar, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if a := b.post("/demo", url.Values{"worker": {string(worker)}}); a.status != http.StatusSeeOther {
		w.t.Fatalf("sign in: status %d\n%s", a.status, a.words())
	}
	return b
}

type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
	root   *html.Node
}

func (b *browser) do(method, path, contentType string, body io.Reader) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.server.URL+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	got, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	a := answer{t: b.t, status: res.StatusCode, header: res.Header, body: got}
	if a.root, err = html.Parse(bytes.NewReader(got)); err != nil {
		b.t.Fatal(err)
	}
	return a
}

func (b *browser) get(path string) answer {
	b.t.Helper()
	return b.do("GET", path, "", nil)
}

func (b *browser) post(path string, form url.Values) answer {
	b.t.Helper()
	return b.do("POST", path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (w *town) path(tail string) string { return "/children/" + w.ref.String() + tail }

// A sent is a filled-in form.
type sent struct {
	fields [][2]string
	name   string
	body   io.Reader
}

func filled(name string, body []byte) sent {
	return sent{[][2]string{
		{"file-id", id.New()}, {"title", "About " + name}, {"dated-day", "4"}, {"dated-month", "March"}, {"dated-year", "2026"},
	}, name, bytes.NewReader(body)}
}

func (s sent) with(field, value string) sent {
	s.fields = append(slices.DeleteFunc(slices.Clone(s.fields), func(f [2]string) bool { return f[0] == field }), [2]string{field, value})
	return s
}

// send sends the form as a browser does: fields first, the file as a stream.
func (b *browser) send(s sent) answer {
	b.t.Helper()
	r, w := io.Pipe()
	form := multipart.NewWriter(w)
	go func() {
		w.CloseWithError(func() error {
			for _, f := range s.fields {
				if err := form.WriteField(f[0], f[1]); err != nil {
					return err
				}
			}
			h := textproto.MIMEHeader{}
			h.Set("Content-Disposition", `form-data; name="file"; filename="`+strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s.name)+`"`)
			h.Set("Content-Type", "application/octet-stream")
			part, err := form.CreatePart(h)
			if err != nil {
				return err
			}
			if _, err := io.Copy(part, s.body); err != nil {
				return err
			}
			return form.Close()
		}())
	}()
	return b.do("POST", b.path("/files/add"), form.FormDataContentType(), r)
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (a answer) words() string {
	for n := range a.root.Descendants() {
		if n.DataAtom == atom.Main {
			return text(n)
		}
	}
	return text(a.root)
}

func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d\n%s", a.status, status, a.words())
	}
	return a
}

// id finds the element of an id.
func (a answer) id(id string) *html.Node {
	a.t.Helper()
	for n := range a.root.Descendants() {
		if n.Type == html.ElementNode && attr(n, "id") == id {
			return n
		}
	}
	a.t.Fatalf("there is no element #%s on the page:\n%s", id, a.words())
	return nil
}

// links gives the addresses of the files on a list, the last added first, and
// what stands in each row.
func (a answer) links() (hrefs, rows []string) {
	for n := range a.root.Descendants() {
		if n.DataAtom != atom.Tr {
			continue
		}
		for d := range n.Descendants() {
			if d.DataAtom == atom.A && !strings.HasSuffix(attr(d, "href"), "/move") {
				hrefs, rows = append(hrefs, strings.TrimSuffix(attr(d, "href"), "/view")), append(rows, text(n)) // a photograph is shown first, and saved from there
			}
		}
	}
	return hrefs, rows
}

func (w *town) onDisk() int {
	w.t.Helper()
	n := 0
	err := filepath.WalkDir(w.dir, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *town) looks() []string {
	w.t.Helper()
	var lines []string
	w.db.Read(w.t, func(ctx context.Context, r store.Reader) error {
		looks, err := r.Looks(ctx, w.child, 0, 500)
		for _, l := range looks {
			lines = append(lines, fmt.Sprint(l.Actor, " ", l.Action, " ", l.Part, " ", l.Outcome))
		}
		return err
	})
	return lines
}

// Two services write text, a document, a photograph, a diagram, audio and video
// about one child; all of it stands on one record, one after the other, for
// whoever may see it, and for nobody else.
func TestOneRecordOfEveryKind(t *testing.T) {
	clause.Shows(t, "CR-01")
	w := newTown(t)
	adviser, earlyHelp := w.as(w.adviser), w.as(w.earlyHelp)

	write := func(b *browser, entryType, category, words string) {
		draft := b.post(w.path("/record"), url.Values{"type": {entryType}}).want(http.StatusSeeOther).header.Get("Location")
		b.post(draft, url.Values{
			"rev": {"1"}, "category": {category}, "happened-day": {"4"}, "happened-month": {"3"}, "happened-year": {"2026"},
			"text": {words}, "with-whom": {"Ines"}, "reason": {"To hear how she is"}, "seen": {"yes"}, "seen-alone": {"yes"},
		}).want(http.StatusSeeOther)
	}
	early := earlyHelpEntry(t)
	write(adviser, "contact-with-client", "phone-call", "Ines has a place at college.")
	write(earlyHelp, early[0], early[1], "The family has settled in.")

	adviser.send(filled("report.pdf", mediatest.PDF())).want(http.StatusSeeOther)
	earlyHelp.send(filled("photo.jpg", mediatest.JPEG(t))).want(http.StatusSeeOther)
	adviser.send(filled("genogram.png", mediatest.PNG(t)).with("diagram", "yes")).want(http.StatusSeeOther)
	earlyHelp.send(filled("voice.wav", mediatest.WAV())).want(http.StatusSeeOther)
	adviser.send(filled("film.mp4", mediatest.MP4())).want(http.StatusSeeOther)

	wantRows := []struct{ title, kind, service string }{
		{"About film.mp4", "Film, MP4 film", "Participation and guidance"},
		{"About voice.wav", "Sound recording, WAV recording", "Early help"},
		{"About genogram.png", "Diagram, PNG picture", "Participation and guidance"},
		{"About photo.jpg", "Photograph, JPEG picture", "Early help"},
		{"About report.pdf", "Document, PDF", "Participation and guidance"},
	}
	bodies := [][]byte{mediatest.MP4(), mediatest.WAV(), mediatest.PNG(t), mediatest.JPEG(t), mediatest.PDF()}
	for name, b := range map[string]*browser{"the adviser": adviser, "the early help worker": earlyHelp} {
		timeline := b.get(w.path("/timeline")).want(http.StatusOK).words()
		for _, words := range []string{"Ines has a place at college.", "The family has settled in."} {
			if !strings.Contains(timeline, words) {
				t.Errorf("%s does not read %q", name, words)
			}
		}
		hrefs, rows := b.get(w.path("/files")).want(http.StatusOK).links()
		if len(rows) != len(wantRows) {
			t.Fatalf("%s sees %d files, want %d: %q", name, len(rows), len(wantRows), rows)
		}
		for i, want := range wantRows {
			for _, words := range []string{want.title, want.kind, want.service, "4 March 2026", "Orla Testworth", "5 March 2026 at 10:00am", "Not checked for viruses"} {
				if !strings.Contains(rows[i], words) {
					t.Errorf("%s, row %d: %q is not in %q", name, i, words, rows[i])
				}
			}
			if a := b.get(hrefs[i]).want(http.StatusOK); !bytes.Equal(a.body, bodies[i]) {
				t.Errorf("%s, %s: %d bytes, want %d", name, want.title, len(a.body), len(bodies[i]))
			}
		}
	}
	// Neither service has a file of its own: it is one person, found once.
	for name, b := range map[string]*browser{"the adviser": adviser, "the early help worker": earlyHelp} {
		found := map[string]bool{}
		for n := range b.post("/find", url.Values{"q": {"marlowe"}}).want(http.StatusOK).root.Descendants() {
			if n.DataAtom == atom.A && strings.HasPrefix(attr(n, "href"), "/children/") {
				found[attr(n, "href")] = true
			}
		}
		if len(found) != 1 || !found[w.path("")] {
			t.Errorf("%s finds %v, want the one record %s", name, found, w.path(""))
		}
	}
	looked := adviser.get(w.path("/looks")).want(http.StatusOK).words()
	for _, words := range []string{"Added a file", "Opened a file", "Files and photographs", "Recorded an entry"} {
		if !strings.Contains(looked, words) {
			t.Errorf("who has looked does not say %q", words)
		}
	}
	business := w.as(w.business)
	business.get(w.path("/timeline")).want(http.StatusNotFound)
	business.get(w.path("/files")).want(http.StatusNotFound)
}

// earlyHelpEntry is an entry type of early help that has categories, and the
// first of them, as the definitions have it.
func earlyHelpEntry(t *testing.T) [2]string {
	t.Helper()
	defs, err := definition.Load(definitions.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	svc, _ := defs.Service("early-help")
	for _, et := range svc.EntryTypes {
		if len(et.Categories) > 0 {
			return [2]string{et.ID, et.Categories[0].ID}
		}
	}
	t.Fatal("early help has no entry type")
	return [2]string{}
}

func TestUploadOfEachType(t *testing.T) {
	w := newTown(t)
	b := w.as(w.adviser)
	for _, s := range mediatest.Every(t) {
		b.send(filled(s.Name, s.Body)).want(http.StatusSeeOther)
		hrefs, rows := b.get(w.path("/files")).want(http.StatusOK).links()
		if len(rows) == 0 || !strings.Contains(rows[0], "About "+s.Name) {
			t.Fatalf("%s is not on the list: %q", s.Name, rows)
		}
		a := b.get(hrefs[0]).want(http.StatusOK)
		if !bytes.Equal(a.body, s.Body) {
			t.Errorf("%s: %d bytes back, want %d", s.Name, len(a.body), len(s.Body))
		}
		wantDownload(t, a, s)
	}
	if told := w.log.String(); strings.Contains(told, "About ") || strings.Contains(told, w.ref.String()) {
		t.Error("the log names a file or a record")
	}
}

// wantDownload holds an answer to what keeps a browser from showing it.
func wantDownload(t *testing.T, a answer, s mediatest.Sample) {
	t.Helper()
	how, params, err := mime.ParseMediaType(a.header.Get("Content-Disposition"))
	end := filepath.Ext(s.Name)
	if err != nil || how != "attachment" || !strings.HasPrefix(params["filename"], "About ") || !strings.HasSuffix(params["filename"], end) {
		t.Errorf("%s: disposition %q", s.Name, a.header.Get("Content-Disposition"))
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options":  "nosniff",
		"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
		"Content-Length":          fmt.Sprint(len(s.Body)),
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", s.Name, name, got, want)
		}
	}
	if kind, _, err := mime.ParseMediaType(a.header.Get("Content-Type")); err != nil || kind == "text/html" || kind == "image/svg+xml" {
		t.Errorf("%s: type %q", s.Name, a.header.Get("Content-Type"))
	}
}

// Whatever a file is called where it comes from, and whatever its title is, it
// arrives under a harmless name.
func TestHostileNames(t *testing.T) {
	w := newTown(t)
	b := w.as(w.adviser)
	for _, c := range []struct{ name, title, want string }{
		{"../../../etc/passwd.pdf", "../../../etc/passwd", "etc passwd.pdf"},
		{`C:\windows\evil.pdf`, `C:\windows\evil.exe`, "C windows evil exe.pdf"},
		{"a.exe.pdf", "x\"; filename=\"evil.exe", "x filename evil exe.pdf"},
		{"report.pdf", "a\r\nSet-Cookie: stolen=1", "a Set-Cookie stolen 1.pdf"},
		{"report.pdf", "\u202efdp.exe", "fdp exe.pdf"},
		{"report.pdf", "Zoë’s <b>café</b> — 50% done", "Zoë’s b café b 50 done.pdf"},
		{"report.pdf", "CON", "File CON.pdf"},
		{"Ω≈ç√.PDF", "Ω", "File Ω.pdf"},
		{strings.Repeat("x", 3000) + ".pdf", strings.Repeat("y", 200), strings.Repeat("y", 100) + ".pdf"},
	} {
		b.send(filled(c.name, mediatest.PDF()).with("title", c.title)).want(http.StatusSeeOther)
		hrefs, rows := b.get(w.path("/files")).want(http.StatusOK).links()
		if len(rows) == 0 {
			t.Fatalf("%q: nothing on the list", c.title)
		}
		a := b.get(hrefs[0]).want(http.StatusOK)
		_, params, err := mime.ParseMediaType(a.header.Get("Content-Disposition"))
		if err != nil || params["filename"] != c.want || strings.Contains(fmt.Sprint(a.header), "stolen=1") {
			t.Errorf("%q: name %q (%v), want %q", c.title, params["filename"], err, c.want)
		}
	}
	for _, name := range []string{"passwd.pdf", "evil", "x"} {
		if _, err := os.Stat(filepath.Join(filepath.Dir(w.dir), name)); !os.IsNotExist(err) {
			t.Errorf("something was written beside the folder: %v", err)
		}
	}
}

// What is wrong stands beside its field, what was typed stays, and nothing is
// kept.
func TestUploadsThatAreNotTaken(t *testing.T) {
	w := newTown(t)
	b := w.as(w.adviser)
	for _, c := range []struct {
		what  string
		send  sent
		field string // id of the message
		words string
	}{
		{"no file", filled("", nil), "file-error", "Select a file"},
		{"an empty file", filled("report.pdf", nil), "file-error", "The selected file is empty"},
		{"a type that is not kept", filled("page.html", []byte("<html></html>")), "file-error", "The selected file must be a PDF"},
		{"a disguise", filled("photo.png", []byte("<html><script>alert(1)</script></html>")), "file-error", "The selected file is named .png, and its content is something else"},
		{"a program", filled("report.pdf", []byte("MZ\x90\x00\x03")), "file-error", "The selected file is named .pdf, and its content is something else"},
		{"no title", filled("report.pdf", mediatest.PDF()).with("title", " "), "title-error", "Enter a title"},
		{"a title that is too long", filled("report.pdf", mediatest.PDF()).with("title", strings.Repeat("x", 201)), "title-error", "Title must be 200 characters or less"},
		{"no real date", filled("report.pdf", mediatest.PDF()).with("dated-day", "31").with("dated-month", "2"), "dated-error", "The date of the file must be a real date"},
		{"a day to come", filled("report.pdf", mediatest.PDF()).with("dated-year", "2027"), "dated-error", "The date of the file must be today or in the past"},
		{"sound as a diagram", filled("voice.wav", mediatest.WAV()).with("diagram", "yes"), "diagram-error", "A file of type WAV recording cannot be a diagram"},
		{"no id", filled("report.pdf", mediatest.PDF()).with("file-id", "../x"), "file-error", "The page that sent this is not one of ours, or not whole."},
		{"a field without end", filled("report.pdf", mediatest.PDF()).with("title", strings.Repeat("x", 10_000)), "file-error", "What your browser sent could not be read."},
	} {
		a := b.send(c.send).want(http.StatusUnprocessableEntity)
		if got := text(a.id(c.field)); !strings.Contains(got, c.words) {
			t.Errorf("%s: beside the field stands %q, want %q", c.what, got, c.words)
		}
		if !strings.Contains(a.words(), "There is a problem") {
			t.Errorf("%s: no summary at the top", c.what)
		}
		if c.what == "a disguise" {
			if attr(a.id("title"), "value") != "About photo.png" || attr(a.id("dated-month"), "value") != "March" {
				t.Errorf("what was typed is lost: title %q, month %q", attr(a.id("title"), "value"), attr(a.id("dated-month"), "value"))
			}
		}
	}
	// A form in another encoding, and one that is none.
	b.post(w.path("/files/add"), url.Values{"title": {"x"}}).want(http.StatusUnprocessableEntity)
	b.do("POST", w.path("/files/add"), "multipart/form-data; boundary=x", strings.NewReader("rubbish")).want(http.StatusUnprocessableEntity)
	if n := w.onDisk(); n != 0 {
		t.Errorf("%d files were kept", n)
	}
	if hrefs, _ := b.get(w.path("/files")).want(http.StatusOK).links(); len(hrefs) != 0 {
		t.Errorf("on the list: %q", hrefs)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A file over its limit is heard out, so that the browser shows the answer; one
// below the limit goes through although it is far over what other pages take.
func TestLargeFiles(t *testing.T) {
	w := newTown(t)
	b := w.as(w.adviser)
	s := filled("report.pdf", nil)
	s.body = io.MultiReader(bytes.NewReader(mediatest.PDF()), io.LimitReader(zeros{}, 30<<20))
	a := b.send(s).want(http.StatusUnprocessableEntity)
	if got := text(a.id("file-error")); !strings.Contains(got, "The selected file must be 25 MB or smaller") {
		t.Errorf("too large: %q", got)
	}
	if attr(a.id("title"), "value") != "About report.pdf" {
		t.Error("the title is lost")
	}
	if n := w.onDisk(); n != 0 {
		t.Errorf("%d files were kept", n)
	}
	s = filled("film.mp4", nil)
	s.body = io.MultiReader(bytes.NewReader(mediatest.MP4()), io.LimitReader(zeros{}, 40<<20))
	b.send(s).want(http.StatusSeeOther)
	hrefs, rows := b.get(w.path("/files")).want(http.StatusOK).links()
	if len(rows) != 1 || !strings.Contains(rows[0], "Film, MP4 film, 40 MB") {
		t.Fatalf("list: %q", rows)
	}
	if a := b.get(hrefs[0]).want(http.StatusOK); len(a.body) != 40<<20+len(mediatest.MP4()) {
		t.Errorf("%d bytes back", len(a.body))
	}
	// Other routes have their old limit.
	b.post(w.path("/record"), url.Values{"type": {strings.Repeat("x", 16<<20)}}).want(http.StatusRequestEntityTooLarge)
}

func TestUploadTwice(t *testing.T) {
	w := newTown(t)
	b := w.as(w.adviser)
	s := filled("report.pdf", mediatest.PDF())
	for range 2 {
		s.body = bytes.NewReader(mediatest.PDF())
		b.send(s).want(http.StatusSeeOther)
	}
	if hrefs, _ := b.get(w.path("/files")).want(http.StatusOK).links(); len(hrefs) != 1 || w.onDisk() != 1 {
		t.Errorf("sent twice: %d on the list, %d on disk", len(hrefs), w.onDisk())
	}
	one := attr(b.get(w.path("/files/add")).want(http.StatusOK).named("file-id"), "value")
	two := attr(b.get(w.path("/files/add")).want(http.StatusOK).named("file-id"), "value")
	if !id.Valid(one) || one == two {
		t.Errorf("two forms have the ids %q and %q", one, two)
	}
}

// named finds the field of a name.
func (a answer) named(name string) *html.Node {
	a.t.Helper()
	for n := range a.root.Descendants() {
		if n.Type == html.ElementNode && attr(n, "name") == name {
			return n
		}
	}
	a.t.Fatalf("there is no field %s", name)
	return nil
}

// The page of what is withheld, of what is not there and of what can be nothing
// is one page, letter for letter, with the same headers.
func TestWithheldIsOnePage(t *testing.T) {
	w := newTown(t)
	adviser, business := w.as(w.adviser), w.as(w.business)
	adviser.send(filled("report.pdf", mediatest.PDF())).want(http.StatusSeeOther)
	hrefs, _ := adviser.get(w.path("/files")).want(http.StatusOK).links()
	if len(hrefs) != 1 {
		t.Fatalf("links: %q", hrefs)
	}
	nobody := id.NewReference()
	want := business.get("/children/" + nobody.String() + "/files").want(http.StatusNotFound)
	for what, path := range map[string]string{
		"the list": w.path("/files"), "the form": w.path("/files/add"), "a file": hrefs[0],
		"no file": w.path("/files/" + id.New()), "a file on nobody's record": strings.Replace(hrefs[0], w.ref.String(), nobody.String(), 1),
		"a path": w.path("/files/..%2f..%2fkeys.json"), "a key of a blob": w.path("/files/" + string(blob.NewKey())), "rubbish": w.path("/files/%00"),
	} {
		a := business.get(path)
		if a.status != want.status || !bytes.Equal(a.body, want.body) {
			t.Errorf("%s: status %d, and the page differs: %v", what, a.status, !bytes.Equal(a.body, want.body))
		}
		if a.header.Get("Content-Disposition") != "" || a.header.Get("Content-Type") != want.header.Get("Content-Type") ||
			a.header.Get("Content-Security-Policy") != want.header.Get("Content-Security-Policy") {
			t.Errorf("%s: the headers differ: %v", what, a.header)
		}
	}
	if a := business.send(filled("report.pdf", mediatest.PDF())); a.status != http.StatusNotFound || !bytes.Equal(a.body, want.body) {
		t.Errorf("sending a file: status %d", a.status)
	}
	if n := w.onDisk(); n != 1 {
		t.Errorf("%d files on disk, want 1", n)
	}
	// For who may see the record, what is not there is the same page too.
	for _, path := range []string{w.path("/files/" + id.New()), w.path("/files/..%2f..%2fkeys.json"), w.path("/files?before=nonsense")} {
		a := adviser.get(path).want(http.StatusNotFound)
		if !strings.Contains(a.words(), "There is nothing here that you can open.") {
			t.Errorf("%s: %s", path, a.words())
		}
	}
	refused := 0
	for _, l := range w.looks() {
		if strings.HasPrefix(l, string(w.business)) && strings.HasSuffix(l, " files absent") {
			refused++
		}
	}
	if refused != 5 { // the list, the form, the file, no file, and sending one
		t.Errorf("%d refusals left a footprint, want 5: %q", refused, w.looks())
	}
}

func TestCrossSiteUploadIsRefused(t *testing.T) {
	w := newTown(t)
	b := w.as(w.adviser)
	r, err := http.NewRequestWithContext(t.Context(), "POST", w.server.URL+w.path("/files/add"), strings.NewReader("--x\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusForbidden {
		t.Errorf("status %d, %v; want 403", res.StatusCode, err)
	}
}

// A file that was changed on the disk gives a page that says so where that
// shows before anything is sent, and a broken connection where it shows later:
// never a part that passes for the whole.
func TestFileBrokenOnDisk(t *testing.T) {
	w := newTown(t)
	b := w.as(w.adviser)
	s := filled("film.mp4", nil)
	s.body = io.MultiReader(bytes.NewReader(mediatest.MP4()), io.LimitReader(zeros{}, 5<<20))
	b.send(s).want(http.StatusSeeOther)
	hrefs, _ := b.get(w.path("/files")).want(http.StatusOK).links()
	spoil := func(at int64) {
		t.Helper()
		err := filepath.WalkDir(w.dir, func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			f, err := os.OpenFile(name, os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteAt([]byte("spoilt"), at)
			return errors.Join(err, f.Close())
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	spoil(4 << 20)
	r, err := http.NewRequestWithContext(t.Context(), "GET", w.server.URL+hrefs[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(res.Body)
	if closed := res.Body.Close(); closed != nil {
		t.Error(closed)
	}
	if err == nil || len(got) >= 5<<20 {
		t.Errorf("a spoilt file arrives as if whole: %d bytes, %v", len(got), err)
	}
	if !strings.Contains(w.log.String(), "a file broke off") {
		t.Error("the operator does not hear of it")
	}
	spoil(100)
	a := b.get(hrefs[0]).want(http.StatusInternalServerError)
	if !strings.Contains(a.words(), "Something went wrong") || a.header.Get("Content-Disposition") != "" {
		t.Errorf("a file spoilt at its beginning: %s", a.words())
	}
}

func TestSize(t *testing.T) {
	for bytes, want := range map[int64]string{
		0: "0 bytes", 1: "1 byte", 1023: "1023 bytes", 1024: "1 KB", 1600: "2 KB", 1 << 20: "1 MB", 1<<20 - 1: "1 MB",
		5 << 19: "2.5 MB", 25 << 20: "25 MB", 100 << 20: "100 MB",
	} {
		if got := files.Size(bytes); got != want {
			t.Errorf("%d: got %q, want %q", bytes, got, want)
		}
	}
}

// A photograph by which the person is known stands at the top of every page of the
// file, inside the page, and says nothing of where it was taken.
func TestPortraitAtTheTop(t *testing.T) {
	clause.Shows(t, "CR-50", "KF-10")
	w := newTown(t)
	b := w.as(w.adviser)
	pictures := func(path string) (alts []string) {
		for n := range b.get(path).want(http.StatusOK).root.Descendants() {
			if n.DataAtom == atom.Img {
				if !strings.HasPrefix(attr(n, "src"), "data:image/jpeg;base64,") {
					t.Errorf("a picture comes from %.40q", attr(n, "src"))
				}
				alts = append(alts, attr(n, "alt"))
			}
		}
		return alts
	}
	b.send(filled("photo.png", mediatest.PNG(t))).want(http.StatusSeeOther)
	if got := pictures(w.path("")); len(got) != 0 {
		t.Errorf("a photograph of which nobody said so stands at the top: %q", got)
	}
	if got := pictures(w.path("/files")); !slices.Equal(got, []string{"Small picture of About photo.png"}) {
		t.Errorf("pictures in the list: %q", got)
	}
	b.send(filled("report.pdf", mediatest.PDF()).with("portrait", "yes")).want(http.StatusUnprocessableEntity)
	b.send(filled("photo.jpg", mediatest.JPEG(t)).with("portrait", "yes")).want(http.StatusSeeOther)
	for _, tab := range []string{"", "/timeline", "/looks"} {
		got := pictures(w.path(tab))
		if len(got) != 1 || !strings.HasPrefix(got[0], "Photograph of ") || !strings.HasSuffix(got[0], ", taken 4 March 2026") {
			t.Errorf("at the top of %q: %q", tab, got)
		}
	}
}
