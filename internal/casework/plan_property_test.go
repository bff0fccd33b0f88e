package casework_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/keys"
	"casefile/internal/plan"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// No sequence of edits by two, of conflicts, failures, copies and returns loses a line of a
// plan that was accepted: it stands in the draft or, written over by somebody else or taken
// out, among what is kept; finished, it stands in the step; and what was in force never
// goes from what is in force later.
func TestNoAcceptedLineOfAPlanIsLost(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		set := mustLoad(t, "testdata/plans")
		ring, err := keys.Create(filepath.Join(t.TempDir(), "keys.json"))
		if err != nil {
			t.Fatal(err)
		}
		finished, forced, told, cut := 0, 0, 0, 0
		for seed := range uint64(storetest.Count(10, 300)) {
			rng := rand.New(rand.NewPCG(seed, 11))
			db := &faulty{DB: d.db, rng: rng}
			d.Service = casework.New(casework.Options{DB: db, Definitions: set, Keys: ring, Now: d.db.Now.Time, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
			d.child = d.db.Person(t, "Ines", "Marlowe", storetest.Today.AddMonths(-180))
			d.db.Episode(t, d.child.ID, d.team, d.adviser.Worker)
			m := &planModel{
				plansDesk: &plansDesk{d}, rng: rng, db: db, seed: seed, draft: map[string]plan.Part{}, kept: map[string]bool{}, ever: map[string]bool{},
				pages: map[string]map[string]plan.Part{"adviser": {}, "manager": {}}, reader: d.actor(t, "team-manager", d.team),
			}
			m.run(t)
			finished, forced, told, cut = finished+m.finished, forced+m.forced, told+m.told, cut+m.cut
			d.Close()
		}
		if finished < 5 || forced < 5 || told < 5 || cut < 5 {
			t.Errorf("%d finished, %d in force, %d told of another, %d cut off: little was tried", finished, forced, told, cut)
		}
	})
}

// A planModel is what should be so of a plan.
type planModel struct {
	*plansDesk
	rng   *rand.Rand
	db    *faulty
	seed  uint64
	key   plan.ID
	words int
	// reader authorises it, and writes nothing in it.
	reader casework.Actor
	draft  map[string]plan.Part // what is typed, as it was accepted
	kept   map[string]bool      // lines that must be among what is kept, of this draft
	ever   map[string]bool      // outcomes and actions that were in force
	pages  map[string]map[string]plan.Part

	finished, forced, told, cut int
}

func (m *planModel) who(name string) casework.Actor {
	if name == "adviser" {
		return m.adviser
	}
	return m.manager
}

// held is the draft in the database.
func (m *planModel) held(t *testing.T) (now map[string]plan.Part, earlier map[string]bool, p plan.Plan) {
	t.Helper()
	now, earlier = map[string]plan.Part{}, map[string]bool{}
	m.plansDesk.db.Read(t, func(ctx context.Context, r store.Reader) error {
		parts, err := r.PlanParts(ctx, m.key)
		if err != nil {
			return err
		}
		for _, x := range parts {
			now[x.ID] = x
		}
		old, err := r.EarlierPlanParts(ctx, m.key)
		if err != nil {
			return err
		}
		for _, x := range old {
			earlier[x.ID+" "+x.Fields["words"]] = true
		}
		p, err = r.Plan(ctx, m.key)
		return err
	})
	return now, earlier, p
}

func (m *planModel) check(t *testing.T, after string) {
	t.Helper()
	now, earlier, p := m.held(t)
	if p.Draft.Purpose == "" {
		return
	}
	for part, want := range m.draft {
		if !maps.Equal(now[part].Fields, want.Fields) {
			t.Fatalf("seed %d, after %s: part %s holds %v, and %v was accepted", m.seed, after, part, now[part].Fields, want.Fields)
		}
	}
	if len(now) != len(m.draft) {
		t.Fatalf("seed %d, after %s: %d parts, want %d", m.seed, after, len(now), len(m.draft))
	}
	for line := range m.kept {
		if !earlier[line] {
			t.Fatalf("seed %d, after %s: %q was written over or taken out, and is not kept: %v", m.seed, after, line, earlier)
		}
	}
}

// reload takes what the database has for accepted: after a failure that may have kept all,
// it must be either what it was or what it was to be.
func (m *planModel) reload(t *testing.T, after string, maybe map[string]plan.Part) {
	t.Helper()
	now, _, p := m.held(t)
	if p.Draft.Purpose == "" {
		m.draft = map[string]plan.Part{}
		return
	}
	same := func(a, b map[string]plan.Part) bool {
		return maps.EqualFunc(a, b, func(x, y plan.Part) bool { return maps.Equal(x.Fields, y.Fields) })
	}
	if maybe != nil && !same(now, m.draft) && !same(now, maybe) {
		t.Fatalf("seed %d, after %s: the draft is half of what was sent: %v", m.seed, after, now)
	}
	m.draft = now
}

func (m *planModel) save(t *testing.T, name string, x plan.Part, typed map[string]string) {
	t.Helper()
	x.Plan, x.Fields = m.key, typed
	was, had := m.draft[x.ID]
	next := was
	next.ID, next.Sort = x.ID, x.Sort
	next.Fields = was.Known(typed)
	if !had {
		next.Fields = plan.Part{Sort: x.Sort}.Known(typed)
	}
	maybe := maps.Clone(m.draft)
	maybe[x.ID] = next
	m.db.on = true
	saved, err := m.SavePlanPart(t.Context(), m.who(name), m.child.Reference, x)
	m.db.on = false
	switch {
	case err == nil:
		if had && was.Rev > 1 && was.By != m.who(name).Worker && was.Rev < saved.Rev {
			m.kept[x.ID+" "+was.Fields["words"]] = true
		}
		next.Rev, next.By = saved.Rev, saved.By
		m.draft[x.ID], m.pages[name][x.ID] = next, saved
	case errors.Is(err, errCut):
		m.cut++
		m.reload(t, "a save that was cut off", maybe)
	case casework.PlanPartChanged(err), casework.PlanPartGone(err):
		m.told++
		delete(m.pages[name], x.ID)
		if cur, ok := m.draft[x.ID]; ok {
			m.pages[name][x.ID] = cur
		}
	case fault.Is(err, fault.Conflict), fault.Is(err, fault.NotFound):
	default:
		t.Fatalf("seed %d: save: %v", m.seed, err)
	}
	m.check(t, "a save")
}

func (m *planModel) line() string {
	m.words++
	return fmt.Sprintf("line %d", m.words)
}

// page is a part as somebody's page has it, which may be an old one.
func (m *planModel) page(name string, sort plan.Sort) (plan.Part, bool) {
	var list []plan.Part
	for _, k := range slices.Sorted(maps.Keys(m.draft)) {
		x := m.draft[k]
		if x.Sort != sort {
			continue
		}
		if old, ok := m.pages[name][k]; ok && m.rng.IntN(3) > 0 {
			x = old
		}
		list = append(list, x)
	}
	if len(list) == 0 {
		return plan.Part{}, false
	}
	x := list[m.rng.IntN(len(list))]
	m.pages[name][x.ID] = x
	return x, true
}

func (m *planModel) run(t *testing.T) {
	m.key = m.begin(t, m.adviser)
	m.reload(t, "the beginning", nil)
	m.putAll(t)
	for range 45 {
		_, _, p := m.held(t)
		if p.Draft.Purpose == "" {
			m.between(t, p)
			continue
		}
		name := pickOne(m.rng, "adviser", "adviser", "manager")
		switch m.rng.IntN(9) {
		case 0: // an outcome, with what is done for it
			o := id.New()
			m.save(t, name, plan.Part{ID: o, Sort: plan.OutcomePart}, map[string]string{"words": m.line(), "own-words": "Mine"})
			m.action(t, name, o)
		case 1:
			m.save(t, name, plan.Part{ID: id.New(), Sort: plan.TargetPart}, map[string]string{"words": m.line()})
		case 2, 3, 4, 5:
			if x, ok := m.page(name, pickOne(m.rng, plan.OutcomePart, plan.ActionPart, plan.TargetPart)); ok {
				m.save(t, name, x, map[string]string{"words": m.line()})
			}
		case 6:
			m.remove(t, name)
		case 7:
			m.finishIt(t, p)
		case 8:
			m.takeUp(t)
		}
	}
}

// putAll fills what every plan needs.
func (m *planModel) putAll(t *testing.T) {
	about := m.draft["about"]
	about.ID, about.Sort = "about", plan.AboutPart
	m.save(t, "adviser", about, map[string]string{"child-views": "It is mine", "box-backup": "Ring"})
}

func (m *planModel) remove(t *testing.T, name string) {
	x, ok := m.page(name, pickOne(m.rng, plan.ActionPart, plan.TargetPart))
	if !ok {
		return
	}
	x.Plan = m.key
	was := m.draft[x.ID]
	maybe := maps.Clone(m.draft)
	delete(maybe, x.ID)
	m.db.on = true
	err := m.RemovePlanPart(t.Context(), m.who(name), m.child.Reference, x)
	m.db.on = false
	switch {
	case err == nil:
		delete(m.draft, x.ID)
		m.kept[x.ID+" "+was.Fields["words"]] = true
	case errors.Is(err, errCut):
		m.cut++
		m.reload(t, "a removal that was cut off", maybe)
	case casework.PlanPartChanged(err):
		m.told++
	case fault.Is(err, fault.NotFound) && m.ever[x.ID]: // it is in force, and so closed and not taken out
	case fault.Is(err, fault.Conflict):
	default:
		t.Fatalf("seed %d: remove: %v", m.seed, err)
	}
	m.check(t, "a removal")
}

func (m *planModel) takeUp(t *testing.T) {
	x, ok := m.page("adviser", plan.TargetPart)
	if !ok {
		return
	}
	made, err := m.TakeUpTarget(t.Context(), m.adviser, m.child.Reference, m.key, x.ID, id.New())
	if err == nil {
		m.draft[made.ID] = made
	} else if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound) {
		t.Fatalf("seed %d: take up: %v", m.seed, err)
	}
	m.check(t, "taking up")
}

// finishIt finishes the draft, sometimes as it was before.
func (m *planModel) finishIt(t *testing.T, p plan.Plan) {
	m.complete(t)
	if p.Draft.Purpose == plan.Review {
		m.review(t)
	}
	_, _, p = m.held(t)
	seen := p.Draft.Rev - m.rng.IntN(4)/3
	m.db.on = true
	err := m.FinishPlan(t.Context(), m.adviser, m.child.Reference, m.key, seen)
	m.db.on = false
	_, _, now := m.held(t)
	switch done := now.Draft.Purpose == ""; {
	case err == nil || errors.Is(err, errCut) && done:
		m.finished++
		m.finishedSays(t, now)
	case errors.Is(err, errCut):
		m.cut++
	case casework.PlanDraftChanged(err):
		m.told++
	case casework.IsPlanNotReady(err):
	default:
		t.Fatalf("seed %d: finish: %v", m.seed, err)
	}
	m.check(t, "finishing")
}

// complete adds what a plan needs that it lacks.
func (m *planModel) complete(t *testing.T) {
	m.putAll(t)
	served := map[string]bool{}
	var outcomes []string
	for _, k := range slices.Sorted(maps.Keys(m.draft)) {
		switch x := m.draft[k]; x.Sort {
		case plan.OutcomePart:
			outcomes = append(outcomes, k)
		case plan.ActionPart:
			served[x.Fields["outcome"]] = true
		case plan.AboutPart, plan.ReviewPart, plan.TargetPart, plan.ProgressPart:
		}
	}
	for _, o := range outcomes {
		if x := m.draft[o]; x.Fields["own-words"] == "" {
			m.save(t, "adviser", x, map[string]string{"own-words": "Mine"})
		}
		if !served[o] {
			m.action(t, "adviser", o)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(m.draft)) {
		if x := m.draft[k]; x.Sort == plan.ActionPart && x.Fields["who"] == "" { // it was a target
			m.save(t, "adviser", x, fields(map[string]string{"who": "agency", "agency": "School"}, day("end", m.Today())))
		}
	}
}

func (m *planModel) action(t *testing.T, name, outcome string) {
	m.save(t, name, plan.Part{ID: id.New(), Sort: plan.ActionPart}, fields(map[string]string{"outcome": outcome, "words": m.line(), "who": "agency", "agency": "School", "marks": "positive"}, day("end", m.Today())))
}

// review measures every outcome in force, and leaves all as it goes on.
func (m *planModel) review(t *testing.T) {
	for _, k := range slices.Sorted(maps.Keys(m.draft)) {
		switch x := m.draft[k]; x.Sort {
		case plan.ReviewPart:
			m.save(t, "adviser", x, fields(map[string]string{"child-views": "Good"}, day("on", m.Today())))
		case plan.ProgressPart:
			typed := map[string]string{"progress": "better", "evidence": m.line(), "stands": "goes-on"}
			for action := range m.ever {
				typed["stands-"+action] = "goes-on"
			}
			m.save(t, "adviser", x, typed)
		case plan.AboutPart, plan.OutcomePart, plan.ActionPart, plan.TargetPart:
		}
	}
}

// finishedSays holds the step to what was accepted.
func (m *planModel) finishedSays(t *testing.T, p plan.Plan) {
	t.Helper()
	latest, _ := p.Latest()
	var c plan.Content
	m.plansDesk.db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
		c, err = r.PlanContent(ctx, m.key, latest.Number)
		return err
	})
	taken := plan.TakenUp(slices.Collect(maps.Values(m.draft)))
	for part, x := range m.draft {
		said, ok := "", true
		switch x.Sort {
		case plan.OutcomePart:
			o, has := c.Outcome(part)
			said, ok = o.Words, has
		case plan.ActionPart:
			a, _, has := c.Action(part)
			said, ok = a.Words, has
		case plan.TargetPart:
			g, has := c.Target(part)
			said, ok = g.Words, has || taken[part]
			if taken[part] {
				said = x.Fields["words"]
			}
		default:
			continue
		}
		if !ok || said != x.Fields["words"] {
			t.Fatalf("seed %d: finished, the %s %s says %q (%v); accepted was %q", m.seed, x.Sort, part, said, ok, x.Fields["words"])
		}
	}
	for part := range m.ever {
		_, isOutcome := c.Outcome(part)
		if _, _, isAction := c.Action(part); !isOutcome && !isAction {
			t.Fatalf("seed %d: %s was in force, and went", m.seed, part)
		}
	}
	m.draft, m.kept, m.pages = map[string]plan.Part{}, map[string]bool{}, map[string]map[string]plan.Part{"adviser": {}, "manager": {}}
}

// between is what happens while nobody writes: a decision, or the next change or review.
func (m *planModel) between(t *testing.T, p plan.Plan) {
	m.db.on = true
	var err error
	switch {
	case p.State() == plan.Waiting && m.rng.IntN(3) == 0:
		err = m.ReturnPlan(t.Context(), m.reader, m.child.Reference, m.key, p.Last().Number, "Again")
	case p.State() == plan.Waiting:
		err = m.AuthorisePlan(t.Context(), m.reader, m.child.Reference, m.key, p.Last().Number)
	default:
		err = m.WriteAgain(t.Context(), m.adviser, m.child.Reference, m.key, p.Last().Number, pickOne(m.rng, plan.Change, plan.Review))
	}
	m.db.on = false
	if err != nil && !errors.Is(err, errCut) {
		t.Fatalf("seed %d: between: %v", m.seed, err)
	}
	now, _, after := m.held(t)
	if says, ok := after.Says(); ok && after.Last().Did == plan.Authorised && p.State() == plan.Waiting {
		m.forced++
		m.plansDesk.db.Read(t, func(ctx context.Context, r store.Reader) error {
			c, err := r.PlanContent(ctx, m.key, says.Number)
			for _, o := range c.Outcomes {
				m.ever[o.ID] = true
				for _, a := range o.Actions {
					m.ever[a.ID] = true
				}
			}
			return err
		})
	}
	m.draft = now
}
