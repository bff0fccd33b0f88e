package casework_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"casefile/definitions"
	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

func TestChangedRightsWaitForASecondPerson(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		lead, la := d.db.Worker(t, "information-governance-lead", d.team)
		second := casework.Actor{Worker: lead.ID, As: la.ID}
		opens := func(s *casework.Service) bool {
			_, err := casework.Open(ctx, s, d.look(d.adviser), casework.TimelinePart(""))
			if err != nil && !fault.Is(err, fault.NotFound) {
				t.Fatal(err)
			}
			return err == nil
		}
		start := func(s *casework.Service) {
			t.Helper()
			if err := s.StartRights(ctx); err != nil {
				t.Fatal(err)
			}
		}
		start(d.Service)
		changes, err := d.RightsChanges(ctx, second)
		if err != nil || changes.Waits || len(changes.Steps) != 1 || changes.Steps[0].Step != store.RightsFirst {
			t.Fatalf("first start: %+v, %v", changes, err)
		}

		// The operator starts another process with a folder that takes the timeline
		// from advisers. It does not hold.
		var lines []access.Rule
		for _, g := range []access.Ground{access.Named, access.Allocated, access.Cover, access.Team, access.Reason, access.Service, access.Everyone} {
			lines = append(lines, access.Rule{Role: "adviser", Part: access.Timeline, Action: access.Look, Ground: g, Outcome: access.Absent})
		}
		changed := d.ruled(t, lines...)
		if opens(changed) {
			t.Fatal("the changed rights, never held against a database, give what they take away")
		}
		start(changed)
		if !opens(changed) {
			t.Error("rights that nobody approved took something away")
		}
		changes, err = changed.RightsChanges(ctx, second)
		if err != nil || !changes.Waits || !changes.MayDecide || len(changes.Files) != 1 || changes.Files[0].String() != "changed access/rules.yaml" {
			t.Fatalf("a change waits: %+v, %v", changes, err)
		}
		if len(changes.Differences) != 2 || changes.Differences[0].Gains() || changes.Differences[0].Part != access.Timeline ||
			changes.Names.Name(changes.Differences[0].Role) != "Personal adviser" || len(changes.Differences[0].Grounds) != 6 {
			t.Errorf("in words: %+v", changes.Differences)
		}
		start(changed) // again: it is one proposal
		if again, err := changed.RightsChanges(ctx, second); err != nil || len(again.Steps) != 2 {
			t.Errorf("after another start: %+v, %v", again.Steps, err)
		}

		// Who may not decide is refused, and that is written down; a decision needs a reason.
		for what, a := range map[string]casework.Actor{"adviser": d.adviser, "manager": d.manager, "administrator": d.systemPerson} {
			wantKind(t, what, changed.DecideRights(ctx, a, changes.Step.Hash, true, "I would like it."), fault.NotFound)
		}
		wantPrint(t, d.prints(t, changes.Step.Hash), "change rights absent")
		wantKind(t, "no reason", changed.DecideRights(ctx, second, changes.Step.Hash, true, " "), fault.Invalid)
		wantKind(t, "a long reason", changed.DecideRights(ctx, second, changes.Step.Hash, true, strings.Repeat("x", 1001)), fault.Invalid)
		wantKind(t, "another change", changed.DecideRights(ctx, second, "none", true, "Agreed."), fault.Conflict)
		if !opens(changed) {
			t.Error("a refused decision held")
		}

		// Approved, it holds at once here, and in the other process at its next look round.
		if err := changed.DecideRights(ctx, second, changes.Step.Hash, true, "Agreed by the board."); err != nil {
			t.Fatal(err)
		}
		wantPrint(t, d.prints(t, changes.Step.Hash), "change rights shown")
		if opens(changed) {
			t.Error("approved, and yet it does not hold in this process")
		}
		if err := d.HoldRights(ctx); err != nil {
			t.Fatal(err)
		}
		if opens(d.Service) {
			t.Error("approved, and yet it does not hold in the other process")
		}
		wantKind(t, "decided twice", changed.DecideRights(ctx, second, changes.Step.Hash, false, "Not after all."), fault.Conflict)

		// It survives a start without the folder: going back is a change too.
		back := over(t, d.db)
		start(back)
		if opens(back) {
			t.Error("a start without the folder brought the old rights back")
		}
		if b, err := back.RightsChanges(ctx, second); err != nil || !b.Waits || !b.Differences[0].Gains() {
			t.Errorf("going back: %+v, %v", b, err)
		}
		// A start with what is approved withdraws that.
		start(changed)
		if b, err := changed.RightsChanges(ctx, second); err != nil || b.Waits || b.Steps[0].Step != store.RightsWithdrawn {
			t.Errorf("withdrawn: %+v, %v", b, err)
		}
		// Turned down, it is not asked for again by the same files.
		start(back)
		b, err := back.RightsChanges(ctx, second)
		if err != nil || !b.Waits {
			t.Fatalf("going back once more: %+v, %v", b, err)
		}
		if err := back.DecideRights(ctx, second, b.Step.Hash, false, "Not agreed."); err != nil {
			t.Fatal(err)
		}
		start(back)
		if b, err := back.RightsChanges(ctx, second); err != nil || b.Waits || b.Steps[0].Step != store.RightsTurnedDown {
			t.Errorf("turned down: %+v, %v", b, err)
		}
		if opens(back) {
			t.Error("rights that were turned down hold")
		}
	})
	clause.Shows(t, "KF-04")
}

// withFile is the built-in definitions with one file of rights added to.
func withFile(t *testing.T, name, from, to string) *definition.Set {
	t.Helper()
	built, err := set()
	if err != nil {
		t.Fatal(err)
	}
	f, ok := built.File(name)
	if !ok || !strings.Contains(f.Body, from) {
		t.Fatalf("%s does not hold %q", name, from)
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Replace(f.Body, from, to, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	defs, err := definition.Load(definitions.FS, dir)
	if err != nil {
		t.Fatal(err)
	}
	return defs
}

// However often the program is started with this folder and that, nobody alone
// pushes the approved rights out of sight.
func TestManyStartsDoNotBringRightsInForce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		if err := d.StartRights(ctx); err != nil {
			t.Fatal(err)
		}
		changed := d.ruled(t, access.Rule{Role: "adviser", Part: access.Timeline, Action: access.Look, Ground: access.Allocated, Outcome: access.Absent})
		for i := range 250 {
			step := store.RightsStep{ID: id.New(), Hash: "other", Step: store.RightsProposed}
			if i%2 == 1 {
				step.Step = store.RightsWithdrawn
			}
			d.db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddRightsStep(ctx, step) })
		}
		if err := changed.StartRights(ctx); err != nil {
			t.Fatal(err)
		}
		lead, la := d.db.Worker(t, "information-governance-lead", d.team)
		c, err := changed.RightsChanges(ctx, casework.Actor{Worker: lead.ID, As: la.ID})
		if err != nil || !c.Waits || c.Steps[len(c.Steps)-1].Step != store.RightsFirst {
			t.Fatalf("after many starts: waits %v, %d steps, %v", c.Waits, len(c.Steps), err)
		}
		wantKind(t, "an adviser", changed.DecideRights(ctx, d.adviser, c.Step.Hash, true, "I would like it."), fault.NotFound)
	})
}

// A change after which nobody could decide about rights could not be taken back.
func TestSomebodyKeepsDecidingAboutRights(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		lead, la := d.db.Worker(t, "information-governance-lead", d.team)
		second := casework.Actor{Worker: lead.ID, As: la.ID}
		if err := d.StartRights(ctx); err != nil {
			t.Fatal(err)
		}
		changed := d.ruled(t, access.Rule{Role: "information-governance-lead", Part: access.Rights, Action: access.Change, Ground: access.Everyone, Outcome: access.Absent})
		if err := changed.StartRights(ctx); err != nil {
			t.Fatal(err)
		}
		c, err := changed.RightsChanges(ctx, second)
		if err != nil || !c.Waits {
			t.Fatalf("waits: %+v, %v", c, err)
		}
		wantKind(t, "approve", changed.DecideRights(ctx, second, c.Step.Hash, true, "Agreed."), fault.Conflict)
		if err := changed.DecideRights(ctx, second, c.Step.Hash, false, "Nobody could decide."); err != nil {
			t.Error(err)
		}
	})
}

// Of another claim, nobody has approved that its words are groups.
func TestTheClaimOfGroupsIsApprovedToo(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		if err := d.StartRights(t.Context()); err != nil {
			t.Fatal(err)
		}
		changed := serviceOf(t, d.db, withFile(t, "access/groups.yaml", "claim: groups", "claim: nickname"))
		if err := changed.StartRights(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := changed.GroupsClaim(); got != "groups" {
			t.Errorf("groups are read from %q, which nobody approved", got)
		}
	})
}

// That a service is sensitive decides what the person is told, so it takes two
// people; and rights that an older release kept hold on over an upgrade, with what
// the services' own files said when it came.
func TestWhatServicesSayOfRightsTakesTwo(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		lead, la := d.db.Worker(t, "information-governance-lead", d.team)
		second := casework.Actor{Worker: lead.ID, As: la.ID}
		plain, err := set()
		if err != nil {
			t.Fatal(err)
		}
		secret := withFile(t, "services/youth-justice.yaml", "sensitive: false", "sensitive: true")
		heldBack := func(s *casework.Service) bool {
			def, _ := s.Definition("youth-justice")
			return def.Sensitive
		}
		// As an older release left it: the files of access alone.
		old := store.RightsStep{ID: id.New(), Step: store.RightsFirst, Hash: "of an older release"}
		kept := []definition.File{}
		for _, f := range secret.Rights() {
			if _, written := secret.File(f.Path); written {
				kept = append(kept, f)
				old.Files = append(old.Files, store.DefinitionFile{Path: f.Path, Hash: f.Hash, Body: []byte(f.Body)})
			}
		}
		older, err := secret.WithRights(kept)
		if err != nil || len(kept) == len(secret.Rights()) {
			t.Fatalf("%d files of an older release: %v", len(kept), err)
		}
		old.Hash = older.RightsHash()
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddRightsStep(ctx, old) })

		s := serviceOf(t, d.db, secret)
		if err := s.HoldRights(ctx); err != nil || !heldBack(s) { // a command, before the first start
			t.Errorf("a command after the upgrade: held back %v, %v", heldBack(s), err)
		}
		for range 2 {
			if err := s.StartRights(ctx); err != nil {
				t.Fatal(err)
			}
			c, err := s.RightsChanges(ctx, second)
			if err != nil || c.Waits || len(c.Steps) != 2 || c.Steps[0].Step != store.RightsFirst || !heldBack(s) {
				t.Fatalf("after the upgrade: waits %v, %d steps, held back %v, %v", c.Waits, len(c.Steps), heldBack(s), err)
			}
		}

		next := serviceOf(t, d.db, plain)
		if err := next.StartRights(ctx); err != nil {
			t.Fatal(err)
		}
		if !heldBack(next) {
			t.Error("a service is told of because its own file says so now, and nobody approved it")
		}
		c, err := next.RightsChanges(ctx, second)
		if err != nil || !c.Waits || len(c.Differences) != 0 || len(c.Others) != 1 || !strings.HasPrefix(c.Others[0], "The person is told of looks by workers of ") {
			t.Fatalf("the change in words: %q, %+v, %v", c.Others, c.Differences, err)
		}
		if err := next.DecideRights(ctx, second, c.Step.Hash, true, "The service is ordinary."); err != nil {
			t.Fatal(err)
		}
		if heldBack(next) {
			t.Error("approved, and yet held back")
		}
		if err := s.HoldRights(ctx); err != nil || heldBack(s) {
			t.Errorf("approved, and yet held back in the other process: %v", err)
		}
	})
	clause.Shows(t, "KF-04")
}

// An upgrade whose rights differ proposes them, over what was approved and what
// the services said.
func TestAnUpgradeWithOtherRightsProposesThem(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		lead, la := d.db.Worker(t, "information-governance-lead", d.team)
		before := withFile(t, "access/grants.yaml", "most_months: 12", "most_months: 6")
		old := store.RightsStep{ID: id.New(), Step: store.RightsFirst}
		var kept []definition.File
		for _, f := range before.Rights() {
			if _, written := before.File(f.Path); written {
				kept = append(kept, f)
				old.Files = append(old.Files, store.DefinitionFile{Path: f.Path, Hash: f.Hash, Body: []byte(f.Body)})
			}
		}
		older, err := before.WithRights(kept)
		if err != nil {
			t.Fatal(err)
		}
		old.Hash = older.RightsHash()
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddRightsStep(ctx, old) })
		if err := d.StartRights(ctx); err != nil {
			t.Fatal(err)
		}
		c, err := d.RightsChanges(ctx, casework.Actor{Worker: lead.ID, As: la.ID})
		if err != nil || !c.Waits || len(c.Steps) != 3 || len(c.Files) != 1 || c.Files[0].String() != "changed access/grants.yaml" ||
			len(c.Others) != 1 || !strings.Contains(c.Others[0], "at most 12 months, and not 6") {
			t.Errorf("proposed: waits %v, %d steps, files %v, %q, %v", c.Waits, len(c.Steps), c.Files, c.Others, err)
		}
	})
}

func TestARoleInUseCannotGo(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		w, _ := d.db.Worker(t, "night-worker", d.team)
		err := d.StartRights(t.Context())
		wantKind(t, "start without the folder", err, fault.Invalid)
		if err == nil || !strings.Contains(err.Error(), "night-worker") || strings.Contains(err.Error(), string(w.ID)) {
			t.Errorf("the sentence: %v", err)
		}
	})
}

func TestWhatChangesBesideTheTableIsSaid(t *testing.T) {
	built, err := set()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ file, from, to, want string }{
		{"access/roles.yaml", "title: Personal adviser", "title: Guide", "The role “Personal adviser” is called “Guide”."},
		{"access/roles.yaml", "services: [participation]", "services: any", "may be held in teams of any service"},
		{"access/purposes.yaml", "lapses_after_hours: 12", "lapses_after_hours: 48", "A reason lapses after 48 hours, and not 12."},
		{"access/purposes.yaml", "title: Audit or moderation", "title: Audit", "The purpose “Audit or moderation” is asked for in other words, or on other terms."},
		{"access/roles.yaml", "plain: an adviser", "plain: a friend", "The person is told that “Personal adviser” is “a friend”."},
		{"access/grants.yaml", "most_months: 12", "most_months: 24", "A file is opened to somebody for at most 24 months, and not 12."},
		{"access/concerns.yaml", "title: It was a breach", "title: A slip", "The outcome of a concern “It was a breach” is asked for in other words"},
		{"access/watch.yaml", "files: 20", "files: 2000", "The watch list’s rule Burst has {Files:2000"},
		{"access/groups.yaml", "groups: []", "groups:\n  - {group: CF, role: adviser, team: Guides, service: participation, source: recalled}", "hold the role “Personal adviser” in the team “Guides” of "},
		{"access/training.yaml", "months: 12", "months: 120", "The training “Information governance, data protection and GDPR” is asked for in other words, or on other terms."},
	} {
		lines := strings.Join(definition.CompareRights(built, withFile(t, c.file, c.from, c.to)), "\n")
		if !strings.Contains(lines, c.want) {
			t.Errorf("%s, %q: said %q, want %q", c.file, c.to, lines, c.want)
		}
	}
	if lines := definition.CompareRights(built, built); len(lines) != 0 {
		t.Errorf("nothing changed, and yet %q", lines)
	}
}

func TestExplainSaysSinceWhenAndWhyNot(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		said := func(a casework.Actor, part access.Part) string {
			t.Helper()
			e, err := d.Explain(t.Context(), "job:access", a.Worker, d.child.Reference, part)
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, x := range e.List {
				if x.Action != access.Look {
					continue
				}
				all = append(all, x.Gives)
				for _, b := range append(x.Bars, x.Grounds...) {
					all = append(all, b.Words)
				}
				all = append(all, x.Needs...)
			}
			return strings.Join(all, "\n")
		}
		wants := func(what, got string, words ...string) {
			t.Helper()
			for _, w := range words {
				if !strings.Contains(got, w) {
					t.Errorf("%s: does not say %q:\n%s", what, w, got)
				}
			}
		}
		wants("the adviser", said(d.adviser, access.Timeline), "see “Timeline”", "Works with them since 5 September 2025", "A case of their team since 5 September 2025",
			"Information governance, data protection and GDPR: in date until", "No restriction keeps them out", "No: not named on a restriction")
		wants("a colleague", said(d.colleague, access.SensitiveEntries), "learn that there is something in “Sensitive entries”, not what", "No: not allocated to the child",
			"To see “Sensitive entries”, they would have to be allocated to the child.")
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			e := storetest.Entry(d.child.ID, storeWorker(d.colleague), storetest.Today, "why")
			if err := tx.AddEntryVersion(ctx, e); err != nil {
				return err
			}
			if err := tx.StateReason(ctx, right.Reason{
				ID: id.New(), Worker: d.colleague.Worker, Person: d.child.ID, Purpose: "audit", Entry: e.ID,
				Until: date.At(storetest.Start.Add(-1)), Recorded: date.Stamp{By: "test"},
			}); err != nil {
				return err
			}
			if err := tx.AddGrant(ctx, right.Grant{
				ID: id.New(), Person: d.child.ID, Worker: d.manager.Worker, Kind: access.Review, Parts: []access.Part{access.Timeline}, Reason: "test", Clocks: storetest.Clocks(storetest.Today.AddDays(2)),
			}); err != nil {
				return err
			}
			return tx.AddConnection(ctx, right.Connection{ID: id.New(), Worker: d.adviser.Worker, Person: d.child.ID, Nature: "A cousin.", Clocks: storetest.Clocks(storetest.Today)})
		})
		wants("a reason that lapsed", said(d.colleague, access.Timeline), "No: the reason they stated lapsed on 5 March 2026 at")
		wants("a review to come", said(d.manager, access.Timeline), "No: a named reviewer of this file only from 7 March 2026")
		wants("a review of another part", said(d.manager, access.Files), "No: a named reviewer of this file, and not for this part")
		wants("a connection", said(d.adviser, access.Timeline), "see nothing of “Timeline”", "They declared a personal connection to the child since 5 March 2026")
		wants("the office", said(d.manager, access.Caseloads), "see “Caseloads”")
	})
}

// Asked about a file that is absent to who asks, the answer is that for a file
// that is not there; whoever must say why first is asked to.
func TestExplainRevealsNoFile(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		words := func(a casework.Actor, ref id.Reference) casework.Explained {
			t.Helper()
			e, err := d.ExplainTo(ctx, a, d.adviser.Worker, ref, access.Timeline)
			if err != nil {
				t.Fatal(err)
			}
			e.Reference = ""
			return e
		}
		if e := words(d.manager, d.child.Reference); e.List[1].Decision.Outcome != access.Shown {
			t.Errorf("to the manager: %+v", e)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "explain timeline shown")
		nobody := id.NewReference()
		for what, a := range map[string]casework.Actor{"administrator": d.systemPerson} {
			withheld, missing := words(a, d.child.Reference), words(a, nobody)
			if got, want := say(withheld), say(missing); got != want {
				t.Errorf("%s: of a withheld file:\n%s\nof none:\n%s", what, got, want)
			}
			if withheld.List[1].Decision.Outcome != access.Absent {
				t.Errorf("%s: %+v", what, withheld.List[1])
			}
		}
		_, err := d.ExplainTo(ctx, d.adviser, d.adviser.Worker, d.child.Reference, access.Timeline)
		wantKind(t, "an adviser asks", err, fault.NotFound)
		far, fa := d.db.Worker(t, "team-manager", d.otherTeam)
		e, err := d.ExplainTo(ctx, casework.Actor{Worker: far.ID, As: fa.ID}, d.adviser.Worker, d.child.Reference, access.Timeline)
		if !casework.ReasonNeeded(err) || len(e.List) != 0 {
			t.Errorf("a manager from elsewhere: %+v, %v", e, err)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "explain timeline reason first")
	})
}

func say(e casework.Explained) string {
	var b strings.Builder
	for _, x := range e.List {
		fmt.Fprintf(&b, "%+v\n", x)
	}
	return b.String()
}

func storeWorker(a casework.Actor) staff.Worker {
	return staff.Worker{ID: a.Worker, Given: "Orla", Family: "Testworth"}
}

// What ties a worker to a child, or bars them, is told to who answers for them,
// and to nobody else (KF-04): of others the role alone.
func TestTiesAreToldToWhoManages(t *testing.T) {
	clause.Shows(t, "KF-04")
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		far := d.actor(t, "team-manager", d.otherTeam)
		d.must(t, d.StateReason(ctx, far, d.child.Reference, reason(id.New()))) // the file itself is open to them
		d.must(t, d.Declare(ctx, d.colleague, d.child.Reference.String(), "A niece of mine."))
		both := d.further(t, d.colleague, "team-manager", d.otherTeam)
		lead := d.actor(t, "information-governance-lead", d.otherTeam)
		explained := func(a casework.Actor, w staff.ID) []casework.Explanation {
			t.Helper()
			e, err := d.ExplainTo(ctx, a, w, d.child.Reference, access.Timeline)
			d.must(t, err)
			return e.List
		}
		for _, x := range explained(far, d.adviser.Worker) {
			if want := (casework.Explanation{Role: x.Role, TeamName: x.TeamName, Since: x.Since, Withheld: true}); !reflect.DeepEqual(x, want) || x.Role != "Personal adviser" {
				t.Errorf("a manager of another service reads %+v", x)
			}
		}
		connected := func(list []casework.Explanation) bool {
			return slices.ContainsFunc(list, func(x casework.Explanation) bool {
				return slices.ContainsFunc(x.Bars, func(b casework.Because) bool { return b.Ground == access.Connected && b.Holds })
			})
		}
		for name, c := range map[string]struct {
			a    casework.Actor
			w    staff.ID
			told bool
		}{
			"their manager": {d.manager, d.colleague.Worker, true}, "the lead": {lead, d.colleague.Worker, true},
			"the manager of another of their teams": {far, both.Worker, true}, "a manager of neither": {far, d.adviser.Worker, false},
		} {
			if got := connected(explained(c.a, c.w)); got != c.told {
				t.Errorf("%s is told of the connection: %v, want %v", name, got, c.told)
			}
		}
		if list := explained(far, far.Worker); list[0].Withheld {
			t.Error("a worker is not told of themselves")
		}

		// The command line says that something holds, and not what.
		e, err := d.Explain(ctx, "job:access", d.colleague.Worker, d.child.Reference, access.Timeline)
		d.must(t, err)
		if words := say(e.Outline()); !strings.Contains(words, "Something of their own") || strings.Contains(words, "onnection") || strings.Contains(words, "raining") || strings.Contains(words, "since") {
			t.Errorf("the operator reads:\n%s", words)
		}
	})
}

// A closed case is still one of its team and its service (KF-06: it can be
// written to), and of nobody's allocation; a manager of the service ends a role
// in any of its teams, so that nobody has to wait for an absent manager.
func TestWhatTeamAndServiceGiveInTheEnd(t *testing.T) {
	clause.Shows(t, "KF-04")
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		key := d.key(t)
		run, err := casework.Open(ctx, d.Service, d.look(d.manager), casework.RunningPart(key, ""))
		d.must(t, err)
		d.must(t, d.CloseEpisode(ctx, d.manager, d.child.Reference, key, run.Value.Seen, "moved", "She moved to her aunt."))
		d.db.Now.Set(storetest.Start.AddDate(0, 0, 1))
		held := map[access.Ground]bool{}
		d.db.Read(t, func(ctx context.Context, r store.Reader) error {
			v, err := r.Viewer(ctx, d.adviser.Worker, d.adviser.As, d.Today())
			if err != nil {
				return err
			}
			list, err := r.Held(ctx, v, d.child.ID, date.At(d.db.Now.Time()))
			for _, h := range list {
				held[h.Ground] = true
			}
			return err
		})
		if held[access.Allocated] || !held[access.Team] || !held[access.Service] {
			t.Errorf("grounds in a closed case: %v", held)
		}
		for name, a := range map[string]casework.Actor{"who worked with them": d.adviser, "their manager": d.manager} {
			if _, err := d.StartDraft(ctx, a, d.child.Reference, "contact-with-client"); err != nil {
				t.Errorf("%s writes on a closed case: %v", name, err)
			}
		}
		if file, err := casework.Open(ctx, d.Service, d.look(d.outsider), casework.OverviewPart()); err == nil {
			t.Errorf("another service opens it: %+v", file)
		}

		neighbour := d.actor(t, "team-manager", d.db.Team(t, "participation"))
		far := d.actor(t, "team-manager", d.otherTeam)
		wantKind(t, "ended by a manager of another service", d.EndRole(ctx, far, d.adviser.Worker, d.adviser.As), fault.NotFound)
		d.must(t, d.EndRole(ctx, neighbour, d.adviser.Worker, d.adviser.As))
		wantPrint(t, d.prints(t, string(d.adviser.Worker)), "change staff shown")
	})
}
