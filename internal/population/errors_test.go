package population_test

import (
	"strings"
	"testing"

	"casefile/internal/date"
	"casefile/internal/match"
	"casefile/internal/population"
)

// The published shares of slips are what is drawn, for children of whom a slip
// can be made; the same draw gives the same; and each is what it says.
func TestSlips(t *testing.T) {
	for name, shares := range map[string][]population.SlipShare{"name": population.SlipShares.Name, "birth": population.SlipShares.Birth} {
		sum := 0
		for _, s := range shares {
			sum += s.PerMille
		}
		if sum != 1000 {
			t.Errorf("the shares of the %s come to %d in a thousand", name, sum)
		}
	}
	a := population.New(1, 20_000, date.Must(2026, 3, 5))
	names, births, typos := map[population.Slip]int{}, map[population.Slip]int{}, map[string]int{}
	n, born := 0, 0
	for c := range a.Children() {
		n++
		typed := a.Type(c, uint64(n))
		if again := a.Type(c, uint64(n)); again != typed {
			t.Fatalf("drawn again: %+v, then %+v", typed, again)
		}
		names[typed.Name]++
		if typed.Name == population.Typo {
			typos[typed.Letters]++
		}
		if !c.Born.IsZero() {
			born++
			births[typed.Birth]++
		}
		check(t, c, typed)
	}
	within := func(what string, got, of, perMille int) {
		if share := got * 1000 / of; share < perMille*85/100-2 || share > perMille*115/100+2 {
			t.Errorf("%s: %d in a thousand, want about %d", what, share, perMille)
		}
	}
	within("names swapped", names[population.Swapped], n, 50)
	within("typos", names[population.Typo], n, 127) // some letters have no typo of the kind drawn
	within("substitutions", typos["substitution"], n, 45)
	within("deletions", typos["deletion"], n, 35)
	within("insertions", typos["insertion"], n, 28)
	within("exchanges", typos["exchange"], n, 21)
	within("dates of birth as recorded", births[population.AsRecorded]-births[population.BirthTurned]/2, born, 785)
	within("no date of birth", births[population.NoBirth], born, 150)
	within("wrong digits", births[population.BirthDigit], born, 45)
	for _, slip := range []population.Slip{population.SoundAlike, population.Nickname, population.NoMiddle, population.Half, population.Accent, population.BirthTurned} {
		if names[slip]+births[slip] < 5 {
			t.Errorf("%s: drawn %d times in %d", slip, names[slip]+births[slip], n)
		}
	}
}

func check(t *testing.T, c population.Child, typed population.Typed) {
	t.Helper()
	legal := c.Legal()
	apart := match.Apart(strings.ToLower(typed.Given), strings.ToLower(legal.Given), 3) + match.Apart(strings.ToLower(typed.Family), strings.ToLower(legal.Family), 3)
	wrong := ""
	switch typed.Name {
	case population.AsRecorded, population.Swapped:
		if typed.Given != legal.Given || typed.Family != legal.Family {
			wrong = "another name"
		}
	case population.Typo:
		if apart != 1 {
			wrong = "not one letter"
		}
	case population.NoMiddle:
		if typed.Middle != "" || legal.Middle == "" {
			wrong = "the middle name is there"
		}
	case population.Half:
		if typed.Family == legal.Family || !strings.Contains(legal.Family, typed.Family) {
			wrong = "no half"
		}
	case population.Nickname:
		if typed.Given == legal.Given {
			wrong = "no nickname"
		}
	case population.Accent:
		if match.Fold(typed.Family) != match.Fold(legal.Family) || match.Fold(typed.Given) != match.Fold(legal.Given) {
			wrong = "another name without its accents"
		}
	}
	if typed.Birth == population.BirthDigit {
		differ := 0
		for i := range typed.Born.String() {
			if typed.Born.String()[i] != c.Born.String()[i] {
				differ++
			}
		}
		if differ != 1 {
			wrong = "not one digit of the date of birth"
		}
	}
	if wrong != "" {
		t.Errorf("%s, %s: typed %q for %q: %s", typed.Name, typed.Birth, typed.Words(), legal.Given+" "+legal.Family, wrong)
	}
}
