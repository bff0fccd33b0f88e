// Package population invents an authority: its teams and workers, families
// and children, and what the services wrote about them. The demo, tests and
// benchmarks use it, so that nobody real is ever needed to try the program.
//
// The same seed, size and day give the same people on every machine: all draws
// are of whole numbers, from one stream of its own for each family. Families
// come one at a time, and so do teams beyond those of a million children, so that a
// country needs no more memory than an authority of a million: about 30 MiB.
//
// # That nobody is real
//
// The authority and its towns do not exist. Postcodes have a proper shape in
// the area ZX, which shape allows (first letter not Q, V or X; second not I, J
// or Z) and the Post Office has never given out: the only area that begins with
// Z is ZE. Telephone numbers are from the ranges that are kept free for drama:
// 07700 900000 to 900999, 020 7946 0000 to 0999 and 01632 960000 to 960999. All
// e-mail is at example.org, example.com and example.net, which belong to nobody.
//
// # How names fall
//
// The shape, not the exact figures, is the country's. It is recalled and
// rounded, from counts of surnames in the electoral roll and of names given to
// babies:
//
//	surnames   the commonest is borne by about 1 in 100, the commonest hundred
//	           by about 1 in 5; the rest are a long tail, put together from parts
//	           (Ashford, Ravenscroft), of over 90,000 English ones alone
//	weights    within an origin the name of rank r weighs 1/(r+flat)
//	origins    two thirds English; 24 in all, in data/origins.csv with shares in
//	           a thousand, the ethnicity code each stands for and its own names
//	forenames  by decade of birth and by origin, data/forenames.csv
//	parents    9 in 10 of one origin; otherwise the child's code is a mixed one
//	twins      15 births in 1,000
//	birthdays  half a per cent not known, half a per cent estimated (1 January)
//	ages       0 to 25, most of them 11 to 19
//	entries    most children 0 to 20; one in a hundred 200 to 400
//
// # What services know whom
//
// Rounded guesses, so that every page has something on it; no authority's
// figures. Of all the children, in the eight years that the record goes back:
//
//	participation           everybody from 11
//	early help              everybody under 11, and 18 in 100 of the others
//	children's social work  12 in 100, under 18; three in four of the siblings too
//	youth justice           3 in 100, from 10 to 17, more of those known to social work
//	open access             20 in 100, mostly under 5 and teenagers; 7 in 10 of the siblings too
//	inclusion, attendance   6 in 100, from 5 to 16, more of those known to social work
//	front door              days before most of social work and early help, and 4
//	                        in 100 whose contact led to nothing more
//
//	unallocated  under 1 in 100 of each service's ages, for 3 to 40 days
//	left         some 2 in 100 open episodes are allocated to somebody who has left
//	parents      one family in 90, of the first, is a worker's: same surname, same
//	             address (Truth.WorkerKey)
//	refuge       2 in 100 families known to social work (Truth.Refuge); a few
//	             in 1,000 families
//	high-profile 3 in 1,000 children (Truth.HighProfile)
//
// Schools, surgeries and health visitors are invented as well; each child has
// Professionals among them who are the same people for every child.
//
// TestSurnames, TestPeople and TestServices hold the generator to it.
//
// Codes for ethnicity are the school census's main codes and those for sex the
// Common Basic Data Set's, as in definitions/codesets. Services, entry types,
// categories and roles are words of definitions/; data/ names them and the Go
// code does not.
package population

import (
	"fmt"
	"iter"
	"slices"
	"sync/atomic"

	"casefile/internal/date"
)

// An Authority is one invented authority. It does not change once made and may
// be used by many goroutines at once.
type Authority struct {
	Name    string
	Teams   []Team   // of up to a million children all; EveryTeam has the others
	Workers []Worker // of these teams; first one for each role, who can be signed in as in a demo, as one manager of each service can

	seed     uint64
	children int
	today    date.Date
	data     *tables
	crews    map[string]*crew // by team key
	byArea   map[string][]int // service → indexes into Teams
	teams    map[string]int   // service → how many it has, those not held too
	manager  roleLine
	farTeams [farCached]atomic.Pointer[farTeam]
	parents  map[uint64]int // family → index of the worker who is the mother in it
	people   []agency
}

// A Team belongs to one service, or to none: that of another agency, and those
// that look after the program and how it is used.
type Team struct {
	Key     string
	Name    string
	Service string
	Phone   string
	Email   string
}

// A Worker holds one role in one team. Left is zero for those who still work
// here.
type Worker struct {
	Key      string
	Login    string
	Given    string
	Family   string
	Role     string
	JobTitle string
	TeamKey  string
	Service  string
	Phone    string
	Mobile   string
	Email    string
	Started  date.Date
	Left     date.Date
	Demo     bool    // stands on the demo's first page: one of each role and, of managers, of each service
	About    string  // what to try as them; only of those of the demo
	Home     Address // of those with a child among the children; else zero
	sex      string
}

// At reports whether the worker works here on day d.
func (w Worker) At(d date.Date) bool { return date.Period{From: w.Started, To: w.Left}.Contains(d) }

// A Family is people who have lived together, and where.
type Family struct {
	Key       string
	Adults    []Adult
	Children  []Child
	Addresses []Address // the household's, oldest first
}

// An Adult is a parent or carer. Relation is what they are to the children,
// unless Of names the children it holds for.
type Adult struct {
	Key      string
	Relation string // "mother", "father", "step-father" …
	Of       []string
	Name     Name
	Born     date.Date
	Phone    string
	Lives    bool // in the household
}

// A Child is one child or young person with all that is recorded about them.
type Child struct {
	Key           string // the truth: one person, one key
	FamilyKey     string
	Names         []Name    // the legal name first
	Born          date.Date // zero where not known
	BornEstimated bool
	Sex           string // M, F, U not known, W withheld
	Ethnicity     string
	Addresses     []Address // oldest first; the last has no end
	Mobile        string
	HomePhone     string
	Email         string
	Episodes      []Episode
	Entries       []Entry // in the order in which they happened
	Professionals []Professional
	Truth         Truth
}

// The Truth about a child is what tests hold the program to and no record says.
type Truth struct {
	WorkerKey   string // the worker whose child this is
	HighProfile bool   // a case that people may look at out of curiosity
	Refuge      bool   // lives in a refuge, at an address marked confidential
}

// A Professional works with the child for another agency.
type Professional struct {
	Agency string
	Kind   string // "gp", "health-visiting", "primary", "school" or "college"
	Name   string
	Job    string
	Phone  string
	Period date.Period // zero To while it lasts
}

// Legal is the legal name, which every child has.
func (c Child) Legal() Name { return c.Names[0] }

// Called is the first name that people use.
func (c Child) Called() string {
	for _, n := range c.Names {
		if n.Kind == KnownAs {
			return n.Given
		}
	}
	return c.Legal().Given
}

// A NameKind says what a name is.
type NameKind string

// The kinds of name.
const (
	Legal   NameKind = "legal"
	KnownAs NameKind = "known-as"
	Former  NameKind = "former"
)

// A Name is borne in a period; zero days are since birth and still.
type Name struct {
	Kind   NameKind
	Given  string
	Middle string
	Family string
	Period date.Period
}

// An Address is where somebody lives in a period.
type Address struct {
	Line1        string
	Town         string
	Postcode     string
	Confidential bool // a refuge
	Period       date.Period
}

// An Episode is a period in which a service works with the child. Closed is
// zero while it is open.
type Episode struct {
	Service   string
	TeamKey   string
	Opened    date.Date
	Closed    date.Date
	Allocated string   // worker key, perhaps of somebody who has left; empty while nobody holds the case
	Further   []string // worker keys
}

// An Answer to a yes-or-no question; empty where it was not asked.
type Answer string

// The answers.
const (
	Yes Answer = "yes"
	No  Answer = "no"
)

// An Entry is one line of the running record.
type Entry struct {
	Episode     int // index into the child's Episodes
	Service     string
	Type        string
	Category    string
	Happened    date.Date
	Minute      int       // after midnight in London; -1 where the time is not given
	Recorded    date.Date // the day it was written down, on Happened or some days after
	WithWhom    string
	Reason      string
	Seen        Answer
	SeenAlone   Answer
	Text        string
	AuthorKey   string
	Significant bool
	Sensitive   bool
}

// New invents an authority with a number of children, as it stands at the end
// of the day before today.
func New(seed uint64, children int, today date.Date) *Authority {
	a := &Authority{Name: "Marlowe and Fenwick", seed: seed, children: children, today: today, data: load()}
	a.hire()
	a.settleParents()
	a.people = a.agencies()
	a.seat()
	return a
}

// Families yields the families one at a time until there are as many children
// as were asked for.
func (a *Authority) Families() iter.Seq[Family] {
	return func(yield func(Family) bool) {
		left := a.children
		for i := uint64(0); left > 0; i++ {
			f := a.family(i)
			f.Children = f.Children[:min(left, len(f.Children))]
			left -= len(f.Children)
			if !yield(f) {
				return
			}
		}
	}
}

// Children yields the children of Families.
func (a *Authority) Children() iter.Seq[Child] {
	return func(yield func(Child) bool) {
		for f := range a.Families() {
			for _, c := range f.Children {
				if !yield(c) {
					return
				}
			}
		}
	}
}

// LongFile is one child more, aged 17, who is not among Children and has
// exactly this many entries, for measuring what a long file costs. The first
// team of the first service has worked with the child for five years.
func (a *Authority) LongFile(entries int) Child {
	d := a.dice(saltLong, 0)
	born := a.today.AddMonths(-12 * 17).AddDays(-100)
	f := a.household(d, "L0000000", 0, born)
	c := f.Children[slices.Index(f.born, born)]
	team := a.Teams[0]
	ep := a.staffed(d, team, a.today.AddMonths(-60), date.Date{})
	c.Episodes = []Episode{ep}
	who := a.subject(d, &c, f.Adults)
	c.Entries = a.entries(d, &c, &who, born, entries)
	return c
}

func familyKey(i uint64) string { return fmt.Sprintf("F%07d", i) }
