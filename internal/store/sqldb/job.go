package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/jobs"
	"casefile/internal/meeting"
	"casefile/internal/plan"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// The states of a job.
const (
	ready = "ready"
	done  = "done"
	dead  = "dead"
)

// Enqueue adds a job, unless there is one of its unique text.
func (t *tx) Enqueue(ctx context.Context, j store.Job) error {
	_, err := t.enqueue(ctx, jobs.New{Kind: j.Kind, Payload: j.Payload, Unique: j.Unique, RunAt: j.RunAt})
	return err
}

func (t *tx) enqueue(ctx context.Context, n jobs.New) (added bool, err error) {
	if err := n.Check(); err != nil {
		return false, err
	}
	payload := string(n.Payload)
	if payload == "" {
		payload = "{}"
	}
	rows, err := t.exec(ctx, `
		INSERT INTO job (id, kind, payload, unique_text, state, run_at_us)
		VALUES ($1, $2, $3, $4, '`+ready+`', $5)
		ON CONFLICT DO NOTHING`,
		id.New(), n.Kind, payload, sql.NullString{String: n.Unique, Valid: n.Unique != ""}, n.RunAt)
	return rows == 1, err
}

// Queue keeps jobs for package jobs. Each call is a transaction of its own.
type Queue struct{ db *DB }

// Queue is the database as package jobs sees it.
func (db *DB) Queue() Queue { return Queue{db} }

var _ jobs.Queue = Queue{}

func (q Queue) inTx(ctx context.Context, f func(*tx) error) error {
	return q.db.retry(ctx, func() error { return q.db.inTx(ctx, f) })
}

// Claim leases the job due longest. One whose lease ran out is due again.
func (q Queue) Claim(ctx context.Context, kinds []string, lease time.Duration, now date.Instant) (j jobs.Job, ok bool, err error) {
	var a args
	due := a.add(now)
	until := a.add(now.Add(lease))
	of := ""
	if len(kinds) > 0 {
		list, err := jsonArray(kinds)
		if err != nil {
			return jobs.Job{}, false, err
		}
		of = " AND kind IN " + q.db.d.Values(a.add(list))
	}
	err = q.inTx(ctx, func(t *tx) error {
		var payload []byte
		err := t.sql.QueryRowContext(ctx, `
			UPDATE job SET lease_us = `+until+`, attempts = attempts + 1
			WHERE id = (
				SELECT id FROM job
				WHERE state = '`+ready+`' AND run_at_us <= `+due+` AND lease_us <= `+due+of+`
				ORDER BY run_at_us, id
				LIMIT 1 `+t.d.ClaimLock+`)
			RETURNING id, kind, payload, run_at_us, attempts`, a...).
			Scan(&j.ID, &j.Kind, &payload, &j.RunAt, &j.Attempts)
		j.Payload = payload
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return jobs.Job{}, false, nil
	}
	return j, err == nil, err
}

// change changes the row of a claim that still stands.
func (q Queue) change(ctx context.Context, j jobs.Job, set string, values ...any) error {
	a := append(args{string(j.ID), j.Attempts}, values...)
	return q.inTx(ctx, func(t *tx) error {
		n, err := t.exec(ctx, "UPDATE job SET "+set+" WHERE id = $1 AND attempts = $2 AND state = '"+ready+"'", a...)
		if err == nil && n == 0 {
			return fault.New(fault.Conflict, "This job was claimed by another.")
		}
		return err
	})
}

// Extend moves the end of the lease.
func (q Queue) Extend(ctx context.Context, j jobs.Job, until date.Instant) error {
	return q.change(ctx, j, "lease_us = $3", until)
}

// Done notes that the job is finished. The row is kept for its unique text;
// from now on its moment is that of the end, since a job that was to run at
// once has none of its own, and how long it is kept goes by that.
func (q Queue) Done(ctx context.Context, j jobs.Job) error {
	return q.change(ctx, j, "state = '"+done+"', lease_us = 0, run_at_us = $3", date.At(q.db.now()))
}

// Retry gives the job back for later.
func (q Queue) Retry(ctx context.Context, j jobs.Job, at date.Instant, reason string) error {
	return q.change(ctx, j, "run_at_us = $3, lease_us = 0, last_reason = $4", at, reason)
}

// Dead puts the job aside until a person looks at it.
func (q Queue) Dead(ctx context.Context, j jobs.Job, reason string) error {
	return q.change(ctx, j, "state = '"+dead+"', lease_us = 0, last_reason = $3", reason)
}

// Release gives the job back as if it had not been claimed.
func (q Queue) Release(ctx context.Context, j jobs.Job) error {
	return q.change(ctx, j, "lease_us = 0, attempts = attempts - 1")
}

// Enqueue stores a job by itself.
func (q Queue) Enqueue(ctx context.Context, n jobs.New) (added bool, err error) {
	err = q.inTx(ctx, func(t *tx) error {
		added, err = t.enqueue(ctx, n)
		return err
	})
	return added, err
}

// Count counts jobs by state, for metrics.
func (q Queue) Count(ctx context.Context) (map[string]int, error) {
	counts := map[string]int{ready: 0, done: 0, dead: 0}
	err := q.db.view(ctx, func(t *tx) error {
		_, err := all(ctx, t, func(s scanner) (struct{}, error) {
			var state string
			var n int
			err := s.Scan(&state, &n)
			counts[state] = n
			return struct{}{}, err
		}, "SELECT state, count(*) FROM job GROUP BY state")
		return err
	})
	return counts, err
}

// Tidy removes jobs that were done before a moment.
func (q Queue) Tidy(ctx context.Context, before date.Instant) error {
	return q.inTx(ctx, func(t *tx) error {
		_, err := t.exec(ctx, "DELETE FROM job WHERE state = '"+done+"' AND run_at_us < $1", before)
		return err
	})
}

// UnseenNotices lists a worker's unseen notices of children in scope.
func (t *tx) UnseenNotices(ctx context.Context, w staff.ID, sc access.Scope, now date.Instant, limit int) ([]store.Notice, error) {
	a := args{w}
	scope := t.inScope(&a, sc, "n.file_id", now)
	return all(ctx, t, func(s scanner) (n store.Notice, err error) {
		err = s.Scan(&n.ID, &n.Worker, &n.Person, &n.Entry, &n.By, &n.Kind, &n.At, &n.Seen)
		kind, of, _ := strings.Cut(n.Kind, " ")
		n.Kind = kind
		switch sort, key, _ := strings.Cut(of, ":"); sort {
		case ofDocument:
			n.Document = document.ID(key)
		case ofPlan:
			n.Plan = plan.ID(key)
		case ofMeeting:
			n.Meeting = meeting.ID(key)
		default:
			n.Task = task.ID(of)
		}
		return n, err
	}, `
		SELECT id, worker_id, file_id, COALESCE(entry_id, ''), by_worker, kind, at_us, seen_us FROM `+filed("notice")+` n
		WHERE worker_id = $1 AND seen_us = 0 AND `+scope+` ORDER BY at_us DESC, id LIMIT `+a.add(limit), a...)
}

// StaffNotices lists a worker's unseen notices about other workers.
func (t *tx) StaffNotices(ctx context.Context, w staff.ID, limit int) ([]store.StaffNotice, error) {
	return all(ctx, t, func(s scanner) (n store.StaffNotice, err error) {
		return n, s.Scan(&n.ID, &n.Worker, &n.About, &n.Name, &n.Subject, &n.Kind, &n.At)
	}, "SELECT g.id, g.worker_id, g.about_id, "+workerName("g.about_id")+`, g.subject, g.kind, g.at_us FROM staff_notice g
		WHERE g.worker_id = $1 AND g.seen_us = 0 ORDER BY g.at_us DESC, g.id LIMIT $2`, w, limit)
}

// AddStaffNotice tells a worker about another, once.
func (t *tx) AddStaffNotice(ctx context.Context, n store.StaffNotice) error {
	_, err := t.exec(ctx, `
		INSERT INTO staff_notice (id, worker_id, about_id, subject, kind, at_us) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`, n.ID, n.Worker, n.About, n.Subject, n.Kind, n.At)
	return err
}

// The sorts of what a notice is of. Of a task its key stands alone.
const (
	ofDocument = "document"
	ofPlan     = "plan"
	ofMeeting  = "meeting"
)

// AddNotice tells a worker, once. What it is of stands behind its kind.
func (t *tx) AddNotice(ctx context.Context, n store.Notice) error {
	switch {
	case n.Task != "":
		n.Kind += " " + string(n.Task)
	case n.Document != "":
		n.Kind += " " + ofDocument + ":" + string(n.Document)
	case n.Plan != "":
		n.Kind += " " + ofPlan + ":" + string(n.Plan)
	case n.Meeting != "":
		n.Kind += " " + ofMeeting + ":" + string(n.Meeting)
	}
	_, err := t.exec(ctx, `
		INSERT INTO notice (id, worker_id, person_id, entry_id, by_worker, kind, at_us) VALUES ($1, $2, $3, NULLIF($4, ''), $5, $6, $7)
		ON CONFLICT DO NOTHING`, n.ID, n.Worker, n.Person, n.Entry, n.By, n.Kind, n.At)
	return err
}

// SeeNotice puts a worker's own notice aside.
func (t *tx) SeeNotice(ctx context.Context, w staff.ID, id string, at date.Instant) error {
	for _, table := range []string{"notice", "staff_notice"} {
		if _, err := t.exec(ctx, "UPDATE "+table+" SET seen_us = $1 WHERE id = $2 AND worker_id = $3 AND seen_us = 0", at, id, w); err != nil {
			return err
		}
	}
	return nil
}
