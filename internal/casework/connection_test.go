package casework_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

func TestADeclaredConnectionClosesTheFile(t *testing.T) {
	clause.Shows(t, "KF-04")
	each(t, func(t *testing.T, d *desk) {
		about, err := d.AboutToDeclare(t.Context(), d.adviser, strings.ToLower(d.child.Reference.String()), " A cousin of mine. ")
		if err != nil || about.Reference != d.child.Reference || about.Child.Name.Family != "Marlowe" || about.Nature != "A cousin of mine." {
			t.Fatalf("asked first: %+v, %v", about, err)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "find identity shown")
		if err := d.Declare(t.Context(), d.adviser, strings.ToLower(d.child.Reference.String()), " A cousin of mine. "); err != nil {
			t.Fatal(err)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "connect identity shown")
		d.wantNotFound(t, "who declared", d.adviser)
		if _, err := casework.Open(t.Context(), d.Service, d.look(d.colleague), casework.OverviewPart()); err != nil {
			t.Errorf("a colleague: %v", err)
		}
		mine, err := d.Connections(t.Context(), d.adviser)
		if err != nil || len(mine) != 1 || mine[0].Nature != "A cousin of mine." || mine[0].Reference != d.child.Reference {
			t.Errorf("what was declared: %+v, %v", mine, err)
		}

		// The manager hears of it, of the worker and not of the child.
		work, err := d.MyWork(t.Context(), d.manager)
		if err != nil || len(work.Staff) != 1 || work.Staff[0].About != d.adviser.Worker || work.Staff[0].Kind != casework.ConnectionDeclared {
			t.Fatalf("the manager is told %+v, %v", work.Staff, err)
		}
		if err := d.SeeNotice(t.Context(), d.manager, work.Staff[0].ID); err != nil {
			t.Fatal(err)
		}
		if work, _ = d.MyWork(t.Context(), d.manager); len(work.Staff) != 0 {
			t.Error("a notice seen is still there")
		}
		list, err := d.StaffConnections(t.Context(), d.manager)
		if err != nil || len(list) != 1 || !list[0].MayChange || list[0].Name != "Orla Testworth" {
			t.Fatalf("the manager's list: %+v, %v", list, err)
		}
		far := d.actor(t, "team-manager", d.otherTeam)
		if list, err := d.StaffConnections(t.Context(), far); err != nil || len(list) != 0 {
			t.Errorf("a manager elsewhere sees %+v, %v", list, err)
		}
		_, err = d.StaffConnections(t.Context(), d.colleague)
		wantKind(t, "an adviser's list of the workers'", err, fault.NotFound)

		for name, a := range map[string]casework.Actor{"themself": d.adviser, "a colleague": d.colleague, "a manager elsewhere": far} {
			wantKind(t, "taken back by "+name, d.TakeBack(t.Context(), a, d.adviser.Worker, mine[0].ID), fault.NotFound)
		}
		wantPrint(t, d.prints(t, string(d.adviser.Worker)), "take-back staff absent")
		d.db.Now.Set(storetest.Start.AddDate(0, 0, 3))
		if err := d.TakeBack(t.Context(), d.manager, d.adviser.Worker, mine[0].ID); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "taken back twice", d.TakeBack(t.Context(), d.manager, d.adviser.Worker, mine[0].ID), fault.Conflict)
		if _, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.OverviewPart()); err != nil {
			t.Errorf("after it was taken back: %v", err)
		}
		mine, err = d.Connections(t.Context(), d.adviser)
		if err != nil || len(mine) != 1 || mine[0].Period.From != storetest.Today || mine[0].Period.To != storetest.Today.AddDays(2) {
			t.Errorf("what is kept of it: %+v, %v", mine, err)
		}
	})
}

// wantNotFound is wantAbsent for a file that is closed to some workers only:
// what is explained to the operator may name the bar.
func (d *desk) wantNotFound(t *testing.T, name string, a casework.Actor) {
	t.Helper()
	_, got := casework.Open(t.Context(), d.Service, d.look(a), casework.OverviewPart())
	_, want := casework.Open(t.Context(), d.Service, casework.Look{Actor: a, Reference: id.NewReference()}, casework.OverviewPart())
	if got == nil || got.Error() != want.Error() {
		t.Errorf("%s: %v, want %v", name, got, want)
	}
	if found, err := d.Find(t.Context(), a, "Marlowe"); err != nil || len(found.People) != 0 {
		t.Errorf("%s finds %+v, %v", name, found.People, err)
	}
	if work, err := d.MyWork(t.Context(), a); err != nil || len(work.Caseload)+len(work.Drafts)+len(work.Notices) != 0 {
		t.Errorf("%s: my work says %+v, %v", name, work, err)
	}
}

// Declaring does not tell whether there is a file: one that the worker cannot
// find is one that nobody has.
func TestDeclaringTellsNothing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		if _, err := d.restrict(t, d.manager, "", d.manager, d.colleague); err != nil {
			t.Fatal(err)
		}
		nobodys := d.Declare(t.Context(), d.adviser, id.NewReference().String(), "A cousin.")
		wantKind(t, "nobody's file", nobodys, fault.Invalid)
		if got := d.Declare(t.Context(), d.adviser, d.child.Reference.String(), "A cousin."); got == nil || got.Error() != nobodys.Error() {
			t.Errorf("a restricted file: %v; nobody's: %v", got, nobodys)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "connect identity absent")
		// Nor does the page that asks first: the same words, for the same statements.
		var seen []string
		d.db.Watch(func(query string) { seen = append(seen, query) })
		about := func(ref id.Reference) ([]string, error) {
			seen = nil
			_, err := d.AboutToDeclare(t.Context(), d.adviser, ref.String(), "A cousin.")
			return seen, err
		}
		hidden, got := about(d.child.Reference)
		none, want := about(id.NewReference())
		if got == nil || want == nil || got.Error() != want.Error() || got.Error() != nobodys.Error() || len(hidden) < 5 || !slices.Equal(hidden, none) {
			t.Errorf("asked first: %v in %d statements; nobody's: %v in %d", got, len(hidden), want, len(none))
		}
		d.db.Watch(func(string) {})
		for field, err := range map[string]error{
			"reference": d.Declare(t.Context(), d.adviser, "7K", "A cousin."),
			"nature":    d.Declare(t.Context(), d.adviser, d.child.Reference.String(), " \n"),
		} {
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "; "+field+": ") {
				t.Errorf("without a %s: %v", field, err)
			}
		}
		d.db.Read(t, func(ctx context.Context, r store.Reader) error {
			all, err := r.AllConnections(ctx)
			if len(all) != 0 {
				t.Errorf("something was declared: %+v", all)
			}
			return err
		})
	})
}
