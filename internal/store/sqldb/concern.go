package sqldb

import (
	"context"
	"fmt"

	"casefile/internal/access"
	"casefile/internal/concern"
	"casefile/internal/date"
	"casefile/internal/footprint"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// Concern is one with its steps.
func (t *tx) Concern(ctx context.Context, id concern.ID) (concern.Concern, error) {
	c, err := one(ctx, t, "concern", func(s scanner) (c concern.Concern, err error) {
		return c, s.Scan(&c.ID, &c.Person, &c.Reporter, &c.ReporterName, &c.ReporterRole, &c.About, &c.AboutName,
			day{&c.Happened}, &c.Hit, &c.Sealed, &c.Recorded.Seq, &c.Recorded.At, &c.Recorded.By)
	}, fmt.Sprintf(`
		SELECT c.id, c.file_id, c.reporter_id, c.reporter_name, c.reporter_role, c.about_id, %s, c.happened_day, c.hit_id, c.sealed,
		       c.recorded_seq, c.recorded_us, c.recorded_by
		FROM %s c WHERE c.id = $1`, workerName("c.about_id"), filed("concern")), id)
	if err != nil {
		return concern.Concern{}, err
	}
	c.Steps, err = all(ctx, t, func(s scanner) (p concern.Step, err error) {
		return p, s.Scan(&p.ID, &p.Number, &p.Kind, &p.By, &p.ByName, &p.ByRole, &p.Worker, &p.WorkerName, &p.Outcome, &p.Tell, &p.Sealed,
			&p.Recorded.Seq, &p.Recorded.At, &p.Recorded.By)
	}, fmt.Sprintf(`
		SELECT s.id, s.number, s.kind, s.by_id, s.by_name, s.by_role, s.worker_id, %s, s.outcome, s.tell, s.sealed,
		       s.recorded_seq, s.recorded_us, s.recorded_by
		FROM concern_step s WHERE s.concern_id = $1 ORDER BY s.number`, workerName("s.worker_id")), id)
	if err != nil {
		return concern.Concern{}, err
	}
	type picked struct {
		step   string
		number int64
	}
	looks, err := all(ctx, t, func(s scanner) (p picked, err error) { return p, s.Scan(&p.step, &p.number) }, `
		SELECT l.step_id, l.number FROM concern_look l JOIN concern_step s ON s.id = l.step_id
		WHERE s.concern_id = $1 ORDER BY l.number`, id)
	for _, l := range looks {
		for i := range c.Steps {
			if c.Steps[i].ID == l.step {
				c.Steps[i].Looks = append(c.Steps[i].Looks, l.number)
			}
		}
	}
	return c, err
}

// The last step of one of two kinds decides.
const concernClosed = `COALESCE((SELECT s.kind FROM concern_step s WHERE s.concern_id = c.id AND s.kind IN ('close', 'reopen')
	ORDER BY s.number DESC LIMIT 1), '') = 'close'`

// concernHandler is a column of whoever took the concern on last.
func concernHandler(column string) string {
	return fmt.Sprintf("COALESCE((SELECT s.%s FROM concern_step s WHERE s.concern_id = c.id AND s.kind = 'take-on' ORDER BY s.number DESC LIMIT 1), '')", column)
}

// concernSeen is the condition that a viewer with this scope may know of the
// concern: nobody knows of one that is, or was said to be, about themselves.
func (t *tx) concernSeen(a *args, sc access.Scope, now date.Instant) string {
	return t.inScope(a, sc, "c.file_id", now) + " AND " + notAbout(a.add(sc.Viewer.Worker))
}

// notAbout is the condition that a concern is not, and was never said to be,
// about a worker.
func notAbout(w string) string {
	return fmt.Sprintf(`c.about_id <> %[1]s AND NOT EXISTS (
		SELECT 1 FROM concern_step s WHERE s.concern_id = c.id AND s.kind IN ('names', 'confirm') AND s.worker_id = %[1]s)`, w)
}

// OpenConcerns lists the open ones, but for those about a worker.
func (t *tx) OpenConcerns(ctx context.Context, but staff.ID) ([]concern.ID, error) {
	return all(ctx, t, func(s scanner) (c concern.ID, err error) { return c, s.Scan(&c) },
		"SELECT c.id FROM concern c WHERE NOT "+concernClosed+" AND "+notAbout("$1")+" ORDER BY c.recorded_seq, c.id", but)
}

// Concerns lists those that the viewer may know of.
func (t *tx) Concerns(ctx context.Context, q store.ConcernQuery) ([]concern.Listed, error) {
	var a args
	where := t.concernSeen(&a, q.Scope, q.Now)
	if q.Closed {
		where += " AND " + concernClosed
	} else {
		where += " AND NOT " + concernClosed
	}
	if q.Before > 0 {
		where += " AND c.recorded_seq < " + a.add(q.Before)
	}
	return all(ctx, t, func(s scanner) (l concern.Listed, err error) {
		var handler string
		err = s.Scan(&l.ID, &l.Person, &l.At, &l.Place, &handler, &l.Handler, &l.FromHit, &l.Decision, &l.Closed)
		l.Mine = handler != "" && handler == q.Scope.Viewer.Worker
		return l, err
	}, fmt.Sprintf(`
		SELECT c.id, c.file_id, c.recorded_us, c.recorded_seq, %s, %s, c.hit_id <> '',
		       COALESCE((SELECT s.outcome FROM concern_step s WHERE s.concern_id = c.id AND s.kind = 'decide'
		           AND s.number > COALESCE((SELECT max(r.number) FROM concern_step r WHERE r.concern_id = c.id AND r.kind = 'reopen'), 0)
		           ORDER BY s.number DESC LIMIT 1), ''),
		       %s
		FROM %s c WHERE %s ORDER BY c.recorded_seq DESC, c.id LIMIT %s`,
		concernHandler("by_id"), concernHandler("by_name"), concernClosed, filed("concern"), where, a.add(q.Limit)), a...)
}

// CountConcerns counts the open ones.
func (t *tx) CountConcerns(ctx context.Context, sc access.Scope, now date.Instant) (open, untaken int, err error) {
	var a args
	where := t.concernSeen(&a, sc, now)
	err = t.sql.QueryRowContext(ctx, fmt.Sprintf(`
		SELECT count(*), COALESCE(sum(CASE WHEN %s = '' THEN 1 ELSE 0 END), 0) FROM %s c WHERE %s AND NOT %s`,
		concernHandler("by_id"), filed("concern"), where, concernClosed), a...).Scan(&open, &untaken)
	return open, untaken, err
}

// ConcernsBy lists what a worker reported.
func (t *tx) ConcernsBy(ctx context.Context, w staff.ID, limit int) ([]concern.Listed, error) {
	return all(ctx, t, func(s scanner) (l concern.Listed, err error) { return l, s.Scan(&l.ID, &l.At, &l.Place, &l.Closed) }, `
		SELECT c.id, c.recorded_us, c.recorded_seq, `+concernClosed+`
		FROM concern c WHERE c.reporter_id = $1 ORDER BY c.recorded_seq DESC, c.id LIMIT $2`, w, limit)
}

// ConcernsAsking lists those in which a worker has something to answer.
func (t *tx) ConcernsAsking(ctx context.Context, w staff.ID) ([]concern.ID, error) {
	return all(ctx, t, func(s scanner) (c concern.ID, err error) { return c, s.Scan(&c) }, `
		SELECT c.id FROM concern c
		WHERE EXISTS (SELECT 1 FROM concern_step q WHERE q.concern_id = c.id AND q.kind = 'ask' AND q.worker_id = $1
			AND NOT EXISTS (SELECT 1 FROM concern_step r WHERE r.concern_id = c.id AND r.kind = 'answer' AND r.by_id = $1 AND r.number > q.number))
		AND NOT `+concernClosed+` ORDER BY c.recorded_seq, c.id`, w)
}

// Suspects lists whom concerns and hits on a file are about.
func (t *tx) Suspects(ctx context.Context, p person.ID) ([]staff.ID, error) {
	return all(ctx, t, func(s scanner) (w staff.ID, err error) { return w, s.Scan(&w) }, `
		SELECT about_id FROM `+filed("concern")+` c WHERE file_id = $1 AND about_id <> ''
		UNION SELECT s.worker_id FROM concern_step s JOIN `+filed("concern")+` c ON c.id = s.concern_id WHERE c.file_id = $1 AND s.kind IN ('names', 'confirm')
		UNION SELECT worker_id FROM `+filed("watch_hit")+` h WHERE file_id = $1
		UNION SELECT h.worker_id FROM watch_hit h JOIN watch_hit_look l ON l.hit_id = h.id JOIN footprint f ON f.number = l.number
		      WHERE h.person_id = '' AND f.object IN `+members+` -- about several files, which are few
		ORDER BY 1`, p)
}

// AddConcern keeps a report.
func (t *tx) AddConcern(ctx context.Context, c concern.Concern) error {
	_, err := t.exec(ctx, `
		INSERT INTO concern (id, person_id, reporter_id, reporter_name, reporter_role, about_id, happened_day, hit_id, sealed,
			recorded_seq, recorded_us, recorded_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		c.ID, c.Person, c.Reporter, c.ReporterName, c.ReporterRole, c.About, c.Happened.String(), c.Hit, c.Sealed, t.seq, t.at, c.Recorded.By)
	return err
}

// AddConcernStep keeps what was done.
func (t *tx) AddConcernStep(ctx context.Context, c concern.ID, s concern.Step) error {
	_, err := t.exec(ctx, `
		INSERT INTO concern_step (id, concern_id, number, kind, by_id, by_name, by_role, worker_id, outcome, tell, sealed,
			recorded_seq, recorded_us, recorded_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		s.ID, c, s.Number, s.Kind, s.By, s.ByName, s.ByRole, s.Worker, s.Outcome, s.Tell, s.Sealed, t.seq, t.at, s.Recorded.By)
	if err != nil {
		return err
	}
	rows := make([][]any, 0, len(s.Looks))
	for _, n := range s.Looks {
		rows = append(rows, []any{s.ID, n})
	}
	return t.insert(ctx, "concern_look", "step_id, number", rows)
}

// LooksNamed are the decisions that stand.
func (t *tx) LooksNamed(ctx context.Context, p person.ID) ([]footprint.Named, error) {
	return all(ctx, t, func(s scanner) (n footprint.Named, err error) {
		return n, s.Scan(append([]any{&n.ID, &n.Person, &n.By, &n.Sealed}, clockTargets(&n.Clocks)...)...)
	}, "SELECT id, file_id, decided_by, sealed, "+clockColumns+` FROM `+filed("looks_named")+` n
		WHERE file_id = $1 AND superseded_seq = 0 ORDER BY recorded_seq DESC, id`, p)
}

// AddLooksNamed decides that a person is told names.
func (t *tx) AddLooksNamed(ctx context.Context, n footprint.Named) error {
	return t.insertFact(ctx, store.LooksNamedFact, "id, person_id, decided_by, sealed", []any{n.ID, n.Person, n.By, n.Sealed}, n.Clocks)
}
