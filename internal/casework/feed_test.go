package casework_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"strings"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/intake"
	"casefile/internal/person"
	"casefile/internal/population"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// feedMap is how a feed of the invented agency is read.
var feedMap = intake.Map{Source: "school-board", Columns: map[intake.Field]string{
	intake.ID: "number", intake.Given: "given", intake.Family: "family", intake.Born: "born", intake.Sex: "sex",
	intake.Address1: "address", intake.Town: "town", intake.Postcode: "postcode",
}}

// What an import reports of a feed adds up with the feed's truth: rows read, made,
// matched, refused, and those held because a file is restricted, which are among the
// made. A child who was sent under two numbers has two files.
func TestImportOfAFeed(t *testing.T) {
	const children = 600
	each(t, func(t *testing.T, d *desk) {
		a := population.New(3, children, storetest.Today)
		var feed, truth bytes.Buffer
		rows, err := population.WriteFeed(&feed, &truth, a.Feed(children))
		if err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(strings.NewReader(truth.String())).ReadAll()
		if err != nil || len(lines) != rows+1 {
			t.Fatalf("%d lines of truth for %d rows, %v", len(lines), rows, err)
		}

		// By the truth: who is refused, and how many files come of it.
		want := casework.ImportReport{Read: rows}
		seen, files := map[string]bool{}, map[string]int{} // numbers; children to files
		var restricted string                              // a number of the source
		twice, noNumber, again := 0, 0, 0
		for r := range a.Feed(children) {
			switch {
			case r.Truth.NoNumber:
				want.Bad++
				noNumber++
				continue
			case seen[r.Number]:
				want.Bad++
				again++
				continue
			}
			seen[r.Number] = true // a wrong row uses its number up too
			if r.Born.After(storetest.Today) {
				want.Bad++
				continue
			}
			want.Made++
			if files[r.Truth.Child]++; files[r.Truth.Child] == 2 {
				twice++
			}
			restricted = r.Number
		}
		if twice == 0 || noNumber == 0 || again == 0 || want.Made+want.Bad != rows {
			t.Fatalf("%d children with two numbers, %d rows without one, %d sent again, %+v: the feed tries too little", twice, noNumber, again, want)
		}

		// One of them is the child whose file is restricted.
		if _, err := d.restrict(t, d.manager, "", d.manager, d.adviser); err != nil {
			t.Fatal(err)
		}
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddIdentifier(ctx, d.child.ID, person.Identifier{ID: id.New(), System: feedMap.Source, Value: restricted, Clocks: storetest.Clocks(date.Date{})})
		})
		var before int
		count := func() (people, held int) {
			t.Helper()
			if err := d.db.Raw.QueryRow("SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM held_add)").Scan(&people, &held); err != nil {
				t.Fatal(err)
			}
			return people - before, held
		}
		before, _ = count()
		for run := range 3 {
			in, err := intake.NewReader(bytes.NewReader(feed.Bytes()), feedMap, storetest.Today)
			if err != nil {
				t.Fatal(err)
			}
			bad := map[int]bool{}
			o := casework.Import{
				Run: string(rune('a' + run)), Source: feedMap.Source, Team: d.team, Commit: run > 0,
				Problem: func(p intake.Problem) { bad[p.Line] = true },
			}
			if run == 2 { // the same rows, in another file
				want.Matched, want.Made = want.Made, 0
			}
			report, err := d.ImportPeople(t.Context(), in, o)
			if err != nil || report != want || len(bad) != want.Bad {
				t.Errorf("run %d: %+v, %d lines refused, %v; want %+v", run, report, len(bad), err, want)
			}
			for _, l := range lines[1:] {
				if l[5] == "yes" && !bad[number(t, l[0])] {
					t.Errorf("line %s has no number by the truth, and was not refused", l[0])
				}
			}
			made, held := 0, 0
			if run > 0 {
				made, held = len(seen)-(want.Bad-noNumber-again)-1, 1
			}
			if gotMade, gotHeld := count(); gotMade != made || gotHeld != held {
				t.Errorf("run %d: %d files and %d held, want %d and %d", run, gotMade, gotHeld, made, held)
			}
		}
	})
}

func number(t *testing.T, s string) (n int) {
	t.Helper()
	for _, r := range s {
		n = n*10 + int(r-'0')
	}
	return n
}
