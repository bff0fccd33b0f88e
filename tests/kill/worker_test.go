package kill

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/net/html"

	"casefile/internal/date"
	"casefile/internal/id"
	"casefile/internal/population"
)

// A child is one of the demo's.
type child struct{ id, ref string }

// A worker is one of the demo's, at a browser.
type worker struct {
	key    string // at the door
	id     string // in the record
	kind   string // of entry
	family []string
	cases  []child

	base   string
	client *http.Client
	l      *ledger
	// patience is how long an answer that the records cannot be reached is
	// borne, by sending the same again; without it such an answer is a failure.
	patience time.Duration
	refused  *atomic.Int64 // such answers, from all of the worker's windows
}

// errGone says that the program was gone before it answered. The answer of one
// that was killed is lost; nothing is known of what it did.
var errGone = errors.New("no answer")

// crew reads who of some roles stands at the demo's door and with whom they work, from a
// database that no program is using.
func crew(db *sql.DB, l *ledger, roles ...string) ([]*worker, error) {
	tx, err := db.BeginTx(context.Background(), nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() //nolint:errcheck // a read has nothing to lose
	authority := population.New(1, children, date.At(time.Now()).Date())
	var list []*worker
	for _, role := range roles {
		i := slices.IndexFunc(authority.Workers, func(w population.Worker) bool { return w.Demo && string(w.Role) == role })
		if i < 0 {
			return nil, fmt.Errorf("nobody at the demo's door is a %s", role)
		}
		p := authority.Workers[i]
		jar, err := cookiejar.New(nil)
		if err != nil {
			return nil, err
		}
		w := &worker{key: p.Key, l: l, refused: new(atomic.Int64)}
		w.client = &http.Client{
			Jar: jar, Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 16},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
		if err := tx.QueryRow("SELECT worker_id FROM account WHERE login = $1", p.Login).Scan(&w.id); err != nil {
			return nil, err
		}
		refs, err := texts(tx, `
			SELECT DISTINCT p.id || ' ' || p.reference FROM person p JOIN episode e ON e.person_id = p.id
			WHERE e.service = $1 AND e.to_day = '' AND e.superseded_seq = 0`, p.Service)
		if err != nil {
			return nil, err
		}
		slices.Sort(refs)
		for _, line := range refs {
			person, ref, _ := strings.Cut(line, " ")
			w.cases = append(w.cases, child{person, id.Reference(ref).String()})
		}
		if w.family, err = texts(tx, "SELECT DISTINCT family FROM person_name"); err != nil {
			return nil, err
		}
		slices.Sort(w.family)
		if len(w.cases) == 0 {
			return nil, fmt.Errorf("nobody works with worker %s", p.Key)
		}
		list = append(list, w)
	}
	return list, nil
}

// An answer is what came back.
type answer struct {
	status int
	to     string // where it leads
	body   string
}

func (w *worker) do(method, path string, form url.Values, script bool) (answer, error) {
	for begin := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		req, err := http.NewRequest(method, w.base+path, strings.NewReader(form.Encode()))
		if err != nil {
			return answer{}, err
		}
		if form != nil {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		if script {
			req.Header.Set("Accept", "application/json")
		}
		res, err := w.client.Do(req)
		if err != nil {
			return answer{}, fmt.Errorf("%w: %w", errGone, err)
		}
		body, err := io.ReadAll(res.Body)
		if err := errors.Join(err, res.Body.Close()); err != nil {
			return answer{}, fmt.Errorf("%w: %w", errGone, err)
		}
		a := answer{res.StatusCode, res.Header.Get("Location"), string(body)}
		if a.status != http.StatusServiceUnavailable || w.patience == 0 {
			return a, nil
		}
		w.refused.Add(1)
		if err := honest(a, form, script); err != nil {
			return a, fmt.Errorf("%s %s: %w", method, pattern(path), err)
		}
		if time.Since(begin) > w.patience {
			return a, fmt.Errorf("%s %s: the records could not be reached for %v", method, pattern(path), w.patience)
		}
	}
}

// honest checks that an answer says that it was not done, and that what was
// typed is still there.
func honest(a answer, form url.Values, script bool) error {
	if script {
		if strings.TrimSpace(a.body) != "{}" {
			return errors.New("a script was told more than that it failed")
		}
		return nil
	}
	if !strings.Contains(a.body, "Nothing that was saved is lost, and nothing was half done.") {
		return errors.New("the page does not say what became of what was sent")
	}
	if text := form.Get("text"); text != "" {
		doc, err := html.Parse(strings.NewReader(a.body))
		if err != nil {
			return err
		}
		if fields(doc)["text"] != text {
			return errors.New("what was typed is not in the form again")
		}
	}
	return nil
}

var (
	draftPath = regexp.MustCompile(`^/children/([^/]+)/drafts/([0-9a-f-]{36})$`)
	linkPath  = regexp.MustCompile(`href="/children/([^/"]+)`)
	ids       = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)
	anchors   = regexp.MustCompile(`id="entry-([0-9a-f-]{36})"`)
)

// pattern is a path without what it names, for messages.
func pattern(path string) string { return ids.ReplaceAllString(path, "ID") }

func (a answer) want(status int, what string) error {
	if a.status == status {
		return nil
	}
	said := a.body
	if doc, err := html.Parse(strings.NewReader(a.body)); err == nil {
		said = words(doc)
	}
	return fmt.Errorf("%s: status %d, want %d: %.600s", what, a.status, status, said)
}

// words is the text of a page's main part.
func words(n *html.Node) string {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == "main" {
			n = d
			break
		}
	}
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// fields are the values of a page's form: those typed and those chosen first.
func fields(doc *html.Node) map[string]string {
	got := map[string]string{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "input" && n.Data != "textarea" {
			continue
		}
		at := map[string]string{}
		for _, a := range n.Attr {
			at[a.Key] = a.Val
		}
		if _, ok := got[at["name"]]; ok || at["name"] == "" {
			continue
		}
		got[at["name"]] = at["value"]
		if n.Data == "textarea" && n.FirstChild != nil {
			got[at["name"]] = n.FirstChild.Data
		}
	}
	return got
}

// get shows a page and enters its looks in the ledger once all of it is there.
func (w *worker) get(path string, looks ...look) (string, error) {
	a, err := w.do("GET", path, nil, false)
	if err != nil {
		return "", err
	}
	if err := a.want(200, "GET "+pattern(path)); err != nil {
		return "", err
	}
	w.l.show(looks...)
	return a.body, nil
}

func (w *worker) look(action, part string, c child) look { return look{w.id, action, part, c.id} }

// shown are the looks of a list: the list itself and each person on it.
func (w *worker) shown(body string) []look {
	looks := []look{{w.id, "find", "identity", ""}}
	on := map[string]bool{}
	for _, m := range linkPath.FindAllStringSubmatch(body, -1) {
		if on[m[1]] {
			continue
		}
		on[m[1]] = true
		for _, c := range w.cases {
			if c.ref == m[1] {
				looks = append(looks, w.look("find", "identity", c))
			}
		}
	}
	return looks
}

// signIn comes in through the demo's door and reads the forms that the workload
// fills in.
func (w *worker) signIn() error {
	a, err := w.do("POST", "/demo", url.Values{"worker": {w.key}}, false)
	if err == nil {
		err = a.want(303, "sign in")
	}
	if err != nil {
		return err
	}
	body, err := w.get("/children/"+w.cases[0].ref+"/record", w.look("record", "timeline", w.cases[0]))
	if err != nil {
		return err
	}
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return err
	}
	w.kind = fields(doc)["type"]
	return nil
}

// write begins drafts, saves them as somebody types, and records most.
func (w *worker) write(r *rand.Rand) error {
	for {
		c := w.cases[r.IntN(len(w.cases))]
		var a answer
		for { // each asking may make a draft of its own, so it is counted by itself
			w.l.starting(w.id)
			var err error
			if a, err = w.once("/children/"+c.ref+"/record", url.Values{"type": {w.kind}}); err != nil {
				return err
			}
			if a.status != http.StatusServiceUnavailable || w.patience == 0 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if err := a.want(303, "start a draft"); err != nil {
			return err
		}
		m := draftPath.FindStringSubmatch(a.to)
		if m == nil || m[1] != c.ref {
			return fmt.Errorf("a draft was started at %q", pattern(a.to))
		}
		d := w.l.started(w.id, c, m[2])
		if err := w.writeDraft(r, d, a.to, r.IntN(4) > 0); err != nil {
			return err
		}
	}
}

// once sends a form one time, whatever the answer.
func (w *worker) once(path string, form url.Values) (answer, error) {
	patience := w.patience
	w.patience = 0
	a, err := w.do("POST", path, form, false)
	w.patience = patience
	if err == nil && a.status == http.StatusServiceUnavailable && patience > 0 {
		w.refused.Add(1)
		err = honest(a, form, false)
	}
	return a, err
}

// writeDraft fills a draft in, sentence by sentence, and records it or leaves it
// for later.
func (w *worker) writeDraft(r *rand.Rand, d *draft, path string, record bool) error {
	body, err := w.get(path, w.look("record", "timeline", d.child))
	if err != nil {
		return err
	}
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return err
	}
	f := fields(doc)
	rev, err := strconv.Atoi(f["rev"])
	if err != nil {
		return fmt.Errorf("the page of a draft has no number: %w", err)
	}
	delete(f, "rev")
	for _, name := range []string{"significant", "sensitive"} { // boxes not ticked
		delete(f, name)
	}
	for _, name := range []string{"with-whom", "reason"} { // asked of some kinds of entry
		if _, asked := f[name]; asked {
			f[name] = "An invented aunt"
		}
	}
	maps.DeleteFunc(f, func(_, v string) bool { return v == "" })
	for i := range 1 + r.IntN(4) {
		f["text"] += fmt.Sprintf("Sentence %d of an invented conversation in draft %s, with number %d. ", i+1, d.id, r.IntN(1e9)) + strings.Repeat("More words. ", r.IntN(40))
		w.l.saving(d, f)
		a, err := w.do("POST", path+"/autosave", form(f, rev), true)
		if err == nil {
			err = a.want(200, "save a draft")
		}
		if err != nil {
			return err
		}
		var told struct {
			Rev int `json:"rev"`
		}
		if err := json.Unmarshal([]byte(a.body), &told); err != nil || told.Rev != rev+1 {
			return fmt.Errorf("saved number %d, and was told %q (%v)", rev, a.body, err)
		}
		rev = told.Rev
		w.l.saved(d)
	}
	if !record {
		return nil
	}
	f["text"] = strings.TrimSpace(f["text"])
	w.l.recording(d, f)
	a, err := w.do("POST", path, form(f, rev), false)
	if err == nil {
		err = a.want(303, "record")
	}
	if err != nil {
		return err
	}
	if want := "/children/" + d.child.ref + "/timeline#entry-" + d.id; a.to != want {
		return fmt.Errorf("recorded, and led to %q", pattern(a.to))
	}
	w.l.recorded(d)
	return nil
}

func form(f map[string]string, rev int) url.Values {
	v := url.Values{"rev": {strconv.Itoa(rev)}}
	for name, value := range f {
		v.Set(name, value)
	}
	return v
}

// tell keeps the worker's own contact details current.
func (w *worker) tell(r *rand.Rand) error {
	body, err := w.get("/workers/me")
	if err != nil {
		return err
	}
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return err
	}
	f := fields(doc)
	version, err := strconv.Atoi(f["version"])
	if err != nil {
		return fmt.Errorf("the page of contact details has no version: %w", err)
	}
	for ; ; version++ {
		v := url.Values{"version": {strconv.Itoa(version)}, "note": {fmt.Sprintf("Desk %d", r.IntN(1e9))}}
		for _, name := range []string{"telephone", "mobile", "email", "base"} {
			v.Set(name, f[name])
		}
		w.l.telling(w.id, v.Get("note"))
		a, err := w.do("POST", "/workers/me", v, false)
		if err == nil {
			err = a.want(303, "save contact details")
		}
		if err != nil {
			return err
		}
		w.l.told(w.id)
	}
}

// browse opens files, lists and searches.
func (w *worker) browse(r *rand.Rand) error {
	for {
		c := w.cases[r.IntN(len(w.cases))]
		var err error
		switch r.IntN(4) {
		case 0:
			_, err = w.get("/children/"+c.ref, w.look("look", "identity", c))
		case 1:
			_, err = w.get("/children/"+c.ref+"/timeline", w.look("look", "timeline", c))
		case 2:
			var body string
			if body, err = w.get("/work"); err == nil {
				w.l.show(w.shown(body)...)
			}
		default:
			var a answer
			if a, err = w.do("POST", "/find", url.Values{"q": {w.family[r.IntN(len(w.family))]}}, false); err == nil {
				err = a.want(200, "find")
			}
			if err == nil {
				w.l.show(w.shown(a.body)...)
			}
		}
		if err != nil {
			return err
		}
	}
}

// another is the same worker at a further window of the same browser.
func (w *worker) another() *worker {
	v := *w
	return &v
}

// review checks through the pages what the ledger says must be there: each
// draft with its text, each entry once in its timeline.
func (w *worker) review() error {
	body, err := w.get("/work") // still signed in: that was acknowledged too
	if err != nil {
		return err
	}
	w.l.show(w.shown(body)...)
	w.l.mu.Lock()
	var mine []*draft
	for _, d := range w.l.drafts {
		if d.worker == w.id {
			mine = append(mine, d)
		}
	}
	w.l.mu.Unlock()
	timelines := map[string]map[string]int{}
	for _, d := range mine {
		if timelines[d.child.ref] == nil {
			if timelines[d.child.ref], err = w.timeline(d.child); err != nil {
				return err
			}
		}
		switch n := timelines[d.child.ref][d.id]; {
		case d.recorded && n != 1:
			return fmt.Errorf("entry %s: %d times on the timeline's pages, want once", d.id, n)
		case n == 0:
			if !strings.Contains(body, "/drafts/"+d.id) {
				return fmt.Errorf("draft %s: not in my work", d.id)
			}
			if err := w.reviewDraft(d); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *worker) reviewDraft(d *draft) error {
	body, err := w.get("/children/"+d.child.ref+"/drafts/"+d.id, w.look("record", "timeline", d.child))
	if err != nil {
		return err
	}
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return err
	}
	text := fields(doc)["text"]
	for i := d.acked; i < len(d.sent); i++ {
		if d.sent[i]["text"] == text {
			return nil
		}
	}
	return fmt.Errorf("draft %s: its page has neither the text last acknowledged nor one sent later", d.id)
}

// timeline counts the entries on all the pages of a child's timeline.
func (w *worker) timeline(c child) (map[string]int, error) {
	found := map[string]int{}
	path := "/children/" + c.ref + "/timeline"
	for next := ""; ; {
		body, err := w.get(path+next, w.look("look", "timeline", c))
		if err != nil {
			return nil, err
		}
		for _, m := range anchors.FindAllStringSubmatch(body, -1) {
			found[m[1]]++
		}
		doc, err := html.Parse(strings.NewReader(body))
		if err != nil {
			return nil, err
		}
		if next = older(doc); next == "" {
			return found, nil
		}
	}
}

// older is where the link to older entries leads.
func older(doc *html.Node) string {
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "a" {
			continue
		}
		rel, href := "", ""
		for _, a := range n.Attr {
			switch a.Key {
			case "rel":
				rel = a.Val
			case "href":
				href = a.Val
			}
		}
		if rel == "next" {
			return href
		}
	}
	return ""
}
