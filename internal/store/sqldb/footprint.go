package sqldb

import (
	"context"

	"casefile/internal/footprint"
	"casefile/internal/person"
)

// LeaveFootprint numbers a footprint and writes it. The number comes from the
// row of the clock, which this transaction holds, so numbers have no gaps and
// follow the order of commit.
func (t *tx) LeaveFootprint(ctx context.Context, f footprint.Footprint, seal func(int64) ([]byte, error)) (int64, error) {
	if t.batch != nil && seal == nil {
		return t.gatherFootprint(ctx, f)
	}
	var number int64
	err := t.sql.QueryRowContext(ctx, "UPDATE store_clock SET footprints = footprints + 1 WHERE id = 1 RETURNING footprints").Scan(&number)
	if err != nil {
		return 0, err
	}
	err = t.insert(ctx, "footprint", footprintColumns, [][]any{t.footprintRow(number, f)})
	if err != nil || seal == nil {
		return number, err
	}
	sealed, err := seal(number)
	if err != nil {
		return 0, err
	}
	_, err = t.exec(ctx, "INSERT INTO footprint_detail (number, sealed) VALUES ($1, $2)", number, sealed)
	return number, err
}

// LeaveFootprints numbers footprints in their order and writes them together.
func (t *tx) LeaveFootprints(ctx context.Context, fs []footprint.Footprint) error {
	if len(fs) == 0 {
		return nil
	}
	var last int64
	err := t.sql.QueryRowContext(ctx, "UPDATE store_clock SET footprints = footprints + $1 WHERE id = 1 RETURNING footprints", len(fs)).Scan(&last)
	if err != nil {
		return err
	}
	rows := make([][]any, len(fs))
	for i, f := range fs {
		number := last - int64(len(fs)-1-i)
		rows[i] = t.footprintRow(number, f)
	}
	return t.insert(ctx, "footprint", footprintColumns, rows)
}

const footprintColumns = "number, seq, at_us, actor, role, action, object, part, ground, outcome, search, detail_hash"

func (t *tx) footprintRow(number int64, f footprint.Footprint) []any {
	return []any{number, t.seq, t.at, f.Actor, f.Role, f.Action, f.Object, f.Part, f.Ground, f.Outcome, f.Search, f.DetailHash}
}

// Looks lists who has looked at a file, the latest first.
func (t *tx) Looks(ctx context.Context, p person.ID, before int64, limit int) ([]footprint.Look, error) {
	var a args
	where, err := t.isOf(ctx, &a, string(p))
	if err != nil {
		return nil, err
	}
	if before > 0 {
		where += " AND f.number < " + a.add(before)
	}
	return all(ctx, t, func(s scanner) (l footprint.Look, err error) {
		return l, s.Scan(&l.Number, &l.At, &l.Actor, &l.Role, &l.Action, &l.Object, &l.Part, &l.Ground, &l.Outcome, &l.Search,
			&l.DetailHash, &l.Name, &l.JobTitle)
	}, `
		SELECT f.number, f.at_us, f.actor, f.role, f.action, f.object, f.part, f.ground, f.outcome, f.search, f.detail_hash,
		       COALESCE(w.given || ' ' || w.family, ''), COALESCE(w.job_title, '')
		FROM footprint f
		LEFT JOIN worker w ON w.id = f.actor AND w.version = (SELECT max(version) FROM worker WHERE id = f.actor)
		WHERE `+where+`
		ORDER BY f.number DESC
		LIMIT `+a.add(limit), a...)
}

// FootprintDetail is the sealed detail of a footprint.
func (t *tx) FootprintDetail(ctx context.Context, number int64) ([]byte, error) {
	return one(ctx, t, "footprint detail", func(s scanner) (b []byte, err error) { return b, s.Scan(&b) },
		"SELECT sealed FROM footprint_detail WHERE number = $1", number)
}
