package sqldb

import (
	"context"
	"encoding/json"
	"fmt"

	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

const entryColumns = `v.entry_id, v.version, e.service, v.type, v.category, v.happened_day, v.happened_at,
	v.with_whom, v.seen, v.seen_alone, v.reason, v.body, v.significant, v.sensitive, v.follow_up, v.follow_up_by,
	v.type_title, v.category_title, v.author_id, v.author_name, v.author_role, v.definition, v.written_day, v.at_risk, v.due_day, v.late_reason,
	v.key_topics, v.decisions, v.decided_by, v.evidence_for, v.evidence_against, v.intended_outcome, v.decision_reasons, v.recorded_seq, v.recorded_us, v.recorded_by`

func entryTargets(e *entry.Entry) []any {
	c := &e.Content
	return []any{
		&e.ID, &e.Version, &e.Service, &c.Type, &c.Category,
		day{&c.Happened},
		&c.Time,
		&c.WithWhom, &c.Seen, &c.SeenAlone, &c.Reason, &c.Text, &c.Significant, &c.Sensitive, &c.FollowUp,
		day{&c.FollowUpBy},
		&e.TypeTitle, &e.CategoryTitle, &e.Author, &e.AuthorName, &e.AuthorRole, &e.Definition,
		day{&e.Written},
		&c.AtRisk,
		day{&e.Due},
		&c.LateReason, &c.Topics, &c.Decisions, &c.DecidedBy, &c.For, &c.Against, &c.Outcome, &c.Why,
		&e.Recorded.Seq, &e.Recorded.At, &e.Recorded.By,
	}
}

// lineKey puts the latest event first when read backwards. An entry without a
// time comes before those of the same day that have one.
func lineKey(e entry.Entry) string {
	return fmt.Sprintf("%s %5s %s", e.Content.Happened, e.Content.Time, e.ID)
}

// AddEntries makes entries, each its first version, in few statements: what a
// file of many entries is brought over with.
func (t *tx) AddEntries(ctx context.Context, entries []entry.Entry) error {
	var made, children, versions, lines [][]any
	for _, e := range entries {
		e.Version = 1
		made = append(made, []any{e.ID, e.Service, t.seq, t.at, e.Recorded.By})
		for _, p := range e.Children {
			children = append(children, []any{e.ID, p, t.seq, t.at, e.Recorded.By})
			lines = append(lines, []any{p, lineKey(e), e.ID, e.Version})
		}
		versions = append(versions, t.version(e))
	}
	for _, table := range []struct {
		name, columns string
		rows          [][]any
	}{
		{"entry", "id, service, recorded_seq, recorded_us, recorded_by", made},
		{"entry_child", "entry_id, person_id, recorded_seq, recorded_us, recorded_by", children},
		{"entry_version", versionColumns, versions},
		{"timeline_line", "person_id, line_key, entry_id, version", lines},
	} {
		if err := t.put(ctx, table.name, table.columns, table.rows); err != nil {
			return err
		}
	}
	return nil
}

const versionColumns = `entry_id, version, type, category, happened_day, happened_at, with_whom, seen, seen_alone, reason, body,
	significant, sensitive, follow_up, follow_up_by, type_title, category_title, author_id, author_name, author_role,
	definition, written_day, at_risk, due_day, late_reason, key_topics, decisions, decided_by, evidence_for, evidence_against, intended_outcome, decision_reasons, recorded_seq, recorded_us, recorded_by`

// version is a row of entry_version.
func (t *tx) version(e entry.Entry) []any {
	c := e.Content
	return []any{
		e.ID, e.Version, c.Type, c.Category, c.Happened.String(), c.Time, c.WithWhom, c.Seen, c.SeenAlone, c.Reason, c.Text,
		c.Significant, c.Sensitive, c.FollowUp, c.FollowUpBy.String(), e.TypeTitle, e.CategoryTitle, e.Author, e.AuthorName, e.AuthorRole,
		e.Definition, e.Written.String(), c.AtRisk, e.Due.String(), c.LateReason, c.Topics, c.Decisions, c.DecidedBy, c.For, c.Against, c.Outcome, c.Why, t.seq, t.at, e.Recorded.By,
	}
}

// AddEntryVersion adds a version of an entry and moves its line in the
// timelines of its children.
func (t *tx) AddEntryVersion(ctx context.Context, e entry.Entry) error {
	if e.Version == 1 {
		return t.AddEntries(ctx, []entry.Entry{e})
	}
	if err := t.insert(ctx, "entry_version", versionColumns, [][]any{t.version(e)}); err != nil {
		return err
	}
	if _, err := t.exec(ctx, "DELETE FROM timeline_line WHERE entry_id = $1", e.ID); err != nil {
		return err
	}
	_, err := t.exec(ctx, `
		INSERT INTO timeline_line (person_id, line_key, entry_id, version)
		SELECT DISTINCT file_id, CAST($1 AS text), entry_id, CAST($2 AS integer) FROM `+standsOn+` o WHERE entry_id = $3`, lineKey(e), e.Version, e.ID)
	return err
}

// Timeline is a page of a person's record.
func (t *tx) Timeline(ctx context.Context, p person.ID, before string, limit int) ([]store.TimelineEntry, error) {
	a := args{p}
	where := "l.person_id = $1"
	if before != "" {
		where += " AND l.line_key < " + a.add(before)
	}
	return all(ctx, t, func(s scanner) (e store.TimelineEntry, err error) {
		return e, s.Scan(append(entryTargets(&e.Entry), &e.Key)...)
	}, fmt.Sprintf(`
		SELECT %s, l.line_key
		FROM timeline_line l
		JOIN entry_version v ON v.entry_id = l.entry_id AND v.version = l.version
		JOIN entry e ON e.id = l.entry_id
		WHERE %s
		ORDER BY l.line_key DESC
		LIMIT %s`, entryColumns, where, a.add(limit)), a...)
}

// DecisionEntries lists the decisions that a person's record has as entries.
func (t *tx) DecisionEntries(ctx context.Context, p person.ID) ([]entry.Entry, error) {
	return all(ctx, t, func(s scanner) (e entry.Entry, err error) { return e, s.Scan(entryTargets(&e)...) }, fmt.Sprintf(`
		SELECT %s
		FROM timeline_line l
		JOIN entry_version v ON v.entry_id = l.entry_id AND v.version = l.version
		JOIN entry e ON e.id = l.entry_id
		WHERE l.person_id = $1 AND (v.evidence_for <> '' OR v.evidence_against <> '')
		ORDER BY l.line_key DESC`, entryColumns), p)
}

// Entry is the current version of an entry, with its children.
func (t *tx) Entry(ctx context.Context, id entry.ID) (entry.Entry, error) {
	e, err := one(ctx, t, "entry", func(s scanner) (e entry.Entry, err error) {
		return e, s.Scan(entryTargets(&e)...)
	}, fmt.Sprintf(`
		SELECT %s FROM entry_version v JOIN entry e ON e.id = v.entry_id
		WHERE v.entry_id = $1 AND v.version = (SELECT max(version) FROM entry_version WHERE entry_id = $1)`, entryColumns), id)
	if err != nil {
		return entry.Entry{}, err
	}
	e.Children, err = t.entryChildren(ctx, id)
	return e, err
}

// EntryKnown is the version of an entry that was known at a moment.
func (t *tx) EntryKnown(ctx context.Context, id entry.ID, known date.Instant) (entry.Entry, error) {
	return one(ctx, t, "entry", func(s scanner) (e entry.Entry, err error) {
		return e, s.Scan(entryTargets(&e)...)
	}, fmt.Sprintf(`
		SELECT %s FROM entry_version v JOIN entry e ON e.id = v.entry_id
		WHERE v.entry_id = $1 AND v.version = (SELECT max(version) FROM entry_version WHERE entry_id = $1 AND recorded_us <= $2)`, entryColumns), id, known)
}

func (t *tx) entryChildren(ctx context.Context, id entry.ID) ([]person.ID, error) {
	return all(ctx, t, func(s scanner) (p person.ID, err error) { return p, s.Scan(&p) },
		"SELECT DISTINCT file_id FROM "+standsOn+" o WHERE entry_id = $1 ORDER BY file_id", id)
}

// EntryParties is who wrote an entry and on whose record it stands.
func (t *tx) EntryParties(ctx context.Context, id entry.ID) (staff.ID, []person.ID, error) {
	author, err := one(ctx, t, "entry", func(s scanner) (w staff.ID, err error) { return w, s.Scan(&w) },
		"SELECT author_id FROM entry_version WHERE entry_id = $1 AND version = 1", id)
	if err != nil {
		return "", nil, err
	}
	children, err := t.entryChildren(ctx, id)
	return author, children, err
}

func scanDraft(s scanner) (d entry.Draft, err error) {
	var fields []byte
	err = s.Scan(&d.ID, &d.Worker, &d.Child, &d.Service, &d.Type, &fields, &d.Rev, &d.Saved)
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal(fields, &d.Fields)
}

const draftColumns = "id, worker_id, file_id, service, type, fields, rev, saved_us"

// Draft is a worker's own draft.
func (t *tx) Draft(ctx context.Context, w staff.ID, e entry.ID) (entry.Draft, error) {
	return one(ctx, t, "draft", scanDraft, "SELECT "+draftColumns+" FROM "+filed("draft")+" d WHERE id = $1 AND worker_id = $2", e, w)
}

// Drafts lists a worker's drafts, the latest first.
func (t *tx) Drafts(ctx context.Context, w staff.ID) ([]entry.Draft, error) {
	return all(ctx, t, scanDraft, "SELECT "+draftColumns+" FROM "+filed("draft")+" d WHERE worker_id = $1 ORDER BY saved_us DESC, id", w)
}

// AddDraft begins a draft.
func (t *tx) AddDraft(ctx context.Context, d entry.Draft) error {
	fields, err := json.Marshal(d.Fields)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, "INSERT INTO draft (id, worker_id, person_id, service, type, fields, rev, saved_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		d.ID, d.Worker, d.Child, d.Service, d.Type, string(fields), d.Rev, d.Saved)
	return err
}

// SaveDraft replaces the fields of a draft not saved since it was read.
func (t *tx) SaveDraft(ctx context.Context, d entry.Draft) error {
	fields, err := json.Marshal(d.Fields)
	if err != nil {
		return err
	}
	n, err := t.exec(ctx, `
		UPDATE draft SET fields = $1, saved_us = $2, rev = rev + 1
		WHERE id = $3 AND worker_id = $4 AND rev = $5`, string(fields), d.Saved, d.ID, d.Worker, d.Rev)
	if err != nil || n == 1 {
		return err
	}
	return t.notThisDraft(ctx, d)
}

// DropDraft removes a draft not saved since it was read.
func (t *tx) DropDraft(ctx context.Context, d entry.Draft) error {
	n, err := t.exec(ctx, "DELETE FROM draft WHERE id = $1 AND worker_id = $2 AND rev = $3", d.ID, d.Worker, d.Rev)
	if err != nil || n == 1 {
		return err
	}
	return t.notThisDraft(ctx, d)
}

// notThisDraft says why there is no such row: the draft is gone, or it has been
// saved since.
func (t *tx) notThisDraft(ctx context.Context, d entry.Draft) error {
	if _, err := t.Draft(ctx, d.Worker, d.ID); err != nil {
		return err
	}
	return fault.New(fault.Conflict, "This draft was saved from another page.")
}
