package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/plan"
)

// An aim is what an invented plan is to make better, and what is done for it.
type aim struct {
	words, own, need string
	ours, theirs     string // what the worker does, and what the child does
	later            string
}

// inventedAims are those of each service.
var inventedAims = map[string][]aim{
	"participation": {
		{"Has a place on the bricklaying course and gets there", "I want to build things, not sit in a room", "No course after the last one closed", "Ring the college about a place in January", "Look at two courses and say which is better", "Try a Saturday job at the builders’ yard"},
		{"Can travel to town alone", "My brother goes, so I can go", "Never took a bus without somebody", "Go on the 14 bus together twice", "Buy the ticket and ask for the stop", "Go to the swimming pool with a friend"},
		{"Has a routine and sleeps at night", "I am tired all the time", "Up until four with games", "Find a morning session that starts at eleven", "Phone in the kitchen from eleven at night", "Start the course in the mornings"},
	},
	"early-help": {
		{"Mornings are calm, and everybody is at school on time", "Nobody shouts before breakfast", "Two children to bring to two schools", "Ask the breakfast club for a place", "Pack the bag in the evening", "A family day out at half-term"},
		{"The family keeps up with the rent", "I want to stay in this house", "Behind with the rent since the summer", "Go with them to the housing officer", "Draw what home should look like", "Save a little each week"},
		{"The children hear less arguing", "I go upstairs when it starts", "Arguments about money, most evenings", "Find the next course for parents", "Say the word they agreed when it gets loud", "An evening a week without telephones"},
	},
	"social-care": {
		{"Is safe at home, with an adult who is sober in the evenings", "I like it when Mum is awake", "Left alone in the evenings", "Visit each week, once without notice", "Ring Gran when it does not feel right", "Stay with Gran every second weekend"},
		{"Sees the dentist and the health visitor when it is time", "My tooth hurts", "Appointments missed three times", "Book the dentist and go with them", "Show the nurse where it hurts", "Be seen with the school’s other children"},
		{"Learns and has friends at school", "I sit with Otis now", "Away one day in three", "Agree a plan with the school’s head of year", "Tell the teacher on the bad mornings", "Join the choir"},
	},
	"youth-justice": {
		{"Is at the training each day and away from the precinct", "I just go there because everyone does", "Education, training and employment; where they live", "Bring them to the workshop on the first two days", "Be at the workshop by nine", "Apply for the apprenticeship in spring"},
		{"Walks away before it comes to a fight", "I see red and then it is too late", "Thinking and behaviour", "Six sessions about what sets it off", "Write down each time, and what came before", "Meet who was hurt, if they want to"},
	},
	"inclusion-attendance": {
		{"Is at school every morning", "Maths first thing makes me feel sick", "Worry about lessons in the big hall", "Agree a quiet start with the school", "Come in by the side door at twenty to nine", "Sit one lesson a day in the big hall"},
		{"Is at school on Mondays after a weekend with Dad", "It is far from Dad’s", "Two homes, forty minutes apart", "Talk with both parents about Sundays", "Pack the school bag on Friday", "Go on the spring trip"},
	},
}

// How an invented plan stands in the end.
const (
	planDraft    = "draft"
	planWaiting  = "waiting"
	planReturned = "returned"
	planForce    = "in force"
	planReviewed = "reviewed"
	planClosed   = "closed"
	planCarried  = "carried" // closed, and the next begun with what was carried
)

// plans gives some children plans, of each kind that there is somebody to write for.
func (c *crowd) plans(ctx context.Context) error {
	of := map[string]int{} // plans of a service so far
	for _, k := range c.h.defs.Plans() {
		if inventedAims[k.Service] == nil {
			continue // of a service of the authority's own
		}
		ends := []string{planForce, planReviewed, planDraft}
		if !k.NoAuthorise {
			ends = []string{planForce, planWaiting, planReturned}
		}
		if k.Service == c.a.Workers[0].Service {
			ends = []string{planForce, planReviewed, planDraft, planCarried, planClosed}
		}
		writers := slices.DeleteFunc(slices.Clone(k.WriteBy), func(r access.Role) bool { return r == "team-manager" })
		list, err := c.work(ctx, k.Service, writers, of[k.Service]+len(ends))
		if err != nil {
			return err
		}
		list = list[min(of[k.Service], len(list)):]
		of[k.Service] += len(ends)
		for i := range min(len(ends), len(list)) {
			if !k.NoAuthorise && !list[i].managed {
				continue
			}
			p := planner{c: c, held: list[i], kind: k, aim: turn(inventedAims[k.Service], i), n: i}
			if err := p.bring(ctx, ends[i]); err != nil {
				return fmt.Errorf("an invented %s: %w", k.Title, err)
			}
		}
	}
	return nil
}

// A planner writes one plan.
type planner struct {
	c *crowd
	held
	kind plan.Kind
	key  plan.ID
	aim  aim
	n    int // of those of the kind

	page  casework.PlanWriting // on which it is written, as it was opened last
	child string               // the key of the child
}

func (p *planner) service() *casework.Service { return p.c.h.casework }
func (p *planner) today() date.Date           { return p.c.h.casework.Today() }

func (p *planner) bring(ctx context.Context, end string) error {
	p.key = plan.ID(id.New())
	if err := p.service().StartPlan(ctx, p.worker, p.ref, p.key, p.kind.ID); err != nil {
		return err
	}
	if err := p.open(ctx); err != nil {
		return err
	}
	outcome, ours, theirs, err := p.write(ctx, end == planDraft)
	if err != nil || end == planDraft {
		return err
	}
	if err := p.finish(ctx); err != nil || end == planWaiting {
		return err
	}
	if end == planReturned {
		return p.service().ReturnPlan(ctx, p.manager, p.ref, p.key, 1, "Say by when, and what happens if it does not work. It is a good plan otherwise.")
	}
	if err := p.authorise(ctx); err != nil || end == planForce {
		return err
	}
	if err := p.measure(ctx, end, outcome, ours, theirs); err != nil {
		return err
	}
	if end != planCarried {
		return nil
	}
	p.key = plan.ID(id.New())
	return p.service().StartPlan(ctx, p.worker, p.ref, p.key, p.kind.ID)
}

// write writes what a plan of the kind asks for; a draft is left halfway.
func (p *planner) write(ctx context.Context, half bool) (outcome, ours, theirs string, err error) {
	outcome, ours, theirs = id.New(), id.New(), id.New()
	put := func(sort plan.Sort, part string, fields map[string]string) {
		if err == nil {
			err = p.put(ctx, sort, part, fields)
		}
	}
	put(plan.OutcomePart, outcome, map[string]string{plan.FieldWords: p.aim.words, plan.FieldOwnWords: p.aim.own, plan.FieldNeed: p.aim.need})
	put(plan.ActionPart, ours, p.action(outcome, 1, p.aim.ours, map[string]string{
		plan.FieldWho: string(plan.WorkerOwns), plan.FieldWorker: string(p.worker.Worker), plan.FieldTask: "yes",
	}))
	if half {
		return
	}
	put(plan.ActionPart, theirs, p.action(outcome, 2, p.aim.theirs, map[string]string{plan.FieldWho: string(plan.PersonOwns), plan.FieldPerson: p.child}))
	put(plan.TargetPart, id.New(), map[string]string{plan.FieldWords: p.aim.later, plan.FieldOutcome: outcome})
	about := map[string]string{
		plan.FieldChildViews: "It is all right. I want to hear how it goes.", plan.FieldParentViews: "They agree, and would like to be rung in the evenings.",
	}
	for _, b := range p.kind.Boxes {
		about[plan.FieldBox+b.ID] = turn(inventedWords, p.n+len(b.ID))
	}
	put(plan.AboutPart, string(plan.AboutPart), about)
	return
}

// action are the fields of an action, with all that a kind can ask for.
func (p *planner) action(outcome string, order int, words string, who map[string]string) map[string]string {
	service, _ := p.c.h.defs.Service(p.kind.Service)
	f := map[string]string{
		plan.FieldOutcome: outcome, plan.FieldWords: words, plan.FieldService: service.Title, plan.FieldSequence: strconv.Itoa(order),
	}
	if v := p.kind.Priorities.Values; len(v) > 0 {
		f[plan.FieldPriority] = v[min(order-1, len(v)-1)].ID
	}
	var marks []string
	for _, m := range p.kind.Marks {
		marks = append(marks, m.ID)
	}
	f[plan.FieldMarks] = strings.Join(marks, " ")
	maps.Copy(f, who)
	maps.Copy(f, dayFields(plan.FieldStart, p.today().AddDays(-3)))
	maps.Copy(f, dayFields(plan.FieldEnd, p.today().AddDays([...]int{0, 6, 20, 34}[(p.n+order)%4])))
	return f
}

func dayFields(field string, d date.Date) map[string]string {
	return map[string]string{field + "-day": strconv.Itoa(d.Day()), field + "-month": strconv.Itoa(d.Month()), field + "-year": strconv.Itoa(d.Year())}
}

// put saves a part as a page does.
func (p *planner) put(ctx context.Context, sort plan.Sort, part string, fields map[string]string) error {
	x, ok := p.page.Part(part)
	if !ok {
		x = plan.Part{ID: part, Sort: sort}
	}
	x.Plan, x.Fields = p.key, fields
	_, err := p.service().SavePlanPart(ctx, p.worker, p.ref, x)
	return err
}

// open opens the page on which it is written.
func (p *planner) open(ctx context.Context) error {
	f, err := casework.Open(ctx, p.service(), casework.Look{Actor: p.worker, Reference: p.ref}, casework.PlanWritingPart(p.key))
	p.page, p.child = f.Value, string(f.Header.ID)
	return err
}

func (p *planner) finish(ctx context.Context) error {
	if err := p.open(ctx); err != nil { // how the draft stands once all of it is saved
		return err
	}
	err := p.service().FinishPlan(ctx, p.worker, p.ref, p.key, p.page.Draft.Rev)
	if n, ok := errors.AsType[*casework.PlanNotReady](err); ok {
		return fmt.Errorf("%w: %+v", err, n.Problems) // all of it is invented
	}
	return err
}

func (p *planner) authorise(ctx context.Context) error {
	if p.kind.NoAuthorise {
		return nil
	}
	f, err := casework.Open(ctx, p.service(), casework.Look{Actor: p.manager, Reference: p.ref}, casework.DecidePlanPart(p.key))
	if err != nil {
		return err
	}
	return p.service().AuthorisePlan(ctx, p.manager, p.ref, p.key, f.Value.Step.Number)
}

// measure reviews a plan, or closes it.
func (p *planner) measure(ctx context.Context, end, outcome, ours, theirs string) error {
	purpose := plan.Close
	progress := p.kind.Progress.Values[0].ID
	found := map[string]string{
		plan.FieldProgress: progress, plan.FieldEvidence: turn(inventedWords, p.n), plan.FieldStands: string(plan.Reached),
		plan.FieldStands + "-" + ours: string(plan.Done), plan.FieldStands + "-" + theirs: string(plan.Done),
	}
	switch end {
	case planReviewed:
		purpose = plan.Review
		found[plan.FieldStands], found[plan.FieldStands+"-"+theirs] = plan.SaidGoesOn, plan.SaidGoesOn
	case planCarried:
		found[plan.FieldStands], found[plan.FieldStands+"-"+theirs] = string(plan.Carried), string(plan.Carried)
	}
	last := 1
	if !p.kind.NoAuthorise {
		last = 2
	}
	if err := p.service().WriteAgain(ctx, p.worker, p.ref, p.key, last, purpose); err != nil {
		return err
	}
	if err := p.open(ctx); err != nil {
		return err
	}
	review := dayFields(plan.FieldOn, p.today())
	maps.Copy(review, map[string]string{
		plan.FieldTook: "The family, the school and the worker, at home.", plan.FieldChildViews: "It got better, mostly.", plan.FieldParentViews: "They see a difference in the evenings.",
	})
	if purpose == plan.Close {
		review[plan.FieldReason] = map[string]string{planClosed: "What it was for is reached.", planCarried: "The school year ends. What is left goes into the next plan."}[end]
	}
	if err := p.put(ctx, plan.ReviewPart, string(plan.ReviewPart), review); err != nil {
		return err
	}
	if err := p.put(ctx, plan.ProgressPart, plan.ProgressID(outcome), found); err != nil {
		return err
	}
	if err := p.finish(ctx); err != nil {
		return err
	}
	return p.authorise(ctx)
}
