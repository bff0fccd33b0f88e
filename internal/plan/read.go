package plan

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/task"
)

// A reader makes a content of the parts of a draft.
type reader struct {
	kind    Kind
	purpose Purpose
	base    Content
	today   date.Date
	parts   map[string]Part
	order   []Part // by their keys, which are in the order in which they were made
	wrongs  []Problem
	results map[string]Result
}

func (r *reader) wrong(p Part, field, message string) {
	r.wrongs = append(r.wrongs, Problem{p.ID, p.Sort, field, message})
}

// need says that a field is empty which must not be.
func (r *reader) need(p Part, field, message string) {
	if p.Fields[field] == "" {
		r.wrong(p, field, message)
	}
}

// Read makes of a draft what the plan says, and tells what is wrong with it. base is what
// is in force. Nothing of what base has goes: what is not written in the draft stays as
// it is there.
func Read(kind Kind, purpose Purpose, base Content, parts []Part, today date.Date) (Content, []Problem) {
	r := &reader{kind: kind, purpose: purpose, base: base, today: today, parts: map[string]Part{}, results: map[string]Result{}}
	r.order = slices.SortedFunc(slices.Values(parts), func(a, b Part) int { return strings.Compare(a.ID, b.ID) })
	for _, p := range parts {
		r.parts[p.ID] = p
	}
	c := Content{Words: kind.Words, Next: base.Next}
	r.about(&c)
	if purpose.Reviews() {
		c.Review = r.review()
	}
	r.outcomes(&c)
	r.actions(&c)
	r.targets(&c)
	r.whole(&c)
	return c, r.wrongs
}

func (r *reader) about(c *Content) {
	p := r.part(string(AboutPart), AboutPart)
	c.ChildViews, c.ParentViews = p.Fields[FieldChildViews], p.Fields[FieldParentViews]
	r.tooLong(p, FieldChildViews, "What they say", MaxText)
	r.tooLong(p, FieldParentViews, "What the parents or carers say", MaxText)
	if r.kind.Requires(FieldChildViews) {
		r.need(p, FieldChildViews, "Enter what they say about the plan")
	}
	if r.kind.Requires(FieldParentViews) {
		r.need(p, FieldParentViews, "Enter what the parents or carers say about the plan")
	}
	for _, b := range r.kind.Boxes {
		field := FieldBox + b.ID
		if b.Required {
			r.need(p, field, "Enter: "+b.Title)
		}
		r.tooLong(p, field, b.Title, MaxText)
		if text := p.Fields[field]; text != "" {
			c.Boxes = append(c.Boxes, Answered{b.ID, b.Title, text})
		}
	}
	for _, b := range r.base.Boxes { // that the kind no longer asks
		if !slices.ContainsFunc(r.kind.Boxes, func(k Box) bool { return k.ID == b.ID }) {
			c.Boxes = append(c.Boxes, b)
		}
	}
}

func (r *reader) part(id string, sort Sort) Part {
	if p, ok := r.parts[id]; ok {
		return p
	}
	return Part{ID: id, Sort: sort}
}

func (r *reader) review() *Finding {
	p := r.part(string(ReviewPart), ReviewPart)
	f := &Finding{
		On: r.day(p, FieldOn, "the review"), Due: r.base.Next, Late: p.Fields[task.LateReason], Who: p.Fields[FieldTook],
		ChildViews: p.Fields[FieldChildViews], ParentViews: p.Fields[FieldParentViews], Reason: p.Fields[FieldReason],
	}
	switch {
	case f.On.IsZero():
		if !r.typed(p, FieldOn) {
			r.wrong(p, FieldOn+dayParts[0], "Enter the day of the review")
		}
	case f.On.After(r.today):
		r.wrong(p, FieldOn+dayParts[0], "The day of the review must be today or before")
	}
	due := task.Deadline{Due: f.Due.Date, Done: f.On.Date}
	for _, w := range due.CheckReason(r.today, f.Late) {
		r.wrong(p, w.Field, w.Message)
	}
	if due.DaysLate(r.today) == 0 {
		f.Late = ""
	}
	if r.kind.Requires(FieldChildViews) {
		r.need(p, FieldChildViews, "Enter what they say about the progress")
	}
	if r.kind.Requires(FieldParentViews) {
		r.need(p, FieldParentViews, "Enter what the parents or carers say about the progress")
	}
	r.tooLong(p, FieldTook, "Who took part", MaxText)
	r.tooLong(p, FieldChildViews, "What they say", MaxText)
	r.tooLong(p, FieldParentViews, "What the parents or carers say", MaxText)
	if r.purpose == Close {
		r.need(p, FieldReason, "Enter why the plan is closed")
		r.tooLong(p, FieldReason, "Why the plan is closed", MaxText)
	} else {
		f.Reason = ""
	}
	return f
}

func (r *reader) typed(p Part, field string) bool {
	return slices.ContainsFunc(dayParts, func(part string) bool { return p.Fields[field+part] != "" })
}

// day reads a day; the zero one where there is none, or it is none.
func (r *reader) day(p Part, field, what string) Day {
	if !r.typed(p, field) {
		return Day{}
	}
	d, err := date.FromParts(p.Fields[field+dayParts[0]], p.Fields[field+dayParts[1]], p.Fields[field+dayParts[2]])
	if err != nil {
		r.wrong(p, field+dayParts[0], "The day of "+what+" must be a real date, such as 5 3 2026")
		return Day{}
	}
	return Day{d}
}

func (r *reader) outcomes(c *Content) {
	for _, o := range r.base.Outcomes {
		if p, ok := r.parts[o.ID]; ok && o.Stands == GoesOn {
			o = r.outcome(p, o, true)
			if r.purpose.Reviews() {
				r.progress(&o, c.Review)
			}
		}
		o.Actions = nil // put back by actions
		c.Outcomes = append(c.Outcomes, o)
	}
	for _, p := range r.order {
		if _, old := r.base.Outcome(p.ID); p.Sort == OutcomePart && !old {
			c.Outcomes = append(c.Outcomes, r.outcome(p, Outcome{ID: p.ID}, false))
		}
	}
}

func (r *reader) outcome(p Part, o Outcome, old bool) Outcome {
	f := p.Fields
	o.Words, o.OwnWords, o.Need = f[FieldWords], f[FieldOwnWords], f[FieldNeed]
	o.From, o.Target = ID(f[fieldFrom]), f[fieldTarget]
	r.need(p, FieldWords, "Enter what should become better")
	r.tooLong(p, FieldWords, "What should become better", MaxText)
	r.tooLong(p, FieldOwnWords, "What they say", MaxText)
	r.tooLong(p, FieldNeed, r.kind.Words.Need, MaxText)
	if r.kind.Requires(FieldOwnWords) {
		r.need(p, FieldOwnWords, "Enter what they say about it, in their own words")
	}
	if r.kind.Requires(FieldNeed) {
		r.need(p, FieldNeed, "Enter: "+r.kind.Words.Need)
	}
	if old && r.purpose == Change {
		o.Stands, o.Why = r.stands(p, "", "it", []Stands{Reached, Given}, false)
	}
	return o
}

// progress measures an outcome that was in force.
func (r *reader) progress(o *Outcome, review *Finding) {
	p := r.part(ProgressID(o.ID), ProgressPart)
	value, evidence := p.Fields[FieldProgress], p.Fields[FieldEvidence]
	switch {
	case value == "":
		r.wrong(p, FieldProgress, "Select how far it has come")
	case !r.kind.Progress.Has(value):
		r.wrong(p, FieldProgress, "Select one of the list")
	}
	r.need(p, FieldEvidence, "Enter how you know")
	r.tooLong(p, FieldEvidence, "How you know", MaxText)
	o.Stands, o.Why = r.stands(p, "", "it", []Stands{Reached, Given, Carried}, true)
	title := r.kind.Progress.Title(value)
	o.Measured = &Measured{Value: value, Title: title, Evidence: evidence, On: review.On}
	review.Found = append(review.Found, Found{Outcome: o.ID, Words: o.Words, Value: value, Title: title, Evidence: evidence, Stands: o.Stands, Why: o.Why})
	for _, a := range o.Actions {
		if a.Stands != GoesOn {
			continue
		}
		res := Result{Action: a.ID}
		res.Stands, res.Why = r.stands(p, a.ID, "“"+short(a.Words)+"”", []Stands{Done, NotDone, Carried}, true)
		r.results[a.ID] = res
		review.Results = append(review.Results, res)
	}
}

// stands reads how something stands, called what in a sentence; of an action its key is
// behind the field. asked says that it must be chosen. What is carried is carried when the plan is closed, and then
// nothing goes on.
func (r *reader) stands(p Part, action, what string, among []Stands, asked bool) (Stands, string) {
	field, whyField := FieldStands, FieldWhy
	if action != "" {
		field, whyField = FieldStands+"-"+action, FieldWhy+"-"+action
	}
	said, why := p.Fields[field], p.Fields[whyField]
	s := Stands(said)
	switch {
	case said == "" && asked:
		r.wrong(p, field, "Select how "+what+" stands")
		return GoesOn, ""
	case said == "" || said == SaidGoesOn:
		if r.purpose == Close {
			r.wrong(p, field, "A plan that is closed has nothing that goes on. Select how "+what+" stands")
		}
		return GoesOn, ""
	case !slices.Contains(among, s), s == Carried && r.purpose != Close:
		r.wrong(p, field, "Select how "+what+" stands")
		return GoesOn, ""
	}
	switch {
	case why == "" && s == NotDone:
		r.wrong(p, whyField, "Enter why "+what+" was not done")
	case why == "" && s == Given:
		r.wrong(p, whyField, "Enter why "+what+" is given up")
	}
	r.tooLong(p, whyField, "Why", MaxText)
	return s, why
}

func (r *reader) actions(c *Content) {
	add := func(a Action, outcome string) bool {
		i := slices.IndexFunc(c.Outcomes, func(o Outcome) bool { return o.ID == outcome })
		if i < 0 {
			return false
		}
		c.Outcomes[i].Actions = append(c.Outcomes[i].Actions, a)
		return true
	}
	for _, o := range r.base.Outcomes {
		for _, a := range o.Actions {
			serves := o.ID
			if p, ok := r.parts[a.ID]; ok && a.Stands == GoesOn && o.Stands == GoesOn {
				a = r.action(p, a, true)
				if res, ok := r.results[a.ID]; ok {
					a.Stands, a.Why = res.Stands, res.Why
				}
				if f := p.Fields[FieldOutcome]; f != "" {
					serves = f
				}
			}
			if !add(a, serves) {
				add(a, o.ID)
				r.wrong(r.parts[a.ID], FieldOutcome, "Select what it serves")
			}
		}
	}
	for _, p := range r.order {
		if _, _, old := r.base.Action(p.ID); p.Sort != ActionPart || old {
			continue
		}
		if a := r.action(p, Action{ID: p.ID}, false); !add(a, p.Fields[FieldOutcome]) {
			r.wrong(p, FieldOutcome, "Select what it serves")
		}
	}
	for i := range c.Outcomes {
		slices.SortStableFunc(c.Outcomes[i].Actions, inOrder)
	}
}

func (r *reader) action(p Part, a Action, old bool) Action {
	f := p.Fields
	a.Words, a.Service, a.Priority = f[FieldWords], f[FieldService], f[FieldPriority]
	a.From, a.Target = ID(f[fieldFrom]), f[fieldTarget]
	a.Owner = r.owner(p)
	a.Start, a.End = r.day(p, FieldStart, "the start"), r.day(p, FieldEnd, "the end")
	r.need(p, FieldWords, "Enter what is done")
	r.tooLong(p, FieldWords, "What is done", MaxText)
	r.tooLong(p, FieldService, "The service", MaxLine)
	for _, must := range []struct{ field, message string }{
		{FieldService, "Enter the service that does it"}, {FieldPriority, "Select how pressing it is"}, {FieldSequence, "Enter its place in the order, such as 1"},
	} {
		if r.kind.Requires(must.field) {
			r.need(p, must.field, must.message)
		}
	}
	if r.kind.Requires(FieldStart) && !r.typed(p, FieldStart) {
		r.wrong(p, FieldStart+dayParts[0], "Enter when it starts")
	}
	if r.kind.Requires(FieldEnd) && !r.typed(p, FieldEnd) {
		r.wrong(p, FieldEnd+dayParts[0], "Enter by when it ends")
	}
	if !a.Start.IsZero() && !a.End.IsZero() && a.End.Before(a.Start.Date) {
		r.wrong(p, FieldEnd+dayParts[0], "The end must be the same day as the start, or after it")
	}
	if a.Priority != "" && !r.kind.Priorities.Has(a.Priority) {
		r.wrong(p, FieldPriority, "Select how pressing it is")
	}
	a.Pressing = ""
	if a.Priority != "" {
		a.Pressing = r.kind.Priorities.Title(a.Priority)
	}
	a.Sequence = r.sequence(p)
	marks := a.Marks
	a.Marks = nil
	for _, id := range strings.Fields(f[FieldMarks]) {
		if i := slices.IndexFunc(r.kind.Marks, func(m Mark) bool { return m.ID == id }); i >= 0 {
			a.Marks = append(a.Marks, Value{id, r.kind.Marks[i].Title})
		}
	}
	for _, m := range marks { // that the kind no longer has
		if !slices.ContainsFunc(r.kind.Marks, func(k Mark) bool { return k.ID == m.ID }) {
			a.Marks = append(a.Marks, m)
		}
	}
	a.Task = f[FieldTask] == "yes" && a.Owner.Kind == WorkerOwns
	if old && r.purpose == Change {
		a.Stands, a.Why = r.stands(p, "", "it", []Stands{Done, NotDone}, false)
	}
	return a
}

func (r *reader) sequence(p Part) int {
	text := p.Fields[FieldSequence]
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > MostSequence {
		r.wrong(p, FieldSequence, "The place in the order must be a whole number from 1 to 99")
		return 0
	}
	return n
}

func (r *reader) owner(p Part) Owner {
	o := Owner{Kind: OwnerKind(p.Fields[FieldWho])}
	switch o.Kind {
	case WorkerOwns:
		o.Key = p.Fields[FieldWorker]
		r.need(p, FieldWorker, "Select the worker who does it")
	case PersonOwns:
		o.Key = p.Fields[FieldPerson]
		r.need(p, FieldPerson, "Select the person who does it")
	case AgencyOwns:
		o.Words = p.Fields[FieldAgency]
		r.need(p, FieldAgency, "Enter who does it, and of which agency")
		r.tooLong(p, FieldAgency, "Who does it", MaxLine)
	default:
		r.wrong(p, FieldWho, "Select who does it")
	}
	return o
}

func (r *reader) targets(c *Content) {
	taken := TakenUp(r.order)
	for _, p := range r.order {
		if p.Sort != TargetPart || taken[p.ID] {
			continue
		}
		t := Target{ID: p.ID, Words: p.Fields[FieldWords], Outcome: p.Fields[FieldOutcome], From: ID(p.Fields[fieldFrom])}
		r.need(p, FieldWords, "Enter what is to come later")
		r.tooLong(p, FieldWords, "What is to come later", MaxText)
		if _, ok := c.Outcome(t.Outcome); !ok {
			t.Outcome = ""
		}
		c.Targets = append(c.Targets, t)
	}
}

// whole holds the plan as a whole to what makes it one.
func (r *reader) whole(c *Content) {
	none := Part{}
	if len(c.Outcomes) == 0 {
		r.wrong(none, "", "There is nothing yet that should become better. Add the first")
	}
	for _, o := range c.Outcomes {
		going := slices.ContainsFunc(o.Actions, func(a Action) bool { return a.Stands == GoesOn })
		p := r.part(o.ID, OutcomePart)
		if r.purpose.Reviews() {
			if was, ok := r.base.Outcome(o.ID); ok && was.Stands == GoesOn {
				p = r.part(ProgressID(o.ID), ProgressPart)
			}
		}
		switch {
		case o.Stands == GoesOn && !going && r.purpose != Close:
			r.wrong(p, "", "Nothing is done for “"+short(o.Words)+"”. Add what is done, or say that it does not go on")
		case o.Stands != GoesOn && going:
			r.wrong(p, FieldStands, "“"+short(o.Words)+"” does not go on, so say of each of its actions how it stands")
		case r.purpose == Close && o.Stands == GoesOn && p.Sort == OutcomePart:
			r.wrong(none, "", "The plan is to be closed, and “"+short(o.Words)+"” is new. Take it out, or note it for later")
		}
	}
	for _, m := range r.kind.Marks {
		n := 0
		for _, a := range c.Actions() {
			if slices.ContainsFunc(a.Marks, func(v Value) bool { return v.ID == m.ID }) && (a.Stands == GoesOn || a.Stands == Done) {
				n++
			}
		}
		if n < m.AtLeast && r.purpose != Close {
			r.wrong(none, "", "At least "+count(m.AtLeast)+" must be marked “"+m.Title+"”")
		}
	}
	slices.SortStableFunc(r.wrongs, func(a, b Problem) int { return cmp.Compare(sortOrder(a.Sort), sortOrder(b.Sort)) })
}

func count(n int) string {
	if n == 1 {
		return "one action"
	}
	return strconv.Itoa(n) + " actions"
}

func sortOrder(s Sort) int {
	return slices.Index([]Sort{"", ReviewPart, ProgressPart, OutcomePart, ActionPart, TargetPart, AboutPart}, s)
}

// short is the beginning of a text, for a sentence about it.
func short(text string) string {
	const most = 60
	line, _, _ := strings.Cut(text, "\n")
	if runes := []rune(line); len(runes) > most {
		return strings.TrimSpace(string(runes[:most])) + "…"
	}
	return line
}

// Short is that of a text.
func Short(text string) string { return short(text) }

// CheckReason says what is wrong with requests, or with why.
func CheckReason(reason, missing string) []fault.Problem {
	switch n := len([]rune(reason)); {
	case n == 0:
		return []fault.Problem{{Field: FieldReason, Message: missing}}
	case n > MaxText:
		return []fault.Problem{fault.TooLong(FieldReason, "What you typed", MaxText)}
	}
	return nil
}
