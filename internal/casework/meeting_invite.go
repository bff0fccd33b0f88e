package casework

import (
	"context"
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
)

// An Inviting is the page on which somebody is invited: who can be chosen, by what Who of
// a NewInvitee names them.
type Inviting struct {
	M   MeetingFile
	Who []Pick
}

// The two ways in which Who names somebody.
const (
	inviteWorker = "worker:"
	invitePerson = "person:" // by their reference
)

// InvitePart is that page.
func InvitePart(key meeting.ID) Part[Inviting] {
	return Part[Inviting]{access.Meetings, access.Record, func(ctx context.Context, r reading) (p Inviting, err error) {
		m, err := r.s.ownMeeting(ctx, r.Reader, r.sitting, key)
		if err != nil {
			return p, err
		}
		if p.M, err = r.meeting(ctx, m); err != nil {
			return p, err
		}
		people, err := r.invitable(ctx, m)
		if err != nil {
			return p, err
		}
		for _, o := range people {
			p.Who = append(p.Who, o.Pick)
		}
		return p, nil
	}}
}

// An invitable is somebody who can be invited.
type invitable struct {
	Pick
	worker staff.ID
	person person.ID
	name   string
	agency string
}

// invitable are those who work with the children of a meeting, those related to the child
// of the file, professionals of other agencies, and the workers of the service: of people
// on the record, those whom the viewer knows of.
func (r reading) invitable(ctx context.Context, m meeting.Meeting) ([]invitable, error) {
	var list []invitable
	there := func(i invitable) bool {
		return slices.ContainsFunc(m.Invitees, func(h meeting.Invitee) bool {
			return h.Off == "" && (i.worker != "" && h.Worker == i.worker || i.person != "" && h.Person == i.person)
		}) || slices.ContainsFunc(list, func(o invitable) bool { return o.Key == i.Key })
	}
	add := func(i invitable) {
		if !there(i) {
			list = append(list, i)
		}
	}
	h, err := r.Header(ctx, r.person)
	if err != nil {
		return nil, err
	}
	add(invitable{Pick: Pick{invitePerson + h.Reference.String(), h.DisplayName()}, person: r.person})
	if r.ask(access.Relations, access.Look).Outcome == access.Shown {
		family, err := r.family(ctx, 0)
		if err != nil {
			return nil, err
		}
		for _, rel := range family.Relatives {
			if rel.Period.Contains(r.s.Today()) {
				add(invitable{Pick: Pick{invitePerson + rel.Who.Reference.String(), rel.Who.DisplayName() + ", " + rel.Word()}, person: rel.Who.ID})
			}
		}
	}
	if r.ask(access.Workers, access.Look).Outcome == access.Shown {
		professionals, err := r.Professionals(ctx, r.person, 0)
		if err != nil {
			return nil, err
		}
		for _, f := range professionals {
			if f.Confidential || !f.Period.Contains(r.s.Today()) {
				continue
			}
			add(invitable{Pick: Pick{"professional:" + f.ID, strings.Join(filled(f.Name, f.JobTitle, f.Agency), ", ")}, name: f.Name, agency: f.Agency})
		}
		episodes, err := r.Episodes(ctx, r.person, 0)
		if err != nil {
			return nil, err
		}
		for _, e := range episodes {
			if e.Allocated != "" && !e.Gone && e.Period.Contains(r.s.Today()) {
				add(invitable{Pick: Pick{inviteWorker + e.Allocated, e.Worker + ", allocated worker"}, worker: staff.ID(e.Allocated), name: e.Worker})
			}
		}
	}
	holders, err := r.Holders(ctx, r.s.Today())
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(holders, func(a, b staff.Holder) int { return strings.Compare(a.Family+a.Name, b.Family+b.Name) })
	for _, o := range holders {
		if o.Service == r.viewer.Service {
			add(invitable{Pick: Pick{inviteWorker + string(o.Worker), o.Name + ", " + r.s.RoleTitle(o.Role)}, worker: o.Worker, name: o.Name})
		}
	}
	return list, nil
}

func filled(all ...string) []string {
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

// A NewInvitee is somebody whom somebody invites: one of those offered, or by name.
type NewInvitee struct {
	Key    string // the page's, so that pressing twice invites once
	Who    string // empty for somebody by name
	Name   string
	Role   string
	Agency string
	For    string
	meeting.Standing
	Wrong []fault.Problem
}

// Invite puts somebody on the list of those invited.
//
// Errors: Invalid with each problem by its field; NotFound where the meeting is not the
// actor's to arrange.
func (s *Service) Invite(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, n NewInvitee) error {
	n.Name, n.Role, n.Agency, n.Standing = entry.OneLine(n.Name), entry.OneLine(n.Role), entry.OneLine(n.Agency), tidiedStanding(n.Standing)
	return s.changeMeeting(ctx, a, arranging(ref, key, "somebody invited"), func(tx store.Tx, r reading, m meeting.Meeting) error {
		if m.Off() {
			return errOff
		}
		if slices.ContainsFunc(m.Invitees, func(i meeting.Invitee) bool { return i.ID == n.Key }) {
			return nil // the same was sent twice
		}
		i := meeting.Invitee{ID: n.Key, Name: n.Name, Role: n.Role, Agency: n.Agency, Number: 1, Standing: n.Standing}
		var ps []fault.Problem
		if n.Who != "" {
			people, err := r.invitable(ctx, m)
			if err != nil {
				return err
			}
			if k := slices.IndexFunc(people, func(o invitable) bool { return o.Key == n.Who }); k >= 0 {
				o := people[k]
				i.Worker, i.Person, i.Name = o.worker, o.person, o.name
				if i.Agency == "" {
					i.Agency = o.agency
				}
				if _, words, ok := strings.Cut(o.Words, ", "); ok && i.Role == "" {
					i.Role = words
				}
			} else {
				ps = append(ps, fault.Problem{Field: meeting.FieldWho, Message: "Select somebody from the list, or enter their name"})
			}
		}
		k, _ := r.defs.Meetings().Kind(m.Kind)
		if _, ok := k.Called(n.For); n.For != "" && !ok {
			ps = append(ps, fault.Problem{Field: meeting.FieldFor, Message: "Select as whom they come from the list"})
		}
		i.For = n.For
		if len(ps) == 0 {
			ps = i.CheckWho()
		}
		ps = append(ps, i.Standing.Check(s.Today(), m.Is(meeting.Held))...)
		if err := withProblems(problems(ps), n.Wrong); err != nil {
			return err
		}
		who, err := tx.Worker(ctx, a.Worker)
		if err != nil {
			return err
		}
		i.By, i.ByName, i.Recorded = a.Worker, who.Name(), tx.Stamp(string(a.Worker))
		return tx.AddInvitee(ctx, m.ID, i)
	})
}

func tidiedStanding(st meeting.Standing) meeting.Standing {
	st.How, st.Note, st.Off = entry.OneLine(st.How), entry.Text(st.Note), entry.Text(st.Off)
	if !slices.Contains(meeting.Answers, st.Answer) {
		st.Answer = meeting.NoAnswer
	}
	if !slices.Contains(meeting.Attendances, st.Attended) {
		st.Attended = meeting.NotKnown
	}
	return st
}

// ChangeInvitee says how an invitee stands now: invited, coming, came, sent a report, or
// not invited any more. seen is the version that the page showed.
//
// Errors: Invalid with each problem by its field; MeetingChanged(err) where somebody else
// changed it since.
func (s *Service) ChangeInvitee(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, invitee string, seen int, st meeting.Standing, wrong []fault.Problem) error {
	st = tidiedStanding(st)
	return s.changeMeeting(ctx, a, arranging(ref, key, "invitation changed"), func(tx store.Tx, r reading, m meeting.Meeting) error {
		i, err := r.invitee(ctx, m, invitee)
		if err != nil {
			return err
		}
		if i.Number != seen || m.Off() {
			return errMeetingChanged
		}
		ps := append(st.Check(s.Today(), m.Is(meeting.Held)), meeting.Text(meeting.FieldOff, "Why they are not invited any more", st.Off, "", meeting.MaxText)...)
		if err := withProblems(problems(ps), wrong); err != nil {
			return err
		}
		who, err := tx.Worker(ctx, a.Worker)
		if err != nil {
			return err
		}
		i.Number, i.Standing = i.Number+1, st
		i.By, i.ByName, i.Recorded = a.Worker, who.Name(), tx.Stamp(string(a.Worker))
		return tx.AddStanding(ctx, m.ID, i)
	})
}

// invitee is one of those invited whom the viewer knows of.
func (r reading) invitee(ctx context.Context, m meeting.Meeting, key string) (meeting.Invitee, error) {
	i := slices.IndexFunc(m.Invitees, func(i meeting.Invitee) bool { return i.ID == key })
	if i < 0 {
		return meeting.Invitee{}, errNoMeeting
	}
	of := m.Invitees[i]
	if of.Person == "" || of.Person == r.person {
		return of, nil
	}
	before := len(r.others)
	var w *relative
	var err error
	if m.On(of.Person) {
		w, err = r.childOf(ctx, m, of.Person)
	} else {
		w, err = r.relative(ctx, of.Person, 0)
	}
	r.others = r.others[:before] // they are changed, not shown
	if err == nil && w == nil {
		err = errNoMeeting
	}
	return of, err
}

// A NewSent is what somebody notes of minutes that were sent.
type NewSent struct {
	Step     int // that the page showed as what the minutes say
	Invitees []string
	Day      date.Date
	How      string
	Late     string
	Wrong    []fault.Problem
}

// The names of fields of what was sent.
const (
	FieldSentTo  = "to"
	FieldSentDay = "sent-day"
	FieldSentHow = "how"
)

// NoteSent notes to whom the minutes were sent, when and how. Nothing is sent by it.
//
// Errors: Invalid with each problem by its field; MeetingChanged(err) where the minutes
// say something else meanwhile.
func (s *Service) NoteSent(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, n NewSent) error {
	n.How, n.Late = entry.OneLine(n.How), entry.Text(n.Late)
	return s.changeMeeting(ctx, a, arranging(ref, key, "minutes sent"), func(tx store.Tx, r reading, m meeting.Meeting) error {
		says, ok := m.Says()
		if !ok || says.Number != n.Step || m.Off() {
			return errMeetingChanged
		}
		k, _ := r.defs.Meetings().Kind(m.Kind)
		_, due, _, err := s.meetingDays(k, m.Now().Day)
		if err != nil {
			return err
		}
		agreed, _ := m.AgreedBy()
		ps := checkSent(n, agreed.Recorded.At.Date(), due, s.Today())
		unsent := m.Unsent()
		for _, to := range n.Invitees {
			if !slices.ContainsFunc(unsent, func(i meeting.Invitee) bool { return i.ID == to }) {
				ps = append(ps, fault.Problem{Field: FieldSentTo, Message: "Select those to whom it was sent from the list"})
				break
			}
			if _, err := r.invitee(ctx, m, to); err != nil {
				return err
			}
		}
		if err := withProblems(problems(ps), n.Wrong); err != nil {
			return err
		}
		who, err := tx.Worker(ctx, a.Worker)
		if err != nil {
			return err
		}
		for _, to := range n.Invitees {
			sent := meeting.Sent{
				ID: id.New(), Invitee: to, Step: n.Step, Day: n.Day, How: n.How, Late: n.Late,
				By: a.Worker, ByName: who.Name(), Recorded: tx.Stamp(string(a.Worker)),
			}
			if err := tx.AddSent(ctx, m.ID, sent); err != nil {
				return err
			}
		}
		return nil
	})
}

// checkSent says what is wrong with what is noted. What was sent late asks why (CR-24).
func checkSent(n NewSent, agreed, due, today date.Date) []fault.Problem {
	var ps []fault.Problem
	if len(n.Invitees) == 0 {
		ps = append(ps, fault.Problem{Field: FieldSentTo, Message: "Select to whom it was sent"})
	}
	switch {
	case n.Day.IsZero():
		ps = append(ps, fault.Problem{Field: FieldSentDay, Message: "Enter the day on which it was sent"})
	case n.Day.After(today):
		ps = append(ps, fault.Problem{Field: FieldSentDay, Message: "The day on which it was sent must be today or in the past"})
	case n.Day.Before(agreed):
		ps = append(ps, fault.Problem{Field: FieldSentDay, Message: "The day on which it was sent must not be before the minutes were agreed, on " + agreed.Long()})
	}
	ps = append(ps, meeting.Text(FieldSentHow, "How it was sent", n.How, "Enter how it was sent, such as by post", meeting.MaxLine)...)
	d := deadline(due, n.Day)
	return append(ps, d.CheckReason(today, n.Late)...)
}

// TakeSentBack says that minutes were not sent after all, with why; both stay.
func (s *Service) TakeSentBack(ctx context.Context, a Actor, ref id.Reference, key meeting.ID, sent, why string) error {
	why = entry.Text(why)
	if err := problems(meeting.Text(meeting.FieldWhy, "Why it is taken back", why, "Enter why it is taken back", meeting.MaxText)); err != nil {
		return err
	}
	return s.changeMeeting(ctx, a, arranging(ref, key, "sending taken back"), func(tx store.Tx, r reading, m meeting.Meeting) error {
		i := slices.IndexFunc(m.Sent, func(v meeting.Sent) bool { return v.ID == sent })
		if i < 0 {
			return errNoMeeting
		}
		if _, err := r.invitee(ctx, m, m.Sent[i].Invitee); err != nil {
			return err
		}
		if !m.Sent[i].Stands() {
			return errMeetingChanged
		}
		who, err := tx.Worker(ctx, a.Worker)
		if err != nil {
			return err
		}
		back := meeting.Sent{ID: id.New(), Back: why, By: a.Worker, ByName: who.Name(), Recorded: tx.Stamp(string(a.Worker))}
		return tx.TakeSentBack(ctx, m.ID, sent, back)
	})
}
