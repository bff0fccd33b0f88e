package main

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"database/sql"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/pquerna/otp/totp"
	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"

	"casefile/internal/date"
	"casefile/internal/store/storetest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"casefile": main})
}

// TestScripts runs the scripts in which no engine matters, in testdata/script,
// and those of testdata/engines on both. What a script can say beside the
// commands of testscript is in scriptCommands.
func TestScripts(t *testing.T) {
	t.Run("any", func(t *testing.T) { scripts(t, "testdata/script", false) })
	t.Run("sqlite", func(t *testing.T) { scripts(t, "testdata/engines", false) })
	t.Run("postgres", func(t *testing.T) { scripts(t, "testdata/engines", true) })
}

// scripts gives each script of a folder a data folder of its own, and on
// PostgreSQL a database.
func scripts(t *testing.T, dir string, postgres bool) {
	testscript.Run(t, testscript.Params{
		Dir: dir, RequireExplicitExec: true, RequireUniqueNames: true, Cmds: scriptCommands,
		Setup: func(e *testscript.Env) error {
			jar, err := cookiejar.New(nil)
			if err != nil {
				return err
			}
			st := &stage{jar: jar, running: map[string]*running{}}
			e.Values[stageKey{}] = st
			e.Defer(st.clear)
			data := filepath.Join(e.WorkDir, "data")
			e.Setenv("CASEFILE_DATA", data)
			e.Setenv("DATA", data)
			e.Setenv("TODAY", date.At(time.Now()).Date().String())
			e.Setenv("DB", "sqlite:"+filepath.Join(data, "casefile.db"))
			if postgres {
				empty := storetest.EmptyPostgres(t)
				e.Setenv("CASEFILE_DB", empty)
				e.Setenv("DB", empty)
			}
			return nil
		},
	})
}

type stageKey struct{}

// A stage is what a script has around it: one browser, and programs that run.
type stage struct {
	jar     http.CookieJar
	running map[string]*running
	begun   net.Conn // on which a request is half sent
}

func (s *stage) clear() {
	for _, r := range s.running {
		_ = r.cmd.Process.Kill() // it may have ended by itself
		<-r.ended
	}
}

// A running program and what it has written so far.
type running struct {
	cmd   *exec.Cmd
	mu    sync.Mutex
	out   bytes.Buffer
	ended chan struct{}
	err   error
}

func (r *running) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.Write(p)
}

func (r *running) written() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.String()
}

func onStage(ts *testscript.TestScript) *stage { return ts.Value(stageKey{}).(*stage) }

var scriptCommands = map[string]func(*testscript.TestScript, bool, []string){
	"start":       start,
	"signal":      interrupt,
	"ended":       ended,
	"slay":        slay,
	"fetch":       fetch,
	"sql":         query,
	"until":       until,
	"secrets":     secrets,
	"onetime":     onetime,
	"certificate": certificate,
	"people":      people,
	"status":      status,
	"begin":       begin,
	"finish":      finish,
}

var saidAddress = regexp.MustCompile(`(?:listening=|Open )(https?://\S+)/`)

// start [-nowait] NAME ARGS…: runs casefile with the arguments beside the script. Without
// -nowait it waits until the program serves and puts its address in $NAME.
func start(ts *testscript.TestScript, neg bool, args []string) {
	wait := true
	if len(args) > 0 && args[0] == "-nowait" {
		wait, args = false, args[1:]
	}
	if neg || len(args) < 2 {
		ts.Fatalf("usage: start [-nowait] NAME ARGS…")
	}
	name := args[0]
	program, err := exec.LookPath("casefile")
	ts.Check(err)
	r := &running{cmd: exec.Command(program, args[1:]...), ended: make(chan struct{})}
	r.cmd.Stdout, r.cmd.Stderr = r, r
	r.cmd.Dir = ts.MkAbs(".")
	for _, v := range []string{"PATH", "HOME", "TMPDIR", "CASEFILE_DATA", "CASEFILE_DB", "CASEFILE_KEYS"} {
		if value := ts.Getenv(v); value != "" {
			r.cmd.Env = append(r.cmd.Env, v+"="+value)
		}
	}
	ts.Check(r.cmd.Start())
	go func() {
		r.err = r.cmd.Wait()
		close(r.ended)
	}()
	onStage(ts).running[name] = r
	for begin := time.Now(); wait; time.Sleep(10 * time.Millisecond) {
		if m := saidAddress.FindStringSubmatch(r.written()); m != nil {
			ts.Setenv(name, strings.Replace(m[1], "//localhost:", "//127.0.0.1:", 1))
			return
		}
		select {
		case <-r.ended:
			ts.Fatalf("%s ended before it served: %v\n%s", name, r.err, r.written())
		default:
		}
		if time.Since(begin) > 30*time.Second {
			ts.Fatalf("%s does not serve after 30 seconds:\n%s", name, r.written())
		}
	}
}

func find(ts *testscript.TestScript, name string) *running {
	r := onStage(ts).running[name]
	if r == nil {
		ts.Fatalf("%s was not started", name)
	}
	return r
}

// interrupt is signal NAME: it tells the program to stop.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: signal NAME")
	}
	ts.Check(find(ts, args[0]).cmd.Process.Signal(syscall.SIGTERM))
}

// ended NAME: wants the program to end within ten seconds, with status 0. What
// it had written becomes stdout.
func ended(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: ended NAME")
	}
	r := find(ts, args[0])
	select {
	case <-r.ended:
	case <-time.After(10 * time.Second):
		ts.Fatalf("%s does not stop:\n%s", args[0], r.written())
	}
	if r.err != nil {
		ts.Fatalf("%s stopped with %v:\n%s", args[0], r.err, r.written())
	}
	_, err := io.WriteString(ts.Stdout(), r.written())
	ts.Check(err)
}

// slay NAME: kills the program. It must still have been running.
func slay(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: slay NAME")
	}
	r := find(ts, args[0])
	ts.Check(r.cmd.Process.Kill())
	<-r.ended
	if r.err == nil {
		ts.Fatalf("%s had ended by itself:\n%s", args[0], r.written())
	}
}

// fetch [-n TIMES] [-ca FILE] [-H 'NAME: VALUE']… [-d NAME=VALUE]… URL: asks once, with
// the cookies so far, or as often as -n says. Stdout is the status, the header
// and the body of the last answer.
func fetch(ts *testscript.TestScript, neg bool, args []string) {
	transport := &http.Transport{}
	client := &http.Client{
		Jar: onStage(ts).jar, Timeout: 20 * time.Second, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer transport.CloseIdleConnections()
	header, form, times := http.Header{}, url.Values{}, 1
	for len(args) > 2 {
		switch args[0] {
		case "-ca":
			pool := x509.NewCertPool()
			pool.AppendCertsFromPEM([]byte(ts.ReadFile(args[1])))
			transport.TLSClientConfig = &tls.Config{RootCAs: pool}
		case "-n":
			var err error
			times, err = strconv.Atoi(args[1])
			ts.Check(err)
		case "-H":
			name, value, _ := strings.Cut(args[1], ": ")
			header.Set(name, value)
		case "-d":
			name, value, _ := strings.Cut(args[1], "=")
			form.Add(name, value)
		default:
			ts.Fatalf("fetch knows no %s", args[0])
		}
		args = args[2:]
	}
	if neg || len(args) != 1 {
		ts.Fatalf("usage: fetch [-n TIMES] [-ca FILE] [-H 'NAME: VALUE'] [-d NAME=VALUE] URL")
	}
	method, body := "GET", ""
	if len(form) > 0 {
		method, body = "POST", form.Encode()
		header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	var answer bytes.Buffer
	for range times {
		answer.Reset()
		req, err := http.NewRequest(method, args[0], strings.NewReader(body))
		ts.Check(err)
		req.Header = header
		res, err := client.Do(req)
		ts.Check(err)
		fmt.Fprintln(&answer, res.Status)
		ts.Check(res.Header.Write(&answer))
		fmt.Fprintln(&answer)
		_, err = answer.ReadFrom(res.Body)
		ts.Check(errors.Join(err, res.Body.Close()))
	}
	_, err := answer.WriteTo(ts.Stdout())
	ts.Check(err)
}

func rows(ts *testscript.TestScript, statement string) (lines []string) {
	driver, where := "pgx", ts.Getenv("DB")
	if file, ok := strings.CutPrefix(where, "sqlite:"); ok {
		driver, where = "sqlite", "file:"+file+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, where)
	ts.Check(err)
	defer db.Close()
	r, err := db.Query(statement)
	ts.Check(err)
	defer r.Close()
	for r.Next() {
		var v string
		ts.Check(r.Scan(&v))
		lines = append(lines, v)
	}
	ts.Check(r.Err())
	return lines
}

// sql STATEMENT: asks the database behind the program's back, for one column.
func query(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: sql STATEMENT")
	}
	for _, line := range rows(ts, args[0]) {
		fmt.Fprintln(ts.Stdout(), line)
	}
}

// until STATEMENT VALUE: asks until the answer is at least the value, a number.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: until STATEMENT VALUE")
	}
	least, err := strconv.Atoi(args[1])
	ts.Check(err)
	for begin := time.Now(); time.Since(begin) < 20*time.Second; time.Sleep(time.Millisecond) {
		if lines := rows(ts, args[0]); len(lines) > 0 {
			if n, err := strconv.Atoi(lines[0]); err == nil && n >= least {
				return
			}
		}
	}
	ts.Fatalf("%s: not %d within 20 seconds", args[0], least)
}

// secrets: puts what `user add` or `user reset` has just printed into $PASSWORD
// and $SECRET.
func secrets(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: secrets")
	}
	printed := ts.ReadFile("stdout")
	for name, label := range map[string]string{"PASSWORD": "Password, to be changed at the first sign-in: ", "SECRET": "Secret for the app that makes one-time codes: "} {
		_, rest, ok := strings.Cut(printed, label)
		value, _, _ := strings.Cut(rest, "\n")
		if !ok || value == "" {
			ts.Fatalf("nothing was printed after %q", label)
		}
		ts.Setenv(name, value)
	}
}

// onetime SECONDS: puts the code of $SECRET, so many seconds from now, into
// $CODE.
func onetime(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: onetime SECONDS")
	}
	ahead, err := strconv.Atoi(args[0])
	ts.Check(err)
	code, err := totp.GenerateCode(ts.Getenv("SECRET"), time.Now().Add(time.Duration(ahead)*time.Second))
	ts.Check(err)
	ts.Setenv("CODE", code)
}

// certificate CERT KEY: makes a certificate for this machine that it signed
// itself.
func certificate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: certificate CERT KEY")
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Testshire"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	ts.Check(err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
}

// people COUNT FILE: writes so many invented people to a CSV file.
func people(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: people COUNT FILE")
	}
	count, err := strconv.Atoi(args[0])
	ts.Check(err)
	var b bytes.Buffer
	b.WriteString("number,given,family,born\n")
	for i := range count {
		fmt.Fprintf(&b, "P%d,Testa,Worthy%c%c,%d-%02d-%02d\n", i, 'a'+i%26, 'a'+i/26%26, 2009+i%9, 1+i%12, 1+i%28)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b.Bytes(), 0o600))
}

// status N ARGS…: runs casefile, which must end with status N.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: status N ARGS…")
	}
	err := ts.Exec("casefile", args[1:]...)
	got := 0
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		got = e.ExitCode()
	} else if err != nil {
		ts.Check(err)
	}
	if want, err := strconv.Atoi(args[0]); err != nil || got != want {
		ts.Fatalf("casefile %s: status %d, want %s", strings.Join(args[1:], " "), got, args[0])
	}
}

// begin URL: sends all of a form but its last byte.
func begin(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: begin URL")
	}
	u, err := url.Parse(args[0])
	ts.Check(err)
	conn, err := (&net.Dialer{}).Dial("tcp", u.Host)
	ts.Check(err)
	onStage(ts).begun = conn
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nlogin=ni", u.Path, u.Host)
	ts.Check(err)
	time.Sleep(200 * time.Millisecond) // for the server to begin on it
}

// finish: sends the last byte, and prints the first line of the answer.
func finish(ts *testscript.TestScript, neg bool, args []string) {
	conn := onStage(ts).begun
	if neg || len(args) > 0 || conn == nil {
		ts.Fatalf("usage: begin URL, then finish")
	}
	time.Sleep(300 * time.Millisecond) // for what came between to take effect
	ts.Check(conn.SetDeadline(time.Now().Add(10 * time.Second)))
	_, err := conn.Write([]byte("a"))
	ts.Check(err)
	line, err := bufio.NewReader(conn).ReadString('\n')
	ts.Check(errors.Join(err, conn.Close()))
	_, err = io.WriteString(ts.Stdout(), line)
	ts.Check(err)
}
