package watch_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"casefile/definitions"
	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/population"
	"casefile/internal/watch"
)

var day = date.Must(2026, 3, 5)

func at(hour, minute int) date.Instant {
	return watch.Midnight(day).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}

// facts are what a test lays down.
type facts struct {
	subjects map[person.ID]watch.Subject
	bearers  map[string]int
	people   int
	worked   map[person.ID]bool
	before   []watch.Look
	counted  *int // how often bearers were asked
}

func (f facts) Subject(p person.ID) (watch.Subject, error) { return f.subjects[p], nil }

func (f facts) Bearers(key string) (int, int, error) {
	if f.counted != nil {
		*f.counted++
	}
	return f.bearers[key], f.people, nil
}

func (f facts) Worked(p person.ID, _, _ date.Instant) (bool, error) { return f.worked[p], nil }

func (f facts) Opened(_, _ date.Instant) ([]watch.Look, error) { return f.before, nil }

func rules(t *testing.T) watch.Rules {
	t.Helper()
	set, err := definition.Load(definitions.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	return set.Watch()
}

// found says the hits in short.
func found(hits []watch.Hit) (lines []string) {
	for _, h := range hits {
		lines = append(lines, fmt.Sprint(h.Kind, " ", h.Person, " ", h.Looks))
	}
	return lines
}

func want(t *testing.T, what string, hits []watch.Hit, err error, lines ...string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if got := found(hits); !slices.Equal(got, lines) {
		t.Errorf("%s: %q, want %q", what, got, lines)
	}
}

func looks(people ...person.ID) (list []watch.Look) {
	for i, p := range people {
		list = append(list, watch.Look{Number: int64(i + 1), At: at(9, i), Person: p, Ground: access.Team})
	}
	return list
}

func TestSameName(t *testing.T) {
	r := rules(t)
	family := func(names ...string) watch.Subject { return watch.Subject{Families: names} }
	counted := 0
	f := facts{
		subjects: map[person.ID]watch.Subject{
			"a": family("Ó Néill"), "b": family("Quill", "O'Neill"), "c": family("Ravenscroft-O’Neill"), "d": family("Nellis"), "e": family(""),
		},
		bearers: map[string]int{"o neill": 3, "oneill": 3, "smith": 900}, people: 10_000, counted: &counted,
	}
	w := watch.Looker{ID: "w", Family: "O'Neill"}
	hits, err := r.Find(day, w, looks("a", "b", "a", "c", "d", "e"), f)
	want(t, "one name in several spellings", hits, err, "same-name b [2]", "same-name c [4]")
	if len(hits) > 0 && (hits[0].Figures != watch.Figures{Bearers: 3, People: 10_000} || hits[0].Worker != "w" || hits[0].Day != day) {
		t.Errorf("the hit: %+v", hits[0])
	}
	if counted != 1 {
		t.Errorf("bearers were counted %d times, want once", counted)
	}
	f.subjects = map[person.ID]watch.Subject{"a": family("Smith")}
	hits, err = r.Find(day, watch.Looker{ID: "w", Family: "Smith"}, looks("a"), f)
	want(t, "a common name", hits, err)
	hits, err = r.Find(day, watch.Looker{ID: "w"}, looks("a"), f)
	want(t, "a looker without a family name", hits, err)
	f.people, f.bearers["smith"] = 20, r.SameName.Few
	hits, err = r.Find(day, watch.Looker{ID: "w", Family: "Smith"}, looks("a"), f)
	want(t, "few in all, in a small record", hits, err, "same-name a [1]")
}

func TestSameAddress(t *testing.T) {
	r := rules(t)
	lives := func(line1, postcode string, p date.Period) watch.Subject {
		return watch.Subject{Addresses: []person.Address{{Line1: line1, Postcode: postcode, Clocks: date.Clocks{Period: p}}}}
	}
	f := facts{subjects: map[person.ID]watch.Subject{
		"a": lives("12 Test Lane", "ZX1 1AA", date.Period{}), "b": lives("12 Test Lane", "ZX1 1AB", date.Period{}),
		"c": lives("14 Test Lane", "ZX1 1AA", date.Period{}), "d": lives("12 Test Lane", "zx11aa", date.Period{To: day.AddDays(-1)}),
	}}
	for base, hit := range map[string]bool{
		"12 Test Lane, Testham, ZX1 1AA": true, "12 test lane  ZX11AA": true, "North office": false, "": false, "ZX1 1AA": false,
		"12 Test Lane, Testham": false, "Desk 4, ZX1 1AA": false, "12 Test Lanes, ZX1 1AA": false,
	} {
		hits, err := r.Find(day, watch.Looker{ID: "w", Base: base}, looks("a", "b", "c", "d"), f)
		if hit {
			want(t, base, hits, err, "same-address a [1]")
		} else {
			want(t, base, hits, err)
		}
	}
}

func TestHighProfile(t *testing.T) {
	f := facts{subjects: map[person.ID]watch.Subject{"a": {HighProfile: true}}}
	list := looks("a", "a")
	list[1].Ground = access.Service
	hits, err := rules(t).Find(day, watch.Looker{ID: "w"}, list, f)
	want(t, "a team's worker, and one of the service", hits, err, "high-profile a [2]")
}

func TestClosedFiles(t *testing.T) {
	r := rules(t)
	ended := func(ends ...date.Date) watch.Subject {
		var s watch.Subject
		for _, d := range ends {
			s.Episodes = append(s.Episodes, person.Episode{Clocks: date.Clocks{Period: date.Period{To: d}}})
		}
		return s
	}
	old, lately := day.AddDays(-r.ClosedFiles.ClosedDays-1), day.AddDays(-r.ClosedFiles.ClosedDays)
	f := facts{subjects: map[person.ID]watch.Subject{"lately": ended(old, lately), "open": ended(old, date.Date{}), "none": {}}}
	var some []person.ID
	for i := range r.ClosedFiles.Files - 1 {
		p := person.ID(fmt.Sprint("old", i))
		f.subjects[p] = ended(old)
		some = append(some, p)
	}
	hits, err := r.Find(day, watch.Looker{ID: "w"}, looks(append(slices.Clone(some), "lately", "open", "none", some[0])...), f)
	want(t, "one fewer than is listed", hits, err)
	f.subjects["last"] = ended(old)
	hits, err = r.Find(day, watch.Looker{ID: "w"}, looks(append(some, "last")...), f)
	want(t, "as many as is listed", hits, err, "closed-files  [1 2 3 4 5]")
}

func TestBurst(t *testing.T) {
	r := rules(t)
	r.Burst.Files, r.Burst.TimesUsual = 4, 3
	f := facts{}
	four := looks("a", "b", "c", "d")
	hits, err := r.Find(day, watch.Looker{ID: "w"}, four, f)
	want(t, "four files at once, never before", hits, err, "burst  [1 2 3 4]")
	if len(hits) == 1 && hits[0].Figures != (watch.Figures{Files: 4, Minutes: 60, UsualDays: 30}) {
		t.Errorf("figures: %+v", hits[0].Figures)
	}
	four[3].At = at(10, 5) // more than an hour after the first
	hits, err = r.Find(day, watch.Looker{ID: "w"}, four, f)
	want(t, "four files in more than an hour", hits, err)
	four = looks("a", "b", "c", "d")
	for i, per := range []int{2, 1} { // the busiest hours of two days before: 1.5 on average
		for j := range per {
			f.before = append(f.before, watch.Look{At: at(9, j).Add(time.Duration(i-5) * 24 * time.Hour), Person: person.ID(fmt.Sprint(j))})
		}
	}
	hits, err = r.Find(day, watch.Looker{ID: "w"}, four, f)
	want(t, "less than three times what is usual", hits, err)
	r.Burst.TimesUsual = 2
	hits, err = r.Find(day, watch.Looker{ID: "w"}, four, f)
	want(t, "more than twice what is usual", hits, err, "burst  [1 2 3 4]")
	if len(hits) == 1 && hits[0].Figures.Usual != 2 {
		t.Errorf("usual: %d, want 1.5 rounded", hits[0].Figures.Usual)
	}
}

func TestNoWork(t *testing.T) {
	list := looks("a", "b", "c", "a")
	for i, g := range []access.Ground{access.Reason, access.Everyone, access.Team, access.Reason} {
		list[i].Ground = g
	}
	hits, err := rules(t).FindNoWork(day, watch.Looker{ID: "w"}, list, at(99, 0), facts{worked: map[person.ID]bool{"b": true}})
	want(t, "a reason without work, everybody's with, and the team's", hits, err, "no-work a [1 4]")
}

// An error in what is asked is an error of the day, and not a look without a
// hit.
func TestErrorsAreNotPassedOver(t *testing.T) {
	_, err := rules(t).Find(day, watch.Looker{ID: "w", Family: "Quill"}, looks("a"), broken{})
	if err == nil {
		t.Error("Find: no error")
	}
	list := looks("a")
	list[0].Ground = access.Reason
	if _, err = rules(t).FindNoWork(day, watch.Looker{ID: "w"}, list, 0, broken{}); err == nil {
		t.Error("FindNoWork: no error")
	}
}

type broken struct{ facts }

func (broken) Subject(person.ID) (watch.Subject, error) { return watch.Subject{}, errors.New("boom") }

func (broken) Worked(person.ID, date.Instant, date.Instant) (bool, error) {
	return false, errors.New("boom")
}

// In an invented authority, the children of workers are found by their name or
// are too many of that name; and of all the children, hardly any other is.
func TestWorkersChildrenOfAnAuthority(t *testing.T) {
	r := rules(t)
	authority := population.New(7, 4000, date.Must(2026, 3, 5))
	f := facts{subjects: map[person.ID]watch.Subject{}, bearers: map[string]int{}}
	workers := map[string]population.Worker{}
	for _, w := range authority.Workers {
		workers[w.Key] = w
	}
	own := map[person.ID]string{}
	var everybody []person.ID
	for c := range authority.Children() {
		p := person.ID(c.Key)
		var s watch.Subject
		for _, n := range c.Names {
			s.Families = append(s.Families, n.Family)
		}
		for _, a := range c.Addresses {
			s.Addresses = append(s.Addresses, person.Address{Line1: a.Line1, Postcode: a.Postcode, Clocks: date.Clocks{Period: a.Period}})
		}
		f.subjects[p] = s
		everybody = append(everybody, p)
		f.people++
		seen := map[string]bool{}
		for _, family := range s.Families {
			for _, key := range watch.FamilyKeys(family) {
				if !seen[key] {
					f.bearers[key]++
					seen[key] = true
				}
			}
		}
		if c.Truth.WorkerKey != "" {
			own[p] = c.Truth.WorkerKey
		}
	}
	if len(own) < 20 {
		t.Fatalf("only %d children of workers", len(own))
	}
	missed, byAddress := 0, 0
	for p, key := range own {
		w := workers[key]
		hits, err := r.Find(day, watch.Looker{ID: "w", Family: w.Family}, looks(p), f)
		if err != nil {
			t.Fatal(err)
		}
		common := f.bearers[match.Fold(w.Family)]*10_000 >= f.people*r.SameName.Per10000 && f.bearers[match.Fold(w.Family)] > r.SameName.Few
		if (len(hits) == 1) == common {
			missed++
		}
		hits, err = r.Find(day, watch.Looker{ID: "w", Base: w.Home.Line1 + ", " + w.Home.Town + ", " + w.Home.Postcode}, looks(p), f)
		if err != nil {
			t.Fatal(err)
		}
		byAddress += len(hits)
	}
	if missed > 0 {
		t.Errorf("%d of %d children of workers are not listed as the rule has it", missed, len(own))
	}
	if byAddress < len(own)*9/10 {
		t.Errorf("%d of %d children of workers are found by the address", byAddress, len(own))
	}
	others := 0
	for _, w := range authority.Workers {
		hits, err := r.Find(day, watch.Looker{ID: "w", Family: w.Family}, looks(everybody...), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hits {
			if h.Kind == watch.SameName && own[h.Person] != w.Key {
				others++
			}
		}
	}
	if most := len(authority.Workers) * len(everybody) / 1000; others > most {
		t.Errorf("%d of all pairs of worker and child are listed by name alone, want at most 1 in 1,000: %d", others, most)
	}
}
