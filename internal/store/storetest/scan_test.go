package storetest_test

import (
	"context"
	"strings"
	"testing"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/media"
	"casefile/internal/scan"
	"casefile/internal/store"
	. "casefile/internal/store/storetest"
)

// What a scanner said last counts; and what it said, and a small picture, stay.
func TestScansAndThumbnails(t *testing.T) {
	Each(t, func(t *testing.T, d *Database) {
		p := d.Person(t, "Ada", "Testworth", date.Must(2012, 4, 1))
		add := func(dated date.Date) media.ID {
			f := media.File{
				ID: media.ID(id.New()), Person: p.ID, Service: "participation", Title: "A photograph", Kind: media.Photograph, Type: "jpeg", TypeTitle: "JPEG picture",
				MediaType: "image/jpeg", Extension: "jpg", Size: 1, SHA256: make([]byte, 32), Dated: dated, Blob: id.New(), Author: "w", AuthorName: "Orla", AuthorRole: "Worker",
			}
			f.Recorded.By = By
			d.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddFile(ctx, f) })
			return f.ID
		}
		one, other := add(Today.AddDays(-9)), add(Today.AddDays(-99))
		scanned := func(f media.ID) (v scan.Verdict) {
			d.Read(t, func(ctx context.Context, r store.Reader) error {
				file, err := r.File(ctx, f)
				v = file.Scanned
				return err
			})
			return v
		}
		unscanned := func() (n int) {
			d.Read(t, func(ctx context.Context, r store.Reader) error {
				list, err := r.Unscanned(ctx, 10)
				n = len(list)
				return err
			})
			return n
		}
		if scanned(one) != scan.Unknown || unscanned() != 2 {
			t.Errorf("before a scan: %q, and %d were never scanned", scanned(one), unscanned())
		}
		portrait := func() (m media.Portrait, err error) {
			err = d.View(t.Context(), func(r store.Reader) error {
				m, err = r.Portrait(t.Context(), p.ID)
				return err
			})
			return m, err
		}
		if _, err := portrait(); !fault.Is(err, fault.NotFound) {
			t.Errorf("a portrait where there is none: %v", err)
		}
		for _, f := range []media.ID{one, other} {
			d.Must(t, func(ctx context.Context, tx store.Tx) error {
				if err := tx.AddThumbnail(ctx, f, []byte("sealed "+f), true, tx.Stamp(By)); err != nil {
					return err
				}
				return tx.AddScan(ctx, f, scan.Clean, tx.Stamp(By))
			})
		}
		if m, err := portrait(); err != nil || m.File != one || string(m.Sealed) != "sealed "+string(one) || m.Dated != Today.AddDays(-9) {
			t.Errorf("portrait %+v, %v; want the latest dated", m, err)
		}
		d.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddScan(ctx, one, scan.Found, tx.Stamp(By)) })
		if scanned(one) != scan.Found || unscanned() != 0 {
			t.Errorf("scanned again: %q, and %d were never scanned", scanned(one), unscanned())
		}
		if m, err := portrait(); err != nil || m.File != other {
			t.Errorf("the portrait is what is harmful: %v", err)
		}
		err := d.Update(t.Context(), func(tx store.Tx) error { return tx.AddThumbnail(t.Context(), one, []byte("b"), false, tx.Stamp(By)) })
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("a second small picture: %v", err)
		}
		for _, statement := range []string{"UPDATE file_scan SET verdict = 'clean'", "DELETE FROM file_scan", "UPDATE file_thumbnail SET portrait = FALSE", "DELETE FROM file_thumbnail"} {
			if _, err := d.Raw.Exec(statement); err == nil {
				t.Errorf("%s was allowed", strings.ToLower(statement))
			}
		}
	})
}
