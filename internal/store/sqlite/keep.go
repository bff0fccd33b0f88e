package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"

	"modernc.org/sqlite"
)

// The engine reads and plans a statement anew each time it is given its text,
// which for a search takes longer than answering it. So each connection keeps
// the statements that it has made.

// mostKept is how many statements a connection keeps; each is some tens of
// kilobytes at most.
const mostKept = 300

// openPool opens a pool whose connections keep their statements.
func openPool(dsn string) *sql.DB { return sql.OpenDB(keeper{dsn}) }

type keeper struct{ dsn string }

// Connect opens a connection.
func (k keeper) Connect(context.Context) (driver.Conn, error) {
	c, err := (&sqlite.Driver{}).Open(k.dsn)
	if err != nil {
		return nil, err
	}
	inner, ok := c.(engineConn)
	if !ok {
		return nil, errors.Join(errors.New("the engine's connections cannot be wrapped"), c.Close())
	}
	return &keeping{engineConn: inner, kept: map[string]engineStmt{}}, nil
}

// Driver is the engine's own.
func (k keeper) Driver() driver.Driver { return &sqlite.Driver{} }

type engineConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.SessionResetter
	driver.Validator
	driver.Pinger
}

type engineStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// A keeping is a connection that keeps its statements. Like every connection it
// is used by one goroutine at a time.
type keeping struct {
	engineConn
	kept map[string]engineStmt
}

// Close lets go of the statements first.
func (k *keeping) Close() error {
	var errs []error
	for _, s := range k.kept {
		errs = append(errs, s.Close())
	}
	k.kept = nil
	return errors.Join(append(errs, k.engineConn.Close())...)
}

// take gives the statement to whoever runs it, alone: a second run of the same
// text meanwhile makes another.
func (k *keeping) take(ctx context.Context, query string) (engineStmt, error) {
	if s, ok := k.kept[query]; ok {
		delete(k.kept, query)
		return s, nil
	}
	s, err := k.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	made, ok := s.(engineStmt)
	if !ok {
		return nil, errors.Join(errors.New("the engine's statements cannot be kept"), s.Close())
	}
	return made, nil
}

func (k *keeping) put(query string, s engineStmt) error {
	if _, there := k.kept[query]; there || k.kept == nil {
		return s.Close()
	}
	if len(k.kept) >= mostKept {
		for old, o := range k.kept { // whichever: few programs have as many
			delete(k.kept, old)
			if err := o.Close(); err != nil {
				return errors.Join(err, s.Close())
			}
			break
		}
	}
	k.kept[query] = s
	return nil
}

// ExecContext runs a statement.
func (k *keeping) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := k.take(ctx, query)
	if err != nil {
		return nil, err
	}
	r, err := s.ExecContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return r, k.put(query, s)
}

// QueryContext runs a query.
func (k *keeping) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := k.take(ctx, query)
	if err != nil {
		return nil, err
	}
	r, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return &keptRows{Rows: r, give: func() error { return k.put(query, s) }, drop: s.Close}, nil
}

// keptRows give the statement back when they are closed.
type keptRows struct {
	driver.Rows
	give, drop func() error
	failed     bool
}

// Next notes whether the statement came to harm.
func (r *keptRows) Next(dest []driver.Value) error {
	err := r.Rows.Next(dest)
	r.failed = r.failed || err != nil && !errors.Is(err, io.EOF)
	return err
}

// Close is called once.
func (r *keptRows) Close() error {
	err := r.Rows.Close()
	if r.failed || err != nil {
		return errors.Join(err, r.drop())
	}
	return r.give()
}
