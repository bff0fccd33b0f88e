package web

import (
	"net/http"
	"slices"

	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/web/tasks"
	"casefile/internal/web/work"
)

// GET /work
func (s *Server) myWork(w http.ResponseWriter, r *http.Request) error {
	if ask := trayAsk(r); ask.Tray != tasks.Overview {
		return s.tray(w, r, ask)
	}
	mine, err := s.Casework.MyWork(r.Context(), s.actor(r))
	if err != nil {
		return err
	}
	v := s.visit(r)
	p := work.WorkPage{Me: v.me.Worker.ID, Frame: s.frame(r), Words: s.Casework, Work: mine, Told: s.told(r), Places: s.Casework.WorkPlaces(v.as.Role)}
	if s.Casework.NeedsTraining(v.as.Role) {
		p.Warnings = lapsing(v.me.Training, s.Casework.Today())
	}
	if p.Mail, err = s.Casework.MailTrouble(r.Context(), v.as.Role); err != nil {
		return err
	}
	if p.Office, err = s.Casework.Office(r.Context(), s.actor(r)); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, work.Work(p))
}

// POST /work/notices/{notice}/seen
func (s *Server) seeNotice(w http.ResponseWriter, r *http.Request) error {
	seen := append([]string{r.PathValue("notice")}, r.PostForm["also"]...)
	if len(seen) > casework.MostFound || slices.ContainsFunc(seen, func(n string) bool { return !id.Valid(n) }) {
		return errNothing
	}
	if err := s.Casework.SeeNotice(r.Context(), s.actor(r), seen...); err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldSeen)
	http.Redirect(w, r, "/work", http.StatusSeeOther)
	return nil
}

// GET /work/messages
func (s *Server) messages(w http.ResponseWriter, r *http.Request) error {
	return s.messagesPage(w, r, http.StatusOK, nil)
}

func (s *Server) messagesPage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem) error {
	m, err := s.Casework.MailSettings(r.Context(), s.actor(r))
	if err != nil {
		return err
	}
	trouble, err := s.Casework.MailTrouble(r.Context(), s.visit(r).as.Role)
	if err != nil {
		return err
	}
	return s.render(w, r, status, work.Messages(work.MessagesPage{Frame: s.frame(r), Settings: m, Sends: s.Mails, Trouble: trouble, Problems: ps, Told: s.told(r)}))
}

// POST /work/messages
func (s *Server) chooseMessages(w http.ResponseWriter, r *http.Request) error {
	err := s.Casework.ChooseMail(r.Context(), s.actor(r), r.PostForm.Get("choice"))
	if fault.Is(err, fault.Invalid) {
		return s.messagesPage(w, r, http.StatusUnprocessableEntity, problemsOf(err, "choice"))
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldMessages)
	http.Redirect(w, r, "/work/messages", http.StatusSeeOther)
	return nil
}
