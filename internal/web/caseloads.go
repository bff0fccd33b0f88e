package web

import (
	"net/http"
	"slices"
	"strconv"

	"casefile/internal/caseload"
	"casefile/internal/casework"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/web/caseloads"
)

// GET /caseloads
func (s *Server) caseloads(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	ask := casework.CaseloadAsk{State: caseload.State(q.Get("state")), Order: caseload.Order(q.Get("sort")), Page: 1}
	switch of := q.Get("of"); {
	case of == "service":
		ask.Service = true
	case of != "" && !id.Valid(of):
		return errNothing
	default:
		ask.Team = staff.TeamID(of)
	}
	if !slices.Contains(caseload.States, ask.State) {
		return errNothing
	}
	if ask.Order != caseload.ByName {
		ask.Order = caseload.ByAge
	}
	if page := q.Get("page"); page != "" {
		n, err := strconv.Atoi(page)
		const most = 100_000 // beyond what any service has
		if err != nil || n < 1 || n > most {
			return errNothing
		}
		ask.Page = n
	}
	list, err := s.Casework.Caseload(r.Context(), s.actor(r), ask)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, caseloads.List(caseloads.ListPage{Frame: s.frame(r), Words: s.Casework, List: list, Ask: ask}))
}

func number(n int) string { return strconv.Itoa(n) }
