package main

import (
	"context"
	"fmt"
	"slices"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/meeting"
)

// A gathering is an invented meeting: what it is about, who has what to do with it, and how
// far it has come.
type gathering struct {
	kind   string
	of     held
	sets   casework.Actor // who sets it up
	chairs casework.Actor
	takes  casework.Actor // who takes the minutes; whoever sets it up where nobody does
	day    int            // days from today
	reason string
	end    string
}

// How an invented meeting stands in the end.
const (
	meetingComing    = "coming"
	meetingCancelled = "cancelled"
	meetingWriting   = "held, with minutes half written"
	meetingWaiting   = "held, with minutes that the chair has to agree"
	meetingAgreed    = "agreed, and to be sent"
	meetingSent      = "sent"
)

// meetings gives some children meetings, so that each who arranges, chairs or minutes them
// has some.
func (c *crowd) meetings(ctx context.Context) error {
	list, err := c.gatherings(ctx)
	if err != nil {
		return err
	}
	for i, g := range list {
		if err := c.meet(ctx, g, i); err != nil {
			return fmt.Errorf("an invented %s: %w", g.kind, err)
		}
	}
	return nil
}

func (c *crowd) gatherings(ctx context.Context) ([]gathering, error) {
	var list []gathering
	add := func(by casework.Actor, of held, kind string, day int, end, reason string) *gathering {
		list = append(list, gathering{kind: kind, of: of, sets: by, chairs: by, takes: by, day: day, end: end, reason: reason})
		return &list[len(list)-1]
	}
	social, err := c.work(ctx, "social-care", []access.Role{"social-worker"}, 6)
	if err != nil {
		return nil, err
	}
	officer, reviews, err := c.shown(ctx, "reviewing-officer")
	if err != nil {
		return nil, err
	}
	taker, takes, err := c.shown(ctx, "minute-taker")
	if err != nil {
		return nil, err
	}
	if len(social) > 0 && reviews && takes {
		add(turn(social, 0).worker, turn(social, 0), "core-group", -8, meetingWriting, "The first weeks of the plan.").takes = taker
		add(officer, turn(social, 1), "initial-conference", -12, meetingWaiting, "Two referrals in a month, and what the school saw.").takes = taker
		add(officer, turn(social, 2), "review-conference", 9, meetingComing, "Three months of the plan.").takes = taker
		add(officer, turn(social, 3), "initial-conference", -20, meetingAgreed, "An injury that nobody could explain.").takes = taker
		add(officer, turn(social, 4), "looked-after-review", -3, meetingCancelled, "The first review of the care plan.").takes = taker
		if turn(social, 5).managed {
			add(turn(social, 5).manager, turn(social, 5), "strategy-discussion", -5, meetingSent, "What the neighbour heard on Sunday night.")
		}
	}
	young, err := c.work(ctx, "participation", []access.Role{"adviser"}, 6)
	if err != nil {
		return nil, err
	}
	support, supports, err := c.shown(ctx, "business-support")
	if err != nil {
		return nil, err
	}
	manager, manages, err := c.shown(ctx, "team-manager")
	if err != nil {
		return nil, err
	}
	if len(young) > 0 && supports && manages {
		add(turn(young, 0).worker, turn(young, 0), "other-meeting", 4, meetingComing, "What comes after the summer course.").takes = support
		add(turn(young, 1).worker, turn(young, 1), "other-meeting", -6, meetingAgreed, "How the first weeks at college went.").takes = support
		add(manager, turn(young, 2), "other-meeting", -2, meetingWaiting, "Three advisers in a year, and what was lost.").takes = support
		add(turn(young, 3).worker, turn(young, 3), "other-meeting", -1, meetingWriting, "Whether the apprenticeship is the right one.")
	}
	for _, of := range []struct {
		service, kind string
		role          access.Role
	}{{"early-help", "team-around-the-family", "early-help-worker"}, {"youth-justice", "custody-planning", "youth-justice-case-manager"}, {"inclusion-attendance", "other-meeting", "education-welfare-officer"}} {
		cases, err := c.work(ctx, of.service, []access.Role{of.role}, 2)
		if err != nil {
			return nil, err
		}
		for i, h := range cases[:min(len(cases), 2)] {
			add(h.worker, h, of.kind, [...]int{6, -10}[i], [...]string{meetingComing, meetingSent}[i], "What helped since last time, and what did not.")
		}
	}
	return slices.DeleteFunc(list, func(g gathering) bool {
		_, known := c.h.defs.Meetings().Kind(g.kind)
		return !known
	}), nil
}

// meet brings a meeting as far as it has come.
func (c *crowd) meet(ctx context.Context, g gathering, n int) error {
	s, today, key, ref := c.h.casework, c.h.casework.Today(), meeting.ID(id.New()), g.of.ref
	kind, _ := c.h.defs.Meetings().Kind(g.kind)
	set := casework.NewMeeting{ID: key, Kind: g.kind, Arrangement: meeting.Arrangement{
		Day: today.AddDays(g.day), Time: [...]string{"10:00", "13:30", "15:15"}[n%3], Place: turn([]string{"Room 2, Fenwick House", "At the school", "By video, with a link from the office", "At home"}, n),
		Chair: g.chairs.Worker, Reason: g.reason, Agenda: "What has happened\nWhat they say\nWhat is to be done, and by whom",
	}}
	if g.takes.Worker != g.chairs.Worker {
		set.MinuteTaker = g.takes.Worker
	}
	if g.kind == "team-around-the-family" {
		f, err := casework.Open(ctx, s, casework.Look{Actor: g.sets, Reference: ref}, casework.SetUpPart(g.kind))
		if err != nil {
			return err
		}
		if p := f.Value.Children; len(p) > 0 { // one of them is about two children
			other, err := id.ParseReference(p[0].Key)
			if err != nil {
				return err
			}
			set.Children = []id.Reference{other}
		}
	}
	if err := s.SetUpMeeting(ctx, g.sets, ref, set); err != nil {
		return err
	}
	if err := c.invited(ctx, g, key, kind); err != nil {
		return err
	}
	switch g.end {
	case meetingComing:
		return nil
	case meetingCancelled:
		return s.CancelMeeting(ctx, g.sets, ref, key, 1, "The young person asked for another day, because of an examination.")
	}
	m, err := c.file(ctx, g.sets, ref, key)
	if err != nil {
		return err
	}
	came := map[string]meeting.Attended{}
	for i, who := range m.Invitees {
		came[who.ID] = [...]meeting.Attended{meeting.Came, meeting.Came, meeting.Joined, meeting.Stayed}[i%4]
	}
	err = s.HoldMeeting(ctx, g.sets, ref, key, 1, casework.HeldMeeting{
		Day: set.Day, Time: set.Time, Next: set.Day.AddDays(35), Came: came,
		NotInvited: "The agency has nobody for this district just now.", Late: "The building was closed for two weeks.",
	})
	if err != nil {
		return err
	}
	return c.minuted(ctx, g, key, kind, today)
}

// invited invites those who must be and whom nobody put on the list.
func (c *crowd) invited(ctx context.Context, g gathering, key meeting.ID, kind meeting.Kind) error {
	names := map[string]string{"parents": "Their mother", "police": "Sergeant A. Invented", "health": "Fenwick School Nursing", "family": "Their mother and her sister", "agency-one": "Marlowe Primary School"}
	for _, must := range kind.Invite {
		name := names[must.ID]
		if must.Is != "" || name == "" {
			continue // of some nobody is invited, and it says why
		}
		err := c.h.casework.Invite(ctx, g.sets, g.of.ref, key, casework.NewInvitee{
			Key: id.New(), Name: name, Role: must.Title, For: must.ID,
			Standing: meeting.Standing{Invited: c.h.casework.Today().AddDays(min(g.day-10, -1)), How: "by letter", Answer: meeting.Coming, Gets: true},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *crowd) file(ctx context.Context, a casework.Actor, ref id.Reference, key meeting.ID) (casework.MeetingFile, error) {
	f, err := casework.Open(ctx, c.h.casework, casework.Look{Actor: a, Reference: ref}, casework.MeetingPart(key))
	return f.Value, err
}

// minuted writes the minutes of a meeting that was held, and what it decided.
func (c *crowd) minuted(ctx context.Context, g gathering, key meeting.ID, kind meeting.Kind, today date.Date) error {
	s, ref := c.h.casework, g.of.ref
	f, err := casework.Open(ctx, s, casework.Look{Actor: g.takes, Reference: ref}, casework.MinutesPart(key))
	if err != nil {
		return err
	}
	texts := map[string]string{}
	for i, t := range f.Value.Texts {
		if g.end != meetingWriting || i < len(f.Value.Texts)/2 {
			texts[t.Key()] = said(t.Heading, i+len(g.reason))
		}
	}
	if g.end == meetingWriting {
		_, err := s.SaveMinutes(ctx, g.takes, ref, key, f.Value.Rev, texts)
		return err
	}
	doer := g.of.worker.Worker
	err = s.Decide(ctx, g.takes, ref, key, casework.NewDecision{ID: id.New(), Decided: meeting.Decided{
		What: "The family is visited at home before the next meeting.", MadeBy: "Everybody who was there", For: "What they say themselves, and what the school saw.",
		Against: "None was put forward.", Outcome: "It is known how the evenings go.", Reasons: "Nobody has been at the home since the summer.",
		Do: "Visit at home, and write down how it was", Doer: doer, Due: today.AddDays(len(kind.ID)%9 - 1),
	}})
	if err != nil {
		return err
	}
	late := "The chair was away, and the building was closed for a week."
	if err := s.CompleteMinutes(ctx, g.takes, ref, key, f.Value.Rev, texts, late); err != nil || g.end == meetingWaiting {
		return err
	}
	m, err := c.file(ctx, g.chairs, ref, key)
	if err != nil {
		return err
	}
	if m.MinutesState() == meeting.Completed {
		if err := s.AgreeMinutes(ctx, g.chairs, ref, key, m.LastStep().Number, late); err != nil {
			return err
		}
	}
	if g.end != meetingSent {
		return nil
	}
	return c.sent(ctx, g, key, late)
}

// sent notes to whom the minutes went.
func (c *crowd) sent(ctx context.Context, g gathering, key meeting.ID, late string) error {
	m, err := c.file(ctx, g.sets, g.of.ref, key)
	if err != nil {
		return err
	}
	says, _ := m.Meeting.Says()
	n := casework.NewSent{Step: says.Number, Day: c.h.casework.Today(), How: "by post", Late: late}
	for _, i := range m.Unsent {
		n.Invitees = append(n.Invitees, i.ID)
	}
	if len(n.Invitees) == 0 {
		return nil
	}
	return c.h.casework.NoteSent(ctx, g.sets, g.of.ref, key, n)
}

// said is a text of minutes under a heading.
func said(heading string, n int) string {
	switch heading {
	case "child":
		return turn([]string{"“I want to stay where I am, and I want my room to be mine.”", "They did not want to come, and wrote: “Tell them it is better now.”"}, n)
	case "parents":
		return "They say that the mornings are what counts, and that they want to be rung and not written to."
	case "dissent":
		return "Nobody disagreed."
	}
	return turn([]string{
		"Two weeks went well. In the third the evenings were hard again, and the school noticed.",
		"The school says that the work is there when they are.",
		"The nurse spoke of what she saw in October.",
		"It was asked what would have to happen for it to get worse. Everybody named the winter holidays.",
	}, n)
}
