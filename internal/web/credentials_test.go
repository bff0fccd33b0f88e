package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"casefile/internal/auth"
	"casefile/internal/clause"
	"casefile/internal/fault"
	"casefile/internal/id"
	"casefile/internal/staff"
	"casefile/internal/store"
)

// The part of CR-03 that stands: nobody is let in but a person, by credentials of
// their own, in a role they hold now. That whatever leaves is encrypted is for
// the settings (TestListening), and for what does not leave yet.
func TestOnlyPersonalCredentialsOpen(t *testing.T) {
	clause.Shows(t, "CR-03")
	w := newWorld(t)
	file := "/children/" + w.ref.String()

	// No route without a session, but for those of signing in.
	for _, pattern := range w.server.Patterns() {
		method, path := address(pattern, w.ref, id.New())
		a := w.browser().do(request(t, method, path))
		if strings.Contains(a.body, "Morgan") || strings.Contains(a.body, "Ashdown") {
			t.Errorf("%s tells of the child without a session", pattern)
		}
		if strings.Contains(pattern, "{ref}") && a.status == http.StatusOK {
			t.Errorf("%s: 200 without a session", pattern)
		}
	}

	// One name to sign in with is one person's, and says whose on every page.
	if _, _, err := w.auth.NewAccount(t.Context(), "ada", string(w.manager.ID)); fault.KindOf(err) != fault.Conflict && fault.KindOf(err) != fault.Invalid {
		t.Errorf("a name to sign in with is given to a second person: %v", err)
	}
	b, again := w.as(w.adviser), w.as(w.adviser)
	b.get(file).wantStatus(http.StatusOK).wantWords("Ada Adviser")

	// Permission is a role that is held now: credentials alone open nothing.
	guest := w.worker("Greta", "Guest", "No role yet", staff.Contact{})
	if a := w.as(guest).get(file); a.status == http.StatusOK || strings.Contains(a.body, "Morgan") {
		t.Errorf("without a role: status %d", a.status)
	}

	// Disabled at once, in every session.
	var account string
	w.db.Read(t, func(ctx context.Context, _ store.Reader) error {
		return w.db.Raw.QueryRowContext(ctx, "SELECT id FROM account WHERE login = 'ada'").Scan(&account)
	})
	if err := w.auth.Disable(t.Context(), auth.AccountID(account)); err != nil {
		t.Fatal(err)
	}
	for _, session := range []*browser{b, again} {
		if a := session.get(file); a.status != http.StatusSeeOther || !strings.HasPrefix(a.location(), "/sign-in") || strings.Contains(a.body, "Morgan") {
			t.Errorf("a disabled account: status %d to %q", a.status, a.location())
		}
	}
}
