package sqldb

import (
	"context"
	"database/sql"
)

// Watch has f told of every statement of a transaction, without its arguments,
// before it runs. It is for tests that count what an answer costs: two answers
// that cost differently can be told apart. It is set before the DB is used, and f
// may be called from many goroutines at once.
func (db *DB) Watch(f func(query string)) { db.watch = f }

func (db *DB) watched(r runner) runner {
	if db.watch == nil {
		return r
	}
	return watching{r, db.watch}
}

type watching struct {
	runner
	see func(query string)
}

func (w watching) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	w.see(query)
	return w.runner.ExecContext(ctx, query, args...)
}

func (w watching) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	w.see(query)
	return w.runner.QueryContext(ctx, query, args...)
}

func (w watching) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	w.see(query)
	return w.runner.QueryRowContext(ctx, query, args...)
}
