package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"casefile/internal/clause"
	"casefile/internal/id"
	"casefile/internal/plan"
)

// planPages is a stage with a plan, whose pages are tried.
type planPages struct {
	*stage
	at string // the address of the plan
}

func newPlanPages(t *testing.T, prepare func(*stage)) *planPages {
	s := newStage(t)
	prepare(s)
	return &planPages{s, "/children/" + s.ref.String() + "/plans/" + s.values["{plan}"]}
}

func (p *planPages) get(who, more string) answer {
	p.t.Helper()
	a := p.browserOf(who).get(p.at + more)
	a.wantStatus(http.StatusOK)
	wantWholePage(p.t, more, a)
	return a
}

func (p *planPages) part(kind plan.Sort) plan.Part {
	p.t.Helper()
	for _, x := range p.planWriting().Parts {
		if x.Sort == kind {
			return x
		}
	}
	p.t.Fatalf("the draft has no %s", kind)
	return plan.Part{}
}

func (p *planPages) send(who string, x plan.Part, rev int, more url.Values) answer {
	form := url.Values{"rev": {fmt.Sprint(rev)}, "sort": {string(x.Sort)}}
	for k, v := range more {
		form[k] = v
	}
	return p.browserOf(who).post(p.at+"/parts/"+x.ID, form)
}

// A plan without script, from its first words to its review: what is wrong stands beside its
// field and what was typed stays; the child's own words, the service and the progress are
// there to read; and what changed can be seen.
func TestAPlanOnItsPages(t *testing.T) {
	clause.Shows(t, "CR-38")
	p := newPlanPages(t, draftedPlan)
	list := p.browserOf("adviser").get("/children/" + p.ref.String() + "/plans")
	wantWords(t, list, "Action plan", "Being written")
	wantWords(t, p.browserOf("adviser").get("/children/"+p.ref.String()+"/plans/new"), "Action plan", "There is one already that is not closed.")
	wantWords(t, p.get("adviser", "/write"), "Mo is rested at college", "Step: Ring the landlord", "Complete")

	action := p.part(plan.ActionPart)
	wrong := p.send("adviser", action, action.Rev, url.Values{"end-day": {"31"}, "end-month": {"2"}, "end-year": {"2030"}, "words": {"Ring the landlord twice"}, "who": {"worker"}, "worker": {action.Fields["worker"]}})
	wrong.wantStatus(http.StatusUnprocessableEntity)
	wantWords(t, wrong, "There is a problem", "The day of the end must be a real date, such as 5 3 2026")
	if page := wrong.body; !strings.Contains(page, `value="31"`) || !strings.Contains(page, "Ring the landlord twice") {
		t.Error("what was typed is not on the page")
	}
	if held := p.part(plan.ActionPart); held.Fields["end-day"] != "31" || held.Fields["task"] != "" {
		t.Errorf("kept as it was typed, with the box not ticked: %+v", held.Fields)
	}
	stuck := p.browserOf("adviser").post(p.at+"/finish", url.Values{"seen": {fmt.Sprint(p.planWriting().Draft.Rev)}})
	stuck.wantStatus(http.StatusUnprocessableEntity)
	wantWords(t, stuck, "1 thing still stands in the way", "Ring the landlord twice: The day of the end must be a real date")
	action = p.part(plan.ActionPart)
	p.send("adviser", action, action.Rev, url.Values{"end-day": {"28"}, "service": {"Housing advice"}}).wantRedirect(p.at + "/write")

	outcome := p.part(plan.OutcomePart)
	p.send("manager", outcome, outcome.Rev, url.Values{"need": {"Noise"}}).wantRedirect(p.at + "/write")
	late := p.send("adviser", outcome, outcome.Rev, url.Values{"need": {"Worry"}})
	late.wantStatus(http.StatusConflict)
	wantWords(t, late, "Mina Manager saved this after you opened it.", "Noise")
	if !strings.Contains(late.body, "Worry") {
		t.Error("what the second typed is lost")
	}
	fresh := plan.Part{ID: id.New(), Sort: plan.OutcomePart}
	p.send("adviser", fresh, 0, url.Values{"words": {"Something else"}, "then": {"later"}}).wantRedirect(p.at + "/write")
	p.browserOf("manager").post(p.at+"/parts/"+fresh.ID+"/remove", url.Values{"rev": {"2"}}).wantRedirect(p.at + "/write")
	back := p.send("adviser", fresh, 2, url.Values{"words": {"Something else again"}})
	back.wantStatus(http.StatusConflict)
	wantWords(t, back, "This was taken out of the plan after you opened it.")
	if !strings.Contains(back.body, "Something else again") {
		t.Error("what was typed into a piece that was taken out is lost")
	}
	wantWords(t, p.get("adviser", "/earlier"), "Saved by Ada Adviser", "Something else")

	p.finishPlan()
	read := p.get("adviser", "")
	wantWords(t, read, "In force", "Goal 1 Mo is rested at college", "I just want to sleep", "Noise", "Ring the landlord twice", "Ada Adviser", "Housing advice", "Not measured yet", "Written")
	p.browserOf("adviser").post(p.at+"/again", url.Values{"step": {"1"}, "as": {"review"}}).wantRedirect(p.at + "/write")
	review, progress := p.part(plan.ReviewPart), p.part(plan.ProgressPart)
	today := p.casework.Today()
	p.send("adviser", review, review.Rev, url.Values{"on-day": {fmt.Sprint(today.Day())}, "on-month": {fmt.Sprint(today.Month())}, "on-year": {fmt.Sprint(today.Year())}}).wantRedirect(p.at + "/write")
	empty := p.send("adviser", progress, progress.Rev, url.Values{"evidence": {"On time 18 days of 20"}})
	empty.wantStatus(http.StatusUnprocessableEntity)
	wantWords(t, empty, "Select how far it has come", "Select how “Ring the landlord twice” stands")
	progress = p.part(plan.ProgressPart)
	p.send("adviser", progress, progress.Rev, url.Values{"progress": {"forward"}, "stands": {"goes-on"}, "stands-" + action.ID: {"goes-on"}}).wantRedirect(p.at + "/write")
	p.finishPlan()
	wantWords(t, p.get("adviser", ""), "Progress over the reviews", "Further on than last time", "On time 18 days of 20", "Version 2:")
	wantWords(t, p.get("adviser", "/compare?was=1&is=2"), "How far it has come", "Further on than last time")
	wantWords(t, p.browserOf("manager").get("/workers/"+string(p.people["adviser"].ID)+"/plans"), "Mo is rested at college", "Further on than last time", "1 action goes on")
	overview := p.browserOf("adviser").get("/children/" + p.ref.String())
	wantWords(t, overview, "Current plans", "Action plan", "Mo is rested at college", "Ring the landlord twice, by 28 February 2030")
}
