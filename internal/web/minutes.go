package web

import (
	"net/http"
	"strconv"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/meeting"
	"casefile/internal/staff"
	"casefile/internal/task"
	"casefile/internal/web/meetings"
)

// GET /children/{ref}/meetings/{meeting}/minutes
func (s *Server) writeMinutes(w http.ResponseWriter, r *http.Request) error {
	return s.minutesPage(w, r, http.StatusOK, meetings.MinutesPage{Told: s.told(r)})
}

// minutesPage shows minutes that are being written; where they are completed, it leads to
// the meeting.
func (s *Server) minutesPage(w http.ResponseWriter, r *http.Request, status int, p meetings.MinutesPage) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.MinutesPart(key))
	if casework.NotWriting(err) {
		http.Redirect(w, r, meetingPath(look.Reference, string(key)), http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return err
	}
	p.File, p.W = s.file(r, f.Header, f.Offers), f.Value
	if r.Method == http.MethodPost {
		p.Typed = map[string]string{}
		for _, t := range f.Value.Texts {
			if sent, ok := r.PostForm[meeting.FieldOf(t.Key())]; ok {
				p.Typed[t.Key()] = sent[0]
			}
		}
	}
	return s.render(w, r, status, meetings.Minutes(p))
}

// typedMinutes are the texts that a page sent, by the keys that it may be of: those that
// the draft has not are left out by whoever saves it.
func typedMinutes(r *http.Request) map[string]string {
	typed := map[string]string{}
	for name, sent := range r.PostForm {
		if key, ok := meeting.KeyOf(name); ok {
			typed[key] = sent[0]
		}
	}
	return typed
}

// POST /children/{ref}/meetings/{meeting}/minutes
//
// What was typed is saved first, whatever is to be done with it then.
func (s *Server) saveMinutes(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	saved, err := s.Casework.SaveMinutes(r.Context(), look.Actor, look.Reference, key, seenVersion(r, "rev"), typedMinutes(r))
	if casework.MinutesChanged(err) {
		return s.minutesPage(w, r, http.StatusConflict, meetings.MinutesPage{Conflict: true, Late: r.PostForm.Get(task.LateReason)})
	}
	if err != nil {
		return err
	}
	switch r.PostForm.Get("then") {
	case "complete":
		err := s.Casework.CompleteMinutes(r.Context(), look.Actor, look.Reference, key, saved.Rev, typedMinutes(r), r.PostForm.Get(task.LateReason))
		if ps := problemsOf(err, ""); len(ps) > 0 {
			return s.minutesPage(w, r, http.StatusUnprocessableEntity, meetings.MinutesPage{Problems: ps, Late: r.PostForm.Get(task.LateReason)})
		}
		if err != nil {
			return err
		}
		s.Sessions.Tell(r.Context(), toldMinutes)
	case "stay":
		http.Redirect(w, r, meetingPath(look.Reference, string(key), "minutes"), http.StatusSeeOther)
		return nil
	default:
		s.Sessions.Tell(r.Context(), toldMinutesSaved)
	}
	http.Redirect(w, r, meetingPath(look.Reference, string(key)), http.StatusSeeOther)
	return nil
}

// POST /children/{ref}/meetings/{meeting}/minutes/autosave
//
// The contract of its answers is at the head of assets/autosave.js.
func (s *Server) autosaveMinutes(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err == nil {
		var saved meeting.Draft
		if saved, err = s.Casework.SaveMinutes(r.Context(), look.Actor, look.Reference, key, seenVersion(r, "rev"), typedMinutes(r)); err == nil {
			return writeJSON(w, http.StatusOK, struct {
				Rev   int    `json:"rev"`
				Saved string `json:"saved"`
			}{saved.Rev, saved.Saved.Clock()})
		}
	}
	s.logError(r, err)
	if fault.Is(err, fault.Conflict) {
		return writeJSON(w, http.StatusConflict, struct {
			Conflict bool   `json:"conflict"`
			URL      string `json:"url"`
		}{true, meetingPath(look.Reference, string(key), "minutes")})
	}
	return writeJSON(w, statusOf(err), struct{}{})
}

// GET /children/{ref}/meetings/{meeting}/minutes/earlier
func (s *Server) earlierMinutes(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.EarlierMinutesPart(key))
	if err != nil {
		return err
	}
	p := meetings.EarlierPage{List: f.Value}
	p.File = s.file(r, f.Header, f.Offers)
	p.W.M.ID = key
	return s.render(w, r, http.StatusOK, meetings.Earlier(p))
}

// GET /children/{ref}/meetings/{meeting}/minutes/before/{step}
func (s *Server) minutesBefore(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	step, err := strconv.Atoi(r.PathValue("step"))
	if err != nil {
		return errNothing
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.MinutesBeforePart(key, step))
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown {
		return errNothing
	}
	return s.render(w, r, http.StatusOK, meetings.Before(meetings.BeforePage{File: s.file(r, f.Header, f.Offers), B: f.Value}))
}

// GET /children/{ref}/meetings/{meeting}/minutes/agree
func (s *Server) askAgree(w http.ResponseWriter, r *http.Request) error {
	return s.agreePage(w, r, http.StatusOK, nil, false)
}

func (s *Server) agreePage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem, changed bool) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.WaitingMinutesPart(key))
	if err != nil {
		return err
	}
	due := task.Deadline{Due: f.Value.M.AgreeBy}
	return s.render(w, r, status, meetings.Agree(meetings.DecidePage{
		File: s.file(r, f.Header, f.Offers), W: f.Value, Decide: r.PostForm.Get("decide"), Reason: r.PostForm.Get(meeting.FieldReason), Late: r.PostForm.Get(task.LateReason),
		NeedLate: due.DaysLate(s.Casework.Today()) > 0, Problems: ps, Changed: changed,
	}))
}

// POST /children/{ref}/meetings/{meeting}/minutes/agree
func (s *Server) agree(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	step, told := seenVersion(r, "step"), toldAgreed
	switch r.PostForm.Get("decide") {
	case "agree":
		err = s.Casework.AgreeMinutes(r.Context(), look.Actor, look.Reference, key, step, r.PostForm.Get(task.LateReason))
	case "return":
		told = toldMinutesBack
		err = s.Casework.ReturnMinutes(r.Context(), look.Actor, look.Reference, key, step, r.PostForm.Get(meeting.FieldReason))
	default:
		return s.agreePage(w, r, http.StatusUnprocessableEntity, []fault.Problem{{Field: "decide", Message: "Select whether you agree them"}}, false)
	}
	return s.afterMeeting(w, r, err, problemsOf(err, "decide"), told, s.agreePage)
}

// GET /children/{ref}/meetings/{meeting}/minutes/correct
func (s *Server) askCorrectMinutes(w http.ResponseWriter, r *http.Request) error {
	return s.correctMinutesPage(w, r, http.StatusOK, nil, false)
}

func (s *Server) correctMinutesPage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem, changed bool) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.WriteMeetingPart(key))
	if err != nil {
		return err
	}
	if !f.Value.May.Correct {
		return errNothing
	}
	return s.render(w, r, status, meetings.Correct(meetings.WhyPage{
		File: s.file(r, f.Header, f.Offers), M: f.Value, Why: r.PostForm.Get(meeting.FieldReason), Problems: ps, Changed: changed,
	}))
}

// POST /children/{ref}/meetings/{meeting}/minutes/correct
func (s *Server) correctMinutes(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	err = s.Casework.CorrectMinutes(r.Context(), look.Actor, look.Reference, key, seenVersion(r, "step"), r.PostForm.Get(meeting.FieldReason))
	return s.afterMeeting(w, r, err, problemsOf(err, meeting.FieldReason), toldReopened, s.correctMinutesPage)
}

// GET /children/{ref}/meetings/{meeting}/minutes/keep
func (s *Server) askKeep(w http.ResponseWriter, r *http.Request) error {
	return s.keepPage(w, r, http.StatusOK, nil, false)
}

func (s *Server) keepPage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem, changed bool) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.KeepingPart(key))
	if err != nil {
		return err
	}
	return s.render(w, r, status, meetings.Keep(meetings.DecidePage{
		File: s.file(r, f.Header, f.Offers), W: f.Value, Reason: r.PostForm.Get(meeting.FieldReason), Problems: ps, Changed: changed,
	}))
}

// POST /children/{ref}/meetings/{meeting}/minutes/keep
func (s *Server) keepMinutes(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	err = s.Casework.KeepMinutes(r.Context(), look.Actor, look.Reference, key, seenVersion(r, "step"), seenVersion(r, "rev"), r.PostForm.Get(meeting.FieldReason))
	return s.afterMeeting(w, r, err, problemsOf(err, meeting.FieldReason), toldKept, s.keepPage)
}

// GET /children/{ref}/meetings/{meeting}/decisions/{decision}
func (s *Server) askDecision(w http.ResponseWriter, r *http.Request) error {
	return s.decisionPage(w, r, http.StatusOK, nil, false)
}

const newDecision = "add" // in place of the key of a decision

func (s *Server) decisionPage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem, changed bool) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	of := r.PathValue("decision")
	if of == newDecision {
		of = ""
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.DecisionPart(key, of))
	if err != nil {
		return err
	}
	if !f.Value.M.Is(meeting.Held) || f.Value.Decision != nil && f.Value.Decision.Now().Gone {
		return errNothing
	}
	p := meetings.DecisionForm{File: s.file(r, f.Header, f.Offers), P: f.Value, ID: id.New(), Problems: ps, Changed: changed, Typed: map[string]string{}}
	switch {
	case r.Method == http.MethodPost:
		p.Typed, p.ID = sentFields(r, meetings.DecisionFields), r.PostForm.Get("decision")
	case f.Value.Decision != nil:
		p.Typed = meetings.TypedDecision(f.Value.Decision.Now())
	}
	if changed && f.Value.Decision != nil {
		p.Typed["number"] = strconv.Itoa(f.Value.Decision.Now().Number)
	}
	return s.render(w, r, status, meetings.Decision(p))
}

// POST /children/{ref}/meetings/{meeting}/decisions/{decision}
func (s *Server) decide(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofMeeting(r)
	if err != nil {
		return err
	}
	form := r.PostForm
	n := casework.NewDecision{ID: keyOf(form.Get("decision")), About: form.Get(meeting.FieldAbout), Decided: meeting.Decided{
		What: form.Get(meeting.FieldWhat), MadeBy: form.Get(meeting.FieldMadeBy), For: form.Get(meeting.FieldEvidence), Against: form.Get(meeting.FieldAgainst),
		Outcome: form.Get(meeting.FieldOutcome), Reasons: form.Get(meeting.FieldReasons), Do: form.Get(meeting.FieldDo), Doer: staff.ID(form.Get(meeting.FieldDoer)),
		DoerName: form.Get(meeting.FieldDoerName), Why: form.Get(meeting.FieldWhy), Gone: form.Get("gone") == "yes",
	}}
	n.Due = meetingDay(r, "due", "The day by when it is to be done", &n.Wrong)
	of, told := r.PathValue("decision"), toldDecided
	if of != newDecision {
		n.ID, n.Seen, told = of, seenVersion(r, "number"), toldDecisionCorrected
		err = s.Casework.CorrectDecision(r.Context(), look.Actor, look.Reference, key, n)
	} else {
		n.Why, n.Gone = "", false
		err = s.Casework.Decide(r.Context(), look.Actor, look.Reference, key, n)
	}
	return s.afterMeeting(w, r, err, problemsOf(err, meeting.FieldWhat), told, s.decisionPage)
}

// GET /children/{ref}/decisions
func (s *Server) decisions(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.DecisionsPart())
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, meetings.Decisions(meetings.DecisionsPage{File: s.file(r, f.Header, f.Offers), Masked: f.Outcome == access.Masked, List: f.Value}))
}
