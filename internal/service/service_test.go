package service_test

import (
	"testing"

	"casefile/internal/service"
)

var kitchen = service.Service{ID: "kitchen", EntryTypes: []service.EntryType{
	{
		ID: "meal", Title: "Meal",
		Categories: []service.Category{{ID: "soup", Title: "Soup"}, {ID: "pie", Title: "Pie"}},
		Asks:       map[service.Field]service.Need{service.WithWhom: service.Required, service.Seen: service.Optional},
	},
	{ID: "snack", Title: "Snack"},
}}

func TestLookUp(t *testing.T) {
	meal, ok := kitchen.EntryType("meal")
	if !ok || meal.Title != "Meal" {
		t.Fatalf("entry type meal: got %q, %v", meal.Title, ok)
	}
	if pie, ok := meal.Category("pie"); !ok || pie.Title != "Pie" {
		t.Errorf("category pie: got %q, %v", pie.Title, ok)
	}
	if _, ok := kitchen.EntryType("feast"); ok {
		t.Error("an entry type that is not there is found")
	}
	if _, ok := meal.Category(""); ok {
		t.Error("the empty category is found")
	}
}

func TestAskedIsHiddenUnlessSaid(t *testing.T) {
	meal, _ := kitchen.EntryType("meal")
	snack, _ := kitchen.EntryType("snack")
	for _, c := range []struct {
		of    service.EntryType
		field service.Field
		want  service.Need
	}{
		{meal, service.WithWhom, service.Required},
		{meal, service.Seen, service.Optional},
		{meal, service.SeenAlone, service.Hidden},
		{snack, service.WithWhom, service.Hidden},
	} {
		if got := c.of.Asked(c.field); got != c.want {
			t.Errorf("%s asks %s: got %v, want %v", c.of.ID, c.field, got, c.want)
		}
	}
}

func TestNeedReadsBack(t *testing.T) {
	for _, w := range service.NeedWords() {
		if n, ok := service.ParseNeed(w); !ok || n.String() != w {
			t.Errorf("ParseNeed(%q) = %v, %v", w, n, ok)
		}
	}
	if n, ok := service.ParseNeed("maybe"); ok || n != service.Hidden {
		t.Errorf("an unknown word: got %v, %v; want hidden, false", n, ok)
	}
	if got := service.Need(7).String(); got != "hidden" {
		t.Errorf("a need that is none: got %q, want hidden", got)
	}
}
