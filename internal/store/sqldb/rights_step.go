package sqldb

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/store"
)

// The steps that put rights in force.
var rightsInForce = quoted(store.RightsFirst, store.RightsApproved)

// RightsSteps lists the steps, the last first. Whoever can start the program can
// add as many as they like, so the one in force is never beyond the limit.
func (t *tx) RightsSteps(ctx context.Context, limit int) ([]store.RightsStep, error) {
	return all(ctx, t, func(s scanner) (r store.RightsStep, err error) {
		var files []byte
		if err := s.Scan(&r.ID, &r.Hash, &r.Step, &files, &r.Worker, &r.Name, &r.Reason, &r.Recorded.Seq, &r.Recorded.At, &r.Recorded.By); err != nil {
			return r, err
		}
		hashes := map[string]string{}
		if err := json.Unmarshal(files, &hashes); err != nil {
			return r, err
		}
		for path, hash := range hashes {
			r.Files = append(r.Files, store.DefinitionFile{Path: path, Hash: hash})
		}
		slices.SortFunc(r.Files, func(a, b store.DefinitionFile) int { return strings.Compare(a.Path, b.Path) })
		return r, nil
	}, fmt.Sprintf(`SELECT g.id, g.hash, g.step, g.files, g.worker_id, %s, g.reason, g.recorded_seq, g.recorded_us, g.recorded_by
		FROM rights_step g
		WHERE g.id IN (SELECT l.id FROM rights_step l ORDER BY l.recorded_seq DESC LIMIT $1)
		OR g.recorded_seq = (SELECT max(i.recorded_seq) FROM rights_step i WHERE i.step IN %s)
		ORDER BY g.recorded_seq DESC`, workerName("g.worker_id"), rightsInForce), limit)
}

// AddRightsStep adds a step, and the files that are not held yet.
func (t *tx) AddRightsStep(ctx context.Context, r store.RightsStep) error {
	hashes, err := t.keepFiles(ctx, r.Files)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
		INSERT INTO rights_step (id, hash, step, files, worker_id, reason, recorded_seq, recorded_us, recorded_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, r.ID, r.Hash, r.Step, hashes, r.Worker, r.Reason, t.seq, t.at, r.Recorded.By)
	return err
}

// keepFiles copies the files not yet held, and gives the listing of all.
func (t *tx) keepFiles(ctx context.Context, files []store.DefinitionFile) (string, error) {
	hashes := map[string]string{}
	for _, f := range files {
		hashes[f.Path] = f.Hash
		_, err := t.exec(ctx, `
			INSERT INTO definition_file (hash, path, body, recorded_seq, recorded_us)
			SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT 1 FROM definition_file WHERE hash = $1)`, f.Hash, f.Path, f.Body, t.seq, t.at)
		if err != nil {
			return "", err
		}
	}
	listing, err := json.Marshal(hashes)
	return string(listing), err
}

// RolesHeld lists the roles that somebody holds on a day or will hold.
func (t *tx) RolesHeld(ctx context.Context, today date.Date) ([]access.Role, error) {
	return all(ctx, t, func(s scanner) (r access.Role, err error) { return r, s.Scan(&r) },
		"SELECT DISTINCT role FROM assignment WHERE superseded_seq = 0 AND (to_day = '' OR to_day >= $1) ORDER BY role", today.String())
}
