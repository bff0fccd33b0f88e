package sqldb

import (
	"context"

	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
)

// A batch gathers rows on their way into the tables, so that thousands go in
// with one statement.
type batch struct {
	tables []string // in the order of their first row, so that what is referred to goes in first
	held   map[string]*rowsOf
	prints int64 // the number of the last footprint; 0 before the first
	people map[id.Reference]person.Person
}

type rowsOf struct {
	columns string
	rows    [][]any
}

// Bulk is Update for a great many facts about people who are not in the database
// yet: the same rows, gathered and written together at the end. What is added is
// not read back before then, but for who has a reference: two draws can be the same.
func (db *DB) Bulk(ctx context.Context, f func(store.Tx) error) error {
	return db.update(ctx, func(t *tx) error {
		t.batch = &batch{held: map[string]*rowsOf{}, people: map[id.Reference]person.Person{}}
		if err := f(t); err != nil {
			return err
		}
		return t.writeBatch(ctx)
	})
}

// put adds rows, or gathers them in a batch.
func (t *tx) put(ctx context.Context, table, columns string, rows [][]any) error {
	if t.batch == nil {
		return t.insert(ctx, table, columns, rows)
	}
	h := t.batch.held[table]
	if h == nil {
		h = &rowsOf{columns: columns}
		t.batch.held[table] = h
		t.batch.tables = append(t.batch.tables, table)
	}
	h.rows = append(h.rows, rows...)
	return nil
}

func (t *tx) writeBatch(ctx context.Context) error {
	for _, table := range t.batch.tables {
		h := t.batch.held[table]
		if err := t.insert(ctx, table, h.columns, h.rows); err != nil {
			return err
		}
	}
	if t.batch.prints > 0 {
		_, err := t.exec(ctx, "UPDATE store_clock SET footprints = $1 WHERE id = 1", t.batch.prints)
		return err
	}
	return nil
}

// gatherFootprint numbers a footprint without asking the row of the clock, which
// this transaction holds.
func (t *tx) gatherFootprint(ctx context.Context, f footprint.Footprint) (int64, error) {
	if t.batch.prints == 0 {
		if err := t.sql.QueryRowContext(ctx, "SELECT footprints FROM store_clock WHERE id = 1").Scan(&t.batch.prints); err != nil {
			return 0, err
		}
	}
	t.batch.prints++
	return t.batch.prints, t.put(ctx, "footprint", footprintColumns, [][]any{t.footprintRow(t.batch.prints, f)})
}
