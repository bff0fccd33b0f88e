package kill

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"casefile/internal/id"
)

// binary is the program as it is built for use.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "casefile-kill")
	if err != nil {
		log.Fatal(err)
	}
	binary = filepath.Join(dir, "casefile")
	build := exec.Command("go", "build", "-o", binary, "casefile/cmd/casefile")
	build.Stderr = os.Stderr
	status := 1
	if err := build.Run(); err != nil {
		log.Print("build the program: ", err)
	} else {
		status = m.Run()
	}
	if err := errors.Join(dropTemplate(), os.RemoveAll(dir)); err != nil {
		log.Print("clean up: ", err)
		status = 1
	}
	os.Exit(status)
}

// children is how many the demo invents: few, so that making it is quick.
const children = 20

// A site is one installation.
type site struct {
	dir string // the data folder
	db  string // the URL of a PostgreSQL database; empty for SQLite in the folder
}

// A program is a running process of it.
type program struct {
	cmd    *exec.Cmd
	out    io.Reader
	stderr lines
	ended  chan struct{}
	err    error // once ended
}

// lines collects what a process writes while it is written.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// environment is ours without any setting of the program's, and with these.
func environment(set ...string) []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "CASEFILE_") {
			env = append(env, v)
		}
	}
	return append(env, set...)
}

// demo starts the site's demo: one that is there goes on.
func (s site) demo() (*program, error) {
	return start(environment("CASEFILE_DB="+s.db), "demo", "--listen", "127.0.0.1:0", "--children", fmt.Sprint(children), "--data", s.dir)
}

func start(env []string, args ...string) (*program, error) {
	p := &program{cmd: exec.Command(binary, args...), ended: make(chan struct{})}
	p.cmd.Env, p.cmd.Stderr = env, &p.stderr
	in, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.cmd.Stdout, p.out = out, in
	err = p.cmd.Start()
	if err := errors.Join(err, out.Close()); err != nil {
		return nil, errors.Join(err, in.Close())
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// wait waits for the address on which the program serves. An error says what
// the program said.
func (p *program) wait() (string, error) {
	base := make(chan string, 1)
	go func() {
		defer close(base)
		for s := bufio.NewScanner(p.out); s.Scan(); {
			if _, at, ok := strings.Cut(s.Text(), "Open "); ok {
				base <- strings.TrimSuffix(at, "/")
			}
		}
	}()
	select {
	case at, ok := <-base:
		if ok {
			return at, nil
		}
		<-p.ended
		return "", fmt.Errorf("the program ended before it served (%v): %s", p.err, p.stderr.String())
	case <-time.After(30 * time.Second):
		return "", errors.Join(errors.New("the program did not serve within 30 seconds: "+p.stderr.String()), p.kill())
	}
}

var serves = regexp.MustCompile(`msg=serving listening=(\S+)/`)

// listening waits for the address that a server writes into its log.
func listening(t testing.TB, p *program) string {
	t.Helper()
	t.Cleanup(func() {
		if err := p.kill(); err != nil {
			t.Error(err)
		}
	})
	for begin := time.Now(); time.Since(begin) < 30*time.Second; time.Sleep(10 * time.Millisecond) {
		if m := serves.FindStringSubmatch(p.stderr.String()); m != nil {
			return m[1]
		}
		select {
		case <-p.ended:
			t.Fatalf("the program ended before it served (%v): %s", p.err, p.stderr.String())
		default:
		}
	}
	t.Fatalf("the program did not serve within 30 seconds: %s", p.stderr.String())
	return ""
}

// kill ends the program as the kernel does when memory runs out. It is no error
// that it had ended already.
func (p *program) kill() error {
	err := p.cmd.Process.Kill()
	<-p.ended
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// stop ends the program as an operator does.
func (p *program) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-p.ended:
		return p.err
	case <-time.After(30 * time.Second):
		return errors.Join(errors.New("the program did not stop within 30 seconds"), p.kill())
	}
}

// raw opens the site's database around the program, to read only.
func (s site) raw() (*sql.DB, error) {
	if s.db != "" {
		return sql.Open("pgx", s.db+"&default_transaction_read_only=on")
	}
	return sql.Open("sqlite", "file:"+filepath.Join(s.dir, "casefile.db")+"?mode=ro&_pragma=query_only(1)&_pragma=busy_timeout(5000)")
}

func (s site) engine() string {
	if s.db != "" {
		return "postgres"
	}
	return "sqlite"
}

// made makes a demo and stops it, so that each point begins with a copy.
func made(s site) error {
	p, err := s.demo()
	if err != nil {
		return err
	}
	if _, err := p.wait(); err != nil {
		return err
	}
	return p.stop()
}

var sqliteTemplate = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(filepath.Dir(binary), "template")
	return dir, made(site{dir: dir})
})

var templateDB string // on the test server, once made

var postgresTemplate = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(filepath.Dir(binary), "template-postgres")
	name := databaseName()
	if err := admin("CREATE DATABASE " + name); err != nil {
		return "", err
	}
	templateDB = name
	return dir, made(site{dir: dir, db: on(name)})
})

func dropTemplate() error {
	if templateDB == "" {
		return nil
	}
	return admin("DROP DATABASE " + templateDB + " WITH (FORCE)")
}

func databaseName() string { return "kill_" + strings.ReplaceAll(id.New(), "-", "") }

// on is the URL of a database of the test server.
func on(name string) string {
	u, err := url.Parse(os.Getenv("CASEFILE_TEST_POSTGRES"))
	if err != nil {
		panic(err) // make test sets it
	}
	u.Path = "/" + name
	return u.String()
}

// admin does what only the owner of the test server may.
func admin(statement string, args ...any) error {
	db, err := sql.Open("pgx", os.Getenv("CASEFILE_TEST_POSTGRES"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(context.Background(), statement, args...)
	if err := errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// server fails a test that needs PostgreSQL where there is none.
func server(t testing.TB) {
	t.Helper()
	if os.Getenv("CASEFILE_TEST_POSTGRES") == "" {
		t.Fatal("CASEFILE_TEST_POSTGRES names no server: run the tests with `make test`, or under scripts/with-postgres")
	}
}

// sqliteSite is a copy of the demo.
func sqliteSite(t testing.TB) site {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	s := site{dir: filepath.Join(t.TempDir(), "data")}
	copyFolder(t, template, s.dir)
	return s
}

// copyFolder copies a data folder. A copy does not keep the mode of the keys,
// without which the program refuses them.
func copyFolder(t testing.TB, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(to, "keys.json"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// postgresSite is a copy of the demo on the test server.
func postgresSite(t testing.TB) site {
	t.Helper()
	server(t)
	template, err := postgresTemplate()
	if err != nil {
		t.Fatal(err)
	}
	s := site{dir: filepath.Join(t.TempDir(), "data"), db: database(t, " TEMPLATE "+templateDB)}
	copyFolder(t, template, s.dir)
	return s
}

// database makes a database for one test and gives its URL.
func database(t testing.TB, like string) string {
	t.Helper()
	server(t)
	name := databaseName()
	if err := admin("CREATE DATABASE " + name + like); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("clean up: %v", err)
		}
	})
	return on(name)
}
