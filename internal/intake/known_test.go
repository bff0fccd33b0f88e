package intake_test

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/intake"
)

// all gives what a reader yields, and what is wrong with the rows.
func all[R any](t *testing.T, next func() (R, []intake.Problem, error)) (rows []R, problems []string) {
	t.Helper()
	for {
		row, ps, err := next()
		if errors.Is(err, io.EOF) {
			return rows, problems
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range ps {
			problems = append(problems, p.String())
		}
		if len(ps) == 0 {
			rows = append(rows, row)
		}
	}
}

func example(t *testing.T, name string) io.Reader {
	t.Helper()
	text, err := os.ReadFile("../../docs/examples/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReader(string(text))
}

// The examples in the documentation are maps that work.
func TestExampleRelations(t *testing.T) {
	m, err := intake.ReadRelationMap(example(t, "relations-map.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	const file = "child,relative,relationship,since,until,parental_resp,cares,remarks\n" +
		"1,2,MOTHER,2010-03-05,,Y,Main,\"Two\nlines\"\n1,3,Brother,,5/3/2015,,,\n1,4,cousin,,,,,\n1,4,Cousin,,,,,\n"
	in, err := intake.NewRelationReader(strings.NewReader(file), m, today)
	if err != nil {
		t.Fatal(err)
	}
	who := func(n string, f intake.Field) intake.Who { return intake.Who{Number: n, Field: f} }
	want := []intake.RelationRow{
		{
			Line: 2, First: who("2", intake.Second), Second: who("1", intake.First), Kind: "parent", Period: date.Period{From: date.Must(2010, 3, 5)},
			Responsible: "yes", Carer: "main", Note: "Two, lines",
		},
		{Line: 4, First: who("1", intake.First), Second: who("3", intake.Second), Kind: "sibling", Period: date.Period{To: date.Must(2015, 3, 5)}},
		{Line: 5, First: who("1", intake.First), Second: who("4", intake.Second), Kind: "cousin"},
	}
	rows, problems := all(t, in.Next)
	if !slices.Equal(rows, want) || !slices.Equal(problems, []string{"line 6: the row says the same as line 5"}) {
		t.Errorf("got %+v, %q\nwant %+v", rows, problems, want)
	}
}

func TestExampleAddresses(t *testing.T) {
	m, err := intake.ReadAddressMap(example(t, "addresses-map.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	const file = "person,street,district,city,post_code,moved_in,moved_out,type,secret\n" +
		"1,1 Test Lane,,Fenwick,ZX1 1AA,2010-03-05,,main,\n2,2 Test Lane,,Fenwick,ZX1 1AA,2010-03-05,2011-01-01,Temporary,y\n"
	in, err := intake.NewAddressReader(strings.NewReader(file), m, today)
	if err != nil {
		t.Fatal(err)
	}
	from := date.Must(2010, 3, 5)
	want := []intake.AddressRow{
		{Line: 2, Who: intake.Who{Number: "1", Field: intake.ID}, Kind: "home", Line1: "1 Test Lane", Town: "Fenwick", Postcode: "ZX1 1AA", Period: date.Period{From: from}},
		{
			Line: 3, Who: intake.Who{Number: "2", Field: intake.ID}, Kind: "other", Line1: "2 Test Lane", Town: "Fenwick", Postcode: "ZX1 1AA",
			Confidential: true, Period: date.Period{From: from, To: date.Must(2011, 1, 1)},
		},
	}
	if rows, problems := all(t, in.Next); !slices.Equal(rows, want) || problems != nil {
		t.Errorf("got %+v, %q\nwant %+v", rows, problems, want)
	}
}

// Every problem names its line and column, no problem stops the reading, and none
// repeats what the cell holds.
func TestProblemsOfRelations(t *testing.T) {
	m, err := intake.ReadRelationMap(strings.NewReader(
		"source: s\ncolumns: {first: a, first-reference: ar, second: b, kind: k, from: f, to: t, parental-responsibility: p, rests-on: r, carer: c, note: n, lives: l}\n"))
	if err != nil {
		t.Fatal(err)
	}
	const head = "a,ar,b,k,f,t,p,r,c,n,l\n"
	ref := id.NewReference()
	for _, c := range []struct{ line, want string }{
		{",,2,parent,,,,,,,", "line 2, column a (1): the row does not say who it is"},
		{"1,,,parent,,,,,,,", "line 2, column b (3): the row does not say who it is"},
		{"1," + ref.String() + ",2,parent,,,,,,,", "line 2, column ar (2): the row says twice who it is, by number and by reference; one of the two must be empty"},
		{",Secret,2,parent,,,,,,,", "line 2, column ar (2): there is no such reference: a letter or number may be mistyped"},
		{"1,,2,,,,,,,,", "line 2, column k (4): the cell is empty"},
		{"1,,2,parent,2012-02-30,,,,,,", "line 2, column f (5): there is no such date"},
		{"1,,2,parent,,2026-03-06,,,,,", "line 2, column t (6): the date is in the future"},
		{"1,,2,parent,1826-03-06,,,,,,", "line 2, column f (5): the date is more than 120 years ago"},
		{"1,,2,parent,2012-02-03,2012-02-02,,,,,", "line 2, column t (6): the last day is before the first"},
		{"1,,2,parent,,,Secret,,,,", "line 2, column p (7): the cell is none of yes and no; the map can say under values what the source's words mean"},
		{"1,,2,parent,,,,Secret,,,", "line 2, column r (8): the cell is none of birth, law and care; the map can say under values what the source's words mean"},
		{"1,,2,parent,,,,,Secret,,", "line 2, column c (9): the cell is none of main and shared; the map can say under values what the source's words mean"},
		{"1,,2,parent,,,,,," + strings.Repeat("x", 1001) + ",", "line 2, column n (10): the cell has 1001 characters and may have at most 1000"},
		{"8,,9,parent,,,,,,,\n8,,9,parent,,,,,,,", "line 3: the row says the same as line 2"},
		{"1,,2", "line 2: the row has 3 cells and the header has 11"},
		{"1,,2,parent,,2012-02-02,,,,,yes", "line 2, column l (11): the relationship is over, so the row cannot say that they live together"},
		{"1,,2,parent,,,,,,,Secret", "line 2, column l (11): the cell is none of yes and no; the map can say under values what the source's words mean"},
	} {
		in, err := intake.NewRelationReader(strings.NewReader(head+c.line+"\n,"+ref.String()+",2,parent,,,,,,,\n"), m, today)
		if err != nil {
			t.Fatal(err)
		}
		rows, problems := all(t, in.Next)
		if !slices.Equal(problems, []string{c.want}) {
			t.Errorf("%s: got %q, want %q", c.line, problems, c.want)
		}
		if len(rows) == 0 || rows[len(rows)-1].First.Reference != ref {
			t.Errorf("%s: the row after it was not read: %+v", c.line, rows)
		}
		if strings.Contains(strings.Join(problems, ""), "Secret") {
			t.Errorf("%s: the problem repeats the cell", c.line)
		}
	}
}

func TestMapsOfFactsAreRefused(t *testing.T) {
	for _, c := range []struct {
		read func(io.Reader) (intake.Map, error)
		text string
		says string
	}{
		{intake.ReadRelationMap, "source: x\ncolumns: {first: a, kind: k}\n", "second by the source's number, or second-reference by ours"},
		{intake.ReadRelationMap, "source: x\ncolumns: {first: a, second: b}\n", "Say which column holds the kind"},
		{intake.ReadRelationMap, "source: x\ncolumns: {first: a, second: b}\nfixed: {kind: parent, first-reference: x}\n", "first-reference cannot be the same for every row"},
		{intake.ReadRelationMap, "source: x\ncolumns: {first: a, second: b, kind: k, town: t}\n", `"town" is not a field; the fields are first,`},
		{intake.ReadRelationMap, "source: x\ncolumns: {first: a, second: b, kind: k}\nvalues: {carer: {Y: main}}\n", `"carer" has words and no column`},
		{intake.ReadAddressMap, "source: x\ncolumns: {id: a, address-1: b}\n", "Say which column holds the kind"},
		{intake.ReadAddressMap, "source: x\ncolumns: {kind: a, address-1: b}\n", "id by the source's number, or reference by ours"},
		{intake.ReadAddressMap, "source: x\ncolumns: {id: a, kind: k}\n", "Say which columns hold the address"},
		{intake.ReadAddressMap, "source: x\ncolumns: {id: a, address-1: l}\nfixed: {kind: home, from: 31/2/2010}\n", "no such date"},
	} {
		_, err := c.read(strings.NewReader(c.text))
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("map %.60q: got %v, want Invalid saying %q", c.text, err, c.says)
		}
	}
}

func FuzzRelationReader(f *testing.F) {
	const head = "a,ar,b,k,f,t\n"
	f.Add("1,,2,parent,2010-01-01,\n")
	f.Add(",B7K2-94XV,2,sibling:second,5/3/2010,6/3/2010\n\"\n")
	m, err := intake.ReadRelationMap(strings.NewReader("source: s\ncolumns: {first: a, first-reference: ar, second: b, kind: k, from: f, to: t}\n"))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, rows string) {
		in, err := intake.NewRelationReader(strings.NewReader(head+rows), m, today)
		if err != nil {
			return
		}
		for {
			row, ps, err := in.Next()
			if err != nil {
				if !errors.Is(err, io.EOF) && !fault.Is(err, fault.Invalid) {
					t.Errorf("%q: %v, want Invalid", rows, err)
				}
				return
			}
			if len(ps) > 0 {
				continue
			}
			for _, w := range []intake.Who{row.First, row.Second} {
				if (w.Number == "") == (w.Reference == "") || w.Field == "" {
					t.Errorf("%q: somebody is named %+v", rows, w)
				}
			}
			if row.Kind == "" || !row.Period.Valid() || row.Period.From.After(today) || row.Period.To.After(today) {
				t.Errorf("%q: row %+v", rows, row)
			}
		}
	})
}
