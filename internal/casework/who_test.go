package casework_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"casefile/definitions"
	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/concern"
	"casefile/internal/definition"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

func (d *desk) looked(t *testing.T, a casework.Actor, asked casework.LooksAsked) casework.Looks {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, d.look(a), casework.LooksPart(asked))
	if err != nil {
		t.Fatal(err)
	}
	return f.Value
}

// Looks at concerns and at the watch list are shown to who works with those,
// and not to whom they are about.
func TestWhoLooksIntoWhoLooked(t *testing.T) {
	clause.Shows(t, "KF-02", "KF-03")
	each(t, func(t *testing.T, d *desk) {
		c := d.report(t, d.manager)
		lead := d.actor(t, "information-governance-lead", d.otherTeam)
		if _, err := d.Concerns(t.Context(), lead, false, 0); err != nil { // a list of them gives no more away
			t.Fatal(err)
		}
		if _, err := casework.OpenConcern(t.Context(), d.Service, lead, c); err != nil {
			t.Fatal(err)
		}
		second := d.actor(t, "team-manager", d.team)
		for _, want := range []struct { // the lead last: that look is one at the file
			name string
			a    casework.Actor
			sees bool
		}{{"the allocated worker", d.adviser, false}, {"the manager it is about", d.manager, false}, {"another manager", second, true}, {"the lead", lead, true}} {
			l := d.looked(t, want.a, casework.LooksAsked{})
			sees := slices.ContainsFunc(l.Visits, func(v footprint.Visit) bool {
				return slices.ContainsFunc(v.Looks, func(l footprint.Look) bool { return l.Part == string(access.Concerns) })
			})
			knows := slices.ContainsFunc(l.Lookers, func(w staff.Worker) bool { return w.ID == lead.Worker })
			if sees != want.sees || knows != want.sees {
				t.Errorf("%s: sees them %v, can choose the lead %v, want %v", want.name, sees, knows, want.sees)
			}
		}
	})
}

// While an investigation runs, nothing that its investigators inquire shows that
// it does: not to whom it is about, worker or manager, and not on the person's
// sheet. At its end it appears; the looks at the concern itself stay with those
// who handle it.
func TestARunningInvestigationIsNotShown(t *testing.T) {
	clause.Shows(t, "KF-03", "KF-14")
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		lead := d.actor(t, "information-governance-lead", d.otherTeam)
		other := d.actor(t, "team-manager", d.team)
		var about [2]concern.ID
		for i, a := range []casework.Actor{d.adviser, d.manager} {
			r := casework.Report{ID: concern.ID(id.New()), Text: "Seen at the printer.", About: a.Worker}
			d.must(t, d.ReportConcern(ctx, other, d.child.Reference, r))
			about[i] = r.ID
		}
		// The lead looks first, and opens the concerns afterwards.
		d.looked(t, lead, casework.LooksAsked{})
		if _, err := d.ExplainTo(ctx, lead, d.adviser.Worker, d.child.Reference, access.Timeline); err != nil {
			t.Fatal(err)
		}
		d.openFile(t, lead, d.child.Reference)
		if _, err := casework.Open(ctx, d.Service, d.look(lead), casework.SheetPart()); err != nil {
			t.Fatal(err)
		}
		for _, c := range about {
			d.must(t, d.TakeStep(ctx, lead, c, 0, taking(concern.TakeOn, "")))
		}
		d.openFile(t, d.colleague, d.child.Reference) // who does not investigate

		shows := func(a, of casework.Actor) (in, chosen bool) {
			l := d.looked(t, a, casework.LooksAsked{Each: true})
			return slices.ContainsFunc(l.Visits, func(v footprint.Visit) bool { return v.Last().Actor == string(of.Worker) }),
				slices.ContainsFunc(l.Lookers, func(w staff.Worker) bool { return w.ID == of.Worker })
		}
		sheet := func() bool {
			f, err := casework.Open(ctx, d.Service, d.look(d.adviser), casework.SheetPart())
			d.must(t, err)
			return slices.ContainsFunc(f.Value.Months[0].Lines, func(l casework.SheetLine) bool { return strings.Contains(l.Plain, "keeps files safe") })
		}
		check := func(when string, want bool) {
			t.Helper()
			for name, a := range map[string]casework.Actor{"the worker": d.adviser, "the manager": d.manager} {
				if in, chosen := shows(a, lead); in != want || chosen != want {
					t.Errorf("%s: %s sees the lead in the list %v, to choose %v, want %v", when, name, in, chosen, want)
				}
				if in, chosen := shows(a, d.colleague); !in || !chosen {
					t.Errorf("%s: %s does not see who has nothing to do with it", when, name)
				}
			}
			if got := sheet(); got != want {
				t.Errorf("%s: the lead on the sheet %v, want %v", when, got, want)
			}
			if in, _ := shows(other, lead); !in {
				t.Errorf("%s: who handles concerns does not see the lead", when)
			}
		}
		check("while it runs", false)

		// Nor on the page of looks to pick from in another concern that the manager
		// handles, nor by the number of a look.
		mine := concern.ID(id.New())
		d.must(t, d.ReportConcern(ctx, other, d.child.Reference, casework.Report{ID: mine, Text: "x", About: d.colleague.Worker}))
		d.must(t, d.TakeStep(ctx, d.manager, mine, 0, taking(concern.TakeOn, "")))
		page, err := casework.OpenEvidence(ctx, d.Service, d.manager, mine, true, 0)
		d.must(t, err)
		for _, l := range page.Value.List {
			if l.Actor == string(lead.Worker) {
				t.Errorf("the manager may pick a look of the lead's: %+v", l)
			}
		}
		all, err := casework.OpenEvidence(ctx, d.Service, other, mine, true, 0)
		d.must(t, err)
		guess := taking(concern.Evidence, "What is there?")
		for _, l := range all.Value.List {
			if l.Actor == string(lead.Worker) {
				guess.Looks = []int64{l.Number}
			}
		}
		if guess.Looks == nil {
			t.Fatal("who handles concerns may pick no look of the lead's")
		}
		wantKind(t, "a look by its number", d.TakeStep(ctx, d.manager, mine, 1, guess), fault.Invalid)
		end := func(a casework.Actor, c concern.ID) {
			t.Helper()
			d.must(t, d.TakeStep(ctx, a, c, 1, concern.Step{ID: id.New(), Kind: concern.Decide, Outcome: "no-breach", Text: "A reason.", Done: "Nothing.", Tell: "no"}))
			d.must(t, d.TakeStep(ctx, a, c, 2, taking(concern.Close, "Done.")))
		}
		end(lead, about[0])
		check("while another runs", false)
		end(d.manager, mine)
		end(lead, about[1])
		check("at the end", true)
		for _, v := range d.looked(t, d.adviser, casework.LooksAsked{Each: true}).Visits {
			if v.Last().Part == string(access.Concerns) {
				t.Errorf("a look at the concern itself is shown: %+v", v.Last())
			}
		}
	})
}

// Pages of who has looked hold every look once, whole days at a time, and
// filters narrow them.
func TestPagesOfWhoHasLooked(t *testing.T) {
	clause.Shows(t, "KF-02")
	each(t, func(t *testing.T, d *desk) {
		const days, each = 40, 60
		for day := range days {
			d.db.Now.Set(storetest.Start.AddDate(0, 0, day))
			d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
				for i := range each {
					f := footprint.Footprint{Actor: string(d.adviser.Worker), Role: fmt.Sprint("role-", i%3), Action: "look", Object: string(d.child.ID), Part: "timeline", Ground: "allocated", Outcome: "shown"}
					if i == 0 {
						f.Outcome, f.Ground = "absent", ""
					}
					if i == 1 {
						f.Actor, f.Ground = string(d.colleague.Worker), "reason"
					}
					if _, err := tx.LeaveFootprint(ctx, f, nil); err != nil {
						return err
					}
				}
				return nil
			})
		}
		total := 0
		seen := map[int64]bool{}
		pages := 0
		for before := int64(0); pages == 0 || before != 0; pages++ {
			l := d.looked(t, d.adviser, casework.LooksAsked{Before: before})
			on := map[string]bool{}
			for _, v := range l.Visits {
				on[v.Last().At.Date().String()] = true
				for _, look := range v.Looks {
					if seen[look.Number] {
						t.Fatalf("look %d is on two pages", look.Number)
					}
					seen[look.Number] = true
					if look.Part == "timeline" {
						total++
					}
				}
			}
			if l.Older != 0 && (len(l.Visits) < casework.PageLines || len(l.Visits) > casework.PageLines+5) {
				t.Errorf("a page of %d visits of %d days", len(l.Visits), len(on))
			}
			before = l.Older
		}
		if total != days*each || pages < 3 {
			t.Errorf("%d looks on %d pages, want %d", total, pages, days*each)
		}
		day := storetest.Today.AddDays(3)
		count := func(asked casework.LooksAsked) (n int) {
			for _, v := range d.looked(t, d.adviser, asked).Visits {
				n += len(v.Looks)
			}
			return n
		}
		for name, c := range map[string]struct {
			asked casework.LooksAsked
			want  int
		}{
			"a day":                 {casework.LooksAsked{Day: day}, each},
			"a worker's day":        {casework.LooksAsked{Day: day, Worker: d.colleague.Worker}, 1},
			"outside, on a day":     {casework.LooksAsked{Day: day, Outside: true}, 1},
			"withheld, on a day":    {casework.LooksAsked{Day: day, Withheld: true}, 1},
			"each, a page of a day": {casework.LooksAsked{Day: day, Each: true}, casework.PageLines},
		} {
			if got := count(c.asked); got != c.want {
				t.Errorf("%s: %d looks, want %d", name, got, c.want)
			}
		}
	})
}

// The person is told of who opened the file, in plain words and without what
// would give away an investigation or that anything is left out.
func TestSheetForThePerson(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		lead := d.actor(t, "information-governance-lead", d.otherTeam)
		sheet := func() (lines []string) {
			f, err := casework.Open(ctx, d.Service, d.look(d.adviser), casework.SheetPart())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range f.Value.Months {
				for _, l := range m.Lines {
					lines = append(lines, fmt.Sprint(m.First, " ", l.Plain, " yours ", l.Yours, " ", l.Name, " ", l.Times))
				}
			}
			for _, l := range f.Value.Before {
				lines = append(lines, fmt.Sprint("before ", l.Plain, " ", l.Times))
			}
			return lines
		}
		d.openFile(t, d.adviser, d.child.Reference)
		_, _ = casework.Open(ctx, d.Service, d.look(d.outsider), casework.OverviewPart()) // shown nothing
		if _, err := d.Find(ctx, d.colleague, "marlowe"); err != nil {                    // a name in a list
			t.Fatal(err)
		}
		d.openFile(t, d.manager, d.child.Reference)
		before := []string{"2026-03-01 a manager who checks our work yours false  1", "2026-03-01 an adviser yours true  1"}
		if got := sheet(); !slices.Equal(got, before) {
			t.Fatalf("the sheet: %q, want %q", got, before)
		}

		// A concern is reported and handled; a file is restricted: nothing more.
		c := d.report(t, d.colleague)
		if err := d.TakeStep(ctx, lead, c, 0, taking("take-on", "")); err != nil {
			t.Fatal(err)
		}
		d.openFile(t, lead, d.child.Reference)
		d.db.Now.Set(storetest.Start.Add(2 * time.Hour))
		want := []string{"2026-03-01 an adviser yours true  1", "2026-03-01 a manager who checks our work yours false  1"}
		if got := sheet(); !slices.Equal(got, want) {
			t.Errorf("with an investigation: %q, want %q", got, want)
		}

		wantKind(t, "names, decided by the manager", d.NameLooks(ctx, d.manager, d.child.Reference, "", true, "x"), fault.NotFound)
		wantKind(t, "without a reason", d.NameLooks(ctx, lead, d.child.Reference, "", true, " "), fault.Invalid)
		if err := d.NameLooks(ctx, lead, d.child.Reference, "", true, "Her solicitor asked."); err != nil {
			t.Fatal(err)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "change looks-for-person shown")
		if got := sheet(); len(got) != 2 || got[0] != "2026-03-01 an adviser yours true Orla Testworth 2" {
			t.Errorf("with names: %q", got)
		}
		decided, err := casework.Open(ctx, d.Service, d.look(lead), casework.DecidesNames())
		if err != nil || decided.Value == nil || decided.Value.Reason != "Her solicitor asked." || decided.Value.By != "Orla Testworth" {
			t.Fatalf("the decision: %+v, %v", decided.Value, err)
		}
		wantKind(t, "decided on an old page", d.NameLooks(ctx, lead, d.child.Reference, "", true, "x"), fault.Conflict)
		if err := d.NameLooks(ctx, lead, d.child.Reference, decided.Value.ID, false, "She did not want it."); err != nil {
			t.Fatal(err)
		}
		if got := sheet(); got[0] != "2026-03-01 an adviser yours true  2" {
			t.Errorf("without names again: %q", got)
		}
		d.db.Now.Set(storetest.Start.AddDate(2, 0, 0))
		if got := sheet(); !slices.Equal(got, []string{"before an adviser 2", "before a manager who checks our work 1"}) {
			t.Errorf("two years later: %q", got)
		}
	})
}

// sensitive is the desk's service with one of the services marked sensitive.
func (d *desk) sensitive(t *testing.T, service string) *casework.Service {
	t.Helper()
	overrides := t.TempDir()
	built, err := set()
	if err != nil {
		t.Fatal(err)
	}
	path := "services/" + service + ".yaml"
	f, _ := built.File(path)
	text := strings.Replace(f.Body, "sensitive: false", "sensitive: true", 1)
	if text == f.Body {
		t.Fatalf("%s is not marked as not sensitive", path)
	}
	if err := os.Mkdir(filepath.Join(overrides, "services"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(overrides, path), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	defs, err := definition.Load(definitions.FS, overrides)
	if err != nil {
		t.Fatal(err)
	}
	return serviceOf(t, d.db, defs)
}

// Of a service whose work is sensitive the person is told nothing.
func TestSheetHidesASensitiveService(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.sensitive(t, "early-help")
		front := d.actor(t, "reviewing-officer", d.otherTeam)
		d.db.Episode(t, d.child.ID, d.otherTeam, "")
		for _, a := range []casework.Actor{front, d.manager} {
			if _, err := casework.Open(t.Context(), s, d.look(a), casework.OverviewPart()); err != nil {
				t.Fatal(err)
			}
		}
		for of, want := range map[*casework.Service]int{d.Service: 2, s: 1} {
			f, err := casework.Open(t.Context(), of, d.look(d.manager), casework.SheetPart())
			if err != nil || len(f.Value.Months) != 1 || len(f.Value.Months[0].Lines) != want {
				t.Errorf("%+v, %v, want %d lines", f.Value, err, want)
			}
		}
	})
}
