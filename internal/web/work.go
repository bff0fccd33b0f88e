package web

import (
	"net/http"

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
	if p.Office, err = s.Casework.Office(r.Context(), s.actor(r)); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, work.Work(p))
}

// POST /work/notices/{notice}/seen
func (s *Server) seeNotice(w http.ResponseWriter, r *http.Request) error {
	notice := r.PathValue("notice")
	if !id.Valid(notice) {
		return errNothing
	}
	if err := s.Casework.SeeNotice(r.Context(), s.actor(r), notice); err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldSeen)
	http.Redirect(w, r, "/work", http.StatusSeeOther)
	return nil
}
