package casework_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// Everywhere a child is listed for action, what is missing of them is said: as the
// overview of their file says it, in one statement more for the whole list.
func TestListsSayWhatIsMissing(t *testing.T) {
	clause.Shows(t, "CX-02")
	each(t, func(t *testing.T, d *desk) {
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddCharacteristic(ctx, d.child.ID, person.Characteristic{ID: id.New(), Kind: "gender", Code: "F", Clocks: storetest.Clocks(date.Date{})})
		})
		want := func(t *testing.T, where string, people []person.Found) {
			t.Helper()
			i := slices.IndexFunc(people, func(f person.Found) bool { return f.ID == d.child.ID })
			if i < 0 {
				t.Fatalf("%s: the child is not on it", where)
			}
			file, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.OverviewPart())
			d.must(t, err)
			if len(file.Value.Missing) == 0 || slices.Contains(file.Value.Missing, "gender") || !slices.Equal(people[i].Missing, file.Value.Missing) {
				t.Errorf("%s: missing %v, and on the file %v", where, people[i].Missing, file.Value.Missing)
			}
		}
		work, err := d.MyWork(t.Context(), d.adviser)
		d.must(t, err)
		want(t, "my work", work.Caseload)
		list, err := d.Caseload(t.Context(), d.manager, casework.CaseloadAsk{})
		d.must(t, err)
		want(t, "the caseload of the team", casework.People(list.Cases))
		// A search lists nobody for action.
		found, err := d.Find(t.Context(), d.adviser, "Ines")
		d.must(t, err)
		if len(found.People) != 1 || found.People[0].Missing != nil {
			t.Errorf("a search says %+v", found.People)
		}

		// As many statements for many as for one.
		count := func() int {
			n := 0
			d.db.Watch(func(query string) {
				if strings.HasPrefix(strings.TrimSpace(query), "SELECT") { // one row is added for each who is shown
					n++
				}
			})
			defer d.db.Watch(nil)
			_, err := d.Caseload(t.Context(), d.manager, casework.CaseloadAsk{})
			d.must(t, err)
			return n
		}
		one := count()
		for range 5 {
			p := d.db.Person(t, "Otto", "Testwell", date.Must(2011, 1, 1))
			d.db.Episode(t, p.ID, d.team, d.adviser.Worker)
		}
		if many := count(); many != one {
			t.Errorf("a list of six takes %d statements, and one of one %d", many, one)
		}
	})
}
