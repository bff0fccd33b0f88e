package person_test

import (
	"testing"

	"casefile/internal/date"
	"casefile/internal/person"
)

// The same said twice of one time is alike; of two times, or masked, it is not.
func TestAlike(t *testing.T) {
	at := func(from, to int) date.Clocks {
		c := date.Clocks{}
		if from > 0 {
			c.Period.From = date.Must(from, 1, 1)
		}
		if to > 0 {
			c.Period.To = date.Must(to, 1, 1)
		}
		return c
	}
	home := func(line string, c date.Clocks) person.Address {
		return person.Address{ID: line + c.Period.From.String(), Line1: line, Postcode: "ZX1 1AA", Clocks: c}
	}
	other := home("1 Row", at(0, 0))
	other.Kind, other.Place = person.Home, "100000000001"
	for name, c := range map[string]struct {
		a, b any
		want bool
	}{
		"the same name":               {person.Name{ID: "1", Given: "Mo"}, person.Name{ID: "2", Given: "Mo", Clocks: at(2020, 0)}, true},
		"another name":                {person.Name{Given: "Mo"}, person.Name{Given: "Mia"}, false},
		"another kind of name":        {person.Name{Given: "Mo"}, person.Name{Given: "Mo", Kind: person.Former}, false},
		"a home, and lives there":     {home("1 Row", at(2020, 0)), other, true},
		"back at an old home":         {home("1 Row", at(2010, 2012)), home("1 Row", at(2015, 0)), false},
		"moved out, and lives there":  {home("1 Row", at(2010, 2018)), home("1 Row", at(2015, 0)), false},
		"since another day":           {home("1 Row", at(2010, 0)), home("1 Row", at(2015, 0)), true},
		"two confidential addresses":  {person.Address{Confidential: true}, person.Address{Confidential: true}, false},
		"a name and a number":         {person.Name{Given: "Mo"}, person.Identifier{Value: "Mo"}, false},
		"something that is no fact":   {1, 1, false},
		"the same number of a system": {person.Identifier{ID: "1", System: "nhs", Value: "1"}, person.Identifier{ID: "2", System: "nhs", Value: "1"}, true},
	} {
		if got := person.Alike(c.a, c.b); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if got := person.Once([]person.Address{home("1 Row", at(2020, 0)), home("2 Row", at(0, 0)), other}); len(got) != 2 {
		t.Errorf("once: %+v", got)
	}
}
