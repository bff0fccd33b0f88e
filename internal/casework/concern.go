package casework

import (
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/concern"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// Outcomes are what a concern may be decided as.
func (s *Service) Outcomes() []concern.Outcome { return s.set().Outcomes() }

// ReportPart is the page on which anybody who has a file open reports a concern
// about who has seen it (KF-03). Of the file it has the header alone.
func ReportPart() Part[struct{}] {
	return Part[struct{}]{access.Concerns, access.Record, func(context.Context, reading) (struct{}, error) {
		return struct{}{}, nil
	}}
}

// A Report is what somebody says happened.
type Report struct {
	ID       concern.ID // drawn when the page was made, so that pressing twice is one report
	Text     string
	About    staff.ID  // empty where they do not know
	Happened date.Date // zero where they do not know
}

var errNotOurs = fault.New(fault.Invalid, "The page that sent this is not one of ours, or not whole.")

// ReportConcern keeps a suspected breach, sealed, for those who handle them:
// never for whom it is about.
//
// Errors: Invalid with each problem by its field; NotFound when the file is not
// there for the actor. The same sent twice is one report.
func (s *Service) ReportConcern(ctx context.Context, a Actor, ref id.Reference, r Report) error {
	r.Text = entry.Lines(r.Text)
	var ps []fault.Problem
	switch {
	case !id.Valid(string(r.ID)) || r.About != "" && !id.Valid(string(r.About)):
		return errNotOurs
	case r.Text == "":
		ps = append(ps, fault.Problem{Field: "text", Message: "Enter what happened"})
	case utf8.RuneCountInString(r.Text) > concern.MaxText:
		ps = append(ps, fault.TooLong("text", "What happened", concern.MaxText))
	}
	if r.Happened.After(s.Today()) {
		ps = append(ps, fault.Problem{Field: "happened-day", Message: "The day it happened must be today or in the past"})
	}
	if err := problems(ps); err != nil {
		return err
	}
	err := s.db.Update(ctx, func(tx store.Tx) error {
		p, err := tx.PersonByReference(ctx, ref)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		sat, err := s.mayOn(ctx, tx, a, p.ID, access.Concerns, access.Record, access.Masked)
		if err != nil {
			return err
		}
		held, err := tx.Concern(ctx, r.ID)
		switch {
		case err == nil && held.Reporter == a.Worker && held.Person == p.ID:
			return nil
		case err == nil:
			return errNotOurs
		case !fault.Is(err, fault.NotFound):
			return err
		}
		return s.addConcern(ctx, tx, sat, r, "")
	})
	return s.refusedTo(ctx, a, ref, access.Concerns, string(access.Record), err)
}

// addConcern keeps a report of the sitting's actor, with its footprint.
func (s *Service) addConcern(ctx context.Context, tx store.Tx, sat *sitting, r Report, hit string) error {
	if r.About != "" {
		if _, err := tx.Worker(ctx, r.About); fault.Is(err, fault.NotFound) {
			return errNotOurs
		} else if err != nil {
			return err
		}
	}
	sign, err := s.signs(ctx, tx, sat.actor, sat.viewer)
	if err != nil {
		return err
	}
	sealed, err := s.seal(concern.Words{Text: r.Text}, "concern", string(r.ID))
	if err != nil {
		return err
	}
	err = tx.AddConcern(ctx, concern.Concern{
		ID: r.ID, Person: sat.person, Reporter: sat.actor.Worker, ReporterName: sign.name, ReporterRole: sign.role,
		About: r.About, Happened: r.Happened, Hit: hit, Sealed: sealed, Recorded: sign.by,
	})
	if err != nil {
		return err
	}
	_, err = s.leave(ctx, tx, sat.footprint(sat.claims[0].decision), &footprint.Detail{Concern: string(r.ID)})
	return err
}

// ConcernList is the concerns that the viewer handles, and those they reported.
type ConcernList struct {
	Handles bool // the role handles concerns at all
	Lines   []ConcernLine
	Older   int64            // names the next page; 0 when there is none
	Mine    []concern.Listed // reported by the viewer: when, and whether it is closed
	Asking  []concern.ID     // the viewer is asked something in these
}

// An Outcome is what a concern may be decided as.
type Outcome = concern.Outcome

// A ConcernLine is a concern and whose file it is about.
type ConcernLine struct {
	concern.Listed
	Child   person.Header
	Outside bool // the child is outside the viewer's work, and of them there is little
}

// handles is the scope of the concerns that a viewer handles.
func (s *Service) handles(v access.Viewer) access.Scope {
	return s.set().Access().Scope(v, access.Concerns, access.Look, access.Shown)
}

// Concerns lists the concerns about the children in the viewer's scope, but for
// those that are about the viewer, and, to everybody, those they reported. It
// names children, so it is a search.
func (s *Service) Concerns(ctx context.Context, a Actor, closed bool, before int64) (ConcernList, error) {
	var l ConcernList
	var lines []concern.Listed
	var handles bool
	err := s.db.View(ctx, func(r store.Reader) error {
		st, err := s.standing(ctx, r, a, "")
		if err != nil {
			return err
		}
		handles = len(s.handles(st.viewer).Gives) > 0
		if l.Mine, err = r.ConcernsBy(ctx, a.Worker, PageLines); err != nil {
			return err
		}
		l.Asking, err = r.ConcernsAsking(ctx, a.Worker)
		return err
	})
	if err != nil || !handles {
		return l, err
	}
	l.Handles = true
	people, err := s.list(ctx, a, listing{terms: "concerns", part: access.Concerns, atLeast: everybody(access.ReasonFirst), read: func(r store.Reader, v access.Viewer) (list []person.Found, err error) {
		l.Older = 0
		lines, err = r.Concerns(ctx, store.ConcernQuery{
			Scope: s.handles(v), Now: date.At(s.now()), Closed: closed, Before: before, Limit: PageLines + 1,
		})
		if err != nil {
			return nil, err
		}
		if len(lines) > PageLines {
			lines = lines[:PageLines]
			l.Older = lines[PageLines-1].Place
		}
		on := map[person.ID]bool{}
		for _, c := range lines {
			if on[c.Person] {
				continue
			}
			on[c.Person] = true
			h, err := r.Header(ctx, c.Person)
			if err != nil {
				return nil, err
			}
			list = append(list, person.Found{Header: h})
		}
		return list, nil
	}})
	if err != nil {
		return ConcernList{}, err
	}
	for _, c := range lines {
		if i := slices.IndexFunc(people, func(f person.Found) bool { return f.ID == c.Person }); i >= 0 {
			l.Lines = append(l.Lines, ConcernLine{c, people[i].Header, people[i].Outside})
		}
	}
	return l, nil
}

// A Handled is a concern as who handles it sees it.
type Handled struct {
	concern.Concern
	Now     concern.State
	Looks   map[int64]footprint.Look // the footprints picked, by number
	MayStep map[concern.Kind]bool    // what may be done next

	ToConfirm []concern.Step // proposals of whom it is about that the viewer may confirm
	Outcomes  []Outcome
}

// OpenConcern is the page of one concern, with the bar of the file it is about.
// NotFound for whom it is about, as for one that nobody has.
func OpenConcern(ctx context.Context, s *Service, a Actor, c concern.ID) (File[Handled], error) {
	return openConcern(ctx, s, a, c, Part[Handled]{access.Concerns, access.Look, func(ctx context.Context, r reading) (Handled, error) {
		return r.handled(ctx, c)
	}})
}

// openConcern opens a part of the file that a concern is about. A concern that
// is not there leads to a file that is not there.
func openConcern[T any](ctx context.Context, s *Service, a Actor, c concern.ID, part Part[T]) (File[T], error) {
	look := Look{Actor: a, Reference: id.Reference(c)}
	err := s.db.View(ctx, func(r store.Reader) error {
		held, err := r.Concern(ctx, c)
		if err != nil {
			return err
		}
		h, err := r.Header(ctx, held.Person)
		look.Reference = h.Reference
		return err
	})
	if err != nil && !fault.Is(err, fault.NotFound) {
		return File[T]{}, err
	}
	return Open(ctx, s, look, part)
}

// concern reads a concern about the file with its words, unless it is about the
// viewer.
func (r reading) concern(ctx context.Context, c concern.ID) (concern.Concern, error) {
	held, err := r.Concern(ctx, c)
	if err != nil {
		return concern.Concern{}, err
	}
	if held.Person != r.person || held.IsAbout(r.actor.Worker) {
		return concern.Concern{}, errNotHere
	}
	return r.s.unsealed(held)
}

// unsealed opens the words of a concern.
func (s *Service) unsealed(c concern.Concern) (concern.Concern, error) {
	words, err := s.open(c.Sealed, "concern", string(c.ID))
	if err != nil {
		return concern.Concern{}, err
	}
	c.Text = words.Text
	for i, step := range c.Steps {
		if words, err = s.open(step.Sealed, "concern_step", step.ID); err != nil {
			return concern.Concern{}, err
		}
		c.Steps[i].Text, c.Steps[i].Done = words.Text, words.Done
	}
	return c, nil
}

func (r reading) handled(ctx context.Context, id concern.ID) (Handled, error) {
	c, err := r.concern(ctx, id)
	if err != nil {
		return Handled{}, err
	}
	h := Handled{Concern: c, Now: c.State(), Looks: map[int64]footprint.Look{}, MayStep: map[concern.Kind]bool{}, Outcomes: r.s.Outcomes()}
	var numbers []int64
	for _, step := range c.Steps {
		numbers = append(numbers, step.Looks...)
	}
	looks, err := r.LooksNumbered(ctx, numbers)
	if err != nil {
		return Handled{}, err
	}
	for _, l := range looks {
		l.RoleName = r.s.RoleTitle(access.Role(l.Role))
		h.Looks[l.Number] = l
	}
	if r.ask(access.Concerns, access.Change).Outcome == access.Shown {
		for _, k := range []concern.Kind{concern.TakeOn, concern.Ask, concern.Note, concern.Evidence, concern.Names, concern.Confirm, concern.Decide, concern.Close, concern.Reopen} {
			h.MayStep[k] = c.May(k, r.actor.Worker) == nil
		}
		h.ToConfirm = c.Confirmable(r.actor.Worker)
	}
	return h, nil
}

// EvidencePage is the footprints to pick from for a concern.
type EvidencePage struct {
	Handled
	Suspect     staff.ID
	SuspectName string
	Everybody   bool // looks of everybody, and not of whom it is about alone
	List        []footprint.Look
	Older       int64
}

// OpenEvidence is a page of looks at the file the concern is about, PageLines
// of them below before: those of whom it is about, or of everybody.
func OpenEvidence(ctx context.Context, s *Service, a Actor, c concern.ID, all bool, before int64) (File[EvidencePage], error) {
	return openConcern(ctx, s, a, c, Part[EvidencePage]{access.Concerns, access.Change, func(ctx context.Context, r reading) (EvidencePage, error) {
		if r.ask(access.Footprints, access.Look).Outcome != access.Shown {
			return EvidencePage{}, errNotHere
		}
		h, err := r.handled(ctx, c)
		if err != nil {
			return EvidencePage{}, err
		}
		p := EvidencePage{Handled: h, Everybody: all}
		p.Suspect, p.SuspectName = h.Suspect()
		// Who handles this concern may be the one whom another about the file is about.
		q, err := r.s.curtain(ctx, r, r.sitting)
		if err != nil {
			return EvidencePage{}, err
		}
		q.Before, q.Actor, q.Limit = before, string(p.Suspect), PageLines+1
		if all || p.Suspect == "" {
			q.Actor, p.Everybody = "", true
		}
		if p.List, err = r.LooksAt(ctx, q); err != nil {
			return EvidencePage{}, err
		}
		if len(p.List) > PageLines {
			p.List = p.List[:PageLines]
			p.Older = p.List[PageLines-1].Number
		}
		for i := range p.List {
			p.List[i].RoleName = r.s.RoleTitle(access.Role(p.List[i].Role))
		}
		return p, nil
	}})
}

// errConcernMoved says that a step was taken since the page was read.
var errConcernMoved = fault.New(fault.Conflict, "Somebody took a step in this concern since you opened it.")

// ConcernMoved reports whether err says so: the page is to be shown anew, with
// what was typed.
func ConcernMoved(err error) bool { return errors.Is(err, errConcernMoved) }

// TakeStep does the next thing about a concern: signed, dated, and never
// changed afterwards. seen is how many steps the page showed, and the step's ID
// was drawn when it was made.
//
// Errors: Invalid with each problem by its field; Conflict when the concern does
// not stand as the page had it; NotFound for who does not handle it, and for
// whom it is about. The same step sent twice is taken once.
func (s *Service) TakeStep(ctx context.Context, a Actor, c concern.ID, seen int, step concern.Step) error {
	if !id.Valid(step.ID) || step.Kind == concern.Answer || step.Kind == concern.Propose || step.Worker != "" && !id.Valid(string(step.Worker)) {
		return errNotOurs
	}
	step.Text, step.Done = entry.Lines(step.Text), entry.Lines(step.Done)
	object := string(c)
	err := s.db.Update(ctx, func(tx store.Tx) error {
		held, err := tx.Concern(ctx, c)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if held.Person != "" {
			object = string(held.Person)
		}
		sat, err := s.mayOn(ctx, tx, a, held.Person, access.Concerns, access.Change, access.Masked)
		if err != nil {
			return err
		}
		if held.IsAbout(a.Worker) {
			return errNotHere
		}
		if slices.ContainsFunc(held.Steps, func(t concern.Step) bool { return t.ID == step.ID && t.By == a.Worker }) {
			return nil
		}
		if len(held.Steps) != seen {
			return errConcernMoved
		}
		if err := held.May(step.Kind, a.Worker); err != nil {
			return err
		}
		if err := problems(step.Check(s.Outcomes())); err != nil {
			return err
		}
		if err := s.checkStep(ctx, tx, sat, held, step); err != nil {
			return err
		}
		kept := step // step itself stays as it was sent, should this run again
		if kept.Kind, err = s.named(ctx, tx, a, held, step); err != nil {
			return err
		}
		if err := s.addStep(ctx, tx, sat, held, kept); err != nil {
			return err
		}
		_, err = s.leave(ctx, tx, sat.footprint(sat.claims[0].decision), &footprint.Detail{Concern: string(c)})
		return err
	})
	return s.refusedAway(ctx, a, access.Concerns, access.Change, object, err)
}

// named is what a step becomes: to name somebody who handles concerns about the
// file takes the concern from them, so it waits until another who does has
// confirmed it. Whoever names themselves steps back at once.
func (s *Service) named(ctx context.Context, r store.Reader, a Actor, c concern.Concern, step concern.Step) (concern.Kind, error) {
	if step.Kind != concern.Names || step.Worker == a.Worker || c.IsAbout(step.Worker) {
		return step.Kind, nil
	}
	if slices.ContainsFunc(c.Confirmable(a.Worker), func(p concern.Step) bool { return p.Worker == step.Worker }) {
		return concern.Confirm, nil // a second person says the same
	}
	handles, err := s.handlesOn(ctx, r, step.Worker, c.Person)
	if handles {
		return concern.Propose, err
	}
	return step.Kind, err
}

// handlesOn reports whether a worker handles concerns about a file, in any role
// that they hold today.
func (s *Service) handlesOn(ctx context.Context, r store.Reader, w staff.ID, p person.ID) (bool, error) {
	roles, err := r.Assignments(ctx, w, s.Today())
	if err != nil {
		return false, err
	}
	for _, as := range roles {
		st, err := s.standing(ctx, r, Actor{Worker: w, As: as.ID}, p)
		if err != nil {
			return false, err
		}
		if s.decide(st, access.Concerns, access.Change).Outcome == access.Shown {
			return true, nil
		}
	}
	return false, nil
}

// checkStep holds what a step names to what there is.
func (s *Service) checkStep(ctx context.Context, tx store.Tx, sat *sitting, c concern.Concern, step concern.Step) error {
	if step.Kind == concern.Confirm && !slices.ContainsFunc(c.Confirmable(sat.actor.Worker), func(p concern.Step) bool { return p.Worker == step.Worker }) {
		return errNotOurs
	}
	if step.Worker != "" {
		if _, err := tx.Worker(ctx, step.Worker); fault.Is(err, fault.NotFound) {
			return errNotOurs
		} else if err != nil {
			return err
		}
		if step.Kind == concern.Ask && step.Worker == sat.actor.Worker {
			return problems([]fault.Problem{{Field: "worker", Message: "Select somebody other than yourself"}})
		}
	}
	if len(step.Looks) == 0 {
		return nil
	}
	if sat.ask(access.Footprints, access.Look).Outcome != access.Shown {
		return errNotHere
	}
	picked := slices.Clone(step.Looks)
	slices.Sort(picked)
	if len(picked) > PageLines || len(slices.Compact(picked)) != len(step.Looks) {
		return errNotOurs // a page offers no more, and each once
	}
	q, err := s.curtain(ctx, tx, sat)
	if err != nil {
		return err
	}
	for _, n := range step.Looks { // few, and each as the page of looks to pick from would show it
		q.Before, q.Limit = n+1, 1
		looks, err := tx.LooksAt(ctx, q)
		if err != nil {
			return err
		}
		if len(looks) == 0 || looks[0].Number != n {
			return errNotOurs
		}
	}
	return nil
}

// addStep signs a step and adds it.
func (s *Service) addStep(ctx context.Context, tx store.Tx, sat *sitting, c concern.Concern, step concern.Step) error {
	sign, err := s.signs(ctx, tx, sat.actor, sat.viewer)
	if err != nil {
		return err
	}
	step.Number = len(c.Steps) + 1
	step.By, step.ByName, step.ByRole, step.Recorded = sat.actor.Worker, sign.name, sign.role, sign.by
	if step.Sealed, err = s.seal(concern.Words{Text: step.Text, Done: step.Done}, "concern_step", step.ID); err != nil {
		return err
	}
	return tx.AddConcernStep(ctx, c.ID, step)
}

// A Question is what somebody is asked in a concern. It shows nothing else of
// it.
type Question struct {
	Concern concern.ID
	By      string // who asks, as they signed
	Role    string
	At      date.Instant
	Text    string
	Seen    int // how many questions to the worker there are, to notice a further one
}

const askedGround access.Ground = footprint.Asked

// asks is the questions to a worker that wait for an answer.
func (s *Service) asks(c concern.Concern, w staff.ID) ([]Question, error) {
	var list []Question
	state := c.State()
	for _, q := range state.Asked {
		if q.Worker != w || state.Closed {
			continue
		}
		words, err := s.open(q.Sealed, "concern_step", q.ID)
		if err != nil {
			return nil, err
		}
		list = append(list, Question{Concern: c.ID, By: q.ByName, Role: q.ByRole, At: q.Recorded.At, Text: words.Text, Seen: q.Number})
	}
	return list, nil
}

// Questions are those that wait for an answer of the actor's in a concern;
// NotFound where there are none.
func (s *Service) Questions(ctx context.Context, a Actor, c concern.ID) ([]Question, error) {
	return present(ctx, s, a, access.Concerns, string(c), func(ctx context.Context, tx store.Tx, v access.Viewer) ([]Question, []footprint.Footprint, error) {
		held, err := tx.Concern(ctx, c)
		if err != nil {
			return nil, nil, err
		}
		list, err := s.asks(held, a.Worker)
		if err != nil {
			return nil, nil, err
		}
		if len(list) == 0 {
			return nil, nil, errNotHere
		}
		return list, []footprint.Footprint{s.officePrint(v, access.Concerns, access.Look, string(held.Person), access.Decision{Outcome: access.Shown, Ground: askedGround})}, nil
	})
}

// AnswerConcern is the actor's answer to the questions that they were asked in
// a concern. seen is the last question that the page showed.
//
// Errors: Invalid with the problem by its field; Conflict when there is a
// further question; NotFound when nothing is asked.
func (s *Service) AnswerConcern(ctx context.Context, a Actor, c concern.ID, seen int, answer, text string) error {
	if !id.Valid(answer) {
		return errNotOurs
	}
	step := concern.Step{ID: answer, Kind: concern.Answer, Text: entry.Lines(text)}
	err := s.db.Update(ctx, func(tx store.Tx) error {
		held, err := tx.Concern(ctx, c)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if slices.ContainsFunc(held.Steps, func(t concern.Step) bool { return t.ID == step.ID && t.By == a.Worker }) {
			return nil
		}
		st, err := s.standing(ctx, tx, a, "")
		if err != nil {
			return err
		}
		list, err := s.asks(held, a.Worker)
		switch {
		case err != nil:
			return err
		case len(list) == 0:
			return errNotHere
		case list[len(list)-1].Seen != seen:
			return errConcernMoved
		}
		if err := problems(step.Check(nil)); err != nil {
			return err
		}
		if err := s.addStep(ctx, tx, s.sit(st, a, held.Person), held, step); err != nil {
			return err
		}
		_, err = s.leave(ctx, tx, s.officePrint(st.viewer, access.Concerns, access.Record, string(held.Person),
			access.Decision{Outcome: access.Shown, Ground: askedGround}), &footprint.Detail{Concern: string(c)})
		return err
	})
	return s.refusedAway(ctx, a, access.Concerns, access.Record, string(c), err)
}
