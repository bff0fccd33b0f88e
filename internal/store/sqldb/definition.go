package sqldb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/store"
)

func jsonArray(list []string) (string, error) {
	b, err := json.Marshal(list)
	return string(b), err
}

// LatestDefinitions lists the files in force, by path.
func (t *tx) LatestDefinitions(ctx context.Context) ([]store.DefinitionFile, error) {
	listing, err := one(ctx, t, "definitions", func(s scanner) (b []byte, err error) { return b, s.Scan(&b) },
		"SELECT files FROM definition_set ORDER BY recorded_seq DESC LIMIT 1")
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	hashes := map[string]string{}
	if err := json.Unmarshal(listing, &hashes); err != nil {
		return nil, err
	}
	files := make([]store.DefinitionFile, 0, len(hashes))
	for path, hash := range hashes {
		files = append(files, store.DefinitionFile{Path: path, Hash: hash})
	}
	slices.SortFunc(files, func(a, b store.DefinitionFile) int {
		if a.Path < b.Path {
			return -1
		}
		return 1
	})
	return files, nil
}

// DefinitionBody is a file of definitions by its hash.
func (t *tx) DefinitionBody(ctx context.Context, hash string) ([]byte, error) {
	return one(ctx, t, "definition", func(s scanner) (b []byte, err error) { return b, s.Scan(&b) },
		"SELECT body FROM definition_file WHERE hash = $1", hash)
}

// KeepDefinitions copies the files not yet held and notes the set.
func (t *tx) KeepDefinitions(ctx context.Context, set string, files []store.DefinitionFile, by date.Stamp) error {
	listing, err := t.keepFiles(ctx, files)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
		INSERT INTO definition_set (recorded_seq, recorded_us, recorded_by, hash, files) VALUES ($1, $2, $3, $4, $5)`,
		t.seq, t.at, by.By, set, listing)
	return err
}

// Mark reads a note about the database itself.
func (t *tx) Mark(ctx context.Context, name string) (string, error) {
	value, err := one(ctx, t, "mark", func(s scanner) (v string, err error) { return v, s.Scan(&v) },
		"SELECT value FROM store_mark WHERE name = $1", name)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return value, err
}

// ImportRun is how far an import has come.
func (t *tx) ImportRun(ctx context.Context, id string) (store.ImportRun, error) {
	return one(ctx, t, "import run", func(s scanner) (r store.ImportRun, err error) {
		return r, s.Scan(&r.ID, &r.Source, &r.Line, &r.Made, &r.Matched, &r.Bad, &r.Done)
	}, "SELECT id, source, line, made, matched, bad, done FROM import_run WHERE id = $1", id)
}

// SaveImportRun keeps how far an import has come.
func (t *tx) SaveImportRun(ctx context.Context, r store.ImportRun) error {
	_, err := t.exec(ctx, `
		INSERT INTO import_run (id, source, line, made, matched, bad, done) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET line = excluded.line, made = excluded.made, matched = excluded.matched,
			bad = excluded.bad, done = excluded.done`, r.ID, r.Source, r.Line, r.Made, r.Matched, r.Bad, r.Done)
	return err
}

// NotMarked reports whether the database is somebody's, of whatever version of
// the tables, and it lacks a note. One without tables is nobody's.
func NotMarked(ctx context.Context, db *sql.DB, name string) bool {
	var yes bool
	err := db.QueryRowContext(ctx, `
		SELECT (EXISTS (SELECT 1 FROM team) OR EXISTS (SELECT 1 FROM store_mark)) AND NOT EXISTS (SELECT 1 FROM store_mark WHERE name = $1)`, name).Scan(&yes)
	return err == nil && yes // out of reach is for the caller's next step to hear of
}

// SetMark notes something about the database itself, for its owner.
func SetMark(ctx context.Context, db *sql.DB, name, value string) error {
	_, err := db.ExecContext(ctx, `
		INSERT INTO store_mark (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	if err != nil {
		return fmt.Errorf("note %s about the database: %w", name, err)
	}
	return nil
}

// restrictedSince has, in the row of chain, since when the file $1 is restricted:
// a change of who is named takes the place of the restriction before it in one
// transaction. Without a restriction it is null.
var restrictedSince = `
	WITH RECURSIVE chain (seq) AS (
		SELECT recorded_seq FROM ` + filed("restriction") + ` r WHERE file_id = $1 AND superseded_seq = 0 AND to_day = ''
		UNION
		SELECT o.recorded_seq FROM chain c JOIN ` + filed("restriction") + ` o ON o.superseded_seq = c.seq WHERE o.file_id = $1 AND o.to_day = ''
	), since AS (SELECT min(seq) AS seq FROM chain) `

// MatchedBefore compares the order of what was recorded.
func (t *tx) MatchedBefore(ctx context.Context, p person.ID, system, value string) (bool, error) {
	var n int
	err := t.sql.QueryRowContext(ctx, restrictedSince+`
		SELECT count(*) FROM `+filed("person_identifier")+` i CROSS JOIN since s
		WHERE i.file_id = $1 AND i.system = $2 AND i.value = $3 AND i.superseded_seq = 0 AND (s.seq IS NULL OR i.recorded_seq <= s.seq)`,
		p, system, value).Scan(&n)
	return n > 0, err
}

// RestrictedSince goes back over the changes of a restriction.
func (t *tx) RestrictedSince(ctx context.Context, p person.ID) (seq int64, err error) {
	err = t.sql.QueryRowContext(ctx, restrictedSince+"SELECT coalesce(seq, 0) FROM since", p).Scan(&seq)
	return seq, err
}
