package definitions_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/gb"

	"casefile/definitions"
	"casefile/internal/access"
	"casefile/internal/calendar"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/media"
	"casefile/internal/population"
	"casefile/internal/service"
)

func load(t *testing.T) *definition.Set {
	t.Helper()
	set, err := definition.Load(definitions.FS, "")
	if err != nil {
		t.Fatalf("our own definitions have mistakes:\n%v", err)
	}
	return set
}

// The folder itself, with its Go files, passes the check that an operator runs.
func TestFolderPassesItsOwnCheck(t *testing.T) {
	var out strings.Builder
	ok, err := definition.Check(definitions.FS, ".", nil, &out)
	if err != nil || !ok || !strings.HasPrefix(out.String(), "The folder changes nothing.\n") {
		t.Errorf("got %v, %v\n%s", ok, err, out.String())
	}
}

// What the IO Insight checklist says of contacts (CX-15): the two types, their
// names as printed, and the categories it lists.
func TestContactsOfTheChecklist(t *testing.T) {
	s, ok := load(t).Service("participation")
	if !ok {
		t.Fatal("the service is not there")
	}
	for _, c := range []struct {
		id, title  string
		withChild  bool
		categories []string
	}{
		{"contact-with-client", "Contact with Client", true, []string{"Interview", "Phone call", "E-mail"}},
		{"contact-without-client", "Contact Without Client", false, []string{"Phone call", "E-mail"}},
	} {
		got, ok := s.EntryType(c.id)
		if !ok || got.Title != c.title || got.WithChild != c.withChild || !strings.HasPrefix(got.Source, "confirmed: ") {
			t.Errorf("%s: got %+v", c.id, got)
		}
		var confirmed []string
		for _, category := range got.Categories {
			if strings.HasPrefix(category.Source, "confirmed: ") {
				confirmed = append(confirmed, category.Title)
			}
		}
		if !slices.Equal(confirmed, c.categories) {
			t.Errorf("%s: confirmed categories %v, want %v", c.id, confirmed, c.categories)
		}
		if got.Asked(service.WithWhom) == service.Hidden || got.Asked(service.Sensitive) == service.Hidden {
			t.Errorf("%s does not ask with whom, or cannot be marked sensitive", c.id)
		}
	}
}

// The working views of KF-01: what each service records, and that the invented
// authority writes in each of them as its definition asks.
func TestEachServiceRecordsInItsOwnWords(t *testing.T) {
	set := load(t)
	words, written := map[string]string{}, map[[3]string]int{}
	for _, s := range set.Services() {
		if other, ok := words[s.Words.Worker.One]; ok {
			t.Errorf("%s and %s call their workers the same", s.ID, other)
		}
		words[s.Words.Worker.One] = s.ID
	}
	for _, id := range []string{"participation", "early-help", "social-care", "youth-justice", "open-access", "inclusion-attendance", "front-door"} {
		s, ok := set.Service(id)
		if !ok || len(s.EntryTypes) < 2 {
			t.Errorf("%s: there %v, with %d kinds of entry", id, ok, len(s.EntryTypes))
		}
	}
	for c := range population.New(1, 2000, date.Must(2026, 3, 5)).Children() {
		for _, e := range c.Entries {
			s, _ := set.Service(e.Service)
			kind, ok := s.EntryType(e.Type)
			if !ok {
				t.Fatalf("%s has no %s", e.Service, e.Type)
			}
			if _, ok := kind.Category(e.Category); !ok {
				t.Fatalf("%s, %s has no %s", e.Service, e.Type, e.Category)
			}
			written[[3]string{e.Service, e.Type, e.Category}]++
			for field, given := range map[service.Field]bool{
				service.HappenedTime: e.Minute >= 0, service.WithWhom: e.WithWhom != "", service.Reason: e.Reason != "",
				service.Seen: e.Seen != "", service.SeenAlone: e.SeenAlone != "",
			} {
				if need := kind.Asked(field); need == service.Required && !given {
					t.Fatalf("%s, %s, %s of %s has no %s", e.Service, e.Type, e.Category, c.Key, field)
				} else if need == service.Hidden && given {
					t.Fatalf("%s, %s, %s of %s has %s, which is not asked", e.Service, e.Type, e.Category, c.Key, field)
				}
			}
		}
	}
	for _, s := range set.Services() {
		for _, kind := range s.EntryTypes {
			if kind.Asked(service.EvidenceFor) != service.Hidden {
				continue // decisions with their evidence are not invented
			}
			n := 0
			for _, category := range kind.Categories {
				n += written[[3]string{s.ID, kind.ID, category.ID}]
			}
			if n == 0 {
				t.Errorf("nobody invented has written %s of %s", kind.ID, s.ID)
			}
		}
	}
}

func TestRights(t *testing.T) {
	set := load(t)
	none, allocated := []access.Held{}, []access.Held{{Ground: access.Allocated}, {Ground: access.Team}, {Ground: access.Service}}
	team := []access.Held{{Ground: access.Team}, {Ground: access.Service}}
	ofService := []access.Held{{Ground: access.Service}}
	for _, c := range []struct {
		role   access.Role
		part   access.Part
		action access.Action
		held   []access.Held
		want   access.Outcome
	}{
		{"adviser", access.Identity, access.Find, ofService, access.Shown},
		{"adviser", access.Identity, access.Find, none, access.Absent},
		{"adviser", access.Timeline, access.Look, ofService, access.Shown},
		{"adviser", access.Timeline, access.Record, ofService, access.Shown},
		{"adviser", access.Timeline, access.Record, none, access.Absent},
		{"adviser", access.SensitiveEntries, access.Look, allocated, access.Shown},
		{"adviser", access.SensitiveEntries, access.Look, team, access.Shown},
		{"adviser", access.SensitiveEntries, access.Look, ofService, access.Masked},
		{"adviser", access.Footprints, access.Look, allocated, access.Shown},
		{"adviser", access.Footprints, access.Look, team, access.Absent},
		{"adviser", access.Files, access.Look, ofService, access.Shown},
		{"adviser", access.Files, access.Record, ofService, access.Shown},
		{"adviser", access.Files, access.Look, none, access.Absent},
		{"early-help-worker", access.Files, access.Record, ofService, access.Shown},
		{"team-manager", access.Files, access.Look, ofService, access.Shown},
		{"team-manager", access.Files, access.Record, none, access.Absent},
		{"business-support", access.Files, access.Look, allocated, access.Absent},
		{"business-support", access.Files, access.Record, allocated, access.Absent},
		{"early-help-worker", access.SensitiveEntries, access.Look, ofService, access.Masked},
		{"team-manager", access.Footprints, access.Look, ofService, access.Shown},
		{"team-manager", access.SensitiveEntries, access.Look, ofService, access.Masked},
		{"team-manager", access.Identity, access.Find, none, access.Absent},
	} {
		got := set.Access().Decide(access.Viewer{Role: c.role}, c.part, c.action, c.held, 1)
		if got.Outcome != c.want {
			t.Errorf("%s may %s %s on %v: got %v, want %v", c.role, c.action, c.part, c.held, got.Outcome, c.want)
		}
	}
	everything := []access.Held{{Ground: access.Allocated}, {Ground: access.Team}, {Ground: access.Service}, {Ground: access.Everyone}}
	for _, part := range access.FileParts {
		for _, action := range access.Actions {
			if got := set.Access().Decide(access.Viewer{Role: "system-administrator"}, part, action, everything, 1); got.Outcome != access.Absent {
				t.Errorf("the system administrator may %s %s: %v", action, part, got.Outcome)
			}
		}
	}
}

// Everything that CR-01 names beside text can be kept, and nothing that a
// browser or an office program would run.
func TestFileTypes(t *testing.T) {
	rules := load(t).FileRules()
	kinds := map[media.Kind]bool{}
	for _, typ := range rules.Types {
		kinds[typ.Kind] = true
		if typ.Diagram {
			kinds[media.Diagram] = true
		}
		if rules.Limit(typ).Bytes() == 0 {
			t.Errorf("%s has no limit", typ.ID)
		}
	}
	for _, k := range append(slices.Clone(media.Kinds), media.Diagram) {
		if !kinds[k] {
			t.Errorf("no type can be a %s", k)
		}
	}
	for _, end := range []string{".html", ".htm", ".svg", ".xml", ".js", ".exe", ".docm", ".xlsm", ".doc", ".zip", ".eml", ".lnk", ""} {
		if slices.Contains(rules.Extensions(), end) {
			t.Errorf("a file whose name ends in %q is taken", end)
		}
	}
	for kind, want := range map[media.Kind]int64{media.Document: 25 << 20, media.Photograph: 25 << 20, media.Audio: 100 << 20, media.Video: 100 << 20} {
		if got := rules.Limit(media.Type{Kind: kind}).Bytes(); got != want {
			t.Errorf("a %s may have %d bytes, want %d", kind, got, want)
		}
	}
}

func TestCodeSetsAreWhole(t *testing.T) {
	set := load(t)
	for id, want := range map[string]int{
		"ethnicity": 20, "ethnicity-extended": 103, "ethnicity-source": 5,
		"gender": 4, "gender-cin": 4, "gender-fhir": 4, "gender-nccis": 4, "gender-school-census": 2, "gender-ssda903": 2,
		"language": 322, "language-group": 6, "language-use": 6,
		"religion": 9, "sen-provision": 6, "sen-need": 15,
	} {
		if s, ok := set.CodeSet(id); !ok || len(s.Codes) != want {
			t.Errorf("set %s: got %d codes, want %d", id, len(s.Codes), want)
		}
	}
	sen, _ := set.CodeSet("sen-provision")
	if got, ok := sen.Label("S", date.Must(2018, 8, 31)); got != "Statement" || !ok {
		t.Errorf("a statement in August 2018: got %q, %v", got, ok)
	}
	if _, ok := sen.Label("S", date.Must(2026, 3, 5)); ok || !sen.Known("S") {
		t.Error("a statement is known, and not to be had in 2026")
	}
	census, _ := set.CodeSet("gender-school-census")
	cin, _ := set.CodeSet("gender-cin")
	if census.Known("1") || cin.Known("M") {
		t.Error("the sets of two returns are mixed up")
	}
}

// The library and our dates were worked out apart. Ours has one day more: the
// State Funeral of 2022, a one-off that the library does not know.
func TestEnglandAndWalesAgreesWithTheLibrary(t *testing.T) {
	c, _ := load(t).Calendar("england-and-wales")
	library := cal.NewBusinessCalendar()
	library.AddHoliday(gb.Holidays...)
	funeral := date.Must(2022, 9, 19)
	for d := c.Covers().From; !d.After(c.Covers().To); d = d.AddDays(1) {
		want := library.IsWorkday(d.Time()) && d != funeral
		if got, err := c.IsWorking(d); err != nil || got != want {
			h, _ := c.Holiday(d)
			t.Errorf("%s %s is a working day: got %v, %v (%s); want %v", d.Weekday(), d.Long(), got, err, h.Name, want)
		}
	}
	if h, _ := c.Holiday(funeral); h.Name != "State Funeral of Queen Elizabeth II" {
		t.Errorf("19 September 2022: got %q", h.Name)
	}
}

// The Isle of Man has the days of England and Wales and two more each year.
func TestIsleOfManHasTwoDaysMore(t *testing.T) {
	set := load(t)
	man, _ := set.Calendar("isle-of-man")
	england, _ := set.Calendar("england-and-wales")
	if man.Covers() != england.Covers() {
		t.Fatalf("the calendars cover %v and %v", man.Covers(), england.Covers())
	}
	extra := map[int][]calendar.Holiday{}
	for _, h := range man.Holidays() {
		if _, both := england.Holiday(h.Day); !both {
			extra[h.Day.Year()] = append(extra[h.Day.Year()], h)
		}
	}
	for _, h := range england.Holidays() {
		if _, both := man.Holiday(h.Day); !both {
			t.Errorf("%s, %s, is no holiday on the Isle of Man", h.Name, h.Day.Long())
		}
	}
	for year := man.Covers().From.Year(); year <= man.Covers().To.Year(); year++ {
		var tt, tynwald bool
		for _, h := range extra[year] {
			switch {
			case strings.HasPrefix(h.Name, "TT bank holiday"):
				tt = h.Day.Weekday() == time.Friday
			case strings.HasPrefix(h.Name, "Tynwald Day"):
				// 5 July, or the Monday after a weekend.
				want := date.Must(year, 7, 5)
				for want.Weekday() == time.Saturday || want.Weekday() == time.Sunday {
					want = want.AddDays(1)
				}
				tynwald = h.Day == want
			}
		}
		if len(extra[year]) != 2 || !tt || !tynwald {
			t.Errorf("%d: the days more are %v", year, extra[year])
		}
	}
}

// The days of the TT holiday as they were announced: it follows no rule.
func TestTTHolidayAsAnnounced(t *testing.T) {
	c, _ := load(t).Calendar("isle-of-man")
	for _, d := range []date.Date{
		date.Must(2020, 8, 28), date.Must(2021, 8, 27), date.Must(2022, 6, 10), date.Must(2023, 6, 9),
		date.Must(2024, 6, 7), date.Must(2025, 6, 6), date.Must(2026, 6, 5),
	} {
		if h, _ := c.Holiday(d); !strings.HasPrefix(h.Name, "TT bank holiday") || !strings.HasPrefix(h.Source, "confirmed: ") {
			t.Errorf("%s: got %+v", d.Long(), h)
		}
	}
}

// Counting day by day with nothing but the lists, over random ranges.
func TestWorkingDaysAgreeWithCountingDayByDay(t *testing.T) {
	r := rand.New(rand.NewPCG(2026, 3))
	for _, c := range load(t).Calendars() {
		works := func(d date.Date) bool {
			holiday := slices.ContainsFunc(c.Holidays(), func(h calendar.Holiday) bool { return h.Day == d })
			return !holiday && d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
		}
		days := c.Covers().To.Sub(c.Covers().From)
		for range 150 {
			a := c.Covers().From.AddDays(r.IntN(days))
			b := a.AddDays(r.IntN(min(days-a.Sub(c.Covers().From)+1, 120)))
			n, last := 0, a
			for d := a; d.Before(b); {
				if d = d.AddDays(1); works(d) {
					n, last = n+1, d
				}
			}
			if got, err := c.WorkingBetween(a, b); err != nil || got != n {
				t.Fatalf("%s, %s to %s: got %d, %v; counted %d", c.ID(), a, b, got, err, n)
			}
			if got, err := c.AddWorking(a, n); err != nil || got != last {
				t.Fatalf("%s, %d from %s: got %s, %v; counted %s", c.ID(), n, a, got, err, last)
			}
		}
	}
}
