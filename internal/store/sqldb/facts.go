package sqldb

import (
	"context"
	"fmt"
	"slices"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/store"
)

// The kit that every table of facts shares: its clock columns are these, in
// this order, behind its own.
const clockColumns = "from_day, to_day, recorded_seq, recorded_us, recorded_by, superseded_seq, superseded_us, superseded_by"

func clockTargets(c *date.Clocks) []any {
	return []any{
		day{&c.Period.From},
		day{&c.Period.To},
		&c.Recorded.Seq, &c.Recorded.At, &c.Recorded.By,
		&c.Superseded.Seq, &c.Superseded.At, &c.Superseded.By,
	}
}

// insertFact adds a row: the table's own columns, then the clocks. A fact is
// recorded in this transaction, whatever its Clocks say.
func (t *tx) insertFact(ctx context.Context, f store.Fact, columns string, own []any, c date.Clocks) error {
	if !c.Period.Valid() {
		return fault.New(fault.Invalid, "The end must not come before the beginning.")
	}
	row := append(slices.Clone(own), c.Period.From.String(), c.Period.To.String(), t.seq, t.at, c.Recorded.By)
	return t.put(ctx, string(f), columns+", from_day, to_day, recorded_seq, recorded_us, recorded_by", [][]any{row})
}

// Supersede puts a fact aside.
func (t *tx) Supersede(ctx context.Context, f store.Fact, id string, by date.Stamp) error {
	n, err := t.exec(ctx, fmt.Sprintf(`
		UPDATE %s SET superseded_seq = $1, superseded_us = $2, superseded_by = $3
		WHERE id = $4 AND superseded_seq = 0`, f), t.seq, t.at, by.By, id)
	if err != nil {
		return err
	}
	if n == 0 {
		var held int
		if err := t.sql.QueryRowContext(ctx, fmt.Sprintf("SELECT count(*) FROM %s WHERE id = $1", f), id).Scan(&held); err != nil {
			return err
		}
		if held == 0 {
			return fault.Wrap(fault.NotFound, "", fmt.Errorf("no such row of %s", f))
		}
		return fault.New(fault.Conflict, "This was changed by someone else.")
	}
	if err := t.supersedes(ctx, f, id); err != nil {
		return err
	}
	if f == store.NameFact { // derived: only current names are searched
		_, err = t.exec(ctx, "DELETE FROM name_key WHERE name_id = $1", id)
	}
	return err
}

// facts reads a person's rows of one table, current or as known at a moment.
func facts[T any](ctx context.Context, t *tx, f store.Fact, columns string, p person.ID, known date.Instant, scan func(scanner) (T, error)) ([]T, error) {
	a := args{p}
	query := fmt.Sprintf("SELECT %s, %s FROM %s f WHERE file_id = $1 AND %s ORDER BY from_day, recorded_seq, id",
		columns, clockColumns, filed(string(f)), knownAt(&a, "", known))
	return all(ctx, t, scan, query, a...)
}

// knownAt is the condition that a fact was held at a moment; the zero moment
// means now, and store.Ever at any.
func knownAt(a *args, prefix string, known date.Instant) string {
	switch known {
	case 0:
		return prefix + "superseded_seq = 0"
	case store.Ever:
		return "1 = 1"
	}
	at := a.add(known)
	return fmt.Sprintf("%srecorded_us <= %s AND (%ssuperseded_seq = 0 OR %ssuperseded_us > %s)", prefix, at, prefix, prefix, at)
}

// Names reads names.
func (t *tx) Names(ctx context.Context, p person.ID, known date.Instant) ([]person.Name, error) {
	return facts(ctx, t, store.NameFact, "id, kind, given, family, family_first", p, known, func(s scanner) (n person.Name, err error) {
		return n, s.Scan(append([]any{&n.ID, &n.Kind, &n.Given, &n.Family, &n.FamilyFirst}, clockTargets(&n.Clocks)...)...)
	})
}

// Births reads days of birth.
func (t *tx) Births(ctx context.Context, p person.ID, known date.Instant) ([]person.Birth, error) {
	return facts(ctx, t, store.BirthFact, "id, day, estimated, exactness, proof", p, known, func(s scanner) (b person.Birth, err error) {
		return b, s.Scan(append([]any{&b.ID, day{&b.Day}, &b.Estimated, &b.Exactness, &b.Proof}, clockTargets(&b.Clocks)...)...)
	})
}

// Addresses reads addresses.
func (t *tx) Addresses(ctx context.Context, p person.ID, known date.Instant) ([]person.Address, error) {
	return facts(ctx, t, store.AddressFact, "id, line1, line2, town, postcode, confidential, kind, place_id", p, known, func(s scanner) (a person.Address, err error) {
		return a, s.Scan(append([]any{&a.ID, &a.Line1, &a.Line2, &a.Town, &a.Postcode, &a.Confidential, &a.Kind, &a.Place}, clockTargets(&a.Clocks)...)...)
	})
}

// Contacts reads ways to reach the person.
func (t *tx) Contacts(ctx context.Context, p person.ID, known date.Instant) ([]person.Contact, error) {
	return facts(ctx, t, store.ContactFact, "id, kind, value, note", p, known, func(s scanner) (c person.Contact, err error) {
		return c, s.Scan(append([]any{&c.ID, &c.Kind, &c.Value, &c.Note}, clockTargets(&c.Clocks)...)...)
	})
}

// Characteristics reads coded facts.
func (t *tx) Characteristics(ctx context.Context, p person.ID, known date.Instant) ([]person.Characteristic, error) {
	return facts(ctx, t, store.CharacteristicFact, "id, kind, code, note", p, known, func(s scanner) (c person.Characteristic, err error) {
		return c, s.Scan(append([]any{&c.ID, &c.Kind, &c.Code, &c.Note}, clockTargets(&c.Clocks)...)...)
	})
}

// Identifiers reads numbers.
func (t *tx) Identifiers(ctx context.Context, p person.ID, known date.Instant) ([]person.Identifier, error) {
	return facts(ctx, t, store.IdentifierFact, "id, system, value, status", p, known, func(s scanner) (i person.Identifier, err error) {
		return i, s.Scan(append([]any{&i.ID, &i.System, &i.Value, &i.Status}, clockTargets(&i.Clocks)...)...)
	})
}

// AddName states a name and makes it searchable.
func (t *tx) AddName(ctx context.Context, p person.ID, n person.Name) error {
	err := t.insertFact(ctx, store.NameFact, "id, person_id, kind, given, family, family_first",
		[]any{n.ID, p, n.Kind, n.Given, n.Family, n.FamilyFirst}, n.Clocks)
	if err != nil {
		return err
	}
	t.found(p)
	return t.keyName(ctx, p, n)
}

// AddBirth states a day of birth.
func (t *tx) AddBirth(ctx context.Context, p person.ID, b person.Birth) error {
	t.found(p)
	return t.insertFact(ctx, store.BirthFact, "id, person_id, day, estimated, exactness, proof",
		[]any{b.ID, p, b.Day.String(), b.Estimated, b.Exactness, b.Proof}, b.Clocks)
}

// AddAddress states an address.
func (t *tx) AddAddress(ctx context.Context, p person.ID, a person.Address) error {
	t.found(p)
	return t.insertFact(ctx, store.AddressFact, "id, person_id, line1, line2, town, postcode, confidential, kind, place_id",
		[]any{a.ID, p, a.Line1, a.Line2, a.Town, a.Postcode, a.Confidential, a.Kind, a.Place}, a.Clocks)
}

// AddContact states a way to reach the person.
func (t *tx) AddContact(ctx context.Context, p person.ID, c person.Contact) error {
	return t.insertFact(ctx, store.ContactFact, "id, person_id, kind, value, note",
		[]any{c.ID, p, c.Kind, c.Value, c.Note}, c.Clocks)
}

// AddCharacteristic states a coded fact.
func (t *tx) AddCharacteristic(ctx context.Context, p person.ID, c person.Characteristic) error {
	t.found(p)
	return t.insertFact(ctx, store.CharacteristicFact, "id, person_id, kind, code, note",
		[]any{c.ID, p, c.Kind, c.Code, c.Note}, c.Clocks)
}

// AddIdentifier states a number; Conflict when another person has it now.
func (t *tx) AddIdentifier(ctx context.Context, p person.ID, i person.Identifier) error {
	t.found(p)
	return t.insertFact(ctx, store.IdentifierFact, "id, person_id, system, value, status",
		[]any{i.ID, p, i.System, i.Value, i.Status}, i.Clocks)
}

// AddEpisode states that a service works with the person. What continues an
// episode is of whom the episode is, whose file is merged with another or not.
func (t *tx) AddEpisode(ctx context.Context, p person.ID, e person.Episode) error {
	if e.Continues != "" && t.batch == nil {
		var err error
		if p, err = t.whose(ctx, e.Continues); err != nil {
			return err
		}
	}
	return t.insertFact(ctx, store.EpisodeFact, "id, continues, person_id, service, team_id, end_reason, end_note",
		[]any{e.ID, e.Continues, p, e.Service, e.TeamID, e.EndReason, e.EndNote}, e.Clocks)
}

// whose is the person of an episode.
func (t *tx) whose(ctx context.Context, episode string) (person.ID, error) {
	return one(ctx, t, "episode", func(s scanner) (p person.ID, err error) { return p, s.Scan(&p) },
		"SELECT person_id FROM episode WHERE id = $1", episode)
}

// AddAllocation states that a worker works with the person of an episode.
func (t *tx) AddAllocation(ctx context.Context, a store.Allocation) error {
	if t.batch == nil { // what is gathered is of people who are on no other's file
		var err error
		if a.Person, err = t.whose(ctx, a.Episode); err != nil {
			return err
		}
	}
	return t.insertFact(ctx, store.AllocationFact, "id, episode_id, person_id, worker_id, kind",
		[]any{a.ID, a.Episode, a.Person, a.Worker, a.Kind}, a.Clocks)
}
