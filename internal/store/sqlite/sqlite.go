// Package sqlite is the engine inside the binary: one file, one writer, many
// readers. It serves one authority.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"time"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"casefile/internal/fault"
	"casefile/internal/store/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the files, for the test that compares the engines.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded, so this is a build mistake
	}
	return sub
}

// Settings go in the connection string, which reaches every pooled connection.
// synchronous(FULL) has a commit on disk when it returns.
func dsn(path string, pragmas ...string) string {
	q := url.Values{"_pragma": append([]string{
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
	}, pragmas...)}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// readCache is how much of the file each connection that reads keeps, in KiB below
// zero: with a million people, every step down an index that is not kept is read
// from the file.
const readCache = "cache_size(-65536)"

// undoInMemory has the pages that would undo a failed statement kept in memory: in a
// temporary file they were every second byte that recording wrote.
const undoInMemory = "temp_store(MEMORY)"

// Open opens the database in a file, which Migrate has made. Tests pass further
// pragmas.
func Open(ctx context.Context, path string, now func() time.Time, pragmas ...string) (*sqldb.DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("there is no database at %s: run `casefile migrate` first", path)
	}
	write := openPool(dsn(path, append([]string{undoInMemory}, pragmas...)...) + "&_txlock=immediate")
	// One writing connection queues writers fairly; several would fight for
	// the file's one lock.
	write.SetMaxOpenConns(1)
	read := openPool(dsn(path, append([]string{"query_only(1)", readCache}, pragmas...)...))
	readers := max(4, runtime.NumCPU()) // more would wait for each other
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	db := sqldb.New(read, write, dialect(), now)
	if err := db.CheckSchema(ctx, Migrations()); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// Migrate brings the file up to date, making it if it is not there, for its
// owner alone to read.
func Migrate(ctx context.Context, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	db, err := sql.Open("sqlite", dsn(path)+"&_txlock=immediate")
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, Migrations())
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate %s: %w", path, err)
	}
	if err := sqldb.New(db, db, dialect(), time.Now).MakeCards(ctx); err != nil {
		return fmt.Errorf("migrate %s: %w", path, err)
	}
	return nil
}

// NotMarked reports whether somebody works in the database and it lacks a note.
func NotMarked(ctx context.Context, path, name string) (bool, error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return false, nil // and opening would make it
	}
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return false, fmt.Errorf("open %s: %w", path, err)
	}
	defer db.Close()
	return sqldb.NotMarked(ctx, db, name), nil
}

// SetMark notes something about the database itself.
func SetMark(ctx context.Context, path, name, value string) error {
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	defer db.Close()
	return sqldb.SetMark(ctx, db, name, value)
}

func dialect() sqldb.Dialect {
	return sqldb.Dialect{
		Name:   "sqlite",
		Values: func(arg string) string { return "(SELECT value FROM json_each(" + arg + "))" },
		// A statement for one row is kept; one for many rows is read anew each time.
		Together: 1, TogetherInBulk: 1,
		In:    func(column, arg string) string { return column + " IN (SELECT value FROM json_each(" + arg + "))" },
		Rows:  func(arg string) string { return "json_each(" + arg + ") v" },
		Fault: kind,
		Retry: func(error) bool { return false }, // one writer: nobody to lose a race to
	}
}

// kind reads the engine's result code.
func kind(err error) *fault.Error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return nil
	}
	switch e.Code() {
	case lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_PRIMARYKEY, lib.SQLITE_CONSTRAINT_TRIGGER:
		return fault.New(fault.Conflict, "This was changed by someone else.")
	}
	switch e.Code() & 0xff {
	case lib.SQLITE_FULL:
		return fault.New(fault.Unavailable, "There is no room left to save on.")
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_IOERR, lib.SQLITE_CANTOPEN, lib.SQLITE_READONLY, lib.SQLITE_PROTOCOL, lib.SQLITE_INTERRUPT:
		return fault.New(fault.Unavailable, "The records cannot be reached just now.")
	}
	return nil
}
