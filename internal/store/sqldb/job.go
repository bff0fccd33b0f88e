package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"casefile/internal/date"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// The states of a job. A job done is removed.
const (
	ready = "ready"
	dead  = "dead"
)

// Enqueue adds a job, unless one of its unique key waits.
func (t *tx) Enqueue(ctx context.Context, j store.Job) error {
	key := sql.NullString{String: j.UniqueKey, Valid: j.UniqueKey != ""}
	_, err := t.exec(ctx, `
		INSERT INTO job (id, kind, payload, unique_key, state, run_at_us, created_us)
		VALUES ($1, $2, $3, $4, '`+ready+`', $5, $5)
		ON CONFLICT DO NOTHING`, j.ID, j.Kind, string(j.Payload), key, j.RunAt)
	return err
}

// Claim leases the next due job. One whose lease ran out is due again.
func (t *tx) Claim(ctx context.Context, kinds []string, now date.Instant, lease time.Duration) (store.Job, bool, error) {
	var j store.Job
	var payload string
	var a args
	due := a.add(now)
	list, err := jsonArray(kinds)
	if err != nil {
		return store.Job{}, false, err
	}
	err = t.sql.QueryRowContext(ctx, `
		UPDATE job SET lease_us = `+a.add(now.Add(lease))+`, attempts = attempts + 1
		WHERE id = (
			SELECT id FROM job
			WHERE state = '`+ready+`' AND run_at_us <= `+due+` AND lease_us <= `+due+`
			  AND kind IN `+t.d.Values(a.add(list))+`
			ORDER BY run_at_us, id
			LIMIT 1 `+t.d.ClaimLock+`)
		RETURNING id, kind, payload, COALESCE(unique_key, ''), run_at_us, attempts`, a...).
		Scan(&j.ID, &j.Kind, &payload, &j.UniqueKey, &j.RunAt, &j.Attempts)
	if errors.Is(err, sql.ErrNoRows) {
		return store.Job{}, false, nil
	}
	j.Payload = []byte(payload)
	return j, err == nil, err
}

// FinishJob removes a job done.
func (t *tx) FinishJob(ctx context.Context, id string) error {
	_, err := t.exec(ctx, "DELETE FROM job WHERE id = $1", id)
	return err
}

// RetryJob puts a failed job back.
func (t *tx) RetryJob(ctx context.Context, id string, at date.Instant, reason string) error {
	_, err := t.exec(ctx, "UPDATE job SET run_at_us = $1, lease_us = 0, last_reason = $2 WHERE id = $3", at, reason, id)
	return err
}

// BuryJob keeps a job that will not be tried again.
func (t *tx) BuryJob(ctx context.Context, id, reason string) error {
	_, err := t.exec(ctx, "UPDATE job SET state = '"+dead+"', lease_us = 0, last_reason = $1 WHERE id = $2", reason, id)
	return err
}

// CountJobs counts jobs by state.
func (t *tx) CountJobs(ctx context.Context) (map[string]int, error) {
	counts := map[string]int{ready: 0, dead: 0}
	_, err := all(ctx, t, func(s scanner) (struct{}, error) {
		var state string
		var n int
		err := s.Scan(&state, &n)
		counts[state] = n
		return struct{}{}, err
	}, "SELECT state, count(*) FROM job GROUP BY state")
	return counts, err
}

// UnseenNotices lists a worker's unseen notices.
func (t *tx) UnseenNotices(ctx context.Context, w staff.ID, limit int) ([]store.Notice, error) {
	return all(ctx, t, func(s scanner) (n store.Notice, err error) {
		return n, s.Scan(&n.ID, &n.Worker, &n.Person, &n.Entry, &n.Kind, &n.At, &n.Seen)
	}, `
		SELECT id, worker_id, person_id, entry_id, kind, at_us, seen_us FROM notice
		WHERE worker_id = $1 AND seen_us = 0 ORDER BY at_us DESC, id LIMIT $2`, w, limit)
}

// AddNotice tells a worker, once.
func (t *tx) AddNotice(ctx context.Context, n store.Notice) error {
	_, err := t.exec(ctx, `
		INSERT INTO notice (id, worker_id, person_id, entry_id, kind, at_us) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`, n.ID, n.Worker, n.Person, n.Entry, n.Kind, n.At)
	return err
}

// SeeNotice puts a worker's own notice aside.
func (t *tx) SeeNotice(ctx context.Context, w staff.ID, id string, at date.Instant) error {
	_, err := t.exec(ctx, "UPDATE notice SET seen_us = $1 WHERE id = $2 AND worker_id = $3 AND seen_us = 0", at, id, w)
	return err
}
