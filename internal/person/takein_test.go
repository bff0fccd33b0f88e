package person_test

import (
	"reflect"
	"testing"

	"casefile/internal/date"
	"casefile/internal/person"
)

func TestTakeIn(t *testing.T) {
	day := func(y int) date.Date {
		if y == 0 {
			return date.Date{}
		}
		return date.Must(y, 6, 1)
	}
	at := func(line string, from, to int) person.Address {
		return person.Address{ID: line, Line1: line, Postcode: "ZX1 1AA", Clocks: date.Clocks{Period: date.Period{From: day(from), To: day(to)}}}
	}
	other := func(a person.Address, kind string) person.Address { a.Kind = kind; return a }
	secret := func(a person.Address) person.Address { a.Confidential = true; return a }
	const here, home, first = "this address is recorded already for some of this time, with other days", "another home is recorded for some of this time",
		"another home is recorded for this time, and the row has no first day"
	ends := func(id string, year int) person.TakenIn {
		return person.TakenIn{Ends: []person.AddressEnd{{ID: id, Last: day(year).AddDays(-1)}}}
	}
	for _, c := range []struct {
		what    string
		fresh   person.Address
		current []person.Address
		gone    []person.Address // recorded once, and put aside
		want    person.TakenIn
		problem string
	}{
		{what: "the first", fresh: at("1 Test Lane", 2015, 0)},
		{what: "the same", fresh: at("1 test  lane", 2015, 0), current: []person.Address{at("1 Test Lane", 2015, 0)}, want: person.TakenIn{Known: true}},
		{what: "one that was withdrawn", fresh: at("1 Test Lane", 2015, 0), gone: []person.Address{at("1 Test Lane", 2015, 0)}, want: person.TakenIn{Known: true}},
		{what: "the same with other days", fresh: at("1 Test Lane", 2014, 0), current: []person.Address{at("1 Test Lane", 2015, 0)}, problem: here},
		{what: "since when the same is so", fresh: at("1 Test Lane", 2014, 0), current: []person.Address{at("1 Test Lane", 0, 0)}, want: person.TakenIn{Dates: "1 Test Lane"}},
		{what: "a secret one is not corrected", fresh: at("1 Test Lane", 2014, 0), current: []person.Address{secret(at("1 Test Lane", 0, 0))}, problem: here},
		{what: "a move", fresh: at("2 Test Lane", 2018, 0), current: []person.Address{at("1 Test Lane", 2015, 0)}, want: ends("1 Test Lane", 2018)},
		{what: "a move from where since when is not known", fresh: at("2 Test Lane", 2018, 0), current: []person.Address{at("1 Test Lane", 0, 0)}, want: ends("1 Test Lane", 2018)},
		{what: "no move from a refuge", fresh: at("2 Test Lane", 2018, 0), current: []person.Address{secret(at("1 Test Lane", 2015, 0))}, problem: home},
		{what: "a move on the day of another", fresh: at("2 Test Lane", 2015, 0), current: []person.Address{at("1 Test Lane", 2015, 0)}, problem: home},
		{what: "a move before", fresh: at("2 Test Lane", 2014, 0), current: []person.Address{at("1 Test Lane", 2015, 0)}, problem: home},
		{what: "no day of a move", fresh: at("2 Test Lane", 0, 0), current: []person.Address{at("1 Test Lane", 2015, 0)}, problem: first},
		{what: "a home before", fresh: at("2 Test Lane", 2010, 2014), current: []person.Address{at("1 Test Lane", 2015, 0)}},
		{what: "a home until the day of the next", fresh: at("2 Test Lane", 2010, 2015), current: []person.Address{at("1 Test Lane", 2015, 0)}},
		{what: "a home since the last day of another", fresh: at("2 Test Lane", 2015, 0), current: []person.Address{at("1 Test Lane", 2010, 2015)}},
		{what: "a home within another", fresh: at("2 Test Lane", 2016, 2018), current: []person.Address{at("1 Test Lane", 2015, 0)}, problem: home},
		{what: "a home before one of which nobody knows since when", fresh: at("2 Test Lane", 2010, 2014), current: []person.Address{at("1 Test Lane", 0, 0)}},
		{what: "where letters go", fresh: other(at("2 Test Lane", 2016, 0), person.Mailing), current: []person.Address{at("1 Test Lane", 2015, 0)}},
		{what: "letters to a refuge", fresh: other(at("1 Test Lane", 2016, 0), person.Mailing), current: []person.Address{secret(at("1 Test Lane", 2015, 0))}, want: person.TakenIn{Hidden: true}},
	} {
		got, problem := person.TakeIn(c.fresh, c.current, append(c.gone, c.current...))
		if problem != c.problem || problem == "" && !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %+v, %q; want %+v, %q", c.what, got, problem, c.want, c.problem)
		}
		if problem != "" {
			continue
		}
		// What was taken in is known from then on.
		after := got.After(c.current, c.fresh)
		if again, problem := person.TakeIn(c.fresh, after, append(c.gone, after...)); problem != "" || !again.Known {
			t.Errorf("%s, again: %+v, %q", c.what, again, problem)
		}
	}
}
