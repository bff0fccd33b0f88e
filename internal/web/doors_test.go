package web_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html/atom"

	"casefile/internal/access"
	"casefile/internal/alert"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// A door is a way by which something of a file could come out.
type door struct {
	name  string
	open  func(b *browser, c *marked) answer
	list  bool   // of people, with what lists show of each
	typed string // the word that the viewer types, and so knows
}

// A marked child has a word in everything that can be known of them that is
// nowhere else. Whatever is withheld, its word must not be in the answer.
type marked struct {
	ref         id.Reference
	person      person.ID
	own, others string // keys of the files of each service
	words       map[string]string
}

// The words. Each is of one part of the file, and of a kind that only that part
// shows.
const (
	wName         = "name"          // of the child
	wAddress      = "address"       // where they live
	wRefuge       = "refuge"        // where they really are
	wOwn          = "own"           // what the viewer's service wrote
	wOwnSensitive = "own sensitive" // and marked sensitive
	wOther        = "other"         // what another service wrote
	wOtherSens    = "other sensitive"
	wOwnFile      = "own file" // the title and the content of a file of the viewer's service
	wOtherFile    = "other file"
	wWorker       = "worker" // who works with them
	wLooker       = "looker" // who looked
	wAlert        = "alert"  // what an alert is about that every user of the record may see
	wRisk         = "risk"   // and one that fewer may
)

var doors = []door{
	{name: "overview", open: func(b *browser, c *marked) answer { return b.get("/children/" + c.ref.String()) }},
	{name: "addresses", open: func(b *browser, c *marked) answer { return b.get("/children/" + c.ref.String() + "/details/addresses") }},
	{name: "names as known before", open: func(b *browser, c *marked) answer {
		return b.get("/children/" + c.ref.String() + "/details/names?known-day=4&known-month=3&known-year=2026")
	}},
	{name: "page to add an address on", open: func(b *browser, c *marked) answer {
		return b.get("/children/" + c.ref.String() + "/details/addresses/add")
	}},
	{name: "address for a letter", open: func(b *browser, c *marked) answer { return b.get("/children/" + c.ref.String() + "/letter") }},
	{name: "why a letter goes there all the same", open: func(b *browser, c *marked) answer {
		return b.get("/children/" + c.ref.String() + "/letter/" + c.ref.String())
	}},
	{name: "error in taking an address", open: func(b *browser, c *marked) answer {
		return b.post("/children/"+c.ref.String()+"/letter/"+c.ref.String(), url.Values{"seen": {"nothing"}, "why": {"I want to."}})
	}},
	{name: "alerts", open: func(b *browser, c *marked) answer { return b.get("/children/" + c.ref.String() + "/alerts") }},
	{name: "page to set an alert on", open: func(b *browser, c *marked) answer {
		return b.get("/children/" + c.ref.String() + "/alerts/add?kind=special")
	}},
	{name: "error in setting an alert", open: func(b *browser, c *marked) answer {
		return b.post("/children/"+c.ref.String()+"/alerts/add", url.Values{"kind": {"special"}, "seen": {"nothing"}})
	}},
	{name: "timeline", open: func(b *browser, c *marked) answer { return b.get("/children/" + c.ref.String() + "/timeline") }},
	{name: "timeline as known before", open: func(b *browser, c *marked) answer {
		return b.get("/children/" + c.ref.String() + "/timeline?known-day=4&known-month=3&known-year=2026")
	}},
	{name: "who has looked", open: func(b *browser, c *marked) answer { return b.get("/children/" + c.ref.String() + "/looks") }},
	{name: "list of files", open: func(b *browser, c *marked) answer { return b.get("/children/" + c.ref.String() + "/files") }},
	{name: "download of their own", open: func(b *browser, c *marked) answer { return b.get("/children/" + c.ref.String() + "/files/" + c.own) }},
	{name: "download of the others'", open: func(b *browser, c *marked) answer {
		return b.get("/children/" + c.ref.String() + "/files/" + c.others)
	}},
	{name: "search by name", list: true, typed: wName, open: func(b *browser, c *marked) answer { return b.post("/find", url.Values{"q": {c.words[wName]}}) }},
	{name: "search by reference", list: true, open: func(b *browser, c *marked) answer { return b.post("/find", url.Values{"q": {c.ref.String()}}) }},
	{name: "search by the refuge", list: true, typed: wRefuge, open: func(b *browser, c *marked) answer { return b.post("/find", url.Values{"q": {c.words[wRefuge]}}) }},
	{name: "list of work", list: true, open: func(b *browser, _ *marked) answer { return b.get("/work") }},
	{name: "page to record on", open: func(b *browser, c *marked) answer { return b.get("/children/" + c.ref.String() + "/record") }},
	{name: "error in recording", open: func(b *browser, c *marked) answer {
		return b.post("/children/"+c.ref.String()+"/record", url.Values{"type": {"nothing"}})
	}},
	{name: "page to add a file on", open: func(b *browser, c *marked) answer { return b.get("/children/" + c.ref.String() + "/files/add") }},
	{name: "error in adding a file", open: func(b *browser, c *marked) answer {
		return b.post("/children/"+c.ref.String()+"/files/add", url.Values{"title": {""}})
	}},
	{name: "page that asks why", open: func(b *browser, c *marked) answer { return b.get("/children/" + c.ref.String() + "/reason") }},
	{name: "error in saying why", open: func(b *browser, c *marked) answer {
		return b.post("/children/"+c.ref.String()+"/reason", url.Values{"purpose": {"support"}})
	}},
	{name: "a note that is not there", open: func(b *browser, c *marked) answer {
		return b.get("/children/" + c.ref.String() + "/notes/" + id.New())
	}},
	{name: "a draft that is not there", open: func(b *browser, c *marked) answer {
		return b.post("/children/"+c.ref.String()+"/drafts/"+id.New(), contact("1", "typed"))
	}},
}

// A footing is what ties the viewer to the child.
type footing struct {
	name string
	lay  func(y *yard, w staff.ID) []fact
}

// A yard is a world with two services and somebody whose absence others cover.
type yard struct {
	*world
	south  staff.Team   // of the adviser's service
	absent staff.Worker // who works with some of the children
}

var someParts = []access.Part{access.Identity, access.Timeline}

var footings = []footing{
	{"nothing", func(y *yard, _ staff.ID) []fact { return []fact{episodeOf(y.family)} }},
	{"their service", func(y *yard, _ staff.ID) []fact { return []fact{episodeOf(y.south)} }},
	{"their team", func(y *yard, _ staff.ID) []fact { return []fact{episodeOf(y.north)} }},
	{"allocated", func(y *yard, w staff.ID) []fact { return []fact{episodeOf(y.north, w)} }},
	{"cover", func(y *yard, _ staff.ID) []fact { return []fact{episodeOf(y.south, y.absent.ID)} }},
	{"named", func(y *yard, w staff.ID) []fact { return []fact{episodeOf(y.family), restrictedTo(w)} }},
	{"review", func(y *yard, w staff.ID) []fact {
		return []fact{episodeOf(y.family), granted(w, access.Review, access.FileParts...)}
	}},
	{"review of some", func(y *yard, w staff.ID) []fact {
		return []fact{episodeOf(y.family), granted(w, access.Review, someParts...)}
	}},
	{"grant", func(y *yard, w staff.ID) []fact {
		return []fact{episodeOf(y.family), granted(w, access.Grant, access.FileParts...)}
	}},
	{"grant of some", func(y *yard, w staff.ID) []fact {
		return []fact{episodeOf(y.family), granted(w, access.Grant, someParts...)}
	}},
	{"grant of nothing", func(y *yard, w staff.ID) []fact { return []fact{episodeOf(y.family), granted(w, access.Grant)} }},
	{"reason", func(y *yard, w staff.ID) []fact { return []fact{episodeOf(y.family), reasonOf(w)} }},
	{"reason and their service", func(y *yard, w staff.ID) []fact { return []fact{episodeOf(y.south), reasonOf(w)} }},
}

// A hindrance is what keeps them apart. Training is the worker's, so it is asked
// for and not laid on the child.
type hindrance struct {
	name      string
	untrained bool
	lay       func(w staff.ID) []fact
}

var hindrances = []hindrance{
	{"none", false, func(staff.ID) []fact { return nil }},
	{"restricted", false, func(staff.ID) []fact { return []fact{restrictedTo("nobody-here")} }},
	{"connected", false, func(w staff.ID) []fact { return []fact{connectedTo(w)} }},
	{"untrained", true, func(staff.ID) []fact { return nil }},
}

// pairwise chooses cases so that every two values of two different parameters
// meet in one of them: greedily, the case that meets most of what has not met,
// out of a few that hold a pair which has not.
func pairwise(rng *rand.Rand, sizes ...int) [][]int {
	type pair struct{ i, a, j, b int }
	left := map[pair]bool{}
	var order []pair
	for i := range sizes {
		for j := i + 1; j < len(sizes); j++ {
			for a := range sizes[i] {
				for b := range sizes[j] {
					left[pair{i, a, j, b}] = true
					order = append(order, pair{i, a, j, b})
				}
			}
		}
	}
	meets := func(c []int) (n int) {
		for i := range c {
			for j := i + 1; j < len(c); j++ {
				if left[pair{i, c[i], j, c[j]}] {
					n++
				}
			}
		}
		return n
	}
	var cases [][]int
	for _, p := range order {
		if !left[p] {
			continue
		}
		var best []int
		for range 20 {
			c := make([]int, len(sizes))
			for i := range c {
				c[i] = rng.IntN(sizes[i])
			}
			c[p.i], c[p.j] = p.a, p.b
			if best == nil || meets(c) > meets(best) {
				best = c
			}
		}
		for i := range best {
			for j := i + 1; j < len(best); j++ {
				delete(left, pair{i, best[i], j, best[j]})
			}
		}
		cases = append(cases, best)
	}
	return cases
}

// every is all of the cases.
func every(sizes ...int) [][]int {
	cases := [][]int{nil}
	for _, n := range sizes {
		var longer [][]int
		for _, c := range cases {
			for v := range n {
				longer = append(longer, append(slices.Clone(c), v))
			}
		}
		cases = longer
	}
	return cases
}

func TestPairwiseMeetsEveryPair(t *testing.T) {
	sizes := []int{5, 3, 7, 2}
	cases := pairwise(rand.New(rand.NewPCG(1, 2)), sizes...)
	met := map[[4]int]bool{}
	for _, c := range cases {
		for i := range c {
			for j := i + 1; j < len(c); j++ {
				met[[4]int{i, c[i], j, c[j]}] = true
			}
		}
	}
	if want := 5*3 + 5*7 + 5*2 + 3*7 + 3*2 + 7*2; len(met) != want {
		t.Errorf("%d pairs met, want %d", len(met), want)
	}
	if len(cases) >= 5*3*7*2/2 {
		t.Errorf("%d cases of %d: nothing was saved", len(cases), 5*3*7*2)
	}
}

// Role × ground × bar × door: what the decision withholds is nowhere in the
// answer, in whatever words or element, and not in a header either.
func TestWhatIsWithheldIsBehindNoDoor(t *testing.T) {
	y := newYard(t)
	roles := y.set.Roles()
	sizes := []int{len(roles), len(footings), len(doors), len(hindrances)}
	cases := every(sizes...)
	if os.Getenv("CASEFILE_SOAK") == "" {
		rng := rand.New(rand.NewPCG(5, 6))
		// Most of what is barred shows nothing, so what is not is tried apart.
		cases = nil
		for _, c := range pairwise(rng, sizes[:3]...) {
			for n := range 3 {
				cases = append(cases, []int{c[0], c[1], (c[2] + n*5) % len(doors), 0})
			}
		}
		cases = append(cases, pairwise(rng, sizes...)...)
	}
	workers := map[string]staff.Worker{}
	var child *marked
	var same []int // role, footing and hindrance of the child
	shown, hidden := map[string]int{}, map[string]int{}
	for n, c := range cases {
		role, foot, door, bar := roles[c[0]], footings[c[1]], doors[c[2]], hindrances[c[3]]
		key := fmt.Sprintf("Zz%d%v", c[0], bar.untrained)
		w, ok := workers[key]
		if !ok {
			w = y.viewer(key, role.ID, bar.untrained)
			workers[key] = w
		}
		if child == nil || !slices.Equal([]int{c[0], c[1], c[3]}, same) {
			child, same = y.markedChild(n, append(foot.lay(y, w.ID), bar.lay(w.ID)...)), []int{c[0], c[1], c[3]}
		}
		may := y.may(w, child.person, door.list)
		a := door.open(y.as(w), child)
		all := a.body + fmt.Sprint(a.header)
		what := fmt.Sprintf("%s on the ground of %s, barred by %s, through %s", role.ID, foot.name, bar.name, door.name)
		if a.status >= 500 {
			t.Errorf("%s: status %d", what, a.status)
		}
		for word, marker := range child.words {
			there := strings.Contains(all, marker)
			if word == door.typed { // the box still holds what was typed
				there = word == wName && len(a.all(atom.A, "href", "/children/"+child.ref.String())) > 0
			}
			switch {
			case there && !may[word]:
				t.Errorf("%s: the %s is in the answer (status %d)", what, word, a.status)
			case there:
				shown[word]++
			case !may[word]:
				hidden[word]++
			}
		}
		if door.typed == wRefuge && len(a.all(atom.A, "href", "/children/"+child.ref.String())) > 0 {
			t.Errorf("%s: a confidential address can be searched for", what)
		}
		if !may[wName] && !door.list && len(a.all(atom.A, "href", "/children/"+child.ref.String())) > 0 {
			t.Errorf("%s: the answer leads to the file", what)
		}
	}
	t.Logf("%d cases; shown %v, hidden %v", len(cases), shown, hidden)
	for _, word := range []string{wName, wAddress, wRefuge, wOwn, wOwnSensitive, wOther, wOwnFile, wOtherFile, wWorker, wLooker, wAlert, wRisk} {
		if shown[word] == 0 {
			t.Errorf("the %s was never shown to anybody, so that it was withheld shows nothing", word)
		}
	}
	for word := range map[string]bool{wName: true, wOwn: true, wOtherSens: true, wRefuge: true, wAlert: true, wRisk: true} {
		if hidden[word] == 0 {
			t.Errorf("the %s was never withheld", word)
		}
	}
	clause.Shows(t, "KF-04", "KF-08", "KF-13", "CR-20", "CR-31", "CR-47", "CX-24")
}

// may says by the decision alone which words an answer may hold.
func (y *yard) may(w staff.Worker, p person.ID, list bool) map[string]bool {
	y.t.Helper()
	shown := func(access.Part) bool { return false }
	find := access.Absent
	y.db.Read(y.t, func(ctx context.Context, r store.Reader) error {
		as, err := r.Assignments(ctx, w.ID, storetest.Today)
		if err != nil {
			return err
		}
		v, err := r.Viewer(ctx, w.ID, as[0].ID, storetest.Today)
		if err != nil {
			return err
		}
		v.Courses = y.set.CourseIDs()
		held, err := r.Held(ctx, v, p, date.At(storetest.Start))
		shown = func(part access.Part) bool {
			return y.set.Access().Decide(v, part, access.Look, held, date.At(storetest.Start)).Outcome == access.Shown
		}
		find = y.set.Access().Decide(v, access.Identity, access.Find, held, date.At(storetest.Start)).Outcome
		return err
	})
	if list {
		return map[string]bool{
			wName: find >= access.ReasonFirst, wAddress: find == access.Shown, wWorker: find == access.Shown && shown(access.Workers),
		}
	}
	who := shown(access.Identity)
	line, files := who && shown(access.Timeline), who && shown(access.Files)
	return map[string]bool{
		wName: who, wAddress: who, wRefuge: who && shown(access.ConfidentialAddresses), wWorker: who && shown(access.Workers),
		wOwn: line, wOwnSensitive: line && shown(access.SensitiveEntries), wOther: line && shown(access.OtherServices),
		wOtherSens: line && shown(access.OtherServices) && shown(access.OtherSensitive),
		wOwnFile:   files, wOtherFile: files && shown(access.OtherServices), wLooker: who && shown(access.Footprints),
		wAlert: who && shown(access.Alerts), wRisk: who && shown(access.Alerts) && shown(access.Risks),
	}
}

func footprintOf(w staff.Worker, p person.ID) footprint.Footprint {
	return footprint.Footprint{
		Actor: string(w.ID), Role: "adviser", Action: string(access.Look), Object: string(p), Part: string(access.Timeline),
		Ground: string(access.Team), Outcome: access.Shown.String(),
	}
}

func newYard(t *testing.T) *yard {
	y := &yard{world: newWorld(t)}
	y.south = y.db.Team(t, "participation")
	y.absent = y.worker("Absent", "Colleague", "Adviser", staff.Contact{}, held{"adviser", y.south})
	return y
}

// viewer is a worker who covers for the absent one.
func (y *yard) viewer(name string, role access.Role, untrained bool) staff.Worker {
	y.t.Helper()
	w := y.worker(name, "Viewer", "Worker", staff.Contact{}, held{role, y.north})
	y.db.Must(y.t, func(ctx context.Context, tx store.Tx) error {
		return tx.AddAbsence(ctx, staff.Absence{ID: id.New(), Worker: y.absent.ID, Cover: w.ID, Clocks: storetest.Clocks(storetest.Today)})
	})
	if untrained {
		y.lapse(w.ID)
	}
	return w
}

// child makes a file that is full of words.
func (y *yard) markedChild(n int, facts []fact) *marked {
	y.t.Helper()
	c := &marked{words: map[string]string{}}
	for i, word := range []string{wName, wAddress, wRefuge, wOwn, wOwnSensitive, wOther, wOtherSens, wOwnFile, wOtherFile, wWorker, wLooker, wAlert, wRisk} {
		c.words[word] = fmt.Sprintf("Q%[1]c%[2]s%[1]cx%[1]c", 'a'+i, letters(n)) // no slip leads from one to another
	}
	entryOf := func(service, kind, category, text string, sensitive bool) casework.NewEntry {
		return casework.NewEntry{Service: service, Author: y.adviser, Role: "Worker", Content: entry.Content{
			Type: kind, Category: category, Happened: storetest.Today, Text: text, Sensitive: sensitive,
		}}
	}
	own, _ := y.set.Service("participation")
	other, _ := y.set.Service("early-help")
	ownType, otherType := own.EntryTypes[0], other.EntryTypes[0]
	refs, err := y.casework.MakeFiles(y.t.Context(), "test", []casework.NewFile{{
		New: person.New{
			Names: []person.Name{{Kind: person.Legal, Given: "Ines", Family: c.words[wName]}},
			Birth: person.Birth{Day: date.Must(2010, 3, 5)},
			Addresses: []person.Address{
				{Line1: "2 " + c.words[wAddress] + " Lane", Town: "Town" + c.words[wAddress], Postcode: "ZX1 1AA"},
				{Line1: c.words[wRefuge] + " House", Town: "Town" + c.words[wRefuge], Postcode: "ZX2 2AA", Confidential: true},
			},
		},
		Entries: []casework.NewEntry{
			entryOf(own.ID, ownType.ID, ownType.Categories[0].ID, c.words[wOwn], false),
			entryOf(own.ID, ownType.ID, ownType.Categories[0].ID, c.words[wOwnSensitive], true),
			entryOf(other.ID, otherType.ID, otherType.Categories[0].ID, c.words[wOther], false),
			entryOf(other.ID, otherType.ID, otherType.Categories[0].ID, c.words[wOtherSens], true),
		},
	}})
	if err != nil {
		y.t.Fatal(err)
	}
	c.ref, c.person = refs[0], y.person(refs[0])
	looker := staff.Worker{ID: staff.ID(id.New()), Version: 1, Given: c.words[wLooker], Family: "Looker", JobTitle: "Worker", Recorded: date.Stamp{By: storetest.By}}
	works := staff.Worker{ID: staff.ID(id.New()), Version: 1, Given: c.words[wWorker], Family: "Worker", JobTitle: "Worker", Recorded: date.Stamp{By: storetest.By}}
	y.lay(c.person, append(facts, func(ctx context.Context, tx store.Tx, p person.ID) error {
		for _, w := range []staff.Worker{looker, works} {
			if err := tx.AddWorkerVersion(ctx, w); err != nil {
				return err
			}
		}
		if _, err := tx.LeaveFootprint(ctx, footprintOf(looker, p), nil); err != nil {
			return err
		}
		for kind, word := range map[string]string{"special": wAlert, "hazard": wRisk} {
			a := alert.Alert{ID: id.New(), Kind: kind, Narrative: c.words[word], Service: own.ID, Clocks: storetest.Clocks(storetest.Today)}
			if err := tx.AddAlert(ctx, p, a); err != nil {
				return err
			}
		}
		return episodeOf(y.family, works.ID)(ctx, tx, p)
	})...)
	c.own = string(y.keep(c.person, own.ID, c.words[wOwnFile], c.words[wOwnFile]))
	c.others = string(y.keep(c.person, other.ID, c.words[wOtherFile], c.words[wOtherFile]))
	return c
}

// letters is a number in letters that make no word of ours.
func letters(n int) string {
	s := ""
	for i := 0; i < 4; i++ {
		s = string(rune('a'+n%16)) + s
		n /= 16
	}
	return "z" + s + "q"
}
