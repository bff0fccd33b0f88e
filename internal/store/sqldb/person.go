package sqldb

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/store"
)

// AddPerson makes a file; Conflict when the reference was ever used.
func (t *tx) AddPerson(ctx context.Context, p person.Person) error {
	t.found(p.ID)
	if t.batch != nil {
		t.batch.people[p.Reference] = p
	}
	err := t.put(ctx, "person", "id, reference, made_as, recorded_seq, recorded_us, recorded_by",
		[][]any{{p.ID, string(p.Reference), p.MadeAs, t.seq, t.at, p.Recorded.By}})
	if err != nil {
		return err
	}
	return t.put(ctx, "file_member", "person_id, file_id", [][]any{{p.ID, p.ID}})
}

// PersonByReference finds a file by its reference.
func (t *tx) PersonByReference(ctx context.Context, ref id.Reference) (person.Person, error) {
	if t.batch != nil {
		if p, ok := t.batch.people[ref]; ok {
			return p, nil
		}
	}
	return one(ctx, t, "person", func(s scanner) (p person.Person, err error) {
		return p, s.Scan(&p.ID, &p.Reference, &p.MadeAs, &p.Recorded.Seq, &p.Recorded.At, &p.Recorded.By)
	}, `
		SELECT p.id, p.reference, p.made_as, p.recorded_seq, p.recorded_us, p.recorded_by
		FROM person q JOIN file_member m ON m.person_id = q.id JOIN person p ON p.id = m.file_id
		WHERE q.reference = $1`, string(ref))
}

// PersonByIdentifier finds who has a number now.
func (t *tx) PersonByIdentifier(ctx context.Context, system, value string) (person.ID, error) {
	return one(ctx, t, "identifier", func(s scanner) (p person.ID, err error) { return p, s.Scan(&p) },
		"SELECT file_id FROM "+filed("person_identifier")+" i WHERE system = $1 AND value = $2 AND superseded_seq = 0 AND status <> 'twice'", system, value)
}

// keyName makes a name searchable: one row for each folded word, of the file on
// which the name stands.
func (t *tx) keyName(ctx context.Context, p person.ID, n person.Name) error {
	if t.batch == nil {
		var err error
		if p, err = t.FileOf(ctx, p); err != nil {
			return err
		}
	}
	var rows [][]any
	for _, token := range match.Tokens(n.Full()) {
		rows = append(rows, []any{token, p, n.ID})
	}
	return t.put(ctx, "name_key", "token, person_id, name_id", rows)
}

// Header reads what stands at the top of every page of a file.
func (t *tx) Header(ctx context.Context, p person.ID) (person.Header, error) {
	return t.HeaderKnown(ctx, p, 0)
}

// HeaderKnown reads it as it was known at a moment.
func (t *tx) HeaderKnown(ctx context.Context, p person.ID, known date.Instant) (person.Header, error) {
	lines, err := t.linesKnown(ctx, []person.ID{p}, known)
	if err != nil {
		return person.Header{}, err
	}
	if len(lines[p]) == 0 {
		return person.Header{}, notFound("person")
	}
	f, err := lines[p].found(p)
	if err != nil {
		return person.Header{}, err
	}
	h := f.Header
	h.Episodes, err = t.Episodes(ctx, p, known)
	for i := range h.Episodes { // words about the work are not for everybody who sees a header
		h.Episodes[i].EndNote = ""
	}
	return h, err
}

// latest is a column of the fact of a file p that stands in its header.
func latest(column, table, where string) string {
	return fmt.Sprintf(
		"SELECT f.%s FROM %s f WHERE f.file_id = p.id AND f.superseded_seq = 0 AND f.%s ORDER BY CASE WHEN f.person_id = p.id THEN 0 ELSE 1 END, f.recorded_seq DESC, f.id DESC LIMIT 1",
		column, filed(table), where)
}

func finishHeader(h *person.Header, known person.Name) {
	if h.Name.Full() == "" {
		h.Name = known
		return
	}
	if full := known.Full(); full != h.Name.Full() {
		h.KnownAs = full
	}
}

func prefixed(prefix, columns string) string {
	return prefix + strings.ReplaceAll(columns, ", ", ", "+prefix)
}

const home = "to_day = '' AND f.kind = ''"

// A shown is one thing that a header, or a line of a list, shows of a person: what it
// is, three texts and a flag of it.
type shown struct {
	What string `json:"w"`
	A    string `json:"a,omitempty"`
	B    string `json:"b,omitempty"`
	C    string `json:"c,omitempty"`
	Is   bool   `json:"is,omitempty"`
}

// What is shown.
const (
	shownPerson  = "person"
	shownLegal   = string(person.Legal)
	shownKnownAs = string(person.KnownAs)
	shownBirth   = "birth"
	shownGender  = "gender"
	shownDeath   = "death"
	shownHome    = "home"
	shownSecret  = "secret" // an address that is confidential and no home of today
)

// put puts it into the line.
func (s shown) put(f *person.Found, known *person.Name) (err error) {
	h := &f.Header
	switch s.What {
	case shownPerson:
		h.Reference, h.MadeAs = id.Reference(s.A), s.B
	case shownLegal:
		h.Name.Given, h.Name.Family, h.Name.FamilyFirst = s.A, s.B, s.Is
	case shownKnownAs:
		known.Given, known.Family, known.FamilyFirst = s.A, s.B, s.Is
	case shownBirth:
		h.Exactness, h.Estimated = s.B, s.Is
		err = day{&h.Born}.Scan(s.A)
	case shownGender:
		h.Gender = s.A
	case shownDeath:
		h.Dead = true
		err = day{&h.Died}.Scan(s.A)
	case shownHome:
		f.Address.Town, f.Address.Postcode, f.Address.Line1, f.Address.Confidential = s.A, s.B, s.C, s.Is
	}
	return err
}

// A line is what a list shows of a person, without their episodes.
type line []shown

// found is the line as a list has it.
func (l line) found(p person.ID) (*person.Found, error) {
	f, known := &person.Found{}, person.Name{}
	f.ID = p
	for _, s := range l {
		if err := s.put(f, &known); err != nil {
			return nil, err
		}
	}
	finishHeader(&f.Header, known)
	return f, nil
}

// lines reads what is shown of each of a list of people: as it was written beside their
// cards when it last changed, so that a long list is read from few pages of the disk.
// Those who are not there are left out.
func (t *tx) lines(ctx context.Context, people []person.ID) (map[person.ID]*person.Found, error) {
	list, err := values(people)
	if err != nil {
		return nil, err
	}
	type row struct {
		person person.ID
		line   string
	}
	rows, err := all(ctx, t, func(s scanner) (r row, err error) { return r, s.Scan(&r.person, &r.line) },
		"SELECT person_id, line FROM person_card WHERE "+t.d.In("person_id", "$1"), list)
	if err != nil {
		return nil, err
	}
	lines := make(map[person.ID]*person.Found, len(people))
	for _, r := range rows {
		var l line
		if err := json.Unmarshal([]byte(r.line), &l); err != nil {
			return nil, err
		}
		if lines[r.person], err = l.found(r.person); err != nil {
			return nil, err
		}
	}
	// Those whom this transaction has changed, and those who have no card yet.
	fresh := slices.DeleteFunc(slices.Clone(people), func(p person.ID) bool { return lines[p] != nil && len(t.changed) == 0 })
	if len(fresh) == 0 {
		return lines, nil
	}
	made, err := t.linesKnown(ctx, fresh, 0)
	for p, l := range made {
		if lines[p], err = l.found(p); err != nil {
			return nil, err
		}
	}
	return lines, err
}

// linesKnown makes the lines of people from the facts, as they were known at a moment.
// Each table is read once. Of each kind the one that was recorded last is shown, of the
// file's own person rather than of those merged into it.
func (t *tx) linesKnown(ctx context.Context, people []person.ID, known date.Instant) (map[person.ID]line, error) {
	list, err := values(people)
	if err != nil {
		return nil, err
	}
	a := args{list}
	are := knownAt(&a, "f.", known)
	arm := func(what, columns, table, where string) string {
		return fmt.Sprintf(`SELECT f.file_id, %s, %s, CASE WHEN f.person_id = f.file_id THEN 0 ELSE 1 END, f.recorded_seq, f.id
			FROM %s f WHERE %s AND %s%s`, what, columns, onFile(table), t.d.In("f.file_id", "$1"), are, where)
	}
	type row struct {
		person person.ID
		shown
	}
	rows, err := all(ctx, t, func(s scanner) (r row, err error) {
		return r, s.Scan(&r.person, &r.What, &r.A, &r.B, &r.C, &r.Is)
	}, `SELECT file, what, a, b, c, flag FROM (
		SELECT p.id AS file, '`+shownPerson+`' AS what, p.reference AS a, p.made_as AS b, '' AS c, FALSE AS flag, 0 AS own, 0 AS seq, '' AS id
		FROM person p WHERE `+t.d.In("p.id", "$1")+" UNION ALL "+strings.Join([]string{
		arm("f.kind", "f.given, f.family, '', f.family_first", "person_name", " AND f.kind IN ('"+shownLegal+"', '"+shownKnownAs+"')"),
		arm("'"+shownBirth+"'", "f.day, f.exactness, '', f.estimated", "person_birth", ""),
		arm("'"+shownGender+"'", "f.code, '', '', FALSE", "person_characteristic", " AND f.kind = 'gender'"),
		arm("'"+shownDeath+"'", "f.day, '', '', TRUE", "person_death", ""),
		arm("CASE WHEN f."+home+" THEN '"+shownHome+"' ELSE '"+shownSecret+"' END", "f.town, f.postcode, f.line1, f.confidential", "person_address",
			" AND (f.confidential OR f."+home+")"),
	}, " UNION ALL ")+`) facts ORDER BY file, what, own, seq DESC, id DESC`, a...)
	if err != nil {
		return nil, err
	}
	lines := make(map[person.ID]line, len(people))
	secret := map[secretPlace]bool{}
	for i, r := range rows {
		place := person.Address{Line1: r.C, Postcode: r.B}.PlaceKey()
		if (r.What == shownHome || r.What == shownSecret) && r.Is && place != "" {
			secret[secretPlace{r.person, place}] = true
		}
		if i == 0 || rows[i-1].person != r.person || rows[i-1].What != r.What {
			lines[r.person] = append(lines[r.person], r.shown)
		}
	}
	for p, l := range lines {
		l = slices.DeleteFunc(l, func(s shown) bool { return s.What == shownSecret })
		for i, s := range l {
			if s.What != shownHome {
				continue
			}
			if secret[secretPlace{p, person.Address{Line1: s.C, Postcode: s.B}.PlaceKey()}] { // as on the file
				l[i].Is = true
			}
			l[i].C = ""
		}
		lines[p] = l
	}
	return lines, nil
}

// listOf reads the lines of a list of people, in the order given; those who are
// not there are left out.
func (t *tx) listOf(ctx context.Context, people []person.ID) ([]person.Found, error) {
	if len(people) == 0 {
		return nil, nil
	}
	lines, err := t.lines(ctx, people)
	if err != nil {
		return nil, err
	}
	found := make([]person.Found, 0, len(people))
	for _, p := range people {
		if f := lines[p]; f != nil {
			found = append(found, *f)
		}
	}
	headers := make([]*person.Header, len(found))
	for i := range found {
		headers[i] = &found[i].Header
	}
	return found, t.withEpisodes(ctx, headers)
}

// openOn is the condition that a current fact is so on a day.
func openOn(a *args, prefix string, today date.Date) string {
	return openAt(prefix, a.add(today.String()))
}

// openAt is the same with the place of the day among the arguments.
func openAt(prefix, on string) string {
	return fmt.Sprintf("%[1]ssuperseded_seq = 0 AND %[1]sfrom_day <= %[2]s AND (%[1]sto_day = '' OR %[1]sto_day >= %[2]s)", prefix, on)
}

var _ store.Tx = (*tx)(nil)
