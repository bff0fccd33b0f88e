package sqldb

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/watch"
)

// FamilyBearers counts who bears a family name. Names are compared in Go, since
// the engines agree neither on small letters nor on accents.
func (t *tx) FamilyBearers(ctx context.Context, key string) (bearers, people int, err error) {
	token, _, _ := strings.Cut(key, " ")
	type name struct{ person, family string }
	names, err := all(ctx, t, func(s scanner) (n name, err error) { return n, s.Scan(&n.person, &n.family) }, `
		SELECT DISTINCT k.person_id, n.family FROM name_key k JOIN person_name n ON n.id = k.name_id
		WHERE k.token = $1 AND n.superseded_seq = 0`, token)
	if err != nil {
		return 0, 0, err
	}
	seen := map[string]bool{}
	for _, n := range names {
		if slices.Contains(watch.FamilyKeys(n.family), key) {
			seen[n.person] = true
		}
	}
	err = t.sql.QueryRowContext(ctx, "SELECT count(*) FROM person").Scan(&people)
	return len(seen), people, err
}

// HighProfile is the mark of a person.
func (t *tx) HighProfile(ctx context.Context, p person.ID) (watch.Mark, error) {
	return one(ctx, t, "mark", func(s scanner) (m watch.Mark, err error) {
		return m, s.Scan(append([]any{&m.ID, &m.Person, &m.ByName}, clockTargets(&m.Clocks)...)...)
	}, fmt.Sprintf(`SELECT m.id, m.file_id, %s, %s FROM %s m
		WHERE m.file_id = $1 AND m.superseded_seq = 0 ORDER BY m.recorded_seq DESC LIMIT 1`,
		workerName("m.recorded_by"), prefixed("m.", clockColumns), filed("high_profile")), p)
}

// AddHighProfile marks a person.
func (t *tx) AddHighProfile(ctx context.Context, m watch.Mark) error {
	return t.insertFact(ctx, store.HighProfileFact, "id, person_id", []any{m.ID, m.Person}, m.Clocks)
}

// LastWatched is the last day gone through.
func (t *tx) LastWatched(ctx context.Context) (d date.Date, err error) {
	err = t.sql.QueryRowContext(ctx, "SELECT COALESCE(max(day), '') FROM watch_day").Scan(day{&d})
	return d, err
}

// AddWatchDay notes a day as gone through.
func (t *tx) AddWatchDay(ctx context.Context, d date.Date, hits int, by date.Stamp) error {
	_, err := t.exec(ctx, `
		INSERT INTO watch_day (day, hits, recorded_seq, recorded_us, recorded_by)
		SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT 1 FROM watch_day WHERE day = $1)`, d.String(), hits, t.seq, t.at, by.By)
	return err
}

// The steps that end a hit.
var hitEnds = quoted(string(watch.Explained), string(watch.NotExplained))

var hitEnded = "EXISTS (SELECT 1 FROM watch_step e WHERE e.hit_id = h.id AND e.kind IN " + hitEnds + ")"

// hitSeen is the condition that a viewer with this scope may know of the hit.
// The scope is of the office: the looker is, or was on that day, of the
// viewer's team or service. Nobody knows of one about themselves, and a hit
// about a file from which a bar keeps the viewer is not there either.
func (t *tx) hitSeen(a *args, sc access.Scope, now date.Instant) string {
	v := asks(a, sc.Viewer, sc.Part, now, false)
	held := func(where string) string {
		return `EXISTS (SELECT 1 FROM assignment g JOIN team gt ON gt.id = g.team_id
			WHERE g.worker_id = h.worker_id AND g.superseded_seq = 0 AND g.from_day <= h.day AND (g.to_day = '' OR g.to_day >= h.day) AND ` + where + ")"
	}
	gives := []string{"1 = 0"}
	for _, g := range sc.Gives {
		switch {
		case g == access.Everyone:
			gives = append(gives, "1 = 1")
		case g == access.Team && sc.Viewer.Team != "":
			gives = append(gives, held("g.team_id = "+a.add(sc.Viewer.Team)))
		case g == access.Service && sc.Viewer.Service != "":
			gives = append(gives, held("gt.service = "+a.add(sc.Viewer.Service)))
		}
	}
	where := "(" + strings.Join(gives, " OR ") + ") AND h.worker_id <> " + a.add(sc.Viewer.Worker)
	for _, bar := range access.Bars {
		where += " AND NOT " + ground(bar, v, "h.file_id")
	}
	return where
}

const hitColumns = "h.id, h.day, h.kind, h.worker_id, h.file_id, h.figures, h.recorded_seq, h.recorded_us, h.recorded_by"

func scanHit(s scanner) (h watch.Hit, err error) {
	var figures string
	if err := s.Scan(&h.ID, day{&h.Day}, &h.Kind, &h.Worker, &h.Person, &figures, &h.Recorded.Seq, &h.Recorded.At, &h.Recorded.By, &h.WorkerName); err != nil {
		return h, err
	}
	return h, json.Unmarshal([]byte(figures), &h.Figures)
}

// ExplainedSince reports whether the like was explained.
func (t *tx) ExplainedSince(ctx context.Context, k watch.Kind, w staff.ID, p person.ID, since date.Instant) (bool, error) {
	var n int
	err := t.sql.QueryRowContext(ctx, `
		SELECT count(*) FROM `+filed("watch_hit")+` h JOIN watch_step e ON e.hit_id = h.id
		WHERE h.worker_id = $1 AND h.kind = $2 AND h.file_id = $3 AND e.kind = $4 AND e.recorded_us > $5`,
		w, k, p, watch.Explained, since).Scan(&n)
	return n > 0, err
}

// AddHit adds a hit that is not there yet.
func (t *tx) AddHit(ctx context.Context, h watch.Hit) (bool, error) {
	figures, err := json.Marshal(h.Figures)
	if err != nil {
		return false, err
	}
	n, err := t.exec(ctx, `
		INSERT INTO watch_hit (id, day, kind, worker_id, person_id, figures, recorded_seq, recorded_us, recorded_by)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
		WHERE NOT EXISTS (SELECT 1 FROM watch_hit WHERE day = $2 AND kind = $3 AND worker_id = $4 AND person_id = $5)`,
		h.ID, h.Day.String(), h.Kind, h.Worker, h.Person, string(figures), t.seq, t.at, h.Recorded.By)
	if err != nil || n == 0 {
		return false, err
	}
	rows := make([][]any, 0, len(h.Looks))
	for _, number := range h.Looks {
		rows = append(rows, []any{h.ID, number})
	}
	return true, t.insert(ctx, "watch_hit_look", "hit_id, number", rows)
}

// Hits is a page of the watch list, without looks and steps but for whether the
// worker was asked or has answered.
func (t *tx) Hits(ctx context.Context, q store.HitQuery) ([]watch.Hit, error) {
	var a args
	where := t.hitSeen(&a, q.Scope, q.Now)
	if q.Resolved {
		where += " AND " + hitEnded
	} else {
		where += " AND NOT " + hitEnded
	}
	hits, err := all(ctx, t, scanHit, fmt.Sprintf(`
		SELECT %s, %s AS looker FROM %s h WHERE %s ORDER BY looker, h.worker_id, h.day DESC, h.kind, h.id LIMIT %s OFFSET %s`,
		hitColumns, workerName("h.worker_id"), filed("watch_hit"), where, a.add(q.Limit), a.add(q.Skip)), a...)
	if err != nil {
		return nil, err
	}
	for i := range hits {
		if hits[i].Steps, err = t.watchSteps(ctx, hits[i].ID); err != nil {
			return nil, err
		}
	}
	return hits, nil
}

// CountHits counts the open ones.
func (t *tx) CountHits(ctx context.Context, sc access.Scope, now date.Instant) (n int, err error) {
	var a args
	where := t.hitSeen(&a, sc, now)
	err = t.sql.QueryRowContext(ctx, fmt.Sprintf("SELECT count(*) FROM %s h WHERE %s AND NOT %s", filed("watch_hit"), where, hitEnded), a...).Scan(&n)
	return n, err
}

func (t *tx) watchSteps(ctx context.Context, hit string) ([]watch.Step, error) {
	return all(ctx, t, func(s scanner) (p watch.Step, err error) {
		return p, s.Scan(&p.ID, &p.Number, &p.Kind, &p.By, &p.ByName, &p.ByRole, &p.Concern, &p.Sealed,
			&p.Recorded.Seq, &p.Recorded.At, &p.Recorded.By)
	}, `SELECT id, number, kind, by_id, by_name, by_role, concern_id, sealed, recorded_seq, recorded_us, recorded_by
		FROM watch_step WHERE hit_id = $1 ORDER BY number`, hit)
}

// whole reads the looks and steps of a hit.
func (t *tx) whole(ctx context.Context, h watch.Hit, err error) (watch.Hit, error) {
	if err != nil {
		return watch.Hit{}, err
	}
	if h.Looks, err = all(ctx, t, func(s scanner) (n int64, err error) { return n, s.Scan(&n) },
		"SELECT number FROM watch_hit_look WHERE hit_id = $1 ORDER BY number", h.ID); err != nil {
		return watch.Hit{}, err
	}
	h.Steps, err = t.watchSteps(ctx, h.ID)
	return h, err
}

// Hit is one that the viewer may know of.
func (t *tx) Hit(ctx context.Context, sc access.Scope, id string, now date.Instant) (watch.Hit, error) {
	var a args
	at := a.add(id)
	h, err := one(ctx, t, "hit", scanHit, fmt.Sprintf("SELECT %s, %s FROM %s h WHERE h.id = %s AND %s",
		hitColumns, workerName("h.worker_id"), filed("watch_hit"), at, t.hitSeen(&a, sc, now)), a...)
	return t.whole(ctx, h, err)
}

// HitAsking is one about a worker who is asked to explain it.
func (t *tx) HitAsking(ctx context.Context, w staff.ID, id string) (watch.Hit, error) {
	h, err := one(ctx, t, "hit", scanHit, fmt.Sprintf("SELECT %s, %s FROM %s h WHERE h.id = $1 AND h.worker_id = $2",
		hitColumns, workerName("h.worker_id"), filed("watch_hit")), id, w)
	h, err = t.whole(ctx, h, err)
	if err == nil && !h.Waiting() {
		return watch.Hit{}, fault.Wrap(fault.NotFound, "", fmt.Errorf("nothing is asked about such a hit"))
	}
	return h, err
}

// HitsAsking lists them.
func (t *tx) HitsAsking(ctx context.Context, w staff.ID) ([]watch.Hit, error) {
	list, err := all(ctx, t, scanHit, fmt.Sprintf(`
		SELECT %s, %s FROM %s h WHERE h.worker_id = $1 AND NOT %s
		AND COALESCE((SELECT e.kind FROM watch_step e WHERE e.hit_id = h.id AND e.kind IN %s ORDER BY e.number DESC LIMIT 1), '') = $2
		ORDER BY h.day, h.kind, h.id`,
		hitColumns, workerName("h.worker_id"), filed("watch_hit"), hitEnded, quoted(string(watch.Asked), string(watch.Answered))), w, watch.Asked)
	return list, err
}

// AddWatchStep keeps what was done.
func (t *tx) AddWatchStep(ctx context.Context, hit string, s watch.Step) error {
	_, err := t.exec(ctx, `
		INSERT INTO watch_step (id, hit_id, number, kind, by_id, by_name, by_role, concern_id, sealed, recorded_seq, recorded_us, recorded_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		s.ID, hit, s.Number, s.Kind, s.By, s.ByName, s.ByRole, s.Concern, s.Sealed, t.seq, t.at, s.Recorded.By)
	return err
}

// PurposesOf lists what a worker had stated at a moment.
func (t *tx) PurposesOf(ctx context.Context, w staff.ID, p person.ID, at date.Instant) ([]string, error) {
	return all(ctx, t, func(s scanner) (purpose string, err error) { return purpose, s.Scan(&purpose) }, `
		SELECT purpose FROM `+filed("stated_reason")+` g WHERE worker_id = $1 AND file_id = $2 AND recorded_us <= $3 AND until_us > $3
		ORDER BY recorded_seq DESC, id`, w, p, at)
}
