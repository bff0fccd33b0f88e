package population

import (
	"embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/*.csv
var files embed.FS

// A form is a word with another beside it: a surname and what women of the
// family bear, or a forename and what its bearer is called.
type form struct{ word, other string }

func forms(list string) []form {
	var out []form
	for _, w := range strings.Fields(list) {
		word, other, _ := strings.Cut(w, "/")
		out = append(out, form{word, other})
	}
	return out
}

type origin struct {
	ethnicity string
	listed    int // draws in a thousand that come from the list
	surnames  []form
	weights   weights
	tail      *parts // nil where the list is all there is
	forenames string
}

// parts make the surnames of the long tail.
type parts struct{ first, middle, last []form }

// An era is the forenames of one set and sex in some years of birth.
type era struct {
	from, to int
	names    []form
	weights  weights
}

type setSex struct{ set, sex string }

// An opening is one kind of entry with its first sentence.
type opening struct {
	service, kind, category string
	weight, from, to        int
	with, reason, text      template
	seen                    string
	by                      string // "manager", or empty for whoever works with the child
	timed                   bool   // the time of day is always given
	pools                   []string
}

type sentence struct {
	from, to int
	text     template
}

type teamLine struct{ service, name, role, title, managerTitle string }

// A roleLine is a role with the one who stands for it in a demo. Its kind is
// practitioner, manager, support (each in the first team of the service) or
// other (in a team named there, which holds no cases). Practitioners and
// managers have the titles that their service gives them.
type roleLine struct{ kind, role, service, team, title, about string }

// A serviceLine is how a service works; shares are in a thousand.
type serviceLine struct {
	name              string
	caseload          int // children of the authority for each practitioner
	busy              int // entries for each day, beside those of other services
	least             int // entries that each episode has at least
	fresh             int // children of the age who have a new episode that nobody may hold yet
	siblings          int // children of a family known to the service who are known to it themselves; 0 where each comes alone
	door              int // episodes that began at the front door
	shortest, longest int // days from opening to closing
	open              int // latest episodes that are still open
}

// A reachLine is how many children of some ages a service comes to know.
type reachLine struct {
	service  int // index into services
	from, to int // years of age
	share    int // of a thousand
	after    int // index of the service that changes the share; -1 for none
	then     int // the share of those known to that one
	refuge   int // of a thousand families known to the service, those in a refuge
}

type tables struct {
	origins      []origin
	originShares weights
	forenames    map[setSex][]era
	shorts       map[string]string // forename to what its bearers are called
	places       map[string][]string
	openings     map[string][]opening // by service
	sentences    map[string][]sentence
	teams        []teamLine
	roles        []roleLine    // in the order of the demo's first page
	services     []serviceLine // the first two take every child by age; the last is the front door
	reach        []reachLine
	jobs         map[string][]string // what people do in a kind of agency
}

// load reads the embedded tables, once. A mistake in them is a mistake in the
// build, found by any test of the package.
var load = sync.OnceValue(func() *tables {
	t := &tables{
		forenames: map[setSex][]era{}, shorts: map[string]string{}, places: map[string][]string{},
		openings: map[string][]opening{}, sentences: map[string][]sentence{}, jobs: map[string][]string{},
	}
	tails := map[string]*parts{}
	for _, r := range read("surname-parts.csv", 3) {
		p := tails[r[0]]
		if p == nil {
			p = &parts{}
			tails[r[0]] = p
		}
		list := forms(strings.ReplaceAll(r[2], "-", "/")) // a hyphen is the empty part
		switch r[1] {
		case "first":
			p.first = list
		case "middle":
			p.middle = list
		case "last":
			p.last = list
		default:
			panic("surname-parts.csv: place " + r[1])
		}
	}
	var shares []int
	for _, r := range read("origins.csv", 8) {
		o := origin{ethnicity: r[2], listed: number(r[4]), surnames: forms(r[7]), forenames: r[5], tail: tails[r[6]]}
		o.weights = ranked(len(o.surnames), number(r[3]))
		if r[6] != "" && o.tail == nil {
			panic("origins.csv: no parts for " + r[6])
		}
		t.origins = append(t.origins, o)
		shares = append(shares, number(r[1]))
	}
	t.originShares = weigh(shares...)
	for _, r := range read("forenames.csv", 6) {
		names := forms(r[5])
		for _, n := range names {
			if n.other != "" {
				t.shorts[n.word] = n.other
			}
		}
		k := setSex{r[0], r[1]}
		t.forenames[k] = append(t.forenames[k], era{number(r[2]), number(r[3]), names, ranked(len(names), number(r[4]))})
	}
	for _, r := range read("places.csv", 2) {
		t.places[r[0]] = strings.Split(r[1], ";")
	}
	for _, r := range read("entries.csv", 13) {
		t.openings[r[0]] = append(t.openings[r[0]], opening{
			service: r[0], kind: r[1], category: r[2], weight: number(r[3]), from: number(r[4]), to: number(r[5]),
			with: parse(r[6]), seen: r[7], by: r[8], timed: r[9] == "yes", reason: parse(r[10]), pools: strings.Fields(r[11]), text: parse(r[12]),
		})
	}
	for _, r := range read("sentences.csv", 4) {
		t.sentences[r[0]] = append(t.sentences[r[0]], sentence{number(r[1]), number(r[2]), parse(r[3])})
	}
	for _, r := range read("roles.csv", 6) {
		t.roles = append(t.roles, roleLine{r[0], r[1], r[2], r[3], r[4], r[5]})
	}
	for _, r := range read("teams.csv", 5) {
		t.teams = append(t.teams, teamLine{r[0], r[1], r[2], r[3], r[4]})
	}
	for _, r := range read("agencies.csv", 2) {
		t.jobs[r[0]] = strings.Split(r[1], ";")
	}
	t.loadServices()
	return t
})

func (t *tables) loadServices() {
	for _, r := range read("services.csv", 10) {
		t.services = append(t.services, serviceLine{
			name: r[0], caseload: number(r[1]), busy: number(r[2]), least: number(r[3]), fresh: number(r[4]),
			siblings: number(r[5]), door: number(r[6]), shortest: number(r[7]), longest: number(r[8]), open: number(r[9]),
		})
	}
	index := func(name string) int {
		i := slices.IndexFunc(t.services, func(s serviceLine) bool { return s.name == name })
		if i < 0 {
			panic("reach.csv: no service " + name)
		}
		return i
	}
	for _, r := range read("reach.csv", 7) {
		l := reachLine{service: index(r[0]), from: number(r[1]), to: number(r[2]), share: number(r[3]), after: -1, then: number(r[5]), refuge: number(r[6])}
		if r[4] != "" {
			l.after = index(r[4])
		}
		t.reach = append(t.reach, l)
	}
}

// read gives the rows of a table after its header.
func read(name string, columns int) [][]string {
	f, err := files.Open("data/" + name)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.FieldsPerRecord = columns
	rows, err := in.ReadAll()
	if err != nil {
		panic(fmt.Errorf("%s: %w", name, err))
	}
	return rows[1:]
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}
