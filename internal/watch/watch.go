// Package watch finds the looks that somebody has to explain (KF-14): at
// colleagues' families, at high-profile children, at files that have nothing to
// do with the looker's work. The bounds are data, definitions/access/watch.yaml.
package watch

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/staff"
)

// A Kind is why a look is listed.
type Kind string

// The kinds.
const (
	SameName    Kind = "same-name"
	SameAddress Kind = "same-address"
	NoWork      Kind = "no-work"
	ClosedFiles Kind = "closed-files"
	Burst       Kind = "burst"
	HighProfile Kind = "high-profile"
)

// Rules are the bounds, as definitions/access/watch.yaml has them.
type Rules struct {
	SameName struct {
		Per10000  int // fewer of every 10,000 people bear a rare name
		Few       int // or no more than this in all
		QuietDays int
	}
	SameAddress struct{ QuietDays int }
	NoWork      struct {
		Grounds   []access.Ground
		Days      int
		QuietDays int
	}
	ClosedFiles struct{ Files, ClosedDays int }
	Burst       struct{ Files, Minutes, TimesUsual, UsualDays int }
	HighProfile struct {
		Grounds   []access.Ground
		QuietDays int
	}
}

// Quiet is for how many days after an explanation the same is not listed again.
func (r Rules) Quiet(k Kind) int {
	switch k {
	case SameName:
		return r.SameName.QuietDays
	case SameAddress:
		return r.SameAddress.QuietDays
	case NoWork:
		return r.NoWork.QuietDays
	case HighProfile:
		return r.HighProfile.QuietDays
	}
	return 0
}

// A Look is one footprint of an opening of a page of a file.
type Look struct {
	Number int64
	At     date.Instant
	Person person.ID
	Ground access.Ground
}

// A Looker is what is compared of a worker.
type Looker struct {
	ID     staff.ID
	Family string
	Base   string // where they say they work, as they typed it
}

// A Subject is what is compared of a child.
type Subject struct {
	Families    []string // their family names that are current
	Addresses   []person.Address
	Episodes    []person.Episode
	HighProfile bool
}

// Facts are asked only where the looks make it worth it.
type Facts interface {
	Subject(p person.ID) (Subject, error)
	// Bearers counts the people with a family name of this key, and all people.
	Bearers(key string) (bearers, people int, err error)
	// Worked reports whether the looker did something for the child between two
	// moments.
	Worked(p person.ID, from, until date.Instant) (bool, error)
	// Opened lists the looker's looks between two moments, the earliest first.
	Opened(from, until date.Instant) ([]Look, error)
}

// Figures are the numbers that made a hit. They hold nothing of the record.
type Figures struct {
	Bearers    int `json:"bearers,omitempty"` // people with that family name
	People     int `json:"people,omitempty"`  // of so many
	Files      int `json:"files,omitempty"`   // different files
	Minutes    int `json:"minutes,omitempty"` // within so long
	Usual      int `json:"usual,omitempty"`   // files, in the looker's own busiest such time of a day, on average
	UsualDays  int `json:"usual_days,omitempty"`
	ClosedDays int `json:"closed_days,omitempty"` // each closed for longer than this
	Days       int `json:"days,omitempty"`        // without work
}

// A Hit is a look, or several, that somebody has to explain. Person is empty
// where it is about several files.
type Hit struct {
	ID         string
	Day        date.Date
	Kind       Kind
	Worker     staff.ID
	WorkerName string // read, never written
	Person     person.ID
	Figures    Figures
	Looks      []int64
	Recorded   date.Stamp
	Steps      []Step
}

// A StepKind is what is done about a hit.
type StepKind string

// The kinds of step. The last two end it.
const (
	Asked        StepKind = "asked"         // the worker is asked to explain
	Answered     StepKind = "answered"      // by the worker
	Explained    StepKind = "explained"     // the looks belonged to their work, or were harmless
	NotExplained StepKind = "not-explained" // a concern is made of it
)

// A Step is one thing done about a hit, signed and dated. Text is sealed in the
// store.
type Step struct {
	ID       string
	Number   int // counts from 1; two steps that are both the next one clash
	Kind     StepKind
	By       staff.ID
	ByName   string // as it was then
	ByRole   string
	Concern  string // of NotExplained
	Sealed   []byte
	Recorded date.Stamp
	Text     string
}

// Resolved is how the hit ended; not ok while it is open.
func (h Hit) Resolved() (Step, bool) {
	for _, s := range h.Steps {
		if s.Kind == Explained || s.Kind == NotExplained {
			return s, true
		}
	}
	return Step{}, false
}

// Waiting reports whether the worker was asked and has not answered.
func (h Hit) Waiting() bool {
	waiting := false
	for _, s := range h.Steps {
		waiting = s.Kind == Asked || waiting && s.Kind != Answered
	}
	_, ended := h.Resolved()
	return waiting && !ended
}

// A found gathers looks that make one hit.
type found map[person.ID][]int64

func (f found) add(l Look) { f[l.Person] = append(f[l.Person], l.Number) }

// Find lists the hits of one worker's looks on one day, each kind in the order
// of the rules and each child in the order of first being looked at. NoWork is
// not among them: it takes the days that follow.
func (r Rules) Find(day date.Date, w Looker, looks []Look, f Facts) ([]Hit, error) {
	name, address, profile, closed := found{}, found{}, found{}, found{}
	subjects := map[person.ID]Subject{}
	rare := map[string]Figures{}
	named := map[person.ID]Figures{}
	for _, l := range looks {
		s, ok := subjects[l.Person]
		if !ok {
			var err error
			if s, err = f.Subject(l.Person); err != nil {
				return nil, err
			}
			subjects[l.Person] = s
			figures, is, err := r.shares(w.Family, s.Families, rare, f)
			if err != nil {
				return nil, err
			}
			if is {
				named[l.Person] = figures
			}
		}
		if _, is := named[l.Person]; is {
			name.add(l)
		}
		if slices.ContainsFunc(s.Addresses, func(a person.Address) bool {
			return a.Current() && a.Period.Contains(day) && sameAddress(w.Base, a)
		}) {
			address.add(l)
		}
		if s.HighProfile && slices.Contains(r.HighProfile.Grounds, l.Ground) {
			profile.add(l)
		}
		if closedFor(s.Episodes, day, r.ClosedFiles.ClosedDays) {
			closed.add(l)
		}
	}
	hit := func(k Kind, p person.ID, numbers []int64, fig Figures) Hit {
		return Hit{Day: day, Kind: k, Worker: w.ID, Person: p, Looks: numbers, Figures: fig}
	}
	var hits []Hit
	each := func(k Kind, f found, figures func(person.ID) Figures) {
		for _, p := range slices.SortedFunc(maps.Keys(f), func(a, b person.ID) int { return cmp.Compare(f[a][0], f[b][0]) }) {
			hits = append(hits, hit(k, p, f[p], figures(p)))
		}
	}
	each(SameName, name, func(p person.ID) Figures { return named[p] })
	each(SameAddress, address, func(person.ID) Figures { return Figures{} })
	each(HighProfile, profile, func(person.ID) Figures { return Figures{} })
	if len(closed) >= r.ClosedFiles.Files {
		hits = append(hits, hit(ClosedFiles, "", closed.all(), Figures{Files: len(closed), ClosedDays: r.ClosedFiles.ClosedDays}))
	}
	if numbers, fig, err := r.burst(day, looks, f); err != nil {
		return nil, err
	} else if len(numbers) > 0 {
		hits = append(hits, hit(Burst, "", numbers, fig))
	}
	return hits, nil
}

// all are the footprints of all of them in order.
func (f found) all() []int64 {
	var numbers []int64
	for _, n := range f {
		numbers = append(numbers, n...)
	}
	slices.Sort(numbers)
	return numbers
}

// FindNoWork lists the looks outside the worker's work on a day that nothing
// followed until the moment until.
func (r Rules) FindNoWork(day date.Date, w Looker, looks []Look, until date.Instant, f Facts) ([]Hit, error) {
	outside := found{}
	first := map[person.ID]date.Instant{}
	for _, l := range looks {
		if slices.Contains(r.NoWork.Grounds, l.Ground) {
			if _, ok := first[l.Person]; !ok {
				first[l.Person] = l.At
			}
			outside.add(l)
		}
	}
	var hits []Hit
	for _, p := range slices.SortedFunc(maps.Keys(outside), func(a, b person.ID) int { return cmp.Compare(outside[a][0], outside[b][0]) }) {
		worked, err := f.Worked(p, first[p], until)
		if err != nil {
			return nil, err
		}
		if !worked {
			hits = append(hits, Hit{Day: day, Kind: NoWork, Worker: w.ID, Person: p, Looks: outside[p], Figures: Figures{Days: r.NoWork.Days}})
		}
	}
	return hits, nil
}

// shares reports whether a child has a family name of the looker's that few
// bear. known are the names counted already; a name that is not rare has no
// bearers there.
func (r Rules) shares(looker string, child []string, known map[string]Figures, f Facts) (Figures, bool, error) {
	for _, key := range FamilyKeys(looker) {
		if !slices.ContainsFunc(child, func(family string) bool { return slices.Contains(FamilyKeys(family), key) }) {
			continue
		}
		fig, counted := known[key]
		if !counted {
			bearers, people, err := f.Bearers(key)
			if err != nil {
				return Figures{}, false, err
			}
			if bearers <= r.SameName.Few || bearers*10_000 < people*r.SameName.Per10000 {
				fig = Figures{Bearers: bearers, People: people}
			}
			known[key] = fig
		}
		if fig.Bearers > 0 {
			return fig, true, nil
		}
	}
	return Figures{}, false, nil
}

// FamilyKeys are what family names are compared by: the whole name folded, and
// of names of several parts each part that is long enough to be a name.
func FamilyKeys(family string) []string {
	const shortest = 4
	whole := match.Fold(family)
	if whole == "" {
		return nil
	}
	keys := []string{whole}
	if parts := strings.Fields(whole); len(parts) > 1 {
		for _, p := range parts {
			if len([]rune(p)) >= shortest && !slices.Contains(keys, p) {
				keys = append(keys, p)
			}
		}
	}
	return keys
}

// closedFor reports whether every service closed the file more than days before
// day. A file that no service ever opened is not closed.
func closedFor(episodes []person.Episode, day date.Date, days int) bool {
	closed := false
	for _, e := range episodes {
		if !e.Current() {
			continue
		}
		if e.Period.To.IsZero() || !e.Period.To.Before(day.AddDays(-days)) {
			return false
		}
		closed = true
	}
	return closed
}

// burst finds the busiest stretch of the day, where it is far from usual.
func (r Rules) burst(day date.Date, looks []Look, f Facts) ([]int64, Figures, error) {
	width := time.Duration(r.Burst.Minutes) * time.Minute
	files, from, until := busiest(looks, width)
	if files < r.Burst.Files {
		return nil, Figures{}, nil
	}
	before, err := f.Opened(Midnight(day.AddDays(-r.Burst.UsualDays)), Midnight(day))
	if err != nil {
		return nil, Figures{}, err
	}
	sum, days := 0, 0
	for len(before) > 0 {
		d := before[0].At.Date()
		n := slices.IndexFunc(before, func(l Look) bool { return l.At.Date() != d })
		if n < 0 {
			n = len(before)
		}
		most, _, _ := busiest(before[:n], width)
		sum, days, before = sum+most, days+1, before[n:]
	}
	if files*max(days, 1) < sum*r.Burst.TimesUsual {
		return nil, Figures{}, nil
	}
	var numbers []int64
	for _, l := range looks {
		if l.At >= from && l.At <= until {
			numbers = append(numbers, l.Number)
		}
	}
	usual := 0
	if days > 0 {
		usual = (sum + days/2) / days
	}
	return numbers, Figures{Files: files, Minutes: r.Burst.Minutes, Usual: usual, UsualDays: r.Burst.UsualDays}, nil
}

// busiest is the stretch with the most different files, of looks in the order
// of time.
func busiest(looks []Look, width time.Duration) (files int, from, until date.Instant) {
	in := map[person.ID]int{}
	start := 0
	for _, l := range looks {
		in[l.Person]++
		for l.At.Sub(looks[start].At) > width {
			if in[looks[start].Person]--; in[looks[start].Person] == 0 {
				delete(in, looks[start].Person)
			}
			start++
		}
		if len(in) > files {
			files, from, until = len(in), looks[start].At, l.At
		}
	}
	return files, from, until
}

// Midnight is the moment at which a day begins in London.
func Midnight(d date.Date) date.Instant {
	return date.At(time.Date(d.Year(), time.Month(d.Month()), d.Day(), 0, 0, 0, 0, date.London))
}

// sameAddress reports whether where somebody says they work is where a child
// lives: it begins with the first line of the address and ends with its
// postcode. Without a postcode there is nothing to compare.
func sameAddress(base string, a person.Address) bool {
	line1, postcode := match.Fold(a.Line1), Postcode(a.Postcode)
	if line1 == "" || postcode == "" || !strings.HasPrefix(match.Fold(base)+" ", line1+" ") {
		return false
	}
	words := strings.Fields(base)
	for n := 1; n <= 2 && n <= len(words); n++ { // written together or apart
		if Postcode(strings.Join(words[len(words)-n:], "")) == postcode {
			return true
		}
	}
	return false
}

// Postcode is a postcode as it is compared, without its space; empty for what
// has not the shape of one. Source: recalled, an area of one or two letters, a
// district, and a digit with two letters.
func Postcode(s string) string {
	s = strings.ToUpper(strings.Join(strings.Fields(s), ""))
	n := len(s)
	if n < 5 || n > 7 {
		return ""
	}
	letter := func(b byte) bool { return b >= 'A' && b <= 'Z' }
	digit := func(b byte) bool { return b >= '0' && b <= '9' }
	if !digit(s[n-3]) || !letter(s[n-2]) || !letter(s[n-1]) || !letter(s[0]) {
		return ""
	}
	some := false
	for i := range n - 3 {
		some = some || digit(s[i])
		if !letter(s[i]) && !digit(s[i]) {
			return ""
		}
	}
	if !some {
		return ""
	}
	return s
}

// A Mark says that a child is high-profile: people may open the file out of
// curiosity. Only those who work the watch list know of it.
type Mark struct {
	ID     string
	Person person.ID
	ByName string // read, never written
	date.Clocks
}
