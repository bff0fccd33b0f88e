package web_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"casefile/internal/access"
	"casefile/internal/blob"
	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/intake"
	"casefile/internal/media"
	"casefile/internal/media/mediatest"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// A stage is a world in which one row of the table is tried. Values fill in the
// names in a pattern: {ref} is Morgan's, {draft} the adviser's.
type stage struct {
	*world
	values map[string]string
	people map[string]staff.Worker
	extra  url.Values        // fields besides
	form   url.Values        // what a row's preparation has its form say
	before map[string]string // the rows of each table, when the row was asked
	count  string            // the statement that counts them
	social staff.Team        // of the worker who is called social
}

// A row is somebody, in some state, who asks for a route, and the status of the
// answer. Who is the adviser, the manager or the outsider of the world; nobody,
// who is not signed in; or the id of a role, held in the adviser's team.
type row struct {
	who     string
	status  int
	form    url.Values     // of a POST
	prepare func(s *stage) // before anybody asks
	kind    string         // of the body, where it is no form
}

// rowsOf are those to whom a route gives what it gives, and those from whom it
// withholds it. open says of a route without a withheld row why it needs none.
type rowsOf struct {
	allowed  []row
	withheld []row
	open     string
}

func allow(rs ...row) []row { return rs }

const gone, away = http.StatusNotFound, http.StatusSeeOther

// nobody is who has no session; every page leads them to sign in.
var nobody = row{who: "nobody", status: away}

// Routes of a file: the adviser works with Morgan; to the outsider, and to those
// who administer, there is no such file.
func ofFile(status int, form url.Values) rowsOf {
	return rowsOf{
		allowed: allow(row{who: "adviser", status: status, form: form}),
		withheld: allow(row{who: "outsider", status: gone, form: form}, row{who: "system-administrator", status: gone, form: form},
			row{who: "adviser", status: gone, form: form, prepare: restrict}, row{who: "adviser", status: gone, form: form, prepare: connect},
			row{who: "adviser", status: gone, form: form, prepare: untrain}),
	}
}

// table has the rows of every route. A route that is not here fails the build.
var table = map[string]rowsOf{
	"GET /healthz": {open: "says whether the program lives"},
	"GET /readyz":  {open: "says whether the database answers"},
	"GET /static/": {open: "styles and scripts, the same for everybody"},

	"GET /sign-in":       {open: "the door itself"},
	"POST /sign-in":      {open: "the door itself"},
	"GET /sign-in/code":  {open: "the door itself"},
	"POST /sign-in/code": {open: "the door itself"},
	"POST /sign-out":     {open: "anybody may leave"},
	"GET /demo":          {open: "on databases of invented people only"},
	"POST /demo":         {open: "on databases of invented people only"},

	"GET /sign-in/provider":          {open: "the door itself"},
	"GET /sign-in/provider/callback": {open: "the door itself"},
	"GET /sign-in/emergency":         {open: "the door itself"},
	"POST /sign-in/emergency":        {open: "the door itself"},

	"GET /password": {allowed: allow(row{who: "adviser", status: 200}), withheld: allow(nobody)},
	"POST /password": {
		allowed:  allow(row{who: "adviser", status: 422, form: url.Values{"old": {"x"}}}),
		withheld: allow(nobody),
	},
	"GET /role":  {allowed: allow(row{who: "adviser", status: 200}), withheld: allow(nobody)},
	"POST /role": {allowed: allow(row{who: "adviser", status: 422, form: url.Values{"as": {"x"}}}), withheld: allow(nobody)},

	"GET /{$}":  {allowed: allow(row{who: "adviser", status: away}), withheld: allow(nobody)},
	"GET /work": {allowed: allow(row{who: "adviser", status: 200}, row{who: "system-administrator", status: 200}), withheld: allow(nobody, left)},
	"POST /work/notices/{notice}/seen": {
		allowed:  allow(row{who: "adviser", status: away, prepare: notice}),
		withheld: allow(row{who: "outsider", status: away, prepare: notice}, nobody), // whoever's it is, and whether there is one, is not said
	},
	"GET /work/counts":    {allowed: allow(row{who: "adviser", status: 200}, row{who: "system-administrator", status: 200}), withheld: allow(nobody, left)},
	"GET /work/messages":  {allowed: allow(row{who: "adviser", status: 200}, row{who: "system-administrator", status: 200}), withheld: allow(nobody, left)},
	"POST /work/messages": {allowed: allow(row{who: "adviser", status: away, form: url.Values{"choice": {"each"}}}), withheld: allow(nobody, left)},
	"POST /kept": {
		allowed:  allow(row{who: "adviser", status: 200, prepare: kept}),
		withheld: allow(row{who: "outsider", status: http.StatusForbidden, prepare: kept}, nobody, left),
	},
	"GET /find":  {allowed: allow(row{who: "adviser", status: 200}), withheld: allow(nobody, left)},
	"POST /find": {allowed: allow(row{who: "adviser", status: 200, form: url.Values{"q": {"Ashdown"}}}), withheld: allow(nobody, left)},

	"GET /workers":    {allowed: allow(row{who: "adviser", status: 200}), withheld: allow(nobody, left)},
	"POST /workers":   {allowed: allow(row{who: "adviser", status: 200, form: url.Values{"words": {"Ada"}}}), withheld: allow(nobody, left)},
	"GET /workers/me": {allowed: allow(row{who: "adviser", status: 200}), withheld: allow(nobody, left)},
	"POST /workers/me": {
		allowed:  allow(row{who: "adviser", status: away, form: url.Values{"version": {"1"}, "base": {"North office"}}}),
		withheld: allow(nobody, left),
	},

	"GET /find/add": {
		allowed:  allow(row{who: "adviser", status: 200}, row{who: "front-door", status: 200}, row{who: "business-support", status: 200}),
		withheld: allow(row{who: "reviewer", status: gone}, row{who: "system-administrator", status: gone}, nobody, left),
	},
	"POST /find/add": {
		allowed:  allow(row{who: "adviser", status: 422, form: url.Values{"given": {""}}}),
		withheld: allow(row{who: "reviewer", status: gone}, row{who: "system-administrator", status: gone}, nobody, left),
	},
	"GET /new-identity": {
		allowed:  allow(row{who: "adviser", status: 200}, row{who: "information-governance-lead", status: 200}),
		withheld: allow(row{who: "reviewer", status: gone}, row{who: "system-administrator", status: gone}, nobody, left),
	},
	// A form that names no state of the facts comes as far as being told how they
	// stand; those withheld do not come so far.
	"GET /children/{ref}/details/{kind}":                    ofFile(200, nil).with(func(r *row) { r.prepare = then(named, r.prepare) }),
	"GET /children/{ref}/details/{kind}/add":                ofDetails(200, nil),
	"POST /children/{ref}/details/{kind}/add":               ofDetails(409, nil),
	"GET /children/{ref}/details/{kind}/{fact}/correct":     ofDetails(200, nil),
	"POST /children/{ref}/details/{kind}/{fact}/correct":    ofDetails(409, nil),
	"GET /children/{ref}/details/{kind}/{fact}/end":         ofDetails(200, nil),
	"POST /children/{ref}/details/{kind}/{fact}/end":        ofDetails(409, nil),
	"GET /children/{ref}/details/{kind}/{fact}/check":       ofDetails(200, nil),
	"POST /children/{ref}/details/{kind}/{fact}/check":      ofDetails(409, nil),
	"GET /children/{ref}/letter":                            ofFile(200, nil),
	"GET /children/{ref}/letter/{to}":                       ofFile(200, nil).with(toThemself),
	"POST /children/{ref}/letter/{to}":                      ofFile(409, nil).with(toThemself),
	"GET /children/{ref}/relations":                         ofFile(200, nil).with(related),
	"GET /children/{ref}/genogram":                          ofFile(200, nil).with(related),
	"GET /children/{ref}/relations/add":                     ofDetails(200, nil).with(related),
	"POST /children/{ref}/relations/add":                    ofDetails(422, nil).with(related),
	"GET /children/{ref}/relations/{relation}/change":       ofDetails(200, nil).with(related),
	"POST /children/{ref}/relations/{relation}/change":      ofDetails(409, nil).with(related),
	"GET /children/{ref}/relations/{relation}/end":          ofDetails(200, nil).with(related),
	"POST /children/{ref}/relations/{relation}/end":         ofDetails(409, nil).with(related),
	"GET /children/{ref}/relations/{relation}/house":        ofDetails(200, nil).with(related),
	"POST /children/{ref}/relations/{relation}/house":       ofDetails(409, nil).with(related),
	"GET /children/{ref}/relations/household/{member}/end":  ofDetails(200, nil).with(related),
	"POST /children/{ref}/relations/household/{member}/end": ofDetails(409, nil).with(related),
	"GET /children/{ref}/relations/whereabouts":             ofDetails(200, nil),
	"POST /children/{ref}/relations/whereabouts":            ofDetails(409, nil),

	"GET /children/{ref}/alerts":                 ofFile(200, nil).and(nobody),
	"GET /children/{ref}/alerts/add":             ofAlert(200, nil),
	"POST /children/{ref}/alerts/add":            ofAlert(409, url.Values{"kind": {"special"}}),
	"GET /children/{ref}/alerts/{alert}/change":  ofAlert(200, nil),
	"POST /children/{ref}/alerts/{alert}/change": ofAlert(409, nil),
	"GET /children/{ref}/alerts/{alert}/end":     ofAlert(200, nil),
	"POST /children/{ref}/alerts/{alert}/end":    ofAlert(409, nil),

	"GET /children/{ref}":          ofFile(200, nil),
	"GET /children/{ref}/timeline": ofFile(200, nil),

	"GET /children/{ref}/work":                 ofFile(200, nil).and(row{who: "minute-taker", status: gone}, nobody),
	"GET /children/{ref}/work/{case}/{stage}":  ofStage(200, nil),
	"POST /children/{ref}/work/{case}/{stage}": ofStage(away, url.Values{"planned-day": {"9"}, "planned-month": {"3"}, "planned-year": {"2026"}, "late-reason": {"The case began in another system."}}),
	"GET /children/{ref}/tasks/add":            ofFile(200, nil).and(row{who: "minute-taker", status: gone}, row{who: "reviewer", status: gone}, nobody),
	"POST /children/{ref}/tasks/add": ofFile(away, url.Values{"kind": {"to-do"}, "words": {"Ring the school."}}).and(
		row{who: "minute-taker", status: gone, form: url.Values{"kind": {"to-do"}, "words": {"x"}}}, nobody),
	"GET /children/{ref}/tasks/{task}":         ofTask(200, nil),
	"GET /children/{ref}/tasks/{task}/{step}":  ofTask(200, nil).and(row{who: "adviser-two", status: gone, prepare: toDo}),
	"POST /children/{ref}/tasks/{task}/{step}": ofTask(away, url.Values{"rev": {"1"}}).and(row{who: "adviser-two", status: gone, prepare: toDo, form: url.Values{"rev": {"1"}}}),
	"GET /children/{ref}/looks": {
		allowed:  allow(row{who: "adviser", status: 200}, row{who: "information-governance-lead", status: 200}),
		withheld: allow(row{who: "outsider", status: gone}, row{who: "business-support", status: gone}, row{who: "adviser", status: gone, prepare: restrict}),
	},
	"GET /children/{ref}/files":                ofFile(200, nil),
	"GET /children/{ref}/files/{file}":         ofFile(200, nil).with(func(r *row) { r.prepare = then(attach, r.prepare) }),
	"GET /children/{ref}/files/{file}/view":    ofFile(200, nil).with(func(r *row) { r.prepare = then(photograph, r.prepare) }).and(row{who: "adviser", status: gone, prepare: attach}),
	"GET /children/{ref}/files/{file}/picture": ofFile(200, nil).with(func(r *row) { r.prepare = then(photograph, r.prepare) }).and(row{who: "adviser", status: gone, prepare: attach}),
	"GET /children/{ref}/files/add":            ofFile(200, nil).and(row{who: "business-support", status: gone}),
	"POST /children/{ref}/files/add":           ofFile(away, nil).with(func(r *row) { r.kind = "file" }).and(row{who: "business-support", status: gone, kind: "file"}),

	// To whom a reason helps; to others, who have the file or cannot have it, there is
	// no such page.
	"GET /children/{ref}/reason":  ofReason(200, nil),
	"POST /children/{ref}/reason": ofReason(422, url.Values{"purpose": {"none"}}),
	"GET /children/{ref}/notes/{note}": {
		allowed: allow(row{who: "elsewhere", status: 200, prepare: stated}),
		withheld: allow(row{who: "outsider", status: gone, prepare: stated}, row{who: "elsewhere", status: gone, prepare: then(stated, restrict)},
			row{who: "adviser", status: gone, prepare: stated}),
	},
	"POST /children/{ref}/notes/{note}": {
		allowed:  allow(row{who: "elsewhere", status: 422, prepare: stated, form: url.Values{"version": {"1"}}}),
		withheld: allow(row{who: "outsider", status: gone, prepare: stated, form: url.Values{"version": {"1"}}}, row{who: "elsewhere", status: gone, prepare: then(stated, restrict), form: url.Values{"version": {"1"}}}),
	},

	"GET /children/{ref}/record":  ofFile(200, nil).and(row{who: "information-governance-lead", status: gone}),
	"POST /children/{ref}/record": ofFile(away, url.Values{"type": {"contact-with-client"}}),

	"GET /children/{ref}/drafts/{draft}":       ofDraft(200, nil),
	"POST /children/{ref}/drafts/{draft}":      ofDraft(away, contact("1", "We spoke.")),
	"POST /children/{ref}/drafts/{draft}/save": ofDraft(away, contact("1", "We spoke.")),
	"POST /children/{ref}/drafts/{draft}/autosave": {
		allowed:  ofDraft(200, contact("1", "We spoke.")).allowed,
		withheld: ofDraft(200, contact("1", "We spoke.")).withheld,
	},
	"POST /children/{ref}/drafts/{draft}/merge": ofDraft(200, url.Values{"rev": {"1"}, "keep": {"mine"}}),
	"GET /children/{ref}/drafts/{draft}/drop":   ofDraft(200, nil),
	"POST /children/{ref}/drafts/{draft}/drop":  ofDraft(away, url.Values{"rev": {"1"}}),

	"GET /children/{ref}/restriction": {
		allowed: allow(row{who: "manager", status: 200}, row{who: "adviser", status: 200, prepare: restrictToBoth}),
		withheld: allow(row{who: "adviser", status: gone}, row{who: "outsider", status: gone}, row{who: "manager", status: gone, prepare: restrict},
			row{who: "information-governance-lead", status: gone}),
	},
	"GET /children/{ref}/restriction/change":  ofRestriction(200, nil),
	"POST /children/{ref}/restriction/change": ofRestriction(422, url.Values{"reason": {""}}),
	"POST /children/{ref}/restriction/lift":   ofRestriction(away, nil).with(func(r *row) { r.prepare = then(lifting, r.prepare) }),
	"POST /children/{ref}/restriction/held/{held}": {
		allowed: allow(row{who: "manager", status: away, prepare: holdBack, form: url.Values{"decision": {"take"}}}),
		withheld: allow(row{who: "outsider", status: gone, prepare: holdBack}, row{who: "information-governance-lead", status: gone, prepare: holdBack},
			row{who: "manager", status: gone, prepare: then(holdBack, restrict)}),
	},

	"GET /workers/me/connections": {allowed: allow(row{who: "adviser", status: 200}), withheld: allow(nobody, left)},
	"POST /workers/me/connections": {
		allowed: allow(row{who: "adviser", status: 422, form: url.Values{"reference": {""}}}, row{who: "adviser", status: 200, prepare: knowing("")},
			row{who: "adviser", status: away, prepare: knowing("declare")}),
		withheld: allow(nobody, left, row{who: "outsider", status: 422, prepare: knowing("")}, row{who: "outsider", status: 422, prepare: knowing("declare")},
			row{who: "adviser", status: 422, prepare: then(restrict, knowing(""))}),
	},
	"GET /workers/connections": {allowed: allow(row{who: "manager", status: 200}), withheld: allow(row{who: "adviser", status: gone}, row{who: "outsider", status: gone}, nobody)},
	"POST /workers/connections/{connection}/end": {
		allowed:  allow(row{who: "manager", status: away, prepare: declared}),
		withheld: allow(row{who: "adviser", status: gone, prepare: declared}, row{who: "outsider", status: gone, prepare: declared}, nobody),
	},
	"GET /children/{ref}/grants":      ofGrants(200, nil),
	"GET /children/{ref}/grants/add":  ofGrants(200, nil),
	"POST /children/{ref}/grants/add": ofGrants(422, url.Values{"worker": {""}}),
	"POST /children/{ref}/grants/{grant}/end": ofGrants(away, nil).with(func(r *row) {
		r.prepare = then(opened, r.prepare)
	}),
	"GET /grants/add": {
		allowed:  allow(row{who: "information-governance-lead", status: 200}),
		withheld: allow(row{who: "adviser", status: gone}, row{who: "manager", status: gone}, nobody, left),
	},
	"POST /grants/add": {
		allowed:  allow(row{who: "information-governance-lead", status: 422, form: url.Values{"list": {""}}}),
		withheld: allow(row{who: "adviser", status: gone}, row{who: "manager", status: gone}, nobody),
	},

	"GET /workers/training": {allowed: allow(row{who: "manager", status: 200}), withheld: allow(row{who: "adviser", status: gone}, row{who: "outsider", status: gone}, nobody)},
	"POST /workers/training": {
		allowed:  allow(row{who: "manager", status: away, prepare: passing}),
		withheld: allow(row{who: "adviser", status: gone, prepare: passing}, row{who: "outsider", status: gone, prepare: passing}, nobody),
	},

	"GET /workers/training/{training}/take-back": {
		allowed:  allow(row{who: "manager", status: 200, prepare: trained}),
		withheld: allow(row{who: "adviser", status: gone, prepare: trained}, row{who: "outsider", status: gone, prepare: trained}, nobody.with(trained)),
	},
	"POST /workers/training/{training}/take-back": {
		allowed:  allow(row{who: "manager", status: away, prepare: trained}),
		withheld: allow(row{who: "adviser", status: gone, prepare: trained}, row{who: "outsider", status: gone, prepare: trained}, row{who: "nobody", status: 401, prepare: trained}),
	},

	// An empty form names no version, so it comes as far as being told how things
	// stand; those withheld do not come so far.
	"GET /caseloads": {
		allowed:  allow(row{who: "manager", status: 200}, row{who: "business-support", status: 200}),
		withheld: allow(row{who: "adviser", status: gone}, row{who: "reviewer", status: gone}, nobody),
	},
	"GET /children/{ref}/workers":                           ofFile(200, nil),
	"GET /children/{ref}/workers/open":                      ofCase(200, nil),
	"POST /children/{ref}/workers/open":                     ofCase(422, nil),
	"GET /children/{ref}/workers/{case}/allocate":           ofCase(200, nil),
	"POST /children/{ref}/workers/{case}/allocate":          ofCase(409, nil),
	"GET /children/{ref}/workers/{case}/further":            ofCase(200, nil),
	"POST /children/{ref}/workers/{case}/further":           ofCase(409, nil),
	"POST /children/{ref}/workers/{case}/further/end":       ofCase(409, nil),
	"GET /children/{ref}/workers/{case}/transfer":           ofCase(200, nil),
	"POST /children/{ref}/workers/{case}/transfer":          ofCase(409, nil),
	"GET /children/{ref}/workers/{case}/close":              ofCase(200, nil),
	"POST /children/{ref}/workers/{case}/close":             ofCase(409, nil),
	"GET /children/{ref}/professionals/add":                 ofProfessional(200, nil),
	"POST /children/{ref}/professionals/add":                ofProfessional(422, nil),
	"GET /children/{ref}/professionals/{professional}/end":  ofProfessional(200, nil),
	"POST /children/{ref}/professionals/{professional}/end": ofProfessional(422, nil),

	"GET /workers/{worker}":                         ofWorker(200, nil),
	"GET /workers/{worker}/absence":                 ofWorker(200, nil),
	"POST /workers/{worker}/absence":                ofWorker(422, nil),
	"POST /workers/{worker}/absences/{absence}/end": ofWorker(away, nil),
	"GET /workers/{worker}/roles/{assignment}/end":  ofWorker(200, nil),
	"POST /workers/{worker}/roles/{assignment}/end": ofWorker(away, nil),

	"GET /rights": {
		allowed:  allow(row{who: "manager", status: 200}, row{who: "system-administrator", status: 200}, row{who: "information-governance-lead", status: 200}),
		withheld: allow(row{who: "adviser", status: gone}, row{who: "outsider", status: gone}, nobody),
	},
	"GET /rights/explain": {allowed: allow(row{who: "manager", status: 200}), withheld: allow(row{who: "adviser", status: gone}, nobody)},
	"POST /rights/explain": {
		allowed:  allow(row{who: "manager", status: 422, form: url.Values{"part": {"timeline"}}}),
		withheld: allow(row{who: "adviser", status: gone, form: url.Values{"part": {"timeline"}}}, nobody),
	},
	"GET /rights/changes": {allowed: allow(row{who: "system-administrator", status: 200}), withheld: allow(row{who: "adviser", status: gone}, nobody)},
	"POST /rights/changes": {
		allowed: allow(row{who: "information-governance-lead", status: http.StatusConflict, form: decision}),
		withheld: allow(row{who: "system-administrator", status: gone, form: decision}, row{who: "manager", status: gone, form: decision},
			row{who: "adviser", status: gone, form: decision}, nobody),
	},

	"/": {allowed: allow(row{who: "adviser", status: gone}), withheld: allow(nobody)},
}

// decision approves a change that does not wait.
var decision = url.Values{"hash": {"none"}, "decide": {"approve"}, "reason": {"Agreed in the board."}}

// left is a worker whose roles have ended.
var left = row{who: "adviser", status: http.StatusForbidden, prepare: leave}

// ofDraft are the rows of a route of the adviser's draft.
func ofDraft(status int, form url.Values) rowsOf {
	rs := ofFile(status, form)
	rs.withheld = append(rs.withheld, row{who: "manager", status: gone, form: form})
	return rs
}

// ofCase are the rows of a page on which a manager decides who works with a
// child.
func ofCase(status int, form url.Values) rowsOf {
	return rowsOf{
		allowed: allow(row{who: "manager", status: status, form: form}),
		withheld: allow(row{who: "adviser", status: gone, form: form}, row{who: "outsider", status: gone, form: form}, row{who: "reviewer", status: gone, form: form},
			row{who: "manager", status: gone, form: form, prepare: restrict}, nobody),
	}
}

// ofProfessional are the rows of a page on which somebody of another agency is
// noted.
func ofProfessional(status int, form url.Values) rowsOf {
	rs := rowsOf{
		allowed: allow(row{who: "adviser", status: status, form: form}, row{who: "business-support", status: status, form: form}),
		withheld: allow(row{who: "outsider", status: gone, form: form}, row{who: "minute-taker", status: gone, form: form},
			row{who: "adviser", status: gone, form: form, prepare: restrict}, nobody),
	}
	return rs.with(func(r *row) { r.prepare = then(professional, r.prepare) })
}

// ofDetails are the rows of a page on which it is changed who somebody is, or who is
// related to them.
func ofDetails(status int, form url.Values) rowsOf {
	rs := ofFile(status, form)
	rs.allowed = append(rs.allowed, row{who: "business-support", status: status, form: form})
	return rs.and(row{who: "information-governance-lead", status: gone, form: form}, row{who: "reviewer", status: gone, form: form},
		row{who: "elsewhere", status: gone, form: form}, nobody).with(func(r *row) { r.prepare = then(named, r.prepare) })
}

// named has the address name a name of Morgan's.
func named(s *stage) {
	s.values["{kind}"] = "names"
	s.values["{fact}"] = s.strings("SELECT f.id FROM person_name f JOIN person p ON p.id = f.person_id WHERE f.kind = 'legal' AND p.reference = '" + string(s.ref) + "'")[0]
}

// toThemself has the address name Morgan, to whom a letter goes.
func toThemself(r *row) {
	r.prepare = then(func(s *stage) { s.values["{to}"] = s.ref.String() }, r.prepare)
}

// related gives Morgan a mother who is on the record as that alone and lives with
// them.
func related(r *row) { r.prepare = then(relate, r.prepare) }

func relate(s *stage) {
	mother, relation, home := person.ID(id.New()), id.New(), id.New()
	s.lay(s.person(morgan), func(ctx context.Context, tx store.Tx, p person.ID) error {
		c := storetest.Clocks(storetest.Today.AddDays(-9))
		s.values["{relation}"], s.values["{member}"] = relation, id.New()
		return errors.Join(
			tx.AddPerson(ctx, person.Person{ID: mother, Reference: id.NewReference(), MadeAs: person.AsRelation, Recorded: c.Recorded}),
			tx.AddName(ctx, mother, person.Name{ID: id.New(), Kind: person.Legal, Given: "Marian", Family: "Testmother", Clocks: c}),
			tx.AddRelationship(ctx, person.Relationship{ID: relation, Kind: "parent", Person: mother, Other: p, Clocks: c}),
			tx.AddMember(ctx, person.Member{ID: id.New(), Household: home, Person: p, Clocks: c}),
			tx.AddMember(ctx, person.Member{ID: s.values["{member}"], Household: home, Person: mother, Clocks: c}),
		)
	})
}

// ofWorker are the rows of a page on which a manager sees to a worker of theirs.
func ofWorker(status int, form url.Values) rowsOf {
	rs := rowsOf{
		allowed:  allow(row{who: "manager", status: status, form: form}),
		withheld: allow(row{who: "outsider", status: gone, form: form}, row{who: "adviser-two", status: gone, form: form}, row{who: "business-support", status: gone, form: form}, nobody),
	}
	return rs.with(func(r *row) { r.prepare = then(absence, r.prepare) })
}

// kept has something kept for Morgan's adviser.
func kept(s *stage) {
	token, err := s.casework.SealKept(s.adviser.ID, map[string][]string{"text": {"She rang."}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.form = url.Values{"kept": {token}}
}

// ofAlert are the rows of a page on which an alert of Morgan's is changed.
func ofAlert(status int, form url.Values) rowsOf {
	return ofFile(status, form).and(row{who: "business-support", status: gone, form: form}, row{who: "minute-taker", status: gone, form: form}, nobody).
		with(func(r *row) { r.prepare = then(alerted, r.prepare) })
}

// alerted has Morgan have an alert that an adviser sets and ends.
func alerted(s *stage) {
	look := casework.Look{Actor: s.actorOf(s.manager), Reference: s.ref}
	before, err := casework.Open(s.t.Context(), s.casework, look, casework.AlertsPart())
	if err != nil {
		s.t.Fatal(err)
	}
	n := casework.Alerting{Seen: before.Value.Seen, Form: person.Form{"kind": "special", "narrative": "Ring before you visit."}}
	if err := s.casework.SetAlert(s.t.Context(), look.Actor, s.ref, n); err != nil {
		s.t.Fatal(err)
	}
	after, err := casework.Open(s.t.Context(), s.casework, look, casework.AlertsPart())
	if err != nil {
		s.t.Fatal(err)
	}
	s.values["{alert}"] = after.Value.Own[0].ID
}

// toDo has Morgan's adviser have something to do.
func toDo(s *stage) {
	key, err := s.casework.OpenTask(s.t.Context(), s.actorOf(s.manager), s.ref, casework.NewTask{Kind: "to-do", Words: "Ring the school."})
	if err != nil {
		s.t.Fatal(err)
	}
	s.values["{task}"], s.values["{step}"] = string(key), "done"
}

// actorOf is a worker in the first role they hold.
func (w *world) actorOf(m staff.Worker) casework.Actor {
	w.t.Helper()
	me, err := w.casework.Me(w.t.Context(), m.ID)
	if err != nil || len(me.Assignments) == 0 {
		w.t.Fatalf("%v, %d roles", err, len(me.Assignments))
	}
	return casework.Actor{Worker: m.ID, As: me.Assignments[0].ID}
}

// ofTask are the rows of a page about a task of the adviser's.
func ofTask(status int, form url.Values) rowsOf {
	return ofFile(status, form).and(row{who: "minute-taker", status: gone, form: form}, nobody).
		with(func(r *row) { r.prepare = then(toDo, r.prepare) })
}

// ofStage are the rows of a page about a stage of a case: Morgan's with the service of a
// social worker.
func ofStage(status int, form url.Values) rowsOf {
	rs := rowsOf{
		allowed: allow(row{who: "social", status: status, form: form}),
		withheld: allow(row{who: "adviser", status: gone, form: form}, row{who: "outsider", status: gone, form: form}, row{who: "social", status: gone, form: form, prepare: restrict},
			row{who: "manager", status: gone, form: form}, nobody),
	}
	return rs.with(func(r *row) {
		r.prepare = then(func(s *stage) {
			if s.social.ID == "" {
				s.social = s.db.Team(s.t, "social-care")
			}
			s.lay(s.person(morgan), episodeOf(s.social))
			s.values["{case}"] = s.strings("SELECT id FROM episode WHERE service = 'social-care'")[0]
			s.values["{stage}"] = "strategy-discussion"
		}, r.prepare)
	})
}

// ofRestriction are the rows of a page that decides about a restriction.
func ofRestriction(status int, form url.Values) rowsOf {
	return rowsOf{
		allowed: allow(row{who: "manager", status: status, form: form}),
		withheld: allow(row{who: "adviser", status: gone, form: form}, row{who: "outsider", status: gone, form: form},
			row{who: "manager", status: gone, form: form, prepare: restrict}),
	}
}

// ofGrants are the rows of a page about whom a file is open to for a time.
func ofGrants(status int, form url.Values) rowsOf {
	return rowsOf{
		allowed: allow(row{who: "manager", status: status, form: form}, row{who: "information-governance-lead", status: status, form: form}),
		withheld: allow(row{who: "adviser", status: gone, form: form}, row{who: "outsider", status: gone, form: form},
			row{who: "partner-professional", status: gone, form: form}, row{who: "manager", status: gone, form: form, prepare: restrict}),
	}
}

// opened opens Morgan's file to a worker who is not there.
func opened(s *stage) {
	key, clocks := id.New(), storetest.Clocks(storetest.Today.AddDays(-9))
	clocks.Period.To = storetest.Today.AddDays(9)
	s.lay(s.person(morgan), func(ctx context.Context, tx store.Tx, p person.ID) error {
		return tx.AddGrant(ctx, right.Grant{ID: key, Person: p, Worker: "nobody-here", Kind: access.Grant, Parts: []access.Part{access.Identity}, Clocks: clocks})
	})
	s.values["{grant}"] = key
}

// ofReason are the rows of the page that asks why.
func ofReason(status int, form url.Values) rowsOf {
	return rowsOf{
		allowed: allow(row{who: "elsewhere", status: status, form: form}),
		withheld: allow(row{who: "outsider", status: gone, form: form}, row{who: "elsewhere", status: gone, form: form, prepare: restrict},
			row{who: "system-administrator", status: gone, form: form}, nobody),
	}
}

func (rs rowsOf) with(change func(*row)) rowsOf {
	rs.allowed, rs.withheld = slices.Clone(rs.allowed), slices.Clone(rs.withheld)
	for i := range rs.allowed {
		change(&rs.allowed[i])
	}
	for i := range rs.withheld {
		change(&rs.withheld[i])
	}
	return rs
}

func (rs rowsOf) and(withheld ...row) rowsOf {
	rs.withheld = append(slices.Clone(rs.withheld), withheld...)
	return rs
}

// then prepares one thing after another.
func then(fs ...func(*stage)) func(*stage) {
	return func(s *stage) {
		for _, f := range fs {
			if f != nil {
				f(s)
			}
		}
	}
}

// --- What can be so ----------------------------------------------------------

// restrict keeps Morgan's file from everybody but a worker who is not there.
func restrict(s *stage) { s.lay(s.person(morgan), restrictedTo("nobody-here")) }

// connect has the adviser declare a connection to Morgan.
func connect(s *stage) { s.lay(s.person(morgan), connectedTo(s.adviser.ID)) }

// restrictToBoth names the adviser and the manager.
func restrictToBoth(s *stage) { s.lay(s.person(morgan), restrictedTo(s.adviser.ID, s.manager.ID)) }

// lifting restricts the file, and has the form lift that.
func lifting(s *stage) {
	restrictToBoth(s)
	s.form = url.Values{"seen": s.strings("SELECT id FROM restriction"), "why": {"It is not about staff any more."}}
}

// holdBack has an import bring something about Morgan while the file is
// restricted to the adviser and the manager.
func holdBack(s *stage) {
	columns := intake.Map{Source: "old-system", Columns: map[intake.Field]string{intake.ID: "id", intake.Given: "given", intake.Family: "family"}}
	in, err := intake.NewReader(strings.NewReader("id,given,family\n7,Morgan,Ashdowne\n"), columns, storetest.Today)
	if err != nil {
		s.t.Fatal(err)
	}
	s.lay(s.person(morgan), restrictedTo(s.adviser.ID, s.manager.ID), func(ctx context.Context, tx store.Tx, p person.ID) error {
		return tx.AddIdentifier(ctx, p, person.Identifier{ID: id.New(), System: columns.Source, Value: "7", Clocks: storetest.Clocks(date.Date{})})
	})
	_, err = s.casework.ImportPeople(s.t.Context(), in, casework.Import{
		Run: "run", Source: columns.Source, Team: s.north, Commit: true, Problem: func(p intake.Problem) { s.t.Error(p) },
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.values["{held}"] = strings.Join(s.strings("SELECT id FROM held_add"), "")
}

// declared has the adviser declare a connection, and the form name them.
func declared(s *stage) {
	connect(s)
	s.values["{connection}"] = strings.Join(s.strings("SELECT id FROM connection"), "")
	s.form = url.Values{"worker": {string(s.adviser.ID)}}
}

// passing is the adviser's training, as a form sends it.
func passing(s *stage) {
	s.form = url.Values{"worker": {string(s.adviser.ID)}, "course": {storetest.Course}, "on-day": {"4"}, "on-month": {"3"}, "on-year": {"2026"}}
}

// knowing has the form say how somebody knows Morgan.
func knowing(do string) func(*stage) {
	return func(s *stage) {
		s.form = url.Values{"reference": {s.ref.String()}, "nature": {"A cousin of mine."}, "do": {do}}
	}
}

// trained is what the adviser passed, and why it is taken back.
func trained(s *stage) {
	s.values["{training}"] = strings.Join(s.strings("SELECT id FROM training WHERE superseded_seq = 0 AND worker_id = '"+string(s.adviser.ID)+"'"), "")
	s.form = url.Values{"reason": {"It was another worker."}}
}

// professional has somebody of a school involved with Morgan.
func professional(s *stage) {
	s.values["{professional}"] = id.New()
	s.lay(s.person(morgan), func(ctx context.Context, tx store.Tx, p person.ID) error {
		return tx.AddProfessional(ctx, p, person.Professional{ID: s.values["{professional}"], Agency: "A school", Name: "Sky Testteacher", Clocks: storetest.Clocks(storetest.Today.AddDays(-9))})
	})
}

// absence has the adviser be away.
func absence(s *stage) {
	s.values["{absence}"] = id.New()
	s.db.Must(s.t, func(ctx context.Context, tx store.Tx) error {
		return tx.AddAbsence(ctx, staff.Absence{ID: s.values["{absence}"], Worker: s.adviser.ID, Clocks: storetest.Clocks(storetest.Today)})
	})
}

// untrain lets the adviser's training lapse.
func untrain(s *stage) { s.lapse(s.adviser.ID) }

// leave takes the adviser's roles.
func leave(s *stage) {
	if err := s.casework.EndWorker(s.t.Context(), storetest.By, s.adviser.ID); err != nil {
		s.t.Fatal(err)
	}
}

// stated has Erin of another service say why she needs the file.
func stated(s *stage) {
	b := s.browserOf("elsewhere")
	s.values["{note}"] = id.New()
	b.post("/children/"+s.ref.String()+"/reason", url.Values{
		"note": {s.values["{note}"]}, "purpose": {"oversight"}, "oversight-manager": {"Petra Testowska"},
	}).wantStatus(http.StatusSeeOther)
}

const morgan = id.Reference("")

// A fact lays something down about one file.
type fact func(ctx context.Context, tx store.Tx, p person.ID) error

func (w *world) lay(p person.ID, facts ...fact) {
	w.t.Helper()
	w.db.Must(w.t, func(ctx context.Context, tx store.Tx) error {
		for _, f := range facts {
			if err := f(ctx, tx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

func restrictedTo(workers ...staff.ID) fact {
	return func(ctx context.Context, tx store.Tx, p person.ID) error {
		r := right.Restriction{ID: id.New(), Person: p, Reason: "About staff.", Clocks: storetest.Clocks(storetest.Today)}
		if err := tx.AddRestriction(ctx, r); err != nil {
			return err
		}
		for _, w := range workers {
			n := right.Named{ID: id.New(), Restriction: r.ID, Worker: w, Clocks: storetest.Clocks(storetest.Today)}
			if err := tx.AddNamed(ctx, n); err != nil {
				return err
			}
		}
		return nil
	}
}

func connectedTo(w staff.ID) fact {
	return func(ctx context.Context, tx store.Tx, p person.ID) error {
		return tx.AddConnection(ctx, right.Connection{ID: id.New(), Worker: w, Person: p, Nature: "A neighbour.", Clocks: storetest.Clocks(storetest.Today)})
	}
}

func granted(w staff.ID, kind access.Ground, parts ...access.Part) fact {
	return func(ctx context.Context, tx store.Tx, p person.ID) error {
		c := storetest.Clocks(storetest.Today)
		c.Period.To = storetest.Today.AddDays(7)
		return tx.AddGrant(ctx, right.Grant{ID: id.New(), Person: p, Worker: w, Kind: kind, Parts: parts, Reason: "For a review.", Clocks: c})
	}
}

func reasonOf(w staff.ID) fact {
	return func(ctx context.Context, tx store.Tx, p person.ID) error {
		e := storetest.Entry(p, staff.Worker{ID: w, Given: "Somebody"}, storetest.Today, "I opened this file.")
		if err := tx.AddEntryVersion(ctx, e); err != nil {
			return err
		}
		return tx.StateReason(ctx, right.Reason{
			ID: id.New(), Worker: w, Person: p, Purpose: "contact", Entry: e.ID,
			Until: date.At(storetest.Start).Add(time.Hour), Recorded: date.Stamp{By: storetest.By},
		})
	}
}

func episodeOf(team staff.Team, workers ...staff.ID) fact {
	return func(ctx context.Context, tx store.Tx, p person.ID) error {
		e := person.Episode{ID: id.New(), Service: team.Service, TeamID: string(team.ID), Clocks: storetest.Clocks(storetest.Today.AddMonths(-6))}
		if err := tx.AddEpisode(ctx, p, e); err != nil {
			return err
		}
		kind := store.Allocated
		for _, w := range workers {
			a := store.Allocation{ID: id.New(), Episode: e.ID, Person: p, Worker: w, Kind: kind, Clocks: e.Clocks}
			if err := tx.AddAllocation(ctx, a); err != nil {
				return err
			}
			kind = store.Further
		}
		return nil
	}
}

// lapse ends what a worker passed.
func (w *world) lapse(worker staff.ID) {
	w.t.Helper()
	w.db.Must(w.t, func(ctx context.Context, tx store.Tx) error {
		passed, err := tx.Trainings(ctx, worker)
		if err != nil {
			return err
		}
		for _, p := range passed {
			if err := tx.Supersede(ctx, store.TrainingFact, p.ID, tx.Stamp(storetest.By)); err != nil {
				return err
			}
		}
		return nil
	})
}

// person is the key of a file; Morgan's where ref is empty.
func (w *world) person(ref id.Reference) person.ID {
	w.t.Helper()
	if ref == morgan {
		ref = w.ref
	}
	var p person.Person
	w.db.Read(w.t, func(ctx context.Context, r store.Reader) (err error) {
		p, err = r.PersonByReference(ctx, ref)
		return err
	})
	return p.ID
}

func notice(s *stage) {
	key := id.New()
	p := s.person(morgan)
	s.db.Must(s.t, func(ctx context.Context, tx store.Tx) error {
		e := storetest.Entry(p, s.manager, storetest.Today, "She rang.")
		if err := tx.AddEntryVersion(ctx, e); err != nil {
			return err
		}
		return tx.AddNotice(ctx, store.Notice{ID: key, Worker: s.adviser.ID, Person: p, Entry: e.ID, Kind: "entry-recorded", At: date.At(storetest.Start)})
	})
	s.values["{notice}"] = key
}

// attach puts a file on Morgan's record.
func attach(s *stage) {
	s.values["{file}"] = string(s.keep(s.person(morgan), "participation", "A letter", "the words of the letter"))
}

// photograph is the same with a photograph.
func photograph(s *stage) {
	s.values["{file}"] = string(s.keepAs(s.person(morgan), "participation", "By the river", string(mediatest.PNG(s.t)), "image/png"))
}

// keep puts a file of a service on a record.
func (w *world) keep(p person.ID, service, title, content string) media.ID {
	w.t.Helper()
	return w.keepAs(p, service, title, content, "application/pdf")
}

func (w *world) keepAs(p person.ID, service, title, content, mediaType string) media.ID {
	w.t.Helper()
	f := media.File{
		ID: media.ID(id.New()), Person: p, Service: service, Title: title, Kind: media.Document, Type: "pdf", TypeTitle: "PDF",
		MediaType: mediaType, Extension: "pdf", Size: int64(len(content)), SHA256: make([]byte, 32), Blob: string(blob.NewKey()),
		Author: w.adviser.ID, AuthorName: w.adviser.Name(), AuthorRole: "Personal adviser", Recorded: date.Stamp{By: storetest.By},
	}
	if err := w.blobs.PutIfAbsent(w.t.Context(), blob.Key(f.Blob), strings.NewReader(content)); err != nil {
		w.t.Fatal(err)
	}
	w.db.Must(w.t, func(ctx context.Context, tx store.Tx) error { return tx.AddFile(ctx, f) })
	return f.ID
}

// --- Trying the table --------------------------------------------------------

func newStage(t *testing.T) *stage {
	s := &stage{world: newWorld(t), values: map[string]string{"{$}": "", "{notice}": id.New(), "{file}": id.New(), "{note}": id.New(), "{entry}": id.New(), "{correction}": id.New(), "{held}": id.New(), "{connection}": id.New()}, people: map[string]staff.Worker{}}
	s.values["{ref}"] = s.ref.String()
	s.values["{worker}"] = string(s.adviser.ID)
	s.values["{case}"] = strings.Join(s.strings("SELECT id FROM episode"), "")
	s.values["{assignment}"] = strings.Join(s.strings("SELECT id FROM assignment WHERE worker_id = '"+string(s.adviser.ID)+"'"), "")
	draft := s.as(s.adviser).startDraft(s.ref)
	s.values["{draft}"] = draft[strings.LastIndex(draft, "/")+1:]
	s.people["adviser"], s.people["manager"], s.people["outsider"] = s.adviser, s.manager, s.outsider
	return s
}

// browser is one in which who is signed in.
func (s *stage) browserOf(who string) *browser {
	s.t.Helper()
	if who == "nobody" {
		return s.world.browser()
	}
	if _, there := s.people[who]; who == "elsewhere" && !there {
		s.people[who] = s.elsewhere()
	}
	if _, there := s.people[who]; who == "adviser-two" && !there { // a colleague in the same team
		s.people[who] = s.worker("Aidan", "Adviser", "", staff.Contact{}, held{"adviser", s.north})
	}
	if _, there := s.people[who]; who == "social" && !there {
		s.social = s.db.Team(s.t, "social-care")
		s.people[who] = s.worker("Sol", "Social", "Social worker", staff.Contact{}, held{"social-worker", s.social})
	}
	m, ok := s.people[who]
	if !ok {
		if _, ok := s.set.Role(access.Role(who)); !ok {
			s.t.Fatalf("nobody is called %q, and no role", who)
		}
		m = s.worker("Zz"+strings.ReplaceAll(who, "-", ""), "Role", "Worker", staff.Contact{}, held{access.Role(who), s.north})
		s.people[who] = m
	}
	return s.as(m)
}

func (s *stage) ask(pattern string, r row) answer {
	s.t.Helper()
	b := s.browserOf(r.who)
	if r.prepare != nil {
		r.prepare(s)
	}
	s.before = s.rows()
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		method, path = "GET", "/no/such/page"
	}
	for name, value := range s.values {
		path = strings.ReplaceAll(path, name, value)
	}
	if strings.Contains(path, "{") {
		s.t.Fatalf("%s: the row does not say what to put in: %s", pattern, path)
	}
	if s.form != nil {
		r.form = url.Values{}
		maps.Copy(r.form, s.form)
		maps.Copy(r.form, s.extra)
	}
	switch {
	case r.kind == "file":
		return b.do(upload(s.t, path))
	case method == "POST":
		return b.post(path, r.form)
	}
	return b.get(path)
}

// upload sends a small file.
func upload(t *testing.T, path string) *http.Request {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{"file-id": id.New(), "title": "A letter"} {
		if err := form.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("file", "letter.pdf")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), "POST", path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// rows is what each table holds, but for what looking itself leaves: footprints,
// sessions, and when the store was last written to.
func (s *stage) rows() map[string]string {
	s.t.Helper()
	if s.count == "" {
		var counts []string
		for _, name := range s.strings("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'") {
			switch name {
			case "footprint", "footprint_detail", "store_clock", "session", "sqlite_sequence":
				continue
			}
			counts = append(counts, "SELECT '"+name+" ' || count(*) FROM "+name)
		}
		s.count = strings.Join(counts, " UNION ALL ")
	}
	held := map[string]string{}
	for _, line := range s.strings(s.count) {
		name, count, _ := strings.Cut(line, " ")
		held[name] = count
	}
	held["drafts"] = strings.Join(s.strings("SELECT id || ' ' || rev || ' ' || fields FROM draft ORDER BY id"), "\n")
	held["notices"] = strings.Join(s.strings("SELECT id || ' ' || seen_us FROM notice ORDER BY id"), "\n")
	return held
}

func (s *stage) strings(query string) []string {
	s.t.Helper()
	rows, err := s.db.Raw.QueryContext(s.t.Context(), query)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			s.t.Fatal(err)
		}
		all = append(all, v)
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	return all
}

func changes(before, after map[string]string) []string {
	var all []string
	for name, was := range before {
		if after[name] != was {
			all = append(all, name)
		}
	}
	return all
}

// Every route gives what it gives to those that the table names, and withholds
// it from the others; a route without its rows fails.
func TestEveryRouteAllowedAndWithheld(t *testing.T) {
	still := newStage(t) // in which nothing is prepared and nothing done
	patterns := still.server.Patterns()
	for pattern := range table {
		if !slices.Contains(patterns, pattern) {
			t.Errorf("%s has rows and is no route", pattern)
		}
	}
	for _, pattern := range patterns {
		rows, ok := table[pattern]
		switch {
		case !ok:
			t.Errorf("%s has no rows in the table: say who may come and who may not", pattern)
			continue
		case rows.open != "":
			if !slices.Contains(public, pattern) {
				t.Errorf("%s: the table says that anybody may come, and TestRoutesNeedASession that they may not", pattern)
			}
			continue
		case len(rows.allowed) == 0 || len(rows.withheld) == 0:
			t.Errorf("%s: a route needs somebody who may come and somebody who may not", pattern)
		}
		t.Run(strings.ReplaceAll(pattern, "/", "|"), func(t *testing.T) {
			try := func(i int, r row, s *stage) {
				t.Helper()
				a := s.ask(pattern, r)
				if a.status != r.status {
					t.Errorf("row %d, %s: status %d, want %d\n%s", i, r.who, a.status, r.status, a.words())
				}
				after := s.rows()
				if shared := s == still; (shared || i >= len(rows.allowed)) && !maps.Equal(s.before, after) {
					t.Errorf("row %d, %s: only looked, or withheld, and yet something was changed: %v", i, r.who, changes(s.before, after))
				}
				if i < len(rows.allowed) {
					return
				}
				if strings.Contains(a.body, "Ashdown") || strings.Contains(a.body, "We spoke") && r.status != gone {
					t.Errorf("row %d, %s: the answer names the child", i, r.who)
				}
			}
			// What prepares nothing and changes nothing is tried in the one world.
			var alone []int
			all := slices.Concat(rows.allowed, rows.withheld)
			for i, r := range all {
				if r.prepare != nil || i < len(rows.allowed) && !strings.HasPrefix(pattern, "GET ") {
					alone = append(alone, i)
					continue
				}
				still.t = t
				try(i, r, still)
			}
			t.Parallel()
			for _, i := range alone {
				try(i, all[i], newStage(t))
			}
		})
	}
	clause.Shows(t, "KF-04", "CR-31", "KF-08")
}
