package kill

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
)

// laws hold in every database at every moment, whatever was sent to the
// program. Each is a query that yields what breaks it. Job and worker are told
// apart by the name under which they record.
var laws = []struct{ broken, query string }{
	{"an entry without its first version", `
		SELECT e.id FROM entry e WHERE NOT EXISTS (SELECT 1 FROM entry_version v WHERE v.entry_id = e.id AND v.version = 1)`},
	{"an entry whose versions have a gap", `
		SELECT entry_id FROM entry_version GROUP BY entry_id HAVING count(*) <> max(version) OR min(version) <> 1`},
	{"an entry on no child's record", `
		SELECT e.id FROM entry e WHERE NOT EXISTS (SELECT 1 FROM entry_child c WHERE c.entry_id = e.id)`},
	{"an entry that is not once in its child's timeline, in its last version", `
		SELECT c.entry_id FROM entry_child c
		WHERE (SELECT count(*) FROM timeline_line l WHERE l.entry_id = c.entry_id AND l.person_id = c.person_id) <> 1
		   OR NOT EXISTS (SELECT 1 FROM timeline_line l WHERE l.entry_id = c.entry_id AND l.person_id = c.person_id
		                  AND l.version = (SELECT max(version) FROM entry_version v WHERE v.entry_id = c.entry_id))`},
	{"a line of a timeline without its entry", `
		SELECT l.entry_id FROM timeline_line l
		WHERE NOT EXISTS (SELECT 1 FROM entry_child c WHERE c.entry_id = l.entry_id AND c.person_id = l.person_id)`},
	{"an entry of a worker's without the footprint of recording it", `
		SELECT e.id FROM entry e
		WHERE e.recorded_by NOT LIKE 'job:%'
		  AND (SELECT count(*) FROM footprint f JOIN entry_child c ON c.person_id = f.object
		       WHERE f.seq = e.recorded_seq AND f.action = 'record' AND f.actor = e.recorded_by AND c.entry_id = e.id) <> 1`},
	{"an entry of a worker's without its one job", `
		SELECT e.id FROM entry e
		WHERE e.recorded_by NOT LIKE 'job:%' AND (SELECT count(*) FROM job j WHERE j.unique_text = 'entry-recorded:' || e.id) <> 1`},
	{"a job that tells of no entry", `
		SELECT j.id FROM job j
		WHERE j.kind = 'entry-recorded' AND NOT EXISTS (SELECT 1 FROM entry e WHERE j.unique_text = 'entry-recorded:' || e.id)`},
	{"a job that was given up", `SELECT id FROM job WHERE state = 'dead'`},
	{"a footprint of recording without an entry", `
		SELECT CAST(f.number AS text) FROM footprint f
		WHERE f.action = 'record' AND f.part = 'timeline' AND f.detail_hash IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.recorded_seq = f.seq)`},
	{"a footprint whose detail is missing", `
		SELECT CAST(f.number AS text) FROM footprint f
		WHERE f.detail_hash IS NOT NULL AND NOT EXISTS (SELECT 1 FROM footprint_detail d WHERE d.number = f.number)`},
	{"a footprint later than the clock", `
		SELECT CAST(f.number AS text) FROM footprint f WHERE f.seq > (SELECT seq FROM store_clock) OR f.at_us > (SELECT at_us FROM store_clock)`},
	{"a footprint out of order", `
		SELECT CAST(f.number AS text) FROM footprint f JOIN footprint g ON g.number = f.number - 1 WHERE g.seq > f.seq OR g.at_us > f.at_us`},
	{"footprints numbered with a gap, or not as far as the clock says", `
		SELECT 'last ' || max(number) || ', ' || count(*) || ' of them, clock ' || (SELECT footprints FROM store_clock) FROM footprint
		HAVING count(*) <> max(number) OR min(number) <> 1 OR max(number) <> (SELECT footprints FROM store_clock)`},
	{"a person without the footprint of making their file", `
		SELECT p.id FROM person p WHERE NOT EXISTS (SELECT 1 FROM footprint f WHERE f.object = p.id AND f.action = 'make')`},
	{"a current name that a search does not find", `
		SELECT n.id FROM person_name n WHERE n.superseded_seq = 0 AND NOT EXISTS (SELECT 1 FROM name_key k WHERE k.name_id = n.id)`},
	{"a person without the card that a search compares", `
		SELECT p.id FROM person p WHERE NOT EXISTS (SELECT 1 FROM person_card c WHERE c.person_id = p.id)`},
	{"a person without a key that a search finds them by", `
		SELECT p.id FROM person p WHERE NOT EXISTS (SELECT 1 FROM find_key k WHERE k.person_id = p.id)`},
	{"a worker whose versions have a gap", `
		SELECT id FROM worker GROUP BY id HAVING count(*) <> max(version) OR min(version) <> 1`},
	{"a draft that is an entry as well", `SELECT d.id FROM draft d JOIN entry e ON e.id = d.id`},
	// Notices of other kinds are of an alert, a plan, a meeting, and name no entry.
	{"a notice of an entry that names none", `
		SELECT id FROM notice WHERE kind IN ('entry-recorded', 'file-opened') AND entry_id IS NULL`},
	{"a notice of no entry on that child's record", `
		SELECT n.id FROM notice n
		WHERE n.entry_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entry_child c WHERE c.entry_id = n.entry_id AND c.person_id = n.person_id)`},
}

// sqliteLaws are what the engine can say of its own file.
var sqliteLaws = []struct{ broken, query string }{
	{"the engine's check of the file", `SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'`},
	{"a key that leads nowhere", `SELECT "table" || ' ' || COALESCE(rowid, 0) || ' to ' || parent FROM pragma_foreign_key_check`},
}

// check reports everything in the database that breaks a law or the ledger. It
// reads one snapshot, so the program may run meanwhile.
func check(db *sql.DB, engine string, l *ledger) (broken []string, err error) {
	ctx := context.Background()
	o := &sql.TxOptions{ReadOnly: true}
	if engine == "postgres" {
		o.Isolation = sql.LevelRepeatableRead
	}
	if engine == "sqlite" {
		o = nil // the connection is one that only reads
	}
	tx, err := db.BeginTx(ctx, o)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() //nolint:errcheck // a read has nothing to lose
	c := &checking{tx: tx, l: l}
	all := laws
	if engine == "sqlite" {
		all = append(all[:len(all):len(all)], sqliteLaws...)
	}
	for _, law := range all {
		found, err := texts(tx, law.query)
		if err != nil {
			return nil, fmt.Errorf("look for %s: %w", law.broken, err)
		}
		for _, what := range found {
			c.report("%s: %s", law.broken, what)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range []func() error{c.drafts, c.entries, c.contacts, c.looks} {
		if err := f(); err != nil {
			return nil, err
		}
	}
	return c.broken, nil
}

func texts(tx *sql.Tx, query string, args ...any) (list []string, err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

type checking struct {
	tx     *sql.Tx
	l      *ledger
	broken []string
	found  map[string]bool // drafts
}

func (c *checking) report(format string, args ...any) {
	c.broken = append(c.broken, fmt.Sprintf(format, args...))
}

// drafts checks that each draft there is holds what it may.
func (c *checking) drafts() error {
	rows, err := c.tx.Query("SELECT id, worker_id, person_id, fields, rev FROM draft")
	if err != nil {
		return err
	}
	defer rows.Close()
	c.found = map[string]bool{}
	strangers := map[string]int{}
	for rows.Next() {
		var id, worker, person, text string
		var rev int
		if err := rows.Scan(&id, &worker, &person, &text, &rev); err != nil {
			return err
		}
		c.found[id] = true
		var fields map[string]string
		if err := json.Unmarshal([]byte(text), &fields); err != nil {
			c.report("draft %s: half written: %v", id, err)
			continue
		}
		d := c.l.drafts[id]
		switch {
		case d == nil && len(fields) == 3 && rev == 1:
			strangers[worker]++
		case d == nil:
			c.report("draft %s: nobody was told of it, and it was saved %d times", id, rev)
		case d.recorded:
			c.report("draft %s: acknowledged as recorded and still a draft", id)
		case d.worker != worker || d.child.id != person:
			c.report("draft %s: changed hands", id)
		case !d.mayHold(fields):
			c.report("draft %s: holds (rev %d) what is neither what was last acknowledged (%d) nor sent later (%d)", id, rev, d.acked, len(d.sent)-1)
		}
	}
	for worker, n := range strangers {
		if n > c.l.begun[worker] {
			c.report("worker %s: %d drafts that nobody was told of, and %d were asked for without an answer", worker, n, c.l.begun[worker])
		}
	}
	return rows.Err()
}

// entries checks that what was recorded is an entry, and what was not is not.
func (c *checking) entries() error {
	for id, d := range c.l.drafts {
		var author, person, body string
		err := c.tx.QueryRow(`
			SELECT v.author_id, l.person_id, v.body FROM entry_version v JOIN timeline_line l ON l.entry_id = v.entry_id AND l.version = v.version
			WHERE v.entry_id = $1`, id).Scan(&author, &person, &body)
		switch {
		case errors.Is(err, sql.ErrNoRows) && d.recorded:
			c.report("entry %s: acknowledged, and lost", id)
		case errors.Is(err, sql.ErrNoRows) && !c.found[id]:
			c.report("draft %s: acknowledged, and neither draft nor entry", id)
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return err
		case d.recording == nil:
			c.report("entry %s: nobody recorded it", id)
		case body != d.recording["text"] || author != d.worker || person != d.child.id:
			c.report("entry %s: is not what was sent", id)
		}
	}
	return nil
}

// contacts checks that each version of a worker's details is what was sent.
func (c *checking) contacts() error {
	for worker, k := range c.l.contacts {
		notes, err := texts(c.tx, "SELECT note FROM worker WHERE id = $1 AND version > 1 ORDER BY version", worker)
		if err != nil {
			return err
		}
		if len(notes) < k.acked {
			c.report("worker %s: %d changes of contact details acknowledged, %d kept", worker, k.acked, len(notes))
		}
		for i, note := range notes {
			if i >= len(k.sent) || note != k.sent[i] {
				c.report("worker %s: version %d of the contact details is not what was sent", worker, i+2)
			}
		}
	}
	return nil
}

// looks checks that every page that was served has its footprint, beside those
// of what was recorded.
func (c *checking) looks() error {
	want := maps.Clone(c.l.served)
	for _, d := range c.l.drafts {
		if d.recorded {
			want[look{d.worker, "record", "timeline", d.child.id}]++
		}
	}
	for k, served := range want {
		var left int
		err := c.tx.QueryRow(`
			SELECT count(*) FROM footprint WHERE actor = $1 AND action = $2 AND part = $3 AND object = $4 AND outcome = 'shown'`,
			k.actor, k.action, k.part, k.object).Scan(&left)
		if err != nil {
			return err
		}
		if left < served {
			c.report("%+v: served or recorded %d times, with %d footprints", k, served, left)
		}
	}
	return nil
}
