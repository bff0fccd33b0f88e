package alert_test

import (
	"maps"
	"slices"
	"testing"

	"casefile/internal/alert"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/person"
)

var today = date.Must(2026, 3, 5)

func form() person.Form {
	f := person.Form{"narrative": "It bites.", "aware": "yes", "how-told": "At a visit.", "not-told": "Never mind.", "manager": "Ada"}
	f.SetDay("from", date.Must(2026, 3, 1))
	f.SetDay("told", date.Must(2026, 3, 2))
	f.SetDay("discussed", date.Must(2026, 3, 3))
	f.SetDay("review", date.Must(2026, 8, 5))
	return f
}

func fields(ps []fault.Problem) []string {
	var list []string
	for _, p := range ps {
		list = append(list, p.Field)
	}
	return list
}

func TestStateAnAlert(t *testing.T) {
	asks := alert.Kind{ID: "dog", Months: 6, Aware: true, Manager: true}
	a, ps := alert.State(form(), asks, today)
	if len(ps) > 0 || a.Kind != "dog" || a.Aware != person.Yes || a.How != "At a visit." || a.NotTold != "" || a.Review != date.Must(2026, 8, 5) {
		t.Errorf("got %+v, %v", a, ps)
	}
	// What an alert says fills the form in, and reads the same again.
	if again, ps := alert.State(a.FormOf(), asks, today); len(ps) > 0 || again != a {
		t.Errorf("read again: got %+v, %v, want %+v", again, ps, a)
	}
	plain := alert.Kind{ID: "bell", Months: 12}
	if a, ps := alert.State(person.Form{"narrative": "Ring first."}, plain, today); len(ps) > 0 || a.Period.From != today || a.Review != today.AddMonths(12) || a.Aware != "" {
		t.Errorf("a plain one: got %+v, %v, want from today, due in a year", a, ps)
	}
	set := func(pairs ...string) person.Form {
		f := maps.Clone(form())
		for i := 0; i+1 < len(pairs); i += 2 {
			f[pairs[i]] = pairs[i+1]
		}
		return f
	}
	for name, c := range map[string]struct {
		form person.Form
		want []string
	}{
		"nothing":              {person.Form{}, []string{"narrative", "aware", "manager", "discussed-day"}},
		"to come":              {set("from-year", "2027"), []string{"from-day"}},
		"no day":               {set("from-day", "31", "from-month", "2"), []string{"from-day"}},
		"aware, not how":       {set("how-told", "", "told-day", "", "told-month", "", "told-year", ""), []string{"told-day", "how-told"}},
		"told tomorrow":        {set("told-day", "6"), []string{"told-day"}},
		"not aware, not why":   {set("aware", "no", "not-told", " "), []string{"not-told"}},
		"another word":         {set("aware", "maybe"), []string{"aware"}},
		"discussed tomorrow":   {set("discussed-day", "6"), []string{"discussed-day"}},
		"reviewed today":       {set("review-day", "5", "review-month", "3"), []string{"review-day"}},
		"reviewed too late":    {set("review-month", "10"), []string{"review-day"}},
		"reviewed on no day":   {set("review-month", "13"), []string{"review-day"}},
		"a narrative too long": {set("narrative", string(make([]byte, 5000))+"x"), []string{"narrative"}},
	} {
		if _, ps := alert.State(c.form, asks, today); !slices.Equal(fields(ps), c.want) {
			t.Errorf("%s: problems at %v, want %v", name, fields(ps), c.want)
		}
	}
}

func TestWhereAnAlertOfSomebodyElseStands(t *testing.T) {
	child := person.Header{Born: date.Must(2010, 3, 5)}
	for name, c := range map[string]struct {
		h    person.Header
		want bool
	}{
		"a child":                          {child, true},
		"a child who died":                 {person.Header{Born: child.Born, Dead: true}, false},
		"not born yet":                     {person.Header{Born: date.Must(2026, 6, 1), Exactness: person.Expected}, true},
		"an adult":                         {person.Header{Born: date.Must(2008, 3, 5)}, false},
		"of no known age":                  {person.Header{}, true},
		"of no known age, as a relation":   {person.Header{MadeAs: person.AsRelation}, false},
		"a child who is there as relation": {person.Header{Born: child.Born, MadeAs: person.AsRelation}, true},
	} {
		if got := alert.Concerns(c.h, today); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestDueAndOrder(t *testing.T) {
	a := alert.Alert{ID: "a", Review: today}
	a.Period.From = date.Must(2026, 1, 1)
	if !a.Due(today) || a.Due(today.AddDays(-1)) {
		t.Error("due on the day of the review and not before")
	}
	a.Period.To = today.AddDays(-1)
	if a.Due(today) {
		t.Error("an alert that ended is due")
	}
	p := alert.Practice{Kinds: []alert.Kind{{ID: "note", Severity: alert.Note}, {ID: "danger", Severity: alert.Danger}, {ID: "care", Severity: alert.Caution}}}
	on := []alert.On{{Alert: alert.Alert{Kind: "note"}}, {Alert: alert.Alert{Kind: "danger"}, Via: alert.Address}, {Alert: alert.Alert{Kind: "care"}}, {Alert: alert.Alert{Kind: "danger"}}}
	slices.SortFunc(on, p.First)
	var got []string
	for _, o := range on {
		got = append(got, o.Kind+" "+string(o.Via))
	}
	if want := []string{"danger ", "danger address", "care ", "note "}; !slices.Equal(got, want) {
		t.Errorf("in the order %q, want %q", got, want)
	}
}
