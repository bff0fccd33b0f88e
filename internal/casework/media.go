package casework

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"strings"
	"time"

	"casefile/internal/access"
	"casefile/internal/blob"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/keys"
	"casefile/internal/media"
	"casefile/internal/person"
	"casefile/internal/scan"
	"casefile/internal/store"
)

// Blobs keep the content of files, encrypted. A *blob.Sealed is one.
type Blobs interface {
	PutIfAbsent(ctx context.Context, key blob.Key, plain io.Reader) error
	Get(ctx context.Context, key blob.Key) (io.ReadCloser, error)
	Delete(ctx context.Context, key blob.Key) error
	List(ctx context.Context) iter.Seq2[blob.Info, error]
}

// FileRules are what may be kept on a record as a file.
func (s *Service) FileRules() media.Rules { return s.set().FileRules() }

// typesFile is the definition that a file is kept under.
const typesFile = "files/types.yaml"

// An Upload is a file as it is sent.
type Upload struct {
	// ID was drawn when the page with the form was made, so that the same press
	// of its button sent twice adds one file.
	ID media.ID
	media.Typed
	Name    string    // that the file had where it came from; its end counts, and none of it is kept
	Content io.Reader // read to its end, or to the first mistake
}

var (
	errNoBlobs = fault.New(fault.Unavailable, "No place to keep files is set up. Ask who looks after the system.")
	errNoFile  = fault.New(fault.NotFound, "There is no such file on this record.")
	errHarmful = fault.New(fault.Refused, "The virus scanner found something harmful in this file, so it is not given out. Ask who added it for another copy.")
)

const notWhole = "The file did not arrive whole, so it was not kept. Try again."

// errAdded says that the file is on the record already, by the same press of a
// button.
var errAdded = errors.New("added before")

// AddFile puts a file on a record, signed with the actor's full name and role
// and the moment, by the system (CR-40), and gives its key. The content is on
// disk first; then the row and the footprint are saved together or not at all.
// What a crash leaves between the two is content that nothing refers to, which
// OrphanBlobs lists.
//
// Errors: Invalid with each problem by its field, and nothing is kept; NotFound
// when the file is not the actor's to add to; Unavailable when there is no room.
// Adding the same twice under one ID is adding once; something else under an ID
// that was used gets an ID of its own.
func (s *Service) AddFile(ctx context.Context, a Actor, ref id.Reference, up Upload) (media.ID, error) {
	if !id.Valid(string(up.ID)) {
		return "", fault.New(fault.Invalid, "The page that sent this is not one of ours, or not whole.")
	}
	// Asked before the content is read, so that nobody fills the disk on a
	// record that is not theirs, and again when it is added.
	err := s.db.View(ctx, func(r store.Reader) error {
		_, _, err := s.mayAddTo(ctx, r, a, ref, access.Files)
		return err
	})
	if err != nil {
		return "", s.refusalOf(ctx, a, ref, access.Files, err)
	}
	kept, err := s.keep(ctx, up)
	if err != nil {
		return "", err
	}
	var added media.File
	err = s.db.Update(ctx, func(tx store.Tx) error {
		child, sat, err := s.mayAddTo(ctx, tx, a, ref, access.Files)
		if err != nil {
			return err
		}
		if added, err = s.signFile(ctx, tx, sat.viewer, child, kept.File); err != nil {
			return err
		}
		held, err := tx.File(ctx, up.ID)
		switch {
		case err == nil && held.Same(added):
			return errAdded
		case err == nil: // an old page, sent again with another file
			added.ID = media.ID(id.New())
		case !fault.Is(err, fault.NotFound):
			return err
		}
		if err := s.add(ctx, tx, added, kept.thumbnail, up.Portrait); err != nil {
			return err
		}
		_, err = s.leave(ctx, tx, sat.footprint(sat.claims[0].decision), &footprint.Detail{File: string(added.ID)})
		return err
	})
	if err == nil {
		return added.ID, nil
	}
	if !fault.Is(err, fault.Unavailable) {
		// Nothing refers to the content. After Unavailable nobody knows, so then
		// it stays; it does no harm.
		if dropped := s.blobs.Delete(context.WithoutCancel(ctx), blob.Key(kept.Blob)); dropped != nil {
			s.log.WarnContext(ctx, "content without a file stays until it is cleared away", "blob", kept.Blob, "error", dropped)
		}
	}
	if errors.Is(err, errAdded) {
		return up.ID, nil
	}
	return "", s.refusalOf(ctx, a, ref, access.Files, err)
}

// add writes a file and what was found out about it.
func (s *Service) add(ctx context.Context, tx store.Tx, f media.File, thumbnail []byte, portrait bool) error {
	if err := tx.AddFile(ctx, f); err != nil {
		return err
	}
	if thumbnail != nil {
		sealed, err := s.keys.Seal(thumbnail, thumbnailPlace(f.ID))
		if err != nil {
			return fmt.Errorf("seal a thumbnail: %w", err)
		}
		if err := tx.AddThumbnail(ctx, f.ID, sealed, portrait, f.Recorded); err != nil {
			return err
		}
	}
	if f.Scanned != scan.Unknown {
		return tx.AddScan(ctx, f.ID, f.Scanned, f.Recorded)
	}
	if s.scanner == nil {
		return nil
	}
	return enqueueScan(ctx, tx, f.ID)
}

func thumbnailPlace(f media.ID) []byte { return keys.Row("file_thumbnail", string(f), "sealed") }

// A keptFile is a file whose content is on disk, and its small picture.
type keptFile struct {
	media.File
	thumbnail []byte // nil where there is none
}

// keep judges what was sent and puts its content on disk.
func (s *Service) keep(ctx context.Context, up Upload) (kept keptFile, err error) {
	kept.File, err = s.keepContent(ctx, up)
	if err != nil {
		return keptFile{}, err
	}
	var wrong []fault.Problem
	if kept.Scanned == scan.Found {
		wrong = []fault.Problem{{Field: media.FieldFile, Message: "The virus scanner found something harmful in the selected file, so it was not kept"}}
	} else if kept.thumbnail, err = s.thumbnail(ctx, kept.File); err == nil && up.Portrait && (kept.thumbnail == nil || kept.Kind != media.Photograph) {
		wrong = []fault.Problem{{Field: media.FieldPortrait, Message: "Only a photograph that can be shown small (JPEG, PNG, GIF or WebP) can stand at the top of the file"}}
	}
	if err == nil && len(wrong) == 0 {
		return kept, nil
	}
	if dropped := s.blobs.Delete(context.WithoutCancel(ctx), blob.Key(kept.Blob)); dropped != nil {
		s.log.WarnContext(ctx, "content without a file stays until it is cleared away", "blob", kept.Blob, "error", dropped)
	}
	if err != nil {
		return keptFile{}, err
	}
	return keptFile{}, problems(wrong)
}

// thumbnail makes the small picture of what is on disk; nil where none can be
// made, which keeps nothing from being added.
func (s *Service) thumbnail(ctx context.Context, f media.File) ([]byte, error) {
	if !strings.HasPrefix(f.MediaType, "image/") {
		return nil, nil
	}
	small, err := media.Thumbnail(func() (io.ReadCloser, error) {
		content, err := s.blobs.Get(ctx, blob.Key(f.Blob))
		if err != nil {
			return nil, fmt.Errorf("read a picture again: %w", err)
		}
		return content, nil
	})
	if errors.Is(err, media.ErrNoThumbnail) {
		return nil, nil
	}
	return small, err
}

// keepContent puts the content on disk, while the scanner reads along.
func (s *Service) keepContent(ctx context.Context, up Upload) (media.File, error) {
	title, dated, ps := up.Read(s.Today())
	head, err := io.ReadAll(io.LimitReader(up.Content, media.HeadSize))
	if err != nil {
		return media.File{}, fault.Wrap(fault.Invalid, notWhole, err)
	}
	rules := s.FileRules()
	t, kind, wrong := rules.Judge(up.Name, head, up.Diagram)
	if ps = append(ps, wrong...); len(ps) > 0 {
		return media.File{}, problems(ps)
	}
	if s.blobs == nil {
		return media.File{}, errNoBlobs
	}
	limit := rules.Limit(t)
	key := blob.NewKey()
	m := &measured{in: io.MultiReader(bytes.NewReader(head), up.Content), most: limit.Bytes(), sum: sha256.New()}
	along := s.scanAlong(ctx, m)
	err = s.blobs.PutIfAbsent(ctx, key, along)
	verdict := along.end(err)
	switch {
	case errors.Is(err, errTooMuch):
		return media.File{}, problems([]fault.Problem{limit.TooLarge()})
	case err != nil && m.broken:
		return media.File{}, fault.Wrap(fault.Invalid, notWhole, err)
	case err != nil:
		return media.File{}, fmt.Errorf("keep the content of a file: %w", err)
	}
	definition, _ := s.set().File(typesFile) // there, or there would be no type
	return media.File{
		ID: up.ID, Title: title, Kind: kind, Type: t.ID, TypeTitle: t.Title, Definition: definition.Hash,
		MediaType: t.MediaType, Extension: t.Extensions[0], Size: m.size, SHA256: m.sum.Sum(nil), Dated: dated, Blob: string(key), Scanned: verdict,
	}, nil
}

// signFile puts on a file whose it is and who says so.
func (s *Service) signFile(ctx context.Context, tx store.Tx, v access.Viewer, child person.ID, f media.File) (media.File, error) {
	worker, err := tx.Worker(ctx, staffID(v))
	if err != nil {
		return media.File{}, err
	}
	f.Person, f.Service = child, v.Service
	f.Author, f.AuthorName, f.AuthorRole = worker.ID, worker.Name(), s.RoleTitle(v.Role)
	f.Recorded = tx.Stamp(string(worker.ID))
	return f, nil
}

var errTooMuch = errors.New("more than may be kept")

// measured counts and hashes what is read through it, and stops at the limit.
type measured struct {
	in     io.Reader
	most   int64
	size   int64
	sum    hash.Hash
	broken bool // reading failed, and not for its size
}

func (m *measured) Read(p []byte) (int, error) {
	n, err := m.in.Read(p)
	m.size += int64(n)
	if m.size > m.most {
		return 0, errTooMuch
	}
	m.sum.Write(p[:n]) // never fails
	m.broken = err != nil && err != io.EOF
	return n, err
}

// Files is a page of the files on a record, the last added first.
type Files struct {
	Files  []FileLine
	Older  string // names the next page; empty when there is none
	MayAdd bool
}

// A FileLine is a file in the list. Of a masked one there are the service and
// the day it was added.
type FileLine struct {
	media.File
	Masked    bool
	Thumbnail []byte // a JPEG; nil where there is none
}

// FilesPart is the files on the record, PageLines of them added before before,
// which a page before it gave as Older; empty for the latest.
func FilesPart(before string) Part[Files] {
	return Part[Files]{access.Files, access.Look, func(ctx context.Context, r reading) (Files, error) {
		var f Files
		sight := r.sight()
		last := ""
		// As on the timeline: a page is not short because of what is absent from it.
		for from, more := before, true; more && f.Older == ""; {
			list, err := r.Files(ctx, r.person, from, PageLines+1)
			if err != nil {
				return Files{}, err
			}
			more = len(list) > PageLines
			for _, l := range list {
				from = l.Key
				line := FileLine{File: l.File}
				switch sight.of(l.Service, false) {
				case access.Shown:
				case access.Masked:
					line = FileLine{File: media.File{Service: l.Service, Recorded: l.Recorded}, Masked: true}
				default:
					continue
				}
				if len(f.Files) == PageLines {
					f.Older = last
					break
				}
				if line.Small && line.Scanned != scan.Found {
					if line.Thumbnail, err = r.s.openThumbnail(ctx, r, line.ID); err != nil {
						return Files{}, err
					}
				}
				f.Files, last = append(f.Files, line), l.Key
			}
		}
		f.MayAdd = r.s.decide(r.standing, access.Files, access.Record).Outcome == access.Shown
		return f, nil
	}}
}

// AddFilePart is the page on which the actor chooses a file to add. Of the
// record it has the header alone.
func AddFilePart() Part[struct{}] {
	return Part[struct{}]{access.Files, access.Record, func(context.Context, reading) (struct{}, error) {
		return struct{}{}, nil
	}}
}

// A FileContent is a file and its content. Close it.
type FileContent struct {
	media.File
	// Content is opened in the same snapshot as the rest, and hands nothing out
	// that was not authenticated. An error in it means that the content was
	// changed or cut off on the disk.
	Content io.ReadCloser
}

// PicturePart is a photograph on the record as the page that shows it needs it: what
// is known of it, and not yet its content. NotFound as for FilePart, and where it is
// nothing that a page shows.
func PicturePart(file media.ID) Part[media.File] {
	return Part[media.File]{access.Files, access.Look, func(ctx context.Context, r reading) (media.File, error) {
		f, err := r.File(ctx, file)
		if fault.Is(err, fault.NotFound) || err == nil && (f.Person != r.person || !f.Superseded.IsZero() ||
			r.sight().of(f.Service, false) != access.Shown || !f.Showable()) {
			return media.File{}, errNoFile
		}
		r.detail.File = string(f.ID)
		return f, err
	}}
}

// FilePart is the content of a file on the record. NotFound where there is no
// such file, where it stands on another record, or was put aside.
func FilePart(file media.ID) Part[FileContent] {
	return Part[FileContent]{access.Files, access.Look, func(ctx context.Context, r reading) (FileContent, error) {
		f, err := r.File(ctx, file)
		if fault.Is(err, fault.NotFound) || err == nil && (f.Person != r.person || !f.Superseded.IsZero() ||
			r.sight().of(f.Service, false) != access.Shown) {
			return FileContent{}, errNoFile
		}
		if err != nil {
			return FileContent{}, err
		}
		if f.Scanned == scan.Found {
			return FileContent{}, errHarmful
		}
		if r.s.blobs == nil {
			return FileContent{}, errNoBlobs
		}
		content, err := r.s.blobs.Get(ctx, blob.Key(f.Blob))
		if err != nil {
			// On the record and not on the disk: somebody must hear of it.
			return FileContent{}, fault.Wrap(fault.Internal, "", fmt.Errorf("the content of file %s: %w", f.ID, err))
		}
		r.opened = append(r.opened, content)
		r.detail.File = string(f.ID)
		return FileContent{f, content}, nil
	}}
}

// OrphanBlobs lists content that no file refers to and that was put before a
// moment: what crashes left. Leave the last hour out, in which files may be on
// their way.
func (s *Service) OrphanBlobs(ctx context.Context, before time.Time) ([]blob.Info, error) {
	if s.blobs == nil {
		return nil, errNoBlobs
	}
	const batch = 500
	var orphans, some []blob.Info
	sift := func() error {
		found, err := s.unknown(ctx, some)
		orphans, some = append(orphans, found...), some[:0]
		return err
	}
	for info, err := range s.blobs.List(ctx) {
		if err != nil {
			return nil, fmt.Errorf("list the content of files: %w", err)
		}
		if !info.Put.Before(before) {
			continue
		}
		if some = append(some, info); len(some) == batch {
			if err := sift(); err != nil {
				return nil, err
			}
		}
	}
	return orphans, sift()
}

// unknown leaves those that no file refers to. What was never put whole belongs
// to none.
func (s *Service) unknown(ctx context.Context, infos []blob.Info) ([]blob.Info, error) {
	keys := make([]string, 0, len(infos))
	for _, i := range infos {
		keys = append(keys, string(i.Key))
	}
	held := map[string]bool{}
	err := s.db.View(ctx, func(r store.Reader) error {
		known, err := r.KnownBlobs(ctx, keys)
		for _, k := range known {
			held[k] = true
		}
		return err
	})
	var left []blob.Info
	for _, i := range infos {
		if i.Partial || !held[string(i.Key)] {
			left = append(left, i)
		}
	}
	return left, err
}
