package casework_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"casefile/internal/access"
	"casefile/internal/caseload"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// worker makes a colleague in a team, who acts in a role.
func (d *desk) worker(t *testing.T, role access.Role, team staff.Team) casework.Actor {
	t.Helper()
	w, a := d.db.Worker(t, role, team)
	return casework.Actor{Worker: w.ID, As: a.ID}
}

// running is the case of the desk's child as its manager sees it.
func (d *desk) running(t *testing.T) casework.Running {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, d.look(d.manager), casework.RunningPart(d.key(t), ""))
	if err != nil {
		t.Fatal(err)
	}
	return f.Value
}

func (d *desk) key(t *testing.T) string {
	t.Helper()
	return d.workers(t, d.manager).Involvements[0].Key
}

func (d *desk) workers(t *testing.T, a casework.Actor) casework.Workers {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, d.look(a), casework.WorkersPart())
	if err != nil {
		t.Fatal(err)
	}
	return f.Value
}

func (d *desk) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantBeside checks that an error stands beside a field and says something.
func wantBeside(t *testing.T, what string, err error, field, words string) {
	t.Helper()
	f, ok := err.(*fault.Error) //nolint:errorlint // casework gives it as it is
	if !ok || f.Kind != fault.Invalid || !slices.ContainsFunc(f.Problems, func(p fault.Problem) bool {
		return p.Field == field && strings.Contains(p.Message, words)
	}) {
		t.Errorf("%s: got %v, want %q beside %s", what, err, words, field)
	}
}

func (d *desk) notices(t *testing.T, w staff.ID) []string {
	t.Helper()
	var kinds []string
	d.db.Read(t, func(ctx context.Context, r store.Reader) error {
		list, err := r.UnseenNotices(ctx, w, access.Scope{Viewer: access.Viewer{Worker: string(w)}, Gives: []access.Ground{access.Everyone}}, date.At(storetest.Start), 100)
		for _, n := range list {
			kinds = append(kinds, n.Kind)
		}
		return err
	})
	return kinds
}

func TestWhoWorksWithThem(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		w := d.workers(t, d.adviser)
		if len(w.Involvements) != 1 || !w.Involvements[0].Running(d.Today()) || w.Involvements[0].MayChange || w.MayOpen || !w.MayAdd {
			t.Errorf("an adviser sees %+v", w)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "look workers shown")
		if w := d.workers(t, d.manager); !w.Involvements[0].MayChange || !w.MayOpen {
			t.Errorf("a manager may change: %+v", w)
		}
		_, err := casework.Open(t.Context(), d.Service, d.look(d.systemPerson), casework.WorkersPart())
		wantKind(t, "an administrator", err, fault.NotFound)
		_, err = casework.Open(t.Context(), d.Service, d.look(d.adviser), casework.RunningPart(w.Involvements[0].Key, ""))
		wantKind(t, "an adviser who would change the case", err, fault.NotFound)
		wantPrint(t, d.prints(t, string(d.child.ID)), "change workers absent")
	})
}

func TestProfessionals(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, ref := t.Context(), d.child.Reference
		add := func(a casework.Actor, p person.Professional) error { return d.AddProfessional(ctx, a, ref, p) }
		nurse := person.Professional{
			Agency: "Otters Surgery", Name: "Nell Nurse", Telephone: "01632 960123", Clocks: date.Clocks{Period: date.Period{From: d.Today().AddDays(-9)}},
		}
		empty := add(d.adviser, person.Professional{})
		wantBeside(t, "nothing", empty, "agency", "Enter the agency")
		wantBeside(t, "nothing", empty, "name", "Enter their name")
		wantBeside(t, "nothing", empty, "telephone", "to reach them")
		later := nurse
		later.Period.From = d.Today().AddDays(1)
		wantBeside(t, "from tomorrow", add(d.adviser, later), "from-day", "in the past")
		long := nurse
		long.Agency = strings.Repeat("x", 201)
		wantBeside(t, "too long", add(d.adviser, long), "agency", "200 characters")
		wantKind(t, "a minute taker", add(d.worker(t, "minute-taker", d.team), nurse), fault.NotFound)
		wantPrint(t, d.prints(t, string(d.child.ID)), "record workers absent")
		d.must(t, add(d.business, nurse))
		wantPrint(t, d.prints(t, string(d.child.ID)), "record workers shown")
		list := d.workers(t, d.adviser).Professionals
		if len(list) != 1 || list[0].Agency != "Otters Surgery" {
			t.Fatalf("professionals: %+v", list)
		}
		end := func(day date.Date) error { return d.EndProfessional(ctx, d.business, ref, list[0].ID, day) }
		wantBeside(t, "no day", end(date.Date{}), "last-day", "Enter")
		wantBeside(t, "tomorrow", end(d.Today().AddDays(1)), "last-day", "in the past")
		wantBeside(t, "before they came", end(d.Today().AddDays(-10)), "last-day", "must not be before")
		d.must(t, end(d.Today()))
		wantKind(t, "twice", end(d.Today()), fault.Conflict)
		if list := d.workers(t, d.adviser).Professionals; len(list) != 1 || list[0].Period.To != d.Today() || list[0].Period.From != d.Today().AddDays(-9) {
			t.Errorf("ended: %+v", list)
		}
	})
}

// Who works at a refuge says where it is, so it is masked as its address is.
func TestAConfidentialProfessional(t *testing.T) {
	clause.Shows(t, "CR-16")
	each(t, func(t *testing.T, d *desk) {
		ctx, ref := t.Context(), d.child.Reference
		d.must(t, d.AddProfessional(ctx, d.business, ref, person.Professional{
			Agency: "Harbour House", Name: "Nell Nightworker", Telephone: "01632 960123", Note: "Ask for the office.", Confidential: true,
			Clocks: date.Clocks{Period: date.Period{From: d.Today().AddDays(-9)}},
		}))
		list := d.workers(t, d.adviser).Professionals // who works with the child
		if len(list) != 1 || list[0].Agency != "Harbour House" || !list[0].Confidential {
			t.Fatalf("to the allocated worker: %+v", list)
		}
		masked := person.Professional{Confidential: true, Clocks: list[0].Clocks}
		for name, a := range map[string]casework.Actor{"a colleague": d.colleague, "business support": d.business} {
			if got := d.workers(t, a).Professionals; len(got) != 1 || got[0] != masked {
				t.Errorf("to %s: %+v", name, got)
			}
		}
		for name, a := range map[string]casework.Actor{"a colleague": d.colleague, "business support": d.business} {
			_, err := casework.Open(ctx, d.Service, d.look(a), casework.ProfessionalPart(list[0].ID))
			wantKind(t, name+" opens it", err, fault.NotFound)
			wantKind(t, name+" ends it", d.EndProfessional(ctx, a, ref, list[0].ID, d.Today()), fault.Conflict)
		}
		d.must(t, d.EndProfessional(ctx, d.adviser, ref, list[0].ID, d.Today()))
		if list = d.workers(t, d.adviser).Professionals; len(list) != 1 || !list[0].Confidential || list[0].Period.To != d.Today() {
			t.Errorf("ended, it is kept secret no more: %+v", list)
		}
	})
}

func TestOpenAllocateClose(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, ref := t.Context(), d.child.Reference
		second := d.db.Team(t, "participation")
		_, err := d.OpenEpisode(ctx, d.manager, ref, d.otherTeam.ID)
		wantBeside(t, "another service's team", err, "team", "Select the team")
		_, err = d.OpenEpisode(ctx, d.manager, ref, d.team.ID)
		wantBeside(t, "a team that works with them", err, "team", "already")
		_, err = d.OpenEpisode(ctx, d.adviser, ref, second.ID)
		wantKind(t, "an adviser", err, fault.NotFound)
		key, err := d.OpenEpisode(ctx, d.manager, ref, second.ID)
		d.must(t, err)
		seen := func() string {
			f, err := casework.Open(ctx, d.Service, d.look(d.manager), casework.RunningPart(key, ""))
			d.must(t, err)
			return f.Value.Seen
		}
		one, two, three, four := d.worker(t, "adviser", second), d.worker(t, "adviser", second), d.worker(t, "adviser", second), d.worker(t, "adviser", second)
		give := func(w staff.ID, kind string) error { return d.Allocate(ctx, d.manager, ref, key, seen(), w, kind) }
		wantBeside(t, "nobody", give("", caseload.Allocated), "worker", "Select a worker")
		wantBeside(t, "of another team", give(d.adviser.Worker, caseload.Allocated), "worker", "Select a worker")
		wantBeside(t, "business support", give(d.worker(t, "business-support", second).Worker, caseload.Allocated), "worker", "Select a worker")
		stale := seen()
		d.must(t, give(one.Worker, caseload.Allocated))
		wantPrint(t, d.prints(t, string(d.child.ID)), "change workers shown")
		if err := d.Allocate(ctx, d.manager, ref, key, stale, two.Worker, caseload.Allocated); !casework.ChangedMeanwhile(err) {
			t.Errorf("allocated from a page that is old: %v", err)
		}
		if got := d.notices(t, one.Worker); len(got) != 1 || got[0] != casework.CaseAllocated {
			t.Errorf("the worker is told %q", got)
		}
		if _, err := casework.Open(ctx, d.Service, d.look(one), casework.TimelinePart("")); err != nil {
			t.Errorf("the allocated worker: %v", err)
		}
		d.must(t, give(two.Worker, caseload.Further))
		wantBeside(t, "twice", give(two.Worker, caseload.Further), "worker", "already")
		wantBeside(t, "the allocated one", give(one.Worker, caseload.Further), "worker", "is the allocated worker")
		d.must(t, give(three.Worker, caseload.Further))
		wantBeside(t, "a third further worker", give(four.Worker, caseload.Further), "worker", "two further workers already")

		f, err := casework.Open(ctx, d.Service, d.look(d.manager), casework.RunningPart(key, ""))
		d.must(t, err)
		if len(f.Value.Further) != 2 || len(f.Value.Members) != 4 {
			t.Fatalf("the case: %+v", f.Value)
		}
		for _, m := range f.Value.Members {
			want := map[staff.ID][2]int{one.Worker: {1, 0}, two.Worker: {0, 1}, three.Worker: {0, 1}, four.Worker: {0, 0}}[m.ID]
			if got := [2]int{m.Allocated, m.Further}; got != want {
				t.Errorf("%s has %v, want %v", m.ID, got, want)
			}
		}
		d.must(t, d.EndFurther(ctx, d.manager, ref, key, f.Value.Further[0].ID))
		wantKind(t, "ended twice", d.EndFurther(ctx, d.manager, ref, key, f.Value.Further[0].ID), fault.Conflict)
		d.must(t, give(four.Worker, caseload.Further))

		closing := func(reason, note string) error { return d.CloseEpisode(ctx, d.manager, ref, key, seen(), reason, note) }
		wantBeside(t, "no reason", closing("", "x"), "reason", "Select")
		wantBeside(t, "an unknown reason", closing("bored", "x"), "reason", "Select")
		wantBeside(t, "no note", closing("moved", " "), "note", "Enter")
		last := seen()
		d.must(t, closing("moved", "She moved to her aunt."))
		if err := d.CloseEpisode(ctx, d.manager, ref, key, last, "moved", "again"); !casework.ChangedMeanwhile(err) {
			t.Errorf("closed twice: %v", err)
		}
		w := d.workers(t, d.manager)
		i := slices.IndexFunc(w.Involvements, func(i casework.Involvement) bool { return i.Key == key })
		e := w.Involvements[i].Latest()
		if e.EndReason != "moved" || e.EndNote != "She moved to her aunt." || e.Period.To != d.Today() || w.Involvements[i].MayChange {
			t.Errorf("closed: %+v", w.Involvements[i])
		}
		for _, a := range w.Involvements[i].Allocations {
			if a.Open() {
				t.Errorf("an allocation of a closed case runs on: %+v", a)
			}
		}
		// Who does not read the record does not read why its work ended.
		support := d.workers(t, d.business)
		if e := support.Involvements[i].Latest(); e.EndNote != "" || e.EndReason != "moved" {
			t.Errorf("business support reads %q", e.EndNote)
		}
		d.db.Now.Set(storetest.Start.AddDate(0, 0, 1))
		if _, err := casework.Open(ctx, d.Service, d.look(four), casework.RunningPart(key, "")); !fault.Is(err, fault.NotFound) {
			t.Errorf("the next day: %v", err)
		}
	})
}

// A manager decides about the work of their own service alone, and of a child
// who is theirs.
func TestOnlyTheOwnServicesWork(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, ref := t.Context(), d.child.Reference
		other := d.db.Episode(t, d.child.ID, d.otherTeam, d.outsider.Worker)
		_, err := casework.Open(ctx, d.Service, d.look(d.manager), casework.RunningPart(other.ID, ""))
		wantKind(t, "another service's case", err, fault.NotFound)
		seen := other.ID + " "
		if err := d.CloseEpisode(ctx, d.manager, ref, other.ID, seen, "moved", "x"); !fault.Is(err, fault.Conflict) {
			t.Errorf("another service's case was closed: %v", err)
		}
		stranger := d.db.Person(t, "Sten", "Stranger", date.Must(2011, 1, 1))
		d.db.Episode(t, stranger.ID, d.otherTeam, d.outsider.Worker)
		_, err = d.OpenEpisode(ctx, d.manager, stranger.Reference, d.team.ID)
		wantKind(t, "a child of another service", err, fault.NotFound)
		_, err = d.OpenEpisode(ctx, d.manager, id.NewReference(), d.team.ID)
		wantKind(t, "no child", err, fault.NotFound)
	})
}

// Somebody who is barred from a file cannot be given its case.
func TestBarredWorkersTakeNoCase(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		kin := d.worker(t, "adviser", d.team)
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddConnection(ctx, right.Connection{ID: id.New(), Worker: kin.Worker, Person: d.child.ID, Nature: "aunt", Clocks: storetest.Clocks(d.Today())})
		})
		run := d.running(t)
		err := d.Allocate(t.Context(), d.manager, d.child.Reference, run.Episode.Key(), run.Seen, kin.Worker, caseload.Further)
		wantBeside(t, "a worker with a connection", err, "worker", "cannot open this file")
		if strings.Contains(fmt.Sprint(err), "aunt") {
			t.Errorf("it says why: %v", err)
		}
	})
}

// note puts an entry with something to do on the child's record.
func (d *desk) note(t *testing.T, next string, by date.Date, sensitive bool) entry.ID {
	t.Helper()
	var e entry.Entry
	d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		w, err := tx.Worker(ctx, d.adviser.Worker)
		e = storetest.Entry(d.child.ID, w, d.Today().AddDays(-3), "what happened")
		e.Service = "participation"
		e.Content.FollowUp, e.Content.FollowUpBy, e.Content.Sensitive = next, by, sensitive
		if err != nil {
			return err
		}
		return tx.AddEntryVersion(ctx, e)
	})
	return e.ID
}

func TestPassTheCaseOn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, ref := t.Context(), d.child.Reference
		south := d.db.Team(t, "participation")
		taker, southManager := d.worker(t, "adviser", south), d.worker(t, "team-manager", south)
		further := d.worker(t, "adviser", d.team)
		run := d.running(t)
		key := run.Episode.Key()
		d.must(t, d.Allocate(ctx, d.manager, ref, key, run.Seen, further.Worker, caseload.Further))
		stands := d.note(t, "Ring the college", d.Today().AddDays(4), false)
		over := d.note(t, "Find her bus pass", d.Today().AddDays(-28), true)
		d.note(t, "Long done", d.Today().AddDays(-29), false)
		if _, err := d.StartDraft(ctx, d.adviser, ref, "contact-with-client"); err != nil {
			t.Fatal(err)
		}
		f, err := casework.Open(ctx, d.Service, d.look(d.manager), casework.TransferPart(key, south.ID))
		d.must(t, err)
		p := f.Value
		if len(p.FollowUps) != 2 || p.FollowUps[0].Entry != over || p.FollowUps[1].Entry != stands || len(p.Drafts) != 1 || p.Unread != 0 ||
			len(p.Members) != 2 || p.Team.ID != south.ID {
			t.Fatalf("what is open: %+v", p)
		}
		h := casework.Handover{Case: key, Seen: p.Seen, Team: south.ID, Worker: taker.Worker, Note: "She likes to be rung after four."}
		err = d.PassCase(ctx, d.manager, ref, h)
		wantBeside(t, "unanswered", err, "still-"+string(stands), "Ring the college")
		wantBeside(t, "unanswered", err, "still-"+string(over), "bus pass")
		h.Still = map[string]string{"still-" + string(stands): casework.Stands, "still-" + string(over): casework.StandsOver}
		empty := h
		empty.Note = " \n "
		wantBeside(t, "without a note", d.PassCase(ctx, d.manager, ref, empty), "note", "Enter a handover note")
		nobody := h
		nobody.Worker = ""
		wantBeside(t, "to nobody", d.PassCase(ctx, d.manager, ref, nobody), "worker", "Select")
		foreign := h
		foreign.Team = d.otherTeam.ID
		wantBeside(t, "to another service", d.PassCase(ctx, d.manager, ref, foreign), "team", "Select")
		same := h
		same.Team, same.Worker = d.team.ID, d.adviser.Worker
		wantBeside(t, "to who has it", d.PassCase(ctx, d.manager, ref, same), "worker", "theirs already")
		wantKind(t, "by an adviser", d.PassCase(ctx, d.adviser, ref, h), fault.NotFound)

		// Two managers at once: one of them passes it on, and nothing is lost.
		var wait sync.WaitGroup
		errs := make([]error, 2)
		for i := range errs {
			wait.Go(func() { errs[i] = d.PassCase(ctx, d.manager, ref, h) })
		}
		wait.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || !casework.ChangedMeanwhile(errs[0]) && !casework.ChangedMeanwhile(errs[1]) {
			t.Fatalf("two at once: %v; %v", errs[0], errs[1])
		}
		w := d.workers(t, d.manager)
		i := w.Involvements[0]
		if i.Key != key || i.Latest().TeamID != string(south.ID) || i.Latest().Allocated != string(taker.Worker) || len(i.Episodes) != 2 {
			t.Fatalf("passed on: %+v", i)
		}
		for _, a := range i.Allocations {
			switch a.Worker {
			case taker.Worker:
				if a.Period.From != d.Today() || !a.Open() {
					t.Errorf("the new allocation: %+v", a)
				}
			case d.adviser.Worker:
				if a.Period.To != d.Today() {
					t.Errorf("there is a gap: %+v", a)
				}
			case further.Worker:
				if !a.Open() {
					t.Errorf("the further worker: %+v", a)
				}
			}
		}
		timeline, err := casework.Open(ctx, d.Service, d.look(taker), casework.TimelinePart(""))
		d.must(t, err)
		var note entry.Line
		handovers := 0
		for _, l := range timeline.Value.Lines {
			if l.Content.Type == d.running(t).Passing.EntryType {
				note = l
				handovers++
			}
		}
		text := note.Content.Text
		if handovers != 1 || !strings.HasPrefix(text, h.Note) || !strings.Contains(text, "Ring the college, by 9 March 2026") ||
			strings.Contains(text, "bus pass") || note.Content.Sensitive || note.TypeTitle != "Handover" || note.AuthorRole != "Team manager" {
			t.Errorf("%d handovers, the last is %+v", handovers, note)
		}
		for who, worker := range map[string]staff.ID{"taker": taker.Worker, "giver": d.adviser.Worker, "further": further.Worker, "their manager": southManager.Worker} {
			if got := d.notices(t, worker); !slices.Contains(got, casework.CasePassed) {
				t.Errorf("the %s is told %q", who, got)
			}
		}
		if got := d.notices(t, d.manager.Worker); len(got) != 0 {
			t.Errorf("who did it is told %q", got)
		}
		// The old worker sees the file until the end of the day, by the allocation.
		_, err = casework.Open(ctx, d.Service, d.look(d.adviser), casework.TimelinePart(""))
		d.must(t, err)
		d.db.Read(t, func(ctx context.Context, r store.Reader) error {
			looks, err := r.Looks(ctx, d.child.ID, 0, 1)
			if len(looks) != 1 || looks[0].Ground != string(access.Allocated) {
				t.Errorf("the old worker looked on the ground of %+v", looks)
			}
			return err
		})
	})
}

// What stands from a sensitive entry makes the handover note sensitive.
func TestHandoverOfSomethingSensitive(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		e := d.note(t, "Tell the refuge", d.Today(), true)
		run := d.running(t)
		taker := d.worker(t, "adviser", d.team)
		d.must(t, d.PassCase(t.Context(), d.manager, d.child.Reference, casework.Handover{
			Case: run.Episode.Key(), Seen: run.Seen, Team: d.team.ID, Worker: taker.Worker, Note: "x",
			Still: map[string]string{"still-" + string(e): casework.Stands},
		}))
		timeline, err := casework.Open(t.Context(), d.Service, d.look(taker), casework.TimelinePart(""))
		d.must(t, err)
		if l := timeline.Value.Lines[0]; l.Content.Type != run.Passing.EntryType || !l.Content.Sensitive || l.Masked {
			t.Errorf("got %+v", l)
		}
		masked, err := casework.Open(t.Context(), d.Service, d.look(d.colleague), casework.TimelinePart(""))
		d.must(t, err)
		for _, l := range masked.Value.Lines {
			if strings.Contains(l.Content.Text, "refuge") {
				t.Errorf("a colleague reads %+v", l)
			}
		}
	})
}

func TestUnallocatedPassesToAnotherTeam(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		south := d.db.Team(t, "participation")
		child := d.db.Person(t, "Una", "Allocated", date.Must(2011, 1, 1))
		e := d.db.Episode(t, child.ID, d.team, "")
		err := d.PassCase(t.Context(), d.manager, child.Reference, casework.Handover{Case: e.ID, Seen: e.ID + " ", Team: south.ID, Note: "For you."})
		d.must(t, err)
		manager := d.worker(t, "team-manager", south)
		c, err := d.Caseload(t.Context(), manager, casework.CaseloadAsk{State: caseload.Unallocated})
		d.must(t, err)
		if len(c.Cases) != 1 || c.Cases[0].ID != child.ID || c.Counts.Unallocated != 1 || c.Cases[0].Since != storetest.Today.AddMonths(-6) {
			t.Errorf("got %+v", c)
		}
	})
}

func TestCaseloads(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		c, err := d.Caseload(ctx, d.manager, casework.CaseloadAsk{Order: caseload.ByName})
		d.must(t, err)
		if len(c.Cases) != 1 || c.Cases[0].ID != d.child.ID || c.Team.ID != d.team.ID || !c.WholeService || c.Pages != 1 {
			t.Errorf("a manager lists %+v", c)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "find identity shown")
		if c, err = d.Caseload(ctx, d.business, casework.CaseloadAsk{}); err != nil || len(c.Cases) != 1 || c.WholeService {
			t.Errorf("business support lists %+v, %v", c, err)
		}
		_, err = d.Caseload(ctx, d.business, casework.CaseloadAsk{Service: true})
		wantKind(t, "business support, of the service", err, fault.NotFound)
		_, err = d.Caseload(ctx, d.adviser, casework.CaseloadAsk{})
		wantKind(t, "an adviser", err, fault.NotFound)
		_, err = d.Caseload(ctx, d.manager, casework.CaseloadAsk{Team: d.otherTeam.ID})
		wantKind(t, "another service's team", err, fault.NotFound)
		_, err = d.Caseload(ctx, d.systemPerson, casework.CaseloadAsk{})
		wantKind(t, "an administrator", err, fault.NotFound)
		if c, err = d.Caseload(ctx, d.manager, casework.CaseloadAsk{Page: 2}); err != nil || len(c.Cases) != 0 {
			t.Errorf("beyond the end: %+v, %v", c, err)
		}

		// A restricted file is in no list and in no count.
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddRestriction(ctx, right.Restriction{ID: id.New(), Person: d.child.ID, Reason: "x", Clocks: storetest.Clocks(d.Today())})
		})
		if c, err = d.Caseload(ctx, d.manager, casework.CaseloadAsk{}); err != nil || len(c.Cases) != 0 || c.Counts.All != 0 {
			t.Errorf("restricted: %+v, %v", c, err)
		}
		w, err := d.MyWork(ctx, d.manager)
		d.must(t, err)
		if w.Team == nil || w.Team.Counts.All != 0 {
			t.Errorf("restricted, in My work: %+v", w.Team)
		}
		w, err = d.MyWork(ctx, d.adviser)
		d.must(t, err)
		if len(w.Caseload) != 0 || w.Team != nil {
			t.Errorf("restricted, in the worker's own: %+v", w)
		}
	})
}

func TestAbsenceAndCover(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		away := func(a casework.Actor, cover staff.ID, from, to date.Date) error {
			return d.DeclareAbsence(ctx, a, staff.Absence{Worker: d.adviser.Worker, Cover: cover, Clocks: date.Clocks{Period: date.Period{From: from, To: to}}})
		}
		today, later := d.Today(), d.Today().AddDays(3)
		wantBeside(t, "no day", away(d.adviser, "", date.Date{}, later), "from-day", "Enter")
		wantBeside(t, "long ago", away(d.adviser, "", today.AddDays(-29), later), "from-day", "28 days")
		wantBeside(t, "backwards", away(d.adviser, "", later, today), "to-day", "must not be before")
		wantBeside(t, "over already", away(d.adviser, "", today.AddDays(-3), today.AddDays(-1)), "to-day", "today or later")
		wantBeside(t, "themselves", away(d.adviser, d.adviser.Worker, today, later), "cover", "colleague")
		wantBeside(t, "of another service", away(d.adviser, d.outsider.Worker, today, later), "cover", "colleague")
		wantBeside(t, "in a role without cases", away(d.adviser, d.business.Worker, today, later), "cover", "colleague")
		wantKind(t, "by a colleague", away(d.colleague, d.colleague.Worker, today, later), fault.NotFound)
		wantPrint(t, d.prints(t, string(d.adviser.Worker)), "change staff absent")

		sensitive := d.note(t, "x", today, true)
		mayRead := func(a casework.Actor) bool {
			f, err := casework.Open(ctx, d.Service, d.look(a), casework.TimelinePart(""))
			d.must(t, err)
			return slices.ContainsFunc(f.Value.Lines, func(l entry.Line) bool { return l.ID == sensitive && !l.Masked })
		}
		if mayRead(d.colleague) {
			t.Fatal("a colleague of another team reads what is sensitive")
		}
		d.must(t, away(d.adviser, d.colleague.Worker, today, later))
		wantPrint(t, d.prints(t, string(d.adviser.Worker)), "change staff shown")
		wantBeside(t, "twice", away(d.manager, d.colleague.Worker, later, date.Date{}), "from-day", "declared already")
		if !mayRead(d.colleague) {
			t.Error("who covers does not read what the worker reads")
		}
		w, err := d.MyWork(ctx, d.colleague)
		d.must(t, err)
		if len(w.Covering) != 1 || len(w.Covering[0].Caseload) != 1 || w.Covering[0].Caseload[0].ID != d.child.ID || len(w.Caseload) != 0 {
			t.Errorf("the work of who covers: %+v", w)
		}
		f, err := casework.Open(ctx, d.Service, d.look(d.manager), casework.WorkersPart())
		d.must(t, err)
		if a := f.Header.Episodes[0].Away; !a.Is || a.Until != later || a.Cover != "Orla Testworth" {
			t.Errorf("the header says %+v", a)
		}
		// Who covers cannot be away in that time and cover for somebody else too.
		err = d.DeclareAbsence(ctx, d.manager, staff.Absence{Worker: d.manager.Worker, Cover: d.adviser.Worker, Clocks: date.Clocks{Period: date.Period{From: today}}})
		wantBeside(t, "covered by who is away", err, "cover", "away in that time themselves")

		d.db.Now.Set(storetest.Start.AddDate(0, 0, 4)) // it ends by itself
		if mayRead(d.colleague) {
			t.Error("the cover reads on after the absence")
		}
		d.db.Now.Set(storetest.Start)
		desk, err := d.Desk(ctx, d.manager, d.adviser.Worker)
		d.must(t, err)
		if len(desk.Absences) != 1 || !desk.MayChange {
			t.Fatalf("the worker as the manager sees them: %+v", desk)
		}
		d.must(t, d.EndAbsence(ctx, d.manager, d.adviser.Worker, desk.Absences[0].ID))
		wantKind(t, "ended twice", d.EndAbsence(ctx, d.manager, d.adviser.Worker, desk.Absences[0].ID), fault.Conflict)
		if mayRead(d.colleague) {
			t.Error("the cover reads on after the absence was ended")
		}
	})
}

// A leaver loses everything at once, and what is theirs turns red.
func TestLeavers(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		_, err := d.Desk(ctx, d.adviser, d.colleague.Worker)
		wantKind(t, "an adviser looks at a colleague", err, fault.NotFound)
		_, err = d.Leaving(ctx, d.worker(t, "team-manager", d.otherTeam), d.adviser.Worker, d.adviser.As)
		wantKind(t, "the manager of another service", err, fault.NotFound)
		wantKind(t, "themself", d.EndRole(ctx, d.manager, d.manager.Worker, d.manager.As), fault.NotFound)
		wantKind(t, "an adviser", d.EndRole(ctx, d.colleague, d.adviser.Worker, d.adviser.As), fault.NotFound)
		l, err := d.Leaving(ctx, d.manager, d.adviser.Worker, d.adviser.As)
		d.must(t, err)
		if !l.Last || l.Count != 1 || len(l.Cases) != 1 || l.Cases[0].ID != d.child.ID {
			t.Errorf("what they leave behind: %+v", l)
		}
		d.must(t, d.EndRole(ctx, d.manager, d.adviser.Worker, d.adviser.As))
		_, err = casework.Open(ctx, d.Service, d.look(d.adviser), casework.OverviewPart())
		wantKind(t, "the leaver", err, fault.Refused)
		c, err := d.Caseload(ctx, d.manager, casework.CaseloadAsk{State: caseload.Left})
		d.must(t, err)
		if len(c.Cases) != 1 || !c.Cases[0].Episode.Gone || c.Cases[0].Since != d.Today().AddDays(-1) {
			t.Errorf("left: %+v", c)
		}
		w := d.workers(t, d.manager)
		if a := w.Involvements[0].Allocations[0]; !a.Gone || !a.Open() {
			t.Errorf("the allocation of a leaver: %+v", a)
		}
		// Their case still passes on.
		run, taker := d.running(t), d.worker(t, "adviser", d.team)
		d.must(t, d.PassCase(ctx, d.manager, d.child.Reference, casework.Handover{
			Case: run.Episode.Key(), Seen: run.Seen, Team: d.team.ID, Worker: taker.Worker, Note: "She left.",
		}))
		if c, err = d.Caseload(ctx, d.manager, casework.CaseloadAsk{}); err != nil || c.Counts.Left != 0 || c.Counts.All != 1 {
			t.Errorf("after it passed on: %+v, %v", c.Counts, err)
		}
	})
}

// Roles that begin later end too.
func TestEndWorkerEndsWhatIsToCome(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		next := staff.Assignment{
			ID: staff.AssignmentID(id.New()), Worker: d.adviser.Worker, Role: "adviser", Team: d.team.ID, Clocks: storetest.Clocks(d.Today().AddDays(7)),
		}
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddAssignment(ctx, next) })
		d.must(t, d.EndWorker(t.Context(), "test", d.adviser.Worker))
		d.db.Now.Set(storetest.Start.AddDate(0, 0, 8))
		_, err := casework.Open(t.Context(), d.Service, d.look(casework.Actor{Worker: d.adviser.Worker, As: next.ID}), casework.OverviewPart())
		wantKind(t, "in the role that was to come", err, fault.Refused)
		me, err := d.Me(t.Context(), d.adviser.Worker)
		d.must(t, err)
		if len(me.Assignments) != 0 {
			t.Errorf("a leaver holds %+v", me.Assignments)
		}
	})
}

// Notices say who did what, to those who may read it, and nothing of the text.
func TestNoticesSayWhoAndWhat(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		further := d.worker(t, "adviser", d.db.Team(t, "participation"))
		key := d.key(t)
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			return tx.AddAllocation(ctx, store.Allocation{
				ID: id.New(), Episode: key, Person: d.child.ID, Worker: further.Worker, Kind: store.Further, Clocks: storetest.Clocks(d.Today()),
			})
		})
		e := d.note(t, "x", d.Today(), false)
		d.must(t, d.TellOfEntry(ctx, fmt.Appendf(nil, `{"entry":%q}`, e)))
		w, err := d.MyWork(ctx, further)
		d.must(t, err)
		if len(w.Notices) != 1 || w.Notices[0].By != "Orla Testworth" || w.Notices[0].Kind != casework.EntryRecorded || w.Notices[0].Entry != e {
			t.Errorf("notices: %+v", w.Notices)
		}
		if strings.Contains(fmt.Sprintf("%+v", w.Notices), "what happened") {
			t.Errorf("a notice has the text: %+v", w.Notices)
		}
	})
}

// Who worked with the child is told as it was known on a day, and nothing is changed
// there; who is kept secret today is so in history.
func TestWhoWorkedAsKnownOn(t *testing.T) {
	clause.Shows(t, "CR-39")
	each(t, func(t *testing.T, d *desk) {
		then := storetest.Today.AddDays(-400)
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			c := storetest.Clocks(then)
			open := person.Professional{ID: id.New(), Agency: "Harbour House", Name: "Rae Refuge", Telephone: "01632 960001", Clocks: c}
			secret := open
			secret.ID, secret.Confidential = id.New(), true
			return errors.Join(tx.AddProfessional(ctx, d.child.ID, open), tx.AddProfessional(ctx, d.child.ID, secret))
		})
		on := func(a casework.Actor, known date.Instant) casework.Workers {
			f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: a, Reference: d.child.Reference, Known: known}, casework.WorkersPart())
			if err != nil {
				t.Fatal(err)
			}
			return f.Value
		}
		now := on(d.manager, 0)
		if len(now.Involvements) == 0 || !now.MayOpen || !slices.ContainsFunc(now.Involvements, func(i casework.Involvement) bool { return i.MayChange && len(i.Allocations) > 0 }) {
			t.Fatalf("today: %+v", now)
		}
		soon := on(d.manager, date.At(storetest.Start)+date.Instant(time.Hour/time.Microsecond))
		if len(soon.Involvements) != len(now.Involvements) || len(soon.Involvements[0].Allocations) == 0 || soon.MayAdd || soon.MayOpen || soon.Involvements[0].MayChange {
			t.Errorf("as known since: %+v", soon)
		}
		if before := on(d.manager, casework.EndOf(storetest.Today.AddDays(-500))); len(before.Involvements)+len(before.Professionals) != 0 {
			t.Errorf("before anything was recorded: %+v", before)
		}
		for _, p := range append(soon.Professionals, now.Professionals...) {
			if p.Name != "" {
				t.Errorf("%s, who is kept secret, is told where they stood openly before", p.Name)
			}
		}
		shown := on(d.adviser, 0).Professionals
		if len(now.Professionals) != 2 || len(shown) != 2 {
			t.Fatalf("today: %+v, and to who works with the child %+v", now.Professionals, shown)
		}
		for _, p := range shown {
			_, err := casework.Open(t.Context(), d.Service, d.look(d.manager), casework.ProfessionalPart(p.ID))
			wantKind(t, "the page on which they end", err, fault.NotFound)
		}
	})
}
