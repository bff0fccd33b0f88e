package form_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/definitions"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/form"
)

var today = date.Must(2026, 3, 5)

// load gives a form of testdata; there everything is invented.
func load(t testing.TB, id string) *form.Form {
	t.Helper()
	set, err := definition.Load(os.DirFS("testdata/kitchen"), "")
	if err != nil {
		t.Fatalf("testdata:\n%v", err)
	}
	f, ok := set.Form(id, 0)
	if !ok {
		t.Fatalf("no form %s", id)
	}
	return f
}

func shipped(t testing.TB, id string) *form.Form {
	t.Helper()
	set, err := definition.Load(definitions.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	f, ok := set.Form(id, 0)
	if !ok {
		t.Fatalf("no form %s", id)
	}
	return f
}

func answers(t testing.TB, text string) form.Answers {
	t.Helper()
	a, err := form.ParseAnswers([]byte(`{"sections":` + text + `}`))
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return a
}

func judge(t testing.TB, f *form.Form, text string) form.Judgement {
	t.Helper()
	return f.Judge(answers(t, text), form.Context{Today: today})
}

// shown lists what is shown of a section.
func shown(j form.Judgement, section string) []string {
	var ids []string
	for _, s := range j.Sections {
		for _, q := range s.Questions {
			if s.ID == section {
				ids = append(ids, q.Question.ID)
			}
		}
	}
	return ids
}

// problem finds what is said of a question; empty is nothing.
func problem(j form.Judgement, section, question, sub string) string {
	for _, p := range j.Problems {
		if p.Section == section && p.Question == question && p.Sub == sub {
			return string(p.Kind) + ": " + p.Words
		}
	}
	return ""
}

func TestAnAnswerDemandsWhatFollowsFromIt(t *testing.T) {
	f := load(t, "tasting")
	for given, want := range map[string][]string{
		`{}`:                     {"hot", "taste"},
		`{"dish":{"hot":"yes"}}`: {"hot", "burnt", "taste"},
		`{"dish":{"hot":"no"}}`:  {"hot", "cold-why", "taste"},
		`{"dish":{"hot":"yes","burnt":"unknown"}}`: {"hot", "burnt", "finding-out", "taste"},
		// The answer that demanded is hidden itself.
		`{"dish":{"hot":"no","burnt":"unknown"}}`: {"hot", "cold-why", "taste"},
	} {
		j := judge(t, f, given)
		got := shown(j, "dish")
		if got = got[:slices.Index(got, "taste")+1]; !slices.Equal(got, want) {
			t.Errorf("%s: shown are %v, want %v", given, got, want)
		}
		for _, id := range want[1 : len(want)-1] {
			if p := problem(j, "dish", id, ""); (p == "") != (answers(t, given).Get("dish", id) != nil) {
				t.Errorf("%s: %s says %q", given, id, p)
			}
		}
	}
}

func TestUnansweredIsNotKnown(t *testing.T) {
	f := load(t, "tasting")
	// false || unknown is unknown, and a section whose when is not known is hidden.
	for given, want := range map[string]bool{
		`{}`:                                 false,
		`{"dish":{"hot":"no"}}`:              false,
		`{"dish":{"hot":"yes"}}`:             true, // true || unknown is true
		`{"dish":{"taste":"sweet"}}`:         true,
		`{"dish":{"hot":"maybe"}}`:           false, // what is no answer is not known either
		`{"dish":{"hot":"no","taste":null}}`: false,
	} {
		if got := shown(judge(t, f, given), "judgement") != nil; got != want {
			t.Errorf("%s: the judgement is shown: %v", given, got)
		}
	}
	// A rule that is not known does not stand in the way; one that is false does.
	if p := problem(judge(t, f, `{"dish":{"taste":"sour"}}`), "dish", "taste", ""); p != "" {
		t.Errorf("sour, and not known whether hot: %s", p)
	}
	if p := problem(judge(t, f, `{"dish":{"taste":"sour","hot":"yes"}}`), "dish", "taste", ""); p != "broken: Something sour is served cold." {
		t.Errorf("sour and hot: %q", p)
	}
	// Neither is a score known while a part of it is not.
	look := `"look":{"value":3,"why":"shiny"}`
	if j := judge(t, f, `{"dish":{"hot":"yes"},"judgement":{`+look+`}}`); slices.ContainsFunc(j.Scores, func(s form.ScoreValue) bool { return s.ID == "total" }) {
		t.Errorf("half a total: %+v", j.Scores)
	}
	j := judge(t, f, `{"dish":{"hot":"yes"},"judgement":{`+look+`,"smell":{"value":2}}}`)
	want := form.ScoreValue{ID: "total", Title: "Total", Value: 5, Text: "5", Band: "Good"}
	if len(j.Scores) == 0 || j.Scores[0] != want {
		t.Errorf("scores %+v, want %+v", j.Scores, want)
	}
}

func TestHiddenAnswersCountForNothing(t *testing.T) {
	f := load(t, "tasting")
	const judged = `,"judgement":{"look":{"value":4,"why":"shiny"},"smell":{"value":4}}`
	j := judge(t, f, `{"dish":{"hot":"no","cold-why":"late"}`+judged+`}`)
	if len(j.Scores) != 1 || j.Scores[0].ID != "spoons" {
		t.Errorf("scores of hidden answers: %+v", j.Scores)
	}
	if _, there := j.Final().Sections["judgement"]; there {
		t.Error("hidden answers are in the final document")
	}
}

func TestItemsOfListsAndTables(t *testing.T) {
	f := load(t, "tasting")
	j := judge(t, f, `{"dish":{"hot":"yes"},"people":{
		"guests":[{"name":"Anna","liked":"no"},{"liked":"yes","spoons":2},{"spoons":7}],
		"spices":{"salt":{"used":"yes"},"pepper":{"used":"yes"}}}}`)
	var people form.ShownSection
	for _, s := range j.Sections {
		if s.ID == "people" {
			people = s
		}
	}
	var got [][]string
	for _, q := range people.Questions[:2] {
		for _, it := range q.Items {
			ids := []string{it.Row}
			for _, s := range it.Questions {
				ids = append(ids, s.Question.ID)
			}
			got = append(got, ids)
		}
	}
	want := [][]string{
		{"", "name", "liked", "complaint", "spoons"},
		{"", "name", "liked", "spoons", "hungry"},
		{"", "name", "liked", "spoons"},
		{"salt", "used"},
		{"pepper", "used", "amount"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	for _, p := range []form.Problem{
		{Kind: form.Missing, Section: "people", Question: "guests", Item: 0, Sub: "complaint", Words: "Enter an answer"},
		{Kind: form.Missing, Section: "people", Question: "guests", Item: 1, Sub: "name", Words: "Enter an answer"},
		{Kind: form.Missing, Section: "people", Question: "guests", Item: 2, Sub: "liked", Words: "Select yes or no"},
	} {
		if !slices.Contains(j.Problems, p) {
			t.Errorf("no %+v in %+v", p, j.Problems)
		}
	}
	// One spoon count is not known, so their sum is not.
	if len(j.Scores) != 0 {
		t.Errorf("scores %+v, want none", j.Scores)
	}
}

func TestWhatIsWrongWithAnAnswer(t *testing.T) {
	f := load(t, "tasting")
	for _, tt := range []struct{ question, answer, want string }{
		{"hot", `"maybe"`, "Select one of the answers"},
		{"hot", `true`, "Select one of the answers"},
		{"taste", `["sweet"]`, "Select one of the answers"},
		{"sauce", `["red","blue"]`, "Select from the list"},
		{"portion", `"XL"`, "Select one of the list"},
		{"plates", `["S","XL"]`, "Select from the list"},
		{"weight", `"two"`, "Enter a number with at most 2 decimals"},
		{"weight", `2.125`, "Enter a number with at most 2 decimals"},
		{"weight", `2e1`, "Enter a number with at most 2 decimals"},
		{"weight", `-1`, "Enter a number of 0 or more"},
		{"weight", `50.01`, "Enter a number of 50 or less"},
		{"served", `"5 March"`, "Enter a real date, such as 5 March 2026"},
		{"served", `"2026-02-30"`, "Enter a real date, such as 5 March 2026"},
		{"served", `"0226-02-03"`, "Enter a year from 1850 to 2150"},
		{"eaten", `{"to":"2026-03-05"}`, "Enter from when"},
		{"eaten", `{"from":"2026-03-05","to":"2026-03-04"}`, "The end must be the same as or after the beginning"},
		{"cook", `"no key"`, "Choose a person"},
		{"photo", `"p1"`, "Choose files of this record"},
		{"said", `"[reported] It was cold."`, "Say who it comes from, as in [reported by the school]"},
	} {
		if got := problem(judge(t, f, `{"dish":{"`+tt.question+`":`+tt.answer+`}}`), "dish", tt.question, ""); got != "wrong: "+tt.want {
			t.Errorf("%s %s: got %q, want %q", tt.question, tt.answer, got, tt.want)
		}
	}
	long := form.Answers{}
	long.Set("dish", "hot", "no")
	long.Set("dish", "cold-why", string(slices.Repeat([]byte("x"), 201)))
	if got := problem(f.Judge(long, form.Context{Today: today}), "dish", "cold-why", ""); got != "wrong: Must be 200 characters or less" {
		t.Errorf("too long: %q", got)
	}
	for answer, want := range map[string]string{
		`{"value":5}`: "wrong: Select a rating from 0 to 4", `{"value":"3.5"}`: "wrong: Select a rating from 0 to 4",
		`3`: "wrong: Select a rating from 0 to 4", `{"value":3}`: "missing: Explain the rating", `{"value":3,"why":"shiny"}`: "",
	} {
		if got := problem(judge(t, f, `{"dish":{"hot":"yes"},"judgement":{"look":`+answer+`}}`), "judgement", "look", ""); got != want {
			t.Errorf("rating %s: %q, want %q", answer, got, want)
		}
	}
	// What was typed comes back beside what is wrong with it.
	for _, s := range judge(t, f, `{"dish":{"weight":"two"}}`).Sections[0].Questions {
		if s.Question.ID == "weight" && s.Value != "two" {
			t.Errorf("typed two, shown %v", s.Value)
		}
	}
}

// A code is held to the day: one that is not in use is no answer, and one that was
// in a final document is still read from it.
func TestCodesAreOfTheirDay(t *testing.T) {
	f := load(t, "tasting")
	on := func(day date.Date, given string) form.Judgement {
		return f.Judge(answers(t, `{"dish":{`+given+`}}`), form.Context{Today: day})
	}
	if got := problem(on(date.Must(2014, 8, 31), `"portion":"M"`), "dish", "portion", ""); got != "" {
		t.Errorf("on the last day of M: %s", got)
	}
	if got := problem(on(today, `"portion":"M"`), "dish", "portion", ""); got != "wrong: Select one of the list" {
		t.Errorf("M today: %q", got)
	}
	if got := on(today, `"plates":["L","S","L"]`).Final().Sections["dish"]["plates"]; !cmp.Equal(got, []any{"S", "L"}) {
		t.Errorf("plates %v, want each once in the order of the set", got)
	}
}

func TestExceptionsNeedAReason(t *testing.T) {
	f := load(t, "tasting")
	given := `{"dish":{"hot":"yes"},"judgement":{"look":{"value":4,"why":"shiny"}},"people":{"guests":[{"name":"Anna","liked":"no","complaint":"salt"}]}}`
	a := answers(t, given)
	at := func() form.Problem {
		for _, p := range f.Judge(a, form.Context{Today: today}).Problems {
			if p.Rule == "all-liked" {
				return p
			}
		}
		return form.Problem{}
	}
	if p := at(); !p.Exception || p.Section != "judgement" || p.Question != "look" || !p.Drafting() {
		t.Errorf("without a reason: %+v", p)
	}
	a.Exceptions = map[string]string{"all-liked": " "}
	if at().Rule == "" {
		t.Error("an empty reason is enough")
	}
	a.Exceptions = map[string]string{"all-liked": "Anna likes nothing."}
	if p := at(); p.Rule != "" {
		t.Errorf("with a reason: %+v", p)
	}
	// A rule that allows none is not excepted.
	b := answers(t, `{"dish":{"hot":"yes","taste":"sour"}}`)
	b.Exceptions = map[string]string{"sour-is-cold": "because"}
	if p := problem(f.Judge(b, form.Context{Today: today}), "dish", "taste", ""); p == "" {
		t.Error("a rule without exceptions was excepted")
	}
}

func TestOtherDocumentsAreRead(t *testing.T) {
	menu, f := load(t, "menu"), load(t, "tasting")
	served := judge(t, menu, `{"dinner":{"hot":"yes","courses":3}}`)
	if !served.Ready() {
		t.Fatalf("the menu: %+v", served.Problems)
	}
	for hot, want := range map[string]string{"yes": "", "no": "broken: The menu says otherwise."} {
		j := f.Judge(answers(t, `{"dish":{"hot":"`+hot+`"}}`), form.Context{Today: today, Uses: map[string]*form.Final{"menu": served.Final()}})
		if got := problem(j, "dish", "hot", ""); got != want {
			t.Errorf("hot %s: %q, want %q", hot, got, want)
		}
	}
	if got := problem(judge(t, f, `{"dish":{"hot":"no"}}`), "dish", "hot", ""); got != "" {
		t.Errorf("with no menu: %q", got)
	}
}

func TestEffectsWithTheirValues(t *testing.T) {
	f := load(t, "tasting")
	j := judge(t, f, `{"dish":{"hot":"yes","portion":"S"},"judgement":{"look":{"value":1,"why":"dull"},"smell":{"value":1}},"people":{"guests":[{},{}]}}`)
	want := []form.Doing{
		{Act: form.SetFact, Target: "portion", Value: "S"},
		{Act: form.Require, Target: "menu"},
		{Act: form.Task, Target: "cook", Title: "Wash up", Days: 1},
		{Act: form.Message, Target: "line-manager", Hours: 48},
	}
	if diff := cmp.Diff(want, j.OnComplete); diff != "" {
		t.Errorf("on completion (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]form.Doing{{Act: form.Milestone, Target: "tasted"}, {Act: form.Directory, Target: "update"}}, j.OnSign); diff != "" {
		t.Errorf("on signature (-want +got):\n%s", diff)
	}
	// A condition that is not known does nothing.
	if got := judge(t, f, `{}`).OnComplete; len(got) != 1 || got[0].Act != form.Message {
		t.Errorf("of an empty document: %+v", got)
	}
}

func TestComputedAnswers(t *testing.T) {
	f := load(t, "tasting")
	j := judge(t, f, `{"dish":{"hot":"no","served":"2026-02-27","eaten":{"from":"2026-03-01"},"days-kept":"99"}}`)
	if got := j.Final().Sections["dish"]["days-kept"]; got != "2" {
		t.Errorf("days kept: %v, want 2, and not what was typed", got)
	}
	if got, there := judge(t, f, `{"dish":{"served":"2026-02-27"}}`).Final().Sections["dish"]["days-kept"]; there {
		t.Errorf("computed of what is not known: %v", got)
	}
}

// The form that we ship leads past what does not apply, and keeps its conclusion
// to what was said before.
func TestRiskOfSeriousHarm(t *testing.T) {
	f := shipped(t, "rosh")
	const start = `"indicators":{"flagged":{"denial":{"there":"no"},"opportunity":{"there":"no"},"planning":{"there":"no"},"attitudes":{"there":"unknown","finding-out":"Ask the school."}}}`
	none := `{"harm":{"any":"no","none-reason":"No record.","victim-safety":"Nobody is known to be at risk."},` + start +
		`,"future":{"any":"no","none-reason":"Nothing points to it."},"conclusion":{"mappa-eligible":"no","classification":"CLASS","reasons":"Because."}}`
	if j := judge(t, f, replace(none, "CLASS", "low")); !j.Ready() {
		t.Errorf("none, and low: %+v", j.Problems)
	} else if got := shown(j, "harm"); slices.Contains(got, "behaviours") {
		t.Errorf("none, and asked for %v", got)
	}
	if got := problem(judge(t, f, replace(none, "CLASS", "high")), "conclusion", "classification", ""); got == "" {
		t.Error("no signs of future harm, and high")
	}
	some := replace(replace(none, "CLASS", "low"), `"future":{"any":"no","none-reason":"Nothing points to it."}`, `"future":{"any":"yes"}`)
	j := judge(t, f, some)
	for _, q := range []struct{ section, question string }{{"future", "new-evidence"}, {"future", "behaviours"}, {"conclusion", "lower-reasons"}} {
		if problem(j, q.section, q.question, "") == "" {
			t.Errorf("yes after no: %s.%s is not asked for", q.section, q.question)
		}
	}
	level := replace(some, `"mappa-eligible":"no"`, `"mappa-eligible":"yes","mappa-category":"category-3","mappa-reason":"r","mappa-referred":"yes","mappa-screening":"awaited","mappa-level":"level-2"`)
	if got := shown(judge(t, f, level), "conclusion"); slices.Contains(got, "mappa-level") {
		t.Error("a level before the screening found eligibility")
	}
	level = replace(level, "awaited", "eligible")
	level = replace(level, `"mappa-level"`, `"mappa-confirmed":"yes","mappa-level"`)
	if got := shown(judge(t, f, level), "conclusion"); !slices.Contains(got, "mappa-level") {
		t.Error("no level after the meeting confirmed one")
	}
	if f.OneCurrentPer != "person" || f.NoAuthorise || len(f.AuthoriseBy) != 1 || len(f.CompleteBy) != 1 {
		t.Errorf("who completes and who authorises: %+v, %+v", f.CompleteBy, f.AuthoriseBy)
	}
}

// replace puts the new in place of the old, which must be there.
func replace(s, old, new string) string {
	before, after, ok := strings.Cut(s, old)
	if !ok {
		panic("the test changes what is not there: " + old)
	}
	return before + new + after
}

// The same answers in the same surroundings are judged the same, to the letter.
func TestJudgingIsTheSameEveryTime(t *testing.T) {
	f := load(t, "tasting")
	a := answers(t, `{"dish":{"hot":"yes","taste":"sour","sauce":["green","red"]},"judgement":{"look":{"value":4,"why":"w"}},"people":{"guests":[{"liked":"no"},{"liked":"yes"}],"spices":{"salt":{"used":"no"}}}}`)
	first := f.Judge(a, form.Context{Today: today})
	for range 20 {
		if diff := cmp.Diff(first, f.Judge(a, form.Context{Today: today}), cmp.AllowUnexported(form.Judgement{})); diff != "" {
			t.Fatalf("judged again:\n%s", diff)
		}
	}
}
