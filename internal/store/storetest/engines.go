// Package storetest is the suite that every engine passes, and the databases
// that other packages' tests run on.
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"casefile/internal/id"
	"casefile/internal/store/postgres"
	"casefile/internal/store/sqldb"
	"casefile/internal/store/sqlite"
)

// A Database is an empty, migrated database of one engine, for one test.
type Database struct {
	*sqldb.DB
	Engine string
	// URL opens it again: a file path or a postgres:// URL.
	URL string
	// Raw reaches it around the store, in the serving role, to try what the
	// store would not do.
	Raw *sql.DB
	// Now moves the wall clock that the store is given.
	Now *Clock
}

// A Clock is a wall clock that a test sets. It may be used at once from many
// goroutines.
type Clock struct{ us atomic.Int64 }

// Time is the time it shows.
func (c *Clock) Time() time.Time { return time.UnixMicro(c.us.Load()).UTC() }

// Set moves it, backwards too.
func (c *Clock) Set(t time.Time) { c.us.Store(t.UnixMicro()) }

// Start is what a test's clock shows at first: an ordinary Thursday.
var Start = time.Date(2026, 3, 5, 10, 0, 0, 0, time.UTC)

// Each runs a test on both engines.
func Each(t *testing.T, f func(t *testing.T, db *Database)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
}

var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "casefile-template")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "casefile.db")
	if err := sqlite.Migrate(context.Background(), file); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// SQLite makes a database in a temporary file. Further pragmas reach every
// connection.
func SQLite(t testing.TB, pragmas ...string) *Database {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	return SQLiteFrom(t, template, pragmas...)
}

// SQLiteFrom makes a database as another was, of which template is a Copy.
func SQLiteFrom(t testing.TB, template []byte, pragmas ...string) *Database {
	t.Helper()
	d := &Database{Engine: "sqlite", URL: filepath.Join(t.TempDir(), "casefile.db"), Now: &Clock{}}
	d.Now.Set(Start)
	if err := os.WriteFile(d.URL, template, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(context.Background(), d.URL, d.Now.Time, pragmas...)
	if err != nil {
		t.Fatal(err)
	}
	d.DB = db
	if d.Raw, err = sql.Open("sqlite", "file:"+d.URL+"?_pragma=busy_timeout(5000)&_txlock=immediate"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeAll(t, d) })
	return d
}

// Copy is a SQLite database as it is now.
func (d *Database) Copy(t testing.TB) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "copy.db")
	if _, err := d.Raw.ExecContext(context.Background(), "VACUUM INTO '"+strings.ReplaceAll(file, "'", "''")+"'"); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func closeAll(t testing.TB, d *Database) {
	if err := d.Raw.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// server is the PostgreSQL server that the tests were given.
func server(t testing.TB) string {
	t.Helper()
	u := os.Getenv("CASEFILE_TEST_POSTGRES")
	if u == "" {
		t.Fatal("CASEFILE_TEST_POSTGRES names no server: run the tests with `make test`, or under scripts/with-postgres")
	}
	return u
}

// on is the server's URL for another database of it.
func on(serverURL, name string) string {
	u, err := url.Parse(serverURL)
	if err != nil {
		panic(err) // make test sets it
	}
	u.Path = "/" + name
	return u.String()
}

var postgresTemplate = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	serverURL := os.Getenv("CASEFILE_TEST_POSTGRES")
	name := "template_" + strings.ReplaceAll(id.New(), "-", "")
	if err := admin(serverURL, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	return name, postgres.Migrate(ctx, on(serverURL, name))
})

func admin(serverURL, statement string) error {
	db, err := sql.Open("pgx", serverURL)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// EmptyPostgres makes a database with nothing in it and gives its URL.
func EmptyPostgres(t testing.TB) string {
	t.Helper()
	return createPostgres(t, "")
}

func createPostgres(t testing.TB, template string) string {
	t.Helper()
	serverURL := server(t)
	name := "test_" + strings.ReplaceAll(id.New(), "-", "")
	statement := "CREATE DATABASE " + name
	if template != "" {
		statement += " TEMPLATE " + template
	}
	if err := admin(serverURL, statement); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin(serverURL, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("clean up: %v", err)
		}
	})
	return on(serverURL, name)
}

// Postgres makes a database on the test server.
func Postgres(t testing.TB) *Database {
	t.Helper()
	server(t)
	template, err := postgresTemplate()
	if err != nil {
		t.Fatal(err)
	}
	d := &Database{Engine: "postgres", URL: createPostgres(t, template), Now: &Clock{}}
	d.Now.Set(Start)
	db, err := postgres.Open(context.Background(), d.URL, d.Now.Time)
	if err != nil {
		t.Fatal(err)
	}
	d.DB = db
	if d.Raw, err = sql.Open("pgx", d.URL+"&role="+postgres.ServingRole); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeAll(t, d) })
	return d
}
