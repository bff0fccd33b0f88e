package casework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// An Explanation is why a worker, in one of their roles, gets what they get of
// a part of a file.
type Explanation struct {
	Role     string // in words
	TeamName string
	Since    date.Date // from which they hold the role
	Withheld bool      // whoever asks does not see this worker's staff page, so there is nothing further
	Action   access.Action
	Decision access.Decision
	Gives    string      // what that is, in words
	Rule     access.Rule // the line of the table that counted; the zero Rule where none did
	Bars     []Because
	Grounds  []Because
	// Needs says what would give them more, on which ground.
	Needs []string
}

// Because is one ground or bar, and why it holds or does not.
type Because struct {
	Ground access.Ground
	Holds  bool
	Counts bool // the table gives something for it
	Words  string
}

// Explained are the explanations for a worker and a file.
type Explained struct {
	Worker    staff.Worker
	Reference id.Reference
	Part      access.Part
	List      []Explanation
}

// Explain takes the decisions about a part of a file for a worker, in each role
// they hold today, without showing any of it. Asking is about a file, so it
// leaves a footprint, in the name of who asks. A file that is not there gives
// the grounds that nobody has. It is for whoever runs the program; workers ask
// ExplainTo.
func (s *Service) Explain(ctx context.Context, by string, w staff.ID, ref id.Reference, part access.Part) (Explained, error) {
	var e Explained
	object := string(ref)
	err := s.db.View(ctx, func(r store.Reader) error {
		p, err := r.PersonByReference(ctx, ref)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if p.ID != "" {
			object = string(p.ID)
		}
		// A restricted file is not there for whoever asks from outside: by the
		// same steps, it gives the grounds that nobody has.
		restricted, err := s.isRestricted(ctx, r, p.ID)
		if err != nil {
			return err
		}
		if restricted {
			p.ID = ""
		}
		e, err = s.explain(ctx, r, w, ref, p.ID, part, func(staff.Assignment) bool { return true })
		return err
	})
	if err != nil {
		return Explained{}, err
	}
	return e, s.leaveExplained(ctx, footprint.Footprint{Actor: by, Object: object, Outcome: access.Shown.String()}, w, part)
}

// Outline is an explanation without what is the worker's own affair: which bar
// holds, since when, what they stated. It is what the command line prints.
func (e Explained) Outline() Explained {
	list := slices.Clone(e.List)
	for i, x := range list {
		if len(x.Bars) > 0 {
			b := Because{Words: "Nothing of their own keeps them out"}
			if slices.ContainsFunc(x.Bars, func(b Because) bool { return b.Holds }) {
				b = Because{Holds: true, Words: "Something of their own keeps them out; they, and whoever manages them, can see what"}
			}
			list[i].Bars, list[i].Decision.Why = []Because{b}, ""
		}
		list[i].Grounds = slices.Clone(x.Grounds)
		for j, b := range x.Grounds {
			list[i].Grounds[j].Words = b.Ground.Title()
			if !b.Holds {
				list[i].Grounds[j].Words = "No: not " + b.Ground.Without()
			}
		}
	}
	e.List = list
	return e
}

// ExplainTo is Explain for a worker whose role may see the table of rights. Of a
// file that is absent to them it says what it says of one that is not there; of
// a worker it says what they hold, and further only in the roles of teams about
// whose staff the actor may know, or of themselves: what ties somebody to a child,
// and what bars them, is told to who answers for them.
func (s *Service) ExplainTo(ctx context.Context, a Actor, w staff.ID, ref id.Reference, part access.Part) (Explained, error) {
	var e Explained
	var first error
	f := footprint.Footprint{Actor: string(a.Worker), Object: string(ref)}
	err := s.db.View(ctx, func(r store.Reader) error {
		first = nil
		st, d, err := s.overAll(ctx, r, a, access.Rights, access.Look)
		if err != nil {
			return err
		}
		f.Role, f.Ground, f.Outcome = string(st.viewer.Role), string(d.Ground), d.Outcome.String()
		if d.Outcome != access.Shown {
			return errNotHere
		}
		p, err := r.PersonByReference(ctx, ref)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		known := p.ID
		own, err := s.standing(ctx, r, a, p.ID)
		if err != nil {
			return err
		}
		// The same is read for a file that they may not know of: nobody's.
		switch s.decide(own, access.Identity, access.Look).Outcome {
		case access.Absent:
			known = ""
		case access.ReasonFirst:
			known, first, f.Outcome = "", errReasonFirst, access.ReasonFirst.String()
		}
		if p.ID != "" { // a file that they may not know of has it noted that they asked
			f.Object = string(p.ID)
		}
		e, err = s.explain(ctx, r, w, ref, known, part, func(as staff.Assignment) bool {
			return w == a.Worker || s.office(st.viewer, access.Staff, access.Look, as.Team, as.Service).Outcome == access.Shown
		})
		return err
	})
	if errors.Is(err, errNotHere) {
		return Explained{}, s.refusedOffice(ctx, a, access.Rights, access.Look, string(ref), err)
	}
	if err == nil {
		err = errors.Join(s.leaveExplained(ctx, f, w, part), first)
	}
	if err != nil {
		return Explained{}, err
	}
	return e, nil
}

func (s *Service) leaveExplained(ctx context.Context, f footprint.Footprint, w staff.ID, part access.Part) error {
	f.Action, f.Part = footprint.Explains, string(part)
	return s.looks.commit(ctx, func(ctx context.Context, tx store.Tx) error {
		_, err := s.leave(ctx, tx, f, &footprint.Detail{Purpose: "explain the rights of " + string(w)})
		return err
	})
}

func (s *Service) explain(ctx context.Context, r store.Reader, w staff.ID, ref id.Reference, p person.ID, part access.Part, tells func(staff.Assignment) bool) (Explained, error) {
	e := Explained{Reference: ref, Part: part}
	var err error
	if e.Worker, err = r.Worker(ctx, w); err != nil {
		return e, err
	}
	held, err := r.Assignments(ctx, w, s.Today())
	if err != nil {
		return e, err
	}
	for _, a := range held {
		st, err := s.standing(ctx, r, Actor{Worker: w, As: a.ID}, p)
		if err != nil {
			return e, err
		}
		ties, err := r.Ties(ctx, st.viewer, p)
		if err != nil {
			return e, err
		}
		if slices.Contains(access.OfficeParts, part) { // about everybody, and no child
			st.held, ties = access.OfficeHeld(st.viewer, "", ""), nil
		}
		if !tells(a) {
			e.List = append(e.List, Explanation{Role: s.RoleTitle(a.Role), TeamName: a.TeamName, Since: a.Period.From, Withheld: true})
			continue
		}
		for _, action := range access.Actions {
			e.List = append(e.List, s.because(st, a, ties, part, action))
		}
	}
	return e, nil
}

func (s *Service) because(st standing, a staff.Assignment, ties []access.Tie, part access.Part, action access.Action) Explanation {
	now := date.At(s.now())
	table := st.defs.Access()
	x := Explanation{TeamName: a.TeamName, Since: a.Period.From, Action: action, Decision: s.decide(st, part, action), Role: string(a.Role)}
	if role, ok := st.defs.Role(a.Role); ok {
		x.Role = role.Title
	}
	x.Gives = access.Gives(part, action, x.Decision.Outcome)
	x.Rule, _ = table.Rule(a.Role, part, action, x.Decision.Ground)
	holds := func(g access.Ground) bool {
		return slices.ContainsFunc(st.held, func(h access.Held) bool {
			return h.Ground == g && (h.Until.IsZero() || h.Until > now) && (len(h.Parts) == 0 || slices.Contains(h.Parts, part))
		})
	}
	if !slices.Contains(access.OfficeParts, part) {
		for _, bar := range access.Bars {
			x.Bars = append(x.Bars, Because{bar, holds(bar), true, s.barWords(st.defs, bar, holds(bar), ties)})
		}
	}
	barred := slices.ContainsFunc(x.Bars, func(b Because) bool { return b.Holds }) // then no ground would help
	for _, g := range access.Grounds {
		rule, counts := table.Rule(a.Role, part, action, g)
		b := Because{g, holds(g), counts && rule.Outcome > access.Absent, ""}
		b.Words = s.groundWords(st.defs, g, b.Holds, ties, part)
		if b.Holds || b.Counts {
			x.Grounds = append(x.Grounds, b)
		}
		if !barred && !b.Holds && b.Counts && rule.Outcome > x.Decision.Outcome && g.Needs() != "" {
			x.Needs = append(x.Needs, fmt.Sprintf("To %s, they would have to %s.", access.Gives(part, action, rule.Outcome), g.Needs()))
		}
	}
	return x
}

// groundWords says since when a ground holds, or why it does not.
func (s *Service) groundWords(defs *definition.Set, g access.Ground, holds bool, ties []access.Tie, part access.Part) string {
	var of []access.Tie
	for _, t := range ties {
		if t.Ground == g && (t.Of == "" || g != access.Review && g != access.Grant || slices.Contains(strings.Fields(t.Of), string(part))) {
			of = append(of, t)
		}
	}
	for _, t := range of {
		if holds && s.runs(t) {
			return g.Title() + s.when(defs, t)
		}
	}
	switch {
	case holds && len(of) > 0: // an episode that has ended still is a tie
		return g.Title() + s.when(defs, of[0])
	case holds:
		return g.Title()
	case len(of) == 0 && slices.ContainsFunc(ties, func(t access.Tie) bool { return t.Ground == g }):
		return "No: " + lower(g.Title()) + ", and not for this part"
	case len(of) == 0:
		return "No: not " + g.Without()
	case g == access.Reason:
		return "No: the reason they stated lapsed on " + of[0].Until.Long()
	case of[0].Period.From.After(s.Today()):
		return "No: " + lower(g.Title()) + " only from " + of[0].Period.From.Long()
	case !of[0].Period.To.IsZero():
		return "No: " + lower(g.Title()) + " until " + of[0].Period.To.Long()
	}
	return "No: not " + g.Without()
}

// runs reports whether a tie is of now.
func (s *Service) runs(t access.Tie) bool {
	if t.Ground == access.Reason {
		return t.Until > date.At(s.now())
	}
	return t.Period.Contains(s.Today())
}

func (s *Service) when(defs *definition.Set, t access.Tie) string {
	words := ""
	switch t.Ground {
	case access.Cover:
		words = " (" + t.Of + ")"
	case access.Reason:
		purpose := t.Of
		if p, ok := defs.Purposes().Purpose(t.Of); ok {
			purpose = p.Title
		}
		return ": " + lower(purpose) + ", until " + t.Until.Long()
	}
	if !t.Period.From.IsZero() {
		words += " since " + t.Period.From.Long()
	}
	if !t.Period.To.IsZero() {
		words += ", until " + t.Period.To.Long()
	}
	return words
}

// barWords says why a bar holds, or that it does not. Of a file that is not there
// it says what it says of one without a restriction.
func (s *Service) barWords(defs *definition.Set, bar access.Ground, holds bool, ties []access.Tie) string {
	if bar == access.Untrained {
		var words []string
		for _, c := range defs.Courses() {
			said := c.Title + ": never passed"
			for _, t := range ties {
				if t.Ground == bar && t.Of == c.ID {
					said = c.Title + ": in date until " + t.Period.To.Long()
					if !s.runs(t) {
						said = c.Title + ": lapsed on " + t.Period.To.Long()
					}
					if t.Period.To.IsZero() {
						said = c.Title + ": passed, and does not lapse"
					}
					break // the last that they passed
				}
			}
			words = append(words, said)
		}
		return strings.Join(words, "; ")
	}
	if !holds {
		return map[access.Ground]string{
			access.Restricted: "No restriction keeps them out", access.Connected: "They declared no connection",
		}[bar]
	}
	for _, t := range ties {
		if t.Ground == bar && s.runs(t) {
			return bar.Bars() + s.when(defs, t)
		}
	}
	return bar.Bars()
}

func lower(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToLower(s[:1]) + s[1:]
}
