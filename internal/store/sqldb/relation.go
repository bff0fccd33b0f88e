package sqldb

import (
	"context"
	"fmt"

	"casefile/internal/date"
	"casefile/internal/person"
	"casefile/internal/store"
)

// Relationships reads those of which the person is either of the two.
func (t *tx) Relationships(ctx context.Context, p person.ID, known date.Instant) ([]person.Relationship, error) {
	var a args
	// Both sides are the files on which they stand now. What was stated between
	// two who turned out to be one says nothing any more.
	side := func(column string) string {
		return fmt.Sprintf(`
			SELECT r.id, r.kind, one.file_id, two.file_id, r.basis, r.responsible, r.carer, r.note, %s
			FROM relationship r
			JOIN file_member one ON one.person_id = r.person_id
			JOIN file_member two ON two.person_id = r.other_id
			WHERE %s = %s AND one.file_id <> two.file_id AND %s`, prefixed("r.", clockColumns), column, a.add(p), knownAt(&a, "r.", known))
	}
	// Nobody is related to themselves, so no row is on both sides.
	query := side("one.file_id") + " UNION ALL " + side("two.file_id") + " ORDER BY from_day, recorded_seq, id"
	return all(ctx, t, func(s scanner) (r person.Relationship, err error) {
		return r, s.Scan(append([]any{&r.ID, &r.Kind, &r.Person, &r.Other, &r.Basis, &r.Responsible, &r.Carer, &r.Note}, clockTargets(&r.Clocks)...)...)
	}, query, a...)
}

// Household reads all members of each household that the person ever was in.
func (t *tx) Household(ctx context.Context, p person.ID, known date.Instant) ([]person.Member, error) {
	a := args{p}
	return all(ctx, t, func(s scanner) (m person.Member, err error) {
		return m, s.Scan(append([]any{&m.ID, &m.Household, &m.Person, &m.Note}, clockTargets(&m.Clocks)...)...)
	}, fmt.Sprintf(`
		SELECT id, household_id, file_id, note, %s
		FROM %s h
		WHERE household_id IN (SELECT o.household_id FROM %s o WHERE o.file_id = $1 AND %s) AND %s
		ORDER BY from_day, recorded_seq, id`, clockColumns, filed("household_member"), filed("household_member"), knownAt(&a, "o.", known), knownAt(&a, "", known)), a...)
}

// Whereabouts reads what is known of parents who are not on the record.
func (t *tx) Whereabouts(ctx context.Context, p person.ID, known date.Instant) ([]person.Whereabouts, error) {
	return facts(ctx, t, store.WhereaboutsFact, "id, of_whom, statement", p, known, func(s scanner) (w person.Whereabouts, err error) {
		return w, s.Scan(append([]any{&w.ID, &w.Of, &w.Statement}, clockTargets(&w.Clocks)...)...)
	})
}

// Deaths reads that somebody died.
func (t *tx) Deaths(ctx context.Context, p person.ID, known date.Instant) ([]person.Death, error) {
	return facts(ctx, t, store.DeathFact, "id, day, estimated, note", p, known, func(s scanner) (d person.Death, err error) {
		return d, s.Scan(append([]any{&d.ID, day{&d.Day}, &d.Estimated, &d.Note}, clockTargets(&d.Clocks)...)...)
	})
}

// AddRelationship states what two people are to each other.
func (t *tx) AddRelationship(ctx context.Context, r person.Relationship) error {
	return t.insertFact(ctx, store.RelationshipFact, "id, person_id, other_id, kind, basis, responsible, carer, note",
		[]any{r.ID, r.Person, r.Other, r.Kind, r.Basis, r.Responsible, r.Carer, r.Note}, r.Clocks)
}

// AddMember states that somebody lives in a household.
func (t *tx) AddMember(ctx context.Context, m person.Member) error {
	return t.insertFact(ctx, store.MemberFact, "id, household_id, person_id, note",
		[]any{m.ID, m.Household, m.Person, m.Note}, m.Clocks)
}

// AddWhereabouts states what is known of a parent who is not on the record.
func (t *tx) AddWhereabouts(ctx context.Context, p person.ID, w person.Whereabouts) error {
	return t.insertFact(ctx, store.WhereaboutsFact, "id, person_id, of_whom, statement",
		[]any{w.ID, p, w.Of, w.Statement}, w.Clocks)
}

// AddDeath states that somebody died.
func (t *tx) AddDeath(ctx context.Context, p person.ID, d person.Death) error {
	t.found(p)
	return t.insertFact(ctx, store.DeathFact, "id, person_id, day, estimated, note",
		[]any{d.ID, p, d.Day.String(), d.Estimated, d.Note}, d.Clocks)
}

// Changes reads why a person's facts were changed, the latest first.
func (t *tx) Changes(ctx context.Context, p person.ID) ([]person.Change, error) {
	return all(ctx, t, func(s scanner) (c person.Change, err error) {
		return c, s.Scan(&c.ID, &c.Fact, &c.Before, &c.After, &c.Action, &c.Why, &c.Basis, &c.Recorded.Seq, &c.Recorded.At, &c.Recorded.By)
	}, `
		SELECT id, fact, before_id, after_id, action, why, basis, recorded_seq, recorded_us, recorded_by
		FROM `+filed("fact_change")+` c
		WHERE file_id = $1
		ORDER BY recorded_seq DESC, id DESC`, p)
}

// AddChange says why a person's facts were changed.
func (t *tx) AddChange(ctx context.Context, p person.ID, c person.Change) error {
	_, err := t.exec(ctx, `
		INSERT INTO fact_change (id, person_id, fact, before_id, after_id, action, why, basis, recorded_seq, recorded_us, recorded_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		c.ID, p, c.Fact, c.Before, c.After, c.Action, c.Why, c.Basis, t.seq, t.at, c.Recorded.By)
	return err
}
