package web_test

import (
	"maps"
	"net/http"
	"net/url"

	"casefile/internal/id"
	"casefile/internal/watch"
)

// The rows of concerns, of the watch list, and of what is given to the person.
func init() { maps.Copy(table, wrongRows) }

var wrongRows = map[string]rowsOf{
	"GET /children/{ref}/concerns/report":  ofFile(200, nil),
	"POST /children/{ref}/concerns/report": ofFile(away, url.Values{"id": {id.New()}, "text": {"They talked about it."}}),

	"GET /concerns":           {allowed: allow(row{who: "adviser", status: 200}, row{who: "manager", status: 200, prepare: concerned}), withheld: allow(nobody, left)},
	"GET /concerns/{concern}": ofConcern(200, nil).and(nobody.with(concerned)),
	"GET /concerns/{concern}/steps/{step}": ofConcern(200, nil).with(func(r *row) { r.prepare = then(r.prepare, takenOn, stepping("note")) }).
		and(nobody.with(then(concerned, stepping("note")))),
	"POST /concerns/{concern}/steps/{step}": ofConcern(away, url.Values{"id": {id.New()}, "seen": {"0"}}).
		with(func(r *row) { r.prepare = then(r.prepare, stepping("take-on")) }).and(nobody.with(then(concerned, stepping("take-on")))),
	"GET /concerns/{concern}/answer": {
		allowed:  allow(row{who: "adviser", status: 200, prepare: askedInConcern}),
		withheld: allow(row{who: "manager", status: gone, prepare: askedInConcern}, row{who: "outsider", status: gone, prepare: askedInConcern}, nobody.with(askedInConcern)),
	},
	"POST /concerns/{concern}/answer": {
		allowed:  allow(row{who: "adviser", status: away, prepare: askedInConcern, form: answerOf("2")}),
		withheld: allow(row{who: "manager", status: gone, prepare: askedInConcern, form: answerOf("2")}, row{who: "adviser", status: gone, prepare: concerned, form: answerOf("2")}, nobody.with(askedInConcern)),
	},

	"GET /watch-list": {
		allowed:  allow(row{who: "manager", status: 200, prepare: hit}, row{who: "information-governance-lead", status: 200, prepare: hit}),
		withheld: allow(row{who: "adviser", status: gone, prepare: hit}, row{who: "outsider", status: gone, prepare: hit}, nobody),
	},
	"GET /watch-list/{hit}":  ofHit(200, nil).and(nobody.with(hit)),
	"POST /watch-list/{hit}": ofHit(away, url.Values{"id": {id.New()}, "seen": {"0"}, "kind": {"asked"}, "text": {"Is she a relative?"}}).and(nobody.with(hit)),
	"GET /watch-list/{hit}/answer": {
		allowed:  allow(row{who: "adviser", status: 200, prepare: askedAboutHit}),
		withheld: allow(row{who: "adviser", status: gone, prepare: hit}, row{who: "manager", status: gone, prepare: askedAboutHit}, row{who: "outsider", status: gone, prepare: askedAboutHit}, nobody.with(askedAboutHit)),
	},
	"POST /watch-list/{hit}/answer": {
		allowed:  allow(row{who: "adviser", status: away, prepare: askedAboutHit, form: answerOf("1")}),
		withheld: allow(row{who: "adviser", status: gone, prepare: hit, form: answerOf("0")}, row{who: "manager", status: gone, prepare: askedAboutHit, form: answerOf("1")}, nobody.with(askedAboutHit)),
	},

	"GET /children/{ref}/high-profile":  ofMark(200, nil),
	"POST /children/{ref}/high-profile": ofMark(away, url.Values{"mark": {"yes"}}),

	"GET /children/{ref}/looks/for-them": {
		allowed: allow(row{who: "adviser", status: 200}, row{who: "manager", status: 200}, row{who: "information-governance-lead", status: 200}),
		withheld: allow(row{who: "outsider", status: gone}, row{who: "business-support", status: gone}, row{who: "adviser", status: gone, prepare: restrict},
			row{who: "system-administrator", status: gone}, nobody),
	},
	"GET /children/{ref}/looks/for-them/names":  ofNames(200, nil),
	"POST /children/{ref}/looks/for-them/names": ofNames(away, url.Values{"held": {""}, "names": {"yes"}, "reason": {"Her solicitor asked."}}),
}

// with has a row prepared.
func (r row) with(prepare func(*stage)) row {
	r.prepare = prepare
	return r
}

func answerOf(seen string) url.Values {
	return url.Values{"id": {id.New()}, "seen": {seen}, "text": {"It was her day."}}
}

// ofConcern are the rows of a page of a concern: for those who handle it, and
// not for whom it is about.
func ofConcern(status int, form url.Values) rowsOf {
	return rowsOf{
		allowed: allow(row{who: "manager", status: status, form: form, prepare: concerned}),
		withheld: allow(row{who: "adviser", status: gone, form: form, prepare: concerned}, row{who: "outsider", status: gone, form: form, prepare: concerned},
			row{who: "system-administrator", status: gone, form: form, prepare: concerned},
			row{who: "manager", status: gone, form: form, prepare: concernAboutManager}, row{who: "manager", status: gone, form: form, prepare: then(concerned, restrict)}),
	}
}

// ofHit are the rows of a page of a hit: for the manager of the looker's team,
// and not for the looker.
func ofHit(status int, form url.Values) rowsOf {
	return rowsOf{
		allowed: allow(row{who: "manager", status: status, form: form, prepare: hit}),
		withheld: allow(row{who: "adviser", status: gone, form: form, prepare: hit}, row{who: "outsider", status: gone, form: form, prepare: hit},
			row{who: "manager", status: gone, form: form, prepare: then(hit, restrict)}),
	}
}

func ofMark(status int, form url.Values) rowsOf {
	return rowsOf{
		allowed: allow(row{who: "manager", status: status, form: form}, row{who: "information-governance-lead", status: status, form: form}),
		withheld: allow(row{who: "adviser", status: gone, form: form}, row{who: "outsider", status: gone, form: form},
			row{who: "manager", status: gone, form: form, prepare: restrict}, nobody),
	}
}

func ofNames(status int, form url.Values) rowsOf {
	return rowsOf{
		allowed: allow(row{who: "information-governance-lead", status: status, form: form}),
		withheld: allow(row{who: "adviser", status: gone, form: form}, row{who: "manager", status: gone, form: form},
			row{who: "information-governance-lead", status: gone, form: form, prepare: restrict}, nobody),
	}
}

// concerned has the adviser report a concern about Morgan's file.
func concerned(s *stage) { s.reports(url.Values{}) }

// concernAboutManager has them report the manager.
func concernAboutManager(s *stage) {
	s.reports(url.Values{"who": {"mina"}, "worker": {string(s.manager.ID)}})
	takenOnByLead(s)
}

func (s *stage) reports(form url.Values) {
	key := id.New()
	form.Set("id", key)
	form.Set("text", "They talked about it.")
	s.as(s.adviser).post("/children/"+s.ref.String()+"/concerns/report", form).wantStatus(http.StatusSeeOther)
	s.values["{concern}"], s.values["{step}"] = key, "note"
}

// takenOn has the manager take the concern on, if they know of it.
func takenOn(s *stage) {
	s.as(s.manager).post("/concerns/"+s.values["{concern}"]+"/steps/take-on", url.Values{"id": {id.New()}, "seen": {"0"}})
}

func takenOnByLead(s *stage) {
	b := s.browserOf("information-governance-lead")
	b.post("/concerns/"+s.values["{concern}"]+"/steps/take-on", url.Values{"id": {id.New()}, "seen": {"0"}}).wantStatus(http.StatusSeeOther)
}

func stepping(name string) func(*stage) { return func(s *stage) { s.values["{step}"] = name } }

// askedInConcern has the adviser asked something in the concern.
func askedInConcern(s *stage) {
	concerned(s)
	takenOn(s)
	s.as(s.manager).post("/concerns/"+s.values["{concern}"]+"/steps/ask", url.Values{
		"id": {id.New()}, "seen": {"1"}, "who": {"ada"}, "worker": {string(s.adviser.ID)}, "text": {"Who was there?"},
	}).wantStatus(http.StatusSeeOther)
}

// hit puts a look of the adviser's at Morgan's file on the watch list.
func hit(s *stage) { s.values["{hit}"] = s.hit(watch.SameName, watch.Figures{Bearers: 2, People: 900}) }

// askedAboutHit has the adviser asked to explain it.
func askedAboutHit(s *stage) {
	hit(s)
	s.as(s.manager).post("/watch-list/"+s.values["{hit}"], url.Values{
		"id": {id.New()}, "seen": {"0"}, "kind": {"asked"}, "text": {"Is she a relative?"},
	}).wantStatus(http.StatusSeeOther)
}
