// Package sqldb is the SQL that both engines share. What differs is declared
// once, in Dialect; an engine package opens the pools and names the dialect.
package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/store"
)

// A Dialect is how the engines differ.
type Dialect struct {
	Name string
	// View begins a read transaction that sees one snapshot.
	View sql.TxOptions
	// Values makes a subquery that yields the strings of a JSON array given as
	// an argument.
	Values func(arg string) string
	// In is the condition that a column is one of the strings of such an array, for
	// an index to be used with.
	In func(column, arg string) string
	// Rows makes a table v with the column value, of the strings of a JSON array
	// given as an argument, in their order.
	Rows func(arg string) string
	// Search is run before a search, for the rest of its transaction; empty for
	// nothing.
	Search string
	// Together is how many rows go in with one statement, TogetherInBulk how many
	// in Bulk.
	Together, TogetherInBulk int
	// ClaimLock is added to the query that picks a job, so that two runners
	// pick two jobs.
	ClaimLock string
	// Fault gives a driver's error its kind, by code; nil when it has none.
	Fault func(error) *fault.Error
	// Retry reports whether the transaction lost a race and may run again.
	Retry func(error) bool
}

// DB is store.DB over two pools of one database. On SQLite the writing pool has
// one connection; on PostgreSQL both pools may be the same.
type DB struct {
	read  *sql.DB
	write *sql.DB
	d     Dialect
	now   func() time.Time
	watch func(query string)
}

// New makes a DB. now is the wall clock.
func New(read, write *sql.DB, d Dialect, now func() time.Time) *DB {
	return &DB{read: read, write: write, d: d, now: now}
}

var _ store.DB = (*DB)(nil)

// runner is a transaction, or a pool for what is one statement and so needs none.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// tx is one transaction, of any of the three sorts.
type tx struct {
	sql runner
	d   *Dialect
	seq int64
	at  date.Instant
	// now is the wall clock: some of what a file shows depends on the day.
	now func() time.Time
	// changed are those whose card must be made anew before the commit.
	changed map[person.ID]bool
	batch   *batch // nil where rows go in at once
}

func (t *tx) today() date.Date { return date.At(t.now()).Date() }

// View reads one snapshot.
func (db *DB) View(ctx context.Context, f func(store.Reader) error) error {
	return db.view(ctx, func(t *tx) error { return f(t) })
}

func (db *DB) view(ctx context.Context, f func(*tx) error) error {
	t, err := db.read.BeginTx(ctx, &db.d.View)
	if err != nil {
		return db.fault(err)
	}
	defer t.Rollback() //nolint:errcheck // a read has nothing to lose
	return db.fault(f(&tx{sql: db.watched(t), d: &db.d, now: db.now}))
}

// Update writes in the order of what was known.
func (db *DB) Update(ctx context.Context, f func(store.Tx) error) error {
	return db.update(ctx, func(t *tx) error { return f(t) })
}

func (db *DB) update(ctx context.Context, f func(*tx) error) error {
	return db.retry(ctx, func() error {
		return db.inTx(ctx, func(t *tx) error {
			// The row of the clock is taken first, so that transactions that
			// write the record follow one another on both engines, and the
			// moment never runs backwards, whatever the wall clock does.
			err := t.sql.QueryRowContext(ctx, `
				UPDATE store_clock
				SET seq = seq + 1, at_us = CASE WHEN at_us >= $1 THEN at_us + 1 ELSE $1 END
				WHERE id = 1
				RETURNING seq, at_us`, date.At(db.now())).Scan(&t.seq, &t.at)
			if err != nil {
				return err
			}
			return f(t)
		})
	})
}

// Plain writes plain state.
func (db *DB) Plain(ctx context.Context, f func(store.PlainTx) error) error {
	return db.retry(ctx, func() error {
		return db.inTx(ctx, func(t *tx) error { return f(t) })
	})
}

func (db *DB) inTx(ctx context.Context, f func(*tx) error) error {
	s, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	// After a commit this does nothing; after a panic in f it frees the writer.
	defer s.Rollback() //nolint:errcheck // a lost connection has rolled back by itself
	t := &tx{sql: db.watched(s), d: &db.d, now: db.now}
	if err := f(t); err != nil {
		return err
	}
	if err := t.makeCards(ctx); err != nil {
		return err
	}
	return s.Commit()
}

// A clash between transactions is tried again a few times, a little later each
// time, before the caller hears of it.
func (db *DB) retry(ctx context.Context, f func() error) error {
	const tries = 8
	for try := 1; ; try++ {
		err := f()
		if err == nil || try == tries || !db.d.Retry(err) {
			return db.fault(err)
		}
		wait := time.Duration(1+rand.IntN(4<<try)) * time.Millisecond
		select {
		case <-ctx.Done():
			return db.fault(errors.Join(ctx.Err(), err))
		case <-time.After(wait):
		}
	}
}

// fault gives driver errors their kind. Errors that have one keep it.
func (db *DB) fault(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if f := db.d.Fault(err); f != nil {
		f.Err = err
		return f
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fault.Wrap(fault.Unavailable, "This took too long and was stopped.", err)
	}
	return err
}

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.fault(db.read.PingContext(ctx)) }

// Close closes the pools.
func (db *DB) Close() error {
	if db.read == db.write {
		return db.write.Close()
	}
	return errors.Join(db.read.Close(), db.write.Close())
}

// Stamp is the place of the transaction in the order of what was known.
func (t *tx) Stamp(by string) date.Stamp { return date.Stamp{Seq: t.seq, At: t.at, By: by} }

// exec runs a statement that changes any number of rows.
func (t *tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := t.sql.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// insert adds rows, several in a statement.
func (t *tx) insert(ctx context.Context, table, columns string, rows [][]any) error {
	return t.insertOr(ctx, table, columns, rows, "")
}

// insertOr is insert, with what to do about a row that is there.
func (t *tx) insertOr(ctx context.Context, table, columns string, rows [][]any, conflict string) error {
	together := t.d.Together
	if t.batch != nil {
		together = t.d.TogetherInBulk
	}
	for chunk := range slices.Chunk(rows, together) {
		var a args
		var values strings.Builder
		for i, row := range chunk {
			if i > 0 {
				values.WriteString(", ")
			}
			for j, v := range row {
				values.WriteString([...]string{"(", ", "}[min(j, 1)] + a.add(v))
			}
			values.WriteString(")")
		}
		if _, err := t.exec(ctx, fmt.Sprintf("INSERT INTO %s (%s) VALUES %s %s", table, columns, values.String(), conflict), a...); err != nil {
			return err
		}
	}
	return nil
}

// scanner is a row of either sort.
type scanner interface{ Scan(dest ...any) error }

// all reads every row of a query.
func all[T any](ctx context.Context, t *tx, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := t.sql.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// one reads the only row of a query; NotFound when there is none.
func one[T any](ctx context.Context, t *tx, what string, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	v, err := scan(t.sql.QueryRowContext(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		var zero T
		return zero, notFound(what)
	}
	return v, err
}

func notFound(what string) error {
	return fault.Wrap(fault.NotFound, "", fmt.Errorf("no such %s", what))
}

// args collects the arguments of a query put together from pieces.
type args []any

// add gives the place of one more argument.
func (a *args) add(v any) string {
	*a = append(*a, v)
	return fmt.Sprintf("$%d", len(*a))
}

// day reads a date column.
type day struct{ d *date.Date }

func (c day) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("a day column holds %T", v)
	}
	d, err := date.Parse(s)
	*c.d = d
	return err
}
