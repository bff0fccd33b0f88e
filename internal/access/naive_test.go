package access_test

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"

	"casefile/definitions"
	"casefile/internal/access"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/definition"
)

// This is a second decision, written from the head of rules.yaml by somebody
// who had not read the first. It is slow and shares nothing with package access
// but the names of its words: it reads the file itself, walks it from its first
// line to its last for every question, and keeps nothing. Where the two differ,
// one of them is wrong about who may see a child's file.

// A naiveLine is a line of rules.yaml as it stands there.
type naiveLine struct {
	Role, Part, Action, Ground []string
	Outcome                    string
}

// A naiveGround is a ground that somebody holds.
type naiveGround struct {
	name    string
	expired bool
	only    []string // the parts it is for; every part where there are none
}

// naiveAnswer is the outcome, and the grounds that may be named for it.
type naiveAnswer struct {
	outcome string
	ground  string
}

func naiveLines(t testing.TB, text []byte) []naiveLine {
	t.Helper()
	var file struct {
		Rules []struct{ Role, Part, Action, Ground, Outcome any }
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatalf("read the rules: %v", err)
	}
	words := func(v any) []string {
		list, many := v.([]any)
		if !many {
			return []string{fmt.Sprint(v)}
		}
		var out []string
		for _, x := range list {
			out = append(out, fmt.Sprint(x))
		}
		return out
	}
	var lines []naiveLine
	for _, r := range file.Rules {
		lines = append(lines, naiveLine{words(r.Role), words(r.Part), words(r.Action), words(r.Ground), fmt.Sprint(r.Outcome)})
	}
	return lines
}

// about are the lines that speak of this role, this part and this action.
func about(lines []naiveLine, role, part, action string) []naiveLine {
	var out []naiveLine
	for _, l := range lines {
		if slices.Contains(l.Role, role) && slices.Contains(l.Part, part) && slices.Contains(l.Action, action) {
			out = append(out, l)
		}
	}
	return out
}

// naive answers as the head of rules.yaml says, of the lines about the
// question.
func naive(lines []naiveLine, part string, holds []naiveGround) naiveAnswer {
	// "No line lifts a bar: a restriction one is not named on, a declared
	// connection, lapsed training."
	for _, h := range holds {
		if h.name == "restricted" || h.name == "connected" || h.name == "untrained" {
			return naiveAnswer{outcome: "absent"}
		}
	}
	// "Where several grounds hold, the most generous line counts; of lines as
	// generous as each other the one with the narrowest ground."
	for _, outcome := range []string{"shown", "reason first", "masked"} {
		for _, ground := range []string{"named", "allocated", "cover", "team", "review", "grant", "reason", "service", "everyone"} {
			held := false
			for _, h := range holds {
				if h.name != ground || h.expired {
					continue
				}
				if len(h.only) == 0 {
					held = true
				}
				for _, p := range h.only {
					if p == part {
						held = true
					}
				}
			}
			if !held {
				continue
			}
			for _, l := range lines {
				if l.Outcome == outcome && slices.Contains(l.Ground, ground) {
					return naiveAnswer{outcome, ground}
				}
			}
		}
	}
	// "What no line gives is absent."
	return naiveAnswer{outcome: "absent"}
}

const naiveNow = date.Instant(1_700_000_000_000_000)

// A matrix asks both decisions the same questions.
type matrix struct {
	t     *testing.T
	table *access.Table
	lines []naiveLine
	role  string
	asked int
}

func (m *matrix) ask(part, action string, lines []naiveLine, holds []naiveGround) {
	m.t.Helper()
	m.asked++
	held := make([]access.Held, 0, len(holds))
	for i, h := range holds {
		one := access.Held{Ground: access.Ground(h.name)}
		switch {
		case h.expired:
			one.Until = naiveNow - date.Instant(i) // the edge itself, and before it
		case i%2 == 1:
			one.Until = naiveNow + 1
		}
		for _, p := range h.only {
			one.Parts = append(one.Parts, access.Part(p))
		}
		held = append(held, one)
	}
	want := naive(lines, part, holds)
	got := m.table.Decide(access.Viewer{Worker: "w", Role: access.Role(m.role)}, access.Part(part), access.Action(action), held, naiveNow)
	if got.Outcome.String() != want.outcome || string(got.Ground) != want.ground || got.Why == "" {
		m.t.Errorf("%s, %s, %s, holding %v: decided %q by %q because %q, and naively %q by %q",
			m.role, part, action, holds, got.Outcome, got.Ground, got.Why, want.outcome, want.ground)
	}
}

var naiveGrounds = []string{"named", "allocated", "cover", "team", "review", "grant", "reason", "service", "everyone"}

// states are the ways to hold a ground, for a question about part.
func states(name, part string) []naiveGround {
	other := "identity"
	if part == other {
		other = "timeline"
	}
	return []naiveGround{
		{name: name},
		{name: name, expired: true},
		{name: name, only: []string{part}},
		{name: name, only: []string{other}},
		{name: name, only: []string{other, part}},
		{name: name, only: []string{part}, expired: true},
	}
}

// Role × part × action × every set of grounds, with and without each set of
// bars; each ground and each pair of grounds in every way they can be held; and
// sets held in ways thrown at random.
func TestTheTableAgainstASecondDecision(t *testing.T) {
	set, err := definition.Load(definitions.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	text, err := fs.ReadFile(definitions.FS, "access/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	lines := naiveLines(t, text)
	roles := []string{"", "nobody-has-this-role"}
	for _, r := range set.Roles() {
		roles = append(roles, string(r.ID))
	}
	parts := []string{"secrets"}
	for _, p := range access.Parts {
		parts = append(parts, string(p))
	}
	throws := 1
	if os.Getenv("CASEFILE_SOAK") != "" {
		throws = 400
	}
	for _, role := range roles {
		t.Run("role "+role, func(t *testing.T) {
			t.Parallel()
			m := &matrix{t: t, table: set.Access(), lines: lines, role: role}
			rng := rand.New(rand.NewPCG(3, uint64(len(role))))
			for _, part := range parts {
				for _, action := range []string{"find", "look", "record", "change", "delete"} {
					m.question(part, action, throws, rng)
				}
			}
			t.Logf("%d questions", m.asked)
		})
	}
	clause.Shows(t, "KF-04", "CR-31", "CX-24")
}

func (m *matrix) question(part, action string, throws int, rng *rand.Rand) {
	lines := about(m.lines, m.role, part, action)
	bars := []string{"restricted", "connected", "untrained"}
	for sub := range 1 << len(naiveGrounds) {
		var plain, thrown []naiveGround
		for i, g := range naiveGrounds {
			if sub>>i&1 == 1 {
				plain = append(plain, naiveGround{name: g})
			}
		}
		for b := range 1 << len(bars) {
			holds := slices.Clone(plain)
			for i, bar := range bars {
				if b>>i&1 == 1 {
					holds = append(holds, naiveGround{name: bar})
				}
			}
			m.ask(part, action, lines, holds)
		}
		for range throws {
			thrown = thrown[:0]
			for _, g := range plain {
				ways := states(g.name, part)
				thrown = append(thrown, ways[rng.IntN(len(ways))])
			}
			rng.Shuffle(len(thrown), func(i, j int) { thrown[i], thrown[j] = thrown[j], thrown[i] })
			m.ask(part, action, lines, thrown)
		}
	}
	if len(lines) == 0 && os.Getenv("CASEFILE_SOAK") == "" {
		return // nothing gives, in whatever way it is held
	}
	all := slices.Concat(naiveGrounds, bars, []string{"curious"})
	for _, a := range all {
		for _, one := range states(a, part) {
			m.ask(part, action, lines, []naiveGround{one})
			for _, b := range all {
				for _, two := range states(b, part) {
					m.ask(part, action, lines, []naiveGround{one, two})
				}
			}
		}
	}
}
