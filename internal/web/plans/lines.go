package plans

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"casefile/internal/casework"
	"casefile/internal/plan"
	"casefile/internal/task"
)

// A Line is one field of a part in words.
type Line struct{ Label, Text string }

// Lines are what a part says, in words; where other is given, only where it differs.
func Lines(w casework.PlanWriting, x plan.Part, other map[string]string) []Line {
	var list []Line
	done := map[string]bool{}
	add := func(field, label string) {
		done[field] = true
		text := inWords(w, x, field, x.Fields)
		if other != nil && text == inWords(w, x, field, other) || other == nil && text == "" {
			return
		}
		list = append(list, Line{label, text})
	}
	for _, f := range labels(w.Kind, x) {
		add(f.field, f.label)
	}
	return list
}

type label struct{ field, label string }

// labels are the fields of a part in their order.
func labels(k plan.Kind, x plan.Part) []label {
	switch x.Sort {
	case plan.OutcomePart:
		return []label{{plan.FieldWords, k.Words.Outcome}, {plan.FieldOwnWords, "In their own words"}, {plan.FieldNeed, k.Words.Need}, {plan.FieldStands, "How it stands"}, {plan.FieldWhy, "Why"}}
	case plan.ActionPart:
		return []label{
			{plan.FieldWords, k.Words.Action},
			{plan.FieldOutcome, "What it serves"},
			{plan.FieldWho, "Who does it"},
			{plan.FieldService, "Service"},
			{plan.FieldStart, "Starts"},
			{plan.FieldEnd, "Ends"},
			{plan.FieldPriority, "How pressing"},
			{plan.FieldSequence, "Place in the order"},
			{plan.FieldMarks, "Marked as"},
			{plan.FieldTask, "As a task"},
			{plan.FieldStands, "How it stands"},
			{plan.FieldWhy, "Why"},
		}
	case plan.TargetPart:
		return []label{{plan.FieldWords, "What comes later"}, {plan.FieldOutcome, "What it would serve"}}
	case plan.ReviewPart:
		return []label{
			{plan.FieldOn, "Day"},
			{plan.FieldTook, "Who took part"},
			{plan.FieldChildViews, "What they say"},
			{plan.FieldParentViews, "What the parents or carers say"},
			{plan.FieldReason, "Why it is closed"},
			{task.LateReason, "Why it is late"},
		}
	case plan.ProgressPart:
		list := []label{{plan.FieldProgress, "How far"}, {plan.FieldEvidence, "How you know"}, {plan.FieldStands, "How it stands"}, {plan.FieldWhy, "Why"}}
		for _, field := range slices.Sorted(maps.Keys(x.Fields)) {
			if action, ok := strings.CutPrefix(field, plan.FieldStands+"-"); ok {
				list = append(list, label{field, "An action"}, label{plan.FieldWhy + "-" + action, "Why"})
			}
		}
		return list
	case plan.AboutPart:
	}
	list := []label{{plan.FieldChildViews, "What they say"}, {plan.FieldParentViews, "What the parents or carers say"}}
	for _, b := range k.Boxes {
		list = append(list, label{plan.FieldBox + b.ID, b.Title})
	}
	return list
}

// inWords is what a field says to people.
func inWords(w casework.PlanWriting, x plan.Part, field string, fields map[string]string) string {
	text := fields[field]
	pick := func(list []casework.Pick, key string) string {
		if i := slices.IndexFunc(list, func(p casework.Pick) bool { return p.Key == key }); i >= 0 {
			return list[i].Words
		}
		return ""
	}
	switch {
	case field == plan.FieldStart, field == plan.FieldEnd, field == plan.FieldOn:
		return strings.TrimSpace(strings.Join([]string{fields[field+"-day"], fields[field+"-month"], fields[field+"-year"]}, " "))
	case field == plan.FieldWho:
		return cmp.Or(map[string]string{
			string(plan.WorkerOwns): pick(w.Workers, fields[plan.FieldWorker]), string(plan.PersonOwns): pick(w.People, fields[plan.FieldPerson]),
			string(plan.AgencyOwns): fields[plan.FieldAgency],
		}[text], text)
	case field == plan.FieldOutcome:
		serves, _ := w.Part(text)
		return plan.Short(serves.Fields[plan.FieldWords])
	case field == plan.FieldPriority && text != "":
		return w.Kind.Priorities.Title(text)
	case field == plan.FieldProgress && text != "":
		return w.Kind.Progress.Title(text)
	case strings.HasPrefix(field, plan.FieldStands) && text != "":
		if text == plan.SaidGoesOn {
			return plan.GoesOn.String()
		}
		return cmp.Or(plan.Stands(text).String(), text)
	case field == plan.FieldMarks:
		var titles []string
		for _, id := range strings.Fields(text) {
			for _, m := range w.Kind.Marks {
				if m.ID == id {
					titles = append(titles, m.Title)
				}
			}
		}
		return strings.Join(titles, ", ")
	case field == plan.FieldTask && text != "":
		return "Yes"
	}
	return text
}
