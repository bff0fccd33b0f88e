package web_test

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// The rows of who works with whom.
func init() {
	maps.Copy(table, map[string]rowsOf{
		"GET /caseloads": {
			allowed:  allow(row{who: "manager", status: 200}, row{who: "business-support", status: 200}),
			withheld: allow(row{who: "adviser", status: gone}, row{who: "system-administrator", status: gone}, nobody, left),
		},
		"GET /children/{ref}/workers": ofFile(200, nil),

		"GET /children/{ref}/workers/open":             ofAllocation(200, nil),
		"POST /children/{ref}/workers/open":            ofAllocation(422, url.Values{"team": {""}}),
		"GET /children/{ref}/workers/{case}/allocate":  ofAllocation(200, nil),
		"POST /children/{ref}/workers/{case}/allocate": ofAllocation(http.StatusConflict, url.Values{"worker": {""}}),
		"GET /children/{ref}/workers/{case}/further":   ofAllocation(200, nil),
		"POST /children/{ref}/workers/{case}/further":  ofAllocation(http.StatusConflict, url.Values{"worker": {""}}),
		"POST /children/{ref}/workers/{case}/further/end": ofAllocation(away, nil).with(func(r *row) {
			r.prepare = then(further, r.prepare)
		}),
		"GET /children/{ref}/workers/{case}/transfer":  ofAllocation(200, nil),
		"POST /children/{ref}/workers/{case}/transfer": ofAllocation(http.StatusConflict, url.Values{"worker": {""}}),
		"GET /children/{ref}/workers/{case}/close":     ofAllocation(200, nil),
		"POST /children/{ref}/workers/{case}/close":    ofAllocation(http.StatusConflict, url.Values{"reason": {""}}),

		"GET /children/{ref}/professionals/add":                 ofFile(200, nil).and(row{who: "minute-taker", status: gone}),
		"POST /children/{ref}/professionals/add":                ofFile(422, url.Values{"agency": {""}}).and(row{who: "minute-taker", status: gone, form: url.Values{"agency": {""}}}),
		"GET /children/{ref}/professionals/{professional}/end":  ofProfessional(200),
		"POST /children/{ref}/professionals/{professional}/end": ofProfessional(422),

		"GET /workers/{worker}":          ofTeam(200, nil),
		"GET /workers/{worker}/absence":  ofTeam(200, nil),
		"POST /workers/{worker}/absence": ofTeam(422, url.Values{"cover": {""}}),
		"POST /workers/{worker}/absences/{absence}/end": ofTeam(away, nil).with(func(r *row) {
			r.prepare = then(absent, r.prepare)
		}),
		"GET /workers/{worker}/roles/{assignment}/end":  ofTeam(200, nil),
		"POST /workers/{worker}/roles/{assignment}/end": ofTeam(away, nil),
	})
}

// ofAllocation are the rows of a page that decides who works with Morgan: the
// manager's, and nobody else's. A form that does not name what its page showed
// comes back with how things stand.
func ofAllocation(status int, form url.Values) rowsOf {
	return rowsOf{
		allowed: allow(row{who: "manager", status: status, form: form}),
		withheld: allow(row{who: "adviser", status: gone, form: form}, row{who: "outsider", status: gone, form: form},
			row{who: "business-support", status: gone, form: form}, row{who: "information-governance-lead", status: gone, form: form},
			row{who: "manager", status: gone, form: form, prepare: restrict}),
	}.with(func(r *row) { r.prepare = then(case0, r.prepare) })
}

// ofProfessional are those of a page about one of the professionals.
func ofProfessional(status int) rowsOf {
	return ofFile(status, nil).with(func(r *row) { r.prepare = then(involve, r.prepare) })
}

// ofTeam are those of a page about the adviser, for their manager.
func ofTeam(status int, form url.Values) rowsOf {
	return rowsOf{
		allowed: allow(row{who: "manager", status: status, form: form}),
		withheld: allow(row{who: "outsider", status: gone, form: form}, row{who: "business-support", status: gone, form: form},
			row{who: "early-help-worker", status: gone, form: form}, nobody),
	}.with(func(r *row) { r.prepare = then(adviser, r.prepare) })
}

// case0 names Morgan's case, as it stands.
func case0(s *stage) {
	s.values["{case}"] = strings.Join(s.strings("SELECT id FROM episode WHERE superseded_seq = 0"), "")
}

// further adds the manager to the case as a further worker, whom the form ends.
func further(s *stage) {
	case0(s)
	key := id.New()
	s.lay(s.person(morgan), func(ctx context.Context, tx store.Tx, p person.ID) error {
		return tx.AddAllocation(ctx, store.Allocation{
			ID: key, Episode: s.values["{case}"], Person: p, Worker: s.manager.ID, Kind: store.Further, Clocks: storetest.Clocks(storetest.Today.AddDays(-9)),
		})
	})
	s.form = url.Values{"allocation": {key}}
}

// involve has a school nurse work with Morgan.
func involve(s *stage) {
	key := id.New()
	s.lay(s.person(morgan), func(ctx context.Context, tx store.Tx, p person.ID) error {
		return tx.AddProfessional(ctx, p, person.Professional{ID: key, Agency: "Otters School", Name: "Nan Nurse", Clocks: storetest.Clocks(storetest.Today.AddDays(-9))})
	})
	s.values["{professional}"] = key
}

// adviser names the adviser and the role they hold.
func adviser(s *stage) {
	s.values["{worker}"] = string(s.adviser.ID)
	s.db.Read(s.t, func(ctx context.Context, r store.Reader) error {
		held, err := r.Assignments(ctx, s.adviser.ID, storetest.Today)
		if err == nil {
			s.values["{assignment}"] = string(held[0].ID)
		}
		return err
	})
}

// absent has the adviser away until tomorrow.
func absent(s *stage) {
	key := id.New()
	s.db.Must(s.t, func(ctx context.Context, tx store.Tx) error {
		return tx.AddAbsence(ctx, staff.Absence{ID: key, Worker: s.adviser.ID, Clocks: date.Clocks{
			Period: date.Period{From: storetest.Today.AddDays(-1), To: storetest.Today.AddDays(1)}, Recorded: date.Stamp{By: storetest.By},
		}})
	})
	s.values["{absence}"] = key
}
