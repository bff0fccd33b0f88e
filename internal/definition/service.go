package definition

import (
	"github.com/goccy/go-yaml/ast"

	"casefile/internal/service"
)

// readService reads services/NAME.yaml.
func (l *loader) readService(d *document, root ast.Node) {
	m, ok := d.mapping(root, "a service", "service", "title", "source", "sensitive", "words", "wanted", "entry_types")
	if !ok {
		l.broken["services"] = true
		return
	}
	s := service.Service{ID: m.id("service"), Title: m.text("title"), Source: m.source("source")}
	if !d.named(m, "service", s.ID) {
		l.broken["services"] = true // or each role of the service would look wrong
	}
	s.Sensitive, _ = m.flag("sensitive") // reported where it is neither
	s.Words = m.words("words")
	s.Wanted = l.wanted(m)
	seen := map[string]position{}
	for _, n := range m.list("entry_types") {
		if t, ok := l.entryType(d, n, seen); ok {
			s.EntryTypes = append(s.EntryTypes, t)
		}
	}
	l.set.services = append(l.set.services, s)
}

// words reads what a service calls things; all must be there, since pages have
// no words of their own for them.
func (m *mapping) words(key string) service.Words {
	var w service.Words
	if !m.has(key) {
		m.report(m.at, "%s has no %s", m, key)
		return w
	}
	words, ok := m.document.mapping(m.values[key], "a set of words", "child", "worker", "file", "entry", "episode")
	if !ok {
		return w
	}
	for name, word := range map[string]*service.Word{
		"child": &w.Child, "worker": &w.Worker, "file": &w.File, "entry": &w.Entry, "episode": &w.Episode,
	} {
		if !words.has(name) {
			m.report(words.at, "%s has no word for '%s'", m, name)
			continue
		}
		if v, ok := m.document.mapping(words.values[name], "a word", "one", "many"); ok {
			v.name = name
			*word = service.Word{One: v.text("one"), Many: v.text("many")}
		}
	}
	return w
}

func (l *loader) entryType(d *document, n ast.Node, seen map[string]position) (service.EntryType, bool) {
	m, ok := d.mapping(n, "an entry type",
		"id", "title", "help", "source", "with_child", "category_label", "category_missing", "text_label", "text_hint", "asks", "due", "categories")
	if !ok {
		return service.EntryType{}, false
	}
	t := service.EntryType{
		ID:              m.id("id"),
		Title:           m.text("title"),
		Help:            m.optionalText("help"),
		CategoryLabel:   or(m.optionalText("category_label"), "Which of these was it?"),
		CategoryMissing: or(m.optionalText("category_missing"), "Select which of these it was"),
		TextLabel:       m.text("text_label"),
		TextHint:        m.optionalText("text_hint"),
		Source:          m.source("source"),
	}
	t.WithChild, _ = m.flag("with_child") // reported where it is neither
	m.once(seen, "id", t.ID)
	t.Asks = m.asks("asks")
	var due *mapping
	if t.Due, due = l.limit(m, "due", "at_risk"); due != nil {
		t.DueAtRisk, _ = l.limit(due, "at_risk")
	}
	if m.has("categories") {
		seen := map[string]position{}
		for _, n := range m.list("categories") {
			c, ok := d.mapping(n, "a category", "id", "title", "meets", "source")
			if !ok {
				continue
			}
			made := service.Category{ID: c.id("id"), Title: c.text("title"), Source: c.source("source")}
			c.once(seen, "id", made.ID)
			if c.has("meets") {
				made.Meets, _ = c.flag("meets") // reported where it is neither
			}
			for _, f := range service.OfMeetings {
				if made.Meets && t.Asked(f) == service.Hidden {
					c.report(c.place("meets"), "%s is a visit or a meeting, and %s does not ask for %s", c, m, f)
				}
			}
			t.Categories = append(t.Categories, made)
		}
	}
	return t, true
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// asks reads which fields an entry type asks for; the unknown ones are reported
// as unknown keys.
func (m *mapping) asks(key string) map[service.Field]service.Need {
	asks := make(map[service.Field]service.Need)
	if !m.has(key) {
		return asks
	}
	fields := make([]string, len(service.Fields))
	for i, f := range service.Fields {
		fields[i] = string(f)
	}
	a, ok := m.document.mapping(m.values[key], "a set of fields", fields...)
	if !ok {
		return asks
	}
	for _, f := range fields {
		if !a.has(f) {
			continue
		}
		if word, ok := a.word(f, "need", service.NeedWords()); ok {
			need, _ := service.ParseNeed(word) // word is one of its words
			asks[service.Field(f)] = need
		}
	}
	return asks
}
