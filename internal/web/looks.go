package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/web/file"
)

// looksAsked reads which looks an address asks for.
func looksAsked(q url.Values) (casework.LooksAsked, error) {
	asked := casework.LooksAsked{
		Worker: staff.ID(q.Get("worker")), Each: q.Get("each") == "yes",
		Outside: slices.Contains(q["only"], "outside"), Withheld: slices.Contains(q["only"], "withheld"),
	}
	var err error
	if asked.Day, err = date.Parse(q.Get("day")); err != nil || asked.Worker != "" && !id.Valid(string(asked.Worker)) {
		return asked, errNothing
	}
	return asked, nil
}

// GET /children/{ref}/looks
func (s *Server) looks(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	asked, err := looksAsked(r.URL.Query())
	if err != nil {
		return err
	}
	at := trailOf(r)
	if asked.Before, err = at.number(); err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.LooksPart(asked))
	if err != nil {
		return err
	}
	older := ""
	if f.Value.Older > 0 {
		older = strconv.FormatInt(f.Value.Older, 10)
	}
	keep := file.LooksAddress(asked)
	return s.render(w, r, http.StatusOK, file.ShowLooks(file.LooksPage{
		File: s.file(r, f.Header, f.Offers), Masked: f.Outcome == access.Masked, Asked: asked, Looks: f.Value,
		Newer: with(at.newer(), keep), Older: with(at.older(older), keep), Told: s.told(r),
	}))
}

// number is where in the list of footprints somebody is; 0 at its head.
func (t trail) number() (int64, error) {
	if t.before == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(t.before, 10, 64)
	if err != nil || n < 1 {
		return 0, errNothing
	}
	return n, nil
}

// with adds to the address of another page of a list what the list is narrowed
// to.
func with(address string, keep url.Values) string {
	if address == "" || len(keep) == 0 {
		return address
	}
	if address == "?" {
		return "?" + keep.Encode()
	}
	return address + "&" + keep.Encode()
}
