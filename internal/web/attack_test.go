package web_test

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"casefile/internal/casework"
	"casefile/internal/clause"
	"casefile/internal/id"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/staff"
	"casefile/internal/store"
	"casefile/internal/store/storetest"
)

// These are the attacks of docs/threat-model.md that no other test tries.

// script is what somebody types who wants it to run in another's browser. It
// says of which field it is, and where it became more than text there is an
// element or an attribute of a name that nothing else has.
func script(field string) string {
	return `x"'><xmark onxmark=1></textarea></script><xmark> F-` + field + `-`
}

// became lists what of a page came of a script that was stored.
func became(a answer) []string {
	var found []string
	for n := range a.root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if strings.HasPrefix(n.Data, "xmark") {
			found = append(found, "<"+n.Data+">")
		}
		for _, at := range n.Attr {
			value := strings.ToLower(strings.TrimSpace(at.Val))
			if strings.HasPrefix(at.Key, "onxmark") || strings.HasPrefix(at.Key, "on") || strings.HasPrefix(value, "javascript:") {
				found = append(found, n.Data+" "+at.Key)
			}
		}
	}
	return found
}

func TestBecameFindsAScript(t *testing.T) {
	for _, bad := range []string{`<p><xmark>x</p>`, `<p onxmark="1">`, `<a href=" javascript:xmark()">x</a>`} {
		root, err := html.Parse(strings.NewReader(bad))
		if err != nil {
			t.Fatal(err)
		}
		if len(became(answer{t: t, root: root})) == 0 {
			t.Errorf("%s is not noticed", bad)
		}
	}
}

// A script is put into every text field that exists, through the pages where
// there are any, and every page is looked at by everybody who has it.
func TestStoredScriptIsText(t *testing.T) {
	s := newStage(t)
	w := s.world
	typed := map[string]bool{}
	x := func(field string) string {
		typed[field] = true
		return script(field)
	}
	// Names of workers and teams, and what is known of a child.
	marked := w.worker("Zoe", x("worker-family"), x("worker-job"), staff.Contact{}, held{"adviser", w.north})
	refs, err := w.casework.MakeFiles(t.Context(), "test", []casework.NewFile{{
		New: person.New{
			Names:           []person.Name{{Kind: person.Legal, Given: x("given"), Family: x("family")}, {Kind: person.KnownAs, Given: x("known-as"), Family: "Y"}},
			Addresses:       []person.Address{{Line1: x("line1"), Line2: x("line2"), Town: x("town"), Postcode: "ZX1 <xmark>"}},
			Contacts:        []person.Contact{{Kind: person.Phone, Value: x("phone")}, {Kind: person.Email, Value: x("email")}},
			Characteristics: []person.Characteristic{{Kind: "gender", Code: "F", Note: x("characteristic-note")}},
		},
		Episodes: []casework.NewEpisode{{Service: "participation", Team: w.north.ID, Workers: []staff.ID{w.adviser.ID, marked.ID}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	ref := refs[0]
	p := w.person(ref)
	file := "/children/" + ref.String()
	b, m := w.as(w.adviser), w.as(w.manager)

	// What is typed on pages.
	took := func(what string, a answer) answer {
		t.Helper()
		if a.status != http.StatusSeeOther {
			t.Fatalf("%s was not taken: status %d\n%s", what, a.status, a.words())
		}
		return a
	}
	took("contact details", b.post("/workers/me", url.Values{"version": {"1"}, "telephone": {"0" + x("telephone")}, "base": {x("base")}, "note": {x("contact-note")}}))
	draft := b.startDraft(ref)
	form := contact("1", x("entry-text"))
	form.Set("with-whom", x("with-whom"))
	form.Set("reason", x("entry-reason"))
	form.Set("follow-up", x("follow-up"))
	took("an entry", b.post(draft, form))
	kept := b.startDraft(ref)
	took("a draft", b.post(kept+"/save", contact("1", x("draft-text"))))
	w.keep(p, "participation", x("file-title"), "content")
	erin := w.as(w.elsewhere())
	took("a reason", erin.post(file+"/reason", url.Values{"note": {id.New()}, "purpose": {"support"}, "support-issue": {x("reason-answer")}}))
	for field, professional := range map[string]person.Professional{
		"professional": {Agency: x("agency"), Name: x("professional-name"), JobTitle: x("professional-job"), Telephone: x("professional-telephone"), Email: x("professional-email"), Address: x("professional-address"), Note: x("professional-note")},
	} {
		w.lay(p, func(ctx context.Context, tx store.Tx, p person.ID) error {
			professional.ID, professional.Clocks = id.New(), storetest.Clocks(storetest.Today.AddDays(-3))
			s.values["{"+field+"}"] = professional.ID
			return tx.AddProfessional(ctx, p, professional)
		})
	}
	took("a connection", w.as(marked).post("/workers/me/connections", url.Values{"reference": {ref.String()}, "nature": {x("nature")}, "do": {"declare"}}))
	w.db.Must(t, func(ctx context.Context, tx store.Tx) error {
		r := right.Restriction{ID: id.New(), Person: p, Reason: x("restriction-reason"), Paper: x("restriction-paper"), Clocks: storetest.Clocks(storetest.Today)}
		if err := tx.AddRestriction(ctx, r); err != nil {
			return err
		}
		for _, named := range []staff.ID{w.adviser.ID, w.manager.ID} {
			if err := tx.AddNamed(ctx, right.Named{ID: id.New(), Restriction: r.ID, Worker: named, Clocks: r.Clocks}); err != nil {
				return err
			}
		}
		return tx.AddAbsence(ctx, staff.Absence{ID: id.New(), Worker: w.adviser.ID, Note: x("absence-note"), Clocks: storetest.Clocks(storetest.Today)})
	})

	s.values["{ref}"], s.values["{draft}"] = ref.String(), kept[strings.LastIndex(kept, "/")+1:]
	s.values["{case}"] = strings.Join(s.strings("SELECT id FROM episode WHERE person_id = '"+string(p)+"'"), "")
	seen, fields := map[string]bool{}, map[string]bool{}
	look := func(who, where string, a answer) {
		t.Helper()
		if found := became(a); len(found) > 0 {
			t.Errorf("%s for %s: what was typed became %v", where, who, found)
		}
		if a.status >= 500 {
			t.Errorf("%s for %s: status %d", where, who, a.status)
		}
		for _, n := range a.all(0) {
			if name := attr(n, "name"); name != "" && (n.DataAtom == atom.Input || n.DataAtom == atom.Textarea || n.DataAtom == atom.Select) {
				fields[name] = true
			}
		}
		for field := range typed {
			if strings.Contains(rawText(a.root), "F-"+field+"-") || strings.Contains(html.UnescapeString(a.body), "F-"+field+"-") {
				seen[field] = true
			}
		}
	}
	for who, viewer := range map[string]*browser{"the adviser": b, "the manager": m, "another": w.as(marked)} {
		for _, pattern := range w.server.Patterns() {
			method, path, _ := strings.Cut(pattern, " ")
			if method != "GET" || strings.HasPrefix(path, "/static") || strings.Contains(path, "provider") {
				continue
			}
			for name, value := range s.values {
				path = strings.ReplaceAll(path, name, value)
			}
			look(who, pattern, viewer.get(path))
		}
		look(who, "search", viewer.post("/find", url.Values{"q": {script("search")}}))
		look(who, "search that finds", viewer.post("/find", url.Values{"q": {ref.String()}}))
		look(who, "workers", viewer.post("/workers", url.Values{"words": {script("words")}}))
		look(who, "explain", viewer.post("/rights/explain", url.Values{"words": {"Zoe"}, "reference": {ref.String()}, "part": {"timeline"}}))
	}
	// Every form gives back what it did not take.
	for _, pattern := range w.server.Patterns() {
		method, path, _ := strings.Cut(pattern, " ")
		if method != "POST" || strings.HasPrefix(path, "/sign-out") || strings.HasSuffix(path, "/add") && strings.Contains(path, "files") {
			continue
		}
		for name, value := range s.values {
			path = strings.ReplaceAll(path, name, value)
		}
		every := url.Values{}
		for field := range fields {
			every.Set(field, script("form-"+field))
		}
		every.Set("rev", "1")
		every.Set("version", "1")
		for _, viewer := range []*browser{w.as(w.adviser), w.as(w.manager)} {
			look("a form", pattern, viewer.post(path, every))
		}
	}
	for _, field := range slices.Sorted(maps.Keys(typed)) {
		if !seen[field] {
			t.Errorf("no page shows the field %s, so nothing is shown of it", field)
		}
	}
	clause.Shows(t, "CR-40")
}

// Fields that a form does not have change nothing: not who wrote, not for which
// service, not when, not what role somebody acts in.
func TestFieldsOfNoForm(t *testing.T) {
	extra := url.Values{}
	for _, name := range []string{
		"id", "ID", "author", "author_id", "author_name", "author_role", "Author", "service", "Service", "team_id", "person", "person_id", "child", "children",
		"superseded_seq", "superseded_by", "recorded_by", "recorded_at", "recorded_seq", "written", "definition", "type_title", "admin", "is_admin",
		"ground", "outcome", "until", "until_us", "expires", "act_as", "acting", "assignment_id", "blob", "must_change", "disabled", "Version", "Rev", "lapses",
	} {
		extra.Set(name, "11111111-1111-7111-8111-111111111111")
	}
	for pattern, rows := range table {
		method, _, _ := strings.Cut(pattern, " ")
		if method != "POST" || rows.open != "" || strings.Contains(pattern, "files/add") { // whose parts are read one by one, by name
			continue
		}
		t.Run(strings.ReplaceAll(pattern, "/", "|"), func(t *testing.T) {
			t.Parallel()
			r := rows.allowed[0]
			plain, stuffed := newStage(t), newStage(t)
			a := plain.ask(pattern, r)
			more := url.Values{}
			maps.Copy(more, r.form)
			maps.Copy(more, extra)
			r.form, stuffed.extra = more, extra
			b := stuffed.ask(pattern, r)
			if a.status != b.status {
				t.Errorf("with fields of no form: status %d, without %d", b.status, a.status)
			}
			other := stuffed.dump()
			for name, rows := range plain.dump() {
				if other[name] != rows {
					t.Errorf("%s differs:\n%s\nwithout:\n%s", name, other[name], rows)
				}
			}
		})
	}
}

var (
	anyKey  = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anyTime = regexp.MustCompile(`\b1[0-9]{15}\b`)
	anyRef  = regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{8}\b`)
)

// dump is every row of every table that says something, with keys by whose they
// are: two stages on which the same was done dump the same.
func (s *stage) dump() map[string]string {
	s.t.Helper()
	known := map[string]string{string(s.person(morgan)): "MORGAN"}
	for who, m := range s.people {
		known[string(m.ID)] = strings.ToUpper(who)
	}
	all := map[string]string{}
	for _, name := range []string{
		"worker", "assignment", "allocation", "episode", "person_name", "person_birth", "person_address", "entry", "entry_version", "entry_child", "draft",
		"notice", "file", "restriction", "restriction_named", "connection", "training", "absence", "file_grant", "stated_reason", "professional", "rights_step", "correction", "moved", "footprint",
	} {
		columns := s.strings(`SELECT 'COALESCE(CAST(' || name || ' AS text), '''')' FROM pragma_table_info('` + name + `')
			WHERE name NOT LIKE '%hash%' AND name NOT LIKE '%_seq' AND name NOT IN ('number', 'blob_key')`)
		var lines []string
		for _, line := range s.strings("SELECT " + strings.Join(columns, " || '|' || ") + " FROM " + name) {
			line = anyKey.ReplaceAllStringFunc(line, func(key string) string {
				if who, ok := known[key]; ok {
					return who
				}
				return "KEY"
			})
			lines = append(lines, anyRef.ReplaceAllString(anyTime.ReplaceAllString(line, "TIME"), "REF"))
		}
		slices.Sort(lines)
		all[name] = strings.Join(lines, "\n")
	}
	return all
}

// What is in an address, a query or a form is data to the database, whatever
// signs it holds.
func TestSignsThatMeanSomethingElsewhere(t *testing.T) {
	s := newStage(t)
	b := s.as(s.outsider)
	before := s.rows()
	for _, bad := range []string{
		`' OR 1=1 --`, `"; DROP TABLE person; --`, `%' OR '1'='1`, "\x00", `$1`, `../../keys.json`, `{{7*7}}`, "\xff\xfe",
		strings.Repeat("'", 300), `-1 UNION SELECT given FROM person_name`,
	} {
		for _, pattern := range s.server.Patterns() {
			method, path, _ := strings.Cut(pattern, " ")
			if slices.Contains(public, pattern) || strings.Contains(path, "provider") || path == "/password" || path == "/role" || path == "/" || path == "" {
				continue
			}
			for name := range s.values {
				path = strings.ReplaceAll(path, name, url.PathEscape(bad))
			}
			form := url.Values{}
			for _, field := range []string{"q", "words", "reference", "before", "from", "again", "next", "rev", "version", "type", "note", "purpose", "hash", "worker", "seen", "part", "role", "team", "show", "sort"} {
				form.Set(field, bad)
			}
			var a answer
			if method == "POST" {
				a = b.post(path, form)
			} else {
				a = b.get(path + "?" + form.Encode())
			}
			if a.status >= 500 || strings.Contains(a.body, "Ashdown") || strings.Contains(a.body, "SQL") {
				t.Errorf("%s with %q: status %d", pattern, bad, a.status)
			}
		}
	}
	if after := s.rows(); !maps.Equal(before, after) {
		t.Errorf("something was changed: %v", changes(before, after))
	}
}

// Guessed references open nothing, and say nothing by how they fail: one that is
// well made, one that is not, and one of a child who is there but not theirs.
func TestGuessedReferences(t *testing.T) {
	w := newWorld(t)
	b := w.as(w.outsider)
	want := b.get("/children/" + w.ref.String())
	if want.status != http.StatusNotFound {
		t.Fatalf("a child of others: status %d", want.status)
	}
	seen := map[id.Reference]bool{w.ref: true}
	for n := range 200 {
		ref := id.NewReference()
		if seen[ref] {
			t.Fatalf("reference %d was drawn before", n)
		}
		seen[ref] = true
		if got := b.get("/children/" + ref.String()); got.status != want.status || got.body != want.body {
			t.Fatalf("guess %s: status %d", ref, got.status)
		}
	}
	// One sign changed is nobody's reference: never Morgan's.
	adviser := w.as(w.adviser)
	for i := range string(w.ref) {
		for _, sign := range "07GZ" {
			guess := string(w.ref)[:i] + string(sign) + string(w.ref)[i+1:]
			if guess != string(w.ref) && adviser.get("/children/"+guess).status != http.StatusNotFound {
				t.Errorf("%s opens something", guess)
			}
		}
	}
}

// What somebody may not do any more they cannot do in a browser in which they
// could a moment ago.
func TestStaleRights(t *testing.T) {
	for name, take := range map[string]func(*stage){"role": leave, "restriction": restrict, "connection": connect, "training": untrain} {
		s := newStage(t)
		b := s.as(s.adviser)
		file := "/children/" + s.ref.String()
		b.get(file + "/timeline").wantStatus(http.StatusOK)
		take(s)
		for _, path := range []string{file, file + "/timeline", file + "/files", file + "/record", file + "/drafts/" + s.values["{draft}"]} {
			if a := b.get(path); a.status == http.StatusOK || strings.Contains(a.body, "Ashdown") {
				t.Errorf("%s gone: %s answers %d", name, path, a.status)
			}
		}
		if a := b.post(file+"/drafts/"+s.values["{draft}"], contact("1", "Typed before.")); a.status == http.StatusSeeOther {
			t.Errorf("%s gone: what they wrote was recorded", name)
		}
		if strings.Contains(b.get("/work").body, "Ashdown") || len(b.post("/find", url.Values{"q": {"Ashdown"}}).all(atom.A, "href", file)) > 0 {
			t.Errorf("%s gone: a list still names the child", name)
		}
	}
	clause.Shows(t, "KF-04", "KF-08")
}
