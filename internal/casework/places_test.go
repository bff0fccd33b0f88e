package casework_test

import (
	"strings"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/fault"
	"casefile/internal/intake"
	"casefile/internal/person"
	"casefile/internal/store/storetest"
)

const placesFile = "postcode,line1,town\nZX1 1AA,1 Test Lane,Fenwick\nZX1 1AA,2 Test Lane,Fenwick\nZX,3 Test Lane,Fenwick\nZX1 1AA,1 Test Lane,Fenwick\n"

func (d *desk) importPlaces(t *testing.T, run string, commit bool) (casework.ImportReport, int) {
	t.Helper()
	in, err := intake.NewPlaceReader(strings.NewReader(placesFile))
	d.must(t, err)
	told := 0
	report, err := d.ImportPlaces(t.Context(), in, casework.Import{Run: run, Commit: commit, Problem: func(intake.Problem) { told++ }})
	d.must(t, err)
	return report, told
}

// A dry run saves nothing; a run again changes nothing; a bad row is told.
func TestImportPlaces(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		if r, told := d.importPlaces(t, "run", false); r.Read != 4 || r.Made != 2 || r.Matched != 1 || r.Bad != 1 || told != 1 {
			t.Errorf("dry run: got %+v, %d told", r, told)
		}
		if places, err := d.PlacesAt(t.Context(), "zx11aa"); err != nil || len(places) != 0 {
			t.Errorf("after the dry run: got %v, %v", places, err)
		}
		if r, _ := d.importPlaces(t, "run", true); r.Made != 2 || r.Resumed != 0 {
			t.Errorf("the run: got %+v", r)
		}
		if r, _ := d.importPlaces(t, "run", true); r.Made != 2 || r.Resumed != 5 {
			t.Errorf("the same again: got %+v, want it to go on after line 5", r)
		}
		if r, _ := d.importPlaces(t, "another", true); r.Made != 0 || r.Matched != 3 {
			t.Errorf("another file with the same: got %+v", r)
		}
	})
}

// An address is found by its postcode and chosen; what is typed counts before that.
func TestAddressByPostcode(t *testing.T) {
	clause.Shows(t, "CR-10")
	each(t, func(t *testing.T, d *desk) {
		d.importPlaces(t, "run", true)
		_, err := d.PlacesAt(t.Context(), "nowhere")
		wantKind(t, "no postcode", err, fault.Invalid)
		places, err := d.PlacesAt(t.Context(), " zx1 1aa")
		d.must(t, err)
		if len(places) != 2 || places[1].Line1 != "2 Test Lane" {
			t.Fatalf("got %+v", places)
		}
		since := on("from", storetest.Today.AddDays(-30))
		d.must(t, d.state(t, d.adviser, casework.AddressFacts, "", and(form("kind", "home", "postcode", "zx1 1aa", "place", places[1].ID), since)))
		a := d.facts(t, d.adviser, casework.AddressFacts).Now[0].Fact.(person.Address)
		if a.Line1 != "2 Test Lane" || a.Town != "Fenwick" || a.Place != places[1].ID {
			t.Errorf("chosen: got %+v", a)
		}
		d.must(t, d.state(t, d.adviser, casework.AddressFacts, a.ID, and(form("kind", "home", "postcode", "zx1 1aa", "place", places[0].ID, "line1", "The flat above", "why", "Misheard."), since)))
		a = d.facts(t, d.adviser, casework.AddressFacts).Now[0].Fact.(person.Address)
		if a.Line1 != "The flat above" || a.Place != "" {
			t.Errorf("typed: got %+v", a)
		}
	})
}
