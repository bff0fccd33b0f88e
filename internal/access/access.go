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
	Identity              Part = "identity"               // who the child is, and the header of every page
	ConfidentialAddresses Part = "confidential-addresses" // where they are, where that is kept from most: refuges, placements
	Relations             Part = "relations"              // family, household and others who matter, by name (CR-15)
	Workers               Part = "workers"                // who works with them: services, teams, workers, other agencies (CR-16)
	Timeline              Part = "timeline"               // the running record, as far as the viewer's own service wrote it
	SensitiveEntries      Part = "sensitive-entries"      // entries of it marked sensitive (CX-24)
	OtherServices         Part = "other-services"         // entries and files of the other services (KF-01)
	OtherSensitive        Part = "other-sensitive"        // sensitive entries of the other services
	Documents             Part = "documents"              // forms that are filled in
	Plans                 Part = "plans"                  // what should become better, and what is done for it
	DocumentsBefore       Part = "documents-before"       // what a final document said before it was corrected (CR-29)
	Files                 Part = "files"                  // documents, photographs, diagrams, audio and video
	Footprints            Part = "footprints"             // who has looked
	LooksForPerson        Part = "looks-for-person"       // who has looked, as it is given to the child or their parents
	Restriction           Part = "restriction"            // to whom the file is restricted (CR-31)
	Grants                Part = "grants"                 // whom it is open to for a time: partners and reviewers (CR-47, KF-13)
	Concerns              Part = "concerns"               // suspected breaches reported about it (KF-03)
	Meetings              Part = "meetings"               // that there is a meeting: when, why, who is invited and came, what was sent
	Minutes               Part = "minutes"                // what was said and decided there; change is to agree what the minutes say
	MinutesBefore         Part = "minutes-before"         // what minutes said before they were corrected (CR-29)
	Tasks                 Part = "tasks"                  // what is due from whom, and the stages of a process; change is to decide about what others have
	Alerts                Part = "alerts"                 // what must be seen first, and whoever reads who the person is may see (CX-21)
	Risks                 Part = "risks"                  // what must be seen first, and fewer may see (CR-20)
	Corrections           Part = "corrections"            // of whom the record is: files merged, entries moved, and that undone
)

// The parts of the office: what is about workers and not about one child. The
// grounds for them are OfficeGrounds.
const (
	Caseloads Part = "caseloads"  // the lists of a team's work
	Staff     Part = "staff"      // training, absence and roles of workers
	WatchList Part = "watch-list" // looks that somebody has to explain (KF-14)
	Rights    Part = "rights"     // the table of rights, and changes to it
	NewFiles  Part = "new-files"  // making a file for a child who has none
)

// The actions.
const (
	Find   Action = "find"   // appear in the viewer's searches and lists
	Look   Action = "look"   // be shown
	Record Action = "record" // add to
	Change Action = "change" // decide about: allocate, restrict, grant, handle
)

// The grounds that give. Each is answered by the store for the viewer's acting
// role, in the team that the role is held in.
const (
	Named     Ground = "named"     // named on the restriction of the file
	Allocated Ground = "allocated" // allocated, or a further worker, on an open episode of the viewer's service
	Cover     Ground = "cover"     // covers today for a worker who is allocated in the viewer's service
	Team      Ground = "team"      // an episode, open or closed, belongs to the viewer's team
	Review    Ground = "review"    // a named reviewer of this file, for a time (KF-13)
	Grant     Ground = "grant"     // a partner professional with a grant of this file, for a time (CR-47)
	Reason    Ground = "reason"    // has said why, and it has not lapsed (KF-05)
	Service   Ground = "service"   // an episode, open or closed, belongs to the viewer's service
	Everyone  Ground = "everyone"  // every child of the authority: the front door, and search where practice says so
)

// The bars. Whoever holds one has no part of the file, whatever else they hold
// and whatever their role: no line of the table lifts a bar.
const (
	Restricted Ground = "restricted" // the file is restricted, and the viewer not named (CR-31)
	Connected  Ground = "connected"  // the viewer declared a personal connection (KF-04)
	Untrained  Ground = "untrained"  // training of the viewer's has lapsed, or was never passed (KF-08)
)

// Words known to the program. Definitions that use others are refused.
var (
	FileParts = []Part{
		Identity, ConfidentialAddresses, Relations, Workers, Timeline, SensitiveEntries, OtherServices, OtherSensitive, Documents, DocumentsBefore, Plans, Files,
		Footprints, LooksForPerson, Restriction, Grants, Concerns, Meetings, Minutes, MinutesBefore, Tasks, Alerts, Risks, Corrections,
	}
	OfficeParts = []Part{Caseloads, Staff, WatchList, Rights, NewFiles}
	Parts       = slices.Concat(FileParts, OfficeParts)
	Actions     = []Action{Find, Look, Record, Change}
	Grounds     = []Ground{Named, Allocated, Cover, Team, Review, Grant, Reason, Service, Everyone} // the narrowest first
	// OfficeGrounds are those for parts of the office: the worker or the team
	// it is about is of the viewer's team, of their service, or anybody.
	OfficeGrounds = []Ground{Team, Service, Everyone}
	Bars          = []Ground{Restricted, Connected, Untrained}
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
// Parts, where there are any, are the only ones that it is a ground for.
type Held struct {
	Ground Ground
	Until  date.Instant
	Parts  []Part
}

// A Tie is one fact behind a ground or a bar, which may be past, to come, or
// lapsed. Of says what it is of: the parts of a grant, the purpose of a reason,
// the absent worker's name, or the course of a training.
type Tie struct {
	Ground Ground
	Period date.Period
	Until  date.Instant // of a reason
	Of     string
}

// OfficeHeld are the grounds for what is about a worker, or a list, of a team
// in a service.
func OfficeHeld(v Viewer, team, service string) []Held {
	held := []Held{{Ground: Everyone}}
	if v.Team != "" && v.Team == team {
		held = append(held, Held{Ground: Team})
	}
	if v.Service != "" && v.Service == service {
		held = append(held, Held{Ground: Service})
	}
	return held
}

// A Viewer is a worker acting in one of their roles, as the store knows them at
// the moment of asking.
type Viewer struct {
	Worker  string // staff.ID, or the name of a job
	Role    Role
	Team    string
	Service string
	Courses []string // the training that the definitions ask of everybody
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
		if !slices.Contains(Parts, r.Part) || !slices.Contains(Actions, r.Action) || !slices.Contains(Grounds, r.Ground) {
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
// now: the best outcome that a held ground gives, or Absent for whoever holds a
// bar.
func (t *Table) Decide(v Viewer, part Part, action Action, held []Held, now date.Instant) Decision {
	best := Decision{Outcome: Absent, Why: "No rule gives this role this part of the file on these grounds."}
	if t == nil {
		return best
	}
	for _, bar := range Bars {
		// A bar is of every part, and does not lapse between the reading of it
		// and the decision: whoever holds it holds it.
		if slices.ContainsFunc(held, func(h Held) bool { return h.Ground == bar }) {
			return Decision{Outcome: Absent, Why: barWords[bar]}
		}
	}
	for _, r := range t.rules[question{v.Role, part, action}] {
		if !holds(held, r.Ground, part, now) {
			continue
		}
		// Of grounds that give the same, the narrowest is named: they stand in
		// that order in Grounds.
		if r.Outcome > best.Outcome || r.Outcome == best.Outcome && best.Ground != "" &&
			slices.Index(Grounds, r.Ground) < slices.Index(Grounds, best.Ground) {
			best = Decision{r.Outcome, r.Ground, fmt.Sprintf("%s: %s may %s %s on the ground %q.", r.Outcome, r.Role, action, part, r.Ground)}
		}
	}
	if best.Outcome == Absent {
		best.Ground = ""
	}
	return best
}

var barWords = map[Ground]string{
	Restricted: "The file is restricted, and they are not named on it.",
	Connected:  "They declared a personal connection to the child.",
	Untrained:  "Training that everybody needs has lapsed, or was never passed.",
}

func holds(held []Held, g Ground, part Part, now date.Instant) bool {
	return slices.ContainsFunc(held, func(h Held) bool {
		return h.Ground == g && (h.Until.IsZero() || h.Until > now) && (len(h.Parts) == 0 || slices.Contains(h.Parts, part))
	})
}

// A Scope is the right to a list: the children for whom the viewer holds one of
// Gives, for this part, and no bar. The store filters by it in SQL. The zero
// Scope lists nothing.
type Scope struct {
	Viewer Viewer
	Part   Part
	Gives  []Ground
}

// Scope is the list that agrees, child by child, with Decide giving at least
// the outcome atLeast.
func (t *Table) Scope(v Viewer, part Part, action Action, atLeast Outcome) Scope {
	s := Scope{Viewer: v, Part: part}
	if t == nil || atLeast == Absent { // a list of everything absent would be a leak
		return s
	}
	for _, r := range t.rules[question{v.Role, part, action}] {
		if r.Outcome >= atLeast {
			s.Gives = append(s.Gives, r.Ground)
		}
	}
	return s
}
