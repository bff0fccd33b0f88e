package casework_test

import (
	"context"
	"testing"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// Tests of what somebody with ill will, or with the best, tried first.

// further gives a worker another role beside theirs.
func (d *desk) further(t *testing.T, a casework.Actor, role access.Role, team staff.Team) casework.Actor {
	t.Helper()
	as := staff.Assignment{ID: staff.AssignmentID(id.New()), Worker: a.Worker, Role: role, Team: team.ID, Clocks: storetest.Clocks(storetest.Today)}
	d.db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddAssignment(ctx, as) })
	return casework.Actor{Worker: a.Worker, As: as.ID}
}

// Whoever moves to another service leaves their cases behind: those stay
// allocated to them, and show that they have left, and open to them no more
// than to anybody there.
func TestWhoMovesToAnotherServiceLeavesTheirCases(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		elsewhere := d.further(t, d.adviser, "early-help-worker", d.otherTeam)
		d.must(t, d.EndRole(t.Context(), d.manager, d.adviser.Worker, d.adviser.As))
		_, err := casework.Open(t.Context(), d.Service, d.look(elsewhere), casework.TimelinePart(""))
		if !casework.ReasonNeeded(err) {
			t.Errorf("a file of the service they left: %v, want a reason first", err)
		}
		if work, err := d.MyWork(t.Context(), elsewhere); err != nil || len(work.Caseload) != 0 {
			t.Errorf("their work: %+v, %v", work.Caseload, err)
		}
	})
}

// How a worker knows a child says something of the child. Who sees no files
// reads none of it, nor does who is not named on the file's restriction; and
// who does read it has looked.
func TestDeclaredConnectionsAreListedWithTheFilesOneFinds(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.must(t, d.Declare(t.Context(), d.colleague, d.child.Reference.String(), "Ines is my sister's child."))
		for name, a := range map[string]casework.Actor{
			"a system administrator": d.systemPerson, "the child's own relative": d.further(t, d.colleague, "team-manager", d.team),
		} {
			if list, err := d.StaffConnections(t.Context(), a); err != nil || len(list) != 0 {
				t.Errorf("%s reads %+v, %v", name, list, err)
			}
		}
		list, err := d.StaffConnections(t.Context(), d.manager)
		if err != nil || len(list) != 1 {
			t.Fatalf("the manager reads %+v, %v", list, err)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "find identity shown")
		if _, err := d.restrict(t, d.manager, "", d.manager, d.adviser); err != nil {
			t.Fatal(err)
		}
		if list, err = d.StaffConnections(t.Context(), d.actor(t, "team-manager", d.team)); err != nil || len(list) != 0 {
			t.Errorf("who is not named reads %+v, %v", list, err)
		}
	})
}

// A file is not restricted to people of whom none could open it.
func TestNobodyIsNamedWhomTheFileIsClosedTo(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		relative := d.actor(t, "team-manager", d.team)
		d.must(t, d.Declare(t.Context(), relative, d.child.Reference.String(), "A niece of mine."))
		_, err := d.restrict(t, d.manager, "", relative, d.colleague)
		wantBeside(t, "who declared a connection is named", err, "named", "could not open")
		untrained, _, err := d.MakeWorker(t.Context(), "test", staff.Worker{Given: "Una", Family: "Untrained"}, "team-manager", d.team, date.Period{From: d.Today()}, date.Date{})
		d.must(t, err)
		_, err = d.restrict(t, d.manager, "", casework.Actor{Worker: untrained}, d.colleague)
		wantBeside(t, "who was never trained is named", err, "named", "could not open")
		if _, err = d.restrict(t, d.manager, "", d.manager, d.colleague); err != nil {
			t.Error(err)
		}
	})
}

// grant opens parts of the child's file to somebody of another agency.
func (d *desk) grant(t *testing.T, parts ...access.Part) casework.Actor {
	t.Helper()
	partner := d.actor(t, "partner-professional", d.otherTeam)
	d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		return tx.AddGrant(ctx, right.Grant{
			ID: id.New(), Person: d.child.ID, Worker: partner.Worker, Kind: access.Grant, Parts: parts, Reason: "A review.",
			Clocks: storetest.Clocks(storetest.Today),
		})
	})
	return partner
}

// Which services work with a child says much: whoever is not given who works
// with them finds it neither at the head of the pages nor in a search.
func TestWhoWorksWithThemIsInNoHeaderForWhomItIsNot(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for partner, want := range map[casework.Actor]int{d.grant(t, access.Identity): 0, d.grant(t, access.Identity, access.Workers): 1} {
			file, err := casework.Open(t.Context(), d.Service, d.look(partner), casework.OverviewPart())
			if err != nil || len(file.Header.Episodes) != want || file.Header.Unsaid != (want == 0) {
				t.Errorf("want %d, the header says %+v, %v", want, file.Header, err)
			}
			found, err := d.Find(t.Context(), partner, "Marlowe")
			if err != nil || len(found.People) != 1 || len(found.People[0].Episodes) != want {
				t.Errorf("want %d, a search says %+v, %v", want, found.People, err)
			}
		}
	})
}

// Nobody writes on the file of a child whose name is not shown to them.
func TestNothingIsWrittenOnAFileWithoutIdentity(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		partner := d.grant(t, access.Timeline, access.Files)
		_, err := casework.Open(t.Context(), d.Service, d.look(partner), casework.ChoicePart())
		wantKind(t, "the page to record", err, fault.NotFound)
		_, err = d.StartDraft(t.Context(), partner, d.child.Reference, "contact")
		wantKind(t, "a draft", err, fault.NotFound)
		wantPrint(t, d.prints(t, string(d.child.ID)), "record timeline absent")
	})
}

// A file without a worker is not one into which anybody looks unheard.
func TestSomebodyHearsOfAFileOpenedThatHasNoWorker(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		opened := func(ref id.Reference) {
			t.Helper()
			note := entry.ID(id.New())
			d.must(t, d.StateReason(t.Context(), d.actor(t, "early-help-worker", d.otherTeam), ref, casework.Stated{Note: note, Purpose: "audit"}))
			d.must(t, d.TellOfOpening(t.Context(), []byte(`{"entry":"`+string(note)+`"}`)))
		}
		told := func() int { return len(d.notices(t, d.manager.Worker)) }
		opened(d.child.Reference) // whose worker is there
		if told() != 0 {
			t.Error("the manager hears of what the worker does")
		}
		alone := d.db.Person(t, "Una", "Quill", date.Must(2011, 1, 1))
		d.db.Episode(t, alone.ID, d.team, "")
		opened(alone.Reference)
		if told() != 1 {
			t.Errorf("of a case without a worker its manager has %d notices, want 1", told())
		}
		d.must(t, d.EndRole(t.Context(), d.manager, d.adviser.Worker, d.adviser.As))
		opened(d.child.Reference)
		if told() != 2 {
			t.Errorf("of a case whose worker has left its manager has %d notices, want 2", told())
		}
	})
}

// A manager who has never met a child cannot take the file away from those who
// work with them: not by saying why, opening a case and restricting the file to
// friends. Those who work with the child hear of the case, and whoever looks
// after restrictions hears of every one.
func TestARestrictionTakesNobodysCaseAway(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		w, as := d.db.Worker(t, "team-manager", d.otherTeam)
		stranger := casework.Actor{Worker: w.ID, As: as.ID}
		friend, _ := d.db.Worker(t, "early-help-worker", d.otherTeam)
		l, leads := d.db.Worker(t, "information-governance-lead", d.db.Team(t, ""))
		lead := casework.Actor{Worker: l.ID, As: leads.ID}
		d.must(t, d.StateReason(t.Context(), stranger, d.child.Reference, casework.Stated{Note: entry.ID(id.New()), Purpose: "audit"}))
		if _, err := d.OpenEpisode(t.Context(), stranger, d.child.Reference, d.otherTeam.ID); err != nil {
			t.Fatal(err)
		}
		work, err := d.MyWork(t.Context(), d.adviser)
		if err != nil || len(work.Notices) == 0 || work.Notices[0].Kind != casework.CaseOpened {
			t.Errorf("who works with them hears %+v, %v", work.Notices, err)
		}
		hide := casework.Restricting{Reason: "Why.", Named: []staff.ID{w.ID, friend.ID}}
		_, err = d.Restrict(t.Context(), stranger, d.child.Reference, hide)
		wantKind(t, "a restriction that leaves out who works with them", err, fault.Invalid)
		if _, err := casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.TimelinePart("")); err != nil {
			t.Errorf("who works with them: %v", err)
		}
		hide.Named = append(hide.Named, d.adviser.Worker)
		_, err = d.Restrict(t.Context(), stranger, d.child.Reference, hide)
		wantKind(t, "a restriction that leaves out who handles concerns", err, fault.Invalid)
		hide.Named = append(hide.Named, lead.Worker)
		if _, err := d.Restrict(t.Context(), stranger, d.child.Reference, hide); err != nil {
			t.Fatal(err)
		}
		told, err := d.MyWork(t.Context(), lead)
		if err != nil || len(told.Staff) != 1 || told.Staff[0].Kind != casework.RestrictionLaid || told.Staff[0].About != w.ID {
			t.Errorf("the lead hears %+v, %v", told.Staff, err)
		}
	})
}

// Cover opens files, so a manager does not take it from a worker of another
// team; and it ends with the worker.
func TestCoverIsNotTaken(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		w, as := d.db.Worker(t, "team-manager", d.db.Team(t, "participation"))
		other := casework.Actor{Worker: w.ID, As: as.ID}
		away := staff.Absence{Worker: d.adviser.Worker, Cover: w.ID, Clocks: date.Clocks{Period: date.Period{From: storetest.Today}}}
		wantKind(t, "naming oneself for another team's worker", d.DeclareAbsence(t.Context(), other, away), fault.Invalid)

		away.Cover = d.colleague.Worker
		d.must(t, d.DeclareAbsence(t.Context(), d.adviser, away))
		covers := func() bool {
			held := d.held(t, d.colleague)
			return held[access.Cover]
		}
		if !covers() {
			t.Fatal("nobody covers")
		}
		d.must(t, d.EndWorker(t.Context(), "test", d.adviser.Worker))
		if covers() {
			t.Error("somebody covers for a worker who has left")
		}
	})
}

// held are the grounds that an actor has for the desk's child.
func (d *desk) held(t *testing.T, a casework.Actor) map[access.Ground]bool {
	t.Helper()
	grounds := map[access.Ground]bool{}
	d.db.Read(t, func(ctx context.Context, r store.Reader) error {
		v, err := r.Viewer(ctx, a.Worker, a.As, storetest.Today)
		if err != nil {
			return err
		}
		held, err := r.Held(ctx, v, d.child.ID, date.At(storetest.Start))
		for _, h := range held {
			grounds[h.Ground] = true
		}
		return err
	})
	return grounds
}
