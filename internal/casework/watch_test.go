package casework_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/concern"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
	"casefile/internal/watch"
)

// watched runs the watch list of the desk's first day, on a later one.
func (d *desk) watched(t *testing.T, later int) []watch.Hit {
	t.Helper()
	d.db.Now.Set(storetest.Start.AddDate(0, 0, later))
	if _, err := d.Watch(t.Context(), storetest.Today.AddDays(later-1)); err != nil {
		t.Fatal(err)
	}
	lead := d.actor(t, "information-governance-lead", d.otherTeam)
	l, err := d.WatchList(t.Context(), lead, false, 0)
	if err != nil {
		t.Fatal(err)
	}
	return l.Hits
}

func (d *desk) openFile(t *testing.T, a casework.Actor, ref id.Reference) {
	t.Helper()
	if _, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: a, Reference: ref}, casework.OverviewPart()); err != nil {
		t.Fatal(err)
	}
}

// A look at a child who bears the looker's rare name, a look at a high-profile
// child, and a look outside one's work that nothing followed: each is listed
// once, with its footprints, however often the night's work is done.
func TestWatchListsLooks(t *testing.T) {
	clause.Shows(t, "KF-14")
	each(t, func(t *testing.T, d *desk) {
		namesake := d.db.Person(t, "Ada", "Testworth", date.Must(2012, 2, 2)) // every worker of the desk is called that
		d.db.Episode(t, namesake.ID, d.team, "")
		famous := d.db.Person(t, "Felix", "Quill", date.Must(2012, 2, 2))
		d.db.Episode(t, famous.ID, d.team, "")
		if err := d.MarkFile(t.Context(), d.manager, famous.Reference, true); err != nil {
			t.Fatal(err)
		}
		outside := d.actor(t, "early-help-worker", d.otherTeam)
		for range 2 {
			d.openFile(t, d.adviser, namesake.Reference)
		}
		d.openFile(t, d.colleague, famous.Reference)
		d.openFile(t, d.adviser, d.child.Reference) // their own work
		if err := d.StateReason(t.Context(), outside, d.child.Reference, reason(id.New())); err != nil {
			t.Fatal(err)
		}
		d.openFile(t, outside, d.child.Reference)
		_, err := d.Watch(t.Context(), storetest.Today)
		wantKind(t, "a day that is not over", err, fault.Invalid)

		got := func(later int) (lines []string) {
			for _, h := range d.watched(t, later) {
				who := map[staff.ID]string{d.adviser.Worker: "adviser", d.colleague.Worker: "colleague", outside.Worker: "outside"}[h.Worker]
				whose := map[person.ID]string{namesake.ID: "namesake", famous.ID: "famous", d.child.ID: "child"}[h.Person]
				lines = append(lines, fmt.Sprint(h.Day, " ", h.Kind, " ", who, " ", whose))
			}
			slices.Sort(lines)
			return lines
		}
		first := []string{"2026-03-05 high-profile colleague famous", "2026-03-05 same-name adviser namesake"}
		if lines := got(1); !slices.Equal(lines, first) {
			t.Errorf("the day after: %q, want %q", lines, first)
		}
		if lines := got(1); !slices.Equal(lines, first) {
			t.Errorf("the same day gone through again: %q", lines)
		}
		quiet := slices.Concat(first, []string{"2026-03-05 no-work outside child"})
		slices.Sort(quiet)
		if lines := got(4); !slices.Equal(lines, quiet) {
			t.Errorf("after three days without work: %q, want %q", lines, quiet)
		}
		d.db.Read(t, func(ctx context.Context, r store.Reader) error {
			looks, err := r.Looks(ctx, "", 0, 100)
			if !slices.ContainsFunc(looks, func(l footprint.Look) bool { return l.Actor == "job:watch" && l.Part == string(access.WatchList) }) {
				t.Error("the night's work left no footprint")
			}
			return err
		})
	})
}

// What was done for the child after the look takes it off the list before it
// gets there.
func TestWorkAfterALookIsNoHit(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		outside := d.actor(t, "early-help-worker", d.otherTeam)
		note := id.New()
		if err := d.StateReason(t.Context(), outside, d.child.Reference, reason(note)); err != nil {
			t.Fatal(err)
		}
		d.db.Now.Set(storetest.Start.Add(time.Hour))
		answers := map[string]string{"oversight-discussion": "We spoke.", "oversight-analysis": "a", "oversight-direction": "b", "oversight-actions": "c"}
		if err := d.AddToNote(t.Context(), outside, d.child.Reference, entry.ID(note), 1, answers); err != nil {
			t.Fatal(err)
		}
		if hits := d.watched(t, 4); len(hits) != 0 {
			t.Errorf("hits: %+v", hits)
		}
	})
}

// A job that did not run for some days makes up for them.
func TestWatchMakesUpForDays(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		last := func() (day date.Date) {
			d.db.Read(t, func(ctx context.Context, r store.Reader) (err error) {
				day, err = r.LastWatched(ctx)
				return err
			})
			return day
		}
		for _, later := range []int{0, 1, 4, 4, 60} {
			d.db.Now.Set(storetest.Start.AddDate(0, 0, later))
			if err := d.WatchThrough(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got, want := last(), storetest.Today.AddDays(later-1); got != want {
				t.Errorf("after %d days: watched until %s, want %s", later, got, want)
			}
		}
		var days int
		if err := d.db.Raw.QueryRow("SELECT count(*) FROM watch_day").Scan(&days); err != nil || days != 1+1+3+31 {
			t.Errorf("%d days gone through, want 36 (%v)", days, err)
		}
	})
}

// A later day that somebody goes through by hand hides none of those between.
func TestADayWatchedByHandSkipsNone(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		d.db.Now.Set(storetest.Start.AddDate(0, 0, 1))
		if err := d.WatchThrough(ctx); err != nil {
			t.Fatal(err)
		}
		d.db.Now.Set(storetest.Start.AddDate(0, 0, 6))
		if _, err := d.Watch(ctx, storetest.Today.AddDays(5)); err != nil {
			t.Fatal(err)
		}
		if err := d.WatchThrough(ctx); err != nil {
			t.Fatal(err)
		}
		var days int
		if err := d.db.Raw.QueryRow("SELECT count(*) FROM watch_day").Scan(&days); err != nil || days != 6 {
			t.Errorf("%d days gone through, want 6 (%v)", days, err)
		}
	})
}

// hit puts a hit about a worker on the list and gives its key.
func (d *desk) hit(t *testing.T, about casework.Actor, p person.ID) string {
	t.Helper()
	h := watch.Hit{ID: id.New(), Day: storetest.Today, Kind: watch.SameName, Worker: about.Worker, Person: p, Figures: watch.Figures{Bearers: 2, People: 900}}
	d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		n, err := tx.LeaveFootprint(ctx, footprint.Footprint{
			Actor: string(about.Worker), Role: "adviser", Action: "look", Object: string(d.child.ID), Part: "timeline", Ground: "service", Outcome: "shown",
		}, nil)
		if err != nil {
			return err
		}
		h.Looks = []int64{n}
		_, err = tx.AddHit(ctx, h)
		return err
	})
	return h.ID
}

func doing(k watch.StepKind, text string) casework.HitStep {
	return casework.HitStep{ID: id.New(), Kind: k, Text: text, Concern: concern.ID(id.New())}
}

// Asked, answered, resolved: the manager of the looker's team does it, the
// looker answers, and nobody resolves a hit about themselves.
func TestResolveAHit(t *testing.T) {
	clause.Shows(t, "KF-14")
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		h := d.hit(t, d.adviser, d.child.ID)
		neighbour := d.actor(t, "team-manager", d.db.Team(t, "participation"))
		for name, a := range map[string]casework.Actor{"the looker": d.adviser, "the manager of another team": neighbour, "an outsider": d.outsider} {
			_, err := d.OpenHit(ctx, a, h)
			_, none := d.OpenHit(ctx, a, id.New())
			wantKind(t, name, err, fault.NotFound)
			if err == nil || none == nil || err.Error() != none.Error() {
				t.Errorf("%s: %v, want the words of none: %v", name, err, none)
			}
			wantKind(t, name+" acts", d.TakeHitStep(ctx, a, h, 0, doing(watch.Explained, "x")), fault.NotFound)
			wantPrint(t, d.prints(t, h), "change watch-list absent")
		}
		p, err := d.OpenHit(ctx, d.manager, h)
		if err != nil || !p.MayChange || len(p.Files) != 1 || p.Files[0].Child.Name.Family != "Marlowe" || len(p.Files[0].Looks) != 1 {
			t.Fatalf("the hit: %+v, %v", p, err)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "look watch-list shown")

		_, err = d.AskedOf(ctx, d.adviser, h)
		wantKind(t, "before anything is asked", err, fault.NotFound)
		wantKind(t, "without words", d.TakeHitStep(ctx, d.manager, h, 0, doing(watch.Asked, " ")), fault.Invalid)
		ask := doing(watch.Asked, "Is she a relative?")
		for range 2 {
			if err := d.TakeHitStep(ctx, d.manager, h, 0, ask); err != nil {
				t.Fatal(err)
			}
		}
		wantKind(t, "a step on an old page", d.TakeHitStep(ctx, d.manager, h, 0, doing(watch.Explained, "x")), fault.Conflict)
		o, err := d.Office(ctx, d.adviser)
		if err != nil || len(o.Asking) != 1 || o.Asking[0].Hit != h {
			t.Errorf("the looker's office: %+v, %v", o, err)
		}
		_, err = d.AskedOf(ctx, d.colleague, h)
		wantKind(t, "asked of another", err, fault.NotFound)
		asked, err := d.AskedOf(ctx, d.adviser, h)
		if err != nil || len(asked.Steps) != 1 || asked.Steps[0].Text != "Is she a relative?" || asked.Files[0].Child.Reference != d.child.Reference || asked.Files[0].Child.Name.Family != "" {
			t.Fatalf("asked: %+v, %v", asked, err)
		}
		wantKind(t, "an empty answer", d.ExplainLooks(ctx, d.adviser, h, asked.Seen, id.New(), ""), fault.Invalid)
		if err := d.ExplainLooks(ctx, d.adviser, h, asked.Seen, id.New(), "No, a namesake."); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "answered again", d.ExplainLooks(ctx, d.adviser, h, 2, id.New(), "x"), fault.NotFound)
		if err := d.TakeHitStep(ctx, d.manager, h, 2, doing(watch.Explained, "A namesake.")); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "once it is resolved", d.TakeHitStep(ctx, d.manager, h, 3, doing(watch.Asked, "x")), fault.Conflict)
		l, err := d.WatchList(ctx, d.manager, true, 0)
		if err != nil || len(l.Hits) != 1 || l.Total != 0 || len(l.Hits[0].Steps) != 3 {
			t.Errorf("the resolved: %+v, %v", l, err)
		}
		_, err = d.WatchList(ctx, d.adviser, false, 0)
		wantKind(t, "the list, to an adviser", err, fault.NotFound)
		var sealed []byte
		if err := d.db.Raw.QueryRow("SELECT sealed FROM watch_step WHERE number = 2").Scan(&sealed); err != nil || strings.Contains(string(sealed), "namesake") {
			t.Errorf("the words are not sealed: %q, %v", sealed, err)
		}

		// The same look is not listed again for the same reason.
		d.db.Now.Set(storetest.Start.AddDate(0, 0, 1))
		if n, err := d.Watch(ctx, storetest.Today); err != nil || n != 0 {
			t.Errorf("%d new hits, %v", n, err)
		}
	})
}

// What is not explained becomes a concern about the looker, linked to the hit.
func TestNotExplainedBecomesAConcern(t *testing.T) {
	clause.Shows(t, "KF-03", "KF-14")
	each(t, func(t *testing.T, d *desk) {
		h := d.hit(t, d.colleague, d.child.ID)
		lead := d.actor(t, "information-governance-lead", d.otherTeam)
		step := doing(watch.NotExplained, "No reason was given.")
		if err := d.TakeHitStep(t.Context(), lead, h, 0, step); err != nil {
			t.Fatal(err)
		}
		f, err := casework.OpenConcern(t.Context(), d.Service, d.manager, step.Concern)
		if err != nil || f.Value.About != d.colleague.Worker || f.Value.Hit != h || f.Value.Text != "No reason was given." || f.Value.Happened != storetest.Today {
			t.Errorf("the concern: %+v, %v", f.Value.Concern, err)
		}
		p, err := d.OpenHit(t.Context(), lead, h)
		if end, ok := p.Resolved(); err != nil || !ok || end.Concern != string(step.Concern) || p.MayChange {
			t.Errorf("the hit: %+v, %v", p, err)
		}
	})
}

// Of a hit about several files the viewer sees those that they may know of, and
// of the number no more.
func TestHitOfSeveralFiles(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		lead := d.actor(t, "information-governance-lead", d.otherTeam)
		other := d.db.Person(t, "Theo", "Quill", date.Must(2011, 1, 1))
		h := watch.Hit{ID: id.New(), Day: storetest.Today, Kind: watch.Burst, Worker: d.adviser.Worker, Figures: watch.Figures{Files: 2, Minutes: 60}}
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			for _, p := range []person.ID{d.child.ID, other.ID} {
				n, err := tx.LeaveFootprint(ctx, footprint.Footprint{Actor: string(d.adviser.Worker), Object: string(p), Part: "timeline", Outcome: "shown"}, nil)
				if err != nil {
					return err
				}
				h.Looks = append(h.Looks, n)
			}
			_, err := tx.AddHit(ctx, h)
			return err
		})
		if p, err := d.OpenHit(t.Context(), lead, h.ID); err != nil || len(p.Files) != 2 || p.Figures.Files != 2 {
			t.Fatalf("%+v, %v", p, err)
		}
		d.keepTo(t, other.ID, d.manager)
		p, err := d.OpenHit(t.Context(), lead, h.ID)
		if err != nil || len(p.Files) != 1 || p.Figures.Files != 1 || p.Files[0].Child.ID != d.child.ID {
			t.Fatalf("with a restricted file among them: %+v, %v", p, err)
		}
		step := doing(watch.NotExplained, "x")
		err = d.TakeHitStep(t.Context(), lead, h.ID, 0, step)
		wantKind(t, "no file chosen", err, fault.Invalid)
		step.Person = other.ID
		wantKind(t, "a file not to be known of", d.TakeHitStep(t.Context(), lead, h.ID, 0, step), fault.Invalid)
		step.Person = d.child.ID
		if err := d.TakeHitStep(t.Context(), lead, h.ID, 0, step); err != nil {
			t.Fatal(err)
		}
	})
}

// The mark of a high-profile child is for those who work the watch list.
func TestMarkAFile(t *testing.T) {
	clause.Shows(t, "KF-14")
	each(t, func(t *testing.T, d *desk) {
		mark := func(a casework.Actor) (*watch.Mark, error) {
			f, err := casework.Open(t.Context(), d.Service, d.look(a), casework.MarkPart())
			return f.Value, err
		}
		if m, err := mark(d.manager); m != nil || err != nil {
			t.Fatalf("before: %+v, %v", m, err)
		}
		for range 2 { // to want what is so already is no error
			if err := d.MarkFile(t.Context(), d.manager, d.child.Reference, true); err != nil {
				t.Fatal(err)
			}
		}
		if m, err := mark(d.manager); err != nil || m == nil || m.ByName != "Orla Testworth" {
			t.Errorf("marked: %+v, %v", m, err)
		}
		_, err := mark(d.adviser)
		wantKind(t, "the adviser", err, fault.NotFound)
		wantKind(t, "the adviser marks", d.MarkFile(t.Context(), d.adviser, d.child.Reference, false), fault.NotFound)
		wantPrint(t, d.prints(t, string(d.child.ID)), "change watch-list absent")
		if err := d.MarkFile(t.Context(), d.manager, d.child.Reference, false); err != nil {
			t.Fatal(err)
		}
		if m, err := mark(d.manager); m != nil || err != nil {
			t.Errorf("taken back: %+v, %v", m, err)
		}
	})
}
