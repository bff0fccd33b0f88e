package casework_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/intake"
	"casefile/internal/store/storetest"
)

// everyRow is every row of the database, as text, by the table it stands in.
func everyRow(t *testing.T, db *storetest.Database) map[string][]string {
	t.Helper()
	ctx := t.Context()
	list := "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
	if db.Engine != "sqlite" {
		list = "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND has_table_privilege(c.oid, 'SELECT')"
	}
	column := func(query string) []string {
		rows, err := db.Raw.QueryContext(ctx, query)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		var out []string
		names, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			cells, to := make([]any, len(names)), make([]any, len(names))
			for i := range cells {
				to[i] = &cells[i]
			}
			if err := rows.Scan(to...); err != nil {
				t.Fatal(err)
			}
			var words []string
			for _, c := range cells {
				if b, ok := c.([]byte); ok {
					c = string(b)
				}
				words = append(words, fmt.Sprint(c))
			}
			out = append(out, strings.Join(words, "\x1f"))
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return out
	}
	held := map[string][]string{}
	for _, table := range column(list) {
		held[table] = column("SELECT * FROM " + table)
	}
	if len(held) < 30 || len(held["person"]) == 0 || len(held["footprint"]) == 0 {
		t.Fatalf("only %d tables were read", len(held))
	}
	return held
}

var keyShape = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// After a new identity, made as the guide says, nothing in the database names both
// people, and no key that stands beside the one stands beside the other. The search for
// those who may be the same does not show the old one, and an import with the old
// number goes to the old file.
func TestNewIdentityLeavesNoLink(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.must(t, d.state(t, d.adviser, casework.AddressFacts, "", and(form("kind", "home", "line1", "1 Test Lane", "postcode", "ZX1 1AA"), on("from", storetest.Today.AddDays(-300)))))
		d.must(t, d.state(t, d.adviser, casework.NumberFacts, "", form("system", "upn", "value", "H801200001001")))
		d.relate(t, d.adviser, "", mother)
		if _, err := d.restrict(t, d.manager, "", d.manager, d.manager2(t)); err != nil {
			t.Fatal(err)
		}
		d.db.Now.Set(d.db.Now.Time().AddDate(0, 0, 9))
		maker := d.actor(t, "social-worker", d.db.Team(t, "social-care"))
		// The same first name and day of birth, as these are kept often.
		said := and(form("given", "Ines", "family", "Newname", "say", "day", "work", "mine", "line1", "7 Other Road", "postcode", "ZX9 9ZZ", "phone", "07700 900777", "number-nhs-number", "999 000 0018"), on("born", date.Must(2010, 3, 5)))
		made, err := d.AddChild(t.Context(), maker, said, "")
		d.must(t, err)
		if made.Reference == "" || len(made.Likely) > 0 {
			t.Fatalf("got %+v, want the file made at once: the old one is nobody's to see", made)
		}
		seen, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: maker, Reference: made.Reference}, casework.ChangeRelationsPart())
		d.must(t, err)
		_, err = d.AddRelative(t.Context(), maker, made.Reference, casework.NewRelative{
			Form: form("kind", "parent:first", "given", "Petra", "family", "Newname", "gender", "F", "say", "unknown", "rests", "law", "lives", "yes"), Seen: seen.Value.Seen,
		})
		d.must(t, err)
		anew := seen.Header

		// What others go on sending under the old number waits on the old file.
		columns := intake.Map{Source: "upn", Columns: map[intake.Field]string{intake.ID: "id", intake.Given: "given", intake.Family: "family"}}
		in, err := intake.NewReader(strings.NewReader("id,given,family\nH801200001001,Ines,Marlowe\n"), columns, storetest.Today)
		d.must(t, err)
		report, err := d.ImportPeople(t.Context(), in, casework.Import{Run: "run", Source: columns.Source, Team: d.team, Commit: true, Problem: func(p intake.Problem) { t.Error(p) }})
		d.must(t, err)
		if report.Matched+report.Made != 1 {
			t.Fatalf("the import: got %+v", report)
		}

		names := map[string][]string{"old": {string(d.child.ID), string(d.child.Reference), d.child.Reference.String()}, "new": {string(anew.ID), string(anew.Reference), anew.Reference.String()}}
		is := func(row, who string) bool {
			return slices.ContainsFunc(names[who], func(name string) bool { return strings.Contains(row, name) })
		}
		beside := map[string]map[string]string{"old": {}, "new": {}}
		rowsOf := map[string]int{}
		for table, rows := range everyRow(t, d.db) {
			for _, row := range rows {
				if is(row, "old") && is(row, "new") {
					t.Errorf("a row of %s names both: %q", table, row)
				}
				for who := range beside {
					if is(row, who) {
						rowsOf[who]++
						for _, key := range keyShape.FindAllString(row, -1) {
							beside[who][key] = table
						}
					}
				}
			}
		}
		if rowsOf["old"] < 10 || rowsOf["new"] < 10 {
			t.Fatalf("the scan found %v rows: it did not see the two files", rowsOf)
		}
		if held := everyRow(t, d.db)["held_add"]; len(held) != 1 || !is(held[0], "old") {
			t.Errorf("what the import brought: got %q, want it held on the old file", held)
		}
		for key, table := range beside["old"] {
			if other, both := beside["new"][key]; both {
				t.Errorf("the key %s stands beside the old one in %s and beside the new one in %s", key, table, other)
			}
		}

		// Whoever runs the system, and whoever made the file, find nothing of the old one.
		for name, a := range map[string]casework.Actor{"the administrator": d.systemPerson, "who made the file": maker} {
			_, err := casework.Open(t.Context(), d.Service, d.look(a), casework.OverviewPart())
			if err == nil || casework.ReasonNeeded(err) {
				t.Errorf("%s opens the old file: %v", name, err)
			}
		}
		found, err := d.Find(t.Context(), maker, "Ines 5/3/2010")
		d.must(t, err)
		for _, f := range found.People {
			if f.ID != anew.ID {
				t.Errorf("a search by who made the file shows %s", f.Reference)
			}
		}
	})
}
