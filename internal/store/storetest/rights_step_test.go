package storetest

import (
	"context"
	"testing"

	"casefile/internal/access"
	"casefile/internal/clause"
	"casefile/internal/id"
	"casefile/internal/store"
)

func TestRightsStepsAreOnlyAdded(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		team := db.Team(t, "service")
		w, _ := db.Worker(t, "adviser", team)
		file := store.DefinitionFile{Path: "access/rules.yaml", Hash: "h1", Body: []byte("rules: []")}
		for _, step := range []store.RightsStep{
			{Hash: "one", Step: store.RightsFirst, Files: []store.DefinitionFile{file}},
			{Hash: "two", Step: store.RightsApproved, Worker: w.ID, Reason: "Agreed.", Files: []store.DefinitionFile{{Path: "access/roles.yaml", Hash: "h2", Body: []byte("x")}, file}},
		} {
			step.ID = id.New()
			step.Recorded.By = By
			db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddRightsStep(ctx, step) })
		}
		db.Read(t, func(ctx context.Context, r store.Reader) error {
			steps, err := r.RightsSteps(ctx, 10)
			if err != nil {
				return err
			}
			if len(steps) != 2 || steps[0].Hash != "two" || steps[0].Name != w.Name() || steps[0].Reason != "Agreed." ||
				len(steps[0].Files) != 2 || steps[1].Step != store.RightsFirst || steps[0].Recorded.Seq <= steps[1].Recorded.Seq {
				t.Errorf("steps: %+v", steps)
			}
			body, err := r.DefinitionBody(ctx, "h2")
			if err != nil || string(body) != "x" {
				t.Errorf("body %q: %v", body, err)
			}
			roles, err := r.RolesHeld(ctx, Today)
			if err != nil || len(roles) != 1 || roles[0] != access.Role("adviser") {
				t.Errorf("roles held: %v, %v", roles, err)
			}
			return nil
		})
		for _, statement := range []string{
			"UPDATE rights_step SET step = 'approved'", "DELETE FROM rights_step",
			"INSERT INTO rights_step SELECT id, hash, 'approved', files, worker_id, reason, recorded_seq, recorded_us, recorded_by FROM rights_step",
		} {
			if _, err := db.Raw.ExecContext(t.Context(), statement); err == nil {
				t.Errorf("%s: was done", statement)
			}
		}
	})
}

// Nothing that serves puts the order of what was known back: a footprint with
// an old number, or a fact recorded before it was, would be the same as a lie.
func TestTheClockOfTheStoreOnlyGoesOn(t *testing.T) {
	Each(t, func(t *testing.T, db *Database) {
		db.Team(t, "service")
		for _, statement := range []string{
			"UPDATE store_clock SET seq = seq - 1", "UPDATE store_clock SET at_us = at_us - 1", "UPDATE store_clock SET footprints = -1",
			"UPDATE store_clock SET id = 2", "DELETE FROM store_clock", "INSERT INTO store_clock (id, seq, at_us, footprints) VALUES (1, 0, 0, 0)",
		} {
			if _, err := db.Raw.ExecContext(t.Context(), statement); err == nil {
				t.Errorf("%s: was done", statement)
			}
		}
		db.Team(t, "service") // and it goes on
	})
	clause.Shows(t, "KF-02")
}
