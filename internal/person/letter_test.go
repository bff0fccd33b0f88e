package person_test

import (
	"slices"
	"testing"

	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/person"
)

// Whoever writes is sent to where post goes now, or else where they live, and told
// what speaks against it.
func TestLetterTo(t *testing.T) {
	clause.Shows(t, "CR-10")
	today := date.Must(2026, 3, 5)
	at := func(key, kind string, from, to date.Date) person.Address {
		a := person.Address{ID: key, Kind: kind, Line1: key, Postcode: "ZX1 1AA"}
		a.Period = date.Period{From: from, To: to}
		a.Recorded.At = date.Instant(today.AddMonths(-14).Time().UnixMicro())
		return a
	}
	none := date.Date{}
	old := at("old", "", today.AddMonths(-60), today.AddMonths(-20))
	home := at("home", "", today.AddMonths(-20), none)
	post := at("post", person.Mailing, today.AddMonths(-3), none)
	other := at("other", person.OtherAddress, today.AddMonths(-3), none)
	secret := home
	secret.Confidential, secret.Line1 = true, ""
	fresh := map[string]date.Date{"home": today.AddMonths(-1), "post": today.AddMonths(-12)}
	for _, c := range []struct {
		name    string
		known   []person.Address
		checked map[string]date.Date
		dead    bool
		months  int
		want    string
		doubts  []person.Doubt
	}{
		{"nothing", nil, nil, false, 12, "", []person.Doubt{person.NoAddress}},
		{"another address is none to write to", []person.Address{other}, nil, false, 12, "", []person.Doubt{person.NoAddress}},
		{"home, confirmed", []person.Address{old, home}, fresh, false, 12, "home", nil},
		{"home, recorded long ago", []person.Address{home, old}, nil, false, 12, "home", []person.Doubt{person.NotChecked}},
		{"for ever", []person.Address{home}, nil, false, 0, "home", nil},
		{"where post goes, confirmed a year ago to the day", []person.Address{home, post}, fresh, false, 12, "post", nil},
		{"ended, and no other", []person.Address{old, other}, fresh, false, 12, "old", []person.Doubt{person.AddressEnded}},
		{"to come", []person.Address{at("next", "", today.AddDays(1), none)}, nil, false, 12, "", []person.Doubt{person.NoAddress}},
		{"died", []person.Address{home}, fresh, true, 12, "home", []person.Doubt{person.HasDied}},
		{"secret and not whole", []person.Address{secret}, fresh, false, 12, "home", []person.Doubt{person.KeptSecret, person.PartOfAddress}},
	} {
		got := person.LetterTo(c.known, c.checked, c.dead, today, c.months)
		if got.Address.ID != c.want || !slices.Equal(got.Doubts, c.doubts) {
			t.Errorf("%s: got %q with %v, want %q with %v", c.name, got.Address.ID, got.Doubts, c.want, c.doubts)
		}
	}
}
