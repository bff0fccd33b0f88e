package intake_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"casefile/internal/intake"
)

func TestPlaces(t *testing.T) {
	in, err := intake.NewPlaceReader(strings.NewReader("\ufeffuprn,Postcode,line1,town\n100000000001,zx11aa, 1  Test Lane ,Fenwick\n,ZX1 1AB,2 Test Lane,\n,ZX,,\n,ZX1 1AB,\"3\"x,\nabc,ZX1 1AA,4 Test Lane,\n"))
	if err != nil {
		t.Fatal(err)
	}
	first, ps, err := in.Next()
	if err != nil || len(ps) > 0 || first.ID != "100000000001" || first.Postcode != "ZX1 1AA" || first.Line1 != "1 Test Lane" || first.Town != "Fenwick" || first.Line != 2 {
		t.Errorf("the first: got %+v, %v, %v", first, ps, err)
	}
	second, ps, err := in.Next()
	if err != nil || len(ps) > 0 || !strings.HasPrefix(second.ID, "made-") {
		t.Errorf("without a UPRN: got %+v, %v, %v", second, ps, err)
	}
	for _, want := range []int{2, 1, 1} { // no postcode and no line1; quotation marks; a UPRN that is none
		if row, ps, err := in.Next(); err != nil || len(ps) != want || ps[0].Line != row.Line {
			t.Errorf("line %d: got %v, %v; want %d problems", row.Line, ps, err, want)
		}
	}
	if _, _, err := in.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: got %v", err)
	}
	for _, head := range []string{"", "postcode\n", "postcode,line1,colour\n"} {
		if _, err := intake.NewPlaceReader(strings.NewReader(head)); err == nil {
			t.Errorf("columns %q: got nothing, want an error", head)
		}
	}
}

func FuzzPlaces(f *testing.F) {
	f.Add("postcode,line1\nZX1 1AA,1 Test Lane\n")
	f.Add("postcode,line1\n\"ZX1 1AA,1\n")
	f.Fuzz(func(t *testing.T, s string) {
		in, err := intake.NewPlaceReader(strings.NewReader(s))
		for err == nil {
			var row intake.PlaceRow
			var ps []intake.Problem
			if row, ps, err = in.Next(); err == nil && len(ps) == 0 && (row.ID == "" || row.Postcode == "" || row.Line1 == "") {
				t.Errorf("a row that is taken lacks something: %+v", row)
			}
		}
	})
}
