package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"casefile/internal/casework"
	"casefile/internal/config"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/population"
	"casefile/internal/store"
)

type benchFileCmd struct {
	config.Database
	Entries  int           `default:"2000" help:"Entries in the file."`
	Children int           `default:"500" help:"Other children around it."`
	Rate     int           `default:"100" help:"How often a second the file is opened."`
	For      time.Duration `default:"20s" help:"How long, with footprints; half as long again without."`
	JSON     bool          `name:"json" help:"Print one JSON object."`
}

// Run opens one long file at a steady rate through the real server, on a
// database of its own, and beside it measures the disk's own write and flush.
// A request counts from the moment it was due, so one that waits its turn is
// not counted short. One child in alertEvery has an alert, and the file that is opened has
// one of each kind, so that what a page costs includes reading them.
func (c *benchFileCmd) Run(ctx context.Context) (err error) {
	if c.Rate < 1 || c.Rate > 10_000 || c.For < time.Second || c.For > 10*time.Minute {
		return errors.New("--rate must be between 1 and 10,000, and --for between 1s and 10m")
	}
	dir, err := os.MkdirTemp("", "casefile-bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	fmt.Fprintln(os.Stderr, "Making a file of", c.Entries, "entries")
	bench := &fileBench{c: c, dir: dir}
	if err := bench.make(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bench.house.close()) }()
	with, flush, err := bench.measure(ctx, bench.house.casework, c.For)
	if err != nil {
		return err
	}
	// The same again over a database that drops what is written: only here,
	// on invented people, to tell what footprints cost.
	bare := casework.New(casework.Options{
		DB: unwritten{bench.house.db}, Definitions: bench.house.defs, Keys: bench.house.ring, Now: time.Now, Log: bench.house.log,
	})
	without, _, err := bench.measure(ctx, bare, c.For/2)
	bare.Close()
	if err != nil {
		return err
	}
	memory, err := residentMiB(os.Getpid())
	if err != nil {
		return err
	}
	bound := flush.percentile(99) + 10*time.Millisecond
	return report(os.Stdout, c.JSON, []figure{
		{"engine", "Engine", bench.address.Engine, ""},
		{"machine", "Machine", machine(), ""},
		{"date", "Date", bench.house.casework.Today().String(), ""},
		shareOfAlerts,
		{"opened", "Times opened", len(with), ""},
		{"rate_per_s", "Opened a second", float64(len(with)) / c.For.Seconds(), ""},
		{"p50_ms", "p50", ms(with.percentile(50)), "ms"},
		{"p99_ms", "p99", ms(with.percentile(99)), "ms"},
		{"max_ms", "Slowest", ms(with.percentile(100)), "ms"},
		{"flush_p50_ms", "Disk's write and flush, p50", ms(flush.percentile(50)), "ms"},
		{"flush_p99_ms", "Disk's write and flush, p99", ms(flush.percentile(99)), "ms"},
		{"bound_ms", "Bound: flush p99 and 10 ms", ms(bound), "ms"},
		{"within_bound", "Within the bound", with.percentile(99) <= bound, ""},
		{"p50_without_ms", "p50 without footprints", ms(without.percentile(50)), "ms"},
		{"p99_without_ms", "p99 without footprints", ms(without.percentile(99)), "ms"},
		{"ratio_p50", "With to without, p50", float64(with.percentile(50)) / float64(max(without.percentile(50), 1)), "times"},
		{"ratio_p99", "With to without, p99", float64(with.percentile(99)) / float64(max(without.percentile(99), 1)), "times"},
		{"rss_mib", "Most memory held", memory, "MiB"},
	})
}

// unwritten is a database that takes no footprints.
type unwritten struct{ store.DB }

func (unwritten) Update(context.Context, func(store.Tx) error) error { return nil }

type fileBench struct {
	c         *benchFileCmd
	dir       string
	address   config.Address
	house     *house
	authority *population.Authority
	reference id.Reference
}

func (b *fileBench) make(ctx context.Context) (err error) {
	if b.address, err = b.c.Address(os.LookupEnv, b.dir); err != nil {
		return err
	}
	demo := demoCmd{Database: b.c.Database, Data: b.dir}
	if err := demo.prepare(ctx, b.address); err != nil {
		return err
	}
	keyFile := filepath.Join(b.dir, "keys.json")
	if _, err := bindKeys(ctx, b.address, keyFile); err != nil {
		return err
	}
	if b.house, err = openHouse(ctx, b.address, keyFile, "", nil, "", slog.New(slog.NewTextHandler(io.Discard, nil))); err != nil {
		return err
	}
	b.authority = population.New(1, b.c.Children, b.house.casework.Today())
	settled, err := b.house.invent(ctx, b.authority, false, func(int) {})
	if err != nil {
		return err
	}
	refs, err := b.house.casework.MakeFiles(ctx, byDemo, []casework.NewFile{settled.file(b.authority.LongFile(b.c.Entries))})
	if err != nil {
		return err
	}
	b.reference = refs[0]
	if err := b.alerts(ctx); err != nil {
		return err
	}
	if err := counted(ctx, b.address); err != nil {
		return err
	}
	return setMark(ctx, b.address, demoMark, "a bench")
}

// alerts gives the children alerts, and the one whose file is opened one of each kind: of
// their own, and one of a parent that stands on their file too.
func (b *fileBench) alerts(ctx context.Context) error {
	var people []person.ID
	err := b.house.db.View(ctx, func(r store.Reader) error {
		for child := range b.authority.Children() {
			p, err := r.PersonByIdentifier(ctx, "demo", child.Key)
			if err != nil {
				return err
			}
			people = append(people, p)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := b.house.alertSome(ctx, people, alertEvery); err != nil {
		return err
	}
	return b.house.alertBoth(ctx, b.reference)
}

// measure serves with one casework, signs in, and opens the file at the rate.
func (b *fileBench) measure(ctx context.Context, c *casework.Service, length time.Duration) (opened, flush series, err error) {
	served := *b.house
	served.casework = c
	client, base, stop, err := served.inBench(ctx, b.authority, b.address)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	page := base + "children/" + b.reference.String() + "/timeline"
	for range 20 { // not counted: connections and caches fill
		if err := get(client, page); err != nil {
			return nil, nil, err
		}
	}
	stopFlushes := make(chan struct{})
	flushed := make(chan error, 1)
	go func() {
		var err error
		flush, err = flushes(b.dir, 50*time.Millisecond, stopFlushes)
		flushed <- err
	}()
	opened, err = steadily(client, page, b.c.Rate, length)
	close(stopFlushes)
	return opened, flush, errors.Join(err, <-flushed)
}

// inBench serves a house on a free port, with a client that the first worker is signed in
// with.
func (h *house) inBench(ctx context.Context, authority *population.Authority, address config.Address) (client *http.Client, base string, stop func() error, err error) {
	door, err := h.door(ctx, authority)
	if err != nil {
		return nil, "", nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	at := make(chan string, 1)
	ended := make(chan error, 1)
	go func() {
		ended <- h.serve(ctx, config.Settings{
			Listen: "127.0.0.1:0", Public: &url.URL{Scheme: "http", Host: "localhost"}, Database: address,
			SessionIdle: time.Hour, SessionMax: time.Hour,
		}, serving{authority: authority.Name, demo: door, ready: func(url string) { at <- url }})
	}()
	stop = func() error {
		cancel()
		return <-ended
	}
	select {
	case base = <-at:
	case err := <-ended:
		cancel()
		return nil, "", nil, err
	}
	client, err = demoClient(base, door.Workers[0].Key)
	if err != nil {
		return nil, "", nil, errors.Join(err, stop())
	}
	return client, base, stop, nil
}

// demoClient signs in through the demo's door.
func demoClient(base, worker string) (*http.Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Jar: jar, Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
	res, err := client.PostForm(base+"demo", url.Values{"worker": {worker}})
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("sign in to the bench: %s", res.Status)
	}
	return client, nil
}

func get(client *http.Client, page string) error {
	res, err := client.Get(page)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("open the file: %s", res.Status)
	}
	return nil
}

// steadily gets a page at a rate, each get from the moment it is due.
func steadily(client *http.Client, page string, rate int, length time.Duration) (series, error) {
	n := int(length.Seconds() * float64(rate))
	times := make(series, n)
	errs := make([]error, n)
	begin := time.Now()
	var wg sync.WaitGroup
	for i := range n {
		due := begin.Add(time.Duration(i) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(due))
		wg.Go(func() {
			errs[i] = get(client, page)
			times[i] = time.Since(due)
		})
	}
	wg.Wait()
	return times, errors.Join(errs...)
}
