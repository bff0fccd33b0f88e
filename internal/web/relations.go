package web

import (
	"net/http"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/web/file"
	"casefile/internal/web/kin"
)

// GET /children/{ref}/relations
func (s *Server) relations(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	on, known, status := s.knownOn(r)
	look.Known = known
	f, err := casework.Open(r.Context(), s.Casework, look, casework.RelationsPart())
	if err != nil {
		return err
	}
	return s.render(w, r, status, kin.Show(kin.ShowPage{
		File: s.fileOn(r, f.Header, f.Offers, on), Masked: f.Outcome == access.Masked, Family: f.Value, Known: on, Told: s.told(r),
	}))
}

// changeKin does a change of a family, and gives the form back where it could not be
// done.
func (s *Server) changeKin(w http.ResponseWriter, r *http.Request, back func(http.ResponseWriter, *http.Request, person.Form, error) error, do func(casework.Look, casework.NewRelative) error) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	sent := typed(r)
	err = do(look, casework.NewRelative{Form: sent, Seen: sent["seen"], Checked: sent["checked"]})
	if _, again := changed(err); err != nil && again {
		return back(w, r, sent, err)
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldKin)
	http.Redirect(w, r, "/children/"+look.Reference.String()+file.Relations, http.StatusSeeOther)
	return nil
}

// GET /children/{ref}/relations/add
func (s *Server) askRelative(w http.ResponseWriter, r *http.Request) error {
	return s.relativePage(w, r, person.Form{}, nil, casework.Relating{})
}

func (s *Server) relativePage(w http.ResponseWriter, r *http.Request, sent person.Form, failed error, likely casework.Relating) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.ChangeRelationsPart())
	if err != nil {
		return err
	}
	stale, err := s.staleKin(r, look, sent, failed, kin.OfNewRelative)
	if err != nil {
		return err
	}
	status, _ := changed(failed)
	return s.render(w, r, status, kin.Add(kin.AddPage{
		Stale: stale, File: s.file(r, f.Header, f.Offers), Form: formOf(sent, f.Value.Seen, failed), Family: f.Value, Likely: likely.Likely, Alerts: likely.Alerts, Key: likely.Key,
	}))
}

// POST /children/{ref}/relations/add
//
// Who may be the same person stands on the page that comes back; on it, somebody of
// those is chosen, or that it is none of them.
func (s *Server) addRelative(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	sent := typed(r)
	n := casework.NewRelative{Form: sent, Seen: sent["seen"], Warned: sent["warned"]}
	switch who := sent.Typed("who"); who {
	case "":
	case "new":
		n.Checked = sent["checked"]
	default:
		if n.Who, err = id.ParseReference(who); err != nil {
			return errNothing
		}
	}
	likely, err := s.Casework.AddRelative(r.Context(), look.Actor, look.Reference, n)
	if _, again := changed(err); err != nil && again {
		return s.relativePage(w, r, sent, err, casework.Relating{})
	}
	if err != nil {
		return err
	}
	if len(likely.Alerts) > 0 {
		return s.relativePage(w, r, sent, nil, likely)
	}
	if len(likely.Likely) > 0 {
		var failed error
		if sent["checked"] != "" && sent.Typed("who") == "" {
			failed = fault.Problems([]fault.Problem{{Field: "who", Message: "Select who it is, or that it is none of these"}})
		}
		return s.relativePage(w, r, sent, failed, likely)
	}
	s.Sessions.Tell(r.Context(), toldKin)
	http.Redirect(w, r, "/children/"+look.Reference.String()+file.Relations, http.StatusSeeOther)
	return nil
}

// staleKin is what somebody changed of a family while a form was open.
func (s *Server) staleKin(r *http.Request, look casework.Look, sent person.Form, failed error, form string) (kin.Stale, error) {
	if !casework.FactsChanged(failed) {
		return kin.Stale{}, nil
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.FamilyNewsPart(sent["seen"]))
	return kin.Stale{News: f.Value, Sent: sent, Form: form}, err
}

// relativeForm is a page about one relationship. Where somebody changed it meanwhile, it is
// about what it is now.
func (s *Server) relativeForm(r *http.Request, sent person.Form, failed error, form string, show func(kin.ChangePage) error) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	key, err := keyIn(r, "relation")
	if err != nil {
		return err
	}
	stale, err := s.staleKin(r, look, sent, failed, form)
	if err != nil {
		return err
	}
	if casework.FactsChanged(failed) {
		now, ok := stale.News.Latest(key)
		if !ok {
			return failed // it was taken back: there is nothing to change
		}
		key = now.ID
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.RelativePart(key))
	if err != nil {
		return err
	}
	relative, _ := f.Value.Relative(key)
	if sent == nil {
		sent = kin.FormOf(relative)
	}
	return show(kin.ChangePage{
		File: s.file(r, f.Header, f.Offers), Form: formOf(sent, f.Value.Seen, failed), Stale: stale, Family: f.Value, Relative: relative,
	})
}

// GET /children/{ref}/relations/{relation}/change
func (s *Server) askChangeRelative(w http.ResponseWriter, r *http.Request) error {
	return s.changeRelativePage(w, r, nil, nil)
}

func (s *Server) changeRelativePage(w http.ResponseWriter, r *http.Request, sent person.Form, failed error) error {
	status, _ := changed(failed)
	return s.relativeForm(r, sent, failed, kin.OfRelative, func(p kin.ChangePage) error { return s.render(w, r, status, kin.Change(p)) })
}

// POST /children/{ref}/relations/{relation}/change
func (s *Server) changeRelative(w http.ResponseWriter, r *http.Request) error {
	return s.changeKin(w, r, s.changeRelativePage, func(look casework.Look, n casework.NewRelative) error {
		return s.Casework.ChangeRelative(r.Context(), look.Actor, look.Reference, r.PathValue("relation"), n)
	})
}

// GET /children/{ref}/relations/{relation}/end
func (s *Server) askEndRelative(w http.ResponseWriter, r *http.Request) error {
	return s.endRelativePage(w, r, person.Form{}, nil)
}

func (s *Server) endRelativePage(w http.ResponseWriter, r *http.Request, sent person.Form, failed error) error {
	status, _ := changed(failed)
	return s.relativeForm(r, sent, failed, kin.OfEnd, func(p kin.ChangePage) error { return s.render(w, r, status, kin.End(p)) })
}

// POST /children/{ref}/relations/{relation}/end
func (s *Server) endRelative(w http.ResponseWriter, r *http.Request) error {
	return s.changeKin(w, r, s.endRelativePage, func(look casework.Look, n casework.NewRelative) error {
		return s.Casework.EndRelative(r.Context(), look.Actor, look.Reference, r.PathValue("relation"), n, n.Form["how"] == "never")
	})
}

// GET /children/{ref}/relations/{relation}/house
func (s *Server) askHouse(w http.ResponseWriter, r *http.Request) error {
	return s.housePage(w, r, person.Form{}, nil)
}

func (s *Server) housePage(w http.ResponseWriter, r *http.Request, sent person.Form, failed error) error {
	status, _ := changed(failed)
	return s.relativeForm(r, sent, failed, kin.OfStart, func(p kin.ChangePage) error {
		return s.render(w, r, status, kin.House(kin.StayPage{
			File: p.File, Form: p.Form, Stale: p.Stale, Who: p.Relative.Who.DisplayName(), Way: "/" + p.Relative.ID + "/house",
		}))
	})
}

// POST /children/{ref}/relations/{relation}/house
func (s *Server) house(w http.ResponseWriter, r *http.Request) error {
	return s.changeKin(w, r, s.housePage, func(look casework.Look, n casework.NewRelative) error {
		return s.Casework.AddHousemate(r.Context(), look.Actor, look.Reference, r.PathValue("relation"), n)
	})
}

// GET /children/{ref}/relations/household/{member}/end
func (s *Server) askEndStay(w http.ResponseWriter, r *http.Request) error {
	return s.endStayPage(w, r, person.Form{}, nil)
}

func (s *Server) endStayPage(w http.ResponseWriter, r *http.Request, sent person.Form, failed error) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	member, err := keyIn(r, "member")
	if err != nil {
		return err
	}
	stale, err := s.staleKin(r, look, sent, failed, kin.OfEnd)
	if err != nil {
		return err
	}
	if casework.FactsChanged(failed) {
		now, ok := stale.News.Stays(member)
		if !ok {
			return failed // it was ended or taken back: there is nothing to end
		}
		member = now.Member.ID
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.StayPart(member))
	if err != nil {
		return err
	}
	p := kin.StayPage{File: s.file(r, f.Header, f.Offers), Form: formOf(sent, f.Value.Seen, failed), Stale: stale, Way: "/household/" + member + "/end"}
	for _, h := range f.Value.Household {
		if h.Member.ID == member {
			p.Who = h.Who.DisplayName()
		}
	}
	status, _ := changed(failed)
	return s.render(w, r, status, kin.EndStay(p))
}

// POST /children/{ref}/relations/household/{member}/end
func (s *Server) endStay(w http.ResponseWriter, r *http.Request) error {
	return s.changeKin(w, r, s.endStayPage, func(look casework.Look, n casework.NewRelative) error {
		return s.Casework.EndHousemate(r.Context(), look.Actor, look.Reference, r.PathValue("member"), n)
	})
}

// GET /children/{ref}/relations/whereabouts
func (s *Server) askWhereabouts(w http.ResponseWriter, r *http.Request) error {
	return s.whereaboutsPage(w, r, person.Form{}, nil)
}

func (s *Server) whereaboutsPage(w http.ResponseWriter, r *http.Request, sent person.Form, failed error) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.ChangeRelationsPart())
	if err != nil {
		return err
	}
	stale, err := s.staleKin(r, look, sent, failed, kin.OfWhereabouts)
	if err != nil {
		return err
	}
	status, _ := changed(failed)
	return s.render(w, r, status, kin.Whereabouts(kin.WhereaboutsPage{
		Stale: stale, File: s.file(r, f.Header, f.Offers), Form: formOf(sent, f.Value.Seen, failed), Family: f.Value,
	}))
}

// POST /children/{ref}/relations/whereabouts
func (s *Server) stateWhereabouts(w http.ResponseWriter, r *http.Request) error {
	return s.changeKin(w, r, s.whereaboutsPage, func(look casework.Look, n casework.NewRelative) error {
		return s.Casework.StateWhereabouts(r.Context(), look.Actor, look.Reference, n)
	})
}
