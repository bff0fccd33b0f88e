package web

import (
	"net/http"

	"casefile/internal/web/demo"
)

// GET /demo
func (s *Server) demo(w http.ResponseWriter, r *http.Request) error {
	p := demo.DoorPage{Frame: s.frame(r)}
	for _, d := range s.Demo.Workers {
		p.Add(d.Service, demo.Worker{Key: d.Key, Name: d.Name, Role: d.Role, Team: d.Team, About: d.About})
	}
	return s.render(w, r, http.StatusOK, demo.Door(p))
}

// POST /demo
func (s *Server) demoSignIn(w http.ResponseWriter, r *http.Request) error {
	account, err := s.Demo.SignIn(r.Context(), r.PostForm.Get("worker"))
	if err != nil {
		return err
	}
	return s.signInAs(w, r, account)
}
