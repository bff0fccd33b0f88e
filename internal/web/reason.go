package web

import (
	"net/http"
	"strconv"
	"strings"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/web/reason"
)

// askWhy leads from a page of a file to the page that asks why it is needed,
// and reports whether it did. What a form sent is not led anywhere: it would be
// lost.
func (s *Server) askWhy(w http.ResponseWriter, r *http.Request) bool {
	ref, err := id.ParseReference(r.PathValue("ref"))
	if err != nil || r.Method != http.MethodGet || r.Header.Get("Accept") == "application/json" {
		return false
	}
	http.Redirect(w, r, withNext("/children/"+ref.String()+"/reason", r.URL.Path), http.StatusSeeOther)
	return true
}

// backTo is where in a file to go on; its first page where next is no page of
// it.
func backTo(ref id.Reference, next string) string {
	first := "/children/" + ref.String()
	if next = localPath(next); strings.HasPrefix(next, first+"/") && next != first+"/reason" {
		return next
	}
	return first
}

// GET /children/{ref}/reason
//
// It shows nothing of the file but the reference.
func (s *Server) reason(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	return s.reasonPage(w, r, http.StatusOK, look, casework.Stated{Note: entry.ID(id.New())}, r.URL.Query().Get("next"), nil)
}

func (s *Server) reasonPage(w http.ResponseWriter, r *http.Request, status int, look casework.Look, st casework.Stated, next string, ps []fault.Problem) error {
	if err := s.Casework.AskReason(r.Context(), look); err != nil {
		return err
	}
	return s.render(w, r, status, reason.Ask(reason.AskPage{
		Frame: s.frame(r), Reference: look.Reference, Purposes: s.Casework.Purposes(), Stated: st,
		Next: backTo(look.Reference, next), Problems: ps,
	}))
}

// POST /children/{ref}/reason
func (s *Server) stateReason(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	st := casework.Stated{
		Note: entry.ID(r.PostForm.Get("note")), Purpose: r.PostForm.Get("purpose"),
		Answers: s.answers(r, access.FirstAsk),
	}
	next := backTo(look.Reference, r.PostForm.Get("next"))
	err = s.Casework.StateReason(r.Context(), look.Actor, look.Reference, st)
	if ps := problemsOf(err, "purpose"); ps != nil {
		return s.reasonPage(w, r, http.StatusUnprocessableEntity, look, st, next, ps)
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldStated)
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// answers are those to the questions of all purposes that are asked at one time.
func (s *Server) answers(r *http.Request, when string) map[string]string {
	given := map[string]string{}
	for _, p := range s.Casework.Purposes().List {
		for _, q := range casework.Asked(p, when) {
			field := casework.AnswerField(p, q)
			given[field] = r.PostForm.Get(field)
		}
	}
	return given
}

// GET /children/{ref}/notes/{note}
func (s *Server) note(w http.ResponseWriter, r *http.Request) error {
	return s.notePage(w, r, http.StatusOK, nil, 0, nil)
}

// notePage shows a note as it stands, and what was typed to add to it. version
// is that of the page it was typed on, or 0.
func (s *Server) notePage(w http.ResponseWriter, r *http.Request, status int, typed map[string]string, version int, ps []fault.Problem) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	note := r.PathValue("note")
	if !id.Valid(note) {
		return errNothing
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.NotePart(entry.ID(note)))
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown {
		return errNothing
	}
	return s.render(w, r, status, reason.Note(reason.NotePage{
		File: s.file(r, f.Header, f.Offers), Note: f.Value, Typed: typed, Problems: ps, Told: s.told(r),
		Changed: version != 0 && version != f.Value.Entry.Version,
	}))
}

// POST /children/{ref}/notes/{note}
func (s *Server) addToNote(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	note := r.PathValue("note")
	if !id.Valid(note) {
		return errNothing
	}
	version, err := strconv.Atoi(r.PostForm.Get("version"))
	if err != nil {
		version = -1 // of no page of ours: whether there is such a note comes first
	}
	typed := s.answers(r, access.LaterAsk)
	err = s.Casework.AddToNote(r.Context(), look.Actor, look.Reference, entry.ID(note), version, typed)
	switch {
	case fault.Is(err, fault.Invalid):
		return s.notePage(w, r, http.StatusUnprocessableEntity, typed, version, problemsOf(err, ""))
	case fault.Is(err, fault.Conflict):
		return s.notePage(w, r, http.StatusConflict, typed, version, nil)
	case err != nil:
		return err
	}
	s.Sessions.Tell(r.Context(), toldNoted)
	http.Redirect(w, r, timelinePath(look.Reference)+"#entry-"+note, http.StatusSeeOther)
	return nil
}
