package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"casefile/internal/access"
	"casefile/internal/blob"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/media"
	"casefile/internal/scan"
	"casefile/internal/store"
)

// A Scanner says whether content is harmful. A scan.Clamd is one.
type Scanner interface {
	Scan(ctx context.Context, content io.Reader) (scan.Verdict, error)
}

// ScanFile is the kind of the job that has a file scanned which was kept while
// the scanner was not to be reached, and FileHarmful that of the notice of what
// was found.
const (
	ScanFile    = "scan-file"
	FileHarmful = "file-harmful"
)

// scanJob is in whose name it is scanned.
const scanJob = "job:" + ScanFile

// An alongside hands content on, and to the scanner as it goes. A scanner that
// fails holds nothing up: the content is then not scanned.
type alongside struct {
	io.Reader
	out     *io.PipeWriter
	verdict chan scan.Verdict
	deaf    bool // the scanner reads no more
}

// scanAlong has the scanner, where there is one, read what is read from content.
func (s *Service) scanAlong(ctx context.Context, content io.Reader) *alongside {
	a := &alongside{Reader: content}
	if s.scanner == nil {
		return a
	}
	in, out := io.Pipe()
	a.out, a.verdict = out, make(chan scan.Verdict, 1)
	go func() {
		v, err := s.scanner.Scan(ctx, in)
		_ = in.CloseWithError(io.ErrClosedPipe) // never fails; whoever writes hears of it
		if err != nil {
			s.log.WarnContext(ctx, "a file was not scanned for viruses", "error", err)
		}
		a.verdict <- v
	}()
	return a
}

func (a *alongside) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if a.out != nil && !a.deaf && n > 0 {
		_, failed := a.out.Write(p[:n])
		a.deaf = failed != nil
	}
	return n, err
}

// end says what the scanner says; err is how the reading ended. Of content that
// did not come to its end nothing is known.
func (a *alongside) end(err error) scan.Verdict {
	if a.out == nil {
		return scan.Unknown
	}
	if err != nil {
		_ = a.out.CloseWithError(err) // never fails
		<-a.verdict
		return scan.Unknown
	}
	_ = a.out.Close() // never fails
	v := <-a.verdict
	if a.deaf && v == scan.Clean { // it did not read all of it
		return scan.Unknown
	}
	return v
}

type scanning struct {
	File media.ID `json:"file"`
}

func enqueueScan(ctx context.Context, tx store.PlainTx, f media.ID) error {
	payload, err := json.Marshal(scanning{f})
	if err != nil {
		return fmt.Errorf("enqueue a scan: %w", err)
	}
	return tx.Enqueue(ctx, store.Job{Kind: ScanFile, Payload: payload, Unique: ScanFile + ":" + string(f)})
}

// mostScans is how many files a start has scanned that never were.
const mostScans = 1000

// ScanUnscanned has files scanned that never were: those from before there was a
// scanner. None where there is no scanner.
func (s *Service) ScanUnscanned(ctx context.Context) error {
	if s.scanner == nil {
		return nil
	}
	return s.db.Plain(ctx, func(tx store.PlainTx) error {
		files, err := tx.Unscanned(ctx, mostScans)
		if err != nil {
			return err
		}
		for _, f := range files {
			if err := enqueueScan(ctx, tx, f); err != nil {
				return err
			}
		}
		return nil
	})
}

// ScanKept is that job: it has a file on a record scanned, in its own name, and
// notes what was found; the look is a footprint. Unavailable while the scanner is
// not to be reached. It may run twice.
func (s *Service) ScanKept(ctx context.Context, payload []byte) error {
	var job scanning
	if err := json.Unmarshal(payload, &job); err != nil {
		return fault.Wrap(fault.Invalid, "the payload is not that of a file", err)
	}
	if s.scanner == nil || s.blobs == nil {
		return nil // it was taken away; whoever sets one up again has all scanned
	}
	var f media.File
	err := s.db.View(ctx, func(r store.Reader) (err error) {
		f, err = r.File(ctx, job.File)
		return err
	})
	if err != nil || f.Scanned != scan.Unknown {
		return err
	}
	content, err := s.blobs.Get(ctx, blob.Key(f.Blob))
	if err != nil {
		return fmt.Errorf("read file %s: %w", f.ID, err)
	}
	defer func() { _ = content.Close() }() // only read from: nothing can be lost in closing
	v, err := s.scanner.Scan(ctx, content)
	if err != nil {
		return fault.Wrap(fault.Unavailable, "", fmt.Errorf("scan file %s: %w", f.ID, err))
	}
	return s.db.Update(ctx, func(tx store.Tx) error {
		now, err := tx.File(ctx, f.ID)
		if err != nil {
			return err
		}
		// Where the job ran twice, what was found stays found, and is told once.
		news := now.Scanned != scan.Found && now.Scanned != v
		if news {
			if err := tx.AddScan(ctx, f.ID, v, tx.Stamp(scanJob)); err != nil {
				return err
			}
		}
		if news && v == scan.Found {
			workers, err := s.toTell(ctx, tx, f.Person)
			if err != nil {
				return err
			}
			told := map[string]bool{}
			for _, w := range append(workers, f.Author) {
				if told[string(w)] {
					continue
				}
				told[string(w)] = true
				n := store.Notice{ID: id.New(), Worker: w, Person: f.Person, Kind: FileHarmful, At: date.At(s.now())}
				if err := tx.AddNotice(ctx, n); err != nil {
					return err
				}
			}
		}
		_, err = s.leave(ctx, tx, footprint.Footprint{
			Actor: scanJob, Action: "scan", Object: string(f.Person), Part: string(access.Files), Outcome: access.Shown.String(),
		}, &footprint.Detail{File: string(f.ID)})
		return err
	})
}

// openThumbnail is a small picture.
func (s *Service) openThumbnail(ctx context.Context, r store.Reader, f media.ID) ([]byte, error) {
	sealed, err := r.Thumbnail(ctx, f)
	if err != nil {
		return nil, err
	}
	small, err := s.keys.Open(sealed, thumbnailPlace(f))
	if err != nil {
		return nil, fmt.Errorf("open the thumbnail of file %s: %w", f, err)
	}
	return small, nil
}
