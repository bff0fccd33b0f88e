package population_test

import (
	"slices"
	"testing"

	"casefile/internal/date"
	"casefile/internal/population"
)

var feedDay = date.Must(2026, 3, 5)

// The published shares are what is drawn, and every label is true of its row.
func TestFeed(t *testing.T) {
	const n = 20_000
	for what, shares := range map[string][]population.SlipShare{
		"name": population.FeedShares.Name, "birth": population.FeedShares.Birth, "address": population.FeedShares.Address,
	} {
		sum := 0
		for _, s := range shares {
			sum += s.PerMille
		}
		if sum != 1000 {
			t.Errorf("the shares of the %s come to %d in a thousand", what, sum)
		}
	}
	a := population.New(1, n, feedDay)
	families := map[string]population.Family{}
	children := map[string]population.Child{}
	moved, known := 0, 0
	for f := range a.Families() {
		for _, c := range f.Children {
			children[c.Key] = c
			families[c.Key] = f
		}
	}
	rows, first, twins := 0, 0, 0
	counts, seen := map[string]int{}, map[string]bool{}
	var before date.Date
	numbers := map[string]string{}
	for r := range a.Feed(n) {
		rows++
		tr := r.Truth
		c, ok := children[tr.Child]
		if !ok {
			t.Fatalf("the truth names nobody: %+v", r)
		}
		seen[tr.Child] = true
		if of, ok := numbers[r.Number]; ok && r.Number != "" && of != tr.Child {
			t.Errorf("number %s is of two children", r.Number)
		}
		numbers[r.Number] = tr.Child
		if !tr.Late && r.Changed.Before(before) {
			t.Errorf("a row that is not late is out of order: %+v", r)
		}
		if !tr.Late {
			before = r.Changed
		}
		checkFeedRow(t, r, c, families[tr.Child])
		if tr.Again {
			counts["again"]++
		}
		if tr.Second {
			counts["second"]++
		}
		if tr.Late {
			counts["late"]++
		}
		if tr.Again || tr.Second {
			continue
		}
		first++
		if slices.ContainsFunc(families[tr.Child].Children, func(o population.Child) bool {
			return o.Key != c.Key && !c.Born.IsZero() && o.Born == c.Born
		}) {
			twins++
		}
		if tr.NoNumber {
			counts["no number"]++
		}
		counts[string(tr.Name)]++
		if !c.Born.IsZero() {
			known++
			counts["birth "+string(tr.Birth)]++
		}
		if len(c.Addresses) > 1 && !slices.ContainsFunc(c.Addresses, func(ad population.Address) bool { return ad.Confidential }) {
			moved++
			counts["moved "+string(tr.Address)]++
		}
	}
	if len(seen) != n || first != n || rows != n+counts["again"]+counts["second"] {
		t.Errorf("%d rows of %d children, %d of them first rows; want one first row of each of %d", rows, len(seen), first, n)
	}
	within := func(what string, got, of, perMille int) {
		t.Helper()
		if share := got * 1000 / max(of, 1); share < perMille*80/100-3 || share > perMille*120/100+3 {
			t.Errorf("%s: %d in a thousand, want about %d", what, share, perMille)
		}
	}
	within("number missing", counts["no number"], n, population.FeedShares.NoNumber)
	within("sent twice", counts["again"], n, population.FeedShares.Again)
	within("second number", counts["second"], n, population.FeedShares.Second)
	within("late", counts["late"], rows, population.FeedShares.Late)
	within("typo", counts["typo"], n, 50)
	within("sounds alike", counts["sounds alike"], n, 25)
	within("swapped", counts["names swapped"], n, 15)
	within("old address of those who moved", counts["moved old address"], moved, 110)
	within("no address", counts["moved address left out"], moved, 40)
	within("no date of birth", counts["birth date of birth not known"], known, 30)
	within("wrong digit", counts["birth digit of the date of birth wrong"], known, 20)
	if got := counts[string(population.TwinName)]; twins < 100 || got*1000/twins < 20 || got*1000/twins > 110 {
		t.Errorf("name of the twin: %d of %d twins, want about 60 in a thousand", got, twins)
	}
	if counts["nickname"] == 0 || counts["accent or apostrophe left out"] == 0 || counts["half of a double-barrelled name"] == 0 {
		t.Errorf("slips that are never drawn: %v", counts)
	}
}

func checkFeedRow(t *testing.T, r population.FeedRow, c population.Child, f population.Family) {
	t.Helper()
	legal, tr, wrong := c.Legal(), r.Truth, ""
	same := r.Given == legal.Given && r.Family == legal.Family
	switch tr.Name {
	case population.AsRecorded:
		if !same {
			wrong = "another name"
		}
	case population.Swapped:
		if r.Given != legal.Family || r.Family != legal.Given {
			wrong = "not swapped"
		}
	case population.TwinName:
		if !slices.ContainsFunc(f.Children, func(o population.Child) bool {
			return o.Key != c.Key && o.Born == c.Born && o.Legal().Given == r.Given
		}) {
			wrong = "not the twin's name"
		}
	default:
		if same {
			wrong = "the name is as recorded"
		}
	}
	switch {
	case tr.Birth == population.AsRecorded && r.Born != c.Born,
		tr.Birth == population.NoBirth && !r.Born.IsZero(),
		tr.Birth == population.BirthDigit && (r.Born == c.Born || r.Born.IsZero()),
		tr.Birth == population.BirthTurned && (r.Born.Day() != c.Born.Month() || r.Born.Month() != c.Born.Day()):
		wrong = "date of birth"
	}
	now := c.Addresses[len(c.Addresses)-1]
	switch {
	case tr.Address == population.AsRecorded && (r.Line1 != now.Line1 || r.Postcode != now.Postcode),
		tr.Address == population.OldAddress && r.Line1 == now.Line1 && r.Postcode == now.Postcode,
		tr.Address == population.NoAddress && r.Line1 != "":
		wrong = "address"
	}
	for _, ad := range c.Addresses {
		if ad.Confidential && ad.Line1 == r.Line1 && ad.Postcode == r.Postcode {
			wrong = "a refuge"
		}
	}
	if (r.Number == "") != tr.NoNumber {
		wrong = "number"
	}
	if wrong != "" {
		t.Errorf("%s: %+v of %+v", wrong, r, legal)
	}
}

func TestSameSeedSameFeed(t *testing.T) {
	list := func(seed uint64, n int) []population.FeedRow {
		return slices.Collect(population.New(seed, 500, feedDay).Feed(n))
	}
	if !slices.Equal(list(1, 500), list(1, 500)) {
		t.Error("the same seed gives another feed")
	}
	if slices.Equal(list(1, 500), list(2, 500)) {
		t.Error("another seed gives the same feed")
	}
	for range population.New(1, 500, feedDay).Feed(500) {
		break // whoever stops early is not called again
	}
}
