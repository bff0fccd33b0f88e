package web

import (
	"net/http"
	"net/url"
	"strings"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/web/file"
)

// look is what the address of a file's page asks for.
func (s *Server) look(r *http.Request) (casework.Look, error) {
	ref, err := id.ParseReference(r.PathValue("ref"))
	if err != nil {
		return casework.Look{}, errNothing
	}
	return casework.Look{Actor: s.actor(r), Reference: ref}, nil
}

// file is what stands around every page of a file.
func (s *Server) file(r *http.Request, h person.Header, o casework.Offers) file.File {
	return file.File{Frame: s.frame(r), Words: s.Casework, Header: h, Offers: o}
}

// fileOn is the same of a day on which it is shown as it was known. Nothing is changed
// on such a page.
func (s *Server) fileOn(r *http.Request, h person.Header, o casework.Offers, on file.KnownOn) file.File {
	f := s.file(r, h, o)
	if f.Known = on.Day; !on.Day.IsZero() {
		f.Offers.Record, f.Offers.Details, f.Offers.Relate, f.Offers.Move = false, false, false, false
	}
	return f
}

// GET /children/{ref}
func (s *Server) overview(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	on, known, status := s.knownOn(r)
	look.Known = known
	f, err := casework.Open(r.Context(), s.Casework, look, casework.OverviewPart())
	if err != nil {
		return err
	}
	return s.render(w, r, status, file.ShowOverview(file.OverviewPage{
		File:     s.fileOn(r, f.Header, f.Offers, on),
		Masked:   f.Outcome == access.Masked,
		Overview: f.Value,
		Known:    on,
		Told:     s.told(r),
	}))
}

// knownOn reads the day on which a page is to show what was known; the zero moment
// is now.
func (s *Server) knownOn(r *http.Request) (file.KnownOn, date.Instant, int) {
	q := r.URL.Query()
	day, err := date.FromParts(q.Get("known-day"), q.Get("known-month"), q.Get("known-year"))
	switch {
	case err != nil:
		return file.KnownOn{Problem: "The day " + err.Error()}, 0, http.StatusUnprocessableEntity
	case day.IsZero():
		return file.KnownOn{}, 0, http.StatusOK
	case !day.Before(s.Casework.Today()):
		return file.KnownOn{Problem: "The day must be in the past"}, 0, http.StatusUnprocessableEntity
	}
	return file.KnownOn{Day: day}, casework.EndOf(day), http.StatusOK
}

// GET /children/{ref}/timeline
func (s *Server) timeline(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	on, known, status := s.knownOn(r)
	look.Known = known
	at := trailOf(r)
	f, err := casework.Open(r.Context(), s.Casework, look, casework.TimelinePart(at.before))
	if err != nil {
		return err
	}
	p := file.TimelinePage{
		File: s.fileOn(r, f.Header, f.Offers, on), Known: on,
		Masked: f.Outcome == access.Masked,
		Lines:  f.Value.Lines, Done: f.Value.Done, Served: f.Value.Served,
	}
	p.Newer, p.Older = p.WithKnown(at.newer()), p.WithKnown(at.older(f.Value.Older))
	word := s.Sessions.Told(r.Context())
	if entryID, ok := strings.CutPrefix(word, toldRecorded); ok {
		p.Recorded = entry.ID(entryID)
	} else {
		p.Told = inWords(word)
	}
	return s.render(w, r, status, file.ShowTimeline(p))
}

// A trail is where in a long list somebody is, and the pages they came through,
// so that there is a way back without counting: a list that grows at its head
// does not shift under the reader.
type trail struct {
	before string
	from   []string
}

// maxTrail bounds the address. Further back than this, the way to newer pages
// leads to where the trail was cut.
const maxTrail = 30

func trailOf(r *http.Request) trail {
	q := r.URL.Query()
	t := trail{before: q.Get("before"), from: q["from"]}
	const longest = 100 // a key is a day, a time and an id
	if len(t.before) > longest || len(t.from) > maxTrail || storable(t.before) != t.before {
		return trail{}
	}
	return t
}

func (t trail) newer() string {
	if t.before == "" {
		return ""
	}
	if len(t.from) == 0 {
		return "?"
	}
	last := len(t.from) - 1
	return trail{before: t.from[last], from: t.from[:last]}.address()
}

func (t trail) older(key string) string {
	if key == "" {
		return ""
	}
	next := trail{before: key, from: t.from}
	if t.before != "" {
		next.from = append(append([]string{}, t.from...), t.before)
	}
	if len(next.from) > maxTrail {
		next.from = next.from[len(next.from)-maxTrail:]
	}
	return next.address()
}

func (t trail) address() string {
	return "?" + url.Values{"before": {t.before}, "from": t.from}.Encode()
}
