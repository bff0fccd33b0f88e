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
	"casefile/internal/staff"
	"casefile/internal/web/file"
	"casefile/internal/web/grant"
)

func grantsPath(ref id.Reference) string { return "/children/" + ref.String() + file.Grants }

// GET /children/{ref}/grants
func (s *Server) grants(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.GrantsPart())
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown {
		return errNothing
	}
	return s.render(w, r, http.StatusOK, grant.Show(grant.ShowPage{File: s.file(r, f.Header, f.Offers), Granted: f.Value, Told: s.told(r)}))
}

// typedGrant is what a form sent to open a file, and what is wrong with its
// days as days.
func typedGrant(r *http.Request) (g casework.Granting, dates [6]string, wrong []fault.Problem) {
	get := r.PostForm.Get
	g = casework.Granting{Kind: access.Ground(get("kind")), Reason: get("reason")}
	if id.Valid(get("worker")) {
		g.Worker = staff.ID(get("worker"))
	}
	for _, part := range r.PostForm["parts"] {
		g.Parts = append(g.Parts, access.Part(part))
	}
	for i, name := range []string{"from-day", "from-month", "from-year", "to-day", "to-month", "to-year"} {
		dates[i] = get(name)
	}
	var err error
	if g.From, err = date.FromParts(dates[0], dates[1], dates[2]); err != nil {
		wrong = append(wrong, fault.Problem{Field: "from-day", Message: "The first day " + err.Error()})
	}
	if g.To, err = date.FromParts(dates[3], dates[4], dates[5]); err != nil {
		wrong = append(wrong, fault.Problem{Field: "to-day", Message: "The last day " + err.Error()})
	}
	return g, dates, wrong
}

// grantForm is the form with what was typed, and who fits what was sought.
func (s *Server) grantForm(r *http.Request, kinds []access.Ground, ps []fault.Problem) (grant.Form, error) {
	g, dates, _ := typedGrant(r)
	f := grant.Form{
		Typed: g, Dates: dates, Parts: s.Casework.Grantable(), Months: s.Casework.GrantMonths(), Problems: ps,
		Sought: strings.TrimSpace(shortened(r.PostForm.Get("words"))),
	}
	if r.Method != http.MethodPost {
		today := grant.Dates(s.Casework.Today())
		copy(f.Dates[:], today[:])
	}
	var chosen []staff.ID
	if g.Worker != "" {
		chosen = append(chosen, g.Worker)
	}
	var err error
	if f.Chosen, err = s.Casework.WorkersNamed(r.Context(), chosen); err != nil || f.Sought == "" {
		return f, err
	}
	found, err := s.seek(r, f.Sought, chosen)
	for _, m := range found {
		if m.Worker.ID == s.visit(r).me.Worker.ID { // nobody opens a file to themselves
			continue
		}
		for _, kind := range kinds {
			if s.Casework.MayReceive(kind, m.Assignments) {
				f.Found = append(f.Found, m)
				break
			}
		}
	}
	return f, err
}

// GET /children/{ref}/grants/add
func (s *Server) addGrantForm(w http.ResponseWriter, r *http.Request) error {
	return s.addGrantPage(w, r, http.StatusOK, nil)
}

func (s *Server) addGrantPage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.GrantPart())
	if err != nil {
		return err
	}
	form, err := s.grantForm(r, []access.Ground{access.Grant, access.Review}, ps)
	if err != nil {
		return err
	}
	return s.render(w, r, status, grant.Add(grant.AddPage{File: s.file(r, f.Header, f.Offers), Form: form}))
}

// POST /children/{ref}/grants/add
func (s *Server) addGrant(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	g, _, wrong := typedGrant(r)
	switch {
	case r.PostForm.Get("do") == "find":
		return s.addGrantPage(w, r, http.StatusOK, nil)
	case len(wrong) > 0:
		return s.addGrantPage(w, r, http.StatusUnprocessableEntity, wrong)
	}
	err = s.Casework.Grant(r.Context(), look.Actor, look.Reference, g)
	if ps := problemsOf(err, "kind"); ps != nil {
		return s.addGrantPage(w, r, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldGranted)
	http.Redirect(w, r, grantsPath(look.Reference), http.StatusSeeOther)
	return nil
}

// POST /children/{ref}/grants/{grant}/end
func (s *Server) endGrant(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	key := r.PathValue("grant")
	if !id.Valid(key) {
		return errNothing
	}
	if err := s.Casework.EndGrant(r.Context(), look.Actor, look.Reference, key); err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldEnded)
	http.Redirect(w, r, grantsPath(look.Reference), http.StatusSeeOther)
	return nil
}

// GET /grants/add
func (s *Server) grantListForm(w http.ResponseWriter, r *http.Request) error {
	return s.grantListPage(w, r, http.StatusOK, nil)
}

func (s *Server) grantListPage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem) error {
	if !s.Casework.MayGrantAll(s.visit(r).as.Role) {
		return errNothing
	}
	form, err := s.grantForm(r, []access.Ground{access.Review}, ps)
	if err != nil {
		return err
	}
	return s.render(w, r, status, grant.List(grant.ListPage{
		Frame: s.frame(r), Words: s.Casework, References: r.PostForm.Get("references"), Told: s.told(r), Form: form,
	}))
}

// POST /grants/add
func (s *Server) grantList(w http.ResponseWriter, r *http.Request) error {
	g, _, wrong := typedGrant(r)
	switch {
	case r.PostForm.Get("do") == "find":
		return s.grantListPage(w, r, http.StatusOK, nil)
	case len(wrong) > 0:
		return s.grantListPage(w, r, http.StatusUnprocessableEntity, wrong)
	}
	opened, err := s.Casework.GrantList(r.Context(), s.actor(r), r.PostForm.Get("references"), g)
	if ps := problemsOf(err, "references"); ps != nil {
		return s.grantListPage(w, r, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldListed+strconv.Itoa(opened))
	http.Redirect(w, r, "/grants/add", http.StatusSeeOther)
	return nil
}

// openedWords says how many files were opened.
func openedWords(n int) string {
	if n == 1 {
		return "1 file is open to them."
	}
	return fmt.Sprintf("%d files are open to them.", n)
}
