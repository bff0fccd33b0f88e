package plan

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/staff"
	"casefile/internal/task"
)

// A Sort is what a part of a draft is of.
type Sort string

// The sorts of part. There is one of the first for a draft, and one of the second for
// one that measures progress; ProgressPart is of an outcome that was in force before.
const (
	AboutPart    Sort = "about"
	ReviewPart   Sort = "review"
	OutcomePart  Sort = "outcome"
	ActionPart   Sort = "action"
	TargetPart   Sort = "target"
	ProgressPart Sort = "progress"
)

// A Part is one piece of a draft, as it was typed: a save replaces its fields and names
// the Rev it read; Rev 0 is one that is not kept yet.
type Part struct {
	Plan   ID
	ID     string // of an outcome, an action or a target: its key; of others see ProgressID
	Sort   Sort
	Rev    int
	Fields map[string]string
	Saved  date.Instant
	By     staff.ID
}

// ProgressID is the part on which the progress of an outcome is written.
func ProgressID(outcome string) string { return string(ProgressPart) + "-" + outcome }

// The fields of parts. A day is three: with -day, -month and -year.
const (
	FieldWords       = "words"
	FieldOwnWords    = "own-words"
	FieldNeed        = "need"
	FieldOutcome     = "outcome" // that an action serves, or a target would
	FieldWho         = "who"     // an OwnerKind
	FieldWorker      = "worker"
	FieldPerson      = "person"
	FieldAgency      = "agency"
	FieldService     = "service"
	FieldStart       = "start"
	FieldEnd         = "end"
	FieldPriority    = "priority"
	FieldSequence    = "sequence"
	FieldMarks       = "marks" // ids with spaces between them
	FieldTask        = "task"
	FieldStands      = "stands" // in a progress part also with the key of an action behind a hyphen
	FieldWhy         = "why"    // likewise
	FieldChildViews  = "child-views"
	FieldParentViews = "parent-views"
	FieldBox         = "box-" // and its id
	FieldProgress    = "progress"
	FieldEvidence    = "evidence"
	FieldOn          = "on"
	FieldTook        = "took" // who took part
	FieldReason      = "reason"

	fieldFrom   = "from"   // the plan that it was carried from; no page has it
	fieldTarget = "target" // the target that became it; likewise
)

// How a field says that something goes on: a page cannot send an empty choice.
const SaidGoesOn = "goes-on"

// Longest texts, in characters, and the most of what a plan has.
const (
	MaxText      = 4000
	MaxLine      = 300
	MostParts    = 150
	MostSequence = 99
)

var dayParts = []string{"-day", "-month", "-year"}

// fieldsOf are the fields that a page may send of a sort of part.
var fieldsOf = map[Sort][]string{
	AboutPart:   {FieldChildViews, FieldParentViews},
	ReviewPart:  {"on-day", "on-month", "on-year", FieldTook, FieldChildViews, FieldParentViews, FieldReason, task.LateReason},
	OutcomePart: {FieldWords, FieldOwnWords, FieldNeed, FieldStands, FieldWhy},
	ActionPart: {
		FieldOutcome, FieldWords, FieldWho, FieldWorker, FieldPerson, FieldAgency, FieldService, "start-day", "start-month", "start-year",
		"end-day", "end-month", "end-year", FieldPriority, FieldSequence, FieldMarks, FieldTask, FieldStands, FieldWhy,
	},
	TargetPart:   {FieldWords, FieldOutcome},
	ProgressPart: {FieldProgress, FieldEvidence, FieldStands, FieldWhy},
}

// prefixed are those with something behind them.
var prefixed = map[Sort][]string{AboutPart: {FieldBox}, ProgressPart: {FieldStands + "-", FieldWhy + "-"}}

// Known are the fields of a page that a part takes, with their text as it is kept. What
// is not on the page stays as it was.
func (p Part) Known(sent map[string]string) map[string]string {
	fields := maps.Clone(p.Fields)
	if fields == nil {
		fields = map[string]string{}
	}
	for name, text := range sent {
		behind := func(prefix string) bool { return strings.HasPrefix(name, prefix) && len(name) < 80 }
		if !slices.Contains(fieldsOf[p.Sort], name) && !slices.ContainsFunc(prefixed[p.Sort], behind) {
			continue
		}
		if text = entry.Text(text); text == "" {
			delete(fields, name)
			continue
		}
		fields[name] = text
	}
	return fields
}

// CheckSize reports fields that are too much to keep.
func CheckSize(fields map[string]string) error {
	const most = 10 * MaxText
	n := 0
	for _, text := range fields {
		n += len(text)
	}
	if n > most {
		return fault.New(fault.Invalid, "This is too long to be kept. Shorten what you typed, or put it on the record as a file.")
	}
	return nil
}

// A Problem is what is wrong with a draft. Part is empty of what is wrong with the plan
// as a whole.
type Problem struct {
	Part    string
	Sort    Sort
	Field   string
	Message string
}

// Of are the problems of one part, by their fields.
func Of(list []Problem, part string) []fault.Problem {
	var ps []fault.Problem
	for _, p := range list {
		if p.Part == part {
			ps = append(ps, fault.Problem{Field: p.Field, Message: p.Message})
		}
	}
	return ps
}

// Parts are what a draft begins with: from is what it says so far, and base what is in
// force, whose closed outcomes and actions nobody writes in any more.
func Parts(purpose Purpose, base, from Content) []Part {
	about := map[string]string{}
	put(about, FieldChildViews, from.ChildViews)
	put(about, FieldParentViews, from.ParentViews)
	for _, b := range from.Boxes {
		put(about, FieldBox+b.ID, b.Text)
	}
	list := []Part{{ID: string(AboutPart), Sort: AboutPart, Fields: about}}
	if purpose.Reviews() {
		list = append(list, reviewPart(from.Review))
	}
	for _, o := range from.Outcomes {
		was, old := base.Outcome(o.ID)
		if old && was.Stands != GoesOn {
			continue
		}
		list = append(list, outcomePart(o))
		if purpose.Reviews() && old {
			list = append(list, progressPart(was, from.Review))
		}
		for _, a := range o.Actions {
			if was, _, old := base.Action(a.ID); !old || was.Stands == GoesOn {
				list = append(list, actionPart(a, o.ID))
			}
		}
	}
	for _, t := range from.Targets {
		f := map[string]string{}
		put(f, FieldWords, t.Words)
		put(f, FieldOutcome, t.Outcome)
		put(f, fieldFrom, string(t.From))
		list = append(list, Part{ID: t.ID, Sort: TargetPart, Fields: f})
	}
	return list
}

func put(f map[string]string, name, text string) {
	if text != "" {
		f[name] = text
	}
}

func putDay(f map[string]string, name string, d date.Date) {
	if d.IsZero() {
		return
	}
	for i, n := range []int{d.Day(), d.Month(), d.Year()} {
		f[name+dayParts[i]] = strconv.Itoa(n)
	}
}

func reviewPart(f *Finding) Part {
	fields := map[string]string{}
	if f != nil {
		putDay(fields, FieldOn, f.On.Date)
		put(fields, FieldTook, f.Who)
		put(fields, FieldChildViews, f.ChildViews)
		put(fields, FieldParentViews, f.ParentViews)
		put(fields, FieldReason, f.Reason)
		put(fields, task.LateReason, f.Late)
	}
	return Part{ID: string(ReviewPart), Sort: ReviewPart, Fields: fields}
}

func outcomePart(o Outcome) Part {
	f := map[string]string{}
	put(f, FieldWords, o.Words)
	put(f, FieldOwnWords, o.OwnWords)
	put(f, FieldNeed, o.Need)
	put(f, FieldStands, string(o.Stands))
	put(f, FieldWhy, o.Why)
	put(f, fieldFrom, string(o.From))
	put(f, fieldTarget, o.Target)
	return Part{ID: o.ID, Sort: OutcomePart, Fields: f}
}

func actionPart(a Action, outcome string) Part {
	f := map[string]string{FieldOutcome: outcome}
	put(f, FieldWords, a.Words)
	put(f, FieldWho, string(a.Owner.Kind))
	switch a.Owner.Kind {
	case WorkerOwns:
		put(f, FieldWorker, a.Owner.Key)
	case PersonOwns:
		put(f, FieldPerson, a.Owner.Key)
	case AgencyOwns:
		put(f, FieldAgency, a.Owner.Words)
	}
	put(f, FieldService, a.Service)
	putDay(f, FieldStart, a.Start.Date)
	putDay(f, FieldEnd, a.End.Date)
	put(f, FieldPriority, a.Priority)
	if a.Sequence > 0 {
		f[FieldSequence] = strconv.Itoa(a.Sequence)
	}
	marks := make([]string, len(a.Marks))
	for i, m := range a.Marks {
		marks[i] = m.ID
	}
	put(f, FieldMarks, strings.Join(marks, " "))
	if a.Task {
		f[FieldTask] = "yes"
	}
	put(f, FieldStands, string(a.Stands))
	put(f, FieldWhy, a.Why)
	put(f, fieldFrom, string(a.From))
	put(f, fieldTarget, a.Target)
	return Part{ID: a.ID, Sort: ActionPart, Fields: f}
}

func progressPart(o Outcome, was *Finding) Part {
	p := Part{ID: ProgressID(o.ID), Sort: ProgressPart, Fields: map[string]string{}}
	found, ok := was.Of(o.ID)
	if !ok {
		return p
	}
	f := p.Fields
	put(f, FieldProgress, found.Value)
	put(f, FieldEvidence, found.Evidence)
	put(f, FieldStands, said(found.Stands))
	put(f, FieldWhy, found.Why)
	for _, r := range was.Results {
		if slices.ContainsFunc(o.Actions, func(a Action) bool { return a.ID == r.Action }) {
			put(f, FieldStands+"-"+r.Action, said(r.Stands))
			put(f, FieldWhy+"-"+r.Action, r.Why)
		}
	}
	return p
}

func said(s Stands) string {
	if s == GoesOn {
		return SaidGoesOn
	}
	return string(s)
}

// Carry is what the next plan begins with: what was carried of the plan before, with a
// key of its own drawn by fresh, and its targets.
func Carry(before ID, c Content, fresh func() string) Content {
	var next Content
	keys := map[string]string{}
	for _, o := range c.Outcomes {
		var actions []Action
		for _, a := range o.Actions {
			if a.Stands == Carried {
				a.ID, a.Stands, a.Why, a.From, a.Target = fresh(), GoesOn, "", before, ""
				actions = append(actions, a)
			}
		}
		if o.Stands != Carried && len(actions) == 0 {
			continue
		}
		keys[o.ID] = fresh()
		next.Outcomes = append(next.Outcomes, Outcome{ID: keys[o.ID], Words: o.Words, OwnWords: o.OwnWords, Need: o.Need, Actions: actions, From: before})
	}
	for _, t := range c.Targets {
		next.Targets = append(next.Targets, Target{ID: fresh(), Words: t.Words, Outcome: keys[t.Outcome], From: before})
	}
	return next
}

// TakeUp is the part that a target becomes: an action for the outcome that it serves, or
// else an outcome of its own.
func TakeUp(target Part, key string, outcomes []Part) Part {
	f := map[string]string{fieldTarget: target.ID}
	put(f, FieldWords, target.Fields[FieldWords])
	put(f, fieldFrom, target.Fields[fieldFrom])
	sort := OutcomePart
	serves := target.Fields[FieldOutcome]
	if slices.ContainsFunc(outcomes, func(p Part) bool { return p.Sort == OutcomePart && p.ID == serves }) {
		sort, f[FieldOutcome] = ActionPart, serves
	}
	return Part{Plan: target.Plan, ID: key, Sort: sort, Fields: f}
}

// Writers are those who wrote in a draft, by its parts and what was written over or taken
// out. What nobody has saved since the draft began makes nobody its writer.
func Writers(parts, earlier []Part) []staff.ID {
	var list []staff.ID
	for _, p := range slices.Concat(parts, earlier) {
		if p.Rev > 1 {
			list = append(list, p.By)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// TakenUp are the targets of a draft that became something else in it.
func TakenUp(parts []Part) map[string]bool {
	taken := map[string]bool{}
	for _, p := range parts {
		if t := p.Fields[fieldTarget]; t != "" {
			taken[t] = true
		}
	}
	return taken
}

// MayRemove reports whether a part may be taken out of a draft: what is in force is
// closed, with why, and not removed.
func MayRemove(p Part, base Content) bool {
	switch p.Sort {
	case OutcomePart:
		_, old := base.Outcome(p.ID)
		return !old
	case ActionPart:
		_, _, old := base.Action(p.ID)
		return !old
	case TargetPart:
		return true
	case AboutPart, ReviewPart, ProgressPart:
	}
	return false
}

// tooLong says that a text of a part is.
func (r *reader) tooLong(p Part, field, label string, most int) {
	if utf8.RuneCountInString(p.Fields[field]) > most {
		r.wrong(p, field, fault.TooLong(field, label, most).Message)
	}
}
