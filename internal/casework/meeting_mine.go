package casework

import (
	"context"
	"slices"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/meeting"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// MeetingLines is how many meetings a page of them shows.
const MeetingLines = 50

// A MyMeeting is a meeting that a worker has something to do about, with those of its
// children of whom they may know.
type MyMeeting struct {
	meeting.Line
	Children []person.Header
}

// MyMeetings is a page of them.
type MyMeetings struct {
	List []MyMeeting
	Next string // the key of the last line, where there are more
	Team bool   // the viewer may see those of the team, whoever has them
}

// meetingScope is about whom a viewer has meetings in a list: on one ground they must
// find the child and see the child's meetings.
func (s *Service) meetingScope(v access.Viewer) access.Scope {
	table := s.set().Access()
	sc := table.Scope(v, access.Meetings, access.Look, access.Shown)
	find := table.Scope(v, access.Identity, access.Find, access.Shown).Gives
	sc.Gives = slices.DeleteFunc(sc.Gives, func(g access.Ground) bool { return !slices.Contains(find, g) })
	return sc
}

// MayMeet reports whether a role arranges meetings at all: whether to offer a list of them.
func (s *Service) MayMeet(role access.Role) bool {
	v := access.Viewer{Role: role}
	return len(s.set().Access().Scope(v, access.Meetings, access.Record, access.Shown).Gives) > 0 && len(s.meetingScope(v).Gives) > 0
}

// meetingQuery asks for the meetings about which a viewer has something to do, a page of
// them and one more.
func (s *Service) meetingQuery(v access.Viewer, sc access.Scope) meeting.Query {
	q := meeting.Query{
		Scope: sc, Service: v.Service, Sensitive: s.set().Access().Scope(v, access.SensitiveEntries, access.Look, access.Shown),
		Now: date.At(s.now()), Worker: staffID(v), Limit: MeetingLines + 1,
	}
	for _, k := range s.set().Meetings().Of(v.Service) {
		if !k.Sensitive {
			q.Open = append(q.Open, k.ID)
		}
	}
	return q
}

// meetingPhases counts them by what is to be done, of the first page of them. Nobody is
// named.
func (s *Service) meetingPhases(ctx context.Context, r store.Reader, v access.Viewer) (map[meeting.Phase]int, error) {
	if !s.MayMeet(v.Role) {
		return nil, nil
	}
	lines, err := r.ListMeetings(ctx, s.meetingQuery(v, s.meetingScope(v)))
	count := map[meeting.Phase]int{}
	for _, l := range lines {
		count[l.Phase]++
	}
	return count, err
}

// MeetingsToDo are the meetings that a worker chairs, takes the minutes of or set up and
// about which something is to be done, those of the earliest day first; with team those
// of their team, whoever has them. A list of named children is a search: one footprint
// for the list, one for each child on it.
func (s *Service) MeetingsToDo(ctx context.Context, a Actor, team bool, after string) (MyMeetings, error) {
	var p MyMeetings
	var lines []meeting.Line
	var secret map[person.ID]bool
	people, err := s.list(ctx, a, listing{
		terms: "meetings", part: access.Meetings, shows: func(person.ID) access.Part { return access.Meetings }, atLeast: everybody(access.Shown),
		besides: func(p person.ID) []access.Part {
			return map[bool][]access.Part{true: {access.SensitiveEntries}}[secret[p]]
		},
		read: func(r store.Reader, v access.Viewer) (list []person.Found, err error) {
			p, lines = MyMeetings{Team: v.Team != ""}, nil
			sc := s.meetingScope(v)
			if len(sc.Gives) == 0 {
				return nil, errNotHere
			}
			q := s.meetingQuery(v, sc)
			q.After = meeting.Place{Key: after}
			if team {
				q.Team = staff.TeamID(v.Team)
			}
			if lines, err = r.ListMeetings(ctx, q); err != nil {
				return nil, err
			}
			if len(lines) > MeetingLines {
				lines = lines[:MeetingLines]
				p.Next = lines[MeetingLines-1].Key.Key
			}
			secret = map[person.ID]bool{}
			for _, l := range lines {
				for _, c := range l.Children {
					secret[c.ID] = secret[c.ID] || s.sensitiveMeeting(meeting.Meeting{Kind: l.Kind})
					if !slices.ContainsFunc(list, func(f person.Found) bool { return f.ID == c.ID }) {
						list = append(list, c)
					}
				}
			}
			return list, err
		},
	})
	if err != nil {
		return MyMeetings{}, s.refusedOffice(ctx, a, access.Meetings, access.Look, "", err)
	}
	for _, l := range lines {
		m := MyMeeting{Line: l}
		for _, c := range l.Children {
			if i := slices.IndexFunc(people, func(f person.Found) bool { return f.ID == c.ID && !f.Outside }); i >= 0 {
				m.Children = append(m.Children, people[i].Header)
			}
		}
		if len(m.Children) > 0 {
			p.List = append(p.List, m)
		}
	}
	return p, nil
}
