package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/meeting"
)

// A MinutesBefore is what minutes said before they were corrected.
type MinutesBefore struct {
	M      MeetingFile
	Step   meeting.Step // that completed it
	Agreed meeting.Step // zero where it was never agreed
	Again  meeting.Step // why it was written anew, who began that and when
	Texts  []TextBefore
}

// A TextBefore is what stood under one heading, beside what stands there now.
type TextBefore struct {
	WrittenLine
	Now string
}

// MinutesBeforePart is what a step completed that the minutes no longer say: for whoever
// reads the minutes, and has the right to what they said before besides (CR-29). What is of
// another child takes both rights on that child's file.
func MinutesBeforePart(key meeting.ID, step int) Part[MinutesBefore] {
	return Part[MinutesBefore]{access.MinutesBefore, access.Look, func(ctx context.Context, r reading) (b MinutesBefore, err error) {
		m, err := r.seenMeeting(ctx, key)
		if err != nil {
			return b, err
		}
		i := slices.IndexFunc(m.Before(), func(s meeting.Step) bool { return s.Number == step })
		if i < 0 || r.ask(access.Minutes, access.Look).Outcome != access.Shown {
			return b, errNoMeeting
		}
		b.Step = m.Before()[i]
		b.Agreed, b.Again = m.Since(step)
		var known childrenKnown
		if b.M, known, err = r.meetingKnown(ctx, m); err != nil {
			return b, err
		}
		for _, w := range known.others {
			if known.minutes[w.header.ID] != "" && !w.reads(access.MinutesBefore, access.Look) {
				delete(known.minutes, w.header.ID)
			}
		}
		was, err := r.minutesOf(ctx, m, step, known)
		for _, w := range was {
			t := TextBefore{WrittenLine: w}
			if i := slices.IndexFunc(b.M.Says, func(n WrittenLine) bool { return n.Key() == w.Key() }); i >= 0 {
				t.Now = b.M.Says[i].Text
			}
			b.Texts = append(b.Texts, t)
		}
		return b, err
	}}
}
