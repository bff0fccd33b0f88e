package casework_test

import (
	"slices"
	"testing"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/fault"
	"casefile/internal/meeting"
	"casefile/internal/plan"
	"casefile/internal/store/storetest"
)

func dids(list []casework.Deed) (words []string) {
	for _, d := range list {
		words = append(words, string(d.Part)+" "+d.Did)
	}
	return words
}

func timelineAt(t *testing.T, s *casework.Service, look casework.Look, at date.Instant) casework.Timeline {
	t.Helper()
	look.Known = at
	f, err := casework.Open(t.Context(), s, look, casework.TimelinePart(""))
	if err != nil {
		t.Fatal(err)
	}
	return f.Value
}

// What was done with a plan stands on the timeline where it was done, and leads to what the
// plan said then. What is on its way to be in force is for the service whose plan it is, and
// a file of an earlier day has the plan as it was then.
func TestPlansAreOnTheTimelineAndAsKnownOn(t *testing.T) {
	eachPlans(t, func(t *testing.T, d *plansDesk) {
		key, outcome, _, _, _ := d.inForce(t)
		first := casework.EndOf(storetest.Today)
		d.db.Now.Set(d.db.Now.Time().AddDate(0, 0, 30))
		d.again(t, key, plan.Change)
		d.put(t, d.adviser, key, plan.OutcomePart, outcome, map[string]string{"words": "She sleeps at her own place"})
		waiting := func() casework.Timeline { return timelineAt(t, d.Service, d.look(d.adviser), 0) }
		if got := dids(waiting().Done); !slices.Equal(got, []string{"plans authorised", "plans written"}) {
			t.Errorf("while a change is a draft: %v", got)
		}
		d.mustFinish(t, d.adviser, key)
		d.authorise(t, key)
		now := waiting().Done
		if got := dids(now); !slices.Equal(got, []string{"plans authorised", "plans written", "plans authorised", "plans written"}) {
			t.Fatalf("of both: %v", got)
		}
		if now[0].Step != now[1].Step || now[2].Step != now[3].Step || now[0].Step <= now[2].Step {
			t.Errorf("they lead to %+v", now)
		}
		if was := d.read(t, d.adviser, key, now[2].Step).Content.Outcomes[0].Words; was != "She sleeps through the night and is rested at college" {
			t.Errorf("the first leads to %q", was)
		}
		if got := dids(timelineAt(t, d.Service, d.look(d.adviser), first).Done); !slices.Equal(got, []string{"plans authorised", "plans written"}) {
			t.Errorf("as known on the first day: %v", got)
		}

		for _, c := range []struct {
			at   date.Instant
			want string
		}{{0, "She sleeps at her own place"}, {first, "She sleeps through the night and is rested at college"}} {
			list := known(t, d.desk, d.adviser, c.at, casework.PlansPart()).Value.List
			over := known(t, d.desk, d.adviser, c.at, casework.OverviewPart()).Value.Plans
			if len(list) != 1 || len(over) != 1 || list[0].Content.Outcomes[0].Words != c.want || over[0].Content.Outcomes[0].Words != c.want {
				t.Errorf("at %d: the plans %+v, on the overview %+v", c.at, list, over)
			}
		}
		before := casework.EndOf(storetest.Today.AddDays(-1))
		if v := known(t, d.desk, d.adviser, before, casework.PlansPart()).Value; len(v.List) != 0 || len(v.Choices) != 0 {
			t.Errorf("the day before: %+v", v)
		}
		if got := timelineAt(t, d.Service, d.look(d.adviser), before); len(got.Done)+len(got.Lines) != 0 {
			t.Errorf("the day before: %+v", got)
		}
	})
}

// A document that was corrected is listed of an earlier day as it stood; what it said then
// takes the right to read that.
func TestDocumentsAsKnownOn(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		key := d.final(t)
		first := casework.EndOf(storetest.Today)
		d.db.Now.Set(d.db.Now.Time().AddDate(0, 0, 30))
		why := casework.Reopening{Step: d.state(t, key).Last().Number, Grounds: document.Inaccurate, Reason: "It was another college"}
		if err := d.ReopenDocument(t.Context(), d.adviser, d.child.Reference, key, why); err != nil {
			t.Fatal(err)
		}
		on := func(a casework.Actor, at date.Instant) casework.DocumentLine {
			t.Helper()
			list := known(t, d.desk, a, at, casework.DocumentsPart()).Value.List
			if len(list) != 1 {
				t.Fatalf("at %d there are %d", at, len(list))
			}
			return list[0]
		}
		if now, then := on(d.adviser, 0), on(d.adviser, first); now.State() != document.Correcting || then.State() != document.Final || then.Since || then.Step != 0 {
			t.Errorf("while it is corrected: %+v, on the first day %+v", now, then)
		}
		d.mustType(t, d.adviser, key, "start", map[string]any{"hours": "30"})
		d.mustComplete(t, d.adviser, key)
		if err := d.AuthoriseDocument(t.Context(), d.manager, d.child.Reference, key, d.state(t, key).Last().Number); err != nil {
			t.Fatal(err)
		}
		if then := on(d.adviser, first); !then.Since || then.Step != 0 {
			t.Errorf("to who may not read what was corrected: %+v", then)
		}
		then := on(d.manager, first)
		f, err := casework.Open(t.Context(), d.Service, d.look(d.manager), casework.DocumentPart(key, then.Step))
		if err != nil || !then.Since || then.Step != 1 || f.Value.Current {
			t.Errorf("to who may: %+v, %v", then, err)
		}
		steps := map[int]bool{}
		for _, deed := range timelineAt(t, d.Service, d.look(d.adviser), 0).Done {
			steps[deed.Step] = true
		}
		if len(steps) != 1 || !steps[0] {
			t.Errorf("the timeline of who may not read what was corrected leads to %v", steps)
		}
		if got := known(t, d.desk, d.adviser, casework.EndOf(storetest.Today.AddDays(-1)), casework.DocumentsPart()).Value; len(got.List)+len(got.Choices)+len(got.Required) != 0 {
			t.Errorf("the day before: %+v", got)
		}
	})
}

// A meeting that was held stands on the timeline on its day, with what was decided about the
// child for whoever reads decisions; then that its minutes were agreed, or that it was
// cancelled. One that never took place stands there no more, and does as known before that
// was said.
func TestMeetingsAreOnTheTimelineAndAsKnownOn(t *testing.T) {
	eachRoom(t, func(t *testing.T, m *room) {
		ctx, ref := t.Context(), m.child.Reference
		n := m.coreGroup(m.sibling.Reference)
		key := m.held(t, n)
		rev := m.write(t, m.taker, ref, key)
		m.decide(t, key, "")
		if err := m.CompleteMinutes(ctx, m.taker, ref, key, rev, nil, ""); err != nil {
			t.Fatal(err)
		}
		line := func(a casework.Actor, at date.Instant) []casework.Deed {
			return timelineAt(t, m.Service, m.look(a), at).Done
		}
		got := line(m.worker, 0)
		if !slices.Equal(dids(got), []string{"meetings held"}) || got[0].On != storetest.Today || !slices.Equal(got[0].Decided, []string{decided.What}) {
			t.Fatalf("held: %+v", got)
		}
		wantPrint(t, m.prints(t, m.child), "look minutes shown") // what was decided is of the minutes
		if err := m.AgreeMinutes(ctx, m.worker, ref, key, 1, ""); err != nil {
			t.Fatal(err)
		}
		agreed := casework.EndOf(storetest.Today)
		if got := dids(line(m.worker, 0)); !slices.Contains(got, "meetings agreed") || len(got) != 2 {
			t.Errorf("agreed: %v", got)
		}
		m.db.Now.Set(m.db.Now.Time().AddDate(0, 0, 3))
		off := m.setUp(t, m.worker, m.coreGroup())
		if err := m.CancelMeeting(ctx, m.worker, ref, off, 1, "Nobody could come"); err != nil {
			t.Fatal(err)
		}
		if got := dids(line(m.worker, 0)); len(got) != 3 || got[0] != "meetings cancelled" {
			t.Errorf("with one that was cancelled: %v", got)
		}
		if err := m.WithdrawMeeting(ctx, m.worker, ref, key, 2, "It was the other family"); err != nil {
			t.Fatal(err)
		}
		if got := dids(line(m.worker, 0)); !slices.Equal(got, []string{"meetings cancelled"}) {
			t.Errorf("withdrawn: %v", got)
		}
		if got := dids(line(m.worker, agreed)); len(got) != 2 {
			t.Errorf("as known before: %v", got)
		}
		at := func(known date.Instant) casework.Meetings {
			f, err := casework.Open(ctx, m.Service, casework.Look{Actor: m.worker, Reference: ref, Known: known}, casework.MeetingsPart())
			if err != nil {
				t.Fatal(err)
			}
			return f.Value
		}
		if now, then := at(0), at(agreed); len(now.Past) != 2 || len(then.Past) != 1 || !then.Past[0].Is(meeting.Held) || then.May || len(then.Coming) != 0 {
			t.Errorf("the meetings: %+v, as known before %+v", now, then)
		}
		if then := at(casework.EndOf(storetest.Today.AddDays(-1))); len(then.Past)+len(then.Coming) != 0 {
			t.Errorf("the day before: %+v", then)
		}
		m.restrict(t, m.sibling, m.manager)
		for _, l := range at(agreed).Past {
			if len(l.Others) != 0 {
				t.Error("as known before, a meeting names a sibling whose file is restricted today")
			}
		}
		var without []access.Rule
		for _, g := range []access.Ground{access.Named, access.Allocated, access.Cover, access.Team, access.Review, access.Reason, access.Service, access.Everyone} {
			without = append(without, access.Rule{Role: "team-manager", Part: access.Minutes, Action: access.Look, Ground: g, Outcome: access.Absent})
		}
		s := (&desk{db: m.db}).ruled(t, without...)
		for name, c := range map[string]struct {
			of   *casework.Service
			want int
		}{"who reads decisions": {m.Service, 1}, "who reads none": {s, 0}} {
			done := timelineAt(t, c.of, m.look(m.manager), agreed).Done
			if i := slices.IndexFunc(done, func(d casework.Deed) bool { return d.Did == string(meeting.Held) }); i < 0 || len(done[i].Decided) != c.want {
				t.Errorf("to %s: %+v", name, done)
			}
		}
	})
}

// What another service completed, and was sent back, is nobody's else to read: neither by its
// place nor as known on a day on which it waited.
func TestAVersionThatNeverWasFinalIsNotForOthers(t *testing.T) {
	eachPlanner(t, func(t *testing.T, d *planner) {
		social := d.db.Team(t, "social-care")
		w, as := d.db.Worker(t, "team-manager", social)
		other := casework.Actor{Worker: w.ID, As: as.ID}
		d.db.Episode(t, d.child.ID, social, w.ID)
		key, ref := d.final(t), d.child.Reference
		last := func() int { return d.state(t, key).Last().Number }
		d.must(t, d.ReopenDocument(t.Context(), d.adviser, ref, key, casework.Reopening{Step: last(), Grounds: document.Inaccurate, Reason: "30 hours"}))
		d.mustType(t, d.adviser, key, "start", map[string]any{"hours": "30"})
		d.mustComplete(t, d.adviser, key)
		sent := last()
		waited := casework.EndOf(storetest.Today)
		d.db.Now.Set(d.db.Now.Time().AddDate(0, 0, 3))
		d.must(t, d.ReturnDocument(t.Context(), d.manager, ref, key, sent, "Ask the college"))
		d.mustType(t, d.adviser, key, "start", map[string]any{"hours": "25"})
		d.mustComplete(t, d.adviser, key)
		d.must(t, d.AuthoriseDocument(t.Context(), d.manager, ref, key, last()))
		for who, a := range map[string]casework.Actor{"own": d.manager, "other": other} {
			list := known(t, d.desk, a, waited, casework.DocumentsPart()).Value.List
			if len(list) != 1 {
				t.Fatalf("%s: %d documents", who, len(list))
			}
			if want := map[string]int{"own": sent, "other": 1}[who]; list[0].Step != want {
				t.Errorf("%s: as known it is read at step %d, want %d", who, list[0].Step, want)
			}
			if _, err := casework.Open(t.Context(), d.Service, d.look(a), casework.DocumentPart(key, list[0].Step)); err != nil {
				t.Errorf("%s: where that leads: %v", who, err)
			}
		}
		_, err := casework.Open(t.Context(), d.Service, d.look(other), casework.DocumentPart(key, sent))
		wantKind(t, "what was sent back, to another service", err, fault.NotFound)
	})
}
