package definition

import (
	"maps"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"casefile/internal/person"
)

// readRelations reads people/relationships.yaml.
func (l *loader) readRelations(d *document, root ast.Node) {
	m, ok := d.mapping(root, "the file of relationships", "kinds", "whereabouts")
	if !ok {
		return
	}
	seen := map[string]position{}
	for _, n := range m.list("kinds") {
		k, ok := d.mapping(n, "a kind of relationship", "id", "first", "second", "shape", "parental", "ended", "source")
		if !ok {
			continue
		}
		kind := person.RelationKind{ID: k.id("id")}
		k.once(seen, "id", kind.ID)
		kind.First, kind.Second = d.relationWords(k, "first"), d.relationWords(k, "second")
		kind.Shape, _ = k.word("shape", "shape", person.Shapes)
		kind.Parental, _ = k.flag("parental")
		kind.Ended, _ = k.flag("ended")
		kind.Source = k.source("source")
		l.set.relations.List = append(l.set.relations.List, kind)
	}
	whose := map[string]position{}
	for _, n := range m.list("whereabouts") {
		w, ok := d.mapping(n, "a parent", "id", "title", "kind", "gender", "source")
		if !ok {
			continue
		}
		of := person.Whose{ID: w.id("id")}
		w.once(whose, "id", of.ID)
		of.Title, of.Kind, of.Gender = w.text("title"), w.text("kind"), w.text("gender")
		if _, known := seen[of.Kind]; of.Kind != "" && !known {
			w.report(w.place("kind"), "there is no kind of relationship %s%s", quote(of.Kind), meant(of.Kind, slices.Sorted(maps.Keys(seen))))
		}
		w.source("source")
		l.set.relations.Whose = append(l.set.relations.Whose, of)
	}
}

// relationWords reads what somebody is called in a relationship.
func (d *document) relationWords(m *mapping, key string) person.Words {
	if !m.has(key) {
		m.report(m.at, "%s has no %s", m, key)
		return person.Words{}
	}
	w, ok := d.mapping(m.values[key], "the words for the "+key, "any", "F", "M")
	if !ok {
		return person.Words{}
	}
	words := person.Words{Any: w.text("any"), By: map[string]string{}}
	for _, gender := range []string{"F", "M"} {
		if word := w.optionalText(gender); word != "" {
			words.By[gender] = word
		}
	}
	return words
}

// Relations are the kinds of relationship.
func (s *Set) Relations() person.RelationKinds { return s.relations }
