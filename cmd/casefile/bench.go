package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

type benchCmd struct {
	Access    benchAccessCmd    `cmd:"" help:"Decisions, and lists of people within scope, among many children."`
	Search    benchSearchCmd    `cmd:"" help:"Search among many children, as people type; with --baseline-db beside trigrams."`
	File      benchFileCmd      `cmd:"" help:"Open a long file many times a second, over HTTP, with footprints."`
	Documents benchDocumentsCmd `cmd:"" help:"Open and save a long document over HTTP, check it, and load the definitions."`
	Trays     benchTraysCmd     `cmd:"" help:"Open a tray of many tasks, with its counts and footprints."`
	Demo      benchDemoCmd      `cmd:"" help:"Start the demo: time to its first page, time to start again, memory."`
}

// A series is how long something took, each time.
type series []time.Duration

// percentile is the value that p of every 100 do not exceed.
func (s series) percentile(p float64) time.Duration {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	i := int(float64(len(sorted))*p/100+0.9999) - 1
	return sorted[min(max(i, 0), len(sorted)-1)]
}

// A figure is one line of a bench's table and one field of its JSON.
type figure struct {
	name  string // in JSON
	words string // in the table
	value any    // a number, or text
	unit  string
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// report prints figures, as a table or as one JSON object.
func report(w io.Writer, asJSON bool, figures []figure) error {
	if asJSON {
		object := make(map[string]any, len(figures))
		for _, f := range figures {
			object[f.name] = f.value
		}
		return json.NewEncoder(w).Encode(object)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range figures {
		if v, ok := f.value.(float64); ok {
			fmt.Fprintf(t, "%s\t%.2f %s\n", f.words, v, f.unit)
			continue
		}
		fmt.Fprintf(t, "%s\t%v %s\n", f.words, f.value, f.unit)
	}
	return t.Flush()
}

// machine is the line that says where a figure was measured.
func machine() string {
	model := runtime.GOARCH
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(b)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%d processors (%s), %s, %s", runtime.NumCPU(), model, runtime.GOOS, runtime.Version())
}

// flushes writes and flushes a page of a file of its own, over and over until
// stop is closed: what the disk itself takes, in the same minutes.
func flushes(dir string, every time.Duration, stop <-chan struct{}) (s series, err error) {
	f, err := os.Create(filepath.Join(dir, "flush"))
	if err != nil {
		return nil, err
	}
	defer func() {
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
	}()
	page := make([]byte, 4096)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for i := int64(0); ; i++ {
		select {
		case <-stop:
			return s, nil
		case <-tick.C:
		}
		begin := time.Now()
		if _, err := f.WriteAt(page, i%256*int64(len(page))); err != nil {
			return s, err
		}
		if err := f.Sync(); err != nil {
			return s, err
		}
		s = append(s, time.Since(begin))
	}
}

// residentMiB is the most memory that a process has held, from the kernel's own
// account.
func residentMiB(pid int) (float64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("read the memory of the process (this needs Linux): %w", err)
	}
	for line := range strings.Lines(string(b)) {
		var kib float64
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kib); err == nil {
			return kib / 1024, nil
		}
	}
	return 0, fmt.Errorf("the kernel does not say how much memory process %d holds", pid)
}
