package form_test

import (
	"fmt"
	"testing"

	"casefile/internal/date"
	"casefile/internal/form"
)

// What is not known goes through an expression as in three-valued logic. Each is the
// value of a computed question, over answers a yes, b no, none unanswered, n 3, text
// 'x', empty unanswered, day 5 March 2026, and a list of three items of which one has
// no mark.
func TestThreeValuedLogic(t *testing.T) {
	for expression, want := range map[string]string{
		"a == 'yes' && none == 'yes'":            "unknown",
		"b == 'yes' && none == 'yes'":            "no",
		"none == 'yes' && b == 'yes'":            "no",
		"a == 'yes' || none == 'yes'":            "yes",
		"none == 'yes' || a == 'yes'":            "yes",
		"b == 'yes' || none == 'yes'":            "unknown",
		"!(none == 'yes')":                       "unknown",
		"none != 'yes'":                          "unknown",
		"none == none":                           "unknown",
		"none in ['yes', 'no']":                  "unknown",
		"none == 'yes' ? true : true":            "unknown",
		"a == 'yes' ? b == 'no' : none == 'yes'": "yes",

		"answered(a)": "yes", "answered(none)": "no", "answered(empty)": "no", "answered(words)": "yes", "answered(nobody)": "no",
		"answered(items)": "yes", "answered(n + m)": "no", "answered(m) || n == 3": "yes",

		// Text is empty and a list is empty, and both are known.
		"empty == ''": "yes", "words != ''": "yes", "nobody.size() == 0": "yes", "nobody.all(x, x.mark == 1)": "yes", "nobody.exists(x, x.mark == 1)": "no",

		// One mark is not known; the others are 1 and 2.
		"items.exists(x, x.mark == 1)":                               "yes",
		"items.exists(x, x.mark == 3)":                               "unknown",
		"items.all(x, x.mark < 9)":                                   "unknown",
		"items.all(x, x.mark > 1)":                                   "no",
		"items.all(x, !answered(x.mark) || x.mark < 9)":              "yes",
		"sum(items.map(x, x.mark)) == 3":                             "unknown",
		"sum(items.filter(x, answered(x.mark)).map(x, x.mark)) == 3": "yes",
		"items.filter(x, x.mark == 1).size() == 1":                   "unknown",
		"sum(nobody.map(x, x.mark)) == 0":                            "yes",

		// What cannot be worked out is not known.
		"n / 0 == 1": "unknown", "n / m == 1": "unknown", "9223372036854775807 + n > 0": "unknown", "n / 0 == 1 || a == 'yes'": "yes",

		"m > 2": "unknown", "n > 2": "yes", "n + m > 2": "unknown",
		"day < today": "no", "day == date('2026-03-05')": "yes", "days(day, today + duration('48h')) == 2": "yes",
		"years(date('2012-03-06'), day) == 13": "yes", "years(day, date('2012-03-06')) == -13": "yes", "days(never, today) > 1": "unknown",
		"person.age >= 18": "unknown", "episode.opened < today": "unknown", "previous.s.a == 'yes'": "unknown", "answered(previous.s.a)": "no",
	} {
		ask := []form.Question{
			{ID: "a", Kind: form.YesNo},
			{ID: "b", Kind: form.YesNo},
			{ID: "none", Kind: form.YesNo},
			{ID: "n", Kind: form.Number},
			{ID: "m", Kind: form.Number},
			{ID: "words", Kind: form.Text},
			{ID: "empty", Kind: form.Text},
			{ID: "day", Kind: form.Date},
			{ID: "never", Kind: form.Date},
			{ID: "items", Kind: form.List, Item: []form.Question{{ID: "mark", Kind: form.Number}}},
			{ID: "nobody", Kind: form.List, Item: []form.Question{{ID: "mark", Kind: form.Number}}},
			{ID: "it", Kind: form.Computed, Gives: form.GivesYesNo, Value: form.Expr{Text: expression}},
		}
		f, mistakes := form.Compile(form.Spec{
			ID: "logic", Version: 1, Service: "kitchen", NoAuthorise: true, CompleteBy: []form.Word{{Text: "cook"}},
			Sections: []form.Section{{ID: "s", Ask: ask}},
		}, form.Around{Services: []string{"kitchen"}, Roles: []form.Role{{ID: "cook", In: func(string) bool { return true }}}})
		if f == nil {
			t.Errorf("%s: %v", expression, mistakes)
			continue
		}
		j := judge(t, f, `{"s":{"a":"yes","b":"no","n":3,"words":"x","day":"2026-03-05","items":[{"mark":1},{},{"mark":2}]}}`)
		got := "unknown"
		if v, ok := j.Final().Sections["s"]["it"]; ok {
			got = fmt.Sprint(v)
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", expression, got, want)
		}
	}
}

func TestWhatIsBesideTheForm(t *testing.T) {
	f := load(t, "tasting")
	spec := f.Spec
	spec.Sections = []form.Section{{ID: "s", Ask: []form.Question{
		{ID: "adult", Kind: form.Computed, Gives: form.GivesYesNo, Value: form.Expr{Text: "person.age >= 18"}},
		{ID: "open-for", Kind: form.Computed, Gives: form.GivesWhole, Value: form.Expr{Text: "days(episode.opened, today)"}},
		{ID: "large", Kind: form.Computed, Gives: form.GivesYesNo, Value: form.Expr{Text: "fact.portion == 'L' && 'S' in fact.plates"}},
		{ID: "longer", Kind: form.Computed, Gives: form.GivesYesNo, Value: form.Expr{Text: "open_for > previous.s.open_for"}},
	}}}
	spec.Rules, spec.Scores, spec.OnComplete, spec.OnSign, spec.CopyFrom, spec.Due, spec.Review, spec.Uses = nil, nil, nil, nil, nil, nil, nil, nil
	g, mistakes := form.Compile(spec, form.Around{
		Services: []string{"kitchen"}, Roles: []form.Role{{ID: "cook", In: func(string) bool { return true }}, {ID: "landlord", In: func(string) bool { return true }}},
		Facts: []form.Fact{{ID: "portion"}, {ID: "plates", Many: true}},
	})
	if g == nil {
		t.Fatal(mistakes)
	}
	c := form.Context{Today: today, Born: date.Must(2008, 3, 5), Opened: date.Must(2026, 3, 1), Facts: map[string][]string{"portion": {"L"}, "plates": {"S", "L"}}}
	got := g.Judge(form.Answers{}, c).Final().Sections["s"]
	if got["adult"] != "yes" || got["open-for"] != "4" || got["large"] != "yes" {
		t.Errorf("on the birthday: %v", got)
	}
	if got["longer"] != nil {
		t.Errorf("longer than a document that there is not: %v", got["longer"])
	}
	c.Previous = g.Judge(form.Answers{}, form.Context{Today: date.Must(2026, 3, 4), Opened: c.Opened}).Final()
	if got := g.Judge(form.Answers{}, c).Final().Sections["s"]; got["longer"] != "yes" {
		t.Errorf("four days after three: %v", got)
	}
	c.Today, c.Facts = date.Must(2026, 3, 4), nil
	if got := g.Judge(form.Answers{}, c).Final().Sections["s"]; got["adult"] != "no" || got["large"] != "no" {
		t.Errorf("the day before, with no facts: %v; nobody has plates, and that is known", got)
	}
}
