package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"iter"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/config"
	"casefile/internal/id"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/population"
	"casefile/internal/store"
	"casefile/internal/store/sqldb"
	"casefile/internal/store/sqlite"
)

type benchSearchCmd struct {
	config.Database
	Children int    `default:"100000" help:"How many children."`
	Searches int    `default:"4000" help:"How many searches of the mixed kind; half as many of each other kind."`
	Clients  int    `default:"4" help:"How many search at once."`
	Seed     uint64 `default:"1" help:"What to invent from."`
	Baseline string `name:"baseline-db" placeholder:"URL" help:"An empty PostgreSQL database, to hold the same people and search them by trigrams."`
	JSON     bool   `name:"json" help:"Print one JSON object."`
}

// The bounds, and the size that growth is measured from.
const (
	searchBoundPostgres = 20 * time.Millisecond
	searchBoundSQLite   = 30 * time.Millisecond
	searchMemory        = 500 // MiB
	smallest            = 10_000
	inTen               = 10
	namesakesTied       = 10
	samplesKept         = 20_000
	filesTogether       = 1000
)

// Run measures searches through casework, footprints and all, on a database of its
// own, with the people of the invented authority and what the published error
// model of package population types to find them.
func (c *benchSearchCmd) Run(ctx context.Context) (err error) {
	if c.Children < 1000 || c.Children > 12_000_000 || c.Searches < 100 || c.Clients < 1 || c.Clients > 64 {
		return errors.New("--children must be between 1,000 and 12,000,000, --searches at least 100 and --clients between 1 and 64")
	}
	dir, err := os.MkdirTemp("", "casefile-bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &searchBench{c: c, dir: dir, namesakes: map[uint64]int32{}}
	if err := b.open(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.house.close()) }()
	defer b.timed.Close()
	if c.Baseline != "" {
		if b.baseline, err = openBaseline(ctx, c.Baseline, c.Clients); err != nil {
			return err
		}
		defer b.baseline.close()
	}
	figures, err := b.measure(ctx)
	if err != nil {
		return err
	}
	return report(os.Stdout, c.JSON, figures)
}

type searchBench struct {
	c         *benchSearchCmd
	dir       string
	address   config.Address
	house     *house
	timed     *casework.Service // over a database whose reading is timed
	authority *population.Authority
	settling  *settling
	actors    []casework.Actor
	baseline  *trigrams // nil without

	samples   []sample
	namesakes map[uint64]int32 // how many bear the first given name and the family name, by their hash
	made      int
	making    time.Duration
}

// A sample is a child to search for.
type sample struct {
	child population.Child
	ref   id.Reference
}

func (b *searchBench) open(ctx context.Context) (err error) {
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
	b.timed = casework.New(casework.Options{
		DB: readTimed{b.house.db}, Definitions: b.house.defs, Keys: b.house.ring, Now: time.Now, Log: b.house.log,
	})
	b.authority = population.New(b.c.Seed, b.c.Children, b.house.casework.Today())
	if b.settling, err = b.house.settle(ctx, b.authority); err != nil {
		return err
	}
	return b.findActors(ctx)
}

// findActors takes workers who find every child, one of each role, in turn.
func (b *searchBench) findActors(ctx context.Context) error {
	today := b.house.casework.Today()
	seen := map[access.Role]bool{}
	return b.house.db.View(ctx, func(r store.Reader) error {
		for _, w := range b.authority.Workers {
			if !w.At(today) {
				continue
			}
			held, err := r.Assignments(ctx, b.settling.workers[w.Key].ID, today)
			if err != nil {
				return err
			}
			for _, a := range held {
				v := access.Viewer{Worker: string(a.Worker), Role: a.Role}
				gives := b.house.defs.Access().Scope(v, access.Identity, access.Find, access.ReasonFirst).Gives
				if !seen[a.Role] && slices.Contains(gives, access.Everyone) {
					seen[a.Role] = true
					b.actors = append(b.actors, casework.Actor{Worker: a.Worker, As: a.ID})
				}
			}
		}
		if len(b.actors) == 0 {
			return errors.New("nobody of the invented authority finds every child")
		}
		return nil
	})
}

// readTimed notes how long the reading took of who asks for it.
type readTimed struct{ *sqldb.DB }

type readKey struct{}

// View is the database's, timed.
func (d readTimed) View(ctx context.Context, f func(store.Reader) error) error {
	began := time.Now()
	err := d.DB.View(ctx, f)
	if took, ok := ctx.Value(readKey{}).(*time.Duration); ok {
		*took += time.Since(began)
	}
	return err
}

// grow makes children until there are so many: those of the authority, in order,
// with what a search and its list read of them.
func (b *searchBench) grow(ctx context.Context, next func() (population.Child, bool), until int, tell func(int)) (err error) {
	began := time.Now()
	db := b.house.db
	if b.address.Engine == config.SQLite { // pages that are written again and again stay in memory
		if db, err = sqlite.Open(ctx, b.address.Where.Reveal(), time.Now, "cache_size(-131072)", "synchronous(OFF)"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, db.Close()) }()
	}
	way := b.house.bulk(db)
	defer way.Close()
	type batch struct {
		files    []casework.NewFile
		children []population.Child
	}
	batches := make(chan batch, 2)
	go func() {
		defer close(batches)
		for made := b.made; made < until; {
			var n batch
			for len(n.files) < min(filesTogether, until-made) {
				child, ok := next()
				if !ok {
					break
				}
				full := b.settling.file(child)
				child.Entries, child.Professionals, child.Episodes = nil, nil, nil
				n.files = append(n.files, casework.NewFile{
					New:      person.New{Names: full.Names, Birth: full.Birth, Addresses: full.Addresses, Identifiers: full.Identifiers},
					Episodes: full.Episodes,
				})
				n.children = append(n.children, child)
			}
			if len(n.files) == 0 {
				return
			}
			made += len(n.files)
			batches <- n
		}
	}()
	every := max(b.c.Children/samplesKept, 1)
	for n := range batches {
		if err != nil {
			continue // the one who makes them must come to an end
		}
		var refs []id.Reference
		if refs, err = way.MakeFiles(ctx, byDemo, n.files); err != nil {
			continue
		}
		if b.baseline != nil {
			err = b.baseline.add(ctx, refs, n.children)
		}
		for i, child := range n.children {
			b.namesakes[nameHash(child)]++
			if (b.made+i)%every == 0 {
				b.samples = append(b.samples, sample{child, refs[i]})
			}
		}
		b.made += len(n.files)
		tell(b.made)
		// The server counts its tables by itself, but not as fast as these grow, and
		// goes by plans for empty ones until it has.
		if err == nil && slices.Contains([]int{2000, 20_000, 100_000, 500_000}, b.made) {
			err = b.settle(ctx)
		}
	}
	b.making += time.Since(began)
	return err
}

func nameHash(c population.Child) uint64 {
	h := fnv.New64a()
	given, _, _ := strings.Cut(match.Fold(c.Legal().Given), " ")
	_, _ = io.WriteString(h, given+" "+match.Fold(c.Legal().Family)) // a hash takes everything
	return h.Sum64()
}

// An asked is a search: what is typed, and who is meant.
type asked struct {
	typed  population.Typed
	want   sample
	tied   bool // more than ten bear the very name
	number int
}

// box is what goes into the one box.
func (s asked) box() string {
	words := s.typed.Words()
	if born := s.typed.Born; !born.IsZero() {
		words += fmt.Sprintf(" %d/%d/%d", born.Day(), born.Month(), born.Year())
	}
	return words
}

// An outcome is how one search went.
type outcome struct {
	asked
	read, whole    time.Duration
	place          int // of the child among those found, from 0; -1 where not found
	narrow         bool
	baseline       time.Duration
	baselineInTen  bool
	baselineServed bool
}

func (b *searchBench) draw(n int, how func(c population.Child, n uint64) population.Typed, untiedOnly bool) []asked {
	var list []asked
	order := rand.New(rand.NewPCG(b.c.Seed, uint64(n))).Perm(len(b.samples)) //nolint:gosec // a figure is to be had again
	for i := 0; len(list) < n && i < 50*n; i++ {
		s := b.samples[order[i%len(order)]]
		tied := b.namesakes[nameHash(s.child)] > namesakesTied
		if untiedOnly && tied {
			continue
		}
		list = append(list, asked{typed: how(s.child, uint64(i)), want: s, tied: tied, number: i})
	}
	return list
}

// search makes them, so many at once, and the first of them without counting.
func (b *searchBench) search(ctx context.Context, list []asked) ([]outcome, error) {
	out := make([]outcome, len(list))
	err := atOnce(b.c.Clients, len(list), func(i int) (err error) {
		out[i], err = b.one(ctx, list[i])
		return err
	})
	if err != nil {
		return nil, err
	}
	return out[min(len(out)/20, 100):], nil // caches fill
}

// atOnce does so many things in turn, and some of them at once.
func atOnce(clients, n int, do func(i int) error) error {
	work := make(chan int)
	errs := make([]error, clients)
	var all sync.WaitGroup
	for client := range clients {
		all.Go(func() {
			for i := range work {
				if errs[client] == nil {
					errs[client] = do(i)
				}
			}
		})
	}
	for i := range n {
		work <- i
	}
	close(work)
	all.Wait()
	return errors.Join(errs...)
}

func (b *searchBench) one(ctx context.Context, s asked) (outcome, error) {
	o := outcome{asked: s, place: -1}
	began := time.Now()
	found, err := b.timed.Find(context.WithValue(ctx, readKey{}, &o.read), b.actors[s.number%len(b.actors)], s.box())
	o.whole = time.Since(began)
	if err != nil {
		return o, err
	}
	o.narrow = found.More || found.Tied
	o.place = slices.IndexFunc(found.People, func(f person.Found) bool { return f.Reference == s.want.ref })
	return o, nil
}

func recall(list []outcome, counts func(outcome) bool) float64 {
	hit, all := 0, 0
	for _, o := range list {
		if counts == nil || counts(o) {
			all++
			if o.place >= 0 && o.place < inTen {
				hit++
			}
		}
	}
	return float64(hit) / float64(max(all, 1))
}

func reads(list []outcome) (s series) {
	for _, o := range list {
		s = append(s, o.read)
	}
	return s
}

// kinds are the searches of one size: mixed as the model has them; with both
// names and the date of birth right; with one typo and no date of birth; for a name that
// many bear; and for a date of birth alone, of those who have one.
type kinds struct{ mixed, whole, typo, tied, born []outcome }

func (b *searchBench) all(ctx context.Context) (k kinds, err error) {
	noMiddle := func(t population.Typed) population.Typed { t.Middle = ""; return t }
	a := b.authority
	if k.mixed, err = b.search(ctx, b.draw(b.c.Searches, a.Type, false)); err != nil {
		return k, err
	}
	k.whole, err = b.search(ctx, b.draw(b.c.Searches/2, func(c population.Child, n uint64) population.Typed {
		return noMiddle(a.TypeSlip(c, n, population.AsRecorded, population.AsRecorded))
	}, false))
	if err != nil {
		return k, err
	}
	typo := func(c population.Child, n uint64) population.Typed {
		return noMiddle(a.TypeSlip(c, n, population.Typo, population.NoBirth))
	}
	if k.typo, err = b.search(ctx, b.draw(b.c.Searches/2, typo, true)); err != nil {
		return k, err
	}
	k.tied, err = b.search(ctx, slices.DeleteFunc(b.draw(b.c.Searches/2, func(c population.Child, n uint64) population.Typed {
		return noMiddle(a.TypeSlip(c, n, population.AsRecorded, population.NoBirth))
	}, false), func(s asked) bool { return !s.tied }))
	if err != nil {
		return k, err
	}
	k.born, err = b.search(ctx, slices.DeleteFunc(b.draw(b.c.Searches/2, func(c population.Child, n uint64) population.Typed {
		return population.Typed{Born: a.TypeSlip(c, n, population.AsRecorded, population.AsRecorded).Born}
	}, false), func(s asked) bool { return s.typed.Born.IsZero() }))
	return k, err
}

func (b *searchBench) measure(ctx context.Context) ([]figure, error) {
	next, stop := iter.Pull(b.authority.Children())
	defer stop()
	tell := progress(b.c.Children)
	var small kinds
	if b.c.Children > smallest {
		if err := b.grow(ctx, next, smallest, tell); err != nil {
			return nil, err
		}
		if err := b.settle(ctx); err != nil {
			return nil, err
		}
		var err error
		if small, err = b.all(ctx); err != nil {
			return nil, err
		}
		b.samples = b.samples[:0:0]
	}
	if err := b.grow(ctx, next, b.c.Children, tell); err != nil {
		return nil, err
	}
	if err := b.settle(ctx); err != nil {
		return nil, err
	}
	for i := range b.samples { // a sample keeps what is typed of it
		b.samples[i].child.Addresses = nil
	}
	if err := forgetPeak(); err != nil {
		return nil, err
	}
	k, err := b.all(ctx)
	if err != nil {
		return nil, err
	}
	memory, err := residentMiB(os.Getpid())
	if err != nil {
		return nil, err
	}
	if b.baseline != nil {
		if err := b.baseline.measure(ctx, b.c.Clients, k.mixed); err != nil {
			return nil, err
		}
	}
	return b.figures(small, k, memory), nil
}

// settle has the engine count what is in its tables, as it does by itself in time.
func (b *searchBench) settle(ctx context.Context) error {
	if b.address.Engine == config.Postgres {
		return analyse(ctx, b.address.Where.Reveal())
	}
	return nil
}

// forgetPeak has the kernel count the most memory held from now on: making the
// people is not searching.
func forgetPeak() error {
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o200); err != nil {
		return fmt.Errorf("count memory from now on (this needs Linux): %w", err)
	}
	return nil
}

func (b *searchBench) figures(small, k kinds, memory float64) []figure {
	bound := searchBoundSQLite
	if b.address.Engine == config.Postgres {
		bound = searchBoundPostgres
	}
	var wholes, prints series
	for _, o := range k.mixed {
		wholes, prints = append(wholes, o.whole), append(prints, o.whole-o.read)
	}
	mixed := reads(k.mixed)
	narrowed := func(list []outcome) float64 {
		n := 0
		for _, o := range list {
			if o.narrow {
				n++
			}
		}
		return float64(n) / float64(max(len(list), 1))
	}
	f := []figure{
		{"engine", "Engine", b.address.Engine, ""},
		{"machine", "Machine", machine(), ""},
		{"date", "Date", b.house.casework.Today().String(), ""},
		{"load", "Load of the machine", load(), ""},
		{"children", "Children", b.made, ""},
		{"made_s", "Made in", b.making.Seconds(), "s"},
		{"clients", "Clients at once", b.c.Clients, ""},
		{"searches", "Searches, mixed", len(k.mixed), ""},
		{"p50_ms", "A search, p50", ms(mixed.percentile(50)), "ms"},
		{"p99_ms", "p99", ms(mixed.percentile(99)), "ms"},
		{"max_ms", "Slowest", ms(mixed.percentile(100)), "ms"},
		{"bound_ms", "Bound of p99", ms(bound), "ms"},
		{"footprint_p50_ms", "Its footprints, on disk, p50", ms(prints.percentile(50)), "ms"},
		{"footprint_p99_ms", "p99", ms(prints.percentile(99)), "ms"},
		{"whole_p50_ms", "Both together, p50", ms(wholes.percentile(50)), "ms"},
		{"whole_p99_ms", "p99", ms(wholes.percentile(99)), "ms"},
		{"recall_at_10", "In the first ten, mixed", recall(k.mixed, nil), ""},
		{"recall_at_10_untied", "of those with no more than ten namesakes, or a date of birth", recall(k.mixed, func(o outcome) bool { return !o.tied || !o.typed.Born.IsZero() }), ""},
		{"recall_named_and_born", "In the first ten, names and date of birth", recall(k.whole, nil), ""},
		{"recall_typo", "In the first ten, two names with one typo, no more than ten namesakes", recall(k.typo, func(o outcome) bool { return o.typed.Name == population.Typo }), ""},
		{"typo_p50_ms", "Two names with one typo, p50", ms(reads(k.typo).percentile(50)), "ms"},
		{"typo_p99_ms", "p99", ms(reads(k.typo).percentile(99)), "ms"},
		{"tied_searches", "Searches for a name that more than ten bear", len(k.tied), ""},
		{"narrowed", "of which told to narrow it", narrowed(k.tied), ""},
		{"tied_p99_ms", "A name that many bear, p99", ms(reads(k.tied).percentile(99)), "ms"},
		{"born_searches", "Searches for a date of birth alone", len(k.born), ""},
		{"born_narrowed", "of which told to narrow it", narrowed(k.born), ""},
		{"born_p50_ms", "A date of birth alone, p50", ms(reads(k.born).percentile(50)), "ms"},
		{"born_p99_ms", "p99", ms(reads(k.born).percentile(99)), "ms"},
		{"rss_mib", "Most memory held", memory, "MiB"},
	}
	for _, share := range slices.Concat(population.SlipShares.Name, population.SlipShares.Birth) {
		birth := slices.Contains(population.SlipShares.Birth, share)
		var of []outcome
		for _, o := range k.mixed {
			if !birth && o.typed.Name == share.Slip || birth && o.typed.Birth == share.Slip {
				of = append(of, o)
			}
		}
		name, words := "name", "Name "
		if birth {
			name, words = "born", "Date of birth "
		}
		name = strings.NewReplacer(" ", "_", "-", "_").Replace(name + "_" + string(share.Slip))
		f = append(f,
			figure{name + "_n", words + string(share.Slip) + ": searches", len(of), ""},
			figure{name + "_recall", "in the first ten", recall(of, nil), ""},
			figure{name + "_p50_ms", "p50", ms(reads(of).percentile(50)), "ms"},
			figure{name + "_p99_ms", "p99", ms(reads(of).percentile(99)), "ms"})
	}
	if len(small.mixed) > 0 {
		s := reads(small.mixed)
		f = append(f,
			figure{"small_children", "Children, before", smallest, ""},
			figure{"small_p50_ms", "A search among them, p50", ms(s.percentile(50)), "ms"},
			figure{"small_p99_ms", "p99", ms(s.percentile(99)), "ms"},
			figure{"small_recall_at_10", "In the first ten", recall(small.mixed, nil), ""},
			figure{"growth_p50", "Growth of p50", float64(mixed.percentile(50)) / float64(max(s.percentile(50), 1)), "times"},
			figure{"growth_p99", "Growth of p99", float64(mixed.percentile(99)) / float64(max(s.percentile(99), 1)), "times"})
	}
	if b.baseline != nil {
		f = append(f, b.baseline.figures(k.mixed)...)
	}
	within := mixed.percentile(99) <= bound && memory <= searchMemory && recall(k.whole, nil) >= 0.98
	return append(f, figure{"within_bound", "Within the bounds of time, memory and recall", within, ""})
}

// load is what else the machine had to do, by the kernel's account.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "not known"
	}
	return strings.Join(strings.Fields(string(b))[:min(3, len(strings.Fields(string(b))))], " ")
}
