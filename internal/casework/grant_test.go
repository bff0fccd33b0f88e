package casework_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"casefile/internal/access"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/right"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// forMonths is a grant that can be made, from today on.
func forMonths(kind access.Ground, to casework.Actor, months int, parts ...access.Part) casework.Granting {
	return casework.Granting{
		Kind: kind, Worker: to.Worker, Parts: parts, Reason: "She provides the therapy.",
		Period: date.Period{From: storetest.Today, To: storetest.Today.AddMonths(months).AddDays(-1)},
	}
}

func TestAPartnerSeesWhatTheGrantNames(t *testing.T) {
	clause.Shows(t, "CR-47")
	each(t, func(t *testing.T, d *desk) {
		partner := d.actor(t, "partner-professional", d.otherTeam)
		other := d.db.Person(t, "Theo", "Marlowe", date.Must(2011, 1, 1))
		d.db.Episode(t, other.ID, d.team, "")
		d.wantNotFound(t, "before", partner)
		if err := d.Grant(t.Context(), d.manager, d.child.Reference, forMonths(access.Grant, partner, 3, access.Timeline, access.Footprints)); err != nil {
			t.Fatal(err)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "grant grants shown")
		file, err := casework.Open(t.Context(), d.Service, d.look(partner), casework.TimelinePart(""))
		if err != nil {
			t.Fatal(err)
		}
		if o := file.Offers.Opened; o.Grant != access.Grant || o.To != storetest.Today.AddMonths(3).AddDays(-1) {
			t.Errorf("why it is open: %+v", o)
		}
		if !file.Offers.Record {
			t.Error("a partner with the timeline may add to it")
		}
		for name, err := range map[string]error{
			"files, which it does not name":   opening(t, d, partner, casework.FilesPart("")),
			"looks, which no grant can give":  opening(t, d, partner, casework.LooksPart(casework.LooksAsked{})),
			"grants, which no grant can give": opening(t, d, partner, casework.GrantsPart()),
		} {
			wantKind(t, name, err, fault.NotFound)
		}
		if found, err := d.Find(t.Context(), partner, "marlowe"); err != nil || len(found.People) != 1 || found.People[0].ID != d.child.ID {
			t.Errorf("found: %+v, %v", found.People, err)
		}
		work, err := d.MyWork(t.Context(), partner)
		if err != nil || len(work.Opened) != 1 || work.Opened[0].Child.ID != d.child.ID || work.Opened[0].Kind != access.Grant {
			t.Errorf("files open to them: %+v, %v", work.Opened, err)
		}
		d.db.Now.Set(storetest.Today.AddMonths(3).Time().Add(12 * 3600e9))
		d.wantNotFound(t, "when it ran out", partner)
	})
}

// opening says how opening a part went.
func opening[T any](t *testing.T, d *desk, a casework.Actor, part casework.Part[T]) error {
	t.Helper()
	_, err := casework.Open(t.Context(), d.Service, d.look(a), part)
	return err
}

func TestGrantsThatAreNotMade(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		partner, reviewer := d.actor(t, "partner-professional", d.otherTeam), d.actor(t, "reviewer", d.otherTeam)
		good := forMonths(access.Grant, partner, 12, access.Timeline)
		for name, c := range map[string]struct {
			change func(*casework.Granting)
			field  string
		}{
			"of no kind":              {func(g *casework.Granting) { g.Kind = access.Everyone }, "kind"},
			"to nobody":               {func(g *casework.Granting) { g.Worker = "" }, "worker"},
			"to oneself":              {func(g *casework.Granting) { g.Worker = d.manager.Worker }, "worker"},
			"to an adviser":           {func(g *casework.Granting) { g.Worker = d.colleague.Worker }, "worker"},
			"a review by a partner":   {func(g *casework.Granting) { g.Kind = access.Review }, "worker"},
			"a grant to a reviewer":   {func(g *casework.Granting) { g.Worker = reviewer.Worker }, "worker"},
			"of nothing":              {func(g *casework.Granting) { g.Parts = nil }, "parts"},
			"of what none can give":   {func(g *casework.Granting) { g.Parts = []access.Part{access.Footprints, access.Grants, "all"} }, "parts"},
			"without a first day":     {func(g *casework.Granting) { g.From = date.Date{} }, "from-day"},
			"from yesterday":          {func(g *casework.Granting) { g.From = storetest.Today.AddDays(-1) }, "from-day"},
			"without an end":          {func(g *casework.Granting) { g.To = date.Date{} }, "to-day"},
			"ending before it begins": {func(g *casework.Granting) { g.To = g.From.AddDays(-1) }, "to-day"},
			"a day over a year":       {func(g *casework.Granting) { g.To = g.To.AddDays(1) }, "to-day"},
			"without a reason":        {func(g *casework.Granting) { g.Reason = "\n" }, "reason"},
			"of a long reason":        {func(g *casework.Granting) { g.Reason = strings.Repeat("x", 2001) }, "reason"},
		} {
			g := good
			c.change(&g)
			err := d.Grant(t.Context(), d.manager, d.child.Reference, g)
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "; "+c.field+": ") {
				t.Errorf("%s: %v, want a problem with %s", name, err, c.field)
			}
		}
		for name, a := range map[string]casework.Actor{"an adviser": d.adviser, "a manager elsewhere": d.actor(t, "team-manager", d.otherTeam), "the partner": partner} {
			wantKind(t, "by "+name, d.Grant(t.Context(), a, d.child.Reference, good), fault.NotFound)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "change grants absent")
		d.db.Read(t, func(ctx context.Context, r store.Reader) error {
			all, err := r.Grants(ctx, d.child.ID)
			if len(all) != 0 {
				t.Errorf("one was made: %+v", all)
			}
			return err
		})
		if err := d.Grant(t.Context(), d.manager, d.child.Reference, good); err != nil {
			t.Errorf("a year is not too long: %v", err)
		}
	})
}

// A reviewer reads the files of the list, sensitive entries too, writes on none,
// and is seen to have read.
func TestAReviewerReadsTheFilesOfTheList(t *testing.T) {
	clause.Shows(t, "KF-13")
	each(t, func(t *testing.T, d *desk) {
		lead, reviewer := d.actor(t, "information-governance-lead", d.otherTeam), d.actor(t, "reviewer", d.otherTeam)
		d.recordSensitive(t)
		second := d.db.Person(t, "Theo", "Listed", date.Must(2011, 1, 1))
		hidden := d.absentToo(t, 1)[0]
		g := forMonths("", reviewer, 1)
		list := func(a casework.Actor, refs ...string) (int, error) {
			return d.GrantList(t.Context(), a, strings.Join(refs, ",\n"), g)
		}
		one, two := d.child.Reference.String(), second.Reference.String()
		_, err := list(d.manager, one)
		wantKind(t, "a list by a manager", err, fault.NotFound)
		for name, refs := range map[string][]string{"empty": {""}, "nonsense": {one, "Theo"}, "too long": slices.Repeat([]string{one, two}, 1)} {
			if name == "too long" {
				refs = nil
				for range 51 {
					refs = append(refs, id.NewReference().String())
				}
			}
			_, err := list(lead, refs...)
			wantKind(t, name, err, fault.Invalid)
		}
		// A restricted file and nobody's are told apart by nothing.
		_, errHidden := list(lead, one, hidden.String())
		none := id.NewReference()
		_, errNone := list(lead, one, none.String())
		wantKind(t, "with a restricted file", errHidden, fault.Invalid)
		if errHidden != nil && errNone != nil && strings.ReplaceAll(errHidden.Error(), hidden.String(), "") != strings.ReplaceAll(errNone.Error(), none.String(), "") {
			t.Errorf("with a restricted file %v, with nobody's %v", errHidden, errNone)
		}
		d.wantNotFound(t, "while nothing of a list was opened", reviewer)
		if n, err := list(lead, one, strings.ToLower(two), one); err != nil || n != 2 {
			t.Fatalf("opened %d, %v", n, err)
		}
		file, err := casework.Open(t.Context(), d.Service, d.look(reviewer), casework.TimelinePart(""))
		if err != nil || len(file.Value.Lines) != 1 || file.Value.Lines[0].Content.Text == "" && !file.Value.Lines[0].Masked {
			t.Fatalf("the timeline: %+v, %v", file.Value.Lines, err)
		}
		if file.Offers.Record || file.Offers.Opened.Grant != access.Review {
			t.Errorf("offers: %+v", file.Offers)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "look timeline shown")
		_, err = d.StartDraft(t.Context(), reviewer, d.child.Reference, "contact-with-client")
		wantKind(t, "writing", err, fault.NotFound)
		if work, err := d.MyWork(t.Context(), reviewer); err != nil || len(work.Opened) != 2 {
			t.Errorf("files open to them: %+v, %v", work.Opened, err)
		}

		var grant right.Grant
		d.db.Read(t, func(ctx context.Context, r store.Reader) error {
			all, err := r.Grants(ctx, d.child.ID)
			if len(all) == 1 {
				grant = all[0]
			}
			return err
		})
		wantKind(t, "ended by an adviser", d.EndGrant(t.Context(), d.adviser, d.child.Reference, grant.ID), fault.NotFound)
		if err := d.EndGrant(t.Context(), d.manager, d.child.Reference, grant.ID); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "ended twice", d.EndGrant(t.Context(), d.manager, d.child.Reference, grant.ID), fault.Conflict)
		_, err = casework.Open(t.Context(), d.Service, d.look(reviewer), casework.TimelinePart(""))
		wantKind(t, "after it was ended", err, fault.NotFound)
	})
}
