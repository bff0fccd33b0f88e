package definition

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"casefile/internal/access"
	"casefile/internal/plan"
	"casefile/internal/task"
)

// plansFolder has a file for each kind of plan: plans/ID.yaml.
const plansFolder = "plans"

// mostMarked bounds how many actions with a mark a plan may have to have.
const mostMarked = 20

// A planAt is a kind of plan as it was read, and what it names of other files.
type planAt struct {
	kind    plan.Kind
	m       *mapping
	service wordAt
	roles   []wordAt // of both lists
}

// readPlan reads plans/ID.yaml.
func (l *loader) readPlan(d *document, root ast.Node) {
	before := len(d.p.list)
	m, ok := d.mapping(root, "a kind of plan", "plan", "title", "help", "service", "words", "required", "asks", "marks", "priorities", "progress",
		"write_by", "authorise_by", "authorise", "due", "review", "source")
	if !ok {
		l.broken[plansFolder] = true
		return
	}
	k := plan.Kind{ID: m.id("plan"), Title: m.text("title"), Help: m.optionalText("help"), Service: m.text("service"), Source: m.source("source")}
	d.named(m, "plan", k.ID)
	at := planAt{m: m, service: wordAt{k.Service, m.place("service")}}
	k.Words = m.planWords()
	if m.has("required") {
		for _, w := range m.wordList("required", "field") {
			if !slices.Contains(plan.Requirable, w.word) {
				m.report(w.at, "%s cannot require %s%s", m, quote(w.word), meant(w.word, plan.Requirable))
				continue
			}
			k.Required = append(k.Required, w.word)
		}
	}
	k.Boxes, k.Marks = m.planBoxes(), m.planMarks()
	k.Priorities, k.Progress = m.scale("priorities"), m.scale("progress")
	if m.has("authorise") {
		_, k.NoAuthorise = m.word("authorise", "authorise", []string{nobody})
	}
	k.WriteBy = at.planRoles("write_by")
	switch {
	case k.NoAuthorise && m.has("authorise_by"):
		m.report(m.place("authorise_by"), "%s is authorised by nobody, and names who authorises it; one of the two is wrong", m)
	case !k.NoAuthorise:
		k.AuthoriseBy = at.planRoles("authorise_by")
	}
	k.Due, _ = l.limit(m, "due")
	k.Review = l.planReview(m)
	if len(d.p.list) > before {
		l.broken[plansFolder] = true
		return
	}
	at.kind = k
	l.plans = append(l.plans, at)
}

// wordList reads a list of words that must be there.
func (m *mapping) wordList(key, noun string) []wordAt {
	var list []wordAt
	for _, n := range m.list(key) {
		s, ok := m.plain(n, noun)
		if !ok {
			continue
		}
		if slices.ContainsFunc(list, func(w wordAt) bool { return w.word == s }) {
			m.report(where(n), "%s names %s twice", m, quote(s))
			continue
		}
		list = append(list, wordAt{s, where(n)})
	}
	return list
}

func (p *planAt) planRoles(key string) []access.Role {
	var roles []access.Role
	for _, w := range p.m.wordList(key, "role") {
		p.roles = append(p.roles, w)
		roles = append(roles, access.Role(w.word))
	}
	return roles
}

func (m *mapping) planWords() (w plan.Words) {
	if !m.has("words") {
		m.report(m.at, "%s has no words", m)
		return w
	}
	v, ok := m.document.mapping(m.values["words"], "the words", "outcome", "need", "action")
	if ok {
		w = plan.Words{Outcome: v.text("outcome"), Need: v.text("need"), Action: v.text("action")}
	}
	return w
}

func (m *mapping) planBoxes() (list []plan.Box) {
	if !m.has("asks") {
		return nil
	}
	seen := map[string]position{}
	for _, n := range m.list("asks") {
		v, ok := m.document.mapping(n, "a box", "id", "title", "help", "required", "source")
		if !ok {
			continue
		}
		b := plan.Box{ID: v.id("id"), Title: v.text("title"), Help: v.optionalText("help"), Source: v.source("source")}
		b.Required, _ = v.flag("required") // reported where it is neither
		v.once(seen, "id", b.ID)
		list = append(list, b)
	}
	return list
}

func (m *mapping) planMarks() (list []plan.Mark) {
	if !m.has("marks") {
		return nil
	}
	seen := map[string]position{}
	for _, n := range m.list("marks") {
		v, ok := m.document.mapping(n, "a mark", "id", "title", "at_least", "source")
		if !ok {
			continue
		}
		k := plan.Mark{ID: v.id("id"), Title: v.text("title"), AtLeast: v.optionalNumber("at_least", mostMarked), Source: v.source("source")}
		v.once(seen, "id", k.ID)
		list = append(list, k)
	}
	return list
}

// scale reads values in order, with where they come from.
func (m *mapping) scale(key string) (s plan.Scale) {
	if !m.has(key) {
		m.report(m.at, "%s has no %s", m, key)
		return s
	}
	v, ok := m.document.mapping(m.values[key], "a scale", "values", "source")
	if !ok {
		return s
	}
	s.Source = v.source("source")
	seen := map[string]position{}
	for _, n := range v.list("values") {
		x, ok := m.document.mapping(n, "a value", "id", "title")
		if !ok {
			continue
		}
		value := plan.Value{ID: x.id("id"), Title: x.text("title")}
		x.once(seen, "id", value.ID)
		s.Values = append(s.Values, value)
	}
	return s
}

func (l *loader) planReview(m *mapping) (c plan.Cycle) {
	if !m.has("review") {
		m.report(m.at, "%s has no review; say within what time it is reviewed first, and then", m)
		return c
	}
	v, ok := m.document.mapping(m.values["review"], "a review cycle", "first", "then")
	if !ok {
		return c
	}
	for key, into := range map[string]*task.Limit{"first": &c.First, "then": &c.Then} {
		if !v.has(key) {
			v.report(v.at, "%s has no %s", v, key)
			continue
		}
		*into, _ = l.limit(v, key)
	}
	return c
}

// checkPlans reports kinds of a service that is not there, and roles that are not, or
// that no team of the service can hold.
func (l *loader) checkPlans() {
	if l.broken["services"] || l.broken["access"] || l.broken[plansFolder] {
		return
	}
	services := make([]string, len(l.set.services))
	for i, s := range l.set.services {
		services[i] = s.ID
	}
	roles := make([]string, len(l.set.roles))
	for i, r := range l.set.roles {
		roles[i] = string(r.ID)
	}
	for _, p := range l.plans {
		if !slices.Contains(services, p.service.word) {
			p.m.report(p.service.at, "service %s of %s is not in services%s", quote(p.service.word), p.m, meant(p.service.word, services))
			continue
		}
		for _, w := range p.roles {
			r, ok := l.set.Role(access.Role(w.word))
			switch {
			case !ok:
				p.m.report(w.at, "role %s of %s is not in access/roles.yaml%s", quote(w.word), p.m, meant(w.word, roles))
			case !r.In(p.service.word):
				p.m.report(w.at, "role %s of %s is held in no team of service %s", quote(w.word), p.m, quote(p.service.word))
			}
		}
		l.set.plans = append(l.set.plans, p.kind)
	}
	slices.SortFunc(l.set.plans, func(a, b plan.Kind) int { return strings.Compare(a.ID, b.ID) })
}

// Plans lists the kinds of plan by id.
func (s *Set) Plans() []plan.Kind { return slices.Clone(s.plans) }

// Plan finds a kind of plan.
func (s *Set) Plan(id string) (plan.Kind, bool) {
	return find(s.plans, func(k plan.Kind) bool { return k.ID == id })
}

// PlanFile is the path of a kind of plan.
func PlanFile(id string) string { return plansFolder + "/" + id + ".yaml" }
