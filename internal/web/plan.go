package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/plan"
	"casefile/internal/web/file"
	"casefile/internal/web/plans"
)

func planPath(ref id.Reference, parts ...string) string {
	return strings.Join(append([]string{"/children/" + ref.String() + file.Plans}, parts...), "/")
}

// ofPlan is the file that a request is about, and the plan.
func (s *Server) ofPlan(r *http.Request) (casework.Look, plan.ID, error) {
	look, err := s.look(r)
	key := r.PathValue("plan")
	if err == nil && !id.Valid(key) {
		err = errNothing
	}
	return look, plan.ID(key), err
}

// GET /children/{ref}/plans
func (s *Server) plans(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	on, known, status := s.knownOn(r)
	look.Known = known
	f, err := casework.Open(r.Context(), s.Casework, look, casework.PlansPart())
	if err != nil {
		return err
	}
	return s.render(w, r, status, plans.List(plans.ListPage{
		File: s.fileOn(r, f.Header, f.Offers, on), Known: on, Masked: f.Outcome == access.Masked, List: f.Value.List, Choices: f.Value.Choices, Told: s.told(r),
	}))
}

// GET /children/{ref}/plans/new
func (s *Server) choosePlan(w http.ResponseWriter, r *http.Request) error {
	return s.choosePlanPage(w, r, http.StatusOK, plans.ChoosePage{})
}

func (s *Server) choosePlanPage(w http.ResponseWriter, r *http.Request, status int, p plans.ChoosePage) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.NewPlanPart())
	if err != nil {
		return err
	}
	p.File, p.Choices, p.ID = s.file(r, f.Header, f.Offers), f.Value.Choices, id.New()
	return s.render(w, r, status, plans.Choose(p))
}

// POST /children/{ref}/plans
func (s *Server) beginPlan(w http.ResponseWriter, r *http.Request) error {
	look, err := s.look(r)
	if err != nil {
		return err
	}
	key, kind := r.PostForm.Get("plan"), r.PostForm.Get("kind")
	err = s.Casework.StartPlan(r.Context(), look.Actor, look.Reference, plan.ID(key), kind)
	if ps := problemsOf(err, "kind"); ps != nil {
		return s.choosePlanPage(w, r, http.StatusUnprocessableEntity, plans.ChoosePage{Kind: kind, Problems: ps})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, planPath(look.Reference, key, "write"), http.StatusSeeOther)
	return nil
}

// GET /children/{ref}/plans/{plan}
//
// A plan that never was finished is led to where it is written.
func (s *Server) plan(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofPlan(r)
	if err != nil {
		return err
	}
	step, _ := strconv.Atoi(r.URL.Query().Get("step")) // 0 is what it says now
	f, err := casework.Open(r.Context(), s.Casework, look, casework.PlanPart(key, max(step, 0)))
	if casework.PlanOnlyDrafted(err) {
		http.Redirect(w, r, planPath(look.Reference, string(key), "write"), http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, plans.Read(plans.ReadPage{File: s.file(r, f.Header, f.Offers), P: f.Value, Told: s.told(r)}))
}

// planWriting is the plan of a request, to be written in. Where it is not being written it
// has answered, and gives nil.
func (s *Server) planWriting(w http.ResponseWriter, r *http.Request) (*casework.File[casework.PlanWriting], error) {
	look, key, err := s.ofPlan(r)
	if err != nil {
		return nil, err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.PlanWritingPart(key))
	if casework.PlanNotWritten(err) {
		http.Redirect(w, r, planPath(look.Reference, string(key)), http.StatusSeeOther)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &f, nil
}

// GET /children/{ref}/plans/{plan}/write
func (s *Server) writePlan(w http.ResponseWriter, r *http.Request) error {
	return s.writePlanPage(w, r, http.StatusOK, plans.WritePage{Check: r.URL.Query().Get("check") != ""})
}

func (s *Server) writePlanPage(w http.ResponseWriter, r *http.Request, status int, p plans.WritePage) error {
	f, err := s.planWriting(w, r)
	if err != nil || f == nil {
		return err
	}
	p.File, p.W, p.Told = s.file(r, f.Header, f.Offers), f.Value, s.told(r)
	return s.render(w, r, status, plans.Write(p))
}

// GET /children/{ref}/plans/{plan}/add/{sort}
//
// The piece is kept once something is typed into it.
func (s *Server) addPlanPart(w http.ResponseWriter, r *http.Request) error {
	sort := plan.Sort(r.PathValue("sort"))
	if sort != plan.OutcomePart && sort != plan.ActionPart && sort != plan.TargetPart {
		return errNothing
	}
	f, err := s.planWriting(w, r)
	if err != nil || f == nil {
		return err
	}
	part := plan.Part{ID: id.New(), Sort: sort, Fields: map[string]string{}}
	if serves, ok := f.Value.Part(r.URL.Query().Get("outcome")); ok && serves.Sort == plan.OutcomePart && sort != plan.OutcomePart {
		part.Fields[plan.FieldOutcome] = serves.ID
	}
	return s.render(w, r, http.StatusOK, plans.Part(plans.PartPage{File: s.file(r, f.Header, f.Offers), W: f.Value, Part: part}))
}

// GET /children/{ref}/plans/{plan}/parts/{part}
func (s *Server) planPart(w http.ResponseWriter, r *http.Request) error {
	f, err := s.planWriting(w, r)
	if err != nil || f == nil {
		return err
	}
	part, ok := f.Value.Part(r.PathValue("part"))
	if !ok {
		return errNothing
	}
	p := plans.PartPage{File: s.file(r, f.Header, f.Offers), W: f.Value, Part: part, Told: s.told(r)}
	if r.URL.Query().Get("check") != "" {
		p.Problems = plan.Of(f.Value.Problems, part.ID)
	}
	return s.render(w, r, http.StatusOK, plans.Part(p))
}

// sentPart is what a page sent of a part.
func sentPart(key plan.ID, r *http.Request) plan.Part {
	sort := plan.Sort(r.PostForm.Get("sort"))
	return plan.Part{Plan: key, ID: r.PathValue("part"), Sort: sort, Rev: sentRev(r, "rev"), Fields: plans.Sent(sort, r.PostForm)}
}

// sentRev is how often something had been saved when a page was made; of no page of ours
// it is as of an old one, so that rights are asked first whatever is sent.
func sentRev(r *http.Request, field string) int {
	rev, err := strconv.Atoi(r.PostForm.Get(field))
	if err != nil || rev < 0 {
		return -1
	}
	return rev
}

// POST /children/{ref}/plans/{plan}/parts/{part}
//
// It is saved whatever is wrong with it; what is wrong is then told on the page.
func (s *Server) savePlanPart(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofPlan(r)
	if err != nil {
		return err
	}
	sent := sentPart(key, r)
	saved, err := s.Casework.SavePlanPart(r.Context(), look.Actor, look.Reference, sent)
	if casework.PlanPartChanged(err) || casework.PlanPartGone(err) {
		return s.planPartConflict(w, r, sent)
	}
	if err != nil {
		return err
	}
	f, err := s.planWriting(w, r)
	if err != nil || f == nil {
		return err
	}
	wrong := plan.Of(f.Value.Problems, saved.ID)
	switch r.PostForm.Get("then") {
	case "stay":
		http.Redirect(w, r, planPath(look.Reference, string(key), "parts", saved.ID), http.StatusSeeOther)
		return nil
	case "later":
		wrong = nil
	}
	// What is said of the whole plan, and not of a field, is no mistake on this page.
	wrong = slices.DeleteFunc(wrong, func(p fault.Problem) bool { return p.Field == "" })
	if len(wrong) > 0 {
		return s.render(w, r, http.StatusUnprocessableEntity, plans.Part(plans.PartPage{File: s.file(r, f.Header, f.Offers), W: f.Value, Part: saved, Problems: wrong}))
	}
	http.Redirect(w, r, planPath(look.Reference, string(key), "write"), http.StatusSeeOther)
	return nil
}

// planPartConflict shows what was typed beside what somebody saved meanwhile. Nothing is
// overwritten before the page is saved.
func (s *Server) planPartConflict(w http.ResponseWriter, r *http.Request, sent plan.Part) error {
	f, err := s.planWriting(w, r)
	if err != nil || f == nil {
		return err
	}
	p := plans.PartPage{File: s.file(r, f.Header, f.Offers), W: f.Value, Part: sent}
	if held, ok := f.Value.Part(sent.ID); ok {
		p.Part = held
		p.Theirs, p.Who = &held, f.Value.Names[held.By]
		if held.By == s.visit(r).me.Worker.ID {
			p.Who = "You, on another page,"
		}
	} else {
		p.Gone, p.Part.Rev = true, 0
	}
	p.Part.Fields = p.Part.Known(sent.Fields)
	return s.render(w, r, http.StatusConflict, plans.Part(p))
}

// POST /children/{ref}/plans/{plan}/parts/{part}/autosave
//
// The contract of its answers is at the head of assets/autosave.js.
func (s *Server) autosavePlanPart(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofPlan(r)
	var sent, saved plan.Part
	if err == nil {
		sent = sentPart(key, r)
		saved, err = s.Casework.SavePlanPart(r.Context(), look.Actor, look.Reference, sent)
	}
	if err == nil {
		return writeJSON(w, http.StatusOK, struct {
			Rev   int    `json:"rev"`
			Saved string `json:"saved"`
		}{saved.Rev, saved.Saved.Clock()})
	}
	s.logError(r, err)
	if fault.Is(err, fault.Conflict) {
		return writeJSON(w, http.StatusConflict, struct {
			Conflict bool   `json:"conflict"`
			URL      string `json:"url"`
		}{true, planPath(look.Reference, string(key), "parts", url.PathEscape(sent.ID))})
	}
	return writeJSON(w, statusOf(err), struct{}{})
}

// POST /children/{ref}/plans/{plan}/parts/{part}/remove
func (s *Server) removePlanPart(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofPlan(r)
	if err != nil {
		return err
	}
	if err := s.Casework.RemovePlanPart(r.Context(), look.Actor, look.Reference, sentPart(key, r)); err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), toldTakenOut)
	http.Redirect(w, r, planPath(look.Reference, string(key), "write"), http.StatusSeeOther)
	return nil
}

// POST /children/{ref}/plans/{plan}/parts/{part}/take-up
func (s *Server) takeUpTarget(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofPlan(r)
	if err != nil {
		return err
	}
	made, err := s.Casework.TakeUpTarget(r.Context(), look.Actor, look.Reference, key, r.PathValue("part"), r.PostForm.Get("fresh"))
	if err != nil {
		return err
	}
	http.Redirect(w, r, planPath(look.Reference, string(key), "parts", made.ID), http.StatusSeeOther)
	return nil
}

// GET /children/{ref}/plans/{plan}/earlier
func (s *Server) earlierPlanParts(w http.ResponseWriter, r *http.Request) error {
	f, err := s.planWriting(w, r)
	if err != nil || f == nil {
		return err
	}
	look, key, err := s.ofPlan(r)
	if err != nil {
		return err
	}
	earlier, err := casework.Open(r.Context(), s.Casework, look, casework.EarlierPlanPartsPart(key))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, plans.Earlier(plans.EarlierPage{File: s.file(r, f.Header, f.Offers), W: f.Value, List: earlier.Value}))
}

// POST /children/{ref}/plans/{plan}/finish
func (s *Server) finishPlan(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofPlan(r)
	if err != nil {
		return err
	}
	err = s.Casework.FinishPlan(r.Context(), look.Actor, look.Reference, key, sentRev(r, "seen"))
	switch {
	case casework.IsPlanNotReady(err):
		return s.writePlanPage(w, r, http.StatusUnprocessableEntity, plans.WritePage{Check: true})
	case casework.PlanDraftChanged(err):
		return s.writePlanPage(w, r, http.StatusConflict, plans.WritePage{Changed: true})
	case casework.PlanNotWritten(err): // pressed twice
	case err != nil:
		return err
	default:
		s.Sessions.Tell(r.Context(), toldPlanned)
	}
	http.Redirect(w, r, planPath(look.Reference, string(key)), http.StatusSeeOther)
	return nil
}

// POST /children/{ref}/plans/{plan}/again
func (s *Server) writePlanAgain(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofPlan(r)
	if err != nil {
		return err
	}
	step, _ := strconv.Atoi(r.PostForm.Get("step")) // of no page of ours: as of an old one
	if err := s.Casework.WriteAgain(r.Context(), look.Actor, look.Reference, key, step, plan.Purpose(r.PostForm.Get("as"))); err != nil {
		return err
	}
	http.Redirect(w, r, planPath(look.Reference, string(key), "write"), http.StatusSeeOther)
	return nil
}

// GET /children/{ref}/plans/{plan}/decide
func (s *Server) askDecidePlan(w http.ResponseWriter, r *http.Request) error {
	return s.decidePlanPage(w, r, http.StatusOK, plans.DecidePage{})
}

func (s *Server) decidePlanPage(w http.ResponseWriter, r *http.Request, status int, p plans.DecidePage) error {
	look, key, err := s.ofPlan(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.DecidePlanPart(key))
	if err != nil {
		return err
	}
	p.File, p.P = s.file(r, f.Header, f.Offers), f.Value
	return s.render(w, r, status, plans.Decide(p))
}

// POST /children/{ref}/plans/{plan}/decide
func (s *Server) decidePlan(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofPlan(r)
	if err != nil {
		return err
	}
	step, _ := strconv.Atoi(r.PostForm.Get("step")) // as in writePlanAgain
	p := plans.DecidePage{Decision: r.PostForm.Get("decide"), Reason: r.PostForm.Get(plan.FieldReason)}
	told := toldPlanForced
	switch p.Decision {
	case "authorise":
		err = s.Casework.AuthorisePlan(r.Context(), look.Actor, look.Reference, key, step)
	case "return":
		told = toldPlanReturned
		err = s.Casework.ReturnPlan(r.Context(), look.Actor, look.Reference, key, step, p.Reason)
	default:
		err = fault.Problems([]fault.Problem{{Field: "decide", Message: "Select whether it is fit to be in force"}})
	}
	if ps := problemsOf(err, plan.FieldReason); ps != nil {
		p.Problems = ps
		return s.decidePlanPage(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	s.Sessions.Tell(r.Context(), told)
	http.Redirect(w, r, planPath(look.Reference), http.StatusSeeOther)
	return nil
}

// GET /children/{ref}/plans/{plan}/drop
func (s *Server) askDropPlan(w http.ResponseWriter, r *http.Request) error {
	return s.dropPlanPage(w, r, http.StatusOK, plans.DropPage{})
}

func (s *Server) dropPlanPage(w http.ResponseWriter, r *http.Request, status int, p plans.DropPage) error {
	f, err := s.planWriting(w, r)
	if err != nil || f == nil {
		return err
	}
	p.File, p.W = s.file(r, f.Header, f.Offers), f.Value
	return s.render(w, r, status, plans.Drop(p))
}

// POST /children/{ref}/plans/{plan}/drop
func (s *Server) dropPlan(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofPlan(r)
	if err != nil {
		return err
	}
	p := plans.DropPage{Reason: entry.Text(r.PostForm.Get(plan.FieldReason))}
	err = s.Casework.DropPlanDraft(r.Context(), look.Actor, look.Reference, key, sentRev(r, "seen"), p.Reason)
	if casework.PlanDraftChanged(err) {
		p.Changed = true
		return s.dropPlanPage(w, r, http.StatusConflict, p)
	}
	if ps := problemsOf(err, plan.FieldReason); ps != nil {
		p.Problems = ps
		return s.dropPlanPage(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, planPath(look.Reference), http.StatusSeeOther)
	return nil
}

// GET /children/{ref}/plans/{plan}/compare
func (s *Server) comparePlan(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofPlan(r)
	if err != nil {
		return err
	}
	was, err := strconv.Atoi(r.URL.Query().Get("was"))
	if err != nil {
		return errNothing
	}
	is, err := strconv.Atoi(r.URL.Query().Get("is"))
	if err != nil {
		return errNothing
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.ComparePlanPart(key, was, is))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, plans.Compare(plans.ComparePage{File: s.file(r, f.Header, f.Offers), C: f.Value}))
}

// GET /children/{ref}/plans/{plan}/actions/{action}/served
func (s *Server) askServed(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofPlan(r)
	if err != nil {
		return err
	}
	f, err := casework.Open(r.Context(), s.Casework, look, casework.PlanServingPart(key, r.PathValue("action")))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, plans.Serve(plans.ServePage{File: s.file(r, f.Header, f.Offers), V: f.Value}))
}

// POST /children/{ref}/plans/{plan}/actions/{action}/served
func (s *Server) served(w http.ResponseWriter, r *http.Request) error {
	look, key, err := s.ofPlan(r)
	if err != nil {
		return err
	}
	said := map[entry.ID]bool{}
	for _, e := range r.PostForm[plans.SaidOf] {
		said[entry.ID(e)] = slices.Contains(r.PostForm[plans.Said], e)
	}
	action := r.PathValue("action")
	if err := s.Casework.ServeAction(r.Context(), look.Actor, look.Reference, key, action, said); err != nil {
		return err
	}
	http.Redirect(w, r, planPath(look.Reference, string(key))+"#action-"+url.PathEscape(action), http.StatusSeeOther)
	return nil
}

// GET /workers/{worker}/plans
func (s *Server) workersPlans(w http.ResponseWriter, r *http.Request) error {
	worker, err := s.worker(r)
	if err != nil {
		return err
	}
	page := 1
	if n := r.URL.Query().Get("page"); n != "" {
		const most = 10_000 // beyond what anybody has
		if page, err = strconv.Atoi(n); err != nil || page < 1 || page > most {
			return errNothing
		}
	}
	list, err := s.Casework.PlansOfWorker(r.Context(), s.actor(r), worker, page)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, plans.Supervision(plans.SupervisionPage{Frame: s.frame(r), Words: s.Casework, P: list, Page: page}))
}
