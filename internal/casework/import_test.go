package casework_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/intake"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

var columns = intake.Map{
	Source: "old-system", Columns: map[intake.Field]string{
		intake.ID: "id", intake.Given: "given", intake.Family: "family", intake.Born: "born", intake.Sex: "sex",
	},
}

func reader(t *testing.T, file string) *intake.Reader {
	t.Helper()
	in, err := intake.NewReader(strings.NewReader(file), columns, storetest.Today)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// people makes a file of n rows; every seventh is bad.
func people(n int) (file string, good int) {
	var b strings.Builder
	b.WriteString("id,given,family,born,sex\n")
	for i := range n {
		born := "2010-03-05"
		if i%7 == 6 {
			born = "2010-02-30"
		} else {
			good++
		}
		fmt.Fprintf(&b, "%d,Ada,Importwell,%s,F\n", i, born)
	}
	return b.String(), good
}

func (d *desk) importing(problems *[]string, commit bool) casework.Import {
	return casework.Import{
		Run: "run", Source: columns.Source, Team: d.team, Commit: commit,
		Problem: func(p intake.Problem) { *problems = append(*problems, p.String()) },
	}
}

func TestImportPeople(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		file := "id,given,family,born,sex\n1,Ada,Importwell,2010-03-05,F\n2,Ben,Importwell,2010-02-30,M\n3,Cy,Importwell,,Q\n4,Dee,Importwell,5/3/2011,\n"
		var problems []string
		report, err := d.ImportPeople(t.Context(), reader(t, file), d.importing(&problems, false))
		if err != nil || report != (casework.ImportReport{Read: 4, Made: 2, Bad: 2}) {
			t.Errorf("a dry run: %+v, %v", report, err)
		}
		if found, _ := d.Find(t.Context(), d.adviser, "importwell"); len(found.People) != 0 {
			t.Error("a dry run saved people")
		}
		problems = nil
		report, err = d.ImportPeople(t.Context(), reader(t, file), d.importing(&problems, true))
		if err != nil || report != (casework.ImportReport{Read: 4, Made: 2, Bad: 2}) {
			t.Errorf("an import: %+v, %v", report, err)
		}
		want := []string{
			"line 3, column born (4): not a real date",
			`line 4: the sex is not a code of the set "gender"`,
		}
		if len(problems) != 2 || !strings.HasPrefix(problems[0], "line 3, column born (4): ") || problems[1] != want[1] {
			t.Errorf("problems: %q", problems)
		}
		found, err := d.Find(t.Context(), d.adviser, "importwell")
		if err != nil || len(found.People) != 2 || found.People[0].Born.String() != "2010-03-05" || found.People[0].Gender != "F" {
			t.Errorf("found %+v, %v", found.People, err)
		}
		// Another file of the same system that holds them again adds nobody.
		o := d.importing(&problems, true)
		o.Run = "another"
		report, err = d.ImportPeople(t.Context(), reader(t, file), o)
		if err != nil || report.Made != 0 || report.Matched != 2 {
			t.Errorf("the same people again: %+v, %v", report, err)
		}
		// That they are here it told, and so looked; so does a dry run.
		wantPrint(t, d.prints(t, string(found.People[0].ID)), "find-by-import identity shown")
		o.Run, o.Commit = "a third", false
		if report, err = d.ImportPeople(t.Context(), reader(t, file), o); err != nil || report.Matched != 2 {
			t.Errorf("a dry run of the same: %+v, %v", report, err)
		}
		if got := d.prints(t, string(found.People[0].ID)); len(got) < 2 || got[0] != "find-by-import identity shown" || got[1] != got[0] {
			t.Errorf("after a dry run: footprints %v, want one more", got)
		}
	})
}

// flakyDB fails a share of its writes, before or after they are on disk.
type flakyDB struct {
	store.DB
	rng   *rand.Rand
	fails int
}

func (f *flakyDB) Update(ctx context.Context, g func(store.Tx) error) error {
	switch f.rng.IntN(3) {
	case 0:
		f.fails++
		return fault.New(fault.Unavailable, "the connection was lost before")
	case 1:
		f.fails++
		if err := f.DB.Update(ctx, g); err != nil {
			return err
		}
		return fault.New(fault.Unavailable, "the connection was lost after")
	}
	return f.DB.Update(ctx, g)
}

// However often an import is cut short, in the end everybody is there once.
func TestImportGoesOnWhereItStopped(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		file, good := people(650)
		flaky := &flakyDB{DB: d.db, rng: rand.New(rand.NewPCG(8, 8))}
		s := over(t, flaky)
		var report casework.ImportReport
		for try := 0; ; try++ {
			var problems []string
			var err error
			if report, err = s.ImportPeople(t.Context(), reader(t, file), d.importing(&problems, true)); err == nil {
				break
			}
			if try == 100 {
				t.Fatalf("never done: %v", err)
			}
		}
		if flaky.fails == 0 || report.Resumed == 0 {
			t.Errorf("nothing failed (%d), nothing was resumed (%+v): the property was not tried", flaky.fails, report)
		}
		var people, keyed int
		for query, n := range map[string]*int{
			"SELECT count(*) FROM person_name WHERE family = 'Importwell'":                    &people,
			"SELECT count(DISTINCT value) FROM person_identifier WHERE system = 'old-system'": &keyed,
		} {
			if err := d.db.Raw.QueryRow(query).Scan(n); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff([]int{good, good, good}, []int{people, keyed, report.Made}); diff != "" {
			t.Errorf("people, identifiers, reported (-want +got):\n%s", diff)
		}
	})
}

// What a page would not take as a way to reach somebody, an import does not either.
func TestImportAndPageTakeTheSameContacts(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		m := intake.Map{Source: "old-system", Columns: map[intake.Field]string{intake.ID: "id", intake.Given: "given", intake.Family: "family", intake.Email: "email", intake.Phone: "phone"}}
		file := "id,given,family,email,phone\n1,Ada,Importwell,ada@example.org,07700 900123\n"
		page := map[string]person.Form{}
		n := 2
		for _, email := range []string{"ada.example.org", "ada@example", "@example.org", "a da@example.org", "ada@example.org;ben@example.org"} {
			file += fmt.Sprintf("%d,Ada,Importwell,%s,\n", n, email)
			page[email] = person.Form{"kind": person.Email, "value": email}
			n++
		}
		file += fmt.Sprintf("%d,Ada,Importwell,,ask her mother\n", n)
		page["ask her mother"] = person.Form{"kind": person.Phone, "value": "ask her mother"}
		in, err := intake.NewReader(strings.NewReader(file), m, storetest.Today)
		if err != nil {
			t.Fatal(err)
		}
		var problems []string
		report, err := d.ImportPeople(t.Context(), in, d.importing(&problems, true))
		if err != nil || report.Made != 1 || len(problems) != len(page) {
			t.Errorf("made %d, %v; problems %q", report.Made, err, problems)
		}
		for value, form := range page {
			_, ps := person.StateContact(form, nil, storetest.Today)
			said := slices.ContainsFunc(problems, func(p string) bool { return len(ps) == 1 && strings.HasSuffix(p, ps[0].Message) })
			if !said {
				t.Errorf("%q: the page says %v, the import %q", value, ps, problems)
			}
		}
	})
}
