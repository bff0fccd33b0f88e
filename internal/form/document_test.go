package form_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casefile/internal/calendar"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/form"
)

func TestADocumentBeginsWithAnothersAnswers(t *testing.T) {
	menu, f := load(t, "menu"), load(t, "tasting")
	served := judge(t, menu, `{"dinner":{"hot":"yes","courses":3,"dish":"pie","taste":"sour"}}`).Final()
	last := judge(t, f, `{"people":{"guests":[{"name":"Anna","liked":"yes"}],"spices":{"salt":{"used":"yes"}},"signed":{"by":"w1","role":"cook","on":"2026-01-02"}}}`).Final()
	a := f.Begin(map[string]*form.Final{"menu": served, "tasting": last}, context())
	want := form.Answers{
		Sections: map[string]map[string]any{
			"dish":   {"hot": "yes", "taste": "sour"},
			"people": {"guests": []any{map[string]any{"name": "Anna", "liked": "yes"}}, "spices": map[string]any{"salt": map[string]any{"used": "yes"}}},
		},
		Copied: map[string]string{"dish": "menu", "people": "tasting"},
		Anew:   map[string]string{"dish.hot": "", "dish.taste": ""},
	}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// An answer that has to be looked at anew says so until it was.
	unreviewed := func() (questions []string) {
		for _, p := range f.Judge(a, context()).Problems {
			if p.Kind == form.Unreviewed {
				if p.Drafting() {
					t.Error("said while drafting")
				}
				questions = append(questions, p.Section+"."+p.Question)
			}
		}
		return questions
	}
	if got := unreviewed(); !cmp.Equal(got, []string{"dish.hot", "dish.taste"}) {
		t.Errorf("to look at: %v, want the two of dish", got)
	}
	kept := a.Anew
	if a.Anew = nil; !cmp.Equal(unreviewed(), []string{"dish.hot", "dish.taste"}) {
		t.Errorf("of a document that was begun when sections were looked at whole: %v", unreviewed())
	}
	if a.Reviewed = map[string]bool{"dish": true}; unreviewed() != nil {
		t.Errorf("looked at whole, and still to look at: %v", unreviewed())
	}
	a.Reviewed, a.Anew = nil, kept
	a.Anew["dish.hot"] = form.StillTrue
	if got := unreviewed(); !cmp.Equal(got, []string{"dish.taste"}) {
		t.Errorf("with one looked at: %v", got)
	}
	text, err := a.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if round, err := form.ParseAnswers(text); err != nil || !cmp.Equal(round.Anew, a.Anew) {
		t.Errorf("kept and read again: %v, %v", round.Anew, err)
	}
	a.Anew["dish.taste"] = form.Changed
	if got := unreviewed(); got != nil {
		t.Errorf("looked at, and still to look at: %v", got)
	}
	// The new document shares nothing with the old one.
	a.Sections["people"]["guests"].([]any)[0].(map[string]any)["name"] = "Bert"
	if last.Sections["people"]["guests"].([]any)[0].(map[string]any)["name"] != "Anna" {
		t.Error("the old document was changed")
	}
	if none := f.Begin(nil, context()); len(none.Sections)+len(none.Copied) != 0 {
		t.Errorf("of no document: %+v", none)
	}
}

// What an older version had as another kind of answer is not copied, and not read.
func TestAnOlderVersionIsReadAsFarAsItFits(t *testing.T) {
	f := load(t, "tasting")
	old := &form.Final{Form: "menu", Version: 1, Sections: map[string]map[string]any{"dinner": {"hot": []any{"yes"}, "taste": "bitter"}}}
	if a := f.Begin(map[string]*form.Final{"menu": old}, context()); len(a.Sections) != 0 {
		t.Errorf("copied %+v", a)
	}
	j := f.Judge(answers(t, `{"dish":{"hot":"no"}}`), form.Context{Today: today, Uses: map[string]*form.Final{"menu": old}})
	if got := problem(j, "dish", "hot", ""); got != "" {
		t.Errorf("what cannot be read stands in the way: %q", got)
	}
}

func TestFinalDocumentsAreKept(t *testing.T) {
	f := load(t, "tasting")
	final := judge(t, f, `{"dish":{"hot":"yes","weight":2.5},"people":{"guests":[{"spoons":3}]}}`).Final()
	b, err := json.Marshal(final)
	if err != nil {
		t.Fatal(err)
	}
	got, err := form.ParseFinal(b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(final, got); diff != "" {
		t.Errorf("kept and read (-kept +read):\n%s", diff)
	}
	for _, bad := range []string{``, `{}`, `[]`, `{"form":"menu","version":0,"sections":{}}`, `{"form":"menu","version":1,"sections":[]}`, `{"form":"menu","version":1}`} {
		if _, err := form.ParseFinal([]byte(bad)); err == nil {
			t.Errorf("%q is read as a final document", bad)
		}
	}
}

// printed is a document as lines of text.
func printed(p form.Printed) []string {
	lines := []string{p.Title}
	var add func(indent string, answers []form.PrintedAnswer)
	add = func(indent string, answers []form.PrintedAnswer) {
		for _, a := range answers {
			line := indent + a.Question + " " + strings.Join(append(a.Words, a.Keys...), ", ")
			if a.Why != "" {
				line += " (" + a.Why + ")"
			}
			for _, s := range a.Marked {
				line += "<" + string(s.Mark) + "|" + s.By + "|" + s.Text + ">"
			}
			lines = append(lines, strings.TrimRight(line, " "))
			for _, it := range a.Items {
				lines = append(lines, strings.TrimRight(indent+"- "+it.Row, " "))
				add(indent+"  ", it.Answers)
			}
		}
	}
	for _, s := range p.Sections {
		lines = append(lines, "# "+s.Title)
		add("", s.Answers)
	}
	for _, s := range p.Scores {
		lines = append(lines, s.Title+" "+s.Text+" "+s.Band)
	}
	for _, e := range p.Exceptions {
		lines = append(lines, e.Rule+" "+e.Reason)
	}
	return lines
}

func TestPrint(t *testing.T) {
	f := load(t, "tasting")
	a := answers(t, `{
		"dish":{"hot":"yes","burnt":"unknown","finding-out":"Ask.","cold-why":"hidden","taste":"sweet","sauce":["green","red"],"portion":"L","plates":["S"],
			"weight":2.5,"served":"2026-03-05","eaten":{"from":"2026-03-06","to":"2026-03-07"},"said":"[reported by Anna] Good.","cook":"p1","photo":["f1"]},
		"judgement":{"look":{"value":4,"why":"Shiny."},"smell":{"value":1},"again":"no"},
		"people":{"guests":[{"name":"Anna","liked":"no","complaint":"Salt.","spoons":"many"}],"spices":{"pepper":{"used":"no"}},"signed":{"by":"w1","role":"cook","on":"2026-03-07"}}}`)
	a.Exceptions = map[string]string{"all-liked": "Anna likes nothing.", "sour-is-cold": "not needed"}
	want := []string{
		"Tasting",
		"# The dish",
		"Was it hot? Yes", "Was it burnt? Don’t know", "How will you find out? Ask.", "How did it taste? Sweet", "Which sauces? Red, Green",
		"How large was it? Very large", "Which plates? Small", "What did it weigh? 2.5", "When was it served? 5 March 2026",
		"When was it eaten? from 6 March 2026 to 7 March 2026", "Days kept 1", "What was said? <reported|Anna|Good.>", "Who cooked it? p1", "Photographs f1",
		"# Judgement",
		"How did it look? 4 (Shiny.)", "How did it smell? 1, Faintly", "Would you have it again? No",
		"# Who was there",
		"Guests", "-", "  Name Anna", "  Did they like it? No", "  What did they say? Salt.", "  Spoons",
		"Spices", "- Salt", "  Used?", "- Pepper", "  Used? No",
		"Signed 7 March 2026, w1",
		"Total 5 Good",
		"It cannot have looked wonderful if somebody did not like it. Anna likes nothing.",
	}
	if diff := cmp.Diff(want, printed(f.Print(a, context()))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLastTimeBesideThisTime(t *testing.T) {
	f := load(t, "tasting")
	last := answers(t, `{"dish":{"hot":"yes","taste":"sweet","weight":2.50},"judgement":{"look":{"value":1,"why":"Dull."}},"people":{"guests":[{"name":"Anna"},{"name":"Bert"}],"spices":{"salt":{"used":"yes"}}}}`)
	this := answers(t, `{"dish":{"hot":"no","cold-why":"Late.","weight":2.5},"judgement":{"look":{"value":1,"why":"Dull."}},"people":{"guests":[{"name":"Anna"}],"spices":{"salt":{"used":"no"}}}}`)
	want := []form.Change{
		{Section: "dish", Title: "The dish", Question: "hot", Asked: "Was it hot?", Was: "Yes", Is: "No"},
		{Section: "dish", Title: "The dish", Question: "cold-why", Asked: "Why not?", Is: "Late."},
		{Section: "dish", Title: "The dish", Question: "taste", Asked: "How did it taste?", Was: "Sweet"},
		// Hidden this time, so it says nothing.
		{Section: "judgement", Title: "Judgement", Question: "look", Asked: "How did it look?", Was: "1; Dull."},
		{Section: "people", Title: "Who was there", Question: "guests", Asked: "Name", Item: 2, Was: "Bert"},
		{Section: "people", Title: "Who was there", Question: "spices", Asked: "Used?", Row: "Salt", Was: "Yes", Is: "No"},
	}
	if diff := cmp.Diff(want, f.Diff(last, this, context())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := f.Diff(this, this, context()); len(got) != 0 {
		t.Errorf("beside itself: %+v", got)
	}
}

func TestDueAndReview(t *testing.T) {
	f := load(t, "tasting")
	set, err := definition.Load(os.DirFS("testdata/kitchen"), "")
	if err != nil {
		t.Fatal(err)
	}
	c, _ := set.Calendar(f.Due.Calendar.Text)
	// 2 March is a Monday, off here, and 5 and 6 March are holidays.
	if got, err := f.Due.Day(date.Must(2026, 3, 1), c); err != nil || got != date.Must(2026, 3, 15) {
		t.Errorf("10 working days from 1 March: %s, %v", got.Long(), err)
	}
	if _, err := f.Due.Day(date.Must(2027, 3, 1), c); !errors.Is(err, calendar.ErrOutside) {
		t.Errorf("outside the calendar: %v", err)
	}
	for _, tt := range []struct {
		due  form.Due
		want date.Date
	}{
		{form.Due{Days: 10}, date.Must(2026, 2, 10)}, {form.Due{Weeks: 6}, date.Must(2026, 3, 14)}, {form.Due{Months: 1}, date.Must(2026, 2, 28)},
	} {
		if got, err := tt.due.Day(date.Must(2026, 1, 31), nil); err != nil || got != tt.want {
			t.Errorf("%+v: %s, %v, want %s", tt.due, got.Long(), err, tt.want.Long())
		}
	}
	if got := f.Review.Next(date.Must(2026, 11, 30)); got != date.Must(2027, 2, 28) {
		t.Errorf("three months from 30 November: %s", got.Long())
	}
	if got := (form.Review{EveryDays: 90}).Next(date.Must(2026, 1, 1)); got != date.Must(2026, 4, 1) {
		t.Errorf("90 days from 1 January: %s", got.Long())
	}
	rosh := shipped(t, "rosh")
	if got, err := rosh.Due.Day(date.Must(2026, 3, 5), nil); err != nil || got != date.Must(2026, 3, 15) || rosh.Review.EveryMonths != 3 {
		t.Errorf("a ROSH is due %s, %v, and again after %d months", got.Long(), err, rosh.Review.EveryMonths)
	}
}
