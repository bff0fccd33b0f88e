package population

import (
	"runtime"
	"testing"
)

// A country takes no more memory than an authority of a million: neither to be made,
// nor as its children and a feed of them go by.
func TestMemoryDoesNotGrowWithTheChildren(t *testing.T) {
	live := func(children int) (made, after int) {
		heap := func() int {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			return int(m.HeapAlloc)
		}
		before := heap()
		a := New(1, children, today)
		made = heap() - before
		n := 0
		for range a.Children() {
			if n++; n == 15_000 {
				break
			}
		}
		n = 0
		for range a.Feed(children) {
			if n++; n == 15_000 {
				break
			}
		}
		after = heap() - before
		runtime.KeepAlive(a)
		return made, after
	}
	const mib = 1 << 20
	million, gone := live(mostHeld)
	country, goneToo := live(12 * mostHeld)
	t.Logf("a million: %d MiB, then %d; twelve: %d MiB, then %d", million/mib, gone/mib, country/mib, goneToo/mib)
	if country > million+4*mib {
		t.Errorf("twelve million take %d bytes, a million %d", country, million)
	}
	// Beside what is made, the last teams that were needed are kept.
	for what, grew := range map[string]int{"a million": gone - million, "twelve million": goneToo - country} {
		if grew > 8*mib {
			t.Errorf("%s: %d bytes more are held once 15,000 children and rows have gone by", what, grew)
		}
	}
}

// Teams that are not held are the same whenever they are drawn, and theirs are those
// who hold cases and write in them.
func TestTeamsThatAreNotHeld(t *testing.T) {
	a := New(5, 5*mostHeld, today)
	once := first(a, 300)
	far := 0
	for _, c := range once {
		for i, e := range c.Episodes {
			if a.crews[e.TeamKey] != nil {
				continue
			}
			far++
			in := map[string]Worker{"": {}}
			for _, w := range *a.crew(e.TeamKey).staff {
				in[w.Key] = w
				if w.TeamKey != e.TeamKey || w.Service != e.Service || w.Login == "" || w.Email != w.Login+"@"+workHost {
					t.Errorf("%s has %+v", e.TeamKey, w)
				}
			}
			for _, key := range append(e.Further, e.Allocated) {
				if w, ok := in[key]; !ok || key != "" && !w.At(e.Opened) {
					t.Errorf("%s: %q of the episode opened on %s is %+v", c.Key, key, e.Opened, w)
				}
			}
			for _, n := range c.Entries {
				if w, ok := in[n.AuthorKey]; n.Episode == i && (!ok || !w.At(n.Happened)) {
					t.Errorf("%s: the author %q of %s is not of the team", c.Key, n.AuthorKey, n.Happened)
				}
			}
		}
	}
	if far < 100 {
		t.Errorf("%d episodes are of teams that are not held: the test tries nothing", far)
	}
	b := New(5, 5*mostHeld, today)
	for range b.EveryTeam() { // another team first in each place of those kept
		if far--; far < 0 {
			break
		}
	}
	b.crew("participation-99999")
	if digest(first(b, 300)) != digest(once) {
		t.Error("the same seed gives other people")
	}
}

// Everybody of every team is there once, and a service has a practitioner for as many
// children as its caseload says.
func TestEveryTeam(t *testing.T) {
	for _, children := range []int{2000, mostHeld + 50_000} {
		a := New(5, children, today)
		teams, keys, logins, held := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]int{}
		for team, crew := range a.EveryTeam() {
			if teams[team.Key] {
				t.Errorf("%s is there twice", team.Key)
			}
			teams[team.Key] = true
			for _, w := range crew {
				if keys[w.Key] || logins[w.Login] || w.TeamKey != team.Key {
					t.Fatalf("%+v of %s is there before", w, team.Key)
				}
				keys[w.Key], logins[w.Login] = true, true
				held[w.Service]++
			}
		}
		for _, s := range a.data.services {
			if got, want := held[s.name], children/s.caseload; got < want || got > want*3/2+60 {
				t.Errorf("%d children: %s has %d staff, want about %d", children, s.name, got, want)
			}
		}
		if children <= mostHeld && (len(teams) != len(a.Teams) || len(keys) != len(a.Workers)) {
			t.Errorf("%d teams and %d workers, want all that are held: %d and %d", len(teams), len(keys), len(a.Teams), len(a.Workers))
		}
	}
}
