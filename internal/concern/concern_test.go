package concern_test

import (
	"strings"
	"testing"

	"casefile/internal/concern"
	"casefile/internal/fault"
	"casefile/internal/staff"
)

// Which step may come when, by whom.
func TestMay(t *testing.T) {
	step := func(k concern.Kind) concern.Step { return concern.Step{Kind: k, By: "lead", Worker: "w"} }
	taken := []concern.Step{step(concern.TakeOn)}
	decided := append(append([]concern.Step{}, taken...), step(concern.Decide))
	closed := append(append([]concern.Step{}, decided...), step(concern.Close))
	again := append(append([]concern.Step{}, closed...), step(concern.Reopen))
	for _, c := range []struct {
		name  string
		steps []concern.Step
		kind  concern.Kind
		by    string
		may   bool
	}{
		{"take on what is new", nil, concern.TakeOn, "lead", true},
		{"a note on what nobody took on", nil, concern.Note, "lead", false},
		{"reopen what is open", nil, concern.Reopen, "lead", false},
		{"take on one's own", taken, concern.TakeOn, "lead", false},
		{"take over another's", taken, concern.TakeOn, "other", true},
		{"a note by who took it on", taken, concern.Note, "lead", true},
		{"a note by another", taken, concern.Note, "other", false},
		{"close what is not decided", taken, concern.Close, "lead", false},
		{"close what is decided", decided, concern.Close, "lead", true},
		{"decide again", decided, concern.Decide, "lead", true},
		{"a note on what is closed", closed, concern.Note, "lead", false},
		{"take on what is closed", closed, concern.TakeOn, "other", false},
		{"reopen what is closed", closed, concern.Reopen, "other", true},
		{"close what was opened again", again, concern.Close, "lead", false},
		{"answer what is not asked", taken, concern.Answer, "w", false},
	} {
		err := concern.Concern{Steps: c.steps}.May(c.kind, staff.ID(c.by))
		if (err == nil) != c.may || err != nil && fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Whoever was ever said to be the one stays out; questions wait until they are
// answered by whom they were asked of.
func TestState(t *testing.T) {
	c := concern.Concern{About: "first", AboutName: "First", Steps: []concern.Step{
		{Kind: concern.Names, Worker: "second", WorkerName: "Second"},
		{Kind: concern.Ask, Worker: "a"},
		{Kind: concern.Ask, Worker: "b"},
		{Kind: concern.Ask, Worker: "a"},
		{Kind: concern.Answer, By: "a"},
	}}
	for w, about := range map[string]bool{"first": true, "second": true, "a": false, "": false} {
		if got := c.IsAbout(staff.ID(w)); got != about {
			t.Errorf("about %q: %v", w, got)
		}
	}
	if w, name := c.Suspect(); w != "second" || name != "Second" {
		t.Errorf("the last who was named: %s, %s", w, name)
	}
	if s := c.State(); len(s.Asked) != 1 || s.Asked[0].Worker != "b" {
		t.Errorf("waiting: %+v", s.Asked)
	}
	if c.May(concern.Answer, "b") != nil || c.May(concern.Answer, "a") == nil {
		t.Error("who may answer")
	}
}

func TestCheck(t *testing.T) {
	outcomes := []concern.Outcome{{ID: "breach"}}
	for name, c := range map[string]struct {
		step   concern.Step
		fields []string
	}{
		"a note":                    {concern.Step{Kind: concern.Note, Text: "x"}, nil},
		"taken on without words":    {concern.Step{Kind: concern.TakeOn}, nil},
		"an empty note":             {concern.Step{Kind: concern.Note}, []string{"text"}},
		"too long":                  {concern.Step{Kind: concern.Note, Text: strings.Repeat("é", concern.MaxText+1)}, []string{"text"}},
		"as long as may be":         {concern.Step{Kind: concern.Note, Text: strings.Repeat("é", concern.MaxText)}, nil},
		"asked nobody":              {concern.Step{Kind: concern.Ask, Text: "x"}, []string{"worker"}},
		"named nobody":              {concern.Step{Kind: concern.Names}, []string{"worker", "text"}},
		"no evidence":               {concern.Step{Kind: concern.Evidence}, []string{"look", "text"}},
		"an outcome nobody defined": {concern.Step{Kind: concern.Decide, Outcome: "x", Text: "x", Done: "x", Tell: "no"}, []string{"outcome"}},
		"decided":                   {concern.Step{Kind: concern.Decide, Outcome: "breach", Text: "x", Done: "x", Tell: "yes"}, nil},
		"half decided":              {concern.Step{Kind: concern.Decide}, []string{"outcome", "text", "done", "tell"}},
	} {
		var fields []string
		for _, p := range c.step.Check(outcomes) {
			fields = append(fields, p.Field)
		}
		if strings.Join(fields, " ") != strings.Join(c.fields, " ") {
			t.Errorf("%s: problems by %q, want %q", name, fields, c.fields)
		}
	}
}
