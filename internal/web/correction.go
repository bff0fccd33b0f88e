package web

import (
	"net/http"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/correction"
	"casefile/internal/document"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/media"
	"casefile/internal/meeting"
	"casefile/internal/plan"
	pages "casefile/internal/web/correction"
	"casefile/internal/web/file"
)

// GET /children/{ref}/corrections
func (s *Server) corrections(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.CorrectionsPart())
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown {
		return errNothing
	}
	return s.render(w, r, http.StatusOK, pages.List(pages.ListPage{File: s.file(r, f.Header, f.Offers), Corrections: f.Value, Told: s.told(r)}))
}

// GET /children/{ref}/corrections/{correction}/undo
func (s *Server) askUndo(w http.ResponseWriter, r *http.Request) error {
	return s.undoPage(w, r, http.StatusOK, nil)
}

func (s *Server) undoPage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.CorrectionsPart())
	if err != nil {
		return err
	}
	for _, l := range f.Value.List {
		if l.ID == r.PathValue("correction") && l.MayUndo {
			return s.render(w, r, status, pages.Undo(pages.UndoPage{
				File: s.file(r, f.Header, f.Offers), Line: l, Reason: r.PostForm.Get("reason"), Problems: ps,
			}))
		}
	}
	return errNothing
}

// POST /children/{ref}/corrections/{correction}/undo
func (s *Server) undoCorrection(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	if !id.Valid(r.PathValue("correction")) {
		return errNothing
	}
	err = s.Casework.UndoCorrection(r.Context(), look.Actor, look.Reference, r.PathValue("correction"), r.PostForm.Get("reason"))
	switch {
	case fault.Is(err, fault.Invalid):
		return s.undoPage(w, r, http.StatusUnprocessableEntity, problemsOf(err, "reason"))
	case err != nil:
		return err
	}
	s.Sessions.Tell(r.Context(), toldUndone)
	http.Redirect(w, r, "/children/"+look.Reference.String()+file.Corrections, http.StatusSeeOther)
	return nil
}

// errNoOther is the one answer for another file that there is not, or that is
// not the actor's to correct.
var errNoOther = fault.Problem{Field: "other", Message: "There is no file with this reference that you can correct. Check it"}

// GET /children/{ref}/merge
func (s *Server) askMerge(w http.ResponseWriter, r *http.Request) error {
	return s.mergePage(w, r, http.StatusOK, nil)
}

// mergePage is the form; with the two files side by side once the other is
// known. To show it is to look at it.
func (s *Server) mergePage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.ComparePart())
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown {
		return errNothing
	}
	p := pages.MergePage{
		File: s.file(r, f.Header, f.Offers), This: f.Value, Problems: ps,
		Typed: pages.Typed{Other: r.PostForm.Get("other"), Reason: r.PostForm.Get("reason"), Keep: r.PostForm.Get("keep")},
	}
	other, err := id.ParseReference(p.Typed.Other)
	if err == nil && len(ps) == 0 || err == nil && ps[0] != errNoOther {
		g, err := casework.Open(r.Context(), s.Casework, casework.Look{Actor: look.Actor, Reference: other}, casework.ComparePart())
		switch {
		case fault.Is(err, fault.NotFound) || casework.ReasonNeeded(err) || err == nil && g.Outcome != access.Shown:
			p.Problems, status = []fault.Problem{errNoOther}, http.StatusUnprocessableEntity
		case err != nil:
			return err
		case g.Header.ID == f.Header.ID:
			p.Problems, status = []fault.Problem{{Field: "other", Message: "That reference leads to this same file"}}, http.StatusUnprocessableEntity
		default:
			found := s.file(r, g.Header, g.Offers)
			p.Other, p.That = &found, g.Value
		}
	}
	return s.render(w, r, status, pages.Merge(p))
}

// POST /children/{ref}/merge
func (s *Server) merge(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	other, err := id.ParseReference(r.PostForm.Get("other"))
	do, keep := r.PostForm.Get("do"), r.PostForm.Get("keep")
	switch {
	case err != nil:
		return s.mergePage(w, r, http.StatusUnprocessableEntity, []fault.Problem{{Field: "other", Message: "Enter the reference of the other file, as a search result shows it"}})
	case do != "merge" && do != "never":
		return s.mergePage(w, r, http.StatusOK, nil)
	case do == "merge" && keep != pages.KeepThis && keep != pages.KeepThat:
		return s.mergePage(w, r, http.StatusUnprocessableEntity,
			append([]fault.Problem{{Field: "keep", Message: "Select which reference stays"}}, correction.CheckReason(entry.Lines(r.PostForm.Get("reason")))...))
	}
	from, into, told := other, look.Reference, toldMerged
	if keep == pages.KeepThat {
		from, into = into, from
	}
	if do == "never" {
		told = toldNever
		err = s.Casework.SayNeverSame(r.Context(), look.Actor, look.Reference, other, r.PostForm.Get("reason"))
	} else {
		err = s.Casework.MergeFiles(r.Context(), look.Actor, from, into, r.PostForm.Get("reason"))
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return s.mergePage(w, r, http.StatusUnprocessableEntity, problemsOf(err, "reason"))
	case fault.Is(err, fault.NotFound):
		return s.mergePage(w, r, http.StatusUnprocessableEntity, []fault.Problem{errNoOther})
	case err != nil:
		return err
	}
	s.Sessions.Tell(r.Context(), told)
	http.Redirect(w, r, "/children/"+look.Reference.String()+file.Corrections, http.StatusSeeOther)
	return nil
}

// moved is what a route is about to move.
func moved(r *http.Request) (correction.Kind, string, error) {
	for kind, of := range map[correction.Kind]string{
		correction.MoveEntry: "entry", correction.MoveFile: "file", correction.MoveDocument: "document", correction.MovePlan: "plan", correction.MoveMeeting: "meeting",
	} {
		if object := r.PathValue(of); id.Valid(object) {
			return kind, object, nil
		}
	}
	return "", "", errNothing
}

// GET /children/{ref}/entries/{entry}/move, and so for files, documents, plans and meetings
func (s *Server) askMove(w http.ResponseWriter, r *http.Request) error {
	return s.movePage(w, r, http.StatusOK, nil)
}

// movePage is the form; with whose record it would go to once that is known.
func (s *Server) movePage(w http.ResponseWriter, r *http.Request, status int, ps []fault.Problem) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	kind, object, err := moved(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.MovingPart(kind, object))
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown {
		return errNothing
	}
	p := pages.MovePage{
		File: s.file(r, f.Header, f.Offers), Kind: kind, Object: object, Moving: f.Value, Problems: ps,
		Typed: pages.Typed{Other: r.PostForm.Get("other"), Reason: r.PostForm.Get("reason")},
	}
	other, err := id.ParseReference(p.Typed.Other)
	if err == nil && (len(ps) == 0 || ps[0] != errNoOther) {
		g, err := casework.Open(r.Context(), s.Casework, casework.Look{Actor: look.Actor, Reference: other}, casework.ReceivePart())
		switch {
		case fault.Is(err, fault.NotFound) || casework.ReasonNeeded(err) || err == nil && g.Outcome != access.Shown:
			p.Problems, status = []fault.Problem{errNoOther}, http.StatusUnprocessableEntity
		case err != nil:
			return err
		case g.Header.ID == f.Header.ID:
			p.Problems, status = []fault.Problem{{Field: "other", Message: "That is this same file"}}, http.StatusUnprocessableEntity
		default:
			p.To = &g.Header
		}
	}
	return s.render(w, r, status, pages.Move(p))
}

// POST /children/{ref}/entries/{entry}/move, and so for files, documents, plans and meetings
func (s *Server) move(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	kind, object, err := moved(r)
	if err != nil {
		return err
	}
	to, err := id.ParseReference(r.PostForm.Get("other"))
	shown, _ := id.ParseReference(r.PostForm.Get("shown")) // empty before anybody was shown
	switch {
	case err != nil:
		return s.movePage(w, r, http.StatusUnprocessableEntity, []fault.Problem{{Field: "other", Message: "Enter the reference of the right file, as a search result shows it"}})
	case r.PostForm.Get("do") != "move" || shown != to: // a name is seen before anything moves to it
		return s.movePage(w, r, http.StatusOK, nil)
	}
	reason := r.PostForm.Get("reason")
	switch kind {
	case correction.MoveDocument:
		err = s.Casework.MoveDocument(r.Context(), look.Actor, look.Reference, document.ID(object), to, reason)
	case correction.MovePlan:
		err = s.Casework.MovePlan(r.Context(), look.Actor, look.Reference, plan.ID(object), to, reason)
	case correction.MoveMeeting:
		err = s.Casework.MoveMeeting(r.Context(), look.Actor, look.Reference, meeting.ID(object), to, reason)
	case correction.MoveFile:
		err = s.Casework.MoveFile(r.Context(), look.Actor, look.Reference, media.ID(object), to, reason)
	default:
		err = s.Casework.MoveEntry(r.Context(), look.Actor, look.Reference, entry.ID(object), to, reason)
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return s.movePage(w, r, http.StatusUnprocessableEntity, problemsOf(err, "reason"))
	case err != nil:
		return err
	}
	s.Sessions.Tell(r.Context(), toldMoved)
	http.Redirect(w, r, "/children/"+to.String()+file.Corrections, http.StatusSeeOther)
	return nil
}
