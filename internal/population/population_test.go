package population

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"casefile/internal/date"
)

var today = date.Must(2026, 3, 5)

func first(a *Authority, n int) []Child {
	var out []Child
	for c := range a.Children() {
		out = append(out, c)
		if len(out) == n {
			break
		}
	}
	return out
}

func digest(cs []Child) string {
	h := sha256.New()
	for _, c := range cs {
		fmt.Fprintf(h, "%+v\n", c)
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}

// The same seed gives the same people on every machine. When data/ or a draw
// changes on purpose, so does this value: look at some people, then change it.
func TestSameSeedSamePeople(t *testing.T) {
	const golden = "0d78d3f1deafe140"
	got := digest(first(New(1, 2000, today), 100))
	if got != golden {
		t.Errorf("the first 100 children of seed 1: digest %s, want %s", got, golden)
	}
	if other := digest(first(New(2, 2000, today), 100)); other == got {
		t.Error("seed 2 gives the people of seed 1")
	}
}

// Stopping early, going through twice or counting fewer children changes
// nobody: a benchmark and a test may take what they need.
func TestStreamsAgree(t *testing.T) {
	a := New(7, 300, today)
	all := first(a, 300)
	if again := first(a, 300); digest(all) != digest(again) {
		t.Error("going through twice gives other people")
	}
	n := 0
	for range a.Children() {
		n++
	}
	if n != 300 {
		t.Errorf("asked for 300 children, got %d", n)
	}
	if n := len(first(New(7, 1, today), 2)); n != 1 {
		t.Errorf("asked for one child, got %d", n)
	}
	if n := len(first(New(7, 0, today), 2)); n != 0 {
		t.Errorf("asked for no child, got %d", n)
	}
	keys := map[string]bool{}
	for _, c := range all {
		if keys[c.Key] {
			t.Fatalf("key %s comes twice", c.Key)
		}
		keys[c.Key] = true
	}
}

// The bounds are the claims of the package comment.
func TestSurnames(t *testing.T) {
	a := New(3, 0, today)
	d := a.dice(saltFamily, 0)
	const draws = 200_000
	counts := map[string]int{}
	for range draws {
		counts[a.surname(d, &a.data.origins[a.data.originShares.draw(d)]).word]++
	}
	var sorted []int
	for _, n := range counts {
		sorted = append(sorted, n)
	}
	slices.Sort(sorted)
	slices.Reverse(sorted)
	hundred := 0
	for _, n := range sorted[:100] {
		hundred += n
	}
	perMille := func(n int) float64 { return float64(n) * 1000 / draws }
	if got := perMille(sorted[0]); got < 8 || got > 13 {
		t.Errorf("the commonest surname: %.1f in a thousand, want 8 to 13", got)
	}
	if got := perMille(hundred); got < 180 || got > 240 {
		t.Errorf("the commonest hundred: %.0f in a thousand, want 180 to 240", got)
	}
	if len(counts) < 30_000 {
		t.Errorf("%d surnames in %d draws, want a tail of over 30,000", len(counts), draws)
	}
	t.Logf("%d surnames, first %.1f, hundred %.0f", len(counts), perMille(sorted[0]), perMille(hundred))
}

// A list's ranks fall as 1/(rank+flat): chi-squared over the 120 English names
// that are listed, with 119 degrees of freedom; 183 is passed by chance once in
// ten thousand seeds, and this seed is fixed.
func TestRanks(t *testing.T) {
	a := New(3, 0, today)
	d := a.dice(saltFamily, 1)
	w := ranked(120, 5)
	const draws = 200_000
	counts := make([]int, 120)
	for range draws {
		counts[w.draw(d)]++
	}
	total := 0.0
	for i := range counts {
		total += 1 / float64(i+6)
	}
	chi := 0.0
	for i, n := range counts {
		want := draws / float64(i+6) / total
		chi += (float64(n) - want) * (float64(n) - want) / want
	}
	if chi > 183 {
		t.Errorf("chi-squared %.0f, want at most 183", chi)
	}
}

func TestPeople(t *testing.T) {
	const children = 20_000
	a := New(5, children, today)
	var missing, estimated, knownAs, former, double, teens, births, twins, shared int
	var few, many, entries int
	ethnicities, sexes, homes := map[string]int{}, map[string]int{}, map[string]string{}
	for f := range a.Families() {
		if !slices.ContainsFunc(f.Adults, func(ad Adult) bool { return ad.Lives }) {
			t.Errorf("family %s: nobody looks after the children", f.Key)
		}
		home := f.Addresses[len(f.Addresses)-1]
		if other, ok := homes[home.Line1+home.Postcode]; ok && other != f.Key {
			shared++
		}
		homes[home.Line1+home.Postcode] = f.Key
		for i, c := range f.Children {
			switch {
			case c.Born.IsZero():
				missing++
			case c.BornEstimated:
				estimated++
			}
			if i > 0 && c.Born == f.Children[i-1].Born && !c.Born.IsZero() && !c.BornEstimated {
				twins++
			} else {
				births++
			}
			if age := c.Born.Age(today); age >= 11 && age <= 19 {
				teens++
			}
			for _, n := range c.Names {
				switch n.Kind {
				case KnownAs:
					knownAs++
				case Former:
					former++
				}
			}
			if strings.Contains(c.Legal().Family, "-") {
				double++
			}
			ethnicities[c.Ethnicity]++
			sexes[c.Sex]++
			entries += len(c.Entries)
			if len(c.Entries) <= 20 {
				few++
			}
			if len(c.Entries) >= 200 {
				many++
			}
		}
	}
	for _, c := range []struct {
		what               string
		got, of, low, high int // low and high in 10,000
	}{
		{"birthdays not known", missing, children, 30, 70},
		{"birthdays estimated", estimated, children, 30, 70},
		{"twins", twins, births, 100, 200},
		{"known by another name", knownAs, children, 1000, 3000},
		{"with a former name", former, children, 150, 450},
		{"double-barrelled", double, children, 200, 800},
		{"aged 11 to 19", teens, children, 5500, 8000},
		{"up to 20 entries", few, children, 7500, 9500},
		{"200 entries and more", many, children, 30, 150},
		{"girls", sexes["F"], children, 4500, 5200},
		{"boys", sexes["M"], children, 4700, 5400},
		{"sex not known", sexes["U"], children, 5, 100},
		{"White British", ethnicities["WBRI"], children, 5800, 7500},
		{"ethnicity refused", ethnicities["REFU"], children, 60, 200},
		{"living at another family's address", shared, len(homes), 50, 800},
	} {
		if n := c.got * 10_000 / c.of; n < c.low || n > c.high {
			t.Errorf("%s: %d in 10,000, want %d to %d", c.what, n, c.low, c.high)
		}
	}
	if len(ethnicities) < 18 {
		t.Errorf("%d codes of ethnicity, want 18 at least", len(ethnicities))
	}
	t.Logf("entries per child %.1f", float64(entries)/children)
}

// Codes carry over from the school census's main codes and the Common Basic
// Data Set (both confirmed in definitions/codesets).
var (
	ethnicityCodes = strings.Fields("WBRI WIRI WIRT WROM WOTH MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE OOTH REFU NOBT")
	sexCodes       = strings.Fields("F M U W")
)

var (
	phoneShape    = regexp.MustCompile(`^(07700 900\d{3}|01632 960\d{3}|020 7946 0\d{3})$`)
	mailShape     = regexp.MustCompile(`^[^@\s]+@([a-z-]+\.)?example\.(org|com|net)$`)
	postcodeShape = regexp.MustCompile(`^ZX\d{1,2} \d[ABD-HJLNP-UW-Z]{2}$`)
)

// Nothing that is generated can reach or name a real household.
func TestNobodyIsReal(t *testing.T) {
	a := New(11, 3000, today)
	phone := func(s, of string) {
		if s != "" && !phoneShape.MatchString(s) {
			t.Errorf("%s: telephone %q is outside the ranges for drama", of, s)
		}
	}
	mail := func(s, of string) {
		if s != "" && !mailShape.MatchString(s) {
			t.Errorf("%s: e-mail %q is not at an example domain", of, s)
		}
	}
	for _, w := range a.Workers {
		phone(w.Phone, w.Key)
		phone(w.Mobile, w.Key)
		mail(w.Email, w.Key)
	}
	for _, team := range a.Teams {
		phone(team.Phone, team.Key)
		mail(team.Email, team.Key)
	}
	for f := range a.Families() {
		for _, ad := range f.Adults {
			phone(ad.Phone, ad.Key)
		}
		for _, c := range f.Children {
			for _, p := range c.Professionals {
				phone(p.Phone, p.Agency)
			}
			phone(c.Mobile, c.Key)
			phone(c.HomePhone, c.Key)
			mail(c.Email, c.Key)
			for _, ad := range c.Addresses {
				if !postcodeShape.MatchString(ad.Postcode) {
					t.Errorf("%s: postcode %q", c.Key, ad.Postcode)
				}
			}
			if !slices.Contains(ethnicityCodes, c.Ethnicity) || !slices.Contains(sexCodes, c.Sex) {
				t.Errorf("%s: codes %q, %q", c.Key, c.Ethnicity, c.Sex)
			}
		}
	}
}

// Every date fits every other: nothing before the birth or after yesterday,
// addresses one after the other, entries inside their episodes.
func TestDates(t *testing.T) {
	for _, today := range []date.Date{today, date.Must(2024, 2, 29), date.Must(2026, 1, 1)} {
		a := New(13, 3000, today)
		for c := range a.Children() {
			if c.Born.After(today) || !c.Born.IsZero() && c.Born.Age(today) > oldestChild+1 {
				t.Errorf("%s: born %s", c.Key, c.Born)
			}
			for i, ad := range c.Addresses {
				if !ad.Period.Valid() || ad.Period.From.Before(c.Born) || ad.Period.From.After(today) || ad.Period.Open() != (i == len(c.Addresses)-1) {
					t.Errorf("%s: address %d of %d in %+v", c.Key, i+1, len(c.Addresses), ad.Period)
				}
				if i > 0 && c.Addresses[i-1].Period.To.AddDays(1) != ad.Period.From {
					t.Errorf("%s: address %d does not follow the one before", c.Key, i+1)
				}
			}
			if len(c.Episodes) == 0 || len(c.Addresses) == 0 {
				t.Errorf("%s: %d episodes, %d addresses", c.Key, len(c.Episodes), len(c.Addresses))
			}
			for _, e := range c.Episodes {
				if e.Opened.Before(c.Born) || !e.Opened.Before(today) || !e.Closed.IsZero() && (e.Closed.Before(e.Opened) || !e.Closed.Before(today)) {
					t.Errorf("%s: episode %s to %s", c.Key, e.Opened, e.Closed)
				}
			}
			checkEntries(t, a, c)
			for _, n := range c.Names {
				if !n.Period.Valid() || n.Period.From.After(today) || n.Given == "" || n.Family == "" {
					t.Errorf("%s: name %+v", c.Key, n)
				}
			}
		}
	}
}

func checkEntries(t *testing.T, a *Authority, c Child) {
	t.Helper()
	var last date.Date
	for i, e := range c.Entries {
		ep := c.Episodes[e.Episode]
		inside := date.Period{From: ep.Opened, To: ep.Closed}.Contains(e.Happened)
		if !inside || !e.Happened.Before(a.today) || e.Happened.Before(c.Born) || e.Recorded.Before(e.Happened) || !e.Recorded.Before(a.today) || e.Happened.Before(last) {
			t.Errorf("%s: entry %d on %s, recorded %s", c.Key, i, e.Happened, e.Recorded)
		}
		if e.Minute < -1 || e.Minute >= 24*60 || e.Service != ep.Service || e.Text == "" || e.WithWhom == "" {
			t.Errorf("%s: entry %d is %+v", c.Key, i, e)
		}
		if strings.ContainsAny(e.Text+e.WithWhom+e.Reason, "{}") || strings.Contains(e.Text, "  ") {
			t.Errorf("%s: entry %d reads %q", c.Key, i, e.Text)
		}
		last = e.Happened
	}
}

// Whoever wrote an entry or holds a case was there, in that team.
func TestAuthorsWereThere(t *testing.T) {
	for _, children := range []int{1, 50, 2000} {
		a := New(17, children, today)
		workers := map[string]Worker{}
		for _, w := range a.Workers {
			workers[w.Key] = w
		}
		check := func(c Child) {
			for _, ep := range c.Episodes {
				// Nobody may hold a case of the last weeks, and a few are held by
				// somebody who has left; a further worker is always there.
				if ep.Allocated == "" {
					if !ep.Closed.IsZero() || len(ep.Further) > 0 || today.Sub(ep.Opened) > waits {
						t.Errorf("%s: nobody holds the episode %+v", c.Key, ep)
					}
				} else if w := workers[ep.Allocated]; w.TeamKey != ep.TeamKey || !w.At(ep.Opened) {
					t.Errorf("%s: worker %q of the episode opened on %s is %+v", c.Key, ep.Allocated, ep.Opened, w)
				}
				for _, key := range ep.Further {
					if w := workers[key]; w.TeamKey != ep.TeamKey || !w.At(ep.Opened) || ep.Closed.IsZero() && !w.At(today) {
						t.Errorf("%s: further worker %q of the episode opened on %s is %+v", c.Key, key, ep.Opened, w)
					}
				}
			}
			for i, e := range c.Entries {
				w := workers[e.AuthorKey]
				if w.TeamKey != c.Episodes[e.Episode].TeamKey || !w.At(e.Happened) || !w.At(e.Recorded) {
					t.Errorf("%s: the author of entry %d on %s is %+v", c.Key, i, e.Happened, w)
				}
			}
		}
		for c := range a.Children() {
			check(c)
		}
		long := a.LongFile(500)
		if len(long.Entries) != 500 || long.Born.Age(today) != 17 && !long.Born.IsZero() {
			t.Errorf("long file: %d entries, born %s", len(long.Entries), long.Born)
		}
		check(long)
		checkEntries(t, a, long)
	}
}

// demoRoles are those of issue 3, one of each on the demo's first page; a manager of each
// further service stands there besides.
var demoRoles = strings.Fields(`adviser social-worker youth-justice-case-manager early-help-worker open-access-worker
	education-welfare-officer front-door out-of-hours-duty team-manager business-support minute-taker reviewing-officer
	information-governance-lead reviewer partner-professional directory-administrator system-administrator`)

func TestStaff(t *testing.T) {
	a := New(1, 2000, today)
	roles, logins, services := map[string]int{}, map[string]bool{}, map[string]int{}
	advisers := 0
	managers := map[string]int{}
	for i, w := range a.Workers {
		if w.Demo != (i < len(demoRoles)) && (!w.Demo || w.Role != "team-manager") {
			t.Errorf("worker %d: demo %v; the first %d are, and managers", i, w.Demo, len(demoRoles))
		}
		if w.Demo && w.Role == "team-manager" {
			managers[w.Service]++
			if !slices.ContainsFunc(a.Workers, func(o Worker) bool { return o.Demo && o.TeamKey == w.TeamKey && o.Key != w.Key }) {
				t.Errorf("the manager %s of the demo has nobody of their team beside them, whose work they could authorise", w.JobTitle)
			}
		}
		if w.Demo {
			roles[w.Role]++
			if w.About == "" {
				t.Errorf("nothing is said about what to try as %s", w.Role)
			}
			if !w.Left.IsZero() {
				t.Errorf("%s of the demo has left", w.Role)
			}
		}
		if w.Role == "adviser" && !w.Demo {
			advisers++
		}
		if logins[w.Login] || w.Login != strings.ToLower(w.Login) || strings.ContainsAny(w.Login, " '") {
			t.Errorf("login %q", w.Login)
		}
		logins[w.Login] = true
		if w.JobTitle == "" || w.Given == "" || w.Family == "" || !w.Left.IsZero() && !w.Left.Before(today) {
			t.Errorf("worker %+v", w)
		}
	}
	for _, s := range a.data.services {
		if managers[s.name] != 1 {
			t.Errorf("%d managers of %s in the demo, want 1", managers[s.name], s.name)
		}
	}
	for _, r := range demoRoles {
		if want := map[bool]int{true: len(a.data.services), false: 1}[r == "team-manager"]; roles[r] != want {
			t.Errorf("%d workers of role %s in the demo, want %d", roles[r], r, want)
		}
	}
	if advisers != 40 {
		t.Errorf("%d more advisers for 2,000 children, want 40", advisers)
	}
	for _, team := range a.Teams {
		services[team.Service]++
	}
	for _, s := range a.data.services {
		if services[s.name] < 2 {
			t.Errorf("teams by service: %v, want several in each", services)
		}
	}
}

// Whoever stands at the demo's door has something to show: a middling full caseload, where
// the authority has one.
func TestTheDoorHasCases(t *testing.T) {
	for _, children := range []int{600, 2000} {
		for seed := range uint64(3) {
			a := New(seed+1, children, today)
			held := map[string]int{}
			for c := range a.Children() {
				for _, w := range a.Workers {
					if slices.ContainsFunc(c.Episodes, func(e Episode) bool { return e.Allocated == w.Key && e.Closed.IsZero() }) {
						held[w.Key]++
					}
				}
			}
			for _, r := range a.data.roles {
				if r.kind != "practitioner" {
					continue
				}
				most, mine := 0, -1
				for _, w := range a.Workers {
					if w.Role != r.role || w.Service != r.service {
						continue
					}
					if w.Demo {
						mine = held[w.Key]
					}
					if w.Left.IsZero() && w.Home == (Address{}) && !w.Started.After(today.AddMonths(-12)) {
						most = max(most, held[w.Key])
					}
				}
				if mine < min(most, 5) {
					t.Errorf("seed %d, %d children: the %s at the door holds %d open cases, another %d", seed+1, children, r.role, mine, most)
				}
			}
		}
	}
}

// Each template of data/ can be put into words, and each pool it names has a
// sentence for every age it is for.
func TestTemplates(t *testing.T) {
	a := New(1, 100, today)
	d := a.dice(saltFamily, 0)
	who := subject{name: "Ann", carers: []string{"mother"}, primary: "P", school: "S", college: "C"}
	for service, all := range a.data.openings {
		for _, o := range all {
			for age := o.from; age <= o.to; age++ {
				s := a.scene(d, &who, age)
				for _, tpl := range []template{o.text, o.with, o.reason} {
					if text := tpl.render(s); text == "" || strings.ContainsAny(text, "{}") {
						t.Errorf("%s %s %s: %q", service, o.kind, o.category, text)
					}
				}
				for _, pool := range o.pools {
					var b strings.Builder
					if a.add(&b, d, pool, s, age, -1) < 0 {
						t.Errorf("%s %s %s: no sentence of %s for age %d", service, o.kind, o.category, pool, age)
					}
				}
			}
		}
	}
	for pool, all := range a.data.sentences {
		for i, sentence := range all {
			text := sentence.text.render(a.scene(d, &who, sentence.from))
			if end := text[len(text)-1]; end != '.' && end != '"' {
				t.Errorf("%s, sentence %d does not end: %q", pool, i+1, text)
			}
		}
	}
}

func TestForenamesForEveryYear(t *testing.T) {
	a := New(1, 0, today)
	for _, o := range a.data.origins {
		for _, sex := range []string{"F", "M"} {
			for year := 1940; year <= 2060; year++ {
				n := 0
				for _, e := range a.data.forenames[setSex{o.forenames, sex}] {
					if e.from <= year && year <= e.to {
						n++
					}
				}
				if n != 1 {
					t.Fatalf("%s %s: %d lists for %d, want 1", o.forenames, sex, n, year)
				}
			}
		}
	}
}

// A demo's first page waits for this: 2,000 children with their histories in
// less than half a second.
func BenchmarkTwoThousand(b *testing.B) {
	for b.Loop() {
		entries := 0
		for c := range New(1, 2000, today).Children() {
			entries += len(c.Entries)
		}
		b.ReportMetric(float64(entries), "entries")
	}
}
