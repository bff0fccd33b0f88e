package web_test

import (
	"context"
	"maps"
	"net/url"

	"casefile/internal/correction"
	"casefile/internal/id"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// The rows of corrections of whom a record is.
func init() { maps.Copy(table, correctionRows) }

var correctionRows = map[string]rowsOf{
	"GET /children/{ref}/corrections": ofFile(200, nil).and(row{who: "business-support", status: gone}, row{who: "elsewhere", status: gone}, nobody),

	"GET /children/{ref}/corrections/{correction}/undo":  ofMerge(200, nil).with(func(r *row) { r.prepare = then(merged, r.prepare) }),
	"POST /children/{ref}/corrections/{correction}/undo": ofMerge(away, url.Values{"reason": {"They are cousins."}}).with(func(r *row) { r.prepare = then(merged, r.prepare) }),

	"GET /children/{ref}/merge": ofMerge(200, nil),
	"POST /children/{ref}/merge": ofMerge(away, nil).with(func(r *row) {
		r.prepare = then(alike, r.prepare)
	}),

	"GET /children/{ref}/entries/{entry}/move":  ofFile(200, nil).with(func(r *row) { r.prepare = then(entered, r.prepare) }).and(row{who: "business-support", status: gone, prepare: entered}),
	"POST /children/{ref}/entries/{entry}/move": ofFile(away, nil).with(func(r *row) { r.prepare = then(entered, moving, r.prepare) }).and(row{who: "business-support", status: gone, prepare: then(entered, moving)}),
	"GET /children/{ref}/files/{file}/move":     ofFile(200, nil).with(func(r *row) { r.prepare = then(attach, r.prepare) }).and(row{who: "business-support", status: gone, prepare: attach}),
	"POST /children/{ref}/files/{file}/move":    ofFile(away, nil).with(func(r *row) { r.prepare = then(attach, moving, r.prepare) }).and(row{who: "business-support", status: gone, prepare: then(attach, moving)}),
}

// ofMerge are the rows of what only those do who may merge.
func ofMerge(status int, form url.Values) rowsOf {
	return rowsOf{
		allowed: allow(row{who: "manager", status: status, form: form}, row{who: "front-door", status: status, form: form}),
		withheld: allow(row{who: "adviser", status: gone, form: form}, row{who: "outsider", status: gone, form: form}, row{who: "elsewhere", status: gone, form: form},
			row{who: "manager", status: gone, form: form, prepare: restrict}),
	}
}

// alike makes a file like Morgan's, and the form name it.
func alike(s *stage) {
	other := s.child("Morgana", "Ashdown").String()
	s.form = url.Values{"other": {other}, "shown": {other}, "do": {"merge"}, "keep": {"this"}, "reason": {"The same mother."}}
}

// moving has the form move something there.
func moving(s *stage) {
	alike(s)
	s.form.Set("do", "move")
}

// entered puts an entry of the adviser's on Morgan's record.
func entered(s *stage) {
	e := storetest.Entry(s.person(morgan), s.adviser, storetest.Today, "Likes drawing.")
	e.Service = "participation"
	s.db.Must(s.t, func(ctx context.Context, tx store.Tx) error { return tx.AddEntryVersion(ctx, e) })
	s.values["{entry}"] = string(e.ID)
}

// merged makes a file like Morgan's, merged into it.
func merged(s *stage) {
	other, into := s.person(s.child("Morgana", "Ashdown")), s.person(morgan)
	s.values["{correction}"] = id.New()
	s.db.Must(s.t, func(ctx context.Context, tx store.Tx) error {
		return tx.AddCorrection(ctx, correction.Correction{
			ID: s.values["{correction}"], Kind: correction.Merge, From: other, To: into, Reason: "The same mother.",
			By: s.manager.ID, ByName: s.manager.Name(), ByRole: "Team manager", Recorded: tx.Stamp(storetest.By),
		})
	})
}
