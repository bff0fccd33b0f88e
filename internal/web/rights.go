package web

import (
	"net/http"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/web/rights"
)

// GET /rights
func (s *Server) rightsTable(w http.ResponseWriter, r *http.Request) error {
	set, err := s.Casework.RightsTable(r.Context(), s.actor(r))
	if err != nil {
		return err
	}
	q := r.URL.Query()
	p := rights.TablePage{Frame: s.frame(r), Set: set, Part: access.Part(q.Get("part"))}
	if p.Part != "" && !slices.Contains(access.Parts, p.Part) {
		return errNothing
	}
	role := access.Role(q.Get("role"))
	if role == "" {
		role = s.visit(r).as.Role
	}
	ok := false
	if p.Role, ok = set.Role(role); !ok {
		return errNothing
	}
	if p.Unheard, err = s.Casework.Unheard(r.Context(), s.actor(r)); err != nil {
		return err
	}
	p.Hearing = s.Casework.HearingRoles()
	return s.render(w, r, http.StatusOK, rights.ShowTable(p))
}

// GET and POST /rights/explain. What is asked is in no address, as in find.
func (s *Server) explain(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.Casework.RightsTable(r.Context(), s.actor(r)); err != nil {
		return err
	}
	p := rights.ExplainPage{Frame: s.frame(r), Part: access.Timeline}
	if r.Method != http.MethodPost {
		return s.render(w, r, http.StatusOK, rights.ShowExplain(p))
	}
	get := func(name string) string { return strings.TrimSpace(shortened(r.PostForm.Get(name))) }
	p.Words, p.Worker, p.Reference, p.Part = get("words"), staff.ID(get("worker")), get("reference"), access.Part(get("part"))
	if !slices.Contains(access.Parts, p.Part) {
		return errNothing
	}
	if err := s.whomToExplain(r, &p); err != nil {
		return err
	}
	ref, err := id.ParseReference(p.Reference)
	if err != nil {
		p.Problems = append(p.Problems, fault.Problem{Field: "reference", Message: "Enter the reference of a file, like 7K3M-92QX"})
	}
	if len(p.Problems) > 0 {
		return s.render(w, r, http.StatusUnprocessableEntity, rights.ShowExplain(p))
	}
	e, err := s.Casework.ExplainTo(r.Context(), s.actor(r), p.Worker, ref, p.Part)
	if casework.ReasonNeeded(err) {
		p.Problems = []fault.Problem{{Field: "reference", Message: "Say why you need this file first: open it, then ask again"}}
		return s.render(w, r, http.StatusUnprocessableEntity, rights.ShowExplain(p))
	}
	if err != nil {
		return err
	}
	p.Answer, p.Choice = &e, nil
	seenOf(r.Context()).hush()
	return s.render(w, r, http.StatusOK, rights.ShowExplain(p))
}

// whomToExplain finds the worker that was meant, or asks which.
func (s *Server) whomToExplain(r *http.Request, p *rights.ExplainPage) error {
	if p.Words == "" {
		p.Problems = []fault.Problem{{Field: "words", Message: "Enter the worker’s name"}}
		return nil
	}
	found, err := s.Casework.Colleagues(r.Context(), strings.Fields(p.Words))
	if err != nil {
		return err
	}
	fits := func(w staff.ID) bool {
		return slices.ContainsFunc(found, func(c staff.Colleague) bool { return c.ID == w })
	}
	switch {
	case len(found) == 0:
		p.Problems = []fault.Problem{{Field: "words", Message: "No worker fits all of these words"}}
	case !slices.ContainsFunc(found, func(c staff.Colleague) bool { return c.ID != found[0].ID }):
		p.Worker = found[0].ID
	case p.Worker == "" || !fits(p.Worker):
		p.Worker, p.Choice = "", found
		p.Problems = []fault.Problem{{Field: "worker", Message: "Select which worker you mean"}}
	default:
		p.Choice = found
	}
	return nil
}

// GET /rights/changes
func (s *Server) rightsChanges(w http.ResponseWriter, r *http.Request) error {
	return s.changesPage(w, r, http.StatusOK, "", nil)
}

func (s *Server) changesPage(w http.ResponseWriter, r *http.Request, status int, reason string, ps []fault.Problem) error {
	c, err := s.Casework.RightsChanges(r.Context(), s.actor(r))
	if err != nil {
		return err
	}
	return s.render(w, r, status, rights.ShowChanges(rights.ChangesPage{
		Frame: s.frame(r), Change: c, Reason: reason, Problems: ps, Told: s.told(r),
	}))
}

// POST /rights/changes
func (s *Server) decideRights(w http.ResponseWriter, r *http.Request) error {
	decide, reason := r.PostForm.Get("decide"), r.PostForm.Get("reason")
	if decide != "approve" && decide != "turn-down" {
		decide = ""
	}
	err := error(nil)
	if decide == "" {
		err = fault.Problems([]fault.Problem{{Field: "reason", Message: "Choose to approve the change or to turn it down"}})
	} else {
		err = s.Casework.DecideRights(r.Context(), s.actor(r), r.PostForm.Get("hash"), decide == "approve", reason)
	}
	if ps := problemsOf(err, "reason"); ps != nil {
		return s.changesPage(w, r, http.StatusUnprocessableEntity, reason, ps)
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), map[string]string{"approve": toldApproved, "turn-down": toldTurnedDown}[decide])
	http.Redirect(w, r, rights.Changes, http.StatusSeeOther)
	return nil
}
