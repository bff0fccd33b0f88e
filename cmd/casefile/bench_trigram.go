package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"casefile/internal/config"
	"casefile/internal/id"
	"casefile/internal/match"
	"casefile/internal/population"
)

// trigrams is the baseline: what one would do with PostgreSQL and no search of
// one's own. The same people stand in one table, a row for each name, folded as
// ours are; a GIN index of trigrams finds names that are like what was typed, an
// index the day of birth. A date of birth that was typed filters: the day itself
// or one slip from it, or none recorded, which is what ours allows.
type trigrams struct{ pool *pgxpool.Pool }

func openBaseline(ctx context.Context, url string, clients int) (*trigrams, error) {
	settings, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("--baseline-db is no address of a database")
	}
	settings.MaxConns = int32(clients) //nolint:gosec // no more than 64
	pool, err := pgxpool.NewWithConfig(ctx, settings)
	if err != nil {
		return nil, errors.New("--baseline-db cannot be reached")
	}
	_, err = pool.Exec(ctx, `
		CREATE EXTENSION IF NOT EXISTS pg_trgm;
		CREATE TABLE baseline (reference text NOT NULL, name text NOT NULL, born text NOT NULL)`)
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("make the baseline: %w", err)
	}
	return &trigrams{pool}, nil
}

func (t *trigrams) close() { t.pool.Close() }

func (t *trigrams) add(ctx context.Context, refs []id.Reference, children []population.Child) error {
	var rows [][]any
	for i, c := range children {
		born := ""
		if !c.Born.IsZero() {
			born = c.Born.String()
		}
		for _, n := range c.Names {
			rows = append(rows, []any{string(refs[i]), match.Fold(strings.Join([]string{n.Given, n.Middle, n.Family}, " ")), born})
		}
	}
	_, err := t.pool.CopyFrom(ctx, pgx.Identifier{"baseline"}, []string{"reference", "name", "born"}, pgx.CopyFromRows(rows))
	return err
}

// mostOfBaseline is how many searches the baseline is asked: it takes long.
const mostOfBaseline = 400

// measure asks the baseline what ours was asked, so many searches at once as ours.
func (t *trigrams) measure(ctx context.Context, clients int, list []outcome) error {
	_, err := t.pool.Exec(ctx, `
		CREATE INDEX baseline_name ON baseline USING gin (name gin_trgm_ops);
		CREATE INDEX baseline_born ON baseline (born);
		ANALYZE baseline`)
	if err != nil {
		return fmt.Errorf("index the baseline: %w", err)
	}
	step := max(len(list)/mostOfBaseline, 1)
	some := make([]int, 0, mostOfBaseline)
	for i := 0; i < len(list); i += step {
		some = append(some, i)
	}
	return atOnce(clients, len(some), func(n int) error {
		o := &list[some[n]]
		began := time.Now()
		refs, err := t.find(ctx, o.asked)
		if err != nil {
			return fmt.Errorf("ask the baseline: %w", err)
		}
		o.baseline, o.baselineServed = time.Since(began), true
		o.baselineInTen = slices.Contains(refs, string(o.want.ref))
		return nil
	})
}

func (t *trigrams) find(ctx context.Context, s asked) ([]string, error) {
	name := match.Fold(s.typed.Words())
	filter, args := "", []any{name, inTen}
	order := "max(similarity(name, $1)) DESC"
	if born := s.typed.Born; !born.IsZero() {
		days := []string{"", born.String()}
		for _, d := range match.NearDays(born) {
			days = append(days, d.String())
		}
		filter = " AND born = ANY($3)"
		order = "max(similarity(name, $1)) + max(CASE WHEN born = $4 THEN 0.3 ELSE 0 END) DESC"
		args = append(args, days, born.String())
	}
	rows, err := t.pool.Query(ctx, "SELECT reference FROM baseline WHERE name % $1"+filter+" GROUP BY reference ORDER BY "+order+", reference LIMIT $2", args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func (t *trigrams) figures(list []outcome) []figure {
	var ours, theirs, oursUndated, theirsUndated series
	hit, hitOurs, n := 0, 0, 0
	for _, o := range list {
		if !o.baselineServed {
			continue
		}
		n++
		ours, theirs = append(ours, o.read), append(theirs, o.baseline)
		if o.typed.Born.IsZero() {
			oursUndated, theirsUndated = append(oursUndated, o.read), append(theirsUndated, o.baseline)
		}
		if o.baselineInTen {
			hit++
		}
		if o.place >= 0 && o.place < inTen {
			hitOurs++
		}
	}
	ratio := func(p float64, a, b series) float64 {
		return float64(b.percentile(p)) / float64(max(a.percentile(p), 1))
	}
	return []figure{
		{"baseline_searches", "Searches put to trigrams too", n, ""},
		{"baseline_p50_ms", "Trigrams, p50", ms(theirs.percentile(50)), "ms"},
		{"baseline_p99_ms", "p99", ms(theirs.percentile(99)), "ms"},
		{"baseline_recall_at_10", "Trigrams: in the first ten", float64(hit) / float64(max(n, 1)), ""},
		{"ours_recall_at_10", "Ours, of the same", float64(hitOurs) / float64(max(n, 1)), ""},
		{"ratio_to_baseline", "Trigrams to ours, p50", ratio(50, ours, theirs), "times"},
		{"ratio_to_baseline_p99", "p99", ratio(99, ours, theirs), "times"},
		{"ratio_to_baseline_undated", "Without a date of birth, p50", ratio(50, oursUndated, theirsUndated), "times"},
	}
}

// counted has PostgreSQL count the tables of what was invented, which it does by itself
// within a minute or so.
func counted(ctx context.Context, a config.Address) error {
	if a.Engine != config.Postgres {
		return nil
	}
	return analyse(ctx, a.Where.Reveal())
}

// analyse has PostgreSQL count its tables.
func analyse(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return errors.New("the database cannot be reached")
	}
	_, err = conn.Exec(ctx, "VACUUM ANALYZE")
	return errors.Join(err, conn.Close(ctx))
}
