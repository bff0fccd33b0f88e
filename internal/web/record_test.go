package web_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"casefile/internal/date"
	"casefile/internal/entry"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/store"
)

// A draft whose kind of entry left the definitions opens, with what was typed,
// and can be thrown away.
func TestADraftOfAKindThatIsGone(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.adviser)
	draft := entry.ID(id.New())
	w.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		p, err := tx.PersonByReference(ctx, w.ref)
		if err != nil {
			return err
		}
		return tx.AddDraft(ctx, entry.Draft{
			ID: draft, Worker: w.adviser.ID, Child: person.ID(p.ID), Service: w.north.Service, Type: "kind-of-old", Rev: 1,
			Fields: map[string]string{entry.FieldText: "She rang about the old scheme."}, Saved: date.At(w.db.Now.Time()),
		})
	})
	page := "/children/" + w.ref.String() + "/drafts/" + string(draft)
	gone := b.get(page).wantStatus(http.StatusOK).wantWords("This draft cannot be recorded", "She rang about the old scheme.")
	wantWholePage(t, "a draft of a kind that is gone", gone)
	b.post(page, url.Values{"rev": {"1"}, "text": {"Typed on an old page."}}).wantStatus(http.StatusConflict).
		wantWords("no longer in use", "Typed on an old page.")
	drop := b.get(page + "/drop").wantStatus(http.StatusOK)
	b.post(page+"/drop", url.Values{"rev": {drop.field("rev")}}).wantStatus(http.StatusSeeOther)
	b.get(page).wantStatus(http.StatusNotFound)
}
