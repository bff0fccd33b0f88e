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
	pools                   []string
}

type sentence struct {
	from, to int
	text     template
}

type teamLine struct{ service, name, role, title, managerTitle string }

// A roleLine is a role that is no service's own. Managers have the title that
// their service gives them.
type roleLine struct{ role, title string }

type tables struct {
	origins      []origin
	originShares weights
	forenames    map[setSex][]era
	places       map[string][]string
	openings     map[string][]opening // by service
	sentences    map[string][]sentence
	teams        []teamLine
	roles        map[string]roleLine // by place: manager, support, system
	services     []string            // in the order of teams.csv
}

// load reads the embedded tables, once. A mistake in them is a mistake in the
// build, found by any test of the package.
var load = sync.OnceValue(func() *tables {
	t := &tables{
		forenames: map[setSex][]era{}, places: map[string][]string{},
		openings: map[string][]opening{}, sentences: map[string][]sentence{}, roles: map[string]roleLine{},
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
		k := setSex{r[0], r[1]}
		t.forenames[k] = append(t.forenames[k], era{number(r[2]), number(r[3]), names, ranked(len(names), number(r[4]))})
	}
	for _, r := range read("places.csv", 2) {
		t.places[r[0]] = strings.Split(r[1], ";")
	}
	for _, r := range read("entries.csv", 11) {
		t.openings[r[0]] = append(t.openings[r[0]], opening{
			service: r[0], kind: r[1], category: r[2], weight: number(r[3]), from: number(r[4]), to: number(r[5]),
			with: parse(r[6]), seen: r[7], reason: parse(r[8]), pools: strings.Fields(r[9]), text: parse(r[10]),
		})
	}
	for _, r := range read("sentences.csv", 4) {
		t.sentences[r[0]] = append(t.sentences[r[0]], sentence{number(r[1]), number(r[2]), parse(r[3])})
	}
	for _, r := range read("roles.csv", 3) {
		t.roles[r[0]] = roleLine{r[1], r[2]}
	}
	for _, r := range read("teams.csv", 5) {
		t.teams = append(t.teams, teamLine{r[0], r[1], r[2], r[3], r[4]})
		if !slices.Contains(t.services, r[0]) {
			t.services = append(t.services, r[0])
		}
	}
	return t
})

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
