package web

import (
	"net/http"
	"strconv"
	"strings"

	"casefile/internal/access"
	"casefile/internal/auth"
	"casefile/internal/fault"
	"casefile/internal/staff"
	"casefile/internal/web/workers"
)

// mostColleagues is how many casework lists at once.
const mostColleagues = 100

// GET and POST /workers. What is searched for is in no address, as in find.
func (s *Server) workers(w http.ResponseWriter, r *http.Request) error {
	typed := strings.TrimSpace(shortened(r.PostForm.Get("words")))
	list, err := s.Casework.Colleagues(r.Context(), strings.Fields(typed))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, workers.List(workers.ListPage{
		Frame: s.frame(r), Words: s.Casework, Typed: typed, List: list, More: len(list) >= mostColleagues,
		MayGrant:    s.Casework.MayGrantAll(s.visit(r).as.Role),
		MaySeeStaff: s.Casework.MayOffice(s.visit(r).as.Role, access.Staff),
	}))
}

// GET /workers/me
func (s *Server) contact(w http.ResponseWriter, r *http.Request) error {
	me := s.visit(r).me.Worker
	return s.render(w, r, http.StatusOK, workers.Mine(workers.ContactPage{
		Frame: s.frame(r), Version: me.Version, Contact: me.Contact, Told: s.told(r), Password: s.hasPassword(r),
	}))
}

// POST /workers/me
func (s *Server) saveContact(w http.ResponseWriter, r *http.Request) error {
	get := func(name string) string { return strings.TrimSpace(r.PostForm.Get(name)) }
	sent := staff.Contact{
		Telephone: get("telephone"), Mobile: get("mobile"), Email: get("email"), Base: get("base"), Note: get("note"),
	}
	version, err := strconv.Atoi(get("version"))
	if err != nil {
		return fault.New(fault.Invalid, "The page that sent this is not one of ours, or not whole.")
	}
	me := s.visit(r).me.Worker
	p := workers.ContactPage{Frame: s.frame(r), Version: version, Contact: sent, Password: s.hasPassword(r)}
	err = s.Casework.SaveContact(r.Context(), me.ID, version, sent)
	switch {
	case fault.Is(err, fault.Invalid):
		p.Problems = problemsOf(err, "telephone")
		return s.render(w, r, http.StatusUnprocessableEntity, workers.Mine(p))
	case fault.Is(err, fault.Conflict):
		now, err := s.Casework.Me(r.Context(), me.ID)
		if err != nil {
			return err
		}
		if now.Worker.Contact != sent {
			p.Version, p.Saved = now.Worker.Version, &now.Worker.Contact
			return s.render(w, r, http.StatusConflict, workers.Mine(p))
		}
	case err != nil:
		return err
	}
	s.Sessions.Tell(r.Context(), toldContact)
	http.Redirect(w, r, "/workers/me", http.StatusSeeOther)
	return nil
}

// hasPassword reports whether the visitor signs in with a password of ours.
func (s *Server) hasPassword(r *http.Request) bool { return s.visit(r).account.Kind == auth.Local }
