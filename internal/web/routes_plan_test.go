package web_test

import (
	"fmt"
	"net/url"
	"strings"

	"casefile/internal/casework"
	"casefile/internal/id"
	"casefile/internal/plan"
)

func init() {
	const of = "/children/{ref}/plans"
	const one = of + "/{plan}"
	for pattern, rs := range map[string]rowsOf{
		"GET " + of:                              ofFile(200, nil),
		"GET " + of + "/new":                     ofFile(200, nil),
		"POST " + of:                             ofFile(away, url.Values{"kind": {"action-plan"}, "plan": {id.New()}}),
		"GET " + one:                             ofPlan(200, nil, forcedPlan),
		"GET " + one + "/write":                  ofPlan(200, nil, draftedPlan),
		"GET " + one + "/add/{sort}":             ofPlan(200, nil, draftedPlan),
		"GET " + one + "/parts/{part}":           ofPlan(200, nil, draftedPlan),
		"POST " + one + "/parts/{part}":          ofPlan(away, nil, draftedPlan),
		"POST " + one + "/parts/{part}/autosave": ofPlan(200, nil, draftedPlan),
		"POST " + one + "/parts/{part}/remove":   ofPlan(away, nil, emptiedPlan),
		"POST " + one + "/parts/{part}/take-up":  ofPlan(away, nil, targetedPlan),
		"GET " + one + "/earlier":                ofPlan(200, nil, draftedPlan),
		"POST " + one + "/finish":                ofPlan(away, nil, draftedPlan),
		"POST " + one + "/again":                 ofPlan(away, nil, forcedPlan),
		"GET " + one + "/compare":                ofPlan(gone, nil, forcedPlan), // of which versions, it does not say
		"GET " + one + "/decide":                 ofPlanDecision(200),

		"GET " + one + "/actions/{action}/served":  ofPlan(200, nil, forcedPlan),
		"POST " + one + "/actions/{action}/served": ofPlan(away, nil, forcedPlan),
		"POST " + one + "/decide":                  ofPlanDecision(away),
		"GET " + one + "/move":                     ofPlan(200, nil, forcedPlan),
		"POST " + one + "/move":                    ofPlan(away, nil, then(forcedPlan, moving)),
		"GET " + one + "/drop":                     ofPlan(200, nil, draftedPlan),
		"POST " + one + "/drop":                    ofPlan(away, nil, draftedPlan),
	} {
		table[pattern] = rs
	}
	table["GET /workers/{worker}/plans"] = ofWorker(200, nil)
}

// ofPlan are the rows of a page about a plan of Morgan's.
func ofPlan(status int, form url.Values, prepare func(*stage)) rowsOf {
	rs := ofFile(status, form)
	rs.withheld = append(rs.withheld, row{who: "business-support", status: gone, form: form})
	return rs.with(func(r *row) { r.prepare = then(prepare, r.prepare) })
}

// ofPlanDecision are the rows of a page on which a plan is authorised.
func ofPlanDecision(status int) rowsOf {
	rs := rowsOf{
		allowed: allow(row{who: "manager", status: status}),
		withheld: allow(row{who: "adviser", status: gone}, row{who: "outsider", status: gone},
			row{who: "manager", status: gone, prepare: restrict}),
	}
	return rs.with(func(r *row) { r.prepare = then(waitingOne, r.prepare) })
}

// planOf has the adviser begin a plan of a kind for Morgan, with one outcome and what is
// done for it.
func (s *stage) planOf(kind string) {
	key := plan.ID(id.New())
	a := s.actor("adviser")
	s.must(s.casework.StartPlan(s.t.Context(), a, s.ref, key, kind))
	s.values["{plan}"], s.values["{sort}"] = string(key), "outcome"
	outcome, action := id.New(), id.New()
	s.values["{part}"], s.values["{action}"] = outcome, action
	s.savePart(plan.Part{ID: outcome, Sort: plan.OutcomePart, Fields: map[string]string{"words": "Mo is rested at college", "own-words": "I just want to sleep"}})
	s.savePart(plan.Part{ID: action, Sort: plan.ActionPart, Fields: map[string]string{
		"outcome": outcome, "words": "Ring the landlord", "who": "worker", "worker": string(a.Worker), "end-day": "5", "end-month": "3", "end-year": "2030", "marks": "positive", "task": "yes",
	}})
	s.savePart(plan.Part{ID: "about", Sort: plan.AboutPart, Rev: 1, Fields: map[string]string{"child-views": "It is mine", "box-backup": "Ring"}})
	s.planForm()
}

func (s *stage) savePart(p plan.Part) {
	p.Plan = plan.ID(s.values["{plan}"])
	_, err := s.casework.SavePlanPart(s.t.Context(), s.actor("adviser"), s.ref, p)
	s.must(err)
}

// planForm has forms say how the draft stands.
func (s *stage) planForm() {
	w := s.planWriting()
	s.form = url.Values{
		"seen": {fmt.Sprint(w.Draft.Rev)}, "sort": {"outcome"}, "words": {"Mo is rested and on time"}, "reason": {"It was the wrong kind."},
		"as": {"change"}, "step": {"1"}, "decide": {"return"}, "fresh": {id.New()},
	}
	if part, ok := w.Part(s.values["{part}"]); ok {
		s.form.Set("rev", fmt.Sprint(part.Rev))
		s.form.Set("sort", string(part.Sort))
	}
}

func (s *stage) planWriting() casework.PlanWriting {
	f, err := casework.Open(s.t.Context(), s.casework, casework.Look{Actor: s.actor("adviser"), Reference: s.ref}, casework.PlanWritingPart(plan.ID(s.values["{plan}"])))
	s.must(err)
	return f.Value
}

func draftedPlan(s *stage) { s.planOf("action-plan") }

// emptiedPlan has an outcome that nothing is done for.
func emptiedPlan(s *stage) {
	draftedPlan(s)
	s.values["{part}"] = s.values["{action}"]
	s.planForm()
}

func targetedPlan(s *stage) {
	draftedPlan(s)
	s.values["{part}"] = id.New()
	s.savePart(plan.Part{ID: s.values["{part}"], Sort: plan.TargetPart, Fields: map[string]string{"words": "Join the swimming club"}})
	s.planForm()
}

func (s *stage) finishPlan() {
	s.must(s.casework.FinishPlan(s.t.Context(), s.actor("adviser"), s.ref, plan.ID(s.values["{plan}"]), s.planWriting().Draft.Rev))
}

// forcedPlan is in force, and nobody has to authorise it.
func forcedPlan(s *stage) {
	draftedPlan(s)
	s.finishPlan()
}

func waitingOne(s *stage) {
	s.planOf("support-plan")
	s.finishPlan()
	if strings.TrimSpace(s.form.Get("step")) != "1" {
		s.t.Fatal("the form names another step")
	}
}
