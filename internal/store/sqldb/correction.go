package sqldb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"casefile/internal/correction"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// filed is a table as it is read: each row with file_id, the file on which it
// stands now. Its person_id says whose row it was when it was written, and never
// changes; the two differ once files were merged or something was moved.
func filed(table string) string {
	const plain = "(SELECT fm.file_id, ft.* FROM %[1]s ft JOIN file_member fm ON fm.person_id = ft.person_id%[2]s)"
	switch table {
	case "watch_hit": // may be of no person
		return "(SELECT COALESCE(fm.file_id, '') AS file_id, ft.* FROM watch_hit ft LEFT JOIN file_member fm ON fm.person_id = ft.person_id)"
	case string(store.FileFact), documentTable, planTable:
	default:
		return fmt.Sprintf(plain, table, "")
	}
	// These move, too.
	stay := fmt.Sprintf(plain, table, " WHERE NOT EXISTS (SELECT 1 FROM moved fv WHERE fv.object_id = ft.id)")
	return "(" + stay[1:len(stay)-1] + ` UNION ALL
		SELECT fm.file_id, ft.* FROM moved fv JOIN ` + table + ` ft ON ft.id = fv.object_id JOIN file_member fm ON fm.person_id = fv.to_id)`
}

// onFile is filed for whoever begins with the file. SQLite follows the order of a
// CROSS JOIN, and so does not begin with all the rows of a service.
func onFile(table string) string {
	return fmt.Sprintf("(SELECT fm.file_id, ft.* FROM file_member fm CROSS JOIN %s ft WHERE ft.person_id = fm.person_id)", table)
}

// members is whose rows stand on the file $1.
const members = "(SELECT person_id FROM file_member WHERE file_id = $1)"

// isOf is the condition that a footprint f is of a file: of any of its members,
// or of the object itself where it is no file.
func (t *tx) isOf(ctx context.Context, a *args, object string) (string, error) {
	of, err := t.FileMembers(ctx, person.ID(object))
	if err != nil {
		return "", err
	}
	if !slices.Contains(of, person.ID(object)) {
		of = append(of, person.ID(object))
	}
	parted, err := t.parted(ctx, person.ID(object))
	if err != nil {
		return "", err
	}
	if len(of) == 1 && len(parted) == 0 { // nearly always, and then in the order of the index
		return "f.object = " + a.add(object), nil
	}
	places := make([]string, len(of))
	for i, p := range of {
		places[i] = a.add(string(p))
	}
	where := "f.object IN (" + strings.Join(places, ", ") + ")"
	// Whoever looked at two files while they were one looked at both.
	for _, m := range parted {
		where += fmt.Sprintf(" OR f.object = %s AND f.at_us >= %s AND f.at_us < %s", a.add(string(m.To)), a.add(m.Recorded.At), a.add(m.Undone.At))
	}
	return "(" + where + ")", nil
}

// parted are the merges of a file into others that were undone.
func (t *tx) parted(ctx context.Context, file person.ID) ([]correction.Correction, error) {
	return all(ctx, t, scanCorrection, "SELECT "+correctionColumns+" FROM "+correctionTables+`
		WHERE c.kind = '`+string(correction.Merge)+`' AND c.from_id IN `+members+` AND c.to_id NOT IN `+members+` AND u.id IS NOT NULL
		ORDER BY c.recorded_seq`, file)
}

// standsOn is the rows of entry_child as they stand: now_id is the person whose
// record the entry is on, file_id their file.
const standsOn = `(SELECT sc.entry_id, sc.person_id, COALESCE(sv.to_id, sc.person_id) AS now_id, sm.file_id
	FROM entry_child sc
	LEFT JOIN moved sv ON sv.object_id = sc.entry_id AND sv.from_id = sc.person_id
	JOIN file_member sm ON sm.person_id = COALESCE(sv.to_id, sc.person_id))`

// FileOf is the file on which a person's rows stand.
func (t *tx) FileOf(ctx context.Context, p person.ID) (person.ID, error) {
	return one(ctx, t, "person", func(s scanner) (f person.ID, err error) { return f, s.Scan(&f) },
		"SELECT file_id FROM file_member WHERE person_id = $1", p)
}

// FactOwner is whose row a fact is.
func (t *tx) FactOwner(ctx context.Context, f store.Fact, key string) (person.ID, error) {
	return one(ctx, t, string(f), func(s scanner) (p person.ID, err error) { return p, s.Scan(&p) },
		fmt.Sprintf("SELECT person_id FROM %s WHERE id = $1", f), key)
}

// filesOfChanged are the files on which those stand whose facts were changed.
func (t *tx) filesOfChanged(ctx context.Context, changed []person.ID) ([]person.ID, error) {
	list, err := values(changed)
	if err != nil {
		return nil, err
	}
	scan := func(s scanner) (p person.ID, err error) { return p, s.Scan(&p) }
	// Whoever has just parted from their file, or joined another, is found anew too.
	return all(ctx, t, scan, "SELECT person_id FROM file_member WHERE "+t.d.In("person_id", "$1")+
		" UNION SELECT file_id FROM file_member WHERE "+t.d.In("person_id", "$1")+" ORDER BY 1", list)
}

// Reference is a person's own.
func (t *tx) Reference(ctx context.Context, p person.ID) (id.Reference, error) {
	return one(ctx, t, "person", func(s scanner) (r id.Reference, err error) { return r, s.Scan(&r) },
		"SELECT reference FROM person WHERE id = $1", p)
}

// RecordedSince lists who put something on a file.
func (t *tx) RecordedSince(ctx context.Context, file person.ID, seq int64) ([]staff.ID, error) {
	return all(ctx, t, func(s scanner) (w staff.ID, err error) { return w, s.Scan(&w) }, `
		SELECT v.author_id FROM timeline_line l JOIN entry_version v ON v.entry_id = l.entry_id
		WHERE l.person_id = $1 AND v.recorded_seq > $2
		UNION SELECT f.author_id FROM `+filed("file")+` f WHERE f.file_id = $1 AND f.recorded_seq > $2
		UNION SELECT d.recorded_by FROM `+filed(documentTable)+` d WHERE d.file_id = $1 AND d.recorded_seq > $2
		UNION SELECT s.by_id FROM document_step s JOIN `+filed(documentTable)+` d ON d.id = s.document_id WHERE d.file_id = $1 AND s.recorded_seq > $2
		UNION SELECT l.recorded_by FROM `+filed(planTable)+` l WHERE l.file_id = $1 AND l.recorded_seq > $2
		UNION SELECT s.by_id FROM plan_step s JOIN `+filed(planTable)+` l ON l.id = s.plan_id WHERE l.file_id = $1 AND s.recorded_seq > $2
		UNION SELECT m.recorded_by FROM meeting m WHERE m.recorded_seq > $2 AND m.id IN `+aboutFile+`
		UNION SELECT v.by_id FROM meeting_version v WHERE v.recorded_seq > $2 AND v.meeting_id IN `+aboutFile+`
		UNION SELECT s.by_id FROM minutes_step s WHERE s.recorded_seq > $2 AND s.meeting_id IN `+aboutFile+`
		UNION SELECT v.by_id FROM meeting_decision_version v JOIN meeting_decision d ON d.id = v.decision_id WHERE v.recorded_seq > $2 AND d.meeting_id IN `+aboutFile+`
		ORDER BY 1`, file, seq)
}

// FileMembers lists whose rows stand on a file, itself first.
func (t *tx) FileMembers(ctx context.Context, file person.ID) ([]person.ID, error) {
	return all(ctx, t, func(s scanner) (p person.ID, err error) { return p, s.Scan(&p) },
		"SELECT person_id FROM file_member WHERE file_id = $1 ORDER BY CASE WHEN person_id = file_id THEN 0 ELSE 1 END, person_id", file)
}

const correctionColumns = `c.id, c.kind, c.object_id, c.from_id, c.to_id, c.undoes, c.reason, c.by_id, c.by_name, c.by_role,
	c.recorded_seq, c.recorded_us, c.recorded_by,
	COALESCE(u.reason, ''), COALESCE(u.by_name, ''), COALESCE(u.by_role, ''), COALESCE(u.recorded_seq, 0), COALESCE(u.recorded_us, 0)`

const correctionTables = "correction c LEFT JOIN correction u ON u.undoes = c.id"

func scanCorrection(s scanner) (c correction.Correction, err error) {
	return c, s.Scan(&c.ID, &c.Kind, &c.Object, &c.From, &c.To, &c.Undoes, &c.Reason, &c.By, &c.ByName, &c.ByRole,
		&c.Recorded.Seq, &c.Recorded.At, &c.Recorded.By, &c.Undone.Reason, &c.Undone.ByName, &c.Undone.ByRole, &c.Undone.Seq, &c.Undone.At)
}

// Correction is one correction.
func (t *tx) Correction(ctx context.Context, key string) (correction.Correction, error) {
	return one(ctx, t, "correction", scanCorrection, "SELECT "+correctionColumns+" FROM "+correctionTables+" WHERE c.id = $1 AND c.undoes = ''", key)
}

// Corrections lists those that a file has to do with, the latest first.
func (t *tx) Corrections(ctx context.Context, file person.ID) ([]correction.Correction, error) {
	return all(ctx, t, scanCorrection, "SELECT "+correctionColumns+" FROM "+correctionTables+`
		WHERE c.undoes = '' AND (c.from_id IN `+members+" OR c.to_id IN "+members+`)
		ORDER BY c.recorded_seq DESC, c.id DESC`, file)
}

// NeverSame reports whether two files were said to be of two people, in either
// order and by any of their members.
func (t *tx) NeverSame(ctx context.Context, one, other person.ID) (bool, error) {
	list, err := t.Corrections(ctx, one)
	if err != nil {
		return false, err
	}
	members, err := t.FileMembers(ctx, other)
	return slices.ContainsFunc(list, func(c correction.Correction) bool {
		return c.Kind == correction.NeverSame && c.Stands() && (slices.Contains(members, c.From) || slices.Contains(members, c.To))
	}), err
}

// movingTables have what moves and is of one person.
var movingTables = map[correction.Kind]string{
	correction.MoveFile: string(store.FileFact), correction.MoveDocument: documentTable, correction.MovePlan: planTable,
}

// StandsWith lists where on a file something stands.
func (t *tx) StandsWith(ctx context.Context, kind correction.Kind, object string, file person.ID) ([]correction.Place, error) {
	scan := func(s scanner) (p correction.Place, err error) { return p, s.Scan(&p.Put, &p.Now) }
	if kind == correction.MoveEntry {
		return all(ctx, t, scan, "SELECT o.person_id, o.now_id FROM "+standsOn+" o WHERE o.entry_id = $1 AND o.file_id = $2 ORDER BY o.now_id, o.person_id", object, file)
	}
	if kind == correction.MoveMeeting {
		return all(ctx, t, scan, "SELECT o.person_id, o.now_id FROM "+meetsOn+" o WHERE o.meeting_id = $1 AND o.file_id = $2 ORDER BY o.now_id, o.person_id", object, file)
	}
	table, ok := movingTables[kind]
	if !ok {
		return nil, fmt.Errorf("a correction of kind %q moves nothing", kind)
	}
	return all(ctx, t, scan, `
		SELECT o.person_id, o.now_id FROM (
			SELECT f.person_id, COALESCE(v.to_id, f.person_id) AS now_id FROM `+table+` f LEFT JOIN moved v ON v.object_id = f.id WHERE f.id = $1) o
		JOIN file_member m ON m.person_id = o.now_id WHERE m.file_id = $2`, object, file)
}

// AddCorrection notes a correction and brings what follows from it up to date.
// Conflict where it does not go with those that stand.
func (t *tx) AddCorrection(ctx context.Context, c correction.Correction) error {
	files, err := t.filesOf(ctx, c.From, c.To)
	if err != nil {
		return err
	}
	switch c.Kind {
	case correction.Merge:
		if files[0] != c.From || files[1] != c.To || c.From == c.To {
			return errCorrectedMeanwhile
		}
		if _, err := t.exec(ctx, "UPDATE file_member SET file_id = $1 WHERE file_id = $2", c.To, c.From); err != nil {
			return err
		}
	case correction.Undo:
		if err := t.undo(ctx, c.Undoes); err != nil {
			return err
		}
	}
	err = t.insert(ctx, "correction", "id, kind, object_id, from_id, to_id, undoes, reason, by_id, by_name, by_role, recorded_seq, recorded_us, recorded_by",
		[][]any{{c.ID, c.Kind, c.Object, c.From, c.To, c.Undoes, c.Reason, c.By, c.ByName, c.ByRole, t.seq, t.at, c.Recorded.By}})
	if err != nil {
		return err
	}
	if c.Object != "" {
		if err := t.replace(ctx, c.Object); err != nil {
			return err
		}
	}
	after, err := t.filesOf(ctx, c.From, c.To)
	if err != nil {
		return err
	}
	files = append(files, after...)
	slices.Sort(files)
	return t.refile(ctx, slices.Compact(files))
}

var errCorrectedMeanwhile = fault.New(fault.Conflict, "This was corrected by someone else since you opened the page.")

func (t *tx) filesOf(ctx context.Context, people ...person.ID) ([]person.ID, error) {
	files := make([]person.ID, len(people))
	for i, p := range people {
		var err error
		if files[i], err = t.FileOf(ctx, p); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// undo takes a correction back: a merge here, a move by the replay that follows.
func (t *tx) undo(ctx context.Context, key string) error {
	c, err := t.Correction(ctx, key)
	if err != nil {
		return err
	}
	if !c.Stands() {
		return errCorrectedMeanwhile
	}
	switch {
	case c.Kind == correction.Merge:
		// From has its file back, and with it those whose files were merged into it.
		_, err := t.exec(ctx, `
			WITH RECURSIVE below (id) AS (
				SELECT person_id FROM file_member WHERE person_id = $1
				UNION
				SELECT c.from_id FROM correction c JOIN below b ON c.to_id = b.id
				WHERE c.kind = '`+string(correction.Merge)+`' AND NOT EXISTS (SELECT 1 FROM correction u WHERE u.undoes = c.id))
			UPDATE file_member SET file_id = $1 WHERE person_id IN (SELECT id FROM below)`, c.From)
		return err
	case c.Kind.Moves():
		moves, err := t.moves(ctx, c.Object)
		if err != nil {
			return err
		}
		for _, m := range moves {
			if m.Recorded.Seq > c.Recorded.Seq && m.From == c.To {
				return fault.New(fault.Conflict, "This was moved on since. Undo the later move first.")
			}
		}
	}
	return nil
}

// moves lists the moves of an object that stand, the first first.
func (t *tx) moves(ctx context.Context, object string) ([]correction.Correction, error) {
	return all(ctx, t, scanCorrection, "SELECT "+correctionColumns+" FROM "+correctionTables+`
		WHERE c.object_id = $1 AND c.undoes = '' AND u.id IS NULL ORDER BY c.recorded_seq, c.id`, object)
}

// replace derives where an object stands from its moves.
func (t *tx) replace(ctx context.Context, object string) error {
	put, err := all(ctx, t, func(s scanner) (p person.ID, err error) { return p, s.Scan(&p) }, `
		SELECT person_id FROM entry_child WHERE entry_id = $1 UNION ALL SELECT person_id FROM file WHERE id = $1
		UNION ALL SELECT person_id FROM document WHERE id = $1 UNION ALL SELECT person_id FROM plan WHERE id = $1
		UNION ALL SELECT person_id FROM meeting_child WHERE meeting_id = $1 ORDER BY 1`, object)
	if err != nil {
		return err
	}
	moves, err := t.moves(ctx, object)
	if err != nil {
		return err
	}
	if _, err := t.exec(ctx, "DELETE FROM moved WHERE object_id = $1", object); err != nil {
		return err
	}
	var rows [][]any
	for _, p := range correction.Places(put, moves) {
		if p.Now != p.Put {
			rows = append(rows, []any{object, p.Put, p.Now})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return t.insert(ctx, "moved", "object_id, from_id, to_id", rows)
}

// refile brings what is derived for lists up to date for some files: the lines
// of timelines, the keys under which names are found, and whose file tasks stand on.
func (t *tx) refile(ctx context.Context, files []person.ID) error {
	keys := make([]string, len(files))
	for i, f := range files {
		keys[i] = string(f)
	}
	for _, f := range files {
		t.found(f) // and is found by what stands there now
	}
	list, err := jsonArray(keys)
	if err != nil {
		return err
	}
	these := t.d.Values("$1")
	for _, statement := range []string{
		`INSERT INTO timeline_line (person_id, line_key, entry_id, version)
			SELECT DISTINCT o.file_id, l.line_key, l.entry_id, l.version
			FROM timeline_line l JOIN ` + standsOn + ` o ON o.entry_id = l.entry_id
			WHERE l.person_id IN ` + these + ` ON CONFLICT DO NOTHING`,
		`DELETE FROM timeline_line WHERE person_id IN ` + these + ` AND NOT EXISTS (
			SELECT 1 FROM ` + standsOn + ` o WHERE o.entry_id = timeline_line.entry_id AND o.file_id = timeline_line.person_id)`,
		`INSERT INTO name_key (token, person_id, name_id)
			SELECT DISTINCT k.token, m.file_id, k.name_id
			FROM name_key k JOIN person_name n ON n.id = k.name_id JOIN file_member m ON m.person_id = n.person_id
			WHERE k.person_id IN ` + these + ` ON CONFLICT DO NOTHING`,
		`DELETE FROM name_key WHERE person_id IN ` + these + ` AND NOT EXISTS (
			SELECT 1 FROM person_name n JOIN file_member m ON m.person_id = n.person_id
			WHERE n.id = name_key.name_id AND m.file_id = name_key.person_id)`,
		// A task stands where what it leads to stands. Only what moved to one of these files
		// is looked through, because a task whose thing moved elsewhere is on no file of these.
		`UPDATE task SET file_id = COALESCE(
			(SELECT m.file_id FROM file_member m CROSS JOIN moved v
				WHERE m.file_id IN ` + these + ` AND v.to_id = m.person_id AND v.from_id = task.person_id AND task.link LIKE '%' || v.object_id || '%'),
			(SELECT m.file_id FROM file_member m WHERE m.person_id = task.person_id))
			WHERE file_id IN ` + these,
	} {
		if _, err := t.exec(ctx, statement, list); err != nil {
			return err
		}
	}
	return nil
}
