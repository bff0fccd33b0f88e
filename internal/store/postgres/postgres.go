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

// appendOnly are the tables whose rows the serving role adds and never changes,
// but to put a fact aside. Migration 0001 grants so.
var appendOnly = []string{
	"footprint", "footprint_detail", "entry", "entry_version", "entry_child",
	"person", "person_name", "person_birth", "person_address", "person_contact", "person_characteristic",
	"person_identifier", "episode", "allocation", "assignment", "worker", "team", "definition_file", "definition_set",
	"file", "restriction", "restriction_named", "connection", "file_grant", "training", "absence", "professional",
	"stated_reason", "held_add", "person_death", "relationship", "household_member", "whereabouts", "fact_change",
}

// mayRewrite names a table of these that the connection's role could rewrite,
// by a right over the table or over a column alone; empty when there is none.
func mayRewrite(ctx context.Context, db *sql.DB) (table string, err error) {
	err = db.QueryRowContext(ctx, `
		SELECT COALESCE(min(t), '') FROM unnest(CAST($1 AS text[])) AS t
		WHERE has_table_privilege(t, 'DELETE') OR has_table_privilege(t, 'TRUNCATE') OR EXISTS (
			SELECT 1 FROM pg_attribute a
			WHERE a.attrelid = to_regclass(t) AND a.attnum > 0 AND NOT a.attisdropped
			  AND a.attname NOT IN ('superseded_seq', 'superseded_us', 'superseded_by')
			  AND has_column_privilege(a.attrelid, a.attnum, 'UPDATE'))`, appendOnly).Scan(&table)
	return table, err
}

// Open opens a database by its URL. It refuses one in which the serving role
// could change a footprint, or anything else that is only ever added to.
func Open(ctx context.Context, url string, now func() time.Time) (*sqldb.DB, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the database URL is not in the form postgres://user@host/name") // the parser's error may quote the password
	}
	// An acknowledged change is on disk, whatever the server's default is.
	config.RuntimeParams["synchronous_commit"] = "on"
	config.RuntimeParams["timezone"] = "UTC"
	// Compiling a query takes longer than any of ours runs.
	config.RuntimeParams["jit"] = "off"
	config.RuntimeParams["application_name"] = "casefile"
	// Two pools, so that writers who wait for one another leave readers their
	// connections.
	db, write := pool(config, readers), pool(config, writers)
	var migrated bool
	err = db.QueryRowContext(ctx, "SELECT to_regclass('footprint') IS NOT NULL").Scan(&migrated)
	switch {
	case err != nil && isNoRole(err), err == nil && !migrated:
		return nil, errors.Join(errors.New("the database is not set up, or this login may not serve: run `casefile migrate` as its owner, and GRANT "+ServingRole+" TO the login that serves"), db.Close(), write.Close())
	case err != nil:
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), db.Close(), write.Close())
	}
	changeable, err := mayRewrite(ctx, db)
	switch {
	case err != nil:
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), db.Close(), write.Close())
	case changeable != "":
		return nil, errors.Join(fmt.Errorf("the role %s may change or remove rows of %s: take from it what it was given by hand", ServingRole, changeable), db.Close(), write.Close())
	}
	served := sqldb.New(db, write, dialect(), now)
	if err := served.CheckSchema(ctx, Migrations()); err != nil {
		return nil, errors.Join(err, served.Close())
	}
	return served, nil
}

// How many connections each process keeps.
const (
	readers = 16
	writers = 8
)

// pool opens connections in the serving role. Each waits at most 15 seconds for
// a lock, so that a writer that hangs does not hold up the others for ever.
func pool(config *pgx.ConnConfig, size int) *sql.DB {
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "SET ROLE "+ServingRole+"; SET lock_timeout = '15s'")
		return err
	}))
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db
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
	if _, err := p.Up(ctx); isDenied(err) {
		return errNotOwner(err)
	} else if err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	if _, err := db.ExecContext(ctx, "GRANT SELECT ON goose_db_version TO "+ServingRole); err != nil {
		return fmt.Errorf("let the server see the version of the tables: %w", err)
	}
	if err := sqldb.New(db, db, dialect(), time.Now).MakeCards(ctx); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	// The owner may serve too, on a machine where one login does both.
	if _, err := db.ExecContext(ctx, "GRANT "+ServingRole+" TO CURRENT_USER"); isDenied(err) {
		return errNotOwner(err)
	} else if err != nil && !isSuperuserGrant(err) {
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

// isDenied reports whether the server refused for want of a right.
func isDenied(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "42501"
}

func errNotOwner(err error) error {
	return fmt.Errorf("this login may not change the tables: migrate as their owner (%w)", err)
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

// ServesAsOwner reports whether the login of the URL owns the footprints, or is
// a superuser: whatever the serving role may not do, it could grant itself.
func ServesAsOwner(ctx context.Context, url string) (owner bool, err error) {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return false, errors.New("the database URL is not in the form postgres://user@host/name")
	}
	defer db.Close()
	err = db.QueryRowContext(ctx, `
		SELECT pg_has_role(session_user, relowner, 'MEMBER') FROM pg_class WHERE oid = to_regclass('footprint')`).Scan(&owner)
	if err != nil {
		return false, fmt.Errorf("ask who owns the footprints: %w", err)
	}
	return owner, nil
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
		Name:     "postgres",
		View:     sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		Values:   func(arg string) string { return "(SELECT jsonb_array_elements_text(CAST(" + arg + " AS jsonb)))" },
		Together: 40, TogetherInBulk: 500, // of the widest table: well under what the server takes
		In: func(column, arg string) string {
			return column + " = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST(" + arg + " AS jsonb))))"
		},
		Rows: func(arg string) string { return "jsonb_array_elements_text(CAST(" + arg + " AS jsonb)) AS v(value)" },
		// What a search asks is the same whoever is looked for, and planning it anew each
		// time takes longer than answering it.
		Search:    "SET LOCAL plan_cache_mode = force_generic_plan",
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
		strings.HasPrefix(e.Code, "58"), e.Code == "55P03", e.Code == "57014", e.Code == "25006":
		return fault.New(fault.Unavailable, "The records cannot be reached just now.")
	}
	return nil
}
