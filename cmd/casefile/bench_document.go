package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"casefile/definitions"
	"casefile/internal/casework"
	"casefile/internal/config"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/form"
	"casefile/internal/id"
	"casefile/internal/population"
	"casefile/internal/web/documents"
)

type benchDocumentsCmd struct {
	config.Database
	Questions int  `default:"400" help:"Questions of the form, all answered; in ten sections."`
	Times     int  `default:"400" help:"How often a section is opened, and saved."`
	JSON      bool `name:"json" help:"Print one JSON object."`
}

// Bounds that the figures are held to.
const (
	boundOverFlush = 20 * time.Millisecond
	boundCheck     = 10 * time.Millisecond
	boundLoad      = 300 * time.Millisecond
)

// Run fills in a long document through the real server, one request after the other, and
// beside it measures the disk's own write and flush; then it checks the document, and loads
// the built-in definitions, in this process.
func (c *benchDocumentsCmd) Run(ctx context.Context) (err error) {
	if c.Questions < 10 || c.Questions > form.MostQuestions || c.Times < 10 || c.Times > 100_000 {
		return errors.New("--questions must be between 10 and 1,000, and --times between 10 and 100,000")
	}
	dir, err := os.MkdirTemp("", "casefile-bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	folder := filepath.Join(dir, "definitions")
	if err := c.writeForm(filepath.Join(folder, "forms", "participation")); err != nil {
		return err
	}
	address, err := c.Address(os.LookupEnv, dir)
	if err != nil {
		return err
	}
	if err := (&demoCmd{Database: c.Database, Data: dir}).prepare(ctx, address); err != nil {
		return err
	}
	keyFile := filepath.Join(dir, "keys.json")
	if _, err := bindKeys(ctx, address, keyFile); err != nil {
		return err
	}
	h, err := openHouse(ctx, address, keyFile, "", nil, folder, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	authority := population.New(1, 200, h.casework.Today())
	settled, err := h.invent(ctx, authority, false, func(int) {})
	if err != nil {
		return err
	}
	refs, err := h.casework.MakeFiles(ctx, byDemo, []casework.NewFile{settled.file(authority.LongFile(10))})
	if err != nil {
		return err
	}
	if err := setMark(ctx, address, demoMark, "a bench"); err != nil {
		return err
	}
	if err := counted(ctx, address); err != nil {
		return err
	}
	d := &documentBench{c: c, dir: dir}
	if err := d.overHTTP(ctx, h, authority, address, refs[0]); err != nil {
		return err
	}
	f, ok := h.defs.Form("bench", 1)
	if !ok {
		return errors.New("the form of the bench is not there")
	}
	d.check(f, h.casework.Today())
	if err := d.load(); err != nil {
		return err
	}
	bound := d.flush.percentile(99) + boundOverFlush
	return report(os.Stdout, c.JSON, []figure{
		{"engine", "Engine", address.Engine, ""},
		{"machine", "Machine", machine(), ""},
		{"date", "Date", h.casework.Today().String(), ""},
		{"answers", "Answers", c.Questions, ""},
		{"open_p50_ms", "Open a section, p50", ms(d.open.percentile(50)), "ms"},
		{"open_p99_ms", "Open a section, p99", ms(d.open.percentile(99)), "ms"},
		{"save_p50_ms", "Save a section, p50", ms(d.save.percentile(50)), "ms"},
		{"save_p99_ms", "Save a section, p99", ms(d.save.percentile(99)), "ms"},
		{"flush_p99_ms", "Disk's write and flush, p99", ms(d.flush.percentile(99)), "ms"},
		{"bound_ms", "Bound: flush p99 and 20 ms", ms(bound), "ms"},
		{"open_within_bound", "Opened within the bound", d.open.percentile(99) <= bound, ""},
		{"save_within_bound", "Saved within the bound", d.save.percentile(99) <= bound, ""},
		{"check_p99_ms", "Check the whole document, p99", ms(d.judge.percentile(99)), "ms"},
		{"check_within_bound", "Checked within 10 ms", d.judge.percentile(99) <= boundCheck, ""},
		{"load_max_ms", "Load the definitions, slowest of 10", ms(d.loads.percentile(100)), "ms"},
		{"load_within_bound", "Loaded within 300 ms", d.loads.percentile(100) <= boundLoad, ""},
	})
}

// each is how many questions a section has.
func (c *benchDocumentsCmd) each() int { return c.Questions / 10 }

// writeForm writes a form of ten sections with questions of several kinds, rules between
// them, and a score of each section.
func (c *benchDocumentsCmd) writeForm(folder string) error {
	var b strings.Builder
	b.WriteString("form: bench\nversion: 1\ntitle: Bench\nservice: participation\nsource: recalled\ncomplete_by: [adviser]\nauthorise: none\nsections:\n")
	var rules, scores strings.Builder
	for s := range 10 {
		fmt.Fprintf(&b, "  - id: s%d\n    title: Section %d\n    ask:\n", s, s)
		for q := range c.each() {
			switch q % 4 {
			case 0:
				fmt.Fprintf(&b, "      - {id: q%d, type: text, text: Question %d, required: true}\n", q, q)
			case 1:
				fmt.Fprintf(&b, "      - {id: q%d, type: yes-no-unknown, text: Question %d, required: true}\n", q, q)
			case 2:
				fmt.Fprintf(&b, "      - {id: q%d, type: number, text: Question %d, min: 0, max: 10, required: true}\n", q, q)
			case 3:
				fmt.Fprintf(&b, "      - {id: q%d, type: date, text: Question %d, when: \"q%d == 'yes'\"}\n", q, q, q-2)
			}
		}
		if c.each() > 2 {
			fmt.Fprintf(&rules, "  - {id: r%d, check: \"s%d.q1 != 'no' || s%d.q2 > 3\", say: These two do not agree.}\n", s, s, (s+1)%10)
			fmt.Fprintf(&scores, "  - {id: n%d, title: Score %d, value: \"s%d.q2 + s%d.q2\", source: recalled}\n", s, s, s, (s+1)%10)
		}
	}
	if rules.Len() > 0 {
		b.WriteString("rules:\n" + rules.String() + "scores:\n" + scores.String())
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "bench.v1.yaml"), []byte(b.String()), 0o600)
}

// answers are those of a section, as a page sends them.
func (c *benchDocumentsCmd) answers(rev string, round int) url.Values {
	v := url.Values{"rev": {rev}, "then": {"stay"}}
	for q := range c.each() {
		name := fmt.Sprintf("q%d", q)
		v.Add("asked", name)
		switch q % 4 {
		case 0:
			v.Set("a--"+name, fmt.Sprintf("What was found out about this, the %dth time: %s", round, strings.Repeat("and more. ", 20)))
		case 1:
			v.Set("a--"+name, "yes")
		case 2:
			v.Set("a--"+name, "7")
		case 3:
			v.Set("a--"+name+"--day", "5")
			v.Set("a--"+name+"--month", "3")
			v.Set("a--"+name+"--year", "2026")
		}
	}
	return v
}

type documentBench struct {
	c                               *benchDocumentsCmd
	dir                             string
	open, save, flush, judge, loads series
}

func (d *documentBench) overHTTP(ctx context.Context, h *house, authority *population.Authority, address config.Address, ref id.Reference) (err error) {
	client, base, stop, err := h.inBench(ctx, authority, address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	at, key := base+"children/"+ref.String()+"/documents", id.New()
	if err := posted(client, at, url.Values{"form": {"bench"}, "document": {key}}); err != nil {
		return err
	}
	section := func(s int) string { return fmt.Sprintf("%s/%s/sections/s%d", at, key, s) }
	revs := make([]string, 10)
	for s := range revs { // twice: dates are asked once the answers before them are there
		for range 2 {
			if revs[s], err = d.opened(client, section(s)); err != nil {
				return err
			}
			if err := posted(client, section(s), d.c.answers(revs[s], 0)); err != nil {
				return err
			}
		}
	}
	stopFlushes := make(chan struct{})
	flushed := make(chan error, 1)
	go func() {
		var err error
		d.flush, err = flushes(d.dir, 50*time.Millisecond, stopFlushes)
		flushed <- err
	}()
	d.open = nil
	for i := range d.c.Times {
		rev, err := d.opened(client, section(i%10))
		if err != nil {
			return err
		}
		begin := time.Now()
		if err := posted(client, section(i%10), d.c.answers(rev, 1+i)); err != nil {
			return err
		}
		d.save = append(d.save, time.Since(begin))
	}
	close(stopFlushes)
	return <-flushed
}

// opened opens a section and gives its number.
func (d *documentBench) opened(client *http.Client, page string) (rev string, err error) {
	begin := time.Now()
	res, err := client.Get(page)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	d.open = append(d.open, time.Since(begin))
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("open a section: %s", res.Status)
	}
	if _, after, ok := strings.Cut(string(body), `name="rev" value="`); ok {
		rev, _, ok = strings.Cut(after, `"`)
		if ok {
			return rev, nil
		}
	}
	return "", errors.New("a section without its number")
}

// check judges the whole document, as completing it does.
func (d *documentBench) check(f *form.Form, today date.Date) {
	var a form.Answers
	for _, s := range f.Sections {
		for q, v := range documents.Sent(s, d.c.answers("1", 1)) {
			a.Set(s.ID, q, v)
		}
	}
	for range 200 {
		begin := time.Now()
		f.Judge(a, form.Context{Today: today})
		d.judge = append(d.judge, time.Since(begin))
	}
}

// load loads the built-in definitions.
func (d *documentBench) load() error {
	for range 10 {
		begin := time.Now()
		if _, err := definition.Load(definitions.FS, ""); err != nil {
			return err
		}
		d.loads = append(d.loads, time.Since(begin))
	}
	return nil
}

func posted(client *http.Client, page string, form url.Values) error {
	res, err := client.PostForm(page, form)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusSeeOther && res.StatusCode != http.StatusOK {
		return fmt.Errorf("save a section: %s", res.Status)
	}
	return nil
}
