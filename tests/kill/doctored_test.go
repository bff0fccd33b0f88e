package kill

import (
	"database/sql"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCheckSees has a database with all that a workload leaves, spoils it in one
// way after the other, and wants each reported: otherwise a point that passes
// would prove nothing.
func TestCheckSees(t *testing.T) {
	s := sqliteSite(t)
	l := newLedger()
	w := hands(t, s, l, "adviser")[0]
	p, base := serving(t, s)
	w.base = base
	if err := w.signIn(); err != nil {
		t.Fatal(err)
	}
	kept, left := record(t, w, true), record(t, w, false)
	if _, err := w.get("/children/"+w.cases[0].ref, w.look("look", "identity", w.cases[0])); err != nil {
		t.Fatal(err)
	}
	l.telling(w.id, "Desk 4")
	v := map[string][]string{"version": {"1"}, "note": {"Desk 4"}}
	if a, err := w.do("POST", "/workers/me", v, false); err != nil || a.status != 303 {
		t.Fatalf("save contact details: %d, %v", a.status, err)
	}
	l.told(w.id)
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	if broken := checked(t, s, l); len(broken) > 0 {
		t.Fatalf("before anything is spoilt: %q", broken)
	}
	invented(t, s)

	entry, draft := "'"+kept.id+"'", "'"+left.id+"'"
	for _, c := range []struct{ name, spoil, want string }{
		{"line of the timeline lost", "DELETE FROM timeline_line WHERE entry_id = " + entry, "not once in its child's timeline"},
		{"line of an older version", "UPDATE timeline_line SET version = 0 WHERE entry_id = " + entry, "not once in its child's timeline"},
		{"second line of the timeline", "INSERT INTO timeline_line SELECT person_id, line_key || ' ', entry_id, version FROM timeline_line WHERE entry_id = " + entry, "not once in its child's timeline"},
		{"line without entry", "DELETE FROM entry_child WHERE entry_id = " + entry, "a line of a timeline without its entry"},
		{"entry without child", "DELETE FROM timeline_line WHERE entry_id = " + entry + "; DELETE FROM entry_child WHERE entry_id = " + entry, "an entry on no child's record"},
		{"entry without version", "DELETE FROM entry_version WHERE entry_id = " + entry, "an entry without its first version"},
		{"version with a gap", "UPDATE entry_version SET version = 2 WHERE entry_id = " + entry, "whose versions have a gap"},
		{"entry lost with all that is its own", "DELETE FROM timeline_line WHERE entry_id = " + entry + "; DELETE FROM entry_child WHERE entry_id = " + entry +
			"; DELETE FROM entry_version WHERE entry_id = " + entry + "; DELETE FROM entry WHERE id = " + entry, "acknowledged, and lost"},
		{"entry with other words", "UPDATE entry_version SET body = 'Other words.' WHERE entry_id = " + entry, "is not what was sent"},
		{"entry still a draft", "INSERT INTO draft SELECT " + entry + ", worker_id, person_id, service, type, fields, rev, saved_us FROM draft WHERE id = " + draft, "a draft that is an entry as well"},
		{"job lost", "DELETE FROM job WHERE kind = 'entry-recorded'", "without its one job"},
		{"job of no entry", "UPDATE job SET unique_text = 'entry-recorded:nothing' WHERE kind = 'entry-recorded'", "a job that tells of no entry"},
		{"job given up", "UPDATE job SET state = 'dead' WHERE kind = 'entry-recorded'", "a job that was given up"},
		{"footprint of recording lost", "DELETE FROM footprint WHERE action = 'record' AND detail_hash IS NOT NULL", "without the footprint of recording it"},
		{"footprint of a look lost", "DELETE FROM footprint WHERE action = 'look'", "footprints numbered with a gap"},
		{"last footprint lost", "DELETE FROM footprint WHERE number = (SELECT max(number) FROM footprint)", "or not as far as the clock says"},
		{"last footprint lost and the clock with it", "CREATE TEMP TABLE lost AS SELECT max(number) AS n FROM footprint WHERE action = 'record' AND detail_hash IS NULL AND actor = '" + w.id + "'; " +
			"DELETE FROM footprint WHERE number = (SELECT n FROM lost); UPDATE footprint SET number = -number WHERE number > (SELECT n FROM lost); " +
			"UPDATE footprint SET number = -number - 1 WHERE number < 0; UPDATE store_clock SET footprints = footprints - 1", "served"},
		{"footprint of somebody else", "UPDATE footprint SET actor = 'nobody' WHERE action = 'record'", "served"},
		{"detail of a footprint lost", "DELETE FROM footprint_detail", "whose detail is missing"},
		{"clock put back", "UPDATE store_clock SET seq = 1", "a footprint later than the clock"},
		{"moments out of order", "UPDATE footprint SET at_us = at_us - 1000000000 WHERE number = (SELECT max(number) FROM footprint)", "a footprint out of order"},
		{"draft lost", "DELETE FROM draft", "neither draft nor entry"},
		{"draft put back to what it began with", `UPDATE draft SET fields = '{"happened-day":"5","happened-month":"3","happened-year":"2026"}'`, "neither what was last acknowledged"},
		{"draft of half its bytes", "UPDATE draft SET fields = substr(fields, 1, length(fields) / 2)", "half written"},
		{"draft of another worker", "UPDATE draft SET worker_id = 'W2'", "changed hands"},
		{"draft out of nowhere", "INSERT INTO draft SELECT id || '-2', worker_id, person_id, service, type, fields, rev, saved_us FROM draft", "nobody was told of it"},
		{"contact details lost", "DELETE FROM worker WHERE version = 2", "changes of contact details acknowledged, 0 kept"},
		{"contact details changed", "UPDATE worker SET note = 'Desk 5' WHERE version = 2", "is not what was sent"},
		{"version of a worker lost", "DELETE FROM worker WHERE version = 1", "a worker whose versions have a gap"},
		{"file without its footprint", "UPDATE footprint SET action = 'look' WHERE action = 'make'", "without the footprint of making their file"},
		{"name that nobody finds", "DELETE FROM name_key", "a current name that a search does not find"},
		{"person that is compared with nothing", "DELETE FROM person_card", "without the card that a search compares"},
		{"person that nobody finds", "DELETE FROM find_key", "without a key that a search finds them by"},
		{"notice of nothing", "INSERT INTO notice (id, worker_id, person_id, entry_id, kind, at_us) SELECT 'n', 'w', person_id, 'e', 'entry-recorded', 1 FROM entry_child LIMIT 1", "a notice of no entry"},
		{"notice of an entry without it", "UPDATE notice SET entry_id = NULL WHERE id = (SELECT min(id) FROM notice WHERE kind = 'entry-recorded')", "a notice of an entry that names none"},
		{"notice of an entry of somebody else", "UPDATE notice SET person_id = (SELECT min(id) FROM person p WHERE NOT EXISTS (SELECT 1 FROM entry_child c WHERE c.entry_id = notice.entry_id AND c.person_id = p.id)) WHERE entry_id IS NOT NULL", "a notice of no entry"},
		{"key that leads nowhere", "DELETE FROM person WHERE id = (SELECT person_id FROM entry_child WHERE entry_id = " + entry + ")", "a key that leads nowhere"},
	} {
		t.Run(c.name, func(t *testing.T) {
			spoilt := site{dir: filepath.Join(t.TempDir(), "data")}
			copyFolder(t, s.dir, spoilt.dir)
			spoil(t, spoilt, c.spoil)
			broken := checked(t, spoilt, l)
			if !slices.ContainsFunc(broken, func(b string) bool { return strings.Contains(b, c.want) }) {
				t.Errorf("reported %q, want something with %q", broken, c.want)
			}
		})
	}
}

// invented holds the demo to what the laws are to hold of: a small one has all that a large
// one has.
func invented(t *testing.T, s site) {
	t.Helper()
	db, err := s.raw()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, table := range []string{"document", "plan", "meeting", "alert", "notice"} {
		var n int
		if err := db.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil || n == 0 {
			t.Errorf("the demo of %d children has no %s (%v)", children, table, err)
		}
	}
}

// record writes a draft and saves it, and records it if asked to.
func record(t *testing.T, w *worker, all bool) *draft {
	t.Helper()
	c := w.cases[0]
	w.l.starting(w.id)
	a, err := w.once("/children/"+c.ref+"/record", map[string][]string{"type": {w.kind}})
	if err != nil {
		t.Fatal(err)
	}
	m := draftPath.FindStringSubmatch(a.to)
	if m == nil {
		t.Fatal(a.want(303, "start a draft"))
	}
	d := w.l.started(w.id, c, m[2])
	if err := w.writeDraft(rand.New(rand.NewPCG(seed, 0)), d, a.to, all); err != nil {
		t.Fatal(err)
	}
	if d.recorded != all {
		t.Fatalf("recorded: %v, want %v", d.recorded, all)
	}
	return d
}

func checked(t *testing.T, s site, l *ledger) []string {
	t.Helper()
	db, err := s.raw()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	broken, err := check(db, s.engine(), l)
	if err != nil {
		t.Fatal(err)
	}
	return broken
}

// spoil does to a database what its triggers and keys refuse.
func spoil(t *testing.T, s site, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.dir, "casefile.db")+"?_pragma=foreign_keys(0)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	triggers, err := db.Query("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
	if err != nil {
		t.Fatal(err)
	}
	drop := ""
	for triggers.Next() {
		var name string
		if err := triggers.Scan(&name); err != nil {
			t.Fatal(err)
		}
		drop += "DROP TRIGGER " + name + "; "
	}
	if err := triggers.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(drop + statements); err != nil {
		t.Fatal(err)
	}
}
