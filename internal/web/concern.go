package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/concern"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/web/concerns"
)

var errNotWhole = fault.New(fault.Invalid, "The page that sent this is not one of ours, or not whole.")

// finding reads a choice of one worker, and finds those who fit the words.
func (s *Server) finding(r *http.Request) (concerns.Finding, error) {
	f := concerns.Finding{Words: strings.TrimSpace(shortened(r.PostForm.Get("who"))), Chosen: staff.ID(r.PostForm.Get("worker"))}
	if f.Words == "" {
		f.Chosen = ""
		return f, nil
	}
	found, err := s.Casework.Colleagues(r.Context(), strings.Fields(f.Words))
	const most = 20 // to choose from at once
	f.More = len(found) > most
	f.Found = found[:min(len(found), most)]
	return f, err
}

// chosen is the worker chosen, or what is wrong with the choice. Nobody found
// is nobody chosen.
func chosen(f concerns.Finding) (staff.ID, []fault.Problem) {
	switch {
	case f.Words == "" || f.Chosen == concerns.Nobody:
		return "", nil
	case f.Chosen == "" && len(f.Found) > 0:
		return "", []fault.Problem{{Field: "worker", Message: "Select one of the workers found"}}
	case !slices.ContainsFunc(f.Found, func(c staff.Colleague) bool { return c.ID == f.Chosen }):
		return "", []fault.Problem{{Field: "who", Message: "Press Find workers, and select one of them"}}
	}
	return f.Chosen, nil
}

// GET /children/{ref}/concerns/report
func (s *Server) reportConcern(w http.ResponseWriter, r *http.Request) error {
	return s.reportPage(w, r, http.StatusOK, concerns.ReportPage{ID: concern.ID(id.New())})
}

func (s *Server) reportPage(w http.ResponseWriter, r *http.Request, status int, p concerns.ReportPage) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.ReportPart())
	if err != nil {
		return err
	}
	p.File = s.file(r, f.Header, f.Offers)
	return s.render(w, r, status, concerns.Report(p))
}

// POST /children/{ref}/concerns/report
func (s *Server) keepConcern(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	get := r.PostForm.Get
	p := concerns.ReportPage{
		ID: concern.ID(get("id")), Text: get("text"),
		Day: get("happened-day"), Month: get("happened-month"), Year: get("happened-year"),
	}
	if p.Worker, err = s.finding(r); err != nil {
		return err
	}
	if get("do") == "find" {
		return s.reportPage(w, r, http.StatusOK, p)
	}
	about, ps := chosen(p.Worker)
	happened, err := date.FromParts(p.Day, p.Month, p.Year)
	if err != nil {
		ps = append(ps, fault.Problem{Field: "happened-day", Message: "The day it happened " + err.Error()})
	}
	report := casework.Report{ID: p.ID, Text: p.Text, About: about, Happened: happened}
	if len(ps) > 0 && strings.TrimSpace(p.Text) == "" {
		ps = slices.Insert(ps, 0, fault.Problem{Field: "text", Message: "Enter what happened"})
	}
	if len(ps) == 0 {
		err = s.Casework.ReportConcern(r.Context(), look.Actor, look.Reference, report)
		if fault.Is(err, fault.Invalid) {
			ps = problemsOf(err, "text")
		} else if err != nil {
			return err
		}
	}
	if len(ps) > 0 {
		p.Problems = ps
		return s.reportPage(w, r, http.StatusUnprocessableEntity, p)
	}
	s.Sessions.Tell(r.Context(), toldReported)
	http.Redirect(w, r, concerns.Home, http.StatusSeeOther)
	return nil
}

// GET /concerns
func (s *Server) concerns(w http.ResponseWriter, r *http.Request) error {
	at := trailOf(r)
	before, err := at.number()
	if err != nil {
		return err
	}
	closed := r.URL.Query().Get("closed") == "yes"
	list, err := s.Casework.Concerns(r.Context(), s.actor(r), closed, before)
	if err != nil {
		return err
	}
	older, keep := "", url.Values{}
	if list.Older > 0 {
		older = strconv.FormatInt(list.Older, 10)
	}
	if closed {
		keep.Set("closed", "yes")
	}
	return s.render(w, r, http.StatusOK, concerns.List(concerns.ListPage{
		Frame: s.frame(r), Words: s.Casework, List: list, Closed: closed,
		Newer: with(at.newer(), keep), Older: with(at.older(older), keep), Told: s.told(r),
	}))
}

// concernID is the concern that an address names.
func concernID(r *http.Request) (concern.ID, error) {
	c := r.PathValue("concern")
	if !id.Valid(c) {
		return "", errNothing
	}
	return concern.ID(c), nil
}

// GET /concerns/{concern}
func (s *Server) concern(w http.ResponseWriter, r *http.Request) error {
	c, err := concernID(r)
	if err != nil {
		return err
	}
	f, err := casework.OpenConcern(r.Context(), s.Casework, s.actor(r), c)
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown {
		return errNothing
	}
	return s.render(w, r, http.StatusOK, concerns.One(concerns.OnePage{
		File: s.file(r, f.Header, f.Offers), Concern: f.Value, Take: id.New(), Told: s.told(r),
	}))
}

// The steps that have a page; to take a concern on is a button.
var concernSteps = []concern.Kind{
	concern.Names, concern.Confirm, concern.Evidence, concern.Ask, concern.Note, concern.Decide, concern.Close, concern.Reopen,
}

// GET /concerns/{concern}/steps/{step}
func (s *Server) concernStep(w http.ResponseWriter, r *http.Request) error {
	kind := concern.Kind(r.PathValue("step"))
	if !slices.Contains(concernSteps, kind) {
		return errNothing
	}
	return s.stepPage(w, r, http.StatusOK, concerns.StepPage{Step: concern.Step{ID: id.New(), Kind: kind}}, r.URL.Query())
}

// stepPage shows the form of a step. q says where in the list of looks a page of
// evidence is.
func (s *Server) stepPage(w http.ResponseWriter, r *http.Request, status int, p concerns.StepPage, q url.Values) error {
	c, err := concernID(r)
	if err != nil {
		return err
	}
	if p.Step.Kind == concern.Evidence {
		return s.evidencePage(w, r, status, c, p, q)
	}
	f, err := casework.OpenConcern(r.Context(), s.Casework, s.actor(r), c)
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown {
		return errNothing
	}
	p.File, p.Concern = s.file(r, f.Header, f.Offers), f.Value
	if !f.Value.MayStep[p.Step.Kind] && p.Clash == "" {
		if status == http.StatusOK { // an old link
			http.Redirect(w, r, concerns.Address(c), http.StatusSeeOther)
			return nil
		}
	}
	return s.render(w, r, status, concerns.Step(p))
}

func (s *Server) evidencePage(w http.ResponseWriter, r *http.Request, status int, c concern.ID, p concerns.StepPage, q url.Values) error {
	at := trail{before: q.Get("before"), from: q["from"]}
	if r.Method == http.MethodGet {
		at = trailOf(r)
	}
	before, err := at.number()
	if err != nil {
		return err
	}
	all := q.Get("all") == "yes"
	f, err := casework.OpenEvidence(r.Context(), s.Casework, s.actor(r), c, all, before)
	if err != nil {
		return err
	}
	if f.Outcome != access.Shown {
		return errNothing
	}
	p.File, p.Concern, p.Evidence = s.file(r, f.Header, f.Offers), f.Value.Handled, f.Value
	older, keep := "", url.Values{}
	if f.Value.Older > 0 {
		older = strconv.FormatInt(f.Value.Older, 10)
	}
	if all {
		keep.Set("all", "yes")
	}
	p.Newer, p.Older = with(at.newer(), keep), with(at.older(older), keep)
	return s.render(w, r, status, concerns.Step(p))
}

// POST /concerns/{concern}/steps/{step}
func (s *Server) takeConcernStep(w http.ResponseWriter, r *http.Request) error {
	c, err := concernID(r)
	if err != nil {
		return err
	}
	kind := concern.Kind(r.PathValue("step"))
	if kind != concern.TakeOn && !slices.Contains(concernSteps, kind) {
		return errNothing
	}
	get := r.PostForm.Get
	seen, err := strconv.Atoi(get("seen"))
	if err != nil {
		return errNotWhole
	}
	step := concern.Step{ID: get("id"), Kind: kind, Text: get("text"), Done: get("done"), Outcome: get("outcome"), Tell: get("tell")}
	for _, number := range r.PostForm["look"] {
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return errNotWhole
		}
		step.Looks = append(step.Looks, n)
	}
	if kind == concern.Confirm {
		step.Worker = staff.ID(get("worker"))
	}
	p := concerns.StepPage{Step: step}
	if kind == concern.Ask || kind == concern.Names {
		if p.Worker, err = s.finding(r); err != nil {
			return err
		}
		if get("do") == "find" {
			return s.stepPage(w, r, http.StatusOK, p, r.PostForm)
		}
		worker, ps := chosen(p.Worker)
		if worker == "" && len(ps) == 0 {
			ps = []fault.Problem{{Field: "who", Message: "Enter a name, press Find workers, and select one of them"}}
		}
		if len(ps) > 0 {
			p.Problems = ps
			return s.stepPage(w, r, http.StatusUnprocessableEntity, p, r.PostForm)
		}
		step.Worker = worker
	}
	err = s.Casework.TakeStep(r.Context(), s.actor(r), c, seen, step)
	switch {
	case fault.Is(err, fault.Invalid) && kind != concern.TakeOn:
		p.Problems = problemsOf(err, "text")
		return s.stepPage(w, r, http.StatusUnprocessableEntity, p, r.PostForm)
	case fault.Is(err, fault.Conflict) && kind != concern.TakeOn:
		if e, ok := asFault(err); ok {
			p.Clash = e.Message
		}
		return s.stepPage(w, r, http.StatusConflict, p, r.PostForm)
	case err != nil:
		return err
	}
	s.Sessions.Tell(r.Context(), toldStep)
	http.Redirect(w, r, concerns.Address(c), http.StatusSeeOther)
	return nil
}

// GET /concerns/{concern}/answer
func (s *Server) concernQuestion(w http.ResponseWriter, r *http.Request) error {
	return s.questionPage(w, r, http.StatusOK, concerns.AnswerPage{ID: id.New()})
}

func (s *Server) questionPage(w http.ResponseWriter, r *http.Request, status int, p concerns.AnswerPage) error {
	c, err := concernID(r)
	if err != nil {
		return err
	}
	if p.Questions, err = s.Casework.Questions(r.Context(), s.actor(r), c); err != nil {
		return err
	}
	p.Frame = s.frame(r)
	return s.render(w, r, status, concerns.Answer(p))
}

// POST /concerns/{concern}/answer
func (s *Server) answerConcern(w http.ResponseWriter, r *http.Request) error {
	c, err := concernID(r)
	if err != nil {
		return err
	}
	seen, err := strconv.Atoi(r.PostForm.Get("seen"))
	if err != nil {
		return errNotWhole
	}
	p := concerns.AnswerPage{ID: r.PostForm.Get("id"), Text: r.PostForm.Get("text")}
	err = s.Casework.AnswerConcern(r.Context(), s.actor(r), c, seen, p.ID, p.Text)
	switch {
	case fault.Is(err, fault.Invalid):
		p.Problems = problemsOf(err, "text")
		return s.questionPage(w, r, http.StatusUnprocessableEntity, p)
	case fault.Is(err, fault.Conflict):
		p.Clash = true
		return s.questionPage(w, r, http.StatusConflict, p)
	case err != nil:
		return err
	}
	s.Sessions.Tell(r.Context(), toldAnswered)
	http.Redirect(w, r, "/work", http.StatusSeeOther)
	return nil
}
