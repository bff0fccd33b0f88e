package casework_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"casefile/internal/access"
	"casefile/internal/blob"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/keys"
	"casefile/internal/media"
	"casefile/internal/media/mediatest"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// A fileDesk is a desk at which files can be kept.
type fileDesk struct {
	*desk
	blobs *blob.Sealed
	dir   string
}

func eachWithFiles(t *testing.T, f func(t *testing.T, d *fileDesk)) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		d := &fileDesk{desk: newDesk(t, db), dir: filepath.Join(t.TempDir(), "files")}
		folder, err := blob.OpenFolder(d.dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := folder.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
		ring, err := keys.Create(filepath.Join(t.TempDir(), "keys.json"))
		if err != nil {
			t.Fatal(err)
		}
		d.blobs = blob.Seal(folder, ring)
		d.Service = d.with(t, db, d.blobs)
		f(t, d)
	})
}

// with is another service over a database and blobs.
func (d *fileDesk) with(t *testing.T, db store.DB, blobs casework.Blobs) *casework.Service {
	t.Helper()
	defs, err := set()
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keys.Create(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	s := casework.New(casework.Options{
		DB: db, Definitions: defs, Keys: ring, Blobs: blobs, Now: d.db.Now.Time, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	t.Cleanup(s.Close)
	return s
}

func newID() media.ID { return media.ID(id.New()) }

func upload(name string, body []byte) casework.Upload {
	return casework.Upload{
		ID: newID(), Typed: media.Typed{Title: "About " + name, Day: "4", Month: "3", Year: "2026"},
		Name: name, Content: bytes.NewReader(body),
	}
}

func (d *fileDesk) add(t *testing.T, a casework.Actor, up casework.Upload) media.ID {
	t.Helper()
	file, err := d.AddFile(t.Context(), a, d.child.Reference, up)
	if err != nil {
		t.Fatalf("add %s: %v", up.Name, err)
	}
	return file
}

// files is what an actor sees on the record.
func (d *fileDesk) files(t *testing.T, a casework.Actor) []media.File {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, d.look(a), casework.FilesPart(""))
	if err != nil {
		t.Fatal(err)
	}
	var shown []media.File
	for _, l := range f.Value.Files {
		if !l.Masked {
			shown = append(shown, l.File)
		}
	}
	return shown
}

func (d *fileDesk) content(t *testing.T, s *casework.Service, a casework.Actor, file media.ID) ([]byte, error) {
	t.Helper()
	f, err := casework.Open(t.Context(), s, d.look(a), casework.FilePart(file))
	if err != nil {
		if f.Value.Content != nil {
			t.Error("content is handed out together with an error")
		}
		return nil, err
	}
	defer func() {
		if err := f.Value.Content.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}()
	return io.ReadAll(f.Value.Content)
}

// onDisk lists the files in which content is kept.
func (d *fileDesk) onDisk(t *testing.T) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(d.dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func (d *fileDesk) wantOnDisk(t *testing.T, what string, want int) {
	t.Helper()
	if got := d.onDisk(t); len(got) != want {
		t.Errorf("%s: %d files on disk, want %d: %q", what, len(got), want, got)
	}
}

func TestAddFileOfEachType(t *testing.T) {
	eachWithFiles(t, func(t *testing.T, d *fileDesk) {
		clause.Shows(t, "CR-40")
		samples := mediatest.Every(t)
		for _, s := range samples {
			d.add(t, d.adviser, upload(s.Name, s.Body))
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "record files shown")
		got := d.files(t, d.manager)
		if len(got) != len(samples) {
			t.Fatalf("%d files on the record, want %d", len(got), len(samples))
		}
		slices.Reverse(got) // the last added comes first
		types := map[string]bool{}
		for i, s := range samples {
			f := got[i]
			types[f.Type] = true
			if f.Title != "About "+s.Name || string(f.Kind) != s.Kind || f.Size != int64(len(s.Body)) || f.Dated != date.Must(2026, 3, 4) ||
				f.AuthorName != "Orla Testworth" || f.AuthorRole != "Personal adviser" || f.Service != "participation" ||
				f.Recorded.At.IsZero() || f.Definition == "" || f.TypeTitle == "" || f.MediaType == "" {
				t.Errorf("%s: %+v", s.Name, f)
			}
			body, err := d.content(t, d.Service, d.manager, f.ID)
			if err != nil || !bytes.Equal(body, s.Body) {
				t.Errorf("%s: %d bytes back, %v; want %d", s.Name, len(body), err, len(s.Body))
			}
		}
		if all := d.FileRules().Types; len(types) != len(all) {
			t.Errorf("samples of %d types, and there are %d", len(types), len(all))
		}
		d.wantOnDisk(t, "after adding", len(samples))
		for _, name := range d.onDisk(t) {
			b, err := os.ReadFile(name)
			if err != nil || bytes.Contains(b, []byte("%PDF")) || bytes.Contains(b, []byte("A note")) {
				t.Errorf("%s lies readable on the disk (%v)", name, err)
			}
		}
	})
}

func TestDiagramIsWhatTheWorkerSays(t *testing.T) {
	eachWithFiles(t, func(t *testing.T, d *fileDesk) {
		up := upload("genogram.png", mediatest.PNG(t))
		up.Diagram = true
		d.add(t, d.adviser, up)
		up = upload("voice.wav", mediatest.WAV())
		up.Diagram = true
		_, err := d.AddFile(t.Context(), d.adviser, d.child.Reference, up)
		wantProblem(t, err, "diagram", "A file of type WAV recording cannot be a diagram")
		if got := d.files(t, d.adviser); len(got) != 1 || got[0].Kind != media.Diagram {
			t.Errorf("files: %+v", got)
		}
	})
}

func wantProblem(t *testing.T, err error, field, message string) {
	t.Helper()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.Invalid || !slices.Contains(f.Problems, fault.Problem{Field: field, Message: message}) {
		t.Errorf("got %v, want at %s: %s", err, field, message)
	}
}

func TestFilesThatAreNotTaken(t *testing.T) {
	eachWithFiles(t, func(t *testing.T, d *fileDesk) {
		try := func(up casework.Upload) error {
			_, err := d.AddFile(t.Context(), d.adviser, d.child.Reference, up)
			return err
		}
		wantProblem(t, try(upload("report.pdf", nil)), "file", "The selected file is empty")
		wantProblem(t, try(upload("", nil)), "file", "Select a file")
		wantProblem(t, try(upload("report.pdf", []byte("<html><script>alert(1)</script></html>"))), "file", "The selected file is named .pdf, and its content is something else")
		up := upload("report.pdf", mediatest.PDF())
		up.Typed = media.Typed{Day: "30", Month: "2", Year: "2026"}
		err := try(up)
		wantProblem(t, err, "title", "Enter a title")
		wantProblem(t, err, "dated-day", "The date of the file must be a real date")
		large := func(name string, head []byte, size int64) casework.Upload {
			up := upload(name, nil)
			up.Content = io.MultiReader(bytes.NewReader(head), io.LimitReader(zeros{}, size-int64(len(head))))
			return up
		}
		wantProblem(t, try(large("report.pdf", mediatest.PDF(), 25<<20+1)), "file", "The selected file must be 25 MB or smaller")
		up = upload("report.pdf", nil)
		up.Content = io.MultiReader(bytes.NewReader(mediatest.PDF()), io.LimitReader(zeros{}, 3<<20), iotest.ErrReader(io.ErrUnexpectedEOF))
		err = try(up)
		wantKind(t, "a file that breaks off", err, fault.Invalid)
		up = upload("report.pdf", nil)
		up.Content = io.MultiReader(bytes.NewReader(mediatest.PDF()), iotest.ErrReader(io.ErrUnexpectedEOF))
		wantKind(t, "a file that breaks off early", try(up), fault.Invalid)
		up = upload("report.pdf", mediatest.PDF())
		up.ID = "../x"
		wantKind(t, "an id of no page of ours", try(up), fault.Invalid)
		d.wantOnDisk(t, "after what was not taken", 0)
		if got := d.files(t, d.adviser); len(got) != 0 {
			t.Errorf("files: %+v", got)
		}
		// The limit itself still fits.
		if err := try(large("report.pdf", mediatest.PDF(), 25<<20)); err != nil {
			t.Errorf("a file of just the limit: %v", err)
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// Withheld and not there are one, for adding, listing and opening alike, and
// each leaves its footprint. Content is not even read.
func TestFilesAreWithheld(t *testing.T) {
	eachWithFiles(t, func(t *testing.T, d *fileDesk) {
		file := d.add(t, d.adviser, upload("report.pdf", mediatest.PDF()))
		nobody := id.NewReference()
		for name, a := range map[string]casework.Actor{"another service": d.outsider, "business support": d.business, "the system administrator": d.systemPerson} {
			untouched := upload("report.pdf", nil)
			untouched.Content = iotest.ErrReader(errors.New("the content was read"))
			_, err := d.AddFile(t.Context(), a, d.child.Reference, untouched)
			wantKind(t, name+" adds", err, fault.NotFound)
			wantPrint(t, d.prints(t, string(d.child.ID)), "record files absent")
			_, withheld := casework.Open(t.Context(), d.Service, d.look(a), casework.FilesPart(""))
			_, missing := casework.Open(t.Context(), d.Service, casework.Look{Actor: a, Reference: nobody}, casework.FilesPart(""))
			wantKind(t, name+" lists", withheld, fault.NotFound)
			if withheld.Error() != missing.Error() {
				t.Errorf("%s: withheld %q, missing %q", name, withheld, missing)
			}
			wantPrint(t, d.prints(t, string(d.child.ID)), "look files absent")
			_, withheld = d.content(t, d.Service, a, file)
			_, missing = d.content(t, d.Service, a, newID())
			if !fault.Is(withheld, fault.NotFound) || withheld.Error() != missing.Error() {
				t.Errorf("%s opens: withheld %q, missing %q", name, withheld, missing)
			}
			wantPrint(t, d.prints(t, string(d.child.ID)), "look files absent")
		}
		// A colleague of the service who does not work with the child sees it.
		if got := d.files(t, d.colleague); len(got) != 1 {
			t.Errorf("a colleague sees %d files", len(got))
		}
	})
}

func TestFileOfAnotherRecordIsNotThere(t *testing.T) {
	eachWithFiles(t, func(t *testing.T, d *fileDesk) {
		other := d.db.Person(t, "Theo", "Marlowe", date.Must(2011, 1, 1))
		d.db.Episode(t, other.ID, d.team, d.adviser.Worker)
		theirs, err := d.AddFile(t.Context(), d.adviser, other.Reference, upload("report.pdf", mediatest.PDF()))
		if err != nil {
			t.Fatal(err)
		}
		_, wrong := d.content(t, d.Service, d.adviser, theirs)
		_, missing := d.content(t, d.Service, d.adviser, newID())
		if !fault.Is(wrong, fault.NotFound) || wrong.Error() != missing.Error() {
			t.Errorf("of another record %q, missing %q", wrong, missing)
		}
		mine := d.add(t, d.adviser, upload("photo.png", mediatest.PNG(t)))
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.Supersede(ctx, store.FileFact, string(mine), tx.Stamp("test"))
		})
		_, aside := d.content(t, d.Service, d.adviser, mine)
		if !fault.Is(aside, fault.NotFound) || aside.Error() != missing.Error() {
			t.Errorf("put aside %q, missing %q", aside, missing)
		}
	})
}

// The footprint says which file was opened, sealed, and nothing is handed out
// where it could not be left.
func TestNoContentWithoutAFootprint(t *testing.T) {
	eachWithFiles(t, func(t *testing.T, d *fileDesk) {
		file := d.add(t, d.adviser, upload("report.pdf", mediatest.PDF()))
		counted := &countedBlobs{Blobs: d.blobs}
		broken := d.with(t, brokenDB{d.db}, counted)
		_, err := d.content(t, broken, d.adviser, file)
		wantKind(t, "open on a full disk", err, fault.Unavailable)
		if counted.opened != 1 || counted.closed != 1 {
			t.Errorf("content was opened %d times and closed %d times", counted.opened, counted.closed)
		}
		race := &raceDB{DB: d.db, before: func() {
			if err := d.EndWorker(context.Background(), "test", d.colleague.Worker); err != nil {
				t.Error(err)
			}
		}}
		counted = &countedBlobs{Blobs: d.blobs}
		_, err = d.content(t, d.with(t, race, counted), d.colleague, file)
		wantKind(t, "rights gone meanwhile", err, fault.Refused)
		if counted.opened != counted.closed {
			t.Errorf("content was opened %d times and closed %d times", counted.opened, counted.closed)
		}
		if _, err := d.content(t, d.Service, d.manager, file); err != nil {
			t.Fatal(err)
		}
		d.db.Read(t, func(ctx context.Context, r store.Reader) error {
			looks, err := r.Looks(ctx, d.child.ID, 0, 1)
			if err != nil {
				return err
			}
			if len(looks) != 1 || looks[0].Actor != string(d.manager.Worker) || looks[0].Part != string(access.Files) || looks[0].DetailHash == nil {
				t.Errorf("the look left %+v", looks)
			}
			sealed, err := r.FootprintDetail(ctx, looks[0].Number)
			if bytes.Contains(sealed, []byte(file)) {
				t.Error("which file was opened lies readable in the database")
			}
			return err
		})
	})
}

// countedBlobs counts what is opened and closed.
type countedBlobs struct {
	casework.Blobs
	opened, closed int
}

func (c *countedBlobs) Get(ctx context.Context, key blob.Key) (io.ReadCloser, error) {
	r, err := c.Blobs.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	c.opened++
	return struct {
		io.Reader
		io.Closer
	}{r, closer(func() error { c.closed++; return r.Close() })}, nil
}

type closer func() error

func (f closer) Close() error { return f() }

// A button pressed twice, or a form sent twice by the browser, is one file. An
// old page sent again with something else is another, and nothing is lost.
func TestAddedTwiceIsAddedOnce(t *testing.T) {
	eachWithFiles(t, func(t *testing.T, d *fileDesk) {
		up := upload("report.pdf", mediatest.PDF())
		first := d.add(t, d.adviser, up)
		prints := len(d.prints(t, string(d.child.ID)))
		up.Content = bytes.NewReader(mediatest.PDF())
		if again := d.add(t, d.adviser, up); again != first || first != up.ID {
			t.Errorf("the same again has the key %s, want %s", again, first)
		}
		d.wantOnDisk(t, "the same twice", 1)
		if got := len(d.prints(t, string(d.child.ID))); got != prints {
			t.Errorf("adding nothing left %d footprints", got-prints)
		}
		up.Name, up.Content = "photo.png", bytes.NewReader(mediatest.PNG(t))
		if other := d.add(t, d.adviser, up); other == first {
			t.Error("another file was taken for the first")
		}
		up.Name, up.Content, up.Title = "report.pdf", bytes.NewReader(mediatest.PDF()), "Another title"
		if other := d.add(t, d.adviser, up); other == first {
			t.Error("another title was taken for the first")
		}
		// Somebody else's page cannot have drawn this key; theirs is another.
		up.Content = bytes.NewReader(mediatest.PDF())
		if other := d.add(t, d.colleague, up); other == first {
			t.Error("a colleague's file was taken for the first")
		}
		if got := d.files(t, d.adviser); len(got) != 4 {
			t.Errorf("%d files, want 4", len(got))
		}
		d.wantOnDisk(t, "all", 4)
	})
}

func TestRightsTakenAwayWhileSending(t *testing.T) {
	eachWithFiles(t, func(t *testing.T, d *fileDesk) {
		up := upload("report.pdf", nil)
		up.Content = io.MultiReader(bytes.NewReader(mediatest.PDF()), onRead(func() {
			if err := d.EndWorker(context.Background(), "test", d.adviser.Worker); err != nil {
				t.Error(err)
			}
		}))
		_, err := d.AddFile(t.Context(), d.adviser, d.child.Reference, up)
		wantKind(t, "add", err, fault.Refused)
		d.wantOnDisk(t, "after a refusal", 0)
		if got := d.files(t, d.manager); len(got) != 0 {
			t.Errorf("files: %+v", got)
		}
	})
}

type onRead func()

func (f onRead) Read([]byte) (int, error) {
	f()
	return 0, io.EOF
}

// What a crash leaves between content and row is harmless: nothing shows it, it
// is listed, and it can be cleared away. When nobody knows whether the row was
// saved, the content stays.
func TestOrphansAreListed(t *testing.T) {
	eachWithFiles(t, func(t *testing.T, d *fileDesk) {
		kept := d.add(t, d.adviser, upload("report.pdf", mediatest.PDF()))
		_, err := d.with(t, brokenDB{d.db}, d.blobs).AddFile(t.Context(), d.adviser, d.child.Reference, upload("photo.png", mediatest.PNG(t)))
		wantKind(t, "a row that is not saved", err, fault.Unavailable)
		d.wantOnDisk(t, "after it", 2)
		half := blob.NewKey()
		if err := os.MkdirAll(filepath.Join(d.dir, string(half[:2])), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(d.dir, string(half[:2]), string(half)+".part"), []byte("hal"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := d.files(t, d.adviser); len(got) != 1 || got[0].ID != kept {
			t.Errorf("files: %+v", got)
		}
		if young, err := d.OrphanBlobs(t.Context(), time.Now().Add(-time.Hour)); err != nil || len(young) != 0 {
			t.Errorf("what is on its way is taken for an orphan: %+v, %v", young, err)
		}
		orphans, err := d.OrphanBlobs(t.Context(), time.Now().Add(time.Hour))
		if err != nil || len(orphans) != 2 {
			t.Fatalf("orphans: %+v, %v", orphans, err)
		}
		for _, o := range orphans {
			if err := d.blobs.Delete(t.Context(), o.Key); err != nil {
				t.Error(err)
			}
		}
		if body, err := d.content(t, d.Service, d.adviser, kept); err != nil || !bytes.Equal(body, mediatest.PDF()) {
			t.Errorf("what is on the record: %d bytes, %v", len(body), err)
		}
	})
}

// fullBlobs have no room.
type fullBlobs struct{ casework.Blobs }

func (fullBlobs) PutIfAbsent(_ context.Context, _ blob.Key, plain io.Reader) error {
	if _, err := io.CopyN(io.Discard, plain, 10); err != nil {
		return err
	}
	return fault.New(fault.Unavailable, "There is no room left to save on.")
}

func TestNoRoomForAFile(t *testing.T) {
	eachWithFiles(t, func(t *testing.T, d *fileDesk) {
		prints := len(d.prints(t, string(d.child.ID)))
		for name, blobs := range map[string]casework.Blobs{"full": fullBlobs{d.blobs}, "none": nil} {
			_, err := d.with(t, d.db, blobs).AddFile(t.Context(), d.adviser, d.child.Reference, upload("report.pdf", mediatest.PDF()))
			wantKind(t, name, err, fault.Unavailable)
		}
		if got := len(d.prints(t, string(d.child.ID))); got != prints {
			t.Errorf("%d footprints of files that were not added", got-prints)
		}
		if got := d.files(t, d.adviser); len(got) != 0 {
			t.Errorf("files: %+v", got)
		}
	})
}

// Content that was changed, cut off, exchanged or lost on the disk is an error
// for the operator, and never shown as if it were whole.
func TestContentTamperedWith(t *testing.T) {
	eachWithFiles(t, func(t *testing.T, d *fileDesk) {
		one := d.add(t, d.adviser, upload("one.pdf", mediatest.PDF()))
		oneFile := d.onDisk(t)[0]
		sealed, err := os.ReadFile(oneFile)
		if err != nil {
			t.Fatal(err)
		}
		two := d.add(t, d.adviser, upload("photo.png", mediatest.PNG(t)))
		twoFile := d.onDisk(t)[0]
		if twoFile == oneFile {
			twoFile = d.onDisk(t)[1]
		}
		flipped := bytes.Clone(sealed)
		flipped[len(flipped)-5] ^= 1
		for name, b := range map[string][]byte{"flipped": flipped, "cut off": sealed[:len(sealed)-7], "emptied": {}} {
			if err := os.WriteFile(oneFile, b, 0o600); err != nil {
				t.Fatal(err)
			}
			body, err := d.content(t, d.Service, d.adviser, one)
			if err == nil || len(body) != 0 {
				t.Errorf("%s: %d bytes, %v", name, len(body), err)
			}
		}
		if err := os.WriteFile(twoFile, sealed, 0o600); err != nil {
			t.Fatal(err)
		}
		if body, err := d.content(t, d.Service, d.adviser, two); err == nil || len(body) != 0 {
			t.Errorf("exchanged: %d bytes, %v", len(body), err)
		}
		if err := os.Remove(oneFile); err != nil {
			t.Fatal(err)
		}
		_, err = d.content(t, d.Service, d.adviser, one)
		wantKind(t, "lost", err, fault.Internal)
	})
}

func TestFilesPages(t *testing.T) {
	eachWithFiles(t, func(t *testing.T, d *fileDesk) {
		const all = casework.PageLines + 3
		for i := range all {
			up := upload("note.txt", fmt.Appendf(nil, "Note %d.", i))
			up.Title = fmt.Sprint("Note ", i)
			d.add(t, d.adviser, up)
		}
		var titles []string
		before := ""
		for range 3 {
			f, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.FilesPart(before))
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range f.Value.Files {
				titles = append(titles, file.Title)
			}
			if before = f.Value.Older; before == "" {
				break
			}
		}
		if len(titles) != all || titles[0] != fmt.Sprint("Note ", all-1) || titles[all-1] != "Note 0" {
			t.Errorf("%d titles: %s", len(titles), strings.Join(titles, ", "))
		}
		_, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.FilesPart("nonsense"))
		wantKind(t, "a page that is none", err, fault.NotFound)
	})
}
