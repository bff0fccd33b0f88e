package person_test

import (
	"strings"
	"testing"

	"casefile/internal/date"
	"casefile/internal/person"
)

var kinds = person.RelationKinds{
	List: []person.RelationKind{
		{ID: "parent", First: person.Words{Any: "Parent", By: map[string]string{"F": "Mother"}}, Second: person.Words{Any: "Child"}, Shape: person.Descent, Parental: true},
		{ID: "minder", First: person.Words{Any: "Minder"}, Second: person.Words{Any: "Minded"}, Shape: person.Care},
		{ID: "cousin", First: person.Words{Any: "Cousin"}, Second: person.Words{Any: "Cousin"}, Shape: person.Kin},
	},
	Whose: []person.Whose{{ID: "father", Title: "Father"}},
}

func TestRelationWords(t *testing.T) {
	parent, _ := kinds.Kind("parent")
	for _, c := range []struct {
		first        bool
		gender, want string
	}{{true, "F", "Mother"}, {true, "U", "Parent"}, {true, "", "Parent"}, {false, "F", "Child"}} {
		if got := parent.Word(c.first, c.gender); got != c.want {
			t.Errorf("first %v, gender %q: got %q, want %q", c.first, c.gender, got, c.want)
		}
	}
}

func TestRelationshipCheck(t *testing.T) {
	today := date.Must(2026, 3, 5)
	good := person.Relationship{Kind: "parent", Person: "mother", Other: "child", Basis: person.ByBirth, Responsible: person.Yes, Carer: person.MainCarer}
	young, old := date.Must(2015, 1, 1), date.Must(1980, 1, 1)
	held := func(kind string, one, other person.ID) []person.Relationship {
		return []person.Relationship{{Kind: kind, Person: one, Other: other, Clocks: date.Clocks{Period: date.Period{To: today.AddDays(-10)}}}}
	}
	for _, c := range []struct {
		what          string
		change        func(*person.Relationship)
		others        []person.Relationship
		first, second date.Date
		field         string
	}{
		{what: "good", first: old, second: young},
		{what: "nothing known of births"},
		{what: "no kind", change: func(r *person.Relationship) { r.Kind = "ally" }, field: "kind"},
		{what: "with oneself", change: func(r *person.Relationship) { r.Other = r.Person }, field: "with"},
		{what: "a parent younger than the child", first: young, second: old, field: "kind"},
		{what: "a basis of one's own", change: func(r *person.Relationship) { r.Basis = "hope" }, field: "basis"},
		{what: "a carer of no kind", change: func(r *person.Relationship) { r.Carer = "now and then" }, field: "carer"},
		{what: "no answer about responsibility", change: func(r *person.Relationship) { r.Responsible = "perhaps" }, field: "responsible"},
		{what: "a cousin with responsibility", change: func(r *person.Relationship) { r.Kind = "cousin" }, field: "responsible"},
		{what: "to come", change: func(r *person.Relationship) { r.Period.From = today.AddDays(1) }, field: "from-day"},
		{what: "an end before the beginning", change: func(r *person.Relationship) {
			r.Period = date.Period{From: today, To: today.AddDays(-1)}
		}, field: "to-day"},
		{what: "a long note", change: func(r *person.Relationship) { r.Note = strings.Repeat("x", 1001) }, field: "note"},
		{what: "twice at a time", others: held("parent", "mother", "child"), field: "kind"},
		{what: "their own grandparent", others: held("parent", "child", "mother"), field: "kind"},
		{
			what: "the other way round is another", others: held("minder", "child", "mother"),
			change: func(r *person.Relationship) { r.Kind, r.Responsible = "minder", "" },
		},
		{what: "once more, later", others: held("parent", "mother", "child"), change: func(r *person.Relationship) { r.Period.From = today.AddDays(-9) }},
		{
			what: "cousins are so from either side", others: held("cousin", "child", "mother"),
			change: func(r *person.Relationship) { r.Kind, r.Responsible = "cousin", "" }, field: "kind",
		},
	} {
		r := good
		if c.change != nil {
			c.change(&r)
		}
		ps := kinds.Check(r, c.others, c.first, c.second, today)
		switch {
		case c.field == "" && len(ps) > 0:
			t.Errorf("%s: got %v, want nothing wrong", c.what, ps)
		case c.field != "" && (len(ps) != 1 || ps[0].Field != c.field):
			t.Errorf("%s: got %v, want one problem beside %s", c.what, ps, c.field)
		}
	}
}

func TestWhereaboutsCheck(t *testing.T) {
	today := date.Must(2026, 3, 5)
	if ps := kinds.CheckWhereabouts(person.Whereabouts{Of: "father", Statement: "Nothing is known."}, today); len(ps) > 0 {
		t.Errorf("a statement: got %v, want nothing wrong", ps)
	}
	if ps := kinds.CheckWhereabouts(person.Whereabouts{Of: "neighbour"}, today); len(ps) != 2 {
		t.Errorf("nothing of nobody: got %v, want both fields", ps)
	}
}

func TestDeathCheck(t *testing.T) {
	today := date.Must(2026, 3, 5)
	for _, c := range []struct {
		day, born date.Date
		wrong     bool
	}{{day: today}, {}, {day: today.AddDays(1), wrong: true}, {day: today, born: today.AddDays(1), wrong: true}} {
		if ps := (person.Death{Day: c.day}).Check(c.born, today); (len(ps) > 0) != c.wrong {
			t.Errorf("died %v, born %v: got %v, want wrong %v", c.day, c.born, ps, c.wrong)
		}
	}
}
