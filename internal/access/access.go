// Package access decides who may see or do what. It is the only place that
// decides: pages, the API, jobs and the command line ask.
//
// The decision is a table of role × part × action × ground → outcome, kept in
// definitions/access. Grounds are what ties a worker to a child; the store
// answers them as one relation, for one child or for a list, so that a single
// decision and a list cannot disagree. No rule, no ground, an unknown word or
// an error means Absent.
package access

import (
	"cmp"
	"fmt"
	"slices"

	"casefile/internal/date"
)

// An Outcome is what a viewer gets, from nothing to all of it. The order
// matters: where several rules apply the greatest wins, and a bar lowers it.
type Outcome int

const (
	Absent      Outcome = iota // exactly as if it did not exist
	Masked                     // something is there, not what
	ReasonFirst                // shown once the viewer has said why
	Shown
)

var outcomeWords = [...]string{"absent", "masked", "reason first", "shown"}

// String is the word used in definitions and in footprints.
func (o Outcome) String() string {
	if o < Absent || o > Shown {
		return outcomeWords[Absent]
	}
	return outcomeWords[o]
}

// ParseOutcome reads the word used in definitions.
func ParseOutcome(s string) (Outcome, bool) {
	i := slices.Index(outcomeWords[:], s)
	return Outcome(max(i, 0)), i >= 0
}

type (
	// A Role is named in definitions/access/roles.yaml.
	Role string
	// A Part is a part of the file that is decided about by itself.
	Part string
	// An Action is what the viewer wants to do with the part.
	Action string
	// A Ground is what ties a worker to a child, or what keeps them apart.
	Ground string
)

// The parts of a file.
const (
	Identity         Part = "identity"          // who the child is, and the header of every page
	Timeline         Part = "timeline"          // the running record
	SensitiveEntries Part = "sensitive-entries" // entries of the record marked sensitive (CX-24)
	Files            Part = "files"             // documents, photographs, diagrams, audio and video
	Footprints       Part = "footprints"        // who has looked
)

// The actions.
const (
	Find   Action = "find"   // appear in the viewer's searches and lists
	Look   Action = "look"   // be shown
	Record Action = "record" // add to
)

// The grounds that give. Each is answered by the store for the viewer's acting
// role, in the team that the role is held in.
const (
	Allocated Ground = "allocated" // allocated, or a further worker, on an open episode
	Team      Ground = "team"      // an episode, open or closed, belongs to the viewer's team
	Service   Ground = "service"   // an episode, open or closed, belongs to the viewer's service
	Everyone  Ground = "everyone"  // every child of the authority: the front door, and search where practice says so
)

// Words known to the program. Definitions that use others are refused.
var (
	Parts   = []Part{Identity, Timeline, SensitiveEntries, Files, Footprints}
	Actions = []Action{Find, Look, Record}
	Grounds = []Ground{Allocated, Team, Service, Everyone} // the narrowest first
	// Bars are grounds that take away.
	Bars = []Ground{}
)

// A Rule is one row of the table. File and Line say where it stands.
type Rule struct {
	Role    Role
	Part    Part
	Action  Action
	Ground  Ground
	Outcome Outcome
	File    string
	Line    int
}

// Held is one ground that a viewer has for a child. A zero Until does not lapse.
type Held struct {
	Ground Ground
	Until  date.Instant
}

// A Viewer is a worker acting in one of their roles, as the store knows them at
// the moment of asking.
type Viewer struct {
	Worker  string // staff.ID, or the name of a job
	Role    Role
	Team    string
	Service string
}

// A Decision is an outcome and what it rests on.
type Decision struct {
	Outcome Outcome
	Ground  Ground // the ground that gave the outcome; empty for Absent
	Why     string // one sentence for a person; names no child
}

type question struct {
	role   Role
	part   Part
	action Action
}

// A Table is the whole of the rights. The zero Table gives nothing to anybody.
// It does not change once made and may be used by many goroutines at once.
type Table struct {
	rules map[question][]Rule
}

// NewTable makes a table of rules. The loader of definitions has checked them;
// a rule in a word the program does not know is dropped, so it gives nothing.
func NewTable(rules []Rule) *Table {
	t := &Table{rules: make(map[question][]Rule)}
	for _, r := range rules {
		if !slices.Contains(Parts, r.Part) || !slices.Contains(Actions, r.Action) ||
			!slices.Contains(Grounds, r.Ground) && !slices.Contains(Bars, r.Ground) {
			continue
		}
		q := question{r.Role, r.Part, r.Action}
		t.rules[q] = append(t.rules[q], r)
	}
	return t
}

// Rules lists the table in the order of role, part, action and ground, for
// printing.
func (t *Table) Rules() []Rule {
	var all []Rule
	for _, rs := range t.rules {
		all = append(all, rs...)
	}
	slices.SortFunc(all, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Part, b.Part),
			cmp.Compare(a.Action, b.Action), cmp.Compare(a.Ground, b.Ground))
	})
	return all
}

// Decide answers for a viewer who holds these grounds for a child at moment
// now: the best outcome that a held ground gives, lowered by every bar.
func (t *Table) Decide(v Viewer, part Part, action Action, held []Held, now date.Instant) Decision {
	best := Decision{Outcome: Absent, Why: "No rule gives this role this part of the file on these grounds."}
	if t == nil {
		return best
	}
	lowest := Shown
	for _, r := range t.rules[question{v.Role, part, action}] {
		if !holds(held, r.Ground, now) {
			continue
		}
		if slices.Contains(Bars, r.Ground) {
			lowest = min(lowest, r.Outcome)
			continue
		}
		// Of grounds that give the same, the narrowest is named: they stand in
		// that order in Grounds.
		if r.Outcome > best.Outcome || r.Outcome == best.Outcome && best.Ground != "" &&
			slices.Index(Grounds, r.Ground) < slices.Index(Grounds, best.Ground) {
			best = Decision{r.Outcome, r.Ground, fmt.Sprintf("%s: %s may %s %s on the ground %q.", r.Outcome, r.Role, action, part, r.Ground)}
		}
	}
	if best.Outcome > lowest {
		best = Decision{Outcome: lowest, Ground: best.Ground, Why: "A bar stands against this viewer."}
	}
	if best.Outcome == Absent {
		best.Ground = ""
	}
	return best
}

func holds(held []Held, g Ground, now date.Instant) bool {
	return slices.ContainsFunc(held, func(h Held) bool {
		return h.Ground == g && (h.Until.IsZero() || h.Until > now)
	})
}

// A Scope is the right to a list: the children for whom the viewer holds one of
// Gives and none of Bars. The store filters by it in SQL. The zero Scope lists
// nothing.
type Scope struct {
	Viewer Viewer
	Gives  []Ground
	Bars   []Ground
}

// Scope is the list that agrees, child by child, with Decide giving at least
// the outcome atLeast.
func (t *Table) Scope(v Viewer, part Part, action Action, atLeast Outcome) Scope {
	s := Scope{Viewer: v}
	if t == nil || atLeast == Absent { // a list of everything absent would be a leak
		return s
	}
	for _, r := range t.rules[question{v.Role, part, action}] {
		switch {
		case slices.Contains(Bars, r.Ground):
			if r.Outcome < atLeast {
				s.Bars = append(s.Bars, r.Ground)
			}
		case r.Outcome >= atLeast:
			s.Gives = append(s.Gives, r.Ground)
		}
	}
	return s
}
