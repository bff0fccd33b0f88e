package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html/atom"

	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/intake"
	"casefile/internal/person"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// bringFacts has imports bring a mother and addresses of somebody whom the source
// calls 7; 8 is Remy Ashdowne.
func (w *world) bringFacts() {
	w.t.Helper()
	relative := w.child("Remy", "Ashdowne")
	number := func(p person.ID, value string) {
		w.lay(p, func(ctx context.Context, tx store.Tx, p person.ID) error {
			return tx.AddIdentifier(ctx, p, person.Identifier{ID: id.New(), System: "old-system", Value: value, Clocks: storetest.Clocks(date.Date{})})
		})
	}
	number(w.person(morgan), "7")
	number(w.person(relative), "8")
	w.restrict()
	o := casework.Import{Source: "old-system", Commit: true, Problem: func(p intake.Problem) { w.t.Error(p) }}
	in, err := intake.NewRelationReader(strings.NewReader("a,b,k,f,n\n8,7,parent,2010-03-05,Told by the school\n"), intake.Map{Source: o.Source, Columns: map[intake.Field]string{
		intake.First: "a", intake.Second: "b", intake.Kind: "k", intake.From: "f", intake.Note: "n",
	}, Fixed: map[intake.Field]string{intake.Responsible: "yes", intake.Lives: "yes"}}, storetest.Today)
	if err != nil {
		w.t.Fatal(err)
	}
	o.Run = "relations"
	if report, err := w.casework.ImportRelations(w.t.Context(), in, o); err != nil || report.Made != 1 {
		w.t.Fatalf("relations: %+v, %v", report, err)
	}
	at, err := intake.NewAddressReader(strings.NewReader("a,l,f\n7,9 Test Lane,"+storetest.Today.AddDays(-20).String()+"\n"), intake.Map{
		Source: o.Source, Columns: map[intake.Field]string{intake.ID: "a", intake.Address1: "l", intake.From: "f"}, Fixed: map[intake.Field]string{intake.Kind: "home"},
	}, storetest.Today)
	if err != nil {
		w.t.Fatal(err)
	}
	o.Run = "addresses"
	if report, err := w.casework.ImportAddresses(w.t.Context(), at, o); err != nil || report.Made != 1 {
		w.t.Fatalf("addresses: %+v, %v", report, err)
	}
}

// Relationships and addresses that an import brought stand on the page of the
// restriction in words, and what does not go with the record says why beside it.
func TestHeldRelationsAndAddresses(t *testing.T) {
	clause.Shows(t, "CR-31")
	w := newWorld(t)
	w.bringFacts()
	b := w.as(w.manager)
	file := "/children/" + w.ref.String()
	page := b.get(file + "/restriction").wantStatus(http.StatusOK)
	page.wantWords("Mother: Remy Ashdowne", "Has parental responsibility", "Since 5 March 2010", "Told by the school", "They live together", "Lives at", "9 Test Lane", "Since "+storetest.Today.AddDays(-20).Long())
	forms := page.all(atom.Form)
	var ways []string
	for _, f := range forms {
		for _, a := range f.Attr {
			if a.Key == "action" && strings.Contains(a.Val, "/held/") {
				ways = append(ways, a.Val)
			}
		}
	}
	if len(ways) != 2 {
		t.Fatalf("%d held, want 2", len(ways))
	}
	// Meanwhile somebody named records another home.
	w.lay(w.person(morgan), func(ctx context.Context, tx store.Tx, p person.ID) error {
		return tx.AddAddress(ctx, p, person.Address{ID: id.New(), Line1: "1 New Row", Clocks: date.Clocks{Period: date.Period{From: storetest.Today.AddDays(-10)}, Recorded: tx.Stamp("test")}})
	})
	not := b.post(ways[1], url.Values{"decision": {"take"}}).wantStatus(http.StatusUnprocessableEntity)
	not.wantWords("There is a problem", "another home is recorded", "9 Test Lane")
	if len(not.class("govuk-error-message")) != 1 {
		t.Error("the problem does not stand beside what is held")
	}
	b.post(ways[0], url.Values{"decision": {"take"}}).wantStatus(http.StatusSeeOther)
	b.get(file+"/relations").wantWords("Mother: Remy Ashdowne", "Told by the school")
}
