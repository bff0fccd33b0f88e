// Package plans is the pages of plans: to read, to write, to review, and how they
// compare.
package plans

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/plan"
	"casefile/internal/task"
	"casefile/internal/web/file"
	"casefile/internal/web/frame"
	"casefile/internal/web/govuk"
)

// Path is the address of a page about plans.
func Path(f file.File, parts ...string) string {
	return strings.Join(append([]string{frame.File(f.Header) + file.Plans}, parts...), "/")
}

// A ListPage is the plans of a person.
type ListPage struct {
	file.File
	Known   file.KnownOn
	Masked  bool
	List    []casework.PlanLine
	Choices []casework.PlanChoice
	Told    frame.Told
}

// A ChoosePage is where a kind of plan is chosen. ID is the key of the plan to come.
type ChoosePage struct {
	file.File
	ID       string
	Choices  []casework.PlanChoice
	Kind     string
	Problems []fault.Problem
}

func (p ChoosePage) items() []govuk.RadiosItem {
	var items []govuk.RadiosItem
	for _, c := range p.Choices {
		item := govuk.RadiosItem{Value: c.Kind.ID, Text: c.Kind.Title, Hint: govuk.HintOptions{Text: c.Kind.Help}}
		switch {
		case c.Open != "":
			item.Disabled = true
			item.Hint.Text = "There is one already that is not closed."
		case c.Before.ID != "":
			item.Hint.Text += " It begins with what the last one carried on."
		}
		if !c.Due.IsZero() && c.Open == "" {
			item.Hint.Text += " The first is due by " + c.Due.Long() + "."
		}
		items = append(items, item)
	}
	return items
}

var stateWords = map[plan.State]struct{ words, colour string }{
	plan.Drafted: {"Being written", "govuk-tag--grey"},
	plan.Waiting: {"Waits to be authorised", "govuk-tag--yellow"},
	plan.Sent:    {"Returned with requests", "govuk-tag--orange"},
	plan.InForce: {"In force", "govuk-tag--green"},
	plan.Ended:   {"Closed", "govuk-tag--grey"},
}

// how is how a plan stands, in words, with the colour of its tag.
func how(p plan.Plan) (string, string) {
	w := stateWords[p.State()]
	if _, forced := p.Says(); forced && p.State() != plan.InForce && p.State() != plan.Ended {
		return "In force; a change " + map[plan.State]string{plan.Waiting: "waits to be authorised", plan.Sent: "was returned"}[p.State()], "govuk-tag--green"
	}
	return w.words, w.colour
}

// going counts what goes on in a plan.
func going(c plan.Content) string {
	outcomes, actions := 0, 0
	for _, o := range c.Outcomes {
		if o.Stands != plan.GoesOn {
			continue
		}
		outcomes++
		for _, a := range o.Actions {
			if a.Stands == plan.GoesOn {
				actions++
			}
		}
	}
	return frame.Count(outcomes, "outcome", "outcomes") + ", " + frame.Count(actions, "action", "actions")
}

// A ReadPage is a plan to read.
type ReadPage struct {
	file.File
	P    casework.PlanRead
	Told frame.Told
}

func (p ReadPage) path(parts ...string) string {
	return Path(p.File, append([]string{string(p.P.ID)}, parts...)...)
}

// marking says how the version on the page stands.
func (p ReadPage) marking() string {
	forced := slices.ContainsFunc(p.P.Versions(), func(s plan.Step) bool { return s.Number == p.P.Step.Number })
	switch {
	case forced && p.P.Current && p.P.Step.Did == plan.Closed:
		return "Closed"
	case forced && p.P.Current:
		return "In force"
	case forced:
		return "As it was; there is a later version"
	}
	if latest, _ := p.P.Latest(); latest.Number == p.P.Step.Number && p.P.State() == plan.Waiting {
		return "Not in force: waits to be authorised"
	}
	return "Never came into force: it was returned"
}

func (p ReadPage) colour() string {
	switch p.marking() {
	case "In force":
		return "govuk-tag--green"
	case "Closed":
		return "govuk-tag--grey"
	}
	return "govuk-tag--yellow"
}

// about says of whom it is, and who wrote it when.
func (p ReadPage) about() string {
	s := p.P.Step
	return "For " + p.Header.DisplayName() + ", " + p.Header.Reference.String() + ". " + didWords[s.Did] + " " + s.Recorded.At.Date().Long() + " by " + s.ByName + ", " + s.ByRole + "." + file.AlsoWrote(p.P.Writers) + p.authorised()
}

// authorised says who authorised what is on the page; empty for nobody.
func (p ReadPage) authorised() string {
	for _, s := range p.P.Steps {
		if s.Number > p.P.Step.Number && (s.HasContent() || s.Did == plan.Authorised) {
			if s.Did == plan.Authorised {
				return " Authorised " + s.Recorded.At.Date().Long() + " by " + s.ByName + ", " + s.ByRole + "."
			}
			break
		}
	}
	return ""
}

var didWords = map[plan.Did]string{
	plan.Written: "Written", plan.Reviewed: "Reviewed", plan.Closed: "Closed", plan.Returned: "Returned", plan.Authorised: "Authorised", plan.Dropped: "Thrown away",
}

// waits is the step of a change that waits; 0 for none, or where it is on the page.
func (p ReadPage) waits() int {
	latest, ok := p.P.Latest()
	if !ok || p.P.State() != plan.Waiting || latest.Number == p.P.Step.Number {
		return 0
	}
	return latest.Number
}

// measured are what the reviews found of an outcome, the first first.
func (p ReadPage) measured(outcome string) []casework.PlanReview {
	return slices.DeleteFunc(slices.Clone(p.P.Reviews), func(r casework.PlanReview) bool {
		_, ok := r.Finding.Of(outcome)
		return !ok
	})
}

var standsColours = map[plan.Stands]string{
	plan.GoesOn: "govuk-tag--blue", plan.Done: "govuk-tag--green", plan.NotDone: "govuk-tag--red", plan.Reached: "govuk-tag--green", plan.Given: "govuk-tag--grey",
	plan.Carried: "govuk-tag--yellow",
}

func standsTag(s plan.Stands) govuk.TagOptions {
	return govuk.TagOptions{Text: s.String(), Classes: standsColours[s]}
}

// when is from when to when an action is done.
func when(a plan.Action) string {
	switch {
	case a.Start.IsZero() && a.End.IsZero():
		return ""
	case a.Start.IsZero():
		return "By " + a.End.Long()
	case a.End.IsZero():
		return "From " + a.Start.Long()
	}
	return a.Start.Long() + " to " + a.End.Long()
}

// versions are those that came into force, the last first.
func (p ReadPage) versions() []plan.Step {
	list := p.P.Versions()
	slices.Reverse(list)
	return list
}

// before is the version before one.
func (p ReadPage) before(number int) int {
	was := 0
	for _, v := range p.P.Versions() {
		if v.Number == number {
			break
		}
		was = v.Number
	}
	return was
}

// A WritePage is a plan that is being written, piece by piece.
type WritePage struct {
	file.File
	W       casework.PlanWriting
	Told    frame.Told
	Check   bool // with all that stands in the way
	Changed bool // somebody changed it while it was checked
}

func (p WritePage) path(parts ...string) string {
	return Path(p.File, append([]string{string(p.W.ID)}, parts...)...)
}

var purposeWords = map[plan.Purpose]struct{ title, finish, does string }{
	plan.Write:  {"Write the plan", "Finish the plan", "Once it is finished, it says what is done and by whom under your full name and role, with the time."},
	plan.Change: {"Change the plan", "Finish the change", "What the plan said before stays to be read."},
	plan.Review: {"Review the plan", "Finish the review", "What the plan said before, and what earlier reviews found, stays to be read."},
	plan.Close:  {"Close the plan", "Close the plan", "What is carried stands in the next plan of its kind when that is begun. What the plan said stays to be read."},
}

func (p WritePage) of(sort plan.Sort) []plan.Part {
	list := slices.DeleteFunc(slices.Clone(p.W.Parts), func(x plan.Part) bool { return x.Sort != sort })
	return slices.DeleteFunc(list, func(x plan.Part) bool { return sort == plan.TargetPart && plan.TakenUp(p.W.Parts)[x.ID] })
}

// actions are those that serve an outcome, in their order.
func (p WritePage) actions(outcome string) []plan.Part {
	list := slices.DeleteFunc(p.of(plan.ActionPart), func(x plan.Part) bool { return x.Fields[plan.FieldOutcome] != outcome })
	place := func(x plan.Part) int {
		n, err := strconv.Atoi(x.Fields[plan.FieldSequence])
		if err != nil {
			return plan.MostSequence + 1
		}
		return n
	}
	slices.SortStableFunc(list, func(a, b plan.Part) int { return cmp.Compare(place(a), place(b)) })
	return list
}

// loose are actions that serve nothing in the draft: what they served was taken out.
func (p WritePage) loose() []plan.Part {
	return slices.DeleteFunc(p.of(plan.ActionPart), func(x plan.Part) bool {
		serves, ok := p.W.Part(x.Fields[plan.FieldOutcome])
		return ok && serves.Sort == plan.OutcomePart
	})
}

func named(part plan.Part, none string) string {
	return cmp.Or(plan.Short(part.Fields[plan.FieldWords]), none)
}

// item is a part on the page that lists them.
func (p WritePage) item(x plan.Part, title string) govuk.TaskListItem {
	item := govuk.TaskListItem{Title: govuk.TaskListTitle{Text: title}, Href: p.path("parts", x.ID)}
	n := len(plan.Of(p.W.Problems, x.ID))
	if n > 0 {
		item.Status = govuk.TaskListStatus{Tag: govuk.TagOptions{Text: "Not complete", Classes: "govuk-tag--blue"}}
	} else {
		item.Status = govuk.TaskListStatus{Text: "Complete"}
	}
	if p.Check && n > 0 {
		item.Href += "?check=1"
	}
	return item
}

func (p WritePage) itemsOf(outcome plan.Part) []govuk.TaskListItem {
	items := []govuk.TaskListItem{p.item(outcome, p.W.Kind.Words.Outcome)}
	for _, a := range p.actions(outcome.ID) {
		items = append(items, p.item(a, p.W.Kind.Words.Action+": "+named(a, "not described yet")))
	}
	return items
}

func (p WritePage) reviewItems() []govuk.TaskListItem {
	var items []govuk.TaskListItem
	for _, x := range p.of(plan.ReviewPart) {
		items = append(items, p.item(x, "When, with whom, and what they say"))
	}
	for _, o := range p.W.Base.Outcomes {
		if x, ok := p.W.Part(plan.ProgressID(o.ID)); ok {
			items = append(items, p.item(x, "How far it has come: "+plan.Short(o.Words)))
		}
	}
	return items
}

func (p WritePage) aboutItems() []govuk.TaskListItem {
	var items []govuk.TaskListItem
	for _, x := range p.of(plan.AboutPart) {
		title := "What the " + p.Child.One + " and the parents say"
		if len(p.W.Kind.Boxes) > 0 {
			title += ", and the plan as a whole"
		}
		items = append(items, p.item(x, title))
	}
	return items
}

// fresh draws the key of a part to come.
func fresh() string { return id.New() }

// A barrier is what stands in the way of finishing, and where it is put right.
type barrier struct{ words, href string }

func (p WritePage) barriers() []barrier {
	var list []barrier
	for _, x := range p.W.Problems {
		b := barrier{words: x.Message}
		if x.Part != "" {
			b.href = p.path("parts", x.Part) + "?check=1"
			if of := p.nameOf(x); of != "" {
				b.words = of + ": " + x.Message
			}
			if x.Field != "" {
				b.href += "#" + x.Field
			}
		}
		list = append(list, b)
	}
	return list
}

// nameOf is of what a problem is.
func (p WritePage) nameOf(x plan.Problem) string {
	switch x.Sort {
	case plan.OutcomePart, plan.ActionPart, plan.TargetPart:
		if part, ok := p.W.Part(x.Part); ok {
			return plan.Short(part.Fields[plan.FieldWords])
		}
	case plan.ProgressPart:
		if o, ok := p.W.Base.Outcome(strings.TrimPrefix(x.Part, plan.ProgressID(""))); ok {
			return plan.Short(o.Words)
		}
	case plan.ReviewPart:
		return "The review"
	case plan.AboutPart:
	}
	return ""
}

// A PartPage is one piece of a plan, to be written in. Rev is what a save names; Theirs is
// what somebody else saved meanwhile, and Gone that they took it out.
type PartPage struct {
	file.File
	W        casework.PlanWriting
	Part     plan.Part
	Problems []fault.Problem
	Theirs   *plan.Part
	Who      string
	Gone     bool
	Told     frame.Told
}

func (p PartPage) path(parts ...string) string {
	return Path(p.File, append([]string{string(p.W.ID)}, parts...)...)
}

func (p PartPage) value(field string) string { return p.Part.Fields[field] }

// outcome is the outcome that a progress part is of.
func (p PartPage) outcome() plan.Outcome {
	o, _ := p.W.Base.Outcome(strings.TrimPrefix(p.Part.ID, plan.ProgressID("")))
	return o
}

// old reports whether an outcome or an action is in force already.
func (p PartPage) old() bool {
	if _, ok := p.W.Base.Outcome(p.Part.ID); ok {
		return true
	}
	_, _, ok := p.W.Base.Action(p.Part.ID)
	return ok
}

func (p PartPage) title() string {
	k, purpose := p.W.Kind, purposeWords[p.W.Draft.Purpose]
	switch p.Part.Sort {
	case plan.OutcomePart:
		return k.Words.Outcome
	case plan.ActionPart:
		return k.Words.Action
	case plan.TargetPart:
		return "What comes later"
	case plan.ProgressPart:
		return "How far it has come"
	case plan.ReviewPart:
		return purpose.title
	case plan.AboutPart:
	}
	return "What the " + p.Child.One + " and the parents say"
}

func (p PartPage) autosaves() bool { return p.Theirs == nil && !p.Gone }

func (p PartPage) status() string {
	if p.Part.Rev < 2 || p.Part.Saved.IsZero() {
		return ""
	}
	if p.Theirs != nil {
		return "What you typed is not saved yet."
	}
	by := ""
	if name := p.W.Names[p.Part.By]; name != "" {
		by = " by " + name
	}
	return "Saved " + p.Part.Saved.Long() + by
}

// outcomes are those that an action, or a target, can serve.
func (p PartPage) outcomes(none string) []govuk.SelectItem {
	items := []govuk.SelectItem{{Text: none}}
	for _, x := range p.W.Parts {
		if x.Sort == plan.OutcomePart {
			items = append(items, govuk.SelectItem{Value: x.ID, Text: named(x, "Not described yet")})
		}
	}
	return items
}

func picks(list []casework.Pick, none string) []govuk.SelectItem {
	items := []govuk.SelectItem{{Text: none}}
	for _, x := range list {
		items = append(items, govuk.SelectItem{Value: x.Key, Text: x.Words})
	}
	return items
}

func radios(s plan.Scale) []govuk.RadiosItem {
	var items []govuk.RadiosItem
	for _, v := range s.Values {
		items = append(items, govuk.RadiosItem{Value: v.ID, Text: v.Title})
	}
	return items
}

// optional says of a label that the field may be left empty.
func (p PartPage) optional(label, field string) string {
	if p.W.Kind.Requires(field) {
		return label
	}
	return label + " (optional)"
}

// last is what the last review found of the outcome.
func (p PartPage) last() (casework.PlanReview, plan.Found, bool) {
	for _, r := range slices.Backward(p.W.Reviews) {
		if f, ok := r.Finding.Of(p.outcome().ID); ok {
			return r, f, true
		}
	}
	return casework.PlanReview{}, plan.Found{}, false
}

// lastReview is the review before.
func (p PartPage) lastReview() *plan.Finding {
	if n := len(p.W.Reviews); n > 0 {
		return &p.W.Reviews[n-1].Finding
	}
	return nil
}

// late reports whether the review is past its day.
func (p PartPage) late() bool {
	return task.Deadline{Due: p.W.Base.Next.Date}.DaysLate(p.Words.Today()) > 0
}

// choices of how something stands.
func (p PartPage) stands(action bool) []govuk.RadiosItem {
	closing := p.W.Draft.Purpose == plan.Close
	var items []govuk.RadiosItem
	add := func(s plan.Stands, text, hint string) {
		value := string(s)
		if s == plan.GoesOn {
			value = plan.SaidGoesOn
		}
		items = append(items, govuk.RadiosItem{Value: value, Text: text, Hint: govuk.HintOptions{Text: hint}})
	}
	if !closing {
		add(plan.GoesOn, "It goes on", "")
	}
	if action {
		add(plan.Done, "It is done", "")
		add(plan.NotDone, "It was not done", "Say why, below.")
	} else {
		add(plan.Reached, "It is reached", "")
		add(plan.Given, "It is given up", "Say why, below.")
	}
	if closing {
		add(plan.Carried, "It is carried to the next plan", "")
	}
	return items
}

// standing is how something stands as it was typed; what was said nowhere goes on.
func (p PartPage) standing(field string) string {
	return cmp.Or(p.value(field), map[bool]string{true: plan.SaidGoesOn}[p.W.Draft.Purpose == plan.Change])
}

// going are the actions of an outcome in force that go on.
func (p PartPage) goingActions() []plan.Action {
	return slices.DeleteFunc(slices.Clone(p.outcome().Actions), func(a plan.Action) bool { return a.Stands != plan.GoesOn })
}

// day is a day of a part.
func (p PartPage) day(field, label, hint string) govuk.DateInputOptions {
	return govuk.DateInputOptions{
		ID: field, NamePrefix: field, Fieldset: govuk.Question(label), Hint: govuk.HintOptions{Text: hint},
		Day: govuk.DateInputItem{Name: "day", Value: p.value(field + "-day")}, Month: govuk.DateInputItem{Name: "month", Value: p.value(field + "-month")},
		Year:         govuk.DateInputItem{Name: "year", Value: p.value(field + "-year")},
		ErrorMessage: govuk.ProblemWith(p.Problems, field+"-day", field+"-month", field+"-year"),
	}
}

// Sent is what a page sent of a part. A box that is not ticked sends nothing, and is empty.
func Sent(sort plan.Sort, form url.Values) map[string]string {
	fields := map[string]string{}
	for name := range form {
		fields[name] = form.Get(name)
	}
	if sort == plan.ActionPart {
		fields[plan.FieldMarks] = strings.Join(form[plan.FieldMarks], " ")
		fields[plan.FieldTask] = form.Get(plan.FieldTask)
	}
	return fields
}

// An EarlierPage is what others had saved of a draft before it was written over, and what
// was taken out.
type EarlierPage struct {
	file.File
	W    casework.PlanWriting
	List []casework.EarlierPlanPart
}

// A ServePage is an action of a plan, with the entries that may have served it.
type ServePage struct {
	file.File
	V casework.PlanServing
}

// Said and SaidOf are the fields of the page: each entry on it, and those that are ticked.
const (
	SaidOf = "of"
	Said   = "served"
)

func (p ServePage) items() []govuk.CheckboxesItem {
	var items []govuk.CheckboxesItem
	for _, l := range p.V.Lines {
		items = append(items, govuk.CheckboxesItem{
			Value: string(l.ID), Text: l.TypeTitle + ", " + l.Content.Happened.Long(), Hint: govuk.HintOptions{Text: l.AuthorName + ": " + plan.Short(l.Content.Text)}, Checked: p.V.Serves[l.ID],
		})
	}
	return items
}

// A ComparePage is two versions of a plan side by side.
type ComparePage struct {
	file.File
	C casework.PlanComparison
}

// A DecidePage is where what waits is authorised or returned.
type DecidePage struct {
	file.File
	P        casework.PlanRead
	Decision string
	Reason   string
	Problems []fault.Problem
}

// A DropPage is where a draft is thrown away.
type DropPage struct {
	file.File
	W        casework.PlanWriting
	Reason   string
	Changed  bool
	Problems []fault.Problem
}

func lateWords(days int) string { return frame.Count(days, "day", "days") + " late" }

func reviewWords(next date.Date, late int) string {
	switch {
	case next.IsZero():
		return ""
	case late > 0:
		return "Was to be reviewed by " + next.Long()
	}
	return "To be reviewed by " + next.Long()
}
