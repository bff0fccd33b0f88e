package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/date"
	"casefile/internal/plan"
	"casefile/internal/task"
)

var today = date.Must(2026, 3, 5)

var kind = plan.Kind{
	ID: "k", Title: "Plan", Words: plan.Words{Outcome: "Outcome", Need: "Need", Action: "Action"},
	Required:   []string{plan.FieldOwnWords, plan.FieldNeed, plan.FieldService, plan.FieldStart, plan.FieldEnd, plan.FieldPriority, plan.FieldSequence, plan.FieldChildViews, plan.FieldParentViews},
	Boxes:      []plan.Box{{ID: "backup", Title: "If it does not work", Required: true}, {ID: "more", Title: "More"}},
	Marks:      []plan.Mark{{ID: "good", Title: "Good", AtLeast: 1}},
	Priorities: plan.Scale{Values: []plan.Value{{ID: "first", Title: "First"}}},
	Progress:   plan.Scale{Values: []plan.Value{{ID: "better", Title: "Better"}}},
}

func days(a, b date.Date) bool { return a == b }

// full is a draft that is complete.
func full() []plan.Part {
	return []plan.Part{
		{ID: "about", Sort: plan.AboutPart, Fields: map[string]string{"child-views": "Mine", "parent-views": "Ours", "box-backup": "Ring", "box-more": ""}},
		{ID: "o1", Sort: plan.OutcomePart, Fields: map[string]string{"words": "She sleeps", "own-words": "Let me sleep", "need": "Noise"}},
		{ID: "a1", Sort: plan.ActionPart, Fields: map[string]string{
			"outcome": "o1", "words": "Ring", "who": "agency", "agency": "The school", "service": "Advice", "priority": "first", "sequence": "1", "marks": "good", "task": "yes",
			"start-day": "5", "start-month": "3", "start-year": "2026", "end-day": "6", "end-month": "3", "end-year": "2026",
		}},
		{ID: "t1", Sort: plan.TargetPart, Fields: map[string]string{"words": "Swim", "outcome": "o1"}},
	}
}

func messages(list []plan.Problem) string {
	var lines []string
	for _, p := range list {
		lines = append(lines, fmt.Sprintf("%s/%s: %s", p.Part, p.Field, p.Message))
	}
	return strings.Join(lines, "\n")
}

func mustRead(t *testing.T, purpose plan.Purpose, base plan.Content, parts []plan.Part) plan.Content {
	t.Helper()
	c, wrong := plan.Read(kind, purpose, base, parts, today)
	if len(wrong) > 0 {
		t.Fatalf("problems:\n%s", messages(wrong))
	}
	return c
}

// What a complete draft says is kept as JSON and comes back, and begins a draft that says
// the same.
func TestReadsBack(t *testing.T) {
	c := mustRead(t, plan.Write, plan.Content{}, full())
	a := c.Outcomes[0].Actions[0]
	if a.Start.Date != today || a.Pressing != "First" || a.Marks[0].Title != "Good" || a.Task || a.Owner.Words != "The school" || len(c.Boxes) != 1 || c.Targets[0].Outcome != "o1" {
		t.Errorf("read: %+v", c)
	}
	text, err := c.JSON()
	if err != nil {
		t.Fatal(err)
	}
	back, err := plan.ParseContent(text)
	if diff := cmp.Diff(c, back, cmp.Comparer(days)); diff != "" || err != nil {
		t.Errorf("as it is kept (-want +got), %v:\n%s", err, diff)
	}
	again := mustRead(t, plan.Change, c, plan.Parts(plan.Change, c, c))
	if diff := cmp.Diff(c, again, cmp.Comparer(days)); diff != "" {
		t.Errorf("a draft of it (-want +got):\n%s", diff)
	}
	if _, err := plan.ParseContent([]byte("{")); err == nil {
		t.Error("half a content was read")
	}
}

// Each thing that a plan lacks is told beside its field.
func TestProblems(t *testing.T) {
	for _, c := range []struct {
		name, part, field, value, want string
	}{
		{"no words of an outcome", "o1", "words", "", "o1/words: Enter what should become better"},
		{"no own words", "o1", "own-words", "", "o1/own-words: Enter what they say about it, in their own words"},
		{"no need", "o1", "need", "", "o1/need: Enter: Need"},
		{"too long", "o1", "need", strings.Repeat("é", plan.MaxText+1), "o1/need: Need must be 4,000 characters or less"},
		{"no words of an action", "a1", "words", "", "a1/words: Enter what is done"},
		{"no owner", "a1", "who", "", "a1/who: Select who does it"},
		{"no agency", "a1", "agency", "", "a1/agency: Enter who does it, and of which agency"},
		{"no worker", "a1", "who", "worker", "a1/worker: Select the worker who does it"},
		{"no person", "a1", "who", "person", "a1/person: Select the person who does it"},
		{"no service", "a1", "service", "", "a1/service: Enter the service that does it"},
		{"no such day", "a1", "start-month", "13", "a1/start-day: The day of the start must be a real date, such as 5 3 2026"},
		{"ends before it starts", "a1", "end-day", "4", "a1/end-day: The end must be the same day as the start, or after it"},
		{"no such priority", "a1", "priority", "last", "a1/priority: Select how pressing it is"},
		{"no place", "a1", "sequence", "", "a1/sequence: Enter its place in the order, such as 1"},
		{"a place that is none", "a1", "sequence", "0", "a1/sequence: The place in the order must be a whole number from 1 to 99"},
		{"no mark", "a1", "marks", "", "/: At least one action must be marked “Good”"},
		{"no words of a target", "t1", "words", "", "t1/words: Enter what is to come later"},
		{"no child", "about", "child-views", "", "about/child-views: Enter what they say about the plan"},
		{"no parents", "about", "parent-views", "", "about/parent-views: Enter what the parents or carers say about the plan"},
		{"no box", "about", "box-backup", "", "about/box-backup: Enter: If it does not work"},
		{"serves nothing", "a1", "outcome", "gone", "o1/: Nothing is done for “She sleeps”. Add what is done, or say that it does not go on\na1/outcome: Select what it serves\n/: At least one action must be marked “Good”"},
	} {
		t.Run(c.name, func(t *testing.T) {
			parts := full()
			for _, p := range parts {
				if p.ID == c.part {
					p.Fields[c.field] = c.value
				}
			}
			_, wrong := plan.Read(kind, plan.Write, plan.Content{}, parts, today)
			got := strings.Split(messages(wrong), "\n")
			for _, w := range strings.Split(c.want, "\n") {
				if !strings.Contains(strings.Join(got, "\n"), w) {
					t.Errorf("got:\n%s\nwant %s", strings.Join(got, "\n"), w)
				}
			}
			if n := strings.Count(c.want, "\n") + 1; len(got) != n {
				t.Errorf("got %d problems, want %d:\n%s", len(got), n, strings.Join(got, "\n"))
			}
		})
	}
	_, wrong := plan.Read(kind, plan.Write, plan.Content{}, nil, today)
	if !strings.Contains(messages(wrong), "/: There is nothing yet that should become better. Add the first") {
		t.Errorf("nothing: %s", messages(wrong))
	}
	parts := full()
	delete(parts[2].Fields, "start-day")
	delete(parts[2].Fields, "start-month")
	delete(parts[2].Fields, "start-year")
	if _, wrong := plan.Read(kind, plan.Write, plan.Content{}, parts, today); messages(wrong) != "a1/start-day: Enter when it starts" {
		t.Errorf("no start: %s", messages(wrong))
	}
}

// A review is held to its day, to why it is late, and to what goes on.
func TestReviewProblems(t *testing.T) {
	base := mustRead(t, plan.Write, plan.Content{}, full())
	base.Next = plan.Day{Date: today.AddDays(-1)}
	parts := func() []plan.Part {
		list := plan.Parts(plan.Review, base, base)
		for _, p := range list {
			switch p.Sort {
			case plan.ReviewPart:
				for k, v := range map[string]string{"on-day": "5", "on-month": "3", "on-year": "2026", "child-views": "Good", "parent-views": "Good", task.LateReason: "Ill"} {
					p.Fields[k] = v
				}
			case plan.ProgressPart:
				for k, v := range map[string]string{"progress": "better", "evidence": "Seen", "stands": "goes-on", "stands-a1": "goes-on"} {
					p.Fields[k] = v
				}
			case plan.AboutPart, plan.OutcomePart, plan.ActionPart, plan.TargetPart:
			}
		}
		return list
	}
	c := mustRead(t, plan.Review, base, parts())
	if f, ok := c.Review.Of("o1"); !ok || f.Title != "Better" || c.Review.Late != "Ill" || c.Outcomes[0].Measured.Evidence != "Seen" || len(c.Review.Results) != 1 {
		t.Errorf("found: %+v", c.Review)
	}
	for _, x := range []struct {
		name    string
		purpose plan.Purpose
		fields  map[string]string
		want    string
	}{
		{"no day", plan.Review, map[string]string{"on-day": "", "on-month": "", "on-year": ""}, "review/on-day: Enter the day of the review"},
		{"a day to come", plan.Review, map[string]string{"on-day": "6"}, "review/on-day: The day of the review must be today or before"},
		{"late without why", plan.Review, map[string]string{task.LateReason: ""}, "review/late-reason: Enter the reason why this is late. It was due by 4 March 2026"},
		{"no progress", plan.Review, map[string]string{"progress": ""}, "progress-o1/progress: Select how far it has come"},
		{"progress of another scale", plan.Review, map[string]string{"progress": "fine"}, "progress-o1/progress: Select one of the list"},
		{"no evidence", plan.Review, map[string]string{"evidence": ""}, "progress-o1/evidence: Enter how you know"},
		{"not said how an action stands", plan.Review, map[string]string{"stands-a1": ""}, "progress-o1/stands-a1: Select how “Ring” stands"},
		{"not done without why", plan.Review, map[string]string{"stands-a1": "not-done", "stands": "given-up", "why": "Moved"}, "/: At least one action must be marked “Good”\nprogress-o1/why-a1: Enter why “Ring” was not done"},
		{"carried before it is closed", plan.Review, map[string]string{"stands-a1": "carried"}, "progress-o1/stands-a1: Select how “Ring” stands"},
		{"reached while something goes on", plan.Review, map[string]string{"stands": "reached"}, "progress-o1/stands: “She sleeps” does not go on, so say of each of its actions how it stands"},
		{"nothing done any more", plan.Review, map[string]string{"stands-a1": "done"}, "progress-o1/: Nothing is done for “She sleeps”. Add what is done, or say that it does not go on"},
		{"closed without why", plan.Close, map[string]string{"stands": "reached", "stands-a1": "done"}, "review/reason: Enter why the plan is closed"},
		{"closed while it goes on", plan.Close, map[string]string{"stands-a1": "done", "reason": "Moved"}, "progress-o1/stands: A plan that is closed has nothing that goes on. Select how it stands"},
	} {
		t.Run(x.name, func(t *testing.T) {
			list := parts()
			for _, p := range list {
				for field, text := range x.fields {
					if _, has := p.Fields[field]; has || field == "reason" && p.Sort == plan.ReviewPart || strings.HasPrefix(field, "why") && p.Sort == plan.ProgressPart {
						p.Fields[field] = text
					}
				}
			}
			if _, wrong := plan.Read(kind, x.purpose, base, list, today); messages(wrong) != x.want {
				t.Errorf("got:\n%s\nwant %s", messages(wrong), x.want)
			}
		})
	}
}

// What is in force stays whatever a draft lacks, and closed things are written in no more.
func TestNothingInForceGoes(t *testing.T) {
	base := mustRead(t, plan.Write, plan.Content{}, full())
	base.Outcomes = append(base.Outcomes, plan.Outcome{ID: "o0", Words: "Closed", Stands: plan.Reached, Actions: []plan.Action{{ID: "a0", Words: "Was done", Stands: plan.Done}}})
	c, _ := plan.Read(kind, plan.Change, base, nil, today)
	if diff := cmp.Diff(base.Outcomes, c.Outcomes, cmp.Comparer(days)); diff != "" {
		t.Errorf("an empty draft (-want +got):\n%s", diff)
	}
	for _, p := range plan.Parts(plan.Change, base, base) {
		if p.ID == "o0" || p.ID == "a0" {
			t.Errorf("%s is closed, and written in", p.ID)
		}
		if (p.Sort == plan.OutcomePart || p.Sort == plan.ActionPart) && plan.MayRemove(p, base) {
			t.Errorf("%s is in force, and may be taken out", p.ID)
		}
	}
	forged := []plan.Part{{ID: "o0", Sort: plan.OutcomePart, Fields: map[string]string{"words": "Open again"}}}
	if c, _ := plan.Read(kind, plan.Change, base, forged, today); c.Outcomes[1].Words != "Closed" {
		t.Errorf("a closed outcome says %q", c.Outcomes[1].Words)
	}
}

// A page sends what its part takes and no more, and what it leaves out stays.
func TestKnown(t *testing.T) {
	p := plan.Part{Sort: plan.OutcomePart, Fields: map[string]string{"words": "Was", "from": "before", "need": "Noise"}}
	got := p.Known(map[string]string{"words": " Is \r\n", "from": "forged", "target": "forged", "need": "", "seen": "1"})
	if diff := cmp.Diff(map[string]string{"words": "Is", "from": "before"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	q := plan.Part{Sort: plan.ProgressPart}
	if got := q.Known(map[string]string{"stands-a1": "done", "why-a1": "x", "box-b": "no"}); len(got) != 2 {
		t.Errorf("of progress: %v", got)
	}
	if plan.CheckSize(map[string]string{"words": strings.Repeat("x", 20*plan.MaxText)}) == nil {
		t.Error("anything is kept, however long")
	}
}

// A plan stands where its steps have brought it.
func TestStates(t *testing.T) {
	step := func(d plan.Did, final bool) plan.Step { return plan.Step{Did: d, Final: final} }
	for _, c := range []struct {
		steps []plan.Step
		draft plan.Purpose
		want  plan.State
		runs  bool
		says  int
	}{
		{nil, plan.Write, plan.Drafted, false, 0},
		{[]plan.Step{step(plan.Written, false)}, "", plan.Waiting, false, 0},
		{[]plan.Step{step(plan.Written, false), step(plan.Returned, false)}, plan.Write, plan.Sent, false, 0},
		{[]plan.Step{step(plan.Written, false), step(plan.Authorised, true)}, "", plan.InForce, true, 1},
		{[]plan.Step{step(plan.Written, true), step(plan.Reviewed, false)}, "", plan.Waiting, true, 1},
		{[]plan.Step{step(plan.Written, true), step(plan.Reviewed, false), step(plan.Returned, false)}, plan.Review, plan.Sent, true, 1},
		{[]plan.Step{step(plan.Written, true), step(plan.Reviewed, false), step(plan.Returned, false)}, "", plan.InForce, true, 1}, // the change was thrown away
		{[]plan.Step{step(plan.Written, true), step(plan.Closed, true)}, "", plan.Ended, false, 2},
		{[]plan.Step{step(plan.Written, true), step(plan.Closed, false)}, "", plan.Waiting, true, 1},
		{[]plan.Step{step(plan.Dropped, false)}, "", plan.Gone, false, 0},
	} {
		p := plan.Plan{Draft: plan.Draft{Purpose: c.draft}, Steps: c.steps}
		for i := range p.Steps {
			p.Steps[i].Number = i + 1
		}
		says, _ := p.Says()
		if p.State() != c.want || p.Runs() != c.runs || says.Number != c.says {
			t.Errorf("%+v: %s, runs %v, says %d; want %s, %v, %d", c.steps, p.State(), p.Runs(), says.Number, c.want, c.runs, c.says)
		}
	}
}

// What changed from one version to another is said piece by piece, in the order of the
// later.
func TestDiff(t *testing.T) {
	was := mustRead(t, plan.Write, plan.Content{}, full())
	who := func(o plan.Owner) string { return o.Words }
	if d := plan.Diff(was, was, who); len(d) > 0 {
		t.Errorf("of one and the same: %+v", d)
	}
	parts := append(full(), plan.Part{ID: "o2", Sort: plan.OutcomePart, Fields: map[string]string{"words": "She eats", "own-words": "Chips", "need": "Hunger"}},
		plan.Part{ID: "a2", Sort: plan.ActionPart, Fields: map[string]string{
			"outcome": "o2", "words": "Cook", "who": "agency", "agency": "The aunt", "service": "None", "priority": "first", "sequence": "2",
			"start-day": "5", "start-month": "3", "start-year": "2026", "end-day": "6", "end-month": "3", "end-year": "2026",
		}})
	parts[1].Fields["need"] = "Noise and worry"
	parts[2].Fields["end-day"] = "9"
	parts[3].Fields["words"] = "Run"
	is := mustRead(t, plan.Change, was, parts)
	want := []plan.Difference{
		{"She sleeps", "Need", "Noise", "Noise and worry"},
		{"Ring", "Ends", "6 March 2026", "9 March 2026"},
		{"She eats", "Outcome", "", "She eats"},
		{"She eats", "In their own words", "", "Chips"},
		{"She eats", "Need", "", "Hunger"},
		{"Cook", "Action", "", "Cook"},
		{"Cook", "Who does it", "", "The aunt"},
		{"Cook", "Service", "", "None"},
		{"Cook", "Starts", "", "5 March 2026"},
		{"Cook", "Ends", "", "6 March 2026"},
		{"Cook", "How pressing", "", "First"},
		{"Cook", "Place in the order", "", "2"},
		{"", "What comes later", "Swim", "Run"},
	}
	if diff := cmp.Diff(want, plan.Diff(was, is, who)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	is.Outcomes[0].Actions[0].Stands, is.Outcomes[0].Actions[0].Why = plan.NotDone, "Closed"
	is.Boxes, is.Targets = nil, nil
	said := fmt.Sprint(plan.Diff(was, is, who))
	for _, w := range []string{"{ If it does not work Ring }", "{Ring How it stands Goes on Not done}", "{Ring Why  Closed}", "{ What comes later Swim }"} {
		if !strings.Contains(said, w) {
			t.Errorf("%s is not among %s", w, said)
		}
	}
}

// A target that is taken up becomes an action for what it would serve, or an outcome of its
// own, and is a target no more.
func TestTakeUp(t *testing.T) {
	parts := full()
	made := plan.TakeUp(parts[3], "a9", parts)
	if made.Sort != plan.ActionPart || made.Fields["outcome"] != "o1" || made.Fields["words"] != "Swim" {
		t.Errorf("for an outcome: %+v", made)
	}
	if own := plan.TakeUp(plan.Part{ID: "t2", Fields: map[string]string{"words": "Run", "outcome": "gone"}}, "o9", parts); own.Sort != plan.OutcomePart || own.Fields["outcome"] != "" {
		t.Errorf("of its own: %+v", own)
	}
	if c, _ := plan.Read(kind, plan.Write, plan.Content{}, append(parts, made), today); len(c.Targets) != 0 || c.Outcomes[0].Actions[1].Target != "t1" {
		t.Errorf("taken up: %+v, %+v", c.Targets, c.Outcomes[0].Actions)
	}
}
