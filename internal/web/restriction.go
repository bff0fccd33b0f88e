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
	"casefile/internal/web/file"
	"casefile/internal/web/restriction"
)

// GET /children/{ref}/restriction
func (s *Server) restriction(w http.ResponseWriter, r *http.Request) error {
	return s.restrictionPage(w, r, http.StatusOK, restriction.NotTaken{})
}

func (s *Server) restrictionPage(w http.ResponseWriter, r *http.Request, status int, not restriction.NotTaken) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.RestrictionPart())
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown {
		return errNothing
	}
	return s.render(w, r, status, restriction.Show(restriction.ShowPage{
		File: s.file(r, f.Header, f.Offers), Restricted: f.Value, Told: s.told(r), NotTaken: not,
	}))
}

// GET /children/{ref}/restriction/change
func (s *Server) changeRestriction(w http.ResponseWriter, r *http.Request) error {
	return s.restrictPage(w, r, http.StatusOK, nil, nil)
}

// restrictPage is the form, with what was typed into it; typed is nil for one
// that shows how things stand.
func (s *Server) restrictPage(w http.ResponseWriter, r *http.Request, status int, typed *casework.Restricting, ps []fault.Problem) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.RestrictPart())
	if err != nil {
		return err
	}
	p := restriction.ChangePage{
		File: s.file(r, f.Header, f.Offers), Now: f.Value.Restriction, Works: f.Value.Works, Problems: ps,
		Why: r.PostForm.Get("why"), Sought: strings.TrimSpace(shortened(r.PostForm.Get("words"))),
	}
	if typed == nil {
		typed = &casework.Restricting{Seen: f.Value.ID, Reason: f.Value.Reason, Paper: f.Value.Paper}
		for _, n := range f.Value.Named {
			typed.Named = append(typed.Named, n.Worker)
		}
	}
	p.Typed, p.Changed = *typed, typed.Seen != f.Value.ID
	p.Typed.Seen = f.Value.ID
	if p.Named, err = s.Casework.WorkersNamed(r.Context(), typed.Named); err != nil {
		return err
	}
	if len(typed.Named) == 0 && p.Sought == "" { // themselves, and who has to be among them, to begin with
		const most = 5
		hearers, err := s.Casework.Hearers(r.Context(), look.Actor, most)
		if err != nil {
			return err
		}
		if p.Found, err = s.Casework.WorkersNamed(r.Context(), append([]staff.ID{look.Actor.Worker}, hearers...)); err != nil {
			return err
		}
	}
	if p.Sought != "" {
		if p.Found, err = s.seek(r, p.Sought, typed.Named); err != nil {
			return err
		}
	}
	// Those who work with the child come first, whatever is looked for.
	works, err := s.Casework.WorkersNamed(r.Context(), slices.DeleteFunc(slices.Clone(f.Value.Works), func(w staff.ID) bool { return slices.Contains(typed.Named, w) }))
	if err != nil {
		return err
	}
	p.Found = append(works, slices.DeleteFunc(p.Found, func(m casework.Me) bool { return slices.Contains(f.Value.Works, m.Worker.ID) })...)
	return s.render(w, r, status, restriction.Change(p))
}

// seek finds colleagues by words, without those chosen before.
func (s *Server) seek(r *http.Request, words string, without []staff.ID) ([]casework.Me, error) {
	list, err := s.Casework.Colleagues(r.Context(), strings.Fields(words))
	if err != nil {
		return nil, err
	}
	var ids []staff.ID
	seen := map[staff.ID]bool{}
	for _, w := range without {
		seen[w] = true
	}
	const most = 20
	for _, c := range list {
		if !seen[c.ID] && len(ids) < most {
			seen[c.ID] = true
			ids = append(ids, c.ID)
		}
	}
	return s.Casework.WorkersNamed(r.Context(), ids)
}

// workerKeys are the keys of workers that a form sent.
func workerKeys(sent []string) []staff.ID {
	var ids []staff.ID
	for _, v := range sent {
		if id.Valid(v) {
			ids = append(ids, staff.ID(v))
		}
	}
	return ids
}

// POST /children/{ref}/restriction/change
func (s *Server) restrict(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	t := casework.Restricting{
		Seen: r.PostForm.Get("seen"), Reason: r.PostForm.Get("reason"), Paper: r.PostForm.Get("paper"),
		Named: workerKeys(r.PostForm["named"]), Aware: r.PostForm.Get("aware") == "yes",
	}
	if r.PostForm.Get("do") == "find" {
		return s.restrictPage(w, r, http.StatusOK, &t, nil)
	}
	left, err := s.Casework.Restrict(r.Context(), look.Actor, look.Reference, t)
	switch {
	case fault.Is(err, fault.Invalid):
		return s.restrictPage(w, r, http.StatusUnprocessableEntity, &t, problemsOf(err, "reason"))
	case fault.Is(err, fault.Conflict):
		return s.restrictPage(w, r, http.StatusConflict, &t, nil)
	case err != nil:
		return err
	}
	to, word := "/children/"+look.Reference.String()+file.Restriction, toldRestricted
	if left {
		to, word = "/work", toldLeft
	}
	s.Sessions.Tell(r.Context(), word)
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// POST /children/{ref}/restriction/lift
func (s *Server) liftRestriction(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	err = s.Casework.LiftRestriction(r.Context(), look.Actor, look.Reference, r.PostForm.Get("seen"), r.PostForm.Get("why"))
	switch {
	case fault.Is(err, fault.Invalid):
		return s.restrictPage(w, r, http.StatusUnprocessableEntity, nil, problemsOf(err, "why"))
	case err != nil:
		return err
	}
	s.Sessions.Tell(r.Context(), toldLifted)
	http.Redirect(w, r, "/children/"+look.Reference.String(), http.StatusSeeOther)
	return nil
}

// POST /children/{ref}/restriction/held/{held}
func (s *Server) decideHeld(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	held := r.PathValue("held")
	if !id.Valid(held) {
		return errNothing
	}
	take := r.PostForm.Get("decision") == "take"
	err = s.Casework.DecideHeld(r.Context(), look.Actor, look.Reference, held, take)
	if e, ok := asFault(err); ok && e.Kind == fault.Invalid {
		return s.restrictionPage(w, r, http.StatusUnprocessableEntity, restriction.NotTaken{Held: held, Why: e.Message})
	}
	if err != nil {
		return err
	}
	word := toldAside
	if take {
		word = toldTaken
	}
	s.Sessions.Tell(r.Context(), word)
	http.Redirect(w, r, "/children/"+look.Reference.String()+file.Restriction, http.StatusSeeOther)
	return nil
}
