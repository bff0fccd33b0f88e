package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"casefile/internal/population"
)

type benchDemoCmd struct {
	Children int  `default:"2000" help:"How many children to invent."`
	JSON     bool `name:"json" help:"Print one JSON object."`
}

// Run starts this very program's demo twice, as a process of its own: first in
// an empty folder, then on what the first start left.
func (c *benchDemoCmd) Run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "casefile-bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	first, firstMemory, err := c.start(ctx, dir)
	if err != nil {
		return err
	}
	again, memory, err := c.start(ctx, dir)
	if err != nil {
		return err
	}
	info, err := os.Stat(filepath.Join(dir, "casefile.db"))
	if err != nil {
		return err
	}
	return report(os.Stdout, c.JSON, []figure{
		{"machine", "Machine", machine(), ""},
		{"date", "Date", now().Date().String(), ""},
		{"children", "Children invented", c.Children, ""},
		{"first_page_s", "Empty folder to first page", first.Seconds(), "s"},
		{"first_rss_mib", "Most memory held while inventing", firstMemory, "MiB"},
		{"start_s", "Start again to first page", again.Seconds(), "s"},
		{"rss_mib", "Most memory held after 200 pages", memory, "MiB"},
		{"database_mib", "Database", float64(info.Size()) / (1 << 20), "MiB"},
	})
}

// start runs the demo until its first page is there, asks for some pages, and
// stops it.
func (c *benchDemoCmd) start(ctx context.Context, dir string) (first time.Duration, memory float64, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, 0, err
	}
	begin := time.Now()
	cmd := exec.CommandContext(ctx, self, "demo", "--listen", "127.0.0.1:0", "--data", dir, "--children", fmt.Sprint(c.Children))
	cmd.Env = append(os.Environ(), "CASEFILE_DB=")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	defer func() {
		err = errors.Join(err, cmd.Process.Signal(syscall.SIGTERM), cmd.Wait())
	}()
	base := ""
	for lines := bufio.NewScanner(out); base == "" && lines.Scan(); {
		if _, at, ok := strings.Cut(lines.Text(), "Open "); ok {
			base = strings.TrimSpace(at)
		}
	}
	if base == "" {
		return 0, 0, errors.New("the demo ended before it told its address")
	}
	client := &http.Client{Timeout: 30 * time.Second}
	if err := get(client, base); err != nil {
		return 0, 0, err
	}
	first = time.Since(begin)
	signedIn, err := demoClient(base, population.New(1, 1, now().Date()).Workers[0].Key)
	if err != nil {
		return 0, 0, err
	}
	for range 200 {
		if err := get(signedIn, base+"work"); err != nil {
			return 0, 0, err
		}
	}
	memory, err = residentMiB(cmd.Process.Pid)
	return first, memory, err
}
