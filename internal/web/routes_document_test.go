package web_test

import (
	"context"
	"net/url"
	"strings"

	"casefile/internal/casework"
	"casefile/internal/document"
	"casefile/internal/id"
	"casefile/internal/store"
)

func init() {
	const of = "/children/{ref}/documents"
	const one = of + "/{document}"
	for pattern, rs := range map[string]rowsOf{
		"GET " + of:                                    ofFile(200, nil),
		"GET " + of + "/new":                           ofFile(200, nil),
		"POST " + of:                                   ofFile(away, url.Values{"form": {"plan"}, "document": {id.New()}}),
		"GET " + one:                                   ofDocument(200, nil, finalPlan),
		"GET " + one + "/write":                        ofDocument(200, nil, begunPlan),
		"GET " + one + "/sections/{section}":           ofDocument(200, nil, begunPlan),
		"POST " + one + "/sections/{section}":          ofDocument(away, nil, begunPlan),
		"POST " + one + "/sections/{section}/autosave": ofDocument(200, nil, begunPlan),
		"GET " + one + "/sections/{section}/earlier":   ofDocument(200, nil, begunPlan),
		"GET " + one + "/check":                        ofDocument(200, nil, begunPlan),
		"POST " + one + "/exceptions":                  ofDocument(away, nil, begunPlan),
		"POST " + one + "/complete":                    ofDocument(away, nil, filledPlan),
		"GET " + one + "/decide":                       ofDecision(200, nil),
		"POST " + one + "/decide":                      ofDecision(away, nil),
		"GET " + one + "/correct":                      ofDocument(200, nil, finalPlan),
		"POST " + one + "/correct":                     ofDocument(away, nil, finalPlan),
		"GET " + one + "/drop":                         ofDocument(200, nil, begunPlan),
		"POST " + one + "/drop":                        ofDocument(away, nil, begunPlan),
		"GET " + one + "/move":                         ofDocument(200, nil, finalPlan),
		"POST " + one + "/move":                        ofDocument(away, nil, movingPlan),
		"GET " + one + "/compare":                      ofDocument(gone, nil, finalPlan), // of which versions, it does not say
	} {
		table[pattern] = rs
	}
}

// ofDocument are the rows of a page about a document of Morgan's.
func ofDocument(status int, form url.Values, prepare func(*stage)) rowsOf {
	rs := ofFile(status, form)
	rs.withheld = append(rs.withheld, row{who: "business-support", status: gone, form: form})
	return rs.with(func(r *row) { r.prepare = then(prepare, r.prepare) })
}

// ofDecision are the rows of a page on which a document is authorised.
func ofDecision(status int, form url.Values) rowsOf {
	rs := rowsOf{
		allowed: allow(row{who: "manager", status: status, form: form}),
		withheld: allow(row{who: "adviser", status: gone, form: form}, row{who: "outsider", status: gone, form: form},
			row{who: "manager", status: gone, form: form, prepare: restrict}),
	}
	return rs.with(func(r *row) { r.prepare = then(waitingPlan, r.prepare) })
}

func (s *stage) actor(w string) casework.Actor {
	m := s.people[w]
	var a casework.Actor
	s.db.Read(s.t, func(ctx context.Context, r store.Reader) error {
		held, err := r.Assignments(ctx, m.ID, s.casework.Today())
		a = casework.Actor{Worker: m.ID, As: held[0].ID}
		return err
	})
	return a
}

func (s *stage) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// begunPlan has the adviser begin a plan for Morgan.
func begunPlan(s *stage) {
	key := document.ID(id.New())
	s.values["{document}"], s.values["{section}"] = string(key), "start"
	s.must(s.casework.StartDocument(s.t.Context(), s.actor("adviser"), s.ref, key, "plan", true))
	s.seen()
}

// seen has forms say how the draft stands.
func (s *stage) seen() {
	f, err := casework.Open(s.t.Context(), s.casework, casework.Look{Actor: s.actor("adviser"), Reference: s.ref}, casework.WritingPart(document.ID(s.values["{document}"])))
	s.must(err)
	s.form = url.Values{
		"seen": {f.Value.Seen}, "rev": {"1"}, "asked": strings.Fields("working why-not contact find-out effort told mood aims provision hours since lasting"), "a--working": {"yes"}, "reason": {"The college says 30 hours."},
		"grounds": {"inaccurate"}, "decide": {"return"},
	}
}

func filledPlan(s *stage) {
	begunPlan(s)
	key, a := document.ID(s.values["{document}"]), s.actor("adviser")
	save := func(section string, values map[string]any) {
		_, err := s.casework.SaveSection(s.t.Context(), a, s.ref, casework.Typed{Document: key, Section: section, Rev: 1, Values: values})
		s.must(err)
	}
	save("start", map[string]any{"working": "yes", "effort": map[string]any{"value": "1", "why": "It goes well"}, "hours": "20", "provision": "E"})
	save("people", map[string]any{"steps": []any{map[string]any{"what": "Ring the college"}}})
	s.seen()
}

func waitingPlan(s *stage) {
	filledPlan(s)
	s.must(s.casework.CompleteDocument(s.t.Context(), s.actor("adviser"), s.ref, document.ID(s.values["{document}"]), s.form.Get("seen")))
	s.form.Set("step", "1")
}

func finalPlan(s *stage) {
	waitingPlan(s)
	s.must(s.casework.AuthoriseDocument(s.t.Context(), s.actor("manager"), s.ref, document.ID(s.values["{document}"]), 1))
	s.form.Set("step", "2")
}

// movingPlan has the form move a final plan to another file.
func movingPlan(s *stage) {
	finalPlan(s)
	moving(s)
}
