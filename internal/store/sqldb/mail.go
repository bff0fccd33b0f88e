package sqldb

import (
	"context"
	"database/sql"
	"errors"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// Mail is how a worker wants to be told.
func (t *tx) Mail(ctx context.Context, w staff.ID) (store.Mail, error) {
	m := store.Mail{Worker: w}
	err := t.sql.QueryRowContext(ctx, "SELECT choice, sent_us, failed_us, reason FROM worker_mail WHERE worker_id = $1", w).Scan(&m.Choice, &m.Sent, &m.Failed, &m.Reason)
	if errors.Is(err, sql.ErrNoRows) {
		return m, nil
	}
	return m, err
}

// SaveMail keeps it.
func (t *tx) SaveMail(ctx context.Context, m store.Mail) error {
	_, err := t.exec(ctx, `
		INSERT INTO worker_mail (worker_id, choice, sent_us, failed_us, reason) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (worker_id) DO UPDATE SET choice = excluded.choice, sent_us = excluded.sent_us, failed_us = excluded.failed_us, reason = excluded.reason`,
		m.Worker, m.Choice, m.Sent, m.Failed, m.Reason)
	return err
}

// NewsFor lists the workers with a notice that they were not told of.
func (t *tx) NewsFor(ctx context.Context) ([]staff.ID, error) {
	return all(ctx, t, func(s scanner) (w staff.ID, err error) { return w, s.Scan(&w) }, `
		SELECT n.worker_id FROM notice n LEFT JOIN worker_mail m ON m.worker_id = n.worker_id WHERE n.seen_us = 0 AND n.at_us > COALESCE(m.sent_us, 0)
		UNION SELECT n.worker_id FROM staff_notice n LEFT JOIN worker_mail m ON m.worker_id = n.worker_id WHERE n.seen_us = 0 AND n.at_us > COALESCE(m.sent_us, 0)
		ORDER BY 1`)
}

// NewsSince reports whether there is something new for a worker.
func (t *tx) NewsSince(ctx context.Context, w staff.ID, sc access.Scope, about bool, since, now date.Instant) (bool, error) {
	a := args{w, since}
	from := "notice n JOIN file_member fm ON fm.person_id = n.person_id WHERE " + t.inScope(&a, sc, "fm.file_id", now) + " AND"
	if about {
		a, from = args{w, since}, "staff_notice n WHERE"
	}
	var n int
	err := t.sql.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+from+" n.worker_id = $1 AND n.seen_us = 0 AND n.at_us > $2 LIMIT 1) c", a...).Scan(&n)
	return n > 0, err
}

// FailingMails counts those whom telling fails.
func (t *tx) FailingMails(ctx context.Context) (n int, since date.Instant, reason string, err error) {
	err = t.sql.QueryRowContext(ctx, `
		SELECT count(*), COALESCE(min(failed_us), 0), COALESCE(max(reason), '') FROM worker_mail WHERE failed_us > 0`).Scan(&n, &since, &reason)
	return n, since, reason, err
}
