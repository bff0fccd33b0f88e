package casework

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// meetingsFile is where the kinds of meeting stand among the definitions.
const meetingsFile = "work/meetings.yaml"

// A SetUp is the page on which a meeting is set up: the kinds to choose from and, once one
// is chosen, who can chair it, who can take the minutes and which other children it can
// be about.
type SetUp struct {
	Kinds        meeting.Kinds
	Kind         meeting.Kind // the zero Kind until one is chosen
	Chairs       []Pick
	MinuteTakers []Pick
	Children     []Pick // by their references
}

// SetUpPart is that page.
func SetUpPart(kind string) Part[SetUp] {
	return Part[SetUp]{access.Meetings, access.Record, func(ctx context.Context, r reading) (SetUp, error) {
		p := SetUp{Kinds: r.kindsOfMeeting()}
		i := slices.IndexFunc(p.Kinds, func(k meeting.Kind) bool { return k.ID == kind })
		if i < 0 {
			return p, nil
		}
		p.Kind = p.Kinds[i]
		var err error
		if p.Chairs, p.MinuteTakers, err = r.chairs(ctx, p.Kind); err != nil {
			return p, err
		}
		p.Children, err = r.siblings(ctx)
		return p, err
	}}
}

// A ChangingMeeting is the page on which what is arranged of a meeting is changed.
type ChangingMeeting struct {
	M                    MeetingFile
	Chairs, MinuteTakers []Pick
}

// ChangeMeetingPart is that page.
func ChangeMeetingPart(key meeting.ID) Part[ChangingMeeting] {
	return Part[ChangingMeeting]{access.Meetings, access.Record, func(ctx context.Context, r reading) (p ChangingMeeting, err error) {
		m, err := r.s.ownMeeting(ctx, r.Reader, r.sitting, key)
		if err != nil {
			return p, err
		}
		if p.M, err = r.meeting(ctx, m); err != nil {
			return p, err
		}
		p.Chairs, p.MinuteTakers, err = r.chairs(ctx, p.M.KindNow)
		return p, err
	}}
}

// kindsOfMeeting are those that the viewer may set up.
func (r reading) kindsOfMeeting() meeting.Kinds {
	reads := r.sight().of(r.viewer.Service, true) == access.Shown
	return slices.DeleteFunc(r.defs.Meetings().Of(r.viewer.Service), func(k meeting.Kind) bool { return k.Sensitive && !reads })
}

// chairs are who can chair meetings of a kind, and who can take the minutes: workers of
// the service who can open this file.
func (r reading) chairs(ctx context.Context, k meeting.Kind) (chairs, takers []Pick, err error) {
	all, err := r.Holders(ctx, r.s.Today())
	if err != nil {
		return nil, nil, err
	}
	for _, h := range all {
		if h.Service != r.viewer.Service {
			continue
		}
		pick := Pick{string(h.Worker), h.Name + ", " + r.s.RoleTitle(h.Role)}
		chair := slices.Contains(k.ChairedBy, h.Role) && !slices.ContainsFunc(chairs, func(p Pick) bool { return p.Key == pick.Key })
		taker := r.s.takesMinutes(h.Role) && !slices.ContainsFunc(takers, func(p Pick) bool { return p.Key == pick.Key })
		if !chair && !taker {
			continue
		}
		may, err := r.s.mayMeet(ctx, r.Reader, h, r.person)
		if err != nil {
			return nil, nil, err
		}
		if chair && may {
			chairs = append(chairs, pick)
		}
		if taker && may {
			takers = append(takers, pick)
		}
	}
	byWords := func(a, b Pick) int { return strings.Compare(a.Words, b.Words) }
	slices.SortFunc(chairs, byWords)
	slices.SortFunc(takers, byWords)
	return chairs, takers, nil
}

// takesMinutes reports whether a role writes minutes at all.
func (s *Service) takesMinutes(role access.Role) bool {
	return len(s.set().Access().Scope(access.Viewer{Role: role}, access.Minutes, access.Record, access.Shown).Gives) > 0
}

// mayMeet reports whether somebody in a role could open a meeting about a person.
func (s *Service) mayMeet(ctx context.Context, r store.Reader, h staff.Holder, p person.ID) (bool, error) {
	defs := s.set()
	v := access.Viewer{Worker: string(h.Worker), Role: h.Role, Team: string(h.Team), Service: h.Service, Courses: defs.CourseIDs()}
	held, err := r.Held(ctx, v, p, date.At(s.now()))
	if err != nil {
		return false, err
	}
	st := standing{v, held, defs}
	return s.decide(st, access.Meetings, access.Look).Outcome == access.Shown && s.decide(st, access.Identity, access.Look).Outcome == access.Shown, nil
}

// siblings are other children whom a meeting can be about: of those related to the person
// or of their household, those about whom the viewer may set one up.
func (r reading) siblings(ctx context.Context) ([]Pick, error) {
	if r.ask(access.Relations, access.Look).Outcome != access.Shown {
		return nil, nil
	}
	before := len(r.others)
	family, err := r.family(ctx, 0)
	if err != nil {
		return nil, err
	}
	r.others = r.others[:before] // those are named who are on the page
	seen := map[person.ID]bool{r.person: true}
	var list []Pick
	offer := func(h person.Header, word string) error {
		if seen[h.ID] || h.MadeAs == person.AsRelation || !h.Born.IsZero() && h.Born.Age(r.s.Today()) >= adult {
			return nil
		}
		seen[h.ID] = true
		w, err := r.consider(ctx, h.ID, 0)
		if err != nil || w == nil {
			return err
		}
		if w.ask(access.Identity, access.Look).Outcome != access.Shown || w.ask(access.Meetings, access.Record).Outcome != access.Shown {
			return nil
		}
		r.others = append(r.others, w.other)
		words := h.DisplayName()
		if word != "" {
			words += ", " + word
		}
		list = append(list, Pick{h.Reference.String(), words})
		return nil
	}
	for _, rel := range family.Relatives {
		if rel.Period.Contains(r.s.Today()) {
			if err := offer(rel.Who, rel.Word()); err != nil {
				return nil, err
			}
		}
	}
	for _, h := range family.Household {
		if err := offer(h.Who, "in the same household"); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// adult is the age from which nobody is offered as a child of a meeting.
const adult = 25

// A NewMeeting is a meeting that somebody sets up. Its key is the page's, so that pressing
// twice sets up one.
type NewMeeting struct {
	ID       meeting.ID
	Kind     string
	Children []id.Reference // others whom it is about
	meeting.Arrangement
	Wrong []fault.Problem // what of it could not be read
}

// tidied is an arrangement as every store can keep it.
func tidied(a meeting.Arrangement) meeting.Arrangement {
	for _, line := range []*string{&a.Place, &a.ChairName} {
		*line = entry.OneLine(*line)
	}
	for _, text := range []*string{&a.Reason, &a.Agenda, &a.NoNext, &a.NotInvited, &a.Late} {
		*text = entry.Text(*text)
	}
	return a
}

// SetUpMeeting sets up a meeting about a child, and perhaps others: each of them must be
// the actor's to set one up about. Whom the kind names is on the list of those invited
// at once.
//
// Errors: Invalid with each problem by its field; NotFound for a file that is not the
// actor's to do so on.
func (s *Service) SetUpMeeting(ctx context.Context, a Actor, ref id.Reference, n NewMeeting) error {
	n.Arrangement = tidied(n.Arrangement)
	err := s.db.Update(ctx, func(tx store.Tx) error {
		sat, err := s.mayDo(ctx, tx, a, ref, access.Meetings, access.Record)
		if err != nil {
			return err
		}
		r := reading{tx, sat, string(a.Worker), sat.person}
		if held, err := tx.Meeting(ctx, n.ID); err == nil && held.Set.By == string(a.Worker) && held.On(sat.person) {
			return nil // the same was sent twice
		} else if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		kinds := r.kindsOfMeeting()
		k, ok := kinds.Kind(n.Kind)
		if !ok {
			return problems([]fault.Problem{{Field: meeting.FieldKind, Message: "Select what kind of meeting it is"}})
		}
		m, err := s.newMeeting(ctx, tx, sat, n, k)
		if err != nil {
			return err
		}
		if err := tx.AddMeeting(ctx, m); err != nil {
			return err
		}
		v, err := s.arranged(ctx, tx, r, m, k, n.Arrangement)
		if err := withProblems(err, n.Wrong); err != nil {
			return err
		}
		v.Number, v.State, v.Late = 1, meeting.Planned, ""
		if err := tx.AddMeetingVersion(ctx, m.ID, v); err != nil {
			return err
		}
		if err := s.inviteCalled(ctx, tx, sat, m, k); err != nil {
			return err
		}
		draft := meeting.Draft{Meeting: m.ID, Rev: 1, Texts: k.Empty(m.Children), Saved: date.At(s.now()), By: a.Worker}
		if err := tx.AddMinutesDraft(ctx, draft); err != nil {
			return err
		}
		return s.leaveMeeting(ctx, tx, sat, m, "meeting set up")
	})
	return s.refusedTo(ctx, a, ref, access.Meetings, string(access.Record), err)
}

// newMeeting is a meeting with those whom it is about.
func (s *Service) newMeeting(ctx context.Context, tx store.Tx, sat *sitting, n NewMeeting, k meeting.Kind) (meeting.Meeting, error) {
	definition, _ := s.set().File(meetingsFile)
	m := meeting.Meeting{
		ID: n.ID, Kind: k.ID, Title: k.Title, Service: sat.viewer.Service, Team: staff.TeamID(sat.viewer.Team), Definition: definition.Hash,
		Set: tx.Stamp(string(sat.actor.Worker)), Children: []meeting.Child{{Put: sat.person, Now: sat.person, File: sat.person}},
	}
	for _, ref := range n.Children {
		other, err := s.mayDo(ctx, tx, sat.actor, ref, access.Meetings, access.Record)
		if fault.Is(err, fault.NotFound) { // not there, or not theirs: it is not on the page's list either
			return m, problems([]fault.Problem{{Field: meeting.FieldChildren, Message: "Select children from the list"}})
		}
		if err != nil {
			return m, err
		}
		if !m.On(other.person) {
			m.Children = append(m.Children, meeting.Child{Put: other.person, Now: other.person, File: other.person})
		}
	}
	return m, nil
}

// arranged is a version of what is arranged, held to what the kind asks, by the actor.
func (s *Service) arranged(ctx context.Context, tx store.Tx, r reading, m meeting.Meeting, k meeting.Kind, a meeting.Arrangement) (meeting.Version, error) {
	ps := a.Check(s.Today())
	clock, ok := entry.Clock(a.Time)
	if !ok {
		ps = append(ps, fault.Problem{Field: meeting.FieldTime, Message: "Enter a time like 2:30pm or 14:30"})
	}
	a.Time = clock
	chairs, takers, err := r.chairs(ctx, k)
	if err != nil {
		return meeting.Version{}, err
	}
	was := m.Now()
	pick := func(list []Pick, w staff.ID, field, missing string) string {
		i := slices.IndexFunc(list, func(p Pick) bool { return p.Key == string(w) })
		switch {
		case w == "":
			return ""
		case i < 0 && (w == was.Chair && field == meeting.FieldChair || w == was.MinuteTaker && field == meeting.FieldMinuteTaker):
			return "" // they stay, whatever has become of their role
		case i < 0:
			ps = append(ps, fault.Problem{Field: field, Message: missing})
			return ""
		}
		return list[i].Key
	}
	pick(chairs, a.Chair, meeting.FieldChair, "Select somebody from the list who chairs it")
	pick(takers, a.MinuteTaker, meeting.FieldMinuteTaker, "Select somebody from the list who takes the minutes")
	if err := problems(ps); err != nil {
		return meeting.Version{}, err
	}
	for _, of := range []struct {
		w    staff.ID
		name *string
	}{{a.Chair, &a.ChairName}, {a.MinuteTaker, &a.MinuteName}} {
		if of.w == "" {
			continue
		}
		worker, err := tx.Worker(ctx, of.w)
		if err != nil {
			return meeting.Version{}, err
		}
		*of.name = worker.Name()
	}
	v, err := s.meetingVersion(ctx, tx, r.sitting, m)
	v.Arrangement = a
	return v, err
}

// meetingVersion is the next version of what is arranged, signed by the actor.
func (s *Service) meetingVersion(ctx context.Context, tx store.Tx, sat *sitting, m meeting.Meeting) (meeting.Version, error) {
	who, err := tx.Worker(ctx, sat.actor.Worker)
	was := m.Now()
	return meeting.Version{
		Number: was.Number + 1, Arrangement: was.Arrangement, By: sat.actor.Worker, ByName: who.Name(), ByRole: s.RoleTitle(sat.viewer.Role),
		Recorded: tx.Stamp(string(sat.actor.Worker)),
	}, err
}

// inviteCalled puts on the list whom the program knows of those who must be invited.
func (s *Service) inviteCalled(ctx context.Context, tx store.Tx, sat *sitting, m meeting.Meeting, k meeting.Kind) error {
	who, err := tx.Worker(ctx, sat.actor.Worker)
	if err != nil {
		return err
	}
	add := func(i meeting.Invitee, c meeting.Called) error {
		i.ID, i.For, i.Gets = id.New(), c.ID, true
		i.By, i.ByName, i.Recorded = sat.actor.Worker, who.Name(), tx.Stamp(string(sat.actor.Worker))
		return tx.AddInvitee(ctx, m.ID, i)
	}
	for _, c := range k.Invite {
		switch c.Is {
		case meeting.TheChild:
			for _, child := range m.Children {
				if err := add(meeting.Invitee{Person: child.File, Role: c.Title}, c); err != nil {
					return err
				}
			}
		case meeting.Allocated:
			var done []string
			for _, child := range m.Children {
				episodes, err := tx.Episodes(ctx, child.File, 0)
				if err != nil {
					return err
				}
				for _, e := range episodes {
					if e.Service != m.Service || !e.Period.Contains(s.Today()) || e.Allocated == "" || e.Gone || slices.Contains(done, e.Allocated) {
						continue
					}
					done = append(done, e.Allocated)
					if err := add(meeting.Invitee{Worker: staff.ID(e.Allocated), Name: e.Worker, Role: c.Title}, c); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// A meetingChange is who wants to do what with which meeting; done says it in a few words,
// without names.
type meetingChange struct {
	ref    id.Reference
	key    meeting.ID
	part   access.Part
	action access.Action
	done   string
}

func arranging(ref id.Reference, key meeting.ID, done string) meetingChange {
	return meetingChange{ref, key, access.Meetings, access.Record, done}
}

var errMeetingChanged = fault.New(fault.Conflict, "Somebody changed this meeting since you opened it.")

// MeetingChanged reports whether err says that a meeting was changed since it was read.
func MeetingChanged(err error) bool { return err == error(errMeetingChanged) }

// ArrangeMeeting changes what is arranged of a meeting. seen is the version that the page
// showed. Of one that was held, the day of the next one and the reasons can be changed
// likewise; why is asked for then, and where its day is another. The stage that it reached,
// and what is due from it, follow its day. Who chaired it can be put right until the minutes
// are agreed; whoever chaired it, and whoever does then, are told.
//
// Errors: Invalid with each problem by its field; MeetingChanged(err) where somebody else
// changed it since.
func (s *Service) ArrangeMeeting(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, seen int, n meeting.Arrangement, why string, wrong []fault.Problem) error {
	n, why = tidied(n), entry.Text(why)
	return s.changeMeeting(ctx, a, arranging(ref, key, "meeting changed"), func(tx store.Tx, r reading, m meeting.Meeting) error {
		now := m.Now()
		switch {
		case now.Number != seen:
			return errMeetingChanged
		case m.Off():
			return errOff
		}
		k, _ := r.defs.Meetings().Kind(m.Kind)
		var ps []fault.Problem
		if now.State == meeting.Held || n.Day != now.Day {
			ps = meeting.Text(meeting.FieldWhy, "Why it is changed", why, "Enter why it is changed", meeting.MaxText)
		} else {
			ps = meeting.Text(meeting.FieldWhy, "Why it is changed", why, "", meeting.MaxText)
		}
		if now.State == meeting.Held {
			_, _, next, err := s.meetingDays(k, n.Day)
			if err != nil {
				return err
			}
			n.NotInvited, n.Late = now.NotInvited, cmp.Or(n.Late, now.Late)
			ps = append(ps, n.CheckHeld(s.Today(), nil, next)...)
			if _, agreed := m.Says(); agreed && n.OtherChair(now.Arrangement) {
				ps = append(ps, fault.Problem{Field: meeting.FieldChair, Message: "The minutes are agreed, so who chaired the meeting stays as it is: " + now.ChairName})
			}
		} else {
			n.Next, n.NoNext, n.Late = now.Next, now.NoNext, now.Late
		}
		v, err := s.arranged(ctx, tx, r, m, k, n)
		if now.State == meeting.Held && n.Day != now.Day && err == nil && len(ps)+len(wrong) == 0 {
			ps, err = s.restage(ctx, tx, r, m, n.Day, n.Late)
		}
		if err := withProblems(withProblems(err, ps), wrong); err != nil {
			return err
		}
		v.State, v.Why = now.State, why
		if err := tx.AddMeetingVersion(ctx, m.ID, v); err != nil || now.State != meeting.Held {
			return err
		}
		if v.OtherChair(now.Arrangement) {
			if err := s.tellWith(ctx, tx, r.sitting, store.Notice{Kind: MeetingChair, Meeting: m.ID}, now.Chair, v.Chair); err != nil {
				return err
			}
		}
		return s.dueAgain(ctx, tx, r, m, "its day was put right")
	})
}

// withProblems is an error of problems, with others: these stand in place of those of the
// same field.
func withProblems(err error, ps []fault.Problem) error {
	if err != nil && !fault.Is(err, fault.Invalid) {
		return err
	}
	all := slices.Clone(ps)
	if e, ok := errors.AsType[*fault.Error](err); ok {
		for _, p := range e.Problems {
			if !slices.ContainsFunc(ps, func(o fault.Problem) bool { return o.Field == p.Field }) {
				all = append(all, p)
			}
		}
	}
	return problems(all)
}

var errOff = fault.New(fault.Conflict, "This meeting did not take place, so that it stays as it is. Set up another.")

// CancelMeeting cancels a meeting that was not held, with why.
func (s *Service) CancelMeeting(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, seen int, why string) error {
	why = entry.Text(why)
	if err := problems(meeting.Text(meeting.FieldWhy, "Why it is cancelled", why, "Enter why it is cancelled", meeting.MaxText)); err != nil {
		return err
	}
	return s.changeMeeting(ctx, a, arranging(ref, key, "meeting cancelled"), func(tx store.Tx, r reading, m meeting.Meeting) error {
		if m.Now().Number != seen || !m.Is(meeting.Planned) {
			return errMeetingChanged
		}
		v, err := s.meetingVersion(ctx, tx, r.sitting, m)
		if err != nil {
			return err
		}
		v.State, v.Why = meeting.Cancelled, why
		return tx.AddMeetingVersion(ctx, m.ID, v)
	})
}

// A HeldMeeting is what somebody says of a meeting that was held.
type HeldMeeting struct {
	Day        date.Date
	Time       string
	Next       date.Date
	NoNext     string
	NotInvited string
	Late       string
	Came       map[string]meeting.Attended // by invitee
	Reports    map[string]bool
	Wrong      []fault.Problem // what of it could not be read
}

// HoldMeeting says that a meeting was held: when, who came, and when the next one is. It
// reaches the stage that its kind names, on the file of each child whose stages are the
// actor's to state.
//
// Errors: Invalid with each problem by its field; MeetingChanged(err) where somebody else
// changed it since.
func (s *Service) HoldMeeting(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, seen int, h HeldMeeting) error {
	h.NoNext, h.NotInvited, h.Late = entry.Text(h.NoNext), entry.Text(h.NotInvited), entry.Text(h.Late)
	return s.changeMeeting(ctx, a, arranging(ref, key, "meeting held"), func(tx store.Tx, r reading, m meeting.Meeting) error {
		if m.Now().Number != seen || !m.Is(meeting.Planned) {
			return errMeetingChanged
		}
		k, _ := r.defs.Meetings().Kind(m.Kind)
		v, err := s.meetingVersion(ctx, tx, r.sitting, m)
		if err != nil {
			return err
		}
		v.State, v.Day, v.Next, v.NoNext, v.NotInvited, v.Late = meeting.Held, h.Day, h.Next, h.NoNext, h.NotInvited, h.Late
		clock, ok := entry.Clock(h.Time)
		v.Time = clock
		_, _, next, err := s.meetingDays(k, h.Day)
		if err != nil {
			return err
		}
		ps := v.CheckHeld(s.Today(), k.Missing(m.Invitees), next)
		if !ok {
			ps = append(ps, fault.Problem{Field: meeting.FieldTime, Message: "Enter a time like 2:30pm or 14:30"})
		}
		late, err := s.reachStages(ctx, tx, r, m, k, v)
		if err != nil {
			return err
		}
		if err := withProblems(problems(append(ps, late...)), h.Wrong); err != nil {
			return err
		}
		if err := tx.AddMeetingVersion(ctx, m.ID, v); err != nil {
			return err
		}
		return s.noteWhoCame(ctx, tx, r, m, h)
	})
}

// noteWhoCame notes of each invitee whom the viewer knows of whether they came.
func (s *Service) noteWhoCame(ctx context.Context, tx store.Tx, r reading, m meeting.Meeting, h HeldMeeting) error {
	who, err := tx.Worker(ctx, r.actor.Worker)
	if err != nil {
		return err
	}
	for _, i := range m.Invitees {
		came, said := h.Came[i.ID]
		if i.Off != "" || !slices.Contains(meeting.Attendances, came) {
			continue
		}
		report := i.Report || h.Reports[i.ID]
		if !said || came == i.Attended && report == i.Report {
			continue
		}
		if _, err := r.invitee(ctx, m, i.ID); err != nil {
			return err
		}
		i.Number, i.Attended, i.Report = i.Number+1, came, report
		i.By, i.ByName, i.Recorded = r.actor.Worker, who.Name(), tx.Stamp(string(r.actor.Worker))
		if err := tx.AddStanding(ctx, m.ID, i); err != nil {
			return err
		}
	}
	return nil
}

// reachStages states that a meeting reached the stage that its kind names, of the case of
// each of its children: where what the stages say is the actor's to state, and a stage is
// still to be reached. It gives what stands in the way: a stage that is late asks why.
func (s *Service) reachStages(ctx context.Context, tx store.Tx, r reading, m meeting.Meeting, k meeting.Kind, v meeting.Version) ([]fault.Problem, error) {
	if len(k.Reaches) == 0 || v.Day.IsZero() || v.Day.After(s.Today()) {
		return nil, nil
	}
	by := tx.Stamp(string(r.actor.Worker))
	for _, file := range filesOfMeeting(m) {
		sat, err := s.mayOn(ctx, tx, r.actor, file, access.Tasks, access.Record, access.Shown)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		cases, err := (reading{tx, sat, r.worker, file}).processes(ctx)
		if err != nil {
			return nil, err
		}
		p, st, ok := toReach(cases, m.Service, k.Reaches)
		if !ok {
			continue
		}
		stage := task.Milestone{Episode: p.Episode.Key(), Kind: st.Kind.ID, Planned: st.Now.Planned, Actual: v.Day}
		if stage.Lateness(st.Due).DaysLate(s.Today()) > 0 {
			stage.Late = v.Late
		}
		why := m.Title + " was held"
		if ps := stage.Check(st.Now, st.Due, s.Today(), why); len(ps) > 0 {
			return ps, nil
		}
		if err := putStage(ctx, tx, by, file, st.Now, stage, why); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// toReach is the first of some stages of an open case of a service that is not reached yet.
func toReach(cases []Process, service string, kinds []string) (Process, Stage, bool) {
	for _, p := range cases {
		if !p.May || p.Episode.Service != service {
			continue
		}
		for _, kind := range kinds {
			i := slices.IndexFunc(p.Stages, func(st Stage) bool { return st.Kind.ID == kind && st.Now.Actual.IsZero() })
			if i >= 0 {
				return p, p.Stages[i], true
			}
		}
	}
	return Process{}, Stage{}, false
}
