package store

import (
	"context"

	"casefile/internal/date"
	"casefile/internal/meeting"
	"casefile/internal/person"
)

// Meetings reads meetings.
type Meetings interface {
	// MeetingsOf lists those about a person, the last day first; each with what is
	// arranged, its invitees, its steps, its decisions and what was sent.
	MeetingsOf(ctx context.Context, p person.ID) ([]meeting.Meeting, error)
	// Meeting is one, likewise; NotFound where there is none.
	Meeting(ctx context.Context, m meeting.ID) (meeting.Meeting, error)
	// MinutesDraft is the draft of its minutes; NotFound where none is being written.
	MinutesDraft(ctx context.Context, m meeting.ID) (meeting.Draft, error)
	// EarlierMinutes is what others had saved before it was written over, the last first.
	EarlierMinutes(ctx context.Context, m meeting.ID) ([]meeting.Draft, error)
	// Minutes is what a step that completed the minutes says; NotFound for others.
	Minutes(ctx context.Context, m meeting.ID, step int) ([]meeting.Written, error)
	// ListMeetings is a page of the meetings of a query, those of the earliest day first.
	ListMeetings(ctx context.Context, q meeting.Query) ([]meeting.Line, error)
	// LastMeeting is the day of the last meeting of a kind that was held about a person;
	// the zero day for none. With known set it is that which was known at that moment.
	LastMeeting(ctx context.Context, p person.ID, kind string, known date.Instant) (date.Date, error)
}

// MinutesDraftWriter writes drafts of minutes.
type MinutesDraftWriter interface {
	// SaveMinutes replaces the draft whose Rev is d.Rev and counts Rev on. What another
	// worker had saved is kept as earlier. Conflict when it has been saved since; NotFound
	// when the minutes are not being written.
	SaveMinutes(ctx context.Context, d meeting.Draft) error
}

// MeetingWriter makes meetings, and does things with them. Versions and steps are
// numbered from 1: Conflict when there is one of that number.
type MeetingWriter interface {
	// AddMeeting adds a meeting with its children; what is arranged is added apart.
	AddMeeting(ctx context.Context, m meeting.Meeting) error
	AddMeetingVersion(ctx context.Context, m meeting.ID, v meeting.Version) error
	AddInvitee(ctx context.Context, m meeting.ID, i meeting.Invitee) error
	AddStanding(ctx context.Context, m meeting.ID, i meeting.Invitee) error
	// AddMinutesDraft begins a draft: Conflict where there is one.
	AddMinutesDraft(ctx context.Context, d meeting.Draft) error
	// DropMinutesDraft removes the draft as it was read: Conflict where it was saved since.
	DropMinutesDraft(ctx context.Context, d meeting.Draft) error
	// AddMinutesStep adds a step; texts are those of one that completed the minutes.
	AddMinutesStep(ctx context.Context, m meeting.ID, s meeting.Step, texts []meeting.Written) error
	AddDecision(ctx context.Context, m meeting.ID, d meeting.Decision) error
	AddDecided(ctx context.Context, m meeting.ID, decision string, v meeting.Decided) error
	AddSent(ctx context.Context, m meeting.ID, s meeting.Sent) error
	// TakeSentBack takes back that something was sent: Conflict where it was before.
	TakeSentBack(ctx context.Context, m meeting.ID, key string, s meeting.Sent) error
}
