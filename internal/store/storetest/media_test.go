package storetest_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/media"
	"casefile/internal/store"
	. "casefile/internal/store/storetest"
)

func addFile(t *testing.T, db *Database, f media.File) media.File {
	t.Helper()
	db.Must(t, func(ctx context.Context, tx store.Tx) error {
		f.Recorded = tx.Stamp(By)
		return tx.AddFile(ctx, f)
	})
	return f
}

func TestFiles(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		w, _ := db.Worker(t, "adviser", db.Team(t, "service"))
		p, other := db.Person(t, "Ines", "Marlowe", born), db.Person(t, "Theo", "Marlowe", born)
		f := File(p.ID, w, "“Zoë’s” <b>drawing</b>")
		f.Dated = date.Date{}
		f = addFile(t, db, f)
		addFile(t, db, File(other.ID, w, "Another child's"))
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			got, err := r.File(ctx, f.ID)
			if diff := cmp.Diff(f, got, cmp.Comparer(func(a, b date.Date) bool { return a == b })); diff != "" || err != nil {
				t.Errorf("the file came back changed (-want +got), %v:\n%s", err, diff)
			}
			list, err := r.Files(ctx, p.ID, "", 10)
			if len(list) != 1 || list[0].ID != f.ID || list[0].Key == "" {
				t.Errorf("files of one child: %+v", list)
			}
			if err != nil {
				return err
			}
			_, err = r.File(ctx, media.ID(id.New()))
			wantKind(t, "no such file", err, fault.NotFound)
			for _, key := range []string{"x", "1", "x y", "99999999999999999999 x"} {
				_, err = r.Files(ctx, p.ID, key, 10)
				wantKind(t, "a page named "+key, err, fault.NotFound)
			}
			return nil
		})
		add := func(change func(*media.File)) error {
			n := File(p.ID, w, "Next")
			change(&n)
			return db.Update(context.Background(), func(tx store.Tx) error { return tx.AddFile(context.Background(), n) })
		}
		wantKind(t, "the same key", add(func(n *media.File) { n.ID = f.ID }), fault.Conflict)
		wantKind(t, "the same blob", add(func(n *media.File) { n.Blob = f.Blob }), fault.Conflict)
		if err := add(func(n *media.File) { n.Person = "nobody" }); err == nil {
			t.Error("a file on nobody's record")
		}
	})
}

// Paging gives every file once, the last added first, whether they were added
// one by one or together.
func TestFilesPage(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		w, _ := db.Worker(t, "adviser", db.Team(t, "service"))
		p := db.Person(t, "Ines", "Marlowe", born)
		var added []media.ID
		for i := range 4 {
			db.Must(t, func(ctx context.Context, tx store.Tx) error {
				for j := range 3 {
					f := File(p.ID, w, fmt.Sprint(i, j))
					added = append(added, f.ID)
					if err := tx.AddFile(ctx, f); err != nil {
						return err
					}
				}
				return nil
			})
		}
		for _, size := range []int{1, 2, 5, 12, 50} {
			var got []media.ID
			before := ""
			for {
				var page []store.ListedFile
				db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
					page, err = r.Files(ctx, p.ID, before, size)
					return err
				})
				if len(page) == 0 {
					break
				}
				for _, f := range page {
					got = append(got, f.ID)
					before = f.Key
				}
			}
			if len(got) != len(added) {
				t.Fatalf("in pages of %d: %d files, want %d", size, len(got), len(added))
			}
			for i := range 4 { // in each batch the order is that of the keys
				batch := slices.Clone(added[9-3*i : 12-3*i])
				slices.Sort(batch)
				slices.Reverse(batch)
				if !slices.Equal(got[3*i:3*i+3], batch) {
					t.Errorf("in pages of %d, batch %d: got %v, want %v", size, i, got[3*i:3*i+3], batch)
				}
			}
		}
	})
}

// A file is put aside, once, and otherwise stays as it was added: the database
// itself refuses the rest.
func TestFilesAreNeverRewritten(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		w, _ := db.Worker(t, "adviser", db.Team(t, "service"))
		p := db.Person(t, "Ines", "Marlowe", born)
		f := addFile(t, db, File(p.ID, w, "Report"))
		for _, statement := range []string{
			"UPDATE file SET title = 'Other'", "UPDATE file SET blob_key = 'other'", "UPDATE file SET sha256 = ''", "UPDATE file SET person_id = 'x'",
			"UPDATE file SET author_name = 'Other'", "UPDATE file SET recorded_us = 1", "UPDATE file SET dated_day = ''", "DELETE FROM file",
		} {
			if _, err := db.Raw.Exec(statement); err == nil {
				t.Errorf("the database let %q through", statement)
			}
		}
		aside := func() error {
			return db.Update(context.Background(), func(tx store.Tx) error {
				return tx.Supersede(context.Background(), store.FileFact, string(f.ID), tx.Stamp("somebody"))
			})
		}
		if err := aside(); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "put aside twice", aside(), fault.Conflict)
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			list, err := r.Files(ctx, p.ID, "", 10)
			if len(list) != 0 {
				t.Errorf("a file put aside is listed: %+v", list)
			}
			if err != nil {
				return err
			}
			got, err := r.File(ctx, f.ID)
			if got.Superseded.By != "somebody" || got.Title != "Report" {
				t.Errorf("what was put aside: %+v", got)
			}
			return err
		})
	})
}

func TestKnownBlobs(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		w, _ := db.Worker(t, "adviser", db.Team(t, "service"))
		p := db.Person(t, "Ines", "Marlowe", born)
		a, b := addFile(t, db, File(p.ID, w, "One")), addFile(t, db, File(p.ID, w, "Two"))
		db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.Supersede(ctx, store.FileFact, string(b.ID), tx.Stamp(By))
		})
		want := []string{a.Blob, b.Blob}
		slices.Sort(want)
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			got, err := r.KnownBlobs(ctx, []string{"nobody's", b.Blob, a.Blob, "'"})
			if !slices.Equal(got, want) {
				t.Errorf("known: %q, want %q", got, want)
			}
			if err != nil {
				return err
			}
			got, err = r.KnownBlobs(ctx, nil)
			if len(got) != 0 {
				t.Errorf("of none: %q", got)
			}
			return err
		})
	})
}
