package web

import (
	"net/http"

	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/web/workers"
)

// GET /workers/me/connections
func (s *Server) connections(w http.ResponseWriter, r *http.Request) error {
	reference := ""
	if ref, err := id.ParseReference(r.URL.Query().Get("reference")); err == nil {
		reference = ref.String()
	}
	return s.connectionsPage(w, r, http.StatusOK, reference, "", nil)
}

func (s *Server) connectionsPage(w http.ResponseWriter, r *http.Request, status int, reference, nature string, ps []fault.Problem) error {
	list, err := s.Casework.Connections(r.Context(), s.actor(r))
	if err != nil {
		return err
	}
	return s.render(w, r, status, workers.Connections(workers.ConnectionsPage{
		Frame: s.frame(r), Today: s.Casework.Today(), List: list, Reference: reference, Nature: nature, Told: s.told(r), Problems: ps,
	}))
}

// POST /workers/me/connections. First it is asked whether it is this file, then
// done; whoever goes back finds what they typed.
func (s *Server) declare(w http.ResponseWriter, r *http.Request) error {
	reference, nature := shortened(r.PostForm.Get("reference")), r.PostForm.Get("nature")
	switch r.PostForm.Get("do") {
	case "declare":
	case "back":
		return s.connectionsPage(w, r, http.StatusOK, reference, nature, nil)
	default:
		d, err := s.Casework.AboutToDeclare(r.Context(), s.actor(r), reference, nature)
		if ps := problemsOf(err, "reference"); ps != nil {
			return s.connectionsPage(w, r, http.StatusUnprocessableEntity, reference, nature, ps)
		}
		if err != nil {
			return err
		}
		return s.render(w, r, http.StatusOK, workers.Declare(workers.DeclarePage{Frame: s.frame(r), Declaration: d, Typed: nature}))
	}
	err := s.Casework.Declare(r.Context(), s.actor(r), reference, nature)
	if ps := problemsOf(err, "reference"); ps != nil {
		return s.connectionsPage(w, r, http.StatusUnprocessableEntity, reference, nature, ps)
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldDeclared)
	http.Redirect(w, r, "/workers/me/connections", http.StatusSeeOther)
	return nil
}

// GET /workers/connections
func (s *Server) staffConnections(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Casework.StaffConnections(r.Context(), s.actor(r))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, workers.StaffConnections(workers.StaffConnectionsPage{
		Frame: s.frame(r), List: list, Told: s.told(r),
	}))
}

// POST /workers/connections/{connection}/end
func (s *Server) takeBack(w http.ResponseWriter, r *http.Request) error {
	connection, worker := r.PathValue("connection"), r.PostForm.Get("worker")
	if !id.Valid(connection) || !id.Valid(worker) {
		return errNothing
	}
	if err := s.Casework.TakeBack(r.Context(), s.actor(r), staff.ID(worker), connection); err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldTakenBack)
	http.Redirect(w, r, "/workers/connections", http.StatusSeeOther)
	return nil
}
