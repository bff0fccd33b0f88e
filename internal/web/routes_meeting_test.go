package web_test

import (
	"net/url"

	"casefile/internal/casework"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/store/storetest"
)

// setUp is what the form of a new meeting sends.
func setUp() url.Values {
	return url.Values{
		"meeting": {id.New()}, "kind": {"other-meeting"}, "meeting-day": {"27"}, "meeting-month": {"3"}, "meeting-year": {"2027"},
		"place": {"Room 1"}, "chair-name": {"Ms Chair"}, "reason": {"School asked for it"},
	}
}

func init() {
	const of = "/children/{ref}/meetings"
	const one = of + "/{meeting}"
	for pattern, rs := range map[string]rowsOf{
		"GET " + of:               ofMeetings(200, nil, nil),
		"GET " + of + "/new":      ofMeetings(200, nil, nil),
		"POST " + of:              ofMeetings(away, setUp(), nil),
		"GET " + one:              ofMeetings(200, nil, plannedMeeting),
		"GET " + one + "/change":  ofMeetings(200, nil, plannedMeeting),
		"POST " + one + "/change": ofMeetings(away, nil, plannedMeeting),
		"GET " + one + "/cancel":  ofMeetings(200, nil, plannedMeeting),
		"POST " + one + "/cancel": ofMeetings(away, nil, plannedMeeting),
	} {
		table[pattern] = rs
	}
}

// ofMeetings are the rows of a page about what is arranged: business support may do so,
// too (CR-25).
func ofMeetings(status int, form url.Values, prepare func(*stage)) rowsOf {
	rs := ofFile(status, form)
	rs.allowed = append(rs.allowed, row{who: "business-support", status: status, form: form}, row{who: "minute-taker", status: status, form: form})
	return rs.with(func(r *row) { r.prepare = then(prepare, r.prepare) })
}

// plannedMeeting has the adviser set up a meeting about Morgan.
func plannedMeeting(s *stage) {
	key := meeting.ID(id.New())
	s.values["{meeting}"] = string(key)
	s.must(s.casework.SetUpMeeting(s.t.Context(), s.actor("adviser"), s.ref, casework.NewMeeting{ID: key, Kind: "other-meeting", Arrangement: meeting.Arrangement{
		Day: storetest.Today, Place: "Room 1", Chair: s.people["adviser"].ID, Reason: "School asked for it",
	}}))
	s.form = setUp()
	s.form.Set("seen", "1")
	s.form.Set("why", "Another day is better")
}
