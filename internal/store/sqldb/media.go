package sqldb

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/media"
	"casefile/internal/person"
	"casefile/internal/scan"
	"casefile/internal/store"
)

const fileColumns = `id, file_id, service, title, kind, type, type_title, definition, media_type, extension, size, sha256,
	dated_day, blob_key, author_id, author_name, author_role,
	recorded_seq, recorded_us, recorded_by, superseded_seq, superseded_us, superseded_by,
	COALESCE((SELECT c.verdict FROM file_scan c WHERE c.file_id = f.id ORDER BY c.recorded_seq DESC, c.id DESC LIMIT 1), ''),
	COALESCE((SELECT c.recorded_us FROM file_scan c WHERE c.file_id = f.id ORDER BY c.recorded_seq DESC, c.id DESC LIMIT 1), 0),
	EXISTS (SELECT 1 FROM file_thumbnail c WHERE c.file_id = f.id)`

func scanFile(s scanner) (f media.File, err error) {
	return f, s.Scan(
		&f.ID, &f.Person, &f.Service, &f.Title, &f.Kind, &f.Type, &f.TypeTitle, &f.Definition, &f.MediaType, &f.Extension, &f.Size, &f.SHA256,
		day{&f.Dated}, &f.Blob, &f.Author, &f.AuthorName, &f.AuthorRole,
		&f.Recorded.Seq, &f.Recorded.At, &f.Recorded.By, &f.Superseded.Seq, &f.Superseded.At, &f.Superseded.By, &f.Scanned, &f.ScannedAt, &f.Small,
	)
}

// fileKey is the place of a file in the list of a record.
func fileKey(f media.File) string { return strconv.FormatInt(f.Recorded.Seq, 10) + " " + string(f.ID) }

// Files is a page of a person's files.
func (t *tx) Files(ctx context.Context, p person.ID, before string, limit int) ([]store.ListedFile, error) {
	a := args{p}
	where := "file_id = $1 AND superseded_seq = 0"
	if before != "" {
		number, key, ok := strings.Cut(before, " ")
		seq, err := strconv.ParseInt(number, 10, 64)
		if !ok || err != nil {
			return nil, fault.Wrap(fault.NotFound, "", fmt.Errorf("no such page of files"))
		}
		where += " AND (recorded_seq, id) < (" + a.add(seq) + ", " + a.add(key) + ")"
	}
	return all(ctx, t, func(s scanner) (store.ListedFile, error) {
		f, err := scanFile(s)
		return store.ListedFile{File: f, Key: fileKey(f)}, err
	}, fmt.Sprintf("SELECT %s FROM %s f WHERE %s ORDER BY recorded_seq DESC, id DESC LIMIT %s", fileColumns, filed("file"), where, a.add(limit)), a...)
}

// File is one file, put aside or not.
func (t *tx) File(ctx context.Context, key media.ID) (media.File, error) {
	return one(ctx, t, "file", scanFile, "SELECT "+fileColumns+" FROM "+filed("file")+" f WHERE id = $1", key)
}

// KnownBlobs lists which of the keys a file refers to.
func (t *tx) KnownBlobs(ctx context.Context, keys []string) ([]string, error) {
	if len(keys) == 0 {
		return []string{}, nil
	}
	list, err := jsonArray(keys)
	if err != nil {
		return nil, err
	}
	return all(ctx, t, func(s scanner) (key string, err error) { return key, s.Scan(&key) },
		"SELECT blob_key FROM file WHERE blob_key IN "+t.d.Values("$1")+" ORDER BY blob_key", list)
}

// AddFile puts a file on a record.
func (t *tx) AddFile(ctx context.Context, f media.File) error {
	_, err := t.exec(ctx, `
		INSERT INTO file (id, person_id, service, title, kind, type, type_title, definition, media_type, extension, size, sha256,
			dated_day, blob_key, author_id, author_name, author_role, recorded_seq, recorded_us, recorded_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		f.ID, f.Person, f.Service, f.Title, f.Kind, f.Type, f.TypeTitle, f.Definition, f.MediaType, f.Extension, f.Size, f.SHA256,
		f.Dated.String(), f.Blob, f.Author, f.AuthorName, f.AuthorRole, t.seq, t.at, f.Recorded.By)
	return err
}

// AddScan notes what a scanner said of a file.
func (t *tx) AddScan(ctx context.Context, f media.ID, v scan.Verdict, by date.Stamp) error {
	return t.insert(ctx, "file_scan", "id, file_id, verdict, recorded_seq, recorded_us, recorded_by",
		[][]any{{id.New(), f, v, t.seq, t.at, by.By}})
}

// Unscanned lists files of which no scanner has said anything, the last added
// first.
func (t *tx) Unscanned(ctx context.Context, limit int) ([]media.ID, error) {
	return all(ctx, t, func(s scanner) (f media.ID, err error) { return f, s.Scan(&f) }, `
		SELECT f.id FROM file f
		WHERE f.superseded_seq = 0 AND NOT EXISTS (SELECT 1 FROM file_scan c WHERE c.file_id = f.id)
		ORDER BY f.recorded_seq DESC, f.id LIMIT $1`, limit)
}

// AddThumbnail keeps the small picture of a photograph.
func (t *tx) AddThumbnail(ctx context.Context, f media.ID, sealed []byte, portrait bool, by date.Stamp) error {
	return t.insert(ctx, "file_thumbnail", "file_id, sealed, portrait, recorded_seq, recorded_us, recorded_by",
		[][]any{{f, sealed, portrait, t.seq, t.at, by.By}})
}

// Thumbnail is the sealed small picture of a photograph.
func (t *tx) Thumbnail(ctx context.Context, f media.ID) ([]byte, error) {
	return one(ctx, t, "thumbnail", func(s scanner) (b []byte, err error) { return b, s.Scan(&b) },
		"SELECT sealed FROM file_thumbnail WHERE file_id = $1", f)
}

// Portrait is the photograph by which a person is known.
func (t *tx) Portrait(ctx context.Context, p person.ID) (media.Portrait, error) {
	return one(ctx, t, "portrait", func(s scanner) (m media.Portrait, err error) {
		return m, s.Scan(&m.File, &m.Sealed, day{&m.Dated})
	}, `
		SELECT f.id, h.sealed, f.dated_day FROM `+filed("file")+` f JOIN file_thumbnail h ON h.file_id = f.id
		WHERE f.file_id = $1 AND f.superseded_seq = 0 AND h.portrait
		AND COALESCE((SELECT c.verdict FROM file_scan c WHERE c.file_id = f.id ORDER BY c.recorded_seq DESC, c.id DESC LIMIT 1), '') <> $2
		ORDER BY f.dated_day DESC, f.recorded_seq DESC, f.id DESC LIMIT 1`, p, scan.Found)
}
