package web_test

import (
	"net/url"
	"strconv"
	"strings"

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
		"GET " + of:                             ofMeetings(200, nil, nil),
		"GET " + of + "/new":                    ofMeetings(200, nil, nil),
		"POST " + of:                            ofMeetings(away, setUp(), nil),
		"GET " + one:                            ofMeetings(200, nil, plannedMeeting),
		"GET " + one + "/change":                ofMeetings(200, nil, plannedMeeting),
		"POST " + one + "/change":               ofMeetings(away, nil, plannedMeeting),
		"GET " + one + "/move":                  ofDocument(200, nil, plannedMeeting),
		"POST " + one + "/move":                 ofDocument(away, nil, then(plannedMeeting, moving)),
		"GET " + one + "/cancel":                ofMeetings(200, nil, plannedMeeting),
		"POST " + one + "/cancel":               ofMeetings(away, nil, plannedMeeting),
		"GET " + one + "/withdraw":              ofMeetings(200, nil, heldByMistake),
		"POST " + one + "/withdraw":             ofMeetings(away, nil, heldByMistake),
		"GET " + one + "/hold":                  ofMeetings(200, nil, plannedMeeting),
		"POST " + one + "/hold":                 ofMeetings(away, nil, plannedMeeting),
		"GET " + one + "/invite":                ofMeetings(200, nil, plannedMeeting),
		"POST " + one + "/invite":               ofMeetings(away, nil, plannedMeeting),
		"GET " + one + "/invitees/{invitee}":    ofMeetings(200, nil, plannedMeeting),
		"POST " + one + "/invitees/{invitee}":   ofMeetings(away, nil, plannedMeeting),
		"GET " + one + "/minutes":               ofMeetings(200, nil, heldMeeting),
		"POST " + one + "/minutes":              ofMeetings(away, nil, heldMeeting),
		"POST " + one + "/minutes/autosave":     ofMeetings(200, nil, heldMeeting),
		"GET " + one + "/minutes/earlier":       ofMeetings(200, nil, heldMeeting),
		"GET " + one + "/minutes/agree":         ofChair(200, waitingMinutes),
		"POST " + one + "/minutes/agree":        ofChair(away, waitingMinutes),
		"GET " + one + "/minutes/correct":       ofChair(200, agreedMinutes),
		"POST " + one + "/minutes/correct":      ofChair(away, agreedMinutes),
		"GET " + one + "/minutes/before/{step}": ofMinutesBefore(),
		"GET " + one + "/minutes/keep":          ofChair(200, correctingMinutes),
		"POST " + one + "/minutes/keep":         ofChair(away, correctingMinutes),
		"GET " + one + "/decisions/{decision}":  ofMeetings(200, nil, heldMeeting),
		"POST " + one + "/decisions/{decision}": ofMeetings(away, nil, heldMeeting),
		"GET " + one + "/print":                 ofMeetings(200, nil, agreedMinutes),
		"GET " + one + "/send":                  ofMeetings(200, nil, agreedMinutes),
		"POST " + one + "/send":                 ofMeetings(away, nil, sendingMinutes),
		"GET " + one + "/sent/{sent}/back":      ofMeetings(200, nil, sentMinutes),
		"POST " + one + "/sent/{sent}/back":     ofMeetings(away, nil, sentMinutes),
		"GET /children/{ref}/decisions":         ofDecisions(),
		"GET /meetings": {
			allowed:  allow(row{who: "adviser", status: 200}, row{who: "business-support", status: 200}, row{who: "minute-taker", status: 200}),
			withheld: allow(row{who: "system-administrator", status: gone}, nobody, left),
		},
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
	i := casework.NewInvitee{Key: id.New(), Name: "Nora Nurse", Role: "Health visitor", Standing: meeting.Standing{Gets: true}}
	s.must(s.casework.Invite(s.t.Context(), s.actor("adviser"), s.ref, key, i))
	s.values["{invitee}"] = i.Key
	s.form = setUp()
	today := storetest.Today
	for name, value := range map[string]string{
		"seen": "1", "number": "1", "why": "Another day is better", "key": id.New(), "name": "Ned Nurse", "role": "Nurse", "no-next": "The case closes", "how": "by post",
		"meeting-day": strconv.Itoa(today.Day()), "meeting-month": strconv.Itoa(today.Month()), "meeting-year": strconv.Itoa(today.Year()), "invited-day": "1", "invited-month": "1", "invited-year": "2026",
	} {
		s.form.Set(name, value)
	}
}

// heldMeeting is one that was held.
func heldMeeting(s *stage) {
	plannedMeeting(s)
	s.must(s.casework.HoldMeeting(s.t.Context(), s.actor("adviser"), s.ref, meeting.ID(s.values["{meeting}"]), 1, casework.HeldMeeting{Day: storetest.Today, NoNext: "The case closes"}))
	s.values["{decision}"] = "add"
	s.form = url.Values{
		"rev": {"1"}, "text-topics": {"School"}, "decision": {id.New()}, "decided": {"She stays at school"}, "made-by": {"All"}, "evidence-for": {"She likes it"}, "evidence-against": {"None"},
		"outcome": {"She learns"}, "reasons": {"It goes well"},
	}
}

// heldByMistake is one that was said to be held, and never took place.
func heldByMistake(s *stage) {
	heldMeeting(s)
	s.form = url.Values{"seen": {"2"}, "why": {"It was the other family"}}
}

// withdrawnMeeting is one that was withdrawn, with minutes that were being written.
func withdrawnMeeting(s *stage) {
	heldByMistake(s)
	ctx, key := s.t.Context(), meeting.ID(s.values["{meeting}"])
	_, err := s.casework.SaveMinutes(ctx, s.actor("adviser"), s.ref, key, 1, map[string]string{"topics": "School"})
	s.must(err)
	s.must(s.casework.WithdrawMeeting(ctx, s.actor("adviser"), s.ref, key, 2, "It was the other family"))
}

// waitingMinutes are minutes of one that a manager completed, and the adviser chairs.
func waitingMinutes(s *stage) {
	heldMeeting(s)
	key := meeting.ID(s.values["{meeting}"])
	saved, err := s.casework.SaveMinutes(s.t.Context(), s.actor("manager"), s.ref, key, 1, map[string]string{"topics": "School"})
	s.must(err)
	s.must(s.casework.CompleteMinutes(s.t.Context(), s.actor("manager"), s.ref, key, saved.Rev, nil, ""))
	s.form = url.Values{"step": {"1"}, "decide": {"agree"}}
}

func agreedMinutes(s *stage) {
	waitingMinutes(s)
	s.must(s.casework.AgreeMinutes(s.t.Context(), s.actor("adviser"), s.ref, meeting.ID(s.values["{meeting}"]), 1, ""))
	today := storetest.Today
	s.form = url.Values{
		"step": {"2"}, "reason": {"It was the other school"}, "to": {s.values["{invitee}"]}, "how": {"by post"},
		"sent-day": {strconv.Itoa(today.Day())}, "sent-month": {strconv.Itoa(today.Month())}, "sent-year": {strconv.Itoa(today.Year())},
	}
}

// correctingMinutes are minutes that were agreed, and are being corrected.
func correctingMinutes(s *stage) {
	agreedMinutes(s)
	s.must(s.casework.CorrectMinutes(s.t.Context(), s.actor("adviser"), s.ref, meeting.ID(s.values["{meeting}"]), 2, "It was the other school"))
	s.form = url.Values{"step": {"3"}, "rev": {"1"}, "reason": {"It was this school"}}
}

// correctedMinutes are minutes that were agreed, and corrected then.
func correctedMinutes(s *stage) {
	correctingMinutes(s)
	ctx, key := s.t.Context(), meeting.ID(s.values["{meeting}"])
	saved, err := s.casework.SaveMinutes(ctx, s.actor("manager"), s.ref, key, 1, map[string]string{"topics": "The college"})
	s.must(err)
	s.must(s.casework.CompleteMinutes(ctx, s.actor("manager"), s.ref, key, saved.Rev, nil, ""))
	s.must(s.casework.AgreeMinutes(ctx, s.actor("adviser"), s.ref, key, 4, ""))
	s.values["{step}"] = "1"
}

// ofMinutesBefore are the rows of what minutes said before, which not all who read minutes
// may read.
func ofMinutesBefore() rowsOf {
	rs := ofFile(200, nil)
	for i := range rs.allowed {
		rs.allowed[i].who = "manager"
	}
	rs.withheld = append(rs.withheld, row{who: "adviser", status: gone}, row{who: "business-support", status: gone}, row{who: "minute-taker", status: gone})
	return rs.with(func(r *row) { r.prepare = then(correctedMinutes, r.prepare) })
}

// sendingMinutes has the form name the step whose words are sent.
func sendingMinutes(s *stage) {
	agreedMinutes(s)
	s.form.Set("step", "1")
}

func sentMinutes(s *stage) {
	agreedMinutes(s)
	key := meeting.ID(s.values["{meeting}"])
	s.must(s.casework.NoteSent(s.t.Context(), s.actor("adviser"), s.ref, key, casework.NewSent{Step: 1, Invitees: []string{s.values["{invitee}"]}, Day: storetest.Today, How: "by post"}))
	s.values["{sent}"] = strings.Join(s.strings("SELECT id FROM minutes_sent"), "")
	s.form = url.Values{"why": {"It came back"}}
}

// ofChair are the rows of a page on which the chair agrees minutes.
func ofChair(status int, prepare func(*stage)) rowsOf {
	rs := ofFile(status, nil)
	rs.withheld = append(rs.withheld, row{who: "business-support", status: gone}, row{who: "minute-taker", status: gone})
	return rs.with(func(r *row) { r.prepare = then(prepare, r.prepare) })
}

// ofDecisions are the rows of the page of all decisions, which support does not read.
func ofDecisions() rowsOf {
	rs := ofFile(200, nil)
	rs.withheld = append(rs.withheld, row{who: "business-support", status: gone}, row{who: "minute-taker", status: gone})
	return rs.with(func(r *row) { r.prepare = then(heldMeeting, r.prepare) })
}
