package casework_test

import (
	"context"
	"strings"
	"testing"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/concern"
	"casefile/internal/fault"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// report reports a concern about a worker in the adviser's name.
func (d *desk) report(t *testing.T, about casework.Actor) concern.ID {
	t.Helper()
	r := casework.Report{ID: concern.ID(id.New()), Text: "They spoke of her at the bus stop.", About: about.Worker, Happened: storetest.Today}
	if err := d.ReportConcern(t.Context(), d.adviser, d.child.Reference, r); err != nil {
		t.Fatal(err)
	}
	return r.ID
}

// keepTo restricts a file to those named.
func (d *desk) keepTo(t *testing.T, p person.ID, named ...casework.Actor) {
	t.Helper()
	d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		r := right.Restriction{ID: id.New(), Person: p, Clocks: storetest.Clocks(storetest.Today)}
		if err := tx.AddRestriction(ctx, r); err != nil {
			return err
		}
		for _, a := range named {
			if err := tx.AddNamed(ctx, right.Named{ID: id.New(), Restriction: r.ID, Worker: a.Worker, Clocks: storetest.Clocks(storetest.Today)}); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestReportAConcern(t *testing.T) {
	clause.Shows(t, "KF-03")
	each(t, func(t *testing.T, d *desk) {
		r := casework.Report{ID: concern.ID(id.New()), Text: "  They spoke of her at the bus stop. ", About: d.colleague.Worker, Happened: storetest.Today}
		for range 2 { // the same press of a button sent twice
			if err := d.ReportConcern(t.Context(), d.adviser, d.child.Reference, r); err != nil {
				t.Fatal(err)
			}
		}
		if got := d.prints(t, string(d.child.ID)); len(got) != 1 || got[0] != "record concerns shown" {
			t.Errorf("footprints of one report: %q", got)
		}
		var sealed []byte
		if err := d.db.Raw.QueryRow("SELECT sealed FROM concern").Scan(&sealed); err != nil || len(sealed) == 0 || strings.Contains(string(sealed), "bus") {
			t.Errorf("the words are not sealed: %q, %v", sealed, err)
		}
		for field, wrong := range map[string]casework.Report{
			"text:":         {ID: r.ID, Text: " "},
			"text: What":    {ID: r.ID, Text: strings.Repeat("x", concern.MaxText+1)},
			"happened-day:": {ID: r.ID, Text: "x", Happened: storetest.Today.AddDays(1)},
		} {
			err := d.ReportConcern(t.Context(), d.adviser, d.child.Reference, wrong)
			wantKind(t, field, err, fault.Invalid)
			if err == nil || !strings.Contains(err.Error(), field) {
				t.Errorf("%s: %v", field, err)
			}
		}
		for name, wrong := range map[string]casework.Report{
			"no key":        {Text: "x"},
			"no worker":     {ID: concern.ID(id.New()), Text: "x", About: "somebody"},
			"nobody's key":  {ID: concern.ID(id.New()), Text: "x", About: staff.ID(id.New())},
			"another's key": {ID: r.ID, Text: "x"},
		} {
			a := d.adviser
			if name == "another's key" {
				a = d.manager
			}
			wantKind(t, name, d.ReportConcern(t.Context(), a, d.child.Reference, wrong), fault.Invalid)
		}
	})
}

// Whoever may not know of the file cannot report on it, in the same words as
// for a file that is not there, and leaves a footprint of having tried.
func TestReportOnAFileThatIsNotThere(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		report := func(a casework.Actor, ref id.Reference) error {
			return d.ReportConcern(t.Context(), a, ref, casework.Report{ID: concern.ID(id.New()), Text: "I heard of it."})
		}
		missing := report(d.outsider, id.NewReference())
		withheld := report(d.outsider, d.child.Reference)
		wantKind(t, "outside the role's files", withheld, fault.NotFound)
		if missing == nil || withheld == nil || missing.Error() != withheld.Error() {
			t.Errorf("missing %v, withheld %v", missing, withheld)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "record concerns absent")
		d.keepTo(t, d.child.ID, d.manager)
		wantKind(t, "a restricted file", report(d.adviser, d.child.Reference), fault.NotFound)
		wantKind(t, "an administrator", report(d.systemPerson, d.child.Reference), fault.NotFound)
		var n int
		if err := d.db.Raw.QueryRow("SELECT count(*) FROM concern").Scan(&n); err != nil || n != 0 {
			t.Errorf("%d concerns kept, %v", n, err)
		}
	})
}

// Those who handle concerns learn of one; whom it is about does not, whatever
// their role, not even from a count.
func TestWhoLearnsOfAConcern(t *testing.T) {
	clause.Shows(t, "KF-03")
	each(t, func(t *testing.T, d *desk) {
		second := d.actor(t, "team-manager", d.team)
		neighbour := d.actor(t, "team-manager", d.db.Team(t, "participation"))
		lead := d.actor(t, "information-governance-lead", d.otherTeam)
		c := d.report(t, d.manager)
		for name, want := range map[string]struct {
			a              casework.Actor
			open, untaken  int
			handles, opens bool
		}{
			"the manager it is about":          {d.manager, 0, 0, true, false},
			"another manager of the team":      {second, 1, 1, true, true},
			"a manager of the service":         {neighbour, 1, 0, true, true},
			"the lead":                         {lead, 1, 1, true, true},
			"the reporter":                     {d.adviser, 0, 0, false, false},
			"a worker of another service":      {d.outsider, 0, 0, false, false},
			"who looks after the program":      {d.systemPerson, 0, 0, false, false},
			"business support of this service": {d.business, 0, 0, false, false},
		} {
			o, err := d.Office(t.Context(), want.a)
			if err != nil || o.Concerns != want.open || o.Untaken != want.untaken || o.Handles != want.handles {
				t.Errorf("%s: office %+v, %v", name, o, err)
			}
			l, err := d.Concerns(t.Context(), want.a, false, 0)
			if err != nil || len(l.Lines) != want.open || l.Handles != want.handles {
				t.Errorf("%s: list %+v, %v", name, l, err)
			}
			f, err := casework.OpenConcern(t.Context(), d.Service, want.a, c)
			_, none := casework.OpenConcern(t.Context(), d.Service, want.a, concern.ID(id.New()))
			wantKind(t, name+": none", none, fault.NotFound)
			switch {
			case want.opens && (err != nil || f.Value.Text != "They spoke of her at the bus stop."):
				t.Errorf("%s: %+v, %v", name, f.Value, err)
			case !want.opens && (err == nil || err.Error() != none.Error()):
				t.Errorf("%s: %v, want the words of none: %v", name, err, none)
			}
		}
		l, err := d.Concerns(t.Context(), d.adviser, false, 0)
		if err != nil || len(l.Mine) != 1 || l.Mine[0].Closed || l.Mine[0].Person != "" || l.Mine[0].Handler != "" {
			t.Errorf("the reporter's own: %+v, %v", l, err)
		}
		d.keepTo(t, d.child.ID, d.adviser)
		if o, err := d.Office(t.Context(), lead); err != nil || o.Concerns != 0 {
			t.Errorf("a restricted file, to a lead who is not named: %+v, %v", o, err)
		}
	})
}

// taking is a step of a kind ready to take.
func taking(k concern.Kind, text string) concern.Step {
	return concern.Step{ID: id.New(), Kind: k, Text: text}
}

func TestHandleAConcernToItsEnd(t *testing.T) {
	clause.Shows(t, "KF-03")
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		lead := d.actor(t, "information-governance-lead", d.otherTeam)
		suspect := d.colleague
		if _, err := casework.Open(ctx, d.Service, d.look(suspect), casework.TimelinePart("")); err != nil {
			t.Fatal(err)
		}
		c := d.report(t, casework.Actor{})
		seen := 0
		step := func(a casework.Actor, s concern.Step) error {
			err := d.TakeStep(ctx, a, c, seen, s)
			if err == nil {
				seen++
			}
			return err
		}
		must := func(what string, err error) {
			t.Helper()
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
		}
		wantKind(t, "a note before it is taken on", step(lead, taking(concern.Note, "n")), fault.Conflict)
		take := taking(concern.TakeOn, "")
		must("take on", step(lead, take))
		must("the same press again", d.TakeStep(ctx, lead, c, 0, take))
		wantPrint(t, d.prints(t, string(d.child.ID)), "change concerns shown")
		wantKind(t, "a note by another", step(d.manager, taking(concern.Note, "n")), fault.Conflict)
		wantKind(t, "a step by who does not handle any", step(d.adviser, taking(concern.Note, "n")), fault.NotFound)
		wantPrint(t, d.prints(t, string(d.child.ID)), "change concerns absent")

		if err := d.TakeStep(ctx, lead, c, 0, taking(concern.Note, "late")); !casework.ConcernMoved(err) {
			t.Errorf("a step on an old page: %v", err)
		}
		for field, wrong := range map[string]concern.Step{
			"text:":    taking(concern.Note, " "),
			"worker:":  taking(concern.Names, "x"),
			"look:":    taking(concern.Evidence, "x"),
			"outcome:": taking(concern.Decide, "x"),
			"tell:":    {ID: id.New(), Kind: concern.Decide, Text: "x", Done: "y", Outcome: "breach"},
			"done:":    {ID: id.New(), Kind: concern.Decide, Text: "x", Tell: "no", Outcome: "breach"},
			"yourself": {ID: id.New(), Kind: concern.Ask, Text: "x", Worker: lead.Worker},
		} {
			err := step(lead, wrong)
			wantKind(t, field, err, fault.Invalid)
			if err == nil || !strings.Contains(err.Error(), field) {
				t.Errorf("%s: %v", field, err)
			}
		}
		wantKind(t, "an answer by the door of steps", step(lead, taking(concern.Answer, "x")), fault.Invalid)

		ask := taking(concern.Ask, "Where were you?")
		ask.Worker = d.adviser.Worker
		must("ask", step(lead, ask))
		if o, err := d.Office(ctx, d.adviser); err != nil || len(o.Asking) != 1 || o.Asking[0].Concern != string(c) {
			t.Errorf("who is asked: %+v, %v", o, err)
		}
		_, err := d.Questions(ctx, suspect, c)
		wantKind(t, "the questions of another", err, fault.NotFound)
		questions, err := d.Questions(ctx, d.adviser, c)
		if err != nil || len(questions) != 1 || questions[0].Text != "Where were you?" {
			t.Fatalf("questions: %+v, %v", questions, err)
		}
		wantKind(t, "an empty answer", d.AnswerConcern(ctx, d.adviser, c, questions[0].Seen, id.New(), " "), fault.Invalid)
		if err := d.AnswerConcern(ctx, d.adviser, c, 99, id.New(), "x"); !casework.ConcernMoved(err) {
			t.Errorf("an answer to an old question: %v", err)
		}
		answer := id.New()
		for range 2 {
			must("answer", d.AnswerConcern(ctx, d.adviser, c, questions[0].Seen, answer, "At the bus stop."))
		}
		seen++
		wantKind(t, "a second answer", d.AnswerConcern(ctx, d.adviser, c, questions[0].Seen, id.New(), "x"), fault.NotFound)

		names := taking(concern.Names, "The description fits.")
		names.Worker = suspect.Worker
		must("name", step(lead, names))
		page, err := casework.OpenEvidence(ctx, d.Service, lead, c, false, 0)
		if err != nil || page.Value.SuspectName == "" {
			t.Fatalf("evidence: %+v, %v", page.Value, err)
		}
		if len(page.Value.List) != 1 || page.Value.List[0].Part != string(access.Timeline) || page.Value.List[0].Actor != string(suspect.Worker) {
			t.Fatalf("looks to pick from: %+v", page.Value.List)
		}
		if all, err := casework.OpenEvidence(ctx, d.Service, lead, c, true, 0); err != nil || len(all.Value.List) <= 1 {
			t.Errorf("looks of everybody: %+v, %v", all.Value.List, err)
		}
		other := d.db.Person(t, "Theo", "Quill", storetest.Today.AddMonths(-150))
		strange := int64(0)
		d.db.Must(t, func(ctx context.Context, tx store.Tx) (err error) {
			strange, err = tx.LeaveFootprint(ctx, footprint.Footprint{Actor: "w", Object: string(other.ID), Part: "timeline"}, nil)
			return err
		})
		evidence := taking(concern.Evidence, "They looked that day.")
		evidence.Looks = []int64{strange}
		wantKind(t, "a look at another file", step(lead, evidence), fault.Invalid)
		evidence.Looks = []int64{page.Value.List[0].Number}
		must("evidence", step(lead, evidence))

		wantKind(t, "close before deciding", step(lead, taking(concern.Close, "x")), fault.Conflict)
		must("decide", step(lead, concern.Step{ID: id.New(), Kind: concern.Decide, Outcome: "breach", Text: "No reason.", Done: "A talk.", Tell: "yes"}))
		must("close", step(lead, taking(concern.Close, "Nothing is left to do.")))
		wantKind(t, "a note once closed", step(lead, taking(concern.Note, "n")), fault.Conflict)
		if l, err := d.Concerns(ctx, d.adviser, false, 0); err != nil || !l.Mine[0].Closed {
			t.Errorf("the reporter: %+v, %v", l.Mine, err)
		}
		if l, err := d.Concerns(ctx, lead, true, 0); err != nil || len(l.Lines) != 1 || l.Lines[0].Child.Name.Family != "Marlowe" || l.Lines[0].Decision != "breach" {
			t.Errorf("the closed ones: %+v, %v", l.Lines, err)
		}
		must("reopen by another", step(d.manager, taking(concern.Reopen, "He rang.")))
		must("take over", step(d.manager, taking(concern.TakeOn, "")))
		wantKind(t, "close without deciding anew", step(d.manager, taking(concern.Close, "x")), fault.Conflict)

		f, err := casework.OpenConcern(ctx, d.Service, lead, c)
		if err != nil || len(f.Value.Steps) != seen {
			t.Fatalf("%d steps, want %d (%v)", len(f.Value.Steps), seen, err)
		}
		h := f.Value
		if h.Steps[2].Text != "At the bus stop." || h.Steps[5].Done != "A talk." || h.Looks[evidence.Looks[0]].Part != "timeline" || h.Now.Closed || h.MayStep[concern.Note] || !h.MayStep[concern.TakeOn] {
			t.Errorf("the concern: %+v, may %v", h.Now, h.MayStep)
		}
		for _, s := range h.Steps {
			if s.ByName == "" || s.ByRole == "" || s.Recorded.IsZero() {
				t.Errorf("a step is not signed: %+v", s)
			}
		}
	})
}

// Once somebody is said to be the one, they neither handle nor see it.
func TestNobodyHandlesAConcernAboutThemselves(t *testing.T) {
	clause.Shows(t, "KF-03", "KF-04")
	each(t, func(t *testing.T, d *desk) {
		c := d.report(t, d.colleague)
		if err := d.TakeStep(t.Context(), d.manager, c, 0, taking(concern.TakeOn, "")); err != nil {
			t.Fatal(err)
		}
		names := taking(concern.Names, "It was me who printed it.")
		names.Worker = d.manager.Worker
		if err := d.TakeStep(t.Context(), d.manager, c, 1, names); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "a step about oneself", d.TakeStep(t.Context(), d.manager, c, 2, taking(concern.Note, "n")), fault.NotFound)
		_, err := casework.OpenConcern(t.Context(), d.Service, d.manager, c)
		wantKind(t, "a concern about oneself", err, fault.NotFound)
		_, err = casework.OpenEvidence(t.Context(), d.Service, d.manager, c, true, 0)
		wantKind(t, "evidence about oneself", err, fault.NotFound)
		if o, err := d.Office(t.Context(), d.manager); err != nil || o.Concerns != 0 {
			t.Errorf("counted: %+v, %v", o, err)
		}
	})
}

// Nobody locks the others out who handle concerns: to name one of them waits
// until another than who named them has confirmed it (KF-03).
func TestNamingWhoHandlesConcernsTakesTwo(t *testing.T) {
	clause.Shows(t, "KF-03")
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		lead := d.actor(t, "information-governance-lead", d.otherTeam)
		second := d.actor(t, "team-manager", d.team)
		c := d.report(t, casework.Actor{})
		d.must(t, d.TakeStep(ctx, d.manager, c, 0, taking(concern.TakeOn, "")))
		naming := func(k concern.Kind, w casework.Actor) concern.Step {
			s := taking(k, "They know.")
			s.Worker = w.Worker
			return s
		}
		for i, w := range []casework.Actor{lead, second} { // the manager would lock everybody else out
			d.must(t, d.TakeStep(ctx, d.manager, c, i+1, naming(concern.Names, w)))
		}
		for name, a := range map[string]casework.Actor{"the manager": d.manager, "the lead": lead, "the second manager": second} {
			f, err := casework.OpenConcern(ctx, d.Service, a, c)
			if err != nil || len(f.Value.Now.Waiting) != 2 || len(f.Value.Now.About) != 0 {
				t.Errorf("%s, while it waits: %+v, %v", name, f.Value.Now, err)
			}
			if o, err := d.Office(ctx, a); err != nil || o.Concerns != 1 {
				t.Errorf("%s, while it waits: %+v, %v", name, o, err)
			}
		}
		wantKind(t, "confirmed by who named", d.TakeStep(ctx, d.manager, c, 3, naming(concern.Confirm, lead)), fault.Conflict)
		wantKind(t, "confirmed about oneself", d.TakeStep(ctx, lead, c, 3, naming(concern.Confirm, lead)), fault.Invalid)
		wantKind(t, "confirmed about who was not named", d.TakeStep(ctx, lead, c, 3, naming(concern.Confirm, d.colleague)), fault.Invalid)
		wantKind(t, "a proposal by the door of steps", d.TakeStep(ctx, d.manager, c, 3, naming(concern.Propose, d.colleague)), fault.Invalid)

		// Nobody decides about themselves meanwhile.
		d.must(t, d.TakeStep(ctx, second, c, 3, taking(concern.TakeOn, "")))
		decision := concern.Step{ID: id.New(), Kind: concern.Decide, Outcome: "no-breach", Text: "Me? No.", Done: "Nothing.", Tell: "no"}
		wantKind(t, "decided by who is named", d.TakeStep(ctx, second, c, 4, decision), fault.Conflict)

		d.must(t, d.TakeStep(ctx, lead, c, 4, naming(concern.Confirm, second)))
		_, err := casework.OpenConcern(ctx, d.Service, second, c)
		wantKind(t, "who is named, once confirmed", err, fault.NotFound)
		wantKind(t, "a step of theirs", d.TakeStep(ctx, second, c, 5, taking(concern.Note, "n")), fault.NotFound)
		if o, err := d.Office(ctx, second); err != nil || o.Concerns != 0 {
			t.Errorf("counted for who is named, once confirmed: %+v, %v", o, err)
		}
		if f, err := casework.OpenConcern(ctx, d.Service, lead, c); err != nil || len(f.Value.Now.Waiting) != 1 || !f.Value.IsAbout(second.Worker) {
			t.Errorf("the lead, who still waits: %+v, %v", f.Value.Now, err)
		}

		// A second person who names the same confirms it; who handles none is
		// named at once.
		d.must(t, d.TakeStep(ctx, d.manager, c, 5, taking(concern.TakeOn, "")))
		third := d.actor(t, "team-manager", d.db.Team(t, "participation"))
		d.must(t, d.TakeStep(ctx, third, c, 6, taking(concern.TakeOn, "")))
		d.must(t, d.TakeStep(ctx, third, c, 7, naming(concern.Names, lead)))
		d.must(t, d.TakeStep(ctx, third, c, 8, naming(concern.Names, d.colleague)))
		f, err := casework.OpenConcern(ctx, d.Service, third, c)
		if err != nil || len(f.Value.Now.Waiting) != 0 || !f.Value.IsAbout(lead.Worker) || !f.Value.IsAbout(d.colleague.Worker) {
			t.Errorf("named by two: %+v, %v", f.Value.Now, err)
		}
	})
}
