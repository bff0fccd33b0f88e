package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/staff"
	"casefile/internal/task"
	"casefile/internal/web/file"
	"casefile/internal/web/meetings"
)

// What pages about meetings leave for the next to say.
const (
	toldSetUp     = "meeting-set-up"
	toldArranged  = "meeting-arranged"
	toldCancelled = "meeting-cancelled"
	toldHeld      = "meeting-held"
	toldWithdrawn = "meeting-withdrawn"
	toldInvited   = "meeting-invited"
	toldSent      = "meeting-sent"
	toldSentBack  = "meeting-sent-back"

	toldMinutesSaved      = "minutes-saved"
	toldMinutes           = "minutes-completed"
	toldAgreed            = "minutes-agreed"
	toldMinutesBack       = "minutes-returned"
	toldReopened          = "minutes-reopened"
	toldKept              = "minutes-kept"
	toldDecided           = "decision-recorded"
	toldDecisionCorrected = "decision-corrected"
)

var meetingWords = map[string]string{
	toldSetUp:     "The meeting is set up. Invite those who are to come.",
	toldArranged:  "The meeting is changed. Tell those who are invited, where it matters to them.",
	toldCancelled: "The meeting is cancelled.",
	toldHeld:      "It is recorded that the meeting was held. Its minutes and decisions come next.",
	toldWithdrawn: "It is recorded that the meeting never took place. Those who acted on it have been told.",
	toldInvited:   "The list of those invited is saved.",
	toldSent:      "It is noted who was sent the minutes.",
	toldSentBack:  "It is taken back that the minutes were sent.",

	toldMinutesSaved:      "The minutes are saved. They are not completed yet.",
	toldMinutes:           "The minutes are completed.",
	toldAgreed:            "The minutes are agreed.",
	toldMinutesBack:       "The minutes are returned. Whoever completed them has been told.",
	toldReopened:          "The minutes can be corrected now.",
	toldKept:              "The correction is given up. The minutes stay as they were agreed.",
	toldDecided:           "The decision is recorded.",
	toldDecisionCorrected: "The decision is corrected.",
}

func meetingPath(ref id.Reference, parts ...string) string {
	return strings.Join(append([]string{"/children/" + ref.String() + file.Meetings}, parts...), "/")
}

// ofMeeting is the file that a request is about, and the meeting.
func (s *Server) ofMeeting(r *http.Request) (casework.Look, meeting.ID, error) {
	look, err := s.look(r)
	key := r.PathValue("meeting")
	if err == nil && !id.Valid(key) {
		err = errNothing
	}
	return look, meeting.ID(key), err
}

// GET /children/{ref}/meetings
func (s *Server) meetings(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	on, known, status := s.knownOn(r)
	look.Known = known
	f, err := casework.Open(r.Context(), s.Casework, look, casework.MeetingsPart())
	if err != nil {
		return err
	}
	return s.render(w, r, status, meetings.List(meetings.ListPage{
		File: s.fileOn(r, f.Header, f.Offers, on), Known: on, Masked: f.Outcome == access.Masked, List: f.Value, Told: s.told(r),
	}))
}

// GET /children/{ref}/meetings/new
//
// Without a kind in the address it asks for one.
func (s *Server) chooseMeeting(w http.ResponseWriter, r *http.Request) error {
	return s.setUpPage(w, r, http.StatusOK, r.URL.Query().Get(meeting.FieldKind), meetings.ArrangePage{ID: id.New(), Typed: map[string]string{}})
}

func (s *Server) setUpPage(w http.ResponseWriter, r *http.Request, status int, kind string, p meetings.ArrangePage) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.SetUpPart(kind))
	if err != nil {
		return err
	}
	of := s.file(r, f.Header, f.Offers)
	if f.Value.Kind.ID == "" {
		c := meetings.ChoosePage{File: of, Kinds: f.Value.Kinds}
		if r.URL.RawQuery != "" || r.Method == http.MethodPost { // pressed, and nothing chosen
			c.Problems, status = []fault.Problem{{Field: meeting.FieldKind, Message: "Select what kind of meeting it is"}}, http.StatusUnprocessableEntity
		}
		return s.render(w, r, status, meetings.Choose(c))
	}
	p.File, p.Kind, p.Chairs, p.MinuteTakers, p.Children = of, f.Value.Kind, f.Value.Chairs, f.Value.MinuteTakers, f.Value.Children
	return s.render(w, r, status, meetings.SetUp(p))
}

// sentFields are the fields of a form, as they were sent.
func sentFields(r *http.Request, names []string) map[string]string {
	typed := make(map[string]string, len(names))
	for _, name := range names {
		typed[name] = r.PostForm.Get(name)
	}
	return typed
}

// meetingDay reads the day of three fields; what is wrong with it is added to ps.
func meetingDay(r *http.Request, name, label string, ps *[]fault.Problem) date.Date {
	d, err := date.FromParts(r.PostForm.Get(name+"-day"), r.PostForm.Get(name+"-month"), r.PostForm.Get(name+"-year"))
	if err != nil {
		*ps = append(*ps, fault.Problem{Field: name + "-day", Message: fmt.Sprintf("%s %s", label, err)})
	}
	return d
}

// sentArrangement is what a page sent of what is arranged.
func sentArrangement(r *http.Request, ps *[]fault.Problem) meeting.Arrangement {
	form := r.PostForm
	return meeting.Arrangement{
		Day: meetingDay(r, "meeting", "The day of the meeting", ps), Time: form.Get(meeting.FieldTime), Place: form.Get(meeting.FieldPlace),
		Chair: staff.ID(form.Get(meeting.FieldChair)), ChairName: form.Get(meeting.FieldChairName), MinuteTaker: staff.ID(form.Get(meeting.FieldMinuteTaker)),
		Reason: form.Get(meeting.FieldReason), Agenda: form.Get(meeting.FieldAgenda),
		Next: meetingDay(r, "next", "The day of the next meeting", ps), NoNext: form.Get(meeting.FieldNoNext), Late: form.Get(task.LateReason),
	}
}

// POST /children/{ref}/meetings
func (s *Server) setUpMeeting(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	key := keyOf(r.PostForm.Get("meeting"))
	n := casework.NewMeeting{ID: meeting.ID(key), Kind: r.PostForm.Get(meeting.FieldKind)}
	n.Arrangement = sentArrangement(r, &n.Wrong)
	for _, child := range r.PostForm[meeting.FieldChildren] {
		ref, err := id.ParseReference(child)
		if err != nil {
			n.Wrong = append(n.Wrong, fault.Problem{Field: meeting.FieldChildren, Message: "Select children from the list"})
			continue
		}
		n.Children = append(n.Children, ref)
	}
	err = s.Casework.SetUpMeeting(r.Context(), look.Actor, look.Reference, n)
	if ps := problemsOf(err, meeting.FieldDay); len(ps) > 0 {
		return s.setUpPage(w, r, http.StatusUnprocessableEntity, n.Kind, meetings.ArrangePage{
			ID: key, Typed: sentFields(r, meetings.ArrangeFields), About: r.PostForm[meeting.FieldChildren], Problems: ps,
		})
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldSetUp)
	http.Redirect(w, r, meetingPath(look.Reference, key), http.StatusSeeOther)
	return nil
}

// keyOf is the key that a page gave to what it makes; a new one where it is none of ours,
// so that whether the actor may is asked all the same.
func keyOf(sent string) string {
	if id.Valid(sent) {
		return sent
	}
	return id.New()
}

// GET /children/{ref}/meetings/{meeting}
func (s *Server) meeting(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.MeetingPart(key))
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown {
		return errNothing
	}
	return s.render(w, r, http.StatusOK, meetings.Read(meetings.ReadPage{File: s.file(r, f.Header, f.Offers), M: f.Value, Told: s.told(r)}))
}

// GET /children/{ref}/meetings/{meeting}/change
func (s *Server) askArrange(w http.ResponseWriter, r *http.Request) error {
	return s.arrangePage(w, r, http.StatusOK, nil, false)
}

func (s *Server) arrangePage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem, changed bool) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.ChangeMeetingPart(key))
	if err != nil {
		return err
	}
	if f.Value.M.Off() {
		return errNothing
	}
	p := meetings.ArrangePage{
		File: s.file(r, f.Header, f.Offers), M: f.Value.M, Kind: f.Value.M.KindNow, Chairs: f.Value.Chairs, MinuteTakers: f.Value.MinuteTakers,
		Typed: meetings.TypedOf(f.Value.M.Now()), Problems: ps, Changed: changed,
	}
	if r.Method == http.MethodPost {
		p.Typed = sentFields(r, meetings.ArrangeFields)
		if changed {
			p.Typed["seen"] = strconv.Itoa(f.Value.M.Now().Number)
		}
	}
	return s.render(w, r, status, meetings.Arrange(p))
}

// seenVersion is the version that a page showed; -1 of no page of ours.
func seenVersion(r *http.Request, field string) int {
	n, err := strconv.Atoi(r.PostForm.Get(field))
	if err != nil {
		return -1
	}
	return n
}

// POST /children/{ref}/meetings/{meeting}/change
func (s *Server) arrange(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	var wrong []fault.Problem
	n := sentArrangement(r, &wrong)
	err = s.Casework.ArrangeMeeting(r.Context(), look.Actor, look.Reference, key, seenVersion(r, "seen"), n, r.PostForm.Get(meeting.FieldWhy), wrong)
	return s.afterMeeting(w, r, err, problemsOf(err, meeting.FieldDay), toldArranged, s.arrangePage)
}

// afterMeeting shows the page of a form again, with what is wrong or that somebody else
// changed the meeting since; or goes on to the meeting.
func (s *Server) afterMeeting(w http.ResponseWriter, r *http.Request, err error, ps []fault.Problem, told string, page func(http.ResponseWriter, *http.Request, int, []fault.Problem, bool) error) error {
	switch {
	case len(ps) > 0:
		return page(w, r, http.StatusUnprocessableEntity, ps, false)
	case casework.MeetingChanged(err):
		shown := page(w, r, http.StatusConflict, nil, true)
		if fault.Is(shown, fault.NotFound) { // as it stands now, that is not to be done any more
			return err
		}
		return shown
	case err != nil:
		return err
	}
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), told)
	http.Redirect(w, r, meetingPath(look.Reference, string(key)), http.StatusSeeOther)
	return nil
}

// GET /children/{ref}/meetings/{meeting}/cancel
func (s *Server) askCancel(w http.ResponseWriter, r *http.Request) error {
	return s.cancelPage(w, r, http.StatusOK, nil, false)
}

func (s *Server) cancelPage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem, changed bool) error {
	f, err := s.arranging(r)
	if err != nil {
		return err
	}
	if !f.Value.Is(meeting.Planned) {
		return errNothing
	}
	return s.render(w, r, status, meetings.Cancel(meetings.WhyPage{
		File: s.file(r, f.Header, f.Offers), M: f.Value, Why: r.PostForm.Get(meeting.FieldWhy), Problems: ps, Changed: changed,
	}))
}

// GET /children/{ref}/meetings/{meeting}/withdraw
func (s *Server) askWithdraw(w http.ResponseWriter, r *http.Request) error {
	return s.withdrawPage(w, r, http.StatusOK, nil, false)
}

func (s *Server) withdrawPage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem, changed bool) error {
	f, err := s.arranging(r)
	if err != nil {
		return err
	}
	if !f.Value.May.Withdraw {
		return errNothing
	}
	return s.render(w, r, status, meetings.Withdraw(meetings.WhyPage{
		File: s.file(r, f.Header, f.Offers), M: f.Value, Why: r.PostForm.Get(meeting.FieldWhy), Problems: ps, Changed: changed,
	}))
}

// POST /children/{ref}/meetings/{meeting}/withdraw
func (s *Server) withdrawMeeting(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	err = s.Casework.WithdrawMeeting(r.Context(), look.Actor, look.Reference, key, seenVersion(r, "seen"), r.PostForm.Get(meeting.FieldWhy))
	return s.afterMeeting(w, r, err, problemsOf(err, meeting.FieldWhy), toldWithdrawn, s.withdrawPage)
}

// arranging is the meeting of a request, for whoever changes what is arranged.
func (s *Server) arranging(r *http.Request) (casework.File[casework.MeetingFile], error) {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return casework.File[casework.MeetingFile]{}, err
	}
	return casework.Open(r.Context(), s.Casework, look, casework.ArrangePart(key))
}

// POST /children/{ref}/meetings/{meeting}/cancel
func (s *Server) cancelMeeting(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	err = s.Casework.CancelMeeting(r.Context(), look.Actor, look.Reference, key, seenVersion(r, "seen"), r.PostForm.Get(meeting.FieldWhy))
	return s.afterMeeting(w, r, err, problemsOf(err, meeting.FieldWhy), toldCancelled, s.cancelPage)
}
