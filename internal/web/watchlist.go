package web

import (
	"net/http"
	"net/url"
	"strconv"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/concern"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/watch"
	"casefile/internal/web/file"
	"casefile/internal/web/sheet"
	"casefile/internal/web/watchlist"
)

// GET /watch-list
func (s *Server) watchList(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	resolved, page := q.Get("resolved") == "yes", 0
	if n := q.Get("page"); n != "" {
		const most = 10_000
		var err error
		if page, err = strconv.Atoi(n); err != nil || page < 0 || page > most {
			return errNothing
		}
	}
	list, err := s.Casework.WatchList(r.Context(), s.actor(r), resolved, page)
	if err != nil {
		return err
	}
	to := func(page int) string {
		next := url.Values{"page": {strconv.Itoa(page)}}
		if resolved {
			next.Set("resolved", "yes")
		}
		return "?" + next.Encode()
	}
	p := watchlist.ListPage{Frame: s.frame(r), List: list, Resolved: resolved, Told: s.told(r)}
	if page > 0 {
		p.Newer = to(page - 1)
	}
	if list.More {
		p.Older = to(page + 1)
	}
	return s.render(w, r, http.StatusOK, watchlist.List(p))
}

func hitID(r *http.Request) (string, error) {
	hit := r.PathValue("hit")
	if !id.Valid(hit) {
		return "", errNothing
	}
	return hit, nil
}

// GET /watch-list/{hit}
func (s *Server) watchHit(w http.ResponseWriter, r *http.Request) error {
	return s.hitPage(w, r, http.StatusOK, watchlist.HitPage{Step: casework.HitStep{ID: id.New(), Concern: concern.ID(id.New())}})
}

func (s *Server) hitPage(w http.ResponseWriter, r *http.Request, status int, p watchlist.HitPage) error {
	hit, err := hitID(r)
	if err != nil {
		return err
	}
	if p.Hit, err = s.Casework.OpenHit(r.Context(), s.actor(r), hit); err != nil {
		return err
	}
	p.Frame, p.Told = s.frame(r), s.told(r)
	return s.render(w, r, status, watchlist.Hit(p))
}

// POST /watch-list/{hit}
func (s *Server) takeHitStep(w http.ResponseWriter, r *http.Request) error {
	hit, err := hitID(r)
	if err != nil {
		return err
	}
	get := r.PostForm.Get
	seen, err := strconv.Atoi(get("seen"))
	if err != nil {
		return errNotWhole
	}
	p := watchlist.HitPage{Step: casework.HitStep{
		ID: get("id"), Kind: watch.StepKind(get("kind")), Text: get("text"), Person: person.ID(get("person")), Concern: concern.ID(get("concern")),
	}}
	if p.Step.Kind == "" {
		p.Problems = []fault.Problem{{Field: "kind", Message: "Select what you want to do"}}
		return s.hitPage(w, r, http.StatusUnprocessableEntity, p)
	}
	err = s.Casework.TakeHitStep(r.Context(), s.actor(r), hit, seen, p.Step)
	switch {
	case fault.Is(err, fault.Invalid):
		p.Problems = problemsOf(err, "text")
		return s.hitPage(w, r, http.StatusUnprocessableEntity, p)
	case fault.Is(err, fault.Conflict):
		p.Clash = true
		return s.hitPage(w, r, http.StatusConflict, p)
	case err != nil:
		return err
	}
	s.Sessions.Tell(r.Context(), toldStep)
	http.Redirect(w, r, watchlist.Address(hit), http.StatusSeeOther)
	return nil
}

// GET /watch-list/{hit}/answer
func (s *Server) askedLooks(w http.ResponseWriter, r *http.Request) error {
	return s.askedPage(w, r, http.StatusOK, watchlist.AskedPage{ID: id.New()})
}

func (s *Server) askedPage(w http.ResponseWriter, r *http.Request, status int, p watchlist.AskedPage) error {
	hit, err := hitID(r)
	if err != nil {
		return err
	}
	if p.Asked, err = s.Casework.AskedOf(r.Context(), s.actor(r), hit); err != nil {
		return err
	}
	p.Frame = s.frame(r)
	return s.render(w, r, status, watchlist.Asked(p))
}

// POST /watch-list/{hit}/answer
func (s *Server) explainLooks(w http.ResponseWriter, r *http.Request) error {
	hit, err := hitID(r)
	if err != nil {
		return err
	}
	seen, err := strconv.Atoi(r.PostForm.Get("seen"))
	if err != nil {
		return errNotWhole
	}
	p := watchlist.AskedPage{ID: r.PostForm.Get("id"), Text: r.PostForm.Get("text")}
	err = s.Casework.ExplainLooks(r.Context(), s.actor(r), hit, seen, p.ID, p.Text)
	switch {
	case fault.Is(err, fault.Invalid):
		p.Problems = problemsOf(err, "text")
		return s.askedPage(w, r, http.StatusUnprocessableEntity, p)
	case fault.Is(err, fault.Conflict):
		p.Clash = true
		return s.askedPage(w, r, http.StatusConflict, p)
	case err != nil:
		return err
	}
	s.Sessions.Tell(r.Context(), toldAnswered)
	http.Redirect(w, r, "/work", http.StatusSeeOther)
	return nil
}

// GET /children/{ref}/high-profile
func (s *Server) highProfile(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.MarkPart())
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown {
		return errNothing
	}
	return s.render(w, r, http.StatusOK, watchlist.Mark(watchlist.MarkPage{File: s.file(r, f.Header, f.Offers), Mark: f.Value, Told: s.told(r)}))
}

// POST /children/{ref}/high-profile
func (s *Server) markHighProfile(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	if err := s.Casework.MarkFile(r.Context(), look.Actor, look.Reference, r.PostForm.Get("mark") == "yes"); err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldStep)
	http.Redirect(w, r, "/children/"+look.Reference.String()+file.HighProfile, http.StatusSeeOther)
	return nil
}

// GET /children/{ref}/looks/for-them
func (s *Server) sheet(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.SheetPart())
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown {
		return errNothing
	}
	return s.render(w, r, http.StatusOK, sheet.Show(sheet.SheetPage{File: s.file(r, f.Header, f.Offers), Sheet: f.Value, Told: s.told(r)}))
}

// GET /children/{ref}/looks/for-them/names
func (s *Server) looksNames(w http.ResponseWriter, r *http.Request) error {
	return s.namesPage(w, r, http.StatusOK, sheet.NamesPage{})
}

func (s *Server) namesPage(w http.ResponseWriter, r *http.Request, status int, p sheet.NamesPage) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.DecidesNames())
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown {
		return errNothing
	}
	p.File, p.Held = s.file(r, f.Header, f.Offers), f.Value
	return s.render(w, r, status, sheet.Names(p))
}

// POST /children/{ref}/looks/for-them/names
func (s *Server) decideNames(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	p := sheet.NamesPage{Reason: r.PostForm.Get("reason")}
	err = s.Casework.NameLooks(r.Context(), look.Actor, look.Reference, r.PostForm.Get("held"), r.PostForm.Get("names") == "yes", p.Reason)
	switch {
	case fault.Is(err, fault.Invalid):
		p.Problems = problemsOf(err, "reason")
		return s.namesPage(w, r, http.StatusUnprocessableEntity, p)
	case fault.Is(err, fault.Conflict):
		p.Clash = true
		return s.namesPage(w, r, http.StatusConflict, p)
	case err != nil:
		return err
	}
	s.Sessions.Tell(r.Context(), toldStep)
	http.Redirect(w, r, "/children/"+look.Reference.String()+file.Sheet, http.StatusSeeOther)
	return nil
}
