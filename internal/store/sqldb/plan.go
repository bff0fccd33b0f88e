package sqldb

import (
	"context"
	"encoding/json"
	"fmt"

	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/plan"
)

const planTable = "plan"

// planColumns are those of a plan l, read through filed, and of its draft w.
const planColumns = `l.id, l.file_id, l.service, l.kind, l.title, l.episode_id, l.previous_id, l.recorded_seq, l.recorded_us, l.recorded_by,
	COALESCE(w.purpose, ''), COALESCE(w.rev, 0), COALESCE(w.saved_us, 0), COALESCE(w.saved_by, '')`

func plansOf(where string) string {
	return "SELECT " + planColumns + " FROM " + filed(planTable) + " l LEFT JOIN plan_draft w ON w.plan_id = l.id WHERE " + where
}

func scanPlan(s scanner) (p plan.Plan, err error) {
	return p, s.Scan(&p.ID, &p.Person, &p.Service, &p.Kind, &p.Title, &p.Episode, &p.Previous, &p.Begun.Seq, &p.Begun.At, &p.Begun.By,
		&p.Draft.Purpose, &p.Draft.Rev, &p.Draft.Saved, &p.Draft.SavedBy)
}

const planStepColumns = "number, did, reason, final, definition, wrote, by_id, by_name, by_role, recorded_seq, recorded_us, recorded_by"

func planStepTargets(s *plan.Step) []any {
	return []any{&s.Number, &s.Did, &s.Reason, &s.Final, &s.Definition, workerList{&s.Wrote}, &s.By, &s.ByName, &s.ByRole, &s.Recorded.Seq, &s.Recorded.At, &s.Recorded.By}
}

// Plans lists a person's plans.
func (t *tx) Plans(ctx context.Context, p person.ID) ([]plan.Plan, error) {
	list, err := all(ctx, t, scanPlan, plansOf("l.file_id = $1")+" ORDER BY l.recorded_seq DESC, l.id DESC", p)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	at := make(map[plan.ID]*plan.Plan, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	type stepOf struct {
		of plan.ID
		plan.Step
	}
	steps, err := all(ctx, t, func(s scanner) (o stepOf, err error) {
		return o, s.Scan(append([]any{&o.of}, planStepTargets(&o.Step)...)...)
	}, "SELECT s.plan_id, "+planStepColumns+" FROM plan_step s WHERE s.plan_id IN (SELECT l.id FROM "+filed(planTable)+" l WHERE l.file_id = $1) ORDER BY number", p)
	for _, s := range steps {
		at[s.of].Steps = append(at[s.of].Steps, s.Step)
	}
	return list, err
}

// Plan is one plan.
func (t *tx) Plan(ctx context.Context, key plan.ID) (plan.Plan, error) {
	p, err := one(ctx, t, planTable, scanPlan, plansOf("l.id = $1"), key)
	if err != nil {
		return plan.Plan{}, err
	}
	p.Steps, err = all(ctx, t, func(s scanner) (o plan.Step, err error) { return o, s.Scan(planStepTargets(&o)...) },
		"SELECT "+planStepColumns+" FROM plan_step WHERE plan_id = $1 ORDER BY number", key)
	return p, err
}

// PlanContent is what a plan says at a step.
func (t *tx) PlanContent(ctx context.Context, key plan.ID, step int) (plan.Content, error) {
	text, err := one(ctx, t, "plan content", func(s scanner) (text string, err error) { return text, s.Scan(&text) },
		"SELECT content FROM plan_step WHERE plan_id = $1 AND number = $2 AND content <> ''", key, step)
	if err != nil {
		return plan.Content{}, err
	}
	c, err := plan.ParseContent([]byte(text))
	if err != nil {
		return c, fmt.Errorf("plan %s, step %d: %w", key, step, err)
	}
	return c, nil
}

const planPartColumns = "plan_id, part, sort, rev, fields, saved_us, saved_by"

func scanPlanPart(s scanner) (p plan.Part, err error) {
	var fields string
	if err := s.Scan(&p.Plan, &p.ID, &p.Sort, &p.Rev, &fields, &p.Saved, &p.By); err != nil {
		return p, err
	}
	if err := json.Unmarshal([]byte(fields), &p.Fields); err != nil {
		return p, fmt.Errorf("plan %s, part %s: %w", p.Plan, p.ID, err)
	}
	return p, nil
}

func planPartRow(p plan.Part) ([]any, error) {
	fields := p.Fields
	if fields == nil {
		fields = map[string]string{}
	}
	text, err := json.Marshal(fields)
	return []any{p.Plan, p.ID, p.Sort, p.Rev, string(text), p.Saved, p.By}, err
}

// PlanParts is the draft of a plan.
func (t *tx) PlanParts(ctx context.Context, key plan.ID) ([]plan.Part, error) {
	return all(ctx, t, scanPlanPart, "SELECT "+planPartColumns+" FROM plan_part WHERE plan_id = $1 ORDER BY part", key)
}

// EarlierPlanParts is what was written over or taken out.
func (t *tx) EarlierPlanParts(ctx context.Context, key plan.ID) ([]plan.Part, error) {
	return all(ctx, t, scanPlanPart, "SELECT "+planPartColumns+" FROM plan_earlier WHERE plan_id = $1 ORDER BY part, rev DESC", key)
}

var errPartSaved = fault.New(fault.Conflict, "This was saved by somebody else, or from another page.")

// countDraft counts a draft on, and so puts those in order who save parts of it.
func (t *tx) countDraft(ctx context.Context, p plan.Part) error {
	n, err := t.exec(ctx, "UPDATE plan_draft SET rev = rev + 1, saved_us = $1, saved_by = $2 WHERE plan_id = $3", p.Saved, p.By, p.Plan)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "The plan is not being written.")
	}
	return err
}

// SavePlanPart replaces the fields of a part not saved since it was read, or adds it.
func (t *tx) SavePlanPart(ctx context.Context, p plan.Part) (int, error) {
	if err := t.countDraft(ctx, p); err != nil {
		return 0, err
	}
	if p.Rev == 0 {
		// One that was taken out goes on counting, so that what was kept of it stays;
		// 1 is what a draft begins with.
		rev, err := one(ctx, t, "rev", func(s scanner) (n int, err error) { return n, s.Scan(&n) },
			"SELECT COALESCE(max(rev), 1) + 1 FROM plan_earlier WHERE plan_id = $1 AND part = $2", p.Plan, p.ID)
		if err != nil {
			return 0, err
		}
		p.Rev = rev
		row, err := planPartRow(p)
		if err != nil {
			return 0, err
		}
		n, err := t.exec(ctx, "INSERT INTO plan_part ("+planPartColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING", row...)
		if err == nil && n == 0 {
			err = errPartSaved
		}
		return rev, err
	}
	row, err := planPartRow(p)
	if err != nil {
		return 0, err
	}
	// What the same worker saved is a draft of theirs; what another did is kept.
	if _, err := t.exec(ctx, `
		INSERT INTO plan_earlier (`+planPartColumns+`)
		SELECT `+planPartColumns+` FROM plan_part WHERE plan_id = $1 AND part = $2 AND rev = $3 AND saved_by <> $4 AND rev > 1
		ON CONFLICT DO NOTHING`, p.Plan, p.ID, p.Rev, p.By); err != nil {
		return 0, err
	}
	n, err := t.exec(ctx, `
		UPDATE plan_part SET rev = rev + 1, fields = $1, saved_us = $2, saved_by = $3
		WHERE plan_id = $4 AND part = $5 AND rev = $6`, row[4], p.Saved, p.By, p.Plan, p.ID, p.Rev)
	if err == nil && n == 0 {
		err = errPartSaved
	}
	return p.Rev + 1, err
}

// RemovePlanPart takes a part out.
func (t *tx) RemovePlanPart(ctx context.Context, p plan.Part) error {
	if err := t.countDraft(ctx, p); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `
		INSERT INTO plan_earlier (`+planPartColumns+`)
		SELECT `+planPartColumns+` FROM plan_part WHERE plan_id = $1 AND part = $2 AND rev = $3
		ON CONFLICT DO NOTHING`, p.Plan, p.ID, p.Rev); err != nil {
		return err
	}
	// Who took it out is a writer of the draft, too.
	if _, err := t.exec(ctx, `
		INSERT INTO plan_earlier (`+planPartColumns+`)
		SELECT plan_id, part, sort, rev + 1, '{}', $4, $5 FROM plan_part WHERE plan_id = $1 AND part = $2 AND rev = $3
		ON CONFLICT DO NOTHING`, p.Plan, p.ID, p.Rev, p.Saved, p.By); err != nil {
		return err
	}
	n, err := t.exec(ctx, "DELETE FROM plan_part WHERE plan_id = $1 AND part = $2 AND rev = $3", p.Plan, p.ID, p.Rev)
	if err == nil && n == 0 {
		err = errPartSaved
	}
	return err
}

// AddPlan begins a plan.
func (t *tx) AddPlan(ctx context.Context, p plan.Plan) error {
	return t.insert(ctx, planTable, "id, person_id, service, kind, title, episode_id, previous_id, recorded_seq, recorded_us, recorded_by",
		[][]any{{p.ID, p.Person, p.Service, p.Kind, p.Title, p.Episode, p.Previous, t.seq, t.at, p.Begun.By}})
}

// AddPlanDraft begins a draft.
func (t *tx) AddPlanDraft(ctx context.Context, key plan.ID, d plan.Draft, parts []plan.Part) error {
	if err := t.insert(ctx, "plan_draft", "plan_id, purpose, rev, saved_us, saved_by", [][]any{{key, d.Purpose, 1, d.Saved, d.SavedBy}}); err != nil {
		return err
	}
	rows := make([][]any, len(parts))
	for i, p := range parts {
		p.Plan, p.Rev, p.Saved, p.By = key, 1, d.Saved, d.SavedBy
		var err error
		if rows[i], err = planPartRow(p); err != nil {
			return err
		}
	}
	return t.insert(ctx, "plan_part", planPartColumns, rows)
}

// DropPlanDraft removes a draft of which nothing was saved since it was read.
func (t *tx) DropPlanDraft(ctx context.Context, key plan.ID, rev int) error {
	n, err := t.exec(ctx, "DELETE FROM plan_draft WHERE plan_id = $1 AND rev = $2", key, rev)
	if err != nil {
		return err
	}
	if n == 0 {
		return errPartSaved
	}
	if _, err := t.exec(ctx, "DELETE FROM plan_part WHERE plan_id = $1", key); err != nil {
		return err
	}
	_, err = t.exec(ctx, "DELETE FROM plan_earlier WHERE plan_id = $1", key)
	return err
}

// AddPlanStep adds a step.
func (t *tx) AddPlanStep(ctx context.Context, key plan.ID, s plan.Step, c *plan.Content) error {
	var content []byte
	if c != nil {
		var err error
		if content, err = c.JSON(); err != nil {
			return err
		}
	}
	return t.insert(ctx, "plan_step", "plan_id, "+planStepColumns+", content",
		[][]any{{key, s.Number, s.Did, s.Reason, s.Final, s.Definition, words(s.Wrote), s.By, s.ByName, s.ByRole, t.seq, t.at, s.Recorded.By, string(content)}})
}

// Served lists which entries served which actions of a person's plans.
func (t *tx) Served(ctx context.Context, p person.ID) ([]plan.Served, error) {
	return all(ctx, t, func(s scanner) (v plan.Served, err error) {
		return v, s.Scan(&v.Plan, &v.Action, &v.Entry, &v.Serves, &v.By, &v.Recorded.Seq, &v.Recorded.At, &v.Recorded.By)
	}, `
		SELECT v.plan_id, v.action_id, v.entry_id, v.serves, v.recorded_by, v.recorded_seq, v.recorded_us, v.recorded_by
		FROM `+filed(planTable)+` l JOIN plan_served v ON v.plan_id = l.id
		WHERE l.file_id = $1 AND v.serves
			AND NOT EXISTS (SELECT 1 FROM plan_served o WHERE o.plan_id = v.plan_id AND o.action_id = v.action_id AND o.entry_id = v.entry_id AND o.recorded_seq > v.recorded_seq)
			AND EXISTS (SELECT 1 FROM timeline_line n WHERE n.person_id = l.file_id AND n.entry_id = v.entry_id)
		ORDER BY v.plan_id, v.action_id, v.entry_id`, p)
}

// AddServed says that an entry served an action, or that it did not.
func (t *tx) AddServed(ctx context.Context, s plan.Served) error {
	return t.insert(ctx, "plan_served", "id, plan_id, action_id, entry_id, serves, recorded_seq, recorded_us, recorded_by",
		[][]any{{id.New(), s.Plan, s.Action, s.Entry, s.Serves, t.seq, t.at, s.Recorded.By}})
}
