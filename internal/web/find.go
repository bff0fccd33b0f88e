package web

import (
	"net/http"
	"slices"
	"strings"

	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/match"
	"casefile/internal/web/find"
)

// GET and POST /find
//
// What is searched for is sent in the body and answered at once, so that it is
// in no address: those stay in histories and in the logs of proxies. With
// scripts the page takes an address that holds the search sealed, so that going
// back from a file makes the search again without asking to send a form twice.
func (s *Server) find(w http.ResponseWriter, r *http.Request) error {
	p := find.FindPage{Frame: s.frame(r), Words: s.Casework, Most: casework.MostFound, MayAdd: s.mayAdd(r)}
	again := r.URL.Query().Get("again")
	switch {
	case r.Method == http.MethodPost:
		of := func(name string) string { return strings.TrimSpace(shortened(r.PostForm.Get(name))) }
		p.Typed, p.Show = of("q"), of("show")
		p.Fields = match.Fields{
			Given: of("given"), Family: of("family"), Day: of("born-day"), Month: of("born-month"), Year: of("born-year"),
			Age: of("age"), Postcode: of("postcode"), Number: of("number"),
		}
	case again != "":
		ask, err := s.Casework.OpenSearch(s.actor(r), again)
		if err != nil {
			return err
		}
		p.Typed, p.Fields, p.Show = ask.Typed, ask.Fields, ask.Show
		if show := r.URL.Query().Get("show"); show != "" {
			p.Show = show
		}
	default:
		return s.render(w, r, http.StatusOK, find.Find(p))
	}
	if !slices.ContainsFunc(find.Shows, func(o find.Show) bool { return o.Value == p.Show }) {
		p.Show = ""
	}
	ask := casework.Ask{Typed: p.Typed, Fields: p.Fields, Show: p.Show}
	found, err := s.Casework.FindBy(r.Context(), s.actor(r), ask)
	if err != nil {
		return err
	}
	p.Asked, p.People, p.More, p.Unread = found.Asked, found.People, found.More, found.Unread
	p.Tied, p.Add = found.Tied, found.Add
	if !found.Asked {
		p.Problems = []fault.Problem{{Field: "q", Message: "Enter a name, a date of birth, a postcode, a reference or an identifier"}}
		if len(found.Unread) > 0 {
			p.Problems[0].Message = "Enter something that can be searched for: a name, a date of birth, a postcode or a whole reference"
		}
		return s.render(w, r, http.StatusUnprocessableEntity, find.Find(p))
	}
	token, err := s.Casework.SealSearch(s.actor(r), ask)
	if err != nil {
		return err
	}
	p.Again = "/find?again=" + token
	if len(p.People) == 0 {
		seenOf(r.Context()).hush()
	}
	return s.render(w, r, http.StatusOK, find.Find(p))
}
