package web

import (
	"net/http"
	"strconv"
	"strings"

	"casefile/internal/access"
	"casefile/internal/auth"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
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
	may, err := s.Casework.MaySeeTo(r.Context(), s.actor(r), list)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, workers.List(workers.ListPage{
		Frame: s.frame(r), Words: s.Casework, Typed: typed, List: list, More: len(list) >= mostColleagues, May: may,
		MayGrant:    s.Casework.MayGrantAll(s.visit(r).as.Role),
		MaySeeStaff: s.Casework.MayOffice(s.visit(r).as.Role, access.Staff),
	}))
}

// GET /workers/me
func (s *Server) contact(w http.ResponseWriter, r *http.Request) error {
	me := s.visit(r).me.Worker
	return s.mine(w, r, http.StatusOK, workers.ContactPage{Version: me.Version, Contact: me.Contact, Told: s.told(r)})
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
	p := workers.ContactPage{Version: version, Contact: sent}
	err = s.Casework.SaveContact(r.Context(), me.ID, version, sent)
	switch {
	case fault.Is(err, fault.Invalid):
		p.Problems = problemsOf(err, "telephone")
		return s.mine(w, r, http.StatusUnprocessableEntity, p)
	case fault.Is(err, fault.Conflict):
		now, err := s.Casework.Me(r.Context(), me.ID)
		if err != nil {
			return err
		}
		if now.Worker.Contact != sent {
			p.Version, p.Saved = now.Worker.Version, &now.Worker.Contact
			return s.mine(w, r, http.StatusConflict, p)
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

// mine is the page of a worker's own details, with their absences.
func (s *Server) mine(w http.ResponseWriter, r *http.Request, status int, p workers.ContactPage) error {
	desk, err := s.Casework.Desk(r.Context(), s.actor(r), s.visit(r).me.Worker.ID)
	if err != nil {
		return err
	}
	p.Frame, p.Password, p.Desk, p.Today = s.frame(r), s.hasPassword(r), desk, s.Casework.Today()
	return s.render(w, r, status, workers.Mine(p))
}

// worker is whom the address names: me is the visitor.
func (s *Server) worker(r *http.Request) (staff.ID, error) {
	switch v := r.PathValue("worker"); {
	case v == "me":
		return s.visit(r).me.Worker.ID, nil
	case id.Valid(v):
		return staff.ID(v), nil
	}
	return "", errNothing
}

func (s *Server) desk(r *http.Request) (casework.Desk, error) {
	w, err := s.worker(r)
	if err != nil {
		return casework.Desk{}, err
	}
	return s.Casework.Desk(r.Context(), s.actor(r), w)
}

// back is the page of the worker that the address names.
func (s *Server) back(w http.ResponseWriter, r *http.Request, told string) error {
	s.Sessions.Tell(r.Context(), told)
	http.Redirect(w, r, "/workers/"+r.PathValue("worker"), http.StatusSeeOther)
	return nil
}

// GET /workers/{worker}
func (s *Server) workerDesk(w http.ResponseWriter, r *http.Request) error {
	desk, err := s.desk(r)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, workers.Desk(workers.DeskPage{Frame: s.frame(r), Words: s.Casework, Desk: desk, Told: s.told(r)}))
}

// GET /workers/{worker}/absence
func (s *Server) askAbsence(w http.ResponseWriter, r *http.Request) error {
	return s.absencePage(w, r, nil, nil)
}

func (s *Server) absencePage(w http.ResponseWriter, r *http.Request, values map[string]string, failed error) error {
	desk, err := s.desk(r)
	if err != nil {
		return err
	}
	if !desk.MayChange {
		return errNothing
	}
	status, _ := again(failed)
	return s.render(w, r, status, workers.Absence(workers.AbsencePage{
		Frame: s.frame(r), Words: s.Casework, Desk: desk, Own: r.PathValue("worker") == "me", Sent: values, Problems: problemsOf(failed, "from-day"),
	}))
}

// POST /workers/{worker}/absence
func (s *Server) declareAbsence(w http.ResponseWriter, r *http.Request) error {
	who, err := s.worker(r)
	if err != nil {
		return err
	}
	v := sent(r, "from-day", "from-month", "from-year", "to-day", "to-month", "to-year", "cover", "note")
	from, wrong := sentDay(v, "from", "The first day away")
	to, wrongTo := sentDay(v, "to", "The last day away")
	err = fault.Problems(append(wrong, wrongTo...))
	if err == nil {
		err = s.Casework.DeclareAbsence(r.Context(), s.actor(r), staff.Absence{
			Worker: who, Cover: staff.ID(v["cover"]), Note: v["note"], Clocks: date.Clocks{Period: date.Period{From: from, To: to}},
		})
	}
	if fault.Is(err, fault.Invalid) {
		return s.absencePage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return s.back(w, r, toldAway)
}

// POST /workers/{worker}/absences/{absence}/end
func (s *Server) endAbsence(w http.ResponseWriter, r *http.Request) error {
	who, err := s.worker(r)
	if err != nil {
		return err
	}
	if err := s.Casework.EndAbsence(r.Context(), s.actor(r), who, r.PathValue("absence")); err != nil {
		return err
	}
	return s.back(w, r, toldBack)
}

// GET /workers/{worker}/roles/{assignment}/end
func (s *Server) askEndRole(w http.ResponseWriter, r *http.Request) error {
	who, err := s.worker(r)
	if err != nil {
		return err
	}
	leaving, err := s.Casework.Leaving(r.Context(), s.actor(r), who, staff.AssignmentID(r.PathValue("assignment")))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, workers.Leave(workers.LeavingPage{Frame: s.frame(r), Words: s.Casework, Leaving: leaving}))
}

// POST /workers/{worker}/roles/{assignment}/end
func (s *Server) endRole(w http.ResponseWriter, r *http.Request) error {
	who, err := s.worker(r)
	if err != nil {
		return err
	}
	if err := s.Casework.EndRole(r.Context(), s.actor(r), who, staff.AssignmentID(r.PathValue("assignment"))); err != nil {
		return err
	}
	// Their own page is gone where this was their last role.
	s.Sessions.Tell(r.Context(), toldRoleEnded)
	http.Redirect(w, r, "/work", http.StatusSeeOther)
	return nil
}
