package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/casework"
	"casefile/internal/config"
	"casefile/internal/population"
	"casefile/internal/store/storetest"
)

// keyOrMoment are columns that differ from one making to another.
var keyOrMoment = regexp.MustCompile(`(_seq|_us|^seq|^reference|^number|detail_hash|^line_key)$`)

// reference is a person's, in the line of a list.
var reference = regexp.MustCompile(`"person","a":"[0-9A-Z]+"`)

var uuid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// contents are the rows of every table that making files writes, without keys and
// moments.
func contents(t *testing.T, db *sql.DB) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, table := range []string{
		"person", "person_name", "person_birth", "person_address", "person_contact", "person_characteristic", "person_identifier", "name_key",
		"episode", "allocation", "professional", "entry", "entry_child", "entry_version", "timeline_line", "footprint",
		"person_card", "find_key", "name_word", "name_spelling",
	} {
		rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values, targets := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				targets[i] = &values[i]
			}
			if err := rows.Scan(targets...); err != nil {
				t.Fatal(err)
			}
			var line strings.Builder
			for i, c := range columns {
				if b, ok := values[i].([]byte); ok {
					values[i] = string(b)
				}
				if !keyOrMoment.MatchString(c) {
					fmt.Fprintf(&line, "%s=%v ", c, values[i])
				}
			}
			out[table] = append(out[table], reference.ReplaceAllString(uuid.ReplaceAllString(line.String(), "KEY"), "REFERENCE"))
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		slices.Sort(out[table])
		if len(out[table]) == 0 {
			t.Errorf("%s is empty: nothing to compare", table)
		}
	}
	return out
}

// The bulk path and casework's give the same rows for the same children, but for
// keys and moments, and both number their footprints without a gap.
func TestBulkMakesTheSameRows(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, one *storetest.Database) {
		two := storetest.SQLite(t)
		if one.Engine == "postgres" {
			two = storetest.Postgres(t)
		}
		made := map[*storetest.Database]map[string][]string{}
		for _, db := range []*storetest.Database{one, two} {
			address := config.Address{Engine: db.Engine, Where: config.NewSecret(db.URL)}
			keyFile := filepath.Join(t.TempDir(), "keys.json")
			if _, err := bindKeys(ctx, address, keyFile); err != nil {
				t.Fatal(err)
			}
			h, err := openHouse(ctx, address, keyFile, "", nil, "", slog.New(slog.NewTextHandler(io.Discard, nil)))
			if err != nil {
				t.Fatal(err)
			}
			a := population.New(3, 300, h.casework.Today())
			s, err := h.settle(ctx, a)
			if err != nil {
				t.Fatal(err)
			}
			way := h.casework
			if db == two {
				way = h.bulk(h.db)
			}
			var files []casework.NewFile
			for c := range a.Children() {
				files = append(files, s.file(c))
			}
			for some := range slices.Chunk(files, 170) {
				if _, err := way.MakeFiles(ctx, byDemo, some); err != nil {
					t.Fatal(err)
				}
			}
			if db == two {
				way.Close()
			}
			if err := h.close(); err != nil {
				t.Fatal(err)
			}
			var last, count, clock int64
			err = db.Raw.QueryRowContext(ctx, "SELECT max(number), count(*), (SELECT footprints FROM store_clock) FROM footprint").Scan(&last, &count, &clock)
			if err != nil || last != count || last != clock {
				t.Errorf("footprints: last %d, %d of them, clock %d (%v)", last, count, clock, err)
			}
			made[db] = contents(t, db.Raw)
		}
		if diff := cmp.Diff(made[one], made[two]); diff != "" {
			t.Errorf("casework's and the bulk path differ (-casework +bulk):\n%s", diff)
		}
	})
}
