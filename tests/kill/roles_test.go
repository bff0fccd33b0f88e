package kill

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"casefile/internal/store/postgres"
)

// login makes a role that can log in and is a member of the serving role alone,
// and gives the URL of a database for it.
func login(t *testing.T, db string) string {
	t.Helper()
	name := databaseName()
	for _, statement := range []string{"CREATE ROLE " + name + " LOGIN", "GRANT " + postgres.ServingRole + " TO " + name} {
		if err := admin(statement); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if err := admin("DROP ROLE " + name); err != nil {
			t.Errorf("clean up: %v", err)
		}
	})
	u, err := url.Parse(db)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(name)
	return u.String()
}

// run runs a command to its end.
func run(t *testing.T, env []string, args ...string) (stderr string, err error) {
	t.Helper()
	p, err := start(env, args...)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.ended:
		return p.stderr.String(), p.err
	case <-time.After(30 * time.Second):
		t.Fatal(errors.Join(errors.New("the command did not end within 30 seconds"), p.kill()))
		return "", nil
	}
}

// TestServingLoginServes serves as a login that owns nothing.
func TestServingLoginServes(t *testing.T) {
	s := postgresSite(t)
	env := environment("CASEFILE_DB=" + login(t, s.db))
	p, err := start(env, "serve", "--listen", "127.0.0.1:0", "--data", s.dir, "--operations", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := listening(t, p)
	res, err := http.Get(base + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("ready: status %d, %v", res.StatusCode, err)
	}
	if err := p.stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	said, err := run(t, env, "user", "add", "nia.testworth", "--given", "Nia", "--family", "Testworth", "--role", "adviser",
		"--team", "Team of a login that only serves", "--service", "participation", "--data", s.dir)
	if err != nil {
		t.Errorf("add a user: %v: %s", err, said)
	}
}

// TestServingLoginCannotMigrate wants a sentence that says who can.
func TestServingLoginCannotMigrate(t *testing.T) {
	for name, db := range map[string]string{"empty": database(t, ""), "up to date": postgresSite(t).db} {
		t.Run(name, func(t *testing.T) {
			said, err := run(t, environment("CASEFILE_DB="+login(t, db)), "migrate", "--data", filepath.Join(t.TempDir(), "data"))
			if err == nil {
				t.Fatal("a login that only serves has migrated")
			}
			if !strings.Contains(said, "owner") {
				t.Errorf("said %q, which does not say that the owner migrates", said)
			}
		})
	}
}

// TestServingLoginCannotRewrite tries what the law forbids, as the login that
// serves.
func TestServingLoginCannotRewrite(t *testing.T) {
	s := postgresSite(t)
	db, err := sql.Open("pgx", login(t, s.db))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, asked := range []string{
		"UPDATE footprint SET actor = actor", "UPDATE footprint_detail SET sealed = sealed",
		"UPDATE entry SET service = service", "UPDATE entry_version SET body = body", "UPDATE entry_child SET person_id = person_id",
		"UPDATE person SET reference = reference", "UPDATE person_name SET given = given", "UPDATE person_birth SET day = day",
		"UPDATE person_address SET line1 = line1", "UPDATE person_contact SET value = value", "UPDATE person_identifier SET value = value",
		"UPDATE person_characteristic SET code = code", "UPDATE episode SET service = service", "UPDATE allocation SET worker_id = worker_id",
		"UPDATE assignment SET role = role", "UPDATE worker SET given = given", "UPDATE team SET name = name",
		"UPDATE definition_file SET body = body", "UPDATE definition_set SET hash = hash", "UPDATE store_mark SET value = value",
		"UPDATE sign_in_event SET reason = reason", "UPDATE account_identity SET subject = subject",
		"UPDATE goose_db_version SET is_applied = true",
		"INSERT INTO store_mark (name, value) VALUES ('demo', 'no')",
		"DROP TABLE footprint", "ALTER TABLE footprint ADD COLUMN x integer", "CREATE TABLE x (y integer)",
		"CREATE TRIGGER x BEFORE INSERT ON footprint FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
		"CREATE RULE x AS ON INSERT TO footprint DO INSTEAD NOTHING", "SET ROLE casefile_owner",
	} {
		refusedByServer(t, db, asked)
	}
	for _, table := range []string{
		"footprint", "footprint_detail", "entry", "entry_version", "entry_child", "person", "person_name", "person_birth",
		"person_address", "person_contact", "person_identifier", "person_characteristic", "episode", "allocation", "assignment",
		"worker", "team", "definition_file", "definition_set", "store_clock", "store_mark", "account", "import_run", "sign_in_event",
	} {
		refusedByServer(t, db, "DELETE FROM "+table)
		refusedByServer(t, db, "TRUNCATE "+table+" CASCADE")
	}
}

// refusedByServer runs a statement in a transaction that is never committed.
func refusedByServer(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback() //nolint:errcheck // it is rolled back whatever happens
	_, err = tx.Exec(statement)
	const insufficientPrivilege = "42501"
	if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != insufficientPrivilege {
		t.Errorf("%s: %v, want it refused for want of the right", statement, err)
	}
}

// TestOpenRefusesRightsOverTheRecord gives the serving role, as somebody might
// by hand, what would let the program rewrite the record.
func TestOpenRefusesRightsOverTheRecord(t *testing.T) {
	for _, grant := range []string{
		"GRANT UPDATE ON footprint TO casefile_serve",
		"GRANT DELETE ON footprint TO casefile_serve",
		"GRANT TRUNCATE ON footprint TO casefile_serve",
		"GRANT UPDATE (actor) ON footprint TO casefile_serve",
		"GRANT UPDATE ON footprint TO PUBLIC",
		"GRANT DELETE ON footprint_detail TO casefile_serve",
		"GRANT UPDATE ON entry_version TO casefile_serve",
		"GRANT UPDATE (body) ON entry_version TO casefile_serve",
		"GRANT DELETE ON person_name TO casefile_serve",
		"ALTER TABLE footprint OWNER TO casefile_serve",
	} {
		t.Run(grant, func(t *testing.T) {
			s := postgresSite(t)
			db, err := sql.Open("pgx", s.db)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.Exec(grant); err != nil {
				t.Fatal(err)
			}
			opened, err := postgres.Open(context.Background(), s.db, time.Now)
			if err == nil {
				t.Fatal(errors.Join(errors.New("opened"), opened.Close()))
			}
			if !strings.Contains(err.Error(), "casefile_serve") {
				t.Errorf("refused with %q, which does not name the role", err)
			}
		})
	}
}
