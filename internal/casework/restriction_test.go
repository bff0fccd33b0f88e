package casework_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/match"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// hearer handles concerns about any file, and nothing else in these tests.
func (d *desk) hearer(t *testing.T) casework.Actor {
	t.Helper()
	if d.hearing.Worker == "" {
		d.hearing = d.actor(t, "information-governance-lead", d.otherTeam)
	}
	return d.hearing
}

// restrict keeps the child's file to these and a hearer, and says how it went.
// Whoever works with the child and is not named has their case taken from them
// first.
func (d *desk) restrict(t *testing.T, by casework.Actor, seen string, named ...casework.Actor) (bool, error) {
	t.Helper()
	r := casework.Restricting{Seen: seen, Reason: "Her aunt works here.", Paper: "Strongroom, box 4", Aware: true, Named: []staff.ID{d.hearer(t).Worker}}
	for _, n := range named {
		r.Named = append(r.Named, n.Worker)
	}
	d.db.TakeCases(t, d.child.ID, r.Named...)
	return d.Restrict(t.Context(), by, d.child.Reference, r)
}

// restricted is the restriction as somebody named on it sees it.
func (d *desk) restricted(t *testing.T, a casework.Actor) casework.Restricted {
	t.Helper()
	file, err := casework.Open(t.Context(), d.Service, d.look(a), casework.RestrictionPart())
	if err != nil {
		t.Fatal(err)
	}
	return file.Value
}

func TestRestrictToNamedPeople(t *testing.T) {
	clause.Shows(t, "CR-31")
	each(t, func(t *testing.T, d *desk) {
		far := d.actor(t, "team-manager", d.otherTeam)
		left, err := d.restrict(t, d.manager, "", d.manager, far)
		if err != nil || left {
			t.Fatalf("restrict: left %v, %v", left, err)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "restrict restriction shown")
		for name, a := range map[string]casework.Actor{"the manager": d.manager, "one of another service": far} {
			if _, err := casework.Open(t.Context(), d.Service, d.look(a), casework.TimelinePart("")); err != nil {
				t.Errorf("%s, named: %v", name, err)
			}
		}
		x := d.restricted(t, far)
		if len(x.Named) != 3 || x.Unheard || x.Reason != "Her aunt works here." || x.Paper != "Strongroom, box 4" || !x.MayChange || x.Period.From != storetest.Today {
			t.Errorf("the restriction: %+v", x)
		}
		for name, a := range map[string]casework.Actor{
			"the allocated worker": d.adviser, "a colleague": d.colleague, "the lead": d.actor(t, "information-governance-lead", d.team),
			"the front door": d.actor(t, "front-door", d.team),
		} {
			d.wantAbsent(t, name, a)
		}

		// Another takes the place of the first manager, a day later.
		d.db.Now.Set(storetest.Start.AddDate(0, 0, 1))
		if _, err := d.restrict(t, far, "", far, d.adviser); !fault.Is(err, fault.Conflict) {
			t.Errorf("a page that is behind: %v", err)
		}
		left, err = d.restrict(t, d.manager, x.ID, far, d.adviser)
		if err != nil || !left {
			t.Fatalf("change: left %v, %v", left, err)
		}
		d.wantAbsent(t, "who is not named any more", d.manager)
		x = d.restricted(t, d.adviser)
		if len(x.Named) != 3 || x.MayChange || x.Period.From != storetest.Today {
			t.Errorf("as a practitioner sees it: %+v", x)
		}
		_, err = d.restrict(t, d.adviser, x.ID, d.adviser, d.manager)
		wantKind(t, "changed by a practitioner", err, fault.NotFound)

		wantKind(t, "lifted without saying why", d.LiftRestriction(t.Context(), far, d.child.Reference, x.ID, " "), fault.Invalid)
		if err := d.LiftRestriction(t.Context(), far, d.child.Reference, x.ID, "Her aunt has left."); err != nil {
			t.Fatal(err)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "lift restriction shown")
		if _, err := casework.Open(t.Context(), d.Service, d.look(d.manager), casework.TimelinePart("")); err != nil {
			t.Errorf("after it was lifted: %v", err)
		}
		d.db.Read(t, func(ctx context.Context, r store.Reader) error {
			all, err := r.Restrictions(ctx, d.child.ID)
			if len(all) != 1 || all[0].Period.To != storetest.Today || len(all[0].Named) != 2 {
				t.Errorf("what is kept of it: %+v", all)
			}
			return err
		})
	})
}

// wantAbsent says that the file is nowhere for somebody: not found, not listed,
// not named, and the same as nobody's for every way in.
func (d *desk) wantAbsent(t *testing.T, name string, a casework.Actor) {
	t.Helper()
	missing := casework.Look{Actor: a, Reference: id.NewReference()}
	same := func(what string, got, want error) {
		t.Helper()
		if got == nil || want == nil || got.Error() != want.Error() {
			t.Errorf("%s, %s: %v; of nobody's file: %v", name, what, got, want)
		}
	}
	_, got := casework.Open(t.Context(), d.Service, d.look(a), casework.OverviewPart())
	_, want := casework.Open(t.Context(), d.Service, missing, casework.OverviewPart())
	same("the overview", got, want)
	same("asking why", d.AskReason(t.Context(), d.look(a)), d.AskReason(t.Context(), missing))
	same("saying why", d.StateReason(t.Context(), a, d.child.Reference, reason(id.New())), d.StateReason(t.Context(), a, missing.Reference, reason(id.New())))
	_, got = d.StartDraft(t.Context(), a, d.child.Reference, "contact-with-client")
	_, want = d.StartDraft(t.Context(), a, missing.Reference, "contact-with-client")
	same("writing", got, want)
	_, got = d.Restrict(t.Context(), a, d.child.Reference, casework.Restricting{Named: []staff.ID{a.Worker, "x"}})
	_, want = d.Restrict(t.Context(), a, missing.Reference, casework.Restricting{Named: []staff.ID{a.Worker, "x"}})
	same("restricting", got, want)
	for _, words := range []string{"Marlowe", "Marlow", "*lowe", "Ines Marlowe", "Inez Marlow", "Marlowe 3/5/2010", d.child.Reference.String(), "5/3/2010", "March 2010"} {
		if found, err := d.Find(t.Context(), a, words); err != nil || len(found.People) != 0 || found.More {
			t.Errorf("%s finds by %q: %+v, %v", name, words, found, err)
		}
	}
	work, err := d.MyWork(t.Context(), a)
	if err != nil || len(work.Caseload)+len(work.Drafts)+len(work.Notices)+len(work.Notes) != 0 || work.More {
		t.Errorf("%s: my work says %+v, %v", name, work, err)
	}
	for _, part := range access.FileParts {
		here, err := d.Explain(t.Context(), "test", a.Worker, d.child.Reference, part)
		if err != nil {
			t.Fatal(err)
		}
		there, err := d.Explain(t.Context(), "test", a.Worker, missing.Reference, part)
		if err != nil || !reflect.DeepEqual(here.List, there.List) {
			t.Errorf("%s: %s is explained %+v; of nobody's file %+v, %v", name, part, here, there, err)
		}
	}
}

// What somebody left on a file before it was restricted goes with it: drafts,
// notices, notes to finish.
func TestWhatWasLeftOnARestrictedFile(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.draft(t, d.adviser)
		outside := d.actor(t, "early-help-worker", d.otherTeam)
		if err := d.StateReason(t.Context(), outside, d.child.Reference, reason(id.New())); err != nil {
			t.Fatal(err)
		}
		job, _, err := d.db.Queue().Claim(t.Context(), []string{casework.FileOpened}, time.Minute, date.At(d.db.Now.Time()))
		if err != nil {
			t.Fatal(err)
		}
		if err := d.TellOfOpening(t.Context(), job.Payload); err != nil {
			t.Fatal(err)
		}
		if _, err := d.restrict(t, d.manager, "", d.manager, d.colleague); err != nil {
			t.Fatal(err)
		}
		d.wantAbsent(t, "the allocated worker", d.adviser)
		d.wantAbsent(t, "who said why", outside)
	})
}

func TestRestrictionsThatAreNotTaken(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		base := casework.Restricting{Reason: "Why.", Named: []staff.ID{d.manager.Worker, d.adviser.Worker, d.hearer(t).Worker}}
		for name, c := range map[string]struct {
			change func(*casework.Restricting)
			field  string
		}{
			"one name":                   {func(r *casework.Restricting) { r.Named = r.Named[:1] }, "named"},
			"one name again":             {func(r *casework.Restricting) { r.Named = []staff.ID{d.manager.Worker, d.manager.Worker} }, "named"},
			"no reason":                  {func(r *casework.Restricting) { r.Reason = "\n" }, "reason"},
			"a long reason":              {func(r *casework.Restricting) { r.Reason = strings.Repeat("x", 2001) }, "reason"},
			"a long place":               {func(r *casework.Restricting) { r.Paper = strings.Repeat("x", 301) }, "paper"},
			"who sees no files":          {func(r *casework.Restricting) { r.Named[1] = d.systemPerson.Worker }, "named"},
			"nobody who could change it": {func(r *casework.Restricting) { r.Named = []staff.ID{d.colleague.Worker, d.adviser.Worker} }, "named"},
			"nobody who handles concerns about any file": {func(r *casework.Restricting) { r.Named = r.Named[:2] }, "named"},
			"without themselves": {func(r *casework.Restricting) {
				r.Named = []staff.ID{d.adviser.Worker, d.actor(t, "team-manager", d.otherTeam).Worker, d.hearer(t).Worker}
			}, "aware"},
		} {
			r := base
			r.Named = slices.Clone(base.Named)
			c.change(&r)
			_, err := d.Restrict(t.Context(), d.manager, d.child.Reference, r)
			wantKind(t, name, err, fault.Invalid)
			if err != nil && !strings.Contains(err.Error(), "; "+c.field+": ") {
				t.Errorf("%s: %v, want a problem with %s", name, err, c.field)
			}
		}
		if x := d.restricted(t, d.manager); x.ID != "" {
			t.Errorf("one of them was taken: %+v", x)
		}
	})
}

// An import about a restricted child seems to make a file, the first time and
// not the second, as any other row does; those named decide about it.
func TestAnImportAboutARestrictedFileIsHeld(t *testing.T) {
	clause.Shows(t, "CR-31")
	each(t, func(t *testing.T, d *desk) {
		if _, err := d.restrict(t, d.manager, "", d.manager, d.adviser); err != nil {
			t.Fatal(err)
		}
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddIdentifier(ctx, d.child.ID, person.Identifier{ID: id.New(), System: columns.Source, Value: "7", Clocks: storetest.Clocks(date.Date{})})
		})
		file := "id,given,family,born,sex\n7,Ines,Marlow,2010-03-05,F\n8,Ada,Importwell,2011-01-01,F\n"
		var problems []string
		for i, want := range []casework.ImportReport{{Read: 2, Made: 2}, {Read: 2, Made: 2}, {Read: 2, Matched: 2}} {
			o := d.importing(&problems, i > 0)
			o.Run = string(rune('a' + i))
			report, err := d.ImportPeople(t.Context(), reader(t, file), o)
			if err != nil || report != want || problems != nil {
				t.Errorf("import %d: %+v, %q, %v, want %+v", i, report, problems, err, want)
			}
		}
		held := d.restricted(t, d.adviser).Held
		if len(held) != 1 || held[0].Row.Family != "Marlow" || held[0].Row.Born != date.Must(2010, 3, 5) || held[0].Source != columns.Source || held[0].Team != d.team.Name {
			t.Fatalf("held: %+v", held)
		}
		var sealed []byte
		if err := d.db.Raw.QueryRow("SELECT sealed FROM held_add").Scan(&sealed); err != nil || strings.Contains(string(sealed), "Marlow") {
			t.Errorf("what is held is not sealed: %v", err)
		}
		wantKind(t, "decided by another", d.DecideHeld(t.Context(), d.colleague, d.child.Reference, held[0].ID, true), fault.NotFound)
		if err := d.DecideHeld(t.Context(), d.adviser, d.child.Reference, held[0].ID, true); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "decided twice", d.DecideHeld(t.Context(), d.manager, d.child.Reference, held[0].ID, false), fault.NotFound)
		overview, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.OverviewPart())
		if err != nil || !slices.ContainsFunc(overview.Value.Names, func(n person.Name) bool { return n.Full() == "Ines Marlow" && n.Kind == person.KnownAs }) {
			t.Errorf("taken over: %+v, %v", overview.Value.Names, err)
		}
		if x := d.restricted(t, d.adviser); len(x.Held) != 0 {
			t.Errorf("still held: %+v", x.Held)
		}
		if found, err := d.Find(t.Context(), d.colleague, "importwell"); err != nil || len(found.People) != 1 {
			t.Errorf("the other row: %+v, %v", found.People, err)
		}
	})
}

// An import that matched a row before the file was restricted matches it
// afterwards: another answer would say that something came between.
func TestAnImportSaysTheSameAfterARestriction(t *testing.T) {
	clause.Shows(t, "CR-31")
	each(t, func(t *testing.T, d *desk) {
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddIdentifier(ctx, d.child.ID, person.Identifier{ID: id.New(), System: columns.Source, Value: "7", Clocks: storetest.Clocks(date.Date{})})
		})
		file, run := "id,given,family,born,sex\n7,Ines,Marlow,2010-03-05,F\n", 0
		says := func(what string, commit bool) {
			t.Helper()
			var problems []string
			o := d.importing(&problems, commit)
			run++
			o.Run = string(rune('a' + run))
			report, err := d.ImportPeople(t.Context(), reader(t, file), o)
			if want := (casework.ImportReport{Read: 1, Matched: 1}); err != nil || report != want || problems != nil {
				t.Errorf("%s: %+v, %q, %v, want %+v", what, report, problems, err, want)
			}
		}
		says("before", true)
		if _, err := d.restrict(t, d.manager, "", d.manager, d.adviser); err != nil {
			t.Fatal(err)
		}
		for _, commit := range []bool{false, true, true} {
			says("restricted", commit)
		}
		held := d.restricted(t, d.adviser).Held
		if len(held) != 1 || held[0].Row.Family != "Marlow" {
			t.Errorf("held for those named: %+v", held)
		}
		// Named others meanwhile, it says so still; and once it is open again.
		seen := d.restricted(t, d.manager)
		if _, err := d.restrict(t, d.manager, seen.ID, d.manager, d.colleague, d.adviser); err != nil {
			t.Fatal(err)
		}
		says("restricted to others", true)
		d.must(t, d.LiftRestriction(t.Context(), d.manager, d.child.Reference, d.restricted(t, d.manager).ID, "It was lifted."))
		says("open again", true)
	})
}

// absentToo makes children whose files are restricted, of the adviser's own
// team, and gives their references.
func (d *desk) absentToo(t *testing.T, n int) []id.Reference {
	t.Helper()
	refs := make([]id.Reference, 0, n)
	keeper := d.actor(t, "information-governance-lead", d.otherTeam)
	for range n {
		p := d.db.Person(t, "Sal", "Hidden", date.Must(2011, 1, 1))
		d.db.Episode(t, p.ID, d.team, d.adviser.Worker)
		desk := *d
		desk.child = p
		if _, err := desk.restrict(t, d.manager, "", d.manager, keeper); err != nil {
			t.Fatal(err)
		}
		refs = append(refs, p.Reference)
	}
	return refs
}

// A restricted file and nobody's cost the same statements, whatever is tried.
func TestARestrictedFileCostsWhatNobodysDoes(t *testing.T) {
	clause.Shows(t, "CR-31")
	each(t, func(t *testing.T, d *desk) {
		ref := d.absentToo(t, 1)[0]
		draft, note := entry.ID(id.New()), entry.ID(id.New())
		open := func(part func(casework.Look) error) func(id.Reference) error {
			return func(ref id.Reference) error { return part(casework.Look{Actor: d.adviser, Reference: ref}) }
		}
		ways := map[string]func(id.Reference) error{
			"overview": open(func(l casework.Look) error {
				_, err := casework.Open(t.Context(), d.Service, l, casework.OverviewPart())
				return err
			}),
			"timeline": open(func(l casework.Look) error {
				_, err := casework.Open(t.Context(), d.Service, l, casework.TimelinePart(""))
				return err
			}),
			"looks": open(func(l casework.Look) error {
				_, err := casework.Open(t.Context(), d.Service, l, casework.LooksPart(casework.LooksAsked{}))
				return err
			}),
			"draft": open(func(l casework.Look) error {
				_, err := casework.Open(t.Context(), d.Service, l, casework.DraftPart(draft))
				return err
			}),
			"note": open(func(l casework.Look) error {
				_, err := casework.Open(t.Context(), d.Service, l, casework.NotePart(note))
				return err
			}),
			"restriction": open(func(l casework.Look) error {
				_, err := casework.Open(t.Context(), d.Service, l, casework.RestrictionPart())
				return err
			}),
			"ask":   open(func(l casework.Look) error { return d.AskReason(t.Context(), l) }),
			"state": func(ref id.Reference) error { return d.StateReason(t.Context(), d.adviser, ref, reason(string(note))) },
			"begin": func(ref id.Reference) error {
				_, err := d.StartDraft(t.Context(), d.adviser, ref, "contact-with-client")
				return err
			},
			"save": func(ref id.Reference) error {
				_, err := d.SaveDraft(t.Context(), d.adviser, ref, draft, 1, filled())
				return err
			},
			"record": func(ref id.Reference) error { return d.RecordEntry(t.Context(), d.adviser, ref, draft, 1, filled()) },
			"restrict": func(ref id.Reference) error {
				_, err := d.Restrict(t.Context(), d.manager2(t), ref, casework.Restricting{})
				return err
			},
			"lift":  func(ref id.Reference) error { return d.LiftRestriction(t.Context(), d.adviser, ref, "", "why") },
			"held":  func(ref id.Reference) error { return d.DecideHeld(t.Context(), d.adviser, ref, id.New(), true) },
			"later": func(ref id.Reference) error { return d.AddToNote(t.Context(), d.adviser, ref, note, 1, nil) },
			"find":  func(ref id.Reference) error { _, err := d.Find(t.Context(), d.adviser, ref.String()); return err },
			"explain": func(ref id.Reference) error {
				_, err := d.Explain(t.Context(), "test", d.adviser.Worker, ref, access.Timeline)
				return err
			},
		}
		var seen []string
		d.manager2(t) // made before anything is counted
		d.db.Watch(func(query string) { seen = append(seen, query) })
		cost := func(way func(id.Reference) error, ref id.Reference) ([]string, string) {
			seen = nil
			err := way(ref)
			words := "done"
			if err != nil {
				words = err.Error()
			}
			return seen, words
		}
		for name, way := range ways {
			hidden, said := cost(way, ref)
			none := id.NewReference()
			for len(match.ParseQuery(string(none)).Words) != len(match.ParseQuery(string(ref)).Words) { // a search reads some as names too
				none = id.NewReference()
			}
			nobodys, saidToo := cost(way, none)
			if said != saidToo {
				t.Errorf("%s: %q; of nobody's file %q", name, said, saidToo)
			}
			if len(hidden) < 3 || !slices.Equal(hidden, nobodys) {
				t.Errorf("%s: %d statements; of nobody's file %d", name, len(hidden), len(nobodys))
			}
		}
	})
}

// manager2 is a manager of the child's team who is named on nothing.
func (d *desk) manager2(t *testing.T) casework.Actor {
	if d.second.Worker == "" {
		d.second = d.actor(t, "team-manager", d.team)
	}
	return d.second
}

// A restriction always names somebody who handles concerns about any file and is
// not who restricts it; where there is nobody, it says what to do. One that was
// laid down before, or whose names lost that, keeps working, and is counted for
// those who look after the rights.
func TestARestrictionIsHeardOfOutside(t *testing.T) {
	clause.Shows(t, "CR-31", "KF-03")
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		friends := casework.Restricting{Reason: "Why.", Named: []staff.ID{d.manager.Worker, d.adviser.Worker}}
		_, err := d.Restrict(ctx, d.manager, d.child.Reference, friends)
		wantBeside(t, "nobody handles concerns about any file", err, "named", "Have somebody given such a role (information governance lead)")

		lead := d.actor(t, "information-governance-lead", d.otherTeam)
		_, err = d.Restrict(ctx, d.manager, d.child.Reference, friends)
		wantBeside(t, "friends alone", err, "named", "Name somebody, other than yourself, who handles concerns about any file")
		own := casework.Restricting{Reason: "Why.", Named: []staff.ID{lead.Worker, d.manager.Worker, d.adviser.Worker}}
		_, err = d.Restrict(ctx, lead, d.child.Reference, own)
		wantBeside(t, "the only lead restricts", err, "named", "have another manager restrict the file and name you")
		if _, err = d.Restrict(ctx, d.manager, d.child.Reference, own); err != nil {
			t.Fatal(err)
		}
		x := d.restricted(t, d.manager)
		if x.Unheard {
			t.Error("a restriction that names the lead is said to be unheard")
		}
		friends.Seen = x.ID
		_, err = d.Restrict(ctx, d.manager, d.child.Reference, friends)
		wantBeside(t, "the lead is taken off again", err, "named", "Name somebody")

		unheard := func(a casework.Actor) casework.Unheard {
			u, err := d.Unheard(ctx, a)
			d.must(t, err)
			return u
		}
		if u := unheard(d.systemPerson); u.Any() {
			t.Errorf("unheard, while the lead is named: %+v", u)
		}
		// The lead's role ends: the restriction stays, and it is seen.
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.Supersede(ctx, store.AssignmentFact, string(lead.As), tx.Stamp(storetest.By))
		})
		if x := d.restricted(t, d.manager); !x.Unheard || x.ID == "" {
			t.Errorf("once the lead has left: %+v", x)
		}
		if u := unheard(d.systemPerson); u.Restrictions != 1 {
			t.Errorf("unheard, to who looks after the program: %+v", u)
		}
		if o, err := d.Office(ctx, d.systemPerson); err != nil || o.Unheard.Restrictions != 1 || !o.Waits() {
			t.Errorf("their work: %+v, %v", o, err)
		}
		if u := unheard(d.adviser); u.Any() {
			t.Errorf("unheard, to who may not see the rights: %+v", u)
		}
		d.wantAbsent(t, "a colleague", d.colleague)
	})
}

// A concern that nobody may handle is counted for those who look after the
// rights, but for whom it is about.
func TestAConcernThatNobodyMayHandleIsCounted(t *testing.T) {
	clause.Shows(t, "KF-03")
	each(t, func(t *testing.T, d *desk) {
		count := func(a casework.Actor) int {
			t.Helper()
			u, err := d.Unheard(t.Context(), a)
			d.must(t, err)
			return u.Concerns
		}
		d.report(t, d.colleague)
		if n := count(d.systemPerson); n != 0 {
			t.Errorf("%d concerns unhandled, which the manager handles", n)
		}
		d.report(t, d.manager) // the only one who handles any
		if n := count(d.systemPerson); n != 1 {
			t.Errorf("%d concerns unhandled, want 1", n)
		}
		if n := count(d.manager); n != 0 {
			t.Errorf("the manager reads of %d concerns about themself", n)
		}
		if n := count(d.adviser); n != 0 {
			t.Errorf("an adviser reads of %d", n)
		}
		d.actor(t, "information-governance-lead", d.otherTeam)
		if n := count(d.systemPerson); n != 0 {
			t.Errorf("%d concerns unhandled, which a lead may handle", n)
		}
	})
}
