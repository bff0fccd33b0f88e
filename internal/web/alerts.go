package web

import (
	"net/http"
	"slices"

	"casefile/internal/access"
	"casefile/internal/alert"
	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/person"
	"casefile/internal/web/alerts"
	"casefile/internal/web/file"
)

// toldAlert is what a page about alerts leaves for the next to say.
const toldAlert = "alert-changed"

var alertWords = map[string]string{
	toldAlert: "The alerts are changed. What was recorded before stays on the record.",
}

// GET /children/{ref}/alerts
func (s *Server) alerts(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	on, known, status := s.knownOn(r)
	look.Known = known
	f, err := casework.Open(r.Context(), s.Casework, look, casework.AlertsPart())
	if err != nil {
		return err
	}
	return s.render(w, r, status, alerts.Show(alerts.ShowPage{
		File: s.fileOn(r, f.Header, f.Offers, on), Masked: f.Outcome == access.Masked, Alerts: f.Value, Known: on, Told: s.told(r),
	}))
}

// GET /children/{ref}/alerts/add
//
// First the kind is chosen: what is asked depends on it.
func (s *Server) askAlert(w http.ResponseWriter, r *http.Request) error {
	return s.alertPage(w, r, nil, nil)
}

// alertPage is the form on which an alert is set or, where the address names one, changed.
func (s *Server) alertPage(w http.ResponseWriter, r *http.Request, sent person.Form, failed error) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	key := ""
	if r.PathValue("alert") != "" {
		if key, err = keyIn(r, "alert"); err != nil {
			return err
		}
	}
	part := casework.SetAlertPart(key)
	if casework.FactsChanged(failed) {
		part = casework.LatestAlertsPart()
	}
	f, err := casework.Open(r.Context(), s.Casework, look, part)
	if err != nil {
		return err
	}
	p := alerts.EditPage{File: s.file(r, f.Header, f.Offers), Alerts: f.Value}
	line, there := f.Value.Latest(key)
	switch {
	case there:
		p.Kind, p.Alert = line.Kind, line.ID
		if sent == nil {
			sent = line.FormOf()
		}
	default: // a new one, or one that was taken back: what was typed can still be set
		if sent == nil {
			sent = person.Form{alert.FieldKind: r.URL.Query().Get(alert.FieldKind)}
		}
		i := slices.IndexFunc(f.Value.Kinds, func(k alert.Kind) bool { return k.ID == sent.Typed(alert.FieldKind) })
		if i < 0 {
			return s.chooseAlert(w, r, p)
		}
		p.Kind = f.Value.Kinds[i]
	}
	p.Form = formOf(sent, f.Value.Seen, failed)
	status, _ := changed(failed)
	return s.render(w, r, status, alerts.Edit(p))
}

func (s *Server) chooseAlert(w http.ResponseWriter, r *http.Request, p alerts.EditPage) error {
	c, status := alerts.ChoosePage{File: p.File, Kinds: p.Alerts.Kinds}, http.StatusOK
	if r.Method == http.MethodPost || r.URL.Query().Get("chosen") != "" {
		c.Problems, status = []fault.Problem{{Field: alert.FieldKind, Message: "Select what must be seen first"}}, http.StatusUnprocessableEntity
	}
	return s.render(w, r, status, alerts.Choose(c))
}

// changeAlert does a change of alerts, and gives the form back where it could not be done.
func (s *Server) changeAlert(w http.ResponseWriter, r *http.Request, back func(http.ResponseWriter, *http.Request, person.Form, error) error, do func(casework.Look, casework.Alerting) error) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	sent := typed(r)
	err = do(look, casework.Alerting{Alert: r.PathValue("alert"), Seen: sent["seen"], Form: sent})
	if _, again := changed(err); err != nil && again {
		return back(w, r, sent, err)
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldAlert)
	http.Redirect(w, r, "/children/"+look.Reference.String()+file.Alerts, http.StatusSeeOther)
	return nil
}

// POST /children/{ref}/alerts/add and …/{alert}/change
func (s *Server) setAlert(w http.ResponseWriter, r *http.Request) error {
	return s.changeAlert(w, r, s.alertPage, func(look casework.Look, n casework.Alerting) error {
		return s.Casework.SetAlert(r.Context(), look.Actor, look.Reference, n)
	})
}

// GET /children/{ref}/alerts/{alert}/end
func (s *Server) askEndAlert(w http.ResponseWriter, r *http.Request) error {
	return s.endAlertPage(w, r, person.Form{}, nil)
}

func (s *Server) endAlertPage(w http.ResponseWriter, r *http.Request, sent person.Form, failed error) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	key, err := keyIn(r, "alert")
	if err != nil {
		return err
	}
	part := casework.EndAlertPart(key)
	if casework.FactsChanged(failed) {
		part = casework.LatestAlertsPart()
	}
	f, err := casework.Open(r.Context(), s.Casework, look, part)
	if err != nil {
		return err
	}
	line, ok := f.Value.Latest(key)
	if !ok {
		return failed // it was ended: there is nothing left to end
	}
	status, _ := changed(failed)
	return s.render(w, r, status, alerts.End(alerts.EndPage{
		File: s.file(r, f.Header, f.Offers), Form: formOf(sent, f.Value.Seen, failed), Alerts: f.Value, Alert: line,
	}))
}

// POST /children/{ref}/alerts/{alert}/end
func (s *Server) endAlert(w http.ResponseWriter, r *http.Request) error {
	return s.changeAlert(w, r, s.endAlertPage, func(look casework.Look, n casework.Alerting) error {
		return s.Casework.EndAlert(r.Context(), look.Actor, look.Reference, n, n.Form["how"] == "never")
	})
}
