package web

import (
	"net/http"
	"slices"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/web/details"
	"casefile/internal/web/file"
)

// What pages about who people are leave for the next to say.
const (
	toldMade = "person-made"
	toldFact = "person-stated"
	toldKin  = "person-kin"
)

var personWords = map[string]string{
	toldMade: "The file is made. What is still to be recorded stands below.",
	toldFact: "It is recorded. What was recorded before stays on the record.",
	toldKin:  "The family and household are changed.",
}

// mostFields bounds a form about people.
const mostFields = 100

// typed is all that a form about people sent.
func typed(r *http.Request) person.Form {
	f := person.Form{}
	for name, values := range r.PostForm {
		if len(values) > 0 && len(f) < mostFields {
			f[name] = storable(values[0])
		}
	}
	return f
}

func (s *Server) mayAdd(r *http.Request) bool {
	v := s.visit(r)
	return v != nil && s.Casework.MayAddChild(v.as.Role)
}

// GET /find/add
//
// What was searched for before stands in the form; the address has it sealed.
func (s *Server) askChild(w http.ResponseWriter, r *http.Request) error {
	p := details.AddChildPage{}
	if again := r.URL.Query().Get("again"); again != "" {
		ask, err := s.Casework.OpenSearch(s.actor(r), again)
		if err != nil {
			return err
		}
		p.Sent = s.Casework.Start(ask)
	}
	return s.childPage(w, r, http.StatusOK, p)
}

func (s *Server) childPage(w http.ResponseWriter, r *http.Request, status int, p details.AddChildPage) error {
	var err error
	if p.New, err = s.Casework.NewChild(r.Context(), s.actor(r)); err != nil {
		return err
	}
	p.Frame, p.Words = s.frame(r), s.Casework
	return s.render(w, r, status, details.AddChild(p))
}

// POST /find/add
func (s *Server) addChild(w http.ResponseWriter, r *http.Request) error {
	p := details.AddChildPage{}
	p.Sent = typed(r)
	made, err := s.Casework.AddChild(r.Context(), s.actor(r), p.Sent, r.PostForm.Get("checked"))
	if fault.Is(err, fault.Invalid) {
		p.Problems = problemsOf(err, "")
		return s.childPage(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	if len(made.Likely) > 0 {
		p.Likely, p.Key = made.Likely, made.Key
		return s.childPage(w, r, http.StatusOK, p)
	}
	s.Sessions.Tell(r.Context(), toldMade)
	http.Redirect(w, r, "/children/"+made.Reference.String(), http.StatusSeeOther)
	return nil
}

// factKind is the kind of fact that the address names.
func factKind(r *http.Request) (casework.FactKind, error) {
	k := casework.FactKind(r.PathValue("kind"))
	if !slices.Contains(casework.FactKinds, k) {
		return k, errNothing
	}
	return k, nil
}

// GET /children/{ref}/details/{kind}
func (s *Server) facts(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	kind, err := factKind(r)
	if err != nil {
		return err
	}
	on, known, status := s.knownOn(r)
	look.Known = known
	f, err := casework.Open(r.Context(), s.Casework, look, casework.FactsPart(kind, access.Look))
	if err != nil {
		return err
	}
	if f.Outcome == access.Masked {
		f.Value.Kind = kind
	}
	return s.render(w, r, status, details.Show(details.ShowPage{
		File: s.fileOn(r, f.Header, f.Offers, on), On: on, Masked: f.Outcome == access.Masked, Facts: f.Value, Told: s.told(r),
	}))
}

// GET /children/{ref}/details/{kind}/add and …/{fact}/correct
func (s *Server) askFact(w http.ResponseWriter, r *http.Request) error {
	return s.factPage(w, r, nil, nil)
}

// changed is the status of a form about people that comes back, and whether it
// does.
func changed(failed error) (int, bool) {
	switch {
	case failed == nil:
		return http.StatusOK, true
	case casework.FactsChanged(failed):
		return http.StatusConflict, true
	case fault.Is(failed, fault.Invalid):
		return http.StatusUnprocessableEntity, true
	}
	return 0, false
}

func formOf(sent person.Form, seen string, failed error) details.Form {
	f := details.Form{Sent: sent, Seen: seen, Problems: problemsOf(failed, ""), Stale: casework.FactsChanged(failed)}
	if f.Stale {
		f.Problems = nil
	}
	return f
}

func (s *Server) factPage(w http.ResponseWriter, r *http.Request, sent person.Form, failed error) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	kind, err := factKind(r)
	if err != nil {
		return err
	}
	key := r.PathValue("fact")
	part := casework.FactsPart(kind, access.Record)
	if key != "" && !casework.FactsChanged(failed) {
		part = casework.FactPart(kind, key)
	}
	f, err := casework.Open(r.Context(), s.Casework, look, part)
	if err != nil {
		return err
	}
	fact, there := f.Value.Find(key)
	switch {
	case sent != nil:
	case there:
		sent = details.FormOf(fact.Fact)
	default:
		sent = person.Form{"kind": r.URL.Query().Get("kind")}
	}
	if casework.FactsChanged(failed) && key != "" {
		latest, ok := f.Value.Latest(key)
		if key = latest.ID; !ok {
			key = "" // it was taken back: what was typed can still be added
		}
	}
	if kind == casework.CodedFacts {
		if _, ok := f.Value.Practice.Kind(sent["kind"]); !ok {
			return errNothing
		}
	}
	p := details.EditPage{File: s.file(r, f.Header, f.Offers), Facts: f.Value, Fact: key}
	if kind == casework.AddressFacts && sent.Typed("postcode") != "" && failed == nil && r.Method == http.MethodPost || sent.Typed("place") != "" {
		p.Places, failed = s.places(r, sent, failed)
		p.Looked = failed == nil
	}
	p.Form = formOf(sent, f.Value.Seen, failed)
	status, _ := changed(failed)
	return s.render(w, r, status, details.Edit(p))
}

// places are the addresses of the postcode that was typed. What failed before stands.
func (s *Server) places(r *http.Request, sent person.Form, failed error) ([]person.Place, error) {
	places, err := s.Casework.PlacesAt(r.Context(), sent.Typed("postcode"))
	if failed != nil {
		return places, failed
	}
	return places, err
}

// POST /children/{ref}/details/{kind}/add and …/{fact}/correct
//
// The button that finds the addresses of a postcode sends the same form, so that
// nothing typed is lost.
func (s *Server) stateFact(w http.ResponseWriter, r *http.Request) error {
	if r.PostForm.Get("find") != "" {
		return s.factPage(w, r, typed(r), nil)
	}
	return s.changeFact(w, r, s.factPage, func(look casework.Look, st casework.Stating) error {
		return s.Casework.StateFact(r.Context(), look.Actor, look.Reference, st)
	})
}

// changeFact does a change of a fact, and gives the form back where it could not
// be done.
func (s *Server) changeFact(w http.ResponseWriter, r *http.Request, back func(http.ResponseWriter, *http.Request, person.Form, error) error, do func(casework.Look, casework.Stating) error) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	kind, err := factKind(r)
	if err != nil {
		return err
	}
	sent := typed(r)
	err = do(look, casework.Stating{Kind: kind, Fact: r.PathValue("fact"), Seen: sent["seen"], Form: sent})
	if _, again := changed(err); err != nil && again {
		return back(w, r, sent, err)
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldFact)
	http.Redirect(w, r, "/children/"+look.Reference.String()+file.Details+"/"+string(kind), http.StatusSeeOther)
	return nil
}

// GET /children/{ref}/details/{kind}/{fact}/end
func (s *Server) askEndFact(w http.ResponseWriter, r *http.Request) error {
	return s.endFactPage(w, r, person.Form{}, nil)
}

func (s *Server) endFactPage(w http.ResponseWriter, r *http.Request, sent person.Form, failed error) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	kind, err := factKind(r)
	if err != nil {
		return err
	}
	part := casework.FactPart(kind, r.PathValue("fact"))
	if casework.FactsChanged(failed) {
		part = casework.FactsPart(kind, access.Record)
	}
	f, err := casework.Open(r.Context(), s.Casework, look, part)
	if err != nil {
		return err
	}
	fact, ok := f.Value.Latest(r.PathValue("fact"))
	if !ok {
		return failed // it was taken back: there is nothing to end
	}
	status, _ := changed(failed)
	return s.render(w, r, status, details.End(details.EndPage{
		File: s.file(r, f.Header, f.Offers), Form: formOf(sent, f.Value.Seen, failed), Facts: f.Value, Fact: fact,
	}))
}

// POST /children/{ref}/details/{kind}/{fact}/end
func (s *Server) endFact(w http.ResponseWriter, r *http.Request) error {
	return s.changeFact(w, r, s.endFactPage, func(look casework.Look, st casework.Stating) error {
		return s.Casework.EndFact(r.Context(), look.Actor, look.Reference, st, st.Form["how"] == "never")
	})
}

// GET /children/{ref}/details/{kind}/{fact}/check
func (s *Server) askCheckFact(w http.ResponseWriter, r *http.Request) error {
	return s.checkFactPage(w, r, person.Form{}, nil)
}

func (s *Server) checkFactPage(w http.ResponseWriter, r *http.Request, sent person.Form, failed error) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	kind, err := factKind(r)
	if err != nil {
		return err
	}
	part := casework.CheckPart(kind, r.PathValue("fact"))
	if casework.FactsChanged(failed) {
		part = casework.FactsPart(kind, access.Record)
	}
	f, err := casework.Open(r.Context(), s.Casework, look, part)
	if err != nil {
		return err
	}
	fact, ok := f.Value.Latest(r.PathValue("fact"))
	if !ok {
		return failed // it was taken back: there is nothing to confirm
	}
	status, _ := changed(failed)
	return s.render(w, r, status, details.Check(details.EndPage{
		File: s.file(r, f.Header, f.Offers), Form: formOf(sent, f.Value.Seen, failed), Facts: f.Value, Fact: fact,
	}))
}

// POST /children/{ref}/details/{kind}/{fact}/check
func (s *Server) checkFact(w http.ResponseWriter, r *http.Request) error {
	return s.changeFact(w, r, s.checkFactPage, func(look casework.Look, st casework.Stating) error {
		return s.Casework.CheckFact(r.Context(), look.Actor, look.Reference, st)
	})
}

// keyIn is a key in the address.
func keyIn(r *http.Request, name string) (string, error) {
	key := r.PathValue(name)
	if !id.Valid(key) {
		return "", errNothing
	}
	return key, nil
}
