package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/config"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/population"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
)

type benchAccessCmd struct {
	config.Database
	Children int  `default:"100000" help:"How many children."`
	Lists    int  `default:"300" help:"How many lists are asked for."`
	JSON     bool `name:"json" help:"Print one JSON object."`
}

// The bounds, of issue 3.
const (
	decisionBound = 50 * time.Microsecond
	listBound     = 20 * time.Millisecond
	listLength    = 50
)

// Run measures decisions and lists on a database of its own. The children are
// those of the invented authority with their name, birth and episodes, made in
// bulk, five hundred to a transaction; one in a hundred is restricted.
func (c *benchAccessCmd) Run(ctx context.Context) (err error) {
	if c.Children < 1000 || c.Lists < 10 {
		return errors.New("--children must be at least 1,000, and --lists at least 10")
	}
	dir, err := os.MkdirTemp("", "casefile-bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &accessBench{c: c, dir: dir, rng: rand.New(rand.NewPCG(1, 2))}
	began := time.Now()
	if err := b.make(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.house.close()) }()
	making := time.Since(began)
	decision, err := b.decisions(ctx)
	if err != nil {
		return err
	}
	list, row, err := b.lists(ctx)
	if err != nil {
		return err
	}
	return report(os.Stdout, c.JSON, []figure{
		{"engine", "Engine", b.address.Engine, ""},
		{"machine", "Machine", machine(), ""},
		{"date", "Date", b.house.casework.Today().String(), ""},
		{"children", "Children", c.Children, ""},
		{"made_s", "Made in", making.Seconds(), "s"},
		{"decision_ns", "A decision, grounds loaded", float64(decision.Nanoseconds()), "ns"},
		{"decision_bound_ns", "Bound", float64(decisionBound.Nanoseconds()), "ns"},
		{"lists", "Lists of " + fmt.Sprint(listLength), len(list), ""},
		{"list_p50_ms", "A list within scope, p50", ms(list.percentile(50)), "ms"},
		{"list_p99_ms", "p99", ms(list.percentile(99)), "ms"},
		{"list_bound_ms", "Bound of p99", ms(listBound), "ms"},
		{"within_bound", "Within the bounds", decision <= decisionBound && list.percentile(99) <= listBound, ""},
		{"rows_p50_ms", "The same list decided row by row, p50", ms(row.percentile(50)), "ms"},
		{"rows_p99_ms", "p99", ms(row.percentile(99)), "ms"},
		{"ratio_p50", "Row by row to within scope, p50", float64(row.percentile(50)) / float64(max(list.percentile(50), 1)), "times"},
		{"ratio_p99", "Row by row to within scope, p99", float64(row.percentile(99)) / float64(max(list.percentile(99), 1)), "times"},
	})
}

type accessBench struct {
	c       *benchAccessCmd
	dir     string
	rng     *rand.Rand
	address config.Address
	house   *house
	names   []string // family names of the children, to search for
	viewers []access.Viewer
}

func (b *accessBench) make(ctx context.Context) (err error) {
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
	authority := population.New(1, b.c.Children, b.house.casework.Today())
	s, err := b.house.settle(ctx, authority)
	if err != nil {
		return err
	}
	if err := b.children(ctx, s, authority); err != nil {
		return err
	}
	for _, w := range authority.Workers {
		if !w.At(b.house.casework.Today()) {
			continue
		}
		if err := b.viewer(ctx, s.workers[w.Key].ID); err != nil {
			return err
		}
	}
	return setMark(ctx, b.address, demoMark, "a bench")
}

// children makes them as an import would, without what a list does not read.
func (b *accessBench) children(ctx context.Context, s *settling, authority *population.Authority) error {
	tell := progress(b.c.Children)
	done := 0
	way := b.house.bulk(b.house.db)
	defer way.Close()
	var files []casework.NewFile
	flush := func() error {
		refs, err := way.MakeFiles(ctx, byDemo, files)
		if err != nil {
			return err
		}
		done += len(files)
		files = files[:0]
		tell(done)
		if b.address.Engine == config.Postgres && (done == 2000 || done == 20_000 || done == b.c.Children) {
			if err := analyse(ctx, b.address.Where.Reveal()); err != nil {
				return err
			}
		}
		return b.restrict(ctx, refs)
	}
	for child := range authority.Children() {
		full := s.file(child)
		files = append(files, casework.NewFile{
			New: person.New{Names: full.Names[:1], Birth: full.Birth}, Episodes: full.Episodes,
		})
		if name := full.Names[0].Family; name != "" && !strings.ContainsAny(name, " -") && len(b.names) < 5000 {
			b.names = append(b.names, name)
		}
		if len(files) == 500 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// restrict restricts one in a hundred.
func (b *accessBench) restrict(ctx context.Context, refs []id.Reference) error {
	return b.house.db.Update(ctx, func(tx store.Tx) error {
		for i := 0; i < len(refs); i += 100 {
			p, err := tx.PersonByReference(ctx, refs[i])
			if err != nil {
				return err
			}
			r := right.Restriction{ID: id.New(), Person: p.ID, Reason: "bench", Clocks: date.Clocks{Recorded: tx.Stamp(byDemo)}}
			if err := tx.AddRestriction(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// viewer notes the worker in each role they hold, where the role finds the
// children of its service.
func (b *accessBench) viewer(ctx context.Context, w staff.ID) error {
	today := b.house.casework.Today()
	return b.house.db.View(ctx, func(r store.Reader) error {
		held, err := r.Assignments(ctx, w, today)
		if err != nil {
			return err
		}
		for _, a := range held {
			v, err := r.Viewer(ctx, w, a.ID, today)
			if err != nil {
				return err
			}
			v.Courses = b.house.defs.CourseIDs()
			if len(b.scope(v).Gives) > 1 { // some tie is asked for, and not only "everybody"
				b.viewers = append(b.viewers, v)
			}
		}
		return nil
	})
}

func (b *accessBench) scope(v access.Viewer) access.Scope {
	return b.house.defs.Access().Scope(v, access.Identity, access.Find, access.Shown)
}

// decisions is how long one takes, on average, over every part and action and
// over grounds that viewers of the database hold.
func (b *accessBench) decisions(ctx context.Context) (time.Duration, error) {
	type asked struct {
		v    access.Viewer
		held []access.Held
	}
	var all []asked
	err := b.house.db.View(ctx, func(r store.Reader) error {
		for range 200 {
			v := b.viewers[b.rng.IntN(len(b.viewers))]
			found, err := r.FindPeople(ctx, search(b.query(), b.scope(v), 1))
			if err != nil {
				return err
			}
			for _, f := range found {
				held, err := r.Held(ctx, v, f.ID, now())
				if err != nil {
					return err
				}
				all = append(all, asked{v, held})
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	if len(all) == 0 {
		return 0, errors.New("nobody holds any ground: there is nothing to measure")
	}
	table, at := b.house.defs.Access(), now()
	const turns = 200_000
	shown := 0
	began := time.Now()
	for n := range turns {
		a := all[n%len(all)]
		part, action := access.FileParts[n%len(access.FileParts)], access.Actions[n%len(access.Actions)]
		if table.Decide(a.v, part, action, a.held, at).Outcome == access.Shown {
			shown++
		}
	}
	took := time.Since(began) / turns
	if shown == 0 {
		return 0, errors.New("no decision gave anything: there is nothing to measure")
	}
	return took, nil
}

func search(q match.Query, sc access.Scope, limit int) store.Search {
	return store.Search{Query: q, Scope: sc, Whole: sc, Now: now(), Limit: limit}
}

// query asks for those whose name begins so, and for nobody who is merely like
// it: whether a search goes on to slips depends on whom it found in the scope, so
// that the list and the same one row by row would be of different people.
func (b *accessBench) query() match.Query {
	q := match.ParseQuery(b.names[b.rng.IntN(len(b.names))])
	for i := range q.Words {
		q.Words[i].Whole = true
	}
	return q
}

// lists measures lists of fifty people within scope, and the same lists made of
// everybody who answers, decided one by one until there are fifty. Both must
// give the same people.
func (b *accessBench) lists(ctx context.Context) (list, rows series, err error) {
	full := 0
	for n := range b.c.Lists + 20 {
		v, q := b.viewers[b.rng.IntN(len(b.viewers))], b.query()
		var within, decided []person.Found
		began := time.Now()
		err := b.house.db.View(ctx, func(r store.Reader) (err error) {
			within, err = r.FindPeople(ctx, search(q, b.scope(v), listLength))
			return err
		})
		if err != nil {
			return nil, nil, err
		}
		took := time.Since(began)
		began = time.Now()
		err = b.house.db.View(ctx, func(r store.Reader) (err error) {
			decided, err = b.oneByOne(ctx, r, v, q)
			return err
		})
		if err != nil {
			return nil, nil, err
		}
		if len(within) != len(decided) {
			return nil, nil, fmt.Errorf("within scope there are %d, and decided one by one %d", len(within), len(decided))
		}
		if n < 20 { // not counted: caches fill
			continue
		}
		if len(within) == listLength {
			full++
		}
		list, rows = append(list, took), append(rows, time.Since(began))
	}
	if full == 0 {
		return nil, nil, fmt.Errorf("no list had %d people: make more children", listLength)
	}
	return list, rows, nil
}

// oneByOne is the naive list: all who answer, each with a decision of its own.
func (b *accessBench) oneByOne(ctx context.Context, r store.Reader, v access.Viewer, q match.Query) ([]person.Found, error) {
	everybody := access.Scope{Viewer: access.Viewer{Worker: "nobody"}, Part: access.Identity, Gives: []access.Ground{access.Everyone}}
	all, err := r.FindPeople(ctx, search(q, everybody, b.c.Children))
	if err != nil {
		return nil, err
	}
	// Everybody leaves out those who are restricted, as they are to nobody-in-
	// particular and to this viewer alike: nobody is named here.
	var list []person.Found
	for _, f := range all {
		held, err := r.Held(ctx, v, f.ID, now())
		if err != nil {
			return nil, err
		}
		if b.house.defs.Access().Decide(v, access.Identity, access.Find, held, now()).Outcome < access.Shown {
			continue
		}
		if list = append(list, f); len(list) == listLength {
			break
		}
	}
	return list, nil
}
