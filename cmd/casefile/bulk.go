package main

import (
	"context"
	"time"

	"casefile/internal/casework"
	"casefile/internal/store"
	"casefile/internal/store/sqldb"
)

// bulkDB has what casework writes gathered and written together, for an invented
// authority of many.
type bulkDB struct{ *sqldb.DB }

// Update is Bulk.
func (b bulkDB) Update(ctx context.Context, f func(store.Tx) error) error { return b.Bulk(ctx, f) }

// bulk is the way through for making files by the thousand: casework itself, over
// a database that writes in bulk. Close it.
func (h *house) bulk(db *sqldb.DB) *casework.Service {
	return casework.New(casework.Options{DB: bulkDB{db}, Definitions: h.defs, Keys: h.ring, Now: time.Now, Log: h.log})
}
