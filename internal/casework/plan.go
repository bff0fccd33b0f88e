package casework

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"casefile/internal/access"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/form"
	"casefile/internal/person"
	"casefile/internal/plan"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/task"
)

// A PlanLine is a plan in the list of a file. Of a masked one it has only the service
// and the day: something is there, not what.
type PlanLine struct {
	plan.Plan
	Masked  bool
	SavedBy string       // name of who saved the draft last
	Content plan.Content // what is in force; empty where nothing is
	Late    int          // days that its review is late
	Step    int          // by which it is read as it was known; 0 where that is what it says today
}

// A PlanChoice is a kind of plan that can be begun.
type PlanChoice struct {
	Kind   plan.Kind
	Due    date.Date // by when the first is due; zero where nothing says
	Open   plan.ID   // one of the kind that is not closed
	Before plan.Plan // the last closed one of the kind, which the next carries on; the zero one for none
}

// Plans are the plans of a person, the last begun first, and those that the viewer can
// begin.
type Plans struct {
	List    []PlanLine
	Choices []PlanChoice
}

// PlansPart is the plans of a file.
func PlansPart() Part[Plans] {
	return Part[Plans]{access.Plans, access.Look, func(ctx context.Context, r reading) (out Plans, err error) {
		if out.List, err = r.plans(ctx); err != nil || r.at != 0 || r.s.decide(r.standing, access.Plans, access.Record).Outcome != access.Shown {
			return out, err
		}
		out.Choices, err = r.planChoices(ctx)
		return out, err
	}}
}

// NewPlanPart is the page on which a kind of plan is chosen.
func NewPlanPart() Part[Plans] {
	return Part[Plans]{access.Plans, access.Record, func(ctx context.Context, r reading) (out Plans, err error) {
		out.Choices, err = r.planChoices(ctx)
		return out, err
	}}
}

// plans are those of the file that the viewer may know of, with what they say.
func (r reading) plans(ctx context.Context) ([]PlanLine, error) {
	list, err := r.heldPlans(ctx)
	if err != nil {
		return nil, err
	}
	for i := range list {
		l := &list[i]
		if l.SavedBy, err = r.workerName(ctx, l.Draft.SavedBy); err != nil {
			return nil, err
		}
		if says, forced := l.Says(); forced {
			if l.Content, err = r.PlanContent(ctx, l.ID, says.Number); err != nil {
				return nil, err
			}
		}
		if l.Runs() {
			l.Late = task.Deadline{Due: l.Content.Next.Date}.DaysLate(r.day())
		}
	}
	return list, nil
}

// heldPlans are those of the file that the viewer may know of, as they were known at the
// moment of the look.
func (r reading) heldPlans(ctx context.Context) ([]PlanLine, error) {
	held, err := r.Plans(ctx, r.person)
	if err != nil || len(held) == 0 {
		return nil, err
	}
	var list []PlanLine
	sight := r.sight()
	for _, p := range held {
		gone := p.State() == plan.Gone
		p, known := p.Known(r.at)
		outcome := sight.of(p.Service, false)
		_, forced := p.Says()
		switch {
		case outcome == access.Absent, gone, !known, p.Service != sight.service && !forced:
			// what another service has not finished is not there yet
		case outcome == access.Masked:
			list = append(list, PlanLine{Plan: plan.Plan{Service: p.Service, Begun: p.Begun}, Masked: true})
		default:
			line := PlanLine{Plan: p}
			switch says, _ := p.Says(); {
			case r.at == 0:
			case p.Service == sight.service:
				line.Step = planSaidAt(p, p.Last().Number)
			default: // what waited then is not theirs
				line.Step = says.Number
			}
			list = append(list, line)
		}
	}
	return list, nil
}

// planSaidAt is the step by which to read what a plan said when another of its steps was
// done.
func planSaidAt(p plan.Plan, step int) (written int) {
	for _, s := range p.Steps {
		if s.HasContent() && s.Number <= step {
			written = s.Number
		}
	}
	return written
}

// planChoices are the kinds of plan of the viewer's service.
func (r reading) planChoices(ctx context.Context) ([]PlanChoice, error) {
	held, err := r.Plans(ctx, r.person)
	if err != nil {
		return nil, err
	}
	episodes, err := r.Episodes(ctx, r.person, 0)
	if err != nil {
		return nil, err
	}
	episode := r.s.runningAmong(episodes, r.viewer.Service)
	var list []PlanChoice
	for _, k := range r.defs.Plans() {
		if k.Service != r.viewer.Service || len(k.WriteBy) == 0 {
			continue
		}
		c := PlanChoice{Kind: k, Open: openPlan(held, k.ID), Before: lastClosed(held, k.ID)}
		if !slices.ContainsFunc(held, func(p plan.Plan) bool {
			return p.Kind == k.ID && planInCase(p, episode, episodes) && !p.Since().IsZero()
		}) {
			if c.Due, err = k.Due.Due(r.defs, episode.Period.From); err != nil && !task.Outside(err) {
				return nil, err
			}
		}
		list = append(list, c)
	}
	return list, nil
}

// planInCase reports whether a plan belongs to a case of the file. One that was moved here
// names a case of another child: it belongs to that in which it came into force.
func planInCase(p plan.Plan, e person.Episode, all []person.Episode) bool {
	if inCase(p.Episode, e) {
		return true
	}
	own := slices.ContainsFunc(all, func(x person.Episode) bool { return inCase(p.Episode, x) })
	return !own && p.Episode != "" && !p.Since().Before(e.Period.From)
}

// runningCase is the case of a service that runs today; the zero one where none does.
func (s *Service) runningCase(ctx context.Context, r store.Reader, p person.ID, service string) (person.Episode, error) {
	episodes, err := r.Episodes(ctx, p, 0)
	if err != nil {
		return person.Episode{}, err
	}
	return s.runningAmong(episodes, service), nil
}

func (s *Service) runningAmong(episodes []person.Episode, service string) person.Episode {
	i := slices.IndexFunc(episodes, func(e person.Episode) bool { return e.Service == service && e.Period.Contains(s.Today()) })
	if i < 0 {
		return person.Episode{}
	}
	return episodes[i]
}

// openPlan is the plan of a kind that is not closed: there is one at a time.
func openPlan(held []plan.Plan, kind string) plan.ID {
	i := slices.IndexFunc(held, func(p plan.Plan) bool {
		return p.Kind == kind && p.State() != plan.Ended && p.State() != plan.Gone
	})
	if i < 0 {
		return ""
	}
	return held[i].ID
}

// lastClosed is the last closed plan of a kind.
func lastClosed(held []plan.Plan, kind string) plan.Plan {
	i := slices.IndexFunc(held, func(p plan.Plan) bool { return p.Kind == kind && p.State() == plan.Ended })
	if i < 0 {
		return plan.Plan{}
	}
	return held[i]
}

// A PlanReview is what one review found, in the order of reviews.
type PlanReview struct {
	Step    plan.Step
	Finding plan.Finding
}

// A ServedEntry is an entry that served an action. Of one that the viewer may not read it
// has only that it is there.
type ServedEntry struct {
	Entry  string // its key on the timeline
	Title  string
	On     date.Date
	By     string
	Masked bool
}

// A PlanRead is what a plan says at one step.
type PlanRead struct {
	plan.Plan
	Step    plan.Step // whose content it is
	Current bool      // it is what the plan says now
	Content plan.Content
	Reviews []PlanReview // up to that step
	Owners  map[string]string
	Served  map[string][]ServedEntry // by action
	Before  plan.Plan                // the plan that it carries on; the zero one for none
	Late    int                      // days that its review is late
	Writers []string                 // who wrote in it beside whoever finished it
	Waits
	MayWrite bool // to change, review or close it
	MayServe bool // to say which entries served it
}

// Owner is who does an action, in words.
func (p PlanRead) Owner(o plan.Owner) string { return ownerWords(p.Owners, o) }

func ownerWords(names map[string]string, o plan.Owner) string {
	if o.Kind == plan.AgencyOwns {
		return o.Words
	}
	return cmp.Or(names[o.Key], "Not shown to you")
}

var (
	errNoPlan      = fault.New(fault.NotFound, "There is no such plan on this record.")
	errPlanDrafted = fault.New(fault.Conflict, "This is still being written, so there is nothing to read yet.")
	errPlanWritten = fault.New(fault.Conflict, "This plan is not being written now.")
	errPlanMoved   = fault.New(fault.Conflict, "Somebody did something else with this plan since you opened it.")
)

// PlanOnlyDrafted reports whether err says that a plan never was finished.
func PlanOnlyDrafted(err error) bool { return err == error(errPlanDrafted) }

// PlanNotWritten reports whether err says that a plan is not being written.
func PlanNotWritten(err error) bool { return err == error(errPlanWritten) }

// readablePlan is a plan on the file that is the viewer's to read.
func (r reading) readablePlan(ctx context.Context, key plan.ID) (plan.Plan, error) {
	p, err := r.Plan(ctx, key)
	if fault.Is(err, fault.NotFound) {
		return p, errNoPlan
	}
	if err != nil {
		return p, err
	}
	sight := r.sight()
	_, forced := p.Says()
	if p.Person != r.person || p.State() == plan.Gone || sight.of(p.Service, false) != access.Shown || p.Service != sight.service && !forced {
		return p, errNoPlan
	}
	return p, nil
}

// planStep is a step whose content the viewer may read: of another service's plan only
// what came into force.
func (r reading) planStep(p plan.Plan, number int) (plan.Step, error) {
	i := slices.IndexFunc(p.Steps, func(s plan.Step) bool { return s.Number == number && s.HasContent() })
	if i < 0 {
		return plan.Step{}, errNoPlan
	}
	step := p.Steps[i]
	forced := slices.ContainsFunc(p.Versions(), func(v plan.Step) bool { return v.Number == number })
	if p.Service != r.viewer.Service && !forced {
		return plan.Step{}, errNoPlan
	}
	return step, nil
}

// PlanPart is what a plan said at a step, or with step 0 what it says: once in force that,
// and before what waits to be authorised.
func PlanPart(key plan.ID, step int) Part[PlanRead] {
	return Part[PlanRead]{access.Plans, access.Look, func(ctx context.Context, r reading) (PlanRead, error) {
		p, err := r.readablePlan(ctx, key)
		if err != nil {
			return PlanRead{}, err
		}
		says, ok := p.Says()
		if !ok {
			if says, ok = p.Latest(); !ok {
				return PlanRead{}, errPlanDrafted
			}
		}
		if step == 0 {
			step = says.Number
		}
		r.detail.Plan = string(key)
		out := PlanRead{Plan: p, Current: step == says.Number}
		if out.Step, err = r.planStep(p, step); err != nil {
			return PlanRead{}, err
		}
		return out, r.planSays(ctx, &out)
	}}
}

// planSays reads what a plan says at its step, and what stands around it.
func (r reading) planSays(ctx context.Context, out *PlanRead) (err error) {
	if out.Content, err = r.PlanContent(ctx, out.ID, out.Step.Number); err != nil {
		return err
	}
	if out.Reviews, err = r.planReviews(ctx, out.Plan, out.Step.Number); err != nil {
		return err
	}
	if out.Owners, err = r.owners(ctx, out.Content); err != nil {
		return err
	}
	if out.Served, err = r.served(ctx, out.ID); err != nil {
		return err
	}
	if out.Previous != "" {
		before, err := r.readablePlan(ctx, out.Previous)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err == nil {
			out.Before = before
		}
	}
	if out.Runs() && out.Current {
		out.Late = task.Deadline{Due: out.Content.Next.Date}.DaysLate(r.s.Today())
	}
	own := out.Service == r.viewer.Service
	kind, known := r.defs.Plan(out.Kind)
	may := func(a access.Action) bool { return r.s.decide(r.standing, access.Plans, a).Outcome == access.Shown }
	if out.Writers, err = r.otherWriters(ctx, out.Step.Wrote, out.Step.By); err != nil {
		return err
	}
	if out.Waits, err = r.waits(ctx, planAwaits(out.Plan, kind), out.State() == plan.Waiting); err != nil {
		return err
	}
	out.MayWrite = own && known && out.State() == plan.InForce && may(access.Record)
	out.MayServe = own && out.Runs() && may(access.Record) && r.s.decide(r.standing, access.Timeline, access.Look).Outcome == access.Shown
	return nil
}

// planReviews are what the reviews of a plan found that came into force, and that of a
// step itself.
func (r reading) planReviews(ctx context.Context, p plan.Plan, upTo int) ([]PlanReview, error) {
	steps := p.Versions()
	if !slices.ContainsFunc(steps, func(s plan.Step) bool { return s.Number == upTo }) {
		if i := slices.IndexFunc(p.Steps, func(s plan.Step) bool { return s.Number == upTo }); i >= 0 {
			steps = append(steps, p.Steps[i])
		}
	}
	var list []PlanReview
	for _, s := range steps {
		if s.Number > upTo || s.Did != plan.Reviewed && s.Did != plan.Closed {
			continue
		}
		c, err := r.PlanContent(ctx, p.ID, s.Number)
		if err != nil {
			return nil, err
		}
		if c.Review != nil {
			list = append(list, PlanReview{s, *c.Review})
		}
	}
	return list, nil
}

// owners are what those who do the actions of plans are called, as far as the viewer may
// know.
func (r reading) owners(ctx context.Context, contents ...plan.Content) (map[string]string, error) {
	names := map[string]string{}
	for _, c := range contents {
		for _, a := range c.Actions() {
			key := a.Owner.Key
			if _, done := names[key]; done || key == "" {
				continue
			}
			var err error
			switch a.Owner.Kind {
			case plan.WorkerOwns:
				names[key], err = r.workerName(ctx, staff.ID(key))
			case plan.PersonOwns:
				names[key], err = r.nameOf(ctx, form.Person, key)
			case plan.AgencyOwns:
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return names, nil
}

// served are the entries that served the actions of a plan, as far as the viewer may know
// of them, the last first.
func (r reading) served(ctx context.Context, key plan.ID) (map[string][]ServedEntry, error) {
	out := map[string][]ServedEntry{}
	links, err := r.Served(ctx, r.person)
	if err != nil || len(links) == 0 || r.ask(access.Timeline, access.Look).Outcome != access.Shown {
		return out, err
	}
	sight := r.sight()
	for _, l := range links {
		if l.Plan != key {
			continue
		}
		e, err := r.Entry(ctx, l.Entry)
		if err != nil {
			return nil, err
		}
		line := ServedEntry{Entry: string(e.ID), Title: e.TypeTitle, On: e.Content.Happened, By: e.AuthorName}
		switch sight.of(e.Service, e.Content.Sensitive) {
		case access.Shown:
		case access.Masked, access.ReasonFirst:
			line = ServedEntry{Masked: true}
		case access.Absent:
			continue
		}
		out[l.Action] = append(out[l.Action], line)
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b ServedEntry) int { return b.On.Compare(a.On) })
	}
	return out, nil
}

// A PlanWriting is a plan that is being written.
type PlanWriting struct {
	plan.Plan
	Kind     plan.Kind
	Known    bool // the kind is among the definitions in force
	Base     plan.Content
	Parts    []plan.Part
	Said     plan.Content // of what is typed so far
	Problems []plan.Problem
	Names    map[staff.ID]string // of who saved parts
	Owners   map[string]string
	Earlier  bool // something that others had saved was written over, or taken out
	Workers  []Pick
	People   []Pick
	Reviews  []PlanReview
	// MayFinish is set for whoever's role writes plans of the kind; Finish are the
	// titles of those roles, and Authorise of those that authorise it.
	MayFinish bool
	Finish    []string
	Authorise []string
	Requests  plan.Step // of one that was returned
}

// Owner is who does an action, in words.
func (p PlanWriting) Owner(o plan.Owner) string { return ownerWords(p.Owners, o) }

// Part finds a part of the draft.
func (p PlanWriting) Part(id string) (plan.Part, bool) {
	i := slices.IndexFunc(p.Parts, func(x plan.Part) bool { return x.ID == id })
	if i < 0 {
		return plan.Part{}, false
	}
	return p.Parts[i], true
}

// PlanWritingPart is a plan that is being written, for whoever writes in it.
func PlanWritingPart(key plan.ID) Part[PlanWriting] {
	return Part[PlanWriting]{access.Plans, access.Record, func(ctx context.Context, r reading) (w PlanWriting, err error) {
		p, err := r.s.ownPlan(ctx, r.Reader, r.sitting, key)
		if err != nil {
			return w, err
		}
		if p.Draft.Purpose == "" {
			return w, errPlanWritten
		}
		r.detail.Plan = string(p.ID)
		return r.planWriting(ctx, p)
	}}
}

// ownPlan is a plan of the actor's service on the file that they sit before.
func (s *Service) ownPlan(ctx context.Context, r store.Reader, sat *sitting, key plan.ID) (plan.Plan, error) {
	p, err := r.Plan(ctx, key)
	if fault.Is(err, fault.NotFound) {
		return p, errNoPlan
	}
	if err == nil && (p.Person != sat.person || p.Service != sat.viewer.Service || p.State() == plan.Gone) {
		err = errNoPlan
	}
	return p, err
}

// planBase is what is in force of a plan; empty where nothing is.
func planBase(ctx context.Context, r store.Reader, p plan.Plan) (plan.Content, error) {
	says, ok := p.Says()
	if !ok {
		return plan.Content{}, nil
	}
	return r.PlanContent(ctx, p.ID, says.Number)
}

func (r reading) planWriting(ctx context.Context, p plan.Plan) (w PlanWriting, err error) {
	w = PlanWriting{Plan: p, Names: map[staff.ID]string{}}
	if w.Base, err = planBase(ctx, r.Reader, p); err != nil {
		return w, err
	}
	if w.Parts, err = r.PlanParts(ctx, p.ID); err != nil {
		return w, err
	}
	for _, x := range w.Parts {
		if _, known := w.Names[x.By]; known {
			continue
		}
		if w.Names[x.By], err = r.workerName(ctx, x.By); err != nil {
			return w, err
		}
	}
	earlier, err := r.EarlierPlanParts(ctx, p.ID)
	if err != nil {
		return w, err
	}
	w.Earlier = len(earlier) > 0
	if p.Last().Did == plan.Returned {
		w.Requests = p.Last()
	}
	if says, ok := p.Says(); ok {
		if w.Reviews, err = r.planReviews(ctx, p, says.Number); err != nil {
			return w, err
		}
	}
	w.Kind, w.Known = r.defs.Plan(p.Kind)
	w.Said, w.Problems = plan.Read(w.Kind, p.Draft.Purpose, w.Base, w.Parts, r.s.Today())
	for _, role := range w.Kind.WriteBy {
		w.Finish = append(w.Finish, r.s.RoleTitle(role))
	}
	for _, role := range w.Kind.AuthoriseBy {
		w.Authorise = append(w.Authorise, r.s.RoleTitle(role))
	}
	w.MayFinish = w.Kind.Writes(r.viewer.Role)
	if w.Owners, err = r.owners(ctx, w.Said, w.Base); err != nil {
		return w, err
	}
	if w.Workers, err = r.planWorkers(ctx, w.Base, w.Parts); err != nil {
		return w, err
	}
	w.People, err = r.planPeople(ctx)
	return w, err
}

// planPeople are those on the record who can be chosen to do an action: the child, and
// their family as far as the viewer may see it.
func (r reading) planPeople(ctx context.Context) ([]Pick, error) {
	if r.ask(access.Relations, access.Look).Outcome == access.Shown {
		var w Writing
		err := r.pickPeople(ctx, &w)
		return w.People, err
	}
	h, err := r.Header(ctx, r.person)
	return []Pick{{string(r.person), h.DisplayName()}}, err
}

// planWorkers are the workers who can be chosen to do an action: who works with the child
// now, whoever wrote in the draft, and whoever does one already.
func (r reading) planWorkers(ctx context.Context, base plan.Content, parts []plan.Part) ([]Pick, error) {
	keys := []staff.ID{r.actor.Worker}
	if r.ask(access.Workers, access.Look).Outcome == access.Shown {
		allocated, err := r.AllocatedWorkers(ctx, r.person, r.s.Today())
		if err != nil {
			return nil, err
		}
		keys = append(keys, allocated...)
	}
	for _, x := range parts {
		keys = append(keys, x.By)
	}
	for _, a := range base.Actions() {
		if a.Owner.Kind == plan.WorkerOwns {
			keys = append(keys, staff.ID(a.Owner.Key))
		}
	}
	var list []Pick
	for _, k := range keys {
		if slices.ContainsFunc(list, func(p Pick) bool { return p.Key == string(k) }) {
			continue
		}
		name, err := r.workerName(ctx, k)
		if err != nil {
			return nil, err
		}
		if name != "" {
			list = append(list, Pick{string(k), name})
		}
	}
	slices.SortStableFunc(list, func(a, b Pick) int { return strings.Compare(a.Words, b.Words) })
	return list, nil
}

// EarlierPlanPart is one thing that was written over or taken out of a draft.
type EarlierPlanPart struct {
	plan.Part
	Name string // of who had saved it
}

// EarlierPlanPartsPart lists what others had saved of a draft before it was written over,
// and what was taken out.
func EarlierPlanPartsPart(key plan.ID) Part[[]EarlierPlanPart] {
	return Part[[]EarlierPlanPart]{access.Plans, access.Record, func(ctx context.Context, r reading) ([]EarlierPlanPart, error) {
		p, err := r.s.ownPlan(ctx, r.Reader, r.sitting, key)
		if err != nil {
			return nil, err
		}
		r.detail.Plan = string(p.ID)
		parts, err := r.EarlierPlanParts(ctx, key)
		if err != nil {
			return nil, err
		}
		list := make([]EarlierPlanPart, len(parts))
		for i, x := range parts {
			list[i].Part = x
			if list[i].Name, err = r.workerName(ctx, x.By); err != nil {
				return nil, err
			}
		}
		return list, nil
	}}
}

// A PlanComparison is what differs between two versions of a plan.
type PlanComparison struct {
	plan.Plan
	Was, Is plan.Step
	Changes []plan.Difference
}

// ComparePlanPart compares two versions of a plan.
func ComparePlanPart(key plan.ID, was, is int) Part[PlanComparison] {
	return Part[PlanComparison]{access.Plans, access.Look, func(ctx context.Context, r reading) (c PlanComparison, err error) {
		if c.Plan, err = r.readablePlan(ctx, key); err != nil {
			return c, err
		}
		r.detail.Plan = string(key)
		if c.Was, err = r.planStep(c.Plan, was); err != nil {
			return c, err
		}
		if c.Is, err = r.planStep(c.Plan, is); err != nil {
			return c, err
		}
		before, err := r.PlanContent(ctx, key, was)
		if err != nil {
			return c, err
		}
		after, err := r.PlanContent(ctx, key, is)
		if err != nil {
			return c, err
		}
		names, err := r.owners(ctx, before, after)
		c.Changes = plan.Diff(before, after, func(o plan.Owner) string { return ownerWords(names, o) })
		return c, err
	}}
}
