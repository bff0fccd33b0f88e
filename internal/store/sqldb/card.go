package sqldb

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"casefile/internal/date"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/store"
)

// found notes that what a person is found by may have changed. Their card and
// keys are made anew before the commit, once for all that the transaction did.
func (t *tx) found(p person.ID) {
	if t.changed == nil {
		t.changed = map[person.ID]bool{}
	}
	t.changed[p] = true
}

// foundBy are the facts that a card, and the line of a list beside it, are made of.
var foundBy = []store.Fact{store.NameFact, store.BirthFact, store.AddressFact, store.IdentifierFact, store.CharacteristicFact, store.DeathFact}

// supersedes notes whose fact was put aside.
func (t *tx) supersedes(ctx context.Context, f store.Fact, id string) error {
	if !slices.Contains(foundBy, f) {
		return nil
	}
	var p person.ID
	if err := t.sql.QueryRowContext(ctx, fmt.Sprintf("SELECT file_id FROM %s f WHERE id = $1", filed(string(f))), id).Scan(&p); err != nil {
		return err
	}
	t.found(p)
	return nil
}

// values makes the argument of Dialect.Values and Dialect.Rows.
func values[T ~string](list []T) (string, error) {
	if list == nil {
		list = []T{}
	}
	b, err := json.Marshal(list)
	return string(b), err
}

// makeCards brings the cards of those noted up to date, and with them the keys
// and the vocabulary.
func (t *tx) makeCards(ctx context.Context) error {
	const together = 200
	for changed := range slices.Chunk(slices.Sorted(maps.Keys(t.changed)), together) {
		some, err := t.filesOfChanged(ctx, changed)
		if err != nil {
			return err
		}
		if err := t.makeSome(ctx, some); err != nil {
			return fmt.Errorf("make what people are found by: %w", err)
		}
	}
	t.changed = nil
	return nil
}

func (t *tx) makeSome(ctx context.Context, people []person.ID) error {
	list, err := values(people)
	if err != nil {
		return err
	}
	type held struct {
		person     person.ID
		card, line string
	}
	before, err := all(ctx, t, func(s scanner) (h held, err error) { return h, s.Scan(&h.person, &h.card, &h.line) },
		"SELECT person_id, card, line FROM person_card WHERE "+t.d.In("person_id", "$1"), list)
	if err != nil {
		return err
	}
	old := make(map[person.ID]held, len(before))
	for _, h := range before {
		old[h.person] = h
	}
	cards, err := t.cards(ctx, list)
	if err != nil {
		return err
	}
	lines, err := t.linesKnown(ctx, people, 0)
	if err != nil {
		return err
	}
	var made, keys [][]any
	words := map[string]int{}
	for _, p := range people {
		card := cards[p]
		shows, err := json.Marshal(lines[p])
		if err != nil {
			return err
		}
		now := held{p, card.String(), string(shows)}
		if now == old[p] {
			continue
		}
		was, err := match.ReadCard(old[p].card)
		if err != nil {
			return err
		}
		made = append(made, []any{p, now.card, now.line})
		if now.card == old[p].card {
			continue
		}
		wasKeys, nowKeys := was.Keys(), card.Keys()
		gone := wasKeys
		if was.Born == card.Born {
			gone = without(wasKeys, nowKeys)
			nowKeys = without(nowKeys, wasKeys)
		}
		if err := t.dropKeys(ctx, p, was.Born, gone); err != nil {
			return err
		}
		for _, k := range nowKeys {
			keys = append(keys, []any{k, card.Born.String(), p})
		}
		for _, w := range was.Vocabulary() {
			words[w]--
		}
		for _, w := range card.Vocabulary() {
			words[w]++
		}
	}
	if err := t.insertOr(ctx, "person_card", "person_id, card, line", made, "ON CONFLICT (person_id) DO UPDATE SET card = excluded.card, line = excluded.line"); err != nil {
		return err
	}
	if err := t.insertOr(ctx, "find_key", "key, born, person_id", keys, ""); err != nil {
		return err
	}
	return t.keepWords(ctx, words)
}

// without are the keys that are not among others; both are in order.
func without(keys, others []string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(k string) bool {
		_, in := slices.BinarySearch(others, k)
		return in
	})
}

func (t *tx) dropKeys(ctx context.Context, p person.ID, born date.Date, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	list, err := values(keys)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, "DELETE FROM find_key WHERE "+t.d.In("key", "$1")+" AND born = $2 AND person_id = $3", list, born.String(), p)
	return err
}

// A secretPlace is where somebody lives in secret, however it is written elsewhere on
// their file.
type secretPlace struct {
	person person.ID
	place  string
}

// cards makes the cards of people from their current facts.
func (t *tx) cards(ctx context.Context, list string) (map[person.ID]match.Card, error) {
	cards := map[person.ID]match.Card{}
	type row struct {
		person        person.ID
		what, a, b, c string
	}
	rows, err := all(ctx, t, func(s scanner) (r row, err error) { return r, s.Scan(&r.person, &r.what, &r.a, &r.b, &r.c) }, `
		SELECT person_id, what, a, b, c FROM (
			SELECT file_id AS person_id, 'n' AS what, kind AS a, given AS b, family AS c, CASE kind WHEN 'legal' THEN 0 WHEN 'known-as' THEN 1 ELSE 2 END AS place, recorded_seq, id
			FROM `+filed("person_name")+` f WHERE superseded_seq = 0 AND `+t.d.In("file_id", "$1")+`
			UNION ALL
			SELECT file_id, 'b', day, CASE WHEN estimated THEN 'yes' ELSE '' END, '', CASE WHEN person_id = file_id THEN 0 ELSE 1 END, recorded_seq, id
			FROM `+filed("person_birth")+` f WHERE superseded_seq = 0 AND `+t.d.In("file_id", "$1")+`
			UNION ALL
			SELECT file_id, 'p', postcode, line1, CASE WHEN confidential THEN 'yes' ELSE '' END, CASE WHEN confidential THEN 0 ELSE 1 END, recorded_seq, id
			FROM `+filed("person_address")+` f WHERE superseded_seq = 0 AND (to_day = '' OR confidential) AND `+t.d.In("file_id", "$1")+`
			UNION ALL
			SELECT file_id, 'i', value, '', '', 0, recorded_seq, id
			FROM `+filed("person_identifier")+` f WHERE superseded_seq = 0 AND to_day = '' AND `+t.d.In("file_id", "$1")+`
		) facts ORDER BY person_id, what, place, recorded_seq DESC, id DESC`, list)
	if err != nil {
		return nil, err
	}
	secret := map[secretPlace]bool{}
	for _, r := range rows {
		c := cards[r.person]
		switch r.what {
		case "n":
			c.Names = append(c.Names, match.Name{Kind: r.a, Given: r.b, Family: r.c})
		case "b": // the one recorded last, as in a header
			if c.Born.IsZero() {
				if c.Born, err = date.Parse(r.a); err != nil {
					return nil, err
				}
				c.Estimated = r.b != ""
			}
		case "p": // those that are confidential first, whose places are found by nothing
			place := secretPlace{r.person, person.Address{Line1: r.b, Postcode: r.a}.PlaceKey()}
			secret[place] = secret[place] || r.c != "" && place.place != ""
			if r.c != "" || secret[place] {
				break
			}
			if p := match.Postcode(r.a); strings.Contains(p, " ") && !slices.Contains(c.Postcodes, p) {
				c.Postcodes = append(c.Postcodes, p)
			}
		case "i":
			if n := match.Number(r.a); n != "" && !slices.Contains(c.Numbers, n) {
				c.Numbers = append(c.Numbers, n)
			}
		}
		cards[r.person] = c
	}
	return cards, nil
}

// keepWords counts who bears a word, and has those findable that somebody bears.
func (t *tx) keepWords(ctx context.Context, change map[string]int) error {
	maps.DeleteFunc(change, func(_ string, n int) bool { return n == 0 })
	if len(change) == 0 {
		return nil
	}
	words := slices.Sorted(maps.Keys(change))
	list, err := values(words)
	if err != nil {
		return err
	}
	known, err := all(ctx, t, func(s scanner) (w string, err error) { return w, s.Scan(&w) },
		"SELECT token FROM name_word WHERE "+t.d.In("token", "$1")+" ORDER BY token", list)
	if err != nil {
		return err
	}
	rows, spellings := [][]any{}, [][]any{}
	for _, w := range words {
		rows = append(rows, []any{w, backward(w), change[w]})
	}
	for _, w := range without(words, known) {
		for _, k := range match.SpellingKeys(w) {
			spellings = append(spellings, []any{k, w})
		}
	}
	err = t.insertOr(ctx, "name_word", "token, backward, bearers", rows, "ON CONFLICT (token) DO UPDATE SET bearers = name_word.bearers + excluded.bearers")
	if err != nil {
		return err
	}
	if err := t.insertOr(ctx, "name_spelling", "key, token", spellings, "ON CONFLICT DO NOTHING"); err != nil {
		return err
	}
	if !slices.ContainsFunc(words, func(w string) bool { return change[w] < 0 }) {
		return nil
	}
	gone, err := all(ctx, t, func(s scanner) (w string, err error) { return w, s.Scan(&w) },
		"SELECT token FROM name_word WHERE bearers <= 0 AND "+t.d.In("token", "$1"), list)
	if err != nil {
		return err
	}
	for _, w := range gone {
		keys, err := values(match.SpellingKeys(w))
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, "DELETE FROM name_spelling WHERE token = $1 AND "+t.d.In("key", "$2"), w, keys); err != nil {
			return err
		}
		if _, err := t.exec(ctx, "DELETE FROM name_word WHERE token = $1", w); err != nil {
			return err
		}
	}
	return nil
}

// backward is a word from its end, so that words that end alike stand together.
func backward(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

// MakeCards makes the cards of everybody who has none: after the migration that
// brought them, and after an older version of the program has added people. It makes
// anew those that a migration put in card_again.
func (db *DB) MakeCards(ctx context.Context) error {
	for {
		done := false
		err := db.retry(ctx, func() error {
			return db.inTx(ctx, func(t *tx) error {
				scan := func(s scanner) (p person.ID, err error) { return p, s.Scan(&p) }
				again, err := all(ctx, t, scan, "SELECT person_id FROM card_again ORDER BY person_id LIMIT 1000")
				if err != nil {
					return err
				}
				list, err := values(again)
				if err != nil {
					return err
				}
				if _, err := t.exec(ctx, "DELETE FROM card_again WHERE "+t.d.In("person_id", "$1"), list); err != nil {
					return err
				}
				people, err := all(ctx, t, scan, `
					SELECT p.id FROM person p LEFT JOIN person_card c ON c.person_id = p.id
					WHERE c.person_id IS NULL ORDER BY p.id LIMIT 1000`)
				for _, p := range append(again, people...) {
					t.found(p)
				}
				done = len(again)+len(people) == 0
				return err
			})
		})
		if err != nil || done {
			return err
		}
	}
}
