package casework_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"casefile/internal/access"
	"casefile/internal/alert"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
	"casefile/internal/task"
)

const (
	riskKind    = "risk-to-children"
	riskWords   = "Known to pose a risk to children"
	linkedWords = "Linked to somebody known to pose a risk to children"
)

// about is an alert as somebody types it.
func about(kind string) person.Form {
	return person.Form{
		"kind": kind, "narrative": "Convicted of an assault on a child.", "aware": "yes", "how-told": "At a visit.", "told-day": "3", "told-month": "2", "told-year": "2024",
		"manager": "Ada Testworth", "discussed-day": "2", "discussed-month": "2", "discussed-year": "2024",
	}
}

func (d *desk) alerts(t *testing.T, a casework.Actor, ref id.Reference) casework.Alerts {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: a, Reference: ref}, casework.AlertsPart())
	d.must(t, err)
	return f.Value
}

func (d *desk) setAlert(t *testing.T, a casework.Actor, ref id.Reference, kind string) casework.AlertLine {
	t.Helper()
	d.must(t, d.SetAlert(t.Context(), a, ref, casework.Alerting{Seen: d.alerts(t, a, ref).Seen, Form: about(kind)}))
	own := d.alerts(t, a, ref).Own
	return own[slices.IndexFunc(own, func(l casework.AlertLine) bool { return l.Kind.ID == kind })]
}

// first is what stands first on a file, in the header of a page.
func (d *desk) first(t *testing.T, a casework.Actor, ref id.Reference) []string {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: a, Reference: ref}, casework.OverviewPart())
	d.must(t, err)
	return headWords(f.Header)
}

func headWords(h person.Header) []string {
	var list []string
	for _, a := range h.Alerts {
		words := a.Words
		if a.Due {
			words += " (due)"
		}
		list = append(list, words)
	}
	return list
}

// risky is an adult of the team's cases.
func (d *desk) risky(t *testing.T) person.Person {
	t.Helper()
	p := d.db.Person(t, "Rex", "Quill", date.Must(1980, 1, 1))
	d.db.Episode(t, p.ID, d.team, "")
	return p
}

// linkWork runs what was put in the outbox about alerts.
func (d *desk) linkWork(t *testing.T) {
	t.Helper()
	for {
		job, ok, err := d.db.Queue().Claim(t.Context(), []string{casework.LinkAlerts}, time.Minute, date.At(d.db.Now.Time()))
		d.must(t, err)
		if !ok {
			return
		}
		for range 2 { // a job may run twice
			d.must(t, d.TellOfLinks(t.Context(), job.Payload))
		}
		d.must(t, d.db.Queue().Done(t.Context(), job))
	}
}

func (d *desk) alertNews(t *testing.T, a casework.Actor) []string {
	t.Helper()
	w, err := d.MyWork(t.Context(), a)
	d.must(t, err)
	var list []string
	for _, n := range w.Notices {
		list = append(list, n.Kind+" "+n.Child.DisplayName())
	}
	slices.Sort(list)
	return list
}

// What whoever visits must know says so in the header of a list, whatever is graver.
func TestAnAlertForTheDoorSaysSo(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for _, kind := range []string{riskKind, "hazard", "special"} {
			d.setAlert(t, d.manager, d.child.Reference, kind)
		}
		w, err := d.MyWork(t.Context(), d.adviser)
		d.must(t, err)
		got := map[string]bool{}
		for _, a := range w.Caseload[0].Alerts {
			got[a.Words] = a.AtDoor
		}
		if want := map[string]bool{riskWords: false, "Hazard at home": true, "Special alert": false}; !maps.Equal(got, want) {
			t.Errorf("for the door: %v, want %v", got, want)
		}
	})
}

func TestAlertsStandFirst(t *testing.T) {
	clause.Shows(t, "CX-21")
	each(t, func(t *testing.T, d *desk) {
		ref := d.child.Reference
		d.setAlert(t, d.adviser, ref, "special")
		d.setAlert(t, d.manager, ref, riskKind)
		want := []string{riskWords, "Special alert"}
		wantWords(t, "on the file, to its worker", d.first(t, d.adviser, ref), want)
		// Business support reads who the child is, and of what must be seen first what
		// every user of the record may.
		wantWords(t, "to business support", d.first(t, d.business, ref), want[1:])
		for name, c := range map[string]struct {
			who  casework.Actor
			want []string
		}{"worker": {d.adviser, want}, "business support": {d.business, want[1:]}} {
			found, err := d.Find(t.Context(), c.who, "Ines Marlowe")
			d.must(t, err)
			wantWords(t, "in a search, "+name, headWords(found.People[0].Header), c.want)
		}
		w, err := d.MyWork(t.Context(), d.adviser)
		d.must(t, err)
		wantWords(t, "in a caseload", headWords(w.Caseload[0].Header), want)
		d.open(t, d.adviser, "to-do", d.Today())
		tray := d.tray(t, d.adviser, casework.TrayAsk{Tray: casework.TrayMine, Order: task.ByDue})
		wantWords(t, "in a tray", headWords(tray.Lines[0].Child), want)
		// Nobody outside reads anything of it.
		outside, err := d.Find(t.Context(), d.actor(t, "adviser", d.otherTeam), "Ines Marlowe")
		d.must(t, err)
		if len(outside.People) != 1 || !outside.People[0].Outside || len(outside.People[0].Alerts) != 0 {
			t.Errorf("outside one's work: got %+v, want no alert", outside.People)
		}
		wantPrint(t, d.prints(t, string(d.child.ID)), "find identity reason first")
	})
}

func wantWords(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// Whoever may not see risks reads a file with one as one without: the page, the list of
// alerts, its tasks; by as many statements.
func TestRisksAreAbsentToOthers(t *testing.T) {
	clause.Shows(t, "CR-20")
	each(t, func(t *testing.T, d *desk) {
		ref := d.child.Reference
		var seen []string
		d.db.Watch(func(query string) { seen = append(seen, query) })
		asked := func() (casework.Alerts, []string) {
			seen = nil
			first := d.first(t, d.business, ref)
			p := d.alerts(t, d.business, ref)
			if len(first) != 0 {
				t.Errorf("business support reads first: %q", first)
			}
			return p, seen
		}
		none, before := asked()
		a := d.setAlert(t, d.manager, ref, riskKind)
		some, after := asked()
		if len(some.Own)+len(some.Ended)+len(some.Linked)+len(some.Kinds) != 0 || some.Seen != none.Seen {
			t.Errorf("the list of alerts: got %+v, want what stood before", some)
		}
		if !slices.Equal(before, after) {
			t.Errorf("%d statements without, %d with an alert", len(before), len(after))
		}
		wantKind(t, "set one", d.SetAlert(t.Context(), d.business, ref, casework.Alerting{Seen: none.Seen, Form: about("special")}), fault.NotFound)
		wantKind(t, "end it", d.EndAlert(t.Context(), d.business, ref, casework.Alerting{Alert: a.ID, Seen: none.Seen, Form: person.Form{"why": "Over."}}, true), fault.NotFound)
		wantPrint(t, d.prints(t, string(d.child.ID)), "record alerts absent")
		wantKind(t, "another service", d.SetAlert(t.Context(), d.outsider, ref, casework.Alerting{Form: about("special")}), fault.NotFound)
		// An adviser sees it, and may neither change nor end one of the kind.
		p := d.alerts(t, d.adviser, ref)
		if len(p.Own) != 1 || p.Own[0].MayChange || p.Own[0].MayEnd || slices.ContainsFunc(p.Kinds, func(k alert.Kind) bool { return k.ID == riskKind }) {
			t.Errorf("to an adviser: got %+v, want to read it alone", p.Own)
		}
		wantKind(t, "an adviser changes it", d.SetAlert(t.Context(), d.adviser, ref, casework.Alerting{Alert: a.ID, Seen: p.Seen, Form: about(riskKind)}), fault.NotFound)
		if got := problemFields(d.SetAlert(t.Context(), d.adviser, ref, casework.Alerting{Seen: p.Seen, Form: about(riskKind)})); !slices.Equal(got, []string{"kind"}) {
			t.Errorf("an adviser sets one: got %v, want it to be no kind for them", got)
		}
		// The task to look at it again says that there is one.
		d.must(t, d.AlertsThrough(t.Context()))
		if got := d.waits(t, d.adviser); got != "" {
			t.Errorf("half a year before the review waits: %s, want nothing", got)
		}
		d.db.Now.Set(a.Review.AddDays(-14).Time().Add(12 * time.Hour))
		d.must(t, d.AlertsThrough(t.Context()))
		d.must(t, d.AlertsThrough(t.Context()))
		for name, c := range map[string]struct {
			who  casework.Actor
			want int
		}{"adviser": {d.adviser, 1}, "business": {d.business, 0}} {
			f, err := casework.Open(t.Context(), d.Service, d.look(c.who), casework.FileWorkPart())
			d.must(t, err)
			if len(f.Value.Open) != c.want || f.Value.Hidden {
				t.Errorf("tasks to %s: got %d, want %d", name, len(f.Value.Open), c.want)
			}
		}
	})
}

// A person who poses a risk is linked to a child: by a relationship, by the household, by
// the address. The alert stands on the child's file for those who may see it, and those who
// work with the child are told; when the link is over, so is the alert.
func TestLinkedRiskRaisesAnAlert(t *testing.T) {
	clause.Shows(t, "CR-20")
	each(t, func(t *testing.T, d *desk) {
		risk, ref := d.risky(t), d.child.Reference
		sibling := d.db.Person(t, "Otto", "Marlowe", date.Must(2012, 1, 1))
		d.db.Episode(t, sibling.ID, d.team, d.adviser.Worker)
		d.setAlert(t, d.manager, risk.Reference, riskKind)
		d.setAlert(t, d.manager, risk.Reference, "offence") // stands on his own file alone
		d.linkWork(t)
		wantWords(t, "before", d.first(t, d.adviser, ref), nil)

		// The attempt itself warns.
		n := casework.NewRelative{Form: form("kind", "uncle-aunt:first"), Who: risk.Reference, Seen: d.family(t, d.adviser, ref).Seen}
		kinds, err := set()
		d.must(t, err)
		n.Form["kind"] = kinds.Relations().List[0].ID + casework.AsFirst
		warned, err := d.AddRelative(t.Context(), d.adviser, ref, n)
		d.must(t, err)
		if len(warned.Alerts) != 1 || !strings.HasPrefix(warned.Alerts[0], riskWords) || len(d.family(t, d.adviser, ref).Relatives) != 0 {
			t.Fatalf("the attempt: got %+v, want a warning and nobody related", warned)
		}
		wantPrint(t, d.prints(t, string(risk.ID)), "find identity shown")
		n.Warned = warned.Key
		_, err = d.AddRelative(t.Context(), d.adviser, ref, n)
		d.must(t, err)
		wantWords(t, "related", d.first(t, d.adviser, ref), []string{linkedWords})
		wantWords(t, "to business support", d.first(t, d.business, ref), nil)
		d.linkWork(t)
		wantWords(t, "news of the adviser", d.alertNews(t, d.adviser), []string{casework.AlertLinked + " Ines Marlowe"})
		wantWords(t, "news of business support", d.alertNews(t, d.business), nil)
		if got := d.prints(t, string(risk.ID)); !slices.Contains(got, casework.TellsOfAlert+" alerts shown") {
			t.Errorf("footprints on the risky: %v, want that the job told", got)
		}

		// Who it is, and what they are to the child, stands on the page of alerts.
		p := d.alerts(t, d.adviser, ref)
		if len(p.Linked) != 1 || p.Linked[0].Who.ID != risk.ID || len(p.Linked[0].How) != 1 {
			t.Errorf("the page: got %+v, want him and what he is", p.Linked)
		}
		wantPrint(t, d.prints(t, string(risk.ID)), "find identity shown")
		reach := d.alerts(t, d.manager, risk.Reference).Own[0].Reaches
		if len(reach) != 1 || reach[0].Who.ID != d.child.ID {
			t.Errorf("on his file: got %+v, want the child", reach)
		}

		// He moves in with the child and her brother.
		home := id.New()
		d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
			for _, m := range []person.ID{d.child.ID, sibling.ID} {
				if err := tx.AddMember(ctx, person.Member{ID: id.New(), Household: home, Person: m, Clocks: storetest.Clocks(date.Date{})}); err != nil {
					return err
				}
			}
			return nil
		})
		f := d.family(t, d.adviser, ref)
		d.must(t, d.AddHousemate(t.Context(), d.adviser, ref, f.Relatives[0].ID, casework.NewRelative{Form: person.Form{}, Seen: f.Seen}))
		d.linkWork(t)
		wantWords(t, "on her brother's file", d.first(t, d.adviser, sibling.Reference), []string{linkedWords})
		wantWords(t, "news, of each once", d.alertNews(t, d.adviser), []string{casework.AlertLinked + " Ines Marlowe", casework.AlertLinked + " Otto Marlowe"})

		// The alert ends: nothing is left on the children's files.
		own := d.alerts(t, d.manager, risk.Reference)
		last := on("last", d.Today())
		last["why"] = "The conviction was quashed."
		d.must(t, d.EndAlert(t.Context(), d.manager, risk.Reference, casework.Alerting{Alert: own.Own[0].ID, Seen: own.Seen, Form: last}, true))
		d.linkWork(t)
		wantWords(t, "after it was taken back", d.first(t, d.adviser, ref), nil)
		ended := d.alerts(t, d.manager, risk.Reference).Ended
		if len(ended) != 1 || !ended[0].IsTaken || ended[0].Gone.Why != "The conviction was quashed." {
			t.Errorf("ended: got %+v, want it with why", ended)
		}
	})
}

// The same address links, and a place that is secret on either file does not.
func TestSameAddressRaisesAnAlert(t *testing.T) {
	clause.Shows(t, "CR-20")
	each(t, func(t *testing.T, d *desk) {
		risk, ref := d.risky(t), d.child.Reference
		d.setAlert(t, d.manager, risk.Reference, riskKind)
		move := func(who casework.Actor, ref id.Reference, secret bool) {
			f := person.Form{"kind": "home", "line1": "3 Weaver Row", "postcode": "M1 1AA"}
			if secret {
				f["confidential"] = "yes"
			}
			d.must(t, d.StateFact(t.Context(), who, ref, casework.Stating{Kind: casework.AddressFacts, Seen: d.seen(t, who, ref), Form: f}))
			d.linkWork(t)
		}
		move(d.manager, risk.Reference, false)
		move(d.adviser, ref, true)
		wantWords(t, "in a secret place", d.first(t, d.adviser, ref), nil)
		other := d.db.Person(t, "Otto", "Quill", date.Must(2012, 1, 1))
		d.db.Episode(t, other.ID, d.team, d.adviser.Worker)
		move(d.adviser, other.Reference, false)
		wantWords(t, "at the same address", d.first(t, d.adviser, other.Reference), []string{linkedWords})
		wantWords(t, "news", d.alertNews(t, d.adviser), []string{casework.AlertLinked + " Otto Quill"})
		if p := d.alerts(t, d.adviser, other.Reference); len(p.Linked) != 1 || !slices.Equal(p.Linked[0].How, []string{"Has the same address"}) {
			t.Errorf("the page: got %+v", p.Linked)
		}
		// On the file of an adult it does not stand.
		adult := d.db.Person(t, "Ada", "Quill", date.Must(1979, 1, 1))
		d.db.Episode(t, adult.ID, d.team, d.adviser.Worker)
		move(d.adviser, adult.Reference, false)
		wantWords(t, "on an adult's file", d.first(t, d.adviser, adult.Reference), nil)
	})
}

func (d *desk) seen(t *testing.T, a casework.Actor, ref id.Reference) string {
	t.Helper()
	f, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: a, Reference: ref}, casework.FactsPart(casework.AddressFacts, access.Record))
	d.must(t, err)
	return f.Value.Seen
}

// Whoever may not know of the person reads nothing of their alert on the child's file, in
// as many statements; nor is told. One who comes to be kept out meanwhile is shown nothing.
func TestAlertOfARestrictedPerson(t *testing.T) {
	clause.Shows(t, "CR-20", "CR-31")
	each(t, func(t *testing.T, d *desk) {
		risk, ref := d.risky(t), d.child.Reference
		d.setAlert(t, d.manager, risk.Reference, riskKind)
		nobody := d.db.Person(t, "Nia", "Quill", date.Must(1980, 1, 1))
		d.db.Episode(t, nobody.ID, d.team, "")
		relate := func(p person.ID) {
			d.db.Must(t, func(ctx context.Context, tx store.Tx) error {
				return tx.AddRelationship(ctx, person.Relationship{ID: id.New(), Kind: "partner", Person: p, Other: d.child.ID, Clocks: storetest.Clocks(date.Date{})})
			})
		}
		d.keepTo(t, nobody.ID, d.manager)
		relate(nobody.ID)
		var seen []string
		d.db.Watch(func(query string) { seen = append(seen, query) })
		asked := func() ([]string, int) {
			seen = nil
			words := d.first(t, d.adviser, ref)
			return words, len(seen)
		}
		_, before := asked()
		relate(risk.ID)
		race := over(t, &raceDB{DB: d.db, before: func() { d.keepTo(t, risk.ID, d.manager) }})
		file, err := casework.Open(t.Context(), race, d.look(d.adviser), casework.OverviewPart())
		d.must(t, err)
		wantWords(t, "restricted between reading and footprint", headWords(file.Header), nil)
		words, after := asked()
		wantWords(t, "to whom is not named", words, nil)
		if after != before {
			t.Errorf("%d statements with the alert of somebody restricted, %d without", after, before)
		}
		wantWords(t, "to whom is named", d.first(t, d.manager, ref), []string{linkedWords})
		if p := d.alerts(t, d.adviser, ref); len(p.Linked) != 0 {
			t.Errorf("the page names %+v", p.Linked)
		}
		d.must(t, d.AlertsThrough(t.Context()))
		wantWords(t, "news", d.alertNews(t, d.adviser), nil)
		likely, err := d.AddRelative(t.Context(), d.adviser, ref, casework.NewRelative{Form: form("kind", "cousin:first"), Who: risk.Reference, Seen: d.family(t, d.adviser, ref).Seen})
		if len(likely.Alerts) != 0 || !slices.Equal(problemFields(err), []string{"who"}) {
			t.Errorf("related by reference: got %+v, %v, want the answer for nobody", likely, err)
		}
	})
}

// What was said before stays, each change with why and by whom; the second of two editors
// is told; and a file is shown as it was known.
func TestAlertsAreChangedAndReviewed(t *testing.T) {
	clause.Shows(t, "CR-20")
	each(t, func(t *testing.T, d *desk) {
		ref := d.child.Reference
		d.manyTasks(t) // which stand before the one that it opens
		a := d.setAlert(t, d.manager, ref, riskKind)
		if a.Review != d.Today().AddMonths(6) || a.Service != "participation" {
			t.Errorf("due %s, of %q, want in six months, of the setter's service", a.Review, a.Service)
		}
		wantWords(t, "news", d.alertNews(t, d.adviser), []string{casework.AlertSet + " Ines Marlowe"})
		known := a.Recorded.At
		d.db.Now.Set(a.Review.Time().Add(12 * time.Hour))
		wantWords(t, "on the day of the review", d.first(t, d.adviser, ref), []string{riskWords + " (due)"})
		d.must(t, d.AlertsThrough(t.Context()))
		d.must(t, d.AlertsThrough(t.Context()))
		if got := d.waits(t, d.adviser); got != "mine 102" {
			t.Errorf("waits: %q, want one task to look at it again", got)
		}
		before := d.alerts(t, d.manager, ref)
		f := before.Own[0].FormOf()
		for _, field := range []string{"review-day", "review-month", "review-year"} {
			delete(f, field)
		}
		f["narrative"], f["aware"], f["not-told"] = "He has moved away.", "no", "It would endanger the child."
		if got := problemFields(d.SetAlert(t.Context(), d.manager, ref, casework.Alerting{Alert: a.ID, Seen: before.Seen, Form: f})); !slices.Equal(got, []string{"why"}) {
			t.Errorf("a change without why: got %v", got)
		}
		f["why"] = "Looked at again."
		d.must(t, d.SetAlert(t.Context(), d.manager, ref, casework.Alerting{Alert: a.ID, Seen: before.Seen, Form: f}))
		err := d.SetAlert(t.Context(), d.manager, ref, casework.Alerting{Alert: a.ID, Seen: before.Seen, Form: f})
		if !casework.FactsChanged(err) {
			t.Errorf("the second of two: got %v, want to be told", err)
		}
		after := d.alerts(t, d.manager, ref)
		now, ok := after.Latest(a.ID)
		if !ok || now.Narrative != "He has moved away." || now.Aware != person.No || now.How != "" || now.Due || len(now.Before) != 1 || now.Made.Why != "Looked at again." || now.Before[0].Narrative != a.Narrative {
			t.Errorf("after: got %+v", now)
		}
		if got := d.waits(t, d.adviser); got != "mine 101" {
			t.Errorf("after the review waits: %q, want it done", got)
		}
		page, err := casework.Open(t.Context(), d.Service, casework.Look{Actor: d.manager, Reference: ref, Known: known}, casework.AlertsPart())
		d.must(t, err)
		if len(page.Value.Own) != 1 || page.Value.Own[0].Narrative != a.Narrative || page.Value.Own[0].MayChange {
			t.Errorf("as known before: got %+v, want what was said then", page.Value.Own)
		}
		page, err = casework.Open(t.Context(), d.Service, casework.Look{Actor: d.manager, Reference: ref, Known: known - 3600e6*24*30}, casework.AlertsPart())
		d.must(t, err)
		if len(page.Value.Own) != 0 || len(page.Header.Alerts) != 0 {
			t.Errorf("as known before it was set: got %+v, %+v, want none", page.Value.Own, page.Header.Alerts)
		}
		last := on("last", d.Today())
		if got := problemFields(d.EndAlert(t.Context(), d.manager, ref, casework.Alerting{Alert: now.ID, Seen: after.Seen, Form: last}, false)); !slices.Equal(got, []string{"why"}) {
			t.Errorf("ended without why: got %v", got)
		}
		last["why"] = "He died."
		d.must(t, d.EndAlert(t.Context(), d.manager, ref, casework.Alerting{Alert: now.ID, Seen: after.Seen, Form: last}, false))
		d.db.Now.Set(d.db.Now.Time().AddDate(0, 0, 1))
		over := d.alerts(t, d.manager, ref)
		if len(over.Own) != 0 || len(over.Ended) != 1 || over.Ended[0].Made.Why != "He died." || len(over.Ended[0].Before) != 2 {
			t.Errorf("ended: got %+v", over)
		}
		wantWords(t, "after its end", d.first(t, d.adviser, ref), nil)
	})
}

// An alert stands with the file that two were made one as, and goes back with its own.
func TestAlertsOfMergedFiles(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		twin := d.db.Person(t, "Ines", "Marlow", date.Must(2010, 3, 5))
		d.db.Episode(t, twin.ID, d.team, d.adviser.Worker)
		d.setAlert(t, d.manager, twin.Reference, riskKind)
		d.must(t, d.MergeFiles(t.Context(), d.manager, twin.Reference, d.child.Reference, "The same child."))
		wantWords(t, "on the one file", d.first(t, d.adviser, d.child.Reference), []string{riskWords})
	})
}
