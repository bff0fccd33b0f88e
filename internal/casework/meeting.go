package casework

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/meeting"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// A MeetingLine is a meeting in the list of a file. Of a masked one it has only the
// service and the day: something is there, not what.
type MeetingLine struct {
	meeting.Meeting
	Masked bool
	Others []person.Header // the other children of it, as far as the viewer may know of them
}

// Meetings are those about a person.
type Meetings struct {
	Coming []MeetingLine // planned, the next first
	Past   []MeetingLine // held or cancelled, the last first
	May    bool          // set one up
	Reads  bool          // what was said and decided
}

// MeetingsPart is the meetings about a person (CR-48).
func MeetingsPart() Part[Meetings] {
	return Part[Meetings]{access.Meetings, access.Look, func(ctx context.Context, r reading) (out Meetings, err error) {
		list, err := r.MeetingsOf(ctx, r.person)
		if err != nil {
			return out, err
		}
		sight := r.sight()
		for _, m := range list {
			m, known := m.Known(r.at)
			outcome := sight.of(m.Service, r.s.sensitiveMeeting(m))
			if outcome == access.Absent || !known {
				continue
			}
			line := MeetingLine{Meeting: m}
			now := m.Now()
			if outcome == access.Masked {
				line = MeetingLine{Masked: true, Meeting: meeting.Meeting{
					Service: m.Service, Versions: []meeting.Version{{Arrangement: meeting.Arrangement{State: now.State, Day: now.Day}}},
				}}
			} else {
				others, err := r.otherChildren(ctx, m)
				if err != nil {
					return out, err
				}
				line.Others = headersOf(others)
			}
			if now.State == meeting.Planned {
				out.Coming = append(out.Coming, line)
			} else {
				out.Past = append(out.Past, line)
			}
		}
		slices.Reverse(out.Coming)
		out.May = r.at == 0 && r.s.decide(r.standing, access.Meetings, access.Record).Outcome == access.Shown && len(r.defs.Meetings().Of(r.viewer.Service)) > 0
		out.Reads = r.ask(access.Minutes, access.Look).Outcome == access.Shown
		return out, nil
	}}
}

// sensitiveMeeting reports whether a meeting is for those who may read what is sensitive.
// One of a kind that the definitions no longer have may have been.
func (s *Service) sensitiveMeeting(m meeting.Meeting) bool {
	k, ok := s.set().Meetings().Kind(m.Kind)
	return !ok || k.Sensitive
}

// sees reports whether a meeting about somebody else, too, is the viewer's to read by that
// person's file: what is masked there is not to be had by way of another's.
func (r reading) sees(w *relative, m meeting.Meeting) bool {
	theirs := reading{r.Reader, w.sitting, r.worker, w.header.ID}
	return w.claims[0].decision.Outcome == access.Shown && theirs.sight().of(m.Service, r.s.sensitiveMeeting(m)) == access.Shown
}

// childOf decides about another child of a meeting: nil where this viewer may not know
// that the meeting is about them, too. Whoever is given is named.
func (r reading) childOf(ctx context.Context, m meeting.Meeting, p person.ID) (*relative, error) {
	w, err := r.consider(ctx, p, 0)
	if err != nil || w == nil {
		return nil, err
	}
	if !r.sees(w, m) || w.ask(access.Meetings, access.Look).Outcome != access.Shown {
		return nil, nil //nolint:nilnil // there is nobody to show, and that is no error
	}
	r.others = append(r.others, w.other)
	return w, nil
}

func (r reading) otherChildren(ctx context.Context, m meeting.Meeting) ([]*relative, error) {
	var list []*relative
	for _, file := range filesOfMeeting(m) {
		if file == r.person {
			continue
		}
		w, err := r.childOf(ctx, m, file)
		if err != nil {
			return nil, err
		}
		if w != nil {
			list = append(list, w)
		}
	}
	return list, nil
}

func headersOf(people []*relative) []person.Header {
	var list []person.Header
	for _, w := range people {
		list = append(list, w.header)
	}
	return list
}

// A names is what children of a meeting are called, by their files.
type names map[person.ID]string

// A childrenKnown are those of a meeting of whom the viewer may know.
type childrenKnown struct {
	names         // of all of them
	minutes names // of those whose part of the minutes they read
	others  []*relative
}

// mark has the footprint on the file of another child be that of their minutes, where
// something of them is in the value, and not of their name alone.
func (k childrenKnown) mark(file person.ID) {
	for _, w := range k.others {
		if w.header.ID == file && k.minutes[file] != "" {
			w.shows = w.minutes
		}
	}
}

// markPut is mark by whose row something was.
func (k childrenKnown) markPut(m meeting.Meeting, put person.ID) {
	for _, c := range m.Children {
		if c.Put == put {
			k.mark(c.File)
		}
	}
}

// An InviteeLine is somebody invited, by the name that the viewer has of them.
type InviteeLine struct {
	meeting.Invitee
	Called string // as whom they must be invited; empty for others
}

// A WrittenLine is what stands under one heading, with whom it is about.
type WrittenLine struct {
	meeting.Written
	Child string // the name; empty for the whole meeting
}

// A DecisionLine is a decision, with whom it is about.
type DecisionLine struct {
	meeting.Decision
	Child string // the name, or names; empty for all children of the meeting
	Here  bool   // it is corrected from this file
}

// A MeetingFile is one meeting, as far as the viewer may know of it: of its children,
// whom it invited, what was written and decided, nothing that is of a child whom they
// may not know of stands in it.
type MeetingFile struct {
	meeting.Meeting
	KindNow   meeting.Kind // the zero Kind where the definitions no longer have it
	Own       bool         // it is of the viewer's service
	Others    []person.Header
	Invitees  []InviteeLine
	Missing   []meeting.Called // who must be invited and is not
	SetBy     string
	Reads     bool          // what was said and decided
	Says      []WrittenLine // what the minutes say; empty while they are not agreed
	SaidStep  meeting.Step
	Agreed    meeting.Step
	Unagreed  []WrittenLine  // of one that did not take place, what was written and never agreed
	Before    []meeting.Step // that completed what they said before, as far as it is the viewer's to read
	Decisions []DecisionLine
	AgreeBy   date.Date // zero where nothing says
	SendBy    date.Date
	NextBy    date.Date
	Unsent    []InviteeLine
	Chairs    bool // the viewer chairs it, and agrees what they complete
	Wrote     bool // the viewer stands in for the chair, and wrote in what waits: somebody else agrees it
	May       MayMeeting
}

// MayMeeting says what a viewer may do about a meeting. The change decides anew.
type MayMeeting struct {
	Arrange bool // change it, invite, note who came, note what was sent
	Write   bool // the minutes and the decisions
	Agree   bool // what waits for the chair
	Correct bool // what was agreed
	Keep    bool // what was agreed as it is, and give its correction up
	// Withdraw is to say that it never took place.
	Withdraw bool
}

var errNoMeeting = fault.New(fault.NotFound, "There is no such meeting on this record.")

// MeetingPart is one meeting.
func MeetingPart(key meeting.ID) Part[MeetingFile] {
	return Part[MeetingFile]{access.Meetings, access.Look, func(ctx context.Context, r reading) (MeetingFile, error) {
		m, err := r.seenMeeting(ctx, key)
		if err != nil {
			return MeetingFile{}, err
		}
		return r.meeting(ctx, m)
	}}
}

// ArrangePart is the same for whoever changes what is arranged of it.
func ArrangePart(key meeting.ID) Part[MeetingFile] { return ownMeetingPart(key, access.Meetings) }

// WriteMeetingPart is the same for whoever writes what was said and decided.
func WriteMeetingPart(key meeting.ID) Part[MeetingFile] { return ownMeetingPart(key, access.Minutes) }

func ownMeetingPart(key meeting.ID, part access.Part) Part[MeetingFile] {
	return Part[MeetingFile]{part, access.Record, func(ctx context.Context, r reading) (MeetingFile, error) {
		m, err := r.s.ownMeeting(ctx, r.Reader, r.sitting, key)
		if err != nil {
			return MeetingFile{}, err
		}
		return r.meeting(ctx, m)
	}}
}

// seenMeeting is a meeting about the person that the viewer may read of.
func (r reading) seenMeeting(ctx context.Context, key meeting.ID) (meeting.Meeting, error) {
	m, err := r.Meeting(ctx, key)
	if fault.Is(err, fault.NotFound) {
		return m, errNoMeeting
	}
	if err == nil && (!m.On(r.person) || r.sight().of(m.Service, r.s.sensitiveMeeting(m)) != access.Shown) {
		err = errNoMeeting
	}
	return m, err
}

// ownMeeting is a meeting of the actor's service about the person that they sit before.
func (s *Service) ownMeeting(ctx context.Context, r store.Reader, sat *sitting, key meeting.ID) (meeting.Meeting, error) {
	m, err := (reading{r, sat, string(sat.actor.Worker), sat.person}).seenMeeting(ctx, key)
	if err == nil && m.Service != sat.viewer.Service {
		err = errNoMeeting
	}
	return m, err
}

// meeting leaves out of a meeting what is of children whom the viewer may not know of,
// and of people on the record likewise.
func (r reading) meeting(ctx context.Context, m meeting.Meeting) (MeetingFile, error) {
	f, _, err := r.meetingKnown(ctx, m)
	return f, err
}

func (r reading) meetingKnown(ctx context.Context, m meeting.Meeting) (MeetingFile, childrenKnown, error) {
	r.detail.Meeting = string(m.ID)
	f := MeetingFile{Own: m.Service == r.viewer.Service}
	f.KindNow, _ = r.defs.Meetings().Kind(m.Kind)
	known, err := r.childrenOf(ctx, m)
	if err != nil {
		return f, known, err
	}
	f.Others = headersOf(known.others)
	f.Missing = f.KindNow.Missing(m.Invitees)
	if f.Invitees, err = r.invited(ctx, m, f.KindNow, known.names); err != nil {
		return f, known, err
	}
	m.Children = slices.DeleteFunc(slices.Clone(m.Children), func(c meeting.Child) bool { return known.names[c.File] == "" })
	return f, known, r.fill(ctx, &f, m, known)
}

// fill is the rest of a meeting, of whose children those are left that the viewer knows.
func (r reading) fill(ctx context.Context, f *MeetingFile, m meeting.Meeting, known childrenKnown) (err error) {
	shown := func(id string) bool {
		return slices.ContainsFunc(f.Invitees, func(l InviteeLine) bool { return l.ID == id })
	}
	for _, i := range m.Unsent() {
		if k := slices.IndexFunc(f.Invitees, func(l InviteeLine) bool { return l.ID == i.ID }); k >= 0 {
			f.Unsent = append(f.Unsent, f.Invitees[k])
		}
	}
	m.Sent = slices.DeleteFunc(slices.Clone(m.Sent), func(s meeting.Sent) bool { return !shown(s.Invitee) })
	m.Invitees = slices.DeleteFunc(slices.Clone(m.Invitees), func(i meeting.Invitee) bool { return !shown(i.ID) })
	if f.SetBy, err = r.workerName(ctx, staff.ID(m.Set.By)); err != nil {
		return err
	}
	writes := r.ask(access.Minutes, access.Record).Outcome == access.Shown && f.Own
	f.Reads = r.ask(access.Minutes, access.Look).Outcome == access.Shown || writes && m.InHand()
	if err := r.said(ctx, f, m, known); err != nil {
		return err
	}
	m.Decisions = nil // those that are the viewer's to read stand in f
	if !f.Reads {
		m.Steps = slices.Clone(m.Steps)
		for i := range m.Steps {
			m.Steps[i].Reason = ""
		}
	}
	now := m.Now()
	if f.AgreeBy, f.SendBy, f.NextBy, err = r.s.meetingDays(f.KindNow, now.Day); err != nil {
		return err
	}
	f.May = MayMeeting{Arrange: f.Own && r.s.decide(r.standing, access.Meetings, access.Record).Outcome == access.Shown, Write: writes}
	if f.May.Arrange && m.Is(meeting.Held) {
		if f.May.Withdraw, err = r.s.mayWithdraw(ctx, r, m); err != nil {
			return err
		}
	}
	if f.Own && r.s.decide(r.standing, access.Minutes, access.Change).Outcome == access.Shown {
		may, wrote, err := r.s.mayAgree(ctx, r.Reader, r.sitting, m, f.KindNow)
		if err != nil {
			return err
		}
		f.Wrote = wrote
		f.Chairs = m.Now().Chair == r.actor.Worker
		f.May.Agree, f.May.Correct = may && minutesAre(meeting.Completed)(m), may && minutesAre(meeting.Agreed)(m)
		f.May.Keep = may && m.Correcting()
	}
	f.Meeting = m
	return nil
}

// childrenOf are the children of a meeting of whom the viewer knows.
func (r reading) childrenOf(ctx context.Context, m meeting.Meeting) (childrenKnown, error) {
	k := childrenKnown{names: names{}, minutes: names{}}
	h, err := r.Header(ctx, r.person)
	if err != nil {
		return k, err
	}
	k.names[r.person] = cmp.Or(h.DisplayName(), h.Reference.String())
	k.minutes[r.person] = k.names[r.person]
	if k.others, err = r.otherChildren(ctx, m); err != nil {
		return k, err
	}
	for _, w := range k.others {
		name := cmp.Or(w.header.DisplayName(), w.header.Reference.String())
		k.names[w.header.ID] = name
		if w.reads(access.Minutes, access.Look) || m.Service == r.viewer.Service && m.InHand() && w.reads(access.Minutes, access.Record) {
			k.minutes[w.header.ID] = name
		}
	}
	return k, nil
}

// invited are those who are invited, without people on the record whom the viewer may
// not know of.
func (r reading) invited(ctx context.Context, m meeting.Meeting, k meeting.Kind, children names) ([]InviteeLine, error) {
	var list []InviteeLine
	for _, i := range m.Invitees {
		line := InviteeLine{Invitee: i}
		if c, ok := k.Called(i.For); ok {
			line.Called = c.Title
		}
		if i.Person != "" {
			name, known := children[i.Person]
			if !known {
				if m.On(i.Person) {
					continue // a child of the meeting of whom the viewer may not know that
				}
				w, err := r.relative(ctx, i.Person, 0)
				if err != nil {
					return nil, err
				}
				if w == nil {
					continue
				}
				name = w.header.DisplayName()
			}
			line.Name = name
		}
		list = append(list, line)
	}
	return list, nil
}

// said is what was agreed and decided, as far as it is the viewer's to read.
func (r reading) said(ctx context.Context, f *MeetingFile, m meeting.Meeting, known childrenKnown) error {
	if !f.Reads {
		return nil
	}
	for _, d := range m.Decisions {
		f.Decisions = append(f.Decisions, r.linesOf(d, m, known)...)
	}
	if m.Off() {
		var err error
		if f.Unagreed, err = r.unagreed(ctx, m, known); err != nil {
			return err
		}
	}
	step, ok := m.Says()
	if !ok {
		return nil
	}
	f.SaidStep = step
	f.Agreed, _ = m.AgreedBy()
	if r.s.decide(r.standing, access.MinutesBefore, access.Look).Outcome == access.Shown {
		f.Before = m.Before()
	}
	var err error
	f.Says, err = r.minutesOf(ctx, m, step.Number, known)
	f.Unagreed = slices.DeleteFunc(f.Unagreed, func(w WrittenLine) bool {
		return slices.ContainsFunc(f.Says, func(s WrittenLine) bool { return s.Same(w.Written) })
	})
	return err
}

// unagreed is what was written of a meeting that did not take place: its draft, or what waits
// to be agreed.
func (r reading) unagreed(ctx context.Context, m meeting.Meeting, known childrenKnown) ([]WrittenLine, error) {
	var lines []WrittenLine
	draft, err := r.MinutesDraft(ctx, m.ID)
	switch latest, _ := m.Latest(); {
	case err == nil:
		lines = writtenLines(draft.Texts, m, known.minutes)
	case !fault.Is(err, fault.NotFound):
		return nil, err
	case m.MinutesState() == meeting.Completed:
		if lines, err = r.minutesOf(ctx, m, latest.Number, known); err != nil {
			return nil, err
		}
	}
	lines = slices.DeleteFunc(lines, func(w WrittenLine) bool { return w.Text == "" })
	for _, w := range lines {
		known.markPut(m, w.Written.Person)
	}
	return lines, nil
}

// linesOf is a decision of a meeting as it stands for those whose minutes the viewer reads:
// a line for each thing that it says, since a correction reaches those alone about whom
// whoever made it may write. Where it says one thing of all of them, it names nobody.
func (r reading) linesOf(d meeting.Decision, m meeting.Meeting, known childrenKnown) []DecisionLine {
	var lines []DecisionLine
	var about [][]person.ID
	files := slices.DeleteFunc(filesOfMeeting(m), func(file person.ID) bool { return known.minutes[file] == "" })
	for _, file := range files {
		of := d.For(file)
		if len(of.Versions) == 0 {
			continue
		}
		i := slices.IndexFunc(lines, func(l DecisionLine) bool { return l.Now().Number == of.Now().Number })
		if i < 0 {
			i, lines, about = len(lines), append(lines, DecisionLine{}), append(about, nil)
		}
		about[i] = append(about[i], file)
		lines[i].Decision = d.For(about[i]...)
	}
	for i := range lines {
		lines[i].Here = d.Put != "" || slices.Contains(about[i], r.person)
		if len(known.names) < 2 || d.Put == "" && len(about[i]) == len(files) { // to whoever knows of one child, all is about that one
			continue
		}
		var named []string
		for _, file := range about[i] {
			known.mark(file)
			named = append(named, known.names[file])
		}
		lines[i].Child = strings.Join(named, ", ")
	}
	return lines
}

// minutesOf is what a step says, without what is of children whose minutes the viewer may
// not read.
func (r reading) minutesOf(ctx context.Context, m meeting.Meeting, step int, known childrenKnown) ([]WrittenLine, error) {
	texts, err := r.Minutes(ctx, m.ID, step)
	if err != nil {
		return nil, err
	}
	for _, w := range texts {
		known.markPut(m, w.Person)
	}
	return writtenLines(texts, m, known.minutes), nil
}

func writtenLines(texts []meeting.Written, m meeting.Meeting, of names) []WrittenLine {
	var list []WrittenLine
	for _, w := range texts {
		name := ""
		if w.Person != "" {
			i := slices.IndexFunc(m.Children, func(c meeting.Child) bool { return c.Put == w.Person })
			if i < 0 || of[m.Children[i].File] == "" {
				continue
			}
			name = of[m.Children[i].File]
		}
		list = append(list, WrittenLine{w, name})
	}
	return list
}

// meetingDays are the days by which minutes are agreed, are sent, and the next meeting is
// held; each zero where nothing says.
func (s *Service) meetingDays(k meeting.Kind, day date.Date) (agree, send, next date.Date, err error) {
	if agree, err = s.limitDay(k.AgreeIn, day); err != nil {
		return agree, send, next, err
	}
	if send, err = s.limitDay(k.SendIn, day); err != nil {
		return agree, send, next, err
	}
	next, err = s.limitDay(k.NextIn, day)
	return agree, send, next, err
}

// limitDay is the last day in time; zero where nothing says, or nobody can.
func (s *Service) limitDay(l task.Limit, from date.Date) (date.Date, error) {
	day, err := l.Due(s.set(), from)
	if task.Outside(err) {
		return date.Date{}, nil
	}
	return day, err
}

// minutesAwait is what waits of a meeting to be agreed for its chair, by the one rule of
// what is authorised: not by whoever wrote in it.
func (s *Service) minutesAwait(ctx context.Context, r store.Reader, m meeting.Meeting, k meeting.Kind) (awaited, error) {
	w := awaited{part: access.Minutes, service: m.Service, roles: k.StandsIn}
	latest, ok := m.Latest()
	if !ok || m.MinutesState() != meeting.Completed {
		return w, nil
	}
	texts, err := r.Minutes(ctx, m.ID, latest.Number)
	w.wrote = m.Wrote(texts)
	return w, err
}

// mayAgree reports whether the actor agrees what the minutes of a meeting say: the chair,
// who answers for them whoever wrote them; or a role that stands in where the chair has no
// account, has left or is away. wrote is set for whoever would stand in and wrote in what
// waits.
func (s *Service) mayAgree(ctx context.Context, r store.Reader, sat *sitting, m meeting.Meeting, k meeting.Kind) (may, wrote bool, err error) {
	if m.Now().Chair == sat.actor.Worker {
		return true, false, nil
	}
	if !slices.Contains(k.StandsIn, sat.viewer.Role) {
		return false, false, nil
	}
	if there, err := s.chairThere(ctx, r, m); err != nil || there {
		return false, false, err
	}
	w, err := s.minutesAwait(ctx, r, m, k)
	may = err == nil && w.is(sat.viewer.Role, sat.actor.Worker)
	return may, err == nil && !may, err
}

// chairThere reports whether the chair of a meeting has an account and a role in its
// service, and is not away.
func (s *Service) chairThere(ctx context.Context, r store.Reader, m meeting.Meeting) (bool, error) {
	chair := m.Now().Chair
	if chair == "" {
		return false, nil
	}
	roles, err := r.Assignments(ctx, chair, s.Today())
	if err != nil || !slices.ContainsFunc(roles, func(a staff.Assignment) bool { return a.Service == m.Service }) {
		return false, err
	}
	absences, err := r.Absences(ctx, chair)
	return err == nil && !slices.ContainsFunc(absences, func(b staff.Absence) bool { return b.Period.Contains(s.Today()) }), err
}

// changeMeeting does something with a meeting of the actor's service, and leaves the
// footprint of it on the files of all its children: what is changed is of each of them.
func (s *Service) changeMeeting(ctx context.Context, a Actor, c meetingChange, do func(tx store.Tx, r reading, m meeting.Meeting) error) error {
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, c.ref, c.part, c.action)
		if err != nil {
			return err
		}
		m, err := s.ownMeeting(ctx, tx, sat, c.key)
		if err != nil {
			return err
		}
		if err := do(tx, reading{tx, sat, string(a.Worker), sat.person}, m); err != nil {
			return err
		}
		return s.leaveMeeting(ctx, tx, sat, m, c.done)
	})
	return s.refusedTo(ctx, a, c.ref, c.part, string(c.action), err)
}

// footprintOn is the footprint of what the actor did to a meeting, on the file of one of its
// children: with what ties the actor to that child, or, to whom nothing does, with the
// meeting that they share.
func (s *Service) footprintOn(ctx context.Context, tx store.Tx, sat *sitting, file person.ID) (footprint.Footprint, error) {
	asked := sat.claims[0]
	d := asked.decision
	if file != sat.person {
		st, err := s.standing(ctx, tx, sat.actor, file)
		if err != nil {
			return footprint.Footprint{}, err
		}
		if d = s.decide(st, asked.part, asked.action); d.Outcome != access.Shown {
			d = access.Decision{Outcome: access.Shown, Ground: footprint.Shared} // it was changed all the same
		}
	}
	f := sat.footprint(d)
	f.Object = string(file)
	return f, nil
}

// leaveMeeting leaves that footprint: on each file with what ties the actor to that child.
func (s *Service) leaveMeeting(ctx context.Context, tx store.Tx, sat *sitting, m meeting.Meeting, done string) error {
	for _, file := range filesOfMeeting(m) {
		f, err := s.footprintOn(ctx, tx, sat, file)
		if err != nil {
			return err
		}
		if _, err := s.leave(ctx, tx, f, &footprint.Detail{Meeting: string(m.ID), Done: done}); err != nil {
			return err
		}
	}
	return nil
}

// filesOfMeeting are those of the children of a meeting, each once.
func filesOfMeeting(m meeting.Meeting) []person.ID {
	var list []person.ID
	for _, c := range m.Children {
		if !slices.Contains(list, c.File) {
			list = append(list, c.File)
		}
	}
	return list
}
