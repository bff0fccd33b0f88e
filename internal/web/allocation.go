package web

import (
	"net/http"
	"strings"

	"casefile/internal/access"
	"casefile/internal/caseload"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/web/allocation"
	"casefile/internal/web/file"
)

func workersPath(ref id.Reference) string { return "/children/" + ref.String() + file.Workers }

// GET /children/{ref}/workers
func (s *Server) fileWorkers(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	on, known, status := s.knownOn(r)
	look.Known = known
	f, err := casework.Open(r.Context(), s.Casework, look, casework.WorkersPart())
	if err != nil {
		return err
	}
	return s.render(w, r, status, allocation.Show(allocation.WorkersPage{
		File: s.fileOn(r, f.Header, f.Offers, on), Known: on, Masked: f.Outcome == access.Masked, Workers: f.Value, Told: s.told(r),
	}))
}

// caseKey is the case that the address names.
func caseKey(r *http.Request) (string, error) {
	key := r.PathValue("case")
	if !id.Valid(key) {
		return "", errNothing
	}
	return key, nil
}

// A changing is a form that changes who works with a child.
type changing struct {
	look casework.Look
	key  string
}

func (s *Server) changing(r *http.Request) (c changing, err error) {
	if c.look, err = s.look(r); err != nil {
		return c, err
	}
	if r.PathValue("case") != "" {
		c.key, err = caseKey(r)
	}
	return c, err
}

// around is what stands around the form: what was wrong with what was sent, or
// that somebody was quicker.
func (c changing) around(f file.File, failed error) allocation.FormPage {
	p := allocation.FormPage{File: f, Case: c.key}
	p.Problems = problemsOf(failed, "")
	p.Stale = casework.ChangedMeanwhile(failed)
	return p
}

// again is the status of a form that comes back, and whether it does.
func again(failed error) (int, bool) {
	switch {
	case failed == nil:
		return http.StatusOK, true
	case casework.ChangedMeanwhile(failed):
		return http.StatusConflict, true
	case fault.Is(failed, fault.Invalid):
		return http.StatusUnprocessableEntity, true
	}
	return 0, false
}

// done says what was done, on the page of who works with the child.
func (s *Server) done(w http.ResponseWriter, r *http.Request, look casework.Look, told string) error {
	s.Sessions.Tell(r.Context(), told)
	http.Redirect(w, r, workersPath(look.Reference), http.StatusSeeOther)
	return nil
}

// GET /children/{ref}/workers/open
func (s *Server) askOpenCase(w http.ResponseWriter, r *http.Request) error {
	return s.openCasePage(w, r, "", nil)
}

func (s *Server) openCasePage(w http.ResponseWriter, r *http.Request, team string, failed error) error {
	c, err := s.changing(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, c.look, casework.OpeningPart())
	if err != nil {
		return err
	}
	status, _ := again(failed)
	return s.render(w, r, status, allocation.Open(allocation.OpenPage{
		FormPage: c.around(s.file(r, f.Header, f.Offers), failed), Opening: f.Value, Team: team,
	}))
}

// POST /children/{ref}/workers/open
func (s *Server) openCase(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	team := r.PostForm.Get("team")
	key, err := s.Casework.OpenEpisode(r.Context(), look.Actor, look.Reference, staff.TeamID(team))
	if _, back := again(err); err != nil && back {
		return s.openCasePage(w, r, team, err)
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldOpened)
	http.Redirect(w, r, workersPath(look.Reference)+"/"+key+"/allocate", http.StatusSeeOther)
	return nil
}

// GET /children/{ref}/workers/{case}/allocate and …/further
func (s *Server) askAllocate(w http.ResponseWriter, r *http.Request) error {
	return s.allocatePage(w, r, "", nil)
}

func further(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/further") }

func (s *Server) allocatePage(w http.ResponseWriter, r *http.Request, worker string, failed error) error {
	c, err := s.changing(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, c.look, casework.RunningPart(c.key, ""))
	if err != nil {
		return err
	}
	status, _ := again(failed)
	return s.render(w, r, status, allocation.Allocate(allocation.AllocatePage{
		FormPage: c.around(s.file(r, f.Header, f.Offers), failed), Running: f.Value, Further: further(r), Worker: worker,
	}))
}

// POST /children/{ref}/workers/{case}/allocate and …/further
func (s *Server) allocate(w http.ResponseWriter, r *http.Request) error {
	c, err := s.changing(r)
	if err != nil {
		return err
	}
	kind, told := caseload.Allocated, toldAllocated
	if further(r) {
		kind, told = caseload.Further, toldFurther
	}
	worker := r.PostForm.Get("worker")
	err = s.Casework.Allocate(r.Context(), c.look.Actor, c.look.Reference, c.key, r.PostForm.Get("seen"), staff.ID(worker), kind)
	if _, back := again(err); err != nil && back {
		return s.allocatePage(w, r, worker, err)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, c.look, told)
}

// POST /children/{ref}/workers/{case}/further/end
func (s *Server) endFurther(w http.ResponseWriter, r *http.Request) error {
	c, err := s.changing(r)
	if err != nil {
		return err
	}
	if err := s.Casework.EndFurther(r.Context(), c.look.Actor, c.look.Reference, c.key, r.PostForm.Get("allocation")); err != nil {
		return err
	}
	return s.done(w, r, c.look, toldFurtherEnded)
}

// GET /children/{ref}/workers/{case}/close
func (s *Server) askCloseCase(w http.ResponseWriter, r *http.Request) error {
	return s.closeCasePage(w, r, nil)
}

func (s *Server) closeCasePage(w http.ResponseWriter, r *http.Request, failed error) error {
	c, err := s.changing(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, c.look, casework.RunningPart(c.key, ""))
	if err != nil {
		return err
	}
	status, _ := again(failed)
	return s.render(w, r, status, allocation.Close(allocation.ClosePage{
		FormPage: c.around(s.file(r, f.Header, f.Offers), failed), Running: f.Value,
		Reason: r.PostForm.Get("reason"), Note: storable(r.PostForm.Get("note")),
	}))
}

// POST /children/{ref}/workers/{case}/close
func (s *Server) closeCase(w http.ResponseWriter, r *http.Request) error {
	c, err := s.changing(r)
	if err != nil {
		return err
	}
	err = s.Casework.CloseEpisode(r.Context(), c.look.Actor, c.look.Reference, c.key, r.PostForm.Get("seen"), r.PostForm.Get("reason"), r.PostForm.Get("note"))
	if _, back := again(err); err != nil && back {
		return s.closeCasePage(w, r, err)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, c.look, toldClosed)
}

// GET /children/{ref}/workers/{case}/transfer
func (s *Server) askTransfer(w http.ResponseWriter, r *http.Request) error {
	return s.transferPage(w, r, nil)
}

func (s *Server) transferPage(w http.ResponseWriter, r *http.Request, failed error) error {
	c, err := s.changing(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, c.look, casework.TransferPart(c.key, staff.TeamID(r.PostForm.Get("team"))))
	if err != nil {
		return err
	}
	status, _ := again(failed)
	p := allocation.TransferPage{
		FormPage: c.around(s.file(r, f.Header, f.Offers), failed), Transfer: f.Value,
		Worker: r.PostForm.Get("worker"), Note: storable(r.PostForm.Get("note")), Still: map[string]string{},
	}
	for _, u := range f.Value.FollowUps {
		p.Still[u.Field()] = r.PostForm.Get(u.Field())
	}
	return s.render(w, r, status, allocation.Transfer(p))
}

// POST /children/{ref}/workers/{case}/transfer
//
// The button that shows another team's workers sends the same form, so that
// nothing typed is lost. So does a press of the other one while the team was
// changed and its workers are not on the page.
func (s *Server) transfer(w http.ResponseWriter, r *http.Request) error {
	c, err := s.changing(r)
	if err != nil {
		return err
	}
	if r.PostForm.Get("show") != "" || r.PostForm.Get("team") != r.PostForm.Get("shown") {
		return s.transferPage(w, r, nil)
	}
	still := map[string]string{}
	for name := range r.PostForm {
		if strings.HasPrefix(name, "still-") {
			still[name] = r.PostForm.Get(name)
		}
	}
	err = s.Casework.PassCase(r.Context(), c.look.Actor, c.look.Reference, casework.Handover{
		Case: c.key, Seen: r.PostForm.Get("seen"), Team: staff.TeamID(r.PostForm.Get("team")), Worker: staff.ID(r.PostForm.Get("worker")),
		Note: r.PostForm.Get("note"), Still: still,
	})
	if _, back := again(err); err != nil && back {
		return s.transferPage(w, r, err)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, c.look, toldPassed)
}

// sent are fields of a form as they were typed.
func sent(r *http.Request, names ...string) map[string]string {
	values := make(map[string]string, len(names))
	for _, name := range names {
		values[name] = strings.TrimSpace(storable(r.PostForm.Get(name)))
	}
	return values
}

// sentDay reads the three boxes of a date; what is wrong with them stands
// beside the first.
func sentDay(values map[string]string, prefix, label string) (date.Date, []fault.Problem) {
	d, err := date.FromParts(values[prefix+"-day"], values[prefix+"-month"], values[prefix+"-year"])
	if err != nil {
		return d, []fault.Problem{{Field: prefix + "-day", Message: label + " " + err.Error()}}
	}
	return d, nil
}

// GET /children/{ref}/professionals/add
func (s *Server) askProfessional(w http.ResponseWriter, r *http.Request) error {
	return s.professionalPage(w, r, nil, nil)
}

func (s *Server) professionalPage(w http.ResponseWriter, r *http.Request, values map[string]string, failed error) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.NewProfessionalPart())
	if err != nil {
		return err
	}
	status, _ := again(failed)
	return s.render(w, r, status, allocation.AddProfessional(allocation.ProfessionalPage{
		FormPage: changing{}.around(s.file(r, f.Header, f.Offers), failed), Sent: values,
	}))
}

// POST /children/{ref}/professionals/add
func (s *Server) addProfessional(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	v := sent(r, "agency", "name", "job-title", "telephone", "email", "address", "note", "confidential", "from-day", "from-month", "from-year")
	from, wrong := sentDay(v, "from", "The day since when they are involved")
	err = fault.Problems(wrong)
	if err == nil {
		err = s.Casework.AddProfessional(r.Context(), look.Actor, look.Reference, person.Professional{
			Agency: v["agency"], Name: v["name"], JobTitle: v["job-title"], Telephone: v["telephone"], Email: v["email"],
			Address: v["address"], Note: v["note"], Confidential: v["confidential"] == "yes", Clocks: date.Clocks{Period: date.Period{From: from}},
		})
	}
	if fault.Is(err, fault.Invalid) {
		return s.professionalPage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, look, toldProfessional)
}

// GET /children/{ref}/professionals/{professional}/end
func (s *Server) askEndProfessional(w http.ResponseWriter, r *http.Request) error {
	today := s.Casework.Today()
	return s.endProfessionalPage(w, r, map[string]string{
		"last-day": number(today.Day()), "last-month": number(today.Month()), "last-year": number(today.Year()),
	}, nil)
}

func (s *Server) endProfessionalPage(w http.ResponseWriter, r *http.Request, values map[string]string, failed error) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.ProfessionalPart(r.PathValue("professional")))
	if err != nil {
		return err
	}
	status, _ := again(failed)
	return s.render(w, r, status, allocation.EndProfessional(allocation.EndProfessionalPage{
		FormPage: changing{}.around(s.file(r, f.Header, f.Offers), failed), Professional: f.Value, Sent: values,
	}))
}

// POST /children/{ref}/professionals/{professional}/end
func (s *Server) endProfessional(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	v := sent(r, "last-day", "last-month", "last-year")
	last, wrong := sentDay(v, "last", "The last day")
	err = fault.Problems(wrong)
	if err == nil {
		err = s.Casework.EndProfessional(r.Context(), look.Actor, look.Reference, r.PathValue("professional"), last)
	}
	if fault.Is(err, fault.Invalid) {
		return s.endProfessionalPage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, look, toldProfessionalEnded)
}
