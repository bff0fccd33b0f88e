package sqldb

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// CheckSchema reports, as a sentence, a database that has not had all of these
// migrations. One that has had more is fine: migrations only add, so that the
// version of the program before still runs.
func (db *DB) CheckSchema(ctx context.Context, migrations fs.FS) error {
	files, err := fs.Glob(migrations, "*.sql")
	if err != nil {
		return fmt.Errorf("list migrations: %w", err)
	}
	newest := 0
	for _, f := range files {
		number, _, _ := strings.Cut(path.Base(f), "_")
		n, err := strconv.Atoi(number)
		if err != nil {
			return fmt.Errorf("migration %s has no number", f)
		}
		newest = max(newest, n)
	}
	var has int
	err = db.read.QueryRowContext(ctx, "SELECT COALESCE(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&has)
	if err != nil {
		return fmt.Errorf("the database is not set up: run `casefile migrate` first (%w)", err)
	}
	if has < newest {
		return fmt.Errorf("the database has version %d of the tables and this program needs %d: run `casefile migrate` first", has, newest)
	}
	return nil
}
