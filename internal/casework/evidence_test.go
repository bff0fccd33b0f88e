package casework_test

import (
	"context"
	"slices"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/document"
	"casefile/internal/entry"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// eachWeigher is a desk whose service has a form that rests on the record.
func eachWeigher(t *testing.T, f func(t *testing.T, d *planner)) {
	each(t, func(t *testing.T, d *desk) {
		d.Service = d.inFolder(t, "testdata/evidence")
		f(t, &planner{d})
	})
}

// noted puts an entry on the record of the desk's child.
func (d *desk) noted(t *testing.T, service, text string, happened date.Date, sensitive bool) entry.ID {
	t.Helper()
	e := storetest.Entry(d.child.ID, staff.Worker{ID: d.second.Worker, Given: "Orla", Family: "Testworth", JobTitle: "Worker"}, happened, text)
	e.Service, e.TypeTitle, e.Content.Sensitive, e.Written = service, "Contact", sensitive, happened
	d.db.Must(t, func(ctx context.Context, tx store.Tx) error { return tx.AddEntries(ctx, []entry.Entry{e}) })
	return e.ID
}

func texts(list []casework.EvidenceLine) (out []string) {
	for _, l := range list {
		out = append(out, l.Content.Text)
	}
	return out
}

func (d *planner) evidence(t *testing.T, a casework.Actor, key document.ID, section string) (casework.Evidence, error) {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, d.look(a), casework.EvidencePart(key, section))
	return f.Value, err
}

func (d *planner) weigh(t *testing.T, a casework.Actor, key document.ID, e entry.ID, how string) error {
	t.Helper()
	return d.WeighEvidence(t.Context(), a, d.child.Reference, key, "known", e, how)
}

// What was recorded is offered as evidence as far as it is the writer's to read, is taken
// up, set aside or put back, and stands with what was completed; each look at it is a look
// at the record.
func TestEvidenceFromTheRecord(t *testing.T) {
	eachWeigher(t, func(t *testing.T, d *planner) {
		old := d.noted(t, "participation", "Long before.", d.Today().AddMonths(-40), false)
		seen := d.noted(t, "participation", "Seen at home.", d.Today().AddDays(-3), false)
		other := d.noted(t, "participation", "Rang the school.", d.Today().AddDays(-2), false)
		key := document.ID(id.New())
		d.must(t, d.StartDocument(t.Context(), d.adviser, d.child.Reference, key, "weigh", false))
		e, err := d.evidence(t, d.adviser, key, "known")
		d.must(t, err)
		if got := texts(e.Offered); !slices.Equal(got, []string{"Rang the school.", "Seen at home."}) || len(e.Taken)+len(e.Aside) != 0 {
			t.Errorf("offered since %v: %q", e.Since, got)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "look timeline shown")
		_, err = d.evidence(t, d.adviser, key, "wanted")
		wantKind(t, "evidence for a section that asks for none", err, fault.NotFound)

		d.must(t, d.weigh(t, d.adviser, key, seen, casework.TakenUp))
		d.must(t, d.weigh(t, d.adviser, key, other, casework.SetAside))
		wantKind(t, "weighed in another way", d.weigh(t, d.adviser, key, old, "burn"), fault.Invalid)
		e, err = d.evidence(t, d.adviser, key, "known")
		d.must(t, err)
		if len(e.Offered) != 0 || !slices.Equal(texts(e.Taken), []string{"Seen at home."}) || !slices.Equal(texts(e.Aside), []string{"Rang the school."}) {
			t.Errorf("weighed: %+v", e)
		}
		d.must(t, d.weigh(t, d.adviser, key, other, casework.PutBack))
		if e, err = d.evidence(t, d.adviser, key, "known"); err != nil || !slices.Equal(texts(e.Offered), []string{"Rang the school."}) {
			t.Errorf("put back: %+v, %v", e, err)
		}

		d.mustType(t, d.adviser, key, "known", map[string]any{"what": "That all is well."})
		d.must(t, d.CompleteDocument(t.Context(), d.adviser, d.child.Reference, key, d.writing(t, d.adviser, key).Seen))
		if err := d.weigh(t, d.adviser, key, other, casework.TakenUp); !casework.NotWritten(err) {
			t.Errorf("weighed once it is completed: %v", err)
		}
		rests := func(a casework.Actor) casework.EvidenceRead { return d.read(t, a, key).Evidence["known"] }
		if got := rests(d.manager); len(got.Entries) != 1 || got.Entries[0].ID != seen || got.Others != 0 {
			t.Errorf("it rests on %+v", got)
		}
		// What is returned rests on what it rested on.
		d.must(t, d.ReturnDocument(t.Context(), d.manager, d.child.Reference, key, 1, "Say more."))
		if e, err = d.evidence(t, d.adviser, key, "known"); err != nil || !slices.Equal(texts(e.Taken), []string{"Seen at home."}) {
			t.Errorf("returned: %+v, %v", e, err)
		}
		// An entry that went to another record is none of this one.
		sibling := d.another(t, "Inez", d.adviser.Worker)
		d.must(t, d.MoveEntry(t.Context(), d.adviser, d.child.Reference, seen, sibling.Reference, told))
		if got := rests(d.manager); len(got.Entries) != 0 || got.Others != 1 {
			t.Errorf("with the entry on another record it rests on %+v", got)
		}
		wantKind(t, "an entry of another record", d.weigh(t, d.adviser, key, seen, casework.PutBack), fault.NotFound)
	})
}

// Evidence is no way to what is kept from the writer: neither to read it, nor to take up
// what they cannot read.
func TestEvidenceIsNoWayRound(t *testing.T) {
	eachWeigher(t, func(t *testing.T, d *planner) {
		secret := d.noted(t, "participation", "Kept from most.", d.Today().AddDays(-1), true)
		theirs := d.noted(t, "early-help", "Another service wrote this.", d.Today().AddDays(-1), false)
		key := document.ID(id.New())
		d.must(t, d.StartDocument(t.Context(), d.adviser, d.child.Reference, key, "weigh", false))
		e, err := d.evidence(t, d.colleague, key, "known") // of the service, and not of the case
		d.must(t, err)
		if len(e.Offered) != 0 {
			t.Errorf("a colleague is offered %q", texts(e.Offered))
		}
		for _, kept := range []entry.ID{secret, theirs, entry.ID(id.New())} {
			wantKind(t, "take up what is kept from them", d.weigh(t, d.colleague, key, kept, casework.TakenUp), fault.NotFound)
		}
		if e, err = d.evidence(t, d.adviser, key, "known"); err != nil || len(e.Offered) != 2 {
			t.Errorf("who works with the child is offered %q, %v", texts(e.Offered), err)
		}
		d.must(t, d.weigh(t, d.adviser, key, secret, casework.TakenUp))
		d.mustType(t, d.adviser, key, "known", map[string]any{"what": "That all is well."})
		d.must(t, d.CompleteDocument(t.Context(), d.adviser, d.child.Reference, key, d.writing(t, d.adviser, key).Seen))
		if got := d.read(t, d.colleague, key).Evidence["known"]; len(got.Entries) != 0 || got.Others != 1 {
			t.Errorf("the colleague reads that it rests on %+v", got)
		}
	})
}

// Evidence counts from when the case was opened, also once the case was stated anew.
func TestEvidenceOfACaseStatedAnew(t *testing.T) {
	eachWeigher(t, func(t *testing.T, d *planner) {
		key := document.ID(id.New())
		d.must(t, d.StartDocument(t.Context(), d.adviser, d.child.Reference, key, "weigh", false))
		before, err := d.evidence(t, d.adviser, key, "known")
		d.must(t, err)
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			list, err := tx.Episodes(ctx, d.child.ID, 0)
			if err != nil {
				return err
			}
			for _, e := range list {
				by := tx.Stamp(storetest.By)
				if err := tx.Supersede(ctx, store.EpisodeFact, e.ID, by); err != nil {
					return err
				}
				e.Continues, e.ID, e.Recorded = e.Key(), id.New(), by
				if err := tx.AddEpisode(ctx, d.child.ID, e); err != nil {
					return err
				}
			}
			return nil
		})
		after, err := d.evidence(t, d.adviser, key, "known")
		d.must(t, err)
		if before.Since != after.Since {
			t.Errorf("counted from %v, and from %v once the case is stated anew", before.Since, after.Since)
		}
	})
}
