package form_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/form"
)

// inventing makes answers that are mostly ones that their questions take.
type inventing struct{ *rand.Rand }

func (r inventing) one(list ...any) any { return list[r.IntN(len(list))] }

// answers makes some for the form; of every hundred answers some are missing and,
// with junk, some are of another kind or unfinished.
func (r inventing) answers(f *form.Form, missing, junk int) form.Answers {
	var a form.Answers
	for _, s := range f.Sections {
		for i := range s.Ask {
			if r.IntN(100) >= missing {
				a.Set(s.ID, s.Ask[i].ID, r.answer(&s.Ask[i], missing, junk))
			}
		}
	}
	return a
}

func (r inventing) answer(q *form.Question, missing, junk int) any {
	if r.IntN(100) < junk {
		return r.one(nil, "", " ", "x", true, json.Number("1e3"), json.Number("-0"), []any{}, []any{nil, "x"}, map[string]any{}, map[string]any{"value": "3"}, map[string]any{"salt": 1.5}, "[reported", []any{map[string]any{"name": 3}})
	}
	number := func(n int) json.Number { return json.Number(strconv.Itoa(n)) }
	item := func() any {
		m := map[string]any{}
		for i := range q.Item {
			if r.IntN(100) >= missing {
				m[q.Item[i].ID] = r.answer(&q.Item[i], missing, junk)
			}
		}
		return m
	}
	day := func() any { return fmt.Sprintf("2026-%02d-%02d", 1+r.IntN(12), 1+r.IntN(28)) }
	switch q.Kind {
	case form.YesNo:
		return r.one("yes", "no")
	case form.YesNoUnknown:
		return r.one("yes", "no", "unknown")
	case form.Rating:
		m := map[string]any{"value": number(q.Min.N + r.IntN(q.Max.N-q.Min.N+1))}
		if !q.NoWhy && r.IntN(100) >= missing {
			m["why"] = r.one("shiny", "dull ", "a\r\nb")
		}
		return m
	case form.Choice:
		return q.Options[r.IntN(len(q.Options))].ID
	case form.Choices:
		return []any{q.Options[r.IntN(len(q.Options))].ID, q.Options[r.IntN(len(q.Options))].ID}
	case form.Code:
		return r.one("S", "L", "M")
	case form.Codes:
		return []any{r.one("S", "L"), r.one("S", "L")}
	case form.Number:
		return r.one(number(r.IntN(9)), json.Number("2.50"), "007", " 3 ")
	case form.Date:
		return day()
	case form.Period:
		return map[string]any{"from": day(), "to": r.one("", nil, day())}
	case form.Text:
		return r.one("said", "a\r\n\r\n\r\nb  ", "[observed] asleep\n\n[Opinion: of Dr Ahmed]  older", "[their words] I don’t", `\[sic] x`)
	case form.Person:
		return "p1"
	case form.List:
		var list []any
		for range r.IntN(4) {
			list = append(list, item())
		}
		return list
	case form.Table:
		m := map[string]any{}
		for _, o := range q.Options {
			m[o.ID] = item()
		}
		return m
	case form.Signature:
		return map[string]any{"by": "w1", "role": "cook", "on": day()}
	case form.Attachment:
		return []any{"f1", "f2", "f1"}
	}
	return "99" // of a computed question: nobody's
}

func context() form.Context { return form.Context{Today: today} }

// holds checks what is so of every document, whatever it holds.
func holds(t *testing.T, f *form.Form, a form.Answers) form.Judgement {
	t.Helper()
	j := f.Judge(a, context())
	same := func(what string, b form.Answers) {
		t.Helper()
		k := f.Judge(b, context())
		for part, pair := range map[string][2]any{
			"problems": {j.Problems, k.Problems}, "scores": {j.Scores, k.Scores}, "final": {j.Final(), k.Final()},
			"effects": {append(j.OnComplete, j.OnSign...), append(k.OnComplete, k.OnSign...)},
		} {
			if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
				t.Fatalf("%s have other %s (-before +after):\n%s\nanswers: %s", what, part, diff, text(t, a))
			}
		}
	}
	same("the same answers", a)

	canonical := f.Canonical(a, context())
	same("the answers in their one form", canonical)
	if again := f.Canonical(canonical, context()); text(t, again) != text(t, canonical) {
		t.Fatalf("the one form has another:\n%s\n%s", text(t, canonical), text(t, again))
	}
	read, err := form.ParseAnswers([]byte(text(t, canonical)))
	if err != nil {
		t.Fatalf("what is kept cannot be read: %v\n%s", err, text(t, canonical))
	}
	if text(t, read) != text(t, canonical) {
		t.Fatalf("kept and read again:\n%s\n%s", text(t, canonical), text(t, read))
	}
	same("the answers kept and read again", read)
	same("the answers without those that are hidden", onlyShown(j, a))
	if len(j.Problems) == 0 {
		// What a completed document says is all that it rests on.
		final := form.Answers{Sections: j.Final().Sections, Exceptions: a.Exceptions}
		same("what the final document says", final)
	}
	return j
}

func text(t *testing.T, a form.Answers) string {
	t.Helper()
	b, err := a.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// onlyShown leaves out every answer that the judgement does not show.
func onlyShown(j form.Judgement, a form.Answers) form.Answers {
	out := form.Answers{Exceptions: a.Exceptions, Copied: a.Copied, Anew: a.Anew, Reviewed: a.Reviewed}
	for _, s := range j.Sections {
		for _, q := range s.Questions {
			v := a.Get(s.ID, q.Question.ID)
			switch v := v.(type) {
			case []any:
				if q.Question.Kind == form.List {
					list := slices.Clone(v)
					for i, it := range q.Items {
						list[i] = shownOf(it, v[i])
					}
					out.Set(s.ID, q.Question.ID, list)
					continue
				}
			case map[string]any:
				if q.Question.Kind == form.Table {
					m := map[string]any{}
					for _, it := range q.Items {
						m[it.Row] = shownOf(it, v[it.Row])
					}
					out.Set(s.ID, q.Question.ID, m)
					continue
				}
			}
			if v != nil {
				out.Set(s.ID, q.Question.ID, v)
			}
		}
	}
	return out
}

func shownOf(it form.ShownItem, v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	out := map[string]any{}
	for _, q := range it.Questions {
		if v, ok := m[q.Question.ID]; ok {
			out[q.Question.ID] = v
		}
	}
	return out
}

func TestWhateverIsAnswered(t *testing.T) {
	r := inventing{rand.New(rand.NewPCG(2026, 11))}
	tasting, rosh := load(t, "tasting"), shipped(t, "rosh")
	ready, excepted, hidden := 0, 0, 0
	for i := range 3000 {
		f := []*form.Form{tasting, rosh}[i%2]
		a := r.answers(f, []int{0, 5, 40}[r.IntN(3)], []int{0, 0, 15}[r.IntN(3)])
		if r.IntN(4) == 0 {
			a.Exceptions = map[string]string{"all-liked": "Anna likes nothing."}
		}
		j := holds(t, f, a)
		if len(f.Strange(a)) > 0 {
			t.Fatalf("strange answers among our own: %v", f.Strange(a))
		}
		if _, shown := j.Final().Sections["judgement"]; !shown && a.Sections["judgement"] != nil {
			hidden++
		}
		if !j.Ready() {
			continue
		}
		ready++
		if f == tasting {
			keepsTheRules(t, j.Final().Sections, a)
			if a.Exceptions != nil {
				excepted++
			}
		}
	}
	// Otherwise the test would try nothing.
	if ready < 100 || excepted < 5 || hidden < 100 {
		t.Errorf("of 3000 documents %d were ready, %d of them with an exception, and %d had a hidden section", ready, excepted, hidden)
	}
}

// keepsTheRules works out anew, with no CEL, what a completed tasting must keep.
func keepsTheRules(t *testing.T, s map[string]map[string]any, a form.Answers) {
	t.Helper()
	if s["dish"]["taste"] == "sour" && s["dish"]["hot"] != "no" {
		t.Fatalf("sour and hot was completed: %v", s)
	}
	look, _ := s["judgement"]["look"].(map[string]any)
	guests, _ := s["people"]["guests"].([]any)
	for _, g := range guests {
		if g.(map[string]any)["liked"] == "no" && look["value"] == json.Number("4") && a.Exceptions["all-liked"] == "" {
			t.Fatalf("wonderful although somebody did not like it: %v", s)
		}
	}
	if s["dish"]["hot"] == "yes" && s["dish"]["burnt"] == nil {
		t.Fatalf("hot demands an answer to burnt: %v", s)
	}
}

var wholeSpoons = regexp.MustCompile(`^[0-9]{1,2}$`)

// Scores are what their parts add up to, worked out anew with no CEL.
func TestScoresAddUp(t *testing.T) {
	r := inventing{rand.New(rand.NewPCG(3, 5))}
	f := load(t, "tasting")
	counted := 0
	for range 1000 {
		j := f.Judge(r.answers(f, 5, 5), context())
		got := map[string]float64{}
		for _, s := range j.Scores {
			got[s.ID] = s.Value
		}
		want := map[string]float64{}
		value := func(question string) (float64, bool) {
			m, ok := j.Final().Sections["judgement"][question].(map[string]any)
			if !ok {
				return 0, false
			}
			n, err := m["value"].(json.Number).Float64()
			return n, err == nil
		}
		look, a := value("look")
		smell, b := value("smell")
		if a && b {
			want["total"] = look + smell
			counted++
		}
		spoons, all := 0.0, true
		for _, s := range j.Sections {
			for _, q := range s.Questions {
				if q.Question.ID != "guests" {
					continue
				}
				for _, it := range q.Items {
					k := slices.IndexFunc(it.Questions, func(q form.Shown) bool { return q.Question.ID == "spoons" })
					// In its one form it is a number that was taken.
					n, ok := it.Questions[k].Value.(json.Number)
					x, err := n.Float64()
					all = all && ok && err == nil && wholeSpoons.MatchString(string(n))
					spoons += x
				}
			}
		}
		if all {
			want["spoons"] = spoons
		}
		if !maps.Equal(got, want) {
			t.Fatalf("scores %v, want %v of %v", got, want, j.Final())
		}
	}
	if counted < 100 {
		t.Errorf("only %d totals", counted)
	}
}

func FuzzJudge(f *testing.F) {
	r := inventing{rand.New(rand.NewPCG(7, 7))}
	tasting, rosh := load(f, "tasting"), shipped(f, "rosh")
	for _, of := range []*form.Form{tasting, rosh} {
		for range 10 {
			b, err := r.answers(of, 20, 20).JSON()
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(b))
		}
	}
	for _, s := range []string{
		``, `{}`, `[]`, `{"sections":{"dish":{"hot":"yes","hot":"no"}}}`, `{"sections":{"people":{"guests":{"salt":{}},"spices":[1]}}}`,
		`{"sections":{"people":{"guests":[1,[2],{"spoons":1e999}]}}}`, `{"exceptions":{"all-liked":"x"},"copied":{"dish":"menu"},"reviewed":{"dish":true}}`,
		`{"sections":{"dish":{"weight":-0.00,"served":"0000-00-00","eaten":{"from":"9999-12-31"}}}}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := form.ParseAnswers([]byte(s))
		if err != nil {
			return
		}
		holds(t, tasting, a)
		holds(t, rosh, a)
	})
}

func FuzzMarked(f *testing.F) {
	for _, s := range []string{"", "x", "[observed] x", "[reported by a: b] x\n\n[opinion] y", `\[x]`, "[their words of] x", "[allegation from the neighbour] z", "[", "[]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list, wrong := form.ParseMarked(s)
		if wrong != "" {
			return
		}
		again, wrong := form.ParseMarked(form.WriteMarked(list))
		if wrong != "" || !reflect.DeepEqual(list, again) {
			t.Errorf("%q: read %+v, written and read again %+v, %s", s, list, again, wrong)
		}
	})
}

func TestAnswersThatCannotBeRead(t *testing.T) {
	for given, want := range map[string]string{
		``:                                       "the answers are not JSON that can be read",
		`{`:                                      "the answers are not JSON that can be read",
		`{} {}`:                                  "something follows the answers",
		`[]`:                                     "answers are an object",
		`{"sections":[]}`:                        `"sections" is an object`,
		`{"sections":{"dish":1}}`:                "a section is an object",
		`{"section":{}}`:                         `answers have no "section": what was answered stands under "sections", by section and question`,
		`{"sections":{"dish":{"a":1,"a":2}}}`:    "an answer is there twice",
		`{"exceptions":{"x":1}}`:                 `"exceptions" holds something of another kind`,
		`{"reviewed":{"x":"yes"}}`:               `"reviewed" holds something of another kind`,
		`{"copied":{"x":{"y":[[[[[[[1]]]]]]]}}}`: "the answers are nested more than 8 deep",
		`"` + strings.Repeat("x", form.MostChars) + `"`: "the answers are longer than 1048576 bytes",
	} {
		if _, err := form.ParseAnswers([]byte(given)); err == nil || err.Error() != want {
			t.Errorf("%.40s: got %v, want %s", given, err, want)
		}
	}
}

func TestTheSameAnswersAreKeptTheSame(t *testing.T) {
	f := load(t, "tasting")
	const want = `{"sections":{"dish":{"cook":"p1","eaten":{"from":"2026-03-05"},"hot":"yes","photo":["f1","f2"],"said":"[opinion of Dr Ahmed] older\n\n[observed] <asleep>","sauce":["red","green"],"weight":2.5}}}`
	for _, given := range []string{
		want,
		`{"sections":{"dish":{"weight":" 02.50","sauce":["green","red","green"],"said":"[Opinion: of Dr Ahmed] older \r\n\r\n\r\n[OBSERVED]\r\n<asleep>","photo":["f1","f2","f1"],"hot":"yes","eaten":{"to":null,"from":"2026-03-05"},"cook":"p1","burnt":"","taste":null,"days-kept":"9"},"people":{"guests":[],"spices":{"salt":{}}}}}`,
	} {
		a, err := form.ParseAnswers([]byte(given))
		if err != nil {
			t.Fatal(err)
		}
		if got := text(t, f.Canonical(a, context())); got != want {
			t.Errorf("kept as\n%s, want\n%s", got, want)
		}
	}
}

// large is a form of 400 answers.
func large(t testing.TB) (*form.Form, form.Answers) {
	t.Helper()
	kinds := []form.Question{
		{Kind: form.YesNoUnknown, Required: true},
		{Kind: form.Rating, Min: &form.Bound{N: 0}, Max: &form.Bound{N: 4}, Required: true},
		{Kind: form.Text, Required: true},
		{Kind: form.Date},
	}
	spec := form.Spec{ID: "large", Version: 1, Title: "Large", Service: "kitchen", Source: "recalled", CompleteBy: []form.Word{{Text: "cook"}}, NoAuthorise: true}
	var a form.Answers
	var total []string
	for s := range 20 {
		section := form.Section{ID: "s" + strconv.Itoa(s), Title: "Section"}
		for q := range 20 {
			ask := kinds[q%len(kinds)]
			ask.ID, ask.Text = "q"+strconv.Itoa(q), "Question"
			if q%4 == 2 {
				ask.When = form.Expr{Text: fmt.Sprintf("q%d == 'yes' && q%d > 1", q-2, q-1)}
			}
			if q%4 == 1 {
				total = append(total, section.ID+"."+ask.ID)
			}
			section.Ask = append(section.Ask, ask)
			a.Set(section.ID, ask.ID, []any{"yes", map[string]any{"value": json.Number("3"), "why": "shiny"}, "said", "2026-03-05"}[q%4])
		}
		spec.Sections = append(spec.Sections, section)
		spec.Rules = append(spec.Rules, form.Rule{ID: "r" + strconv.Itoa(s), Say: "Say.", Check: form.Expr{Text: fmt.Sprintf("s%d.q0 != 'no' || s%d.q1 < 4 || s%d.q2 != ''", s, (s+1)%20, s)}})
	}
	spec.Scores = []form.Score{{ID: "total", Title: "Total", Value: form.Expr{Text: strings.Join(total, " + ")}}}
	f, mistakes := form.Compile(spec, form.Around{Services: []string{"kitchen"}, Roles: []form.Role{{ID: "cook", In: func(string) bool { return true }}}})
	if f == nil {
		t.Fatalf("the large form: %v", mistakes)
	}
	return f, a
}

func TestALargeDocumentIsJudgedInTime(t *testing.T) {
	f, a := large(t)
	j := f.Judge(a, context())
	if !j.Ready() || len(j.Scores) != 1 || j.Scores[0].Value != 300 {
		t.Fatalf("%v, %v", j.Problems, j.Scores)
	}
	best := time.Hour
	for range 20 {
		start := time.Now()
		f.Judge(a, context())
		best = min(best, time.Since(start))
	}
	if best > 10*time.Millisecond {
		t.Errorf("400 answers are judged in %v, want under 10ms", best)
	}
}

// What a worker waits for who completes a document of 400 answers.
func BenchmarkJudge(b *testing.B) {
	f, a := large(b)
	for b.Loop() {
		f.Judge(a, context())
	}
}

// Many rules whose every answer is tried out take as long to compile as each by itself, and
// not longer by how many there are. How long all definitions take to load is measured by
// "casefile bench documents".
func TestManyRulesAreCheckedOneByOne(t *testing.T) {
	compile := func(rules int) time.Duration {
		spec := form.Spec{ID: "many", Version: 1, Service: "kitchen", NoAuthorise: true, CompleteBy: []form.Word{{Text: "cook"}}}
		section := form.Section{ID: "s"}
		for i := range rules + 3 {
			section.Ask = append(section.Ask, form.Question{ID: "r" + strconv.Itoa(i), Kind: form.Rating, Min: &form.Bound{N: 0}, Max: &form.Bound{N: 4}, NoWhy: true})
		}
		for i := range rules { // 1,296 sets of answers each, and false for the last of them alone
			check := fmt.Sprintf("s.r%d < 4 || s.r%d < 4 || s.r%d < 4 || s.r%d < 4", i, i+1, i+2, i+3)
			spec.Rules = append(spec.Rules, form.Rule{ID: "r" + strconv.Itoa(i), Check: form.Expr{Text: check}})
		}
		spec.Sections = []form.Section{section}
		best := time.Hour
		for range 3 {
			start := time.Now()
			if f, mistakes := form.Compile(spec, form.Around{Services: []string{"kitchen"}, Roles: []form.Role{{ID: "cook", In: func(string) bool { return true }}}}); f == nil {
				t.Fatal(mistakes)
			}
			best = min(best, time.Since(start))
		}
		return best
	}
	few, many := compile(6), compile(57)
	if ratio := float64(many) / float64(few); ratio > 40 { // about 10 where each is by itself, 90 where each is tried with each
		t.Errorf("57 rules take %v, %.0f times as long as 6", many, ratio)
	}
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		large(b)
	}
}
