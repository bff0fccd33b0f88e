package web

import (
	"net/http"
	"strconv"
	"strings"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/fault"
	pages "casefile/internal/web/genogram"
)

// GET /children/{ref}/genogram
//
// The day stands in the address, so that there is a way back; it says nothing of
// anybody.
func (s *Server) genogram(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	known, moment, status := s.knownOn(r)
	look.Known = moment
	today := s.Casework.Today()
	q := r.URL.Query()
	p := pages.Page{Known: known, Day: q.Get("on-day"), Month: q.Get("on-month"), Year: q.Get("on-year")}
	on := today
	if !known.Day.IsZero() {
		on = known.Day
	}
	part := casework.KinshipPart(on)
	switch d, err := date.Parse(q.Get("on")); {
	case strings.TrimSpace(p.Day+p.Month+p.Year) != "":
		typed, err := date.FromParts(p.Day, p.Month, p.Year)
		switch {
		case err != nil:
			p.Problems = []fault.Problem{{Field: "on-day", Message: "The day " + err.Error()}}
		case typed.After(today):
			p.Problems = []fault.Problem{{Field: "on-day", Message: "The day must be today or in the past"}}
		default:
			part = casework.KinshipPart(typed)
		}
	case err == nil && !d.IsZero() && !d.After(today):
		part = casework.KinshipPart(d)
	case q.Get("step") != "":
		if step, err := strconv.Atoi(q.Get("step")); err == nil {
			part, p.Slid = casework.KinshipStep(step), true
		}
	}
	if p.Problems != nil {
		status = http.StatusUnprocessableEntity
	}
	f, err := casework.Open(r.Context(), s.Casework, look, part)
	if err != nil {
		return err
	}
	p.File, p.Kinship, p.Masked = s.fileOn(r, f.Header, f.Offers, known), f.Value, f.Outcome == access.Masked
	if p.On.IsZero() { // nothing of it is shown
		p.On = on
	}
	return s.render(w, r, status, pages.Show(p))
}
