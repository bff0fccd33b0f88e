//go:build e2e

package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A program is Casefile, running.
type program struct {
	url  string // with a slash at its end
	cmd  *exec.Cmd
	said *tail // what it wrote to its standard error
	done chan struct{}
	err  error // how it ended; read it after done
}

// readyWithin is how long the program may take to invent its people and serve.
const readyWithin = 2 * time.Minute

// demoCommand is how the demonstration is started on a free port.
func demoCommand(data string, children int, more ...string) []string {
	return append([]string{
		"demo", "--listen", "127.0.0.1:0", "--data", data, "--children", strconv.Itoa(children), "--seed", "1",
	}, more...)
}

var address = regexp.MustCompile(`http://\S+/`)

// startProgram starts the program and waits until it says where it is. An entry
// like "NAME=value" before the command is set in its environment.
func startProgram(dir string, args ...string) (*program, error) {
	p := prepare(dir, args...)
	where := make(chan string, 1)
	p.cmd.Stdout = &lines{read: func(line string) {
		if u := address.FindString(line); u != "" {
			select {
			case where <- u:
			default:
			}
		}
	}}
	if err := p.start(); err != nil {
		return nil, err
	}
	select {
	case p.url = <-where:
		return p, nil
	case <-p.done:
		return nil, fmt.Errorf("casefile %s ended before it served: %v\n%s", args[0], p.err, p.said)
	case <-time.After(readyWithin):
		return nil, errors.Join(fmt.Errorf("casefile %s says no address after %v\n%s", args[0], readyWithin, p.said), p.kill())
	}
}

// start starts the program and notes how it ends.
func (p *program) start() error {
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("start the program: %w", err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	return nil
}

func prepare(dir string, args ...string) *program {
	p := &program{said: &tail{}, done: make(chan struct{})}
	var env []string
	for len(args) > 0 && strings.Contains(args[0], "=") && !strings.HasPrefix(args[0], "-") {
		env, args = append(env, args[0]), args[1:]
	}
	p.cmd = exec.Command(binary, args...)
	p.cmd.Dir = dir
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stderr = p.said
	return p
}

// stop ends the program as an operator does. It must go in peace.
func (p *program) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop the program: %w (%v)\n%s", err, p.err, p.said)
	}
	select {
	case <-p.done:
	case <-time.After(40 * time.Second):
		return errors.Join(fmt.Errorf("the program is still there 40 seconds after SIGTERM\n%s", p.said), p.kill())
	}
	if p.err != nil {
		return fmt.Errorf("the program did not end well: %w\n%s", p.err, p.said)
	}
	return nil
}

// kill ends it as a power cut does.
func (p *program) kill() error {
	if err := p.cmd.Process.Kill(); err != nil {
		return fmt.Errorf("kill the program: %w", err)
	}
	<-p.done
	return nil
}

// port is where it listens, for one that takes its place.
func (p *program) port() string {
	_, port, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(p.url, "http://"), "/"), ":")
	return port
}

// startFor starts the program for one test.
func startFor(t *testing.T, args ...string) *program {
	t.Helper()
	p, err := startProgram(t.TempDir(), args...)
	if err != nil {
		t.Fatal(err)
	}
	stopAfter(t, p)
	return p
}

// stopAfter stops the program when the test ends.
func stopAfter(t *testing.T, p *program) {
	t.Helper()
	t.Cleanup(func() {
		select {
		case <-p.done: // the test ended it
		default:
			if err := p.stop(); err != nil {
				t.Error(err)
			}
		}
	})
}

// command runs a command of the program to its end and gives what it printed.
func command(t *testing.T, args ...string) string {
	t.Helper()
	p := prepare(t.TempDir(), args...)
	var out bytes.Buffer
	p.cmd.Stdout = &out
	if err := p.cmd.Run(); err != nil {
		t.Fatalf("casefile %s: %v\n%s%s", args[0], err, out.String(), p.said)
	}
	return out.String()
}

// answers waits until an address answers.
func answers(t *testing.T, url string) {
	t.Helper()
	deadline := time.Now().Add(readyWithin)
	for {
		r, err := http.Get(url)
		if err == nil {
			_, err = io.Copy(io.Discard, r.Body)
			err = errors.Join(err, r.Body.Close())
			if err == nil && r.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not answer: %v", url, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// tail keeps the end of what is written to it.
type tail struct {
	mu sync.Mutex
	b  []byte
}

func (w *tail) Write(b []byte) (int, error) {
	const most = 8000
	w.mu.Lock()
	defer w.mu.Unlock()
	w.b = append(w.b, b...)
	if len(w.b) > most {
		w.b = w.b[len(w.b)-most:]
	}
	return len(b), nil
}

func (w *tail) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(w.b)
}

// lines hands on each whole line that is written to it.
type lines struct {
	rest string
	read func(line string)
}

func (w *lines) Write(b []byte) (int, error) {
	w.rest += string(b)
	for {
		line, rest, whole := strings.Cut(w.rest, "\n")
		if !whole {
			return len(b), nil
		}
		w.rest = rest
		w.read(line)
	}
}
