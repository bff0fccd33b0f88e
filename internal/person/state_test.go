package person_test

import (
	"slices"
	"testing"

	"casefile/internal/codeset"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
)

var today = date.Must(2026, 3, 5)

func fields(ps []fault.Problem) []string {
	var list []string
	for _, p := range ps {
		list = append(list, p.Field)
	}
	return list
}

func TestStateName(t *testing.T) {
	for _, c := range []struct {
		what string
		form person.Form
		full string
		want []string
	}{
		{"given and family", person.Form{"kind": "legal", "given": " Ines  Maria ", "family": "Marlowe"}, "Ines Maria Marlowe", nil},
		{"the family name first", person.Form{"kind": "legal", "given": "Yan", "family": "Li", "family-first": "yes"}, "Li Yan", nil},
		{"one name", person.Form{"kind": "known-as", "family": "Suharto"}, "Suharto", nil},
		{"no name", person.Form{"kind": "legal"}, "", []string{"given"}},
		{"no kind", person.Form{"kind": "pen", "given": "Ines"}, "Ines", []string{"kind"}},
		{"a day that is none", person.Form{"kind": "legal", "given": "Ines", "from-day": "31", "from-month": "2", "from-year": "2020"}, "Ines", []string{"from-day"}},
		{"to come", person.Form{"kind": "legal", "given": "Ines", "from-day": "6", "from-month": "3", "from-year": "2026"}, "Ines", []string{"from-day"}},
	} {
		n, ps := person.StateName(c.form, today)
		if n.Full() != c.full || !slices.Equal(fields(ps), c.want) {
			t.Errorf("%s: got %q, %v; want %q, %v", c.what, n.Full(), ps, c.full, c.want)
		}
	}
}

func TestStateBirth(t *testing.T) {
	day := func(prefix, d, m, y string) person.Form {
		return person.Form{prefix + "-day": d, prefix + "-month": m, prefix + "-year": y, "say": map[string]string{"born": "day", "expected": "expected"}[prefix]}
	}
	for _, c := range []struct {
		what      string
		form      person.Form
		want      date.Date
		exactness string
		wrong     []string
	}{
		{"a day", day("born", "5", "3", "2010"), date.Must(2010, 3, 5), "", nil},
		{"tomorrow", day("born", "6", "3", "2026"), date.Must(2026, 3, 6), "", []string{"born-day"}},
		{"long ago", day("born", "6", "3", "1899"), date.Must(1899, 3, 6), "", []string{"born-day"}},
		{"no day", person.Form{"say": "day"}, date.Date{}, "", []string{"born-day"}},
		{"a month", person.Form{"say": "month", "by-month": "3", "by-month-year": "2010"}, date.Must(2010, 3, 1), person.ByMonth, nil},
		{"a month that is none", person.Form{"say": "month", "by-month": "13", "by-month-year": "2010"}, date.Date{}, person.ByMonth, []string{"by-month"}},
		{"a year", person.Form{"say": "year", "by-year": "2010"}, date.Must(2010, 1, 1), person.ByYear, nil},
		{"a year to come", person.Form{"say": "year", "by-year": "2030"}, date.Must(2030, 1, 1), person.ByYear, []string{"by-year"}},
		{"an age", person.Form{"say": "age", "age": "7"}, date.Must(2019, 3, 5), person.ByAge, nil},
		{"no age", person.Form{"say": "age", "age": "seven"}, date.Date{}, person.ByAge, []string{"age"}},
		{"expected", day("expected", "5", "5", "2026"), date.Must(2026, 5, 5), person.Expected, nil},
		{"expected in two years", day("expected", "5", "5", "2028"), date.Must(2028, 5, 5), person.Expected, []string{"expected-day"}},
		{"expected a year ago", day("expected", "5", "5", "2025"), date.Must(2025, 5, 5), person.Expected, []string{"expected-day"}},
		{"nothing", person.Form{"say": "unknown"}, date.Date{}, "", nil},
		{"some other way", person.Form{"say": "stars"}, date.Date{}, "", []string{"say"}},
	} {
		b, ps := person.StateBirth(c.form, today)
		if !slices.Equal(fields(ps), c.wrong) || b.Exactness != c.exactness || len(c.wrong) == 0 && b.Day != c.want {
			t.Errorf("%s: got %+v, %v", c.what, b, ps)
		}
	}
}

func TestStateAddress(t *testing.T) {
	a, ps := person.StateAddress(person.Form{"kind": person.Home, "line1": "1  Test Lane", "postcode": "zx11aa", "confidential": "yes"}, today)
	if len(ps) > 0 || a.Line1 != "1 Test Lane" || a.Postcode != "ZX1 1AA" || !a.Confidential {
		t.Errorf("an address: got %+v, %v", a, ps)
	}
	_, ps = person.StateAddress(person.Form{"kind": "castle", "postcode": "somewhere"}, today)
	if got := fields(ps); !slices.Equal(got, []string{"kind", "postcode"}) {
		t.Errorf("a castle somewhere: got %v", ps)
	}
	if _, ps = person.StateAddress(person.Form{}, today); !slices.Equal(fields(ps), []string{"kind", "line1"}) {
		t.Errorf("nothing: got %v", ps)
	}
}

func TestStateContact(t *testing.T) {
	for _, c := range []struct {
		kind, value string
		wrong       bool
	}{
		{"phone", "07700 900123", false},
		{"phone", "+44 (0)1632 960001", false},
		{"phone", "12345", true},
		{"phone", "ask her mother", true},
		{"email", "ines@example.org", false},
		{"email", "ines", true},
		{"email", "ines@example.org, or her mother", true},
	} {
		_, ps := person.StateContact(person.Form{"kind": c.kind, "value": c.value}, nil, today)
		if (len(ps) > 0) != c.wrong {
			t.Errorf("%s %q: got %v, want wrong %v", c.kind, c.value, ps, c.wrong)
		}
	}
	held := []person.Contact{{Kind: person.Email, Value: "ines@example.org"}}
	if _, ps := person.StateContact(person.Form{"kind": "email", "value": "ines@example.org"}, held, today); !slices.Equal(fields(ps), []string{"value"}) {
		t.Errorf("the same twice: got %v", ps)
	}
}

var practice = person.Practice{
	Kinds: []person.CharacteristicKind{
		{ID: "diet", Set: "diet"}, {ID: "ailment", Set: "ailment", Many: true, Alone: []string{"NONE"}}, {ID: "hobby", Title: "Hobby", Many: true},
	},
	Numbers: []person.NumberKind{
		{ID: "upn", Title: "UPN", Check: person.CheckUPN, Areas: []person.Area{{From: 1, To: 5}, {From: 801, To: 803}}}, {ID: "ours", Title: "Our number", Check: person.CheckNone},
	},
}

func TestStateCharacteristic(t *testing.T) {
	set := codeset.Set{Codes: []codeset.Code{{Code: "PIE", Label: "Pie"}, {Code: "OLD", Label: "Gruel", To: date.Must(2020, 1, 1)}, {Code: "NONE", Label: "None"}}}
	held := func(kind, code string) []person.Characteristic {
		return []person.Characteristic{{Kind: kind, Code: code}}
	}
	for _, c := range []struct {
		what   string
		form   person.Form
		others []person.Characteristic
		want   []string
	}{
		{"one of the list", person.Form{"kind": "diet", "code": "PIE"}, nil, nil},
		{"none of the list", person.Form{"kind": "diet", "code": "SOUP"}, nil, []string{"code"}},
		{"out of use", person.Form{"kind": "diet", "code": "OLD"}, nil, []string{"code"}},
		{"in use then", person.Form{"kind": "diet", "code": "OLD", "from-day": "1", "from-month": "1", "from-year": "2019"}, nil, nil},
		{"twice", person.Form{"kind": "diet", "code": "PIE"}, held("diet", "PIE"), []string{"code"}},
		{"none beside another", person.Form{"kind": "ailment", "code": "NONE"}, held("ailment", "PIE"), []string{"code"}},
		{"another beside none", person.Form{"kind": "ailment", "code": "PIE"}, held("ailment", "NONE"), []string{"code"}},
		{"in words", person.Form{"kind": "hobby", "note": "Kites"}, nil, nil},
		{"in no words", person.Form{"kind": "hobby"}, nil, []string{"note"}},
		{"of no kind", person.Form{"kind": "mood", "code": "PIE"}, nil, []string{"kind"}},
	} {
		if _, ps := practice.StateCharacteristic(c.form, set, c.others, today); !slices.Equal(fields(ps), c.want) {
			t.Errorf("%s: got %v, want %v", c.what, ps, c.want)
		}
	}
}

func TestStateIdentifier(t *testing.T) {
	i, doubt, ps := practice.StateIdentifier(person.Form{"system": "upn", "value": "h801 2000 01001"}, nil, today)
	if i.Value != "H801200001001" || doubt != "" || len(ps) > 0 {
		t.Errorf("a UPN: got %+v, %q, %v", i, doubt, ps)
	}
	if _, doubt, ps = practice.StateIdentifier(person.Form{"system": "upn", "value": "X00180001701A"}, nil, today); doubt == "" || len(ps) > 0 {
		t.Errorf("a temporary UPN: got doubt %q, %v", doubt, ps)
	}
	held := []person.Identifier{{System: "upn", Value: "X00180001701A"}}
	for what, f := range map[string]person.Form{
		"nothing":            {"system": "ours"},
		"another beside one": {"system": "upn", "value": "H801200001001"}, "the same": {"system": "upn", "value": "X00180001701A"},
	} {
		if _, _, ps := practice.StateIdentifier(f, held, today); !slices.Equal(fields(ps), []string{"value"}) {
			t.Errorf("%s: got %v, want it refused beside the number", what, ps)
		}
	}
	if _, _, ps := practice.StateIdentifier(person.Form{"system": "upn", "value": "H886200024001"}, nil, today); !slices.Equal(fields(ps), []string{"value"}) {
		t.Errorf("of an area that there is none of: got %v", ps)
	}
	if _, _, ps := practice.StateIdentifier(person.Form{"system": "upn", "value": "H801200001001", "status": "former"}, held, today); len(ps) > 0 {
		t.Errorf("a former one: got %v", ps)
	}
}

func TestMissing(t *testing.T) {
	wanted := []person.Wanted{
		{Fact: person.NameWanted},
		{Fact: person.BirthWanted},
		{Fact: person.AddressWanted},
		{Fact: person.PhoneWanted},
		{Fact: "diet"},
		{Fact: "ailment", Given: "diet", Unless: []string{"NONE"}},
	}
	if got := person.Missing(wanted, person.Known{}); !slices.Equal(got, []string{"name", "birth", "address", "phone", "diet"}) {
		t.Errorf("of nobody: got %v", got)
	}
	k := person.Known{
		Names: []person.Name{{Kind: person.Legal, Given: "Ines"}}, Births: []person.Birth{{Day: today}},
		Addresses:       []person.Address{{Line1: "1 Test Lane"}},
		Contacts:        []person.Contact{{Kind: person.Phone, Value: "07700 900001", Clocks: date.Clocks{Period: date.Period{To: today.AddDays(-1)}}}},
		Characteristics: []person.Characteristic{{Kind: "diet", Code: "PIE"}},
	}
	if got := person.Missing(wanted, k); !slices.Equal(got, []string{"address", "phone", "ailment"}) {
		t.Errorf("no postcode, an old number and no ailment: got %v", got)
	}
	k.Characteristics[0].Code = "NONE"
	k.Addresses[0].Postcode = "ZX1 1AA"
	if got := person.Missing(wanted, k); !slices.Equal(got, []string{"phone"}) {
		t.Errorf("with no need: got %v", got)
	}
}

func TestSlots(t *testing.T) {
	for want, facts := range map[string][]any{
		"legal": {person.Name{Kind: person.Legal}}, "home": {person.Address{}}, "only": {person.Birth{}, person.Death{}}, "diet": {person.Characteristic{Kind: "diet"}},
		"": {person.Name{Kind: person.KnownAs}, person.Address{Kind: person.Mailing}, person.Contact{}, person.Characteristic{Kind: "ailment"}, person.Identifier{}},
	} {
		for _, f := range facts {
			if got := practice.Slot(f); got != want {
				t.Errorf("%T %+v: got %q, want %q", f, f, got, want)
			}
		}
	}
	was := date.Period{From: date.Must(2020, 1, 1)}
	if last, ps := person.EndFor(was, date.Period{From: date.Must(2021, 1, 1)}); last != date.Must(2020, 12, 31) || len(ps) > 0 {
		t.Errorf("the day before: got %v, %v", last, ps)
	}
	for _, from := range []date.Date{{}, was.From, was.From.AddDays(-1)} {
		if _, ps := person.EndFor(was, date.Period{From: from}); !slices.Equal(fields(ps), []string{"from-day"}) {
			t.Errorf("from %v: got %v, want to be asked since when", from, ps)
		}
	}
}
