package casework

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// A DecisionPage is the page on which a decision of a meeting is recorded or corrected:
// whom it can be about, and who can have to do what was decided.
type DecisionPage struct {
	M        MeetingFile
	Children []Pick // by their references; empty where the meeting is about one
	Doers    []Pick
	Decision *DecisionLine // nil of a new one
}

// DecisionPart is that page; decision is empty for a new one.
func DecisionPart(key meeting.ID, decision string) Part[DecisionPage] {
	return Part[DecisionPage]{access.Minutes, access.Record, func(ctx context.Context, r reading) (p DecisionPage, err error) {
		m, err := r.s.ownMeeting(ctx, r.Reader, r.sitting, key)
		if err != nil {
			return p, err
		}
		if p.M, err = r.meeting(ctx, m); err != nil {
			return p, err
		}
		if decision != "" {
			i := slices.IndexFunc(p.M.Decisions, func(d DecisionLine) bool { return d.ID == decision && d.Here })
			if i < 0 {
				return p, errNoMeeting
			}
			p.Decision = &p.M.Decisions[i]
		}
		if p.Doers, err = r.doers(ctx); err != nil {
			return p, err
		}
		writable, err := r.aboutWhom(ctx, m)
		if len(writable) > 1 {
			for _, c := range writable {
				p.Children = append(p.Children, Pick{c.reference, c.name})
			}
		}
		return p, err
	}}
}

// An aboutChild is a child of a meeting about whom the actor may record what was decided.
type aboutChild struct {
	meeting.Child
	reference, name string
}

// aboutWhom are those; none where the meeting is about one child.
func (r reading) aboutWhom(ctx context.Context, m meeting.Meeting) ([]aboutChild, error) {
	names, err := r.writable(ctx, r.sitting, m)
	if err != nil || len(filesOfMeeting(m)) < 2 {
		return nil, err
	}
	var list []aboutChild
	for _, c := range m.Children {
		if names[c.File] == "" || slices.ContainsFunc(list, func(o aboutChild) bool { return o.File == c.File }) {
			continue
		}
		h, err := r.Header(ctx, c.File)
		if err != nil {
			return nil, err
		}
		list = append(list, aboutChild{c, h.Reference.String(), names[c.File]})
	}
	return list, nil
}

// doers are the workers of the service who could do what was decided.
func (r reading) doers(ctx context.Context) ([]Pick, error) {
	all, err := r.Holders(ctx, r.s.Today())
	if err != nil {
		return nil, err
	}
	var list []Pick
	for _, h := range all {
		if h.Service != r.viewer.Service || slices.ContainsFunc(list, func(p Pick) bool { return p.Key == string(h.Worker) }) {
			continue
		}
		may, err := r.s.mayHold(ctx, r.Reader, h, r.person)
		if err != nil {
			return nil, err
		}
		if may {
			list = append(list, Pick{string(h.Worker), h.Name + ", " + r.s.RoleTitle(h.Role)})
		}
	}
	slices.SortFunc(list, func(a, b Pick) int { return strings.Compare(a.Words, b.Words) })
	return list, nil
}

// A NewDecision is a decision of a meeting as somebody records it, or as it is corrected.
type NewDecision struct {
	ID    string
	About string // the reference of one of the children; empty for all
	meeting.Decided
	Seen  int // of a correction: the version that the page showed
	Wrong []fault.Problem
}

func (n NewDecision) tidied() NewDecision {
	for _, line := range []*string{&n.MadeBy, &n.DoerName, &n.Do} {
		*line = entry.OneLine(*line)
	}
	for _, text := range []*string{&n.What, &n.For, &n.Against, &n.Outcome, &n.Reasons, &n.Why} {
		*text = entry.Text(*text)
	}
	return n
}

// Decide records what a meeting decided: who made it, the evidence for and against, what
// is meant to come of it and the reasons (CR-27). What a worker has to do by a day becomes
// their task.
//
// Errors: Invalid with each problem by its field; Conflict while the meeting was not held.
func (s *Service) Decide(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, n NewDecision) error {
	n = n.tidied()
	return s.changeMinutes(ctx, a, ref, key, access.Record, "decision recorded", func(tx store.Tx, r reading, m meeting.Meeting) error {
		if !m.Is(meeting.Held) {
			return fault.New(fault.Conflict, "Say first that the meeting was held.")
		}
		if slices.ContainsFunc(m.Decisions, func(d meeting.Decision) bool { return d.ID == n.ID }) {
			return nil // the same was sent twice
		}
		d := meeting.Decision{ID: n.ID}
		n.Number = 1
		ps := n.Check(s.Today())
		children, err := r.aboutWhom(ctx, m)
		if err != nil {
			return err
		}
		n.Reach = nil
		if n.About == "" && len(children) > 0 && len(children) < len(filesOfMeeting(m)) {
			// Of the others they may not know, so that it is not about those.
			for _, c := range children {
				n.Reach = append(n.Reach, c.Child)
			}
		}
		if n.About != "" {
			i := slices.IndexFunc(children, func(c aboutChild) bool { return c.reference == n.About })
			if i < 0 {
				ps = append(ps, fault.Problem{Field: meeting.FieldAbout, Message: "Select whom it is about"})
			} else {
				d.Put, d.Person, n.Reach = children[i].Put, children[i].File, nil
			}
		}
		v, doer, err := s.decided(ctx, tx, r, n)
		if err != nil {
			return err
		}
		if err := withProblems(problems(append(ps, doer...)), n.Wrong); err != nil {
			return err
		}
		if v.Task, err = s.decisionTask(ctx, tx, r, m, d, v); err != nil {
			return err
		}
		d.Versions = []meeting.Decided{v}
		return tx.AddDecision(ctx, m.ID, d)
	})
}

// decided is a version of a decision, signed by the actor.
func (s *Service) decided(ctx context.Context, tx store.Tx, r reading, n NewDecision) (meeting.Decided, []fault.Problem, error) {
	v := n.Decided
	who, err := tx.Worker(ctx, r.actor.Worker)
	if err != nil {
		return v, nil, err
	}
	v.By, v.ByName, v.ByRole, v.Recorded = r.actor.Worker, who.Name(), s.RoleTitle(r.viewer.Role), tx.Stamp(string(r.actor.Worker))
	if v.Doer == "" {
		return v, nil, nil
	}
	doers, err := r.doers(ctx)
	if err != nil {
		return v, nil, err
	}
	if !slices.ContainsFunc(doers, func(p Pick) bool { return p.Key == string(v.Doer) }) {
		return v, []fault.Problem{{Field: meeting.FieldDoer, Message: "Select somebody from the list, or enter their name"}}, nil
	}
	worker, err := tx.Worker(ctx, v.Doer)
	v.DoerName = worker.Name()
	return v, nil, err
}

// decisionTask opens the task of whoever has to do what was decided, on the file of whom
// it is about. It is false where nobody of the service has to, or no kind of task is there
// for it: then it stands with the decision alone.
func (s *Service) decisionTask(ctx context.Context, tx store.Tx, r reading, m meeting.Meeting, d meeting.Decision, v meeting.Decided) (bool, error) {
	kind, ok := s.set().Tasks().Caused(task.AtMeeting, m.Service)
	if !ok || v.Do == "" || v.Doer == "" {
		return false, nil
	}
	about := cmp.Or(d.Person, r.person)
	put := m.Children[slices.IndexFunc(m.Children, func(c meeting.Child) bool { return c.File == about && (d.Put == "" || c.Put == d.Put) })].Put // it is on that file
	o := opening{
		kind: kind, words: v.Do, person: about, put: put, service: m.Service, link: linkOfMeeting(m.ID) + "#decision-" + d.ID,
		from: task.FromRule, fromID: string(task.AtMeeting), due: v.Due, to: task.OfWorker(v.Doer), team: staff.TeamID(r.viewer.Team),
	}
	if s.sensitiveMeeting(m) {
		o.words = "" // it stays in what was decided, as what a sensitive entry says stays in it
	}
	if seen, err := s.isSeen(ctx, tx, o.to, about); err != nil || !seen {
		return false, err
	}
	_, err := s.openTask(ctx, tx, tx.Stamp(string(r.actor.Worker)), o)
	return err == nil, err
}

// CorrectDecision corrects what a decision says, or that it was entered by mistake, with
// why: what it said before stays. Of a decision about several children it reaches those
// about whom the actor may write; for others it stands as it was. A task that it opened
// stays as it is.
//
// Errors: Invalid with each problem by its field; MeetingChanged(err) where somebody else
// corrected it since.
func (s *Service) CorrectDecision(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, n NewDecision) error {
	n = n.tidied()
	return s.changeMinutes(ctx, a, ref, key, access.Record, "decision corrected", func(tx store.Tx, r reading, m meeting.Meeting) error {
		i := slices.IndexFunc(m.Decisions, func(d meeting.Decision) bool { return d.ID == n.ID })
		if i < 0 {
			return errNoMeeting
		}
		was, reach, err := r.correctable(ctx, m, m.Decisions[i])
		if err != nil {
			return err
		}
		if was.Number != n.Seen || was.Gone || m.Off() {
			return errMeetingChanged
		}
		n.Number = m.Decisions[i].Now().Number + 1
		if n.Gone {
			n.Decided = meeting.Decided{Number: n.Number, Gone: true, Why: n.Why, What: was.What, MadeBy: was.MadeBy, For: was.For, Against: was.Against, Outcome: was.Outcome, Reasons: was.Reasons, Do: was.Do, Doer: was.Doer, DoerName: was.DoerName, Due: was.Due}
		}
		n.Reach = reach
		ps := n.Check(s.Today())
		if n.Gone {
			ps = nil
		}
		ps = append(ps, meeting.Text(meeting.FieldWhy, "Why it is corrected", n.Why, "Enter why it is corrected", meeting.MaxText)...)
		var v meeting.Decided
		var doer []fault.Problem
		if n.Doer == was.Doer { // they stay, whatever has become of them
			keep := n
			keep.Doer = ""
			v, _, err = s.decided(ctx, tx, r, keep)
			v.Doer = was.Doer
			if was.Doer != "" {
				v.DoerName = was.DoerName
			}
		} else {
			v, doer, err = s.decided(ctx, tx, r, n)
		}
		if err != nil {
			return err
		}
		if err := withProblems(problems(append(ps, doer...)), n.Wrong); err != nil {
			return err
		}
		v.Task = was.Task
		if !v.Gone && v.Doer != was.Doer && v.Doer != "" || !v.Gone && !was.Task {
			opened, err := s.decisionTask(ctx, tx, r, m, m.Decisions[i], v)
			if err != nil {
				return err
			}
			v.Task = v.Task || opened
		}
		return tx.AddDecided(ctx, m.ID, n.ID, v)
	})
}

// correctable is what a decision says that the actor corrects from this file, and whom the
// correction reaches: those of whom it says that, and about whom the actor may write. None
// is all children of the meeting, or the one whom the decision is about.
func (r reading) correctable(ctx context.Context, m meeting.Meeting, d meeting.Decision) (was meeting.Decided, reach []meeting.Child, err error) {
	writable, err := r.writable(ctx, r.sitting, m)
	if err != nil {
		return was, nil, err
	}
	if d.Put != "" {
		if writable[d.Person] == "" {
			err = errNoMeeting
		}
		return d.Now(), nil, err
	}
	if was = d.For(r.person).Now(); was.Number == 0 {
		return was, nil, errNoMeeting
	}
	for _, file := range filesOfMeeting(m) {
		if writable[file] != "" && d.For(file).Now().Number == was.Number {
			i := slices.IndexFunc(m.Children, func(c meeting.Child) bool { return c.File == file })
			reach = append(reach, m.Children[i])
		}
	}
	if len(reach) == len(filesOfMeeting(m)) {
		reach = nil
	}
	return was, reach, nil
}

// A DecisionOfFile is a decision in the list of a file: of a meeting, or one that was made
// outside any.
type DecisionOfFile struct {
	DecisionLine
	Meeting meeting.ID // empty for one made outside a meeting
	Title   string     // of the meeting, or of the entry
	Entry   entry.ID
	Version meeting.Version // what is arranged of the meeting
	Day     date.Date       // on which it was made
	By      string          // who recorded it
	Service string
}

// What is what was decided.
func (d DecisionOfFile) What() string { return d.Now().What }

// DecisionsPart is all that was decided about a child, the last first: at meetings and,
// as case notes, outside of them (CR-27).
func DecisionsPart() Part[[]DecisionOfFile] {
	return Part[[]DecisionOfFile]{access.Minutes, access.Look, func(ctx context.Context, r reading) ([]DecisionOfFile, error) {
		all, err := r.MeetingsOf(ctx, r.person)
		if err != nil {
			return nil, err
		}
		sight := r.sight()
		var list []DecisionOfFile
		for _, m := range all {
			if sight.of(m.Service, r.s.sensitiveMeeting(m)) != access.Shown {
				continue
			}
			for _, d := range m.Decisions {
				if d = d.For(r.person); len(d.Versions) == 0 || d.Now().Gone || m.Off() {
					continue
				}
				list = append(list, DecisionOfFile{DecisionLine: DecisionLine{Decision: d}, Meeting: m.ID, Title: m.Title, Version: m.Now(), Day: m.Now().Day, By: d.Now().ByName, Service: m.Service})
			}
		}
		if r.s.decide(r.standing, access.Timeline, access.Look).Outcome != access.Shown {
			return list, nil
		}
		r.ask(access.Timeline, access.Look)
		entries, err := r.DecisionEntries(ctx, r.person)
		for _, e := range entries {
			if sight.of(e.Service, e.Content.Sensitive) == access.Shown {
				list = append(list, decisionOf(e))
			}
		}
		slices.SortStableFunc(list, func(a, b DecisionOfFile) int { return b.Day.Compare(a.Day) })
		return list, err
	}}
}

// decisionOf is an entry that is a decision, as the list of decisions has it.
func decisionOf(e entry.Entry) DecisionOfFile {
	c := e.Content
	v := meeting.Decided{Number: 1, What: c.Text, MadeBy: c.DecidedBy, For: c.For, Against: c.Against, Outcome: c.Outcome, Reasons: c.Why, Do: c.FollowUp, Due: c.FollowUpBy}
	return DecisionOfFile{
		DecisionLine: DecisionLine{Decision: meeting.Decision{ID: string(e.ID), Versions: []meeting.Decided{v}}},
		Title:        e.TypeTitle, Entry: e.ID, Day: c.Happened, By: e.AuthorName, Service: e.Service,
	}
}
