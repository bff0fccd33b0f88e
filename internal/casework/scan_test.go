package casework_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/fault"
	"casefile/internal/keys"
	"casefile/internal/media"
	"casefile/internal/media/mediatest"
	"casefile/internal/scan"
	"casefile/internal/scan/scantest"
)

// scanned is the desk's service with a scanner, and where that listens.
func (d *fileDesk) scanned(t *testing.T) (*casework.Service, *scantest.Daemon) {
	t.Helper()
	daemon := scantest.Start(t)
	return d.scannedBy(t, scan.Clamd{Network: "tcp", Address: daemon.Address, Timeout: time.Second}), daemon
}

// scannedBy is the service with a scanner.
func (d *fileDesk) scannedBy(t *testing.T, by casework.Scanner) *casework.Service {
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
		DB: d.db, Definitions: defs, Keys: ring, Blobs: d.blobs, Now: d.db.Now.Time, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Scanner: by,
	})
	t.Cleanup(s.Close)
	return s
}

func note(text string) casework.Upload { return upload("note.txt", []byte(text+"\n")) }

func TestFilesAreScannedAsTheyCome(t *testing.T) {
	eachWithFiles(t, func(t *testing.T, d *fileDesk) {
		d.add(t, d.adviser, note("Before there was a scanner."))
		if f := d.files(t, d.adviser); f[0].Scanned != scan.Unknown {
			t.Errorf("what nobody scanned is said to be %q", f[0].Scanned)
		}
		s, daemon := d.scanned(t)
		_, err := s.AddFile(t.Context(), d.adviser, d.child.Reference, note("Kept in order."))
		if err != nil {
			t.Fatal(err)
		}
		if f := d.files(t, d.adviser); f[0].Scanned != scan.Clean || f[0].ScannedAt == 0 {
			t.Errorf("what was scanned is said to be %q", f[0].Scanned)
		}
		d.wantOnDisk(t, "two files", 2)
		_, err = s.AddFile(t.Context(), d.adviser, d.child.Reference, note("It has "+scantest.Harmful))
		wantProblem(t, err, media.FieldFile, "The virus scanner found something harmful in the selected file, so it was not kept")
		d.wantOnDisk(t, "what is harmful is not kept", 2)

		// A scanner that fails holds nobody up, and makes nothing clean.
		daemon.Most = 3
		key, err := s.AddFile(t.Context(), d.adviser, d.child.Reference, note("While it fails: "+scantest.Harmful))
		if err != nil {
			t.Fatal(err)
		}
		if f := d.files(t, d.adviser); f[0].ID != key || f[0].Scanned != scan.Unknown {
			t.Errorf("what the scanner did not take is said to be %q", f[0].Scanned)
		}
		job, err := json.Marshal(map[string]media.ID{"file": key})
		if err != nil {
			t.Fatal(err)
		}
		wantKind(t, "scan it while the scanner fails", s.ScanKept(t.Context(), job), fault.Unavailable)
		if jobs := d.jobs(t, casework.ScanFile); jobs != 1 {
			t.Errorf("%d jobs wait to scan, want 1", jobs)
		}
		daemon.Most = 0
		for range 2 { // a job may run twice
			if err := s.ScanKept(t.Context(), job); err != nil {
				t.Fatal(err)
			}
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "scan files shown")
		if got := d.news(t, d.adviser); !slices.Equal(got, []string{casework.FileHarmful}) {
			t.Errorf("who added it is told %q", got)
		}
		_, err = d.content(t, d.Service, d.adviser, key)
		wantKind(t, "open what is harmful", err, fault.Refused)

		// Those of before are scanned once there is a scanner.
		if err := s.ScanUnscanned(t.Context()); err != nil {
			t.Fatal(err)
		}
		if jobs := d.jobs(t, casework.ScanFile); jobs != 2 {
			t.Errorf("%d jobs wait to scan, want 2", jobs)
		}
	})
}

// jobs counts those of a kind.
func (d *desk) jobs(t *testing.T, kind string) (n int) {
	t.Helper()
	if err := d.db.Raw.QueryRowContext(t.Context(), "SELECT count(*) FROM job WHERE kind = $1", kind).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A scanBetween scans in between: the job that runs twice, at the same time.
type scanBetween struct {
	verdict scan.Verdict
	between func()
}

func (s *scanBetween) Scan(context.Context, io.Reader) (scan.Verdict, error) {
	if s.between != nil {
		between := s.between
		s.between = nil
		between()
	}
	return s.verdict, nil
}

// Of two runs of one job the one that found something counts, whichever ends
// last: a newer set of patterns is not outdone by an older one.
func TestWhatWasFoundStaysFound(t *testing.T) {
	eachWithFiles(t, func(t *testing.T, d *fileDesk) {
		key := d.add(t, d.adviser, note("Before there was a scanner."))
		job, err := json.Marshal(map[string]media.ID{"file": key})
		if err != nil {
			t.Fatal(err)
		}
		found := &scanBetween{verdict: scan.Found}
		clean := &scanBetween{verdict: scan.Clean, between: func() {
			if err := d.scannedBy(t, found).ScanKept(t.Context(), job); err != nil {
				t.Error(err)
			}
		}}
		if err := d.scannedBy(t, clean).ScanKept(t.Context(), job); err != nil {
			t.Fatal(err)
		}
		if f := d.files(t, d.adviser); f[0].Scanned != scan.Found {
			t.Errorf("it is said to be %q", f[0].Scanned)
		}
		looks := slices.DeleteFunc(d.prints(t, string(d.child.ID)), func(p string) bool { return p != "scan files shown" })
		if len(looks) != 2 {
			t.Errorf("two runs read it and left %d footprints", len(looks))
		}
		if got := d.news(t, d.adviser); !slices.Equal(got, []string{casework.FileHarmful}) {
			t.Errorf("who added it is told %q", got)
		}
	})
}

func picture(t *testing.T, c color.Color) []byte {
	t.Helper()
	p := image.NewRGBA(image.Rect(0, 0, 300, 400))
	for y := range 400 {
		for x := range 300 {
			p.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A photograph by which the person is known stands at the top of the file, small;
// a later one takes its place.
func TestPortrait(t *testing.T) {
	clause.Shows(t, "CR-50")
	eachWithFiles(t, func(t *testing.T, d *fileDesk) {
		at := func() (casework.File[casework.Overview], image.Image) {
			f, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.OverviewPart())
			if err != nil {
				t.Fatal(err)
			}
			if f.Header.Portrait.JPEG == nil {
				return f, nil
			}
			p, err := jpeg.Decode(bytes.NewReader(f.Header.Portrait.JPEG))
			if err != nil {
				t.Fatal(err)
			}
			return f, p
		}
		d.add(t, d.adviser, upload("photo.jpg", picture(t, color.White)))
		if _, p := at(); p != nil {
			t.Error("a photograph of which nobody said so stands at the top")
		}
		red := upload("red.jpg", picture(t, color.RGBA{200, 0, 0, 255}))
		red.Portrait, red.Day, red.Month, red.Year = true, "1", "2", "2026"
		d.add(t, d.adviser, red)
		f, p := at()
		if p == nil || p.Bounds().Dy() != media.ThumbnailSize || f.Header.Portrait.Dated.String() != "2026-02-01" {
			t.Fatalf("at the top: %v, of %s", p, f.Header.Portrait.Dated)
		}
		older := upload("blue.jpg", picture(t, color.RGBA{0, 0, 200, 255}))
		older.Portrait, older.Day, older.Month, older.Year = true, "1", "2", "2020"
		d.add(t, d.adviser, older)
		if _, p = at(); !reddish(p) {
			t.Error("an older photograph took the place of the latest")
		}
		list := d.files(t, d.adviser)
		if !list[0].Small {
			t.Error("a photograph has no small picture")
		}
		pdf := upload("report.pdf", mediatest.PDF())
		pdf.Portrait = true
		_, err := d.AddFile(t.Context(), d.adviser, d.child.Reference, pdf)
		wantProblem(t, err, media.FieldPortrait, "Only a photograph that can be shown small (JPEG, PNG, GIF or WebP) can stand at the top of the file")
		d.wantOnDisk(t, "what is refused is not kept", 3)
		// Nothing of it lies readable in the database.
		var sealed []byte
		if err := d.db.Raw.QueryRowContext(context.Background(), "SELECT sealed FROM file_thumbnail").Scan(&sealed); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(sealed), "JFIF") || bytes.HasPrefix(sealed, []byte{0xff, 0xd8}) {
			t.Error("a small picture lies readable in the database")
		}
	})
}

func reddish(p image.Image) bool {
	if p == nil {
		return false
	}
	r, _, b, _ := p.At(20, 20).RGBA()
	return r > b
}
