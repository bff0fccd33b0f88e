package codeset_test

import (
	"slices"
	"testing"

	"casefile/internal/codeset"
	"casefile/internal/date"
)

// The middle code was renamed, and the last was closed and never replaced.
var colours = codeset.Set{ID: "colours", Title: "Colours", Codes: []codeset.Code{
	{Code: "R", Label: "Red"},
	{Code: "G", Label: "Green", To: date.Must(2014, 8, 31)},
	{Code: "G", Label: "Grass green", From: date.Must(2014, 9, 1)},
	{Code: "B", Label: "Blue", From: date.Must(2010, 1, 1), To: date.Must(2018, 3, 31)},
}}

func TestAt(t *testing.T) {
	for _, c := range []struct {
		day  date.Date
		want []string
	}{
		{date.Must(2009, 12, 31), []string{"Red", "Green"}},
		{date.Must(2010, 1, 1), []string{"Red", "Green", "Blue"}},
		{date.Must(2014, 8, 31), []string{"Red", "Green", "Blue"}},
		{date.Must(2014, 9, 1), []string{"Red", "Grass green", "Blue"}},
		{date.Must(2018, 3, 31), []string{"Red", "Grass green", "Blue"}},
		{date.Must(2018, 4, 1), []string{"Red", "Grass green"}},
		{date.Date{}, []string{"Red", "Green"}},
	} {
		var got []string
		for _, code := range colours.At(c.day) {
			got = append(got, code.Label)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("in use on %q: got %v, want %v", c.day.Long(), got, c.want)
		}
	}
}

func TestLabelIsThatOfTheDay(t *testing.T) {
	for _, c := range []struct {
		code string
		day  date.Date
		want string
		ok   bool
	}{
		{"G", date.Must(2014, 8, 31), "Green", true},
		{"G", date.Must(2014, 9, 1), "Grass green", true},
		{"B", date.Must(2018, 4, 1), "", false},
		{"r", date.Must(2018, 4, 1), "", false},
		{"", date.Must(2018, 4, 1), "", false},
	} {
		if got, ok := colours.Label(c.code, c.day); got != c.want || ok != c.ok {
			t.Errorf("label of %q on %s: got %q, %v; want %q, %v", c.code, c.day.Long(), got, ok, c.want, c.ok)
		}
	}
}

func TestKnownLooksAtAllTime(t *testing.T) {
	if !colours.Known("B") || colours.Known("b") || colours.Known("") || (codeset.Set{}).Known("B") {
		t.Error("a closed code is known; another spelling, the empty code and the zero set are not")
	}
}
