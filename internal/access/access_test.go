package access_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"casefile/internal/access"
	"casefile/internal/date"
)

const now date.Instant = 1000

var viewer = access.Viewer{Worker: "w", Role: "adviser"}

func rule(g access.Ground, o access.Outcome) access.Rule {
	return access.Rule{Role: "adviser", Part: access.Timeline, Action: access.Look, Ground: g, Outcome: o}
}

func TestNothingMeansAbsent(t *testing.T) {
	full := access.NewTable([]access.Rule{rule(access.Service, access.Shown)})
	held := []access.Held{{Ground: access.Service}}
	for name, d := range map[string]access.Decision{
		"no table":       (*access.Table)(nil).Decide(viewer, access.Timeline, access.Look, held, now),
		"an empty table": access.NewTable(nil).Decide(viewer, access.Timeline, access.Look, held, now),
		"another role":   full.Decide(access.Viewer{Role: "other"}, access.Timeline, access.Look, held, now),
		"no role":        full.Decide(access.Viewer{}, access.Timeline, access.Look, held, now),
		"another part":   full.Decide(viewer, access.Identity, access.Look, held, now),
		"an unknown part": access.NewTable([]access.Rule{{Role: "adviser", Part: "secrets", Action: access.Look, Ground: access.Service, Outcome: access.Shown}}).
			Decide(viewer, "secrets", access.Look, held, now),
		"an unknown ground": access.NewTable([]access.Rule{rule("curious", access.Shown)}).
			Decide(viewer, access.Timeline, access.Look, []access.Held{{Ground: "curious"}}, now),
		"another action":  full.Decide(viewer, access.Timeline, access.Record, held, now),
		"no ground":       full.Decide(viewer, access.Timeline, access.Look, nil, now),
		"a ground lapsed": full.Decide(viewer, access.Timeline, access.Look, []access.Held{{Ground: access.Service, Until: now}}, now),
	} {
		if d.Outcome != access.Absent || d.Ground != "" || d.Why == "" {
			t.Errorf("%s: got %+v, want absent with a reason", name, d)
		}
	}
}

func TestTheBestGroundWins(t *testing.T) {
	table := access.NewTable([]access.Rule{rule(access.Service, access.Masked), rule(access.Allocated, access.Shown), rule(access.Team, access.ReasonFirst)})
	d := table.Decide(viewer, access.Timeline, access.Look, []access.Held{{Ground: access.Service}, {Ground: access.Allocated, Until: now + 1}, {Ground: access.Team}}, now)
	if d.Outcome != access.Shown || d.Ground != access.Allocated {
		t.Errorf("got %+v, want shown as allocated", d)
	}
	d = table.Decide(viewer, access.Timeline, access.Look, []access.Held{{Ground: access.Service}}, now)
	if d.Outcome != access.Masked {
		t.Errorf("got %+v, want masked", d)
	}
}

func TestTheNarrowestOfEqualGroundsIsNamed(t *testing.T) {
	held := []access.Held{{Ground: access.Service}, {Ground: access.Allocated}, {Ground: access.Team}}
	rules := []access.Rule{rule(access.Service, access.Shown), rule(access.Allocated, access.Shown), rule(access.Team, access.Shown)}
	for range len(rules) { // whatever the order of the lines
		rules = append(rules[1:], rules[0])
		if d := access.NewTable(rules).Decide(viewer, access.Timeline, access.Look, held, now); d.Ground != access.Allocated {
			t.Errorf("%+v: named %q, want allocated", rules, d.Ground)
		}
	}
}

func TestZeroScopeGivesNothing(t *testing.T) {
	table := access.NewTable([]access.Rule{rule(access.Service, access.Shown)})
	if s := table.Scope(viewer, access.Timeline, access.Look, access.Absent); s.Gives != nil {
		t.Errorf("a list of what is absent: %+v", s)
	}
	if s := table.Scope(access.Viewer{Role: "other"}, access.Timeline, access.Look, access.Shown); s.Gives != nil {
		t.Errorf("a role without rules lists %+v", s)
	}
}

// Decide and Scope against a naive reading of the rules, for random tables.
func TestAgainstTheNaiveReading(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		var rules []access.Rule
		for range rng.IntN(6) {
			rules = append(rules, access.Rule{
				Role: []access.Role{"adviser", "other"}[rng.IntN(2)], Part: access.Parts[rng.IntN(len(access.Parts))],
				Action: access.Actions[rng.IntN(len(access.Actions))], Ground: access.Grounds[rng.IntN(len(access.Grounds))],
				Outcome: access.Outcome(rng.IntN(4)),
			})
		}
		var held []access.Held
		for _, g := range access.Grounds {
			if rng.IntN(2) == 0 {
				held = append(held, access.Held{Ground: g})
			}
		}
		part, action := access.Parts[rng.IntN(len(access.Parts))], access.Actions[rng.IntN(len(access.Actions))]
		want := access.Absent
		for _, r := range rules {
			if r.Role == viewer.Role && r.Part == part && r.Action == action && slices.ContainsFunc(held, func(h access.Held) bool { return h.Ground == r.Ground }) {
				want = max(want, r.Outcome)
			}
		}
		table := access.NewTable(rules)
		if got := table.Decide(viewer, part, action, held, now); got.Outcome != want {
			t.Fatalf("rules %+v, held %+v: got %v, want %v", rules, held, got.Outcome, want)
		}
		for _, atLeast := range []access.Outcome{access.Masked, access.ReasonFirst, access.Shown} {
			sc := table.Scope(viewer, part, action, atLeast)
			in := slices.ContainsFunc(held, func(h access.Held) bool { return slices.Contains(sc.Gives, h.Ground) })
			if in != (want >= atLeast) {
				t.Fatalf("scope at least %v: %v; decision %v", atLeast, in, want)
			}
		}
	}
}

func TestOutcomeWords(t *testing.T) {
	for o := access.Absent; o <= access.Shown; o++ {
		if got, ok := access.ParseOutcome(o.String()); !ok || got != o {
			t.Errorf("%v reads back as %v, %v", o, got, ok)
		}
	}
	if o, ok := access.ParseOutcome("visible"); ok || o != access.Absent {
		t.Errorf("an unknown word reads as %v, %v", o, ok)
	}
	if got := access.Outcome(9).String(); got != "absent" {
		t.Errorf("an impossible outcome is %q", got)
	}
}

func BenchmarkDecide(b *testing.B) {
	table := access.NewTable([]access.Rule{rule(access.Service, access.Masked), rule(access.Allocated, access.Shown)})
	held := []access.Held{{Ground: access.Service}, {Ground: access.Allocated}}
	for b.Loop() {
		table.Decide(viewer, access.Timeline, access.Look, held, now)
	}
}
