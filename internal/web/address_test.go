package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"casefile/internal/casework"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// The address of a refuge is on the page of who works with the child, and no
// part of it on any page of anybody else's, nor on any list, theirs too.
func TestARefugeIsKeptSecret(t *testing.T) {
	w := newWorld(t)
	w.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		p, err := tx.PersonByReference(ctx, w.ref)
		if err != nil {
			return err
		}
		return tx.AddAddress(ctx, p.ID, person.Address{
			ID: id.New(), Line1: "9 Harbour Refuge", Line2: "Secret Row", Town: "Hideham", Postcode: "ZX9 9QQ", Confidential: true,
			Clocks: date.Clocks{Period: date.Period{From: storetest.Today.AddDays(-3)}, Recorded: date.Stamp{By: storetest.By}},
		})
	})
	other := w.db.Team(t, "participation")
	doorTeam := w.family
	viewers := map[string]staff.Worker{
		"who works with them":  w.adviser,
		"a colleague":          w.worker("Cole", "Colleague", "Adviser", staff.Contact{}, held{"adviser", other}),
		"the front door":       w.worker("Fran", "Frontdoor", "Front door worker", staff.Contact{}, held{"front-door", doorTeam}),
		"business support":     w.worker("Bob", "Support", "Support officer", staff.Contact{}, held{"business-support", w.north}),
		"the lead":             w.worker("Leo", "Lead", "Lead", staff.Contact{}, held{"information-governance-lead", doorTeam}),
		"a partner":            w.worker("Pat", "Partner", "Therapist", staff.Contact{}, held{"partner-professional", doorTeam}),
		"a reviewer":           w.worker("Rae", "Reviewer", "Auditor", staff.Contact{}, held{"reviewer", doorTeam}),
		"who said why":         w.elsewhere(),
		"the manager":          w.manager,
		"a manager of service": w.worker("Max", "Manager", "Manager", staff.Contact{}, held{"team-manager", other}),
	}
	manager := casework.Actor{Worker: w.manager.ID}
	me, err := w.casework.Me(t.Context(), w.manager.ID)
	if err != nil {
		t.Fatal(err)
	}
	manager.As = me.Assignments[0].ID
	for name, g := range map[string]casework.Granting{
		"a partner":  {Kind: "grant", Worker: viewers["a partner"].ID, Parts: w.casework.Grantable()},
		"a reviewer": {Kind: "review", Worker: viewers["a reviewer"].ID},
	} {
		g.Reason, g.Period = "Why.", date.Period{From: storetest.Today, To: storetest.Today.AddDays(9)}
		if err := w.casework.Grant(t.Context(), manager, w.ref, g); err != nil {
			t.Fatalf("open it to %s: %v", name, err)
		}
	}
	shown := map[string]bool{"who works with them": true}
	file := "/children/" + w.ref.String()
	for name, v := range viewers {
		b := w.as(v)
		if name == "who said why" {
			b.post(file+"/reason", url.Values{"note": {id.New()}, "purpose": {"audit"}}).wantStatus(http.StatusSeeOther)
		}
		overview := b.get(file).wantStatus(http.StatusOK)
		if got := strings.Contains(overview.body, "9 Harbour Refuge"); got != shown[name] {
			t.Errorf("%s: the overview shows the refuge: %v, want %v", name, got, shown[name])
		}
		if name != "a reviewer" && name != "a partner" && !shown[name] {
			overview.wantWords("Confidential")
		}
		pages := map[string]answer{
			"find": b.post("/find", url.Values{"q": {"morgan"}}), "my work": b.get("/work"), "timeline": b.get(file + "/timeline"),
			"files": b.get(file + "/files"), "looks": b.get(file + "/looks"), "record": b.get(file + "/record"), "reason": b.get(file + "/reason"),
			"search by the street": b.post("/find", url.Values{"q": {"harbour"}}), "search by the town": b.post("/find", url.Values{"q": {"hideham"}}),
		}
		if !shown[name] {
			pages["overview"] = overview
		}
		for page, a := range pages {
			for _, secret := range []string{"Harbour Refuge", "Secret Row", "Hideham", "ZX9"} {
				if strings.Contains(a.body, secret) && !strings.Contains(page, "search") {
					t.Errorf("%s: %s says %q", name, page, secret)
				}
				if strings.Contains(page, "search") && strings.Contains(a.body, "Ashdown") {
					t.Errorf("%s finds somebody by where they hide", name)
				}
			}
		}
	}
}
