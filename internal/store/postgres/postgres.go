// Package postgres is the engine that a council runs.
//
// Two roles share the work. One owns the tables and migrates; the other,
// casefile_serve, may only select and insert where the law says append-only.
// Every connection that serves is in that role.
package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"casefile/internal/fault"
	"casefile/internal/store/sqldb"
)

// ServingRole is the role of every connection that serves.
const ServingRole = "casefile_serve"

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

// Open opens a database by its URL. It refuses one in which the serving role
// could change a footprint.
func Open(ctx context.Context, url string, now func() time.Time) (*sqldb.DB, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the database URL is not in the form postgres://user@host/name") // the parser's error may quote the password
	}
	// An acknowledged change is on disk, whatever the server's default is.
	config.RuntimeParams["synchronous_commit"] = "on"
	config.RuntimeParams["timezone"] = "UTC"
	config.RuntimeParams["application_name"] = "casefile"
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "SET ROLE "+ServingRole)
		return err
	}))
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	var migrated, may bool
	err = db.QueryRowContext(ctx, "SELECT to_regclass('footprint') IS NOT NULL").Scan(&migrated)
	switch {
	case err != nil && isNoRole(err), err == nil && !migrated:
		return nil, errors.Join(errors.New("the database is not set up: run `casefile migrate` first, as its owner"), db.Close())
	case err != nil:
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), db.Close())
	}
	err = db.QueryRowContext(ctx, `
		SELECT has_table_privilege('footprint', 'UPDATE') OR has_table_privilege('footprint', 'DELETE')
		    OR has_table_privilege('footprint', 'TRUNCATE')`).Scan(&may)
	switch {
	case err != nil:
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), db.Close())
	case may:
		return nil, errors.Join(fmt.Errorf("the role %s may change footprints: run `casefile migrate` again, and take from it what it was given by hand", ServingRole), db.Close())
	}
	served := sqldb.New(db, db, dialect(), now)
	if err := served.CheckSchema(ctx, Migrations()); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return served, nil
}

// Migrate brings the database up to date, as its owner. Two at once are safe.
func Migrate(ctx context.Context, url string) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return errors.New("the database URL is not in the form postgres://user@host/name")
	}
	defer db.Close()
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return fmt.Errorf("make the migration lock: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, Migrations(), goose.WithSessionLocker(locker))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	if _, err := db.ExecContext(ctx, "GRANT SELECT ON goose_db_version TO "+ServingRole); err != nil {
		return fmt.Errorf("let the server see the version of the tables: %w", err)
	}
	// The owner may serve too, on a machine where one login does both.
	if _, err := db.ExecContext(ctx, "GRANT "+ServingRole+" TO CURRENT_USER"); err != nil && !isSuperuserGrant(err) {
		return fmt.Errorf("let the owner serve: %w", err)
	}
	return nil
}

// A server refuses to grant a role to one that already holds it through
// itself; that is as good as granted.
func isSuperuserGrant(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "0LP01"
}

// isNoRole reports whether the serving role is not there, or not the user's.
func isNoRole(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "22023" || e.Code == "42704" || e.Code == "42501")
}

// NotMarked reports whether somebody works in the database and it lacks a note.
func NotMarked(ctx context.Context, url, name string) (bool, error) {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return false, errors.New("the database URL is not in the form postgres://user@host/name")
	}
	defer db.Close()
	return sqldb.NotMarked(ctx, db, name), nil
}

// SetMark notes something about the database itself, as its owner.
func SetMark(ctx context.Context, url, name, value string) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return errors.New("the database URL is not in the form postgres://user@host/name")
	}
	defer db.Close()
	return sqldb.SetMark(ctx, db, name, value)
}

func dialect() sqldb.Dialect {
	return sqldb.Dialect{
		Name:      "postgres",
		View:      sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		Values:    func(arg string) string { return "(SELECT jsonb_array_elements_text(CAST(" + arg + " AS jsonb)))" },
		ClaimLock: "FOR UPDATE SKIP LOCKED",
		Fault:     kind,
		Retry: func(err error) bool {
			e, ok := errors.AsType[*pgconn.PgError](err)
			return ok && (e.Code == "40001" || e.Code == "40P01") // serialisation failure, deadlock
		},
	}
}

// kind reads the server's SQLSTATE, or that the connection is gone.
func kind(err error) *fault.Error {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		if _, ok := errors.AsType[*pgconn.ConnectError](err); ok || pgconn.SafeToRetry(err) || pgconn.Timeout(err) || lost(err) {
			return fault.New(fault.Unavailable, "The records cannot be reached just now.")
		}
		return nil
	}
	switch {
	case e.Code == "23505":
		return fault.New(fault.Conflict, "This was changed by someone else.")
	case e.Code == "22021", e.Code == "22P05": // NUL, or bytes that are no text: sent by no page of ours
		return fault.New(fault.Invalid, "That holds characters that cannot be kept.")
	case strings.HasPrefix(e.Code, "53"): // out of disk, memory or connections
		return fault.New(fault.Unavailable, "There is no room left to save on.")
	case strings.HasPrefix(e.Code, "08"), strings.HasPrefix(e.Code, "57P"), strings.HasPrefix(e.Code, "40"),
		strings.HasPrefix(e.Code, "58"), e.Code == "57014", e.Code == "25006":
		return fault.New(fault.Unavailable, "The records cannot be reached just now.")
	}
	return nil
}
