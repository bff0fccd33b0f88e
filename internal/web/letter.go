package web

import (
	"net/http"
	"strings"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/web/letter"
)

// GET /children/{ref}/letter
func (s *Server) letters(w http.ResponseWriter, r *http.Request) error {
	return s.lettersPage(w, r, http.StatusOK)
}

func (s *Server) lettersPage(w http.ResponseWriter, r *http.Request, status int) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.LettersPart())
	if err != nil {
		return err
	}
	return s.render(w, r, status, letter.List(letter.ListPage{
		File: s.file(r, f.Header, f.Offers), Masked: f.Outcome == access.Masked, Letters: f.Value, Changed: status == http.StatusConflict,
	}))
}

// recipient is whom the address names.
func recipient(r *http.Request) (id.Reference, error) {
	to, err := id.ParseReference(r.PathValue("to"))
	if err != nil {
		return to, errNothing
	}
	return to, nil
}

// GET /children/{ref}/letter/{to}
func (s *Server) askLetter(w http.ResponseWriter, r *http.Request) error {
	return s.askLetterPage(w, r, person.Form{}, nil)
}

func (s *Server) askLetterPage(w http.ResponseWriter, r *http.Request, sent person.Form, failed error) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	ref, err := recipient(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.LetterPart(ref))
	if fault.Is(err, fault.NotFound) && casework.FactsChanged(failed) { // there is none any more
		return s.lettersPage(w, r, http.StatusConflict)
	}
	if err != nil {
		return err
	}
	to, _ := f.Value.Find(ref)
	if to.Ready() { // nothing to ask
		return s.render(w, r, http.StatusOK, letter.List(letter.ListPage{File: s.file(r, f.Header, f.Offers), Letters: f.Value, Changed: failed != nil}))
	}
	status, _ := changed(failed)
	return s.render(w, r, status, letter.Ask(letter.AskPage{
		File: s.file(r, f.Header, f.Offers), Form: formOf(sent, to.Seen, failed), Letters: f.Value, To: to,
	}))
}

// POST /children/{ref}/letter/{to}
//
// The answer is the address itself and leads nowhere: what was taken, and why, stands
// in no address.
func (s *Server) takeLetter(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	ref, err := recipient(r)
	if err != nil {
		return err
	}
	sent := typed(r)
	why := strings.Join(strings.Fields(sent["why"]), " ")
	f, err := casework.Open(r.Context(), s.Casework, look, casework.TakeAddressPart(casework.Taking{To: ref, Seen: sent["seen"], Why: why}))
	_, asked := sent["why"]
	switch {
	case casework.FactsChanged(err) && !asked:
		return s.lettersPage(w, r, http.StatusConflict)
	case casework.FactsChanged(err), fault.Is(err, fault.Invalid):
		return s.askLetterPage(w, r, sent, err)
	case err != nil:
		return err
	}
	return s.render(w, r, http.StatusOK, letter.Given(letter.GivenPage{
		File: s.file(r, f.Header, f.Offers), To: f.Value, After: s.Casework.AddressesHold(), Why: why,
	}))
}
