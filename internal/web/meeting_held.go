package web

import (
	"net/http"
	"strconv"
	"unicode/utf8"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/task"
	"casefile/internal/web/meetings"
)

// GET /children/{ref}/meetings/{meeting}/hold
func (s *Server) askHold(w http.ResponseWriter, r *http.Request) error {
	return s.holdPage(w, r, http.StatusOK, nil, false)
}

func (s *Server) holdPage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem, changed bool) error {
	f, err := s.arranging(r)
	if err != nil {
		return err
	}
	if !f.Value.Is(meeting.Planned) {
		return errNothing
	}
	p := meetings.HoldPage{File: s.file(r, f.Header, f.Offers), M: f.Value, Problems: ps, Changed: changed}
	if r.Method == http.MethodPost {
		p.Typed = map[string]string{}
		for name := range r.PostForm {
			p.Typed[name] = r.PostForm.Get(name)
		}
	} else {
		p.Typed = meetings.TypedOf(f.Value.Now())
		for _, i := range f.Value.Invitees {
			p.Typed[meetings.CameField(i.ID)] = string(i.Attended)
		}
	}
	if changed || r.Method != http.MethodPost {
		p.Typed["seen"] = strconv.Itoa(f.Value.Now().Number)
	}
	return s.render(w, r, status, meetings.Hold(p))
}

// POST /children/{ref}/meetings/{meeting}/hold
func (s *Server) hold(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	form := r.PostForm
	h := casework.HeldMeeting{
		Time: form.Get(meeting.FieldTime), NoNext: form.Get(meeting.FieldNoNext), NotInvited: form.Get(meeting.FieldNotInvited), Late: form.Get(task.LateReason),
		Came: map[string]meeting.Attended{}, Reports: map[string]bool{},
	}
	h.Day = meetingDay(r, "meeting", "The day of the meeting", &h.Wrong)
	h.Next = meetingDay(r, "next", "The day of the next meeting", &h.Wrong)
	for name := range form {
		if invitee, ok := meetings.CameOf(name); ok {
			h.Came[invitee] = meeting.Attended(form.Get(name))
			h.Reports[invitee] = form.Get(meetings.ReportField(invitee)) == "yes"
		}
	}
	err = s.Casework.HoldMeeting(r.Context(), look.Actor, look.Reference, key, seenVersion(r, "seen"), h)
	return s.afterMeeting(w, r, err, problemsOf(err, "meeting-day"), toldHeld, s.holdPage)
}

// GET /children/{ref}/meetings/{meeting}/invite
func (s *Server) askInvite(w http.ResponseWriter, r *http.Request) error {
	return s.invitePage(w, r, http.StatusOK, nil, false)
}

func (s *Server) invitePage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem, changed bool) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.InvitePart(key))
	if err != nil {
		return err
	}
	if f.Value.M.Off() {
		return errNothing
	}
	p := meetings.InvitePage{File: s.file(r, f.Header, f.Offers), M: f.Value.M, Who: f.Value.Who, Problems: ps, Changed: changed, Typed: map[string]string{"key": id.New(), meeting.FieldGets: "yes"}}
	if r.Method == http.MethodPost {
		p.Typed = sentFields(r, meetings.InviteFields)
	}
	return s.render(w, r, status, meetings.Invite(p))
}

// sentStanding is what a page sent of how an invitee stands.
func sentStanding(r *http.Request, ps *[]fault.Problem) meeting.Standing {
	form := r.PostForm
	return meeting.Standing{
		Invited: meetingDay(r, "invited", "The day on which they were invited", ps), How: form.Get(meeting.FieldHow), Answer: meeting.Answer(form.Get(meeting.FieldAnswer)),
		Attended: meeting.Attended(form.Get(meeting.FieldCame)), Report: form.Get(meeting.FieldReport) == "yes", Gets: form.Get(meeting.FieldGets) == "yes",
		Note: form.Get(meeting.FieldNote), Off: form.Get(meeting.FieldOff),
	}
}

// POST /children/{ref}/meetings/{meeting}/invite
func (s *Server) invite(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	form := r.PostForm
	n := casework.NewInvitee{
		Key: keyOf(form.Get("key")), Who: form.Get(meeting.FieldWho), Name: form.Get(meeting.FieldName), Role: form.Get(meeting.FieldRole),
		Agency: form.Get(meeting.FieldAgency), For: form.Get(meeting.FieldFor),
	}
	n.Standing = sentStanding(r, &n.Wrong)
	err = s.Casework.Invite(r.Context(), look.Actor, look.Reference, key, n)
	return s.afterMeeting(w, r, err, problemsOf(err, meeting.FieldWho), toldInvited, s.invitePage)
}

// GET /children/{ref}/meetings/{meeting}/invitees/{invitee}
func (s *Server) invitee(w http.ResponseWriter, r *http.Request) error {
	return s.inviteePage(w, r, http.StatusOK, nil, false)
}

func (s *Server) inviteePage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem, changed bool) error {
	f, err := s.arranging(r)
	if err != nil {
		return err
	}
	p := meetings.InvitePage{File: s.file(r, f.Header, f.Offers), M: f.Value, Problems: ps, Changed: changed}
	for i := range f.Value.Invitees {
		if f.Value.Invitees[i].ID == r.PathValue("invitee") {
			p.Invitee = &f.Value.Invitees[i]
		}
	}
	if p.Invitee == nil || f.Value.Off() {
		return errNothing
	}
	if r.Method == http.MethodPost {
		p.Typed = sentFields(r, meetings.InviteFields)
	} else {
		p.Typed = meetings.TypedStanding(*p.Invitee)
	}
	if changed {
		p.Typed["number"] = strconv.Itoa(p.Invitee.Number)
	}
	return s.render(w, r, status, meetings.Invitee(p))
}

// POST /children/{ref}/meetings/{meeting}/invitees/{invitee}
func (s *Server) changeInvitee(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	var wrong []fault.Problem
	st := sentStanding(r, &wrong)
	err = s.Casework.ChangeInvitee(r.Context(), look.Actor, look.Reference, key, r.PathValue("invitee"), seenVersion(r, "number"), st, wrong)
	return s.afterMeeting(w, r, err, problemsOf(err, "invited-day"), toldInvited, s.inviteePage)
}

// GET /children/{ref}/meetings/{meeting}/send
func (s *Server) askSend(w http.ResponseWriter, r *http.Request) error {
	return s.sendPage(w, r, http.StatusOK, nil, false)
}

func (s *Server) sendPage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem, changed bool) error {
	f, err := s.arranging(r)
	if err != nil {
		return err
	}
	says, ok := f.Value.Meeting.Says()
	if !ok || len(f.Value.Unsent) == 0 || f.Value.Off() {
		return errNothing
	}
	p := meetings.SendPage{File: s.file(r, f.Header, f.Offers), M: f.Value, Problems: ps, Changed: changed, Typed: map[string]string{}}
	if r.Method == http.MethodPost {
		p.Typed, p.To = sentFields(r, meetings.SendFields), r.PostForm[casework.FieldSentTo]
	} else {
		meetings.DayTyped(p.Typed, "sent", s.Casework.Today())
	}
	if changed || r.Method != http.MethodPost {
		p.Typed["step"] = strconv.Itoa(says.Number)
	}
	return s.render(w, r, status, meetings.Send(p))
}

// POST /children/{ref}/meetings/{meeting}/send
func (s *Server) noteSent(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	n := casework.NewSent{Step: seenVersion(r, "step"), Invitees: r.PostForm[casework.FieldSentTo], How: r.PostForm.Get(casework.FieldSentHow), Late: r.PostForm.Get(task.LateReason)}
	n.Day = meetingDay(r, "sent", "The day on which it was sent", &n.Wrong)
	err = s.Casework.NoteSent(r.Context(), look.Actor, look.Reference, key, n)
	return s.afterMeeting(w, r, err, problemsOf(err, casework.FieldSentTo), toldSent, s.sendPage)
}

// GET /children/{ref}/meetings/{meeting}/sent/{sent}/back
func (s *Server) askSentBack(w http.ResponseWriter, r *http.Request) error {
	return s.sentBackPage(w, r, http.StatusOK, nil, false)
}

func (s *Server) sentBackPage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem, _ bool) error {
	f, err := s.arranging(r)
	if err != nil {
		return err
	}
	p := meetings.BackPage{File: s.file(r, f.Header, f.Offers), M: f.Value, Why: r.PostForm.Get(meeting.FieldWhy), Problems: ps}
	for _, v := range f.Value.Sent {
		if v.ID == r.PathValue("sent") && v.Stands() {
			p.Sent = v
		}
	}
	if p.Sent.ID == "" {
		return errNothing
	}
	return s.render(w, r, status, meetings.Back(p))
}

// POST /children/{ref}/meetings/{meeting}/sent/{sent}/back
func (s *Server) takeSentBack(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	err = s.Casework.TakeSentBack(r.Context(), look.Actor, look.Reference, key, r.PathValue("sent"), r.PostForm.Get(meeting.FieldWhy))
	return s.afterMeeting(w, r, err, problemsOf(err, meeting.FieldWhy), toldSentBack, s.sentBackPage)
}

// GET /children/{ref}/meetings/{meeting}/print
func (s *Server) printMeeting(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.MeetingPart(key))
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown || len(f.Value.Says) == 0 {
		return errNothing
	}
	return s.render(w, r, http.StatusOK, meetings.Print(meetings.ReadPage{File: s.file(r, f.Header, f.Offers), M: f.Value}))
}

// mostKey is more than the key of a place in a list is long.
const mostKey = 80

// GET /meetings
func (s *Server) myMeetings(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	team := q.Get("of") == "team"
	after := q.Get("after")
	if len(after) > mostKey || !utf8.ValidString(after) {
		after = ""
	}
	list, err := s.Casework.MeetingsToDo(r.Context(), s.actor(r), team, after)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, meetings.Mine(meetings.MinePage{Frame: s.frame(r), Words: s.Casework, List: list, Team: team, First: after == ""}))
}
