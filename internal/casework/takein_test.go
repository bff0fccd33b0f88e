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
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/intake"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// An importer imports files of relationships and addresses, each as a run of its own.
type importer struct {
	*casework.Service
	t    *testing.T
	runs int
	same string // the run, where it is to be the same again
}

func (i *importer) of(problems *[]string, commit bool) casework.Import {
	i.runs++
	run := "facts-" + fmt.Sprint(i.runs)
	if i.same != "" {
		run = i.same
	}
	return casework.Import{Run: run, Source: columns.Source, Commit: commit, Problem: func(p intake.Problem) { *problems = append(*problems, p.String()) }}
}

// relations imports rows of first, second, kind, from, to.
func (i *importer) relations(commit bool, rows ...string) (casework.ImportReport, []string, error) {
	i.t.Helper()
	in, err := intake.NewRelationReader(strings.NewReader("first,ref,second,kind,from,to\n"+strings.Join(rows, "\n")+"\n"), intake.Map{
		Source: columns.Source, Columns: map[intake.Field]string{
			intake.First: "first", intake.FirstReference: "ref", intake.Second: "second", intake.Kind: "kind", intake.From: "from", intake.To: "to",
		},
	}, storetest.Today)
	if err != nil {
		i.t.Fatal(err)
	}
	var problems []string
	report, err := i.ImportRelations(i.t.Context(), in, i.of(&problems, commit))
	return report, problems, err
}

// addresses imports rows of number, line 1, kind, from, to.
func (i *importer) addresses(commit bool, rows ...string) (casework.ImportReport, []string, error) {
	i.t.Helper()
	in, err := intake.NewAddressReader(strings.NewReader("id,ref,line,kind,from,to\n"+strings.Join(rows, "\n")+"\n"), intake.Map{
		Source: columns.Source, Columns: map[intake.Field]string{
			intake.ID: "id", intake.Reference: "ref", intake.Address1: "line", intake.Kind: "kind", intake.From: "from", intake.To: "to",
		},
	}, storetest.Today)
	if err != nil {
		i.t.Fatal(err)
	}
	var problems []string
	report, err := i.ImportAddresses(i.t.Context(), in, i.of(&problems, commit))
	return report, problems, err
}

// says wants an import to report so many rows made and matched, and these refusals.
func (i *importer) says(what string, made, matched int, refused ...string) func(casework.ImportReport, []string, error) {
	return func(report casework.ImportReport, problems []string, err error) {
		i.t.Helper()
		want := casework.ImportReport{Read: made + matched + len(refused), Made: made, Matched: matched, Bad: len(refused)}
		if err != nil || report != want || !slices.Equal(problems, refused) {
			i.t.Errorf("%s: %+v, %q, %v; want %+v, %q", what, report, problems, err, want, refused)
		}
	}
}

// numbered makes somebody with a number of the source.
func (d *desk) numbered(t *testing.T, number, given string, born date.Date) person.Person {
	t.Helper()
	p := d.db.Person(t, given, "Importwell", born)
	d.number(t, p.ID, number)
	return p
}

func (d *desk) number(t *testing.T, p person.ID, number string) {
	t.Helper()
	d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		return tx.AddIdentifier(ctx, p, person.Identifier{ID: id.New(), System: columns.Source, Value: number, Clocks: storetest.Clocks(date.Date{})})
	})
}

func (d *desk) relatives(t *testing.T, p person.ID, known date.Instant) (list []person.Relationship) {
	t.Helper()
	d.db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
		list, err = r.Relationships(ctx, p, known)
		return err
	})
	return list
}

func (d *desk) lives(t *testing.T, p person.ID) (lines []string) {
	t.Helper()
	d.db.Read(t, func(ctx context.Context, r store.Reader) error {
		list, err := r.Addresses(ctx, p, 0)
		for _, a := range list {
			lines = append(lines, fmt.Sprintf("%s %v %v", a.Line1, a.Period.From, a.Period.To))
		}
		return err
	})
	return lines
}

const notThere = "nobody here has this number of the source"

func TestImportRelations(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		i := &importer{Service: d.Service, t: t}
		mother, child := d.numbered(t, "1", "Mo", date.Must(1980, 1, 1)), d.numbered(t, "2", "Chi", date.Must(2010, 1, 1))
		d.numbered(t, "3", "Granny", date.Date{})
		d.numbered(t, "4", "Great", date.Date{})
		rows := []string{
			"1,,2,parent,2010-01-01,",
			"3,,1,parent,,",
			"4,,3,parent,,",
			"2,,4,parent,,", // a circle, of which no date of birth tells
			"2,,1,step-parent,,",
			"9,,2,parent,,",
			"," + mother.Reference.String() + ",2,parent,2010-01-01,", // the first row in other words
			"1,,2,parent,2011-01-01,",
			"1,,2,conflict,2011-01-01,2012-01-01",
			"2,,1,conflict,2011-01-01,2012-01-01",
			"1,,2,hermit,,",
		}
		refused := []string{
			"line 5, column kind (4): the second of the two is recorded as a forebear of the first",
			"line 6, column kind (4): the step-parent was born after the stepchild. Check which of them is which, and their dates of birth",
			"line 6, column kind (4): they are recorded the other way round. Check which of them is which",
			"line 7, column first (1): " + notThere,
			"line 9, column kind (4): this relationship is recorded already for some of this time",
			"line 12, column kind (4): the cell is no kind of relationship; the map can say under values what the source's words mean",
		}
		for _, commit := range []bool{false, true, true} {
			report, problems, err := i.relations(commit, rows...)
			want := casework.ImportReport{Read: 11, Made: 4, Matched: 2, Bad: 5}
			if i.runs == 3 {
				want.Made, want.Matched = 0, 6
			}
			if err != nil || report != want || !slices.Equal(problems, refused) {
				t.Errorf("run %d: %+v, %v\n%s", i.runs, report, err, cmp.Diff(refused, problems))
			}
			if n := len(d.relatives(t, child.ID, 0)); !commit && n != 0 || commit && n != 2 {
				t.Errorf("run %d: the child has %d relationships", i.runs, n)
			}
		}
		for _, p := range []person.ID{mother.ID, child.ID} {
			// Each run but the first to record told that they are here, of the rows that were
			// matched or refused; what was recorded has its own.
			prints := d.prints(t, string(p))
			wantPrint(t, prints, "find-by-import identity shown")
			if !slices.Contains(prints, "record relations shown") {
				t.Errorf("footprints: %v, want that relations were recorded", prints)
			}
		}
		d.db.Read(t, func(ctx context.Context, r store.Reader) error {
			changes, err := r.Changes(ctx, child.ID)
			if len(changes) != 2 || changes[1].Action != person.Added || changes[1].Basis != "Import from old-system" {
				t.Errorf("changes: %+v", changes)
			}
			return err
		})

		// Those who live together do so in one household.
		in, err := intake.NewRelationReader(strings.NewReader("a,b,k,f\n1,2,carer,2012-01-01\n3,2,carer,2013-01-01\n"), intake.Map{
			Source: columns.Source, Columns: map[intake.Field]string{intake.First: "a", intake.Second: "b", intake.Kind: "k", intake.From: "f"},
			Fixed: map[intake.Field]string{intake.Lives: "yes"},
		}, storetest.Today)
		if err != nil {
			t.Fatal(err)
		}
		var none []string
		if report, err := i.ImportRelations(t.Context(), in, i.of(&none, true)); err != nil || report.Made != 2 {
			t.Errorf("who live together: %+v, %q, %v", report, none, err)
		}
		d.db.Read(t, func(ctx context.Context, r store.Reader) error {
			members, err := r.Household(ctx, child.ID, 0)
			if len(members) != 3 || members[0].Household != members[2].Household {
				t.Errorf("household: %+v", members)
			}
			return err
		})

		// What was found never to have been is not brought back.
		list := d.relatives(t, child.ID, 0)
		parent := list[slices.IndexFunc(list, func(r person.Relationship) bool { return r.Kind == "parent" })]
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.Supersede(ctx, store.RelationshipFact, parent.ID, tx.Stamp(storetest.By))
		})
		i.says("withdrawn", 0, 1)(i.relations(true, "1,,2,parent,2010-01-01,"))
		if n := len(d.relatives(t, child.ID, 0)); n != 3 {
			t.Errorf("it was brought back: %d", n)
		}
	})
}

func TestImportAddresses(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		i := &importer{Service: d.Service, t: t}
		p := d.numbered(t, "1", "Mo", date.Must(1980, 1, 1))
		rows := []string{
			"1,,1 Test Lane,home,2010-01-01,",
			"1,,2 Test Lane,home,2015-01-01,",
			"1,,2 Test Lane,home,2016-01-01,",
			"1,,3 Test Lane,mailing,,",
			"," + p.Reference.String() + ",3 Test Lane,mailing,,",
			"," + id.NewReference().String() + ",3 Test Lane,mailing,,",
		}
		refused := []string{"line 4: this address is recorded already for some of this time, with other days", "line 7, column ref (2): nobody here has this reference"}
		for _, commit := range []bool{false, true} {
			i.says("in turn", 3, 1, refused...)(i.addresses(commit, rows...))
		}
		i.says("again", 0, 4, refused...)(i.addresses(true, rows...))
		want := []string{"3 Test Lane  ", "1 Test Lane 2010-01-01 2014-12-31", "2 Test Lane 2015-01-01 "}
		if got := d.lives(t, p.ID); !slices.Equal(got, want) {
			t.Errorf("lives at %q, want %q", got, want)
		}
		wantPrint(t, d.prints(t, string(p.ID)), "find-by-import identity shown")
		if got := d.prints(t, string(p.ID)); !slices.Contains(got, "record identity shown") {
			t.Errorf("footprints: %v, want that addresses were recorded", got)
		}
	})
}

// An import that tells that somebody is here has looked: a dry run, and a row that was
// matched or refused, leave a footprint in the import's own name on each such person, once
// for all rows of a batch.
func TestWhatAnImportTellsIsALook(t *testing.T) {
	clause.Shows(t, "KF-02")
	each(t, func(t *testing.T, d *desk) {
		i := &importer{Service: d.Service, t: t}
		p, q := d.numbered(t, "1", "Mo", date.Must(1980, 1, 1)), d.numbered(t, "2", "Chi", date.Must(2010, 1, 1))
		looks := func(p person.ID) (n int) {
			for _, l := range d.prints(t, string(p)) {
				if l == casework.FindsByImport+" identity shown" {
					n++
				}
			}
			return n
		}
		want := func(what string, one, other int) {
			t.Helper()
			if a, b := looks(p.ID), looks(q.ID); a != one || b != other {
				t.Errorf("%s: %d and %d looks, want %d and %d", what, a, b, one, other)
			}
		}
		rows := []string{"1,,2,parent,,", "1,,9,parent,,"}
		refused := "line 3, column second (3): " + notThere
		i.says("a dry run", 1, 0, refused)(i.relations(false, rows...))
		want("a dry run", 1, 1)
		i.says("in earnest", 1, 0, refused)(i.relations(true, rows...))
		want("in earnest", 2, 1) // of the row that was refused
		i.says("again", 0, 1, refused)(i.relations(true, rows...))
		want("again", 3, 2)
		i.says("an address, dry", 1, 0)(i.addresses(false, "1,,1 Test Lane,home,,"))
		want("an address, dry", 4, 2)
		i.says("an address", 1, 0)(i.addresses(true, "1,,1 Test Lane,home,,"))
		want("an address that was recorded", 4, 2)
		i.says("an address again", 0, 1)(i.addresses(true, "1,,1 Test Lane,home,,"))
		want("an address that was matched", 5, 2)
		i.says("of nobody", 0, 0, "line 2, column id (1): "+notThere)(i.addresses(true, "9,,1 Test Lane,home,,"))
		want("of nobody", 5, 2)
	})
}

// A row that was recorded before, and that says now that the two live together, has that
// recorded: of a file that is restricted it is held. What ended since is not brought back.
func TestARowThatAddsThatTheyLiveTogether(t *testing.T) {
	clause.Shows(t, "CR-15", "CR-31")
	each(t, func(t *testing.T, d *desk) {
		i := &importer{Service: d.Service, t: t}
		d.numbered(t, "1", "Mo", date.Must(1980, 1, 1))
		d.number(t, d.child.ID, "7")
		child := d.numbered(t, "2", "Chi", date.Must(2010, 1, 1))
		lives := func(commit bool, rows ...string) (casework.ImportReport, []string, error) {
			i.runs++
			in, err := intake.NewRelationReader(strings.NewReader("a,b,k,f\n"+strings.Join(rows, "\n")+"\n"), intake.Map{
				Source: columns.Source, Columns: map[intake.Field]string{intake.First: "a", intake.Second: "b", intake.Kind: "k", intake.From: "f"},
				Fixed: map[intake.Field]string{intake.Lives: "yes"},
			}, storetest.Today)
			if err != nil {
				t.Fatal(err)
			}
			var problems []string
			report, err := i.ImportRelations(t.Context(), in, i.of(&problems, commit))
			return report, problems, err
		}
		members := func(p person.ID) (open int) {
			d.db.Read(t, func(ctx context.Context, r store.Reader) error {
				list, err := r.Household(ctx, p, 0)
				for _, m := range list {
					if m.Period.Open() {
						open++
					}
				}
				return err
			})
			return open
		}
		i.says("related", 2, 0)(i.relations(true, "1,,2,parent,,", "1,,7,parent,,"))
		i.says("a dry run", 1, 0)(lives(false, "1,2,parent,"))
		if n := members(child.ID); n != 0 {
			t.Errorf("a dry run recorded %d of a household", n)
		}
		i.says("that they live together", 1, 0)(lives(true, "1,2,parent,"))
		i.says("again", 0, 1)(lives(true, "1,2,parent,"))
		if n := members(child.ID); n != 2 {
			t.Errorf("a household of %d, want both", n)
		}
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			list, err := tx.Household(ctx, child.ID, 0)
			for _, m := range list {
				if err := tx.Supersede(ctx, store.MemberFact, m.ID, tx.Stamp(storetest.By)); err != nil {
					return err
				}
			}
			return err
		})
		i.says("taken back since", 0, 1)(lives(true, "1,2,parent,"))
		if n := members(child.ID); n != 0 {
			t.Errorf("it was brought back: %d", n)
		}

		if _, err := d.restrict(t, d.manager, "", d.manager, d.adviser); err != nil {
			t.Fatal(err)
		}
		i.says("of a restricted file", 1, 0)(lives(true, "1,7,parent,"))
		i.says("of a restricted file, again", 0, 1)(lives(true, "1,7,parent,"))
		if n := members(d.child.ID); n != 0 {
			t.Errorf("recorded on a restricted file: %d", n)
		}
		held := d.restricted(t, d.manager).Held
		if len(held) != 1 || !held[0].Relation.Lives {
			t.Fatalf("held: %+v, want that they live together", held)
		}
		d.must(t, d.DecideHeld(t.Context(), d.manager, d.child.Reference, held[0].ID, true))
		if n := members(d.child.ID); n != 2 {
			t.Errorf("taken over: a household of %d, want both", n)
		}
	})
}

// However often an import is cut short, in the end everything is there once.
func TestImportOfFactsIsNeverDoneTwice(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		const n = 250
		d.numbered(t, "0", "Mo", date.Must(1980, 1, 1))
		var rows, homes []string
		for c := 1; c <= n; c++ {
			d.numbered(t, fmt.Sprint(c), "Chi", date.Must(2010, 1, 1))
			rows = append(rows, fmt.Sprintf("0,,%d,parent,,", c))
			homes = append(homes, fmt.Sprintf("%d,,%d Test Lane,home,2012-01-01,", c, c))
		}
		flaky := &flakyDB{DB: d.db, rng: rand.New(rand.NewPCG(8, 8))}
		i := &importer{Service: over(t, flaky), t: t}
		for what, run := range map[string]func() (casework.ImportReport, []string, error){
			"relationship": func() (casework.ImportReport, []string, error) {
				return i.relations(true, append(rows, "0,,x,parent,,")...)
			},
			"person_address": func() (casework.ImportReport, []string, error) {
				return i.addresses(true, append(homes, "x,,1,home,,")...)
			},
		} {
			i.same = what
			var report casework.ImportReport
			for try := 0; ; try++ {
				var err error
				if report, _, err = run(); err == nil {
					break
				}
				if try == 100 {
					t.Fatalf("%s: never done: %v", what, err)
				}
			}
			var there int
			if err := d.db.Raw.QueryRow("SELECT count(*) FROM " + what).Scan(&there); err != nil {
				t.Fatal(err)
			}
			report.Resumed = 0
			if want := (casework.ImportReport{Read: n + 1, Made: n, Bad: 1}); there != n || report != want {
				t.Errorf("%s: %d rows, %+v, want %+v", what, there, report, want)
			}
		}
		if flaky.fails == 0 {
			t.Error("nothing failed: the property was not tried")
		}
	})
}

// Of a child whose file is restricted, imports of relationships and addresses say
// what they would say had it never been, or what they say of nobody.
func TestImportsOfFactsAboutARestrictedFile(t *testing.T) {
	clause.Shows(t, "CR-31")
	each(t, func(t *testing.T, d *desk) {
		i := &importer{Service: d.Service, t: t}
		mother := d.numbered(t, "1", "Mo", date.Must(1980, 1, 1))
		d.number(t, d.child.ID, "7") // an import found her before
		i.says("before", 1, 0)(i.relations(true, "1,,7,parent,2010-03-05,"))
		i.says("before", 1, 0)(i.addresses(true, "7,,1 Test Lane,home,2010-03-05,"))
		if _, err := d.restrict(t, d.manager, "", d.manager, d.adviser); err != nil {
			t.Fatal(err)
		}
		// What those named record since then changes nothing of what is said.
		d.number(t, d.child.ID, "8")
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			by := tx.Stamp(storetest.By)
			for _, r := range d.relatives(t, d.child.ID, 0) {
				if err := tx.Supersede(ctx, store.RelationshipFact, r.ID, by); err != nil {
					return err
				}
			}
			err := tx.AddRelationship(ctx, person.Relationship{ID: id.New(), Kind: "conflict", Person: mother.ID, Other: d.child.ID, Clocks: date.Clocks{Recorded: by}})
			if err != nil {
				return err
			}
			return tx.AddAddress(ctx, d.child.ID, person.Address{ID: id.New(), Line1: "Refuge", Confidential: true, Clocks: date.Clocks{Period: date.Period{From: date.Must(2025, 1, 1)}, Recorded: by}})
		})
		for _, commit := range []bool{false, true} {
			i.says("recorded before", 0, 1)(i.relations(commit, "1,,7,parent,2010-03-05,"))
			i.says("the other way round", 0, 0,
				"line 2, column kind (4): the parent was born after the child. Check which of them is which, and their dates of birth",
				"line 2, column kind (4): they are recorded the other way round. Check which of them is which")(ones(i.relations(commit, "7,,1,parent,,")))
			i.says("other days", 0, 0, "line 2, column kind (4): this relationship is recorded already for some of this time")(i.relations(commit, "1,,7,parent,2011-03-05,"))
			i.says("a number that is known since, and nobody's", 0, 0, "line 2, column second (3): "+notThere, "line 3, column second (3): "+notThere)(
				i.relations(commit, "1,,8,conflict,,", "1,,99,conflict,,"))
			i.says("by reference, and nobody's", 0, 0, "line 2, column ref (2): nobody here has this reference", "line 3, column ref (2): nobody here has this reference")(
				i.relations(commit, ","+d.child.Reference.String()+",1,conflict,,", ","+id.NewReference().String()+",1,conflict,,"))
			i.says("lived there before", 0, 1)(i.addresses(commit, "7,,1 Test Lane,home,2010-03-05,"))
			i.says("a number that is known since", 0, 0, "line 2, column id (1): "+notThere)(i.addresses(commit, "8,,2 Test Lane,home,,"))
		}
		for run, commit := range []bool{false, true, true} {
			made, matched := 1, 0
			if run == 2 {
				made, matched = 0, 1
			}
			i.says("of the restricted child", made, matched)(i.relations(commit, "1,,7,conflict,,"))
			i.says("a move of hers", made, matched)(i.addresses(commit, "7,,2 Test Lane,home,2020-03-05,"))
		}
		i.says("before that move", 0, 0, "line 2: another home is recorded for some of this time")(i.addresses(true, "7,,3 Test Lane,home,2018-03-05,"))
		// Others are named meanwhile.
		seen := d.restricted(t, d.manager)
		if _, err := d.restrict(t, d.manager, seen.ID, d.manager, d.colleague, d.adviser); err != nil {
			t.Fatal(err)
		}
		i.says("a number that is known since", 0, 0, "line 2, column second (3): "+notThere)(i.relations(true, "1,,8,conflict,,"))
		i.says("recorded before", 0, 1)(i.relations(true, "1,,7,parent,2010-03-05,"))

		// Those named decide; it is sealed till then.
		var sealed string
		rows, err := d.db.Raw.Query("SELECT sealed FROM held_add")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			if err := rows.Scan(&sealed); err != nil || strings.Contains(sealed, "conflict") || strings.Contains(sealed, "Lane") {
				t.Errorf("what is held is not sealed: %v", err)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		held := d.restricted(t, d.adviser).Held
		if len(held) != 2 || held[0].Relation == nil || held[0].Relation.Who.Name.Given != "Mo" || held[1].Address == nil || held[1].Address.Period.From != date.Must(2020, 3, 5) {
			t.Fatalf("held: %+v", held)
		}
		d.must(t, d.DecideHeld(t.Context(), d.adviser, d.child.Reference, held[0].ID, true))
		if got := d.relatives(t, d.child.ID, 0); len(got) != 1 {
			t.Errorf("what those named had recorded is there twice: %+v", got)
		}
		err = d.DecideHeld(t.Context(), d.adviser, d.child.Reference, held[1].ID, true)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "another home") {
			t.Errorf("a move over the refuge: %v", err)
		}
	})
}

// ones counts a row with several problems once.
func ones(report casework.ImportReport, problems []string, err error) (casework.ImportReport, []string, error) {
	if report.Bad > 0 && len(problems) > report.Bad {
		report.Read += len(problems) - report.Bad
		report.Bad = len(problems)
	}
	return report, problems, err
}

// What an import of people brought about a restricted file is all that a later one of
// relationships and addresses knows of it.
func TestImportsOfFactsKnowWhatIsHeld(t *testing.T) {
	clause.Shows(t, "CR-31")
	each(t, func(t *testing.T, d *desk) {
		i := &importer{Service: d.Service, t: t}
		d.numbered(t, "1", "Mo", date.Must(1980, 1, 1))
		if _, err := d.restrict(t, d.manager, "", d.manager, d.adviser); err != nil {
			t.Fatal(err)
		}
		d.number(t, d.child.ID, "7")
		i.says("nobody yet", 0, 0, "line 2, column second (3): "+notThere)(i.relations(true, "1,,7,parent,,"))
		var problems []string
		if report, err := d.ImportPeople(t.Context(), reader(t, "id,given,family,born,sex\n7,Ines,Marlow,1975-03-05,F\n"), d.importing(&problems, true)); err != nil || report.Made != 1 {
			t.Fatalf("held as a person: %+v, %v", report, err)
		}
		i.says("by what the source said, she is older", 0, 0,
			"line 2, column kind (4): the parent was born after the child. Check which of them is which, and their dates of birth")(i.relations(true, "1,,7,parent,,"))
		i.says("once it is there", 1, 0)(i.relations(true, "7,,1,parent,,"))
		i.says("again", 0, 1)(i.relations(true, "7,,1,parent,,"))
		i.says("an address", 1, 0)(i.addresses(true, "7,,1 Test Lane,home,2012-01-01,"))
		held := d.restricted(t, d.adviser).Held
		if len(held) != 3 {
			t.Fatalf("held: %+v", held)
		}
		d.must(t, d.DecideHeld(t.Context(), d.adviser, d.child.Reference, held[2].ID, true))
		if got := d.lives(t, d.child.ID); !slices.Equal(got, []string{"1 Test Lane 2012-01-01 "}) {
			t.Errorf("taken over: %q", got)
		}
		err := d.DecideHeld(t.Context(), d.adviser, d.child.Reference, held[1].ID, true)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "born after") {
			t.Errorf("a child as the parent of a grown-up: %v", err)
		}
	})
}

// That a row would make somebody their own forebear is said by way of a restricted file
// as it was before it was restricted, and by way of what is held.
func TestImportsOfDescentsGoInNoCircle(t *testing.T) {
	clause.Shows(t, "CR-31")
	each(t, func(t *testing.T, d *desk) {
		i := &importer{Service: d.Service, t: t}
		for n := range 6 {
			d.numbered(t, fmt.Sprint(n+1), "Mo", date.Date{})
		}
		d.number(t, d.child.ID, "7")
		i.says("recorded before", 2, 0)(i.relations(true, "5,,7,parent,,", "7,,6,parent,,"))
		if _, err := d.restrict(t, d.manager, "", d.manager, d.adviser); err != nil {
			t.Fatal(err)
		}
		d.number(t, d.child.ID, "8")
		const refused = "line 4, column kind (4): the second of the two is recorded as a forebear of the first"
		i.says("by way of what was recorded before", 0, 0, strings.Replace(refused, "4", "2", 1))(i.relations(true, "6,,5,parent,,"))
		for what, rows := range map[string][]string{
			"from the restricted":          {"7,,1,parent,,", "1,,2,parent,,", "2,,7,parent,,"},
			"by way of the restricted":     {"3,,7,parent,,", "7,,4,parent,,", "4,,3,parent,,"},
			"though not by what is hidden": {"8,,1,parent,,"},
		} {
			for run, commit := range []bool{false, true, true} {
				report, problems, err := i.relations(commit, rows...)
				want := []string{refused}
				if len(rows) == 1 {
					want = []string{"line 2, column first (1): " + notThere}
				}
				if err != nil || report.Bad != 1 || !slices.Equal(problems, want) {
					t.Errorf("%s, run %d: %+v, %q, %v", what, run, report, problems, err)
				}
			}
		}
	})
}

// A row costs the same statements of a restricted file as of nobody's.
func TestImportsOfFactsTakeTheSameSteps(t *testing.T) {
	clause.Shows(t, "CR-31")
	each(t, func(t *testing.T, d *desk) {
		i := &importer{Service: d.Service, t: t}
		d.numbered(t, "1", "Mo", date.Must(1980, 1, 1))
		if _, err := d.restrict(t, d.manager, "", d.manager, d.adviser); err != nil {
			t.Fatal(err)
		}
		d.number(t, d.child.ID, "8")
		var seen []string
		d.db.Watch(func(query string) { seen = append(seen, query) })
		for what, run := range map[string]func(number string) (casework.ImportReport, []string, error){
			"relations": func(n string) (casework.ImportReport, []string, error) {
				return i.relations(false, "1,,"+n+",parent,,")
			},
			"addresses": func(n string) (casework.ImportReport, []string, error) {
				return i.addresses(false, n+",,1 Test Lane,home,,")
			},
		} {
			seen = nil
			_, said, err := run("8")
			hidden := seen
			seen = nil
			_, saidToo, errToo := run("99")
			if err != nil || errToo != nil || !slices.Equal(said, saidToo) || len(hidden) < 5 || !slices.Equal(hidden, seen) {
				t.Errorf("%s: %d statements, %q; of nobody's file %d, %q", what, len(hidden), said, len(seen), saidToo)
			}
		}
	})
}

// A relationship of two whose files are both restricted is held on both, and taken
// over by whoever may know of both, once.
func TestARelationshipHeldOnTwoFiles(t *testing.T) {
	clause.Shows(t, "CR-31")
	each(t, func(t *testing.T, d *desk) {
		i := &importer{Service: d.Service, t: t}
		other := *d
		other.child = d.numbered(t, "1", "Mo", date.Must(1980, 1, 1))
		d.number(t, d.child.ID, "7")
		if _, err := d.restrict(t, d.manager, "", d.manager, d.adviser); err != nil {
			t.Fatal(err)
		}
		d.db.Episode(t, other.child.ID, d.team, d.manager.Worker)
		if _, err := other.restrict(t, d.manager, "", d.manager, d.colleague); err != nil {
			t.Fatal(err)
		}
		i.says("of both", 1, 0)(i.relations(true, "1,,7,parent,,"))
		i.says("of both, again", 0, 1)(i.relations(true, "1,,7,parent,,"))
		hers, his := d.restricted(t, d.adviser).Held, other.restricted(t, d.colleague).Held
		if len(hers) != 1 || len(his) != 1 || !hers[0].Relation.NotFor || hers[0].Relation.Who.Name.Given != "" || hers[0].Relation.First || !his[0].Relation.First {
			t.Fatalf("held: %+v and %+v", hers, his)
		}
		err := d.DecideHeld(t.Context(), d.adviser, d.child.Reference, hers[0].ID, true)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "not one that you can find") {
			t.Errorf("taken over by who may know of one: %v", err)
		}
		for _, of := range []*desk{d, &other} {
			held := of.restricted(t, d.manager).Held
			if held[0].Relation.NotFor {
				t.Errorf("the other is not shown to who may know of both: %+v", held)
			}
			of.must(t, of.DecideHeld(t.Context(), d.manager, of.child.Reference, held[0].ID, true))
			if got := d.relatives(t, d.child.ID, 0); len(got) != 1 || got[0].Person != other.child.ID || got[0].Kind != "parent" {
				t.Errorf("taken over: %+v", got)
			}
		}
	})
}

// Whoever was merged into another file meanwhile is related on that file.
func TestAHeldRelationshipFollowsAMerge(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		i := &importer{Service: d.Service, t: t}
		mother, same := d.numbered(t, "1", "Mo", date.Must(1980, 1, 1)), d.numbered(t, "2", "Moira", date.Must(1980, 1, 1))
		for _, p := range []person.Person{mother, same} {
			d.db.Episode(t, p.ID, d.team, d.manager.Worker)
		}
		d.number(t, d.child.ID, "7")
		if _, err := d.restrict(t, d.manager, "", d.manager, d.adviser); err != nil {
			t.Fatal(err)
		}
		i.says("held", 1, 0)(i.relations(true, "1,,7,parent,,"))
		d.must(t, d.MergeFiles(t.Context(), d.manager, mother.Reference, same.Reference, "One person, two files."))
		held := d.restricted(t, d.manager).Held
		if len(held) != 1 || held[0].Relation.NotFor || held[0].Relation.Who.Reference != same.Reference {
			t.Fatalf("held: %+v", held)
		}
		d.must(t, d.DecideHeld(t.Context(), d.manager, d.child.Reference, held[0].ID, true))
		if got := d.relatives(t, d.child.ID, 0); len(got) != 1 || got[0].Person != same.ID || got[0].Other != d.child.ID {
			t.Errorf("taken over: %+v", got)
		}
	})
}
